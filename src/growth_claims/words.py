"""How verdicts, units, countries, sources and readings are called. All of it in the current
language; names of sources and quantities come from `claims/quantities.yaml`, of countries from
CLDR, of groups from `claims/groups.yaml`."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from babel.dates import format_date

from growth_claims import growth, i18n, quantities
from growth_claims.errors import InputError
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Found, Outcome, Verdict

if TYPE_CHECKING:
    from growth_claims.claims import Claim, Reading
    from growth_claims.readings import Study

VERDICTS = {
    Verdict.HOLDS: N_("holds"),
    Verdict.CLOSE: N_("close"),
    Verdict.OUT_OF_DATE: N_("out of date"),
    Verdict.DEPENDS: N_("depends on the reading"),
    Verdict.DOES_NOT_HOLD: N_("does not hold"),
    Verdict.CANNOT_BE_CHECKED: N_("cannot be checked"),
}
OUTCOMES = {
    Outcome.HOLDS: N_("holds"),
    Outcome.CLOSE: N_("close"),
    Outcome.FAILS: N_("fails"),
    Outcome.NO_DATA: N_("no figures"),
}
#: Decimals with which a number of a unit is first tried.
DECIMALS = dict.fromkeys(("rank", "months", "ordinal number", "events", "none"), 0)
MOST_DECIMALS = 3


def verdict(which: Verdict | str) -> str:
    return _(VERDICTS[Verdict(which)])


def outcome(which: Outcome | str) -> str:
    return _(OUTCOMES[Outcome(which)])


def economy(code: str, vintage: str | None = None, source: str | None = None) -> str:
    """A country's or a group's name; the publisher's code where it has none here."""
    from growth_claims import names

    try:
        return names.economy(code, i18n.language(), vintage, source)
    except InputError:
        return code


def economies(codes, vintage: str | None = None, source: str | None = None) -> str:
    return ", ".join(economy(code, vintage, source) for code in codes)


def source(code: str) -> str:
    known = quantities.known().sources
    return known[code].name[i18n.language()] if code in known else code


def publisher(code: str) -> str:
    """A source in a word or two, for tables and charts."""
    known = quantities.known().sources
    return known[code].short[i18n.language()] if code in known else code


def quantity(code: str) -> str:
    return quantities.known().quantity(code).name[i18n.language()]


def weights(quantity_: str, code: str | None) -> str:
    known = quantities.known().weights_of(quantity_)
    return known[code].name[i18n.language()] if code in known else ""


def estimator(name: str) -> str:
    return _(growth.ESTIMATORS[name].label)


def vintage(text: str) -> str:
    """An edition's date as it is written: "1 July 2026", "October 2025", "2026"."""
    parts = [int(p) for p in text.split("-") if p.isdigit()]
    if len(parts) == 3:
        return i18n.date(dt.date(*parts))
    if len(parts) == 2:
        month = format_date(dt.date(*parts, 1), format="LLLL y", locale=i18n.language())
        return month if i18n.language() == "en" else f"{month}\N{NO-BREAK SPACE}г."
    return text


def unit(name: str) -> str:
    """A unit of figures in words."""
    return _(UNITS[name]) if name in UNITS else name


UNITS = {
    "million persons": N_("million people"),
    "billion US$": N_("billion dollars"),
    "billion international $": N_("billion international dollars"),
    "billion US$ of 2015": N_("billion dollars of 2015"),
    "thousand US$ per head": N_("thousand dollars per head"),
    "thousand US$ of 2015 per head": N_("thousand dollars of 2015 per head"),
    "index, 2015 = 100": N_("index, 2015 = 100"),
    "percent": N_("percent"),
    "percent per year": N_("percent a year"),
    "percentage points": N_("percentage points"),
    "times": N_("times"),
    "rank": N_("rank"),
    "months": N_("months"),
    "years": N_("years"),
    "ordinal number": N_("ordinal number"),
    "events": N_("events"),
    "none": N_("no number"),
}


AMOUNTS = {
    "million persons": N_("{x} million people"),
    "billion US$": N_("{x} billion dollars"),
    "billion international $": N_("{x} billion international dollars"),
    "thousand US$ per head": N_("{x} thousand dollars per head"),
    "percentage points": N_("{x} percentage points"),
    "rank": N_("rank {x}"),
    "years": N_("{x} years"),
    "ordinal number": N_("number {x}"),
}


def amount(x: float, unit_: str, decimals_: int | None = None, *, sign: bool = False) -> str:
    """A number with its unit, as a sentence writes it."""
    if decimals_ is None:
        decimals_ = DECIMALS.get(unit_, 1)
    said = i18n.number(x, decimals_, sign=sign)
    if unit_ == "percent":
        return i18n.percent(x, decimals_, sign=sign)
    if unit_ == "percent per year":
        return _("{x} a year", x=i18n.percent(x, decimals_, sign=sign))
    if unit_ == "times":  # a number with decimals takes the form of two
        return ngettext("{x} time", "{x} times", 2 if decimals_ else round(x), x=said)
    if unit_ == "months":
        return ngettext("{x} month", "{x} months", round(x), x=said)
    if unit_ == "events":
        return ngettext("{x} event", "{x} events", round(x), x=said)
    if unit_ in AMOUNTS:
        return _(AMOUNTS[unit_], x=said)
    return f"{said} {unit(unit_)}" if unit_ in UNITS and unit_ != "none" else said


