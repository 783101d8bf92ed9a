"""What was known when: periods read from words, editions by their day, statements by both."""

import datetime as dt

import pytest
from support import ROOT, the_study

from growth_claims import sources
from growth_claims.readings import history, revisions
from growth_claims.readings.assess import assess
from growth_claims.readings.history import Window, known_on, period_of

NOVEMBER = dt.date(2022, 11, 10)


@pytest.mark.parametrize(
    ("words", "quantity", "expected"),
    [
        ("past 20 years", "average real GDP growth", Window(2001, 2021)),
        ("past twenty years", "average real GDP growth", Window(2001, 2021)),
        ("2000-2021", "population relative to 2000", Window(2000, 2021)),
        ("since 2000", "foreign trade turnover relative to 2000", Window(2000, 2021)),
        ("2021", "regional GDP", Window(None, 2021)),
        ("latest", "regional GDP", Window(None, 2021)),
        ("current", "population growth", Window(2020, 2021)),
        ("24 years", "population relative to 24 years before", Window(1997, 2021)),
    ],
)
def test_the_period_in_a_statements_words(words, quantity, expected):
    assert period_of(words, quantity, NOVEMBER) == expected


def test_a_date_without_a_day_is_the_last_day_that_it_may_mean():
    assert history.day_of("2023") == dt.date(2023, 12, 31)
    assert history.day_of("2024-12") == dt.date(2024, 12, 31)
    assert history.day_of("2026", "past 25 years; early 2026") == dt.date(2026, 3, 31)


def test_an_edition_is_known_from_its_day_or_the_end_of_its_month():
    assert known_on("wdi", "2025-12-17") == dt.date(2025, 12, 17)
    assert known_on("weo", "2022-10") == dt.date(2022, 10, 31)


def test_the_first_statement_of_the_rate_was_right_on_the_figures_of_its_day():
    study = the_study()
    claim = study.register.claim("gdp-growth-20y")
    published = sources.statements(ROOT / "data" / "raw")
    table = history.statements(study, claim, published)
    first = table[(table["stated"] == 6.2) & (table["date"] == "2022-11-10")]
    assert set(first["then_vintage"]) == {"2022-10"}
    outcome = dict(zip(first["end"], first["then_outcome"], strict=True))
    assert outcome == {2021: "close", 2020: "holds"}
    article = table[(table["date"] == "2025-11-15") & (table["end"] == 2024)].iloc[0]
    assert article["then_vintage"] == "2025-10" and article["then_outcome"] == "fails"


def test_it_stopped_being_right_with_the_edition_of_april_2023():
    study = the_study()
    frame = history.by_vintage(study, study.register.claim("gdp-growth-20y"))
    stopped = history.stopped_holding(frame).set_index("source")
    assert stopped.loc["weo", "last_true"] == "2022-10"
    assert stopped.loc["weo", "first_false"] == "2023-04"


def test_no_statement_is_held_against_an_edition_of_a_later_day():
    study = the_study()
    published = sources.statements(ROOT / "data" / "raw")
    for claim in study.register.claims:
        table = history.statements(study, claim, published)
        for _, row in table.iterrows():
            if row["then_vintage"] is not None:
                day = known_on(row["then_source"], row["then_vintage"])
                assert day <= history.day_of(row["date"], "early" if row["date"] == "2026" else "")


def test_revisions_compare_one_edition_with_the_next():
    study = the_study()
    frame = revisions.revisions(study.panel, study.register.economies)
    assert (frame["earlier"] < frame["later"]).all()
    growth = frame[frame["kind"] == "growth-20y"]
    assert (growth["end"] - growth["start"] == 20).all()
    row = frame[(frame["kind"] == "gdp-dollars") & (frame["source"] == "wdi")].iloc[-1]
    assert row["revision"] == pytest.approx((row["after"] / row["before"] - 1) * 100)
    spread = revisions.spread(frame).set_index("kind")
    assert spread.loc["gdp-dollars", "p95"] < 5
    assert spread.loc["growth-20y", "p95"] < 0.25


def test_the_article_is_judged_as_its_claim_is_and_others_by_their_last_written_digit():
    study = the_study()
    published = sources.statements(ROOT / "data" / "raw")
    for name in ("gdp-growth-20y", "population-since-2000", "trade-since-2000"):
        claim = study.register.claim(name)
        table = history.statements(study, claim, published)
        row = table[(table["publisher"] == history.ARTICLE) & (table["end"] == claim.period.end)]
        assert list(row["now_outcome"]) == [assess(study, claim).primary.outcome.value]
    growth = history.statements(study, study.register.claim("gdp-growth-20y"), published)
    later = growth[growth["date"] == "2026"].iloc[0]
    assert later["now_value"] == pytest.approx(6.215, abs=1e-3)
    assert later["decimals"] == 1 and later["now_outcome"] == "close"  # "6.0", not "6"
