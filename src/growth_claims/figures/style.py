"""The house style of the charts, in one place: colours by role for light and dark pages, letters,
sizes; and the stylesheet that is made of it."""

from __future__ import annotations

from dataclasses import dataclass

#: What a colour is for → (on a light page, on a dark page). The series are Okabe and Ito's hues,
#: darkened or lightened until a label in them can be read (4.5:1) on either page.
PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e9ecef"),
    "muted": ("#565d66", "#a9b1ba"),
    "grid": ("#dde1e6", "#343a41"),
    "paper": ("#ffffff", "#15181c"),
    "band": ("#bfe3d4", "#1f5244"),
    "margin": ("#e6f3ee", "#1d2f2b"),
    "s1": ("#0067a3", "#62b8ee"),
    "s2": ("#b84a00", "#ff9a52"),
    "s3": ("#00704f", "#3ecfa3"),
    "s4": ("#96427b", "#e59cc6"),
    "s5": ("#7a5c00", "#e8c547"),
    "s0": ("#6b737c", "#98a1ab"),
    # Steps of the heat maps, from little to much.
    "q1": ("#f3eef6", "#262230"),
    "q2": ("#dcdcec", "#2b3247"),
    "q3": ("#b9cde4", "#2f4a66"),
    "q4": ("#8bbad8", "#2f6787"),
    "q5": ("#579fc7", "#3885a8"),
    "q6": ("#2f7eb2", "#56a5c5"),
    "q7": ("#1b5c93", "#8cc8de"),
}
#: Roles that a reader has to see against the page: at least 3:1 (WCAG 1.4.11), text 4.5:1.
SERIES = ("s1", "s2", "s3", "s4", "s5", "s0")
TEXT = ("ink", "muted", *SERIES)

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
#: Letters in pixels of either layout; the narrow one is drawn for a phone and hardly scaled.
SIZE = 13
SMALL = 12
#: Dashes and marks that go with the series, so that no line is told apart by colour alone.
DASHES: dict[str, tuple[float, ...] | None] = {
    "s1": None,
    "s2": (7, 3),
    "s3": (2, 3),
    "s4": (9, 3, 2, 3),
    "s5": (4, 4),
    "s0": (1, 3),
}
MARKS = {
    "s1": "circle",
    "s2": "square",
    "s3": "diamond",
    "s4": "triangle",
    "s5": "cross",
    "s0": "ring",
}


@dataclass(frozen=True)
class Layout:
    """One of the two shapes in which each chart is drawn; the page's width chooses."""

    name: str
    width: int

    @property
    def narrow(self) -> bool:
        return self.name == "narrow"

    def pick(self, wide, narrow):
        """The value that belongs to this layout."""
        return narrow if self.narrow else wide


WIDE = Layout("wide", 720)
NARROW = Layout("narrow", 350)
LAYOUTS = (WIDE, NARROW)
#: Below this width of the window the narrow drawing is shown.
BREAKPOINT = 600


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def css() -> str:
    """The stylesheet of the charts. Without it a chart has the colours of a light page."""
    light = "".join(f"--chart-{role}:{colours[0]};" for role, colours in PALETTE.items())
    dark = "".join(f"--chart-{role}:{colours[1]};" for role, colours in PALETTE.items())
    roles = "\n".join(
        f".chart .c-{role}{{color:var(--chart-{role})}}" for role in PALETTE if role != "paper"
    )
    return f""":root{{{light}}}
@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}
@media screen{{:root[data-theme="dark"]{{{dark}}}}}
svg.chart{{display:block;width:100%;height:auto;font-family:{FONT}}}
svg.chart.chart-wide{{max-width:{WIDE.width}px}}
svg.chart.chart-narrow{{display:none;max-width:{round(NARROW.width * 1.4)}px}}
@media screen and (max-width:{BREAKPOINT - 0.02}px){{
svg.chart.chart-wide{{display:none}}
svg.chart.chart-narrow{{display:block}}
}}
.chart .c-paper{{color:var(--chart-paper)}}
.chart .halo{{stroke:var(--chart-paper)}}
.chart .aura{{stroke:var(--chart-paper);stroke-width:3px;stroke-linejoin:round}}
.chart .fill-paper{{fill:var(--chart-paper)}}
{roles}
@media print{{svg.chart{{break-inside:avoid}}}}
"""
