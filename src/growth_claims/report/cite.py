"""How the report is cited: as text, as BibTeX, as CSL-JSON, with version, date of the figures and a
hash of the inputs. Nothing in it depends on the day or the machine of a build."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    """What a citation says. `figures`: the newest edition used; `inputs`: the whole hash."""

    register: str
    title: str
    authors: str
    version: str
    figures: str
    inputs: str
    language: str

    @property
    def key(self) -> str:
        """What the entry is called in a bibliography."""
        return f"growth-claims-{self.register}-{self.inputs[:SHOWN]}"

    @property
    def note(self) -> str:
        with i18n.use(self.language):
            return _(
                "Version {version}; figures as of {date}; inputs sha256 {hash}",
                version=self.version,
                date=words.vintage(self.figures),
                hash=self.inputs[:SHOWN],
            )

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

    def csl(self) -> list[dict[str, Any]]:
        """A bibliography of one item as citation managers read it (CSL-JSON)."""
        parts = [int(part) for part in self.figures.split("-")]
        return [
            {
                "id": self.key,
                "type": "report",
                "title": self.title,
                "author": [{"literal": self.authors}],
                "issued": {"date-parts": [parts]},
                "version": self.version,
                "language": self.language,
                "note": self.note,
            }
        ]

    def csl_text(self) -> str:
        return json.dumps(self.csl(), ensure_ascii=False, indent=2)


def citation(verdicts: Mapping[str, Any], run: Mapping[str, Any]) -> Citation:
    """The citation of a report in the current language."""
    language = i18n.language()
    title = verdicts["article"]["title"][language]
    return Citation(
        register=verdicts["register"],
        title=": ".join([_(NAME), title]),
        authors=_(AUTHORS),
        version=version(run),
        figures=date_of_figures(verdicts),
        inputs=inputs_hash(run),
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


_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_SPECIALS = re.compile("|".join(re.escape(sign) for sign in _SPECIAL))


def escaped(text: str) -> str:
    """A text as BibTeX has it: what TeX would take for a command is written out."""
    return _SPECIALS.sub(lambda match: _SPECIAL[match.group()], text)


def box(verdicts: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """The box "cite this" of the index page, in the current language."""
    template = page._environment().get_template("_cite.html.j2")
    return template.render(cite=citation(verdicts, run), _=i18n._)
