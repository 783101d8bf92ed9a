"""Notebooks as files: which there are, and how one is kept so that only what changed differs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from growth_claims import paths
from growth_claims.errors import RunError

#: Pages of a report that are no claim's, and the notebook of each.
PAGES = {"index": "report", "figures": "clean", "methods": "methods"}
EXPLORE = "explore.ipynb"
#: A control names its model by a random number, which is worth nothing in another kernel.
CONTROL = "application/vnd.jupyter.widget-view+json"


def every() -> list[Path]:
    """The notebooks of a report in their order: `NN_name.ipynb`; the first makes the panel."""
    found = sorted(paths.notebooks().glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise RunError(
            f"{paths.shown(paths.notebooks())} holds no notebooks such as 01_clean.ipynb"
        )
    return found


def by_name() -> dict[str, Path]:
    """The notebooks by what follows their number, which for a claim's is its kind."""
    return {path.stem.partition("_")[2]: path for path in every()}


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def to_text(nb: Mapping[str, Any]) -> str:
    """A notebook as nbformat and JupyterLab write it."""
    return json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def code_of(path: Path) -> str:
    """Hash of what a notebook says and does; its saved outputs are no input."""
    cells = [[c["cell_type"], c["metadata"], "".join(c["source"])] for c in read(path)["cells"]]
    for _, about, _ in cells:
        about.pop("execution", None)
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def normalise(
    nb: dict[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    outputs_of: Path | None = None,
) -> dict[str, Any]:
    """The notebook without what differs between two runs or two machines: papermill's and the
    kernel's times, random ids of cells and controls, the interpreter's version, what a cell
    printed to stderr.

    The cell that papermill injects keeps only what is `given`, and goes where nothing is.
    `outputs_of`: the notebook whose cell ids are kept; without it, ids stay as they are.
    """
    nb["metadata"].pop("papermill", None)
    nb["metadata"].pop("widgets", None)
    nb["metadata"].get("language_info", {}).pop("version", None)
    cells = []
    for cell in nb["cells"]:
        about = cell["metadata"]
        if "injected-parameters" in about.get("tags", ()):
            if not given:
                continue
            lines = [f"{name} = {value!r}" for name, value in given.items()]
            cell["source"] = "\n".join(["# Parameters of this run", *lines])
            cell["id"] = "parameters-of-this-run"
        for key in ("papermill", "execution"):
            about.pop(key, None)
        if about.get("tags") == []:
            del about["tags"]
        if cell["cell_type"] == "code":
            cell["outputs"] = [o for o in cell["outputs"] if o.get("name") != "stderr"]
            for output in cell["outputs"]:
                output.get("data", {}).pop(CONTROL, None)
        cells.append(cell)
    if outputs_of:
        ids = [c["id"] for c in read(outputs_of)["cells"]]
        own = [c for c in cells if c["id"] != "parameters-of-this-run"]
        for cell, known in zip(own, ids, strict=True):
            cell["id"] = known
    nb["cells"] = cells
    _renumber(cells)
    return nb


def _renumber(cells: Sequence[dict[str, Any]]) -> None:
    """Execution counts 1..n, as if the injected cell had not been."""
    number = 0
    for cell in cells:
        if cell["cell_type"] == "code" and cell.get("execution_count") is not None:
            number += 1
            cell["execution_count"] = number
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = number


def as_kept(text: str) -> str:
    """What git keeps of a notebook that JupyterLab has saved; a text that is none stays."""
    try:
        return to_text(normalise(json.loads(text)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return text


def before_saving(*, model: dict[str, Any], path: str, **_manager: Any) -> None:
    """Jupyter's `pre_save_hook`: a notebook of the project is saved as git keeps it."""
    if model["type"] == "notebook" and Path(path).parent.name == paths.notebooks().name:
        normalise(model["content"])
