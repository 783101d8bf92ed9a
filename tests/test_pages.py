"""The report itself, parsed: all its pages, the same in both languages, saying what the machine
files say."""

import csv
import json
import re
from collections import Counter

import html5lib
import pytest

from growth_claims import i18n, report, words
from growth_claims.verdicts import Verdict

#: The first page, one claim of each kind, the other pages, and the one file that is all of them.
PAGES = (
    *("index", "population-2024", "gdp-growth-20y", "trade-since-2000", "most-dynamic-region"),
    *("regional-trade-rising", "four-summits-2025", "figures", "methods", "changes", "report"),
)
_NUMBER = re.compile(r"\d+(?:[\u202f\u00a0]\d{3})*(?:[.,]\d+)?")
#: What has a point in Russian too: versions, and paragraphs of a manual.
_POINTS = re.compile(r"\b(?:0\.\d+\.\d+|15\.\d\d)\b")
#: Bytes of a page, of the first page without its charts, and of the report in one file.
PAGE_LIMIT, INDEX_LIMIT, SINGLE_LIMIT = 600_000, 300_000, 3_000_000


def parsed(folder, name, language):
    path = folder / (f"{name}.html" if language == "en" else f"{name}.{language}.html")
    return html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)


def text_of(element, without_lang: str = "") -> str:
    """What a reader sees or hears: no code, no styles, nothing marked as of the language named."""
    if without_lang and element.get("lang") == without_lang:
        return ""
    if not isinstance(element.tag, str) or "code" in (element.get("class") or "").split():
        return ""
    if element.tag.rsplit("}", 1)[-1] in ("style", "script", "pre", "math", "nav", "code"):
        return ""
    parts = [element.text or "", element.get("alt") or "", element.get("aria-label") or ""]
    for child in element:
        parts += [text_of(child, without_lang), child.tail or ""]
    return " ".join(parts)


def numbers(text: str) -> Counter:
    """Every number of the text, written as a machine would."""
    return Counter(re.sub(r"\s", "", n).replace(",", ".") for n in _NUMBER.findall(text))


def verdicts_of(folder) -> dict:
    return json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))


def with_pages(folder) -> list[str]:
    """The claims that figures bear on."""
    return [c["id"] for c in verdicts_of(folder)["claims"] if c["found"]]


def test_every_page_is_published_in_both_languages(built_report):
    for name in (*PAGES, *with_pages(built_report)):
        assert (built_report / f"{name}.html").is_file(), name
        assert (built_report / f"{name}.ru.html").is_file(), name


def test_the_pages_are_fit_to_publish(built_report):
    report.check(built_report)


@pytest.mark.parametrize("name", [n for n in PAGES if n != "report"])
def test_both_languages_have_the_same_numbers(built_report, name):
    english, russian = (
        numbers(text_of(parsed(built_report, name, language).find("body//main")))
        for language in i18n.LANGUAGES
    )
    assert (english - russian, russian - english) == (Counter(), Counter())
    assert english.total() > 0 or name == "changes"


@pytest.mark.parametrize("name", [n for n in PAGES if n != "report"])
def test_each_language_has_its_decimal_sign(built_report, name):
    english, russian = (
        text_of(parsed(built_report, name, language).find("body//main"), without_lang="en")
        for language in i18n.LANGUAGES
    )
    assert re.findall(r"\d,\d", english) == []
    assert re.findall(r"\d\.\d", _POINTS.sub("", russian)) == []


def test_the_first_screen_says_what_the_machine_file_says(built_report):
    verdicts = json.loads((built_report / "verdicts.json").read_text(encoding="utf-8"))
    for language in i18n.LANGUAGES:
        root = parsed(built_report, "index", language)
        lists = [ul for ul in root.iter("ul") if ul.get("class") == "claims"]
        by_id = {li.get("id"): li for ul in lists for li in ul}
        assert len(by_id) == len(verdicts["claims"])
        with i18n.use(language):
            for claim in verdicts["claims"]:
                said = " ".join("".join(by_id[claim["id"]].itertext()).split())
                assert words.verdict(Verdict(claim["verdict"])) in said
                assert " ".join(claim["summary"][language].split()) in said


