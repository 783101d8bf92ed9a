"""Series over years: the region's path against the stated one, the region beside groups, trade by
partner."""

from __future__ import annotations

import pandas as pd

from growth_claims import i18n, words
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import (
    REGION,
    amount,
    anchored,
    end_labels,
    key,
    label_room,
    unit_name,
    who,
)
from growth_claims.figures.scene import Scene, wrap
from growth_claims.figures.style import DASHES, SMALL, Layout
from growth_claims.i18n import N_, _


def path(
    name: str,
    series: pd.Series,
    start: int,
    end: int,
    rate: float,
    *,
    label: Text,
    unit: str,
    title: Text,
    source: Text,
    rates: tuple[float | None, float | None] | None = None,
    log: bool = True,
    alt: Text | None = None,
    decimals: int | None = None,
) -> Chart:
    """The region's level from `start` to `end` against the path that growth by `rate` percent a
    year from the first year on would have taken.

    series: by year. rates: the lowest and the highest rate that the stated figure allows. log:
    with a logarithmic scale a steady rate is a straight line.
    """
    decimals = words.DECIMALS.get(unit, 1) if decimals is None else decimals
    years = range(start, end + 1)
    frame = pd.DataFrame({"year": years, "value": series.reindex(years).to_numpy(dtype=float)})
    steps = frame["year"] - start
    base = frame["value"].iloc[0]
    frame["stated_path"] = base * (1 + rate / 100) ** steps
    if rates and None not in rates:
        frame["stated_low"] = base * (1 + rates[0] / 100) ** steps
        frame["stated_high"] = base * (1 + rates[1] / 100) ** steps
    last = frame.iloc[-1]
    found = ((last["value"] / base) ** (1 / (end - start)) - 1) * 100

    def described() -> str:
        if alt:
            return say(alt)
        return " ".join(
            [
                _(
                    "{what}: from {first} in {start} to {last} in {end}, {rate} a year.",
                    what=capital(say(label)),
                    first=amount(base, unit, decimals),
                    last=amount(last["value"], unit, decimals),
                    start=start,
                    end=end,
                    rate=i18n.percent(found, 2),
                ),
                _(
                    "At {rate} a year it would have been {last} in {end}.",
                    rate=_rate(rate),
                    last=amount(last["stated_path"], unit, decimals),
                    end=end,
                ),
            ]
        )

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_path(layout, frame, unit, label, rate, log, decimals),
        table=frame,
        columns={
            "year": N_("Year"),
            "value": lambda: f"{capital(say(label))}, {unit_name(unit)}",
            "stated_path": lambda: _("at {rate} a year", rate=_rate(rate)),
        },
        formats={"value": decimals + 1, "stated_path": decimals + 1},
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _rate(rate: float) -> str:
    return i18n.percent(rate, max(1, axes.decimals_of([rate])))


