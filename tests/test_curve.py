"""Specification curves: complete, quick to read, and equal to readings computed one by one."""

import random

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from support import FIVE, the_study

from growth_claims import region
from growth_claims.growth import estimate
from growth_claims.readings import curve, evaluate
from growth_claims.readings.curve import COLUMNS

CLAIMS = (
    "gdp-growth-20y",
    "gdp-growth-vs-world",
    "gdp-growth-vs-developing",
    "population-2024",
    "population-since-2000",
    "population-growth-rate",
    "gdp-2024",
    "most-dynamic-region",
    "trade-since-2000",
    "regional-trade-rising",
    "kazakhstan-trade-2024",
    "arithmetic-gdp",
)


def curve_of(claim_id):
    study = the_study()
    return curve.curve(study, study.register.claim(claim_id))


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_a_curve_is_sorted_has_its_primary_reading_once_and_no_reading_twice(claim_id):
    readings = curve_of(claim_id).readings
    assert list(readings.columns) == COLUMNS
    assert readings["value"].is_monotonic_increasing and readings["value"].notna().all()
    assert readings["primary"].sum() == 1
    keys = [c for c in COLUMNS if c not in ("value", "outcome", "primary", "estimated")]
    assert not readings.duplicated(keys).any()
    study = the_study()
    claim = study.register.claim(claim_id)
    primary = evaluate(study, study.primary(claim), claim.stated.unit)
    marked = readings.loc[readings["primary"], "value"].iloc[0]
    assert marked == pytest.approx(primary.value, rel=1e-10)


def test_growth_has_at_least_five_hundred_readings():
    assert len(curve_of("gdp-growth-20y").readings) >= 500


@pytest.mark.parametrize("claim_id", ["gdp-growth-20y", "population-growth-rate"])
def test_readings_drawn_at_random_equal_the_estimators_one_by_one(claim_id):
    study = the_study()
    readings = curve_of(claim_id).readings
    for i in random.Random(7).sample(range(len(readings)), min(200, len(readings))):
        row = readings.iloc[i]
        weights = row["weights"] if isinstance(row["weights"], str) else None
        levels = region.aggregate(
            study.panel,
            row["quantity"],
            row["source"],
            row["vintage"],
            row["economies"].split("+"),
            weights,
        ).between(row["start"], row["end"])
        assert row["value"] == pytest.approx(estimate(row["estimator"], levels).rate, rel=1e-10)


def test_the_trend_of_a_curve_is_the_slope_of_statsmodels():
    readings = curve_of("gdp-growth-20y").readings
    row = readings[readings["primary"]].iloc[0]
    same = readings[
        (readings["estimator"] == "log_trend_ols")
        & (readings["vintage"] == row["vintage"])
        & (readings["weights"] == row["weights"])
        & (readings["economies"] == row["economies"])
        & (readings["start"] == 2004)
        & (readings["end"] == 2024)
        & (readings["source"] == "wdi")
    ].iloc[0]
    levels = region.aggregate(the_study().panel, "real-gdp", "wdi", row["vintage"], FIVE).between(
        2004, 2024
    )
    x = np.column_stack([np.ones(21), np.arange(21)])
    slope = OLS(np.log(levels.to_numpy()), x).fit().params[1]
    assert same["value"] == pytest.approx(np.expm1(slope) * 100, rel=1e-10)


def test_no_projection_is_used():
    readings = curve_of("gdp-growth-20y").readings
    weo = readings[readings["source"] == "weo"]
    assert (weo["end"] < weo["vintage"].str[:4].astype(int)).all()
    assert set(weo.loc[weo["end"] == 2024, "vintage"]) == {"2025-04", "2025-10"}


def test_region_and_group_are_compared_on_the_same_weights():
    readings = curve_of("gdp-growth-vs-developing").readings
    assert set(readings.loc[readings["source"] == "wdi", "weights"]) == {"constant-dollars"}
    assert set(readings.loc[readings["source"] == "weo", "weights"]) == {"ppp"}
    assert "cisstat" not in set(readings["source"])


def test_the_share_counts_readings_in_the_stated_interval():
    found = curve_of("population-2024")
    values = found.readings["value"]
    assert found.share.holding == ((values >= 81.5) & (values < 82.5)).sum()
    assert found.share.count == len(values)
