"""The words for users are true: commands print what the pages show, blocks run as they stand, links
and names lead somewhere, and the numbers are the computed ones."""

from __future__ import annotations

import re
import shlex
import shutil

import pytest
import yaml
from conftest import ROOT

from growth_claims import check, claims, cli, draft, panel, params, quantities, words
from growth_claims.readings import assess
from growth_claims.verdicts import Verdict

DOCS = ROOT / "docs"
OURS = ("README", "your-own-text", "verdicts", "extend")
NAME = "baltic-2025-05-20"
TEXT = DOCS / "example" / f"{NAME}.txt"
REGISTER = DOCS / "example" / f"{NAME}.yaml"
#: Left out of an output, as the pages write it.
CUT = "…"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.M | re.S)


def commands(name: str) -> list[tuple[str, list[str]]]:
    """Each command line of a page, and the pieces of output shown after it."""
    found = []
    for block in blocks(name, "console"):
        for one in re.split(r"^\$ ", block, flags=re.M)[1:]:
            line, _, output = one.partition("\n")
            pieces = re.split(rf"^{CUT}$\n?", output, flags=re.M)
            found.append((line, [p.strip("\n") for p in pieces if p.strip()]))
    return found


@pytest.fixture(scope="session")
def figures():
    """The panel, made once where a fresh checkout has none."""
    return panel.make()


