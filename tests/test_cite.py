"""How the report is cited: the same for the same inputs, whole in every format, safe in each."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from html import unescape

import pytest
import sample_report
import yaml
from conftest import ROOT

from growth_claims import i18n
from growth_claims.report import cite

#: What a citation manager needs of an item (CSL 1.0.2, csl-data.json: id and type are required).
CSL_REQUIRED = {"id", "type", "title", "author", "issued"}


def citation(language: str = "en", run: dict | None = None, **article) -> cite.Citation:
    with i18n.use(language):
        return cite.citation(sample_report.verdicts(**article), run or sample_report.RUN)


def said(what: str, language: str = "en", **article) -> str:
    with i18n.use(language):
        return getattr(cite.citation(sample_report.verdicts(**article), sample_report.RUN), what)()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_text_says_who_what_which_version_when_and_the_hash(language):
    text = said("text", language)
    title = {"en": "A sample", "ru": "Образец"}[language]
    for part in (title, "0.1.0", "2025", citation(language).inputs[: cite.SHOWN]):
        assert part in text


def test_the_hash_can_be_computed_by_hand():
    run = sample_report.RUN
    chosen = [p for p in run["inputs"] if p.startswith("data/raw/") or p.startswith("claims/")]
    lines = sorted(f"{run['inputs'][p]}  {p}" for p in chosen)
    text = "\n".join([*lines, "growth-claims 0.1.0"]) + "\n"
    assert len(lines) == 4
    assert citation().inputs == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"inputs": sample_report.RUN["inputs"] | {"data/raw/wdi/2026-07-01.csv": "f" * 64}},
        {"inputs": sample_report.RUN["inputs"] | {"claims/sample.yaml": "f" * 64}},
        {"versions": {"growth-claims": "0.2.0"}},
    ],
)
def test_other_inputs_have_another_hash(changed):
    assert citation(run=sample_report.RUN | changed).inputs != citation().inputs


def test_the_hash_does_not_depend_on_machine_or_order():
    run = sample_report.RUN | {
        "versions": {"growth-claims": "0.1.0", "python": "3.13.1", "numpy": "9"},
        "inputs": dict(reversed(sample_report.RUN["inputs"].items())),
    }
    assert citation(run=run) == citation()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_bibtex_is_one_balanced_entry(language):
    entry = said("bibtex", language, title={"en": "50 % & {more}_#1$ ~^\\", "ru": "50 % & Ко"})
    assert re.match(r"@misc\{growth-claims-sample-[0-9a-f]{12},\n", entry)
    assert entry.count("@") == 1 and entry.endswith("\n}")
    plain = re.sub(r"\\[{}]", "", entry)
    depth = 0
    for sign in plain:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.M))
    assert {"author", "title", "year", "month", "version", "note", "langid"} == set(fields)
    assert fields["year"] == "2025" and fields["month"] == "12"
    for value in fields.values():
        assert not re.search(r"(?<!\\)[&%$#_]", value), value


def test_signs_of_tex_are_written_out():
    assert cite.escaped("50 % & a_b #1 $x {y} ~ ^ \\") == (
        r"50 \% \& a\_b \#1 \$x \{y\} \textasciitilde{} \textasciicircum{} \textbackslash{}"
    )


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_csl_has_what_citation_managers_need(language):
    (item,) = json.loads(said("csl", language))
    assert item.keys() >= CSL_REQUIRED
    assert item["type"] == "report" and item["language"] == language
    assert item["issued"] == {"date-parts": [[2025, 12, 17]]}
    assert all({"literal"} == set(a) for a in item["author"])


def test_a_month_is_date_enough():
    with i18n.use("en"):
        content = sample_report.verdicts()
        content["claims"][0]["found"] |= {"source": "bns", "vintage": "2026-10"}
        made = cite.citation(content, sample_report.RUN)
    assert made.figures == "2026-10"
    assert json.loads(made.csl())[0]["issued"] == {"date-parts": [[2026, 10]]}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_box_holds_all_three_and_no_style(language):
    with i18n.use(language):
        content = sample_report.verdicts(title={"en": "<b>&</b>", "ru": "<b>&</b>"})
        html = cite.box(content, sample_report.RUN)
        made = cite.citation(content, sample_report.RUN)
        assert cite.box(content, sample_report.RUN) == html
    assert "<b>" not in html and "style=" not in html and 'id="cite"' in html
    for text in (made.text(), made.bibtex(), made.csl(), made.inputs):
        assert text in unescape(html)


def test_authors_and_version_are_the_projects():
    listed = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert listed["authors"] == [{"name": cite.AUTHORS}]
    assert listed["version"] == project["version"]


def test_without_a_record_of_the_run_it_still_cites():
    with i18n.use("en"):
        assert "Version 0;" in cite.citation(sample_report.verdicts(), {}).text()
