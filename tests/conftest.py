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


def pytest_addoption(parser):
    parser.addoption(
        "--full-grid", action="store_true", help="all settings of the parameters, not a sample"
    )


NAME = "central-asia-2025-11-15"
SMALL_REGISTER = """\
id: central-asia-2025-11-15
title: {en: Small, ru: Малый}
article:
  date: 2025-11-15
  language: en
  outlet: {en: nobody, ru: никто}
region: {en: two countries, ru: две страны}
economies: [KAZ, UZB]
topics:
  gdp: {en: GDP, ru: ВВП}
claims:
  - id: gdp-multiple
    kind: multiple
    topic: gdp
    statement: {en: GDP doubled, ru: ВВП удвоился}
    stated: &stated
      value: 2
      low: 1.5
      high: 2.5
      as_written: {en: doubled, ru: удвоился}
      unit: times
      wording: exact
      why: {en: rounding, ru: округление}
    period: {start: 2004, end: 2024, as_written: {en: 2004 to 2024, ru: 2004-2024}}
    primary: {quantity: real-gdp, source: wdi, start: 2004, end: 2024}
  - id: population-growth
    kind: growth
    topic: gdp
    statement: {en: The population grew, ru: Население росло}
    stated:
      value: 2
      low: 1.5
      high: 2.5
      as_written: {en: "2 %", ru: "2 %"}
      unit: percent per year
      wording: exact
      why: {en: rounding, ru: округление}
    period: {start: 2004, end: 2024, as_written: {en: 2004 to 2024, ru: 2004-2024}}
    primary: {quantity: population, source: wdi, estimator: endpoint, start: 2004, end: 2024}
  - id: nobody-counts
    kind: level
    topic: gdp
    statement: {en: Nobody counts it, ru: Никто этого не считает}
    stated: *stated
    period: {end: 2024, as_written: {en: "2024", ru: 2024 год}}
    settled_by: {en: a census, ru: перепись}
cross_checks:
  - id: over-a-year
    statement: {en: Over a year, ru: За год}
    why: {en: because, ru: потому}
    other_period: {claim: gdp-multiple, change: {start: 2023}}
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


#: The notebooks of a small project, with the claim that is their default.
NOTEBOOKS = {
    "01_clean": "",
    "02_level": "",
    "03_growth": "population-growth",
    "04_multiple": "gdp-multiple",
    "08_methods": "",
    "09_report": "",
}
#: What each of them does after its parameters were checked.
CELLS = {
    "01_clean": "from growth_claims import panel\npanel.make(settings.panel);",
    "09_report": (
        "import json\n"
        "found = sorted(p.name for p in (settings.output or settings.panel).glob('pieces/*'))\n"
        "about = json.dumps({'claims': found})\n"
        "saved = settings.output and (settings.output / 'verdicts.json').write_text(about)"
    ),
}
CLAIM = "import growth_claims as gc\ncheck = gc.open_check(settings)\ncheck.save()['verdict']"


def small_notebooks(**more: list[tuple[str, str]]) -> dict[str, str]:
    """Notebooks that do next to nothing; `more` cells by name (`at_04`) are put at the end."""
    from growth_claims import params

    made = {}
    for name, claim in NOTEBOOKS.items():
        makes = ", makes_panel=True" if name == "01_clean" else ""
        cells = [
            ("markdown", f"# {name}"),
            ("parameters", params.cell(claim)),
            (
                "code",
                "from growth_claims import params\n"
                f"settings = params.from_notebook(globals(){makes})",
            ),
            ("markdown", "## What it does"),
            ("code", CELLS.get(name, CLAIM if claim else "settings.language")),
        ]
        made[name] = notebook(cells + more.get(f"at_{name[:2]}", []))
    return made


def small_project(root: Path) -> Path:
    """A project of its own: the real figures and their panel, a small register, small notebooks."""
    from growth_claims import panel

    shutil.copytree(ROOT / "data" / "raw", root / "data" / "raw")
    (root / "claims").mkdir()
    for table in ("quantities", "groups", "publishers"):
        shutil.copyfile(ROOT / "claims" / f"{table}.yaml", root / "claims" / f"{table}.yaml")
    (root / "claims" / f"{NAME}.yaml").write_text(SMALL_REGISTER, encoding="utf-8")
    (root / "requirements.lock").write_text("locked\n", encoding="utf-8")
    (root / "data" / "processed").mkdir()
    made = panel.make(ROOT / "data" / "processed" / "panel.parquet", ROOT / "data" / "raw")
    del made
    shutil.copy(ROOT / "data" / "processed" / "panel.parquet", root / "data" / "processed")
    write_notebooks(root)
    return root


def write_notebooks(project: Path, **more) -> None:
    (project / "notebooks").mkdir(exist_ok=True)
    for name, text in small_notebooks(**more).items():
        (project / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def english():
    """What a notebook's cells set for their process, a test leaves to no other."""
    from growth_claims import i18n

    yield
    i18n.speak("en")


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

    def render(executed, publish, plan, previous):
        texts = [p.read_text("utf-8") for made in executed.values() for p in made.values()]
        (publish / "index.html").write_text("\n".join(texts), encoding="utf-8")
        shutil.rmtree(publish / "pieces")

    monkeypatch.setattr(run, "_render", render)
    monkeypatch.setattr(run, "_list", lambda target: None)


class FakeExecutor:
    """Executes nothing, and notes what it was asked for: (notebook, claim, language), sorted."""

    def __init__(self):
        self.asked: list[tuple[str, str, str]] = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run(self, jobs, done, say, meanwhile):
        for job in jobs:
            told = {"claim": "", **job.parameters}
            self.asked.append((job.notebook.stem, told["claim"], told["language"]))
            shutil.copyfile(job.notebook, job.result)
            output = Path(told["output"])
            if told["claim"] and job.notebook.stem != "09_report":
                (output / "pieces").mkdir()
                register = ROOT / "claims" / f"{NAME}.yaml"
                register = Path(os.environ["GROWTH_CLAIMS_ROOT"]) / register.relative_to(ROOT)
                text = register.read_text("utf-8").partition(f"id: {told['claim']}")[2]
                (output / "pieces" / f"{told['claim']}.{told['language']}.json").write_text(
                    json.dumps(text.partition("- id:")[0]), encoding="utf-8"
                )
            if job.notebook.stem == "09_report":
                (output / "verdicts.json").write_text("{}", encoding="utf-8")
            done(job)

    def told(self) -> list[tuple[str, str, str]]:
        """What it was asked for since it was last told."""
        asked, self.asked = sorted(self.asked), []
        return asked


@pytest.fixture
def executor(monkeypatch, plain_pages) -> FakeExecutor:
    """Runs as they are, but for what the notebooks do and for the pages."""
    from growth_claims import cache, run

    monkeypatch.setattr(cache, "_package", lambda: "the package")  # whoever edits it meanwhile
    fake = FakeExecutor()
    monkeypatch.setattr(run, "_executor", lambda: fake)
    return fake


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
