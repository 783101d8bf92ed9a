"""What every page of a report has to be before it is published: well-formed, of one piece, asking
nothing of any network, its links leading somewhere, its pictures described, and light."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS

from growth_claims.errors import RunError

PAGE_LIMIT = 600_000
#: The index, before its charts.
INDEX_LIMIT = 300_000
SINGLE_LIMIT = 3_000_000
#: What a browser fetches by itself, or would.
FETCHED = {
    "src",
    "srcset",
    "poster",
    "data",
    "background",
    "action",
    "formaction",
    "ping",
    "manifest",
}
_REMOTE = re.compile(r"(?:url\(|@import|fetch\(|XMLHttpRequest|importScripts)", re.I)


@dataclass(frozen=True)
class Page:
    """A page: its size, that of its charts, what others may refer to, and what it refers to."""

    name: str
    size: int
    charts: int
    ids: frozenset[str]
    links: tuple[str, ...]
    problems: tuple[str, ...]


def check(publish: Path) -> None:
    """Raises RunError, which names the page and what is wrong with it, unless all is well."""
    paths = sorted(publish.glob("*.html"))
    if not paths:
        raise RunError(f"{publish.name}: no pages")
    pages = {path.name: examine(path) for path in paths}
    problems = [f"{p.name}: {problem}" for p in pages.values() for problem in p.problems]
    problems += list(_broken(pages, publish))
    if problems:
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        raise RunError("the pages are not fit to publish:\n  " + "\n  ".join(problems[:5]) + more)


def examine(path: Path) -> Page:
    """The page as a browser reads it, and what is wrong with it by itself; where a browser has to
    guess is wrong."""
    text = path.read_text(encoding="utf-8")
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(text)
    ids = Counter(e.get("id") for e in root.iter() if e.get("id") is not None)
    links = (e.get("href") for e in root.iter() if _tag(e) in ("a", "link"))
    figures = re.findall(r"<figure class=\"chart\".*?</figure>", text, re.S)
    size, charts = len(text.encode("utf-8")), sum(len(f.encode("utf-8")) for f in figures)
    problems = [_said(error) for error in parser.errors[:3]]
    problems += [f"id {i!r} stands {n} times" for i, n in ids.items() if n > 1]
    problems += [*problems_of(root), *_weight(path.name, size, charts)]
    return Page(
        path.name,
        size,
        charts,
        frozenset(ids),
        tuple(dict.fromkeys(href for href in links if href is not None)),
        tuple(problems),
    )


def _said(error: tuple) -> str:
    (line, column), code, values = error
    text = PARSE_ERRORS.get(code, code)
    return f"line {line}, column {column}: {text % values if values else text}"


def problems_of(root: Element) -> Iterator[str]:
    """What is wrong in a page."""
    yield from _head(root)
    yield from _requests(root)
    yield from _pictures(root)
    yield from _headings(root)


def _head(root: Element) -> Iterator[str]:
    if not (root.get("lang") or ""):
        yield "no language"
    title = root.find("head/title")
    if title is None or not (title.text or "").strip():
        yield "no title"
    metas = {m.get("name") or m.get("http-equiv"): m.get("content") for m in root.iter("meta")}
    if not (metas.get("description") or "").strip():
        yield "no description"
    policy = metas.get("Content-Security-Policy") or ""
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"Content-Security-Policy {policy!r} does not forbid everything first"


def _requests(root: Element) -> Iterator[str]:
    for element in root.iter():
        tag = _tag(element)
        if "style" in element.attrib:
            yield f"<{tag}> has a style attribute, which the policy forbids: {element.get('style')}"
        for name, value in element.attrib.items():
            plain = str(name).rsplit("}", 1)[-1]
            if plain.startswith("on"):
                yield f"<{tag}> has a script in {plain}"
            fetched = plain in FETCHED or (plain == "href" and tag not in ("a", "area"))
            if fetched and _remote(value) and not _harmless_link(element):
                yield f"<{tag} {plain}={value[:80]!r}> would be asked for"
        if tag in ("iframe", "object", "embed", "base", "form"):
            yield f"<{tag}> has no place here"
        if (
            tag in ("style", "script")
            and _REMOTE.search(element.text or "")
            and (element.get("type") != "application/ld+json")
        ):
            yield f"<{tag}> asks for something: {_REMOTE.search(element.text)[0]}"


def _remote(value: str) -> bool:
    return not value.startswith(("#", "data:"))


def _harmless_link(element: Element) -> bool:
    """<link rel="alternate"> only names a page beside this one."""
    return element.get("rel") == "alternate" and not urlsplit(element.get("href")).scheme


def _pictures(root: Element) -> Iterator[str]:
    for figure in root.iter("figure"):
        if "chart" not in (figure.get("class") or "").split():
            continue
        said = [
            e.get("alt") if _tag(e) == "img" else e.get("aria-label")
            for e in figure.iter()
            if _tag(e) == "img" or (_tag(e) == "svg" and e.get("role") == "img")
        ]
        name = figure.get("id") or "a chart"
        if not said:
            yield f"{name} has no picture with an alternative text"
        for text in said:
            if not re.search(r"\d", text or ""):
                yield f"{name}: no number in its alternative text {text!r}"
    for image in root.iter("img"):
        if image.get("alt") is None:
            yield "a picture without alternative text"


def _headings(root: Element) -> Iterator[str]:
    last = 0
    for element in root.iter():
        match = re.fullmatch(r"h([1-6])", _tag(element))
        if match is None:
            continue
        level, text = int(match.group(1)), " ".join("".join(element.itertext()).split())
        if level > last + 1:
            yield f"heading {text[:60]!r} of level {level} follows one of level {last}"
        if not text:
            yield "an empty heading"
        last = level
    if last == 0:
        yield "no heading"


def _weight(name: str, size: int, charts: int) -> Iterator[str]:
    limit = PAGE_LIMIT
    if name.startswith("report."):
        limit = SINGLE_LIMIT
    elif name.startswith("index."):
        size, limit = size - charts, INDEX_LIMIT
    if size > limit:
        yield f"{size:,} bytes, more than {limit:,}"


def _broken(pages: dict[str, Page], publish: Path) -> Iterator[str]:
    """Links within the report that lead nowhere."""
    for name, page in pages.items():
        for href in page.links:
            parts = urlsplit(href)
            if parts.scheme or parts.netloc:
                continue
            target = pages.get(unquote(parts.path)) if parts.path else page
            if target is None:
                inside = (publish / unquote(parts.path)).resolve()
                if not inside.is_relative_to(publish.resolve()) or not inside.is_file():
                    yield f"{name}: link to {href!r}, which is not there"
            elif parts.fragment and unquote(parts.fragment) not in target.ids:
                yield f"{name}: link to {href!r}: no such place there"


def _tag(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""
