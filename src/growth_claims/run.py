"""A run: check everything, execute the notebooks in a temporary folder, render, check, publish at
once. Whatever goes wrong, the report of the last good run stays as it was."""

from __future__ import annotations

import fcntl
import hashlib
import json
import multiprocessing
import os
import platform
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib import metadata
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from growth_claims import params, paths, sources
from growth_claims.claims import load as load_register
from growth_claims.errors import GrowthClaimsError, ParameterError, RunError

#: At most so many notebooks at a time: each takes a core and half a gigabyte.
PROCESSES = 2
#: What a run has of its own and does not take from the user.
OWN = {"panel": "a run makes its own panel from data/raw", "output": "use --out for the folder"}
#: A folder that holds this is a report, and a run may replace it.
MARK = "verdicts.json"
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def report(
    given: Mapping[str, Any] | None = None,
    out: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Path:
    """Builds the report and publishes it; returns its folder.

    `given`: parameters, names and types of `params.Parameters`; `out`: the folder, by default
    `default_out`. Raises GrowthClaimsError, and then nothing has changed.
    """
    given = dict(given or {})
    for name, instead in OWN.items():
        if name in given:
            raise ParameterError(name, given[name], f"nothing here: {instead}")
    settings = params.check(given, makes_panel=True)
    sources.verify()
    target = _target(out, settings, given)
    notebooks = find_notebooks()
    with _only_run(target):
        _tidy(target)
        folder = Path(tempfile.mkdtemp(prefix="growth-claims-"))
        try:
            publish = folder / "publish"
            publish.mkdir()
            settings = replace(settings, panel=folder / "panel.csv", output=publish)
            write_json(publish / "run.json", describe(settings, given, notebooks))
            executed = _execute_all(notebooks, folder, settings, given, say)
            _render(executed, publish, settings, target if target.is_dir() else None, say)
            _publish(publish, target)
        except NotebookFailed:
            raise  # the partial notebook stays for whoever looks for the cause
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
    return target


def panel() -> Path:
    """Executes 01_clean as it stands, which writes the panel; returns the panel's path."""
    sources.verify()
    with tempfile.TemporaryDirectory(prefix="growth-claims-") as name:
        first = find_notebooks()[0]
        partial = _kept(first)
        job = Job(first, Path(name) / first.name, {}, partial)
        execute([job])
    return paths.resolve(params.Parameters().panel)


def notebooks(say: Callable[[str], None] = lambda line: None) -> list[Path]:
    """Executes every notebook with its own parameters and saves its outputs into it, without what
    differs from run to run. A notebook that fails stays as it was."""
    every = find_notebooks()
    with tempfile.TemporaryDirectory(prefix="growth-claims-") as name:
        jobs = [Job(n, Path(name) / n.name, {}, _kept(n)) for n in every]
        for group in _groups(jobs):
            execute(group, environment={}, say=say)
            for job in group:
                text = to_text(normalise(_read(job.result), outputs_of=job.notebook))
                _replace_file(job.notebook, text)
    return every


# --- what is run --------------------------------------------------------------------------------


def find_notebooks() -> list[Path]:
    """The project's notebooks in their order; the first makes the panel."""
    found = sorted(paths.notebooks().glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise RunError(
            f"{paths.shown(paths.notebooks())} holds no notebooks such as 01_clean.ipynb"
        )
    return found


def default_out(register_id: str, given: Mapping[str, Any]) -> Path:
    """`reports/<register>`; a run with other parameters goes beside it, so that a trial does not
    overwrite the published report."""
    defaults = params.Parameters()
    changed = {
        name: value
        for name, value in sorted(given.items())
        if name != "register" and value != getattr(defaults, name)
    }
    parts = [register_id]
    for name, value in changed.items():
        text = ",".join(value) if isinstance(value, list) else str(value)
        parts.append(f"{name}-{re.sub(r'[^A-Za-z0-9.,-]', '_', text)}")
    folder = "+".join(parts)
    if len(folder) > 120:
        folder = f"{register_id}+{hashlib.sha256(folder.encode()).hexdigest()[:12]}"
    return paths.reports() / folder


def _target(out: Path | None, settings: params.Settings, given: Mapping[str, Any]) -> Path:
    register = load_register(settings.register)
    target = default_out(register.id, given) if out is None else Path(out).expanduser().absolute()
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
    settings: params.Settings, given: Mapping[str, Any], notebooks: Sequence[Path]
) -> dict[str, Any]:
    """What a run was made from: `run.json`. No time and no path of a machine is in it."""
    defaults = params.Parameters()
    parameters = {
        name: given.get(name, getattr(defaults, name)) for name in params.NAMES if name not in OWN
    }
    parameters["register"] = _portable(settings.register)
    inputs = {
        paths.shown(paths.raw() / "datapackage.json"): _sha256(paths.raw() / "datapackage.json"),
        _portable(settings.register): _sha256(settings.register),
    }
    groups = paths.claims() / params.GROUPS
    if groups.is_file():
        inputs[paths.shown(groups)] = _sha256(groups)
    for notebook in notebooks:
        inputs[paths.shown(notebook)] = _code_of(notebook)
    inputs["growth_claims"] = _package_hash()
    vintages: dict[str, list[str]] = {}
    for resource in sources.resources():
        inputs[paths.shown(resource.path)] = resource.sha256
        editions = vintages.setdefault(resource.source, [])
        if resource.vintage not in editions:
            editions.append(resource.vintage)
    together = hashlib.sha256(json.dumps([parameters, inputs]).encode()).hexdigest()
    return {
        "register": load_register(settings.register).id,
        "parameters": parameters,
        "vintages": {
            source: params.latest(source) if name == params.LATEST else name
            for source, name in (("wdi", settings.wdi_vintage), ("weo", settings.weo_vintage))
        },
        "editions": {source: sorted(names) for source, names in sorted(vintages.items())},
        "inputs": inputs,
        "inputs_sha256": together,
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of what it depends on."""
    found = {"python": platform.python_version()}
    with suppress(metadata.PackageNotFoundError):
        found["growth-claims"] = metadata.version("growth-claims")
        for line in sorted(metadata.requires("growth-claims") or []):
            if "extra ==" not in line:
                name = re.match(r"[A-Za-z0-9._-]+", line).group()
                with suppress(metadata.PackageNotFoundError):
                    found[name] = metadata.version(name)
    return found


def _portable(path: Path) -> str:
    """From the project's folder, or the name alone of a file that lies elsewhere."""
    shown = paths.shown(path)
    return Path(shown).name if Path(shown).is_absolute() else shown


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _code_of(notebook: Path) -> str:
    """Hash of what a notebook says and does; its saved outputs are no input."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = json.dumps([[c["cell_type"], "".join(c["source"])] for c in cells])
    return hashlib.sha256(text.encode()).hexdigest()


def _package_hash() -> str:
    """Hash of the package's own files: the method."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


# --- executing notebooks ------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """One notebook to be executed: where its executed copy goes, with which parameters, and what is
    said of the partial copy if it fails (None: `result` itself)."""

    notebook: Path
    result: Path
    parameters: Mapping[str, Any]
    partial: Path | None = None


class NotebookFailed(RunError):
    """A cell of a notebook raised."""

    def __init__(self, notebook: str, cell: str, heading: str, error: str, partial: Path):
        self.notebook, self.cell, self.heading = notebook, cell, heading
        self.error, self.partial = error, partial
        super().__init__(
            f"{notebook} failed in cell {cell}, under the heading {heading!r}\n"
            f"  {error}\n"
            f"  the partial notebook: {partial}\n"
            "  nothing was published or replaced"
        )


def _execute_all(
    every: Sequence[Path],
    folder: Path,
    settings: params.Settings,
    given: Mapping[str, Any],
    say: Callable[[str], None],
) -> dict[str, Path]:
    """Name of each notebook → its executed copy, ready to be published."""
    parameters = dict(given) | {
        "register": paths.shown(settings.register),
        "panel": str(settings.panel),
        "output": str(settings.output),
    }
    jobs = [Job(n, folder / "executed" / n.name, parameters) for n in every]
    (folder / "executed").mkdir()
    for group in _groups(jobs):
        execute(group, {"GROWTH_CLAIMS_RUN": "1"}, say)
    for job in jobs:
        nb = normalise(_read(job.result), given=given)
        text = to_text(nb)
        for machine, portable in (
            (str(settings.panel), params.Parameters().panel),
            (str(settings.output), "the report's folder"),
            (str(folder), "the run's folder"),
        ):
            text = text.replace(machine, portable)
        job.result.write_text(text, encoding="utf-8")
    return {job.notebook.stem: job.result for job in jobs}


def _groups(jobs: list[Job]) -> list[list[Job]]:
    """The first makes the panel that the others read; those go together, the longest, which is the
    last, at the head."""
    return [group for group in (jobs[:1], [*jobs[:0:-1]]) if group]


def execute(
    jobs: Sequence[Job],
    environment: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Executes notebooks side by side, each in a process of its own (papermill's parallel runs are
    safe as processes, not as threads). Raises NotebookFailed for the first that fails, and stops
    the others."""
    own = tempfile.mkdtemp(prefix="growth-claims-ipython-")
    environment = _environment() | {"IPYTHONDIR": own} | dict(environment or {})
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["papermill"])
    waiting, running = list(jobs), {}
    try:
        while waiting or running:
            while waiting and len(running) < PROCESSES:
                job = waiting.pop(0)
                receive, send = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(job, environment, send), daemon=True)
                process.start()
                send.close()
                running[receive] = (job, process, time.monotonic())
                say(f"{job.notebook.stem} …")
            for receive in wait(list(running)):
                job, process, since = running.pop(receive)
                try:
                    problem = receive.recv()
                except EOFError:
                    problem = (
                        None,
                        "the process that ran it ended without a word (out of memory?)",
                    )
                process.join()
                if problem is not None:
                    raise _failed(job, *problem)
                say(f"{job.notebook.stem} done in {time.monotonic() - since:.0f} s")
    finally:
        for _, process, _ in running.values():
            process.terminate()
        for _, process, _ in running.values():
            process.join(5)
        shutil.rmtree(own, ignore_errors=True)