def decimals(claim: Claim, value: float) -> int:
    """How many decimals it takes for the rounded number to be on the same side of the stated
    interval's bounds as the number itself, so that no page seems to contradict its verdict."""
    first = DECIMALS.get(claim.stated.unit, 1)
    if claim.stated.unit not in DECIMALS and claim.stated.value is not None:
        first = max(first, claim.stated.decimals + 1)  # so that one sees what was rounded
    for tried in range(first, MOST_DECIMALS):
        if claim.stated.holds(round(value, tried)) == claim.stated.holds(value):
            return tried
    return MOST_DECIMALS


def stated(claim: Claim) -> str:
    """The stated number as it was written."""
    return tied(claim.stated.as_written[i18n.language()])


def statement(claim: Claim) -> str:
    return tied(claim.statement[i18n.language()])


def checked(article: Mapping[str, Any]) -> str:
    """What was checked: whose text, of which day, on which occasion. `article`: as a register or
    `verdicts.json` has it."""
    language = i18n.language()
    outlet, day = article["outlet"][language], vintage(str(article["date"]))
    occasion = article.get("occasion")
    if not occasion:
        return _("Checked: {outlet}, {date}.", outlet=outlet, date=day)
    return _(
        "Checked: {outlet}, {date}, {occasion}.",
        outlet=outlet,
        date=day,
        occasion=occasion[language],
    )


def tied(text: str) -> str:
    """The text with each number and its percent sign or magnitude kept on one line."""
    return re.sub(r"(?<=\d) (?=%|million|billion|млн|млрд)", "\N{NO-BREAK SPACE}", text)


def found(claim: Claim, what: Found | None) -> str:
    """What a reading finds, in a few words; a dash where it finds nothing."""
    if what is None:
        return "–"
    plain = amount(what.value, claim.stated.unit, decimals(claim, what.value))
    say = _FOUND.get(claim.kind)
    return say(claim, what, plain) if say else plain


def _multiple(claim: Claim, what: Found, plain: str) -> str:
    if claim.stated.unit != "percent":
        return plain
    if what.value < 0:
        return _("{x} less", x=i18n.percent(-what.value, decimals(claim, what.value)))
    return _("{x} more", x=plain)


def _comparison(claim: Claim, what: Found, plain: str) -> str:
    r = what.reading
    if r.against:
        ours, theirs = what.parts["region"], what.parts[r.against]
        places = telling(ours, theirs)
        return _(
            "{region} a year ({group}: {other})",
            region=i18n.percent(ours, places),
            other=i18n.percent(theirs, places),
            group=economy(r.against, what.vintage, r.source),
        )
    count = len(what.parts)
    return _("rank {n} of {count}", n=round(what.value), count=count)


def _direction(claim: Claim, what: Found, plain: str) -> str:
    if claim.stated.unit == "percentage points":
        return _("{last} after {first}", **shares(what))
    rates = [i18n.percent(p["change"], sign=True) for p in what.parts.values()]
    return _("{rates} a year", rates=_(" and ").join(rates))


def shares(what: Found) -> dict[str, str]:
    """The first and the last share of a direction that is one of a share, in percent."""
    one = next(iter(what.parts.values()))
    places = 2 if abs(one["last"]) < 10 else 1
    return {which: i18n.percent(one[which], places) for which in ("first", "last")}


def _events(claim: Claim, what: Found, plain: str) -> str:
    if what.reading.test == "since":
        return span(what.parts["years"], what.parts["months"])
    if what.reading.test == "gap":
        return _("longest gap: {gap}", gap=plain)
    return plain


_FOUND = {
    "multiple": _multiple,
    "comparison": _comparison,
    "direction": _direction,
    "events": _events,
}


def telling(a: float, b: float) -> int:
    """As many decimals as it takes to tell two rates apart, at most three."""
    return next((n for n in (1, 2, 3) if round(a, n) != round(b, n)), MOST_DECIMALS)


def span(years: int, months: int) -> str:
    """A length of time in full years and months."""
    said = ngettext("{n} year", "{n} years", years)
    if not months:
        return said
    return _("{years} and {months}", years=said, months=ngettext("{n} month", "{n} months", months))


def period(reading_: Reading) -> str:
    if reading_.start is not None and reading_.end is not None:
        return f"{reading_.start}–{reading_.end}"
    return str(reading_.end) if reading_.end is not None else ""


