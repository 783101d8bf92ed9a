"""What the run of a claim writes, and what is gathered from it: the content of `verdicts.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from growth_claims import i18n, sentences, words
from growth_claims.claims import Claim, CrossCheck, Register
from growth_claims.readings import Study, assess, evaluate
from growth_claims.region import NoData
from growth_claims.verdicts import Assessment, Found, Materiality, Outcome, outcome, under

SCHEMA = 2
#: Margins under which every verdict is decided again, to show what hangs on the choice.
MARGINS = (0.01, 0.02, 0.05, 0.10)
FOLDER = "pieces"


def piece(
    study: Study, claim: Claim, a: Assessment, today: Assessment, share: Mapping[str, int]
) -> dict[str, Any]:
    """A claim's entry in `verdicts.json`, with `page`: what only the first page needs, in words of
    the current language."""
    language = i18n.language()
    stated = claim.stated
    summary = {}
    for code in i18n.LANGUAGES:
        with i18n.use(code):
            summary[code] = sentences.of(study, claim, a, today)
    return {
        "id": claim.id,
        "kind": claim.kind,
        "topic": claim.topic,
        "verdict": str(a.verdict),
        "statement": claim.statement.model_dump(),
        "summary": summary,
        "stated": {
            "value": stated.value,
            "low": stated.low,
            "high": stated.high,
            "unit": stated.unit,
        },
        "found": found(claim, a.primary.found if a.primary else None),
        "today": {
            "verdict": str(today.verdict),
            "found": found(claim, today.primary.found if today.primary else None),
        },
        "readings": dict(share),
        "margins": {f"{m:.2f}": str(under(stated, a, Materiality().scaled(m))) for m in MARGINS},
        "page": {
            language: {
                "stated": words.stated(claim),
                "found": words.found(claim, a.primary.found if a.primary else None),
                "run": a.primary is not None and a.primary.found is not None,
                "settled_by": claim.settled_by[language] if claim.settled_by else None,
                "otherwise": [
                    {"label": o.label[language], "verdict": str(_otherwise(claim, o, a))}
                    for o in stated.otherwise
                ],
            }
        },
    }


def _otherwise(claim: Claim, other, a: Assessment):
    """The verdict, had the wording been read in another way."""
    stated = claim.stated.model_copy(update={"low": other.low, "high": other.high})
    return under(stated, a, Materiality())


def found(claim: Claim, what: Found | None) -> dict[str, Any] | None:
    """The number that a reading gives and the reading, resolved; None where there is none."""
    if what is None:
        return None
    reading = what.reading.model_dump(mode="json", exclude_unset=True)
    reading = {k: v for k, v in reading.items() if v not in (None, [], "")}
    source = reading.pop("source", "events" if what.reading.test else None)
    reading.pop("vintage", None)
    return {
        "value": what.value,
        "low": what.low,
        "high": what.high,
        "unit": claim.stated.unit,
        "source": source,
        "vintage": what.vintage,
        "estimated": what.estimated,
        "reading": reading,
    }


def without_run(study: Study, claim: Claim) -> dict[str, Any]:
    """The entry of a claim on which no figures bear: it has no notebook of its own."""
    a, today = assess(study, claim), assess(study.on(None), claim)
    return piece(study, claim, a, today, {"count": 0, "holding": 0, "close": 0})


def write(entry: Mapping[str, Any], output: Path, language: str) -> Path:
    """Writes a piece beside the page of its claim."""
    folder = Path(output) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{entry['id']}.{language}.json"
    path.write_text(json.dumps(entry, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read(output: Path, register: Register) -> list[dict[str, Any]]:
    """The pieces of a run, in the register's order, the languages of each put together."""
    gathered = []
    for claim in register.claims:
        entry: dict[str, Any] = {}
        for language in i18n.LANGUAGES:
            path = Path(output) / FOLDER / f"{claim.id}.{language}.json"
            if path.is_file():
                one = json.loads(path.read_text(encoding="utf-8"))
                entry = _together(entry, one, language) if entry else one
        if entry:
            gathered.append(entry)
    return gathered


