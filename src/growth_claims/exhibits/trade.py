"""What the notebook on trade shows beyond what every claim is shown with."""

from __future__ import annotations

import pandas as pd

from growth_claims import figures, region, show, words
from growth_claims.dossier import Dossier
from growth_claims.exhibits.common import source_line
from growth_claims.i18n import N_, _, number, percent
from growth_claims.readings.curve import mirror as partners_own
from growth_claims.readings.evaluate import partner_trade, series_of
from growth_claims.region import NoData

FORMS = (
    ("goods-trade", "wdi", N_("goods, current dollars")),
    ("goods-services-trade", "wdi", N_("goods and services, current dollars")),
    ("goods-trade-deflated", "wdi", N_("goods, in what a dollar bought")),
    ("goods-trade-volume", "weo", N_("goods, volume")),
    ("goods-services-trade-volume", "weo", N_("goods and services, volume")),
)


def forms(d: Dossier) -> pd.DataFrame:
    """Multiples of trade since the claim's first year in every form, with and without the country
    in doubt. Columns: label, source, vintage, whole, without."""
    study = d.study
    reading = d.claim("trade-since-2000").primary
    whole = study.register.economies
    without = tuple(e for e in whole if e != "TKM")
    rows = []
    for quantity, source, label in FORMS:
        vintage = study.panel.latest(source)
        row = {"label": label, "source": source, "vintage": vintage}
        for name, economies in (("whole", whole), ("without", without)):
            series = region.aggregate(study.panel, quantity, source, vintage, economies)
            try:
                row[name] = series.at(reading.end) / series.at(reading.start)
            except NoData:
                row[name] = float("nan")
        rows.append(row)
    return pd.DataFrame(rows)


def trade_volume(d: Dossier) -> show.Shown:
    """The multiple of trade in dollars, deflated and in volume."""
    rows = forms(d)
    reading = d.claim("trade-since-2000").primary
    return show.table(
        rows,
        {
            "label": N_("Trade as"),
            "whole": N_("Five countries, times"),
            "without": N_("Without Turkmenistan, times"),
            "source": N_("Source"),
            "vintage": N_("Edition"),
        },
        formats={
            "label": _,
            "whole": 2,
            "without": 2,
            "source": words.source,
            "vintage": words.vintage,
        },
        caption=N_("Trade of {last} as a multiple of that of {first}"),
        name="trade-forms",
        first=reading.start,
        last=reading.end,
    )


def trade_volume_answer(d: Dossier) -> show.Shown:
    """What of the growth of trade in dollars is left without prices, in a sentence."""
    rows = forms(d).set_index("label")["whole"]
    return show.finding(
        N_(
            "In dollars trade grew {dollars} times, in what a dollar bought {real} times, and in "
            "volume {volume} times."
        ),
        dollars=show.number(rows.iloc[0], 1),
        real=show.number(rows.iloc[2], 1),
        volume=show.number(rows.iloc[3], 1),
    )


def base_years(d: Dossier, claim_id: str) -> show.Shown:
    """What the base year does to the multiple."""
    a = d.assessment(claim_id)
    reading = d.study.primary(a.claim)
    values = series_of(d.study, reading).values
    years = [y for y in range(reading.start - 3, reading.start + 4) if y in values.index]
    frame = pd.DataFrame(
        [(y, values[y], values[reading.end] / values[y]) for y in years],
        columns=["base", "value", "times"],
    ).dropna()
    return show.table(
        frame,
        {
            "base": N_("Base year"),
            "value": N_("Trade, billion dollars"),
            "times": N_("{last} as a multiple"),
        }
        | {"times": lambda: _("{last} as a multiple", last=reading.end)},
        formats={"value": 1, "times": 2},
        caption=N_("What the base year does"),
        name=f"{claim_id}-base-years",
    )


