"""The whole report as one PDF a language, printed by Chromium from the single-file edition: title
page, contents with page numbers, links, an outline, tags for screen readers.

The pages are printed twice: where a heading comes to stand is known only after printing, and the
contents name it. What a PDF says of the day it was made is taken out again."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from growth_claims import i18n, paths, words
from growth_claims.errors import InputError, RunError
from growth_claims.i18n import _
from growth_claims.report import cite, machine
from growth_claims.report.page import file, own

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Milliseconds for one printing.
PATIENCE = 180_000
NUMBER = """pages => {
  for (const at of document.querySelectorAll('.print-contents .at'))
    at.textContent = pages[at.dataset.of] ?? '';
}"""
_LINE = "font-size:8px;width:100%;padding:0 16mm;color:#444;font-family:sans-serif;"


def write(folder: Path) -> list[Path]:
    """Prints the report in `folder`: report.pdf, report.ru.pdf. Returns what was written.

    Raises InputError where there is no report or no browser.
    """
    folder = Path(folder)
    sources = {language: there(folder / file("report", language)) for language in i18n.LANGUAGES}
    verdicts = machine.read_json(there(folder / "verdicts.json"))
    cited = partial(cite.citation, verdicts, machine.read_json(folder / "run.json"))
    written = []
    for language, source in sources.items():
        with i18n.use(language), opened(source, bypass_csp=True, locale=language) as page:
            title = verdicts["article"]["title"][language]
            said = [words.checked(verdicts["article"]), cited().text()]
            target = source.with_suffix(".pdf")
            target.write_bytes(plain(_printed(page, title, said)))
            written.append(target)
    return written


def there(page: Path) -> Path:
    """The page, or InputError where there is none."""
    if page.is_file():
        return page
    raise InputError(
        file=paths.shown(page),
        found="no such file",
        expected="a page of a report",
        todo="run `make report` first",
    )


def find_browser() -> str:
    """Chromium's path. Raises InputError where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    raise InputError(
        file="PATH",
        found=f"none of {', '.join(BROWSERS)}",
        expected="Chromium, which prints the pages",
        todo="install it (on Debian and Ubuntu: apt install chromium)",
    )


@contextmanager
def opened(source: Path, **context: Any) -> Iterator[Page]:
    """A page of a report in Chromium, without network, in light colours; `context`: what else
    Playwright's `new_context` takes."""
    browser = find_browser()
    try:
        import pypdf  # noqa: F401 (asked for here, so that nothing is printed in vain)
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise InputError(
            file="the environment",
            found="no playwright or no pypdf",
            expected="both: they drive Chromium and read what it printed",
            todo="install this project with its `test` extra (`make setup` does)",
        ) from None
    # as root, as in a container, Chromium starts without its sandbox only
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=browser, args=["--no-sandbox"] if root else []
            )
            page = chromium.new_context(offline=True, color_scheme="light", **context).new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(source.resolve().as_uri())
            yield page
            chromium.close()
    except Error as error:
        first = str(error).strip().splitlines()[0]
        raise RunError(f"Chromium could not print {paths.shown(source)}: {first}") from error


def _printed(page: Page, title: str, said: list[str]) -> bytes:
    """The report as PDF: A4, page numbers below, an outline, tags. The title of its first page is
    no heading: the report has its own."""
    page.emulate_media(media="print", color_scheme="light")
    page.add_style_tag(content=own("static/print.css"))
    name, contents = escape(_("Growth claims, checked")), escape(_("Contents"))
    front = [
        f"<p>{name}</p><p class='print-name'><b>{escape(title)}</b></p>"
        + "".join(f"<p>{escape(line)}</p>" for line in said),
        f"<p><b>{contents}</b></p>",
    ]
    headings = page.evaluate(own("static/print.js"), front)
    printing = partial(
        page.pdf,
        format="A4",
        print_background=True,
        display_header_footer=True,
        header_template=f'<div style="{_LINE}">{escape(title)}</div>',
        footer_template=(
            f'<div style="{_LINE}text-align:center"><span class="pageNumber"></span> / '
            '<span class="totalPages"></span></div>'
        ),
        margin={"top": "20mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
        outline=True,
        tagged=True,
    )
    page.evaluate(NUMBER, _pages(printing(), headings))
    return printing()


def _pages(content: bytes, anchors: list[str]) -> dict[str, str]:
    """On which page each anchor came to stand."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(content))
    found = {
        str(name).lstrip("/"): reader.get_destination_page_number(destination)
        for name, destination in reader.named_destinations.items()
    }
    return {a: str(found[a] + 1) for a in anchors if found.get(a) is not None}


_DATE = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
_NODE = re.compile(rb"\(node(\d{8})\)")


def plain(content: bytes) -> bytes:
    """The PDF without the time at which it was made, and its elements numbered from 1 in their
    order: Chromium's own numbers differ by what else it did. No other byte moves."""
    content = _DATE.sub(lambda match: b" " * len(match.group()), content)
    numbers = {name: n for n, name in enumerate(sorted(set(_NODE.findall(content))), start=1)}
    return _NODE.sub(lambda match: b"(node%08d)" % numbers[match.group(1)], content)
