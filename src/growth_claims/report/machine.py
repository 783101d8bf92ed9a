"""What machines read of a report: verdicts.json, verdicts.csv, the figures that the verdicts stand
on (inputs.csv), and the data package of the whole folder."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from growth_claims import i18n, sources, tables, words
from growth_claims.claims import Reading, Register
from growth_claims.verdicts import Assessment, Found

#: The source of what is counted and dated, not measured.
EVENTS = "events"
#: Further fields of a reading, given where the reading has them.
MORE = (
    "measure",
    "quantity",
    "against",
    "among",
    "reporter",
    "partners",
    "partner_sets",
    "series",
    "number",
    "place",
    "day",
    "rate",
)
SCHEMA = Path(__file__).with_name("verdicts.schema.json")


# --- verdicts.json and verdicts.csv -------------------------------------------------------------


def verdicts_json(
    register: Register,
    assessments: Iterable[Assessment],
    vintages: Mapping[str, str],
    summaries: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """The content of verdicts.json, whose contract is `verdicts.schema.json`.

    `assessments`: one a claim, in any order; `vintages`: the edition of each source that primary
    readings use; `summaries`: claim → language → sentence.
    """
    by_id = {a.claim.id: a for a in assessments}
    return {
        "register": register.id,
        "article": {
            "date": register.article.date.isoformat(),
            "language": register.article.language,
            "outlet": _texts(register.article.outlet),
            "occasion": _texts(register.article.occasion),
            "quotes": _texts(register.article.quotes),
            "title": _texts(register.title),
            "ours": [c.id for c in register.claims if c.ours],
        },
        "vintages": dict(sorted(vintages.items())),
        "claims": [_claim(by_id[c.id], vintages, summaries[c.id]) for c in register.claims],
    }


def _claim(
    a: Assessment, vintages: Mapping[str, str], summary: Mapping[str, str]
) -> dict[str, Any]:
    stated = a.claim.stated
    found = a.primary.found if a.primary is not None else None
    return {
        "id": a.claim.id,
        "topic": a.claim.topic,
        "verdict": a.verdict.value,
        "statement": _texts(a.claim.statement),
        "summary": {language: summary[language] for language in i18n.LANGUAGES},
        "stated": {
            "value": _number(stated.value),
            "low": _number(stated.low),
            "high": _number(stated.high),
            "unit": stated.unit,
        },
        "found": None if found is None else _found(found, stated.unit, vintages),
        "readings": {
            "count": a.share.count,
            "holding": a.share.holding,
            "share": _number(a.share.share),
        },
        "held_until": a.held_until,
    }


def _found(found: Found, unit: str, vintages: Mapping[str, str]) -> dict[str, Any]:
    source = source_of(found.reading)
    vintage = found.reading.vintage if found.reading.source else vintages.get(source)
    return {
        "value": _number(found.value),
        "low": _number(found.low),
        "high": _number(found.high),
        "unit": unit,
        "source": source,
        "vintage": vintage,
        "reading": _reading(found.reading),
    }


def source_of(reading: Reading) -> str | None:
    """Whose figures a reading takes; None where it only calculates."""
    return reading.source or (EVENTS if reading.series else None)


def _reading(reading: Reading) -> dict[str, Any]:
    """What a program needs to compute the number again: five fields always, the others where the
    reading has them."""
    said = {
        "start": reading.start,
        "end": reading.end,
        "economies": list(reading.economies) if reading.source else [],
        "weights": reading.weights,
        "estimator": reading.estimator,
    }
    plain = reading.model_dump(mode="json")
    return said | {field: plain[field] for field in MORE if plain[field] not in (None, [])}


def _texts(text: Any) -> dict[str, str]:
    return {language: getattr(text, language) for language in i18n.LANGUAGES}


def _number(x: float | None) -> float | int | None:
    """A number as JSON has it: what is no number is null; 82.0 is 82, as a person writes it."""
    if x is None or not math.isfinite(x):
        return None
    return int(x) if float(x).is_integer() and abs(x) < 1e15 else float(x)


#: Columns of verdicts.csv, each with its way through verdicts.json.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "topic": ("topic",),
    "statement_en": ("statement", "en"),
    "statement_ru": ("statement", "ru"),
    "verdict": ("verdict",),
    "stated_value": ("stated", "value"),
    "stated_low": ("stated", "low"),
    "stated_high": ("stated", "high"),
    "stated_unit": ("stated", "unit"),
    "found_value": ("found", "value"),
    "found_low": ("found", "low"),
    "found_high": ("found", "high"),
    "found_unit": ("found", "unit"),
    "source": ("found", "source"),
    "vintage": ("found", "vintage"),
    "start": ("found", "reading", "start"),
    "end": ("found", "reading", "end"),
    "economies": ("found", "reading", "economies"),
    "weights": ("found", "reading", "weights"),
    "estimator": ("found", "reading", "estimator"),
    "readings_count": ("readings", "count"),
    "readings_holding": ("readings", "holding"),
    "readings_share": ("readings", "share"),
    "held_until": ("held_until",),
    "summary_en": ("summary", "en"),
    "summary_ru": ("summary", "ru"),
}


def verdicts_csv(verdicts: Mapping[str, Any]) -> str:
    """The same as a table, a row a claim."""
    rows = (
        {name: _at(claim, way) for name, way in COLUMNS.items()} for claim in verdicts["claims"]
    )
    return tables.csv_text(rows, list(COLUMNS))


def _at(node: Any, way: Sequence[str]) -> Any:
    for step in way:
        if node is None:
            return None
        node = node[step]
    return node


def json_text(content: Any) -> str:
    """JSON as this project publishes it. NaN is an error: no other program could read it."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_json(path: Path, content: Any) -> Path:
    """Writes JSON, the same bytes for the same content."""
    return write_text(path, json_text(content))


