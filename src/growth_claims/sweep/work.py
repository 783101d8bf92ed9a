"""What a worker does: the report of one point, or the verdicts of a stretch of points. The last
thing that it writes is the file of the verdicts, which says that all is there."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache as once
from io import BytesIO
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from growth_claims import cache, check, panel, params, paths, run
from growth_claims.claims import Claim
from growth_claims.errors import InputError, ParameterError, RunError
from growth_claims.execute import Executor
from growth_claims.readings import Overrides, Study, assess, assess_many
from growth_claims.sweep.grid import AXES, Task

PARTS, FAILED = "parts", "failed"
_TYPES = {str: pa.string(), int: pa.int16(), list[str]: pa.list_(pa.string())}
_VARIED = [name for name in AXES if name not in ("register", "claim")]
_VINTAGES = [name for name in _VARIED if name.endswith("_vintage")]
#: The columns of verdicts.parquet. Parameters are as they were given: 0, "" and [] stand for "as
#: the register says"; `report` is the report's folder; numbers are in `unit`.
SCHEMA = pa.schema(
    [
        *[(name, pa.string()) for name in ("report", "register", "claim")],
        *[(name, _TYPES[params.FIELDS[name].annotation]) for name in _VARIED],
        ("verdict", pa.string()),
        ("value", pa.float64()),
        ("today_verdict", pa.string()),
        ("today_value", pa.float64()),
        ("unit", pa.string()),
    ]
)


@dataclass(frozen=True)
class Failure:
    """What could not be made: `task`: a report's folder or a stretch of verdicts; `notebook` with
    its parameters, and `partial`, as far as it came, where it was a notebook that failed."""

    task: str
    notebook: str
    message: str
    partial: str


def carry_out(task: Task) -> Failure | None:
    """Makes what a task asks for and writes it; returns what went wrong instead of raising it."""
    with _ALONE:  # where the workers of a cluster are threads
        try:
            if _made(task.product.register) != task.made:
                raise RunError(
                    "the project of this worker is another than where the sweep was started: "
                    "figures, registers, notebooks, package or versions differ"
                )
            panel.make()
            fs, root = fsspec.url_to_fs(task.out)
            if task.grain == "pages":
                table = _report(task, fs, f"{root}/{task.name}")
            else:
                table = _verdicts(task)
            write(fs, f"{root}/{PARTS}/{task.key}.parquet", parquet(table))
        except Exception as problem:
            return _failure(task, problem)
    return None


_ALONE = threading.Lock()
_made = once(lambda register: made(paths.resolve(register)))


def made(register: Path) -> str:
    """A key of all that results on a register are made from, parameters apart."""
    return cache.key(cache.inputs(register))


def write(fs: fsspec.AbstractFileSystem, path: str, data: bytes) -> None:
    """Writes a file at once: nobody meets half of it."""
    fs.makedirs(path.rpartition("/")[0], exist_ok=True)
    part = f"{path}.part"
    fs.pipe_file(part, data)
    fs.mv(part, path)


def parquet(table: pa.Table) -> bytes:
    buffer = BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


# --- reports ------------------------------------------------------------------------------------


def _report(task: Task, fs: fsspec.AbstractFileSystem, target: str) -> pa.Table:
    """Makes the report of a point, first page and claims' pages, and puts it where it goes."""
    (given,) = task.points()
    folder = Path(tempfile.mkdtemp(prefix="growth-claims-"))
    try:
        languages = task.product.languages
        plan = run.Plan(params.check(given), given, folder, languages=languages, pages=("index",))
        publish = run.make(plan, _executor())
        if fs.exists(target):
            fs.rm(target, recursive=True)
        fs.makedirs(target, exist_ok=True)
        fs.put(f"{publish}/", f"{target}/", recursive=True)
        cache.prune()
        content = json.loads((publish / run.MARK).read_text(encoding="utf-8"))
        return pa.Table.from_pylist(
            [_row(given, content["register"], entry, task.name) for entry in content["claims"]],
            SCHEMA,
        )
    except Exception as problem:
        ours = isinstance(problem, InputError | ParameterError) or hasattr(problem, "job")
        if not ours:  # nor a notebook's: the servers may be gone
            _executor().close()
            _executor.cache_clear()
        raise _with_partial(problem, fs, task) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@once
