"""The register of claims: what a text states, number by number, and how each number is to be read,
fixed before anything is computed. One YAML file a text, loaded through a strict model."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from growth_claims import paths
from growth_claims.errors import InputError, Mistake, nearest
from growth_claims.quantities import Strict, Text
from growth_claims.yamls import in_words, load_model, placed, read

Kind = Literal["level", "growth", "multiple", "comparison", "direction", "events"]
Unit = Literal[
    "million persons",
    "billion US$",
    "billion international $",
    "thousand US$ per head",
    "percent",
    "percent per year",
    "percentage points",
    "times",
    "rank",
    "months",
    "years",
    "ordinal number",
    "events",
    "none",
]
Wording = Literal["exact", "almost", "about", "range", "more than", "comparison", "direction"]
Estimator = Literal[
    "endpoint",
    "mean_of_yearly_rates",
    "log_trend_ols",
    "log_trend_glsar",
    "drift",
    "local_linear_trend",
]
#: What a reading has to say for each kind of claim.
NEEDS: dict[str, tuple[str, ...]] = {
    "level": ("quantity", "source", "end"),
    "growth": ("quantity", "source", "estimator", "start", "end"),
    "multiple": ("quantity", "source", "start", "end"),
    "comparison": ("quantity", "source", "end"),
    "direction": ("quantity", "source", "start", "end"),
    "events": ("test", "named"),
}
KINDS = tuple(NEEDS)
#: The line by which an editor knows a register in `claims/`.
SCHEMA = "# yaml-language-server: $schema=schemas/register.schema.json\n"
#: Units that a claim of a kind may be stated in.
UNITS: dict[str, tuple[str, ...]] = {
    "growth": ("percent per year",),
    "multiple": ("times", "percent"),
    "comparison": ("percentage points", "rank"),
    "direction": ("percent per year", "percentage points"),
    "events": ("months", "years", "ordinal number", "events"),
}


class Interval(Strict):
    """Numbers from `low` up to, but not including, `high` (null: unbounded). Where both are the
    same number, that number alone."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Mistake(
                f"low {self.low:g} is above high {self.high:g}",
                "low at or below high",
                "swap them; of a fall, −6 is below −5",
                ["low"],
            )
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """low and high, infinite where unbounded."""
        low, high = self.low, self.high
        return -math.inf if low is None else low, math.inf if high is None else high

    def holds(self, x):
        """Whether `x`, a number or an array of them, lies in the interval."""
        low, high = self.ends
        return x == low if low == high else (x >= low) & (x < high)

    def near(self, x, margin: float):
        """Whether `x`, a number or an array of them, is no further outside than the margin."""
        low, high = self.ends
        return (low - x <= margin) & (x - high <= margin)


def _in_order(start: int | None, end: int | None) -> None:
    if start is not None and end is not None and start >= end:
        raise Mistake(
            f"start {start} is not before end {end}",
            "a first year before the last",
            "swap them, or look for a slip",
            ["start"],
        )


class OtherInterval(Interval):
    """Another way to read the wording: what the verdict would then be is shown beside it."""

    id: str
    label: Text


class Stated(Interval):
    """The stated number with the interval that its wording and its rounding allow, and why."""

    value: float | None
    as_written: Text
    unit: Unit
    wording: Wording
    why: Text
    otherwise: tuple[OtherInterval, ...] = ()

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.value is not None and not self.near(self.value, 0):
            low, high = ("no end" if x is None else f"{x:g}" for x in (self.low, self.high))
            raise Mistake(
                f"the stated value {self.value:g} lies outside its own interval, {low} to {high}",
                "a value from low to high",
                "look for a slip in value, low and high",
                ["value"],
            )
        if self.wording == "range" and None in (self.value, self.low, self.high):
            raise Mistake(
                "a range without " + ("a middle" if self.value is None else "an end"),
                "value (its middle), low and high",
                "write all three, or put the wording right",
                ["wording"],
            )
        return self

    def holds(self, x):
        """As `Interval`, but where it is strict, `low` itself does not hold."""
        inside = super().holds(x)
        return inside & (x > self.low) if self.strict else inside

    @property
    def strict(self) -> bool:
        """Whether more than `low` is stated: what is more, faster or rising is so strictly."""
        open_ended = self.wording in ("comparison", "direction") and self.high is None
        return self.low is not None and (open_ended or self.wording == "more than")

    @property
    def decimals(self) -> int:
        """How many decimals the number was written with; of a range, its ends, which the interval
        has with one more."""
        if self.value is None:
            return 1 if self.unit in ("percent per year", "percentage points") else 0
        if self.wording == "range":
            return max(_decimals(self.low), _decimals(self.high), 1) - 1
        return _decimals(self.value)

    def nearest(self, x: float) -> float | None:
        """The stated number that lies nearest to x: of a range, one between its ends."""
        if self.wording == "range":
            return min(max(x, self.low), self.high)
        return self.value

    @property
    def sign(self) -> int:
        """Which way a direction goes: 1 up, -1 down."""
        return -1 if self.high is not None and self.high <= 0 else 1

    @property
    def bounded(self) -> bool:
        return self.low is not None or self.high is not None


