"""A report more in a sweep against one by papermill and nbconvert; time and memory by number."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks import Row, timed
from benchmarks.report import of_cells, ours, plainly, project, watched

CLAIM, LANGUAGE = "population-2024", "en"
SIZES, SAMPLE = (16, 32, 64), 2


def measure() -> list[Row]:
    """Reports of one claim in one language, over last years and editions, no two alike. What one
    more takes is the slope of a line through the times; the plain way is that of its two notebooks,
    measured at some of the points."""
    from growth_claims import notebooks
    from growth_claims.panel import Panel, default_path, make

    with project() as folder:
        make()
        editions = Panel.load(default_path()).vintages("wdi")
        points = list(itertools.product(range(2010, 2024), editions[-sum(SIZES) // 14 :]))
        taken, largest = [], []
        for size in SIZES:
            some, points = points[:size], points[size:]
            with watched() as watch:
                taken.append(_swept(folder, some))
            largest.append(watch.largest)
        by_name = notebooks.by_name()
        plain, cells = [], []
        for last, edition in some[:SAMPLE]:
            output = folder / f"plain-{last}-{edition}"
            output.mkdir()
            given = {"claim": CLAIM, "language": LANGUAGE, "last_year": last}
            given |= {"wdi_vintage": edition, "output": str(output)}
            with timed() as clock:
                for name in ("level", "report"):
                    plainly(by_name[name], given, output / f"{name}.ipynb")
            plain.append(clock.seconds)
            cells.append(sum(of_cells(path) for path in output.glob("*.ipynb")))
    more, start = np.polyfit(SIZES, taken, 1)
    off = max(abs(t / (start + more * n) - 1) for t, n in zip(taken, SIZES, strict=True))
    times = ", ".join(f"{t:.0f} s for {n}" for t, n in zip(taken, SIZES, strict=True))
    memory = ", ".join(f"{m / 1e6:.0f}" for m in largest)
    note = f"{times}: off a line by {off:.0%} at most; the largest process {memory} MB"
    note += f"; the cells of a report take {mean(cells):.1f} s of a core, which no runner shortens"
    what = f"a report more in a sweep of {SIZES[-1]}, its page and its first page"
    against = f"`papermill` and `jupyter nbconvert`, {SAMPLE} measured"
    return [Row(what, against, float(more), mean(plain), 30, note)]


def _swept(folder: Path, points: list[tuple[int, str]]) -> float:
    """Seconds of a sweep from cold over pairs of last year and edition."""
    grids = [
        {"claim": [CLAIM], "language": [LANGUAGE], "last_year": [year], "wdi_vintage": [edition]}
        for year, edition in points
    ]
    path, out = folder / "grid.yaml", folder / f"sweep-{len(points)}"
    path.write_text(json.dumps({"grids": grids}), encoding="utf-8")  # which is YAML too
    return ours(folder, "sweep", str(path), "--out", str(out), "--workers", "2")
