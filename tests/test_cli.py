"""The command: quick to answer, exact about what went wrong, and honest in its exit status."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import NAME, ROOT, command

from growth_claims import claims, cli, i18n, lab, schemas


@pytest.fixture(autouse=True)
def in_english():
    """As in a process of its own, whatever language an earlier test has left."""
    i18n.speak("en")


def edit(project: Path, old: str, new: str) -> None:
    """Changes the small register."""
    path = project / "claims" / f"{NAME}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


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


def test_check_says_how_each_claim_will_be_read(project, capsys):
    assert cli.main(["check"]) == 0
    said = capsys.readouterr().out
    assert "data/raw: " in said and f"claims/{NAME}.yaml: 3 claims" in said
    assert "gdp-multiple: GDP doubled\n  stated: doubled." in said
    assert "  formula: Y(t1) / Y(t0)\n  countries: Kazakhstan, Uzbekistan\n  edition: " in said
    assert "nobody-counts: Nobody counts it" in said and "not checked: a census" in said
    assert "holds" not in said and "does not" not in said, "nothing is computed"


def test_check_says_which_figures_are_missing(project, capsys):
    edit(
        project,
        "primary: {quantity: population, source: wdi, estimator: endpoint, start: 2004, end: 2024}",
        "primary: {quantity: population, source: wdi, estimator: endpoint, start: 2004, end: 2090}",
    )
    assert cli.main(["check"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"\n  missing: 202\d–2090, of every country\n  so it cannot be checked", said)


def test_a_level_of_a_year_that_no_edition_has_is_said_once_and_counts_as_not_checked(
    project, capsys, tmp_path
):
    text = tmp_path / "text.txt"
    text.write_text("By then the population of the region will be 82 million.\n", encoding="utf-8")
    register = project / "claims" / "mine.yaml"
    both = "{en: x, ru: x}"
    register.write_text(
        f"id: mine\ntitle: {both}\n"
        f"article: {{date: 2025-11-15, language: en, outlet: {both}}}\n"
        f"region: {both}\neconomies: [KAZ, UZB]\ntopics: {{people: {both}}}\nclaims:\n"
        f"- id: people\n  kind: level\n  topic: people\n  statement: {both}\n"
        f"  stated: {{value: 82, low: 81.5, high: 82.5, as_written: {both}, "
        f"unit: million persons, wording: exact, why: {both}}}\n"
        f"  period: {{end: 2030, as_written: {both}}}\n"
        "  primary: {quantity: population, source: wdi, end: 2030}\n"
        "  where: [{paragraph: 1, position: 46, as_written: 82 million}]\n",
        encoding="utf-8",
    )
    assert cli.main(["check", str(register), "--text", str(text)]) == 0
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if "missing" in line or "cannot" in line] == [
        "  missing: 2030, of every country",
        "  so it cannot be checked",
    ]
    assert "; 0 can be checked" in said, said


def test_check_lists_all_mistakes_at_once_with_their_places(project, capsys):
    edit(project, "unit: times", "unit: tims")
    edit(project, "estimator: endpoint", "estimator: endpint")
    (project / "claims" / "other.yaml").write_text("claims:\n  - id: [x\n", encoding="utf-8")
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().err
    assert "other.yaml, row 2, column 9" in said
    for wrong, row in (("tims", 21), ("endpint", 39)):
        assert re.search(rf"{NAME}.yaml, row {row}, column \d+, field .*{wrong}", said), said
    assert "at least 1 item" not in said, "what only follows from the mistakes is none"


def test_check_knows_what_the_model_cannot(project, capsys):
    edit(project, "economies: [KAZ, UZB]", "economies: [KAZ, UBZ]")
    edit(project, "quantity: real-gdp, source: wdi", "quantity: reel-gdp, source: wdi")
    edit(project, "quantity: population, source: wdi", "quantity: population, source: wid")
    assert cli.main(["check"]) == 1
    said = capsys.readouterr().err
    for found, near in (("'UBZ'", "'UZB'"), ("'reel-gdp'", "'real-gdp'"), ("'wid'", "'wdi'")):
        assert re.search(rf"row \d+, column \d+, .*found {found}.*did you mean {near}", said), said


def test_check_holds_a_register_against_its_text(project, capsys, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("GDP grew by 6.2 % in 2024.\n", encoding="utf-8")
    assert cli.main(["check", f"{project}/claims/{NAME}.yaml", "--text", str(text)]) == 1
    assert "6.2 %" in capsys.readouterr().err


def test_draft_then_check(project, capsys, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("In 2024 the population of the region was 82 million.\n", encoding="utf-8")
    made = project / "claims" / "mine.yaml"
    words = ["draft", str(text), "--economies", "KAZ,UZB", "--date", "2025-11-15"]
    assert cli.main([*words, "--out", str(made)]) == 0
    assert cli.main(["check", str(made), "--text", str(text)]) == 0
    assert "82" in capsys.readouterr().out


@pytest.mark.parametrize(
    "codes",
    [
        ("--economies", "KAZ,UZB"),
        ("--economies", "KAZ,", "UZB"),
        ("--economies", "KAZ", ",UZB"),
        ("--economies", "KAZ", "UZB"),
        ("--economies", "KAZ, UZB"),
        ("--economies=KAZ,", "UZB"),
        ("--economies", "kaz,", "uzb"),
    ],
)
@pytest.mark.parametrize("last", [False, True], ids=["before the text", "behind it"])
def test_codes_may_be_parted_by_commas_and_blanks(project, capsys, tmp_path, codes, last):
    text = tmp_path / "text.txt"
    text.write_text("In 2024 the population was 82 million.\n", encoding="utf-8")
    given = ["draft", str(text), *codes] if last else ["draft", *codes, str(text)]
    assert cli.main(given) == 0
    assert "economies: [KAZ, UZB]\n" in capsys.readouterr().out


def test_a_wrong_code_is_named_with_the_nearest(project, capsys, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("In 2024 the population was 82 million.\n", encoding="utf-8")
    for words in (["draft", str(text), "--economies", "KAZ,LIT"], ["new", "x", "--economies=LIT"]):
        assert cli.main(words) == 1
        error = capsys.readouterr().err
        assert "'LIT'" in error and "Did you mean 'LTU'?" in error and "groups" not in error


def next_command(error: str) -> list[str]:
    """What is said to be typed next, without the program's name."""
    return shlex.split(error.split("next: ")[1].splitlines()[1].split("growth_claims ")[1])


