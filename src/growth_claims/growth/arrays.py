"""Closed forms over arrays: one row a series, one column a year. What specification curves and the
simulation study compute by the thousand, equal to statsmodels' results for one series."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
from scipy import special

#: Newey & West's rule of thumb for the Bartlett kernel: floor(4 (T/100)^(2/9)), as in Newey & West
#: (1994), "Automatic lag selection in covariance matrix estimation", REStud 61, and Wooldridge
#: (2019), Introductory Econometrics, section 12.5.
LAG_RULE = "floor(4 (T/100)^(2/9))"


def lags(nobs: int) -> int:
    """Bandwidth of the HAC estimator for so many observations."""
    return int(np.floor(4 * (nobs / 100) ** (2 / 9)))


def endpoint(levels: np.ndarray) -> np.ndarray:
    """Compound growth between the first and the last column, percent a year. (S, Y) → (S,)."""
    years = levels.shape[1] - 1
    return ((levels[:, -1] / levels[:, 0]) ** (1 / years) - 1) * 100


def mean_of_yearly_rates(levels: np.ndarray) -> np.ndarray:
    """Arithmetic mean of the yearly rates, percent a year. (S, Y) → (S,)."""
    return ((levels[:, 1:] / levels[:, :-1] - 1) * 100).mean(axis=1)


def log_trend_ols(levels: np.ndarray) -> np.ndarray:
    """Slope of log level on time by least squares, as percent a year. (S, Y) → (S,)."""
    return to_percent(trend(np.log(levels))[0])


def drift(levels: np.ndarray) -> np.ndarray:
    """Mean log difference, as percent a year: equal to compound growth between end points."""
    return to_percent(np.diff(np.log(levels), axis=1).mean(axis=1))


RATES = {
    "endpoint": endpoint,
    "mean_of_yearly_rates": mean_of_yearly_rates,
    "log_trend_ols": log_trend_ols,
    "drift": drift,
}


def to_percent(log_rate: np.ndarray) -> np.ndarray:
    """A log growth rate as percent a year."""
    return np.expm1(log_rate) * 100


def centred_time(nobs: int) -> np.ndarray:
    return np.arange(nobs) - (nobs - 1) / 2


def trend(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least-squares slope of each row on time, and the residuals. (S, T) → (S,), (S, T)."""
    t = centred_time(logs.shape[1])
    slope = (logs * t).sum(axis=1) / (t @ t)  # a row's slope does not depend on the others
    return slope, logs - logs.mean(axis=1, keepdims=True) - slope[:, None] * t


def long_run(scores: np.ndarray, bandwidth: int) -> np.ndarray:
    """Sum of the scores' autocovariances under the Bartlett kernel, not divided by T.

    (S, T) → (S,). Newey & West (1987), Econometrica 55, equation 5, for one regressor.
    """
    total = (scores**2).sum(axis=1)
    for lag in range(1, bandwidth + 1):
        weight = 1 - lag / (bandwidth + 1)
        total += 2 * weight * (scores[:, lag:] * scores[:, :-lag]).sum(axis=1)
    return total


