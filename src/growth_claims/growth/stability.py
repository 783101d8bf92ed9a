"""What a series bears: has log GDP a unit root, and does one average describe the period at all?"""

from __future__ import annotations

import itertools
import re
import warnings
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from growth_claims.growth import arrays
from growth_claims.growth.estimators import levels_of

SIGNIFICANCE = 0.05
#: Fewer years on either side of a break say nothing of it.
EACH_SIDE = 4
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
    Statistics, p-values (KPSS's is bounded by its table: 0.01 to 0.10), lags; `results`: those of
    statsmodels."""

    adf: float
    adf_p: float
    adf_lags: int
    kpss: float
    kpss_p: float
    kpss_lags: int
    nobs: int
    results: tuple[object, object] = field(default=(None, None), compare=False, repr=False)

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
        results=(adf, level),
    )


def chow(levels: pd.Series, year: int) -> tuple[float, float]:
    """Chow's F test of one log trend against two, the later one from `year` on: statistic, p-value.

    Chow (1960), Econometrica 28; by statsmodels' F test of the model with both trends against the
    one without. Raises ValueError where a side has fewer than four years.
    """
    import statsmodels.api as sm

    values = levels_of(levels, SMALLEST)
    later = (levels.index.to_numpy() >= year).astype(float)
    if min(later.sum(), len(later) - later.sum()) < EACH_SIDE:
        raise ValueError(f"{year} leaves fewer than {EACH_SIDE} years on a side")
    time = arrays.centred_time(len(values))
    one = np.column_stack([np.ones(len(values)), time])
    two = np.column_stack([one, later, later * time])
    logs = np.log(values)
    statistic, p, _df = sm.OLS(logs, two).fit().compare_f_test(sm.OLS(logs, one).fit())
    return float(statistic), float(p)


def breaks(levels: pd.Series) -> pd.DataFrame:
    """Chow's test in every year that leaves four on either side: index year, columns F, p. The
    largest of them is no ordinary F (Andrews 1993, Econometrica 61): a candidate, not a finding."""
    years = levels.index[EACH_SIDE : len(levels) - EACH_SIDE + 1]
    rows = {int(y): chow(levels, int(y)) for y in years}
    if not rows:
        raise ValueError("too few years for a break among them")
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["F", "p"])
    return frame.rename_axis("year")


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


def hac_lags(nobs: int) -> int:
    """Bandwidth of Newey and West's standard errors: floor(4 (T/100)^(2/9))."""
    return arrays.lags(nobs)


def summary(results):
    """statsmodels' summary of a fit without the date and the time, which differ at every run, and
    without the sign of a zero, which differs from processor to processor."""
    made = results.summary()
    for table in made.tables:
        for row in list(table):
            for cell, value in itertools.pairwise([*row, None]):
                shown = str(cell.data)
                if shown.strip() in ("Date:", "Time:"):
                    cell.data = ""
                    if value is not None:
                        value.data = ""
                elif re.fullmatch(r"\s*-0\.0+\s*", shown):
                    cell.data = shown.replace("-", " ")
    return made
