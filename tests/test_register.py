"""The register: everything that the article states is on it, its intervals follow from what was
written, and a mistake in a register is named, wherever it stands."""

import re
from decimal import Decimal

import pytest
import yaml
from support import REGISTER

from growth_claims import claims
from growth_claims.errors import InputError

#: The article's claims in its order; the last two are our own.
IDS = (
    "population-2024",
    "population-since-2000",
    "population-growth-rate",
    "gdp-2024",
    "gdp-growth-20y",
    "gdp-growth-vs-world",
    "gdp-growth-vs-developing",
    "most-dynamic-region",
    "trade-since-2000",
    "regional-trade-rising",
    "kazakhstan-trade-2024",
    "kazakhstan-trade-high-value-share",
    "meetings-since-2018",
    "first-meeting-eight-years-ago",
    "sixth-meeting-2024",
    "seventh-meeting-2025",
    "c5-plus-1-second",
    "four-summits-2025",
    "arithmetic-population",
    "arithmetic-gdp",
)
#: Counted, not measured: nothing is rounded.
COUNTS = ("ordinal number", "summits")
#: Numbers that the article writes as words.
NUMERALS = {"eight": "8", "восемь": "8", "ninefold": "9", "девять": "9"}
REGION = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


@pytest.fixture(scope="module")
def register() -> claims.Register:
    return claims.load(REGISTER)


def written(text: str) -> Decimal:
    """The first number of a text, with the digits in which it was written."""
    words = [NUMERALS.get(word, word) for word in text.split()]
    return Decimal(re.search(r"\d+(?:[.,]\d+)?", " ".join(words)).group().replace(",", "."))


def rounded_to(number: Decimal) -> tuple[float, float]:
    """The numbers that round to it, to its last written digit."""
    half = Decimal(1).scaleb(number.as_tuple().exponent) / 2
    return float(number - half), float(number + half)


def exact(register: claims.Register) -> list[claims.Claim]:
    return [c for c in register.claims if c.stated.wording == "exact"]


def test_everything_the_article_states_is_registered_in_its_order(register):
    assert tuple(c.id for c in register.claims) == IDS
    assert [c.id for c in register.claims if c.ours] == ["arithmetic-population", "arithmetic-gdp"]
    assert register.economies == REGION
    assert len(register.not_checkable) == 4


def test_intervals_are_what_the_last_written_digit_allows(register):
    for claim in exact(register):
        stated = claim.stated
        if stated.unit in COUNTS:
            assert stated.low == stated.value == stated.high, claim.id
        elif claim.id != "arithmetic-gdp":
            low, high = rounded_to(written(stated.as_written.en))
            assert (stated.low, stated.high) == pytest.approx((low, high), abs=1e-12), claim.id


def test_both_languages_write_the_number_that_is_stated(register):
    for claim in register.claims:
        if claim.stated.value is None or claim.stated.unit in COUNTS:
            continue
        as_written = claim.stated.as_written
        assert float(written(as_written.en)) == claim.stated.value, claim.id
        assert written(as_written.ru) == written(as_written.en), claim.id


def test_almost_ninefold_is_below_nine_and_rounds_to_it(register):
    stated = register.claim("trade-since-2000").stated
    assert (stated.low, stated.high) == (rounded_to(written(stated.as_written.en))[0], stated.value)
    assert [o.id for o in stated.otherwise] == ["to-nine"]


def test_the_implied_multiple_is_what_the_stated_rate_comes_to_in_twenty_years(register):
    rate = register.claim("gdp-growth-20y").stated
    implied = register.claim("arithmetic-gdp")
    years = implied.primary.end - implied.primary.start
    low, value, high = ((1 + r / 100) ** years for r in (rate.low, rate.value, rate.high))
    stated = implied.stated
    assert (stated.low, stated.high) == pytest.approx((low, high), abs=5e-5)
    assert stated.value == pytest.approx(value, abs=5e-3)


