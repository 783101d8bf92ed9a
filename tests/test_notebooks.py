"""The notebooks as they are committed: run top to bottom, in small steps, with parameters that
papermill can read, and nothing of anybody's machine."""

from __future__ import annotations

import ast
import json
import re
import statistics
from pathlib import Path

import nbformat
import notebook_cells
import pytest
from conftest import ROOT

from growth_claims import claims, notebooks, params, plot
from growth_claims.errors import ParameterError

#: The notebooks of a report and those for playing.
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [p.stem for p in PATHS]
#: A notebook in git is small: figures as small pictures, tables short.
LARGEST = 600_000
#: What has no place in a cell: it shows an object, it does not program.
LOGIC = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.Try,
    ast.Match,
)
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


def is_parameters(cell) -> bool:
    return "parameters" in cell.metadata.get("tags", ())


def steps(nb) -> list[nbformat.NotebookNode]:
    """The code cells that do something: not the parameters."""
    return [cell for cell in code(nb) if not is_parameters(cell)]


def lines(cell) -> int:
    return len([line for line in cell.source.splitlines() if line.strip()])


def tree(cell) -> ast.Module:
    return ast.parse(cell.source)


def test_every_kind_of_claim_has_one():
    assert set(claims.KINDS) | set(notebooks.PAGES.values()) == set(notebooks.by_name())


def test_it_was_run_top_to_bottom(nb):
    assert [c.execution_count for c in code(nb)] == list(range(1, len(code(nb)) + 1))
    assert nb.metadata.kernelspec.name == "python3"


def test_it_is_as_git_keeps_it(path):
    text = path.read_text(encoding="utf-8")
    assert notebooks.as_kept(text) == text
    assert len(text.encode()) < LARGEST


def test_its_outputs_are_there_and_well(nb):
    """Strict nbval passes over a notebook that was stripped of them."""
    outputs = [output for cell in code(nb) for output in cell.outputs]
    assert outputs
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]


def test_its_parameters_are_the_schemas_and_papermill_reads_them(nb, path):
    from papermill import inspect_notebook

    cells = [c for c in code(nb) if is_parameters(c)]
    read = inspect_notebook(str(path))
    assert tuple(read) == params.NAMES
    claim = ast.literal_eval(read["claim"]["default"])
    assert [c.source for c in cells] == [params.cell(claim)]
    register = claims.load(ROOT / params.Parameters().register)
    kind = path.stem.partition("_")[2]
    assert not claim or kind not in claims.KINDS or register.claim(claim).kind == kind
    assert claim or kind not in claims.KINDS


def test_its_parameters_are_checked_before_anything_else(nb):
    first = steps(nb)[0]
    body = tree(first).body
    called = [ast.unparse(n.func) for n in ast.walk(tree(first)) if isinstance(n, ast.Call)]
    assert isinstance(body[0], ast.Import | ast.ImportFrom)
    assert {"gc.parameters", "params.from_notebook"} & set(called)


def test_no_other_cell_sets_a_parameter(nb):
    for cell in steps(nb):
        for node in ast.walk(tree(cell)):
            names = set()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names = {node.id}
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.asname or alias.name for alias in node.names}
            assert not names & set(params.NAMES), cell.source


def test_its_steps_are_small(nb):
    """The grain of statsmodels' own examples: five lines at the median, fifteen at most."""
    told = {lines(cell): cell.source for cell in steps(nb)}
    assert max(told) <= 15, told[max(told)]
    assert statistics.median(lines(cell) for cell in steps(nb)) <= 5


def test_it_has_no_logic(nb):
    for cell in steps(nb):
        for node in ast.walk(tree(cell)):
            assert not isinstance(node, LOGIC), f"{type(node).__name__} in:\n{cell.source}"


@pytest.mark.parametrize("name", claims.KINDS)
def test_most_cells_use_what_an_economist_knows(name):
    """pandas, numpy, statsmodels and matplotlib do the work in sight: by a method of an object of
    theirs, an operator on it, or a call."""
    nb = nbformat.read(notebooks.by_name()[name], as_version=4)
    ours = re.compile(r"^(\w+ = )?(check|gc)\.\w+(\(.*\))?$")
    plain = [c for c in steps(nb)[1:] if not all(map(ours.match, c.source.splitlines()))]
    assert len(plain) > len(steps(nb)[1:]) / 2, f"{len(plain)} of {len(steps(nb)[1:])}"