def _decimals(x: float) -> int:
    return next((n for n in range(6) if round(x, n) == x), 6)


class Named(Strict):
    """An event that a text names: the series it belongs to, and what tells it from the others of
    that series. `number`: what the text calls it, where it does."""

    series: str
    number: int | None = None
    place: str | None = None
    year: int | None = None
    day: dt.date | None = None


class Reading(Strict):
    """One concrete way to compute what a claim states.

    `vintage`: an edition by name, or "" for the one of the day. `economies`: empty for the
    register's region. `against`: the group that the region is compared with, or a share of which
    it is. `among`: groups or countries that the region is ranked among. `subject`: the country (or
    partner) that is ranked among the others. `sets`: sets of countries (or partners) that all have
    to move the same way.
    """

    quantity: str | None = None
    source: str | None = None
    vintage: str = ""
    economies: tuple[str, ...] = ()
    weights: str | None = None
    estimator: Estimator | None = None
    start: int | None = Field(None, ge=1900, le=2100)
    end: int | None = Field(None, ge=1900, le=2100)
    against: str | None = None
    among: tuple[str, ...] = ()
    subject: str | None = None
    reporter: str | None = None
    partners: tuple[str, ...] = ()
    sets: tuple[tuple[str, ...], ...] = ()
    test: Literal["gap", "since", "held", "ordinal"] | None = None
    named: tuple[Named, ...] = ()
    day: dt.date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.start, self.end)
        return self

    def change(self, **fields: Any) -> Reading:
        """The same reading with some fields changed, validated again."""
        return Reading.model_validate({**self.model_dump(exclude_unset=True), **fields})

    def like(self, changes: dict[str, Any]) -> Reading:
        """This reading with a named reading's changes: one that goes to another source or another
        quantity does not take the edition or the weights along."""
        changes = dict(changes)
        if changes.get("source", self.source) != self.source:
            changes.setdefault("vintage", "")
            changes.setdefault("weights", None)
        if changes.get("quantity", self.quantity) != self.quantity:
            changes.setdefault("weights", None)
        return self.change(**changes)


class NamedReading(Strict):
    """Another reading: the primary one with some fields changed. `defensible: false` marks one that
    is a mistake or answers another question: it never carries a verdict. `caveat: true`: where it
    comes out otherwise than the primary one, the claim's sentence says so."""

    id: str
    label: Text
    why: Text
    change: dict[str, Any]
    defensible: bool = True
    caveat: bool = False


class Statement(Strict):
    """An earlier statement of the same quantity, by its id in the published statements, and the
    periods that its words may mean, as changes of the primary reading."""

    id: str
    periods: tuple[dict[str, Any], ...] = Field(min_length=1)


class Period(Strict):
    """First and last year that the claim speaks of."""

    start: int | None = Field(None, ge=1900, le=2100)
    end: int = Field(ge=1900, le=2100)
    as_written: Text

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _in_order(self.start, self.end)
        return self


class Where(Strict):
    """Where a figure stands in the text: paragraph and position, from 1, and how it is written."""

    paragraph: int = Field(ge=1)
    position: int = Field(ge=1)
    as_written: str = Field(min_length=1)


