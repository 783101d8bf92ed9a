"""What the notebook on population shows beyond what every claim is shown with."""

from __future__ import annotations

import pandas as pd

from growth_claims import show, words
from growth_claims.dossier import Dossier
from growth_claims.i18n import N_, _


def population_arithmetic(d: Dossier) -> show.Shown:
    """Number, increase and rate put into each other: each two imply a third."""
    people = d.claim("population-2024").stated.value
    more = d.claim("population-since-2000").stated.value
    rate = d.claim("population-growth-rate").stated.value
    years = d.claim("population-since-2000").primary
    span = years.end - years.start
    found = d.assessment("population-since-2000").primary.found
    base, actual = people / (1 + more / 100), found.parts["first"]
    implied_rate = ((1 + more / 100) ** (1 / span) - 1) * 100
    at_rate = people / (1 + rate / 100) ** span
    grown = ((1 + rate / 100) ** span - 1) * 100
    actual_rate = ((1 + found.value / 100) ** (1 / span) - 1) * 100
    rows = [
        (
            N_("People in {start}, by number and increase as stated"),
            base,
            actual,
            "million persons",
        ),
        (N_("People in {start}, by number and rate as stated"), at_rate, actual, "million persons"),
        (
            N_("Rate that the stated increase implies"),
            implied_rate,
            actual_rate,
            "percent per year",
        ),
        (N_("Increase that the stated rate implies"), grown, found.value, "percent"),
    ]
    frame = pd.DataFrame(
        [
            {
                "what": lambda text=text: _(text, start=years.start),
                "implied": lambda x=implied, u=unit: words.amount(x, u, 2 if u != "percent" else 1),
                "figures": lambda x=actual_, u=unit: words.amount(x, u, 2 if u != "percent" else 1),
            }
            for text, implied, actual_, unit in rows
        ]
    )
    say = {c: (lambda cell: cell()) for c in frame}
    return show.table(
        frame,
        {
            "what": N_("What"),
            "implied": N_("Implied by the stated figures"),
            "figures": N_("Published figures"),
        },
        formats=say,
        caption=N_("The three stated figures, put into each other"),
        name="population-arithmetic",
    )
