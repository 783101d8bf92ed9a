"""The published figures that the primary readings stand on, and nothing else: small enough to lie
in the report, and enough to compute every primary number again when the next report wants to know
what changed."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from growth_claims.claims import Claim
from growth_claims.panel import COLUMNS, Panel
from growth_claims.quantities import BASE_YEAR
from growth_claims.readings import Study, evaluate
from growth_claims.region import NoData

NAME = "inputs.csv"
KEY = ("source", "vintage", "economy", "partner", "indicator", "year")
#: The claims that a figure serves, with spaces between.
CLAIMS = "claims"


class Traced:
    """A panel that remembers what was looked at: (source, edition, indicator) and for whom."""

    def __init__(self, panel: Panel):
        self._panel = panel
        self.asked: list[tuple[tuple[str, str, str], str, Sequence[str], str | None]] = []

    def levels(self, source, vintage, indicator, economies, reporter=None):
        by = "economy" if reporter is None else "partner"
        self.asked.append(((source, vintage, indicator), by, tuple(economies), reporter))
        return self._panel.levels(source, vintage, indicator, economies, reporter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._panel, name)


def used_figures(study: Study, claims: Iterable[Claim]) -> pd.DataFrame:
    """The panel's rows that the primary readings used, each with the claims that it serves;
    columns COLUMNS and `claims`."""
    rows: dict[tuple, dict[str, Any]] = {}
    serves: dict[tuple, list[str]] = defaultdict(list)
    for claim in claims:
        for row in _of(study, claim):
            key = tuple(row[k] for k in KEY)
            rows[key] = row
            if claim.id not in serves[key]:
                serves[key].append(claim.id)
    made = [row | {CLAIMS: " ".join(serves[key])} for key, row in sorted(rows.items())]
    return pd.DataFrame(made, columns=[*COLUMNS, CLAIMS])


def _of(study: Study, claim: Claim) -> Iterable[dict[str, Any]]:
    reading = study.primary(claim)
    if reading is None or not reading.quantity:
        return
    panel = Traced(study.panel)
    try:
        found = evaluate(replace(study, panel=panel, _made={}), claim, reading)
    except NoData:
        return
    years = [y for y in (reading.start, reading.end, BASE_YEAR) if y is not None]
    for key, column, codes, reporter in dict.fromkeys(panel.asked):
        if found.editions.get(key[0]) != key[1]:
            continue  # looked into for its years, and not taken
        table = study.panel._rows(*key)
        kept = table[column].isin(codes) & table["year"].between(min(years), max(years))
        if reporter is not None:
            kept &= table["economy"] == reporter
        else:
            kept &= table["partner"] == ""
        yield from (
            table[kept]
            .astype({c: str for c in COLUMNS if c not in ("year", "value")})
            .to_dict("records")
        )


def text(figures: pd.DataFrame) -> str:
    """inputs.csv."""
    return figures.to_csv(index=False, lineterminator="\n")


def load(path: Path) -> pd.DataFrame | None:
    """The figures of an earlier report; None where it has none that can be read."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        frame = pd.DataFrame(rows)[[*COLUMNS, CLAIMS]]
        # Python's own conversion is exact to the last digit
        return frame.assign(
            year=[int(y) for y in frame["year"]], value=[float(v) for v in frame["value"]]
        )
    except (OSError, ValueError, KeyError, csv.Error):
        return None


def of_claim(figures: pd.DataFrame, claim_id: str) -> pd.DataFrame:
    """The figures that serve a claim."""
    return figures[[claim_id in ids.split(" ") for ids in figures[CLAIMS]]]
