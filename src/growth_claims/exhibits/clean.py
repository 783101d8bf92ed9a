"""What the notebook that makes the panel shows of it."""

from __future__ import annotations

import pandas as pd

from growth_claims import figures, panel, quality, show, words
from growth_claims.exhibits.common import source_line
from growth_claims.i18n import N_, _, number
from growth_claims.panel import Panel
from growth_claims.params import Settings

ECONOMIES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
YEAR = 2024


def make_panel(settings: Settings) -> Panel:
    """Reads and checks the figures, writes the panel, and returns it as it was written."""
    panel.write(panel.build(), settings.panel)
    return Panel.load(settings.panel)


def economies(settings: Settings) -> tuple[str, ...]:
    return settings.economies or ECONOMIES


def size(p: Panel) -> show.Shown:
    """How many figures of whom."""
    frame = p.frame
    chained = int((frame["origin"] == "chained").sum())
    return show.finding(
        N_(
            "The panel holds {figures} published figures of {sources} publishers, in {editions} "
            "editions, and {chained} figures of GDP in constant dollars that were chained from "
            "them."
        ),
        figures=show.number(len(frame) - chained),
        sources=show.number(frame["source"].nunique()),
        editions=show.number(len(frame[["source", "vintage"]].drop_duplicates())),
        chained=show.number(chained),
    )


def coverage(p: Panel) -> show.Shown:
    """What the newest edition of each source holds of the five countries."""
    return show.table(
        quality.coverage(p, ECONOMIES),
        {
            "source": N_("Source"),
            "vintage": N_("Edition"),
            "indicator": N_("Code"),
            "unit": N_("Unit, as published"),
            "economies": N_("Countries"),
            "first": N_("From"),
            "last": N_("To"),
            "figures": N_("Figures"),
            "gaps": N_("Gaps"),
        },
        formats={"source": words.source, "vintage": words.vintage},
        caption=N_("What the newest edition of each source holds of the five countries"),
        name="coverage",
    )


SERIES = (
    ("wdi", "NY.GDP.MKTP.KD.ZG", N_("GDP growth")),
    ("wdi", "SP.POP.TOTL", N_("population")),
    ("wdi", "TX.VAL.MRCH.CD.WT", N_("exports of goods")),
    ("wdi", "NE.EXP.GNFS.ZS", N_("exports of goods and services")),
    ("weo", "NGDP_RPCH", N_("GDP growth")),
    ("weo", "TXG_RPCH", N_("volume of exports")),
)


def coverage_chart(p: Panel) -> figures.Chart:
    """For which years the region has a figure: all five countries observed, some estimated, or, as
    a gap, one of them missing."""
    rows = []
    for source, code, name in SERIES:
        table = p.status(source, p.latest(source), code).reindex(columns=list(ECONOMIES))
        for year, states in table.dropna().iterrows():
            worst = next(s for s in WORST_FIRST if (states == s).any())
            rows.append({"label": _label(source, name), "year": int(year), "state": worst})
    frame = pd.DataFrame(rows)
    years = frame.groupby(frame["label"].map(lambda said: said()), sort=False)["year"]
    whole = int((years.nunique() == years.nunique().max()).sum())
    return figures.coverage(
        "coverage-years",
        frame,
        title=lambda: _(
            "{whole} of the {n} main series have all five countries in every year; the others have "
            "gaps",
            whole=number(whole),
            n=number(len(SERIES)),
        ),
        source=source_line([("wdi", p.latest("wdi")), ("weo", p.latest("weo"))]),
    )


WORST_FIRST = ("projection", "estimate", "not stated", "observed")


def _label(source: str, name: str):
    return lambda: f"{_(name)} ({source.upper()})"


def gaps(p: Panel) -> show.Shown:
    """Every gap; none is filled in."""
    return show.table(
        quality.gaps(p, ECONOMIES),
        {
            "source": N_("Source"),
            "vintage": N_("Edition"),
            "indicator": N_("Code"),
            "economy": N_("Country"),
            "years": N_("Years without a figure"),
        },
        formats={"source": words.source, "vintage": words.vintage, "economy": words.economy},
        caption=N_("Gaps: years without a figure between a country's first and last"),
        name="gaps",
    )


