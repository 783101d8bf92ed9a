"""A parameter mistyped at any of the three entrances is an error that says what was meant."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError

import nbformat
import pytest
from conftest import command, notebook, small_project

from growth_claims import params
from growth_claims.errors import ParameterError

#: What is typed, the parameter that the error names, and what the error says besides.
MISTAKES = {
    "transposed letters": ({"first_yaer": 2005}, "first_yaer", "Did you mean 'first_year'?"),
    "a missing letter": ({"economis": ["KAZ"]}, "economis", "Did you mean 'economies'?"),
    "a capital letter": ({"Weights": "ppp"}, "Weights", "Did you mean 'weights'?"),
    "another word": ({"start_year": 2005}, "start_year", "Did you mean 'first_year'?"),
    "nothing like it": ({"zzz": 1}, "zzz", "only the parameters claim, register"),
    "a fraction for a year": ({"first_year": 2005.5}, "first_year", "a whole number"),
    "words for a year": ({"last_year": "last"}, "last_year", "a whole number"),
    "true for a year": ({"first_year": True}, "first_year", "a whole number"),
    "a year before the data": ({"first_year": 1950}, "first_year", "a year from 1"),
    "a year after the data": ({"last_year": 2052}, "last_year", "a year from 1"),
    "the end before the start": (
        {"first_year": 2024, "last_year": 2004},
        "last_year",
        "a year after first_year",
    ),
    "a period of no length": (
        {"first_year": 2010, "last_year": 2010},
        "last_year",
        "a year after first_year",
    ),
    "an unknown country": ({"economies": ["KAZ", "UBZ"]}, "economies", "Did you mean 'UZB'?"),
    "a country's name": ({"economies": ["Kazakhstan"]}, "economies", "Did you mean 'KAZ'?"),
    "a country twice": ({"economies": ["KAZ", "KAZ"]}, "economies", "each code once"),
    "an unknown edition": ({"wdi_vintage": "2026-7-1"}, "wdi_vintage", "'2026-07-01'"),
    "an edition that is a number": ({"weo_vintage": 2025}, "weo_vintage", "2025-10"),
    "unknown weights": ({"weights": "pp"}, "weights", "Did you mean 'ppp'?"),
    "a register that is not there": (
        {"register": "claims/central-asia-2025-11-51.yaml"},
        "register",
        "Did you mean 'claims/central-asia-2025-11-15.yaml'?",
    ),
    "an unknown language": ({"language": "kz"}, "language", "en or ru"),
    "no register": ({"register": ""}, "register", "a file that exists"),
}
#: Types that only a notebook can hold: the command line's text becomes what the schema says.
IN_NOTEBOOKS = {
    "Norway as YAML reads it": ({"economies": ["KAZ", False]}, "economies", "'NO'"),
    "text for a list": ({"economies": "KAZ"}, "economies", "a list of codes"),
    "a list for text": ({"weights": ["ppp"]}, "weights", "one of constant-dollars"),
    "nothing for a year": ({"first_year": None}, "first_year", "or 0 for as the register says"),
    "a panel that is not there": (
        {"panel": "data/processed/panle.parquet"},
        "panel",
        "make panel",
    ),
    "a panel that is a folder": ({"panel": "data"}, "panel", "not a folder"),
    "an output that is a file": ({"output": "data/raw/datapackage.json"}, "output", "is a file"),
    "an output below a file": ({"output": "data/raw/datapackage.json/x"}, "output", "is a file"),
}
CALL = "from growth_claims import params\nsettings = params.from_notebook(globals())"


@pytest.fixture(scope="module")
def whole_project(tmp_path_factory):
    """One for all tests here: none of them writes into it."""
    root = small_project(tmp_path_factory.mktemp("params") / "project")
    return root


@pytest.fixture
def with_panel(whole_project, monkeypatch):
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(whole_project))
    return whole_project


class Kernel:
    """A notebook's kernel without its process: cells in one namespace, with IPython's history."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell

        self.shell = InteractiveShell()

    def run(self, source: str) -> None:
        result = self.shell.run_cell(source, store_history=True, silent=False)
        result.raise_error()

    @property
    def settings(self) -> params.Settings:
        return self.shell.user_ns["settings"]


@pytest.fixture
def kernel():
    return Kernel()


def edited(given: dict) -> str:
    """The parameters cell after somebody typed into it in JupyterLab: values changed, a name that
    resembles no line added."""
    lines = params.cell().splitlines()
    for name, value in given.items():
        old = [n for n in params.NAMES if lines[params.NAMES.index(n)].startswith(f"{name}:")]
        if old:
            lines[params.NAMES.index(old[0])] = f"{name} = {value!r}"
        else:
            lines.append(f"{name} = {value!r}")
    return "\n".join(lines)


