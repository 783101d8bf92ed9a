"""The newest figures of the World Bank (by wbgapi) and of the IMF's World Economic Outlook (by
sdmx1), fetched with timeouts, retries and limits, and taken in as a downloaded file would be."""

from __future__ import annotations

import copy
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import pandas as pd
import requests
from pydantic_core import from_json
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util.retry import Retry

from growth_claims import claims, quantities
from growth_claims.errors import InputError, RunError, nearest
from growth_claims.panel import Panel
from growth_claims.sources import downloads
from growth_claims.sources.incoming import Batch, Taken, take

FIRST_YEAR = 1990
#: Seconds until a server has to answer; bytes of one answer; further attempts after a failure, with
#: pauses of 1, 2, 4 … seconds or as long as the server asks for, up to a minute.
TIMEOUT, LARGEST, ATTEMPTS, PAUSE = 60, 200_000_000, 4, 1.0
#: Indicators that a server is asked for at the same time: for how many a session keeps connections.
AT_ONCE = requests.adapters.DEFAULT_POOLSIZE
BUSY = (429, 500, 502, 503, 504)
WORLD_BANK, IMF = "https://api.worldbank.org/v2", "https://api.imf.org/external/sdmx/2.1"
WDI, ARCHIVE = 2, 57
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Servers:
    """Where the figures are asked for, and how long an answer is waited for."""

    world_bank: str = WORLD_BANK
    imf: str = IMF
    timeout: float = TIMEOUT
    largest: int = LARGEST
    attempts: int = ATTEMPTS
    pause: float = PAUSE


def refresh(
    panel: Panel,
    sources: Sequence[str] = ("wdi", "weo"),
    indicators: Sequence[str] = (),
    economies: Sequence[str] | None = None,
    archive: str | None = None,
    accept: Sequence[str] = (),
    because: str = "",
    force: bool = False,
    raw=None,
    servers: Servers | None = None,
    progress: bool = True,
) -> Taken:
    """Brings the newest figures of each source, all or nothing.

    `indicators`: besides those that the quantities need; `economies`: those that the registers need
    where None is given, ("all",) for every one; `archive`: an edition of the World Bank's archive,
    such as 2024-04, instead of its newest; `force`: take a year that is published by half.
    Raises InputError for what cannot be true or is published by half, RunError where a server does
    not answer; then nothing is written.
    """
    servers = servers or Servers()
    wanted = tuple(needed_economies() if economies is None else economies)
    batches = []
    for source in sources:
        if source not in FETCHERS:
            raise InputError(
                file="refresh",
                field="source",
                found=repr(source),
                expected=" or ".join(FETCHERS),
                todo=f"did you mean {nearest(source, FETCHERS)!r}?",
            )
        codes = [c for c in needed_indicators(source, indicators) if _listed(source, c, indicators)]
        if codes:
            batches.append(FETCHERS[source](codes, wanted, archive, servers, progress))
    if not force:
        for batch in batches:
            whole(batch)
    return take(batches, panel, accept, because, raw)


def needed_indicators(source: str, more: Iterable[str] = ()) -> list[str]:
    """The codes of a source that the quantities need, and those asked for besides."""
    listed = downloads.vocabulary()["indicators"]
    named = [code for code in more if code in listed[source] or not _elsewhere(code, source)]
    codes = [code for of, code in quantities.known().indicators() if of == source]
    return sorted({*codes, *named})


def _elsewhere(code: str, source: str) -> bool:
    listed = downloads.vocabulary()["indicators"]
    return any(code in codes for other, codes in listed.items() if other != source)


def _listed(source: str, code: str, asked: Sequence[str]) -> bool:
    """Whether an indicator is one that is taken in; one that was asked for has to be."""
    listed = downloads.vocabulary()["indicators"][source]
    if code in listed:
        return True
    if code in asked:
        near = nearest(code, listed)
        raise InputError(
            file="refresh",
            field="indicator",
            found=repr(code),
            expected="an indicator that claims/publishers.yaml lists"
            + (f"; the nearest is {near!r}" if near else ""),
            todo="if it is the publisher's, add a line for it (its code and its unit) there",
        )
    return False


def needed_economies() -> list[str]:
    """The economies and groups that the registers' readings name."""
    found: set[str] = set()
    for path in claims.registers():
        register = claims.kept(path)
        found |= set(register.economies)
        for claim in register.claims:
            if claim.primary is None:
                continue
            for reading in (claim.primary, *(claim.primary.like(r.change) for r in claim.readings)):
                found |= {*reading.economies, *reading.among, *reading.partners}
                found |= {code for some in reading.sets for code in some}
                found |= {code for code in (reading.against, reading.subject) if code}
    return sorted(found)


