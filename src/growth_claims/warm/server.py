"""The process that imports once and forks a child a request.

Run as `python -m growth_claims.warm.server FOLDER LIMIT MODULE…` by `process.Server`. It listens on
FOLDER/s, forks when asked, tells the asker the child's process id and exit code, and kills the
child when the asker goes away. Its standard input is a lifeline: when the process that started it
says so or ends, however that ends, the server kills its children, removes FOLDER and ends. Of a
process that could not say so it removes the folder above too, which is that process's.

It has no threads and runs no event loop, so a fork copies a process at rest. Only the standard
library is imported by this module itself.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from growth_claims import warm

SOCKET = "s"
PREFIX = "growth-claims-"  # of the folders of processes that have servers
END = b"."  # what a server is told to end
_FDS = 4  # standard input, output, error, and one more


@dataclass(eq=False)
class Request:
    """One child: asked for, waiting, running or gone. `pid` is None while it waits."""

    connection: socket.socket
    order: dict[str, Any] = field(default_factory=dict)
    fds: list[int] = field(default_factory=list)
    received: bytes = b""
    pid: int | None = None


class Server:
    """Forks children for whoever connects to the socket in `folder`; at most `limit` at a time
    (0: any number), the others wait their turn."""

    def __init__(self, folder: Path, limit: int = 0):
        self.folder, self.limit = folder, limit
        self.requests: set[Request] = set()
        self.waiting: deque[Request] = deque()
        self.started = warm.at_start(dict(os.environ))
        self.sources: dict[str, int] = {}
        self.orphaned = False

    def serve(self) -> None:
        """Until the lifeline ends."""
        self.sources = own_sources()
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        early = self.folder / f"{SOCKET}-"
        self.listener.bind(str(early))
        self.listener.listen(64)
        early.rename(self.folder / SOCKET)  # once its name is there, it answers
        self.wake, woken = socket.socketpair()
        for end in (self.wake, woken, self.listener):
            end.setblocking(False)
        self.woken = woken
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.wake, selectors.EVENT_READ)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj is self.wake:
                    self.wake.recv(4096)
                    self._reap()
                elif key.data is None:
                    self.orphaned = os.read(sys.stdin.fileno(), 1) != END
                    return
                elif key.data in self.requests:
                    self._read(key.data)

    def stop(self) -> None:
        """Kills every child; at the end of the server."""
        for request in self.requests:
            _kill(request.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
        above = self.folder.parent
        if self.orphaned and above.name.startswith(PREFIX):  # never a folder that is not ours
            shutil.rmtree(above, ignore_errors=True)

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            connection, _ = self.listener.accept()
            request = Request(connection)
            self.requests.add(request)
            self.selector.register(connection, selectors.EVENT_READ, request)

    def _read(self, request: Request) -> None:
        try:
            data, fds = _receive(request.connection)
        except OSError:
            data, fds = b"", []
        request.fds += fds
        if not data:  # whoever asked is gone
            self._drop(request)
            return
        *lines, request.received = (request.received + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "signal" in message:
                _kill(request.pid, message["signal"])
            else:
                request.order = message
                self._consider(request)

    def _consider(self, request: Request) -> None:
        refused = None
        if request.order["python"] != sys.orig_argv[: sys.orig_argv.index("-m")]:
            refused = "another interpreter, or other options of it"
        elif warm.at_start(request.order["environment"]) != self.started:
            refused = "other variables at the start"
        elif request.order["fresh"] and own_sources() != self.sources:
            refused = "the package's source has changed"
        if refused:
            self._tell(request, {"refused": refused})
            self._drop(request)
            return
        self.waiting.append(request)
        self._next()

    def _next(self) -> None:
        running = sum(r.pid is not None for r in self.requests)
        while self.waiting and (not self.limit or running < self.limit):
            request = self.waiting.popleft()
            self._fork(request)
            running += 1

    def _fork(self, request: Request) -> None:
        server = os.getpid()
        request.pid = os.fork()
        if request.pid == 0:
            self._child(request, server)
        for fd in request.fds:
            os.close(fd)
        request.fds = []
        with contextlib.suppress(OSError):  # the child does the same: whoever is first
            os.setpgid(request.pid, request.pid)
        self._tell(request, {"pid": request.pid})

    def _child(self, request: Request, server: int) -> NoReturn:
        """In the child: leaves behind what is the server's, and runs what was asked for."""
        code: object = 1
        try:
            gc.enable()
            die_with(server)
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self.selector.close()
            for end in (self.wake, self.woken, self.listener):
                end.close()
            for other in self.requests:
                other.connection.close()
                if other is not request:
                    for fd in other.fds:
                        os.close(fd)
            for target, fd in enumerate(request.fds[:3]):
                os.dup2(fd, target)
                os.close(fd)
            os.environ.clear()
            os.environ.update(request.order["environment"])
            time.tzset()
            os.chdir(request.order["folder"])
            module, _, name = request.order["run"].partition(":")
            code = getattr(importlib.import_module(module), name)(
                *request.order["arguments"], *request.fds[3:]
            )
        except SystemExit as end:
            code = end.code
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            finish(code)

    def _reap(self) -> None:
        for request in [r for r in self.requests if r.pid is not None]:
            gone, status = os.waitpid(request.pid, os.WNOHANG)
            if gone:
                request.pid = None
                _kill(gone, signal.SIGKILL)  # what the child itself may have started
                self._tell(request, {"exit": os.waitstatus_to_exitcode(status)})
                self._drop(request)
        self._next()

    def _drop(self, request: Request) -> None:
        """The asker is gone, or has been told the end."""
        if request.pid is not None:
            _kill(request.pid, signal.SIGKILL)
            os.waitpid(request.pid, 0)
            request.pid = None
        for fd in request.fds:
            os.close(fd)
        request.fds = []
        self.requests.discard(request)
        if request in self.waiting:
            self.waiting.remove(request)
        self.selector.unregister(request.connection)
        request.connection.close()
        self._next()

    @staticmethod
    def _tell(request: Request, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            request.connection.sendall(json.dumps(message).encode() + b"\n")


def finish(code: object) -> NoReturn:
    """Ends a child: its exit handlers run, but millions of objects are not taken apart one by one,
    which the operating system does faster."""
    import atexit
    import threading

    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    with contextlib.suppress(BaseException):
        threading._shutdown()
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()
    os._exit(int(code or 0) & 0xFF)


def die_with(parent: int) -> None:
    """Asks Linux to kill this process when its parent ends, even by SIGKILL. Elsewhere a kernel's
    own poller notices its parent's end within a second."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def own_sources() -> dict[str, int]:
    """When each imported file of this package was last changed."""
    package = __package__.partition(".")[0]
    names = [n for n in sys.modules if n == package or n.startswith(f"{package}.")]
    files = {getattr(sys.modules[n], "__file__", None) for n in names}
    return {path: _modified(path) for path in files if path}


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1


def _kill(pid: int | None, number: int) -> None:
    """Sends a signal to a child and what it has started."""
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def _receive(connection: socket.socket) -> tuple[bytes, list[int]]:
    """What has arrived, and the file descriptors that came with it."""
    size = array.array("i").itemsize
    data, extra, _, _ = connection.recvmsg(1 << 16, socket.CMSG_LEN(_FDS * size))
    fds = array.array("i")
    for level, kind, content in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(content[: len(content) - len(content) % size])
    return data, list(fds)


def _ended() -> bool:
    """Whether the lifeline has something to say, which is the end."""
    selector = selectors.SelectSelector()
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
    return bool(selector.select(0))


def main() -> None:
    folder, limit, *modules = sys.argv[1:]
    del sys.path[0]  # the folder that it was started in, which -m puts there
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    server = Server(Path(folder), int(limit))
    gc.disable()  # what is imported stays
    try:
        for module in modules:
            with contextlib.suppress(Exception):  # the child will show it, where it imports it
                importlib.import_module(module)
            if _ended():
                break
        gc.freeze()  # so that a collection in a child does not touch, and so copy, what is shared
        server.serve()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
