"""What several charts share: the stated interval as a band, marks of outcomes, keys, words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from growth_claims import i18n, words
from growth_claims.claims import Interval
from growth_claims.figures.axes import Plot, apart, decimals_of
from growth_claims.figures.chart import Text, say
from growth_claims.figures.scene import Scene, width_of, wrap
from growth_claims.figures.style import SMALL
from growth_claims.i18n import N_, _
from growth_claims.verdicts import Outcome

__all__ = ["Text", "say"]

#: Units as an axis names them.
UNITS = {
    "million persons": N_("million people"),
    "billion US$": N_("billion US dollars"),
    "million US$": N_("million US dollars"),
    "percent": N_("%"),
    "percent per year": N_("% a year"),
    "percentage points": N_("percentage points"),
    "times": N_("times"),
    "rank": N_("rank"),
    "ordinal number": N_("number in the series"),
    "summits": N_("summits"),
    "months": N_("months"),
    "years": N_("years"),
    "index": N_("index"),
}
#: Mark and role of each outcome: told apart by shape first.
OUTCOME_MARKS = {
    Outcome.HOLDS: ("circle", "s3"),
    Outcome.CLOSE: ("open diamond", "s5"),
    Outcome.FAILS: ("cross", "s2"),
}


def unit_name(unit: str) -> str:
    return _(UNITS[unit]) if unit in UNITS else unit


def amount(value: float, unit: str, decimals: int | None = None) -> str:
    """A number with its unit, as a sentence writes it."""
    if unit == "million US$":
        return _("{x} million dollars", x=i18n.number(value, decimals or 0))
    if unit == "index":
        return i18n.number(value, 1 if decimals is None else decimals)
    return words.amount(value, unit, decimals)


#: Units that are counted: a margin means nothing, and no tick stands between two numbers.
WHOLE = ("rank", "ordinal number", "summits")


def number(value: float, unit: str, decimals: int) -> str:
    """The first of two numbers whose unit follows the second; a rank is said with each."""
    return amount(value, unit, decimals) if unit == "rank" else i18n.number(value, decimals)


def span(low: float, high: float, unit: str, decimals: int) -> str:
    """What lies between two numbers, with its unit once; one number where both are written
    alike."""
    if round(low, decimals) == round(high, decimals):
        return amount(high, unit, decimals)
    if unit == "times":
        return _(
            "{low} to {high} times",
            low=number(low, unit, decimals),
            high=number(high, unit, decimals),
        )
    return _("{low} to {high}", low=number(low, unit, decimals), high=amount(high, unit, decimals))


def interval_text(stated: Interval, unit: str = "", *, bare: bool = False) -> str:
    """The stated interval in words: "6.15 to 6.25"; of what is counted the last number that is
    in it."""
    if unit in WHOLE and stated.low is not None and stated.high is not None:
        stated = Interval(low=stated.low, high=max(stated.low, math.ceil(stated.high) - 1))
    known = [b for b in (stated.low, stated.high) if b is not None]
    decimals = min(decimals_of(known), 2)
    low, high = (None if b is None else i18n.number(b, decimals) for b in (stated.low, stated.high))
    if low is None:
        said = _("below {high}", high=high) if high is not None else _("any number")
    elif high is None:
        said = _("{low} or more", low=low)
    elif low == high:
        said = low
    else:
        said = _("{low} to {high}", low=low, high=high)
    return said if bare else _("stated: {interval}", interval=said)


def axis_number(x: float) -> str:
    """A number with the decimals that it has."""
    return i18n.number(x, decimals_of([x]))


def bands(plot: Plot, stated: Interval, margin: float, *, upright: bool = False) -> None:
    """The stated interval, and around it, lighter, what is still close."""
    band = plot.upright if upright else plot.across
    if margin:
        band(
            None if stated.low is None else stated.low - margin,
            None if stated.high is None else stated.high + margin,
            "margin",
        )
    band(stated.low, stated.high, "band")
    edges = [b for b in (stated.low, stated.high) if b is not None]
    scale = plot.x if upright else plot.y
    inside = [scale(b) for b in edges if scale.low <= b <= scale.high]
    plot.scene.lines(
        [
            ((p, plot.top), (p, plot.bottom)) if upright else ((plot.left, p), (plot.right, p))
            for p in inside
        ],
        "s3",
    )


def band_range(stated: Interval, margin: float) -> list[float]:
    """The bounds that a plot has to show."""
    bounds = []
    if stated.low is not None:
        bounds.append(stated.low - margin)
    if stated.high is not None:
        bounds.append(stated.high + margin)
    return bounds


def anchored(scene: Scene, x: float, y: float, text: str, low: float, high: float, **style) -> None:
    """Text centred on x where it fits between two bounds, else pushed inside them."""
    half = width_of(text, style.get("size", 13), bold=style.get("bold", False)) / 2
    if 2 * half >= high - low or x - half < low:
        scene.text(low, y, text, **style)
    elif x + half > high:
        scene.text(high, y, text, anchor="end", **style)
    else:
        scene.text(x, y, text, anchor="middle", **style)


def key(
    scene: Scene, x: float, y: float, width: float, entries: Sequence[tuple[str, str, str]]
) -> float:
    """Marks with their meaning in rows: (mark, role, text); `area` draws a patch, `line` a line.
    Returns the base line of the last row."""
    at = x
    for shape, role, text in entries:
        room = width_of(text, SMALL) + 32
        if at > x and at + room > x + width + 12:
            at, y = x, y + 18
        middle = y - SMALL * 0.35
        if shape == "area":
            scene.rects([(at, middle - 5, 14, 10)], role)
        elif shape == "half":
            scene.rects([(at, middle, 14, 6)], role)
        elif shape == "box":
            scene.frame(at + 0.8, middle - 5, 13, 10, role, 1.6)
        elif shape == "dash":
            scene.line((at + 4, middle), (at + 10, middle), role=role, width=1.2)
        elif shape == "bar":
            scene.line((at, middle), (at + 14, middle), role=role, width=3.5)
        elif shape == "line":
            scene.line((at, middle), (at + 14, middle), role=role, width=2.5)
        elif shape == "dashes":
            scene.line((at, middle), (at + 14, middle), role=role, width=2, dash=(4, 3))
        else:
            scene.mark(at + 7, middle, shape, role, 4.5)
        lines = wrap(text, width - 22, SMALL)
        for n, line in enumerate(lines):
            scene.text(at + 20, y + 15 * n, line, "muted", SMALL)
        y += 15 * (len(lines) - 1)
        at += room
    return y


def outcome_key(outcomes: Iterable[str]) -> list[tuple[str, str, str]]:
    """The entries of a key for the outcomes that occur."""
    there = set(outcomes)
    return [
        (*OUTCOME_MARKS[o], words.outcome(o))
        for o in (Outcome.HOLDS, Outcome.CLOSE, Outcome.FAILS)
        if o in there
    ]


def end_labels(
    scene: Scene,
    x: float,
    ends: Sequence[tuple[float, str, str]],
    low: float,
    high: float,
    width: float,
    *,
    leader: float = 0.0,
) -> None:
    """Labels at the right ends of lines: (pixel, text, role), wrapped, kept apart."""
    lines = [wrap(text, width, SMALL, bold=True) for _, text, _ in ends]
    tall = max((len(block) for block in lines), default=1)
    places = apart([y for y, _, _ in ends], SMALL * 1.18 * tall + 2, low, high)
    for (wanted, _text, role), block, y in zip(ends, lines, places, strict=True):
        first = y - (len(block) - 1) * SMALL * 0.58 + SMALL * 0.35
        for n, line in enumerate(block):
            scene.text(x + 6, first + n * SMALL * 1.16, line, role, SMALL, bold=n == 0)
        if abs(wanted - y) > 8 and leader:
            scene.line((x - leader, wanted), (x + 3, y), role=role, width=1)


def label_room(said: Callable[[], Sequence[str]], most: float) -> float:
    """The room that labels at the right need, at most so much: that of the longest in either
    language, so that both have the same scale with the same ticks."""
    widths = [width_of(t, SMALL, bold=True) for texts in i18n.both(said).values() for t in texts]
    return min(max(widths, default=0), most) + 14


def finite(values: Iterable[object]) -> list[float]:
    """The numbers among the values."""
    return [float(v) for v in values if v is not None and not pd.isna(v) and math.isfinite(v)]


def both_languages(frame: pd.DataFrame, column: str = "label") -> pd.DataFrame:
    """The frame with a column of texts as two columns of words, one a language."""
    frame = frame.copy()
    place = list(frame.columns).index(column)
    texts = frame.pop(column)
    for offset, language in enumerate(i18n.LANGUAGES):
        with i18n.use(language):
            frame.insert(place + offset, f"{column}_{language}", [say(t) for t in texts])
    return frame


#: What the region is called where the caller does not say.
REGION = N_("The region")


def who(code: str, region: Text = REGION) -> str:
    """A country or group, or the region itself."""
    return say(region) if code == "region" else words.economy(code)