def _environment() -> dict[str, str]:
    """What makes a kernel the same everywhere: this environment's kernel, no start-up files of the
    user, a fixed hash seed, one thread (sums in one order, two notebooks on two cores)."""
    return {
        "GROWTH_CLAIMS_ROOT": str(paths.project_root()),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
    }


def _work(job: Job, environment: Mapping[str, str], send) -> None:
    """In a process of its own: executes a notebook and sends None, or the cell's number and the
    error's last line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    os.environ.pop("GROWTH_CLAIMS_RUN", None)
    os.environ.update(environment)
    log = os.open(job.result.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):  # kernels write here, ipykernel its warning about TCP among others
        os.dup2(log, stream)
    import papermill

    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(job.result),
            parameters=dict(job.parameters),
            cwd=str(job.notebook.parent),
            progress_bar=False,
        )
        send.send(None)
    except papermill.PapermillExecutionError as error:
        lines = [line for line in str(error.evalue).splitlines() if line.strip()]
        last = f"{error.ename}: {lines[-1]}" if lines else error.ename
        send.send((error.cell_index, _STYLE.sub("", last)))
    except Exception as error:
        lines = [line for line in str(error).splitlines() if line.strip()] or [""]
        send.send((None, f"{type(error).__name__}: {lines[-1]}"))


def _failed(job: Job, index: int | None, error: str) -> NotebookFailed:
    """The failure with the cell's number and heading, which the notebook itself tells."""
    partial = job.result
    if job.partial is not None and job.result.is_file():
        job.partial.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(job.result, job.partial)
        partial = job.partial
    cell, heading = "?", "?"
    with suppress(OSError, ValueError):
        cells = json.loads(partial.read_text(encoding="utf-8"))["cells"]
        # papermill puts a cell with a note before the one that failed, and one at the top
        ran = [i for i, c in enumerate(cells) if c.get("execution_count")]
        failed = [i for i, c in enumerate(cells) if _raised(c)] or (
            ran[-1:] if index is None else [min(index, len(cells) - 1)]
        )
        if not failed:  # nothing ran at all
            return NotebookFailed(job.notebook.stem, "0", "(none)", error, partial)
        own = [c for c in cells[: failed[0] + 1] if "papermill-error-cell-tag" not in _tags(c)]
        own = [c for c in own if "injected-parameters" not in _tags(c)]
        cell = f"{len(own)} (In [{cells[failed[0]].get('execution_count')}])"
        heading = _heading(own) or "(none)"
    return NotebookFailed(job.notebook.stem, cell, heading, error, partial)


