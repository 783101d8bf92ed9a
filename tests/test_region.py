"""Regional aggregates, held against sums and products written out with the standard library."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from second_way import FIVE, rate, raw, the_study, total, volume

from growth_claims import region
from growth_claims.panel import YEARS
from growth_claims.region import NoData, View

DAY = dt.date(2025, 11, 15)
FLOWS = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")


def view(*years: int, at=DAY, **fixed: str) -> View:
    study = the_study()
    return View(study.panel, study.quantities, at, years, tuple(sorted(fixed.items())))


def aggregate(quantity, source, *years, economies=FIVE, weights=None, at=DAY, **fixed):
    return region.aggregate(view(*years, at=at, **fixed), quantity, source, economies, weights)


def test_population_of_the_five_is_the_sum_of_the_published_figures():
    series = aggregate("population", "wdi", 2024)
    assert series.at(2000) * 1e6 == pytest.approx(56_053_931, abs=0.5)
    assert series.at(2024) * 1e6 == pytest.approx(82_261_723, abs=0.5)


def test_regional_growth_in_constant_dollars():
    series = aggregate("real-gdp", "wdi", 2024, wdi="2026-07-13")
    assert rate(series.at(2004), series.at(2024), 20) == pytest.approx(5.785, abs=5e-4)
    published = raw("wdi", "2026-07-13")
    for year in (2000, 2004, 2013, 2024, 2025):
        whole = math.fsum(published[c, "NY.GDP.MKTP.KD", year] for c in FIVE)
        assert series.at(year) * 1e9 == pytest.approx(whole, rel=1e-12)


def test_volume_chained_from_growth_is_summed():
    series = aggregate("real-gdp", "wdi", 2004, 2024)
    assert series.editions == {"wdi": "2025-12-17"}
    for year in (2004, 2015, 2024):
        whole = math.fsum(volume("2025-12-17", c, year) for c in FIVE)
        assert series.at(year) * 1e9 == pytest.approx(whole, rel=1e-12)


def test_goods_trade_is_exports_plus_imports():
    series = aggregate("goods-trade", "wdi", 2000, 2024)
    assert series.at(2024) * 1e9 == pytest.approx(total("2025-12-17", FLOWS, 2024), rel=1e-12)


def test_the_edition_of_the_day_has_the_years_and_the_countries():
    # the newest before the text that has 2023; the first after it that has 2024
    assert aggregate("population", "wdi", 2023).editions == {"wdi": "2025-04-01"}
    assert aggregate("population", "wdi", 2024).editions == {"wdi": "2026-03-06"}
    assert aggregate("gdp-dollars", "wdi", 2024).editions == {"wdi": "2025-12-17"}
    assert aggregate("gdp-dollars", "weo", 2024).editions == {"weo": "2025-10"}
    assert aggregate("gdp-dollars", "wdi", 2024, at=None).editions == {"wdi": "2026-07-01"}


def test_an_edition_that_projects_speaks_of_no_year_from_its_own_on():
    there = aggregate("gdp-dollars", "weo", 2024, at=dt.date(2024, 12, 31))
    assert there.editions == {"weo": "2025-04"}  # those of 2024 had it as a projection


@pytest.mark.parametrize("vintage", ["2021-04", "2023-10", "2025-10"])
def test_the_imf_weights_give_the_imf_world(vintage):
    """World growth from the two groups that make it up: same-year purchasing-power weights give
    the published rate to its rounding, which neither last year's weights nor dollars do."""
    groups = ("ADVEC", "EMDE")
    last = int(vintage[:4]) - 1
    world = the_study().panel.wide("weo", vintage, "NGDP_RPCH")["WLD"]

    def growth(weights):
        made = aggregate("real-gdp", "weo", economies=groups, weights=weights, weo=vintage)
        return made.values.pct_change(fill_method=None) * 100

    difference = (growth("ppp") - world).loc[2001:last].abs()
    # Rates have three decimals; one year of one edition (2011, April 2021) is 0.004 off.
    assert difference.max() < 0.005
    assert difference.nlargest(2).iloc[-1] < 0.002
    assert (growth("current-dollars") - world).loc[2001:last].abs().max() > 0.1


def test_current_dollar_weights_are_those_of_the_year_before():
    figures = raw("wdi", "2025-12-17")
    growth, dollars = "NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.CD"
    whole = math.fsum(figures[c, dollars, 2009] for c in FIVE)
    expected = math.fsum(figures[c, dollars, 2009] / whole * figures[c, growth, 2010] for c in FIVE)
    series = aggregate("real-gdp", "wdi", 2010, weights="current-dollars").values
    assert (series[2010] / series[2009] - 1) * 100 == pytest.approx(expected, rel=1e-12)


