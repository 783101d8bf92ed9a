"""Readings of a claim: one concrete way each to compute what it states."""

from growth_claims.readings.assess import assess, assess_all
from growth_claims.readings.evaluate import evaluate
from growth_claims.readings.study import Study

__all__ = ["Study", "assess", "assess_all", "evaluate"]
