"""What a careful person looks at first: what is there and what is missing, what was observed and
what estimated, where a series breaks, where sources disagree, how much each edition revised the
last."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from growth_claims.panel import Panel

#: What stands in the column `economy` for the sum of all countries asked for.
REGION = "region"
#: The last years of an edition, whose figures are news.
RECENT_YEARS = 5
#: Percent, or percentage points: a smaller difference is the last digit of a computer's number.
SAME = 1e-9


def coverage(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """What the newest edition of each source holds. One row a source and indicator; columns source,
    vintage, indicator, unit, economies (how many of those asked for), first, last, figures, gaps
    (years without a figure between an economy's first and last)."""
    one_by_one = coverage_by_economy(panel, economies)
    grouped = one_by_one.groupby(["source", "vintage", "indicator", "unit"], sort=False)
    return grouped.agg(
        economies=("economy", "nunique"),
        first=("first", "min"),
        last=("last", "max"),
        figures=("figures", "sum"),
        gaps=("gaps", lambda parts: sum(map(len, parts))),
    ).reset_index()


def coverage_by_economy(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """What the newest edition of each source holds, economy by economy. Columns source, vintage,
    indicator, unit, economy, first, last, figures, gaps (the years missing between)."""
    rows = []
    for source, vintage, indicator, part in _newest(panel, economies):
        for economy, figures in part.groupby("economy", observed=True):
            years = set(figures["year"])
            first, last = min(years), max(years)
            gaps = tuple(sorted(set(range(first, last + 1)) - years))
            unit = str(figures["unit"].iloc[0])
            rows.append(
                (source, vintage, indicator, unit, str(economy), first, last, len(years), gaps)
            )
    columns = [
        "source",
        "vintage",
        "indicator",
        "unit",
        "economy",
        "first",
        "last",
        "figures",
        "gaps",
    ]
    return pd.DataFrame(rows, columns=columns)


def _newest(panel: Panel, economies: Sequence[str]) -> Iterable[tuple[str, str, str, pd.DataFrame]]:
    """Source, edition, indicator and figures of the newest edition that holds the indicator;
    without trade by partner, which `series_break` looks at."""
    frame = panel.frame
    frame = frame[frame["economy"].isin(list(economies)) & (frame["partner"] == "")]
    for (source, indicator), part in frame.groupby(["source", "indicator"], observed=True):
        vintages = part["vintage"].astype(str)
        vintage = vintages.max()
        yield str(source), vintage, str(indicator), part[vintages == vintage]


def gaps(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """Where the newest editions lack years that they have for another country: between a country's
    first and last year, before it, or after it. Columns source, vintage, indicator, economy, first,
    last, gaps (the years missing between), count (of those), short (years missing before and
    after). Single figures of the press, and the CIA's last three years, are no series."""
    rows = coverage_by_economy(panel, economies)
    rows = rows[~rows["source"].isin(["press", "cia"])].copy()
    series = rows.groupby(["source", "indicator"])
    rows["count"] = rows["gaps"].map(len)
    rows["short"] = (
        rows["first"]
        - series["first"].transform("min")
        + series["last"].transform("max")
        - rows["last"]
    )
    missing = rows[(rows["count"] > 0) | (rows["short"] > 0)]
    columns = [
        "source",
        "vintage",
        "indicator",
        "economy",
        "first",
        "last",
        "gaps",
        "count",
        "short",
    ]
    return missing[columns].reset_index(drop=True)


def spans(years: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each unbroken run: 2001, 2002, 2005 → (2001, 2002), (2005, 2005)."""
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


def observed_to(
    panel: Panel, economies: Sequence[str], indicator: str = "NGDP_RPCH"
) -> pd.DataFrame:
    """The last year that the IMF itself calls observed, edition by edition: vintage and a column an
    economy; years later than that, in the same edition, are its estimates and projections."""
    rows = []
    for vintage in panel.vintages("weo", indicator):
        table = panel.status("weo", vintage, indicator).reindex(columns=list(economies))
        rows.append((vintage, *((table == "observed")[e][::-1].idxmax() for e in economies)))
    return pd.DataFrame(rows, columns=["vintage", *economies])


def statuses(panel: Panel, vintage: str, economies: Sequence[str], indicator: str = "NGDP_RPCH"):
    """The IMF's own distinction in an edition, economy by economy: last observed year, years
    estimated, years projected. Columns: economy, observed_to, estimated, projected."""
    table = panel.status("weo", vintage, indicator).reindex(columns=list(economies))
    rows = []
    for economy in economies:
        column = table[economy].dropna()
        observed = column.index[column == "observed"]
        rows.append(
            (
                economy,
                int(observed.max()) if len(observed) else None,
                ", ".join(str(y) for y in column.index[column == "estimate"]) or "–",
                ", ".join(str(y) for y in column.index[column == "projection"]) or "–",
            )
        )
    return pd.DataFrame(rows, columns=["economy", "observed_to", "estimated", "projected"])


def series_break(panel: Panel, reporter: str, partners: Sequence[str]) -> pd.DataFrame:
    """The bilateral series on either side of its break: total of exports and imports by year and
    source, and the change over the year before (across the break: flagged, since part of it is the
    change of source). Columns: year, source, value, change, across."""
    parts = []
    for source in ("wits", "bns"):
        exports = panel.bilateral(source, reporter, partners, "exports")
        imports = panel.bilateral(source, reporter, partners, "imports")
        total = (exports + imports).sum(axis=1, min_count=len(partners))
        parts.append(pd.DataFrame({"value": total, "source": source}))
    frame = pd.concat(parts).reset_index(names="year")
    frame["change"] = frame["value"].pct_change(fill_method=None) * 100
    frame["across"] = frame["source"].ne(frame["source"].shift()) & (frame.index > 0)
    return frame[["year", "source", "value", "change", "across"]]


#: Pairs of figures of the same thing by two publishers: (what, first source and code, second source
#: and code, factor on the second). Levels are compared in percent, growth in percentage points.
PAIRS = (
    ("gdp", ("wdi", "NY.GDP.MKTP.CD", 1e-9), ("weo", "NGDPD", 1.0)),
    ("gdp", ("wdi", "NY.GDP.MKTP.CD", 1e-9), ("cia", "CIA_GDP_OER", 1e-9)),
    ("growth", ("wdi", "NY.GDP.MKTP.KD.ZG", 1.0), ("weo", "NGDP_RPCH", 1.0)),
    ("growth", ("wdi", "NY.GDP.MKTP.KD.ZG", 1.0), ("cia", "CIA_GDP_GROWTH", 1.0)),
    ("growth", ("wdi", "NY.GDP.MKTP.KD.ZG", 1.0), ("cisstat", "CISSTAT_GDP_VOLUME_INDEX", 1.0)),
    ("population", ("wdi", "SP.POP.TOTL", 1e-6), ("weo", "LP", 1.0)),
)


def disagreements(panel: Panel, economies: Sequence[str], first_year: int = 2000) -> pd.DataFrame:
    """Where two publishers' newest editions disagree, largest first within each kind. Columns:
    what, first, second (sources), economy, year, one, other, difference (percent; points for
    growth)."""
    rows = []
    for what, one, other in PAIRS:
        a = _of(panel, *one, economies)
        b = _of(panel, *other, economies)
        for economy in economies:
            for year in a.index.intersection(b.index):
                x, y = a.at[year, economy], b.at[year, economy]
                if year >= first_year and np.isfinite(x) and np.isfinite(y):
                    difference = y - x if what == "growth" else (y / x - 1) * 100
                    rows.append((what, one[0], other[0], economy, int(year), x, y, difference))
    columns = ["what", "first", "second", "economy", "year", "one", "other", "difference"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["size"] = frame["difference"].abs()
    order = ["what", "second", "size"]
    frame = frame.sort_values(order, ascending=[True, True, False], kind="stable")
    return frame.drop(columns="size").reset_index(drop=True)


def _of(panel: Panel, source: str, code: str, factor: float, economies) -> pd.DataFrame:
    table = panel.wide(source, panel.latest(source), code, economies) * factor
    return table - 100 if source == "cisstat" else table


def largest_by_economy(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `disagreements`: each economy's largest difference and its median size, by kind."""
    size = frame.assign(size=frame["difference"].abs())
    keys = ["what", "first", "second", "economy"]
    worst = size.loc[size.groupby(keys)["size"].idxmax()].set_index(keys)
    median = size.groupby(keys)["size"].median().rename("median")
    table = worst.join(median).reset_index()
    return table.sort_values(
        ["what", "second", "median"], ascending=[True, True, False], ignore_index=True
    )[[*keys, "median", "difference", "year", "one", "other"]]


#: What editions are compared in: code by source and the factor to billion dollars or million
#: persons; percentage points for growth, percent for levels.
MEASURES = {
    "gdp": {"wdi": ("NY.GDP.MKTP.CD", 1e-9), "weo": ("NGDPD", 1.0)},
    "growth": {"wdi": ("NY.GDP.MKTP.KD.ZG", 1.0), "weo": ("NGDP_RPCH", 1.0)},
    "population": {"wdi": ("SP.POP.TOTL", 1e-6), "weo": ("LP", 1.0)},
}


def steps(panel: Panel, economies: Sequence[str], first_year: int = 2000) -> pd.DataFrame:
    """How each edition revised the one before it: every figure of a year that was over when the
    earlier one came out, by country, and for levels also for the sum of them all (REGION). Columns
    what, source, earlier, later, economy, year, before, after, revision (percent of the earlier
    figure; percentage points for growth), recent (one of the earlier edition's last years)."""
    rows = []
    for what, codes in MEASURES.items():
        for source, (code, factor) in codes.items():
            for earlier, later in itertools.pairwise(panel.vintages(source, code)):
                old = _levels(panel, what, source, earlier, code, factor, economies)
                new = _levels(panel, what, source, later, code, factor, economies)
                over = int(earlier[:4]) - 1
                old = old.loc[first_year:over]
                change = new.reindex(old.index) - old
                if what != "growth":
                    change = change / old * 100
                found = change.stack().dropna()
                rows += [
                    (
                        *(what, source, earlier, later, economy, int(year)),
                        *(old.at[year, economy], new.at[year, economy], revision),
                        year > over - RECENT_YEARS,
                    )
                    for (year, economy), revision in found.items()
                ]
    columns = [
        "what",
        "source",
        "earlier",
        "later",
        "economy",
        "year",
        "before",
        "after",
        "revision",
        "recent",
    ]
    return pd.DataFrame(rows, columns=columns)


def _levels(panel, what, source, vintage, code, factor, economies) -> pd.DataFrame:
    table = panel.wide(source, vintage, code, economies) * factor
    if what != "growth":
        table = table.assign(**{REGION: table.sum(axis=1, skipna=False)})
    return table


def largest_steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `steps`: a row for each pair of editions. Growth by country, levels of the region. Columns
    what, source, earlier, later, compared (figures), median (size), largest (signed), economy,
    year (both None where nothing was revised)."""
    frame = frame[(frame["what"] == "growth") | (frame["economy"] == REGION)]
    rows = []
    for key, part in frame.groupby(["what", "source", "earlier", "later"], sort=True):
        size = part["revision"].abs()
        worst = part.loc[size.idxmax()]
        changed = size.max() > SAME
        where = (worst["economy"], int(worst["year"])) if changed else (None, None)
        rows.append((*key, len(part), float(size.median()), float(worst["revision"]), *where))
    columns = [
        "what",
        "source",
        "earlier",
        "later",
        "compared",
        "median",
        "largest",
        "economy",
        "year",
    ]
    return pd.DataFrame(rows, columns=columns)


def revised(panel: Panel, economies: Sequence[str], year: int) -> pd.DataFrame:
    """What successive editions said of one year's GDP growth and GDP in dollars, by economy.
    Columns: source, vintage, economy, growth, dollars (billions)."""
    codes = {"wdi": ("NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.CD", 1e-9), "weo": ("NGDP_RPCH", "NGDPD", 1)}
    rows = []
    for source, (growth, dollars, factor) in codes.items():
        for vintage in panel.vintages(source, dollars):
            rates = panel.wide(source, vintage, growth, economies)
            levels = panel.wide(source, vintage, dollars, economies) * factor
            for economy in economies:
                rate = rates[economy].get(year, np.nan) if len(rates) else np.nan
                level = levels[economy].get(year, np.nan)
                if np.isfinite(level) or np.isfinite(rate):
                    rows.append((source, vintage, economy, float(rate), float(level)))
    return pd.DataFrame(rows, columns=["source", "vintage", "economy", "growth", "dollars"])


def largest_revisions(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `revised`: each economy's first and last figure by source. Columns: source, economy,
    first, last (vintages), growth_first, growth_last, dollars_first, dollars_last,
    dollars_change."""
    rows = []
    for (source, economy), part in frame.groupby(["source", "economy"], sort=True):
        part = part.sort_values("vintage")
        a, b = part.iloc[0], part.iloc[-1]
        change = (b["dollars"] / a["dollars"] - 1) * 100
        rows.append(
            (
                source,
                economy,
                a["vintage"],
                b["vintage"],
                a["growth"],
                b["growth"],
                a["dollars"],
                b["dollars"],
                change,
            )
        )
    columns = [
        "source",
        "economy",
        "first",
        "last",
        "growth_first",
        "growth_last",
        "dollars_first",
        "dollars_last",
        "dollars_change",
    ]
    return pd.DataFrame(rows, columns=columns)
