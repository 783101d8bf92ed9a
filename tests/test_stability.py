"""Tests of what a series bears, on series that were made to bear it."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from second_way import the_study
from statsmodels.tsa.stattools import adfuller

from growth_claims.growth import stability
from growth_claims.growth.stability import Bears


def series(logs) -> pd.Series:
    return pd.Series(np.exp(logs), index=range(1600, 1600 + len(logs)))


def test_a_random_walk_bears_a_unit_root_and_a_trend_with_noise_does_not():
    rng = np.random.default_rng(5)
    walk = stability.unit_root(series(np.cumsum(rng.normal(0.05, 0.02, 400))))
    trend = stability.unit_root(series(0.05 * np.arange(400) + rng.normal(0, 0.02, 400)))
    assert walk.bears is Bears.UNIT_ROOT
    assert trend.bears is Bears.TREND
    assert stability.believed(walk).estimator == "drift_prewhitened"
    assert stability.believed(trend).estimator == "log_trend_glsar"


def test_the_statistic_is_that_of_statsmodels():
    logs = np.cumsum(np.random.default_rng(6).normal(0.05, 0.02, 60))
    found = stability.unit_root(series(logs))
    result = adfuller(logs, regression="ct", autolag="AIC", result_object=True)
    assert found.adf == pytest.approx(result.statistic)
    assert found.adf_p == pytest.approx(result.pvalue)


def test_a_change_of_growth_is_found_where_it_is_and_not_where_none_is():
    """The errors of a trend have to be independent for the F distribution to hold."""
    rng = np.random.default_rng(7)
    bend = np.concatenate([0.08 * np.arange(21), 1.6 + 0.03 * np.arange(1, 21)])
    changed = series(bend + rng.normal(0, 0.01, 41))
    found = stability.breaks(changed)
    assert abs(found["F"].idxmax() - 1621) <= 1
    assert found["p"].min() < 1e-6
    steady = series(0.05 * np.arange(41) + rng.normal(0, 0.01, 41))
    assert stability.chow(steady, 1620)[1] > 0.05
    assert list(found.index) == list(range(1604, 1638))  # four years on either side


def test_chows_statistic_by_hand():
    rng = np.random.default_rng(8)
    logs = np.cumsum(rng.normal(0.05, 0.03, 30))
    t = np.arange(30.0)

    def ssr(part):
        return ((logs[part] - np.polyval(np.polyfit(t[part], logs[part], 1), t[part])) ** 2).sum()

    late = t >= 12
    inside = ssr(late) + ssr(~late)
    expected = ((ssr(t >= 0) - inside) / 2) / (inside / 26)
    statistic, p = stability.chow(series(logs), 1612)
    assert statistic == pytest.approx(expected, rel=1e-8)
    assert p == pytest.approx(stats.f.sf(expected, 2, 26), rel=1e-8)
    assert stability.breaks(series(logs)).loc[1612, "F"] == pytest.approx(expected, rel=1e-8)


def test_too_few_years_are_said_and_not_computed():
    with pytest.raises(ValueError, match="at least 12"):
        stability.unit_root(series(np.arange(11) * 0.05))
    with pytest.raises(ValueError, match="on a side"):
        stability.chow(series(np.arange(20) * 0.05), 1602)


def test_a_summary_does_not_change_with_the_clock():
    x = sm.add_constant(np.arange(30.0))
    fit = sm.OLS(np.cumsum(np.random.default_rng(9).normal(0, 1, 30)), x).fit()
    text = str(stability.summary(fit))
    assert "Date:" not in text and "Time:" not in text
    assert "R-squared" in text and "const" in text


def test_a_summary_does_not_change_with_the_processor():
    """R² of a mean alone is zero, whose sign is a matter of rounding."""
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(5, 1, 21)
        fit = sm.OLS(noise, np.ones(21)).fit()
        if fit.rsquared < 0:
            break
    assert "-0.000" in str(fit.summary()) and "-0.000" not in str(stability.summary(fit))


def test_the_region_bears_a_unit_root_and_slowed_down():
    study = the_study()
    reading = study.primary(study.register.claim("gdp-growth-20y"))
    levels = study.aggregate(reading, (2004, 2024)).between(2004, 2024)
    assert stability.unit_root(levels).bears is Bears.UNIT_ROOT
    found = stability.breaks(levels)
    year = found["F"].idxmax()
    before, after = (np.log(part).diff().mean() for part in (levels.loc[:year], levels.loc[year:]))
    assert found["p"].min() < 0.001 and after < before
