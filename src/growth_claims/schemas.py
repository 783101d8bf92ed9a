"""JSON Schemas of what a person writes by hand, from the models that read it: editors complete and
check a file whose first line names its schema."""

from __future__ import annotations

import json
from pathlib import Path

from growth_claims import claims, groups, quantities
from growth_claims.sweep import grid

MODELS = {
    "register": claims.Register,
    "quantities": quantities.Quantities,
    "groups": groups.Groups,
    "sweep": grid.Sweep,
}


def schema(name: str) -> str:
    """The schema of a model of MODELS, as it lies in the project."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    made |= MODELS[name].model_json_schema(mode="validation")
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def write(folder: Path) -> list[Path]:
    """Writes all schemas; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in MODELS:
        path = folder / f"{name}.schema.json"
        path.write_text(schema(name), encoding="utf-8")
        written.append(path)
    return written
