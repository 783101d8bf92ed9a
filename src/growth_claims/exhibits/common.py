"""What every claim is shown with: its verdict, its readings, its curve, where it is true, what was
known when. Each function takes the dossier and a claim's identifier and returns a thing to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from growth_claims import figures, show, words
from growth_claims.claims import Claim, Text
from growth_claims.dossier import Dossier
from growth_claims.i18n import N_, _, language, ngettext, number, percent
from growth_claims.readings import history
from growth_claims.readings import revisions as revised
from growth_claims.verdicts import Assessment, Outcome, Result


def source_line(editions: Iterable[tuple[str, str]]) -> Callable[[], str]:
    """What stands beneath a chart: each source once, with its editions."""
    by_source: dict[str, set[str]] = {}
    for source, vintage in editions:
        by_source.setdefault(source, set()).add(vintage)

    def said() -> str:
        parts = []
        for source, vintages in by_source.items():
            first, last = min(vintages), max(vintages)
            if len(vintages) == 1:
                edition = words.vintage(first)
                parts.append(
                    _("{source}, edition: {edition}", source=words.source(source), edition=edition)
                )
            else:
                parts.append(
                    _(
                        "{source}, {n} editions, {first} to {last}",
                        source=words.source(source),
                        n=len(vintages),
                        first=words.vintage(first),
                        last=words.vintage(last),
                    )
                )
        return _("Source: {sources}.", sources="; ".join(parts))

    return said


def editions_of(results: Iterable[Result | None]) -> list[tuple[str, str]]:
    """Source and edition of each result that has one, in order."""
    readings = [r.found.reading for r in results if r is not None and r.found is not None]
    return [(r.source, r.vintage) for r in readings if r.source]


def said(text: Text) -> Callable[[], str]:
    """A text of the register, in the language of whoever asks."""
    return lambda: getattr(text, language())


def verdict(d: Dossier, claim_id: str) -> show.Shown:
    """The claim's verdict with one sentence, the two numbers and all readings."""
    return show.assessment(d.assessment(claim_id))


def summary(d: Dossier, claim_id: str) -> show.Shown:
    """The claim's verdict in one sentence."""
    return show.finding(lambda: words.summary(d.assessment(claim_id)))


def readings(d: Dossier, claim_id: str) -> figures.Chart:
    """The primary reading and the named ones against the stated interval."""
    a = d.assessment(claim_id)
    region = d.study.register.economies
    rows = [_reading_row(a, a.primary, lambda: _("Primary reading"), region)]
    rows += [_reading_row(a, r, said(r.named.label), region) for r in a.others]
    editions = editions_of([a.primary, *a.others])
    return figures.readings_dots(
        f"{claim_id}-readings",
        pd.DataFrame(rows),
        a.claim.stated,
        a.margin,
        a.claim.stated.unit,
        title=lambda: readings_title(a),
        source=source_line(editions) if editions else _no_source,
    )


def _no_source() -> str:
    return _("Source: the register, and the list of meetings with the addresses of reports.")


def _reading_row(a: Assessment, result: Result, label: Callable, region) -> dict:
    found = result.found
    return {
        "label": label,
        "value": found.value if found else float("nan"),
        "low": found.low if found and found.low is not None else float("nan"),
        "high": found.high if found and found.high is not None else float("nan"),
        "outcome": result.outcome,
        "primary": result.named is None,
    }


def readings_title(a: Assessment) -> str:
    """The finding of the chart of named readings."""
    known = [r for r in (a.primary, *a.others) if r.outcome is not Outcome.NO_DATA]
    values = [r.found.value for r in known]
    unit = a.claim.stated.unit
    decimals = max(words.decimals(a.claim, value) for value in values)
    return ngettext(
        "Read in {n} way, it is {span}: it holds in {holding} and is close in {near}",
        "Read in {n} ways, it is {span}: it holds in {holding} and is close in {near}",
        len(known),
        span=figures.span(min(values), max(values), unit, decimals),
        holding=sum(r.outcome is Outcome.HOLDS for r in known),
        near=sum(r.outcome is Outcome.CLOSE for r in known),
    )


