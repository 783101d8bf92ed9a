"""How fast the package is: ratios against the obvious other way, both measured in the same run.

`python -m benchmarks [NAME …]` measures, prints a table and keeps it in `benchmarks/RESULTS.md`
with the date and the kind of machine. A new one is a function without parameters that returns rows,
named in `REGISTRY`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

#: Name of a benchmark → the function that measures it, in a module imported only when it is asked
#: for; in the order of the table.
REGISTRY = {
    "kernels": "benchmarks.kernels:measure",
    "report": "benchmarks.report:measure",
    "edit": "benchmarks.report:edited",
    "nothing": "benchmarks.report:unchanged",
    "help": "benchmarks.report:helped",
    "sweep": "benchmarks.sweep:measure",
    "curve": "benchmarks.curve:measure",
    "readings": "benchmarks.readings:measure",
    "explore": "benchmarks.explore:measure",
    "refresh": "benchmarks.refresh:measure",
    "suite": "benchmarks.suite:measure",
}
#: Whether every run of a report is measured the plain way too, not one a notebook.
full = False


@dataclass(frozen=True)
class Row:
    """One line of the table: `ours` against `other`, in seconds; `target`: what the ratio
    other / ours should come to at least, or, where there is no other way, the seconds at most."""

    what: str
    against: str
    ours: float
    other: float | None
    target: float
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.other is None else self.other / self.ours

    @property
    def reached(self) -> bool:
        return self.ours <= self.target if self.ratio is None else self.ratio >= self.target


class Clock:
    """`seconds` after the `with` block that `timed` makes one for."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Clock]:
    clock, started = Clock(), time.perf_counter()
    yield clock
    clock.seconds = time.perf_counter() - started
