"""The specification curve of average growth against a loop of statsmodels fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks import Row, timed

CLAIM = "gdp-growth-20y"
TIMES = 5


def measure() -> list[Row]:
    """The same readings, each by its own fit; the numbers must agree. Twice: with the region's
    series at hand in both ways, and with nothing made yet but the panel's tables."""
    from growth_claims import check, params
    from growth_claims.readings import curve

    study = check.study(params.check({}))
    claim = study.register.claim(CLAIM)
    rows = []
    curve.curve(study, claim)
    fitted(study, claim, [])
    for what, fresh in (("the region's series at hand", False), ("every series made anew", True)):
        ours = []
        for _time in range(TIMES):
            of = replace(study, _made={}) if fresh else study
            with timed() as quick:
                made = curve.curve(of, claim)
            ours.append(quick.seconds)
        values: list[float] = []
        with timed() as slow:
            fitted(study, claim, values, fresh=fresh)
        worst = max(abs(np.array(values) - value).min() for value in made["value"])
        worst = max(worst, *(abs(made["value"] - value).min() for value in values))
        note = f"{what}; {len(made)} readings, {len(values)} fits, largest difference {worst:.0e}"
        against = "a loop of statsmodels fits"
        best = sorted(ours)[TIMES // 2]
        rows.append(Row(f"the curve of `{CLAIM}`; {note}", against, best, slow.seconds, 100))
    return rows


def fitted(study, claim, values: list[float], *, fresh: bool = False) -> None:
    """Each reading of the curve once: its series, and the rate as a coefficient of least squares
    with HAC errors, as the notebook fits it."""
    import statsmodels.api as sm

    from growth_claims.growth import arrays
    from growth_claims.readings import curve
    from growth_claims.readings.study import years_of
    from growth_claims.region import NoData

    bases, *columns = curve.readings(study, claim, study.primary(claim))
    done: set = set()
    for base, start, end, estimator in zip(*columns, strict=True):
        reading = bases[base].change(start=int(start), end=int(end), estimator=estimator)
        if reading in done:
            continue
        done.add(reading)
        of = replace(study, _made={}) if fresh else study
        try:
            levels = of.aggregate(reading, years_of("growth", reading)).between(start, end)
        except NoData:
            continue
        logs = np.log(levels.to_numpy())
        y, x = {
            "endpoint": (np.diff(logs), np.ones(len(logs) - 1)),
            "mean_of_yearly_rates": (np.expm1(np.diff(logs)), np.ones(len(logs) - 1)),
            "log_trend_ols": (logs, sm.add_constant(np.arange(len(logs)))),
        }[estimator]
        fit = sm.OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": arrays.lags(len(y))})
        rate = fit.params[-1]
        values.append(100 * (rate if estimator == "mean_of_yearly_rates" else np.expm1(rate)))
