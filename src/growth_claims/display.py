"""How objects of a check are shown in a notebook and on a page: the answer as a card, tables in the
reader's language. The objects themselves stay what they are."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from growth_claims import i18n, sentences, words
from growth_claims.i18n import N_, _

if TYPE_CHECKING:
    from growth_claims.check import Check
    from growth_claims.claims import Register

#: A longer table shows its first and last rows.
ROWS, HEAD, TAIL = 30, 20, 5
#: What columns and rows of our tables are called, where they are not codes.
LABELS = {
    "label": N_("Reading"),
    "value": N_("Value"),
    "low": N_("Low"),
    "high": N_("High"),
    "said": N_("It gives"),
    "outcome": N_("Outcome"),
    "primary": N_("Literal"),
    "defensible": N_("Defensible"),
    "counts": N_("Counted"),
    "why": N_("Why"),
    "year": N_("Year"),
    "start": N_("First year"),
    "end": N_("Last year"),
    "literal": N_("The claim's own"),
    "same_length": N_("Same length"),
    "period": N_("Years"),
    "source": N_("Source"),
    "vintage": N_("Edition"),
    "earlier": N_("Edition before"),
    "later": N_("Edition after"),
    "before": N_("Before"),
    "after": N_("After"),
    "revision": N_("Revision"),
    "date": N_("Date"),
    "kind": N_("Kind"),
    "quantity": N_("Quantity"),
    "weights": N_("Weights"),
    "estimator": N_("Estimator"),
    "economies": N_("Countries"),
    "against": N_("Compared with"),
    "publisher": N_("Publisher"),
    "unit": N_("Unit"),
    "then": N_("By the figures of its day"),
    "same": N_("The same number"),
    "choice": N_("Choice"),
    "span": N_("Moves by"),
    "label_low": N_("Lowest with"),
    "label_high": N_("Highest with"),
    "compound": N_("Compound growth"),
    "rate": N_("Percent a year"),
    "nobs": N_("Years used"),
    "assumption": N_("Assumes"),
    "number": N_("Number"),
    "start_date": N_("First day"),
    "end_date": N_("Last day"),
    "place": N_("Place"),
    "country": N_("Country"),
    "series": N_("Series"),
    "note": N_("Note"),
    "source_url": N_("Source"),
    "source_url_2": N_("Second source"),
    "told": N_("Told"),
    "region": N_("The region"),
    "CUSUM": N_("Cumulated residuals"),
    "added": N_("Added, percent"),
    "latest": N_("Last year observed"),
    "day": N_("Day"),
    "gap": N_("Longest time without one, months"),
    "since": N_("Years since"),
    "held": N_("On record of those named"),
    "ordinal": N_("Its number in a source of its days"),
    "up": N_("Rose in"),
    "change": N_("Change"),
    "first": N_("First"),
    "last": N_("Last"),
    "share": N_("Share, percent"),
    "indicator": N_("Indicator"),
    "economy": N_("Country or group"),
    "partner": N_("Partner"),
    "status": N_("Status"),
    "origin": N_("Origin"),
    "count": N_("Count"),
    "readings that differ": N_("Readings that differ"),
    "without": N_("Without them"),
    "outcome_without": N_("Outcome without them"),
    "changes": N_("Changes"),
    "inside": N_("Inside"),
    "close": N_("Of them are close"),
    "adf_p": N_("Dickey-Fuller, p"),
    "kpss_p": N_("KPSS, p"),
    "smallest": N_("Fewest years"),
    "reference": N_("Source of the method"),
    "process": N_("Process"),
    "ar": N_("Autocorrelation"),
    "replications": N_("Replications"),
    "coverage": N_("Coverage, percent"),
    "error": N_("Error of the coverage"),
    "bias": N_("Bias"),
    "width": N_("Width"),
    "measured": N_("What is measured"),
    "median": N_("Median"),
    "p95": N_("95th percentile"),
    "margin": N_("Margin"),
    "above": N_("Above the margin"),
    "difference": N_("Difference"),
    "exact": N_("Come out"),
    "groups": N_("Groups"),
    "worst_year": N_("Worst year"),
    "years": N_("Years"),
    "never": N_("Without figures"),
    "sometimes": N_("With gaps"),
    "jump": N_("Jump"),
    "recent": N_("Recent years"),
    "alone": N_("Alone"),
    "elsewhere": N_("Against other sources"),
    "shift": N_("Shift"),
    "bytes": N_("Bytes"),
    "editions": N_("Editions"),
    "min": N_("Lowest"),
    "max": N_("Highest"),
    "mean": N_("Mean"),
    "std": N_("Standard deviation"),
    "50%": N_("Median"),
    "95%": N_("95th percentile"),
    "25%": N_("Lower quarter"),
    "75%": N_("Upper quarter"),
    "holding": N_("Of them hold"),
    "claim": N_("Claim"),
    "topic": N_("Topic"),
    "verdict": N_("Verdict"),
    "stated": N_("Stated"),
    "found": N_("Found"),
    "today": N_("By today's figures"),
    "statement": N_("Statement"),
    "summary": N_("What the figures say"),
    "question": N_("Question"),
    "wording": N_("The wording"),
    "spread": N_("Spread"),
    "ahead": N_("Years ahead"),
    "best": N_("Best year"),
    "worst": N_("Worst year"),
    "idxmin": N_("Lowest in"),
    "idxmax": N_("Highest in"),
    "what": N_("What"),
    "step": N_("Step"),
    "growth, log points": N_("Growth, log points"),
    "log points": N_("Log points"),
    "unweighted mean": N_("Unweighted mean"),
    "first year three years earlier or later": N_("First year three years earlier or later"),
    "percent a year": N_("Percent a year"),
    "percent per year": N_("Percent a year"),
    "percentage points": N_("Percentage points"),
    "percent of the literal one": N_("Percent of the literal one"),
    "worst years, percent": N_("Worst years, percent"),
    "years that double it": N_("Years that double it"),
    "gap, log points": N_("Gap, log points"),
    "moves together with": N_("Moves together with"),
    "ups and downs, percentage points": N_("Ups and downs, percentage points"),
    "longer or shorter than the time before, months": N_(
        "Longer or shorter than the time before, months"
    ),
}
#: A table with a longer text in a cell is set as a list where the screen is narrow.
LONG = 40
#: Columns and rows of numbers that are no years, whatever their size, and have no decimals.
SIZES = (
    *("bytes", "count", "economies", "editions", "nobs", "ahead", "years", "up"),
    *("held", "ordinal"),
)
YEARS = ("year", "start", "end")
#: Columns of which one row stands out: what is not marked is not said.
MARKS = ("primary", "literal", "same_length", "counts")
#: Columns of what stays as publishers and authors wrote it, unless it is a unit of ours.
ENGLISH = ("note", "unit", "reference")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,15}")
#: What a program writes: an identifier, or a letter of a formula.
_WRITTEN = re.compile(r"\w|[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+")


#: What names that the figures have in English are called, by the register that is open.
_called: dict[str, str] = {}


def call(register: Register) -> None:
    """Lets tables call places, series and publishers what the register calls them in Russian."""
    _called.clear()
    _called.update(register.names)


def install() -> None:
    """Lets IPython show DataFrames and Series by our tables. Nothing where there is no IPython."""
    try:
        from IPython import get_ipython
    except ImportError:  # pragma: no cover - IPython is a dependency
        return
    shell = get_ipython()
    if shell is None or not hasattr(shell, "display_formatter"):
        return
    html = shell.display_formatter.formatters["text/html"]
    html.for_type(pd.DataFrame, table)
    html.for_type(pd.Series, lambda series: table(series.to_frame(series.name or "")))
    pd.set_option("display.max_columns", 0)  # else as text forked and started kernels differ


def label(name: object) -> str:
    """A column or a row in words, with a capital; a code as it is, for it is what a user types."""
    if isinstance(name, str) and name in LABELS:
        return _(LABELS[name])
    said = words.unit(name) if isinstance(name, str) else str(name)
    return said if _WRITTEN.fullmatch(said) else _capital(said)


def _heading(name: object, axis: object = None, *, row: bool = False) -> Markup:
    """A column's or a row's name; `axis`: what their index is called. Columns stay codes."""
    if isinstance(name, tuple):
        of = axis if isinstance(axis, list) else [None] * len(name)
        parts = (_heading(part, level, row=row) for part, level in zip(name, of, strict=True))
        return Markup(" / ").join(parts)
    if axis in ("series", "place", "publisher", "source", "verdict", "indicator"):
        return escape(_capital(word(str(name), axis)))
    if isinstance(name, str) and name not in LABELS and _CODE.fullmatch(name):
        called = words.economy(name)
        if row and axis in ("country", "economy", "partner"):
            return escape(called)
        if called != name:
            return Markup('<abbr title="{}">{}</abbr>').format(called, name)
    if isinstance(name, dt.date):
        return escape(i18n.date(name))
    return escape(label(name))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def table(frame: pd.DataFrame, name: str | None = None) -> str:
    """A DataFrame as an HTML table in the current language: numbers by its rules, known words and
    codes in words, at most ROWS rows."""
    if frame.empty:
        return Markup('<p class="note">{}</p>').format(_("None."))
    shown = frame
    cut = None
    if len(frame) > ROWS:
        shown, cut = pd.concat([frame.iloc[:HEAD], frame.iloc[-TAIL:]]), HEAD
    columns = [cells(shown.iloc[:, i], frame.columns[i]) for i in range(frame.shape[1])]
    kind = "table"
    texts = frame.select_dtypes(["object", "str"]).map(lambda v: len(str(v)) > LONG)
    if texts.to_numpy().any() or any(len(str(key)) > LONG for key in frame.index):
        kind = "table texts"
        columns = [_labelled(c, name) for c, name in zip(columns, frame.columns, strict=True)]
    several = isinstance(frame.index, pd.MultiIndex)
    axis = list(frame.index.names) if several else frame.index.name
    numbered = axis is None and pd.api.types.is_integer_dtype(frame.index)
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(_heading(c, frame.columns.name)) for c in frame
    )
    corner = (
        Markup("")
        if numbered
        else Markup("<td>{}</td>").format(" / ".join(label(a) for a in np.atleast_1d(axis) if a))
    )
    rows = []
    for n, key in enumerate(shown.index):
        if cut is not None and n == cut:
            across = frame.shape[1] + (not numbered)
            rows.append(Markup('<tr><td colspan="{}">…</td></tr>').format(across))
        row = (
            Markup("")
            if numbered
            else Markup('<th scope="row">{}</th>').format(_heading(key, axis, row=True))
        )
        rows.append(Markup("<tr>{}{}</tr>").format(row, Markup("").join(c[n] for c in columns)))
    named = (_heading(c, frame.columns.name).striptags() for c in frame.columns[:4])
    said = name or _("Table: {columns}", columns=", ".join(named))
    return Markup(
        '<div class="{}" role="group" tabindex="0" aria-label="{}"><table>'
        "<thead><tr>{}{}</tr></thead>\n<tbody>{}</tbody></table></div>"
    ).format(kind, said, corner, head, Markup("\n").join(rows))


def _labelled(cells: list[Markup], name: object) -> list[Markup]:
    """Cells that say which column they are of, for a screen that shows one below the other."""
    said = Markup('<td data-label="{}"').format(Markup(_heading(name)).striptags())
    return [Markup(said + cell.removeprefix("<td")) for cell in cells]


def cells(column: pd.Series, name: object) -> list[Markup]:
    """The cells of a column."""
    kind = column.dtype.kind if hasattr(column.dtype, "kind") else "O"
    if kind == "f" and name in YEARS:
        return [_number("–" if np.isnan(v) else f"{v:.0f}") for v in column]
    if kind == "f":
        counted = [name in SIZES or row in SIZES for row in column.index]
        places = _places(column[~np.array(counted, dtype=bool)])
        each = zip(column, counted, strict=True)
        return [_number(i18n.number(v, 0 if whole else places)) for v, whole in each]
    if kind in "iu":
        return [_number(_whole(v, name)) for v in column]
    # A Series of several things has their names in its rows.
    known = [isinstance(row, str) and row in LABELS for row in column.index]
    several = name not in LABELS or all(known)
    rows = [r if several and k else name for r, k in zip(column.index, known, strict=True)]
    return [_cell(v, row) for v, row in zip(column, rows, strict=True)]


def _number(text: str) -> Markup:
    return Markup('<td class="n">{}</td>').format(text)


def _whole(value: int, name: object) -> str:
    return (
        str(value)
        if name in YEARS or (1900 <= value <= 2100 and name not in SIZES)
        else (i18n.number(value))
    )


def _places(column: pd.Series) -> int:
    """Decimals with which a column's largest number has four digits, at most four."""
    finite = column[np.isfinite(column)]
    if finite.empty:
        return 0
    largest = float(finite.abs().max())
    if largest == 0 or (finite == finite.round()).all():
        return 0
    return max(0, min(4, 3 - math.floor(math.log10(largest))))