def test_the_implied_increase_is_held_against_the_stated_one(register):
    implied, increase = (
        register.claim(i) for i in ("arithmetic-population", "population-since-2000")
    )
    rate = register.claim("population-growth-rate").stated
    assert (implied.stated.low, implied.stated.high) == (increase.stated.low, increase.stated.high)
    assert implied.primary.rate == rate.value
    lowest = next(r for r in implied.readings if r.id == "lowest-rate")
    assert lowest.change == {"rate": rate.low}


def test_primary_readings_are_literal(register):
    for claim in register.claims:
        primary = claim.primary
        if primary is None or primary.measure == "compounded":
            continue
        assert primary.vintage == "latest", claim.id
        assert primary.economies == (), claim.id  # the region's, which the register names once
        if claim.topic != "events":
            assert (primary.start, primary.end) == (claim.period.start, claim.period.end), claim.id
            assert primary.source == ("bns" if primary.reporter else "wdi"), claim.id
        if primary.quantity == "real-gdp":
            assert primary.weights == "constant-dollars", claim.id
        if primary.estimator:
            assert primary.estimator == "endpoint", claim.id


def test_a_reading_that_is_called_a_mistake_carries_no_verdict(register):
    named = [(c.id, r) for c in register.claims for r in c.readings]
    for claim_id, reading in named:
        mistaken = reading.change.get("weights") == "unweighted"
        assert ("mistake" in reading.label.en) == mistaken, (claim_id, reading.id)
        assert not (mistaken and reading.defensible), (claim_id, reading.id)


def texts(node, place=""):
    """Every text of the register, with its place."""
    if isinstance(node, claims.Text):
        yield place, node
    elif isinstance(node, claims.Strict):
        name = getattr(node, "id", "")
        for key in type(node).model_fields:
            yield from texts(getattr(node, key), f"{place}.{name}.{key}")
    elif isinstance(node, tuple):
        for part in node:
            yield from texts(part, place)


def test_every_text_is_in_the_language_that_it_says(register):
    said = list(texts(register))
    assert len(said) > 100
    cyrillic = re.compile("[а-яё]", re.IGNORECASE)
    for place, text in said:
        assert not cyrillic.search(text.en), (place, text.en)
        assert cyrillic.search(text.ru) or re.fullmatch(r"[\d\s%–.,]+", text.ru), (place, text.ru)


def test_what_cannot_be_checked_says_which_table_would_settle_it(register):
    unsettled = [c for c in register.claims if c.primary is None]
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
        ("trade-since-2000", "to-nine", "low 10.0 is above high 9.5"),
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
    "a measure that is none": (
        lambda c: by_id(c, "gdp-2024")["primary"].update(measure="levle"),
        ("gdp-2024", "measure", "'levle'"),
    ),
    "a reading without its last year": (
        lambda c: by_id(c, "gdp-2024")["primary"].pop("end"),
        ("gdp-2024", "primary", "needs end"),
    ),
    "a period that ends before it starts": (
        lambda c: by_id(c, "gdp-growth-20y")["primary"].update(start=2024, end=2004),
        ("gdp-growth-20y", "start 2024 is not before end 2004"),
    ),
    "a further reading that changes what no reading has": (
        lambda c: by_id(c, "gdp-growth-20y")["readings"][0]["change"].update(wieghts="ppp"),
        ("gdp-growth-20y", "mean-of-rates", "'wieghts'", "did you mean 'weights'?"),
    ),
    "a further reading with a value that is none": (
        lambda c: by_id(c, "gdp-growth-20y")["readings"][0]["change"].update(estimator="mean"),
        ("gdp-growth-20y", "estimator"),
    ),
    "two readings of one name": (
        lambda c: by_id(c, "gdp-2024")["readings"].append(by_id(c, "gdp-2024")["readings"][0]),
        ("gdp-2024", "reading identifiers are not unique"),
    ),
    "two claims of one name": (
        lambda c: c["claims"].append(c["claims"][0]),
        ("claim identifiers are not unique: population-2024",),
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
    assert error.value.row == at + 2


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
    with pytest.raises(KeyError, match="nearest: 'gdp-growth-20y'"):
        register.claim("gdp-growth-20")
