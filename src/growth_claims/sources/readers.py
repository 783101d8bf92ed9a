"""One reader a publisher: from its own columns to rows of the panel. Codes, units and values stay
as published; what is added is whose figure it is, and whether it is an observation."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from growth_claims import paths
from growth_claims.errors import InputError, nearest
from growth_claims.sources.manifest import Resource, verify

FIRST_YEAR, LAST_YEAR = 1960, 2100
#: Every unit that a publisher uses here. A unit that is not among them is a typing error or a new
#: kind of figure; either way somebody has to look.
UNITS = frozenset(
    {
        "persons",
        "million persons",
        "current US$",
        "constant 2015 US$",
        "million current US$",
        "million current US$ (sum of 12 published monthly values)",
        "million current US$ (series definition mixed: see origin/sources file)",
        "billion current US$",
        "billion US$",
        "billion current international $",
        "billion national currency, constant prices",
        "local currency units per US$",
        "% a year",
        "% per year",
        "% a year, market-rate weights",
        "% a year, volume of goods",
        "% a year, volume of goods and services",
        "% of GDP",
        "% of merchandise exports",
        "previous year = 100",
    }
)
COLUMNS = (
    "source",
    "vintage",
    "economy",
    "partner",
    "indicator",
    "year",
    "value",
    "unit",
    "status",
    "origin",
)
Row = dict[str, object]


def read_all(raw: Path | None = None) -> pd.DataFrame:
    """Every figure in `data/raw` as published, columns COLUMNS, after sizes and hashes are checked.

    Raises InputError with file, row and field for the first figure that cannot be one.
    """
    rows: list[Row] = []
    seen: dict[tuple, str] = {}
    for resource in verify(raw):
        if resource.source not in READERS:
            continue
        for number, row in READERS[resource.source](resource):
            key = tuple(row[c] for c in COLUMNS[:6])
            place = f"{paths.shown(resource.path)}, row {number}"
            if key in seen:
                raise InputError(
                    file=paths.shown(resource.path),
                    row=number,
                    field="country, indicator, year",
                    found=f"a second figure for {' '.join(str(k) for k in key if k)}",
                    expected=f"one figure; the first is in {seen[key]}",
                    todo="remove one of the two",
                )
            seen[key] = place
            rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(resource: Resource) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's rows with their numbers (the header is row 1), each with every column."""
    shown = paths.shown(resource.path)
    with resource.path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = tuple(next(reader, ()))
        if header != resource.fields:
            missing = [f for f in resource.fields if f not in header]
            near = nearest(missing[0], header) if missing else None
            raise InputError(
                file=shown,
                row=1,
                field=missing[0] if missing else None,
                found=",".join(header),
                expected=",".join(resource.fields),
                todo=f"rename the column {near!r}" if near else "restore the columns",
            )
        for number, cells in enumerate(reader, start=2):
            if len(cells) != len(header):
                raise InputError(
                    file=shown,
                    row=number,
                    found=f"{len(cells)} cells",
                    expected=f"{len(header)}",
                    todo="quote a cell that holds a comma",
                )
            row = dict(zip(header, cells, strict=True))
            for field in resource.required:
                if not row[field].strip():
                    raise InputError(
                        file=shown,
                        row=number,
                        field=field,
                        found="an empty cell",
                        expected="a value",
                        todo="a gap has no row: remove the row, or fill in the value published",
                    )
            yield number, row


