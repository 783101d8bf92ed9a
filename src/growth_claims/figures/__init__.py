"""Charts in the house style: tidy data in, a `Chart` out that says itself in both languages."""

from growth_claims.figures.chart import Chart
from growth_claims.figures.curve import specification_curve
from growth_claims.figures.dots import readings_dots
from growth_claims.figures.series import path
from growth_claims.figures.style import css
from growth_claims.figures.windows import multiple_by_last_year, window_map

__all__ = [
    "Chart",
    "css",
    "multiple_by_last_year",
    "path",
    "readings_dots",
    "specification_curve",
    "window_map",
]
