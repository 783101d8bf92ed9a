"""A chart: its finding, its drawing, its figures and its words, in both languages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from growth_claims import i18n, show
from growth_claims.figures import scene as drawing
from growth_claims.figures.png import png
from growth_claims.figures.scene import Scene
from growth_claims.figures.style import LAYOUTS, SMALL, WIDE, Layout
from growth_claims.i18n import _, ngettext

#: A text: a message of the catalogue, what says it when called, or something with .en and .ru.
Text = show.Text
#: The most rows that a page shows of a chart's figures; the CSV has all.
ROWS = 80
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def say(text: object) -> str:
    """A text in the current language."""
    if hasattr(text, "en") and hasattr(text, "ru"):
        return getattr(text, i18n.language())
    return i18n.stops(show.say(text)) if text else ""


@dataclass(frozen=True)
class Chart:
    """A chart in the house style. `name` is safe as a file's name and as an anchor.

    finding, description, source: the title, the alternative text, the line beneath; they are said
    in the current language. draw: the drawing in a layout, in the current language. table: the
    figures, tidy, in full precision. columns, formats: how a page heads and writes them; `shown`
    is what a page shows where the table is long.
    """

    name: str
    finding: Text
    description: Text
    source: Text
    draw: Callable[[Layout], Scene] = field(repr=False)
    table: pd.DataFrame = field(repr=False)
    columns: Mapping[str, Text] = field(repr=False)
    formats: Mapping[str, Callable | int] = field(default_factory=dict, repr=False)
    shown: pd.DataFrame | None = field(default=None, repr=False)

    def title(self) -> str:
        """The finding, in the current language."""
        return say(self.finding)

    def alt(self) -> str:
        """What the chart shows, in two or three sentences with its numbers."""
        return say(self.description)

    def caption(self) -> str:
        """Source and vintage."""
        return say(self.source)

    def svg(self) -> str:
        """The drawing for a page: one for wide and one for narrow windows; the stylesheet shows the
        one that fits."""
        return "".join(
            drawing.svg(
                self.draw(layout),
                f"{self.name}-{layout.name}",
                self.title(),
                self.alt(),
                f"chart chart-{layout.name}",
            )
            for layout in LAYOUTS
        )

    def png(self, dpi: float = 100) -> bytes:
        """The drawing as a picture, with its title above and its source beneath."""
        return png(self._framed(WIDE), dpi)

    def csv(self) -> str:
        """The figures for a spreadsheet: all rows, full precision, no cell that would be run."""
        safe = self.table.copy()
        for column in safe.columns:
            if not pd.api.types.is_numeric_dtype(safe[column]):
                safe[column] = [neutral(value) for value in safe[column]]
        safe.columns = [neutral(column) for column in safe.columns]
        return safe.to_csv(index=False, lineterminator="\n")

    def table_html(self) -> str:
        """The figures as a table that opens."""
        frame = self.table if self.shown is None else self.shown
        part = frame.head(ROWS)
        notes = []
        if len(part) < len(self.table):
            notes.append(
                lambda: ngettext(
                    "The CSV file has all figures: {n} row.",
                    "The CSV file has all figures: {n} rows.",
                    len(self.table),
                )
            )
        others = tuple(f"_{code}" for code in i18n.LANGUAGES if code != i18n.language())
        columns = {
            c: label
            for c, label in self.columns.items()
            if c in part.columns and not c.endswith(others)
        }
        return str(
            show.table(
                part,
                {c: (lambda label=label: say(label)) for c, label in columns.items()},
                {c: f for c, f in self.formats.items() if c in columns},
                lambda: _("The figures of this chart"),
                fold=True,
                notes=notes,
            ).html()
        )

    def _framed(self, layout: Layout) -> Scene:
        """The drawing with title and source."""
        inner = self.draw(layout)
        title = drawing.wrap(self.title(), layout.width - 20, 16, bold=True)
        source = drawing.wrap(self.caption(), layout.width - 20, SMALL)
        top, bottom = 16 + 21 * len(title), 10 + 16 * len(source)
        outer = Scene(layout.width, inner.height + top + bottom)
        for n, line in enumerate(title):
            outer.text(10, 22 + 21 * n, line, size=16, bold=True)
        outer.items += [_moved(item, top) for item in inner.items]
        for n, line in enumerate(source):
            outer.text(10, top + inner.height + 14 + 16 * n, line, "muted", SMALL)
        return outer

    def _repr_mimebundle_(self, include=None, exclude=None):
        with i18n.use("en"):
            alt = self.alt()
            data = {
                "image/png": base64.b64encode(self.png()).decode(),
                "text/plain": f"{self.title()}\n{alt}",
            }
        about: dict[str, object] = {"kind": "chart", "name": self.name}
        if show.running():
            about |= {
                "title": i18n.both(self.title),
                "alt": i18n.both(self.alt),
                "caption": i18n.both(self.caption),
                "svg": i18n.both(self.svg),
                "table": i18n.both(self.table_html),
                "csv": f"charts/{self.name}.csv",
                "csv_text": self.csv(),
            }
        return data, {"image/png": {"alt": alt}, show.METADATA: about}


def neutral(value: object) -> object:
    """A cell that no spreadsheet runs: a text that would be a formula is led by an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _moved(item, down: float):
    """The mark, further down."""
    if hasattr(item, "paths"):
        return replace(item, paths=tuple(tuple((x, y + down) for x, y in p) for p in item.paths))
    return replace(item, y=item.y + down)
