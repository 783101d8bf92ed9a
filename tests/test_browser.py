"""The report in Chromium: every page, both languages, four widths, light, dark and print; without
network, by keyboard, without JavaScript; axe-core on all of it."""

import os
import shutil
from pathlib import Path

import pytest
from test_pages import PAGES

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REQUIRED = "GROWTH_CLAIMS_REQUIRE_BROWSER"
if BROWSER is None and not os.environ.get(REQUIRED):
    pytest.skip(
        f"no Chromium on this machine (Debian: apt-get install chromium); {REQUIRED}=1 makes its "
        "absence a failure",
        allow_module_level=True,
    )

from axe_playwright_python.base import AXE_FILE_PATH  # noqa: E402  (only where there is a browser)
from playwright.sync_api import sync_playwright  # noqa: E402  (as above)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LANGUAGES = ("en", "ru")
WIDTHS = (1440, 768, 360, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OF_THE_LOOKS = [
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "link-in-text-block",
]
OF_THE_WHOLE = [
    "document-title",
    "html-has-lang",
    "bypass",
    "duplicate-id-aria",
    "aria-valid-attr-value",
    "svg-img-alt",
    "link-name",
]
EVERY_PAGE = [(name, language) for name in PAGES for language in LANGUAGES]
IDS = [f"{name}-{language}" for name, language in EVERY_PAGE]


def file(name, language):
    return f"{name}.html" if language == "en" else f"{name}.{language}.html"


@pytest.fixture(scope="module")
def browser():
    assert BROWSER, f"{REQUIRED}=1, and there is no Chromium on this machine"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield started
        started.close()


class Reader:
    """A page opened from disk, with what it asked for and what it complained of."""

    def __init__(self, browser, folder: Path, name: str, language: str = "en", **how):
        how.setdefault("viewport", {"width": 1440, "height": 900})
        self.context = browser.new_context(**how)
        self.requests, self.complaints = [], []
        self.page = self.context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.folder = folder
        self.go(file(name, language))

    def go(self, name: str) -> None:
        path, _, anchor = name.partition("#")
        self.page.goto((self.folder / path).as_uri() + (f"#{anchor}" if anchor else ""))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.context.close()

    def overflow(self) -> int:
        """Pixels by which the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def widest(self) -> str:
        """The element that sticks out, for the message."""
        return self.page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              const wide = [...document.querySelectorAll("main *")].filter((e) =>
                e.getBoundingClientRect().right > width + 1 && !e.closest(".table, .formula"));
              return wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
            }"""
        )

    def settle(self) -> None:
        """Until what the page does about a new size is done: two frames."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def axe(self, rules: list[str] | None = None) -> list[str]:
        """What axe-core finds; each with the first element concerned. What is drawn within a
        chart is for the eye alone: its picture as a whole has the alternative text."""
        self.settle()
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
        which = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
        return self.page.evaluate(
            """(which) => axe.run({include: [["html"]], exclude: [["figure.chart svg > *"]]},
                 {runOnly: which, resultTypes: ["violations"]}).then((r) => r.violations.map((v) =>
                 `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)} ` +
                 v.nodes[0].failureSummary))""",
            which,
        )


@pytest.mark.parametrize(("name", "language"), EVERY_PAGE, ids=IDS)
def test_a_page_fits_every_width_asks_for_nothing_and_complains_of_nothing(
    browser, built_report, name, language
):
    with Reader(browser, built_report, name, language) as reader:
        for scheme in ("light", "dark"):
            reader.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                reader.page.set_viewport_size({"width": width, "height": 800})
                assert reader.overflow() <= 0, f"{width} px: {reader.widest()}"
        reader.page.emulate_media(media="print", color_scheme="light")
        reader.page.set_viewport_size({"width": 720, "height": 1000})
        assert reader.overflow() <= 0, f"in print: {reader.widest()}"
        assert not [r for r in reader.requests if not r.startswith(("file:", "data:"))]
        assert [r for r in reader.requests if r.startswith("file:")] == [
            (built_report / file(name, language)).as_uri()
        ]
        assert reader.complaints == []


@pytest.mark.parametrize(("name", "language"), EVERY_PAGE, ids=IDS)
def test_axe_finds_nothing(browser, built_report, name, language):
    """All rules at a desk; in the dark and on a phone those that depend on it. The single file has
    the content of the pages: there the rules about the whole."""
    with Reader(browser, built_report, name, language, bypass_csp=True) as reader:
        assert reader.axe(OF_THE_WHOLE if name == "report" else None) == [], "light, 1440 px"
        if name != "report":
            reader.page.emulate_media(color_scheme="dark")
            reader.page.set_viewport_size({"width": 360, "height": 740})
            assert reader.axe(OF_THE_LOOKS) == [], "dark, 360 px"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_answers(browser, built_report, language):
    """The outcome and the first claims are seen without scrolling, at a desk and on a phone."""
    with Reader(browser, built_report, "index", language) as reader:
        bottom = "e => e.getBoundingClientRect().bottom"
        assert reader.page.locator(".outcome").evaluate(bottom) < 420
        claims = reader.page.locator(".claims > li").evaluate_all(f"all => all.map({bottom})")
        assert sum(b < 900 for b in claims) >= 3
        reader.page.set_viewport_size({"width": 360, "height": 740})
        reader.page.reload()  # as a phone opens it, and not as a desk's window that is made small
        assert reader.page.locator(".outcome").evaluate(bottom) < 740


@pytest.mark.parametrize("language", LANGUAGES)
def test_enlarged_to_200_percent_nothing_is_lost(browser, built_report, language):
    """A desk's window at 200 % has half as many pixels of its own."""
    how = {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2}
    with Reader(browser, built_report, "index", language, **how) as reader:
        assert reader.overflow() <= 0, reader.widest()
        assert reader.page.locator(".claims > li").first.is_visible()


