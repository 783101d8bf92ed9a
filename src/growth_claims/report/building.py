"""Writes the pages of a report: the first, one a claim, figures and methods, what changed, and
everything in one file, each in both languages; and the files beside them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from growth_claims import claims, i18n, pieces
from growth_claims.errors import RunError
from growth_claims.i18n import N_, _
from growth_claims.report import (
    changes,
    cite,
    claimpage,
    claimreview,
    machine,
    page,
    readme,
    single,
)
from growth_claims.report.notebook import Content, content, plain
from growth_claims.report.page import Body, Place, file

#: Pages that are no claim's, in their order, and how they are called where pages are listed.
LABELS = {
    "index": N_("The answer"),
    "figures": N_("The figures"),
    "methods": N_("Methods"),
    "changes": N_("What changed"),
}


def build(
    executed: Mapping[str, Mapping[str, Path]],
    publish: Path,
    settings: Any = None,
    previous: Path | None = None,
) -> None:
    """Writes all pages into `publish`, which already holds verdicts.json, run.json and the pieces
    of the claims.

    `executed`: name ("index", "figures", "methods" or a claim's id) → language → notebook executed
    with GROWTH_CLAIMS_RUN=1; `previous`: the folder of the report that this one replaces.
    """
    if "index" not in executed:
        raise RunError(f"no notebook of the first page among {', '.join(executed)}")
    register = claims.kept(settings.register) if settings is not None else None
    made = {language: _Report(executed, publish, language) for language in executed["index"]}
    # Charts are named alike in both languages; the CSV of the first language is the one kept.
    for report in reversed(made.values()):
        report.write_notebooks()
    first = next(iter(made.values()))
    machine.write_text(publish / "verdicts.csv", machine.verdicts_csv(first.verdicts))
    changes.record(publish, previous, register)
    readme.write(publish)
    machine.write_json(publish / "datapackage.json", machine.datapackage(publish))
    anchors: dict[str, tuple[str, ...]] = {}
    for language in sorted(made, key=i18n.LANGUAGES.index):
        with i18n.use(language):
            made[language].write_pages(anchors, tuple(made))
    shutil.rmtree(publish / pieces.FOLDER, ignore_errors=True)
    _opened.cache_clear()


def open_notebook(path: Path, language: str) -> tuple[str, Content]:
    """An executed notebook as it is given away, and its content in a language. Can be called before
    `build`, which then finds it done."""
    return _opened(path, path.stat().st_mtime_ns, language)


@lru_cache(maxsize=256)
def _opened(path: Path, changed: int, language: str) -> tuple[str, Content]:
    nb = json.loads(path.read_text(encoding="utf-8"))
    with i18n.use(language):
        made = content(nb)
    return f"{json.dumps(plain(nb), ensure_ascii=False, indent=1, sort_keys=True)}\n", made


class _Report:
    """A report in one language while it is being made."""

    def __init__(
        self, executed: Mapping[str, Mapping[str, Path]], publish: Path, language: str
    ) -> None:
        self.publish, self.language = publish, language
        self.verdicts = machine.read_json(publish / "verdicts.json")
        self.run = machine.read_json(publish / "run.json")
        self.entries = {c["id"]: c for c in self.verdicts["claims"]}
        opened = {name: open_notebook(by[language], language) for name, by in executed.items()}
        self.notebooks = {name: text for name, (text, _) in opened.items()}
        self.contents = {name: one for name, (_, one) in opened.items()}

    def write_notebooks(self) -> None:
        """The executed notebooks as they are given away, and the figures of their charts."""
        for name, text in self.notebooks.items():
            machine.write_text(self.publish / self.notebook(name), text)
        for one in self.contents.values():
            for path, (_title, text) in one.charts.items():
                machine.write_text(self.publish / path, text)

    def notebook(self, name: str) -> str:
        """Where a page's executed notebook lies."""
        return f"notebooks/{name}.{self.language}.ipynb"

    def html(self, name: str) -> str:
        if name == "changes":
            head = Markup("<h1>{}</h1>\n").format(_(LABELS["changes"]))
            return head + changes.body(self.publish)
        one = self.contents[name]
        if name in self.entries:
            foot = claimpage.foot(self.entries[name], one, self.notebook(name))
            cited = cite.box(self.verdicts, self.run, name)
            return claimpage.html(self.entries[name], one, f"{foot}\n{cited}")
        if name == "index":
            end = [page.fill("_glossary.html.j2"), cite.box(self.verdicts, self.run), one.notes]
            return "\n".join([*(p.bare() for p in one.parts), *end])
        return one.html()

    def write_pages(self, anchors: dict[str, tuple[str, ...]], languages: tuple[str, ...]) -> None:
        """All pages in their order. The anchors of the first language are kept in `anchors` and
        used again by the next."""
        names = ["index", *self.entries, "figures", "methods"]
        names = [*(name for name in names if name in self.contents), "changes"]
        bodies = {}
        for name in names:
            body = Body.of(self.html(name), anchors.get(name, ()))
            if anchors.setdefault(name, body.anchors) != body.anchors:
                raise RunError(f"page {name}: the languages do not have the same headings")
            bodies[name] = body.link(names, self.language)
        labels = {name: _(label) for name, label in LABELS.items() if name in names}
        site = self._about("index", bodies["index"])
        editions = machine.editions(machine.rests_on(self.verdicts))
        around = {
            "languages": languages,
            "site": site["title"],
            "edition": _("The verdicts rest on these editions: {listed}.", listed=editions),
            "home": f"../{file('index', self.language)}",
        }
        downloads = self._downloads()
        for name, body in bodies.items():
            own = [(self.notebook(name), _("This page as a Jupyter notebook"))]
            here = Place(
                name,
                pages=tuple(labels.items()),
                downloads=(*(own if name in self.contents else ()), *downloads),
                json_ld=self._json_ld(name),
                **self._about(name, body),
                **around,
            )
            self._write(body, here)
        whole = single.edition(bodies, self.publish)
        self._write(whole, Place("report", **site, **around | {"home": ""}))

    def _write(self, body: Body, place: Place) -> None:
        path = self.publish / file(place.name, self.language)
        machine.write_text(path, page.render(body, place))

    def _about(self, name: str, body: Body) -> dict[str, str]:
        """What a page's head says of it."""
        about = self.contents.get(name, Content()).about
        said = about.get("description")
        if name in self.entries:
            said = self.entries[name]["summary"][self.language]
        title = about.get("title") or body.title
        return {"title": title, "description": said or _first_paragraph(body.html) or body.title}

    def _downloads(self) -> tuple[tuple[str, str], ...]:
        report = file("report", self.language)
        labels = {
            "verdicts.json": _("All verdicts (JSON)"),
            "verdicts.csv": _("All verdicts (CSV)"),
            "datapackage.json": _("All data of the charts (data package)"),
            report.replace(".html", ".pdf"): _("Report (PDF)"),
        }
        there = [pair for pair in labels.items() if (self.publish / pair[0]).is_file()]
        return ((report, _("The whole report in one file")), *there)

    def _json_ld(self, name: str) -> tuple[dict, ...]:
        """The reviews of a claim's page, or of all claims on the first."""
        if name in self.entries:
            entries = [self.entries[name]]
        else:
            entries = list(self.entries.values()) if name == "index" else []
        return tuple(claimreview.review(e, self.verdicts, self.run, self.contents) for e in entries)


def _first_paragraph(html: str) -> str:
    """What a search engine shows of the page: its first paragraph, as plain text."""
    match = re.search(r"<p>(.*?)</p>", html, re.S)
    text = Markup(match[1]).striptags() if match else ""
    return text if len(text) <= 300 else text[:299].rsplit(" ", 1)[0] + " …"
