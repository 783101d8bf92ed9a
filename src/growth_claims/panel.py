"""The panel: the one tidy table of all published figures, with whose they are, of which edition,
and whether they were observed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from growth_claims import paths, sources
from growth_claims.errors import InputError, nearest
from growth_claims.sources.readers import COLUMNS, FIRST_YEAR, LAST_YEAR, UNITS

KEY = list(COLUMNS[:6])
STATUSES = ("observed", "estimate", "projection", "not stated")
ORIGINS = ("published", "chained")
GROWTH, DOLLARS, VOLUME = "NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.CD", "NY.GDP.MKTP.KD"
VOLUME_UNIT = "constant 2015 US$"
BASE_YEAR = 2015
#: What an edition has to hold to be "the latest" of its source; an edition that brings one
#: indicator only adds to the others and does not replace them.
MAIN = {
    "wdi": ("NY.GDP.MKTP.CD", "NY.GDP.MKTP.KD.ZG", "SP.POP.TOTL", "TX.VAL.MRCH.CD.WT"),
    "weo": ("NGDPD", "NGDP_RPCH", "LP"),
    "bns": ("exports", "imports"),
}


def build(raw: Path | None = None) -> pd.DataFrame:
    """The panel from the figures in `data/raw`: verified, read, chained, checked, sorted."""
    published = sources.read_all(raw)
    frame = pd.concat([published, chained(published)], ignore_index=True)
    frame = frame.sort_values(KEY, ignore_index=True)
    return check(frame)


def chained(published: pd.DataFrame) -> pd.DataFrame:
    """GDP in constant dollars for every edition of the World Bank that does not have it.

    Y(t) = Y(t-1) · (1 + g(t)/100), with Y(2015) = GDP of 2015 in current dollars: constant dollars
    of 2015 are current ones in 2015. Years before 2015 follow from the same equation backwards. A
    gap in growth ends the chain; nothing is filled in.
    """
    wdi = published[published["source"] == "wdi"]
    rows = []
    for vintage, edition in wdi.groupby("vintage", sort=True):
        growth = _pivot(edition[edition["indicator"] == GROWTH])
        dollars = _pivot(edition[edition["indicator"] == DOLLARS])
        has = set(edition.loc[edition["indicator"] == VOLUME, "economy"])
        for economy in growth.columns.intersection(dollars.columns).difference(has):
            levels = _levels(growth[economy], dollars[economy].get(BASE_YEAR, np.nan))
            key = ("wdi", vintage, economy, "", VOLUME)
            rows += [
                (*key, year, value, VOLUME_UNIT, "observed", "chained")
                for year, value in levels.items()
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pivot(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot(index="year", columns="economy", values="value")


def _levels(growth: pd.Series, base: float) -> dict[int, float]:
    if np.isnan(base):
        return {}
    rates = growth.dropna().to_dict()
    levels = {BASE_YEAR: float(base)}
    year = BASE_YEAR
    while year + 1 in rates:
        levels[year + 1] = levels[year] * (1 + rates[year + 1] / 100)
        year += 1
    year = BASE_YEAR
    while year in rates:
        levels[year - 1] = levels[year] / (1 + rates[year] / 100)
        year -= 1
    return levels


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, if it is a panel: columns, types, unique keys, statuses, ranges by unit.

    Raises InputError for the first row that is not.
    """
    import pandera.pandas as pa

    frame = frame.reset_index(drop=True)
    try:
        return _schema().validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
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
    """What a panel is, as pandera checks it."""
    import pandera.pandas as pa

    def within(rows: pd.DataFrame) -> pd.Series:
        bounds = rows["unit"].map(UNITS)
        known = bounds.notna()
        low = bounds.where(known).str[0].astype(float)
        high = bounds.where(known).str[1].astype(float)
        return ~known | ((rows["value"] >= low) & (rows["value"] <= high))

    def one_of(words) -> pa.Check:
        return pa.Check.isin(list(words), error=f"one of {', '.join(words)}")

    def like(pattern: str, name: str) -> pa.Check:
        return pa.Check.str_matches(pattern, error=name)

    years = pa.Check.in_range(FIRST_YEAR, LAST_YEAR, error=f"from {FIRST_YEAR} to {LAST_YEAR}")
    return pa.DataFrameSchema(
        {
            "source": pa.Column(str, like(r"^[a-z]+$", "a source's name")),
            "vintage": pa.Column(str, like(r"^\d{4}(-\d{2}){0,2}$", "an edition: 2026-07-01")),
            "economy": pa.Column(str, like(r"^[A-Z][A-Z0-9_]{1,15}$", "a code such as KAZ")),
            "partner": pa.Column(
                str, like(r"^([A-Z][A-Z0-9_]{1,15})?$", "a code such as KGZ, or nothing")
            ),
            "indicator": pa.Column(str, pa.Check.str_length(min_value=2)),
            "year": pa.Column(int, years),
            "value": pa.Column(float, nullable=False),
            "unit": pa.Column(str, one_of(UNITS)),
            "status": pa.Column(str, one_of(STATUSES)),
            "origin": pa.Column(str, one_of(ORIGINS)),
        },
        checks=pa.Check(within, error="a value that its unit allows"),
        unique=KEY,
        strict=True,
        ordered=True,
    )


