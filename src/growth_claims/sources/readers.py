"""One reader a publisher: from its own columns to rows of the panel. Codes, units and values stay
as published; what is added is whose figure it is, and whether it is an observation."""

from __future__ import annotations

import csv
import datetime as dt
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pandas as pd

from growth_claims import paths
from growth_claims.errors import InputError, nearest
from growth_claims.sources.manifest import Resource, verify

FIRST_YEAR, LAST_YEAR = 1960, 2100
RATE = (-95.0, 5000.0)
SHARE = (0.0, 100.0 + 1e-9)
#: Every unit that a publisher uses here, with the lowest and the highest value that make sense in
#: it. A unit that is not among them, or a value outside, is a typing error or a new kind of figure;
#: either way somebody has to look.
UNITS: dict[str, tuple[float, float]] = {
    "persons": (1.0, 1e10),
    "million persons": (0.001, 1e4),
    "current US$": (0.0, 1e15),
    "constant 2015 US$": (0.0, 1e15),
    "million current US$": (0.0, 1e7),
    "million current US$ (sum of 12 published monthly values)": (0.0, 1e7),
    "million current US$ (series definition mixed: see origin/sources file)": (0.0, 1e7),
    "billion current US$": (0.0, 1e6),
    "billion US$": (0.0, 1e6),
    "billion current international $": (0.0, 1e6),
    "billion national currency, constant prices": (0.0, 1e9),
    "local currency units per US$": (0.0, 1e9),
    "% a year": RATE,
    "% per year": RATE,
    "% a year, market-rate weights": RATE,
    "% a year, volume of goods": RATE,
    "% a year, volume of goods and services": RATE,
    "% of GDP": (0.0, 500.0),
    "% of merchandise exports": SHARE,
    "previous year = 100": (5.0, 300.0),
}
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
#: What Python would read as a number but no publisher writes ("1_000", " 5", "٣") is a mistake.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
#: A day, a month, a year: as exact as the source is.
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
ECONOMY = re.compile(r"[A-Z][A-Z0-9_]{1,15}", re.ASCII)


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
    reader = csv.reader(StringIO(_text(resource), newline=""))
    _check_header(resource, tuple(next(reader, ())))
    for number, cells in enumerate(reader, start=2):
        if len(cells) != len(resource.fields):
            raise InputError(
                file=shown,
                row=number,
                found=f"{len(cells)} cells" if cells else "an empty line",
                expected=f"{len(resource.fields)} cells: {', '.join(resource.fields)}",
                todo="quote a cell that holds a comma" if cells else "remove the line",
            )
        row = dict(zip(resource.fields, cells, strict=True))
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


def _text(resource: Resource) -> str:
    """The file's text. Spreadsheets like to save it in another encoding."""
    content = resource.path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            file=paths.shown(resource.path),
            row=content[: error.start].count(b"\n") + 1,
            found=f"the byte 0x{content[error.start]:02x}",
            expected="text in UTF-8",
            todo="save the file as CSV in UTF-8, or restore it with git",
        ) from None


