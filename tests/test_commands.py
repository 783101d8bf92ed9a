"""Every command line that the README, `make` and `--help` show works as it stands."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from growth_claims import cli, notebooks, run

FOLDERS = ("data", "docs", "notebooks", "src")


def shown(text: str) -> list[str]:
    """The command lines of a text: in code blocks of sh, and after two blanks or more at an end."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line.partition("  #")[0].strip() for b in blocks for line in b.splitlines()]
    return [line for line in lines if line]


def in_makefile() -> list[str]:
    """What `make help` shows besides its own targets."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^\t@echo '.*?:\s+(\.venv/bin/.*)'$", text, re.M)


LINES = [*shown((ROOT / "README.md").read_text(encoding="utf-8")), *in_makefile()]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The project in another place: figures and code are the same ones, what is written is not."""
    root = tmp_path_factory.mktemp("clone")
    for name in FOLDERS:
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "claims", root / "claims")
    for kept in (ROOT / "reports").glob("*/verdicts.json"):
        (root / "reports" / kept.parent.name).mkdir(parents=True)
        shutil.copy(kept, root / "reports" / kept.parent.name)
    for path in [*ROOT.glob("*.toml"), *ROOT.glob("*.lock"), ROOT / "Makefile"]:
        shutil.copy(path, root)
    return root


@pytest.fixture
def light(monkeypatch):
    """Everything of a report but executing, drawing and writing pages."""

    def carry_out(plan, publish, executor):
        assert plan.runs()
        return {}

    class Nothing:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(run, "_executor", Nothing)
    monkeypatch.setattr(run.Plan, "carry_out", carry_out)
    monkeypatch.setattr(run, "_render", lambda *_: None)
    monkeypatch.setattr(run, "_publish", lambda made, target: None)
    monkeypatch.setattr(run, "_list", lambda target: None)
    monkeypatch.setattr(run.cache, "unchanged", lambda asked: None)
    monkeypatch.setattr(run.cache, "remember", lambda *_: None)
    monkeypatch.setattr(run.cache, "prune", lambda *_: None)


def test_there_are_some():
    assert len([line for line in LINES if "report" in line]) > 3
    every = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    run = [line for line in LINES if "papermill" in line and "--help" not in line]
    assert [re.search(r"notebooks/(\S+)", line)[1] for line in run] == every


@pytest.mark.parametrize("line", [x for x in LINES if x.startswith(".venv/bin/growth-claims")])
def test_our_commands(clone, light, line, monkeypatch, capsys):
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(clone))
    monkeypatch.chdir(clone)
    assert cli.main(shlex.split(line)[1:]) == 0, capsys.readouterr().err


#: What the README has a shell know, and what that of a fresh machine does not.
EXPORTED = dict(re.fullmatch(r"export (\w+)=(\S+)", x).groups() for x in LINES if "export" in x)
OURS = ("JUPYTER_DEFAULT_PROVISIONER_NAME", "JUPYTER_PREFER_ENV_PATH")


def papermill(line: str, root: Path, **exported: str) -> str:
    """What it says, run in a fresh shell."""
    shell = {k: v for k, v in os.environ.items() if k not in OURS} | exported
    done = subprocess.run(
        [str(Path(sys.executable).with_name("papermill")), *shlex.split(line)[1:]],
        cwd=root,
        env=shell | {"GROWTH_CLAIMS_ROOT": str(root)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stderr


@pytest.mark.parametrize("line", [x for x in LINES if x.startswith(".venv/bin/papermill")])
def test_plain_papermill(clone, line):
    assert "TCP" not in papermill(line, clone, **EXPORTED)


def test_a_kernel_of_any_start_shows_the_same(clone):
    (line,) = [x for x in LINES if "07_events" in x]
    assert "TCP" in papermill(line, clone)
    made = notebooks.as_kept((clone / "out.ipynb").read_text(encoding="utf-8"))
    assert made == (ROOT / "notebooks" / "07_events.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line", [x.split("  ")[0] for x in LINES if re.match(r"(make|git|conda) ", x)]
)
def test_make_knows_its_targets(line):
    """What they do is tested elsewhere; here, that they are there."""
    if line.startswith("make "):
        done = subprocess.run(
            [*line.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    assert cli.COMMANDS[name][1].lower() in " ".join(capsys.readouterr().out.lower().split())
