"""Charts in the house style: tidy data in, a `Chart` out that says itself in both languages."""

from growth_claims.figures.bars import contributions, disagreement, ranking
from growth_claims.figures.chart import Chart
from growth_claims.figures.common import span
from growth_claims.figures.curve import specification_curve
from growth_claims.figures.dots import readings_dots
from growth_claims.figures.events import timeline
from growth_claims.figures.history import by_vintage, revisions
from growth_claims.figures.series import comparison, path, trade_bilateral
from growth_claims.figures.style import css
from growth_claims.figures.tiles import coverage
from growth_claims.figures.windows import multiple_by_last_year, window_map

__all__ = [
    "Chart",
    "by_vintage",
    "comparison",
    "contributions",
    "coverage",
    "css",
    "disagreement",
    "multiple_by_last_year",
    "path",
    "ranking",
    "readings_dots",
    "revisions",
    "span",
    "specification_curve",
    "timeline",
    "trade_bilateral",
    "window_map",
]
