"""The picture of the report's first screen that the README shows."""

from __future__ import annotations

from pathlib import Path

from growth_claims.errors import InputError
from growth_claims.report.page import file
from growth_claims.report.pdf import find_browser

#: A laptop's window.
WIDTH, HEIGHT = 1200, 820


def take(folder: Path, target: Path) -> Path:
    """Opens the report in `folder` in Chromium and saves what is seen first as a PNG.

    Raises InputError where there is no report, no browser, or nothing to drive it with.
    """
    page = folder / file("index", "en")
    if not page.is_file():
        raise InputError(
            file=page, found="no such file", expected="a report", todo="run `make report` first"
        )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise InputError(
            file="playwright",
            found="not installed",
            expected="the package that drives the browser",
            todo="install this project with its `test` extra (`make setup` does)",
        ) from None
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        tab = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            color_scheme="light",
            reduced_motion="reduce",
        )
        tab.goto(page.resolve().as_uri())
        target.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=str(target))
        browser.close()
    return target
