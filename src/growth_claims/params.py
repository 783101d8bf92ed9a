"""The parameters of a run: one schema, against which they are checked whichever way they come in:
`growth-claims report -p`, plain papermill, or an edited cell in JupyterLab."""

from __future__ import annotations

import ast
import csv
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from growth_claims import paths
from growth_claims.claims import Register, Weights
from growth_claims.claims import load as load_register
from growth_claims.errors import ParameterError, nearest

if TYPE_CHECKING:
    from growth_claims.readings.study import Overrides

LATEST = "latest"
#: Groups of countries, for the test of the method against published aggregates.
GROUPS = "groups.yaml"
WEIGHTS = get_args(Weights)


@checked_dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid"))
class Parameters:
    """What a run can be told, with the types and defaults of the notebooks' parameters cell.

    papermill knows no optional types, so 0, "" and [] stand for "as the register says". Strict:
    papermill turns the text 01 into a 1 and YAML turns Norway into False; both are errors here.
    """

    register: str = Field(
        "claims/central-asia-2025-11-15.yaml", description="register of claims, a YAML file"
    )
    panel: str = Field(
        "data/processed/panel.csv", description="table of all figures, which 01_clean writes"
    )
    wdi_vintage: str = Field(
        LATEST, description="edition of the World Development Indicators, such as 2026-07-01"
    )
    weo_vintage: str = Field(
        LATEST, description="edition of the World Economic Outlook, such as 2025-10"
    )
    first_year: int = Field(0, description="first year of the period; 0 as the register says")
    last_year: int = Field(0, description="last year of the period; 0 as the register says")
    economies: list[str] = Field(
        default_factory=list,
        description="codes of the countries, such as KAZ; empty as the register says",
    )
    weights: str = Field("", description=f"one of {', '.join(WEIGHTS)}; empty as the register says")
    output: str = Field(
        "", description="folder for what the notebook writes; empty and nothing is written"
    )


FIELDS = Parameters.__pydantic_fields__
NAMES = tuple(FIELDS)
#: How a type is called in the parameters cell, and in an error.
TYPES = {str: ("str", "text"), int: ("int", "a whole number"), list[str]: ("list", "a list")}


@dataclass(frozen=True)
class Settings:
    """Checked parameters. Paths are absolute; None means "as the register says" (`output`: nothing
    is written)."""

    register: Path
    panel: Path
    wdi_vintage: str
    weo_vintage: str
    first_year: int | None
    last_year: int | None
    economies: tuple[str, ...] | None
    weights: str | None
    output: Path | None

    @property
    def overrides(self) -> Overrides:
        """What these settings put in place of the register's choices."""
        from growth_claims.readings.study import Overrides

        return Overrides(
            wdi_vintage=self.wdi_vintage,
            weo_vintage=self.weo_vintage,
            first_year=self.first_year,
            last_year=self.last_year,
            economies=self.economies,
            weights=self.weights,
        )


def cell() -> str:
    """The source of the notebooks' parameters cell, line by line as papermill's inspection reads
    it: `name: type = literal  # help`."""
    lines = []
    for name, field in FIELDS.items():
        default = field.get_default(call_default_factory=True)
        default = f'"{default}"' if isinstance(default, str) else repr(default)
        word = TYPES[field.annotation][0]
        lines.append(f"{name}: {word} = {default}  # {field.description}")
    return "\n".join(lines)


# --- the three entrances ------------------------------------------------------------------------


def from_notebook(namespace: dict[str, Any], *, makes_panel: bool = False) -> Settings:
    """Checks what stands in a notebook's namespace after its parameters cell.

    To be called in the first cell after it: `settings = from_notebook(globals())`. Finds names
    that papermill injected or a person typed and that are no parameters. `makes_panel`: the
    notebook writes the panel, so there need not be one yet. Raises ParameterError.
    """
    _refuse_unknown(namespace)
    given = {}
    for name in NAMES:
        if name not in namespace:
            raise ParameterError(
                name, "nothing", "the parameters cell as it was, run before this cell"
            )
        given[name] = namespace[name]
    settings = check(given, makes_panel=makes_panel)
    namespace[_PASSED] = True
    return settings


