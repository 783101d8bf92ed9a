"""The panel: GDP in constant dollars chained as the World Bank does, observations told apart from
estimates, one table written in the same bytes and read back to the last digit."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from growth_claims import panel
from growth_claims.errors import InputError
from growth_claims.panel import Panel

ROOT = Path(__file__).resolve().parents[1]
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
LATEST = "2026-07-01"
VOLUME = "NY.GDP.MKTP.KD"


@cache
def the_frame() -> pd.DataFrame:
    return panel.build(ROOT / "data" / "raw")


@cache
def the_panel() -> Panel:
    return Panel(the_frame())


@cache
def raw(source: str, vintage: str) -> dict[tuple[str, str, int], float]:
    """A file of figures read with nothing but the standard library."""
    packed = (ROOT / "data" / "raw" / source / f"{vintage}.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return {(r["country"], r["indicator"], int(r["year"])): float(r["value"]) for r in rows}


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


def made(rows: list[tuple[str, int, float, str, str]]) -> pd.DataFrame:
    """Rows of the panel of (indicator, year, value, economy, unit)."""
    full = [
        ("wdi", "2030-01-01", economy, "", indicator, year, value, unit, "observed", "published")
        for indicator, year, value, economy, unit in rows
    ]
    frame = pd.DataFrame(full, columns=list(panel.COLUMNS))
    words = {c: "category" for c in panel.COLUMNS if c not in panel.NUMBERS}
    return frame.astype(words)


def test_a_chain_ends_at_a_gap_and_starts_at_2015():
    rate, dollars = "% a year", "current US$"
    rows = [
        (panel.DOLLARS, 2015, 100.0, "KAZ", dollars),
        (panel.DOLLARS, 2015, 5.0, "KGZ", dollars),
    ]
    rows += [(panel.GROWTH, y, 10.0, "KAZ", rate) for y in (2012, 2014, 2015, 2016, 2018)]
    rows += [(panel.GROWTH, 2016, 3.0, "UZB", rate)]  # no dollars: no chain
    rows += [(panel.VOLUME, 2015, 7.0, "KGZ", panel.VOLUME_UNIT)]  # published: no second figure
    rows += [(panel.GROWTH, 2015, 1.0, "KGZ", rate)]
    frame = panel.chained(made(rows))
    assert set(frame["economy"]) == {"KAZ"}
    levels = frame.set_index("year")["value"].to_dict()
    assert sorted(levels) == [2013, 2014, 2015, 2016]
    assert levels[2015] == 100.0 and levels[2016] == pytest.approx(110.0)
    assert levels[2013] == pytest.approx(100 / 1.1**2)
    assert set(frame["origin"]) == {"chained"}


def test_an_edition_in_other_prices_gets_no_second_kind_of_dollars():
    rows = [(panel.DOLLARS, 2015, 1.0, "KAZ", "current US$"), (panel.GROWTH, 2016, 1.0, "KAZ", "%")]
    rows += [(panel.VOLUME, 2015, 7.0, "KGZ", "constant 2010 US$")]
    assert len(panel.chained(made(rows))) == 0
    assert len(panel.chained(made(rows[:2]))) == 2
    assert len(panel.chained(made(rows[1:2]))) == 0


def test_every_edition_with_growth_and_dollars_has_volume_and_says_whose():
    frame = the_frame()
    volume = frame[frame["indicator"] == VOLUME]
    origins = volume.groupby("vintage", observed=True)["origin"].agg(set).to_dict()
    assert {v: o for v, o in origins.items() if o != {"chained"}} == {
        "2021-10-22": {"published"},
        "2024-04-30": {"published"},
        "2026-07-13": {"published"},
    }
    both = set(the_panel().vintages("wdi", panel.GROWTH, panel.DOLLARS))
    assert both | {"2021-10-22", "2024-04-30", "2026-07-13"} == set(origins)
    assert len(both) == 6
    rest = frame[frame["indicator"] != VOLUME]
    assert set(rest["origin"]) == {"published"}
    assert the_panel().unit("wdi", "2021-10-22", VOLUME) == "constant 2010 US$"
    assert the_panel().unit("wdi", LATEST, VOLUME) == "constant 2015 US$"


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
        the_panel().wide("bns", "2026-10", flow, partners, "KAZ").sum(axis=1)
        for flow in ("exports", "imports")
    )
    assert total[2024] == pytest.approx(7681, abs=0.5)
    assert total.index.min() == 2020
    before = the_panel().wide("wits", "2026-10", "exports", partners, "KAZ")
    assert (before.index.min(), before.index.max()) == (2000, 2019)
    assert list(before.columns) == partners
    exports = "BILAT_EXPORTS_UZB_TO_PARTNER"
    theirs = the_panel().wide("uzstat", "2026-07-15", exports, ["KAZ", "XYZ"], "UZB")
    assert theirs.at[2015, "KAZ"] == 1849.3881999999999 and theirs["XYZ"].isna().all()


# Observations and estimates


def test_the_imf_s_own_line_between_observation_and_estimate_is_kept():
    status = the_panel().status("weo", "2025-10", "NGDP_RPCH")
    for economy, last in {"KAZ": 2023, "KGZ": 2024, "TJK": 2023, "TKM": 2024, "UZB": 2024}.items():
        assert status.at[last, economy] == "observed"
        assert status.at[2024, economy] == ("observed" if last == 2024 else "estimate")
        assert status.at[2025, economy] == "projection"
    assert status.at[2024, "EMDE"] == "not stated" and status.at[2025, "EMDE"] == "projection"


def test_status_comes_from_the_file_and_from_nothing_else():
    frame = the_frame()
    weo = frame[frame["source"] == "weo"]
    own_year = weo["vintage"].map(lambda vintage: int(vintage[:4])).astype(int)
    assert ((weo["status"] == "projection") == (weo["year"] >= own_year)).all()
    states = frame.groupby("source", observed=True)["status"].agg(lambda s: set(s.astype(str)))
    assert states["weo"] == set(panel.STATUSES)
    assert states["cia"] == {"not stated"}
    assert states["wdi"] == states["cisstat"] == states["bns"] == {"observed"}


# Editions


def test_editions_are_those_that_hold_all_that_is_asked_for():
    p = the_panel()
    assert p.sources() == ["bns", "cia", "cisstat", "press", "uzstat", "wdi", "weo", "wits"]
    assert p.vintages("wdi")[0] == "2018-08-01" and p.vintages("wdi")[-1] == "2026-07-13"
    assert p.vintages("weo")[-1] == "2026-04" and len(p.vintages("weo")) == 12
    assert p.vintages("weo", "TX_RPCH")[-1] == "2025-10"
    people = ["2023-05-04", "2024-04-30", "2024-12-04", "2025-01-01", "2025-04-01"]
    people += ["2026-03-06", "2026-04-01", "2026-05-01", "2026-07-01"]
    assert p.vintages("wdi", "SP.POP.TOTL") == ["2018-08-01", "2021-10-22", *people]
    assert p.vintages("wdi", "SP.POP.TOTL", "TX.VAL.MRCH.CD.WT", panel.GROWTH) == [
        "2018-08-01",
        "2026-04-01",
        "2026-05-01",
        "2026-07-01",
    ]
    assert p.vintages("nobody") == [] and p.vintages("wdi", "NO.SUCH") == []
    assert VOLUME in p.indicators("wdi", LATEST) and "NGDPD" in p.indicators("weo")
    assert len(p.economies("wdi")) == 217 + 48 and {"KAZ", "NAC"} < set(p.economies())


def test_a_figure_is_shown_in_every_edition_and_source():
    rows = the_panel().figures("KAZ", ["NY.GDP.MKTP.CD", "NGDPD"], 2024)
    assert list(rows.columns) == list(panel.COLUMNS)
    whose = rows.groupby("source", observed=True)["vintage"].agg(list).to_dict()
    assert whose["wdi"] == ["2025-12-17", "2026-04-01", "2026-05-01", "2026-07-01"]
    assert len(whose["weo"]) == 12
    one = rows[(rows["source"] == "wdi") & (rows["vintage"] == LATEST)]["value"].item()
    assert one == raw("wdi", LATEST)["KAZ", "NY.GDP.MKTP.CD", 2024]
    assert the_panel().figures("XYZ", "NGDPD").empty
    assert len(the_panel().figures("KAZ", "NGDPD")) > 400


def test_a_unit_is_one_or_an_error_that_names_the_editions():
    with pytest.raises(InputError, match=r"no figure for wdi 2026-07-13 SP\.POP") as error:
        the_panel().unit("wdi", "2026-07-13", "SP.POP.TOTL")
    assert "2026-07-01" in str(error.value)


def test_views_keep_gaps_and_unknown_economies_empty():
    table = the_panel().wide("wdi", LATEST, "TX.VAL.FUEL.ZS.UN", ["TJK", "XYZ"])
    assert np.isnan(table.at[2001, "TJK"]) and table["XYZ"].isna().all()
    assert list(table.columns) == ["TJK", "XYZ"]
    none = the_panel().wide("wdi", LATEST, "NO.SUCH", ["KAZ"])
    assert none.empty and list(none.columns) == ["KAZ"]
    status = the_panel().status("wdi", LATEST, "TX.VAL.FUEL.ZS.UN", ["TJK", "XYZ"])
    assert status.at[2001, "TJK"] is None and status["XYZ"].isna().all()
    assert status.shape == table.shape and (status.notna() == table.notna()).all(axis=None)


def test_what_a_reader_does_to_a_view_stays_with_the_reader():
    table = the_panel().wide("wdi", LATEST, "SP.POP.TOTL")
    table.loc[:, "KAZ"] = 0.0
    assert the_panel().wide("wdi", LATEST, "SP.POP.TOTL", ["KAZ"]).at[2024, "KAZ"] > 1e7


# The file


def test_two_builds_write_the_same_bytes_and_are_read_back_to_the_last_digit(tmp_path):
    one, two = tmp_path / "one.parquet", tmp_path / "two" / "two.parquet"
    panel.make(one, ROOT / "data" / "raw")
    panel.make(two, ROOT / "data" / "raw")
    assert one.read_bytes() == two.read_bytes()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["one.parquet"]
    assert one.stat().st_mode & 0o777 == 0o644
    again = Panel.load(one).frame
    for column in panel.COLUMNS:
        ours, theirs = the_frame()[column], again[column]
        if column not in panel.NUMBERS:
            ours, theirs = ours.astype("str"), theirs.astype("str")
        assert ours.equals(theirs), column
    parts = pq.ParquetFile(one).metadata
    assert parts.num_row_groups == len(the_frame().groupby(panel.ORDER[:3], observed=True))


def test_the_table_is_sorted_and_its_keys_are_unique():
    frame = the_frame()
    assert not frame.duplicated(panel.KEY).any()
    few = frame.iloc[:: len(frame) // 50_000]
    keys = list(zip(*(few[c] for c in panel.ORDER), strict=True))
    assert keys == sorted(keys)


def test_a_check_opens_what_it_needs_in_less_than_a_third_of_a_second(tmp_path):
    panel.write(the_frame(), tmp_path / "panel.parquet")

    def opening():
        p = Panel.load(tmp_path / "panel.parquet")
        for vintage in p.vintages("wdi", VOLUME):
            p.wide("wdi", vintage, VOLUME, FIVE)

    assert min(_timed(opening) for _ in range(3)) < 0.3


def _timed(act) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def test_the_panel_is_made_in_less_than_fifteen_seconds(tmp_path):
    """With all imports, in a process of its own; the processor's seconds, not the clock's."""
    code = (
        "import resource, sys; from pathlib import Path; from growth_claims import panel\n"
        "panel.make(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "p.parquet"), str(ROOT / "data" / "raw")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 15


def test_a_write_that_fails_leaves_the_last_panel_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "panel.parquet"
    path.write_text("the last one", encoding="utf-8")

    def broken(frame, file, *more):
        file.write(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(panel, "_write", broken)
    with pytest.raises(OSError, match="No space"):
        panel.write(the_frame(), path)
    assert path.read_text(encoding="utf-8") == "the last one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_panel_that_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(InputError, match="make panel"):
        Panel.load(tmp_path / "panel.parquet")


def test_the_rows_of_an_indicator_are_those_of_the_whole():
    whole = the_panel().frame
    found = the_panel().rows("wits", "exports")
    expected = whole[(whole["source"] == "wits") & (whole["indicator"] == "exports")]
    assert len(found) and set(found["partner"]) - {""}
    words = {name: "str" for name in found if name not in panel.NUMBERS}
    pd.testing.assert_frame_equal(
        found.astype(words), expected.astype(words).reset_index(drop=True), check_exact=True
    )
    assert the_panel().rows("wits", "no-such-code").empty


def test_a_file_that_is_no_panel_says_so(tmp_path):
    path = tmp_path / "panel.parquet"
    few = the_frame().iloc[:1000].astype({c: "str" for c in panel.ORDER[:3]})
    panel.write(few, path)
    whole = path.read_bytes()
    for content in (b"", b"source,vintage\nwdi,2026\n", whole[:-100], whole[100:]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="make panel"):
            len(Panel.load(path).frame)
    few.to_parquet(path)
    with pytest.raises(InputError, match="what its row groups hold"):
        Panel.load(path)
    few.drop(columns="status").to_parquet(path)
    with pytest.raises(InputError, match="field 'status'"):
        Panel.load(path)


# The schema


def put(column: str, value: object, row: int = 200):
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        if column not in panel.NUMBERS:
            frame[column] = frame[column].cat.add_categories([value])
        frame.loc[row, column] = value
        return frame

    return change


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        (put("value", -5e30), None, "a value that its unit allows"),
        (put("value", np.nan), None, "a value that its unit allows"),
        (put("unit", "dollars"), "unit", "one of persons, million persons"),
        (put("economy", "kaz"), "economy", "a code such as FRA"),
        (put("partner", "?"), "partner", "a code such as FRA, or nothing"),
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
    few = the_frame().iloc[::5000].reset_index(drop=True)
    assert len(panel.check(few)) == len(few)
    with pytest.raises(InputError) as error:
        panel.check(change(few))
    assert error.value.field == field and expected in str(error.value)
    assert str(error.value).startswith("panel")


def test_a_panel_needs_its_columns():
    with pytest.raises(InputError, match="field 'value'"):
        Panel(the_frame().iloc[:10].drop(columns="value"))
