"""The catalogue of messages: what code, templates and notebooks say in English, and its
translations. `python -m growth_claims.catalogue update` takes new messages in and old ones out;
`check` says what is missing."""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from growth_claims import i18n, paths
from growth_claims.report.markdown import messages

CONFIGURATION = "babel.cfg"
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
TRANSLATED = tuple(language for language in i18n.LANGUAGES if language != "en")
_VALUE = re.compile(r"\{(\w*)[^}]*\}")


def extract_notebook(
    fileobj: io.BufferedIOBase, keywords: Iterable, comment_tags: Iterable, options: dict
) -> Iterator[tuple[int, str | None, object, list[str]]]:
    """A method of Babel's: the prose of a notebook, block by block, and what its code says. Lines
    are the numbers of the cells, from 1."""
    for number, cell in enumerate(json.load(fileobj)["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for _line, text in messages(source):
                yield number, None, text, []
        elif cell["cell_type"] == "code" and _is_python(source):
            code = io.BytesIO(source.encode("utf-8"))
            for _line, function, text, comments in extract_python(
                code, keywords, comment_tags, {"encoding": "utf-8"}
            ):
                yield number, function, text, comments


def _is_python(source: str) -> bool:
    """A cell with a magic command is none."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def template(root: Path) -> Catalog:
    """All messages there are now, each with the files that say it."""
    with (root / CONFIGURATION).open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, CONFIGURATION)
    catalogue = Catalog(project="growth-claims", charset="utf-8", fuzzy=False)
    for folder in ("src/growth_claims", "notebooks"):
        found = extract_from_dir(
            root / folder,
            [(f.removeprefix(f"{folder}/"), m) for f, m in methods if f.startswith(folder)],
            {f.removeprefix(f"{folder}/"): o for f, o in options.items()},
            keywords=KEYWORDS,
        )
        for name, _line, text, comments, context in sorted(found, key=_in_order):
            where = f"{folder}/{name}".replace("\\", "/")
            catalogue.add(text, locations=[(where, None)], auto_comments=comments, context=context)
    return catalogue


def _in_order(found: tuple) -> tuple:
    name, line, text, _comments, context = found
    return name, line, str(text), context or ""


def path_of(root: Path, language: str) -> Path:
    locale = root / "src" / "growth_claims" / "locale"
    return locale / language / "LC_MESSAGES" / f"{i18n.DOMAIN}.po"


def read(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return Catalog(locale=language, project="growth-claims", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(root: Path, language: str) -> Catalog:
    """The language's catalogue with all messages of now, translations kept. One that was changed
    keeps the old translation, marked as fuzzy, which is not shown until somebody looks at it."""
    old = read(path_of(root, language), language)
    new = template(root)
    catalogue = Catalog(locale=language, project="growth-claims", charset="utf-8", fuzzy=False)
    catalogue.creation_date = catalogue.revision_date = None
    fresh = [m for m in new if m.id and (m.id, m.context) not in _keys(old)]
    gone = [m for m in old if m.id and (m.id, m.context) not in _keys(new) and _said(m)]
    for message in new:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        text, flags = (known.string, known.flags) if known else (None, set())
        if message in fresh:
            text, flags = _nearest(message, gone)
        catalogue.add(
            message.id,
            text,
            locations=message.locations,
            flags=flags,
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if known else (),
            context=message.context,
        )
    return catalogue


def _nearest(message: Message, gone: list[Message]) -> tuple[object, set[str]]:
    from difflib import SequenceMatcher

    text = _first(message)
    best, ratio = None, 0.8
    for candidate in gone:
        if isinstance(candidate.id, str) != isinstance(message.id, str):
            continue
        found = SequenceMatcher(None, text, _first(candidate)).ratio()
        if found > ratio:
            best, ratio = candidate, found
    return (best.string, {"fuzzy"}) if best else (None, set())


def _keys(catalogue: Catalog) -> set[tuple[object, str | None]]:
    return {(m.id, m.context) for m in catalogue}


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _said(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return bool(strings) and all(strings)


def update(root: Path) -> list[Path]:
    """Writes the catalogue of each language; returns the files."""
    written = []
    for language in TRANSLATED:
        path = path_of(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, updated(root, language), width=0, sort_by_file=True, omit_header=False)
        text = re.sub(
            r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|'
            r"Report-Msgid-Bugs-To):.*\n",
            "",
            buffer.getvalue().decode("utf-8"),
            flags=re.M,
        )
        path.write_text(re.sub(r"\A(?:#.*\n)+", _HEADER, text), encoding="utf-8")
        written.append(path)
    return written


_HEADER = "# What the report says, in other languages than English.\n"


def check(root: Path) -> list[str]:
    """What is wrong with the catalogues: messages missing, left over, not looked at, or with other
    {values} than the English has."""
    problems = []
    new = template(root)
    for language in TRANSLATED:
        old = read(path_of(root, language), language)
        keys = _keys(old)
        for message in new:
            if message.id and (message.id, message.context) not in keys:
                problems.append(f"{language}: missing: {_first(message)!r}")
        now = _keys(new)
        for message in old:
            if not message.id:
                continue
            if (message.id, message.context) not in now:
                problems.append(f"{language}: left over: {_first(message)!r}")
            elif not _said(message):
                problems.append(f"{language}: not translated: {_first(message)!r}")
            elif message.fuzzy:
                problems.append(f"{language}: to be looked at: {_first(message)!r}")
            else:
                problems += [f"{language}: {p}" for p in _values(message)]
        problems += [
            f"{language}: obsolete entry kept: {_first(m)!r}" for m in old.obsolete.values()
        ]
    return problems


def _values(message: Message) -> Iterator[str]:
    """Where a translation fills in other values than its message."""
    singular, *plural = (message.id,) if isinstance(message.id, str) else message.id
    wanted = set(_VALUE.findall(plural[0] if plural else singular))
    strings = (message.string,) if isinstance(message.string, str) else message.string
    for string in strings:
        if set(_VALUE.findall(string)) != wanted:
            yield f"other values in {string!r} than in {singular!r}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m growth_claims.catalogue", description=__doc__)
    parser.add_argument("what", choices=("update", "check"))
    wanted = parser.parse_args(arguments)
    root = paths.project_root()
    if wanted.what == "update":
        for path in update(root):
            print(paths.shown(path))
    problems = check(root)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems and wanted.what == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
