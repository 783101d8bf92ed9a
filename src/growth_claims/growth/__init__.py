"""Average growth rates: estimators, their intervals, and tests of what they assume."""

from growth_claims.growth.estimators import (
    ESTIMATORS,
    QUOTED,
    Estimator,
    GrowthEstimate,
    estimate,
    interval,
    lead_interval,
)

__all__ = [
    "ESTIMATORS",
    "QUOTED",
    "Estimator",
    "GrowthEstimate",
    "estimate",
    "interval",
    "lead_interval",
]
