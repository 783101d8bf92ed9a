"""What `growth-claims check` says of a register: every mistake with its place, and how each claim
will be read, in words, before anything is computed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from growth_claims import names, words
from growth_claims.claims import Claim, Reading, Register
from growth_claims.errors import InputError, nearest
from growth_claims.readings import Study, result
from growth_claims.readings.study import years_of
from growth_claims.region import NoData
from growth_claims.yamls import placed, read

#: What is computed of a claim of each kind. Y is the region's series, t0 and t1 the first and last
#: year, X the same of the group compared with.
FORMULAS = {
    "level": "Y(t1)",
    "growth": "the average yearly growth of Y from t0 to t1",
    "multiple": "Y(t1) / Y(t0)",
    "comparison": "growth of Y less growth of X, t0 to t1",
    "direction": "the least change of Y from t0 to t1",
}
ESTIMATORS = {
    "endpoint": "100 · ((Y(t1) / Y(t0))^(1 / (t1 - t0)) - 1)",
    "mean_of_yearly_rates": "the mean of 100 · (Y(t) / Y(t-1) - 1) over t0 < t ≤ t1",
    "log_trend_ols": "100 · (exp(b) - 1), ln Y(t) = a + b·t + e by least squares",
    "log_trend_glsar": "100 · (exp(b) - 1), ln Y(t) = a + b·t + u, u an AR(1)",
    "drift": "100 · (exp(m) - 1), m the mean of ln Y(t) - ln Y(t-1)",
    "local_linear_trend": "100 · (exp(b) - 1), b the slope of a local linear trend of ln Y",
}
TESTS = {
    "gap": "the longest time between two events of the series, in months",
    "since": "the time from the named event to the day of the text",
    "held": "how many of the named events are on record",
    "ordinal": "the number that the record gives to the named event",
}


def problems(register: Register, path: Path, study: Study) -> list[InputError]:
    """What a register names and nothing here has: quantities, sources, weights, economies, series
    of events, statements. Each with line, column and the nearest that there is."""
    found = []
    economies = set(study.panel.economies())
    for at, code in enumerate(register.economies):
        found += _no_economy(path, ["economies", at], code, economies)
    for at, doubt in enumerate(register.doubtful):
        found += _no_economy(path, ["doubtful", at, "economy"], doubt.economy, economies)
    for number, claim in enumerate(register.claims):
        if claim.primary is None:
            continue
        place = ["claims", number]
        found += _of_reading(study, path, [*place, "primary"], claim.primary, economies)
        for other, named in enumerate(claim.readings):
            where = [*place, "readings", other, "change"]
            reading = claim.primary.like(named.change)
            found += _of_reading(study, path, where, reading, economies, set(named.change))
        found += _of_unit(study, path, [*place, "stated", "unit"], claim)
        known = set(study.published["id"])
        for other, statement in enumerate(claim.statements):
            where = [*place, "statements", other, "id"]
            found += _unless(path, where, statement.id, known, "an earlier statement on record")
    return found


def _of_unit(study: Study, path: Path, place: list, claim: Claim) -> list[InputError]:
    """A level is stated in the unit of its quantity."""
    quantity = study.quantities.quantities.get(claim.primary.quantity or "")
    if claim.kind != "level" or quantity is None or quantity.unit == claim.stated.unit:
        return []
    expected = f"{quantity.unit!r}, the unit of {claim.primary.quantity}"
    todo = "state the level in that unit, or name another quantity"
    return [placed(path, read(path), place, repr(claim.stated.unit), expected, todo)]


def _of_reading(
    study: Study,
    path: Path,
    place: list,
    reading: Reading,
    economies: set[str],
    said: set[str] | None = None,
) -> Iterator[InputError]:
    """`said`: the fields that are looked at, where not all of them stand at this place."""
    quantities = study.quantities
    looks = {
        "quantity": (reading.quantity, quantities.quantities, "a quantity"),
        "source": (reading.source, quantities.sources, "a source"),
    }
    if reading.quantity in quantities.quantities:
        there = quantities.weights_of(reading.quantity)
        looks["weights"] = (reading.weights, there, f"weights of {reading.quantity}")
        publishes = quantities.sources_of(reading.quantity)
        if reading.source in quantities.sources:
            looks["source"] = (
                reading.source,
                publishes,
                f"a source that publishes {reading.quantity}",
            )
    for field, (value, known, what) in looks.items():
        if value is not None and (said is None or field in said):
            yield from _unless(path, [*place, field], value, set(known), what)
    for field in ("economies", "against", "among", "subject", "reporter", "partners", "sets"):
        if said is None or field in said:
            for at, code in _codes(getattr(reading, field)):
                yield from _no_economy(path, [*place, field, *at], code, economies)
    for at, named in enumerate(reading.named if said is None else ()):
        series = set(study.events["series"])
        where = [*place, "named", at, "series"]
        yield from _unless(path, where, named.series, series, "a series of events on record")


def _codes(value: str | tuple | None, at: tuple = ()) -> Iterator[tuple[tuple, str]]:
    """Every code of a field, with its place in it."""
    if isinstance(value, str):
        yield at, value
    for number, part in enumerate(value if isinstance(value, tuple) else ()):
        yield from _codes(part, (*at, number))


def _no_economy(path: Path, place: list, code: str, known: set[str]) -> Iterator[InputError]:
    near = names.code_of(code, known) if code not in known else None
    yield from _unless(path, place, code, known, "the code of an economy that has figures", near)


def _unless(
    path: Path, place: list, value: str, known: set[str], what: str, near: str | None = None
) -> Iterator[InputError]:
    if value in known:
        return
    near = near or nearest(value, known)
    listed = f": {', '.join(sorted(known))}" if len(known) < 12 else ""
    todo = f"did you mean {near!r}?" if near else "name one that is there, or add it"
    if not known:
        what, listed, todo = f"no {what}: there are none", "", "delete it"
    yield placed(path, read(path), place, repr(value), what + listed, todo)


def unfinished(path: Path) -> str:
    """The lines of a draft that still wait for a person, in a sentence; "" where there are none."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    open_ = [n for n, line in enumerate(lines, 1) if re.search("# (guess|say it)", line)]
    if not open_:
        return ""
    shown = ", ".join(map(str, open_[:12])) + (" …" if len(open_) > 12 else "")
    return (
        f"  {len(open_)} lines are as the draft left them, marked “# guess” or “# say it in your "
        f"own words”: {shown}. Put them right and delete the marks"
    )


