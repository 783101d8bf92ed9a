"""From countries to the region: what each country contributes, so that the region is their sum. A
year in which a member has no figure has no regional figure; nothing is filled in."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, wraps

import numpy as np
import pandas as pd

from growth_claims import words
from growth_claims.i18n import _
from growth_claims.panel import YEARS, Panel
from growth_claims.quantities import BASE_YEAR, Deflator, Level, Quantities, Recipe, Weights

#: Instead of an edition's name: the newest that has what is needed.
LATEST = "latest"
#: The row of the year in which volumes are chained to dollars.
BASE = BASE_YEAR - int(YEARS[0])


class NoData(Exception):
    """The figures cannot answer; the message, in the current language, says which is missing."""


@dataclass(frozen=True)
class Aggregate:
    """A regional series.

    `own`: YEARS × economy, each country's own series in the quantity's unit. `shares`: YEARS ×
    economy, what each contributes under the weights, so that `levels` is the sum over countries
    (NaN where one is missing); the same as `own` where countries are added up. `estimated`: for
    each of YEARS, whether a figure is no observation of its publisher. `editions`: the edition of
    each source that went in. `by`: what the economies are, "economy" or "partner".
    """

    economies: tuple[str, ...]
    own: np.ndarray
    shares: np.ndarray
    estimated: np.ndarray
    editions: dict[str, str] = field(default_factory=dict)
    by: str = "economy"

    @property
    def members(self) -> pd.DataFrame:
        """`own`, year × country, of the years with a figure."""
        return self._frame(self.own)

    @property
    def parts(self) -> pd.DataFrame:
        """`shares`, year × country, of the years with a figure."""
        return self._frame(self.shares)

    @property
    def values(self) -> pd.Series:
        """`levels` by year, of the years in which a country has a figure."""
        there = ~np.isnan(self.shares).all(axis=1)
        return pd.Series(self.levels[there], pd.Index(YEARS[there], name="year"))

    @cached_property
    def levels(self) -> np.ndarray:
        """The region's values, an entry for each of YEARS; NaN where there is none."""
        return self.shares.sum(axis=1)

    def at(self, year: int) -> float:
        """The value of a year; NoData where there is none."""
        return float(self.between(year, year)[year])

    def between(self, start: int, end: int) -> pd.Series:
        """The values from `start` to `end`, both included; NoData where one is missing."""
        rows = slice(start - YEARS[0], end + 1 - YEARS[0])
        gaps = YEARS[rows][np.isnan(self.levels[rows])].tolist()
        if gaps:
            raise NoData(self._missing(gaps))
        return pd.Series(self.levels[rows], pd.Index(range(start, end + 1), name="year"))

    def any_estimated(self, first: int, last: int) -> bool:
        return bool(self.estimated[first - YEARS[0] : last + 1 - YEARS[0]].any())

    def _frame(self, table: np.ndarray) -> pd.DataFrame:
        there = ~np.isnan(table).all(axis=1)
        years = pd.Index(YEARS[there], name="year")
        columns = pd.Index(self.economies, name=self.by, dtype="str")
        return pd.DataFrame(table[there], years, columns)

    def _missing(self, years: list[int]) -> str:
        """Which figures are missing, in a sentence."""
        lacking = np.isnan(self.own[np.array(years) - YEARS[0]]).any(axis=0)
        who = [words.economy(c) for c, lacks in zip(self.economies, lacking, strict=True) if lacks]
        span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        if not who:
            return _("there are no figures of the region for {years}", years=span)
        return _("no figures for {years}: {countries}", years=span, countries=", ".join(who))


# --- editions -----------------------------------------------------------------------------------


@cache
def known_on(vintage: str) -> dt.date:
    """The day by which an edition was out: its own date, or the last day of its month or year."""
    parts = [int(p) for p in re.findall(r"\d+", vintage)]
    if len(parts) >= 3:
        return dt.date(*parts[:3])
    month = parts[1] if len(parts) > 1 else 12
    return dt.date(parts[0], month, calendar.monthrange(parts[0], month)[1])


def observed(vintage: str, year: int | np.ndarray, projects: bool) -> bool | np.ndarray:
    """Whether an edition may speak of a year (or of each of an array of years): one that projects,
    only of years before its own."""
    return year < (int(vintage[:4]) if projects else np.inf)


