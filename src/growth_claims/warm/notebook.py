"""What executes a notebook: stock papermill, in a process forked from one that has imported it.

Parallel runs of papermill are safe as processes, not as threads. `execute` asks a server for them.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Mapping
from queue import Empty
from typing import Any

if "rfc3987_syntax" not in sys.modules:
    # jsonschema would import it, for a format that no notebook has: two thirds of all the time here
    sys.modules["rfc3987_syntax"] = None

import IPython  # noqa: F401  what looking for a kernel would import
import nbformat
import papermill
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines

import growth_claims.warm.provisioner  # noqa: F401  what the entry point would import

KernelProvisionerFactory.instance()  # looks through the entry points of all packages
nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST = 20_000  # characters of an error: what surely fits into a pipe that nobody reads yet
#: Errors that a user can mend, which tell all by themselves.
_OURS = ("InputError", "InputErrors", "ParameterError")


class Client(AsyncKernelClient):
    """A client that takes a kernel as ready once it has said so, where the stock one goes on to
    wait for a fifth of a second of silence."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Raises RuntimeError, as the stock one does."""
        until = time.monotonic() + (float("inf") if timeout is None else timeout)
        while time.monotonic() < until:
            asked = self.kernel_info()
            try:
                # what was said before the channel was connected is lost: then ask again
                while not _idle(await self.get_iopub_msg(timeout=0.5), asked):
                    pass
                reply = await self.get_shell_msg(timeout=0.5)
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
            else:
                self._handle_kernel_info_reply(reply)
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class Manager(AsyncKernelManager):
    """A kernel manager with this client."""

    client_class = f"{__name__}.Client"
    client_factory = Client


class Engine(NBClientEngine):
    """papermill's own, which saves the notebook when it ends, however that ends, and not before and
    after each cell."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any
    ) -> None:
        path, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **kwargs)
        finally:
            nb_man.output_path = path


papermill_engines.register(__name__, Engine)


def _idle(message: Mapping[str, Any], asked: str) -> bool:
    return (
        message["parent_header"].get("msg_id") == asked
        and message["content"].get("execution_state") == "idle"
    )


def run(notebook: str, result: str, parameters: Mapping[str, Any], answer: int) -> None:
    """In the child: executes a notebook in the current folder and writes JSON to the descriptor
    `answer`: the seconds it took and, if it failed, the cell's index or null, the error's last line
    and whether the user can mend it."""
    started = time.monotonic()
    told: dict[str, Any] = {}
    try:
        papermill.execute_notebook(
            notebook,
            result,
            parameters=dict(parameters),
            cwd=os.getcwd(),
            progress_bar=False,
            engine_name=__name__,
            kernel_manager_class=Manager,
        )
    except papermill.PapermillExecutionError as error:
        ours = error.ename in _OURS
        told = {"index": error.cell_index, "ours": ours}
        told["error"] = error.evalue if ours else _last(error.ename, error.evalue)
    except (Exception, asyncio.CancelledError) as error:
        told = {"index": None, "ours": False, "error": _last(type(error).__name__, str(error))}
    if told:
        told["error"] = _STYLE.sub("", told["error"])[-_LONGEST:]
    with os.fdopen(answer, "w", encoding="utf-8") as file:
        json.dump(told | {"seconds": time.monotonic() - started}, file)


def _last(name: str, value: str) -> str:
    """An error as the last line of its traceback."""
    lines = [line for line in str(value).splitlines() if line.strip()]
    return f"{name}: {lines[-1]}" if lines else name
