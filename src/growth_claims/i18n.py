"""Texts, numbers and dates in the reader's language: gettext catalogues read by Babel, one
current language at a time (`with use("ru"): …`)."""

from __future__ import annotations

import datetime as dt
import gettext as _gettext
import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

LANGUAGES = ("en", "ru")
DOMAIN = "growth_claims"
MINUS = "\N{MINUS SIGN}"
#: Thousands stand apart by a thin space in both languages (ISO 80000-1), the decimal sign is the
#: language's own.
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"

_DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")

_current: ContextVar[str | None] = ContextVar("language", default=None)
#: What a notebook speaks: its cells run in contexts of their own, which a variable does not cross.
_spoken = "en"


@contextmanager
def use(language: str) -> Iterator[None]:
    """Everything said inside is said in `language`."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {LANGUAGES}")
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def speak(language: str) -> None:
    """From here on everything is said in `language`: for a notebook, which has one."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {LANGUAGES}")
    global _spoken
    _spoken = language


def language() -> str:
    """The current language, "en" or "ru"."""
    return _current.get() or _spoken


@cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """The messages of a language; English is what the code itself says."""
    po = resources.files("growth_claims") / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not po.is_file():
        return _gettext.NullTranslations()
    buffer = io.BytesIO()
    with po.open("rb") as file:
        write_mo(buffer, read_po(file, locale=language))
    buffer.seek(0)
    return Translations(buffer, domain=DOMAIN)


def _(message: str, **values: object) -> str:
    """The message in the current language, its {named} values filled in."""
    text = catalogue(language()).gettext(message) if message else message
    return stops(text.format(**values)) if values else text


def stops(text: str) -> str:
    """Russian abbreviations end in a full stop, and so may a sentence: one is enough."""
    return _DOUBLE_STOP.sub(".", text)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """The form of the message that fits `n` (Russian has three), with {n} and values filled in."""
    return stops(catalogue(language()).ngettext(singular, plural, n).format(n=n, **values))


def pgettext(context: str, message: str, **values: object) -> str:
    """The message in a context, where one English word has several translations."""
    text = catalogue(language()).pgettext(context, message)
    return stops(text.format(**values)) if values else text


def N_(message: str) -> str:
    """Marks a message for the catalogue and returns it untranslated (for tables of constants)."""
    return message


def number(x: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A number with so many decimals, in the current language's format."""
    if x is None or math.isnan(x):
        return "–"
    rounded = round(float(x), decimals) + 0.0  # no "−0.0"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), format=pattern, locale=language())
    for separator in ("\N{NO-BREAK SPACE}", *([","] if language() == "en" else [])):
        text = text.replace(separator, THIN_SPACE)
    if rounded < 0:
        return MINUS + text
    return ("+" + text) if sign and rounded > 0 else text


def percent(x: float, decimals: int = 1, *, sign: bool = False) -> str:
    """A percentage that is already in percent: 6.2 → "6.2 %" (ISO 80000-1: a space between)."""
    return f"{number(x, decimals, sign=sign)}\N{NO-BREAK SPACE}%"


def date(day: dt.date) -> str:
    """A date with the month's name: "15 November 2025", «15 ноября 2025 г.»"""
    pattern = "d MMMM y" if language() == "en" else "d MMMM y\N{NO-BREAK SPACE}'г.'"
    return format_date(day, format=pattern, locale=language())


def dates(first: dt.date, last: dt.date) -> str:
    """Some days in a row: "3–4 April 2025", «3–4 апреля 2025 г.»"""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date(last)}"
    return f"{date(first)} – {date(last)}"


def both(render) -> dict[str, str]:
    """What `render()` says in each language: {"en": …, "ru": …}."""
    said = {}
    for code in LANGUAGES:
        with use(code):
            said[code] = render()
    return said