def literal(study: Study, claim: Claim) -> str:
    """How the claim will be read, in a few lines: the reading, its formula, the countries, the
    edition, and which figures are missing."""
    head = f"{claim.id}: {words.statement(claim)}\n  stated: {words.stated(claim)}"
    if counts := words.counts_as_true(claim):
        head += f". {counts}"
    reading = study.primary(claim)
    if reading is None:
        return f"{head}\n  not checked: {claim.settled_by['en']}"
    lines = [head, f"  read as: {words.reading(reading)}", f"  formula: {_formula(claim, reading)}"]
    if reading.test is None:
        lines += _figures(study, claim, reading)
    return "\n".join(lines)


def _formula(claim: Claim, reading: Reading) -> str:
    if reading.test:
        return TESTS[reading.test]
    if claim.kind == "multiple" and claim.stated.unit == "percent":
        return "100 · (Y(t1) / Y(t0) - 1)"
    if reading.among or reading.subject:
        return "the place in the order, the largest first"
    said = FORMULAS[claim.kind]
    if reading.estimator:
        rate = ESTIMATORS[reading.estimator]
        said = rate if claim.kind == "growth" else f"{said}; growth: {rate}"
    return said


def _figures(study: Study, claim: Claim, reading: Reading) -> list[str]:
    """The countries, the editions that are taken, and what is missing in them."""
    codes = reading.partners or reading.economies or [c for s in reading.sets for c in s]
    lines = [f"  countries: {words.economies(codes)}"]
    years = years_of(claim.kind, reading)
    try:
        series = study.aggregate(reading, years, tuple(codes))
    except NoData as problem:
        return [*lines, f"  missing: {problem}", "  so it cannot be checked"]
    for group in (reading.against, *reading.among):
        try:
            if group:
                study.aggregate(reading, years, (group,))
        except NoData as problem:
            lines.append(f"  missing: {problem}")
    editions = [f"{words.publisher(s)}, {words.vintage(v)}" for s, v in series.editions.items()]
    lines.append(f"  edition: {'; '.join(editions)}")
    gaps = series.members.reindex(list(years)).isna()
    nobody = gaps.all(axis="columns")
    if nobody.any():
        lines.append(f"  missing: {_spans(gaps.index[nobody])}, of every country")
    gaps = gaps[~nobody]
    for country in gaps.columns[gaps.any()]:
        without = _spans(gaps.index[gaps[country]])
        lines.append(f"  missing: {words.economy(country)} {without}")
    return lines if checkable(study, claim) else [*lines, "  so it cannot be checked"]


def _spans(years: Iterable[int]) -> str:
    """Years in order, in a row as first and last: "1990, 2025–2030"."""
    rows = [
        [year for _, year in run]
        for _, run in itertools.groupby(enumerate(years), lambda at: at[1] - at[0])
    ]
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in rows)


def checkable(study: Study, claim: Claim) -> bool:
    """Whether there are figures or events that give the claim's literal reading a number."""
    reading = study.primary(claim)
    return reading is not None and result(study, claim, reading).found is not None
