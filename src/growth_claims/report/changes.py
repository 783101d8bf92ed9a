"""What changed since the report before: each verdict and number, and whether the figures (which
edition, which of them) or the method (code, register, parameters, libraries) changed it.

The record lies in the report's folder as changes.json. A rebuild that changes no verdict and no
number carries the old record forward: so the page tells of the last change, however often the
report is built again, and the same inputs give the same bytes.

Where figures and method both differ, the primary number is computed a third time, with today's
method on the figures of the report before, which lie in its inputs.csv. What separates the old
number from that one is the method's doing, what separates it from the new one, the figures'."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval, Reading
from growth_claims.errors import GrowthClaimsError
from growth_claims.i18n import N_, _
from growth_claims.panel import Panel
from growth_claims.readings import Study
from growth_claims.readings.evaluate import evaluate
from growth_claims.region import NoData
from growth_claims.report import inputs, machine, page
from growth_claims.report.cite import RAW, inputs_hash, version
from growth_claims.verdicts import Verdict

NAME = "changes.json"
#: Relative differences below these are those of processors, not of figures.
SAME, SAME_IN_CHARTS = 1e-9, 1e-6
#: So many figures are named for a claim, those that differ most.
NAMED = 3
DATA, METHOD, BOTH, UNKNOWN = "data", "method", "both", "unknown"

#: What is compared of a claim: its way through verdicts.json, and how it is called.
FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "verdict": (("verdict",), N_("Verdict")),
    "stated.value": (("stated", "value"), N_("Stated number")),
    "stated.low": (("stated", "low"), N_("Counts as true from")),
    "stated.high": (("stated", "high"), N_("Counts as true up to")),
    "found.value": (("found", "value"), N_("Number found")),
    "found.low": (("found", "low"), N_("Lower end of the interval")),
    "found.high": (("found", "high"), N_("Upper end of the interval")),
    "readings.count": (("readings", "count"), N_("Readings")),
    "readings.holding": (("readings", "holding"), N_("Readings under which it holds")),
    "held_until": (("held_until",), N_("Held until")),
}
METHODS = {
    "code": N_("the program"),
    "register": N_("the register of claims"),
    "parameters": N_("the parameters of the run"),
    "versions": N_("the libraries"),
}


# --- comparing ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """A report's folder as a comparison needs it."""

    folder: Path

    @cached_property
    def verdicts(self) -> dict[str, Any]:
        return machine.read_json(self.folder / "verdicts.json")

    @cached_property
    def run(self) -> dict[str, Any]:
        return machine.read_json(self.folder / "run.json")

    @cached_property
    def figures(self) -> pd.DataFrame | None:
        return inputs.load(self.folder / inputs.NAME)

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        return {claim["id"]: claim for claim in self.verdicts.get("claims", [])}

    @cached_property
    def data(self) -> dict[str, str]:
        """Hashes of the files of figures."""
        return {p: h for p, h in self.run.get("inputs", {}).items() if p.startswith(RAW)}

    @cached_property
    def method(self) -> dict[str, Any]:
        """What else a number follows from."""
        register = self.run.get("parameters", {}).get("register")
        files = {p: h for p, h in self.run.get("inputs", {}).items() if not p.startswith(RAW)}
        return {
            "register": files.pop(register, None),
            "code": files,
            "parameters": self.run.get("parameters"),
            "versions": self.run.get("versions"),
        }

    def identity(self) -> dict[str, Any]:
        return {
            "version": version(self.run) if self.run else None,
            "inputs": inputs_hash(self.run) if self.run else None,
            "vintages": self.verdicts.get("vintages", {}),
        }


def record(publish: Path, previous: Path | None) -> Path:
    """Writes changes.json into `publish`: what differs from `previous`, the report that this one
    replaces, or the record that `previous` already carries if nothing does."""
    content = None
    if previous is not None:
        new, old = Report(publish), Report(previous)
        if old.claims and old.verdicts.get("register") == new.verdicts.get("register"):
            content = compare(old, new) or _carried(previous)
    return machine.write_json(publish / NAME, content or nothing())


def nothing() -> dict[str, Any]:
    """The record of a first report."""
    return {"now": None, "then": None, "claims": [], "charts": []}