def from_pairs(pairs: Iterable[str]) -> dict[str, Any]:
    """What the command line was given as `name=value`, in the types of the schema.

    Raises ParameterError for an unknown name, one given twice, or a value of another type.
    """
    given: dict[str, Any] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        name = name.strip()
        if not sign:
            raise ParameterError(pair, "no value", "name=value, such as first_year=2005")
        if name not in NAMES:
            raise _unknown(name, text)
        if name in given:
            raise ParameterError(name, text, f"one value; it was given before as {given[name]!r}")
        given[name] = _typed(name, text.strip())
    return given


def _typed(name: str, text: str) -> Any:
    kind = FIELDS[name].annotation
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise ParameterError(name, text, _allowed(name)) from None
    if kind is str:
        return text
    inside = text.removeprefix("[").removesuffix("]")
    return [part.strip().strip("'\"") for part in inside.split(",") if part.strip()]


# --- the checks ---------------------------------------------------------------------------------


def check(given: Mapping[str, Any], *, makes_panel: bool = False) -> Settings:
    """Settings of the values given, defaults for the rest; the data and the register bound them.

    Raises ParameterError for the first that is misspelt, of the wrong type, or not to be had.
    """
    values = _of_schema(given)
    edition = {s: _vintage(f"{s}_vintage", s, getattr(values, f"{s}_vintage")) for s in _SOURCES}
    held = [_held(source, vintage) for source, vintage in edition.items()]
    settings = Settings(
        register=_register(values.register),
        panel=_panel(values.panel, makes_panel),
        wdi_vintage=values.wdi_vintage,
        weo_vintage=values.weo_vintage,
        first_year=_year("first_year", values.first_year, held),
        last_year=_year("last_year", values.last_year, held),
        economies=_economies(values.economies, held),
        weights=_weights(values.weights),
        output=_output(values.output),
    )
    _check_period(settings, load_register(settings.register))
    return settings


def _of_schema(given: Mapping[str, Any]) -> Parameters:
    for name, value in given.items():
        if name not in NAMES:
            raise _unknown(name, value)
    try:
        return Parameters(**given)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        found = given[name]
        if isinstance(found, types.ModuleType) or callable(found):
            found = f"a Python {type(found).__name__} that an import or a cell put in its place"
        raise ParameterError(name, found, _allowed(name)) from None


def _unknown(name: str, value: object) -> ParameterError:
    return ParameterError(name, value, f"only the parameters {', '.join(NAMES)}", _nearest(name))


#: Other words for a parameter, for the hint only.
_OTHER_WORDS = {
    "first": "first_year", "start": "first_year", "start_year": "first_year",
    "year_first": "first_year", "from_year": "first_year", "last": "last_year",
    "end": "last_year", "end_year": "last_year", "year_last": "last_year", "to_year": "last_year",
    "countries": "economies", "country": "economies", "economy": "economies",
    "wdi": "wdi_vintage", "weo": "weo_vintage", "vintage": "wdi_vintage",
    "claims": "register", "data": "panel", "out": "output", "folder": "output",
}  # fmt: skip


def _nearest(name: str) -> str | None:
    """The parameter that was probably meant by `name`."""
    word = nearest(name.replace("-", "_"), [*NAMES, *_OTHER_WORDS])
    return _OTHER_WORDS.get(word, word) if word else None


def _allowed(name: str) -> str:
    """What a parameter's type allows, with an example and the way to write it."""
    return {
        "economies": "a list of codes in quotes, such as ['KAZ', 'NO'] (YAML reads a bare NO as "
        'false; with papermill: -y \'{economies: ["KAZ", "UZB"]}\')',
        "first_year": "a whole number such as 2004, or 0 for as the register says",
        "last_year": "a whole number such as 2024, or 0 for as the register says",
        "wdi_vintage": "an edition as text, such as '2026-07-01', or 'latest'",
        "weo_vintage": "an edition as text, such as '2025-10', or 'latest'",
        "weights": f"one of {', '.join(WEIGHTS)}, or '' for as the register says",
        "output": "a folder as text, or ''",
    }.get(name, "a file as text")


