"""The panel: the one tidy table of all published figures, with whose they are, of which edition,
and whether they were observed."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from growth_claims import paths, sources
from growth_claims.errors import InputError
from growth_claims.sources.readers import (
    COLUMNS,
    FIRST_YEAR,
    LAST_YEAR,
    UNITS,
    limits,
    union_words,
)

#: A figure is identified by these columns; the table is sorted by them in the second order, so that
#: what is read together (one indicator of one edition) lies together.
KEY = list(COLUMNS[:6])
ORDER = ["source", "vintage", "indicator", "economy", "partner", "year"]
STATUSES = ("observed", "estimate", "projection", "not stated")
ORIGINS = ("published", "chained")
GROWTH, DOLLARS, VOLUME = "NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.CD", "NY.GDP.MKTP.KD"
VOLUME_UNIT = "constant 2015 US$"
BASE_YEAR = 2015
NUMBERS = ("year", "value")
#: The calendar of arrays over years, one entry a year: all that a reading may name.
YEARS = np.arange(1900, 2101)
#: Where the file keeps the hash of what it was made of.
MADE_OF = b"made_of"
#: Where it keeps, by source, the economies and groups that have a figure (JSON).
ECONOMIES = b"economies"
#: Where it keeps, for each row group, its source, vintage and indicator (JSON).
GROUPS = b"groups"


def default_path() -> Path:
    """Where 01_clean writes the panel and everything else reads it."""
    return paths.processed() / "panel.parquet"


def make(path: Path | None = None, raw: Path | None = None, *, force: bool = False) -> Panel:
    """The panel, built from `data/raw`, written and opened.

    A panel that is already there and was made of the same figures by the same code is opened as it
    is, unless `force`. The figures are verified either way; raises InputError.
    """
    path = path or default_path()
    sources.verify(raw)
    origin = made_of(raw)
    if force or not path.is_file() or _says(path) != origin:
        write(build(raw), path, origin)
    return Panel.load(path)


def made_of(raw: Path | None = None) -> str:
    """A hash of all that a panel follows from: the manifest, which has the hash of every file of
    figures, and the code that reads and chains them."""
    code = [Path(__file__), Path(sources.readers.__file__)]
    manifest = (raw or paths.raw()) / sources.manifest.NAME
    return hashlib.sha256(b"\0".join(p.read_bytes() for p in [manifest, *code])).hexdigest()


def _says(path: Path) -> str | None:
    """What the panel in a file says that it was made of; None where it says nothing."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        return None
    return metadata.get(MADE_OF, b"").decode() or None


def build(raw: Path | None = None) -> pd.DataFrame:
    """The panel from the figures in `data/raw`: verified, read, chained, checked, sorted. Columns
    COLUMNS; all but year and value are categories."""
    published = sources.read_all(raw)
    both = [published, chained(published)]
    frame = pd.DataFrame({column: union_words(both, column) for column in COLUMNS})
    return check(_sorted(frame))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    """Sorted by ORDER. The categories' own order is that of the alphabet, so codes will do."""
    codes = [frame[c] if c in NUMBERS else frame[c].cat.codes for c in reversed(ORDER)]
    return frame.take(np.lexsort([code.to_numpy() for code in codes])).reset_index(drop=True)


