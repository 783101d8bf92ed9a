"""What a notebook shows besides charts: answers, tables, formulas, each of which says itself in
both languages. Jupyter shows English; the exporter of the report takes the reader's language."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
from latex2mathml.converter import convert as latex2mathml
from markupsafe import Markup, escape

from growth_claims import i18n, words
from growth_claims.i18n import N_, _, ngettext
from growth_claims.verdicts import Assessment, Outcome, Result, Verdict

#: Set by a run: everything that the pages need is then stored beside each output. Without it the
#: notebooks, which are kept in git, hold only what Jupyter shows.
RUN = "GROWTH_CLAIMS_RUN"
METADATA = "growth_claims"

#: A text in the reader's language: a message of the catalogue, or what says it when it is called.
Text = str | Callable[[], object]


def running() -> bool:
    """Whether a run asks for everything that the pages need."""
    return os.environ.get(RUN) == "1"


def say(text: Text, **values: object) -> str:
    """A text in the current language, its {named} values filled in; values may be callables."""
    if callable(text):
        return str(text())
    return _(text, **{k: v() if callable(v) else v for k, v in values.items()})


def number(x: float, decimals: int = 0, *, sign: bool = False) -> Callable[[], str]:
    """A number that is written in the language of whoever asks."""
    return partial(i18n.number, x, decimals, sign=sign)


def percent(x: float, decimals: int = 1, *, sign: bool = False) -> Callable[[], str]:
    """A percentage that is written in the language of whoever asks."""
    return partial(i18n.percent, x, decimals, sign=sign)


def date(day: dt.date) -> Callable[[], str]:
    """A date that is written in the language of whoever asks."""
    return partial(i18n.date, day)


class Shown:
    """Something that shows itself in both languages: subclasses say `html` and `text` in the
    current one. `text` is short, since it is compared when the notebooks are tested."""

    kind = "html"
    name: str | None = None

    def html(self) -> str:
        raise NotImplementedError

    def text(self) -> str:
        raise NotImplementedError

    def extra(self) -> dict[str, object]:
        """What else the pages need of it, beside its HTML."""
        return {}

    def _repr_mimebundle_(self, include=None, exclude=None):
        with i18n.use("en"):
            data = {"text/plain": str(self.text()), "text/html": str(self.html())}
        about: dict[str, object] = {"kind": self.kind, "name": self.name}
        if running():
            about["html"] = i18n.both(lambda: str(self.html()))
            about |= self.extra()
        return data, {METADATA: about}


class Finding(Shown):
    """The answer to what a section asks, in a sentence or a few."""

    kind = "finding"

    def __init__(self, *texts: Text, name: str | None = None, **values: object):
        self.texts, self.values, self.name = texts, values, name

    def sentences(self) -> list[str]:
        return [say(text, **self.values) for text in self.texts]

    def html(self) -> str:
        body = Markup("").join(Markup("<p>{}</p>").format(s) for s in self.sentences())
        return Markup('<div class="{}">{}</div>').format(self.kind, body)

    def text(self) -> str:
        return "\n".join(self.sentences())


class Note(Finding):
    """Something that the reader has to know beside the answer."""

    kind = "note"


class Heading(Shown):
    """A heading whose words are computed."""

    def __init__(self, text: Text, level: int = 3, name: str | None = None, **values: object):
        self.said, self.level, self.name, self.values = text, level, name, values

    def html(self) -> str:
        name = Markup(' id="{}"').format(self.name) if self.name else ""
        return Markup("<h{0}{1}>{2}</h{0}>").format(self.level, name, self.text())

    def text(self) -> str:
        return say(self.said, **self.values)


class Formula(Shown):
    """A formula, written in LaTeX and shown in MathML, which browsers set without a library, and
    the same in words."""

    kind = "formula"

    def __init__(self, latex: str, words: Text, name: str | None = None, **values: object):
        self.latex, self.words, self.name, self.values = latex, words, name, values

    def html(self) -> str:
        return Markup(
            '<figure class="formula" tabindex="0">{}<figcaption>{}</figcaption></figure>'
        ).format(Markup(latex2mathml(self.latex, display="block")), self.text())

    def text(self) -> str:
        return say(self.words, **self.values)


class Table(Shown):
    """A table of figures: a caption, headers with their scope, numbers aligned by class."""

    kind = "table"

    def __init__(
        self,
        frame: pd.DataFrame,
        columns: Mapping[str, Text] | None = None,
        formats: Mapping[str, Callable | int] | None = None,
        caption: Text | None = None,
        name: str | None = None,
        *,
        fold: bool = False,
        notes: Sequence[Text] = (),
        style: str = "",
        **values: object,
    ):
        self.frame, self.caption, self.name = frame, caption, name
        self.columns = dict(columns) if columns else {c: str(c) for c in frame.columns}
        unknown = [c for c in (*self.columns, *(formats or {})) if c not in frame.columns]
        if unknown:
            raise KeyError(f"no column {unknown[0]!r}; there are: {', '.join(map(str, frame))}")
        self.formats, self.fold, self.notes, self.values = formats or {}, fold, notes, values
        self.style = style

    def html(self) -> str:
        labels = [say(label) for label in self.columns.values()]
        numeric = [self._is_numeric(c) for c in self.columns]
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(_numeric_class(n), label)
            for n, label in zip(numeric, labels, strict=True)
        )
        body = Markup("\n").join(
            self._row(row, numeric)
            for row in self.frame[list(self.columns)].itertuples(index=False, name=None)
        )
        caption = self._caption()
        shown_caption = (
            Markup("")
            if self.fold or not caption
            else Markup("<caption>{}</caption>").format(caption)
        )
        table = Markup(
            '<div class="table{}" role="group" tabindex="0" aria-label="{}">'
            "<table>{}<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table></div>"
        ).format(
            f" {self.style}" if self.style else "", caption or _("Table"), shown_caption, head, body
        )
        notes = Markup("").join(
            Markup('<p class="table-note">{}</p>').format(say(n, **self.values)) for n in self.notes
        )
        if self.fold:
            rows = ngettext("{n} row", "{n} rows", len(self.frame))
            return Markup("<details><summary>{} ({})</summary>{}{}</details>").format(
                caption or _("Table"), rows, table, notes
            )
        return table + notes

    def text(self) -> str:
        rows = ngettext("{n} row", "{n} rows", len(self.frame))
        return _("Table: {caption} ({rows})", caption=self._caption(), rows=rows)

    def _caption(self) -> str:
        return say(self.caption, **self.values) if self.caption else ""

    def _is_numeric(self, column: str) -> bool:
        values = self.frame[column]
        wanted = self.formats.get(column)
        if isinstance(wanted, int):
            return True
        return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)

    def _row(self, row: tuple, numeric: Sequence[bool]) -> Markup:
        cells = [self._cell(c, value) for c, value in zip(self.columns, row, strict=True)]
        first = Markup('<th scope="row"{}>{}</th>').format(_numeric_class(numeric[0]), cells[0])
        rest = (
            Markup("<td{}>{}</td>").format(_numeric_class(n), cell)
            for n, cell in zip(numeric[1:], cells[1:], strict=True)
        )
        return Markup("<tr>{}{}</tr>").format(first, Markup("").join(rest))

    def _cell(self, column: str, value: object) -> str | Markup:
        wanted = self.formats.get(column)
        if callable(wanted):
            said = wanted(value)
            return said if isinstance(said, Markup) else str(said)
        return cell(value, wanted)


def cell(value: object, decimals: int | None = None) -> str:
    """A value as a table writes it; what is missing is a dash. Whole numbers without decimals are
    taken as they are, so that a year stays a year."""
    if isinstance(value, Markup):
        return value
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return i18n.date(value)
    if isinstance(value, numbers.Integral) and decimals is None:
        return str(int(value)).replace("-", i18n.MINUS)
    if isinstance(value, numbers.Real):
        return i18n.number(float(value), 2 if decimals is None else decimals)
    return str(value)


#: A shape for each verdict (16 × 16), so that it is told apart without colour.
_LINE = 'fill="none" stroke="currentColor" stroke-width="1.4"'
_MARK = 'class="mark" fill="none" stroke="{}" stroke-width="1.7" stroke-linecap="round"'
_ON_FILL, _ON_PAPER = _MARK.format("#fff"), _MARK.format("currentColor")
SHAPES = {
    Verdict.HOLDS: f'<circle cx="8" cy="8" r="7"/><path {_ON_FILL} d="m4.5 8.5 2.5 2.5 4.5-5.5"/>',
    Verdict.CLOSE: (
        f'<circle {_LINE} cx="8" cy="8" r="6.3"/>'
        f'<path {_ON_PAPER} d="M4.4 6.9c2.4-2 4.8 2 7.2 0M4.4 10.1c2.4-2 4.8 2 7.2 0"/>'
    ),
    Verdict.OUT_OF_DATE: (
        f'<circle {_LINE} cx="8" cy="8" r="6.3"/><path {_ON_PAPER} d="M8 4v4.3l2.8 1.8"/>'
    ),
    Verdict.DEPENDS: f'<path {_LINE} d="M8 1 15 8 8 15 1 8z"/><path d="M8 1v14L1 8z"/>',
    Verdict.DOES_NOT_HOLD: (
        '<rect x="1.5" y="1.5" width="13" height="13" rx="1"/>'
        f'<path {_ON_FILL} d="m4.7 4.7 6.6 6.6m0-6.6-6.6 6.6"/>'
    ),
    Verdict.CANNOT_BE_CHECKED: (
        f'<rect {_LINE} stroke-dasharray="2.5 1.5" x="1.8" y="1.8" width="12.4" height="12.4"/>'
        f'<path {_ON_PAPER} d="M5.9 6.3a2.1 2.1 0 1 1 3.1 1.8c-.7.4-1 .8-1 1.5M8 11.9v.1"/>'
    ),
}
OUTCOME_SHAPES = {
    Outcome.HOLDS: Verdict.HOLDS,
    Outcome.CLOSE: Verdict.CLOSE,
    Outcome.FAILS: Verdict.DOES_NOT_HOLD,
    Outcome.NO_DATA: Verdict.CANNOT_BE_CHECKED,
}


def slug(which: Verdict | Outcome) -> str:
    """A verdict as the name of a class or an anchor."""
    return which.value.replace(" ", "-")


def shape(which: Verdict) -> Markup:
    """The verdict's shape, for the eye only: the word stands beside it."""
    return Markup(
        '<svg class="shape" width="16" height="16" viewBox="0 0 16 16" fill="currentColor" '
        'aria-hidden="true">{}</svg>'
    ).format(Markup(SHAPES[which]))


