"""The report: executed notebooks made into pages in both languages, checked before anybody sees
them."""

from growth_claims.report.building import build
from growth_claims.report.checking import check

__all__ = ["build", "check"]
