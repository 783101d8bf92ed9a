"""The prose of notebooks: cut into the messages that translators see, put together again from
their translations, and set as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import mistune

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6}\s+)(.*?)\s*#*$")
_ITEM = re.compile(r"^(\s*(?:[-*+]|\d+[.)])\s+)(.*)$")
_QUOTE = re.compile(r"^(\s*>\s?)(.*)$")
_FOOTNOTE = re.compile(r"^(\[\^[^\]]+\]:\s*)(.*)$")
_TABLE = re.compile(r"^\s*\|(.*)\|\s*$")
_RULE = re.compile(r"^[\s|:-]*-{3,}[\s|:-]*$")
_VERBATIM = re.compile(r"^\s*<(?:!--|math|svg|/|[a-z]+[^>]*>\s*$)")
_REFERENCE = re.compile(r"\[\^([^\]]+)\](?!:)")


@dataclass(frozen=True)
class Block:
    """A piece of prose: what stands before it in Markdown, its text (a message, or None where the
    line is taken as it is), and its first line, from 1."""

    line: int
    before: str
    text: str | None
    after: str = "\n"


def blocks(source: str) -> Iterator[Block]:
    """Paragraphs, headings, list items, table cells and notes of a cell, in their order. A
    message is one of them, its line breaks taken out."""
    fenced = False
    open_: Block | None = None
    for number, line in enumerate(source.split("\n"), start=1):
        if _FENCE.match(line):
            fenced = not fenced
            verbatim = True
        else:
            verbatim = fenced or not line.strip() or bool(_VERBATIM.match(line))
            verbatim = verbatim or bool(_RULE.match(line))
        if verbatim:
            if open_:
                yield open_
            open_ = None
            yield Block(number, line, None)
        elif match := _TABLE.match(line):
            if open_:
                yield open_
            open_ = None
            yield from _cells(number, match.group(1))
        elif match := next((m for m in (p.match(line) for p in _STARTS) if m), None):
            if open_:
                yield open_
            open_ = Block(number, match.group(1), match.group(2).strip())
            if match.re is _HEADING:
                yield open_
                open_ = None
        elif open_:
            open_ = Block(open_.line, open_.before, f"{open_.text} {line.strip()}")
        else:
            open_ = Block(number, "", line.strip())
    if open_:
        yield open_


_STARTS = (_HEADING, _ITEM, _QUOTE, _FOOTNOTE)


def _cells(number: int, row: str) -> Iterator[Block]:
    texts = [t.strip() for t in re.split(r"(?<!\\)\|", row)]
    for i, text in enumerate(texts):
        last = i == len(texts) - 1
        yield Block(number, "| ", text or None, " |\n" if last else " ")


def messages(source: str) -> Iterator[tuple[int, str]]:
    """The messages of a cell with their lines."""
    for block in blocks(source):
        if block.text and re.search(r"[^\W\d_]", block.text):
            yield block.line, block.text


def translate(source: str, gettext: Callable[[str], str]) -> str:
    """The cell with each of its messages translated."""
    said = "".join(
        block.before + ("" if block.text is None else gettext(block.text)) + block.after
        for block in blocks(source)
    )
    return said.rstrip("\n")


def html(source: str) -> str:
    """Markdown as HTML. No mathematics: a dollar sign is a dollar sign; formulas are MathML."""
    return mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "def_list"])(
        source
    )


def inline(source: str) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    return re.sub(r"^<p>|</p>\s*$", "", html(source).strip())


def plain(source: str) -> str:
    """Markdown as plain text, for a title or a description."""
    text = re.sub(r"<[^>]+>", "", html(source))
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return " ".join(_REFERENCE.sub("", text).split())


class Footnotes:
    """The notes of a page: gathered from all its cells, numbered in the order in which they are
    referred to, linked both ways."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.uses: dict[str, int] = {}

    def gather(self, source: str) -> str:
        """The cell without the notes that it defines."""
        kept = []
        for block in blocks(source):
            match = _FOOTNOTE.match(block.before) if block.text is not None else None
            if match:
                name = block.before[2 : block.before.index("]")]
                self.texts[name] = block.text
            else:
                kept.append(block.before + (block.text or "") + block.after)
        return "".join(kept).rstrip("\n") if len(kept) < len(list(blocks(source))) else source

    def refer(self, source: str) -> str:
        """The cell with its references as links."""
        return _REFERENCE.sub(self._link, source)

    def _link(self, match: re.Match) -> str:
        name = match.group(1)
        if name not in self.texts:
            return match.group(0)
        number = self.numbers.setdefault(name, len(self.numbers) + 1)
        use = self.uses[name] = self.uses.get(name, 0) + 1
        anchor = f"fnref-{name}" + (f"-{use}" if use > 1 else "")
        return (
            f'<sup class="footnote-ref"><a id="{anchor}" href="#fn-{name}" '
            f'role="doc-noteref">{number}</a></sup>'
        )

    def section(self, title: str, back: str) -> str:
        """The notes as a section at the end of the page; empty where there are none."""
        if not self.numbers:
            return ""
        items = []
        for name in self.numbers:
            links = " ".join(
                f'<a href="#fnref-{name}{f"-{use}" if use > 1 else ""}" role="doc-backlink" '
                f'aria-label="{back}">↩</a>'
                for use in range(1, self.uses[name] + 1)
            )
            items.append(f'<li id="fn-{name}">{inline(self.texts[name])} {links}</li>')
        return (
            f'<section class="footnotes" role="doc-endnotes"><h2 id="notes">{title}</h2>\n<ol>\n'
            + "\n".join(items)
            + "\n</ol></section>"
        )
