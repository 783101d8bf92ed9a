"""Specification curves: all defensible readings of a claim at once, and what each choice moves."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from growth_claims.claims import Claim, Reading
from growth_claims.i18n import N_
from growth_claims.readings.study import Study, numbers
from growth_claims.verdicts import Outcome, outcomes

#: Estimators with a closed form. The drift of log differences has the point estimate of compound
#: growth between the end points, so it would count that reading twice.
ESTIMATORS = ("endpoint", "mean_of_yearly_rates", "log_trend_ols")
#: The choices that a reading makes: column of the curve, and what it is called.
CHOICES = {
    "quantity": N_("Quantity"),
    "source": N_("Source"),
    "weights": N_("Weights"),
    "estimator": N_("Estimator"),
    "economies": N_("Countries"),
    "period": N_("Years"),
}
#: A period of more years than this may be counted in levels or in rates: one year less.
LONG = 10
COLUMNS = [*CHOICES, "start", "end", "against", "value", "outcome", "primary", "counts"]


def curve(study: Study, claim: Claim) -> pd.DataFrame:
    """Every defensible reading of a claim, one a row, sorted by value; empty for a claim that has
    no number to vary.

    All combinations of what the register names as defensible and of what the quantities list:
    source with quantity and comparison group, weights, estimator, countries, years. Editions are
    no choice: each reading takes the edition of the study's day. Columns: quantity, source,
    weights, estimator, economies (joined by "+"), period, start, end, against, value (the claim's
    unit), outcome, primary (bool), counts (bool: the first of those that round to the same number
    with the same outcome, so that a reading that changes nothing is not counted again).
    """
    primary = study.primary(claim)
    if primary is None or claim.kind == "events":
        return pd.DataFrame(columns=COLUMNS)
    bases, base, start, end, estimator = readings(study, claim, primary)
    value = numbers(study, claim, bases, base, start, end, estimator).value
    judged = outcomes(claim.stated, value, study.materiality)
    fixed = {name: getattr(primary, name) for name in ("start", "end", "estimator")}
    literal = [reading.model_copy(update=fixed) == primary for reading in bases]
    rows: dict[tuple, tuple] = {}
    there = np.flatnonzero(np.isfinite(value))
    columns = (column[there].tolist() for column in (base, start, end, estimator, value, judged))
    for b, first, last, way, number, said in zip(*columns, strict=True):
        reading, first = bases[b], first or None
        members = reading.sets[0] if reading.sets else reading.economies or reading.partners
        choices = (
            reading.quantity,
            reading.source,
            reading.weights,
            way,
            "+".join(members),
            str(last) if first is None else f"{first}–{last}",
        )
        own = literal[b] and fixed == {"start": first, "end": last, "estimator": way}
        row = (*choices, first, last, reading.against, number, said.value, own)
        rows.setdefault((*choices, reading.against, reading.among), row)
    order = [COLUMNS.index(name) for name in ("value", "source", "economies", "period")]
    table = sorted(rows.values(), key=lambda row: [row[column] for column in order])
    if not table:
        return pd.DataFrame(columns=COLUMNS)
    columns = dict(zip(COLUMNS, map(list, zip(*table, strict=True)), strict=False))
    near = np.round(columns["value"], claim.stated.decimals) + 0.0
    pairs = list(zip(near.tolist(), columns["outcome"], strict=True))
    first_of = {pair: row for row, pair in reversed(list(enumerate(pairs)))}
    columns["counts"] = [first_of[pair] == row for row, pair in enumerate(pairs)]
    return pd.DataFrame(columns)


def readings(
    study: Study, claim: Claim, primary: Reading
) -> tuple[list[Reading], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The readings of a claim's curve, before what has no figures is left out, as `numbers` takes
    them: bases, base, start, end, estimator."""
    named = [r for n, r in claim.others(primary) if n.defensible and r is not None]
    every = [primary, *named]
    periods = list(dict.fromkeys((r.start, r.end) for r in every))
    if primary.start is not None and primary.end - primary.start > LONG:
        periods = list(dict.fromkeys([*periods, (primary.start + 1, primary.end)]))
    members = list(dict.fromkeys((r.economies, r.partners, r.sets) for r in every))
    whole = primary.economies
    doubted = study.register.doubted(whole)
    if doubted and len(whole) > len(doubted) and not (primary.partners or primary.sets):
        rest = tuple(e for e in whole if e not in doubted)
        members = list(dict.fromkeys([*members, (rest, primary.partners, primary.sets)]))
    estimators = [primary.estimator]
    if primary.estimator is not None:
        estimators = list(dict.fromkeys([primary.estimator, *ESTIMATORS]))
    bases = [
        base
        if (economies, partners, sets) == (base.economies, base.partners, base.sets)
        else study.filled(base.change(economies=economies, partners=partners, sets=sets))
        for base in _bases(study, claim, primary, named)
        for economies, partners, sets in members
    ]
    rows = [
        (b, start or 0, end, primary.estimator if start is not None and end - start == 1 else name)
        for b, (start, end), name in itertools.product(range(len(bases)), periods, estimators)
    ]
    base, start, end, names = zip(*rows, strict=True)
    return bases, np.array(base), np.array(start), np.array(end), np.array(names, dtype=object)


