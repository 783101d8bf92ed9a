"""Do the intervals keep their promise? A Monte Carlo study of every estimator under processes
fitted to the region, reproducible from a seed: `python -m growth_claims.simulation`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from growth_claims.growth import arrays

SEED = 20251115
REPLICATIONS = 20_000
#: GLSAR and state-space models are fitted one by one.
SLOW_REPLICATIONS = 400
LENGTHS = (10, 20, 24)
CONFIDENCE = 0.95
#: What an interval has to cover to be quoted by a verdict.
ACCEPTED = (0.92, 0.98)
COVERAGE = "coverage.csv"
KINDS = ("difference-stationary", "trend-stationary")
#: How many yearly rates of the region the processes are fitted to.
YEARS = 24
#: The grid of the table of critical values.
COEFFICIENTS = np.round(np.linspace(-0.6, 0.97, 32), 4)
OBSERVATIONS = range(7, 32)


@dataclass(frozen=True)
class Process:
    """log Y with drift `mean` (log points a year). difference-stationary: growth is an AR(1) with
    coefficient `ar` and standard deviation `sd`. trend-stationary: the deviations from the trend
    are."""

    kind: str
    mean: float
    ar: float
    sd: float


def fit(levels: pd.Series) -> tuple[Process, Process]:
    """The difference-stationary and the trend-stationary process of a series, their
    autocorrelation corrected for small-sample bias (a trend's bias is -(2 + 4r)/T, a mean's
    -(1 + 3r)/T: Marriott & Pope 1954, Kendall 1954)."""
    logs = np.log(levels.to_numpy(dtype=float))
    growth = np.diff(logs)
    deviations = growth - growth.mean()
    raw = arrays.first_autocorrelation(deviations[None])
    r = float(arrays.bias_corrected(raw, len(growth))[0])
    unit_root = Process(KINDS[0], float(growth.mean()), r, float(growth.std(ddof=1)))
    slope, residuals = arrays.trend(logs[None])
    raw = float(arrays.first_autocorrelation(residuals)[0])
    r = min(raw + (2 + 4 * raw) / len(logs), arrays.LARGEST_AR)
    sd = float(residuals.std(ddof=2))
    return unit_root, Process(KINDS[1], float(slope[0]), r, sd)


def autoregression(
    rng: np.random.Generator, ar: float, sd: float, replications: int, nobs: int
) -> np.ndarray:
    """Stationary AR(1) paths with standard deviation `sd`, replications × nobs."""
    noise = rng.standard_normal((replications, nobs)) * sd * np.sqrt(1 - ar**2)
    noise[:, 0] /= np.sqrt(1 - ar**2)
    return lfilter([1.0], [1.0, -ar], noise, axis=1)


def simulate(
    rng: np.random.Generator, process: Process, replications: int, years: int
) -> np.ndarray:
    """Levels over so many yearly rates: replications × (years + 1)."""
    if process.kind == KINDS[0]:
        growth = process.mean + autoregression(rng, process.ar, process.sd, replications, years)
        logs = np.concatenate([np.zeros((replications, 1)), growth.cumsum(axis=1)], axis=1)
    else:
        deviations = autoregression(rng, process.ar, process.sd, replications, years + 1)
        logs = process.mean * np.arange(years + 1) + deviations
    return np.exp(logs)


def _quick(levels: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Centre, low and high in log rates of the estimators with a closed form."""
    logs = np.log(levels)
    growth = np.diff(logs, axis=1)
    slope, slope_error = arrays.trend_hac(logs)
    mean, mean_error = arrays.drift_hac(growth)
    return {
        "log_trend_ols": (slope, *arrays.t_interval(slope, slope_error, logs.shape[1] - 2)),
        "drift": (mean, *arrays.t_interval(mean, mean_error, growth.shape[1] - 1)),
        "drift_prewhitened": arrays.drift_interval(growth),
    }


