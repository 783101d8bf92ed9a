"""The charts: the same bytes twice, the same numbers in both languages, nothing that a strict page
forbids, legible in light and dark, and figures that a spreadsheet reads back."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
from functools import cache

import numpy as np
import pandas as pd
import pytest

from growth_claims import figures, i18n
from growth_claims.claims import Interval
from growth_claims.claims import Text as Both
from growth_claims.figures import axes, style
from growth_claims.figures import scene as drawing
from growth_claims.figures.chart import neutral
from growth_claims.figures.common import interval_text
from growth_claims.figures.scene import Scene
from growth_claims.figures.windows import years_text

STATED = Interval(low=6.15, high=6.25)
MARGIN = 0.25
SOURCE = "Source of the figures"
#: Attributes of SVG 1.1 that need no style; no event handler, no reference, no style attribute.
ALLOWED = {
    "paint-order",
    *("id", "class", "viewBox", "width", "height", "role", "aria-labelledby", "d", "x", "y"),
    *("cx", "cy", "r", "fill", "color", "font-family", "font-size", "font-weight", "text-anchor"),
    *("stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray"),
}
SVG = "{http://www.w3.org/2000/svg}"


def both(en: str, ru: str) -> Both:
    return Both(en=en, ru=ru)


def outcome(value: float) -> str:
    if STATED.holds(value):
        return "holds"
    return "close" if STATED.distance(value) <= MARGIN else "fails"


@cache
def charts() -> dict[str, figures.Chart]:
    """One chart of each kind, from made-up figures."""
    rng = np.random.default_rng(1)
    common = {"title": both("A finding", "Вывод"), "source": SOURCE}
    years = range(1995, 2026)
    levels = pd.Series(100 * 1.06 ** np.arange(len(years)), index=years)
    readings = pd.DataFrame(
        [
            (both("First", "Первое"), 5.785, 3.3, 8.2, "fails", True),
            (both("A second one", "Второе"), 6.2, np.nan, np.nan, "holds", False),
            (both("Far off", "Далеко"), 6.4, -60.0, 70.0, "close", False),
            (both("Without figures", "Без данных"), np.nan, np.nan, np.nan, "no data", False),
        ],
        columns=["label", "value", "low", "high", "outcome", "primary"],
    )
    values = np.sort(rng.normal(6, 0.3, 900))
    curve = pd.DataFrame(
        {
            "source": rng.choice(["wdi", "weo"], 900),
            "vintage": rng.choice(["2025-04", "2026-07-01"], 900),
            "quantity": "real-gdp",
            "weights": rng.choice(["constant-dollars", "ppp"], 900),
            "estimator": rng.choice(["endpoint", "log_trend_ols"], 900),
            "economies": rng.choice(["KAZ+TKM+UZB", "KAZ+UZB"], 900),
            "start": rng.choice([2003, 2004], 900),
            "end": 2024,
            "value": values,
            "outcome": [outcome(v) for v in values],
            "primary": np.arange(900) == 300,
        }
    )
    windows = pd.DataFrame(
        [
            (a, b, 6 + np.sin(a) + b / 1000, a == 2004 and b == 2024, b - a == 20)
            for a in years
            for b in years
            if b > a
        ],
        columns=["start", "end", "value", "literal", "same_length"],
    )
    windows["outcome"] = windows["value"].map(outcome)
    by_year = pd.DataFrame({"start": 2000, "end": range(2001, 2026)})
    by_year["value"] = 5 + (by_year["end"] - 2000) * 0.055
    by_year["outcome"] = by_year["value"].map(outcome)
    by_year["literal"] = by_year["end"] == 2024
    editions = pd.DataFrame(
        [
            (s, v, d, k, 2004, 2024, x, outcome(x))
            for s, v, d, k, x in [
                ("wdi", "2025-12-17", dt.date(2025, 12, 17), "latest", 5.7),
                ("wdi", "2026-07-01", dt.date(2026, 7, 1), "latest", 5.8),
                ("weo", "2021-10", dt.date(2021, 10, 31), "latest", 6.2),
                ("weo", "2025-10", dt.date(2025, 10, 31), "latest", 5.6),
                ("weo", "2025-10", dt.date(2025, 10, 31), "literal", 5.6),
            ]
        ],
        columns=["source", "vintage", "known_on", "kind", "start", "end", "value", "outcome"],
    )
    statements = pd.DataFrame(
        {
            "date": [dt.date(2022, 11, 10), dt.date(2025, 11, 15)],
            "label": [both("A bank", "Банк"), both("the article", "статья")],
            "value": [6.2, 6.2],
        }
    )
    revised = pd.DataFrame(
        {
            "source": ["wdi"] * 10 + ["weo"] * 30,
            "earlier": "2025-04",
            "later": "2025-10",
            "start": 2004,
            "end": 2024,
            "before": 5.0,
            "after": 5.1,
            "revision": rng.normal(0, 0.1, 40),
        }
    )
    yearly = pd.DataFrame(
        [
            (s, who, y, 5 + np.cos(y) - (who != "region"))
            for s in ("wdi", "weo")
            for who in ("region", "WLD")
            for y in range(2005, 2025)
        ],
        columns=["source", "economy", "year", "value"],
    )
    averages = pd.DataFrame(
        [
            (s, who, start, 2024, 5.5 - (who != "region"))
            for s in ("wdi", "weo")
            for who in ("region", "WLD")
            for start in (2004, 2014)
        ],
        columns=["source", "economy", "start", "end", "value"],
    )
    rates = pd.DataFrame(
        [
            (who, start, 2024, value, rank)
            for start in (2004, 2014)
            for who, value, rank in (("SAS", 6.2, 1), ("region", 5.8, 2), ("LCN", -0.4, 3))
        ],
        columns=["economy", "start", "end", "value", "rank"],
    )
    parts = pd.DataFrame(
        [("KAZ", 90.6, 44.0, 2.8), ("UZB", 75.1, 36.0, 3.4), ("KGZ", 3.8, 2.0, 2.3)],
        columns=["economy", "value", "share", "times"],
    )
    pairs = pd.DataFrame(
        [("KAZ", 291.5, 291.6, 0.03), ("TKM", 44.2, 68.7, 55.4)],
        columns=["economy", "wdi", "weo", "gap"],
    )
    by_one = pd.DataFrame(
        [(2000, 2.9, 5.0, 72.4), (2012, 35.2, 35.2, 0.0), (2024, 44.2, 68.7, 55.4)],
        columns=["year", "wdi", "weo", "gap"],
    )
    mirrored = pd.DataFrame(
        [("UZB", 2024, 4131.0, 4200.0, 1.7), ("KGZ", 2024, 1781.0, 1340.0, -24.8)],
        columns=["partner", "year", "ours", "theirs", "gap"],
    )
    trade = pd.DataFrame(
        [
            (y, p, 100.0 * (y - 2000) * k, "wits" if y < 2020 else "bns")
            for y in range(2001, 2026)
            for p, k in (("UZB", 2), ("KGZ", 1))
        ],
        columns=["year", "partner", "value", "source"],
    )
    events = pd.DataFrame(
        [
            ("meeting", 1, "2018-03-15", both("First, Astana", "Первая, Астана")),
            ("meeting", 2, "2019-11-29", both("Second, Tashkent", "Вторая, Ташкент")),
            ("summit", 1, "2025-11-06", both("Summit", "Саммит")),
            ("meeting", 7, "2025-11-15", both("Seventh, Tashkent", "Седьмая, Ташкент")),
        ],
        columns=["series", "number", "start_date", "label"],
    ).assign(end_date=lambda f: f["start_date"])
    tiles = pd.DataFrame(
        [
            # A callable a row, as a loop makes them: rows of one series say the same.
            (
                lambda label=label: label.ru if i18n.language() == "ru" else label.en,
                y,
                "observed" if y < 2024 else "estimate",
            )
            for label in (both("Population", "Население"), both("Trade", "Торговля"))
            for y in range(2000, 2026)
            if (label.en, y) != ("Trade", 2011)
        ],
        columns=["label", "year", "state"],
    )
    rate = "percent per year"
    made = [
        figures.readings_dots("dots", readings, STATED, MARGIN, rate, **common),
        figures.specification_curve("curve", curve, STATED, MARGIN, rate, source=SOURCE),
        figures.window_map("windows", windows, STATED, rate, margin=MARGIN, **common),
        figures.multiple_by_last_year("by-year", by_year, STATED, MARGIN, rate, **common),
        figures.path(
            "path",
            levels,
            2004,
            2024,
            6.2,
            rates=(6.15, 6.25),
            label=both("the region", "регион"),
            unit="billion US$",
            **common,
        ),
        figures.by_vintage("history", editions, statements, STATED, MARGIN, rate, **common),
        figures.revisions("revisions", revised, 0.25, "percentage points", **common),
        figures.comparison("comparison", yearly, averages, **common),
        figures.ranking("ranking", rates, **common),
        figures.contributions("contributions", parts, **common),
        figures.disagreement(
            "disagreement", pairs, "billion US$", first="One", second="Two", **common
        ),
        figures.disagreement("pairs", by_one, "billion US$", first="One", second="Two", **common),
        figures.disagreement(
            "mirror",
            mirrored,
            "million US$",
            first="One",
            second="Two",
            columns=("ours", "theirs"),
            **common,
        ),
        figures.trade_bilateral(
            "trade", trade, "million US$", stated=(2024, 7600.0), break_after=2019, **common
        ),
        figures.timeline("timeline", events, meetings="meeting", **common),
        figures.coverage("coverage", tiles, **common),
    ]
    return {chart.name: chart for chart in made}


KINDS = tuple(charts())


@pytest.fixture(params=KINDS)
def chart(request) -> figures.Chart:
    return charts()[request.param]


def drawings(chart: figures.Chart, language: str) -> list[ET.Element]:
    with i18n.use(language):
        return list(ET.fromstring(f"<div>{chart.svg()}</div>"))


def texts(element: ET.Element) -> list[str]:
    return [e.text or "" for e in element.iter(f"{SVG}text")]


def numbers(said: str) -> list[float]:
    """The numbers in a text, whatever language writes them."""
    plain = said.replace(i18n.THIN_SPACE, "").replace(i18n.MINUS, "-")
    return sorted(float(n.replace(",", ".")) for n in re.findall(r"-?\d+(?:[.,]\d+)?", plain))


def test_every_kind_of_chart_is_tested():
    """By its own name; disagreements by country, by year and by partner and year."""
    kinds = {name for name in figures.__all__ if name not in ("Chart", "css", "span")}
    assert len(kinds) == len(KINDS) - 2


def test_same_bytes_twice(chart):
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            assert chart.svg() == chart.svg()
            assert chart.csv() == chart.csv()
            assert chart.alt() == chart.alt()
    assert chart.png() == chart.png()


def test_nothing_that_a_strict_page_forbids(chart):
    svg = chart.svg()
    for svg_ in drawings(chart, "en"):
        for element in svg_.iter():
            assert element.tag.removeprefix(SVG) in {
                "svg",
                "title",
                "desc",
                "g",
                "path",
                "circle",
                "text",
            }
            assert set(element.attrib) <= ALLOWED
    ids = re.findall(r'id="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) == 4
    assert all(i.startswith(chart.name) for i in ids)


def test_says_what_it_is_to_a_screen_reader(chart):
    for language in i18n.LANGUAGES:
        for svg in drawings(chart, language):
            assert svg.get("role") == "img"
            title, described = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
            assert svg.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
            with i18n.use(language):
                assert title.text == chart.title()
                assert described.text == chart.alt()
                assert len(numbers(chart.alt())) >= 2


def test_both_languages_carry_the_same_numbers(chart):
    for en, ru in zip(drawings(chart, "en"), drawings(chart, "ru"), strict=True):
        # Dates are words in one place and digits in both, so all digits have to agree.
        assert numbers(" ".join(texts(en))) == numbers(" ".join(texts(ru)))
    with i18n.use("en"):
        said = chart.alt()
    with i18n.use("ru"):
        assert numbers(chart.alt()) == numbers(said)


def test_russian_writes_decimal_commas():
    with i18n.use("ru"):
        assert "5,8" in charts()["dots"].svg()
        assert "5.8" not in charts()["dots"].alt()


def test_letters_are_large_enough(chart):
    """At 340 pixels the narrow drawing is hardly scaled; the wide one is not shown below the
    breakpoint."""
    for svg, shown in zip(drawings(chart, "en"), (style.BREAKPOINT - 40, 300), strict=True):
        width = float(svg.get("width"))
        sizes = [float(svg.get("font-size"))]
        sizes += [float(g.get("font-size")) for g in svg.iter(f"{SVG}g") if g.get("font-size")]
        assert min(sizes) * min(1, shown / width) >= 9


def test_no_text_leaves_the_drawing(chart):
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            for layout in style.LAYOUTS:
                scene = chart.draw(layout)
                for item in scene.items:
                    if isinstance(item, drawing.Text):
                        left, _top, right, bottom = drawing._box(item)
                        assert left >= -6 and right <= scene.width + 8, item
                        assert bottom <= scene.height + 3, item


def test_drawings_are_small(chart):
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            one, two = chart.svg().split("<svg ")[1:]
            assert max(len(one.encode()), len(two.encode())) < 40_000
    assert len(chart.png()) <= 25_000


def test_csv_reads_back_in_full_precision(chart):
    read = pd.read_csv(io.StringIO(chart.csv()))
    assert list(read.columns) == list(chart.table.columns)
    assert len(read) == len(chart.table)
    for column in read.columns:
        if pd.api.types.is_float_dtype(chart.table[column]):
            np.testing.assert_array_equal(
                read[column].to_numpy(dtype=float), chart.table[column].to_numpy(dtype=float)
            )


def test_csv_neutralises_formulas():
    assert neutral("=1+1") == "'=1+1"
    assert [neutral(x) for x in ("+x", "-x", "@x", "\tx")] == ["'+x", "'-x", "'@x", "'\tx"]
    assert neutral("Kazakhstan") == "Kazakhstan"
    assert neutral(-3.5) == -3.5
    chart = charts()["dots"]
    evil = chart.table.assign(label_en=["=cmd()", "a", "b", "c"])
    made = figures.Chart("evil", "t", "d", "s", chart.draw, evil, {})
    assert "\n'=cmd()," in made.csv()


def test_table_of_the_page_is_in_one_language(chart):
    with i18n.use("en"):
        english = chart.table_html()
    with i18n.use("ru"):
        russian = chart.table_html()
    assert english.startswith("<details>") and "<th scope=" in english
    assert "style=" not in english
    assert not re.search("[а-яё]", english, re.I)
    if "label_ru" in chart.table:
        assert re.search("[а-яё]", russian, re.I)
    assert english.count("<tr>") - 1 <= 80


def test_alternative_text_has_the_values():
    with i18n.use("en"):
        alt = charts()["dots"].alt()
        assert "5.8" in alt and "6.15 to 6.25" in alt and "1 of 3" in alt
        curve = charts()["curve"]
        holding = int((curve.table["outcome"] == "holds").sum())
        assert f"{holding} readings" in curve.alt() and "900 readings" in curve.alt()
        assert "44.2" in charts()["disagreement"].alt()
        assert "21 to 72 months" in charts()["timeline"].alt()


def test_coverage_has_a_row_a_series():
    with i18n.use("en"):
        chart = charts()["coverage"]
        assert chart.alt().startswith("2 series, 2000 to 2025. Possible figures: 52; missing: 1;")
        said = [i.text for i in chart.draw(style.WIDE).items if isinstance(i, drawing.Text)]
        assert said.count("Population") == said.count("Trade") == 1


def test_the_primary_reading_and_the_band_are_drawn():
    scene = charts()["dots"].draw(style.WIDE)
    rings = [i for i in scene.items if isinstance(i, drawing.Circle) and i.hollow]
    bands = [i for i in scene.items if isinstance(i, drawing.Areas) and i.role == "band"]
    assert len(rings) == 1 and len(bands) == 1
    (path,) = bands[0].paths
    left, right = path[0][0], path[1][0]
    # The band's edges stand where the scale puts 6.15 and 6.25: the dot of 6.2 is in between.
    (holding,) = [
        i for i in scene.items if isinstance(i, drawing.Circle) and i.role == "s3" and i.x > 270
    ]
    assert left < holding.x < right


def test_a_scale_that_an_interval_would_blow_up_is_cut():
    scene = charts()["dots"].draw(style.WIDE)
    ticks = [
        float(i.text)
        for i in scene.items
        if isinstance(i, drawing.Text) and i.anchor == "middle" and i.role == "muted"
    ]
    assert max(ticks) < 10 and min(ticks) > 0


@pytest.mark.parametrize("mode", (0, 1), ids=("light", "dark"))
def test_colours_can_be_told_from_the_page(mode):
    paper = style.PALETTE["paper"][mode]
    for role in style.TEXT:
        assert style.contrast(style.PALETTE[role][mode], paper) >= 4.5, role
    # Marks have to stand out on the bands as well.
    for role in (*style.SERIES, "ink"):
        for ground in ("band", "margin"):
            back = style.PALETTE[ground][mode]
            assert style.contrast(style.PALETTE[role][mode], back) >= 3, (role, ground)
    steps = [style.contrast(style.PALETTE[f"q{n}"][mode], paper) for n in range(1, 8)]
    assert steps == sorted(steps)


def test_no_line_is_told_apart_by_colour_alone():
    assert len(set(style.DASHES.values())) == len(style.DASHES)
    assert len(set(style.MARKS.values())) == len(style.MARKS)


def test_contrast_is_that_of_the_guidelines():
    assert style.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


def test_notebooks_hold_little_and_runs_hold_everything(monkeypatch):
    chart = charts()["path"]
    monkeypatch.delenv("GROWTH_CLAIMS_RUN", raising=False)
    data, about = chart._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert about["growth_claims"] == {"kind": "chart", "name": "path"}
    assert about["image/png"]["alt"] in data["text/plain"]
    monkeypatch.setenv("GROWTH_CLAIMS_RUN", "1")
    with i18n.use("ru"):
        _data, about = chart._repr_mimebundle_()
    full = about["growth_claims"]
    assert full["csv"] == "charts/path.csv" and full["csv_text"] == chart.csv()
    for part in ("title", "alt", "caption", "svg", "table"):
        assert set(full[part]) == {"en", "ru"}
    assert full["title"] == {"en": "A finding", "ru": "Вывод"}


def test_intervals_in_words():
    with i18n.use("en"):
        assert interval_text(Interval(low=6.15, high=6.25)) == "stated: 6.15 to 6.25"
        assert interval_text(Interval(low=0), bare=True) == "0 or more"
        assert interval_text(Interval(high=3), bare=True) == "below 3"
        # A rank in [1, 3) is 1 or 2.
        assert interval_text(Interval(low=1, high=3), "rank", bare=True) == "1 to 2"
        assert interval_text(Interval(low=4, high=4), "summits", bare=True) == "4"


def test_years_in_words():
    assert years_text([2023, 2019, 2020, 2021]) == "2019–2021, 2023"


def test_ticks_are_round_and_inside():
    assert axes.ticks(4.4, 6.6) == [4.5, 5.0, 5.5, 6.0, 6.5]
    assert axes.log_ticks(80, 600) == [100, 200, 500]
    assert axes.year_ticks(1995, 2025, 340) == [1995, 2000, 2005, 2010, 2015, 2020, 2025]


def test_labels_are_kept_apart():
    places = axes.apart([10, 11, 12, 50], 15, 0, 100)
    assert np.diff(sorted(places)).min() >= 15 - 1e-9
    places = axes.apart([98, 99, 100], 15, 0, 100)
    assert max(places) <= 100 and np.diff(sorted(places)).min() >= 15 - 1e-9


def test_styles_are_gathered_without_changing_the_picture():
    """A mark may be said earlier only where nothing in between lies under it."""
    scene = Scene(100, 100)
    scene.rects([(0, 0, 10, 10)], "s1")
    scene.rects([(0, 0, 20, 20)], "s2")
    scene.rects([(5, 5, 10, 10)], "s1")
    scene.rects([(50, 50, 10, 10)], "s2")
    styles = [style_ for style_, _items in drawing._grouped(scene.items)]
    assert [re.search(r"c-(\w+)", s).group(1) for s in styles] == ["s1", "s2", "s1"]


def test_paths_do_not_drift():
    points = [(x * 1.23456, (x * 7.891) % 50) for x in range(300)]
    x = y = 0.0
    for letter, rest in re.findall(r"([Mlhv])([^Mlhv]+)", drawing._path(points, closed=False)):
        steps = [float(n) for n in re.findall(r"-?[\d.]+", rest)]
        if letter == "M":
            x, y = steps
        else:
            dx, dy = {"l": steps, "h": [*steps, 0], "v": [0, *steps]}[letter]
            x, y = x + dx, y + dy
    assert (x, y) == pytest.approx(points[-1], abs=0.06)
