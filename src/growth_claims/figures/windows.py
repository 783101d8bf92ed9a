"""Where a stated figure is true: average growth by first and last year, multiples by last year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import (
    amount,
    axis_number,
    band_range,
    bands,
    interval_text,
    key,
    unit_name,
)
from growth_claims.figures.scene import Scene, width_of
from growth_claims.figures.style import SMALL, Layout
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Outcome

STEPS = ("q1", "q2", "q3", "q4", "q5", "q6", "q7")


def window_map(
    name: str,
    windows: pd.DataFrame,
    stated: Interval,
    unit: str,
    *,
    title: Text,
    source: Text,
    margin: float = 0.0,
    alt: Text | None = None,
    decimals: int | None = None,
) -> Chart:
    """Average growth by first year (down) and last year (across); windows in which the stated
    figure holds are outlined and dotted, those that are close have a small ring, the literal one a
    thick frame.

    windows: as `readings.windows.growth_map` makes them (start, end, value, outcome, literal,
    same_length).
    """
    rows = windows.reset_index(drop=True)
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals
    same = rows[rows["same_length"]] if "same_length" in rows else rows
    columns = ["start", "end", "value", "outcome"]
    return Chart(
        name=name,
        finding=title,
        description=lambda: say(alt) if alt else _map_alt(rows, stated, unit, decimals),
        source=source,
        draw=lambda layout: _draw_map(layout, rows, stated, margin, unit, decimals),
        table=rows,
        shown=same[columns] if len(rows) > 60 else rows[columns],
        columns={
            "start": N_("First year"),
            "end": N_("Last year"),
            "value": lambda: unit_name(unit),
            "outcome": N_("Outcome"),
        },
        formats={
            "value": decimals + 1,
            "outcome": lambda o: words.outcome(Outcome(o)),
        },
    )


def _map_alt(rows: pd.DataFrame, stated: Interval, unit: str, decimals: int) -> str:
    holding = rows[rows["outcome"] == Outcome.HOLDS]
    said = [
        ngettext(
            "Average growth in {n} window of years.",
            "Average growth in {n} windows of years, from {low} to {high}.",
            len(rows),
            low=i18n.number(rows["value"].min(), decimals),
            high=amount(rows["value"].max(), unit, decimals),
        ),
        _(
            "The stated figure ({interval}) holds in {n} of them.",
            interval=interval_text(stated, unit, bare=True),
            n=len(holding),
        ),
    ]
    literal = rows[rows["literal"].astype(bool)]
    if len(literal):
        row = literal.iloc[0]
        said.append(
            _(
                "In the literal window, {start}–{end}, it is {value}.",
                start=int(row["start"]),
                end=int(row["end"]),
                value=amount(row["value"], unit, decimals),
            )
        )
    if "same_length" in rows:
        same = holding[holding["same_length"]]
        if len(same):
            said.append(
                _(
                    "Of windows of that length it holds in those that end in {years}.",
                    years=years_text(same["end"]),
                )
            )
        else:
            said.append(_("It holds in no window of that length."))
    return " ".join(said)


def years_text(years: Iterable[int]) -> str:
    """Years as runs: "2019–2021, 2023"."""
    runs: list[list[int]] = []
    for year in sorted({int(y) for y in years}):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _draw_map(layout: Layout, rows: pd.DataFrame, stated, margin, unit, decimals) -> Scene:
    starts = sorted(rows["start"].unique())
    ends = sorted(rows["end"].unique())
    left, right = layout.pick(56, 44), layout.width - 14
    cell = (right - left) / len(ends)
    tall = layout.pick(min(cell, 14.0), cell)
    top = layout.pick(30, 30)
    bottom = top + tall * len(starts)
    scene = Scene(layout.width, bottom + 64)
    place = {
        (int(r.start), int(r.end)): (
            left + cell * ends.index(r.end),
            top + tall * starts.index(r.start),
        )
        for r in rows.itertuples()
    }
    bounds = _steps(rows["value"], stated)
    _cells(scene, rows, place, cell, tall, bounds)
    _outline(scene, {k: place[k] for k in _with(rows, Outcome.HOLDS)}, cell, tall)
    radius = min(tall, cell) * 0.2
    centre = [(x + cell / 2, y + tall / 2) for x, y in (place[k] for k in _with(rows, "holds"))]
    scene.dots(centre, "ink", radius * 2)
    for k in _with(rows, Outcome.CLOSE):
        x, y = place[k][0] + cell / 2, place[k][1] + tall / 2
        scene.line((x - radius, y), (x + radius, y), role="ink", width=1.2)
    _map_axes(scene, starts, ends, left, right, top, bottom, cell, tall, layout)
    _literal(scene, rows, place, cell, tall, unit, decimals, left, layout)
    _map_key(scene, layout, left, bottom, bounds, unit, stated, margin)
    return scene


def _with(rows: pd.DataFrame, outcome: str) -> list[tuple[int, int]]:
    part = rows[rows["outcome"] == outcome]
    return [(int(a), int(b)) for a, b in zip(part["start"], part["end"], strict=True)]


def _steps(values: pd.Series, stated: Interval) -> list[float]:
    """Round bounds between the colours, through the middle 90 % of the values."""
    low, high = np.quantile(values, [0.05, 0.95])
    step = axes.step_of(low, high, len(STEPS) - 1)
    middle = round((low + high) / 2 / step)
    half = (len(STEPS) - 1) // 2
    return [round((middle + k) * step, 6) for k in range(-half + 1, half + 1)] if half else []


def _cells(scene: Scene, rows, place, cell, tall, bounds) -> None:
    """Rectangles, neighbours of one colour joined."""
    colour = {
        (int(r.start), int(r.end)): int(np.searchsorted(bounds, r.value, side="right"))
        for r in rows.itertuples()
    }
    runs: dict[int, list[tuple[float, float, float, float]]] = {}
    for start in sorted({k[0] for k in colour}):
        ends = sorted(k[1] for k in colour if k[0] == start)
        begin = ends[0]
        for end in ends:
            after = colour.get((start, end + 1))
            if after != colour[start, end]:
                x, y = place[start, begin]
                wide = place[start, end][0] + cell - x
                runs.setdefault(colour[start, end], []).append((x, y, wide, tall))
                begin = end + 1
    for step in sorted(runs):
        scene.rects(runs[step], STEPS[step])


def _outline(scene: Scene, place: dict, cell: float, tall: float) -> None:
    """The border between windows in which the figure holds and the others."""
    edges = []
    for (start, end), (x, y) in sorted(place.items()):
        for there, edge in (
            ((start - 1, end), ((x, y), (x + cell, y))),
            ((start + 1, end), ((x, y + tall), (x + cell, y + tall))),
            ((start, end - 1), ((x, y), (x, y + tall))),
            ((start, end + 1), ((x + cell, y), (x + cell, y + tall))),
        ):
            if there not in place:
                edges.append(edge)
    scene.lines(edges, "ink", 1.8)


def _map_axes(scene, starts, ends, left, right, top, bottom, cell, tall, layout) -> None:
    across = [y for y in ends if y % 5 == 0]
    for year in across:
        x = left + cell * (ends.index(year) + 0.5)
        scene.line((x, bottom), (x, bottom + 4), role="muted", width=1)
        scene.text(x, bottom + 17, str(year), "muted", SMALL, "middle")
    for year in (y for y in starts if y % 5 == 0):
        y = top + tall * (starts.index(year) + 0.5)
        scene.line((left - 4, y), (left, y), role="muted", width=1)
        scene.text(left - 7, y + 4, str(year), "muted", SMALL, "end")
    scene.text(4, top - 14, _("first year ↓"), "muted", SMALL)
    scene.text(right, bottom + 34, _("last year →"), "muted", SMALL, "end")


def _literal(scene, rows, place, cell, tall, unit, decimals, left, layout) -> None:
    part = rows[rows["literal"].astype(bool)]
    if not len(part):
        return
    row = part.iloc[0]
    x, y = place[int(row["start"]), int(row["end"])]
    scene.frame(x - 1, y - 1, cell + 2, tall + 2, "paper", 5)
    scene.frame(x - 1, y - 1, cell + 2, tall + 2, "s2", 2.6)
    said = _(
        "{start}–{end}: {value}",
        start=int(row["start"]),
        end=int(row["end"]),
        value=amount(row["value"], unit, decimals),
    )
    base = y + tall * 9
    room = width_of(said, SMALL, bold=True)
    start = max(left + 8, min(x - room / 2, layout.width - 14 - room))
    scene.line((x + cell / 2, y + tall + 2), (x + cell / 2, base - SMALL), role="s2", width=1.5)
    scene.rects([(start - 4, base - SMALL - 1, room + 8, SMALL + 7)], "paper")
    scene.text(start + room / 2, base, said, "s2", SMALL, "middle", bold=True)


def _map_key(scene, layout, left, bottom, bounds, unit, stated, margin) -> None:
    x, y = left + 8, bottom - layout.pick(96, 88)
    scene.text(x, y - 8, unit_name(unit), "muted", SMALL)
    step = layout.pick(26, 19)
    for k, role in enumerate(STEPS[: len(bounds) + 1]):
        scene.rects([(x + step * k, y, step, 11)], role)
    digits = axes.decimals_of(bounds)
    for k, bound in enumerate(bounds):
        if k % 2 == 0 or (layout.name == "wide" and digits == 0):
            scene.text(
                x + step * (k + 1), y + 25, i18n.number(bound, digits), "muted", SMALL, "middle"
            )
    scene.frame(x, y + 37, 13, 11, "ink", 1.8)
    scene.dots([(x + 6.5, y + 42.5)], "ink", 4)
    scene.text(x + 20, y + 47, interval_text(stated, unit), "muted", SMALL)
    near = _("close, ±{margin}", margin=axis_number(margin)) if margin else _("close")
    scene.line((x + 3, y + 62), (x + 10, y + 62), role="ink", width=1.2)
    scene.text(x + 20, y + 66, near, "muted", SMALL)


def multiple_by_last_year(
    name: str,
    by_year: pd.DataFrame,
    stated: Interval,
    margin: float,
    unit: str,
    *,
    title: Text,
    source: Text,
    alt: Text | None = None,
    decimals: int | None = None,
) -> Chart:
    """A multiple (or an increase in percent) since a base year, by last year, with the stated band.

    by_year: as `readings.windows.by_last_year` makes it (start, end, value, outcome, literal).
    """
    rows = by_year.sort_values("end", ignore_index=True)
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals
    return Chart(
        name=name,
        finding=title,
        description=lambda: say(alt) if alt else _multiple_alt(rows, stated, unit, decimals),
        source=source,
        draw=lambda layout: _draw_multiple(layout, rows, stated, margin, unit, decimals),
        table=rows,
        columns={
            "start": N_("First year"),
            "end": N_("Last year"),
            "value": lambda: unit_name(unit),
            "outcome": N_("Outcome"),
        },
        formats={"value": decimals + 1, "outcome": lambda o: words.outcome(Outcome(o))},
    )


def _multiple_alt(rows: pd.DataFrame, stated: Interval, unit: str, decimals: int) -> str:
    said = []
    literal = rows[rows["literal"].astype(bool)]
    if len(literal):
        row = literal.iloc[0]
        said.append(
            _(
                "From {start} to {end}: {value}; {interval}.",
                start=int(row["start"]),
                end=int(row["end"]),
                value=amount(row["value"], unit, decimals),
                interval=interval_text(stated, unit),
            )
        )
    holding = rows[rows["outcome"] == Outcome.HOLDS]
    if len(holding):
        said.append(
            _(
                "It lies in the stated interval with {years} as the last year.",
                years=years_text(holding["end"]),
            )
        )
    else:
        said.append(_("It lies in the stated interval with no last year."))
    last = rows.iloc[-1]
    if not bool(last["literal"]):
        said.append(
            _(
                "By {year} it is {value}.",
                year=int(last["end"]),
                value=amount(last["value"], unit, decimals),
            )
        )
    return " ".join(said)


def _draw_multiple(layout: Layout, rows, stated, margin, unit, decimals) -> Scene:
    low, high = axes.padded([*rows["value"], *band_range(stated, margin)], 0.1)
    marks = axes.ticks(low, high, 5)
    left = axes.gutter(marks) + 4
    right = layout.width - layout.pick(40, 30)
    scene = Scene(layout.width, layout.pick(340, 320))
    plot = Plot(
        scene,
        (left, 36, right, scene.height - 56),
        (rows["end"].min() - 0.5, rows["end"].max() + 0.5),
        (low, high),
    )
    bands(plot, stated, margin)
    plot.y_axis(marks, unit_name(unit))
    plot.years(int(rows["end"].min()), int(rows["end"].max()))
    scene.text(right, scene.height - 22, _("last year"), "muted", SMALL, "end")
    points = [plot.at(r.end, r.value) for r in rows.itertuples()]
    edge = plot.y.clip(stated.high if stated.high is not None else stated.low)
    _band_label(plot, interval_text(stated, unit), edge - 6, points)
    scene.line(*points, role="s1", width=2.5)
    for row, (x, y) in zip(rows.itertuples(), points, strict=True):
        if row.literal:
            scene.mark(x, y, "ring", "ink", 8)
    for row, (x, y) in zip(rows.itertuples(), points, strict=True):
        if row.outcome == Outcome.HOLDS:
            scene.mark(x, y, "circle", "s3", 5)
        elif row.outcome == Outcome.CLOSE:
            scene.mark(x, y, "open diamond", "s5", 4.5)
        else:
            scene.mark(x, y, "circle", "s1", 3)
    _labelled_years(plot, rows, unit, decimals)
    scene.height = 10 + key(
        scene,
        left,
        scene.height - 8,
        layout.width - left,
        [
            ("circle", "s3", words.outcome(Outcome.HOLDS)),
            ("open diamond", "s5", words.outcome(Outcome.CLOSE)),
        ],
    )
    return scene


def _band_label(plot: Plot, said: str, y: float, points: Sequence[tuple[float, float]]) -> None:
    """The stated interval's label above it, at the end that the line stays farther from."""
    wide, room = width_of(said, SMALL, bold=True), 6
    xs, ys = zip(*points, strict=True)

    def distance(begin: float) -> float:
        under = np.interp(np.linspace(begin, begin + wide, 20), xs, ys)
        return float(np.abs(under - (y - SMALL / 3)).min())

    starts = (plot.left + room, plot.right - room - wide)
    begin = max(starts, key=lambda start: min(distance(start), 2 * SMALL))
    plot.scene.text(begin, y, said, "s3", SMALL, bold=True, halo=True)


