"""What the project stands on is listed in pyproject.toml and requirements.lock, from which every
environment is made: the two agree, and the code imports nothing that they do not name."""

from __future__ import annotations

import ast
import json
import os
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

from growth_claims import cli

#: Where the name of a module is not that of its package.
PACKAGES = {
    "PIL": "pillow",
    "ipykernel_launcher": "ipykernel",
    "sdmx": "sdmx1",
    "yaml": "pyyaml",
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


def locked() -> dict[str, list[str]]:
    """Name → the lines of that package in the lock file."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text("utf-8")):
        if "==" in block.splitlines()[0]:
            found.setdefault(canonicalize_name(block.split("==")[0]), []).append(block)
    return found


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
    return names - set(sys.stdlib_module_names) - {"growth_claims", "benchmarks"}


#: Folders of code, and the extras that each may import.
FOLDERS = [("src", ("dask",)), ("tests", ("test", "build")), ("benchmarks", ("test",))]


@pytest.mark.parametrize(("folder", "extras"), FOLDERS)
def test_what_is_imported_is_required(folder, extras):
    lines = list(project()["dependencies"])
    parts = {"urllib3": "requests"}  # which brings it, and names it in its own interface
    for extra in extras:
        lines += project()["optional-dependencies"][extra]
    named = {canonicalize_name(Requirement(line).name) for line in lines}
    ours = {path.stem for path in (ROOT / "tests").glob("*.py")}
    # Chromium is driven where there is one; a report does not need it
    optional = {"playwright", "pypdf"} if folder == "src" else set()
    missing = {
        module
        for module in imported(ROOT / folder) - ours - optional
        if canonicalize_name({**PACKAGES, **parts}.get(module, module)) not in named
    }
    assert not missing


#: What repo2docker takes an image from before it looks for environment.yml.
HIDING = (
    ".binder",
    "binder",
    "Dockerfile",
    "Project.toml",
    "JuliaProject.toml",
    "REQUIRE",
    "default.nix",
    "DESCRIPTION",
    "install.R",
    "runtime.txt",
)


def test_conda_and_binder_make_the_environment_of_the_lock():
    """By the rules of repo2docker's CondaBuildPack: it reads Python's version off one `=`, and of
    anything else makes an environment of an older one than the packages need."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert listed["name"] == project()["name"]  # by which the Makefile knows it
    assert listed["channels"] == ["conda-forge", "nodefaults"]
    python, *rest = listed["dependencies"]
    version = re.match(r"python\s*=+\s*([\d\.]*)", python)[1]
    assert re.fullmatch(r"3\.\d+", version)
    assert SpecifierSet(project()["requires-python"]).contains(version)
    assert rest == ["pip", {"pip": ["-r requirements.lock"]}]
    assert not [name for name in HIDING if (ROOT / name).exists()]


def test_post_build_installs_makes_and_signs(tmp_path):
    for name in ("python", "jupyter"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(["./postBuild"], cwd=ROOT, env={"PATH": path}, capture_output=True)
    install, panel, trust, news = done.stdout.decode().splitlines()
    by_make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(option in by_make for option in install.removeprefix("python -m pip ").split())
    assert install.endswith(" -e .")
    assert panel == "python -m growth_claims panel" and "panel" in cli.COMMANDS
    signed = [ROOT / name for name in trust.removeprefix("jupyter trust ").split()]
    assert signed == sorted((ROOT / "notebooks").glob("*.ipynb"))
    own = ROOT / "src" / "growth_claims" / "jupyter" / "labconfig" / "page_config.json"
    (spared,) = json.loads(own.read_text(encoding="utf-8"))["disabledExtensions"]
    assert news == f"jupyter labextension disable {spared}"
    assert done.returncode == 0


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
