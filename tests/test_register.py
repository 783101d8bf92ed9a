"""The register: everything that the article states is on it, its intervals follow from what was
written, and a mistake in a register is named, wherever it stands."""

import re
from decimal import Decimal

import pytest
import yaml
from conftest import ROOT
from second_way import FIRST_STATED, FIVE, REGISTER, the_study

from growth_claims import claims, preview
from growth_claims.errors import InputError
from growth_claims.quantities import Strict, Text

#: The article's claims in its order.
IDS = (
    "population-2024",
    "population-since-2000",
    "population-growth-rate",
    "gdp-2024",
    "gdp-growth-20y",
    "gdp-growth-vs-world",
    "gdp-growth-vs-developing",
    "most-dynamic-region",
    "region-share-rising",
    "trade-since-2000",
    "regional-trade-rising",
    "kazakhstan-trade-2024",
    "uzbekistan-main-partner",
    "kazakhstan-trade-high-value-share",
    "meetings-since-2018",
    "first-meeting-eight-years-ago",
    "sixth-meeting-2024",
    "seventh-meeting-2025",
    "c5-plus-1-second",
    "four-summits-2025",
)
#: Counted, not measured: nothing is rounded.
COUNTS = ("ordinal number", "events")
#: Numbers that are written as words.
NUMERALS = {"eight": "8", "восемь": "8", "ninefold": "9", "девять": "9", "six": "6", "шесть": "6"}
BOTH = (REGISTER, FIRST_STATED)


@pytest.fixture(scope="module", params=BOTH, ids=lambda p: p.stem)
def register(request) -> claims.Register:
    return claims.load(request.param)


@pytest.fixture(scope="module")
def article() -> claims.Register:
    return claims.load(REGISTER)


def written(text: str) -> Decimal:
    """The first number of a text, with the digits in which it was written."""
    words = [NUMERALS.get(word, word) for word in text.split()]
    return Decimal(re.search(r"\d+(?:[.,]\d+)?", " ".join(words)).group().replace(",", "."))


def rounded_to(number: Decimal) -> tuple[float, float]:
    """The numbers that round to it, to its last written digit."""
    half = Decimal(1).scaleb(number.as_tuple().exponent) / 2
    return float(number - half), float(number + half)


def test_everything_the_article_states_is_registered_in_its_order(article):
    assert tuple(c.id for c in article.claims) == IDS
    assert [c.id for c in article.cross_checks] == ["arithmetic-population", "arithmetic-gdp"]
    assert article.economies == FIVE
    assert len(article.not_checkable) == 5


def test_what_the_bank_first_stated_is_registered():
    stated = [c.stated.value for c in claims.load(FIRST_STATED).claims]
    assert stated == [77, 1.4, 347, 6.2, 5.3, 2.6, 165.5, 6]


def test_intervals_are_what_the_last_written_digit_allows(register):
    for claim in register.claims:
        stated = claim.stated
        if stated.wording != "exact":
            continue
        if stated.unit in COUNTS:
            assert stated.low == stated.value == stated.high, claim.id
        else:
            low, high = rounded_to(written(stated.as_written.en))
            assert (stated.low, stated.high) == pytest.approx((low, high), abs=1e-12), claim.id


def test_both_languages_write_the_number_that_is_stated(register):
    for claim in register.claims:
        if claim.stated.value is None or claim.stated.unit in COUNTS:
            continue
        as_written = claim.stated.as_written
        assert float(written(as_written.en)) == claim.stated.value, claim.id
        assert written(as_written.ru) == written(as_written.en), claim.id


def test_almost_ninefold_is_below_nine_and_rounds_to_it(article):
    stated = article.claim("trade-since-2000").stated
    assert (stated.low, stated.high) == (rounded_to(written(stated.as_written.en))[0], stated.value)
    assert [o.id for o in stated.otherwise] == ["to-nine"]


def test_primary_readings_are_literal(register):
    for claim in register.claims:
        primary = claim.primary
        if primary is None or claim.kind == "events":
            continue
        assert primary.vintage == "", claim.id  # that of the day
        assert (primary.start, primary.end) == (claim.period.start, claim.period.end), claim.id
        if primary.estimator:
            assert primary.estimator == "endpoint", claim.id


def test_no_reading_of_the_article_ends_in_a_year_that_it_could_not_know(article):
    for claim in article.claims:
        for reading in claim.readings:
            assert reading.change.get("end", 0) <= 2024, (claim.id, reading.id)


