"""What a figure is taken to be, from the words around it: its kind, unit, quantity and years."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from growth_claims.draft.figures import DIGITS, MASK, Figure, negative, parse
from growth_claims.draft.tables import YEAR, any_of

if TYPE_CHECKING:
    from growth_claims.draft.finder import Paragraph

#: Units of figures that are no amounts of anything.
NO_AMOUNT = ("percent", "percentage points", "basis points", "times", "rank", "events")
NO_AMOUNT += ("ordinal number",)
#: Units of percentages, before and after they are known to be rates.
RATES = ("percent", "percent per year")
#: What sets a figure aside as a time.
TIMES = ("year", "date", "period")
#: What a change or a comparison of GDP is of, in dollars and in real terms.
IN_DOLLARS = {"gdp": "gdp-dollars", "gdp-per-head": "gdp-dollars-per-head"}
IN_REAL = {"gdp": "real-gdp"}
#: What a figure is taken to measure whose sentence names nothing, where the one before does.
GOES_ON = ("gdp", "goods-trade", "partner-trade")
#: What is measured in money.
MONEY = ("gdp", "goods-exports", "goods-imports", "goods-trade", "partner-trade")


def has(pattern: str, text: str) -> bool:
    return bool(re.search(pattern, text, re.I))


class Guess:
    """One figure of a paragraph in its sentence.

    `a`, `b`: where the sentence begins and ends; `before`, `after`: what stands in it before and
    after the figure; `said`: the quantity that a noun of it names; `apart`: whether the figure is
    so much more or less; `by`: whether something changed by it; `previous`: the claim before it.
    """

    def __init__(self, paragraph: Paragraph, figure: Figure, out: list[Figure]):
        self.all, self.text, self.masked = paragraph.found, paragraph.text, paragraph.masked
        self.p, self.w, self.year, self.f, self.out = (
            paragraph,
            paragraph.words,
            paragraph.year,
            figure,
            out,
        )
        self.before, self.after = paragraph.around(figure.start, figure.end)
        self.a, self.b = figure.start - len(self.before), figure.end + len(self.after)
        self.previous = next((p for p in reversed(out) if p.role == "claim"), None)
        self.near = sorted((g for g in self.all if self.dates(g)), key=self.gap)
        self.apart = self.followed(rf"{self.w.more}|{self.w.less}")
        lead = re.sub(rf"(?:{self.w.filler})+$", "", self.before, flags=re.I)
        self.by = has(rf"\b(?:{self.w.by}|{self.w.change_of})\s+$", lead)
        self.by = self.by or has(rf"(?:^|\s)(?:{self.w.by})\s", figure.as_written)
        self.at = has(self.w.to_level, lead) or self.written(rf"(?:{self.w.beyond})\b")
        self.said = self.named()

    def followed(self, pattern: str) -> bool:
        return has(rf"^(?:{pattern})", self.after)

    def written(self, pattern: str) -> bool:
        """Whether the figure begins so."""
        return has(rf"^(?:{pattern})", self.f.as_written)

    def falls(self) -> bool:
        return self.p.falls(self.before, self.after)

    def made(self) -> Figure:
        """The figure with its guesses."""
        w, period = self.w, self.years()
        quantity = self.said or self.gone_on()
        if not quantity and self.f.unit in ("", "percent") and has(w.grows, self.before[-80:]):
            quantity = "gdp"
        self.f = self.elided(quantity)
        kind, unit, sign = self.kind()
        numbers = {"value": self.f.value, "low": self.f.low, "high": self.f.high}
        if sign < 0 and self.f.value > 0:
            numbers = negative(numbers) | {"value": -self.f.value}
        if kind in ("growth", "multiple") and not quantity:
            rates = [g.about for g in self.out if g.kind == "growth"]
            goes_on = rates[-1:] == ["gdp"] or has(w.foreseen, self.before[-80:])
            quantity = "gdp" if goes_on else None
        about = quantity
        if kind == "level" and unit != "percent" and not self.f.kind:
            unit, quantity = self.amount(unit, quantity)
        told = (self.masked[a : min(b, self.f.start)] for a, b in self.p.sentences)
        return replace(
            self.f,
            kind=kind,
            unit=unit,
            quantity=self.measured(kind, unit, quantity),
            period=self.of_kind(kind, period),
            about=about,
            partial=any(has(w.part_of_year, g.as_written) for g in self.near[:1]),
            before=tuple(sentence for sentence in told if sentence),
            **{k: None if x is None else round(float(x), 6) for k, x in numbers.items()},
        )

    # --- kind and unit ---

    def kind(self) -> tuple[str, str, int]:
        """Kind, unit, and the sign of a change."""
        w, unit = self.w, self.f.unit
        if unit == "points":
            unit = "percentage points" if self.by or self.apart else ""
        if unit == "times":
            other = self.followed(w.same_as) and not self.followed(w.as_before)
            other = other or has(w.outdoes, re.split("[,;—]", self.before)[-1])
            return "comparison" if other else "multiple", unit, 1
        if unit in ("percentage points", "basis points"):
            ends = rf"{w.than_then}|\s*(?:[.,;)](?! {w.than}\b)|$)"
            moved = self.followed(rf"(?:{w.more}|{w.less})(?:{ends})")
            other = has(w.faster, self.before + self.after) or (self.apart and not moved)
            kind = "comparison" if other else "direction"
            fall = (self.apart or kind == "direction") and self.falls()
            return kind, unit, -1 if fall else 1
        if unit == "percent" and self.f.kind is None:
            kind, sign = self.percentage()
            return kind, "percent per year" if kind == "growth" else unit, sign
        return self.f.kind or "level", unit, 1

    def percentage(self) -> tuple[str, int]:
        """Level, growth or multiple (change since a year), and the sign of a change."""
        w, before, previous = self.w, self.before, self.previous
        around = ("" if self.spans and self.apart else before[-40:]) + self.after[:40]
        yearly = has(w.year_before, around) or has(w.faster, before)
        long = self.spans or has(w.cumulative, before[-40:]) or has(w.since_then, before)
        change = "multiple" if long and not yearly else "growth"
        fall = -1 if self.falls() else 1
        if has(w.a_year, self.f.as_written):
            return "growth", fall if self.by else 1
        if self.written(rf"[+−–-]|{w.signs}"):
            return change, 1
        fraction = not any(c.isdigit() for c in self.f.as_written)
        change = "multiple" if fraction and not has(w.year_before, self.after) else change
        if self.followed(rf"{w.more}|{w.change_behind}"):
            return change, 1
        if self.followed(rf"{w.less}|{w.fall_behind}"):
            return change, -1
        if m := re.search(rf"(?:(?P<more>{w.more})|{w.less})\s+(?:{w.by})\s+$", before, re.I):
            return change, 1 if m["more"] else -1
        said = list(re.finditer(rf"{w.up}|{w.down}", before, re.I))
        between = self.without(TIMES, self.a + said[-1].end()) if said else "0"
        between = re.sub(w.filler, "", between, flags=re.I)
        near = self.by or (len(between.split()) <= 1 and not self.at)
        if self.by or (near and not re.search(r"\d", between)):
            return change, fall
        if fraction and self.followed(rf"\s+(?:{w.part_of})"):
            return "level", 1
        beside = previous and previous.unit in RATES and previous.start >= self.a
        goes_on = previous and previous.unit in RATES and self.joined()
        if fraction and not near and not (goes_on or (beside and previous.kind == "multiple")):
            return "level", 1
        listed = has(rf"\($|(?:['’]s|[–—])\s+(?:{w.by})\s+$", before)
        if beside and listed and previous.kind in ("growth", "multiple"):
            return previous.kind, 1 if previous.value > 0 else -1
        if goes_on:
            kind = "growth" if previous.unit == "percent per year" else previous.kind
            return kind, fall if kind != "level" and previous.value < 0 else 1
        if self.followed(r"\s*(?:of\b|ВВП)"):
            return "level", 1
        level = [m.end() for m in re.finditer(rf"{w.level}|{w.share}", before, re.I)]
        grows = re.finditer(w.growth_noun if self.at else w.growth, before, re.I)
        if (growth := [m.end() for m in grows]) and growth[-1] > max(level, default=-1):
            return change, 1
        if not level and has(rf"{w.foreseen}|{w.pace}", before):
            return change, 1
        rates = [g.kind for g in self.out if g.unit in RATES]
        if rates[-1:] == ["growth"] and has(rf"{w.pronoun}|{w.aim}", before) and not level:
            return ("level" if self.said else "growth"), 1
        return "level", 1

    def joined(self) -> bool:
        """Whether only a joint ("after", "from", a year) stands between this and the one before."""
        between = self.masked[self.previous.end : self.f.start].replace(MASK, " ")
        joint = rf"{self.w.inherits}|\b(?:{self.w.year_before})\b"
        return not re.search(r"\w|[.!?;]", re.sub(joint, " ", between, flags=re.I))

    def elided(self, quantity: str | None) -> Figure:
        """The figure with the unit, magnitude aside, that it shares with one before it in the
        sentence: "Mexico sold 617 billion dollars' worth, Brazil — 337 billion", "2.4 million
        people, 800 fewer"."""
        w, f = self.w, self.f
        if f.unit or f.kind:
            return f
        dash = has(rf"[–—]\s*(?:{w.by}\s+)?$", self.before)
        tail = self.masked[f.end : self.b]
        ends = re.match(rf"\s*(?:[,.;:!?()—–]|$|{w.year_before})|\s+\w{{1,3}}\s{MASK}", tail)
        amount = f.magnitude or has(w.to_level, self.before) or f.value != int(f.value)
        if not (dash or self.apart or (ends and amount and quantity != "population")):
            return f
        units = [g.unit for g in self.all if self.a <= g.start < f.start and g.role == "claim"]
        if not f.magnitude and not self.apart and units and units[-1] in RATES:
            return replace(f, unit="percent")
        units = [u for u in units if u and u not in NO_AMOUNT]
        return replace(f, unit=units[-1]) if units else f

    def amount(self, unit: str, quantity: str | None) -> tuple[str, str | None]:
        """Unit and quantity of a level that is no percentage."""
        w, f, previous, about = self.w, self.f, self.previous, quantity
        if not unit and previous and previous.kind == "level" and self.joined():
            unit, quantity = previous.unit, previous.quantity
            self.f = f = replace(f, magnitude=f.magnitude or previous.magnitude)
        near = self.followed(rf"\W*(?:\w+\W+)?(?:{w.per_head})") or has(
            w.per_head, self.before[-120:]
        )
        if not near and previous and not self.said and has(w.pronoun, self.before):
            near = previous.unit == f"{unit} per head"
        if unit in w.money:
            if near and f.magnitude in ("", "thousand"):
                unit = f"{unit} per head"
                known = unit == "US$ per head" and about != "other"
                quantity = "gdp-dollars-per-head" if known else None
            elif quantity == "gdp-per-head":
                quantity = "gdp"
        if not unit and f.magnitude and quantity in MONEY:
            monies = [u for g in self.out if (u := g.unit.removesuffix(" per head")) in w.money]
            unit = "US$" if has(w.nominal, self.before) else (monies or [""])[-1]
        if not unit and (f.magnitude or f.value >= 1000) and self.counts_people(quantity):
            unit = "persons"
        if unit == "persons":
            kept = self.said == "population"
            if re.search(rf"(?:{w.units['persons']})(?:{w.a_year})?$", f.as_written, re.I):
                whole = rf"(?:\d|{any_of(w.magnitudes)})\s?(?:{w.population})(?:{w.a_year})?$"
                many = f.magnitude in ("million", "billion") or kept
                kept = many or has(w.living, self.before + f.as_written + self.after)
                kept = kept and has(whole, f.as_written)
            elif not self.said:
                kept = not has(w.units["persons"], self.before)
            quantity = "population" if kept and not self.apart else None
        return unit, quantity

    def counts_people(self, quantity: str | None) -> bool:
        """Whether a number without a unit is one of people: the sentence speaks of population, or
        of people in a clause that the number ends ("the number of tourists reached 3 million"), or
        the last amount before it is of people."""
        if quantity not in (None, "other"):
            return quantity == "population"
        ends = self.followed(r"\s*(?:[,.;:!?)–—]|$)") or has(self.w.to_level, self.before)
        amounts = [g.unit for g in self.out if g.unit and g.unit not in NO_AMOUNT]
        people = ends and has(self.w.units["persons"], self.before)
        return people or amounts[-1:] == ["persons"]

    # --- quantity ---

    def named(self) -> str | None:
        """What the noun nearest before a figure measures, else the first behind it in its part of
        the sentence."""
        known = self.w.measured.items()
        before = self.without(("claim",), self.a).split(";")[-1]
        after = re.split("[,;:—]", self.after)[0]
        said = [(m.end(), -m.start(), n) for n, x in known for m in re.finditer(x, before, re.I)]
        if said:
            return max(said)[-1]
        said = [(m.start(), n) for n, x in known if (m := re.search(x, after, re.I))]
        return min(said, key=lambda s: s[0])[1] if said else None

    def without(self, what: tuple[str, ...], start: int) -> str:
        """The text from a place to the figure with blanks for the figures of a role or for a
        reason, and for what a percentage is a share of."""
        end = self.f.start
        text = self.text[start:end]
        for g in self.all:
            if (g.role in what or g.reason in what) and start <= g.start and g.end <= end:
                whole = g.unit == "percent" and re.match(self.w.of_whole, self.text[g.end : end])
                stop = g.end + len(whole[0]) if whole else g.end
                text = text[: g.start - start] + " " * (stop - g.start) + text[stop - start :]
        return text

    def gone_on(self) -> str | None:
        """What a figure measures whose sentence names nothing: what the one before does, where it
        stands in the same sentence or a pronoun speaks of it (of people, where it is so many
        more or less)."""
        if self.previous is None:
            return None
        about, here = self.previous.about, self.previous.start >= self.a
        spoken_of = has(rf"{self.w.pronoun}|[(:]\s*$", self.before)
        if about == "population":
            change = (here and self.apart) or (spoken_of and self.f.unit in ("percent", "times"))
            return about if change else None
        return about if (here or spoken_of) and about in GOES_ON else None

    def measured(self, kind: str, unit: str, quantity: str | None) -> str | None:
        """The project's quantity that a noun means for such a kind and unit."""
        if kind == "events" or unit == "rank" or quantity == "other":
            return None
        if kind in ("growth", "multiple") and quantity in IN_DOLLARS:
            table = IN_DOLLARS if self.in_dollars() else IN_REAL
            quantity = table.get(quantity, quantity)
        elif kind == "comparison" and unit == "times":
            beside = self.previous and self.previous.start >= self.a
            quantity = quantity or (self.previous.quantity if beside else None)
            real = quantity == "gdp" and has(self.w.speed, self.after)
            quantity = "real-gdp" if real else IN_DOLLARS.get(quantity, quantity)
        elif quantity == "gdp":
            quantity = "gdp-dollars" if "$" in unit else None
        if kind != "level" or quantity is None:
            return quantity
        if quantity == "population":
            fits = unit in ("persons", "")
        elif quantity.startswith("goods"):
            fits = unit in self.w.money
        else:
            fits = (unit == "percent") == (quantity in ("inflation", "unemployment"))
        return quantity if fits else None

    def in_dollars(self) -> bool:
        """Whether a change of GDP is one of its dollars: the sentence says so nearer than that it
        is real, or says the level in dollars right before or behind ("grew 2.4 times, to 2 trillion
        dollars") and not that it is real."""
        w, here, previous = self.w, len(self.before), self.previous
        part = self.before + re.split(w.part_ends, self.after)[0]
        if says := [
            (min(abs(m.end() - here), abs(m.start() - here)), real)
            for expression, real in ((w.real, True), (w.nominal, False))
            for m in re.finditer(expression, part, re.I)
        ]:
            return not min(says)[1]
        if self.f.unit != "times":
            return False
        if previous and (previous.quantity or "").startswith("gdp-dollars"):
            return previous.start >= self.a
        behind = next((g for g in self.all if g.start > self.f.start and g.role == "claim"), None)
        between = self.text[self.f.end : behind.start] if behind else ""
        return bool(behind and "$" in behind.unit and re.fullmatch(rf",?\s{w.up_to}\s", between))

    # --- years ---

    def years(self) -> tuple[int | None, int | None]:
        """(first, last) year that the sentence gives the figure; sets `spans`: whether that is more
        than a year apart (a change since then, where nothing says "a year" or "on average")."""
        w, now = self.w, self.year
        start = end = late = None
        said = list(re.finditer(w.last_year, self.before, re.I))
        times = [g for g in self.all if g in self.near or g.role == "claim"]
        if now:
            told = said and self.a + said[-1].end()
            if said and not any(told < g.start < self.f.start for g in times):
                end = now - 1
            part = self.before + re.split("[,;—]", self.after)[0]
            this = not self.near and has(w.this_year, part)
            if this or self.followed(rf"\s*(?:{w.this_year})"):
                end = now
            if self.followed(rf"\s*(?:{w.next_year})"):
                end = now + 1
        for g, h in pairwise(sorted(self.near, key=lambda g: g.start)):
            span = self.text[max(self.a, g.start - 10) : h.start].replace(g.as_written, MASK)
            if g.reason == h.reason == "year" and has(w.between, span):
                start, end = (int(re.search(YEAR, x.as_written)[0]) for x in (g, h))
        yearly = has(w.a_year, self.f.as_written)
        for g in self.near:
            years = [int(y) for y in re.findall(YEAR, g.as_written)]
            lead = self.text[self.a : g.start]
            if len(years) == 2 and start is None and end is None:
                start, end = years
            elif years and has(f"^{w.when}", self.text[g.end : self.f.start]):
                start, end = None, years[0]
            elif years and has(rf"(?:{w.since})\s*(?:\w+\s+)?$", lead):
                start = start or years[0]
            elif years and end is None:
                end = years[0]
                late = late or (now and end > now and has(w.until, lead))
            elif now and start is None and not years and (yearly or has(w.last_years, lead)):
                length = self.length(g.as_written)
                start, end = (now - 1 - length, now - 1) if length else (None, end)
        if start and end and start >= end:
            start, end = (end, start) if start > end else (None, end)
        if start and end is None and now and now > start:
            end = max(now - 1, start + 1)
        long = late or (start is not None and (end is None or end - start > 1))
        for g in self.near:
            lead, tail = self.text[self.a : g.start], self.text[g.end : self.b]
            if g.reason == "period" and (self.length(g.as_written) or 0) > 1:
                long = long or has(w.last_years, lead) or has(rf"^\s*(?:{w.ago})", tail)
        average = has(w.on_average, self.before + self.f.as_written + self.after)
        self.spans = bool(long and not average)
        return start, end

    def of_kind(self, kind: str, period: tuple) -> tuple[int | None, int | None]:
        """The years as a kind has them: of a level the last one alone, of a growth both; of the
        first of "from 5 to 4 %" and of "after 5 % a year earlier" those before."""
        w, growth, previous = self.w, kind == "growth", self.previous
        if growth and self.year and period[0] is None and has(w.present, self.before[-60:]):
            period = (self.year - 2, self.year - 1)
        if has(w.change_lead, self.before) and self.followed(rf"\s*(?:{w.up_to})\s"):
            if growth and self.year and not has(w.foreseen, self.before):
                period = (None, (period[1] or self.year - 1) - 1)
            elif kind == "level" and None not in period:
                period = (None, period[0])
        against = rf"\b(?:{w.against})\s+(?:\w+\s+){{0,2}}$"
        earlier = self.followed(rf",?\s*(?:{w.year_before})") and has(against, self.before)
        if growth and previous:
            between = self.text[previous.end : self.f.start]
            earlier = earlier or has(rf"(?<!{w.than}\s)\b(?:{w.year_before})", between)
        if earlier and previous and previous.period[1] and previous.start > self.a:
            period = (None, previous.period[1] - 1)
        if kind == "level":
            return None, period[1] or period[0]
        if growth and period[0] is None and period[1] is not None:
            return period[1] - 1, period[1]
        return period

    def dates(self, g: Figure) -> bool:
        """Whether g is a time of the sentence that may be the figure's: none behind another claim
        or in a clause behind it is."""
        if g.reason not in TIMES or not self.a <= g.start < self.b:
            return False
        start, claims = self.f.start, [h for h in self.all if h.role == "claim"]
        between = self.text[min(self.f.end, g.end) : max(start, g.start)]
        told = g.start > start or any(self.a <= h.start < g.start for h in claims)
        if told and has(rf",\s+{self.w.clause}\s|;", between):
            return False
        return not any(start < h.start < g.start for h in claims)

    def gap(self, g: Figure) -> int:
        """How far a time stands from the figure: characters between, thirty more for each comma or
        dash and each other claim; of two as near, the one behind."""
        a, b = (self.f.end, g.start) if g.start > self.f.start else (g.end, self.f.start)
        bars = len(re.findall(rf"[;:—]|,(?!\s{self.w.than}\b)", self.text[a:b]))
        bars += sum(h.role == "claim" and a <= h.start < b for h in self.all)
        return len(self.text[a:b]) + 30 * bars + (b == self.f.start)

    def length(self, written: str) -> int | None:
        """How many years "the last ten years" or "two decades" are; None where they are none."""
        w = self.w
        decades = has(w.decades, written)
        if not decades and not has(w.years, written):
            return None
        m = re.match(rf"(?:{DIGITS}|(?:{any_of(w.numbers)}))(?!\w)", written, re.I)
        read = parse(m[0], w) if m else (Decimal(1),) if decades else None
        return int(read[0] * (10 if decades else 1)) if read and read[0] < 200 else None
