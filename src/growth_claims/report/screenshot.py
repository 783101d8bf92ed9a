"""The picture of the report's first screen that the README shows."""

from __future__ import annotations

from pathlib import Path

from growth_claims.report import pdf
from growth_claims.report.page import file

#: A laptop's window.
WIDTH, HEIGHT = 1200, 820


def take(folder: Path, target: Path) -> Path:
    """Opens the report in `folder` in Chromium and saves what is seen first as a PNG.

    Raises InputError where there is no report, no browser, or nothing to drive it with.
    """
    page = pdf.there(folder / file("index", "en"))
    window = {"viewport": {"width": WIDTH, "height": HEIGHT}, "reduced_motion": "reduce"}
    with pdf.opened(page, **window) as tab:
        target.parent.mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=str(target))
    return target
