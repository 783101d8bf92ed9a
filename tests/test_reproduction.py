"""Published aggregates recomputed from their members, for the groups here and for any that are put
in."""

import pandas as pd
import pytest
from support import the_panel

from growth_claims import reproduction
from growth_claims.claims import Text
from growth_claims.errors import InputError
from growth_claims.panel import Panel
from growth_claims.reproduction import Group, reproduce, summarise
from growth_claims.sources.readers import COLUMNS


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return reproduce(the_panel())


def test_north_america_comes_out_in_every_year(table):
    growth = table[(table["group"] == "NAC") & (table["what"] == "growth")]
    held = growth[growth["comparable"]]
    assert set(range(2001, 2025)) <= set(held["year"])
    assert held["difference"].abs().max() < reproduction.TOLERANCE["wdi"]


def test_sums_of_levels_come_out(table):
    levels = table[(table["group"] == "NAC") & (table["what"] != "growth") & table["comparable"]]
    assert {"NY.GDP.MKTP.CD", "SP.POP.TOTL"} <= set(levels["what"])
    assert levels["difference"].abs().max() < 1e-9


def test_the_imf_world_comes_out_to_its_rounding(table):
    world = table[(table["source"] == "weo") & (table["what"] == "growth")]
    assert world["vintage"].nunique() == 10
    assert world["difference"].abs().max() < reproduction.TOLERANCE["weo"]


def test_a_year_without_a_member_is_listed_and_not_dropped(table):
    missing = table[~table["comparable"]]
    assert len(missing) and missing["recomputed"].isna().all()
    summary = summarise(table)
    assert summary["not_comparable"].sum() == len(missing)


def made_up(weights=(2.0, 1.0), growth=(5.0, 2.0)) -> Panel:
    """Two countries and their group as the World Bank would publish it."""
    rows, levels = [], dict(zip(("AAA", "BBB"), weights, strict=True))
    totals = {2015: sum(weights)}
    for country, rate in zip(("AAA", "BBB"), growth, strict=True):
        rows.append(("wdi", "2030-01-01", country, "", "NY.GDP.MKTP.CD", 2015, levels[country]))
        level = levels[country]
        for year in range(2015, 2021):
            if year > 2015:
                level *= 1 + rate / 100
                totals[year] = totals.get(year, 0.0) + level
            rows.append(("wdi", "2030-01-01", country, "", "NY.GDP.MKTP.KD.ZG", year, rate))
    for year in range(2016, 2021):
        rate = (totals[year] / totals[year - 1] - 1) * 100
        rows.append(("wdi", "2030-01-01", "GRP", "", "NY.GDP.MKTP.KD.ZG", year, rate))
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:7]))
    frame = frame.assign(unit="% a year", status="observed", origin="published")
    from growth_claims.panel import chained

    return Panel(pd.concat([frame, chained(frame)], ignore_index=True))


def test_any_group_that_is_put_in_comes_out():
    group = Group(code="GRP", publisher="wdi", name=Text(en="g", ru="г"), members=("AAA", "BBB"))
    found = reproduce(made_up(), (group,))
    growth = found[found["what"] == "growth"]
    assert list(growth["year"]) == [2016, 2017, 2018, 2019, 2020]
    assert growth["difference"].abs().max() < 1e-9


def test_a_group_without_its_members_is_no_error():
    group = Group(code="GRP", publisher="wdi", name=Text(en="g", ru="г"), members=("AAA", "CCC"))
    assert reproduce(made_up(), (group,)).empty


def test_a_definition_that_is_none_says_where(tmp_path):
    path = tmp_path / "groups.yaml"
    path.write_text("groups:\n  - {code: X, publisher: wdi, name: {en: x, ru: х}, member: [A]}\n")
    with pytest.raises(InputError, match=r"groups\.0\.member"):
        reproduction.load(path)
