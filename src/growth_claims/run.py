"""A run: check everything, execute the notebooks in a temporary folder, render, check, publish at
once. Whatever goes wrong, the report of the last good run stays as it was."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from growth_claims import cache, notebooks, paths
from growth_claims.errors import InputError, ParameterError, RunError

if TYPE_CHECKING:
    from growth_claims.claims import Claim, Register
    from growth_claims.execute import Executor, Job
    from growth_claims.params import Settings

#: At most so many notebooks at a time: each takes a core.
WORKERS = 2
#: What a run has of its own and does not take from the user.
OWN = {
    "panel": "nothing here: a run uses the panel of data/raw",
    "output": "nothing here: use --out for the folder",
    "language": "nothing here: a report is always made in every language",
}
#: A folder that holds this is a report, and a run may replace it.
MARK = "verdicts.json"
PIECES = "pieces"
#: Tells the kernels that what they draw goes into pages.
FOR_PAGES = {"GROWTH_CLAIMS_RUN": "1"}

Say = Callable[[str], None]


def _silent(line: str) -> None:
    pass


def report(
    given: Mapping[str, Any] | None = None,
    out: Path | None = None,
    say: Say = _silent,
    claim: str | None = None,
    force: bool = False,
) -> Path:
    """Builds the report and publishes it; returns its folder.

    `given`: parameters, names and types of `params.Parameters`; `out`: the folder, by default
    `default_out`; `claim`: check this one alone; `force`: run everything, also what is kept from
    before. Raises GrowthClaimsError, and then nothing has changed.
    """
    given = _told(given or {}, claim)
    asked = cache.request(given, out)
    if not force and (target := cache.unchanged(asked)):
        say(f"nothing has changed since {paths.shown(target)} was made")
        return target
    with _executor() as executor:
        return _report(given, out, say, force, asked, executor)


def _report(
    given: Mapping[str, Any],
    out: Path | None,
    say: Say,
    force: bool,
    asked: str,
    executor: Executor,
) -> Path:
    from growth_claims import panel, params, sources
    from growth_claims.claims import kept

    settings = params.check(given, makes_panel=True)
    register = kept(settings.register)
    if settings.claim:
        settings.chosen(register)
    sources.verify()
    target = _target(out, register.id, given)
    with _only_run(target):
        _tidy(target)
        folder = Path(tempfile.mkdtemp(prefix="growth-claims-"))
        try:
            panel.make(settings.panel)
            _give_back()
            settings = params.check(given)  # now that there are figures to bound them
            plan = Plan(settings, given, folder, say, force)
            plan.checks = cache.folder() / "reports" / f"{asked}.pages.json"
            _publish(make(plan, executor, target if target.is_dir() else None), target)
        except BaseException as problem:
            if not hasattr(problem, "partial"):  # a partial notebook stays for who looks for causes
                shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
        cache.remember(asked, settings.register, plan.made.inputs, target)
        _list(target)
        cache.prune()
    return target


def make(plan: Plan, executor: Executor, previous: Path | None = None) -> Path:
    """A report, made and checked in the plan's folder but not published; returns where it lies.
    `previous`: the report that it is to replace."""
    publish = plan.folder / "publish"
    publish.mkdir()
    executed = plan.carry_out(publish, executor)
    about = describe(plan.settings, plan.given, plan.made.inputs, publish)
    write_json(publish / "run.json", about)
    _render(executed, publish, plan, previous)
    return publish


def panel() -> Path:
    """Executes 01_clean as it stands, which writes the panel; returns the panel's path."""
    from growth_claims import params, sources
    from growth_claims.execute import Job, execute

    sources.verify()
    first = notebooks.every()[0]
    with _kept_if_failed() as folder:
        execute([Job(first, folder / first.name)], 1)
    return paths.resolve(params.Parameters().panel)


