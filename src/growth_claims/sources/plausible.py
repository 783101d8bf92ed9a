"""Figures looked at before they are taken in: held against the other editions, the other sources,
their own neighbours in time and what they have to fit. What no revision and no history explains is
a finding, which a person mends or lets in by name.

Every threshold is taken from the panel itself. A figure's *jump* is the smaller of two distances,
in units of its economy's usual yearly change (the median absolute deviation of its yearly changes,
but not less than half of that of the median economy): from the other editions (at most two older
and two newer; the nearest counts; where all years moved alike, as after a rebasing, that is taken
off), and from its own neighbours in time. Its *step* is held in the same way: its change since the
year before, from that of the other editions and from the usual one. Levels are compared as
logarithms, and so are percentages, of the factor that they stand for. All jumps of all editions in
the panel, each edition held against its neighbours, are the distribution; the limit of an indicator
is MARGIN times the jump that one figure in RARE exceeds. A figure that no other edition has is held
in the same way against another source of the same quantity, and where there is none, against its
own neighbours in time alone.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from growth_claims import groups
from growth_claims.errors import InputError, nearest
from growth_claims.panel import Panel
from growth_claims.sources import aggregates, manifest, patterns
from growth_claims.sources.downloads import unit_scale, vocabulary
from growth_claims.sources.patterns import SAME
from growth_claims.sources.patterns import same as _same
from growth_claims.sources.patterns import shifted as _shifted

#: How far beyond what the panel has seen a figure may go.
MARGIN = 1.5
#: One figure in so many may exceed the jump that a limit is made from (at least three of more than
#: a thousand may, and none of fewer).
RARE = 10_000
#: No jump of fewer usual yearly changes than these is too great.
LEAST = 3.0
#: Limits where the panel has too few figures, or too few editions, to tell: a level, a percentage;
#: about the highest of the indicators of which there are many.
FEW, MANY, DEFAULT = 20, 4, {"level": 12.0, "rate": 20.0}
#: Where the panel has fewer than MANY editions, how far a figure is revised at most, as a rule (a
#: logarithm; percentage points): one in a hundred of the others by more.
REVISED = {"level": 0.16, "rate": 3.9}
#: What differs by less than this is not said to differ by the same.
CONSTANT = {"level": 0.01, "rate": 0.1}
#: A figure that alone differs from editions that agree, its years beside it unchanged: one in
#: 50,000 does by more than so many usual yearly changes and this part of itself.
LONELY, LONELY_PART = 0.5, 0.005
#: Names of series that are alike by so much are one, misspelt.
ALIKE = 0.95
#: Years before an edition in which history is calmer than in the 1990s.
RECENT = 15
#: A year is published by half where it has less than this part of the economies of the year before,
#: which no edition in the panel has of the more than FEW economies.
HALF = 0.7
#: A publisher who stops publishing an economy does so in so many indicators.
SEVERAL = 3
#: By how much (a log10) prices of another year move a whole series at most.
REBASED = 0.5
#: A published number is told from a chance one by so many digits.
DIGITS = 4
#: A digit typed wrong is told from a revision where it changes the number by so much.
TYPED = 0.01


@dataclass(frozen=True)
class Finding:
    """What cannot be true as it stands. `year`: None where it is about a whole series, `economy`:
    "*" where about all; `found`: the figure; `neighbours`: what it was held against; `cause`: the
    likely one; `alone`: that nothing but its own neighbours in time spoke against it; `sealed`:
    that it is not what was sealed, which no name let in before excuses."""

    source: str
    edition: str
    economy: str
    indicator: str
    year: int | None
    found: float | None
    neighbours: str
    cause: str
    alone: bool = False
    sealed: bool = False

    @property
    def key(self) -> str:
        """How it is let in: economy:indicator:year."""
        return f"{self.economy}:{self.indicator}:{self.year or '*'}"

    def __str__(self) -> str:
        found = "" if self.found is None else f" {_say(self.found)}"
        return f"{self.key}{found}: {self.cause} ({self.neighbours})"


#: What was found out about a panel, once.
_KNOWN: WeakKeyDictionary[Panel, dict[tuple, object]] = WeakKeyDictionary()


def _once(panel: Panel, key: tuple, make: Callable[[], object]):
    known = _KNOWN.setdefault(panel, {})
    if key not in known:
        known[key] = make()
    return known[key]


def refuse(findings: Sequence[Finding], file: str) -> None:
    """Raises InputError with the findings, if there are any."""
    if not findings:
        return
    first = findings[0]
    shown = "\n  ".join(map(str, findings[:20]))
    more = f"\n  and {len(findings) - 20} more" if len(findings) > 20 else ""
    raise InputError(
        file=file,
        row=first.key,
        field=first.indicator,
        found=f"what cannot be true as it stands ({len(findings)} in all):\n  {shown}{more}\n",
        expected="figures that the other editions, sources and years make plausible",
        todo="compare each with its publisher's page and correct it; if it is published so, let it "
        "in by name, which may have stars: "
        f'--accept {first.key} --because "…"',
    )


def let_in(raw: Path | None, source: str, edition: str) -> list[str]:
    """What persons have let in of an edition, as `datapackage.json` records it (`accepted`)."""
    return [
        entry["figure"]
        for resource in manifest.load(raw)["resources"]
        if resource.get("source") == source and resource.get("vintage") == edition
        for entry in resource.get("accepted", ())
    ]


def left(findings: Iterable[Finding], accepted: Iterable[str]) -> list[Finding]:
    """The findings that no name in `accepted` lets in. A name may have stars: FRA:*:2024."""
    names = list(accepted)
    return [f for f in findings if not any(fnmatchcase(f.key, name) for name in names)]


def examine(
    incoming: pd.DataFrame,
    source: str,
    edition: str,
    panel: Panel | pd.DataFrame,
    accepted: Iterable[str] = (),
    sealed: bool = True,
) -> list[Finding]:
    """What in the figures that come in cannot be true as it stands.

    `incoming`: columns country (or economy), indicator, year, value, unit, and perhaps partner and
    latest_actual_year; a row a figure of that source and edition. `panel`: what is there.
    `accepted`: names of findings that a person has let in. `sealed`: where the panel has that very
    edition, whether its figures count as sealed, so that each that changed or is gone is a finding.
    """
    panel = panel if isinstance(panel, Panel) else Panel(panel)
    rows = _rows(incoming)
    findings = _form(rows, source, edition, panel)
    bad = {f.indicator for f in findings if f.economy == "*" and f.year is None}
    names = {f.economy for f in findings if f.year is None}
    rows = rows[~rows["indicator"].isin(bad) & ~rows["economy"].isin(names)]
    rows = rows.drop_duplicates(["series", "indicator", "year"])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # medians of years without any figure
        for indicator, part in rows.groupby("indicator", sort=True, observed=True):
            findings += _Series(part, source, edition, str(indicator), panel, sealed).findings()
        misfits, fitting = _identities(rows, source, edition, panel)
        misfits += _groups(rows, source, edition, panel, findings + misfits)
    # A leap that a figure of its own confirms (a population and its growth) is history.
    findings = [f for f in findings if not (f.alone and _confirmed(f, fitting))]
    changed = [f for f in findings if f.sealed]
    findings = _suspended([f for f in findings if not f.sealed]) + misfits
    return _each_once(left(_each_once(findings), accepted) + changed)


def _confirmed(finding: Finding, fitting: list[tuple[list[str], pd.DataFrame]]) -> bool:
    return any(
        finding.indicator in codes and bool(fits.get(finding.economy, {}).get(finding.year))
        for codes, fits in fitting
    )


def _suspended(findings: list[Finding]) -> list[Finding]:
    """One finding, not one an indicator, of an economy that ends earlier in most that come in."""
    cause = patterns.PATTERNS["missing"][1]
    ended: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.cause == cause:
            ended.setdefault(finding.economy, []).append(finding)
    kept = [f for f in findings if len(ended.get(f.economy, ())) < SEVERAL or f.cause != cause]
    return kept + [
        replace(own[0], indicator="*", neighbours=f"in {len(own)} indicators")
        for own in ended.values()
        if len(own) >= SEVERAL
    ]


def gone(rows: pd.DataFrame, source: str, edition: str, panel: Panel) -> list[Finding]:
    """Indicators that are gone from an edition that is sealed."""
    was = panel.frame[(panel.frame["source"] == source) & (panel.frame["vintage"] == edition)]
    was = was.loc[was["origin"] == "published", "indicator"]
    return [
        Finding(
            source, edition, "*", code, None, None, f"{n} figures", "gone from a sealed edition"
        )
        for code, n in was.astype("str").value_counts().sort_index().items()
        if code not in set(rows["indicator"])
    ]


def _rows(incoming: pd.DataFrame) -> pd.DataFrame:
    frame = incoming.rename(columns={"country": "economy"})
    frame = frame.assign(partner=frame.get("partner", ""))
    text = ["economy", "partner", "indicator", "unit"]
    frame[text] = frame[text].astype("str")
    numbers = frame[["year", "value"]].apply(pd.to_numeric, errors="coerce").astype(float)
    frame[["year", "value"]] = numbers
    partner = frame["partner"].where(frame["partner"].isin(["", "nan"]), ">" + frame["partner"])
    return frame.assign(series=frame["economy"] + partner.replace("nan", ""))


def _each_once(findings: list[Finding]) -> list[Finding]:
    """One finding a figure, the first; none of a figure whose whole series is one."""
    whole = {(f.economy, f.indicator) for f in findings if f.year is None}
    column = {f.indicator for f in findings if f.year is None and f.economy == "*"}
    kept: dict[str, Finding] = {}
    for finding in findings:
        if finding.year is not None and (
            finding.indicator in column or (finding.economy, finding.indicator) in whole
        ):
            continue
        if finding.economy != "*" and finding.indicator in column:
            continue
        kept.setdefault(finding.key, finding)
    return list(kept.values())


# Codes, units, years


def _form(rows: pd.DataFrame, source: str, edition: str, panel: Panel) -> list[Finding]:
    """What is wrong before a single figure is compared."""
    finding = partial(Finding, source, edition)
    economies = _once(panel, ("economies", source), lambda: panel.economies(source))
    every = _once(panel, ("economies",), panel.economies)
    listed = vocabulary()["indicators"].get(source, {})
    known = sorted({*panel.indicators(source), *listed})

    def unknown(what: str, code: str, names: Sequence[str]) -> str:
        near = nearest(code, names)
        return f"an unknown {what}" + (f"; the nearest is {near}" if near else "")

    has = f"{source} has {', '.join(known[:4])}, …"
    found = [
        finding("*", code, None, None, has, unknown("indicator", code, known))
        for code in sorted({*rows["indicator"].unique()} - set(known))
    ]
    here = {*rows["economy"].unique(), *rows["partner"].unique()} - {"", "nan", *every}
    known_ones = f"{len(every)} economies are known"
    found += [
        finding(code, "*", None, None, known_ones, unknown("economy", code, economies or every))
        for code in sorted(here)
    ]
    for (code, unit), part in rows.groupby(["indicator", "unit"]):
        other = _units(source, str(code), edition, panel, listed)
        if other and _base(str(unit)) not in set(map(_base, other)):
            near = f"{source} has it in {' and '.join(sorted(other))}"
            all_of_it = rows.loc[rows["indicator"] == code, "economy"].nunique()
            wide = part["economy"].nunique() > 0.5 * all_of_it
            for name in ["*"] if wide else sorted(set(part["economy"])):
                cause = f"in {unit!r}: the unit?"
                found.append(finding(name, str(code), None, None, near, cause))
    ahead = _once(panel, ("horizon", source), lambda: _horizon(source, panel))
    odd = ~np.isfinite(rows["value"]) | (rows["year"] % 1 != 0) | rows["year"].isna()
    for wrong, near, cause in (
        (odd, "no figure", "not a number"),
        (rows["year"] > int(edition[:4]) + ahead, f"the edition is of {edition}", "a year to come"),
        (rows.duplicated(["series", "indicator", "year"]), "one figure a year", "twice"),
    ):
        for row in rows[wrong].itertuples():
            year = int(row.year) if abs(row.year) < 1e9 else None
            found.append(finding(row.series, row.indicator, year, row.value, near, cause))
    return found


def _units(source: str, code: str, edition: str, panel: Panel, listed: dict) -> set[str]:
    """The units of an indicator in the other editions; if there are none, in the list; else in what
    is sealed of this one."""
    units = {}
    for vintage in panel.vintages(source, code):
        with suppress(InputError):
            units[vintage] = _unit(panel, source, vintage, code)
    own = {units.pop(edition)} if edition in units else set()
    return set(units.values()) or ({listed[code]["unit"]} if code in listed else own)


def _base(unit: str) -> str:
    """A unit without the year of its prices."""
    return re.sub(r"\d{4}", "…", unit)


def _horizon(source: str, panel: Panel) -> int:
    """How many years after their own the editions of a source go; 10 where there is none."""
    ahead = [0] if panel.vintages(source) else [10]
    for vintage in panel.vintages(source):
        for code in panel.indicators(source, vintage)[:1]:
            table = panel.wide(source, vintage, code)
            ahead += [int(table.index.max()) - int(vintage[:4])] if len(table) else []
    return max(ahead)


# One indicator


def is_rate(unit: str) -> bool:
    """Whether figures in that unit are compared by their difference, not by their ratio."""
    return unit.startswith("%") or "previous year" in unit


def _matrix(values: np.ndarray, rate: bool) -> np.ndarray:
    """Figures as they are compared: logarithms of levels. Growth is compared as a logarithm too, so
    that an inflation of 2,000 % and one of 3,000 % are neighbours."""
    if rate:
        return 100 * np.log1p(np.maximum(values, -95) / 100)
    return np.log(np.where(values > 0, values, np.nan))


def _median(x: np.ndarray, axis: int = 0) -> np.ndarray:
    """The median of what is there, NaN where nothing is: numpy's own remarks on each empty slice,
    and takes twenty times as long."""
    if not x.shape[axis]:
        return np.full(np.delete(x.shape, axis), np.nan)
    ordered = np.sort(x, axis=axis)  # NaN last
    count = np.isfinite(ordered).sum(axis=axis, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, x.shape[axis] - 1)
    middle = np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)
    return np.where(count > 0, middle / 2, np.nan).squeeze(axis)


def _neighbours(x: np.ndarray) -> np.ndarray:
    """The median of the two years before and the two after, 0 where there is none."""
    stack = np.stack([_shifted(x, k) for k in (-2, -1, 1, 2)])
    return np.nan_to_num(_median(stack))


def _roughness(x: np.ndarray, rate: bool) -> np.ndarray:
    """How far a figure is from its own neighbours in time."""
    if rate:
        around = _median(np.stack([_shifted(x, k) for k in (-2, -1, 1, 2)]))
        return np.abs(x - around)
    before, after = _shifted(x, -1), _shifted(x, 1)
    # A figure beside a wrong one is near its other neighbour.
    return np.fmin(np.abs(x - (before + after) / 2), np.fmin(np.abs(x - before), np.abs(x - after)))


def _usual(tables: list[np.ndarray], rate: bool) -> np.ndarray:
    """Each economy's usual yearly change, economy × 1."""
    changes = [r if rate else np.diff(r, axis=1) for r in tables]
    change = np.concatenate(changes, axis=1)
    usual = 1.48 * _median(np.abs(change - _median(change, 1)[:, None]), 1)
    middle, typical = np.nanmedian(usual), 1.0 if rate else 0.02
    few = not middle > 0 or np.isfinite(usual).sum() < 20
    floor = max(typical, np.nan_to_num(middle / 2)) if few else middle / 2
    return np.where(np.isnan(usual), 2 * floor, np.maximum(usual, floor))[:, None]


