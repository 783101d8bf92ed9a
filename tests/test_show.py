"""Display objects: the same in both languages, safe, accessible, short where tests compare."""

import datetime as dt

import pandas as pd
import pytest
from markupsafe import Markup
from sample_report import assessed, claim

from growth_claims import i18n, show, words
from growth_claims.i18n import N_
from growth_claims.verdicts import Found, Outcome, Result, Verdict

THIN = i18n.THIN_SPACE


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setenv(show.RUN, "1")


def test_values_are_written_in_the_language_of_whoever_asks(running):
    shown = show.finding(
        N_("{a}, {b}, {c}"),
        a=show.percent(5.785, 2),
        b=show.number(12345.6, 1),
        c=show.date(dt.date(2025, 11, 15)),
    )
    data, metadata = shown._repr_mimebundle_()
    assert data["text/plain"] == f"5.79\xa0%, 12{THIN}345.6, 15 November 2025"
    html = metadata[show.METADATA]["html"]
    assert f"5,79\xa0%, 12{THIN}345,6, 15 ноября 2025 г." in html["ru"]
    assert html["en"] == data["text/html"]


def test_jupyter_gets_english_whatever_the_current_language():
    with i18n.use("ru"):
        data, metadata = show.finding(N_("{x}"), x=show.number(0.5, 1))._repr_mimebundle_()
    assert data["text/plain"] == "0.5"
    assert metadata == {show.METADATA: {"kind": "finding", "name": None}}  # small outside a run


def test_texts_are_escaped():
    assert "&lt;b&gt;" in show.finding("a <b> & c").html()
    frame = pd.DataFrame({"<i>": ["<script>"]})
    html = show.table(frame, caption="<u>").html()
    assert "<script>" not in html and "<i>" not in html and "<u>" not in html


def test_a_table_says_what_its_cells_are():
    frame = pd.DataFrame(
        {
            "country": ["KAZ", "UZB"],
            "year": [2023, 2024],
            "gdp": [1234567.891, float("nan")],
            "ok": [True, False],
            "day": [dt.date(2024, 1, 2), None],
            "how": ["a", "b"],
        }
    )
    shown = show.table(
        frame,
        {
            "country": N_("Country"),
            "year": "Year",
            "gdp": "GDP",
            "ok": "OK",
            "day": "Day",
            "how": "How",
        },
        {"country": words.economy, "gdp": 1, "how": lambda v: Markup(f"<b>{v}</b>")},
        caption=N_("GDP of {n} countries"),
        n=2,
    )
    html = shown.html()
    assert "<caption>GDP of 2 countries</caption>" in html
    assert '<th scope="col">Country</th><th scope="col" class="number">Year</th>' in html
    assert '<th scope="row">Kazakhstan</th><td class="number">2023</td>' in html
    assert f'<td class="number">1{THIN}234{THIN}567.9</td>' in html
    assert '<td class="number">–</td>' in html and "<td>2 January 2024</td>" in html
    assert "<td>yes</td>" in html and "<td>no</td>" in html and "<td><b>a</b></td>" in html
    assert "style" not in html
    assert shown.text() == "Table: GDP of 2 countries (2 rows)"


def test_a_long_table_may_be_folded():
    html = show.table(pd.DataFrame({"a": range(3)}), caption="Long", fold=True).html()
    assert html.startswith("<details><summary>Long (3 rows)</summary>")
    assert "<caption>" not in html and 'aria-label="Long"' in html


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(KeyError, match=r"no column 'gdb'; there are: gdp"):
        show.table(pd.DataFrame({"gdp": [1]}), {"gdb": "GDP"})


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_verdict_is_a_word_and_a_shape(verdict, language):
    with i18n.use(language):
        html = show.assessment(assessed(verdict)).html()
        assert f"<b>{words.verdict(verdict)}</b>" in html
        assert words.summary(assessed(verdict)) in Markup(html).unescape()
    assert 'aria-hidden="true"' in html and 'id="growth"' in html
    assert ">None<" not in html and "{" not in html


def test_shapes_differ():
    assert len(set(show.SHAPES.values())) == len(Verdict)


def test_the_stated_and_the_found_number_stand_side_by_side():
    html = show.pair(assessed(Verdict.DOES_NOT_HOLD))
    assert "<dt>Stated</dt><dd><b>6.2\xa0% a year</b> <small>20 years</small>" in html
    assert "<dt>Found</dt><dd><b>5.8\xa0% a year</b> <small>2004–2024</small>" in html


def test_another_way_to_read_the_wording_is_shown():
    assert "Read as whole: holds." in show.how_read(assessed(Verdict.OUT_OF_DATE))
    assert "Counts as true: from 6.15 up to" in show.how_read(assessed(Verdict.OUT_OF_DATE))


def test_a_reading_that_is_a_mistake_is_called_one():
    html = show.readings(assessed(Verdict.DEPENDS))
    assert html.count("Shown for comparison; it carries no verdict.") == 1
    assert "Of all 7 defensible readings the claim holds under 2." in html


@pytest.mark.parametrize(
    ("value", "written"), [(6.2, "6.2"), (6.2501, "6.3"), (6.149, "6.1"), (6.1499, "6.1")]
)
def test_no_rounded_number_contradicts_its_verdict(value, written):
    what = claim()
    shown = i18n.number(value, words.decimals(what, value))
    assert shown.startswith(written)
    assert what.stated.holds(float(shown)) == what.stated.holds(value)


@pytest.mark.parametrize(
    ("text", "en", "ru"),
    [
        ("2026-07-01", "1 July 2026", "1 июля 2026 г."),
        ("2025-10", "October 2025", "октябрь 2025 г."),
        ("2026", "2026", "2026"),
    ],
)
def test_editions_are_dates(text, en, ru):
    assert i18n.both(lambda: words.vintage(text)) == {"en": en, "ru": ru}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, 9, "less than 9\xa0% a year"),
        (0, None, "0\xa0% a year or more"),
        (4, 4, "exactly 4\xa0% a year"),
    ],
)
def test_open_intervals_are_said_in_words(low, high, said):
    what = claim()
    stated = what.stated.model_copy(update={"low": low, "high": high})
    assert said in words.counts_as_true(what.model_copy(update={"stated": stated}))


def test_what_the_figures_cannot_answer_is_said():
    a = assessed(Verdict.DOES_NOT_HOLD)
    silent = Result(Outcome.NO_DATA, None, a.others[0].named, "no figure for 2024")
    html = show.readings(type(a)(a.claim, a.verdict, a.primary, (silent,)))
    assert "The figures cannot answer this." in html


def test_a_lead_names_both_rates():
    what = claim().primary.change(measure="growth-lead", against="WLD")
    found = Found(2.9, what, parts={"region": 5.8, "WLD": 2.9})
    said = words.found(claim(), Result(Outcome.HOLDS, found))
    assert said == "5.8\xa0% a year (World: 2.9\xa0%)"
