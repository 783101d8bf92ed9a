"""How verdicts, units, countries, sources and readings are called, and the sentence in which a
newspaper reader is told what came of a claim. All of it in the current language."""

from __future__ import annotations

import datetime as dt
import math
import re

from babel.dates import format_date

from growth_claims import growth, i18n
from growth_claims.claims import Claim, Reading
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Assessment, Found, Outcome, Result, Verdict

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
TOPICS = {
    "population": N_("Population"),
    "gdp": N_("Gross domestic product"),
    "trade": N_("Trade"),
    "events": N_("Meetings and summits"),
}
ECONOMIES = {
    "KAZ": N_("Kazakhstan"),
    "KGZ": N_("Kyrgyzstan"),
    "TJK": N_("Tajikistan"),
    "TKM": N_("Turkmenistan"),
    "UZB": N_("Uzbekistan"),
    "AZE": N_("Azerbaijan"),
    "RUS": N_("Russia"),
    "CHN": N_("China"),
    "USA": N_("United States"),
    "CAN": N_("Canada"),
    "BMU": N_("Bermuda"),
    "WLD": N_("World"),
    "LMY": N_("Low- and middle-income countries"),
    "MIC": N_("Middle-income countries"),
    "HIC": N_("High-income countries"),
    "EAS": N_("East Asia and Pacific"),
    "ECS": N_("Europe and Central Asia"),
    "EUU": N_("European Union"),
    "LCN": N_("Latin America and the Caribbean"),
    "MEA": N_("Middle East and North Africa"),
    "NAC": N_("North America"),
    "SAS": N_("South Asia"),
    "SSF": N_("Sub-Saharan Africa"),
    "ADVEC": N_("Advanced economies"),
    "EMDE": N_("Emerging market and developing economies"),
    "EMDE_ASIA": N_("Emerging and developing Asia"),
    "EMDE_EUROPE": N_("Emerging and developing Europe"),
    "MECA": N_("Middle East and Central Asia"),
}
SOURCES = {
    "wdi": N_("World Bank, World Development Indicators"),
    "weo": N_("IMF, World Economic Outlook"),
    "cisstat": N_("CIS Statistical Committee"),
    "wits": N_("World Bank, WITS"),
    "bns": N_("Bureau of National Statistics of Kazakhstan"),
    "uzstat": N_("National Statistics Committee of Uzbekistan"),
    "cia": N_("CIA, The World Factbook"),
    "press": N_("figures reported by the press"),
    "events": N_("our record of meetings and summits"),
}
#: The same where there is little room.
PUBLISHERS = {
    "wdi": N_("World Bank"),
    "weo": N_("IMF"),
    "cisstat": N_("CIS Stat"),
    "cia": N_("CIA Factbook"),
    "bns": N_("Kazakhstan’s statistics"),
    "press": N_("press"),
}
WEIGHTS = {
    "constant-dollars": N_("sum of constant-dollar GDP"),
    "ppp": N_("weights of purchasing power parity"),
    "current-dollars": N_("weights of current-dollar GDP"),
    "unweighted": N_("unweighted mean of the countries"),
}
QUANTITIES = {
    "population": N_("population"),
    "real-gdp": N_("real GDP"),
    "gdp-dollars": N_("GDP in current dollars"),
    "gdp-deflated": N_("GDP in dollars, deflated by prices in the United States"),
    "goods-trade": N_("goods trade in current dollars"),
    "goods-exports": N_("goods exports in current dollars"),
    "goods-imports": N_("goods imports in current dollars"),
    "goods-trade-deflated": N_("goods trade, deflated by prices in the United States"),
    "goods-trade-volume": N_("volume of goods trade"),
    "goods-services-trade": N_("trade in goods and services in current dollars"),
    "goods-services-trade-volume": N_("volume of trade in goods and services"),
}
#: Decimals with which a number of a unit is first tried.
DECIMALS = {
    "million persons": 1,
    "billion US$": 1,
    "percent": 1,
    "percent per year": 1,
    "percentage points": 1,
    "times": 1,
    "rank": 0,
    "months": 0,
    "years": 1,
    "ordinal number": 0,
    "summits": 0,
    "none": 0,
}
MOST_DECIMALS = 3


def verdict(which: Verdict) -> str:
    return _(VERDICTS[which])


def outcome(which: Outcome) -> str:
    return _(OUTCOMES[which])


def topic(name: str) -> str:
    return _(TOPICS[name])


def economy(code: str) -> str:
    """A country's or a group's name; the publisher's code where it has none here."""
    return _(ECONOMIES[code]) if code in ECONOMIES else code


def source(code: str) -> str:
    return _(SOURCES[code]) if code in SOURCES else code


def publisher(code: str) -> str:
    """A source in a word or two, for tables and charts."""
    return _(PUBLISHERS[code]) if code in PUBLISHERS else source(code)


