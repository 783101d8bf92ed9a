"""What changed since the report before, and what changed it: figures, method, or both."""

from __future__ import annotations

import json
import re
import shutil

import pytest
import sample_report

from growth_claims import i18n
from growth_claims.report import changes, inputs, machine

GROWTH, LEVEL = "population-growth", "population"


def report(folder, study, run=sample_report.RUN):
    """A report's folder as a run leaves it."""
    folder.mkdir(parents=True)
    machine.write_json(folder / "verdicts.json", sample_report.of_study(study))
    figures = inputs.used_figures(study, study.register.claims)
    machine.write_text(folder / inputs.NAME, inputs.text(figures))
    machine.write_json(folder / "run.json", run)
    machine.write_text(folder / "charts" / "growth.csv", "year,label,value\n2024,b,-2\n")
    return folder


def run(*inputs: str, **more) -> dict:
    """run.json with other hashes of some inputs."""
    other = {name: "1" * 64 for name in inputs}
    return sample_report.RUN | {"inputs": sample_report.RUN["inputs"] | other} | more


MANIFEST, WDI = "data/raw/datapackage.json", "data/raw/wdi/2026-07-01.csv"
OTHER_DATA, OTHER_CODE = run(MANIFEST, WDI), run("growth_claims")
BOTH = run(MANIFEST, WDI, "growth_claims")


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    folder = report(tmp_path_factory.mktemp("old") / "report", sample_report.small_study())
    changes.record(folder, None)
    return folder


@pytest.fixture(scope="module")
def with_new_figures(tmp_path_factory):
    study = sample_report.small_study(times=1.1)
    return report(tmp_path_factory.mktemp("new") / "report", study, OTHER_DATA)


def copied(folder, to, **content):
    """A copy of a report, some of its JSON files replaced."""
    shutil.copytree(folder, to)
    (to / changes.NAME).unlink(missing_ok=True)
    for name, what in content.items():
        machine.write_json(to / f"{name}.json", what)
    return to


def altered(folder, claim_id=GROWTH, **found) -> dict:
    """verdicts.json of a folder with other numbers found for a claim."""
    verdicts = machine.read_json(folder / "verdicts.json")
    claim = next(c for c in verdicts["claims"] if c["id"] == claim_id)
    claim["found"] |= found
    return verdicts


def recorded(new, old) -> dict:
    register = sample_report.small_study().register
    return json.loads(changes.record(new, old, register).read_text(encoding="utf-8"))


def said(folder, language="en") -> str:
    with i18n.use(language):
        return changes.body(folder)


def cause(content, claim_id=GROWTH) -> dict:
    return next(c for c in content["claims"] if c["id"] == claim_id)["cause"]


# --- nothing older, nothing new -----------------------------------------------------------------


def test_a_first_report_has_nothing_to_compare_with(old):
    assert machine.read_json(old / changes.NAME) == changes.nothing()
    for language in i18n.LANGUAGES:
        assert "<h2" not in said(old, language) and 'class="note"' in said(old, language)


def test_the_same_report_again_changes_nothing(old, tmp_path):
    again = copied(old, tmp_path / "again")
    first = changes.record(again, old).read_bytes()
    assert json.loads(first) == changes.nothing()
    third = copied(old, tmp_path / "third")
    assert changes.record(third, again).read_bytes() == first


def test_a_new_program_that_changes_no_number_is_no_change(old, tmp_path):
    new = copied(old, tmp_path / "new", run=OTHER_CODE)
    assert recorded(new, old) == changes.nothing()


def test_the_last_digits_are_those_of_a_processor(old, tmp_path):
    verdicts = machine.read_json(old / "verdicts.json")
    value = verdicts["claims"][1]["found"]["value"]
    new = copied(old, tmp_path / "new", verdicts=altered(old, value=value * (1 + 1e-12)))
    assert recorded(new, old) == changes.nothing()


def test_the_report_of_another_text_is_not_compared(old, tmp_path):
    verdicts = altered(old, value=1.0) | {"register": "another"}
    new = copied(old, tmp_path / "new", verdicts=verdicts)
    assert recorded(new, old) == changes.nothing()