def write(frame: pd.DataFrame, path: Path) -> None:
    """The panel as CSV: every figure with all its digits, the same bytes for the same figures. The
    file is replaced at once, so that nobody reads half of it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            frame.to_csv(file, index=False, lineterminator="\n")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class Panel:
    """The panel with the views that computations need, each made once.

    Raises InputError where the table lacks a column of the panel.
    """

    def __init__(self, frame: pd.DataFrame, file: str = "panel"):
        missing = [c for c in COLUMNS if c not in frame.columns]
        if missing:
            raise InputError(
                file=file,
                row=1,
                field=missing[0],
                found=", ".join(map(str, frame.columns)),
                expected=", ".join(COLUMNS),
                todo="make the panel again with `make panel`",
            )
        self.frame = frame
        self._groups = {
            key: part
            for key, part in frame.groupby(["source", "vintage", "indicator"], observed=True)
        }
        self._views: dict[tuple, pd.DataFrame] = {}

    @classmethod
    def load(cls, path: Path | str) -> Panel:
        """The panel that 01_clean has written."""
        path = Path(path)
        if not path.is_file():
            raise InputError(
                file=paths.shown(path),
                found="no such file",
                expected="the panel, which 01_clean writes",
                todo="run `make panel` (or the notebook 01_clean)",
            )
        text = {c: "category" for c in COLUMNS if c not in ("year", "value", "partner")}
        try:
            frame = pd.read_csv(
                path,
                dtype=text | {"partner": "str", "year": "int64", "value": "str"},
                keep_default_na=False,
            )
            # Python's own float reads back every digit that was written, in any pandas.
            frame["value"] = [float(value) for value in frame.get("value", ())]
        except ValueError as error:  # pandas's own errors of parsing are among them
            raise InputError(
                file=paths.shown(path),
                found=str(error).strip().splitlines()[0],
                expected="the panel as 01_clean writes it",
                todo="make it again with `make panel`",
            ) from error
        return cls(frame, paths.shown(path))

    def vintages(self, source: str, indicator: str | None = None) -> list[str]:
        """The editions of a source (that hold an indicator), oldest first."""
        return sorted({v for s, v, i in self._groups if s == source and indicator in (None, i)})

    def latest(self, source: str) -> str:
        """The newest edition of a source that holds all its main indicators."""
        wanted = MAIN.get(source, ())
        for vintage in reversed(self.vintages(source)):
            if all((source, vintage, code) in self._groups for code in wanted):
                return vintage
        raise InputError(
            file="panel",
            field="source",
            found=repr(source),
            expected=f"one of {', '.join(self.sources())}",
            todo=f"did you mean {nearest(source, self.sources())!r}?",
        )

    def sources(self) -> list[str]:
        """Whose figures the panel holds."""
        return sorted({s for s, _, _ in self._groups})

    def economies(self, source: str | None = None) -> list[str]:
        """Economies and groups that have a figure (of a source)."""
        rows = self.frame if source is None else self.frame[self.frame["source"] == source]
        return sorted(set(rows["economy"].astype(str)))

    def wide(
        self,
        source: str,
        vintage: str,
        indicator: str,
        economies: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Figures year × economy, NaN where there is none; empty where the edition has none."""
        table = self._view("value", source, vintage, indicator)
        return table if economies is None else table.reindex(columns=list(economies))

    def status(self, source: str, vintage: str, indicator: str) -> pd.DataFrame:
        """Statuses year × economy, None where there is no figure."""
        return self._view("status", source, vintage, indicator)

    def bilateral(
        self, source: str, reporter: str, partners: Sequence[str], flow: str
    ) -> pd.DataFrame:
        """A reporter's exports or imports by partner, year × partner, in the publisher's unit, from
        the source's latest edition."""
        key = ("bilateral", source, reporter, flow)
        if key not in self._views:
            rows = self._rows(source, self.latest(source), flow)
            rows = rows[(rows["economy"] == reporter) & (rows["partner"] != "")]
            self._views[key] = rows.pivot(index="year", columns="partner", values="value")
        return self._views[key].reindex(columns=list(partners))

    def _rows(self, source: str, vintage: str, indicator: str) -> pd.DataFrame:
        return self._groups.get((source, vintage, indicator), self.frame.iloc[:0])

    def _view(self, column: str, source: str, vintage: str, indicator: str) -> pd.DataFrame:
        key = (column, source, vintage, indicator)
        if key not in self._views:
            rows = self._rows(source, vintage, indicator)
            rows = rows[rows["partner"] == ""].astype({"economy": "str", column: "object"})
            table = rows.pivot(index="year", columns="economy", values=column)
            self._views[key] = table.astype(float) if column == "value" else table
        return self._views[key]