def chained(published: pd.DataFrame) -> pd.DataFrame:
    """GDP in constant dollars for every edition of the World Bank that does not have it.

    Y(t) = Y(t-1) · (1 + g(t)/100), with Y(2015) = GDP of 2015 in current dollars: constant dollars
    of 2015 are current ones in 2015. Years before 2015 follow from the same equation backwards. A
    gap in growth ends the chain; nothing is filled in. An edition that publishes constant dollars
    of another year keeps those, and gets no second kind beside them.
    """
    rows = published[(published["source"] == "wdi") & (published["partner"] == "")]
    growth, dollars = (_by_edition(rows, code) for code in (GROWTH, DOLLARS))
    has = rows.loc[rows["indicator"] == VOLUME, ["vintage", "economy", "unit"]].astype("str")
    other_prices = set(has.loc[has["unit"] != VOLUME_UNIT, "vintage"])
    published_too = set(zip(has["vintage"], has["economy"], strict=True))
    missing = [
        key
        for key in growth.columns.intersection(dollars.columns)
        if key not in published_too and key[0] not in other_prices
    ]
    if not missing or BASE_YEAR not in dollars.index:
        return published.iloc[:0]
    years = range(min(growth.index.min(), BASE_YEAR) - 1, max(growth.index.max(), BASE_YEAR) + 1)
    factor = 1 + growth[missing].reindex(years).to_numpy() / 100
    level = np.full_like(factor, np.nan)
    base = BASE_YEAR - years[0]
    level[base] = dollars[missing].loc[BASE_YEAR]
    for t in range(base + 1, len(years)):
        level[t] = level[t - 1] * factor[t]
    for t in range(base, 0, -1):
        level[t - 1] = level[t] / factor[t]
    at, which = np.nonzero(np.isfinite(level))
    vintage, economy = (np.array(words)[which] for words in zip(*missing, strict=True))
    words = {"source": "wdi", "partner": "", "indicator": VOLUME, "unit": VOLUME_UNIT}
    frame = pd.DataFrame({"vintage": vintage, "economy": economy})
    frame = frame.assign(**words, status="observed", origin="chained").astype("category")
    return frame.assign(year=at + years[0], value=level[at, which])[list(COLUMNS)]


