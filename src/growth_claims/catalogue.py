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
            for text in messages(source):
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
    found = extract_from_dir(root, methods, options, keywords=KEYWORDS)
    for name, _line, text, comments, context in sorted(found, key=_in_order):
        where = [(Path(name).as_posix(), None)]
        catalogue.add(text, locations=where, auto_comments=comments, context=context)
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
    catalogue = read(path_of(root, language), language)
    catalogue.update(template(root))
    catalogue.creation_date = catalogue.revision_date = None
    return catalogue


def update(root: Path) -> list[Path]:
    """Writes the catalogue of each language; returns the files."""
    written = []
    for language in TRANSLATED:
        path = path_of(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        buffer = io.BytesIO()
        write_po(buffer, updated(root, language), width=0, sort_by_file=True, ignore_obsolete=True)
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
    now = {(m.id, m.context) for m in template(root) if m.id}
    for language in TRANSLATED:
        catalogue = read(path_of(root, language), language)
        known = {(m.id, m.context): m for m in catalogue if m.id}
        told = [("missing", one) for one, _context in now - known.keys()]
        told += [("obsolete entry kept", m.id) for m in catalogue.obsolete.values()]
        told += [(wrong, m.id) for m in known.values() if (wrong := _wrong(m, now))]
        problems += sorted(f"{language}: {wrong}: {_forms(one)[0]!r}" for wrong, one in told)
    return problems


def _wrong(message: Message, now: set[tuple]) -> str:
    """What is wrong with a translation; `now`: the messages that there are."""
    said = _forms(message.string)
    if (message.id, message.context) not in now:
        return "left over"
    if not all(said):
        return "not translated"
    if message.fuzzy:
        return "to be looked at"
    wanted = set(_VALUE.findall(_forms(message.id)[-1]))
    other = [text for text in said if set(_VALUE.findall(text)) != wanted]
    return f"other values in {other[0]!r}" if other else ""


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A message's or a translation's forms: one, or one a number."""
    return (text,) if isinstance(text, str) else text


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
