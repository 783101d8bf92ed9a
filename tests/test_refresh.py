"""Figures fetched by the real clients from a server on this machine that speaks both protocols, and
taken in: paging, errors, limits, what may not be taken, and a run that is killed."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pandas as pd
import pytest

from growth_claims import paths
from growth_claims.errors import InputError, RunError
from growth_claims.panel import Panel, build
from growth_claims.sources import downloads, incoming, manifest
from growth_claims.sources.refresh import AT_ONCE, Servers, _each, refresh

ECONOMIES = ("FJI", "ISL", "NAM", "WLD")
#: GDP and population of 2000, in single units, and what they grow by.
SIZES = {"FJI": 2e9, "ISL": 9e9, "NAM": 4e9, "WLD": 3.4e13}
PEOPLE = {"FJI": 8e5, "ISL": 2.8e5, "NAM": 1.8e6, "WLD": 6.1e9}
YEARS = range(1995, 2031)
CODES = {
    "wdi": ("NY.GDP.MKTP.CD", "SP.POP.TOTL", "NY.GDP.MKTP.KD.ZG"),
    "weo": ("NGDPD", "LP", "NGDP_RPCH"),
}


def value(code: str, economy: str, year: int) -> float:
    """A figure of our own, in single units."""
    if any(part in code for part in ("RPCH", ".ZG", ".ZS")):
        return 3 + (7 * year + len(economy + code)) % 5 / 10 + 0.001 * ECONOMIES.index(economy)
    if code in ("LP", "SP.POP.TOTL"):
        return round(PEOPLE[economy] * 1.01 ** (year - 2000))
    return round(SIZES[economy] * 1.04 ** (year - 2000) * (1 + 0.01 * (year % 3)), 2)


class Publisher(BaseHTTPRequestHandler):
    """Both publishers. `server.change` alters figures; `server.errors` are statuses to answer with
    before anything else, by part of the address; `server.asked` counts the addresses."""

    def log_message(self, *_) -> None:
        pass

    def do_GET(self) -> None:
        address = unquote(self.path)
        with self.server.lock:
            self.server.asked[urlsplit(address).path] += 1
            errors = next((e for part, e in self.server.errors.items() if part in address), [])
            status = errors.pop(0) if errors else 200
        if status == "slow":
            time.sleep(3)
            status = 200
        if status == "elsewhere":
            self._answer(302, b"", Location="http://figures.example/all")
        elif status == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"page":')
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
        elif status == "page":
            self._answer(200, b"<html>be back soon</html>")
        elif status != 200:
            self._answer(status, b"busy", **{"Retry-After": "0"} if status == 429 else {})
        elif address.startswith("/v2/"):
            self._json(self._world_bank(address))
        else:
            self._answer(200, self._imf(address).encode(), **{"Content-Type": "application/xml"})

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def _json(self, answer) -> None:
        self._answer(200, json.dumps(answer).encode(), **{"Content-Type": "application/json"})

    def _figure(self, code: str, economy: str, year: int) -> float | None:
        return self.server.change(code, economy, year, value(code, economy, year))

    def _world_bank(self, address: str):
        parts = urlsplit(address)
        path, asked = parts.path.removeprefix("/v2/en/").split("/"), parse_qs(parts.query)
        page, size = int(asked["page"][0]), min(int(asked["per_page"][0]), self.server.page)
        if path[0] in ("region", "incomelevel", "lendingtype"):
            return [
                _head(1),
                [{"id": "X", "iso2code": "X", "code": "X", "name": "x", "value": "x"}],
            ]
        if path[0] == "country":
            rows = [
                {
                    "id": code,
                    "iso2Code": code[:2],
                    "capitalCity": "",
                    "longitude": "",
                    "latitude": "",
                    "region": {"id": "NA" if code == "WLD" else "X"},
                    "adminregion": {"id": ""},
                    "lendingType": {"id": ""},
                    "incomeLevel": {"id": ""},
                }
                for code in (*ECONOMIES, "USA")
            ]
            return [_head(len(rows)), rows]
        if len(path) == 2:
            source = {"id": path[1], "lastupdated": self.server.edition["wdi"], "name": "WDI"}
            return [_head(1), [source]]
        concepts = ["Country", "Series", "Time"] + (["Version"] if path[1] == "57" else [])
        if path[2] == "concepts":
            rows = [{"id": name, "value": name} for name in concepts]
            return {**_head(len(rows)), "source": [{"id": "2", "concept": rows}]}
        if len(path) == 4:
            if path[2] == "time":
                rows = [{"id": f"YR{y}", "value": str(y)} for y in YEARS]
            else:
                rows = [{"id": e, "value": e} for e in ECONOMIES]
            return {
                **_head(len(rows)),
                "source": [{"id": "2", "concept": [{"id": path[2], "variable": rows}]}],
            }
        of = dict(zip(path[2::2], path[3::2], strict=True))
        self.server.versions.append(of.get("version"))
        economies = ECONOMIES if of["country"] == "all" else of["country"].split(";")
        years = [int(y.removeprefix("YR")) for y in of["time"].split(";")]
        rows = [
            {
                "variable": [
                    {"concept": "Country", "id": economy, "value": economy},
                    {"concept": "Series", "id": of["series"], "value": of["series"]},
                    {"concept": "Time", "id": f"YR{year}", "value": str(year)},
                ],
                "value": self._figure(of["series"], economy, year)
                if year < int(self.server.edition["wdi"][:4])
                else None,
            }
            for economy in economies
            for year in years
            if year in YEARS
        ]
        start = (page - 1) * size
        head = {"page": page, "per_page": size, "total": len(rows)}
        return {**head, "source": {"id": "2", "name": "WDI", "data": rows[start : start + size]}}

    def _imf(self, address: str) -> str:
        key = urlsplit(address).path.rsplit("/", 1)[1]
        place, code, _ = key.split(".")
        economies = [c for c in (*ECONOMIES[:3], "G001") if not place or c in place.split("+")]
        groups, series = [], []
        for theirs in economies:
            economy = "WLD" if theirs == "G001" else theirs
            last = int(self.server.edition["weo"][:4]) + 1
            figures = {y: self._figure(code, economy, y) for y in YEARS if y <= last}
            seen = "".join(
                f'<Obs TIME_PERIOD="{y}"' + ("/>" if v is None else f' OBS_VALUE="{v!r}"/>')
                for y, v in figures.items()
            )
            groups.append(
                f'<Group INDICATOR="{code}" COUNTRY="{theirs}" '
                f'LATEST_ACTUAL_ANNUAL_DATA="FY{last - 3}/{(last - 2) % 100:02}"/>'
            )
            series.append(
                f'<Series COUNTRY="{theirs}" INDICATOR="{code}" FREQUENCY="A">{seen}</Series>'
            )
        edition = self.server.edition["weo"]
        return SDMX.format(edition=edition, groups="".join(groups), series="".join(series))


class Server(ThreadingHTTPServer):
    #: Connections that may wait: of the usual five, some of ten at once would be lost.
    request_queue_size = 64


SDMX = """<?xml version='1.0' encoding='UTF-8'?>
<m:StructureSpecificData
 xmlns:ss="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific"
 xmlns:ns1="urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=IMF.RES:WEO(9.0.0):ObsLevelDim:TIME_PERIOD"
 xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
 xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<m:Header><m:ID>1</m:ID><m:Test>false</m:Test><m:Prepared>2031-01-01T00:00:00Z</m:Prepared>