def injected(given: dict) -> str:
    from papermill.translators import PythonTranslator

    return PythonTranslator.codify(given, "Parameters")


def as_typed(given: dict) -> list[str]:
    return [
        f"{name}={','.join(value) if isinstance(value, list) else value}"
        for name, value in given.items()
    ]


@pytest.mark.parametrize("what", MISTAKES)
def test_the_command_refuses(with_panel, what):
    given, name, says = MISTAKES[what]
    with pytest.raises(ParameterError) as caught:
        params.check(params.from_pairs(as_typed(given)))
    assert caught.value.parameter == name
    assert says in str(caught.value)


@pytest.mark.parametrize("what", MISTAKES | IN_NOTEBOOKS)
def test_papermill_refuses(with_panel, kernel, what, capsys):
    given, name, says = (MISTAKES | IN_NOTEBOOKS)[what]
    kernel.run(params.cell())
    kernel.run(injected(given))
    with pytest.raises(ParameterError) as caught:
        kernel.run(CALL)
    assert caught.value.parameter == name
    assert says in str(caught.value)


@pytest.mark.parametrize("what", MISTAKES | IN_NOTEBOOKS)
def test_an_edited_cell_is_refused(with_panel, kernel, what, capsys):
    given, name, says = (MISTAKES | IN_NOTEBOOKS)[what]
    kernel.run(edited(given))
    with pytest.raises(ParameterError) as caught:
        kernel.run(CALL)
    assert caught.value.parameter == name
    assert says in str(caught.value)


def test_without_a_history_plain_values_are_looked_at(with_panel):
    """nbval keeps no history, and neither does a notebook that was made a script."""
    namespace = {}
    exec(params.cell() + "\nfirst_yaer = 2005", namespace)
    with pytest.raises(ParameterError, match="Did you mean 'first_year'"):
        params.from_notebook(namespace)


def test_a_renamed_line_is_found(with_panel, kernel, capsys):
    kernel.run(params.cell().replace("first_year:", "first_yaer:"))
    with pytest.raises(ParameterError, match=r"first_yaer.*Did you mean 'first_year'"):
        kernel.run(CALL)


def test_a_removed_line_is_found(with_panel, kernel, capsys):
    kernel.run("\n".join(params.cell().splitlines()[1:]))
    with pytest.raises(ParameterError, match="'claim': found 'nothing'"):
        kernel.run(CALL)


def test_an_import_over_a_parameter_is_found(with_panel, kernel, capsys):
    kernel.run(params.cell())
    with pytest.raises(ParameterError, match="'panel': found 'a Python module"):
        kernel.run("from growth_claims import panel, params\nparams.from_notebook(globals())")


def test_correcting_the_cell_is_enough(with_panel, kernel, capsys):
    """In JupyterLab a wrong name stays in the kernel after its line was corrected."""
    kernel.run(edited({"first_yaer": 2005}))
    with pytest.raises(ParameterError):
        kernel.run(CALL)
    kernel.run(edited({"first_year": 2005}))
    kernel.run(CALL)
    assert kernel.settings.first_year == 2005


def test_the_notebooks_own_names_are_no_parameters(with_panel, kernel, capsys):
    """A second pass through the notebook finds what its cells have set in the first."""
    kernel.run(params.cell())
    kernel.run(CALL)
    kernel.run("last = 2024\nnames = ['KAZ']")
    kernel.run(edited({"weights": "ppp"}))
    kernel.run(CALL)
    assert kernel.settings.weights == "ppp"
    kernel.run(edited({"wieghts": "ppp"}))
    with pytest.raises(ParameterError, match="Did you mean 'weights'"):
        kernel.run(CALL)


def test_what_is_right_is_taken(with_panel, kernel, capsys):
    given = {
        "first_year": 2005,
        "last_year": 2020,
        "economies": ["KAZ", "UZB"],
        "weights": "ppp",
        "wdi_vintage": "2026-04-01",
        "weo_vintage": "2025-04",
        "output": "made",
    }
    kernel.run(params.cell())
    kernel.run(injected(given))
    kernel.run(CALL)
    by_command = params.check(params.from_pairs(as_typed(given)))
    assert kernel.settings == by_command
    assert by_command.first_year == 2005 and by_command.economies == ("KAZ", "UZB")
    assert by_command.output == with_panel / "made"
    assert not by_command.output.exists()
    assert dict(by_command.overrides.vintages) == {"wdi": "2026-04-01", "weo": "2025-04"}


