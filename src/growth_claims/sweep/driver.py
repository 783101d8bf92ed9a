"""Drives a sweep: finds what is not there yet, has it made, gathers the verdicts and lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from markupsafe import Markup, escape
from tqdm import tqdm

from growth_claims import i18n, panel, paths
from growth_claims.errors import RunError
from growth_claims.report import page
from growth_claims.sweep import grid, pool, work
from growth_claims.sweep.grid import Task
from growth_claims.sweep.work import FAILED, PARTS, SCHEMA, Failure, write

#: A folder that holds this is a sweep's.
MARK = "grid.yaml"
VERDICTS, INDEX, FAILURES = "verdicts.parquet", "index", "failures.csv"
#: So many verdicts a task: some seconds.
STRETCH = 20_000
#: So many rows of verdicts.parquet are written at a time.
_GROUP = 50_000
#: So many failures are told; all are in FAILURES.
_TOLD = 10


def run(path: Path, out: str, executors: pool.Pool) -> str:
    """Makes what the grid in a file asks for and is not in `out` yet; returns the address of the
    index.

    `out`: a folder or any address of fsspec; a folder a report, `index.csv` and `index.html`, and
    `verdicts.parquet` with the columns of `work.SCHEMA`. What fails is listed in `failures.csv`,
    and the rest is finished before RunError tells of it. Raises InputErrors for what is wrong in
    the file, and then nothing has been written.
    """
    panel.make()
    grain, products = grid.load(path)
    if "://" not in out:
        out = str(Path(out).expanduser().absolute())
    fs, root = fsspec.url_to_fs(out)
    there = _there(fs, root, out)
    for name in (FAILURES, FAILED):
        if fs.exists(f"{root}/{name}"):
            fs.rm(f"{root}/{name}", recursive=True)
    write(fs, f"{root}/{MARK}", path.read_bytes())
    made = {p.register: work.made(paths.resolve(p.register)) for p in products}

    def tasks() -> Iterator[Task]:
        return grid.tasks(grain, products, out, made, STRETCH)

    sizes = Counter()
    for task in tasks():
        sizes[task.key in there] += task.stop - task.start
    failures: list[Failure] = []
    unit = "report" if grain == "pages" else "verdict"
    new = (task for task in tasks() if task.key not in there)
    with tqdm(total=sizes.total(), initial=sizes[True], unit=unit, disable=None) as bar:
        for task, failed in pool.finished(executors, new, work.carry_out):
            bar.update(task.stop - task.start)
            if isinstance(failed, Exception):
                failed = Failure(task.name, "", f"its worker died again and again: {failed}", "")
            if failed is not None:
                failures.append(failed)
    _gather(fs, root, grain, tasks(), _there(fs, root, out))
    if failures:
        raise _failed(fs, root, sorted(failures, key=astuple), out)
    return f"{out}/{INDEX}.html"


def _there(fs: fsspec.AbstractFileSystem, root: str, out: str) -> set[str]:
    """The keys of the results that are there. Raises RunError for a folder of something else."""
    if not fs.exists(root):
        return set()
    if not fs.isdir(root):
        raise RunError(f"--out {out}: it is a file, not a folder")
    if fs.ls(root, detail=False) and not fs.exists(f"{root}/{MARK}"):
        raise RunError(
            f"--out {out}: it holds something else than a sweep (no {MARK} in it); name another"
        )
    parts = f"{root}/{PARTS}"
    if not fs.exists(parts):
        return set()
    names = (path.rpartition("/")[2] for path in fs.ls(parts, detail=False))
    return {name.removesuffix(".parquet") for name in names if name.endswith(".parquet")}


# --- what is gathered ---------------------------------------------------------------------------


def _gather(
    fs: fsspec.AbstractFileSystem, root: str, grain: str, tasks: Iterator[Task], there: set[str]
) -> None:
    """Writes the table of all verdicts and its index, a group of rows at a time, and removes the
    results of before that are none of this grid's."""
    index: list[pd.DataFrame] = []
    fronts: dict[str, str] = {}
    temporary = f"{root}/{VERDICTS}.part"
    with fs.open(temporary, "wb") as file, pq.ParquetWriter(file, SCHEMA) as writer:
        waiting, rows = [], 0
        for task in tasks:
            if task.key not in there:
                continue
            there.remove(task.key)
            language = (task.product.languages or i18n.LANGUAGES)[0]
            if grain == "pages":
                fronts[task.name] = page.file("index", language)
            waiting.append(pq.read_table(BytesIO(fs.cat_file(_part(root, task.key)))))
            rows += len(waiting[-1])
            if rows >= _GROUP:
                index.append(_write_rows(writer, waiting, grain))
                waiting, rows = [], 0
        if rows:
            index.append(_write_rows(writer, waiting, grain))
    fs.mv(temporary, f"{root}/{VERDICTS}")
    for key in there:
        fs.rm(_part(root, key))
    frame = pd.concat(index, ignore_index=True) if index else pd.DataFrame()
    if grain == "verdicts" and index:
        frame = frame.groupby(list(frame.columns[:-1]), as_index=False).sum()
    write(fs, f"{root}/{INDEX}.csv", _csv(frame))
    write(fs, f"{root}/{INDEX}.html", _html(frame, fronts).encode())


