"""What an economy is called: countries from Unicode's CLDR (by Babel), groups from groups.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pycountry
from babel import Locale

from growth_claims import groups
from growth_claims.errors import ParameterError, nearest
from growth_claims.i18n import LANGUAGES


def economy(code: str, language: str, vintage: str | None = None, source: str | None = None) -> str:
    """The name of an economy or a group in a language (`en`, `ru`).

    A code that ISO 3166-1 has is a country's, and named by CLDR; any other is a publisher's own,
    and named by `groups.name` in the edition `vintage` of `source` (else the newest, of the first
    publisher that has the code). Raises InputError for a code that neither has.
    """
    alpha_2 = _alpha_2(code)
    found = _territories(language).get(alpha_2) if alpha_2 else None
    return found or groups.name(code, language, vintage, source)


@cache
def _alpha_2(code: str) -> str | None:
    country = pycountry.countries.get(alpha_3=code)
    return country.alpha_2 if country else None


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language).territories)


def code_of(name: str, known: set[str]) -> str | None:
    """The code, among those known, of the economy that a name most likely means."""
    wanted = str(name).strip().upper()
    called: dict[str, str] = {}
    for country in (c for c in pycountry.countries if c.alpha_3 in known):
        if wanted == country.alpha_2:
            return country.alpha_3
        for language in LANGUAGES:
            called.setdefault(_territories(language)[country.alpha_2], country.alpha_3)
    if wanted in known:
        return wanted
    begin = [text for text in called if len(wanted) > 2 and text.upper().startswith(wanted)]
    if begin:  # LIT is Lithuania, not MLT
        return called[min(begin)]
    near = nearest(wanted, known) if len(wanted) < 5 else None
    return near or called.get(nearest(wanted, called))


def checked(codes: Iterable[str]) -> tuple[str, ...]:
    """ISO codes of countries, or publishers' of groups, as they are. Raises ParameterError that
    names the nearest for any other."""
    known = {c.alpha_3 for c in pycountry.countries} | {g.code for g in groups.load()}
    for code in codes:
        if code not in known:
            raise ParameterError(
                "economies", code, "ISO codes of three letters, such as KEN", code_of(code, known)
            )
    return tuple(codes)