def _together(first: dict[str, Any], second: dict[str, Any], language: str) -> dict[str, Any]:
    """Two pieces of one claim as one; of the second, what its run said in its own language."""
    for name in ("statement", "summary", "page"):
        first[name] = first[name] | {language: second[name][language]}
    return first


def content(study: Study, entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All of `verdicts.json`: schema, article, editions, claims, cross-checks."""
    entries = [dict(e) for e in entries]
    vintages: dict[str, str] = {}
    for entry in entries:
        if entry["found"] and entry["found"]["vintage"]:
            known = vintages.setdefault(entry["found"]["source"], entry["found"]["vintage"])
            vintages[entry["found"]["source"]] = min(known, entry["found"]["vintage"])
    register = study.register
    article = register.article.model_dump(mode="json", exclude_none=True)
    return {
        "schema": SCHEMA,
        "register": register.id,
        "article": {"title": register.title.model_dump()} | article,
        "vintages": dict(sorted(vintages.items())),
        "claims": [{k: v for k, v in e.items() if k != "page"} for e in entries],
        "cross_checks": cross_checks(study),
    }


# --- cross-checks: ours, not the text's ---------------------------------------------------------


def cross_checks(study: Study) -> list[dict[str, Any]]:
    """Do the text's numbers fit each other? In both languages."""
    return [_cross_check(study, check) for check in study.register.cross_checks]


def _cross_check(study: Study, check: CrossCheck) -> dict[str, Any]:
    finding = _implied(study, check) if check.implied else _other_period(study, check)
    said = {}
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            said[language] = finding["say"]()
    return {
        "id": check.id,
        "statement": check.statement.model_dump(),
        "summary": said,
        "why": check.why.model_dump(),
        "implied": finding["implied"],
        "published": finding["published"],
        "fits": finding["fits"],
    }


def _implied(study: Study, check: CrossCheck) -> dict[str, Any]:
    """The level that a level and a change since a year imply for it, beside the published."""
    level = study.register.claim(check.implied.level)
    change = study.register.claim(check.implied.change)

    def times(x: float) -> float:
        return 1 + x / 100 if change.stated.unit == "percent" else x

    implied = level.stated.value / times(change.stated.value)
    low = level.stated.low / times(change.stated.high)
    high = level.stated.high / times(change.stated.low)
    start = study.primary(change).start
    reading = study.primary(level).change(end=start)
    try:
        published = evaluate(study, level, reading).value
    except NoData:
        published = None

    def say() -> str:
        if published is None:
            return i18n._("There is no published figure for {year}.", year=start)
        unit = level.stated.unit
        fits = low <= published < high
        return i18n._(
            FITS if fits else FITS_NOT,
            implied=words.amount(implied, unit),
            published=words.amount(published, unit),
            year=start,
        )

    fits = published is not None and low <= published < high
    return {"implied": implied, "published": published, "fits": fits, "say": say}


FITS = i18n.N_("They fit: they imply {implied} in {year}, and {published} are published.")
FITS_NOT = i18n.N_(
    "They do not fit: they imply {implied} in {year}, but {published} are published."
)


def _other_period(study: Study, check: CrossCheck) -> dict[str, Any]:
    """A claim's reading over another period, beside its own."""
    claim = study.register.claim(check.other_period.claim)
    try:
        reading = study.primary(claim).like(check.other_period.change)
        other = evaluate(study, claim, reading)
        own = evaluate(study, claim, study.primary(claim))
    except NoData as problem:
        why = str(problem)
        return {"implied": None, "published": None, "fits": False, "say": lambda: why}
    except ValidationError:  # a run's parameters have moved the years

        def nothing() -> str:
            return i18n._("The period that is set does not fit this comparison.")

        return {"implied": None, "published": None, "fits": False, "say": nothing}
    judged = outcome(claim.stated, other.value, study.materiality)

    def say() -> str:
        return i18n._(
            "{found} for {period}: {outcome}; for {own_period}, the years that are named, it is "
            "{own}.",
            found=words.found(claim, other),
            period=words.years(reading),
            outcome=words.outcome(judged),
            own_period=words.years(own.reading),
            own=words.found(claim, own),
        )

    return {
        "implied": claim.stated.value,
        "published": other.value,
        "fits": judged is not Outcome.FAILS,
        "say": say,
    }