@pytest.mark.parametrize("kind", claims.KINDS)
def test_it_takes_claims_of_its_kind_alone_and_what_it_advises_works(kind):
    path = notebooks.by_name()[kind]
    register = claims.load(ROOT / params.Parameters().register)
    own = [c.id for c in register.claims if c.kind == kind]
    other = next(c.id for c in register.claims if c.kind != kind and c.primary)
    with pytest.raises(ParameterError, match=f"of the kind {kind} .*: {', '.join(own)}"):
        notebook_cells.run(path, claim=other)
    names = notebook_cells.run(path)
    cells = nbformat.read(path, as_version=4).cells
    (advice,) = [c.source for c in cells if c.source.startswith("## Go on from here")]
    (recipe,) = re.findall(r"`(ax\..*?)`", advice.replace("then `ax.figure`", ""))
    ax, title = names["ax"], names["ax"].get_title(loc="left")
    years = ax.get_xlim()
    lines = len(ax.lines)
    exec(recipe, names)
    assert title != "…" in (ax.get_title(), ax.get_title(loc="left"))
    assert len(ax.lines) == lines + 1 and ax.get_xlim() == years


def test_growth_is_judged_by_the_estimator_that_the_reading_names(tmp_path):
    kept = ROOT / params.Parameters().register
    head, claim, rest = kept.read_text(encoding="utf-8").partition("  - id: gdp-growth-20y\n")
    rest = rest.replace("estimator: endpoint", "estimator: mean_of_yearly_rates", 1)
    register = tmp_path / kept.name
    register.write_text(head + claim + rest, encoding="utf-8")
    path = notebooks.by_name()["growth"]
    names = notebook_cells.run(path, claim="gdp-growth-20y", register=str(register))
    assert names["found"] == pytest.approx(names["check"].found.value, abs=1e-12)
    assert names["found"] != pytest.approx(names["compound"], abs=1e-3)


def test_both_have_to_fall_where_both_are_said_to(tmp_path):
    kept = ROOT / params.Parameters().register
    claim = "regional-trade-rising"
    head, rest = kept.read_text(encoding="utf-8").split(f"  - id: {claim}\n")
    rest = rest.replace("low: 0\n      high: null", "low: null\n      high: 0", 1)
    rest = rest.replace("sets: [[UZB], [KGZ, TJK, TKM, UZB]]", "sets: [[UZB], [TJK]]", 1)
    register = tmp_path / kept.name
    register.write_text(f"{head}  - id: {claim}\n{rest}", encoding="utf-8")
    path = notebooks.by_name()["direction"]
    names = notebook_cells.run(path, claim=claim, register=str(register))
    assert names["changes"].min() < 0 < names["found"] == names["changes"].max()
    assert names["check"].found.value == pytest.approx(names["found"], abs=1e-12)
    assert names["check"].assessment.primary.outcome == "fails"


def test_it_names_no_folder_of_a_machine(path):
    assert not ELSEWHERE.search(path.read_text(encoding="utf-8"))


def test_it_starts_with_a_title(nb):
    assert nb.cells[0].cell_type == "markdown" and nb.cells[0].source.startswith("# ")


def test_saving_in_jupyterlab_changes_nothing(nb, path):
    """It adds the interpreter's version and, where a setting asks for it, times; the filter of git
    takes both out."""
    nb.metadata.language_info["version"] = "3.99.1"
    nb.cells[1].metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    saved = json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    once = notebooks.as_kept(nbformat.writes(nbformat.from_dict(json.loads(saved))) + "\n")
    assert once == path.read_text(encoding="utf-8")


def test_the_figures_page_says_which_year_nobody_has(tmp_path):
    """A claim on a year that no edition has yet: no error, a sentence."""
    kept = (ROOT / params.Parameters().register).read_text(encoding="utf-8")
    late = kept.replace(
        "{quantity: population, source: wdi, end: 2024}",
        "{quantity: population, source: wdi, end: 2030}",
    )
    register = tmp_path / "late.yaml"
    register.write_text(re.sub(r"(?m)^id: .*$", "id: late", late, count=1), encoding="utf-8")
    names = notebook_cells.run(ROOT / "notebooks/01_clean.ipynb", register=str(register))
    assert names["year"] == 2030 and names["apart"].empty
    drawn = plot.disagreement(names["named"], of=names["year"])
    assert plot.show(drawn, "late") == "There are no figures of 2030 to draw."


def test_the_first_count_of_the_methods_has_every_claim():
    names = notebook_cells.run(ROOT / "notebooks/08_methods.ipynb")
    assert names["counts"].sum() == len(names["study"].register.claims)
    assert names["counts"]["cannot be checked"] == 1


def test_what_only_other_programs_need_is_on_no_page():
    for name in claims.KINDS:
        cells = nbformat.read(notebooks.by_name()[name], as_version=4).cells
        assert "check.save()" in cells[-1].source
        assert all(c.metadata.tags == ["not-on-page"] for c in cells[-2:]), name
