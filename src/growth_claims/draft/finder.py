"""Every figure of a text, in English or Russian, by rules: where it stands, how it is written, what
number and interval it states, and a guess at what sort of claim it is; or why it is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Literal
from unicodedata import numeric

from babel.numbers import NumberFormatError, parse_decimal

from growth_claims.draft.tables import MAGNITUDES, YEAR, Words, any_of, meaning, words
from growth_claims.i18n import N_

Reason = Literal[
    "year",
    "date",
    "time of day",
    "period",
    "name",
    "document",
    "contact",
    "age",
    "count",
    "ordinal",
    "not understood",
]
#: Why a figure states nothing that could be checked, in words.
REASONS: dict[str, str] = {
    "year": N_("a year"),
    "date": N_("a date"),
    "time of day": N_("a time of day"),
    "period": N_("a length of time or a period"),
    "name": N_("part of a name"),
    "document": N_("the number of a document or of a part of one"),
    "contact": N_("a telephone number or an address"),
    "age": N_("a person's age"),
    "count": N_("a count in passing"),
    "ordinal": N_("an ordinal of something that is not counted here"),
    "not understood": N_("not understood: malformed, or a notation that the rules do not know"),
}

_DIGITS = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?!\w)(?:[.,]\d+)*"
    r"|\d*[½¼¾]|\d+(?:[.,]{1,2}\d+)*)"
)
_NAME = (
    r"(?<![\w$€£.,])(?:[^\W\d_][^\W\d_]*[-–]?\d+(?:[+/]\d+)?|\d[A-ZА-ЯЁ](?!\w)|[A-Z]+-\d+)(?![\d%])"
)
MASK = "\0"
#: Fractions ("a third") are read to so many percentage points either side.
FRACTION_STEP = Decimal(5)
#: Up to this many, things without a unit are a count in passing.
COUNT = 12

#: Units of figures that are no amounts of anything.
NO_AMOUNT = ("percent", "percentage points", "basis points", "times", "rank", "events")
NO_AMOUNT += ("ordinal number",)
#: What sets a figure aside as a time.
TIMES = ("year", "date", "period")
#: What a change or a comparison of GDP is of, in dollars and in real terms.
IN_DOLLARS = {"gdp": "gdp-dollars", "gdp-per-head": "gdp-dollars-per-head"}
IN_REAL = {"gdp": "real-gdp"}
#: What a figure is taken to measure whose sentence names nothing, where the one before does.
GOES_ON = ("gdp", "goods-trade", "partner-trade")
#: What is measured in money.
MONEY = ("gdp", "goods-exports", "goods-imports", "goods-trade", "partner-trade")


@dataclass(frozen=True)
class Figure:
    """One figure of a text.

    `paragraph` counts from 1; `start` and `end` are offsets into the paragraph, from 0. `value`,
    `low` and `high` are in `magnitude` times `unit`, signed (a fall is below nought); `low` counts
    as inside the interval, `high` does not, None is unbounded. `period` is (first, last) year, each
    of which may be None. `kind`, `quantity` and `period` are guesses. `reason` says why a figure is
    set aside. `before`: what stands before a claim in its paragraph, a string a
    sentence, with MASK for other figures. `about`: what its noun measures, whatever the unit.
    `partial`: of a quarter or half a year.
    """

    paragraph: int
    start: int
    end: int
    as_written: str
    role: Literal["claim", "set aside"] = "claim"
    reason: Reason | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    magnitude: str = ""
    unit: str = ""
    wording: str = "exact"
    kind: str | None = None
    quantity: str | None = None
    period: tuple[int | None, int | None] = (None, None)
    before: tuple[str, ...] = ()
    about: str | None = None
    partial: bool = False

    @property
    def full_unit(self) -> str:
        """Magnitude and unit in one: "billion US$"."""
        return f"{self.magnitude} {self.unit or 'none'}".strip()

    @property
    def understood(self) -> bool:
        return self.reason != "not understood"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text: what blank lines part, without the space around."""
    return [p.strip() for p in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if p.strip()]


def find(text: str, language: str, year: int | None = None) -> list[Figure]:
    """Every figure of `text` in `language` ("en", "ru"), in order.

    `year`: that of the text, from which "the last ten years" are counted back. No digit of the text
    stays outside: what no rule knows is set aside as not understood. Raises KeyError for a language
    without tables.
    """
    known = words(language)
    return [
        figure
        for number, paragraph in enumerate(paragraphs(text), start=1)
        for figure in _Paragraph(paragraph, number, known, year).figures()
    ]


# --- numbers ---------------------------------------------------------------------------------


def parse(written: str, words: Words) -> tuple[Decimal, Decimal] | None:
    """A number in digits or words as (value, step of its last written digit); None if malformed.

    A whole number of four digits or more that ends in noughts is taken as rounded to its last digit
    that is none, but to two digits at least: "37,000" to thousands, "2,340" to tens.
    """
    if not written:
        return Decimal(1), Decimal(1)
    if written[-1] in "½¼¾":
        value = Decimal(written[:-1] or 0) + Decimal(str(numeric(written[-1])))
        return value, Decimal("0.1")
    if not written[0].isdigit():
        value = Decimal(str(meaning(written, words.numbers)))
        return value, Decimal(1) if value == int(value) else Decimal("0.1")
    text = re.sub(r"(?<=\d)[ \u00a0\u202f\u2009'’](?=\d{3})", "\u00a0", written)
    if words.locale == "en":
        text = text.replace("\u00a0", ",")
    elif re.fullmatch(r"\d+\.\d{1,2}", text):  # a Russian text may write a decimal point
        text = text.replace(".", ",")
    try:
        value = parse_decimal(text, locale=words.locale, strict=True)
    except NumberFormatError:
        return None
    exponent = value.as_tuple().exponent
    if exponent == 0 and value >= 1000:
        digits = str(value)
        exponent = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
    return value, Decimal(1).scaleb(exponent)


