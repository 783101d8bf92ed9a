"""Charts of the readings of a claim: named ones, all of them, every period, every edition, and
what each choice moves. A frame has a row a reading, with `value` and `outcome` ("holds", "close",
"fails", "no data")."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox

from growth_claims import i18n, words
from growth_claims.i18n import N_, _, ngettext
from growth_claims.plot import style
from growth_claims.plot.style import INK, MUTED, PALETTE, SERIES, Stated, amount, drawing

#: At most so many readings get a mark of their own; the curve through all of them is one path.
MARKED = 80
#: So many steps along the curve does the matrix of choices tell apart.
BINS = 96


def _count(frame: pd.DataFrame, outcome: str) -> int:
    return int((frame["outcome"].astype(str) == outcome).sum())


def _holding(frame: pd.DataFrame) -> str:
    """In how many readings it holds, and in how many it is close: of the defensible ones, where the
    frame tells them."""
    if "defensible" in frame:
        frame = frame[frame["defensible"].astype(bool)]
    n, k = len(frame) - _count(frame, "no data"), _count(frame, "holds")
    text = ngettext("It holds in {k} of {n} reading", "It holds in {k} of {n} readings", n, k=k)
    return text + _close(frame)


def _close(frame: pd.DataFrame) -> str:
    """What stands behind "It holds in …" where there are some that it is close in."""
    k = _count(frame, "close")
    return _(" and is close in {k}", k=k) if k else ""


def _same(frame: pd.DataFrame, unit: str, stated: Stated | None) -> str:
    """A sentence where all readings come to the same, which needs no chart; else nothing."""
    there = frame[frame["value"].notna()]
    found = {amount(v, unit, stated) for v in there["value"]}
    if len(there) < len(frame) or len(found) != 1:
        return ""
    return ngettext(
        "There is {n} reading only; it gives {found}.",
        "Each of the {n} readings gives {found}.",
        len(there),
        found=found.pop(),
    )


@drawing
def dots(frame: pd.DataFrame, stated: Stated | None, *, unit: str, ax: Axes) -> None:
    """Named readings, or what each publisher has, as dots with their intervals.

    `frame`: label, value, low and high (an interval, or NaN), outcome, primary (bool), defensible
    (bool; the others are not counted), all in `unit`. A row without a value says so.
    """
    if same := _same(frame, unit, stated):
        style.instead(ax, same)
        return
    there = frame[frame["value"].notna()]
    counted = frame.get("defensible", pd.Series(True, frame.index)).astype(bool)
    aside = _("{reading}, not counted", reading="{}")
    place = style.rows(
        ax, [t if c else aside.format(t) for t, c in zip(frame["label"], counted, strict=True)]
    )
    y = dict(zip(frame.index, place, strict=True))
    if {"low", "high"} <= set(frame):
        whole = there[there["low"].notna() & there["high"].notna()]
        ax.hlines([y[i] for i in whole.index], whole["low"], whole["high"], color=MUTED, zorder=3)
    handles = style.marks(ax, there["value"], [y[i] for i in there.index], there["outcome"])
    for i in there.index[there.get("primary", pd.Series(False, there.index)).astype(bool)]:
        handles += style.primary(ax, there["value"][i], y[i])
    ax.margins(x=0.12)
    handles += style.band(ax, stated, "x")
    for i, row in frame.iterrows():
        _row_value(ax, row, y[i], unit, stated)
    style.finish(ax, x=style.unit_words(unit))
    style.legend(ax, list({h.get_label(): h for h in handles}.values()))
    if stated is not None and len(there):
        style.title(ax, f"{_holding(frame)}; {style.stated_words(stated)}")
    elif len(there):
        low, high = there.loc[there["value"].idxmin()], there.loc[there["value"].idxmax()]
        ends = [amount(end["value"], unit) for end in (low, high)]
        if max(len(str(end["label"])) for end in (low, high)) <= 30:
            ends = [f"{e} ({row['label']})" for e, row in zip(ends, (low, high), strict=True)]
        style.title(ax, _("From {low} to {high}", low=ends[0], high=ends[1]))
    else:
        style.title(ax, _("No published figure bears on it"))


def _row_value(ax: Axes, row: pd.Series, y: float, unit: str, stated: Stated | None) -> None:
    """The number beside its dot, on the side where there is room."""
    if pd.isna(row["value"]):
        ax.text(
            0.01, y, _("no figures"), transform=ax.get_yaxis_transform(), va="center", color=MUTED
        )
        return
    left, right = ax.get_xlim()
    high = row.get("high", np.nan)
    there = row["value"] < left + 0.7 * (right - left)
    edge = (row["value"] if pd.isna(high) else high) if there else row.get("low", np.nan)
    edge = row["value"] if pd.isna(edge) else edge
    ax.annotate(
        style.number(row["value"], unit, stated),
        (edge, y),
        (15 if there else -15, 0),
        textcoords="offset points",
        ha="left" if there else "right",
        va="center",
        zorder=6,
        bbox=style.BOX,
    )


@drawing
def specification_curve(frame: pd.DataFrame, stated: Stated | None, *, unit: str, ax: Axes) -> None:
    """All readings, sorted by what they find, above the choices that they make.

    `frame`: value, outcome, primary (bool), and a column a choice whose labels are its options;
    `frame.attrs["choices"]` (column → heading) names these columns. In the matrix the height of a
    strip is the share of the readings at that place that take the option.
    """
    choices = frame.attrs["choices"]
    ordered = frame[frame["value"].notna()].sort_values("value", kind="stable")
    if same := _same(ordered, unit, stated):
        style.instead(ax, same)
        return
    n = len(ordered)
    rank, value = np.arange(1, n + 1), ordered["value"].to_numpy(float)
    ax.plot(rank, value, color=MUTED, linewidth=1, linestyle="-", zorder=3)
    shown = np.unique(np.linspace(0, n - 1, min(n, MARKED)).round().astype(int)) if n else []
    handles = style.marks(ax, rank[shown], value[shown], ordered["outcome"].iloc[shown])
    ax.set_xlim(0.5 - 0.02 * n, n + 0.5 + 0.02 * n)
    for at in np.flatnonzero(ordered["primary"].astype(bool))[:1]:
        handles += style.primary(ax, rank[at], value[at])
    ax.margins(y=0.12)
    handles += style.band(ax, stated)
    style.finish(ax, y=style.unit_words(unit))
    ax.tick_params(labelbottom=False, bottom=False)
    ax.grid(axis="x", visible=False)

    options = [(c, o) for c in choices for o in dict.fromkeys(ordered[c].astype(str))]
    strip, head, curve, line = 31, 24, 200, 15
    lines = {o: style.wrapped(o, 44).count("\n") for _column, o in options}
    below = strip * len(options) + line * sum(lines[o] for _c, o in options) + head * len(choices)
    style.height(ax, curve + below + 8)
    matrix = ax.inset_axes((0, 0, 1, 1), sharex=ax)
    matrix.set_axes_locator(_Below(ax, below))
    matrix.set_ylim(below or 1, 0)
    matrix.set_axis_off()
    edges = np.linspace(0, n, min(n, BINS) + 1).round()
    y = 0.0
    for column, heading in choices.items():
        _label(matrix, heading, y + 5, weight="bold")
        y += head
        for option in (o for c, o in options if c == column):
            _label(matrix, style.wrapped(option, 44), y)
            y += line * lines[option]
            takes = (ordered[column].astype(str) == option).to_numpy()
            total = np.concatenate([[0], np.cumsum(takes)])[edges.astype(int)]
            part = np.diff(total) / np.maximum(np.diff(edges), 1)
            matrix.stairs(
                y + strip - 4 - 11 * part,
                edges + 0.5,
                baseline=y + strip - 4,
                fill=True,
                color=SERIES[0],
            )
            matrix.axhline(y + strip - 4, color=MUTED, linewidth=0.8)
            y += strip
    style.legend(ax, handles, below=below + 14 if len(choices) else 20)
    ends = [amount(v, unit, stated) for v in (value[0], np.median(value), value[-1])] if n else []
    text = _holding(frame)
    if n:
        text += "; " + _(
            "they go from {low} to {high}, the middle one is {middle}",
            low=ends[0],
            middle=ends[1],
            high=ends[2],
        )
    style.title(ax, text)


class _Below:
    """Places an Axes under another, so many units high whatever becomes of the other's height."""

    def __init__(self, ax: Axes, units: float):
        self.ax, self.units = ax, units

    def __call__(self, _ax, _renderer) -> Bbox:
        box, unit = self.ax.bbox, self.ax.figure.dpi / 72
        top = box.y0 - 8 * unit
        place = Bbox.from_extents(box.x0, top - self.units * unit, box.x1, top)
        return place.transformed(self.ax.figure.transSubfigure.inverted())


