"""Every figure of a text, in English or Russian, by rules: pass by pass, what is surely no claim
first."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from growth_claims.draft.figures import DIGITS, MASK, Figure, interval, inverse, negative, parse
from growth_claims.draft.guesses import Guess, has
from growth_claims.draft.tables import MAGNITUDES, YEAR, Words, any_of, meaning, words

_NAME = (
    r"(?<![\w$€£.,])(?:[^\W\d_][^\W\d_]*[-–]?\d+(?:[+/]\d+)?|\d[A-ZА-ЯЁ](?!\w)|[A-Z]+-\d+)(?![\d%])"
)
#: A line of a list, and how it begins; a dash and a number only behind a stop.
BULLET = r"\n\s*(?=[•*·▪-]\s)|(?<=[.:;,!?])\n\s*(?=(?:[–—]|\d{1,2}[.)])\s)"
#: A line longer than this is a paragraph, not one of its lines.
LINE = 200
#: Fractions ("a third") are read to so many percentage points either side.
FRACTION_STEP = Decimal(5)
#: Up to this many, things without a unit are a count in passing.
COUNT = 12


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, without the space around: what blank lines part; where there
    are none and lines are long, its lines."""
    text = text.replace("\r\n", "\n").strip()
    blank = r"\n[ \t]*\n"
    if not re.search(blank, text) and max(map(len, text.split("\n"))) > LINE:
        blank = "\n"
    return [p.strip() for p in re.split(blank, text) if p.strip()]


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
        for figure in Paragraph(paragraph, number, known, year).figures()
    ]


@cache
def _patterns(locale: str) -> dict[str, re.Pattern]:
    w = words(locale)
    said = "|".join(w.wordings.values())
    wording = rf"(?:(?<!\w)(?P<wording>{said})\s*(?:(?P<prep>{w.preposition})\s+)?)?"
    in_words, ordinals = any_of(w.numbers), any_of(w.ordinals)
    number = rf"(?:{DIGITS}|(?<!\w)(?:{in_words})(?:(?!\w)|(?={w.glued}))|(?<!\w)(?={w.bare}))"
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
        rf"|(?:[\s-]?(?P<magnitude>{magnitude})(?:\s(?P<n3>{DIGITS})\s?(?P<m3>{magnitude}))?)?"
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


