"""Verdicts of a hundred thousand readings together against a loop over `assess`."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks import Row, timed

CLAIM = "gdp-growth-20y"
READINGS, LOOPED, YEARS = 100_000, 200, range(1992, 2025)


def measure() -> list[Row]:
    """Readings that differ in source, weights, countries, estimator and years. The loop is over a
    random part of them, and its time is that part's in proportion; its verdicts must agree."""
    from growth_claims import check, params
    from growth_claims.readings import assess, assess_many

    study = check.study(params.check({}))
    claim = study.register.claim(CLAIM)
    frame = drawn(study, claim)
    assess_many(study, claim, frame.iloc[:1000])  # both start with the panel's tables read
    fresh = replace(study, _made={})
    with timed() as cold:
        assess_many(fresh, claim, frame)
    with timed() as warm:
        made = assess_many(fresh, claim, frame)
    primary, wrong = study.primary(claim), 0
    part = frame.sample(LOOPED, random_state=2)
    changes = [primary.like(fields) for fields in part.to_dict("records")]
    with timed() as slow:
        verdicts = [assess(fresh, claim, study.filled(reading)).verdict for reading in changes]
    wrong = int((np.array(verdicts) != made.loc[part.index, "verdict"].to_numpy()).sum())
    against = f"a loop over `assess`, {LOOPED} of them"
    looped = slow.seconds * READINGS / LOOPED
    differ = f"{wrong} of {LOOPED} verdicts differ"
    return [
        Row("verdicts of 100,000 readings", against, cold.seconds, looped, 50, differ),
        Row("the same again, series at hand", against, warm.seconds, looped, 50, differ),
    ]


def drawn(study, claim) -> pd.DataFrame:
    """READINGS different readings of a growth claim, at random."""
    from growth_claims.readings.curve import ESTIMATORS

    quantity = study.primary(claim).quantity
    weights = [n for n, w in study.quantities.weights_of(quantity).items() if w.defensible]
    of = [c for n in range(1, 6) for c in itertools.combinations(study.register.economies, n)]
    columns = {
        "source": study.quantities.sources_of(quantity),
        "weights": weights,
        "economies": of,
        "estimator": ESTIMATORS,
        "start": YEARS,
        "end": YEARS,
    }
    sizes = [len(values) for values in columns.values()]
    spans = np.arange(np.prod(sizes)).reshape(sizes)
    every = spans[..., np.arange(len(YEARS))[:, None] < np.arange(len(YEARS))]
    which = np.random.default_rng(1).choice(every.ravel(), READINGS, replace=False)
    at = dict(zip(columns, np.unravel_index(which, sizes), strict=True))
    return pd.DataFrame({name: [columns[name][i] for i in at[name]] for name in columns})