def save_notebooks(say: Say = _silent) -> list[Path]:
    """Executes every notebook with its own parameters and saves its outputs into it, without what
    differs from run to run. One that fails stays as it was, and so do all others."""
    from growth_claims import panel
    from growth_claims.execute import Job, execute

    panel.make()
    every = notebooks.every()
    explore = paths.notebooks() / notebooks.EXPLORE
    with _kept_if_failed() as folder:
        jobs = [Job(n, folder / n.name) for n in [*every, *[explore] * explore.is_file()]]
        execute(jobs, WORKERS, say=say)
        for job in jobs:
            nb = notebooks.normalise(notebooks.read(job.result), outputs_of=job.notebook)
            _replace_file(job.notebook, notebooks.to_text(nb))
    return [job.notebook for job in jobs]


def _told(given: Mapping[str, Any], claim: str | None) -> dict[str, Any]:
    """The parameters as one mapping; ParameterError for what a report does not take."""
    given = dict(given)
    for name, instead in OWN.items():
        if name in given:
            raise ParameterError(name, given[name], instead)
    if claim is not None:
        if given.get("claim", claim) != claim:
            raise ParameterError("claim", given["claim"], f"one claim; --claim names {claim}")
        given["claim"] = claim
    return given


# --- what is run --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One execution of a notebook: the page that it becomes and what it is made from."""

    page: str
    notebook: Path
    language: str
    parameters: Mapping[str, Any]
    key: str

    @property
    def entry(self) -> cache.Entry:
        return cache.Entry(self.key)


