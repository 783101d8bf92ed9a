"""One function a measure: from a reading to the number that it gives."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd

from growth_claims import growth, region
from growth_claims.claims import Reading
from growth_claims.readings.study import Study
from growth_claims.region import NoData
from growth_claims.verdicts import Found

DAYS_A_YEAR = 365.2425
MONTHS_A_YEAR = 12


def evaluate(study: Study, reading: Reading, unit: str) -> Found:
    """The number that a reading gives, in the claim's unit.

    Raises NoData, which says what is missing, where the figures cannot answer.
    """
    return _MEASURES[reading.measure](study, study.filled(reading), unit)


def series_of(study: Study, reading: Reading) -> region.Aggregate:
    """The regional series that a reading looks at."""
    return region.aggregate(
        study.panel,
        reading.quantity,
        reading.source,
        reading.vintage,
        reading.economies,
        reading.weights,
    )


def _level(study: Study, reading: Reading, unit: str) -> Found:
    series = series_of(study, reading)
    members = {} if series.members is None else series.members.loc[reading.end].to_dict()
    estimated = _any(series, reading.end)
    return Found(series.at(reading.end), reading, estimated=estimated, parts=members)


def _increase(study: Study, reading: Reading, unit: str) -> Found:
    times = _multiple(study, reading, unit)
    return Found((times.value - 1) * 100, reading, estimated=times.estimated, parts=times.parts)


def _multiple(study: Study, reading: Reading, unit: str) -> Found:
    series = series_of(study, reading)
    first, last = series.at(reading.start), series.at(reading.end)
    return Found(
        last / first,
        reading,
        estimated=_any(series, reading.start, reading.end),
        parts={"first": first, "last": last},
    )


def _average_growth(study: Study, reading: Reading, unit: str) -> Found:
    series = series_of(study, reading)
    levels = series.between(reading.start, reading.end)
    estimate = growth.estimate(reading.estimator, levels)
    low, high = growth.interval(reading.estimator, levels, estimate)
    return Found(estimate.rate, reading, low, high, _any(series, reading.start + 1, reading.end))


def _growth_lead(study: Study, reading: Reading, unit: str) -> Found:
    series = series_of(study, reading)
    group = region.group_growth(study.panel, reading.source, reading.vintage, reading.against)
    ours = series.between(reading.start, reading.end)
    theirs = group.between(reading.start, reading.end)
    rate = growth.estimate(reading.estimator, ours).rate
    other = growth.estimate(reading.estimator, theirs).rate
    low, high = growth.lead_interval(reading.estimator, ours, theirs)
    return Found(
        rate - other,
        reading,
        low,
        high,
        _any(series, reading.start + 1, reading.end),
        {"region": rate, reading.against: other},
    )


def _growth_rank(study: Study, reading: Reading, unit: str) -> Found:
    series = series_of(study, reading)
    rates = {
        group: growth.estimate(
            reading.estimator,
            region.group_growth(study.panel, reading.source, reading.vintage, group).between(
                reading.start, reading.end
            ),
        ).rate
        for group in reading.among
    }
    ours = growth.estimate(reading.estimator, series.between(reading.start, reading.end)).rate
    rank = 1 + sum(rate > ours for rate in rates.values())
    estimated = _any(series, reading.start + 1, reading.end)
    return Found(float(rank), reading, estimated=estimated, parts={"region": ours, **rates})


def _partner_level(study: Study, reading: Reading, unit: str) -> Found:
    trade = partner_trade(study, reading, reading.partners)
    if reading.end not in trade.index or trade.loc[reading.end].isna().any():
        raise NoData(f"{reading.source} has no complete bilateral trade for {reading.end}")
    row = trade.loc[reading.end]
    return Found(float(row.sum()) / 1000, reading, parts=(row / 1000).to_dict())


def _partner_growth(study: Study, reading: Reading, unit: str) -> Found:
    rates = {}
    for partners in reading.partner_sets:
        total = partner_trade(study, reading, partners).sum(axis=1, min_count=len(partners))
        first, last = total.get(reading.start, np.nan), total.get(reading.end, np.nan)
        if np.isnan(first) or np.isnan(last):
            raise NoData(
                f"{reading.source} has no complete bilateral trade for "
                f"{reading.start} and {reading.end}"
            )
        years = reading.end - reading.start
        rates["+".join(partners)] = ((last / first) ** (1 / years) - 1) * 100
    return Found(min(rates.values()), reading, parts=rates)


def partner_trade(study: Study, reading: Reading, partners: tuple[str, ...]) -> pd.DataFrame:
    """Exports plus imports of the reporter with each partner, year × partner, million US$."""
    exports = study.panel.bilateral(reading.source, reading.reporter, partners, "exports")
    imports = study.panel.bilateral(reading.source, reading.reporter, partners, "imports")
    return exports + imports


def _longest_gap(study: Study, reading: Reading, unit: str) -> Found:
    held = events_of(study, reading.series)
    days = list(held["start_date"])
    if reading.start is not None and days[0].year != reading.start:
        raise NoData(f"the first of the series was in {days[0].year}, not {reading.start}")
    if reading.end is not None:
        days = [d for d in days if d.year <= reading.end]
    gaps = [
        (later - earlier).days / DAYS_A_YEAR * MONTHS_A_YEAR
        for earlier, later in itertools.pairwise(days)
    ]
    years = {d.year for d in days}
    missing = [y for y in range(days[0].year, days[-1].year + 1) if y not in years]
    return Found(
        max(gaps),
        reading,
        parts={"meetings": len(days), "years without": len(missing), "first year": days[0].year},
    )


def _years_since(study: Study, reading: Reading, unit: str) -> Found:
    held = events_of(study, reading.series)
    event = held[held["number"] == (reading.number or 1)]
    if event.empty:
        raise NoData(f"no number {reading.number or 1} in {reading.series!r}")
    day = event.iloc[0]["start_date"]
    on = reading.day or study.register.article.date
    return Found((on - day).days / DAYS_A_YEAR, reading, parts={"year": day.year})


def _ordinal(study: Study, reading: Reading, unit: str) -> Found:
    held = events_of(study, reading.series)
    match = held[held["place"] == reading.place]
    if reading.day is not None:
        match = match[(match["start_date"] <= reading.day) & (match["end_date"] >= reading.day)]
    if reading.end is not None:
        match = match[[d.year == reading.end for d in match["start_date"]]]
    if len(match) != 1:
        raise NoData(f"{len(match)} events of {reading.series!r} fit place and date")
    row = match.iloc[0]
    counted = int((held["start_date"] <= row["start_date"]).sum())
    return Found(float(row["number"]), reading, parts={"counted": counted})


def _count(study: Study, reading: Reading, unit: str) -> Found:
    held = events_of(study, reading.series, prefix=True)
    by = reading.day or study.register.article.date
    inside = held[[d.year == reading.end and d <= by for d in held["start_date"]]]
    return Found(float(len(inside)), reading)


def events_of(study: Study, series: str, *, prefix: bool = False) -> pd.DataFrame:
    """The events of a series by date; with `prefix`, of all series whose name starts so."""
    name = study.events["series"]
    held = study.events[name.str.startswith(series) if prefix else name == series]
    if held.empty:
        raise NoData(f"no events of {series!r}")
    return held.assign(
        start_date=held["start_date"].map(_day), end_date=held["end_date"].map(_day)
    ).sort_values("start_date")


def _day(value: object) -> dt.date:
    return value if type(value) is dt.date else pd.Timestamp(value).date()


def _compounded(study: Study, reading: Reading, unit: str) -> Found:
    times = (1 + reading.rate / 100) ** (reading.end - reading.start)
    return Found(times if unit == "times" else (times - 1) * 100, reading)


def _any(series: region.Aggregate, first: int, last: int | None = None) -> bool:
    return bool(series.estimated.loc[first : last or first].any())


_MEASURES: dict[str, Callable[[Study, Reading, str], Found]] = {
    "level": _level,
    "increase": _increase,
    "multiple": _multiple,
    "average-growth": _average_growth,
    "growth-lead": _growth_lead,
    "growth-rank": _growth_rank,
    "partner-level": _partner_level,
    "partner-growth": _partner_growth,
    "longest-gap": _longest_gap,
    "years-since": _years_since,
    "ordinal": _ordinal,
    "count": _count,
    "compounded": _compounded,
}
