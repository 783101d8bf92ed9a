"""A claim to play with: what the controls show is what the verdict would compute."""

import io
import time

import numpy as np
import pytest
import yaml
from PIL import Image

from growth_claims import params
from growth_claims.claims import NamedReading
from growth_claims.errors import ParameterError
from growth_claims.explore import Explorer
from growth_claims.readings import evaluate


@pytest.fixture(scope="module")
def settings():
    return params.check({"claim": "gdp-growth-20y"})


@pytest.fixture
def space():
    return {}


@pytest.fixture
def explorer(settings, space):
    return Explorer(settings, space)


def test_a_moved_control_computes_what_the_verdict_would(explorer):
    literal = explorer.found.value
    explorer.controls["years"].value = (2010, 2020)
    explorer.controls["weights"].value = "ppp"
    reading = explorer.literal.change(start=2010, end=2020, weights="ppp")
    assert explorer.reading == reading
    assert explorer.found.value == evaluate(explorer.study, explorer.claim, reading).value
    assert explorer.found.value != literal


def test_only_the_years_of_another_kind_are_hidden(explorer):
    hidden = [n for n, c in explorer.controls.items() if c.layout.display == "none"]
    assert hidden == ["end"]
    explorer.controls["claim"].value = "gdp-2024"
    hidden = [n for n, c in explorer.controls.items() if c.layout.display == "none"]
    assert hidden == ["years"]


def test_words_and_picture_follow_in_place(explorer):
    ax, line, words, picture = (
        explorer.ax,
        explorer.lines[0],
        explorer.words.value,
        explorer.picture.value,
    )
    explorer.controls["years"].value = (2010, 2020)
    assert explorer.words.value != words and "2010–2020" in explorer.words.value
    assert explorer.picture.value != picture
    assert explorer.ax is ax and explorer.lines[0] is line
    assert "2010–2020" in explorer.title.get_text()


def test_a_picture_moved_in_place_is_the_one_drawn_anew(explorer):
    explorer.controls["economies"].value = explorer.reading.economies[:2]
    explorer.controls["years"].value = (2008, 2022)
    kept = explorer.picture.value
    explorer._still = None
    fresh = explorer._png()
    one, other = (np.asarray(Image.open(io.BytesIO(p)), float) for p in (kept, fresh))
    assert np.abs(one - other).max() == 0


def test_the_state_stands_in_plain_variables(explorer, space):
    explorer.controls["estimator"].value = "log_trend_ols"
    assert space["ax"] is explorer.ax
    assert list(space["members"].columns) == list(explorer.reading.economies)
    assert space["region"].loc[2010] == pytest.approx(space["members"].loc[2010].sum())
    assert space["results"].model.exog.shape[1] == 2
    assert space["check"].found.value == explorer.found.value


def test_the_place_among_all_readings_counts_those_below(explorer):
    below, count = explorer.place
    assert count == len(explorer.curve)
    assert below == (explorer.curve["value"] < explorer.found.value - 1e-12).sum()


def test_the_reading_is_copied_as_a_named_reading(explorer):
    assert explorer.yaml == ""
    explorer.controls["years"].value = (2010, 2020)
    explorer.controls["source"].value = "weo"
    (one,) = yaml.safe_load(explorer.yaml)
    named = NamedReading.model_validate(one)
    assert not named.defensible
    again = explorer.study.filled(explorer.literal.like(named.change))
    assert again == explorer.reading
    found = evaluate(explorer.study, explorer.claim, again)
    assert found.value == explorer.found.value


def test_another_source_brings_its_editions_and_its_weights(explorer):
    explorer.controls["source"].value = "weo"
    editions = [value for _label, value in explorer.controls["vintage"].options]
    assert explorer.reading.weights == "ppp"
    assert editions[2:] == explorer._editions()[::-1]
    explorer.controls["vintage"].value = editions[-1]
    assert explorer.found is None or explorer.found.vintage == editions[-1]


def test_what_has_no_figures_says_so_and_goes_on(explorer, space):
    explorer.controls["economies"].value = ()
    assert "needs a country" in explorer.words.value
    explorer.controls["claim"].value = "gdp-growth-vs-world"
    explorer.controls["source"].value = "cisstat"
    assert explorer.found is None and explorer.problem in explorer.words.value
    assert space["region"] is None
    explorer.controls["source"].value = "wdi"
    assert explorer.found.value == pytest.approx(
        evaluate(explorer.study, explorer.claim, explorer.literal).value
    )


def test_every_claim_that_has_figures_opens(explorer):
    for _label, claim in explorer.controls["claim"].options:
        explorer.controls["claim"].value = claim
        assert explorer.claim.id == claim and explorer.found is not None


def test_a_reading_can_be_set_in_code(explorer):
    explorer.set(start=2010)
    assert explorer.controls["years"].value == (2010, explorer.literal.end)
    with pytest.raises(ParameterError, match="start"):
        explorer.set(strat=2010)


WRONG = [
    ({"weights": "pp"}, "'ppp'"),
    ({"source": "wdii"}, "'wdi'"),
    ({"quantity": "real-gpd"}, "'real-gdp'"),
    ({"economies": ["KZ"]}, "'KAZ'"),
    ({"vintage": "2025-12-71"}, "'2025-12-17'"),
    ({"source": "weo", "vintage": "2025-12-17"}, "2025-10"),
    ({"vintage": "2024-12-04"}, "2024-06-28"),  # an edition of the source, without this quantity
    ({"quantity": "population", "weights": "ppp"}, "none for population"),
    ({"source": "cia"}, "wdi, weo, cisstat"),
    ({"against": "ZZZ"}, "codes of economies"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_no_figure_knows_is_answered_with_what_there_is(explorer, changes, said):
    for take in (explorer.set, explorer.check.read):
        with pytest.raises(ParameterError, match=f"'{list(changes)[-1]}'.*{said}"):
            take(**changes)


def test_a_move_takes_less_than_a_tenth_of_a_second_of_work(explorer):
    taken = []
    for start in range(2001, 2012):
        before = time.process_time()
        explorer.controls["years"].value = (start, start + 12)
        taken.append(time.process_time() - before)
    assert np.median(taken) < 0.1
