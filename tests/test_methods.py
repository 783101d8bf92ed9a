"""The tables about all claims at once, the two notebooks that show them, and a panel made once."""

import json
import os
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from second_way import FIVE, ROOT, rate, raw, the_study, total, volume

from growth_claims import growth, i18n, methods, panel, params, simulation
from growth_claims.report import markdown
from growth_claims.verdicts import Materiality

DAY = "2025-12-17"
FOUR = tuple(e for e in FIVE if e != "TKM")
TRADE = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")


@pytest.fixture(scope="module")
def checks():
    return methods.checks(the_study(), params.check({}))


@pytest.fixture(scope="module")
def revisions(checks):
    return methods.revisions(checks)


def cells(name: str, kind: str) -> list[str]:
    content = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))
    return ["".join(c["source"]) for c in content["cells"] if c["cell_type"] == kind]


# --- the figures in doubt -----------------------------------------------------------------------


def test_without_the_doubtful_growth_and_trade_are_those_of_the_other_four(checks):
    table = methods.without_doubtful(checks)
    first, last = (sum(volume(DAY, e, year) for e in FOUR) for year in (2004, 2024))
    assert table.loc["gdp-growth-20y", "without"] == pytest.approx(rate(first, last, 20), abs=1e-12)
    times = total(DAY, TRADE, 2024, FOUR) / total(DAY, TRADE, 2000, FOUR)
    trade = table.loc["trade-since-2000"]
    assert trade["without"] == pytest.approx(times, rel=1e-12)
    assert (trade["outcome"], trade["outcome_without"]) == ("close", "fails")
    assert trade["changes"]


def test_no_level_is_compared_with_that_of_fewer_countries(checks):
    table = methods.without_doubtful(checks)
    kinds = {checks[name].claim.kind for name in table.index}
    assert kinds == {"growth", "multiple", "comparison", "direction"}
    said = table["outcome"] != table["outcome_without"]
    assert (table["changes"] == said).all() and said.any() and not said.all()


def test_a_register_that_gives_no_occasion_is_answered_in_a_sentence(checks):
    few = {name: c for name, c in checks.items() if c.claim.kind in ("level", "events")}
    assert "doubts no figure" in methods.without_doubtful(few)
    assert "no claim of growth" in methods.unit_roots(few)


# --- the series, the estimators -----------------------------------------------------------------


def test_each_claim_of_growth_is_answered_by_the_estimator_that_its_tests_allow(checks):
    table = methods.unit_roots(checks)
    assert set(table.index) == {n for n, c in checks.items() if c.claim.kind == "growth"}
    for name, row in table.iterrows():
        trend = row["adf_p"] < 0.05 <= row["kpss_p"]
        best = "log_trend_glsar" if trend else growth.QUOTED
        levels = checks[name].aggregate().values.loc[row["start"] : row["end"]]
        found = growth.estimate(best, levels)
        assert row["rate"] == found.rate and (row["low"], row["high"]) == (found.low, found.high)
        assert row["inside"] == (found.low <= checks[name].stated.value <= found.high)


def test_estimates_are_over_the_years_of_the_claim(checks):
    table = methods.estimates(checks).set_index(["claim", "estimator"])
    for name in dict.fromkeys(table.index.get_level_values("claim")):
        found = checks[name].found.value
        assert table.loc[(name, "endpoint"), "rate"] == pytest.approx(found, rel=1e-12)
    assert len(table.loc["gdp-growth-20y"]) == len(growth.ESTIMATORS)
    assert (table["outcome"] == "holds").sum() == (
        table.loc["population-growth-rate", "outcome"].eq("holds").sum()
    )


def test_the_sample_is_that_of_the_longest_claim_of_growth(checks):
    sample = methods.sample(checks)
    assert list(sample.index) == list(range(2004, 2025))
    expected = sum(volume(DAY, e, 2010) for e in FIVE) / 1e9
    assert sample[2010] == pytest.approx(expected, rel=1e-12)
    events = {n: c for n, c in checks.items() if c.claim.kind == "events"}
    assert methods.sample(events).empty
    with pytest.raises(ValueError, match="years"):
        methods.recursive(methods.sample(events))