<m:Sender id="IMF"/><m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"
 namespace="urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=IMF.RES:WEO(9.0.0):ObsLevelDim:TIME_PERIOD">
<common:StructureUsage><Ref agencyID="IMF.RES" id="WEO" version="9.0.0"/></common:StructureUsage>
</m:Structure></m:Header>
<m:DataSet ss:dataScope="DataStructure" xsi:type="ns1:DataSetType" ss:structureRef="S"
 PUBLICATION_DATE="{edition}-14T13:00:00Z">{groups}{series}</m:DataSet>
</m:StructureSpecificData>"""


def _head(total: int) -> dict:
    return {"page": 1, "pages": 1, "per_page": 50, "total": total}


@pytest.fixture
def publisher():
    import wbgapi

    wbgapi.source._concepts.clear()
    wbgapi.time._time_values.clear()
    wbgapi.economy._localized_metadata.clear()
    wbgapi.economy._class_data = None
    server = Server(("127.0.0.1", 0), Publisher)
    server.daemon_threads = True
    server.lock, server.asked, server.errors = threading.Lock(), Counter(), {}
    server.versions, server.page = [], 40
    server.edition = {"wdi": "2025-06-30", "weo": "2025-04"}
    server.change = lambda code, economy, year, figure: figure
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.base = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def servers(publisher) -> Servers:
    return Servers(f"{publisher.base}/v2", f"{publisher.base}/sdmx/2.1", timeout=2, pause=0.01)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """Figures of two editions a source, written as the project's own are. Not to be changed."""
    folder = tmp_path_factory.mktemp("written") / "data" / "raw"
    package = manifest.load()
    like = {s: next(r for r in package["resources"] if r["source"] == s) for s in CODES}
    kept = []
    for source, names in {
        "wdi": ["2023-06-30", "2024-06-30"],
        "weo": ["2023-10", "2024-10"],
    }.items():
        (folder / source).mkdir(parents=True)
        unit = {c: e["unit"] for c, e in downloads.vocabulary()["indicators"][source].items()}
        for name in names:
            last = int(name[:4]) + (2 if source == "weo" else 0)
            rows = [
                (e, c, y, value(c, e, y) / downloads.unit_scale(unit[c]), unit[c])
                for e in ECONOMIES
                for c in CODES[source]
                for y in YEARS
                if y < last
            ]
            frame = pd.DataFrame(rows, columns=["country", "indicator", "year", "value", "unit"])
            if source == "weo":
                frame["latest_actual_year"] = int(name[:4]) - 1
            frame = frame.sort_values(["country", "indicator", "year"])
            text = frame.to_csv(index=False)
            path = folder / source / f"{name}.csv.gz"
            path.write_bytes(gzip.compress(text.encode(), mtime=0))
            entry = json.loads(json.dumps(like[source]))
            entry |= {
                "name": f"{source}-{name}",
                "path": f"{source}/{name}.csv.gz",
                "vintage": name,
            }
            entry["compression"] = "gz"
            entry.pop("accepted", None)
            kept.append(entry)
    package["resources"] = kept
    (folder / manifest.NAME).write_text(json.dumps(package), encoding="utf-8")
    manifest.seal(folder)
    manifest.verify(folder)
    return folder


