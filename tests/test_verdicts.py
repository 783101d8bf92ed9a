"""The rules, in their order, on cases where each is the first that applies."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from growth_claims.claims import Interval, NamedReading, Reading, Stated
from growth_claims.quantities import Text
from growth_claims.verdicts import (
    Assessment,
    Found,
    Materiality,
    Outcome,
    Recorded,
    Result,
    Verdict,
    decide,
    outcome,
    under,
)

T = Text(en="x", ru="х")
RULES = Materiality()
READING = Reading(quantity="population", source="wdi", end=2020)


def stated(value, low, high, unit="percent", wording="exact"):
    return Stated(value=value, low=low, high=high, unit=unit, as_written=T, wording=wording, why=T)


def result(found: Outcome, defensible=True, named=True, value=0.0):
    name = NamedReading(id="r", label=T, why=T, change={}, defensible=defensible)
    return Result(found, Found(value, READING), name if named else None)


def recorded(found: Outcome, same=True, value=0.0):
    day = dt.date(2022, 11, 10)
    more = {"publisher": "p", "value": 6.2, "decimals": 1, "unit": "u", "url": "", "same": same}
    more |= {"stated": Interval(low=6.15, high=6.25), "found": Found(value, READING)}
    return Recorded(id="s", date="2022-11-10", day=day, outcome=found, **more)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (39.5, "holds"),
        (40.4999, "holds"),
        (40.5, "close"),  # the interval does not hold its upper end
        (47.5, "close"),  # 7 outside, and 5 % of the multiple 1.40 is 0.07
        (47.51, "fails"),
        (32.5, "close"),
        (32.49, "fails"),
    ],
)
def test_a_percentage_change_is_close_within_five_percent_of_its_multiple(x, expected):
    assert outcome(stated(40, 39.5, 40.5), x, RULES) == expected


@pytest.mark.parametrize("x", [x / 10 for x in range(200, 600, 7)])
def test_the_same_claim_in_another_unit_gets_the_same_outcome(x):
    percent = outcome(stated(40, 39.5, 40.5), x, RULES)
    times = outcome(stated(1.4, 1.395, 1.405, "times"), 1 + x / 100, RULES)
    assert percent == times


@pytest.mark.parametrize(
    ("x", "expected"), [(6.2, "holds"), (6.25, "close"), (5.9, "close"), (5.89, "fails")]
)
def test_a_rate_is_close_within_a_quarter_of_a_point(x, expected):
    assert outcome(stated(6.2, 6.15, 6.25, "percent per year"), x, RULES) == expected


@pytest.mark.parametrize(
    ("claim", "holds", "fails"),
    [
        (stated(None, 0, None, "percentage points", "comparison"), 0.01, -0.01),
        (stated(None, 0, None, "percentage points", "comparison"), 0.01, 0.0),
        (stated(None, 0, None, "percent per year", "direction"), 0.1, -0.2),
        (stated(None, 1, 3, "rank", "comparison"), 2.0, 3.0),
        (stated(6, 6, 6, "ordinal number"), 6.0, 7.0),
        (stated(4, 4, 4, "events"), 4.0, 3.0),
        (stated(8, 7.5, 8.5, "years"), 7.5, 7.4),
        (stated(None, 0, 24, "months", "direction"), 20.5, 24.0),
    ],
)
def test_comparisons_ranks_directions_counts_and_dates_have_no_margin(claim, holds, fails):
    assert outcome(claim, holds, RULES) is Outcome.HOLDS
    assert outcome(claim, fails, RULES) is Outcome.FAILS


@pytest.mark.parametrize("high", [None, 7])
def test_more_than_a_number_is_not_the_number_itself(high):
    said = stated(6, 6, high, "percent per year", "more than")
    assert said.holds(6.001) and not said.holds(6.0)
    assert said.holds(np.array([5.9, 6.0, 6.1, 7.0])).tolist() == [False, False, True, high is None]


def test_a_range_is_measured_from_its_nearer_end():
    said = stated(0.75, 0.45, 1.05, "percent per year", "range")
    assert [said.nearest(x) for x in (0.2, 0.9, 1.5)] == [0.45, 0.9, 1.05]
    assert said.decimals == 1 and stated(7.5, 6.5, 8.5, "percent", "range").decimals == 0
    assert stated(0.75, 0.745, 0.755, "percent per year", "exact").nearest(1.5) == 0.75
    for missing in ((None, 0.45, 1.05), (0.75, None, 1.05), (0.75, 0.45, None)):
        with pytest.raises(ValueError, match="a range without"):
            stated(*missing, "percent per year", "range")


def test_the_first_rule_that_applies_decides():
    holds, close, fails = result(Outcome.HOLDS), result(Outcome.CLOSE), result(Outcome.FAILS)
    primary = {o: result(o, named=False) for o in Outcome}
    right = recorded(Outcome.CLOSE)
    assert decide(primary[Outcome.HOLDS], [fails], [right]) is Verdict.HOLDS
    assert decide(primary[Outcome.CLOSE], [holds], [right]) is Verdict.CLOSE
    assert decide(primary[Outcome.FAILS], [holds], [right]) is Verdict.OUT_OF_DATE
    assert decide(primary[Outcome.FAILS], [fails, close], []) is Verdict.DEPENDS
    assert decide(primary[Outcome.FAILS], [fails], []) is Verdict.DOES_NOT_HOLD
    assert decide(primary[Outcome.NO_DATA], [], []) is Verdict.CANNOT_BE_CHECKED
    assert decide(None) is Verdict.CANNOT_BE_CHECKED


def test_out_of_date_takes_a_record_of_the_same_number_that_was_right_in_its_day():
    fails = result(Outcome.FAILS, named=False)
    for record in ([], [recorded(Outcome.FAILS)], [recorded(Outcome.HOLDS, same=False)]):
        assert decide(fails, [], record) is Verdict.DOES_NOT_HOLD


def test_a_reading_that_is_shown_as_a_mistake_carries_no_verdict():
    fails = result(Outcome.FAILS, named=False)
    mistake = result(Outcome.HOLDS, defensible=False)
    assert decide(fails, [mistake]) is Verdict.DOES_NOT_HOLD


def test_stated_numbers_moved_step_by_step_change_verdict_where_the_rules_say_and_nowhere_else():
    """The figures give 6.0; the stated number goes from 5.0 to 7.0 in steps of a tenth."""
    verdicts = {}
    for tenth in range(50, 71):
        value = tenth / 10
        claim = stated(value, value - 0.05, value + 0.05, "percent per year")
        primary = result(outcome(claim, 6.0, RULES), named=False, value=6.0)
        verdicts[value] = decide(primary)
    # within 0.25 points of an edge that is itself 0.05 from the number
    assert [v for v, d in verdicts.items() if d is Verdict.HOLDS] == [6.0]
    close = [v for v, d in verdicts.items() if d is Verdict.CLOSE]
    assert close == [5.7, 5.8, 5.9, 6.1, 6.2, 6.3]
    assert all(d is Verdict.DOES_NOT_HOLD for v, d in verdicts.items() if abs(v - 6.0) > 0.31)


def test_another_margin_decides_again():
    claim = stated(100, 99.5, 100.5, "billion US$")
    primary = result(outcome(claim, 104, RULES), named=False, value=104.0)
    a = Assessment(decide(primary), primary)
    found = {m: under(claim, a, RULES.scaled(m)) for m in (0.01, 0.02, 0.05, 0.10)}
    assert found[0.01] is found[0.02] is Verdict.DOES_NOT_HOLD
    assert found[0.05] is found[0.10] is Verdict.CLOSE


def test_another_margin_judges_the_record_again_too():
    claim = stated(6.2, 6.15, 6.25, "percent per year")
    primary = result(Outcome.FAILS, named=False, value=5.0)
    near = replace(recorded(Outcome.CLOSE), found=Found(6.0, READING))
    a = Assessment(Verdict.OUT_OF_DATE, primary, record=(near,))
    assert under(claim, a, RULES) is Verdict.OUT_OF_DATE
    assert under(claim, a, RULES.scaled(0.01)) is Verdict.DOES_NOT_HOLD
