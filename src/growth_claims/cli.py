"""The command `growth-claims`. What it needs is imported where it is used: `--help` is quick."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from growth_claims.errors import GrowthClaimsError, nearest

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Python's own, with the nearest command for a misspelt one."""

    def error(self, message: str):
        words = [a for a in sys.argv[1:] if not a.startswith("-")]
        hint = nearest(words[0], COMMANDS) if words and words[0] not in COMMANDS else None
        super().error(message + (f"\ndid you mean {hint!r}?" if hint else ""))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0, 1 what a user can mend, 2 misuse."""
    arguments = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _stop)
    try:
        COMMANDS[arguments.command][0](arguments)
    except GrowthClaimsError as error:
        print(f"growth-claims: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("growth-claims: interrupted; nothing was published", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return 0


def _stop(*_: object) -> None:
    """A run that is told to end cleans up as after Ctrl-C."""
    raise KeyboardInterrupt


def _say(line: str) -> None:
    """Progress, for a person who watches; quiet in a pipe."""
    if sys.stderr.isatty():
        print(f"  {line}", file=sys.stderr)


def _from_here(path: Path) -> str:
    """A path as a person in the current folder would write it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _report(arguments: argparse.Namespace) -> None:
    from growth_claims import params, paths, run

    given = params.from_pairs(arguments.parameters)
    if arguments.register:
        if "register" in given:
            raise params.ParameterError(
                "register", given["register"], "one register; --register names another"
            )
        here = Path(arguments.register).expanduser().absolute()
        given["register"] = paths.shown(here) if here.is_file() else arguments.register
    out = Path(arguments.out).expanduser().absolute() if arguments.out else None
    print(_from_here(run.report(given, out, _say)))


def _panel(arguments: argparse.Namespace) -> None:
    from growth_claims import run

    print(_from_here(run.panel()))


def _notebooks(arguments: argparse.Namespace) -> None:
    from growth_claims import run

    for path in run.notebooks(_say):
        print(_from_here(path))


def _check(arguments: argparse.Namespace) -> None:
    from growth_claims import claims, panel, params, paths, reproduction, sources

    files = sources.verify()
    frame = panel.build()
    print(f"{paths.shown(paths.raw())}: {len(files)} files, {len(frame)} figures")
    for path in [Path(r) for r in arguments.registers] or params.registers():
        register = claims.load(path)
        print(f"{paths.shown(path)}: {len(register.claims)} claims")
    groups = reproduction.load()
    print(f"{paths.shown(paths.claims() / reproduction.FILE)}: {len(groups)} groups")
    for group, missing in reproduction.left_out(panel.Panel(frame), groups).items():
        print(f"  {group} is not recomputed: there is no growth of {', '.join(missing)}")
    params.check({}, makes_panel=True)


def _seal(arguments: argparse.Namespace) -> None:
    from growth_claims import sources

    changed = sources.seal()
    print("\n".join(changed) if changed else "nothing has changed")


def _pdf(arguments: argparse.Namespace) -> None:
    from growth_claims.report import pdf

    folder = Path(arguments.folder) if arguments.folder else _default_report()
    for path in pdf.write(folder):
        print(_from_here(path))


def _screenshot(arguments: argparse.Namespace) -> None:
    from growth_claims import paths
    from growth_claims.report import screenshot

    print(_from_here(screenshot.take(_default_report(), paths.reports() / "first-screen.png")))


def _default_report() -> Path:
    from growth_claims import params, run
    from growth_claims.claims import load

    settings = params.check({}, makes_panel=True)
    return run.default_out(load(settings.register).id, {})


COMMANDS = {
    "report": (_report, "build the report of a register of claims and publish it"),
    "panel": (_panel, "make data/processed/panel.csv, the table of all figures (runs 01_clean)"),
    "check": (_check, "validate the figures in data/raw and the registers of claims"),
    "seal": (_seal, "write sizes and hashes of data/raw anew, and take in new files"),
    "notebooks": (_notebooks, "execute the notebooks and save their outputs into them"),
    "screenshot": (_screenshot, "take the picture of the report that the README shows"),
    "pdf": (_pdf, "print a report to one PDF a language"),
}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="growth-claims",
        description="Checks the growth claims of a text with public statistics.",
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parts = {
        name: commands.add_parser(name, help=text, description=text.capitalize() + ".")
        for name, (_, text) in COMMANDS.items()
    }
    report = parts["report"]
    report.add_argument("--register", metavar="FILE", help="register of claims, a YAML file")
    report.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the notebooks, such as first_year=2005 or economies=KAZ,UZB; "
        "may be given several times",
    )
    report.add_argument(
        "--out",
        metavar="FOLDER",
        help="where the report goes; by default reports/, in a folder named for the register, and "
        "for the parameters if some are given",
    )
    parts["check"].add_argument("registers", nargs="*", metavar="FILE", help="default: all")
    parts["pdf"].add_argument("folder", nargs="?", metavar="FOLDER", help="default: the report")
    return parser


def _version() -> str:
    try:
        return f"growth-claims {metadata.version('growth-claims')}"
    except metadata.PackageNotFoundError:
        return "growth-claims (not installed)"


if __name__ == "__main__":
    sys.exit(main())
