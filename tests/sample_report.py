"""A small report, made without running a kernel: a register of one claim a verdict, what their runs
write, and executed notebooks with outputs as ours come out of a kernel."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd

from growth_claims import i18n, pieces, quantities, report
from growth_claims.claims import Register
from growth_claims.panel import COLUMNS, Panel
from growth_claims.readings import Study, assess
from growth_claims.report import front, machine
from growth_claims.verdicts import Verdict

ECONOMIES = ("KAZ", "UZB")
VINTAGES = {"wdi": "2025-12-17"}
TODAY = "2026-07-01"
RUN = {
    "register": "sample",
    "parameters": {"register": "claims/sample.yaml", "wdi_vintage": "latest"},
    "vintages": {"wdi": "2026-07-01", "weo": "2025-10"},
    "inputs": {
        "data/raw/datapackage.json": "a" * 64,
        "data/raw/wdi/2026-07-01.csv": "b" * 64,
        "data/raw/events/events.csv": "e" * 64,
        "claims/sample.yaml": "c" * 64,
        "growth_claims": "d" * 64,
    },
    "versions": {"python": "3.11.2", "growth-claims": "0.1.0"},
}
#: What the literal reading finds for each verdict.
VALUES = {Verdict.HOLDS: 6.2, Verdict.CLOSE: 6.05, Verdict.CANNOT_BE_CHECKED: None}


def both(en: str, ru: str) -> dict[str, str]:
    return {"en": en, "ru": ru}


def name_of(verdict: Verdict) -> str:
    return verdict.value.replace(" ", "-")


def claim(claim_id: str, checkable: bool = True) -> dict[str, Any]:
    """GDP grew by 6.2 % a year, from 2004 to 2024: as a register has it."""
    made = {
        "id": claim_id,
        "kind": "growth",
        "topic": "gdp",
        "statement": both("GDP grew by 6.2 % a year.", "ВВП рос на 6,2 % в год."),
        "stated": {
            "value": 6.2,
            "low": 6.15,
            "high": 6.25,
            "as_written": both("6.2 % a year", "6,2 % в год"),
            "unit": "percent per year",
            "wording": "exact",
            "why": both("One decimal is written.", "Записан один знак."),
        },
        "period": {"start": 2004, "end": 2024, "as_written": both("20 years", "20 лет")},
    }
    if not checkable:
        return made | {"settled_by": both("trade by product", "торговля по товарам")}
    return made | {
        "primary": {
            "quantity": "real-gdp",
            "source": "wdi",
            "estimator": "endpoint",
            "start": 2004,
            "end": 2024,
        }
    }


def register(claims: list[dict[str, Any]] | None = None, **more: Any) -> Register:
    """One claim for each verdict, in the order of the rules."""
    claims = claims or [claim(name_of(v), v is not Verdict.CANNOT_BE_CHECKED) for v in Verdict]
    return Register.model_validate(
        {
            "id": "sample",
            "title": both("A sample", "Образец"),
            "article": {
                "date": "2025-11-15",
                "language": "ru",
                "outlet": both("A newspaper", "Газета"),
                "occasion": both("on the eve of a meeting", "накануне встречи"),
                "quotes": both("experts", "эксперты"),
            },
            "region": both("two countries", "две страны"),
            "economies": ECONOMIES,
            "topics": {"gdp": both("Output", "Выпуск")},
            "claims": claims,
            "not_checkable": [
                {
                    "id": "borders",
                    "statement": both("Borders.", "Границы."),
                    "reason": both("No figure.", "Нет цифр."),
                },
            ],
            **more,
        }
    )


def entry(verdict: Verdict, claim_id: str | None = None) -> dict[str, Any]:
    """What the runs of a claim write of it, both languages put together."""
    value = VALUES.get(verdict, 5.785)
    found = None
    if value is not None:
        found = {
            "value": value,
            "low": 4.9,
            "high": None,
            "unit": "percent per year",
            "source": "wdi",
            "vintage": "2025-12-17",
            "estimated": False,
            "reading": {
                "quantity": "real-gdp",
                "economies": list(ECONOMIES),
                "estimator": "endpoint",
                "start": 2004,
                "end": 2024,
            },
        }
    page = {}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            said = "–" if value is None else i18n.percent(value, 2)
        page[language] = {
            "stated": {"en": "6.2 % a year", "ru": "6,2 % в год"}[language],
            "found": said,
            "run": value is not None,
            "settled_by": None
            if value is not None
            else {"en": "trade", "ru": "торговля"}[language],
            "otherwise": [],
        }
    other = Verdict.DOES_NOT_HOLD if verdict is Verdict.HOLDS else verdict
    return {
        "id": claim_id or name_of(verdict),
        "kind": "growth",
        "topic": "gdp",
        "verdict": str(verdict),
        "statement": both("GDP grew by 6.2 % a year.", "ВВП рос на 6,2 % в год."),
        "summary": both(f"The figures say: {verdict} & <so>.", f"Цифры говорят: {value}."),
        "stated": {"value": 6.2, "low": 6.15, "high": 6.25, "unit": "percent per year"},
        "found": found,
        "today": {
            "verdict": str(other),
            "found": found and found | {"vintage": TODAY, "value": value - 0.1},
        },
        "readings": {"count": 7, "holding": 2, "close": 1},
        "margins": {m: str(verdict) for m in ("0.01", "0.02", "0.05", "0.10")},
        "page": page,
    }


def entries() -> list[dict[str, Any]]:
    """One claim for each verdict, in the order of the rules."""
    return [entry(v) for v in Verdict]


def verdicts(**article: Any) -> dict[str, Any]:
    """verdicts.json of those claims."""
    made = register()
    about = made.article.model_dump(mode="json", exclude_none=True)
    return {
        "schema": 2,
        "register": "sample",
        "article": {"title": made.title.model_dump()} | about | article,
        "vintages": dict(VINTAGES),
        "claims": [{k: v for k, v in e.items() if k != "page"} for e in entries()],
        "cross_checks": [
            {
                "id": "fits",
                "statement": both("Do they fit?", "Согласуются ли?"),
                "summary": both("They fit.", "Согласуются."),
                "why": both("So.", "Так."),
                "implied": 58.6,
                "published": 56.1,
                "fits": False,
            }
        ],
    }


def folder(
    path: Path, content: dict | None = None, run: dict | None = RUN, inputs: str | None = None
) -> Path:
    """A report's folder without its pages."""
    content = verdicts() if content is None else content
    machine.write_json(path / "verdicts.json", content)
    machine.write_text(path / "verdicts.csv", machine.verdicts_csv(content))
    if run is not None:
        machine.write_json(path / "run.json", run)
    if inputs is not None:
        machine.write_text(path / "inputs.csv", inputs)
    machine.write_text(path / "charts" / "growth.csv", "year,label,value\n2023,a,1.5\n2024,b,-2\n")
    return path


