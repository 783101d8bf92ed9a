"""The register that a text's figures are put down in, to be completed by hand; and the gate: that
every figure of the text is on the register or set aside with a reason."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pycountry

from growth_claims import claims, i18n, names, paths, quantities, words
from growth_claims.draft.figures import MASK, REASONS, Figure
from growth_claims.draft.finder import find, paragraphs
from growth_claims.draft.tables import MAGNITUDES
from growth_claims.draft.tables import words as words_of
from growth_claims.errors import InputError, ParameterError, RunError
from growth_claims.i18n import LANGUAGES, _, both, ngettext

if TYPE_CHECKING:
    from growth_claims.readings import Study

#: What the register calls a wording; an interval says the rest.
WORDINGS = {
    "almost": "almost",
    "about": "about",
    "range": "range",
    "more than": "more than",
    "just over": "more than",
}
#: A unit of the text, in which unit of a register it is stated, and the factor between them.
UNITS = {
    "persons": ("million persons", 1e-6),
    "US$": ("billion US$", 1e-9),
    "international $": ("billion international $", 1e-9),
    "US$ per head": ("thousand US$ per head", 1e-3),
    "basis points": ("percentage points", 0.01),
}
GUESS = "  # guess"
#: The month from which the World Bank has the figures of the year before.
PUBLISHED = 7
#: So many years ahead the IMF projects.
AHEAD = 5


def _unsaid() -> str:
    return _("not said")


def draft(
    text: str,
    language: str,
    economies: Sequence[str] = (),
    id: str = "draft",
    date: dt.date | None = None,
) -> str:
    """A register (YAML with comments) of the figures of `text`, to be completed.

    `economies`: ISO codes of the region; `date`: the text's day. Each figure that states something
    is a stub with the interval of its rounding; kind, quantity, period and reading are guesses and
    marked as such. All others stand under `set_aside` with the reason. The text is not in it: only
    its sha256, and where each figure stands. Raises InputError for a text without figures that
    state something, ParameterError for a language without rules.
    """
    if language not in LANGUAGES:
        raise ParameterError("language", language, " or ".join(LANGUAGES))
    day = date or dt.date.today()
    figures = find(text, language, day.year)
    stated = [f for f in figures if f.role == "claim"]
    if not stated:
        raise InputError(
            file=id,
            found=f"{len(figures)} figures, none of which states something",
            expected="a text with a number to check",
            todo="look at the language: it is read as " + repr(language),
        )
    names.checked(economies)
    known = quantities.load()
    stubs = [_Stub(f, day, known, language, economies) for f in stated]
    _name(stubs)
    topics = {s.topic: s.topic_name for s in stubs}
    aside = [f for f in figures if f.role != "claim"]
    region = both(lambda: _places(economies))
    codes = _stems(_world(), language)
    named = [code for code, written in codes.items() if re.search(written, text)]
    such = f"; the text names {', '.join(named)}" if named else ", such as [KEN, TZA, UGA]"
    lines = [
        *(
            []
            if economies
            else ["# To be filled in before it can be checked: region and economies."]
        ),
        "# A draft: rules made out, from the words around a figure, what is marked as a guess.",
        "# Say each statement in your own words, in both languages; put right the guesses; move",
        "# what states nothing to set_aside. `growth-claims check` says what is missing.",
        f"id: {_quoted(id)}",
        f"title: {_flow({x: id for x in LANGUAGES})}{GUESS}: the heading of the report",
        "article:",
        f"  date: {day.isoformat()}" + ("" if date else GUESS + ": the day of the draft"),
        f"  language: {language}",
        f"  outlet: {_flow(both(_unsaid))}{GUESS}: who published it",
        f"  sha256: {digest(text)}",
        f"region: {_flow(region)}" + ("" if economies else "  # fill in, such as East Africa"),
        f"economies: [{', '.join(economies)}]"
        + ("" if economies else f"  # fill in: ISO codes{such}"),
        "",
        "topics:",
        *(f"  {topic}: {_flow(name)}" for topic, name in topics.items()),
        "",
        "claims:",
        *(line for stub in stubs for line in [*stub.lines(), ""]),
        "# Figures of the text that state nothing to be checked, and why.",
        "set_aside:" if aside else "set_aside: []",
        *(_aside(f) for f in aside),
    ]
    return "\n".join(lines) + "\n"


def language_of(text: str) -> str:
    """The language of a text by its letters: Cyrillic ones are Russian."""
    return "ru" if len(re.findall("[а-яё]", text)) > len(re.findall("[a-z]", text)) else "en"


def digest(text: str) -> str:
    """The sha256 of a text, by which a register knows the one that it was drafted from."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def unaccounted(register: claims.Register, text: str) -> list[Figure]:
    """Figures of `text` that are neither on the register nor set aside with a reason."""
    placed = [(w.paragraph, w.position - 1, len(w.as_written)) for w in _wheres(register)]
    return [
        f
        for f in find(text, register.article.language, register.article.date.year)
        if not any(p == f.paragraph and a < f.end and f.start < a + n for p, a, n in placed)
    ]


