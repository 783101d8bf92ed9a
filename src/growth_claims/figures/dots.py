"""Readings of a claim as dots against the stated interval."""

from __future__ import annotations

import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import (
    OUTCOME_MARKS,
    WHOLE,
    amount,
    anchored,
    band_range,
    bands,
    both_languages,
    finite,
    interval_text,
    key,
    outcome_key,
    span,
    unit_name,
)
from growth_claims.figures.scene import Scene, width_of, wrap
from growth_claims.figures.style import SMALL, Layout
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Outcome


def readings_dots(
    name: str,
    readings: pd.DataFrame,
    stated: Interval,
    margin: float,
    unit: str,
    *,
    title: Text,
    source: Text,
    decimals: int | None = None,
    alt: Text | None = None,
) -> Chart:
    """The readings of a claim, one a row, against the stated interval.

    readings: columns label (a text), value, outcome, primary (bool), and, where an estimator has
    an interval, low and high; rows without a value are listed as such. decimals: of the numbers
    beside the dots.
    """
    margin = 0.0 if unit in WHOLE else margin
    rows = readings.reset_index(drop=True).copy()
    for column in ("low", "high"):
        if column not in rows:
            rows[column] = float("nan")
    rows = pd.concat([rows[rows["primary"]], rows[~rows["primary"].astype(bool)]])
    rows = rows.reset_index(drop=True)
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals

    def described() -> str:
        return say(alt) if alt else _alt(rows, stated, unit, decimals)

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw(layout, rows, stated, margin, unit, decimals),
        table=both_languages(rows[["label", "value", "low", "high", "outcome", "primary"]]),
        columns={
            "label_en": N_("Reading"),
            "label_ru": N_("Reading"),
            "value": lambda: unit_name(unit),
            "low": N_("Interval from"),
            "high": N_("to"),
            "outcome": N_("Outcome"),
        },
        formats={
            "value": decimals + 1,
            "low": decimals + 1,
            "high": decimals + 1,
            "outcome": lambda o: words.outcome(Outcome(o)),
        },
    )


def _alt(rows: pd.DataFrame, stated: Interval, unit: str, decimals: int) -> str:
    known = rows[rows["value"].notna()]
    said = []
    first = known[known["primary"]]
    if len(first):
        said.append(
            _(
                "The primary reading gives {value}; {interval}.",
                value=amount(first["value"].iloc[0], unit, decimals),
                interval=interval_text(stated, unit),
            )
        )
    others = known[~known["primary"].astype(bool)]
    if len(others):
        low, high = others["value"].min(), others["value"].max()
        said.append(_others(low, high, len(others), unit, decimals))
    holding = int((known["outcome"] == Outcome.HOLDS).sum())
    said.append(
        _(
            "In the stated interval: {holding} of {n}.",
            holding=holding,
            n=len(known),
        )
    )
    return " ".join(said)


def _others(low: float, high: float, count: int, unit: str, decimals: int) -> str:
    return ngettext(
        "The {n} other reading gives {value}.",
        "The {n} other readings give {value}.",
        count,
        value=span(low, high, unit, decimals),
    )


def _draw(
    layout: Layout,
    rows: pd.DataFrame,
    stated: Interval,
    margin: float,
    unit: str,
    decimals: int,
) -> Scene:
    """A row a reading: words to the left (above, on a phone), the dot on a common scale."""
    left = layout.pick(270, 8)
    values = [i18n.number(v, decimals) for v in rows["value"]]
    right = layout.width - 20 - max(width_of(v, SMALL, bold=True) for v in values)
    room = layout.pick(left - 16, layout.width - 16)
    blocks = [
        wrap(say(label), room, SMALL, bold=True)
        for label, primary in zip(rows["label"], rows["primary"], strict=True)
    ]
    heights = [max(26, 15 * len(b) + 10) if not layout.narrow else 15 * len(b) + 28 for b in blocks]
    top = 44
    bottom = top + sum(heights)
    scene = Scene(layout.width, bottom + 66)
    low, high = _range(rows, stated, margin, unit)
    plot = Plot(scene, (left, top - 14, right, bottom), (low, high), (0, 1))
    bands(plot, stated, margin, upright=True)
    marks = axes.ticks(low, high, layout.pick(6, 4))
    if unit in WHOLE:
        marks = [m for m in marks if m == round(m)]
    plot.x_axis(marks, grid=True, unit=unit_name(unit))
    middle = [b for b in (stated.low, stated.high) if b is not None]
    anchored(
        scene,
        plot.x.clip(sum(middle) / len(middle)) if middle else left,
        top - 22,
        interval_text(stated, unit),
        left,
        layout.width - 4,
        role="s3",
        size=SMALL,
        bold=True,
    )
    y = top
    for row, block, height in zip(rows.itertuples(), blocks, heights, strict=True):
        _row(scene, plot, layout, row, block, y, height, decimals)
        y += height
    scene.height = 10 + key(
        scene,
        8,
        bottom + 56,
        layout.width - 16,
        [
            *outcome_key(rows["outcome"]),
            *([("area", "margin", _("margin of “close”"))] if margin else []),
        ],
    )
    return scene


def _range(rows: pd.DataFrame, stated: Interval, margin: float, unit: str) -> tuple[float, float]:
    """What the scale shows: all values and the stated interval; of the readings' own intervals as
    much as leaves the values apart (what goes on beyond ends in an arrow)."""
    values = finite([*rows["value"], *band_range(stated, margin)])
    room = max(values) - min(values) or max(abs(max(values)) * 0.05, 0.5)
    inner = finite([*rows["low"], *rows["high"]])
    clipped = [min(max(v, min(values) - room), max(values) + room) for v in inner]
    if unit in WHOLE:
        return min(values) - 1, max(values) + 1
    return axes.padded([*values, *clipped], 0.08)


def _row(scene, plot, layout, row, block, y, height, decimals) -> None:
    primary = bool(row.primary)
    dot = y + height - 14 if layout.narrow else y + height / 2
    first = y + 12 if layout.narrow else dot - (len(block) - 1) * 7.5 + SMALL * 0.35
    for n, line in enumerate(block):
        scene.text(
            8 if layout.narrow else plot.left - 12,
            first + 15 * n,
            line,
            "ink" if primary else "muted",
            SMALL,
            "start" if layout.narrow else "end",
            bold=primary,
            halo=layout.narrow,
        )
    if pd.isna(row.value):
        scene.text(plot.left + 4, dot + 4, words.outcome(Outcome.NO_DATA), "muted", SMALL)
        return
    x = plot.x(row.value)
    if not pd.isna(row.low) and not pd.isna(row.high):
        _whisker(plot, row.low, row.high, dot)
    shape, role = OUTCOME_MARKS[Outcome(row.outcome)]
    if primary:
        scene.mark(x, dot, "ring", "ink", 8.5)
    scene.mark(x, dot, shape, role, 5)
    scene.text(
        scene.width - 6,
        dot + 4.5,
        i18n.number(row.value, decimals),
        "ink",
        SMALL,
        "end",
        bold=primary,
    )


def _whisker(plot: Plot, low: float, high: float, y: float) -> None:
    """A reading's own interval; an arrow where it goes on beyond the scale."""
    scene = plot.scene
    left, right = plot.x.clip(low), plot.x.clip(high)
    scene.line((left, y), (right, y), role="muted", width=1.5)
    if low < plot.x.low:
        scene.line((left + 5, y - 4), (left, y), (left + 5, y + 4), role="muted", width=1.5)
    if high > plot.x.high:
        scene.line((right - 5, y - 4), (right, y), (right - 5, y + 4), role="muted", width=1.5)
