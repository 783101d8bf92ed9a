"""Scales, ticks and the frame of a plot, drawn into a scene."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from growth_claims import i18n
from growth_claims.figures.scene import Point, Scene, width_of
from growth_claims.figures.style import SMALL


@dataclass(frozen=True)
class Scale:
    """From data (low to high) to pixels (start to end)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def clip(self, value: float) -> float:
        """The pixel of a value, or of the nearest that is shown."""
        return self(min(max(value, self.low), self.high))


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About so many round numbers between two values."""
    step = step_of(low, high, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def step_of(low: float, high: float, count: int = 5) -> float:
    raw = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2, 5 times the powers of ten between two values."""
    found = []
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        found += [m * 10.0**power for m in (1, 2, 5) if low <= m * 10.0**power <= high]
    return found


def decimals_of(values: Sequence[float]) -> int:
    """How many decimals it takes to write ticks apart."""
    for decimals in range(4):
        if all(abs(round(v, decimals) - v) < 1e-9 * max(1, abs(v)) for v in values):
            return decimals
    return 4


def padded(values: Iterable[float], share: float = 0.06) -> tuple[float, float]:
    """The range of the values with some room at both ends."""
    known = [v for v in values if v is not None and math.isfinite(v)]
    low, high = min(known), max(known)
    room = (high - low) * share or abs(high) * share or 1.0
    return low - room, high + room


def year_ticks(first: int, last: int, width: float) -> list[int]:
    """Years that can be written side by side in a width; round ones."""
    fit = max(2, int(width // 48))
    for step in (1, 2, 5, 10, 20):
        years = [y for y in range(first, last + 1) if y % step == 0]
        if len(years) <= fit:
            return years
    return [first, last]


class Plot:
    """A frame of a plot within a scene, with its two scales."""

    def __init__(
        self,
        scene: Scene,
        box: tuple[float, float, float, float],
        x: tuple[float, float],
        y: tuple[float, float],
        *,
        log: bool = False,
    ):
        self.scene = scene
        self.left, self.top, self.right, self.bottom = box
        self.x = Scale(*x, self.left, self.right)
        self.y = Scale(*y, self.bottom, self.top, log)

    def at(self, x: float, y: float) -> Point:
        return self.x(x), self.y(y)

    def points(self, xs: Iterable[float], ys: Iterable[float]) -> list[list[Point]]:
        """The polylines through the values; a missing one breaks the line."""
        found: list[list[Point]] = [[]]
        for x, y in zip(xs, ys, strict=True):
            if y is None or not math.isfinite(y):
                found.append([])
            else:
                found[-1].append(self.at(x, y))
        return [p for p in found if p]

    def y_axis(
        self, values: Sequence[float], unit: str, say: Callable[[float], str] | None = None
    ) -> None:
        """Grid lines with their numbers to the left, the unit above them."""
        say = say or number_axis(values)
        self.scene.lines(
            [((self.left, self.y(v)), (self.right, self.y(v))) for v in values], "grid"
        )
        for v in values:
            self.scene.text(self.left - 6, self.y(v) + SMALL * 0.35, say(v), "muted", SMALL, "end")
        if unit:
            self.scene.text(
                self.left - gutter(values, say) + 6, self.top - 10, unit, "muted", SMALL
            )

    def x_axis(
        self,
        values: Sequence[float],
        say: Callable[[float], str] | None = None,
        *,
        grid: bool = False,
        unit: str = "",
        at: float | None = None,
    ) -> None:
        """Numbers beneath; with `grid` a line for each."""
        say = say or number_axis(values)
        y = self.bottom if at is None else at
        if grid:
            self.scene.lines([((self.x(v), self.top), (self.x(v), y)) for v in values], "grid")
        else:
            self.scene.line((self.left, y), (self.right, y), role="muted", width=1)
            self.scene.lines([((self.x(v), y), (self.x(v), y + 4)) for v in values], "muted")
        for v in values:
            half = width_of(say(v), SMALL) / 2
            x = min(max(self.x(v), half + 2), self.scene.width - half - 2)
            self.scene.text(x, y + SMALL + 5, say(v), "muted", SMALL, "middle")
        if unit:
            self.scene.text(self.right, y + 2 * SMALL + 9, unit, "muted", SMALL, "end")

    def years(self, first: int, last: int) -> None:
        self.x_axis(year_ticks(first, last, self.right - self.left), lambda y: str(round(y)))

    def across(self, low: float | None, high: float | None, role: str) -> None:
        """A band of y values over the whole width; None is unbounded."""
        bottom = self.bottom if low is None else self.y.clip(low)
        top = self.top if high is None else self.y.clip(high)
        if bottom - top < 1.5 and self.top < bottom < self.bottom:
            top, bottom = top - 0.75, bottom + 0.75
        if bottom > top:
            self.scene.rects([(self.left, top, self.right - self.left, bottom - top)], role)

    def upright(self, low: float | None, high: float | None, role: str) -> None:
        """A band of x values over the whole height; None is unbounded."""
        left = self.left if low is None else self.x.clip(low)
        right = self.right if high is None else self.x.clip(high)
        if right - left < 1.5 and self.left < left < self.right:
            left, right = left - 0.75, right + 0.75
        if right > left:
            self.scene.rects([(left, self.top, right - left, self.bottom - self.top)], role)


def number_axis(values: Sequence[float]) -> Callable[[float], str]:
    """Says ticks with the decimals that they need, in the current language."""
    decimals = decimals_of(values)
    return lambda v: i18n.number(v, decimals)


def gutter(values: Sequence[float], say: Callable[[float], str] | None = None) -> float:
    """The room that the numbers of a vertical axis take."""
    say = say or number_axis(values)
    return max((width_of(say(v), SMALL) for v in values), default=0) + 10


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as possible to the wanted ones, at least `gap` apart, between two bounds."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [min(max(wanted[i], low), high) for i in order]
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + gap)
    if placed and placed[-1] > high:
        placed[-1] = high
        for k in range(len(placed) - 2, -1, -1):
            placed[k] = min(placed[k], placed[k + 1] - gap)
    found = [0.0] * len(wanted)
    for place, i in zip(placed, order, strict=True):
        found[i] = place
    return found
