"""What a person sees of a report in the repository: a README in its folder, and the block of
verdicts in the project's own. Both are made from verdicts.json; neither is typed. English; the
pages have both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from growth_claims import display, i18n, notebooks, paths, words
from growth_claims.errors import InputError
from growth_claims.report import cite, front, machine, page

NAME = "README.md"
BINDER, REPOSITORY = "https://mybinder.org", "repository-code"
BEGIN, END = "<!-- verdicts:begin -->", "<!-- verdicts:end -->"


def write(publish: Path) -> Path:
    """Writes the README of a report's folder: what was checked, the outcome, the table, how to
    cite."""
    verdicts = machine.read_json(publish / "verdicts.json")
    with i18n.use("en"):
        text = page.fill(
            "README.md.j2",
            article=verdicts["article"],
            checked=words.checked(verdicts["article"]),
            outcome=outcome(verdicts),
            table=table(verdicts),
            editions=machine.editions(machine.rests_on(verdicts)),
            citation=cite.citation(verdicts, machine.read_json(publish / "run.json")),
        )
    return machine.write_text(publish / NAME, f"{text}\n")


def outcome(verdicts: Mapping[str, Any]) -> str:
    """The outcome in one sentence."""
    return front.outcome([c["verdict"] for c in verdicts["claims"]])


def table(verdicts: Mapping[str, Any]) -> str:
    """The verdicts as a Markdown table."""
    rows = [["Claim", "Verdict", "What the figures say"], ["---", "---", "---"]]
    for claim in verdicts["claims"]:
        sign = display.SIGNS[claim["verdict"]]
        rows.append(
            [
                words.tied(_cell(claim["statement"]["en"])),
                f"{sign}\N{NO-BREAK SPACE}{words.verdict(claim['verdict'])}",
                _cell(claim["summary"]["en"]),
            ]
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(said: str) -> str:
    """A text as a cell of a Markdown table."""
    return re.sub(r"[ \t\r\n]+", " ", said).replace("\\", "\\\\").replace("|", "\\|")


def badge(root: Path) -> str:
    """Binder's badge, as soon as CITATION.cff says where on GitHub the project is kept
    (`repository-code`); until then nothing."""
    citation = root / "CITATION.cff"
    cited = yaml.safe_load(citation.read_text(encoding="utf-8")) if citation.is_file() else {}
    at = re.fullmatch(r"https://github\.com/([^/]+/[^/]+?)(\.git)?/?", cited.get(REPOSITORY, ""))
    if at is None:
        return ""
    binder = f"{BINDER}/v2/gh/{at[1]}/HEAD?urlpath=lab/tree/notebooks/{notebooks.EXPLORE}"
    return f"[![Binder]({BINDER}/badge_logo.svg)]({binder})\n\n"


def update_readme(path: Path, report: Path, *, check: bool = False) -> bool:
    """Puts the verdicts of the report's folder into the project's README, between its markers;
    returns whether that changed it. With `check` nothing is written."""
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
    folder = report.resolve().relative_to(path.resolve().parent).as_posix()
    with i18n.use("en"):
        article = verdicts["article"]
        outlet, day = article["outlet"]["en"], words.vintage(article["date"])
        block = f"""
{badge(path.parent)}**{outcome(verdicts)}** Checked: {outlet}, {day}.
All of it as [JSON]({folder}/verdicts.json) and [CSV]({folder}/verdicts.csv).

{table(verdicts)}
"""
    before, after = old[: old.index(BEGIN) + len(BEGIN)], old[old.index(END) :]
    new = before + block + after
    if new != old and not check:
        machine.write_text(path, new)
    return new != old


def default_report() -> Path:
    """The folder of the report that `make report` builds."""
    from growth_claims.params import Parameters

    return paths.reports() / Path(Parameters().register).stem


if __name__ == "__main__":  # python -m growth_claims.report.readme: the project's README
    changed = update_readme(paths.project_root() / NAME, default_report())
    print("updated" if changed else "nothing has changed")
