"""Meetings and summits on a line of time."""

from __future__ import annotations

import datetime as dt
import itertools

import pandas as pd

from growth_claims import i18n
from growth_claims.figures.axes import Scale
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import both_languages, key
from growth_claims.figures.scene import Scene, wrap
from growth_claims.figures.style import SMALL, Layout
from growth_claims.i18n import N_, _, ngettext

MONTH = 30.4375


def timeline(
    name: str,
    events: pd.DataFrame,
    *,
    meetings: str,
    title: Text,
    source: Text,
    alt: Text | None = None,
) -> Chart:
    """Meetings of one series with the gaps between them, and other summits beside them, on a line
    of time from the top down.

    events: series, number, start_date, end_date, label (a text that says what and where).
    meetings: the series that is counted.
    """
    rows = events.assign(day=[_day(d) for d in events["start_date"]]).sort_values(
        "day", ignore_index=True, kind="stable"
    )
    held = rows[rows["series"] == meetings]
    columns = ["series", "number", "start_date", "end_date", "label"]
    if "source_url" in rows:
        columns.append("source_url")

    def described() -> str:
        if alt:
            return say(alt)
        gaps = months(held)
        said = [
            ngettext(
                "{n} meeting: {days}.",
                "{n} meetings: {days}.",
                len(held),
                days="; ".join(i18n.date(d) for d in held["day"]),
            )
        ]
        if len(gaps):
            said.append(
                _(
                    "The gaps between them are {low} to {high} months.",
                    low=min(gaps),
                    high=max(gaps),
                )
            )
        others = rows[rows["series"] != meetings]
        if len(others):
            said.append(
                _(
                    "Other summits: {list}.",
                    list="; ".join(
                        f"{say(r.label)}, {i18n.date(r.day)}" for r in others.itertuples()
                    ),
                )
            )
        return " ".join(said)

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw(layout, rows, held, meetings),
        table=both_languages(rows[columns]),
        columns={
            "number": N_("Number"),
            "start_date": N_("Date"),
            "label_en": N_("Meeting"),
            "label_ru": N_("Meeting"),
        },
        formats={"start_date": lambda d: i18n.date(_day(d))},
    )


def months(held: pd.DataFrame) -> list[int]:
    """Months from each meeting to the next, rounded."""
    days = list(held["day"])
    return [round((b - a).days / MONTH) for a, b in itertools.pairwise(days)]


def _day(value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])


def _draw(layout: Layout, rows: pd.DataFrame, held: pd.DataFrame, meetings: str) -> Scene:
    axis = layout.pick(150, 84)
    blocks = []
    for r in rows.itertuples():
        said = f"{i18n.date(r.day)}: {say(r.label)}"
        blocks.append(wrap(said, layout.width - axis - 46, SMALL, bold=r.series == meetings))
    top = 24
    bottom = top + layout.pick(440, 520)
    scene = Scene(layout.width, 0)
    first, last = min(rows["day"]), max(rows["day"])
    time = Scale(first.toordinal(), last.toordinal(), top + 12, bottom - 24)
    scene.line((axis, top - 6), (axis, bottom), role="muted", width=2)
    for year in range(first.year + 1, last.year + 1):
        y = time(dt.date(year, 1, 1).toordinal())
        scene.line((axis - 5, y), (axis + 5, y), role="muted", width=1)
        scene.text(axis - 13, y + 4, str(year), "muted", SMALL, "end")
    wanted = [time(d.toordinal()) for d in rows["day"]]
    # Several labels of the last year need more room than the year has: they go on below the line.
    places = _blocks_apart(wanted, blocks, top, bottom + layout.pick(14, 84))
    below = max(0.0, places[-1] + 15.5 * len(blocks[-1]) - bottom)
    for r, y, place, block in zip(rows.itertuples(), wanted, places, blocks, strict=True):
        ours = r.series == meetings
        scene.line((axis + (8 if ours else 22), y), (axis + 34, place), role="muted", width=1)
        for n, line in enumerate(block):
            scene.text(
                axis + 38, place + 4 + 15 * n, line, "ink" if ours else "muted", SMALL, bold=ours
            )
    for r, y in zip(rows.itertuples(), wanted, strict=True):
        if r.series != meetings:
            scene.mark(axis + 17, y, "open diamond", "s2", 4.5)
    for r in held.itertuples():
        y = time(r.day.toordinal())
        scene.mark(axis, y, "circle", "s1", 9)
        scene.text(axis, y + 4.3, str(int(r.number)), "paper", SMALL, "middle", bold=True)
    _gaps(scene, held, time, axis, layout)
    scene.height = 10 + key(
        scene,
        8,
        bottom + below + 30,
        layout.width - 16,
        [
            ("circle", "s1", _("consultative meeting, with its number")),
            ("open diamond", "s2", _("other summit")),
        ],
    )
    return scene


def _blocks_apart(wanted, blocks, top: float, bottom: float) -> list[float]:
    """Places of labels of different heights, in the order of time, without overlap: pushed down
    from the top, then, from the bottom, up again."""
    tall = [15.5 * len(b) + 4 for b in blocks]
    placed: list[float] = []
    for y, before in zip(wanted, [0.0, *tall], strict=False):
        placed.append(max(y, placed[-1] + before) if placed else max(y, top))
    limit = bottom
    for k in reversed(range(len(placed))):
        placed[k] = min(placed[k], limit - tall[k] + 15.5)
        limit = placed[k] - 15.5
    return placed


def _gaps(scene: Scene, held: pd.DataFrame, time: Scale, axis: float, layout: Layout) -> None:
    """The gap to the next meeting, written between the two."""
    days = list(held["day"])
    for a, b, gap in zip(days, days[1:], months(held), strict=False):
        low, high = time(a.toordinal()), time(b.toordinal())
        x = layout.pick(92, 40)
        scene.lines([((x, low + 4), (x, high - 4))], "s4", 1.5)
        scene.lines(
            [((x - 4, low + 4), (x + 4, low + 4)), ((x - 4, high - 4), (x + 4, high - 4))],
            "s4",
            1.5,
        )
        said = ngettext("{n} month", "{n} months", gap)
        if layout.narrow:
            scene.text(x - 6, (low + high) / 2 + 4, str(gap), "s4", SMALL, "end", bold=True)
        else:
            scene.text(x - 8, (low + high) / 2 + 4, said, "s4", SMALL, "end", bold=True)
    if layout.narrow and len(days) > 1:
        scene.text(4, 12, _("gap in months"), "s4", SMALL, bold=True)