def registers() -> list[Path]:
    """The registers of claims that the project holds; groups.yaml beside them is none."""
    return [p for p in sorted(paths.claims().glob("*.yaml")) if p.name != GROUPS]


def _register(text: str) -> Path:
    path = paths.resolve(text)
    if not text.strip() or not path.is_file():
        there = [paths.shown(p) for p in registers()]
        raise ParameterError(
            "register",
            text,
            f"a file that exists, such as {', '.join(there)}",
            nearest(text, there),
        )
    return path


def _panel(text: str, makes_panel: bool) -> Path:
    path = paths.resolve(text)
    if not text.strip() or path.is_dir():
        raise ParameterError("panel", text, "a CSV file, not a folder")
    if not makes_panel and not path.is_file():
        there = [paths.shown(p) for p in sorted(path.parent.glob("*.csv"))]
        raise ParameterError(
            "panel",
            text,
            "a file that exists; `make panel` (or the notebook 01_clean) writes "
            f"{FIELDS['panel'].default}",
            nearest(text, there),
        )
    if makes_panel:
        _refuse_file_above("panel", text, path.parent)
    return path


def _output(text: str) -> Path | None:
    if not text.strip():
        return None
    path = paths.resolve(text)
    _refuse_file_above("output", text, path)
    return path


def _refuse_file_above(name: str, text: str, folder: Path) -> None:
    """A folder cannot be made where a file stands."""
    for part in (folder, *folder.parents):
        if part.is_dir():
            return
        if part.exists():
            raise ParameterError(name, text, f"a folder; {paths.shown(part)} is a file")


def _weights(text: str) -> str | None:
    if text and text not in WEIGHTS:
        raise ParameterError("weights", text, _allowed("weights"), nearest(text, WEIGHTS))
    return text or None


def _year(name: str, year: int, held: list[Held]) -> int | None:
    if year == 0:
        return None
    first, last = min(h.first for h in held), max(h.last for h in held)
    if not first <= year <= last:
        editions = " and ".join(f"{h.source.upper()} {h.vintage}" for h in held)
        raise ParameterError(
            name,
            year,
            f"a year from {first} to {last}, for which {editions} have figures, or 0",
            str(first if year < first else last) if abs(year - first) < 150 else None,
        )
    return year


def _economies(codes: list[str], held: list[Held]) -> tuple[str, ...] | None:
    known = sorted(set().union(*(h.economies for h in held)))
    for code in codes:
        if code not in known:
            raise ParameterError(
                "economies", code, f"codes from {', '.join(known)}", _nearest_code(code, known)
            )
        if codes.count(code) > 1:
            raise ParameterError("economies", code, "each code once")
    return tuple(codes) or None


#: Names under which people know the countries of the data, for the hint only.
_COUNTRY_NAMES = {
    "kazakhstan": "KAZ", "kyrgyzstan": "KGZ", "kyrgyz republic": "KGZ", "tajikistan": "TJK",
    "turkmenistan": "TKM", "uzbekistan": "UZB", "azerbaijan": "AZE", "china": "CHN",
    "russia": "RUS", "united states": "USA", "canada": "CAN", "bermuda": "BMU", "world": "WLD",
    "kz": "KAZ", "kg": "KGZ", "tj": "TJK", "tm": "TKM", "uz": "UZB",
}  # fmt: skip


def _nearest_code(code: str, known: list[str]) -> str | None:
    name = nearest(code, _COUNTRY_NAMES)
    return _COUNTRY_NAMES.get(name or "") or nearest(code, known)


def _check_period(settings: Settings, register: Register) -> None:
    """The period ends after it starts, also where only one end is given and the register has the
    other: better said now than in the middle of a run."""
    first, last = settings.first_year, settings.last_year
    if first is not None and last is not None and first >= last:
        raise ParameterError("last_year", last, f"a year after first_year, which is {first} (or 0)")
    name, year = ("last_year", last) if first is None else ("first_year", first)
    if year is None:
        return
    for claim in register.claims:
        if claim.primary is None or claim.topic == "events":
            continue
        start, end = claim.primary.start, claim.primary.end
        if start is None or end is None:
            continue
        start, end = first or start, last or end
        if start >= end:
            bound = f"before {end}" if name == "first_year" else f"after {start}"
            raise ParameterError(
                name, year, f"a year {bound}, for the period of {claim.id} (or give both ends)"
            )


