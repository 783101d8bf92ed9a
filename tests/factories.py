"""A register with one claim of each verdict and their assessments, made without any figures; and a
report's folder as the machine-readable part writes it."""

from __future__ import annotations

import json
from pathlib import Path

import sample_report

from growth_claims import i18n, words
from growth_claims.claims import Register
from growth_claims.report import machine
from growth_claims.verdicts import Assessment, Verdict

VINTAGES = {"wdi": "2026-07-01"}
RUN = {
    "register": "sample",
    "parameters": {"register": "claims/sample.yaml", "wdi_vintage": "latest"},
    "vintages": {"wdi": "2026-07-01", "weo": "2025-10"},
    "inputs": {
        "data/raw/datapackage.json": "a" * 64,
        "data/raw/wdi/2026-07-01.csv": "b" * 64,
        "data/raw/events/events.csv": "e" * 64,
        "claims/sample.yaml": "c" * 64,
        "growth_claims": "d" * 64,
    },
    "versions": {"python": "3.11.2", "growth-claims": "0.1.0"},
}


def assessments() -> tuple[Assessment, ...]:
    """One claim for each verdict, in the order of the rules."""
    return tuple(sample_report.assessed(v, v.value.replace(" ", "-")) for v in Verdict)


def register() -> Register:
    """The register of those claims."""
    claims = tuple(a.claim for a in assessments())
    return sample_report.register().model_copy(update={"claims": claims})


def verdicts(**article) -> dict:
    """verdicts.json of those claims."""
    made = assessments()
    said = {a.claim.id: i18n.both(lambda a=a: words.summary(a)) for a in made}
    content = machine.verdicts_json(register(), made, VINTAGES, said)
    content["article"] |= article
    return content


def folder(
    path: Path, content: dict | None = None, run: dict | None = RUN, inputs: str | None = None
) -> Path:
    """A report's folder without its pages."""
    content = verdicts() if content is None else content
    machine.write_json(path / "verdicts.json", content)
    machine.write_text(path / "verdicts.csv", machine.verdicts_csv(content))
    if run is not None:
        machine.write_json(path / "run.json", run)
    if inputs is not None:
        machine.write_text(path / "inputs.csv", inputs)
    machine.write_text(path / "charts" / "growth.csv", "year,label,value\n2023,a,1.5\n2024,b,-2\n")
    return path


def copy(content: dict) -> dict:
    return json.loads(json.dumps(content))