class Claim(Strict):
    """One thing that the text states."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Kind
    topic: str
    statement: Text
    stated: Stated
    period: Period
    primary: Reading | None = None
    readings: tuple[NamedReading, ...] = ()
    statements: tuple[Statement, ...] = ()
    settled_by: Text | None = None
    where: tuple[Where, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.primary is None) == (self.settled_by is None):
            raise Mistake(
                "neither of them" if self.primary is None else "both of them",
                "either a primary reading, or settled_by: which figure would settle it",
                "write one" if self.primary is None else "delete one",
                [] if self.primary is None else ["settled_by"],
            )
        twice = _twice(r.id for r in self.readings)
        if twice:
            raise Mistake(
                f"reading identifiers that stand twice: {twice}",
                "each once in a claim",
                "rename one",
                ["readings"],
            )
        if self.primary is None:
            if self.readings or self.statements:
                raise Mistake(
                    "further readings or statements",
                    "none: they change the primary reading, and there is none",
                    "write a primary reading, or delete them",
                    ["readings" if self.readings else "statements"],
                )
            return self
        units = UNITS.get(self.kind)
        if units and self.stated.unit not in units:
            raise Mistake(
                repr(self.stated.unit),
                f"a claim of kind {self.kind!r} to be stated in {' or '.join(units)}",
                "put the unit right, or the kind",
                ["stated", "unit"],
            )
        _complete(self.kind, self.primary, ["primary"])
        for number, named in enumerate(self.readings):
            self._changed(named.change, ["readings", number, "change"])
        for number, statement in enumerate(self.statements):
            for other, period in enumerate(statement.periods):
                self._changed(period, ["statements", number, "periods", other])
        return self

    def _changed(self, change: dict[str, Any], at: list) -> None:
        """Raises Mistake for a change of the primary reading that makes none."""
        for word in change:
            if word not in Reading.model_fields:
                near = nearest(word, Reading.model_fields)
                raise Mistake(
                    f"unknown key {word!r}",
                    f"what a reading has: {', '.join(Reading.model_fields)}",
                    f"did you mean {near!r}?" if near else "delete it",
                    [*at, word],
                )
        try:
            made = self.primary.like(change)
        except ValidationError as error:
            first = error.errors()[0]
            found, expected, todo = in_words(first, [])
            raise Mistake(found, expected, todo, [*at, *first["loc"][:1]]) from None
        _complete(self.kind, made, at)

    def others(self, primary: Reading) -> list[tuple[NamedReading, Reading | None]]:
        """The named readings as changes of `primary`, whose years a run's parameters may have
        moved; None where a period would then end before it begins."""
        made: list[tuple[NamedReading, Reading | None]] = []
        for named in self.readings:
            try:
                made.append((named, primary.like(named.change)))
            except ValidationError:
                made.append((named, None))
        return made

    def named(self, reading_id: str) -> NamedReading:
        return next(r for r in self.readings if r.id == reading_id)


def _complete(kind: str, reading: Reading, at: list) -> None:
    missing = [f for f in NEEDS[kind] if getattr(reading, f) in (None, ())]
    if kind == "comparison":
        ways = [f for f in ("against", "among", "subject") if getattr(reading, f)]
        if len(ways) != 1:
            raise Mistake(
                " and ".join(ways) or "none of them",
                "exactly one of against, among and subject in a comparison",
                "say what it is compared with: against a group, among several, or subject: the "
                "country that is ranked in the region",
                at,
            )
        if not reading.subject:
            missing += [f for f in ("start", "estimator") if getattr(reading, f) is None]
    if missing:
        raise Mistake(
            f"no {', no '.join(missing)}",
            f"{', '.join(NEEDS[kind])}, which a reading of kind {kind!r} needs",
            "write what is missing, or put the kind right",
            at,
        )


def _twice(names: Iterable[str]) -> str:
    """The names that stand more than once, by commas."""
    return ", ".join(sorted(n for n, count in Counter(names).items() if count > 1))


class Implied(Strict):
    """A level and a change since an earlier year, of two claims, imply the level of that year."""

    level: str
    change: str


class OtherPeriod(Strict):
    """A claim's reading over another period than the one it names."""

    claim: str
    change: dict[str, Any]


