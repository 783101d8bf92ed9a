"""What the first notebook says of the panel, against facts that are known of the figures."""

import pytest
from support import FIVE, the_panel

from growth_claims import quality


def test_turkmenistan_is_where_the_publishers_disagree_most():
    table = quality.largest_by_economy(quality.disagreements(the_panel(), FIVE))
    dollars = table[table["what"] == "gdp"]
    assert dollars.iloc[0]["economy"] == "TKM"
    row = quality.disagreements(the_panel(), FIVE)
    row = row[(row["what"] == "gdp") & (row["economy"] == "TKM") & (row["year"] == 2024)].iloc[0]
    assert row["one"] == pytest.approx(44.2, abs=0.05)
    assert row["other"] == pytest.approx(68.7, abs=0.05)
    assert row["difference"] == pytest.approx((row["other"] / row["one"] - 1) * 100)


def test_the_break_of_the_bilateral_series_is_between_2019_and_2020():
    table = quality.series_break(the_panel(), "KAZ", FIVE[1:])
    across = table[table["across"]]
    assert list(across["year"]) == [2020] and list(across["source"]) == ["bns"]
    assert set(table.loc[table["year"] <= 2019, "source"]) == {"wits"}


def test_2024_is_an_estimate_for_kazakhstan_and_tajikistan():
    table = quality.statuses(the_panel(), "2025-10", FIVE).set_index("economy")
    assert table.loc["KAZ", "observed_to"] == 2023
    assert table.loc["TJK", "observed_to"] == 2023
    assert table.loc["UZB", "observed_to"] == 2024
    assert table.loc["KAZ", "estimated"] == "2024" and table.loc["KAZ", "projected"] == "2025"


def test_gaps_are_those_of_the_files():
    table = quality.gaps(the_panel(), FIVE)
    for _, row in table.iterrows():
        figures = the_panel().wide(row["source"], row["vintage"], row["indicator"])
        column = figures[row["economy"]].dropna()
        for year in map(int, row["years"].split(", ")):
            assert year not in column.index
            assert column.index.min() < year < column.index.max()
    covered = quality.coverage(the_panel(), FIVE)
    assert covered["gaps"].sum() == table["count"].sum()


def test_kyrgyz_growth_of_2024_was_revised_from_9_to_11_5():
    table = quality.largest_revisions(quality.revised(the_panel(), FIVE, 2024))
    row = table[(table["source"] == "wdi") & (table["economy"] == "KGZ")].iloc[0]
    assert row["growth_first"] == pytest.approx(9.0, abs=0.05)
    assert row["growth_last"] == pytest.approx(11.5, abs=0.05)
