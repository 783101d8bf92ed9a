"""A sweep makes every point of its grid once, goes on where it stopped, finishes what it can, and
gives the same bytes on a cluster whose worker and scheduler die as on this machine."""

from __future__ import annotations

import csv
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest
from conftest import NAME, ROOT, command, write_notebooks

from growth_claims import check, params, paths, sweep
from growth_claims.errors import InputErrors, RunError
from growth_claims.readings import assess
from growth_claims.sweep import driver, grid, pool, work

REGISTER = f"claims/{NAME}.yaml"


def contents(out: Path) -> dict[str, bytes]:
    return {
        p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()
    }


@contextmanager
def here():
    """An executor in this process."""
    with ThreadPoolExecutor(1) as executor:
        yield executor, 2


@pytest.fixture
def write_grid(tmp_path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "grid.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def afresh():
    """This process as a new worker: the project differs from test to test."""
    work._made.cache_clear()
    yield
    if work._executor.cache_info().currsize:
        work._executor().close()
        work._executor.cache_clear()


# --- the grid -----------------------------------------------------------------------------------


def test_the_points_are_the_product_without_periods_that_end_before_they_begin(project, write_grid):
    path = write_grid(
        """\
grids:
  - claim: [gdp-multiple, population-growth]
    first_year: [2004, 2010]
    last_year: [2008, 2020]
    language: [ru, en]
  - economies: [[KAZ], [KAZ, UZB]]
"""
    )
    grain, products = grid.load(path)
    points = [list(p.points()) for p in products]
    assert grain == "pages" and [p.languages for p in products] == [("en", "ru"), ()]
    years = [(2004, 2008), (2004, 2020), (2010, 2020)]
    assert points[0] == [
        {"claim": claim, "first_year": first, "last_year": last}
        for claim in ("gdp-multiple", "population-growth")
        for first, last in years
    ]
    assert points[1] == [{"economies": ["KAZ"]}, {"economies": ["KAZ", "UZB"]}]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("grids: [{claims: [a]}]", "row 1, column 10", "unknown key 'claims'"),
        ("grids:\n  - last_year: [2020, '2021']", "row 2, column 23", "a whole number"),
        ("grids:\n  - economies: [[KAZ], [NO]]", "row 2, column 25", "quotation marks"),
        ("grids:\n  - economies: [[KAZ], [Uzbekistan]]", "row 2, column 24", "write UZB"),
        ("grids:\n  - claim: [gdp-multipel]", "row 2, column 13", "gdp-multiple"),
        ("grids:\n  - claim: [nobody-counts]", "row 2, column 13", "that figures bear on"),
        ("grids:\n  - last_year: [2020, 2020]", "row 2, column 23", "2020 again"),
        ("grids:\n  - wdi_vintage: ['1999-01']", "row 2, column 19", "latest"),
        ("grain: verdicts\ngrids:\n  - language: [en]", "row 3, column 5", "leave it out"),
        ("grids: []", "row 1, column 1", "at least one entry"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_before_anything_is_made(
    project, write_grid, tmp_path, text, where, said
):
    with pytest.raises(InputErrors) as error:
        sweep.run(write_grid(text), str(tmp_path / "out"), here)
    assert where in str(error.value) and said in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_left_alone(project, write_grid, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match="something else than a sweep"):
        sweep.run(write_grid("grids: [{}]"), str(tmp_path / "out"), here)
    with pytest.raises(RunError, match="a file, not a folder"):
        sweep.run(write_grid("grids: [{}]"), str(tmp_path / "out" / "mine.txt"), here)
    assert contents(tmp_path / "out") == {"mine.txt": b"mine"}


# --- verdicts alone -----------------------------------------------------------------------------

VERDICTS = """\
grain: verdicts
grids:
  - claim: [gdp-multiple, population-growth]
    economies: [[KAZ], [UZB]]
    wdi_vintage: ["", latest]
    last_year: [2010, 2020, 2024]
"""


def test_verdicts_alone_are_those_of_the_checks(project, write_grid, tmp_path, monkeypatch):
    monkeypatch.setattr(driver, "STRETCH", 5)
    index = sweep.run(write_grid(VERDICTS), str(tmp_path / "out"), here)
    assert index == f"{tmp_path}/out/index.html"
    rows = pq.read_table(tmp_path / "out" / "verdicts.parquet").to_pylist()
    assert len(rows) == 24 and len({row["verdict"] for row in rows}) > 1
    for row in rows[::5]:
        told = {n: row[n] for n in ("claim", "wdi_vintage", "last_year", "economies")}
        opened = check.open_check(params.check(told))
        assert (row["verdict"], row["value"]) == (opened.verdict, opened.found.value)
        assert row["today_value"] == opened.today.primary.found.value
        assert row["unit"] == opened.stated.unit and row["first_year"] == 0
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8") as file:
        counted = {(c["claim"], c["verdict"]): int(c["count"]) for c in csv.DictReader(file)}
    told = [(row["claim"], row["verdict"]) for row in rows]
    assert counted == {one: told.count(one) for one in told}


def test_a_first_run_that_came_to_nothing_does_not_stand_in_the_way(
    project, write_grid, tmp_path, monkeypatch
):
    path, out = write_grid(VERDICTS), str(tmp_path / "out")
    monkeypatch.setattr(work, "_verdicts", lambda task: 1 / 0)
    with pytest.raises(RunError, match=r"1 failed, the rest is there:\n.*division by zero"):
        sweep.run(path, out, here)
    monkeypatch.undo()
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(project))
    assert (tmp_path / "out" / "failures.csv").is_file()
    sweep.run(path, out, here)
    assert len(pq.read_table(tmp_path / "out" / "verdicts.parquet")) == 24
    assert not (tmp_path / "out" / "failures.csv").exists()


def test_what_is_there_and_follows_from_the_same_is_not_made_again(
    project, write_grid, tmp_path, monkeypatch
):
    monkeypatch.setattr(driver, "STRETCH", 6)
    out, asked = tmp_path / "out", []

    def noted(task):
        asked.append(task.name)
        return work_as_it_is(task)

    work_as_it_is = work.carry_out
    monkeypatch.setattr(work, "carry_out", noted)
    sweep.run(write_grid(VERDICTS), str(out), here)
    first, parts = contents(out), sorted(out.glob("parts/*"))
    assert len(asked) == len(parts) == 4
    sweep.run(write_grid(VERDICTS), str(out), here)
    assert len(asked) == 4 and contents(out) == first
    for path in (out / "index.html", parts[1]):  # as where a run was stopped
        path.unlink()
    sweep.run(write_grid(VERDICTS), str(out), here)
    assert len(asked) == 5 and contents(out) == first
    register = paths.resolve(REGISTER)
    register.write_text(register.read_text("utf-8").replace("high: 2.5", "high: 9"), "utf-8")
    work._made.cache_clear()
    sweep.run(write_grid(VERDICTS), str(out), here)
    assert len(asked) == 9, "another register, and every result with it"
    assert contents(out)["verdicts.parquet"] != first["verdicts.parquet"]
    assert len(list(out.glob("parts/*"))) == 4, "those of before are removed"


# --- reports ------------------------------------------------------------------------------------


@pytest.fixture
def with_verdicts(project):
    """The small project's first page writes what a real one does."""

    def write(**more) -> None:
        saves = [("code", "import growth_claims as gc\ngc.open_report(settings).save();")]
        write_notebooks(project, at_09=saves, **more)

    write()
    return write


def test_reports_are_made_where_they_can_be_and_failures_are_listed(
    project, with_verdicts, plain_pages, write_grid
):
    """Notebooks really executed, on an address that is no folder; one fails, and is tried again."""
    with_verdicts(at_03=[("markdown", "## Where it breaks"), ("code", "1 / 0")])
    path = write_grid(
        """\
grids:
  - claim: [population-growth, gdp-multiple]
    language: [en]
  - claim: [gdp-multiple]
    last_year: [2020]
    language: [en]
"""
    )
    with pytest.raises(RunError) as error:
        sweep.run(path, "memory://a/sweep", here)
    fs = fsspec.filesystem("memory")
    broken, *good = (
        f"{NAME}+claim-population-growth",
        f"{NAME}+claim-gdp-multiple",
        f"{NAME}+claim-gdp-multiple+last_year-2020",
    )
    with fs.open("/a/sweep/failures.csv", "rt", encoding="utf-8") as file:
        (failed,) = csv.DictReader(file)
    assert failed["task"] == broken and "03_growth (claim=population-growth" in failed["notebook"]
    assert "'Where it breaks': ZeroDivisionError" in failed["message"]
    assert failed["message"] in str(error.value) and "1 failed" in str(error.value)
    assert "1 / 0" in fs.cat_file(f"/a/sweep/{failed['partial']}").decode()
    rows = pq.read_table(fs.open("/a/sweep/verdicts.parquet")).to_pylist()
    assert [row["report"] for row in rows] == good
    assert [row["last_year"] for row in rows] == [0, 2020]
    study = check.study(params.check({}))
    assert rows[0]["verdict"] == assess(study, study.register.claim("gdp-multiple")).verdict
    assert fs.exists(f"/a/sweep/{good[0]}/index.html")
    index = fs.cat_file("/a/sweep/index.html").decode()
    assert index.count("<a href") == 4 and broken not in index
    kept = {p: fs.modified(p) for p in fs.find(f"/a/sweep/{good[0]}")}
    with_verdicts()
    work._made.cache_clear()
    sweep.run(path, "memory://a/sweep", here)
    assert not fs.exists("/a/sweep/failures.csv") and not fs.exists("/a/sweep/failed")
    assert (
        f'href="{broken}/index.html"'.replace("+", "%2B")
        in fs.cat_file("/a/sweep/index.html").decode()
    )
    assert kept.keys() == {p for p in fs.find(f"/a/sweep/{good[0]}")}
    fs.rm("/a", recursive=True)


# --- executors that break -----------------------------------------------------------------------


def test_the_task_that_kills_its_worker_is_found_and_no_other_blamed():
    """Tasks are expressions, so that the workers import next to nothing."""
    deadly = "__import__('os').abort()"
    tasks = ["0 + 1", "1 + 1", deadly, "1 + 2", "2 + 2"]
    made = dict(pool.finished(pool.processes(2), tasks, eval))
    assert isinstance(made.pop(deadly), BrokenProcessPool)
    assert sorted(made.values()) == [1, 2, 3, 4]


def test_an_interrupt_ends_the_processes_in_the_middle_of_what_they_do(tmp_path, monkeypatch):
    """What they had for themselves goes with them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    busy = "open(__import__('tempfile').mkdtemp() + '/busy', 'w') and __import__('time').sleep(999)"
    with pytest.raises(KeyboardInterrupt), pool.processes(2)() as (executor, _width):
        future = executor.submit(eval, busy)
        while not list(tmp_path.glob("*/*/busy")):
            time.sleep(0.02)
        raise KeyboardInterrupt
    assert isinstance(future.exception(), BrokenProcessPool)
    assert multiprocessing.active_children() == [] and list(tmp_path.iterdir()) == []


def test_who_worked_beside_the_task_that_kills_is_not_blamed():
    class Dying:
        """Broken from "poison" on, for all that it is given."""

        dead = False

        def submit(self, function, task):
            future = Future()
            self.dead |= task == "poison"
            if self.dead:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(function(task))
            return future

    @contextmanager
    def dying():
        yield Dying(), 4

    made = dict(pool.finished(dying, ["a", "poison", "b", "c"], str.upper))
    assert isinstance(made.pop("poison"), BrokenExecutor)
    assert made == {"a": "A", "b": "B", "c": "C"}


def test_an_executor_that_breaks_is_replaced_and_given_the_same_again():
    opened = []

    class Breaking:
        """Never gets to the first that it is given, cancels the second, and takes no third."""

        def __init__(self):
            self.given = 0

        def submit(self, function, task):
            self.given += 1
            if len(opened) < 3 and self.given == 3:
                raise RuntimeError("closed")
            future = Future()
            if len(opened) == 3:
                future.set_result(function(task))
            elif self.given == 2:
                future.cancel()
                future.set_running_or_notify_cancel()
            return future

    @contextmanager
    def breaking():
        opened.append(Breaking())
        yield opened[-1], 4

    made = dict(pool.finished(breaking, range(8), lambda n: n * n))
    assert made == {n: n * n for n in range(8)} and len(opened) == 3


# --- a cluster ----------------------------------------------------------------------------------


#: So long is waited for what surely comes, on however busy a machine.
SECONDS = 300


class Cluster:
    """A scheduler and workers, started by Dask's own commands."""

    def __init__(self, log: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address, self.log = f"tcp://127.0.0.1:{self.port}", log.open("wb")
        self.started: list[subprocess.Popen] = []

    def start(self, *words: str) -> subprocess.Popen:
        one = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            stdout=self.log,
            stderr=self.log,
            env=os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "false"},
        )
        self.started.append(one)
        return one

    def scheduler(self) -> subprocess.Popen:
        """Returns once it answers."""
        made = self.start(
            "scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard"
        )
        while made.poll() is None:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            time.sleep(0.05)
        return made

    def worker(self) -> subprocess.Popen:
        return self.start(
            "worker",
            self.address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--death-timeout",
            str(SECONDS),
        )

    def close(self) -> None:
        for one in self.started:
            one.kill()
            one.wait()
        self.log.close()


