"""What machines read of a report: verdicts.csv beside verdicts.json, and the data package of the
whole folder."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
from collections.abc import Iterable, Mapping
from itertools import starmap
from pathlib import Path
from typing import Any

from growth_claims import i18n, words
from growth_claims.plot.chart import FORMULA

#: The contract of verdicts.json, which `pieces.content` makes.
SCHEMA = Path(__file__).with_name("verdicts.schema.json")
#: Columns of verdicts.csv, each with its way through verdicts.json where its name is not that.
_COLUMNS = """
id kind topic statement_en statement_ru verdict stated_value stated_low stated_high stated_unit
found_value found_low found_high found_unit source=found.source vintage=found.vintage
start=found.reading.start end=found.reading.end economies=found.reading.economies
weights=found.reading.weights estimator=found.reading.estimator
readings_count readings_holding readings_close
today_verdict today_found_value today_vintage=today.found.vintage summary_en summary_ru
"""
COLUMNS: dict[str, str] = {
    name: way or name.replace("_", ".")
    for name, _equals, way in (column.partition("=") for column in _COLUMNS.split())
}


def verdicts_csv(verdicts: Mapping[str, Any]) -> str:
    """The same as a table, a row a claim."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for claim in verdicts["claims"]:
        writer.writerow([_cell(at(claim, way)) for way in COLUMNS.values()])
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    """A value as a cell: nothing that a spreadsheet would run as a formula."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def at(node: Any, way: str) -> Any:
    """What stands at the end of a way through verdicts.json ("found.value"); None where there is
    nothing."""
    for step in way.split("."):
        node = None if node is None else node.get(step)
    return node


def edition(source: str, vintage: str) -> str:
    """A source and its edition."""
    return f"{words.source(source)}, {words.vintage(vintage)}"


def rests_on(verdicts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The sources and editions that verdicts rest on: of one source, as many as claims took."""
    found = [claim["found"] or {} for claim in verdicts["claims"]]
    return sorted({(f["source"], f["vintage"]) for f in found if f.get("vintage")})


def editions(pairs: Iterable[tuple[str, str]]) -> str:
    """Sources and their editions, listed."""
    return "; ".join(starmap(edition, pairs))


def json_text(content: Any) -> str:
    """JSON as this project publishes it. NaN is an error: no other program could read it."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_json(path: Path, content: Any) -> Path:
    """Writes JSON, the same bytes for the same content."""
    return write_text(path, json_text(content))


def write_text(path: Path, text: str) -> Path:
    """Writes a file at once: two runs that write the same do not meet half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8", newline="\n")
    return part.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """A file's content; empty where there is none."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


# --- the data package ---------------------------------------------------------------------------


def datapackage(publish: Path) -> dict[str, Any]:
    """A Frictionless data package of a report's folder: verdicts, inputs and every chart's figures,
    each with its size, its hash and a table schema that follows from its cells."""
    verdicts = read_json(publish / "verdicts.json")
    files = [publish / name for name in ("verdicts.json", "verdicts.csv", "inputs.csv")]
    files += sorted((publish / "charts").glob("*.csv"))
    with i18n.use("en"):
        sources = [f"{words.source(s)}, {v}" for s, v in rests_on(verdicts)]
    return {
        "name": verdicts["register"],
        "title": f"Growth claims, checked: {verdicts['article']['title']['en']}",
        "description": (
            "Verdicts on the claims of a text, the published figures that they stand on, and the "
            "figures of every chart. Cells that a spreadsheet would run as a formula begin with "
            "an apostrophe."
        ),
        "keywords": ["fact checking", "economic growth"],
        "sources": [{"title": source} for source in sources],
        "resources": [_resource(publish, path) for path in files if path.is_file()],
    }


def _resource(publish: Path, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    inside = path.relative_to(publish).as_posix()
    table = path.suffix == ".csv"
    said = {
        "name": inside.replace("/", "-").replace(".", "-").lower(),
        "path": inside,
        "format": path.suffix.removeprefix("."),
        "mediatype": "text/csv" if table else "application/json",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "profile": "tabular-data-resource" if table else "data-resource",
    }
    return said | ({"schema": table_schema(content.decode())} if table else {})


def table_schema(text: str) -> dict[str, Any]:
    """The type of each column of a CSV file, from all its cells: integer, number, boolean, else
    string. An empty cell is missing."""
    head, *body = csv.reader(text.splitlines(keepends=True))
    columns = zip(*body, strict=True) if body else [()] * len(head)
    return {
        "fields": [
            {"name": name, "type": _type({*cells} - {""})}
            for name, cells in zip(head, columns, strict=True)
        ],
        "missingValues": [""],
    }


def _type(cells: set[str]) -> str:
    if cells and cells <= {"true", "false"}:
        return "boolean"
    for kind, parse in (("integer", int), ("number", float)):
        try:
            plain = all(math.isfinite(parse(c)) and c == c.strip() and "_" not in c for c in cells)
        except ValueError:
            continue
        if cells and plain:
            return kind
    return "string"