def misplaced(register: claims.Register, text: str) -> list[claims.Where]:
    """Places of the register at which `text` does not read as the register says."""
    parts = paragraphs(text)

    def there(w: claims.Where) -> bool:
        part = parts[w.paragraph - 1] if w.paragraph <= len(parts) else ""
        return part[w.position - 1 :].startswith(w.as_written)

    return [w for w in _wheres(register) if not there(w)]


def accounted(
    register: claims.Register,
    text: str,
    checkable: Callable[[claims.Claim], bool] = lambda claim: claim.primary is not None,
) -> str:
    """One sentence: all figures are accounted for, and how many of them can be checked, which
    `checkable` says of a claim.

    Raises RunError that lists the figures that are missing and the places that do not fit.
    """
    wrong = [
        _(
            "paragraph {paragraph}, position {position}: “{written}” is on no claim, nor set aside",
            paragraph=f.paragraph,
            position=f.start + 1,
            written=f.as_written,
        )
        for f in unaccounted(register, text)
    ]
    wrong += [
        _(
            "paragraph {paragraph}, position {position}: the text does not read “{written}”",
            paragraph=w.paragraph,
            position=w.position,
            written=w.as_written,
        )
        for w in misplaced(register, text)
    ]
    if wrong:
        raise RunError("\n".join(wrong))
    count = len(find(text, register.article.language, register.article.date.year))
    checked = sum(len(c.where) for c in register.claims if checkable(c))
    return ngettext(
        "the text's only figure is accounted for; {checked} can be checked",
        "all {n} figures of the text are accounted for; {checked} can be checked",
        count,
        checked=checked,
    )


def _wheres(register: claims.Register) -> list[claims.Where]:
    return [w for c in register.claims for w in c.where] + [s.where for s in register.set_aside]


# --- a stub ----------------------------------------------------------------------------------


