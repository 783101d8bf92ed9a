"""From a text to its register: what the rules find in passages annotated by hand, the intervals of
wordings, the draft that loads, and the gate that no figure slips through."""

import argparse
import datetime as dt
import re
import textwrap
from functools import cache
from pathlib import Path

import pytest
import yaml

from growth_claims import check, claims, draft, params, paths, quantities
from growth_claims.draft.stub import UNITS
from growth_claims.draft.tables import MAGNITUDES
from growth_claims.errors import InputError, ParameterError, RunError

PASSAGES = Path(__file__).parent / "passages"
DOCS = Path(__file__).parents[1] / "docs" / "draft.md"
SETS = ("en", "ru", "en-unseen", "ru-unseen")
MEASURES = ("found", "precision", "recall", "interval", "unit", "kind", "quantity", "period")
#: What the rules reach, in hundredths; less is a step back.
FLOORS = {
    "en": (100, 100, 100, 100, 99, 99, 97, 94),
    "ru": (100, 100, 99, 100, 98, 99, 95, 95),
    "en-unseen": (100, 98, 100, 100, 96, 98, 92, 90),
    "ru-unseen": (100, 98, 98, 100, 98, 98, 93, 100),
}
DAY = dt.date(2025, 6, 1)
TEXT = """East Africa is on the move. Over the last 20 years the region's GDP grew by 5.4% a year.
In 2024 it came to $2.1trn, or $1,450 per head.

The population reached 480m in 2023 and is growing by 2.6% a year. Trade has grown almost ninefold
since 2000. The C5+1 met for the third time. Exports were worth 1.2.3% of GDP, 7.6bn euros."""


# --- precision and recall --------------------------------------------------------------------


def passages(name):
    return yaml.safe_load((PASSAGES / f"{name}.yaml").read_text(encoding="utf-8"))


def annotated(passage):
    """(start, end, annotation) of each figure, in the order of the text."""
    at = 0
    for figure in passage["figures"]:
        start = passage["text"].index(figure[0], at)
        at = start + len(figure[0])
        yield start, at, figure


def near(a, b):
    return a is b is None or (a is not None and b is not None and abs(a - b) < 1e-5)


def years(kind, period):
    """The years that a stub has for a guess: where it names none, the one before the text's."""
    start, end = period[0], period[1] or DAY.year - 1
    start = None if kind == "level" or (start and start >= end) else start
    return (end - 1 if kind == "growth" and start is None else start), end


@cache
def score(name):
    """Hundredths: figures that were found at all; of what was taken for a claim, the share that is
    one and has the right number (precision); of the claims there are, the same (recall); and of
    those, the shares with the right interval, unit and kind, and, where they are annotated,
    quantity and period."""
    known = quantities.load().quantities
    hits = {m: [] for m in MEASURES}
    for passage in passages(name):
        found = draft.find(passage["text"], name[:2], DAY.year)
        right, used = 0, set()
        for start, end, figure in annotated(passage):
            here = [f for f in found if f.start < end and start < f.end and f not in used]
            hits["found"].append(bool(here))
            best = max(here, key=lambda f: min(f.end, end) - max(f.start, start), default=None)
            used.add(best)
            if len(figure) == 3:
                continue
            good = best is not None and best.role == "claim" and near(best.value, figure[2])
            hits["recall"].append(good)
            right += good
            if not good:
                continue
            hits["interval"].append(near(best.low, figure[3]) and near(best.high, figure[4]))
            hits["unit"].append(best.full_unit == figure[5])
            hits["kind"].append(best.kind == figure[1])
            for expected in figure[6:7]:
                hits["quantity"].append(
                    expected == (best.quantity if best.quantity in known else None)
                )
            for expected in figure[7:]:
                hits["period"].append(years(best.kind, best.period) == years(figure[1], expected))
        taken = sum(f.role == "claim" for f in found)
        hits["precision"] += [True] * right + [False] * (taken - right)
    return {m: round(100 * sum(h) / len(h)) for m, h in hits.items()} | {
        "passages": len(passages(name)),
        "figures": len(hits["found"]),
        "claims": len(hits["recall"]),
    }


@pytest.mark.parametrize("name", SETS)
def test_the_rules_reach_what_they_reached(name):
    floors = dict(zip(MEASURES, FLOORS[name], strict=True))
    assert {m: x for m, x in floors.items() if score(name)[m] < x} == {}


def test_there_are_forty_tuned_passages_and_more_a_language():
    assert min(score("en")["passages"], score("ru")["passages"]) >= 40


