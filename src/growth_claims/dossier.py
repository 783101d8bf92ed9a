"""All that a run knows of a register's claims, computed when it is first asked for: what the
notebooks open first and take everything from."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from growth_claims import claims, sources
from growth_claims.claims import Claim
from growth_claims.panel import Panel
from growth_claims.params import Settings
from growth_claims.readings import Study, assess, curve, history, revisions, windows
from growth_claims.readings.curve import Curve
from growth_claims.verdicts import Assessment


class Dossier:
    """A study with its assessments, curves, windows and history, each computed once."""

    def __init__(self, study: Study, published: pd.DataFrame):
        self.study, self.published = study, published
        self._assessments: dict[str, Assessment] = {}
        self._curves: dict[str, Curve | None] = {}

    @classmethod
    def open(cls, settings: Settings) -> Dossier:
        """The dossier for a run's parameters."""
        register = claims.load(settings.register)
        study = Study(register, Panel.load(settings.panel), sources.events(), settings.overrides)
        return cls(study, sources.statements())

    def claim(self, claim_id: str) -> Claim:
        return self.study.register.claim(claim_id)

    def assessment(self, claim_id: str) -> Assessment:
        """The claim's verdict; its share of readings is that of the specification curve where the
        claim has one, else of the readings that the register names."""
        if claim_id not in self._assessments:
            curve_ = self.curve(claim_id)
            self._assessments[claim_id] = assess(
                self.study, self.claim(claim_id), curve_.share if curve_ else None
            )
        return self._assessments[claim_id]

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """All claims, in the register's order."""
        return tuple(self.assessment(c.id) for c in self.study.register.claims)

    def of(self, topic: str) -> tuple[Assessment, ...]:
        """The claims of a topic, in the register's order."""
        return tuple(self.assessment(c.id) for c in self.study.register.of(topic))

    def curve(self, claim_id: str) -> Curve | None:
        """The claim's specification curve; None where it has no number to vary."""
        if claim_id not in self._curves:
            self._curves[claim_id] = curve.curve(self.study, self.claim(claim_id))
        return self._curves[claim_id]

    def windows(self, claim_id: str) -> pd.DataFrame:
        """Growth by first and last year (`windows.growth_map`)."""
        return windows.growth_map(self.study, self.claim(claim_id))

    def by_last_year(self, claim_id: str) -> pd.DataFrame:
        """A multiple or an increase by last year (`windows.by_last_year`)."""
        return windows.by_last_year(self.study, self.claim(claim_id))

    def by_vintage(self, claim_id: str) -> pd.DataFrame:
        """The claim's reading in every edition (`history.by_vintage`)."""
        return history.by_vintage(self.study, self.claim(claim_id))

    def statements(self, claim_id: str) -> pd.DataFrame:
        """Published statements beside the figures of their day and of today."""
        return history.statements(self.study, self.claim(claim_id), self.published)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """Every revision of a regional figure between two editions."""
        return revisions.revisions(self.study.panel, self.study.register.economies)

    @property
    def vintages(self) -> dict[str, str]:
        """The edition of each source that the primary readings use."""
        used = {
            (a.primary.found.reading.source, a.primary.found.reading.vintage)
            for a in self.assessments
            if a.primary and a.primary.found and a.primary.found.reading.source
        }
        return dict(sorted(used))