def _label(ax: Axes, text: str, y: float, **look) -> None:
    ax.annotate(text, (0, y), xycoords=ax.get_yaxis_transform(), va="top", linespacing=1.1, **look)


def _squares(x, y, half: float) -> Path:
    """One path of a square around each point."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * half
    points = np.column_stack([x, y])[:, None, :] + corners
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(points.reshape(-1, 2), codes * len(points))


@drawing
def windows(
    frame: pd.DataFrame, stated: Stated, *, literal: tuple[int, int] | None = None, ax: Axes
) -> None:
    """Every period: first year upwards, last year to the right, the darker the more; a frame
    around those that hold, a dotted one around the close ones, a ring around the literal one.

    `frame`: start, end, value, outcome.
    """
    there = frame[frame["value"].notna()]
    value = there["value"].to_numpy(float)
    ends = np.unique(np.quantile(value, np.linspace(0, 1, len(style.STEPS) + 1)).round(6))
    if len(ends) < 2:
        ends = np.array([value[0] - 0.5, value[0] + 0.5])
    colours = style.STEPS[-(len(ends) - 1) :]
    step = np.clip(np.searchsorted(ends, value, side="right") - 1, 0, len(colours) - 1)
    for i, colour in enumerate(colours):
        cells = there[step == i]
        if len(cells):
            path = _squares(cells["end"], cells["start"], 0.5)
            ax.add_patch(PathPatch(path, facecolor=colour, edgecolor="none", zorder=1))
    handles = []
    for outcome, line, name in (("holds", "-", N_("holds")), ("close", ":", N_("close"))):
        cells = there[there["outcome"].astype(str) == outcome]
        if len(cells):
            look = {"edgecolor": INK, "linestyle": line, "linewidth": 1.5, "facecolor": "none"}
            path = _squares(cells["end"], cells["start"], 0.36)
            ax.add_patch(PathPatch(path, zorder=2, **look))
            handles.append(PathPatch(_squares([0], [0], 1), label=_(name), **look))
    row = there.iloc[:0]
    if literal is not None:
        handles += style.primary(ax, literal[1], literal[0])
        row = there[(there["start"] == literal[0]) & (there["end"] == literal[1])]
    ax.set_xlim(there["end"].min() - 0.7, there["end"].max() + 0.7)
    ax.set_ylim(there["start"].min() - 0.7, there["start"].max() + 0.7)
    ax.grid(visible=False)
    style.height(ax, 330)
    style.finish(ax, x=_("last year"), y=_("first year"), years="xy")
    _scale(ax, ends, colours, stated)
    style.legend(ax, handles)
    k, n = _count(there, "holds"), len(there)
    text = ngettext("It holds in {k} of {n} period", "It holds in {k} of {n} periods", n, k=k)
    text += _close(there)
    if len(row):
        found = amount(float(row["value"].iloc[0]), stated.unit, stated)
        text += "; " + _(
            "{first} to {last}: {found}", first=literal[0], last=literal[1], found=found
        )
    style.title(ax, f"{text}; {style.stated_words(stated)}")


def _scale(ax: Axes, ends: np.ndarray, colours: list[str], stated: Stated) -> None:
    """The colours' numbers, in the empty corner of the triangle of periods."""
    inside = ax.inset_axes((0.1, 0.93, 0.5, 0.05))
    norm = BoundaryNorm(ends, len(colours))
    bar = ax.figure.colorbar(
        ScalarMappable(norm, ListedColormap(colours)),
        cax=inside,
        orientation="horizontal",
        spacing="uniform",
    )
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    ticks = [ends[0], ends[-1]]
    places = 1 if ends[-1] - ends[0] > 1 else 2
    bar.ax.set_xticks(ticks, [i18n.number(float(e), places) for e in ticks])
    inside.set_xlabel(style.unit_words(stated.unit))


