"""Specification curves: all defensible readings of a claim at once, as arrays."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from growth_claims import region
from growth_claims.claims import Claim, Reading
from growth_claims.growth import arrays
from growth_claims.i18n import N_
from growth_claims.readings.evaluate import partner_trade
from growth_claims.readings.study import Study
from growth_claims.region import NoData
from growth_claims.verdicts import Outcome, Share, outcome

#: Estimators with a closed form. The drift of log differences has the point estimate of compound
#: growth between the end points, so it would count that reading twice.
ESTIMATORS = ("endpoint", "mean_of_yearly_rates", "log_trend_ols")
WEIGHTS = ("constant-dollars", "ppp", "current-dollars")
#: What "the region" may mean where Turkmenistan's figures cannot be reconciled.
OFFICIAL_DOUBT = "TKM"

COLUMNS = [
    "source",
    "vintage",
    "quantity",
    "weights",
    "estimator",
    "economies",
    "start",
    "end",
    "estimated",
    "value",
    "outcome",
    "primary",
]

#: What is left out, by rules and not by results.
LEFT_OUT = (
    N_("Years that the publisher projected when the edition appeared are not used."),
    N_("The unweighted mean of countries' rates is no growth of a region; it is left out."),
    N_(
        "The drift of log differences is left out of the curve: its value is that of compound "
        "growth between end points, and it would be counted twice."
    ),
    N_(
        "Readings whose source, edition, countries or years have a gap are left out, because "
        "nothing is filled in."
    ),
    N_("A region and a group are compared on the same source and the same kind of weights only."),
)


@dataclass(frozen=True)
class Curve:
    """All readings of a claim, one a row, sorted by value. Columns: COLUMNS; `economies` joined by
    "+", `value` in the claim's unit, `outcome` what the stated interval makes of it, `primary`
    marks the primary reading (once)."""

    claim: Claim
    readings: pd.DataFrame

    @property
    def share(self) -> Share:
        """How many of the readings lie in the stated interval."""
        holding = int((self.readings["outcome"] == Outcome.HOLDS).sum())
        return Share(len(self.readings), holding)


def curve(study: Study, claim: Claim) -> Curve | None:
    """The specification curve of a claim; None where the claim has no number to vary."""
    primary = study.primary(claim)
    if primary is None or primary.measure not in _ROWS:
        return None
    rows = _ROWS[primary.measure](study, claim, primary)
    if rows.empty:
        return None
    rows = rows.reindex(columns=[c for c in COLUMNS if c not in ("outcome", "primary")])
    rows["outcome"] = _outcomes(study, claim, rows["value"].to_numpy())
    rows["primary"] = _is_primary(rows, primary)
    order = [c for c in COLUMNS if c not in ("value", "outcome", "primary", "estimated")]
    return Curve(claim, rows.sort_values(["value", *order], kind="stable", ignore_index=True))


def _outcomes(study: Study, claim: Claim, values: np.ndarray) -> np.ndarray:
    return np.array([outcome(claim.stated, v, study.materiality).value for v in values])


def _is_primary(rows: pd.DataFrame, primary: Reading) -> pd.Series:
    same = pd.Series(True, index=rows.index)
    for column in ("source", "vintage", "quantity", "weights", "estimator", "start", "end"):
        wanted = getattr(primary, column)
        if column in rows and wanted is not None and rows[column].notna().any():
            same &= rows[column] == wanted
    if rows["economies"].notna().any():
        wanted = primary.partners or primary.economies
        same &= rows["economies"] == "+".join(wanted)
    return same & ~same.cumsum().gt(1)


# ---- which series there are ----


@dataclass(frozen=True)
class _Series:
    """A regional series with what it is made of."""

    source: str
    vintage: str
    quantity: str
    weights: str | None
    economies: tuple[str, ...]
    values: pd.Series
    estimated: pd.Series
    last: int

    @property
    def key(self) -> dict[str, object]:
        return {
            "source": self.source,
            "vintage": self.vintage,
            "quantity": self.quantity,
            "weights": self.weights,
            "economies": "+".join(self.economies),
        }


def memberships(study: Study, primary: Reading) -> tuple[tuple[str, ...], ...]:
    """The region as the claim has it, and without the country whose figures are in doubt."""
    whole = primary.economies
    without = tuple(e for e in whole if e != OFFICIAL_DOUBT)
    return (whole, without) if 0 < len(without) < len(whole) else (whole,)


def bank(
    study: Study,
    quantities: Iterable[tuple[str, str, str | None]],
    members: Sequence[tuple[str, ...]],
) -> list[_Series]:
    """Every regional series for (quantity, source, weights) in every vintage that has it."""
    found = []
    for quantity, source, weights in quantities:
        for vintage in study.panel.vintages(source):
            for economies in members:
                try:
                    series = region.aggregate(
                        study.panel, quantity, source, vintage, economies, weights
                    )
                except NoData:
                    continue
                if series.values.notna().any():
                    last = region.last_year(source, vintage, series.values)
                    found.append(
                        _Series(
                            source,
                            vintage,
                            quantity,
                            weights,
                            economies,
                            series.values,
                            series.estimated,
                            last,
                        )
                    )
    return found


REAL_GDP = tuple(
    ("real-gdp", source, weights)
    for source, weights in itertools.product(("wdi", "weo", "cisstat"), WEIGHTS)
)
POPULATION = (("population", "wdi", None), ("population", "weo", None))
GDP_DOLLARS = (
    ("gdp-dollars", "wdi", None),
    ("gdp-dollars", "weo", None),
    ("gdp-dollars", "cia", None),
)
TRADE = (
    ("goods-trade", "wdi", None),
    ("goods-trade-deflated", "wdi", None),
    ("goods-trade-volume", "weo", None),
    ("goods-services-trade", "wdi", None),
    ("goods-services-trade-volume", "weo", None),
)
FAMILIES = {
    "population": POPULATION,
    "real-gdp": REAL_GDP,
    "gdp-dollars": GDP_DOLLARS,
    "goods-trade": TRADE,
}


def family(primary: Reading) -> tuple[tuple[str, str, str | None], ...]:
    """What may stand for the quantity that a claim speaks of."""
    return FAMILIES[primary.quantity]


# ---- from series to readings ----


def windows(primary: Reading) -> list[tuple[int, int]]:
    """Periods that the wording allows: the last year as written, one earlier and one later (which
    year is "the last" depends on when it is said), and for an average of more than ten years one
    yearly rate more or less ("20 years" may be twenty levels, rates, or calendar years)."""
    length = primary.end - primary.start
    lengths = (length - 1, length, length + 1) if length > 10 else (length,)
    ends = (primary.end - 1, primary.end, primary.end + 1)
    return [(end - n, end) for end in ends for n in lengths]


def _grid(series: list[_Series], periods: Iterable[tuple[int, int]]) -> tuple[np.ndarray, int]:
    """The series as one array, series × year, and the first year."""
    first = min(int(s.values.index.min()) for s in series)
    last = max(int(s.values.index.max()) for s in series)
    grid = np.vstack(
        [s.values.reindex(range(first, last + 1)).to_numpy(dtype=float) for s in series]
    )
    return grid, first


def _average_rows(
    series: list[_Series], periods: list[tuple[int, int]], estimators: Sequence[str] = ESTIMATORS
) -> pd.DataFrame:
    """Average growth of every series over every period by every estimator, one a row."""
    if not series:
        return pd.DataFrame()
    grid, first = _grid(series, periods)
    frames = []
    for start, end in periods:
        if start < first or end >= first + grid.shape[1]:
            continue
        part = grid[:, start - first : end - first + 1]
        usable = np.flatnonzero(
            ~np.isnan(part).any(axis=1) & np.array([end <= s.last for s in series])
        )
        for estimator in estimators if end - start > 1 else ("endpoint",):
            values = arrays.RATES[estimator](part[usable])
            frames.append(
                pd.DataFrame(
                    [
                        {
                            **series[i].key,
                            "estimator": estimator,
                            "start": start,
                            "end": end,
                            "estimated": _any(series[i].estimated, start + 1, end),
                        }
                        for i in usable
                    ]
                ).assign(value=values)
            )
    frames = [f for f in frames if len(f)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _growth_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    return _average_rows(
        bank(study, family(primary), memberships(study, primary)), windows(primary)
    )


#: Like with like: the World Bank's groups stand on constant dollars, the IMF's on purchasing power
#: parity, and each is compared with the region on the same weights.
LIKE = {"wdi": "constant-dollars", "weo": "ppp"}
GROUPS = {
    "WLD": {"wdi": "WLD", "weo": "WLD"},
    "LMY": {"wdi": "LMY", "weo": "EMDE"},
    "EMDE": {"wdi": "LMY", "weo": "EMDE"},
}


def _lead_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    ours = bank(
        study,
        [("real-gdp", source, weights) for source, weights in LIKE.items()],
        memberships(study, primary),
    )
    rows = _average_rows(ours, windows(primary))
    theirs = []
    for source in LIKE:
        group = GROUPS[primary.against][source]
        for vintage in study.panel.vintages(source, region.GROWTH[source]):
            series = region.group_growth(study.panel, source, vintage, group)
            theirs.append(
                _Series(
                    source,
                    vintage,
                    "real-gdp",
                    LIKE[source],
                    (group,),
                    series.values,
                    series.estimated,
                    region.last_year(source, vintage, series.values),
                )
            )
    other = _average_rows(theirs, windows(primary))
    keys = ["source", "vintage", "estimator", "start", "end"]
    both = rows.merge(other[[*keys, "value"]], on=keys, suffixes=("", "_group"))
    both["value"] = both["value"] - both.pop("value_group")
    return both


def _rank_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    ours = bank(study, [("real-gdp", "wdi", "constant-dollars")], memberships(study, primary))
    periods = [*windows(primary), *((end - 10, end) for _, end in windows(primary))]
    periods = sorted(set(periods))
    rows = _average_rows(ours, periods)
    ahead = pd.Series(1.0, index=rows.index)
    keys = ["vintage", "estimator", "start", "end"]
    for group in primary.among:
        series = [
            _Series(
                "wdi",
                vintage,
                "real-gdp",
                "constant-dollars",
                (group,),
                (found := region.group_growth(study.panel, "wdi", vintage, group)).values,
                found.estimated,
                region.last_year("wdi", vintage, found.values),
            )
            for vintage in study.panel.vintages("wdi", region.GROWTH["wdi"])
        ]
        other = _average_rows(series, periods)[[*keys, "value"]]
        theirs = rows[keys].merge(other, on=keys, how="left")["value"]
        ahead += (theirs.to_numpy() > rows["value"].to_numpy()).astype(float)
    return rows.assign(value=ahead)


def _level_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    """A level is of a named year and of the whole region: only source and vintage may differ."""
    rows = [
        {
            **s.key,
            "end": primary.end,
            "estimated": _any(s.estimated, primary.end, primary.end),
            "value": float(s.values[primary.end]),
        }
        for s in bank(study, family(primary), (primary.economies,))
        if s.last >= primary.end and not np.isnan(s.values.get(primary.end, np.nan))
    ]
    return pd.DataFrame(rows)


def _multiple_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    """Last over first. Where the claim names a first year, that year stands; where it names a
    length, the whole period moves."""
    named = (claim.period.slides or "last year") == "last year"
    periods = (
        [(primary.start, end) for end in (primary.end - 1, primary.end, primary.end + 1)]
        if named
        else [p for p in windows(primary) if p[1] - p[0] == primary.end - primary.start]
    )
    rows = []
    for s in bank(study, family(primary), memberships(study, primary)):
        for start, end in periods:
            first, last = s.values.get(start, np.nan), s.values.get(end, np.nan)
            if end <= s.last and not np.isnan(first) and not np.isnan(last):
                times = float(last / first)
                rows.append(
                    {
                        **s.key,
                        "start": start,
                        "end": end,
                        "estimated": _any(s.estimated, start, end),
                        "value": times if primary.measure == "multiple" else (times - 1) * 100,
                    }
                )
    return pd.DataFrame(rows)


def _partner_level_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    """Kazakhstan's own figure or, where the partner has one too, the partner's: every mixture."""
    ours = partner_trade(study, primary, primary.partners).loc[primary.end]
    theirs = mirror(study, primary.end)
    choices = [
        [("bns", ours[p])] + ([("press", theirs[p])] if p in theirs else [])
        for p in primary.partners
    ]
    rows = []
    for mixture in itertools.product(*choices):
        press = [
            p for p, (source, _) in zip(primary.partners, mixture, strict=True) if source == "press"
        ]
        rows.append(
            {
                "source": primary.source,
                "vintage": primary.vintage,
                "quantity": "mirror: " + "+".join(press) if press else "as reported",
                "economies": "+".join(primary.partners),
                "end": primary.end,
                "estimated": False,
                "value": sum(value for _, value in mixture) / 1000,
            }
        )
    return pd.DataFrame(rows)


def mirror(study: Study, year: int) -> dict[str, float]:
    """What the partners themselves published of their trade with Kazakhstan in a year, million
    US$: the turnover, or exports plus imports where both are there."""
    frame = study.panel.frame
    rows = frame[(frame["source"] == "press") & (frame["year"] == year)]
    found: dict[str, float] = {}
    for economy, part in rows.groupby("economy", observed=True):
        values = dict(zip(part["indicator"].astype(str), part["value"], strict=True))
        both = ("MIRROR_PARTNER_EXPORTS_TO_KAZ", "MIRROR_PARTNER_IMPORTS_FROM_KAZ")
        if "MIRROR_PARTNER_TURNOVER_WITH_KAZ" in values:
            found[str(economy)] = values["MIRROR_PARTNER_TURNOVER_WITH_KAZ"]
        elif all(code in values for code in both):
            found[str(economy)] = sum(values[code] for code in both)
    return found


def _partner_growth_rows(study: Study, claim: Claim, primary: Reading) -> pd.DataFrame:
    """Every period of one to four years within the unbroken series."""
    totals = {
        "+".join(partners): partner_trade(study, primary, partners).sum(
            axis=1, min_count=len(partners)
        )
        for partners in primary.partner_sets
    }
    years = sorted(set.intersection(*(set(t.dropna().index) for t in totals.values())))
    rows = []
    for start, end in itertools.combinations(years, 2):
        if end < primary.end - 1:
            continue
        rates = {
            k: ((t[end] / t[start]) ** (1 / (end - start)) - 1) * 100 for k, t in totals.items()
        }
        rows.append(
            {
                "source": primary.source,
                "vintage": primary.vintage,
                "quantity": "smaller of " + " and ".join(rates),
                "start": start,
                "end": end,
                "estimated": False,
                "value": min(rates.values()),
            }
        )
    return pd.DataFrame(rows)


def _any(estimated: pd.Series, first: int, last: int) -> bool:
    return bool(estimated.loc[first:last].any())


_ROWS = {
    "average-growth": _growth_rows,
    "growth-lead": _lead_rows,
    "growth-rank": _rank_rows,
    "level": _level_rows,
    "increase": _multiple_rows,
    "multiple": _multiple_rows,
    "partner-level": _partner_level_rows,
    "partner-growth": _partner_growth_rows,
}
