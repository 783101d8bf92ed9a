"""Over which periods and in which editions a stated figure is right."""

import pytest
from second_way import REGISTER, the_study

from growth_claims.readings import history
from growth_claims.readings.study import evaluate
from growth_claims.region import NoData, known_on

STUDY = the_study(REGISTER)


def claim(claim_id):
    return STUDY.register.claim(claim_id)


def test_windows_are_growth_between_end_points():
    frame = history.windows(STUDY, claim("gdp-growth-20y"))
    own = frame[frame["literal"]]
    assert len(own) == 1
    found = evaluate(STUDY, claim("gdp-growth-20y"), STUDY.primary(claim("gdp-growth-20y")))
    assert own["value"].item() == pytest.approx(found.value, rel=1e-12)
    assert (frame["end"] > frame["start"]).all()
    assert (frame[frame["same_length"]]["end"] - frame[frame["same_length"]]["start"] == 20).all()


def test_windows_of_a_comparison_are_leads():
    frame = history.windows(STUDY, claim("gdp-growth-vs-world"))
    found = evaluate(
        STUDY, claim("gdp-growth-vs-world"), STUDY.primary(claim("gdp-growth-vs-world"))
    )
    assert frame[frame["literal"]]["value"].item() == pytest.approx(found.value, rel=1e-9)


def test_multiples_by_last_year():
    frame = history.by_year(STUDY, claim("trade-since-2000"))
    assert frame["end"].min() == 2001 and (frame["start"] == 2000).all()
    found = evaluate(STUDY, claim("trade-since-2000"), STUDY.primary(claim("trade-since-2000")))
    assert frame[frame["literal"]]["value"].item() == pytest.approx(found.value, rel=1e-12)


def test_an_edition_gives_what_it_gives_by_name():
    frame = history.vintages(STUDY, claim("gdp-growth-20y"))
    assert {"wdi", "weo"} <= set(frame["source"])
    literal = frame[(frame["kind"] == "literal") & (frame["source"] == "wdi")]
    assert "2025-12-17" in set(literal["vintage"])
    row = literal[literal["vintage"] == "2025-12-17"].iloc[0]
    found = evaluate(STUDY, claim("gdp-growth-20y"), STUDY.primary(claim("gdp-growth-20y")))
    assert row["value"] == pytest.approx(found.value, rel=1e-12)


def test_no_edition_that_projects_speaks_of_its_own_year():
    frame = history.vintages(STUDY, claim("gdp-growth-20y"))
    weo = frame[frame["source"] == "weo"]
    assert len(weo) and all(
        int(v[:4]) > end for v, end in zip(weo["vintage"], weo["end"], strict=True)
    )


def test_an_edition_is_known_from_its_day_or_the_end_of_its_month():
    assert known_on("2025-12-17").isoformat() == "2025-12-17"
    assert known_on("2025-10").isoformat() == "2025-10-31"
    assert known_on("2026").isoformat() == "2026-12-31"


def test_revisions_compare_one_edition_with_the_next():
    frame = history.revisions(STUDY, claim("gdp-2024"))
    row = frame[(frame["later"] == "2026-07-01") & (frame["source"] == "wdi")].iloc[-1]
    before, after = (
        evaluate(
            STUDY,
            claim("gdp-2024"),
            STUDY.primary(claim("gdp-2024")).change(source="wdi", vintage=v, end=int(row["end"])),
        ).value
        for v in (row["earlier"], row["later"])
    )
    assert row["revision"] == pytest.approx(100 * (after / before - 1))


def test_an_edition_without_the_region_is_left_out():
    frame = history.vintages(STUDY, claim("gdp-2024"))
    for _, row in frame.iterrows():
        reading = STUDY.primary(claim("gdp-2024")).change(
            source=row["source"], vintage=row["vintage"], end=int(row["end"]), weights=None
        )
        try:
            assert evaluate(STUDY, claim("gdp-2024"), reading).value == row["value"]
        except NoData:  # pragma: no cover - would be the defect
            pytest.fail(str(row))
