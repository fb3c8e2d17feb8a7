"""One run of `course grade`: find the files, grade them in parallel, write every report."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from course_utils.checking.question import Exercise, load
from course_utils.grading.grade import Pool, Result, WorkerPool, grade_all
from course_utils.grading.intake import File, declared_exercise, find, only_of
from course_utils.grading.journal import Journal, content_key, previous_seed
from course_utils.grading.report import write_reports
from course_utils.grading.sandbox import choose
from course_utils.grading.summary import Tally
from course_utils.grading.trusted import renew_apart


class GradingError(Exception):
    """The batch can't begin; the message says what came, what was expected and how to mend it."""


@dataclass(frozen=True)
class Batch:
    """What a teacher asks for. name, checks, seed: None to find them out."""

    submissions: tuple[Path, ...]
    output: Path
    name: str | None
    checks: Path | None
    seed: int | None
    workers: int
    allow_unsafe: bool
    cluster: str | None = None


def run(batch: Batch, console: Console) -> Group:
    """Grade a batch and write its reports; returns the summary for the teacher.

    A run that was killed goes on where it stopped, if it is started again with the same files.
    Raises GradingError, IntakeError, CheckDataError or NoSandbox before anything is written, and
    ClusterError also later, when what is graded is kept.
    """
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        files = find(batch.submissions, Path(scratch))
        exercise = load(_checks_file(batch, files))
        files = only_of(exercise.name, files)
        pool, workers = _pool(batch, len(files), stack)
        seed = batch.seed
        if seed is None:
            seed = previous_seed(batch.output)
        if seed is None:
            seed = secrets.randbits(63)
        exercise = renew_apart(exercise, seed)
        about = {"exercise": exercise.name, "digest": exercise.digest, "seed": seed}
        about["sandbox"] = pool.tier
        journal = _journal(batch.output, about, stack)
        files.sort(key=lambda file: file.name)
        keys = {file.name: content_key(file.name, file.path) for file in files}
        with _progress(console) as progress:
            _grade(files, keys, exercise, journal, pool, workers, progress)
        tally = Tally(exercise)
        write_reports(_counted(files, keys, journal, tally), exercise, batch.output)
    return tally.show(batch.output)


def _journal(output: Path, about: dict[str, Any], stack: contextlib.ExitStack) -> Journal:
    try:
        return stack.enter_context(Journal(output, about))
    except OSError as error:
        raise GradingError(
            f"{output} can't be written to: {error.strerror or error}. Name another folder with -o."
        ) from None


def _pool(batch: Batch, count: int, stack: contextlib.ExitStack) -> tuple[Pool, int]:
    """Where submissions run, and how many at once."""
    if batch.cluster is None:
        workers = min(batch.workers, count)
        sandbox = choose(allow_unsafe=batch.allow_unsafe)
        return stack.enter_context(WorkerPool(sandbox, workers)), workers
    from course_utils.grading.remote import cluster

    pool, at_once = stack.enter_context(cluster(batch.cluster, allow_unsafe=batch.allow_unsafe))
    return pool, 2 * at_once  # these wait for others; one more may join, and none shall idle


def _grade(
    files: list[File],
    keys: dict[str, str],
    exercise: Exercise,
    journal: Journal,
    pool: Pool,
    workers: int,
    progress: Progress,
) -> None:
    rest = [file for file in files if keys[file.name] not in journal]
    task = progress.add_task("grading", total=len(files), completed=len(files) - len(rest))
    executor = ThreadPoolExecutor(workers)
    try:
        for result in grade_all(rest, exercise, pool, executor, ahead=4 * workers):
            journal.add(keys[result.submission], result)
            progress.advance(task)
    finally:
        executor.shutdown(cancel_futures=True)


def _counted(
    files: list[File], keys: dict[str, str], journal: Journal, tally: Tally
) -> Iterator[tuple[File, Result]]:
    """Every file with its result, read from the journal one by one."""
    for file in files:
        result = journal[keys[file.name]]
        tally.add(result)
        yield file, result


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    rate = TaskProgressColumn(show_speed=True)
    return Progress(*columns, rate, TimeRemainingColumn(), console=console, transient=True)


def _checks_file(batch: Batch, files: list[File]) -> Path:
    folder = batch.checks or Path("exercises") / "checks"
    if not folder.is_dir():
        raise GradingError(
            f"There is no folder {folder} with the check data. Run this in the course's folder, or "
            "name the folder with --checks."
        )
    name = batch.name or _exercise_of(files)
    known = sorted(path.stem for path in folder.glob("*.json"))
    if name is None:
        raise GradingError(
            "None of the notebooks says which exercise it is. Say it with --exercise; there is "
            f"{', '.join(known) or 'none'}."
        )
    begun = [one for one in known if one.startswith(name)]
    if name not in known and len(begun) == 1:
        name = begun[0]
    if name not in known:
        raise GradingError(
            f"There is no check data for {name} in {folder}; there is {', '.join(known) or 'none'}."
        )
    return folder / f"{name}.json"


def _exercise_of(files: list[File]) -> str | None:
    """The exercise that most of the notebooks name in their metadata."""
    names = Counter(filter(None, (declared_exercise(file.path) for file in files)))
    return names.most_common(1)[0][0] if names else None
