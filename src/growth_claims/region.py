"""From countries to the region: sums, and growth under the weights that the field uses. A year in
which a member has no figure has no regional figure; nothing is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from growth_claims.panel import Panel

BASE_YEAR = 2015
#: The publisher's codes, and what one of them has to be divided by to give the unit of a claim.
LEVELS: dict[tuple[str, str], tuple[tuple[str, ...], float]] = {
    ("population", "wdi"): (("SP.POP.TOTL",), 1e6),
    ("population", "weo"): (("LP",), 1.0),
    ("gdp-dollars", "wdi"): (("NY.GDP.MKTP.CD",), 1e9),
    ("gdp-dollars", "weo"): (("NGDPD",), 1.0),
    ("gdp-dollars", "cia"): (("CIA_GDP_OER",), 1e9),
    ("goods-trade", "wdi"): (("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT"), 1e9),
    ("goods-exports", "wdi"): (("TX.VAL.MRCH.CD.WT",), 1e9),
    ("goods-imports", "wdi"): (("TM.VAL.MRCH.CD.WT",), 1e9),
    ("goods-services-trade", "cia"): (("CIA_EXPORTS_GNFS", "CIA_IMPORTS_GNFS"), 1e9),
}
GROWTH = {"wdi": "NY.GDP.MKTP.KD.ZG", "weo": "NGDP_RPCH", "cisstat": "CISSTAT_GDP_VOLUME_INDEX"}
DOLLARS = {"wdi": ("NY.GDP.MKTP.CD", 1.0), "weo": ("NGDPD", 1e9)}
#: Volumes of trade (IMF) and the dollar flows (World Bank) that weight them, export and import.
VOLUMES = {
    "goods-trade-volume": ("TXG_RPCH", "TMG_RPCH"),
    "goods-services-trade-volume": ("TX_RPCH", "TM_RPCH"),
}
DEFLATED = {"goods-trade-deflated": "goods-trade", "gdp-deflated": "gdp-dollars"}


class NoData(Exception):
    """The data cannot answer; the message says which figure is missing."""


@dataclass(frozen=True)
class Aggregate:
    """A regional series. `values`: by year, NaN where a member has no figure; `members`: year ×
    economy, in the same unit, or None where the aggregate is an average of growth rates;
    `estimated`: year → whether a figure of that year is not an observation of its publisher."""

    values: pd.Series
    members: pd.DataFrame | None
    estimated: pd.Series

    def at(self, year: int) -> float:
        """The value of a year; NoData where there is none."""
        value = self.values.get(year, np.nan)
        if np.isnan(value):
            raise NoData(f"no regional figure for {year}")
        return float(value)

    def between(self, start: int, end: int) -> pd.Series:
        """The values from `start` to `end`, both included; NoData where one is missing."""
        years = range(start, end + 1)
        values = self.values.reindex(years)
        if values.isna().any():
            gaps = ", ".join(str(y) for y in values.index[values.isna()])
            raise NoData(f"no regional figure for {gaps}")
        return values


def vintage(panel: Panel, source: str, name: str) -> str:
    """`latest` as the vintage that it is."""
    return panel.latest(source) if name == "latest" else name


def last_year(source: str, vintage: str, values: pd.Series) -> int:
    """The last year that is no projection: for an edition of the World Economic Outlook the year
    before its own, for the others the last that has a figure."""
    last = int(values.last_valid_index())
    return min(last, int(vintage[:4]) - 1) if source == "weo" else last


def aggregate(
    panel: Panel,
    quantity: str,
    source: str,
    edition: str,
    economies: Sequence[str],
    weights: str | None = None,
) -> Aggregate:
    """The region's series of a quantity in a vintage of a source.

    Dollars are billions, persons millions, real GDP and volumes an index (or constant dollars, in
    billions, where they are summed). Raises NoData for a combination that no publisher has.
    """
    economies = tuple(economies)
    if quantity == "real-gdp":
        return real_gdp(panel, source, edition, economies, weights or "constant-dollars")
    if quantity in VOLUMES:
        return trade_volume(panel, quantity, edition, economies)
    if quantity in DEFLATED:
        nominal = aggregate(panel, DEFLATED[quantity], source, edition, economies)
        index = us_deflator(panel)
        members = nominal.members.div(index, axis=0) if nominal.members is not None else None
        return Aggregate(nominal.values / index, members, nominal.estimated)
    if quantity == "goods-services-trade" and source == "wdi":
        members = goods_services(panel, edition, economies)
        return _summed(members, _estimated(panel, source, edition, "NY.GDP.MKTP.CD", economies))
    try:
        indicators, scale = LEVELS[quantity, source]
    except KeyError:
        raise NoData(f"{source} publishes no {quantity}") from None
    tables = [_wide(panel, source, edition, code, economies) for code in indicators]
    members = sum(tables[1:], start=tables[0]) / scale
    return _summed(members, _estimated(panel, source, edition, indicators[0], economies))


def real_gdp(
    panel: Panel, source: str, edition: str, economies: Sequence[str], weights: str
) -> Aggregate:
    """Regional real GDP.

    constant-dollars: each country's volume in dollars of 2015, summed: the World Bank's way.
    ppp: yearly rates weighted by the same year's share of GDP at purchasing power parity: the
    IMF's way (it gives the IMF's own world growth from its two country groups to the rounding of
    the published rates). current-dollars: weighted by the share of the year before in current
    dollars. unweighted: the mean of the countries' rates, which counts a small country as much as
    a large one and is shown as the mistake that it is.
    """
    economies = tuple(economies)
    rates = growth_rates(panel, source, edition, economies)
    estimated = _estimated(panel, source, edition, GROWTH[source], economies)
    if weights == "constant-dollars":
        if source == "wdi":
            members = _wide(panel, source, edition, "NY.GDP.MKTP.KD", economies) / 1e9
        else:
            dollars = _base_dollars(panel, source, edition, economies)
            members = chain(rates, dollars) / 1e9
        return _summed(members, estimated)
    if weights == "unweighted":
        share = pd.DataFrame(1 / len(economies), index=rates.index, columns=rates.columns)
    elif weights == "ppp":
        weo = edition if source == "weo" else panel.latest("weo")
        share = _shares(_wide(panel, "weo", weo, "PPPGDP", economies))
    elif weights == "current-dollars":
        if source == "cisstat":
            source, edition = "wdi", panel.latest("wdi")
        share = _shares(_wide(panel, source, edition, DOLLARS[source][0], economies)).shift(1)
    else:
        raise ValueError(f"weights {weights!r}: unknown")
    rate = (share.reindex(rates.index) * rates).sum(axis=1, min_count=len(economies))
    return Aggregate(index_of(rate), None, estimated)


def growth_rates(panel: Panel, source: str, edition: str, economies: Sequence[str]) -> pd.DataFrame:
    """Real GDP growth, year × economy, percent a year, as published."""
    if source not in GROWTH:
        raise NoData(f"{source} publishes no real growth")
    rates = _wide(panel, source, edition, GROWTH[source], economies)
    return rates - 100 if source == "cisstat" else rates


def group_growth(panel: Panel, source: str, edition: str, group: str) -> Aggregate:
    """A group's real GDP as the publisher's own growth rates chain it (index)."""
    rates = growth_rates(panel, source, edition, (group,))[group]
    estimated = _estimated(panel, source, edition, GROWTH[source], (group,))
    return Aggregate(index_of(rates), None, estimated)


def trade_volume(panel: Panel, quantity: str, edition: str, economies: Sequence[str]) -> Aggregate:
    """Chained volume of trade (index).

    The growth of each country's export and import volume (IMF) is weighted by what that flow was
    worth in dollars the year before (World Bank), and the weighted rates are chained: a chained
    Laspeyres index (SNA 2008, 15.30-15.34).
    """
    economies = tuple(economies)
    exports, imports = VOLUMES[quantity]
    wdi = panel.latest("wdi")
    if quantity == "goods-trade-volume":
        worth = {
            "x": _wide(panel, "wdi", wdi, "TX.VAL.MRCH.CD.WT", economies),
            "m": _wide(panel, "wdi", wdi, "TM.VAL.MRCH.CD.WT", economies),
        }
    else:
        worth = _goods_services_flows(panel, wdi, economies)
    growth = {
        "x": _wide(panel, "weo", edition, exports, economies),
        "m": _wide(panel, "weo", edition, imports, economies),
    }
    rates = pd.concat(growth, axis=1)
    share = _shares(pd.concat(worth, axis=1)).shift(1).reindex(rates.index)[rates.columns]
    rate = (share * rates).sum(axis=1, min_count=rates.shape[1])
    estimated = _estimated(panel, "weo", edition, exports, economies)
    return Aggregate(index_of(rate), None, estimated)


def goods_services(panel: Panel, edition: str, economies: Sequence[str]) -> pd.DataFrame:
    """Exports plus imports of goods and services, year × economy, billion US$: the World Bank's
    shares of GDP times its GDP in current dollars."""
    flows = _goods_services_flows(panel, edition, tuple(economies))
    return (flows["x"] + flows["m"]) / 1e9


def us_deflator(panel: Panel) -> pd.Series:
    """GDP deflator of the United States by year, 2015 = 1: what a dollar bought."""
    rates = _wide(panel, "wdi", panel.latest("wdi"), "NY.GDP.DEFL.KD.ZG", ("USA",))["USA"]
    return index_of(rates) / 100


def chain(rates: pd.DataFrame, base: pd.Series) -> pd.DataFrame:
    """Levels from yearly rates (percent), year × economy, equal to `base` in 2015."""
    return pd.DataFrame({e: index_of(rates[e]) / 100 * base[e] for e in rates.columns})


def index_of(rates: pd.Series) -> pd.Series:
    """An index, 2015 = 100, from yearly rates in percent; it has a value for the year before the
    first rate, and none beyond a gap as seen from 2015."""
    known = rates.dropna()
    if BASE_YEAR not in known.index:
        raise NoData(f"no rate for {BASE_YEAR}")
    after = known.loc[BASE_YEAR + 1 :]
    after = after[after.index == np.arange(BASE_YEAR + 1, BASE_YEAR + 1 + len(after))]
    before = known.loc[:BASE_YEAR]
    before = before[before.index == np.arange(BASE_YEAR - len(before) + 1, BASE_YEAR + 1)]
    values = {BASE_YEAR: 100.0}
    for year, rate in after.items():
        values[year] = values[year - 1] * (1 + rate / 100)
    for year, rate in before.iloc[::-1].items():
        values[year - 1] = values[year] / (1 + rate / 100)
    return pd.Series(values).sort_index()


def _wide(
    panel: Panel, source: str, edition: str, indicator: str, economies: Sequence[str]
) -> pd.DataFrame:
    """year × economy; NoData where an economy has no figure at all."""
    if edition not in panel.vintages(source, indicator):
        raise NoData(f"{source} {edition} holds no {indicator}")
    table = panel.wide(source, edition, indicator).reindex(columns=list(economies))
    empty = [e for e in economies if table[e].isna().all()]
    if empty:
        raise NoData(f"{source} {edition} has no {indicator} of {', '.join(empty)}")
    return table


def _estimated(
    panel: Panel, source: str, edition: str, indicator: str, economies: Sequence[str]
) -> pd.Series:
    status = panel.status(source, edition, indicator).reindex(columns=list(economies))
    return status.isin(["estimate", "projection"]).any(axis=1)


def _summed(members: pd.DataFrame, estimated: pd.Series) -> Aggregate:
    return Aggregate(members.sum(axis=1, min_count=members.shape[1]), members, estimated)


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    return table.div(table.sum(axis=1, min_count=table.shape[1]), axis=0)


def _base_dollars(panel: Panel, source: str, edition: str, economies: Sequence[str]) -> pd.Series:
    """GDP of 2015 in current dollars: the source's own, or the World Bank's latest for a source
    that publishes none."""
    if source not in DOLLARS:
        source, edition = "wdi", panel.latest("wdi")
    code, unit = DOLLARS[source]
    return _wide(panel, source, edition, code, economies).loc[BASE_YEAR] * unit


def _goods_services_flows(
    panel: Panel, edition: str, economies: Sequence[str]
) -> dict[str, pd.DataFrame]:
    gdp = _wide(panel, "wdi", edition, "NY.GDP.MKTP.CD", economies)
    return {
        flow: _wide(panel, "wdi", edition, code, economies) * gdp / 100
        for flow, code in (("x", "NE.EXP.GNFS.ZS"), ("m", "NE.IMP.GNFS.ZS"))
    }
