"""Series over years: the region's path against the stated one, sources and groups side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from growth_claims import i18n
from growth_claims.figures import axes
from growth_claims.figures.axes import Plot
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import amount, end_labels, label_room, unit_name
from growth_claims.figures.scene import Scene
from growth_claims.figures.style import DASHES, Layout
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
    rates: tuple[float, float] | None = None,
    others: Mapping[str, tuple[Text, pd.Series]] | None = None,
    log: bool = True,
    alt: Text | None = None,
    decimals: int = 0,
) -> Chart:
    """The region's level from `start` to `end` against the path that growth by `rate` percent a
    year from the first year on would have taken (its band where `rates` gives the lowest and the
    highest rate that the stated figure allows).

    series: by year. others: more series by name, each with its label, on the same scale.
    """
    years = list(range(start, end + 1))
    actual = series.reindex(years).astype(float)
    frame = pd.DataFrame({"year": years, "value": actual.to_numpy()})
    frame["stated_path"] = _grown(actual.iloc[0], rate, start, years)
    if rates:
        frame["stated_low"] = _grown(actual.iloc[0], rates[0], start, years)
        frame["stated_high"] = _grown(actual.iloc[0], rates[1], start, years)
    more = {k: (text, s.reindex(years).astype(float)) for k, (text, s) in (others or {}).items()}
    for k, (_text, s) in more.items():
        frame[k] = s.to_numpy()

    def described() -> str:
        if alt:
            return say(alt)
        found = (actual.iloc[-1] / actual.iloc[0]) ** (1 / (end - start)) * 100 - 100
        return " ".join(
            [
                _(
                    "{what}: {first} in {start}, {last} in {end}, which is {rate} a year.",
                    what=say(label),
                    first=amount(actual.iloc[0], unit, decimals),
                    last=amount(actual.iloc[-1], unit, decimals),
                    start=start,
                    end=end,
                    rate=i18n.percent(found, 2),
                ),
                _(
                    "Growing by {rate} a year it would have reached {last}.",
                    rate=i18n.percent(rate, 1),
                    last=amount(frame["stated_path"].iloc[-1], unit, decimals),
                ),
            ]
        )

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw_path(layout, frame, more, label, rate, unit, log, decimals),
        table=frame,
        columns={
            "year": N_("Year"),
            "value": lambda: f"{say(label)}, {unit_name(unit)}",
            "stated_path": lambda: _("at {rate} a year", rate=i18n.percent(rate, 1)),
            **{k: text for k, (text, _s) in more.items()},
        },
        formats={"value": decimals + 1, "stated_path": decimals + 1,
                 **{k: decimals + 1 for k in more}},
    )


def _grown(base: float, rate: float, start: int, years: list[int]) -> list[float]:
    return [base * (1 + rate / 100) ** (year - start) for year in years]


def _draw_path(layout: Layout, frame, more, label, rate, unit, log, decimals) -> Scene:
    columns = [c for c in frame.columns if c != "year"]
    values = frame[columns].to_numpy().ravel()
    values = values[values == values]
    low, high = axes.padded(values, 0.05)
    if log:
        low, high = values.min() * 0.85, values.max() * 1.08
        marks = axes.log_ticks(low, high)
        marks = marks if len(marks) > 2 else axes.ticks(low, high, 5)
    else:
        marks = axes.ticks(low, high, 5)
    last = frame.iloc[-1]
    ends = [("value", say(label), "s1"),
            ("stated_path", _("at {rate} a year", rate=i18n.percent(rate, 1)), "s2")]
    ends += [(k, say(text), role) for (k, (text, _s)), role in
             zip(more.items(), ("s4", "s5", "s0"), strict=False)]
    texts = [f"{text}: {i18n.number(last[c], decimals)}" for c, text, _role in ends]
    left = axes.gutter(marks) + 4
    room = label_room(texts, layout.pick(170, 104))
    right = layout.width - room
    scene = Scene(layout.width, layout.pick(340, 310))
    plot = Plot(scene, (left, 34, right, scene.height - 30),
                (frame["year"].min(), frame["year"].max()), (low, high), log=log)
    plot.y_axis(marks, unit_name(unit) + (_(" (logarithmic scale)") if log else ""))
    plot.years(int(frame["year"].min()), int(frame["year"].max()))
    if "stated_low" in frame:
        upper = [plot.at(y, v) for y, v in zip(frame["year"], frame["stated_high"], strict=True)]
        lower = [plot.at(y, v) for y, v in zip(frame["year"], frame["stated_low"], strict=True)]
        scene.area([*upper, *reversed(lower)], "band")
    for column, _text, role in reversed(ends):
        lines = plot.points(frame["year"], frame[column])
        scene.lines(lines, role, 2.6 if role == "s1" else 2, DASHES[role])
    for column, _text, role in ends[:2]:
        scene.mark(*plot.at(last["year"], last[column]), "circle" if role == "s1" else "square",
                   role, 4)
    first = frame.iloc[0]
    scene.mark(*plot.at(first["year"], first["value"]), "circle", "s1", 4)
    scene.text(plot.left + 8, plot.y(first["value"]) + 18, i18n.number(first["value"], decimals),
               "s1", 12, bold=True, halo=True)
    end_labels(
        scene, right,
        [(plot.y(last[c]), text, role) for (c, _t, role), text in zip(ends, texts, strict=True)
         if last[c] == last[c]],
        plot.top, plot.bottom, room - 6,
    )
    return scene
