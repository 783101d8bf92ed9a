"""Warm kernels and the executor: what forks break, what is left behind, what a person is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from growth_claims import warm
from growth_claims.errors import GrowthClaimsError
from growth_claims.execute import Executor, Job, NotebookFailed
from growth_claims.warm import process

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write(path: Path, *cells: str) -> Path:
    """A notebook; a cell that starts with # and a space is Markdown, one with `p = ` parameters."""
    made = []
    for text in cells:
        cell = (new_markdown_cell if text.startswith("# ") else new_code_cell)(text)
        if text.startswith("p = "):
            cell.metadata["tags"] = ["parameters"]
        made.append(cell)
    nbformat.write(new_notebook(cells=made, metadata=KERNEL), path)
    return path


def outputs(path: Path) -> list[dict]:
    """Per code cell, what it printed and showed: MIME type or stream → content."""
    shown = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            here = {}
            for output in cell.outputs:
                here |= output.get("data") or {output.get("name"): output.get("text")}
            shown.append(here)
    return shown


@pytest.fixture(scope="module")
def executor():
    with Executor(workers=2) as made:
        yield made


def run(executor, folder: Path, *cells: str, **parameters) -> list[dict]:
    """What the cells of one notebook show."""
    notebook = write(folder / "n.ipynb", *cells)
    executor.run([Job(notebook, folder / "out.ipynb", parameters)])
    return outputs(folder / "out.ipynb")


SHOWN = (
    "import numpy as np, pandas as pd, matplotlib.pyplot as plt, statsmodels.api as sm",
    "x = np.arange(1., 31.)\nm = np.outer(x, x) + np.eye(30)\nnp.linalg.solve(m @ m.T, x).sum()",
    "sm.OLS(np.log(x), sm.add_constant(x)).fit(cov_type='HAC', cov_kwds={'maxlags': 2}).params",
    "pd.DataFrame({'x': x}).describe()",
    "fig, ax = plt.subplots()\nax.plot(x, np.log(x), label='$\\\\log x$')\nax.legend()\nplt.show()",
    "plt.rcParams['svg.hashsalt'] = 'a'\nimport io\nf = io.BytesIO()\n"
    "fig.savefig(f, format='svg', metadata={'Date': None})\nf.getvalue().decode()",
    "sorted({'a', 'b', 'c'}, key=hash)",
    "import warnings\nwarnings.warn('said')\nprint('printed')",
)


def test_forked_and_spawned_kernels_show_the_same_bytes(executor, tmp_path):
    """BLAS, printing of tables, charts and hashes come out as in a kernel that imports itself."""
    forked = run(executor, tmp_path, *SHOWN)
    assert "image/png" in forked[4] and forked[5]["text/plain"].startswith("'<?xml")
    with Executor(workers=1, environment={warm.MODE: "spawn"}) as plain:
        spawned = run(plain, tmp_path, *SHOWN)
    for cell in (forked[7], spawned[7]):  # the file of the cell's number is the process's
        cell["stderr"] = cell["stderr"].split(":", 2)[-1]
    assert forked == spawned


def test_a_kernel_has_both_languages_from_its_server(executor, tmp_path):
    cell = "from growth_claims import i18n\ni18n.catalogue.cache_info()"
    assert "misses=2, maxsize=None, currsize=2" in run(executor, tmp_path, cell)[0]["text/plain"]


def test_random_numbers_differ_between_kernels(executor, tmp_path):
    cell = "import random, numpy as np\n(random.random(), np.random.random(), np.random.rand())"
    first, second = (run(executor, tmp_path, cell)[0]["text/plain"] for _ in range(2))
    drawn = [eval(text) for text in (first, second)]
    assert all(a != b for a, b in zip(*drawn, strict=True))


def test_kernels_share_nothing_and_two_run_at_once(executor, tmp_path):
    """Each waits for the other's file: one after the other they would wait in vain."""
    text = """
import pathlib, time, matplotlib.pyplot as plt
plt.rcParams["font.size"], left = 33 if mine == "a" else plt.rcParams["font.size"], 200
pathlib.Path(mine).touch()
while not pathlib.Path(other).exists() and left > 0:
    time.sleep(0.05); left -= 0.05
(left > 0, plt.rcParams["font.size"], "leaked" in globals())
"""
    notebook = write(tmp_path / "n.ipynb", "p = 0\nmine = other = ''", text, "leaked = 1")
    pairs = [("a", "b"), ("b", "a")]
    executor.run([Job(notebook, tmp_path / f"o{m}", {"mine": m, "other": o}) for m, o in pairs])
    shown = [outputs(tmp_path / f"o{m}")[2]["text/plain"] for m, _ in pairs]
    assert shown == ["(True, 33.0, False)", "(True, 10.0, False)"]


