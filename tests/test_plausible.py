"""What comes in is held against what is there: mistakes are stopped, published editions pass."""

from __future__ import annotations

import datetime as dt
import gzip
import random
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from figure_slips import LET_IN, SLIPS, TARGETS, Slip, before, companions, edition

from growth_claims.errors import InputError
from growth_claims.panel import Panel, build, make
from growth_claims.sources import incoming, manifest, plausible

RNG = random.Random(20)
GDP = "NY.GDP.MKTP.CD"


@pytest.fixture(scope="module")
def panel() -> Panel:
    return make()


def test_every_published_edition_passes_against_the_others(panel):
    """Nothing is held up but what `datapackage.json` lets in by name, each name for a finding."""
    unneeded = []
    for source in panel.sources():
        for vintage in panel.vintages(source):
            names = plausible.let_in(None, source, vintage)
            rows = edition(panel, source, vintage)
            findings = plausible.examine(rows, source, vintage, panel)
            assert not plausible.left(findings, names), f"{source} {vintage}"
            unneeded += [n for n in names if len(plausible.left(findings, [n])) == len(findings)]
    assert not unneeded


@pytest.mark.parametrize(
    ("source", "vintage", "most"),
    [
        ("weo", "2022-10", 10),
        ("weo", "2025-10", 10),
        ("weo", "2026-04", 4),
        ("wdi", "2024-12-04", 0),
    ],
)
def test_a_real_edition_that_comes_in_after_its_predecessors_is_asked_little_about(
    panel, source, vintage, most
):
    names = plausible.let_in(None, source, vintage)
    rows, known = edition(panel, source, vintage), before(panel, source, vintage)
    assert len(plausible.examine(rows, source, vintage, known, names)) <= most


# Slips


def figure(rows: pd.DataFrame, code: str, least: float = 0.3) -> int:
    last = int(rows["vintage"].iloc[0][:4]) - 1
    near = rows[(rows["indicator"] == code) & rows["year"].between(1998, last)]
    return RNG.choice(list(near.index[near["value"].abs() > least]))


def test_what_slips_get_in_is_on_record(panel, request):
    """Some slips in each indicator (all with --full-grid), in an edition that comes in after
    its predecessors: none but those of `figure_slips.yaml` that are known to get in does."""
    got_in, known, tried = defaultdict(set), defaultdict(set), 0
    for at, (source, vintage, name, code) in enumerate(TARGETS):
        there = before(panel, source, name)
        own = panel if name == vintage else there
        rows = edition(own, source, vintage, *companions(source, code))
        editions = there.vintages(source, code)
        older = edition(panel, source, editions[-2], code) if len(editions) > 1 else None
        asked = set(map(str, plausible.examine(rows, source, name, there)))
        for number, slip in enumerate(SLIPS):
            if not request.config.getoption("--full-grid") and (number + at) % 12:
                continue
            if (made := Slip(slip, rows, code, older).make()) is None:
                continue
            tried += 1
            if not set(map(str, plausible.examine(made, source, name, there))) - asked:
                got_in[slip].add(f"{source} {code}")
            known[slip] |= {f"{source} {code}"} & set(LET_IN.get(slip, ()))
    assert {k: v for k, v in got_in.items() if v} == {k: v for k, v in known.items() if v}
    assert tried > 35


@pytest.fixture(scope="module")
def small(panel, tmp_path_factory) -> tuple[Path, Panel, pd.DataFrame]:
    """A data/raw of two editions of some economies, its panel, and the figures of the next one."""
    raw, codes = tmp_path_factory.mktemp("small") / "data" / "raw", ("LP", "NGDPD", "NGDPDPC")
    package = manifest.load()
    kept = [r for r in package["resources"] if r["path"][:-7] in ("weo/2024-10", "weo/2025-04")]
    (raw / "weo").mkdir(parents=True)
    for entry in kept:
        entry.pop("accepted", None)
        write(raw / entry["path"], some(edition(panel, "weo", entry["vintage"], *codes)))
    manifest.save(raw, package | {"resources": kept})
    manifest.seal(raw)
    return raw, Panel(build(raw)), some(edition(panel, "weo", "2025-10", *codes))


def some(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["economy"].str[0].isin(list("BCKU"))].reset_index(drop=True)


def write(path: Path, rows: pd.DataFrame) -> None:
    columns = ["country", "indicator", "year", "value", "unit", "latest_actual_year"]
    named = rows.rename(columns={"economy": "country"}).assign(latest_actual_year="2023")
    text = named[columns].to_csv(index=False, lineterminator="\n")
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


