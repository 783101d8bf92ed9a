"""What was known when: published statements held against the figures of their day and of today,
and the same reading over all vintages."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from growth_claims import growth, region
from growth_claims.claims import Claim, Interval, Reading
from growth_claims.readings.evaluate import evaluate, series_of
from growth_claims.readings.study import Study
from growth_claims.region import NoData
from growth_claims.verdicts import Materiality, Outcome, outcome

NUMBER_WORDS = {"ten": 10, "twenty": 20, "twenty-five": 25, "thirty": 30}
#: How each source weights growth in its own regional aggregates.
OWN_WEIGHTS = {"wdi": "constant-dollars", "weo": "ppp", "cisstat": "constant-dollars"}


def known_on(source: str, vintage: str) -> dt.date:
    """The day by which an edition was out: its own date, or the last day of its month."""
    parts = [int(p) for p in re.findall(r"\d+", vintage)]
    if len(parts) >= 3:
        return dt.date(*parts[:3])
    month = parts[1] if len(parts) > 1 else 12
    return dt.date(parts[0], month, calendar.monthrange(parts[0], month)[1])


@dataclass(frozen=True)
class Window:
    """The period that a statement's words mean: `start` None for a level of one year."""

    start: int | None
    end: int


def period_of(words: str, quantity: str, day: dt.date) -> Window:
    """The period in a statement's words. A length without years ends with the last full year
    before the statement; "2000-2021", "since 2000" and single years are taken as they stand."""
    last_full = day.year - 1
    years = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", words)]
    length = _length(words) or _length(quantity)
    if len(years) >= 2 and re.search(r"\d{4}\s*[-–]\s*\d{4}", words):
        return Window(years[0], years[1])
    if "since" in words and years:
        return Window(years[0], last_full)
    if length:
        return Window(last_full - length, last_full)
    if "relative to 2000" in quantity:
        return Window(2000, last_full)
    if "growth" in quantity:
        return Window(last_full - 1, last_full)
    return Window(None, years[0] if years else last_full)


def _length(words: str) -> int | None:
    found = re.search(r"(\d+|[a-z]+(?:-[a-z]+)?) years", words.lower())
    if not found:
        return None
    word = found.group(1)
    return int(word) if word.isdigit() else NUMBER_WORDS.get(word)


def by_vintage(study: Study, claim: Claim) -> pd.DataFrame:
    """The claim's reading in every edition of every source that can answer it, each on its source's
    own weights.

    Two ways to see an edition: `literal`, the claim's own period, and `latest`, the same length of
    period ending with the last year that the edition did not project. Columns: source, vintage,
    known_on, kind, start, end, value, outcome.
    """
    primary = study.primary(claim)
    rows = []
    for source in _sources(primary):
        for vintage in study.panel.vintages(source):
            for kind, reading in _two_ways(study, claim, primary, source, vintage):
                value = _value(study, claim, reading)
                if value is not None:
                    rows.append(
                        {
                            "source": source,
                            "vintage": vintage,
                            "known_on": known_on(source, vintage),
                            "kind": kind,
                            "start": reading.start,
                            "end": reading.end,
                            "value": value,
                            "outcome": outcome(claim.stated, value, study.materiality).value,
                        }
                    )
    columns = ["source", "vintage", "known_on", "kind", "start", "end", "value", "outcome"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["kind", "source", "known_on"], ignore_index=True)


def _sources(primary: Reading) -> tuple[str, ...]:
    if primary.quantity in ("real-gdp", "gdp-dollars", "population"):
        return ("wdi", "weo")
    return (primary.source,) if primary.quantity else ()


def last_observed(study: Study, reading: Reading) -> int:
    """The last year of a reading's series that its edition did not project."""
    return region.last_year(reading.source, reading.vintage, series_of(study, reading).values)


def _two_ways(study: Study, claim: Claim, primary: Reading, source: str, vintage: str):
    weights = OWN_WEIGHTS[source] if primary.quantity == "real-gdp" else primary.weights
    same = primary.change(source=source, vintage=vintage, weights=weights)
    try:
        last = last_observed(study, same)
    except NoData:
        return
    if last >= primary.end:
        yield "literal", same
    if primary.start is None:
        yield "latest", same.change(end=last)
    elif (claim.period.slides or "") == "last year" or primary.measure in ("increase", "multiple"):
        if last > primary.start:
            yield "latest", same.change(end=last)
    else:
        yield "latest", same.change(start=last - (primary.end - primary.start), end=last)


def _value(study: Study, claim: Claim, reading: Reading) -> float | None:
    """The value alone, without the interval, which is what costs."""
    try:
        if reading.measure == "average-growth":
            levels = series_of(study, reading).between(reading.start, reading.end)
            return growth.estimate(reading.estimator, levels).rate
        return evaluate(study, reading, claim.stated.unit).value
    except NoData:
        return None


def stopped_holding(frame: pd.DataFrame) -> pd.DataFrame:
    """For each source: the first edition in which the reading of the latest period neither holds
    nor is close, and the last before it that did. Columns: source, last_true, last_true_end,
    first_false, first_false_end."""
    rows = []
    for source, part in frame[frame["kind"] == "latest"].groupby("source"):
        part = part.sort_values("known_on")
        good = part["outcome"].isin([Outcome.HOLDS, Outcome.CLOSE]).to_numpy()
        last_good = int(np.flatnonzero(good)[-1]) if good.any() else -1
        after = part.iloc[last_good + 1 :]
        rows.append(
            {
                "source": source,
                "last_true": part.iloc[last_good]["vintage"] if good.any() else None,
                "last_true_end": int(part.iloc[last_good]["end"]) if good.any() else None,
                "first_false": after.iloc[0]["vintage"] if len(after) else None,
                "first_false_end": int(after.iloc[0]["end"]) if len(after) else None,
            }
        )
    columns = ["source", "last_true", "last_true_end", "first_false", "first_false_end"]
    return pd.DataFrame(rows, columns=columns)


