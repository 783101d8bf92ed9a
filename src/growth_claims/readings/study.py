"""What a check is made with: the register, the figures, and what a run's parameters change."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from growth_claims import region
from growth_claims.claims import Claim, Reading, Register
from growth_claims.errors import ParameterError
from growth_claims.panel import Panel
from growth_claims.verdicts import Materiality


@dataclass(frozen=True)
class Overrides:
    """What a run's parameters set in place of the register's choices; None leaves them."""

    wdi_vintage: str | None = None
    weo_vintage: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    economies: tuple[str, ...] | None = None
    weights: str | None = None


@dataclass(frozen=True)
class Study:
    """A register, the panel and the events that it is checked with."""

    register: Register
    panel: Panel
    events: pd.DataFrame
    overrides: Overrides = field(default_factory=Overrides)
    materiality: Materiality = field(default_factory=Materiality)

    def primary(self, claim: Claim) -> Reading | None:
        """The primary reading as the run's parameters leave it, its defaults filled in."""
        if claim.primary is None:
            return None
        reading, over = claim.primary, self.overrides
        changes: dict[str, object] = {}
        if claim.topic != "events":
            if over.first_year is not None and reading.start is not None:
                changes["start"] = over.first_year
            if over.last_year is not None and reading.end is not None:
                changes["end"] = over.last_year
        if over.weights is not None and reading.quantity == "real-gdp":
            changes["weights"] = over.weights
        start = changes.get("start", reading.start)
        end = changes.get("end", reading.end)
        if start is not None and end is not None and start >= end:
            word = "last_year" if over.first_year is None else "first_year"
            raise ParameterError(
                word,
                getattr(over, word),
                f"a period of {claim.id} that ends after it starts (here {start} to {end})",
            )
        return self.filled(reading.change(**changes) if changes else reading)

    def filled(self, reading: Reading) -> Reading:
        """The reading with `latest` as the vintage that it is and the region's economies."""
        changes: dict[str, object] = {}
        if reading.source is not None and reading.vintage == "latest":
            override = {"wdi": self.overrides.wdi_vintage, "weo": self.overrides.weo_vintage}
            name = override.get(reading.source) or "latest"
            changes["vintage"] = region.vintage(self.panel, reading.source, name)
        if not reading.economies:
            changes["economies"] = self.overrides.economies or self.register.economies
        if reading.quantity == "real-gdp" and reading.weights is None:
            changes["weights"] = "constant-dollars"
        return reading.change(**changes) if changes else reading
