"""`data/raw/datapackage.json`: what every file of figures is, where it comes from, and the size and
hash that it has to have before a run reads it."""

from __future__ import annotations

import copy
import csv
import gzip
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from growth_claims import paths
from growth_claims.errors import InputError

NAME = "datapackage.json"
#: Where a run that takes figures in notes what it puts in place, until the manifest lists it.
NOTE = ".incoming.json"
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

    def content(self) -> bytes:
        """The file's text as bytes, unpacked where it is compressed."""
        return _unpacked(self.path)


class _Loose(BaseModel):
    """What a description has to have; it may have more."""

    model_config = ConfigDict(strict=True)


class _Constraints(_Loose):
    required: bool = False


class _Column(_Loose):
    name: str
    constraints: _Constraints = _Constraints()


class _Columns(_Loose):
    fields: Annotated[list[_Column], Field(min_length=1)]


class _Accepted(_Loose):
    figure: str
    because: str


class _Entry(_Loose):
    name: str
    path: Annotated[str, Field(pattern=r"^[a-z]+/[^/]+\.csv(\.gz)?$")]
    source: str
    vintage: Annotated[str, Field(pattern=f"^{VINTAGE.pattern}$")]
    title: str
    publisher: str
    bytes: int = 0  # what `seal` puts in
    hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] = ""
    columns: Annotated[_Columns, Field(alias="schema")]
    accepted: list[_Accepted] = []

    @model_validator(mode="after")
    def _in_its_folder(self) -> _Entry:
        if self.path.partition("/")[0] != self.source:
            raise ValueError(f"a source that is its folder's name, not {self.source!r}")
        return self


