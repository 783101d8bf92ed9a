"""What all charts share: the palette, numbers with their units, titles, the stated interval, the
marks of outcomes, rows with their labels, labels at the ends of lines."""

from __future__ import annotations

import functools
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import rc_context, rc_params_from_file, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter, MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from growth_claims import i18n, words
from growth_claims.i18n import N_, _, pgettext

#: The style sheet beside this file, by the name that matplotlib takes.
STYLE = "growth_claims.plot.growth_claims"
#: What a colour is for → (on a light page, on a dark page). The series are hues of Okabe and Ito,
#: darkened or lightened until a label in them can be read (4.5:1) on either page.
PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e9ecef"),
    "muted": ("#565d66", "#a9b1ba"),
    "grid": ("#dde1e6", "#343a41"),
    "paper": ("#ffffff", "#15181c"),
    "band": ("#bfe3d4", "#1f5244"),
    "s1": ("#0067a3", "#62b8ee"),
    "s2": ("#b84a00", "#ff9a52"),
    "s3": ("#00704f", "#3ecfa3"),
    "s4": ("#96427b", "#e59cc6"),
    "s5": ("#7a5c00", "#e8c547"),
    "s0": ("#6b737c", "#98a1ab"),
    # Steps of a heat map, from little to much.
    "q1": ("#f3eef6", "#262230"),
    "q2": ("#dcdcec", "#2b3247"),
    "q3": ("#b9cde4", "#2f4a66"),
    "q4": ("#8bbad8", "#2f6787"),
    "q5": ("#579fc7", "#3885a8"),
}
INK, MUTED, GRID, PAPER, BAND = (PALETTE[r][0] for r in ("ink", "muted", "grid", "paper", "band"))
STEPS = [PALETTE[f"q{i}"][0] for i in range(1, 6)]
SERIES = [PALETTE[f"s{i}"][0] for i in (1, 2, 3, 4, 5, 0)]
#: Line styles and marks that go with the series.
DASHES = ("-", "--", "-.", ":", (0, (7, 2, 2, 2, 2, 2)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
#: Outcome → (what it is called, colour, how Line2D draws its mark). The shapes differ, not only
#: the colours.
OUTCOMES: dict[str, tuple[str, str, dict]] = {
    "holds": (N_("holds"), PALETTE["s3"][0], {"marker": "o"}),
    "close": (N_("close"), PALETTE["s1"][0], {"marker": "o", "markerfacecolor": PAPER}),
    "fails": (N_("fails"), PALETTE["s2"][0], {"marker": "x"}),
    "no data": (N_("no figures"), PALETTE["s0"][0], {"marker": "_"}),
}
PRIMARY = {"marker": "D", "markersize": 15, "markerfacecolor": "none", "markeredgewidth": 1.6}
#: Unit → what stands at an axis, where that is not what it is called elsewhere.
UNITS = {"times": N_("times the first year"), "ordinal number": N_("number"), "none": ""}
#: Units of changes and leads, whose numbers always have a sign.
SIGNED = ("percentage points",)
#: Under letters that may cross a line or a band.
BOX = {"facecolor": PAPER, "edgecolor": "none", "pad": 1, "alpha": 0.8}
#: What is counted: of an interval whose upper end is excluded, the last whole number is said.
WHOLE = ("rank", "ordinal number", "events")


@functools.cache
def sheet() -> Mapping[str, object]:
    """What the style sheet says, by matplotlib's names."""
    path = Path(__file__).with_name(f"{STYLE.rpartition('.')[2]}.mplstyle")
    return rc_params_from_file(path, use_default_template=False)


class Stated(Protocol):
    """What the text states: a number or None, and the interval that its wording allows (an end
    that is None is open)."""

    value: float | None
    low: float | None
    high: float | None
    unit: str


def drawing(function: Callable[..., None]) -> Callable[..., Axes]:
    """Makes of `function(data, …, ax)` a function that takes `ax=None`, draws in the house style
    and returns the Axes, which keeps what was drawn (`data`, or what `function` returns), and its
    unit, as `.drawn` and `.drawn_in`
    (for `show`). `of`: what the figures are of, for a sentence where there are none."""

    @functools.wraps(function)
    def draw(data, *args, ax: Axes | None = None, of: object = None, **options) -> Axes:
        with rc_context(sheet()):
            if ax is None:
                _figure, ax = plt.subplots()
            ax.empty, shown = "", None
            if nothing(data):
                none = _("There are no figures to draw.")
                instead(ax, _("There are no figures of {what} to draw.", what=of) if of else none)
            else:
                shown = function(data, *args, ax=ax, **options)
            fit(ax)
        stated = next((a for a in (*args, *options.values()) if hasattr(a, "unit")), None)
        ax.drawn = data if shown is None else shown
        ax.drawn_in = options.get("unit") or getattr(stated, "unit", None)
        return ax

    return draw


def instead(ax: Axes, sentence: str) -> None:
    """Leaves the chart out: `show` says the sentence in its place."""
    ax.empty = sentence
    ax.set_axis_off()
    height(ax, 20)
    title(ax, sentence.rstrip("."))


def nothing(data) -> bool:
    """A frame or series without rows or without a value."""
    if isinstance(data, pd.Series):
        return not data.notna().any()
    if isinstance(data, pd.DataFrame):
        if data.empty or {"label", "outcome"} <= set(data):  # named readings: a row says it itself
            return data.empty
        return not data.get("value", data).notna().any(axis=None)
    return False


def unit_words(unit: str | None) -> str:
    """A unit as it stands at an axis, in the current language."""
    if unit in UNITS:
        return _(UNITS[unit]) if UNITS[unit] else ""
    return words.unit(unit or "")


def decimals(value: float, stated: Stated | None = None) -> int:
    """How many decimals a number is written with: at least one more than was stated, so that one
    sees what was rounded, and as many as show on which side of the stated interval it lies; two
    below one, or enough for one digit that is not zero; none for large and for whole numbers."""
    if value is None or not math.isfinite(value):
        return 0
    ends = [e for e in (stated.low, stated.high) if e is not None] if stated else []
    if abs(value) >= 100 or float(value).is_integer():
        least = 0
    else:
        least = max(1 if abs(value) >= 1 else 2, math.ceil(-math.log10(abs(value)) - 1e-9))
    if stated is not None and stated.value is not None and stated.unit not in words.DECIMALS:
        least = max(1, written(stated) + 1)
    for n in range(least, 7):
        if all((round(value, n) < e) == (value < e) for e in ends):
            return n
    return 6


def written(stated: Stated) -> int:
    """With how many decimals the number was stated."""
    shortest = next((n for n in range(6) if round(stated.value, n) == stated.value), 6)
    return getattr(stated, "decimals", shortest)


def apart(values: Iterable[float], least: int, most: int) -> int:
    """So many decimals, from the least to the most, as tell all values apart that differ."""
    values = {float(v) for v in values}
    most = max(least, most)
    tried = range(least, most)
    return next((n for n in tried if len({round(v, n) for v in values}) == len(values)), most)


def amount(
    value: float | None, unit: str | None, stated: Stated | None = None, *, sign: bool = False
) -> str:
    """A number with its unit, in the current language, as sentences write it."""
    if value is None or not math.isfinite(value):
        return _("no figure")
    return words.amount(value, unit or "", decimals(value, stated), sign=sign or unit in SIGNED)


def number(value: float, unit: str | None, stated: Stated | None = None) -> str:
    """A number beside its mark: its unit stands at the axis."""
    return i18n.number(value, decimals(value, stated), sign=unit in SIGNED)


def stated_words(stated: Stated) -> str:
    """What the text states, as a key says it."""
    return _("stated: {amount}", amount=stated_amount(stated))


def stated_amount(stated: Stated, *, sign: bool = False) -> str:
    """What the text states, as a number or as its open interval."""
    if stated.value is not None and stated.wording != "range":
        return words.amount(stated.value, stated.unit, written(stated), sign=sign)
    low, high = stated.low, stated.high
    if stated.unit in WHOLE and low is not None and high is not None and high > low:
        high -= 1
    low, high = (None if e is None else amount(e, stated.unit) for e in (low, high))
    if low and low == high:
        return low
    if low and high:
        return _("{low} to {high}", low=low, high=high)
    if low or high:
        least = N_("more than {x}") if stated.strict else N_("{x} or more")
        return _(least, x=low) if low else _("less than {x}", x=high)
    return _("no number")


def side(value: float, stated: Stated) -> int:
    """-1 below the stated interval, 1 above it, 0 in it."""
    if stated.low is not None and value < stated.low:
        return -1
    return int(stated.high is not None and value > stated.high)


def title(ax: Axes, text: str) -> None:
    """The finding, above the chart."""
    ax.set_title(wrapped(text[:1].upper() + text[1:]), loc="left")


def wrapped(text: str, width: int = 46) -> str:
    """A text in lines that a chart has room for."""
    return "\n".join(textwrap.wrap(text, width))


def finish(ax: Axes, *, x: str = "", y: str = "", years: str = "") -> None:
    """Names of the axes and numbers in the current language; `years` names axes ("x", "y", "xy")
    that count years, which are whole numbers without a separator."""
    for name, axis, label in (("x", ax.xaxis, x), ("y", ax.yaxis, y)):
        axis.set_label_text(label)
        if name in years:
            axis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=2))
            axis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
        else:
            numbers(axis)


