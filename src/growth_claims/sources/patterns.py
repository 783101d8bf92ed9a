"""What copying does to figures and revisions do not: those of an older edition, of another year or
of another economy, the same difference in year after year, years that are missing at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

#: Figures that agree to this part are the same.
SAME = 1e-9
#: From so many years (or economies) on a pattern is one, and what it says. The names are those of
#: `counts`.
PATTERNS = {
    "older": (4, "the figures of an edition before the last: an old file?"),
    "later": (3, "the figures of the edition before, a year later: the years?"),
    "earlier": (3, "the figures of the edition before, a year earlier: the years?"),
    "constant": (3, "away from the edition before by the same in each of several years: rebased?"),
    "years": (2, "figures of two years in each other's place"),
    "economies": (1, "figures of two economies in each other's place"),
    "repeated": (1, "the figure of the year before once more: the year?"),
    "missing": (1, "the last years are missing, which the edition before has: cut off?"),
    "older year": (10, "the figures of an edition before the last: an old file?"),
    "ends": (1, "all of it ends earlier than the edition before: is the file whole?"),
}
#: Those that are asked about each time, whatever editions have done before.
ALWAYS = ("missing", "ends")


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Where two figures are one."""
    return np.abs(a - b) <= SAME * np.abs(b)


def shifted(x: np.ndarray, years: int) -> np.ndarray:
    """x of `years` later (earlier, if negative), NaN beyond the ends."""
    out = np.full_like(x, np.nan)
    if years > 0:
        out[:, :-years] = x[:, years:]
    else:
        out[:, -years:] = x[:, :years]
    return out


def counts(
    new: np.ndarray,
    older: Sequence[np.ndarray],
    x: np.ndarray,
    before: np.ndarray,
    years: Sequence[int],
    least: float,
) -> dict[str, np.ndarray]:
    """In how many years each pattern of PATTERNS shows, an entry an economy (for "older year": how
    many economies, an entry a year; for "ends": how many years, at the first of them).

    `new`, `older`: figures, economy × year, those of the editions before it, the last one first;
    `x`, `before`: `new` and the first of `older` as they are compared;
    `least`: the difference from which on "constant" is one.
    """
    last = older[0]
    both = np.isfinite(new) & np.isfinite(last)
    differs = both & ~same(new, last)
    exact = differs & _long(new, 4)
    made = {"older": np.zeros(len(new)), "older year": np.zeros(len(years))}
    for other in older[1:]:
        revised = both & np.isfinite(other) & ~same(last, other)
        back = revised & same(new, other)
        for name, axis, part in (("older", 1, 0.9), ("older year", 0, 0.7)):
            whole = back.sum(axis) >= part * revised.sum(axis)
            made[name] = np.maximum(made[name], back.sum(axis) * whole)
    made["later"] = _longest(exact & same(new, shifted(last, -1)))
    made["earlier"] = _longest(exact & same(new, shifted(last, 1)))
    away = x - before
    alike = np.abs(np.diff(away, axis=1)) < 1e-6
    run = _longest(alike & (np.abs(away[:, 1:]) > least))
    made["constant"] = run + (run > 0)
    made["years"], made["economies"] = np.zeros(len(new)), np.zeros(len(new))
    for e in np.flatnonzero(exact.sum(axis=1) > 1):
        at = np.flatnonzero(exact[e])
        made["years"][e] = _exchanged(new[e, at], last[e, at]).sum()
    for t in np.flatnonzero(exact.sum(axis=0) > 1):
        at = np.flatnonzero(exact[:, t])
        made["economies"][at] += _exchanged(new[at, t], last[at, t])
    again = same(new[:, 1:], new[:, :-1]) & ~same(last[:, 1:], last[:, :-1])
    made["repeated"] = (again & _long(new[:, 1:], 5)).sum(axis=1)
    ends, ended = _ends(new), _ends(last)
    reached = (ends >= 0) & (ended >= np.median(ended[ended >= 0]))
    least = np.minimum(np.median(ends[ends >= 0]), ended)
    made["missing"] = np.where(reached & (ends >= 0), np.maximum(least - ends, 0), 0)
    # The first year that is gone says how many are.
    made["ends"] = np.zeros(len(years))
    made["ends"][ends.max() + 1 : ended.max() + 1][:1] = ended.max() - ends.max()
    return made


def _long(values: np.ndarray, digits: int) -> np.ndarray:
    """Numbers of so many significant digits or more, which are not alike by chance."""
    size = np.abs(values)
    mantissa = size / 10.0 ** np.floor(np.log10(size))
    return np.abs(mantissa - np.round(mantissa, digits - 2)) > 1e-9


def _longest(run: np.ndarray) -> np.ndarray:
    """The longest stretch of True in each row."""
    longest = now = np.zeros(len(run))
    for column in run.T:
        now = (now + 1) * column
        longest = np.maximum(longest, now)
    return longest


def _exchanged(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """Which of these have the old figure of one of the others, which has theirs."""
    of = same(new[:, None], old[None, :])
    return (of & of.T).any(axis=1)


def _ends(table: np.ndarray) -> np.ndarray:
    """Where each row has its last figure, -1 if it has none."""
    has = np.isfinite(table)
    return np.where(has.any(axis=1), table.shape[1] - 1 - has[:, ::-1].argmax(axis=1), -1)
