"""How much do such figures move from one vintage to the next? The evidence for the margins within
which a verdict is `close`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from growth_claims import region
from growth_claims.i18n import N_
from growth_claims.panel import Panel
from growth_claims.readings.history import OWN_WEIGHTS
from growth_claims.region import NoData

QUANTILE = 0.95
#: A revision is counted where it may matter to a claim: years whose figures were news.
RECENT_YEARS = 5
LENGTH = 20

KINDS = {
    "gdp-dollars": N_("GDP of the region in dollars, percent of the earlier figure"),
    "population": N_("population of the region, percent of the earlier figure"),
    "goods-trade": N_("goods trade of the region in dollars, percent of the earlier figure"),
    "growth-20y": N_("average growth of real GDP over twenty years, percentage points"),
}


def revisions(panel: Panel, economies: Sequence[str]) -> pd.DataFrame:
    """Every revision of a regional figure from one edition of a source to its next.

    For levels the last five years that the earlier edition did not project; for growth the twenty
    years ending with each of them. Columns: kind, source, earlier, later, start, end, before,
    after, revision (percent; percentage points for growth).
    """
    rows = []
    for kind, source in (
        ("gdp-dollars", "wdi"),
        ("gdp-dollars", "weo"),
        ("population", "wdi"),
        ("population", "weo"),
        ("goods-trade", "wdi"),
        ("growth-20y", "wdi"),
        ("growth-20y", "weo"),
    ):
        rows += _of(panel, kind, source, tuple(economies))
    columns = [
        "kind",
        "source",
        "earlier",
        "later",
        "start",
        "end",
        "before",
        "after",
        "revision",
    ]
    return pd.DataFrame(rows, columns=columns)


def _of(panel: Panel, kind: str, source: str, economies: tuple[str, ...]) -> list[tuple]:
    editions = []
    quantity = "real-gdp" if kind == "growth-20y" else kind
    weights = OWN_WEIGHTS[source] if kind == "growth-20y" else None
    for vintage in panel.vintages(source):
        try:
            series = region.aggregate(panel, quantity, source, vintage, economies, weights).values
        except NoData:
            continue
        if series.notna().any():
            editions.append((vintage, series, region.last_year(source, vintage, series)))
    rows = []
    for (earlier, old, last), (later, new, _) in itertools.pairwise(editions):
        for end in range(last - RECENT_YEARS + 1, last + 1):
            start = end - LENGTH if kind == "growth-20y" else None
            before, after = _figure(old, start, end), _figure(new, start, end)
            if np.isfinite(before) and np.isfinite(after):
                revision = after - before if start is not None else (after / before - 1) * 100
                rows.append((kind, source, earlier, later, start, end, before, after, revision))
    return rows


def _figure(series: pd.Series, start: int | None, end: int) -> float:
    last = series.get(end, np.nan)
    if start is None:
        return float(last)
    return float(((last / series.get(start, np.nan)) ** (1 / (end - start)) - 1) * 100)


def spread(frame: pd.DataFrame, quantile: float = QUANTILE) -> pd.DataFrame:
    """How large revisions are. Columns: kind, count, median (absolute), p95 (absolute), largest
    (absolute); percent, percentage points for growth."""
    size: Callable = frame.assign(size=frame["revision"].abs()).groupby("kind", sort=False)["size"]
    found = size.agg(
        count="size", median="median", p95=lambda x: x.quantile(quantile), largest="max"
    )
    return found.reset_index()
