"""The panel: GDP in constant dollars chained as the World Bank does, observations told apart from
estimates, one table written in the same bytes and read back to the last digit."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from support import FIVE, ROOT, raw, the_panel

from growth_claims import panel
from growth_claims.errors import InputError
from growth_claims.panel import Panel

LATEST = "2026-07-01"
VOLUME = "NY.GDP.MKTP.KD"


# Chaining


def test_chained_gdp_is_the_published_one_wherever_there_is_one():
    """The edition of 13 July publishes what is chained from the edition of 1 July."""
    chained = the_panel().wide("wdi", LATEST, VOLUME, FIVE)
    published = the_panel().wide("wdi", "2026-07-13", VOLUME, FIVE)
    assert list(published.index) == list(range(2000, 2026))
    np.testing.assert_allclose(chained.loc[published.index], published, rtol=1e-9)


def test_members_chained_and_summed_give_the_growth_of_their_group():
    """North America is the USA, Canada and Bermuda; the World Bank publishes its growth. The second
    way shares no code with the panel: plain dictionaries of the file."""
    total = the_panel().wide("wdi", LATEST, VOLUME, ["USA", "CAN", "BMU"]).sum(axis=1, skipna=False)
    growth = (total / total.shift() - 1).mul(100)
    published = the_panel().wide("wdi", LATEST, "NY.GDP.MKTP.KD.ZG", ["NAC"])["NAC"]
    years = range(2001, 2025)
    np.testing.assert_allclose(growth.loc[years], published.loc[years], atol=1e-9, rtol=0)

    figures = raw("wdi", LATEST)
    levels = {}
    for member in ("USA", "CAN", "BMU"):
        level = figures[member, "NY.GDP.MKTP.CD", 2015]
        for year in range(2015, 2000, -1):
            level /= 1 + figures[member, "NY.GDP.MKTP.KD.ZG", year] / 100
        for year in range(2001, 2025):
            level *= 1 + figures[member, "NY.GDP.MKTP.KD.ZG", year] / 100
            levels[year] = levels.get(year, 0) + level
    assert levels[2024] == pytest.approx(total[2024], rel=1e-12)
    assert levels[2001] == pytest.approx(total[2001], rel=1e-12)


def test_a_chain_ends_at_a_gap_and_starts_at_2015():
    def row(indicator, year, value, economy="KAZ"):
        unit = "% a year" if indicator == panel.GROWTH else "current US$"
        key = ("wdi", "2030-01-01", economy, "", indicator, year)
        return (*key, value, unit, "observed", "published")

    rows = [row(panel.DOLLARS, 2015, 100.0), row(panel.DOLLARS, 2015, 50.0, "KGZ")]
    rows += [row(panel.GROWTH, year, 10.0) for year in (2012, 2014, 2015, 2016, 2018)]
    rows += [row(panel.GROWTH, 2016, 3.0, "UZB")]  # no dollars: no chain
    rows += [row(panel.VOLUME, 2015, 7.0, "KGZ"), row(panel.GROWTH, 2015, 1.0, "KGZ")]
    frame = panel.chained(pd.DataFrame(rows, columns=list(panel.COLUMNS)))
    assert set(frame["economy"]) == {"KAZ"}
    levels = frame.set_index("year")["value"].to_dict()
    assert sorted(levels) == [2013, 2014, 2015, 2016]
    assert levels[2015] == 100.0 and levels[2016] == pytest.approx(110.0)
    assert levels[2013] == pytest.approx(100 / 1.1**2)
    assert set(frame["origin"]) == {"chained"}


def test_every_edition_with_growth_and_dollars_has_volume_and_says_whose():
    frame = the_panel().frame
    volume = frame[frame["indicator"] == VOLUME]
    origins = volume.groupby("vintage", observed=True)["origin"].agg(set).to_dict()
    assert origins == {
        "2025-12-17": {"chained"},
        "2026-04-01": {"chained"},
        "2026-07-01": {"chained"},
        "2026-07-13": {"published"},
    }
    rest = frame[frame["indicator"] != VOLUME]
    assert set(rest["origin"]) == {"published"}


# Numbers that others have computed from the same figures


def test_population_of_the_region():
    people = the_panel().wide("wdi", LATEST, "SP.POP.TOTL", FIVE).sum(axis=1, skipna=False)
    assert people[2000] == 56_053_931 and people[2024] == 82_261_723
    assert people[2024] / people[2000] == pytest.approx(1.4675, abs=5e-5)


@pytest.mark.parametrize(("start", "end", "rate"), [(2004, 2024, 5.785), (2000, 2020, 6.297)])
def test_growth_of_the_region(start, end, rate):
    total = the_panel().wide("wdi", LATEST, VOLUME, FIVE).sum(axis=1, skipna=False)
    assert ((total[end] / total[start]) ** (1 / (end - start)) - 1) * 100 == pytest.approx(
        rate, abs=5e-4
    )


def test_trade_of_the_region():
    codes = ("TX.VAL.MRCH.CD.WT", "TM.VAL.MRCH.CD.WT")
    trade = sum(the_panel().wide("wdi", LATEST, code, FIVE).sum(axis=1) for code in codes)
    assert trade[2024] / trade[2000] == pytest.approx(9.26, abs=5e-3)


def test_kazakhstan_with_its_neighbours():
    partners = [e for e in FIVE if e != "KAZ"]
    total = sum(
        the_panel().bilateral("bns", "KAZ", partners, flow).sum(axis=1)
        for flow in ("exports", "imports")
    )
    assert total[2024] == pytest.approx(7681, abs=0.5)
    assert total.index.min() == 2020
    before = the_panel().bilateral("wits", "KAZ", partners, "exports")
    assert (before.index.min(), before.index.max()) == (2000, 2019)


# Observations and estimates


def test_the_imf_s_own_line_between_observation_and_estimate_is_kept():
    status = the_panel().status("weo", "2025-10", "NGDP_RPCH")
    for economy, last in {"KAZ": 2023, "KGZ": 2024, "TJK": 2023, "TKM": 2024, "UZB": 2024}.items():
        assert status.at[last, economy] == "observed"
        assert status.at[2024, economy] == ("observed" if last == 2024 else "estimate")
        assert status.at[2025, economy] == "projection"
    assert status.at[2024, "EMDE"] == "not stated" and status.at[2025, "EMDE"] == "projection"


def test_status_comes_from_the_file_and_from_nothing_else():
    frame = the_panel().frame
    weo = frame[frame["source"] == "weo"]
    own_year = weo["vintage"].astype(str).str[:4].astype(int)
    assert ((weo["status"] == "projection") == (weo["year"] >= own_year)).all()
    states = frame.groupby("source", observed=True)["status"].agg(lambda s: set(s.astype(str)))
    assert states["weo"] == set(panel.STATUSES)
    assert states["cia"] == {"not stated"}
    assert states["wdi"] == states["cisstat"] == states["bns"] == {"observed"}


# Editions


def test_the_latest_edition_is_the_newest_that_holds_all():
    p = the_panel()
    assert p.vintages("wdi")[-1] == "2026-07-13"
    assert p.latest("wdi") == LATEST
    assert p.latest("weo") == "2025-10"
    assert p.latest("bns") == "2026-10" and p.latest("cisstat") == "2026-09"
    assert p.vintages("wdi", "SP.POP.TOTL") == [
        "2023-05-04",
        "2024-12-04",
        "2025-01-01",
        "2026-04-01",
        "2026-07-01",
    ]
    with pytest.raises(InputError, match="did you mean 'weo'"):
        p.latest("weos")


def test_views_keep_gaps_and_unknown_economies_empty():
    table = the_panel().wide("wdi", LATEST, "TX.VAL.FUEL.ZS.UN", ["TJK", "XYZ"])
    assert np.isnan(table.at[2001, "TJK"]) and table["XYZ"].isna().all()
    assert list(table.columns) == ["TJK", "XYZ"]
    assert the_panel().wide("wdi", LATEST, "NO.SUCH").empty


# The file


def test_two_builds_write_the_same_bytes_and_are_read_back_to_the_last_digit(tmp_path):
    frame = the_panel().frame
    one, two = tmp_path / "one.csv", tmp_path / "two" / "two.csv"
    panel.write(frame, one)
    panel.write(panel.build(ROOT / "data" / "raw"), two)
    assert one.read_bytes() == two.read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["one.csv"]
    assert one.stat().st_mode & 0o777 == 0o644
    text = one.read_text(encoding="utf-8")
    assert "\r" not in text and text.splitlines()[0] == ",".join(panel.COLUMNS)
    again = Panel.load(one).frame
    for column in panel.COLUMNS:
        ours = frame[column]
        theirs = again[column].astype(ours.dtype)
        assert (ours.to_numpy() == theirs.to_numpy()).all(), column


def test_the_table_is_sorted_and_its_keys_are_unique():
    frame = the_panel().frame
    assert not frame.duplicated(panel.KEY).any()
    keys = list(frame[panel.KEY].itertuples(index=False, name=None))
    assert keys == sorted(keys)


def test_loading_takes_less_than_a_second(tmp_path):
    panel.write(the_panel().frame, tmp_path / "panel.csv")
    best = min(_timed(lambda: Panel.load(tmp_path / "panel.csv")) for _ in range(3))
    assert best < 1


def _timed(act) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def test_a_write_that_fails_leaves_the_last_panel_and_nothing_else(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("the last one", encoding="utf-8")

    class Broken(pd.DataFrame):
        def to_csv(self, file, **options):
            file.write("half")
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        panel.write(Broken(), path)
    assert path.read_text(encoding="utf-8") == "the last one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_panel_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(InputError, match="make panel"):
        Panel.load(tmp_path / "panel.csv")


HEADER = ",".join(panel.COLUMNS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "source,vintage\nwdi,2026\n",
        f"{HEADER}\nwdi,2026,KAZ,,X,2024,many,persons,observed,published\n",
        f"{HEADER}\nwdi,2026,KAZ,,X,this year,1,persons,observed,published\n",
        f"{HEADER}\nwdi,2026,KAZ,,X,2024,,persons,observed,published\n",
    ],
)
def test_a_file_that_is_no_panel_says_so(tmp_path, text):
    path = tmp_path / "panel.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="make panel"):
        Panel.load(path)


# The schema


def put(column: str, value: object, row: int = 200):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[row, column] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        (put("value", -5e30), None, "a value that its unit allows"),
        (put("value", np.nan), None, "a value that its unit allows"),
        (put("unit", "dollars"), "unit", "one of persons, million persons"),
        (put("economy", "kaz"), "economy", "a code such as KAZ"),
        (put("partner", "?"), "partner", "a code such as KGZ, or nothing"),
        (put("vintage", "newest"), "vintage", "an edition"),
        (put("status", "forecast"), "status", "one of observed, estimate, projection, not stated"),
        (put("origin", "typed in"), "origin", "one of published, chained"),
        (put("year", 1959), "year", "from 1960 to 2100"),
        (lambda f: pd.concat([f, f.tail(1)]), None, "one figure for each source, vintage"),
        (lambda f: f.drop(columns="status"), None, "the columns source, vintage"),
        (lambda f: f.assign(remark=""), None, "and no other"),
        (lambda f: f[[*panel.COLUMNS[::-1]]], None, "in this order"),
        (lambda f: f.astype({"year": float}), None, "int64"),
    ],
)
def test_what_is_no_panel_is_an_error_that_names_the_figure(change, field, expected):
    few = the_panel().frame.iloc[::200].reset_index(drop=True)
    assert len(panel.check(few)) == len(few)
    with pytest.raises(InputError) as error:
        panel.check(change(few))
    assert error.value.field == field and expected in str(error.value)
    assert str(error.value).startswith("panel")


def test_a_panel_needs_its_columns():
    with pytest.raises(InputError, match="field 'value'"):
        Panel(the_panel().frame.drop(columns="value"))