# --- verdicts from figures of our own -------------------------------------------------------------

EDITION = "2025-07-01"


def small_study(vintage: str = EDITION, times: float = 1.0, at: dt.date | None = None) -> Study:
    """Two claims on two countries' population, by figures of our own; `times`: a revision of one
    figure of 2024."""
    rows = []
    for year in range(1999, 2026):
        for economy, base in (("KAZ", 15e6), ("UZB", 25e6)):
            value = base * 1.015 ** (year - 2000)
            value *= times if (economy, year) == ("UZB", 2024) else 1
            rows.append(("wdi", vintage, economy, "", "SP.POP.TOTL", year, value, "persons"))
    frame = pd.DataFrame([(*r, "observed", "published") for r in rows], columns=COLUMNS)
    level = claim("population") | {
        "kind": "level",
        "stated": claim("x")["stated"]
        | {"value": 57, "low": 56.5, "high": 57.5, "unit": "million persons"},
        "primary": {"quantity": "population", "source": "wdi", "end": 2024},
    }
    multiple = level | {
        "id": "population-growth",
        "kind": "multiple",
        "stated": level["stated"] | {"value": 40, "low": 39.5, "high": 40.5, "unit": "percent"},
        "primary": {"quantity": "population", "source": "wdi", "start": 2000, "end": 2024},
    }
    check = {
        "id": "fits",
        "statement": both("Do they fit?", "Согласуются ли?"),
        "why": both("So.", "Так."),
        "implied": {"level": "population", "change": "population-growth"},
    }
    made = register([level, multiple], cross_checks=[check])
    return Study(made, Panel(frame), quantities.known(), pd.DataFrame(), pd.DataFrame(), at)


def of_study(study: Study) -> dict:
    """verdicts.json of a study, as its runs and 09_report make it."""
    made = []
    for one in study.register.claims:
        a, today = assess(study, one), assess(study.on(None), one)
        share = {"count": 1, "holding": 0, "close": 0}
        said = []
        for language in i18n.LANGUAGES:
            with i18n.use(language):
                said.append(pieces.piece(study, one, a, today, share))
        made.append(pieces._together(*said, i18n.LANGUAGES[-1]))
    return pieces.content(study, made)


# --- executed notebooks -------------------------------------------------------------------------

PROSE = """\
The World Bank sums GDP in US$ of 2015, the IMF in $.[^sum] See [the answer](09_report.ipynb#front)
and [edition](index.html#term-vintage). Growth is $g_t = \\frac{Y_t}{Y_{t-1}}$.

- one item
- another

| a | b |
|---|---|
| x | 5 |

[^sum]: World Bank, [data](https://data.worldbank.org)."""

