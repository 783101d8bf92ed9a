"""The catalogue: what it takes in, and that the Russian one is complete."""

import ast
import json

import pytest
from babel.messages.pofile import read_po

from growth_claims import catalogue, i18n
from growth_claims.paths import project_root


def test_russian_is_complete():
    assert catalogue.check(project_root()) == []


def test_no_message_hides_in_an_f_string():
    """To Python before 3.12 an f-string is one token: what is called in it is extracted by some
    versions and not by others."""
    for path in sorted((project_root() / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                hidden = [
                    inner.lineno
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Call)
                    and getattr(inner.func, "id", "") in ("_", "N_", "ngettext")
                ]
                assert not hidden, f"{path.name}: lines {hidden}"


def test_every_message_of_the_code_is_in_the_catalogue():
    """Also one said within another, which Babel's extraction passes over."""
    known = set()
    for message in catalogue.template(project_root()):
        known.update([message.id] if isinstance(message.id, str) else message.id)
    for path in sorted((project_root() / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_"):
                said = node.args[0] if node.args else None
                if isinstance(said, ast.Constant):
                    assert said.value in known, f"{path.name}:{node.lineno}"


@pytest.fixture
def root(tmp_path):
    package = tmp_path / "src" / "growth_claims"
    (package / "report" / "templates").mkdir(parents=True)
    (package / "a.py").write_text(
        'from growth_claims.i18n import _, N_, ngettext\n_("said {x}")\nL = N_("later")\n'
        'ngettext("{n} year", "{n} years", 2)\n'
    )
    (package / "report" / "templates" / "p.html.j2").write_text('<b>{{ _("in a page") }}</b>')
    (tmp_path / "notebooks").mkdir()
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "\n", "Prose of\n", "two lines."]},
        {"cell_type": "code", "source": 'show.finding(N_("found in code"))'},
        {"cell_type": "code", "source": "%matplotlib inline"},
    ]
    (tmp_path / "notebooks" / "01_x.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "babel.cfg").write_text((project_root() / "babel.cfg").read_text())
    return tmp_path


def test_messages_come_from_code_templates_and_notebooks(root):
    said = {m.id for m in catalogue.template(root) if m.id}
    assert said == {
        "said {x}",
        "later",
        ("{n} year", "{n} years"),
        "in a page",
        "Title",
        "Prose of two lines.",
        "found in code",
    }


def translate(root, **texts):
    """The catalogue with these messages translated."""
    catalogue.update(root)
    path = catalogue.path_of(root, "ru")
    with path.open("rb") as file:
        po = read_po(file, locale="ru")
    for message in po:
        if isinstance(message.id, tuple):
            message.string = ("{n} год", "{n} года", "{n} лет")
        elif message.id:
            message.string = texts.get(message.id.split()[0], message.id)
    from babel.messages.pofile import write_po

    with path.open("wb") as file:
        write_po(file, po)


def test_a_complete_catalogue_passes_and_an_update_changes_nothing(root):
    translate(root)
    assert catalogue.check(root) == []
    catalogue.update(root)
    once = catalogue.path_of(root, "ru").read_bytes()
    catalogue.update(root)
    assert catalogue.path_of(root, "ru").read_bytes() == once
    assert catalogue.check(root) == []


def test_what_is_wrong_is_said(root):
    translate(root, said="сказано {y}", later="")
    code = root / "src" / "growth_claims" / "a.py"
    code.write_text(code.read_text() + '_("new")\n')
    notebook = root / "notebooks" / "01_x.ipynb"
    notebook.write_text(notebook.read_text().replace("Title", "Other"))
    problems = "\n".join(catalogue.check(root))
    assert "other values in 'сказано {y}'" in problems
    assert "not translated: 'later'" in problems
    assert "missing: 'new'" in problems and "missing: 'Other'" in problems
    assert "left over: 'Title'" in problems


def test_a_changed_message_has_to_be_looked_at(root):
    translate(root, Prose="Проза.")
    notebook = root / "notebooks" / "01_x.ipynb"
    notebook.write_text(notebook.read_text().replace("two lines", "two rows"))
    catalogue.update(root)
    assert catalogue.check(root) == ["ru: to be looked at: 'Prose of two rows.'"]


def test_the_forms_of_russian_plurals_are_three():
    assert catalogue.updated(project_root(), "ru").num_plurals == 3
    with i18n.use("ru"):
        said = {i18n.ngettext("{n} row", "{n} rows", n) for n in (1, 2, 5, 11, 21)}
    assert len(said) == 5
