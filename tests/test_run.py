"""A run publishes everything or nothing, the same bytes each time, and says what went wrong."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import ROOT, command, small_notebooks

from growth_claims import paths, run
from growth_claims.errors import GrowthClaimsError, ParameterError, RunError

REGISTER = "central-asia-2025-11-15"


def contents(folder: Path) -> dict[str, str]:
    """Every file with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_notebooks(project: Path, **more) -> None:
    for name, text in small_notebooks(**more).items():
        (project / "notebooks" / f"{name}.ipynb").write_text(text, encoding="utf-8")


@pytest.fixture
def one_notebook(project) -> None:
    """01_clean is enough where it does not matter what the notebooks do."""
    for name in ("02_gdp", "06_report"):
        (project / "notebooks" / f"{name}.ipynb").unlink()


@pytest.fixture
def last_report(project) -> Path:
    """The report of the last good run."""
    folder = project / "reports" / REGISTER
    folder.mkdir(parents=True)
    (folder / "verdicts.json").write_text('{"last": "good"}', encoding="utf-8")
    (folder / "index.html").write_text("last good", encoding="utf-8")
    return folder


def partial_of(said: str) -> Path:
    return Path(re.search(r"the partial notebook: (.*)", said).group(1))


# --- a run that goes well -----------------------------------------------------------------------


def test_a_run_publishes_at_once_and_twice_the_same(last_report, project, plain_pages, monkeypatch):
    monkeypatch.chdir(project.parent)
    raw = contents(project / "data")
    lines = []
    assert run.report(say=lines.append) == last_report
    first = contents(last_report)
    assert set(first) == {"index.html", "run.json", "verdicts.json"}
    assert run.report() == last_report
    assert contents(last_report) == first
    assert sorted(p.name for p in last_report.parent.iterdir()) == [REGISTER]
    assert contents(project / "data") == raw, "a run writes no panel into the project"
    for path in last_report.iterdir():
        assert str(project.parent) not in path.read_text(encoding="utf-8")
        assert "/tmp" not in path.read_text(encoding="utf-8")
    assert "injected" not in (last_report / "index.html").read_text(encoding="utf-8")
    assert any(re.fullmatch(r"01_clean done in \d+ s", line) for line in lines)


def test_a_trial_goes_beside_the_report(last_report, project, one_notebook, plain_pages):
    before = contents(last_report)
    made = run.report({"first_year": 2005, "economies": ["KAZ", "UZB"]})
    assert made.name == f"{REGISTER}+economies-KAZ,UZB+first_year-2005"
    assert contents(last_report) == before
    page = (made / "index.html").read_text(encoding="utf-8")
    assert "first_year = 2005" in page and "panel = " not in page
    about = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert about["parameters"]["first_year"] == 2005
    assert about["parameters"]["register"] == f"claims/{REGISTER}.yaml"


def test_run_json_says_what_the_run_was_made_from(project):
    from growth_claims import params

    def described():
        return run.describe(params.check({}, makes_panel=True), {}, run.find_notebooks())

    about = described()
    assert about["vintages"] == {"wdi": "2026-07-01", "weo": "2025-10"}
    assert about["versions"]["pandas"] and about["versions"]["python"]
    figures = {name for name in about["inputs"] if name.startswith("data/raw/")}
    assert {"data/raw/datapackage.json", "data/raw/wdi/2026-07-01.csv"} <= figures
    held = {f"data/raw/{file.relative_to(paths.raw())}" for file in paths.raw().rglob("*.csv")}
    assert figures == {"data/raw/datapackage.json", *held}
    assert set(about["inputs"]) - figures == {
        f"claims/{REGISTER}.yaml", "growth_claims",
        "notebooks/01_clean.ipynb", "notebooks/02_gdp.ipynb", "notebooks/06_report.ipynb",
    }  # fmt: skip
    write_notebooks(project, at_02=[("code", "1")])  # sources count, saved outputs do not
    changed = described()
    assert changed["inputs_sha256"] != about["inputs_sha256"]
    differ = {k for k in about["inputs"] if about["inputs"][k] != changed["inputs"][k]}
    assert differ == {"notebooks/02_gdp.ipynb"}


def test_a_default_given_is_no_trial():
    given = {"first_year": 0, "wdi_vintage": "latest"}
    assert run.default_out(REGISTER, given) == paths.reports() / REGISTER
    long = {"economies": [f"C{n:02d}" for n in range(40)]}
    assert len(run.default_out(REGISTER, long).name) <= 120


# --- a run that does not ------------------------------------------------------------------------


