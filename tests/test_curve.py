"""Specification curves: readings computed one by one, counted once, and what each choice moves."""

from dataclasses import replace

import numpy as np
import pytest
from second_way import FIRST_STATED, REGISTER, the_study

from growth_claims import growth
from growth_claims.readings import curve
from growth_claims.readings.study import evaluate, numbers, years_of
from growth_claims.region import NoData
from growth_claims.verdicts import Outcome

GROWTH = "gdp-growth-20y"
WITH_A_NUMBER = [
    (register, claim.id)
    for register in (REGISTER, FIRST_STATED)
    for claim in the_study(register).register.claims
    if claim.primary is not None and claim.kind != "events"
]


def the_curve(register, claim_id):
    study = the_study(register)
    claim = study.register.claim(claim_id)
    return study, claim, curve.curve(study, claim)


@pytest.mark.parametrize(
    ("register", "claim_id"), WITH_A_NUMBER, ids=lambda x: getattr(x, "stem", x)
)
def test_a_curve_is_sorted_has_its_primary_reading_once_and_no_reading_twice(register, claim_id):
    study, claim, frame = the_curve(register, claim_id)
    assert frame["value"].is_monotonic_increasing
    assert frame["primary"].sum() == 1
    primary = frame[frame["primary"]].iloc[0]
    assert primary["value"] == evaluate(study, claim, study.primary(claim)).value
    choices = ["quantity", "source", "weights", "estimator", "economies", "period", "against"]
    assert not frame[choices].astype(str).duplicated().any()


def test_readings_drawn_at_random_equal_the_estimators_one_by_one():
    study, claim, frame = the_curve(REGISTER, GROWTH)
    assert len(frame) > 50
    for _, row in frame.sample(20, random_state=1).iterrows():
        reading = study.primary(claim).change(
            source=row["source"],
            weights=row["weights"],
            estimator=row["estimator"],
            economies=tuple(row["economies"].split("+")),
            start=row["start"],
            end=row["end"],
        )
        levels = study.aggregate(reading, years_of("growth", reading)).between(
            row["start"], row["end"]
        )
        assert row["value"] == pytest.approx(growth.estimate(row["estimator"], levels).rate)


@pytest.mark.parametrize(
    ("register", "claim_id"), WITH_A_NUMBER, ids=lambda x: getattr(x, "stem", x)
)
def test_every_reading_gives_together_what_it_gives_alone(register, claim_id):
    """One series may serve many periods; nothing kept, each period finds its own editions."""
    study = the_study(register)
    claim = study.register.claim(claim_id)
    bases, base, start, end, estimator = curve.readings(study, claim, study.primary(claim))
    together = numbers(study, claim, bases, base, start, end, estimator).value
    assert np.isfinite(together).any()
    for i in np.random.default_rng(1).permutation(len(base))[:25]:
        reading = bases[base[i]].change(
            start=int(start[i]) or None, end=int(end[i]), estimator=estimator[i]
        )
        try:
            alone = evaluate(replace(study, _made={}), claim, reading).value
        except NoData as problem:
            assert np.isnan(together[i]) and str(problem)
        else:
            assert together[i] == pytest.approx(alone, rel=1e-12, abs=1e-12)


def test_a_period_takes_the_edition_that_has_it():
    """Readings of one series whose periods stand in different editions, asked for together."""
    study = the_study(REGISTER)
    claim = study.register.claim("gdp-2024")
    reading = study.primary(claim)
    years = np.array([2023, 2024, 2025])
    nothing = np.full(3, None, dtype=object)
    made = numbers(study, claim, [reading], np.zeros(3, int), np.zeros(3, int), years, nothing)
    alone = [evaluate(study, claim, reading.change(end=int(year))) for year in years]
    assert made.value.tolist() == [found.value for found in alone]
    assert len({found.vintage for found in alone}) > 1
    assert [made.series[i].editions for i in made.at[:, 0]] == [f.editions for f in alone]


def test_the_trend_of_a_curve_is_the_slope_of_statsmodels():
    import statsmodels.api as sm

    study, claim, frame = the_curve(REGISTER, GROWTH)
    row = frame[(frame["estimator"] == "log_trend_ols") & (frame["source"] == "wdi")].iloc[0]
    reading = study.primary(claim).change(
        weights=row["weights"],
        economies=tuple(row["economies"].split("+")),
        start=row["start"],
        end=row["end"],
    )
    levels = study.aggregate(reading, years_of("growth", reading)).between(row["start"], row["end"])
    fit = sm.OLS(np.log(levels), sm.add_constant(np.arange(len(levels)))).fit()
    assert row["value"] == pytest.approx(100 * np.expm1(fit.params.iloc[1]), rel=1e-10)


def test_mistakes_and_answers_to_other_questions_are_out():
    _study, claim, frame = the_curve(REGISTER, GROWTH)
    assert "unweighted" not in set(frame["weights"])
    periods = {r.change.get("start") for r in claim.readings if not r.defensible} - {None}
    assert not set(frame["start"]) & (periods - {2004, 2005})
    assert set(the_curve(REGISTER, "trade-since-2000")[2]["quantity"]) == {
        "goods-trade",
        "goods-services-trade",
    }


def test_a_copy_of_an_edition_under_another_date_changes_no_share():
    """Editions are no choice: the share by the figures of a day is that of one edition a source."""
    _study, _claim, frame = the_curve(REGISTER, GROWTH)
    assert "vintage" not in frame
    share = curve.share(frame)
    assert share == curve.share(the_curve(REGISTER, GROWTH)[2])
    assert share["count"] < len(frame)  # those that round to the same number count once


def test_what_counts_differs_by_the_last_digit_stated_or_in_its_outcome():
    _study, claim, frame = the_curve(REGISTER, GROWTH)
    counted = frame[frame["counts"]]
    pairs = list(
        zip(counted["value"].round(claim.stated.decimals), counted["outcome"], strict=True)
    )
    assert len(pairs) == len(set(pairs))
    every = set(zip(frame["value"].round(claim.stated.decimals), frame["outcome"], strict=True))
    assert every == set(pairs)
    share = curve.share(frame)
    assert share["holding"] == sum(o == Outcome.HOLDS for _v, o in pairs)


def test_a_choice_is_moved_alone():
    study, claim, frame = the_curve(REGISTER, GROWTH)
    moved = curve.sensitivity(frame).set_index("choice")
    primary = study.primary(claim)
    alone = [
        evaluate(study, claim, primary.change(estimator=name)).value for name in curve.ESTIMATORS
    ]
    assert moved.loc["estimator", "low"] == pytest.approx(min(alone))
    assert moved.loc["estimator", "high"] == pytest.approx(max(alone))
    assert moved["span"].is_monotonic_decreasing
    assert (moved["low"] <= evaluate(study, claim, primary).value).all()


def test_like_is_compared_with_like():
    """Region and group stand on the same source, and on the weights that its groups have."""
    study, _claim, frame = the_curve(REGISTER, "gdp-growth-vs-developing")
    for _, row in frame.iterrows():
        assert row["weights"] == study.quantities.own_weights(row["quantity"], row["source"])