def write_text(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


# --- writing it all -----------------------------------------------------------------------------


def publish(dossier: Any, output: Path | str | None) -> list[Path]:
    """What the last notebook writes into the report's folder: verdicts.json, verdicts.csv and
    inputs.csv. Without a folder nothing is written."""
    if not output:
        return []
    from growth_claims.report import inputs

    folder, study = Path(output), dossier.study
    assessments = dossier.assessments
    content = verdicts_json(
        study.register,
        assessments,
        vintages_of(assessments, dossier.vintages),
        {a.claim.id: i18n.both(lambda a=a: words.summary(a)) for a in assessments},
    )
    return [
        write_json(folder / "verdicts.json", content),
        write_text(folder / "verdicts.csv", verdicts_csv(content)),
        write_text(folder / inputs.NAME, inputs.text(inputs.used_figures(study, assessments))),
    ]


def vintages_of(assessments: Iterable[Assessment], measured: Mapping[str, str]) -> dict[str, str]:
    """The edition of each source that primary readings use; for events, that of the record."""
    used = {
        source_of(a.primary.found.reading) for a in assessments if a.primary and a.primary.found
    }
    editions = dict(measured)
    if EVENTS in used:
        editions[EVENTS] = max(r.vintage for r in sources.resources() if r.source == EVENTS)
    return editions


def complete(publish: Path, previous: Path | None = None) -> list[Path]:
    """What is written once the charts' figures are in the folder and before its pages are: the
    README, what changed since `previous`, and the data package, which lists all the rest. Nothing
    where there are no verdicts."""
    if not read_json(publish / "verdicts.json").get("claims"):
        return []
    from growth_claims.report import changes, readme

    written = [changes.record(publish, previous), readme.write(publish)]
    return [*written, write_json(publish / "datapackage.json", datapackage(publish))]


def read_json(path: Path) -> dict[str, Any]:
    """A file's content; empty where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


# --- the data package ---------------------------------------------------------------------------

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def datapackage(publish: Path) -> dict[str, Any]:
    """A Frictionless data package of a report's folder: verdicts, inputs and every chart's figures,
    each with its size, its hash and a table schema that follows from its cells."""
    verdicts = read_json(publish / "verdicts.json")
    files = [publish / name for name in ("verdicts.json", "verdicts.csv", "inputs.csv")]
    files += sorted((publish / "charts").glob("*.csv"))
    return {
        "name": verdicts["register"],
        "title": f"Growth claims, checked: {verdicts['article']['title']['en']}",
        "description": (
            "Verdicts on the claims of a text, the published figures that they stand on, and the "
            "figures of every chart. Cells that a spreadsheet would run as a formula begin with "
            "an apostrophe."
        ),
        "keywords": ["fact checking", "economic growth"],
        "sources": [
            {"title": f"{words.source(source)}, {vintage}"}
            for source, vintage in verdicts["vintages"].items()
        ],
        "resources": [_resource(publish, path) for path in files if path.is_file()],
    }


def _resource(publish: Path, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    inside = path.relative_to(publish).as_posix()
    suffix = path.suffix.removeprefix(".")
    said: dict[str, Any] = {
        "name": inside.replace("/", "-").replace(".", "-").lower(),
        "path": inside,
        "format": suffix,
        "mediatype": "text/csv" if suffix == "csv" else "application/json",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if suffix == "csv":
        return said | {"profile": "tabular-data-resource", "schema": table_schema(content.decode())}
    return said | {"profile": "data-resource"}


def table_schema(text: str) -> dict[str, Any]:
    """The type of each column of a CSV file, from all its cells: integer, number, boolean, else
    string. An empty cell is missing."""
    rows = list(csv.reader(text.splitlines(keepends=True)))
    head, body = rows[0], rows[1:]
    fields = [
        {"name": name, "type": _type({row[n] for row in body} - {""})}
        for n, name in enumerate(head)
    ]
    return {"fields": fields, "missingValues": [""]}


def _type(cells: set[str]) -> str:
    if not cells:
        return "string"
    if cells <= {"true", "false"}:
        return "boolean"
    for kind, parse in (("integer", int), ("number", float)):
        try:
            plain = all(math.isfinite(parse(c)) and c == c.strip() and "_" not in c for c in cells)
        except ValueError:
            continue
        if plain:
            return kind
    return "string"
