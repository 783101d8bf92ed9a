"""A sweep: a report, or verdicts alone, at each point of a grid of parameters, on all cores of this
machine or on the workers of a Dask cluster.

    grid   the file that says over what, and the points of its products
    work   what a worker does for some of them
    pool   the executors, and what happens when one breaks
    driver what has them work, and gathers what they made

Every result has the name of a key of all that it is made from: what is there is not made again.
"""

from __future__ import annotations

from pathlib import Path

from growth_claims.sweep.pool import Pool, dask, processes

__all__ = ["Pool", "dask", "processes", "run"]


def run(path: Path, out: str, pool: Pool | None = None) -> str:
    """Makes all that the grid in a file asks for, as `driver.run` says."""
    from growth_claims.sweep import driver

    return driver.run(path, out, pool or processes(2))
