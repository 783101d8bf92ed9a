"""Warm kernels against kernels started the plain way, on small notebooks made here."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import Row, timed
from growth_claims.execute import Executor, Job

_CELLS = (
    "import numpy as np, pandas as pd, matplotlib.pyplot as plt, statsmodels.api as sm",
    "x = np.arange(1.0, 31.0)\nsm.OLS(np.log(x), sm.add_constant(x)).fit().params",
    "pd.DataFrame({'x': x}).describe()",
    "fig, ax = plt.subplots()\nax.plot(x, np.log(x))\nplt.show()",
)
_WARM, _PLAIN = 40, 4


def measure() -> list[Row]:
    """A fit, a table and a chart: papermill's command for each, against an executor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nb = new_notebook(cells=[new_code_cell(text) for text in _CELLS])
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nb, folder / "n.ipynb")
        with timed() as plain:
            for number in range(_PLAIN):
                subprocess.run(
                    [sys.executable, "-m", "papermill", "n.ipynb", f"p{number}.ipynb"],
                    cwd=folder,
                    check=True,
                    capture_output=True,
                )
        jobs = [Job(folder / "n.ipynb", folder / f"w{i}.ipynb") for i in range(_WARM)]
        with timed() as whole, Executor(2) as executor:
            executor.run(jobs[:2])
            with timed() as warm:
                executor.run(jobs)
        overhead = median(_overhead(job.result) for job in jobs)
    each, alone = warm.seconds / _WARM, plain.seconds / _PLAIN
    start = whole.seconds - warm.seconds
    note = f"{overhead:.2f} s of a run not spent in cells, two at a time; {start:.1f} s to start"
    return [Row("a small notebook more, warm", "`papermill`, alone", each, alone, 10, note)]


def _overhead(path: Path) -> float:
    """Seconds of a run that no cell took."""
    nb = nbformat.read(path, as_version=4)
    cells = sum(cell.metadata.papermill.duration for cell in nb.cells)
    return nb.metadata.papermill.duration - cells