def _cell(value: object, name: object) -> Markup:
    if isinstance(value, (bool, np.bool_)):
        no = "–" if name in MARKS else _("no")
        return Markup("<td>{}</td>").format(_("yes") if value else no)
    if isinstance(value, (int, np.integer)):
        return _number(_whole(int(value), name))
    if isinstance(value, (float, np.floating)):
        return _number(i18n.number(value, _places(pd.Series([float(value)]))))
    if value is None or value is pd.NaT:
        return Markup("<td>–</td>")
    if isinstance(value, (dt.date, pd.Timestamp)):
        return Markup("<td>{}</td>").format(i18n.date(value))
    if str(value).startswith("https://") and (host := urlsplit(value).hostname):
        return Markup('<td><a href="{}">{}</a></td>').format(value, host)
    if name in ENGLISH and value and value not in words.UNITS and word(value, name) == value:
        return Markup('<td lang="en">{}</td>').format(value)
    return Markup("<td>{}</td>").format(word(str(value), name))


def word(text: str, name: object) -> str:
    """A code in words, in the columns where codes stand."""
    if not text:
        return "–"
    if name in ("series", "place", "publisher", "note") and i18n.language() == "ru":
        return _called.get(text, text)
    if name == "outcome" or (name is None and text in words.OUTCOMES):
        return words.outcome(text)
    if text in list(words.VERDICTS) and (name in ("verdict", "today") or str(name).endswith("%")):
        return words.verdict(text)
    if name == "source":
        return _(STATUSES[text]) if text in STATUSES else words.publisher(text)
    if name == "unit":
        return _(AS_PUBLISHED[text]) if text in AS_PUBLISHED else words.unit(text)
    if name in ("vintage", "earlier", "later") or (
        name == "date" and re.fullmatch(r"\d{4}(-\d{2}){0,2}", text)
    ):
        return words.vintage(text)
    if name == "estimator" and text in words.growth.ESTIMATORS:
        return words.estimator(text)
    if name == "weights":
        every = words.quantities.known().quantities.values()
        called = next((q.weights[text].name for q in every if text in q.weights), None)
        return called[i18n.language()] if called else text
    if name == "quantity" and text in words.quantities.known().quantities:
        return words.quantity(text)
    if name in ("economies", "against", "economy", "country", "partner"):
        return words.economies(text.split("+"))
    if name in ("status", "origin", "kind", "process", "indicator"):
        return _(STATUSES[text]) if text in STATUSES else text
    return text