def test_a_broken_notebook(last_report, project, tmp_path):
    """From another folder, by the command, as a user would."""
    write_notebooks(
        project,
        at_02=[("markdown", "Some text.\n\n## Which growth?"), ("code", "rate = 1\nrate / 0")],
    )
    before = contents(project)
    done = command("report", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    said = done.stderr
    assert "02_gdp failed in cell 7 (In [" in said
    assert "'Which growth?'" in said
    assert "\n  ZeroDivisionError: division by zero\n" in said
    assert "Traceback" not in said
    assert contents(project) == before
    partial = partial_of(said)
    assert "rate / 0" in partial.read_text(encoding="utf-8")
    shutil.rmtree(partial.parent.parent)


def test_a_kernel_that_dies(last_report, project, plain_pages):
    write_notebooks(project, at_01=[("code", "import os\nos._exit(1)")])
    before = contents(last_report)
    with pytest.raises(run.NotebookFailed, match=r"01_clean failed[\s\S]*Kernel died"):
        run.report()
    assert contents(last_report) == before


def test_pages_that_do_not_pass(last_report, one_notebook, monkeypatch):
    def render(*_):
        raise RunError("index.html: a link leads nowhere")

    monkeypatch.setattr(run, "_render", render)
    before = contents(last_report)
    with pytest.raises(RunError, match="leads nowhere"):
        run.report()
    assert contents(last_report) == before
    assert [p.name for p in last_report.parent.iterdir()] == [REGISTER]


def test_a_figure_altered_by_one_digit(last_report, project):
    path = project / "data" / "raw" / "wdi" / "2026-07-01.csv"
    text = path.read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if row.startswith("KAZ,NY.GDP.MKTP.CD,2024"))
    value = line.split(",")[3]
    altered = value[:-1] + str((int(value[-1]) + 1) % 10)
    path.write_text(text.replace(line, line.replace(value, altered)), encoding="utf-8")
    before = contents(last_report)
    done = command("report")
    assert done.returncode == 1
    assert "data/raw/wdi/2026-07-01.csv, field 'sha256'" in done.stderr
    assert "git checkout" in done.stderr
    assert contents(last_report) == before


@pytest.mark.parametrize("name", ["panel", "output"])
def test_what_a_run_has_of_its_own(project, name):
    with pytest.raises(ParameterError, match="nothing here"):
        run.report({name: "x.csv"})


def test_a_folder_that_is_no_report_is_not_replaced(project, tmp_path):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(RunError, match="something else than a report"):
        run.report(out=folder)
    with pytest.raises(RunError, match="is a file"):
        run.report(out=folder / "chapter.txt" / "report")


def test_two_runs_into_one_folder(project):
    target = project / "reports" / REGISTER
    with (
        run._only_run(target),
        pytest.raises(RunError, match="another run is building"),
        run._only_run(target),
    ):
        pass
    with run._only_run(target), run._only_run(target.with_name("other")):
        pass


def test_a_run_that_was_killed_while_publishing(last_report):
    """Between two renames there is no report; the next run puts the old one back first."""
    old, new = run._beside(last_report, "old"), run._beside(last_report, "new")
    before = contents(last_report)
    last_report.rename(old)
    new.mkdir()
    run._tidy(last_report)
    assert contents(last_report) == before
    assert not old.exists() and not new.exists()