def _by_edition(rows: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """An indicator year × (edition, economy)."""
    rows = rows[rows["indicator"] == indicator].astype({"vintage": "str", "economy": "str"})
    return rows.pivot(index="year", columns=["vintage", "economy"], values="value").sort_index()


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, if it is a panel: columns, types, unique keys, statuses, ranges by unit.

    Raises InputError for the first row that is not.
    """
    import pandera.pandas as pandera

    frame = frame.reset_index(drop=True)
    try:
        return _schema().validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        first = error.failure_cases.iloc[0]
    row = frame.loc[first["index"]] if first["index"] in frame.index else None
    of_column = row is not None and first["schema_context"] == "Column"
    if row is None:
        found = repr(first["failure_case"])
    else:
        found = repr(row[first["column"]]) if of_column else f"{row['value']} {row['unit']}"
    raise InputError(
        file="panel",
        row=" ".join(str(row[k]) for k in KEY if row[k] != "") if row is not None else None,
        field=first["column"] if of_column else None,
        found=found,
        expected=SCHEMA_WORDS.get(str(first["check"]), str(first["check"])),
        todo="correct the figure in data/raw and run `growth-claims seal`",
    )


#: pandera's own names of what went wrong, in words.
SCHEMA_WORDS = {
    "multiple_fields_uniqueness": f"one figure for each {', '.join(KEY)}",
    "column_in_dataframe": f"the columns {', '.join(COLUMNS)}",
    "column_in_schema": f"the columns {', '.join(COLUMNS)} and no other",
    "column_ordered": f"the columns {', '.join(COLUMNS)} in this order",
    "not_nullable": "a number; a gap has no row",
}


def _schema():
    """What a panel is, as pandera checks it. Of a column of words each word is looked at once."""
    import pandera.pandas as pandera

    def words(test: Callable[[pd.Index], np.ndarray], error: str) -> pandera.Column:
        def each(column: pd.Series) -> pd.Series:
            good = np.append(np.asarray(test(column.cat.categories), bool), False)
            return pd.Series(good[column.cat.codes], index=column.index)

        return pandera.Column("category", pandera.Check(each, error=error))

    def one_of(allowed) -> pandera.Column:
        return words(lambda found: found.isin(list(allowed)), f"one of {', '.join(allowed)}")

    def like(pattern: str, name: str) -> pandera.Column:
        return words(lambda found: found.astype("str").str.fullmatch(pattern), name)

    def within(rows: pd.DataFrame) -> pd.Series:
        kinds = rows.groupby(["unit", "indicator"], observed=True, sort=False)
        bounds = np.array(
            [
                limits(*kind) if kind[0] in UNITS else (-np.inf, np.inf)
                for kind, _ in kinds.size().items()
            ]
            or np.empty((0, 2))
        )
        low, high = bounds[kinds.ngroup().to_numpy()].T
        return (rows["value"] >= low) & (rows["value"] <= high)

    years = pandera.Check.in_range(FIRST_YEAR, LAST_YEAR, error=f"from {FIRST_YEAR} to {LAST_YEAR}")
    economy = r"[A-Z][A-Z0-9_]{1,15}"
    return pandera.DataFrameSchema(
        {
            "source": like(r"[a-z]+", "a source's name"),
            "vintage": like(r"\d{4}(-\d{2}){0,2}", "an edition: 2026-07-01"),
            "economy": like(economy, "a code such as FRA"),
            "partner": like(f"({economy})?", "a code such as FRA, or nothing"),
            "indicator": like(".{2,}", "a code of two letters or more"),
            "year": pandera.Column("int64", years),
            "value": pandera.Column("float64", nullable=False),
            "unit": one_of(UNITS),
            "status": one_of(STATUSES),
            "origin": one_of(ORIGINS),
        },
        checks=pandera.Check(within, error="a value that its unit allows"),
        unique=KEY,
        strict=True,
        ordered=True,
    )


def write(frame: pd.DataFrame, path: Path, origin: str | None = None) -> None:
    """The panel as a Parquet file: every figure with all its digits, the same bytes for the same
    figures. The file is replaced at once, so that nobody reads half of it. `origin`: see `made_of`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(frame, file, origin)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _write(frame: pd.DataFrame, file, origin: str | None = None) -> None:
    """A row group for each indicator of each edition, and a list of them."""
    words = {c: "category" for c in COLUMNS if c not in NUMBERS and c in frame}
    frame = frame.astype(words)
    for column in words:
        if not frame[column].cat.categories.is_monotonic_increasing:
            frame[column] = frame[column].cat.reorder_categories(
                sorted(frame[column].cat.categories)
            )
    frame = _sorted(frame)
    types = {c: pa.dictionary(pa.int32(), pa.string()) for c in words}
    types |= {"year": pa.int64(), "value": pa.float64()}
    schema = pa.schema([(c, types[c]) for c in COLUMNS])
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    codes = [frame[c].cat.codes.to_numpy() for c in ORDER[:3]]
    changes = np.any([np.diff(code, prepend=-1) != 0 for code in codes], axis=0)
    edges = [*np.flatnonzero(changes), len(frame)]
    held = frame[["source", "economy"]].drop_duplicates().astype("str")
    held = held.groupby("source")["economy"].agg(list).to_dict()
    groups = frame.iloc[edges[:-1]][ORDER[:3]].astype("str").to_numpy().tolist()
    about = {ECONOMIES: json.dumps(held), GROUPS: json.dumps(groups)}
    about |= {MADE_OF: origin} if origin else {}
    table = table.replace_schema_metadata(about)
    # what is read most is read quickly: words and years by their places, values as they are
    places = [c for c in COLUMNS if c != "value"]
    with pq.ParquetWriter(file, table.schema, compression="lz4", use_dictionary=places) as writer:
        for start, end in pairwise(edges):
            writer.write_table(table.slice(start, end - start), row_group_size=end - start)


class Panel:
    """The panel, opened: views of one indicator of one edition are read when they are asked for.

    `frame`: a table with the columns COLUMNS, such as `build` returns; a file is opened by `load`.
    Raises InputError where the table lacks a column of the panel.
    """

    def __init__(self, frame: pd.DataFrame, file: str = "panel"):
        missing = [c for c in COLUMNS if c not in frame.columns]
        if missing:
            raise _no_panel(file, ", ".join(map(str, frame.columns)), missing[0])
        buffer = BytesIO()
        _write(frame, buffer)
        self._open(pq.ParquetFile(pa.BufferReader(buffer.getvalue())), file)

    @classmethod
    def load(cls, path: Path | str | None = None) -> Panel:
        """The panel that 01_clean has written, from its file (or from where it writes it)."""
        path = default_path() if path is None else Path(path)
        shown = paths.shown(path)
        if not path.is_file():
            raise InputError(
                file=shown,
                found="no such file",
                expected="the panel, which 01_clean writes",
                todo="run `make panel` (or the notebook 01_clean)",
            )
        self = cls.__new__(cls)
        try:
            self._open(pq.ParquetFile(path, memory_map=True), shown)
        except (pa.ArrowInvalid, OSError) as error:
            raise _no_panel(shown, str(error).strip().splitlines()[0]) from error
        return self

    def _open(self, file: pq.ParquetFile, shown: str) -> None:
        names = file.schema_arrow.names
        missing = [c for c in COLUMNS if c not in names]
        if missing:
            raise _no_panel(shown, ", ".join(names), missing[0])
        self._file, self._shown = file, shown
        about = file.schema_arrow.metadata or {}
        groups = json.loads(about.get(GROUPS, "[]"))
        if len(groups) != file.metadata.num_row_groups:
            raise _no_panel(shown, "no list of what its row groups hold")
        self._groups: dict[tuple[str, str, str], int] = {
            tuple(key): number for number, key in enumerate(groups)
        }
        self._economies = json.loads(about.get(ECONOMIES, "{}"))
        self._tables: dict[tuple, _Table] = {}
        self._missing: dict[tuple, np.ndarray] = {}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The whole table, columns COLUMNS, words as categories; read when first asked for."""
        return self._read(list(self._groups.values()))

    def sources(self) -> list[str]:
        """Whose figures the panel holds."""
        return sorted({source for source, _, _ in self._groups})

    def vintages(self, source: str, *indicators: str) -> list[str]:
        """The editions of a source that hold each of the indicators (for whatever economy), oldest
        first."""
        return [
            v for v, codes in self._held.get(source, {}).items() if codes.issuperset(indicators)
        ]

    @cached_property
    def _held(self) -> dict[str, dict[str, set[str]]]:
        """Source → edition, the oldest first → indicators."""
        held: dict[str, dict[str, set[str]]] = {}
        for source, vintage, indicator in sorted(self._groups):
            held.setdefault(source, {}).setdefault(vintage, set()).add(indicator)
        return held

    def indicators(self, source: str, vintage: str | None = None) -> list[str]:
        """The publisher's codes that a source (an edition of it) holds."""
        return sorted({i for s, v, i in self._groups if s == source and vintage in (None, v)})

    def economies(self, source: str | None = None) -> list[str]:
        """Economies and groups that have a figure (of a source)."""
        held = self._economies if source is None else {source: self._economies.get(source, ())}
        return sorted({code for codes in held.values() for code in codes})

    def years(self) -> tuple[int, int]:
        """The first and the last year of which there are figures."""
        at = self._file.metadata.schema.names.index("year")
        groups = range(self._file.metadata.num_row_groups)
        spans = [self._file.metadata.row_group(n).column(at).statistics for n in groups]
        return min(s.min for s in spans), max(s.max for s in spans)

    def wide(
        self,
        source: str,
        vintage: str,
        indicator: str,
        economies: Sequence[str] | None = None,
        reporter: str | None = None,
    ) -> pd.DataFrame:
        """Figures year × economy in the order given, NaN where there is none; no rows where the
        edition does not hold the indicator. With a reporter, its figures by partner (its exports,
        say), in the publisher's unit."""
        table = self._table(source, vintage, indicator, reporter)
        return table.frame(table.of(economies), economies)

    def status(
        self, source: str, vintage: str, indicator: str, economies: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Statuses year × economy, None where there is no figure."""
        table = self._table(source, vintage, indicator)
        words = np.array([*table.words, None], dtype=object)
        return table.frame(words[table.of(economies, status=True)], economies)

    def levels(
        self,
        source: str,
        vintage: str,
        indicator: str,
        economies: Sequence[str],
        reporter: str | None = None,
    ) -> np.ndarray:
        """As `wide`, YEARS × economy."""
        table = self._table(source, vintage, indicator, reporter)
        return table.on_calendar(table.of(economies), np.nan)

    def estimated(
        self, source: str, vintage: str, indicator: str, economies: Sequence[str]
    ) -> np.ndarray:
        """For each of YEARS, whether a figure of one of the economies is no observation of its
        publisher."""
        table = self._table(source, vintage, indicator)
        said = [n for n, word in enumerate(table.words) if word in ("estimate", "projection")]
        there = np.isin(table.of(economies, status=True), said).any(axis=1)
        return table.on_calendar(there, False)

    def missing(
        self, source: str, vintage: str, indicators: Sequence[str], economies: Sequence[str]
    ) -> np.ndarray:
        """Whether an edition lacks a figure of one of the indicators and economies: an entry for
        each of YEARS."""
        key = (source, vintage, tuple(indicators), tuple(economies))
        if key not in self._missing:
            tables = [self.levels(source, vintage, code, economies) for code in indicators]
            self._missing[key] = np.isnan(tables).any(axis=(0, 2))
        return self._missing[key]

    def unit(self, source: str, vintage: str, indicator: str) -> str:
        """The unit of an indicator in an edition, as published.

        Raises InputError where the edition does not hold the indicator, or has it in several units.
        """
        at = self._file.metadata.schema.names.index("unit")
        groups = [
            self._file.metadata.row_group(n) for n in self._groups_of(source, vintage, indicator)
        ]
        spans = [group.column(at).statistics for group in groups]
        units = sorted({unit for span in spans for unit in (span.min, span.max)})
        if len(units) == 1:
            return units[0]
        raise InputError(
            file=self._shown,
            field="unit",
            found=f"{' and '.join(units) or 'no figure'} for {source} {vintage} {indicator}",
            expected="one unit",
            todo=f"choose another edition; those of {source} that hold it are "
            f"{', '.join(self.vintages(source, indicator)) or 'none'}",
        )

    def rows(self, source: str, indicator: str) -> pd.DataFrame:
        """All figures of an indicator in every edition of a source; columns COLUMNS."""
        editions = [(s, v, code) for s, v, code in self._groups if (s, code) == (source, indicator)]
        return self._read([self._groups[key] for key in editions])

    def figures(
        self, economy: str, indicator: str | Sequence[str], year: int | None = None
    ) -> pd.DataFrame:
        """Every figure of an economy for an indicator (or for what several publishers call it) in a
        year (or all), in every edition and source; columns COLUMNS."""
        codes = {indicator} if isinstance(indicator, str) else set(indicator)
        rows = self._read([n for (_, _, code), n in self._groups.items() if code in codes])
        rows = rows[rows["economy"] == economy]
        if year is not None:
            rows = rows[rows["year"] == year]
        return rows.reset_index(drop=True)

    def _groups_of(self, source: str, vintage: str, indicator: str) -> list[int]:
        return [self._groups[key] for key in [(source, vintage, indicator)] if key in self._groups]

    def _arrow(self, groups: list[int], columns: Sequence[str] = COLUMNS) -> pa.Table:
        # Without threads: a notebook's kernel may be a fork of a process that holds this module.
        try:
            return self._file.read_row_groups(groups, list(columns), use_threads=False)
        except OSError as error:
            raise _no_panel(self._shown, str(error).strip().splitlines()[0]) from error

    def _read(self, groups: list[int]) -> pd.DataFrame:
        """Row groups one after the other into columns of their size: a table of all of them on the
        way would take five times the memory."""
        sizes = [self._file.metadata.row_group(number).num_rows for number in groups]
        ends = np.cumsum([0, *sizes])
        types = dict.fromkeys(COLUMNS, np.int32) | {"year": np.int64, "value": np.float64}
        columns = {c: np.empty(ends[-1], type_) for c, type_ in types.items()}
        known: dict[str, dict[str, int]] = {c: {} for c in COLUMNS if c not in NUMBERS}
        for number, (start, end) in zip(groups, pairwise(ends), strict=True):
            part = self._arrow([number])
            for name in NUMBERS:
                columns[name][start:end] = part[name].to_numpy()
            for name, of in known.items():
                codes, words = _words(part[name])
                places = np.array([of.setdefault(word, len(of)) for word in words], np.int32)
                columns[name][start:end] = places[codes]
        for name, of in known.items():
            words = pd.CategoricalDtype(pd.Index(list(of), dtype="str"))
            columns[name] = pd.Categorical.from_codes(columns[name], dtype=words)
        return pd.DataFrame(columns, copy=False)

    def _rows(self, source: str, vintage: str, indicator: str) -> pd.DataFrame:
        return self._read(self._groups_of(source, vintage, indicator))

    def _table(
        self, source: str, vintage: str, indicator: str, reporter: str | None = None
    ) -> _Table:
        key = (source, vintage, indicator, reporter)
        if key not in self._tables:
            columns = ("economy", "partner", "year", "value", "status")
            rows = self._arrow(self._groups_of(*key[:3]), columns)
            self._tables[key] = _Table(rows, reporter)
        return self._tables[key]


def _words(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """A column of words, of one row group, as codes and what each stands for."""
    array = column.combine_chunks()
    return array.indices.to_numpy(), array.dictionary.to_pylist()


def _is(codes: np.ndarray, words: list[str], word: str) -> np.ndarray:
    return codes == (words.index(word) if word in words else -1)


def _places(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different ones among small whole numbers, sorted, and the place of each among them: as
    `np.unique` has it, without sorting."""
    found = np.flatnonzero(np.bincount(numbers))
    places = np.zeros(found[-1] + 1 if len(found) else 0, dtype=np.intp)
    places[found] = np.arange(len(found))
    return found, places[numbers]


class _Table:
    """One indicator of one edition by year and economy (or a reporter's, by partner): `values`,
    year × code, NaN where there is no figure; `status`, the same, positions in `words`, -1 where
    there is none. Both have a column more than there are codes, of nothing."""

    def __init__(self, rows: pa.Table, reporter: str | None):
        """By positions, which takes a tenth of the time of pandas' own pivot."""
        economies, partners = _words(rows["economy"]), _words(rows["partner"])
        mine = _is(*partners, "")
        if reporter is not None:
            mine = ~mine & _is(*economies, reporter)
        self.by = "economy" if reporter is None else "partner"
        codes, names = economies if reporter is None else partners
        which, column = _places(codes[mine])
        self.years, row = _places(rows["year"].to_numpy()[mine])
        self.at = {names[code]: place for place, code in enumerate(which.tolist())}
        self.values = np.full((len(self.years), len(which) + 1), np.nan)
        self.values[row, column] = rows["value"].to_numpy()[mine]
        statuses, self.words = _words(rows["status"])
        self.status = np.full(self.values.shape, -1, dtype=np.int8)
        self.status[row, column] = statuses[mine]

    def of(self, codes: Sequence[str] | None, *, status: bool = False) -> np.ndarray:
        """A copy of `values` (or of `status`), of all codes or of these in their order."""
        at = [self.at.get(code, -1) for code in (self.at if codes is None else codes)]
        return (self.status if status else self.values)[:, at]

    def frame(self, table: np.ndarray, codes: Sequence[str] | None) -> pd.DataFrame:
        """What `of` gives as a frame."""
        columns = pd.Index(list(self.at if codes is None else codes), name=self.by, dtype="str")
        years = pd.Index(self.years, name="year", dtype="int64")
        return pd.DataFrame(table, years, columns, dtype=table.dtype)

    def on_calendar(self, table: np.ndarray, nothing: object) -> np.ndarray:
        """What `of` gives, a row for each of YEARS."""
        whole = np.full((len(YEARS), *table.shape[1:]), nothing)
        whole[self.years - YEARS[0]] = table
        return whole


def _no_panel(file: str, found: str, field: str | None = None) -> InputError:
    return InputError(
        file=file,
        field=field,
        found=found,
        expected=f"the panel as 01_clean writes it: {', '.join(COLUMNS)}",
        todo="make it again with `make panel`",
    )