STATUSES = {
    "observed": N_("observed"),
    "estimate": N_("estimate"),
    "projection": N_("projection"),
    "not stated": N_("not stated"),
    "published": N_("as published"),
    "chained": N_("chained"),
    "latest": N_("last year observed"),
    "difference-stationary": N_("with a unit root"),
    "trend-stationary": N_("around a trend"),
    "exports": N_("exports"),
    "imports": N_("imports"),
    "groups": N_("members of groups"),
}
#: Units as publishers and authors write them.
AS_PUBLISHED = {
    "% a year": N_("percent a year"),
    "% a year (nearly)": N_("percent a year, nearly"),
    "times (nearly)": N_("times, nearly"),
    "times (almost)": N_("times, almost"),
    "times (40% more)": N_("times, said as 40 % more"),
    "persons": N_("people"),
    "current US$": N_("current dollars"),
    "million current US$": N_("million current dollars"),
    "billion current US$": N_("billion current dollars"),
    "billion current international $": N_("billion current international dollars"),
    "constant 2015 US$": N_("dollars of 2015"),
    "previous year = 100": N_("previous year = 100"),
}


# --- the answer ---------------------------------------------------------------------------------

#: A sign for each verdict, so that none is told by colour alone.
SIGNS = {
    "holds": "✔",
    "close": "≈",
    "out of date": "◷",
    "depends on the reading": "◐",
    "does not hold": "✘",
    "cannot be checked": "?",
}


