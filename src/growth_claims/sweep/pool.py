"""Runs the tasks of a sweep on whatever speaks `concurrent.futures`: processes of this machine, or
the workers of a Dask cluster."""

from __future__ import annotations

import logging
import os
import signal
import socket
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait
from contextlib import AbstractContextManager, contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any

from growth_claims import warm
from growth_claims.errors import ParameterError, RunError

#: A new executor each time that one breaks; `width`: so many tasks are handed to it at a time.
Pool = Callable[[], AbstractContextManager[tuple[Executor, int]]]
#: A task whose worker dies so many times is given up.
TRIES = 3
#: So long, in seconds, a scheduler that went away is waited for.
PATIENCE = 120


def finished(
    pool: Pool, tasks: Iterable[Any], work: Callable[[Any], Any]
) -> Iterator[tuple[Any, Any]]:
    """Each task with what `work` returns for it, as it ends; or with the exception where its worker
    died TRIES times.

    `work` raises nothing: an exception is the executor's, which is then replaced, and what it had
    been given is given to the next. After a BrokenExecutor, which does not say whose worker died,
    these tasks go one by one, so that the one that kills workers is found and no other is blamed.
    """
    tasks, again, tried, suspects = iter(tasks), deque(), Counter(), set()
    broken = True
    while broken:
        broken, running = False, {}
        with pool() as (executor, width):
            while not broken:
                while len(running) < (1 if suspects else width):
                    task = again.popleft() if again else next(tasks, None)
                    if task is None:
                        break
                    try:
                        running[executor.submit(work, task)] = task
                    except Exception:
                        again.appendleft(task)
                        broken = True
                        break
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    try:
                        result = future.result()
                    except Exception as problem:  # CancelledError too
                        broken, result = True, problem
                        tried[task] += 1
                        if isinstance(problem, BrokenExecutor):
                            suspects |= {task, *running.values()}
                        if tried[task] < TRIES:
                            again.append(task)
                            continue
                    suspects.discard(task)
                    yield task, result
        again.extend(running.values())


# --- processes of this machine ------------------------------------------------------------------


def processes(workers: int) -> Pool:
    """So many processes on this machine. An interrupt ends them in the middle of what they do."""

    @contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        context = multiprocessing.get_context("spawn")
        with TemporaryDirectory(prefix="growth-claims-", ignore_cleanup_errors=True) as folder:
            executor = ProcessPoolExecutor(workers, context, _begin, (os.getpid(), folder))
            try:
                yield executor, 2 * workers
            except BaseException:
                for process in multiprocessing.active_children():
                    process.terminate()
                raise
            finally:
                executor.shutdown(cancel_futures=True)

    return pool


def _begin(parent: int, folder: str) -> None:
    """In a new process: sums in one order; what it writes for itself lies in `folder`; it ends with
    its parent, which alone hears Ctrl-C."""
    from growth_claims.warm.server import die_with

    os.environ.update(warm.ONE_THREAD)
    tempfile.tempdir = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with(parent)


# --- a Dask cluster -----------------------------------------------------------------------------


def dask(address: str) -> Pool:
    """The workers of the Dask cluster whose scheduler listens on an address. Raises ParameterError
    for what is no address, and where Dask is not installed."""
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ModuleNotFoundError:
        allowed = "nothing, unless Dask is installed: pip install 'growth-claims[dask]'"
        raise ParameterError("scheduler", address, allowed) from None
    try:
        where = get_address_host_port(address)
    except ValueError:
        raise ParameterError("scheduler", address, "an address such as tcp://host:8786") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it ourselves
    patience = 0

    @contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        nonlocal patience
        until = time.monotonic() + patience
        while True:
            try:
                # first by itself: a client that does not get through leaves threads behind
                socket.create_connection(where, 5).close()
                client = Client(address, timeout=30, set_as_default=False)
                break
            except OSError as problem:
                if time.monotonic() >= until:
                    raise RunError(
                        f"no Dask scheduler answers at {address}: {problem}. Once one does, run "
                        "the same line again: what is done is kept"
                    ) from None
                time.sleep(0.5)
        patience = PATIENCE
        try:
            yield client.get_executor(pure=False), 256
        finally:
            with suppress(Exception):  # its scheduler has gone
                client.close(timeout=5)

    return pool
