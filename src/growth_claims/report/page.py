"""What is around the content of every page: head, contents, switch of language, foot; and what
is done to the content itself: anchors of headings, links between pages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from importlib import resources
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from growth_claims import figures, i18n

#: The notebook that is the index page.
INDEX = "06_report"
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.S)
_ID = re.compile(r'\sid="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_HREF = re.compile(r'href="([^"#:/]+)\.(?:ipynb|html)(#[^"]*)?"')
_TERM = re.compile(r'<a class="term" href="([^"]*)">(.*?)</a>', re.S)


@dataclass(frozen=True)
class Section:
    """A heading of a page: what the contents list."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Body:
    """The content of a page, its headings anchored."""

    html: str
    sections: tuple[Section, ...]

    @classmethod
    def of(cls, html: str, anchors: Sequence[str] | None = None) -> Body:
        """The content with an anchor at each heading. `anchors` are those of the same page in
        another language, so that a place has one address in both."""
        taken = set(_ID.findall(html))
        sections: list[Section] = []

        def anchored(match: re.Match) -> str:
            level, attributes, inner = match.groups()
            text = unescape(" ".join(_TAG.sub("", inner).split()))
            own = _ID.search(attributes)
            if own:
                anchor = own.group(1)
            elif anchors is not None and len(sections) < len(anchors):
                anchor = anchors[len(sections)]
            else:
                anchor = _unique(slug(text), taken)
                taken.add(anchor)
            sections.append(Section(int(level), anchor, text))
            if own:
                return match.group(0)
            return f'<h{level} id="{anchor}"{attributes}>{inner}</h{level}>'

        return cls(_HEADING.sub(anchored, _first_terms(html)), tuple(sections))

    @property
    def anchors(self) -> tuple[str, ...]:
        return tuple(s.anchor for s in self.sections)

    @property
    def title(self) -> str:
        """The first heading."""
        return self.sections[0].text if self.sections else ""

    def link(self, names: Iterable[str], language: str) -> Body:
        """The same content, its links to notebooks and pages leading to pages of the language."""
        known = set(names)

        def to_page(match: re.Match) -> str:
            name, anchor = match.group(1), match.group(2) or ""
            name = "index" if name == INDEX else name.removesuffix(".ru")
            return f'href="{file(name, language)}{anchor}"' if name in known else match.group(0)

        return replace(self, html=_HREF.sub(to_page, self.html))


def slug(text: str) -> str:
    """An anchor from a heading."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or "section"


def _unique(anchor: str, taken: set[str]) -> str:
    n, tried = 1, anchor
    while tried in taken:
        n += 1
        tried = f"{anchor}-{n}"
    return tried


def _first_terms(html: str) -> str:
    """A page links each word to its explanation where it first stands, and only there."""
    seen: set[str] = set()

    def once(match: re.Match) -> str:
        target = match.group(1).rsplit("#", 1)[-1]
        if target in seen:
            return match.group(2)
        seen.add(target)
        return match.group(0)

    return _TERM.sub(once, html)


def file(name: str, language: str) -> str:
    """A page's file: English has the plain name."""
    return f"{name}.html" if language == "en" else f"{name}.{language}.html"


@dataclass(frozen=True)
class Place:
    """Where a page stands: its name, the report's other pages as (name, label), and what its head
    and foot say; `downloads` as (file, label)."""

    name: str
    pages: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    site: str = ""
    title: str = ""
    description: str = ""
    edition: str = ""
    downloads: tuple[tuple[str, str], ...] = ()
    json_ld: tuple[dict, ...] = ()

    @classmethod
    def alone(cls) -> Place:
        """A page by itself."""
        return cls("page")


#: Names of languages, each in itself.
LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
LOCALES = {"en": "en_GB", "ru": "ru_RU"}


def render(body: Body, place: Place) -> str:
    """The whole page, in the current language."""
    language = i18n.language()
    css, js = stylesheet(), script()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            body=body,
            contents=nested(body.sections),
            place=place,
            language=language,
            language_names=LANGUAGE_NAMES,
            locales=LOCALES,
            file=file,
            title=place.title or body.title,
            css=Markup(css),
            js=Markup(js),
            policy=policy(css, js),
            icon=Markup(ICON),
            json_ld=[Markup(json_for_script(item)) for item in place.json_ld],
            html=Markup(body.html),
            _=i18n._,
        )
    )


def nested(sections: Sequence[Section]) -> list[dict]:
    """Headings of the second and third level as a list of lists."""
    tree: list[dict] = []
    for section in sections:
        entry = {"anchor": section.anchor, "text": section.text, "below": []}
        if section.level == 2 or (section.level == 3 and not tree):
            tree.append(entry)
        elif section.level == 3:
            tree[-1]["below"].append(entry)
    return tree


#: A check mark, so that no browser asks for an icon.
ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<circle cx='8' cy='8' r='8' fill='#0b4f8a'/>"
    "<path d='m4.5 8.5 2.5 2.5 4.5-5.5' fill='none' stroke='#fff' stroke-width='1.8'/></svg>"
)


def policy(css: str, js: str) -> str:
    """The page may use its own style and script and pictures within itself; nothing else, and
    nothing from anywhere."""
    return (
        "default-src 'none'; img-src data:; "
        f"style-src '{_hash(css)}'; script-src '{_hash(js)}'; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def json_for_script(data: object) -> str:
    """JSON that no sign in it can end the element early."""
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")


@cache
def stylesheet() -> str:
    """Our styles, those of the charts, on few lines."""
    ours = (resources.files("growth_claims.report") / "static" / "report.css").read_text("utf-8")
    return squeezed("\n".join([ours, figures.css()]))


@cache
def script() -> str:
    return (resources.files("growth_claims.report") / "static" / "report.js").read_text("utf-8")


def squeezed(css: str) -> str:
    """Styles without comments and indentation."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", css).strip()


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("growth_claims.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
