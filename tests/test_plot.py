"""Every chart: what it draws and says, what a notebook and a page get of it, and that a reader of
either scheme, on a phone or a large screen, can read it."""

from __future__ import annotations

import io
import itertools
import re
import shutil
from functools import partial
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from matplotlib.colors import to_rgb
from PIL import Image
from playwright.sync_api import sync_playwright

from growth_claims import i18n, plot
from growth_claims.claims import Stated
from growth_claims.plot import style
from growth_claims.quantities import Text


def meant(value, low, high, unit) -> Stated:
    said = Text(en="so", ru="так")
    return Stated(
        value=value, low=low, high=high, unit=unit, wording="exact", as_written=said, why=said
    )


GROWTH = meant(6.2, 6.15, 6.25, "percent per year")
TIMES = meant(9.0, 8.5, 9.0, "times")
ABOVE = meant(None, 50.0, None, "percent")
YEARS = pd.RangeIndex(2000, 2025, name="year")


def outcome(value):
    return "holds" if 6.15 <= value < 6.25 else "close" if 5.9 <= value < 6.5 else "fails"


def readings(n=864, choices=4, seed=1):
    rng = np.random.default_rng(seed)
    names = [f"choice {i}" for i in range(choices)]
    frame = pd.DataFrame({c: [f"option {k} of {c}" for k in rng.integers(0, 3, n)] for c in names})
    frame["value"] = 5.6 + 0.25 * rng.standard_normal(n) + (frame[names[0]].str[7] == "1") * 0.4
    frame["outcome"] = frame["value"].map(outcome)
    frame["primary"] = [i == 5 for i in range(n)]
    frame.attrs["choices"] = {c: c.capitalize() for c in names}
    return frame


def region():
    t = np.arange(25)
    return pd.Series(100 * np.exp(0.05 * t + 0.03 * np.sin(t)), YEARS, name="Real GDP")


def parts():
    wide = np.outer(np.linspace(1, 2, 25), [40, 25, 20, 8, 7])
    names = ["First country", "Second country", "Third", "Fourth", "Republic of the Fifth"]
    return pd.DataFrame(wide, YEARS, names)


def named():
    frame = pd.DataFrame(
        {
            "label": [
                "World Bank, December 2025, sum of constant-dollar GDP, compounded",
                "World Bank, trend of the logarithm, 2004 to 2024",
                "IMF, October 2025, weights of purchasing power parity",
                "CIS Stat, September 2026",
            ],
            "value": [5.87, 6.18, 6.02, np.nan],
            "low": [np.nan, 5.9, np.nan, np.nan],
            "high": [np.nan, 6.4, np.nan, np.nan],
            "outcome": ["fails", "holds", "close", "no data"],
            "primary": [True, False, False, False],
        }
    )
    return frame


def periods():
    rows = [(a, b) for a, b in itertools.combinations(range(2000, 2025), 2) if b - a >= 5]
    frame = pd.DataFrame(rows, columns=["start", "end"])
    frame["value"] = 5.2 + 0.06 * (frame["end"] - frame["start"]) + 0.02 * (2012 - frame["start"])
    frame["outcome"] = frame["value"].map(outcome)
    return frame