def statuses(p: Panel) -> show.Shown:
    """Observed against estimated years in the IMF's newest edition."""
    vintage = p.latest("weo")
    return show.table(
        quality.statuses(p, vintage, ECONOMIES),
        {
            "economy": N_("Country"),
            "observed_to": N_("Observed up to"),
            "estimated": N_("Estimated"),
            "projected": N_("Projected"),
        },
        formats={"economy": words.economy},
        caption=N_("Real GDP in the IMF's edition of {edition}: what was observed, what was not"),
        name="statuses",
        edition=lambda: words.vintage(vintage),
    )


def series_break(p: Panel) -> show.Shown:
    """The break in Kazakhstan's trade with its neighbours."""
    frame = quality.series_break(p, "KAZ", [e for e in ECONOMIES if e != "KAZ"])
    first = int(frame.loc[frame["across"], "year"].iloc[0])
    near = frame[(frame["year"] >= first - 3) & (frame["year"] <= first + 3)]
    return show.table(
        near,
        {
            "year": N_("Year"),
            "source": N_("Source"),
            "value": N_("Trade, million dollars"),
            "change": N_("Change, %"),
            "across": N_("Across the break"),
        },
        formats={"source": words.source, "value": 0, "change": 1},
        caption=N_("Kazakhstan's trade with its four neighbours, around the change of source"),
        name="series-break",
        notes=[
            N_(
                "No year is in both sources, so the break cannot be measured: part of the change "
                "across it is the change of source."
            )
        ],
    )


def disagreement_answer(p: Panel) -> show.Shown:
    """Whom the publishers disagree on most."""
    table = quality.largest_by_economy(quality.disagreements(p, ECONOMIES))
    worst = {what: part.iloc[0] for what, part in table[table["second"] == "weo"].groupby("what")}
    return show.finding(
        lambda: _(
            "The publishers disagree most on {country}: on its GDP in dollars by {median} in the "
            "median year and by {largest} in {year}.",
            country=words.economy(worst["gdp"]["economy"]),
            median=show.percent(worst["gdp"]["median"], 0)(),
            largest=show.percent(abs(worst["gdp"]["difference"]), 0)(),
            year=int(worst["gdp"]["year"]),
        ),
        lambda: _(
            "On growth they are furthest apart on {country}, by {points} percentage points in "
            "{year}.",
            country=words.economy(worst["growth"]["economy"]),
            points=number(abs(worst["growth"]["difference"]), 1),
            year=int(worst["growth"]["year"]),
        ),
    )


WHAT = {
    "gdp": N_("GDP in dollars"),
    "growth": N_("real growth"),
    "population": N_("population"),
}


def disagreement_table(p: Panel) -> show.Shown:
    """Each country's largest difference between two publishers, by kind of figure."""
    return show.table(
        quality.largest_by_economy(quality.disagreements(p, ECONOMIES)),
        {
            "what": N_("Figure"),
            "first": N_("Source"),
            "second": N_("against"),
            "economy": N_("Country"),
            "median": N_("Median size"),
            "difference": N_("Largest"),
            "year": N_("In"),
        },
        formats={
            "what": lambda w: _(WHAT[w]),
            "first": words.source,
            "second": words.source,
            "economy": words.economy,
            "median": 2,
            "difference": 2,
        },
        caption=N_(
            "Where two publishers disagree since 2000: in percent for levels, in percentage points "
            "for growth"
        ),
        name="disagreements",
    )


def revised(p: Panel) -> show.Shown:
    """How the editions revised one year."""
    table = quality.largest_revisions(quality.revised(p, ECONOMIES, YEAR))
    return show.table(
        table,
        {
            "source": N_("Source"),
            "economy": N_("Country"),
            "first": N_("First edition"),
            "last": N_("Last edition"),
            "growth_first": N_("Growth then, %"),
            "growth_last": N_("Growth now, %"),
            "dollars_first": N_("GDP then, billion dollars"),
            "dollars_last": N_("GDP now"),
            "dollars_change": N_("Change, %"),
        },
        formats={
            "source": words.source,
            "economy": words.economy,
            "first": words.vintage,
            "last": words.vintage,
            "growth_first": 1,
            "growth_last": 1,
            "dollars_first": 1,
            "dollars_last": 1,
            "dollars_change": 1,
        },
        caption=N_("What the first and the last edition here say of {year}"),
        name="revised",
        year=YEAR,
    )
