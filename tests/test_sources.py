"""data/raw: what the manifest says is what there is; what cannot be a figure is named with file,
row and field; figures are added by putting a file beside the others and sealing."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from growth_claims import panel, paths, sources
from growth_claims.errors import InputError
from growth_claims.sources import incoming, manifest, readers

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"


@pytest.fixture(scope="module")
def published() -> panel.Panel:
    return panel.make(raw=RAW)


@pytest.fixture
def raw(tmp_path, monkeypatch) -> Path:
    """A copy of data/raw to break, in a project of its own."""
    shutil.copytree(RAW, tmp_path / "data" / "raw")
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(tmp_path))
    return tmp_path / "data" / "raw"


def only(raw: Path, *kept: str) -> None:
    """Leaves these files alone in data/raw, for speed."""
    package = manifest.load(raw)
    package["resources"] = [r for r in package["resources"] if r["path"] in kept]
    (raw / manifest.NAME).write_text(json.dumps(package), encoding="utf-8")
    for path in figures(raw):
        if path.relative_to(raw).as_posix() not in kept:
            path.unlink()


def figures(raw: Path) -> list[Path]:
    return [*raw.glob("*/*.csv"), *raw.glob("*/*.csv.gz")]


def text_of(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def put(path: Path, text: str) -> None:
    content = text.encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def edit(path: Path, old: str, new: str) -> None:
    text = text_of(path)
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    put(path, text.replace(old, new))


# The manifest


def test_frictionless_validates_the_package():
    from frictionless import Package

    package = Package(str(RAW / manifest.NAME))
    for resource in package.resources:
        report = resource.validate(limit_rows=500)
        assert report.valid and report.stats["tasks"] == 1, report.to_summary()


def test_every_file_is_described_in_full():
    package = manifest.load(RAW)
    for entry in package["resources"]:
        named = {"publisher", "vintage", "date_read", "bytes", "hash", "title", "source"}
        assert named <= entry.keys(), entry["name"]
        assert all(s["path"].startswith("https://") for s in entry["sources"]), entry["name"]
        facts = entry["source"] in ("press", "events", "statements")
        assert all(x["name"] and x["title"] for x in entry["licenses"]), entry["name"]
        assert facts or all(x["path"].startswith("https://") for x in entry["licenses"])
        schema = entry["schema"]
        types = {f["name"]: f["type"] for f in schema["fields"]}
        assert types.get("value", "number") == "number"
        assert types.get("year", "integer") == "integer"
        assert schema["primaryKey"] and schema["missingValues"] == [""]
        assert (entry.get("compression") == "gz") == entry["path"].endswith(".gz")
    assert len(package["resources"]) == len(figures(RAW)) == 37


def test_the_figures_of_the_world_stay_small():
    """A clone grows by no more than 20 MB, no file has more than 3 MiB."""
    sizes = [path.stat().st_size for path in figures(RAW)]
    assert sum(sizes) < 15e6 and max(sizes) < 3 * 2**20


def test_no_file_of_figures_has_other_line_ends_or_a_byte_order_mark():
    for path in figures(RAW):
        content = text_of(path).encode()
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf"), path
        assert content.endswith(b"\n"), path


def test_one_digit_altered_is_found_by_its_hash(raw):
    edit(raw / "wdi" / "2026-07-13.csv", "KAZ,NY.GDP.MKTP.KD,2000,", "KAZ,NY.GDP.MKTP.KD,2001,")
    with pytest.raises(InputError) as error:
        sources.verify(raw)
    said = str(error.value)
    assert said.startswith("data/raw/wdi/2026-07-13.csv, field 'sha256': found ")
    assert "428f7b6b78d10e2b9722af8f5a196096a8e3706ca0c67b419df4d5908f005c85" in said
    assert "git checkout data/raw/wdi/2026-07-13.csv" in said and "growth-claims seal" in said


def test_a_digit_more_is_found_by_its_size(raw):
    path = raw / "cisstat" / "2026-09.csv"
    edit(
        path, "KAZ,CISSTAT_GDP_VOLUME_INDEX,1995,91.8,", "KAZ,CISSTAT_GDP_VOLUME_INDEX,1995,91.88,"
    )
    with pytest.raises(InputError, match=r"field 'bytes': found 9351; expected 9350"):
        sources.verify(raw)


def test_a_missing_file_is_named(raw):
    (raw / "weo" / "2023-04.csv.gz").unlink()
    with pytest.raises(InputError, match=r"data/raw/weo/2023-04\.csv\.gz: found no such file"):
        sources.verify(raw)


@pytest.mark.parametrize("name", ["wdi/2026-10-01.csv", "notes.txt", "weo/README.md", "a/b/c.csv"])
def test_a_file_that_is_not_listed_is_an_error(raw, name):
    (raw / name).parent.mkdir(parents=True, exist_ok=True)
    (raw / name).write_text("country\n", encoding="utf-8")
    with pytest.raises(InputError, match="does not list") as error:
        sources.verify(raw)
    assert name in str(error.value)


def test_hidden_files_and_the_readme_are_nobodys_figures(raw):
    (raw / ".DS_Store").write_bytes(b"\0")
    (raw / "wdi" / ".2026.csv.swp").write_bytes(b"\0")
    (raw / ".ipynb_checkpoints").mkdir()
    (raw / ".ipynb_checkpoints" / "x.csv").write_bytes(b"")
    (raw / "README.md").write_text("notes", encoding="utf-8")
    assert len(sources.verify(raw)) == 37


def test_a_packed_file_that_is_none_says_so(raw):
    only(raw, "groups/groups.csv.gz")
    path = raw / "groups" / "groups.csv.gz"
    whole = path.read_bytes()
    for content in (b"country,indicator\n", whole[:2000], whole[:50] + b"\0" * 50 + whole[100:]):
        path.write_bytes(content)
        sources.seal(raw)
        with pytest.raises(InputError, match=r"data/raw/groups/groups\.csv\.gz: found a file that"):
            sources.members(raw)


def test_a_broken_manifest_is_an_error_that_says_where(raw):
    path = raw / manifest.NAME
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:400], encoding="utf-8")
    with pytest.raises(InputError, match="well-formed JSON"):
        sources.verify(raw)
    package = json.loads(whole)
    del package["resources"][2]["vintage"]
    path.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(InputError, match=r"row cia/2026-05-17.csv, field 'vintage'"):
        sources.verify(raw)
    path.unlink()
    with pytest.raises(InputError, match="git checkout data/raw"):
        sources.verify(raw)


# Sealing


def test_sealing_what_is_sealed_changes_nothing(raw):
    before = (raw / manifest.NAME).read_bytes()
    assert sources.seal(raw) == []
    assert (raw / manifest.NAME).read_bytes() == before


def test_a_changed_file_can_be_sealed(raw):
    edit(
        raw / "cisstat" / "2026-09.csv",
        "KAZ,CISSTAT_GDP_VOLUME_INDEX,1995,91.8,",
        "KAZ,CISSTAT_GDP_VOLUME_INDEX,1995,91.88,",
    )
    assert sources.seal(raw) == ["changed cisstat/2026-09.csv"]
    sources.verify(raw)


ATLANTIS = """\
country,indicator,year,value,unit
ATL,NY.GDP.MKTP.CD,2015,239258340825.681,current US$
ATL,NY.GDP.MKTP.KD.ZG,2015,6.98717,% a year
ATL,NY.GDP.MKTP.KD.ZG,2016,6.690009,% a year
ATL,SP.POP.TOTL,2015,92191398.0,persons
"""


def test_more_countries_are_added_to_an_edition_and_chained(raw):
    only(raw, "wdi/2026-07-01.csv.gz", "cia/2026-05-17.csv")
    (raw / "wdi" / "2026-07-01+atlantis.csv").write_text(ATLANTIS, encoding="utf-8")
    assert sources.seal(raw) == ["added wdi/2026-07-01+atlantis.csv, edition 2026-07-01"]
    p = panel.Panel(panel.build(raw))
    assert p.vintages("wdi") == ["2026-07-01"]
    volume = p.wide("wdi", "2026-07-01", "NY.GDP.MKTP.KD", ["ATL", "KAZ"])
    assert volume.at[2015, "ATL"] == 239258340825.681
    assert volume.at[2016, "ATL"] == 239258340825.681 * (1 + 6.690009 / 100)
    assert volume.at[2014, "ATL"] == 239258340825.681 / (1 + 6.98717 / 100)
    assert volume["ATL"].notna().sum() == 3
    assert volume.at[2024, "KAZ"] > 0
    entry = next(r for r in manifest.load(raw)["resources"] if "atlantis" in r["path"])
    assert entry["name"] == "wdi-2026-07-01-atlantis" and entry["vintage"] == "2026-07-01"


def test_the_sealed_package_is_still_valid(raw):
    from frictionless import Package

    only(raw, "wdi/2026-07-13.csv", "bns/2026.csv", "bns/2026-10.csv")
    (raw / "wdi" / "2026-07-13+Asia & more.csv").write_text(ATLANTIS, encoding="utf-8")
    sources.seal(raw)
    report = Package(str(raw / manifest.NAME)).validate()
    assert report.valid, report.to_summary()


def test_a_figure_in_two_files_of_one_edition_is_an_error(raw):
    only(raw, "wdi/2026-07-01.csv.gz")
    (raw / "wdi" / "2026-07-01+more.csv").write_text(
        "country,indicator,year,value,unit\nKAZ,SP.POP.TOTL,2024,1.0,persons\n", encoding="utf-8"
    )
    sources.seal(raw)
    with pytest.raises(InputError) as error:
        sources.read_all(raw)
    said = str(error.value)
    assert "2026-07-01.csv.gz, row " in said and "2026-07-01+more.csv" in said
    assert "KAZ SP.POP.TOTL 2024" in said


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("wdi/newest.csv", ATLANTIS, "the edition, such as 2026-07-01"),
        ("oecd/2026.csv", ATLANTIS, "one of the folders bns, cia"),
        ("wdi/2027.csv", "country;indicator;year;value;unit\n", "'country,indicator,year"),
        ("wdi/2027.xlsx", "PK", "a CSV file"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_nothing_written(raw, name, text, expected):
    before = (raw / manifest.NAME).read_bytes()
    (raw / name).parent.mkdir(exist_ok=True)
    (raw / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        sources.seal(raw)
    assert expected in str(error.value) and name in str(error.value)
    assert (raw / manifest.NAME).read_bytes() == before


def test_a_new_edition_takes_the_columns_of_the_neighbour_that_has_them(raw):
    """Kazakhstan's office has files of two kinds: trade by partner, and totals."""
    header = (raw / "bns" / "2026-10.csv").read_text(encoding="utf-8").splitlines()[0]
    (raw / "bns" / "2027-10.csv").write_text(
        f"{header}\nKAZ,KGZ,exports,2026,900.5,million current US$\n", encoding="utf-8"
    )
    assert sources.seal(raw) == ["added bns/2027-10.csv, edition 2027-10"]
    (raw / "statements" / "more.csv").write_text(
        (raw / "statements" / "published_statements.csv").read_text(encoding="utf-8"), "utf-8"
    )
    assert sources.seal(raw) == ["added statements/more.csv, edition 2026-10"]


