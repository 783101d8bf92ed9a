"""One reader a publisher: from its own columns to rows of the panel. Codes, units and values stay
as published; what is added is whose figure it is, and whether it is an observation."""

from __future__ import annotations

import csv
import datetime as dt
import re
from calendar import monthrange
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals
from pyarrow import csv as pacsv

from growth_claims import paths
from growth_claims.errors import InputError, nearest
from growth_claims.sources.manifest import Resource, verify, wrong

FIRST_YEAR, LAST_YEAR = 1960, 2100
RATE = (-95.0, 500.0)
SHARE = (0.0, 100.0 + 1e-9)
#: Every unit that a publisher uses here, with the lowest and the highest value that make sense in
#: it. A unit that is not among them, or a value outside, is a typing error or a new kind of figure;
#: either way somebody has to look.
UNITS: dict[str, tuple[float, float]] = {
    "persons": (1.0, 1e10),
    "million persons": (0.001, 1e4),
    "current US$": (0.0, 1e15),
    "current US$ per person": (10.0, 1e6),
    "constant 2010 US$": (0.0, 1e15),
    "constant 2015 US$": (0.0, 1e15),
    "current international $": (0.0, 1e15),
    "current international $ per person": (10.0, 1e6),
    "constant 2017 international $": (0.0, 1e15),
    "constant 2021 international $ per person": (10.0, 1e6),
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
    "% a year, period average": RATE,
    "% a year, volume of goods": (-100.0, 5000.0),
    "% a year, volume of goods and services": (-100.0, 5000.0),
    "% of GDP": (0.0, 500.0),
    "% of merchandise exports": SHARE,
    "previous year = 100": (5.0, 300.0),
}
#: Indicators whose figures go further than their unit does elsewhere, by the start of their codes:
#: prices, which hyperinflation multiplies, and what is net of an outflow.
WIDER: dict[str, tuple[float, float]] = {
    "FP.CPI.": (-95.0, 1e6),
    "NY.GDP.DEFL.": (-95.0, 1e6),
    "PCPI": (-95.0, 1e6),
    "BN.": (-1e15, 1e15),
    "BX.KLT.": (-1e15, 1e15),
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
PARTNER = re.compile(rf"({ECONOMY.pattern})?", re.ASCII)
ACTUAL_YEAR = re.compile(r"(\d{4}(\.0)?)?", re.ASCII)
FILLED = re.compile(r"(?s:.*\S.*)")
#: What registers refer to a statement by.
IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def limits(unit: str, indicator: str) -> tuple[float, float]:
    """The lowest and the highest value that make sense for an indicator in its unit."""
    wider = (bounds for start, bounds in WIDER.items() if indicator.startswith(start))
    return next(wider, UNITS[unit])


def read_all(raw: Path | None = None) -> pd.DataFrame:
    """Every figure in `data/raw` as published, columns COLUMNS (codes and words as categories),
    after sizes and hashes are checked.

    Raises InputError with file, row and field for the first figure that cannot be one.
    """
    resources = [r for r in verify(raw) if r.source in READERS]
    parts = [READERS[r.source](r) for r in resources]
    frame = pd.DataFrame({column: union_words(parts, column) for column in COLUMNS})
    key = list(COLUMNS[:6])
    for second in np.flatnonzero(frame.duplicated(key)):
        alike = (frame[key] == frame.loc[second, key]).all(axis=1)
        starts = np.cumsum([0, *map(len, parts)])
        # The file that a row of all stands in, and its row there.
        rows = np.flatnonzero(alike)[:2]
        files = np.searchsorted(starts, rows, side="right") - 1
        first, again = rows - starts[files] + 2
        found = f"a second figure for {' '.join(str(k) for k in frame.loc[second, key] if k)}"
        expected = (
            f"one figure; the first is in {paths.shown(resources[files[0]].path)}, row {first}"
        )
        place, field = resources[files[1]].path, "country, indicator, year"
        raise wrong(place, found, expected, "remove one of the two", int(again), field)
    return frame


def union_words(parts: list[pd.DataFrame], column: str) -> pd.Series:
    """A column of several tables; words as categories in the order of the alphabet."""
    if column in ("year", "value"):
        kind = "int64" if column == "year" else "float64"
        return pd.concat(
            [pd.Series(dtype=kind), *(part[column] for part in parts)], ignore_index=True
        )
    words = [part[column].astype("category") for part in parts] or [pd.Series(dtype="category")]
    return pd.Series(
        union_categoricals([w.cat.remove_unused_categories() for w in words], sort_categories=True)
    )


def _rows(resource: Resource) -> Iterator[tuple[int, dict[str, str]]]:
    """The file's rows with their numbers (the header is row 1), each with every column."""
    path, fields = resource.path, resource.fields
    reader = csv.reader(StringIO(_text(resource), newline=""))
    _check_header(resource, tuple(next(reader, ())))
    number = 1
    for number, cells in enumerate(reader, start=2):
        if len(cells) != len(fields):
            found = f"{len(cells)} cells" if cells else "an empty line"
            todo = "quote a cell that holds a comma" if cells else "remove the line"
            raise wrong(path, found, f"{len(fields)} cells: {', '.join(fields)}", todo, number)
        row = dict(zip(fields, cells, strict=True))
        for field in resource.required:
            if not row[field].strip():
                todo = "a gap has no row: remove the row, or fill in the value published"
                raise wrong(path, "an empty cell", "a value", todo, number, field)
        yield number, row
    if number == 1:
        todo = "write the figures, or remove the file"
        raise wrong(path, "no row below the header", "at least one", todo)


def _text(resource: Resource) -> str:
    """The file's text. Spreadsheets like to save it in another encoding."""
    content = resource.content()
    at = content.find(b"\0")
    try:
        if at < 0:
            return content.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
    todo, row = (
        "save the file as CSV in UTF-8, or restore it with git",
        content[:at].count(b"\n") + 1,
    )
    raise wrong(resource.path, f"the byte 0x{content[at]:02x}", "text in UTF-8", todo, row)


def _check_header(resource: Resource, header: tuple[str, ...]) -> None:
    if header == resource.fields:
        return
    missing = [f for f in resource.fields if f not in header]
    extra = [f for f in header if f not in resource.fields]
    todo = "restore the columns and their order"
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        todo = "save the file with commas between the columns"
    elif header and header[0].startswith("\ufeff"):
        todo = "save the file as UTF-8 without a byte order mark"
    elif near := nearest(missing[0], extra) if missing else None:
        todo = f"rename the column {near!r} to {missing[0]!r}"
    found, expected = (repr(",".join(names)) for names in (header, resource.fields))
    raise wrong(resource.path, found, expected, todo, 1, missing[0] if missing else None)


def _figure(resource: Resource, number: int, row: dict[str, str]) -> Row:
    """A row of figures; what cannot be one is an error that says where it stands."""

    def bad(field: str, expected: str, todo: str) -> InputError:
        return wrong(resource.path, repr(row[field]), expected, todo, number, field)

    as_published = "write the number as published"
    if not NUMBER.fullmatch(row["value"]):
        todo = f"{as_published}, without spaces or separators; a gap has no row"
        raise bad("value", "a number with a decimal point, such as 1234.5", todo)
    value = float(row["value"])
    if np.isinf(value):
        raise bad("value", "a finite number", as_published)
    if not YEAR.fullmatch(row["year"]):
        raise bad("year", "a year such as 2024", "write four digits")
    year = int(row["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise bad("year", f"a year from {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    if row["unit"] not in UNITS:
        near = nearest(row["unit"], UNITS)
        expected = f"a unit that this project knows{f', such as {near!r}' if near else ''}"
        raise bad("unit", expected, "write it as its publisher does, or add it to the readers")
    low, high = limits(row["unit"], row["indicator"])
    if not low <= value <= high:
        raise bad("value", f"{low:g} to {high:g} in {row['unit']}", as_published)
    for field, rule in {"country": ECONOMY, "partner": PARTNER}.items():
        if field in row and not rule.fullmatch(row[field]):
            todo = "write the publisher's code in capital letters"
            raise bad(field, "a code such as FRA, or a group's such as LMY", todo)
    return row | {"year": year, "value": value}


def _published(resource: Resource) -> pd.DataFrame:
    """The file's figures in its own columns, with year and value as numbers."""
    frame = _at_once(resource)
    if frame is None:
        rows = [_figure(resource, number, row) for number, row in _rows(resource)]
        frame = pd.DataFrame(rows, columns=list(resource.fields))
    return frame.astype({"year": "int64", "value": "float64"})


def _at_once(resource: Resource) -> pd.DataFrame | None:
    """The file read in one go, if every row of it is beyond doubt a figure by the rules of `_rows`
    and `_figure`; None if one is not, which those will name."""
    words = pa.dictionary(pa.int32(), pa.string())
    content = resource.content()
    if content.startswith(BOM_UTF8):
        return None
    types = dict.fromkeys(resource.fields, words) | {"year": pa.string(), "value": pa.string()}
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            parse_options=pacsv.ParseOptions(ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=False),
        ).unify_dictionaries()
        if tuple(table.column_names) != resource.fields or not table.num_rows:
            return None
        rules = {"value": NUMBER, "year": YEAR, "country": ECONOMY, "partner": PARTNER}
        for field in resource.fields:
            rule = rules.get(field, FILLED if field in resource.required else None)
            pattern = f"^(?:{rule.pattern})$" if rule else ""
            cells = table[field]
            if types[field] is words:
                cells = cells.chunk(0).dictionary if cells.num_chunks else pa.array([], pa.string())
            if pc.all(pc.match_substring_regex(cells, pattern)).as_py() is False:
                return None
        for field, kind in {"year": pa.int64(), "value": pa.float64()}.items():
            at = table.column_names.index(field)
            table = table.set_column(at, field, pc.cast(table[field], kind))
    except (pa.ArrowInvalid, OSError):
        return None
    frame = table.to_pandas()
    if not frame["year"].between(FIRST_YEAR, LAST_YEAR).all():
        return None
    spans = frame.groupby(["unit", "indicator"], observed=True)["value"].agg(["min", "max"])
    for (unit, indicator), low, high in spans.itertuples(name=None):
        bounds = limits(unit, indicator) if unit in UNITS else (np.inf, -np.inf)
        if not bounds[0] <= low <= high <= bounds[1]:
            return None
    return frame


def _panel(resource: Resource, frame: pd.DataFrame, status: object) -> pd.DataFrame:
    """Rows of the panel: the figures, whose they are, of which edition."""
    frame = frame.rename(columns={"country": "economy"})
    one = {"source": resource.source, "vintage": resource.vintage, "origin": "published"}
    if "partner" not in frame:
        one["partner"] = ""
    if isinstance(status, str):
        one["status"] = status
    else:
        frame["status"] = pd.Categorical(status)
    for column, word in one.items():
        frame[column] = pd.Categorical.from_codes(np.zeros(len(frame), "int8"), [word])
    return frame[list(COLUMNS)]


def _observed(resource: Resource) -> pd.DataFrame:
    """A publisher whose figures are all observations."""
    return _panel(resource, _published(resource), "observed")


def _not_stated(resource: Resource) -> pd.DataFrame:
    """A publisher that does not say which of its figures are observations (the CIA calls nearly
    all of them estimates)."""
    return _panel(resource, _published(resource), "not stated")


def _weo(resource: Resource) -> pd.DataFrame:
    """World Economic Outlook (IMF): a year up to `latest_actual_year` is an observation, a later
    one an estimate, and from the edition's own year on a projection. Groups carry no such year:
    theirs is "not stated" up to the year before the edition."""
    frame = _published(resource)
    actual = frame["latest_actual_year"].astype("category")
    own_year = int(resource.vintage[:4])
    readable = {
        word: bool(ACTUAL_YEAR.fullmatch(word)) and float(word or 1960) <= own_year
        for word in actual.cat.categories
    }
    unreadable = np.flatnonzero(~actual.map(readable).astype(bool))
    for row in unreadable[:1]:
        found, expected = repr(actual[row]), f"a year up to {own_year}, or nothing for a group"
        todo = "write it as the IMF does"
        raise wrong(resource.path, found, expected, todo, int(row) + 2, "latest_actual_year")
    latest = actual.map({word: float(word or "nan") for word in readable}).astype(float)
    status = np.select(
        [frame["year"] >= own_year, latest.isna(), frame["year"] <= latest],
        ["projection", "not stated", "observed"],
        "estimate",
    )
    return _panel(resource, frame, status)


#: World Development Indicators, World Economic Outlook, CIS Stat, World Integrated Trade Solution,
#: national statistical offices, the CIA World Factbook, and the press.
READERS: dict[str, Callable[[Resource], pd.DataFrame]] = {
    "wdi": _observed,
    "weo": _weo,
    "cisstat": _observed,
    "wits": _observed,
    "bns": _observed,
    "uzstat": _observed,
    "cia": _not_stated,
    "press": _observed,
}


def events(raw: Path | None = None) -> pd.DataFrame:
    """Meetings and summits. Columns: series, number (int), start_date, end_date (dates), place,
    country, note, source_url, source_url_2 (empty where there is one source)."""
    rows = []
    for resource, number, row in _texts("events", raw):
        if not row["number"].isdecimal() or not int(row["number"]):
            raise _wrong(resource, number, row, "number", "a whole number from 1")
        days = {f: _day(resource, number, row, f) for f in ("start_date", "end_date")}
        if days["end_date"] < days["start_date"]:
            raise _wrong(resource, number, row, "end_date", "a day not before start_date")
        if row["country"] and not ECONOMY.fullmatch(row["country"]):
            raise _wrong(resource, number, row, "country", "a code such as FRA, or nothing")
        for field in ("source_url", "source_url_2"):
            _check_address(resource, number, row, field)
        made = row | {"number": int(row["number"])} | days
        if any((made["series"], made["number"]) == (r["series"], r["number"]) for r in rows):
            raise _wrong(resource, number, row, "number", "each event of a series once")
        rows.append(made)
    return pd.DataFrame(rows)


def statements(raw: Path | None = None) -> pd.DataFrame:
    """Who stated which figure when. Columns: id (by which registers refer to it), date (text as
    published: a day, a month or a year), publisher, quantity, value (float), decimals (that it was
    written with), unit, period_as_stated, url; earliest, latest (dates: the days between which a
    date of a month or a year lies)."""
    rows = []
    for resource, number, row in _texts("statements", raw):
        if not IDENTIFIER.fullmatch(row["id"]):
            raise _wrong(resource, number, row, "id", "lower-case words such as bank-2022-gdp")
        if any(row["id"] == r["id"] for r in rows):
            raise _wrong(resource, number, row, "id", "an id that no other statement has")
        if not NUMBER.fullmatch(row["value"]) or abs(float(row["value"])) == np.inf:
            raise _wrong(resource, number, row, "value", "a number with a decimal point")
        _check_address(resource, number, row, "url")
        earliest, latest = _span(resource, number, row, "date")
        if earliest > dt.date.today():
            raise _wrong(resource, number, row, "date", "a day that is not to come")
        number_ = {"value": float(row["value"]), "decimals": len(row["value"].partition(".")[2])}
        rows.append(row | number_ | {"earliest": earliest, "latest": latest})
    return pd.DataFrame(rows)


def members(raw: Path | None = None) -> pd.DataFrame:
    """Who is in which group. Columns: publisher (whose group: the name of a source), edition (the
    month from which the list holds), list (the publisher's own name of it), group, name, member."""
    rows = []
    for resource, number, row in _texts("groups", raw):
        _span(resource, number, row, "edition")
        for field in ("group", "member"):
            if not ECONOMY.fullmatch(row[field]):
                raise _wrong(resource, number, row, field, "a code such as FRA or LMY")
        rows.append(row)
    frame = pd.DataFrame(rows)
    if len(frame):
        twice = frame[frame.duplicated(["publisher", "edition", "group", "member"])]
        for number, row in twice.iterrows():
            raise _wrong(resource, number + 2, row.to_dict(), "member", "each member once")
    return frame


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
    for resource in verify(raw, source):
        for number, row in _rows(resource):
            yield resource, number, row


def _wrong(resource: Resource, number: int, row: dict, field: str, expected: str) -> InputError:
    todo = "write it as its source does"
    return wrong(resource.path, repr(row[field]), expected, todo, number, field)