SUMMARY = """\
<table class="simpletable">
<caption>OLS Regression Results</caption>
<tr><th>Model:</th> <td style="color:red">   OLS</td></tr>
</table><br/>Notes: P>|t|"""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 400 200" role="img" '
    'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">A line</title>'
    '<desc id="{name}-desc">It rises to {number}.</desc>'
    '<defs><clipPath id="{name}-clip"><path d="M0 0h400v200H0z"/></clipPath></defs>'
    '<path clip-path="url(#{name}-clip)" d="M0 9 400 2"/></svg>'
)


def output(data: dict[str, str], about: dict | None = None) -> dict[str, Any]:
    metadata = {"growth_claims": about} if about else {}
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def markdown(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "m", "metadata": _tags(tags), "source": source}


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "c",
        "execution_count": 1,
        "metadata": _tags(tags) | {"execution": {"iopub.execute_input": "now"}},
        "source": source,
        "outputs": list(outputs),
    }


def _tags(tags: tuple[str, ...]) -> dict[str, Any]:
    return {"tags": list(tags)} if tags else {}


def chart(name: str, value: float = 5.8) -> dict[str, Any]:
    """A chart as `plot.show` gives it in a run, in the current language."""
    said = i18n.number(value, 1)
    about = {
        "kind": "chart",
        "name": name,
        "title": f"{i18n.language()}: {said} <so>",
        "alt": f"It rises to {said}.",
        "note": "World Bank <1>",
        "csv": f"charts/{name}.csv",
        "csv_text": f"year,value\n2024,{value}\n",
        "table": f"<table><tbody><tr><td>{said}</td></tr></tbody></table>",
    }
    return output(
        {"image/svg+xml": SVG.format(name=name, number=said), "text/plain": about["alt"]}, about
    )


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cells": cells,
        "metadata": {"language_info": {"name": "python"}, "papermill": {"start_time": "now"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def of_claim(claim_id: str) -> dict[str, Any]:
    """A claim's executed notebook in the current language."""
    answer = (
        '<div class="claim v-holds"><p class="statement">GDP grew.</p>\n'
        f'<p class="answer"><b class="badge v-holds">✔</b> {i18n.percent(5.785, 2)}</p></div>'
    )
    printed = {"output_type": "stream", "name": "stdout", "text": "<b> printed\n"}
    warned = {"output_type": "stream", "name": "stderr", "text": "a warning of a path"}
    return notebook(
        [
            markdown("# How fast did it grow?"),
            markdown("What a run can be told."),
            code("first_year: int = 0  # which", tags=("parameters",)),
            code("first_year = 2005", tags=("injected-parameters",)),
            markdown("## The answer"),
            code("check", output({"text/html": answer}, {"kind": "answer", "name": claim_id})),
            markdown("## The number"),
            markdown("How the chart is read."),
            code("plot.path()", chart(f"{claim_id}-path")),
            markdown(PROSE),
            code("print('<b>')", warned, printed),
            markdown("## Other readings"),
            code("readings = check.readings()\nreadings", chart(f"{claim_id}-readings", 5.1)),
            markdown("## Tests[^sum]"),
            code("trend.summary()", output({"text/html": SUMMARY, "text/plain": "OLS"})),
            code("said", output({"text/markdown": "*Left out.*", "text/plain": "Left out."})),
            code("adf", output({"text/plain": "ADF(stat=<1>)"})),
            code("unused = 1"),
        ]
    )


def index() -> dict[str, Any]:
    """The first page's executed notebook in the current language."""
    data, about = front.Front(register(), entries())._repr_mimebundle_()
    return notebook(
        [
            markdown("# What was checked"),
            markdown("Of no interest.", "not-on-page"),
            code("front", output(data, about["growth_claims"])),
            markdown("## What is not checked here"),
            code("claims", output({"text/plain": "hidden"}), tags=("not-on-page",)),
        ]
    )


def notebooks(to: Path) -> dict[str, dict[str, Path]]:
    """All executed notebooks as files, by name and language."""
    to.mkdir(parents=True, exist_ok=True)
    made: dict[str, dict[str, Path]] = {}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            every = {name_of(v): of_claim(name_of(v)) for v in Verdict if VALUES.get(v, 1)}
            every["index"] = index()
            every["figures"] = notebook([markdown("# The figures"), markdown("Text.")])
        for name, nb in every.items():
            path = to / f"{name}.{language}.ipynb"
            path.write_text(json.dumps(nb, ensure_ascii=False), encoding="utf-8")
            made.setdefault(name, {})[language] = path
    return made


def build(to: Path) -> Path:
    """The report in `to/reports/sample`."""
    publish = folder(to / "reports" / "sample")
    (publish / "charts" / "growth.csv").unlink()
    (publish / "pieces").mkdir()
    report.build(notebooks(to / "executed"), publish)
    report.overview(publish.parent)
    return publish