@pytest.fixture
def cluster(tmp_path):
    pytest.importorskip("distributed")
    made = Cluster(tmp_path / "cluster.log")
    yield made
    made.close()


def test_a_cluster_that_loses_a_worker_and_its_scheduler_makes_the_same_bytes(
    project, cluster, write_grid, tmp_path, monkeypatch
):
    monkeypatch.setattr(driver, "STRETCH", 50)
    path = write_grid(
        """\
grain: verdicts
grids:
  - claim: [population-growth]
    first_year: [1995, 1996, 1997, 1998, 1999, 2000, 2001, 2002, 2003, 2004]
    last_year: [2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022]
    economies: [[KAZ], [UZB], [KAZ, UZB], [KGZ], [TJK]]
"""
    )
    out = tmp_path / "cluster"
    scheduler = cluster.scheduler()
    first, second = cluster.worker(), cluster.worker()
    told: list[object] = []

    def swept() -> None:
        try:
            told.append(sweep.run(path, str(out), sweep.dask(cluster.address)))
        except BaseException as problem:
            told.append(problem)

    def there(number: int) -> None:
        until = time.monotonic() + SECONDS
        while len(list(out.glob("parts/*.parquet"))) < number:
            assert time.monotonic() < until and not told, told
            time.sleep(0.02)

    monkeypatch.setattr(pool, "PATIENCE", SECONDS)
    thread = threading.Thread(target=swept)
    thread.start()
    there(2)
    first.kill()
    there(4)
    scheduler.kill()
    scheduler.wait()
    cluster.scheduler()
    cluster.worker()
    thread.join(SECONDS)
    assert told == [f"{out}/index.html"]
    assert second.wait(SECONDS) is not None
    sweep.run(path, str(tmp_path / "local"), here)
    assert contents(out) == contents(tmp_path / "local")
    assert len(list(out.glob("parts/*"))) == 13


