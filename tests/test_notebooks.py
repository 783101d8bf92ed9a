"""The notebooks as they are committed: run top to bottom, parameters that papermill can read, no
logic of their own, nothing of anybody's machine."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from growth_claims import params, run

NAMES = ("01_clean", "02_gdp", "03_population", "04_trade", "05_events", "06_report")
#: A notebook in git is small: figures as small pictures, tables short.
LARGEST = 600_000
LOGIC = (
    ast.If, ast.IfExp, ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp,
    ast.GeneratorExp, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Try,
    ast.With, ast.Match, ast.BinOp, ast.BoolOp, ast.Compare,
)  # fmt: skip
ELSEWHERE = re.compile(
    r"(?<![\w./:~-])/(?:home|root|tmp|work|workspace|Users|usr|opt|var|mnt|app)/"
)


@pytest.fixture(params=NAMES)
def path(request) -> Path:
    return ROOT / "notebooks" / f"{request.param}.ipynb"


@pytest.fixture
def nb(path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code(nb) -> list[nbformat.NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def tree(cell) -> ast.Module:
    return ast.parse(cell.source)


def test_these_are_all():
    assert tuple(p.stem for p in sorted((ROOT / "notebooks").glob("*.ipynb"))) == NAMES


def test_it_was_run_top_to_bottom(nb):
    assert [c.execution_count for c in code(nb)] == list(range(1, len(code(nb)) + 1))
    assert nb.metadata.kernelspec.name == "python3"


def test_it_is_as_make_notebooks_saves_it(path):
    text = path.read_text(encoding="utf-8")
    assert run.to_text(run.normalise(json.loads(text), outputs_of=path)) == text
    assert len(text.encode()) < LARGEST


def test_its_outputs_are_there_and_well(nb):
    """Strict nbval passes over a notebook that was stripped of them."""
    outputs = [output for cell in code(nb) for output in cell.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def test_its_parameters_are_the_schemas_and_papermill_reads_them(nb, path):
    from papermill import inspect_notebook

    cells = [c for c in code(nb) if "parameters" in c.metadata.get("tags", ())]
    assert [c.source for c in cells] == [params.cell()]
    read = inspect_notebook(str(path))
    assert tuple(read) == params.NAMES
    assert [read[name]["help"] for name in read] == [f.description for f in params.FIELDS.values()]


def test_its_parameters_are_checked_before_anything_else(nb):
    first = code(nb)[1]
    assert "params.from_notebook(globals()" in first.source
    assert isinstance(tree(first).body[0], ast.Import | ast.ImportFrom)


def test_no_other_cell_sets_a_parameter(nb):
    for cell in code(nb):
        if "parameters" in cell.metadata.get("tags", ()):
            continue
        for node in ast.walk(tree(cell)):
            names = set()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names = {node.id}
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.asname or alias.name for alias in node.names}
            assert not names & set(params.NAMES), cell.source


def test_it_has_no_logic(nb):
    for cell in code(nb):
        for node in ast.walk(tree(cell)):
            assert not isinstance(node, LOGIC), f"{type(node).__name__} in:\n{cell.source}"


def test_it_names_no_folder_of_a_machine(path):
    assert not ELSEWHERE.search(path.read_text(encoding="utf-8"))


def test_it_starts_with_a_title(nb):
    assert nb.cells[0].cell_type == "markdown" and nb.cells[0].source.startswith("# ")
