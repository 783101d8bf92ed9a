"""verdicts.json, verdicts.csv, inputs.csv, datapackage.json: the contract, the bytes, and that no
spreadsheet runs a cell."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from types import SimpleNamespace

import factories
import jsonschema
import pytest
from support import REGISTER, the_study

from growth_claims import claims, tables
from growth_claims.panel import Panel
from growth_claims.readings.assess import assess
from growth_claims.readings.evaluate import evaluate
from growth_claims.report import inputs, machine
from growth_claims.verdicts import Found

SCHEMA = json.loads(machine.SCHEMA.read_text(encoding="utf-8"))


def valid(content: dict) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(content)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_verdict_fits_the_contract():
    content = factories.verdicts()
    valid(content)
    assert list(content) == ["register", "article", "vintages", "claims"]
    claim = content["claims"][0]
    assert list(claim) == SCHEMA["$defs"]["claim"]["required"]
    assert list(claim["found"]) == SCHEMA["$defs"]["found"]["required"]
    assert list(claim["found"]["reading"])[:5] == [
        "start",
        "end",
        "economies",
        "weights",
        "estimator",
    ]
    assert [c["verdict"] for c in content["claims"]] == SCHEMA["$defs"]["claim"]["properties"][
        "verdict"
    ]["enum"]
    assert claim["stated"] == {
        "value": 6.2,
        "low": 6.15,
        "high": 6.25,
        "unit": "percent per year",
    }
    assert claim["readings"] == {"count": 7, "holding": 2, "share": 2 / 7}


def test_the_schema_forbids_what_is_not_in_the_contract():
    content = factories.verdicts()
    content["claims"][0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        valid(content)


def test_what_cannot_be_checked_has_found_nothing():
    claim = factories.verdicts()["claims"][-1]
    assert claim["verdict"] == "cannot be checked" and claim["found"] is None


def test_claims_come_in_the_registers_order():
    register, made = factories.register(), factories.assessments()
    said = {a.claim.id: {"ru": "б", "en": "b"} for a in made}
    content = machine.verdicts_json(register, reversed(made), {}, said)
    assert [c["id"] for c in content["claims"]] == [c.id for c in register.claims]
    assert list(content["claims"][0]["summary"]) == ["en", "ru"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_is_null(value):
    a = factories.assessments()[0]
    found = Found(5.5, a.primary.found.reading, low=value, high=value)
    a = replace(a, primary=replace(a.primary, found=found))
    content = machine.verdicts_json(
        factories.register().model_copy(update={"claims": (a.claim,)}),
        [a],
        {},
        {a.claim.id: {"en": "x", "ru": "x"}},
    )
    assert content["claims"][0]["found"]["low"] is None
    valid(json.loads(machine.json_text(content)))


def test_nan_is_never_written():
    with pytest.raises(ValueError):
        machine.json_text({"x": math.nan})


def test_json_is_utf8_and_ends_with_a_line(tmp_path):
    path = machine.write_json(tmp_path / "x" / "verdicts.json", factories.verdicts())
    content = path.read_bytes()
    assert content.endswith(b"}\n") and b"\r" not in content and b"\\u" not in content
    assert json.loads(content) == factories.verdicts()
    assert machine.write_json(path, factories.verdicts()).read_bytes() == content


def test_numbers_keep_all_their_digits():
    value = 5.784729017397305
    assert machine._number(value) == value and repr(machine._number(82.0)) == "82"
    assert tables.cell(value) == "5.784729017397305" and tables.cell(-0.1) == "-0.1"


# --- CSV ----------------------------------------------------------------------------------------

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_neutralised(text):
    assert tables.spreadsheet_safe(text) == "'" + text


@pytest.mark.parametrize("value", ["plain", "", "6 = 7", "'=1", -5.5, -3, None, 0])
def test_the_rest_stays_as_it_is(value):
    assert tables.spreadsheet_safe(value) == value


def test_no_cell_of_the_csv_runs_and_numbers_stay_numbers():
    content = factories.verdicts()
    claim = content["claims"][0]
    claim["statement"]["en"], claim["summary"]["ru"] = "=cmd|'/C calc'!A0", '-1 "x", y\nz'
    claim["found"]["value"] = claim["stated"]["low"] = -2.5
    rows = list(csv.DictReader(io.StringIO(machine.verdicts_csv(content), newline="")))
    assert rows[0]["statement_en"] == "'=cmd|'/C calc'!A0"
    assert rows[0]["summary_ru"] == '\'-1 "x", y\nz'
    assert float(rows[0]["found_value"]) == float(rows[0]["stated_low"]) == -2.5
    for row in rows:
        for name, cell in row.items():
            if cell.startswith(tables.FORMULA):
                float(cell)
                assert name.startswith(("stated_", "found_"))


def test_the_csv_says_the_same_as_the_json():
    content = factories.verdicts()
    rows = list(csv.DictReader(io.StringIO(machine.verdicts_csv(content))))
    assert [r["id"] for r in rows] == [c["id"] for c in content["claims"]]
    assert list(rows[0]) == list(machine.COLUMNS)
    assert float(rows[0]["found_value"]) == content["claims"][0]["found"]["value"]
    assert rows[2]["held_until"] == "2021" and rows[2]["economies"] == "KAZ KGZ TJK TKM UZB"
    assert rows[-1]["found_value"] == rows[-1]["source"] == rows[-1]["start"] == ""


def test_a_row_with_a_column_too_many_is_an_error():
    with pytest.raises(KeyError, match="no column 'z'"):
        tables.csv_text([{"a": 1, "z": 2}], ["a"])


# --- the figures used ---------------------------------------------------------------------------


def dossier(*ids: str) -> SimpleNamespace:
    study = the_study()
    register = study.register
    chosen = tuple(c for c in register.claims if c.id in ids) if ids else register.claims
    study = replace(study, register=register.model_copy(update={"claims": chosen}))
    made = tuple(assess(study, c) for c in chosen)
    return SimpleNamespace(study=study, assessments=made, vintages={"wdi": "2026-07-01"})


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    output = tmp_path_factory.mktemp("published")
    whole = dossier()
    return whole, output, machine.publish(whole, output)


def test_the_article_is_published_by_the_contract(published):
    _, output, written = published
    assert [p.name for p in written] == ["verdicts.json", "verdicts.csv", "inputs.csv"]
    content = json.loads((output / "verdicts.json").read_text(encoding="utf-8"))
    valid(content)
    assert len(content["claims"]) == len(claims.load(REGISTER).claims) == 20
    assert content["article"]["ours"] == ["arithmetic-population", "arithmetic-gdp"]
    by_id = {c["id"]: c for c in content["claims"]}
    assert by_id["seventh-meeting-2025"]["found"]["source"] == "events"
    assert by_id["arithmetic-population"]["found"]["source"] is None
    assert by_id["kazakhstan-trade-2024"]["found"]["reading"]["partners"] == [
        "KGZ",
        "TJK",
        "TKM",
        "UZB",
    ]
    assert by_id["gdp-growth-20y"]["found"]["value"] == pytest.approx(5.785, abs=5e-4)


def test_without_a_folder_nothing_is_written():
    assert machine.publish(None, "") == machine.publish(None, None) == []


def test_the_figures_used_are_few_and_enough(published):
    whole, output, _ = published
    kept = inputs.load(output / inputs.NAME)
    assert len(kept) < 1000 and not kept.duplicated(list(inputs.KEY)).any()
    again = replace(whole.study, panel=Panel(kept))
    measured = [a for a in whole.assessments if a.primary and a.primary.found]
    measured = [a for a in measured if a.primary.found.reading.source]
    assert len(measured) > 10
    for a in measured:
        value = evaluate(again, a.primary.found.reading, a.claim.stated.unit).value
        assert value == a.primary.found.value, a.claim.id
        assert len(inputs.of_claim(kept, a.claim.id)) > 0


def test_a_file_that_is_no_record_is_none(tmp_path):
    assert inputs.load(tmp_path / "none.csv") is None
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    assert inputs.load(tmp_path / "odd.csv") is None


# --- the data package ---------------------------------------------------------------------------


def test_the_folder_is_a_valid_data_package(published, tmp_path):
    import shutil

    import frictionless

    _, output, _ = published
    made = tmp_path / "report"
    shutil.copytree(output, made)
    machine.write_json(made / "run.json", factories.RUN)
    (made / "charts").mkdir()
    (made / "charts" / "growth.csv").write_text(
        "year,label,value,ok\n2023,'=x,1.5,true\n2024,,-2,false\n", encoding="utf-8"
    )
    written = machine.complete(made, None)
    assert [p.name for p in written] == ["changes.json", "README.md", "datapackage.json"]
    package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} == {
        "verdicts.json",
        "verdicts.csv",
        "inputs.csv",
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
    made = factories.folder(tmp_path / "report")
    first = machine.json_text(machine.datapackage(made))
    assert machine.json_text(machine.datapackage(made)) == first
    assert str(tmp_path) not in first


def test_a_report_without_verdicts_is_left_alone(tmp_path):
    (tmp_path / "verdicts.json").write_text("{}\n")
    assert machine.complete(tmp_path) == []
    assert [p.name for p in tmp_path.iterdir()] == ["verdicts.json"]


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
