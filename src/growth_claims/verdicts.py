"""What the rules make of a claim: the stated interval, the primary reading and the others. Rules
are code; no verdict is typed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from growth_claims.claims import Claim, NamedReading, Reading, Stated


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


@dataclass(frozen=True)
class Materiality:
    """How far outside the stated interval a figure may lie and still be close: a share of the
    stated number, and percentage points for rates of growth and their differences."""

    share: float = 0.05
    points: float = 0.25

    def of(self, stated: Stated) -> float:
        """The margin in the claim's own unit."""
        if stated.unit in ("percent per year", "percentage points"):
            return self.points
        return 0.0 if stated.value is None else self.share * abs(stated.value)


@dataclass(frozen=True)
class Found:
    """The number that a reading gives: `value` in the claim's unit, `low` and `high` its interval
    where the estimator has one; `reading` with everything resolved (vintage, economies);
    `estimated` says that an estimate or projection of the publisher went into it."""

    value: float
    reading: Reading
    low: float | None = None
    high: float | None = None
    estimated: bool = False
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """One reading and what came of it. `named` is None for the primary reading; `found` is None
    where the data cannot answer, and `problem` says why."""

    outcome: Outcome
    found: Found | None
    named: NamedReading | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Share:
    """Under how many readings of the specification curve the claim holds."""

    count: int
    holding: int

    @property
    def share(self) -> float | None:
        return self.holding / self.count if self.count else None


@dataclass(frozen=True)
class Assessment:
    """A claim with its verdict and everything that the verdict stands on."""

    claim: Claim
    verdict: Verdict
    primary: Result | None
    others: tuple[Result, ...] = ()
    held_until: int | None = None
    margin: float = 0.0
    share: Share = field(default_factory=lambda: Share(0, 0))


def outcome(stated: Stated, value: float, materiality: Materiality) -> Outcome:
    """holds: in the stated interval; close: outside it by no more than the margin; else fails."""
    if stated.holds(value):
        return Outcome.HOLDS
    return Outcome.CLOSE if stated.distance(value) <= materiality.of(stated) else Outcome.FAILS


def decide(primary: Result | None, others: tuple[Result, ...], held_until: int | None) -> Verdict:
    """The verdict, by the rules in their order.

    `held_until` is the last earlier year, at most five years back, for which the same reading
    held or was close; None where there is none or the claim has no such period.
    """
    if primary is None:
        return Verdict.CANNOT_BE_CHECKED
    if primary.outcome is Outcome.HOLDS:
        return Verdict.HOLDS
    if primary.outcome is Outcome.CLOSE:
        return Verdict.CLOSE
    if held_until is not None:
        return Verdict.OUT_OF_DATE
    if any(
        r.outcome in (Outcome.HOLDS, Outcome.CLOSE)
        for r in others
        if r.named is None or r.named.defensible
    ):
        return Verdict.DEPENDS
    if primary.outcome is Outcome.NO_DATA:
        return Verdict.CANNOT_BE_CHECKED
    return Verdict.DOES_NOT_HOLD