def curve(d: Dossier, claim_id: str) -> figures.Chart:
    """All readings of the claim, sorted, with the choices that make them."""
    found = d.curve(claim_id)
    a = d.assessment(claim_id)
    editions = found.readings[["source", "vintage"]].drop_duplicates().itertuples(index=False)
    return figures.specification_curve(
        f"{claim_id}-curve",
        found.readings,
        a.claim.stated,
        a.margin,
        a.claim.stated.unit,
        title=lambda: curve_title(a),
        source=source_line((e.source, e.vintage) for e in editions),
    )


def curve_title(a: Assessment) -> str:
    """Under how many readings the claim holds, in a sentence."""
    return ngettext(
        "Under {holding} of {n} reading ({share}) the claim holds",
        "Under {holding} of {n} readings ({share}) the claim holds",
        a.share.count,
        holding=number(a.share.holding),
        share=percent((a.share.share or 0) * 100, 0),
    )


def window_map(d: Dossier, claim_id: str) -> figures.Chart:
    """Average growth by first and last year, with the windows in which the figure holds."""
    a = d.assessment(claim_id)
    cells = d.windows(claim_id)
    return figures.window_map(
        f"{claim_id}-windows",
        cells,
        a.claim.stated,
        a.claim.stated.unit,
        title=lambda: windows_title(a, cells),
        source=source_line(editions_of([a.primary])),
        margin=a.margin,
    )


def windows_title(a: Assessment, cells: pd.DataFrame) -> str:
    """In which windows of the claim's own length the figure holds or is close."""
    same = cells[cells["same_length"]]
    good = same[same["outcome"].isin([Outcome.HOLDS, Outcome.CLOSE])]
    literal = same[same["literal"]].iloc[0]
    length = int(literal["end"] - literal["start"])
    if good.empty:
        return _("{stated} is not reached in any {n} years", stated=words.stated(a.claim), n=length)
    return _(
        "{stated} over {n} years is met, or nearly, in periods ending in {years}; in the one "
        "ending in {last} it is {value}",
        stated=words.stated(a.claim),
        n=length,
        years=_span(good["end"]),
        last=int(literal["end"]),
        value=words.amount(literal["value"], a.claim.stated.unit, 2),
    )


def _span(years: Iterable[int]) -> str:
    """Years as they are written: 2016–2019, 2023."""
    years = sorted(int(y) for y in years)
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in runs)


def last_years(d: Dossier, claim_id: str) -> figures.Chart:
    """A multiple or an increase by last year, with the stated band."""
    a = d.assessment(claim_id)
    rows = d.by_last_year(claim_id)
    return figures.multiple_by_last_year(
        f"{claim_id}-by-last-year",
        rows,
        a.claim.stated,
        a.margin,
        a.claim.stated.unit,
        title=lambda: last_years_title(a, rows),
        source=source_line(editions_of([a.primary])),
    )


def last_years_title(a: Assessment, rows: pd.DataFrame) -> str:
    """For which last years the figure holds or is close."""
    unit = a.claim.stated.unit
    literal = rows[rows["literal"]].iloc[0]
    now = words.amount(literal["value"], unit, words.decimals(a.claim, literal["value"]))
    good = rows[rows["outcome"].isin([Outcome.HOLDS, Outcome.CLOSE])]
    if good.empty:
        return _(
            "{last}: {now}; what is stated is met in no year", last=int(literal["end"]), now=now
        )
    return _(
        "What is stated is met, or nearly, with {years} as the last year; {last}: {now}",
        years=_span(good["end"]),
        last=int(literal["end"]),
        now=now,
    )


