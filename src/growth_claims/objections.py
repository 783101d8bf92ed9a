"""The two objections that a referee raises first, each with its computed answer: that GDP has a
unit root, and that the official figures of Turkmenistan cannot be believed."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from growth_claims import growth, quality, region, show, simulation, words
from growth_claims.claims import Claim
from growth_claims.dossier import Dossier
from growth_claims.exhibits.gdp import REASONS, levels_of
from growth_claims.growth import stability
from growth_claims.i18n import N_, _, number, percent
from growth_claims.readings.assess import result
from growth_claims.readings.curve import OFFICIAL_DOUBT, memberships

#: Measures that a region without one of its countries still has; a level would only be smaller.
WITHOUT_A_COUNTRY = ("average-growth", "growth-lead", "growth-rank", "increase", "multiple")


def section(d: Dossier) -> Iterator[show.Shown]:
    """Both objections; one that the register gives no occasion for is left out."""
    average = average_growth(d)
    if average is not None and len(levels_of(d.study, average.id)) < stability.SMALLEST:
        average = None  # too few years for the tests
    doubted = doubtful(d)
    if average is None and doubted.empty:
        return
    yield show.heading(N_("What a referee asks first"), 2, "objections")
    if average is not None:
        yield from _unit_root(d, average)
    if not doubted.empty:
        yield from _official(d, doubted)


def average_growth(d: Dossier) -> Claim | None:
    """The first claim of an average growth rate of real GDP."""
    for claim in d.study.register.claims:
        reading = claim.primary
        if reading and (reading.measure, reading.quantity) == ("average-growth", "real-gdp"):
            return claim
    return None


def doubtful(d: Dossier) -> pd.DataFrame:
    """The primary reading of each rate, multiple and rank of the whole region, beside the same
    reading without the country in doubt. Columns: claim; whole, without (pairs of claim and
    result); whole_outcome, without_outcome."""
    rows = []
    for a in d.assessments:
        if a.primary is None or a.primary.found is None:
            continue
        reading = a.primary.found.reading
        if reading.measure not in WITHOUT_A_COUNTRY or OFFICIAL_DOUBT not in reading.economies:
            continue
        rest = memberships(d.study, reading)[-1]
        if rest != reading.economies:
            again = result(d.study, a.claim, reading.change(economies=rest))
            rows.append(
                (
                    a.claim,
                    (a.claim, a.primary),
                    a.primary.outcome,
                    (a.claim, again),
                    again.outcome,
                )
            )
    columns = ["claim", "whole", "whole_outcome", "without", "without_outcome"]
    return pd.DataFrame(rows, columns=columns)


def _unit_root(d: Dossier, claim: Claim) -> Iterator[show.Shown]:
    levels = levels_of(d.study, claim.id)
    root = stability.unit_root(levels)
    ends, trend = growth.estimate("endpoint", levels), growth.estimate("log_trend_ols", levels)
    quoted = growth.estimate(growth.QUOTED, levels)
    kept = simulation.saved().query("process == 'difference-stationary'").groupby("estimator")
    kept = kept["coverage"].agg(["min", "max"]) * 100
    yield show.heading(
        N_("“GDP has a unit root, so a fitted trend proves nothing”"), 3, "unit-root"
    )
    yield show.finding(
        N_(
            "No verdict rests on a fitted trend. What is stated is held against growth between end "
            "points, {rate} a year from {first} to {last}: a matter of record, whatever process "
            "made it."
        ),
        rate=show.percent(ends.rate, 2),
        first=int(levels.index[0]),
        last=int(levels.index[-1]),
    )
    yield show.note(
        lambda: (
            _(REASONS[stability.believed(root).reason], adf=_p(root.adf_p), kpss=_p(root.kpss_p))
            + " "
            + _(
                "The 95 % interval beside the rate allows for a unit root, {low} to {high}; that "
                "of a log trend would be {trend_low} to {trend_high}. With a unit root the first "
                "holds the truth in {kept_low} to {kept_high} of simulated cases, the second in "
                "{lost_low} to {lost_high}.",
                low=number(quoted.low, 1),
                high=number(quoted.high, 1),
                trend_low=number(trend.low, 1),
                trend_high=number(trend.high, 1),
                kept_low=percent(kept.at[growth.QUOTED, "min"], 0),
                kept_high=percent(kept.at[growth.QUOTED, "max"], 0),
                lost_low=percent(kept.at["log_trend_ols", "min"], 0),
                lost_high=percent(kept.at["log_trend_ols", "max"], 0),
            )
        )
    )


def _p(value: float) -> str:
    return number(value, 2)


def _official(d: Dossier, rows: pd.DataFrame) -> Iterator[show.Shown]:
    yield show.heading(
        N_("“Turkmenistan's official figures cannot be believed”"), 3, "official-figures"
    )
    yield show.finding(lambda: _otherwise(rows))
    yield show.note(lambda: _apart(d))
    yield show.table(
        rows,
        {
            "claim": N_("Claim"),
            "whole": N_("The whole region"),
            "whole_outcome": N_("Outcome"),
            "without": N_("Without Turkmenistan"),
            "without_outcome": N_("Outcome"),
        },
        formats={
            "claim": words.statement,
            "whole": lambda pair: words.found(*pair),
            "whole_outcome": show.badge,
            "without": lambda pair: words.found(*pair),
            "without_outcome": show.badge,
        },
        caption=N_("Primary readings with Turkmenistan and without it"),
        name="with-and-without",
    )


def _otherwise(rows: pd.DataFrame) -> str:
    """Which outcomes hang on the country in doubt."""
    others = rows[rows["whole_outcome"] != rows["without_outcome"]]
    if others.empty:
        return _(
            "Left out, it changes nothing: of {n} rates, multiples and ranks of the region none "
            "has another outcome without Turkmenistan.",
            n=len(rows),
        )
    statements = [words.statement(claim).rstrip(".") for claim in others["claim"]]
    quoted = [_("“{claim}”", claim=statement) for statement in statements]
    return _(
        "Left out, it changes the outcome of {m} of {n} rates, multiples and ranks of the region: "
        "{claims}.",
        m=len(others),
        n=len(rows),
        claims="; ".join(quoted),
    )


def _apart(d: Dossier) -> str:
    """How far publishers are apart on the country: GDP in dollars, and growth."""
    apart = quality.disagreements(d.study.panel, [OFFICIAL_DOUBT])
    dollars = apart[(apart["what"] == "gdp") & (apart["second"] == "weo")].set_index("year")
    growths = apart[(apart["what"] == "growth") & (apart["second"] == "cisstat")]
    worst = growths.loc[growths["difference"].abs().idxmax()]
    year = region.last_year("weo", d.study.panel.latest("weo"), dollars["other"].sort_index())
    return _(
        "Publishers do not agree on Turkmenistan. For {year} the World Bank puts its GDP at {one}, "
        "the IMF at {other}. The official growth of a year and the World Bank's are up to {points} "
        "percentage points apart ({worst}). So each specification curve, too, is computed with "
        "Turkmenistan and without it.",
        year=year,
        one=words.amount(dollars.at[year, "one"], "billion US$"),
        other=words.amount(dollars.at[year, "other"], "billion US$"),
        points=number(abs(worst["difference"]), 1),
        worst=int(worst["year"]),
    )
