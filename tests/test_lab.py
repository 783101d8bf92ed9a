"""JupyterLab as `make lab` starts it, in Chromium: to this machine alone, behind a token, without a
question or a warning; notebooks run as they are saved, and a control moves by keyboard."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT
from test_browser import browser  # noqa: F401  (skips this file too where no Chromium is)

from growth_claims import notebooks

SECONDS = 60
STATUS = "div[role=status][aria-live]"
#: Whether a cell of the notebook in front is running or waits to run.
RUNNING = """() => [...document.querySelectorAll(
    ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell .jp-InputPrompt"
)].some(prompt => prompt.textContent.includes("*"))"""
#: Whether the first of the one stands to the right of the first of the other, 200 pixels or more.
BESIDE = """([one, other]) => {
    const at = found => document.querySelector(found)?.getBoundingClientRect();
    return at(one)?.width > 0 && at(one).left > at(other).left + 200;
}"""
#: JupyterLab says so of each kernel that is restarted.
USUAL = "Could not restore the debugger state"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Its address, its folder and, read at the end, what it has printed as warnings."""
    root = tmp_path_factory.mktemp("lab")
    for name in ("data", "docs", "src", "README.md"):
        (root / name).symlink_to(ROOT / name)
    for name in ("claims", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    own = {f"JUPYTER_{name}_DIR": str(root / "jupyter") for name in ("CONFIG", "DATA", "RUNTIME")}
    told = root / "told.txt"
    with told.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "growth_claims", "lab", "--no-browser"],
            env=os.environ | own | {"GROWTH_CLAIMS_ROOT": str(root)},
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            cwd=root,
        )
    address = process.stdout.readline().strip()
    for _ in range(10 * SECONDS):
        try:
            urllib.request.urlopen(address, timeout=SECONDS)
            break
        except urllib.error.URLError:
            assert process.poll() is None, told.read_text()
            time.sleep(0.1)
    yield address, root, told
    process.terminate()
    try:
        process.wait(SECONDS)
    finally:
        process.kill()


@pytest.fixture(scope="module")
def page(lab, browser):  # noqa: F811  (the fixture that is brought in above)
    """Opened at the printed address, with what its console has complained of."""
    context = browser.new_context(
        viewport={"width": 1500, "height": 1000},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(1000 * SECONDS)
    made = context.new_page()
    made.complaints = []
    made.on(
        "console",
        lambda m: m.type == "error" and USUAL not in m.text and made.complaints.append(m.text),
    )
    made.goto(lab[0])
    made.locator(".jp-Notebook").wait_for()
    yield made
    context.close()


def run_all(page) -> None:
    """Restart the kernel and run all cells, as a person does it, to the end."""
    page.get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Restart Kernel and Run All Cells…").first.click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    for running in ("true", "false"):
        page.wait_for_function(f"{running} === ({RUNNING})()")
    page.get_by_text("| Idle").wait_for()


def opened(page, name: str) -> None:
    """A double click in the list of files."""
    page.locator(".jp-DirListing-item", has_text=name).dblclick()
    page.locator(".lm-TabBar-tab.jp-mod-current", has_text=name).wait_for()
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) h1").first.wait_for()


def plain(one) -> str:
    """Its text, with spaces as one types them."""
    return one.inner_text().replace("\xa0", " ")


def saved_after(page, before: float, path) -> str:
    """What JupyterLab writes into a file, once it is all there."""
    for _ in range(10 * SECONDS):
        text = path.read_text(encoding="utf-8")
        if path.stat().st_mtime != before and text.endswith("}\n"):
            return text
        page.wait_for_timeout(100)
    raise TimeoutError(path.name)


def test_it_listens_to_this_machine_and_to_who_has_the_token(lab):
    address = lab[0]
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/explore\.ipynb\?token=[\w-]{32}", address
    )
    port = re.search(r":(\d+)/", address)[1]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/contents")
    lines = Path("/proc/net/tcp").read_text().splitlines()
    listening = [line.split()[1] for line in lines if " 0A " in line]
    at = [where for where in listening if int(where.split(":")[1], 16) == int(port)]
    assert at == [f"0100007F:{int(port):04X}"]


def test_it_opens_on_a_page_that_shows_the_way(page):
    from playwright.sync_api import expect

    links = [*(path.stem for path in notebooks.every()), "docs/your-own-text.md"]
    shown = page.locator(".jp-NotebookPanel p a")
    expect(shown).to_have_text(links, timeout=1000 * SECONDS)
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def test_a_control_moves_by_keyboard_and_number_and_outcome_follow(page):
    run_all(page)
    status = page.locator(STATUS).first
    status.scroll_into_view_if_needed()
    before = plain(status)
    assert before.startswith("5.68 % a year ✘ fails (stated: 6.2 % a year)")
    page.locator(".noUi-handle-upper").first.focus()
    for year in range(2023, 2017, -1):
        page.keyboard.press("ArrowLeft")
        page.get_by_text(f"2004 – {year}").wait_for()
    page.locator(STATUS, has_text="2004–2018").wait_for()
    assert re.match(r"6\.\d+ % a year ✔ holds", plain(status))
    shown = page.locator(".widget-image").first.get_attribute("src")
    page.locator(".noUi-handle-lower").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator(STATUS, has_text="2005–2018").wait_for()
    page.wait_for_function("was => document.querySelector('.widget-image').src !== was", arg=shown)
    page.get_by_role("button", name="Copy as a named reading").click()
    page.wait_for_function(
        "() => navigator.clipboard.readText().then(text => text.includes('start: 2005'))"
    )
    chosen = page.locator(".widget-dropdown select").nth(1)
    for claim in range(chosen.locator("option").count()):
        chosen.select_option(index=claim)
    page.get_by_role("button", name="Back to the literal reading").click()
    page.get_by_text("This is the literal reading").wait_for()
    page.wait_for_function(BESIDE, arg=[STATUS, ".widget-dropdown select"])
    assert page.complaints == []


def test_a_notebook_runs_in_it_as_it_is_saved(page, lab):
    opened(page, "03_growth.ipynb")
    run_all(page)
    path = lab[1] / "notebooks" / "03_growth.ipynb"
    kept = (ROOT / "notebooks" / path.name).read_text(encoding="utf-8")
    before = path.stat().st_mtime
    page.keyboard.press("Control+s")
    saved = saved_after(page, before, path)
    assert saved == kept


def test_every_notebook_opens_without_a_question_or_a_warning(page, lab):
    for path in notebooks.every():
        opened(page, path.name)
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0
    assert page.complaints == []
    warned = [line for line in lab[2].read_text().splitlines() if re.match(r"\[[WEC] ", line)]
    ours = ("wrote error: 'Forbidden'", "403 GET /api/contents")  # who came without the token
    ours += ("WebSocket ping timeout after 3",)  # a machine too busy to answer for half a minute
    assert [line for line in warned if not any(said in line for said in ours)] == []