def test_each_kernel_has_its_own_folder_and_environment(tmp_path):
    (tmp_path / "sub").mkdir()
    notebook = write(tmp_path / "n.ipynb", "import os\nprint(os.getcwd(), os.environ['X_OWN'])")
    with Executor(workers=1, environment={"X_OWN": "mine"}) as executor:
        executor.run(
            [
                Job(notebook, tmp_path / "a.ipynb"),
                Job(notebook, tmp_path / "b.ipynb", cwd=tmp_path / "sub"),
            ]
        )
    assert outputs(tmp_path / "a.ipynb")[0]["stdout"] == f"{tmp_path} mine\n"
    assert outputs(tmp_path / "b.ipynb")[0]["stdout"] == f"{tmp_path / 'sub'} mine\n"


def test_thirty_in_a_row_none_of_which_hangs(executor, tmp_path):
    """Each fits, draws, ends by itself and warns of nothing; few files are open at a time."""
    notebook = write(tmp_path / "fit.ipynb", "p = 0", *SHOWN[:5])
    jobs = [Job(notebook, tmp_path / f"{i}.ipynb", {"p": i}) for i in range(30)]
    finished, opened = [], []

    def done(job):
        finished.append(job)
        opened.append(len(os.listdir("/dev/fd")))

    executor.run(jobs, done)
    assert sorted(j.parameters["p"] for j in finished) == list(range(30))
    assert max(opened) < min(opened) + len(jobs)
    known = "KeyboardInterrupt caught in kernel"  # papermill's own interrupt at the end, any kernel
    logs = [line for log in tmp_path.glob("*.log") for line in log.read_text().splitlines()]
    assert [line for line in logs if known not in line] == []


def test_done_is_called_while_others_run(executor, tmp_path):
    """The caller may take its time: the workers go on without it."""
    notebook = write(
        tmp_path / "n.ipynb",
        "p = 0",
        "import time\nnow = time.time()\nopen(f'{p}.ran', 'w').close()\nnow",
    )
    jobs = [Job(notebook, tmp_path / f"{i}.ipynb", {"p": i}) for i in range(4)]
    returned = []

    def slow(job):
        if not returned:
            until = time.monotonic() + 60
            while len(list(tmp_path.glob("*.ran"))) < 4 and time.monotonic() < until:
                time.sleep(0.05)
        returned.append(time.time())

    executor.run(jobs, done=slow)
    ran = [float(outputs(j.result)[2]["text/plain"]) for j in jobs]
    assert max(ran) < min(returned)


def test_other_work_is_done_while_notebooks_run(executor, tmp_path):
    """However much there is of it: what has come through is told first."""
    notebook = write(
        tmp_path / "n.ipynb",
        "import pathlib, time\nwhile not pathlib.Path('worked').exists(): time.sleep(0.05)",
    )

    def work():
        (tmp_path / "worked").touch()
        return True

    told = []
    executor.run([Job(notebook, tmp_path / "1.ipynb")], told.append, meanwhile=work)
    assert [job.result.name for job in told] == ["1.ipynb"]


def test_a_failure_names_notebook_parameters_cell_heading_and_error(executor, tmp_path):
    notebook = write(
        tmp_path / "n.ipynb", "p = 0", "# Title", "1", "# text\n## Rates", "print(1)\n1 / 0"
    )
    job = Job(notebook, tmp_path / "out.ipynb", {"p": 7, "panel": "/somewhere"})
    with pytest.raises(NotebookFailed) as caught:
        executor.run([job])
    error = caught.value
    assert (error.notebook, error.cell, error.heading) == ("n (p=7)", "5 (In [4])", "Rates")
    assert error.error == "ZeroDivisionError: division by zero"
    assert error.partial == tmp_path / "out.ipynb" and error.partial.is_file()
    assert "nothing was published" in str(error)


def test_an_error_of_ours_is_its_message_alone(executor, tmp_path):
    notebook = write(
        tmp_path / "n.ipynb",
        "from growth_claims.errors import ParameterError\n"
        "raise ParameterError('start', 1850, 'the years 1960 to 2024')",
    )
    with pytest.raises(GrowthClaimsError) as caught:
        executor.run([Job(notebook, tmp_path / "out.ipynb")])
    assert str(caught.value) == "parameter 'start': found 1850; allowed: the years 1960 to 2024."


