"""A figure of a text: where it stands, how it is written, the number and the interval it states."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from unicodedata import numeric

from babel.numbers import NumberFormatError, parse_decimal

from growth_claims.draft.tables import Words, meaning
from growth_claims.i18n import N_

Reason = Literal[
    "year",
    "date",
    "time of day",
    "period",
    "name",
    "document",
    "contact",
    "age",
    "count",
    "ordinal",
    "not understood",
]
#: Why a figure states nothing that could be checked, in words.
REASONS: dict[str, str] = {
    "year": N_("a year"),
    "date": N_("a date"),
    "time of day": N_("a time of day"),
    "period": N_("a length of time or a period"),
    "name": N_("part of a name"),
    "document": N_("the number of a document or of a part of one"),
    "contact": N_("a telephone number or an address"),
    "age": N_("a person's age"),
    "count": N_("a count in passing"),
    "ordinal": N_("an ordinal of something that is not counted here"),
    "not understood": N_("not understood: malformed, or a notation that the rules do not know"),
}

DIGITS = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?!\w)(?:[.,]\d+)*"
    r"|\d*[½¼¾]|\d+(?:[.,]{1,2}\d+)*)"
)
MASK = "\0"


@dataclass(frozen=True)
class Figure:
    """One figure of a text.

    `paragraph` counts from 1; `start` and `end` are offsets into the paragraph, from 0. `value`,
    `low` and `high` are in `magnitude` times `unit`, signed (a fall is below nought); `low` counts
    as inside the interval, `high` does not, None is unbounded. `period` is (first, last) year, each
    of which may be None. `kind`, `quantity` and `period` are guesses. `reason` says why a figure is
    set aside. `before`: what stands before a claim in its paragraph, a string a
    sentence, with MASK for other figures. `about`: what its noun measures, whatever the unit.
    `partial`: of a quarter or half a year.
    """

    paragraph: int
    start: int
    end: int
    as_written: str
    role: Literal["claim", "set aside"] = "claim"
    reason: Reason | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    magnitude: str = ""
    unit: str = ""
    wording: str = "exact"
    kind: str | None = None
    quantity: str | None = None
    period: tuple[int | None, int | None] = (None, None)
    before: tuple[str, ...] = ()
    about: str | None = None
    partial: bool = False

    @property
    def full_unit(self) -> str:
        """Magnitude and unit in one: "billion US$"."""
        return f"{self.magnitude} {self.unit or 'none'}".strip()

    @property
    def understood(self) -> bool:
        return self.reason != "not understood"


def parse(written: str, words: Words) -> tuple[Decimal, Decimal] | None:
    """A number in digits or words as (value, step of its last written digit); None if malformed.

    A whole number of four digits or more that ends in noughts is taken as rounded to its last digit
    that is none, but to two digits at least: "37,000" to thousands, "2,340" to tens.
    """
    if not written:
        return Decimal(1), Decimal(1)
    if written[-1] in "½¼¾":
        value = Decimal(written[:-1] or 0) + Decimal(str(numeric(written[-1])))
        return value, Decimal("0.1")
    if not written[0].isdigit():
        value = Decimal(str(meaning(written, words.numbers)))
        return value, Decimal(1) if value == int(value) else Decimal("0.1")
    text = re.sub(r"(?<=\d)[ \u00a0\u202f\u2009'’](?=\d{3})", "\u00a0", written)
    if words.locale == "en":
        text = text.replace("\u00a0", ",")
    elif re.fullmatch(r"\d+\.\d{1,2}", text):  # a Russian text may write a decimal point
        text = text.replace(".", ",")
    try:
        value = parse_decimal(text, locale=words.locale, strict=True)
    except NumberFormatError:
        return None
    exponent = value.as_tuple().exponent
    if exponent == 0 and value >= 1000:
        digits = str(value)
        exponent = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
    return value, Decimal(1).scaleb(exponent)


def interval(value: Decimal, step: Decimal, wording: str) -> tuple[Decimal | None, Decimal | None]:
    """The numbers that a wording and the rounding of `value` to `step` allow: from low up to, not
    including, high; None is unbounded."""
    half = step / 2
    return {
        "almost": (value - half, value),
        "just over": (value, value + half),
        "more than": (value, None),
        "at least": (value, None),
        "less than": (None, value),
        "at most": (None, value),
    }.get(wording, (value - half, value + half))


def negative(fields: dict) -> dict:
    low, high = fields["low"], fields["high"]
    return fields | {"low": None if high is None else -high, "high": None if low is None else -low}


def inverse(value: Decimal, fields: dict) -> tuple[Decimal, dict]:
    """A fall "by so many times" as what is left: 2 becomes a half."""
    low, high = fields["low"], fields["high"]
    return 1 / value, fields | {
        "low": None if high is None else 1 / high,
        "high": None if not low else 1 / low,
    }