@pytest.fixture
def raw(written, tmp_path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "data" / "raw"))


@pytest.fixture(scope="module")
def panel(written) -> Panel:
    return Panel(build(written))


def contents(raw: Path) -> dict[str, bytes]:
    return {p.relative_to(raw).as_posix(): p.read_bytes() for p in raw.rglob("*") if p.is_file()}


def bring(panel, raw, servers, **more):
    return refresh(panel, economies=["all"], raw=raw, servers=servers, progress=False, **more)


def test_newest_figures_come_page_by_page_and_are_taken_in(publisher, servers, raw, panel):
    taken = bring(panel, raw, servers)
    assert taken.files == ("wdi/2025-06-30.csv.gz", "weo/2025-04.csv.gz")
    assert max(publisher.asked.values()) > 1  # more than one page
    listed = {r.path.relative_to(raw).as_posix(): r for r in manifest.verify(raw)}
    assert listed["weo/2025-04.csv.gz"].vintage == "2025-04"
    made = Panel(build(raw))
    for code, scale in (("NGDPD", 1e9), ("LP", 1e6), ("NGDP_RPCH", 1)):
        table = made.wide("weo", "2025-04", code)
        for economy in ECONOMIES:
            for year in (1995, 2010, 2026):
                wanted = value(code, economy, year) / scale
                assert table.at[year, economy] == pytest.approx(wanted, rel=1e-12)
    assert made.status("weo", "2025-04", "LP").at[2024, "ISL"] == "observed"
    assert made.wide("wdi", "2025-06-30", "SP.POP.TOTL").at[2024, "FJI"] == value(
        "SP.POP.TOTL", "FJI", 2024
    )
    assert not list(raw.parent.glob(".incoming*"))
    assert not (raw / manifest.NOTE).exists()


