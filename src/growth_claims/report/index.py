"""The parts of the index page, which is the notebook 06_report: the answer, the claims with their
verdicts, a section each, the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from growth_claims import i18n, show, words
from growth_claims.claims import Register
from growth_claims.i18n import N_, _, ngettext
from growth_claims.report import glossary
from growth_claims.verdicts import Assessment, Outcome, Verdict

#: The notebook that computes the claims of a topic.
NOTEBOOKS = {
    "gdp": "02_gdp",
    "population": "03_population",
    "trade": "04_trade",
    "events": "05_events",
}


def tally(assessments: Iterable[Assessment]) -> dict[Verdict, int]:
    """How many claims have each verdict, in the order of the rules; verdicts without any left
    out."""
    given = [a.verdict for a in assessments]
    return {v: given.count(v) for v in Verdict if v in given}


def outcome(assessments: Sequence[Assessment]) -> str:
    """The outcome in one sentence."""
    said = {
        Verdict.HOLDS: lambda n: ngettext("{n} holds", "{n} hold", n),
        Verdict.CLOSE: lambda n: ngettext("{n} is close", "{n} are close", n),
        Verdict.OUT_OF_DATE: lambda n: ngettext("{n} is out of date", "{n} are out of date", n),
        Verdict.DEPENDS: lambda n: ngettext(
            "{n} depends on the reading", "{n} depend on the reading", n
        ),
        Verdict.DOES_NOT_HOLD: lambda n: ngettext("{n} does not hold", "{n} do not hold", n),
        Verdict.CANNOT_BE_CHECKED: lambda n: ngettext(
            "{n} cannot be checked", "{n} cannot be checked", n
        ),
    }
    parts = [said[v](n) for v, n in tally(assessments).items()]
    listed = parts[0] if len(parts) == 1 else _(" and ").join([", ".join(parts[:-1]), parts[-1]])
    return ngettext(
        "Of {n} claim, {parts}.",
        "Of {n} claims, {parts}.",
        len(assessments),
        parts=listed,
    )


class Front(show.Shown):
    """The first screen: what was checked, the outcome, the claims by topic."""

    kind = "front"
    name = "front"

    def __init__(self, register: Register, assessments: Sequence[Assessment]):
        self.register, self.assessments = register, tuple(assessments)

    def checked(self) -> str:
        article, language = self.register.article, i18n.language()
        return _(
            "Checked: {outlet}, {date}, {occasion}.",
            outlet=getattr(article.outlet, language),
            date=i18n.date(article.date),
            occasion=getattr(article.occasion, language),
        )

    def extra(self) -> dict[str, object]:
        """What the page's head says."""
        return {
            "page": {
                language: {"title": title, "description": description}
                for language, (title, description) in i18n.both(self._head).items()
            }
        }

    def _head(self) -> tuple[str, str]:
        title = getattr(self.register.title, i18n.language())
        return title, f"{self.checked()} {outcome(self.assessments)}"

    def text(self) -> str:
        lines = [f"{a.claim.id}: {words.verdict(a.verdict)}" for a in self.assessments]
        return "\n".join([self.checked(), outcome(self.assessments), *lines])

    def html(self) -> str:
        topics = dict.fromkeys(a.claim.topic for a in self.assessments)
        groups = Markup("\n").join(self._topic(t) for t in topics)
        return Markup(
            '<div class="front" id="front"><p class="checked">{}</p>\n<p class="outcome">{}</p>\n'
            "{}</div>"
        ).format(self.checked(), outcome(self.assessments), groups)

    def _topic(self, topic: str) -> Markup:
        items = Markup("\n").join(_item(a) for a in self.assessments if a.claim.topic == topic)
        return Markup('<h2 id="topic-{}">{}</h2>\n<ul class="claims">\n{}\n</ul>').format(
            topic, words.topic(topic), items
        )


def _item(a: Assessment) -> Markup:
    return Markup(
        '<li class="{0}"><div class="says"><a class="statement" href="#{1}">{2}</a>'
        '<p class="why">{3}</p></div>{4}<p class="given">{5}</p></li>'
    ).format(
        show.slug(a.verdict),
        a.claim.id,
        words.statement(a.claim),
        words.summary(a),
        show.pair(a),
        show.badge(a.verdict),
    )


class Answer(show.Shown):
    """The head of a claim's section: statement, verdict, one sentence, both numbers."""

    kind = "answer"

    def __init__(self, a: Assessment):
        self.a, self.name = a, a.claim.id

    def text(self) -> str:
        return f"{words.statement(self.a.claim)} [{words.verdict(self.a.verdict)}]\n" + (
            words.summary(self.a)
        )

    def html(self) -> str:
        a = self.a
        return Markup(
            '<div class="claim {0}"><h3 id="{1}">{2}</h3>\n<p class="answer">{3} {4}</p>\n{5}</div>'
        ).format(
            show.slug(a.verdict),
            a.claim.id,
            words.statement(a.claim),
            show.badge(a.verdict),
            words.summary(a),
            show.pair(a),
        )


