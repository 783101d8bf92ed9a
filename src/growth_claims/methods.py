"""The methods page: every formula, weight and rule with its source, what the study of the intervals
found, what of the publishers' own results comes out again, and the limits in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from growth_claims import (
    growth,
    i18n,
    objections,
    quality,
    region,
    reproduction,
    show,
    simulation,
    words,
)
from growth_claims.dossier import Dossier
from growth_claims.growth import arrays, stability
from growth_claims.i18n import N_, _
from growth_claims.readings import curve, revisions
from growth_claims.verdicts import Materiality

# Formulas, as LaTeX. c, k: countries; t: years; f: flows of trade; n: observations.
CHAINED = (
    r"Y_{c,t} = Y_{c,t-1} (1 + g_{c,t} / 100), \quad Y_{c,2015} = D_{c,2015}, \quad "
    r"Y_t = \sum_c Y_{c,t}"
)
SAME_YEAR = r"g_t = \sum_c w_{c,t} \, g_{c,t}, \quad w_{c,t} = \frac{P_{c,t}}{\sum_k P_{k,t}}"
YEAR_BEFORE = (
    r"g_t = \sum_c w_{c,t-1} \, g_{c,t}, \quad w_{c,t-1} = \frac{D_{c,t-1}}{\sum_k D_{k,t-1}}"
)
COMPOUND = r"g = 100 \, ((Y_T / Y_0)^{1/T} - 1)"
MEAN = r"g = \frac{1}{T} \sum_{t=1}^{T} g_t"
TREND = r"\ln Y_t = a + b t + u_t, \quad g = 100 \, (e^b - 1)"
GLS = r"u_t = \rho \, u_{t-1} + e_t"
HAC = (
    r"V(b) = \frac{n}{n-m} \, \frac{1}{S^2} \sum_{j=-L}^{L} "
    r"\frac{L + 1 - |j|}{L + 1} \sum_t s_t \, s_{t-j}, \quad s_t = x_t u_t, \quad "
    r"S = \sum_t x_t^2, \quad L = \lfloor 4 (n / 100)^{2/9} \rfloor"
)
DRIFT = r"\Delta \ln Y_t = \mu + v_t, \quad v_t = r v_{t-1} + e_t, \quad g = 100 \, (e^\mu - 1)"
QUOTED = (
    r"V(\mu) = \frac{\sigma_e^2}{n (1 - q^2)} "
    r"\left[ 1 + 2 \sum_{k=1}^{n-1} \frac{n - k}{n} \, q^k \right], \quad "
    r"q = r + \frac{1 + 3 r}{n}, \quad |q| \le " + str(arrays.LARGEST_AR)
)
CRITICAL = r"\mu \pm c(n, q^*) \sqrt{V(\mu)}, \quad q^* = q + \sqrt{(1 - q^2) / n}"
STATE_SPACE = (
    r"\ln Y_t = l_t + u_t, \quad l_t = l_{t-1} + b_{t-1} + \eta_t, \quad b_t = b_{t-1} + \zeta_t"
)
DEFLATED = r"M_t = (X_t + I_t) / p_t, \quad p_{2015} = 1"
VOLUME = r"q_t = \sum_f \frac{V_{f,t-1}}{\sum_h V_{h,t-1}} \, q_{f,t}"


def page(d: Dossier) -> Iterator[show.Shown]:
    """The page, piece by piece, in its order."""
    yield from objections.section(d)
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
    yield show.formula(SAME_YEAR, N_("Growth g of the region from weights w and countries' growth"))
    yield show.note(
        N_(
            "Current dollars: the same with the share of GDP in dollars of the year before. "
            "Unweighted: the mean of the countries' rates, in which Kyrgyzstan counts as much as "
            "Kazakhstan; it is shown as the mistake that it is, and no verdict rests on it. "
            "A year in which one country has no figure has no regional figure."
        )
    )
    yield show.formula(YEAR_BEFORE, N_("Growth g of the region, weighted by the year before"))


def _estimators() -> Iterator[show.Shown]:
    yield show.heading(N_("Average growth, and what each estimator assumes"), 2, "estimators")
    for latex, said in ESTIMATION:
        yield show.formula(latex, said)
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
    yield from _tests()


ESTIMATION = (
    (COMPOUND, N_("Compound growth g between end points, over T yearly rates")),
    (MEAN, N_("Mean of the yearly rates")),
    (TREND, N_("Log-linear trend: growth g from the slope b")),
    (GLS, N_("Feasible GLS: the same trend, its errors an autoregression")),
    (
        HAC,
        N_(
            "HAC variance, Bartlett weights, L lags: x is time less its mean and m = 2 for the "
            "trend, x = 1 and m = 1 for the drift"
        ),
    ),
    (DRIFT, N_("Drift μ of log differences, whose errors are an autoregression")),
    (
        QUOTED,
        N_(
            "Prewhitened variance of the drift: r by least squares, q without its small-sample "
            "bias, σ² of the errors e with n − 2 degrees of freedom"
        ),
    ),
    (
        CRITICAL,
        N_("The interval that verdicts quote; c is the simulated critical value"),
    ),
    (STATE_SPACE, N_("Local linear trend: level l and slope b; growth from the mean slope")),
)


def _tests() -> Iterator[show.Shown]:
    yield show.table(
        pd.DataFrame(TESTS, columns=["test", "null", "how", "reference"]),
        {
            "test": N_("Test"),
            "null": N_("What it may reject"),
            "how": N_("How"),
            "reference": N_("Reference"),
        },
        formats={
            "test": _,
            "null": _,
            "how": lambda text: _(text, years=_(" and ").join(map(str, stability.BREAK_YEARS))),
            "reference": show.english,
        },
        caption=N_("Tests of what the regional series bears"),
        name="tests-table",
    )


TESTS = (
    (
        N_("augmented Dickey-Fuller"),
        N_("log GDP has a unit root"),
        N_("constant and trend; lags by Akaike's criterion"),
        "Dickey & Fuller 1979; Said & Dickey 1984",
    ),
    (
        "KPSS",
        N_("log GDP returns to a trend"),
        N_("constant and trend; lags chosen from the data"),
        "Kwiatkowski, Phillips, Schmidt & Shin 1992; Hobijn, Franses & Ooms 1998",
    ),
    (
        N_("Chow"),
        N_("one log trend for all years"),
        N_("F test, from {years} on"),
        "Chow 1960",
    ),
    (
        N_("Wald"),
        N_("one mean growth for all years"),
        N_("HAC variance, from {years} on"),
        "Newey & West 1987",
    ),
    (
        "CUSUM",
        N_("one mean growth for all years"),
        N_("cumulated recursive residuals, 95 % bounds"),
        "Brown, Durbin & Evans 1975",
    ),
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
            "Where GDP has a unit root, a trend regression is far too sure of itself, and where it "
            "has none, differencing is wasteful. So both kinds of process were fitted to the "
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
    yield show.formula(DEFLATED, N_("Trade M from exports X, imports I and the deflator p"))
    yield show.formula(VOLUME, N_("Growth q of the region's volume of trade"))


def _reproduction(d: Dossier) -> Iterator[show.Shown]:
    yield show.heading(N_("Published results that come out again"), 2, "reproduction")
    groups = reproduction.load()
    names = {(g.publisher, g.code): g.name for g in groups}
    table = reproduction.summarise(reproduction.reproduce(d.study.panel, groups))
    table["name"] = [names[key] for key in zip(table["source"], table["group"], strict=True)]
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
            "name": N_("Group"),
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
            "name": lambda name: getattr(name, i18n.language()),
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
    panel = d.study.panel
    edition = panel.latest("weo")
    status = quality.statuses(panel, edition, d.study.register.economies)
    year = region.last_year("weo", edition, panel.wide("weo", edition, "NGDP_RPCH")["WLD"])
    late = status.loc[status["observed_to"] < year, "economy"]
    yield show.heading(N_("What these checks cannot do"), 2, "limits")
    for limit in LIMITS:
        yield show.note(
            limit,
            edition=lambda: words.vintage(edition),
            year=year,
            countries=lambda: ", ".join(words.economy(e) for e in late) or "–",
        )


LIMITS = (
    N_(
        "Publishers do not agree on Turkmenistan's figures, and its exchange rate is fixed by the "
        "state, so its part in every sum of dollars is soft. Every regional figure therefore has a "
        "reading without Turkmenistan beside it."
    ),
    N_(
        "Dollar figures hang on exchange rates. Uzbekistan's and Turkmenistan's GDP of 2000 stands "
        "on official rates far from the market's, so a multiple of dollar GDP since 2000 is soft."
    ),
    N_(
        "Of the newest years some figures are estimates: in the IMF's edition of {edition} real "
        "GDP of {year} is one for {countries}. A reading that uses an estimate says so, and "
        "projections are used in none."
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