def _figure(resource: Resource, number: int, row: dict[str, str], **more: object) -> Row:
    """A row of the panel; what cannot be a figure is an error that says where it stands."""

    def wrong(field: str, expected: str, todo: str) -> InputError:
        return InputError(
            file=paths.shown(resource.path),
            row=number,
            field=field,
            found=repr(row[field]),
            expected=expected,
            todo=todo,
        )

    try:
        value = float(row["value"])
    except ValueError:
        raise wrong("value", "a number with a decimal point", "write it as published") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise wrong("value", "a finite number", "a gap has no row: remove it")
    try:
        year = int(row["year"])
    except ValueError:
        raise wrong("year", "a year such as 2024", "write four digits") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise wrong("year", f"a year from {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    if row["unit"] not in UNITS:
        near = nearest(row["unit"], UNITS)
        raise wrong(
            "unit",
            f"a unit that this project knows{f', such as {near!r}' if near else ''}",
            "write the unit as its publisher does, or add a new one to the readers",
        )
    return {
        "source": resource.source,
        "vintage": resource.vintage,
        "economy": row["country"],
        "partner": row.get("partner", ""),
        "indicator": row["indicator"],
        "year": year,
        "value": value,
        "unit": row["unit"],
        "status": "observed",
        "origin": "published",
        **more,
    }


def _observed(resource: Resource) -> Iterator[tuple[int, Row]]:
    """A publisher whose figures are all observations."""
    for number, row in _rows(resource):
        yield number, _figure(resource, number, row)


def _weo(resource: Resource) -> Iterator[tuple[int, Row]]:
    """World Economic Outlook (IMF): a year up to `latest_actual_year` is an observation, a later
    one an estimate, and the edition's own year a projection. Groups carry no such year: theirs is
    "not stated" up to the year before the edition."""
    edition_year = int(resource.vintage[:4])
    for number, row in _rows(resource):
        figure = _figure(resource, number, row)
        actual = row["latest_actual_year"]
        try:
            latest = int(float(actual)) if actual else None
        except ValueError:
            raise InputError(
                file=paths.shown(resource.path),
                row=number,
                field="latest_actual_year",
                found=repr(actual),
                expected="a year, or nothing for a group",
                todo="write it as the IMF does",
            ) from None
        if figure["year"] >= edition_year:
            status = "projection"
        elif latest is None:
            status = "not stated"
        else:
            status = "observed" if figure["year"] <= latest else "estimate"
        yield number, figure | {"status": status}


def _uzstat(resource: Resource) -> Iterator[tuple[int, Row]]:
    """Uzbekistan's own trade: in the rows of exports to a neighbour the publisher's `country` is
    the partner, and the reporter is Uzbekistan."""
    for number, row in _rows(resource):
        figure = _figure(resource, number, row)
        if row["indicator"] == "BILAT_EXPORTS_UZB_TO_PARTNER":
            figure |= {"economy": "UZB", "partner": row["country"]}
        yield number, figure


#: World Development Indicators, World Economic Outlook, CIS Stat, World Integrated Trade Solution,
#: the national offices of Kazakhstan and Uzbekistan, the CIA World Factbook, and the press.
READERS: dict[str, Callable[[Resource], Iterator[tuple[int, Row]]]] = {
    "wdi": _observed,
    "weo": _weo,
    "cisstat": _observed,
    "wits": _observed,
    "bns": _observed,
    "uzstat": _uzstat,
    "cia": _observed,
    "press": _observed,
}


def events(raw: Path | None = None) -> pd.DataFrame:
    """Meetings and summits. Columns: series, number (int), start_date, end_date (dates), place,
    country, note, source_url."""
    rows = []
    for resource, number, row in _texts("events", raw):
        try:
            ordinal = int(row["number"])
        except ValueError:
            raise _wrong(resource, number, row, "number", "a whole number") from None
        days = {}
        for field in ("start_date", "end_date"):
            try:
                days[field] = pd.Timestamp(row[field]).date()
            except ValueError:
                raise _wrong(resource, number, row, field, "a date such as 2025-11-16") from None
        if days["end_date"] < days["start_date"]:
            raise _wrong(resource, number, row, "end_date", "a day not before start_date")
        rows.append(row | {"number": ordinal} | days)
    return pd.DataFrame(rows)


def statements(raw: Path | None = None) -> pd.DataFrame:
    """Who stated which figure when. Columns: date (text as published: a day, a month or a year),
    publisher, claim_id, quantity, value (float), unit, period_as_stated, url."""
    rows = []
    for resource, number, row in _texts("statements", raw):
        try:
            value = float(row["value"])
        except ValueError:
            raise _wrong(resource, number, row, "value", "a number") from None
        if not row["date"][:4].isdigit():
            raise _wrong(resource, number, row, "date", "a day, a month or a year")
        rows.append(row | {"value": value})
    return pd.DataFrame(rows)


def _texts(source: str, raw: Path | None) -> Iterator[tuple[Resource, int, dict[str, str]]]:
    by_source: dict[str, list[Resource]] = defaultdict(list)
    for resource in verify(raw):
        by_source[resource.source].append(resource)
    for resource in by_source[source]:
        for number, row in _rows(resource):
            yield resource, number, row


def _wrong(resource: Resource, number: int, row: dict, field: str, expected: str) -> InputError:
    return InputError(
        file=paths.shown(resource.path),
        row=number,
        field=field,
        found=repr(row[field]),
        expected=expected,
        todo="write it as its source does",
    )
