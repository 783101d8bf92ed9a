"""The code cells of a notebook executed in this process, so that many settings of its parameters
can be gone through quickly."""

from __future__ import annotations

import ast
import json
import warnings
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any


@cache
def cells(path: Path) -> tuple[tuple[bool, CodeType, CodeType | None], ...]:
    """Of each code cell: whether it holds the parameters, its statements, its last expression."""
    made = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        shown = compile(ast.Expression(last.value), path.stem, "eval") if last else None
        tagged = "parameters" in cell["metadata"].get("tags", ())
        made.append((tagged, compile(tree, path.stem, "exec"), shown))
    return tuple(made)


def run(path: Path, **parameters: Any) -> dict[str, Any]:
    """The notebook's names after all its cells, with `parameters` in place of its own; tables and
    verdicts are shown as a front end shows them, charts are drawn but not made pictures of.

    Whatever a cell raises is raised, its `cell` being the number of the code cell.
    """
    from matplotlib import pyplot

    names: dict[str, Any] = {"__name__": path.stem}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (tagged, body, shown) in enumerate(cells(path), start=1):
            try:
                exec(body, names)
                _represented(eval(shown, names) if shown else None)
            except Exception as error:
                error.add_note(f"{path.stem}, code cell {number}, with {parameters}")
                error.cell = number
                pyplot.close("all")
                raise
            if tagged:
                names |= parameters
    pyplot.close("all")
    return names


def _represented(value: Any) -> None:
    from growth_claims.plot import Chart

    if isinstance(value, Chart):
        value.csv(), value.table()
        return
    for name in ("_repr_mimebundle_", "_repr_html_", "_repr_markdown_"):
        if hasattr(value, name):
            getattr(value, name)()
            return
    repr(value)