@pytest.fixture
def project(tmp_path, monkeypatch, figures):
    """A copy of what the pages work on: figures and notebooks by link, the rest to write in."""
    (tmp_path / "data" / "processed").mkdir(parents=True)
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    shutil.copy(panel.default_path(), tmp_path / "data" / "processed")
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    shutil.copytree(ROOT / "claims", tmp_path / "claims")
    shutil.copytree(DOCS, tmp_path / "docs")
    monkeypatch.setenv("GROWTH_CLAIMS_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def study():
    return check.study(params.check({"register": str(REGISTER)}))


@pytest.fixture(scope="module")
def assessed(study):
    """Claim → its verdict by the figures of its day and by today's."""
    today = study.on(None)
    return {c.id: (c, assess(study, c), assess(today, c)) for c in study.register.claims}


def run(line: str, capsys) -> str:
    """What a command of ours prints, progress and errors after the rest."""
    program, *arguments = shlex.split(line)
    assert program == "growth-claims", line
    cli.main(arguments)
    said = capsys.readouterr()
    return said.out + said.err


def plain(text: str) -> str:
    """With spaces as one types them."""
    return re.sub(r"[\xa0\u202f]", " ", text)


def shows(output: str, pieces: list[str]) -> None:
    """The pieces stand in the output, whole lines each, in their order."""
    at = 0
    lines = plain(f"\n{output}")
    for piece in pieces:
        found = lines.find(f"\n{piece}\n", at)
        assert found >= 0, f"not shown:\n{piece}\n\nin:\n{output}"
        at = found + len(piece)


# --- commands and blocks ------------------------------------------------------------------------


def test_every_command_of_your_own_text_prints_what_is_shown(project, capsys):
    known = commands("your-own-text")
    assert [line.split()[1] for line, _ in known] == ["draft", "check", "check", "report"]
    for line, pieces in known[:-1]:
        shows(run(line, capsys), pieces)
    made = (project / "claims" / f"{NAME}.yaml").read_text(encoding="utf-8")
    assert blocks("your-own-text", "yaml")[0] in made
    # A draft is a register as it is: what it could not make out is said to be so.
    assert claims.load(project / "claims" / f"{NAME}.yaml").claims


def test_the_reports_command_is_one_that_the_program_takes(project):
    line, pieces = commands("your-own-text")[-1]
    arguments = cli._parser().parse_args(shlex.split(line)[1:])
    settings = params.check({"register": arguments.register})
    assert pieces == [f"reports/{settings.register.stem}"]
    for option in re.findall(r"`(--claim \S+|-p \S+)`", page("your-own-text")):
        given = cli._parser().parse_args(["report", *option.split()])
        named = {"claim": given.claim} if given.claim else params.from_pairs(given.parameters)
        params.check({"register": arguments.register, **named})


@pytest.mark.parametrize("name", OURS)
def test_every_python_block_runs(name, project):
    for block in blocks(name, "python"):
        exec(compile(block, f"docs/{name}.md", "exec"), {})


def test_a_quantity_is_an_entry(project, capsys):
    quantity, claim = blocks("extend", "yaml")
    file = project / "claims" / quantities.FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\nsources:\n", f"\n{quantity}\nsources:\n"), encoding="utf-8")
    register = project / "claims" / f"{NAME}.yaml"
    text = REGISTER.read_text(encoding="utf-8")
    text = text.replace("\n# Figures of the text", f"\n{claim}\n# Figures of the text")
    register.write_text(text, encoding="utf-8")
    ((line, pieces),) = commands("extend")
    shows(run(line, capsys), pieces)
    study = check.study(params.check({"register": str(register)}))
    new = study.register.claim("exports-2024")
    found = assess(study, new)
    said = re.search(r"It finds ([\d.]+) and (\w+)\.", page("extend"))
    assert words.found(new, found.primary.found) == f"{said[1]} billion dollars"
    assert found.verdict == said[2]


def test_the_claim_that_is_shown_is_the_registers(study):
    _drafted, *shown = blocks("your-own-text", "yaml")
    assert len(shown) == 2
    assert all(claim in REGISTER.read_text(encoding="utf-8") for claim in shown)


# --- the example --------------------------------------------------------------------------------


def test_every_figure_of_the_example_is_accounted_for(study):
    text = TEXT.read_text(encoding="utf-8")
    schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", REGISTER.read_text("utf-8"))[1]
    assert (REGISTER.parent / schema).is_file()
    assert study.register.article.sha256 == draft.stub.digest(text)
    assert draft.unaccounted(study.register, text) == []
    assert draft.misplaced(study.register, text) == []


def test_the_table_of_the_example_is_what_the_figures_say(assessed):
    lines = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", page("your-own-text"), re.M)
    assert [name for name, _ in lines] == list(assessed)
    for name, cells in lines:
        claim, day, today = assessed[name]
        found = day.primary.found if day.primary else None
        said = [words.stated(claim), words.found(claim, found), day.verdict, today.verdict]
        assert cells.split(" | ") == [plain(s) for s in said], name


def test_the_example_has_verdicts_of_nearly_every_sort(assessed):
    assert set(Verdict) - {day.verdict for _, day, _ in assessed.values()} == {Verdict.OUT_OF_DATE}
    assert {c.kind for c, _, _ in assessed.values()} == set(claims.KINDS) - {"events"}


def test_numbers_in_the_prose_are_computed(assessed):
    def number(claim: str, reading: str | None = None, today: bool = False) -> float:
        _, day, now = assessed[claim]
        a = now if today else day
        if reading is None:
            return a.primary.found.value
        return next(r for r in a.others if r.named.id == reading).found.value

    own, meaning = page("your-own-text"), page("verdicts")
    growth, trade = "gdp-growth-20y", "trade-since-2019"
    for text, said in (
        (own, f"{number(growth):.2f} where 2.8 is stated"),
        (own, f"mean of the yearly rates would be {number(growth, 'mean-of-rates'):.2f}"),
        (own, f"rates, {number('gdp-growth-2024', 'unweighted'):.2f} %"),
        (own, f"With services it is {number(trade, 'goods-and-services'):.1f} %"),
        (own, f"with goods alone {number(trade):.1f} %"),
        (meaning, f"was {number('gdp-2024'):.1f} billion dollars in its day"),
        (meaning, f"figure of today is {number('gdp-2024', today=True):.1f}"),
        (meaning, f"it was {number('gdp-growth-2024'):.2f} %"),
    ):
        assert said in text, said


def test_the_draft_has_as_many_stubs_as_the_page_says():
    made = yaml.safe_load(draft.draft(TEXT.read_text("utf-8"), "en", ("EST", "LVA", "LTU"), NAME))
    counts = {10: "ten", 13: "thirteen"}
    assert f"{counts[len(made['claims'])]} here" in page("your-own-text")
    register = claims.load(REGISTER)
    assert f"{counts[len(register.claims)]} claims" in page("your-own-text")
    by_figure = [c for c in register.claims if c.where]
    assert len(by_figure) == len(made["claims"])


# --- names and links ----------------------------------------------------------------------------


def test_the_verdicts_are_all_explained_in_their_order():
    assert re.findall(r"^\| \*\*(.+?)\*\*", page("verdicts"), re.M) == [v.value for v in Verdict]


def test_the_kinds_take_what_the_page_says():
    lines = re.findall(r"^\| (\w+) \| ([^|]*) \| ([^|]*) \|$", page("your-own-text"), re.M)
    kinds = {k: (units, needs) for k, units, needs in lines if k in claims.KINDS}
    assert list(kinds) == list(claims.KINDS)
    for kind, (units, _needs) in kinds.items():
        if kind in claims.UNITS:
            assert re.findall("`(.+?)`", units) == list(claims.UNITS[kind]), kind
    for kind in ("level", "multiple", "direction", "events"):
        named = set(re.findall("`(.+?)`", kinds[kind][1]))
        assert named >= set(claims.NEEDS[kind]) - {"quantity", "source"}, kind


def anchors(text: str) -> set[str]:
    """GitHub's anchors of the headings of a page."""
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


@pytest.mark.parametrize("name", OURS)
def test_links_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", page(name)):
        assert not target.startswith("http"), "nothing checks an address: leave it out"
        file, _, anchor = target.partition("#")
        path = (DOCS / file).resolve() if file else DOCS / f"{name}.md"
        assert path.is_file(), f"docs/{name}.md: {target}"
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"docs/{name}.md: {target}"


@pytest.mark.parametrize("name", OURS)
def test_files_and_names_are_where_the_page_says(name):
    """A path in code letters is there; what stands after it and a colon is defined in it."""
    found = 0
    for path, names in re.findall(
        r"`((?:src|claims|data|notebooks|tests)/[\w./]*\w/?)`((?:(?:: |, )`\w+`)*)", page(name)
    ):
        if path.startswith("data/raw/NAME"):
            continue
        assert (ROOT / path).exists(), f"docs/{name}.md: {path}"
        for word in re.findall(r"`(\w+)`", names):
            text = (ROOT / path).read_text(encoding="utf-8")
            defined = rf"^(?:(?:def |class ){word}\b|{word}\b.*=|    {word}: )"
            assert re.search(defined, text, re.M), f"docs/{name}.md: {word} in {path}"
            found += 1
    assert found or name != "extend"