class CrossCheck(Strict):
    """A comparison of the text's own numbers with each other: ours, not something it states."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    statement: Text
    why: Text
    implied: Implied | None = None
    other_period: OtherPeriod | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.implied is None) == (self.other_period is None):
            raise Mistake(
                "neither of them" if self.implied is None else "both of them",
                "either implied or other_period in a cross-check",
                "write one" if self.implied is None else "delete one",
            )
        return self


class NotCheckable(Strict):
    """An assertion that is not checked here, and the reason."""

    id: str
    statement: Text
    reason: Text


class SetAside(Strict):
    """A figure of the text that states nothing to be checked, and the reason."""

    where: Where
    reason: Text | str


class Article(Strict):
    """The text that is checked. Nothing of it is quoted; `sha256` is that of the text, where its
    figures were gathered by `growth-claims draft`."""

    date: dt.date
    language: Literal["en", "ru"]
    outlet: Text
    occasion: Text | None = None
    quotes: Text | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class Doubt(Strict):
    """A country whose official figures are in doubt, and why."""

    economy: str
    why: Text


class Register(Strict):
    """All claims of one text. `topics`: headings under which the first page groups them. `names`:
    Russian for names of places, series and publishers that the figures have in English."""

    id: str
    title: Text
    article: Article
    region: Text
    economies: tuple[str, ...] = Field(min_length=1)
    doubtful: tuple[Doubt, ...] = ()
    topics: dict[str, Text] = Field(min_length=1)
    claims: tuple[Claim, ...] = Field(min_length=1)
    cross_checks: tuple[CrossCheck, ...] = ()
    not_checkable: tuple[NotCheckable, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if twice := _twice(self.economies):
            raise Mistake(
                f"economies that stand twice: {twice}", "each once", "delete one", ["economies"]
            )
        parts = {n: getattr(self, n) for n in ("claims", "cross_checks", "not_checkable")}
        if twice := _twice(part.id for several in parts.values() for part in several):
            raise Mistake(
                f"identifiers that stand twice: {twice}",
                "each once among claims, cross-checks and what is not checkable",
                "rename one: it is the name of its page",
                next(
                    [name, number]
                    for name, several in reversed(parts.items())
                    for number, part in reversed(list(enumerate(several)))
                    if part.id in twice.split(", ")
                ),
            )
        for number, claim in enumerate(self.claims):
            if claim.topic not in self.topics:
                near = nearest(claim.topic, self.topics)
                raise Mistake(
                    f"no topic {claim.topic!r}",
                    f"one of {', '.join(self.topics)}",
                    f"did you mean {near!r}?" if near else "name one of these, or add it to topics",
                    ["claims", number, "topic"],
                )
        known = [c.id for c in self.claims]
        for number, check in enumerate(self.cross_checks):
            of = "implied" if check.implied else "other_period"
            for field, name in vars(getattr(check, of)).items():
                if isinstance(name, str) and name not in known:
                    near = nearest(name, known)
                    raise Mistake(
                        f"no claim {name!r}",
                        "the identifier of a claim of this register",
                        f"did you mean {near!r}?" if near else "name one that is there",
                        ["cross_checks", number, of, field],
                    )
        return self

    def claim(self, claim_id: str) -> Claim:
        """The claim of that identifier; InputError names the nearest one there is."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        ids = [c.id for c in self.claims]
        raise InputError(
            file=f"register {self.id}",
            field="claim",
            found=repr(claim_id),
            expected="one of " + ", ".join(ids),
            todo=f"did you mean {nearest(claim_id, ids) or ids[0]!r}?",
        )

    def called(self, name: str, language: str) -> str:
        """A name that the figures have in English, in a language."""
        return self.names.get(name, name) if language == "ru" else name

    def doubted(self, economies: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the economies whose official figures the register doubts."""
        return tuple(d.economy for d in self.doubtful if d.economy in economies)


def load(path: Path | str) -> Register:
    """The register in a YAML file.

    Raises InputError with file, line, column, field, what was found and what is expected.
    """
    path = Path(path)
    register = load_model(path, Register)
    if register.id != path.stem:
        found, expected = repr(register.id), repr(path.stem)
        todo = "name the register after its file, or the file after it"
        raise placed(path, read(path), ["id"], found, expected, todo)
    return register


def registers() -> list[Path]:
    """The registers of claims that the project holds; what else lies beside them is none."""
    every = sorted(paths.claims().glob("*.yaml"))
    return [p for p in every if re.search(r"^claims:", p.read_text("utf-8"), re.M)]


@cache
def _kept(path: Path, changed: float) -> Register:
    return load(path)


def kept(path: Path) -> Register:
    """As `load`, read again only when the file has changed."""
    return _kept(path, path.stat().st_mtime if path.is_file() else 0.0)
