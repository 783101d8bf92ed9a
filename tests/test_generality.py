"""Nothing in the package or in a notebook knows a text, a country or a claim: registers with other
identifiers, other countries, other orders are checked without touching code."""

import json
import re
from pathlib import Path

import pycountry
import pytest
import yaml
from babel import Locale
from second_way import FIRST_STATED, REGISTER, ROOT

from growth_claims import claims, params
from growth_claims.check import open_check, study
from growth_claims.readings import assess
from growth_claims.verdicts import Verdict

PACKAGE = sorted((ROOT / "src" / "growth_claims").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def sources():
    """Every line of code and prose, parameters cells aside."""
    for path in PACKAGE:
        yield path, path.read_text(encoding="utf-8")
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        kept = [c for c in cells if "parameters" not in c["metadata"].get("tags", [])]
        yield path, "\n".join("".join(c["source"]) for c in kept)


def countries():
    """Codes and names, in both languages, of the countries of every register."""
    codes = {c for r in claims.registers() for c in claims.load(r).economies}
    for code in sorted(codes):
        yield code
        alpha_2 = pycountry.countries.get(alpha_3=code).alpha_2
        for language in ("en", "ru"):
            yield Locale.parse(language).territories[alpha_2]


def identifiers():
    every = {c.id for r in claims.registers() for c in claims.load(r).claims}
    return sorted(every | {claims.load(r).id for r in claims.registers()})


#: A default register has to be named somewhere: where the parameters are.
ALLOWED = {("params.py", "central-asia-2025-11-15")}


def test_no_country_of_any_register_is_in_package_or_notebooks():
    words = re.compile(r"\b(?:" + "|".join(map(re.escape, countries())) + r")\b")
    assert {(p.name, m.group()) for p, text in sources() for m in words.finditer(text)} == set()


def test_no_claim_of_any_register_is_in_package_or_notebooks():
    words = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, identifiers())) + r")(?![\w-])")
    found = {(p.name, m.group()) for p, text in sources() for m in words.finditer(text)}
    assert found <= ALLOWED, found - ALLOWED


def renamed(path: Path, folder: Path) -> Path:
    """The register with all its identifiers renamed and its claims in another order."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = {c["id"]: f"claim-{n}-x" for n, c in enumerate(content["claims"])}
    for claim in content["claims"]:
        claim["id"] = names[claim["id"]]
        for reading in claim.get("readings", []):
            reading["id"] = f"r-{reading['id']}"
    for check in content.get("cross_checks", []):
        for part in (check.get("implied"), check.get("other_period")):
            for key, value in (part or {}).items():
                if value in names if isinstance(value, str) else False:
                    part[key] = names[value]
    content["claims"].reverse()
    content["id"] = "renamed"
    target = folder / "renamed.yaml"
    target.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return target


@pytest.mark.parametrize("register", [REGISTER, FIRST_STATED], ids=lambda p: p.stem)
def test_a_register_with_other_names_in_another_order_gets_the_same_verdicts(register, tmp_path):
    first = study(params.check({"register": str(register)}))
    other = study(params.check({"register": str(renamed(register, tmp_path))}))
    before = [assess(first, c).verdict for c in first.register.claims]
    after = [assess(other, c).verdict for c in other.register.claims]
    assert after[::-1] == before


NORTH_AMERICA = """\
id: north-america
title: {en: North America, ru: Северная Америка}
article: {date: 2025-06-30, language: en, outlet: {en: nobody, ru: никто}}
region: {en: "the United States, Canada and Bermuda", ru: "США, Канада и Бермуды"}
economies: [USA, CAN, BMU]
topics: {all: {en: All, ru: Всё}}
claims:
  - id: people
    kind: level
    topic: all
    statement: {en: It has 380 million people., ru: Там живут 380 млн человек.}
    stated: &people
      {value: 380, low: 375, high: 385, unit: million persons, wording: exact,
       as_written: {en: 380 million, ru: 380 млн}, why: {en: rounding, ru: округление}}
    period: {end: 2023, as_written: {en: "2023", ru: "2023 год"}}
    primary: {quantity: population, source: wdi, end: 2023}
  - id: growth
    kind: growth
    topic: all
    statement: {en: It grew by 9 % a year., ru: Рост составлял 9 % в год.}
    stated:
      {value: 9, low: 8.5, high: 9.5, unit: percent per year, wording: exact,
       as_written: {en: 9 %, ru: 9 %}, why: {en: rounding, ru: округление}}
    period: {start: 2013, end: 2023, as_written: {en: ten years, ru: десять лет}}
    primary: {quantity: real-gdp, source: wdi, estimator: endpoint, start: 2013, end: 2023}
  - id: faster
    kind: comparison
    topic: all
    statement: {en: It grew faster than the world., ru: Рост быстрее мирового.}
    stated:
      {value: null, low: 0, unit: percentage points, wording: comparison,
       as_written: {en: faster, ru: быстрее}, why: {en: any lead, ru: любое опережение}}
    period: {start: 2013, end: 2023, as_written: {en: ten years, ru: десять лет}}
    primary:
      {quantity: real-gdp, source: wdi, estimator: endpoint, start: 2013, end: 2023, against: WLD}
  - id: per-head
    kind: multiple
    topic: all
    statement: {en: GDP per head has grown by half., ru: ВВП на душу вырос в полтора раза.}
    stated:
      {value: 50, low: 45, high: 55, unit: percent, wording: about,
       as_written: {en: by half, ru: в полтора раза}, why: {en: rounding, ru: округление}}
    period: {start: 2000, end: 2023, as_written: {en: since 2000, ru: с 2000 года}}
    primary: {quantity: gdp-per-head, source: wdi, start: 2000, end: 2023}
"""


def test_a_third_register_runs_through_without_an_edit(tmp_path):
    path = tmp_path / "north-america.yaml"
    path.write_text(NORTH_AMERICA, encoding="utf-8")
    made = study(params.check({"register": str(path)}))
    verdicts = {c.id: assess(made, c).verdict for c in made.register.claims}
    assert verdicts["people"] is Verdict.HOLDS
    assert verdicts["growth"] is Verdict.DOES_NOT_HOLD
    assert verdicts["faster"] is Verdict.DOES_NOT_HOLD
    assert Verdict.CANNOT_BE_CHECKED not in verdicts.values()
    for claim in made.register.claims:
        for language in ("en", "ru"):
            check = open_check(
                params.check({"register": str(path), "claim": claim.id, "language": language})
            )
            assert check.summary and "KeyError" not in repr(check)
            assert not check.curve().empty
