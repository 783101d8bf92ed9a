"""The publishers' groups of economies: what they are called, who is in them in which edition, and
their published aggregates recomputed from the members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from growth_claims import paths, sources
from growth_claims.errors import InputError, Mistake, nearest
from growth_claims.panel import YEARS, Panel
from growth_claims.yamls import load_model

FILE = "groups.yaml"
#: What is recomputed, by publisher: indicators of which a group has the sum; and growth, with the
#: level that is summed before growth is taken (World Bank: GDP in constant dollars of 2015).
SUMS = {"wdi": ("SP.POP.TOTL", "NY.GDP.MKTP.CD"), "weo": ("NGDPD", "PPPGDP")}
GROWTH = {"wdi": ("NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.KD")}
Word = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Strict):
    """What a group is called from an edition on (always, where `from` is not given)."""

    since: Annotated[str, Field(alias="from", pattern=r"^(\d{4}-\d{2})?$")] = ""
    en: Word
    ru: Word


class Group(_Strict):
    """A group by its publisher's code."""

    code: Word
    publisher: Word
    names: Annotated[tuple[Name, ...], Field(min_length=1)]


class Groups(_Strict):
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def _once(self) -> Groups:
        keys = [(g.publisher, g.code) for g in self.groups]
        twice = sorted({" ".join(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise Mistake(", ".join(twice) + " twice", "each group once", "delete one", ["groups"])
        return self


@cache
def load(path: Path | None = None) -> tuple[Group, ...]:
    """The groups in the file. Raises InputError."""
    return load_model(path or paths.claims() / FILE, Groups).groups


def name(code: str, language: str, vintage: str | None = None, publisher: str | None = None) -> str:
    """What a group is called in a language, by a publisher's code, in an edition (else the newest).

    Where two publishers use the same code, `publisher` (a source's name) says whose it is, else the
    first in the file is taken. Raises InputError for a code that no publisher has.
    """
    known = load(paths.claims() / FILE)
    meant = [g for g in known if g.code == code and publisher in (None, g.publisher)]
    if not meant:
        near = nearest(code, {g.code for g in known})
        raise InputError(
            file=paths.shown(paths.claims() / FILE),
            field="code",
            found=repr(code),
            expected="an economy or a publisher's group",
            todo=f"did you mean {near!r}?" if near else "add the group to the file",
        )
    names = meant[0].names
    holding = [n for n in names if vintage is None or n.since <= vintage]
    return getattr((holding or names[:1])[-1], language)


@cache
def _lists(raw: Path) -> dict[tuple[str, str], dict[str, tuple[str, tuple[str, ...]]]]:
    """(publisher, edition) → group → its publisher's name for it and its members."""
    table: dict = {}
    rows = sources.members(raw).groupby(["publisher", "edition", "group", "name"], sort=True)
    for (publisher, edition, group, called), part in rows["member"]:
        table.setdefault((publisher, edition), {})[group] = (called, tuple(sorted(part)))
    return table


def edition_at(publisher: str, vintage: str) -> str:
    """The edition of a publisher's lists that holds for an edition of its figures: the newest at or
    before it, else the first. Raises InputError for a publisher without lists."""
    lists = _lists(paths.raw())
    editions = sorted(e for p, e in lists if p == publisher)
    if not editions:
        raise InputError(
            file="data/raw/groups",
            field="publisher",
            found=repr(publisher),
            expected=f"one of {', '.join(sorted({p for p, _ in lists}))}",
            todo="use a publisher that has groups",
        )
    return max((e for e in editions if e <= vintage), default=editions[0])


def has_list(publisher: str, vintage: str) -> bool:
    """Whether the members of a publisher's groups are known as of an edition of its figures."""
    return any(publisher == p and edition <= vintage for p, edition in _lists(paths.raw()))


def groups(publisher: str, edition: str) -> dict[str, str]:
    """A publisher's groups in an edition (of its lists or of its figures): code → its own name."""
    return {group: called for group, (called, _) in _list(publisher, edition).items()}


def members(publisher: str, edition: str, group: str) -> tuple[str, ...]:
    """Who is in a group in an edition (of its publisher's lists or of its figures), sorted.

    Raises InputError for a group that the edition does not have.
    """
    known = _list(publisher, edition)
    if group in known:
        return known[group][1]
    near = nearest(group, known)
    raise InputError(
        file="data/raw/groups",
        field="group",
        found=repr(group),
        expected=f"one of {', '.join(known)}",
        todo=f"did you mean {near!r}?" if near else "use one of these, or name its members",
    )


def _list(publisher: str, edition: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    return _lists(paths.raw())[publisher, edition_at(publisher, edition)]


def reproduce(panel: Panel, publisher: str = "wdi", vintage: str | None = None) -> pd.DataFrame:
    """Every group of a publisher recomputed from its members in each year of an edition (if none is
    named, the newest that has the figures), and held against what is published.

    Levels are sums; growth is that of the members' summed GDP in constant dollars of 2015. Columns:
    group, source, vintage, list (the edition of the members), what (an indicator), year, published,
    recomputed, difference (recomputed less published: percentage points for growth, the indicator's
    unit for sums), missing (the members, by commas, that have no figure; `recomputed` is then NaN).
    """
    rows = []
    for what, level in [*((s, s) for s in SUMS.get(publisher, ())), *_growth(publisher)]:
        editions = panel.vintages(publisher, what, level)
        if vintage is not None:
            editions = [v for v in editions if v == vintage]
        if editions:
            rows += _recomputed(panel, publisher, editions[-1], what, level)
    columns = ["group", "source", "vintage", "list", "what", "year"]
    columns += ["published", "recomputed", "missing"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({"year": int, "published": float, "recomputed": float})
    frame.insert(8, "difference", frame["recomputed"] - frame["published"])
    return frame


def _growth(publisher: str) -> list[tuple[str, str]]:
    return [GROWTH[publisher]] if publisher in GROWTH else []


def _recomputed(
    panel: Panel, publisher: str, vintage: str, what: str, level: str
) -> Iterator[tuple]:
    """Rows of `reproduce`, without the difference."""
    edition = edition_at(publisher, vintage)
    for group, (_called, who) in _list(publisher, vintage).items():
        theirs = panel.levels(publisher, vintage, what, [group])[:, 0]
        of = panel.levels(publisher, vintage, level, who).T.copy()
        ours, gaps = of.sum(axis=0), np.isnan(of)
        if what != level:
            ours[1:] = 100 * (ours[1:] / ours[:-1] - 1)
            gaps[:, 1:] |= gaps[:, :-1].copy()
        names = np.array(who)
        about = (group, publisher, vintage, edition, what)
        for at in np.flatnonzero(~np.isnan(theirs)):
            missing = ", ".join(names[gaps[:, at]])
            yield *about, YEARS[at], theirs[at], np.nan if missing else ours[at], missing


def summarise(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a group and quantity of what `reproduce` returns. Columns: group, source, vintage,
    what; first, last (years compared), years (how many), left_out (years with a member missing),
    largest (absolute difference), worst_year; never (members without a figure in any year: the
    publisher has them in the group and not singly), sometimes (those missing in some years)."""
    names = ["group", "source", "vintage", "what"]
    size = frame.groupby(names).size()
    whole = frame["missing"] == ""
    good = frame[whole].assign(largest=frame["difference"].abs())
    by = good.groupby(names)
    table = by["year"].agg(first="min", last="max", years="size").reindex(size.index)
    table["years"] = table["years"].fillna(0).astype(int)
    table["left_out"] = size - table["years"]
    worst = good.loc[by["largest"].idxmax()].set_index(names)
    table[["largest", "worst_year"]] = worst[["largest", "year"]]
    gaps = frame[~whole].assign(member=frame["missing"].str.split(", ")).explode("member")
    count = gaps.groupby([*names, "member"]).size().rename("count").reset_index("member")
    always = count["count"] == size.reindex(count.index)
    for column, part in (("never", count[always]), ("sometimes", count[~always])):
        said = part.groupby(names)["member"].agg(", ".join)
        table[column] = said.reindex(table.index, fill_value="")
    years = dict.fromkeys(["first", "last", "worst_year"], "Int64")
    return table.astype(years).reset_index()