@drawing
def by_year(
    frame: pd.DataFrame,
    stated: Stated,
    *,
    literal: tuple[int, int] | int | None = None,
    ax: Axes,
) -> None:
    """What is found by last year (`frame`: end, value, outcome; where it has a `start` that is
    empty, each is of one year alone), beside what was stated."""
    there = frame[frame["value"].notna()].sort_values("end")
    alone = "start" in there and not there["start"].notna().any()
    span = {"a": int(there["end"].min()), "b": int(there["end"].max())}
    said = {amount(v, stated.unit, stated) for v in there["value"]}
    if len(said) == 1:
        text = _("With every last year from {a} to {b} it is {found}.", found=said.pop(), **span)
        style.instead(ax, text)
        return
    ax.plot(there["end"], there["value"], color=MUTED, linewidth=1, linestyle="-")
    handles = style.marks(ax, there["end"], there["value"], there["outcome"])
    end = literal[1] if isinstance(literal, tuple) else literal
    row = there[there["end"] == end]
    if len(row):
        handles += style.primary(ax, end, float(row["value"].iloc[0]))
    ax.margins(0.08, 0.12)
    handles += style.band(ax, stated)
    last = _("year") if alone else _("last year")
    style.finish(ax, x=last, y=style.unit_words(stated.unit), years="x")
    style.legend(ax, handles)
    good, near = (_years(there, which) for which in ("holds", "close"))
    text = _("It holds for no last year from {a} to {b}", **span)
    if alone:
        text = _("It holds for no year from {a} to {b}", **span)
    if good:
        when = _("It holds for {years}", years=good)
        text = when if alone else _("It holds when the last year is {years}", years=good)
    if near:
        when = _("it is close for {years}", years=near)
        text += "; " + (when if alone else _("it is close when that is {years}", years=near))
    style.title(ax, f"{text}; {style.stated_words(stated)}")


