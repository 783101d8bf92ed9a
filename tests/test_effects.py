"""What figures that come in do to the verdicts is said."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import NAME

from growth_claims import cli, effects
from growth_claims.panel import Panel

CODE = "SP.POP.TOTL"


def download(path, edition: str, change) -> str:
    """The World Bank's file of population, a day of its own, its figures changed."""
    table = Panel.load().wide("wdi", "2026-07-01", CODE, ["KAZ", "UZB"])
    table = table.apply(lambda column: [change(y, v) for y, v in column.items()])
    head = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *table.index]
    rows = [[code, code, "Population, total", CODE, *table[code]] for code in table]
    text = f'"Data Source","World Development Indicators",\n\n"Last Updated Date","{edition}",\n\n'
    text += "".join(",".join(f'"{cell}"' for cell in row) + ",\n" for row in [head, *rows])
    path.write_text("\ufeff" + text, encoding="utf-8")
    return str(path)


def test_a_newer_edition_that_moves_a_verdict_is_said_to(project, capsys):
    file = download(project / "API.csv", "2026-08-15", lambda y, v: v * (1.3 if y > 2023 else 1))
    assert cli.main(["import", file]) == 1  # nobody believes it
    capsys.readouterr()
    before = effects.verdicts(Panel.load())
    known = ["--accept", "KAZ:*:*", "--accept", "UZB:*:*", "--because", "a census"]
    assert cli.main(["import", file, *known]) == 0
    said = capsys.readouterr().out
    assert "KAZ SP.POP.TOTL 2024: " in said and "(+30.00 %)" in said
    after = effects.verdicts(Panel.load())  # the panel was made anew
    claim = (NAME, "population-growth")
    assert after["verdict"][(*claim, "today")] != before["verdict"][(*claim, "today")] == "holds"
    assert after.loc[(*claim, "the text's day")].equals(before.loc[(*claim, "the text's day")])
    (line,) = (line for line in said.splitlines() if "population-growth" in line)
    assert line.startswith(
        f"  {NAME}, population-growth, by the figures of today: holds → does not hold"
    )
    for table in (before, after):
        assert table["number"][(*claim, "today")] in line
    assert "verdicts that change: 1" in said


def test_where_no_verdict_changes_that_is_said(project, capsys):
    """Of a year that no claim is about."""
    file = download(project / "API.csv", "2026-08-15", lambda y, v: v + 40 * (y == 2025))
    assert cli.main(["import", file]) == 0
    said = capsys.readouterr().out
    assert "2 figures differ" in said
    assert said.splitlines()[-1] == "no verdict changes"


@pytest.mark.parametrize(
    ("verdict", "value", "says"),
    [
        ("holds", 2.0, "no verdict changes"),
        ("holds", 2.1, "no verdict changes; verdicts that stand on another number: 1"),
        ("close", 2.1, "verdicts that change: 1\n  a, b, by the figures of today: "),
    ],
)
def test_numbers_that_move_are_counted(verdict, value, says):
    index = pd.MultiIndex.from_tuples(
        [("a", "b", "today"), ("a", "c", "today")], names=["register", "claim", "figures"]
    )
    table = {"verdict": "holds", "number": "2 %", "value": [2.0, float("nan")]}
    before = pd.DataFrame(table, index)
    after = before.copy()
    after.iloc[0] = [verdict, f"{value} %", value]
    assert effects.said(before, after).startswith(says)
    assert effects.said(before, after) == says or verdict == "close"