def editions():
    dates = pd.to_datetime(["2023-05-04", "2024-10-21", "2025-12-17", "2026-07-01"])
    frames = [
        pd.DataFrame(
            {
                "source": s,
                "vintage": [str(d.date()) for d in dates],
                "date": dates,
                "value": np.array([5.8, 5.95, 6.1, 6.2]) + off,
            }
        )
        for s, off in (("World Bank", 0), ("IMF, World Economic Outlook", 0.08), ("CIS Stat", -0.3))
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame["outcome"] = frame["value"].map(outcome)
    return frame


def happenings():
    return pd.DataFrame(
        {
            "date": pd.to_datetime(["2018-03-15", "2019-11-29", "2021-08-06", "2025-11-15"]),
            "label": ["First meeting", "Second meeting", "Third meeting", "Summit with a guest"],
            "place": ["One capital", "Another capital", "A resort", "Elsewhere"],
            "series": ["meetings", "meetings", "meetings", "summits"],
        }
    )


def recursive():
    t = np.arange(25.0)
    y = pd.Series(0.05 * t + 0.02 * np.sin(t) + 0.05 * (t > 12) * (t - 12), YEARS)
    x = sm.add_constant(pd.Series(t, YEARS, name="t"))
    return sm.RecursiveLS(y, x).fit()


def draw():
    """Every kind of chart, drawn: name → a call."""
    rate, dollars = {"unit": "percent per year"}, {"unit": "billion US$"}
    both = pd.DataFrame(
        {
            "label": ["GDP of 2024"] * 3 + ["Population of 2024"] * 2,
            "source": ["World Bank", "IMF", "CIA Factbook", "World Bank", "IMF"],
            "value": [44.2, 68.7, 51.4, 7.5, 6.6],
        }
    )
    years = list(range(2000, 2026))
    status = pd.DataFrame("observed", ["Gross domestic product", "Population"], years)
    status.loc["Population", 2003:2005] = None
    status.loc[:, 2025] = "projection"
    moved = pd.DataFrame(
        {
            "choice": ["Weights", "Source", "Estimator"],
            "low": [5.6, 5.8, 5.85],
            "high": [6.3, 6.05, 5.95],
            "label_low": ["constant dollars", "World Bank", "end points"],
            "label_high": ["purchasing power parity", "IMF", "trend of the logarithm"],
        }
    )
    levels = pd.DataFrame(
        {
            "label": [*parts(), "Upper-middle-income countries of the world"],
            "value": [6.1, 4.3, 7.2, -1.4, 2.0, 3.25],
        }
    )
    covered = pd.DataFrame(
        [[70, 78, 84], [88, 91, 93], [93, 94.5, 95.2]],
        ["Least squares", "HAC", "Random walk"],
        [10, 20, 30],
    )
    earlier = pd.DataFrame({"date": ["2022-11-10"], "value": [6.2], "label": ["a bank"]})
    revised = pd.DataFrame(
        {
            "label": ["Second country, GDP of 2024", "First country, GDP of 2000"],
            "revision": [5.6, -2.4],
        }
    )
    share = (40 + region() / 20).rename("Share of trade")
    since = periods().query("start == 2004")
    return {
        "path": partial(plot.path, region(), GROWTH, first=2004, last=2024, **dollars),
        "multiple": partial(plot.multiple, region() ** 2 / 1000, TIMES, 2000, 2024),
        "dots": partial(plot.dots, named(), GROWTH, **rate),
        "levels": partial(plot.dots, named(), None, **dollars),
        "curve": partial(plot.specification_curve, readings(), GROWTH, **rate),
        "windows": partial(plot.windows, periods(), GROWTH, literal=(2004, 2024)),
        "by-year": partial(plot.by_year, since, GROWTH, literal=2024),
        "vintages": partial(
            plot.vintages,
            editions(),
            GROWTH,
            day="2025-11-15",
            statements=earlier,
            rests=("World Bank", "2025-12-17"),
        ),
        "members": partial(plot.members, parts(), **dollars),
        "members-lines": partial(plot.members, parts(), kind="lines", **dollars),
        "compare": partial(plot.compare, parts(), highlight="Third", **rate),
        "ranking": partial(plot.ranking, levels, highlight="Third", **rate),
        "shares": partial(plot.shares, share, ABOVE),
        "events": partial(plot.events, happenings()),
        "revisions": partial(plot.revisions, revised),
        "coverage": partial(plot.coverage, status),
        "disagreement": partial(plot.disagreement, both, **dollars),
        "intervals": partial(plot.intervals_coverage, covered),
        "cusum": partial(plot.cusum, recursive()),
        "sensitivity": partial(plot.sensitivity, moved, primary=5.87, stated=GROWTH, **rate),
    }


CHARTS = draw()
NAMES = list(CHARTS)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def shown():
    """Each chart once, in English."""
    return {name: plot.show(call(), name) for name, call in CHARTS.items()}


@pytest.fixture(scope="module")
def pages(shown):
    """Their SVGs as they come into a page."""
    return {name: chart.svg() for name, chart in shown.items()}


def texts(svg):
    return [t.text for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES)
def test_each_chart_draws_on_the_axes_it_is_given(name):
    _figure, ax = plt.subplots()
    assert CHARTS[name](ax=ax) is ax
    assert ax.get_title(loc="left")
    assert plt.rcParams["svg.fonttype"] == "path", "the style is left on"
    ax.set_title("A title of my own")
    chart = plot.show(ax, "mine")
    assert chart.title == "A title of my own" and chart.ax is ax
    assert not plt.fignum_exists(chart.figure.number), "it would be shown twice"


@pytest.mark.parametrize("name", NAMES)
def test_page_svg_is_plain(name, pages):
    svg = pages[name]
    root = ElementTree.fromstring(svg)
    assert len(svg.encode()) < 60_000
    assert not [
        e for e in root.iter() if "style" in e.attrib or e.tag in (f"{SVG}style", "metadata")
    ]
    assert "<?xml" not in svg and "<!DOCTYPE" not in svg and "xlink" not in svg
    assert root.get("role") == "img" and "width" not in root.attrib
    assert root.get("viewBox").startswith("0 0 440 ")
    assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
    ids = [e.get("id") for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids)) and all(i.startswith(f"{name}-") for i in ids)
    named = re.findall(r'(?:url\(#|href="#)([^)"]+)', svg)
    assert set(named) <= set(ids), "a reference leads nowhere"