def _jumps(x: np.ndarray, others: list[np.ndarray], rate: bool) -> tuple[np.ndarray, np.ndarray]:
    """Jump of every figure (see the module), and which have another edition to be held against."""
    usual = _usual(others or [x], rate)
    away = np.full_like(x, np.nan)
    for other in others:
        d = x - other
        away = np.fmin(away, np.abs(d - _neighbours(d)))
    held = np.isfinite(away)
    return np.fmin(away, _roughness(x, rate)) / usual, held


def _steps(x: np.ndarray, others: list[np.ndarray], rate: bool) -> np.ndarray:
    """By how much a figure changes since the year before, as it does neither in another edition nor
    as a rule: where several years on end are wrong, only the first is unlike its neighbours."""
    change = np.diff(x, axis=1, prepend=np.nan)
    away = np.full_like(x, np.nan)
    for other in others:
        away = np.fmin(away, np.abs(change - np.diff(other, axis=1, prepend=np.nan)))
    own = np.abs(change - _median(change, 1)[:, None])
    return np.minimum(away, own) / _usual(others or [x], rate)


def _near(vintages: Sequence[str], edition: str) -> list[str]:
    """The two editions before and the two after."""
    before = [v for v in vintages if v < edition]
    after = [v for v in vintages if v > edition]
    return before[-2:] + after[:2]


