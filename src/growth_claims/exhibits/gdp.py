"""What the notebook on GDP shows beyond what every claim is shown with."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from growth_claims import figures, growth, region, show, words
from growth_claims.dossier import Dossier
from growth_claims.exhibits.common import editions_of, source_line
from growth_claims.growth import stability as stable
from growth_claims.i18n import N_, _, number, percent
from growth_claims.readings.evaluate import series_of
from growth_claims.readings.study import Study


def path(d: Dossier, claim_id: str) -> figures.Chart:
    """The regional series against the path that the stated rate implies."""
    a = d.assessment(claim_id)
    reading = a.primary.found.reading
    levels = series_of(d.study, reading).values.dropna()
    years = reading.end - reading.start
    implied = levels[reading.start] * (1 + a.claim.stated.value / 100) ** years
    unit = UNITS[reading.quantity]
    return figures.path(
        f"{claim_id}-path",
        levels,
        reading.start,
        reading.end,
        a.claim.stated.value,
        rates=(a.claim.stated.low, a.claim.stated.high),
        label=N_("the five countries"),
        unit=unit,
        title=lambda: _(
            "At the stated rate {quantity} would have been {promised} in {year}; it was {actual}",
            quantity=_(QUANTITIES[reading.quantity]),
            promised=words.amount(implied, unit),
            actual=words.amount(levels[reading.end], unit),
            year=reading.end,
        ),
        source=source_line(editions_of([a.primary])),
    )


UNITS = {"population": "million persons", "real-gdp": "billion US$"}
QUANTITIES = {
    "population": N_("the population"),
    "real-gdp": N_("GDP in dollars of 2015"),
}


def disagreement(d: Dossier) -> figures.Chart:
    """GDP in dollars by country, by the two publishers: whom they disagree on, and by how much."""
    study = d.study
    wdi, weo = study.panel.latest("wdi"), study.panel.latest("weo")
    year = d.claim("gdp-2024").primary.end
    economies = study.register.economies
    one = study.panel.wide("wdi", wdi, "NY.GDP.MKTP.CD").loc[year, list(economies)] / 1e9
    two = study.panel.wide("weo", weo, "NGDPD").loc[year, list(economies)]
    rows = pd.DataFrame({"economy": economies, "wdi": one.to_numpy(), "weo": two.to_numpy()})
    rows["gap"] = (rows["weo"] / rows["wdi"] - 1) * 100
    worst = rows.loc[rows["gap"].abs().idxmax()]
    return figures.disagreement(
        "gdp-2024-disagreement",
        rows,
        "billion US$",
        first=lambda: words.source("wdi"),
        second=lambda: words.source("weo"),
        title=lambda: _(
            "{year}: the publishers differ most on {country}, by {gap}",
            year=year,
            country=words.economy(worst["economy"]),
            gap=percent(worst["gap"], 0, sign=True),
        ),
        source=source_line([("wdi", wdi), ("weo", weo)]),
    )


def levels_of(study: Study, claim_id: str) -> pd.Series:
    """The series of a claim's primary reading, over its period."""
    claim = study.register.claim(claim_id)
    reading = study.primary(claim)
    return series_of(study, reading).between(reading.start, reading.end)


def estimators(d: Dossier, claim_id: str) -> show.Shown:
    """Every estimator of average growth over the claim's period, with interval and assumption."""
    levels = levels_of(d.study, claim_id)
    fit = [e for e in growth.ESTIMATORS.values() if len(levels) >= e.smallest]
    found = [growth.estimate(e.name, levels) for e in fit]
    frame = pd.DataFrame(
        [
            (growth.ESTIMATORS[e.method].label, e.rate, e.low, e.high, e.assumption, e.reference)
            for e in found
        ],
        columns=["label", "rate", "low", "high", "assumption", "reference"],
    ).astype({"low": float, "high": float})
    return show.table(
        frame,
        {
            "label": N_("Estimator"),
            "rate": N_("% a year"),
            "low": N_("Interval from"),
            "high": N_("to"),
            "assumption": N_("What it assumes"),
            "reference": N_("Reference"),
        },
        formats={
            "label": _,
            "rate": 2,
            "low": 2,
            "high": 2,
            "assumption": _,
            "reference": show.english,
        },
        caption=N_("Average growth, {first} to {last}, by estimator"),
        name=f"{claim_id}-estimators",
        first=int(levels.index[0]),
        last=int(levels.index[-1]),
    )