def test_a_file_gone_for_good_leaves_the_manifest(raw):
    (raw / "wdi" / "2023-05-04.csv.gz").unlink()
    assert sources.seal(raw) == ["removed wdi/2023-05-04.csv.gz"]
    sources.verify(raw)


# Rows

ROW = "KAZ,NY.GDP.MKTP.KD,2000,"


def broken(raw: Path, change) -> str:
    """What reading says after `change` to the text of the smallest WDI file."""
    only(raw, "wdi/2026-07-13.csv")
    path = raw / "wdi" / "2026-07-13.csv"
    content = change(path.read_text(encoding="utf-8"))
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    sources.seal(raw)
    with pytest.raises(InputError) as error:
        sources.read_all(raw)
    return str(error.value)


def cell(field: int, new: str):
    """A change of one cell of the file's third row."""

    def change(text: str) -> str:
        lines = text.split("\n")
        cells = lines[2].split(",")
        cells[field] = new
        lines[2] = ",".join(cells)
        return "\n".join(lines)

    return change


@pytest.mark.parametrize(
    ("field", "new", "expected"),
    [
        (3, "12 345", "row 3, field 'value': found '12 345'; expected a number"),
        (3, '"12,345"', "row 3, field 'value': found '12,345'"),
        (3, "1_000", "row 3, field 'value': found '1_000'"),
        (3, "..", "row 3, field 'value': found '..'"),
        (3, "nan", "row 3, field 'value': found 'nan'"),
        (3, "1e999", "row 3, field 'value': found '1e999'; expected a finite number"),
        (3, "", "row 3, field 'value': found an empty cell"),
        (3, "-5", "row 3, field 'value': found '-5'; expected 0 to 1e+15 in constant 2015 US$"),
        (2, "20.01", "row 3, field 'year': found '20.01'"),
        (2, "1959", "row 3, field 'year': found '1959'; expected a year from 1960 to 2100"),
        (2, "2101", "row 3, field 'year': found '2101'; expected a year from 1960 to 2100"),
        (2, "2000", "row 3, field 'country, indicator, year': found a second figure for"),
        (4, "constant 2015 USD", "row 3, field 'unit': found 'constant 2015 USD'"),
        (
            0,
            "Kazakhstan",
            "row 3, field 'country': found 'Kazakhstan'; expected a code such as FRA",
        ),
        (0, "ККЗ", "row 3, field 'country': found 'ККЗ'"),
        (4, "constant 2015 US$,more", "row 3: found 6 cells; expected 5 cells"),
    ],
)
def test_a_malformed_row_names_file_row_field_found_and_expected(raw, field, new, expected):
    said = broken(raw, cell(field, new))
    assert said.startswith("data/raw/wdi/2026-07-13.csv, ")
    assert expected in said and "What to do: " in said