def test_the_outcome_counts_every_claim(built_report):
    verdicts = json.loads((built_report / "verdicts.json").read_text(encoding="utf-8"))
    counts = Counter(c["verdict"] for c in verdicts["claims"])
    for language in i18n.LANGUAGES:
        root = parsed(built_report, "index", language)
        outcome = next(p for p in root.iter("p") if p.get("class") == "outcome")
        said = Counter(re.findall(r"\d+", "".join(outcome.itertext())))
        assert said == Counter(map(str, [len(verdicts["claims"]), *counts.values()]))


def test_every_claim_leads_to_its_page_and_back(built_report):
    for ending in ("", ".ru"):
        first = (built_report / f"index{ending}.html").read_text(encoding="utf-8")
        for name in with_pages(built_report):
            page = (built_report / f"{name}{ending}.html").read_text(encoding="utf-8")
            assert f'id="{name}"' in first and f'href="{name}{ending}.html"' in first
            assert f'href="index{ending}.html#{name}"' in page
            assert f'href="notebooks/{name}.{ending[1:] or "en"}.ipynb"' in page


def test_a_claims_page_says_what_the_machine_file_says(built_report):
    for claim in verdicts_of(built_report)["claims"]:
        if not claim["found"]:
            continue
        for language in i18n.LANGUAGES:
            main = parsed(built_report, claim["id"], language).find("body//main")
            said = " ".join("".join(main.itertext()).split())
            assert " ".join(claim["statement"][language].split()) in said
            assert " ".join(claim["summary"][language].split()) in said
            assert main.find(".//figure[@class='chart']") is not None, claim["id"]


def test_cross_checks_are_said_and_not_counted(built_report):
    verdicts = verdicts_of(built_report)
    assert verdicts["cross_checks"]
    ids = {c["id"] for c in verdicts["claims"]}
    for language in i18n.LANGUAGES:
        said = " ".join(
            " ".join(parsed(built_report, "index", language).find("body//main").itertext()).split()
        )
        for check in verdicts["cross_checks"]:
            assert check["id"] not in ids
            assert " ".join(check["summary"][language].split()) in said


def test_every_chart_has_its_figures_as_table_and_file(built_report):
    for path in sorted(built_report.glob("*.html")):
        if path.name.startswith("report."):
            continue
        html = path.read_text(encoding="utf-8")
        for figure in re.findall(r'<figure class="chart".*?</figure>', html, re.S):
            assert "<table" in figure
            href = re.search(r'href="(charts/[^"]+\.csv)" download', figure)[1]
            with (built_report / href).open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            assert len(rows) > 1 and len({len(r) for r in rows}) == 1, href


def test_nothing_published_names_this_machine(built_report):
    for path in sorted(p for p in built_report.rglob("*") if p.is_file()):
        if path.suffix in (".html", ".json", ".ipynb", ".md", ".csv"):
            text = path.read_text(encoding="utf-8")
            assert str(built_report.parent) not in text, path.name
            assert not re.search(r"/(?:tmp|home|root)/\w", text), path.name


def test_no_english_is_left_in_russian_pages(built_report):
    """Common English words, and any three in a row that are no name; names of sources and titles of
    works stay as they are."""
    common = re.compile(
        r"\b(?:the|of the|is|are|which|that|with|and the|this|from)\b|\b[a-z]+(?: [a-z]+){2,}\b"
    )
    left = {}
    for name in PAGES:
        main = parsed(built_report, name, "ru").find("body//main")
        text = " ".join(text_of(main, without_lang="en").split())
        around = [text[max(0, m.start() - 40) : m.start() + 40] for m in common.finditer(text)]
        names = re.compile(r"World|Report|Database|http|Journal|@|doi")
        left[name] = [a for a in around if not names.search(a)]
    assert not any(left.values()), left


def test_pages_are_light(built_report):
    """A promise about this report, and no reason to refuse a longer one to somebody else."""
    for path in built_report.glob("*.html"):
        size, limit = path.stat().st_size, PAGE_LIMIT
        if path.name.startswith("report."):
            limit = SINGLE_LIMIT
        elif path.name.startswith("index."):
            charts = re.findall(r'<figure class="chart".*?</figure>', path.read_text("utf-8"), re.S)
            size, limit = size - sum(len(c.encode()) for c in charts), INDEX_LIMIT
        assert size <= limit, f"{path.name}: {size:,} bytes"