@pytest.mark.parametrize("name", ["index", "gdp-growth-20y"])
def test_the_keyboard_alone_reaches_everything(browser, built_report, name):
    with Reader(browser, built_report, name) as reader:
        page = reader.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('main')")
        reader.go("methods.html")
        reader.go(file(name, "en"))
        wanted = page.evaluate(
            """() => [...document.querySelectorAll("a[href], button, summary, [tabindex='0']")]
              .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled)
              .length"""
        )
        reached, unmarked = set(), []
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            at, outline = page.evaluate(
                """() => { const e = document.activeElement;
                  if (!e || e === document.body) return [-1, ""];
                  const all = [...document.querySelectorAll("*")];
                  const style = getComputedStyle(e);
                  return [all.indexOf(e), style.outlineStyle + style.outlineWidth]; }"""
            )
            if at == -1 or at in reached:
                break
            reached.add(at)
            if outline.startswith("none") or outline.endswith(" 0px"):
                unmarked.append(at)
        assert len(reached) == wanted
        assert unmarked == []


def test_a_control_opens_by_keyboard(browser, built_report):
    with Reader(browser, built_report, "gdp-growth-20y") as reader:
        summary = reader.page.locator("main details.code summary").first
        summary.focus()
        for opened in (True, False):
            reader.page.keyboard.press("Enter")
            assert summary.evaluate("e => e.parentElement.open") is opened


@pytest.mark.parametrize("width", [1440, 360])
def test_what_is_clicked_is_large_enough(browser, built_report, width):
    """24 × 24 px for controls that stand by themselves (WCAG 2.2, 2.5.8)."""
    how = {"viewport": {"width": width, "height": 800}}
    with Reader(browser, built_report, "gdp-growth-20y", **how) as reader:
        small = reader.page.evaluate(
            """() => [...document.querySelectorAll(
                 "button, summary, header a, .menu a, footer a, .download a, .sources a, .files a")]
               .filter((e) => e.checkVisibility({contentVisibilityAuto: true})).map((e) => {
                 const box = e.getBoundingClientRect();
                 return [e.textContent.trim().slice(0, 40), box.width, box.height]; })
               .filter(([text, w, h]) => h < 24 || w < 24)"""
        )
        assert small == []


def test_the_switch_of_language_leads_to_the_same_place(browser, built_report):
    with Reader(browser, built_report, "index") as reader:
        page = reader.page
        reader.go("index.html#gdp-growth-20y")
        page.wait_for_timeout(150)
        page.locator(".languages a").click()
        assert page.url.endswith("/index.ru.html#gdp-growth-20y")
        assert page.evaluate("document.documentElement.lang") == "ru"
        top = page.locator("#gdp-growth-20y").evaluate("e => e.getBoundingClientRect().top")
        assert -5 < top < 200
        page.locator(".languages a").click()
        assert page.url.endswith("/index.html#gdp-growth-20y")


def test_the_place_of_the_reader_is_marked(browser, built_report):
    with Reader(browser, built_report, "gdp-growth-20y") as reader:
        page = reader.page
        headings = page.locator("main h2")
        for number in (1, 2):
            anchor = headings.nth(number).get_attribute("id")
            page.evaluate(
                "id => document.getElementById(id).scrollIntoView({behavior: 'instant'})", anchor
            )
            page.wait_for_function(
                """id => { const a = document.querySelector(".contents a[aria-current]");
                  return a && decodeURIComponent(a.hash.slice(1)) === id; }""",
                arg=anchor,
            )
        assert page.locator(".contents a[aria-current]").count() == 1