def _part(root: str, key: str) -> str:
    return f"{root}/{PARTS}/{key}.parquet"


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _write_rows(writer: pq.ParquetWriter, waiting: list[pa.Table], grain: str) -> pd.DataFrame:
    """Writes what waits, as one group of rows; returns what of it goes into the index: of reports
    a line a claim, of verdicts alone how many of each a claim has."""
    rows = pa.concat_tables(waiting)
    writer.write_table(rows)
    frame = rows.to_pandas()
    if grain == "verdicts":
        return frame.groupby(["register", "claim", "verdict"]).size().reset_index(name="count")
    frame["economies"] = [" ".join(codes) for codes in frame["economies"]]
    return frame


def _html(frame: pd.DataFrame, fronts: Mapping[str, str]) -> str:
    """The index as a plain page, a report's name leading to its first page."""

    def link(name: str) -> Markup:
        return Markup('<a href="{}/{}">{}</a>').format(quote(name), fronts[name], name)

    shown = frame.map(lambda value: escape(value) if isinstance(value, str) else value)
    if "report" in frame:
        shown["report"] = frame["report"].map(link)
    table = shown.to_html(
        index=False, escape=False, border=0, na_rep="", float_format="{:.6g}".format
    )
    return _PAGE.format(table=table)


_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sweep</title>
<style>
body {{ font-family: sans-serif; margin: 2em }}
th, td {{ padding: .2em .6em; text-align: left; border-bottom: 1px solid #ccc }}
</style>
</head>
<body>
<h1>Sweep</h1>
<p><a href="index.csv">This table (CSV)</a></p>
<p><a href="verdicts.parquet">All verdicts (Parquet)</a></p>
{table}
</body>
</html>
"""


def _failed(
    fs: fsspec.AbstractFileSystem, root: str, failures: list[Failure], out: str
) -> RunError:
    """Writes the list of what failed, and says it."""
    write(fs, f"{root}/{FAILURES}", _csv(pd.DataFrame([asdict(f) for f in failures])))
    told = [
        f"  {f.task}: " + (f"{f.notebook}: " if f.notebook else "") + f.message
        for f in failures[:_TOLD]
    ]
    if len(failures) > _TOLD:
        told.append(f"  and {len(failures) - _TOLD} more")
    return RunError(
        f"{len(failures)} failed, the rest is there:\n" + "\n".join(told) + f"\n  all of them: "
        f"{out}/{FAILURES}. The same line again tries them again"
    )
