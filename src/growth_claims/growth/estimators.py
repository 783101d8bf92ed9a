"""Average growth of a series, by the estimators that the field uses, each with what it assumes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from growth_claims.growth import arrays
from growth_claims.i18n import N_

CONFIDENCE = 0.95
SMALLEST = 5


@dataclass(frozen=True)
class GrowthEstimate:
    """An average growth rate. rate, low, high in percent a year (low and high None where the
    estimator has no interval of its own); nobs: how many observations went in; results: the
    statsmodels results that it comes from (None where there is no model)."""

    method: str
    rate: float
    low: float | None
    high: float | None
    nobs: int
    first_year: int
    last_year: int
    assumption: str
    reference: str
    confidence: float = CONFIDENCE
    details: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    results: object = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Estimator:
    """How an average growth rate is estimated: a name, what it assumes, who says so."""

    name: str
    label: str
    assumption: str
    reference: str
    fit: Callable[[np.ndarray], tuple]
    smallest: int = SMALLEST


def levels_of(levels: pd.Series, smallest: int) -> np.ndarray:
    """The values, if a growth rate can be estimated from them.

    Raises ValueError for gaps, values that are not positive, and too few years.
    """
    years = levels.index.to_numpy()
    if len(years) < smallest:
        raise ValueError(f"{len(years)} years; at least {smallest} are needed")
    if (np.diff(years) != 1).any() or levels.isna().any():
        raise ValueError("the years have a gap; nothing is filled in: choose a shorter period")
    values = levels.to_numpy(dtype=float)
    if (values <= 0).any():
        raise ValueError("a level is not positive, so it has no growth rate")
    return values


def _percent(value: float) -> float:
    return float(arrays.to_percent(np.asarray(value)))


def _endpoint(values: np.ndarray):
    return float(arrays.endpoint(values[None])[0]), None, None, {}, None


def _mean(values: np.ndarray):
    rates = (values[1:] / values[:-1] - 1) * 100
    spread = float(rates.std(ddof=1)) if len(rates) > 1 else float("nan")
    return float(rates.mean()), None, None, {"standard deviation": spread}, None


def _with_interval(result, position: int):
    low, high = result.conf_int(alpha=1 - CONFIDENCE)[position]
    details = {"standard error": float(result.bse[position]) * 100}
    return _percent(result.params[position]), _percent(low), _percent(high), details


def _time(nobs: int) -> np.ndarray:
    return np.column_stack([np.ones(nobs), arrays.centred_time(nobs)])


def _log_trend_ols(values: np.ndarray):
    from statsmodels.regression.linear_model import OLS

    nobs = len(values)
    result = OLS(np.log(values), _time(nobs)).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": arrays.lags(nobs), "use_correction": True},
        use_t=True,
    )
    rate, low, high, details = _with_interval(result, 1)
    return rate, low, high, details | {"lags": float(arrays.lags(nobs))}, result


def _log_trend_glsar(values: np.ndarray):
    from statsmodels.regression.linear_model import GLSAR

    model = GLSAR(np.log(values), _time(len(values)), rho=1)
    result = model.iterative_fit(maxiter=100, use_t=True)
    rate, low, high, details = _with_interval(result, 1)
    return rate, low, high, details | {"autocorrelation": float(model.rho[0])}, result


def _drift(values: np.ndarray):
    from statsmodels.regression.linear_model import OLS

    differences = np.diff(np.log(values))
    nobs = len(differences)
    result = OLS(differences, np.ones((nobs, 1))).fit(
        cov_type="HAC",
        cov_kwds={"maxlags": arrays.lags(nobs), "use_correction": True},
        use_t=True,
    )
    rate, low, high, details = _with_interval(result, 0)
    return rate, low, high, details | {"lags": float(arrays.lags(nobs))}, result


def _drift_prewhitened(values: np.ndarray):
    differences = np.diff(np.log(values))[None]
    nobs = differences.shape[1]
    centre, low, high = arrays.drift_interval(differences)
    deviations = differences - differences.mean()
    raw = arrays.first_autocorrelation(deviations)
    return (
        _percent(centre[0]),
        _percent(low[0]),
        _percent(high[0]),
        {
            "standard error": float(arrays.drift_prewhitened(differences)[1][0]) * 100,
            "autocorrelation": float(arrays.bias_corrected(raw, nobs)[0]),
            "critical value": float(arrays.critical_value(differences)[0]),
        },
        None,
    )


def _local_linear_trend(values: np.ndarray):
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    logs = np.log(values) * 100
    model = UnobservedComponents(logs, level="lltrend")
    with warnings.catch_warnings():
        # Whether it converged is read from the result, below, and reported.
        warnings.simplefilter("ignore", ConvergenceWarning)
        result = model.fit(disp=False, maxiter=500)
    years = len(logs) - 1
    slope = float(result.smoothed_state[1, :-1].mean())
    error = _error_of_average_slope(model.ssm)
    low, high = arrays.t_interval(np.array([slope]), np.array([error]), years - 1)
    return (
        _percent(slope / 100),
        _percent(low[0] / 100),
        _percent(high[0] / 100),
        {"standard error": error, "converged": float(result.mle_retvals["converged"])},
        result,
    )


def _error_of_average_slope(fitted) -> float:
    """Standard deviation, given all observations, of the average slope of a fitted local linear
    trend: of the state space with a third state, the sum of the slopes so far, at its last year.

    Such a cumulator is how Harvey (1989), section 6.3, aggregates over time. The smoother gives
    each year's variance, but not the covariances between years that the average needs.
    """
    from statsmodels.tsa.statespace.initialization import Initialization
    from statsmodels.tsa.statespace.kalman_filter import KalmanFilter

    model = KalmanFilter(k_endog=1, k_states=3, k_posdef=2)
    model.bind(fitted.endog[0])
    model["design"] = [[1, 0, 0]]
    model["transition"] = [[1, 1, 0], [0, 1, 0], [0, 1, 1]]
    model["selection"] = np.eye(3, 2)
    model["obs_cov"], model["state_cov"] = fitted["obs_cov"], fitted["state_cov"]
    start = Initialization(3)
    start.set((0, 2), "approximate_diffuse")  # as the fitted model's own two states
    start.set(2, "known", constant=[0], stationary_cov=[[0]])
    model.initialize(start)
    variance = model.filter().filtered_state_cov[2, 2, -1]
    return float(np.sqrt(variance)) / (fitted.nobs - 1)


ESTIMATORS: dict[str, Estimator] = {
    e.name: e
    for e in (
        Estimator(
            "endpoint",
            N_("compound growth between end points"),
            N_("none about the years between; it is the rate that the first and last year imply"),
            "United Nations, System of National Accounts 2008, paragraph 15.60",
            _endpoint,
            smallest=2,
        ),
        Estimator(
            "mean_of_yearly_rates",
            N_("mean of the yearly rates"),
            N_("yearly rates vary around one mean; it lies above compound growth when they vary"),
            "Weil, Economic Growth, appendix to chapter 1",
            _mean,
            smallest=2,
        ),
        Estimator(
            "log_trend_ols",
            N_("log-linear trend by least squares, HAC standard errors"),
            N_("log GDP returns to one straight trend; wrong if it has a unit root"),
            "Newey & West 1987, 1994; lags " + arrays.LAG_RULE,
            _log_trend_ols,
        ),
        Estimator(
            "log_trend_glsar",
            N_("log-linear trend by feasible GLS, autoregressive errors"),
            N_("log GDP returns to one straight trend with AR(1) deviations"),
            "Cochrane & Orcutt 1949; Canjels & Watson 1997",
            _log_trend_glsar,
        ),
        Estimator(
            "drift",
            N_("drift of log differences, HAC standard errors"),
            N_("log GDP has a unit root; growth varies around one mean"),
            "Newey & West 1987, 1994; lags " + arrays.LAG_RULE,
            _drift,
        ),
        Estimator(
            "drift_prewhitened",
            N_("drift of log differences, prewhitened standard errors"),
            N_("log GDP has a unit root; growth is an autoregression of order one around one mean"),
            "Andrews & Monahan 1992; Marriott & Pope 1954; Efron & Tibshirani 1993, chapter 12",
            _drift_prewhitened,
            smallest=8,
        ),
        Estimator(
            "local_linear_trend",
            N_("local linear trend, state space"),
            N_("level and slope of log GDP both wander; the rate is the average slope"),
            "Harvey 1989, Forecasting, Structural Time Series Models and the Kalman Filter",
            _local_linear_trend,
            smallest=10,
        ),
    )
}


def estimate(name: str, levels: pd.Series) -> GrowthEstimate:
    """Average growth of a yearly series of levels (index: years) by the estimator of that name.

    Raises KeyError for an unknown name, ValueError for gaps, non-positive levels, too few years.
    """
    estimator = ESTIMATORS[name]
    values = levels_of(levels, estimator.smallest)
    rate, low, high, details, results = _fitted(name, values.tobytes())
    return GrowthEstimate(
        method=name,
        rate=rate,
        low=low,
        high=high,
        nobs=len(values),
        first_year=int(levels.index[0]),
        last_year=int(levels.index[-1]),
        assumption=estimator.assumption,
        reference=estimator.reference,
        details=MappingProxyType(details),
        results=results,
    )


@lru_cache(maxsize=64)
def _fitted(name: str, levels: bytes) -> tuple:
    """The fit of an estimator, kept: a number, its interval and its results are asked for apart."""
    return ESTIMATORS[name].fit(np.frombuffer(levels))


def rate(name: str, levels: pd.Series) -> float:
    """The point estimate alone, percent a year: by the closed form where there is one.

    Raises ValueError as `estimate` does.
    """
    values = levels_of(levels, ESTIMATORS[name].smallest)
    if name in arrays.RATES:
        return float(arrays.RATES[name](values[None])[0])
    return estimate(name, levels).rate


def rates(name: str, levels: np.ndarray) -> np.ndarray:
    """The point estimates of many series of the same length: one row a series, one column a year.
    (S, Y) → (S,), percent a year; NaN where `levels_of` would raise."""
    found = np.full(len(levels), np.nan)
    good = (levels > 0).all(axis=1) & (levels.shape[1] >= ESTIMATORS[name].smallest)
    if name in arrays.RATES:
        if good.any():
            found[good] = arrays.RATES[name](levels[good])
        return found
    for row in np.flatnonzero(good):
        with suppress(ValueError):
            found[row] = _fitted(name, levels[row].tobytes())[0]
    return found


#: The interval that verdicts quote for growth between end points: the only one whose coverage the
#: simulation study (growth_claims.simulation) finds within 92 to 98 % under the region's process.
QUOTED = "drift_prewhitened"


def quoted_interval(name: str, levels: pd.Series) -> tuple[float | None, float | None, str | None]:
    """Low and high of the 95 % interval to quote beside a rate, and the reason where none is.

    For growth between end points it is that of the drift, which has the same point estimate; for
    the others their own. None is quoted where the period is too short, where the estimator has
    none, and where the autocorrelation meets its limit: the interval is then as wide as the limit
    makes it and says nothing of the rate.
    """
    own = QUOTED if name == "endpoint" else name
    estimator = ESTIMATORS[own]
    if len(levels) < estimator.smallest:
        return None, None, TOO_SHORT
    found = estimate(own, levels)
    if found.low is None:
        return None, None, NO_INTERVAL
    if abs(found.details.get("autocorrelation", 0.0)) >= arrays.LARGEST_AR:
        return None, None, AT_THE_LIMIT
    return found.low, found.high, None


TOO_SHORT = N_("the period is too short for an interval")
NO_INTERVAL = N_("this way to average has no interval of its own")
AT_THE_LIMIT = N_(
    "growth drifts through the whole period, so that its autocorrelation meets the limit within "
    "which an interval can be computed"
)