def test_a_misspelt_unit_comes_with_the_nearest(raw):
    assert "such as 'constant 2015 US$'" in broken(raw, cell(4, "constant 2015 USD"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.replace(",value,", ",valeu,", 1), "rename the column 'valeu' to 'value'"),
        (lambda t: t.replace(",", ";"), "save the file with commas"),
        (lambda t: "\ufeff" + t, "without a byte order mark"),
        (
            lambda t: t.replace("country,indicator", "indicator,country", 1),
            "columns and their order",
        ),
        (lambda t: "", "restore the columns"),
        (lambda t: t.replace("KAZ", "КАЗ").encode("cp1251"), "text in UTF-8"),
        (lambda t: t.replace("\n", "\n\n", 3), "row 2: found an empty line"),
    ],
)
def test_a_file_as_a_spreadsheet_leaves_it_says_what_to_do(raw, change, expected):
    assert expected in broken(raw, change)


def test_an_actual_year_that_is_none(raw):
    only(raw, "weo/2025-10.csv.gz")
    path = raw / "weo" / "2025-10.csv.gz"
    lines = text_of(path).splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if line.startswith("KAZ,NGDPD"))
    lines[number] = lines[number].replace(",2023\n", ",n/a\n")
    put(path, "".join(lines))
    sources.seal(raw)
    with pytest.raises(InputError, match=f"row {number + 1}, field 'latest_actual_year'"):
        sources.read_all(raw)


