"""What the first notebook says of the panel, against facts that are known of the figures."""

import pytest
from support import FIVE, the_panel

from growth_claims import quality


def test_turkmenistan_is_where_the_publishers_disagree_most():
    table = quality.largest_by_economy(quality.disagreements(the_panel(), FIVE))
    dollars = table[(table["what"] == "gdp") & (table["second"] == "weo")]
    assert dollars.loc[dollars["median"].idxmax(), "economy"] == "TKM"
    row = quality.disagreements(the_panel(), FIVE)
    row = row[(row["what"] == "gdp") & (row["economy"] == "TKM") & (row["second"] == "weo")]
    row = row[row["year"] == 2024].iloc[0]
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
    assert len(table)
    for row in table.itertuples():
        figures = the_panel().wide(row.source, row.vintage, row.indicator)
        column = figures[row.economy].dropna()
        assert not set(row.gaps) & set(column.index)
        assert set(range(row.first, row.last + 1)) == set(row.gaps) | set(column.index)
        assert row.count == len(row.gaps)
        others = figures[list(FIVE)].dropna(how="all").index
        assert row.short == row.first - others.min() + others.max() - row.last
    covered = quality.coverage(the_panel(), FIVE)
    covered = covered[~covered["source"].isin(["press", "cia"])]
    assert covered["gaps"].sum() == table["count"].sum()


def test_spans_are_unbroken_runs():
    assert quality.spans([2005, 2001, 2002]) == [(2001, 2002), (2005, 2005)]
    assert quality.spans([]) == []


def test_a_step_is_the_change_from_one_edition_to_the_next():
    steps = quality.steps(the_panel(), FIVE)
    row = steps[(steps["what"] == "growth") & (steps["source"] == "weo")]
    row = row[(row["later"] == "2025-10") & (row["economy"] == "TKM")]
    row = row.loc[row["revision"].abs().idxmax()]
    before = the_panel().wide("weo", row["earlier"], "NGDP_RPCH").at[row["year"], "TKM"]
    after = the_panel().wide("weo", "2025-10", "NGDP_RPCH").at[row["year"], "TKM"]
    assert row["revision"] == pytest.approx(after - before)
    assert (steps["year"] < steps["earlier"].str[:4].astype(int)).all()
    population = steps[(steps["what"] == "population") & (steps["economy"] == quality.REGION)]
    row = population.iloc[0]
    code = {"wdi": "SP.POP.TOTL", "weo": "LP"}[row["source"]]
    old = the_panel().wide(row["source"], row["earlier"], code, list(FIVE))
    factor = {"wdi": 1e-6, "weo": 1.0}[row["source"]]
    assert row["before"] == pytest.approx(old.loc[row["year"]].sum() * factor)


def test_kyrgyz_growth_of_2024_was_revised_from_9_to_11_5():
    table = quality.largest_revisions(quality.revised(the_panel(), FIVE, 2024))
    row = table[(table["source"] == "wdi") & (table["economy"] == "KGZ")].iloc[0]
    assert row["growth_first"] == pytest.approx(9.0, abs=0.05)
    assert row["growth_last"] == pytest.approx(11.5, abs=0.05)