class Paragraph:
    """Finds the figures of a paragraph pass by pass: what is surely no claim first, so that a pass
    never sees what an earlier one took."""

    def __init__(self, text: str, number: int, known: Words, year: int | None):
        self.source, self.number, self.words, self.year = text, number, known, year
        # as long, and as if on one line: all white space but a new line before a bullet is a blank
        self.text = text = re.sub(rf"(?!{BULLET})\s", " ", text)
        self.masked = text
        self.found: list[Figure] = []
        self.out: list[Figure] = []
        self.patterns = _patterns(known.locale)
        short = re.finditer(rf"(?<!\w)(?:{known.abbreviations})\.\s+", text, re.I)
        within = {m.end() for m in short}
        ends = rf"(?<=[.!?…])[»”\")]*\s+(?=[«“\"(]?[A-ZА-ЯЁ\d])|{BULLET}"
        ends = re.finditer(ends, text)
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
        for f in self.found:
            self.out.append(Guess(self, f, self.out).made() if f.role == "claim" else f)
        return self.out

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
            Figure(self.number, start, end, self.source[start:end], role, reason, **fields)
        )
        self.masked = self.masked[:start] + MASK * (end - start) + self.masked[end:]

    def is_money(self, match: re.Match) -> bool:
        w = self.words
        return bool(re.match(rf"(?:{any_of(w.prefixes, w.codes)})\d", match[0], re.I))

    def a_year(self, m: re.Match) -> None:
        decade = has(rf"^\s*(?:{self.words.decade_tail})", m["tail"])
        self.keep(m.start(), m.end(), reason="period" if decade else "year")

    def around(self, start: int, end: int) -> tuple[str, str]:
        """What stands before and after in the same sentence."""
        a, b = next(s for s in self.sentences if s[0] <= start < s[1])
        return self.text[a:start], self.text[end : max(b, end)]

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
        factor = plain and has(w.multiplied, before)
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
            led = w.times_lead and has(
                w.times_lead, before + self.text[m.start() : m.start("n1")] + MASK + m["times"]
            )
            if not led and (w.times_lead or not has(changes, said)):
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
        if m["sign"] and has(f"[−–-]|{w.minus}", m["sign"]):
            value, fields = -value, negative(fields)
        if unit == "times" and self.falls(before, after):
            value, fields = inverse(value, fields)
        self.keep(start, end, value=value, magnitude=magnitude, unit=unit, **fields)
        return again

    def is_pair(self, m: re.Match, before: str) -> bool:
        """Two figures that share a unit ("from 6.6 to 6.2 %"), not a range."""
        if re.fullmatch(self.words.pair_join, m["join"], re.I):
            return not m["lead"] or not has(self.words.between_lead, m["lead"])
        worded = m["join"].strip(" –—-\u00a0") != ""
        return worded and not m["lead"] and has(self.words.change_lead, before)

    def is_elliptic(self, start: int) -> bool:
        """Whether a number behind a year and a dash goes on with the percentages before it."""
        a = start - len(self.around(start, start)[0])
        percents = [f for f in self.found if a <= f.start < start and f.unit == "percent"]
        return bool(percents) and has(
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
        if has(rf"^(?:{w.repeated})$", m["n"]) and not has(changes, after):
            return self.keep(m.start(), m.end(), reason="count")
        is_verb = has(w.may + r"\s$", before) or not has(rf"^(?:{w.adjective})$", m["n"])
        if not is_verb and not has(rf"{changes}|^{w.verbal}|^\s+(?:{w.since})", after):
            return None  # "double taxation"
        value = Decimal(str(factor if factor >= 1 else 1 / factor))
        fields = self.bounds(value, Decimal(1), self.wording(m))
        rises = has(rf"^(?:{w.rising})$", m["n"])
        if factor < 1 or (not rises and self.falls(before, after)):
            value, fields = inverse(value, fields)
        return self.keep(m.start(), m.end(), value=value, unit="times", **fields)

    def fraction(self, m: re.Match) -> None:
        after = self.around(m.start(), m.end())[1]
        share = meaning(m["n"], self.words.shares)
        part = rf"^\s+(?:of|the|its|their|as|a|{self.words.more})\b"
        bare = m["n"].lower() == "half" and not m["by"] and not m["wording"]
        if bare and not has(part, after):
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
        rank = has(rf"^(?:{w.rank_after})", after) or has(w.rank_before, before)
        if rank or (m["digits"] and has(w.rank_before.replace("$", ""), before)):
            taken = re.match(rf"(?:{w.rank_after})", after, re.I)
            end = m.end() + (len(taken[0].rstrip()) if taken else 0)
            return self.keep(m.start(), end, unit="rank", kind="comparison", **exact)
        event = re.match(rf"\s+(?:\w+\s+){{0,2}}?(?:{w.events}|{w.occasion})", after, re.I)
        if event and (number > 1 or not re.match(rf"\s+(?:{w.occasion})", after, re.I)):
            end = m.end() + event.end()
            return self.keep(m.start(), end, unit="ordinal number", kind="events", **exact)
        alone = re.match(r"\s*(?:[,.;:!?)]|$)", after)
        if alone and has(rf"(?<!\w)(?:{w.events})(?!\w)", self.text[: m.start()]):
            return self.keep(m.start(), m.end(), unit="ordinal number", kind="events", **exact)
        if has(rf"^(?:{w.century})", after):
            return self.keep(m.start(), m.end(), reason="period")
        if number > 1 or m["digits"]:
            return self.keep(m.start(), m.end(), reason="ordinal")
        return None

    def falls(self, before: str, after: str) -> bool:
        """Whether the word right behind the figure, else the nearest before it, is of a fall."""
        w = self.words
        if behind := re.match(rf"(?P<up>{w.more})|(?P<down>{w.less})", after, re.I):
            return bool(behind["down"])
        said = list(re.finditer(rf"(?P<up>{w.up})|(?P<down>{w.down})", before, re.I))
        return bool(said and said[-1]["down"])
