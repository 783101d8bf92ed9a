"""Opens JupyterLab as this project needs it: on this machine only, behind a token, with the kernel
of this environment, kept warm, and on a page that shows the way."""

from __future__ import annotations

import os
import socket
import sys
from importlib import resources
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from growth_claims import notebooks, paths, warm
from growth_claims.errors import RunError


def start(token: str, browser: bool = True) -> None:
    """Prints the address and becomes JupyterLab; does not return. `token`: what a browser needs to
    come in; `browser`: whether one is opened."""
    trust()
    port = free_port()
    page = start_page(paths.project_root())
    print(f"http://127.0.0.1:{port}/lab/tree/{page}?token={token}")
    print("JupyterLab, ready in a few seconds; Ctrl-C ends it.", file=sys.stderr, flush=True)
    sys.stdout.flush()
    os.execve(sys.executable, command(port, browser), os.environ | environment(token))


def trust() -> None:
    """Signs the project's notebooks for this user, so that they are shown as they were made."""
    notary = NotebookNotary()
    for path in paths.notebooks().glob("*.ipynb"):
        notary.sign(nbformat.read(path, as_version=4))


def free_port() -> int:
    """Jupyter's usual port, or the next that nobody on this machine listens at."""
    for port in range(8888, 8988):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RunError("no free port from 8888 to 8987: end a JupyterLab that is open")


def command(port: int, browser: bool = True) -> list[str]:
    """The command line. A token is not on it: others on the machine could read it there."""
    root = paths.project_root()
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": str(root),
        "ServerApp.open_browser": browser,
        "ServerApp.allow_root": True,  # containers have no other user
        "Application.log_level": "WARN",
        "LabApp.default_url": f"/lab/tree/{start_page(root)}",
        "ServerApp.tornado_settings": {"ws_ping_timeout": 30000},  # no longer than its interval
        "LabApp.extension_manager": "readonly",
        "MultiKernelManager.default_kernel_name": "python3",
        "KernelManager.transport": "ipc",
    }
    told = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *told]


def start_page(root: Path) -> str:
    """The notebook for playing, or the README where there is none."""
    explore = paths.notebooks() / notebooks.EXPLORE
    return (explore if explore.is_file() else root / "README.md").relative_to(root).as_posix()


def environment(token: str) -> dict[str, str]:
    """For the server and its kernels."""
    own = str(resources.files("growth_claims") / "jupyter")  # no question about Jupyter's news
    known = filter(None, (own, os.environ.get("JUPYTER_CONFIG_PATH")))
    return {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(known),
        "JUPYTER_TOKEN": token,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_DEFAULT_PROVISIONER_NAME": warm.PROVISIONER,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "GROWTH_CLAIMS_ROOT": str(paths.project_root()),
    }
