"""Where is a stated figure true? Average growth by first and last year, multiples by last year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from growth_claims.claims import Claim, Reading
from growth_claims.readings.assess import slides
from growth_claims.readings.evaluate import series_of
from growth_claims.readings.study import Study
from growth_claims.region import group_growth
from growth_claims.verdicts import Outcome, outcome

SHORTEST = 1


def growth_map(study: Study, claim: Claim) -> pd.DataFrame:
    """Compound growth for every first and last year that the figures allow.

    Columns: start, end, value (percent a year, or percentage points for a lead over a group),
    outcome, literal (the claim's own period), same_length.
    """
    primary = study.primary(claim)
    levels = series_of(study, primary).values.dropna()
    value = _compound(levels)
    if primary.against is not None:
        group = group_growth(
            study.panel, primary.source, primary.vintage, primary.against
        ).values.reindex(levels.index)
        value = value - _compound(group)
    frame = value.stack().rename("value").reset_index()
    frame.columns = ["start", "end", "value"]
    frame = frame[(frame["end"] - frame["start"] >= SHORTEST)].dropna().reset_index(drop=True)
    frame["outcome"] = [outcome(claim.stated, v, study.materiality).value for v in frame["value"]]
    frame["literal"] = (frame["start"] == primary.start) & (frame["end"] == primary.end)
    frame["same_length"] = frame["end"] - frame["start"] == primary.end - primary.start
    return frame


def by_last_year(study: Study, claim: Claim) -> pd.DataFrame:
    """A multiple (or an increase in percent) since the claim's first year, by last year; for a
    multiple over a length of time, the same length by last year.

    Columns: start, end, value, outcome, literal.
    """
    primary = study.primary(claim)
    levels = series_of(study, primary).values.dropna()
    length = primary.end - primary.start
    rows = []
    for end in levels.index:
        start = end - length if slides(claim) == "window" else primary.start
        if start in levels.index and start < end:
            times = float(levels[end] / levels[start])
            rows.append((int(start), int(end), _unit(primary, times)))
    frame = pd.DataFrame(rows, columns=["start", "end", "value"])
    frame["outcome"] = [outcome(claim.stated, v, study.materiality).value for v in frame["value"]]
    frame["literal"] = (frame["start"] == primary.start) & (frame["end"] == primary.end)
    return frame


def true_in(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in which the stated figure holds."""
    return frame[frame["outcome"] == Outcome.HOLDS]


def _unit(primary: Reading, times: float) -> float:
    return times if primary.measure == "multiple" else (times - 1) * 100


def _compound(levels: pd.Series) -> pd.DataFrame:
    """first year × last year, percent a year; NaN where the last is not after the first."""
    years = levels.index.to_numpy()
    span = years[None, :] - years[:, None]
    logs = np.log(levels.to_numpy(dtype=float))
    gain = logs[None, :] - logs[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(span > 0, (np.exp(gain / span) - 1) * 100, np.nan)
    return pd.DataFrame(rate, index=years, columns=years)