def test_a_rebuild_carries_the_record_forward(old, with_new_figures, tmp_path):
    """What changed is told of until something else changes, and with the same bytes."""
    new = copied(with_new_figures, tmp_path / "new")
    first = changes.record(new, old).read_bytes()
    assert json.loads(first)["claims"]
    again = copied(new, tmp_path / "again")
    assert changes.record(again, new).read_bytes() == first
    assert said(again) == said(new)
    back = copied(old, tmp_path / "back")
    assert recorded(back, again)["claims"][0]["id"] == LEVEL


def test_a_broken_record_is_not_carried(old, tmp_path):
    broken = copied(old, tmp_path / "broken")
    new = copied(old, tmp_path / "new")
    for text in ("{", '{"now": 1}'):
        (broken / changes.NAME).write_text(text)
        assert recorded(new, broken) == changes.nothing()


# --- figures ------------------------------------------------------------------------------------


def test_other_figures_are_named(old, with_new_figures, tmp_path):
    new = copied(with_new_figures, tmp_path / "new")
    content = recorded(new, old)
    assert [c["id"] for c in content["claims"]] == [LEVEL, GROWTH]
    because = cause(content)
    assert because["kind"] == "data" and because["method"] == []
    assert because["figures"] == 1
    figure = because["named"][0]
    assert (figure["economy"], figure["year"]) == ("UZB", 2024)
    assert figure["new"] == pytest.approx(1.1 * figure["old"])
    page = said(new)
    for part in ("The figures changed it.", "Uzbekistan, 2024", f'href="index.html#{GROWTH}"'):
        assert part in page
    assert "found.value" in {f["field"] for f in content["claims"][0]["fields"]}


def test_another_edition_is_named(old, tmp_path):
    study = sample_report.small_study("2025-04-01", times=0.9)
    before = report(tmp_path / "april", study, OTHER_DATA)
    new = copied(old, tmp_path / "new")
    because = cause(recorded(new, before))
    assert because["kind"] == "data" and because["vintages"] == ["2025-04-01", "2025-07-01"]
    assert because["figures"] == 1 and len(because["named"]) == 1
    page = said(new)
    assert "Edition of 1 July 2025 instead of 1 April 2025" in page
    assert "published figure differs" in page


# --- method -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "part"),
    [
        (OTHER_CODE, "code"),
        (run("claims/sample.yaml"), "register"),
        (run(versions=sample_report.RUN["versions"] | {"numpy": "9"}), "versions"),
        (run(parameters=sample_report.RUN["parameters"] | {"first_year": 2005}), "parameters"),
    ],
)
def test_other_method_is_named(old, tmp_path, other, part):
    new = copied(old, tmp_path / "new", verdicts=altered(old, value=9.0), run=other)
    because = cause(recorded(new, old))
    assert because["kind"] == "method" and because["method"] == [part]
    assert because["figures"] == 0
    assert "The method changed it" in said(new)


def test_other_bounds_are_method(old, tmp_path):
    verdicts = machine.read_json(old / "verdicts.json")
    verdicts["claims"][0]["stated"]["high"] = 58.1
    new = copied(old, tmp_path / "new", verdicts=verdicts)
    assert cause(recorded(new, old), LEVEL)["method"] == ["register"]


# --- both ---------------------------------------------------------------------------------------


def test_where_both_changed_they_are_told_apart_by_computing(old, with_new_figures, tmp_path):
    """Today's method on the old figures gives the old number: so the figures did it."""
    new = copied(with_new_figures, tmp_path / "new", run=BOTH)
    because = cause(recorded(new, old))
    value = next(c for c in machine.read_json(old / "verdicts.json")["claims"] if c["id"] == GROWTH)
    assert because["kind"] == "data"
    assert because["recomputed"] == pytest.approx(value["found"]["value"], rel=1e-12)


def test_where_the_method_alone_moved_the_number(old, tmp_path):
    """The old report computed something else from the same figures, and a file that the claim does
    not use was replaced too."""
    before = copied(old, tmp_path / "before", verdicts=altered(old, value=9.0))
    new = copied(old, tmp_path / "new", run=BOTH)
    because = cause(recorded(new, before))
    assert because["kind"] == "method" and because["figures"] == 0


