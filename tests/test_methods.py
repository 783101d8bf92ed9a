"""The methods page: the two objections with their answers, every estimator and test with its
source, every formula well-formed, every number computed."""

import dataclasses
import re
from xml.etree import ElementTree

import pytest
from support import FIVE, ROOT, raw, the_study

from growth_claims import growth, i18n, methods, objections, show, sources
from growth_claims.dossier import Dossier
from growth_claims.readings import curve
from growth_claims.verdicts import Outcome, Verdict


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return Dossier(the_study(), sources.statements(ROOT / "data" / "raw"))


@pytest.fixture(scope="module")
def without(dossier):
    return objections.doubtful(dossier).assign(id=lambda f: [c.id for c in f["claim"]])


def test_without_turkmenistan_growth_is_that_of_the_sum_of_four(without):
    wdi = raw("wdi", "2026-07-01")
    four = [e for e in FIVE if e != "TKM"]

    def volume(e, year):
        """In dollars of 2015, from yearly growth, as this edition gives it."""
        value = wdi[e, "NY.GDP.MKTP.CD", 2015]
        for y in range(2016, year + 1):
            value *= 1 + wdi[e, "NY.GDP.MKTP.KD.ZG", y] / 100
        for y in range(2015, year, -1):
            value /= 1 + wdi[e, "NY.GDP.MKTP.KD.ZG", y] / 100
        return value

    def total(year):
        return sum(volume(e, year) for e in four)

    found = without.set_index("id").loc["gdp-growth-20y", "without"][1].found.value
    assert found == pytest.approx(((total(2024) / total(2004)) ** (1 / 20) - 1) * 100, abs=1e-12)


def test_without_turkmenistan_trade_is_that_of_four(without):
    wdi = raw("wdi", "2026-07-01")
    four = [e for e in FIVE if e != "TKM"]

    def total(year):
        codes = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")
        return sum(wdi[e, code, year] for e in four for code in codes)

    row = without.set_index("id").loc["trade-since-2000"]
    assert row["without"][1].found.value == pytest.approx(total(2024) / total(2000), rel=1e-12)
    assert (row["whole_outcome"], row["without_outcome"]) == (Outcome.CLOSE, Outcome.FAILS)


def test_no_level_is_compared_with_that_of_fewer_countries(without):
    assert "population-2024" not in set(without["id"])
    assert "gdp-2024" not in set(without["id"])
    assert {"gdp-growth-20y", "population-since-2000", "most-dynamic-region"} <= set(without["id"])


def test_what_hangs_on_turkmenistan_is_named_and_nothing_else(without):
    said = objections._otherwise(without)
    changed = without[without["whole_outcome"] != without["without_outcome"]]
    assert f"{len(changed)} of {len(without)}" in said
    for row in without.itertuples():
        named = row.claim.statement.en.rstrip(".") in said
        assert named == (row.whole_outcome != row.without_outcome), row.id
    same = without[without["whole_outcome"] == without["without_outcome"]]
    assert "changes nothing" in objections._otherwise(same)


def test_both_objections_are_headings_and_come_first(dossier):
    pieces = list(methods.page(dossier))
    headings = [p for p in pieces if isinstance(p, show.Heading)]
    assert pieces[0] is headings[0]
    assert [h.name for h in headings[:3]] == ["objections", "unit-root", "official-figures"]


def test_a_register_that_gives_no_occasion_has_no_objections(dossier):
    study = dossier.study
    kept = tuple(c for c in study.register.claims if c.topic == "events")
    register = study.register.model_copy(update={"claims": kept})
    few = Dossier(dataclasses.replace(study, register=register), dossier.published)
    assert list(objections.section(few)) == []


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_page_names_every_rule_estimator_and_test(dossier, language):
    with i18n.use(language):
        page = "\n".join(str(piece.html()) for piece in methods.page(dossier))
        page = re.sub(r"\s+", " ", page)
        for estimator in growth.ESTIMATORS.values():
            assert str(show.escaped(i18n._(estimator.label))) in page
            assert str(show.escaped(estimator.reference)) in page
        for rule in curve.LEFT_OUT:
            assert str(show.escaped(i18n._(rule))) in page
        for _test, _null, _how, reference in methods.TESTS:
            assert str(show.escaped(reference)) in page
    assert len(methods.RULES) == len(Verdict)
    assert "{" not in re.sub(r"<[^>]*>", "", page)


def test_formulas_are_well_formed_and_say_themselves_in_words(dossier):
    formulas = [p for p in methods.page(dossier) if isinstance(p, show.Formula)]
    assert len(formulas) >= 14
    for formula in formulas:
        figure = ElementTree.fromstring(str(formula.html()))
        (math,) = [e for e in figure.iter() if e.tag.endswith("}math")]
        assert math.get("display") == "block"
        letters = "".join(math.itertext())
        assert "\\" not in letters and re.search("[=±]", letters)
        assert len(figure.find("figcaption").text) > 10


def test_a_short_period_leaves_out_what_needs_more_years(dossier):
    from growth_claims import exhibits
    from growth_claims.readings.study import Overrides

    study = dataclasses.replace(dossier.study, overrides=Overrides(first_year=2018))
    short = Dossier(study, dossier.published)
    assert "too few" in exhibits.stability(short, "gdp-growth-20y").text()
    assert exhibits.breaks(short, "gdp-growth-20y").frame.empty
    labels = set(exhibits.estimators(short, "gdp-growth-20y").frame["label"])
    assert growth.ESTIMATORS["endpoint"].label in labels
    assert growth.ESTIMATORS[growth.QUOTED].label not in labels
    assert "unit-root" not in [p.name for p in objections.section(short)]