@pytest.mark.parametrize("name", NAMES)
def test_every_colour_follows_the_readers_scheme(name, pages):
    rules = plot.css()
    for element in ElementTree.fromstring(pages[name]).iter():
        classes = element.get("class", "").split()
        for kind in ("fill", "stroke"):
            colour = element.get(kind, "none")
            if colour.startswith("#"):
                role = next(c for c in classes if c.startswith(f"{kind[0]}-"))
                assert f".{role} {{ {kind}: var(--c-{role[2:]}); }}" in rules


@pytest.mark.parametrize("name", NAMES)
def test_letters_can_be_read_on_a_phone_and_are_not_too_large_on_a_screen(name, pages):
    sizes = {
        float(t.get("font-size")) for t in ElementTree.fromstring(pages[name]).iter(f"{SVG}text")
    }
    assert min(sizes) * 300 / 440 >= 9 and max(sizes) * 660 / 440 <= 20
    assert "min-width: 300px; max-width: 660px" in plot.css()


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_for_the_notebook(name, shown, monkeypatch):
    monkeypatch.delenv("GROWTH_CLAIMS_RUN", raising=False)
    data, about = shown[name]._repr_mimebundle_()
    assert set(data) == {"image/png", "text/plain"} and data["text/plain"] == shown[name].alt
    assert 2_000 < len(data["image/png"]) <= 60_000
    assert about["image/png"]["alt"] == shown[name].alt


@pytest.mark.parametrize("name", ["dots", "curve", "windows", "members"])
def test_same_bytes_twice(name, shown, pages):
    again = plot.show(CHARTS[name](), name)
    assert again.svg() == pages[name] == shown[name].svg()
    assert again.png() == shown[name].png()


def test_a_run_gets_svg_table_and_csv(shown, monkeypatch):
    monkeypatch.setenv("GROWTH_CLAIMS_RUN", "1")
    data, about = shown["windows"]._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "text/plain"}
    about = about["growth_claims"]
    assert about["kind"] == "chart" and about["csv"] == "charts/windows.csv"
    assert shown["windows"].title not in texts(data["image/svg+xml"]), "the caption has the title"
    back = pd.read_csv(io.StringIO(about["csv_text"]))
    pd.testing.assert_frame_equal(back, periods(), check_exact=True)
    rows = about["table"].count("<tr>")
    assert rows == 61 and "style" not in about["table"] and "210" in about["table"]


