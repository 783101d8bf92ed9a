"""A claim's page: the answer, the chart that decides it, other readings, then the computation step
by step, then sources, files and how to cite."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from growth_claims import i18n, words
from growth_claims.i18n import _
from growth_claims.report import machine, page
from growth_claims.report.notebook import Content, Part, demoted

#: How a notebook calls the other readings: the section that does so comes right after the answer.
READINGS = "check.readings()"
_CHART = re.compile(r'id="(chart-[^"]+)"')
_STATEMENT = re.compile(r'<p class="statement">.*?</p>\s*', re.S)


def html(entry: Mapping[str, Any], made: Content, foot: str) -> str:
    """The page's content from its executed notebook. `foot`: what stands below it."""
    parts = list(made.parts)
    top = [Markup("<h1>{}</h1>").format(words.tied(entry["statement"][i18n.language()]))]
    n = next((n for n, p in enumerate(parts) if p.answer), None)
    if n is not None:
        top.append(_STATEMENT.sub("", parts[n].answer, count=1))
        parts[n] = parts[n].moved()
    n = next((n for n, p in enumerate(parts) if p.chart), None)
    if n is not None:
        chart = parts[n].chart
        before = parts[n - 1]
        if n and not before.level and (not before.source or "<a href" in before.html):
            top.append(before.html)  # how the chart is read, or the sources of what it shows
            parts[n - 1] = Part("", code=before.code)
        top.append(chart)
        above, said = _CHART.search(chart), _("The chart is shown above")
        link = above and f'<p class="elsewhere"><a href="#{above[1]}">{said}</a></p>'
        parts[n] = parts[n].moved(link)
    sections: list[list[Part]] = [[]]
    for part in parts:
        if part.level == 2:
            sections.append([])
        sections[-1].append(part)
    readings = next((s for s in sections[1:] if any(READINGS in p.source for p in s)), [])
    rest = [p.text() for s in sections if s is not readings for p in s]
    # the notebook's own first heading stands beside its others, below the page's
    steps = demoted("\n".join(filter(None, rest))).replace("<h2", "<h3").replace("</h2", "</h3")
    heading = Markup('<h2 id="computation">{}</h2>').format(_("The computation, step by step"))
    return "\n".join([*top, *(p.text() for p in readings), heading, steps, foot, made.notes])


def foot(entry: Mapping[str, Any], made: Content, notebook: str) -> Markup:
    """Sources with their editions, and the files. `notebook`: the page's own."""
    named = {_("The figures of the text's day"): entry, _("Today's figures"): entry["today"]}
    found = {label: one["found"] for label, one in named.items()}
    return page.fill(
        "_foot.html.j2",
        claim=entry["id"],
        editions=[
            (label, machine.edition(f["source"], f["vintage"]))
            for label, f in found.items()
            if f and f["source"] and f["vintage"]
        ],
        files=[
            (notebook, _("This page as a Jupyter notebook")),
            *((file, f"{title} (CSV)") for file, (title, _text) in made.charts.items()),
            ("verdicts.json", _("All verdicts (JSON)")),
        ],
    )