def trend_hac(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope of the log trend and its HAC standard error, with the T/(T-2) correction."""
    nobs = logs.shape[1]
    t = centred_time(nobs)
    slope, residuals = trend(logs)
    middle = long_run(residuals * t, lags(nobs))
    return slope, np.sqrt(middle * nobs / (nobs - 2)) / (t @ t)


def drift_hac(differences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean log difference and its HAC standard error, with the T/(T-1) correction."""
    nobs = differences.shape[1]
    mean = differences.mean(axis=1)
    middle = long_run(differences - mean[:, None], lags(nobs))
    return mean, np.sqrt(middle * nobs / (nobs - 1)) / nobs


#: Above this a prewhitening filter would divide by nearly nothing (Andrews & Monahan 1992, p. 957).
LARGEST_AR = 0.97


def first_autocorrelation(deviations: np.ndarray) -> np.ndarray:
    """Least-squares coefficient of each row on its own lag. (S, T) → (S,)."""
    return (deviations[:, 1:] * deviations[:, :-1]).sum(axis=1) / (deviations[:, :-1] ** 2).sum(
        axis=1
    )


def bias_corrected(coefficient: np.ndarray, nobs: int) -> np.ndarray:
    """The autoregressive coefficient without the bias that estimating the mean brings:
    E(r) - r = -(1 + 3 r)/T. Marriott & Pope (1954), Kendall (1954), Biometrika 41."""
    return np.clip(coefficient + (1 + 3 * coefficient) / nobs, -LARGEST_AR, LARGEST_AR)


def drift_prewhitened(differences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean log difference and a standard error that first takes out an autoregression of order one.

    The long-run variance of Andrews & Monahan (1992), Econometrica 60, with the coefficient
    corrected for its small-sample bias: s²(e)/(1 - r)², and the variance of the mean of T
    observations of such a process exactly, instead of its limit. (S, T) → (S,), (S,).
    """
    nobs = differences.shape[1]
    mean = differences.mean(axis=1)
    deviations = differences - mean[:, None]
    raw = first_autocorrelation(deviations)
    coefficient = bias_corrected(raw, nobs)
    innovations = deviations[:, 1:] - raw[:, None] * deviations[:, :-1]
    variance = (innovations**2).sum(axis=1) / (nobs - 2)
    return mean, np.sqrt(variance / nobs * recolouring(coefficient, nobs))


def recolouring(coefficient: np.ndarray, nobs: int) -> np.ndarray:
    """T times the variance of the mean of T observations of an AR(1) with unit innovations."""
    r = coefficient
    marginal = 1 / (1 - r**2)
    weights = 1 + 2 * sum((1 - k / nobs) * r**k for k in range(1, nobs))
    return marginal * weights


#: Critical values of |mean|/error by autoregressive coefficient and number of observations, by
#: simulation (growth_claims.simulation writes the file).
CRITICAL = "critical_values.csv"


@cache
def _critical_table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients, numbers of observations, critical values (observations × coefficients)."""
    with (resources.files("growth_claims.growth") / CRITICAL).open(encoding="utf-8") as file:
        header, *rows = [line.strip().split(",") for line in file if not line.startswith("#")]
    table = np.array(rows, dtype=float)
    return np.array(header[1:], dtype=float), table[:, 0].astype(int), table[:, 1:]


def critical_value(differences: np.ndarray) -> np.ndarray:
    """What to multiply the prewhitened standard error by for a 95 % interval. (S, T) → (S,).

    The quantile of |mean|/error among simulated autoregressions of the same length (bootstrap-t:
    Efron & Tibshirani 1993, chapter 12). It rises steeply and convexly with the coefficient, so
    that the value at the estimate is too small on average; it is read one standard error of the
    coefficient, √((1 - r²)/T), above it. Series longer than the table's take its longest: the
    values fall with the length, so that such an interval is a little too wide, never too narrow.
    """
    nobs = differences.shape[1]
    coefficients, sizes, values = _critical_table()
    if nobs < sizes[0]:
        raise ValueError(f"{nobs} observations; the table begins with {sizes[0]}")
    deviations = differences - differences.mean(axis=1, keepdims=True)
    r = bias_corrected(first_autocorrelation(deviations), nobs)
    above = np.minimum(r + np.sqrt((1 - r**2) / nobs), LARGEST_AR)
    return np.interp(above, coefficients, values[min(nobs, sizes[-1]) - sizes[0]])


def drift_interval(
    differences: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean log difference with the low and high of its 95 % interval: prewhitened standard error
    times the simulated critical value. (S, T) → three times (S,)."""
    mean, error = drift_prewhitened(differences)
    half = critical_value(differences) * error
    return mean, mean - half, mean + half


def t_interval(
    centre: np.ndarray, error: np.ndarray, freedom: int, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of the interval in log rates."""
    half = special.stdtrit(freedom, 0.5 + confidence / 2) * error
    return centre - half, centre + half
