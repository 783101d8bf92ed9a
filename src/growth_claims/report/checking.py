"""What every page of a report has to be before it is published: well-formed, of one piece, asking
nothing of any network, its links leading somewhere, and its pictures described."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

from growth_claims.errors import RunError
from growth_claims.report import cite, machine

#: Attributes whose address a browser fetches by itself, or would.
FETCHED = {
    *("src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest")
}
_REMOTE = re.compile(r"(?:url\(|@import|fetch\(|XMLHttpRequest|importScripts)", re.I)
#: What a paragraph cannot hold: a browser would end it there.
BLOCKS = {
    *("p", "div", "ul", "ol", "dl", "table", "figure", "pre", "section", "details", "header"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "nav", "main", "footer", "blockquote", "form"),
}
#: Which parents an element has to have.
INSIDE = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "thead": {"table"},
    "tbody": {"table"},
    "caption": {"table"},
    "summary": {"details"},
    "figcaption": {"figure"},
}
_RAW = re.compile(r"(<(script|style)\b[^>]*>)(.*?)(</\2>)", re.S)
_HEADING = re.compile(r"h([1-6])")


@dataclass(frozen=True)
class Page:
    """A page: what others may refer to, what it refers to, and what is wrong with it by itself."""

    ids: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def check(publish: Path, known: Mapping[str, Page] | None = None) -> dict[str, Page]:
    """Raises RunError, which names the page and what is wrong with it, unless all is well.

    Returns the pages, each under a hash of its name and its text, but for the hash of the report's
    inputs, which is on every page; a page that is `known` from before is not read again.
    """
    run = machine.read_json(publish / "run.json")
    inputs = cite.inputs_hash(run) if run else ""
    texts = {path.name: path.read_text(encoding="utf-8") for path in publish.glob("*.html")}
    pages, found = {}, {}
    for name, text in sorted(texts.items()):
        for part in filter(None, (inputs, inputs[: cite.SHOWN])):
            text = text.replace(part, "0" * len(part))
        digest = hashlib.sha256(f"{name}\0{text}".encode()).hexdigest()
        pages[name] = found[digest] = (known or {}).get(digest) or examine(name, text)
    if not pages:
        raise RunError(f"{publish.name}: no pages")
    problems = [f"{name}: {said}" for name, page in pages.items() for said in page.problems]
    problems += _broken(pages, publish)
    if problems:
        more = f" (and {len(problems) - 5} more)" if len(problems) > 5 else ""
        raise RunError("the pages are not fit to publish:\n  " + "\n  ".join(problems[:5]) + more)
    return found


def recall(path: Path, method: str) -> dict[str, Page]:
    """The pages that `keep` has put into a file, by the same method; none where there is no such
    file."""
    with suppress(OSError, ValueError, KeyError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["method"] == method:
            return {key: Page(frozenset(i), tuple(ln)) for key, (i, ln) in kept["pages"].items()}
    return {}


def keep(path: Path, method: str, found: Mapping[str, Page]) -> None:
    """Keeps pages with which all is well. `method`: a hash of the code that has examined them."""
    pages = {key: [sorted(page.ids), page.links] for key, page in found.items()}
    machine.write_text(path, json.dumps({"method": method, "pages": pages}))


def examine(name: str, text: str) -> Page:
    """The page and what is wrong with it by itself.

    Our pages are HTML that is well-formed XML too, so that the strictest and fastest parser there
    is reads them; what HTML forbids beyond that is looked for here. (A test reads them as a
    browser does.)
    """
    try:
        root = fromstring(_RAW.sub(r"\1\4", text).removeprefix("<!DOCTYPE html>"))
    except ParseError as error:
        return Page(problems=(f"not well-formed: {error}",))
    ids = Counter(e.get("id") for e in root.iterfind(".//*[@id]"))
    links = dict.fromkeys(e.get("href") for tag in ("a", "link") for e in root.iter(tag))
    problems = [f"id {i!r} stands {n} times" for i, n in ids.items() if n > 1]
    for _start, tag, content, _end in _RAW.findall(text):
        if '"@context"' not in content and (match := _REMOTE.search(content)):
            problems.append(f"<{tag}> asks for something: {match[0]}")
    problems += [*_head(root), *_elements(root), *_pictures(root), *_headings(root)]
    return Page(frozenset(ids), tuple(filter(None, links)), tuple(problems))


def _head(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "no language"
    if not (root.findtext("head/title") or "").strip():
        yield "no title"
    metas = {m.get("name") or m.get("http-equiv"): m.get("content") for m in root.iter("meta")}
    if not (metas.get("description") or "").strip():
        yield "no description"
    policy = metas.get("Content-Security-Policy") or ""
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"Content-Security-Policy {policy!r} does not forbid everything first"


def _elements(root: Element) -> Iterator[str]:
    """What has no place where it stands, what the policy forbids, what would be asked for."""
    for element in root.iter():
        tag = element.tag
        for child in element:
            if child.tag in INSIDE and tag not in INSIDE[child.tag]:
                yield f"<{child.tag}> in <{tag}>"
            if tag in ("a", "button") and child.tag in ("a", "button", "summary"):
                yield f"<{child.tag}> in <{tag}>"
        if tag == "p":
            yield from (f"<{e.tag}> in <p>" for e in element.iterfind(".//*") if e.tag in BLOCKS)
        if tag in ("iframe", "object", "embed", "base", "form"):
            yield f"<{tag}> has no place here"
        for name, value in element.items():
            if name == "style":
                yield f"<{tag}> has a style attribute, which the policy forbids: {value}"
            if name.startswith("on"):
                yield f"<{tag}> has a script in {name}"
            fetched = name in FETCHED or (name.endswith("href") and tag not in ("a", "area"))
            if fetched and not value.startswith(("#", "data:")) and not _beside(element):
                yield f"<{tag} {name}={value[:80]!r}> would be asked for"


def _beside(element: Element) -> bool:
    """<link rel="alternate"> only names a page beside this one."""
    return element.get("rel") == "alternate" and not urlsplit(element.get("href")).scheme


def _pictures(root: Element) -> Iterator[str]:
    for figure in root.iter("figure"):
        if "chart" not in (figure.get("class") or "").split():
            continue
        said = [e.get("alt") for e in figure.iter("img")]
        for drawing in figure.iterfind(".//*[@role='img']"):
            described = " ".join(e.text or "" for e in drawing if _local(e.tag) == "desc")
            said.append(drawing.get("aria-label") or described)
        name = figure.get("id") or "a chart"
        if not said:
            yield f"{name} has no picture with an alternative text"
        for text in said:
            if not re.search(r"\d", text or ""):
                yield f"{name}: no number in its alternative text {text!r}"
    if any(image.get("alt") is None for image in root.iter("img")):
        yield "a picture without alternative text"


def _headings(root: Element) -> Iterator[str]:
    last = 0
    for element in root.iter():
        if match := _HEADING.fullmatch(element.tag):
            level, text = int(match[1]), " ".join("".join(element.itertext()).split())
            if level > last + 1:
                yield f"heading {text[:60]!r} of level {level} follows one of level {last}"
            if not text:
                yield "an empty heading"
            last = level
    if last == 0:
        yield "no heading"


def _broken(pages: dict[str, Page], publish: Path) -> Iterator[str]:
    """Links within the report that lead nowhere."""
    for name, page in pages.items():
        for href in page.links:
            parts = urlsplit(href)
            # "../": the list of all reports, which lies beside this one
            if parts.scheme or parts.netloc or parts.path.startswith("../"):
                continue
            target = pages.get(unquote(parts.path)) if parts.path else page
            if target is None:
                inside = (publish / unquote(parts.path)).resolve()
                if not inside.is_relative_to(publish.resolve()) or not inside.is_file():
                    yield f"{name}: link to {href!r}, which is not there"
            elif parts.fragment and unquote(parts.fragment) not in target.ids:
                yield f"{name}: link to {href!r}: no such place there"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
