"""What goes wrong, said so that a person can mend it: where, what was found, what was expected,
what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class GrowthClaimsError(Exception):
    """Any error that a user can mend. The command line prints it and exits 1; in a notebook its
    message stands alone, without the traceback of our own code (IPython's hook for that)."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class InputError(GrowthClaimsError):
    """Bad input: names file, row, field, what was found, what was expected, what to do."""

    def __init__(self, *, file, found, expected, todo, row=None, field=None):
        self.file, self.row, self.field = str(file), row, field
        self.found, self.expected, self.todo = found, expected, todo
        place = [str(file)]
        if row is not None:
            place.append(f"row {row}")
        if field is not None:
            place.append(f"field {field!r}")
        super().__init__(
            f"{', '.join(place)}: found {found}; expected {expected}. What to do: {todo}"
        )


class Mistake(ValueError):
    """What a model's own check found wrong, in the words of an InputError. `at`: keys from the
    model to the place."""

    def __init__(self, found: str, expected: str, todo: str, at=()):
        self.found, self.expected, self.todo, self.at = found, expected, todo, tuple(at)
        super().__init__(f"found {found}; expected {expected}. What to do: {todo}")


class InputErrors(InputError):
    """Several of them, each on a line of its own; `errors` holds them one by one."""

    def __init__(self, errors):
        self.errors = tuple(errors)
        first = self.errors[0]
        self.file, self.row, self.field = first.file, first.row, first.field
        self.found, self.expected, self.todo = first.found, first.expected, first.todo
        GrowthClaimsError.__init__(self, "\n".join(str(e) for e in self.errors))


class ParameterError(GrowthClaimsError):
    """A parameter of a run is misspelt, of the wrong type, or outside what the data hold."""

    def __init__(self, parameter: str, found: object, allowed: str, nearest: str | None = None):
        self.parameter, self.found, self.allowed, self.nearest = parameter, found, allowed, nearest
        hint = f" Did you mean {nearest!r}?" if nearest else ""
        super().__init__(f"parameter {parameter!r}: found {found!r}; allowed: {allowed}.{hint}")


class RunError(GrowthClaimsError):
    """A run failed; nothing was published."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was most likely meant to be, or None."""
    by_lower = {w.lower(): w for w in words}
    match = get_close_matches(str(word).lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[match[0]] if match else None
