"""What can be measured: the quantities of `claims/quantities.yaml`, with codes, units and how
countries are put together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from growth_claims import paths
from growth_claims.errors import InputError, Mistake, nearest
from growth_claims.yamls import load_model

FILE = "quantities.yaml"
#: The year in which a chained level equals the base that it is chained to.
BASE_YEAR = 2015


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt key must not be a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in both languages."""

    en: str = Field(min_length=1)
    ru: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


def _one_of(model: BaseModel, what: str, fields: tuple[str, ...]) -> None:
    """Raises Mistake unless exactly one of the fields is said."""
    said = [f for f in fields if getattr(model, f)]
    if len(said) != 1:
        raise Mistake(
            " and ".join(said) or "none of them",
            f"exactly one of {', '.join(fields[:-1])} and {fields[-1]} in {what}",
            "delete all but one" if said else "write one",
        )


Terms = tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...]


class Level(Strict):
    """A sum of products of indicators, divided by `scale`. `source` None: the reading's own."""

    terms: Terms = Field(min_length=1)
    scale: float = Field(1.0, gt=0)
    source: str | None = None

    def indicators(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for term in self.terms for code in term))


class Flow(Strict):
    """A part of a volume: its yearly growth, and the worth that weights it the year after."""

    growth: str
    worth: Level


class Recipe(Strict):
    """How a source gives a quantity: a level (`terms`), growth chained to a base, or `flows` whose
    growth is weighted by their worth of the year before (SNA 2008, 15.30-15.34)."""

    terms: Terms = ()
    scale: float = Field(1.0, gt=0)
    growth: str | None = None
    minus: float = 0.0
    base: Level | None = None
    flows: tuple[Flow, ...] = ()
    own_weights: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        _one_of(self, "a source", ("terms", "growth", "flows"))
        if (self.growth is None) != (self.base is None):
            raise Mistake(
                "base without growth" if self.growth is None else "growth without base",
                "both: growth is chained to a base",
                "write the other, or delete this one",
            )
        return self

    def indicators(self) -> tuple[str, ...]:
        """The source's own codes that have to be there."""
        if self.terms:
            return Level(terms=self.terms).indicators()
        return (self.growth,) if self.growth else tuple(f.growth for f in self.flows)


class Weights(Strict):
    """How growth is averaged: by shares of `worth`, taken `lag` years earlier; `equal`: every
    country alike; neither: levels are added up."""

    name: Text
    worth: Level | None = None
    worth_by_source: dict[str, Level] = {}
    lag: int = Field(0, ge=0, le=1)
    equal: bool = False
    defensible: bool = True


class Ratio(Strict):
    """One quantity over another, such as GDP per head."""

    of: str
    per: str


class Deflator(Strict):
    """A price index from its yearly growth (percent) in one economy, 2015 = 1."""

    source: str
    growth: str
    economy: str


class Deflated(Strict):
    """A quantity in dollars of constant purchasing power."""

    of: str
    by: Deflator


class Quantity(Strict):
    """One thing that can be measured. `partners`: by partner country of a reporter; `per_head`: the
    quantity that says the same per person."""

    name: Text
    unit: str
    sources: dict[str, Recipe] = {}
    weights: dict[str, Weights] = {}
    ratio: Ratio | None = None
    deflated: Deflated | None = None
    partners: bool = False
    per_head: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        _one_of(self, "a quantity", ("sources", "ratio", "deflated"))
        return self


class Source(Strict):
    """Who publishes. `projects`: its figures from the year of the edition on are projections."""

    name: Text
    short: Text
    projects: bool = False


def _known_name(what: str, name: str, known: dict, at: list) -> None:
    if name not in known:
        near = nearest(name, known)
        raise Mistake(
            f"no {what} {name!r}",
            f"one of {', '.join(known)}" if known else f"a {what} that this file has",
            f"did you mean {near!r}?" if near else "name one that is there, or add it",
            at,
        )


class Quantities(Strict):
    """All quantities and the sources that they name."""

    quantities: dict[str, Quantity]
    sources: dict[str, Source]

    @model_validator(mode="after")
    def _closed(self) -> Self:
        for name, quantity in self.quantities.items():
            at = ["quantities", name]
            if quantity.ratio:
                _known_name("quantity", quantity.ratio.of, self.quantities, [*at, "ratio", "of"])
                _known_name("quantity", quantity.ratio.per, self.quantities, [*at, "ratio", "per"])
            if quantity.deflated:
                of = quantity.deflated.of
                _known_name("quantity", of, self.quantities, [*at, "deflated", "of"])
            if quantity.per_head:
                _known_name("quantity", quantity.per_head, self.quantities, [*at, "per_head"])
            for source, recipe in quantity.sources.items():
                where = [*at, "sources", source]
                _known_name("source", source, self.sources, where)
                if recipe.own_weights:
                    own = [*where, "own_weights"]
                    _known_name("weights", recipe.own_weights, quantity.weights, own)
        return self

    def quantity(self, name: str) -> Quantity:
        """The quantity of that name; InputError names the nearest there is."""
        if name in self.quantities:
            return self.quantities[name]
        raise InputError(
            file=paths.shown(paths.claims() / FILE),
            field="quantity",
            found=repr(name),
            expected="one of " + ", ".join(self.quantities),
            todo=f"did you mean {nearest(name, self.quantities)!r}? Or add it to that file",
        )

    def sources_of(self, name: str) -> tuple[str, ...]:
        """The sources that publish a quantity (of a ratio: those that publish its numerator and
        its denominator)."""
        quantity = self.quantity(name)
        if quantity.ratio:
            per = self.sources_of(quantity.ratio.per)
            return tuple(s for s in self.sources_of(quantity.ratio.of) if s in per)
        return (
            self.sources_of(quantity.deflated.of) if quantity.deflated else tuple(quantity.sources)
        )

    def weights_of(self, name: str) -> dict[str, Weights]:
        """The weights that a quantity allows; empty where countries are simply added up."""
        quantity = self.quantity(name)
        of = quantity.ratio or quantity.deflated
        return self.weights_of(of.of) if of else quantity.weights

    def own_weights(self, name: str, source: str) -> str | None:
        """The weights that a source uses in its own aggregates of a quantity."""
        quantity = self.quantity(name)
        of = quantity.ratio or quantity.deflated
        if of:
            return self.own_weights(of.of, source)
        recipe = quantity.sources.get(source)
        return recipe.own_weights if recipe else None

    def indicators(self) -> Iterator[tuple[str, str]]:
        """Every (source, indicator) that a quantity needs."""
        for quantity in self.quantities.values():
            for source, recipe in quantity.sources.items():
                yield from ((source, code) for code in recipe.indicators())
                levels = [f.worth for f in recipe.flows] + ([recipe.base] if recipe.base else [])
                levels += [w.worth for w in quantity.weights.values() if w.worth]
                for level in levels:
                    yield from ((level.source or source, code) for code in level.indicators())
            if quantity.deflated:
                yield quantity.deflated.by.source, quantity.deflated.by.growth


def load(path: Path | None = None) -> Quantities:
    """The quantities of a project. Raises InputError with the place of what is wrong."""
    return load_model(path or paths.claims() / FILE, Quantities)


@cache
def _known(path: Path, changed: float) -> Quantities:
    return load(path)


def known() -> Quantities:
    """The project's quantities, read again when the file has changed."""
    path = paths.claims() / FILE
    return _known(path, path.stat().st_mtime if path.is_file() else 0.0)