def test_numbers_are_the_same_in_both_languages(pages):
    def numbers(svg):
        words = " ".join(texts(svg)).replace("\N{NARROW NO-BREAK SPACE}", "").replace(",", ".")
        return sorted(re.findall(r"\d+(?:\.\d+)?", words))

    with i18n.use("ru"):
        russian = {name: call() for name, call in CHARTS.items()}
    for name, ax in russian.items():  # drawn outside: ticks keep the language of their chart
        svg = plot.show(ax, name).svg()
        if name != "events":  # its dates have names of months
            assert numbers(svg) == numbers(pages[name]), name
    assert "6,2" in " ".join(texts(plot.show(russian["dots"], "dots").svg()))


def test_a_cell_that_a_spreadsheet_would_run_is_a_text():
    frame = pd.DataFrame({"label": ["=1+1", "plain"], "value": [0.1, -2.5]})
    chart = plot.show(plot.ranking(frame, highlight="plain", unit="percent"), "r")
    assert chart.csv() == "label,value\n'=1+1,0.1\nplain,-2.5\n"
    frame["label"] = ["<b>", "plain"]
    assert (
        "&lt;b&gt;"
        in plot.show(plot.ranking(frame, highlight="plain", unit="percent"), "r").table()
    )


@pytest.mark.parametrize("scheme", [0, 1])
def test_contrast(scheme):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one, other):
        dark, bright = sorted(luminance(plot.PALETTE[r][scheme]) for r in (one, other))
        return (bright + 0.05) / (dark + 0.05)

    for role in ("ink", "muted", "s1", "s2", "s3", "s4", "s5", "s0"):
        assert contrast(role, "paper") >= 4.5, role
        assert contrast(role, "band") >= 3 or role in ("s5", "s0"), role
    assert contrast("ink", "band") >= 4.5
    assert contrast("ink", "q5") >= 3, "the frames of the heat map"


def test_outcomes_differ_without_colour():
    looks = [tuple(sorted(look.items())) for _name, _colour, look in style.OUTCOMES.values()]
    assert len(set(looks)) == len(looks)


def test_the_style_sheet_has_the_palettes_colours():
    with plt.style.context(plot.STYLE):
        sheet = dict(plt.rcParams)
    assert sheet["axes.prop_cycle"].by_key()["color"] == style.SERIES
    assert to_rgb(sheet["text.color"]) == to_rgb(style.INK)


@pytest.mark.parametrize(
    ("rate", "said"),
    [(5.0, "5.00 % a year"), (6.2, "as stated"), (6.26, "6.26 % a year"), (7, "more")],
)
def test_the_title_says_what_is_found_and_on_which_side_it_lies(rate, said):
    level = pd.Series(100 * (1 + rate / 100) ** np.arange(25), YEARS)
    ax = plot.path(level, GROWTH, first=2004, last=2024)
    words = ax.get_title(loc="left").replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ")
    side = "less" if rate < 6.15 else "more" if rate > 6.25 else "as stated"
    assert said in words and side in words
    stated = next(line for line in ax.lines if line.get_color() == style.INK)
    assert np.isclose(stated.get_ydata()[-1], level[2004] * 1.062**20, rtol=1e-12)


def test_what_is_drawn_is_what_was_given():
    ax = plot.multiple(region(), TIMES, 2000, 2024)
    assert np.isclose(ax.lines[0].get_ydata()[-1], region()[2024] / region()[2000], rtol=1e-12)
    shown = plot.show(ax, "m")
    assert np.isclose(shown.data.loc[2024].iloc[0], region()[2024] / region()[2000])
    frame = readings(300)
    ax = plot.specification_curve(frame, GROWTH, unit="percent per year")
    assert np.array_equal(ax.lines[0].get_ydata(), np.sort(frame["value"]))
    k = int((frame["outcome"] == "holds").sum())
    assert f"{k} of 300" in ax.get_title(loc="left")
    # The strips' areas are the options' shares of all readings.
    strips = [p for p in ax.child_axes[0].patches if hasattr(p, "get_data")]
    for strip, (choice, option) in zip(
        strips,
        [
            (c, o)
            for c in frame.attrs["choices"]
            for o in dict.fromkeys(frame.sort_values("value", kind="stable")[c])
        ],
        strict=True,
    ):
        values, edges, baseline = strip.get_data()
        area = ((baseline - values) / 11 * np.diff(edges)).sum()
        assert np.isclose(area, (frame[choice] == option).sum())