class Plan:
    """The runs of one report, and what is kept of them. `made`: what they are made from.
    `languages`: those of the pages, by default all; `pages`: those of notebooks.PAGES that it
    has. `checks`: a file for what is found of the pages, which are then not checked again."""

    checks: Path | None = None

    def __init__(
        self,
        settings: Settings,
        given: Mapping[str, Any],
        folder: Path,
        say: Say = _silent,
        force: bool = False,
        languages: Sequence[str] = (),
        pages: Sequence[str] = tuple(notebooks.PAGES),
    ):
        from growth_claims import i18n, yamls
        from growth_claims.claims import kept

        self.settings, self.given, self.folder = settings, dict(given), folder
        self.say, self.force = say, force
        self.register: Register = kept(settings.register)
        content = yamls.read(settings.register)
        told = {k: v for k, v in given.items() if k not in ("register", "claim")}
        self.made = cache.Made(settings.register, content, told)
        self.languages, self.pages = tuple(languages) or i18n.LANGUAGES, pages
        self._by_name = notebooks.by_name()
        self._unopened: deque[tuple[Path, str]] = deque()  # executed notebooks and their languages

    @property
    def claims(self) -> list[Claim]:
        only = self.settings.claim
        return [c for c in self.register.claims if not only or c.id == only]

    def runs(self) -> list[Run]:
        """Those of the claims, the figures and the methods, in every language; not the first page,
        which follows from what they write. The longest first, but those of all figures and of the
        methods, which take most memory, never beside each other."""
        made = []
        for claim in self.claims:
            notebook = self._of_kind(claim)
            for code in self.languages:
                key = self.made.claim(notebook, code, claim.id)
                made.append(self._run(claim.id, notebook, code, key, claim=claim.id))
        order = {name: at for at, name in enumerate(("growth", "comparison", "multiple"))}
        made.sort(key=lambda run: order.get(run.notebook.stem.partition("_")[2], len(order)))
        large = [page for page in reversed(self.pages) if page != "index"]
        for number, (page, code) in enumerate(product(large, self.languages)):
            notebook = self._page(page)
            key = self.made.key(notebook, code, page)
            made.insert(2 * WORKERS * number, self._run(page, notebook, code, key))
        return made

    def front(self) -> list[Run]:
        """Those of the first page, once all others have come through."""
        notebook = self._page("index")
        pieces = [p for run in self.runs() for p in sorted(run.entry.output.glob(f"{PIECES}/*"))]
        only = {"claim": self.settings.claim} if self.settings.claim else {}
        return [
            self._run("index", notebook, code, self.made.front(notebook, code, pieces), **only)
            for code in self.languages
        ]

    def carry_out(self, publish: Path, executor: Executor) -> dict[str, dict[str, Path]]:
        """Runs what is not kept from before, and puts all that was written into `publish`; returns
        the executed notebooks by page and language."""
        runs = self.runs()
        new = [run for run in runs if self.force or not run.entry.there]
        new = [run for run in new if not self._without_figures(run)]
        for run in (run for run in runs if run not in new and run.entry.notebook.is_file()):
            self._unopened.append((run.entry.notebook, run.language))
        self._execute(executor, new)
        pieces = self.folder / "gathered"
        _gather(runs, pieces)
        front = self.front()
        again = [run for run in front if self.force or not run.entry.there]
        self._execute(executor, again, pieces)
        kept = len(runs) + len(front) - len(new) - len(again)
        self.say(f"{len(new) + len(again)} notebooks executed, {kept} kept from before")
        executed: dict[str, dict[str, Path]] = {}
        for run in [*front, *self._in_order(runs)]:
            run.entry.use()
            if run.entry.notebook.is_file():
                executed.setdefault(run.page, {})[run.language] = run.entry.notebook
        _gather([*runs, *front], publish)
        return executed

    def _run(self, page: str, notebook: Path, language: str, key: str, **more: str) -> Run:
        parameters = {k: v for k, v in self.given.items() if k not in ("claim", "register")}
        if "register" in self.given:
            parameters["register"] = cache.portable(self.settings.register)
        return Run(page, notebook, language, parameters | more | {"language": language}, key)

    def _page(self, page: str) -> Path:
        name = notebooks.PAGES[page]
        if name not in self._by_name:
            raise RunError(f"{paths.shown(paths.notebooks())} holds no notebook NN_{name}.ipynb")
        return self._by_name[name]

    def _of_kind(self, claim: Claim) -> Path:
        """The notebook that checks such claims."""
        if claim.kind in self._by_name:
            return self._by_name[claim.kind]
        from growth_claims.yamls import position

        at = [c.id for c in self.register.claims].index(claim.id)
        line, column = position(self.settings.register, ["claims", at, "kind"])
        raise InputError(
            file=paths.shown(self.settings.register),
            row=f"{line}, column {column}",
            field=f"claims.{claim.id}.kind",
            found=repr(claim.kind),
            expected="a kind that has a notebook such as "
            f"{paths.shown(paths.notebooks())}/NN_{claim.kind}.ipynb",
            todo="name another kind, or add the notebook",
        )

    def _without_figures(self, run: Run) -> bool:
        """Whether no figures bear on a run's claim; then its piece is written here and now, for
        there is nothing to execute. Where the claim is the only one, that is an error."""
        if run.page in notebooks.PAGES:
            return False
        from growth_claims import check, i18n, pieces
        from growth_claims.readings import result

        if not hasattr(self, "_study"):
            self._study = check.study(self.settings)
        claim = self.register.claim(run.page)
        reading = self._study.primary(claim)
        if reading is not None and result(self._study, claim, reading).found is not None:
            return False
        if self.settings.claim:
            check.open_check(replace(self.settings, claim=claim.id))  # raises ParameterError
        output = self.folder / f"{run.page}.{run.language}"
        with i18n.use(run.language):
            pieces.write(pieces.without_run(self._study, claim), output, run.language)
        run.entry.keep(output)
        return True

    def _in_order(self, runs: Sequence[Run]) -> list[Run]:
        """The pages' order: the claims as the register has them, then the rest."""
        names = [c.id for c in self.claims]
        return sorted(runs, key=lambda r: names.index(r.page) if r.page in names else len(names))

    def _execute(self, executor: Executor, runs: Sequence[Run], pieces: Path | None = None) -> None:
        """Executes notebooks and keeps what came of them. `pieces`: what the first page gathers."""
        from growth_claims.execute import Job

        by_result: dict[Path, Run] = {}
        jobs = []
        for run in runs:
            output = self.folder / f"{run.page}.{run.language}"
            output.mkdir()
            if pieces is not None:
                shutil.copytree(pieces / PIECES, output / PIECES)
            result = self.folder / "executed" / run.language / f"{run.page}.ipynb"
            result.parent.mkdir(parents=True, exist_ok=True)
            mine = {"panel": str(self.settings.panel), "output": str(output)}
            if "register" in run.parameters:
                mine["register"] = paths.shown(self.settings.register)
            jobs.append(Job(run.notebook, result, {**run.parameters, **mine}))
            by_result[result] = run

        def done(job: Job) -> None:
            run, output = by_result[job.result], Path(job.parameters["output"])
            if pieces is not None:
                shutil.rmtree(output / PIECES)
            nb = notebooks.normalise(notebooks.read(job.result), given=run.parameters)
            run.entry.keep(output, self._portable(notebooks.to_text(nb), output))
            self._unopened.append((run.entry.notebook, run.language))

        if jobs:
            executor.run(jobs, done, self.say, meanwhile=self._open_next)

    def _open_next(self) -> bool:
        """Opens one more executed notebook for the pages, while others run."""
        from growth_claims.report import building

        if not self._unopened:
            return False
        building.open_notebook(*self._unopened.popleft())
        return True

    def _portable(self, text: str, output: Path) -> str:
        """An executed notebook without the folders of this machine."""
        for machine, instead in (
            (output, "the report's folder"),
            (self.folder, "the run's folder"),
            (self.settings.panel, cache.portable(self.settings.panel)),
            (self.settings.register, cache.portable(self.settings.register)),
        ):
            text = text.replace(str(machine), instead)
        return text


