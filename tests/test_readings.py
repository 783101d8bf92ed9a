"""Claims of the register, computed, and held against figures worked out another way."""

import datetime as dt
import math

import pytest
from support import FIVE, raw, the_study

from growth_claims.readings import assess
from growth_claims.readings.assess import earlier, held_until, slides
from growth_claims.verdicts import Outcome, Verdict

LATEST = "2026-07-01"


def found(claim_id: str) -> float:
    study = the_study()
    return assess(study, study.register.claim(claim_id)).primary.found.value


def constant_dollars(year: int) -> float:
    figures = raw("wdi", "2026-07-13")
    return math.fsum(figures[c, "NY.GDP.MKTP.KD", year] for c in FIVE)


def people(year: int) -> float:
    figures = raw("wdi", LATEST)
    return math.fsum(figures[c, "SP.POP.TOTL", year] for c in FIVE)


def trade(year: int) -> float:
    figures = raw("wdi", LATEST)
    codes = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")
    return math.fsum(figures[c, code, year] for c in FIVE for code in codes)


def group_growth(group: str, first: int, last: int) -> float:
    figures = raw("wdi", LATEST)
    times = math.prod(
        1 + figures[group, "NY.GDP.MKTP.KD.ZG", year] / 100 for year in range(first + 1, last + 1)
    )
    return (times ** (1 / (last - first)) - 1) * 100


def region_growth(first: int, last: int) -> float:
    return (
        math.pow(constant_dollars(last) / constant_dollars(first), 1 / (last - first)) - 1
    ) * 100


SECOND_WAY = {
    "population-2024": lambda: people(2024) / 1e6,
    "population-since-2000": lambda: (people(2024) / people(2000) - 1) * 100,
    "population-growth-rate": lambda: (people(2024) / people(2023) - 1) * 100,
    "gdp-2024": lambda: (
        math.fsum(raw("wdi", LATEST)[c, "NY.GDP.MKTP.CD", 2024] for c in FIVE) / 1e9
    ),
    "gdp-growth-20y": lambda: region_growth(2004, 2024),
    "gdp-growth-vs-world": lambda: region_growth(2004, 2024) - group_growth("WLD", 2004, 2024),
    "gdp-growth-vs-developing": lambda: region_growth(2004, 2024) - group_growth("LMY", 2004, 2024),
    "trade-since-2000": lambda: trade(2024) / trade(2000),
    "kazakhstan-trade-2024": lambda: 7.681266,
    "sixth-meeting-2024": lambda: 6,
    "seventh-meeting-2025": lambda: 7,
    "c5-plus-1-second": lambda: 2,
    "four-summits-2025": lambda: 4,
    "first-meeting-eight-years-ago": lambda: (
        (dt.date(2025, 11, 15) - dt.date(2018, 3, 15)).days / 365.2425
    ),
    "arithmetic-gdp": lambda: constant_dollars(2024) / constant_dollars(2004),
    "arithmetic-population": lambda: (1.02**24 - 1) * 100,
}


@pytest.mark.parametrize("claim_id", SECOND_WAY)
def test_primary_readings_computed_a_second_way(claim_id):
    assert found(claim_id) == pytest.approx(SECOND_WAY[claim_id](), rel=1e-9)


def test_the_region_ranks_second_among_the_world_regions():
    regions = ("EAS", "ECS", "LCN", "MEA", "NAC", "SAS", "SSF")
    faster = [g for g in regions if group_growth(g, 2004, 2024) > region_growth(2004, 2024)]
    assert found("most-dynamic-region") == 1 + len(faster)


def test_twenty_claims_have_a_verdict():
    study = the_study()
    verdicts = {c.id: assess(study, c).verdict for c in study.register.claims}
    assert len(verdicts) == 20
    assert verdicts["kazakhstan-trade-high-value-share"] is Verdict.CANNOT_BE_CHECKED
    assert verdicts["gdp-growth-20y"] is Verdict.OUT_OF_DATE
    assert verdicts["population-2024"] is Verdict.HOLDS
    assert verdicts["trade-since-2000"] is Verdict.CLOSE


def test_held_until_is_the_last_year_in_which_the_same_length_was_close():
    study = the_study()
    claim = study.register.claim("gdp-growth-20y")
    until = held_until(study, claim, study.primary(claim))
    near = [y for y in range(2020, 2024) if 5.9 <= region_growth(y - 20, y) < 6.5]
    assert until == max(near)
    claim = study.register.claim("population-since-2000")
    until = held_until(study, claim, study.primary(claim))
    near = [y for y in range(2019, 2024) if 37.5 <= (people(y) / people(2000) - 1) * 100 <= 42.5]
    assert until == max(near)


def test_an_earlier_reading_moves_what_the_claim_lets_move():
    study = the_study()
    growth, increase, level = (
        study.register.claim(i) for i in ("gdp-growth-20y", "population-since-2000", "gdp-2024")
    )
    assert slides(growth) == "window"
    before = earlier(growth, study.primary(growth), 2)
    assert (before.start, before.end) == (2002, 2022)
    before = earlier(increase, study.primary(increase), 2)
    assert (before.start, before.end) == (2000, 2022)
    assert earlier(level, study.primary(level), 1) is None


def test_every_named_reading_says_what_it_finds_or_what_is_missing():
    study = the_study()
    for claim in study.register.claims:
        for result in assess(study, claim).others:
            assert (result.found is None) == (result.outcome is Outcome.NO_DATA)
            assert result.found is not None or result.problem, (claim.id, result.named.id)


def test_the_interval_of_a_growth_rate_holds_its_estimate():
    study = the_study()
    primary = assess(study, study.register.claim("gdp-growth-20y")).primary.found
    assert primary.low < primary.value < primary.high
    lead = assess(study, study.register.claim("gdp-growth-vs-developing")).primary.found
    assert lead.low < lead.value < lead.high