def _raised(cell: Mapping[str, Any]) -> bool:
    return any(o.get("output_type") == "error" for o in cell.get("outputs", []))


def _tags(cell: Mapping[str, Any]) -> Sequence[str]:
    return cell.get("metadata", {}).get("tags", ())


def _heading(cells: Sequence[Mapping[str, Any]]) -> str | None:
    """The last heading of some cells."""
    for cell in reversed(cells):
        if cell["cell_type"] == "markdown":
            for line in reversed("".join(cell["source"]).splitlines()):
                if line.startswith("#"):
                    return line.lstrip("#").strip()
    return None


def _kept(notebook: Path) -> Path:
    """Where the partial copy of a notebook lies that failed outside a report."""
    return Path(tempfile.mkdtemp(prefix="growth-claims-failed-")) / notebook.name


# --- the same bytes twice -----------------------------------------------------------------------


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def to_text(nb: Mapping[str, Any]) -> str:
    """A notebook as nbformat and JupyterLab write it."""
    return json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def normalise(
    nb: dict[str, Any],
    *,
    given: Mapping[str, Any] | None = None,
    outputs_of: Path | None = None,
) -> dict[str, Any]:
    """The notebook without what differs between two runs or two machines: papermill's and the
    kernel's times, random cell ids, the interpreter's version, what a cell printed to stderr. The
    cell that papermill injects keeps only what the user has `given`. `outputs_of`: the notebook
    whose cell ids are kept."""
    nb["metadata"].pop("papermill", None)
    nb["metadata"].get("language_info", {}).pop("version", None)
    ids = [c.get("id") for c in _read(outputs_of)["cells"]] if outputs_of else []
    cells = []
    for cell in nb["cells"]:
        if "injected-parameters" in _tags(cell):
            if not given:
                continue
            lines = [f"{name} = {value!r}" for name, value in given.items()]
            cell["source"] = "\n".join(["# Parameters of this run", *lines])
        for key in ("papermill", "execution"):
            cell["metadata"].pop(key, None)
        if cell["metadata"].get("tags") == []:
            del cell["metadata"]["tags"]
        if cell["cell_type"] == "code":
            cell["outputs"] = [o for o in cell["outputs"] if o.get("name") != "stderr"]
        cells.append(cell)
    for number, cell in enumerate(cells):
        known = ids[number] if number < len(ids) else None
        cell["id"] = known or f"cell-{number + 1:02d}"
    nb["cells"] = cells
    _renumber(cells)
    return nb


def _renumber(cells: Sequence[dict[str, Any]]) -> None:
    """Execution counts 1..n, as if the injected cell had not been."""
    number = 0
    for cell in cells:
        if cell["cell_type"] == "code" and cell.get("execution_count") is not None:
            number += 1
            cell["execution_count"] = number
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = number


def write_json(path: Path, content: object) -> None:
    """JSON as this project publishes it."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")


# --- rendering and publishing -------------------------------------------------------------------


def _render(
    executed: dict[str, Path],
    publish: Path,
    settings: params.Settings,
    previous: Path | None,
    say: Callable[[str], None],
) -> None:
    from growth_claims import report as pages

    say("pages …")
    pages.build(executed, publish, settings, previous)
    pages.check(publish)


@contextmanager
def _only_run(target: Path) -> Iterator[None]:
    """Two runs into one folder would publish a mixture; the second says so and stops. The lock ends
    with the process, however that ends."""
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


__all__ = [
    "GrowthClaimsError",
    "NotebookFailed",
    "default_out",
    "describe",
    "execute",
    "normalise",
    "notebooks",
    "panel",
    "report",
    "versions",
]

if __name__ == "__main__":
    sys.exit("use `growth-claims report`")
