"""The command `growth-claims`. What it needs is imported where it is used: `--help` is quick."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from growth_claims.errors import GrowthClaimsError, InputErrors, ParameterError, nearest

FAILED, MISUSED, INTERRUPTED = 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Python's own, with the nearest command for a misspelt one."""

    def error(self, message: str):
        words = [a for a in sys.argv[1:] if not a.startswith("-")]
        hint = nearest(words[0], COMMANDS) if words and words[0] not in COMMANDS else None
        super().error(message + (f"\ndid you mean {hint!r}?" if hint else ""))


class _Version(argparse.Action):
    """Looks the version up when it is asked for."""

    def __call__(self, parser, *_: object) -> None:
        from importlib import metadata

        print(f"growth-claims {metadata.version('growth-claims')}")
        parser.exit()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns the exit status: 0, 1 what a user can mend, 2 misuse."""
    arguments = _parser().parse_args(_together(sys.argv[1:] if argv is None else argv))
    signal.signal(signal.SIGTERM, _stop)
    try:
        COMMANDS[arguments.command][0](arguments)
        sys.stdout.flush()
    except GrowthClaimsError as error:
        print(f"growth-claims: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt as stopped:
        said = str(stopped) or "nothing was published"
        print(f"growth-claims: interrupted; {said}", file=sys.stderr)
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


_SWEEP = """\
An example of GRID.yaml, the verdicts of every claim for four periods:

  grain: verdicts
  grids:
    - first_year: [2004, 2010]
      last_year: [2020, 2024]

