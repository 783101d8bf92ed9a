"""Where and when a stated figure is right: over all periods, and edition by edition."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from growth_claims.claims import Claim, Reading
from growth_claims.readings.study import Study, evaluate
from growth_claims.region import NoData, known_on, observed
from growth_claims.verdicts import outcome, outcomes

#: A revision is counted where it may matter to a claim: years whose figures were news.
RECENT_YEARS = 5
LENGTH = 20


def windows(study: Study, claim: Claim) -> pd.DataFrame:
    """Growth (or the lead in growth) between every first and last year that the edition of the
    claim's own reading has.

    Columns: start, end, value (percent a year; percentage points for a lead), outcome, literal
    (the claim's own period), same_length.
    """
    reading = study.primary(claim)
    rates = compound(series_of(study, claim, reading))
    if reading.against:
        group = series_of(study, claim, reading, (reading.against,))
        rates = rates - compound(group).reindex(index=rates.index, columns=rates.columns)
    return _labelled(study, claim, reading, rates)


def compound(levels: pd.Series) -> pd.DataFrame:
    """Compound growth, percent a year: first year × last year; NaN where the last is not after the
    first."""
    years = levels.index.to_numpy()
    span = (years[None, :] - years[:, None]).astype(float)
    logs = np.log(levels.where(levels > 0).to_numpy(dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = 100 * np.expm1((logs[None, :] - logs[:, None]) / span)
    return pd.DataFrame(np.where(span > 0, rate, np.nan), index=years, columns=years)


def by_year(study: Study, claim: Claim) -> pd.DataFrame:
    """A level, or a multiple since the claim's first year, by last year. Columns as `windows`."""
    reading = study.primary(claim)
    levels = series_of(study, claim, reading)
    values = levels
    if claim.kind == "multiple":
        values = levels / levels.get(reading.start, np.nan)
        values = values.loc[reading.start + 1 :]
        values = 100 * (values - 1) if claim.stated.unit == "percent" else values
    frame = pd.DataFrame({"start": reading.start, "end": values.index, "value": values.to_numpy()})
    return _with_outcome(study, claim, reading, frame.dropna(subset="value"))


def _labelled(study: Study, claim: Claim, reading: Reading, table: pd.DataFrame) -> pd.DataFrame:
    frame = table.stack().rename("value").rename_axis(["start", "end"]).reset_index().dropna()
    frame["same_length"] = frame["end"] - frame["start"] == reading.end - reading.start
    return _with_outcome(study, claim, reading, frame)


def _with_outcome(
    study: Study, claim: Claim, reading: Reading, frame: pd.DataFrame
) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    judged = outcomes(claim.stated, frame["value"].to_numpy(dtype=float), study.materiality)
    frame["outcome"] = [one.value for one in judged]
    frame["literal"] = frame["end"] == reading.end
    if reading.start is not None:
        frame["literal"] &= frame["start"] == reading.start
    return frame


def series_of(
    study: Study, claim: Claim, reading: Reading, economies: tuple[str, ...] | None = None
) -> pd.Series:
    """The regional series of a reading, the years that its edition observed."""
    from growth_claims.readings.study import years_of

    made = study.aggregate(reading, years_of(claim.kind, reading), economies)
    projects = study.quantities.sources[reading.source].projects
    vintage = made.editions.get(reading.source, "")
    values = made.values.dropna()
    return values[observed(vintage, values.index.to_numpy(), projects)] if vintage else values


def vintages(study: Study, claim: Claim) -> pd.DataFrame:
    """The claim's reading in every edition of every source of its quantity, each on its source's
    own weights, and in one edition only.

    Two ways to see an edition: `literal`, the claim's own period, and `latest`, the same length of
    period (or the same first year, for a multiple) ending with the last year that the edition
    observed. Columns: source, vintage, date, kind, start, end, value, outcome.
    """
    primary = study.primary(claim)
    columns = ["source", "vintage", "date", "kind", "start", "end", "value", "outcome"]
    rows = []
    if primary is None or claim.kind == "events" or primary.reporter:
        return pd.DataFrame(columns=columns)
    for source in study.quantities.sources_of(primary.quantity):
        quantity = study.quantities.quantity(primary.quantity)
        recipe = quantity.sources.get(source)
        compared = primary.among or primary.against
        if recipe is None or (compared and source != primary.source):
            continue
        for vintage in study.panel.vintages(source, *recipe.indicators()):
            rows += _edition(study, claim, primary, source, vintage)
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["kind", "source", "date"], ignore_index=True)


def _edition(study: Study, claim: Claim, primary: Reading, source: str, vintage: str) -> list[dict]:
    own = study.quantities.own_weights(primary.quantity, source)
    reading = primary.change(source=source, vintage=vintage, weights=own)
    rows = []
    for kind, seen in (("literal", reading), ("latest", _latest(study, claim, reading))):
        if seen is None:
            continue
        projects = study.quantities.sources[source].projects
        if not observed(vintage, seen.end, projects):
            continue
        try:
            found = evaluate(study, claim, seen)
        except NoData:
            continue
        if found.vintage != vintage:
            continue
        rows.append(
            {
                "source": source,
                "vintage": vintage,
                "date": known_on(vintage),
                "kind": kind,
                "start": seen.start,
                "end": seen.end,
                "value": found.value,
                "outcome": outcome(claim.stated, found.value, study.materiality).value,
            }
        )
    return rows


def _latest(study: Study, claim: Claim, reading: Reading) -> Reading | None:
    try:
        series = series_of(study, claim, reading)
    except NoData:
        return None
    if series.empty:
        return None
    last = int(series.index[-1])
    if reading.start is None:
        return reading.change(end=last)
    if claim.kind == "multiple":
        return reading.change(end=last) if last > reading.start else None
    return reading.change(start=last - (reading.end - reading.start), end=last)


def revisions(study: Study, claim: Claim) -> pd.DataFrame:
    """Every revision, from one edition of a source to its next, of what the claim's reading
    measures: of a level in each of the last five years that the earlier edition observed, in
    percent; of growth over twenty years ending with each of them, in percentage points.

    Columns: source, earlier, later, end, before, after, revision.
    """
    reading = study.primary(claim)
    columns = ["source", "earlier", "later", "end", "before", "after", "revision"]
    rows = []
    none = reading is None or claim.kind == "events" or reading.reporter
    for source in [] if none else study.quantities.sources_of(reading.quantity):
        recipe = study.quantities.quantity(reading.quantity).sources.get(source)
        if recipe is None:
            continue
        own = study.quantities.own_weights(reading.quantity, source)
        editions = []
        for vintage in study.panel.vintages(source, *recipe.indicators()):
            at = reading.change(source=source, vintage=vintage, weights=own)
            try:
                series = series_of(study, claim, at)
            except NoData:
                continue
            if len(series):
                editions.append((vintage, series))
        for (earlier, old), (later, new) in itertools.pairwise(editions):
            for end in old.index[-RECENT_YEARS:]:
                before, after = (_measured(claim, s, end) for s in (old, new))
                if np.isfinite(before) and np.isfinite(after):
                    by = after - before if claim.kind in RATES else 100 * (after / before - 1)
                    rows.append((source, earlier, later, int(end), before, after, by))
    return pd.DataFrame(rows, columns=columns).astype({"revision": float})


#: Kinds of claims whose revisions are of growth.
RATES = ("growth", "comparison")


def _measured(claim: Claim, series: pd.Series, end: int) -> float:
    last = series.get(end, np.nan)
    if claim.kind not in RATES:
        return float(last)
    return float(100 * ((last / series.get(end - LENGTH, np.nan)) ** (1 / LENGTH) - 1))