class Grounds(show.Shown):
    """The rest of a claim's section: the other readings, how we know, the data, the notebook."""

    kind = "grounds"

    def __init__(self, a: Assessment, data: Sequence[str] = (), notebook: str | None = None):
        self.a, self.data = a, tuple(data)
        self.notebook = notebook or NOTEBOOKS.get(a.claim.topic)
        self.name = f"{a.claim.id}-grounds"

    def text(self) -> str:
        found = [r for r in (self.a.primary, *self.a.others) if r is not None]
        holding = sum(r.outcome in (Outcome.HOLDS, Outcome.CLOSE) for r in found)
        return _("{n} readings; {holding} of them hold or are close", n=len(found), holding=holding)

    def html(self) -> str:
        a = self.a
        parts = []
        if a.others:
            parts.append(Markup("<h4>{}</h4>\n{}").format(_("All readings"), show.readings(a)))
        parts.append(Markup("<h4>{}</h4>\n{}").format(_("How we know"), self._how()))
        parts.append(Markup('<p class="sources">{}</p>').format(self._links()))
        return Markup('<div class="grounds">{}</div>').format(Markup("\n").join(parts))

    def _how(self) -> Markup:
        a = self.a
        said = show.how_read(a)
        if a.primary is not None and a.primary.found is not None:
            said += Markup("<p>{}: {}</p>").format(
                glossary.term("primary-reading", _("Primary reading")),
                i18n.stops(words.reading(a.primary.found.reading) + "."),
            )
        elif a.claim.settled_by is not None:
            figure = getattr(a.claim.settled_by, i18n.language())
            said += Markup("<p>{}: {}</p>").format(_("What would settle it"), figure)
        return said

    def _links(self) -> Markup:
        links = []
        if self.notebook:
            links.append(
                Markup('<a href="{}.ipynb#{}">{}</a>').format(
                    self.notebook, self.a.claim.id, _("The computation, step by step")
                )
            )
        for path in self.data:
            links.append(
                Markup('<a href="{}" download>{}</a>').format(path, _("Data of the chart (CSV)"))
            )
        links.append(Markup('<a href="#front">{}</a>').format(_("Back to all claims")))
        return Markup(" · ").join(links)


class Section:
    """A claim's section as a notebook shows it: answer, charts, grounds. The first chart is the
    one that decides."""

    def __init__(
        self,
        a: Assessment,
        charts: Sequence[object] = (),
        *,
        data: Sequence[str] = (),
        notebook: str | None = None,
    ):
        self.parts = (Answer(a), *charts, Grounds(a, data, notebook))

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self.parts:
            display(part)


class Page(show.Shown):
    """Pieces that stand together on a page of their own; a link to it remains on the index."""

    kind = "page"

    def __init__(self, name: str, label: show.Text, pieces: Iterable[show.Shown]):
        self.name, self.label, self.pieces = name, label, tuple(pieces)

    def html(self) -> Markup:
        return Markup("\n").join(Markup(piece.html()) for piece in self.pieces)

    def text(self) -> str:
        return "\n".join([show.say(self.label), *(piece.text() for piece in self.pieces)])

    def extra(self) -> dict[str, object]:
        return {"label": i18n.both(lambda: show.say(self.label))}


class Plain(show.Shown):
    """Something of the index page that is said by a function."""

    def __init__(self, name: str, html, text: str):
        self.name, self._html, self._said = name, html, text

    def html(self) -> str:
        return self._html()

    def text(self) -> str:
        return _(self._said)


def front(register: Register, assessments: Sequence[Assessment]) -> Front:
    """The first screen."""
    return Front(register, assessments)


def section(
    a: Assessment,
    charts: Sequence[object] = (),
    *,
    data: Sequence[str] = (),
    notebook: str | None = None,
) -> Section:
    """A claim's section: the answer; the chart that decides it and further ones; all readings; how
    we know; the notebook. `data` are further files to download (each chart brings its own)."""
    return Section(a, charts, data=data, notebook=notebook)


def not_checkable(register: Register) -> show.Shown:
    """What the text asserts and figures cannot settle, each with the reason."""

    def html() -> Markup:
        language = i18n.language()
        items = Markup("\n").join(
            Markup('<li id="{}"><b>{}</b> {}</li>').format(
                item.id, getattr(item.statement, language), getattr(item.reason, language)
            )
            for item in register.not_checkable
        )
        return Markup('<ul class="not-checkable">{}</ul>').format(items)

    return Plain("not-checkable", html, N_("What figures cannot settle"))


def explained() -> show.Shown:
    """The glossary."""
    return Plain("glossary", glossary.listing, N_("Glossary"))


def page(name: str, label: show.Text, pieces: Iterable[show.Shown]) -> Page:
    """Puts pieces on a page of their own (`methods`: how everything was computed)."""
    return Page(name, label, pieces)