def test_windows_frames_exactly_the_periods_that_hold():
    ax = plot.windows(periods(), GROWTH, literal=(2004, 2024))
    framed = [p for p in ax.patches if p.get_linewidth() == 1.5]
    points = framed[0].get_path().vertices.reshape(-1, 5, 2)[:, :4].mean(axis=1).round(6)
    holding = periods().query("outcome == 'holds'")
    assert {tuple(p) for p in points} == set(zip(holding["end"], holding["start"], strict=True))
    cells = sum(len(p.get_path().vertices) for p in ax.patches if p.get_linewidth() != 1.5) // 5
    assert cells >= len(periods())


def test_cusum_has_the_bounds_of_statsmodels():
    results = recursive()
    ax = plot.cusum(results)
    lower, upper = (line.get_ydata() for line in ax.lines[:2])
    n, d = int(results.nobs), int(results.nobs) - len(results.cusum)
    theirs = results._cusum_significance_bounds(0.05, points=np.arange(d + 1, n + 1))
    assert np.allclose(lower, theirs[0]) and np.allclose(upper, theirs[1])
    assert "2020" in ax.get_title(loc="left")


def test_figures_that_are_missing_are_said_to_be():
    gap = region().astype(float)
    gap[2004] = np.nan
    for ax in (
        plot.path(gap, GROWTH, first=2004, last=2024),
        plot.multiple(gap, TIMES, 2004, 2030),
    ):
        assert "no figure for 2004" in ax.get_title(loc="left")
    nothing = periods().assign(value=np.nan, outcome="no data")
    for ax in (
        plot.windows(nothing, GROWTH, literal=(2004, 2024)),
        plot.by_year(nothing, GROWTH),
        plot.windows(periods().iloc[:0], GROWTH),
        plot.members(parts() * np.nan, unit="billion US$"),
    ):
        assert plot.show(ax, "empty") == "There are no figures to draw."
    none = SimpleNamespace(cusum=np.array([]), nobs=1)
    assert plot.show(plot.cusum(none), "cusum") == "There are no figures to draw."
    one = named().iloc[3:]
    assert "No published figure" in plot.dots(one, GROWTH, unit="percent").get_title(loc="left")


def test_labels_do_not_meet():
    places = style.between(style.spread([1, 1.1, 1.2, 5, 9.9], 1), 1, 0, 10)
    assert (np.diff(places) >= 1 - 1e-9).all()
    assert places.min() >= 0.5 and places.max() <= 9.5


def test_open_interval_reaches_to_the_end_of_the_axis():
    ax = plot.shares((40 + region() / 20).rename("Share"), ABOVE)
    band = next(p for p in ax.patches if p.get_facecolor()[:3] == to_rgb(style.BAND))
    assert band.get_y() == 50 and band.get_y() + band.get_height() == ax.get_ylim()[1]


def test_a_page_changes_its_colours_in_the_dark(pages, tmp_path):
    page = tmp_path / "page.html"
    rules = plot.css() + ":root { color-scheme: light dark } body { background: var(--c-paper) }"
    page.write_text(f"<!doctype html><style>{rules}</style>{pages['dots']}")
    light = {to_rgb(pair[0]) for role, pair in plot.PALETTE.items() if role in ("s2", "s3")}
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(color_scheme="dark")
        tab.goto(page.as_uri())
        letters = tab.evaluate(
            "[...document.querySelectorAll('svg text')].map(t => getComputedStyle(t).fill)"
        )
        pixels = np.asarray(Image.open(io.BytesIO(tab.screenshot())).convert("RGB")).reshape(-1, 3)
        browser.close()
    dark = {
        f"rgb{tuple(round(255 * v) for v in to_rgb(plot.PALETTE[role][1]))}"
        for role in ("ink", "muted")
    }
    assert set(letters) == dark
    seen = {tuple(c) for c in np.unique(pixels, axis=0).tolist()}
    assert not seen & {tuple(round(255 * v) for v in colour) for colour in light}
    for role in ("ink", "s2", "s3", "band"):
        assert tuple(round(255 * v) for v in to_rgb(plot.PALETTE[role][1])) in seen, role


