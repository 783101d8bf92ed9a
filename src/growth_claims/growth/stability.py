"""What a series bears: has log GDP a unit root, and does one average describe the period at all?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from growth_claims.growth import arrays
from growth_claims.growth.estimators import levels_of

SIGNIFICANCE = 0.05
#: Years in which the region's growth may have changed for good: the financial crisis, and the fall
#: of the price of oil with the rouble.
BREAK_YEARS = (2008, 2014)
SMALLEST = 12


class Bears(StrEnum):
    """What the two tests together say of log GDP."""

    UNIT_ROOT = "unit root"
    TREND = "trend"
    EITHER = "either"
    NEITHER = "neither"


@dataclass(frozen=True)
class UnitRoot:
    """ADF (null: unit root) and KPSS (null: trend-stationary), both with constant and trend.
    Statistics, p-values (KPSS's is bounded by its table: 0.01 to 0.10), lags."""

    adf: float
    adf_p: float
    adf_lags: int
    kpss: float
    kpss_p: float
    kpss_lags: int
    nobs: int

    @property
    def bears(self) -> Bears:
        """Unit root: ADF does not reject and KPSS does; trend: the reverse; either: neither test
        rejects; neither: both do."""
        root, trend = self.adf_p >= SIGNIFICANCE, self.kpss_p >= SIGNIFICANCE
        if root and trend:
            return Bears.EITHER
        if root:
            return Bears.UNIT_ROOT
        return Bears.TREND if trend else Bears.NEITHER


@dataclass(frozen=True)
class Break:
    """A test for a change in a year (the first of the later part). `what`: "trend", Chow's F test
    of the log trend; "drift", a Wald test of mean growth before against after, HAC variance. before
    and after are average growth, percent a year."""

    what: str
    year: int
    statistic: float
    p: float
    before: float
    after: float


@dataclass(frozen=True)
class Cusum:
    """Cumulated recursive residuals of mean growth; `crosses`: the first year in which they leave
    the 95 % bounds (None: they stay inside). largest: the greatest share of the bound reached."""

    crosses: int | None
    largest: float


def unit_root(levels: pd.Series) -> UnitRoot:
    """Augmented Dickey-Fuller (lags by Akaike's criterion, at most floor(12 (T/100)^(1/4))) and
    KPSS (lags by Hobijn, Franses & Ooms 1998) of log levels, with constant and trend.

    Dickey & Fuller (1979), Said & Dickey (1984); Kwiatkowski, Phillips, Schmidt & Shin (1992).
    Raises ValueError as `estimate` does.
    """
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import adfuller, kpss

    logs = np.log(levels_of(levels, SMALLEST))
    with warnings.catch_warnings():
        # KPSS's table ends at 0.01 and 0.10: the p-value is then a bound, and shown as one.
        warnings.simplefilter("ignore", InterpolationWarning)
        adf = adfuller(logs, regression="ct", autolag="AIC", result_object=True)
        level = kpss(logs, regression="ct", nlags="auto", result_object=True)
    return UnitRoot(
        adf=float(adf.statistic),
        adf_p=float(adf.pvalue),
        adf_lags=int(adf.lags),
        kpss=float(level.statistic),
        kpss_p=float(level.pvalue),
        kpss_lags=int(level.lags),
        nobs=len(logs),
    )


def structural_breaks(levels: pd.Series, years: Sequence[int] = BREAK_YEARS) -> tuple[Break, ...]:
    """Tests for a change of the log trend and of mean growth in each year.

    Chow (1960), Econometrica 28. A year that leaves fewer than four observations on a side is left
    out. Raises ValueError as `estimate` does.
    """
    from statsmodels.regression.linear_model import OLS

    values = levels_of(levels, SMALLEST)
    index = levels.index.to_numpy()
    logs = np.log(values)
    found = []
    for year in years:
        later = index >= year
        if min(later.sum(), (~later).sum()) < 4:
            continue
        x = np.column_stack([np.ones(len(logs)), arrays.centred_time(len(logs))])
        whole = OLS(logs, x).fit()
        parts = [OLS(logs[side], x[side]).fit() for side in (~later, later)]
        inside = sum(p.ssr for p in parts)
        freedom = len(logs) - 4
        statistic = ((whole.ssr - inside) / 2) / (inside / freedom)
        slopes = [float(arrays.to_percent(p.params[1])) for p in parts]
        found.append(
            Break("trend", year, float(statistic), _f_tail(statistic, 2, freedom), *slopes)
        )
        growth = np.diff(logs)
        after = (index[1:] >= year).astype(float)
        model = OLS(growth, np.column_stack([np.ones(len(growth)), after])).fit(
            cov_type="HAC",
            cov_kwds={"maxlags": arrays.lags(len(growth)), "use_correction": True},
            use_t=True,
        )
        before = float(arrays.to_percent(model.params[0]))
        since = float(arrays.to_percent(model.params.sum()))
        wald = float(model.tvalues[1] ** 2)
        found.append(Break("drift", year, wald, float(model.pvalues[1]), before, since))
    return tuple(found)


def _f_tail(statistic: float, numerator: int, denominator: int) -> float:
    from scipy import stats

    return float(stats.f.sf(statistic, numerator, denominator))


def cusum(levels: pd.Series) -> Cusum:
    """CUSUM of recursive residuals of mean growth, with 95 % bounds.

    Brown, Durbin & Evans (1975), JRSS B 37. Raises ValueError as `estimate` does.
    """
    from statsmodels.regression.recursive_ls import RecursiveLS

    values = levels_of(levels, SMALLEST)
    growth = np.diff(np.log(values)) * 100
    result = RecursiveLS(growth, np.ones(len(growth))).fit()
    path = np.asarray(result.cusum)
    upper = np.asarray(result._cusum_significance_bounds(alpha=SIGNIFICANCE)[1])
    # The bounds run linearly from the first recursive residual to the last.
    bound = np.interp(np.arange(len(path)), np.linspace(0, len(path) - 1, len(upper)), upper)
    share = np.abs(path) / bound
    outside = np.flatnonzero(share > 1)
    years = levels.index.to_numpy()[-len(path) :]
    return Cusum(int(years[outside[0]]) if len(outside) else None, float(share.max()))


@dataclass(frozen=True)
class Believed:
    """Which estimator to believe, and by which of the rules: "unit root", "either", "trend",
    "neither"."""

    estimator: str
    reason: Bears


def believed(root: UnitRoot) -> Believed:
    """The estimator to believe.

    A trend regression is right only if log GDP returns to its trend; if that is not established,
    its interval is far too narrow (see the simulation study), while the drift's is right or too
    wide. So the drift is believed unless ADF rejects a unit root and KPSS does not reject a trend.
    """
    estimator = "log_trend_glsar" if root.bears is Bears.TREND else "drift_prewhitened"
    return Believed(estimator, root.bears)