def english(text: str) -> Markup:
    """A text that stays English on every page, such as a work's title, marked as such."""
    return Markup('<span lang="en">{}</span>').format(text)


def badge(which: Verdict | Outcome) -> Markup:
    """A verdict, or the outcome of one reading, as shape and word."""
    if isinstance(which, Outcome):
        verdict_, word = OUTCOME_SHAPES[which], words.outcome(which)
    else:
        verdict_, word = which, words.verdict(which)
    return Markup('<span class="verdict {}">{}<b>{}</b></span>').format(
        slug(verdict_), shape(verdict_), word
    )


class Assessed(Shown):
    """What came of a claim: verdict, one sentence, stated beside found, all readings."""

    kind = "assessment"

    def __init__(self, a: Assessment, level: int = 3, name: str | None = None):
        self.a, self.level, self.name = a, level, name or a.claim.id

    def html(self) -> str:
        a = self.a
        return Markup(
            '<div class="claim {0}"><h{2} id="{1}">{3}</h{2}>\n<p class="answer">{4} {5}</p>\n'
            "{6}\n{7}\n{8}</div>"
        ).format(
            slug(a.verdict),
            self.name,
            self.level,
            words.statement(a.claim),
            badge(a.verdict),
            words.summary(a),
            pair(a),
            how_read(a),
            readings(a),
        )

    def text(self) -> str:
        return f"{words.statement(self.a.claim)} [{words.verdict(self.a.verdict)}]\n" + (
            words.summary(self.a)
        )