def _executor() -> Executor:
    """One of this process, its servers warm from one report to the next."""
    return Executor(1, run.FOR_PAGES)


def _row(
    given: Mapping[str, Any], register: str, entry: Mapping[str, Any], report: str
) -> dict[str, Any]:
    """A line of verdicts.parquet from an entry of verdicts.json."""
    today = entry["today"]
    as_is = params.Parameters()
    return {
        "report": report,
        "register": register,
        "claim": entry["id"],
        **{name: given.get(name, getattr(as_is, name)) for name in _VARIED},
        "verdict": entry["verdict"],
        "value": entry["found"] and entry["found"]["value"],
        "today_verdict": today["verdict"],
        "today_value": today["found"] and today["found"]["value"],
        "unit": entry["stated"]["unit"],
    }


def _with_partial(problem: Exception, fs: fsspec.AbstractFileSystem, task: Task) -> Exception:
    """Keeps the notebook that failed, as far as it came, beside the reports."""
    partial = getattr(problem, "partial", None)
    if partial is not None and partial.is_file():
        problem.kept = f"{FAILED}/{task.name}/{partial.parent.name}/{partial.name}"
        root = fsspec.url_to_fs(task.out)[1]
        write(fs, f"{root}/{problem.kept}", partial.read_bytes())
    return problem


def _failure(task: Task, problem: Exception) -> Failure:
    said = str(problem) or type(problem).__name__
    if hasattr(problem, "cell"):
        said = f"cell {problem.cell}, under the heading {problem.heading!r}: {problem.error}"
    job = getattr(problem, "job", None)
    return Failure(task.name, job.name if job else "", said, getattr(problem, "kept", ""))


# --- verdicts alone -----------------------------------------------------------------------------


def _verdicts(task: Task) -> pa.Table:
    """The verdicts of a stretch of points, as notebooks would come to them: those of a claim by the
    same editions together."""
    settings = params.check({"register": task.product.register})
    study = check.study(settings)
    points = task.points()
    alike = defaultdict(list)
    for number, given in enumerate(points):
        alike[given["claim"], *(given.get(name) for name in _VINTAGES)].append(number)
    made = []
    for (name, *vintages), numbers in alike.items():
        claim = study.register.claim(name)
        ours = replace(
            study, overrides=_overrides(settings, dict(zip(_VINTAGES, vintages, strict=True)))
        )
        those = [points[number] for number in numbers]
        then, today = (_judged(s, claim, settings, those) for s in (ours, ours.on(None)))
        then = then.join(today.add_prefix("today_")).assign(claim=name, unit=claim.stated.unit)
        made.append(then.set_axis(numbers))
    frame = pd.concat(made).sort_index().assign(register=study.register.id)
    as_is = params.Parameters()
    for name in _VARIED:
        frame[name] = [given.get(name, getattr(as_is, name)) for given in points]
    return pa.Table.from_pandas(frame.reindex(columns=SCHEMA.names), SCHEMA, preserve_index=False)


def _judged(
    study: Study, claim: Claim, settings: params.Settings, points: list[dict[str, Any]]
) -> pd.DataFrame:
    """Verdict and value of a claim at points that differ in its reading, a row each."""
    if claim.kind == "events" or claim.primary is None:  # parameters have no bearing on them
        a = assess(study, claim)
        value = a.primary.found.value if a.primary and a.primary.found else np.nan
        return pd.DataFrame([(str(a.verdict), value)] * len(points), columns=["verdict", "value"])
    over = (replace(study, overrides=_overrides(settings, given)) for given in points)
    changes = pd.DataFrame([one.changes(claim) for one in over], index=range(len(points)))
    return assess_many(study, claim, changes)[["verdict", "value"]]


def _overrides(settings: params.Settings, given: Mapping[str, Any]) -> Overrides:
    told = {name: given[name] or None for name in _VARIED if name in given}
    told["economies"] = tuple(given.get("economies", ()))
    return replace(settings, **told).overrides
