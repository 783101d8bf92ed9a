"""A run's verdicts gathered: what the claims' notebooks wrote, put together and never computed
anew, with the cross-checks of the text's own numbers. What 09_report works with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from growth_claims import check, i18n, params, paths, pieces, words
from growth_claims.claims import Claim
from growth_claims.errors import InputError
from growth_claims.i18n import _
from growth_claims.readings import Study
from growth_claims.report import inputs, machine
from growth_claims.report.front import Front, topic_name
from growth_claims.verdicts import Found

NAME = "verdicts.json"


def open_report(settings: params.Settings) -> Report:
    """The verdicts of a register: those that the run wrote into `settings.output`, or without a run
    those of the last report, `reports/<register>/verdicts.json`.

    Raises InputError where there are none.
    """
    i18n.speak(settings.language)
    study = check.study(settings)
    entries = _written(settings, study) or _kept(study)
    from growth_claims import display

    display.install()
    return Report(study, settings, entries)


def _written(settings: params.Settings, study: Study) -> list[dict[str, Any]]:
    return pieces.read(settings.output, study.register) if settings.output else []


def _kept(study: Study) -> list[dict[str, Any]]:
    path = paths.reports() / study.register.id / NAME
    text = path.read_text(encoding="utf-8") if path.is_file() else "{}"
    kept = json.loads(text)
    if kept.get("schema") != pieces.SCHEMA:
        raise InputError(
            file=paths.shown(path),
            found=f"schema {kept.get('schema')}" if kept else "no such file",
            expected=f"the verdicts of a report, schema {pieces.SCHEMA}",
            todo="run `growth-claims report` for this register",
        )
    known = {c.id for c in study.register.claims}
    return [_with_page(study, e) for e in kept["claims"] if e["id"] in known]


def _with_page(study: Study, entry: dict[str, Any]) -> dict[str, Any]:
    """A kept entry with its numbers in words, as its run would have said them; where its words take
    more than the number (what it is compared with), the number with its unit."""
    claim = study.register.claim(entry["id"])
    found, page = entry["found"], {}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            page[language] = {
                "stated": words.stated(claim),
                "found": _said(claim, found["value"]) if found else "–",
                "run": found is not None,
                "settled_by": claim.settled_by[language] if claim.settled_by else None,
                "otherwise": [],
            }
    return {**entry, "page": page}


def _said(claim: Claim, value: float) -> str:
    if claim.kind in ("level", "growth", "multiple"):
        return words.found(claim, Found(value, claim.primary))
    return words.amount(value, claim.stated.unit, words.decimals(claim, value))


@dataclass(frozen=True)
class Report:
    """The verdicts of one register; `entries`: one a claim, as `pieces.piece` makes them."""

    study: Study
    settings: params.Settings
    entries: list[dict[str, Any]]

    @property
    def front(self) -> Front:
        """The first screen of the report."""
        return Front(self.study.register, self.entries)

    @cached_property
    def content(self) -> dict[str, Any]:
        """All of verdicts.json."""
        return pieces.content(self.study, self.entries)

    def claims(self) -> pd.DataFrame:
        """One row a claim, by its id: topic, verdict, stated, found, today, statement, summary."""
        language = i18n.language()
        rows = {
            e["id"]: {
                "topic": topic_name(self.study.register, e["topic"]),
                "verdict": e["verdict"],
                "stated": e["page"][language]["stated"],
                "found": e["page"][language]["found"],
                "today": e["today"]["verdict"],
                "statement": e["statement"][language],
                "summary": e["summary"][language],
            }
            for e in self.entries
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("claim")

    def margins(self) -> pd.DataFrame:
        """The verdicts that another margin would change: by claim, a column a margin."""
        rows = {
            e["statement"][i18n.language()]: {
                i18n.percent(100 * float(m), 0): verdict for m, verdict in e["margins"].items()
            }
            for e in self.entries
            if len({*e["margins"].values(), e["verdict"]}) > 1
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("claim")

    def otherwise(self) -> pd.DataFrame:
        """The verdicts that another understanding of the wording would give."""
        language = i18n.language()
        rows = [
            {
                "claim": e["statement"][language],
                "wording": one["label"],
                "verdict": one["verdict"],
            }
            for e in self.entries
            for one in e["page"][language]["otherwise"]
            if one["verdict"] != e["verdict"]
        ]
        return pd.DataFrame(rows, columns=["claim", "wording", "verdict"])

    def cross_checks(self) -> pd.DataFrame:
        """Whether the text's own numbers fit each other: statement, summary, why. No claims."""
        language = i18n.language()
        rows = [
            {
                "question": c["statement"][language],
                "summary": c["summary"][language],
                "why": c["why"][language],
            }
            for c in self.content["cross_checks"]
        ]
        return pd.DataFrame(rows, columns=["question", "summary", "why"])

    def not_checked(self) -> pd.DataFrame:
        """What the text asserts and is not checked here, each with the reason."""
        language = i18n.language()
        rows = [
            {"statement": n.statement[language], "why": n.reason[language]}
            for n in self.study.register.not_checkable
        ]
        return pd.DataFrame(rows, columns=["statement", "why"])

    def accounted(self) -> check.Sentence:
        """Of how many figures of the text the register says what became of them."""
        register = self.study.register
        claims = sum(len(c.where) for c in register.claims)
        aside = len(getattr(register, "set_aside", ()))
        if not claims + aside:
            return check.Sentence(
                _(
                    "Whether every figure of the text stands in a claim is not known: the register "
                    "does not give their places."
                )
            )
        return check.Sentence(
            _(
                "All {all} figures of the text are accounted for: {claims} stand in claims, "
                "{aside} are set aside with a reason.",
                all=claims + aside,
                claims=claims,
                aside=aside,
            )
        )

    def save(self) -> pd.Series:
        """Writes verdicts.json, where the run has an output folder; how many claims have each
        verdict."""
        if self.settings.output is not None:
            machine.write_json(self.settings.output / NAME, self.content)
            figures = inputs.used_figures(self.study, self.study.register.claims)
            machine.write_text(self.settings.output / inputs.NAME, inputs.text(figures))
        return self.claims()["verdict"].value_counts()
