"""The words of numbers, units, changes and times that `finder` knows: `words.<language>.yaml`, one
file a language. A word that is missing is added there; no rule knows a language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

import pycountry
from babel.numbers import get_currency_name
from pydantic import BeforeValidator

from growth_claims.quantities import Strict
from growth_claims.yamls import load_model

#: Canonical name of a magnitude and its factor.
MAGNITUDES = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
YEAR = r"(?:1[89]|20|21)\d\d"
#: Currencies in which regions are reckoned.
WORLD = ("US$", "international $", "euros")
#: Codes of currencies that are words, too.
_WORDS = {"TOP", "CUP"}


def _expression(text: str) -> str:
    """A regular expression, without the blanks that lay its alternatives out."""
    return re.sub(r"\s*\|\s*", "|", str(text))


def _vocabulary(text: str) -> str:
    """Words parted by " | ", each an expression, that stand alone: "grew | grow(?:s|n)?"."""
    words = [
        ("" if w.startswith("(?<") else r"\b") + w + ("" if w.endswith(".") else r"\b")
        for w in re.split(r"\s+\|\s+", text)
    ]
    return f"(?:{'|'.join(words)})"


Expression = Annotated[str, BeforeValidator(_expression)]
Vocabulary = Annotated[str, BeforeValidator(_vocabulary)]


class Words(Strict):
    """What the finder knows of one language, as expressions without regard to case.

    Tables map what is meant (a number, the canonical name of a unit or a wording) to its
    expressions. In `dates` and `periods` MONTH and YEAR stand for those. Of `quantities` "other" is
    what none is kept of.
    """

    locale: str
    tens: dict[int, Expression]
    tens_join: str
    small: dict[int, Expression]
    cardinals: dict[float, Expression]
    together: dict[int, Expression]
    half: str
    ordinals: dict[int, Expression]
    ordinal_digits: str
    fractions: dict[str, Expression]
    part_of: str
    denominators: dict[int, str]
    part: str
    parts: str
    one_in: str
    every: str
    multiples: dict[float, Expression]
    rising: Expression
    repeated: Expression
    adjective: Expression
    verbal: str
    may: Vocabulary
    times: str
    times_lead: str
    glued: str
    bare: str
    odd: str
    or_more: str
    signs: str
    minus: str
    magnitudes: dict[str, Expression]
    nation: str
    currencies: dict[str, Expression]
    prefixes: dict[str, Expression]
    units: dict[str, Expression]
    population: Expression
    living: Vocabulary
    a_year: Expression
    per_head: Vocabulary
    wordings: dict[str, Expression]
    preposition: str
    filler: str
    range_joins: str
    range_lead: str
    between_lead: str
    pair_join: str
    change_lead: str
    months: Expression
    dates: tuple[str, ...]
    periods: tuple[str, ...]
    part_of_year: str
    time_nouns: Expression
    years: str
    decades: str
    year_tail: str
    decade_tail: str
    year_join: str
    phones: str
    documents: Expression
    ages: tuple[str, ...]
    projects: str
    events: Expression
    occasion: str
    of_time: str
    rank_before: str
    rank_after: Expression
    century: str
    since: Expression
    when: str
    since_then: Vocabulary
    last_year: Vocabulary
    this_year: Vocabulary
    last_years: Expression
    ago: str
    until: str
    on_average: str
    year_before: Expression
    against: Vocabulary
    between: str
    part_ends: str
    clause: Vocabulary
    abbreviations: str
    up: Vocabulary
    down: Vocabulary
    growth: Vocabulary
    growth_noun: Vocabulary
    foreseen: Vocabulary
    pace: Vocabulary
    cumulative: Vocabulary
    real: Vocabulary
    nominal: Vocabulary
    to_level: str
    up_to: str
    by: str
    change_of: Expression
    change_behind: str
    fall_behind: str
    beyond: str
    more: str
    less: str
    share: Vocabulary
    level: Vocabulary
    as_much: str
    multiplied: str
    outdoes: Vocabulary
    present: Vocabulary
    same_as: Expression
    as_before: Expression
    than: str
    than_then: str
    speed: str
    faster: Vocabulary
    inherits: Vocabulary
    aim: Vocabulary
    next_year: Vocabulary
    pronoun: Vocabulary
    quantities: dict[str, Vocabulary]
    things: Expression
    of_whole: str
    grows: Vocabulary

    @cached_property
    def numbers(self) -> dict[float, str]:
        """Numbers in words."""
        composed = {
            a + b: rf"{tens}{self.tens_join}{unit}"
            for a, tens in self.tens.items()
            for b, unit in self.small.items()
        }
        return _merged(composed, self.tens, self.small, self.cardinals)

    @cached_property
    def money(self) -> set[str]:
        """Names of currencies."""
        return {*self.currencies, *self.prefixes, *self.codes}

    @cached_property
    def measured(self) -> dict[str, str]:
        """The words of each quantity; THING is any of `things`, and a currency is no quantity."""
        said = {q: w.replace("THING", f"(?:{self.things})") for q, w in self.quantities.items()}
        money = any_of({u: w for u, w in self.currencies.items() if u not in WORLD})
        return said | {"other": rf"(?:{said['other']}|\b(?:{money}))"}

    @cached_property
    def shares(self) -> dict[Fraction, str]:
        """Fractions: "a third", "two fifths"."""
        singly = {Fraction(1, n): self.part.format(name) for n, name in self.denominators.items()}
        several = (
            {Fraction(above, below): self.parts.format(number, name)}
            for below, name in self.denominators.items()
            for above, number in self.small.items()
            if 1 < above < below
        )
        named = {Fraction(share): written for share, written in self.fractions.items()}
        return _merged(named, singly, *several)

    @cached_property
    def codes(self) -> dict[str, str]:
        """ISO 4217's codes, by what CLDR calls the currency, without its nation."""
        named = {c.alpha_3: get_currency_name(c.alpha_3, 2, "en") for c in pycountry.currencies}
        units: dict[str, list[str]] = {}
        for code, name in named.items():
            if code not in _WORDS:
                units.setdefault(name.split()[-1].lower(), []).append(code)
        units["US$"] = ["USD"]
        units["dollars"].remove("USD")
        return {unit: rf"(?-i:{'|'.join(codes)})\b" for unit, codes in units.items()}


