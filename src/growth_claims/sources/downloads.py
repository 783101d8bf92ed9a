"""Files as a person downloads them from the World Bank and the IMF, recognised by what is in them
and read into the columns of `data/raw`."""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from growth_claims import paths
from growth_claims.errors import InputError, nearest
from growth_claims.yamls import load_model

#: The publishers' bulk files have some 200 MB; what is larger, or unpacks to more, is not one.
LARGEST = 600_000_000
MISSING = frozenset({"", "..", "...", "…", "n/a", "N/A", "na", "NA", "NaN", "--", "-", "no data"})
LINE_END = re.compile(r"\r\n|\n|\r")
YEAR = re.compile(r"(\d{4})(?: \[YR\d{4}\])?", re.ASCII)
SERIES = re.compile(r".*\[([A-Z][A-Z0-9._]+)\]", re.ASCII)
PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
THOUSANDS = r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"
DECIMAL_COMMA = r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+"
SCALES = {"units": 1.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12}
MONTHS = {"april": "04", "september": "09", "october": "10"}
FORMS = (
    "the World Bank's API_….csv or its zip, its WDICSV.csv, a DataBank export (CSV or Excel), "
    "the IMF's WEO file or report of before 2025, the CSV of the IMF's data portal"
)

AGAIN = "download the file again"
AS_IT_WAS = "use the file as it was downloaded"
ADD = (
    "if it is the publisher's, add a line for it (its code and its unit) to claims/publishers.yaml"
)


class _Wrong(Exception):
    """What is wrong with the file that is read, in the words of an InputError."""

    def __init__(self, found: str, expected: str = FORMS, todo: str = AGAIN, row=None, field=None):
        self.words = {"found": found, "expected": expected, "todo": todo}
        self.words |= {"row": row, "field": field}


@dataclass(frozen=True)
class Download:
    """What a file holds. `source`: wdi or weo; `edition`: as in the names of `data/raw`; `frame`:
    columns country, indicator, year, value, unit (and latest_actual_year for weo), a row a figure;
    `form`: which of the publishers' forms it was; `skipped`: what of it was not taken, and why."""

    source: str
    edition: str
    frame: pd.DataFrame
    form: str
    skipped: tuple[str, ...] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Economies(_Strict):
    names: dict[str, str]
    codes: dict[str, dict[str, str]]
    groups: dict[str, dict[str, str]]
    aggregates: dict[str, list[str]]


class _Indicator(_Strict):
    unit: str
    name: str = ""
    units: str = ""


class _Worth(_Strict):
    worth: str
    lag: int


class _Words(_Strict):
    """`claims/publishers.yaml`, which says what each part is."""

    economies: _Economies
    indicators: dict[str, dict[str, _Indicator]]
    same: list[dict[str, str]]
    identities: dict[str, list[Annotated[list[str], Field(min_length=2, max_length=3)]]]
    weights: dict[str, dict[str, _Worth]]


@cache
def vocabulary(path: Path | None = None) -> dict:
    """The publishers' words, from `claims/publishers.yaml`. Raises InputErrors."""
    return load_model(path or paths.claims() / "publishers.yaml", _Words).model_dump()


def read(path: Path | str, edition: str | None = None) -> Download:
    """The figures of a downloaded file, whatever its name and its encoding.

    `edition` is needed where the file does not say which it is (WDICSV.csv, a file whose foot was
    cut off). Raises InputError with row and field for what cannot be read, is not known, or is no
    file of figures at all.
    """
    try:
        reasons = []
        for text in _texts(_content(Path(path))):
            try:
                form, frame, before = _recognised(text)
            except _Wrong as error:
                reasons.append(error)
                continue
            if form.startswith("World Bank"):
                return _world_bank(form, frame, before, edition)
            return (_portal if "portal" in form else _weo)(form, frame, before, edition)
        raise reasons[0]
    except _Wrong as error:
        raise InputError(file=paths.shown(Path(path)), **error.words) from None


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise IsADirectoryError
        if not 0 < size <= LARGEST:
            raise _Wrong("an empty file" if size == 0 else f"{size:,} bytes")
        return path.read_bytes()
    except OSError as error:
        todo = "give the path of the file that was downloaded"
        raise _Wrong(error.strerror or "a folder", "a file that can be read", todo) from None


