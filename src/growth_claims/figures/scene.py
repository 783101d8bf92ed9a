"""A drawing as a list of marks in pixels, each in the colour of a role. It is written as SVG for
pages (`svg`) and painted as a picture for JupyterLab (`png`): one layout, both outputs.

Pages have a strict Content-Security-Policy and a dark mode, and hold some twenty charts in two
languages. So the SVG has no style attribute, takes its colours from classes, keeps its text as
text, and is a tenth of what a plotting library writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from growth_claims.figures.style import FONT, PALETTE, SIZE

Point = tuple[float, float]


@dataclass(frozen=True)
class Lines:
    """Polylines of one style. `dots`: round caps, so that a point without length is a dot."""

    paths: tuple[tuple[Point, ...], ...]
    role: str
    width: float
    dash: tuple[float, ...] | None = None
    dots: bool = False


@dataclass(frozen=True)
class Areas:
    """Filled polygons of one role; `width` outlines them in the page's colour."""

    paths: tuple[tuple[Point, ...], ...]
    role: str
    edge: float = 0.0


@dataclass(frozen=True)
class Circle:
    """A filled disc, or a ring filled with the page's colour."""

    x: float
    y: float
    r: float
    role: str
    hollow: bool = False
    width: float = 2.0


@dataclass(frozen=True)
class Text:
    """A line of text. `anchor`: start, middle, end; y is the base line."""

    x: float
    y: float
    text: str
    role: str = "ink"
    size: float = SIZE
    anchor: str = "start"
    bold: bool = False
    halo: bool = False


Item = Lines | Areas | Circle | Text


@dataclass
class Scene:
    """What is drawn, from back to front."""

    width: float
    height: float
    items: list[Item] = field(default_factory=list)

    def line(self, *points: Point, role: str = "ink", width: float = 1.5, dash=None) -> None:
        self.items.append(Lines((points,), role, width, dash))

    def lines(
        self, paths: Iterable[Sequence[Point]], role: str = "ink", width: float = 1.0, dash=None
    ) -> None:
        """Many lines of one style at once."""
        kept = tuple(tuple(p) for p in paths)
        if kept:
            self.items.append(Lines(kept, role, width, dash))

    def dots(self, points: Iterable[Point], role: str, size: float) -> None:
        """Many small discs of one style."""
        kept = tuple((p,) for p in points)
        if kept:
            self.items.append(Lines(kept, role, size, dots=True))

    def area(self, points: Sequence[Point], role: str, edge: float = 0.0) -> None:
        self.items.append(Areas((tuple(points),), role, edge))

    def rects(
        self, boxes: Iterable[tuple[float, float, float, float]], role: str, edge: float = 0.0
    ) -> None:
        """Filled rectangles (x, y, width, height)."""
        paths = tuple(((x, y), (x + w, y), (x + w, y + h), (x, y + h)) for x, y, w, h in boxes)
        if paths:
            self.items.append(Areas(paths, role, edge))

    def frame(self, x, y, w, h, role: str = "ink", width: float = 1.5, dash=None) -> None:
        """The outline of a rectangle."""
        self.line(
            (x, y),
            (x + w, y),
            (x + w, y + h),
            (x, y + h),
            (x, y),
            role=role,
            width=width,
            dash=dash,
        )

    def mark(self, x: float, y: float, shape: str, role: str, r: float = 4.5) -> None:
        """A mark on a point: circle, ring, square, diamond, triangle, cross, and their hollow
        forms (`ring`, `open diamond`)."""
        if shape in ("circle", "ring"):
            self.items.append(Circle(x, y, r, role, hollow=shape == "ring"))
        elif shape == "cross":
            k = r * 0.8
            self.lines(
                [((x - k, y - k), (x + k, y + k)), ((x - k, y + k), (x + k, y - k))], role, 2.2
            )
        else:
            corners = [(x + dx * r, y + dy * r) for dx, dy in _CORNERS[shape.split()[-1]]]
            if shape.startswith("open"):
                self.area(corners, "paper")
                self.line(*corners, corners[0], role=role, width=2)
            else:
                self.area(corners, role, edge=1)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        role: str = "ink",
        size: float = SIZE,
        anchor: str = "start",
        *,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        if text:
            self.items.append(Text(x, y, text, role, size, anchor, bold, halo))

    def paragraph(
        self, x: float, y: float, text: str, width: float, *, leading: float = 1.3, **style
    ) -> float:
        """Text wrapped to a width; the base line of what may follow is returned."""
        size = style.get("size", SIZE)
        for line in wrap(text, width, size, bold=style.get("bold", False)):
            self.text(x, y, line, **style)
            y += size * leading
        return y


_CORNERS = {
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
    "triangle": [(0, -1.2), (1.15, 0.9), (-1.15, 0.9)],
}

# ---- how wide a text is ----

_NARROW = set("iljtfrI.,:;'|!()[]-·’ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}г")
_WIDE = set("mwMWшщжюмыфШЩЖЮМЫФДД%@—")


