"""From a claim to its verdict: the primary reading, the named ones, and the record of who stated
the same before."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from pydantic import ValidationError

from growth_claims.claims import Claim, Interval, NamedReading, Reading, Statement
from growth_claims.errors import InputError, ParameterError, nearest
from growth_claims.i18n import _
from growth_claims.panel import YEARS
from growth_claims.readings.study import Study, evaluate, numbers
from growth_claims.region import NoData, known_on
from growth_claims.verdicts import (
    GOOD,
    Assessment,
    Found,
    Outcome,
    Recorded,
    Result,
    decide,
    outcome,
    outcomes,
    rule,
)

#: What tells readings on the same series apart, and what else a table of readings may say of them.
PERIOD = ("start", "end", "estimator")
SERIES = ("quantity", "source", "vintage", "economies", "weights", "against", "among", "subject")
SERIES += ("reporter", "partners", "sets")


def assess(study: Study, claim: Claim, reading: Reading | None = None) -> Assessment:
    """The claim's verdict by the figures of the study's day, and what it stands on. `reading`: a
    filled one that is taken for the primary one."""
    reading = reading or study.primary(claim)
    if reading is None:
        return Assessment(decide(None), None)
    primary = result(study, claim, reading, interval=claim.kind == "growth")
    others = tuple(
        Result(Outcome.NO_DATA, None, named, _("its years lie outside the period that is set"))
        if other is None
        else result(study, claim, other, named)
        for named, other in claim.others(reading)
    )
    record = tuple(recorded(study, claim, s) for s in claim.statements)
    margin = study.materiality.of(claim.stated)
    return Assessment(decide(primary, others, record), primary, others, record, margin)


def result(
    study: Study,
    claim: Claim,
    reading: Reading,
    named: NamedReading | None = None,
    *,
    interval: bool = False,
) -> Result:
    """What a reading finds, and whether that holds."""
    try:
        found = evaluate(study, claim, reading, interval=interval)
    except NoData as problem:
        return Result(Outcome.NO_DATA, None, named, str(problem))
    return Result(outcome(claim.stated, found.value, study.materiality), found, named)


# --- many readings ------------------------------------------------------------------------------


def assess_many(study: Study, claim: Claim, frame: pd.DataFrame) -> pd.DataFrame:
    """The verdicts of a claim for many readings, each taken for the primary one, as `assess` gives
    them one by one; 100,000 rows in about a second.

    `frame`: one row a reading, with any of the columns PERIOD and SERIES, which are fields of
    `Reading`; an empty cell, and a column that is not there, are as in the primary reading, changed
    as a named reading changes it. Economies, partners and groups: tuples, or joined by "+". Returns
    value (the claim's unit, NaN where the figures cannot answer or a period ends before it begins),
    outcome and verdict, with the index of `frame`. Raises ParameterError for a column or a value
    that no reading has, and for a claim without a number to vary.
    """
    primary = study.primary(claim)
    if primary is None or claim.kind == "events":
        raise ParameterError("claim", claim.id, "a claim with a number that readings vary")
    for column in frame.columns.difference([*PERIOD, *SERIES]):
        known = (*PERIOD, *SERIES)
        wanted = f"the columns of readings: {', '.join(known)}"
        raise ParameterError("readings", column, wanted, nearest(str(column), known))
    start, end = (_years(frame, name, getattr(primary, name) or 0) for name in PERIOD[:2])
    estimator = np.full(len(frame), primary.estimator, dtype=object)
    if "estimator" in frame:
        given = frame["estimator"].dropna()
        for row, name in given.drop_duplicates().items():
            _changed(primary, {"estimator": name}, row)
        estimator[frame["estimator"].notna()] = given
    bases, base = _series_of(study, primary, frame[[c for c in SERIES if c in frame]])
    value = _values(study, claim, bases, base, start, end, estimator)
    judged = outcomes(claim.stated, value, study.materiality)
    record = [recorded(study, claim, statement) for statement in claim.statements]
    dated = any(r.same and r.outcome in GOOD for r in record)
    open_ = ~np.isin(judged, [*GOOD, *([Outcome.FAILS] if dated else [])])
    helped = np.zeros(len(frame), dtype=bool)
    for named in (n for n in claim.readings if n.defensible):
        rows = np.flatnonzero(open_ & ~helped)
        changed = {k: v for k, v in named.change.items() if k not in PERIOD}
        others = [study.filled(reading.like(changed)) for reading in bases]
        first, last, way = (
            np.full(
                len(rows), named.change[name] or 0 if name != "estimator" else named.change[name]
            )
            if name in named.change
            else column[rows]
            for name, column in zip(PERIOD, (start, end, estimator), strict=True)
        )
        found = _values(study, claim, others, base[rows], first, last, way)
        helped[rows] = np.isin(outcomes(claim.stated, found, study.materiality), GOOD)
    verdict = np.empty(len(frame), dtype=object)
    for one in Outcome:
        for help_ in (False, True):
            rows = (judged == one) & (helped == help_)
            verdict[rows] = rule(one, dated=dated, helped=help_).value
    return pd.DataFrame({"value": value, "outcome": judged, "verdict": verdict}, index=frame.index)


def _values(study, claim, bases, base, start, end, estimator) -> np.ndarray:
    """The numbers of readings of which some may have a period that ends before it begins."""
    value, real = np.full(len(base), np.nan), start < end
    value[real] = numbers(
        study, claim, bases, base[real], start[real], end[real], estimator[real]
    ).value
    return value


def _years(frame: pd.DataFrame, name: str, otherwise: int) -> np.ndarray:
    """A column of years, 0 for none."""
    if name not in frame:
        return np.full(len(frame), otherwise)
    years = pd.to_numeric(frame[name], errors="coerce")
    wrong = (years.isna() & frame[name].notna()) | (years.notna() & ~years.isin(YEARS))
    if wrong.any():
        row = frame.index[wrong][0]
        raise ParameterError(name, frame[name][wrong].iloc[0], f"in row {row}, a year")
    return years.fillna(otherwise).to_numpy(dtype=int)


def _series_of(
    study: Study, primary: Reading, frame: pd.DataFrame
) -> tuple[list[Reading], np.ndarray]:
    """The readings that differ in SERIES, filled in, and which of them each row is."""
    if frame.columns.empty:
        return [primary], np.zeros(len(frame), dtype=int)
    which = frame.groupby(list(frame), sort=False, dropna=False).ngroup()
    bases = []
    for row, way in frame[~which.duplicated().to_numpy()].iterrows():
        fields = {k: v for k, v in way.items() if v is not None and v == v}
        for several in ("economies", "partners", "among"):
            if isinstance(fields.get(several), str):
                fields[several] = tuple(fields[several].split("+"))
        bases.append(study.filled(_changed(primary, fields, row)))
    return bases, which.to_numpy()


def _changed(primary: Reading, fields: dict[str, object], row: object) -> Reading:
    try:
        return primary.like(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise ParameterError(name, fields.get(name), f"in row {row}, {first['msg']}") from None


# --- the record of earlier statements -----------------------------------------------------------


def recorded(study: Study, claim: Claim, statement: Statement) -> Recorded:
    """An earlier statement, judged by the figures of its own day.

    Of its periods and of the sources that publish the quantity, each with its own weights and its
    newest edition then, the best outcome counts: a statement is given the benefit of the doubt.
    """
    row = _row(study.published, claim, statement)
    stated = _interval(claim, row)
    best: tuple[Outcome, Found | None, str | None] = (Outcome.NO_DATA, None, None)
    ranks = list(Outcome)
    for period in statement.periods:
        reading = study.filled(claim.primary).like(period)
        for source in study.quantities.sources_of(reading.quantity):
            found = _of_its_day(study, claim, reading, source, row["latest"])
            if found is None:
                continue
            judged = outcome(claim.stated, found.value, study.materiality, stated)
            if ranks.index(judged) < ranks.index(best[0]):
                best = (judged, found, source)
    return Recorded(
        id=statement.id,
        date=row["date"],
        day=row["latest"],
        publisher=row["publisher"],
        value=row["value"],
        decimals=int(row["decimals"]),
        unit=row["unit"],
        url=row["url"],
        same=row["latest"] < study.register.article.date
        and claim.stated.value is not None
        and abs(_in_unit(claim, row) - claim.stated.value) < 1e-9,
        stated=stated,
        outcome=best[0],
        found=best[1],
        source=best[2],
    )


def _row(published: pd.DataFrame, claim: Claim, statement: Statement) -> pd.Series:
    rows = published[published["id"] == statement.id]
    if rows.empty:
        ids = list(published["id"])
        raise InputError(
            file="data/raw/statements",
            field="id",
            found=f"no statement {statement.id!r}, which the claim {claim.id!r} names",
            expected="one of those on record",
            todo=f"did you mean {nearest(statement.id, ids)!r}? Or add the row",
        )
    return rows.iloc[0]


def _times(claim: Claim, row: pd.Series) -> bool:
    """Whether the statement says how many times as much, where the claim says how much more."""
    return claim.stated.unit == "percent" and str(row["unit"]).startswith("times")


def _in_unit(claim: Claim, row: pd.Series) -> float:
    return (row["value"] - 1) * 100 if _times(claim, row) else float(row["value"])


def _interval(claim: Claim, row: pd.Series) -> Interval:
    """The numbers that round to what was stated, in the claim's unit; the claim's own interval
    where it is the same number."""
    value = _in_unit(claim, row)
    if claim.stated.value is not None and abs(value - claim.stated.value) < 1e-9:
        return claim.stated
    half = 0.5 * 10.0 ** -int(row["decimals"]) * (100 if _times(claim, row) else 1)
    below = any(word in str(row["unit"]) for word in ("nearly", "almost"))
    return Interval(low=value - half, high=value if below else value + half)


def _of_its_day(
    study: Study, claim: Claim, reading: Reading, source: str, day: dt.date
) -> Found | None:
    """The reading by the newest edition of a source that was out on a day and has its period."""
    weights = study.quantities.own_weights(reading.quantity, source)
    then = reading.change(source=source, weights=weights, vintage="")
    try:
        found = evaluate(study.on(day), claim, then)
    except NoData:
        return None
    return found if all(known_on(v) <= day for v in found.editions.values()) else None