def history_chart(d: Dossier, claim_id: str) -> figures.Chart:
    """The reading edition by edition, beside the statements on their days."""
    a = d.assessment(claim_id)
    editions = d.by_vintage(claim_id)
    stated = same_quantity(d, a.claim)
    return figures.by_vintage(
        f"{claim_id}-history",
        editions,
        stated,
        a.claim.stated,
        a.margin,
        a.claim.stated.unit,
        title=lambda: history_title(d, claim_id),
        source=source_line(editions[["source", "vintage"]].itertuples(index=False, name=None)),
    )


#: The unit of a statement in the unit of the claim; None where it speaks of something else.
CONVERT: dict[tuple[str, str], Callable[[float], float]] = {
    ("% a year", "percent per year"): lambda x: x,
    ("million persons", "million persons"): lambda x: x,
    ("billion current US$", "billion US$"): lambda x: x,
    ("times", "percent"): lambda x: (x - 1) * 100,
    ("times", "times"): lambda x: x,
}


def converter(unit: str, to: str) -> Callable[[float], float] | None:
    """What makes a published statement's number one of the claim's unit; None where nothing does.
    What the unit says in brackets ("nearly") is how it was worded."""
    return CONVERT.get((unit.partition(" (")[0], to))


def same_quantity(d: Dossier, claim: Claim) -> pd.DataFrame:
    """The published statements that can be drawn beside the claim, in its unit. Columns: date (a
    day), label, value."""
    rows = []
    published = d.published[d.published["claim_id"] == claim.id]
    for _index, row in published.iterrows():
        convert = converter(row["unit"], claim.stated.unit)
        if convert is not None:
            rows.append(
                {
                    "date": history.day_of(row["date"], row["period_as_stated"]),
                    "when": (lambda text=str(row["date"]): words.vintage(text)),
                    "label": (lambda name=row["publisher"]: publisher(name)),
                    "value": convert(row["value"]),
                }
            )
    return pd.DataFrame(rows, columns=["date", "when", "label", "value"])


#: Who stated figures, and what of, as the file of statements has them.
PUBLISHERS = {
    "Eurasian Development Bank (V. E. Vinokurov)": N_(
        "Eurasian Development Bank (Evgeny Vinokurov)"
    ),
    "Eurasian Development Bank": N_("Eurasian Development Bank"),
    "The Times of Central Asia": N_("The Times of Central Asia"),
    "The Times of Central Asia (after the Eurasian Development Bank)": N_(
        "The Times of Central Asia (after the Eurasian Development Bank)"
    ),
    "Daryo": N_("Daryo"),
    "President of Kazakhstan (K.-J. Tokayev)": N_("the President of Kazakhstan"),
    "President of Uzbekistan (S. Mirziyoyev)": N_("the President of Uzbekistan"),
    "the article": N_("the article"),
}
STATED_OF = {
    "average real GDP growth": N_("average real growth of GDP"),
    "average real GDP growth of developing countries": N_("average growth of developing countries"),
    "average real GDP growth of the world": N_("average growth of the world"),
    "regional GDP": N_("GDP of the region"),
    "regional GDP relative to 2000": N_("GDP of the region relative to 2000"),
    "population": N_("population"),
    "population growth": N_("growth of population"),
    "population relative to 2000": N_("population relative to 2000"),
    "population relative to 24 years before": N_("population relative to 24 years before"),
    "foreign trade in goods": N_("foreign trade in goods"),
    "foreign trade relative to 20 years before": N_("foreign trade relative to 20 years before"),
    "foreign trade turnover": N_("foreign trade turnover"),
    "foreign trade turnover relative to 2000": N_("foreign trade turnover relative to 2000"),
    "trade of Kazakhstan with Central Asia": N_("trade of Kazakhstan with Central Asia"),
}


def publisher(name: str) -> str:
    """Who stated a figure, in the current language; the name as it is where it has no translation
    yet."""
    return _(PUBLISHERS[name]) if name in PUBLISHERS else name


