"""What the rules make of a claim: the stated interval, the primary reading and the others. Rules
are code; no verdict is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from growth_claims.claims import Interval, NamedReading, Reading, Stated

if TYPE_CHECKING:
    import datetime as dt


class Verdict(StrEnum):
    """In the order in which they are tried; the first that applies."""

    HOLDS = "holds"
    CLOSE = "close"
    OUT_OF_DATE = "out of date"
    DEPENDS = "depends on the reading"
    DOES_NOT_HOLD = "does not hold"
    CANNOT_BE_CHECKED = "cannot be checked"


class Outcome(StrEnum):
    """What one reading makes of the stated interval."""

    HOLDS = "holds"
    CLOSE = "close"
    FAILS = "fails"
    NO_DATA = "no data"


GOOD = (Outcome.HOLDS, Outcome.CLOSE)
#: Units in which a difference of growth rates is small or large, not a share of the number.
RATES = ("percent per year", "percentage points")
#: Units of counts, ranks and dates: they are right or wrong.
EXACT = ("rank", "months", "years", "ordinal number", "events", "none")


@dataclass(frozen=True)
class Materiality:
    """How far outside the stated interval a figure may lie and still be close: an editorial choice.

    `share`: of the stated number or, for a percentage change, of the multiple 1 + x; `points`:
    percentage points, for growth rates. Nothing for comparisons, ranks, directions, counts, dates.
    """

    share: float = 0.05
    points: float = 0.25

    def of(self, stated: Stated) -> float:
        """The margin in the claim's own unit."""
        if stated.value is None or stated.unit in EXACT:
            return 0.0
        if stated.wording in ("comparison", "direction"):
            return 0.0
        if stated.unit in RATES:
            return self.points
        if stated.unit == "percent":
            return self.share * abs(100 + stated.value)
        return self.share * abs(stated.value)

    def scaled(self, share: float) -> Materiality:
        """Both margins in proportion, so that the first is `share`."""
        return Materiality(share, self.points * share / self.share)


@dataclass(frozen=True)
class Found:
    """The number that a reading gives: `value` in the claim's unit; `low`, `high` its 95 % interval
    where the estimator has one, and `unsaid` the reason where it is not shown; `reading` with
    everything resolved; `editions` by source; `estimated` says that an estimate of the publisher
    went in; `parts`: what it is made of, by name."""

    value: float
    reading: Reading
    editions: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    unsaid: str | None = None
    estimated: bool = False
    parts: dict[str, object] = field(default_factory=dict)

    @property
    def vintage(self) -> str | None:
        return self.editions.get(self.reading.source) if self.reading.source else None


@dataclass(frozen=True)
class Result:
    """One reading and what came of it. `named` is None for the primary reading; `found` is None
    where the figures cannot answer, and `problem` says why."""

    outcome: Outcome
    found: Found | None
    named: NamedReading | None = None
    problem: str | None = None

    @property
    def defensible(self) -> bool:
        return self.named is None or self.named.defensible


@dataclass(frozen=True)
class Recorded:
    """An earlier statement of the same quantity, on record, and what the figures of its day made of
    it. `same`: whether it states the same number as the claim. `found` is None where no figures of
    its day are here; `stated` are the numbers that round to `value`, in the claim's unit."""

    id: str
    date: str
    day: dt.date
    publisher: str
    value: float
    decimals: int
    unit: str
    url: str
    same: bool
    stated: Interval
    outcome: Outcome
    found: Found | None
    source: str | None = None


@dataclass(frozen=True)
class Assessment:
    """The verdict by the figures of one day, and what it stands on."""

    verdict: Verdict
    primary: Result | None
    others: tuple[Result, ...] = ()
    record: tuple[Recorded, ...] = ()
    margin: float = 0.0

    @property
    def first_stated(self) -> Recorded | None:
        """The earliest statement of the same number that was right or close in its day."""
        fit = [r for r in self.record if r.same and r.outcome in GOOD]
        return min(fit, key=lambda r: r.day, default=None)

    @property
    def helped(self) -> Result | None:
        """The defensible reading, other than the primary one, that comes nearest to the claim among
        those that hold, else among those that are close."""
        for wanted in GOOD:
            fit = [r for r in self.others if r.defensible and r.outcome is wanted]
            if fit:
                return fit[0]
        return None


def outcomes(
    stated: Stated, values: np.ndarray, materiality: Materiality, of: Interval | None = None
) -> np.ndarray:
    """What each of many numbers makes of the stated interval. holds: in it; close: outside it by no
    more than the margin; else fails; no data for NaN. `of`: the interval of another statement of
    the same kind of number, with the same margin."""
    interval, margin = of or stated, materiality.of(stated)
    near = (margin > 0) & interval.near(values, margin)
    tests = [np.isnan(values), interval.holds(values), near]
    which = np.select(tests, [3, 0, 1], default=2)
    return np.array(list(Outcome), dtype=object)[which]


def outcome(
    stated: Stated, value: float, materiality: Materiality, of: Interval | None = None
) -> Outcome:
    """As `outcomes`, of one number."""
    return outcomes(stated, np.array([value]), materiality, of)[0]


def decide(
    primary: Result | None, others: Sequence[Result] = (), record: Sequence[Recorded] = ()
) -> Verdict:
    """The verdict that follows from outcomes (see `rule`)."""
    return rule(
        Outcome.NO_DATA if primary is None else primary.outcome,
        dated=any(r.same and r.outcome in GOOD for r in record),
        helped=any(r.defensible and r.outcome in GOOD for r in others),
    )


def rule(primary: Outcome, *, dated: bool, helped: bool) -> Verdict:
    """The verdict, by the rules in their order; the first that applies. `dated`: the same number
    was stated before, and right or close then. `helped`: another defensible reading is right or
    close."""
    if primary is Outcome.HOLDS:
        return Verdict.HOLDS
    if primary is Outcome.CLOSE:
        return Verdict.CLOSE
    if primary is Outcome.FAILS and dated:
        return Verdict.OUT_OF_DATE
    if helped:
        return Verdict.DEPENDS
    return Verdict.CANNOT_BE_CHECKED if primary is Outcome.NO_DATA else Verdict.DOES_NOT_HOLD


def under(stated: Stated, a: Assessment, materiality: Materiality) -> Verdict:
    """The verdict that the same numbers would get under another margin."""

    def again(one: Result | Recorded | None):
        if one is None or one.found is None:
            return one
        of = one.stated if isinstance(one, Recorded) else None
        return replace(one, outcome=outcome(stated, one.found.value, materiality, of))

    return decide(again(a.primary), [again(r) for r in a.others], [again(r) for r in a.record])