def _draw_path(layout: Layout, frame, unit, label, rate, log, decimals) -> Scene:
    values = frame.drop(columns="year").stack().dropna()
    low, high = axes.padded(values, 0.08)
    marks = axes.ticks(low, high, 5)
    if log:
        low, high = values.min() * 0.82, values.max() * 1.06
        round_ones = axes.log_ticks(low, high)
        marks = round_ones if len(round_ones) > 2 else axes.ticks(low, high, 5)
    first, last = frame.iloc[0], frame.iloc[-1]

    def labels() -> list[str]:
        return [
            f"{say(label)}: {i18n.number(last['value'], decimals)}",
            _("at {rate} a year", rate=_rate(rate))
            + f": {i18n.number(last['stated_path'], decimals)}",
        ]

    texts = labels()
    left = axes.gutter(marks) + 4
    room = label_room(labels, layout.pick(190, 96))
    scene = Scene(layout.width, layout.pick(340, 310))
    right = layout.width - room
    plot = Plot(
        scene,
        (left, 34, right, scene.height - 28),
        (first["year"], last["year"]),
        (low, high),
        log=log,
    )
    scale = _("{unit} (logarithmic scale)", unit=unit_name(unit)) if log else unit_name(unit)
    plot.y_axis(marks, scale)
    plot.years(int(first["year"]), int(last["year"]))
    if "stated_low" in frame:
        upper = [plot.at(*p) for p in zip(frame["year"], frame["stated_high"], strict=True)]
        lower = [plot.at(*p) for p in zip(frame["year"], frame["stated_low"], strict=True)]
        scene.area([*upper, *reversed(lower)], "band")
    scene.lines(plot.points(frame["year"], frame["stated_path"]), "s2", 2, DASHES["s2"])
    scene.lines(plot.points(frame["year"], frame["value"]), "s1", 2.8)
    scene.mark(*plot.at(last["year"], last["stated_path"]), "square", "s2", 4.5)
    scene.mark(*plot.at(last["year"], last["value"]), "circle", "s1", 4.5)
    x, y = plot.at(first["year"], first["value"])
    scene.mark(x, y, "circle", "s1", 4.5)
    anchored(
        scene,
        x + 26,
        y + 20,
        i18n.number(first["value"], decimals),
        plot.left + 6,
        right,
        role="s1",
        size=SMALL,
        bold=True,
        halo=True,
    )
    ends = [
        (plot.y(last["value"]), texts[0], "s1"),
        (plot.y(last["stated_path"]), texts[1], "s2"),
    ]
    end_labels(scene, right, ends, plot.top, plot.bottom, room - 6)
    return scene


def comparison(
    name: str,
    yearly: pd.DataFrame,
    averages: pd.DataFrame,
    *,
    title: Text,
    source: Text,
    region: Text = REGION,
    alt: Text | None = None,
) -> Chart:
    """The region beside a group on either publisher's own weights: growth year by year, and the
    averages of the periods beneath.

    yearly: source, economy ("region" or a group's code), year, value. averages: source, economy,
    start, end, value. Percent a year.
    """
    table = pd.concat(
        [
            averages.assign(kind="average"),
            yearly.rename(columns={"year": "end"}).assign(
                kind="year", start=lambda f: f["end"] - 1
            ),
        ],
        ignore_index=True,
    )[["source", "economy", "kind", "start", "end", "value"]]

    def described() -> str:
        if alt:
            return say(alt)
        said = []
        for code, part in averages.groupby("source", sort=False):
            for (start, end), pair in part.groupby(["start", "end"], sort=False):
                rates = ", ".join(
                    f"{who(r.economy, region)}: {i18n.percent(r.value, 1)}"
                    for r in pair.itertuples()
                )
                said.append(
                    _(
                        "{source}, {start}–{end}: {rates}.",
                        source=words.source(code),
                        start=int(start),
                        end=int(end),
                        rates=rates,
                    )
                )
        return " ".join(said)

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_comparison(layout, yearly, averages, region),
        table=table,
        shown=table[table["kind"] == "average"],
        columns={
            "source": N_("Source"),
            "economy": N_("Region or group"),
            "start": N_("First year"),
            "end": N_("Last year"),
            "value": N_("% a year"),
        },
        formats={
            "source": words.source,
            "economy": lambda code: who(code, region),
            "value": 2,
        },
    )