def _check_header(resource: Resource, header: tuple[str, ...]) -> None:
    if header == resource.fields:
        return
    missing = [f for f in resource.fields if f not in header]
    extra = [f for f in header if f not in resource.fields]
    near = nearest(missing[0], extra) if missing else None
    todo = "restore the columns and their order"
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        todo = "save the file with commas between the columns"
    elif header and header[0].startswith("\ufeff"):
        todo = "save the file as UTF-8 without a byte order mark"
    elif near:
        todo = f"rename the column {near!r} to {missing[0]!r}"
    raise InputError(
        file=paths.shown(resource.path),
        row=1,
        field=missing[0] if missing else None,
        found=repr(",".join(header)),
        expected=repr(",".join(resource.fields)),
        todo=todo,
    )


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

    if not NUMBER.fullmatch(row["value"]):
        raise wrong(
            "value",
            "a number with a decimal point, such as 1234.5",
            "write the number as published, without spaces or separators; a gap has no row",
        )
    value = float(row["value"])
    if value in (float("inf"), float("-inf")):
        raise wrong("value", "a finite number", "write the number as published")
    if not YEAR.fullmatch(row["year"]):
        raise wrong("year", "a year such as 2024", "write four digits")
    year = int(row["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise wrong("year", f"a year from {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    if row["unit"] not in UNITS:
        near = nearest(row["unit"], UNITS)
        raise wrong(
            "unit",
            f"a unit that this project knows{f', such as {near!r}' if near else ''}",
            "write the unit as its publisher does, or add a new one to the readers",
        )
    low, high = UNITS[row["unit"]]
    if not low <= value <= high:
        raise wrong(
            "value", f"{low:g} to {high:g} in {row['unit']}", "write the number as published"
        )
    for field in {"country", "partner"} & row.keys():
        if not ECONOMY.fullmatch(row[field]):
            raise wrong(
                field,
                "a code such as KAZ, or a group's such as LMY",
                "write the publisher's code in capital letters",
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


def _not_stated(resource: Resource) -> Iterator[tuple[int, Row]]:
    """A publisher that does not say which of its figures are observations (the CIA calls nearly
    all of them estimates)."""
    for number, row in _rows(resource):
        yield number, _figure(resource, number, row, status="not stated")


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
    "cia": _not_stated,
    "press": _observed,
}


def events(raw: Path | None = None) -> pd.DataFrame:
    """Meetings and summits. Columns: series, number (int), start_date, end_date (dates), place,
    country, note, source_url."""
    rows = []
    for resource, number, row in _texts("events", raw):
        if not row["number"].isdecimal():
            raise _wrong(resource, number, row, "number", "a whole number")
        days = {f: _day(resource, number, row, f) for f in ("start_date", "end_date")}
        if days["end_date"] < days["start_date"]:
            raise _wrong(resource, number, row, "end_date", "a day not before start_date")
        _check_address(resource, number, row, "source_url")
        rows.append(row | {"number": int(row["number"])} | days)
    return pd.DataFrame(rows)


def statements(raw: Path | None = None) -> pd.DataFrame:
    """Who stated which figure when. Columns: date (text as published: a day, a month or a year),
    publisher, claim_id, quantity, value (float), decimals (that it was written with), unit,
    period_as_stated, url; earliest, latest (dates: the days between which a date of a month or a
    year lies)."""
    rows = []
    for resource, number, row in _texts("statements", raw):
        if not NUMBER.fullmatch(row["value"]):
            raise _wrong(resource, number, row, "value", "a number")
        _check_address(resource, number, row, "url")
        earliest, latest = _span(resource, number, row, "date")
        number_ = {"value": float(row["value"]), "decimals": len(row["value"].partition(".")[2])}
        rows.append(row | number_ | {"earliest": earliest, "latest": latest})
    return pd.DataFrame(rows)


def _day(resource: Resource, number: int, row: dict[str, str], field: str) -> dt.date:
    match = DAY.fullmatch(row[field])
    try:
        return dt.date(*map(int, match.groups()))
    except (AttributeError, ValueError):
        raise _wrong(resource, number, row, field, "a day such as 2025-11-16") from None


def _span(
    resource: Resource, number: int, row: dict[str, str], field: str
) -> tuple[dt.date, dt.date]:
    """The first and the last day that a date means: all of 2023, all of 2024-12, one day."""
    match = DATE.fullmatch(row[field])
    try:
        year, month, day = (int(part) if part else None for part in match.groups())
        earliest = dt.date(year, month or 1, day or 1)
        last = month or 12
        return earliest, dt.date(year, last, day or monthrange(year, last)[1])
    except (AttributeError, ValueError):
        expected = "a day, a month or a year, such as 2024-12-05, 2024-12 or 2024"
        raise _wrong(resource, number, row, field, expected) from None


def _check_address(resource: Resource, number: int, row: dict[str, str], field: str) -> None:
    """Addresses become links of the report: nothing but the web's own."""
    if row[field] and not re.fullmatch(r"https?://[^\s<>\"']+", row[field]):
        raise _wrong(resource, number, row, field, "an address that starts with https://")


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