@pytest.mark.parametrize("slip", SLIPS)
def test_a_file_with_a_slip_is_sealed_or_refused_in_words(small, slip):
    """By the way that files come in; never a traceback, and never half."""
    raw, panel, rows = small
    made = Slip(slip, rows, "NGDPD", edition(panel, "weo", "2024-10", "NGDPD")).make()
    if made is None:
        return
    manifested = (raw / manifest.NAME).read_text(encoding="utf-8")
    path = raw / "weo" / "2025-10.csv.gz"
    write(path, made)
    try:
        lines = incoming.seal(panel, raw=raw)
        assert lines == ["added weo/2025-10.csv.gz, edition 2025-10"]
        assert slip in LET_IN
    except InputError as error:
        assert "NGDPD" in str(error) or "weo/2025-10.csv.gz, row" in str(error)
        assert "What to do: " in str(error)
        assert (raw / manifest.NAME).read_text(encoding="utf-8") == manifested
    finally:
        path.unlink()
        (raw / manifest.NAME).write_text(manifested, encoding="utf-8")


def test_a_file_that_ends_earlier_comes_in_by_name(small):
    raw, panel, rows = small
    path = raw / "weo" / "2025-10.csv.gz"
    write(path, rows[(rows["indicator"] != "LP") | (rows["year"] < 2029)])
    manifested = (raw / manifest.NAME).read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"\*:LP:2029: all of it ends earlier"):
        incoming.seal(panel, raw=raw)
    names = ["*:LP:*", "*:NGDPD*:*", "*:NGDPDPC:*"]
    assert incoming.seal(panel, names, "a test", raw)
    (entry,) = (r for r in manifest.load(raw)["resources"] if r["vintage"] == "2025-10")
    assert {"figure": "*:LP:2029", "because": "a test"} in entry["accepted"]
    path.unlink()
    (raw / manifest.NAME).write_text(manifested, encoding="utf-8")


def test_what_was_let_in_once_excuses_no_later_change(panel):
    """Of a figure that a person let in, and of a whole series."""
    rows = edition(panel, "weo", "2026-04", "LP")
    names = [*plausible.let_in(None, "weo", "2026-04"), "UZB:LP:*"]
    assert "UZB:LP:2026" in names
    assert not plausible.examine(rows, "weo", "2026-04", panel, names)
    rows.loc[(rows["economy"] == "UZB") & (rows["year"] == 2026), "value"] += 1
    found = {f.key: f for f in plausible.examine(rows, "weo", "2026-04", panel, names)}
    assert found["UZB:LP:2026"].cause == "not what was sealed of this edition"


def test_every_change_of_a_sealed_edition_is_found(panel):
    rows = edition(panel, "weo", "2024-10", "NGDP_RPCH")
    at = figure(rows, "NGDP_RPCH")
    rows.loc[at, "value"] *= 1.001
    key = f"{rows.loc[at, 'economy']}:NGDP_RPCH:{rows.loc[at, 'year']}"
    found = plausible.examine(rows, "weo", "2024-10", panel)
    assert [f.key for f in found if "sealed" in f.cause] == [key]
    gone = plausible.examine(rows.drop(at), "weo", "2024-10", panel)
    assert key in [f.key for f in gone]