def test_unweighted_mean_counts_every_country_alike():
    figures = raw("weo", "2025-10")
    expected = math.fsum(figures[c, "NGDP_RPCH", 2019] for c in FIVE) / 5
    series = aggregate("real-gdp", "weo", 2019, weights="unweighted", weo="2025-10").values
    assert (series[2019] / series[2018] - 1) * 100 == pytest.approx(expected, rel=1e-11)


def test_the_parts_are_what_the_weights_say_and_sum_to_the_region():
    made = aggregate("real-gdp", "wdi", 2004, 2024, weights="ppp")
    parts, values = made.parts.loc[2005:2024], made.values
    worth = the_study().panel.wide("weo", made.editions["weo"], "PPPGDP", FIVE).loc[2005:2024]
    share = worth.div(worth.sum(axis="columns"), axis="index")
    growth = made.members.pct_change(fill_method=None).loc[2005:2024]
    expected = (share * (1 + growth)).mul(values.shift(1).loc[2005:2024], axis="index")
    np.testing.assert_allclose(parts, expected, rtol=1e-12)
    np.testing.assert_allclose(parts.sum(axis="columns"), values.loc[2005:2024], rtol=1e-12)


def test_shares_of_the_year_before_are_the_sum():
    members = aggregate("real-gdp", "wdi", 2004, 2024).own
    parts = region.weighted(members, members, lag=1)
    np.testing.assert_allclose(parts.sum(axis=1), members.sum(axis=1), rtol=1e-12)


def test_volume_of_trade_is_a_chained_laspeyres_index():
    made = aggregate("goods-trade-volume", "weo", 2000, 2024)
    wdi, weo = raw("wdi", made.editions.get("wdi", "2025-12-17")), raw("weo", "2025-10")
    flows = [(c, w, v) for c in FIVE for w, v in zip(FLOWS, ("TXG_RPCH", "TMG_RPCH"), strict=True)]
    index = 1.0
    for year in range(2001, 2025):
        whole = math.fsum(wdi[c, w, year - 1] for c, w, _ in flows)
        index *= 1 + math.fsum(
            wdi[c, w, year - 1] / whole * weo[c, v, year] / 100 for c, w, v in flows
        )
    assert made.at(2024) / made.at(2000) == pytest.approx(index, rel=1e-11)


def test_deflated_trade_is_trade_in_what_a_dollar_bought():
    nominal, real = (
        aggregate(q, "wdi", 2000, 2024) for q in ("goods-trade", "goods-trade-deflated")
    )
    prices = raw("wdi", "2026-04-01")
    bought = math.prod(1 + prices["USA", "NY.GDP.DEFL.KD.ZG", y] / 100 for y in range(2001, 2025))
    ratio = (nominal.at(2024) / nominal.at(2000)) / (real.at(2024) / real.at(2000))
    assert ratio == pytest.approx(bought, rel=1e-12)


def test_a_ratio_is_the_ratio_of_the_sums():
    made = aggregate("gdp-per-head", "wdi", 2024, at=None)
    people = total("2026-07-01", ("SP.POP.TOTL",), 2024)
    # the newest edition of volume is one of that indicator alone
    published = raw("wdi", "2026-07-13")
    dollars = math.fsum(published[c, "NY.GDP.MKTP.KD", 2024] for c in FIVE)
    assert made.at(2024) * 1000 == pytest.approx(dollars / people, rel=1e-12)


def test_a_year_in_which_a_member_is_missing_has_no_regional_figure():
    series = aggregate("population", "wdi", wdi="2023-05-04")
    with pytest.raises(NoData, match="2024"):
        series.at(2024)
    with pytest.raises(NoData, match="Kazakhstan"):
        series.between(2020, 2024)


def test_estimates_of_the_imf_stay_told_apart():
    series = aggregate("gdp-dollars", "weo", 2024, weo="2025-10")
    assert series.any_estimated(2024, 2024)  # Kazakhstan and Tajikistan: observed to 2023
    assert not series.any_estimated(2023, 2023)


def test_a_chain_ends_at_a_gap():
    rates = pd.DataFrame({"A": {2013: 5.0, 2014: 5.0, 2015: 5.0, 2016: 5.0, 2018: 5.0}})
    made = region.chain(rates.reindex(YEARS).to_numpy(), 100.0)
    index = pd.Series(made[:, 0], YEARS).dropna()
    assert list(index.index) == [2012, 2013, 2014, 2015, 2016]
    assert index[2016] == pytest.approx(105.0)
    assert index[2012] == pytest.approx(100 / 1.05**3)


def test_what_no_publisher_has_is_said():
    with pytest.raises(NoData, match="CIS Stat does not publish: population"):
        aggregate("population", "cisstat", 2020)
    with pytest.raises(NoData, match=r"has no .* of Taiwan"):
        aggregate("goods-trade", "wdi", 2024, economies=("KAZ", "TWN"))
