"""The publishers' groups held against their members: a group's published figure is the sum of its
members', or the mean of their growth under weights, wherever all of them have figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from growth_claims import groups, paths
from growth_claims.panel import Panel
from growth_claims.sources.downloads import vocabulary

#: By how much a group and its members disagree at most, as a rule: in the panel, one group in a
#: hundred by more in a year (a part of the group; percentage points of growth).
PART, POINTS = 1e-4, 0.1
#: A group has other members than the list of the edition says where more than a quarter of its
#: years (and more than three) fail.
OTHERS, FEW = 0.25, 3
#: A figure is blamed where the one that would agree is so many times nearer to its neighbours.
CLOSER = 5


def weights(
    panel: Panel, source: str, edition: str, code: str, unit: str, like: pd.DataFrame
) -> pd.DataFrame | None:
    """What members are added up with, on the grid of `like`: 1 for what is counted or paid, the
    worth that `weights` in claims/publishers.yaml names for growth; None for what has no rule."""
    if " per " not in unit and re.search(r"(persons|US\$|international \$)$", unit):
        return pd.DataFrame(1.0, like.index, like.columns)
    rule = vocabulary()["weights"].get(source, {}).get(code)
    editions = panel.vintages(source, rule["worth"]) if rule else []
    if not editions:
        return None
    at = max((v for v in editions if v <= edition), default=editions[0])
    worth = panel.wide(source, at, rule["worth"])
    return worth.reindex(index=like.index - rule["lag"], columns=like.columns).set_axis(like.index)


def members(source: str, edition: str, economies: pd.Index) -> pd.DataFrame:
    """Who is in which group that has figures, where every member may have: economy × group."""
    has = set(economies)
    lists = _lists(paths.raw(), source, edition).items()
    lists = {g: economies.isin(m) for g, m in lists if g in has and has.issuperset(m)}
    return pd.DataFrame(lists, index=economies)


@cache
def _lists(raw: Path, source: str, edition: str) -> dict[str, tuple[str, ...]]:
    """Group → its members, as `groups` has them of that folder."""
    return {g: groups.members(source, edition, g) for g in groups.groups(source, edition)}


def come_to(x: pd.DataFrame, w: pd.DataFrame, of: pd.DataFrame, rate: bool) -> pd.DataFrame:
    """What the members of each group come to, year × group, NaN where one has no figure. `x`, `w`:
    figures and weights, year × economy; `of`: see `members`."""
    of = of.astype(float)
    gaps = (x * w).isna().astype(float) @ of > 0
    total = (x * w).fillna(0) @ of
    return (total / (w.fillna(0) @ of) if rate else total).mask(gaps)


def _off(ours: pd.DataFrame, x: pd.DataFrame, rate: bool) -> pd.DataFrame:
    """By how much groups and members disagree: percentage points, or the logarithm of the ratio."""
    theirs = x[ours.columns]
    return (ours - theirs if rate else np.log(ours / theirs)).abs()


def disagreements(
    x: pd.DataFrame,
    source: str,
    edition: str,
    code: str,
    unit: str,
    rate: bool,
    panel: Panel,
    near: Sequence[str],
    margin: float,
) -> list[tuple[str, int, list[str], float, list[str]]]:
    """Where groups and members disagree in figures that come in (`x`, year × economy): whose figure
    it is, the year, the groups, the figure that would agree, and the economies that may explain it
    (those in all groups that fail and in none that fits). Whose: the economy's that alone may, or
    whose neighbours say so; else the group's (the smallest one's).

    A group's limit is `margin` times its greatest disagreement in the editions beside this one
    (`near`), and of PART or POINTS at least.
    """
    if not groups.has_list(source, edition):
        return []
    w, of = weights(panel, source, edition, code, unit, x), members(source, edition, x.columns)
    if w is None or of.empty:
        return []
    ours, beside = come_to(x, w, of, rate), [panel.wide(source, v, code) for v in near]
    usual = pd.Series(POINTS if rate else PART, of.columns)
    for v, table in zip(near, beside, strict=True):
        worth = weights(panel, source, v, code, unit, table)
        theirs = come_to(table, worth, members(source, v, table.columns), rate)
        worst = _off(theirs, table, rate).max().reindex(of.columns)
        usual = usual.combine(worst, np.fmax)
    apart = _off(ours, x, rate)
    fails, fits = apart > margin * usual, apart <= margin * usual
    other = fails.sum() > np.maximum(FEW, OTHERS * apart.notna().sum())
    found = []
    for year in map(int, apart.index[fails.any(axis=1)]):
        failing = sorted(of.columns[fails.loc[year]], key=lambda g: of[g].sum())
        first, of_year = failing[0], w.loc[year]
        whole = of_year.fillna(0) @ of if rate else pd.Series(1.0, of.columns)
        much = (ours.at[year, first] - x.at[year, first]) * whole[first]
        felt = abs(much) / (whole if rate else x.loc[year, of.columns]) > 2 * margin * usual
        able = of[failing].all(axis=1) & ~of[of.columns[fits.loc[year] & felt]].any(axis=1)
        right = (x.loc[year] - much / of_year)[able]
        ones = list(right.index)
        if len(failing) == 1:
            right[first] = ours.at[year, first]
        alone = ones[0] if len(ones) == 1 and len(failing) > 1 else None
        if best := alone or _nearest(right, x, year, beside, rate):
            found.append((best, year, failing, float(right[best]), ones))
            continue
        failing = [g for g in failing if not other[g]]
        for one in failing[:1] if ones else failing:
            found.append((one, year, failing, float(ours.at[year, one]), ones))
    return found


def _nearest(
    right: pd.Series, x: pd.DataFrame, year: int, beside: Sequence[pd.DataFrame], rate: bool
) -> str | None:
    """The economy whose figure would be nearest to what the editions beside have, or the years
    beside, if it were right, and is now at least CLOSER times as far away."""
    rows = [t.reindex(index=[year], columns=right.index).iloc[0] for t in beside]
    expected = pd.DataFrame(rows).median()
    around = x.reindex(index=[year - 1, year + 1], columns=right.index).median()
    expected = expected.reindex(right.index).fillna(around)
    compared = pd.DataFrame({"right": right, "now": x.loc[year, right.index]})
    with np.errstate(all="ignore"):
        if not rate:
            compared, expected = np.log(compared), np.log(expected)
        away = compared.sub(expected, axis=0).abs()
    away = away[away["right"] <= away["now"] / CLOSER]
    return str(away["right"].idxmin()) if len(away) else None
