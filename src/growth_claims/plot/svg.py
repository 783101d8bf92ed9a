"""A matplotlib figure as the SVG of a page: text as text, no style attribute, ids of its own,
colours by class (light, dark, print), a name and a description for screen readers."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from growth_claims.plot.style import PALETTE

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ROLES = {light: role for role, (light, _dark) in PALETTE.items()} | {"#000000": "ink"}
#: What paper shows: the light colours, with black letters.
PRINT = {"ink": "#000000", "muted": "#444444"}
#: What every element has anyway (CSS's initial values) or takes from the page's font.
DEFAULTS = {"stroke-linejoin": "round", "stroke-linecap": "butt", "stroke-dashoffset": "0"}
_NUMBER = re.compile(r"-?\d+\.\d+")
_URL = re.compile(r"url\(#([^)]+)\)")


def page_svg(figure: Figure, name: str, title: str, desc: str) -> str:
    """The figure as an `<svg>` element to be put into a page.

    `name` (a chart's, unique on the page) prefixes all ids. Style attributes become presentation
    attributes; a colour of the palette also becomes a class (`f-…` fill, `s-…` stroke) for the
    rules of `css()`. The same figure gives the same bytes.
    """
    root = ElementTree.fromstring(_drawn(figure))
    for parent in list(root.iter()):
        for child in list(parent):
            if _tag(child) in ("metadata", "style"):
                parent.remove(child)
    for child in [c for c in root if _tag(c) == "defs" and not len(c)]:
        root.remove(child)
    for element in root.iter():
        _plain(element, name)
    for mark in root.iterfind(f".//{{{SVG}}}defs/{{{SVG}}}path"):
        # Painted by the <use> that shows it: rules of the page do not reach into its copy.
        mark.attrib = {key: mark.attrib[key] for key in ("id", "d") if key in mark.attrib}
    _drop_unused_ids(root)
    box = root.get("viewBox", "0 0 440 300")
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": box,
            "class": "chart",
            "role": "img",
            "font-family": "sans-serif",
            "stroke-linejoin": "round",
            "aria-labelledby": f"{name}-title {name}-desc",
        }
    )
    for tag, text in (("desc", desc), ("title", title)):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{name}-{tag}"})
        element.text = text
        root.insert(0, element)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _drawn(figure: Figure) -> str:
    """The figure as matplotlib's SVG: laid out and drawn once, by one renderer, which knows the
    width of a text that it has measured. (`savefig` draws twice, each time with another.)"""
    buffer, dpi, canvas = io.StringIO(), figure.dpi, figure.canvas
    figure.dpi = 72
    renderer = RendererSVG(*figure.get_size_inches() * 72, buffer, metadata={"Date": None})
    FigureCanvasSVG(figure).get_renderer = lambda: renderer
    figure.draw(renderer)
    renderer.finalize()
    figure.dpi = dpi
    figure.set_canvas(canvas)
    return buffer.getvalue()


def css() -> str:
    """The rules that colour the charts of a page: by the reader's scheme, and on paper."""
    light, dark = (
        " ".join(f"--c-{role}: {pair[i]};" for role, pair in PALETTE.items()) for i in (0, 1)
    )
    paper = " ".join(f"--c-{r}: {PRINT.get(r, pair[0])};" for r, pair in PALETTE.items())
    rules = [
        f"svg.chart .{kind[0]}-{role} {{ {kind}: var(--c-{role}); }}"
        for role in PALETTE
        for kind in ("fill", "stroke")
    ]
    return "\n".join(
        [
            "svg.chart { display: block; width: 100%; min-width: 300px; max-width: 660px; }",
            "svg.chart { height: auto; }",
            "@media (max-width: 331px) { figure.chart { overflow-x: auto; } }",
            f":root {{ {light} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}",
            f"@media print {{ :root {{ {paper} }} }}",
            *rules,
            "",
        ]
    )


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _plain(element: ElementTree.Element, name: str) -> None:
    """One element: its style as attributes, its colours as classes, its ids and numbers."""
    style = dict(
        (part.strip() for part in declaration.split(":", 1))
        for declaration in element.attrib.pop("style", "").split(";")
        if declaration.strip()
    )
    style.pop("font-family", None)
    style["font-size"] = style.get("font-size", "").removesuffix("px")
    classes = [
        f"{kind[0]}-{ROLES[style[kind]]}" for kind in ("fill", "stroke") if style.get(kind) in ROLES
    ]
    if _tag(element) == "text" and "fill" not in style:
        classes.append("f-ink")
    for key, value in style.items():
        if value and DEFAULTS.get(key) != value:
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))
    for key, value in list(element.attrib.items()):
        if key == "id":
            value = f"{name}-{value}"
        elif key == f"{{{XLINK}}}href":
            del element.attrib[key]
            key, value = "href", f"#{name}-{value.removeprefix('#')}"
        elif key == "d":
            value = _short(value)
        elif key != "class":
            value = _URL.sub(rf"url(#{name}-\1)", value)
            value = _NUMBER.sub(_round, value)
        element.set(key, value)
    if element.text is not None and not element.text.strip():
        element.text = None
    if element.tail is not None and not element.tail.strip():
        element.tail = None


def _round(match: re.Match, places: int = 2) -> str:
    return f"{round(float(match[0]), places) + 0.0:.{places}f}".rstrip("0").rstrip(".")


def _short(d: str) -> str:
    """A path without needless digits, letters and spaces: a long one to a tenth of a unit, lines
    along an axis as H and V."""
    places = 1 if d.count("\n") > 60 else 2
    out, here = [], ("", "")
    for step in (
        re.sub(r"-0(?![.\d])", "0", " ".join(d.split()))
        .replace(" L", "\nL")
        .replace(" M", "\nM")
        .split("\n")
    ):
        step = _NUMBER.sub(lambda m: _round(m, places), step)
        letter, *numbers = step.split(" ")
        tail = numbers[2:] if letter in "ML" else numbers
        x, y = numbers[:2] if letter in "ML" and len(numbers) >= 2 else here
        if letter == "L" and not tail and (x, y) == here:
            continue
        if letter == "L" and not tail and here[0] == x:
            step = f"V{y}"
        elif letter == "L" and not tail and here[1] == y:
            step = f"H{x}"
        here = ("", "") if tail else (x, y)
        out.append(re.sub(r" ?([A-Za-z]) ?", r"\1", step))
    return "".join(out)


def _drop_unused_ids(root: ElementTree.Element) -> None:
    """Matplotlib names every group; only what is referred to needs its id."""
    used = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "href":
                used.add(value.removeprefix("#"))
            used.update(_URL.findall(value))
    for element in root.iter():
        if "id" in element.attrib and element.get("id") not in used:
            del element.attrib["id"]