def stability(d: Dossier, claim_id: str) -> show.Shown:
    """Which assumption the series bears, which estimator is to be believed, and whether one average
    describes the period at all: the answer in sentences."""
    levels = levels_of(d.study, claim_id)
    if len(levels) < stable.SMALLEST:
        return show.finding(
            N_("{n} years are too few for tests of what the series bears; they need {least}."),
            n=len(levels),
            least=stable.SMALLEST,
        )
    root = stable.unit_root(levels)
    chosen = stable.believed(root)
    breaks = {(b.what, b.year): b for b in stable.structural_breaks(levels)}
    path = stable.cusum(levels)
    first = breaks["drift", stable.BREAK_YEARS[0]]
    return show.finding(
        lambda: _(REASONS[chosen.reason], adf=number(root.adf_p, 2), kpss=number(root.kpss_p, 2)),
        lambda: _(
            "So the estimator to believe is: {estimator}. Where the interval of a trend regression "
            "is narrower, it is so because it takes for granted what the tests do not grant.",
            estimator=_(growth.ESTIMATORS[chosen.estimator].label),
        ),
        lambda: (
            _(
                "One average does not describe these years well: growth was {before} a year up to "
                "{last} and {after} from {year} on, a difference that chance does not explain "
                "(p {p}).",
                before=percent(first.before),
                after=percent(first.after),
                last=first.year - 1,
                year=first.year,
                p=_compared(first.p),
            )
            if first.p < stable.SIGNIFICANCE
            else _(
                "The tests find no change of average growth in {year} (p {p}).",
                year=first.year,
                p=_compared(first.p),
            )
        ),
        lambda: (
            _(
                "The cumulated recursive residuals leave their 95 % bounds in {year}.",
                year=path.crosses,
            )
            if path.crosses
            else _("The cumulated recursive residuals stay within their 95 % bounds.")
        ),
    )


REASONS = {
    stable.Bears.UNIT_ROOT: N_(
        "Log GDP bears the assumption of a unit root: the augmented Dickey-Fuller test does not "
        "reject it (p = {adf}), and KPSS rejects a stationary trend (p = {kpss})."
    ),
    stable.Bears.TREND: N_(
        "Log GDP bears the assumption of a stationary trend: the augmented Dickey-Fuller test "
        "rejects a unit root (p = {adf}), and KPSS does not reject a trend (p = {kpss})."
    ),
    stable.Bears.EITHER: N_(
        "The tests cannot tell a unit root from a stationary trend: neither the augmented "
        "Dickey-Fuller test (p = {adf}) nor KPSS (p = {kpss}) rejects."
    ),
    stable.Bears.NEITHER: N_(
        "Both tests reject, the augmented Dickey-Fuller test a unit root (p = {adf}) and KPSS a "
        "stationary trend (p = {kpss}): neither assumption is borne out."
    ),
}


def _p(value: float) -> str:
    """A p-value as it is written; very small ones as a bound."""
    return "< " + number(0.001, 3) if value < 0.001 else number(value, 3)


def _compared(value: float) -> str:
    """A p-value with its sign: "= 0.004", "< 0.001"."""
    return _p(value) if value < 0.001 else "= " + _p(value)