def test_publishing_that_fails_puts_the_old_report_back(last_report, tmp_path, monkeypatch):
    made = tmp_path / "made"
    made.mkdir()
    before = contents(last_report)
    rename = Path.rename

    def fails(self, to):
        if self.name.endswith(".new"):
            raise OSError("disk full")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="disk full"):
        run._publish(made, last_report)
    assert contents(last_report) == before
    assert [p.name for p in last_report.parent.iterdir()] == [REGISTER]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(last_report, project, how, tmp_path, request):
    mark = tmp_path / "running"
    write_notebooks(
        project,
        at_01=[
            (
                "code",
                "import os, pathlib, time\n"
                f"pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
                "time.sleep(600)",
            )
        ],
    )
    before = contents(project)
    # short: multiprocessing puts a socket there, whose path may have 107 bytes at most
    temporary = Path(tempfile.mkdtemp(dir="/tmp"))
    request.addfinalizer(lambda: shutil.rmtree(temporary))
    process = subprocess.Popen(
        [sys.executable, "-m", "growth_claims", "report"],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # where these tests run as a background job, Ctrl-C is ignored, and so by what they start
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for(lambda: mark.is_file() and mark.read_text())
    process.send_signal(how)
    said = process.communicate(timeout=120)[1]
    assert process.returncode == 130
    assert said == "growth-claims: interrupted; nothing was published\n"
    assert contents(project) == before
    assert not [p for p in temporary.iterdir() if p.is_dir() and p.name.startswith("growth")]
    wait_for(lambda: not Path(f"/proc/{mark.read_text()}").exists(), "the kernel lives on")


def wait_for(happens, otherwise: str = "it did not happen", seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, otherwise
        time.sleep(0.1)


# --- the panel and the notebooks themselves -----------------------------------------------------


def test_the_panel_is_written_by_01_clean(project):
    assert run.panel() == project / "data" / "processed" / "panel.csv"
    assert run.panel().read_text(encoding="utf-8") == "source\n"


def test_outputs_are_saved_without_what_differs(project):
    (project / "notebooks" / "06_report.ipynb").unlink()
    run.notebooks()
    first = contents(project / "notebooks")
    run.notebooks()
    assert contents(project / "notebooks") == first
    nb = json.loads((project / "notebooks" / "02_gdp.ipynb").read_text(encoding="utf-8"))
    assert "papermill" not in nb["metadata"] and "version" not in nb["metadata"]["language_info"]
    code = [c for c in nb["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == [1, 2, 3]
    assert [c["id"] for c in nb["cells"]] == [f"c{n}" for n in range(len(nb["cells"]))]
    assert "".join(code[-1]["outputs"][0]["text"]) == "source\n\n"


def test_a_notebook_that_fails_stays_as_it_was(project):
    write_notebooks(project, at_01=[("code", "1 / 0")])
    before = contents(project / "notebooks")
    with pytest.raises(run.NotebookFailed, match="ZeroDivisionError") as caught:
        run.notebooks()
    assert contents(project / "notebooks") == before
    assert caught.value.partial.is_file()
    shutil.rmtree(caught.value.partial.parent)


# --- the report ---------------------------------------------------------------------------------


def test_a_run_in_a_pipe_says_where_the_report_is_and_nothing_else(built_report):
    out, _, said = (built_report.parents[1] / "built.said").read_text("utf-8").partition("---")
    assert out.strip().endswith(built_report.name) and len(out.splitlines()) <= 2
    assert said.strip() == ""


def test_two_runs_give_the_same_bytes(built_report, tmp_path):
    again = tmp_path / built_report.name
    shutil.copytree(built_report, again)
    done = command("report", "--out", str(again), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents(again) == contents(built_report)


def test_no_file_of_the_report_names_a_folder_of_this_machine(built_report):
    for path in built_report.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for folder in (ROOT, Path.home(), built_report.parent, Path(sys.prefix)):
                if len(folder.parts) > 1:
                    assert f"{folder}/".encode() not in content, f"{path.name}: {folder}"


def alike(one: object, other: object, place: str = "") -> None:
    """Numbers to 1e-6 of their size, for linear algebra differs between processors in the last
    digits; everything else exactly."""
    if isinstance(one, float) or isinstance(other, float):
        assert isinstance(one, int | float) and isinstance(other, int | float), place
        assert math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9), f"{place}: {one}, {other}"
    elif isinstance(one, dict):
        assert list(one) == list(other), place
        for key in one:
            alike(one[key], other[key], f"{place}/{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), place
        for number, pair in enumerate(zip(one, other, strict=True)):
            alike(*pair, f"{place}/{number}")
    else:
        assert one == other, place


def kept(name: str) -> Path:
    path = ROOT / "reports" / REGISTER / name
    assert path.is_file(), f"run `make report` and commit reports/{REGISTER}/{name}"
    return path


def test_the_verdicts_in_git_are_what_the_code_makes(built_report):
    ours, made = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (kept("verdicts.json"), built_report / "verdicts.json")
    )
    alike(ours, made)


def test_the_table_in_git_is_what_the_code_makes(built_report):
    def table(path: Path) -> list[list[object]]:
        with path.open(newline="", encoding="utf-8") as file:
            return [[number(cell) for cell in row] for row in csv.reader(file)]

    def number(text: str) -> object:
        try:
            return float(text)
        except ValueError:
            return text

    alike(table(kept("verdicts.csv")), table(built_report / "verdicts.csv"))


def test_the_readme_in_git_is_what_the_code_makes(built_report):
    assert kept("README.md").read_text("utf-8") == (built_report / "README.md").read_text("utf-8")


def test_errors_are_of_one_family():
    assert issubclass(run.NotebookFailed, RunError) and issubclass(RunError, GrowthClaimsError)
