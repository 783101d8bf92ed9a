"""Writes the pages of a report: one a notebook and language, those that notebooks set aside, what
changed, and everything in one file."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbformat import NotebookNode

from growth_claims import i18n, words
from growth_claims.errors import RunError
from growth_claims.i18n import N_, _
from growth_claims.report import single
from growth_claims.report.exporter import GrowthClaimsExporter
from growth_claims.report.machine import complete
from growth_claims.report.page import INDEX, Body, Place, file, render
from growth_claims.show import METADATA

#: How pages are called where pages are listed; others by their first heading.
LABELS = {
    "index": N_("The answer"),
    "01_clean": N_("The figures"),
    "02_gdp": N_("GDP"),
    "03_population": N_("Population"),
    "04_trade": N_("Trade"),
    "05_events": N_("Meetings"),
    "methods": N_("Methods"),
    "changes": N_("What changed"),
}


@dataclass(frozen=True)
class Sheet:
    """A page's content with what its head says and what files it brings."""

    name: str
    body: Body
    title: str = ""
    description: str = ""
    notebook: str | None = None


def build(
    executed: Mapping[str, Path], publish: Path, settings=None, previous: Path | None = None
) -> list[Path]:
    """Writes all pages into `publish`, which already holds verdicts.json and run.json where there
    are any; returns what was written.

    `executed`: notebooks by name, executed with GROWTH_CLAIMS_RUN=1; `previous`: the folder of the
    report that this one replaces.
    """
    notebooks = {name: nbformat.read(path, as_version=4) for name, path in executed.items()}
    written = [_write_notebook(publish, name, nb) for name, nb in notebooks.items()]
    machine = {name: _json(publish / f"{name}.json") for name in ("verdicts", "run")}
    anchors: dict[str, tuple[str, ...]] = {}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            sheets, files = _sheets(notebooks, machine, publish, previous, anchors)
            written += files
            written += _write_pages(publish, sheets, machine)
    return list(dict.fromkeys(written))


def _write_pages(publish: Path, sheets: list[Sheet], machine: Mapping[str, dict]) -> list[Path]:
    language = i18n.language()
    names = [s.name for s in sheets]
    sheets = [replace(s, body=s.body.link([*names, INDEX], language)) for s in sheets]
    front = sheets[0]
    place = Place(
        name="index",
        pages=tuple((s.name, _(LABELS[s.name]) if s.name in LABELS else s.title) for s in sheets),
        languages=i18n.LANGUAGES,
        site=front.title,
        edition=edition(machine),
    )
    downloads = [(file("report", language), _("The whole report in one file"))]
    downloads += [
        (name, label)
        for name, label in (
            ("verdicts.json", _("All verdicts (JSON)")),
            ("verdicts.csv", _("All verdicts (CSV)")),
            ("datapackage.json", _("All data of the charts (data package)")),
            ("report.pdf" if language == "en" else f"report.{language}.pdf", _("Report (PDF)")),
        )
        if (publish / name).is_file()
    ]
    written = []
    for sheet in sheets:
        own = [(sheet.notebook, _("This page as a Jupyter notebook"))] if sheet.notebook else []
        here = replace(
            place,
            name=sheet.name,
            title=sheet.title,
            description=sheet.description,
            downloads=(*own, *downloads),
            json_ld=_json_ld(machine) if sheet.name == "index" else (),
        )
        written.append(_write(publish / file(sheet.name, language), render(sheet.body, here)))
    whole = single.edition(sheets, publish)
    here = replace(place, name="report", pages=(), title=front.title, description=front.description)
    written.append(_write(publish / file("report", language), render(whole, here)))
    return written


