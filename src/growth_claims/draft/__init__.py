"""From a text to a register to be completed: its figures, a stub a claim, and the gate that none of
them was forgotten."""

from growth_claims.draft.figures import REASONS, Figure
from growth_claims.draft.finder import find, paragraphs
from growth_claims.draft.stub import (
    accounted,
    draft,
    language_of,
    main_draft,
    main_gate,
    misplaced,
    unaccounted,
)

__all__ = [
    "REASONS",
    "Figure",
    "accounted",
    "draft",
    "find",
    "language_of",
    "main_draft",
    "main_gate",
    "misplaced",
    "paragraphs",
    "unaccounted",
]
