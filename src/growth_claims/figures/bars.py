"""Bars and pairs: ranks, contributions, two publishers on the same thing."""

from __future__ import annotations

import pandas as pd

from growth_claims import i18n, words
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import REGION, amount, key, unit_name, who
from growth_claims.figures.scene import Scene, width_of, wrap
from growth_claims.figures.style import SMALL, Layout
from growth_claims.i18n import N_, _


def ranking(
    name: str,
    rates: pd.DataFrame,
    *,
    title: Text,
    source: Text,
    region: Text = REGION,
    alt: Text | None = None,
) -> Chart:
    """Regions of the world by average growth, the region among them, over two periods.

    rates: economy ("region" or a group's code), start, end, value (percent a year), rank.
    """
    periods = list(dict.fromkeys(zip(rates["start"], rates["end"], strict=True)))

    def described() -> str:
        if alt:
            return say(alt)
        said = []
        for start, end in periods:
            part = rates[(rates["start"] == start) & (rates["end"] == end)]
            part = part.sort_values("value", ascending=False)
            order = ", ".join(
                f"{who(r.economy, region)} {i18n.number(r.value, 1)}" for r in part.itertuples()
            )
            said.append(
                _("{start}–{end}, % a year: {order}.", start=int(start), end=int(end), order=order)
            )
        return " ".join(said)

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_ranking(layout, rates, periods, region),
        table=rates.reset_index(drop=True),
        columns={
            "start": N_("First year"),
            "end": N_("Last year"),
            "rank": N_("Rank"),
            "economy": N_("Region or group"),
            "value": N_("% a year"),
        },
        formats={"economy": lambda code: who(code, region), "value": 2},
    )


def _draw_ranking(layout: Layout, rates, periods, region) -> Scene:
    first = rates[(rates["start"] == periods[0][0]) & (rates["end"] == periods[0][1])]
    order = list(first.sort_values("value", ascending=False)["economy"])
    left = layout.pick(212, 8)
    row = 24 if not layout.narrow else 20
    bars = 17 * len(periods)
    each = bars + 14 if not layout.narrow else bars + 28
    top = 40
    scene = Scene(layout.width, top + each * len(order) + 6)
    right = layout.width - 58
    most = max(rates["value"].max(), 0.1)
    low = min(0.0, rates["value"].min())
    plot = Plot(scene, (left, top, right, top + each * len(order)), (low, most), (0, 1))
    key(
        scene,
        8,
        18,
        layout.width - 16,
        [
            ("area" if n == 0 else "box", "s1", f"{int(a)}–{int(b)}, " + _("% a year"))
            for n, (a, b) in enumerate(periods)
        ],
    )
    y = top
    for code in order:
        ours = code == "region"
        role = "s1" if ours else "s0"
        if layout.narrow:
            scene.text(8, y + 12, who(code, region), "ink", SMALL, bold=ours)
            base = y + row
        else:
            block = wrap(who(code, region), left - 16, SMALL, bold=ours)[:2]
            for n, line in enumerate(block):
                scene.text(
                    left - 10,
                    y + bars / 2 + 4 + 14 * (n - (len(block) - 1) / 2),
                    line,
                    "ink",
                    SMALL,
                    "end",
                    bold=ours,
                )
            base = y
        for n, (start, end) in enumerate(periods):
            part = rates[(rates["start"] == start) & (rates["end"] == end)]
            value = float(part.loc[part["economy"] == code, "value"].iloc[0])
            x0, x1 = sorted((plot.x(0), plot.x(value)))
            if n == 0:
                scene.rects([(x0, base, x1 - x0, 13)], role)
            else:
                scene.frame(x0 + 0.8, base + 0.8, max(0.0, x1 - x0 - 1.6), 11.4, role, 1.6)
            scene.text(x1 + 6, base + 11, i18n.number(value, 1), "ink", SMALL, bold=ours)
            base += 17
        y += each
    return scene


def contributions(
    name: str,
    parts: pd.DataFrame,
    *,
    title: Text,
    source: Text,
    alt: Text | None = None,
) -> Chart:
    """Each country's part in the growth of the sum.

    parts: economy, value (percentage points: percent of the sum at the start), share (percent of
    the growth), times (the country's own multiple).
    """

    def described() -> str:
        if alt:
            return say(alt)
        listed = ", ".join(
            f"{words.economy(r.economy)} {i18n.percent(r.share, 0)}" for r in parts.itertuples()
        )
        return " ".join(
            [
                _(
                    "The sum grew by {total} of what it was.",
                    total=i18n.percent(float(parts["value"].sum()), 0),
                ),
                _("Shares of that growth: {listed}.", listed=listed),
            ]
        )

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_contributions(layout, parts),
        table=parts.reset_index(drop=True),
        columns={
            "economy": N_("Country"),
            "value": N_("Contribution, percentage points"),
            "share": N_("share of the growth, %"),
            "times": N_("its own multiple"),
        },
        formats={"economy": words.economy, "value": 1, "share": 1, "times": 2},
    )