class _Stub:
    """One figure as a claim to be completed."""

    def __init__(self, figure: Figure, day: dt.date, known, language: str, region: Sequence[str]):
        self.figure, self.known, self.language = figure, known, language
        self.kind, self.quantity = figure.kind, figure.quantity
        self.unit, self.factor = _unit(figure)
        if self.unit == "billion international $" and self.quantity == "gdp-dollars":
            self.quantity = "gdp-ppp"
        self.start, end = figure.period
        self.undated = "" if end else ": the sentence names no year"
        self.end = end or day.year - 1
        if self.start is not None and self.start >= self.end:
            self.start = None
        if self.kind == "growth" and self.start is None:
            self.start = self.end - 1
        self.years = f"{self.start}–{self.end}" if self.start else str(self.end)
        self.far = False
        quantity = known.quantities.get(self.quantity)
        self.topic = self.quantity if quantity else "other"
        self.topic_name = (
            quantity.name.model_dump() if quantity else both(lambda: _("Other figures"))
        )
        self.primary = self.reading(day, _named(figure, region, language)) if quantity else None
        self.written = self.in_both()
        self.id = ""

    def reading(self, day: dt.date, economies: str | None) -> dict[str, Any] | None:
        """The literal reading, where the quantities of the project hold what it needs: of a year
        to come, by a source that projects; of the one country that the sentence speaks of."""
        quantity, sources = (
            self.known.quantities[self.quantity],
            self.known.sources_of(self.quantity),
        )
        late = self.end >= day.year or (self.end == day.year - 1 and day.month < PUBLISHED)
        project = [s for s in sources if self.known.sources[s].projects]
        if self.end >= day.year or (late and project):
            sources = project
        partial = self.figure.partial and self.quantity != "population"
        self.far = self.end > day.year + AHEAD
        if not sources or quantity.partners or partial or self.far:
            return None
        reading: dict[str, Any] = {"quantity": self.quantity, "source": sources[0]}
        if weights := self.known.own_weights(self.quantity, sources[0]):
            reading["weights"] = weights
        if economies:
            reading["economies"] = f"[{economies}]"
        if self.kind == "level" and quantity.unit == self.unit:
            return reading | {"end": self.end}
        if self.kind == "growth":
            return reading | {"estimator": "endpoint", "start": self.start, "end": self.end}
        if self.kind == "multiple" and self.start is not None:
            return reading | {"start": self.start, "end": self.end}
        return None

    def in_both(self) -> dict[str, str]:
        """The number as it is written, and in the other language where that is the same number
        with the same unit in other words."""
        f = self.figure
        plain = (
            f.wording == "exact" and re.match(r"\W?\d", f.as_written) and self.unit in words.UNITS
        )
        if not plain or self.unit == "none":
            return dict.fromkeys(LANGUAGES, f.as_written)
        value = round(abs(f.value * self.factor), 9)
        worded = re.search(r"[^\W\d_]", f.as_written)
        unit = self.unit if worded or not self.unit.startswith("percent") else "percent"
        said = both(lambda: words.amount(value, unit, words.shortest(value)))
        return said | {self.language: f.as_written}

    def lines(self) -> list[str]:
        f = self.figure
        start = f"start: {self.start}, " if self.start else ""
        numbers = [
            f"      {name}: {_number(x, self.factor)}"
            for name, x in (("value", f.value), ("low", f.low), ("high", f.high))
        ]
        unit = f"      unit: {self.unit}" + _unless(self.unit != "none", f.full_unit)
        wording = WORDINGS.get(f.wording, "exact")
        period = (
            f"{{{start}end: {self.end}, as_written: {_flow(dict.fromkeys(LANGUAGES, self.years))}}}"
        )
        other = next(x for x in LANGUAGES if x != self.language)
        same = self.written[other] == f.as_written
        worded = same and re.search(r"[^\W\d_]", f.as_written)
        translate = f"  # say it in {other} too" if worded else ""
        out = [
            f"  - id: {self.id}",
            f"    kind: {self.kind}{GUESS}",
            f"    topic: {self.topic}",
            "    statement:  # say it in your own words",
            *(f"      {x}: {_quoted(self.said(x))}" for x in LANGUAGES),
            "    stated:",
            *numbers,
            unit,
            f"      wording: {wording}" + _unless(wording == f.wording, f.wording),
            f"      as_written: {_flow(self.written)}{translate}",
            f"      why: {_flow(_why(f))}",
            f"    period: {period}{GUESS}{self.undated}",
        ]
        if self.primary:
            inside = ", ".join(f"{k}: {v}" for k, v in self.primary.items())
            out.append(f"    primary: {{{inside}}}{GUESS}")
        else:
            out.append(f"    settled_by: {_flow(both(self.settled_by))}{GUESS}")
        return [*out, f"    where: [{_where(f)}]"]

    def said(self, language: str) -> str:
        """What it says, in words that are not the text's."""
        name = self.topic_name[language]
        fall = "−" if self.figure.value < 0 and self.figure.as_written[0].isdigit() else ""
        return f"{name[0].upper()}{name[1:]}, {self.years}: {fall}{self.written[language]}"

    def settled_by(self) -> str:
        if self.topic == "other":
            return _("A published figure that no quantity of this project holds")
        if self.far:
            return _("A published projection that goes so far")
        if self.figure.partial:
            return _("A figure of that part of the year; those here are of whole years")
        return _("A reading that this draft could not make out")


def _named(f: Figure, region: Sequence[str], language: str) -> str | None:
    """The code of the one country that a sentence last named before a figure: its own, or, where
    that speaks of "its" and names none, the nearest before it. Of the region, or any other."""
    known = words_of(language)
    for sentence in reversed(f.before):
        for part in reversed(sentence.split(MASK)):
            for stems in (_stems(tuple(region), language), _stems(_world(), language)):
                said = [c for c, s in stems.items() if re.search(s, part)]
                if said:
                    return said[0] if len(said) == 1 and [*said] != [*region] else None
        if not re.search(known.pronoun, sentence, re.I):
            return None
    return None


@cache
def _world() -> tuple[str, ...]:
    return tuple(c.alpha_3 for c in pycountry.countries)


@cache
def _stems(codes: tuple[str, ...], language: str) -> dict[str, str]:
    """How a text may write the names of countries: with any ending, in Russian; of a region, its
    adjectives too."""
    exact = codes == _world()
    ending = r"\w{0,3}" if language == "ru" else ""
    made = {}
    for code in codes:
        parts = names.economy(code, language).split()
        stems = [p if exact and not ending else p.rstrip("аяьйыaи") for p in parts]
        written = rf"{ending}\s".join(map(re.escape, stems))
        made[code] = rf"\b{written}" + (rf"{ending}\b" if exact else "")
    return made


