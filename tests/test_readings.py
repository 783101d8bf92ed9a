"""Claims of the registers held against figures worked out another way, by the figures of the text's
day and of today."""

import datetime as dt
import itertools
import math

import pandas as pd
import pytest
from second_way import FIRST_STATED, FIVE, rate, raw, the_study, total, volume

from growth_claims import params, sentences
from growth_claims.check import Check
from growth_claims.errors import ParameterError
from growth_claims.readings import assess, assess_many
from growth_claims.readings.study import evaluate
from growth_claims.verdicts import GOOD, Outcome, Verdict

DAY, TODAY = "2025-12-17", "2026-07-01"
FLOWS = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")
PEOPLE, DOLLARS = ("SP.POP.TOTL",), ("NY.GDP.MKTP.CD",)


def assessed(claim_id: str, today: bool = False, register=None):
    study = the_study(register) if register else the_study()
    return assess(study.on(None) if today else study, study.register.claim(claim_id))


def found(claim_id: str, today: bool = False, register=None) -> float:
    return assessed(claim_id, today, register).primary.found.value


def region(vintage: str, first: int, last: int) -> float:
    levels = [math.fsum(volume(vintage, c, y) for c in FIVE) for y in (first, last)]
    return rate(*levels, last - first)


def group(vintage: str, code: str, first: int, last: int) -> float:
    return rate(volume(vintage, code, first), volume(vintage, code, last), last - first)


