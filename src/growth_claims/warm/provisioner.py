"""The kernel provisioner `growth-claims-warm`: gives `jupyter_client` a forked kernel."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from growth_claims import warm
from growth_claims.errors import RunError
from growth_claims.warm import process

_LAUNCHER = ["-m", "ipykernel_launcher"]
#: How long a kernel may take to end by itself, in seconds.
_GRACE = 2.0


class WarmProvisioner(LocalProvisioner):
    """A local kernel: forked from a server where its command is ipykernel's and the system forks,
    else started the plain way. Either way it talks over sockets in a private folder, not over
    ports, for which parallel kernels would race."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Also says that sockets are used, and with which environment sums come out alike."""
        environment = warm.for_kernels(kwargs.get("env") or os.environ)
        self._shared = environment.pop(warm.SHARED, None)
        kwargs["env"] = environment
        manager = self.parent
        if manager is not None and sys.platform != "win32" and manager.transport != "ipc":
            folder = Path(self._shared).parent if self._shared else process.sockets()
            manager.transport = "ipc"
            manager.ip = str(folder / uuid4().hex[:8])
            if not manager.connection_file:
                manager.connection_file = f"{manager.ip}.json"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Forks the kernel, or starts it the plain way."""
        environment = kwargs.get("env") or dict(os.environ)
        if not (_python(cmd) and warm.can_fork(environment)) or kwargs.get("independent"):
            return await super().launch_kernel(cmd, **kwargs)
        self.process = await self._fork(cmd, environment, kwargs)
        self.pid, self.pgid = self.process.pid, None  # signals go by the server
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def _fork(
        self, cmd: list[str], environment: Mapping[str, str], kwargs: Mapping[str, Any]
    ) -> process.Child:
        python = _python(cmd)
        with ExitStack() as opened:
            nothing = opened.enter_context(open(os.devnull, "r+b"))
            files = [nothing.fileno()]
            for number, name in ((1, "stdout"), (2, "stderr")):
                files.append(_writable(kwargs.get(name), number, nothing.fileno()))
            order = {
                "run": "growth_claims.warm.kernel:run",
                "arguments": cmd[len(python) + len(_LAUNCHER) :],
                "environment": environment,
                "folder": kwargs.get("cwd") or os.getcwd(),
                "files": files,
                "python": python,
            }
            if self._shared:
                while not Path(self._shared).exists() and Path(self._shared).parent.exists():
                    await asyncio.sleep(0.02)  # it still imports
                with suppress(OSError, process.Refused):
                    # a run is of one piece: with the source as it was when its server started
                    child = process.Child(Path(self._shared), **order, fresh=False)
                    return await _started(child)
            for _ in range(2):
                server = _server(environment, python)
                while not server.ready():
                    await asyncio.sleep(0.02)
                try:
                    child = await _started(process.Child(server.address, **order))
                except process.Refused:  # its sources are old
                    _old.append(_current.pop(_key(environment, python)))
                    continue
                server.children.add(child)
                return child
        raise RunError("no kernel could be started: the package's source changes all the time")

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Waits for the kernel's own end, which otherwise is looked for ten times a second."""
        if isinstance(self.process, process.Child):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(_ended(self.process), _GRACE)

    async def kill(self, restart: bool = False) -> None:
        """Also says so in a run's log, where no person has asked for it."""
        if self._shared and self.has_process:
            logging.getLogger(__name__).warning("the kernel did not end by itself and is killed")
        await super().kill(restart)


# --- the servers of this process ------------------------------------------------------------------

_current: dict[object, process.Server] = {}
_old: list[process.Server] = []  # still with kernels, and asked for no more


def _server(environment: Mapping[str, str], python: Sequence[str]) -> process.Server:
    """The server for kernels with this environment: most often the only one."""
    for server in list(_old):
        if not server.busy():
            _old.remove(server)
            server.stop()
    key = _key(environment, python)
    if key not in _current or not _current[key].alive():
        _current[key] = process.Server(warm.KERNEL_IMPORTS, environment, python)
    return _current[key]


def _key(environment: Mapping[str, str], python: Sequence[str]) -> object:
    return (*python, *sorted(warm.at_start(environment).items()))


async def _started(child: process.Child) -> process.Child:
    while not child.started():
        await _readable(child)
    return child


async def _ended(child: process.Child) -> None:
    while child.poll() is None:
        await _readable(child)


async def _readable(child: process.Child) -> None:
    """Until the server says something."""
    loop, said = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(child.fileno(), said.set)
    try:
        await said.wait()
    finally:
        loop.remove_reader(child.fileno())


def _python(cmd: Sequence[str]) -> list[str]:
    """The interpreter and its options in a command that starts an ipykernel; else nothing."""
    if cmd and "-m" in cmd:
        at = cmd.index("-m")
        if list(cmd[at : at + 2]) == _LAUNCHER:
            return list(cmd[:at])
    return []


def _writable(given: Any, number: int, nothing: int) -> int:
    """The descriptor that `subprocess` would take: the one given, or this process's own."""
    given = given.fileno() if hasattr(given, "fileno") else given
    if given is None or (isinstance(given, int) and given < 0):
        given = number
    try:
        os.fstat(given)
    except OSError:  # closed, as in some daemons
        return nothing
    return given
