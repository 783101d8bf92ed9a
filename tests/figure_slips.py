"""Slips of who copies or edits figures, made in real ones: `figure_slips.yaml` names them."""

from __future__ import annotations

import copy
import random
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from growth_claims.panel import Panel
from growth_claims.sources.downloads import vocabulary
from growth_claims.sources.plausible import is_rate

_TABLE = yaml.safe_load(Path(__file__).with_name("figure_slips.yaml").read_text(encoding="utf-8"))
#: Name → what is changed, how, with what, in which kind of indicator; of those that get in, where.
SLIPS: dict[str, list] = _TABLE["slips"]
LET_IN: dict[str, list[str]] = _TABLE["let in"]
#: Where each slip is made: a source, its edition that comes in, the name that it comes in under
#: (its own, or where the source has no other, a later one), the indicator.
TARGETS = [
    *(
        ("wdi", "2026-07-01", "2026-07-01", code)
        for code in ("SP.POP.TOTL", "NY.GDP.MKTP.CD", "NY.GDP.MKTP.KD.ZG", "TX.VAL.MRCH.CD.WT")
    ),
    *(("weo", "2025-10", "2025-10", code) for code in ("LP", "NGDPD", "NGDP_RPCH", "PCPIPCH")),
    ("uzstat", "2026-07-15", "2027-07-15", "NATSTAT_EXPORTS"),
    ("cisstat", "2026-09", "2027-09", "CISSTAT_GDP_VOLUME_INDEX"),
    ("wits", "2026-10", "2027-10", "exports"),
    ("cia", "2026-05-17", "2027-05-17", "CIA_GDP_OER"),
    ("bns", "2026", "2027", "BNS_GOODS_EXPORTS"),
]


def before(panel: Panel, source: str, edition: str) -> Panel:
    """The panel as it was before an edition of a source came in."""
    made = copy.copy(panel)
    for kept in ("frame", "_held"):
        made.__dict__.pop(kept, None)
    made._groups = {k: n for k, n in panel._groups.items() if k[0] != source or k[1] < edition}
    made._missing = {}
    made._tables = {k: t for k, t in panel._tables.items() if k[:3] in made._groups}
    return made


def companions(source: str, code: str) -> set[str]:
    """The indicator and those that have to fit it."""
    of = [set(codes) for codes in vocabulary()["identities"].get(source, ()) if code in codes]
    return {code}.union(*of)


def edition(panel: Panel, source: str, vintage: str, *indicators: str) -> pd.DataFrame:
    """What an edition has published of some indicators (or of all)."""
    codes = [c for c in panel.indicators(source, vintage) if c in indicators or not indicators]
    rows = panel._read([n for c in codes for n in panel._groups_of(source, vintage, c)])
    rows = rows[rows["origin"] == "published"].reset_index(drop=True)
    words = rows.columns.drop(["year", "value"])
    return rows.astype(dict.fromkeys(words, "str"))