def _draw_comparison(layout: Layout, yearly, averages, region) -> Scene:
    """A half for each publisher: side by side, or one beneath the other on a phone."""
    sources = list(dict.fromkeys(yearly["source"]))
    columns = 1 if layout.narrow else len(sources)
    wide = (layout.width - 24 * (columns - 1)) / columns
    heads = [wrap(_short_source(s), wide - 14, SMALL + 1, bold=True) for s in sources]
    head = max(len(lines) for lines in heads)
    bars = 66 * len(averages[["start", "end"]].drop_duplicates())
    span = axes.padded([*yearly["value"], 0.0], 0.05)
    scene = Scene(layout.width, 0)
    top = 0.0
    starts = []
    for n, (code, lines) in enumerate(zip(sources, heads, strict=True)):
        x = 0 if layout.narrow else (wide + 24) * n
        for k, line in enumerate(lines):
            scene.text(x + 6, top + 16 + 17 * k, line, size=SMALL + 1, bold=True)
        groups = list(dict.fromkeys(yearly.loc[yearly["source"] == code, "economy"]))
        y = key(
            scene,
            x + 6,
            top + 17 * head + 20,
            wide - 12,
            [
                ("line" if g == "region" else "dashes", role, who(g, region))
                for g, role in zip(groups, GROUP_ROLES, strict=False)
            ],
        )
        starts.append((x, y + 26))
        if layout.narrow:
            top = y + 26 + 214 + bars
    common = max(y for _x, y in starts)
    for code, (x, y) in zip(sources, starts, strict=True):
        _basis(
            scene,
            (x, y if layout.narrow else common),
            wide,
            yearly[yearly["source"] == code],
            averages[averages["source"] == code],
            span,
            averages["value"].max(),
        )
    scene.height = common + 194 + bars
    return scene


GROUP_ROLES = ("s1", "s2", "s4")


def _basis(scene, corner, wide, yearly, averages, span, most) -> None:
    """One publisher's half: the yearly rates and the averages."""
    x, y = corner
    groups = list(dict.fromkeys(yearly["economy"]))
    roles = dict(zip(groups, GROUP_ROLES, strict=False))
    marks = axes.ticks(*span, 5)
    plot = Plot(
        scene,
        (x + axes.gutter(marks) + 4, y + 8, x + wide - 12, y + 160),
        (yearly["year"].min(), yearly["year"].max()),
        span,
    )
    plot.y_axis(marks, _("% a year"))
    if span[0] < 0:
        scene.line((plot.left, plot.y(0)), (plot.right, plot.y(0)), role="muted", width=1)
    first, last = int(yearly["year"].min()), int(yearly["year"].max())
    for year in axes.year_ticks(first, last, plot.right - plot.left):
        scene.text(plot.x(year), plot.bottom + 17, str(year), "muted", SMALL, "middle")
    for code in reversed(groups):
        part = yearly[yearly["economy"] == code]
        scene.lines(
            plot.points(part["year"], part["value"]),
            roles[code],
            2.6 if code == "region" else 2,
            DASHES[roles[code]],
        )
    _averages(scene, x + 6, plot.bottom + 46, wide - 90, averages, most, roles)


def _averages(scene, x, base, room, averages, most, roles) -> None:
    """A pair of bars a period: the region's filled, the group's outlined."""
    for (start, end), pair in averages.groupby(["start", "end"], sort=False):
        scene.text(
            x, base, _("average {start}–{end}", start=int(start), end=int(end)), "muted", SMALL
        )
        base += 8
        for row in pair.itertuples():
            length = max(2.0, row.value / most * room)
            role, ours = roles[row.economy], row.economy == "region"
            if ours:
                scene.rects([(x, base, length, 14)], role)
            else:
                scene.frame(x + 0.8, base + 0.8, max(0.4, length - 1.6), 12.4, role, 1.6)
            scene.text(
                x + 6 + length, base + 11.5, i18n.percent(row.value, 1), role, SMALL, bold=ours
            )
            base += 20
        base += 18


SHORT = {
    "wdi": N_("World Bank (weights: constant dollars)"),
    "weo": N_("IMF (weights: purchasing power)"),
}


def _short_source(code: str) -> str:
    return _(SHORT[code]) if code in SHORT else words.source(code)


