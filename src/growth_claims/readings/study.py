"""From a reading to the number that it gives: one function a kind of claim."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from growth_claims import growth, i18n, region
from growth_claims.claims import Claim, Named, Reading, Register
from growth_claims.i18n import _
from growth_claims.panel import YEARS, Panel
from growth_claims.quantities import Quantities
from growth_claims.region import LATEST, Aggregate, NoData, View, known_on, needed
from growth_claims.verdicts import Found, Materiality

DAYS_A_YEAR = 365.2425


@dataclass(frozen=True)
class Overrides:
    """What a run's parameters put in place of the register's choices; empty leaves them.
    `vintages`: editions by source, or "latest"."""

    vintages: tuple[tuple[str, str], ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    economies: tuple[str, ...] = ()
    weights: str | None = None


@dataclass(frozen=True)
class Study:
    """A register, the figures and the events that it is checked with, as they were to be had `at` a
    day (None: today)."""

    register: Register
    panel: Panel
    quantities: Quantities
    events: pd.DataFrame
    published: pd.DataFrame
    at: dt.date | None
    overrides: Overrides = field(default_factory=Overrides)
    materiality: Materiality = field(default_factory=Materiality)
    _made: dict = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: dt.date | None) -> Study:
        """The same by the figures of another day."""
        return replace(self, at=day)

    def primary(self, claim: Claim) -> Reading | None:
        """The primary reading as the run's parameters leave it, its defaults filled in."""
        if claim.primary is None:
            return None
        return self.filled(claim.primary.change(**self.changes(claim)))

    def changes(self, claim: Claim) -> dict[str, object]:
        """What the parameters change in a claim's reading; nothing where they have no use."""
        reading, over = claim.primary, self.overrides
        changes: dict[str, object] = {}
        if reading is None or claim.kind == "events":
            return changes
        if over.first_year is not None and reading.start is not None:
            changes["start"] = over.first_year
        if over.last_year is not None and reading.end is not None:
            changes["end"] = over.last_year
        if reading.start is not None and ("start" in changes) != ("end" in changes):
            start, end = changes.get("start", reading.start), changes.get("end", reading.end)
            if start >= end:  # one end alone would turn the period over: its length is kept
                length = reading.end - reading.start
                changes |= {"start": end - length} if "end" in changes else {"end": start + length}
        if over.weights is not None and over.weights in self.quantities.weights_of(
            reading.quantity
        ):
            changes["weights"] = over.weights
        if over.economies and not (reading.partners or reading.sets):
            changes["economies"] = over.economies
        return changes

    def filled(self, reading: Reading) -> Reading:
        """The reading with the region's economies and its source's own weights."""
        changes: dict[str, object] = {}
        if reading.quantity and not reading.economies and not reading.reporter:
            changes["economies"] = self.register.economies
        if reading.quantity and reading.weights is None and reading.source:
            own = self.quantities.own_weights(reading.quantity, reading.source)
            if own is not None:
                changes["weights"] = own
        return reading.change(**changes) if changes else reading

    def view(self, reading: Reading, years: tuple[int, ...]) -> View:
        """The figures that a reading looks at."""
        fixed = dict(self.overrides.vintages)
        at = self.at
        if reading.vintage:
            fixed = {reading.source: reading.vintage}
            at = None if reading.vintage == LATEST else known_on(reading.vintage)
        also = (reading.against, *reading.among) if reading.against else reading.among
        fixed = tuple(sorted(fixed.items()))
        made = self._made.setdefault("members", {})
        return View(self.panel, self.quantities, at, years, fixed, also, made=made)

    def series(
        self,
        reading: Reading,
        needs: np.ndarray,
        wanted: np.ndarray | None = None,
        economies: tuple[str, ...] = (),
        quantity: str | None = None,
        kept: dict | None = None,
    ) -> Iterator[tuple[Aggregate | NoData, np.ndarray]]:
        """The series of a reading (or of other economies, such as a group's) for many periods.

        `needs`: the years that each period needs, periods × YEARS (bool); `wanted`: of which
        periods (bool; all). Yields each series, or what is missing, with the periods that it is for
        (bool). Series are kept once made: one serves every period for which the same editions are
        taken. `kept`: keeps which editions are taken while `needs` stays the same.
        """
        economies = economies or reading.economies or reading.partners
        what = (quantity or reading.quantity, reading.source, economies, reading.weights)
        view, kept = self.view(reading, ()), {} if kept is None else kept
        of = (view.at, view.fixed, view.also)
        left = np.ones(len(needs), bool) if wanted is None else wanted.copy()
        if not left.any():
            return

        def serves(asked: dict[tuple, str]) -> np.ndarray:
            rows = left.copy()
            for call, edition in asked.items():
                if (of, call) not in kept:
                    kept[of, call] = view.editions(*call, needs)
                rows &= kept[of, call] == edition
            return rows

        made = self._made.setdefault((*what, reading.reporter, *of, i18n.language()), [])
        for asked, one in made:
            rows = serves(asked)
            if rows.any():
                left &= ~rows
                yield one, rows
        while left.any():
            years = tuple(YEARS[needs[left.argmax()]].tolist())
            view = replace(view, years=years, asked={})
            try:
                one = region.aggregate(view, *what, reading.reporter)
            except NoData as problem:
                one = NoData(str(problem))
            made.append((view.asked, one))
            rows = serves(view.asked)
            left &= ~rows
            yield one, rows

    def aggregate(
        self,
        reading: Reading,
        years: tuple[int, ...],
        economies: tuple[str, ...] | None = None,
        quantity: str | None = None,
    ) -> Aggregate:
        """The series of a reading (or of other economies) for the years that are needed."""
        needs = needed(years)[None]
        one, _rows = next(self.series(reading, needs, None, economies or (), quantity))
        if isinstance(one, NoData):
            raise NoData(str(one))
        return one


