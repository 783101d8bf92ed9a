"""What a cell ends with: a chart with its name, its numbers and a text for those who do not see it;
a picture in JupyterLab, an SVG with table and CSV in a run."""

from __future__ import annotations

import html
import io
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from pandas.api import types
from PIL import Image

from growth_claims import i18n
from growth_claims.i18n import N_, _
from growth_claims.plot import style
from growth_claims.plot.svg import page_svg

#: Set in a run: charts are then made for a page.
RUN = "GROWTH_CLAIMS_RUN"
ROWS = 60
#: What makes a spreadsheet take a text for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What columns are called in a chart's table, where that is not what they are called elsewhere.
HEADINGS = {
    "value": N_("Found"),
    "low": N_("From"),
    "high": N_("To"),
    "label": N_("What"),
    "primary": N_("Literal reading"),
}


class Chart:
    """A finished chart: `.ax` and `.figure` to go on with, and how notebook and page show it."""

    def __init__(self, ax: Axes, name: str, data, alt: str | None, note: str | None):
        self.ax, self.name, self.note = ax, name, note
        self.figure: Figure = ax.figure
        _for_a_page(self.figure)
        self.title = _title(ax)
        self.data = _frame(getattr(ax, "drawn", None) if data is None else data)
        summary = alt if alt is not None else _summary(self.data, ax)
        self.alt = ". ".join(t.rstrip(".") for t in (self.title, summary) if t) + "."

    def __repr__(self) -> str:
        return self.alt

    def csv(self) -> str:
        """The chart's numbers in full precision, with no cell that a spreadsheet would run."""
        safe = self.data.map(_safe).rename(columns=_safe, index=_safe)
        index = self.data.index.name is not None or not _counted(self.data.index)
        buffer = io.StringIO()
        label = self.data.index.name or "label"
        safe.to_csv(buffer, index=index, index_label=label if index else None, lineterminator="\n")
        return buffer.getvalue()

    def table(self) -> str:
        """The chart's numbers as an HTML table in the current language, its first 60 rows."""
        return _table(self.data)

    def png(self) -> bytes:
        """A picture with the title, twice the page's resolution, in few colours."""
        whole, small = io.BytesIO(), io.BytesIO()
        _start_layout(self.figure)
        with rc_context(style.sheet()):
            FigureCanvasAgg(self.figure).print_figure(whole, format="png", dpi=144)
        picture = Image.open(whole).convert("RGB")
        picture = picture.quantize(palette=_colours(), dither=Image.Dither.NONE)
        picture.save(small, format="png", optimize=True)
        return small.getvalue()

    def svg(self) -> str:
        """For a page, where the title stands in the caption."""
        shown = self.ax.get_title(loc="left")
        size = self.figure.get_size_inches().copy()
        with rc_context(style.sheet()):
            self.figure.set_size_inches(size[0], size[1] - style.title_height(self.ax) / 72)
            self.ax.set_title("", loc="left")
            _start_layout(self.figure)
            svg = page_svg(self.figure, self.name, self.title, self.alt)
            self.ax.set_title(shown, loc="left")
            self.figure.set_size_inches(size)
        return svg

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        if not os.environ.get(RUN):
            size = {"width": round(self.figure.get_size_inches()[0] * 84), "alt": self.alt}
            return {"image/png": self.png(), "text/plain": self.alt}, {"image/png": size}
        about = {
            "kind": "chart",
            "name": self.name,
            "title": self.title,
            "alt": self.alt,
            "note": self.note,
            "csv": f"charts/{self.name}.csv",
            "csv_text": self.csv(),
            "table": self.table(),
        }
        return {"image/svg+xml": self.svg(), "text/plain": self.alt}, {"growth_claims": about}


def show(
    ax: Axes, name: str, data: Any = None, *, alt: str | None = None, note: str | None = None
) -> Chart | str:
    """The chart of `ax` as a cell's last object.

    `name` is its file name and the prefix of its ids; `data` (a DataFrame or Series; without it,
    what was drawn) becomes its table and CSV; `alt` says its numbers in words (without it, first,
    last, lowest and highest); `note` stands under it. pyplot forgets the figure, so that it is
    not shown twice. Where there was nothing to draw, a sentence stands in its place.
    """
    if getattr(ax, "empty", ""):
        from growth_claims.kinds import Sentence

        plt.close(ax.figure)
        return Sentence(ax.empty)
    chart = Chart(ax, name, data, alt, note)
    plt.close(chart.figure)
    return chart


def _start_layout(figure: Figure) -> None:
    """Constrained layout starts where it last ended; for the same bytes it has to start anew."""
    for axes in figure.axes:
        if axes.get_subplotspec() is not None:
            axes.set_subplotspec(axes.get_subplotspec())


