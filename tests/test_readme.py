"""The READMEs show what verdicts.json says, and a stale one is found."""

from __future__ import annotations

import json
import re

import pytest
import sample_report
from conftest import ROOT

from growth_claims import display
from growth_claims.errors import InputError
from growth_claims.report import readme
from growth_claims.report.readme import BEGIN, END
from growth_claims.verdicts import Verdict


@pytest.fixture
def report(tmp_path):
    return sample_report.folder(tmp_path / "reports" / "sample")


@pytest.fixture
def project(tmp_path, report):
    path = tmp_path / "README.md"
    path.write_text(f"# Top\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    return path


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]
    ]


def test_the_table_has_a_row_a_claim():
    table = rows(readme.table(sample_report.verdicts()))
    assert len(table) == len(Verdict)
    for verdict, row in zip(Verdict, table, strict=True):
        assert row[1] == f"{display.SIGNS[verdict]}\N{NO-BREAK SPACE}{verdict.value}"
    said = [claim["summary"]["en"] for claim in sample_report.verdicts()["claims"]]
    assert [row[2] for row in table] == said
    assert len(set(display.SIGNS.values())) == len(Verdict)


def test_a_statement_cannot_break_the_table():
    content = sample_report.verdicts()
    content["claims"][0]["statement"]["en"] = "a | b\nc"
    assert rows(readme.table(content))[0][0] == "a \\| b c"
    assert len(rows(readme.table(content))[0]) == 3


def test_the_reports_readme(report):
    path = readme.write(report)
    text = path.read_text(encoding="utf-8")
    assert "# A sample" in text and "| Claim | Verdict | What the figures say |" in text
    assert "Of 6 claims" in text and "@misc{" in text and "index.ru.html" in text
    assert "World Bank" in text
    before = path.read_bytes()
    assert readme.write(report).read_bytes() == before


def test_the_block_goes_between_the_markers(project, report):
    assert readme.update_readme(project, report)
    text = project.read_text(encoding="utf-8")
    assert text.startswith(f"# Top\n\n{BEGIN}\n") and text.endswith(f"{END}\n\nAfter.\n")
    assert "reports/sample/verdicts.json" in text and len(rows(text)) == len(Verdict)
    assert not readme.update_readme(project, report)


@pytest.mark.parametrize("end", ["", ".git", "/"])
def test_the_badge_comes_with_the_address(project, report, end):
    readme.update_readme(project, report)
    assert "mybinder" not in project.read_text(encoding="utf-8")
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.sub(r"^repository-code:.*\n", "", cited, flags=re.M)
    cited += f"repository-code: https://github.com/owner/a.name{end}\n"
    (project.parent / "CITATION.cff").write_text(cited, encoding="utf-8")
    assert readme.update_readme(project, report)
    address = (
        "https://mybinder.org/v2/gh/owner/a.name/HEAD?urlpath=lab/tree/notebooks/explore.ipynb"
    )
    badge = f"{BEGIN}\n[![Binder](https://mybinder.org/badge_logo.svg)]({address})\n\n**Of 6 claims"
    assert badge in project.read_text(encoding="utf-8")


def test_a_stale_block_is_found_and_left(project, report):
    readme.update_readme(project, report)
    content = json.loads((report / "verdicts.json").read_text(encoding="utf-8"))
    content["claims"][0]["verdict"] = "close"
    (report / "verdicts.json").write_text(json.dumps(content), encoding="utf-8")
    before = project.read_bytes()
    assert readme.update_readme(project, report, check=True)
    assert project.read_bytes() == before


@pytest.mark.parametrize("text", ["", "no markers", f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_without_its_markers_nothing_is_written(project, report, text):
    project.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="markers"):
        readme.update_readme(project, report)
    assert project.read_text(encoding="utf-8") == text


def test_without_verdicts_it_says_what_to_do(project, tmp_path):
    with pytest.raises(InputError, match="make report"):
        readme.update_readme(project, tmp_path / "none")


def test_the_projects_readme_is_what_the_code_makes():
    assert not readme.update_readme(ROOT / "README.md", readme.default_report(), check=True), (
        "run `python -m growth_claims.report.readme`"
    )