def pair(a: Assessment) -> Markup:
    """The stated and the found number side by side, each with its period."""
    claim, result = a.claim, a.primary
    written = getattr(claim.period.as_written, i18n.language())
    years = words.period(result.found.reading) if result and result.found else ""
    items = Markup("").join(
        Markup('<div class="{}"><dt>{}</dt><dd><b>{}</b>{}</dd></div>').format(
            kind, term, value, Markup(" <small>{}</small>").format(note_) if note_ else ""
        )
        for kind, term, value, note_ in (
            ("stated", _("Stated"), words.stated(claim), written),
            ("found", _("Found"), words.found(claim, result), years),
        )
    )
    return Markup('<dl class="pair">{}</dl>').format(items)


def how_read(a: Assessment) -> Markup:
    """Which numbers count as true, why, and what another way to read the wording would change."""
    said = [words.counts_as_true(a.claim), getattr(a.claim.stated.why, i18n.language())]
    if a.primary is not None and a.primary.found is not None:
        for other in a.claim.stated.otherwise:
            value, distance = a.primary.found.value, other.distance(a.primary.found.value)
            close = Outcome.CLOSE if distance <= a.margin else Outcome.FAILS
            said.append(
                _(
                    "Read as {label}: {outcome}.",
                    label=getattr(other.label, i18n.language()),
                    outcome=words.outcome(Outcome.HOLDS if other.holds(value) else close),
                )
            )
    return Markup('<p class="how-read">{}</p>').format(" ".join(s for s in said if s))