def editions_of(panel: Panel, quantities: Quantities, quantity: str, source: str) -> list[str]:
    """The editions of a source that hold all that it publishes of a quantity, oldest first; of a
    ratio, both of its parts."""
    what = quantities.quantity(quantity)
    if what.ratio:
        of, per = (
            editions_of(panel, quantities, part, source) for part in (what.ratio.of, what.ratio.per)
        )
        return [vintage for vintage in of if vintage in per]
    if what.deflated:
        return editions_of(panel, quantities, what.deflated.of, source)
    recipe = what.sources.get(source)
    return panel.vintages(source, *recipe.indicators()) if recipe else []


@dataclass(frozen=True)
class View:
    """Figures as they were to be had: on a day (`at`: the newest edition at or before it that has
    what is needed, else the first after it), or today (`at` None: the newest that has it).

    `years`: the years for which figures are needed. `fixed`: editions that are set by name, by
    source. `also`: economies that the same edition has to have, such as a group that the region is
    compared with. Everything is read through a view, so that no computation mixes days. `asked`:
    which editions it was asked for, and which it took; they are all that follows from `years`.
    `made`: members and levels once made, for all views of one study.
    """

    panel: Panel
    quantities: Quantities
    at: dt.date | None
    years: tuple[int, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    asked: dict[tuple, str] = field(default_factory=dict, compare=False, repr=False)
    made: dict[tuple, tuple] = field(default_factory=dict, compare=False, repr=False)

    def edition(
        self, source: str, indicators: Sequence[str], has: Iterable[str], column: str = "economy"
    ) -> str:
        """The edition of a source that this view takes for indicators of the economies `has`."""
        call = (source, tuple(indicators), tuple(dict.fromkeys((*has, *self.also))), column)
        self.asked[call] = self.editions(*call, needed(self.years)[None])[0]
        return self.asked[call]

    def editions(
        self,
        source: str,
        indicators: tuple[str, ...],
        has: tuple[str, ...],
        column: str,
        needs: np.ndarray,
    ) -> np.ndarray:
        """The same for many sets of years: `needs` is sets × YEARS (bool); one edition a set."""
        named = dict(self.fixed).get(source)
        there = self.panel.vintages(source, *indicators)
        if named is not None and (named in there or not there):
            return np.full(len(needs), named, dtype=object)
        if not there:
            raise NoData(
                _(
                    "{source} has no edition with {indicators}",
                    source=words.publisher(source),
                    indicators=", ".join(indicators),
                )
            )
        order = _order(tuple(there), None if named == LATEST else self.at)
        taken = np.full(len(needs), order[0], dtype=object)
        left = np.arange(len(needs) if column == "economy" else 0)
        for vintage in order:
            if not len(left):
                break
            fits = self._has(source, vintage, indicators, has, needs[left])
            taken[left[fits]] = vintage
            left = left[~fits]
        return taken

    def _has(self, source: str, vintage: str, indicators, economies, needs) -> np.ndarray:
        lacks = self.panel.missing(source, vintage, indicators, economies)
        if self.quantities.sources[source].projects:
            lacks = lacks | ~observed(vintage, YEARS, True)
        return ~(needs & lacks).any(axis=1) & (needs.any(axis=1) | ~lacks.all())


@cache
def _order(vintages: tuple[str, ...], at: dt.date | None) -> tuple[str, ...]:
    """Editions in the order in which they are tried: those that were out on a day, the newest
    first, then those after it, the oldest first; without a day, the newest first."""
    there = sorted(vintages, key=lambda v: (known_on(v), v))
    out = [v for v in there if at is None or known_on(v) <= at]
    return (*out[::-1], *there[len(out) :])


def needed(years: Iterable[int]) -> np.ndarray:
    """Which of YEARS are among `years`."""
    found = np.zeros(len(YEARS), dtype=bool)
    found[np.array(list(years), dtype=int) - YEARS[0]] = True
    return found


def kept(make: Callable) -> Callable:
    """`make(view, …)`, made once for all views of a study that look at the same years of the same
    day: regions of the same countries under several weights have the same members."""

    @wraps(make)
    def once(view: View, *what):
        key = (make.__name__, view.at, view.fixed, view.also, view.years, *what)
        if key not in view.made:
            apart = replace(view, asked={})
            view.made[key] = make(apart, *what), apart.asked
        made, asked = view.made[key]
        view.asked.update(asked)
        return made

    return once


# --- aggregates ---------------------------------------------------------------------------------


def aggregate(
    view: View,
    quantity: str,
    source: str,
    economies: Sequence[str],
    weights: str | None = None,
    reporter: str | None = None,
) -> Aggregate:
    """The region's series of a quantity, in the quantity's unit.

    `economies`: the members (or one group, as its publisher aggregates it; or, for a quantity with
    partners, the partners of `reporter`). `weights`: one of the quantity's, by default the
    source's own. Raises NoData for what no publisher has.
    """
    economies = tuple(economies)
    what = view.quantities.quantity(quantity)
    if what.ratio:
        return _ratio(
            aggregate(view, what.ratio.of, source, economies, weights),
            aggregate(view, what.ratio.per, source, economies),
        )
    if what.deflated:
        nominal = aggregate(view, what.deflated.of, source, economies)
        index, edition = deflator(view, what.deflated.by)
        return replace(
            nominal,
            own=nominal.own / index,
            shares=nominal.shares / index,
            editions=nominal.editions | {what.deflated.by.source: edition},
        )
    if source not in what.sources:
        raise NoData(
            _(
                "{source} does not publish: {quantity}",
                source=words.publisher(source),
                quantity=words.quantity(quantity),
            )
        )
    recipe = what.sources[source]
    if what.partners:
        return _partners(view, source, recipe, reporter, economies)
    made = _members(view, quantity, source, economies)
    name = weights or recipe.own_weights
    if recipe.flows:
        worth = sum(_level(view, f.worth, source, economies)[0] for f in recipe.flows)
        return replace(made, shares=weighted(made.own, worth, lag=1, base=100.0))
    if name is None or len(economies) == 1 or not _averages(what.weights[name]):
        return made
    return _averaged(view, made, what.weights[name], source)


def _averages(weights: Weights) -> bool:
    return weights.equal or weights.worth is not None


def _ratio(of: Aggregate, per: Aggregate) -> Aggregate:
    return Aggregate(
        of.economies,
        of.own / per.own,
        of.shares / per.levels[:, None],
        of.estimated | per.estimated,
        per.editions | of.editions,
    )


@kept
def _members(view: View, quantity: str, source: str, economies: tuple[str, ...]) -> Aggregate:
    """Each country's own series, added up."""
    recipe = view.quantities.quantity(quantity).sources[source]
    edition = view.edition(source, recipe.indicators(), economies)
    tables = {code: _levels(view, source, edition, code, economies) for code in recipe.indicators()}
    editions = {source: edition}
    if recipe.terms:
        own = sum_of_products(recipe.terms, tables) / recipe.scale
    elif recipe.growth:
        base, of = _level(view, recipe.base, source, economies, BASE_YEAR)
        own = chain(tables[recipe.growth] - recipe.minus, base[BASE])
        editions = of | editions
    else:
        worth = [_level(view, f.worth, source, economies)[0] for f in recipe.flows]
        total = sum(worth)
        rates = sum(
            _before(w / total) * tables[f.growth] for w, f in zip(worth, recipe.flows, strict=True)
        )
        own = chain(rates, 100.0)
    estimated = view.panel.estimated(source, edition, recipe.indicators()[0], economies)
    return Aggregate(economies, own, own, estimated, editions)


def _levels(
    view: View, source: str, edition: str, indicator: str, economies: Sequence[str]
) -> np.ndarray:
    """YEARS × economy; NoData where an economy has no figure at all."""
    table = view.panel.levels(source, edition, indicator, economies)
    empty = np.isnan(table).all(axis=0)
    if empty.any():
        countries = [words.economy(e) for e, none in zip(economies, empty, strict=True) if none]
        raise NoData(
            _(
                "{source}, edition {vintage}, has no {indicator} of {countries}",
                source=words.publisher(source),
                vintage=edition,
                indicator=indicator,
                countries=", ".join(countries),
            )
        )
    return table


@kept
def _level(
    view: View, level: Level, source: str, economies: tuple[str, ...], year: int | None = None
) -> tuple[np.ndarray, dict[str, str]]:
    """A level that other figures are chained to or weighted by, with its edition. `year`: the one
    year for which it is needed, instead of the view's."""
    source = level.source or source
    if year is not None:
        view = replace(view, years=(year,), asked={})
    edition = view.edition(source, level.indicators(), economies)
    tables = {c: _levels(view, source, edition, c, economies) for c in level.indicators()}
    return sum_of_products(level.terms, tables) / level.scale, {source: edition}


def sum_of_products(terms: Sequence[Sequence[str]], tables: Mapping[str, np.ndarray]) -> np.ndarray:
    """[[A], [B, C]] → A + B·C."""
    return sum(math.prod(tables[code] for code in term) for term in terms)


def _averaged(view: View, made: Aggregate, weights: Weights, source: str) -> Aggregate:
    if weights.equal:
        return replace(made, shares=weighted(made.own, np.ones_like(made.own)))
    level = weights.worth_by_source.get(source, weights.worth)
    worth, editions = _level(view, level, source, made.economies)
    return replace(
        made,
        shares=weighted(made.own, worth, weights.lag),
        editions=made.editions | editions,
    )


def weighted(
    members: np.ndarray, worth: np.ndarray, lag: int = 0, base: float | None = None
) -> np.ndarray:
    """What each country contributes to a chained index of weighted growth, YEARS × country, as are
    `members` and `worth`.

    The region's growth is r(t) = Σ w(i,t) g(i,t), with the shares w of `worth` taken `lag` years
    earlier; its index R is chained from `base` in 2015 (by default the sum of `members` then), and
    a country's part is R(t-1) w(i,t) (1 + g(i,t)). With `worth` equal to `members` and a lag of one
    year this is the sum of `members`. The part of the first year is by the shares of `members`.
    """
    share = _before(worth / worth.sum(axis=1, keepdims=True), lag)
    growth = members / _before(members) - 1
    total = members.sum(axis=1, keepdims=True)
    rate = 100 * (share * growth).sum(axis=1, keepdims=True)
    index = chain(rate, total[BASE] if base is None else base)
    parts = share * (1 + growth) * _before(index)
    first = np.isnan(parts).any(axis=1, keepdims=True) & ~np.isnan(index)
    return np.where(first, members / total * index, parts)


def _before(values: np.ndarray, lag: int = 1) -> np.ndarray:
    """What stands `lag` rows before each row; NaN where nothing does."""
    return np.vstack([np.full((lag, values.shape[1]), np.nan), values[: len(values) - lag]])


def chain(rates: np.ndarray, base: float | np.ndarray) -> np.ndarray:
    """Levels from yearly rates in percent, YEARS × column, equal to `base` in 2015: forwards
    Y(t) = Y(t-1) (1 + g(t)), backwards the same solved for Y(t-1). A gap ends the chain; rates that
    do not reach 2015 give none."""
    factors = 1 + rates / 100
    levels = np.full(factors.shape, np.nan)
    levels[BASE] = np.where(np.isnan(factors[BASE : BASE + 2]).all(axis=0), np.nan, base)
    levels[BASE + 1 :] = levels[BASE] * np.cumprod(factors[BASE + 1 :], axis=0)
    levels[:BASE] = (levels[BASE] / np.cumprod(factors[BASE:0:-1], axis=0))[::-1]
    return levels


def deflator(view: View, by: Deflator) -> tuple[np.ndarray, str]:
    """A price index, YEARS × 1, 2015 = 1, from its yearly growth, and its edition."""
    edition = view.edition(by.source, (by.growth,), (by.economy,))
    return chain(_levels(view, by.source, edition, by.growth, (by.economy,)), 1.0), edition


def _partners(
    view: View, source: str, recipe: Recipe, reporter: str | None, partners: tuple[str, ...]
) -> Aggregate:
    if reporter is None:
        raise NoData(_("trade with partners needs the country that reports it"))
    edition = view.edition(source, recipe.indicators(), partners, "partner")
    tables = {
        code: view.panel.levels(source, edition, code, partners, reporter)
        for code in recipe.indicators()
    }
    own = sum_of_products(recipe.terms, tables) / recipe.scale
    nothing = np.zeros(len(YEARS), dtype=bool)
    return Aggregate(partners, own, own, nothing, {source: edition}, by="partner")
