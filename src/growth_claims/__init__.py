"""Checks the growth claims of a text with public statistics. What notebooks use is here by name and
imported when it is first asked for, so that the command line starts quickly."""

from importlib import import_module

_WHERE = {
    "Sentence": "check",
    "attempt": "check",
    "open_check": "check",
    "open_report": "gathering",
    "parameters": "params",
    "breaks": "growth.stability",
    "chow": "growth.stability",
    "hac_lags": "growth.stability",
    "summary": "growth.stability",
    "unit_root": "growth.stability",
}
_NAMES = {"parameters": "from_notebook"}
__all__ = sorted(_WHERE)


def __getattr__(name: str):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), _NAMES.get(name, name))