def _draw_contributions(layout: Layout, parts: pd.DataFrame) -> Scene:
    names = [words.economy(c) for c in parts["economy"]]
    left = max(width_of(n, SMALL) for n in names) + 18
    each, top = 34, 34
    scene = Scene(layout.width, top + each * len(parts) + 10)
    low, high = min(0.0, parts["value"].min()), max(0.0, parts["value"].max())
    notes = [_("{share} of the growth", share=i18n.percent(r.share, 0)) for r in parts.itertuples()]
    room = max(width_of(n, SMALL) for n in notes) + 14
    right = layout.width - (room if not layout.narrow else 12)
    plot = Plot(scene, (left, top, right, top + each * len(parts)), (low, high or 1), (0, 1))
    scene.text(8, 16, _("contribution, percentage points"), "muted", SMALL)
    for n, row in enumerate(parts.itertuples()):
        y = top + each * n
        x0, x1 = sorted((plot.x(0), plot.x(row.value)))
        scene.rects([(x0, y, max(x1 - x0, 1.5), 16)], "s1")
        scene.text(left - 8, y + 12.5, names[n], "ink", SMALL, "end")
        value = i18n.number(row.value, 1)
        fits = x1 - x0 > width_of(value, SMALL) + 10
        scene.text(
            x1 - 6 if fits else x1 + 6,
            y + 12.5,
            value,
            "paper" if fits else "ink",
            SMALL,
            "end" if fits else "start",
            bold=True,
        )
        if layout.narrow:
            scene.text(left, y + 28, notes[n], "muted", SMALL)
        else:
            start = x1 + 8 if fits else x1 + 14 + width_of(value, SMALL, bold=True)
            scene.text(start, y + 12.5, notes[n], "muted", SMALL)
    scene.line((plot.x(0), top - 4), (plot.x(0), scene.height - 8), role="muted", width=1)
    return scene


#: What a pair of figures may be of, in the order in which a label says it.
OF = {
    "economy": (N_("Country"), words.economy),
    "partner": (N_("Partner"), words.economy),
    "year": (N_("Year"), lambda year: str(int(year))),
}


def disagreement(
    name: str,
    pairs: pd.DataFrame,
    unit: str,
    *,
    first: Text,
    second: Text,
    title: Text,
    source: Text,
    alt: Text | None = None,
    columns: tuple[str, str] = ("wdi", "weo"),
) -> Chart:
    """Two publishers' figures of the same things, with the gap between them: of countries, of
    partners, of years.

    pairs: any of economy, partner and year; a column for each publisher (named in `columns`); gap
    (percent of the first).
    """
    of = [column for column in OF if column in pairs]

    def label(row) -> str:
        return ", ".join(OF[column][1](row[column]) for column in of)

    decimals = 0 if unit == "million US$" else words.DECIMALS.get(unit, 1)

    def described() -> str:
        if alt:
            return say(alt)
        return (
            _("{first} against {second}: ", first=say(first), second=say(second))
            + "; ".join(
                _(
                    "{what}: {one} and {two} ({gap})",
                    what=label(row),
                    one=i18n.number(row[columns[0]], decimals),
                    two=amount(row[columns[1]], unit, decimals),
                    gap=i18n.percent(row["gap"], 0, sign=True),
                )
                for _index, row in pairs.iterrows()
            )
            + "."
        )

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_pairs(
            layout, pairs, unit, columns, first, second, label, decimals
        ),
        table=pairs.reset_index(drop=True),
        columns={
            **{column: OF[column][0] for column in of},
            columns[0]: first,
            columns[1]: second,
            "gap": N_("Difference, %"),
        },
        formats={
            **{column: OF[column][1] for column in of},
            columns[0]: decimals,
            columns[1]: decimals,
            "gap": 1,
        },
    )


def _draw_pairs(layout: Layout, pairs, unit, columns, first, second, label, decimals) -> Scene:
    names = [label(row) for _index, row in pairs.iterrows()]
    left = max(width_of(n, SMALL) for n in names) + 22 if not layout.narrow else 14
    each = 34 if not layout.narrow else 46
    scene = Scene(layout.width, 0)
    top = (
        key(
            scene,
            8,
            16,
            layout.width - 16,
            [("circle", "s1", say(first)), ("square", "s2", say(second))],
        )
        + 22
    )
    bottom = top + each * len(pairs)
    scene.height = bottom + 46
    values = pd.concat([pairs[columns[0]], pairs[columns[1]]])
    low, high = 0.0, float(values.max()) * 1.04
    right = layout.width - 68
    plot = Plot(scene, (left, top, right, bottom), (low, high), (0, 1))
    plot.x_axis(axes.ticks(low, high, layout.pick(6, 4)), grid=True, unit=unit_name(unit))
    for n, (_index, row) in enumerate(pairs.iterrows()):
        y = top + each * n + (each / 2 if not layout.narrow else 32)
        if layout.narrow:
            scene.text(left - 6, y - 14, names[n], "ink", SMALL, halo=True)
        else:
            scene.text(left - 12, y + 4, names[n], "ink", SMALL, "end")
        a, b = plot.x(row[columns[0]]), plot.x(row[columns[1]])
        scene.line((a, y), (b, y), role="ink", width=2)
        scene.mark(a, y, "circle", "s1", 7)
        scene.mark(b, y, "square", "s2", 5)
        scene.text(
            max(a, b) + 11,
            y + 4.5,
            i18n.percent(row["gap"], 0, sign=True),
            "ink",
            SMALL,
            bold=True,
            halo=True,
        )
    return scene