Without `grain` each point becomes a report with pages. The same line goes on where it
stopped: what is there and whose inputs have not changed is not made again. docs/sweep.md
says more.
"""


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _together(argv: Sequence[str]) -> list[str]:
    """The words with codes that commas or blanks part in one word ("EST, LVA, LTU"), so that the
    word behind them is not taken for one more."""
    words, codes = [], False
    for word in argv:
        name, sign, value = word.partition("=")
        if name == "--economies":
            codes = True
            words += [name, value] if sign else [name, ""]
        elif codes and (words[-1][-1:] in ("", ",") or re.fullmatch(r"[A-Z]{2,3},?|,.*", word)):
            words[-1] += f",{word}" if words[-1] and words[-1][-1] != "," else word
        else:
            codes = False
            words.append(word)
    return words


class _Codes(argparse.Action):
    """Codes with commas or blanks between."""

    def __call__(self, parser, namespace, values, *_: object) -> None:
        setattr(namespace, self.dest, values.upper().replace(",", " ").split())


_CODES = {
    "action": _Codes,
    "default": [],
    "metavar": "CODES",
    "help": "the countries' ISO codes of three letters, such as EST,LVA,LTU",
}


# --- the commands -------------------------------------------------------------------------------


def _report(arguments: argparse.Namespace) -> None:
    from growth_claims import cache

    given: dict = {}
    for pair in arguments.parameters:
        name, sign, text = pair.partition("=")
        if sign and name.strip() not in given:
            given[name.strip()] = text.strip()
    given |= _named(arguments, given)
    out = Path(arguments.out).expanduser().absolute() if arguments.out else None
    asked = cache.request(given, out)
    same = None if arguments.force else cache.unchanged(asked)
    if same and len(given) >= len(arguments.parameters):
        print("nothing has changed since this report was made", file=sys.stderr)
    else:
        from growth_claims import params, run

        given = params.from_pairs(arguments.parameters)
        same = run.report(given | _named(arguments, given), out, _say, force=arguments.force)
    print(_from_here(same))


def _named(arguments: argparse.Namespace, given: dict) -> dict[str, str]:
    """The parameters that have an option of their own."""
    from growth_claims import paths

    named = {}
    for name in ("register", "claim"):
        value = getattr(arguments, name)
        if value is None:
            continue
        if name in given:
            raise ParameterError(name, given[name], f"one {name}; --{name} names another")
        named[name] = value
    if "register" in named:
        here = Path(named["register"]).expanduser().absolute()
        named["register"] = paths.shown(here) if here.is_file() else named["register"]
    return named


def _sweep(arguments: argparse.Namespace) -> None:
    from growth_claims import sweep

    pool = None
    if arguments.scheduler:
        pool = sweep.dask(arguments.scheduler)
    elif arguments.workers:
        pool = sweep.processes(arguments.workers)
    try:
        print(sweep.run(Path(arguments.grid), arguments.out, pool))
    except KeyboardInterrupt:
        raise KeyboardInterrupt("what is done is kept, and the same line goes on") from None


def _panel(arguments: argparse.Namespace) -> None:
    from growth_claims import run

    print(_from_here(run.panel()))


def _notebooks(arguments: argparse.Namespace) -> None:
    from growth_claims import run

    for path in run.save_notebooks(_say):
        print(_from_here(path))


def _normalise(arguments: argparse.Namespace) -> None:
    from growth_claims import notebooks

    text = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(notebooks.as_kept(text).encode("utf-8"))


def _check(arguments: argparse.Namespace) -> None:
    from growth_claims import check, claims, groups, panel, params, paths, preview, quantities
    from growth_claims import sources as published

    files = published.verify()
    wrong: list[GrowthClaimsError] = []
    registers = {}
    for read in (quantities.known, groups.load):
        wrong += _tried(read)
    for path in [Path(r) for r in arguments.registers] or claims.registers():
        wrong += _tried(lambda path=path: registers.update({path: claims.load(path)}))
    if wrong:
        raise InputErrors([e for w in wrong for e in getattr(w, "errors", [w])])
    panel.make()
    print(f"{paths.shown(paths.raw())}: {len(files)} files as the manifest has them")
    said, studies = [], []
    for path, register in registers.items():
        try:
            study = check.study(params.check({"register": str(path.absolute())}))
        except GrowthClaimsError as error:
            wrong.append(error)
            continue
        studies.append(study)
        said += [f"{paths.shown(path)}: {len(register.claims)} claims"]
        said += [line for line in (preview.unfinished(path),) if line]
        said += [preview.literal(study, claim) for claim in register.claims]
    if wrong:
        raise InputErrors([e for w in wrong for e in getattr(w, "errors", [w])])
    print("\n".join(said))
    if arguments.text:
        from growth_claims import draft

        draft.main_gate(arguments, studies[0])


def _tried(read) -> list[GrowthClaimsError]:
    try:
        read()
    except GrowthClaimsError as error:
        return [error]
    return []


def _draft(arguments: argparse.Namespace) -> None:
    from growth_claims import draft

    out = draft.main_draft(arguments)
    if out:
        what = "put the guesses right; then, as often as you like:"
        if not arguments.economies:
            what = f"fill in region and economies; {what}"
        _next(what, "check", _from_here(out), "--text", arguments.text)


def _new(arguments: argparse.Namespace) -> None:
    import datetime as dt
    from importlib import resources

    from growth_claims import names, paths

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", arguments.name):
        raise ParameterError("NAME", arguments.name, "small letters, digits and hyphens")
    path = paths.claims() / f"{arguments.name}.yaml"
    if path.exists():
        raise ParameterError("NAME", arguments.name, f"a new one; {paths.shown(path)} is there")
    text = (resources.files("growth_claims") / "templates/register.yaml").read_text("utf-8")
    today = dt.date.today()
    for name, value in {
        "name": arguments.name,
        "date": today.isoformat(),
        "year": str(today.year - 2),
        "economies": ", ".join(names.checked(arguments.economies)),
    }.items():
        text = text.replace(f"{{{name}}}", value)
    path.write_text(text, encoding="utf-8")
    print(_from_here(path))
    _next(
        "say in it what your text states; then, as often as you like:",
        "check",
        _from_here(path),
    )


def _next(what: str, *words: str) -> None:
    """What to do next, with the command as it can be typed."""
    import shlex
    import shutil

    us = Path(sys.argv[0])
    typed = [_from_here(Path(sys.executable)), "-m", "growth_claims"]
    if us.stem == "growth-claims":
        typed = [us.name if shutil.which(us.name) else _from_here(us)]
    print(f"next: {what}\n  {shlex.join([*typed, *words])}", file=sys.stderr)


def _schema(arguments: argparse.Namespace) -> None:
    from growth_claims import paths, schemas

    for path in schemas.write(paths.claims() / "schemas"):
        print(_from_here(path))


def _import(arguments: argparse.Namespace) -> None:
    from growth_claims import panel, paths
    from growth_claims.sources import incoming

    incoming.recover(paths.raw())
    before = panel.make()
    taken = incoming.take_file(
        arguments.file, before, arguments.edition, arguments.accept, arguments.because
    )
    print(taken)
    _say_effects(before, taken.files)


def _refresh(arguments: argparse.Namespace) -> None:
    from growth_claims import panel, paths
    from growth_claims.sources import incoming, refresh

    incoming.recover(paths.raw())
    before = panel.make()
    taken = refresh.refresh(
        before,
        sources=arguments.source or ("wdi", "weo"),
        indicators=arguments.indicator,
        economies=arguments.economies or None,
        archive=arguments.archive,
        accept=arguments.accept,
        because=arguments.because,
        force=arguments.force,
        progress=sys.stderr.isatty(),
    )
    print(taken)
    _say_effects(before, taken.files)


def _say_effects(before, files: Sequence[str]) -> None:
    """Makes the panel anew where files of figures are new, and says which verdicts change."""
    from growth_claims import effects, panel

    if files and before:
        print(effects.said(effects.verdicts(before), effects.verdicts(panel.make())))


def _figures(arguments: argparse.Namespace) -> None:
    from growth_claims import claims, panel
    from growth_claims.sources import known

    if arguments.what:
        if len(arguments.what) != 3 or not arguments.what[2].isdigit():
            raise ParameterError(
                "figures", " ".join(arguments.what), "an economy, an indicator and a year"
            )
        economy, indicator, year = arguments.what
        print(known.said(known.history(panel.make(), economy, indicator, int(year))))
        return
    register = claims.load(Path(arguments.register)) if arguments.register else None
    print(known.listing(panel.make(), register, arguments.source))


def _seal(arguments: argparse.Namespace) -> None:
    from growth_claims import panel
    from growth_claims.sources import incoming

    path = panel.default_path()
    there = panel.Panel.load(path) if path.is_file() else None
    changed = incoming.seal(there, arguments.accept, arguments.because)
    print("\n".join(changed) if changed else "nothing has changed")
    _say_effects(there, changed)


def _pdf(arguments: argparse.Namespace) -> None:
    from growth_claims.report import pdf

    folder = Path(arguments.folder) if arguments.folder else _default_report()
    for path in pdf.write(folder):
        print(_from_here(path))


def _screenshot(arguments: argparse.Namespace) -> None:
    from growth_claims import paths
    from growth_claims.report import screenshot

    print(_from_here(screenshot.take(_default_report(), paths.reports() / "first-screen.png")))


def _lab(arguments: argparse.Namespace) -> None:
    """JupyterLab on this machine only; a token is made at each start."""
    import secrets

    from growth_claims import lab, panel

    panel.make()
    lab.start(secrets.token_urlsafe(24), browser=not arguments.no_browser)


def _default_report() -> Path:
    from growth_claims import params, paths

    return paths.reports() / Path(params.FIELDS["register"].default).stem


COMMANDS = {
    "report": (_report, "build the report of a register of claims and publish it"),
    "sweep": (_sweep, "build a report, or compute the verdicts, at each point of a grid"),
    "check": (_check, "validate figures and registers, and say how each claim will be read"),
    "draft": (_draft, "find the figures of a text and draft a register from them"),
    "new": (_new, "write a commented register to fill in"),
    "panel": (_panel, "make data/processed/panel.parquet, the table of all figures (01_clean)"),
    "figures": (_figures, "say which figures are there, or the history of one"),
    "import": (_import, "take in a file that was downloaded from a publisher"),
    "refresh": (_refresh, "fetch the newest figures of the World Bank and the IMF"),
    "seal": (_seal, "write sizes and hashes of data/raw anew, and take in new files"),
    "notebooks": (_notebooks, "execute the notebooks and save their outputs into them"),
    "lab": (_lab, "open the notebooks in JupyterLab, on this machine only"),
    "pdf": (_pdf, "print a report to one PDF a language"),
    "screenshot": (_screenshot, "take the picture of the report that the README shows"),
    "schema": (_schema, "write JSON Schemas of registers, quantities and groups for editors"),
    "normalise": (_normalise, "a notebook from stdin as git keeps it (a filter of git's)"),
}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="growth-claims",
        description="Checks the growth claims of a text with public statistics.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parts = {
        name: commands.add_parser(name, help=text, description=text.capitalize() + ".")
        for name, (_, text) in COMMANDS.items()
    }
    report = parts["report"]
    report.add_argument("--register", metavar="FILE", help="register of claims, a YAML file")
    report.add_argument("--claim", metavar="ID", help="check this claim of the register alone")
    report.add_argument(
        "-p",
        "--parameter",
        dest="parameters",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter of the notebooks, such as first_year=2005 or weights=ppp; may be given "
        "several times",
    )
    report.add_argument(
        "--out",
        metavar="FOLDER",
        help="where the report goes; by default reports/, in a folder named for the register, and "
        "for the parameters if some are given",
    )
    report.add_argument(
        "--force", action="store_true", help="run everything, also what is kept from before"
    )
    sweep = parts["sweep"]
    sweep.formatter_class = argparse.RawDescriptionHelpFormatter
    sweep.epilog = _SWEEP
    sweep.add_argument("grid", metavar="GRID.yaml", help="the parameters, each a list of values")
    sweep.add_argument(
        "--out",
        metavar="FOLDER",
        required=True,
        help="where all goes: a folder, or any address "
        "that fsspec knows, such as s3://bucket/folder",
    )
    where = sweep.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", metavar="N", type=_count, help="so many processes on this machine; default: 2"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", help="the workers of a Dask cluster: tcp://host:8786"
    )
    parts["check"].add_argument("registers", nargs="*", metavar="FILE", help="default: all")
    parts["check"].add_argument(
        "--text", metavar="TEXT", help="is every figure of this text on the register?"
    )
    drafted = parts["draft"]
    drafted.add_argument("text", metavar="TEXT", help="a plain text, UTF-8")
    drafted.add_argument("--language", help="its language: en or ru (default: by its letters)")
    drafted.add_argument("--economies", **_CODES)
    drafted.add_argument("--id", metavar="NAME", help="how the register is called")
    drafted.add_argument("--date", metavar="DAY", help="the day of the text, such as 2025-03-31")
    drafted.add_argument("--out", metavar="FILE", help="default: printed")
    new = parts["new"]
    new.add_argument("name", metavar="NAME", help="how the register is called, and its file")
    new.add_argument("--economies", **_CODES)
    figures = parts["figures"]
    figures.add_argument(
        "what", nargs="*", metavar="WORD", help="an economy, an indicator and a year: its history"
    )
    figures.add_argument("--register", metavar="FILE", help="and what this register needs")
    figures.add_argument("--source", metavar="NAME", help="each indicator of this source")
    parts["import"].add_argument("file", metavar="FILE", help="as the publisher gives it")
    parts["import"].add_argument(
        "--edition", metavar="NAME", help="where the file does not say, such as 2026-04"
    )
    for name in ("import", "refresh", "seal"):
        parts[name].add_argument(
            "--accept",
            metavar="NAME",
            action="append",
            default=[],
            help="let this figure in though it looks wrong: ECONOMY:INDICATOR:YEAR",
        )
        parts[name].add_argument("--because", metavar="TEXT", default="", help="why it is right")
    fetched = parts["refresh"]
    fetched.add_argument("--source", action="append", default=[], help="wdi or weo; default: both")
    fetched.add_argument(
        "--indicator", metavar="CODE", action="append", default=[], help="one more than are used"
    )
    fetched.add_argument("--economies", **_CODES)
    fetched.add_argument("--archive", metavar="EDITION", help="of the World Bank: 2024-04")
    fetched.add_argument(
        "--force", action="store_true", help="take in a year that is published by half"
    )
    parts["pdf"].add_argument("folder", nargs="?", metavar="FOLDER", help="default: the report")
    parts["lab"].add_argument("--no-browser", action="store_true", help="print the address only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
