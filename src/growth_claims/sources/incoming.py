"""Figures taken into `data/raw`: examined, written beside the others and described in
`datapackage.json`, all or nothing."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from growth_claims import paths
from growth_claims.errors import InputError, nearest
from growth_claims.panel import Panel, build
from growth_claims.sources import downloads, manifest, patterns, plausible, readers
from growth_claims.sources.plausible import Finding

#: Where new figures are prepared, beside `data/raw`; gone when it is done.
STAGE = ".incoming-"
KEY = ["country", "indicator", "year"]


@dataclass(frozen=True)
class Batch:
    """Figures of one edition. `frame`: as in `downloads.Download`; `origin`: from where."""

    source: str
    edition: str
    frame: pd.DataFrame
    origin: str


@dataclass(frozen=True)
class Taken:
    """What was taken in. `files`: in data/raw; `changes`: columns source, economy, indicator, year,
    before (the newest edition's), now; `accepted`: findings that were let in by name; `skipped`:
    what was left out, and why."""

    files: tuple[str, ...] = ()
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    accepted: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"added {path}" for path in self.files] or ["nothing new: no file was written"]
        lines += [f"let in: {finding}" for finding in self.accepted]
        lines += [f"left out: {line}" for line in self.skipped]
        return "\n".join([*lines, said(self.changes)]).rstrip()


def take_file(
    path: Path | str,
    panel: Panel,
    edition: str | None = None,
    accept: Sequence[str] = (),
    because: str = "",
    raw: Path | None = None,
) -> Taken:
    """Takes a downloaded file in. Raises InputError for what cannot be read, or cannot be true and
    is not let in by name; then nothing is written."""
    download = downloads.read(path, edition)
    batch = Batch(download.source, download.edition, download.frame, download.form)
    taken = take([batch], panel, accept, because, raw)
    return replace(taken, skipped=download.skipped)


def take(
    batches: Sequence[Batch],
    panel: Panel,
    accept: Sequence[str] = (),
    because: str = "",
    raw: Path | None = None,
) -> Taken:
    """Takes figures in: a new file for an edition that is not there, an additional one for an
    edition that is; nothing where every figure stands so in the newest edition already."""
    raw = raw or paths.raw()
    names = _named(accept, because)
    recover(raw)
    work, findings, changes = [], [], []
    for batch in batches:
        there = _there(panel, batch)
        changed = _changes(batch, panel)
        whole = pd.concat([batch.frame, there[~_keys(there).isin(_keys(batch.frame))]])
        own = plausible.let_in(raw, batch.source, batch.edition)
        findings += plausible.examine(whole, batch.source, batch.edition, panel, own)
        new = batch.frame[~_keys(batch.frame).isin(_keys(there))]
        if len(new) and (len(there) or len(changed)):
            work.append((batch, new))
            changes.append(changed)
    left = plausible.left(findings, names)
    plausible.refuse(left, ", ".join(f"{b.source} {b.edition}" for b in batches))
    let = tuple(f for f in findings if f not in left)
    if not work:
        return Taken()
    files = _write(raw, work, let, because)
    return Taken(tuple(files), pd.concat(changes, ignore_index=True), let)


def seal(
    panel: Panel | None = None,
    accept: Sequence[str] = (),
    because: str = "",
    raw: Path | None = None,
) -> list[str]:
    """As `manifest.seal`, after what changed or is new was examined: against the other editions,
    and against what was sealed, as the panel has it (without one, against the other editions only).
    Returns a line for each file that changed; raises InputError, and seals nothing, for figures
    that cannot be true and dates that cannot be right."""
    raw = raw or paths.raw()
    names = _named(accept, because)
    recover(raw)
    before = {e["path"]: e.get("hash") for e in manifest.load(raw)["resources"]}
    with _stage(raw) as copy:
        lines = manifest.seal(copy)
        after = {e["path"]: e["hash"] for e in manifest.load(copy)["resources"]}
        new = {path for path, digest in after.items() if before.get(path) != digest}
        listed = manifest.resources(copy)
        touched = {(r.source, r.vintage) for r in listed if _within(copy, r) in new}
        parts: dict[tuple[str, str], list[pd.DataFrame]] = {}
        for resource in listed:
            key = (resource.source, resource.vintage)
            if key in touched and resource.source in readers.READERS:
                parts.setdefault(key, []).append(_readable(resource, raw / _within(copy, resource)))
        sealed = panel is not None
        if new:
            panel = panel or Panel(build(copy))
        findings = []
        for (source, edition), tables in parts.items():
            own = plausible.let_in(copy, source, edition)
            whole = pd.concat(tables, ignore_index=True)
            findings += plausible.examine(whole, source, edition, panel, own, sealed)
            if sealed:
                findings += plausible.gone(whole, source, edition, panel)
        left = plausible.left(findings, names)
        plausible.refuse(left, "data/raw")
        _possible(copy, {source for source, _ in touched}, panel)
        _record(copy, new, {}, [f for f in findings if f not in left], because)
        if lines:
            os.replace(copy / manifest.NAME, raw / manifest.NAME)
        return lines


def _within(raw: Path, resource: manifest.Resource) -> str:
    return resource.path.relative_to(raw).as_posix()


def _possible(raw: Path, sources: set[str], panel: Panel | None) -> None:
    """Raises InputError for events, statements and lists of members that cannot be right."""
    if "events" in sources and (found := plausible.examine_events(readers.events(raw))):
        expected = "events of a series in the order of their numbers, none of them to come"
        todo = "write the days as their sources have them"
        file, found = "data/raw/events", "; ".join(found)
        raise InputError(file=file, field="start_date", found=found, expected=expected, todo=todo)
    if "statements" in sources:
        readers.statements(raw)
    if "groups" in sources:
        lists, known = readers.members(raw), panel.economies()
        for row in lists[~lists["member"].isin(known)].itertuples():
            near = nearest(row.member, known)
            raise InputError(
                file="data/raw/groups",
                row=f"{row.publisher} {row.edition} {row.group}",
                field="member",
                found=repr(row.member),
                expected="an economy that has figures",
                todo=f"did you mean {near!r}?" if near else "write its code",
            )


def _named(accept: Sequence[str], because: str) -> list[str]:
    names = plausible.names(accept)
    if names and not because.strip():
        expected = "why the figures are let in"
        todo = 'say why they are right: --because "published so, see …"'
        raise InputError(file="--because", found="nothing", expected=expected, todo=todo)
    return names


def said(changes: pd.DataFrame, most: int = 40) -> str:
    """Which figures changed and by how much, the greatest change first; how many are new."""
    if changes.empty:
        return ""
    new = changes["before"].isna()
    lines = [f"{int(new.sum())} figures that no edition had"] if new.any() else []
    rest = changes[~new].copy()
    rest["rate"] = [plausible.is_rate(unit) for unit in rest["unit"]]
    change = 100 * (rest["now"] / rest["before"] - 1)
    rest["change"] = change.where(~rest["rate"], rest["now"] - rest["before"])
    rest = rest.sort_values("change", key=abs, ascending=False)
    lines += [f"{len(rest)} figures differ from the newest edition that has them"]
    lines += [
        f"  {row.economy} {row.indicator} {row.year}: {row.before:,.6g} → {row.now:,.6g} "
        f"({row.change:+.2f} {'points' if row.rate else '%'})"
        for row in rest.head(most).itertuples()
    ]
    return "\n".join(lines + ([f"  and {len(rest) - most} more"] if len(rest) > most else []))


def _keys(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[KEY])


def _there(panel: Panel, batch: Batch) -> pd.DataFrame:
    """What an edition has already of the indicators that come in, as published."""
    codes = set(batch.frame["indicator"]) & set(panel.indicators(batch.source, batch.edition))
    rows = panel.frame if codes else panel.frame.iloc[:0]
    rows = rows[(rows["source"] == batch.source) & (rows["vintage"] == batch.edition)]
    rows = rows[rows["indicator"].isin(codes) & (rows["origin"] == "published")]
    words = ["country", "indicator", "unit"]
    rows = rows.rename(columns={"economy": "country"})[[*KEY, "value", "unit"]]
    return rows.astype(dict.fromkeys(words, "str"))


def _changes(batch: Batch, panel: Panel) -> pd.DataFrame:
    """Figures that differ from the newest edition that has them, or that none has."""
    parts = []
    for code, rows in batch.frame.groupby("indicator"):
        before = np.full(len(rows), np.nan)
        for vintage in reversed(panel.vintages(batch.source, str(code))):
            table = panel.wide(batch.source, vintage, str(code))
            year = table.index.get_indexer(rows["year"])
            economy = table.columns.get_indexer(rows["country"])
            found = table.to_numpy()[year, economy]
            before = np.where(np.isnan(before) & (year >= 0) & (economy >= 0), found, before)
        part = rows.assign(before=before, now=rows["value"])
        parts.append(part[~patterns.same(part["now"], part["before"])])
    changes = pd.concat(parts, ignore_index=True).rename(columns={"country": "economy"})
    changes.insert(0, "source", batch.source)
    return changes[["source", "economy", "indicator", "year", "unit", "before", "now"]]


# All or nothing


def recover(raw: Path) -> None:
    """Takes back what an interrupted run had put in place but not described."""
    for stage in raw.parent.glob(f"{STAGE}*"):
        shutil.rmtree(stage, ignore_errors=True)
    listed = {entry["path"] for entry in manifest.load(raw)["resources"]}
    for name in manifest.unfinished(raw):
        if name not in listed:
            (raw / name).unlink(missing_ok=True)
    (raw / manifest.NOTE).unlink(missing_ok=True)


@contextmanager
def _stage(raw: Path) -> Iterator[Path]:
    """A copy of data/raw (of its names: the files are the same ones) to work on."""
    folder = Path(tempfile.mkdtemp(prefix=STAGE, dir=raw.parent))
    try:
        copy = folder / "raw"
        shutil.copytree(raw, copy, copy_function=_link)
        yield copy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write(
    raw: Path, work: list[tuple[Batch, pd.DataFrame]], let: tuple[Finding, ...], because: str
) -> list[str]:
    """The new files and the manifest, prepared beside data/raw, read back, then moved."""
    with _stage(raw) as copy:
        made = {}
        for batch, frame in work:
            path = _name(copy, batch.source, batch.edition)
            path.parent.mkdir(exist_ok=True)
            text = frame.to_csv(index=False, lineterminator="\n")
            path.write_bytes(gzip.compress(text.encode(), mtime=0))
            made[path.relative_to(copy).as_posix()] = batch
        manifest.seal(copy)
        _record(copy, made, made, let, because)
        for resource in manifest.verify(copy):
            if _within(copy, resource) in made:
                _readable(resource, raw / _within(copy, resource))
        note = raw / manifest.NOTE
        note.write_text(json.dumps(list(made)), encoding="utf-8")
        for name in made:
            (raw / name).parent.mkdir(exist_ok=True)
            os.replace(copy / name, raw / name)
        os.replace(copy / manifest.NAME, raw / manifest.NAME)
        note.unlink()
    return list(made)


def _readable(resource: manifest.Resource, place: Path) -> pd.DataFrame:
    """The figures of a new file as every later run will read them; an error names where it lies."""
    try:
        return readers.READERS[resource.source](resource)
    except InputError as error:
        words = (error.found, error.expected, error.todo, error.row, error.field)
        raise manifest.wrong(place, *words) from None


def _name(raw: Path, source: str, edition: str) -> Path:
    """The edition's file, or the next one that adds to it."""
    folder = raw / source
    taken = {path.name.split(".csv")[0] for path in folder.glob(f"{edition}*.csv*")}
    names = (edition, *(f"{edition}+{n}" for n in range(2, 1000)))
    return folder / f"{next(n for n in names if n not in taken)}.csv.gz"


def _record(
    raw: Path,
    files: Iterable[str],
    made: dict[str, Batch],
    let: Sequence[Finding],
    because: str,
) -> None:
    """Describes new files: when and from where they were read (`made`), and what was let in, with
    the file that it stands in (the first of an edition)."""
    package, left = manifest.load(raw), list(let)
    for entry in package["resources"]:
        if batch := made.get(entry["path"]):
            entry |= {"date_read": dt.date.today().isoformat(), "form": batch.origin}
        mine = [f for f in left if (f.source, f.edition) == (entry["source"], entry["vintage"])]
        if entry["path"] in files and mine:
            names = [{"figure": f.key, "because": because} for f in mine]
            entry["accepted"] = entry.get("accepted", []) + names
            left = [f for f in left if f not in mine]
    if made or let:
        manifest.save(raw, package)