def whole(batch: Batch) -> None:
    """Raises InputError where the last year before the edition's own has fewer economies than the
    year before it: it is published by half."""
    edition = int(batch.edition[:4])
    for code, rows in batch.frame.groupby("indicator"):
        counts = rows[rows["year"] < edition].groupby("year")["country"].nunique()
        if len(counts) < 2 or counts.iloc[-1] >= counts.iloc[-2]:
            continue
        (before, many), (last, few) = list(counts.items())[-2:]
        raise InputError(
            file=f"{batch.source} {batch.edition}",
            field=str(code),
            found=f"{few} economies in {last}, {many} in {before}",
            expected="a year that is published for as many economies as the year before",
            todo="wait until the year is published, or take it as it is: --force",
        )


# The World Bank


def _world_bank(
    codes: Sequence[str],
    economies: Sequence[str],
    archive: str | None,
    servers: Servers,
    progress: bool,
) -> Batch:
    """Figures of World Development Indicators, from the newest edition or one of the archive."""
    import wbgapi

    listed = downloads.vocabulary()["indicators"]["wdi"]
    words = downloads.vocabulary()["economies"]
    if archive and not re.fullmatch(r"\d{4}-\d{2}", archive):
        raise InputError(
            file="refresh",
            field="archive",
            found=repr(archive),
            expected="an edition such as 2024-04",
            todo="write its year and its month",
        )
    base, version = (ARCHIVE, archive.replace("-", "")) if archive else (WDI, None)
    with _client(wbgapi, servers), _answers("the World Bank"):

        def opening(what: str):
            if what == "edition":
                return archive or str(wbgapi.source.get(base)["lastupdated"])
            path = "sources/{source}/{concept}/all"
            return list(wbgapi.refetch(path, ["concept"], source=base, concept=what))

        edition, there, times = _each(opening, ("edition", "country", "time"), "opening", False)
        # The IMF's own codes of groups mean nothing here.
        asked = sorted({row["id"] for row in there} & set(economies))
        years = {row["id"]: int(row["value"]) for row in times if row["value"].isdecimal()}
        years = {name: year for name, year in years.items() if year >= FIRST_YEAR}
        query = {
            "source": base,
            "country": ";".join(asked) if list(economies) != ["all"] else "all",
            "time": ";".join(years),
            "version": version,
        }
        path = "sources/{source}/series/{series}/country/{country}/time/{time}"
        path += "/version/{version}" if archive else ""

        def figures(code: str) -> pd.DataFrame:
            rows = wbgapi.refetch(path, ["series", "country", "time"], series=code, **query)
            found = []
            for row in rows:
                if row["value"] is not None:
                    of = {v["concept"]: v["id"] for v in row["variable"]}
                    found.append((of["Country"], years[of["Time"]], row["value"]))
            frame = pd.DataFrame(found, columns=["country", "year", "value"])
            return frame.astype({"country": "category", "value": float}).assign(indicator=code)

        frame = pd.concat(_each(figures, codes, "World Bank", progress), ignore_index=True)
    frame["country"] = frame["country"].astype("str").replace(words["codes"]["wdi"])
    return _batch(
        "wdi", edition, frame, {c: e["unit"] for c, e in listed.items()}, "World Bank API"
    )


@contextmanager
def _client(wbgapi, servers: Servers) -> Iterator[None]:
    """wbgapi with our session: its own asks once and waits for ever."""
    kept = (wbgapi.requests, wbgapi.endpoint, wbgapi.per_page)
    wbgapi.requests = _session(servers)
    wbgapi.endpoint, wbgapi.per_page = servers.world_bank, 10_000
    try:
        yield
    finally:
        wbgapi.requests, wbgapi.endpoint, wbgapi.per_page = kept


# The IMF


def _imf(
    codes: Sequence[str],
    economies: Sequence[str],
    archive: str | None,
    servers: Servers,
    progress: bool,
) -> Batch:
    """Figures of the newest World Economic Outlook."""
    import sdmx

    words = downloads.vocabulary()
    ours = words["economies"]["codes"]["weo"]
    listed = words["indicators"]["weo"]
    theirs = {code: other for other, code in ours.items()}
    # The IMF has two codes for some economies, an old one and a new one; both are asked for.
    asked = {
        *economies,
        *(o for o, c in ours.items() if c in economies),
        *map(theirs.get, economies),
    }
    place = "" if list(economies) == ["all"] else "+".join(sorted(a for a in asked if a))
    client = sdmx.Client("IMF_DATA", session=_session(servers))
    client.source = copy.copy(client.source)
    client.source.url = servers.imf
    rows, editions = [], set()
    logging.getLogger("sdmx").setLevel(logging.ERROR)  # it would remark on every answer
    with _answers("the IMF"):

        def answer(code: str):
            return client.get(
                resource_type="data",
                resource_id="IMF.RES,WEO",
                key=f"{place}.{code}.A",
                params={"startPeriod": FIRST_YEAR},
            )

        answers = _each(answer, codes, "IMF", progress)
        for code, message in zip(codes, answers, strict=True):
            head = message.response.text[:5000]
            match = re.search(r'PUBLICATION_DATE="(\d{4}-\d{2})', head)
            editions |= {match[1]} if match else set()
            rows += _observations(message, code)
    if len(editions) != 1:
        raise RunError(f"the IMF's answers are of the editions {sorted(editions) or 'of no date'}")
    frame = pd.DataFrame(
        rows, columns=["country", "indicator", "year", "value", "latest_actual_year"]
    )
    frame["country"] = frame["country"].replace(ours)
    groups = frame["country"].str.fullmatch(r"G\d+\w*")
    frame = frame[~groups].copy()
    factor = {code: downloads.unit_scale(entry["unit"]) for code, entry in listed.items()}
    frame["value"] /= frame["indicator"].map(factor)
    units = {code: entry["unit"] for code, entry in listed.items()}
    return _batch("weo", editions.pop(), frame, units, "IMF SDMX API")


