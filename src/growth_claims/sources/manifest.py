"""`data/raw/datapackage.json`: what every file of figures is, where it comes from, and the size and
hash that it has to have before a run reads it."""

from __future__ import annotations

import copy
import csv
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from growth_claims import paths
from growth_claims.errors import InputError

NAME = "datapackage.json"
#: Files in data/raw that hold no figures.
NOT_FIGURES = {NAME, "README.md"}
VINTAGE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


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
    return tuple(_resource(raw, entry) for entry in load(raw)["resources"])


def _resource(raw: Path, entry: dict) -> Resource:
    try:
        fields = entry["schema"]["fields"]
        return Resource(
            name=entry["name"],
            source=entry["source"],
            vintage=entry["vintage"],
            path=raw / entry["path"],
            bytes=entry["bytes"],
            sha256=entry["hash"].removeprefix("sha256:"),
            fields=tuple(f["name"] for f in fields),
            required=frozenset(
                f["name"] for f in fields if f.get("constraints", {}).get("required")
            ),
        )
    except KeyError as error:
        raise InputError(
            file=paths.shown(raw / NAME),
            row=entry.get("path", entry.get("name")),
            field=error.args[0],
            found="nothing",
            expected="every file described as its neighbours are",
            todo="restore the description with git, or take the file in with `growth-claims seal`",
        ) from None


def verify(raw: Path | None = None) -> tuple[Resource, ...]:
    """The listed files, each with the size and the hash that the manifest says.

    Raises InputError for the first that differs, is missing, or is not listed.
    """
    raw = raw or paths.raw()
    listed = resources(raw)
    for resource in listed:
        _verify_one(resource)
    known = {r.path for r in listed}
    for path in _figures(raw):
        if path not in known:
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
    known source's folder, with the description of a neighbour that has the same columns; the
    vintage is the file's name up to a "+" (so `2026-07-01+asean.csv` adds to the edition
    2026-07-01). Returns what changed, a line each; writes nothing where a file cannot be taken in.
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
    for path in _figures(raw):
        relative = path.relative_to(raw).as_posix()
        if relative not in known:
            entry = _new_entry(path, relative, package["resources"])
            _stamp(entry, path)
            kept.append(entry)
            changed.append(f"added {relative}, edition {entry['vintage']}")
    package["resources"] = sorted(kept, key=lambda entry: entry["path"])
    if changed:
        text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
        temporary = raw / f".{NAME}.part"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(raw / NAME)
    return changed


def _figures(raw: Path) -> list[Path]:
    """Every file in data/raw that ought to be listed; hidden ones (of editors, of the desktop) are
    nobody's figures."""
    return [
        path
        for path in sorted(raw.rglob("*"))
        if path.is_file()
        and path.relative_to(raw).as_posix() not in NOT_FIGURES
        and not any(part.startswith(".") for part in path.relative_to(raw).parts)
    ]


def _new_entry(path: Path, relative: str, listed: list[dict]) -> dict:
    """The description of a new file, after a neighbour's with the same columns."""
    folder = Path(relative).parent.as_posix()
    neighbours = [e for e in listed if Path(e["path"]).parent.as_posix() == folder]
    if not neighbours or path.suffix != ".csv":
        folders = sorted({Path(e["path"]).parent.as_posix() for e in listed})
        raise InputError(
            file=paths.shown(path),
            found="a file of no known source",
            expected=f"a CSV file in one of the folders {', '.join(folders)}",
            todo="put it into the folder of its publisher, or remove it",
        )
    header = _header(path)
    alike = [e for e in neighbours if [f["name"] for f in e["schema"]["fields"]] == header]
    if not alike:
        columns = {",".join(f["name"] for f in e["schema"]["fields"]): None for e in neighbours}
        raise InputError(
            file=paths.shown(path),
            row=1,
            found=repr(",".join(header)),
            expected=" or ".join(map(repr, columns)),
            todo="use the columns of the other files of that source",
        )
    entry = copy.deepcopy(alike[-1])
    name = path.stem.split("+")[0]
    if VINTAGE.fullmatch(name):
        entry["vintage"] = name
    elif VINTAGE.fullmatch(Path(entry["path"]).stem.split("+")[0]):
        raise InputError(
            file=paths.shown(path),
            found=f"the name {path.stem!r}",
            expected="the edition, such as 2026-07-01, and perhaps +more: 2026-07-01+asean",
            todo="name the file by the edition of its figures",
        )
    identifier = relative.removesuffix(".csv").lower()
    entry["name"] = re.sub(r"[^a-z0-9._-]+", "-", identifier)
    entry["path"] = relative
    entry["title"] = f"{entry['publisher']}: {path.stem}"
    entry["date_read"] = entry["vintage"]
    return entry


def _stamp(entry: dict, path: Path) -> list[str]:
    content = path.read_bytes()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    same = entry.get("hash") == digest and entry.get("bytes") == len(content)
    entry["bytes"], entry["hash"] = len(content), digest
    return [] if same else [f"changed {entry['path']}"]


def _header(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return next(csv.reader(file), [])
