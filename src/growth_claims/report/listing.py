"""The list of all reports: `reports/index.html`, in both languages, from what each report's
verdicts.json says."""

from __future__ import annotations

from pathlib import Path

from growth_claims import i18n, words
from growth_claims.i18n import _
from growth_claims.report import machine, readme
from growth_claims.report.page import Body, Place, file, fill, render


def overview(reports: Path) -> None:
    """Writes the list into the folder of reports. Reports without pages are listed with their
    verdicts.json alone."""
    found = {p.parent: machine.read_json(p) for p in sorted(reports.glob("*/verdicts.json"))}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            index = file("index", language)
            title = _("Growth claims, checked")
            said = _("Texts on growth, their figures put to public statistics, claim by claim.")
            listed = []
            for folder, verdicts in found.items():
                page = index if (folder / index).is_file() else "verdicts.json"
                listed.append((f"{folder.name}/{page}", verdicts, readme.outcome(verdicts)))
            html = fill(
                "overview.html.j2", title=title, said=said, reports=listed, checked=words.checked
            )
            place = Place("index", title=title, description=said)
            machine.write_text(reports / index, render(Body.of(html.strip()), place))
