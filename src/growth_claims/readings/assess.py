"""From a claim to its verdict: the primary reading, the named ones, and the years until which the
same reading held."""

from __future__ import annotations

from growth_claims.claims import Claim, NamedReading, Reading
from growth_claims.readings.evaluate import evaluate
from growth_claims.readings.study import Study
from growth_claims.region import NoData
from growth_claims.verdicts import Assessment, Outcome, Result, Share, decide, outcome

#: How many years back the rule "out of date" looks.
YEARS_BACK = 5
SLIDES = {
    "average-growth": "window",
    "growth-lead": "window",
    "growth-rank": "window",
    "increase": "last year",
    "multiple": "last year",
}


def assess(study: Study, claim: Claim, share: Share | None = None) -> Assessment:
    """The claim's verdict and what it stands on. `share` is that of the claim's
    specification curve; without one, the primary and the named defensible readings are counted."""
    reading = study.primary(claim)
    if reading is None:
        return Assessment(claim, decide(None, (), None), None)
    primary = result(study, claim, reading)
    others = tuple(
        result(study, claim, reading.change(**_again_latest(named, reading)), named)
        for named in claim.readings
    )
    until = None
    if primary.outcome is Outcome.FAILS:
        until = held_until(study, claim, reading)
    return Assessment(
        claim,
        decide(primary, others, until),
        primary,
        others,
        until,
        study.materiality.of(claim.stated),
        share or _share(primary, others),
    )


def _share(primary: Result, others: tuple[Result, ...]) -> Share:
    counted = [primary, *(r for r in others if r.named.defensible)]
    counted = [r for r in counted if r.outcome is not Outcome.NO_DATA]
    return Share(len(counted), sum(r.outcome is Outcome.HOLDS for r in counted))


def assess_all(study: Study) -> tuple[Assessment, ...]:
    """All claims of the register, in its order."""
    return tuple(assess(study, claim) for claim in study.register.claims)


def result(
    study: Study, claim: Claim, reading: Reading, named: NamedReading | None = None
) -> Result:
    """What a reading finds, and whether that holds."""
    try:
        found = evaluate(study, reading, claim.stated.unit)
    except NoData as problem:
        return Result(Outcome.NO_DATA, None, named, str(problem))
    return Result(outcome(claim.stated, found.value, study.materiality), found, named)


def slides(claim: Claim) -> str:
    """What an earlier reading of the claim moves: "window", "last year" or "nothing"."""
    if claim.primary is None:
        return "nothing"
    return claim.period.slides or SLIDES.get(claim.primary.measure, "nothing")


def earlier(claim: Claim, reading: Reading, years: int) -> Reading | None:
    """The same reading for a period that ends so many years earlier; None where there is none."""
    how = slides(claim)
    if how == "nothing":
        return None
    start = reading.start - years if how == "window" else reading.start
    end = reading.end - years
    return reading.change(start=start, end=end) if start < end else None


def held_until(study: Study, claim: Claim, reading: Reading) -> int | None:
    """The last year, at most five before the claim's own, for which the same reading holds or is
    close; None where there is none."""
    for years in range(1, YEARS_BACK + 1):
        before = earlier(claim, reading, years)
        if before is not None:
            found = result(study, claim, before)
            if found.outcome in (Outcome.HOLDS, Outcome.CLOSE):
                return before.end
    return None


def _again_latest(named: NamedReading, primary: Reading) -> dict[str, object]:
    """A reading that goes to another source takes that source's latest vintage, not the primary
    reading's."""
    change = dict(named.change)
    if change.get("source", primary.source) != primary.source:
        change.setdefault("vintage", "latest")
    if change.get("quantity", primary.quantity) != primary.quantity:
        change.setdefault("weights", None)
    return change
