"""The method against published results: groups whose members are all here, recomputed and held
against the publisher's own aggregate."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import yaml
from pydantic import Field, ValidationError

from growth_claims import paths, region
from growth_claims.claims import Strict, Text
from growth_claims.errors import InputError
from growth_claims.panel import Panel
from growth_claims.region import NoData

FILE = "groups.yaml"
#: The World Bank prints all digits, so its growth has to come out to 1e-9 percentage points; the
#: IMF prints three decimals of rates and group totals.
TOLERANCE = {"wdi": 1e-9, "weo": 5e-3}
#: Before 2001 a World Bank aggregate may rest on members whose figures it filled in.
FIRST_YEAR = 2001
#: What is summed over members, by publisher: code and what the reader is told it is.
SUMS = {
    "wdi": ("NY.GDP.MKTP.CD", "SP.POP.TOTL", "TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT"),
    "weo": ("NGDPD", "PPPGDP"),
}


class Group(Strict):
    """A group by its publisher's code, and who is in it."""

    code: str
    publisher: Literal["wdi", "weo"]
    name: Text
    members: tuple[str, ...] = Field(min_length=2)


class Groups(Strict):
    groups: tuple[Group, ...]


def load(path: Path | None = None) -> tuple[Group, ...]:
    """The groups in the file. Raises InputError."""
    path = path or paths.claims() / FILE
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Groups.model_validate(content).groups
    except FileNotFoundError:
        found, expected = "no such file", "the groups to recompute"
    except yaml.YAMLError as error:
        found, expected = str(error), "well-formed YAML"
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc']))} = {first['input']!r}"
        expected = first["msg"]
    raise InputError(
        file=paths.shown(path), found=found, expected=expected, todo="mend the definition"
    )


def reproduce(panel: Panel, groups: tuple[Group, ...] | None = None) -> pd.DataFrame:
    """Every group in every edition that has it and all its members, year by year.

    World Bank growth: each member's volume chained from its growth and its GDP of 2015 in dollars,
    summed. IMF growth: rates weighted by the same year's GDP at purchasing power parity. Levels:
    sums. Columns: group, source, vintage, what (growth or a code), year, published, recomputed,
    difference (percentage points for growth, percent for levels), comparable (False where a member
    has no figure, with `recomputed` NaN; such a year is listed, not dropped).
    """
    rows = []
    for group in load() if groups is None else groups:
        for vintage in panel.vintages(group.publisher, region.GROWTH[group.publisher]):
            rows += _growth(panel, group, vintage)
            for code in SUMS[group.publisher]:
                rows += _sum(panel, group, vintage, code)
    columns = [
        "group",
        "source",
        "vintage",
        "what",
        "year",
        "published",
        "recomputed",
        "difference",
        "comparable",
    ]
    return pd.DataFrame(rows, columns=columns)


def left_out(panel: Panel, groups: tuple[Group, ...] | None = None) -> dict[str, tuple[str, ...]]:
    """The groups that no edition lets recompute: code → who has no growth in any of them."""
    missing = {}
    for group in load() if groups is None else groups:
        code = region.GROWTH[group.publisher]
        tables = [
            panel.wide(group.publisher, v, code) for v in panel.vintages(group.publisher, code)
        ]
        here = set().union(*(table.columns for table in tables))
        absent = tuple(who for who in (group.code, *group.members) if who not in here)
        if absent:
            missing[group.code] = absent
    return missing


def _growth(panel: Panel, group: Group, vintage: str) -> list[tuple]:
    code = region.GROWTH[group.publisher]
    rates = panel.wide(group.publisher, vintage, code)
    if not {group.code, *group.members} <= set(rates.columns):
        return []
    way = "constant-dollars" if group.publisher == "wdi" else "ppp"
    try:
        ours = region.real_gdp(panel, group.publisher, vintage, group.members, way).values
    except NoData:
        return []
    recomputed = ours.pct_change(fill_method=None) * 100
    published = rates[group.code].dropna().loc[FIRST_YEAR:]
    return _rows(group, vintage, "growth", published, recomputed, relative=False)


def _sum(panel: Panel, group: Group, vintage: str, code: str) -> list[tuple]:
    table = panel.wide(group.publisher, vintage, code)
    if not {group.code, *group.members} <= set(table.columns):
        return []
    members = table[list(group.members)]
    recomputed = members.sum(axis=1, min_count=len(group.members))
    published = table[group.code].dropna().loc[FIRST_YEAR:]
    return _rows(group, vintage, code, published, recomputed, relative=True)


def _rows(group, vintage, what, published, recomputed, *, relative: bool) -> list[tuple]:
    rows = []
    for year, value in published.items():
        ours = float(recomputed.get(year, np.nan))
        difference = (ours / value - 1) * 100 if relative else ours - value
        rows.append(
            (
                group.code,
                group.publisher,
                vintage,
                what,
                int(year),
                float(value),
                ours,
                float(difference),
                bool(np.isfinite(ours)),
            )
        )
    return rows


def summarise(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a group, edition and quantity: years compared, years not comparable, the largest
    difference and its year."""
    rows = []
    keys = ["group", "source", "vintage", "what"]
    for key, part in frame.groupby(keys, sort=True):
        good = part[part["comparable"]]
        worst = good.loc[good["difference"].abs().idxmax()] if len(good) else None
        rows.append(
            (
                *key,
                int(good["year"].min()) if len(good) else None,
                int(good["year"].max()) if len(good) else None,
                len(good),
                int((~part["comparable"]).sum()),
                float(abs(worst["difference"])) if worst is not None else float("nan"),
                int(worst["year"]) if worst is not None else None,
            )
        )
    columns = [*keys, "first", "last", "years", "not_comparable", "largest", "worst_year"]
    return pd.DataFrame(rows, columns=columns)