def vintage(text: str) -> str:
    """An edition's date as it is written: "1 July 2026", "October 2025", "2026"."""
    parts = [int(p) for p in text.split("-") if p.isdigit()]
    if len(parts) == 3:
        return i18n.date(dt.date(*parts))
    if len(parts) == 2:
        month = format_date(dt.date(*parts, 1), format="LLLL y", locale=i18n.language())
        return month if i18n.language() == "en" else f"{month} г."
    return text


def amount(x: float, unit: str, decimals: int | None = None, *, sign: bool = False) -> str:
    """A number with its unit, as a sentence writes it."""
    if decimals is None:
        decimals = DECIMALS[unit]
    said = i18n.number(x, decimals, sign=sign)
    if unit == "million persons":
        return _("{x} million people", x=said)
    if unit == "billion US$":
        return _("{x} billion dollars", x=said)
    if unit == "percent":
        return i18n.percent(x, decimals, sign=sign)
    if unit == "percent per year":
        return _("{x} a year", x=i18n.percent(x, decimals, sign=sign))
    if unit == "percentage points":
        return _("{x} percentage points", x=said)
    if unit == "times":
        return _("{x} times", x=said)
    if unit == "rank":
        return _("rank {x}", x=said)
    if unit == "months":
        return ngettext("{x} month", "{x} months", round(x), x=said)
    if unit == "years":
        return _("{x} years", x=said)
    if unit == "ordinal number":
        return _("number {x}", x=said)
    if unit == "summits":
        return ngettext("{x} summit", "{x} summits", round(x), x=said)
    return said


def decimals(claim: Claim, value: float) -> int:
    """How many decimals it takes for the rounded number to be on the same side of the stated
    interval's bounds as the number itself, so that no page seems to contradict its verdict."""
    stated, first = claim.stated, DECIMALS[claim.stated.unit]
    for tried in range(first, MOST_DECIMALS):
        if stated.holds(round(value, tried)) == stated.holds(value):
            return tried
    return MOST_DECIMALS


def stated(claim: Claim) -> str:
    """The stated number as it was written."""
    return tied(getattr(claim.stated.as_written, i18n.language()))


def statement(claim: Claim) -> str:
    return tied(getattr(claim.statement, i18n.language()))


def tied(text: str) -> str:
    """The text with each number and its percent sign or magnitude kept on one line."""
    return re.sub(r"(?<=\d) (?=%|million|billion|млн|млрд)", "\N{NO-BREAK SPACE}", text)


def found(claim: Claim, result: Result | None) -> str:
    """What a reading finds, in a few words; a dash where it finds nothing."""
    if result is None or result.found is None:
        return "–"
    what = result.found
    say = _FOUND.get(what.reading.measure)
    plain = amount(what.value, claim.stated.unit, decimals(claim, what.value))
    return say(plain, what) if say else plain


def _increase(plain: str, what: Found) -> str:
    return _("{x} more", x=plain) if what.value >= 0 else plain


def _compounded(plain: str, what: Found) -> str:
    r = what.reading
    return ngettext(
        "{more} ({rate} a year for {n} year)",
        "{more} ({rate} a year for {n} years)",
        r.end - r.start,
        more=_increase(plain, what),
        rate=i18n.percent(r.rate, shortest(r.rate)),
    )


def _lead(plain: str, what: Found) -> str:
    rate = what.parts["region"]
    other = what.parts[what.reading.against]
    return _(
        "{region} a year ({group}: {other})",
        region=i18n.percent(rate),
        other=i18n.percent(other),
        group=economy(what.reading.against),
    )


def _rank(plain: str, what: Found) -> str:
    return _("rank {n} of {count}", n=round(what.value), count=len(what.parts))


def _partner_growth(plain: str, what: Found) -> str:
    rates = [i18n.percent(rate, sign=True) for rate in what.parts.values()]
    return _("{rates} a year", rates=_(" and ").join(rates))


def _gap(plain: str, what: Found) -> str:
    return _("longest gap: {gap}", gap=plain)


_FOUND = {
    "increase": _increase,
    "compounded": _compounded,
    "growth-lead": _lead,
    "growth-rank": _rank,
    "partner-growth": _partner_growth,
    "longest-gap": _gap,
}


def period(reading: Reading) -> str:
    if reading.start is not None and reading.end is not None:
        return f"{reading.start}–{reading.end}"
    return str(reading.end) if reading.end is not None else ""


def reading(what: Reading, region: tuple[str, ...] = ()) -> str:
    """A reading in a line: quantity, period, weights, estimator, source and edition; the countries
    where they are not the whole `region`."""
    parts = []
    if what.quantity:
        parts.append(_(QUANTITIES[what.quantity]))
    elif what.measure.startswith("partner"):
        parts.append(_("exports and imports of {country}", country=economy(what.reporter)))
    elif what.series or what.measure == "count":
        parts.append(source("events"))
    elif what.measure == "compounded":
        parts.append(_("{x} a year", x=i18n.percent(what.rate, shortest(what.rate))))
    if period(what):
        parts.append(period(what))
    if what.weights and what.quantity == "real-gdp":
        parts.append(_(WEIGHTS[what.weights]))
    if what.estimator:
        parts.append(estimator(what.estimator))
    if what.economies and region and set(what.economies) != set(region):
        parts.append(", ".join(economy(e) for e in what.economies))
    if what.source:
        edition = vintage(what.vintage)
        parts.append(_("{source}, edition: {vintage}", source=source(what.source), vintage=edition))
    return "; ".join(parts)


