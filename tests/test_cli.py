"""The command: quick to answer, exact about what went wrong, and honest in its exit status."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT, command

from growth_claims import cli


def test_help_needs_none_of_the_heavy_packages():
    code = (
        "import sys, growth_claims.cli as c\n"
        "try: c.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'papermill', 'nbconvert', 'pydantic'} & set(sys.modules)\n"
        "print('heavy:', heavy)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.endswith("heavy: set()\n")
    for name in cli.COMMANDS:
        assert name in said.stdout


def test_the_version_is_the_projects():
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert command("--version").stdout == f"growth-claims {about['version']}\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "COMMAND"),
        (("reprot",), "did you mean 'report'?"),
        (("report", "--regster", "x"), "--regster"),
        (("report", "-p"), "expected one argument"),
    ],
)
def test_misuse_ends_with_2(words, says, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["growth-claims", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err


def test_check_validates_figures_and_registers(project, capsys):
    (project / "claims" / "groups.yaml").write_text(
        "groups:\n"
        "  - {code: NAC, publisher: wdi, name: {en: n, ru: н}, members: [USA, CAN, BMU]}\n"
        "  - {code: SAS, publisher: wdi, name: {en: s, ru: ю}, members: [IND, USA]}\n",
        encoding="utf-8",
    )
    assert cli.main(["check"]) == 0
    said = capsys.readouterr().out
    assert "claims/groups.yaml: 2 groups" in said
    assert "SAS is not recomputed: there is no growth of " in said and "IND" in said
    assert "NAC is not" not in said
    assert "data/raw: " in said and " figures" in said
    assert "claims/central-asia-2025-11-15.yaml: 1 claims" in said
    register = project / "claims" / "central-asia-2025-11-15.yaml"
    register.write_text(
        register.read_text("utf-8").replace("unit: times", "unit: tims"), encoding="utf-8"
    )
    assert cli.main(["check"]) == 1
    assert "tims" in capsys.readouterr().err


def test_seal_says_what_changed(project, capsys):
    assert cli.main(["seal"]) == 0
    assert capsys.readouterr().out == "nothing has changed\n"
    path = project / "data" / "raw" / "bns" / "2026.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert cli.main(["seal"]) == 0
    assert capsys.readouterr().out == "changed bns/2026.csv\n"


def test_a_register_named_twice(project, capsys):
    words = ["report", "--register", "a.yaml", "-p", "register=b.yaml"]
    assert cli.main(words) == 1
    assert "one register" in capsys.readouterr().err


def test_a_register_is_found_from_the_current_folder(project, capsys, monkeypatch):
    """As every command does it; from the project's folder second."""
    from growth_claims import run

    asked = []
    monkeypatch.setattr(run, "report", lambda given, out, say: asked.append(given) or project)
    monkeypatch.chdir(project / "claims")
    assert cli.main(["report", "--register", "central-asia-2025-11-15.yaml"]) == 0
    assert cli.main(["report", "--register", "claims/central-asia-2025-11-15.yaml"]) == 0
    assert asked == [{"register": "claims/central-asia-2025-11-15.yaml"}] * 2


def test_outside_a_clone_the_installed_project_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("GROWTH_CLAIMS_ROOT", raising=False)
    done = command("report", "-p", "weights=pp", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("growth-claims: parameter 'weights': found 'pp'")
    assert done.stdout == ""
