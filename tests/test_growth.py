"""Estimators of average growth: by hand, against statsmodels, and on series whose rate is known."""

import math

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import GLSAR, OLS
from support import FIVE, the_panel

from growth_claims import growth, region
from growth_claims.growth import ESTIMATORS, arrays, estimate


@pytest.fixture(scope="module")
def levels() -> pd.Series:
    whole = region.aggregate(the_panel(), "real-gdp", "wdi", "2026-07-01", FIVE)
    return whole.between(2004, 2024)


def steady(rate: float, years: int = 20) -> pd.Series:
    return pd.Series(
        [100 * (1 + rate / 100) ** t for t in range(years + 1)], index=range(2004, 2005 + years)
    )


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("rate", [6.2, 0.5, -2.0])
def test_every_estimator_finds_the_rate_of_a_steady_series(name, rate):
    noise = np.random.default_rng(3).normal(0, 1e-9, 21)
    found = estimate(name, steady(rate) * np.exp(noise))
    assert found.rate == pytest.approx(rate, abs=1e-4)
    assert (found.first_year, found.last_year, found.nobs) == (2004, 2024, 21)
    assert found.assumption and found.reference


def test_compound_growth_and_the_mean_of_rates_by_hand():
    series = pd.Series([100.0, 110.0, 99.0], index=[2000, 2001, 2002])
    assert estimate("endpoint", series).rate == pytest.approx((math.sqrt(0.99) - 1) * 100)
    assert estimate("mean_of_yearly_rates", series).rate == pytest.approx((10 - 10) / 2)


def test_the_trend_is_least_squares_with_newey_west_errors(levels):
    y, t = np.log(levels.to_numpy()), np.arange(len(levels), dtype=float)
    slope = np.polyfit(t, y, 1)[0]
    residuals = y - np.polyval(np.polyfit(t, y, 1), t)
    centred = t - t.mean()
    lags = int(4 * (len(y) / 100) ** (2 / 9))
    scores = residuals * centred
    middle = (scores**2).sum() + 2 * sum(
        (1 - k / (lags + 1)) * (scores[k:] * scores[:-k]).sum() for k in range(1, lags + 1)
    )
    error = math.sqrt(middle * len(y) / (len(y) - 2)) / (centred**2).sum()
    found = estimate("log_trend_ols", levels)
    assert found.rate == pytest.approx(math.expm1(slope) * 100, rel=1e-10)
    assert found.details["standard error"] == pytest.approx(error * 100, rel=1e-8)


def test_feasible_gls_is_that_of_statsmodels(levels):
    y = np.log(levels.to_numpy())
    x = np.column_stack([np.ones(len(y)), np.arange(len(y))])
    result = GLSAR(y, x, rho=1).iterative_fit(maxiter=100)
    assert estimate("log_trend_glsar", levels).rate == pytest.approx(
        math.expm1(result.params[1]) * 100, rel=1e-6
    )


def test_the_drift_has_the_point_estimate_of_compound_growth(levels):
    endpoint = estimate("endpoint", levels).rate
    for name in ("drift", "drift_prewhitened"):
        found = estimate(name, levels)
        assert found.rate == pytest.approx(endpoint, rel=1e-10)
        assert found.low < found.rate < found.high


def test_the_prewhitened_error_is_the_variance_of_the_mean_of_an_autoregression():
    """T · Var(mean) of an AR(1) with unit innovations, from its covariance matrix."""
    for r, nobs in ((0.5, 20), (-0.3, 10), (0.9, 24)):
        lag = np.abs(np.subtract.outer(np.arange(nobs), np.arange(nobs)))
        matrix = r**lag / (1 - r**2)
        assert arrays.recolouring(np.array([r]), nobs)[0] == pytest.approx(matrix.sum() / nobs)


def test_what_verdicts_quote_is_wider_than_what_they_do_not(levels):
    low, high = growth.interval("endpoint", levels)
    naive = estimate("log_trend_ols", levels)
    assert high - low > naive.high - naive.low


def test_a_period_too_short_has_no_interval():
    assert growth.interval("endpoint", steady(5, 3)) == (None, None)


def test_the_lead_has_the_difference_of_the_rates_inside(levels):
    slower = levels / steady(1.0).to_numpy()
    low, high = growth.lead_interval("endpoint", levels, slower)
    lead = estimate("endpoint", levels).rate - estimate("endpoint", slower).rate
    assert low <= lead <= high
    assert high - low < 0.01  # the two differ by a steady rate only


@pytest.mark.parametrize("name", arrays.RATES)
def test_arrays_are_equal_to_the_estimators_one_by_one(name):
    rng = np.random.default_rng(11)
    table = np.exp(np.cumsum(rng.normal(0.05, 0.03, (200, 21)), axis=1))
    values = arrays.RATES[name](table)
    for i in range(0, 200, 7):
        series = pd.Series(table[i], index=range(2004, 2025))
        assert values[i] == pytest.approx(estimate(name, series).rate, rel=1e-10)


def test_arrays_of_intervals_are_equal_to_statsmodels():
    rng = np.random.default_rng(12)
    logs = np.cumsum(rng.normal(0.05, 0.03, (50, 21)), axis=1)
    slope, error = arrays.trend_hac(logs)
    mean, drift_error = arrays.drift_hac(np.diff(logs, axis=1))
    x = np.column_stack([np.ones(21), np.arange(21)])
    for i in range(0, 50, 5):
        kwds = {"maxlags": arrays.lags(21), "use_correction": True}
        fit = OLS(logs[i], x).fit(cov_type="HAC", cov_kwds=kwds)
        assert slope[i] == pytest.approx(fit.params[1], rel=1e-10)
        assert error[i] == pytest.approx(fit.bse[1], rel=1e-8)
        kwds["maxlags"] = arrays.lags(20)
        fit = OLS(np.diff(logs[i]), np.ones(20)).fit(cov_type="HAC", cov_kwds=kwds)
        assert mean[i] == pytest.approx(fit.params[0], rel=1e-10)
        assert drift_error[i] == pytest.approx(fit.bse[0], rel=1e-8)


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (pd.Series([1.0, 2.0, 3.0], index=[2000, 2001, 2003]), "gap"),
        (pd.Series([1.0, float("nan"), 3.0], index=[2000, 2001, 2002]), "gap"),
        (pd.Series([1.0, -2.0, 3.0], index=[2000, 2001, 2002]), "not positive"),
        (pd.Series([1.0], index=[2000]), "at least 2"),
    ],
)
def test_what_has_no_growth_rate_is_refused(series, message):
    with pytest.raises(ValueError, match=message):
        estimate("endpoint", series)
    with pytest.raises(KeyError):
        estimate("trend", series)