@pytest.mark.parametrize(
    ("source", "vintage", "code", "slip", "says"),
    [
        ("wdi", "2026-07-01", GDP, "a column in thousands", "0.001 times .*: a unit?"),
        ("wdi", "2026-07-01", "SP.POP.TOTL", "a series ten times", "ten times the other editions"),
        ("weo", "2024-10", "NGDP_RPCH", "a column as shares", "growth as a share instead of per"),
        ("weo", "2024-10", "NGDPD", "a series a year late", "a year later: the years?"),
        ("weo", "2024-10", "LP", "a year gone", "the year is missing"),
        ("weo", "2024-10", "NGDPD", "an indicator misspelt", "the nearest is NGDPD"),
        ("weo", "2024-10", "NGDPD", "a series that ends earlier", "the last years are missing"),
        ("wdi", "2026-07-01", GDP, "the last year by half", "by half .116 economies, 246 the"),
    ],
)
def test_the_cause_is_said(panel, source, vintage, code, slip, says):
    rows = edition(panel, source, vintage, *companions(source, code))
    made = Slip(slip, rows, code, None).make()
    names = plausible.let_in(None, source, vintage)
    found = plausible.examine(made, source, vintage, panel, names, sealed=False)
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
def test_mistakes_in_the_small_sources_are_found(panel, source, code, factor):
    rows = edition(panel, source, panel.vintages(source, code)[-1], code)
    assert not plausible.examine(rows, source, rows["vintage"].iloc[0], panel, sealed=False)
    rows.loc[len(rows) // 2, "value"] *= factor
    found = plausible.examine(rows, source, rows["vintage"].iloc[0], panel, sealed=False)
    assert rows.loc[len(rows) // 2, "year"] in [f.year for f in found]


def test_what_is_let_in_by_name_passes(panel):
    rows = edition(panel, "weo", "2024-10", "NGDPD")
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
def test_members_are_held_against_their_group(panel, code, economy, change, blamed):
    """Of the newest year, which no other edition has, and within what history allows: what it does
    to the sums (the weighted means) of the groups shows it."""
    rows = edition(panel, "wdi", "2026-07-01", code)
    older = panel
    for source in panel.sources():
        older = before(older, source, "2026")
    older._groups = {k: n for k, n in older._groups.items() if k[2] in (code, "NY.GDP.MKTP.KD")}
    older._tables = {}
    names = plausible.let_in(None, "wdi", "2026-07-01")
    known = {f.key for f in plausible.examine(rows, "wdi", "2026-07-01", older, names)}
    last = rows["year"].max() - (code == "TX.VAL.MRCH.CD.WT")
    at = rows.index[(rows["economy"] == economy) & (rows["year"] == last)]
    rows.loc[at, "value"] = change(rows.loc[at, "value"])
    found = plausible.examine(rows, "wdi", "2026-07-01", older, names)
    (one,) = (f for f in found if f.key not in known)
    assert one.key == f"{blamed}:{code}:{last}"
    assert "the members of" in one.cause
    assert not plausible.left([one], [one.key])


NEWER = {"wdi": "2026-08-15", "weo": "2026-10", "bns": "2026-12", "wits": "2026-12"}


def newer(panel, source: str, code: str, change) -> list[str]:
    """The keys of what is found in the newest edition, changed, when it comes in as the next."""
    rows = edition(panel, source, panel.vintages(source, code)[-1], code)
    assert not plausible.examine(rows, source, NEWER[source], panel)
    return [f.key for f in plausible.examine(change(rows), source, NEWER[source], panel)]


def test_several_wrong_years_on_end_are_found(panel):
    def census(rows):
        rows.loc[(rows["economy"] == "KAZ") & (rows["year"] >= 2020), "value"] *= 1.1
        return rows

    assert newer(panel, "wdi", "SP.POP.TOTL", census)[0] == "KAZ:SP.POP.TOTL:2020"


def test_a_year_published_by_half_is_found(panel):
    def half(rows):
        return rows.drop(rows.index[rows["year"] == 2024][::2])

    assert "*:NGDPD:2024" in newer(panel, "weo", "NGDPD", half)


@pytest.mark.parametrize("source", ["bns", "wits"])
def test_trade_under_another_reporter_is_found(panel, source):
    def renamed(rows):
        rows.loc[rows["partner"] == "KGZ", "economy"] = "TKM"
        return rows

    assert "KAZ>KGZ:exports:*" in newer(panel, source, "exports", renamed)


def test_what_is_gone_from_a_sealed_edition_is_found(panel):
    rows = edition(panel, "press", "2026-10")
    assert not plausible.examine(rows, "press", "2026-10", panel)
    assert not plausible.gone(rows, "press", "2026-10", panel)
    code = "KAZ_REPORTED_TURNOVER"
    (whole,) = plausible.gone(rows[rows["indicator"] != code], "press", "2026-10", panel)
    assert whole.key == f"*:{code}:*"
    rows.loc[rows["indicator"] == code, "economy"] = "KGZ"
    moved = plausible.examine(rows, "press", "2026-10", panel)
    assert [f.key for f in moved] == [f"TKM:{code}:2023"]
    unit = edition(panel, "press", "2026-10", code).assign(unit="million persons")
    assert "the unit?" in plausible.examine(unit, "press", "2026-10", panel)[0].cause


def test_nothing_at_all_and_a_new_source_are_no_tracebacks(panel):
    rows = edition(panel, "weo", "2024-10", "NGDPD")
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