def test_a_kernel_that_dies_is_a_failure_and_not_a_wait(executor, tmp_path):
    death = "import os\nos.kill(os.getpid(), 9)"
    notebook = write(tmp_path / "n.ipynb", "# Death", "1", death, "# Beyond", "2")
    started = time.monotonic()
    with pytest.raises(NotebookFailed, match="DeadKernelError") as caught:
        executor.run([Job(notebook, tmp_path / "out.ipynb")])
    assert time.monotonic() - started < 30
    assert caught.value.heading == "Death" and caught.value.cell.startswith("3 ")
    # the notebook, written at its end alone, has what ran
    assert outputs(caught.value.partial)[0]["text/plain"] == "1"


def test_the_first_failure_stops_the_others_or_all_go_on(executor, tmp_path):
    slow = write(
        tmp_path / "slow.ipynb",
        "import time, pathlib\npathlib.Path('pid').write_text("
        "str(__import__('os').getpid()))\ntime.sleep(600)",
    )
    bad = write(tmp_path / "bad.ipynb", "import time\ntime.sleep(2)\n1 / 0")
    good = write(tmp_path / "good.ipynb", "1")
    started = time.monotonic()
    with pytest.raises(NotebookFailed, match="bad"):
        executor.run([Job(n, tmp_path / f"o{n.name}") for n in (slow, bad, good)])
    assert time.monotonic() - started < 60
    wait_for(lambda: gone(int((tmp_path / "pid").read_text())), 10)
    failures = executor.run([Job(n, tmp_path / f"o{n.name}") for n in (bad, good)], keep_going=True)
    assert [f.job.notebook for f in failures] == [bad]
    assert outputs(tmp_path / "ogood.ipynb")[0] == {"text/plain": "1"}


def test_an_interrupt_reaches_the_cell_and_the_kernel_lives_on(monkeypatch, tmp_path):
    """By stock `jupyter_client`, as JupyterLab does it; restarting forks again."""
    from jupyter_client.manager import start_new_kernel

    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", warm.PROVISIONER)
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        assert manager.transport == "ipc"
        assert isinstance(manager.provisioner.process, process.Child)
        # what is asked while a failed cell's queue is cleared would be cleared with it
        sent = client.execute("import time\ntime.sleep(600)", stop_on_error=False)
        while client.get_iopub_msg(timeout=20)["msg_type"] != "execute_input":
            pass
        time.sleep(0.3)
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=20)
        assert reply["parent_header"]["msg_id"] == sent
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert client.execute("x = 1", reply=True, timeout=20)["content"]["status"] == "ok"
        first = manager.provisioner.pid
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=30)
        assert client.execute("x", reply=True, timeout=20)["content"]["ename"] == "NameError"
        assert manager.provisioner.pid != first
        wait_for(lambda: gone(first), 10)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def test_a_server_whose_source_has_changed_is_not_used(tmp_path):
    """In JupyterLab, an edit of the package counts at the next kernel."""
    server = process.Server(["growth_claims.errors"])
    source = Path(sys.modules["growth_claims.errors"].__file__)
    wait_for(server.ready)
    nothing = os.open(os.devnull, os.O_RDWR)

    def ask(**more):
        child = process.Child(
            server.address,
            "os:getpid",
            (),
            os.environ,
            tmp_path,
            [nothing] * 3,
            [sys.executable],
            **more,
        )
        wait_for(child.started)
        return child

    times = source.stat()
    try:
        ask().wait(10)
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
        with pytest.raises(process.Refused, match="source has changed"):
            ask()
        ask(fresh=False).wait(10)
    finally:
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.close(nothing)
        server.stop()


