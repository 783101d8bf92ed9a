"""YAML files with a strict model: every mistake with file, line, column and field, all at once, in
words of our own: what was found, what is expected, what to do."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from growth_claims import paths
from growth_claims.errors import InputError, InputErrors, Mistake, nearest

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"

#: What people get wrong, and how it is said: by what YAML's parser or pydantic calls it.
_MISTAKES = yaml.load(Path(__file__).with_name("mistakes.yaml").read_text("utf-8"), _Loader)


class _UniqueKeyLoader(_Loader):
    """YAML's own loader lets a second key of the same name win in silence; this one does not. A key
    that is merged in (`<<: *name`) gives way to one that stands there, as YAML has it."""

    def construct_mapping(self, node, deep=False):
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag == _MERGE:
                continue
            said = "unhashable key" if not isinstance(key, yaml.ScalarNode) else None
            if not said and key.value in seen:
                said = f"the key {key.value!r} stands twice"
            if said:
                raise yaml.constructor.ConstructorError(None, None, said, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_object(self, node, deep=False):
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a day such as 2025-02-30
            said = f"{node.value!r}, which cannot be"
            raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from error


def read(path: Path) -> Any:
    """The content of a YAML file. Raises InputError for what is no YAML, with line and column."""
    file, row = paths.shown(path), None
    expected, todo = "well-formed YAML", "mend that line, or the one above it"
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), _UniqueKeyLoader)
    except FileNotFoundError:
        near = nearest(path.name, [p.name for p in path.parent.glob("*.yaml")])
        found, expected = "no such file", "a YAML file"
        todo = f"name one that exists{f', such as {near}' if near else ''}"
    except OSError as error:
        found, expected, todo = error.strerror, "a YAML file", "name one that can be read"
    except UnicodeDecodeError as error:
        row = str(1 + error.object[: error.start].count(b"\n"))
        found, expected = "bytes that are not UTF-8", "a text in UTF-8"
        todo = "save the file as UTF-8 in your editor"
    except yaml.YAMLError as error:
        last = len(path.read_bytes().splitlines())
        mark, opened = (getattr(error, f"{m}_mark", None) for m in ("problem", "context"))
        if opened and mark and mark.line >= last:
            mark = opened  # what is never closed is named where it is opened, not at the end
        said = str(getattr(error, "problem", None) or error).splitlines()[0]
        if mark:
            row = f"{mark.line + 1}, column {mark.column + 1}" if mark.line < last else str(last)
        known = (tuple(v.values()) for k, v in _MISTAKES["syntax"].items() if k in said)
        found, todo = next(known, (said, todo))
        if "stands twice" in said:
            expected, todo = "each key once", "delete one, or give it the name that was meant"
        if "cannot be" in said:
            expected, todo = "a day that there is", "look for a slip; quote it if it is text"
    raise InputError(file=file, row=row, found=found, expected=expected, todo=todo)


def load_model(path: Path | str, model: type[Model]) -> Model:
    """The file as an instance of `model`.

    Raises InputErrors, which names every mistake with line, column, field, what was found and what
    is expected.
    """
    path = Path(path)
    content = read(path)
    if not isinstance(content, dict):
        raise InputError(
            file=paths.shown(path),
            found="an empty file" if content is None else _shown(content),
            expected="a mapping with the keys " + ", ".join(_keys([model])),
            todo="write KEY: VALUE lines, or start from a file that loads",
        )
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputErrors([_said(path, content, model, e) for e in _own(error.errors())]) from error


def _own(errors: list[dict]) -> list[dict]:
    """Without what only follows from mistakes deeper down: a list that is empty because its items
    were refused."""
    return [
        e
        for e in errors
        if e["type"] != "too_short"
        or not any(o is not e and o["loc"][: len(e["loc"])] == e["loc"] for o in errors)
    ]


def _said(path: Path, content: Any, model: type[BaseModel], error: dict) -> InputError:
    loc = [s for s in error["loc"] if not (isinstance(s, str) and s.startswith("function-"))]
    keys = _keys(_models_at(model, loc if error["type"] == "model_type" else loc[:-1]))
    mistake = error.get("ctx", {}).get("error")
    at = mistake.at if isinstance(mistake, Mistake) else ()
    return placed(path, content, [*loc, *at], *in_words(error, keys))


def placed(
    path: Path, content: Any, loc: list[Any], found: str, expected: str, todo: str
) -> InputError:
    """A mistake at a place of a file, with its line and column, and identifiers instead of numbers
    in lists."""
    place, node = [], content
    for step in loc:
        inside = isinstance(node, dict) and step in node
        inside = inside or (isinstance(node, list) and isinstance(step, int) and step < len(node))
        node = node[step] if inside else None
        named = isinstance(step, int) and isinstance(node, dict) and "id" in node
        place.append(str(node["id"]) if named else str(step))
    line, column = position(path, loc)
    return InputError(
        file=paths.shown(path),
        row=f"{line}, column {column}",
        field=".".join(place) or None,
        found=found,
        expected=expected,
        todo=todo,
    )


def in_words(error: dict, keys: list[str]) -> tuple[str, str, str]:
    """What was found, what is expected and what to do, of one of pydantic's errors. `keys`: those
    that can stand where it is."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    key = str(error["loc"][-1]) if error["loc"] else ""
    found, expected, todo = _shown(given), error["msg"].lower(), "write what is expected"
    if isinstance(mistake := context.get("error"), Mistake):
        return mistake.found, mistake.expected, mistake.todo
    if kind == "missing":
        return "nothing", f"the key {key!r}", f"write {key}: and its value here"
    if kind == "extra_forbidden":
        near = nearest(key, keys)
        todo = f"did you mean {near!r}?" if near else "delete it, or move it to where it belongs"
        return f"unknown key {key!r}", f"only {', '.join(keys)}", todo
    if kind == "literal_error":
        allowed = [a.strip("'") for a in context["expected"].replace(" or ", ", ").split(", ")]
        near = nearest(str(given), allowed)
        return found, f"one of {', '.join(allowed)}", f"did you mean {near!r}?" if near else todo
    if kind in ("too_short", "string_too_short"):
        what = "a text" if kind.startswith("string") else "at least one entry"
        return "nothing in it", what, "fill it in"
    if kind == "string_pattern_mismatch":
        return found, _MISTAKES["patterns"].get(context["pattern"], context["pattern"]), todo
    if kind in ("greater_than_equal", "less_than_equal", "greater_than"):
        sign = {"greater_than_equal": "from", "less_than_equal": "up to"}.get(kind, "above")
        bound = context.get("ge", context.get("le", context.get("gt")))
        return found, f"a number {sign} {bound}", "look for a slip in it"
    if (type_ := kind.split("_")[0]) in _MISTAKES["types"]:
        expected, todo = _MISTAKES["types"][type_].values()
        if type_ == "model":
            expected += f": {', '.join(keys)}"
        if isinstance(given, bool) and type_ == "string":
            todo = (
                "YAML reads a bare yes, no, on or off as true or false: put it in quotation marks"
            )
        elif given is None:
            todo = "write the value behind the colon, or delete the key"
    return found, expected, todo