def breaks(d: Dossier, claim_id: str) -> show.Shown:
    """The tests for a change of trend and of mean growth, year by year."""
    levels = levels_of(d.study, claim_id)
    found = stable.structural_breaks(levels) if len(levels) >= stable.SMALLEST else ()
    columns = [f.name for f in dataclasses.fields(stable.Break)]
    frame = pd.DataFrame([dataclasses.astuple(b) for b in found], columns=columns)
    return show.table(
        frame,
        {
            "what": N_("What may have changed"),
            "year": N_("From"),
            "statistic": N_("Statistic"),
            "p": N_("p-value"),
            "before": N_("Before, % a year"),
            "after": N_("After, % a year"),
        },
        formats={"what": lambda w: _(CHANGES[w]), "statistic": 1, "p": _p, "before": 2, "after": 2},
        caption=N_("Did growth change for good? Chow's test and a Wald test with HAC variance"),
        name=f"{claim_id}-breaks",
    )


CHANGES = {"trend": N_("the log trend (Chow)"), "drift": N_("mean growth (Wald, HAC)")}


LIKE = (("wdi", "constant-dollars"), ("weo", "ppp"))
GROUPS = {
    "gdp-growth-vs-world": {"wdi": "WLD", "weo": "WLD"},
    "gdp-growth-vs-developing": {"wdi": "LMY", "weo": "EMDE"},
}


def comparison(d: Dossier, claim_id: str) -> figures.Chart:
    """The region and the group, year by year and on average, on either publisher's weights."""
    a = d.assessment(claim_id)
    reading = a.primary.found.reading
    yearly, averages, editions = [], [], []
    for source, weights in LIKE:
        vintage = d.study.panel.latest(source)
        group = GROUPS[claim_id][source]
        ours = region.real_gdp(d.study.panel, source, vintage, reading.economies, weights).values
        theirs = region.group_growth(d.study.panel, source, vintage, group).values
        editions.append((source, vintage))
        for who, levels in (("region", ours), (group, theirs)):
            rates = levels.pct_change(fill_method=None) * 100
            for year in range(reading.start + 1, reading.end + 1):
                yearly.append((source, who, year, rates[year]))
            for length in (reading.end - reading.start, 10):
                start = reading.end - length
                rate = growth.estimate("endpoint", levels.loc[start : reading.end]).rate
                averages.append((source, who, start, reading.end, rate))
    averages = pd.DataFrame(averages, columns=["source", "economy", "start", "end", "value"])
    return figures.comparison(
        f"{claim_id}-comparison",
        pd.DataFrame(yearly, columns=["source", "economy", "year", "value"]),
        averages,
        title=lambda: _comparison_title(averages, reading),
        source=source_line(editions),
    )


def _comparison_title(averages: pd.DataFrame, reading) -> str:
    def lead(source: str, start: int) -> float:
        part = averages[(averages["source"] == source) & (averages["start"] == start)]
        ours = part.loc[part["economy"] == "region", "value"].iloc[0]
        return ours - part.loc[part["economy"] != "region", "value"].iloc[0]

    short = reading.end - 10
    return _(
        "The region's lead over twenty years is {long} percentage points on the World Bank's "
        "figures and {imf} on the IMF's; over the last ten, {ten} and {imf_ten}",
        long=number(lead("wdi", reading.start), 2, sign=True),
        imf=number(lead("weo", reading.start), 2, sign=True),
        ten=number(lead("wdi", short), 2, sign=True),
        imf_ten=number(lead("weo", short), 2, sign=True),
    )


