"""What several tests share: a small project to break, and the report, built once for them all."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

SMALL_REGISTER = """\
id: central-asia-2025-11-15
title: {en: Small, ru: Малый}
article:
  date: 2025-11-15
  language: en
  outlet: {en: nobody, ru: никто}
  occasion: {en: a test, ru: проверка}
  quotes: {en: none, ru: нет}
region: {en: two countries, ru: две страны}
economies: [KAZ, UZB]
claims:
  - id: gdp-multiple
    topic: gdp
    statement: {en: GDP doubled, ru: ВВП удвоился}
    stated:
      value: 2
      low: 1.5
      high: 2.5
      as_written: {en: doubled, ru: удвоился}
      unit: times
      wording: exact
      why: {en: rounding, ru: округление}
    period: {start: 2004, end: 2024, as_written: {en: 2004 to 2024, ru: 2004-2024}}
    primary: {measure: multiple, quantity: real-gdp, source: wdi, start: 2004, end: 2024}
not_checkable: []
"""


def notebook(cells: list[tuple[str, str]]) -> str:
    """A notebook of (kind, source), kind being markdown, code or parameters."""
    made = []
    for number, (kind, source) in enumerate(cells):
        cell = {
            "id": f"c{number}",
            "cell_type": "markdown" if kind == "markdown" else "code",
            "metadata": {"tags": ["parameters"]} if kind == "parameters" else {},
            "source": source,
        }
        if kind != "markdown":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return json.dumps(
        {
            "cells": made,
            "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def small_notebooks(**more: list[tuple[str, str]]) -> dict[str, str]:
    """Three notebooks that do next to nothing; `more` cells by name are put at the end."""
    from growth_claims import params

    names = ("01_clean", "02_gdp", "06_report")
    made = {}
    for name in names:
        makes = ", makes_panel=True" if name == "01_clean" else ""
        cells = [
            ("markdown", f"# {name}"),
            ("parameters", params.cell()),
            (
                "code",
                "from growth_claims import params\n"
                f"settings = params.from_notebook(globals(){makes})",
            ),
            ("markdown", "## What it does"),
        ]
        if name == "01_clean":
            cells.append(
                (
                    "code",
                    "settings.panel.parent.mkdir(exist_ok=True)\n"
                    "settings.panel.write_text('source\\n')\n"
                    "print('made', settings.panel)",
                )
            )
        elif name == "06_report":
            cells.append(
                (
                    "code",
                    "if settings.output:\n"
                    "    (settings.output / 'verdicts.json').write_text('{}\\n')",
                )
            )
        else:
            cells.append(("code", "print(settings.panel.read_text())"))
        made[name] = notebook(cells + more.get(f"at_{name[:2]}", []))
    return made


def small_project(root: Path) -> Path:
    """A project of its own: the real figures, a small register, three small notebooks."""
    shutil.copytree(ROOT / "data" / "raw", root / "data" / "raw")
    (root / "claims").mkdir()
    (root / "claims" / "central-asia-2025-11-15.yaml").write_text(SMALL_REGISTER, encoding="utf-8")
    (root / "notebooks").mkdir()
    for name, text in small_notebooks().items():
        (root / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A small project to break at will."""
    root = small_project(tmp_path / "project")
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(root))
    return root


def command(*words: str, **more) -> subprocess.CompletedProcess:
    """The command `growth-claims` as a user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "growth_claims", *words],
        capture_output=True,
        text=True,
        timeout=600,
        **more,
    )


@pytest.fixture
def plain_pages(monkeypatch):
    """A run without the real pages: what the notebooks came to, in one file."""
    from growth_claims import run

    def render(executed, publish, settings, previous, say):
        texts = [path.read_text(encoding="utf-8") for path in executed.values()]
        (publish / "index.html").write_text("\n".join(texts), encoding="utf-8")

    monkeypatch.setattr(run, "_render", render)


@pytest.fixture(scope="session")
def built_report(tmp_path_factory) -> Path:
    """The folder of the report, built once for all tests and all of xdist's workers, over what git
    keeps of the last one. Not to be written into."""
    from growth_claims import params

    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    name = Path(params.Parameters().register).stem
    folder, failed = shared / "built" / name, shared / "built.failed"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir() and not failed.exists():
            made = shared / "building" / name
            made.mkdir(parents=True)
            for kept in ("verdicts.json", "verdicts.csv", "README.md"):
                if (ROOT / "reports" / name / kept).is_file():
                    shutil.copyfile(ROOT / "reports" / name / kept, made / kept)
            done = command("report", "--out", str(made), cwd=shared)
            (shared / "built.said").write_text(done.stdout + "\n---\n" + done.stderr, "utf-8")
            if done.returncode == 0:
                made.parent.rename(folder.parent)
            else:
                failed.write_text(done.stderr, encoding="utf-8")
    if failed.exists():
        pytest.fail(f"the report could not be built:\n{failed.read_text(encoding='utf-8')}")
    return folder