def _carried(previous: Path) -> dict[str, Any] | None:
    try:
        kept = machine.read_json(previous / NAME)
    except ValueError:
        return None
    return kept if set(kept) == set(nothing()) else None


def compare(old: Report, new: Report) -> dict[str, Any] | None:
    """What differs between two reports; None where no verdict and no number does."""
    claims = list(_claims(old, new))
    charts = list(_charts(old.folder / "charts", new.folder / "charts"))
    if not claims and not any(c["change"] == "changed" for c in charts):
        return None  # a chart more, or one laid out differently, is no number that changed
    return {"now": new.identity(), "then": old.identity(), "claims": claims, "charts": charts}


def same(a: Any, b: Any, tolerance: float = SAME) -> bool:
    """Whether two values are the same, numbers up to the last digits."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-15)
    return a == b


def _claims(old: Report, new: Report) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys([*new.claims, *old.claims]):
        before, after = old.claims.get(name), new.claims.get(name)
        if before is None or after is None:
            kind = "added" if before is None else "removed"
            yield {"id": name, "change": kind, "fields": [], "cause": None}
            continue
        fields = [
            {"field": field, "old": machine._at(before, way), "new": machine._at(after, way)}
            for field, (way, _label) in FIELDS.items()
        ]
        fields = [f for f in fields if not same(f["old"], f["new"])]
        if fields:
            cause = _cause(name, old, new, fields)
            yield {"id": name, "change": "changed", "fields": fields, "cause": cause}


def _cause(
    name: str, old: Report, new: Report, fields: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What changed a claim's verdict or numbers."""
    before, after = old.claims[name]["found"], new.claims[name]["found"]
    figures = _figures(name, old, new)
    method = [part for part in METHODS if old.run and old.method[part] != new.method[part]]
    moved = {f["field"] for f in fields}
    primary = any(field.startswith("found.") for field in moved)
    data = bool(figures) if primary else bool(figures) or _files_differ(name, old, new)
    if primary and not figures and (old.figures is None or _counts(after)):
        data = _files_differ(name, old, new)
    if any(field.startswith("stated.") for field in moved):
        method = method or ["register"]  # what is stated comes from there and nowhere else
    cause = {
        "kind": UNKNOWN,
        "source": (after or before or {}).get("source"),
        "vintages": [(before or {}).get("vintage"), (after or {}).get("vintage")],
        "figures": len(figures),
        "named": figures[:NAMED],
        "method": method,
        "recomputed": None,
    }
    if not old.run:
        return cause  # what it was made from is not known
    if data and method and "found.value" in moved:
        cause["kind"], cause["recomputed"] = _separated(before, after, old)
    elif data or method:
        cause["kind"] = BOTH if data and method else DATA if data else METHOD
    return cause


def _counts(found: Mapping[str, Any] | None) -> bool:
    """Whether a claim is about events, whose record is no part of the figures."""
    return found is not None and found["source"] == machine.EVENTS


def _files_differ(name: str, old: Report, new: Report) -> bool:
    """Whether files of figures differ that may bear on the claim."""
    where = RAW
    if _counts(new.claims[name]["found"]) and _listed(old) and _listed(new):
        where += f"{machine.EVENTS}/"
    kept = [{p: h for p, h in r.data.items() if p.startswith(where)} for r in (old, new)]
    return kept[0] != kept[1]


def _listed(report: Report) -> bool:
    """Whether the report lists each file of figures, not only their manifest."""
    return len(report.data) > 1


def _figures(name: str, old: Report, new: Report) -> list[dict[str, Any]]:
    """The published figures under the claim's primary number that are not the same any more, the
    largest difference first. Editions apart: it is the edition that changes."""
    if old.figures is None or new.figures is None:
        return []
    before, after = (_by_figure(inputs.of_claim(r.figures, name)) for r in (old, new))
    keys = before.keys() & after.keys()
    if _same_reading(old.claims[name]["found"], new.claims[name]["found"]):
        keys = before.keys() | after.keys()  # else a reading that takes other figures is method
    differing = [
        {**dict(zip(_FIGURE, key, strict=True)), "old": before.get(key), "new": after.get(key)}
        for key in sorted(keys)
        if not same(before.get(key), after.get(key), 1e-12)
    ]
    return sorted(differing, key=_difference, reverse=True)


_FIGURE = ("source", "economy", "partner", "indicator", "year")