def readings(a: Assessment) -> Markup:
    """Every reading that the register names, the primary one first: what it finds, what came of
    it. Empty for a claim that can be read in one way only, which `pair` shows."""
    if not a.others:
        return Markup("")
    rows = [_reading_row(a, a.primary), *(_reading_row(a, r) for r in a.others)]
    frame = pd.DataFrame(rows, columns=["reading", "found", "outcome"])
    shown = Table(
        frame,
        {"reading": N_("Reading"), "found": N_("Found"), "outcome": N_("Outcome")},
        {"reading": Markup, "found": Markup, "outcome": Markup},
        caption=N_("Ways to read the claim"),
        notes=[lambda: words.share(a)] if words.share(a) else [],
        style="readings",
    )
    return Markup(shown.html())


def _reading_row(a: Assessment, result: Result) -> tuple[Markup, Markup, Markup]:
    language = i18n.language()
    if result.named is None:
        label, why = _("Primary reading"), ""
    else:
        label = getattr(result.named.label, language)
        why = getattr(result.named.why, language)
        if not result.named.defensible:
            why = " ".join([why, _("Shown for comparison; it carries no verdict.")])
    resolved, found = "", Markup(escape(words.found(a.claim, result)))
    if result.found is not None:
        region = a.primary.found.reading.economies if a.primary.found else ()
        resolved = words.reading(result.found.reading, region)
        notes = [words.interval(result.found, a.claim)]
        if result.found.estimated:
            notes.append(_("with estimates"))
        for said in filter(None, notes):
            found += Markup(" <small>{}</small>").format(said)
    elif result.problem:
        found = escape(_("The figures cannot answer this."))
    cell_ = Markup("<b>{}</b>").format(label)
    for said in filter(None, (why, resolved)):
        cell_ += Markup(" <small>{}</small>").format(said)
    return cell_, found, badge(result.outcome)


def assessment(a: Assessment, level: int = 3, name: str | None = None) -> Assessed:
    """A claim's section: statement, verdict as shape and word, one plain sentence, stated and
    found side by side, which numbers count as true, every reading. Its anchor is the claim's
    identifier."""
    return Assessed(a, level, name)


def _numeric_class(numeric: bool) -> Markup:
    return Markup(' class="number"') if numeric else Markup("")


def finding(*texts: Text, name: str | None = None, **values: object) -> Finding:
    """The answer, in a sentence or a few. Each text is a message of the catalogue with {named}
    values (callables such as `number(x, 1)` are asked in each language), or a callable."""
    return Finding(*texts, name=name, **values)


def note(*texts: Text, name: str | None = None, **values: object) -> Note:
    """A remark beside the answer, said as `finding` is."""
    return Note(*texts, name=name, **values)


def heading(text: Text, level: int = 3, name: str | None = None, **values: object) -> Heading:
    """A heading whose words are computed; `name` is its anchor."""
    return Heading(text, level, name, **values)


def formula(latex: str, words: Text, name: str | None = None, **values: object) -> Formula:
    """A formula in LaTeX, and what it says in words."""
    return Formula(latex, words, name, **values)


def table(
    frame: pd.DataFrame,
    columns: Mapping[str, Text] | None = None,
    formats: Mapping[str, Callable | int] | None = None,
    caption: Text | None = None,
    name: str | None = None,
    *,
    fold: bool = False,
    notes: Sequence[Text] = (),
    **values: object,
) -> Table:
    """A table of `frame`.

    columns: which, in which order, under which headings (messages of the catalogue).
    formats: for a column the number of decimals, or what says a value (asked in each language).
    fold: behind a control that opens it, for long tables.
    values: fill in what caption and notes name in braces.
    """
    return Table(frame, columns, formats, caption, name, fold=fold, notes=notes, **values)


def escaped(text: object) -> Markup:
    """A text made safe for HTML."""
    return escape(text)