def numbers(axis) -> None:
    """Ticks written as numbers of the current language, all with as many decimals."""
    whole = axis.get_label_text() in {unit_words(unit) for unit in WHOLE}
    axis.set_major_locator(
        MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=2 - whole)
    )
    axis.set_major_formatter(_Numbers(i18n.language()))


class _Numbers(Formatter):
    """Remembers the language: matplotlib writes the ticks later, when the chart is drawn."""

    def __init__(self, language: str):
        self.language, self.places = language, 0

    def set_locs(self, locs: Sequence[float]) -> None:
        self.places = next((n for n in range(5) if np.allclose(locs, np.round(locs, n))), 5)

    def __call__(self, x, pos=None):
        return _number(x, self.places, self.language)


@functools.lru_cache(maxsize=1000)
def _number(x: float, places: int, language: str) -> str:
    with i18n.use(language):
        return i18n.number(x, places)


def band(ax: Axes, stated: Stated | None, axis: str = "y") -> list:
    """The stated interval across the chart (an open end reaches to the end of the axis), its ends
    and the stated number as lines; returns the handle for the legend."""
    if stated is None or (stated.low is None and stated.high is None and stated.value is None):
        return []
    span, line, limits, hold = {
        "y": (ax.axhspan, ax.axhline, ax.get_ylim, ax.set_ylim),
        "x": (ax.axvspan, ax.axvline, ax.get_xlim, ax.set_xlim),
    }[axis]
    ends = [e for e in (stated.low, stated.high, stated.value) if e is not None]
    first, last = sorted(limits())
    room = 0.06 * (max([last, *ends]) - min([first, *ends]))
    first = first if min(ends) > first + room else min(ends) - room
    last = last if max(ends) < last - room else max(ends) + room
    half = 0.5 if stated.unit in WHOLE else 0  # between one whole number and the next
    ends = [None if e is None else e - half for e in (stated.low, stated.high)]
    if half and stated.low is not None and stated.low == stated.high:
        ends[1] += 1
    if half:  # so that it is seen where the band ends
        first = min(e - 0.25 for e in (first, *ends) if e is not None)
        last = max(e + 0.25 for e in (last, *ends) if e is not None)
    if stated.unit == "rank":
        first = max(first, 0.25)
    low = first if ends[0] is None else ends[0]
    high = last if ends[1] is None else ends[1]
    span(low, high, facecolor=BAND, edgecolor="none", zorder=0.6)
    for end in set(ends) - {None}:
        line(end, color=MUTED, linewidth=0.8, linestyle="-", zorder=0.7)
    if stated.value is not None:
        line(stated.value, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=0.8)
    hold(first, last)
    return [band_handle(stated)]