def test_where_both_moved_the_number_each_share_is_said(old, with_new_figures, tmp_path):
    before = copied(old, tmp_path / "before", verdicts=altered(old, value=9.0))
    new = copied(with_new_figures, tmp_path / "new", run=BOTH)
    because = cause(recorded(new, before))
    assert because["kind"] == "both" and because["recomputed"] == pytest.approx(
        100 * (1.015**24 - 1), rel=1e-9
    )
    page = said(new)
    assert "both changed" in page
    assert "method gives 42.95" in page


def test_where_they_cannot_be_told_apart_it_says_so(old, with_new_figures, tmp_path):
    before = copied(old, tmp_path / "before", verdicts=altered(old, value=9.0))
    (before / "inputs.csv").unlink()
    new = copied(with_new_figures, tmp_path / "new", run=BOTH)
    because = cause(recorded(new, before))
    assert because["kind"] == "both" and because["recomputed"] is None
    assert "cannot be told apart" in said(new)


def test_of_a_report_that_only_git_kept_the_numbers_are_compared(old, with_new_figures, tmp_path):
    before = copied(old, tmp_path / "before")
    for name in ("run.json", "inputs.csv", "charts/growth.csv"):
        (before / name).unlink()
    (before / "charts").rmdir()
    new = copied(with_new_figures, tmp_path / "new")
    content = recorded(new, before)
    assert content["charts"] == [] and cause(content)["kind"] == "unknown"
    assert "does not say what it was made from" in said(new)


# --- claims and charts --------------------------------------------------------------------------


def test_claims_that_came_and_went(old, tmp_path):
    verdicts = machine.read_json(old / "verdicts.json")
    gone = verdicts["claims"].pop(0)
    verdicts["claims"].append(gone | {"id": "another"})
    new = copied(old, tmp_path / "new", verdicts=verdicts)
    content = recorded(new, old)
    assert {c["id"]: c["change"] for c in content["claims"]} == {
        "another": "added",
        LEVEL: "removed",
    }
    assert "A new claim." in said(new) and f"index.html#{LEVEL}" not in said(new)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("year,label,value\n2024,b,-2.5\n", {"change": "changed", "cells": 1}),
        ("year,label,value\n2024,b,\n", {"change": "changed", "cells": 1}),
        ("year,label,value\n2024,c,-2.0\n", None),
        ("year,label,value\n2024,b,-2.0000000001\n", None),
        ("year,label,value\n2024,b,-2\n2025,b,1\n", None),
        ("year,value\n2024,-2\n", None),
    ],
)
def test_figures_of_charts(old, tmp_path, text, change):
    new = copied(old, tmp_path / "new")
    (new / "charts" / "growth.csv").write_text(text)
    content = recorded(new, old)
    assert content["charts"] == ([] if change is None else [{"name": "growth.csv", **change}])


def test_other_forms_of_charts_are_said_beside_a_change(old, with_new_figures, tmp_path):
    new = copied(with_new_figures, tmp_path / "new")
    (new / "charts" / "growth.csv").write_text("year,value\n2024,-2\n")
    (new / "charts" / "more.csv").write_text("year,value\n2024,-2\n")
    content = recorded(new, old)
    assert [(c["name"], c["change"]) for c in content["charts"]] == [
        ("growth.csv", "form"),
        ("more.csv", "added"),
    ]
    assert 'href="charts/more.csv"' in said(new)


# --- the page -----------------------------------------------------------------------------------


def test_both_languages_say_the_same_numbers(old, with_new_figures, tmp_path):
    new = copied(with_new_figures, tmp_path / "new")
    changes.record(new, old)
    pages = [said(new, language) for language in i18n.LANGUAGES]
    numbers = [re.findall(r"\d+[.,]\d+", re.sub(r"<[^>]+>", " ", p)) for p in pages]
    assert [n.replace(",", ".") for n in numbers[0]] == [n.replace(",", ".") for n in numbers[1]]
    assert numbers[0]
    assert [p.count("<h3") for p in pages] == [2, 2]
    assert all("style=" not in p for p in pages)


def test_numbers_are_shown_so_that_they_differ():
    assert changes.decimals(5.785, 5.7851, "percent per year") == 4
    assert changes.decimals(5.1, None, "percent per year") == 1
    stated = {"low": 6.15, "high": 6.25}
    assert changes.decimals(6.1, 6.24, "percent per year", stated) == 1
    assert changes.decimals(6.149, 6.1, "percent per year", stated) == 3
