"""One run of `course grade`: find what was handed in, grade it in parallel, write every report."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console, Group
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from course_utils.checking.data.question import (
    PUBLIC_SEED,
    CheckDataError,
    Exercise,
    dump,
    load,
)
from course_utils.errors import CourseError
from course_utils.grading.intake.check_data import refuse_unsound
from course_utils.grading.intake.choose import choose, declared
from course_utils.grading.intake.entry import SubmissionError
from course_utils.grading.intake.file import File
from course_utils.grading.intake.find import HandedIn, find
from course_utils.grading.intake.text import one_line
from course_utils.grading.marking.fixed import copied_questions
from course_utils.grading.marking.grade import grade_all
from course_utils.grading.marking.journal import (
    Journal,
    content_key,
    previous_seed,
)
from course_utils.grading.marking.mark import Result
from course_utils.grading.marking.renew_apart import renew_apart
from course_utils.grading.reports.report import write_reports
from course_utils.grading.reports.summary import Tally
from course_utils.grading.sandbox.stations import Pool, WorkerPool
from course_utils.grading.sandbox.tiers import choose as choose_sandbox

UNSAFE = "none"


class GradingError(CourseError):
    """The batch can't begin or go on; the message says why and how to mend it."""


@dataclass(frozen=True)
class Batch:
    """What a teacher asks for. name, checks, seed: None to find them out. left_out: questions that
    count nothing; only_hidden: so do those whose answer stands in the learner's check data."""

    submissions: tuple[Path, ...]
    output: Path
    name: str | None
    checks: Path | None
    seed: int | None
    workers: int
    allow_unsafe: bool
    cluster: str | None = None
    left_out: tuple[str, ...] = ()
    only_hidden: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a batch. summary: to be printed; unread: how many files could not be read
    this time and are tried again at the next run."""

    summary: Group
    unread: int


def run(batch: Batch, console: Console) -> Outcome:
    """Grade a batch and write its reports.

    A run that was killed goes on where it stopped, if it is started again with the same places.
    Raises GradingError, IntakeError, CheckDataError, JournalError, NoSandbox or ClusterError;
    what is graded by then is kept.
    """
    handed_in = find(batch.submissions, batch.output)
    known = load(_checks_file(batch, handed_in))
    refuse_unsound(known)
    exercise = _weighted(known, batch)
    if batch.seed is not None and batch.seed < 1:
        raise GradingError(_about_seed(batch.seed))
    seed = batch.seed if batch.seed is not None else previous_seed(batch.output)
    seed = 1 + secrets.randbits(63) if seed is None else seed
    files = choose(handed_in, exercise)
    try:
        with contextlib.ExitStack() as stack:
            pool, workers = _pool(batch, len(files), stack)
            public, exercise = exercise, _renewed(exercise, seed)
            copied = copied_questions(public, exercise)
            if batch.only_hidden:
                public, exercise = _without(public, copied), _without(exercise, copied)
            tally = Tally(exercise, copied)
            data = dump(public).encode("utf-8", "backslashreplace")
            about = {
                "exercise": exercise.name,
                "places": [os.path.realpath(place) for place in batch.submissions],
                "checks": hashlib.sha256(data).hexdigest(),
                "seed": seed,
            }
            journal = stack.enter_context(Journal(batch.output, about))
            graded = _grade(files, (exercise, public), journal, pool, workers, console)
            pairs = [*graded.items(), *_gone(files, journal)]
            write_reports(_counted(pairs, journal, tally), exercise, batch.output, tally.note)
    except OSError as error:
        raise GradingError(_about(error, batch.output)) from None
    if journal.damaged:
        lines = f"{journal.damaged} damaged line{'s' * (journal.damaged != 1)}"
        tally.note(f"The journal had {lines}; what stood there was graded again.")
    unread = sum(isinstance(graded[file], Result) and file.passing for file in graded)
    block = "█" if console.encoding.lower().startswith("utf") else "#"
    return Outcome(tally.show(batch.output, block), unread)


def _about_seed(seed: int) -> str:
    if seed == PUBLIC_SEED:
        return (
            "--seed 0 makes the inputs that every learner has, with their answers. Take a long "
            "number that nobody guesses, or leave --seed out."
        )
    return "--seed takes a whole number above 0."


def _about(error: OSError, output: Path) -> str:
    """The sentence about a disk or a folder that takes nothing more."""
    reason = error.strerror or str(error) or type(error).__name__
    where = error.filename2 or error.filename or output
    return (
        f"{one_line(str(where))} can't be written to: {reason}. Name another folder with -o, or "
        "mend it and run the same command again; what is graded by now is kept."
    )


def _renewed(exercise: Exercise, seed: int) -> Exercise:
    try:
        renewed = renew_apart(exercise, seed)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise CheckDataError(
            f"The check data of {exercise.name} are damaged ({type(error).__name__}). Put back the "
            "file that came with the exercise, or run `course build`."
        ) from None
    for old, new in zip(exercise.questions, renewed.questions, strict=True):
        raised = [seen.error for seen in new.expected]
        if [error is None for error in raised] != [seen.error is None for seen in old.expected]:
            raise CheckDataError(
                f"The check data of {exercise.name} are damaged: the course's own answer to "
                f"{one_line(old.name)} fails where it didn't. Put back the file that came with the "
                "exercise, or run `course build`."
            )
    return renewed


def _weighted(exercise: Exercise, batch: Batch) -> Exercise:
    """The exercise in which what the teacher leaves out is worth 0 points."""
    names = {question.name for question in exercise.questions}
    unknown = sorted(set(batch.left_out) - names)
    if unknown:
        raise GradingError(
            f"{exercise.name} has no question {unknown[0]}; it has {', '.join(sorted(names))}."
        )
    return _without(exercise, batch.left_out)


def _without(exercise: Exercise, out: tuple[str, ...]) -> Exercise:
    """The exercise in which these questions are worth 0 points. Raises GradingError if all are."""
    if {*out} >= {question.name for question in exercise.questions}:
        raise GradingError(f"Nothing is left to grade: all of {exercise.name} is left out.")
    questions = [replace(q, points=0.0) if q.name in out else q for q in exercise.questions]
    return replace(exercise, questions=tuple(questions))


def _pool(batch: Batch, count: int, stack: contextlib.ExitStack) -> tuple[Pool, int]:
    """Where submissions run, and how many at once."""
    if batch.cluster is None:
        workers = max(1, min(batch.workers, count))
        sandbox = choose_sandbox(allow_unsafe=batch.allow_unsafe)
        return stack.enter_context(WorkerPool(sandbox, workers)), workers
    from course_utils.grading.sandbox.remote import cluster

    pool, at_once = stack.enter_context(cluster(batch.cluster, allow_unsafe=batch.allow_unsafe))
    return pool, 2 * at_once  # these wait for others; one more may join, and none shall idle


def _grade(
    files: list[File],
    exercises: tuple[Exercise, Exercise],
    journal: Journal,
    pool: Pool,
    workers: int,
    console: Console,
) -> dict[File, str | Result]:
    """Grade what is new or changed. Each file with the key of its result in the journal, or with
    the result itself, where it may be another one next time and is not kept.

    exercises: with the values of this batch's seed, and with those of the learner's edition."""
    exercise, public = exercises
    graded: dict[File, str | Result] = {}
    keys: dict[str, str] = {}
    by_name = {file.name: file for file in files}
    executor = ThreadPoolExecutor(workers)
    with _progress(console) as progress:
        task = progress.add_task("grading", total=len(files))

        def rest() -> Iterator[File]:
            for file in map(_with_data, files):
                by_name[file.name] = replace(file, data=None)
                keys[file.name] = content_key(file.name, _identity(file, exercise))
                if file.passing or not _is_done(journal, keys[file.name], pool):
                    yield file
                else:
                    graded[by_name[file.name]] = keys[file.name]
                    progress.advance(task)

        try:
            graded_now = grade_all(rest(), exercise, pool, executor, 2 * workers + 2, public)
            for result in graded_now:
                file = by_name[result.submission]
                result = replace(result, anomalies=(*file.remarks, *result.anomalies))
                if file.passing:
                    graded[file] = result
                else:
                    journal.add(keys[file.name], result, file)
                    graded[file] = keys[file.name]
                progress.advance(task)
        finally:
            executor.shutdown(cancel_futures=True)
    return {by_name[file.name]: graded[by_name[file.name]] for file in files}


def _with_data(file: File) -> File:
    """The file with its bytes, read once for its key and its marks; or with why they can't be."""
    if file.problem:
        return file
    try:
        return replace(file, data=file.read())
    except SubmissionError as error:
        return replace(file, problem=str(error), passing=error.passing)


