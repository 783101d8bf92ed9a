"""A scene as a small picture, for JupyterLab and for what cannot show SVG."""

from __future__ import annotations

import io

from growth_claims.figures.scene import Areas, Circle, Lines, Scene, Text
from growth_claims.figures.style import PALETTE

#: Pixels of a scene to the inch.
PIXELS = 100
#: matplotlib's own font is wider than the fonts of a screen.
LETTERS = 0.92
FAMILY = "DejaVu Sans"
COLOURS = 48


def png(scene: Scene, dpi: float = PIXELS) -> bytes:
    """The scene on white, with a palette instead of true colours: a fifth of the bytes, which
    matters for notebooks that are kept in git."""
    # Imported here: it costs a second, and pages need no picture. Without pyplot there is no
    # global state, and nothing to close.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    figure = Figure(
        figsize=(scene.width / PIXELS, scene.height / PIXELS), dpi=dpi, facecolor=_colour("paper")
    )
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    axes.axis("off")
    for order, item in enumerate(scene.items):
        _paint(axes, item, order)
    canvas.draw()
    image = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    small = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _colour(role: str) -> str:
    return PALETTE[role][0]


def _points(pixels: float) -> float:
    return pixels * 72 / PIXELS


def _paint(axes, item, order: int) -> None:
    from matplotlib.collections import EllipseCollection, LineCollection, PolyCollection
    from matplotlib.patches import Circle as Disc
    from matplotlib.patheffects import Normal, Stroke

    colour = _colour(item.role)
    match item:
        case Lines(dots=True):
            # Agg leaves out lines without length, whatever their caps.
            size = [item.width]
            axes.add_collection(
                EllipseCollection(
                    size,
                    size,
                    [0],
                    units="xy",
                    offsets=[p[0] for p in item.paths],
                    offset_transform=axes.transData,
                    facecolors=colour,
                    linewidths=0,
                    zorder=order,
                )
            )
        case Lines():
            dash = (0, [d / item.width for d in item.dash]) if item.dash else "solid"
            axes.add_collection(
                LineCollection(
                    item.paths,
                    colors=colour,
                    linewidths=_points(item.width),
                    linestyles=dash,
                    capstyle="butt",
                    joinstyle="round",
                    zorder=order,
                )
            )
        case Areas():
            axes.add_collection(
                PolyCollection(
                    item.paths,
                    facecolors=colour,
                    linewidths=_points(item.edge),
                    zorder=order,
                    edgecolors=_colour("paper") if item.edge else "none",
                )
            )
        case Circle():
            axes.add_patch(
                Disc(
                    (item.x, item.y),
                    item.r,
                    zorder=order,
                    facecolor=_colour("paper") if item.hollow else colour,
                    edgecolor=colour if item.hollow else _colour("paper"),
                    linewidth=_points(item.width if item.hollow else 1),
                )
            )
        case Text():
            said = axes.text(
                item.x,
                item.y,
                item.text,
                color=colour,
                family=FAMILY,
                zorder=order,
                fontsize=_points(item.size) * LETTERS,
                va="baseline",
                parse_math=False,
                ha={"start": "left", "middle": "center", "end": "right"}[item.anchor],
                fontweight="bold" if item.bold else "normal",
            )
            if item.halo:
                said.set_path_effects(
                    [Stroke(linewidth=_points(3), foreground=_colour("paper")), Normal()]
                )
