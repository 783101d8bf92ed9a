"""What a change in explore.ipynb costs: from a control that is moved to the new picture."""

from __future__ import annotations

import itertools
import time

import numpy as np

from benchmarks import Row, timed

CLAIM = "gdp-growth-20y"
TIMES = 60
#: The estimator that takes longest: a state space, fitted anew for each period.
SLOW = "local_linear_trend"


def measure() -> list[Row]:
    """The handler in this process, with the drawing: for a slider's moves alone, for those of every
    control in turn, and for a slider's under the estimator that takes longest. No period of a
    slider comes twice; the 95th percentile."""
    from growth_claims import params
    from growth_claims.explore import Explorer

    explorer = Explorer(params.check({"claim": CLAIM}), {})
    explorer.controls["years"].value = (2001, 2019)  # the first picture also loads the fonts
    rows = []
    for what, names in (
        ("the years moved", ["years"]),
        ("each control in turn", ["years", "weights", "economies", "estimator", "source"]),
        (f"the years moved under {SLOW}", ["years"]),
    ):
        if SLOW in what:
            explorer.controls["estimator"].value = SLOW
        taken, used = [], []
        for number, name in enumerate(itertools.islice(itertools.cycle(names), TIMES)):
            value = another(explorer, name, number)
            started = time.process_time()
            with timed() as clock:
                explorer.controls[name].value = value
            used.append(time.process_time() - started)
            taken.append(clock.seconds)
        high, used_high = np.percentile(taken, 95), np.percentile(used, 95)
        note = (
            f"{what}: 95th percentile of {TIMES}; of the time computing {1000 * used_high:.0f} ms"
        )
        rows.append(Row(f"a change in `explore.ipynb`, {note}", "", high, None, 0.1))
    return rows


def another(explorer, name: str, number: int):
    """A value that the control does not have now, by `number`; never the estimator SLOW."""
    control = explorer.controls[name]
    if name == "years":
        return 1995 + number * 7 % 11, 2012 + number * 5 % 13
    if name == "economies":
        values = [value for _label, value in control.options]
        left = values[number % len(values)]
        rest = tuple(value for value in values if value != left)
        return rest if rest != control.value else tuple(values)
    values = [value for _label, value in control.options if value != control.value]
    values = [value for value in values if value != SLOW]
    return values[number % len(values)]
