"""What changed since the report before: each verdict and number, and whether the figures (which
edition, which of them) or the method (code, register, parameters, libraries) changed it.

The record lies in the report's folder as changes.json. A rebuild that changes no verdict and no
number carries the old record forward: so the page tells of the last change, however often the
report is built again, and the same inputs give the same bytes.

Where figures and method both differ, the primary number is computed a third time, with today's
method on the figures of the report before, which lie in its inputs.csv. What separates the old
number from that one is the method's doing, what separates it from the new one, the figures'."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from growth_claims import i18n, quantities, words
from growth_claims.claims import Interval, Reading, Register
from growth_claims.errors import GrowthClaimsError
from growth_claims.i18n import N_, _
from growth_claims.panel import Panel
from growth_claims.readings import Study, evaluate
from growth_claims.region import NoData
from growth_claims.report import inputs, machine, page
from growth_claims.report.cite import RAW, inputs_hash, version

NAME = "changes.json"
#: The source of what is counted and dated, not measured.
EVENTS = "events"
#: Relative differences below these are those of processors, not of figures.
SAME, SAME_IN_CHARTS = 1e-9, 1e-6
#: So many figures are named for a claim, those that differ most.
NAMED = 3
DATA, METHOD, BOTH, UNKNOWN = "data", "method", "both", "unknown"

#: What is compared of a claim, by its way through verdicts.json, and how it is called.
FIELDS = {
    "verdict": N_("Verdict"),
    "stated.value": N_("Stated number"),
    "stated.low": N_("Counts as true from"),
    "stated.high": N_("Counts as true up to"),
    "found.value": N_("Number found"),
    "found.low": N_("Lower end of the interval"),
    "found.high": N_("Upper end of the interval"),
    "readings.count": N_("Readings"),
    "readings.holding": N_("Readings under which it holds"),
    "readings.close": N_("Readings under which it is close"),
    "today.verdict": N_("Verdict by today's figures"),
    "today.found.value": N_("Number by today's figures"),
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
        files = {p: h for p, h in self.run.get("inputs", {}).items() if p not in self.data}
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


def record(publish: Path, previous: Path | None, register: Register | None = None) -> Path:
    """Writes changes.json into `publish`: what differs from `previous`, the report that this one
    replaces, or the record that `previous` already carries if nothing does. `register`: the claims
    as they are read now, to compute their numbers again with the figures of before."""
    content = None
    if previous is not None:
        new, old = Report(publish), Report(previous)
        if old.claims and old.verdicts.get("register") == new.verdicts.get("register"):
            content = compare(old, new, register) or _carried(previous)
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


def compare(old: Report, new: Report, register: Register | None = None) -> dict[str, Any] | None:
    """What differs between two reports; None where no verdict and no number does."""
    claims = list(_claims(old, new, register))
    charts = list(_charts(old.folder / "charts", new.folder / "charts"))
    if not claims and not any(c["change"] == "changed" for c in charts):
        return None  # a chart more, or one laid out differently, is no number that changed
    return {"now": new.identity(), "then": old.identity(), "claims": claims, "charts": charts}


def same(a: Any, b: Any, tolerance: float = SAME) -> bool:
    """Whether two values are the same, numbers up to the last digits."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-15)
    return a == b


def _claims(old: Report, new: Report, register: Register | None) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys([*new.claims, *old.claims]):
        before, after = old.claims.get(name), new.claims.get(name)
        if before is None or after is None:
            kind = "added" if before is None else "removed"
            yield {"id": name, "change": kind, "fields": [], "cause": None}
            continue
        fields = [
            {"field": field, "old": machine.at(before, field), "new": machine.at(after, field)}
            for field in FIELDS
        ]
        fields = [f for f in fields if not same(f["old"], f["new"])]
        if fields:
            cause = _cause(name, old, new, {f["field"] for f in fields}, register)
            yield {"id": name, "change": "changed", "fields": fields, "cause": cause}