def test_what_changed_is_said_and_nothing_new_writes_nothing(publisher, servers, raw, panel):
    def revised(code, economy, year, figure):
        changed = (code, economy) == ("NGDPD", "ISL") and year >= 2020
        return figure * (1.02 + (year - 2020) / 1000) if changed else figure

    publisher.change = revised
    taken = bring(panel, raw, servers, sources=["weo"])
    assert "ISL NGDPD 2020" in str(taken)
    assert "+2.00 %" in str(taken)
    before = contents(raw)
    publisher.edition["weo"] = "2025-10"
    publisher.change = lambda code, e, y, figure: None if y > 2026 else revised(code, e, y, figure)
    again = bring(Panel(build(raw)), raw, servers, sources=["weo"])
    assert not again.files
    assert contents(raw) == before


def test_several_are_asked_at_once_and_answered_in_order():
    together = threading.Barrier(AT_ONCE, timeout=10)

    def ask(code: str) -> str:
        together.wait()  # breaks unless as many wait at the same time
        time.sleep(0.01 * (code < "e"))
        return code

    codes = [chr(ord("a") + n) for n in range(AT_ONCE)]
    assert list(_each(ask, codes, "letters", False)) == codes


@pytest.mark.parametrize("fails", [0, None])
def test_after_an_error_nothing_more_is_asked(fails):
    """Of a server that fails, or of who reads an answer and cannot."""
    asked = []

    def ask(code: int) -> None:
        asked.append(code)
        if code == fails:
            raise OSError
        time.sleep(0.1)

    with pytest.raises(OSError):
        answers = _each(ask, range(10 * AT_ONCE), "numbers", False)
        next(answers)
        answers.throw(OSError)
    assert len(asked) <= 2 * AT_ONCE


@pytest.mark.parametrize("errors", [[503, 429, 500], ["cut"], ["cut", 503], ["slow"]])
def test_a_busy_server_is_asked_again(publisher, servers, raw, panel, errors):
    publisher.errors = {"SP.POP.TOTL": list(errors), ".LP.A": list(errors)}
    assert bring(panel, raw, servers).files


@pytest.mark.parametrize(
    ("errors", "says"),
    [
        ([503] * 9, "503"),
        (["cut"] * 9, "try again later"),
        (["slow"] * 9, "timed out|time"),
        (["page"] * 9, "cannot be read"),
        (["elsewhere"], "not https"),
        ([404], "404|cannot be read"),
    ],
)
@pytest.mark.parametrize("part", ["SP.POP.TOTL", ".LP.A"])
def test_what_a_server_does_wrong_is_said_and_nothing_written(
    publisher, servers, raw, panel, part, errors, says
):
    before = contents(raw)
    publisher.errors = {part: list(errors)}
    quick = Servers(servers.world_bank, servers.imf, timeout=0.5, pause=0.01, attempts=2)
    with pytest.raises(RunError, match=says):
        bring(panel, raw, quick)
    assert contents(raw) == before