class _Package(_Loose):
    resources: Annotated[list[_Entry], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> _Package:
        every = [entry.path for entry in self.resources]
        if twice := {path for path in every if every.count(path) > 1}:
            raise ValueError(f"each file once, not {', '.join(sorted(twice))} twice")
        return self


def wrong(path: Path, found, expected: str, todo: str, row=None, field=None) -> InputError:
    """What is wrong with a file, with its place as it is shown."""
    words = {"found": found, "expected": expected, "todo": todo}
    return InputError(file=paths.shown(path), row=row, field=field, **words)


def load(raw: Path | None = None) -> dict:
    """The manifest as it stands in the file. Raises InputError for what no manifest is."""
    path = (raw or paths.raw()) / NAME
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        _Package.model_validate(package)
        return package
    except ValidationError as error:
        first = error.errors()[0]
        at = first["loc"]
        row = at[1] + 1 if len(at) > 1 else None
        if row and isinstance(entry := package["resources"][at[1]], dict):
            row = entry.get("path", row)
        found = "nothing" if first["type"] == "missing" else repr(first["input"])[:100]
        expected = f"every file described as its neighbours are ({first['msg']})"
        todo = "restore the description with git, or take the file in with `growth-claims seal`"
        field = ".".join(map(str, at[2:] or at)) or None
        raise wrong(path, found, expected, todo, row, field) from None
    except FileNotFoundError:
        todo = "restore it with `git checkout data/raw`"
        raise wrong(path, "no such file", "the manifest of the figures", todo) from None
    except json.JSONDecodeError as error:
        todo = "mend that line, or restore the file with git"
        raise wrong(path, error.msg, "well-formed JSON", todo, error.lineno) from error


def save(raw: Path, package: dict) -> None:
    """Puts a manifest in the place of the one that is there, at once."""
    temporary = raw / f".{NAME}.part"
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(raw / NAME)


def resources(raw: Path | None = None) -> tuple[Resource, ...]:
    """The files that the manifest lists, in its order."""
    raw = raw or paths.raw()
    listed = []
    for entry in load(raw)["resources"]:
        fields = entry["schema"]["fields"]
        required = {f["name"] for f in fields if f.get("constraints", {}).get("required")}
        listed.append(
            Resource(
                name=entry["name"],
                source=entry["source"],
                vintage=entry["vintage"],
                path=raw / entry["path"],
                bytes=entry.get("bytes", 0),
                sha256=entry.get("hash", "").removeprefix("sha256:"),
                fields=tuple(f["name"] for f in fields),
                required=frozenset(required),
            )
        )
    return tuple(listed)


def verify(raw: Path | None = None, source: str | None = None) -> tuple[Resource, ...]:
    """The listed files (of one source), each with the size and the hash that the manifest says.

    Raises InputError for the first that differs, is missing, or is not listed.
    """
    raw = raw or paths.raw()
    listed = tuple(r for r in resources(raw) if source in (None, r.source))
    for resource in listed:
        _verify_one(resource)
    known = {r.path for r in listed} | {raw / name for name in unfinished(raw)}
    for path in _figures(raw) if source is None else ():
        if path not in known:
            found, expected = (
                "a file that the manifest does not list",
                f"only files listed in {NAME}",
            )
            raise wrong(path, found, expected, "remove it, or take it in with `growth-claims seal`")
    return listed


def unfinished(raw: Path) -> list[str]:
    """Files that an interrupted run has put in place, and that count only once they are listed."""
    try:
        return json.loads((raw / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or killed while it was written: nothing was in place yet
        return []


def _verify_one(resource: Resource) -> None:
    restore = f"restore it with `git checkout {paths.shown(resource.path)}`, or, if the change is "
    restore += "meant, `growth-claims seal` and say why in the commit"
    if not resource.path.is_file():
        raise wrong(resource.path, "no such file", f"{resource.bytes} bytes", restore)
    size, digest = _stamp(resource.path)
    for field, found, expected in (
        ("bytes", size, resource.bytes),
        ("sha256", digest, resource.sha256),
    ):
        if found != expected:
            said = f"{expected}, as {NAME} says"
            raise wrong(resource.path, found, said, restore, field=field)


def _stamp(path: Path) -> tuple[int, str]:
    """A file's size and hash."""
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest()


def seal(raw: Path | None = None) -> list[str]:
    """Writes size and hash of every listed file anew and takes in new CSV files that lie in a
    known source's folder, with the description of a neighbour that has the same columns; the
    vintage is the file's name up to a "+" (so `2026-07-01+asean.csv` adds to the edition
    2026-07-01). Returns what changed, a line each; writes nothing where a file cannot be taken in.
    """
    raw = raw or paths.raw()
    package = load(raw)
    listed = package["resources"]
    changed = [f"removed {e['path']}" for e in listed if not (raw / e["path"]).is_file()]
    kept = [e for e in listed if (raw / e["path"]).is_file()]
    known = {entry["path"] for entry in kept}
    new = [path.relative_to(raw).as_posix() for path in _figures(raw)]
    kept += [_new_entry(raw, path, listed) for path in new if path not in known]
    for entry in kept:
        size, digest = _stamp(raw / entry["path"])
        stamp = {"bytes": size, "hash": f"sha256:{digest}"}
        if entry["path"] not in known:
            changed.append(f"added {entry['path']}, edition {entry['vintage']}")
        elif entry | stamp != entry:
            changed.append(f"changed {entry['path']}")
        entry |= stamp
    package["resources"] = sorted(kept, key=lambda entry: entry["path"])
    if changed:
        save(raw, package)
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


def _new_entry(raw: Path, relative: str, listed: list[dict]) -> dict:
    """The description of a new file, after a neighbour's with the same columns."""
    path, folder = raw / relative, Path(relative).parent.as_posix()
    columns = {e["path"]: [f["name"] for f in e["schema"]["fields"]] for e in listed}
    neighbours = [e for e in listed if Path(e["path"]).parent.as_posix() == folder]
    if not neighbours or not relative.endswith((".csv", ".csv.gz")):
        folders = ", ".join(sorted({Path(e["path"]).parent.as_posix() for e in listed}))
        expected = f"a CSV file (or .csv.gz) in one of the folders {folders}"
        todo = "put it into the folder of its publisher, or remove it"
        raise wrong(path, "a file of no known source", expected, todo)
    lines = _unpacked(path).decode("utf-8", errors="replace").splitlines()
    header = next(csv.reader(lines[:1]), [])
    alike = [e for e in neighbours if columns[e["path"]] == header]
    if not alike:
        expected = dict.fromkeys(repr(",".join(columns[e["path"]])) for e in neighbours)
        todo = "use the columns of the other files of that source"
        raise wrong(path, repr(",".join(header)), " or ".join(expected), todo, 1)
    entry = copy.deepcopy(alike[-1])
    stem = _stem(relative)
    name = stem.split("+")[0]
    if VINTAGE.fullmatch(name):
        entry["vintage"] = name
    elif VINTAGE.fullmatch(_stem(entry["path"]).split("+")[0]):
        expected = "the edition, such as 2026-07-01, and perhaps +more: 2026-07-01+asean"
        todo = "name the file by the edition of its figures"
        raise wrong(path, f"the name {stem!r}", expected, todo)
    identifier = relative.removesuffix(".gz").removesuffix(".csv").lower()
    entry["name"] = re.sub(r"[^a-z0-9._-]+", "-", identifier)
    entry["path"], entry["title"] = relative, f"{entry['publisher']}: {stem}"
    entry["date_read"] = entry["vintage"]
    # What was let in there, and the form that it came in, are the neighbour's own.
    for own in ("compression", "accepted", "form"):
        entry.pop(own, None)
    return entry | ({"compression": "gz"} if path.suffix == ".gz" else {})


def _stem(path: str) -> str:
    return Path(path).name.removesuffix(".gz").removesuffix(".csv")


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        todo = "pack it again with `gzip -n`, or restore it with git"
        found = f"a file that cannot be unpacked ({error})"
        raise wrong(path, found, "a CSV file packed by gzip", todo) from None
