"""The full report, one claim edited, nothing changed: the command against papermill and nbconvert.

All of it in a copy of the project, so that it starts cold and leaves the project as it is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

import nbformat
import psutil

import benchmarks
from benchmarks import Row, timed

_STACK = "papermill, nbconvert, statsmodels.api, statsmodels.tsa.stattools, matplotlib.pyplot"


@contextmanager
def project() -> Iterator[Path]:
    """A copy of the project's figures, registers and notebooks; commands work in it."""
    from growth_claims import paths

    root, before = paths.project_root(), os.environ.get("GROWTH_CLAIMS_ROOT")
    with tempfile.TemporaryDirectory() as name:
        for part in ("claims", "data/raw", "notebooks"):
            shutil.copytree(root / part, Path(name) / part)
        os.environ["GROWTH_CLAIMS_ROOT"] = name
        try:
            yield Path(name)
        finally:
            os.environ.pop("GROWTH_CLAIMS_ROOT")
            if before is not None:
                os.environ["GROWTH_CLAIMS_ROOT"] = before


def ours(folder: Path, *words: str) -> float:
    """Seconds that the command `growth-claims` takes."""
    with timed() as clock:
        done = subprocess.run(
            [sys.executable, "-m", "growth_claims", *words],
            cwd=folder,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return clock.seconds


def measure() -> list[Row]:
    """From cold, in every language, against the same runs by papermill and `jupyter nbconvert`, one
    after the other, and against the limit: one interpreter that imports the stack once, and the
    cells' own time on two cores. With `--full` each run is measured the plain way; otherwise one a
    notebook, taken for as many as the report has."""
    with project() as folder:
        with watched() as watch:
            report = ours(folder, "report")
        runs = _runs()
        counted = defaultdict(int)
        for run in runs:
            counted[run.notebook] += 1
        with timed() as stack:
            subprocess.run([sys.executable, "-c", f"import {_STACK}"], check=True)
        taken: dict[Path, list[tuple[float, float]]] = defaultdict(list)
        for number, run in enumerate(runs):
            if benchmarks.full or run.notebook not in taken:
                taken[run.notebook].append(_plainly(run, folder / f"plain-{number}"))
        plain = sum(mean(whole for whole, _ in taken[n]) * count for n, count in counted.items())
        cells = sum(mean(own for _, own in taken[n]) * count for n, count in counted.items())
    how = "each measured" if benchmarks.full else f"{len(taken)} measured, one a notebook"
    what = f"the full report, {len(runs) + 2} runs, from cold"
    peak = f"{watch.peak / 1e9:.2f} GB of memory at most"
    limit = stack.seconds + cells / 2
    return [
        Row(what, f"`papermill` and `jupyter nbconvert`, {how}", report, plain, 12, peak),
        Row(what, "the limit (1.7 times it at most)", report, limit, 1 / 1.7),
    ]


def edited() -> list[Row]:
    """One claim's text edited, and nothing."""
    with project() as folder:
        full = ours(folder, "report")
        register = _register()
        text = register.read_text(encoding="utf-8")
        more = re.sub(r"(statement:\s+en: [^\n]*?)\.?\n", r"\1, we read.\n", text, count=1)
        assert more != text, "no statement to edit"
        register.write_text(more, encoding="utf-8")
        again = ours(folder, "report")
    return [Row("one claim's text edited, rerun", "the full report", again, full, 8)]


def unchanged() -> list[Row]:
    """A rerun in which nothing changed."""
    with project() as folder:
        ours(folder, "report")
        return [Row("nothing changed, rerun", "", ours(folder, "report"), None, 1.5)]


def helped() -> list[Row]:
    """`growth-claims --help`, the quickest of five."""
    quickest = min(ours(Path.cwd(), "--help") for _ in range(5))
    return [Row("`growth-claims --help`", "", quickest, None, 0.3)]


def _register() -> Path:
    from growth_claims import params, paths

    return paths.resolve(params.Parameters().register)


def _runs() -> list:
    """What a report runs, but for its first page, which needs all others."""
    from growth_claims import params
    from growth_claims.run import Plan

    settings = params.check({})
    with tempfile.TemporaryDirectory() as name:
        return [r for r in Plan(settings, {}, Path(name)).runs() if r.entry.notebook.is_file()]


def _plainly(run, output: Path) -> tuple[float, float]:
    """Seconds that papermill and nbconvert take for a run, and those of its cells without the
    first, which imports."""
    output.mkdir()
    executed = output / "executed.ipynb"
    with timed() as clock:
        plainly(run.notebook, dict(run.parameters) | {"output": str(output)}, executed)
    return clock.seconds, of_cells(executed)


def of_cells(executed: Path) -> float:
    """Seconds that the cells of an executed notebook took, without those that import."""
    code = [c for c in nbformat.read(executed, as_version=4).cells if c.cell_type == "code"]
    return sum(c.metadata.papermill.duration or 0 for c in code if not _imports(c.source))


def plainly(notebook: Path, given: Mapping[str, object], executed: Path) -> None:
    """Executes a notebook and makes a page of it, with the tools' own commands."""
    words = [word for name, value in given.items() for word in ("-y", f"{name}: {value!r}")]
    for command in (
        ["papermill", "--no-progress-bar", str(notebook), str(executed), *words],
        ["jupyter", "nbconvert", "--to", "html", str(executed)],
    ):
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=notebook.parent,
            check=True,
            capture_output=True,
        )


def _imports(source: str) -> bool:
    return bool(re.search(r"^(import|from) ", source, re.M))


class _Watch(threading.Thread):
    """Looks at the memory of this process's children: `peak` of all, shared pages counted once;
    `largest`: that of one of them, with what it shares."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak = self.largest = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.5):
            now = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    memory = child.memory_full_info()
                    now += memory.pss
                    self.largest = max(self.largest, memory.rss)
                except (psutil.Error, AttributeError):
                    continue
            self.peak = max(self.peak, now)


@contextmanager
def watched() -> Iterator[_Watch]:
    watch = _Watch()
    watch.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        watch.join()
