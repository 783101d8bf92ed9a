"""Executes notebooks: stock papermill in worker processes, over warm kernels.

An `Executor` has two servers, one that forks the workers and one that forks their kernels. Both end
with it, and with this process however that ends. The workers take the next notebook by themselves,
so that this process can render the page of one while others run.
"""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from growth_claims import paths, warm
from growth_claims.errors import GrowthClaimsError, RunError
from growth_claims.warm import process

#: Parameters that are folders of a run and say nothing to a person.
_FOLDERS = ("panel", "output")
#: So many notebooks a worker are asked for at a time, each of which holds files open.
_AHEAD = 4


@dataclass(frozen=True)
class Job:
    """One notebook to be executed: where its executed copy goes, with which parameters, and in
    which folder (None: the notebook's own, as in JupyterLab)."""

    notebook: Path
    result: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cwd: Path | None = None

    @property
    def name(self) -> str:
        """The notebook with its parameters, as people are told of it."""
        told = [f"{k}={v}" for k, v in self.parameters.items() if k not in _FOLDERS]
        return f"{self.notebook.stem} ({', '.join(told)})" if told else self.notebook.stem


class NotebookFailed(RunError):
    """A cell of a notebook raised. `job`; `notebook`: its name; `cell`: its number and execution
    count; `heading`: the one above it; `error`: the last line of the traceback; `partial`: the
    notebook as far as it came."""

    def __init__(self, job: Job, cell: str, heading: str, error: str):
        self.job, self.notebook, self.partial = job, job.name, job.result
        self.cell, self.heading, self.error = cell, heading, error
        super().__init__(
            f"{self.notebook} failed in cell {cell}, under the heading {heading!r}\n"
            f"  {error}\n"
            f"  the partial notebook: {self.partial}\n"
            "  nothing was published or replaced"
        )