@cache
def _colours() -> Image.Image:
    """The palette's colours and their blends with paper and ink and band, as edges have them."""
    light = [np.array(to_rgb(light)) for light, _dark in style.PALETTE.values()]
    dark_enough = [c for c in light if c.sum() < 2]  # edges of what is pale need no steps
    under = [np.array(to_rgb(c)) for c in (style.PAPER, style.BAND)]
    blends = [u + k / 5 * (c - u) for c in dark_enough for u in under for k in range(1, 6)]
    values = np.unique((255 * np.array([*light, *blends])).round().astype(int), axis=0)[:256]
    picture = Image.new("P", (1, 1))
    picture.putpalette(values.ravel().tolist())
    return picture


def _for_a_page(figure: Figure) -> None:
    """Gives a figure that was made without the style its width, and all its letters their size."""
    sheet = style.sheet()
    figure.set_figwidth(sheet["figure.figsize"][0])
    if figure.get_layout_engine() is None:
        with rc_context(style.sheet()):
            figure.set_layout_engine("constrained")
    for text in _letters(figure, sheet["font.size"]):
        text.set_fontsize(sheet["font.size"])


def _letters(artist: Artist, size: float) -> Iterator[Text]:
    """The texts of an artist. Ticks, which are made when they are drawn, are told their size."""
    if isinstance(artist, Text):
        yield artist
    elif isinstance(artist, Axis):
        artist.set_tick_params(labelsize=size)
        yield from (artist.label, artist.offsetText)
    else:
        for child in artist.get_children():
            yield from _letters(child, size)


def _title(ax: Axes) -> str:
    """The title; one that a user set in matplotlib's own place (the middle) replaces ours."""
    middle = ax.get_title(loc="center")
    if middle:
        ax.set_title("", loc="center")
        ax.set_title(style.wrapped(" ".join(middle.split())), loc="left")
    return " ".join(ax.get_title(loc="left").split("\n"))


def _frame(data: Any) -> pd.DataFrame:
    if isinstance(data, pd.DataFrame):
        numbered = data.index.name is None and types.is_integer_dtype(data.index)
        return data.reset_index(drop=True) if numbered and "label" in data else data
    if isinstance(data, pd.Series):
        name = data.name if data.name is not None else "value"
        return data.rename_axis(data.index.name or "year").to_frame(name)
    return pd.DataFrame()


def _summary(data: pd.DataFrame, ax: Axes) -> str:
    """First, last, lowest and highest number of each column of values, in words."""
    if "value" in data:
        columns = ["value"]
    elif "revision" in data:
        columns = ["revision"]
    else:
        columns = [c for c in data if types.is_numeric_dtype(data[c])][:8]
    unit = style.unit_words(getattr(ax, "drawn_in", None)) or ax.get_ylabel()
    said = []
    for column in columns:
        numbers = pd.to_numeric(data[column], errors="coerce").dropna()
        numbers = numbers[np.isfinite(numbers)]
        if not len(numbers):
            continue
        ends = [numbers.iloc[0], numbers.iloc[-1], numbers.min(), numbers.max()]
        n = max(style.decimals(float(e)) for e in ends)
        first, last, low, high = (i18n.number(float(e), min(n, 2)) for e in ends)
        said.append(
            _(
                "{name}: first {first}, last {last}, lowest {low}, highest {high}",
                name=_heading(column),
                first=first,
                last=last,
                low=low,
                high=high,
            )
        )
    text = "; ".join(said)
    return f"{text} ({unit})" if unit and text else text


def _heading(column: object) -> str:
    from growth_claims import display

    return _(HEADINGS[column]) if column in HEADINGS else display.label(column)


def _counted(index: pd.Index) -> bool:
    """An index that only counts the rows says nothing."""
    return (
        index.name is None
        and types.is_integer_dtype(index)
        and set(index) == set(range(len(index)))
    )


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would run, with an apostrophe before it."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _table(data: pd.DataFrame) -> str:
    """A plain HTML table without a style attribute."""
    from growth_claims import display

    indexed = not _counted(data.index)
    frame = data.reset_index(names=data.index.name or "label") if indexed else data
    heads = "".join(f'<th scope="col">{html.escape(_heading(c))}</th>' for c in frame)
    cells = [display.cells(frame[c].head(ROWS), c) for c in frame]
    body = ["<tr>" + "".join(row) + "</tr>" for row in zip(*cells, strict=True)]
    more = ""
    if len(frame) > ROWS:
        text = _("The first {n} of {all} rows; the file has all.", n=ROWS, all=len(frame))
        more = f"<caption>{html.escape(text)}</caption>"
    return f"<table>{more}<thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