def _slow(levels: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The same for the estimators that are fitted one by one."""
    from growth_claims.growth import estimate

    found = {}
    for name in ("log_trend_glsar", "local_linear_trend"):
        rows = [
            estimate(name, pd.Series(path, index=range(2000, 2000 + len(path)))) for path in levels
        ]
        log = [[np.log1p(x / 100) for x in (row.rate, row.low, row.high)] for row in rows]
        found[name] = tuple(np.array(log).T)
    return found


def coverage(
    processes: tuple[Process, ...],
    *,
    seed: int = SEED,
    replications: int = REPLICATIONS,
    slow_replications: int = SLOW_REPLICATIONS,
    lengths: tuple[int, ...] = LENGTHS,
) -> pd.DataFrame:
    """How often each estimator's nominal 95 % interval holds the true average growth.

    Columns: process, ar, years, estimator, replications, coverage, error (Monte Carlo standard
    error of the coverage), bias (mean) and width (median), percentage points a year.
    """
    rows = []
    for process in processes:
        for years in lengths:
            rng = np.random.default_rng([seed, years, len(process.kind)])
            levels = simulate(rng, process, replications, years)
            found = _quick(levels)
            if slow_replications:
                found |= _slow(levels[:slow_replications])
            for name, (centre, low, high) in found.items():
                share = float(((low <= process.mean) & (process.mean <= high)).mean())
                rows.append(
                    {
                        "process": process.kind,
                        "ar": process.ar,
                        "years": years,
                        "estimator": name,
                        "replications": len(centre),
                        "coverage": share,
                        "error": float(np.sqrt(share * (1 - share) / len(centre))),
                        "bias": float((centre - process.mean).mean() * 100),
                        "width": float(np.median(high - low) * 100),
                    }
                )
    return pd.DataFrame(rows)


def critical_values(seed: int = SEED, replications: int = REPLICATIONS) -> pd.DataFrame:
    """The table that `arrays.critical_value` reads: 95 % quantiles of |mean|/error, a row a number
    of observations, a column an autoregressive coefficient."""
    table = {}
    for nobs in OBSERVATIONS:
        row = []
        for r in COEFFICIENTS:
            rng = np.random.default_rng([seed, nobs, round((r + 1) * 1e4)])
            mean, error = arrays.drift_prewhitened(autoregression(rng, r, 1.0, replications, nobs))
            row.append(round(float(np.quantile(np.abs(mean) / error, CONFIDENCE)), 3))
        table[nobs] = row
    return pd.DataFrame.from_dict(table, orient="index", columns=COEFFICIENTS)


def saved() -> pd.DataFrame:
    """The table of the last whole study, as it stands in the package."""
    path = resources.files("growth_claims.growth") / COVERAGE
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#")


def region_levels(register: Path | None = None, claim: str | None = None) -> pd.Series:
    """The series to which the processes are fitted: the last YEARS years, up to the claim's last,
    of what a claim of growth is about, by its literal reading and the figures of its text's day.

    By default the claim of growth with the longest period in the register, and the register that a
    run takes by default. Raises ValueError where there is none.
    """
    from growth_claims import check, params

    given = {} if register is None else {"register": str(register)}
    study = check.study(params.check(given))
    found = [
        (c.primary.end - c.primary.start, c)
        for c in study.register.claims
        if c.kind == "growth" and claim in (None, c.id)
    ]
    if not found:
        raise ValueError(f"{study.register.id} has no claim of growth {claim or ''}".rstrip())
    longest = max(found, key=lambda pair: pair[0])[1]
    reading = study.primary(longest)
    first, last = reading.end - YEARS, reading.end
    return study.aggregate(reading, (first, last)).between(first, last)


def main(arguments: list[str] | None = None) -> None:
    """Runs the study and writes its table (and, if asked, the critical values before it)."""
    parser = argparse.ArgumentParser(prog="python -m growth_claims.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    parser.add_argument("--slow-replications", type=int, default=SLOW_REPLICATIONS)
    parser.add_argument("--critical-values", action="store_true", help="make their table anew")
    parser.add_argument("--out", type=Path, help=f"folder to write to; else {COVERAGE} is printed")
    parser.add_argument("--register", type=Path, help="whose region the processes are fitted to")
    parser.add_argument(
        "--claim", help="and whose claim of growth; else that of the longest period"
    )
    options = parser.parse_args(arguments)
    if options.critical_values and options.out:
        head = f"# simulated; seed {options.seed}, {options.replications} replications a cell\n"
        table = critical_values(options.seed, options.replications)
        text = table.to_csv(index_label="observations", lineterminator="\n")
        (options.out / arrays.CRITICAL).write_text(head + text, encoding="utf-8")
        arrays._critical_table.cache_clear()
    found = coverage(
        fit(region_levels(options.register, options.claim)),
        seed=options.seed,
        replications=options.replications,
        slow_replications=options.slow_replications,
    )
    text = f"# seed {options.seed}\n" + found.round(5).to_csv(index=False, lineterminator="\n")
    if options.out:
        (options.out / COVERAGE).write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