def test_a_draft_without_countries_says_first_what_is_to_be_filled_in(project, capsys, tmp_path):
    text, made = tmp_path / "a text.txt", project / "claims" / "mine.yaml"
    text.write_text("In 2024 the population was 82 million.\n", encoding="utf-8")
    assert cli.main(["draft", str(text), "--out", str(made)]) == 0
    told = capsys.readouterr().err
    first, second, *lines = made.read_text("utf-8").splitlines()
    assert first.startswith("# yaml-language-server") and "region and economies" in second
    assert next_command(told) == ["check", str(made), "--text", str(text)]
    assert cli.main(next_command(told)) == 1
    rows = re.findall(
        r"mine.yaml, row (\d+), column \d+, field '([a-z.]+)'", capsys.readouterr().err
    )
    at = {w: n for n, line in enumerate(lines, 3) for w in ("region", "economies") if w in line[:9]}
    assert rows == [
        (str(at["region"]), "region.en"),
        (str(at["region"]), "region.ru"),
        (str(at["economies"]), "economies"),
    ]
    filled = made.read_text("utf-8").replace("economies: []", "economies: [KAZ, UZB]")
    filled = filled.replace('{en: "", ru: ""}', "{en: Two countries, ru: Две страны}")
    made.write_text(filled, encoding="utf-8")
    assert cli.main(next_command(told)) == 0
    said = capsys.readouterr().out
    assert "read as: population; 2024" in said and "all 2 figures" in said
    marked = [
        n
        for n, line in enumerate(filled.splitlines(), 1)
        if "# guess" in line or "# say it" in line
    ]
    assert f"{len(marked)} lines are as the draft left them" in said
    assert all(str(n) in said for n in marked[:10])