def _texts(content: bytes) -> list[str]:
    """The texts of a file: its own, those of a zip, the sheets of a workbook."""
    if content[:4] == b"\xd0\xcf\x11\xe0":
        todo = "open it and save it as .xlsx or as CSV"
        raise _Wrong("a workbook of Excel before 2007", todo=todo)
    if content[:2] != b"PK":
        return [_text(content)]
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
        if sum(member.file_size for member in members) > LARGEST:
            raise zipfile.BadZipFile(f"unpacks to more than {LARGEST // 1_000_000} MB")
        if any(member.filename == "xl/workbook.xml" for member in members):
            read = {"sheet_name": None, "header": None, "dtype": object, "engine": "openpyxl"}
            sheets = pd.read_excel(io.BytesIO(content), **read).values()
            return [
                sheet.map(_cell, na_action="ignore").to_csv(header=False, index=False)
                for sheet in sheets
            ]
        kinds = (".csv", ".txt", ".tsv")
        texts = [_text(archive.read(m)) for m in members if m.filename.lower().endswith(kinds)]
    except Exception as error:  # broken ones end in errors of zlib, struct, XML and others
        said = (str(error).splitlines() or [repr(error)])[0]
        raise _Wrong(f"a file that cannot be opened ({said})") from None
    if not texts:
        raise _Wrong("a zip without a CSV file")
    return sorted(texts, key=len, reverse=True)  # the data have more text than their metadata