def test_coverage_is_that_of_the_saved_study():
    for kind in simulation.KINDS:
        table = methods.intervals(kind)
        saved = simulation.saved().set_index(["process", "estimator", "years"])["coverage"]
        assert list(table.columns) == list(simulation.LENGTHS) and len(table) == 5
        row = table.loc["drift, prewhitened"]
        for years in simulation.LENGTHS:
            assert row[years] == pytest.approx(100 * saved[kind, growth.QUOTED, years])


# --- margins and revisions ----------------------------------------------------------------------


def test_verdicts_under_the_margin_in_force_are_the_verdicts(checks):
    table = methods.margins(checks, shares=(0.01, Materiality().share, 0.1))
    now = methods.verdicts(checks)
    assert (table.iloc[:, 2] == now["verdict"]).all()
    assert set(table.index) == set(checks) and (table["statement"] == now["statement"]).all()
    assert table.loc["population-since-2000"].tolist()[1:] == ["out of date", "close", "close"]
    points = methods.margins_in_points(the_study(), (0.01, 0.05))
    assert points.tolist() == pytest.approx([0.05, 0.25])


def test_revisions_are_those_between_two_editions(revisions):
    row = revisions[
        (revisions["quantity"] == "gdp-dollars")
        & (revisions["later"] == "2026-07-01")
        & (revisions["end"] == 2024)
    ].iloc[0]
    before, after = (total(v, ("NY.GDP.MKTP.CD",), 2024) for v in (row["earlier"], "2026-07-01"))
    assert row["revision"] == pytest.approx(100 * (after / before - 1), rel=1e-9)
    keys = ["quantity", "measured", "source", "earlier", "later", "end"]
    assert not revisions.duplicated(keys).any()


def test_the_margin_stands_beside_what_revisions_really_are(revisions):
    table = methods.usual_revisions(revisions, the_study()).set_index(["quantity", "measured"])
    growth_ = table.loc[("real-gdp", "its growth over twenty years")]
    level = table.loc[("population", "its level")]
    assert growth_["margin"] == 0.25 and level["margin"] == 5
    size = revisions[(revisions["quantity"] == "population") & (revisions["measured"] == "level")]
    assert level["p95"] == pytest.approx(np.quantile(size["revision"].abs(), 0.95))
    assert 0.1 < growth_["p95"] < growth_["margin"] and level["p95"] < level["margin"] / 4


def test_the_largest_revisions_come_first(revisions):
    table = methods.largest_revisions(revisions, top=5)
    size = table["revision"].abs()
    assert len(table) == 5 and size.is_monotonic_decreasing
    levels = revisions[revisions["measured"] == "level"]["revision"].abs()
    assert size.iloc[0] == levels.max() and table["label"].is_unique


# --- the figures --------------------------------------------------------------------------------


def test_publishers_disagree_most_where_the_register_doubts():
    found = methods.by_source(the_study(), FIVE, 2024)
    dollars = found[found["quantity"] == "gdp-dollars"].set_index(["economy", "source"])["value"]
    assert dollars["TKM", "wdi"] == pytest.approx(44.2, abs=0.05)
    assert dollars["TKM", "weo"] == pytest.approx(
        raw("weo", "2026-04")["TKM", "NGDPD", 2024], rel=1e-9
    )
    table = methods.disagreements(found)
    levels = table[table["unit"] != "percent"]
    assert levels.iloc[0][["quantity", "economy"]].tolist() == ["gdp-dollars", "TKM"]
    gap = 100 * (dollars["TKM"].max() / dollars["TKM"].min() - 1)
    assert levels.iloc[0]["difference"] == pytest.approx(gap, rel=1e-12)
    rates = table[table["unit"] == "percent"]
    assert rates.iloc[0]["economy"] == "TKM"
    one = found[(found["quantity"] == "real-gdp") & (found["economy"] == "KGZ")]
    published = raw("wdi", "2026-07-01")["KGZ", "NY.GDP.MKTP.KD.ZG", 2024]
    assert one.set_index("source")["value"]["wdi"] == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_coverage_says_what_the_least_certain_country_has(language):
    with i18n.use(language):
        table = methods.coverage(the_study(), FIVE)
        words = {name: i18n._(text) for name, text in methods.display.STATUSES.items()}
    row = table[table.index.str.contains("(NGDPD)", regex=False)].iloc[0]
    newest = the_study().panel.status("weo", "2026-04", "NGDPD", FIVE)
    for year in (2000, 2022, 2025, 2026):
        worst = max(newest.loc[year], key=methods.CERTAIN.index)
        assert row[year] == words[worst]
    assert pd.isna(row[1990])
    assert methods.coverage(the_study(), [*FIVE, "TUV"]).notna().sum().sum() < (
        table.notna().sum().sum()
    )