class Slip:
    """One slip in the rows of an edition; `at`: the rows that it is made in."""

    def __init__(self, name: str, rows: pd.DataFrame, code: str, older: pd.DataFrame | None):
        self.scope, self.do, self.by, self.kind = SLIPS[name]
        self.draw = random.Random(f"{name} {code}")
        self.rows, self.code, self.older = rows.copy(), code, older
        mine = rows[rows["indicator"] == code]
        self.series = mine["economy"] + ">" + mine["partner"]
        self.last = int(rows["vintage"].iloc[0][:4]) - 1
        if self.scope == "figure":
            near = mine[mine["year"].between(1998, self.last - 1) & (mine["value"].abs() > 0.3)]
            near = near[near["value"] < 0] if self.do == "sign_lost" else near
            self.at = pd.Index([self.draw.choice(list(near.index))] if len(near) else [])
        elif self.scope == "series":
            self.at = self._of(self.draw.choice(sorted(set(self.series))))
        else:
            self.at = mine.index

    def make(self) -> pd.DataFrame | None:
        """The rows with the slip; None where there is nothing to make it of, or the indicator is of
        another kind than the slip."""
        rate = is_rate(self.rows.loc[self.series.index[0], "unit"])
        if self.kind not in ("any", "rate" if rate else "level") or not len(self.at):
            return None
        was = self.rows.copy()
        made = getattr(self, self.do)()
        rows = self.rows if made is None else made
        return None if rows.equals(was) else rows.reset_index(drop=True)

    def _of(self, series: str) -> pd.Index:
        return self.series.index[self.series == series]

    def _set(self, values) -> None:
        self.rows.loc[self.at, "value"] = values

    def _values(self) -> pd.Series:
        return self.rows.loc[self.at, "value"]

    def _written(self, change) -> None:
        self._set([float(change(f"{v:.12g}")) for v in self._values()])

    def _beside(self, years: int) -> pd.Series:
        """The figures of the same series so many years later, where there are any."""
        rows = self.rows.loc[self.series.index].assign(series=self.series)
        values = rows.set_index(["series", "year"])["value"]
        keys = [self.series[self.at], self.rows.loc[self.at, "year"] + years]
        there = values.reindex(pd.MultiIndex.from_arrays(keys)).to_numpy()
        return pd.Series(there, self.at).fillna(self._values())

    def times(self):
        self._set(self._values() * self.by)

    def plus(self):
        self._set(self._values() + self.by)

    def point_lost(self):
        self._written(lambda text: text.replace(".", "") if "." in text else text + "0")

    def sign_lost(self):
        self._set(self._values().abs())

    def digits_exchanged(self):
        def change(text):
            pairs = [k for k in range(len(text) - 1) if text[k : k + 2].isdigit()]
            k = next((k for k in pairs if text[k] != text[k + 1]), None)
            return text if k is None else text[:k] + text[k + 1] + text[k] + text[k + 2 :]

        self._written(change)

    def one_digit(self):
        def change(text):
            at = [k for k, sign in enumerate(text) if sign.isdigit()][:2][-1]
            return text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]

        self._written(change)

    def digit_twice(self):
        def change(text):
            at = next(k for k, sign in enumerate(text) if sign.isdigit())
            return text[: at + 1] + text[at:]

        self._written(change)

    def year_before(self):
        if self.scope == "column":
            self.at = self.at[self.rows.loc[self.at, "year"] == self.last - 1]
        self._set(self._beside(-1))

    def years_exchanged(self):
        year = self.last - 1 if self.scope == "column" else int(self.rows.loc[self.at[0], "year"])
        rows = self.rows
        two = self.series.index[rows.loc[self.series.index, "year"].isin([year, year - 1])]
        if self.scope == "figure":
            two = two[self.series[two] == self.series[self.at[0]]]
        both = self.series[two].duplicated(keep=False)
        two = two[both]
        rows.loc[two, "year"] = 2 * year - 1 - rows.loc[two, "year"]

    def economies_exchanged(self):
        one = self.at[0]
        mine = self.rows.loc[self.series.index]
        same = mine.index[mine["year"] == self.rows.at[one, "year"]]
        other = self.draw.choice([k for k in same if k != one] or [one])
        values = self.rows.loc[[one, other], "value"].to_numpy()
        self.rows.loc[[one, other], "value"] = values[::-1]

    def gone(self):
        return self.rows.drop(self.at)

    def to_come(self):
        self.rows.loc[self.at, "year"] = 2204

    def twice(self):
        return pd.concat([self.rows, self.rows.loc[self.at]], ignore_index=True)

    def years_moved(self):
        self.rows.loc[self.at, "year"] += self.by

    def from_a_year_on(self):
        self.at = self.at[self.rows.loc[self.at, "year"] >= self.last - 5]
        self.times()

    def _another(self) -> pd.Index:
        mine = self.series[self.at[0]]
        return self._of(self.draw.choice(sorted(set(self.series) - {mine}) or [mine]))

    def series_exchanged(self):
        other, names = self._another(), ["economy", "partner"]
        one, two = self.rows.loc[self.at[0], names], self.rows.loc[other[0], names]
        self.rows.loc[self.at, names], self.rows.loc[other, names] = two.to_numpy(), one.to_numpy()

    def series_of_another(self):
        other = self.rows.loc[self._another()].set_index("year")["value"]
        mine = self.rows.loc[self.at, "year"].map(other)
        self._set(mine.fillna(self._values()))

    def _older(self) -> pd.Series:
        key = ["economy", "partner", "year"]
        rows = pd.MultiIndex.from_frame(self.rows.loc[self.at, key])
        old = self.older.drop_duplicates(key).set_index(key)["value"].reindex(rows)
        return pd.Series(old.to_numpy(), self.at).fillna(self._values())

    def of_older(self):
        if self.older is not None:
            self._set(self._older())

    def year_of_older(self):
        self.at = self.at[self.rows.loc[self.at, "year"] == self.last - 2]
        self.of_older()

    def ends(self):
        years = sorted(set(self.rows.loc[self.at, "year"]))[-self.by :]
        return self.rows.drop(self.at[self.rows.loc[self.at, "year"].isin(years)])

    def slid(self):
        rows = self.rows.loc[self.at]
        wide = rows.pivot_table(index=["economy", "partner"], columns="year", values="value")
        moved = pd.DataFrame(np.roll(wide.to_numpy(), 1, axis=0), wide.index, wide.columns)
        moved = moved.stack().dropna().rename("value").reset_index()
        one = rows.iloc[0].drop(["economy", "partner", "year", "value"])
        return pd.concat([self.rows.drop(self.at), moved.assign(**one)], ignore_index=True)

    def by_half(self):
        last = self.at[self.rows.loc[self.at, "year"] == self.last]
        return self.rows.drop(last[::2])

    def misspelt(self):
        words = self.rows.loc[self.at, self.by]
        self.rows.loc[self.at, self.by] = words.str[:-1] + "Q"
