"""Regional aggregates, held against sums and products written out with the standard library."""

import math

import pandas as pd
import pytest
from support import FIVE, raw, the_panel

from growth_claims import region
from growth_claims.region import NoData

LATEST = "2026-07-01"


def compound(first: float, last: float, years: int) -> float:
    return ((last / first) ** (1 / years) - 1) * 100


def test_population_of_the_five_is_the_sum_of_the_published_figures():
    series = region.aggregate(the_panel(), "population", "wdi", LATEST, FIVE)
    assert series.at(2000) * 1e6 == pytest.approx(56_053_931, abs=0.5)
    assert series.at(2024) * 1e6 == pytest.approx(82_261_723, abs=0.5)


def test_regional_growth_in_constant_dollars():
    series = region.aggregate(the_panel(), "real-gdp", "wdi", LATEST, FIVE)
    assert compound(series.at(2004), series.at(2024), 20) == pytest.approx(5.785, abs=5e-4)
    assert compound(series.at(2000), series.at(2020), 20) == pytest.approx(6.297, abs=5e-4)
    published = raw("wdi", "2026-07-13")
    for year in (2000, 2004, 2013, 2024, 2025):
        total = math.fsum(published[c, "NY.GDP.MKTP.KD", year] for c in FIVE)
        assert series.at(year) * 1e9 == pytest.approx(total, rel=1e-12)


def test_goods_trade_is_exports_plus_imports():
    series = region.aggregate(the_panel(), "goods-trade", "wdi", LATEST, FIVE)
    assert series.at(2024) / series.at(2000) == pytest.approx(9.26, abs=5e-3)
    figures = raw("wdi", LATEST)
    codes = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")
    total = math.fsum(figures[c, code, 2024] for c in FIVE for code in codes)
    assert series.at(2024) * 1e9 == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("vintage", ["2021-04", "2023-10", "2025-10"])
def test_the_imf_weights_give_the_imf_world(vintage):
    """World growth from the two groups that make it up: same-year purchasing-power weights give
    the published rate to its rounding, which neither last year's weights nor dollars do."""
    groups = ("ADVEC", "EMDE")
    world = the_panel().wide("weo", vintage, "NGDP_RPCH")["WLD"]
    ours = region.real_gdp(the_panel(), "weo", vintage, groups, "ppp").values
    difference = (ours.pct_change() * 100 - world).loc[2001:].abs()
    # Rates have three decimals; one year of one edition (2011, April 2021) is 0.004 off.
    assert difference.max() < 0.005
    assert difference.nlargest(2).iloc[-1] < 0.002
    dollars = region.real_gdp(the_panel(), "weo", vintage, groups, "current-dollars").values
    assert (dollars.pct_change() * 100 - world).loc[2001:].abs().max() > 0.1


def test_current_dollar_weights_are_those_of_the_year_before():
    figures = raw("wdi", LATEST)
    growth, dollars = "NY.GDP.MKTP.KD.ZG", "NY.GDP.MKTP.CD"
    total = math.fsum(figures[c, dollars, 2009] for c in FIVE)
    expected = math.fsum(figures[c, dollars, 2009] / total * figures[c, growth, 2010] for c in FIVE)
    series = region.real_gdp(the_panel(), "wdi", LATEST, FIVE, "current-dollars").values
    assert (series[2010] / series[2009] - 1) * 100 == pytest.approx(expected, rel=1e-12)


def test_unweighted_mean_counts_every_country_alike():
    figures = raw("weo", "2025-10")
    expected = math.fsum(figures[c, "NGDP_RPCH", 2019] for c in FIVE) / 5
    series = region.real_gdp(the_panel(), "weo", "2025-10", FIVE, "unweighted").values
    assert (series[2019] / series[2018] - 1) * 100 == pytest.approx(expected, rel=1e-12)


def test_volume_of_trade_is_a_chained_laspeyres_index():
    wdi, weo = raw("wdi", LATEST), raw("weo", "2025-10")
    flows = [
        (c, value, volume)
        for c in FIVE
        for value, volume in (("TX.VAL.MRCH.CD.WT", "TXG_RPCH"), ("TM.VAL.MRCH.CD.WT", "TMG_RPCH"))
    ]
    index = 1.0
    for year in range(2001, 2025):
        worth = math.fsum(wdi[c, value, year - 1] for c, value, _ in flows)
        index *= (
            1
            + math.fsum(
                wdi[c, value, year - 1] / worth * weo[c, volume, year] for c, value, volume in flows
            )
            / 100
        )
    series = region.aggregate(the_panel(), "goods-trade-volume", "weo", "2025-10", FIVE)
    assert series.at(2024) / series.at(2000) == pytest.approx(index, rel=1e-12)


def test_deflated_trade_is_trade_in_what_a_dollar_bought():
    wdi = raw("wdi", LATEST)
    prices = math.prod(1 + wdi["USA", "NY.GDP.DEFL.KD.ZG", y] / 100 for y in range(2001, 2025))
    nominal = region.aggregate(the_panel(), "goods-trade", "wdi", LATEST, FIVE)
    real = region.aggregate(the_panel(), "goods-trade-deflated", "wdi", LATEST, FIVE)
    ratio = (nominal.at(2024) / nominal.at(2000)) / (real.at(2024) / real.at(2000))
    assert ratio == pytest.approx(prices, rel=1e-12)


def test_a_year_in_which_a_member_is_missing_has_no_regional_figure():
    series = region.aggregate(the_panel(), "population", "wdi", "2023-05-04", FIVE)
    with pytest.raises(NoData, match="2024"):
        series.at(2024)
    with pytest.raises(NoData, match="2022"):
        series.between(2020, 2023)


def test_estimates_of_the_imf_stay_told_apart():
    series = region.aggregate(the_panel(), "gdp-dollars", "weo", "2025-10", FIVE)
    assert bool(series.estimated[2024])  # Kazakhstan and Tajikistan: observed to 2023
    assert not series.estimated[2023]


def test_a_chain_ends_at_a_gap():
    rates = pd.Series({2013: 5.0, 2014: 5.0, 2015: 5.0, 2016: 5.0, 2018: 5.0})
    index = region.index_of(rates)
    assert list(index.index) == [2012, 2013, 2014, 2015, 2016]
    assert index[2016] == pytest.approx(105.0)
    assert index[2012] == pytest.approx(100 / 1.05**3)


def test_what_no_publisher_has_is_said():
    with pytest.raises(NoData, match="publishes no population"):
        region.aggregate(the_panel(), "population", "cisstat", "2026-09", FIVE)
    with pytest.raises(NoData, match="2026-07-13 holds no"):
        region.aggregate(the_panel(), "population", "wdi", "2026-07-13", FIVE)