def years_of(kind: str, reading: Reading) -> tuple[int, ...]:
    """The years of which a reading needs figures."""
    start = reading.end if reading.start is None else reading.start
    needs = _needs(kind, np.array([start]), np.array([reading.end]))
    return tuple(YEARS[needs[0]].tolist())


def _needs(kind: str, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The years that readings of a period need, periods × YEARS."""
    start, end = start[:, None], end[:, None]
    if kind == "level":
        return end == YEARS
    if kind in ("multiple", "direction"):
        return (start == YEARS) | (end == YEARS)
    return (start <= YEARS) & (end >= YEARS)


# --- many readings at once ----------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """What many readings of one claim give: one row a reading and, where a reading looks at several
    series (see `_looks_at`), one column a series.

    `value` (N,): in the claim's unit, NaN where the figures cannot answer. `first`, `last` (N, T):
    levels of the period's ends. `rate` (N, T): average growth, percent a year, where the kind of
    claim is one of growth. `at` (N, T): the number of the series in `series`, which has what is
    missing in its place; -1 where there is no such series.
    """

    value: np.ndarray
    first: np.ndarray
    last: np.ndarray
    rate: np.ndarray
    at: np.ndarray
    series: list[Aggregate | NoData]


def numbers(
    study: Study,
    claim: Claim,
    bases: Sequence[Reading],
    base: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    estimator: np.ndarray,
) -> Numbers:
    """The numbers that many readings give, in the claim's unit.

    A reading is one of `bases`, filled in, with other years and another estimator: `base`, the
    position of the first in `bases`; `start`, 0 for none, and `end`, of YEARS; `estimator`, a name
    or None; all (N,). Each series is made once, and everything else is done for all rows together.
    """
    kind = claim.kind
    ranked = np.array([r.subject is not None for r in bases])[base]
    start = np.where(ranked | (start == 0), end, start)
    spans, span = np.unique(start * 10_000 + end, return_inverse=True)
    needs = _needs(kind, spans // 10_000, spans % 10_000)
    used = np.zeros((len(bases), len(spans)), dtype=bool)
    used[base, span] = True
    looks = [_looks_at(kind, reading) for reading in bases]
    where = np.full((len(bases), max(map(len, looks), default=1), len(spans)), -1)
    series: list[Aggregate | NoData] = []
    kept: dict = {}
    for b, reading in enumerate(bases):
        for t, economies in enumerate(looks[b]):
            if economies is not None:
                for one, rows in study.series(reading, needs, used[b], economies, kept=kept):
                    where[b, t, rows] = len(series)
                    series.append(one)
    nothing = np.full(len(YEARS), np.nan)
    levels = [nothing if isinstance(one, NoData) else one.levels for one in series]
    levels = np.stack([*levels, nothing])
    at = where[base, :, span]
    first, last = (levels[at, (year - YEARS[0])[:, None]] for year in (start, end))
    rate = np.full(at.shape, np.nan)
    if kind in ("growth", "comparison"):
        for t in range(at.shape[1]):
            rate[:, t] = _rates(levels, at[:, t], start, end, estimator)
    made = Numbers(np.empty(0), first, last, rate, at, series)
    with np.errstate(all="ignore"):
        value = _VALUES[kind](made, claim, bases, base, start, end)
    return replace(made, value=np.where(np.isfinite(value), value, np.nan))


def _looks_at(kind: str, reading: Reading) -> list[tuple[str, ...] | None]:
    """The economies whose series a reading looks at: its own and then those compared with; for a
    direction each set and what it is a share of, None for nothing."""
    own = reading.economies or reading.partners
    group = (reading.against,) if reading.against else None
    if kind == "direction":
        return [one for who in reading.sets or (own,) for one in (who, group)]
    if kind == "comparison" and not reading.subject:
        return [own, *([group] if group else [(code,) for code in reading.among])]
    return [own]


def _rates(levels, at, start, end, estimator) -> np.ndarray:
    """Average growth, percent a year, of rows of `levels` over each its own period."""
    found = np.full(len(at), np.nan)
    names, which = np.unique(estimator.astype(str), return_inverse=True)
    order = np.argsort(key := which * len(YEARS) + end - start, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else ():
        one = rows[0]
        if names[which[one]] in growth.ESTIMATORS:
            years = np.arange(end[one] - start[one] + 1)
            windows = levels[at[rows, None], (start[rows] - YEARS[0])[:, None] + years]
            found[rows] = growth.rates(names[which[one]], windows)
    return found


def _level(made: Numbers, *_which) -> np.ndarray:
    return made.last[:, 0]


def _multiple(made: Numbers, claim: Claim, *_which) -> np.ndarray:
    times = np.where(made.first[:, 0] > 0, made.last[:, 0] / made.first[:, 0], np.nan)
    return (times - 1) * 100 if claim.stated.unit == "percent" else times


def _growth(made: Numbers, *_which) -> np.ndarray:
    return made.rate[:, 0]


def _comparison(made: Numbers, claim: Claim, bases, base, start, end) -> np.ndarray:
    ours, others, there = made.rate[:, :1], made.rate[:, 1:], made.at[:, 1:] >= 0
    missing = (np.isnan(others) & there).any(axis=1) | np.isnan(ours[:, 0])
    value = np.where(missing, np.nan, 1 + (others > ours).sum(axis=1))
    led = np.array([r.against is not None for r in bases])[base]
    if led.any():
        value[led] = (ours - others[:, :1])[led, 0]
    for b in (b for b, reading in enumerate(bases) if reading.subject):
        for number in np.unique(made.at[base == b, 0]):
            rows = (base == b) & (made.at[:, 0] == number)
            value[rows] = _rank(made.series[number], bases[b].subject, end[rows])
    return value


def _rank(series: Aggregate | NoData, subject: str, years: np.ndarray) -> np.ndarray | float:
    """The rank of a country's level among the members' in each of the years."""
    if isinstance(series, NoData) or subject not in series.economies:
        return np.nan
    at = years - YEARS[0]
    table = series.own[at]
    rank = 1.0 + (table > table[:, [series.economies.index(subject)]]).sum(axis=1)
    return np.where(np.isnan(series.levels[at]), np.nan, rank)


def _changes(made: Numbers, claim: Claim, start, end) -> tuple[np.ndarray, ...]:
    """First, last and change of each set of economies: three times (N, sets)."""
    share = made.at[:, 1::2] >= 0
    first, last = (
        np.where(share, 100 * level[:, ::2] / level[:, 1::2], level[:, ::2])
        for level in (made.first, made.last)
    )
    if claim.stated.unit == "percentage points":
        return first, last, last - first
    return first, last, 100 * ((last / first) ** (1 / (end - start)[:, None]) - 1)


def _direction(made: Numbers, claim: Claim, bases, base, start, end) -> np.ndarray:
    """Of several sets, the change of the one that least fits the claim."""
    change = _changes(made, claim, start, end)[2]
    outside = np.where(made.at[:, ::2] >= 0, misfit(claim, change), -np.inf)
    return np.take_along_axis(change, outside.argmax(axis=1)[:, None], axis=1)[:, 0]


def misfit(claim: Claim, values):
    """How far numbers lie outside what the claim states; negative for what lies inside."""
    low, high = claim.stated.ends
    return np.maximum(low - values, values - high)


_VALUES = {
    "level": _level,
    "multiple": _multiple,
    "growth": _growth,
    "comparison": _comparison,
    "direction": _direction,
}


# --- one reading --------------------------------------------------------------------------------


def evaluate(study: Study, claim: Claim, reading: Reading, *, interval: bool = False) -> Found:
    """The number that a reading gives, in the claim's unit.

    `interval`: with the 95 % interval of a growth rate, which is what costs time. Raises NoData,
    which says what is missing, where the figures cannot answer.
    """
    reading = study.filled(reading)
    if claim.kind == "events":
        return _TESTS[reading.test](study, reading)
    estimator = np.array([reading.estimator], dtype=object)
    made = numbers(study, claim, [reading], np.array([0]), *_ends(reading), estimator)
    if np.isnan(made.value[0]):
        raise NoData(_missing(made, claim.kind, reading))
    return _found(made, claim, reading, interval)


def _missing(made: Numbers, kind: str, reading: Reading) -> str:
    """What the figures lack for one reading, in a sentence."""
    start, end = reading.start, reading.end
    for number in made.at[0][made.at[0] >= 0]:
        one = made.series[number]
        if isinstance(one, NoData):
            return str(one)
        if reading.subject and reading.subject not in one.economies:
            return _("{subject} is not among the countries compared", subject=reading.subject)
        try:
            if kind in ("growth", "comparison") and not reading.subject:
                growth.rate(reading.estimator, one.between(start, end))
            else:
                for year in (end,) if kind == "level" or reading.subject else (start, end):
                    one.at(year)
        except (NoData, ValueError) as problem:
            return str(problem)
    if kind == "multiple":
        return _("the level of {year} is not above nought", year=start)
    return _("the figures give no number")


def _found(made: Numbers, claim: Claim, reading: Reading, interval: bool) -> Found:
    """The number of one reading, with what it is made of."""
    kind, start, end = claim.kind, reading.start, reading.end
    series = made.series[made.at[0, 0]]
    first, last = float(made.first[0, 0]), float(made.last[0, 0])
    editions, low, high, unsaid = series.editions, None, None, None
    estimated = series.any_estimated(end, end)
    parts: dict[str, object] = {"first": first, "last": last}
    if kind == "level" or reading.subject:
        table = series.own if reading.subject else series.shares
        parts = dict(zip(series.economies, table[end - YEARS[0]].tolist(), strict=True))
    elif kind == "multiple":
        estimated |= series.any_estimated(start, start)
    elif kind == "direction":
        sets = [made.series[number] for number in made.at[0, ::2]]
        estimated = any(one.any_estimated(start, end) for one in sets)
        editions = {k: v for one in sets for k, v in one.editions.items()}
        names = ["+".join(who) for who in _looks_at(kind, reading)[::2]]
        rows = zip(*(v[0].tolist() for v in _changes(made, claim, *_ends(reading))), strict=True)
        parts = {
            name: dict(zip(("first", "last", "change"), row, strict=True))
            for name, row in zip(names, rows, strict=True)
        }
    else:
        estimated = series.any_estimated(start + 1, end)
    if kind == "comparison" and not reading.subject:
        codes = (reading.against,) if reading.against else reading.among
        parts = dict(zip(("region", *codes), made.rate[0].tolist(), strict=True))
    if interval and kind == "growth":
        low, high, unsaid = growth.quoted_interval(reading.estimator, series.between(start, end))
    value = float(made.value[0])
    return Found(value, reading, editions, low, high, unsaid, estimated, parts)


def _ends(reading: Reading) -> tuple[np.ndarray, np.ndarray]:
    """First year, 0 for none, and last, as arrays of one."""
    return np.array([reading.start or 0]), np.array([reading.end])


# --- events -------------------------------------------------------------------------------------


def events_of(study: Study, series: str) -> pd.DataFrame:
    """The events of a series by date. Raises NoData where there are none."""
    held = study.events[study.events["series"] == series]
    if held.empty:
        raise NoData(_("there is no record of any event of the series: {series}", series=series))
    return held.sort_values("start_date", ignore_index=True)


def event(study: Study, named: Named) -> pd.Series | None:
    """The one event that a text names, as it is on record; None where there is no such record."""
    held = events_of(study, named.series)
    if named.day is not None:
        held = held[(held["start_date"] <= named.day) & (held["end_date"] >= named.day)]
    if named.place is not None:
        held = held[held["place"] == named.place]
    if named.year is not None:
        held = held[[d.year == named.year for d in held["start_date"]]]
    if named.number is not None and named.day is None and named.year is None:
        held = held[held["number"] == named.number]
    return held.iloc[0] if len(held) == 1 else None


def _events(study: Study, claim: Claim, reading: Reading, interval: bool) -> Found:
    return _TESTS[reading.test](study, reading)


def _gap(study: Study, reading: Reading) -> Found:
    """The longest time without an event of the series, in months."""
    first = reading.named[0]
    held = events_of(study, first.series)
    on = reading.day or study.register.article.date
    held = held[[d <= on or d.year == on.year for d in held["start_date"]]]
    days = list(held["start_date"])
    if first.year is not None and days[0].year != first.year:
        raise NoData(_("the first of the series was in {year}", year=days[0].year))
    gaps = [
        ((later - earlier).days / DAYS_A_YEAR * 12, earlier, later)
        for earlier, later in itertools.pairwise(days)
    ]
    if not gaps:
        raise NoData(_("a single event has no rhythm"))
    longest = max(gaps)
    years = {d.year for d in days}
    without = [y for y in range(days[0].year, days[-1].year + 1) if y not in years]
    parts = {"held": len(days), "without": without, "from": longest[1], "to": longest[2]}
    return Found(longest[0], reading, {}, parts=parts)


def _since(study: Study, reading: Reading) -> Found:
    """How long ago the named event was, in years of 365.2425 days."""
    row = event(study, reading.named[0])
    if row is None:
        raise NoData(_("there is no record of the event that is named"))
    on = reading.day or study.register.article.date
    day = row["start_date"]
    months = (on.year - day.year) * 12 + on.month - day.month - (on.day < day.day)
    parts = {"day": day, "on": on, "years": months // 12, "months": months % 12, "row": row}
    return Found((on - day).days / DAYS_A_YEAR, reading, {}, parts=parts)


def _held(study: Study, reading: Reading) -> Found:
    """How many of the events that are named took place, by the record."""
    rows = [event(study, named) for named in reading.named]
    rows = [row for row in rows if row is not None]
    return Found(float(len(rows)), reading, {}, parts={"rows": rows})


def _ordinal(study: Study, reading: Reading) -> Found:
    """The number that a dated source gives to the event that is named: looked up, not counted."""
    row = event(study, reading.named[0].model_copy(update={"number": None}))
    if row is None:
        raise NoData(_("there is no record of the event that is named"))
    return Found(float(row["number"]), reading, {}, parts={"rows": [row]})


_TESTS = {"gap": _gap, "since": _since, "held": _held, "ordinal": _ordinal}
_KINDS = {
    "level": _level,
    "growth": _growth,
    "multiple": _multiple,
    "comparison": _comparison,
    "direction": _direction,
    "events": _events,
}
