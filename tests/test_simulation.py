"""The quoted interval keeps its promise, with another seed than the table's too."""

import numpy as np
import pandas as pd
import pytest
from second_way import FIVE, volume

from growth_claims import growth, simulation
from growth_claims.growth import arrays


@pytest.fixture(scope="module")
def processes():
    return simulation.fit(simulation.region_levels())


def test_the_processes_are_fitted_to_the_region_of_the_register():
    levels = simulation.region_levels()
    assert list(levels.index) == list(range(2000, 2025))
    for year in (2000, 2012, 2024):
        expected = sum(volume("2025-12-17", e, year) for e in FIVE) / 1e9
        assert levels[year] == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="no claim of growth"):
        simulation.region_levels(claim="no-such-claim")


@pytest.fixture(scope="module")
def study(processes):
    return simulation.coverage(processes, seed=4, replications=6000, slow_replications=0)


def test_the_quoted_interval_covers_the_truth_as_often_as_it_says(study):
    low, high = simulation.ACCEPTED
    quoted = study[study["estimator"] == growth.QUOTED]
    assert len(quoted) == 2 * len(simulation.LENGTHS)
    assert (quoted["coverage"] > low - 2 * quoted["error"]).all()
    assert (quoted["coverage"] < high + 2 * quoted["error"]).all()


def test_the_usual_intervals_do_not_under_a_unit_root(study):
    unit_root = study[study["process"] == "difference-stationary"].set_index(
        ["estimator", "years"]
    )["coverage"]
    assert unit_root["log_trend_ols"].max() < 0.5
    assert unit_root["drift"].max() < 0.9


def test_the_saved_table_is_the_one_that_the_study_makes(processes, study):
    saved = simulation.saved()
    assert set(saved["estimator"]) == {
        "log_trend_ols",
        "log_trend_glsar",
        "drift",
        "drift_prewhitened",
        "local_linear_trend",
    }
    fitted = {process.kind: round(process.ar, 5) for process in processes}
    assert saved.groupby("process")["ar"].unique().map(list).to_dict() == {
        kind: [ar] for kind, ar in fitted.items()
    }, "the region's figures have changed: `make coverage`"
    keys = ["process", "years", "estimator"]
    both = study.merge(saved, on=keys, suffixes=("", "_saved"))
    assert len(both) == len(study)
    apart = (both["coverage"] - both["coverage_saved"]).abs()
    error = np.hypot(both["error"], both["error_saved"])
    assert (apart < 4 * error + 1e-9).all()
    quoted = saved[saved["estimator"] == growth.QUOTED]["coverage"]
    assert quoted.between(*simulation.ACCEPTED).all()


def test_the_same_seed_gives_the_same_study(processes):
    one, two = (
        simulation.coverage(processes[:1], seed=9, replications=300, slow_replications=0)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(one, two)


def test_simulated_paths_have_the_process_that_they_are_made_from():
    rng = np.random.default_rng(1)
    path = simulation.autoregression(rng, 0.6, 0.02, 4000, 30)
    assert path.std() == pytest.approx(0.02, rel=0.02)
    r = (path[:, 1:] * path[:, :-1]).mean() / (path**2).mean()
    assert r == pytest.approx(0.6, abs=0.02)
    process = simulation.Process("difference-stationary", 0.05, 0.4, 0.02)
    levels = simulation.simulate(rng, process, 4000, 20)
    assert levels.shape == (4000, 21)
    assert np.log(levels[:, -1]).mean() / 20 == pytest.approx(0.05, abs=0.001)


def test_the_fit_is_of_growth_and_of_deviations_from_a_trend():
    rng = np.random.default_rng(2)
    growth_ = 0.05 + simulation.autoregression(rng, 0.5, 0.02, 1, 3000)[0]
    levels = pd.Series(np.exp(np.concatenate([[0.0], growth_.cumsum()])))
    unit_root, _ = simulation.fit(levels)
    assert unit_root.ar == pytest.approx(0.5, abs=0.05)
    assert unit_root.mean == pytest.approx(0.05, abs=0.003)
    assert unit_root.sd == pytest.approx(0.02, rel=0.1)


def test_critical_values_come_out_again_with_another_seed():
    coefficients, sizes, values = arrays._critical_table()
    rng = np.random.default_rng(77)
    for nobs in (10, 20):
        for i in (8, 20, 26):
            paths = simulation.autoregression(rng, coefficients[i], 1.0, 20_000, nobs)
            mean, error = arrays.drift_prewhitened(paths)
            again = np.quantile(np.abs(mean) / error, 0.95)
            assert values[nobs - sizes[0], i] == pytest.approx(again, rel=0.05)
    with pytest.raises(ValueError, match="observations"):
        arrays.critical_value(np.zeros((1, 5)))
