"""How the report is cited: as text, as BibTeX, as CSL-JSON, with version, date of the figures and a
hash of the inputs. Nothing in it depends on the day or the machine of a build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from growth_claims import i18n, words
from growth_claims.i18n import N_, _
from growth_claims.report import page
from growth_claims.report.claimreview import NAME, date_of_figures

AUTHORS = N_("Growth claims authors")
#: As many characters of the hash as are shown.
SHOWN = 12
RAW = "data/raw/"
BABEL = {"en": "english", "ru": "russian"}


@dataclass(frozen=True)
class Citation:
    """What a citation says. `key`: what the entry is called in a bibliography; `figures`: the
    newest edition used; `inputs`: the whole hash."""

    key: str
    title: str
    authors: str
    version: str
    figures: str
    inputs: str
    note: str
    language: str

    def text(self) -> str:
        """For a list of references."""
        return f"{self.authors}. {self.title}. {self.note}."

    def bibtex(self) -> str:
        """An entry for BibTeX and BibLaTeX."""
        year, *rest = self.figures.split("-")
        fields = {
            "author": "{" + escaped(self.authors) + "}",
            "title": "{" + escaped(self.title) + "}",
            "year": year,
            **({"month": str(int(rest[0]))} if rest else {}),
            "version": escaped(self.version),
            "note": escaped(self.note),
            "langid": BABEL[self.language],
        }
        lines = (f"  {name} = {{{value}}}," for name, value in fields.items())
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])

    def csl(self) -> str:
        """A bibliography of one item as citation managers read it (CSL-JSON)."""
        item = {
            "id": self.key,
            "type": "report",
            "title": self.title,
            "author": [{"literal": self.authors}],
            "issued": {"date-parts": [[int(part) for part in self.figures.split("-")]]},
            "version": self.version,
            "language": self.language,
            "note": self.note,
        }
        return json.dumps([item], ensure_ascii=False, indent=2)


def citation(verdicts: Mapping[str, Any], run: Mapping[str, Any]) -> Citation:
    """The citation of a report in the current language."""
    language, figures, inputs = i18n.language(), date_of_figures(verdicts), inputs_hash(run)
    return Citation(
        key=f"growth-claims-{verdicts['register']}-{inputs[:SHOWN]}",
        title=": ".join([_(NAME), verdicts["article"]["title"][language]]),
        authors=_(AUTHORS),
        version=version(run),
        figures=figures,
        inputs=inputs,
        note=_(
            "Version {version}; figures as of {date}; inputs sha256 {hash}",
            version=version(run),
            date=words.vintage(figures),
            hash=inputs[:SHOWN],
        ),
        language=language,
    )


def version(run: Mapping[str, Any]) -> str:
    """The package's version."""
    return run.get("versions", {}).get("growth-claims") or "0"


def inputs_hash(run: Mapping[str, Any]) -> str:
    """sha256 of what a report is made from: a line `hash  path` for each file of figures and the
    register, sorted, as sha256sum writes them, and the package's version."""
    register = run.get("parameters", {}).get("register")
    lines = sorted(
        f"{digest}  {path}"
        for path, digest in run.get("inputs", {}).items()
        if path.startswith(RAW) or path == register
    )
    content = "\n".join([*lines, f"growth-claims {version(run)}", ""])
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


#: What TeX would take for a command, written out.
_SPECIAL = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\N{NO-BREAK SPACE}": "~",
        "\N{NARROW NO-BREAK SPACE}": r"\,",
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    }
)


def escaped(text: str) -> str:
    """A text as BibTeX has it."""
    return text.translate(_SPECIAL)


def box(verdicts: Mapping[str, Any], run: Mapping[str, Any], claim: str | None = None) -> Markup:
    """The box "cite this" of the first page, or of a claim's, in the current language."""
    said = (c["statement"][i18n.language()] for c in verdicts["claims"] if c["id"] == claim)
    return page.fill("_cite.html.j2", cite=citation(verdicts, run), statement=next(said, None))