def stated_of(quantity: str) -> str:
    """What was stated, in the current language; as it is where it has no translation yet."""
    return _(STATED_OF[quantity]) if quantity in STATED_OF else quantity


def history_title(d: Dossier, claim_id: str) -> str:
    """Whether it was right when first stated, and when it stopped being right, in a line."""
    then = _known_then(d, claim_id)
    ended = _end(d, claim_id)
    if ended is None:
        return _then(d, claim_id)
    edition = words.vintage(ended["first_false"])
    if then is None or then["then_outcome"] not in (Outcome.HOLDS, Outcome.CLOSE):
        return _(
            "No longer right, or nearly right, with the edition of {edition}, whose last year is "
            "{end}",
            edition=edition,
            end=int(ended["first_false_end"]),
        )
    stated, day = _stated_then(d, claim_id, then), words.vintage(str(then["date"]))
    if then["then_outcome"] == Outcome.HOLDS:
        return _(
            "{stated} was right when first stated, {day}, and no longer with the edition of "
            "{edition}",
            stated=stated,
            day=day,
            edition=edition,
        )
    return _(
        "{stated} was close when first stated, {day}, and no longer with the edition of {edition}",
        stated=stated,
        day=day,
        edition=edition,
    )


def first_statement(d: Dossier, claim_id: str) -> pd.DataFrame:
    """The rows of the first statement of the very figure that the claim states."""
    table = d.statements(claim_id)
    if table.empty:
        return table
    claim = d.claim(claim_id)
    same = [
        (convert := converter(unit, claim.stated.unit)) is not None
        and claim.stated.value is not None
        and abs(convert(stated) - claim.stated.value) < 1e-9
        for unit, stated in zip(table["unit"], table["stated"], strict=True)
    ]
    of_claim = table[same]
    return of_claim[of_claim["date"] == of_claim["date"].min()] if len(of_claim) else of_claim


def _known_then(d: Dossier, claim_id: str) -> pd.Series | None:
    """The first statement, in its better reading, where an edition of its day is here."""
    first = first_statement(d, claim_id)
    known = first[first["then_value"].notna()] if len(first) else first
    if known.empty:
        return None
    return known.sort_values("then_outcome", key=lambda s: s.map(_ORDER)).iloc[0]


def _unit_then(d: Dossier, claim_id: str, row: pd.Series) -> str:
    return "times" if row["unit"].startswith("times") else d.claim(claim_id).stated.unit


def _stated_then(d: Dossier, claim_id: str, row: pd.Series) -> str:
    unit = _unit_then(d, claim_id, row)
    convert = converter(row["unit"], unit)
    return words.amount(convert(row["stated"]), unit, int(row["decimals"]))


def _then(d: Dossier, claim_id: str) -> str:
    best = _known_then(d, claim_id)
    if best is None:
        return _("No edition of the day on which it was first stated is here.")
    unit = _unit_then(d, claim_id, best)
    values = {
        "day": words.vintage(str(best["date"])),
        "stated": _stated_then(d, claim_id, best),
        "value": words.amount(converter(best["unit"], unit)(best["then_value"]), unit, 2),
        "period": f"{int(best['start'])}–{int(best['end'])}",
        "edition": words.vintage(best["then_vintage"]),
    }
    if best["then_outcome"] == Outcome.HOLDS:
        return _(
            "When it was first stated ({day}), {stated} was right: the figures of that day "
            "({edition}) give {value} for {period}.",
            **values,
        )
    if best["then_outcome"] == Outcome.CLOSE:
        return _(
            "When it was first stated ({day}), {stated} was close: the figures of that day "
            "({edition}) give {value} for {period}.",
            **values,
        )
    return _(
        "Even when it was first stated ({day}), {stated} was not right: the figures of that day "
        "({edition}) give {value} for {period}.",
        **values,
    )


