"""The specification curve: all readings sorted, and beneath them which choices they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import (
    WHOLE,
    amount,
    anchored,
    band_range,
    bands,
    interval_text,
    key,
    number,
    unit_name,
)
from growth_claims.figures.scene import Scene, wrap
from growth_claims.figures.style import SMALL
from growth_claims.i18n import N_, _
from growth_claims.readings.curve import OFFICIAL_DOUBT
from growth_claims.verdicts import Outcome

#: The most vertices of the drawn curve; the table and the CSV have every reading.
VERTICES = 300
#: Up to so many readings each is a dot.
DOTS = 150
#: The most levels of a choice that are shown, each with its share.
LEVELS = 9
SHORT_WEIGHTS = {
    "constant-dollars": N_("constant dollars"),
    "ppp": N_("purchasing power"),
    "current-dollars": N_("current dollars"),
    "unweighted": N_("unweighted"),
}
SHORT_QUANTITIES = {
    "as reported": N_("as Kazakhstan reports"),
    "goods-trade": N_("goods, dollars"),
    "goods-trade-deflated": N_("goods, deflated"),
    "goods-trade-volume": N_("goods, volume"),
    "goods-services-trade": N_("with services, dollars"),
    "goods-services-trade-volume": N_("with services, volume"),
}
SHORT_ESTIMATORS = {
    "endpoint": N_("end points"),
    "mean_of_yearly_rates": N_("mean of rates"),
    "log_trend_ols": N_("log trend"),
    "log_trend_glsar": N_("log trend, GLS"),
    "drift": N_("drift"),
    "local_linear_trend": N_("state space"),
}


@dataclass(frozen=True)
class _Choice:
    """One choice that readings differ in: its levels with the rows that have them."""

    label: Text
    levels: tuple[tuple[str, Callable[[], str], np.ndarray], ...]


def specification_curve(
    name: str,
    readings: pd.DataFrame,
    stated: Interval,
    margin: float,
    unit: str,
    *,
    source: Text,
    title: Text | None = None,
    alt: Text | None = None,
    decimals: int | None = None,
) -> Chart:
    """All readings of a claim, sorted, against the stated interval; beneath, where along the curve
    the readings of each choice lie, and in how many of them the claim holds.

    readings: as `readings.curve.curve` makes them (columns source, vintage, quantity, weights,
    estimator, economies, start, end, value, outcome, primary).
    """
    rows = readings.sort_values("value", kind="stable", ignore_index=True)
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals
    choices = _choices(rows)
    summary = _summary(rows, choices)

    def finding() -> str:
        if title:
            return say(title)
        holding = int((rows["outcome"] == Outcome.HOLDS).sum())
        return _(
            "The stated figure holds in {share} of {n} readings",
            share=share_text(holding, len(rows)),
            n=i18n.number(len(rows)),
        )

    return Chart(
        name=name,
        finding=finding,
        description=lambda: say(alt) if alt else _alt(rows, stated, unit, decimals),
        source=source,
        draw=lambda layout: _draw(layout, rows, choices, stated, margin, unit, decimals),
        table=rows,
        shown=summary,
        columns={
            "choice_en": N_("Choice"),
            "choice_ru": N_("Choice"),
            "readings": N_("Readings"),
            "holding": N_("in the stated interval"),
            "share": N_("share, %"),
            "lowest": N_("lowest"),
            "median": N_("median"),
            "highest": N_("highest"),
        },
        formats={
            "readings": i18n.number,
            "holding": i18n.number,
            "share": 1,
            "lowest": decimals + 1,
            "median": decimals + 1,
            "highest": decimals + 1,
        },
    )


def share_text(holding: int, count: int) -> str:
    """A share in percent that says 0 or 100 only where it is."""
    share = 100 * holding / count if count else 0.0
    if 0 < share < 1:
        return _("less than {x}", x=i18n.percent(1, 0))
    if 99 < share < 100:
        return _("more than {x}", x=i18n.percent(99, 0))
    return i18n.percent(share, 0)


def _choices(rows: pd.DataFrame) -> list[_Choice]:
    """The columns in which the readings differ, as levels."""
    found = []
    editions = rows["vintage"].astype(str).str[:4] if "vintage" in rows else pd.Series(dtype=str)
    periods = [(N_("Period"), _periods(rows))]
    if periods[0][1].nunique() > LEVELS:
        periods = [
            (N_("First year"), _years(rows["start"])),
            (N_("Last year"), _years(rows["end"])),
        ]
    longest = max(rows["economies"].dropna().astype(str).unique(), key=len, default="")
    for label, values, said in (
        (N_("Source"), rows["source"], words.publisher),
        (N_("Edition of"), editions, str),
        (N_("Measured as"), rows["quantity"], _quantity),
        (N_("Weights"), rows["weights"], lambda v: _short(SHORT_WEIGHTS, v)),
        (N_("Estimator"), rows["estimator"], lambda v: _short(SHORT_ESTIMATORS, v)),
        (N_("Countries"), rows["economies"], lambda v: _members(v, longest)),
        *((label, values, str) for label, values in periods),
    ):
        values = values.astype("object").where(values.notna(), None)
        levels = [v for v in pd.unique(values) if v is not None]
        if not 2 <= len(levels) <= LEVELS:
            continue
        if label in ("Edition of", "Period", "First year", "Last year"):
            levels = sorted(levels)
        found.append(
            _Choice(
                label,
                tuple(
                    (str(v), (lambda said=said, v=v: said(v)), (values == v).to_numpy())
                    for v in levels
                ),
            )
        )
    return found


def _periods(rows: pd.DataFrame) -> pd.Series:
    if rows["start"].isna().all():
        return _years(rows["end"])
    return _years(rows["start"]) + "–" + _years(rows["end"])


def _years(years: pd.Series) -> pd.Series:
    return years.astype("Int64").astype(str)


def _short(names: dict[str, str], value: str) -> str:
    return _(names[value]) if value in names else str(value)


def _quantity(value: str) -> str:
    if value in SHORT_QUANTITIES:
        return _(SHORT_QUANTITIES[value])
    if value.startswith("mirror: "):
        partners = value.removeprefix("mirror: ").split("+")
        return _(
            "{countries}: their own figure", countries=", ".join(words.economy(p) for p in partners)
        )
    return _(words.QUANTITIES[value]) if value in words.QUANTITIES else value


def _members(value: str, longest: str) -> str:
    if value == longest:
        return _("all")
    missing = [e for e in longest.split("+") if e not in value.split("+")]
    if missing == [OFFICIAL_DOUBT]:
        # Said by itself: Russian declines it.
        return _("without Turkmenistan")
    return _("without {countries}", countries=", ".join(words.economy(e) for e in missing))


def _summary(rows: pd.DataFrame, choices: list[_Choice]) -> pd.DataFrame:
    """Count, share and spread of each choice, for the table of the page."""
    everything = np.ones(len(rows), dtype=bool)
    parts = [((lambda: _("All readings")), everything)]
    for choice in choices:
        for _level, said, mask in choice.levels:
            parts.append(((lambda c=choice, s=said: f"{say(c.label)}: {s()}"), mask))
    records = []
    holds = (rows["outcome"] == Outcome.HOLDS).to_numpy()
    for said, mask in parts:
        values = rows["value"].to_numpy()[mask]
        names = i18n.both(said)
        records.append(
            {
                **{f"choice_{code}": text for code, text in names.items()},
                "readings": int(mask.sum()),
                "holding": int(holds[mask].sum()),
                "share": 100 * float(holds[mask].mean()),
                "lowest": float(values.min()),
                "median": float(np.median(values)),
                "highest": float(values.max()),
            }
        )
    return pd.DataFrame(records)


def _alt(rows: pd.DataFrame, stated: Interval, unit: str, decimals: int) -> str:
    holding = int((rows["outcome"] == Outcome.HOLDS).sum())
    said = [
        _(
            "{n} readings, sorted, run from {low} to {high}; half of them lie below {median}.",
            n=i18n.number(len(rows)),
            low=number(rows["value"].iloc[0], unit, decimals),
            high=amount(rows["value"].iloc[-1], unit, decimals),
            median=i18n.number(float(rows["value"].median()), decimals),
        ),
        _(
            "In the stated interval ({interval}): {holding} readings, {share}.",
            interval=interval_text(stated, unit, bare=True),
            holding=i18n.number(holding),
            share=share_text(holding, len(rows)),
        ),
    ]
    first = rows[rows["primary"].astype(bool)]
    if len(first):
        below = 100 * float((rows["value"] < first["value"].iloc[0]).mean())
        said.append(
            _(
                "The primary reading gives {value}; {share} of the readings are lower.",
                value=amount(first["value"].iloc[0], unit, decimals),
                share=i18n.percent(below, 0),
            )
        )
    return " ".join(said)


def _draw(layout, rows, choices, stated, margin, unit, decimals) -> Scene:
    values = rows["value"].to_numpy(dtype=float)
    low, high = axes.padded([*_core(values), *band_range(stated, margin)], 0.08)
    marks = [m for m in axes.ticks(low, high, 5) if unit not in WHOLE or m == round(m)]
    left = layout.pick(178, 128)
    right = layout.width - layout.pick(58, 46)
    top, bottom = 44, layout.pick(250, 220)
    labels = [
        [wrap(said(), left - 24, SMALL)[:3] for _level, said, _mask in c.levels] for c in choices
    ]
    rows_high = sum(22 + sum(_row_height(b) for b in blocks) for blocks in labels)
    scene = Scene(layout.width, bottom + 26 + rows_high + 32)
    plot = Plot(scene, (left, top, right, bottom), (-0.5, len(values) - 0.5), (low, high))
    bands(plot, stated, margin)
    plot.y_axis(marks, unit_name(unit))
    _curve(plot, rows, values)
    edge = stated.high if stated.high is not None else stated.low
    anchored(
        scene,
        left + 4,
        max(plot.y.clip(edge) - 6, top + SMALL),
        interval_text(stated, unit),
        left + 4,
        right,
        role="s3",
        size=SMALL,
        bold=True,
        halo=True,
    )
    _primary(plot, rows, values, unit, decimals)
    y = bottom + 24
    if choices:
        scene.text(layout.width - 6, y, _("holds in"), "muted", SMALL, "end")
    holds = (rows["outcome"] == Outcome.HOLDS).to_numpy()
    for choice, blocks in zip(choices, labels, strict=True):
        scene.text(8, y, say(choice.label), "ink", SMALL, bold=True)
        y += 18
        for (_level, _said, mask), block in zip(choice.levels, blocks, strict=True):
            for n, line in enumerate(block):
                scene.text(16, y + 13 * n, line, "muted", SMALL)
            y += _row_height(block) - 17
            _density(scene, mask, left, right, y)
            scene.text(layout.width - 6, y, share_text_short(holds[mask]), "muted", SMALL, "end")
            y += 17
        y += 4
    x = _primary_place(rows)
    if x is not None:
        scene.line((plot.x(x), bottom), (plot.x(x), y - 14), role="ink", width=1, dash=(2, 3))
    scene.height = 10 + key(
        scene,
        8,
        y + 12,
        layout.width - 16,
        [
            ("line", "s0", _("readings")),
            ("line", "s3", _("in the stated interval")),
            ("ring", "ink", _("primary reading")),
        ],
    )
    return scene


def _row_height(block: list[str]) -> int:
    return 17 + 13 * (len(block) - 1)


def share_text_short(holds: np.ndarray) -> str:
    share = 100 * float(holds.mean()) if len(holds) else 0.0
    return i18n.percent(share, 0) if share == 0 or share >= 1 else f"<{i18n.percent(1, 0)}"


def _core(values: np.ndarray) -> np.ndarray:
    """All values, unless a few lie so far out that they would flatten the rest."""
    low, high = np.quantile(values, [0.01, 0.99])
    room = 3 * (high - low)
    return values[(values >= low - room) & (values <= high + room)]


def _primary_place(rows: pd.DataFrame) -> int | None:
    places = np.flatnonzero(rows["primary"].to_numpy(dtype=bool))
    return int(places[0]) if len(places) else None


def _curve(plot: Plot, rows: pd.DataFrame, values: np.ndarray) -> None:
    """Dots where they are few, else a line through evenly spaced ranks."""
    holds = (rows["outcome"] == Outcome.HOLDS).to_numpy()
    clip = [(plot.x(i), plot.y.clip(v)) for i, v in enumerate(values)]
    if len(values) <= DOTS:
        size = min(7.0, max(4.0, (plot.right - plot.left) / len(values)))
        plot.scene.dots([p for p, h in zip(clip, holds, strict=True) if not h], "s0", size)
        plot.scene.dots([p for p, h in zip(clip, holds, strict=True) if h], "s3", size)
        return
    picked = np.unique(np.linspace(0, len(values) - 1, VERTICES).round().astype(int))
    plot.scene.line(*[clip[i] for i in picked], role="s0", width=3)
    inside = np.flatnonzero(holds)
    if len(inside):
        first, last = inside[0], inside[-1]
        part = [i for i in picked if first <= i <= last]
        part = sorted({int(first), *part, int(last)})
        plot.scene.line(*[clip[i] for i in part], role="s3", width=5)


def _primary(plot: Plot, rows, values, unit: str, decimals: int) -> None:
    place = _primary_place(rows)
    if place is None:
        return
    x, y = plot.x(place), plot.y.clip(values[place])
    plot.scene.line((x, y), (x, plot.bottom), role="ink", width=1, dash=(2, 3))
    plot.scene.mark(x, y, "ring", "ink", 6)
    said = _("primary: {value}", value=i18n.number(values[place], decimals))
    base = y + 24 if y + 28 < plot.bottom else y - 12
    anchored(
        plot.scene, x, base, said, plot.left + 2, plot.right - 2, size=SMALL, bold=True, halo=True
    )


def _density(scene: Scene, mask: np.ndarray, left: float, right: float, base: float) -> None:
    """How thick the readings of a choice lie along the curve, as steps of whole pixels."""
    bins = min(len(mask), 56 if right - left > 300 else 36)
    edges = np.linspace(0, len(mask), bins + 1).round().astype(int)
    total = np.diff(edges)
    counts = np.add.reduceat(mask.astype(float), edges[:-1])
    heights = np.ceil(counts / np.maximum(total, 1) * 11).astype(int)
    places = np.linspace(left, right, bins + 1).round(1)
    scene.line((left, base), (right, base), role="grid", width=1)
    points = [(left, base)]
    for k, height in enumerate(heights):
        points += [(places[k], base - height), (places[k + 1], base - height)]
    points.append((right, base))
    scene.area(_without_repeats(points), "s1")


def _without_repeats(points):
    """The outline without vertices on a straight line."""
    kept = points[:1]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if not (before[1] == point[1] == after[1]):
            kept.append(point)
    return [*kept, points[-1]]
