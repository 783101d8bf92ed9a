"""The published figures that the primary readings stand on, and nothing else: small enough to lie
in the report, and enough to compute every primary number again when the next report wants to know
what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from growth_claims import region, tables
from growth_claims.claims import Reading
from growth_claims.panel import Panel
from growth_claims.readings import Study
from growth_claims.readings.evaluate import evaluate
from growth_claims.sources.readers import COLUMNS
from growth_claims.verdicts import Assessment

NAME = "inputs.csv"
KEY = ("source", "vintage", "economy", "partner", "indicator", "year")
#: The claims that a figure serves, with spaces between.
CLAIMS = "claims"
DEFLATOR = "NY.GDP.DEFL.KD.ZG"


class Traced(Panel):
    """A panel that remembers which tables were looked at."""

    def __init__(self, panel: Panel):
        self.frame, self._groups, self._views = panel.frame, panel._groups, panel._views
        self.asked: dict[tuple[str, str, str], None] = {}

    def _view(self, column: str, source: str, vintage: str, indicator: str) -> pd.DataFrame:
        self.asked[source, vintage, indicator] = None
        return super()._view(column, source, vintage, indicator)

    def bilateral(
        self, source: str, reporter: str, partners: Sequence[str], flow: str
    ) -> pd.DataFrame:
        self.asked[source, self.latest(source), flow] = None
        return super().bilateral(source, reporter, partners, flow)


def used_figures(study: Study, assessments: Iterable[Assessment]) -> pd.DataFrame:
    """The panel's rows that the primary readings used, each with the claims that it serves."""
    used: dict[int, list[str]] = defaultdict(list)
    for a in assessments:
        if a.primary is None or a.primary.found is None:
            continue
        panel, reading = Traced(study.panel), a.primary.found.reading
        evaluate(replace(study, panel=panel), reading, a.claim.stated.unit)
        for place in panel.asked:
            rows = panel._rows(*place)
            for index in rows.index[_serves(rows, place[2], reading)]:
                used[index].append(a.claim.id)
    rows = study.panel.frame.loc[sorted(used)].astype({c: str for c in COLUMNS if c != "value"})
    rows = rows.assign(**{CLAIMS: [" ".join(used[i]) for i in rows.index], "value": rows["value"]})
    rows["year"] = rows["year"].astype(int)
    return rows.sort_values(list(KEY), ignore_index=True)[[*COLUMNS, CLAIMS]]


def _serves(rows: pd.DataFrame, indicator: str, reading: Reading) -> pd.Series:
    """Which rows of a table a reading takes: its economies or partners, its years. What is chained
    is chained from 2015."""
    years = [y for y in (reading.start, reading.end) if y is not None]
    chained = indicator in (*region.GROWTH.values(), DEFLATOR, *sum(region.VOLUMES.values(), ()))
    if chained:
        years.append(region.BASE_YEAR)
    if chained or reading.estimator:
        inside = rows["year"].between(min(years), max(years))
    else:
        inside = rows["year"].isin(years)
    if reading.reporter:
        partners = {*reading.partners, *(p for s in reading.partner_sets for p in s)}
        return inside & (rows["economy"] == reading.reporter) & rows["partner"].isin(partners)
    economies = {*reading.economies, *reading.among, reading.against}
    if indicator == DEFLATOR:
        economies.add("USA")
    return inside & (rows["partner"] == "") & rows["economy"].isin(economies)


def text(figures: pd.DataFrame) -> str:
    """inputs.csv."""
    return tables.csv_text(figures.to_dict("records"), list(figures.columns))


def load(path: Path) -> pd.DataFrame | None:
    """The figures of an earlier report; None where it has none that can be read."""
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        if not set((*COLUMNS, CLAIMS)) <= set(frame.columns):
            return None
        # Python's own conversion is exact to the last digit
        return frame.assign(
            year=[int(y) for y in frame["year"]], value=[float(v) for v in frame["value"]]
        )
    except (OSError, ValueError):
        return None


def of_claim(figures: pd.DataFrame, claim_id: str) -> pd.DataFrame:
    """The figures that serve a claim, by their key."""
    serves = [claim_id in ids.split(" ") for ids in figures[CLAIMS]]
    return figures[serves].set_index(list(KEY))[["value", "unit", "status"]]
