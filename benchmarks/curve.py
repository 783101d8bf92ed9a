"""How much faster are arrays than a loop of model fits? The specification curve of average growth,
computed both ways in one run; prints the ratio. `python benchmarks/curve.py`"""

from __future__ import annotations

import time

import numpy as np

from growth_claims import claims, paths, region, sources
from growth_claims.growth import estimate
from growth_claims.panel import Panel
from growth_claims.readings import Study, curve

CLAIM = "gdp-growth-20y"


def looped(study: Study, readings) -> list[float]:
    """Every reading by itself: its series, its estimator."""
    found = []
    for row in readings.itertuples(index=False):
        whole = region.aggregate(
            study.panel,
            row.quantity,
            row.source,
            row.vintage,
            row.economies.split("+"),
            row.weights,
        )
        found.append(estimate(row.estimator, whole.between(row.start, row.end)).rate)
    return found


def main() -> None:
    register = claims.load(paths.claims() / "central-asia-2025-11-15.yaml")
    panel = Panel.load(paths.processed() / "panel.csv")
    study = Study(register, panel, sources.events())
    claim = register.claim(CLAIM)
    curve.curve(study, claim)  # both start with the panel's tables made
    started = time.perf_counter()
    readings = curve.curve(study, claim).readings
    quick = time.perf_counter() - started
    started = time.perf_counter()
    values = looped(study, readings)
    slow = time.perf_counter() - started
    worst = np.max(np.abs(np.array(values) / readings["value"].to_numpy() - 1))
    print(f"{len(readings)} readings: arrays {quick:.2f} s, one by one {slow:.2f} s")
    print(f"ratio {slow / quick:.0f}; largest relative difference {worst:.1e}")


if __name__ == "__main__":
    main()
