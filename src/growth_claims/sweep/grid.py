"""The grid of a sweep: a YAML file whose parameters are lists of values, and the points of their
product."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from growth_claims import cache, claims, i18n, params, paths, yamls
from growth_claims.errors import InputError, InputErrors, ParameterError
from growth_claims.run import OWN, name_of

#: The parameters that a grid varies; the last changes fastest.
AXES = tuple(name for name in params.NAMES if name not in OWN)
YEARS = ("first_year", "last_year")
_STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)


def _values(kind: Any, description: str) -> tuple[Any, Any]:
    values = Annotated[list[kind], Field(min_length=1)]
    return values | None, Field(None, description=f"a list of values: {description}")


_LANGUAGES = _values(Literal[i18n.LANGUAGES], "languages in which a report has its pages")
#: Names with a "_" for those in the file: a model has attributes that are called like parameters.
Axes = create_model(
    "Axes",
    __config__=_STRICT | ConfigDict(alias_generator=lambda name: name.removesuffix("_")),
    __doc__="Parameters, each a list of values: every combination is a point. What is not named "
    "is as the register says; without `claim`, all claims of a register together.",
    language_=_LANGUAGES,
    **{
        f"{name}_": _values(params.FIELDS[name].annotation, params.FIELDS[name].description)
        for name in AXES
    },
)


class Sweep(BaseModel):
    """What is swept over, and what is made at each point."""

    model_config = _STRICT

    grain: Literal["pages", "verdicts"] = Field(
        "pages", description="pages: notebooks are run for a report; verdicts: numbers alone"
    )
    grids: list[Axes] = Field(min_length=1, description="products of parameters, one after another")


@dataclass(frozen=True)
class Product:
    """One product of parameters over one register; `axes`: name → its values."""

    register: str
    axes: Mapping[str, tuple]
    languages: tuple[str, ...] = ()

    @cached_property
    def size(self) -> int:
        """The number of combinations, those that are no point included."""
        return math.prod(len(values) for values in self.axes.values())

    def points(self, start: int = 0, stop: int | None = None) -> Iterator[dict[str, Any]]:
        """The combinations of a stretch, each as the parameters of a run. A pair of years of which
        the first is not before the last is no period, and left out."""
        for number in range(start, self.size if stop is None else stop):
            point = {}
            for name, values in reversed(self.axes.items()):
                number, at = divmod(number, len(values))
                point[name] = values[at]
            first, last = (point.get(name, 0) for name in YEARS)
            if not (first and last and first >= last):
                yield dict(reversed(point.items()))


@dataclass(frozen=True, eq=False)
class Task:
    """Some neighbouring points that are made together, written under `out`.

    `name`: the folder of a report, or how a stretch of verdicts is called; `made`: a key of all
    that it is made from but its parameters; `key`: of those too: the name of its result.
    """

    grain: str
    out: str
    product: Product
    start: int
    stop: int
    name: str
    made: str

    @cached_property
    def key(self) -> str:
        what = (dict(self.product.axes), self.start, self.stop)
        what = what if self.grain == "verdicts" else (self.points(), self.product.languages)
        return cache.key([self.made, self.grain, self.name, what])

    def points(self) -> list[dict[str, Any]]:
        return list(self.product.points(self.start, self.stop))


def load(path: Path) -> tuple[str, list[Product]]:
    """The grain and the products of a grid's file. Raises InputErrors with the line and the column
    of each value that a run would refuse."""
    sweep = yamls.load_model(path, Sweep)
    products, wrong = [], []
    for number, axes in enumerate(sweep.grids):
        given = axes.model_dump(by_alias=True, exclude_none=True)
        mistakes = _mistakes(path, number, given, sweep.grain)
        wrong += mistakes
        if not mistakes:
            products += _products(given, sweep.grain)
    if wrong:
        raise InputErrors(wrong)
    return sweep.grain, products


def _mistakes(path: Path, number: int, given: Mapping[str, list], grain: str) -> list[InputError]:
    """What is wrong with the values of one grid, each looked at by itself."""
    wrong = []

    def refuse(name: str, at: int | None, found: str, expected: str, todo: str) -> None:
        place = ["grids", number, name, *([] if at is None else [at])]
        line, column = yamls.position(path, place)
        wrong.append(
            InputError(
                file=paths.shown(path),
                row=f"{line}, column {column}",
                field=".".join(map(str, place)),
                found=found,
                expected=expected,
                todo=todo,
            )
        )

    if grain == "verdicts" and "language" in given:
        said = "verdicts are the same in every language"
        refuse("language", None, repr(given["language"]), said, "leave it out")
    registers = []
    for name, values in given.items():
        for at, value in enumerate(values):
            if value in values[:at]:
                refuse(name, at, f"{value!r} again", "each value once", "remove one of the two")
                continue
            try:
                settings = params.check({name: value})
            except ParameterError as error:
                near = f"write {error.nearest}" if error.nearest else "mend it"
                refuse(name, at, repr(value), error.allowed, near)
                continue
            if name == "register":
                registers.append(settings)
    if "claim" in given and not wrong:
        for settings in registers or [params.check({})]:
            known = {c.id: c for c in claims.kept(settings.register).claims}
            for at, claim in enumerate(given["claim"]):
                if claim not in known:
                    expected = f"a claim of {paths.shown(settings.register)}: {', '.join(known)}"
                    refuse(
                        "claim",
                        at,
                        repr(claim),
                        expected,
                        "mend it, or give each register a grid of its own",
                    )
                elif grain == "pages" and known[claim].primary is None:
                    expected = "a claim that figures bear on"
                    refuse("claim", at, repr(claim), expected, "leave it out")
    return wrong


def _products(given: Mapping[str, list], grain: str) -> Iterator[Product]:
    """The product of a grid, one a register."""
    languages = tuple(code for code in i18n.LANGUAGES if code in given.get("language", ()))
    for register in given.get("register", [params.Parameters().register]):
        axes = {name: tuple(given[name]) for name in AXES if name in given and name != "register"}
        if grain == "verdicts" and "claim" not in axes:
            known = claims.kept(paths.resolve(register)).claims
            axes = {"claim": tuple(c.id for c in known if c.primary is not None)} | axes
        if "register" in given:
            axes = {"register": (register,)} | axes
        yield Product(register, axes, languages)


def tasks(
    grain: str, products: list[Product], out: str, made: Mapping[str, str], stretch: int
) -> Iterator[Task]:
    """What is to be done: a report each, or so many verdicts. `made`: register → what its results
    are made from. Of two reports alike, in two grids, the first."""
    seen: set[str] = set()
    for number, product in enumerate(products, 1):
        register = claims.kept(paths.resolve(product.register)).id
        step = 1 if grain == "pages" else stretch
        for start in range(0, product.size, step):
            stop = min(start + step, product.size)
            name = f"{register}, grid {number}, from {start + 1}"
            if grain == "pages":
                point = next(product.points(start, stop), None)
                name = name_of(register, point) if point is not None else ""
                if not name or name in seen:
                    continue
                seen.add(name)
            yield Task(grain, out, product, start, stop, name, made[product.register])
