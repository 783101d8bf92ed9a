"""What is there, what a register needs beyond it, and a figure in every edition."""

from __future__ import annotations

import pandas as pd
import pytest

from growth_claims import claims, paths
from growth_claims.errors import InputError
from growth_claims.panel import COLUMNS, Panel
from growth_claims.sources import known


def rows(source, vintage, economy, code, unit, values: dict[int, float], partner="") -> list[tuple]:
    return [
        (source, vintage, economy, partner, code, year, value, unit, "observed", "published")
        for year, value in values.items()
    ]


@pytest.fixture(scope="module")
def panel() -> Panel:
    made = rows(
        "wdi", "2024-01-01", "ISL", "NY.GDP.MKTP.CD", "current US$", {2019: 2e10, 2020: 2.1e10}
    )
    made += rows(
        "wdi", "2025-01-01", "ISL", "NY.GDP.MKTP.CD", "current US$", {2019: 2e10, 2020: 2.2e10}
    )
    made += rows("wdi", "2026-01-01", "ISL", "NY.GDP.MKTP.CD", "current US$", {2020: 2.2e10})
    made += rows("wdi", "2025-01-01", "FJI", "SP.POP.TOTL", "persons", {2020: 9e5})
    made += rows("weo", "2025-04", "ISL", "NGDPD", "billion current US$", {2020: 21.6})
    made += rows("weo", "2025-04", "ISL", "NGDP_RPCH", "% a year", {2020: -7.0})
    made += rows("weo", "2025-10", "ISL", "NGDP_RPCH", "% a year", {2020: -6.5})
    frame = pd.DataFrame(made, columns=list(COLUMNS))
    words = [c for c in COLUMNS if c not in ("year", "value")]
    frame = frame.sort_values(["source", "vintage", "indicator", "economy", "partner", "year"])
    return Panel(frame.astype(dict.fromkeys(words, "category")).reset_index(drop=True))


def test_coverage_counts_what_is_there(panel):
    table = known.coverage(panel).set_index(["source", "edition", "indicator"])
    assert table.loc[("wdi", "2025-01-01", "NY.GDP.MKTP.CD")].tolist() == [1, 2019, 2020, 2]
    lines = known.listing(panel).splitlines()
    assert [line.split() for line in lines if "2025-01-01" in line] == [
        ["wdi", "2025-01-01", "2", "1", "2019", "2020", "3"]
    ]
    assert "NGDP_RPCH" in known.listing(panel, source="weo")
    with pytest.raises(InputError, match="weo"):
        known.listing(panel, source="wbo")


def test_history_shows_every_edition_and_the_same_elsewhere(panel):
    table = known.history(panel, "ISL", "NY.GDP.MKTP.CD", 2020)
    assert table["edition"].tolist() == ["2024-01-01", "2025-01-01", "2026-01-01", "2025-04"]
    assert table["source"].tolist() == ["wdi", "wdi", "wdi", "weo"]
    assert table["revision"].tolist()[1:3] == pytest.approx([4.761905, 0.0])
    assert table["revision"].isna().tolist() == [True, False, False, True]
    text = known.said(table)
    assert "+4.76 %" in text
    assert "the same" in text


def test_history_of_a_percentage_is_in_points(panel):
    table = known.history(panel, "ISL", "NGDP_RPCH", 2020)
    assert table["revision"].tolist()[1] == pytest.approx(0.5)
    assert "+0.50 points" in known.said(table)


@pytest.mark.parametrize(
    ("economy", "code", "year", "says"),
    [
        ("ISK", "NGDP_RPCH", 2020, "ISL"),
        ("ISL", "NGDP_RPHC", 2020, "NGDP_RPCH"),
        ("ISL", "NGDP_RPCH", 1990, "2020 to 2020"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest(panel, economy, code, year, says):
    with pytest.raises(InputError, match=says):
        known.history(panel, economy, code, year)


def test_a_register_is_told_what_it_lacks(panel):
    register = claims.load(claims.registers()[0])
    table = known.missing(panel, register)
    assert set(table["claim"]) <= {claim.id for claim in register.claims}
    population = table[table["indicator"] == "SP.POP.TOTL"].iloc[0]
    assert set(population["economies"].split(", ")) == set(register.economies)
    assert population["line"] == "growth-claims refresh --source wdi --indicator SP.POP.TOTL"
    assert population["line"] in known.listing(panel, register)


def test_the_registers_of_the_project_lack_nothing():
    panel_file = paths.processed() / "panel.parquet"
    panel = Panel.load(panel_file) if panel_file.is_file() else None
    if panel is None:
        from growth_claims.panel import build

        panel = Panel(build())
    for path in claims.registers():
        assert known.missing(panel, claims.load(path)).empty, path.name


def test_trade_with_partners_is_shown_by_partner_and_with_one(panel):
    trade = []
    for edition, factor in (("2026-05", 1.0), ("2026-10", 1.1)):
        for partner, value in (("FJI", 10.0), ("ISL", 20.0)):
            unit = "million current US$"
            values = {2019: value, 2020: value * factor}
            trade += rows("wits", edition, "USA", "exports", unit, values, partner)
    both = Panel(pd.concat([panel.frame, pd.DataFrame(trade, columns=list(COLUMNS))]))
    table = known.history(both, "USA", "exports", 2020)
    assert table["partner"].tolist() == ["FJI", "FJI", "ISL", "ISL"]
    assert table["revision"].round(6).tolist()[1::2] == [10, 10]
    assert known.history(both, "USA>ISL", "exports", 2020)["figure"].tolist() == [20, 22]
    assert "partner" not in known.history(both, "ISL", "NY.GDP.MKTP.CD", 2020)
    with pytest.raises(InputError, match="ISK"):
        known.history(both, "USA>ISK", "exports", 2020)
    with pytest.raises(InputError, match=r"no figure for USA>ISL exports 1999.*2019 to 2020"):
        known.history(both, "USA>ISL", "exports", 1999)
