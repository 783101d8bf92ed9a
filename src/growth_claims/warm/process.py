"""Starts a server, asks it for children, and holds on to them as `subprocess.Popen` does."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from growth_claims.errors import RunError
from growth_claims.warm.server import END, PREFIX, SOCKET

#: The paths of Unix sockets are limited to 103 bytes on some systems; what is put behind a base
#: takes 42: /growth-claims-12345678/12345678/12345678-5.
_LONGEST = 103 - 42


class Refused(Exception):
    """The server cannot give this child: it was started differently, or its sources are old."""


class Server:
    """A server of this process, which ends with it.

    `modules`: imported before the first fork; `environment`: what it starts with, by default this
    process's; `python`: the interpreter and its options; `limit`: at most so many children at a
    time. Returns at once: the first child waits until the imports are done.
    """

    def __init__(
        self,
        modules: Sequence[str],
        environment: Mapping[str, str] | None = None,
        python: Sequence[str] = (sys.executable,),
        limit: int = 0,
    ):
        self.python, self.owner = list(python), os.getpid()
        self.folder = Path(tempfile.mkdtemp(dir=sockets()))
        command = [*self.python, "-m", "growth_claims.warm.server", str(self.folder), str(limit)]
        self.process = subprocess.Popen(
            [*command, *modules],
            stdin=subprocess.PIPE,
            bufsize=0,
            env=dict(os.environ if environment is None else environment),
            cwd=self.folder,
            start_new_session=True,  # Ctrl-C at a terminal is for the runner, which ends the server
        )
        self.children: weakref.WeakSet[Child] = weakref.WeakSet()
        self._end = weakref.finalize(self, _end, self.process, self.folder, self.owner)
        _running.add(self)

    @property
    def address(self) -> Path:
        """The path of its socket."""
        return self.folder / SOCKET

    def ready(self) -> bool:
        """Whether it takes requests yet. Raises RunError when it has ended."""
        if self.address.exists():
            return True
        if not self.alive():
            raise RunError("the server of kernels could not start; its own error stands above")
        return False

    def alive(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def busy(self) -> bool:
        """Whether one of the `children`, which whoever asks for them puts there, still runs."""
        return any(child.poll() is None for child in self.children)

    def stop(self) -> None:
        """Ends the server and its children, and waits for that."""
        self._end()


_running: weakref.WeakSet[Server] = weakref.WeakSet()


def _let_go() -> None:
    """In a process forked from one that has servers: they do not end with this one too."""
    for server in _running:
        with contextlib.suppress(OSError):
            server.process.stdin.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def _end(process: subprocess.Popen, folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        with contextlib.suppress(OSError):  # it has gone already
            process.stdin.write(END)
            process.stdin.close()
        if not (folder / SOCKET).exists():
            process.terminate()  # it still imports, and would not hear
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


_sockets: dict[int, Path] = {}


def sockets() -> Path:
    """This process's folder for sockets: only this user can enter it, its path is short enough, and
    it is removed when the process ends; when it is killed, by a server that it had."""
    if os.getpid() not in _sockets:
        bases = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]
        for base in bases:
            if base and len(os.fsencode(base)) <= _LONGEST and os.access(base, os.W_OK | os.X_OK):
                made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
                break
        else:
            raise RunError(
                f"no folder for sockets: none of {', '.join(b for b in bases if b)} is writable "
                f"and short enough; set XDG_RUNTIME_DIR to one of at most {_LONGEST} characters"
            )
        _sockets[os.getpid()] = made
        atexit.register(shutil.rmtree, made, ignore_errors=True)
    return _sockets[os.getpid()]


class Child:
    """A child of a server, with the part of `subprocess.Popen` that `jupyter_client` uses.

    Asks the server that listens on `address` to run `run` ("module:function") with `arguments` in
    `folder`, under `environment`; `files`: its standard input, output and error, and what else it
    is given; `python`: the interpreter and options that it counts on; `fresh`: whether it counts on
    the package's source as it is now. Raises OSError when no server is there.
    """

    stdin = stdout = stderr = None

    def __init__(
        self,
        address: Path,
        run: str,
        arguments: Sequence[Any],
        environment: Mapping[str, str],
        folder: Path,
        files: Sequence[int],
        python: Sequence[str],
        fresh: bool = True,
    ):
        self.pid: int | None = None
        self.returncode: int | None = None
        self._refused: str | None = None
        self._received = b""
        self._connection = socket.socket(socket.AF_UNIX)
        try:
            self._connection.connect(str(address))
        except OSError:
            self._connection.close()
            raise
        order = {
            "run": run,
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "python": list(python),
            "fresh": fresh,
        }
        content = json.dumps(order).encode() + b"\n"
        sent = socket.send_fds(self._connection, [content], list(files))
        if content[sent:]:  # the server may have answered already, and closed
            self._connection.sendall(content[sent:])

    def fileno(self) -> int:
        """Readable when the server has something to say: for `selectors`."""
        return self._connection.fileno()

    def started(self) -> bool:
        """Whether the child runs, without waiting; raises Refused, and OSError if the server has
        gone."""
        self._listen(0)
        if self._refused is not None:
            self._connection.close()
            raise Refused(self._refused)
        if self.pid is None and self.returncode is not None:  # not even begun
            raise ConnectionError("the server of kernels ended; its own error stands above")
        return self.pid is not None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        self._listen(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, when there is one. Raises subprocess.TimeoutExpired."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            self._listen(left)
            if self.returncode is None and until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired("a warm kernel", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """To the child and to what it has started. Once the child is gone, to nobody: its number
        may be another process's by then."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                self._connection.sendall(json.dumps({"signal": int(number)}).encode() + b"\n")

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Lets go of the child: the server kills it if it still runs."""
        self._connection.close()
        if self.returncode is None:
            self.returncode = -signal.SIGKILL

    def _listen(self, timeout: float | None) -> None:
        """Takes in what the server says, for at most so many seconds."""
        if self.returncode is not None or self._refused is not None:
            return
        self._connection.settimeout(timeout)
        try:
            data = self._connection.recv(4096)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            data = b""
        finally:
            self._connection.settimeout(None)
        if not data:  # the server has gone, and took the child along
            self.close()
            return
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            self.pid = message.get("pid", self.pid)
            self._refused = message.get("refused")
            if "exit" in message:
                self.returncode = message["exit"]
                self._connection.close()