def _sheets(
    notebooks: Mapping[str, NotebookNode],
    machine: Mapping[str, dict],
    publish: Path,
    previous: Path | None,
    anchors: dict[str, tuple[str, ...]],
) -> tuple[list[Sheet], list[Path]]:
    """All pages of the current language in their order, and the files written for them: those that
    charts bring and what follows from these. The anchors of the first language are kept in
    `anchors` and used again by the next."""
    exporter = GrowthClaimsExporter(language=i18n.language())
    sheets, apart, files = {}, {}, {}
    for name, nb in notebooks.items():
        page = "index" if name == INDEX else name
        html, resources = exporter.content(copy.deepcopy(nb))
        html += (_cite(machine) if page == "index" else "") + resources.get("footnotes", "")
        about = resources.get("page", {})
        sheets[page] = _sheet(page, html, anchors, about, notebook=f"notebooks/{name}.ipynb")
        apart |= resources.get("apart", {})
        files |= resources.get("files", {})
    for page, (label, html) in apart.items():
        sheets[page] = _sheet(page, f"<h1>{label}</h1>\n{html}", anchors)
    written = [_write(publish / name, text) for name, text in files.items()]
    if i18n.language() == i18n.LANGUAGES[0]:
        written += complete(publish, previous)
    changes = _changes(machine, publish, previous)
    if changes:
        sheets["changes"] = _sheet("changes", changes, anchors)
    if "index" not in sheets:
        raise RunError(f"no notebook {INDEX} among {', '.join(notebooks)}")
    order = ["index", *sorted(n for n in sheets if n[0].isdigit())]
    order += [n for n in sheets if n not in order]
    return [sheets[n] for n in order], written


def _sheet(
    page: str,
    html: str,
    anchors: dict[str, tuple[str, ...]],
    about: Mapping[str, str] | None = None,
    notebook: str | None = None,
) -> Sheet:
    body = Body.of(html, anchors.get(page))
    first = anchors.setdefault(page, body.anchors)
    if first != body.anchors:
        raise RunError(f"page {page}: the languages do not have the same headings")
    about = about or {}
    return Sheet(
        page,
        body,
        about.get("title") or body.title,
        about.get("description") or _first_paragraph(html) or body.title,
        notebook,
    )


def _first_paragraph(html: str) -> str:
    """What a search engine shows of the page: its first paragraph, as plain text."""
    match = re.search(r"<p>(.*?)</p>", html, re.S)
    text = " ".join(Markup(match.group(1)).striptags().split()) if match else ""
    return text if len(text) <= 300 else text[:299].rsplit(" ", 1)[0] + " …"


def edition(machine: Mapping[str, dict]) -> str:
    """Which editions of which sources the report stands on."""
    vintages = machine["verdicts"].get("vintages") or {}
    listed = "; ".join(
        f"{words.source(source)}, {words.vintage(vintage)}"
        for source, vintage in sorted(vintages.items())
        if isinstance(vintage, str)
    )
    return _("The verdicts rest on these editions: {listed}.", listed=listed) if listed else ""


def _json_ld(machine: Mapping[str, dict]) -> tuple[dict, ...]:
    if not machine["verdicts"].get("claims"):
        return ()
    from growth_claims.report import claimreview

    return tuple(claimreview.json_ld(machine["verdicts"], machine["run"], i18n.language()))


def _cite(machine: Mapping[str, dict]) -> str:
    if not machine["verdicts"].get("claims"):
        return ""
    from growth_claims.report import cite

    return cite.box(machine["verdicts"], machine["run"])


def _changes(machine: Mapping[str, dict], publish: Path, previous: Path | None) -> str:
    if not machine["verdicts"].get("claims"):
        return ""
    from growth_claims.report import changes

    label = LABELS["changes"]
    return Markup("<h1>{}</h1>\n").format(_(label)) + Markup(changes.body(publish, previous))


def _json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _write_notebook(publish: Path, name: str, nb: NotebookNode) -> Path:
    return _write(publish / "notebooks" / f"{name}.ipynb", nbformat.writes(plain(nb)) + "\n")


def plain(nb: NotebookNode) -> NotebookNode:
    """The executed notebook as it is given away: without times, paths and what only the pages
    need, so that the same run gives the same bytes."""
    nb = copy.deepcopy(nb)
    nb.metadata.pop("papermill", None)
    for cell in nb.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            about = output.get("metadata", {}).get(METADATA)
            if about is not None:
                output.metadata[METADATA] = {k: about.get(k) for k in ("kind", "name")}
    return nb
