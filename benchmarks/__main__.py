"""Measures and keeps the table: `python -m benchmarks [NAME …]`."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
from importlib import import_module
from pathlib import Path

import benchmarks
from benchmarks import REGISTRY, Row

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = """\
# Results

Written by `python -m benchmarks`: each ratio is of two times measured in the same run. A line is
replaced when its benchmark is run again.

| benchmark | what | against | ours | the other way | ratio | target | reached | measured |
|---|---|---|---:|---:|---:|---:|---|---|
"""


def line(name: str, row: Row, when: str) -> str:
    """A row of the table."""
    other = "" if row.other is None else f"{row.other:.3g} s"
    ratio = "" if row.ratio is None else f"{row.ratio:.3g}"
    target = f"at most {row.target:g} s" if row.ratio is None else f"at least {row.target:g}"
    what = f"{row.what}; {row.note}" if row.note else row.what
    cells = (name, what, row.against, f"{row.ours:.3g} s", other, ratio, target)
    return f"| {' | '.join(cells)} | {'yes' if row.reached else 'no'} | {when} |"


def machine() -> str:
    """The date and the kind of machine; no name of it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}"
    kind = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{dt.date.today()}, {cores} cores (load before: {load}), {kind}"


def keep(lines: dict[str, list[str]]) -> None:
    """Puts new lines in the place of those of the same benchmarks."""
    kept: dict[str, list[str]] = {}
    if RESULTS.is_file():
        for old in RESULTS.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"\| (\w+) \|", old):
                kept.setdefault(found[1], []).append(old)
    kept |= lines
    table = [one for name in REGISTRY for one in kept.get(name, ())]
    RESULTS.write_text(_HEAD + "\n".join(table) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(REGISTRY)}")
    parser.add_argument("--full", action="store_true", help="measure every run the plain way too")
    given = parser.parse_args()
    names, benchmarks.full = given.names or list(REGISTRY), given.full
    if unknown := [name for name in names if name not in REGISTRY]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(REGISTRY)}")
    for name in names:
        module, _, function = REGISTRY[name].partition(":")
        when = machine()
        try:
            measure = getattr(import_module(module), function)
        except ModuleNotFoundError as missing:
            print(f"{name}: not measured, there is no {missing.name}")
            continue
        lines = [line(name, row, when) for row in measure()]
        print(*lines, sep="\n", flush=True)
        keep({name: lines})


if __name__ == "__main__":
    main()