def test_the_title_of_the_editions_names_the_one_that_the_verdict_rests_on():
    """Also where it came out after the day of the text."""
    given = {"day": "2025-11-15", "rests": ("World Bank", "2025-12-17")}
    title = " ".join(plot.vintages(editions(), GROWTH, **given).get_title(loc="left").split("\n"))
    assert "(World Bank, 17 December 2025) gives 6.10" in title
    assert "holds by 2 of 12 editions and is close by 5" in title
    assert "gives" not in plot.vintages(editions(), GROWTH).get_title(loc="left")


def test_a_rank_is_a_whole_number_in_words_and_on_the_axis():
    """One of the first two is [1, 3): the key says 1 to 2, the band ends between 2 and 3."""
    stated = meant(None, 1, 3, "rank")
    rows = named().assign(value=[1.0 + i % 4 for i in range(len(named()))])
    ax = plot.dots(rows, stated, unit="rank")
    assert "rank 1 to rank 2" in [
        t.get_text().partition(": ")[2] for t in ax.get_legend().get_texts()
    ]
    assert all(float(tick).is_integer() for tick in ax.get_xticks())
    band = next(p for p in ax.patches if p.get_facecolor()[:3] != (1, 1, 1))
    assert band.get_extents().transformed(ax.transData.inverted()).x1 == pytest.approx(2.5)


def test_the_first_rank_alone_is_one_whole_number():
    stated = meant(None, 1, 1, "rank")
    ax = plot.dots(named().assign(value=[1.0, 1.0, 1.0, 2.0]), stated, unit="rank")
    assert style.stated_amount(stated) == "rank 1"
    assert all(float(tick).is_integer() for tick in ax.get_xticks())
    band = next(p for p in ax.patches if p.get_facecolor()[:3] != (1, 1, 1))
    ends = band.get_extents().transformed(ax.transData.inverted())
    assert (ends.x0, ends.x1) == pytest.approx((0.5, 1.5))


def test_a_band_of_one_rank_ends_within_the_chart():
    stated = meant(None, 1, 1, "rank")
    rows = pd.DataFrame({"end": range(2000, 2010), "value": 1.0, "outcome": "holds"})
    said = plot.show(plot.by_year(rows, stated), "by-year")
    assert said == "With every last year from 2000 to 2009 it is rank 1."
    rows.loc[0, ["value", "outcome"]] = [2.0, "fails"]
    low, high = plot.by_year(rows, stated).get_ylim()
    assert 0 < low < 0.5 < 1.5 < high


def test_a_level_holds_for_years_and_not_for_last_years():
    dollars = meant(500.0, 499.5, 500.5, "billion US$")
    levels = pd.DataFrame(
        {
            "start": [None, None],
            "end": [2023, 2024],
            "value": [499.8, 510.0],
            "outcome": ["holds", "close"],
        }
    )
    ax = plot.by_year(levels, dollars)
    title = " ".join(ax.get_title(loc="left").split())
    assert title.startswith("It holds for 2023; it is close for 2024; stated")
    assert ax.get_xlabel() == "year"
    since = levels.assign(start=2000, outcome=["fails", "close"])
    title = " ".join(plot.by_year(since, dollars).get_title(loc="left").split())
    assert title.startswith("It holds for no last year from 2023 to 2024; it is close when that")


def test_indices_say_who_grew_and_not_who_is_largest():
    indices = pd.DataFrame({"a": [100.0, 150.0], "b": [100.0, 200.0]}, [2000, 2001])
    title = plot.compare(indices, highlight="a").get_title(loc="left")
    assert " ".join(title.split()) == "A: 150 in 2001 (2000 = 100), rank 2 of 2 by growth"


