"""From executed notebook to page: prose translated, outputs in the reader's language, notes and
links joined, code out of the way; the same bytes twice; and a check that finds what is wrong."""

import base64
import hashlib
import json
import re

import nbformat
import pytest
import sample_report
from nbconvert.exporters import get_exporter
from sample_report import PROSE

from growth_claims import i18n, report, show
from growth_claims.errors import RunError
from growth_claims.report import markdown, page, single


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(show.RUN, "1")
        return sample_report.build(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def text(published):
    return lambda name: (published / name).read_text(encoding="utf-8")


# ---- prose ----


def test_prose_is_cut_into_messages():
    said = [text for _line, text in markdown.messages(PROSE)]
    assert said[0].startswith("The World Bank sums GDP") and "\n" not in said[0]
    assert said[1:] == [
        "one item",
        "another",
        "a",
        "b",
        "x",
        "World Bank, [data](https://data.worldbank.org).",
    ]


@pytest.mark.parametrize(
    "source",
    [
        PROSE,
        "# Title\n\ntext\n\n```python\nx = 1\n\ny = 2\n```\n\n1. one\n2. two",
        "> quoted\n\n<math display='block'>\n<mi>x</mi>\n</math>",
        "",
    ],
)
def test_untranslated_prose_is_set_as_it_was(source):
    said = markdown.html(markdown.translate(source, lambda m: m))
    assert said.split() == markdown.html(source).split()


def test_code_in_prose_is_no_message():
    said = [t for _l, t in markdown.messages("```\ncode here\n```\n\n<math>\n<mi>x</mi>\n</math>")]
    assert "code here" not in said


def test_headings_and_items_keep_their_marks():
    said = markdown.translate("## One\n\n- two\n  and more\n* three", str.upper)
    assert said == "## ONE\n\n- TWO AND MORE\n* THREE"


def test_a_dollar_sign_is_no_formula():
    assert "US$ 5 and $6" in markdown.html("US$ 5 and $6")


# ---- pages ----


def test_every_page_is_there_in_both_languages(published):
    wanted = {"02_gdp", "index", "methods", "report"}
    for ending in (".html", ".ru.html"):
        found = {p.name.removesuffix(ending) for p in published.glob(f"*{ending}")}
        assert wanted <= found
    report.check(published)


def test_outputs_are_in_the_language_of_the_page(text):
    assert "5.8\xa0% a year" in text("02_gdp.html")
    assert "5,8\xa0%" in text("02_gdp.ru.html")
    assert "5.8\xa0%" not in text("02_gdp.ru.html")
    assert '<html lang="ru">' in text("02_gdp.ru.html")


def test_notes_are_linked_both_ways(text):
    html = text("02_gdp.html")
    assert html.count('href="#fn-sum"') == 2 and '<li id="fn-sum">' in html
    for anchor in ("fnref-sum", "fnref-sum-2"):
        assert f'id="{anchor}"' in html and f'href="#{anchor}"' in html
    assert "[^sum]" not in html


def test_notebook_links_lead_to_pages_of_the_language(text):
    assert 'href="index.html#front"' in text("02_gdp.html")
    assert 'href="index.ru.html#front"' in text("02_gdp.ru.html")
    assert 'href="02_gdp.ru.html#claim-4"' in text("index.ru.html")
    assert ".ipynb#" not in text("index.ru.html")


def test_a_place_has_the_same_anchor_in_both_languages(published):
    for path in published.glob("*.ru.html"):
        english = (published / path.name.replace(".ru", "")).read_text(encoding="utf-8")
        ids = re.findall(r'<h[1-6][^>]* id="([^"]+)"', path.read_text(encoding="utf-8"))
        assert ids == re.findall(r'<h[1-6][^>]* id="([^"]+)"', english)


def test_code_is_hidden_and_hangs_on_what_it_shows(text):
    html = text("02_gdp.html")
    assert "<summary>Code [1] [2] [3]</summary>" in html
    assert "Parameters of this run" in html
    assert html.index("<summary>Code [1]") < html.index("What a run can be told.")
    assert '<details class="code" open' not in html
    assert "&lt;b&gt; printed" in html
    assert "Code [5]" in html  # shows nothing, and is not lost


def test_a_chart_brings_title_description_table_and_file(text, published):
    html = text("02_gdp.ru.html")
    figure = re.search(r'<figure class="chart" id="chart-chart-claim-4">.*?</figure>', html, re.S)[
        0
    ]
    assert "<figcaption>ru: 5,8</figcaption>" in figure
    assert 'role="img" aria-label="A line that rises to 5,8."' in figure
    assert "Всемирный банк &lt;1&gt;" in figure and "<details" in figure
    assert (published / "charts" / "chart-claim-4.csv").read_text() == "year,value\n2024,5.8\n"


def test_without_a_drawing_the_bitmap_stands_in():
    from growth_claims.report import preprocess

    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAADklEQVR4nGNgQAX/0WgAH/0C/m0k2eYAAAAASUVORK5C"
        "YII="
    )
    html = preprocess.figure({"name": "x"}, {"image/png": pixel, "text/plain": 'to "5.8"'})
    assert 'width="2" height="3"' in html and 'alt="to &#34;5.8&#34;"' in html


def test_pieces_set_aside_get_a_page_and_leave_a_link(text):
    assert '<a href="methods.html">' in text("index.html")
    assert "A rule." in text("methods.html") and "A rule." not in text("index.html")


