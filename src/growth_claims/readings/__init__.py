"""Readings of a claim: one concrete way each to compute what it states."""

from growth_claims.readings.assess import assess, assess_many, result
from growth_claims.readings.study import Overrides, Study, evaluate

__all__ = ["Overrides", "Study", "assess", "assess_many", "evaluate", "result"]