def _cause(
    name: str, old: Report, new: Report, moved: Collection[str], register: Register | None
) -> dict[str, Any]:
    """What changed a claim's verdict or numbers. `moved`: those of FIELDS that differ."""
    before, after = old.claims[name]["found"], new.claims[name]["found"]
    counts = after is not None and after["source"] == EVENTS  # whose record is no part of figures
    figures = _figures(name, old, new)
    method = [part for part in METHODS if old.run and old.method[part] != new.method[part]]
    if any(field.startswith("stated.") for field in moved):
        method = method or ["register"]  # what is stated comes from there and nowhere else
    data = bool(figures)
    if not any(f.startswith("found.") for f in moved) or old.figures is None or counts:
        data = data or _files_differ(old, new, counts)
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
    if data or method:
        cause["kind"] = BOTH if data and method else DATA if data else METHOD
    if cause["kind"] == BOTH and "found.value" in moved:
        middle = cause["recomputed"] = recompute(before, after, old.figures, name, register)
        if middle is not None and same(middle, before["value"]):
            cause["kind"] = DATA
        elif middle is not None and same(middle, after["value"]):
            cause["kind"] = METHOD
    return cause


def _files_differ(old: Report, new: Report, counts: bool) -> bool:
    """Whether files of figures differ that may bear on a claim; `counts`: it is about events. Of an
    old report only the manifest may be known."""
    listed = len(old.data) > 1 and len(new.data) > 1
    where = f"{RAW}{EVENTS}/" if counts and listed else RAW
    then, now = ({p: h for p, h in r.data.items() if p.startswith(where)} for r in (old, new))
    return then != now


def _figures(name: str, old: Report, new: Report) -> list[dict[str, Any]]:
    """The published figures under the claim's primary number that are not the same any more, the
    largest difference first. Editions apart: it is the edition that changes."""
    if old.figures is None or new.figures is None:
        return []
    before, after = (
        inputs.of_claim(r.figures, name).set_index(list(_FIGURE))["value"].to_dict()
        for r in (old, new)
    )
    keys = before.keys() & after.keys()
    found = (r.claims[name]["found"] for r in (old, new))
    then, now = (f and (f["reading"], f["source"]) for f in found)
    if then and then == now:
        keys = before.keys() | after.keys()  # else a reading that takes other figures is method
    differing = [
        {**dict(zip(_FIGURE, key, strict=True)), "old": before.get(key), "new": after.get(key)}
        for key in sorted(keys)
        if not same(before.get(key), after.get(key), 1e-12)
    ]
    return sorted(differing, key=_difference, reverse=True)


_FIGURE = ("source", "economy", "partner", "indicator", "year")


def _difference(figure: Mapping[str, Any]) -> float:
    old, new = figure["old"], figure["new"]
    if old is None or new is None:
        return math.inf
    return abs(new - old) / max(abs(old), abs(new))


