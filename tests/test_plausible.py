"""What comes in is held against what is there: mistakes are stopped, published editions pass."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pandas as pd
import pytest

from growth_claims.errors import InputError
from growth_claims.panel import Panel, build
from growth_claims.sources import plausible
from growth_claims.sources.downloads import vocabulary

WORDS = ["source", "vintage", "economy", "partner", "indicator", "unit", "status", "origin"]


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel(build())


@pytest.fixture(scope="module")
def frame(panel) -> pd.DataFrame:
    """All published figures."""
    made = panel.frame
    return made[made["origin"] == "published"].astype(dict.fromkeys(WORDS, "str"))


def edition(frame: pd.DataFrame, source: str, vintage: str, *indicators: str) -> pd.DataFrame:
    rows = frame[(frame["source"] == source) & (frame["vintage"] == vintage)]
    if indicators:
        rows = rows[rows["indicator"].isin(indicators)]
    return rows.reset_index(drop=True).copy()


def test_every_published_edition_passes_against_the_others(frame, panel):
    """Nothing is held up but what `datapackage.json` lets in by name, each name for a finding."""
    unneeded = []
    for (source, vintage), rows in frame.groupby(["source", "vintage"]):
        names = plausible.let_in(None, source, vintage)
        findings = plausible.examine(rows, source, vintage, panel)
        assert not plausible.left(findings, names), f"{source} {vintage}"
        unneeded += [n for n in names if not any(not plausible.left([f], [n]) for f in findings)]
    assert not unneeded


# Mistakes

RNG = random.Random(20)
LEVELS = {"wdi": ("SP.POP.TOTL", "NY.GDP.MKTP.CD", "TX.VAL.MRCH.CD.WT")}
LEVELS["weo"] = ("LP", "NGDPD", "PPPGDP", "NGDP_R")
RATES = {"wdi": ("NY.GDP.MKTP.KD.ZG",), "weo": ("NGDP_RPCH", "PCPIPCH")}
EDITIONS = [
    ("wdi", "2025-12-17"), ("wdi", "2026-05-01"), ("wdi", "2026-07-01"),
    ("weo", "2022-04"), ("weo", "2024-10"), ("weo", "2025-10"),
]  # fmt: skip


def series(rows: pd.DataFrame, code: str) -> pd.Index:
    rows = rows[rows["indicator"] == code]
    economy = RNG.choice(sorted(set(rows["economy"])))
    return rows.index[rows["economy"] == economy]


def figure(rows: pd.DataFrame, code: str, least: float = 0.3) -> int:
    last = int(rows["vintage"].iloc[0][:4]) - 1
    near = rows[(rows["indicator"] == code) & rows["year"].between(1998, last)]
    return RNG.choice(list(near.index[near["value"].abs() > least]))


def column_times(factor: float):
    def change(rows, code):
        rows.loc[rows["indicator"] == code, "value"] *= factor

    return change


def series_times(factor: float):
    def change(rows, code):
        rows.loc[series(rows, code), "value"] *= factor

    return change


def figure_times(factor: float):
    def change(rows, code):
        rows.loc[figure(rows, code), "value"] *= factor

    return change


def year_gone(rows, code):
    return rows.drop(figure(rows, code))


def economy_gone(rows, code):
    return rows.drop(series(rows, code))


def economy_misspelt(rows, code):
    at = series(rows, code)
    name = rows.loc[at[0], "economy"]
    rows.loc[at, "economy"] = name[:2] + "Q"


def indicator_misspelt(rows, code):
    rows.loc[rows["indicator"] == code, "indicator"] = code[:-1] + "Q"


def digits_swapped(rows, code):
    at = figure(rows, code)
    text = f"{rows.loc[at, 'value']:.12g}"
    pairs = [k for k in range(len(text) - 1) if (text[k : k + 2]).isdigit()]
    k = next(k for k in pairs if text[k] != text[k + 1])
    rows.loc[at, "value"] = float(text[:k] + text[k + 1] + text[k] + text[k + 2 :])


def years_moved(by: int):
    def change(rows, code):
        rows.loc[series(rows, code), "year"] += by

    return change


def exchanged(rows, code):
    one, two = series(rows, code), series(rows, code)
    while one[0] == two[0]:
        two = series(rows, code)
    names = rows.loc[one[0], "economy"], rows.loc[two[0], "economy"]
    rows.loc[one, "economy"], rows.loc[two, "economy"] = names[1], names[0]


def another_unit(rows, code):
    rows.loc[rows["indicator"] == code, "unit"] = "thousand " + rows["unit"]


def wrong_year(rows, code):
    rows.loc[figure(rows, code), "year"] = 2204


def no_number(rows, code):
    rows.loc[figure(rows, code), "value"] = float("nan")


def twice(rows, code):
    return pd.concat([rows, rows.loc[[figure(rows, code)]]], ignore_index=True)


MISTAKES: dict[str, tuple[dict, Callable]] = {
    "an indicator in thousands": (LEVELS, column_times(1e-3)),
    "an indicator a million times too large": (LEVELS, column_times(1e6)),
    "a country ten times too large": (LEVELS, series_times(10)),
    "a country in millions": (LEVELS, series_times(1e-6)),
    "a figure ten times too large": (LEVELS, figure_times(10)),
    "a figure a tenth": (LEVELS, figure_times(0.1)),
    "a figure in thousands": (LEVELS, figure_times(1e-3)),
    "a figure doubled": (LEVELS, figure_times(2)),
    "a figure below zero": (LEVELS, figure_times(-1)),
    "a year gone": (LEVELS, year_gone),
    "a country gone": (LEVELS, economy_gone),
    "a country misspelt": (LEVELS, economy_misspelt),
    "an indicator misspelt": (LEVELS, indicator_misspelt),
    "two digits swapped": (LEVELS, digits_swapped),
    "a country a year late": (LEVELS, years_moved(1)),
    "two countries exchanged": (LEVELS, exchanged),
    "another unit": (LEVELS, another_unit),
    "a year to come": (LEVELS, wrong_year),
    "not a number": (LEVELS, no_number),
    "a figure twice": (LEVELS, twice),
    "growth as a share": (RATES, column_times(0.01)),
    "a country's growth as a share": (RATES, series_times(0.01)),
    "a year's growth as a share": (RATES, figure_times(0.01)),
    "growth without its point": (RATES, figure_times(10)),
    "growth with the wrong sign": (RATES, figure_times(-1)),
    "growth of a year gone": (RATES, year_gone),
    "growth a year early": (RATES, years_moved(-1)),
    "growth of two countries exchanged": (RATES, exchanged),
    "growth misspelt": (RATES, indicator_misspelt),
    "growth with digits swapped": (RATES, digits_swapped),
}


def companions(source: str, code: str) -> set[str]:
    """The indicator and those that have to fit it."""
    of = [set(codes) for codes in vocabulary()["identities"].get(source, ()) if code in codes]
    return {code}.union(*of)


def test_most_mistakes_are_stopped_and_none_ends_in_a_traceback(frame, panel):
    """Three of each kind, in several editions, held against the other editions only."""
    taken = []
    for name, (codes, change) in MISTAKES.items():
        for _ in range(3):
            source, vintage = RNG.choice(EDITIONS)
            has = set(panel.indicators(source, vintage))
            code = RNG.choice([c for c in codes[source] if c in has])
            rows = edition(frame, source, vintage, *companions(source, code))
            changed = change(rows, code)
            rows = rows if changed is None else changed
            names = plausible.let_in(None, source, vintage)
            if not plausible.examine(rows, source, vintage, panel, names, sealed=False):
                taken.append(f"{name}: {source} {vintage} {code}")
    assert len(taken) <= 0.1 * 3 * len(MISTAKES), taken


def test_every_change_of_a_sealed_edition_is_found(frame, panel):
    rows = edition(frame, "weo", "2024-10", "NGDP_RPCH")
    at = figure(rows, "NGDP_RPCH")
    rows.loc[at, "value"] *= 1.001
    key = f"{rows.loc[at, 'economy']}:NGDP_RPCH:{rows.loc[at, 'year']}"
    found = plausible.examine(rows, "weo", "2024-10", panel)
    assert [f.key for f in found if "sealed" in f.cause] == [key]
    gone = plausible.examine(rows.drop(at), "weo", "2024-10", panel)
    assert key in [f.key for f in gone]


@pytest.mark.parametrize(
    ("source", "vintage", "code", "change", "says"),
    [
        ("wdi", "2026-07-01", "NY.GDP.MKTP.CD", column_times(1e-3), "0.001 times .*: a unit?"),
        ("wdi", "2026-07-01", "SP.POP.TOTL", series_times(10), "ten times the other editions"),
        ("weo", "2024-10", "NGDP_RPCH", column_times(0.01), "growth as a share instead of per"),
        ("weo", "2024-10", "NGDPD", years_moved(1), "a year later: the years?"),
        ("weo", "2024-10", "LP", year_gone, "the year is missing"),
        ("weo", "2024-10", "NGDPD", indicator_misspelt, "the nearest is NGDPD"),
    ],
)
def test_the_cause_is_said(frame, panel, source, vintage, code, change, says):
    rows = edition(frame, source, vintage, code)
    changed = change(rows, code)
    rows = rows if changed is None else changed
    names = plausible.let_in(None, source, vintage)
    found = plausible.examine(rows, source, vintage, panel, names, sealed=False)
    assert found
    with pytest.raises(InputError, match=says):
        plausible.refuse(found, "file.csv")


@pytest.mark.parametrize(
    ("source", "code", "factor"),
    [
        ("cisstat", "CISSTAT_GDP_VOLUME_INDEX", 0.1),
        ("bns", "exports", 1000),
        ("wits", "exports", 0.001),
        ("cia", "CIA_GDP_OER", 1000),
        ("uzstat", "NATSTAT_EXPORTS", 1000),
    ],
)
def test_mistakes_in_the_small_sources_are_found(frame, panel, source, code, factor):
    rows = frame[(frame["source"] == source) & (frame["indicator"] == code)]
    rows = rows[rows["vintage"] == rows["vintage"].max()].reset_index(drop=True).copy()
    assert not plausible.examine(rows, source, rows["vintage"].iloc[0], panel, sealed=False)
    rows.loc[len(rows) // 2, "value"] *= factor
    found = plausible.examine(rows, source, rows["vintage"].iloc[0], panel, sealed=False)
    assert rows.loc[len(rows) // 2, "year"] in [f.year for f in found]


def test_what_is_let_in_by_name_passes(frame, panel):
    rows = edition(frame, "weo", "2024-10", "NGDPD")
    at = figure(rows, "NGDPD")
    rows.loc[at, "value"] *= 1000
    names = plausible.let_in(None, "weo", "2024-10")
    findings = plausible.examine(rows, "weo", "2024-10", panel, names, sealed=False)
    (found,) = (f for f in findings if f.indicator == "NGDPD")
    economy, code, year = found.key.split(":")
    for name in (found.key, f"{economy}:*:{year}", f"*:{code}:*"):
        assert not plausible.left([found], [name])
    assert plausible.left([found], [f"{economy}:{code}:{int(year) + 1}"])
    assert plausible.names(found.key) == [found.key]
    with pytest.raises(InputError):
        plausible.names("that one")


@pytest.mark.parametrize(
    ("code", "economy", "change", "blamed"),
    [
        ("TX.VAL.MRCH.CD.WT", "POL", lambda value: 1.1 * value, "POL"),
        ("SP.POP.TOTL", "GUY", lambda value: 1.01 * value, "CSS"),
        ("SP.POP.TOTL", "CSS", lambda value: 1.01 * value, "CSS"),
        ("NY.GDP.MKTP.CD", "BRA", lambda value: 0.9 * value, "TLA"),
        ("NY.GDP.MKTP.KD.ZG", "POL", lambda value: value + 2, "CEB"),
    ],
)
def test_members_are_held_against_their_group(frame, panel, code, economy, change, blamed):
    """Of the newest year, which no other edition has, and within what history allows: what it does
    to the sums (the weighted means) of the groups shows it."""
    rows = edition(frame, "wdi", "2026-07-01", code)
    older = panel.frame[panel.frame["indicator"].isin([code, "NY.GDP.MKTP.KD"])]
    older = Panel(older[older["vintage"].astype("str") < "2026"])
    names = plausible.let_in(None, "wdi", "2026-07-01")
    before = {f.key for f in plausible.examine(rows, "wdi", "2026-07-01", older, names)}
    last = rows["year"].max() - (code == "TX.VAL.MRCH.CD.WT")
    at = rows.index[(rows["economy"] == economy) & (rows["year"] == last)]
    rows.loc[at, "value"] = change(rows.loc[at, "value"])
    found = plausible.examine(rows, "wdi", "2026-07-01", older, names)
    (one,) = (f for f in found if f.key not in before)
    assert one.key == f"{blamed}:{code}:{last}"
    assert "the members of" in one.cause
    assert not plausible.left([one], [one.key])


NEWER = {"wdi": "2026-08-15", "weo": "2026-10", "bns": "2026-12", "wits": "2026-12"}


def newer(frame, panel, source: str, code: str, change) -> list[str]:
    """The keys of what is found in the newest edition, changed, when it comes in as the next."""
    rows = edition(frame, source, panel.vintages(source, code)[-1], code)
    assert not plausible.examine(rows, source, NEWER[source], panel)
    return [f.key for f in plausible.examine(change(rows), source, NEWER[source], panel)]


def test_several_wrong_years_on_end_are_found(frame, panel):
    def census(rows):
        rows.loc[(rows["economy"] == "KAZ") & (rows["year"] >= 2020), "value"] *= 1.1
        return rows

    assert newer(frame, panel, "wdi", "SP.POP.TOTL", census)[0] == "KAZ:SP.POP.TOTL:2020"


def test_a_year_published_by_half_is_found(frame, panel):
    def half(rows):
        return rows.drop(rows.index[rows["year"] == 2024][::2])

    assert "*:NGDPD:2024" in newer(frame, panel, "weo", "NGDPD", half)


@pytest.mark.parametrize("source", ["bns", "wits"])
def test_trade_under_another_reporter_is_found(frame, panel, source):
    def renamed(rows):
        rows.loc[rows["partner"] == "KGZ", "economy"] = "TKM"
        return rows

    assert "KAZ>KGZ:exports:*" in newer(frame, panel, source, "exports", renamed)


def test_what_is_gone_from_a_sealed_edition_is_found(frame, panel):
    rows = edition(frame, "press", "2026-10")
    assert not plausible.examine(rows, "press", "2026-10", panel)
    assert not plausible.gone(rows, "press", "2026-10", panel)
    code = "KAZ_REPORTED_TURNOVER"
    (whole,) = plausible.gone(rows[rows["indicator"] != code], "press", "2026-10", panel)
    assert whole.key == f"*:{code}:*"
    rows.loc[rows["indicator"] == code, "economy"] = "KGZ"
    moved = plausible.examine(rows, "press", "2026-10", panel)
    assert [f.key for f in moved] == [f"TKM:{code}:2023"]
    unit = edition(frame, "press", "2026-10", code).assign(unit="million persons")
    assert "the unit?" in plausible.examine(unit, "press", "2026-10", panel)[0].cause


def test_nothing_at_all_and_a_new_source_are_no_tracebacks(frame, panel):
    rows = edition(frame, "weo", "2024-10", "NGDPD")
    assert plausible.examine(rows.iloc[:0], "weo", "2024-10", panel) == []
    assert plausible.examine(rows, "new", "2024-10", panel)


def test_impossible_dates_of_events_are_found():
    days = [dt.date(2021, 3, 1), dt.date(2022, 3, 1), dt.date(2023, 3, 1)]
    events = pd.DataFrame({"series": "meeting", "number": [1, 2, 3], "start_date": days})
    events["end_date"] = events["start_date"]
    today = dt.date(2024, 1, 1)
    assert not plausible.examine_events(events, today)
    for at, column, day in [
        (1, "start_date", dt.date(2012, 3, 1)),
        (2, "end_date", dt.date(2032, 3, 1)),
        (0, "start_date", dt.date(2034, 3, 1)),
    ]:
        wrong = events.copy()
        wrong.loc[at, column] = day
        assert plausible.examine_events(wrong, today)
    assert plausible.examine_events(events.assign(number=[1, 2, 2]), today)
    misspelt = ["consultative meeting", "consultative meeting", "consultative meetings"]
    assert plausible.examine_events(events.assign(series=misspelt), today)
    assert not plausible.examine_events(events.assign(series=["meeting A", "A", "summit B"]), today)
