"""A small report of two notebooks, made without running a kernel: for the tests of exporter, pages
and checks. Their outputs are what the display objects give."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from growth_claims import i18n, report, show
from growth_claims.claims import Claim, Register
from growth_claims.i18n import N_
from growth_claims.report import index
from growth_claims.verdicts import Assessment, Found, Outcome, Result, Share, Verdict

ECONOMIES = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 400 200">'
    '<defs><clipPath id="clip-{name}"><path d="M0 0h400v200H0z"/></clipPath></defs>'
    '<text x="10" y="30">{number}</text><path clip-path="url(#clip-{name})" d="M0 9 400 2"/></svg>'
)


def both(en: str, ru: str) -> dict[str, str]:
    return {"en": en, "ru": ru}


def claim(claim_id: str = "growth", *, checkable: bool = True, **changes) -> Claim:
    """GDP grew by 6.2 % a year, from 2004 to 2024."""
    primary = {
        "measure": "average-growth",
        "quantity": "real-gdp",
        "source": "wdi",
        "vintage": "2026-07-01",
        "economies": ECONOMIES,
        "weights": "constant-dollars",
        "estimator": "endpoint",
        "start": 2004,
        "end": 2024,
    }
    readings = [
        {
            "id": "ppp",
            "label": both("IMF weights", "веса МВФ"),
            "why": both("The IMF's way.", "Так считает МВФ."),
            "change": {"weights": "ppp"},
        },
        {
            "id": "unweighted",
            "label": both("unweighted", "без весов"),
            "why": both("No growth of a region.", "Это не рост региона."),
            "change": {"weights": "unweighted"},
            "defensible": False,
        },
    ]
    settled = None if checkable else both("trade by product", "торговля по товарам")
    return Claim.model_validate(
        {
            "id": claim_id,
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
                "otherwise": [
                    {"id": "whole", "label": both("whole", "целые"), "low": 5.5, "high": 6.5}
                ],
            },
            "period": {"start": 2004, "end": 2024, "as_written": both("20 years", "20 лет")},
            "primary": primary if checkable else None,
            "readings": readings if checkable else [],
            "settled_by": settled,
            **changes,
        }
    )


#: What the literal reading finds for each verdict.
VALUES = {Verdict.HOLDS: 6.2, Verdict.CLOSE: 6.05}


def assessed(verdict: Verdict, claim_id: str = "growth") -> Assessment:
    """An assessment with that verdict."""
    checkable = verdict is not Verdict.CANNOT_BE_CHECKED
    what = claim(claim_id, checkable=checkable)
    if not checkable:
        return Assessment(what, verdict, None)
    outcome = {Verdict.HOLDS: Outcome.HOLDS, Verdict.CLOSE: Outcome.CLOSE}.get(
        verdict, Outcome.FAILS
    )
    primary = Result(outcome, Found(VALUES.get(verdict, 5.785), what.primary, 4.9, 6.7))
    other = Outcome.CLOSE if verdict is Verdict.DEPENDS else Outcome.FAILS
    others = (
        Result(other, Found(5.96, what.resolved(what.readings[0])), what.readings[0]),
        Result(Outcome.FAILS, Found(5.1, what.resolved(what.readings[1])), what.readings[1]),
    )
    until = 2021 if verdict is Verdict.OUT_OF_DATE else None
    return Assessment(what, verdict, primary, others, until, 0.25, Share(7, 2))


def register() -> Register:
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
            "region": both("five countries", "пять стран"),
            "economies": ECONOMIES,
            "claims": [],
            "not_checkable": [
                {
                    "id": "borders",
                    "statement": both("Borders.", "Границы."),
                    "reason": both("No figure.", "Нет цифр."),
                },
            ],
        }
    )


class Chart(show.Shown):
    """A chart as `figures` gives it."""

    kind = "chart"

    def __init__(self, name: str, value: float = 5.8):
        self.name, self.value = name, value

    def text(self) -> str:
        return f"A line that rises to {i18n.number(self.value, 1)}."

    def html(self) -> str:
        return ""

    def extra(self) -> dict[str, object]:
        said = i18n.both(lambda: i18n.number(self.value, 1))
        return {
            "title": {k: f"{k}: {v}" for k, v in said.items()},
            "alt": i18n.both(self.text),
            "caption": both("World Bank <1>", "Всемирный банк <1>"),
            "svg": {k: SVG.format(name=self.name, number=v) for k, v in said.items()},
            "table": {
                k: f"<table><caption>{k}</caption><tbody><tr><td>{v}</td></tr></tbody></table>"
                for k, v in said.items()
            },
            "csv": f"charts/{self.name}.csv",
            "csv_text": f"year,value\n2024,{self.value}\n",
        }


def output(shown: show.Shown):
    """What a kernel would store of it in a run."""
    data, metadata = shown._repr_mimebundle_()
    return new_output("display_data", data=data, metadata=metadata)


def code(source: str, number: int, *shown: object, tags: tuple[str, ...] = ()):
    cell = new_code_cell(source, execution_count=number, metadata={"tags": list(tags)})
    cell.outputs = [output(s) for s in shown]
    return cell


PROSE = """\
The World Bank sums GDP in US$ of 2015, the IMF in $.[^sum] See [the answer](06_report.ipynb#front)
and [edition](06_report.ipynb#term-vintage).

- one item
- another

| a | b |
|---|---|
| x | 5 |

[^sum]: World Bank, [data](https://data.worldbank.org)."""


def notebooks(folder: Path) -> dict[str, Path]:
    """Both notebooks as files, by name. The caller sets GROWTH_CLAIMS_RUN."""
    every = [assessed(v, f"claim-{n}") for n, v in enumerate(Verdict)]
    frame = pd.DataFrame({"economy": ["Kazakhstan", "Uzbekistan"], "gdp": [1234.5, None]})
    number = 3
    first = [
        new_markdown_cell("# A sample"),
        code("import growth_claims", 1),
        code("front", 2, index.front(register(), every)),
        new_markdown_cell("## Claims in detail"),
    ]
    for a in every:
        parts = index.section(a, [Chart(f"chart-{a.claim.id}")]).parts
        first.append(code("section", number, *parts))
        number += 1
    pieces = [show.heading(N_("Rules"), 2), show.note(N_("A rule."))]
    first += [
        new_markdown_cell("## What figures cannot settle"),
        code("not_checkable", number, index.not_checkable(register())),
        new_markdown_cell("## Glossary"),
        code("glossary", number + 1, index.explained()),
        code("methods", number + 2, index.page("methods", N_("Methods"), pieces)),
    ]
    second = [
        new_markdown_cell("# How much did GDP grow?"),
        new_markdown_cell(PROSE),
        new_markdown_cell("What a run can be told."),
        code("first_year = 0  # which", 1, tags=("parameters",)),
        code("first_year = 2005", 2, tags=("injected-parameters",)),
        code(
            "show.table(frame)\nprint('<b>')",
            3,
            show.table(frame, formats={"gdp": 1}, caption=N_("Figures")),
            show.finding(N_("GDP grew by {rate} a year."), rate=show.percent(5.785)),
        ),
        new_markdown_cell("## Again[^sum]"),
        code("assessments", 4, *map(show.assessment, every), Chart("chart-claim-4")),
        code("unused = 1", 5),
    ]
    second[5].outputs.append(new_output("stream", name="stdout", text="<b> printed\n"))
    made = {}
    for name, cells in (("02_gdp", second), ("06_report", first)):
        nb = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
        nb.metadata["papermill"] = {"start_time": "now"}
        made[name] = folder / f"{name}.ipynb"
        nbformat.write(nb, made[name])
    return made


def build(folder: Path) -> Path:
    """The report in `folder/published`. The caller sets GROWTH_CLAIMS_RUN."""
    sources = folder / "executed"
    sources.mkdir(parents=True)
    publish = folder / "published"
    publish.mkdir()
    report.build(notebooks(sources), publish)
    return publish