@pytest.mark.parametrize("name", SETS)
def test_the_docs_say_how_good_the_rules_are(name):
    reached = score(name)
    columns = ("passages", "figures", "claims", *MEASURES)
    row = f"| {name} | " + " | ".join(str(reached[c]) for c in columns) + " |"
    assert row in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_no_digit_stays_outside(name):
    for passage in passages(name):
        text = list(passage["text"])
        for f in draft.find(passage["text"], name[:2]):
            assert f.as_written == passage["text"][f.start : f.end]
            text[f.start : f.end] = " " * (f.end - f.start)
        assert not re.search(r"\d", "".join(text)), passage["text"]


# --- single rules ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("en", "It grew by 6.2% a year.", 6.15, 6.25),
        ("en", "Trade has grown almost ninefold since 2000.", 8.5, 9),
        ("ru", "Оборот вырос почти в девять раз.", 8.5, 9),
        ("en", "Prices rose by more than 5%.", 5, None),
        ("en", "Prices rose by just over 5%.", 5, 5.5),
        ("en", "About 80 million people live here.", 79.5, 80.5),
        ("en", "Some 37,000 people left.", 36500, 37500),
        ("en", "Exports came to $10,000 last year.", 9500, 10500),
        ("en", "GDP fell by 8.7% in 2020.", -8.75, -8.65),
        ("ru", "Экспорт сократился более чем на 5 %.", None, -5),
        ("ru", "Экспорт упал вдвое.", 0.4, 0.666667),
        ("en", "Growth of 6 to 6.5 percent is expected.", 5.95, 6.55),
        ("en", "Sales came to 800m–1.2bn euros.", 799.5, 1250),
        ("ru", "Оборот составил 2 млрд 340 млн долларов.", 2.3395, 2.3405),
    ],
)
def test_interval_of_a_wording(language, text, low, high):
    (figure,) = [f for f in draft.find(text, language) if f.role == "claim"]
    assert (figure.low, figure.high) == (low, high)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was 12,34.5 million."),
        ("en", "It was 1.2.3%."),
        ("en", "It was 1..5%."),
        ("en", "It was 2O24."),
        ("ru", "Это 12,34,5 млн."),
        ("ru", "Это 1.234.5 %."),
    ],
)
def test_a_malformed_number_is_not_understood(language, text):
    (figure,) = draft.find(text, language)
    assert not figure.understood
    assert figure.role == "set aside"


CHANGES = {
    "GDP was 3.5 times as large as in 2004.": ("multiple", 3.5, "real-gdp", (2004, 2024)),
    "It is twice as big as twenty years ago.": ("multiple", 2, None, (None, None)),
    "It grew twice as fast as the world.": ("comparison", 2, None, (None, None)),
    "Compared with 2019, trade was larger by 45%.": ("multiple", 45, "goods-trade", (2019, 2024)),
    "Nominal GDP has tripled since 2004.": ("multiple", 3, "gdp-dollars", (2004, 2024)),
    "Экономика по сравнению с 2019 годом стала больше на 9 %.": (
        "multiple",
        9,
        "real-gdp",
        (2019, 2024),
    ),
    "ВВП — 2 трлн долларов — с 2004 года вырос в 2,4 раза.": (
        "multiple",
        2.4,
        "gdp-dollars",
        (2004, 2024),
    ),
    "ВВП с 2004 года вырос в 2,4 раза, до 2 трлн долларов.": (
        "multiple",
        2.4,
        "gdp-dollars",
        (2004, 2024),
    ),
    "Реальный ВВП с 2004 года вырос в 2,4 раза, до 2 трлн долларов.": (
        "multiple",
        2.4,
        "real-gdp",
        (2004, 2024),
    ),
    "Экономика растёт втрое медленнее мировой.": ("comparison", 0.333333, None, (None, None)),
}


@pytest.mark.parametrize("text", CHANGES)
def test_a_change_has_its_kind_quantity_and_years(text):
    kind, value, quantity, period = CHANGES[text]
    found = draft.find(text, "ru" if re.search("[а-я]", text) else "en", 2025)
    (f,) = [f for f in found if f.role == "claim" and f.kind != "level"]
    assert (f.kind, f.value, f.period) == (kind, value, period)
    assert quantity in (None, f.quantity)


def test_what_stands_behind_a_dash_shares_a_unit():
    text = "Мексика вывезла товаров на 617 млрд долларов, Бразилия — на 337 млрд."
    assert [f.full_unit for f in draft.find(text, "ru")] == ["billion US$", "billion US$"]


def test_a_pair_that_shares_a_unit_is_two_figures():
    figures = [f for f in draft.find("Прогноз понижен с 6,6 до 6,2 %.", "ru") if f.role == "claim"]
    assert [(f.value, f.unit) for f in figures] == [
        (6.6, "percent per year"),
        (6.2, "percent per year"),
    ]


