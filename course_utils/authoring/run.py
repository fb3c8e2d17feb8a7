"""`course run`: a text becomes a notebook that was run, with its outputs stored."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_utils.authoring.build import Course, build
from course_utils.authoring.pairing import Pair, Settled, notebook_bytes, settle
from course_utils.authoring.prompt_cells import refuse_prompts
from course_utils.authoring.source import AuthoringError
from course_utils.write_whole import write_whole

FOLDERS = ("notebooks", "solutions", "exercises")
CELL_SECONDS = 300
VIEW = "application/vnd.jupyter.widget-view+json"
UNFORMATTED = (
    "code not formatted, for ruff isn't installed: python3 start.py --repository installs it"
)
COLORS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ran:
    """What became of a notebook; `refused` says why it was not stored, "" if all is well."""

    name: str
    cells: int = 0
    notes: tuple[str, ...] = ()
    refused: str = ""


def run_all(paths: list[Path], root: Path, source: str = "") -> Iterator[Ran]:
    """Run notebooks side by side, as many as there are processors; results in order."""
    if len(paths) == 1:
        yield run_or_refuse(paths[0], root, source)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork of a threaded process may hang
    with ProcessPoolExecutor(min(len(paths), os.cpu_count() or 1), spawn) as pool:
        yield from pool.map(run_or_refuse, paths, [root] * len(paths), [source] * len(paths))


def run_or_refuse(path: Path, root: Path, source: str = "") -> Ran:
    """Run one notebook; a refusal is a result, so that the others are run all the same."""
    try:
        return run(path, root, source)
    except AuthoringError as error:
        return Ran(f"{path.parent.name}/{path.stem}", refused=str(error))


def run(path: Path, root: Path, source: str = "") -> Ran:
    """Settle a notebook with its text, build its exercise if it has one, run it, and store it.

    source: "text" or "notebook" where both were changed. A notebook elsewhere than in the course's
    folders has no text, and is only run. Raises AuthoringError; then the outputs stay as they were.
    """
    notes: tuple[str, ...] = ()
    if path.parent.name in ("notebooks", "solutions"):
        settled = settle_formatted(Pair(path), source)
        notes = (f"{settled.wrote} written",) if settled.wrote else ()
        if find_spec("ruff") is None:
            notes = (*notes, UNFORMATTED)
    notebook = nbformat.read(path, as_version=4)
    refuse_prompts(notebook)
    if path.parent.name == "solutions":
        built = build(Course(root), path)
        notes = (*notes, f"exercise built, {built.message}", *built.warnings)
    with _apart(path, root) as folder:
        execute(notebook, folder)
    write_whole(path, notebook_bytes(notebook))
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    return Ran(f"{path.parent.name}/{path.stem}", count, notes)


def settle_formatted(pair: Pair, source: str = "") -> Settled:
    """Settle a pair, with its code formatted as all code of the course is."""
    first = settle(pair, source)
    if find_spec("ruff") is None:
        return first
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", str(pair.notebook)]
    subprocess.run(ruff, stdin=subprocess.DEVNULL, capture_output=True)  # what is no code stays
    second = settle(pair)
    return second if not first.wrote else Settled(first.name, first.wrote, second.unrun)


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run a notebook's cells from the top, in `folder`, and keep what is worth storing.

    Left out are the views of widgets, which die with the kernel: reopened, such a view says "Error
    displaying widget"; the still picture above it stays. Raises AuthoringError for a cell that
    raises or takes longer than five minutes.
    """
    # What one cell prints is one output, also where a busy machine sends it in pieces.
    options = {"kernel_name": "python3", "timeout": CELL_SECONDS, "coalesce_streams": True}
    options["extra_arguments"] = ["--log-level=ERROR"]
    client = NotebookClient(notebook, **options, resources={"metadata": {"path": str(folder)}})
    try:
        with tempfile.TemporaryDirectory() as settings:  # an author's own are not the course's
            client.execute(env=_environment(settings))
    except CellTimeoutError:
        raise AuthoringError(
            f"{_last(notebook)} takes longer than {CELL_SECONDS} s. A lesson should run in under a "
            "minute: make the data or the network smaller."
        ) from None
    except CellExecutionError as error:
        words = COLORS.sub("", str(error)).strip().splitlines()
        raise AuthoringError(f"{_last(notebook)} raises:\n" + "\n".join(words[-20:])) from None
    except DeadKernelError:
        raise AuthoringError(f"{_last(notebook)} ended the kernel (out of memory?).") from None
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)


def _environment(settings: str) -> dict[str, str]:
    dropped = ("MPLBACKEND", "PYTHONSTARTUP")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    nothing_kept = {"COURSE_FOLDER": ""}  # an author's runs are no learner's progress
    return {**kept, **nothing_kept, "IPYTHONDIR": settings, "OPENBLAS_NUM_THREADS": "1"}


def _last(notebook: nbformat.NotebookNode) -> str:
    """The cell at which a run stopped: the last that was begun."""
    begun = [
        (i, cell)
        for i, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and "execution" in cell.metadata
    ]
    place, cell = begun[-1] if begun else (1, notebook.cells[0])
    return f"cell {place} ({cell.id})"


@contextmanager
def _apart(path: Path, root: Path) -> Iterator[Path]:
    """The folder to run in: a copy of the course's, so that an author's progress is not in it."""
    if path.parent.name not in FOLDERS:
        yield path.parent
        return
    leave = shutil.ignore_patterns(".ipynb_checkpoints", "progress.json*", "text")
    with tempfile.TemporaryDirectory() as copy:
        for folder in FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, Path(copy) / folder, ignore=leave)
        yield Path(copy) / path.parent.name
