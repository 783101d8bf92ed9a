"""The one place that knows where things lie."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from growth_claims.errors import InputError

MARKER = Path("data/raw/datapackage.json")


def project_root() -> Path:
    """The project's folder: GROWTH_CLAIMS_ROOT, else the nearest folder above the current one
    (so that a clone uses its own figures), else the one that holds this package's source."""
    override = os.environ.get("GROWTH_CLAIMS_ROOT")
    if override:
        return _resolved(override)
    source = Path(__file__).resolve().parents[2]
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, source):
        if (folder / MARKER).is_file():
            return folder
    raise InputError(
        file=here,
        found="no project here or in any folder above",
        expected=f"a folder that holds {MARKER}",
        todo="run from inside a clone, or set GROWTH_CLAIMS_ROOT to it",
    )


@cache
def _resolved(folder: str) -> Path:
    return Path(folder).resolve()


def resolve(path: str | Path) -> Path:
    """An absolute path; a relative one is taken from the project's folder, whatever folder the
    notebook or command runs in (papermill runs in the caller's, JupyterLab in the notebook's)."""
    path = Path(path).expanduser()
    return path if path.is_absolute() else project_root() / path


def shown(path: str | Path) -> str:
    """A path as it is printed and published: from the project's folder where it lies in it, so
    that no output names a folder of somebody's machine."""
    root, path = project_root(), Path(path)
    for known in (Path(os.path.abspath(path)), path.resolve()):  # as named, if by a link; as it is
        if known.is_relative_to(root):
            return known.relative_to(root).as_posix()
    return path.as_posix()


def raw() -> Path:
    return project_root() / "data" / "raw"


def processed() -> Path:
    return project_root() / "data" / "processed"


def claims() -> Path:
    return project_root() / "claims"


def notebooks() -> Path:
    return project_root() / "notebooks"


def reports() -> Path:
    return project_root() / "reports"
