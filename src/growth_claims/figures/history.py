"""What was known when, and how far such figures move between editions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import (
    amount,
    band_range,
    bands,
    both_languages,
    end_labels,
    interval_text,
    key,
    label_room,
    unit_name,
)
from growth_claims.figures.scene import Scene, wrap
from growth_claims.figures.style import DASHES, SMALL, Layout
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Outcome

ROLES = {"wdi": ("s1", "circle"), "weo": ("s4", "triangle")}
QUANTILE = 0.95


def by_vintage(
    name: str,
    editions: pd.DataFrame,
    statements: pd.DataFrame,
    stated: Interval,
    margin: float,
    unit: str,
    *,
    title: Text,
    source: Text,
    alt: Text | None = None,
    decimals: int | None = None,
) -> Chart:
    """What each edition said on the day it came out, as lines, beside what was stated, as numbered
    points on their days.

    editions: as `readings.history.by_vintage` makes them (source, vintage, known_on, kind
    ("latest": the period up to the edition's last year, or "literal"), start, end, value,
    outcome). statements: date, label (a text), value, and, where a date was published as a month
    or a year alone, when (a text).
    """
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals
    said = statements.sort_values("date", ignore_index=True)
    table = pd.concat(
        [
            editions.assign(label=[_edition_label(r) for r in editions.itertuples()]),
            said.rename(columns={"date": "known_on"}).assign(kind="stated"),
        ],
        ignore_index=True,
    )
    table = table[
        ["kind", "source", "vintage", "known_on", "label", "start", "end", "value", "outcome"]
    ]
    table = both_languages(table)
    for column in ("start", "end"):
        table[column] = table[column].astype("Int64")
    return Chart(
        name=name,
        finding=title,
        description=lambda: say(alt) if alt else _vintage_alt(editions, said, unit, decimals),
        source=source,
        draw=lambda layout: _draw_vintages(layout, editions, said, stated, margin, unit, decimals),
        table=table,
        columns={
            "known_on": N_("Known on"),
            "label_en": N_("Who"),
            "label_ru": N_("Who"),
            "start": N_("First year"),
            "end": N_("Last year"),
            "value": lambda: unit_name(unit),
            "outcome": N_("Outcome"),
        },
        formats={
            "known_on": lambda day: i18n.date(day) if isinstance(day, dt.date) else str(day),
            "start": _year_or_dash,
            "end": _year_or_dash,
            "value": decimals + 1,
            "outcome": lambda o: words.outcome(Outcome(o)) if isinstance(o, str) else "–",
        },
    )


def _year_or_dash(value: object) -> str:
    return "–" if pd.isna(value) else str(int(value))


def _edition_label(row) -> Text:
    return lambda: _(
        "{source}, edition: {vintage}",
        source=words.publisher(row.source),
        vintage=words.vintage(str(row.vintage)),
    )


def _vintage_alt(editions: pd.DataFrame, said: pd.DataFrame, unit: str, decimals: int) -> str:
    parts = []
    latest = editions[editions["kind"] == "latest"]
    for code, part in latest.groupby("source", sort=False):
        part = part.sort_values("known_on")
        first, last = part.iloc[0], part.iloc[-1]
        parts.append(
            _(
                "{source}: {before} in the edition of {first}, {after} in that of {last}.",
                source=words.publisher(code),
                before=i18n.number(first["value"], decimals),
                after=amount(last["value"], unit, decimals),
                first=words.vintage(str(first["vintage"])),
                last=words.vintage(str(last["vintage"])),
            )
        )
    if len(said):
        parts.append(
            _(
                "Stated were: {list}.",
                list="; ".join(
                    f"{i18n.number(r.value, decimals)} ({say(r.label)}, {_stated_on(r)})"
                    for r in said.itertuples()
                ),
            )
        )
    return " ".join(parts)


def _stated_on(row) -> str:
    """The date of a statement as it was published, where the caller gives that; else the day."""
    return say(row.when) if hasattr(row, "when") else i18n.date(row.date)


def _when(day: dt.date) -> float:
    """A day as a year and its fraction."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _draw_vintages(layout: Layout, editions, said, stated, margin, unit, decimals) -> Scene:
    values = [*editions["value"], *said["value"], *band_range(stated, margin)]
    low, high = axes.padded(values, 0.1)
    days = [_when(d) for d in [*editions["known_on"], *said["date"]]]
    notes = [
        wrap(
            f"{n + 1}. {_stated_on(r)}, {say(r.label)}: {i18n.number(r.value, decimals)}",
            layout.width - 30,
            SMALL,
        )
        for n, r in enumerate(said.itertuples())
    ]
    marks = axes.ticks(low, high, 5)
    ends = []
    for code, part in editions[editions["kind"] == "latest"].groupby("source", sort=False):
        last = part.sort_values("known_on").iloc[-1]
        ends.append((last, code))

    def labels() -> list[str]:
        return [f"{words.publisher(c)}: {i18n.number(row['value'], decimals)}" for row, c in ends]

    left = axes.gutter(marks) + 4
    room = label_room(labels, layout.pick(150, 82))
    right = layout.width - room
    bottom = layout.pick(290, 270)
    lines = sum(len(block) for block in notes)
    scene = Scene(layout.width, bottom + 66 + 16 * lines + (18 if layout.narrow else 0))
    plot = Plot(scene, (left, 34, right, bottom), (min(days) - 0.15, max(days) + 0.15), (low, high))
    bands(plot, stated, margin)
    plot.y_axis(marks, unit_name(unit))
    plot.x_axis(
        [y for y in range(int(min(days)), int(max(days)) + 1) if plot.x.low <= y <= plot.x.high],
        lambda y: str(round(y)),
    )
    _edition_lines(plot, editions)
    _numbered(plot, said)
    end_labels(
        scene,
        right,
        [
            (plot.y.clip(row["value"]), text, ROLES.get(code, ("s5", ""))[0])
            for (row, code), text in zip(ends, labels(), strict=True)
        ],
        plot.top,
        plot.bottom,
        room - 6,
    )
    y = key(scene, 8, bottom + 44, layout.width - 16, _vintage_key(editions, said, stated))
    for block in notes:
        for line in block:
            y += 16
            scene.text(20, y + 6, line, "ink", SMALL)
    scene.height = y + 16
    return scene


def _vintage_key(editions, said, stated) -> list[tuple[str, str, str]]:
    entries = [
        (
            ROLES.get(code, ("s5", "square"))[1],
            ROLES.get(code, ("s5", ""))[0],
            words.publisher(code),
        )
        for code in dict.fromkeys(editions["source"])
    ]
    if (editions["kind"] == "literal").any():
        entries.append(("ring", "muted", _("literal period")))
    if len(said):
        entries.append(("diamond", "ink", _("what was stated, by whom")))
    entries.append(("area", "band", interval_text(stated)))
    return entries


def _edition_lines(plot: Plot, editions: pd.DataFrame) -> None:
    """The latest period of each edition as a line with marks; the literal period as rings."""
    for code, part in editions.groupby("source", sort=False):
        role, shape = ROLES.get(code, ("s5", "square"))
        latest = part[part["kind"] == "latest"].sort_values("known_on")
        points = [
            (plot.x(_when(d)), plot.y.clip(v))
            for d, v in zip(latest["known_on"], latest["value"], strict=True)
        ]
        if len(points) > 1:
            plot.scene.line(*points, role=role, width=2, dash=DASHES.get(role))
        for r in part[part["kind"] == "literal"].itertuples():
            plot.scene.mark(plot.x(_when(r.known_on)), plot.y.clip(r.value), "ring", role, 7)
        for x, y in points:
            plot.scene.mark(x, y, shape, role, 4)


def _numbered(plot: Plot, said: pd.DataFrame) -> None:
    """The statements as diamonds with their numbers."""
    taken: list[tuple[float, float]] = []
    for n, r in enumerate(said.itertuples(), start=1):
        x, y = plot.x(_when(r.date)), plot.y.clip(r.value)
        plot.scene.mark(x, y, "diamond", "ink", 5)
        spots = (
            (x - 9, y - 8, "end"),
            (x + 9, y - 8, "start"),
            (x - 9, y + 17, "end"),
            (x + 9, y + 17, "start"),
        )
        place = next(
            (s for s in spots if all(abs(s[0] - a) > 12 or abs(s[1] - b) > 12 for a, b in taken)),
            spots[0],
        )
        taken.append((place[0], place[1]))
        plot.scene.text(place[0], place[1], str(n), "ink", SMALL, place[2], bold=True, halo=True)


def revisions(
    name: str,
    revised: pd.DataFrame,
    threshold: float,
    unit: str,
    *,
    title: Text,
    source: Text,
    alt: Text | None = None,
) -> Chart:
    """Every revision from one edition to the next as a dot, by source, with the margin within
    which the rules call a figure close and the size that 95 % of revisions stay below.

    revised: source, earlier, later, start, end, before, after, revision (in `unit`).
    """
    size = revised["revision"].abs()
    p95 = float(size.quantile(QUANTILE))
    return Chart(
        name=name,
        finding=title,
        description=lambda: (
            say(alt)
            if alt
            else " ".join(
                [
                    ngettext(
                        "{n} revision from one edition to the next.",
                        "{n} revisions from one edition to the next, half of them smaller than "
                        "{median}.",
                        len(revised),
                        median=words.amount(float(size.median()), unit, 2),
                    ),
                    _(
                        "95 % are smaller than {p95}; the largest is {most}. The margin of the "
                        "rules is {margin}.",
                        p95=words.amount(p95, unit, 2),
                        most=words.amount(float(size.max()), unit, 2),
                        margin=words.amount(threshold, unit, 2),
                    ),
                ]
            )
        ),
        source=source,
        draw=lambda layout: _draw_revisions(layout, revised, threshold, p95, unit),
        table=revised.reset_index(drop=True),
        columns={
            "source": N_("Source"),
            "earlier": N_("Earlier edition"),
            "later": N_("Later edition"),
            "start": N_("First year"),
            "end": N_("Last year"),
            "before": N_("Before"),
            "after": N_("After"),
            "revision": lambda: _("Revision, {unit}", unit=unit_name(unit)),
        },
        formats={
            "source": words.publisher,
            "earlier": words.vintage,
            "later": words.vintage,
            "start": _year_or_dash,
            "end": _year_or_dash,
            "before": 2,
            "after": 2,
            "revision": 2,
        },
    )


def _draw_revisions(layout: Layout, revised, threshold, p95, unit) -> Scene:
    most = max(float(revised["revision"].abs().max()), threshold, p95) * 1.08
    sources = list(dict.fromkeys(revised["source"]))
    left, right = 12, layout.width - 12
    each = layout.pick(104, 110)
    top = 44
    bottom = top + each * len(sources)
    scene = Scene(layout.width, bottom + 66)
    plot = Plot(scene, (left, top, right, bottom), (-most, most), (0, 1))
    plot.upright(-threshold, threshold, "margin")
    plot.x_axis(
        axes.ticks(-most, most, layout.pick(8, 5)),
        grid=True,
        unit=_("revision, {unit}", unit=unit_name(unit)),
    )
    for x in (-threshold, threshold):
        scene.line((plot.x(x), top), (plot.x(x), bottom), role="s3", width=1.5)
    for x in (-p95, p95):
        scene.line((plot.x(x), top), (plot.x(x), bottom), role="s2", width=2, dash=(4, 3))
    margin = amount(threshold, unit, axes.decimals_of([threshold]))
    scene.text(
        plot.x(0),
        top - 22,
        _("margin of the rules: ±{x}", x=margin),
        "s3",
        SMALL,
        "middle",
        bold=True,
    )
    scene.text(
        plot.x(0),
        top - 6,
        _("95 % of revisions: ±{x}", x=amount(p95, unit, 2)),
        "s2",
        SMALL,
        "middle",
        bold=True,
    )
    for n, code in enumerate(sources):
        values = revised.loc[revised["source"] == code, "revision"].to_numpy()
        floor = top + each * (n + 1) - 8
        scene.line((left, floor + 4), (right, floor + 4), role="muted", width=1)
        _heap(plot, values, floor, each - 30, ROLES.get(code, ("s5", ""))[0])
        scene.text(
            left + 2,
            top + each * n + 16,
            f"{words.publisher(code)} ({i18n.number(len(values))})",
            ROLES.get(code, ("s5", ""))[0],
            SMALL,
            bold=True,
            halo=True,
        )
    scene.height = 10 + key(
        scene,
        left,
        bottom + 56,
        right - left,
        [
            ("circle", "s0", _("a revision")),
            ("dashes", "s2", _("95 % lie between")),
        ],
    )
    return scene


def _heap(plot: Plot, values: np.ndarray, floor: float, tall: float, role: str) -> None:
    """Dots heaped up where several fall on one place."""
    size = 6.0
    columns: dict[int, int] = {}
    places = []
    for value in sorted(values):
        column = round(plot.x(value) / size)
        level = columns.get(column, 0)
        columns[column] = level + 1
        places.append((column * size, level))
    step = min(size, tall / max(1, max(columns.values(), default=1)))
    plot.scene.dots([(x, floor - step * level) for x, level in places], role, size - 1)