def years(reading_: Reading) -> str:
    """The years of a reading, as a sentence says them after "for"."""
    if reading_.start is None:
        return _("{year}", year=reading_.end)
    return _("{start}–{end}", start=reading_.start, end=reading_.end)


def reading(what: Reading, region: tuple[str, ...] = (), vintage_: str | None = None) -> str:
    """A reading in a line: quantity, period, weights, estimator, source and edition; the countries
    where they are not the whole `region`."""
    parts = []
    if what.quantity:
        parts.append(quantity(what.quantity))
    if what.reporter:
        parts.append(_("as reported by {country}", country=economy(what.reporter)))
    if what.test:
        parts.append(source("events"))
    if period(what):
        parts.append(period(what))
    if what.weights:
        parts.append(weights(what.quantity, what.weights))
    if what.estimator:
        parts.append(estimator(what.estimator))
    if what.economies and region and set(what.economies) != set(region):
        parts.append(economies(what.economies))
    if what.against:
        parts.append(
            _("compared with: {group}", group=economy(what.against, vintage_, what.source))
        )
    if what.source:
        edition = vintage_ or what.vintage
        said = source(what.source)
        if edition:
            said = _("{source}, edition: {vintage}", source=said, vintage=vintage(edition))
        parts.append(said)
    return "; ".join(p for p in parts if p)


def counts_as_true(claim: Claim) -> str:
    """The stated interval in a sentence."""
    numbers = true_numbers(claim)
    return _("Counts as true: {numbers}.", numbers=numbers) if numbers else ""


def true_numbers(claim: Claim) -> str:
    """The numbers that count as true, in words."""
    low, high, unit = claim.stated.low, claim.stated.high, claim.stated.unit
    if low is None and high is None:
        return ""
    if low == high:
        return _("exactly {x}", x=amount(low, unit, shortest(low)))
    if unit in ("rank", "ordinal number") and low is not None and high is not None:
        first, last = math.ceil(low), math.ceil(high) - 1
        return _("{first} to {last}", first=first, last=last)
    if high is None:
        least = amount(low, unit, shortest(low))
        return _("more than {x}", x=least) if claim.stated.strict else _("{x} or more", x=least)
    if low is None:
        return _("less than {x}", x=amount(high, unit, shortest(high)))
    said = N_("from {low} up to, but not including, {high}")
    if claim.stated.strict:
        said = N_("more than {low} and less than {high}")
    return _(
        said,
        low=i18n.number(low, shortest(low)),
        high=bound(high, unit, shortest(high)),
    )


def bound(x: float, unit_: str, decimals_: int) -> str:
    """The upper end of a range, with its unit where that stands behind numbers everywhere."""
    return i18n.number(x, decimals_) if unit_ == "times" else amount(x, unit_, decimals_)


def shortest(x: float) -> int:
    """As many decimals as the number was written with; three where that would be more than four."""
    return next((n for n in range(5) if round(x, n) == x), MOST_DECIMALS)


# --- tables that are drawn ----------------------------------------------------------------------


def choice(name: str, value: object, quantity_: str, region: tuple[str, ...]) -> str:
    """One choice of a reading in a few words, for charts."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if name == "source":
        return publisher(str(value))
    if name == "quantity":
        return quantity(str(value))
    if name == "weights":
        return weights(quantity_, str(value)) or str(value)
    if name == "estimator":
        return estimator(str(value))
    if name == "economies":
        return membership(tuple(str(value).split("+")), region)
    return str(value)


def membership(members: tuple[str, ...], region: tuple[str, ...]) -> str:
    """Who is in, in a few words: all, or without whom."""
    if set(members) == set(region):
        return _("all countries")
    missing = [e for e in region if e not in members]
    if missing and set(members) < set(region) and len(missing) <= len(members):
        return _("without: {countries}", countries=economies(missing))
    return economies(members)


def labelled(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """A specification curve with its choices in words; `attrs["choices"]`: column → heading, of
    those that vary."""
    from growth_claims.readings.curve import CHOICES

    made = frame.copy()
    varying = [c for c in CHOICES if c in made and made[c].nunique(dropna=False) > 1]
    for column in CHOICES:
        made[column] = [
            choice(column, v, q, study.register.economies)
            for v, q in zip(frame[column], frame["quantity"], strict=True)
        ]
    made.attrs["choices"] = {c: _(CHOICES[c]) for c in varying}
    return made


def labelled_sensitivity(frame: pd.DataFrame, study: Study, quantity_: str) -> pd.DataFrame:
    """What each choice moves, in words."""
    from growth_claims.readings.curve import CHOICES

    region = study.register.economies
    said = {
        column: [
            choice(c, v, quantity_, region)
            for c, v in zip(frame["choice"], frame[column], strict=True)
        ]
        for column in ("label_low", "label_high")
    }
    return frame.assign(**said, choice=[_(CHOICES[c]) for c in frame["choice"]])