_ORDER = {Outcome.HOLDS: 0, Outcome.CLOSE: 1, Outcome.FAILS: 2, Outcome.NO_DATA: 3}


def _end(d: Dossier, claim_id: str) -> pd.Series | None:
    """The edition with which it stopped being right, of the source in which it stopped first."""
    stopped = history.stopped_holding(d.by_vintage(claim_id))
    ended = stopped[stopped["last_true"].notna() & stopped["first_false"].notna()]
    return None if ended.empty else ended.sort_values("first_false").iloc[0]


def _ended(d: Dossier, claim_id: str) -> str:
    row = _end(d, claim_id)
    if row is None:
        return ""
    return _(
        "It stopped being right, or nearly right, with the edition of {edition} ({source}), whose "
        "last year is {end}.",
        edition=words.vintage(row["first_false"]),
        source=words.source(row["source"]),
        end=int(row["first_false_end"]),
    )


def history_answer(d: Dossier, claim_id: str) -> show.Shown:
    """Was it right when it was first stated, and when did it stop being right?"""
    texts = [lambda: _then(d, claim_id)]
    if _end(d, claim_id) is not None:
        texts.append(lambda: _ended(d, claim_id))
    return show.finding(*texts)


def statements(d: Dossier, claim_id: str) -> show.Shown:
    """Who stated which figure when, what the figures of that day said, and what today's say."""
    table = d.statements(claim_id)
    table = table.assign(
        stated=list(zip(table["stated"], table["decimals"], strict=True)),
        period=[_period(s, e) for s, e in zip(table["start"], table["end"], strict=True)],
    )
    return show.table(
        table,
        {
            "date": N_("Stated on"),
            "publisher": N_("By"),
            "quantity": N_("What"),
            "stated": N_("Stated"),
            "period": N_("Period"),
            "then_value": N_("Figures of that day"),
            "then_vintage": N_("Edition"),
            "then_outcome": N_("Then"),
            "now_value": N_("Figures of today"),
            "now_outcome": N_("Now"),
        },
        formats={
            "date": lambda day: words.vintage(str(day)),
            "publisher": publisher,
            "quantity": stated_of,
            "stated": lambda written: number(*written),
            "then_value": 2,
            "now_value": 2,
            "then_vintage": lambda v: words.vintage(v) if isinstance(v, str) else "–",
            "then_outcome": lambda o: show.badge(Outcome(o)),
            "now_outcome": lambda o: show.badge(Outcome(o)),
        },
        caption=N_("Published statements, held against the figures of their day and of today"),
        name=f"{claim_id}-statements",
        notes=[
            N_(
                "A length of years is read in two ways, ending with the last full year before the "
                "statement and with the one before that. What was not published in an edition that "
                "is here is a dash."
            )
        ],
    )


def _period(start: float, end: float) -> str:
    return f"{int(start)}–{int(end)}" if pd.notna(start) else str(int(end))


def revisions(d: Dossier, kind: str) -> figures.Chart:
    """How far a regional figure moved from one edition to the next, with the rules' margin."""
    rows = d.revisions[d.revisions["kind"] == kind]
    size = revised.spread(rows).iloc[0]
    rules = d.study.materiality
    threshold = rules.points if kind == "growth-20y" else rules.share * 100
    unit = "percentage points" if kind == "growth-20y" else "percent"
    return figures.revisions(
        f"revisions-{kind}",
        rows,
        threshold,
        unit,
        title=lambda: _(
            "Nineteen revisions in twenty are smaller than {p95}; the margin of the rules is "
            "{margin}",
            p95=words.amount(size["p95"], unit, 2),
            margin=words.amount(threshold, unit, 2),
        ),
        source=source_line(
            pd.concat(
                [
                    rows[["source", "earlier"]].set_axis(["source", "vintage"], axis=1),
                    rows[["source", "later"]].set_axis(["source", "vintage"], axis=1),
                ]
            ).itertuples(index=False, name=None)
        ),
    )