def band_handle(stated: Stated) -> Patch:
    return Patch(facecolor=BAND, edgecolor=MUTED, linewidth=0.8, label=stated_words(stated))


def mark(outcome: str, **more) -> dict:
    """How Line2D draws an outcome."""
    _name, colour, look = OUTCOMES[str(outcome)]
    return {"linestyle": "none", "color": colour, "markeredgewidth": 2, "zorder": 4, **look, **more}


def marks(ax: Axes, x: Sequence, y: Sequence, outcomes: Iterable) -> list[Line2D]:
    """A mark a value, its shape the outcome's; the legend's handles are returned."""
    x, y, outcomes = np.asarray(x), np.asarray(y), np.asarray([str(o) for o in outcomes])
    for outcome in OUTCOMES:
        chosen = outcomes == outcome
        if chosen.any():
            ax.plot(x[chosen], y[chosen], **mark(outcome))
    return [
        Line2D([], [], label=_(OUTCOMES[o][0]), **mark(o)) for o in OUTCOMES if o in set(outcomes)
    ]


def primary(ax: Axes, x: float, y: float) -> list[Line2D]:
    """Rings the literal reading."""
    look = {"linestyle": "none", "color": INK, "zorder": 5, **PRIMARY}
    ax.plot([x], [y], **look, clip_on=False)
    look["markersize"] = 11
    return [Line2D([], [], label=_("the literal reading"), **look)]