# What readers make of the files


def test_every_published_figure_is_in_the_panel_as_it_was_written():
    """Read a second time by another parser, with nothing checked."""
    frame = sources.read_all(RAW)
    by_edition = dict(list(frame.groupby(["source", "vintage"], observed=True)))
    count = 0
    for entry in manifest.load(RAW)["resources"]:
        if entry["source"] in ("events", "statements", "groups"):
            continue
        written = pd.read_csv(RAW / entry["path"], dtype={"value": "str"}, keep_default_na=False)
        written["value"] = written["value"].map(float)
        read = by_edition[entry["source"], entry["vintage"]].rename(columns={"economy": "country"})
        key = [c for c in ("country", "partner", "indicator", "year") if c in written]
        ours, theirs = (rows.astype({c: "str" for c in key}) for rows in (read, written))
        both = theirs.merge(ours, on=key, how="left", validate="1:1", suffixes=("", "_read"))
        assert (both["value"] == both["value_read"]).all(), entry["path"]
        assert (both["unit"] == both["unit_read"].astype("str")).all(), entry["path"]
        count += len(written)
    assert count == len(frame) > 1_300_000


@pytest.mark.parametrize(
    "value", ["12", "12.5", ".5", "5.", "1e5", "1.5E-3", "+7", "0.1234567890123456789"]
)
def test_a_number_is_read_alike_at_once_and_row_by_row(raw, monkeypatch, value):
    only(raw, "wdi/2026-07-13.csv")
    path = raw / "wdi" / "2026-07-13.csv"
    path.write_text(cell(3, value)(path.read_text(encoding="utf-8")), encoding="utf-8")
    sources.seal(raw)
    at_once = sources.read_all(raw)
    assert at_once.loc[1, "value"] == float(value)
    monkeypatch.setattr(readers, "_at_once", lambda resource: None)
    pd.testing.assert_frame_equal(at_once, sources.read_all(raw))


