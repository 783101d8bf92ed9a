"""The parameters of a run: one schema, against which they are checked whichever way they come in:
`growth-claims report -p`, plain papermill, or an edited cell in JupyterLab."""

from __future__ import annotations

import ast
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from growth_claims import claims, i18n, paths, quantities, region
from growth_claims.claims import Claim, Reading, Register
from growth_claims.errors import ParameterError, nearest
from growth_claims.readings.study import LATEST, Overrides
from growth_claims.yamls import in_words

if TYPE_CHECKING:
    from growth_claims.panel import Panel


@checked_dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid"))
class Parameters:
    """What a run can be told, with the types and defaults of the notebooks' parameters cell.

    papermill knows no optional types, so 0, "" and [] stand for "as the register says". Strict:
    papermill turns the text 01 into a 1 and YAML turns Norway into False; both are errors here.
    """

    claim: str = Field("", description="the claim to check, by its id in the register")
    register: str = Field(
        "claims/central-asia-2025-11-15.yaml", description="register of claims, a YAML file"
    )
    language: str = Field("en", description="what the outputs are said in: en or ru")
    panel: str = Field(
        "data/processed/panel.parquet", description="table of all figures, which 01_clean writes"
    )
    wdi_vintage: str = Field(
        "", description="edition such as 2026-07-01, or latest; empty: of the day of the text"
    )
    weo_vintage: str = Field(
        "", description="edition such as 2025-10, or latest; empty: of the day of the text"
    )
    first_year: int = Field(0, description="first year of the period; 0 as the register says")
    last_year: int = Field(0, description="last year of the period; 0 as the register says")
    economies: list[str] = Field(
        default_factory=list,
        description="codes of the countries, such as FRA; empty as the register says",
    )
    weights: str = Field(
        "", description="how growth is averaged, such as ppp; empty as the register says"
    )
    output: str = Field(
        "", description="folder for what the notebook writes; empty and nothing is written"
    )


FIELDS = Parameters.__pydantic_fields__
NAMES = tuple(FIELDS)
#: How a type is called in the parameters cell, and in an error.
TYPES = {str: "str", int: "int", list[str]: "list"}


@dataclass(frozen=True)
class Settings:
    """Checked parameters. Paths are absolute; None and () mean "as the register says" (`output`:
    nothing is written)."""

    claim: str
    register: Path
    language: str
    panel: Path
    wdi_vintage: str
    weo_vintage: str
    first_year: int | None
    last_year: int | None
    economies: tuple[str, ...]
    weights: str | None
    output: Path | None

    @property
    def overrides(self) -> Overrides:
        """What these settings put in place of the register's choices."""
        vintages = {"wdi": self.wdi_vintage, "weo": self.weo_vintage}
        return Overrides(
            vintages=tuple((s, v) for s, v in vintages.items() if v),
            first_year=self.first_year,
            last_year=self.last_year,
            economies=self.economies,
            weights=self.weights,
        )

    def chosen(self, register: Register, kind: str = "") -> Claim:
        """The claim that is to be checked. `kind`: of which it has to be, if not of any."""
        known = [c.id for c in register.claims if kind in ("", c.kind)]
        if self.claim not in known:
            sort = f" of the kind {kind}" if kind else ""
            raise ParameterError(
                "claim",
                self.claim,
                f"one{sort} of {register.id}: {', '.join(known) or 'it has none'}",
                nearest(self.claim, known),
            )
        return register.claim(self.claim)


def cell(claim: str = "") -> str:
    """The source of a notebook's parameters cell, line by line as papermill's inspection reads it:
    `name: type = literal  # help`. `claim`: the notebook's own default."""
    lines = []
    for name, field in FIELDS.items():
        default = field.get_default(call_default_factory=True)
        default = claim if name == "claim" else default
        default = f'"{default}"' if isinstance(default, str) else repr(default)
        lines.append(f"{name}: {TYPES[field.annotation]} = {default}  # {field.description}")
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
    i18n.speak(settings.language)
    from growth_claims import display

    display.install()
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
    """Settings of the values given, defaults for the rest; the figures and the register bound them.

    Raises ParameterError for the first that is misspelt, of the wrong type, or not to be had.
    """
    values = _of_schema(given)
    if values.language not in i18n.LANGUAGES:
        near = nearest(values.language, i18n.LANGUAGES)
        raise ParameterError("language", values.language, " or ".join(i18n.LANGUAGES), near)
    register = _register(values.register)
    claims.kept(register)
    path = _panel(values.panel, makes_panel)
    weights = _weights(values.weights)
    output = _output(values.output)
    first, last = values.first_year, values.last_year
    if first and last and first >= last:
        raise ParameterError("last_year", last, f"a year after first_year, which is {first} (or 0)")
    if path.is_file() and not makes_panel:
        _of_figures(values, path)
    return Settings(
        claim=values.claim,
        register=register,
        language=values.language,
        panel=path,
        wdi_vintage=values.wdi_vintage,
        weo_vintage=values.weo_vintage,
        first_year=first or None,
        last_year=last or None,
        economies=tuple(values.economies),
        weights=weights,
        output=output,
    )


