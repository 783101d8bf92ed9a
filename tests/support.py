"""What several tests need, made once a process: the panel, the register, the study."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from growth_claims import claims, panel, sources
from growth_claims.readings import Study

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT / "claims" / "central-asia-2025-11-15.yaml"
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
#: The pages of a report, and the one file that is all of them.
PAGES = (
    *("index", "01_clean", "02_gdp", "03_population", "04_trade", "05_events"),
    *("methods", "changes", "report"),
)


@cache
def the_panel() -> panel.Panel:
    """The panel, built from data/raw."""
    return panel.Panel(panel.build(ROOT / "data" / "raw"))


@cache
def the_study() -> Study:
    """The register of the article with the figures."""
    return Study(claims.load(REGISTER), the_panel(), sources.events(ROOT / "data" / "raw"))


@cache
def raw(source: str, vintage: str) -> dict[tuple[str, str, int], float]:
    """A file of figures read with nothing but the standard library: (economy, code, year) → value.
    The second way of computing, which shares no code with the first."""
    with (ROOT / "data" / "raw" / source / f"{vintage}.csv").open(newline="") as file:
        return {
            (row["country"], row["indicator"], int(row["year"])): float(row["value"])
            for row in csv.DictReader(file)
        }
