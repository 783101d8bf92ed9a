"""The single-file edition: all pages of a language one after another, their anchors kept apart,
their data inside."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markupsafe import Markup

from growth_claims import i18n
from growth_claims.i18n import _
from growth_claims.report.page import Body, file

if TYPE_CHECKING:
    from growth_claims.report.building import Sheet

_ID = re.compile(r'(\sid=")([^"]+)"')
_TO_ANCHOR = re.compile(r'(\s(?:xlink:)?href="#)([^"]+)"')
_IDS = re.compile(r'(\saria-(?:labelledby|describedby|controls)=")([^"]+)"')
_FOR = re.compile(r'(\sfor=")([^"]+)"')
_URL = re.compile(r"url\(#([^)]+)\)")
_HEADING = re.compile(r"<(/?)h([1-5])\b")
_FIGURE = re.compile(r'<figure class="chart" id="((?:[\w-]+--)?(chart-[^"]+))">.*?</figure>', re.S)
_DOWNLOAD = re.compile(r'href="([^"#:]+\.csv)" download')


def edition(sheets: Sequence[Sheet], publish: Path) -> Body:
    """All pages as one content. The index keeps its anchors, so that a link to a claim is the same
    in both editions; those of the others get the page's name before them."""
    files = {file(s.name, i18n.language()): s.name for s in sheets}
    parts: list[str] = []
    shown: dict[str, str] = {}
    for sheet in sheets:
        html = sheet.body.html
        if sheet.name != "index":
            html = _HEADING.sub(lambda m: f"<{m[1]}h{int(m[2]) + 1}", html)
            html = apart(html, sheet.name)
        html = _one_file(html, files)
        html = _once(html, shown)
        html = _DOWNLOAD.sub(lambda m: _inside(m, publish), html)
        parts.append(f'<section class="page" id="page-{sheet.name}">\n{html}\n</section>')
    return Body.of("\n".join(parts))


def apart(html: str, name: str) -> str:
    """The content with all its anchors, and what refers to them, under the page's name."""
    before = f"{name}--"
    for pattern in (_ID, _TO_ANCHOR, _FOR):
        html = pattern.sub(lambda m: f'{m[1]}{before}{m[2]}"', html)
    html = _IDS.sub(lambda m: m[1] + " ".join(before + one for one in m[2].split()) + '"', html)
    return _URL.sub(lambda m: f"url(#{before}{m[1]})", html)


def _one_file(html: str, files: dict[str, str]) -> str:
    """Links to other pages as links to their places in this one."""

    def inside(match: re.Match) -> str:
        name = files.get(match.group(1))
        if name is None:
            return match.group(0)
        anchor = unquote(match.group(2) or "")[1:]
        if not anchor:
            return f'href="#page-{name}"'
        return f'href="#{anchor}"' if name == "index" else f'href="#{name}--{anchor}"'

    return re.sub(r'href="([^"#:/]+\.html)(#[^"]*)?"', inside, html)


def _once(html: str, shown: dict[str, str]) -> str:
    """A chart that an earlier page already showed becomes a link to it."""

    def first(match: re.Match) -> str:
        own, chart = match.group(1), match.group(2)
        if chart not in shown:
            shown[chart] = own
            return match.group(0)
        return Markup('<p class="elsewhere" id="{}"><a href="#{}">{}</a></p>').format(
            own, shown[chart], _("The chart is shown above")
        )

    return _FIGURE.sub(first, html)


def _inside(match: re.Match, publish: Path) -> str:
    """A file to download, within the page."""
    path = publish / match.group(1)
    if not path.is_file():
        return match.group(0)
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f'href="data:text/csv;base64,{data}" download="{path.name}"'
