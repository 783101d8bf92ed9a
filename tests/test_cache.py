"""Nothing twice: after each kind of change exactly what follows from it is run again."""

from __future__ import annotations

import json
import resource
import shutil

import pytest
from conftest import NAME, command, small_notebooks

from growth_claims import cache, run
from growth_claims.errors import ParameterError

PACKAGE = cache._package  # the fixture `executor` puts another in its place
CLAIMS = {"gdp-multiple": "04_multiple", "population-growth": "03_growth"}


def both(notebook: str, claim: str = "") -> list[tuple[str, str, str]]:
    return [(notebook, claim, code) for code in ("en", "ru")]


FRONT = both("09_report")
EVERY = sorted(
    [r for c, n in CLAIMS.items() for r in both(n, c)]
    + both("01_clean")
    + both("08_methods")
    + FRONT
)


@pytest.fixture
def made(project, executor):
    """A project whose report is made."""
    run.report()
    assert executor.told() == EVERY
    return project


def edit(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def register(project):
    return project / "claims" / f"{NAME}.yaml"


def test_nothing_has_changed(made, executor, monkeypatch):
    lines = []
    monkeypatch.setattr(run, "_executor", lambda: pytest.fail("something is made"))
    folder = run.report(say=lines.append)
    assert lines == [f"nothing has changed since reports/{NAME} was made"]
    assert folder == made / "reports" / NAME


def test_a_rerun_without_a_change_is_over_at_once(made, monkeypatch):
    """By the command: whatever is heavy to import is not. Of the processor's time, for others may
    be at work here."""
    monkeypatch.setattr(cache, "_package", PACKAGE)
    run.report()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = command("report", cwd=made)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0 and done.stdout == f"reports/{NAME}\n"
    assert "nothing has changed" in done.stderr
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5


def test_force_runs_everything(made, executor):
    run.report(force=True)
    assert executor.told() == EVERY


def test_a_claims_text(made, executor):
    edit(register(made), "The population grew", "The population grew fast")
    run.report()
    assert executor.told() == sorted(both("03_growth", "population-growth") + FRONT)


def test_a_comment_and_the_claims_order_rerun_the_first_page_at_most(made, executor):
    edit(register(made), "topics:", "# a comment\ntopics:")
    run.report()
    assert executor.told() == []


def test_a_cross_check(made, executor):
    edit(register(made), "{en: because, ru: потому}", "{en: for, ru: ибо}")
    run.report()
    assert executor.told() == FRONT


def test_the_registers_head(made, executor):
    edit(register(made), "economies: [KAZ, UZB]", "economies: [KAZ, TJK]")
    run.report()
    assert executor.told() == EVERY


@pytest.mark.parametrize("name", ["quantities", "groups"])
def test_a_table_beside_the_registers(made, executor, name):
    path = made / "claims" / f"{name}.yaml"
    path.write_text(path.read_text("utf-8") + "# a note\n", encoding="utf-8")
    run.report()
    assert executor.told() == EVERY


def test_another_register_changes_nothing(made, executor):
    shutil.copy(register(made), register(made).with_name("other.yaml"))
    run.report()
    assert executor.told() == []


def test_a_notebook(made, executor):
    text = small_notebooks(at_04=[("markdown", "## A word more")])["04_multiple"]
    (made / "notebooks" / "04_multiple.ipynb").write_text(text, encoding="utf-8")
    run.report()
    assert executor.told() == both("04_multiple", "gdp-multiple")  # its piece says the same


def test_outputs_saved_in_a_notebook_change_nothing(made, executor):
    path = made / "notebooks" / "04_multiple.ipynb"
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["cells"][1]["execution_count"] = 7
    path.write_text(json.dumps(nb), encoding="utf-8")
    run.report()
    assert executor.told() == []


def test_the_notebook_of_the_first_page(made, executor):
    text = small_notebooks(at_09=[("markdown", "## A word more")])["09_report"]
    (made / "notebooks" / "09_report.ipynb").write_text(text, encoding="utf-8")
    run.report()
    assert executor.told() == FRONT


def test_figures(made, executor):
    from growth_claims import sources

    path = made / "data" / "raw" / "bns" / "2026.csv"
    edit(path, "Bureau", "The Bureau")
    sources.seal()
    run.report()
    assert executor.told() == EVERY


def test_the_lock_file(made, executor):
    (made / "requirements.lock").write_text("other\n", encoding="utf-8")
    run.report()
    assert executor.told() == EVERY


@pytest.mark.parametrize("of", ["_package", "versions"])
def test_the_package_and_what_it_stands_on(made, executor, monkeypatch, of):
    monkeypatch.setattr(cache, of, lambda: {"other": "1"})
    run.report()
    assert executor.told() == EVERY


def test_parameters_have_runs_of_their_own(made, executor):
    run.report({"first_year": 2005})
    assert executor.told() == EVERY
    run.report({"first_year": 2005})
    run.report()
    assert executor.told() == []


def test_one_claim(made, executor):
    folder = run.report(claim="gdp-multiple")
    assert folder.name == f"{NAME}+claim-gdp-multiple"
    assert executor.told() == both("09_report", "gdp-multiple")  # its own run is kept
    with pytest.raises(ParameterError, match="Did you mean 'gdp-multiple'"):
        run.report(claim="gdp-multiples")


def test_what_fails_is_not_kept_and_the_rest_is(project, executor, monkeypatch):
    real = executor.run

    def fails(jobs, done, say, **more):
        real([j for j in jobs if j.notebook.stem != "04_multiple"], done, say, **more)
        raise run.RunError("a cell failed")

    monkeypatch.setattr(executor, "run", fails)
    with pytest.raises(run.RunError):
        run.report()
    executor.told()
    monkeypatch.setattr(executor, "run", real)
    run.report()
    assert executor.told() == sorted(both("04_multiple", "gdp-multiple") + FRONT)


def test_a_report_that_somebody_changed_is_made_again_from_what_is_kept(made, executor):
    page = made / "reports" / NAME / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text("changed", encoding="utf-8")
    (page.parent / "report.pdf").write_text("more is no change", encoding="utf-8")
    run.report()
    assert executor.told() == []
    assert page.read_text(encoding="utf-8") == text


def test_what_was_not_used_for_longest_goes(made):
    entries = [p for p in cache.folder().iterdir() if p.name != "reports"]
    cache.prune(kept=3)
    assert len([p for p in cache.folder().iterdir() if p.name != "reports"]) == 3 < len(entries)
    run.report(force=False)