def _by_figure(figures: pd.DataFrame) -> dict[tuple, float]:
    rows = figures.reset_index()
    keys = zip(*(rows[c].tolist() for c in _FIGURE), strict=True)
    return dict(zip(keys, rows["value"].tolist(), strict=True))


def _difference(figure: Mapping[str, Any]) -> float:
    old, new = figure["old"], figure["new"]
    if old is None or new is None:
        return math.inf
    return abs(new - old) / max(abs(old), abs(new))


def _same_reading(before: Mapping | None, after: Mapping | None) -> bool:
    return (
        before is not None
        and after is not None
        and before["reading"] == after["reading"]
        and before["source"] == after["source"]
    )


def _separated(before: Mapping | None, after: Mapping | None, old: Report) -> tuple[str, Any]:
    """Which of the two changed the number, and the number of today's method on the old figures."""
    middle = recompute(before, after, old.figures)
    if middle is None:
        return BOTH, None
    if same(middle, before["value"]):
        return DATA, middle
    return (METHOD if same(middle, after["value"]) else BOTH), middle


def recompute(
    before: Mapping | None, after: Mapping | None, figures: pd.DataFrame | None
) -> float | None:
    """What today's reading and code give with the figures of the report before; None where those do
    not reach."""
    if before is None or after is None or figures is None or not before["vintage"]:
        return None
    if before["source"] != after["source"] or after["source"] == machine.EVENTS:
        return None
    reading = Reading.model_validate(
        {**after["reading"], "source": after["source"], "vintage": before["vintage"]}
    )
    try:
        study = Study(None, Panel(figures), pd.DataFrame())  # type: ignore[arg-type]
        value = evaluate(study, reading, after["unit"]).value
    except (GrowthClaimsError, NoData, LookupError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _charts(old: Path, new: Path) -> Iterator[dict[str, Any]]:
    """Charts whose figures differ. A report of which only the verdicts were kept has none."""
    if not old.is_dir() or not new.is_dir():
        return
    before, after = ({p.name: p for p in sorted(f.glob("*.csv"))} for f in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            yield {"name": name, "change": "added" if name in after else "removed", "cells": 0}
            continue
        rows = [_rows(p[name]) for p in (before, after)]
        shape = [([len(r) for r in table], table[:1]) for table in rows]
        if shape[0] != shape[1]:
            yield {"name": name, "change": "form", "cells": 0}
            continue
        cells = sum(
            not _same_cell(a, b)
            for row, other in zip(*rows, strict=True)
            for a, b in zip(row, other, strict=True)
        )
        if cells:
            yield {"name": name, "change": "changed", "cells": cells}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _same_cell(a: str, b: str) -> bool:
    """Numbers are compared; a word that is put differently is no change of a figure."""
    x, y = _number(a), _number(b)
    if x is None and y is None:
        return True
    return x is not None and y is not None and same(x, y, SAME_IN_CHARTS)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


# --- telling ------------------------------------------------------------------------------------


def body(publish: Path, previous: Path | None = None) -> str:
    """The content of the page "what changed", below its first heading, in the current language."""
    if not (publish / NAME).is_file():
        record(publish, previous)
    content = machine.read_json(publish / NAME)
    claims = {claim["id"]: claim for claim in Report(publish).verdicts.get("claims", [])}
    template = page._environment().get_template("_changes.html.j2")
    return template.render(
        then=content["then"] and edition(content["then"]),
        now=content["now"] and edition(content["now"]),
        claims=[_said(entry, claims.get(entry["id"])) for entry in content["claims"]],
        charts=[(c["name"], c["name"].removesuffix(".csv"), _chart(c)) for c in content["charts"]],
        present={p.name for p in (publish / "charts").glob("*.csv")},
        language=i18n.language(),
        _=i18n._,
    )


def edition(identity: Mapping[str, Any]) -> str:
    """A report by what it was made from."""
    listed = "; ".join(
        f"{words.source(source)}, {words.vintage(vintage)}"
        for source, vintage in sorted(identity["vintages"].items())
    )
    if identity["version"] is None:
        return listed
    return _("{editions}; program {version}", editions=listed, version=identity["version"])


def _said(entry: Mapping[str, Any], claim: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry as the template shows it."""
    unit = claim["stated"]["unit"] if claim else "none"
    statement = claim["statement"][i18n.language()] if claim else entry["id"]
    return {
        "id": entry["id"],
        "statement": words.tied(statement),
        "change": entry["change"],
        "present": claim is not None,
        "fields": [
            (_(FIELDS[f["field"]][1]), *_pair(f["field"], f["old"], f["new"], unit, claim))
            for f in entry["fields"]
        ],
        "why": _why(entry["cause"], unit) if entry["cause"] else [],
    }


def _pair(
    field: str, old: Any, new: Any, unit: str, claim: Mapping[str, Any] | None
) -> tuple[str, str]:
    if field == "verdict":
        return words.verdict(Verdict(old)), words.verdict(Verdict(new))
    if field.startswith("readings.") or field == "held_until":
        return ("–" if old is None else str(old)), ("–" if new is None else str(new))
    n = decimals(old, new, unit, claim["stated"] if claim else None)
    return amount(old, unit, n), amount(new, unit, n)


def amount(value: float | None, unit: str, decimals: int) -> str:
    """A number with its unit; a dash for none."""
    return "–" if value is None else words.amount(value, unit, decimals)


#: The most decimals that a difference is shown with.
MOST = 6


def decimals(
    old: float | None, new: float | None, unit: str, stated: Mapping[str, Any] | None = None
) -> int:
    """As many as it takes to tell two numbers apart, and each from the bounds of the stated
    interval."""
    given = [x for x in (old, new) if x is not None]
    interval = Interval(low=stated["low"], high=stated["high"]) if stated else Interval()
    for n in range(words.DECIMALS[unit], MOST):
        rounded = [round(x, n) for x in given]
        apart = len(set(rounded)) == len(given)
        if apart and all(
            interval.holds(r) == interval.holds(x) for r, x in zip(rounded, given, strict=True)
        ):
            return n
    return MOST


def _why(cause: Mapping[str, Any], unit: str) -> list[str]:
    """Why it changed, in sentences."""
    kind, said = cause["kind"], []
    methods = _(" and ").join(_(METHODS[m]) for m in cause["method"])
    if kind == DATA:
        said.append(_("The figures changed it."))
    elif kind == METHOD:
        said.append(_("The method changed it: {parts}.", parts=methods))
    elif kind == BOTH:
        said.append(_("Figures and method ({parts}) both changed.", parts=methods))
    else:
        said.append(_("The report before does not say what it was made from."))
    if kind != METHOD:
        said += _editions(cause)
    if cause["recomputed"] is not None:
        again = words.amount(cause["recomputed"], unit, max(3, words.DECIMALS[unit]))
        said.append(_("Today's method gives {x} with the figures of the report before.", x=again))
    elif kind == BOTH:
        said.append(_("They cannot be told apart from what the report before kept."))
    return said


def _editions(cause: Mapping[str, Any]) -> Iterator[str]:
    old, new = cause["vintages"]
    if old and new and old != new:
        yield _(
            "Edition of {new} instead of {old} ({source}).",
            old=words.vintage(old),
            new=words.vintage(new),
            source=words.source(cause["source"]),
        )
    if cause["figures"]:
        yield i18n.ngettext(
            "{n} published figure differs: {named}.",
            "{n} published figures differ, most of all: {named}.",
            cause["figures"],
            named="; ".join(_figure(f) for f in cause["named"]),
        )


def _figure(figure: Mapping[str, Any]) -> str:
    values = [figure["old"], figure["new"]]
    whole = all(v is None or abs(v) >= 1000 for v in values)
    n = 0 if whole else decimals(*values, "none")
    places = [figure["economy"], figure["partner"]]
    return _(
        "{indicator}, {economy}, {year}: {old} → {new}",
        indicator=figure["indicator"],
        economy="–".join(words.economy(code) for code in places if code),
        year=figure["year"],
        old="–" if figure["old"] is None else i18n.number(figure["old"], n),
        new="–" if figure["new"] is None else i18n.number(figure["new"], n),
    )


def _chart(entry: Mapping[str, Any]) -> str:
    if entry["change"] == "added":
        return _("new")
    if entry["change"] == "removed":
        return _("no longer there")
    if entry["change"] == "form":
        return _("other rows or columns")
    return i18n.ngettext("{n} figure differs", "{n} figures differ", entry["cells"])