def _bases(study: Study, claim: Claim, primary: Reading, named: list[Reading]) -> list[Reading]:
    """Source, quantity, weights and group of comparison: as named, and for a claim that compares
    with nobody every source and all defensible weights of the quantity. Like is compared with like:
    a region and a group stand on the weights of the source that publishes the group."""
    bases = [primary, *named]
    if claim.kind in ("growth", "multiple", "level"):
        allowed = study.quantities.weights_of(primary.quantity)
        names = [n for n, w in allowed.items() if w.defensible] or [None]
        if not (primary.partners or primary.reporter):
            for source in study.quantities.sources_of(primary.quantity):
                bases += [primary.like({"source": source, "weights": w}) for w in names]
    return [
        b.change(vintage="") if b.vintage and not primary.vintage else b
        for b in dict.fromkeys(study.filled(b) for b in bases)
    ]


def share(frame: pd.DataFrame) -> dict[str, int]:
    """Of how many readings that differ the claim holds, and is close: count, holding, close."""
    counted = frame[frame["counts"].astype(bool)]["outcome"] if len(frame) else pd.Series(dtype=str)
    return {
        "count": len(counted),
        "holding": int((counted == Outcome.HOLDS).sum()),
        "close": int((counted == Outcome.CLOSE).sum()),
    }


def sensitivity(frame: pd.DataFrame) -> pd.DataFrame:
    """What each choice moves by itself: of the readings that differ from the primary one in that
    choice alone, the lowest and the highest.

    Columns: choice, low, high (the claim's unit, the primary reading among them), label_low,
    label_high (the choice that gives them), span; sorted by span, the largest first.
    """
    columns = ["choice", "low", "high", "label_low", "label_high", "span"]
    if frame.empty or not frame["primary"].any():
        return pd.DataFrame(columns=columns)
    taken = np.column_stack([pd.factorize(frame[choice])[0] for choice in CHOICES])
    differs = taken != taken[frame["primary"].to_numpy(bool).argmax()]
    value, rows = frame["value"].to_numpy(), []
    for column, choice in enumerate(CHOICES):
        fixed = [name != choice for name in CHOICES]
        if choice in ("source", "quantity"):  # a source brings its own weights along
            fixed[list(CHOICES).index("weights")] = False
        alone = np.flatnonzero(~differs[:, fixed].any(axis=1))
        if len(set(taken[alone, column])) < 2:
            continue
        ends = alone[[value[alone].argmin(), value[alone].argmax()]]
        rows.append((choice, *value[ends], *frame[choice].iloc[ends], float(np.ptp(value[ends]))))
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values("span", ascending=False, kind="stable", ignore_index=True)