def _text(content: bytes) -> str:
    """Text in the encoding that its first bytes show: publishers write UTF-8 with and without a
    mark, UTF-16 with and without, and Latin-1."""
    head = content[:2000]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if head.count(0) > len(head) // 4:
        little = head[1::2].count(0) > head[::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return content.decode(encoding, errors="replace").lstrip("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat()[:10] if isinstance(cell, dt.date) else str(cell)


#: The columns by which each form is known, the first that fits.
HEADERS = {
    "World Bank, indicators by year": {"Country Code", "Indicator Code"},
    "World Bank DataBank": {"Country Code", "Series Code"},
    "World Bank DataBank, series as columns": {"Country Code", "Time"},
    "IMF data portal, a row a figure": {"COUNTRY", "INDICATOR", "TIME_PERIOD", "OBS_VALUE"},
    "IMF data portal, a row a series": {"DATASET", "SERIES_CODE"},
    "IMF WEO, groups of countries": {"Country Group Name", "Subject Descriptor"},
    "IMF WEO, countries": {"Country", "Subject Descriptor"},
    "IMF WEO, countries, by code": {"ISO", "WEO Subject Code"},
}


def _form(names: list[str]) -> str | None:
    return next((form for form, wanted in HEADERS.items() if wanted <= set(names)), None)


def _recognised(text: str) -> tuple[str, pd.DataFrame, str]:
    """Which form a text is, its table (every cell a word, `row` its row in the file), and what
    stands above it."""
    if re.match(r"\s*<(!doctype|html|\?xml)", text[:200], re.IGNORECASE):
        todo = "open the publisher's page and download the file itself"
        raise _Wrong("a web page or XML", todo=todo)
    lines = LINE_END.split(text[:20_000])[:25]
    top = next((n for n, line in enumerate(lines) if _form(_split(line))), None)
    if top is None:
        raise _unknown(max(map(_split, lines), key=len))
    rest = LINE_END.split(text, maxsplit=top)[top] if top else text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # would lose cells
            frame = pd.read_csv(
                io.StringIO(rest),
                sep=_separator(lines[top]),
                dtype=str,
                keep_default_na=False,
                index_col=False,
                skip_blank_lines=False,
                on_bad_lines="error",
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        found = re.sub(r"\s+", " ", str(error)).removeprefix("Error tokenizing data. C error: ")
        match = re.search(r"line (\d+)", found)
        raise _Wrong(
            found,
            "as many cells in every row as in its header",
            "download the file again, or undo what was changed in it",
            row=int(match[1]) + top if match else None,
        ) from None
    # Without the nameless columns of commas at the ends of lines.
    frame = frame.loc[:, [not re.fullmatch(r"\s*|Unnamed: \d+", c) for c in frame.columns]]
    frame.columns = [re.sub(r"\s+", " ", c).strip() for c in frame.columns]
    if (form := _form(list(frame.columns))) is None:
        raise _unknown(list(frame.columns))
    if frame.empty:
        raise _Wrong("no row below the header")
    if twice := list(frame.columns[frame.columns.duplicated()]):
        raise _Wrong("the column twice", "each column once", AS_IT_WAS, top + 1, twice[0])
    rows = range(top + 2, top + 2 + len(frame))
    return form, frame.fillna("").assign(row=rows), "\n".join(lines[:top])


def _separator(line: str) -> str:
    return max("\t,;", key=line.count)


def _split(line: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(_separator(line))]


def _unknown(header: list[str]) -> _Wrong:
    wanted = min(HEADERS.values(), key=lambda columns: len(columns - set(header)) / len(columns))
    todo = "download the file again in one of these forms"
    for column in sorted(wanted - set(header)):
        if found := nearest(column, [cell for cell in header if cell not in wanted]):
            todo = f"rename the column {found!r} to {column!r}, or {AS_IT_WAS}"
    found = f"the columns {', '.join(map(repr, header[:6]))}" if any(header) else "no table"
    return _Wrong(found, todo=todo, row=1)


# The World Bank


def _world_bank(form: str, frame: pd.DataFrame, before: str, edition: str | None) -> Download:
    around = before + "\n" + _foot(frame, "Country Code")
    database = re.search(r"(?:Data Source|Data from database)\W+([^\"\n]+)", around)
    if database and not re.search(r"World Development Indicators|WDI", database[1]):
        found, wanted = f"figures of {database[1].strip(' ,:')!r}", "World Development Indicators"
        raise _Wrong(found, wanted, f"download the indicator from {wanted}")
    edition = _edition(edition, _day(around), "2026-07-01")
    frame = frame[frame["Country Code"].str.strip() != ""]
    if form.endswith("series as columns"):
        named = {c: m[1] for c in frame.columns if (m := SERIES.fullmatch(c))}
        long = frame.rename(columns=named | {"Country Code": "country"})
        long = long.melt(["country", "Time", "row"], list(named.values()), "indicator", "value")
        long["year"] = long["Time"].str.extract(YEAR.pattern)[0]
    else:
        code = "Indicator Code" if "Indicator Code" in frame.columns else "Series Code"
        long = _melt(frame.rename(columns={"Country Code": "country", code: "indicator"}))
    long, skipped = _known(long, "wdi", "indicator")
    long["value"] = _numbers(long)
    long = long.dropna(subset="value")
    long["country"] = _codes(long["country"], "wdi", "Country Code")
    return _made("wdi", edition, long, form, skipped)


def _day(text: str) -> str | None:
    match = re.search(r"Last Updated(?: Date)?\W+(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})", text)
    try:
        form = "%m/%d/%Y" if "/" in match[1] else "%Y-%m-%d"
        return dt.datetime.strptime(match[1], form).date().isoformat()
    except (TypeError, ValueError):  # no date, or none that there is
        return None


# The IMF


def _weo(form: str, frame: pd.DataFrame, before: str, edition: str | None) -> Download:
    named = "Subject Descriptor" if "Subject Descriptor" in frame else "WEO Subject Code"
    around = before + _foot(frame, named)
    match = re.search(r"World Economic Outlook Database,? (\w+) (\d{4})", around)
    month = MONTHS.get(match[1].lower()) if match else None
    edition = _edition(edition, f"{match[2]}-{month}" if month else None, "2024-10")
    words = vocabulary()["indicators"]["weo"]
    if "WEO Subject Code" in frame.columns:
        codes = frame["WEO Subject Code"].str.strip()
        frame = frame.assign(indicator=codes)[codes != ""]
    else:
        frame = frame[frame["Subject Descriptor"].str.strip() != ""]
        by_name = {(_plain(e["name"]), _plain(e["units"])): code for code, e in words.items()}
        said = zip(frame["Subject Descriptor"], frame["Units"], strict=True)
        codes = [by_name.get((_plain(a), _plain(b)), f"{a}, {b}") for a, b in said]
        frame = frame.assign(indicator=codes)
    frame, skipped = _known(frame, "weo", "Subject Descriptor")
    if "ISO" in frame.columns and (frame["ISO"].str.strip() != "").all():
        frame["country"] = _codes(frame["ISO"], "weo", "ISO")
    else:
        place = "Country Group Name" if "groups" in form else "Country"
        frame["country"] = _named(frame[place], "weo", place)
    frame["scale"] = _scale(frame) if "Scale" in frame else 1.0
    long = _melt(frame.assign(latest_actual_year=_latest(frame, "Estimates Start After")))
    long["value"] = _numbers(long) * long["scale"]
    return _made("weo", edition, long.dropna(subset="value"), form, skipped)


def _portal(form: str, frame: pd.DataFrame, before: str, edition: str | None) -> Download:
    dataset = next((c for c in ("DATASET", "STRUCTURE_ID", "DATAFLOW") if c in frame), None)
    if dataset and not frame[dataset].str.contains("WEO").any():
        expected = "the World Economic Outlook (IMF.RES:WEO)"
        todo = "download the series from the World Economic Outlook"
        raise _Wrong(repr(frame[dataset].iloc[0]), expected, todo, field=dataset)
    stated = next((c for c in ("PUBLICATION_DATE", "UPDATE_DATE") if c in frame), None)
    days = sorted({d[:7] for d in frame[stated] if re.match(r"\d{4}-\d{2}", d)}) if stated else []
    edition = _edition(edition, days[-1] if days else None, "2025-10")
    if "SERIES_CODE" in frame.columns:
        parts = frame["SERIES_CODE"].str.split(".", expand=True).reindex(columns=range(3))
        frame[["country", "indicator", "frequency"]] = parts.fillna("")
    else:
        frame = frame.rename(columns={"COUNTRY": "country", "INDICATOR": "indicator"})
        frame["frequency"] = frame.get("FREQUENCY", "A")
    frame = frame[frame["frequency"].isin(["A", "Annual", ""])]
    frame, skipped = _known(frame, "weo", "INDICATOR")
    codes = vocabulary()["economies"]["codes"]["weo"]
    groups = frame["country"].str.fullmatch(r"[A-Z]*\d+\w*") & ~frame["country"].isin(codes)
    if groups.any():
        without = ", ".join(sorted(set(frame["country"][groups])))
        skipped += (f"groups without a code here: {without}",)
    frame = frame[~groups].copy()
    frame["country"] = _codes(frame["country"], "weo", "COUNTRY")
    frame["latest_actual_year"] = _latest(frame, "LATEST_ACTUAL_ANNUAL_DATA")
    row_a_figure = "TIME_PERIOD" in frame.columns
    figures = {"TIME_PERIOD": "year", "OBS_VALUE": "value"}
    long = frame.rename(columns=figures) if row_a_figure else _melt(frame)
    long["value"] = _numbers(long)
    long = long.dropna(subset="value")
    long["value"] /= _in_units(long, row_a_figure)
    return _made("weo", edition, long, form, skipped)


def _in_units(long: pd.DataFrame, row_a_figure: bool) -> pd.Series:
    """What to divide by: the portal gives billions as billions in some downloads and in single
    dollars in others, and says "Billions" in both. No economy has a GDP of 300,000 billion dollars
    or 9,000 million people, and none less than 10 million dollars or 10,000 people, so the money
    and the people of the file tell which it is; a file without either is in the scale it states,
    except the one with a row a figure, which is in single units."""
    words = vocabulary()["indicators"]["weo"]
    factor = long["indicator"].map({c: unit_scale(e["unit"]) for c, e in words.items()})
    national = long["indicator"].map({c: "national" in e["unit"] for c, e in words.items()})
    measured = long["value"][(factor > 1) & ~national.astype(bool)].abs()
    single = row_a_figure
    if len(measured):
        single = (measured / factor[measured.index] ** 0.5).median() > 9
    return factor if single else pd.Series(1.0, index=long.index)


def unit_scale(unit: str) -> float:
    """How many of what it counts a unit is: 1e6 of "million persons"."""
    return SCALES.get(unit.split()[0] + "s", 1.0)


def _scale(frame: pd.DataFrame) -> pd.Series:
    """By how much a file's own scale differs from the one that figures have in `data/raw`."""
    stated = frame["Scale"].str.strip().str.lower().replace("", "units")
    for unknown in frame["Scale"][~stated.isin(SCALES)]:
        raise _Wrong(repr(unknown), ", ".join(SCALES), AS_IT_WAS, field="Scale")
    words = vocabulary()["indicators"]["weo"]
    ours = frame["indicator"].map({c: unit_scale(e["unit"]) for c, e in words.items()})
    return stated.map(SCALES) / ours


def _latest(frame: pd.DataFrame, column: str) -> pd.Series | str:
    return frame[column].map(last_actual) if column in frame else ""


def last_actual(text: str) -> str:
    """The last year that is an observation: "2023", and 2024 for the fiscal year "FY2023/24"."""
    if match := re.match(r"\s*FY(\d{4})/\d{2,4}", text):
        return str(int(match[1]) + 1)
    match = re.search(r"\d{4}", text)
    return match[0] if match and match[0] != "0000" else ""


# What the forms share


def _foot(frame: pd.DataFrame, column: str) -> str:
    """The rows below the table: source and date."""
    rest = frame[frame[column].str.strip() == ""].drop(columns="row")
    return "\n".join(" ".join(row).strip() for row in rest.to_numpy()[-25:])


def _edition(given: str | None, found: str | None, example: str) -> str:
    edition, expected = given or found, f"an edition such as {example}"
    if edition is None:
        todo = f"say which it is: --edition {example}"
        raise _Wrong("no date of its edition in the file", expected, todo, field="edition")
    if not re.fullmatch(r"\d{4}(-\d{2}){1,2}", edition, re.ASCII):
        raise _Wrong(repr(edition), expected, f"write it like {example}", field="edition")
    return edition


def _melt(frame: pd.DataFrame) -> pd.DataFrame:
    years = {c: m[1] for c in frame.columns if (m := YEAR.fullmatch(c))}
    if not years:
        found = f"the columns {', '.join(map(repr, frame.columns[:8]))}"
        expected = "a column a year, such as '2024' or '2024 [YR2024]'"
        todo = "download the file again with the years as columns"
        raise _Wrong(found, expected, todo, row=int(frame["row"].iloc[0]) - 1)
    keep = ["country", "indicator", "scale", "latest_actual_year", "row"]
    keep = [c for c in keep if c in frame]
    return frame[[*keep, *years]].rename(columns=years).melt(keep, None, "year", "value")


def _known(frame: pd.DataFrame, source: str, field: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of the indicators that this project has, and a line on the others."""
    known = vocabulary()["indicators"][source]
    codes = frame["indicator"].str.strip()
    others = sorted(set(codes) - set(known))
    if not set(codes) & set(known):
        first = others[0] if others else ""
        near = nearest(first, known)
        expected = "an indicator that claims/publishers.yaml lists"
        expected += f"; the nearest is {near!r}" if near else ""
        raise _Wrong(repr(first) if first else "no indicator", expected, ADD, field=field)
    said = ()
    if len(others) > 5:
        said = (f"{len(others)} indicators that claims/publishers.yaml does not list",)
    elif others:
        said = (f"not listed in claims/publishers.yaml: {', '.join(others)}",)
    return frame.assign(indicator=codes)[codes.isin(list(known))].copy(), said


def _numbers(long: pd.DataFrame) -> pd.Series:
    """The cells as numbers, NaN where the publisher has none. Thousands separators and decimal
    commas are told apart by the file as a whole: one cell such as 1101,445 or 12,5 shows it."""
    cells = long["value"].astype(str).str.replace("[\\s\u00a0\u202f]", "", regex=True)
    cells = cells.str.replace("\N{MINUS SIGN}", "-")
    filled = ~cells.isin(MISSING)
    text = cells[filled]
    point = text.str.contains(".", regex=False)
    plain, thousands, comma = map(text.str.fullmatch, (PLAIN, THOUSANDS, DECIMAL_COMMA))
    if (comma & ~thousands).any():
        bad = ~(comma | plain) | (plain & point)
        text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    elif (thousands & comma).any() and not point.any():
        bad = thousands  # 1,234 alone: one thousand, or one and a quarter
    else:
        bad = ~(plain | thousands)
        text = text.str.replace(",", "", regex=False)
    if bad.any():
        row = long.loc[bad.idxmax()]
        raise _Wrong(
            repr(str(row["value"])),
            "a number, with one decimal sign in the whole file, or a gap (.., n/a)",
            f"{AS_IT_WAS}; a spreadsheet may have changed its numbers",
            row["row"],
            str(row["year"]),
        )
    return text.astype(float).reindex(long.index)


def _codes(column: pd.Series, source: str, field: str) -> pd.Series:
    """Codes of economies and groups as `data/raw` has them."""
    own = vocabulary()["economies"]["codes"].get(source, {})
    codes = column.str.strip().replace(own)
    known = _economies(source)
    for code in codes[~codes.isin(known)]:
        raise _no_economy(field, code, nearest(code, known))
    return codes


def _named(column: pd.Series, source: str, field: str) -> pd.Series:
    """Names to codes."""
    by_name = _names(source)
    codes = column.map(lambda name: by_name.get(_plain(name)))
    for name in column[codes.isna()]:
        raise _no_economy(field, name, nearest(_plain(name), by_name))
    return codes


def _no_economy(field: str, found: str, near: str | None) -> _Wrong:
    expected = "an economy or a group" + (f"; the nearest is {near!r}" if near else "")
    todo = "correct it, or, if the publisher writes it so, add it to `economies` in "
    return _Wrong(repr(found), expected, todo + "claims/publishers.yaml", field=field)


def _plain(name: str) -> str:
    """A name without accents, signs and capitals, as names are compared."""
    name = unicodedata.normalize("NFKD", str(name)).lower().replace("&", " and ")
    name = "".join(c for c in name if not unicodedata.combining(c)).replace("st.", "saint ")
    return " ".join(w for w in re.sub(r"[^a-z0-9]+", " ", name).split() if w != "the")


@cache
def _names(source: str) -> dict[str, str]:
    """Plain names of economies and of a source's groups, with their codes."""
    import pycountry
    from babel import Locale

    english = Locale("en").territories
    names: dict[str, str] = {}
    for country in pycountry.countries:
        said = (getattr(country, key, None) for key in ("name", "common_name", "official_name"))
        for name in filter(None, (*said, english.get(country.alpha_2))):
            names.setdefault(_plain(name), country.alpha_3)
    words = vocabulary()["economies"]
    own = words["names"] | words["groups"].get(source, {})
    return names | {_plain(name): code for name, code in own.items()}


@cache
def _economies(source: str) -> frozenset[str]:
    """Codes that a source may use: ISO's, the publishers' own, and the groups of `data/raw`."""
    import pycountry

    words = vocabulary()["economies"]
    named = words["names"] | words["groups"].get(source, {})
    codes = {country.alpha_3 for country in pycountry.countries} | set(named.values())
    return frozenset(codes | set(words["aggregates"].get(source, ())))


def _made(
    source: str, edition: str, long: pd.DataFrame, form: str, skipped: tuple[str, ...]
) -> Download:
    """With its units, sorted, each figure once."""
    year = long["year"].astype(str).str.strip()
    for wrong in year[~year.str.fullmatch(r"\d{4}")]:
        raise _Wrong(repr(wrong), "a year: 2024", "download yearly figures", field="year")
    units = {c: e["unit"] for c, e in vocabulary()["indicators"][source].items()}
    key, columns = ["country", "indicator", "year"], ["value", "unit"]
    columns += ["latest_actual_year"] if source == "weo" else []
    long = long.assign(year=year.astype(int), unit=long["indicator"].map(units))
    frame = long[[*key, *columns]].sort_values(key, ignore_index=True)
    for twice in frame[frame.duplicated(key)][key].itertuples(index=False):
        found = f"a second figure for {' '.join(map(str, twice))}"
        todo = "remove one of the two, or download the file again"
        raise _Wrong(found, "one figure", todo, field=", ".join(key))
    if frame.empty:
        raise _Wrong("no figure", "at least one")
    return Download(source, edition, frame, form, skipped)
