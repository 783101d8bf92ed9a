"""The methods page: every formula, weight and rule with its source, what the study of the intervals
found, what of the publishers' own results comes out again, and the limits in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from growth_claims import growth, reproduction, show, simulation, words
from growth_claims.dossier import Dossier
from growth_claims.growth import arrays
from growth_claims.i18n import N_, _
from growth_claims.readings import curve, revisions
from growth_claims.verdicts import Materiality


def _m(body: str) -> str:
    return f'<math display="block"><mrow>{body}</mrow></math>'


def _i(name: str) -> str:
    return f"<mi>{name}</mi>"


def _sub(base: str, index: str) -> str:
    return f"<msub><mi>{base}</mi><mrow>{index}</mrow></msub>"


_T, _C = _i("t"), _i("c")
_CT = f"{_C}<mo>,</mo>{_T}"
_CT1 = f"{_C}<mo>,</mo>{_T}<mo>−</mo><mn>1</mn>"
_SUM = "<munder><mo>∑</mo><mi>c</mi></munder>"

CHAINED = _m(
    f"{_sub('Y', _CT)}<mo>=</mo>{_sub('Y', _CT1)}<mo>(</mo><mn>1</mn><mo>+</mo>"
    f"<mfrac>{_sub('g', _CT)}<mn>100</mn></mfrac><mo>)</mo><mo>,</mo><mspace width='1em'></mspace>"
    f"{_sub('Y', _C + '<mo>,</mo><mn>2015</mn>')}<mo>=</mo>"
    f"{_sub('D', _C + '<mo>,</mo><mn>2015</mn>')}"
)
WEIGHTED = _m(
    f"{_sub('g', _T)}<mo>=</mo>{_SUM}{_sub('w', _CT)}{_sub('g', _CT)}<mo>,</mo>"
    f"<mspace width='1em'></mspace>{_sub('w', _CT)}<mo>=</mo>"
    f"<mfrac>{_sub('P', _CT)}<mrow>{_SUM}{_sub('P', _CT)}</mrow></mfrac>"
)
COMPOUND = _m(
    "<mi>g</mi><mo>=</mo><mn>100</mn><mo>(</mo><msup><mrow><mo>(</mo><mfrac>"
    f"{_sub('Y', _i('T'))}{_sub('Y', '<mn>0</mn>')}</mfrac><mo>)</mo></mrow>"
    "<mrow><mn>1</mn><mo>/</mo><mi>T</mi></mrow></msup><mo>−</mo><mn>1</mn><mo>)</mo>"
)
TREND = _m(
    f"<mi>ln</mi>{_sub('Y', _T)}<mo>=</mo><mi>a</mi><mo>+</mo><mi>b</mi><mi>t</mi><mo>+</mo>"
    f"{_sub('u', _T)}<mo>,</mo><mspace width='1em'></mspace><mi>g</mi><mo>=</mo><mn>100</mn>"
    "<mo>(</mo><msup><mi>e</mi><mi>b</mi></msup><mo>−</mo><mn>1</mn><mo>)</mo>"
)
DRIFT = _m(
    f"<mi>Δ</mi><mi>ln</mi>{_sub('Y', _T)}<mo>=</mo><mi>μ</mi><mo>+</mo>{_sub('v', _T)}<mo>,</mo>"
    f"<mspace width='1em'></mspace>{_sub('v', _T)}<mo>=</mo><mi>r</mi>"
    f"{_sub('v', _T + '<mo>−</mo><mn>1</mn>')}<mo>+</mo>{_sub('e', _T)}"
)
VOLUME = _m(
    f"{_sub('q', _T)}<mo>=</mo><munder><mo>∑</mo><mi>f</mi></munder>"
    f"<mfrac>{_sub('V', '<mi>f</mi><mo>,</mo>' + _T + '<mo>−</mo><mn>1</mn>')}"
    f"<mrow><munder><mo>∑</mo><mi>f</mi></munder>"
    f"{_sub('V', '<mi>f</mi><mo>,</mo>' + _T + '<mo>−</mo><mn>1</mn>')}</mrow></mfrac>"
    f"{_sub('q', '<mi>f</mi><mo>,</mo>' + _T)}"
)


def page(d: Dossier) -> Iterator[show.Shown]:
    """The page, piece by piece, in its order."""
    yield from _verdicts(d)
    yield from _aggregates()
    yield from _estimators()
    yield from _intervals()
    yield from _curves(d)
    yield from _trade()
    yield from _reproduction(d)
    yield from _limits(d)


def _verdicts(d: Dossier) -> Iterator[show.Shown]:
    rules = d.study.materiality
    yield show.heading(N_("How a verdict comes about"), 2, "verdicts")
    yield show.note(
        N_(
            "Before anything is computed, the register fixes for each claim the interval of "
            "numbers that its wording and its rounding allow, and one literal way to compute it: "
            "the primary reading. The rules below are then tried in their order, and the first "
            "that applies is the verdict. They are code with tests; no verdict is typed in."
        )
    )
    table = pd.DataFrame(
        [
            (words.VERDICTS[verdict], rule)
            for verdict, rule in zip(words.VERDICTS, RULES, strict=True)
        ],
        columns=["verdict", "rule"],
    )
    say = {"verdict": _, "rule": lambda text: _(text, **_margins(rules))}
    yield show.table(
        table,
        {"verdict": N_("Verdict"), "rule": N_("When")},
        formats=say,
        caption=N_("The rules, in the order in which they are tried"),
        name="rules",
    )
    yield from _materiality(d, rules)


RULES = (
    N_("The primary reading lies in the stated interval."),
    N_(
        "It does not, but lies no further outside than {share} of the stated number, or {points} "
        "percentage points for a rate of growth."
    ),
    N_(
        "The same reading held, or was close, for the same length of period ending up to five "
        "years earlier (for a multiple since a fixed year: for an earlier last year), and does not "
        "now."
    ),
    N_("None of these, but a reading that the register names as defensible holds or is close."),
    N_("None of these."),
    N_("No published figure here bears on the claim; the report says which one would."),
)


def _margins(rules: Materiality) -> dict[str, object]:
    return {
        "share": show.percent(rules.share * 100, 0)(),
        "points": show.number(rules.points, 2)(),
    }


def _materiality(d: Dossier, rules: Materiality) -> Iterator[show.Shown]:
    spread = revisions.spread(d.revisions)
    yield show.heading(N_("Why these margins"), 3, "margins")
    yield show.note(
        N_(
            "A difference that the publishers' own next edition may bring is no error of whoever "
            "quotes them. The table shows how far the same regional figure moved from one edition "
            "to the next; nineteen times in twenty by no more than its 95th percentile. The "
            "margins lie just above these percentiles, and so they stay as they are."
        )
    )
    yield show.table(
        spread.assign(margin=[_margin(rules, kind) for kind in spread["kind"]]),
        {
            "kind": N_("Figure"),
            "count": N_("Revisions"),
            "median": N_("Median size"),
            "p95": N_("95th percentile"),
            "largest": N_("Largest"),
            "margin": N_("Margin"),
        },
        formats={
            "kind": lambda k: _(revisions.KINDS[k]),
            "median": 3,
            "p95": 2,
            "largest": 2,
            "margin": 2,
        },
        caption=N_("How much regional figures are revised from one edition to the next"),
        name="revision-sizes",
    )


def _margin(rules: Materiality, kind: str) -> float:
    return rules.points if kind == "growth-20y" else rules.share * 100


def _aggregates() -> Iterator[show.Shown]:
    yield show.heading(N_("From countries to the region"), 2, "aggregates")
    yield show.note(
        N_(
            "Constant dollars, the World Bank's way and the primary one: each country's volume in "
            "dollars of 2015, summed. Where an edition has no such series it is chained from "
            "growth g and from GDP of 2015 in current dollars D; for the five countries this gives "
            "the World Bank's own series."
        )
    )
    yield show.formula(CHAINED, N_("Volume Y of country c in year t, chained from growth g"))
    yield show.note(
        N_(
            "Purchasing power parity, the IMF's way: yearly rates weighted by the same year's "
            "share of GDP P at purchasing power parity. That it is the same year's and not the "
            "year before's was found out, not assumed: only so do the IMF's two country groups "
            "give the IMF's world, to the rounding of the published rates."
        )
    )
    yield show.formula(WEIGHTED, N_("Growth g of the region from weights w and countries' growth"))
    yield show.note(
        N_(
            "Current dollars: the same with the share of GDP in dollars of the year before. "
            "Unweighted: the mean of the countries' rates, in which Kyrgyzstan counts as much as "
            "Kazakhstan; it is shown as the mistake that it is, and no verdict rests on it. "
            "A year in which one country has no figure has no regional figure."
        )
    )


def _estimators() -> Iterator[show.Shown]:
    yield show.heading(N_("Average growth, and what each estimator assumes"), 2, "estimators")
    yield show.formula(COMPOUND, N_("Compound growth g between end points, over T yearly rates"))
    yield show.formula(TREND, N_("Log-linear trend: growth g from the slope b"))
    yield show.formula(DRIFT, N_("Drift μ of log differences, whose errors are an autoregression"))
    frame = pd.DataFrame(
        [(e.label, e.assumption, e.reference) for e in growth.ESTIMATORS.values()],
        columns=["label", "assumption", "reference"],
    )
    yield show.table(
        frame,
        {
            "label": N_("Estimator"),
            "assumption": N_("What it assumes"),
            "reference": N_("Reference"),
        },
        formats={"label": _, "assumption": _, "reference": show.english},
        caption=N_("Estimators of average growth"),
        name="estimators-table",
    )


def _intervals() -> Iterator[show.Shown]:
    table = simulation.saved()
    low, high = simulation.ACCEPTED
    quoted = table[(table["estimator"] == growth.QUOTED)]
    trend = table[
        (table["estimator"] == "log_trend_ols") & (table["process"] == "difference-stationary")
    ]
    yield show.heading(N_("Intervals that keep their promise"), 2, "coverage")
    yield show.finding(
        N_(
            "The interval that verdicts quote covers the true rate in {low} to {high} of simulated "
            "cases, as a 95 % interval should; that of the usual log trend covers it in only "
            "{trend_low} to {trend_high} when GDP has a unit root."
        ),
        low=show.percent(quoted["coverage"].min() * 100, 0),
        high=show.percent(quoted["coverage"].max() * 100, 0),
        trend_low=show.percent(trend["coverage"].min() * 100, 0),
        trend_high=show.percent(trend["coverage"].max() * 100, 0),
    )
    yield show.note(
        N_(
            "A referee's first objection is that GDP may have a unit root, and then a trend "
            "regression is far too sure of itself. So both kinds of process were fitted to the "
            "region's GDP of 2000 to 2024 and simulated {n} times for 10, 20 and 24 years. "
            "Accepted is an interval that covers the truth in {low} to {high} of cases. The usual "
            "ones do not. What does: the mean of log differences; a standard error that first "
            "takes out an autoregression of order one (Andrews and Monahan 1992), its coefficient "
            "corrected for small-sample bias; and, in place of Student's t, critical values "
            "simulated for that coefficient plus one standard error and for that number of years."
        ),
        n=show.number(table["replications"].max(), 0),
        low=show.percent(low * 100, 0),
        high=show.percent(high * 100, 0),
    )
    yield show.note(
        N_(
            "The interval does not soften the verdict. What the text states is what happened in "
            "those years, and that is a matter of record, right or wrong. The interval says how "
            "surely the same years tell the rate that the region tends to; it is wide, because "
            "twenty years of growth that hangs together tell little. Where growth drifts through "
            "a whole period, the estimated autocorrelation comes to its limit of {limit}, and the "
            "interval only says that those years cannot tell an average."
        ),
        limit=show.number(arrays.LARGEST_AR, 2),
    )
    yield show.table(
        table.assign(percent=table["coverage"] * 100, mc=table["error"] * 100),
        {
            "process": N_("Process"),
            "ar": N_("Autocorrelation"),
            "years": N_("Years"),
            "estimator": N_("Estimator"),
            "percent": N_("Coverage, %"),
            "mc": N_("Monte Carlo error"),
            "bias": N_("Bias, points"),
            "width": N_("Median width, points"),
        },
        formats={
            "process": lambda p: _(PROCESSES[p]),
            "ar": 2,
            "estimator": lambda name: _(growth.ESTIMATORS[name].label),
            "percent": 1,
            "mc": 1,
            "bias": 2,
            "width": 1,
        },
        caption=N_("Coverage of nominal 95 % intervals (make it again: `make coverage`)"),
        name="coverage-table",
    )


PROCESSES = {
    "difference-stationary": N_("unit root (difference-stationary)"),
    "trend-stationary": N_("trend-stationary"),
}


def _curves(d: Dossier) -> Iterator[show.Shown]:
    yield show.heading(N_("Specification curves: what is in them"), 2, "curves")
    yield show.note(
        N_(
            "Every combination of source, edition, weights, estimator, countries and period that "
            "the wording allows. The period may end a year earlier or later than written, and an "
            "average over more than ten years may hold one yearly rate more or less; a named first "
            "year stands. The region is taken whole, and without Turkmenistan."
        )
    )
    frame = pd.DataFrame({"rule": list(curve.LEFT_OUT)})
    yield show.table(
        frame,
        {"rule": N_("What is left out")},
        formats={"rule": _},
        caption=N_("What is left out of the curves, by rule"),
        name="left-out",
    )
    counts = [(a.claim.id, a) for a in d.assessments if d.curve(a.claim.id) is not None]
    table = pd.DataFrame(
        [(i, a.share.count, a.share.holding, (a.share.share or 0) * 100) for i, a in counts],
        columns=["claim", "count", "holding", "share"],
    )
    yield show.table(
        table,
        {
            "claim": N_("Claim"),
            "count": N_("Readings"),
            "holding": N_("Claim holds in"),
            "share": N_("Share, %"),
        },
        formats={"share": 1},
        caption=N_("Readings of each claim, and under how many it holds"),
        name="curve-counts",
    )


def _trade() -> Iterator[show.Shown]:
    yield show.heading(N_("Trade in dollars, deflated, and in volume"), 2, "trade-volume")
    yield show.note(
        N_(
            "In current dollars: exports plus imports of goods. Deflated: divided by the GDP "
            "deflator of the United States, that is, in what a dollar bought. In volume: growth q "
            "of each flow f (a country's exports or imports) from the IMF, weighted by what the "
            "flow was worth the year before (V, World Bank) and chained, a Laspeyres index (System "
            "of National Accounts 2008, 15.30)."
        )
    )
    yield show.formula(VOLUME, N_("Growth q of the region's volume of trade"))


def _reproduction(d: Dossier) -> Iterator[show.Shown]:
    yield show.heading(N_("Published results that come out again"), 2, "reproduction")
    table = reproduction.summarise(reproduction.reproduce(d.study.panel))
    bank = table[(table["source"] == "wdi") & (table["what"] == "growth")]
    yield show.finding(
        N_(
            "Where all members of a published group are here, its growth comes out again: for the "
            "World Bank in every one of {years} years to within {largest} percentage points."
        ),
        years=show.number(bank["years"].sum(), 0),
        largest=lambda: _scientific(bank["largest"].max()),
    )
    yield show.table(
        table,
        {
            "group": N_("Group"),
            "source": N_("Publisher"),
            "vintage": N_("Edition"),
            "what": N_("What"),
            "first": N_("From"),
            "last": N_("To"),
            "years": N_("Years compared"),
            "not_comparable": N_("A member missing"),
            "largest": N_("Largest difference"),
            "worst_year": N_("In"),
        },
        formats={
            "group": words.economy,
            "source": words.publisher,
            "vintage": words.vintage,
            "what": lambda w: _("growth") if w == "growth" else w,
            "first": _year,
            "last": _year,
            "largest": _scientific,
            "worst_year": _year,
        },
        caption=N_(
            "Published aggregates, recomputed from their members; differences in percentage points "
            "for growth, in percent for levels"
        ),
        name="reproduction-table",
        notes=[
            N_(
                "World Bank figures carry all digits and are held to 1e-9 percentage points; the "
                "IMF prints three decimals. More groups go into claims/groups.yaml."
            )
        ],
    )


def _scientific(x: float) -> str:
    """A small number as a power of ten: 4 × 10⁻¹⁴; nought as 0."""
    if not x:
        return "0"
    exponent = int(np.floor(np.log10(abs(x))))
    if exponent >= -3:
        return show.number(x, 4)()
    # Across processors the last digits differ: only the order of magnitude is told.
    return _("below {power}", power="10" + str(exponent + 1).translate(_SUPERSCRIPT))


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _year(x: float) -> str:
    return "–" if pd.isna(x) else str(int(x))


def _limits(d: Dossier) -> Iterator[show.Shown]:
    yield show.heading(N_("What these checks cannot do"), 2, "limits")
    for limit in LIMITS:
        yield show.note(limit, lags=arrays.LAG_RULE)


LIMITS = (
    N_(
        "Turkmenistan's official figures cannot be reconciled: publishers differ by half on its "
        "GDP in dollars and by several points on its growth, and its exchange rate is fixed. Every "
        "regional figure therefore has a reading without Turkmenistan beside it, and half of each "
        "specification curve leaves it out."
    ),
    N_(
        "Dollar figures hang on exchange rates. Uzbekistan's and Turkmenistan's GDP of 2000 stands "
        "on official rates far from the market's, so a multiple of dollar GDP since 2000 is soft."
    ),
    N_(
        "For Kazakhstan and Tajikistan 2024 is an estimate in the IMF's edition of October 2025. A "
        "reading that uses an estimate says so, and projections are used in none."
    ),
    N_(
        "Kazakhstan's trade by country changes its source between 2019 and 2020; no growth across "
        "that break decides a verdict."
    ),
    N_(
        "Editions that were never read cannot be consulted: what was known on a day is what the "
        "editions here that had appeared by then say."
    ),
)
