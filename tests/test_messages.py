"""What a person reads who made a slip in a register: file, line, what was found, what is expected,
what to do, in plain words; never the wording of a library."""

import re
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from growth_claims import check, claims, cli, params, paths
from growth_claims.errors import GrowthClaimsError

REGISTER = ROOT / "docs" / "example" / "baltic-2025-05-20.yaml"
TEXT = REGISTER.read_text(encoding="utf-8")
SENTENCE = "en: In 2024 the GDP of the three countries was 171 billion dollars."
#: Words of pydantic, PyYAML and Python, and words that help nobody.
FOREIGN = (
    "Value error",
    "Input should",
    "valid ",
    "Field required",
    "Tuple",
    "validation",
    "mend it",
    "found found",
    "NoneType",
    "str_",
    "parsing",
    "scanner",
    "block mapping",
    "!!",
)

SLIPS = yaml.safe_load(Path(__file__).with_name("slips.yaml").read_text(encoding="utf-8"))


def said(tmp_path, text: str | bytes) -> str:
    path = tmp_path / REGISTER.name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    with pytest.raises(GrowthClaimsError) as error:
        claims.load(path)
        check.study(params.check({"register": str(path)}))
    return str(error.value)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_said_in_plain_words_with_its_line(tmp_path, slip):
    written, instead, expected = SLIPS[slip].values()
    assert written in TEXT
    message = said(tmp_path, TEXT.replace(written, instead, 1))
    assert expected in message
    assert not [word for word in FOREIGN if word in message], message
    for line in message.splitlines():
        assert re.search(r"found .*; expected .+\. What to do: .{4}", line), line
    at = TEXT[: TEXT.index(written)].count("\n") + 1
    row = int(re.search(r"row (\d+)", message)[1])
    nearby = 9 if slip in ("an open quotation mark", "two of one name", "a list as a key") else 2
    assert abs(row - at) <= nearby, message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "found an empty file; expected a mapping with the keys id, title"),
        ("- a\n", "found a list of 1"),
        ("hello", "found 'hello'"),
        ("id: a\x07b\n", "a character that no text has"),
        (TEXT.encode("cp1251", "replace"), "row 8: found bytes that are not UTF-8"),
        (TEXT.encode("utf-16"), "save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_register_says_what_it_is(tmp_path, text, expected):
    message = said(tmp_path, text)
    assert expected in message
    assert not [word for word in FOREIGN if word in message], message


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("    kind: level\n    topic: gdp\n", "    <<: {kind: level, topic: gdp}\n", 1),
    ],
    ids=["byte order mark", "Windows", "merge key"],
)
def test_what_yaml_allows_is_read(tmp_path, text):
    path = tmp_path / REGISTER.name
    path.write_text(text, encoding="utf-8", newline="")
    assert claims.load(path) == claims.load(REGISTER)


def test_a_wrong_code_is_the_registers_fault_whatever_is_run(tmp_path, capsys):
    path = tmp_path / REGISTER.name
    path.write_text(TEXT.replace("LTU]", "LIT]"), encoding="utf-8")
    for words in (["report", "--register", str(path)], ["check", str(path)]):
        assert cli.main(words) == 1
        error = capsys.readouterr().err
        assert f"{REGISTER.name}, row 17, column 23, field 'economies.2': found 'LIT'" in error
        assert "did you mean 'LTU'?" in error
        assert "groups.yaml" not in error


def test_a_path_through_a_link_is_shown_from_the_project(tmp_path, monkeypatch):
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    (project / "data").mkdir(parents=True)
    elsewhere.mkdir()
    (project / "data" / "raw").symlink_to(elsewhere)
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(project))
    assert paths.shown(paths.raw()) == "data/raw"
