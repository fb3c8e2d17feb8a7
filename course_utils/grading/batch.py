"""One run of `course grade`: find the files, grade them in parallel, write every report."""

from __future__ import annotations

import secrets
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from rich.table import Table

from course_utils.checking.question import Exercise, load
from course_utils.checking.verdict import CORRECT, INCORRECT, Verdict
from course_utils.grading.grade import Result, WorkerPool, grade_all
from course_utils.grading.intake import File, declared_exercise, find, only_of
from course_utils.grading.journal import Journal, content_key, previous_seed
from course_utils.grading.report import write_reports
from course_utils.grading.sandbox import choose
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


def run(batch: Batch, console: Console) -> Group:
    """Grade a batch and write its reports; returns the summary for the teacher.

    A run that was killed goes on where it stopped, if it is started again with the same files.
    Raises GradingError, IntakeError, CheckDataError or NoSandbox before anything is written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        files = find(batch.submissions, Path(scratch))
        exercise = load(_checks_file(batch, files))
        files = only_of(exercise.name, files)
        sandbox = choose(allow_unsafe=batch.allow_unsafe)
        seed = batch.seed
        if seed is None:
            seed = previous_seed(batch.output)
        if seed is None:
            seed = secrets.randbits(63)
        exercise = renew_apart(exercise, seed)
        workers = min(batch.workers, len(files))
        about = {"exercise": exercise.name, "digest": exercise.digest, "seed": seed}
        about["sandbox"] = sandbox.tier
        with (
            Journal(batch.output, about) as journal,
            WorkerPool(sandbox, workers) as pool,
            ThreadPoolExecutor(workers) as executor,
            _progress(console) as progress,
        ):
            results = _grade(files, exercise, journal, pool, executor, progress)
    write_reports(results, files, exercise, batch.output)
    return summary(results, exercise, sandbox.tier, batch.output)


def _grade(
    files: list[File],
    exercise: Exercise,
    journal: Journal,
    pool: WorkerPool,
    executor: ThreadPoolExecutor,
    progress: Progress,
) -> list[Result]:
    keys = {file.name: content_key(file.name, file.path) for file in files}
    done = {name: journal.done[key] for name, key in keys.items() if key in journal.done}
    task = progress.add_task("grading", total=len(files), completed=len(done))
    rest = [file for file in files if file.name not in done]
    for result in grade_all(rest, exercise, pool, executor):
        journal.add(keys[result.submission], result)
        done[result.submission] = result
        progress.advance(task)
    return [done[file.name] for file in files]


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
    if name not in known:
        raise GradingError(
            f"There is no check data for {name} in {folder}; there is {', '.join(known) or 'none'}."
        )
    return folder / f"{name}.json"


def _exercise_of(files: list[File]) -> str | None:
    """The exercise that most of the notebooks name in their metadata."""
    names = Counter(filter(None, (declared_exercise(file.path) for file in files)))
    return names.most_common(1)[0][0] if names else None


def summary(results: list[Result], exercise: Exercise, tier: str, output: Path) -> Group:
    """For the teacher: the marks' distribution, each question, what went wrong, what was odd."""
    count = f"{len(results)} submission{'s' * (len(results) != 1)}"
    table = Table()
    for head in ("question", "right", "what went wrong most often"):
        table.add_column(head)
    for place, question in enumerate(exercise.questions):
        verdicts = [result.marks[place].verdict for result in results]
        right = sum(verdict.is_correct for verdict in verdicts)
        mistakes = Counter(_first_sentence(v) for v in verdicts if v.kind == INCORRECT)
        others = Counter(v.kind for v in verdicts if v.kind not in (CORRECT, INCORRECT))
        often = [f"{n / len(results):.0%} {text}" for text, n in mistakes.most_common(3)]
        often += [", ".join(f"{n / len(results):.0%} {kind}" for kind, n in others.most_common())]
        table.add_row(question.name, f"{right / len(results):.0%}", "\n".join(filter(None, often)))
    head = f"{count}, sandbox: {tier}; reports in {output}"
    return Group(head, table, _distribution(results), *_oddities(results))


def _distribution(results: list[Result]) -> Table:
    """How many reached which part of the points, as bars."""
    parts = Counter(min(int(10 * r.score / (r.max_score or 1)), 9) for r in results)
    table = Table(title="points reached", title_justify="left", box=None, show_header=False)
    most = max(parts.values(), default=1)
    for tenth in range(10):
        n = parts[tenth]
        table.add_row(f"{10 * tenth}–{10 * tenth + 10} %", "█" * round(30 * n / most), str(n or ""))
    return table


def _oddities(results: list[Result]) -> list[str]:
    odd = [(r.submission, r.problem or "; ".join(r.anomalies)) for r in results]
    lines = [f"{name!a}: {text}" for name, text in odd if text]
    shown = lines[:20] + (
        [f"and {len(lines) - 20} more; see grades.csv"] if len(lines) > 20 else []
    )
    return ["", "About the files:", *shown] if shown else []


def _first_sentence(verdict: Verdict) -> str:
    first = verdict.message.split(". ")[0].rstrip(".")
    return first if len(first) <= 70 else first[:69] + "…"