def test_a_reading_that_is_called_a_mistake_carries_no_verdict(register):
    for claim in register.claims:
        for reading in claim.readings:
            mistaken = reading.change.get("weights") == "unweighted"
            assert ("mistake" in reading.label.en) == mistaken, (claim.id, reading.id)
            assert not (mistaken and reading.defensible), (claim.id, reading.id)


def texts(node, place=""):
    """Every text of the register, with its place."""
    if isinstance(node, Text):
        yield place, node
    elif isinstance(node, Strict):
        name = getattr(node, "id", "")
        for key in type(node).model_fields:
            yield from texts(getattr(node, key), f"{place}.{name}.{key}")
    elif isinstance(node, tuple):
        for part in node:
            yield from texts(part, place)


def test_every_text_is_in_the_language_that_it_says(register):
    said = list(texts(register))
    assert len(said) > 60
    cyrillic = re.compile("[а-яё]", re.IGNORECASE)
    for place, text in said:
        assert not cyrillic.search(text.en), (place, text.en)
        assert cyrillic.search(text.ru) or re.fullmatch(r"[\d\s%–.,]+", text.ru), (place, text.ru)


def test_what_cannot_be_checked_says_which_table_would_settle_it(article):
    unsettled = [c for c in article.claims if c.primary is None]
    assert [c.id for c in unsettled] == ["kazakhstan-trade-high-value-share"]
    for code in ("398", "417", "762", "795", "860"):  # UN Comtrade's codes of the five
        assert code in unsettled[0].settled_by.en and code in unsettled[0].settled_by.ru


# Mistakes in a register


def spoilt(tmp_path, spoil):
    """The error that the real register gives after `spoil(content)`."""
    content = yaml.safe_load(REGISTER.read_text(encoding="utf-8"))
    spoil(content)
    path = tmp_path / REGISTER.name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError) as error:
        claims.load(path)
    return str(error.value)


def by_id(content: dict, claim_id: str) -> dict:
    return next(c for c in content["claims"] if c["id"] == claim_id)


