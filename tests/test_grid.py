"""Every parameter at its sensible values, and pairs of them, through the notebook of its kind for
every claim of every register: to the end, or to a ParameterError before anything is computed.

The suite goes through a sample; `pytest tests/test_grid.py --full-grid` through all of it (hours).
"""

from __future__ import annotations

import itertools
import os
import random
from functools import cache

import notebook_cells
import pytest
from conftest import ROOT

from growth_claims import claims, notebooks, panel, paths, quantities
from growth_claims.errors import ParameterError

#: So many settings a kind of claim in the suite.
SAMPLE = 3
REGISTERS = sorted(p for p in (ROOT / "claims").glob("*.yaml") if "\nclaims:" in p.read_text())
CLAIMS = [
    (path, claim)
    for path in REGISTERS
    for claim in claims.kept(path).claims
    if claim.primary is not None
]


@pytest.fixture(scope="module", autouse=True)
def one_panel():
    """Opened once, so that its tables are put together once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        opened = panel.make()
        patch.setattr(panel.Panel, "load", classmethod(lambda cls, path=None: opened))
        yield


@cache
def values(path, claim: str) -> dict[str, list]:
    """The sensible values of each parameter for a claim."""
    register = claims.kept(path)
    region = register.economies
    figures = panel.make()
    first, last = figures.years()
    of = register.claim(claim).primary.quantity
    weights = {w for q in quantities.known().quantities.values() for w in q.weights}
    own = set(quantities.known().weights_of(of)) if of else set()
    without = [[e for e in region if e != left] for left in region] if len(region) > 1 else []
    years = list(range(max(first, 1985), min(last, 2031) + 1))
    return {
        "first_year": years,
        "last_year": years,
        "economies": [*without, *([e] for e in region), ["DEU", "FRA"]],
        "weights": sorted(own) + sorted(weights - own)[:1],
        "wdi_vintage": [*figures.vintages("wdi"), "latest"],
        "weo_vintage": [*figures.vintages("weo"), "latest"],
        "language": ["ru"],
    }


def single(path, claim: str) -> list[dict]:
    return [{name: v} for name, of in values(path, claim).items() for v in of]


def pairs(path, claim: str) -> list[dict]:
    """Pairs of parameters, at a few values each: the first, the last and two between."""
    few = {
        name: [of[round(i * (len(of) - 1) / 3)] for i in range(4)] if len(of) > 4 else of
        for name, of in values(path, claim).items()
    }
    return [
        {one: a, other: b}
        for one, other in itertools.combinations(few, 2)
        for a in few[one]
        for b in few[other]
    ]


def whole() -> list:
    return [
        (path, claim, given)
        for path, claim in CLAIMS
        for given in [*single(path, claim.id), *pairs(path, claim.id)]
    ]


#: Settings that once ended in an error: two observations, and more than the table of critical
#: values has.
ONCE = {
    "population-growth-rate": {"last_year": 1991},
    "gdp-growth-developing": {"first_year": 1989, "weights": "current-dollars"},
}


def sample() -> list:
    """Some settings of every kind of claim, each time the same: one parameter and two."""
    chosen = [(path, claim, ONCE[claim.id]) for path, claim in CLAIMS if claim.id in ONCE]
    for kind in claims.KINDS:
        dice = random.Random(kind)
        of_kind = [(path, claim) for path, claim in CLAIMS if claim.kind == kind]
        for number in range(SAMPLE):
            path, claim = dice.choice(of_kind)
            settings = (single, pairs)[number % 2](path, claim.id)
            chosen.append((path, claim, dice.choice(settings)))
    return chosen


def pytest_generate_tests(metafunc):
    if "setting" in metafunc.fixturenames:
        every = whole() if metafunc.config.getoption("--full-grid") else sample()
        if number := os.environ.get("GRID_SAMPLE"):
            every = random.Random(number).sample(whole(), int(number))
        ids = [
            f"{path.stem[:6]}-{claim.id}-{','.join(f'{k}={v}' for k, v in given.items())}"
            for path, claim, given in every
        ]
        metafunc.parametrize("setting", every, ids=ids)


def test_it_comes_to_its_end_or_says_why_not_before_it_computes(setting):
    path, claim, given = setting
    notebook = notebooks.by_name()[claim.kind]
    try:
        notebook_cells.run(notebook, claim=claim.id, register=paths.shown(path), **given)
    except ParameterError as error:
        assert error.cell <= 3, "something was computed before"


@pytest.mark.parametrize(("path", "claim"), CLAIMS, ids=[f"{p.stem[:6]}-{c.id}" for p, c in CLAIMS])
def test_the_verdict_rests_on_what_the_cells_compute(path, claim):
    names = notebook_cells.run(
        notebooks.by_name()[claim.kind], claim=claim.id, register=paths.shown(path)
    )
    assert names["found"] == pytest.approx(names["check"].found.value, rel=1e-12, abs=1e-12)