def _observations(message, code: str) -> Iterator[tuple[str, str, int, float, str]]:
    """Figures of an answer, in single units, with the last year that is an observation."""
    for dataset in message.data:
        for key, observations in dataset.series.items():
            country = str(key.values["COUNTRY"].value)
            for observation in observations:
                if observation.value in (None, ""):
                    continue
                said = {
                    name: str(value.value)
                    for group in observation.group_keys
                    for name, value in group.attrib.items()
                }
                actual = downloads.last_actual(said.get("LATEST_ACTUAL_ANNUAL_DATA", ""))
                year = int(str(observation.dimension.values["TIME_PERIOD"].value)[:4])
                yield country, code, year, float(observation.value), actual


FETCHERS: dict[str, Callable[..., Batch]] = {"wdi": _world_bank, "weo": _imf}


# What they share


def _batch(
    source: str, edition: str, frame: pd.DataFrame, units: dict[str, str], origin: str
) -> Batch:
    if frame.empty:
        raise RunError(f"{origin}: an answer without a figure; try again later")
    frame = frame.assign(unit=frame["indicator"].map(units))
    columns = ["country", "indicator", "year", "value", "unit"]
    columns += ["latest_actual_year"] if source == "weo" else []
    frame = frame.drop_duplicates(["country", "indicator", "year"])
    frame = frame.sort_values(["country", "indicator", "year"], ignore_index=True)
    return Batch(source, edition, frame[columns], origin)


def _each(ask: Callable, codes: Sequence[str], name: str, shown: bool) -> Iterator:
    """What `ask` answers for each code, in the order of the codes; AT_ONCE of them wait for their
    server at the same time. After an error nothing more is asked."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(ask, codes)
        yield from tqdm(
            answers, name, len(codes), unit="indicator", disable=None if shown else True
        )


class _Careful(HTTPAdapter):
    """Asks over https only (but on this machine), waits no longer than it should, asks again where
    a server is busy or breaks off, and reads no more than it should."""

    def __init__(self, servers: Servers):
        self.servers = servers
        retry = Retry(
            total=servers.attempts,
            status_forcelist=BUSY,
            allowed_methods={"GET"},
            backoff_factor=servers.pause,
            backoff_max=60,
            respect_retry_after_header=True,
        )
        super().__init__(max_retries=retry)

    def send(self, request, **options) -> requests.Response:
        parts = urlsplit(request.url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise requests.exceptions.InvalidSchema(f"{parts.scheme}://{parts.hostname}: not https")
        options |= {"timeout": options.get("timeout") or self.servers.timeout, "stream": True}
        for attempt in range(self.servers.attempts + 1):
            try:
                return self._read(super().send(request, **options))
            except requests.exceptions.ChunkedEncodingError:
                if attempt == self.servers.attempts:
                    raise
                time.sleep(self.servers.pause * 2**attempt)
        raise AssertionError("unreachable")

    def _read(self, response: requests.Response) -> requests.Response:
        content = bytearray()
        for part in response.iter_content(1 << 16):
            content += part
            if len(content) > self.servers.largest:
                response.close()
                limit = f"{self.servers.largest / 1e6:,.0f} MB"
                raise requests.exceptions.ContentDecodingError(f"an answer of more than {limit}")
        response._content = bytes(content)
        response._content_consumed = True
        response.json = partial(from_json, response._content)  # in half the time of requests' own
        return response


def _session(servers: Servers) -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Careful(servers))
    return session


@contextmanager
def _answers(who: str) -> Iterator[None]:
    """What may go wrong between us and a server, said."""
    try:
        yield
    except (InputError, RunError, KeyboardInterrupt):
        raise
    except requests.exceptions.RequestException as error:
        raise RunError(f"{who} does not answer: {_short(error)}; try again later") from error
    except Exception as error:  # the clients raise errors of their own for answers they cannot read
        raise RunError(f"{who} gives an answer that cannot be read: {_short(error)}") from error


def _short(error: BaseException) -> str:
    cause = getattr(error.args[0], "reason", None) if error.args else None  # without a long address
    text = " ".join(str(cause or error).split()) or type(error).__name__
    return text if len(text) < 300 else text[:300] + "…"
