"""What the notebooks show: each function takes the dossier (and a claim's identifier) and returns a
chart, a table or an answer that says itself in both languages."""

from growth_claims.exhibits.common import (
    curve,
    history_answer,
    last_years,
    readings,
    revisions,
    statements,
    summary,
    verdict,
    window_map,
)
from growth_claims.exhibits.common import history_chart as history
from growth_claims.exhibits.events import events, not_checkable, timeline
from growth_claims.exhibits.gdp import (
    breaks,
    comparison,
    contributions,
    disagreement,
    estimators,
    mixed_bases,
    path,
    ranking,
    stability,
)
from growth_claims.exhibits.population import population_arithmetic
from growth_claims.exhibits.trade import (
    base_years,
    bilateral,
    mirror,
    partner_growth,
    trade_volume,
    trade_volume_answer,
)

__all__ = [
    "base_years",
    "bilateral",
    "breaks",
    "comparison",
    "contributions",
    "curve",
    "disagreement",
    "estimators",
    "events",
    "history",
    "history_answer",
    "last_years",
    "mirror",
    "mixed_bases",
    "not_checkable",
    "partner_growth",
    "path",
    "population_arithmetic",
    "ranking",
    "readings",
    "revisions",
    "stability",
    "statements",
    "summary",
    "timeline",
    "trade_volume",
    "trade_volume_answer",
    "verdict",
    "window_map",
]
