"""From executed notebook to page: prose translated, outputs as they came, notes and links joined,
code out of the way; the same bytes twice; and a check that finds what is wrong."""

import base64
import hashlib
import json
import re
import shutil

import html5lib
import pytest
import sample_report
from sample_report import PROSE

from growth_claims import i18n, report
from growth_claims.errors import RunError
from growth_claims.report import checking, machine, markdown, notebook, page, single
from growth_claims.report.cite import inputs_hash


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return sample_report.build(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def text(published):
    return lambda name: (published / name).read_text(encoding="utf-8")


# ---- prose ----


def test_prose_is_cut_into_messages():
    said = markdown.messages(PROSE)
    first = next(text for text in said if text.startswith("The World Bank sums GDP"))
    assert "\n" not in first
    assert set(said) == {
        first,
        "one item",
        "another",
        "a",
        "b",
        "x",
        "World Bank, [data](https://data.worldbank.org).",
    }


def test_code_in_prose_is_no_message():
    assert markdown.messages("```\ncode here\n```\n\ntext") == ["text"]


def test_each_message_is_said_in_the_language(monkeypatch):
    class Loud:
        gettext = staticmethod(str.upper)

    monkeypatch.setattr(i18n, "catalogue", lambda language: Loud)
    html = markdown.html("## One\n\n- two\n  and more\n- `x` $y_1$\n\n```\ncode\n```\n", "ru")
    for part in ("<h2>ONE</h2>", "<li>TWO AND MORE</li>", "<msub>", "<code>code"):
        assert part in html


def test_a_dollar_sign_is_no_formula():
    for text in ("US$ 5 and $6 of it", "US$ of 2015, in $.", r"a \$b and c\$"):
        assert "<math" not in markdown.html(text), text


def test_formulas_are_mathml_and_nothing_in_them_is_markdown():
    html = markdown.html("So $a_{i} * b_{i} * c$ is.\n\n$$\\frac{1}{2} < 3$$")
    assert html.count("<math") == 2 and html.count("</math>") == 2
    assert "<em>" not in html and "<msub>" in html and "<mfrac>" in html
    assert 'display="block"' in html and "style=" not in html and "$" not in html


# ---- pages ----


def test_every_page_is_there_in_both_languages(published):
    wanted = {"holds", "does-not-hold", "index", "figures", "changes", "report"}
    for ending in (".html", ".ru.html"):
        found = {p.name.removesuffix(ending) for p in published.glob(f"*{ending}")}
        assert wanted <= found
    assert not (published / "cannot-be-checked.html").exists()
    assert not (published / "pieces").exists()
    report.check(published)


def test_a_browser_reads_every_page_without_a_guess(published):
    """Ours are read as XML; here they are read as HTML, where a browser has to guess is wrong."""
    for path in [*published.glob("*.html"), *published.parent.glob("*.html")]:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(path.read_text(encoding="utf-8"))
        errors = [e for e in parser.errors if e[1] != "non-void-element-with-trailing-solidus"]
        assert errors == [], path.name


def test_a_page_is_in_the_language_of_its_run(text):
    assert "5.79\xa0%" in text("holds.html") and "5,79\xa0%" in text("holds.ru.html")
    assert "5.79\xa0%" not in text("holds.ru.html") and '<html lang="ru">' in text("holds.ru.html")


def test_the_answer_comes_first_then_the_chart_then_the_readings_then_the_computation(text):
    html = text("holds.html")
    wanted = [
        "<h1",
        'class="answer"',
        "How the chart is read.",
        'id="chart-holds-path"',
        ">Other readings</h2>",
        'id="chart-holds-readings"',
        'id="computation"',
        ">The number</h3>",
        'href="#chart-holds-path"',
        'id="sources"',
        'id="cite"',
    ]
    places = [html.index(w, html.index("<main")) for w in wanted]
    assert places == sorted(places)
    assert html.count('id="chart-holds-path"') == 1 and html.count('class="answer"') == 1
    assert "GDP grew by 6.2\xa0% a year.</h1>" in html and "GDP grew.</p>" not in html


def test_a_claim_without_figures_stands_on_the_first_page_alone(text):
    html = text("index.html")
    assert 'id="cannot-be-checked"' in html and 'href="cannot-be-checked.html"' not in html
    assert "What would settle it: trade" in html


def test_the_first_page_says_where_todays_figures_differ(text):
    item = re.compile(r'<li class="v-[^"]*" id="([^"]+)">(.*?)</li>', re.S)
    items = dict(item.findall(text("index.html")))
    assert 'class="today"' in items["holds"] and "does not hold" in items["holds"]
    assert 'class="today"' not in items["close"]


def test_what_is_for_the_notebook_alone_is_not_on_the_page(text):
    assert "Of no interest." not in text("index.html") and "hidden<" not in text("index.html")


def test_notes_are_linked_both_ways(text):
    html = text("holds.html")
    assert html.count('href="#fn-sum"') == 2 and '<li id="fn-sum">' in html
    for anchor in ("fnref-sum", "fnref-sum-2"):
        assert f'id="{anchor}"' in html and f'href="#{anchor}"' in html
    assert "[^sum]" not in html


def test_links_lead_to_pages_of_the_language(text):
    assert 'href="index.html#front"' in text("holds.html")
    assert 'href="index.ru.html#front"' in text("holds.ru.html")
    assert 'href="holds.ru.html"' in text("index.ru.html")
    assert ".ipynb#" not in text("holds.ru.html")


def test_a_place_has_the_same_anchor_in_both_languages(published):
    for path in published.glob("*.ru.html"):
        english = (published / path.name.replace(".ru", "")).read_text(encoding="utf-8")
        ids = re.findall(r'<h[1-6][^>]* id="([^"]+)"', path.read_text(encoding="utf-8"))
        assert ids == re.findall(r'<h[1-6][^>]* id="([^"]+)"', english)


def test_code_is_hidden_and_hangs_on_what_it_shows(text):
    html = text("holds.html")
    assert "Parameters of this run" in html
    assert '<details class="code" open' not in html
    assert "&lt;b&gt; printed" in html and "a warning" not in html
    assert "unused" in html  # shows nothing, and is not lost
    assert 'class="code"' not in text("index.html")


def test_a_librarys_table_is_set_by_our_style_and_marked_as_english(text):
    for name in ("holds.html", "holds.ru.html"):
        table = re.search(r'<div class="table foreign".*?</div>', text(name), re.S)[0]
        assert 'lang="en"' in table and 'aria-label="OLS Regression Results"' in table
        assert "simpletable" not in table and "style=" not in table
        assert "P>|t|" in table
        assert "<em>Left out.</em>" in text(name) and "ADF(stat=&lt;1&gt;)" in text(name)


def test_what_is_not_well_formed_is_shown_as_it_prints():
    html = notebook._output({"text/html": "<table><tr><td>x</table>", "text/plain": "x < 1"})
    assert html == '<pre class="printed" lang="en" tabindex="0">x &lt; 1</pre>\n'


def test_a_chart_brings_title_description_table_and_file(text, published):
    html = text("close.ru.html")
    figure = re.search(r'<figure class="chart" id="chart-close-path">.*?</figure>', html, re.S)[0]
    assert "<figcaption>ru: 5,8 &lt;so&gt;</figcaption>" in figure
    assert "It rises to 5,8.</desc>" in figure
    assert "World Bank &lt;1&gt;" in figure and "<details" in figure
    assert (published / "charts" / "close-path.csv").read_text() == "year,value\n2024,5.8\n"


def test_without_a_drawing_the_bitmap_stands_in():
    pixel = (
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6BAAAADklEQVR4nGNgQAX/0WgAH/0C/m0k2eYAAAAASUVORK5C"
        "YII="
    )
    html = notebook.figure({"name": "x"}, {"image/png": pixel, "text/plain": 'to "5.8"'})
    assert 'width="2" height="3"' in html and 'alt="to &#34;5.8&#34;"' in html


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
    own = page.OWN / "static"
    assert len((own / "report.css").read_bytes()) <= 25_000
    assert len((own / "report.js").read_bytes()) <= 8_000


def test_languages_with_other_headings_are_an_error(tmp_path):
    made = sample_report.notebooks(tmp_path)
    nb = json.loads(made["holds"]["ru"].read_text(encoding="utf-8"))
    nb["cells"].append(sample_report.markdown("## One more"))
    made["holds"]["ru"].write_text(json.dumps(nb), encoding="utf-8")
    publish = sample_report.folder(tmp_path / "published")
    with pytest.raises(RunError, match="holds: the languages do not have the same headings"):
        report.build(made, publish)


def test_a_report_needs_its_first_page(tmp_path):
    with pytest.raises(RunError, match="first page"):
        report.build({}, tmp_path)


def test_notebooks_are_given_away_without_times_and_warnings(published):
    text = (published / "notebooks" / "holds.ru.ipynb").read_text(encoding="utf-8")
    nb = json.loads(text)
    assert "papermill" not in nb["metadata"] and "now" not in text and "a warning" not in text
    assert "csv_text" not in text and '"kind": "chart"' in text


# ---- one file ----


def test_the_single_file_is_whole(text):
    html = text("report.html")
    assert 'href="#holds--term-vintage"' not in html and 'href="#term-vintage"' in html
    assert 'id="holds"' in html  # a claim's address is the same in both editions
    assert 'href="#page-holds"' in html and 'id="page-holds"' in html
    assert 'href="data:text/csv;base64,' in html and 'class="code"' not in html
    assert not re.search(r'href="(?:holds|index|figures)\.html', html)


def test_anchors_are_kept_apart():
    html = single.apart(
        '<a id="x" href="#y" aria-labelledby="a b"><path clip-path="url(#c)"/></a>', "02"
    )
    assert html == (
        '<a id="02--x" href="#02--y" aria-labelledby="02--a 02--b">'
        '<path clip-path="url(#02--c)"/></a>'
    )


def test_two_builds_are_the_same_bytes(tmp_path, published):
    again = sample_report.build(tmp_path)
    first = {p.relative_to(published): p.read_bytes() for p in published.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second and len(first) > 20


# ---- the list of reports ----


def test_all_reports_are_listed_in_both_languages(published):
    for name, title in (("index.html", "A sample"), ("index.ru.html", "Образец")):
        html = (published.parent / name).read_text(encoding="utf-8")
        assert f'<a href="sample/{name}">{title}</a>' in html
        assert f'href="../{name}"' in (published / name).read_text(encoding="utf-8")


# ---- what the check finds ----

FAULTS = {
    "a style attribute": ("<main ", '<main style="x" ', "style attribute"),
    "a script in an attribute": ("<main ", '<main onclick="x()" ', "a script in onclick"),
    "a picture from elsewhere": (
        "</main>",
        '<img src="https://example.org/x.png" alt="1"/></main>',
        "would be asked for",
    ),
    "a style from elsewhere": ("<style>", "<style>@import 'x';", "asks for something"),
    "a request": ("<script>", "<script>fetch('x');", "asks for something"),
    "no language": ('<html lang="en">', "<html>", "no language"),
    "a link to nowhere": ("</main>", '<a href="none.html">x</a></main>', "which is not there"),
    "a link to no place": ("</main>", '<a href="index.html#no">x</a></main>', "no such place"),
    "an id twice": ("</main>", '<p id="content">x</p></main>', "stands 2 times"),
    "a heading that skips": ("</main>", "<h5>x</h5></main>", "follows one of level"),
    "a loose policy": ("default-src &#39;none&#39;", "default-src 'unsafe-inline'", "Policy"),
    "an open element": ("</main>", "<b></main>", "not well-formed"),
    "a block in a paragraph": ("</main>", "<p><ul><li>x</li></ul></p></main>", "<ul> in <p>"),
    "a link in a link": ("</main>", '<a href="#"><a href="#">x</a></a></main>', "<a> in <a>"),
    "a row outside a table": ("</main>", "<tr></tr></main>", "<tr> in <main>"),
    "a chart without a number": (
        "It rises to 5.8.</desc>",
        "It rises.</desc>",
        "no number in its alternative",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_finds(fault, published, tmp_path):
    old, new, said = FAULTS[fault]
    broken = tmp_path / "broken"
    shutil.copytree(published, broken)
    path = broken / "holds.html"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RunError, match=re.escape(said)):
        report.check(broken)


def test_a_page_that_is_the_same_is_not_read_again(published, tmp_path, monkeypatch):
    """But for the hash of the inputs, which is on every page; and its links are still followed."""
    folder, kept, read = tmp_path / "report", tmp_path / "kept.json", []
    shutil.copytree(published, folder)
    checking.keep(kept, "method", report.check(folder))
    real = checking.examine
    monkeypatch.setattr(
        checking, "examine", lambda name, text: read.append(name) or real(name, text)
    )
    assert checking.recall(kept, "another") == {}
    before = inputs_hash(machine.read_json(folder / "run.json"))
    edited = (folder / "run.json").read_text("utf-8").replace('"data/raw/', '"data/raw/x')
    (folder / "run.json").write_text(edited, encoding="utf-8")
    after = inputs_hash(json.loads(edited))
    for path in folder.glob("*.html"):
        text = path.read_text("utf-8").replace(before, after).replace(before[:12], after[:12])
        path.write_text(text, encoding="utf-8")
    page = folder / "holds.html"
    page.write_text(page.read_text("utf-8").replace("</main>", "<p>new</p></main>"), "utf-8")
    report.check(folder, checking.recall(kept, "method"))
    assert before != after and read == ["holds.html"]
    linked = next(path for path in folder.glob("charts/*.csv"))
    linked.unlink()
    with pytest.raises(RunError, match="which is not there"):
        report.check(folder, checking.recall(kept, "method"))


def test_nothing_is_no_report(tmp_path):
    with pytest.raises(RunError, match="no pages"):
        report.check(tmp_path)


def test_languages():
    assert i18n.LANGUAGES == ("en", "ru")