def _years(frame: pd.DataFrame, outcome: str) -> str:
    """The last years with an outcome, in words."""
    ends = frame[frame["outcome"].astype(str) == outcome]["end"]
    return style.listing([str(a) if a == b else f"{a}–{b}" for a, b in runs(ends)])


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Years without a gap between them, as first and last."""
    years = sorted({int(y) for y in years})
    starts = [y for y in years if y - 1 not in years]
    stops = [y for y in years if y + 1 not in years]
    return list(zip(starts, stops, strict=True))


@drawing
def vintages(
    frame: pd.DataFrame,
    stated: Stated,
    *,
    day: object = None,
    rests: tuple[str, str | None] = ("", None),
    statements: pd.DataFrame | None = None,
    ax: Axes,
) -> None:
    """What each edition of each source gives, by the date of the edition, and the text's `day`.
    `rests`: source (label) and vintage on which the verdict rests, which the title names.

    `frame`: source (label), vintage, date, value, outcome; `statements`: date, value, label of
    earlier statements of the number.
    """
    there = frame[frame["value"].notna()].assign(date=lambda f: pd.to_datetime(f["date"]))
    there = there.sort_values("date", kind="stable")
    if len(there) == 1 and (statements is None or statements.empty):
        only = there.iloc[0]
        style.instead(
            ax,
            _(
                "There is one edition only ({source}, {vintage}); it gives {found}.",
                source=only["source"],
                vintage=words.vintage(only["vintage"]),
                found=amount(only["value"], stated.unit, stated),
            ),
        )
        return
    lasts = []
    for i, (name, group) in enumerate(there.groupby("source", sort=False)):
        ax.plot(
            group["date"], group["value"], color=SERIES[i % len(SERIES)], linewidth=1.2, zorder=2
        )
        end = ax.convert_xunits(group["date"].iloc[-1])
        lasts.append((end, float(group["value"].iloc[-1]), name, SERIES[i % len(SERIES)]))
    handles = style.marks(ax, there["date"], there["value"], there["outcome"])
    if statements is not None and len(statements):
        look = {"linestyle": "none", "marker": "d", "color": PALETTE["s4"][0], "zorder": 5}
        ax.plot(pd.to_datetime(statements["date"]), statements["value"], **look)
        handles.append(Line2D([], [], label=_("stated earlier"), **look))
    ax.margins(0.04, 0.12)
    if day is not None:
        ax.axvline(pd.Timestamp(day), color=INK, linewidth=1, linestyle="-")
        handles.append(Line2D([], [], color=INK, linewidth=1, label=_("day of the text")))
    handles += style.band(ax, stated)
    style.finish(ax, x=_("date of the edition"), y=style.unit_words(stated.unit))
    locator = AutoDateLocator(minticks=3, maxticks=5)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, formats=["%Y"] + ["%Y-%m"] * 5))
    ax.xaxis.get_offset_text().set_visible(False)
    style.end_labels(ax, lasts)
    style.legend(ax, handles)
    k, n, near = _count(there, "holds"), len(there), _count(there, "close")
    text = ngettext("It holds by {k} of {n} edition", "It holds by {k} of {n} editions", n, k=k)
    if near:
        text += _(" and is close by {k}", k=near)
    counts = there[(there["source"] == rests[0]) & (there["vintage"] == rests[1])]
    if len(counts):
        row = counts.iloc[-1]
        text += "; " + _(
            "the one that counts ({source}, {vintage}) gives {found}",
            source=row["source"],
            vintage=words.vintage(row["vintage"]),
            found=amount(row["value"], stated.unit, stated),
        )
    style.title(ax, text)


@drawing
def sensitivity(
    frame: pd.DataFrame,
    *,
    primary: float,
    unit: str,
    stated: Stated | None = None,
    ax: Axes,
) -> None:
    """How far each single choice moves the result from the `primary` one, the widest first.

    `frame`: choice, low, high (the results' ends), label_low, label_high (the options there).
    """
    width = (frame["high"] - frame["low"]).to_numpy(float)
    if not width.any():
        style.instead(
            ax,
            _(
                "No single choice moves the result: it stays {found}.",
                found=amount(primary, unit, stated),
            ),
        )
        return
    ordered = frame.iloc[np.argsort(-width, kind="stable")].reset_index(drop=True)
    labels = [
        ": ".join([str(r.choice), " → ".join(dict.fromkeys([str(r.label_low), str(r.label_high)]))])
        for r in ordered.itertuples()
    ]
    y = style.rows(ax, labels)
    for row, at in zip(ordered.itertuples(), y, strict=True):
        ax.plot(
            [row.low, row.high],
            [at, at],
            linewidth=6,
            color=SERIES[0],
            linestyle="-",
            solid_capstyle="butt",
            marker="|",
            markersize=12,
        )
    literal = {
        "marker": "|",
        "markersize": 14,
        "markeredgewidth": 1.8,
        "color": INK,
        "zorder": 5,
        "linestyle": "none",
    }
    ax.plot([primary] * len(y), y, **literal)
    ax.margins(x=0.22)
    handles = [Line2D([], [], label=_("the literal reading"), **literal)]
    handles += style.band(ax, stated, "x")
    ends = {float(e) for e in (*ordered["low"], *ordered["high"], primary)}
    least = max(style.decimals(e, stated) for e in ends)
    places = style.apart(ends, least, 3)
    for row, at in zip(ordered.itertuples(), y, strict=True):
        for end, ha, off in ((row.low, "right", -6), (row.high, "left", 6)):
            said = i18n.number(end, places, sign=unit in style.SIGNED)
            ax.annotate(
                said,
                (end, at),
                (off, 0),
                ha=ha,
                va="center",
                bbox=style.BOX,
                textcoords="offset points",
                zorder=6,
            )
    style.finish(ax, x=style.unit_words(unit))
    style.legend(ax, handles)
    top = ordered.iloc[0]
    low, high = amount(top["low"], unit, stated), amount(top["high"], unit, stated)
    text = _(
        "What moves the result most: {choice}, from {low} to {high}",
        choice=top["choice"],
        low=low,
        high=high,
    )
    style.title(ax, text)
