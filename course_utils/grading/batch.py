"""One run of `course grade`: find the files, grade them in parallel, write every report."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from course_utils.checking.expectation import renew
from course_utils.checking.question import Exercise, load
from course_utils.grading.grade import Result, WorkerPool, grade_all
from course_utils.grading.report import write_reports
from course_utils.grading.sandbox import choose
from course_utils.grading.submission import MAX_BYTES


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


def run(batch: Batch, console: Console) -> Table:
    """Grade a batch and write its reports; returns the summary for the teacher.

    Raises GradingError, CheckDataError or NoSandbox before anything is written.
    """
    files = find_files(batch.submissions)
    exercise = load(_checks_file(batch, files))
    sandbox = choose(allow_unsafe=batch.allow_unsafe)
    seed = secrets.randbits(63) if batch.seed is None else batch.seed
    exercise = renew_apart(exercise, seed)
    workers = min(batch.workers, len(files))
    results: list[Result] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        WorkerPool(sandbox, workers) as pool,
        ThreadPoolExecutor(workers) as executor,
        Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress,
    ):
        task = progress.add_task("grading", total=len(files))
        for result in grade_all(files, exercise, pool, executor):
            results.append(result)
            progress.advance(task)
    write_reports(results, exercise, batch.output)
    (batch.output / "seed.txt").write_text(f"{seed}\n", encoding="utf-8")
    return summary(results, sandbox.tier, batch.output)


def find_files(places: tuple[Path, ...]) -> list[tuple[str, Path]]:
    """The notebooks in files and folders, each with the name of its submission.

    A folder is read flat or with one folder a learner; then the name is that folder's.
    """
    found: list[tuple[str, Path]] = []
    for place in places:
        if not place.exists():
            raise GradingError(f"{place} is not there. Give a notebook, or a folder of notebooks.")
        if place.is_file():
            found.append((place.stem, place))
            continue
        notebooks = sorted(
            path
            for path in place.rglob("*.ipynb")
            if not any(part.startswith(".") for part in path.relative_to(place).parts)
        )
        if not notebooks:
            raise GradingError(
                f"{place} has no notebook (*.ipynb) in it. Give the folder that holds the "
                "submissions, or the folder above if each learner has one."
            )
        found += [(_name(path, place, notebooks), path) for path in notebooks]
    doubled = {name for name, n in Counter(name for name, _ in found).items() if n > 1}
    return [(str(path) if name in doubled else name, path) for name, path in found]


def _name(path: Path, place: Path, notebooks: list[Path]) -> str:
    if path.parent == place:
        return path.stem
    alone = sum(other.parent == path.parent for other in notebooks) == 1
    folder = path.parent.relative_to(place).as_posix()
    return folder if alone else f"{folder}/{path.stem}"


def _checks_file(batch: Batch, files: list[tuple[str, Path]]) -> Path:
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


def _exercise_of(files: list[tuple[str, Path]]) -> str | None:
    """The exercise that most of the notebooks name in their metadata."""
    names: Counter[str] = Counter()
    for _, path in files:
        try:
            if path.stat().st_size > MAX_BYTES:
                continue
            name = json.loads(path.read_text(encoding="utf-8"))["metadata"]["exercise"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(name, str):
            names[name] += 1
    return names.most_common(1)[0][0] if names else None


def renew_apart(exercise: Exercise, seed: int) -> Exercise:
    """Expected values for a seed, computed in a process of their own: trusted, and then gone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as trusted:
        return trusted.submit(renew, exercise, seed).result()


def summary(results: list[Result], tier: str, output: Path) -> Table:
    """For each question the share that is right, and what went wrong most often."""
    table = Table(title=f"{len(results)} submissions, sandbox: {tier}; reports in {output}")
    for head in ("question", "right", "most frequent cause otherwise"):
        table.add_column(head)
    names = [mark.name for mark in results[0].marks] if results else []
    for place, name in enumerate(names):
        verdicts = [result.marks[place].verdict for result in results]
        right = sum(verdict.is_correct for verdict in verdicts) / len(verdicts)
        causes = Counter(x.cause or x.kind for x in verdicts if not x.is_correct).most_common(1)
        cause = f"{causes[0][0]} ({causes[0][1]})" if causes else ""
        table.add_row(name, f"{right:.0%}", cause)
    odd = sum(bool(result.anomalies or result.problem) for result in results)
    table.caption = f"{odd} with something odd about the file; see grades.csv" if odd else None
    return table