def statements(study: Study, claim: Claim, published: pd.DataFrame) -> pd.DataFrame:
    """Each published statement of the claim's figure beside what the figures of that day and of
    today give for the period that its words mean.

    `published`: as `sources.statements` reads it. A length
    of years is read in two ways: ending with the last full year before the statement, and ending a
    year earlier (the last one that most publishers had figures for). Columns: date, publisher,
    quantity, stated, decimals, unit, start, end, then_value, then_vintage, now_value, then_outcome,
    now_outcome.
    """
    rows = []
    for _, row in published[published["claim_id"] == claim.id].iterrows():
        day = day_of(row["date"], row["period_as_stated"])
        window = period_of(str(row["period_as_stated"]), str(row["quantity"]), day)
        named = re.search(r"\d{4}\s*[-–]\s*\d{4}", str(row["period_as_stated"]))
        back = (0,) if window.start is None or named else (0, 1)
        for years in back:
            rows.append(_statement_row(study, claim, row, day, window, years))
    return pd.DataFrame([r for r in rows if r is not None])


def _statement_row(study, claim, row, day, window, years) -> dict | None:
    reading = _reading_of(study, claim, row, window, years)
    if reading is None:
        return None
    then, edition = None, None
    for source in _sources(study.primary(claim)):
        editions = [v for v in study.panel.vintages(source) if known_on(source, v) <= day]
        for vintage in reversed(editions):
            weights = OWN_WEIGHTS[source] if reading.quantity == "real-gdp" else reading.weights
            old = reading.change(source=source, vintage=vintage, weights=weights)
            value = _value_in(study, row, old)
            if value is not None:
                if then is None or known_on(source, vintage) > known_on(*edition):
                    then, edition = value, (source, vintage)
                break
    now = _value_in(study, row, reading)
    stated = float(row["value"])
    share = study.materiality
    return {
        "date": row["date"],
        "publisher": row["publisher"],
        "quantity": row["quantity"],
        "stated": stated,
        "decimals": row["decimals"],
        "unit": row["unit"],
        "start": reading.start,
        "end": reading.end,
        "then_value": then,
        "then_source": edition[0] if edition else None,
        "then_vintage": edition[1] if edition else None,
        "now_value": now,
        "then_outcome": _judged(claim, row, then, share).value,
        "now_outcome": _judged(claim, row, now, share).value,
    }


def _reading_of(study, claim, row, window, years) -> Reading | None:
    primary = study.primary(claim)
    if primary is None:
        return None
    end = window.end - years
    start = None if window.start is None else window.start - years
    if "since" in str(row["period_as_stated"]) or "relative to 2000" in str(row["quantity"]):
        start = window.start
    change: dict[str, object] = {"end": end}
    if "relative" in str(row["quantity"]):
        quantity = primary.quantity or "goods-trade"
        change |= {"measure": "multiple", "quantity": quantity, "start": start or 2000}
    elif start is not None:
        change |= {"start": start}
    else:
        change |= {"measure": "level"} if primary.quantity else {}
    try:
        return primary.change(**change)
    except ValueError:
        return None


def _value_in(study, row, reading: Reading) -> float | None:
    try:
        if reading.measure == "average-growth":
            levels = series_of(study, reading).between(reading.start, reading.end)
            return growth.estimate(reading.estimator, levels).rate
        return evaluate(study, reading, "times").value
    except (NoData, KeyError):
        return None


#: Who the published statements call the text that is checked.
ARTICLE = "the article"


def _judged(claim: Claim, row, value: float | None, materiality: Materiality) -> Outcome:
    """What the rules make of a statement: the text that is checked by its claim's own interval,
    others by their number to the last written digit ("nearly": from below), with the same margins.
    """
    if value is None:
        return Outcome.NO_DATA
    stated, unit = float(row["value"]), str(row["unit"])
    if row["publisher"] == ARTICLE:
        more = claim.stated.unit == "percent" and unit.startswith("times")
        return outcome(claim.stated, (value - 1) * 100 if more else value, materiality)
    half = 0.5 * 10.0 ** -int(row["decimals"])
    nearly = "nearly" in unit or "almost" in unit
    interval = Interval(low=stated - half, high=stated if nearly else stated + half)
    if interval.holds(value):
        return Outcome.HOLDS
    margin = materiality.points if "% a year" in unit else materiality.share * abs(stated)
    return Outcome.CLOSE if interval.distance(value) <= margin else Outcome.FAILS


def day_of(text: object, words: object = "") -> dt.date:
    """The last day that a date as published may mean: "2023" is the end of 2023, unless the words
    beside it say that it was early in the year."""
    parts = [int(p) for p in re.findall(r"\d+", str(text))]
    if len(parts) >= 3:
        return dt.date(*parts[:3])
    month = parts[1] if len(parts) == 2 else 3 if "early" in str(words) else 12
    return dt.date(parts[0], month, calendar.monthrange(parts[0], month)[1])