def test_all_code_is_shown_and_hidden_and_the_choice_kept(browser, built_report):
    with Reader(browser, built_report, "gdp-growth-20y") as reader:
        page = reader.page
        button = page.locator("button[data-tool=code]")
        count = page.locator("details.code").count()
        assert count > 3 and page.locator("details.code[open]").count() == 0
        button.click()
        assert page.locator("details.code[open]").count() == count
        assert button.get_attribute("aria-pressed") == "true"
        reader.go("population-2024.html")
        assert page.locator("details.code:not([open])").count() == 0
        page.locator("button[data-tool=code]").click()
        assert page.locator("details.code[open]").count() == 0


def test_tables_open_all_at_once_and_one_by_one(browser, built_report):
    with Reader(browser, built_report, "gdp-growth-20y") as reader:
        page = reader.page
        tables = page.locator("figure details")
        assert tables.count() > 0 and page.locator("figure details[open]").count() == 0
        tables.first.locator("summary").click()
        assert tables.first.locator("table").is_visible()
        page.locator("button[data-tool=data]").click()
        assert page.locator("figure details[open]").count() == tables.count()


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_can_be_downloaded(browser, built_report, language):
    """From disk Chromium saves a table of figures and shows what it takes for text."""
    with Reader(browser, built_report, "gdp-growth-20y", language, accept_downloads=True) as reader:
        with reader.page.expect_download() as download:
            reader.page.locator(".download a").first.click()
        assert Path(download.value.path()).stat().st_size > 0
        hrefs = reader.page.locator("footer a[download]").evaluate_all(
            "all => all.map((a) => a.getAttribute('href'))"
        )
        assert f"notebooks/gdp-growth-20y.{language}.ipynb" in hrefs
        assert all((built_report / href).stat().st_size > 0 for href in hrefs)
        reader.page.locator("footer a[download]").first.click(trial=True)


def test_a_mailed_report_brings_its_data(browser, built_report, tmp_path):
    shutil.copy(built_report / "report.html", tmp_path)
    with Reader(browser, tmp_path, "report", accept_downloads=True) as reader:
        with reader.page.expect_download() as download:
            reader.page.locator(".download a").first.click()
        assert download.value.suggested_filename.endswith(".csv")
        assert Path(download.value.path()).read_text(encoding="utf-8").count("\n") > 1


@pytest.mark.parametrize("width", [1440, 360])
def test_without_javascript_nothing_is_lost_but_conveniences(browser, built_report, width):
    how = {"java_script_enabled": False, "viewport": {"width": width, "height": 800}}
    with Reader(browser, built_report, "gdp-growth-20y", **how) as reader:
        page = reader.page
        assert not page.locator(".tools").is_visible()
        if width < 1088:
            page.locator(".menu summary").click()
        assert page.locator(".contents a").first.is_visible()
        code = page.locator("details.code").first
        code.locator("summary").click()
        assert code.locator("pre").first.is_visible()
        page.locator("figure details summary").first.click()
        assert page.locator("figure details table").first.is_visible()
        page.locator(".languages a").click()
        assert page.url.endswith("/gdp-growth-20y.ru.html")


def test_a_screen_reader_finds_its_way(browser, built_report):
    """Landmarks, headings, and each claim as an item with its verdict, in the accessibility
    tree."""
    with Reader(browser, built_report, "index") as reader:
        tree = reader.page.locator("body").aria_snapshot()
        for role in ("banner", "main", "contentinfo", "navigation"):
            assert f"- {role}" in tree
        claims = reader.page.locator(".claims > li").count()
        assert claims >= 8
        terms = [line.strip(" -") for line in tree.splitlines()]
        assert terms.count("term: stated") == terms.count("term: found") == claims
        reader.go("gdp-growth-20y.html")
        assert reader.page.locator("figure.chart svg:visible").first.get_attribute("role") == "img"


def test_paper_shows_charts_and_no_controls(browser, built_report):
    with Reader(browser, built_report, "gdp-growth-20y") as reader:
        reader.page.emulate_media(media="print")
        assert not reader.page.locator(".menu").is_visible()
        assert not reader.page.locator("details.code").first.is_visible()
        assert reader.page.locator("figure.chart svg:visible").count() > 0
        pdf = reader.page.pdf(format="A4")
        assert pdf.startswith(b"%PDF")