def _give_back() -> None:
    """Lets the system have the memory that making the panel took: kernels need it now."""
    import ctypes

    import pyarrow

    pyarrow.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError):  # glibc's own
        ctypes.CDLL(None).malloc_trim(0)


def _executor() -> Executor:
    """What executes the notebooks; its servers import in the background from here on."""
    from growth_claims.execute import Executor

    return Executor(WORKERS, FOR_PAGES)


def _gather(runs: Sequence[Run], into: Path) -> None:
    """What the runs have written, in one folder."""
    (into / PIECES).mkdir(parents=True, exist_ok=True)
    for run in runs:
        shutil.copytree(run.entry.output, into, dirs_exist_ok=True)


@contextmanager
def _kept_if_failed() -> Iterator[Path]:
    """A temporary folder that stays where a notebook in it has failed."""
    folder = Path(tempfile.mkdtemp(prefix="growth-claims-"))
    try:
        yield folder
    except BaseException as problem:
        if not hasattr(problem, "partial"):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def default_out(register_id: str, given: Mapping[str, Any]) -> Path:
    """`reports/<register>`; a run with other parameters goes beside it, so that a trial does not
    overwrite the published report."""
    return paths.reports() / name_of(register_id, given)


def name_of(register_id: str, given: Mapping[str, Any]) -> str:
    """The folder's name of a report with these parameters."""
    from growth_claims import params

    defaults = params.Parameters()
    parts = [register_id]
    for name, value in sorted(given.items()):
        if name != "register" and value != getattr(defaults, name):
            text = ",".join(value) if isinstance(value, list) else str(value)
            parts.append(f"{name}-{re.sub(r'[^A-Za-z0-9.,-]', '_', text)}")
    folder = "+".join(parts)
    if len(folder) > 120:
        folder = f"{register_id}+{hashlib.sha256(folder.encode()).hexdigest()[:12]}"
    return folder