def _name(stubs: list[_Stub]) -> None:
    """Identifiers of quantity, kind and, where there are several, a number."""
    wanted = [f"{s.quantity or 'figure'}-{s.kind}" for s in stubs]
    total, seen = Counter(wanted), Counter()
    for stub, name in zip(stubs, wanted, strict=True):
        seen[name] += 1
        stub.id = name if total[name] == 1 else f"{name}-{seen[name]}"


def _unit(f: Figure) -> tuple[str, float]:
    """The register's unit of a figure, and the factor from the text's number to it."""
    factor = MAGNITUDES[f.magnitude]
    if f.unit in UNITS:
        unit, into = UNITS[f.unit]
        return unit, factor * into
    known = claims.Unit.__args__
    return (f.unit, factor) if f.unit in known else ("none", 1.0)


def _unless(same: bool, written: str) -> str:
    """A comment with what the text has, where the register says it otherwise."""
    return "" if same or written == "none" else f"  # the text: {written}"


def _why(f: Figure) -> dict[str, str]:
    return both(
        lambda: {
            "almost": _("“Almost” is below the number and rounds to it."),
            "just over": _("“Just over” is above the number and rounds to it."),
            "more than": _("“More than” is anything above the number."),
            "at least": _("“At least” is the number or anything above it."),
            "less than": _("“Less than” is anything below the number."),
            "at most": _("“At most” is the number or anything below it."),
            "range": _("Both ends of the range are taken as rounded to their last written digit."),
        }.get(
            f.wording,
            _("A count is exact.")
            if f.kind == "events" or f.unit == "rank"
            else _("A number is taken as rounded to its last written digit."),
        )
    )


def _number(x: float | None, factor: float) -> str:
    return "null" if x is None else f"{x * factor:.10g}"


def _quoted(text: str) -> str:
    """A string as YAML's double-quoted ones, which JSON's are."""
    return json.dumps(text, ensure_ascii=False)


def _flow(texts: dict[str, str]) -> str:
    return "{" + ", ".join(f"{k}: {_quoted(v)}" for k, v in texts.items()) + "}"


def _where(f: Figure) -> str:
    written = _quoted(f.as_written)
    return f"{{paragraph: {f.paragraph}, position: {f.start + 1}, as_written: {written}}}"


def _aside(f: Figure) -> str:
    reason = both(lambda: _(REASONS[f.reason]))
    return f"  - {{where: {_where(f)}, reason: {_flow(reason)}}}"


def _places(economies: Sequence[str]) -> str:
    return ", ".join(names.economy(code, i18n.language()) for code in economies)


# --- the command line ------------------------------------------------------------------------


def read(path: Path | str) -> str:
    """A plain text in UTF-8. Raises InputError."""
    path = Path(path).expanduser()
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            file=paths.shown(path),
            found=getattr(error, "strerror", None) or "bytes that are not UTF-8",
            expected="a plain text in UTF-8",
            todo="name one, or save it as such",
        ) from error


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ParameterError("date", text, "a day such as 2025-05-20") from None


def main_draft(arguments: argparse.Namespace) -> Path | None:
    """Prints the draft of `arguments.text`, or writes it to `arguments.out` where that is given
    and not there yet, and returns its path. Takes `language`, `economies` (codes), `id`, `date`
    (ISO) too."""
    out = Path(arguments.out).expanduser() if getattr(arguments, "out", None) else None
    if out and out.exists():
        raise ParameterError("out", paths.shown(out), "a file that does not exist yet")
    date = getattr(arguments, "date", None)
    name = getattr(arguments, "id", None) or (out or Path(arguments.text)).stem
    text = read(arguments.text)
    made = draft(
        text,
        arguments.language or language_of(text),
        tuple(getattr(arguments, "economies", None) or ()),
        name,
        _day(date) if date else None,
    )
    if out:
        known = out.absolute().parent == paths.claims()
        out.write_text((claims.SCHEMA if known else "") + made, encoding="utf-8")
        print(paths.shown(out))
    else:
        print(made, end="")
    return out and out.absolute()


def main_gate(arguments: argparse.Namespace, study: Study) -> None:
    """Prints that every figure of `arguments.text` is accounted for on the study's register, and
    how many of them its figures can check; raises RunError that lists those that are not."""
    from growth_claims.preview import checkable

    text = read(arguments.text)
    print(accounted(study.register, text, lambda claim: checkable(study, claim)))