@cache
def words(language: str) -> Words:
    """The words of a language ("en", "ru"). Raises InputError for one without a file."""
    return load_model(Path(__file__).with_name(f"words.{language}.yaml"), Words)


_NESTED = r"[^()]"
for _ in range(3):
    _NESTED = rf"(?:[^()]|\({_NESTED}*\))"
#: What an expression asks of its neighbours, with brackets in it.
_LOOKS = re.compile(rf"\(\?<?[=!]{_NESTED}*\)")


def _merged(*tables: dict) -> dict:
    """Tables as one; what several have, in either's words."""
    made: dict = {}
    for means, written in (entry for table in tables for entry in table.items()):
        made[means] = f"{made[means]}|{written}" if means in made else written
    return made


def any_of(*tables: dict) -> str:
    """One expression for all that some tables hold, longest first."""
    written: Iterable[str] = (w for table in tables for w in table.values())
    return "|".join(f"(?:{w})" for w in sorted(written, key=len, reverse=True))


def meaning(written: str, *tables: dict):
    """What some tables say of words that one of their expressions found; they stand alone here, so
    what the expressions ask of their neighbours is left out."""
    text = re.sub(r"\s+", " ", written)
    for means, expression in (entry for table in tables for entry in table.items()):
        alone = _LOOKS.sub("", expression)
        if re.fullmatch(alone.replace("\\b", ""), text, re.I):
            return means
    raise KeyError(written)