def test_paragraph_and_position_are_those_of_the_text():
    last = draft.find(TEXT, "en")[-1]
    assert last.paragraph == 2
    part = draft.paragraphs(TEXT)[1]
    assert part[last.start : last.end] == last.as_written == "7.6bn euros"


@pytest.mark.parametrize("name", SETS)
def test_no_piece_of_a_text_is_too_odd(name):
    for passage in passages(name)[-20:]:
        text = passage["text"]
        for cut in range(7, len(text), 29):
            for piece in (text[:cut], text[cut:]):
                assert all(f.reason or f.kind for f in draft.find(piece, name[:2]))


def test_an_abbreviation_ends_a_sentence_without_its_stop():
    first, second = draft.find("ВВП — 2 млрд. Рост — 5 млрд. долларов.", "ru")
    assert (first.as_written, second.as_written) == ("2 млрд", "5 млрд. долларов")


@pytest.mark.parametrize("name", SETS)
def test_lines_may_be_broken_anywhere(name):
    def known(text):
        said = ("role", "value", "unit", "kind", "quantity", "period")
        found = draft.find(text, name[:2], DAY.year)
        return [tuple(getattr(f, s) for s in said) for f in found]

    for passage in passages(name)[-40:]:
        if "\n" not in passage["text"]:
            broken = textwrap.fill(
                passage["text"], 60, break_on_hyphens=False, break_long_words=False
            )
            assert known(broken) == known(passage["text"])


def test_a_bullet_ends_a_sentence_and_a_long_line_a_paragraph():
    listed = "Of note:\n— exports fell by 2%;\n— tourists: 3 million"
    goods, tourists = draft.find(listed, "en")
    assert goods.quantity == "goods-exports"
    assert tourists.quantity is None
    text = "GDP grew. " * 30 + "\nTrade fell."
    assert len(draft.paragraphs(text)) == 2
    assert len(draft.paragraphs("GDP grew.\nTrade fell.")) == 1


def test_periods_are_counted_back_from_the_text():
    growth = next(f for f in draft.find(TEXT, "en", 2025) if f.value == 5.4)
    assert growth.period == (2004, 2024)
    assert growth.quantity == "real-gdp"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_statements_of_the_first_register(language):
    """Each number of the first text, as our own statement has it, is found with its interval, unit
    and kind, but for a year counted back and an ordinal without its noun, which are set aside."""
    register = claims.load(paths.claims() / "central-asia-2025-11-15.yaml")
    missed = set()
    for claim in register.claims:
        if claim.stated.value is None:
            continue
        for f in draft.find(claim.statement[language], language, 2025):
            factor = MAGNITUDES[f.magnitude] * UNITS.get(f.unit, ("", 1.0))[1]
            unit = UNITS.get(f.unit, (f.unit, 0))[0]
            if (f.kind, unit) == (claim.kind, claim.stated.unit):
                numbers = [(f.value, claim.stated.value), (f.low, claim.stated.low)]
                numbers += [(f.high, claim.stated.high)]
                if all(a * factor == pytest.approx(b) for a, b in numbers):
                    break
        else:
            missed.add(claim.id)
    # The fourth summit is counted in the text, and no number is written.
    assert missed == {
        "first-meeting-eight-years-ago",
        "c5-plus-1-second",
        "four-summits-2025",
    }


# --- the draft and the gate ------------------------------------------------------------------


@pytest.fixture
def drafted(tmp_path):
    path = tmp_path / "east-africa.yaml"
    made = draft.draft(TEXT, "en", ("KEN", "TZA", "UGA"), "east-africa", DAY)
    path.write_text(made, encoding="utf-8")
    return path


def test_a_draft_is_a_register(drafted):
    register = claims.load(drafted)
    assert register.article.sha256
    by_kind = {c.id: c for c in register.claims}
    growth = by_kind["real-gdp-growth"]
    assert (growth.primary.start, growth.primary.end) == (2004, 2024)
    assert (growth.stated.low, growth.stated.high) == (5.35, 5.45)
    level = by_kind["gdp-dollars-level"]
    assert (level.stated.value, level.stated.unit) == (2100, "billion US$")
    assert by_kind["gdp-dollars-per-head-level"].stated.value == 1.45
    reasons = {s.where.as_written: s.reason["en"] for s in register.set_aside}
    assert reasons["C5+1"] == "part of a name"
    assert reasons["1.2.3%"].startswith("not understood")