def test_the_policy_names_what_the_page_holds(text):
    html = text("index.html")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    policy = policy.replace("&#39;", "'")
    for tag in ("style", "script"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy


def test_style_and_script_are_small():
    own = page.resources.files("growth_claims.report") / "static"
    assert len((own / "report.css").read_bytes()) <= 25_000
    assert len((own / "report.js").read_bytes()) <= 8_000


def test_a_word_is_explained_where_it_first_stands():
    html = '<a class="term" href="x#term-a">one</a> <a class="term" href="x#term-a">two</a>'
    assert page.Body.of(html).html == '<a class="term" href="x#term-a">one</a> two'


def test_machine_data_cannot_end_its_element():
    assert "</" not in page.json_for_script({"a": "</script>"})
    assert json.loads(page.json_for_script({"a": "</script>"})) == {"a": "</script>"}


def test_languages_with_other_headings_are_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv(show.RUN, "1")
    made = sample_report.notebooks(tmp_path)
    nb = nbformat.read(made["02_gdp"], 4)
    html = nb.cells[5].outputs[0].metadata[show.METADATA]["html"]
    html["ru"] += "<h2>one more</h2>"
    nbformat.write(nb, made["02_gdp"])
    with pytest.raises(RunError, match="02_gdp: the languages do not have the same headings"):
        report.build(made, tmp_path / "published")


def test_a_report_needs_its_index(tmp_path):
    with pytest.raises(RunError, match="no notebook 06_report"):
        report.build({}, tmp_path)


# ---- one file ----


def test_the_single_file_is_whole(text):
    html = text("report.html")
    assert 'href="#02_gdp--claim-4"' in html and 'id="02_gdp--claim-4"' in html
    assert 'id="claim-4"' in html  # a claim's address is the same in both editions
    assert 'href="data:text/csv;base64,' in html and '.csv" download>' not in html
    assert html.count("The chart is shown above") == 1
    assert not re.search(r'href="\d\d_\w+\.html', html)


def test_anchors_are_kept_apart():
    html = single.apart(
        '<a id="x" href="#y" aria-labelledby="a b"><path clip-path="url(#c)"/></a>', "02"
    )
    assert html == (
        '<a id="02--x" href="#02--y" aria-labelledby="02--a 02--b">'
        '<path clip-path="url(#02--c)"/></a>'
    )


# ---- by itself ----


def test_the_exporter_works_by_itself(tmp_path, monkeypatch):
    monkeypatch.setenv(show.RUN, "1")
    path = sample_report.notebooks(tmp_path)["02_gdp"]
    exporter = get_exporter("growth_claims.report.exporter.GrowthClaimsExporter")
    for language in i18n.LANGUAGES:
        html, _resources = exporter(language=language).from_filename(str(path))
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{language}">')
        assert "require.js" not in html and "MathJax" not in html and len(html) < 60_000


def test_two_builds_are_the_same_bytes(tmp_path, monkeypatch, published):
    monkeypatch.setenv(show.RUN, "1")
    again = sample_report.build(tmp_path)
    names = sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    for name in names:
        if name.suffix != ".ipynb":  # cell ids are random here; a run's are not
            assert (again / name).read_bytes() == (published / name).read_bytes(), name


def test_the_notebook_given_away_is_plain(published):
    nb = nbformat.read(published / "notebooks" / "02_gdp.ipynb", 4)
    assert "papermill" not in nb.metadata
    about = nb.cells[5].outputs[0].metadata[show.METADATA]
    assert about == {"kind": "table", "name": None}


# ---- the check ----

FAULTS = {
    "an unclosed element": ("</main>", "<div></main>", "end tag"),
    "a style attribute": ("<h1", '<h1 style="color:red"', "style attribute"),
    "a stylesheet from afar": (
        "<style>",
        '<link rel="stylesheet" href="https://a.example/x.css"><style>',
        "asked for",
    ),
    "a picture from afar": ("<h1", '<img alt="1" src="//a.example/x.png"><h1', "asked for"),
    "a font from afar": ("<style>", "<style>@import 'x';", "asks for something"),
    "a frame": ("<h1", '<iframe src="data:,x"></iframe><h1', "has no place here"),
    "a handler": ("<h1", '<h1 onclick="x()"', "has a script in onclick"),
    "an id twice": ("<h1", '<p id="content"></p><h1', "stands 2 times"),
    "a dead link": ("<h1", '<a href="gone.html">x</a><h1', "which is not there"),
    "a dead anchor": ("<h1", '<a href="index.html#gone">x</a><h1', "no such place"),
    "a link out of the folder": ("<h1", '<a href="../../x">x</a><h1', "which is not there"),
    "a chart without numbers": ("rises to 5.8", "rises", "no number in its alternative text"),
    "a skipped heading": ("</main>", "<h6>deep</h6></main>", "of level 6 follows"),
    "no language": ('<html lang="en">', "<html>", "no language"),
    "no title": (r"<title>.*?</title>", "<title></title>", "no title"),
    "no policy": ("default-src 'none';|default-src &#39;none&#39;;", "", "does not forbid"),
    "too heavy a page": ("</main>", "<p>" + "x" * 600_000 + "</p></main>", "bytes, more than"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_finds(fault, published, tmp_path):
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(published, folder)
    pattern, instead, said = FAULTS[fault]
    path = folder / "02_gdp.html"
    html, n = re.subn(pattern, lambda m: instead, path.read_text("utf-8"), count=1, flags=re.S)
    assert n == 1
    path.write_text(html, encoding="utf-8")
    with pytest.raises(RunError, match=said) as raised:
        report.check(folder)
    assert "02_gdp.html: " in str(raised.value)


def test_an_empty_folder_is_no_report(tmp_path):
    with pytest.raises(RunError, match="no pages"):
        report.check(tmp_path)