# --- the words for users ------------------------------------------------------------------------


def test_the_page_for_users_is_true(write_grid, tmp_path):
    """Its grids are taken as they stand; the second is swept, and gives what the page shows."""
    text = (ROOT / "docs" / "sweep.md").read_text(encoding="utf-8")
    first, second = re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)
    (shown,) = re.findall(r"^```csv\n(.*?)^```", text, re.M | re.S)
    grain, products = grid.load(write_grid(first))
    assert grain == "pages" and sum(len(list(p.points())) for p in products) == 9
    assert "These are nine reports." in text
    sweep.run(write_grid(second), str(tmp_path / "out"), here)
    assert (tmp_path / "out" / "index.csv").read_text(encoding="utf-8") == shown
    for name in ("verdicts.parquet", "index.html", "failed/", "failures.csv"):
        assert f"`{name}`" in text


def test_the_command_shows_an_example_that_works(write_grid, tmp_path):
    shown = command("sweep", "--help")
    example = re.search(r"periods:\n\n((?:  .*\n)+)", shown.stdout)[1]
    grain, (product,) = grid.load(write_grid(textwrap.dedent(example)))
    assert grain == "verdicts" and product.axes["last_year"] == (2020, 2024)
    for words in (("--workers", "0"), ("--workers", "2", "--scheduler", "tcp://here:1")):
        assert command("sweep", "grid.yaml", "--out", "out", *words).returncode == 2
    failed = command("sweep", str(tmp_path / "none.yaml"), "--out", str(tmp_path / "out"))
    assert failed.returncode == 1 and "no such file" in failed.stderr