def legend(ax: Axes, handles: Sequence, *, below: float = 44) -> None:
    """The key under the chart, `below` units under the axes."""
    if not handles:
        return
    down = ScaledTranslation(0, -below / 72, ax.figure.dpi_scale_trans)
    for handle in handles:
        handle.set_label(wrapped(handle.get_label(), 44))
    lines = [h.get_label().split("\n") for h in handles]
    wide = [46 + 7.6 * max(map(len, text)) for text in lines]
    columns = next(
        n
        for n in range(min(4, len(wide)), 0, -1)
        if n == 1 or sum(max(part) for part in np.array_split(wide, n)) <= 395
    )
    ax.key_rows = -(-len(wide) // columns) * max(map(len, lines))
    ax.legend(
        handles=list(handles),
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + down,
        ncols=columns,
    )


def height(ax: Axes, units: float) -> None:
    """Asks for so much height between title and horizontal axis."""
    ax.inner = units


def fit(ax: Axes) -> None:
    """Makes the figure as high as its axes, title and key ask for, if it has the style's size
    or matplotlib's, and no other chart."""
    figure, size = ax.figure, plt.rcParams["figure.figsize"]
    own = [a for a in figure.axes if a not in ax.child_axes]
    sizes = (size, rcParamsDefault["figure.figsize"])
    if own == [ax] and any(np.allclose(figure.get_size_inches(), s, atol=0.01) for s in sizes):
        around = 10 + title_height(ax) + (44 if ax.get_xlabel() else 26)
        key = 20 * getattr(ax, "key_rows", 0)
        figure.set_size_inches(size[0], (getattr(ax, "inner", 230) + around + key) / 72)


def title_height(ax: Axes) -> float:
    """Roughly what the title takes."""
    text = ax.get_title(loc="left")
    return 12 + 16 * (1 + text.count("\n")) if text else 0.0


def rows(ax: Axes, labels: Sequence[str], *, step: float = 40) -> np.ndarray:
    """Rows from above to below, each with its label over it (long ones fit a phone that way):
    the places where the rows' marks go."""
    lines = [wrapped(str(text), 53) or " " for text in labels]
    tall = np.array([step + 15 * text.count("\n") for text in lines], dtype=float)
    bottom = np.cumsum(tall)
    height(ax, bottom[-1] if len(bottom) else step)
    for text, end, size in zip(lines, bottom, tall, strict=True):
        ax.annotate(
            text,
            (0, end - size),
            (4, -2),
            xycoords=ax.get_yaxis_transform(),
            textcoords="offset points",
            va="top",
            linespacing=1.1,
            zorder=6,
            bbox=BOX,
        )
    ax.set_ylim(bottom[-1] if len(bottom) else 1, 0)
    ax.yaxis.set_visible(False)
    ax.spines["left"].set_visible(False)
    return bottom - 11


def spread(values: Sequence[float], gap: float) -> np.ndarray:
    """The places nearest to `values` that lie at least `gap` apart, in the same order."""
    order = np.argsort(values, kind="stable")
    places = np.asarray(values, dtype=float)[order]
    groups = [[i] for i in range(len(places))]
    centre = [float(p) for p in places]
    i = 1
    while i < len(groups):
        reach = gap * (len(groups[i - 1]) + len(groups[i])) / 2
        if centre[i] - centre[i - 1] < reach - 1e-12:
            groups[i - 1] += groups.pop(i)
            centre[i - 1] = float(np.mean(places[groups[i - 1]]))
            centre.pop(i)
            i = max(1, i - 1)
        else:
            i += 1
    out = np.empty(len(places))
    for members, middle in zip(groups, centre, strict=True):
        shifts = gap * (np.arange(len(members)) - (len(members) - 1) / 2)
        out[order[members]] = middle + shifts
    return out


def between(places: np.ndarray, gap: float, low: float, high: float) -> np.ndarray:
    """Places (`gap` apart) pushed off the ends of the chart, as long as there is room."""
    order = np.argsort(places, kind="stable")
    steps = gap * np.arange(len(places))
    pushed = np.minimum(places[order], high - gap / 2 - steps[::-1])
    pushed = np.maximum(pushed, low + gap / 2 + steps)
    out = np.empty(len(places))
    out[order] = pushed
    return out


def end_labels(ax: Axes, ends: Sequence[tuple[float, float, str, str]], width: int = 15) -> None:
    """Labels (x, y, text, colour) right of the ends of lines, moved apart where they would meet."""
    ends = [e for e in ends if np.isfinite(e[1])]
    if not ends:
        return
    texts = ["\n".join(textwrap.wrap(text, width)) for _x, _y, text, _colour in ends]
    tall = 1 + max(text.count("\n") for text in texts)
    low, high = ax.get_ylim()
    room = ax.figure.get_size_inches()[1] * 72 * 0.66  # roughly what the axes will have
    gap = (high - low) * (15 * tall + 1) / room
    places = between(spread([e[1] for e in ends], gap), gap, low, high)
    left, right = ax.get_xlim()
    right += 0.04 * (right - left)
    for (x, y, _text, colour), text, place in zip(ends, texts, places, strict=True):
        ax.annotate(
            text,
            (x, y),
            (right, place),
            xycoords="data",
            textcoords="data",
            va="center",
            color=colour,
            linespacing=1.05,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.7,
                "shrinkA": 0,
                "relpos": (0, 0.5),
            },
        )


def last_point(series) -> tuple[float, float]:
    """The last year with a figure, and the figure."""
    there = series.dropna()
    return (float(there.index[-1]), float(there.iloc[-1])) if len(there) else (np.nan, np.nan)


def listing(words: Sequence[str]) -> str:
    """Words with commas between."""
    return pgettext("between words of a list", ", ").join(words)