def recompute(
    before: Mapping | None,
    after: Mapping | None,
    figures: pd.DataFrame | None,
    name: str,
    register: Register | None,
) -> float | None:
    """What today's reading and code give with the figures of the report before; None where those do
    not reach."""
    if before is None or after is None or figures is None or not before["vintage"]:
        return None
    if register is None or before["source"] != after["source"] or after["source"] == EVENTS:
        return None
    reading = {**after["reading"], "source": after["source"], "vintage": before["vintage"]}
    nothing = pd.DataFrame()
    try:
        panel = Panel(inputs.of_claim(figures, name))
        study = Study(register, panel, quantities.known(), nothing, nothing, None)
        value = evaluate(study, register.claim(name), Reading.model_validate(reading)).value
    except (GrowthClaimsError, NoData, LookupError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _charts(old: Path, new: Path) -> Iterator[dict[str, Any]]:
    """Charts whose figures differ. A report of which only the verdicts were kept has none."""
    if not old.is_dir() or not new.is_dir():
        return
    before, after = ({p.name: p.read_bytes() for p in f.glob("*.csv")} for f in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in before or name not in after:
            yield {"name": name, "change": "added" if name in after else "removed", "cells": 0}
        elif before[name] != after[name]:
            a, b = (pd.read_csv(folder / name, dtype=str) for folder in (old, new))
            if list(a) != list(b) or len(a) != len(b):
                yield {"name": name, "change": "form", "cells": 0}
            elif cells := _differing(a, b):
                yield {"name": name, "change": "changed", "cells": cells}


def _differing(a: pd.DataFrame, b: pd.DataFrame) -> int:
    """In how many cells the numbers of two tables differ; a word that is put differently is no
    change of a figure."""
    x, y = (t.apply(pd.to_numeric, errors="coerce").to_numpy(float) for t in (a, b))
    return int((~np.isclose(x, y, rtol=SAME_IN_CHARTS, atol=1e-15, equal_nan=True)).sum())


# --- telling ------------------------------------------------------------------------------------


def body(publish: Path) -> str:
    """The content of the page "what changed", below its first heading, in the current language."""
    content = machine.read_json(publish / NAME)
    claims = Report(publish).claims
    return page.fill(
        "_changes.html.j2",
        then=content["then"],
        now=content["now"],
        claims=[_said(entry, claims.get(entry["id"])) for entry in content["claims"]],
        charts=content["charts"],
        present={p.name for p in (publish / "charts").glob("*.csv")},
        edition=edition,
        words=words,
        ngettext=i18n.ngettext,
    )


def edition(identity: Mapping[str, Any]) -> str:
    """A report by what it was made from."""
    listed = machine.editions(sorted(identity["vintages"].items()))
    if identity["version"] is None:
        return listed
    return _("{editions}; program {version}", editions=listed, version=identity["version"])


def _said(entry: Mapping[str, Any], claim: Mapping[str, Any] | None) -> dict[str, Any]:
    """An entry as the template shows it."""
    unit = claim["stated"]["unit"] if claim else "none"
    statement = claim["statement"][i18n.language()] if claim else entry["id"]
    cause = entry["cause"] or {"method": [], "named": [], "recomputed": None}
    again, most = cause["recomputed"], max(3, words.DECIMALS.get(unit, 1))
    return entry | {
        "statement": words.tied(statement),
        "present": claim is not None,
        "fields": [(_(FIELDS[f["field"]]), *_pair(f, unit, claim)) for f in entry["fields"]],
        "methods": _(" and ").join(_(METHODS[m]) for m in cause["method"]),
        "figures": "; ".join(_figure(f) for f in cause["named"]),
        "again": None if again is None else words.amount(again, unit, most),
    }


def _pair(field: Mapping[str, Any], unit: str, claim: Mapping[str, Any]) -> list[str]:
    """A field before and now, in words; a dash for none."""
    old, new, name = field["old"], field["new"], field["field"]
    if name.endswith("verdict"):
        shown = words.verdict
    elif name.startswith("readings."):
        shown = str
    else:
        n = decimals(old, new, unit, claim["stated"])
        shown = partial(words.amount, unit_=unit, decimals_=n)
    return ["–" if value is None else shown(value) for value in (old, new)]


#: The most decimals that a difference is shown with.
MOST = 6


def decimals(
    old: float | None, new: float | None, unit: str, stated: Mapping[str, Any] | None = None
) -> int:
    """As many as it takes to tell two numbers apart, and each from the bounds of the stated
    interval."""
    given = [x for x in (old, new) if x is not None]
    interval = Interval(low=stated["low"], high=stated["high"]) if stated else Interval()
    for n in range(words.DECIMALS.get(unit, 1), MOST):
        rounded = [round(x, n) for x in given]
        apart = len(set(rounded)) == len(given)
        if apart and [*map(interval.holds, rounded)] == [*map(interval.holds, given)]:
            return n
    return MOST


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
        old=i18n.number(figure["old"], n),
        new=i18n.number(figure["new"], n),
    )
