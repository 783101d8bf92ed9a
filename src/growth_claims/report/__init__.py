"""The report: executed notebooks made into pages in both languages, checked before anybody sees
them. `build`, `check` and `overview` are imported when they are first asked for: a notebook that
only wants the front of the report does not pay for the pages."""

from importlib import import_module

_WHERE = {"build": "building", "check": "checking", "overview": "listing"}
__all__ = ["build", "check", "overview"]


def __getattr__(name: str):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