def test_an_answer_that_is_too_large_is_refused(servers, raw, panel):
    small = Servers(servers.world_bank, servers.imf, pause=0.01, largest=2000)
    with pytest.raises(RunError, match="more than"):
        bring(panel, raw, small)


def test_only_https_leaves_this_machine(raw, panel):
    plain = Servers("http://figures.example/v2", "http://figures.example/sdmx", pause=0.01)
    with pytest.raises(RunError, match="not https"):
        bring(panel, raw, plain)


def test_a_year_published_by_half_waits_unless_forced(publisher, servers, raw, panel):
    def half(code, economy, year, figure):
        return None if (code, year) == ("SP.POP.TOTL", 2024) and economy != "ISL" else figure

    publisher.change = half
    before = contents(raw)
    with pytest.raises(InputError, match="1 economies in 2024, 4 in 2023"):
        bring(panel, raw, servers)
    assert contents(raw) == before
    assert bring(panel, raw, servers, force=True).files


def test_a_figure_that_cannot_be_true_stops_all_and_is_let_in_by_name(
    publisher, servers, raw, panel
):
    def wrong(code, economy, year, figure):
        return figure * 1000 if (code, economy, year) == ("NGDPD", "FJI", 2019) else figure

    publisher.change = wrong
    before = contents(raw)
    with pytest.raises(InputError, match=r"FJI:NGDPD:2019.*a unit"):
        bring(panel, raw, servers)
    assert contents(raw) == before  # the World Bank's, which are right, neither
    with pytest.raises(InputError, match="because"):
        bring(panel, raw, servers, accept=["FJI:NGDPD:2019"])
    taken = bring(panel, raw, servers, accept=["FJI:*:2019"], because="published so")
    assert "let in: FJI:NGDPD:2019" in str(taken)
    entries = {r["path"]: r for r in manifest.load(raw)["resources"]}
    note = {"figure": "FJI:NGDPD:2019", "because": "published so"}
    assert entries["weo/2025-04.csv.gz"]["accepted"] == [note]
    assert "accepted" not in entries["wdi/2025-06-30.csv.gz"]


def test_an_edition_of_the_archive(publisher, servers, raw, panel):
    taken = bring(panel, raw, servers, sources=["wdi"], archive="2024-04")
    assert taken.files in ((), ("wdi/2024-04.csv.gz",))
    assert set(publisher.versions) == {"202404"}


def test_a_misspelt_source_or_indicator_is_said(raw, panel, servers):
    with pytest.raises(InputError, match="wdi"):
        bring(panel, raw, servers, sources=["wbi"])
    with pytest.raises(InputError, match="NGDPD"):
        bring(panel, raw, servers, sources=["weo"], indicators=["NGDPDX"])


def test_a_downloaded_file_adds_to_an_edition_that_is_there(tmp_path, raw, panel):
    code = "SP.POP.TOTL"
    years = range(1995, 2024)
    text = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-06-30",\n\n'
    text += "Country Name,Country Code,Indicator Name,Indicator Code,"
    text += ",".join(map(str, years)) + ",\n"
    text += ",".join(["Iceland", "ISL", "Population", code]) + ","
    text += ",".join(f"{value(code, 'ISL', y):.0f}" for y in years) + ",\n"
    path = tmp_path / "figures.csv"
    path.write_text(text)
    assert not incoming.take_file(path, panel, raw=raw).files  # all of it is there
    path.write_text(text.replace("2024-06-30", "2024-09-30"))
    assert not incoming.take_file(path, panel, raw=raw).files  # a newer edition, the same figures
    other = text.replace(code, "NY.GDP.MKTP.CD").replace("Population", "GDP")
    path.write_text(other)
    with pytest.raises(InputError, match=r"not what was sealed|times the other"):
        incoming.take_file(path, panel, raw=raw)
    path.write_text(text.replace(code, "NY.GDP.PCAP.CD"))
    taken = incoming.take_file(path, panel, raw=raw)
    assert taken.files == ("wdi/2024-06-30+2.csv.gz",)
    assert Panel(build(raw)).wide("wdi", "2024-06-30", "NY.GDP.PCAP.CD").shape == (29, 1)