# --- what the data hold -------------------------------------------------------------------------

_SOURCES = ("wdi", "weo")


@dataclass(frozen=True)
class Held:
    """The economies and years of which an edition has figures."""

    source: str
    vintage: str
    economies: frozenset[str]
    first: int
    last: int


def _vintage(name: str, source: str, text: str) -> str:
    """The edition that is meant by `text`, which may be "latest"."""
    there = sorted({r.vintage for r in _resources() if r.source == source})
    if text == LATEST:
        return latest(source)
    if text not in there:
        padded = re.sub(r"\b(\d)\b", r"0\1", text)
        raise ParameterError(
            name, text, f"{', '.join(there)}, or {LATEST}", nearest(padded, [*there, LATEST])
        )
    return text


def latest(source: str) -> str:
    """The newest edition in data/raw that holds all main indicators of a source: what "latest"
    means to the panel, known before there is one."""
    from growth_claims.panel import MAIN

    there = sorted({r.vintage for r in _resources() if r.source == source}, reverse=True)
    for vintage in there:
        if set(MAIN.get(source, ())) <= {row["indicator"] for row in _rows(source, vintage)}:
            return vintage
    return there[0]


def _held(source: str, vintage: str) -> Held:
    """Read from data/raw and not from the panel, which 01_clean has yet to make."""
    rows = _rows(source, vintage)
    years = [int(row["year"]) for row in rows if row["year"].isdecimal()]
    economies = frozenset(row["country"] for row in rows)
    return Held(source, vintage, economies, min(years), max(years))


def _resources():
    from growth_claims import sources

    return sources.resources()


def _rows(source: str, vintage: str) -> list[dict[str, str]]:
    rows = []
    for resource in _resources():
        if (resource.source, resource.vintage) == (source, vintage) and resource.path.is_file():
            with resource.path.open(newline="", encoding="utf-8") as file:
                rows += list(csv.DictReader(file))
    return rows


# --- names in a notebook ------------------------------------------------------------------------

#: papermill's comment at the head of the cell that it injects.
_INJECTED = "# Parameters"
_PASSED = "_growth_claims_parameters_passed"
_REPORTED = "_growth_claims_parameters_reported"
#: What IPython itself puts into a fresh namespace.
_IPYTHON = {"In", "Out", "get_ipython", "exit", "quit", "open", "display"}
_PLAIN = (str, int, float, bool, list, dict, tuple, type(None))


def _refuse_unknown(namespace: dict[str, Any]) -> None:
    """ParameterError for a name that was set like a parameter and is none.

    The cells that the kernel ran tell which names were set in the parameters cell and the one that
    papermill injects. Where there is no such history, every plain value in a namespace that has not
    passed before is one; a name once reported is not held against the next try, for correcting
    the cell does not remove it from the kernel.
    """
    reported = namespace.setdefault(_REPORTED, set())
    suspects = _assigned_in_parameters_cells(namespace.get("In") or [])
    if not namespace.get(_PASSED):
        suspects += [
            name
            for name, value in namespace.items()
            if isinstance(value, _PLAIN) and name not in reported
        ]
    for name in suspects:
        if name in NAMES or name in _IPYTHON or name.startswith("_") or name not in namespace:
            continue
        reported.add(name)
        raise _unknown(name, namespace[name])


def _assigned_in_parameters_cells(history: list[str]) -> list[str]:
    """Names set in the latest parameters cell that was run and in the injected one after it. The
    last cell of the history is the one that asks."""
    own: list[str] = []
    injected: list[str] = []
    for source in history[:-1]:
        names = _assigned(source)
        if source.startswith(_INJECTED):
            injected = list(names)
        elif any(names.get(name) for name in NAMES):
            own, injected = list(names), []
    return own + injected


def _assigned(source: str) -> dict[str, bool]:
    """Names set at the top level of a cell, and whether to a literal."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    names: dict[str, bool] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        elif isinstance(node, ast.Assign):
            targets = node.targets
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                names[target.id] = _is_literal(node.value)
    return names


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