def test_a_stub_is_of_the_country_the_sentence_names_and_of_a_source_that_has_the_year(tmp_path):
    path = tmp_path / "one.yaml"
    text = "In 2024 Kenya's exports came to 8 billion dollars. By 2027 GDP may top $500bn."
    path.write_text(draft.draft(text, "en", ("KEN", "TZA"), "one", DAY), encoding="utf-8")
    exports, gdp = claims.load(path).claims
    assert exports.primary.economies == ("KEN",)
    assert exports.stated.as_written["ru"] == "8 млрд долларов"
    assert (gdp.primary.economies, gdp.primary.source) == ((), "weo")


READ = {
    # of the country that an earlier sentence names, where this one speaks of "its"
    "Denmark is the outlier. Thanks to one firm its economy grew by 3.7% in 2024.": ("DNK", "weo"),
    # of one outside the region
    "Норвегия богаче. ВВП Бразилии вырос в 2023 году на 3,2 %.": ("BRA", "wdi"),
    # the region, where two are named or none
    "Sweden and Denmark together had a GDP of $1trn in 2023.": ("", "wdi"),
    "Sweden is large. The region's GDP came to $1.9trn in 2022.": ("", "wdi"),
}


@pytest.mark.parametrize("text", READ)
def test_a_stub_is_read_of_the_country_and_the_source_that_its_words_mean(text, tmp_path):
    path = tmp_path / "one.yaml"
    language = draft.language_of(text)
    made = draft.draft(text, language, ("DNK", "NOR", "SWE"), "one", DAY)
    path.write_text(made, encoding="utf-8")
    (claim,) = claims.load(path).claims
    assert (",".join(claim.primary.economies), claim.primary.source) == READ[text]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "GDP grew by 2.1% in the first quarter of 2025."),
        ("ru", "В I квартале 2025 года ВВП вырос на 2,1 %."),
    ],
)
def test_a_figure_of_a_part_of_a_year_is_not_read_as_a_years(language, text, tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(draft.draft(text, language, ("KEN",), "one", DAY), encoding="utf-8")
    (claim,) = claims.load(path).claims
    assert claim.primary is None
    assert "part of the year" in claim.settled_by["en"]


def test_a_draft_without_economies_says_which_countries_the_text_names():
    made = draft.draft("Latvia's GDP and Estonia's grew by 2% in 2024.", "en")
    assert "economies: []  # fill in: ISO codes; the text names EST, LVA" in made


def test_a_draft_holds_no_sentence_of_the_text_and_marks_its_guesses(drafted):
    made = drafted.read_text(encoding="utf-8")
    assert "on the move" not in made
    guessed = [line for line in made.splitlines() if re.match(r"\s+(kind|period|primary):", line)]
    assert guessed
    assert all("# guess" in line for line in guessed)


def test_the_gate_lets_a_whole_register_through(drafted):
    said = draft.accounted(claims.load(drafted), TEXT)
    assert said == "all 14 figures of the text are accounted for; 6 can be checked"


def test_the_gate_lists_what_is_missing(drafted):
    register = claims.load(drafted)
    fewer = register.model_copy(
        update={
            "claims": tuple(c for c in register.claims if c.id != "goods-trade-multiple"),
            "set_aside": tuple(s for s in register.set_aside if s.where.as_written != "2024"),
        }
    )
    missing = [f.as_written for f in draft.unaccounted(fewer, TEXT)]
    assert missing == ["2024", "almost ninefold"]
    with pytest.raises(RunError, match="almost ninefold"):
        draft.accounted(fewer, TEXT)


def test_the_gate_sees_another_text(drafted):
    register = claims.load(drafted)
    assert draft.misplaced(register, TEXT) == []
    assert [w.as_written for w in draft.misplaced(register, TEXT.replace("480m", "490m"))] == [
        "480m"
    ]
    with pytest.raises(RunError, match="12%"):
        draft.accounted(register, TEXT + " Debt is 12% of GDP.")


def test_commands(tmp_path, capsys):
    text, out = tmp_path / "east-africa.txt", tmp_path / "out.yaml"
    text.write_text(TEXT, encoding="utf-8")
    given = {"text": text, "language": "en", "economies": ["KEN"], "date": "2025-06-01"}
    draft.main_draft(argparse.Namespace(**given, out=out))
    with pytest.raises(ParameterError, match="does not exist yet"):
        draft.main_draft(argparse.Namespace(**given, out=out))
    study = check.study(params.check({"register": str(out)}))
    draft.main_gate(argparse.Namespace(text=text), study)
    assert "are accounted for" in capsys.readouterr().out
    with pytest.raises(InputError, match=r"found No such file"):
        draft.main_gate(argparse.Namespace(text=tmp_path / "none.txt"), study)


def test_a_text_without_figures_is_an_error():
    with pytest.raises(InputError, match="none of which states something"):
        draft.draft("Nothing was said in 2024.", "en")
