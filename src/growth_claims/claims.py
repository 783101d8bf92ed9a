"""The register of claims: what a text states, number by number, and how each number is to be read,
fixed before anything is computed. One YAML file a text, loaded through a strict model."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from growth_claims.errors import InputError, nearest

Topic = Literal["population", "gdp", "trade", "events"]
Unit = Literal[
    "million persons",
    "billion US$",
    "percent",
    "percent per year",
    "percentage points",
    "times",
    "rank",
    "months",
    "years",
    "ordinal number",
    "summits",
    "none",
]
Wording = Literal["exact", "almost", "about", "more than", "comparison", "direction"]

#: What is measured, and which fields a reading of that measure has to fill in.
MEASURES: dict[str, tuple[str, ...]] = {
    "level": ("quantity", "source", "end"),
    "increase": ("quantity", "source", "start", "end"),
    "multiple": ("quantity", "source", "start", "end"),
    "average-growth": ("quantity", "source", "estimator", "start", "end"),
    "growth-lead": ("quantity", "source", "estimator", "start", "end", "against"),
    "growth-rank": ("quantity", "source", "estimator", "start", "end", "among"),
    "partner-level": ("source", "reporter", "partners", "end"),
    "partner-growth": ("source", "reporter", "partner_sets", "start", "end"),
    "longest-gap": ("series",),
    "years-since": ("series",),
    "ordinal": ("series", "place"),
    "count": ("series", "end"),
    "compounded": ("rate", "start", "end"),
}
Measure = Literal[
    "level",
    "increase",
    "multiple",
    "average-growth",
    "growth-lead",
    "growth-rank",
    "partner-level",
    "partner-growth",
    "longest-gap",
    "years-since",
    "ordinal",
    "count",
    "compounded",
]
Quantity = Literal[
    "population",
    "real-gdp",
    "gdp-dollars",
    "gdp-deflated",
    "goods-trade",
    "goods-exports",
    "goods-imports",
    "goods-trade-deflated",
    "goods-trade-volume",
    "goods-services-trade",
    "goods-services-trade-volume",
]
Weights = Literal["constant-dollars", "ppp", "current-dollars", "unweighted"]
Estimator = Literal[
    "endpoint",
    "mean_of_yearly_rates",
    "log_trend_ols",
    "log_trend_glsar",
    "drift",
    "local_linear_trend",
]
Source = Literal["wdi", "weo", "cisstat", "cia", "bns", "wits", "uzstat", "press"]


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt key must not be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text of the register in both languages."""

    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)


class Interval(Strict):
    """Numbers from `low` up to, but not including, `high` (null: unbounded). Where both are the
    same number, that number alone."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")
        return self

    def holds(self, x: float) -> bool:
        """Whether `x` lies in the interval."""
        if self.low is not None and self.low == self.high:
            return x == self.low
        return (self.low is None or x >= self.low) and (self.high is None or x < self.high)

    def distance(self, x: float) -> float:
        """How far outside the interval `x` lies; 0 inside."""
        return max(
            0.0,
            -math.inf if self.low is None else self.low - x,
            -math.inf if self.high is None else x - self.high,
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


class Reading(Strict):
    """One concrete way to compute what a claim states."""

    measure: Measure
    quantity: Quantity | None = None
    source: Source | None = None
    vintage: str = "latest"
    economies: tuple[str, ...] = ()
    weights: Weights | None = None
    estimator: Estimator | None = None
    start: int | None = None
    end: int | None = None
    against: str | None = None
    among: tuple[str, ...] = ()
    reporter: str | None = None
    partners: tuple[str, ...] = ()
    partner_sets: tuple[tuple[str, ...], ...] = ()
    series: str | None = None
    number: int | None = None
    place: str | None = None
    day: dt.date | None = None
    rate: float | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [f for f in MEASURES[self.measure] if getattr(self, f) in (None, ())]
        if missing:
            raise ValueError(f"a reading of {self.measure!r} needs {', '.join(missing)}")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}")
        return self

    def change(self, **fields: Any) -> Reading:
        """The same reading with some fields changed, validated again."""
        return Reading.model_validate({**self.model_dump(), **fields})


class NamedReading(Strict):
    """Another defensible reading: the primary one with some fields changed. `defensible: false`
    marks one that is shown as the mistake that it is; it never carries a verdict."""

    id: str
    label: Text
    why: Text
    change: dict[str, Any]
    defensible: bool = True


class Period(Strict):
    """First and last year that the claim speaks of. `slides` says what an earlier reading of the
    same claim would move, to see until when it held: the whole window (an average over so many
    years), the last year (a multiple since a fixed year), or nothing (a named year); by default
    what the measure says."""

    start: int | None = None
    end: int
    as_written: Text
    slides: Literal["window", "last year", "nothing"] | None = None


class Claim(Strict):
    """One thing that the text states."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    topic: Topic
    statement: Text
    stated: Stated
    period: Period
    primary: Reading | None = None
    readings: tuple[NamedReading, ...] = ()
    settled_by: Text | None = None
    ours: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.primary is None) == (self.settled_by is None):
            raise ValueError(
                "a claim has either a primary reading, or settled_by: which figure would settle it"
            )
        ids = [r.id for r in self.readings]
        if len(ids) != len(set(ids)):
            raise ValueError(f"reading identifiers are not unique: {ids}")
        if self.primary is None and ids:
            raise ValueError("further readings change the primary one, and there is none")
        for reading in self.readings:
            unknown = set(reading.change) - set(Reading.model_fields)
            if unknown:
                word = sorted(unknown)[0]
                raise ValueError(
                    f"reading {reading.id!r} changes {word!r}, which no reading has; "
                    f"did you mean {nearest(word, Reading.model_fields)!r}?"
                )
            self.resolved(reading)
        return self

    def resolved(self, reading: NamedReading) -> Reading:
        """A named reading as a whole one."""
        assert self.primary is not None
        return self.primary.change(**reading.change)