def test_defaults_leave_everything_to_the_register(with_panel):
    settings = params.check({})
    assert settings.first_year is settings.last_year is None and settings.economies == ()
    assert settings.weights is settings.output is None
    assert settings.register == with_panel / "claims" / "central-asia-2025-11-15.yaml"
    with pytest.raises(FrozenInstanceError):
        settings.first_year = 2005


def test_01_clean_needs_no_panel(project):
    (project / "data" / "processed" / "panel.parquet").unlink()
    assert not params.check({}, makes_panel=True).panel.exists()
    with pytest.raises(ParameterError, match="make panel"):
        params.check({})


def test_a_list_is_written_with_commas_or_as_yaml():
    for text in ("KAZ,UZB", "[KAZ, UZB]", "['KAZ', \"UZB\"]"):
        assert params.from_pairs([f"economies={text}"]) == {"economies": ["KAZ", "UZB"]}


@pytest.mark.parametrize("pairs", [["first_year"], ["first_year=1", "first_year=2"]])
def test_half_a_parameter_and_one_given_twice(pairs):
    with pytest.raises(ParameterError):
        params.from_pairs(pairs)


def test_papermill_reads_the_cell_in_full():
    from papermill.inspection import _infer_parameters

    nb = nbformat.reads(notebook([("parameters", params.cell())]), as_version=4)
    found = {p.name: p for p in _infer_parameters(nb)}
    assert tuple(found) == params.NAMES
    for name, field in params.FIELDS.items():
        assert found[name].help == field.description
        assert found[name].inferred_type_name == params.TYPES[field.annotation]
        assert eval(found[name].default) == field.get_default(call_default_factory=True)


@pytest.mark.parametrize("mistake", ["-p first_yaer 2005", "-p weights 01", "-y {economies:[NO]}"])
def test_papermill_itself_fails_and_writes_nothing(with_panel, tmp_path, mistake):
    option, _, rest = mistake.partition(" ")
    words = [option, *rest.split(" ")] if option == "-p" else [option, rest.replace(":", ": ")]
    source = with_panel / "notebooks" / "04_multiple.ipynb"
    before = sorted(p for p in with_panel.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "papermill", str(source), str(tmp_path / "out.ipynb"), *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode != 0
    assert "ParameterError: parameter" in done.stderr
    assert sorted(p for p in with_panel.rglob("*")) == before


def test_the_command_fails_and_writes_nothing(with_panel):
    before = sorted(p for p in with_panel.rglob("*"))
    done = command("report", "-p", "first_yaer=2005")
    assert done.returncode == 1
    assert "Did you mean 'first_year'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p for p in with_panel.rglob("*")) == before


# --- one value, however it comes in -----------------------------------------------------------


def by_papermill(words: list[str], monkeypatch) -> dict:
    """The parameters that papermill's own command makes of its options."""
    from papermill import cli

    told: dict = {}
    monkeypatch.setattr(cli, "execute_notebook", lambda **given: told.update(given["parameters"]))
    cli.papermill.main(["in.ipynb", "out.ipynb", *words], standalone_mode=False)
    return told


def outcome(given) -> object:
    """The settings that parameters come to, or which of them is refused."""
    try:
        return params.check(given() if callable(given) else given)
    except ParameterError as error:
        return error.parameter


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("first_year", "2005", True),
        ("weights", "ppp", True),
        ("wdi_vintage", "latest", True),
        ("wdi_vintage", "2025-12-17", True),
        ("weo_vintage", "2025-10", True),
        ("language", "ru", True),
        ("economies", "[KAZ, UZB]", True),
        ("economies", "[NO, SWE]", False),
        ("language", "NO", False),
        ("weights", "01", False),
        ("first_year", "2005.5", False),
        ("first_year", "null", False),
    ],
)
def test_each_way_in_comes_to_the_same(with_panel, name, value, good, tmp_path, monkeypatch):
    file = tmp_path / "given.yaml"
    file.write_text(f"{name}: {value}\n", encoding="utf-8")
    ways = {
        "-y": by_papermill(["-y", f"{name}: {value}"], monkeypatch),
        "-f": by_papermill(["-f", str(file)], monkeypatch),
        "ours": lambda: params.from_pairs([f"{name}={value}"]),
    }
    if not value.startswith("["):  # papermill's -p knows no lists
        ways["-p"] = by_papermill(["-p", name, value], monkeypatch)
    came = {way: outcome(given) for way, given in ways.items()}
    if good:
        assert all(isinstance(one, params.Settings) for one in came.values()), came
        assert len({repr(one) for one in came.values()}) == 1, came
    else:
        assert set(came.values()) == {name}, came
