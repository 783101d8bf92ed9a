"""`data/raw/datapackage.json`: what every file of figures is, where it comes from, and the size and
hash that it has to have before a run reads it."""

from __future__ import annotations

import copy
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from growth_claims import paths
from growth_claims.errors import InputError

NAME = "datapackage.json"
#: Files in data/raw that hold no figures.
NOT_FIGURES = {NAME, "README.md"}


@dataclass(frozen=True)
class Resource:
    """One file of figures. `source`: whose; `vintage`: the edition; `path`: on disk; `fields`: the
    columns in their order; `required`: those that may not be empty."""

    name: str
    source: str
    vintage: str
    path: Path
    bytes: int
    sha256: str
    fields: tuple[str, ...]
    required: frozenset[str]


def load(raw: Path | None = None) -> dict:
    """The manifest as it stands in the file."""
    path = (raw or paths.raw()) / NAME
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            file=paths.shown(path),
            found="no such file",
            expected="the manifest of the figures",
            todo="restore it with `git checkout data/raw`",
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            file=paths.shown(path),
            row=error.lineno,
            found=error.msg,
            expected="well-formed JSON",
            todo="mend that line, or restore the file with git",
        ) from error


def resources(raw: Path | None = None) -> tuple[Resource, ...]:
    """The files that the manifest lists, in its order."""
    raw = raw or paths.raw()
    return tuple(
        Resource(
            name=r["name"],
            source=r["source"],
            vintage=r["vintage"],
            path=raw / r["path"],
            bytes=r["bytes"],
            sha256=r["hash"].removeprefix("sha256:"),
            fields=tuple(f["name"] for f in r["schema"]["fields"]),
            required=frozenset(
                f["name"] for f in r["schema"]["fields"] if f.get("constraints", {}).get("required")
            ),
        )
        for r in load(raw)["resources"]
    )


def verify(raw: Path | None = None) -> tuple[Resource, ...]:
    """The listed files, each with the size and the hash that the manifest says.

    Raises InputError for the first that differs, is missing, or is not listed.
    """
    raw = raw or paths.raw()
    listed = resources(raw)
    for resource in listed:
        _verify_one(resource)
    known = {r.path.resolve() for r in listed}
    for path in sorted(raw.rglob("*")):
        if path.is_file() and path.name not in NOT_FIGURES and path.resolve() not in known:
            raise InputError(
                file=paths.shown(path),
                found="a file that the manifest does not list",
                expected=f"only files listed in {NAME}",
                todo="remove it, or take it in with `growth-claims seal`",
            )
    return listed


def _verify_one(resource: Resource) -> None:
    shown = paths.shown(resource.path)
    restore = (
        f"restore it with `git checkout {shown}`, or, if the change is meant, "
        "`growth-claims seal` and say why in the commit"
    )
    if not resource.path.is_file():
        raise InputError(
            file=shown, found="no such file", expected=f"{resource.bytes} bytes", todo=restore
        )
    content = resource.path.read_bytes()
    if len(content) != resource.bytes:
        raise InputError(
            file=shown,
            field="bytes",
            found=len(content),
            expected=f"{resource.bytes}, as {NAME} says",
            todo=restore,
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest != resource.sha256:
        raise InputError(
            file=shown,
            field="sha256",
            found=digest,
            expected=f"{resource.sha256}, as {NAME} says",
            todo=restore,
        )


def seal(raw: Path | None = None) -> list[str]:
    """Writes size and hash of every listed file anew and takes in new CSV files that lie in a
    known source's folder, with the description of their neighbours; the vintage is the file's name
    up to a "+" (so `2026-07-01+asean.csv` adds to the edition 2026-07-01). Returns
    what changed, a line each.
    """
    raw = raw or paths.raw()
    package = load(raw)
    changed = []
    kept = []
    for entry in package["resources"]:
        path = raw / entry["path"]
        if not path.is_file():
            changed.append(f"removed {entry['path']}")
            continue
        changed += _stamp(entry, path)
        kept.append(entry)
    known = {entry["path"] for entry in kept}
    by_folder = {Path(entry["path"]).parent.as_posix(): entry for entry in kept}
    for path in sorted(raw.glob("*/*.csv")):
        relative = path.relative_to(raw).as_posix()
        if relative in known:
            continue
        folder = Path(relative).parent.as_posix()
        if folder not in by_folder:
            raise InputError(
                file=paths.shown(path),
                found=f"a file of a source {folder!r}",
                expected=f"one of {', '.join(sorted(by_folder))}",
                todo="put it into the folder of its publisher",
            )
        entry = copy.deepcopy(by_folder[folder])
        entry |= {
            "name": relative.removesuffix(".csv").replace("/", "-").replace("+", "-").lower(),
            "path": relative,
            "vintage": path.stem.split("+")[0],
        }
        entry["title"] = f"{entry['publisher']}: {path.stem}"
        _check_header(path, entry)
        _stamp(entry, path)
        kept.append(entry)
        changed.append(f"added {relative}")
    package["resources"] = sorted(kept, key=lambda entry: entry["path"])
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (raw / NAME).write_text(text, encoding="utf-8")
    return changed


def _stamp(entry: dict, path: Path) -> list[str]:
    content = path.read_bytes()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    same = entry.get("hash") == digest and entry.get("bytes") == len(content)
    entry["bytes"], entry["hash"] = len(content), digest
    return [] if same else [f"changed {entry['path']}"]


def _check_header(path: Path, entry: dict) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file), [])
    expected = [f["name"] for f in entry["schema"]["fields"]]
    if header != expected:
        raise InputError(
            file=paths.shown(path),
            row=1,
            found=",".join(header),
            expected=",".join(expected),
            todo="use the columns of the other files of that source",
        )
