"""Groups: who is in them by edition, what they are called, and every published aggregate of the
World Bank recomputed from the members."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from growth_claims import groups, names, panel, sources
from growth_claims.errors import InputError
from growth_claims.panel import Panel

ROOT = Path(__file__).resolve().parents[1]
LATEST = "2026-07-01"
POPULATION, GROWTH = "SP.POP.TOTL", "NY.GDP.MKTP.KD.ZG"
#: Groups in which some member's figures were never published singly.
NOT_SINGLY = {"EAS", "HIC", "WLD"}
EXACT = ("AFW", "CEB", "CSS", "EMU", "EUU", "IDB", "LAC", "LMC", "NAC", "OED", "PST", "SAS", "TLA")


@pytest.fixture(scope="module")
def the_panel() -> Panel:
    return Panel(panel.build(ROOT / "data" / "raw"))


@pytest.fixture(scope="module")
def table(the_panel) -> pd.DataFrame:
    return groups.reproduce(the_panel, "wdi", LATEST)


@pytest.fixture(scope="module")
def summary(table) -> pd.DataFrame:
    return groups.summarise(table).set_index(["group", "what"])


# Recomputed


def test_population_of_44_groups_is_the_sum_of_their_members(table, summary):
    people = table[table["what"] == POPULATION]
    assert people["group"].nunique() == 47
    held = people[people["missing"] == ""]
    assert set(held["list"]) == {"2026-07"}
    assert held["group"].nunique() == 44
    assert (held.groupby("group")["year"].agg(["min", "max", "size"]) == [1990, 2025, 36]).all(
        axis=None
    )
    assert held["difference"].abs().max() <= 50
    left_out = people[people["missing"] != ""]
    assert set(left_out["group"]) == NOT_SINGLY and set(left_out["missing"]) == {"TWN"}
    assert summary.loc[("WLD", POPULATION), "never"] == "TWN"


@pytest.mark.parametrize("group", EXACT)
def test_growth_comes_out_in_each_year_in_which_all_members_have_figures(table, summary, group):
    growth = table[(table["what"] == GROWTH) & (table["group"] == group)]
    held = growth[growth["missing"] == ""]
    assert held["difference"].abs().max() < 1e-9
    assert summary.loc[(group, GROWTH), "years"] == len(held) >= 11


def test_growth_of_every_other_group_comes_out_or_says_why_not(table, summary):
    growth = summary.xs(GROWTH, level="what")
    assert len(growth) == 47
    never = growth[growth["years"] == 0]
    assert (never["never"] != "").all() and len(never) == 19
    off = growth[growth["largest"] >= 1e-9]
    # What these groups, and no group that comes out, have in common: two of the smallest economies.
    shared = set.intersection(*(set(groups.members("wdi", LATEST, g)) for g in off.index))
    for group in growth.index[growth["largest"] < 1e-9]:
        shared -= set(groups.members("wdi", LATEST, group))
    assert shared == {"MHL", "TUV"} and off["largest"].max() < 0.06


def test_a_year_without_a_member_is_listed_and_says_whose_figure_is_missing(table):
    gaps = table[table["missing"] != ""]
    assert (table["recomputed"].isna() == (table["missing"] != "")).all()
    assert table["published"].notna().all()
    baltic = gaps[(gaps["group"] == "CEB") & (gaps["what"] == "NY.GDP.MKTP.CD")]
    assert baltic.set_index("year")["missing"].to_dict() == {
        1990: "EST, LTU, LVA",
        1991: "EST, LTU, LVA",
        1992: "EST, LTU, LVA",
        1993: "LTU, LVA",
        1994: "LTU, LVA",
    }


def test_sums_of_the_imf_come_out_to_its_rounding(the_panel):
    found = groups.reproduce(the_panel, "weo")
    held = found[(found["missing"] == "") & (found["group"] != "EURO_AREA")]
    assert set(held["what"]) == {"NGDPD", "PPPGDP"} and held["group"].nunique() == 9
    assert held["difference"].abs().max() < 0.01  # billions, published with three decimals


def test_without_an_edition_named_the_newest_with_the_figures_is_taken(the_panel, table):
    assert groups.reproduce(the_panel).equals(table)
    assert groups.reproduce(the_panel, "wdi", "1999-01-01").empty
    assert groups.summarise(groups.reproduce(the_panel, "wdi", "1999-01-01")).empty


def test_growth_of_a_group_by_a_second_way(the_panel):
    """Members' growth weighted by last year's constant dollars, with nothing of the module."""
    who = list(groups.members("wdi", LATEST, "SAS"))
    rates = the_panel.wide("wdi", LATEST, GROWTH, who)
    weights = the_panel.wide("wdi", LATEST, "NY.GDP.MKTP.KD", who).shift()
    ours = (rates * weights).sum(axis=1) / weights.sum(axis=1)
    published = the_panel.wide("wdi", LATEST, GROWTH, ["SAS"])["SAS"]
    pd.testing.assert_series_equal(ours[1991:], published[1991:], check_names=False, atol=1e-9)


# Members


def test_members_are_those_of_the_edition():
    assert groups.members("wdi", LATEST, "NAC") == ("BMU", "CAN", "USA")
    assert "AFG" in groups.members("wdi", "2025-06-30", "SAS")
    assert "AFG" in groups.members("wdi", "2025-07-01", "MEA")
    assert "AFG" not in groups.members("wdi", LATEST, "SAS")
    assert "HRV" in groups.members("weo", "2023-04", "ADVEC")
    assert "HRV" not in groups.members("weo", "2020-10", "ADVEC")
    assert groups.edition_at("wdi", "2018-08-01") == "2021-07"  # the oldest list there is
    assert groups.edition_at("wdi", LATEST) == "2026-07"
    assert groups.edition_at("weo", "2025-10") == "2025-10"


def test_groups_of_an_edition_have_the_publisher_s_own_names():
    assert groups.groups("wdi", "2024-10-21")["MEA"] == "Middle East & North Africa"
    assert len(groups.groups("wdi", LATEST)) == 47 and len(groups.groups("weo", "2026-04")) == 13


def test_an_unknown_group_comes_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'EMDE_ASIA'"):
        groups.members("weo", "2025-10", "EMDE_ASIAN")
    with pytest.raises(InputError, match="one of wdi, weo"):
        groups.members("oecd", "2025-10", "EU")


# Names


#: Groups that sentences name, called what readers call them.
FOR_READERS = {
    "LMY": "Low- and middle-income countries",
    "MIC": "Middle-income countries",
}


def test_every_group_and_member_has_a_name_in_both_languages():
    rows = sources.members(ROOT / "data" / "raw")
    named = {(g.publisher, g.code) for g in groups.load()}
    assert {*zip(rows["publisher"], rows["group"], strict=True)} <= named
    for row in rows.drop_duplicates(["publisher", "group", "name"]).itertuples():
        english = groups.name(row.group, "en", row.edition, row.publisher)
        called = FOR_READERS.get(row.group, row.name.removesuffix(" (SST)"))
        assert english == called, row.group
    for code in sorted({*rows["member"], *rows["group"]}):
        english, russian = (names.economy(code, language) for language in ("en", "ru"))
        assert english and any("а" <= letter <= "я" for letter in russian.lower()), code


def test_a_name_is_that_of_the_edition():
    assert groups.name("MEA", "en", "2025-06-30") == "Middle East & North Africa"
    assert groups.name("MEA", "en", "2025-07-01").endswith("Afghanistan & Pakistan")
    assert groups.name("MEA", "ru") == "Ближний Восток, Северная Африка, Афганистан и Пакистан"
    assert names.economy("SSA", "en", source="weo") == "Sub-Saharan Africa"
    assert names.economy("SSA", "en", source="wdi").endswith("(excluding high income)")


def test_countries_are_named_by_cldr_and_the_publishers_own_codes_by_the_file():
    assert names.economy("KAZ", "en") == "Kazakhstan" and names.economy("KAZ", "ru") == "Казахстан"
    assert (
        names.economy("XKX", "ru") == "Косово" and names.economy("CHI", "en") == "Channel Islands"
    )
    with pytest.raises(InputError, match="did you mean 'EMDE'"):
        names.economy("EMDEE", "en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("groups: [{code: X, publisher: wdi, names: [{en: x}]}]", r"groups\.0\.names\.0\.ru"),
        ("groups: [{code: X, publisher: wdi, names: []}]", r"groups\.0\.names"),
        (
            "groups: [{code: X, publisher: wdi, names: [{en: x, ru: х}], members: [A]}]",
            r"groups\.0\.members",
        ),
        (
            "groups: [{code: X, publisher: wdi, names: [{from: July, en: x, ru: х}]}]",
            r"groups\.0\.names\.0\.from",
        ),
        (
            "groups: [" + 2 * "{code: X, publisher: wdi, names: [{en: x, ru: х}]}," + "]",
            "each group once",
        ),
        ("groups: [", "row 1.*well-formed YAML"),
    ],
)
def test_a_definition_that_is_none_says_where(tmp_path, text, said):
    path = tmp_path / "groups.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        groups.load(path)
    with pytest.raises(InputError, match="no such file"):
        groups.load(tmp_path / "none.yaml")
