"""The single-file edition: all pages of a language one after another, their anchors kept apart,
their data inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup

from growth_claims import i18n
from growth_claims.i18n import _
from growth_claims.report.notebook import demoted
from growth_claims.report.page import Body, file

#: What names a place in its own page, or refers to one.
_PLACES = re.compile(
    r'(\s(?:id|for|aria-(?:labelledby|describedby|controls))="|\s(?:xlink:)?href="#)([^"]+)"'
    r"|url\(#([^)]+)\)"
)
_FIGURE = re.compile(r'<figure class="chart" id="((?:[\w-]+--)?(chart-[^"]+))">.*?</figure>', re.S)
_CODE = re.compile(r'<details class="code">.*?</details>', re.S)
_PAGE = re.compile(r'href="([^"#:/]+\.html)(#[^"]*)?"')
_DOWNLOAD = re.compile(r'href="([^"#:]+\.csv)" download=""')


def edition(bodies: Mapping[str, Body], publish: Path) -> Body:
    """All pages, by name, as one content, without their code, which would outweigh the rest and
    stands on the pages themselves. The index keeps its anchors, so that a link to a claim is the
    same in both editions; those of the others get the page's name before them. A chart that an
    earlier page already showed becomes a link to it."""
    names = {file(name, i18n.language()): name for name in bodies}
    shown: dict[str, str] = {}

    def to_place(match: re.Match) -> str:
        name = names.get(match[1])
        if name is None:
            return match[0]
        anchor = unquote(match[2] or "")[1:]
        if not anchor:
            return f'href="#page-{name}"'
        return f'href="#{anchor}"' if name == "index" else f'href="#{name}--{anchor}"'

    def once(match: re.Match) -> str:
        here, chart = match.groups()
        if shown.setdefault(chart, here) == here:
            return match[0]
        return Markup('<p class="elsewhere" id="{}"><a href="#{}">{}</a></p>').format(
            here, shown[chart], _("The chart is shown above")
        )

    def inside(match: re.Match) -> str:
        path = publish / match[1]
        if not path.is_file():
            return match[0]
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        return f'href="data:text/csv;base64,{data}" download="{path.name}"'

    parts = []
    for name, body in bodies.items():
        html = _CODE.sub("", body.html)
        if name != "index":
            html = apart(demoted(html), name)
        html = _DOWNLOAD.sub(inside, _FIGURE.sub(once, _PAGE.sub(to_place, html)))
        parts.append(f'<section class="page" id="page-{name}">\n{html}\n</section>')
    return Body.of("\n".join(parts))


def apart(html: str, name: str) -> str:
    """The content with all its anchors, and what refers to them, under the page's name."""

    def named(match: re.Match) -> str:
        if match[3]:
            return f"url(#{name}--{match[3]})"
        return match[1] + " ".join(f"{name}--{one}" for one in match[2].split()) + '"'

    return _PLACES.sub(named, html)
