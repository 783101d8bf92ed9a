"""The rules, in their order, on cases where each is the first that applies."""

import pytest

from growth_claims.claims import NamedReading, Stated, Text
from growth_claims.verdicts import Materiality, Outcome, Result, Verdict, decide, outcome

T = Text(en="x", ru="х")
RULES = Materiality()


def stated(value, low, high, unit="percent"):
    return Stated(value=value, low=low, high=high, unit=unit, as_written=T, wording="exact", why=T)


def result(found: Outcome, defensible=True, named=True):
    name = NamedReading(id="r", label=T, why=T, change={}, defensible=defensible)
    return Result(found, None, name if named else None)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (39.5, "holds"),
        (40.4999, "holds"),
        (40.5, "close"),  # the interval does not hold its upper end
        (42.5, "close"),  # 2 outside, and 5 % of 40 is 2
        (42.6, "fails"),
        (37.5, "close"),
        (37.4, "fails"),
    ],
)
def test_a_number_is_close_within_five_percent_of_the_stated_number(x, expected):
    assert outcome(stated(40, 39.5, 40.5), x, RULES) == expected


@pytest.mark.parametrize(
    ("x", "expected"), [(6.2, "holds"), (6.25, "close"), (5.9, "close"), (5.89, "fails")]
)
def test_a_rate_is_close_within_a_quarter_of_a_point(x, expected):
    assert outcome(stated(6.2, 6.15, 6.25, "percent per year"), x, RULES) == expected


def test_a_comparison_has_one_bound_and_a_count_no_margin():
    lead = stated(None, 0, None, "percentage points")
    assert outcome(lead, 0.0, RULES) is Outcome.HOLDS
    assert outcome(lead, -0.2, RULES) is Outcome.CLOSE
    assert outcome(lead, -0.3, RULES) is Outcome.FAILS
    sixth = stated(6, 6, 6, "ordinal number")
    assert outcome(sixth, 6.0, RULES) is Outcome.HOLDS
    assert outcome(sixth, 7.0, RULES) is Outcome.FAILS


def test_the_first_rule_that_applies_decides():
    holds, close, fails = result(Outcome.HOLDS), result(Outcome.CLOSE), result(Outcome.FAILS)
    primary = {o: result(o, named=False) for o in Outcome}
    assert decide(primary[Outcome.HOLDS], (fails,), 2020) is Verdict.HOLDS
    assert decide(primary[Outcome.CLOSE], (holds,), 2020) is Verdict.CLOSE
    assert decide(primary[Outcome.FAILS], (holds,), 2022) is Verdict.OUT_OF_DATE
    assert decide(primary[Outcome.FAILS], (fails, close), None) is Verdict.DEPENDS
    assert decide(primary[Outcome.FAILS], (fails,), None) is Verdict.DOES_NOT_HOLD
    assert decide(primary[Outcome.NO_DATA], (), None) is Verdict.CANNOT_BE_CHECKED
    assert decide(None, (), None) is Verdict.CANNOT_BE_CHECKED


def test_a_reading_that_is_shown_as_a_mistake_carries_no_verdict():
    fails = result(Outcome.FAILS, named=False)
    mistake = result(Outcome.HOLDS, defensible=False)
    assert decide(fails, (mistake,), None) is Verdict.DOES_NOT_HOLD