def estimator(name: str) -> str:
    return _(growth.ESTIMATORS[name].label)


def interval(found_: Found, claim: Claim) -> str:
    """The 95 % interval of an estimate; empty where the estimator has none."""
    if found_.low is None or found_.high is None or math.isnan(found_.low):
        return ""
    n = decimals(claim, found_.value)
    return _(
        "95 % interval: {low} to {high}",
        low=i18n.number(found_.low, n),
        high=i18n.number(found_.high, n),
    )


def summary(a: Assessment) -> str:
    """What came of a claim, in one sentence that a newspaper reader understands."""
    return _SUMMARIES[a.verdict](a)


def _holds(a: Assessment) -> str:
    if a.claim.topic == "events":
        return _("The record of events agrees: {found}.", found=found(a.claim, a.primary))
    return _("The figures say the same: {found}.", found=found(a.claim, a.primary))


def _close(a: Assessment) -> str:
    return _(
        "The figures give {found}, which is close: off by no more than {margin}.",
        found=found(a.claim, a.primary),
        margin=margin(a),
    )


def margin(a: Assessment) -> str:
    """How far off a figure may be and still be close."""
    unit = a.claim.stated.unit
    if unit in ("percent per year", "percentage points"):
        return _("{x} percentage points", x=i18n.number(a.margin, 2))
    value = a.claim.stated.value
    share = 100 * a.margin / abs(value) if value else 0.0
    return _("{share} of the stated number", share=i18n.percent(share, 0))


def _out_of_date(a: Assessment) -> str:
    return _(
        "It was right, or nearly so, with figures up to {until}; with those up to {end} it is "
        "{found}.",
        until=a.held_until,
        end=a.primary.found.reading.end if a.primary and a.primary.found else a.claim.period.end,
        found=found(a.claim, a.primary),
    )


def _depends(a: Assessment) -> str:
    other = best_other(a)
    return _(
        "Read literally, the figures give {found}. Read in another way ({label}) they give "
        "{other}.",
        found=found(a.claim, a.primary),
        label=getattr(other.named.label, i18n.language()),
        other=found(a.claim, other),
    )


def best_other(a: Assessment) -> Result | None:
    """The defensible reading, other than the primary one, that comes nearest to the claim."""
    fit = [r for r in a.others if r.named.defensible and r.found is not None]
    return min(fit, key=lambda r: a.claim.stated.distance(r.found.value), default=None)


def _does_not_hold(a: Assessment) -> str:
    others = [r for r in a.others if r.named.defensible and r.found is not None]
    first = _("The figures give {found}.", found=found(a.claim, a.primary))
    if not others:
        return first
    rest = ngettext(
        "The one other way to read the claim does not come close either.",
        "None of the {n} other ways to read the claim comes close.",
        len(others),
    )
    return f"{first} {rest}"


def _cannot_be_checked(a: Assessment) -> str:
    if a.claim.settled_by is None:
        return _("The published figures that it would take are missing.")
    return _("None of the published figures collected here bears on it.")


_SUMMARIES = {
    Verdict.HOLDS: _holds,
    Verdict.CLOSE: _close,
    Verdict.OUT_OF_DATE: _out_of_date,
    Verdict.DEPENDS: _depends,
    Verdict.DOES_NOT_HOLD: _does_not_hold,
    Verdict.CANNOT_BE_CHECKED: _cannot_be_checked,
}


def counts_as_true(claim: Claim) -> str:
    """The stated interval in words."""
    low, high, unit = claim.stated.low, claim.stated.high, claim.stated.unit
    if low is None and high is None:
        return ""
    if low == high:
        return _("Counts as true: exactly {x}.", x=amount(low, unit, shortest(low)))
    if unit in ("rank", "ordinal number") and low is not None and high is not None:
        first, last = math.ceil(low), math.ceil(high) - 1
        return _("Counts as true: {first} to {last}.", first=first, last=last)
    if high is None:
        return _("Counts as true: {x} or more.", x=amount(low, unit, shortest(low)))
    if low is None:
        return _("Counts as true: less than {x}.", x=amount(high, unit, shortest(high)))
    return _(
        "Counts as true: from {low} up to, but not including, {high}.",
        low=i18n.number(low, shortest(low)),
        high=amount(high, unit, shortest(high)),
    )


def shortest(x: float) -> int:
    """As many decimals as the number was written with, at most three."""
    return next((n for n in range(MOST_DECIMALS) if round(x, n) == x), MOST_DECIMALS)


def share(a: Assessment) -> str:
    """Under how many of all readings the claim holds; empty where there is no choice of them."""
    if a.share.count < 2:
        return ""
    return ngettext(
        "Of all {n} defensible reading the claim holds under {holding}.",
        "Of all {n} defensible readings the claim holds under {holding}.",
        a.share.count,
        holding=a.share.holding,
    )
