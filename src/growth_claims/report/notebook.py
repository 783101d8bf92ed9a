"""An executed notebook as pieces of HTML: its prose translated, its outputs as they came, its code
folded under the output that it makes."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from growth_claims import i18n
from growth_claims.i18n import _
from growth_claims.report import markdown, page

#: Where our objects say what they are, in an output's metadata.
METADATA = "growth_claims"
#: Tags of cells: the parameters, those of the run, and what a page does without.
PARAMETERS, INJECTED, NOT_ON_PAGE = "parameters", "injected-parameters", "not-on-page"
_LEXER, _FORMATTER = PythonLexer(), HtmlFormatter()
_HEADING = re.compile(r"<h([1-6])\b")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: Attributes of foreign tables that the page's own style replaces.
_LOOKS = re.compile(r"\s(?:style|border|class|align|valign|width|scope)=\"[^\"]*\"")
#: What XML knows no name for.
_ENTITIES = {"&nbsp;": "\N{NO-BREAK SPACE}", "&ndash;": "–", "&minus;": "−"}


@dataclass(frozen=True)
class Part:
    """A cell as it stands in a page. `level`: of the heading that it begins with (0: none);
    `answer`: the verdict on a claim, `chart`: the chart's figure, which may be moved; `code`: the
    listing that belongs to them."""

    html: str
    level: int = 0
    source: str = ""
    answer: str | None = None
    chart: str | None = None
    code: str = ""

    def text(self) -> str:
        """All of it, output before code."""
        return "\n".join(p for p in (self.html, self.answer, self.chart, self.code) if p)

    def bare(self) -> str:
        """What it shows, without the code."""
        return replace(self, code="").text()

    def moved(self, instead: str | None = None) -> Part:
        """The part without its answer and its chart, which stand elsewhere."""
        return replace(self, answer=None, chart=instead)


@dataclass
class Content:
    """A notebook's parts in their order, its notes, its charts (file → title, CSV), and what its
    outputs say of the page itself (`title`, `description`)."""

    parts: list[Part] = field(default_factory=list)
    notes: str = ""
    charts: dict[str, tuple[str, str]] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)

    def html(self) -> str:
        """The notebook as it runs, from its first cell to its last."""
        return "\n".join([*(p.text() for p in self.parts), self.notes])


def content(nb: Mapping[str, Any]) -> Content:
    """An executed notebook (nbformat 4, as JSON) in the current language."""
    made, notes = Content(), markdown.Footnotes()
    cells = [c for c in nb["cells"] if NOT_ON_PAGE not in c["metadata"].get("tags", [])]
    sources = [_text(c["source"]) for c in cells]
    prose = [c["cell_type"] == "markdown" for c in cells]
    for source in (s for s, is_prose in zip(sources, prose, strict=True) if is_prose):
        notes.gather(source)
    waiting: list[str] = []
    for cell, source, is_prose in zip(cells, sources, prose, strict=True):
        if is_prose:
            html = notes.refer(markdown.html(source, i18n.language()))
            first = _HEADING.match(html)
            level = int(first[1]) if first else 0
            made.parts.append(Part(f'<div class="prose">\n{html}</div>', level))
        elif cell["cell_type"] == "code":
            if source.strip():
                waiting.append(_listing(source.strip(), cell["metadata"].get("tags", [])))
            part = Part("", source=source)
            for output in cell["outputs"]:
                part = _with(part, output, made)
            if part.text():
                made.parts.append(replace(part, code=_folded(waiting)))
                waiting = []
    made.parts.append(Part("", code=_folded(waiting)))
    made.notes = notes.section()
    return made


def _with(part: Part, output: Mapping[str, Any], made: Content) -> Part:
    """The part with one more output."""
    if output["output_type"] == "stream":
        said = "" if output["name"] == "stderr" else _printed(_text(output["text"]))
        return replace(part, html=part.html + said)
    if output["output_type"] not in ("display_data", "execute_result"):
        return part
    said = output["metadata"].get(METADATA, {})
    data = {kind: _text(value) for kind, value in output["data"].items()}
    made.about |= said.get("page", {})
    if said.get("csv_text", "").count("\n") > 1:
        made.charts[said["csv"]] = said["title"], said["csv_text"]
    if said.get("kind") == "answer":
        return replace(part, answer=data["text/html"])
    if "image/svg+xml" in data or "image/png" in data:
        alt = said.get("alt") or output["metadata"].get("image/png", {}).get("alt")
        return replace(part, chart=(part.chart or "") + figure(said, data, alt))
    return replace(part, html=part.html + _output(data))


def _output(data: Mapping[str, str]) -> str:
    if "text/html" in data:
        html = data["text/html"]
        own = html.lstrip().startswith(("<div class", "<ul", "<dl", "<p", "<section"))
        if shown := html if own else _foreign(html):
            return f"{shown}\n"
    if "text/markdown" in data:
        return f'<div class="prose said">\n{markdown.html(data["text/markdown"])}</div>\n'
    return _printed(data.get("text/plain", ""))


def _printed(text: str) -> str:
    """What a program prints: in no reader's language."""
    text = _ESCAPES.sub("", text).strip()
    return f'<pre class="printed" lang="en" tabindex="0">{escape(text)}</pre>\n' if text else ""