def bilateral(d: Dossier, claim_id: str) -> figures.Chart:
    """Kazakhstan's trade by partner and year, across the break between sources."""
    a = d.assessment(claim_id)
    reading = d.study.primary(a.claim)
    frames = []
    for source in ("wits", "bns"):
        trade = partner_trade(d.study, reading.change(source=source), reading.partners)
        long = trade.stack().rename("value").reset_index()
        long.columns = ["year", "partner", "value"]
        frames.append(long.assign(source=source))
    rows = pd.concat(frames, ignore_index=True)
    totals = rows.groupby("year")["value"].sum()
    peak = int(totals.loc[: reading.end].idxmax())
    break_after = int(frames[0]["year"].max())
    stated = a.claim.stated.value * 1000
    latest = d.study.panel.latest("wits")
    return figures.trade_bilateral(
        f"{claim_id}-partners",
        rows,
        "million US$",
        stated=(reading.end, stated),
        break_after=break_after,
        title=lambda: _bilateral_title(totals, reading.end, peak),
        source=source_line([("wits", latest), ("bns", reading.vintage)]),
    )


def _bilateral_title(totals: pd.Series, year: int, peak: int) -> str:
    now = number(totals[year] / 1000, 2)
    if peak == year:
        return _(
            "Kazakhstan's trade with its four neighbours reached {now} billion dollars in {year}, "
            "more than in any year before",
            now=now,
            year=year,
        )
    return _(
        "Kazakhstan's trade with its four neighbours was {now} billion dollars in {year}; it had "
        "been higher, {before} billion, in {peak}",
        now=now,
        year=year,
        before=number(totals[peak] / 1000, 2),
        peak=peak,
    )


def mirror(d: Dossier, claim_id: str) -> figures.Chart:
    """Kazakhstan's figures beside the partners' own, for every year in which a partner has one."""
    reading = d.study.primary(d.claim(claim_id))
    ours = partner_trade(d.study, reading, reading.partners)
    rows = []
    for year in sorted(ours.index):
        theirs = partners_own(d.study, int(year))
        for partner in reading.partners:
            if partner in theirs:
                a, b = float(ours.loc[year, partner]), theirs[partner]
                rows.append((partner, int(year), a, b, (b / a - 1) * 100))
    frame = pd.DataFrame(rows, columns=["partner", "year", "ours", "theirs", "gap"])
    worst = frame.loc[frame["gap"].abs().idxmax()]
    return figures.disagreement(
        f"{claim_id}-mirror",
        frame,
        "million US$",
        columns=("ours", "theirs"),
        first=N_("Kazakhstan's figure"),
        second=N_("the partner's own"),
        title=lambda: _(
            "The two sides of one trade differ most for {country} in {year}: the partner's figure "
            "differs from Kazakhstan's by {gap}",
            country=words.economy(worst["partner"]),
            year=int(worst["year"]),
            gap=percent(worst["gap"], 0, sign=True),
        ),
        source=lambda: _(
            "Source: Bureau of National Statistics of Kazakhstan; the partners' offices as the "
            "press reported them, rounded. For Tajikistan and Turkmenistan no partner's figure of "
            "{year} is here.",
            year=reading.end,
        ),
    )


def partner_growth(d: Dossier, claim_id: str) -> show.Shown:
    """Growth of the trade with each set of partners, over every period up to the last years."""
    a = d.assessment(claim_id)
    reading = d.study.primary(a.claim)
    sets = reading.partner_sets
    totals = [partner_trade(d.study, reading, p).sum(axis=1, min_count=len(p)) for p in sets]
    rows = []
    for end in (reading.end, reading.end + 1):
        for start in range(int(totals[0].index.min()), end):
            if all(end in t.index and start in t.index for t in totals):
                rates = [((t[end] / t[start]) ** (1 / (end - start)) - 1) * 100 for t in totals]
                rows.append((f"{start}–{end}", *rates))
    names = [f"set{n}" for n in range(len(sets))]
    labels = {
        name: (lambda p=partners: _("With {countries}, % a year", countries=_names(p)))
        for name, partners in zip(names, sets, strict=True)
    }
    return show.table(
        pd.DataFrame(rows, columns=["period", *names]),
        {"period": N_("Period"), **labels},
        formats=dict.fromkeys(names, 1),
        caption=N_("Yearly growth of Kazakhstan's trade, by period"),
        name=f"{claim_id}-periods",
    )


def _names(partners: tuple[str, ...]) -> str:
    if len(partners) > 2:
        return _("all four")
    return ", ".join(words.economy(p) for p in partners)
