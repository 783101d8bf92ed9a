"""verdicts.json, verdicts.csv, inputs.csv, datapackage.json: the contract, the bytes, and that no
spreadsheet runs a cell."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest
import sample_report
from conftest import ROOT

from growth_claims import gathering, pieces
from growth_claims.errors import InputError
from growth_claims.panel import COLUMNS, Panel
from growth_claims.plot.chart import FORMULA
from growth_claims.readings import evaluate
from growth_claims.report import inputs, machine
from growth_claims.verdicts import Verdict

SCHEMA = json.loads(machine.SCHEMA.read_text(encoding="utf-8"))


def valid(content: dict) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(content)


# --- verdicts.json ------------------------------------------------------------------------------


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_what_a_run_writes_fits_the_contract():
    content = sample_report.of_study(sample_report.small_study())
    valid(content)
    assert list(content) == SCHEMA["required"] and content["schema"] == pieces.SCHEMA == 2
    assert list(content["claims"][0]) == SCHEMA["$defs"]["claim"]["required"]
    assert list(content["claims"][0]["found"]) == SCHEMA["$defs"]["found"]["required"]
    assert content["vintages"] == {"wdi": sample_report.EDITION}
    assert [c["id"] for c in content["cross_checks"]] == ["fits"]
    valid(sample_report.verdicts())


@pytest.mark.parametrize("path", sorted((ROOT / "reports").glob("*/verdicts.json")), ids=str)
def test_what_git_keeps_fits_the_contract(path):
    valid(json.loads(path.read_text(encoding="utf-8")))


def test_the_schema_forbids_what_is_not_in_the_contract():
    content = sample_report.verdicts()
    content["claims"][0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        valid(content)


def test_nan_is_never_written():
    with pytest.raises(ValueError):
        machine.json_text({"x": math.nan})


def test_json_is_utf8_and_ends_with_a_line(tmp_path):
    path = machine.write_json(tmp_path / "x" / "verdicts.json", sample_report.verdicts())
    content = path.read_bytes()
    assert content.endswith(b"}\n") and b"\r" not in content and b"\\u" not in content
    assert json.loads(content) == sample_report.verdicts()
    assert machine.write_json(path, sample_report.verdicts()).read_bytes() == content
    assert [p.name for p in path.parent.iterdir()] == ["verdicts.json"]


# --- CSV ----------------------------------------------------------------------------------------

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_neutralised(text):
    assert machine._cell(text) == "'" + text


@pytest.mark.parametrize("value", ["plain", "", "6 = 7", "'=1", -3, None, 0])
def test_the_rest_stays_as_it_is(value):
    assert machine._cell(value) == value


def test_numbers_keep_all_their_digits():
    content = sample_report.verdicts()
    content["claims"][0]["found"]["value"] = 5.784729017397305
    assert ",5.784729017397305," in machine.verdicts_csv(content)


def test_no_cell_of_the_csv_runs_and_numbers_stay_numbers():
    content = sample_report.verdicts()
    claim = content["claims"][0]
    claim["statement"]["en"], claim["summary"]["ru"] = "=cmd|'/C calc'!A0", '-1 "x", y\nz'
    claim["found"]["value"] = claim["stated"]["low"] = -2.5
    rows = list(csv.DictReader(io.StringIO(machine.verdicts_csv(content), newline="")))
    assert rows[0]["statement_en"] == "'=cmd|'/C calc'!A0"
    assert rows[0]["summary_ru"] == '\'-1 "x", y\nz'
    assert float(rows[0]["found_value"]) == float(rows[0]["stated_low"]) == -2.5
    for row in rows:
        for name, cell in row.items():
            if cell.startswith(FORMULA):
                float(cell)
                assert name.startswith(("stated_", "found_"))


def test_the_csv_says_the_same_as_the_json():
    content = sample_report.verdicts()
    rows = list(csv.DictReader(io.StringIO(machine.verdicts_csv(content))))
    assert [r["id"] for r in rows] == [c["id"] for c in content["claims"]]
    assert list(rows[0]) == list(machine.COLUMNS)
    assert float(rows[0]["found_value"]) == content["claims"][0]["found"]["value"]
    assert rows[0]["today_verdict"] == "does not hold" and rows[0]["economies"] == "KAZ UZB"
    assert rows[-1]["found_value"] == rows[-1]["source"] == rows[-1]["start"] == ""


# --- the figures used ---------------------------------------------------------------------------


def test_the_figures_used_are_few_and_enough(tmp_path):
    study = sample_report.small_study()
    path = tmp_path / inputs.NAME
    path.write_text(inputs.text(inputs.used_figures(study, study.register.claims)))
    kept = inputs.load(path)
    assert not kept.duplicated(list(inputs.KEY)).any()
    assert kept["year"].min() == 2000 and kept["year"].max() == 2024
    for claim in study.register.claims:
        again = replace(
            study, panel=Panel(inputs.of_claim(kept, claim.id)[list(COLUMNS)]), _made={}
        )
        reading = study.primary(claim)
        first, second = (evaluate(s, claim, reading).value for s in (study, again))
        assert first == second
    assert set(inputs.of_claim(kept, "population")["year"]) == set(range(2015, 2025))


def test_a_file_that_is_no_record_is_none(tmp_path):
    assert inputs.load(tmp_path / "none.csv") is None
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    assert inputs.load(tmp_path / "odd.csv") is None


# --- the data package ---------------------------------------------------------------------------


def test_the_folder_is_a_valid_data_package(tmp_path):
    import frictionless

    made = sample_report.folder(tmp_path / "report")
    (made / "charts" / "growth.csv").write_text(
        "year,label,value,ok\n2023,'=x,1.5,true\n2024,,-2,false\n", encoding="utf-8"
    )
    machine.write_json(made / "datapackage.json", machine.datapackage(made))
    package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} == {
        "verdicts.json",
        "verdicts.csv",
        "charts/growth.csv",
    }
    types = [f["type"] for f in package["resources"][-1]["schema"]["fields"]]
    assert types == ["integer", "string", "number", "boolean"]
    report = frictionless.validate(str(made / "datapackage.json"))
    assert report.valid, report.flatten(["name", "message"])

    chart = made / "charts" / "growth.csv"
    chart.write_text(chart.read_text().replace("1.5", "1.6"))
    assert not frictionless.validate(str(made / "datapackage.json")).valid


def test_the_package_is_the_same_twice(tmp_path):
    made = sample_report.folder(tmp_path / "report")
    first = machine.json_text(machine.datapackage(made))
    assert machine.json_text(machine.datapackage(made)) == first
    assert str(tmp_path) not in first


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"1", "-2"}, "integer"),
        ({"1", "2.5", "1e-05"}, "number"),
        ({"nan"}, "string"),
        ({"1_000"}, "string"),
        ({" 1"}, "string"),
        ({"2026-10"}, "string"),
        (set(), "string"),
        ({"true"}, "boolean"),
    ],
)
def test_types_follow_from_the_cells(cells, kind):
    assert machine._type(cells) == kind


# --- what 09_report works with ------------------------------------------------------------------


def test_verdicts_are_gathered_and_written(tmp_path):
    settings = SimpleNamespace(output=tmp_path)
    made = sample_report.register()
    study = replace(sample_report.small_study(), register=made)
    report = gathering.Report(study, settings, sample_report.entries())
    claims = report.claims()
    assert list(claims.index) == [c.id for c in made.claims]
    assert list(claims["verdict"]) == [str(v) for v in Verdict]
    assert claims.loc["holds", "today"] == "does not hold"
    assert list(report.not_checked()["why"]) == ["No figure."]
    counts = report.save()
    assert dict(counts) == {str(v): 1 for v in Verdict}
    written = json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"))
    valid(written)
    assert [c["id"] for c in written["claims"]] == list(claims.index)
    assert "page" not in written["claims"][0] and (tmp_path / inputs.NAME).is_file()


def test_only_verdicts_that_a_margin_changes_are_listed():
    changed, same = sample_report.entry(Verdict.CLOSE, "a"), sample_report.entry(Verdict.HOLDS, "b")
    changed["margins"]["0.01"] = str(Verdict.DOES_NOT_HOLD)
    study = sample_report.small_study()
    table = gathering.Report(study, SimpleNamespace(output=None), [changed, same]).margins()
    assert len(table) == 1 and list(table.iloc[0]) == ["does not hold", "close", "close", "close"]


def test_without_a_run_the_kept_verdicts_are_shown_or_missed(tmp_path, monkeypatch):
    monkeypatch.setattr(gathering.paths, "reports", lambda: tmp_path)
    study = replace(sample_report.small_study(), register=sample_report.register())
    with pytest.raises(InputError, match="growth-claims report"):
        gathering._kept(study)
    machine.write_json(tmp_path / "sample" / "verdicts.json", sample_report.verdicts())
    kept = gathering._kept(study)
    assert [e["verdict"] for e in kept] == [str(v) for v in Verdict]
    assert kept[0]["page"]["ru"]["found"].startswith("6,2") and kept[0]["page"]["ru"]["run"]
    assert not kept[-1]["page"]["en"]["run"]


def test_editions_are_all_that_claims_rest_on():
    """Two claims may take two editions of one source, as each has its own years."""
    made = sample_report.verdicts()
    made["claims"][0]["found"] |= {"vintage": "2026-03-06"}
    assert machine.rests_on(made) == [("wdi", "2025-12-17"), ("wdi", "2026-03-06")]
