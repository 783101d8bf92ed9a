"""What a careful person looks at first: what is there and what is missing, what was observed and
what estimated, where a series breaks, where sources disagree, how much each edition revised the
last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from growth_claims.panel import Panel

KEYS = ["source", "vintage", "indicator"]


def coverage(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """What the newest edition of each source holds. One row a source and indicator; columns source,
    vintage, indicator, unit, economies (how many of those asked for), first, last, figures, gaps
    (years without a figure between an economy's first and last)."""
    frame = panel.frame
    frame = frame[frame["economy"].isin(list(economies)) & (frame["partner"] == "")]
    rows = []
    for (source, indicator), part in frame.groupby(["source", "indicator"], observed=True):
        vintage = str(max(part["vintage"].astype(str)))
        newest = part[part["vintage"] == vintage]
        rows.append(
            (
                source,
                vintage,
                indicator,
                str(newest["unit"].iloc[0]),
                int(newest["economy"].nunique()),
                int(newest["year"].min()),
                int(newest["year"].max()),
                len(newest),
                int(sum(len(missing) for missing in _missing(newest).values())),
            )
        )
    columns = [
        "source",
        "vintage",
        "indicator",
        "unit",
        "economies",
        "first",
        "last",
        "figures",
        "gaps",
    ]
    return pd.DataFrame(rows, columns=columns)


def _missing(part: pd.DataFrame) -> dict[str, list[int]]:
    """Years without a figure between the first and the last that an economy has."""
    found = {}
    for economy, rows in part.groupby("economy", observed=True):
        years = set(rows["year"])
        found[str(economy)] = sorted(set(range(min(years), max(years) + 1)) - years)
    return found


def gaps(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """Every gap in the newest editions: source, vintage, indicator, economy, years (as text)."""
    frame = panel.frame
    frame = frame[frame["economy"].isin(list(economies)) & (frame["partner"] == "")]
    rows = []
    for (source, indicator), part in frame.groupby(["source", "indicator"], observed=True):
        vintage = str(max(part["vintage"].astype(str)))
        for economy, years in _missing(part[part["vintage"] == vintage]).items():
            if years:
                text = ", ".join(map(str, years))
                rows.append((source, vintage, indicator, economy, len(years), text))
    columns = ["source", "vintage", "indicator", "economy", "count", "years"]
    return pd.DataFrame(rows, columns=columns)


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
    ("growth", ("wdi", "NY.GDP.MKTP.KD.ZG", 1.0), ("weo", "NGDP_RPCH", 1.0)),
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
