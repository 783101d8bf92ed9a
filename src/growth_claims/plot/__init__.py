"""The charts: each function draws on an Axes (its own, with `ax=None`) in the house style, puts the
finding over it and returns the Axes; `show` makes of it what a notebook's cell ends with."""

from growth_claims.plot.chart import Chart, show
from growth_claims.plot.figures import (
    coverage,
    disagreement,
    events,
    intervals_coverage,
    revisions,
)
from growth_claims.plot.readings import (
    by_year,
    dots,
    sensitivity,
    specification_curve,
    vintages,
    windows,
)
from growth_claims.plot.series import compare, cusum, members, multiple, path, ranking, shares
from growth_claims.plot.style import PALETTE, STYLE
from growth_claims.plot.svg import css, page_svg

__all__ = [
    "PALETTE",
    "STYLE",
    "Chart",
    "by_year",
    "compare",
    "coverage",
    "css",
    "cusum",
    "disagreement",
    "dots",
    "events",
    "intervals_coverage",
    "members",
    "multiple",
    "page_svg",
    "path",
    "ranking",
    "revisions",
    "sensitivity",
    "shares",
    "show",
    "specification_curve",
    "vintages",
    "windows",
]
