"""What the notebook that makes the panel shows of it."""

from __future__ import annotations

import pandas as pd

from growth_claims import figures, panel, quality, show, words
from growth_claims.exhibits.common import source_line
from growth_claims.i18n import N_, _, number, percent
from growth_claims.panel import Panel
from growth_claims.params import Settings
from growth_claims.verdicts import Materiality

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
    """What the newest edition of each source holds of each of the five countries."""
    one_by_one = quality.coverage_by_economy(p, ECONOMIES)
    one_by_one["years"] = [
        (first, last, len(missing))
        for first, last, missing in zip(
            one_by_one["first"], one_by_one["last"], one_by_one["gaps"], strict=True
        )
    ]
    index = ["source", "vintage", "indicator", "unit"]
    table = one_by_one.pivot(index=index, columns="economy", values="years").reset_index()
    return show.table(
        table,
        {
            "source": N_("Source"),
            "vintage": N_("Edition"),
            "indicator": N_("Code"),
            "unit": N_("Unit, as published"),
            **{code: words.ECONOMIES[code] for code in ECONOMIES},
        },
        formats={"source": words.publisher, "vintage": words.vintage, "unit": show.english}
        | dict.fromkeys(ECONOMIES, _years_held),
        caption=N_("What the newest edition of each source holds, from which year to which"),
        name="coverage",
        fold=True,
    )


def _years_held(held: object) -> str:
    if not isinstance(held, tuple):
        return "–"
    first, last, missing = held
    years = _span((first, last))
    return _("{years}, {n} missing", years=years, n=missing) if missing else years


def _span(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]}–{years[1]}"


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
    return lambda: _(name) + f" ({source.upper()})"


def gaps(p: Panel) -> show.Shown:
    """Every gap; none is filled in."""
    return show.table(
        quality.gaps(p, ECONOMIES),
        {
            "source": N_("Source"),
            "vintage": N_("Edition"),
            "indicator": N_("Code"),
            "economy": N_("Country"),
            "first": N_("From"),
            "last": N_("To"),
            "gaps": N_("Missing between"),
        },
        formats={
            "source": words.publisher,
            "vintage": words.vintage,
            "economy": words.economy,
            "gaps": lambda years: ", ".join(map(_span, quality.spans(years))) or "–",
        },
        caption=N_("Series in which a country lacks years that another has"),
        name="gaps",
        fold=True,
    )


def gaps_answer(p: Panel) -> show.Shown:
    """The series with the longest gap, and which are short."""
    missing = quality.gaps(p, ECONOMIES)
    worst = missing.loc[missing["short"].idxmax()]
    between = missing.loc[missing["count"].idxmax()]
    return show.finding(
        lambda: (
            _(
                "The shortest series are those of {country}: {code} ends in {last}.",
                country=words.economy(worst["economy"]),
                code=worst["indicator"],
                last=int(worst["last"]),
            )
            if worst["last"] < missing["last"].max() - 1
            else _(
                "The shortest series are those of {country}: {code} starts in {first}.",
                country=words.economy(worst["economy"]),
                code=worst["indicator"],
                first=int(worst["first"]),
            )
        ),
        lambda: _(
            "The longest gap within a series is {country}'s in {code}: {years}.",
            country=words.economy(between["economy"]),
            code=between["indicator"],
            years=", ".join(map(_span, quality.spans(between["gaps"]))),
        ),
    )


def observed_to(p: Panel) -> show.Shown:
    """The last observed year by edition and country."""
    return show.table(
        quality.observed_to(p, ECONOMIES),
        {"vintage": N_("Edition"), **{code: words.ECONOMIES[code] for code in ECONOMIES}},
        formats={"vintage": words.vintage},
        caption=N_("The last year of real GDP that each edition of the IMF calls observed"),
        name="observed-to",
        fold=True,
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
        formats={"source": words.publisher, "value": 0, "change": 1},
        caption=N_("Kazakhstan's trade with its four neighbours, around the change of source"),
        name="series-break",
    )