class Executor:
    """Runs notebooks until it is closed; a context manager.

    `workers`: so many notebooks at a time; `environment`: variables for the kernels, over those of
    this process and `environment()`. The servers import in the background: make it early.
    """

    def __init__(self, workers: int = 2, environment: Mapping[str, str] | None = None):
        given = warm.for_kernels(os.environ | _environment() | dict(environment or {}))
        given.pop(warm.SHARED, None)
        self._width = max(1, workers)
        with ExitStack() as stack:
            self._workers = process.Server(
                ("growth_claims.warm.notebook",), given, limit=self._width
            )
            stack.callback(self._workers.stop)
            own = self._workers.folder
            self._environment = given | {
                "IPYTHONDIR": str(own / "ipython"),
                "JUPYTER_RUNTIME_DIR": str(own),
                "JUPYTER_DEFAULT_PROVISIONER_NAME": warm.PROVISIONER,
            }
            if warm.can_fork(given):
                kernels = process.Server(warm.KERNEL_IMPORTS, self._environment)
                stack.callback(kernels.stop)
                self._environment[warm.SHARED] = str(kernels.address)
            self._stack = stack.pop_all()

    def __enter__(self) -> Executor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the servers and whatever they still run."""
        self._stack.close()

    def run(
        self,
        jobs: Sequence[Job],
        done: Callable[[Job], None] = lambda job: None,
        say: Callable[[str], None] = lambda line: None,
        keep_going: bool = False,
        meanwhile: Callable[[], bool] = lambda: False,
    ) -> list[GrowthClaimsError]:
        """Executes notebooks, and calls `done` in this process for each that has come through, as
        it ends, and `say` with a line for a person; while nothing ends, `meanwhile`, which does a
        piece of other work and returns whether there was any.

        Raises what went wrong in the first that fails, and stops the others: NotebookFailed, or a
        GrowthClaimsError whose message is alone that of the notebook's own InputError or
        ParameterError. With `keep_going` it finishes the others and returns the failures, each with
        its `job`.
        """
        failures: list[GrowthClaimsError] = []
        with selectors.DefaultSelector() as selector, ExitStack() as stack:
            while not self._workers.ready():
                if not meanwhile():
                    time.sleep(0.02)
            waiting = iter(jobs)

            def ask(number: int) -> None:
                for job in islice(waiting, number):
                    running = _Running(job, self._workers, self._environment)
                    stack.callback(running.close)
                    selector.register(running.child, selectors.EVENT_READ, running)

            ask(_AHEAD * self._width)
            while selector.get_map():
                while not (ready := selector.select(0)) and meanwhile():
                    pass
                for key, _ in ready or selector.select():
                    running = key.data
                    running.child.started()  # raises Refused
                    if running.child.poll() is None:
                        continue
                    selector.unregister(key.fd)
                    ask(1)
                    seconds, failure = running.outcome()
                    running.close()
                    if failure is None:
                        say(f"{running.job.name} done in {seconds:.1f} s")
                        done(running.job)
                    elif keep_going:
                        failures.append(failure)
                        say(f"{running.job.name} failed")
                    else:
                        raise failure
        return failures


def execute(
    jobs: Sequence[Job],
    workers: int = 2,
    environment: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
    done: Callable[[Job], None] = lambda job: None,
) -> None:
    """Executes notebooks side by side with an `Executor` of their own; see `Executor.run`."""
    with Executor(min(workers, len(jobs)), environment) as executor:
        executor.run(jobs, done, say)


def _environment() -> dict[str, str]:
    """What makes a kernel the same everywhere: this project and this environment's kernel, no
    debugger's warnings, a fixed hash seed, one thread (sums in one order, two notebooks on two
    cores)."""
    return warm.ONE_THREAD | {
        "GROWTH_CLAIMS_ROOT": str(paths.project_root()),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
    }


class _Running:
    """A job that a worker has been asked for. What it prints goes into a file beside its result."""

    def __init__(self, job: Job, workers: process.Server, environment: Mapping[str, str]):
        self.job = job
        self.log = job.result.with_suffix(".log")
        self.answer, told = os.pipe()
        with ExitStack() as opened:
            opened.callback(os.close, told)
            nothing = opened.enter_context(open(os.devnull, "rb"))
            log = opened.enter_context(self.log.open("wb"))
            self.child = process.Child(
                workers.address,
                "growth_claims.warm.notebook:run",
                (str(job.notebook), str(job.result), dict(job.parameters)),
                environment,
                (job.cwd or job.notebook.parent).resolve(),
                (nothing.fileno(), log.fileno(), log.fileno(), told),
                workers.python,
                fresh=False,  # the notebooks' own code runs in kernels
            )

    def outcome(self) -> tuple[float, GrowthClaimsError | None]:
        """The seconds it took and what went wrong."""
        with open(self.answer, encoding="utf-8", closefd=False) as file:
            text = file.read()
        told = json.loads(text) if text else {"index": None, "error": self._silent(), "seconds": 0}
        if "error" not in told:
            if not self.log.stat().st_size:
                self.log.unlink()
            return told["seconds"], None
        if told.get("ours"):
            failure = GrowthClaimsError(told["error"])
            failure.job = self.job
        else:
            failure = _failed(self.job, told["index"], told["error"])
        return told["seconds"], failure

    def _silent(self) -> str:
        code = self.child.returncode
        return f"the process that ran it ended without a word (exit code {code}; out of memory?)"

    def close(self) -> None:
        """Kills the worker if it still runs."""
        self.child.close()
        with suppress(OSError):
            os.close(self.answer)
        self.answer = -1


# --- which cell it was ----------------------------------------------------------------------------


def _failed(job: Job, index: int | None, error: str) -> NotebookFailed:
    """The failure with the cell's number and heading, which the partial notebook itself tells."""
    cell, heading = "?", "?"
    with suppress(OSError, ValueError):
        cells = json.loads(job.result.read_text(encoding="utf-8"))["cells"]
        # papermill puts a cell with a note before the one that failed, and one at the top
        ran = [i for i, c in enumerate(cells) if _begun(c)]
        failed = [i for i, c in enumerate(cells) if _raised(c)] or (
            ran[-1:] if index is None else [min(index, len(cells) - 1)]
        )
        if failed:  # else nothing ran, or what ran it was killed and saved nothing
            own = [c for c in cells[: failed[0] + 1] if "papermill-error-cell-tag" not in _tags(c)]
            own = [c for c in own if "injected-parameters" not in _tags(c)]
            cell = f"{len(own)} (In [{cells[failed[0]].get('execution_count') or '*'}])"
            heading = _heading(own) or "(none)"
    return NotebookFailed(job, cell, heading, error)


def _begun(cell: Mapping[str, Any]) -> bool:
    # the status says "completed" of all cells behind a kernel's death too
    started = cell.get("metadata", {}).get("papermill", {}).get("start_time")
    return cell["cell_type"] == "code" and started is not None


def _raised(cell: Mapping[str, Any]) -> bool:
    return any(o.get("output_type") == "error" for o in cell.get("outputs", []))


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return cell.get("metadata", {}).get("tags", ())


def _heading(cells: Sequence[Mapping[str, Any]]) -> str | None:
    """The last heading of some cells."""
    for cell in reversed(cells):
        if cell["cell_type"] == "markdown":
            for line in reversed("".join(cell["source"]).splitlines()):
                if line.startswith("#"):
                    return line.lstrip("#").strip()
    return None
