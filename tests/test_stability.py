"""Tests of what a series bears, on series that were made to bear it."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.stattools import adfuller
from support import FIVE, the_panel

from growth_claims import region
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
    rng = np.random.default_rng(7)
    growth = np.concatenate([np.full(20, 0.08), np.full(20, 0.03)]) + rng.normal(0, 0.01, 40)
    changed = series(np.concatenate([[0.0], growth.cumsum()]))
    breaks = {b.what: b for b in stability.structural_breaks(changed, years=(1621,))}
    assert breaks["drift"].p < 0.001 and breaks["trend"].p < 0.001
    assert breaks["drift"].before == pytest.approx(8.3, abs=0.6)
    assert breaks["drift"].after == pytest.approx(3.0, abs=0.6)
    steady = series(np.concatenate([[0.0], (0.05 + rng.normal(0, 0.01, 40)).cumsum()]))
    none = {b.what: b for b in stability.structural_breaks(steady, years=(1621,))}
    assert none["drift"].p > 0.05
    assert stability.cusum(changed).crosses is not None
    assert stability.cusum(steady).crosses is None


def test_chows_statistic_by_hand():
    rng = np.random.default_rng(8)
    logs = np.cumsum(rng.normal(0.05, 0.03, 30))
    t = np.arange(30.0)

    def ssr(part):
        return ((logs[part] - np.polyval(np.polyfit(t[part], logs[part], 1), t[part])) ** 2).sum()

    late = t >= 12
    inside = ssr(late) + ssr(~late)
    expected = ((ssr(t >= 0) - inside) / 2) / (inside / 26)
    found = stability.structural_breaks(series(logs), years=(1612,))[0]
    assert found.what == "trend"
    assert found.statistic == pytest.approx(expected, rel=1e-8)


def test_the_region_bears_a_unit_root_and_slowed_down_in_2008():
    whole = region.aggregate(the_panel(), "real-gdp", "wdi", "2026-07-01", FIVE)
    levels = whole.between(2004, 2024)
    assert stability.unit_root(levels).bears is Bears.UNIT_ROOT
    drift = stability.structural_breaks(levels)[1]
    assert (drift.what, drift.year) == ("drift", 2008)
    assert drift.after < drift.before and drift.p < 0.01