def test_thresholds_are_of_the_literal_readings_only():
    table = methods.thresholds(the_study())
    assert set(table["source"]) == {"wdi", "bns"}
    assert {"SP.POP.TOTL", "NY.GDP.MKTP.KD", *TRADE} <= set(table["indicator"])
    assert (table[["jump", "recent", "alone"]] > 1).all(axis=None)


# --- the panel is made once ---------------------------------------------------------------------


def test_a_panel_of_the_same_figures_and_code_is_not_made_again(tmp_path, monkeypatch):
    made = []
    small = the_study().panel.frame.query("source == 'cia'")
    monkeypatch.setattr(panel, "build", lambda raw=None: made.append(1) or small)
    path = tmp_path / "panel.parquet"
    panel.make(path)
    first = path.read_bytes()
    panel.make(path)
    assert len(made) == 1
    panel.make(path, force=True)
    assert len(made) == 2 and path.read_bytes() == first
    monkeypatch.setattr(panel, "made_of", lambda raw=None: "other code")
    panel.make(path)
    assert len(made) == 3
    path.write_bytes(first[: len(first) // 2])
    assert len(panel.make(path).frame) == len(small) and len(made) == 4
    panel.write(small, path)  # by another way: it does not say what it was made of
    panel.make(path)
    assert len(made) == 5


def test_what_a_panel_is_made_of_changes_with_the_manifest(tmp_path):
    for text in ("{}", "{ }"):
        (tmp_path / panel.sources.manifest.NAME).write_text(text)
        os.utime(tmp_path / panel.sources.manifest.NAME, (1, 1))
        assert panel.made_of(tmp_path) == panel.made_of(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / panel.sources.manifest.NAME).write_text("{}")
    assert panel.made_of(tmp_path) != panel.made_of(tmp_path / "other")


# --- the notebooks ------------------------------------------------------------------------------


def test_formulas_are_well_formed():
    formulas = 0
    for text in cells("08_methods", "markdown") + cells("01_clean", "markdown"):
        page = markdown.html(text)
        for found in re.findall(r"<math.*?</math>", page):
            letters = "".join(ElementTree.fromstring(found).itertext())
            assert "\\" not in letters and letters.strip()
            formulas += 1
        assert "$" not in re.sub(r"<[^>]+>", "", page)
    assert formulas > 40


def test_the_page_begins_with_the_two_objections_and_tells_every_rule():
    prose = "\n".join(cells("08_methods", "markdown"))
    headings = re.findall(r"^##? (.+)$", prose, re.M)
    assert [h.split(":")[0] for h in headings[1:3]] == ["First objection", "Second objection"]
    rules = re.findall(r"^\d\. \*\*(.+?)\*\*", prose, re.M)
    assert [r.lower() for r in rules] == [
        "holds",
        "close",
        "out of date",
        "depends on the reading",
        "does not hold",
        "cannot be checked",
    ]
    assert "95 of 100 such intervals would hold the true rate" in prose


@pytest.mark.parametrize("name", ["01_clean", "08_methods"])
def test_a_cell_does_one_thing(name):
    code = cells(name, "code")[1:]
    lines = [len([line for line in text.split("\n") if line.strip()]) for text in code]
    assert np.median(lines) <= 5 and max(lines) <= 15
    for text in code:
        assert not re.search(r"\b(def|for|if|lambda|while|try)\b", text)
