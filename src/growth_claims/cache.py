"""Nothing twice: what a run is made from, as a key under which its outcome is kept. Imports little,
so that a rerun in which nothing changed is over at once."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache as once
from importlib import metadata
from pathlib import Path
from typing import Any

from growth_claims import notebooks, paths

#: So many runs are kept, those used last: some five reports.
KEPT = 300
NOTEBOOK, OUTPUT = "notebook.ipynb", "output"
#: What of a register belongs to one claim or to the first page alone; the rest, its head, bears on
#: every run.
APART = ("claims", "cross_checks", "not_checkable", "set_aside", "topics")


def folder() -> Path:
    return paths.processed() / "cache"


def key(parts: Any) -> str:
    """A short name for what something is made from: anything that JSON can hold, and dates."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- what a run is made from --------------------------------------------------------------------


def portable(path: Path) -> str:
    """From the project's folder, or the name alone of a file that lies elsewhere."""
    shown = paths.shown(path)
    return Path(shown).name if Path(shown).is_absolute() else shown


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs(register: Path) -> dict[str, str]:
    """All that a report follows from, its parameters apart: file → hash. Of notebooks, what they
    say and do; "growth_claims" is the package, "versions" what it stands on."""
    found = {portable(path): sha256(path) for path in (*_figures(), *_tables(), register)}
    lock = paths.project_root() / "requirements.lock"
    if lock.is_file():
        found[paths.shown(lock)] = sha256(lock)
    for notebook in notebooks.every():
        found[paths.shown(notebook)] = notebooks.code_of(notebook)
    found["growth_claims"] = _package()
    found["versions"] = key(versions())
    return found


def _figures() -> list[Path]:
    return sorted(p for p in paths.raw().rglob("*") if p.is_file())


def _tables() -> list[Path]:
    """Quantities, groups and the like: what lies beside the registers and is none."""
    every = sorted(paths.claims().glob("*.yaml"))
    return [p for p in every if not re.search(r"^claims:", p.read_text("utf-8"), re.M)]


def _package() -> str:
    """Hash of the package's own files: the method."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


@once
def versions() -> dict[str, str]:
    """Versions of Python, of this package and of what it depends on."""
    found = {"python": platform.python_version()}
    with suppress(metadata.PackageNotFoundError):
        found["growth-claims"] = metadata.version("growth-claims")
        for line in sorted(metadata.requires("growth-claims") or []):
            if "extra ==" not in line:
                name = re.match(r"[A-Za-z0-9._-]+", line).group()
                with suppress(metadata.PackageNotFoundError):
                    found[name] = metadata.version(name)
    return found


class Made:
    """From what the runs of one report are made; gives each its key."""

    def __init__(self, register: Path, content: Mapping[str, Any], given: Mapping[str, Any]):
        """`content`: the register as YAML has it; `given`: the parameters of all runs."""
        self.inputs = inputs(register)
        self._content = content
        own = {portable(register), *(paths.shown(p) for p in notebooks.every())}
        every = {name: value for name, value in self.inputs.items() if name not in own}
        head = {name: value for name, value in content.items() if name not in APART}
        self._common = {"inputs": every, "head": head, "given": dict(given)}

    def key(self, notebook: Path, language: str, about: Any) -> str:
        """The key of a notebook's run that has, beyond what all have, to do with `about`."""
        source = self.inputs[paths.shown(notebook)]
        return key([self._common, notebook.name, source, language, about])

    def claim(self, notebook: Path, language: str, claim: str) -> str:
        """The key of a claim's run: its part of the register and no other claim's."""
        part = next(c for c in self._content["claims"] if c["id"] == claim)
        return self.key(notebook, language, part)

    def front(self, notebook: Path, language: str, pieces: Iterable[Path]) -> str:
        """The key of the first page: the whole register, and what the claims' runs have written."""
        written = {path.name: sha256(path) for path in pieces}
        return self.key(notebook, language, [self._content, written])


# --- what is kept -------------------------------------------------------------------------------


class Entry:
    """The outcome of one run: `notebook`, executed (there is none for a claim without figures), and
    `output`, the folder of what it wrote."""

    def __init__(self, key: str):
        self.path = folder() / key
        self.notebook, self.output = self.path / NOTEBOOK, self.path / OUTPUT

    @property
    def there(self) -> bool:
        return self.output.is_dir()

    def use(self) -> None:
        """Marks it as used, so that it is kept on."""
        os.utime(self.path)

    def keep(self, output: Path, notebook: str | None = None) -> None:
        """Takes in what a run wrote and the text of its notebook, whole or not at all."""
        folder().mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=folder()))
        try:
            shutil.copytree(output, made / OUTPUT)
            if notebook is not None:
                (made / NOTEBOOK).write_text(notebook, encoding="utf-8")
            shutil.rmtree(self.path, ignore_errors=True)
            with suppress(OSError):  # another run has just kept the same
                made.rename(self.path)
        finally:
            shutil.rmtree(made, ignore_errors=True)


def prune(kept: int = KEPT) -> None:
    """Removes what was not used for longest."""
    every = [p for p in folder().glob("*") if p.is_dir() and p.name != "reports"]
    for path in sorted(every, key=lambda p: p.stat().st_mtime, reverse=True)[kept:]:
        shutil.rmtree(path, ignore_errors=True)


# --- a report that is there already -------------------------------------------------------------


def request(given: Mapping[str, Any], out: Path | None) -> str:
    """What was asked for, the same whether values are text or typed."""
    told = {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in given.items()
    }
    return key([told, str(out) if out else None, str(paths.project_root())])


def remember(asked: str, register: Path, made: Mapping[str, str], target: Path) -> None:
    """Notes from what a published report was made."""
    files = {p.relative_to(target).as_posix(): sha256(p) for p in target.rglob("*") if p.is_file()}
    about = {"register": str(register), "inputs": dict(made), "target": str(target)}
    record = folder() / "reports" / f"{asked}.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(about | {"files": files}), encoding="utf-8")


def unchanged(asked: str) -> Path | None:
    """The folder of the report that the same request has already made from the same inputs and that
    nobody has changed since; None where there is none."""
    record = folder() / "reports" / f"{asked}.json"
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        target = Path(known["target"])
        same = all(sha256(target / name) == value for name, value in known["files"].items())
        return target if same and inputs(Path(known["register"])) == known["inputs"] else None
    except (OSError, ValueError, KeyError):
        return None