@dataclass(frozen=True)
class Limit:
    """How far figures of an indicator go in the panel: `jump`: a figure that other editions hold;
    `step`: its change since the year before; `recent`, `alone`: a figure that none holds, of the
    last RECENT years before its edition and of any; `elsewhere`: against another source; `shift`:
    the log10 by which a whole series moves between editions; `revised`: how far a figure is from
    the nearest of few editions, whatever its economy's changes are; `least`: the lowest figure;
    `most`: how often the patterns of `patterns` show."""

    jump: float
    step: float
    alone: float
    recent: float
    elsewhere: float
    shift: float
    revised: float
    least: float
    most: dict[str, float]


def limit(panel: Panel, source: str, indicator: str, rate: bool) -> Limit:
    """The limits of an indicator, from all its editions in the panel."""

    def make() -> Limit:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            return _limit(panel, source, indicator, rate)

    return _once(panel, ("limit", source, indicator), make)


def _limit(panel: Panel, source: str, indicator: str, rate: bool) -> Limit:
    vintages, kind = panel.vintages(source, indicator), "rate" if rate else "level"
    tables = {v: panel.wide(source, v, indicator) for v in vintages}
    if tables and all(table.empty for table in tables.values()):
        tables = _pairs(panel, source, indicator)
    if not tables:
        return Limit(*5 * [DEFAULT[kind]], 0.5, MARGIN * REVISED[kind], -np.inf, {})
    grid = _grid(tables.values())
    arrays = {v: _on(table, *grid) for v, table in tables.items()}
    elsewhere = _other_sources(panel, source, indicator, *grid).values()
    pools = {name: [] for name in ("held", "step", "alone", "recent", "elsewhere", "revised")}
    shifts, most = [0.0], {}
    years = np.array(grid[1])
    for vintage in vintages:
        x, own_year = _matrix(arrays[vintage], rate), int(vintage[:4])
        others = [_matrix(arrays[v], rate) for v in _near(vintages, vintage)]
        jump, has = _jumps(x, others, rate)
        pools["held"].append(jump[has])
        pools["step"].append(_steps(x, others, rate))
        pools["revised"].append(_away(x, others))
        lone = _jumps(x, [], rate)[0]
        pools["alone"].append(lone)
        pools["recent"].append(lone[:, (years > own_year - RECENT) & (years < own_year)])
        for other in elsewhere:
            apart, both = _jumps(x, [_matrix(other, rate)], rate)
            pools["elsewhere"].append(apart[both])
        if others and not rate:
            moved = np.nanmin([np.abs(_median(x - o, 1)) for o in others], axis=0)
            shifts += list(moved[np.isfinite(moved)] / np.log(10))
        for name, count in _counts(arrays, vintage, grid[1], rate).items():
            if name not in patterns.ALWAYS:
                most[name] = max(most.get(name, 0), count.max(initial=0))
    revisions = pools.pop("revised")
    rare = {name: _rare(pool, DEFAULT[kind]) for name, pool in pools.items()}
    revised = np.inf
    if len(vintages) < MANY:  # its revisions are not known yet
        rare |= {name: max(rare[name], DEFAULT[kind]) for name in ("held", "step")}
        seen = [np.nanmax(away, initial=0) for away in revisions]
        revised = MARGIN * max(*seen, REVISED[kind])
    low = min(np.nanmin(a, initial=np.inf) for a in arrays.values())
    return Limit(*rare.values(), MARGIN * max(shifts) + 0.05, revised, low, most)


