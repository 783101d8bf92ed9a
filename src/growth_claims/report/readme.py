"""What a person sees of a report in the repository: a README in its folder, and the block of
verdicts in the project's own. Both are made from verdicts.json; neither is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from growth_claims import i18n, paths, words
from growth_claims.errors import InputError
from growth_claims.report import cite, index, machine
from growth_claims.verdicts import Verdict

NAME = "README.md"
BEGIN, END = "<!-- verdicts:begin -->", "<!-- verdicts:end -->"
#: A sign for each verdict, so that the eye finds it; the word stands beside it.
SIGNS = {
    Verdict.HOLDS: "✔",
    Verdict.CLOSE: "≈",
    Verdict.OUT_OF_DATE: "◷",
    Verdict.DEPENDS: "◐",
    Verdict.DOES_NOT_HOLD: "✘",
    Verdict.CANNOT_BE_CHECKED: "?",
}


def write(publish: Path) -> Path:
    """Writes the README of a report's folder."""
    verdicts = machine.read_json(publish / "verdicts.json")
    run = machine.read_json(publish / "run.json")
    return machine.write_text(publish / NAME, text(verdicts, run))


def text(verdicts: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """The README of a report: what was checked, the outcome, the table, how to cite. English; the
    pages have both languages."""
    with i18n.use("en"):
        article, citation = verdicts["article"], cite.citation(verdicts, run)
        date = words.vintage(article["date"])
        editions = "; ".join(
            f"{words.source(s)}, {words.vintage(v)}" for s, v in verdicts["vintages"].items()
        )
        return f"""\
<!-- Made by `make report`; not to be edited. -->

# {article["title"]["en"]}

Checked: {article["outlet"]["en"]}, {date}, {article["occasion"]["en"]}; it quotes
{article["quotes"]["en"]}.

**{outcome(verdicts)}**

{table(verdicts)}

The verdicts rest on these editions: {editions}.

`make report` puts the pages here, in English ([index.html](index.html)) and in Russian
([index.ru.html](index.ru.html)): for each claim the chart that decides it, all readings, how it was
computed, and the data. Always here, and the same for the same figures:
[verdicts.json](verdicts.json), [verdicts.csv](verdicts.csv).

## How to cite

{citation.text()}

```bibtex
{citation.bibtex()}
```
"""


def outcome(verdicts: Mapping[str, Any]) -> str:
    """The outcome in one sentence."""
    return index.outcome(
        [SimpleNamespace(verdict=Verdict(c["verdict"])) for c in verdicts["claims"]]
    )


def table(verdicts: Mapping[str, Any], details: str = "") -> str:
    """The verdicts as a Markdown table. `details`: the page that holds the claims' anchors."""
    rows = [["Claim", "Verdict", "What the figures say"], ["---", "---", "---"]]
    for claim in verdicts["claims"]:
        verdict = Verdict(claim["verdict"])
        statement = words.tied(cell(claim["statement"]["en"]))
        rows.append(
            [
                f"[{statement}]({details}#{claim['id']})" if details else statement,
                f"{SIGNS[verdict]}\N{NO-BREAK SPACE}{words.verdict(verdict)}",
                cell(claim["summary"]["en"]),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def cell(said: str) -> str:
    """A text as a cell of a Markdown table."""
    return re.sub(r"[ \t\r\n]+", " ", said).replace("\\", "\\\\").replace("|", "\\|")


def block(verdicts: Mapping[str, Any], folder: str) -> str:
    """What stands between the markers of the project's README."""
    with i18n.use("en"):
        article = verdicts["article"]
        return f"""\
{BEGIN}
**{outcome(verdicts)}** Checked: {article["outlet"]["en"]}, {words.vintage(article["date"])}.
All of it as [JSON]({folder}/verdicts.json) and [CSV]({folder}/verdicts.csv).

{table(verdicts)}
{END}"""


def update_readme(
    path: Path | None = None, report: Path | None = None, *, check: bool = False
) -> bool:
    """Puts the verdicts of the report's folder into the project's README, between its markers;
    returns whether that changed it. With `check` nothing is written."""
    path = path or paths.project_root() / NAME
    report = report or default_report()
    verdicts = machine.read_json(report / "verdicts.json")
    if not verdicts:
        raise InputError(
            file=paths.shown(report / "verdicts.json"),
            found="no such file",
            expected="the verdicts of a report",
            todo="run `make report`",
        )
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    if old.count(BEGIN) != 1 or old.count(END) != 1 or old.index(BEGIN) > old.index(END):
        raise InputError(
            file=paths.shown(path),
            found="not one pair of markers",
            expected=f"{BEGIN} and, further down, {END}, once each",
            todo="put both where the verdicts shall stand",
        )
    before, rest = old.split(BEGIN)
    try:
        folder = report.resolve().relative_to(path.resolve().parent).as_posix()
    except ValueError:
        folder = report.name
    new = before + block(verdicts, folder) + rest.split(END)[1]
    if new != old and not check:
        machine.write_text(path, new)
    return new != old


def default_report() -> Path:
    """The folder of the report that `make report` builds."""
    from growth_claims.params import Parameters

    return paths.reports() / Path(Parameters().register).stem


def main() -> None:
    """`python -m growth_claims.report.readme`: brings the project's README up to date."""
    print("updated" if update_readme() else "nothing has changed")


if __name__ == "__main__":
    main()
