"""The whole report as one PDF a language, printed by Chromium from the single-file edition: title
page, contents with page numbers, links, an outline, tags for screen readers.

The pages are printed twice: where a heading comes to stand is known only after printing, and the
contents name it. What a PDF says of the day it was made is taken out again."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from growth_claims import i18n, paths, words
from growth_claims.errors import InputError, RunError
from growth_claims.i18n import _
from growth_claims.report import cite, machine
from growth_claims.report.page import file

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Milliseconds for one printing.
PATIENCE = 180_000
STYLE = """
.print-title { break-after: page; padding-top: 60mm; }
.print-title .print-name { font-size: 26pt; line-height: 1.15; margin: 0 0 8mm; }
.print-title p { margin: 0 0 4mm; }
.print-contents { break-after: page; }
.print-contents ol { list-style: none; margin: 0; padding: 0; }
.print-contents li { margin: 1.2mm 0; }
.print-contents li.deeper { margin-left: 6mm; }
.print-contents a { display: flex; gap: 3mm; justify-content: space-between; color: inherit;
  text-decoration: none; }
.print-contents span.at { font-variant-numeric: tabular-nums; }
section.page { break-before: page; }
details > summary { list-style: none; }
"""


def write(folder: Path) -> list[Path]:
    """Prints the report in `folder`: report.pdf, report.ru.pdf. Returns what was written.

    Raises InputError where there is no report or no browser.
    """
    folder = Path(folder)
    sources = {language: folder / file("report", language) for language in i18n.LANGUAGES}
    for source in sources.values():
        if not source.is_file():
            raise InputError(
                file=paths.shown(source),
                found="no such file",
                expected="the report in one file",
                todo="run `make report` first",
            )
    browser = find_browser()
    verdicts = machine.read_json(folder / "verdicts.json")
    run = machine.read_json(folder / "run.json")
    written = []
    for language, source in sources.items():
        with i18n.use(language):
            target = folder / file("report", language).replace(".html", ".pdf")
            title = _title(verdicts, run)
            _print(browser, source, target, title)
            written.append(target)
    return written


def find_browser() -> str:
    """Chromium's path. Raises InputError where there is none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise InputError(
        file="PATH",
        found=f"none of {', '.join(BROWSERS)}",
        expected="Chromium, which prints the pages",
        todo="install it (on Debian and Ubuntu: apt install chromium)",
    )


def _title(verdicts: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, str]:
    """What the title page says."""
    if not verdicts:
        return {"title": _("Growth claims, checked"), "checked": "", "citation": ""}
    language, article = i18n.language(), verdicts["article"]
    return {
        "title": article["title"][language],
        "checked": _(
            "Checked: {outlet}, {date}, {occasion}.",
            outlet=article["outlet"][language],
            date=words.vintage(article["date"]),
            occasion=article["occasion"][language],
        ),
        "citation": cite.citation(verdicts, run).text(),
    }


def _print(browser: str, source: Path, target: Path, title: Mapping[str, str]) -> None:
    try:
        import pypdf  # noqa: F401 (asked for here, so that nothing is printed in vain)
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise InputError(
            file="the environment",
            found="no playwright",
            expected="playwright and pypdf, which drive Chromium and read what it printed",
            todo="run `make pdf`, which installs all that it takes",
        ) from None
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=browser, args=["--no-sandbox"] if _as_root() else []
            )
            try:
                context = chromium.new_context(
                    bypass_csp=True, offline=True, color_scheme="light", locale=i18n.language()
                )
                page = context.new_page()
                page.set_default_timeout(PATIENCE)
                page.goto(source.resolve().as_uri())
                page.emulate_media(media="print", color_scheme="light")
                page.add_style_tag(content=STYLE)
                headings = page.evaluate(PREPARE, _front(title))
                page.evaluate(NUMBER, _pages(_printed(page, title), headings))
                target.write_bytes(plain(_printed(page, title)))
            finally:
                chromium.close()
    except Error as error:
        first = str(error).strip().splitlines()[0]
        raise RunError(f"Chromium could not print {paths.shown(source)}: {first}") from error