def _shown(value: Any) -> str:
    """A value as a person would call it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "keys with values: " + ", ".join(map(str, value))[:100] if value else "nothing in it"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dt.date):
        return f"the day {value.isoformat()}"
    return repr(value)[:160]


def _models_at(model: type[BaseModel], loc: list[Any]) -> list[type[BaseModel]]:
    """The models that can stand at a place of a model."""
    here = [model]
    for step in loc:
        fields = [m.model_fields[step] for m in here if step in m.model_fields]
        here = [m for f in fields for m in _models_in(f.annotation)] if fields else here
    return here


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in get_args(annotation) for m in _models_in(part)]


def _keys(models: list[type[BaseModel]]) -> list[str]:
    return [field.alias or name for m in models for name, field in m.model_fields.items()]


@lru_cache(maxsize=1)
def _composed(text: str) -> yaml.Node:
    return yaml.compose(text, Loader=_Loader)


def position(path: Path, loc: list[Any]) -> tuple[int, int]:
    """Line and column, from 1, of a place in a YAML file; of the nearest place around it where it
    is not there itself."""
    node = _composed(path.read_text(encoding="utf-8-sig"))
    mark = node.start_mark
    for step in loc:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found:
                mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and step in range(len(node.value)):
            found = node = node.value[step]
            mark = node.start_mark
        if not found:
            break
    return mark.line + 1, mark.column + 1
