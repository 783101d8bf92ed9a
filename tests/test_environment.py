"""What the project stands on is listed in pyproject.toml, requirements.lock and environment.yml:
the three agree, and the code imports nothing that they do not name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

#: Names that conda-forge has and PyPI does not: PyPI's name → conda-forge's.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}
#: What conda-forge lacks, which environment.yml therefore takes from PyPI.
NOT_ON_CONDA = {"axe-playwright-python"}
#: What the environment itself needs.
OF_CONDA = {"python", "pip"}
#: Where the name of a module is not that of its package.
PACKAGES = {
    "PIL": "pillow",
    "yaml": "pyyaml",
    "rattler": "py-rattler",
    "axe_playwright_python": "axe-playwright-python",
}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def required() -> list[Requirement]:
    """The direct dependencies with those of every extra."""
    about = project()
    lines = list(about["dependencies"])
    for extra in about["optional-dependencies"].values():
        lines += extra
    return [Requirement(line) for line in lines]


def environment() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda-forge, and what from PyPI."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    own = [d for d in listed["dependencies"] if isinstance(d, str)]
    pip = [line for d in listed["dependencies"] if isinstance(d, dict) for line in d["pip"]]
    return own, pip


def locked() -> dict[str, list[str]]:
    """Name → the lines of that package in the lock file."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text("utf-8")):
        if "==" in block.splitlines()[0]:
            found.setdefault(canonicalize_name(block.split("==")[0]), []).append(block)
    return found


def test_conda_and_pypi_name_the_same_with_the_same_bounds():
    from rattler import MatchSpec

    own, pip = environment()
    specs = {s.name.normalized: s for s in (MatchSpec(line, strict=True) for line in own)}
    assert len(specs) == len(own), "a package stands twice in environment.yml"
    wanted = {}
    for requirement in required():
        name = canonicalize_name(requirement.name)
        if name not in NOT_ON_CONDA:
            wanted[CONDA_NAMES.get(name, name)] = requirement.specifier
    assert set(specs) - OF_CONDA == set(wanted)
    for name, specifier in wanted.items():
        assert SpecifierSet(str(specs[name].version)) == specifier, name
    assert str(specs["python"].version) == project()["requires-python"]
    lines = [Requirement(line) for line in pip if not line.startswith("-")]
    by_name = {canonicalize_name(r.name): r.specifier for r in required()}
    assert {canonicalize_name(r.name): r.specifier for r in lines} == {
        name: by_name[name] for name in NOT_ON_CONDA
    }
    assert [line for line in pip if line.startswith("-")] == ["-e ."]


def test_conda_takes_nothing_from_elsewhere():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert listed["name"] == project()["name"]
    assert listed["channels"] == ["conda-forge", "nodefaults"]


def test_the_lock_holds_every_dependency_within_its_bounds():
    blocks = locked()
    for requirement in required():
        name = canonicalize_name(requirement.name)
        assert name in blocks, f"{name} is not locked: run `make lock`"
        for block in blocks[name]:
            version = re.search(r"==([^ ;\\]+)", block).group(1)
            assert requirement.specifier.contains(version), f"{name} {version}"


def test_everything_locked_has_a_hash_and_no_address():
    blocks = locked()
    assert len(blocks) > 100
    for name, versions in blocks.items():
        for block in versions:
            assert "--hash=sha256:" in block, name
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text


def imported(folder) -> set[str]:
    """Modules that the files of a folder import."""
    names = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"growth_claims"}


@pytest.mark.parametrize(("folder", "extras"), [("src", ()), ("tests", ("test", "build"))])
def test_what_is_imported_is_required(folder, extras):
    lines = list(project()["dependencies"])
    for extra in extras:
        lines += project()["optional-dependencies"][extra]
    named = {canonicalize_name(Requirement(line).name) for line in lines}
    ours = {path.stem for path in (ROOT / "tests").glob("*.py")}
    # Chromium is driven where there is one; a report does not need it
    optional = {"playwright", "pypdf"} if folder == "src" else set()
    missing = {
        module
        for module in imported(ROOT / folder) - ours - optional
        if canonicalize_name(PACKAGES.get(module, module)) not in named
    }
    assert not missing


def test_help_says_a_line_for_each_target():
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M).group(1).split()
    for target in phony:
        assert re.search(rf"^  make {target} +\w", said, re.M), target


def test_the_licence_and_the_citation_are_the_projects():
    about = project()
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["license"] == about["license"] == "MIT"
    assert str(cited["version"]) == about["version"]
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