MISTAKES = {
    "a key misspelt at the top": (
        lambda c: c.update(economys=[]),
        ("economys", "unknown key"),
    ),
    "a key misspelt deep inside": (
        lambda c: by_id(c, "gdp-2024")["stated"].update(lwo=1),
        ("gdp-2024", "stated", "'lwo'"),
    ),
    "an interval upside down": (
        lambda c: by_id(c, "gdp-growth-20y")["stated"].update(low=6.25, high=6.15),
        ("gdp-growth-20y", "low 6.25 is above high 6.15"),
    ),
    "another interval upside down": (
        lambda c: by_id(c, "trade-since-2000")["stated"]["otherwise"][0].update(low=10),
        ("trade-since-2000", "to-nine", "low 10 is above high 9.5"),
    ),
    "a text in one language": (
        lambda c: by_id(c, "gdp-2024")["statement"].pop("ru"),
        ("gdp-2024", "statement.ru", "nothing"),
    ),
    "an empty text": (
        lambda c: by_id(c, "gdp-2024")["statement"].update(en=""),
        ("gdp-2024", "statement.en"),
    ),
    "a unit that is none": (
        lambda c: by_id(c, "gdp-2024")["stated"].update(unit="billions"),
        ("gdp-2024", "unit", "'billions'", "billion US$"),
    ),
    "a kind that is none": (
        lambda c: by_id(c, "gdp-2024").update(kind="levle"),
        ("gdp-2024", "kind", "'levle'"),
    ),
    "a unit that the kind does not have": (
        lambda c: by_id(c, "gdp-growth-20y")["stated"].update(unit="times"),
        ("gdp-growth-20y", "'growth'", "percent per year", "'times'"),
    ),
    "a topic that is none": (
        lambda c: by_id(c, "gdp-2024").update(topic="gpd"),
        ("gdp-2024", "'gpd'", "did you mean 'gdp'"),
    ),
    "a comparison with nobody": (
        lambda c: by_id(c, "gdp-growth-vs-world")["primary"].pop("against"),
        ("gdp-growth-vs-world", "exactly one of against, among and subject"),
    ),
    "a cross-check of a claim that is none": (
        lambda c: c["cross_checks"][0]["implied"].update(level="population"),
        ("arithmetic-population", "no claim 'population'"),
    ),
    "a reading without its last year": (
        lambda c: by_id(c, "gdp-2024")["primary"].pop("end"),
        ("gdp-2024", "primary", "no end"),
    ),
    "a period that ends before it starts": (
        lambda c: by_id(c, "gdp-growth-20y")["primary"].update(start=2024, end=2004),
        ("gdp-growth-20y", "start 2024 is not before end 2004"),
    ),
    "a further reading that changes what no reading has": (
        lambda c: by_id(c, "gdp-growth-20y")["readings"][0]["change"].update(wieghts="ppp"),
        ("gdp-growth-20y", "'wieghts'", "did you mean 'weights'?"),
    ),
    "a further reading with a value that is none": (
        lambda c: by_id(c, "gdp-growth-20y")["readings"][0]["change"].update(estimator="mean"),
        ("gdp-growth-20y", "estimator"),
    ),
    "two readings of one name": (
        lambda c: by_id(c, "gdp-2024")["readings"].append(by_id(c, "gdp-2024")["readings"][0]),
        ("gdp-2024", "reading identifiers that stand twice"),
    ),
    "two claims of one name": (
        lambda c: c["claims"].append(c["claims"][0]),
        ("identifiers that stand twice: population-2024",),
    ),
    "neither a reading nor what would settle it": (
        lambda c: by_id(c, "kazakhstan-trade-high-value-share").pop("settled_by"),
        ("kazakhstan-trade-high-value-share", "either a primary reading, or settled_by"),
    ),
    "both of them": (
        lambda c: by_id(c, "kazakhstan-trade-2024").update(settled_by={"en": "x", "ru": "х"}),
        ("kazakhstan-trade-2024", "either a primary reading, or settled_by"),
    ),
    "a date that is none": (
        lambda c: c["article"].update(date="November"),
        ("article.date", "'November'"),
    ),
    "another register's identifier": (
        lambda c: c.update(id="central-asia"),
        ("'central-asia'", "'central-asia-2025-11-15'", "name the register after its file"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place(tmp_path, mistake):
    spoil, said = MISTAKES[mistake]
    message = spoilt(tmp_path, spoil)
    for part in (REGISTER.name, *said):
        assert part in message, message


def test_a_key_that_stands_twice_is_an_error_with_its_line(tmp_path):
    path = tmp_path / REGISTER.name
    lines = REGISTER.read_text(encoding="utf-8").splitlines()
    at = lines.index("      low: 6.15")
    path.write_text("\n".join([*lines[: at + 1], lines[at], *lines[at + 1 :]]), encoding="utf-8")
    with pytest.raises(InputError) as error:
        claims.load(path)
    assert "the key 'low' stands twice" in str(error.value)
    assert error.value.row.startswith(f"{at + 2}, column")


def test_what_is_no_yaml_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "text.yaml"
    path.write_text("id: text\ntitle: {en: a", encoding="utf-8")
    with pytest.raises(InputError) as error:
        claims.load(path)
    assert error.value.row is not None
    path.write_text("- id: text\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected a mapping with the keys id, title"):
        claims.load(path)


def test_a_register_that_is_not_there_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match=re.escape(REGISTER.name)):
        claims.load(REGISTER.with_name("central-asia-2025-11-51.yaml"))


def test_an_unknown_claim_names_the_nearest(register):
    with pytest.raises(InputError, match="did you mean"):
        register.claim("gdp-growth-20")


def test_all_mistakes_are_named_at_once_each_with_its_line_and_column(tmp_path):
    text = REGISTER.read_text(encoding="utf-8")
    text = text.replace("unit: billion US$", "unit: billions", 1)
    text = text.replace("wording: almost", "wording: nearly", 1)
    path = tmp_path / REGISTER.name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        claims.load(path)
    lines = text.splitlines()
    message = str(error.value)
    for word in ("unit: billions", "wording: nearly"):
        at = next(n for n, line in enumerate(lines, 1) if word in line)
        column = lines[at - 1].index(word) + 1
        assert f"row {at}, column {column}" in message, message
    assert len(error.value.errors) == 2


def test_check_names_a_group_that_the_readings_source_does_not_have():
    path = ROOT / "docs" / "example" / "baltic-2025-05-20.yaml"
    study = the_study(path)
    claim = study.register.claim("faster-than-eu")
    assert "missing" not in preview.literal(study, claim)
    other = claim.primary.change(against="EUU")  # the World Bank's code, of the IMF's figures
    said = preview.literal(study, claim.model_copy(update={"primary": other}))
    assert re.search(r"^  missing: IMF, edition 2025-04, .*European Union$", said, re.M)