class NotCheckable(Strict):
    """An assertion that figures cannot settle, and the reason."""

    id: str
    statement: Text
    reason: Text


class Article(Strict):
    """The text that is checked. Nothing of it is quoted."""

    date: dt.date
    language: Literal["en", "ru"]
    outlet: Text
    occasion: Text
    quotes: Text


class Register(Strict):
    """All claims of one text."""

    id: str
    title: Text
    article: Article
    region: Text
    economies: tuple[str, ...]
    claims: tuple[Claim, ...]
    not_checkable: tuple[NotCheckable, ...]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [c.id for c in self.claims]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"claim identifiers are not unique: {', '.join(twice)}")
        return self

    def claim(self, claim_id: str) -> Claim:
        """The claim of that identifier; KeyError names the nearest one there is."""
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise KeyError(
            f"no claim {claim_id!r} in {self.id}; nearest: "
            f"{nearest(claim_id, [c.id for c in self.claims])!r}"
        )

    def of(self, topic: Topic) -> tuple[Claim, ...]:
        """The claims of a topic, in the register's order."""
        return tuple(c for c in self.claims if c.topic == topic)


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML's own loader lets a second key of the same name win in silence; this one does not."""

    def construct_mapping(self, node, deep=False):
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load(path: Path | str) -> Register:
    """The register in a YAML file.

    Raises InputError with file, place in the file, what was found and what is expected.
    """
    path = Path(path)
    if not path.is_file():
        near = nearest(path.name, [p.name for p in path.parent.glob("*.yaml")])
        raise InputError(
            file=path,
            found="no such file",
            expected="a register of claims (YAML)",
            todo=f"name one that exists{f', such as {near}' if near else ''}",
        )
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeyLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            file=path,
            row=mark.line + 1 if mark else None,
            found=getattr(error, "problem", None) or str(error),
            expected="well-formed YAML",
            todo="mend that line",
        ) from error
    if not isinstance(content, dict):
        raise InputError(
            file=path,
            found=type(content).__name__,
            expected="a mapping with the keys " + ", ".join(Register.model_fields),
            todo="start from a register that loads",
        )
    try:
        register = Register.model_validate(content)
    except ValidationError as error:
        raise _input_error(path, content, error) from error
    if register.id != path.stem:
        raise InputError(
            file=path,
            field="id",
            found=repr(register.id),
            expected=repr(path.stem),
            todo="name the register after its file",
        )
    return register


def _input_error(path: Path, content: dict, error: ValidationError) -> InputError:
    """The first thing wrong, with the claim's identifier instead of its number in the list."""
    first = error.errors()[0]
    place = []
    node: Any = content
    for step in first["loc"]:
        node = (
            node[step]
            if isinstance(node, (dict, list))
            and (step in node if isinstance(node, dict) else step < len(node))
            else None
        )
        named = isinstance(step, int) and isinstance(node, dict) and "id" in node
        place.append(str(node["id"]) if named else str(step))
    unknown_key = first["type"] == "extra_forbidden"
    more = error.error_count() - 1
    found = f"unknown key {first['loc'][-1]!r}" if unknown_key else f"{first['input']!r}"[:200]
    if first["type"] == "missing":
        found = "nothing"
    return InputError(
        file=path,
        field=".".join(place),
        found=found,
        expected="only keys that the register knows" if unknown_key else first["msg"],
        todo="mend it" + (f" (and {more} more after it)" if more else ""),
    )
