"""The prose of notebooks: the messages in it that translators see, and the HTML that their
translations make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Any

import mistune

from growth_claims import i18n
from growth_claims.i18n import _

_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.S)
_INLINE = re.compile(r"(?<![\w\\$])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])")
#: Stands for a formula while Markdown is set, so that nothing in it is taken for Markdown.
_HELD = re.compile("\N{OBJECT REPLACEMENT CHARACTER}(\\d+)\\.")
#: A formula of more signs gets a scroll bar of its own where the screen is too narrow for it.
LONG = 30
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.+(?:\n(?!\[\^|[ \t]*$).+)*)\n?", re.M)
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")


def messages(source: str) -> list[str]:
    """Paragraphs, headings, list items, table cells and notes of a cell that hold a word; each is a
    message, its line breaks taken out."""
    found: list[str] = []
    prose = _NOTE.sub(lambda note: found.append(_joined(note[2])) or "", source)
    _set(prose, lambda text: found.append(text) or text)
    return [text for text in found if re.search(r"[^\W\d_]", text)]


@lru_cache(maxsize=4096)
def html(source: str, language: str = "en") -> str:
    """Markdown as HTML, each message of it in `language`, without the notes that it defines;
    formulas between dollar signs as MathML. A dollar sign before a space or after a letter, as in
    "US$ of 2015", is a dollar sign."""
    formulas: list[str] = []

    def held(block: bool) -> Callable[[re.Match], str]:
        def hold(match: re.Match) -> str:
            formulas.append(formula(match[1], block=block))
            return f"\N{OBJECT REPLACEMENT CHARACTER}{len(formulas) - 1}."

        return hold

    def said(text: str) -> str:
        text = i18n.catalogue(language).gettext(text) if text else text
        return _INLINE.sub(held(False), _DISPLAY.sub(held(True), text))

    made = _set(_NOTE.sub("", source), said)
    return _HELD.sub(lambda match: formulas[int(match[1])], made)


def _set(source: str, said: Callable[[str], str]) -> str:
    """Markdown as HTML, each of its texts as `said` gives it."""
    parser = _parser()
    state = parser.block.state_cls()
    state.env["said"] = said
    return parser.parse(source, state)[0]


@cache
def _parser() -> mistune.Markdown:
    made = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])

    def say(_parser: mistune.Markdown, state: mistune.BlockState) -> None:
        for token in _tokens(state.tokens):
            token["text"] = state.env["said"](_joined(token["text"]))

    made.before_render_hooks.append(say)
    return made


def _tokens(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that hold a text, at any depth."""
    for token in tokens:
        if "text" in token:
            yield token
        yield from _tokens(token.get("children", []))


def _joined(text: str) -> str:
    return " ".join(line.strip() for line in text.strip().split("\n"))


def formula(latex: str, *, block: bool = False) -> str:
    """LaTeX as MathML, which browsers set by themselves."""
    from latex2mathml import converter

    latex = " ".join(latex.split())
    made = converter.convert(latex, display="block" if block else "inline")
    if block or len(latex) > LONG:
        return f'<span class="formula{"" if block else " inline"}" tabindex="0">{made}</span>'
    return made


class Footnotes:
    """The notes of a page: gathered from all its cells, numbered in the order in which they are
    referred to, linked both ways. In the current language."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.uses: dict[str, int] = {}

    def gather(self, source: str) -> None:
        """Takes in the notes that a cell defines."""
        for name, text in _NOTE.findall(source):
            made = html(_joined(text), i18n.language())
            self.texts[name] = re.sub(r"^<p>|</p>\s*$", "", made.strip())

    def refer(self, made: str) -> str:
        """A cell's HTML with its references as links."""
        return _REFERENCE.sub(self._link, made)

    def _link(self, match: re.Match) -> str:
        name = match[1]
        if name not in self.texts:
            return match[0]
        use = self.uses[name] = self.uses.get(name, 0) + 1
        number = list(self.uses).index(name) + 1
        return (
            f'<sup class="footnote-ref"><a id="{_anchor(name, use)}" href="#fn-{name}" '
            f'role="doc-noteref">{number}</a></sup>'
        )

    def section(self) -> str:
        """The notes as a section at the end of the page; empty where there are none."""
        if not self.uses:
            return ""
        texts = {name: self.refer(text) for name, text in self.texts.items()}
        title, back = _("Notes"), _("Back to the text")
        items = []
        for name, uses in self.uses.items():
            links = (
                f'<a href="#{_anchor(name, use)}" role="doc-backlink" aria-label="{back}">↩</a>'
                for use in range(1, uses + 1)
            )
            items.append(f'<li id="fn-{name}">{texts[name]} {" ".join(links)}</li>')
        return "\n".join(
            [
                f'<section class="footnotes" role="doc-endnotes"><h2 id="notes">{title}</h2>',
                "<ol>",
                *items,
                "</ol></section>",
            ]
        )


def _anchor(name: str, use: int) -> str:
    return f"fnref-{name}" + (f"-{use}" if use > 1 else "")