KILLED = """
import sys, time
from pathlib import Path
from growth_claims.panel import Panel, build
from growth_claims.sources import incoming
from growth_claims.sources.refresh import Servers, refresh
raw, world_bank, imf, where = Path(sys.argv[1]), *sys.argv[2:]
def wait(*_, **__):
    print("here", flush=True)
    time.sleep(60)
if where == "manifest":
    import os
    moved = os.replace
    def replace(a, b):
        last = Path(b) == raw / "datapackage.json"
        wait() if last else moved(a, b)
    incoming.os.replace = replace
else:
    incoming.manifest.verify = wait
servers = Servers(world_bank, imf)
refresh(Panel(build(raw)), economies=["all"], raw=raw, servers=servers, progress=False)
"""


@pytest.mark.parametrize("where", ["stage", "manifest"])
def test_a_run_that_is_killed_leaves_what_was_there(publisher, servers, raw, panel, where):
    before = contents(raw)
    command = [sys.executable, "-c", KILLED, str(raw), servers.world_bank, servers.imf, where]
    environment = os.environ | {"GROWTH_CLAIMS_ROOT": str(paths.project_root())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stdout.readline().strip() == "here"
        run.send_signal(signal.SIGKILL)
    assert contents(raw)[manifest.NAME] == before[manifest.NAME]
    assert {f.path.name for f in manifest.verify(raw)} == {Path(n).name for n in before} - {
        manifest.NAME
    }  # what the run left behind is no figure of the project's, and in nobody's way
    assert len(build(raw)) == len(panel.frame)
    incoming.recover(raw)
    assert contents(raw) == before
    assert not list(raw.parent.glob(".incoming*"))
    assert bring(panel, raw, servers).files
    assert re.fullmatch(r"[0-9a-f]{64}", manifest.verify(raw)[0].sha256)


def edit(raw: Path, name: str, change) -> None:
    path = raw / name
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(gzip.compress("\n".join(change(lines)).encode() + b"\n", mtime=0))


def test_a_changed_figure_is_not_sealed_unless_let_in(raw, panel):
    assert incoming.seal(panel, raw=raw) == []
    name = "weo/2024-10.csv.gz"

    def ten_times(lines):
        at = next(n for n, line in enumerate(lines) if line.startswith("ISL,NGDPD,2020,"))
        cells = lines[at].split(",")
        cells[3] = str(10 * float(cells[3]))
        return [*lines[:at], ",".join(cells), *lines[at + 1 :]]

    edit(raw, name, ten_times)
    before = contents(raw)
    for known in (panel, None):
        with pytest.raises(InputError, match=r"ISL:NGDPD:2020.*ten times"):
            incoming.seal(known, raw=raw)
    assert contents(raw) == before
    lines = incoming.seal(panel, ["ISL:NGDPD:2020"], "a test", raw)
    assert lines == [f"changed {name}"]
    (entry,) = (r for r in manifest.load(raw)["resources"] if r["path"] == name)
    assert entry["accepted"] == [{"figure": "ISL:NGDPD:2020", "because": "a test"}]
    manifest.verify(raw)
    assert incoming.seal(panel, raw=raw) == []


def test_a_new_file_is_examined_before_it_is_sealed(raw, panel):
    old = raw / "weo" / "2024-10.csv.gz"
    (raw / "weo" / "2025-10.csv.gz").write_bytes(old.read_bytes())
    assert incoming.seal(panel, raw=raw) == ["added weo/2025-10.csv.gz, edition 2025-10"]
    edit(raw, "weo/2025-10.csv.gz", lambda lines: [x.replace("ISL,LP", "ISK,LP") for x in lines])
    with pytest.raises(InputError, match=r"the nearest is ISL"):
        incoming.seal(panel, raw=raw)
