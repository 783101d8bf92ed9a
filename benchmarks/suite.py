"""`make test` against itself before the notebooks were made anew and their kernels warm."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from benchmarks import Row, timed

#: The last commit before the notebooks were made anew and kernels warm.
BEFORE = "2ecf961"


def measure() -> list[Row]:
    """Each in a clone of its own, set up before it is measured; a machine at rest, please."""
    from growth_claims import paths

    with tempfile.TemporaryDirectory() as name:
        ours, tests = _tested(paths.project_root(), "HEAD", Path(name) / "now")
        other, tests_before = _tested(paths.project_root(), BEFORE, Path(name) / "before")
    a_test = f"a test: {ours / tests:.2f} s against {other / tests_before:.2f} s"
    what, against = f"`make test`, {tests:,} tests", f"at {BEFORE}, {tests_before:,} tests"
    return [Row(what, against, ours, other, 2, a_test)]


def _tested(root: Path, commit: str, clone: Path) -> tuple[float, int]:
    """Seconds that all tests of a commit take, and how many there are."""
    subprocess.run(["git", "clone", "--quiet", root, clone], check=True)
    subprocess.run(["git", "-C", clone, "checkout", "--quiet", commit], check=True)
    for target in ("setup", "panel"):
        subprocess.run(["make", target], cwd=clone, check=True, capture_output=True)
    with timed() as clock:
        done = subprocess.run(["make", "test"], cwd=clone, capture_output=True, text=True)
    passed = re.search(r"(\d+) passed", done.stdout)
    if done.returncode or not passed:
        raise RuntimeError(done.stdout + done.stderr)
    return clock.seconds, int(passed[1])