def test_readings_that_come_to_the_same_are_a_sentence_and_no_chart():
    stated = meant(None, 1, 3, "rank")
    same = readings(20).assign(value=2.0, outcome="holds")
    said = plot.show(plot.specification_curve(same, stated, unit="rank"), "same")
    assert said == "Each of the 20 readings gives rank 2." and isinstance(said, str)
    said = plot.show(plot.dots(named().iloc[:1], GROWTH, unit="percent per year"), "one")
    assert said.startswith("There is 1 reading only; it gives 5.87")
    other = pd.DataFrame(
        {
            "choice": ["Source"],
            "low": [5.0],
            "high": [5.0],
            "label_low": ["one"],
            "label_high": ["other"],
        }
    )
    drawn = plot.sensitivity(other, primary=5.0, unit="percent per year")
    assert "No single choice" in plot.show(drawn, "sensitivity")
    drawn = plot.vintages(editions().iloc[:1], GROWTH)
    assert "(World Bank, 4 May 2023)" in plot.show(drawn, "vintages")


def test_what_is_close_is_counted_beside_what_holds_and_mistakes_are_not():
    """ "Holds in 0 of 8" would hide that a claim is close in all of them."""
    rows = named().assign(value=[6.0, 6.1, 6.2, 6.0], outcome=["close", "close", "holds", "close"])
    title = plot.dots(rows, GROWTH, unit="percent per year").get_title(loc="left")
    assert "1 of 4 readings and is close in 3" in " ".join(title.split())
    rows["defensible"] = [True, True, False, True]
    ax = plot.dots(rows, GROWTH, unit="percent per year")
    assert "0 of 3 readings and is close in 3" in " ".join(ax.get_title(loc="left").split())
    assert [t.get_text() for t in ax.texts if "not counted" in t.get_text()]


def test_numbers_are_written_with_enough_digits_and_as_sentences_write_them():
    share = meant(None, 0, None, "percentage points")
    assert style.amount(0.0312, share.unit, share) == "+0.03 percentage points"
    assert style.amount(0.1022, share.unit, share) == "+0.10 percentage points"
    assert style.amount(-0.0031, share.unit, share) == "−0.003 percentage points"
    dollars = meant(519.0, 518.5, 519.5, "billion US$")
    assert style.amount(489.53, dollars.unit, dollars) == "489.5 billion dollars"
    assert style.stated_amount(dollars) == "519 billion dollars"
    people = pd.Series([100.0, 146.8], pd.RangeIndex(2000, 2002), name="population")
    more = meant(40.0, 35.0, 45.0, "percent")
    title = plot.multiple(people, more, 2000, 2001).get_title(loc="left")
    assert title.replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ") == (
        "Population: +46.8 % from 2000 to 2001, more than stated (+40 %)"
    )


def test_sources_that_differ_little_are_told_apart():
    both = pd.DataFrame({"label": "x", "source": ["a", "b"], "value": [13.61, 13.64]})
    title = plot.disagreement(both, unit="million persons").get_title(loc="left")
    assert "13.61" in title and "13.64" in title
    same = plot.disagreement(both.assign(value=13.6), unit="million persons")
    assert plot.show(same, "same") == "The sources have the same figures."


def test_long_keys_fit_the_chart():
    long = "consultative meeting of the heads of state of all countries of the region"
    chart = plot.show(plot.events(happenings().assign(series=long)), "long")
    key = chart.ax.get_legend()
    assert " ".join(key.get_texts()[0].get_text().split()) == long
    chart.png()
    assert key.get_window_extent().x1 <= chart.figure.bbox.x1


def test_long_options_are_whole_in_the_matrix():
    frame = readings(30, choices=1)
    long = "Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan, Armenia, Azerbaijan"
    frame["choice 0"] = [long if i % 2 else "all" for i in range(30)]
    ax = plot.specification_curve(frame, GROWTH, unit="percent per year")
    assert long in {" ".join(t.get_text().split()) for t in ax.child_axes[0].texts}