def width_of(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """About how wide a text is, a little on the wide side: the reader's font is not known."""
    ems = 0.0
    for letter in text:
        if letter in _NARROW:
            ems += 0.37
        elif letter in _WIDE:
            ems += 0.92
        elif letter.isupper():
            ems += 0.71
        else:
            ems += 0.6
    return ems * size * (1.1 if bold else 1.0)


def wrap(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """Lines that fit a width; a word that does not fit stands alone."""
    lines: list[str] = []
    for word in text.split(" "):
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(tried, size, bold=bold) <= width:
            lines[-1] = tried
        else:
            lines.append(word)
    return lines


# ---- SVG ----


def svg(scene: Scene, ident: str, title: str, description: str, classes: str = "chart") -> str:
    """The scene as an SVG element for a page. `ident` makes its ids unique in the page."""
    w, h = _n(scene.width), _n(scene.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{classes}" viewBox="0 0 {w} {h}" '
        f'width="{w}" height="{h}" role="img" aria-labelledby="{ident}-t {ident}-d" '
        f'font-family="{escape(FONT)}" font-size="{SIZE}" fill="currentColor" '
        'stroke-linejoin="round">'
        f'<title id="{ident}-t">{escape(title, quote=False)}</title>'
        f'<desc id="{ident}-d">{escape(description, quote=False)}</desc>'
    )
    groups = "".join(
        f"<g {style}>{''.join(_elements(items))}</g>" for style, items in _grouped(scene.items)
    )
    return f"{head}{groups}</svg>"


def _grouped(items: Sequence[Item]) -> list[tuple[str, list[Item]]]:
    """The marks by style, so that each style is said once. A mark joins an earlier group only
    where nothing drawn in between lies under it, so the picture stays the same."""
    groups: list[tuple[str, list[Item], list[_Box]]] = []
    for item in items:
        style, box = _attributes(item), _box(item)
        home = None
        for group in reversed(groups):
            if group[0] == style:
                home = group
                break
            if any(_touch(box, other) for other in group[2]):
                break
        if home is None:
            groups.append((style, [item], [box]))
        else:
            home[1].append(item)
            home[2].append(box)
    return [(style, members) for style, members, _boxes in groups]


_Box = tuple[float, float, float, float]


def _box(item: Item) -> _Box:
    """What a mark covers at most: left, top, right, bottom."""
    match item:
        case Circle():
            r = item.r + 2
            return item.x - r, item.y - r, item.x + r, item.y + r
        case Text():
            wide = width_of(item.text, item.size, bold=item.bold) + 6
            left = item.x - {"start": 3, "middle": wide / 2, "end": wide - 3}[item.anchor]
            return left, item.y - item.size, left + wide, item.y + item.size * 0.4
        case _:
            xs = [x for p in item.paths for x, _y in p]
            ys = [y for p in item.paths for _x, y in p]
            room = item.width if isinstance(item, Lines) else item.edge
            return min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room


def _touch(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _attributes(item: Item) -> str:
    """What all marks of one style share, said once for a run of them."""
    colour = f'class="c-{item.role}" color="{PALETTE[item.role][0]}"'
    match item:
        case Lines():
            caps = ' stroke-linecap="round"' if item.dots else ""
            dash = f' stroke-dasharray="{" ".join(map(_n, item.dash))}"' if item.dash else ""
            return (
                f'{colour} fill="none" stroke="currentColor" stroke-width="{_n(item.width)}"'
                f"{caps}{dash}"
            )
        case Areas():
            edge = ""
            if item.edge:
                colour = colour.replace('class="', 'class="halo ')
                edge = f' stroke="{PALETTE["paper"][0]}" stroke-width="{_n(item.edge)}"'
            return f"{colour}{edge}"
        case Circle():
            if item.hollow:
                return f'{colour} stroke="currentColor" stroke-width="{_n(item.width)}"'
            colour = colour.replace('class="', 'class="halo ')
            return f'{colour} stroke="{PALETTE["paper"][0]}"'
        case Text():
            parts = [colour]
            if item.size != SIZE:
                parts.append(f'font-size="{_n(item.size)}"')
            if item.anchor != "start":
                parts.append(f'text-anchor="{item.anchor}"')
            if item.bold:
                parts.append('font-weight="600"')
            if item.halo:
                # Its stroke is the stylesheet's; it may not cover the letters.
                parts[0] = colour.replace('class="', 'class="aura ')
                parts.append('paint-order="stroke"')
            return " ".join(parts)


def _elements(items: Sequence[Item]) -> Iterator[str]:
    """The marks of one style; its lines are one path."""
    if isinstance(items[0], Lines):
        yield f'<path d="{"".join(_path(p, closed=False) for i in items for p in i.paths)}"/>'
        return
    for item in items:
        match item:
            case Areas():
                yield f'<path d="{"".join(_path(p, closed=True) for p in item.paths)}"/>'
            case Circle():
                paper = f' class="fill-paper" fill="{PALETTE["paper"][0]}"' if item.hollow else ""
                yield f'<circle cx="{_n(item.x)}" cy="{_n(item.y)}" r="{_n(item.r)}"{paper}/>'
            case Text():
                said = escape(item.text, quote=False)
                yield f'<text x="{_n(item.x)}" y="{_n(item.y)}">{said}</text>'


def _path(points: Sequence[Point], *, closed: bool) -> str:
    """Relative steps between points rounded to a tenth of a pixel: short, and without drift."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    x, y = tenths[0]
    parts = [f"M{_t(x)} {_t(y)}"]
    if len(tenths) == 1:
        return parts[0] + "h0"
    for nx, ny in tenths[1:]:
        dx, dy = nx - x, ny - y
        x, y = nx, ny
        if dx == 0 and dy == 0:
            continue
        if dy == 0:
            parts.append(f"h{_t(dx)}")
        elif dx == 0:
            parts.append(f"v{_t(dy)}")
        else:
            second = _t(dy)
            parts.append(f"l{_t(dx)}{'' if second.startswith('-') else ' '}{second}")
    return "".join(parts) + ("z" if closed else "")


def _t(tenths: int) -> str:
    return _n(tenths / 10)


def _n(x: float) -> str:
    """A number as short as it can be, to a tenth."""
    text = f"{x:.1f}"
    text = text[:-2] if text.endswith(".0") else text
    return "0" if text == "-0" else text