def _as_root() -> bool:
    """As root, as in a container, Chromium starts without its sandbox only."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


#: Opens what a reader of paper cannot open, but for code and for tables that would fill pages and
#: that are better read as CSV; puts title page and contents before the rest; returns the anchors
#: that the contents list.
PREPARE = """([title, contents]) => {
  for (const d of document.querySelectorAll('main details'))
    d.open = !d.querySelector('pre')
      && d.querySelectorAll('tr').length <= (d.closest('figure') ? 12 : 30);
  const part = (name, html) => {
    const box = document.createElement('div');
    box.className = name;
    box.innerHTML = html;
    return box;
  };
  const main = document.querySelector('main');
  const list = document.createElement('ol');
  const anchors = [];
  for (const h of main.querySelectorAll('h2[id], h3[id]')) {
    if (!h.getClientRects().length) continue;
    const item = list.appendChild(document.createElement('li'));
    if (h.tagName === 'H3') item.className = 'deeper';
    const link = item.appendChild(document.createElement('a'));
    link.href = '#' + h.id;
    link.appendChild(document.createElement('span')).textContent = h.textContent.trim();
    const at = link.appendChild(document.createElement('span'));
    at.className = 'at';
    at.dataset.of = h.id;
    at.textContent = '000';
    anchors.push(h.id);
  }
  const box = part('print-contents', contents);
  box.append(list);
  main.prepend(part('print-title', title), box);
  return anchors;
}"""
NUMBER = """pages => {
  for (const at of document.querySelectorAll('.print-contents .at'))
    at.textContent = pages[at.dataset.of] ?? '';
}"""


def _front(title: Mapping[str, str]) -> list[str]:
    """Title page and the head of the contents. The title is no heading: the report has its own."""
    said = "".join(f"<p>{escape(title[key])}</p>" for key in ("checked", "citation") if title[key])
    name, contents = escape(_("Growth claims, checked")), escape(_("Contents"))
    return [
        f"<p>{name}</p><p class='print-name'><b>{escape(title['title'])}</b></p>{said}",
        f"<p><b>{contents}</b></p>",
    ]


def _printed(page, title: Mapping[str, str]) -> bytes:
    """The page as PDF: A4, page numbers below, an outline, tags."""
    line = "font-size:8px;width:100%;padding:0 16mm;color:#444;font-family:sans-serif;"
    return page.pdf(
        format="A4",
        print_background=True,
        display_header_footer=True,
        header_template=f'<div style="{line}">{escape(title["title"])}</div>',
        footer_template=(
            f'<div style="{line}text-align:center"><span class="pageNumber"></span> / '
            '<span class="totalPages"></span></div>'
        ),
        margin={"top": "20mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
        outline=True,
        tagged=True,
    )


def _pages(content: bytes, anchors: list[str]) -> dict[str, str]:
    """On which page each anchor came to stand."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    found = {}
    for name, destination in reader.named_destinations.items():
        number = reader.get_destination_page_number(destination)
        if number is not None:
            found[str(name).lstrip("/")] = str(number + 1)
    return {anchor: found[anchor] for anchor in anchors if anchor in found}


_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
_NODE = re.compile(rb"\(node(\d{8})\)")


def plain(content: bytes) -> bytes:
    """The PDF without the time at which it was made, and its elements numbered from 1 in their
    order: Chromium's own numbers differ by what else it did. No other byte moves."""
    content = _DATE.sub(lambda match: b" " * len(match.group()), content)
    numbers = {name: n for n, name in enumerate(sorted(set(_NODE.findall(content))), start=1)}
    return _NODE.sub(lambda match: b"(node%08d)" % numbers[match.group(1)], content)