def _identity(file: File, exercise: Exercise) -> bytes:
    """All that a result depends on, but the exercise, which is the journal's."""
    words = "\0".join((file.problem, *file.remarks))
    return words.encode("utf-8", "surrogatepass") + b"\0" + (file.data or b"")


def _is_done(journal: Journal, key: str, pool: Pool) -> bool:
    """Whether the journal holds the result. One that was made without a sandbox may be forged,
    and doesn't count where there is one."""
    return key in journal and (pool.tier == UNSAFE or journal[key].sandbox != UNSAFE)


def _gone(files: list[File], journal: Journal) -> Iterator[tuple[File, Result]]:
    """Those of an earlier run of this batch that are not there any more: they keep their marks."""
    here = {file.name for file in files}
    for name, key in sorted(journal.latest().items()):
        if name not in here:
            result = journal[key]
            note = "it is not there any more; these are the marks of an earlier run"
            file = File(name, Path(name), *journal.whose(name))
            yield file, replace(result, anomalies=(*result.anomalies, note))


def _counted(
    pairs: list[tuple[File, str | Result]], journal: Journal, tally: Tally
) -> Iterator[tuple[File, Result]]:
    """Every file with its result, read from the journal one by one."""
    for file, found in pairs:
        result = found if isinstance(found, Result) else journal[found]
        tally.add(result)
        yield file, result


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    rate = TaskProgressColumn(show_speed=True)
    silent = not console.is_terminal
    return Progress(
        *columns, rate, TimeRemainingColumn(), console=console, transient=True, disable=silent
    )


def _checks_file(batch: Batch, handed_in: list[HandedIn]) -> Path:
    folder = batch.checks or Path("exercises") / "checks"
    if not folder.is_dir():
        raise GradingError(
            f"There is no folder {folder} with the check data. Run this in the course's folder, or "
            "name the folder with --checks."
        )
    name = _short(batch.name) if batch.name else declared(handed_in)
    known = sorted(path.stem for path in folder.glob("*.json"))
    there = f"there is {', '.join(known) or 'none'}."
    if not name:
        raise GradingError(
            f"None of the notebooks says which exercise it is. Say it with --exercise; {there}"
        )
    begun = [one for one in known if one.startswith(name)]
    if name.isdigit():
        begun = [one for one in known if one.partition("_")[0].lstrip("0") == name.lstrip("0")]
    if name not in known and len(begun) == 1:
        name = begun[0]
    if name not in known:
        raise GradingError(f"There is no check data for {one_line(name)} in {folder}; {there}")
    return folder / f"{name}.json"


def _short(name: str) -> str:
    """An exercise's name, of whatever a teacher may give: 2, 02, a path, a file's name."""
    return Path(name.strip()).name.removesuffix(".ipynb").removesuffix(".json")