def slug(verdict: object) -> str:
    """The class of a verdict."""
    return "v-" + re.sub(r"[^a-z]+", "-", str(verdict))


def badge(verdict: str) -> Markup:
    """The verdict as a word with its sign."""
    return Markup('<b class="badge {}"><span aria-hidden="true">{}</span> {}</b>').format(
        slug(verdict), SIGNS[str(verdict)], words.verdict(verdict)
    )


def pair(stated: str, found: str) -> Markup:
    """What was stated beside what was found."""
    return Markup(
        '<dl class="pair"><div><dt>{}</dt><dd>{}</dd></div><div><dt>{}</dt><dd>{}</dd></div></dl>'
    ).format(_("stated"), stated, _("found"), found)


def answer(check: Check) -> str:
    """The head of a claim's page: statement, verdict, a sentence, both numbers, how it was read."""
    claim, found = check.claim, check.found
    remarks = [sentences.edition(check), sentences.interval(check), *check.without_effect]
    rows = [
        (_("What counts as true"), words.true_numbers(claim)),
        (_("Why so"), claim.stated.why[i18n.language()]),
        (
            _("Literal reading"),
            words.reading(found.reading, check.study.register.economies, found.vintage),
        ),
        (_("Figures"), " ".join(r for r in remarks if r)),
    ]
    listed = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, text) for name, text in rows if text
    )
    return Markup(
        '<div class="claim {}"><p class="statement">{}</p>\n<p class="answer">{} {}</p>\n{}\n'
        '<dl class="how">{}</dl></div>'
    ).format(
        slug(check.verdict),
        words.statement(claim),
        badge(check.verdict),
        check.summary,
        pair(words.stated(claim), words.found(claim, found)),
        listed,
    )
