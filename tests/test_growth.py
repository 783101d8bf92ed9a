"""Estimators of average growth: by hand, against statsmodels, and on series whose rate is known."""

import math

import numpy as np
import pandas as pd
import pytest
from second_way import FIVE, rate, the_study, volume
from statsmodels.regression.linear_model import GLSAR, OLS

from growth_claims import growth
from growth_claims.growth import ESTIMATORS, arrays, estimate


@pytest.fixture(scope="module")
def levels() -> pd.Series:
    study = the_study()
    reading = study.primary(study.register.claim("gdp-growth-20y"))
    return study.aggregate(reading, (2004, 2024)).between(2004, 2024)


def steady(percent: float, years: int = 20) -> pd.Series:
    return pd.Series(
        [100 * (1 + percent / 100) ** t for t in range(years + 1)], index=range(2004, 2005 + years)
    )


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("percent", [6.2, 0.5, -2.0])
def test_every_estimator_finds_the_rate_of_a_steady_series(name, percent):
    noise = np.random.default_rng(3).normal(0, 1e-9, 21)
    found = estimate(name, steady(percent) * np.exp(noise))
    assert found.rate == pytest.approx(percent, abs=1e-4)
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


def test_compound_growth_of_the_region_is_that_of_a_second_way(levels):
    first, last = (sum(volume("2025-12-17", e, year) for e in FIVE) for year in (2004, 2024))
    assert growth.rate("endpoint", levels) == pytest.approx(rate(first, last, 20), abs=1e-12)


def test_an_estimate_keeps_the_statsmodels_results_that_it_comes_from(levels):
    for name in ("log_trend_ols", "log_trend_glsar", "drift"):
        found = estimate(name, levels)
        low, high = found.results.conf_int(alpha=0.05)[-1]
        assert found.rate == pytest.approx(100 * math.expm1(found.results.params[-1]), rel=1e-12)
        assert (found.low, found.high) == pytest.approx(
            (100 * math.expm1(low), 100 * math.expm1(high)), rel=1e-12
        )
    assert estimate("local_linear_trend", levels).results.smoothed_state.shape == (2, 21)
    assert estimate("endpoint", levels).results is None


def test_what_verdicts_quote_is_wider_than_what_they_do_not(levels):
    low, high, why = growth.quoted_interval("endpoint", levels)
    naive = estimate("log_trend_ols", levels)
    assert why is None
    assert high - low > naive.high - naive.low


def test_no_interval_is_quoted_where_it_would_say_nothing():
    """And each time the reason is said."""
    drifting = pd.Series(np.exp(np.cumsum(np.linspace(0.12, 0.0, 21))), index=range(2004, 2025))
    found = estimate(growth.QUOTED, drifting)
    assert abs(found.details["autocorrelation"]) == arrays.LARGEST_AR
    noisy = steady(5) * np.exp(np.random.default_rng(1).normal(0, 0.01, 21))
    for name, series, reason in (
        ("endpoint", steady(5, 3), growth.estimators.TOO_SHORT),
        ("mean_of_yearly_rates", noisy, growth.estimators.NO_INTERVAL),
        ("endpoint", drifting, growth.estimators.AT_THE_LIMIT),
        ("endpoint", noisy, None),
    ):
        low, high, why = growth.quoted_interval(name, series)
        assert why == reason
        assert (low is None) == (high is None) == (reason is not None)


@pytest.mark.parametrize("name", arrays.RATES)
def test_arrays_are_equal_to_the_estimators_one_by_one(name):
    rng = np.random.default_rng(11)
    table = np.exp(np.cumsum(rng.normal(0.05, 0.03, (200, 21)), axis=1))
    values = arrays.RATES[name](table)
    for i in range(0, 200, 7):
        series = pd.Series(table[i], index=range(2004, 2025))
        assert values[i] == pytest.approx(estimate(name, series).rate, rel=1e-10)


@pytest.mark.parametrize("name", ["endpoint", "log_trend_ols", "log_trend_glsar"])
def test_rates_of_many_series_are_nan_where_one_by_one_they_are_refused(name):
    rows = np.array([[1.0, 1.1, 1.2, 1.4, 1.5]] * 4)
    rows[1, 2], rows[2, 4] = np.nan, -1
    found = growth.rates(name, rows)
    for values, value in zip(rows, found, strict=True):
        series = pd.Series(values, index=range(2000, 2005))
        if np.isnan(value):
            with pytest.raises(ValueError):
                growth.rate(name, series)
        else:
            assert value == growth.rate(name, series)
    assert np.isnan(found).tolist() == [False, True, True, False]
    assert np.isnan(growth.rates(name, rows[:, :1])).all()


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


def test_an_interval_of_a_series_longer_than_the_table_is_wide_enough():
    """Of 1,000 simulated series of 45 years at least 94 in 100 intervals hold the true rate."""
    dice = np.random.default_rng(1)
    differences = 0.05 + dice.normal(scale=0.03, size=(1000, 45))
    _mean, low, high = arrays.drift_interval(differences)
    assert 0.94 <= ((low <= 0.05) & (high >= 0.05)).mean() <= 0.99


def test_the_error_of_an_average_slope_is_that_of_the_states_joint_distribution(levels):
    """All shocks at once as one normal vector, conditioned on the observations by dense algebra."""
    found = estimate("local_linear_trend", levels)
    irregular, level, slope = found.results.params
    years, flat = len(levels), 1e6  # the variance that stands for knowing nothing of the start
    before = np.tril(np.ones((years, years)), -1)
    slopes = np.hstack(
        [np.zeros((years, 1)), np.ones((years, 1)), np.zeros((years, years)), before]
    )
    paths = np.hstack([np.ones((years, 1)), np.zeros((years, 1)), before, np.zeros((years, years))])
    paths += before @ slopes
    prior = np.diag([flat, flat, *[level] * years, *[slope] * years])
    average = slopes[:-1].mean(axis=0)
    seen = paths @ prior @ paths.T + irregular * np.eye(years)
    told = average @ prior @ paths.T
    variance = average @ prior @ average - told @ np.linalg.solve(seen, told)
    assert found.details["standard error"] == pytest.approx(math.sqrt(variance), rel=1e-4)
