"""The sentences that get quoted: what they say is what was computed."""

import contextlib
import re

import pytest
from conftest import ROOT
from second_way import FIRST_STATED, REGISTER, the_study

from growth_claims import i18n, sentences, words
from growth_claims.readings import assess
from growth_claims.region import NoData

EVERY = [
    (path, claim.id, claim.kind)
    for path in (REGISTER, FIRST_STATED)
    for claim in the_study(path).register.claims
    if claim.primary is not None
]


LEVELS = [x for x in EVERY if x[2] == "level"]
RATES = [x for x in EVERY if x[2] == "growth"]


def each(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda c: f"{c[0].stem[:3]}-{c[1]}")


def one(case):
    """The study, the claim and its assessment."""
    study = the_study(case[0])
    claim = next(c for c in study.register.claims if c.id == case[1])
    return study, claim, assess(study, claim)


def said(case, language="en"):
    with i18n.use(language):
        return sentences.of(*one(case))


@each(LEVELS)
def test_a_year_that_was_higher_is_named_and_no_other(case):
    study, _claim, a = one(case)
    reading = a.primary.found.reading
    years = range(reading.end - sentences.BEFORE, reading.end + 1)
    values = {}
    for year in years:
        with contextlib.suppress(NoData):
            values[year] = study.aggregate(reading, (year,)).at(year)
    top = max(values, key=values.get)
    named = re.search(r"higher in (\d{4})", said(case))
    assert named is None if top == reading.end else named and int(named[1]) == top


@each(EVERY)
def test_almost_that_is_passed_is_called_more(case):
    _study, claim, a = one(case)
    passed = claim.stated.wording == "almost" and a.primary.found.value >= claim.stated.high
    assert ("a little more than" in said(case)) == (passed and a.verdict == "close")
    assert ("а немного больше" in said(case, "ru")) == (passed and a.verdict == "close")


@each(RATES)
def test_the_gap_that_is_said_is_the_difference_of_the_numbers_said(case):
    """With the decimals of what was found: no reader who subtracts finds another number."""
    _study, claim, a = one(case)
    value = a.primary.found.value
    with i18n.use("en"):
        gap = sentences.gap(claim, value)
    shown = round(value, words.decimals(claim, value))
    assert float(re.match(r"[\d.]+", gap)[0]) == pytest.approx(
        abs(shown - claim.stated.value), abs=6e-3
    )


@each(EVERY)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_sentence_says_no_word_twice_and_ends_once(case, language):
    text = said(case, language)
    assert not re.search(r"\b([^\W\d]+) \1\b", text), text
    assert text.endswith(".") and ".." not in text and "  " not in text


def test_a_rank_of_what_has_no_total_is_said_in_amounts():
    study = the_study(ROOT / "docs" / "example" / "baltic-2025-05-20.yaml")
    claim = next(c for c in study.register.claims if c.id == "largest-economy")
    assert "50\xa0% of the total in 2024, rank 1 of 3 (Latvia: 25\xa0%)" in sentences.of(
        study, claim, assess(study, claim)
    )
    richest = claim.primary.change(quantity="gdp-dollars-per-head", subject="EST")
    claim = claim.model_copy(update={"primary": richest})
    said_ = sentences.of(study, claim, assess(study, claim))
    assert "of the total" not in said_
    assert re.search(r"Estonia: 3\d\.\d thousand dollars per head in 2024, rank 1 of 3", said_)