def test_new_writes_a_register_that_checks(project, capsys):
    assert cli.main(["new", "mine", "--economies", "KAZ,UZB"]) == 0
    path = project / "claims" / "mine.yaml"
    assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=schemas/register")
    assert cli.main(next_command(capsys.readouterr().err)) == 0
    assert "population" in capsys.readouterr().out
    assert cli.main(["new", "mine"]) == 1
    assert "is there" in capsys.readouterr().err
    assert cli.main(["new", "Mine own"]) == 1


@pytest.mark.parametrize("name", schemas.MODELS)
def test_the_schemas_for_editors_are_those_of_the_models(name):
    """After a change of a model: `growth-claims schema`."""
    kept = ROOT / "claims" / "schemas" / f"{name}.schema.json"
    assert kept.read_text(encoding="utf-8") == schemas.schema(name)


def test_the_schema_takes_what_the_model_takes():
    import jsonschema

    for path in claims.registers():
        content = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
        jsonschema.validate(content, json.loads(schemas.schema("register")))


def test_seal_says_what_changed_once_somebody_says_why(project, capsys):
    assert cli.main(["seal"]) == 0
    assert capsys.readouterr().out == "nothing has changed\n"
    path = project / "data" / "raw" / "bns" / "2026.csv"
    before = path.read_text(encoding="utf-8")
    *rest, last = before.splitlines()
    economy, code, year, value, *more = last.split(",")
    changed = ",".join([economy, code, year, str(float(value) * 1.01), *more])
    path.write_text("\n".join([*rest, changed]) + "\n", encoding="utf-8")
    assert cli.main(["seal"]) == 1  # a figure that was sealed is not changed in silence
    name = f"{economy}:{code}:{year}"
    assert name in capsys.readouterr().err
    assert cli.main(["seal", "--accept", name, "--because", "the office revised it"]) == 0
    assert capsys.readouterr().out == "changed bns/2026.csv\nno verdict changes\n"
    manifest = (project / "data" / "raw" / "datapackage.json").read_text(encoding="utf-8")
    assert "the office revised it" in manifest


def test_figures_lists_what_is_there_and_the_history_of_one(project, capsys):
    assert cli.main(["figures", "--register", f"{project}/claims/{NAME}.yaml"]) == 0
    said = capsys.readouterr().out
    assert "wdi" in said and "everything that it needs is there" in said
    assert cli.main(["figures", "KAZ", "SP.POP.TOTL", "2020"]) == 0
    assert "2026-07-01" in capsys.readouterr().out
    assert cli.main(["figures", "KAZ"]) == 1


@pytest.mark.parametrize("name", ["register", "claim"])
def test_a_parameter_that_is_named_twice(project, capsys, name):
    assert cli.main(["report", f"--{name}", "a", "-p", f"{name}=b"]) == 1
    assert f"one {name}" in capsys.readouterr().err


def test_a_register_is_found_from_the_current_folder(project, capsys, monkeypatch):
    """As every command does it; from the project's folder second."""
    from growth_claims import run

    asked = []
    monkeypatch.setattr(run, "report", lambda given, *_, **__: asked.append(given) or project)
    monkeypatch.chdir(project / "claims")
    assert cli.main(["report", "--register", f"{NAME}.yaml"]) == 0
    assert cli.main(["report", "--register", f"claims/{NAME}.yaml"]) == 0
    assert asked == [{"register": f"claims/{NAME}.yaml"}] * 2


def test_what_git_is_to_keep_of_a_notebook_comes_out(capsys):
    done = command("normalise", input='{"no": "notebook"}')
    assert done.stdout == '{"no": "notebook"}'


def test_jupyterlab_is_open_to_this_machine_alone():
    told = lab.command(8888, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in told
    assert not [word for word in told if "token" in word.lower()]
    assert lab.environment("secret")["JUPYTER_TOKEN"] == "secret"


def test_outside_a_clone_the_installed_project_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("GROWTH_CLAIMS_ROOT", raising=False)
    done = command("report", "-p", "weights=pp", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("growth-claims: parameter 'weights': found 'pp'")
    assert done.stdout == ""