def test_the_files_at_hand_are_all_read_at_once():
    """Row by row they would take many times as long."""
    whole = [r for r in manifest.resources(RAW) if r.source in readers.READERS]
    assert [r.name for r in whole if readers._at_once(r) is None] == []


def test_limits_are_wide_for_prices_and_net_flows_alone():
    assert readers.limits("% a year", "NY.GDP.MKTP.KD.ZG")[1] == 500
    assert readers.limits("% a year", "FP.CPI.TOTL.ZG")[1] == 1e6
    assert readers.limits("current US$", "NY.GDP.MKTP.CD")[0] == 0
    assert readers.limits("current US$", "BX.KLT.DINV.CD.WD")[0] < 0


def test_the_world_is_here():
    members = sources.members(RAW)
    assert len(members) == 19_970
    assert set(members["publisher"]) == {"wdi", "weo"}
    world = members[(members["group"] == "WLD") & (members["edition"] == "2026-07")]
    assert len(world) == 218 and "TWN" in set(world["member"])


def test_events_have_days_and_whole_numbers():
    events = sources.events(RAW)
    assert len(events) == 11
    seventh = events[(events["number"] == 7)].iloc[0]
    assert seventh["start_date"] == dt.date(2025, 11, 15)
    assert seventh["end_date"] == dt.date(2025, 11, 16) and seventh["place"] == "Tashkent"


def test_statements_are_known_by_ids_and_by_no_claim():
    statements = sources.statements(RAW).set_index("id")
    assert "claim_id" not in statements and statements.index.is_unique
    stated = statements.loc["edb-2022-11-10-gdp-growth"]
    assert (stated["value"], stated["decimals"], stated["date"]) == (6.2, 1, "2022-11-10")


def test_a_statement_of_a_year_may_lie_on_any_of_its_days():
    statements = sources.statements(RAW).set_index("date")
    year, month = statements.loc["2026"], statements.loc["2024-12"]
    assert (year["earliest"], year["latest"]) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (month["earliest"], month["latest"]) == (dt.date(2024, 12, 1), dt.date(2024, 12, 31))
    day = statements.loc["2024-12-05"]
    assert day["earliest"] == day["latest"] == dt.date(2024, 12, 5)
    assert statements["value"].dtype == float


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("events", ",4,2022-07-21,2022-07-21,", ",4,2022-07-32,2022-07-21,", "'start_date'"),
        ("events", ",4,2022-07-21,2022-07-21,", ",4,2022-07-21,2022-07-20,", "not before"),
        ("events", ",4,2022-07-21,2022-07-21,", ",IV,2022-07-21,2022-07-21,", "a whole number"),
        ("events", ",4,2022-07-21,2022-07-21,", ",4,2022,2022-07-21,", "a day such as"),
        ("events", ",4,2022-07-21,2022-07-21,", ",0,2022-07-21,2022-07-21,", "a whole number"),
        ("events", ",4,2022-07-21,2022-07-21,", ",3,2022-07-21,2022-07-21,", "series once"),
        ("events", "https://tengrinews.kz", "javascript://tengrinews.kz", "'source_url'"),
        ("events", "kz/news/339947,", "kz/news/339947,see above", "'source_url_2'"),
        ("statements", "\nedb-2026-gdp-growth", "\nEDB 2026", "'id': found 'EDB 2026'"),
        ("statements", "\nedb-2026-gdp-growth", "\nedb-2021-11-11-gdp-2000", "no other statement"),
        ("statements", ",2024-12,", ",2024-13,", "a day, a month or a year"),
        ("statements", ",2024-04-08,", ",8 April 2024,", "'8 April 2024'"),
        ("statements", ",6.7,", ",6.7 %,", "'value': found '6.7 %'"),
    ],
)
def test_events_and_statements_are_checked_as_well(raw, name, old, new, expected):
    only(raw, "events/events.csv", "statements/published_statements.csv")
    path = next((raw / name).glob("*.csv"))
    edit(path, old, new)
    sources.seal(raw)
    with pytest.raises(InputError) as error:
        getattr(sources, name)(raw)
    assert expected in str(error.value) and f"data/raw/{name}/" in str(error.value)