def _target(out: Path | None, register_id: str, given: Mapping[str, Any]) -> Path:
    target = default_out(register_id, given) if out is None else Path(out).expanduser().absolute()
    if target.is_symlink():
        target = target.resolve()
    for part in (target, *target.parents):
        if part.is_dir():
            break
        if part.exists():
            raise RunError(
                f"--out {paths.shown(target)}: {paths.shown(part)} is a file, not a folder"
            )
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise RunError(
            f"--out {paths.shown(target)}: it holds something else than a report (no {MARK} in "
            "it), and a run replaces the whole folder. Name another, or empty it yourself"
        )
    return target


def describe(
    settings: Settings, given: Mapping[str, Any], inputs: Mapping[str, str], publish: Path
) -> dict[str, Any]:
    """What a run was made from: `run.json`. No time and no path of a machine is in it. The editions
    under "vintages" are those that the verdicts in `publish` rest on."""
    from growth_claims import params, sources
    from growth_claims.claims import kept

    defaults = params.Parameters()
    parameters = {
        name: given.get(name, getattr(defaults, name)) for name in params.NAMES if name not in OWN
    }
    parameters["register"] = cache.portable(settings.register)
    verdicts = publish / MARK
    content = json.loads(verdicts.read_text(encoding="utf-8")) if verdicts.is_file() else {}
    editions: dict[str, set[str]] = {}
    for resource in sources.resources():
        editions.setdefault(resource.source, set()).add(resource.vintage)
    files = {name: value for name, value in inputs.items() if name != "versions"}
    return {
        "register": kept(settings.register).id,
        "parameters": parameters,
        "vintages": content.get("vintages", {}),
        "editions": {source: sorted(names) for source, names in sorted(editions.items())},
        "inputs": files,
        "inputs_sha256": hashlib.sha256(json.dumps([parameters, files]).encode()).hexdigest(),
        "versions": cache.versions(),
    }


def write_json(path: Path, content: object) -> None:
    """JSON as this project publishes it."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")


# --- rendering and publishing -------------------------------------------------------------------


def _render(
    executed: Mapping[str, Mapping[str, Path]],
    publish: Path,
    plan: Plan,
    previous: Path | None,
) -> None:
    from growth_claims import report as pages
    from growth_claims.report import checking

    plan.say("pages …")
    pages.build(executed, publish, plan.settings, previous)
    method = plan.made.inputs["growth_claims"]
    known = checking.recall(plan.checks, method) if plan.checks and not plan.force else {}
    found = checking.check(publish, known)
    if plan.checks:
        checking.keep(plan.checks, method, found)


def _list(target: Path) -> None:
    """The list of all reports, beside them."""
    from growth_claims import report as pages

    if target.parent == paths.reports():
        pages.overview(target.parent)


@contextmanager
def _only_run(target: Path) -> Iterator[None]:
    """Two runs into one folder would publish a mixture; the second says so and stops. The lock ends
    with the process, however that ends."""
    import fcntl

    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"growth-claims-{os.getuid()}-{name}.lock"
    # a name that others can guess, in a folder where others write: follow no link of theirs
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RunError(
                f"another run is building {paths.shown(target)}; wait for it, or give --out"
            ) from None
        yield


def _beside(target: Path, what: str) -> Path:
    return target.with_name(f".{target.name}.{what}")


def _tidy(target: Path) -> None:
    """What a run that was killed while publishing left behind: the old report goes back if the new
    one had not come in."""
    old, new = _beside(target, "old"), _beside(target, "new")
    if old.is_dir() and not target.exists():
        old.rename(target)
    for leftover in (old, new):
        shutil.rmtree(leftover, ignore_errors=True)


def _publish(made: Path, target: Path) -> None:
    """Puts a finished folder in the place of the old one: copied onto the same disk first, then
    two renames."""
    old, new = _beside(target, "old"), _beside(target, "new")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(made, new)
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise
    finally:
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _replace_file(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