def _foreign(html: str) -> str | None:
    """A library's table (statsmodels' summaries) without its own looks; None where it is not
    well-formed."""
    for entity, sign in _ENTITIES.items():
        html = html.replace(entity, sign)
    html = re.sub(r"<style\b.*?</style>", "", html, flags=re.S)
    html = re.sub(r"<br\s*/?>", "<br/>", _LOOKS.sub("", html))
    html = re.sub(r"\s+(?=</t[hd]>)|(?<=<t[hd]>)\s+", "", html).replace("<th></th>", "<td></td>")
    try:
        ElementTree.fromstring(f"<div>{html}</div>")
    except ElementTree.ParseError:
        return None
    caption = re.search(r"<caption>(.*?)</caption>", html)
    name = caption[1] if caption else _("What the program prints")
    return (
        f'<div class="table foreign" role="group" tabindex="0" aria-label="{name}" lang="en">'
        f"{html}</div>"
    )


def figure(about: Mapping[str, Any], data: Mapping[str, str], alt: str | None = None) -> str:
    """A chart: what it finds as its title, the drawing, a note, its numbers as a table that opens
    and as a file. One without a number is a sentence."""
    if about.get("csv_text", "").count("\n") == 1:
        return Markup('<p class="note">{}</p>\n').format(about["alt"])
    drawing = data.get("image/svg+xml", "").strip()
    if not drawing:
        drawing = picture(data["image/png"], alt or data.get("text/plain", ""))
    said = dict.fromkeys(("name", "title", "note", "table", "csv")) | dict(about)
    return page.fill("_figure.html.j2", about=said, drawing=Markup(drawing)) + "\n"


def picture(png: str, alt: str) -> str:
    """A bitmap in the page itself, with its size, so that nothing moves while it is read."""
    encoded = "".join(png.split())
    head = base64.b64decode(encoded[:64])
    width, height = (int.from_bytes(head[i : i + 4], "big") for i in (16, 20))
    return (
        f'<img src="data:image/png;base64,{encoded}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}"/>'
    )


def _listing(source: str, tags: list[str]) -> str:
    said = _("Parameters of this run") if INJECTED in tags else _("Parameters")
    named = f'<p class="listing">{said}</p>\n' if {INJECTED, PARAMETERS} & {*tags} else ""
    return named + coloured(source)


@lru_cache(maxsize=1024)
def coloured(source: str) -> str:
    """Python as HTML, its words in classes."""
    return highlight(source, _LEXER, _FORMATTER).strip()


def _folded(listings: list[str]) -> str:
    if not listings:
        return ""
    said = _("Code")
    head = f'<details class="code"><summary>{said}</summary>'
    return "\n".join([head, *listings, "</details>"])


def demoted(html: str) -> str:
    """The content with its headings a level lower."""
    return re.sub(r"<(/?)h([1-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", html)


def _text(value: object) -> str:
    """A notebook keeps a long text as one string or as a list of its lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def plain(nb: Mapping[str, Any]) -> dict[str, Any]:
    """The executed notebook as it is given away: without times, warnings that name a machine's
    paths, and what only the pages need, so that the same run gives the same bytes."""

    def output(one: Mapping[str, Any]) -> Mapping[str, Any]:
        about = one.get("metadata", {}).get(METADATA)
        if about is None:
            return one
        short = {k: about[k] for k in ("kind", "name") if k in about}
        return {**one, "metadata": {**one["metadata"], METADATA: short}}

    def without(metadata: Mapping[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in metadata.items() if k not in ("papermill", "execution")}

    cells = []
    for cell in nb["cells"]:
        cells.append({**cell, "metadata": without(cell["metadata"])})
        if "outputs" in cell:
            kept = [output(o) for o in cell["outputs"] if o.get("name") != "stderr"]
            cells[-1]["outputs"] = kept
    return {**nb, "cells": cells, "metadata": without(nb["metadata"])}
