"""What is known: the editions that are there, what a register needs beyond them, and one figure in
every edition and source."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from growth_claims import claims, quantities
from growth_claims.errors import InputError, nearest
from growth_claims.panel import Panel
from growth_claims.sources.downloads import vocabulary
from growth_claims.sources.plausible import is_rate


def coverage(panel: Panel) -> pd.DataFrame:
    """What is there. Columns source, edition, indicator, economies, first, last, figures."""
    rows = panel.frame
    grouped = rows.groupby(["source", "vintage", "indicator"], observed=True)
    made = grouped.agg(
        economies=("economy", "nunique"),
        first=("year", "min"),
        last=("year", "max"),
        figures=("value", "size"),
    ).reset_index()
    words = ["source", "vintage", "indicator"]
    return made.astype(dict.fromkeys(words, "str")).rename(columns={"vintage": "edition"})


def listing(
    panel: Panel, register: claims.Register | None = None, source: str | None = None
) -> str:
    """What is there, said: a line an edition, or an indicator of a `source`'s editions; and what a
    register needs that is missing, each with the line that brings it.

    Raises InputError for a source that the panel does not have.
    """
    table = coverage(panel)
    if source is not None:
        _check(source, panel.sources(), "source")
        said = table[table["source"] == source].drop(columns="source")
    else:
        grouped = table.groupby(["source", "edition"], sort=True)
        said = grouped.agg(
            indicators=("indicator", "nunique"),
            economies=("economies", "max"),
            first=("first", "min"),
            last=("last", "max"),
            figures=("figures", "sum"),
        ).reset_index()
    text = _table(said)
    if register is None:
        return text
    gaps = missing(panel, register)
    if gaps.empty:
        return f"{text}\n\n{register.id}: everything that it needs is there"
    return f"{text}\n\n{register.id} needs what is not there:\n{_table(gaps)}"


def missing(panel: Panel, register: claims.Register) -> pd.DataFrame:
    """What a register's readings need and no edition has. Columns claim, source, indicator,
    economies (that have no figure, or "all"), years (of the period that have none), line (the
    command that brings it)."""
    known = quantities.known()
    found: dict[tuple, str] = {}
    for claim in register.claims:
        if claim.primary is None:
            continue
        named = [claim.primary.like(r.change) for r in claim.readings]
        for reading in (claim.primary, *named):
            if reading.quantity is None:
                continue
            economies = reading.economies or register.economies
            if reading.reporter:
                economies = (reading.reporter,)
            years = [y for y in (reading.start, reading.end) if y is not None]
            for source in (
                [reading.source] if reading.source else known.sources_of(reading.quantity)
            ):
                for of, code in _indicators(known, reading.quantity, source):
                    gap = _gap(panel, of, code, economies, years)
                    if gap:
                        found.setdefault((of, code, *gap), claim.id)
    rows = [
        {
            "claim": claim,
            "source": source,
            "indicator": code,
            "economies": economies,
            "years": years,
            "line": _line(source, code),
        }
        for (source, code, economies, years), claim in found.items()
    ]
    return pd.DataFrame(
        rows, columns=["claim", "source", "indicator", "economies", "years", "line"]
    )


def _indicators(known: quantities.Quantities, name: str, source: str) -> Iterable[tuple[str, str]]:
    """The (source, indicator) that a quantity takes from a source."""
    quantity = known.quantity(name)
    if quantity.ratio:
        yield from _indicators(known, quantity.ratio.of, source)
        yield from _indicators(known, quantity.ratio.per, source)
    elif quantity.deflated:
        yield from _indicators(known, quantity.deflated.of, source)
    elif source in quantity.sources:
        recipe = quantity.sources[source]
        yield from ((source, code) for code in recipe.indicators())
        levels = [flow.worth for flow in recipe.flows] + ([recipe.base] if recipe.base else [])
        for level in levels:
            yield from ((level.source or source, code) for code in level.indicators())


def _gap(
    panel: Panel, source: str, code: str, economies: Iterable[str], years: list[int]
) -> tuple[str, str] | None:
    """Economies without any figure in any edition, and years that none of the others has."""
    tables = [panel.wide(source, v, code) for v in panel.vintages(source, code)]
    there = {str(e) for table in tables for e in table.columns}
    if not tables:
        return "all", ""
    if not there:
        return None  # trade with partners, which is by pair
    without = [e for e in economies if e not in there]
    covered = {int(y) for table in tables for y in table.index}
    lacking = [str(y) for y in years if y not in covered]
    return (", ".join(without), ", ".join(lacking)) if without or lacking else None


def _line(source: str, code: str) -> str:
    """The command that brings an indicator of a source."""
    if source in vocabulary()["indicators"]:
        return f"growth-claims refresh --source {source} --indicator {code}"
    return f"a file in data/raw/{source}, then growth-claims seal"


def history(panel: Panel, economy: str, indicator: str, year: int) -> pd.DataFrame:
    """A figure in every edition of every source that has it, or the same quantity under a code of
    its own. Columns source, edition, indicator, (partner), figure, unit, status, revision (since
    the edition before: in per cent of a level, in points of a percentage). Trade with one partner
    is that of FRA>DEU, trade that is published by partner only is shown with each.

    Raises InputError, with the nearest, for an economy or an indicator that the panel does not
    have, and where no edition has the figure.
    """
    every = sorted({code for source in panel.sources() for code in panel.indicators(source)})
    _check(indicator, every, "indicator")
    economy, _, partner = economy.partition(">")
    for code in filter(None, (economy, partner)):
        _check(code, panel.economies(), "economy")
    codes = [indicator]
    for row in vocabulary()["same"]:
        if indicator in row.values():
            codes += [code for code in row.values() if code not in codes]
    rows = panel.figures(economy, codes)
    by_partner = rows["partner"] == partner
    have = (rows[by_partner] if by_partner.any() or partner else rows)["year"]
    rows = rows.loc[have.index[have == year]]
    if rows.empty:
        span = f"{have.min()} to {have.max()}" if len(have) else "no year"
        raise InputError(
            file="figures",
            field="year",
            found=f"no figure for {economy}{partner and '>' + partner} {indicator} {year}",
            expected=f"a year that it has: {span}",
            todo=f"choose such a year, or bring it: {_line(_whose(panel, indicator), indicator)}",
        )
    words = ["source", "vintage", "indicator", "partner", "unit", "status"]
    rows = rows.astype(dict.fromkeys(words, "str"))
    rows["first"] = rows["indicator"] != indicator
    order = ["first", "source", "indicator", "partner", "vintage"]
    rows = rows.sort_values(order, ignore_index=True)
    before = rows.groupby(["source", "indicator", "partner", "unit"])["value"].shift()
    rate = rows["unit"].map(is_rate)
    change = (rows["value"] - before).where(rate, 100 * (rows["value"] / before - 1))
    made = rows.assign(figure=rows["value"], revision=change.round(6) + 0.0)
    made = made.rename(columns={"vintage": "edition"})
    columns = ["source", "edition", "indicator", "partner", "figure", "unit", "status", "revision"]
    return made[columns if made["partner"].any() else [c for c in columns if c != "partner"]]


def _whose(panel: Panel, indicator: str) -> str:
    return next(s for s in panel.sources() if indicator in panel.indicators(s))


def said(frame: pd.DataFrame) -> str:
    """The history of a figure as a table of text: revisions with their sign and unit."""

    def revision(row: pd.Series) -> str:
        if pd.isna(row["revision"]):
            return ""
        if row["revision"] == 0:
            return "the same"
        return f"{row['revision']:+.2f} {'points' if is_rate(row['unit']) else '%'}"

    shown = frame.assign(
        figure=frame["figure"].map("{:,.10g}".format), revision=frame.apply(revision, axis=1)
    )
    return _table(shown)


def _table(frame: pd.DataFrame) -> str:
    """Text, words to the left and numbers to the right."""
    words = [c for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])]
    shown = frame.copy()
    for column in words:
        cells = shown[column].astype("str")
        shown[column] = cells.str.ljust(max([len(column), *cells.str.len()]))
    names = {c: c.ljust(len(shown[c].iloc[0])) for c in words if len(shown)}
    return shown.rename(columns=names).to_string(index=False)


def _check(word: str, words: Iterable[str], field: str) -> None:
    words = list(words)
    if word not in words:
        near = nearest(word, words)
        raise InputError(
            file="figures",
            field=field,
            found=repr(word),
            expected=f"one of {', '.join(words[:12])}{', …' if len(words) > 12 else ''}",
            todo=f"did you mean {near!r}?"
            if near
            else "`growth-claims figures` lists what is there",
        )
