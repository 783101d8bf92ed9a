"""Average growth rates: estimators, their intervals, and tests of what they assume."""

from growth_claims.growth.estimators import (
    ESTIMATORS,
    QUOTED,
    Estimator,
    GrowthEstimate,
    estimate,
    quoted_interval,
    rate,
    rates,
)
from growth_claims.growth.stability import breaks, chow, hac_lags, summary, unit_root

__all__ = [
    "ESTIMATORS",
    "QUOTED",
    "Estimator",
    "GrowthEstimate",
    "breaks",
    "chow",
    "estimate",
    "hac_lags",
    "quoted_interval",
    "rate",
    "rates",
    "summary",
    "unit_root",
]
