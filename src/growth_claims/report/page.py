"""What is around the content of every page: head, contents, switch of language, foot; and what
is done to the content itself: anchors of headings, links between pages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import chain, count
from typing import Any, NamedTuple
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from growth_claims import i18n

#: The notebook that is the index page, by the name of its file: notebooks link to each other.
INDEX = "09_report"
_HEADING = re.compile(r"<h([1-6])([^>]*)>(.*?)</h\1>", re.S)
_ID = re.compile(r'\sid="([^"]+)"')
_HREF = re.compile(r'href="([^"#:/]+)\.(?:ipynb|html)(#[^"]*)?"')
OWN = resources.files("growth_claims.report")


class Section(NamedTuple):
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
    def of(cls, html: str, anchors: Sequence[str] = ()) -> Body:
        """The content with an anchor at each heading. `anchors` are those of the same page in
        another language, so that a place has one address in both."""
        taken = set(_ID.findall(html))
        sections: list[Section] = []

        def anchored(match: re.Match) -> str:
            level, attributes, inner = match.groups()
            text = Markup(inner).striptags()
            own = _ID.search(attributes)
            if own:
                anchor = own[1]
            elif len(sections) < len(anchors):
                anchor = anchors[len(sections)]
            else:
                named = re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or "section"
                tried = chain([named], (f"{named}-{n}" for n in count(2)))
                anchor = next(t for t in tried if t not in taken)
                taken.add(anchor)
            sections.append(Section(int(level), anchor, text))
            return match[0] if own else f'<h{level} id="{anchor}"{attributes}>{inner}</h{level}>'

        return cls(_HEADING.sub(anchored, html), tuple(sections))

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
            name = "index" if match[1] == INDEX else match[1].removesuffix(".ru")
            return f'href="{file(name, language)}{match[2] or ""}"' if name in known else match[0]

        return replace(self, html=_HREF.sub(to_page, self.html))


def file(name: str, language: str) -> str:
    """A page's file: English has the plain name."""
    return f"{name}.html" if language == "en" else f"{name}.{language}.html"


@dataclass(frozen=True)
class Place:
    """Where a page stands: its name, the report's other pages as (name, label), and what its head
    and foot say; `downloads` as (file, label)."""

    name: str
    pages: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = i18n.LANGUAGES
    site: str = ""
    title: str = ""
    description: str = ""
    edition: str = ""
    home: str = ""
    downloads: tuple[tuple[str, str], ...] = ()
    json_ld: tuple[dict, ...] = ()


#: Names of languages, each in itself.
LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
LOCALES = {"en": "en_GB", "ru": "ru_RU"}
#: A check mark, so that no browser asks for an icon.
ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<circle cx='8' cy='8' r='8' fill='#0b4f8a'/>"
    "<path d='m4.5 8.5 2.5 2.5 4.5-5.5' fill='none' stroke='#fff' stroke-width='1.8'/></svg>"
)


def render(body: Body, place: Place) -> str:
    """The whole page, in the current language."""
    css, js = stylesheet(), own("static/report.js")
    return fill(
        "page.html.j2",
        place=place,
        title=place.title or body.title,
        contents=nested(body.sections),
        html=Markup(body.html),
        language_names=LANGUAGE_NAMES,
        locales=LOCALES,
        css=Markup(css),
        js=Markup(js),
        policy=policy(css, js),
        icon=Markup(ICON),
    )


def fill(template: str, **values: Any) -> Markup:
    """A template of this package filled in, in the current language."""
    return Markup(_environment().get_template(template).render(language=i18n.language(), **values))


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("growth_claims.report", "templates"),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.globals |= {"_": i18n._, "file": file}
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "indent": 1}
    return made


def nested(sections: Sequence[Section]) -> list[tuple[Section, list[Section]]]:
    """Headings of the second level, each with those of the third below it."""
    tree: list[tuple[Section, list[Section]]] = []
    for section in sections:
        if section.level == 2 or (section.level == 3 and not tree):
            tree.append((section, []))
        elif section.level == 3:
            tree[-1][1].append(section)
    return tree


def policy(css: str, js: str) -> str:
    """The page may use its own style and script and pictures within itself; nothing else, and
    nothing from anywhere."""
    style, script = (
        base64.b64encode(hashlib.sha256(t.encode()).digest()).decode() for t in (css, js)
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; "
        f"script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )


@cache
def own(name: str) -> str:
    """A file of this package."""
    return (OWN / name).read_text("utf-8")


@cache
def stylesheet() -> str:
    """Our styles and those of the charts, without comments and indentation."""
    from growth_claims.plot import svg

    css = re.sub(r"/\*.*?\*/", "", f"{own('static/report.css')}\n{svg.css()}", flags=re.S)
    return re.sub(r"\s*\n\s*", "\n", css).strip()