def _away(x: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    """How far each figure is from the nearest of the other editions."""
    return np.fmin.reduce([np.full_like(x, np.nan), *(np.abs(x - other) for other in others)])


def _counts(
    tables: dict[str, np.ndarray], edition: str, years: list[int], rate: bool
) -> dict[str, np.ndarray]:
    """How often the patterns of `patterns` show in an edition beside those before it."""
    older = [tables[v] for v in sorted(tables, reverse=True) if v < edition][:3]
    new = tables[edition]
    if not older or not np.isfinite(new).any() or not np.isfinite(older[0]).any():
        return {}
    compared = (_matrix(table, rate) for table in (new, older[0]))
    least = CONSTANT["rate" if rate else "level"]
    return patterns.counts(new, older, *compared, years, least)


def _pairs(panel: Panel, source: str, indicator: str) -> dict[str, pd.DataFrame]:
    """Trade with partners, by edition: year × reporter>partner."""

    def make() -> dict[str, pd.DataFrame]:
        rows = panel.rows(source, indicator)
        rows = rows[rows["partner"] != ""]
        pair = rows["economy"].astype("str") + ">" + rows["partner"].astype("str")
        return {
            str(vintage): part.pivot(index="year", columns="pair", values="value")
            for vintage, part in rows.assign(pair=pair).groupby("vintage", observed=True)
        }

    return _once(panel, ("pairs", source, indicator), make)


def _rare(pool: list[np.ndarray], default: float) -> float:
    """MARGIN times the jump that RARE allows; of few figures, MARGIN times the greatest."""
    every = np.concatenate([j.ravel() for j in pool]) if pool else np.array([])
    every = np.sort(every[np.isfinite(every)])
    if len(every) < FEW:
        return default
    allowed = max(3, len(every) // RARE) if len(every) > 1000 else 0
    return max(LEAST, MARGIN * float(every[-1 - allowed]))


def _other_sources(
    panel: Panel,
    source: str,
    indicator: str,
    economies: list[str],
    years: list[int],
    unit: str | None = None,
) -> dict[str, np.ndarray]:
    """The newest figures of other sources for the same quantity, in the unit of this one."""
    held = {}
    for row in vocabulary()["same"]:
        if row.get(source) != indicator:
            continue
        mine = unit or _units_of(panel, source, indicator)
        for other, code in row.items():
            vintages = panel.vintages(other, code) if other != source else []
            if not vintages:
                continue
            theirs = _units_of(panel, other, code)
            values = _on(panel.wide(other, vintages[-1], code), economies, years)
            values = values * unit_scale(theirs) / unit_scale(mine)
            values += 100 * (("previous year" in mine) - float("previous year" in theirs))
            held[f"{other} {vintages[-1]}"] = values
    return held


def _units_of(panel: Panel, source: str, indicator: str) -> str:
    """The unit of an indicator in the newest edition that has it."""
    vintages = panel.vintages(source, indicator)
    return _unit(panel, source, vintages[-1], indicator) if vintages else ""


def _unit(panel: Panel, source: str, vintage: str, indicator: str) -> str:
    key = ("unit", source, vintage, indicator)
    return _once(panel, key, lambda: panel.unit(source, vintage, indicator))


def _grid(tables: Iterable[pd.DataFrame]) -> tuple[list[str], list[int]]:
    tables = [t for t in tables if len(t)]
    economies = sorted({str(e) for t in tables for e in t.columns})
    years = [int(y) for t in tables for y in (t.index.min(), t.index.max())]
    return economies, list(range(min(years), max(years) + 1)) if years else []


def _on(table: pd.DataFrame, economies: list[str], years: list[int]) -> np.ndarray:
    """Economy × year."""
    return table.reindex(index=years, columns=economies).to_numpy(dtype=float).T.copy()


class _Series:
    """One indicator that comes in, with what it is held against, on one grid economy × year."""

    def __init__(
        self,
        rows: pd.DataFrame,
        source: str,
        edition: str,
        indicator: str,
        panel: Panel,
        sealed: bool = True,
    ):
        self.source, self.edition, self.indicator, self.panel = source, edition, indicator, panel
        self.unit = str(rows["unit"].iloc[0])
        self.rate = is_rate(self.unit)
        table = rows.assign(year=rows["year"].astype(int)).pivot(
            index="year", columns="series", values="value"
        )
        vintages = panel.vintages(source, indicator)
        tables = {v: self._there(v, table) for v in vintages if v != edition}
        own = self._there(edition, table) if sealed and edition in vintages else table.iloc[:0]
        self.economies, self.years = _grid([table, own, *tables.values()])
        self.new = _on(table, self.economies, self.years)
        self.old = {v: _on(t, self.economies, self.years) for v, t in tables.items()}
        self.own = _on(own, self.economies, self.years) if len(own) else None
        self.near = _near(list(tables), edition)
        self.rebased = any(_unit(panel, source, v, indicator) != self.unit for v in self.near)
        self.beside = [self.old[v] for v in self.near]
        self.elsewhere = _other_sources(
            panel, source, indicator, self.economies, self.years, self.unit
        )
        self.x = _matrix(self.new, self.rate)
        self.others = [_matrix(table, self.rate) for table in self.beside]
        self.limit = limit(panel, source, indicator, self.rate)
        if self.rebased:  # prices of another year, which the unit says: that is taken off
            self.limit = replace(self.limit, shift=max(self.limit.shift, REBASED))
            shifts = [np.nan_to_num(_median(self.x - other, 1)) for other in self.others]
            self.others = [o + by[:, None] for o, by in zip(self.others, shifts, strict=True)]
        most = max((int(np.isfinite(old).sum()) for old in self.old.values()), default=0)
        if np.isfinite(self.new).sum() > max(1000, 2 * most):  # new: its own figures tell the usual
            own = _rare([_jumps(self.x, [], self.rate)[0]], 0)
            longest = {name: max(own, getattr(self.limit, name)) for name in ("alone", "recent")}
            self.limit = replace(self.limit, **longest)

    def _there(self, vintage: str, table: pd.DataFrame) -> pd.DataFrame:
        """What the panel has of an edition; trade with partners under reporter>partner."""
        wide = self.panel.wide(self.source, vintage, self.indicator)
        if table.columns.str.contains(">").any():
            pairs = _pairs(self.panel, self.source, self.indicator).get(vintage)
            wide = pd.concat([wide, pairs], axis=1)
        return wide

    def findings(self) -> list[Finding]:
        looks = (
            self._scale,
            self._moved,
            self._patterns,
            self._signs,
            self._exact,
            self._lonely,
            self._jump,
            self._half,
            self._gaps,
            self._changed,
        )
        return [finding for look in looks for finding in look()]

    def _finding(self, e: int | None, t: int | None, cause: str, said: str = "") -> Finding:
        """`said`: what it was held against, if not its neighbours."""
        value, year = None, None if t is None else self.years[t]
        if e is not None and t is not None:
            value = float(self.new[e, t]) if np.isfinite(self.new[e, t]) else None
            said = said or self._around(e, t)
        economy = "*" if e is None else self.economies[e]
        key = (self.source, self.edition, economy, self.indicator, year)
        return Finding(*key, value, said, cause)

    def _around(self, e: int, t: int) -> str:
        """A figure's neighbours, in the editions and in time, said."""
        held = [(f"edition {v}", self.old[v][e, t]) for v in self.near]
        held += [(self.years[k], self.new[e, k]) for k in self._beside(t)]
        said = [f"{name}: {_say(figure)}" for name, figure in held if np.isfinite(figure)]
        return ", ".join(said) or "no other figure"

    def _beside(self, t: int) -> list[int]:
        return [k for k in (t - 1, t + 1) if 0 <= k < len(self.years)]

    # Whole columns and whole series

    def _scale(self) -> Iterator[Finding]:
        """A whole indicator in another scale than in any other edition (or another source)."""
        medians = {}
        held = {f"edition {v}": self.old[v] for v in self.near} | self.elsewhere
        for name, other in held.items():
            ratio = np.log10(np.abs(self.new / other))
            ratio = ratio[np.isfinite(ratio)]
            if len(ratio) >= 5:
                medians[name] = float(np.median(ratio))
        if medians and min(map(abs, medians.values())) >= 0.3:
            name, ratio = next(iter(medians.items()))
            yield self._finding(None, None, _times(ratio, self.rate), f"all against {name}")

    def _moved(self) -> Iterator[Finding]:
        """A series in another scale, or of another economy."""
        has = np.isfinite(self.new)
        alike = [_same(self.new, old).sum(axis=1) for old in self.beside]
        alike = np.max(alike, axis=0) if alike else has.sum(axis=1)
        # Most series stand in the edition beside as they do here, and need no second look.
        for e in np.flatnonzero((alike <= has.sum(axis=1) / 2) & (has.sum(axis=1) >= 3)):
            few = alike[e] <= 0.1 * has[e].sum()
            if cause := self._series_scale(e) or (self._of_another(e) if few else None):
                around = self._around(e, int(np.flatnonzero(has[e])[-1]))
                yield self._finding(e, None, cause, around)

    def _series_scale(self, e: int) -> str | None:
        ratios = [np.log10(np.abs(self.new[e] / old[e])) for old in self.beside]
        ratios = [ratio[np.isfinite(ratio)] for ratio in ratios]
        ratios = [ratio for ratio in ratios if len(ratio) >= 3]
        if not ratios:
            return None
        ratio = min(ratios, key=lambda ratio: abs(np.median(ratio)))
        middle = float(np.median(ratio))
        power = round(middle)
        exact = power != 0 and np.mean(np.abs(ratio - power) < 0.02) > 0.5
        if self.rate:
            exact = exact and len(ratio) >= 5 and np.mean(np.abs(ratio - power) < 1e-6) > 0.3
            return _times(power, True) if exact else None
        if abs(middle) > min(self.limit.shift, 2.0):
            return _times(middle, False)
        return _times(power, False) if exact and self.limit.shift < 1 else None

    def _of_another(self, e: int) -> str | None:
        mine = np.isfinite(self.new[e])
        tables = [*self.old.values()] + ([] if self.own is None else [self.own])
        # The same group under two names is no other.
        alike = np.any([_same(table[[e]], table).any(axis=1) for table in tables], axis=0)
        for old in self.beside:
            share = _same(self.new[[e]], old)[:, mine].mean(axis=1)
            share[alike] = share[e] = 0
            if share.max() > 0.5 and mine.sum() >= 5:
                return f"the figures of {self.economies[int(share.argmax())]}: the economy?"
        return None

    def _patterns(self) -> Iterator[Finding]:
        """What copying does and revisions do not, more often than in any edition of the panel."""
        tables = self.old | {self.edition: self.new}
        for name, count in _counts(tables, self.edition, self.years, self.rate).items():
            if name == "constant" and self.rebased:
                continue
            least, cause = patterns.PATTERNS[name]
            many = np.maximum(MARGIN * self.limit.most.get(name, 0), least - 1)
            for at in map(int, np.flatnonzero(count > many)):
                e = at if name not in ("ends", "older year") else None
                t = at if name in ("ends", "older year") else None
                said = f"{count[at]:.0f} {'economies' if name == 'older year' else 'years'}"
                yield self._finding(e, t, cause, said)

    def _signs(self) -> Iterator[Finding]:
        """Less than nothing, or nothing, of what there is always something."""
        for e, t in np.argwhere((self.new < 0) & (self.limit.least >= 0)):
            yield self._finding(e, t, "less than zero: the sign?")
        for e, t in np.argwhere((self.new == 0) & (self.limit.least > 0)):
            yield self._finding(e, t, "nothing at all?")

    # Single figures

    def _agreed(self, least: int = 1) -> np.ndarray:
        """What the nearest editions say where they agree, NaN elsewhere; `least`: how many have to
        have the figure."""
        if not self.near:
            return np.full_like(self.new, np.nan)
        stack = np.stack(self.beside)
        low, high = np.nanmin(stack, axis=0), np.nanmax(stack, axis=0)
        enough = np.isfinite(stack).sum(axis=0) >= min(least, len(stack))
        return np.where(_same(low, high) & enough, low, np.nan)

    def _exact(self) -> Iterator[Finding]:
        """Figures that are another edition's but for the point, the sign, a digit or the year."""
        agreed = self._agreed()
        differs = np.isfinite(self.new) & np.isfinite(agreed) & ~_same(self.new, agreed)
        for e, t in np.argwhere(differs):
            value = float(self.new[e, t])
            cause = _slip(value, float(agreed[e, t]))
            for k in self._beside(t):
                if not cause and _digits(value) >= DIGITS + 2 and value == agreed[e, k]:
                    cause = f"the figure of {self.years[k]}: the year?"
            if cause:
                yield self._finding(e, t, cause)

    def _lonely(self) -> Iterator[Finding]:
        """Figures that differ from what the other editions agree on, alone among their years; those
        of the last year may be revised alone, and so may those of the oldest edition."""
        if not self.near or self.near[0] > self.edition:
            return
        agreed = self._agreed(least=2)
        alike = _same(self.new, agreed) * 1.0
        beside = (_shifted(alike, -1) == 1) & (_shifted(alike, 1) == 1)
        settled = np.array(self.years) < int(self.edition[:4]) - 1
        away = np.abs(self.x - _matrix(agreed, self.rate)) / _usual(self.others, self.rate)
        part = np.abs(self.new - agreed) > LONELY_PART * np.abs(agreed)
        for e, t in np.argwhere(beside & settled & part & (away > LONELY)):
            if max(_digits(self.new[e, t]), _digits(agreed[e, t])) >= DIGITS:
                yield self._finding(e, t, "unlike every other edition, alone among its years")

    def _jump(self) -> Iterator[Finding]:
        jump, held = _jumps(self.x, self.others, self.rate)
        elsewhere = [_matrix(table, self.rate) for table in self.elsewhere.values()]
        apart, both = _jumps(self.x, elsewhere, self.rate)
        late = np.array(self.years) > int(self.edition[:4]) - RECENT
        limits = np.where(late, self.limit.recent, self.limit.alone) + 0 * jump
        # Another edition tells best, then another source, then the figure's own neighbours.
        limits = np.where(held, self.limit.jump, np.where(both, self.limit.elsewhere, limits))
        great = np.where(both & ~held, apart, jump) > limits
        if self.limit.revised < np.inf:  # few editions do not tell enough
            great |= _away(self.x, self.others) > self.limit.revised
            great |= both & (apart > self.limit.elsewhere)
        step = _steps(self.x, self.others, self.rate) > self.limit.step
        step[:, 1:] &= ~(great | step)[:, :-1]  # back again is no second step
        for e, t in np.argwhere(great | step):
            if not great[e, t] and self._alike(e, t) and not self._alike(e, t - 1):
                t -= 1  # the years before this one moved
            if not self._alike(e, t, rounded=True):
                alone = not held[e, t] and not both[e, t]
                yield replace(self._finding(e, t, self._cause(e, t)), alone=alone)

    def _alike(self, e: int, t: int, rounded: bool = False) -> bool:
        """Whether a figure is another edition's, or but for one in its last digit (`rounded`)."""
        value = self.new[e, t]
        off = np.abs([old[e, t] - value for old in self.beside])
        return bool(np.any(off <= (1.01 * _last_digit(value) if rounded else SAME * abs(value))))

    def _cause(self, e: int, t: int) -> str:
        value = float(self.new[e, t])
        for old in reversed(self.beside):
            other = float(old[e, t])
            if np.isfinite(other) and other and value:
                ratio = np.log10(abs(value / other))
                if abs(ratio) > 0.9 and abs(ratio - round(ratio)) < 0.1:
                    return _times(ratio, self.rate)
                return "a jump that no other edition has"
        near = np.array([self.new[e, k] for k in self._beside(t)])
        near = near[np.isfinite(near) & (near != 0)]
        if len(near) and value and not self.rate:
            ratio = np.log10(abs(value / np.median(near)))
            if abs(ratio) > 0.8:
                return _times(round(ratio), False, "the years beside it")
        return "a jump that its neighbours in time do not have"

    # What is missing

    def _half(self) -> Iterator[Finding]:
        """The last year before the edition's own, if far fewer have it than the year before."""
        counts = np.isfinite(self.new).sum(axis=0)
        past = np.flatnonzero((np.array(self.years) < int(self.edition[:4])) & (counts > 0))
        if len(past) > 1 and FEW < counts[past[-2]] > counts[past[-1]] / HALF:
            said = f"{counts[past[-1]]} economies, {counts[past[-2]]} the year before"
            yield self._finding(None, int(past[-1]), "published by half", said)

    def _gaps(self) -> Iterator[Finding]:
        """Years and economies that this edition lacks, while the one before it has them, and the
        next one too (or the one before that)."""
        near = self._nearest()
        if not near or near[0] > self.edition:
            return  # what is older than all others has gaps that they fill
        editions = f"editions {' and '.join(near)}"
        has = np.isfinite(self.new)
        # A growth of exactly 0 is how the IMF writes some of its gaps.
        there = [np.isfinite(self.old[v]) & ((self.old[v] != 0) | ~self.rate) for v in near]
        there = np.all(there, axis=0)
        long = there.sum(axis=1) >= 5
        missing = np.flatnonzero(long & ~has.any(axis=1))
        if len(missing) <= max(1, 0.02 * long.sum()):
            for e in missing:
                yield self._finding(e, None, "the economy is missing", f"{editions} have it")
        # A year that many lack is one finding; a single economy is never many.
        counts = there.sum(axis=0)
        common = has.sum(axis=0) >= np.minimum(0.97 * counts, counts - 1)
        past = np.array(self.years) < int(self.edition[:4])
        half = ~common & past & (has & there).any(axis=0) & np.append(False, common[:-1])
        for t in np.flatnonzero(half):
            lack = (there[:, t] & ~has[:, t]).sum()
            said = f"{lack} of the {counts[t]} economies of {editions} lack it"
            yield self._finding(None, int(t), "published by half", said)
        begun = np.maximum.accumulate(has, axis=1)
        for e, row in enumerate(there & ~has & common & past & begun):
            gap = np.flatnonzero(row)
            if len(gap) > 3:
                first, last = self.years[gap[0]], self.years[gap[-1]]
                cause = f"{len(gap)} years are missing, {first} to {last}"
                yield self._finding(e, None, cause, self._around(e, int(gap[0])))
            else:
                yield from (self._finding(e, int(t), "the year is missing") for t in gap)

    def _nearest(self) -> list[str]:
        """One edition before and one after that have most of what comes in; else two before."""
        wide = 0.8 * np.isfinite(self.new).any(axis=1).sum()
        large = [v for v in self.near if np.isfinite(self.old[v]).any(axis=1).sum() >= wide]
        before = [v for v in large if v < self.edition]
        after = [v for v in large if v > self.edition]
        return before[-1:] + after[:1] if before and after else (before[-2:] or after[:2])

    def _changed(self) -> Iterator[Finding]:
        """Figures of an edition that is sealed already: what was published does not change."""
        if self.own is None:
            return
        gone = np.isfinite(self.own) & ~np.isfinite(self.new)
        other = np.isfinite(self.own) & np.isfinite(self.new) & ~_same(self.new, self.own)
        for e, t in np.argwhere(gone | other):
            cause = "not what was sealed of this edition"
            if gone[e, t]:
                cause = "gone from an edition that is sealed"
            finding = self._finding(e, t, cause, f"sealed: {_say(self.own[e, t])}")
            yield replace(finding, sealed=True)


def _last_digit(value: float) -> float:
    """What one in the last digit of a number as written is worth."""
    return 10.0 ** -len(f"{value:.12g}".partition(".")[2]) if np.isfinite(value) else 0.0


def _digits(value: float) -> int:
    """Significant digits of a number as written."""
    mantissa = f"{abs(value):.12g}".split("e")[0].replace(".", "").strip("0")
    return len(mantissa)


def _slip(value: float, other: float) -> str | None:
    """What slip of the pen makes `value` of `other`, if one does."""
    if not value or not other or _digits(other) < 2:
        return None
    if abs(value + other) <= 1e-6 * abs(other):
        return "the sign?"
    if _digits(other) < DIGITS:
        return None
    ratio = abs(value / other)
    power = round(np.log10(ratio))
    if power and abs(ratio / 10.0**power - 1) < 1e-6:
        return _times(power, False)
    a, b = f"{abs(value):.12g}", f"{abs(other):.12g}"
    if abs(value / other - 1) < TYPED:
        return None
    if _digits(other) > DIGITS and len(a) == len(b) and "e" not in a + b and value * other > 0:
        unlike = [k for k in range(len(a)) if a[k] != b[k]]
        if len(unlike) == 2 and sorted(a) == sorted(b) and unlike[1] - unlike[0] <= 2:
            return "two digits changed places?"
        if len(unlike) == 1 and _digits(other) > DIGITS + 1:
            return "one digit?"
    return None


def _times(log10: float, rate: bool, what: str = "the other editions") -> str:
    """A ratio, said, with its likely cause."""
    power = round(float(log10))
    if rate and power == -2:
        return "a hundredth: growth as a share instead of per cent?"
    if rate and power == 2:
        return "100 times: a share as per cent, twice?"
    if power == 0 or abs(log10 - power) > 0.15:
        return f"{10 ** float(log10):.3g} times {what}: another unit, base or economy?"
    if power == 1:
        return f"ten times {what}: the decimal point?"
    if power == -1:
        return f"a tenth of {what}: the decimal point?"
    return f"{f'{10.0**power:,.0f}' if power > 0 else f'{10.0**power:g}'} times {what}: a unit?"


def _say(value: float) -> str:
    return f"{value:,.6g}" if 1e-3 < abs(value) < 1e7 else f"{value:.6g}"


# What has to agree within one edition


def _identities(
    rows: pd.DataFrame, source: str, edition: str, panel: Panel
) -> tuple[list[Finding], list[tuple[list[str], pd.DataFrame]]]:
    """Figures that do not fit the others of their edition (GDP, population and GDP per head; a
    level and its growth), and for each such indicators, where they do, year × economy."""
    found, fitting = [], []
    here = set(rows["indicator"].unique())
    for codes in vocabulary()["identities"].get(source, ()):
        if not here & set(codes):
            continue
        tables = [_table(rows, code, source, edition, panel) for code in codes]
        rate = is_rate(_units_of(panel, source, codes[-1]))
        if any(table.empty for table in tables):
            continue
        residual = _residual(tables, rate)
        usual, allowed = _allowed(panel, source, tuple(codes), rate)
        # Where it is not the same identity at all in an economy (its GDP is of another year, say),
        # the economy's own median is taken off.
        odd = (residual - usual.reindex(residual.columns).fillna(residual.median()).fillna(0)).abs()
        fits = odd.le(allowed.reindex(odd.columns).fillna(allowed.max()))
        fitting += [(codes, fits)]
        if len(codes) == 3:
            found += _incomplete(tables, codes, source, edition, here, panel)
        for year, economy in _true(odd.notna() & ~fits):
            said = [
                f"{code} {_say(table.at[year, economy])}"
                for code, table in zip(codes, tables, strict=True)
                if year in table.index and economy in table.columns
            ]
            cause = f"{' and '.join(codes)} do not fit each other"
            near = ", ".join(said)
            found.append(
                Finding(source, edition, str(economy), codes[0], int(year), None, near, cause)
            )
    return found, fitting


def _true(table: pd.DataFrame) -> list[tuple[int, str]]:
    """Where a table year × economy is True."""
    years, economies = table.index.tolist(), list(map(str, table.columns))
    return [(years[t], economies[e]) for t, e in np.argwhere(table.to_numpy()).tolist()]


def _incomplete(
    tables: list[pd.DataFrame],
    codes: Sequence[str],
    source: str,
    edition: str,
    here: set[str],
    panel: Panel,
) -> Iterator[Finding]:
    """Figures that are missing though the others that make them up come in, and that no edition
    beside lacks too."""
    for code, table in zip(codes, tables, strict=True):
        one, two = (other for other in tables if other is not table)
        one = one[one.columns.intersection(table.columns)]  # economies that come in with it
        lacks = one.notna() & two.reindex_like(one).notna() & table.reindex_like(one).isna()
        for v in _near(panel.vintages(source, code), edition):
            beside = panel.wide(source, v, code)
            lacks &= ~beside.isna().reindex_like(lacks).eq(True)
        lacking = _true(lacks) if code in here else []
        by_year = pd.Series([e for _, e in lacking], [y for y, _ in lacking], dtype="str")
        for year, economies in by_year.groupby(level=0):
            names = sorted(set(economies)) if len(economies) <= FEW else ["*"]
            said = f"so in {len(economies)} of {one.loc[year].notna().sum()} economies"
            for name in names:
                cause = f"missing, though {' and '.join(c for c in codes if c != code)} are there"
                yield Finding(source, edition, name, code, int(year), None, said, cause)


def _table(rows: pd.DataFrame, code: str, source: str, edition: str, panel: Panel) -> pd.DataFrame:
    part = rows[(rows["indicator"] == code) & (rows["series"] == rows["economy"])]
    if len(part):
        part = part.assign(year=part["year"].astype(int))
        return part.pivot(index="year", columns="economy", values="value")
    return panel.wide(source, edition, code)


def _residual(tables: list[pd.DataFrame], rate: bool) -> pd.DataFrame:
    """By how much an identity fails: a logarithm for a ratio, percentage points for growth. `rate`:
    that all of it is growth."""
    if rate:
        part, whole, per = (1 + table / 100 for table in tables)
        return 100 * (whole / per - part)
    if len(tables) == 3:
        ratio = tables[1] / tables[2] / tables[0]
        log = np.log(ratio.where(ratio > 0))
        return log - np.round(np.nanmedian(log.to_numpy()) / np.log(1000)) * np.log(1000)
    growth, level = tables
    level = level.reindex(range(int(level.index.min()), int(level.index.max()) + 1))
    ratio = level / level.shift()
    yearly, steady = growth - 100 * (ratio - 1), growth - 100 * np.log(ratio)
    # The World Bank's growth of a population is that of an exponential.
    return yearly.where(yearly.abs() <= steady.abs(), steady)


def _allowed(
    panel: Panel, source: str, codes: tuple[str, ...], rate: bool
) -> tuple[pd.Series, pd.Series]:
    """By how much an identity usually fails in each economy, and by how much more it may: MARGIN
    times the failure that one figure in RARE of the panel exceeds; of MANY editions, in which the
    same economies fail again and again, MARGIN times its own worst (one figure in a hundred
    exceeds the least of it)."""

    def make() -> tuple[pd.Series, pd.Series]:
        editions = panel.vintages(source, *codes)
        tables = [[panel.wide(source, v, code) for code in codes] for v in editions]
        every = pd.concat([pd.DataFrame(), *(_residual(t, rate) for t in tables)])
        usual = every.median()
        odd = (every - usual).abs()
        size = np.sort(odd.to_numpy(float).ravel())
        size = size[np.isfinite(size)]
        if not len(size):
            return usual, pd.Series([np.inf])
        worst = odd.max().clip(lower=np.quantile(size, 0.99))
        if len(editions) < MANY:
            worst = worst * 0 + size[-1 - min(len(size) - 1, len(size) // RARE)]
        return usual, MARGIN * worst + 1e-6

    return _once(panel, ("identity", source, codes), make)


# What has to agree with the published groups


def _groups(
    rows: pd.DataFrame, source: str, edition: str, panel: Panel, known: list[Finding]
) -> list[Finding]:
    """Figures that do not fit their groups (see `aggregates`), where nothing is `known` to be wrong
    with one of the members."""
    found = []
    for code, part in rows.groupby("indicator", sort=True):
        x = _table(rows, str(code), source, edition, panel)
        wrong = {(f.economy, f.year) for f in known if f.indicator == code}
        unit = str(part["unit"].iloc[0])
        near = _near(panel.vintages(source, str(code)), edition)
        for economy, year, of, right, able in aggregates.disagreements(
            x, source, edition, str(code), unit, is_rate(unit), panel, near, MARGIN
        ):
            inside = {economy, *of, *(m for g in of for m in groups.members(source, edition, g))}
            if any((e, y) in wrong for e in inside for y in (year, None)):
                continue
            said = f"{_say(right)} would agree"
            if economy in of and 0 < len(able) < 10:
                said += f"; or it is the figure of {' or '.join(able)}"
            cause = f"not what the members of {' and '.join(of)} come to"
            if economy not in of:
                cause = f"the members of {' and '.join(of)} do not come to their group"
            value = float(x.at[year, economy])
            found.append(Finding(source, edition, economy, str(code), year, value, said, cause))
    return found


# Events


def examine_events(frame: pd.DataFrame, today: dt.date | None = None) -> list[str]:
    """Meetings whose dates cannot be right, a line each. Columns series, number, start_date,
    end_date: within a series they follow their numbers; none lasts more than a month or lies in the
    future."""
    today = today or dt.date.today()
    names = list(frame["series"].unique())
    found = [
        f"{name}: nearly the name of another series, {near[0]}"
        for at, name in enumerate(names)
        if (near := get_close_matches(name, names[:at], n=1, cutoff=ALIKE))
    ]
    for series, part in frame.groupby("series", sort=False):
        part = part.sort_values("number")
        last = None
        for row in part.itertuples():
            name = f"{series}, number {row.number}"
            if row.end_date < row.start_date or (row.end_date - row.start_date).days > 31:
                found.append(f"{name}: from {row.start_date} to {row.end_date}")
            if row.start_date > today:
                found.append(f"{name}: {row.start_date} is to come")
            if last and row.start_date <= last.start_date:
                before = f"number {last.number} ({last.start_date})"
                found.append(f"{name}: {row.start_date} is not after {before}")
            last = row
        numbers = list(part["number"])
        if len(set(numbers)) != len(numbers):
            found.append(f"{series}: a number twice ({numbers})")
    return found


def names(text: str | Sequence[str]) -> list[str]:
    """Names of findings as they are written on the command line, checked for their form."""
    made = [text] if isinstance(text, str) else list(text)
    for name in made:
        if not re.fullmatch(r"[A-Z0-9_>*]+:[A-Za-z0-9_.*]+:(\d{4}|\*)", name):
            raise InputError(
                file="--accept",
                found=repr(name),
                expected="economy:indicator:year",
                todo="write it as the refusal does, such as WLD:SP.POP.TOTL:2024",
            )
    return made
