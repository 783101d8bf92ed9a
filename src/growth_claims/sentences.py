"""The sentence in which a newspaper reader is told what came of a claim: by verdict and by kind,
the number first, then how it differs, then why. All of it in the current language."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from growth_claims import i18n, words
from growth_claims.claims import Claim
from growth_claims.i18n import N_, _, ngettext
from growth_claims.readings.study import Study, evaluate
from growth_claims.region import NoData
from growth_claims.verdicts import GOOD, Assessment, Found, Outcome, Result, Verdict

if TYPE_CHECKING:
    from growth_claims.check import Check

#: Readings by which figures of a level are said to spread: fewer are no spread.
SPREAD = 3
#: And figures that lie no further apart than this agree.
APART = 0.02
#: A higher value of so many years before is worth a word beside what was "reached".
BEFORE = 5


def summary(check: Check) -> str:
    """What came of a claim, in a sentence or a few."""
    return of(check.study, check.claim, check.assessment, check.today)


def of(study: Study, claim: Claim, a: Assessment, today: Assessment | None = None) -> str:
    """The same of an assessment. `today`: that by the newest figures, said where it differs."""
    said = [_FIRST[a.verdict](study, claim, a)]
    said += _higher(study, claim, a)
    said += _spread(study, claim, a, today)
    said += _per_head(study, claim, a)
    said += _caveats(claim, a)
    said += _today(claim, a, today)
    return " ".join(i18n.stops(s) for s in said if s)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- the first sentence, by verdict -------------------------------------------------------------


def _holds(study: Study, claim: Claim, a: Assessment) -> str:
    found = a.primary.found
    special = _special(study, claim, found)
    if special:
        return special
    said = words.found(claim, found)
    if claim.stated.wording == "exact":
        return _(
            "{found}, which rounds to {stated}.", found=_capital(said), stated=words.stated(claim)
        )
    return _("{found}: as stated ({stated}).", found=_capital(said), stated=words.stated(claim))


def _close(study: Study, claim: Claim, a: Assessment) -> str:
    stated, value = claim.stated, a.primary.found.value
    if stated.wording == "almost" and value >= stated.high:
        return _(
            "{found}: not “{stated}” but a little more than {number} (by {gap}), which is close.",
            found=_capital(words.found(claim, a.primary.found)),
            stated=words.stated(claim),
            number=words.amount(stated.value, stated.unit, stated.decimals),
            gap=_distance(claim, value),
        )
    return _(
        "{found}: {gap} than stated ({stated}), which is close.",
        found=_capital(words.found(claim, a.primary.found)),
        gap=gap(claim, a.primary.found.value),
        stated=words.stated(claim),
    )


def _out_of_date(study: Study, claim: Claim, a: Assessment) -> str:
    first, found = a.first_stated, a.primary.found
    return _(
        "It was right, or nearly so, when it was first stated ({publisher}, {date}: {then} for "
        "{then_period}, by the figures of that day); for {period} it is {found}.",
        publisher=study.register.called(first.publisher, i18n.language()),
        date=words.vintage(first.date),
        then=words.found(claim, first.found),
        then_period=words.years(first.found.reading),
        period=words.years(found.reading),
        found=words.found(claim, found),
    )


def _depends(study: Study, claim: Claim, a: Assessment) -> str:
    other = a.helped
    label = other.named.label[i18n.language()]
    if a.primary.found is None:
        return _(
            "The literal reading has no figures; read in another way ({label}) it is {other}.",
            label=label,
            other=words.found(claim, other.found),
        )
    literal = _special(study, claim, a.primary.found)
    if literal:
        return (
            literal
            + " "
            + _(
                "Read in another way ({label}): {other}.",
                label=label,
                other=words.found(claim, other.found),
            )
        )
    return _(
        "Read literally it is {found}, {gap} than stated ({stated}); read in another way ({label}) "
        "it is {other}.",
        found=words.found(claim, a.primary.found),
        gap=gap(claim, a.primary.found.value),
        stated=words.stated(claim),
        label=label,
        other=words.found(claim, other.found),
    )


def _does_not_hold(study: Study, claim: Claim, a: Assessment) -> str:
    found = a.primary.found
    others = [r for r in a.others if r.defensible and r.found is not None]
    first = _special(study, claim, found) or _(
        "{found}: {gap} than stated ({stated}).",
        found=_capital(words.found(claim, found)),
        gap=gap(claim, found.value),
        stated=words.stated(claim),
    )
    if not others:
        return first
    rest = ngettext(
        "The one other reading does not bear it out either.",
        "None of the {n} other readings bears it out either.",
        len(others),
    )
    return f"{first} {rest}"


def _cannot_be_checked(study: Study, claim: Claim, a: Assessment) -> str:
    if a.primary is None:
        return _("No published figure that is collected here bears on it.")
    return _("The figures that it would take are missing: {why}.", why=a.primary.problem)


_FIRST = {
    Verdict.HOLDS: _holds,
    Verdict.CLOSE: _close,
    Verdict.OUT_OF_DATE: _out_of_date,
    Verdict.DEPENDS: _depends,
    Verdict.DOES_NOT_HOLD: _does_not_hold,
    Verdict.CANNOT_BE_CHECKED: _cannot_be_checked,
}


def gap(claim: Claim, value: float) -> str:
    """How far a number is from the stated one: "1.1 % more", "0.4 percentage points less"."""
    if claim.stated.value is None:
        return ""
    said = _distance(claim, value)
    more = value >= claim.stated.nearest(value)
    return _("{x} more", x=said) if more else _("{x} less", x=said)


def _distance(claim: Claim, value: float) -> str:
    stated = claim.stated
    nearest = stated.nearest(value)
    if stated.unit in ("percent", "percent per year", "percentage points"):
        by = abs(value - nearest)
        places = max(words.decimals(claim, value), 1 if by >= 0.095 else 2)
        return _("{x} percentage points", x=i18n.number(by, places))
    return i18n.percent(100 * abs(value / nearest - 1), 1)


# --- what a number means, where it is not said by the number ------------------------------------


def _special(study: Study, claim: Claim, found: Found) -> str | None:
    """The sentence for comparisons, directions and events; None for a plain number."""
    if claim.kind == "comparison":
        return _compared(study, claim, found)
    if claim.kind == "direction":
        return _moved(claim, found)
    if claim.kind == "events":
        return _EVENTS[found.reading.test](study, found)
    return None


def _compared(study: Study, claim: Claim, found: Found) -> str:
    r = found.reading
    if r.subject:
        return _subject(study, found)
    if r.against:
        return _lead(
            N_("{ours} a year against {theirs} ({group}): {points} percentage points ahead."),
            N_("{ours} a year against {theirs} ({group}): {points} percentage points behind."),
            found,
        )
    rates = {k: v for k, v in found.parts.items() if k != "region"}
    rank = round(found.value)
    ahead = [k for k, v in sorted(rates.items(), key=lambda x: -x[1]) if v > found.parts["region"]]
    said = _(
        "Rank {n} of {count} in {period}, with {rate} a year",
        n=rank,
        count=len(rates) + 1,
        period=words.years(r),
        rate=i18n.percent(found.parts["region"]),
    )
    if not ahead:
        return said + "."
    listed = "; ".join(
        f"{words.economy(k, found.vintage, r.source)}, {i18n.percent(rates[k])}" for k in ahead[:3]
    )
    return said + _(" (faster: {groups}).", groups=listed)


def _lead(ahead: str, behind: str, found: Found) -> str:
    group = found.reading.against
    ours, theirs = found.parts["region"], found.parts[group]
    places = words.telling(ours, theirs)
    return _(
        ahead if ours >= theirs else behind,
        ours=i18n.percent(ours, places),
        theirs=i18n.percent(theirs, places),
        group=words.economy(group, found.vintage, found.reading.source),
        points=i18n.number(abs(ours - theirs), places),
    )


def _subject(study: Study, found: Found) -> str:
    """A rank: with the share of the total, or the amounts where, as per head, there is no total."""
    r, parts = found.reading, found.parts
    value, second = max((v, k) for k, v in parts.items() if k != r.subject)
    ours, theirs = parts[r.subject], value
    quantity = study.quantities.quantity(r.quantity)
    if quantity.ratio:
        said = N_("{subject}: {ours} in {year}, rank {n} of {count} ({other}: {theirs}).")
        ours, theirs = (words.amount(x, quantity.unit) for x in (ours, theirs))
    else:
        said = N_(
            "{subject}: {ours} of the total in {year}, rank {n} of {count} ({other}: {theirs})."
        )
        ours, theirs = (i18n.percent(100 * x / sum(parts.values()), 0) for x in (ours, theirs))
    return _(
        said,
        subject=words.economy(r.subject),
        ours=ours,
        year=r.end,
        n=round(found.value),
        count=len(parts),
        other=words.economy(second),
        theirs=theirs,
    )


def _moved(claim: Claim, found: Found) -> str:
    r = found.reading
    if claim.stated.unit == "percentage points":
        said = words.shares(found)
        return _(
            "Its share was {last} in {end}, after {first} in {start}.",
            **said,
            end=r.end,
            start=r.start,
        )
    said = []
    for members, part in found.parts.items():
        size = i18n.percent(part["change"], sign=True)
        partners = words.economies(members.split("+"))
        if r.reporter:
            partners = f"{words.economy(r.reporter)} – {partners}"
        if "+" in members:
            partners = _("{countries} together", countries=partners)
        said.append(f"{partners}: {size}")
    yearly = r.end - r.start == 1
    if yearly:
        return _("{end} against {start}: {moves}.", end=r.end, start=r.start, moves="; ".join(said))
    return _("{period}, a year: {moves}.", period=words.years(r), moves="; ".join(said))


def _gap(study: Study, found: Found) -> str:
    parts = found.parts
    said = _(
        "{n} are on record; the longest time without one was {gap} ({start} to {end}).",
        n=parts["held"],
        gap=words.amount(found.value, "months", 0),
        start=i18n.date(parts["from"]),
        end=i18n.date(parts["to"]),
    )
    if parts["without"]:
        years = ", ".join(map(str, parts["without"]))
        said += " " + ngettext(
            "None was held in {years}.",
            "None was held in {years}.",
            len(parts["without"]),
            years=years,
        )
    return said


def _since(study: Study, found: Found) -> str:
    return _(
        "By the dates, {span}: it was on {day}.",
        span=words.span(found.parts["years"], found.parts["months"]),
        day=i18n.date(found.parts["day"]),
    )


def _dated(study: Study, rows) -> str:
    called = study.register.called
    return "; ".join(f"{called(r['place'], i18n.language())}, {days(r)}" for r in rows)


def days(row) -> str:
    """The day of an event, or its first and last."""
    first, last = row["start_date"], row["end_date"]
    return i18n.date(first) if first == last else i18n.dates(first, last)


def _held(study: Study, found: Found) -> str:
    rows, named = found.parts["rows"], found.reading.named
    return _(
        "Of the {n} that are named, {held} are on record: {days}.",
        n=len(named),
        held=len(rows),
        days=_dated(study, rows),
    )


def _ordinal(study: Study, found: Found) -> str:
    return _(
        "It was held ({where}); a source of its days gives it the number {n}.",
        where=_dated(study, found.parts["rows"]),
        n=round(found.value),
    )


_EVENTS = {"gap": _gap, "since": _since, "held": _held, "ordinal": _ordinal}


# --- what is said beside ------------------------------------------------------------------------


def _higher(study: Study, claim: Claim, a: Assessment) -> list[str]:
    """The year, of the last few before, in which a level or a multiple was higher, if there is."""
    if claim.kind not in ("level", "multiple") or a.primary is None or a.primary.found is None:
        return []
    reading, found = a.primary.found.reading, {}
    for year in range(max(reading.end - BEFORE, (reading.start or 0) + 1), reading.end):
        with contextlib.suppress(NoData):
            found[year] = evaluate(study, claim, reading.change(end=year))
    if not found:
        return []
    top = max(found, key=lambda year: found[year].value)
    places = words.decimals(claim, found[top].value)
    if round(found[top].value, places) <= round(a.primary.found.value, places):
        return []
    return [_("It was higher in {year}: {found}.", year=top, found=words.found(claim, found[top]))]


def spread(study: Study, claim: Claim, a: Assessment, today: Assessment | None) -> dict | None:
    """How far the publishers of a level are apart: low, high, the country whose figures differ
    most, and its values; None where there are too few."""
    if claim.kind != "level" or a.primary is None or a.primary.found is None:
        return None
    results = [a.primary, *(r for r in a.others if r.defensible)]
    results += [today.primary] if today is not None else []
    found = [r.found for r in results if r is not None and r.found is not None]
    found = [f for f in found if f.reading.end == a.primary.found.reading.end]
    if len({round(f.value, 6) for f in found}) < SPREAD:
        return None
    codes = [c for c in found[0].parts if all(c in f.parts for f in found)]
    if not codes:
        return None
    ranges = {c: max(f.parts[c] for f in found) - min(f.parts[c] for f in found) for c in codes}
    worst = max(ranges, key=ranges.get)
    totals = [f.value for f in found]
    if max(totals) / min(totals) < 1 + APART:
        return None
    values = sorted({round(f.parts[worst], 6) for f in found})
    return {"low": min(totals), "high": max(totals), "economy": worst, "values": values}


def _spread(study: Study, claim: Claim, a: Assessment, today: Assessment | None) -> list[str]:
    if a.verdict is Verdict.HOLDS or claim.stated.value is None:
        return []
    found = spread(study, claim, a, today)
    if found is None:
        return []
    places = 0 if found["low"] >= 100 else 1
    *rest, last = ((v, 0 if v >= 10 else 1) for v in found["values"])
    said = [i18n.number(*v) for v in rest]
    values = ", ".join([*said, words.amount(last[0], claim.stated.unit, last[1])])
    holds = any(claim.stated.holds(x) for x in (found["low"], found["high"]))
    first = N_("The publishers range from {low} to {high}; furthest apart on {country}: {values}.")
    none = N_(
        "No publisher gives the stated number: they range from {low} to {high}; furthest apart on "
        "{country}: {values}."
    )
    return [
        _(
            first if holds else none,
            low=i18n.number(found["low"], places),
            high=words.amount(found["high"], claim.stated.unit, places),
            country=words.economy(found["economy"]),
            values=values,
        )
    ]


def per_head(study: Study, claim: Claim) -> Found | None:
    """A comparison of growth by the same quantity per head; None where there is none."""
    reading = study.primary(claim)
    if claim.kind != "comparison" or reading.subject or reading.start is None:
        return None
    quantity = study.quantities.quantity(reading.quantity).per_head
    if quantity is None:
        return None
    try:
        return evaluate(study, claim, reading.like({"quantity": quantity}))
    except NoData:
        return None


def _per_head(study: Study, claim: Claim, a: Assessment) -> list[str]:
    if a.primary is None or a.primary.found is None:
        return []
    found = per_head(study, claim)
    if found is None:
        return []
    if not found.reading.against:
        n, rate = round(found.value), i18n.percent(found.parts["region"])
        count = len(found.parts)
        return [
            _("Per head: rank {n} of {count}, with {rate} a year.", n=n, count=count, rate=rate)
        ]
    return [
        _lead(
            N_("Per head: {ours} a year against {theirs}."),
            N_("Per head: {ours} a year against {theirs}."),
            found,
        )
    ]


def _caveats(claim: Claim, a: Assessment) -> list[str]:
    said = []
    for one in a.others:
        if one.named.caveat and one.found is not None:
            label = _capital(one.named.label[i18n.language()])
            said.append(_("{label}: {found}.", label=label, found=words.found(claim, one.found)))
    return said


def _today(claim: Claim, a: Assessment, today: Assessment | None) -> list[str]:
    if today is None or today.verdict is a.verdict or today.primary is None:
        return []
    edition = today.primary.found.vintage if today.primary.found else None
    known = {
        "found": words.found(claim, today.primary.found),
        "verdict": words.verdict(today.verdict),
        "edition": words.vintage(edition) if edition else "–",
    }
    return [_("By today's figures (edition: {edition}) it is {found}: {verdict}.", **known)]


# --- the parts of a page ------------------------------------------------------------------------


def sensitivity(check: Check) -> str:
    """Of how many readings that differ the claim holds, and which choice moves it most."""
    share = check.share()
    if share["count"] < 2:
        return ""
    said = ngettext(
        "Of {n} reading that differs the claim holds by {holding} and is close by {close}.",
        "Of {n} readings that differ the claim holds by {holding} and is close by {close}.",
        share["count"],
        holding=share["holding"],
        close=share["close"],
    )
    moved = check.sensitivity()
    if moved.empty or not moved.iloc[0]["span"]:
        return said
    top = moved.iloc[0]
    places = words.decimals(check.claim, float(check.found.value))
    return (
        said
        + " "
        + _(
            "By itself one choice moves it most: {choice}, from {low} ({label_low}) to {high} "
            "({label_high}).",
            choice=top["choice"].lower(),
            low=i18n.number(top["low"], places),
            label_low=top["label_low"],
            high=words.bound(top["high"], check.stated.unit, places),
            label_high=top["label_high"],
        )
    )


def edition(check: Check) -> str:
    """Which edition the verdict rests on, and whether it was out on the day of the text."""
    from growth_claims.region import known_on

    found = check.found
    vintage = found.vintage
    if vintage is None:
        return ""
    source = words.source(found.reading.source)
    day = check.study.register.article.date
    if check.study.overrides.vintages:
        return _("{source}, edition: {vintage}.", source=source, vintage=words.vintage(vintage))
    if known_on(vintage) <= day:
        return _(
            "{source}, edition: {vintage}, the newest on the day of the text that has the figures.",
            source=source,
            vintage=words.vintage(vintage),
        )
    return _(
        "{source}, edition: {vintage}, the first after the day of the text that has the figures; "
        "none before it had them.",
        source=source,
        vintage=words.vintage(vintage),
    )


def interval(check: Check) -> str:
    """The 95 % interval of a growth rate, or why none is shown; empty for other kinds."""
    found = check.found
    if found.low is not None:
        n = words.decimals(check.claim, found.value)
        return _(
            "95 % interval: {low} to {high} (of 100 intervals made in this way 95 would hold the "
            "true rate).",
            low=i18n.number(found.low, n),
            high=i18n.percent(found.high, n),
        )
    return _("No interval is shown: {why}.", why=_(found.unsaid)) if found.unsaid else ""


def believed(root) -> str:
    """Which estimator two tests of a unit root let one believe."""
    from growth_claims.growth.stability import Bears
    from growth_claims.growth.stability import believed as rule

    which = rule(root)
    said = {
        Bears.UNIT_ROOT: N_("Both tests speak for a unit root"),
        Bears.TREND: N_("Both tests speak for a stable trend"),
        Bears.EITHER: N_("Neither test rejects its hypothesis, so a unit root is not ruled out"),
        Bears.NEITHER: N_("Each test rejects its hypothesis, so neither is settled"),
    }
    return _(
        "{finding} (Dickey-Fuller p = {adf}, KPSS p = {kpss}): to be believed is the estimator "
        "“{estimator}”.",
        finding=_(said[which.reason]),
        adf=i18n.number(root.adf_p, 2),
        kpss=i18n.number(root.kpss_p, 2),
        estimator=words.estimator(which.estimator),
    )


def without_effect(check: Check) -> list[str]:
    """A sentence for each parameter that was set and that the claim has no use for."""
    over, used = check.study.overrides, check.study.changes(check.claim)
    said = []
    for name, field, value in (
        ("first_year", "start", over.first_year),
        ("last_year", "end", over.last_year),
        ("economies", "economies", over.economies or None),
        ("weights", "weights", over.weights),
    ):
        if value is not None and field not in used:
            said.append(name)
    found = check.found
    said += [f"{s}_vintage" for s, _v in over.vintages if s not in found.editions]
    return [_("The parameter {name} is without effect on this claim.", name=n) for n in said]


def good(results: list[Result]) -> int:
    """How many of some results hold or are close."""
    return sum(r.outcome in GOOD for r in results)


__all__ = ["Outcome", "edition", "interval", "of", "sensitivity", "spread", "summary"]
