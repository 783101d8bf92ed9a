"""Tables as files: CSV that is the same bytes every time, keeps full precision, and holds no cell
that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: What makes a spreadsheet take a text for a formula or a command, at its start (OWASP, "CSV
#: injection"); the full-width signs are taken for the plain ones by some.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet_safe(value: Any) -> Any:
    """A text that a spreadsheet would run, with an apostrophe before it, which makes it a text;
    anything else unchanged, so that numbers stay numbers, negative ones too."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def cell(value: Any) -> str:
    """A value as a CSV cell: nothing for what is missing, numbers in full precision, lists with
    spaces between."""
    if value is None or (isinstance(value, numbers.Real) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    if isinstance(value, (list, tuple)):
        value = " ".join(str(v) for v in value)
    return spreadsheet_safe(str(value))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as CSV with these columns; a row may lack some, but may have no others."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [spreadsheet_safe(c) for c in columns], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        unknown = set(row) - set(columns)
        if unknown:
            raise KeyError(f"no column {sorted(unknown)[0]!r}; there are: {', '.join(columns)}")
        writer.writerow({spreadsheet_safe(c): cell(row.get(c)) for c in columns})
    return buffer.getvalue()