def _of_figures(values: Parameters, path: Path) -> None:
    """The parameters that the figures bound."""
    if not any(
        (
            values.wdi_vintage,
            values.weo_vintage,
            values.first_year,
            values.last_year,
            values.economies,
        )
    ):
        return
    from growth_claims.panel import Panel

    panel = Panel.load(path)
    for name, source in (("wdi_vintage", "wdi"), ("weo_vintage", "weo")):
        _vintage(name, getattr(values, name), panel.vintages(source))
    for name in ("first_year", "last_year"):
        _year(name, getattr(values, name), *panel.years())
    _economies(values.economies, panel)


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
    "first": "first_year",
    "start": "first_year",
    "start_year": "first_year",
    "year_first": "first_year",
    "from_year": "first_year",
    "last": "last_year",
    "end": "last_year",
    "end_year": "last_year",
    "year_last": "last_year",
    "to_year": "last_year",
    "countries": "economies",
    "country": "economies",
    "economy": "economies",
    "wdi": "wdi_vintage",
    "weo": "weo_vintage",
    "vintage": "wdi_vintage",
    "lang": "language",
    "claims": "register",
    "claim_id": "claim",
    "data": "panel",
    "out": "output",
    "folder": "output",
}


def _nearest(name: str) -> str | None:
    """The parameter that was probably meant by `name`."""
    word = nearest(name.replace("-", "_"), [*NAMES, *_OTHER_WORDS])
    return _OTHER_WORDS.get(word, word) if word else None


def _allowed(name: str) -> str:
    """What a parameter's type allows, with an example and the way to write it."""
    return {
        "economies": "a list of codes in quotes, such as ['SWE', 'NO'] (YAML reads a bare NO as "
        'false; with papermill: -y \'{economies: ["SWE", "NOR"]}\')',
        "first_year": "a whole number such as 2004, or 0 for as the register says",
        "last_year": "a whole number such as 2024, or 0 for as the register says",
        "wdi_vintage": "an edition as text, such as '2026-07-01', 'latest' or ''",
        "weo_vintage": "an edition as text, such as '2025-10', 'latest' or ''",
        "weights": f"one of {', '.join(_known_weights())}, or '' for as the register says",
        "output": "a folder as text, or ''",
        "claim": "a claim's id as text",
        "language": " or ".join(repr(code) for code in i18n.LANGUAGES),
    }.get(name, "a file as text")


def _register(text: str) -> Path:
    path = paths.resolve(text)
    if not text.strip() or not path.is_file():
        there = [paths.shown(p) for p in claims.registers()]
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
        raise ParameterError("panel", text, "a Parquet file, not a folder")
    if not makes_panel and not path.is_file():
        there = [paths.shown(p) for p in sorted(path.parent.glob("*.parquet"))]
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


def _known_weights() -> list[str]:
    every = quantities.known().quantities.values()
    return list(dict.fromkeys(w for q in every for w in q.weights))


def _weights(text: str) -> str | None:
    known = _known_weights()
    if text and text not in known:
        raise ParameterError(
            "weights", text, f"one of {', '.join(known)}, or ''", nearest(text, known)
        )
    return text or None


def _vintage(name: str, text: str, there: list[str]) -> None:
    if text and text not in (*there, LATEST):
        padded = re.sub(r"\b(\d)\b", r"0\1", text)
        raise ParameterError(
            name, text, f"{', '.join(there)}, or {LATEST}", nearest(padded, [*there, LATEST])
        )


def _year(name: str, year: int, first: int, last: int) -> None:
    if year and not first <= year <= last:
        raise ParameterError(
            name,
            year,
            f"a year from {first} to {last}, for which there are figures, or 0",
            str(first if year < first else last) if abs(year - first) < 150 else None,
        )


def _economies(codes: Sequence[str], panel: Panel, parameter: str = "economies") -> None:
    known = set(panel.economies())
    for code in codes:
        if code not in known:
            from growth_claims import names

            near = names.code_of(code, known) or nearest(code, known)
            raise ParameterError(
                parameter,
                code,
                f"codes of economies that have figures, such as {', '.join(sorted(known)[:5])} …",
                near,
            )
        if codes.count(code) > 1:
            raise ParameterError(parameter, code, "each code once")


def changed(reading: Reading, changes: Mapping[str, Any], panel: Panel) -> Reading:
    """A reading with fields changed by a person. Raises ParameterError for a field that no reading
    has, and for values that no reading can have or that the figures do not know."""
    for name, value in changes.items():
        if name not in Reading.model_fields:
            raise ParameterError(
                name,
                value,
                f"what a reading has: {', '.join(Reading.model_fields)}",
                nearest(name, Reading.model_fields),
            )
    try:
        made = reading.like({k: tuple(v) if isinstance(v, list) else v for k, v in changes.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else next(iter(changes))
        raise ParameterError(name, changes.get(name), in_words(first, [])[1]) from None
    if made.quantity is None:  # of events
        return made
    known = quantities.known()
    allowed = {
        "quantity": lambda: list(known.quantities),
        "source": lambda: list(known.sources_of(made.quantity)),
        "weights": lambda: list(known.weights_of(made.quantity)),
    }
    for name, values in allowed.items():
        if changes.get(name) and changes[name] not in (there := values()):
            near = nearest(changes[name], there)
            listed = f"one of {', '.join(there)}" if there else f"none for {made.quantity}"
            raise ParameterError(name, changes[name], listed, near)
    for name in ("economies", "against", "among", "subject", "reporter", "partners", "sets"):
        _economies(_codes(changes.get(name) or ()), panel, name)
    there = region.editions_of(panel, known, made.quantity, made.source)
    _vintage("vintage", made.vintage, there)
    return made


def _codes(value: str | Sequence) -> list[str]:
    """Every code of a field of a reading, which may hold one, several, or sets of them."""
    return [value] if isinstance(value, str) else [c for part in value for c in _codes(part)]


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