def trade_bilateral(
    name: str,
    trade: pd.DataFrame,
    unit: str,
    *,
    stated: tuple[int, float],
    break_after: int,
    title: Text,
    source: Text,
    alt: Text | None = None,
) -> Chart:
    """Trade by partner and year, stacked, with the break between sources and the stated level.

    trade: year, partner, value, source. stated: the year and the level that are stated.
    break_after: the last year of the earlier source.
    """
    totals = trade.groupby("year")["value"].sum()

    def described() -> str:
        if alt:
            return say(alt)
        year, level = stated
        peak = int(totals.idxmax())
        parts = trade[trade["year"] == year].sort_values("value", ascending=False)
        return " ".join(
            [
                _(
                    "{year}: {total}; stated: {level}.",
                    year=year,
                    total=amount(totals[year], unit),
                    level=i18n.number(level),
                ),
                _(
                    "By partner: {parts}.",
                    parts=", ".join(
                        f"{words.economy(r.partner)} {i18n.number(r.value)}"
                        for r in parts.itertuples()
                    ),
                ),
                _(
                    "The highest year is {peak}: {most}. The sources change after {last}.",
                    peak=peak,
                    most=amount(totals[peak], unit),
                    last=break_after,
                ),
            ]
        )

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_bilateral(layout, trade, totals, unit, stated, break_after),
        table=trade,
        shown=_by_partner(trade, totals),
        columns={
            "year": N_("Year"),
            **{p: (lambda p=p: words.economy(p)) for p in dict.fromkeys(trade["partner"])},
            "total": N_("Together"),
            "source": N_("Source"),
        },
        formats={"source": words.source, "total": 0, **dict.fromkeys(trade["partner"], 0)},
    )


def _by_partner(trade: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    wide = trade.pivot(index="year", columns="partner", values="value")
    wide["total"] = totals
    wide["source"] = trade.groupby("year")["source"].first()
    return wide.reset_index()


def _draw_bilateral(layout: Layout, trade, totals, unit, stated, break_after) -> Scene:
    partners = list(trade.groupby("partner")["value"].sum().sort_values(ascending=False).index)
    roles = dict(zip(partners, ("s1", "s2", "s3", "s4", "s5", "s0"), strict=False))
    years = [int(y) for y in totals.index]
    high = max(totals.max(), stated[1]) * 1.08
    marks = axes.ticks(0, high, 5)
    left = axes.gutter(marks) + 4
    room = label_room(lambda: [words.economy(p) for p in partners], layout.pick(150, 100))
    scene = Scene(layout.width, layout.pick(370, 340))
    right = layout.width - room
    plot = Plot(
        scene, (left, 52, right, scene.height - 46), (years[0] - 0.6, years[-1] + 0.6), (0, high)
    )
    plot.y_axis(marks, "")
    scene.text(4, 14, unit_name(unit), "muted", SMALL)
    plot.years(years[0], years[-1])
    step = (right - left) / (years[-1] - years[0] + 1.2)
    width = step * 0.74
    base = dict.fromkeys(years, 0.0)
    ends = []
    for partner in partners:
        part = trade[trade["partner"] == partner].set_index("year")["value"]
        boxes = []
        for year, value in part.items():
            low, base[year] = base[year], base[year] + value
            boxes.append(
                (
                    plot.x(year) - width / 2,
                    plot.y(base[year]),
                    width,
                    plot.y(low) - plot.y(base[year]),
                )
            )
        scene.rects(boxes, roles[partner], edge=0.8)
        last = boxes[-1]
        ends.append((last[1] + last[3] / 2, words.economy(partner), roles[partner]))
    end_labels(scene, right, ends, plot.top, plot.bottom, room - 6)
    x = plot.x(break_after + 0.5)
    scene.line((x, 30), (x, plot.bottom), role="ink", width=1.2, dash=(3, 3))
    before, after = trade["source"].iloc[0], trade["source"].iloc[-1]
    scene.text(x - 6, 40, before.upper(), "muted", SMALL, "end")
    scene.text(x + 6, 40, after.upper(), "muted", SMALL)
    anchored(
        scene, x, 24, _("break in the series"), left, layout.width - 4, role="muted", size=SMALL
    )
    year, level = stated
    y, x = plot.y(level), plot.x(year)
    scene.line((x - step * 0.75, y), (x + step * 0.75, y), role="ink", width=3)
    scene.height = 10 + key(
        scene,
        8,
        scene.height - 8,
        layout.width - 16,
        [
            ("bar", "ink", _("stated for {year}: {level}", year=year, level=i18n.number(level))),
        ],
    )
    return scene