def _labelled_years(plot: Plot, rows, unit, decimals) -> None:
    """The literal year, the first and last years in which the figure holds, and the last of all."""
    wanted: dict[int, bool] = {}
    holding = rows[rows["outcome"] == Outcome.HOLDS]["end"]
    for year in (*holding.head(1), *holding.tail(1), rows["end"].iloc[-1]):
        wanted.setdefault(int(year), False)
    for year in rows[rows["literal"].astype(bool)]["end"]:
        wanted[int(year)] = True
    taken: list[tuple[float, float, float]] = []
    low, high = plot.left + 2, plot.scene.width - 4
    for year, literal in sorted(wanted.items(), key=lambda item: not item[1]):
        value = float(rows.loc[rows["end"] == year, "value"].iloc[0])
        x, y = plot.at(year, value)
        if literal:
            taken.append((x - 9, x + 9, y + 4))
        said = f"{year}: {i18n.number(value, decimals)}"
        wide = width_of(said, SMALL, bold=True)
        left = min(max(x - wide / 2, low), high - wide)
        for base in (y - 13, y + 24, y - 29, y + 40, y + 56):
            free = all(
                abs(base - b) > 14 or left > end or left + wide < begin for begin, end, b in taken
            )
            if free and plot.top - 20 < base < plot.bottom:
                taken.append((left, left + wide, base))
                plot.scene.text(
                    left + wide / 2,
                    base,
                    said,
                    size=SMALL,
                    anchor="middle",
                    bold=literal,
                    halo=True,
                )
                break