def mixed_bases(d: Dossier) -> show.Shown:
    """What comes of comparing a group on one basis with the world on another."""
    study = d.study
    published = d.published[d.published["date"] == "2022-11-10"].set_index("claim_id")
    stated_world = float(published.loc["gdp-growth-vs-world", "value"])
    stated_group = float(published.loc["gdp-growth-vs-developing", "value"])
    rows = []
    vintage = "2022-10"
    rates = study.panel.wide("weo", vintage, "NGDP_RPCH")
    market = study.panel.wide("weo", vintage, "NGDP_RPCHMK")["WLD"]
    latest = study.panel.latest("wdi")
    bank = region.growth_rates(study.panel, "wdi", latest, ("WLD", "LMY"))
    for first, last in ((2001, 2020), (2002, 2021)):
        rows.append(
            (
                f"{first - 1}–{last}",
                _average(rates["EMDE"], first, last),
                _average(rates["WLD"], first, last),
                _average(market, first, last),
                _average(bank["LMY"], first, last),
                _average(bank["WLD"], first, last),
            )
        )
    frame = pd.DataFrame(rows, columns=["period", "emde", "wld", "market", "lmy", "wb"])
    return show.table(
        frame,
        {
            "period": N_("Period"),
            "emde": N_("Developing, IMF, purchasing power"),
            "wld": N_("World, IMF, purchasing power"),
            "market": N_("World, IMF, market rates"),
            "lmy": N_("Low and middle income, World Bank"),
            "wb": N_("World, World Bank"),
        },
        formats={c: 2 for c in ("emde", "wld", "market", "lmy", "wb")},
        caption=N_(
            "Average growth of world and developing countries on each basis, % a year. Published "
            "in November 2022 were {group} and {world}: a pair that no single basis gives"
        ),
        name="mixed-bases",
        group=show.number(stated_group, 1),
        world=show.number(stated_world, 1),
    )


def _average(rates: pd.Series, first: int, last: int) -> float:
    part = rates.loc[first:last]
    return float((np.prod(1 + part / 100) ** (1 / len(part)) - 1) * 100)


def ranking(d: Dossier, claim_id: str) -> figures.Chart:
    """The region among the World Bank's regions, over the claim's period and the last ten years."""
    a = d.assessment(claim_id)
    reading = a.primary.found.reading
    rows = []
    for start in (reading.start, reading.end - 10):
        ours = series_of(d.study, reading).values
        for who in ("region", *reading.among):
            levels = (
                ours
                if who == "region"
                else region.group_growth(d.study.panel, reading.source, reading.vintage, who).values
            )
            rate = growth.estimate("endpoint", levels.loc[start : reading.end]).rate
            rows.append((who, start, reading.end, rate))
    frame = pd.DataFrame(rows, columns=["economy", "start", "end", "value"])
    frame["rank"] = frame.groupby("start")["value"].rank(ascending=False).astype(int)
    ours = frame[frame["economy"] == "region"].set_index("start")["rank"]
    return figures.ranking(
        f"{claim_id}-ranking",
        frame,
        title=lambda: _(
            "Among {n} world regions Central Asia is number {long} over twenty years and number "
            "{short} over the last ten",
            n=len(reading.among) + 1,
            long=int(ours[reading.start]),
            short=int(ours[reading.end - 10]),
        ),
        source=source_line(editions_of([a.primary])),
    )


def contributions(d: Dossier, claim_id: str) -> figures.Chart:
    """Each country's part in the growth of the sum, in percent of what it was at the start."""
    a = d.assessment(claim_id)
    reading = a.primary.found.reading
    members = series_of(d.study, reading).members
    first, last = members.loc[reading.start], members.loc[reading.end]
    parts = (last - first) / first.sum() * 100
    rows = pd.DataFrame(
        {
            "economy": parts.index,
            "value": parts.to_numpy(),
            "times": (last / first).to_numpy(),
            "share": (parts / parts.sum() * 100).to_numpy(),
        }
    ).sort_values("value", ascending=False, ignore_index=True)
    top = rows.iloc[0]
    return figures.contributions(
        f"{claim_id}-contributions",
        rows,
        title=lambda: _(
            "Of the growth from {first} to {last}, {country} accounts for {share}",
            first=reading.start,
            last=reading.end,
            country=words.economy(top["economy"]),
            share=percent(top["share"], 0),
        ),
        source=source_line(editions_of([a.primary])),
    )
