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
from conftest import NAME, NOTEBOOKS, ROOT, command, write_notebooks

from growth_claims import cache, notebooks, params, paths, run
from growth_claims.errors import GrowthClaimsError, InputError, ParameterError, RunError
from growth_claims.execute import NotebookFailed


def contents(folder: Path) -> dict[str, str]:
    """Every file with its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def last_report(project) -> Path:
    """The report of the last good run."""
    folder = project / "reports" / NAME
    folder.mkdir(parents=True)
    (folder / "verdicts.json").write_text('{"last": "good"}', encoding="utf-8")
    (folder / "index.html").write_text("last good", encoding="utf-8")
    return folder


def partial_of(said: str) -> Path:
    return Path(re.search(r"the partial notebook: (.*)", said).group(1))


# --- a run that goes well -----------------------------------------------------------------------


def test_a_run_publishes_at_once_and_twice_the_same(last_report, project, plain_pages, monkeypatch):
    """Really executed, from another folder; the second time all over again."""
    monkeypatch.setattr(cache, "_package", lambda: "the package")  # whoever edits it meanwhile
    monkeypatch.chdir(project.parent)
    raw = contents(project / "data" / "raw")
    lines = []
    assert run.report(say=lines.append) == last_report
    first = contents(last_report)
    assert set(first) == {"index.html", "run.json", "verdicts.json"}
    about = json.loads((last_report / "verdicts.json").read_text(encoding="utf-8"))
    assert about["claims"] == [
        f"{claim}.{code}.json"
        for claim in ("gdp-multiple", "nobody-counts", "population-growth")
        for code in ("en", "ru")
    ]
    assert run.report(force=True) == last_report
    assert contents(last_report) == first
    assert sorted(p.name for p in last_report.parent.iterdir()) == [NAME]
    assert contents(project / "data" / "raw") == raw
    for path in last_report.iterdir():
        assert str(project.parent) not in path.read_text(encoding="utf-8")
        assert "/tmp" not in path.read_text(encoding="utf-8")
    assert any(re.fullmatch(r"01_clean .* done in [\d.]+ s", line) for line in lines)


def test_a_trial_goes_beside_the_report(last_report, project, executor):
    before = contents(last_report)
    made = run.report({"first_year": 2005, "economies": ["KAZ", "UZB"]})
    assert made.name == f"{NAME}+economies-KAZ,UZB+first_year-2005"
    assert contents(last_report) == before
    about = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert about["parameters"]["first_year"] == 2005
    assert about["parameters"]["register"] == f"claims/{NAME}.yaml"


def test_a_page_says_with_which_parameters_it_was_made():
    nb = {
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": "x",
                "metadata": {"tags": ["injected-parameters"]},
                "source": "panel = '/somewhere'",
                "outputs": [],
                "execution_count": 1,
            },
        ],
    }
    made = notebooks.normalise(nb, given={"claim": "gdp", "first_year": 2005})
    source = made["cells"][0]["source"]
    assert source == "# Parameters of this run\nclaim = 'gdp'\nfirst_year = 2005"


def test_run_json_says_what_the_run_was_made_from(project, executor):
    def described():
        return json.loads((run.report() / "run.json").read_text(encoding="utf-8"))

    about = described()
    assert about["versions"]["pandas"] and about["versions"]["python"]
    figures = {name for name in about["inputs"] if name.startswith("data/raw/")}
    held = {p.relative_to(project).as_posix() for p in paths.raw().rglob("*") if p.is_file()}
    assert figures == held and "data/raw/datapackage.json" in held
    assert set(about["inputs"]) - figures == {
        f"claims/{NAME}.yaml",
        "claims/quantities.yaml",
        "claims/groups.yaml",
        "claims/publishers.yaml",
        "growth_claims",
        "requirements.lock",
        *(f"notebooks/{name}.ipynb" for name in NOTEBOOKS),
    }
    write_notebooks(project, at_04=[("code", "1")])  # sources count, saved outputs do not
    changed = described()
    assert changed["inputs_sha256"] != about["inputs_sha256"]
    differ = {k for k in about["inputs"] if about["inputs"][k] != changed["inputs"][k]}
    assert differ == {"notebooks/04_multiple.ipynb"}


def test_a_default_given_is_no_trial():
    given = {"first_year": 0, "wdi_vintage": ""}
    assert run.default_out(NAME, given) == paths.reports() / NAME
    long = {"economies": [f"C{n:02d}" for n in range(40)]}
    assert len(run.default_out(NAME, long).name) <= 120


# --- a run that does not ------------------------------------------------------------------------


def test_a_broken_notebook(last_report, project, tmp_path):
    """From another folder, by the command, as a user would."""
    write_notebooks(
        project,
        at_04=[("markdown", "Some text.\n\n## Which growth?"), ("code", "rate = 1\nrate / 0")],
    )
    before = contents(project / "reports")
    done = command("report", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    said = done.stderr
    assert "04_multiple (claim=gdp-multiple, language=" in said
    assert "failed in cell 7 (In [" in said
    assert "'Which growth?'" in said
    assert "\n  ZeroDivisionError: division by zero\n" in said
    assert "Traceback" not in said
    assert contents(project / "reports") == before
    partial = partial_of(said)
    assert "rate / 0" in partial.read_text(encoding="utf-8")
    shutil.rmtree(partial.parents[2])


def test_a_kernel_that_dies(last_report, project, plain_pages):
    write_notebooks(project, at_01=[("code", "import os\nos._exit(1)")])
    before = contents(last_report)
    with pytest.raises(NotebookFailed, match=r"01_clean .*failed[\s\S]*died") as caught:
        run.report()
    assert contents(last_report) == before
    shutil.rmtree(caught.value.partial.parents[2])


def test_pages_that_do_not_pass(last_report, executor, monkeypatch):
    def render(*_):
        raise RunError("index.html: a link leads nowhere")

    monkeypatch.setattr(run, "_render", render)
    before = contents(last_report)
    with pytest.raises(RunError, match="leads nowhere"):
        run.report()
    assert contents(last_report) == before
    assert [p.name for p in last_report.parent.iterdir()] == [NAME]


def test_a_figure_altered_by_one_digit(last_report, project):
    path = project / "data" / "raw" / "bns" / "2026.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("58065.", "58066."), encoding="utf-8")
    before = contents(last_report)
    done = command("report")
    assert done.returncode == 1
    assert "data/raw/bns/2026.csv, field 'sha256'" in done.stderr
    assert "git checkout" in done.stderr
    assert contents(last_report) == before


def test_a_kind_without_a_notebook_is_an_error_of_the_register(project, executor):
    (project / "notebooks" / "03_growth.ipynb").unlink()
    with pytest.raises(InputError, match=r"row 27, column 5, field 'claims.population-growth.kind"):
        run.report()
    assert executor.told() == []


def test_parameters_that_leave_a_claim_without_figures(project, executor):
    """It stands on the first page with the reason; alone, it is an error before anything runs."""
    folder = run.report({"economies": ["ABW"]})
    assert (folder / "index.html").is_file()
    asked = executor.told()
    assert ("01_clean", "", "en") in asked
    with pytest.raises(ParameterError, match=r"'(first|last)_year'"):
        run.report({"first_year": 1961, "last_year": 1962}, claim="gdp-multiple")
    assert executor.told() == []


@pytest.mark.parametrize("name", ["panel", "output", "language"])
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
    target = project / "reports" / NAME
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
    assert [p.name for p in last_report.parent.iterdir()] == [NAME]


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
    before = contents(project / "reports")
    # short: sockets lie there, whose path may have 107 bytes at most
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
    assert contents(project / "reports") == before
    assert not [p for p in temporary.iterdir() if p.is_dir() and p.name.startswith("growth")]
    wait_for(lambda: not Path(f"/proc/{mark.read_text()}").exists(), "the kernel lives on")


def wait_for(happens, otherwise: str = "it did not happen", seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, otherwise
        time.sleep(0.1)


# --- the panel and the notebooks themselves -----------------------------------------------------


def test_the_panel_is_written_by_01_clean(project):
    there = project / "data" / "processed" / "panel.parquet"
    there.unlink()
    assert run.panel() == there and there.is_file()


def test_outputs_are_saved_without_what_differs(project):
    run.save_notebooks()
    first = contents(project / "notebooks")
    run.save_notebooks()
    assert contents(project / "notebooks") == first
    nb = notebooks.read(project / "notebooks" / "04_multiple.ipynb")
    assert "papermill" not in nb["metadata"] and "version" not in nb["metadata"]["language_info"]
    code = [c for c in nb["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == [1, 2, 3]
    assert [c["id"] for c in nb["cells"]] == [f"c{n}" for n in range(len(nb["cells"]))]
    assert "".join(code[-1]["outputs"][0]["data"]["text/plain"]).startswith("'")


def test_a_notebook_that_fails_stays_as_it_was(project):
    write_notebooks(project, at_01=[("code", "1 / 0")])
    before = contents(project / "notebooks")
    with pytest.raises(NotebookFailed, match="ZeroDivisionError") as caught:
        run.save_notebooks()
    assert contents(project / "notebooks") == before
    assert caught.value.partial.is_file()
    shutil.rmtree(caught.value.partial.parent)


def test_git_keeps_of_a_saved_notebook_what_it_had(tmp_path):
    """The filter that `make setup` tells git of, in a repository of its own."""

    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    git("init", "--quiet")
    git("config", "filter.growth-claims.clean", f"{sys.executable} -m growth_claims normalise")
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "04_multiple.ipynb"
    shutil.copy(ROOT / "notebooks" / path.name, path)
    git("add", ".")
    git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "-m", "as it was")
    nb = notebooks.read(path)
    nb["metadata"]["language_info"]["version"] = "3.99.1"
    path.write_text(notebooks.to_text(nb), encoding="utf-8")
    assert git("diff") == ""
    nb["cells"][0]["source"] = ["# Another title"]
    path.write_text(notebooks.to_text(nb), encoding="utf-8")
    assert "Another title" in git("diff") and "3.99.1" not in git("diff")


# --- the report ---------------------------------------------------------------------------------


def test_a_run_in_a_pipe_says_where_the_report_is_and_nothing_else(built_report):
    out, _, said = (built_report.parents[1] / "built.said").read_text("utf-8").partition("---")
    assert out.strip().endswith(built_report.name) and len(out.splitlines()) <= 2
    assert said.strip() == ""


def test_two_runs_give_the_same_bytes(built_report, tmp_path):
    """Each notebook once more, and every page: what differed from run to run would differ here."""
    again = tmp_path / built_report.name
    shutil.copytree(built_report, again)
    plan = run.Plan(params.check({}), {}, tmp_path)
    forgotten = {one.notebook: one for one in (*plan.runs(), *plan.front())}
    for one in forgotten.values():
        shutil.rmtree(one.entry.path)
    done = command("report", "--out", str(again), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(one.entry.there for one in forgotten.values()) and len(forgotten) > 8
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
    path = ROOT / "reports" / NAME / name
    assert path.is_file(), f"run `make report` and commit reports/{NAME}/{name}"
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
    assert issubclass(NotebookFailed, RunError) and issubclass(RunError, GrowthClaimsError)