def partners(codes: str, year: int) -> float:
    import csv

    from second_way import ROOT

    with (ROOT / "data" / "raw" / "bns" / "2026-10.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["partner"] in codes.split("+")]
    return math.fsum(float(r["value"]) for r in rows if int(r["year"]) == year) / 1000


def change(codes: str, first: int, last: int) -> float:
    return rate(partners(codes, first), partners(codes, last), last - first)


FOUR = "KGZ+TJK+TKM+UZB"
BY_THE_DAY = {
    "population-2024": lambda: total("2026-04-01", PEOPLE, 2024) / 1e6,
    "population-since-2000": lambda: (
        100 * (total("2026-04-01", PEOPLE, 2024) / total("2026-04-01", PEOPLE, 2000) - 1)
    ),
    "population-growth-rate": lambda: rate(
        total("2026-04-01", PEOPLE, 2023), total("2026-04-01", PEOPLE, 2024), 1
    ),
    "gdp-2024": lambda: total(DAY, DOLLARS, 2024) / 1e9,
    "gdp-growth-20y": lambda: region(DAY, 2004, 2024),
    "gdp-growth-vs-world": lambda: region(DAY, 2004, 2024) - group(DAY, "WLD", 2004, 2024),
    "gdp-growth-vs-developing": lambda: region(DAY, 2004, 2024) - group(DAY, "LMY", 2004, 2024),
    "trade-since-2000": lambda: total(DAY, FLOWS, 2024) / total(DAY, FLOWS, 2000),
    "regional-trade-rising": lambda: min(change("UZB", 2023, 2024), change(FOUR, 2023, 2024)),
    "kazakhstan-trade-2024": lambda: partners(FOUR, 2024),
    "uzbekistan-main-partner": lambda: 1,
    "region-share-rising": lambda: (
        100 * total(DAY, DOLLARS, 2024) / raw("wdi", DAY)["WLD", DOLLARS[0], 2024]
        - 100 * total(DAY, DOLLARS, 2023) / raw("wdi", DAY)["WLD", DOLLARS[0], 2023]
    ),
    "sixth-meeting-2024": lambda: 6,
    "seventh-meeting-2025": lambda: 7,
    "c5-plus-1-second": lambda: 2,
    "four-summits-2025": lambda: 4,
    "first-meeting-eight-years-ago": lambda: (
        (dt.date(2025, 11, 15) - dt.date(2018, 3, 15)).days / 365.2425
    ),
    "meetings-since-2018": lambda: (
        (dt.date(2019, 11, 29) - dt.date(2018, 3, 15)).days / 365.2425 * 12
    ),
}
BY_TODAY = {
    "population-2024": lambda: total(TODAY, PEOPLE, 2024) / 1e6,
    "gdp-2024": lambda: total(TODAY, DOLLARS, 2024) / 1e9,
    "gdp-growth-20y": lambda: region(TODAY, 2004, 2024),
    "gdp-growth-vs-developing": lambda: region(TODAY, 2004, 2024) - group(TODAY, "LMY", 2004, 2024),
    "trade-since-2000": lambda: total(TODAY, FLOWS, 2024) / total(TODAY, FLOWS, 2000),
}


@pytest.mark.parametrize("claim_id", BY_THE_DAY)
def test_the_figures_of_the_day_computed_a_second_way(claim_id):
    assert found(claim_id) == pytest.approx(BY_THE_DAY[claim_id](), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("claim_id", BY_TODAY)
def test_the_figures_of_today_computed_a_second_way(claim_id):
    assert found(claim_id, today=True) == pytest.approx(BY_TODAY[claim_id](), rel=1e-9, abs=1e-9)


def test_the_region_ranks_second_among_the_world_regions_of_today():
    regions = ("EAS", "ECS", "LCN", "MEA", "NAC", "SAS", "SSF")
    faster = [g for g in regions if group(DAY, g, 2023, 2024) > region(DAY, 2023, 2024)]
    assert found("most-dynamic-region") == 1 + len(faster) == 2


def test_the_region_ranks_second_per_head_too():
    study = the_study()
    claim = study.register.claim("most-dynamic-region")
    made = sentences.per_head(study, claim)
    then = "2026-03-06"  # the first edition with people that follows
    people = {y: total(then, PEOPLE, y) for y in (2023, 2024)}
    ours = rate(*(math.fsum(volume(DAY, c, y) for c in FIVE) / people[y] for y in people), 1)
    assert made.parts["region"] == pytest.approx(ours, rel=1e-9)
    theirs = {
        g: rate(*(volume(DAY, g, y) / raw("wdi", then)[g, PEOPLE[0], y] for y in people), 1)
        for g in made.parts
        if g != "region"
    }
    assert made.value == 1 + sum(x > ours for x in theirs.values()) == 2
    said = " ".join(sentences.of(study, claim, assess(study, claim)).split())
    assert "Per head: rank 2 of 8, with 4.0 % a year." in said


def test_per_head_the_lead_over_the_developing_countries_is_gone():
    study = the_study().on(None)
    claim = study.register.claim("gdp-growth-vs-developing")
    made = evaluate(study, claim, study.primary(claim).like({"quantity": "gdp-per-head"}))
    people = {y: total(TODAY, PEOPLE, y) for y in (2004, 2024)}
    ours = rate(*(math.fsum(volume(TODAY, c, y) for c in FIVE) / people[y] for y in people), 20)
    theirs = rate(
        *(volume(TODAY, "LMY", y) / raw("wdi", TODAY)["LMY", PEOPLE[0], y] for y in people), 20
    )
    assert made.parts["region"] == pytest.approx(ours, rel=1e-9)
    assert made.parts["LMY"] == pytest.approx(theirs, rel=1e-9)
    assert (round(ours, 2), round(theirs, 2)) == (4.02, 4.04)


def test_what_was_first_stated_by_the_figures_of_its_day():
    weo = raw("weo", "2022-10")
    people = math.fsum(weo[c, "LP", 2021] for c in FIVE)
    assert found("population-2021", register=FIRST_STATED) == pytest.approx(people, rel=1e-12)
    # the IMF's own group growth, chained from its published rates
    times = math.prod(1 + weo["EMDE", "NGDP_RPCH", y] / 100 for y in range(2002, 2022))
    expected = 100 * (times ** (1 / 20) - 1)
    assert found("gdp-growth-developing", register=FIRST_STATED) == pytest.approx(
        expected, rel=1e-12
    )


def test_the_verdicts_of_the_article():
    study = the_study()
    verdicts = {c.id: assess(study, c).verdict for c in study.register.claims}
    assert len(verdicts) == 20
    assert verdicts["kazakhstan-trade-high-value-share"] is Verdict.CANNOT_BE_CHECKED
    assert verdicts["gdp-growth-20y"] is Verdict.OUT_OF_DATE
    assert verdicts["population-2024"] is Verdict.HOLDS
    assert verdicts["trade-since-2000"] is Verdict.CLOSE
    assert verdicts["regional-trade-rising"] is Verdict.DEPENDS


MANY = [
    (register, claim.id)
    for register in (None, FIRST_STATED)
    for claim in (the_study(register) if register else the_study()).register.claims
    if claim.primary is not None and claim.kind != "events"
]


@pytest.mark.parametrize(("register", "claim_id"), MANY, ids=lambda x: getattr(x, "stem", x))
def test_the_verdicts_of_many_readings_are_those_one_by_one(register, claim_id):
    study = the_study(register) if register else the_study()
    claim = study.register.claim(claim_id)
    primary = study.primary(claim)
    frame = pd.DataFrame({"end": [primary.end, primary.end - 3, primary.end - 1, 1950]})
    if primary.start is not None:
        frame["start"] = [primary.start, primary.start - 4, math.nan, 1948]
    if not (primary.partners or primary.sets or primary.subject):
        frame["economies"] = [None, "+".join(primary.economies[:3]), primary.economies[1:], None]
        frame["source"] = [None, *study.quantities.sources_of(primary.quantity)[:1], None, None]
    if primary.estimator:
        frame["estimator"] = [None, "log_trend_ols", "mean_of_yearly_rates", None]
    frame.index = list("abcd")
    table = assess_many(study, claim, frame)
    assert list(table.index) == list("abcd") and table["value"].notna().iloc[0]
    for row, fields in frame.iterrows():
        given = {k: v for k, v in fields.items() if v is not None and v == v}
        given = {k: int(v) if k in ("start", "end") else v for k, v in given.items()}
        if isinstance(given.get("economies"), str):
            given["economies"] = given["economies"].split("+")
        if given["end"] <= (given.get("start") or primary.start or 0):
            assert table.loc[row, "outcome"] == Outcome.NO_DATA
            continue
        one = assess(study, claim, study.filled(primary.like(given)))
        assert table.loc[row, "outcome"] == one.primary.outcome, row
        assert table.loc[row, "verdict"] == one.verdict, row
        value = one.primary.found.value if one.primary.found else math.nan
        assert table.loc[row, "value"] == pytest.approx(value, rel=1e-12, nan_ok=True), row


def test_each_verdict_is_among_those_of_many_readings():
    """What `assess_many` decides by is decided: every rule applies to a row somewhere."""
    study = the_study()
    claim = study.register.claim("gdp-growth-20y")
    years = range(1985, 2031)
    rows = itertools.product(study.quantities.sources_of("real-gdp"), ("TKM", None), years, years)
    frame = pd.DataFrame(rows, columns=["source", "economies", "start", "end"])
    dated = set(assess_many(study, claim, frame)["verdict"])
    undated = set(assess_many(study, claim.model_copy(update={"statements": ()}), frame)["verdict"])
    assert dated == {v for v in Verdict if v is not Verdict.DOES_NOT_HOLD}
    assert undated == {v for v in Verdict if v is not Verdict.OUT_OF_DATE}


@pytest.mark.parametrize(
    ("claim_id", "column", "values", "said"),
    [
        ("gdp-growth-20y", "strat", [2004], "start"),
        ("gdp-growth-20y", "start", ["soon"], "row 0"),
        ("gdp-growth-20y", "start", [1492], "row 0"),
        ("gdp-growth-20y", "estimator", ["endpiont"], "row 0"),
        ("gdp-growth-20y", "source", [7], "row 0"),
        ("sixth-meeting-2024", "end", [2024], "a number that readings vary"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(claim_id, column, values, said):
    study = the_study()
    with pytest.raises(ParameterError, match=said):
        assess_many(study, study.register.claim(claim_id), pd.DataFrame({column: values}))


def test_the_record_gives_the_statement_of_2022_right_and_the_day_that_it_was():
    first = assessed("gdp-growth-20y").first_stated
    assert (first.date, first.source) == ("2022-11-10", "weo")
    assert first.found.editions["weo"] == "2022-10"
    assert (first.found.reading.start, first.found.reading.end) == (2000, 2020)
    assert first.outcome is Outcome.HOLDS


def test_no_statement_is_held_against_an_edition_of_a_later_day():
    from growth_claims.region import known_on

    for register in (None, FIRST_STATED):
        study = the_study(register) if register else the_study()
        for claim in study.register.claims:
            for record in assess(study, claim).record:
                for vintage in record.found.editions.values() if record.found else ():
                    assert known_on(vintage) <= record.day, (claim.id, record.id, vintage)


def test_every_named_reading_says_what_it_finds_or_what_is_missing():
    study = the_study()
    for claim in study.register.claims:
        for result in assess(study, claim).others:
            assert (result.found is None) == (result.outcome is Outcome.NO_DATA)
            assert result.found is not None or result.problem, (claim.id, result.named.id)


@pytest.mark.parametrize(
    ("low", "high", "decides"),
    [
        (0, None, "UZB"),  # both rose: the one that fell more fits least
        (None, 0, "KGZ+TJK+TKM+UZB"),  # both fell: the one that fell less
        (-7, -6, "KGZ+TJK+TKM+UZB"),  # by 6 to 7 percent: one did, and the other fell less
        (-2, -1, "UZB"),  # by 1 to 2 percent: the other fell more
        (-1.5, None, "UZB"),
    ],
)
def test_of_several_sets_the_one_that_least_fits_decides(low, high, decides):
    study = the_study()
    claim = study.register.claim("regional-trade-rising")
    unit = {"low": low, "high": high, "value": None}
    claim = claim.model_copy(update={"stated": claim.stated.model_copy(update=unit)})
    result = assess(study, claim).primary
    changes = {name: part["change"] for name, part in result.found.parts.items()}
    assert changes == pytest.approx({who: change(who, 2023, 2024) for who in ("UZB", FOUR)})
    assert result.found.value == changes[decides]
    held = [claim.stated.holds(value) for value in changes.values()]
    assert (result.outcome is Outcome.HOLDS) == all(held)
    opened = Check(study, claim, params.check({"claim": claim.id}))
    said = pd.Series(changes)
    assert opened.least_fitting(said) == decides


def test_a_country_that_the_reading_has_not_is_named_with_the_nearest():
    study = the_study()
    opened = Check(study, study.register.claim("gdp-growth-20y"), params.check({}))
    with pytest.raises(ParameterError, match=r"'KAX'.*KAZ, KGZ, TJK, TKM, UZB.*mean 'KAZ'"):
        opened.without("KAX")
    assert opened.without("KAZ")["value"] != opened.found.value
    with pytest.raises(ParameterError, match="'KAX'"):
        opened.aggregate(["KAX", "UZB"])


def test_an_interval_holds_its_rate_or_says_why_there_is_none():
    for claim_id in ("gdp-growth-20y", "population-growth-rate"):
        primary = assessed(claim_id).primary.found
        if primary.low is None:
            assert primary.unsaid, claim_id
        else:
            assert primary.low < primary.value < primary.high
    assert assessed("population-growth-rate").primary.found.low is None  # one year
    assert assessed("gdp-growth-vs-developing").primary.found.low is None  # of a lead, never


def test_a_verdict_follows_from_its_outcomes():
    study = the_study()
    for claim in study.register.claims:
        a = assess(study, claim)
        if a.verdict is Verdict.DEPENDS:
            assert a.primary.outcome not in GOOD and a.helped.outcome in GOOD
        if a.verdict is Verdict.OUT_OF_DATE:
            assert a.first_stated.same and a.first_stated.outcome in GOOD