def test_the_readme_names_every_file_and_the_terms_every_source():
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    terms = (ROOT / "LICENSE-DATA.md").read_text(encoding="utf-8")
    listed = sources.resources(RAW)
    of_source = {s: [r for r in listed if r.source == s] for s in {r.source for r in listed}}
    for source, files in of_source.items():
        assert f"`{source}/" in readme
        assert [r.vintage for r in files if r.vintage not in readme] == []
    assert [r.source for r in listed if f"`{r.source}`" not in terms] == []


def test_nothing_in_the_figures_names_a_machine_of_ours():
    for path in [*figures(RAW), RAW / manifest.NAME]:
        text = text_of(path)
        assert "/root/" not in text and "/home/" not in text, paths.shown(path)


def entries(change):
    def made(package: dict) -> object:
        change(package["resources"][0])
        return package

    return made


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda package: [], "dictionary"),
        (lambda package: {}, "'resources': found nothing"),
        (lambda package: {"resources": None}, "list"),
        (lambda package: {"resources": [None]}, "dictionary"),
        (lambda package: {"resources": 2 * package["resources"]}, "each file once"),
        *(
            (entries(lambda entry, key=key: entry.pop(key)), f"'{key}': found nothing")
            for key in ("name", "path", "source", "vintage", "title", "schema")
        ),
        (entries(lambda entry: entry.update(path="../../figures.csv")), "path"),
        (entries(lambda entry: entry.update(path=None)), "path"),
        (entries(lambda entry: entry.update(bytes="many")), "'bytes': found 'many'"),
        (entries(lambda entry: entry.update(hash="md5:0")), "hash"),
        (entries(lambda entry: entry.update(vintage=2024)), "'vintage': found 2024"),
        (entries(lambda entry: entry.update(source="wdj")), "not 'wdj'"),
        (entries(lambda entry: entry.update(schema={"fields": ["country"]})), "schema.fields.0"),
        (entries(lambda entry: entry.update(accepted=[{"figure": 4}])), "accepted.0.figure"),
    ],
)
def test_a_manifest_that_is_none_is_said_by_every_way_in(raw, change, says):
    (raw / manifest.NAME).write_text(json.dumps(change(manifest.load(raw))), encoding="utf-8")
    for way in (manifest.verify, manifest.seal, lambda raw: incoming.seal(raw=raw)):
        with pytest.raises(InputError, match=re.escape(says)):
            way(raw)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("events/events.csv", "2019-11-29", "2019-02-31", "a day such as"),
        ("events/events.csv", "2019-11-29", "2017-11-29", "is not after"),
        ("events/events.csv", ",KAZ,", ",Kazakhstan,", "a code such as FRA"),
        ("events/events.csv", "Asia - USA", "Asia\0- USA", "the byte 0x00"),
        ("statements/published_statements.csv", ",6.7,", ',"6,7",', "a number with a decimal"),
        ("statements/published_statements.csv", ",6.7,", ",1e999,", "a number with a decimal"),
        ("statements/published_statements.csv", ",2021-11-11,", ",2121-11-11,", "not to come"),
    ],
)
def test_events_and_statements_are_looked_at_when_they_are_sealed(
    raw, published, name, old, new, says
):
    path = raw / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = (raw / manifest.NAME).read_bytes()
    with pytest.raises(InputError, match=says):
        incoming.seal(published, raw=raw)
    assert (raw / manifest.NAME).read_bytes() == before


def test_a_file_described_by_hand_counts_once_its_size_and_hash_are_sealed(raw):
    package = manifest.load(raw)
    for key in ("bytes", "hash"):
        package["resources"][0].pop(key)
    (raw / manifest.NAME).write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(InputError, match=r"as datapackage\.json says"):
        manifest.verify(raw)
    assert manifest.seal(raw) == [f"changed {package['resources'][0]['path']}"]
    assert manifest.verify(raw)