def interval(value: Decimal, step: Decimal, wording: str) -> tuple[Decimal | None, Decimal | None]:
    """The numbers that a wording and the rounding of `value` to `step` allow: from low up to, not
    including, high; None is unbounded."""
    half = step / 2
    return {
        "almost": (value - half, value),
        "just over": (value, value + half),
        "more than": (value, None),
        "at least": (value, None),
        "less than": (None, value),
        "at most": (None, value),
    }.get(wording, (value - half, value + half))


@cache
def _patterns(locale: str) -> dict[str, re.Pattern]:
    w = words(locale)
    said = "|".join(w.wordings.values())
    wording = rf"(?:(?<!\w)(?P<wording>{said})\s*(?:(?P<prep>{w.preposition})\s+)?)?"
    in_words, ordinals = any_of(w.numbers), any_of(w.ordinals)
    number = rf"(?:{_DIGITS}|(?<!\w)(?:{in_words})(?:(?!\w)|(?={w.glued}))|(?<!\w)(?={w.bare}))"
    magnitude, prefix = any_of(w.magnitudes), any_of(w.prefixes, w.codes)
    unit = any_of(w.units, w.currencies, w.codes)
    money = any_of(w.currencies)
    written = {
        "number": rf"(?:(?<!\w)(?P<lead>{w.range_lead})\s+)?{wording}"
        rf"(?P<sign>(?<![\w)%\0])[+−–-](?=[\d$€£¥U])|(?<!\w){w.signs})?"
        rf"(?:(?<!\w)(?P<prefix>{prefix})\s?|(?<![\w.,]))"
        rf"(?P<n1>{number})(?P<half>{w.half})?(?P<odd>{w.odd})?"
        rf"(?:(?:(?:\s?(?P<m1>{magnitude})|\s?%)(?=\s?[–—-]))?(?P<join>{w.range_joins}"
        rf"|{w.pair_join})(?:(?:{said})\s+)?(?:{prefix})?(?P<n2>{number}))?"
        rf"(?:(?P<times>{w.times})|(?:\s?-?)(?P<time>{w.time_nouns})"
        rf"|(?:[\s-]?(?P<magnitude>{magnitude})(?:\s(?P<n3>{_DIGITS})\s?(?P<m3>{magnitude}))?)?"
        rf"(?:\s?-?(?:(?P<nation>{w.nation})\s(?={money}))?(?P<unit>{unit}))?)"
        rf"(?P<rate>{w.a_year})?(?P<more>{w.or_more})?",
        "multiple": rf"{wording}(?<!\w)(?P<n>{any_of(w.multiples)})(?!\w)",
        "fraction": rf"{wording}(?P<by>(?<!\w){w.preposition}\s+)?(?<!\w)(?<!\band\s)(?<!\bс\s)"
        rf"(?P<n>{any_of(w.shares)})(?!\w)"
        rf"(?!\s+(?:{w.events}|{w.occasion}|{w.of_time}|an?\s+(?:{magnitude})))",
        "one_in": rf"{wording}(?<!\w)(?P<a>{any_of(w.numbers, w.together)}|\d+)\s+(?:\w+\s+)?"
        rf"(?:{w.one_in})\s+(?P<b>{in_words}|\d{{1,3}})(?![\w.,]\w|\w|\s*%|\s+{w.time_nouns})",
        "every": rf"(?<!\w)(?:{w.every})\s+(?P<n>{ordinals})(?!\w)(?!\s+{w.time_nouns})",
        "ordinal_digits": rf"(?P<n>(?!))?(?<![\w.,])(?P<digits>\d{{1,3}}){w.ordinal_digits}",
        "ordinal": rf"(?P<digits>(?!))?(?<!\w)(?P<n>{ordinals})(?!\w)",
        "years": rf"(?<![\w.,$€£])(?P<a>{YEAR})(?:{w.year_join})(?P<b>{YEAR}|\d\d)(?![\d%])"
        rf"(?:{w.year_tail})",
        "year": rf"(?<![\w.,$€£])(?P<a>{YEAR})(?![\d%])(?![.,]\d|\s?%|[ \u00a0\u202f]\d{{3}}\b"
        rf"|\s?(?:{magnitude}|{unit})(?!\w))(?P<tail>{w.year_tail})",
    }
    return {name: re.compile(expression, re.I) for name, expression in written.items()}


# --- one paragraph ---------------------------------------------------------------------------


