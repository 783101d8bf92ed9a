"""What is done to an executed notebook before it is set as a page: prose translated, outputs in
the reader's language, notes numbered, code gathered behind the output that it makes."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from markupsafe import Markup, escape
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from growth_claims import i18n
from growth_claims.i18n import _
from growth_claims.report import markdown
from growth_claims.show import METADATA

PARAMETERS = "parameters"
INJECTED = "injected-parameters"


class Prose(Preprocessor):
    """Translates the markdown cells into the current language and numbers the notes."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        notes = markdown.Footnotes()
        cells = [c for c in nb.cells if c.cell_type == "markdown"]
        for cell in cells:
            cell.source = notes.gather(markdown.translate(cell.source, _))
        for cell in cells:
            cell.source = notes.refer(cell.source)
        for name, text in notes.texts.items():
            notes.texts[name] = notes.refer(text)
        resources["footnotes"] = notes.section(_("Notes"), _("Back to the text"))
        return nb, resources


class Outputs(Preprocessor):
    """Puts each output into the current language. What is put in is kept aside and only stands in
    the page as a mark until the page is whole, so that nothing rewrites it on the way."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        kept: list[str] = resources.setdefault("kept", [])
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            for output in cell.outputs:
                if output.output_type in ("display_data", "execute_result"):
                    about = output.get("metadata", {}).get(METADATA, {})
                    html = said(output)
                    html = self._set_aside(about, html, resources)
                    if html is not None:
                        output.data = NotebookNode({"text/html": mark(len(kept))})
                        kept.append(html)
        return nb, resources

    def _set_aside(self, about: Mapping, html: str | None, resources: dict) -> str | None:
        """What describes the page, and what belongs on a page of its own, where a link remains."""
        if "page" in about:
            resources.setdefault("page", {}).update(about["page"][i18n.language()])
        if about.get("csv_text") is not None:
            resources.setdefault("files", {})[about["csv"]] = about["csv_text"]
        if about.get("kind") == "page" and "label" in about:
            label = about["label"][i18n.language()]
            resources.setdefault("apart", {})[about["name"]] = (label, html)
            link = Markup('<p class="elsewhere"><a href="{}.html">{}</a></p>')
            return link.format(about["name"], label)
        return html


def mark(n: int) -> str:
    return f"<!--kept {n}-->"


def put_back(html: str, kept: list[str]) -> str:
    """The page with what `Outputs` kept aside."""
    return re.sub(r"<!--kept (\d+)-->", lambda m: kept[int(m.group(1))], html)


class Code(Preprocessor):
    """Numbers the cells and hangs the code that shows nothing on the next cell that does, so that
    a reader meets one control for each thing shown. What is said of the parameters goes with
    them."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        cells: list[NotebookNode] = []
        waiting: list[dict[str, object]] = []
        for cell in nb.cells:
            if cell.cell_type != "code":
                cells.append(cell)
                continue
            if cell.source.strip():
                listing = _listing(cell)
                if listing["parameters"] and cells and _is_remark(cells[-1]):
                    listing["remark"] = cells.pop().source
                waiting.append(listing)
            if cell.outputs:
                cell.metadata["listings"], waiting = waiting, []
                cells.append(cell)
        if waiting:
            last = new_code_cell(id="code-without-outputs", metadata={"listings": waiting})
            cells.append(last)
        nb.cells = cells
        return nb, resources


def _is_remark(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and not cell.source.lstrip().startswith("#")


def _listing(cell: NotebookNode) -> dict[str, object]:
    tags = cell.metadata.get("tags", [])
    return {
        "number": cell.get("execution_count"),
        "source": cell.source.strip(),
        "parameters": PARAMETERS in tags,
        "injected": INJECTED in tags,
        "remark": "",
    }


def said(output: Mapping) -> str | None:
    """An output's HTML in the current language; None where nbconvert is to show it."""
    about = output.get("metadata", {}).get(METADATA)
    data = output["data"]
    if about is not None and about.get("kind") == "chart":
        return figure(about, data)
    if about is not None:
        html = about.get("html", {}).get(i18n.language())
        return html if html is not None else _text(data.get("text/html", ""))
    if "image/png" in data:
        return figure({"name": None}, data)
    return None


def figure(about: Mapping, data: Mapping) -> str:
    """A chart: what it finds as its title, the drawing, where it comes from, its figures as a
    table that opens and as a file."""
    language = i18n.language()
    name, csv = about.get("name"), about.get("csv")
    alt = about.get("alt", {}).get(language) or _text(data.get("text/plain", ""))
    drawing = about.get("svg", {}).get(language)
    title = about.get("title", {}).get(language)
    caption = about.get("caption", {}).get(language)
    table = about.get("table", {}).get(language)
    parts = []
    if title:
        parts.append(Markup("<figcaption>{}</figcaption>").format(title))
    parts.append(labelled(drawing, alt) if drawing else picture(data.get("image/png", ""), alt))
    if caption:
        parts.append(Markup('<p class="source">{}</p>').format(caption))
    if table:
        parts.append(_opening(table))
    if csv and drawing:
        parts.append(
            Markup('<p class="download"><a href="{}" download>{}</a></p>').format(
                csv, _("Download the figures (CSV)")
            )
        )
    anchor = Markup(' id="chart-{}"').format(name) if name else ""
    return Markup('<figure class="chart"{}>{}</figure>').format(
        anchor, Markup("\n".join(str(p) for p in parts))
    )


def _opening(table: str) -> str:
    """The table behind a control that opens it, where it does not bring one itself."""
    if table.lstrip().startswith("<details"):
        return table
    return Markup('<details class="data"><summary>{}</summary>{}</details>').format(
        _("The figures as a table"), Markup(table)
    )


_ROOT = re.compile(
    r"(<svg\b[^>]*>)(?:\s*<title\b[^>]*>.*?</title>)?(?:\s*<desc\b[^>]*>.*?</desc>)?", re.DOTALL
)


def labelled(drawing: str, alt: str) -> str:
    """The drawing (one SVG a width) as pictures with their alternative text, in place of what the
    drawing says of itself: the figure's caption says its title."""

    def root(match: re.Match) -> str:
        head = re.sub(r'\s(?:role|aria-label(?:ledby)?|aria-describedby)="[^"]*"', "", match[1])
        return f'{head[:-1]} role="img" aria-label="{escape(alt)}">'

    return _ROOT.sub(root, drawing[drawing.index("<svg") :].strip())


def picture(png: object, alt: str) -> str:
    """A bitmap in the page itself, with its size, so that nothing moves while it is read."""
    encoded = "".join(_text(png).split())
    width, height = _size(base64.b64decode(encoded[:64]))
    return (
        f'<img src="data:image/png;base64,{encoded}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}">'
    )


def _size(head: bytes) -> tuple[int, int]:
    """Width and height from the first bytes of a PNG."""
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _text(value: object) -> str:
    """A notebook keeps a long text as one string or as a list of its lines."""
    return "".join(value) if isinstance(value, (list, tuple)) else str(value)
