"""A second way of computing, which shares no code with the first: files of figures read with the
standard library alone; and what tests of the core need, made once a process."""

from __future__ import annotations

import csv
import gzip
import math
from functools import cache
from pathlib import Path

from growth_claims import params
from growth_claims.check import study as study_of
from growth_claims.readings import Study

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT / "claims" / "central-asia-2025-11-15.yaml"
FIRST_STATED = ROOT / "claims" / "eurasian-development-bank-2022-11.yaml"
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


@cache
def the_study(register: Path = REGISTER) -> Study:
    """A register with the figures, by those of its day."""
    return study_of(params.check({"register": str(register)}))


@cache
def raw(source: str, vintage: str) -> dict[tuple[str, str, int], float]:
    """A file of figures: (economy, code, year) → value."""
    plain = ROOT / "data" / "raw" / source / f"{vintage}.csv"
    with plain.open() if plain.is_file() else gzip.open(f"{plain}.gz", "rt") as file:
        return {
            (row["country"], row["indicator"], int(row["year"])): float(row["value"])
            for row in csv.DictReader(file)
        }


def volume(vintage: str, economy: str, year: int) -> float:
    """GDP in dollars of 2015: the dollars of 2015 with every year's published growth applied."""
    figures = raw("wdi", vintage)
    level = figures[economy, "NY.GDP.MKTP.CD", 2015]
    for y in range(2016, year + 1):
        level *= 1 + figures[economy, "NY.GDP.MKTP.KD.ZG", y] / 100
    for y in range(2015, year, -1):
        level /= 1 + figures[economy, "NY.GDP.MKTP.KD.ZG", y] / 100
    return level


def total(vintage: str, codes: tuple[str, ...], year: int, economies=FIVE) -> float:
    figures = raw("wdi", vintage)
    return math.fsum(figures[e, code, year] for e in economies for code in codes)


def rate(first: float, last: float, years: int) -> float:
    return 100 * ((last / first) ** (1 / years) - 1)
