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
#: Lowest and highest value that a unit allows (None: no bound). A figure outside is a typing error.
RANGES: dict[str, tuple[float | None, float | None]] = {
    "persons": (1.0, 1e10),
    "million persons": (0.001, 1e4),
    "current US$": (0.0, 1e15),
    "constant 2015 US$": (0.0, 1e15),
    "billion current US$": (0.0, 1e6),
    "billion current international $": (0.0, 1e6),
    "million current US$": (0.0, 1e7),
    "% a year": (-95.0, 5000.0),
    "% per year": (-95.0, 5000.0),
    "% of GDP": (0.0, 500.0),
    "% of merchandise exports": (0.0, 100.0 + 1e-9),
    "previous year = 100": (5.0, 300.0),
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
        has = set(edition["indicator"])
        if VOLUME in has or not {GROWTH, DOLLARS} <= has:
            continue
        growth = _pivot(edition[edition["indicator"] == GROWTH])
        dollars = _pivot(edition[edition["indicator"] == DOLLARS])
        for economy in growth.columns:
            base = dollars[economy].get(BASE_YEAR, np.nan) if economy in dollars else np.nan
            for year, value in _levels(growth[economy], base).items():
                rows.append(
                    (
                        "wdi",
                        vintage,
                        economy,
                        "",
                        VOLUME,
                        year,
                        value,
                        VOLUME_UNIT,
                        "observed",
                        "chained",
                    )
                )
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

    def within(rows: pd.DataFrame) -> pd.Series:
        good = pd.Series(True, index=rows.index)
        for unit, (low, high) in RANGES.items():
            of_unit = rows["unit"] == unit
            if low is not None:
                good &= ~of_unit | (rows["value"] >= low)
            if high is not None:
                good &= ~of_unit | (rows["value"] <= high)
        return good

    schema = pa.DataFrameSchema(
        {
            "source": pa.Column(str),
            "vintage": pa.Column(str, pa.Check.str_matches(r"^\d{4}(-\d{2}){0,2}$")),
            "economy": pa.Column(str, pa.Check.str_matches(r"^[A-Z][A-Z0-9_]{1,15}$")),
            "partner": pa.Column(str, pa.Check.str_matches(r"^([A-Z]{3})?$")),
            "indicator": pa.Column(str, pa.Check.str_length(min_value=2)),
            "year": pa.Column(int, pa.Check.in_range(FIRST_YEAR, LAST_YEAR)),
            "value": pa.Column(float, nullable=False),
            "unit": pa.Column(str, pa.Check.isin(sorted(UNITS))),
            "status": pa.Column(str, pa.Check.isin(STATUSES)),
            "origin": pa.Column(str, pa.Check.isin(ORIGINS)),
        },
        checks=pa.Check(within, name="range of the unit"),
        unique=KEY,
        strict=True,
        ordered=True,
    )
    try:
        return schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        first = error.failure_cases.iloc[0]
        index = first["index"]
        row = frame.loc[index] if pd.notna(index) and index in frame.index else None
        where = " ".join(str(row[k]) for k in KEY if row[k] != "") if row is not None else None
        field = None if first["column"] is None else str(first["column"])
        raise InputError(
            file="panel",
            row=where,
            field=field,
            found=repr(row[field] if row is not None and field in frame else first["failure_case"]),
            expected=str(first["check"]),
            todo="correct the figure in data/raw and run `growth-claims seal`",
        ) from error


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
        frame = pd.read_csv(
            path,
            dtype=text | {"partner": "str"},
            keep_default_na=False,
            na_values={"value": [""]},
            float_precision="round_trip",
        )
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