def test_a_server_is_ended_while_it_imports(tmp_path):
    """By what it is told, not by being killed after a while."""
    endless = "import pathlib, time\npathlib.Path(__file__).with_suffix('.on').touch()\n"
    (tmp_path / "endless.py").write_text(endless + "time.sleep(999)", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    server = process.Server(["endless"], os.environ | {"PYTHONPATH": path})
    while not (tmp_path / "endless.on").exists():
        assert server.alive()
        time.sleep(0.02)
    server.stop()
    assert server.process.returncode == 0 and not server.folder.exists()


def test_one_server_serves_a_run_from_its_first_notebook(tmp_path):
    """Also while it still imports: no worker starts a server of its own."""
    notebook = write(tmp_path / "n.ipynb", "p = 0", "import os\nos.getppid()")
    with Executor(workers=2) as executor:
        jobs = [Job(notebook, tmp_path / f"{i}.ipynb", {"p": i}) for i in range(2)]
        executor.run(jobs)
    parents = {outputs(job.result)[2]["text/plain"] for job in jobs}
    assert len(parents) == 1


def test_a_restart_after_an_edit_takes_the_new_source(monkeypatch, tmp_path):
    """In JupyterLab: another server forks the same kernel again, at the same sockets."""
    from jupyter_client.manager import start_new_kernel

    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", warm.PROVISIONER)
    source = Path(sys.modules["growth_claims.warm.server"].__file__)
    times = source.stat()
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
        for _ in range(2):
            manager.restart_kernel()
            client.wait_for_ready(timeout=60)
            assert client.execute("1", reply=True, timeout=20)["content"]["status"] == "ok"
    finally:
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
        client.stop_channels()
        manager.shutdown_kernel()


def test_the_server_has_no_threads_before_it_forks(executor):
    """Neither Python's nor a library's own."""
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    servers = [p for p in own if b"growth_claims.warm.server" in command(p)]
    forks_kernels = [p for p in servers if b"growth_claims.warm.kernel" in command(p)]
    assert len(forks_kernels) >= 1
    assert [len(os.listdir(f"/proc/{p}/task")) for p in servers] == [1] * len(servers)


def command(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


RUNNER = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job may ignore it
from pathlib import Path
from growth_claims.execute import Executor, Job
folder = Path(sys.argv[1])
with Executor(workers=2) as executor:
    jobs = [Job(folder / "n.ipynb", folder / f"{i}.ipynb", {"p": i}) for i in range(2)]
    print(executor._workers.folder.parent, executor._environment["GROWTH_CLAIMS_KERNEL_SERVER"])
    sys.stdout.flush()
    executor.run(jobs)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_runner_is_killed(tmp_path, number):
    """No process, no socket, no folder: neither of kernels nor of what they have started."""
    write(
        tmp_path / "n.ipynb",
        "p = 0",
        "import os, pathlib, subprocess, time\n"
        "own = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path(f'{p}.pids').write_text(f'{os.getpid()} {own.pid}')\n"
        "time.sleep(600)",
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    folders = [Path(runner.stdout.readline().split()[0])]
    pids: list[int] = []

    def all_there():
        texts = [p.read_text() for p in tmp_path.glob("*.pids")]
        pids[:] = [int(word) for text in texts for word in text.split()]
        return len(pids) == 4

    wait_for(all_there, 90)
    assert any(folders[0].iterdir())
    runner.send_signal(number)
    said = runner.communicate(timeout=30)[1]  # the servers, too, have let go of it
    wait_for(lambda: all(gone(pid) for pid in pids), 10)
    wait_for(lambda: not any(f.exists() for f in folders), 10)
    assert number == signal.SIGINT or said == ""


def test_an_abandoned_server_removes_nothing_that_is_not_the_packages(tmp_path):
    """Its own folder, but not the one above where that is somebody else's."""
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "else").touch()
    server = subprocess.Popen(
        [sys.executable, "-m", "growth_claims.warm.server", str(own), "0"],
        stdin=subprocess.PIPE,
        cwd=tmp_path,
    )
    wait_for((own / process.SOCKET).exists)
    server.stdin.close()
    assert server.wait(30) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["else"]


def gone(pid: int) -> bool:
    """Whether a process has ended (one that nobody has asked about yet counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_for(true, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_other_kernels_than_ipykernels_start_the_plain_way():
    from growth_claims.warm.provisioner import _python

    assert _python(["python", "-X", "dev", "-m", "ipykernel_launcher", "-f", "x"]) == [
        *("python", "-X", "dev")
    ]
    assert _python(["R", "--slave", "-e", "IRkernel::main()"]) == []
    assert _python(["python", "-m", "bash_kernel", "-f", "x"]) == []


def test_a_stock_papermill_takes_a_warm_kernel(tmp_path):
    """By its own command, with nothing but the variable set; its standard error is clean."""
    write(tmp_path / "n.ipynb", "p = 0", "import sys\n'growth_claims.warm.kernel' in sys.modules")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            "--no-progress-bar",
            "--log-level",
            "WARNING",
            "n.ipynb",
            "o.ipynb",
            "-p",
            "p",
            "3",
        ],
        env=os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": warm.PROVISIONER},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert outputs(tmp_path / "o.ipynb")[2]["text/plain"] == "True"
    known = "KeyboardInterrupt caught in kernel"
    assert [line for line in done.stderr.splitlines() if known not in line] == []
    assert (
        json.loads((tmp_path / "o.ipynb").read_text())["metadata"]["papermill"]["exception"] is None
    )
