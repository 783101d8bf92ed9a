"""Quantities: every code that they name is in the figures; a mistake is named with its place."""

import pytest
import yaml
from second_way import ROOT, the_study

from growth_claims import quantities
from growth_claims.errors import InputError

FILE = ROOT / "claims" / quantities.FILE


def test_every_code_that_a_quantity_names_is_in_the_figures():
    panel = the_study().panel
    for source, code in set(quantities.load(FILE).indicators()):
        assert panel.vintages(source, code), (source, code)


def spoilt(tmp_path, spoil) -> str:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    spoil(content["quantities"])
    path = tmp_path / FILE.name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError) as error:
        quantities.load(path)
    return str(error.value)


MISTAKES = {
    "a key misspelt": (lambda q: q["population"].update(uint="x"), ("population", "'uint'")),
    "a source that is none": (
        lambda q: q["population"]["sources"].update(wdx={"terms": [["A"]]}),
        ("no source 'wdx'", "'wdi'"),
    ),
    "a ratio of what is none": (
        lambda q: q["gdp-per-head"]["ratio"].update(per="poplation"),
        ("no quantity 'poplation'", "'population'"),
    ),
    "two ways at once": (
        lambda q: q["population"]["sources"]["wdi"].update(growth="SP.POP.GROW"),
        ("exactly one of terms, growth and flows",),
    ),
    "growth without a base": (
        lambda q: q["real-gdp"]["sources"]["weo"].pop("base"),
        ("growth without base",),
    ),
    "weights that are none": (
        lambda q: q["real-gdp"]["sources"]["weo"].update(own_weights="pppp"),
        ("no weights 'pppp'",),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(tmp_path, mistake):
    spoil, said = MISTAKES[mistake]
    message = spoilt(tmp_path, spoil)
    for part in (FILE.name, *said):
        assert part in message, message


def test_a_new_quantity_is_an_entry(tmp_path):
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["quantities"]["exports-per-head"] = {
        "name": {"en": "exports per head", "ru": "экспорт на душу"},
        "unit": "thousand US$ per head",
        "ratio": {"of": "goods-exports", "per": "population"},
    }
    path = tmp_path / FILE.name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    made = quantities.load(path)
    assert made.sources_of("exports-per-head") == ("wdi",)
    assert made.weights_of("exports-per-head") == {}


def test_an_unknown_quantity_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'real-gdp'"):
        quantities.load(FILE).quantity("real-gpd")