class _Paragraph:
    """Finds the figures of a paragraph pass by pass: what is surely no claim first, so that a pass
    never sees what an earlier one took."""

    def __init__(self, text: str, number: int, known: Words, year: int | None):
        self.text, self.number, self.words, self.year = text, number, known, year
        self.masked = text
        self.found: list[Figure] = []
        self.out: list[Figure] = []
        self.patterns = _patterns(known.locale)
        short = re.finditer(rf"(?<!\w)(?:{known.abbreviations})\.\s+", text, re.I)
        within = {m.end() for m in short}
        ends = re.finditer(
            r"(?<=[.!?…])[»”\")]*\s+(?=[«“\"(]?[A-ZА-ЯЁ\d])|\n\s*(?=[•*·▪–—-]\s)", text
        )
        stops = [m.end() for m in ends if m.end() not in within]
        self.sentences = list(zip([0, *stops], [*stops, len(text)], strict=True))

    def figures(self) -> list[Figure]:
        w = self.words
        self.aside(r"https?://\S+|www\.\S+|\S+@\S+\.\w+", "contact")
        self.aside(r"(?:ISBN|ISSN|DOI)\W{1,2}[\w./-]*\d[\w./-]*", "document")
        self.aside(r"\+\d[\d\s()-]{7,}\d|(?<!\d)\d{3}-\d{2}-\d{2}(?!\d)", "contact")
        self.aside(rf"(?<!\w)(?:{w.phones})\W{{1,4}}\d[\d\s()-]{{5,}}\d", "contact")
        self.aside(r"(?<![\d.,])\d{1,2}:\d{2}(?![\d:]|[.,]\d)", "time of day")
        self.aside(r"(?<![\d.,])\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?![\d.,]\d)", "date")
        self.aside(r"(?<![\d.,])(?:19|20)\d\d-\d\d-\d\d(?!\d)", "date")
        for age in w.ages:
            self.aside(rf"(?<!\w){age}" if age[0] != "(" else age, "age")
        self.aside(r"[A-ZА-ЯЁ]+/(?:[A-Z]+\.)?\d[\w/]*", "document", flags=0)
        self.aside(rf"(?:{w.projects})\W{{1,3}}(?:\w+\W{{1,3}}){{0,3}}{YEAR}\W", "name", flags=0)
        self.aside(rf"{YEAR}(?=[»”\"])", "name")
        for period in w.periods:
            self.aside(rf"(?<!\w){self.dated(period)}", "period")
        for date in w.dates:
            self.aside(rf"(?<![\w.,]){self.dated(date)}", "date")
        self.aside(
            rf"(?<!\w)(?:{w.documents})\s*(?:No\.|№)?\s*\d+(?:[./–-]\d+)*(?!\d)(?!\s?%)", "document"
        )
        self.each("years", lambda m: self.keep(m.start(), m.end(), reason="period"))
        self.each("year", self.a_year)
        self.aside(_NAME, "name", flags=0, unless=self.is_money)
        self.each("ordinal_digits", self.ordinal)
        self.each("one_in", self.one_in)
        self.each("every", self.every)
        self.each("fraction", self.fraction)
        self.each("number", self.number_)
        self.each("multiple", self.multiple)
        self.each("ordinal", self.ordinal)
        self.aside(r"[^\s\0]*\d[^\s\0]*", "not understood")
        self.found.sort(key=lambda f: f.start)
        return self.guessed()

    def dated(self, expression: str) -> str:
        return expression.replace("MONTH", self.words.months).replace("YEAR", YEAR)

    def each(self, name: str, handle) -> None:
        at = 0
        while match := self.patterns[name].search(self.masked, at):
            at = max(match.end(), match.start() + 1)
            at = handle(match) or at

    def aside(self, pattern: str, reason: str, flags=re.I, unless=lambda m: False) -> None:
        for match in list(re.finditer(pattern, self.masked, flags)):
            if not unless(match) and match[0]:
                written = match[0].rstrip(' ,;:!?)»”"\n' + MASK)
                self.keep(match.start(), match.start() + len(written), reason=reason)

    def keep(self, start: int, end: int, reason: str | None = None, **fields) -> None:
        """Notes a figure and masks it."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        while start < end and self.text[start].isspace():
            start += 1
        role = "set aside" if reason else "claim"
        self.found.append(
            Figure(self.number, start, end, self.text[start:end], role, reason, **fields)
        )
        self.masked = self.masked[:start] + MASK * (end - start) + self.masked[end:]

    def is_money(self, match: re.Match) -> bool:
        w = self.words
        return bool(re.match(rf"(?:{any_of(w.prefixes, w.codes)})\d", match[0], re.I))

    def a_year(self, m: re.Match) -> None:
        decade = self.has(rf"^\s*(?:{self.words.decade_tail})", m["tail"])
        self.keep(m.start(), m.end(), reason="period" if decade else "year")

    def around(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and after in the same sentence."""
        a, b = next(s for s in self.sentences if s[0] <= start < s[1])
        return self.text[a:start], self.text[end : max(b, end)]

    def has(self, pattern: str, text: str) -> bool:
        return bool(re.search(pattern, text, re.I))

    # numbers in digits and in words

    def number_(self, m: re.Match) -> int | None:
        """Takes a number or a range; of two that only share their unit, the first: the second is
        read next, from where this returns."""
        w = self.words
        before, after = self.around(m.start(), m.end())
        in_words = m["n1"][:1].isalpha() or not m["n1"]
        plain = not (m["magnitude"] or m["unit"] or m["prefix"] or m["times"] or m["time"])
        both = m["n2"] and not plain and not self.is_pair(m, before)
        end = m.end() if both or not m["n2"] else m.end("half" if m["half"] else "n1")
        again = m.end("join") if m["n2"] and not both else None
        start = m.start()
        if m["lead"] and not both:
            start += re.match(r"\S+(?:\s+from)?\s+", m[0], re.I).end()
        first, second = parse(m["n1"], w), parse(m["n2"], w) if both else None
        if first is None or (both and second is None):
            self.keep(start, end, reason="not understood")
            return again
        if self.text[end - 1].isalnum() and self.text[end : end + 1].isalnum():
            return again  # letters that are no unit: not understood
        value, step = first
        if m["half"]:
            value, step = value + Decimal("0.5"), Decimal("0.1")
        unit = meaning(m["unit"], w.units, w.currencies, w.codes) if m["unit"] else ""
        unit = meaning(m["prefix"], w.prefixes, w.codes) if m["prefix"] else unit
        unit = "dollars" if m["nation"] and unit == "US$" else unit
        if in_words and value <= 1 and (plain or unit == "persons") and not m["magnitude"]:
            return again  # "one of them"
        if m["time"]:
            self.keep(start, end, reason="period")
            return again
        factor = plain and self.has(w.multiplied, before)
        counted = (in_words or value <= COUNT) and value == int(value)
        if plain and not factor and counted and not self.is_elliptic(start):
            thing = re.match(rf"\s+(?:\w+\s+){{0,2}}?(?:{w.events})(?!\w)", after, re.I)
            if thing and not m["n2"]:
                number = {"value": value, "low": value, "high": value}
                self.keep(start, end + thing.end(), unit="events", kind="events", **number)
            else:
                self.keep(start, end, reason="count")
            return again
        wording = "at least" if m["more"] else "more than" if m["odd"] else self.wording(m)
        magnitude = meaning(m["magnitude"], w.magnitudes) if m["magnitude"] else ""
        if m["n3"] and (rest := parse(m["n3"], w)):  # "2 billion 340 million"
            ratio = Decimal(MAGNITUDES[meaning(m["m3"], w.magnitudes)]) / MAGNITUDES[magnitude]
            value, step = value + rest[0] * ratio, rest[1] * ratio
        unit = "times" if factor else unit
        if m["times"]:
            unit = "times"
            changes = rf"{w.up}|{w.more}|{w.less}|{w.same_as}|{w.since}|{w.as_much}"
            said = before + self.text[m.start() : m.end()] + after
            led = w.times_lead and self.has(
                w.times_lead, before + self.text[m.start() : m.start("n1")] + MASK + m["times"]
            )
            if not led and (w.times_lead or not self.has(changes, said)):
                self.keep(start, end, reason="count")
                return again
        fields = self.bounds(value, step, wording)
        if second:
            end_value, end_step = second
            if m["m1"]:  # "800m–1.2bn": each end has its own magnitude, and its own last digit
                first_magnitude = meaning(m["m1"], w.magnitudes)
                ratio = Decimal(MAGNITUDES[magnitude or first_magnitude])
                ratio, magnitude = ratio / MAGNITUDES[first_magnitude], first_magnitude
                end_value, end_step = end_value * ratio, end_step * ratio
            else:
                step = end_step = min(step, end_step)
            fields = {"low": value - step / 2, "high": end_value + end_step / 2, "wording": "range"}
            value = (value + end_value) / 2
        if m["sign"] and self.has(f"[−–-]|{w.minus}", m["sign"]):
            value, fields = -value, _negative(fields)
        if unit == "times" and self.falls(before, after):
            value, fields = _inverse(value, fields)
        self.keep(start, end, value=value, magnitude=magnitude, unit=unit, **fields)
        return again

    def is_pair(self, m: re.Match, before: str) -> bool:
        """Two figures that share a unit ("from 6.6 to 6.2 %"), not a range."""
        if re.fullmatch(self.words.pair_join, m["join"], re.I):
            return not m["lead"] or not self.has(self.words.between_lead, m["lead"])
        worded = m["join"].strip(" –—-\u00a0") != ""
        return worded and not m["lead"] and self.has(self.words.change_lead, before)

    def is_elliptic(self, start: int) -> bool:
        """Whether a number behind a year and a dash goes on with the percentages before it."""
        a = start - len(self.around(start, start)[0])
        percents = [f for f in self.found if a <= f.start < start and f.unit == "percent"]
        return bool(percents) and self.has(
            rf"{MASK}\s*[–—]\s*(?:{self.words.filler})*(?:{self.words.by}\s+)?$",
            self.masked[a:start],
        )

    def wording(self, m: re.Match) -> str:
        return meaning(m["wording"], self.words.wordings) if m["wording"] else "exact"

    def bounds(self, value: Decimal, step: Decimal, wording: str) -> dict:
        low, high = interval(value, step, wording)
        return {"low": low, "high": high, "wording": wording}

    # words that are numbers

    def multiple(self, m: re.Match) -> None:
        w = self.words
        before, after = self.around(m.start(), m.end())
        factor = meaning(m["n"], w.multiples)
        changes = rf"^(?:{w.same_as}|{w.more}|{w.less}|{w.as_much})"
        if self.has(rf"^(?:{w.repeated})$", m["n"]) and not self.has(changes, after):
            return self.keep(m.start(), m.end(), reason="count")
        is_verb = self.has(w.may + r"\s$", before) or not self.has(rf"^(?:{w.adjective})$", m["n"])
        if not is_verb and not self.has(rf"{changes}|^{w.verbal}|^\s+(?:{w.since})", after):
            return None  # "double taxation"
        value = Decimal(str(factor if factor >= 1 else 1 / factor))
        fields = self.bounds(value, Decimal(1), self.wording(m))
        rises = self.has(rf"^(?:{w.rising})$", m["n"])
        if factor < 1 or (not rises and self.falls(before, after)):
            value, fields = _inverse(value, fields)
        return self.keep(m.start(), m.end(), value=value, unit="times", **fields)

    def fraction(self, m: re.Match) -> None:
        after = self.around(m.start(), m.end())[1]
        share = meaning(m["n"], self.words.shares)
        part = rf"^\s+(?:of|the|its|their|as|a|{self.words.more})\b"
        bare = m["n"].lower() == "half" and not m["by"] and not m["wording"]
        if bare and not self.has(part, after):
            return
        self.share(m, share, kind=None)

    def one_in(self, m: re.Match) -> int | None:
        """A share as "one in three"."""
        w = self.words
        a, b = (
            int(x) if x.isdigit() else meaning(x, w.numbers, w.together) for x in m.group("a", "b")
        )
        if not 0 < a < b or a != int(a) or b != int(b):
            return m.start("a") + 1
        return self.share(m, Fraction(int(a), int(b)))

    def every(self, m: re.Match) -> None:
        """A share as "every third"."""
        self.share(m, Fraction(1, meaning(m["n"], self.words.ordinals)))

    def share(self, m: re.Match, share: Fraction, kind: str | None = "level") -> None:
        value = Decimal(100 * share.numerator) / share.denominator
        wording = self.wording(m) if "wording" in m.groupdict() else "exact"
        fields = self.bounds(value, FRACTION_STEP, wording)
        self.keep(m.start(), m.end(), value=value, unit="percent", kind=kind, **fields)

    def ordinal(self, m: re.Match) -> None:
        w = self.words
        before, after = self.around(m.start(), m.end())
        number = int(m["digits"]) if m["digits"] else meaning(m["n"], w.ordinals)
        exact = {"value": number, "low": number, "high": number}
        rank = self.has(rf"^(?:{w.rank_after})", after) or self.has(w.rank_before, before)
        if rank or (m["digits"] and self.has(w.rank_before.replace("$", ""), before)):
            taken = re.match(rf"(?:{w.rank_after})", after, re.I)
            end = m.end() + (len(taken[0].rstrip()) if taken else 0)
            return self.keep(m.start(), end, unit="rank", kind="comparison", **exact)
        event = re.match(rf"\s+(?:\w+\s+){{0,2}}?(?:{w.events}|{w.occasion})", after, re.I)
        if event and (number > 1 or not re.match(rf"\s+(?:{w.occasion})", after, re.I)):
            end = m.end() + event.end()
            return self.keep(m.start(), end, unit="ordinal number", kind="events", **exact)
        alone = re.match(r"\s*(?:[,.;:!?)]|$)", after)
        if alone and self.has(rf"(?<!\w)(?:{w.events})(?!\w)", self.text[: m.start()]):
            return self.keep(m.start(), m.end(), unit="ordinal number", kind="events", **exact)
        if self.has(rf"^(?:{w.century})", after):
            return self.keep(m.start(), m.end(), reason="period")
        if number > 1 or m["digits"]:
            return self.keep(m.start(), m.end(), reason="ordinal")
        return None

    # guesses

    def falls(self, before: str, after: str) -> bool:
        """Whether the word right behind the figure, else the nearest before it, is of a fall."""
        w = self.words
        if behind := re.match(rf"(?P<up>{w.more})|(?P<down>{w.less})", after, re.I):
            return bool(behind["down"])
        said = list(re.finditer(rf"(?P<up>{w.up})|(?P<down>{w.down})", before, re.I))
        return bool(said and said[-1]["down"])

    def guessed(self) -> list[Figure]:
        for f in self.found:
            if f.role == "claim":
                previous = next((p for p in reversed(self.out) if p.role == "claim"), None)
                f = self.guess(f, previous)
            self.out.append(f)
        return self.out

    def guess(self, f: Figure, previous: Figure | None) -> Figure:
        w = self.words
        before, after = self.around(f.start, f.end)
        period, long = self.period(f, before, after)
        said = self.quantity(f, before, after)
        apart = self.has(rf"^(?:{w.more}|{w.less})", after)
        quantity = said or self.gone_on(f, previous, before, apart)
        if not quantity and f.unit in ("", "percent") and self.has(w.grows, before[-80:]):
            quantity = "gdp"
        about = quantity
        lead = re.sub(rf"(?:{w.filler})+$", "", before, flags=re.I)
        by = self.has(rf"\b(?:{w.by}|{w.change_of})\s+$", lead)
        f = self.elided(f, before, after, quantity)
        unit, sign, kind = f.unit, 1, f.kind
        by = by or self.has(rf"(?:^|\s)(?:{w.by})\s", f.as_written)
        if unit == "points":
            unit = "percentage points" if by or apart else ""
        if unit == "times":
            other = self.has(rf"^(?:{w.same_as})", after) and not self.has(
                rf"^{w.as_before}", after
            )
            other = other or self.has(w.outdoes, re.split("[,;—]", before)[-1])
            kind = "comparison" if other else "multiple"
        elif unit in ("percentage points", "basis points"):
            moved = rf"^(?:{w.more}|{w.less})(?:{w.than_then}|\s*(?:[.,;)](?! {w.than}\b)|$))"
            moved = self.has(moved, after)
            other = self.has(w.faster, before + after) or (apart and not moved)
            kind = "comparison" if other else "direction"
            sign = -1 if (apart or kind == "direction") and self.falls(before, after) else 1
        elif unit == "percent" and kind is None:
            kind, sign = self.percent_kind(f, before, after, by, long, previous)
            unit = "percent per year" if kind == "growth" else unit
        elif kind is None:
            kind = "level"
            if not unit and previous and previous.kind == "level" and self.joined(previous, f):
                unit, quantity = previous.unit, previous.quantity
                f = replace(f, magnitude=f.magnitude or previous.magnitude)
            money = unit in {**w.currencies, **w.prefixes, **w.codes}
            near = self.has(rf"^\W*(?:\w+\W+)?(?:{w.per_head})", after)
            near = near or self.has(w.per_head, before[-120:])
            if not near and previous and not said and self.has(w.pronoun, before):
                near = previous.unit == f"{unit} per head"
            if money and near and "per head" not in unit and f.magnitude in ("", "thousand"):
                unit = f"{unit} per head"
                known = "US$" in unit and about != "other"
                quantity = "gdp-dollars-per-head" if known else None
            elif money and quantity == "gdp-per-head":
                quantity = "gdp-dollars-per-head" if "US$ per head" in unit else "gdp"
            if not unit and f.magnitude and quantity in MONEY:
                unit = self.currency(before)
            if (
                not unit
                and (f.magnitude or f.value >= 1000)
                and self.counts_people(quantity, before, after)
            ):
                unit = "persons"
            if unit == "persons":
                written = re.search(
                    rf"(?:{w.units['persons']})(?:{w.a_year})?$", f.as_written, re.I
                )
                whole = rf"(?:\d|{any_of(w.magnitudes)})\s?(?:{w.population})(?:{w.a_year})?$"
                kept = not said and not self.has(w.units["persons"], before)
                kept = self.has(whole, f.as_written) if written else kept or said == "population"
                quantity = "population" if kept and not apart else None
        fields = {"value": f.value, "low": f.low, "high": f.high}
        if sign < 0 and f.value > 0:
            fields = _negative(fields) | {"value": -f.value}
        numbers = {k: None if x is None else round(float(x), 6) for k, x in fields.items()}
        if kind in ("growth", "multiple"):
            rates = [g.about for g in self.out if g.kind == "growth"]
            goes_on = rates[-1:] == ["gdp"] or self.has(w.foreseen, before[-80:])
            quantity = about = quantity or ("gdp" if goes_on else None)
        if kind in ("growth", "multiple") and quantity in IN_DOLLARS:
            dollars = self.in_dollars(f, previous, before, after)
            quantity = IN_DOLLARS[quantity] if dollars else IN_REAL.get(quantity, quantity)
        elif kind == "comparison" and unit == "times" and quantity:
            rates = quantity == "gdp" and self.has(w.speed, after)
            quantity = "real-gdp" if rates else IN_DOLLARS.get(quantity, quantity)
        elif quantity == "gdp":
            quantity = "gdp-dollars" if "$" in unit else None
        if kind == "level" and not self.measures(quantity, unit):
            quantity = None
        if kind == "events" or unit == "rank" or quantity == "other":
            quantity = None
        present = period[0] is None and self.has(w.present, before[-60:])
        if kind == "growth" and self.year and present:
            period = (self.year - 2, self.year - 1)
        slower = self.has(w.change_lead, before) and self.has(rf"^\s*(?:{w.up_to})\s", after)
        if kind == "growth" and slower and self.year and not self.has(w.foreseen, before):
            end = (period[1] or self.year - 1) - 1
            period = (end - 1, end)
        if kind == "level" and slower and None not in period:
            period = (None, period[0])
        against = rf"\b(?:{w.against})\s+(?:\w+\s+){{0,2}}$"
        if self.has(rf"^,?\s*(?:{w.year_before})", after) and self.has(against, before):
            if previous and (end := previous.period[1]) and previous.start > f.start - len(before):
                period = (end - 2, end - 1)
        if kind == "level":
            period = (None, period[1] or period[0])
        if kind == "growth" and period[0] is None and period[1] is not None:
            period = (period[1] - 1, period[1])
        guesses = {"kind": kind, "unit": unit, "quantity": quantity, "period": period}
        times = self.times(f, f.start - len(before), f.end + len(after))
        partial = any(self.has(w.part_of_year, g.as_written) for g in times[:1])
        guesses |= {"about": about, "partial": partial}
        told = (self.masked[a : min(b, f.start)] for a, b in self.sentences if a < f.start)
        return replace(f, before=tuple(told), **guesses, **numbers)

    def measures(self, quantity: str | None, unit: str) -> bool:
        """Whether a level of the quantity is stated in such a unit."""
        if quantity in ("inflation", "unemployment"):
            return unit == "percent"
        if quantity == "population":
            return unit in ("persons", "")
        if quantity and quantity.startswith("goods"):
            return unit in {**self.words.currencies, **self.words.codes}
        return unit != "percent"

    def gone_on(self, f: Figure, previous: Figure | None, before: str, apart: bool) -> str | None:
        """What a figure measures whose sentence names nothing: what the one before does, where it
        stands in the same sentence or a pronoun speaks of it (of people, where it is so many
        `apart`, more or less)."""
        if previous is None:
            return None
        here = previous.start >= f.start - len(before)
        spoken_of = self.has(rf"{self.words.pronoun}|[(:]\s*$", before)
        if previous.about == "population":
            change = (here and apart) or (spoken_of and f.unit in ("percent", "times"))
            return "population" if change else None
        return previous.about if (here or spoken_of) and previous.about in GOES_ON else None

    def in_dollars(self, f: Figure, previous: Figure | None, before: str, after: str) -> bool:
        """Whether a change of GDP is one of its dollars: the sentence says so nearer than that it
        is real, or says the level in dollars right before or behind ("grew 2.4 times, to 2 trillion
        dollars") and not that it is real."""
        w = self.words
        if says := [
            (min(abs(m.end() - len(before)), abs(m.start() - len(before))), real)
            for expression, real in ((w.real, True), (w.nominal, False))
            for m in re.finditer(expression, before + re.split(w.part_ends, after)[0], re.I)
        ]:
            return not min(says)[1]
        if f.unit != "times":
            return False
        if previous and (previous.quantity or "").startswith("gdp-dollars"):
            return previous.start >= f.start - len(before)
        behind = next((g for g in self.found if g.start > f.start and g.role == "claim"), None)
        between = self.text[f.end : behind.start] if behind else ""
        return bool(behind and "$" in behind.unit and re.fullmatch(rf",?\s{w.up_to}\s", between))

    def currency(self, before: str) -> str:
        """In what an amount of money is that does not say it: dollars where its sentence says so,
        else as the last one before it."""
        w = self.words
        monies = {*w.currencies, *w.prefixes, *w.codes}
        said = [u for g in self.out if (u := g.unit.removesuffix(" per head")) in monies]
        return "US$" if self.has(w.nominal, before) else (said or [""])[-1]

    def counts_people(self, quantity: str | None, before: str, after: str) -> bool:
        """Whether a number without a unit is one of people: the sentence speaks of population, or
        of people in a clause that the number ends ("the number of tourists reached 3 million"), or
        the last amount before it is of people."""
        if quantity == "population":
            return True
        ends = re.match(r"\s*(?:[,.;:!?)–—]|$)", after) or self.has(self.words.to_level, before)
        if quantity in (None, "other") and ends and self.has(self.words.units["persons"], before):
            return True
        amounts = [g.unit for g in self.out if g.unit and g.unit not in NO_AMOUNT]
        return quantity in (None, "other") and amounts[-1:] == ["persons"]

    def percent_kind(self, f, before, after, by, long, previous) -> tuple[str, int]:
        """Level, growth or multiple (change since a year), and the sign of a change."""
        w = self.words
        since = long and self.has(rf"^(?:{w.more}|{w.less})", after)
        yearly = self.has(w.year_before, (before[-40:] if not since else "") + after[:40])
        yearly = yearly or self.has(w.faster, before)
        long = long or self.has(w.cumulative, before[-40:]) or self.has(w.since_then, before)
        change = "multiple" if long and not yearly else "growth"
        fall = -1 if self.falls(before, after) else 1
        if self.has(w.a_year, f.as_written):
            return "growth", fall if by else 1
        if self.has(rf"^(?:[+−–-]|{w.signs})", f.as_written):
            return change, 1
        fraction = not any(c.isdigit() for c in f.as_written)
        change = "multiple" if fraction and not self.has(w.year_before, after) else change
        if self.has(rf"^(?:{w.more}|{w.change_behind})", after):
            return change, 1
        if self.has(rf"^(?:{w.less}|{w.fall_behind})", after):
            return change, -1
        if m := re.search(rf"(?:(?P<more>{w.more})|{w.less})\s+(?:{w.by})\s+$", before, re.I):
            return change, 1 if m["more"] else -1
        said = list(re.finditer(rf"{w.up}|{w.down}", before, re.I))
        a = f.start - len(before)
        between = self.without(TIMES, a + said[-1].end(), f.start) if said else "0"
        between = re.sub(w.filler, "", between, flags=re.I)
        lead = re.sub(rf"(?:{w.filler})+$", "", before, flags=re.I)
        at = self.has(w.to_level, lead) or self.has(rf"^(?:{w.beyond})\b", f.as_written)
        near = by or (len(between.split()) <= 1 and not at)
        if by or (near and not re.search(r"\d", between)):
            return change, fall
        if fraction and not by and self.has(rf"^\s+(?:{w.part_of})", after):
            return "level", 1
        follows = self.inherits(previous, f) or (
            previous and self.shares(previous, f) and previous.kind == "multiple"
        )
        if fraction and not near and not follows:
            return "level", 1
        same = previous and self.shares(previous, f) and previous.kind in ("growth", "multiple")
        listed = self.has(r"\($", before) or self.has(rf"(?:['’]s|[–—])\s+(?:{w.by})\s+$", before)
        if same and listed:
            return previous.kind, 1 if previous.value > 0 else -1
        if self.inherits(previous, f):
            kind = "growth" if previous.unit == "percent per year" else previous.kind
            return kind, fall if kind != "level" and previous.value < 0 else 1
        if self.has(r"^\s*(?:of\b|ВВП)", after) and not by:
            return "level", 1
        level = [m.end() for m in re.finditer(w.level + "|" + w.share, before, re.I)]
        grows = w.growth_noun if at else w.growth
        growth = [m.end() for m in re.finditer(grows, before, re.I)]
        if growth and (not level or growth[-1] > level[-1]):
            return change, fall if by else 1
        if not level and self.has(rf"{w.foreseen}|{w.pace}", before):
            return change, 1
        rates = [g.kind for g in self.out if g.unit.startswith("percent")]
        goes_on = rates[-1:] == ["growth"] and self.has(rf"{w.pronoun}|{w.aim}", before)
        if goes_on and not level and not self.quantity(f, before, after):
            return "growth", 1
        return "level", 1

    def without(self, what: tuple[str, ...], start: int, end: int) -> str:
        """The text between two places with blanks for the figures of a role or for a reason."""
        text = self.text[start:end]
        for g in self.found:
            if (g.role in what or g.reason in what) and start <= g.start and g.end <= end:
                whole = g.unit == "percent" and re.match(
                    self.words.of_whole, self.text[g.end : end]
                )
                behind = g.end + len(whole[0]) if whole else g.end
                blank = " " * (behind - g.start)
                text = text[: g.start - start] + blank + text[behind - start :]
        return text

    def elided(self, f: Figure, before: str, after: str, quantity: str | None) -> Figure:
        """With the unit, magnitude aside, that a figure shares with one before it in the sentence:
        "Mexico sold 617 billion dollars' worth, Brazil — 337 billion", "2.4 million people, 800
        fewer"."""
        w = self.words
        if f.unit or f.kind:
            return f
        dash = self.has(rf"[–—]\s*(?:{w.by}\s+)?$", before)
        apart = self.has(rf"^(?:{w.more}|{w.less})", after)
        tail = self.masked[f.end : f.end + len(after)]
        ends = re.match(rf"\s*(?:[,.;:!?()—–]|$|{w.year_before})|\s+\w{{1,3}}\s{MASK}", tail)
        amount = f.magnitude or self.has(w.to_level, before) or f.value != int(f.value)
        ends = ends and quantity != "population" and amount
        if not (dash or apart or ends):
            return f
        a = f.start - len(before)
        units = [g.unit for g in self.found if a <= g.start < f.start and g.role == "claim"]
        rate = not f.magnitude and not apart and units and units[-1].startswith("percent")
        amount = ["percent"] if rate else [u for u in units if u and u not in NO_AMOUNT]
        return replace(f, unit=amount[-1]) if amount else f

    def shares(self, previous: Figure, f: Figure) -> bool:
        """Whether both are percentages of one sentence."""
        percent = previous.unit in ("percent", "percent per year")
        return percent and any(a <= previous.start and f.start < b for a, b in self.sentences)

    def inherits(self, previous: Figure | None, f: Figure) -> bool:
        """Whether a percentage goes on where the one before left off: "5 %, after 6 %"."""
        percent = previous and previous.unit in ("percent", "percent per year")
        return bool(percent) and self.joined(previous, f)

    def joined(self, previous: Figure, f: Figure) -> bool:
        """Whether only a joint ("after", "from", a year) stands between two figures."""
        between = self.masked[previous.end : f.start].replace(MASK, " ")
        joint = rf"{self.words.inherits}|\b(?:{self.words.year_before})\b"
        return not re.search(r"\w|[.!?;]", re.sub(joint, " ", between, flags=re.I))

    def quantity(self, f: Figure, before: str, after: str) -> str | None:
        """What the noun nearest before a figure measures, else the first behind it in its part of
        the sentence."""
        known = self.words.measured.items()
        before = self.without(("claim",), f.start - len(before), f.start).split(";")[-1]
        if said := [
            (m.end(), -m.start(), n) for n, x in known for m in re.finditer(x, before, re.I)
        ]:
            return max(said)[-1]
        return self.behind(re.split("[,;:—]", after)[0])

    def behind(self, after: str) -> str | None:
        """What the first noun behind a figure measures."""
        known = self.words.measured.items()
        said = [(m.start(), n) for n, x in known if (m := re.search(x, after, re.I))]
        return min(said, key=lambda s: s[0])[1] if said else None

    def period(self, f: Figure, before: str, after: str) -> tuple[tuple, bool]:
        """(first, last) year that the sentence gives the figure, and whether that is more than a
        year apart (a change since then, where nothing says "a year" or "on average")."""
        w = self.words
        a, b = f.start - len(before), f.end + len(after)
        near = self.times(f, a, b)
        average = self.has(w.on_average, before + f.as_written + after)
        start = end = late = None
        said = list(re.finditer(w.last_year, before, re.I))
        times = [g for g in self.found if g in near or g.role == "claim"]
        if said and self.year and not any(a + said[-1].end() < g.start < f.start for g in times):
            end = self.year - 1
        now = not near and self.has(w.this_year, before + re.split("[,;—]", after)[0])
        if self.year and (now or self.has(rf"^\s*(?:{w.this_year})", after)):
            end = self.year
        if self.year and self.has(rf"^\s*(?:{w.next_year})", after):
            end = self.year + 1
        for g, h in pairwise(sorted(near, key=lambda g: g.start)):
            span = self.text[max(a, g.start - 10) : h.start].replace(g.as_written, "\0")
            if g.reason == h.reason == "year" and self.has(w.between, span):
                start, end = (int(re.search(YEAR, x.as_written)[0]) for x in (g, h))
        for g in near:
            years = [int(y) for y in re.findall(YEAR, g.as_written)]
            lead = self.text[a : g.start]
            back = self.has(w.last_years, lead) or self.has(w.a_year, f.as_written)
            if len(years) == 2 and start is None and end is None:
                start, end = years
            elif years and self.has(f"^{w.when}", self.text[g.end : f.start]):
                start, end = None, years[0]
            elif years and self.has(rf"(?:{w.since})\s*(?:\w+\s+)?$", lead):
                start = start or years[0]
            elif years and end is None:
                end = years[0]
                late = late or (self.year and end > self.year and self.has(w.until, lead))
            elif self.year and start is None and back and not years:
                length = self.length(g.as_written)
                start, end = (self.year - 1 - length, self.year - 1) if length else (None, end)
        if start and end and start >= end:
            start, end = (end, start) if start > end else (None, end)
        if start and end is None and self.year and self.year > start:
            end = max(self.year - 1, start + 1)
        spans = late or (start is not None and (end is None or end - start > 1))
        for g in near:
            lead, tail = self.text[a : g.start], self.text[g.end : b]
            if g.reason == "period" and (self.length(g.as_written) or 0) > 1:
                ago = self.has(rf"^\s*(?:{w.ago})", tail)
                spans = spans or self.has(w.last_years, lead) or ago
        return (start, end), bool(spans and not average)

    def times(self, f: Figure, a: int, b: int) -> list[Figure]:
        """The times between two places that may be those of f, the nearest first."""
        times = (g for g in self.found if a <= g.start < b and self.dates(f, g))
        return sorted(times, key=lambda g: self.gap(f, g))

    def dates(self, f: Figure, g: Figure) -> bool:
        """Whether g is a time that may be that of f: none behind another claim or in a clause
        behind it is."""
        if g.reason not in TIMES:
            return False
        a, b = min(f.end, g.end), max(f.start, g.start)
        claims = [h for h in self.found if h.role == "claim"]
        start = f.start - len(self.around(f.start, f.end)[0])
        told = g.start > f.start or any(start <= h.start < g.start for h in claims)
        if told and self.has(rf",\s+{self.words.clause}\s|;", self.text[a:b]):
            return False
        return not any(f.start < h.start < g.start for h in claims)

    def gap(self, f: Figure, g: Figure) -> float:
        """How far a year stands from a figure: characters between, thirty more for each comma or
        dash and each other claim; of two as near, the one behind."""
        a, b = (f.end, g.start) if g.start > f.start else (g.end, f.start)
        bars = len(re.findall(rf"[;:—]|,(?!\s{self.words.than}\b)", self.text[a:b]))
        bars += sum(h.role == "claim" and a <= h.start < b for h in self.found)
        return len(self.text[a:b]) + 30 * bars + (b == f.start)

    def length(self, written: str) -> int | None:
        """How many years "the last ten years" or "two decades" are; None where they are none."""
        w = self.words
        decades = self.has(w.decades, written)
        if not decades and not self.has(w.years, written):
            return None
        m = re.match(rf"(?:{_DIGITS}|(?:{any_of(w.numbers)}))(?!\w)", written, re.I)
        read = parse(m[0], w) if m else (Decimal(1),) if decades else None
        return int(read[0] * (10 if decades else 1)) if read and read[0] < 200 else None


def _negative(fields: dict) -> dict:
    low, high = fields["low"], fields["high"]
    return fields | {"low": None if high is None else -high, "high": None if low is None else -low}


def _inverse(value: Decimal, fields: dict) -> tuple[Decimal, dict]:
    """A fall "by so many times" as what is left: 2 becomes a half."""
    low, high = fields["low"], fields["high"]
    return 1 / value, fields | {
        "low": None if high is None else 1 / high,
        "high": None if not low else 1 / low,
    }