def series_break_answer(p: Panel) -> show.Shown:
    """How the series moves across its break, and what of that can be known."""
    frame = quality.series_break(p, "KAZ", [e for e in ECONOMIES if e != "KAZ"])
    at = frame.index[frame["across"]][0]
    return show.finding(
        N_(
            "Between {before} and {after} the source changes, and the total with it by {change}. "
            "No year is in both sources, so how much of that is the change of source cannot be "
            "said; growth across the break is not quoted."
        ),
        before=str(int(frame.at[at - 1, "year"])),
        after=str(int(frame.at[at, "year"])),
        change=lambda: percent(frame.at[at, "change"], 1, sign=True),
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
            "first": words.publisher,
            "second": words.publisher,
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


WORST = "TKM"
#: Years that a chart of pairs shows.
SHOWN_YEARS = (2000, 2005, 2010, 2015, 2020, 2024)


def turkmenistan_chart(p: Panel) -> figures.Chart:
    """GDP in dollars of the country that publishers disagree on most, by both of them."""
    rows = quality.disagreements(p, [WORST])
    rows = rows[(rows["what"] == "gdp") & (rows["second"] == "weo")].sort_values("year")
    pairs = rows.rename(columns={"one": "wdi", "other": "weo", "difference": "gap"})
    return figures.disagreement(
        "turkmenistan-gdp-dollars",
        pairs.loc[pairs["year"].isin(SHOWN_YEARS), ["year", "wdi", "weo", "gap"]],
        "billion US$",
        first=lambda: words.publisher("wdi"),
        second=lambda: words.publisher("weo"),
        title=lambda: _(
            "{country}: in dollars the IMF's GDP differs from the World Bank's by {low} to {high}",
            country=words.economy(WORST),
            low=percent(pairs["gap"].min(), 0, sign=True),
            high=percent(pairs["gap"].max(), 0, sign=True),
        ),
        source=source_line([("wdi", p.latest("wdi")), ("weo", p.latest("weo"))]),
    )


#: Percentage points: two publishers' growth rates that differ by more are not the same figure.
APART = 2.0


def turkmenistan_answer(p: Panel) -> show.Shown:
    """In which years the World Bank does not take over the official growth."""
    rows = quality.disagreements(p, [WORST])
    rows = rows[(rows["what"] == "growth") & (rows["second"] == "cisstat")]
    size = rows["difference"].abs()
    apart = rows[size > APART]
    return show.finding(
        lambda: _(
            "In {years} the World Bank's growth of {country} and the official one are {low} to "
            "{high} percentage points apart; in all other years since {first}, {rest} at most.",
            years=", ".join(map(_span, quality.spans(apart["year"]))),
            country=words.economy(WORST),
            low=number(size[size > APART].min(), 1),
            high=number(size.max(), 1),
            first=int(rows["year"].min()),
            rest=number(size[size <= APART].max(), 1),
        )
    )


def turkmenistan(p: Panel) -> show.Shown:
    """Growth of Turkmenistan, year by year, by everyone who publishes it."""
    series = {
        "official": p.wide("cisstat", p.latest("cisstat"), "CISSTAT_GDP_VOLUME_INDEX") - 100,
        "wdi": p.wide("wdi", p.latest("wdi"), "NY.GDP.MKTP.KD.ZG"),
        "before": p.wide("weo", p.vintages("weo")[-2], "NGDP_RPCH"),
        "weo": p.wide("weo", p.latest("weo"), "NGDP_RPCH"),
    }
    frame = pd.DataFrame({name: table[WORST] for name, table in series.items()})
    return show.table(
        frame.rename_axis("year").reset_index(),
        {
            "year": N_("Year"),
            "official": lambda: _("{source}, official", source=words.publisher("cisstat")),
            "wdi": lambda: words.publisher("wdi"),
            "before": lambda: _("IMF, {edition}", edition=words.vintage(p.vintages("weo")[-2])),
            "weo": lambda: _("IMF, {edition}", edition=words.vintage(p.latest("weo"))),
        },
        formats=dict.fromkeys(series, 1),
        caption=N_("Growth of real GDP in {country}, %, by publisher"),
        name="turkmenistan",
        fold=True,
        country=lambda: words.economy(WORST),
    )


def steps_answer(p: Panel) -> show.Shown:
    """The largest revision of each kind from one edition to the next."""
    steps = quality.largest_steps(quality.steps(p, ECONOMIES))
    worst = {what: part.loc[part["largest"].abs().idxmax()] for what, part in steps.groupby("what")}

    def step(what: str) -> dict[str, str]:
        row = worst[what]
        write = number if what == "growth" else percent
        return {
            "change": write(row["largest"], 1, sign=True),
            "year": str(int(row["year"])),
            "source": words.source(row["source"]),
            "earlier": words.vintage(row["earlier"]),
            "later": words.vintage(row["later"]),
            "country": words.economy(row["economy"]),
        }

    return show.finding(
        lambda: _(
            "The largest revision of a country's growth changed that of {country} in {year} by "
            "{change} percentage points ({source}, {earlier} to {later}).",
            **step("growth"),
        ),
        lambda: _(
            "The largest of the region's GDP in dollars changed that of {year} by {change} "
            "({source}, {earlier} to {later}), the largest of its population that of {people} by "
            "{more}.",
            people=step("population")["year"],
            more=step("population")["change"],
            **step("gdp"),
        ),
    )


def steps_chart(p: Panel) -> figures.Chart:
    """Every revision of a country's growth in the years that were news, from edition to edition."""
    rows = quality.steps(p, ECONOMIES)
    rows = rows[(rows["what"] == "growth") & rows["recent"]]
    margin = Materiality().points
    size = rows["revision"].abs()
    beyond = (size > margin).mean() * 100
    worst = rows.loc[size.idxmax()]
    return figures.revisions(
        "revisions-of-growth",
        rows.assign(start=float("nan"), end=rows["year"]),
        margin,
        "percentage points",
        title=lambda: _(
            "The growth rate of one country in one recent year is revised by more than {margin} in "
            "{share} of cases",
            margin=words.amount(margin, "percentage points", 2),
            share=percent(beyond, 0),
        ),
        alt=lambda: _(
            "{n} growth rates of one country in one year, each in an edition and in the next: "
            "{same} stay as they are, {beyond} change by more than {margin}, the largest by "
            "{most} ({country}, {year}).",
            n=number(len(rows)),
            same=percent((size <= quality.SAME).mean() * 100, 0),
            beyond=percent(beyond, 0),
            margin=words.amount(margin, "percentage points", 2),
            most=words.amount(float(size.max()), "percentage points", 1),
            country=words.economy(worst["economy"]),
            year=int(worst["year"]),
        ),
        source=source_line(
            [
                *rows[["source", "earlier"]].itertuples(index=False, name=None),
                *rows[["source", "later"]].itertuples(index=False, name=None),
            ]
        ),
    )


def steps(p: Panel) -> show.Shown:
    """Every edition against the one before it."""
    return show.table(
        quality.largest_steps(quality.steps(p, ECONOMIES)),
        {
            "what": N_("Figure"),
            "source": N_("Source"),
            "earlier": N_("Earlier edition"),
            "later": N_("Later edition"),
            "compared": N_("Figures"),
            "median": N_("Median size"),
            "largest": N_("Largest"),
            "economy": N_("Country"),
            "year": N_("In"),
        },
        formats={
            "what": lambda w: _(WHAT[w]),
            "source": words.publisher,
            "earlier": words.vintage,
            "later": words.vintage,
            "median": 2,
            "largest": 2,
            "economy": _place,
            "year": lambda year: "–" if pd.isna(year) else str(int(year)),
        },
        caption=N_(
            "How each edition revised the one before it, years since 2000: the region's GDP and "
            "population in percent, growth of each country in percentage points"
        ),
        name="steps",
        fold=True,
    )


def _place(code: object) -> str:
    if not isinstance(code, str):
        return "–"
    return _("the region") if code == quality.REGION else words.economy(code)


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
            "source": words.publisher,
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
