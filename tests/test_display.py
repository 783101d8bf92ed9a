"""How tables and answers are shown: whole counts, enough digits, heads in words and with a capital,
in the reader's language."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from growth_claims import check, display, gathering, i18n, params, words


def rows(html: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    found = re.findall(r"<tr>(.*?)</tr>", str(html), re.S)
    return [re.findall(r"<t[hd][^>]*>(?:<abbr[^>]*>)?([^<]*)", row) for row in found]


def test_numbers_of_rows_that_were_filtered_are_not_shown():
    frame = pd.DataFrame({"end": range(2000, 2004), "value": [1.5, 2.5, 3.5, 4.5]})
    kept = frame[frame["value"] > 2].sort_values("value", ascending=False)
    assert rows(display.table(kept)) == [
        ["Last year", "Value"],
        ["2003", "4.500"],
        ["2002", "3.500"],
        ["2001", "2.500"],
    ]
    years = pd.DataFrame({"value": [1.5]}, pd.Index([2001], name="year"))
    assert rows(display.table(years)) == [["Year", "Value"], ["2001", "1.500"]]


def test_a_count_is_whole_and_does_not_take_digits_from_its_neighbours():
    logs = pd.Series(0.05 + 0.01 * np.arange(20) / 19, name="growth, log points")
    said = dict(rows(display.table(logs.describe().to_frame()))[1:])
    assert said["Count"] == "20"
    assert said["Mean"] == "0.0550" and said["Lowest"] == "0.0500"


def test_what_is_not_so_is_said_and_what_is_not_marked_is_not():
    frame = pd.DataFrame({"defensible": [True, False], "primary": [True, False]})
    assert rows(display.table(frame))[1:] == [["yes", "yes"], ["no", "–"]]
    with i18n.use("ru"):
        assert rows(display.table(frame))[1:] == [["да", "да"], ["нет", "–"]]


def test_a_column_without_rows_has_no_cells():
    assert display.cells(pd.Series(dtype=float), "value") == []


def test_years_stay_years_where_one_is_missing():
    frame = pd.DataFrame({"start": [2004.0, np.nan], "value": [1.0, 2.0]})
    assert [row[0] for row in rows(display.table(frame))[1:]] == ["2004", "–"]


def test_heads_have_a_capital_and_codes_stay():
    named = pd.DataFrame(
        {"spread": [1.0], "times": [2.0], "adf-p": [3.0], "F": [4.0], "KAZ": [5.0]}
    )
    assert rows(display.table(named))[0] == ["Spread", "Times", "adf-p", "F", "KAZ"]
    by_country = pd.DataFrame({"value": [5.0]}, pd.Index(["KAZ"], name="economy"))
    assert rows(display.table(by_country))[1] == ["Kazakhstan", "5"]


def test_a_series_of_several_things_has_their_names_in_its_rows():
    several = pd.Series({"source": "wdi", "unit": "current US$", "outcome": "holds"}, name="value")
    with i18n.use("ru"):
        said = rows(display.table(several.to_frame()))
    assert said[1:] == [
        ["Источник", "Всемирный банк"],
        ["Единица", "текущие доллары"],
        ["Исход", "верно"],
    ]


@pytest.fixture(scope="module")
def settings():
    return params.check({"claim": "gdp-growth-20y"})


def test_the_answer_says_once_what_counts_as_true(settings):
    opened = check.open_check(settings)
    said = re.sub(r"<[^>]+>", " ", display.answer(opened))
    assert said.count("ounts as true") == 1
    assert "from 6.15 up to, but not including, 6.25\N{NO-BREAK SPACE}% a year" in said
    assert words.counts_as_true(opened.claim).startswith("Counts as true: from 6.15 ")


def test_what_was_gathered_is_worded_as_its_run_words_it(settings):
    report = gathering.open_report(params.check({}))
    for entry in report.entries:
        claim = report.study.register.claim(entry["id"])
        if claim.kind in ("level", "growth", "multiple"):
            found = check.Check(report.study, claim, settings).found
            assert entry["page"]["en"]["found"] == words.found(claim, found), claim.id
    shares = report.claims().loc["region-share-rising", "found"]
    assert shares == "0.03 percentage points"


def test_rows_of_two_levels_are_in_words():
    index = pd.MultiIndex.from_tuples([("KAZ", "exports")], names=["economy", "indicator"])
    with i18n.use("ru"):
        said = rows(display.table(pd.DataFrame({"count": [25.0]}, index)))
    assert said == [["Страна или группа / Показатель", "Количество"], ["Казахстан / Экспорт", "25"]]
