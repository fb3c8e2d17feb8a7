"""`course build`: every solution notebook becomes an exercise and its check data."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.authoring.editions import digest, learners_notebook, notebook_text
from course_utils.authoring.engine import engine_digest
from course_utils.authoring.names import chosen
from course_utils.authoring.new import CURRICULUM, lessons_of
from course_utils.authoring.pairing import Pair, settle
from course_utils.authoring.prove import prove
from course_utils.authoring.refusals import AuthoringError, Refusals
from course_utils.authoring.source import Solution, read
from course_utils.checking.data.question import (
    PUBLIC_SEED,
    CheckDataError,
    Exercise,
    dump,
    load,
)
from course_utils.checking.judging.diagnoses import STRICT
from course_utils.checking.observing.run import is_cell
from course_utils.write_whole import write_whole

SEED = PUBLIC_SEED


@dataclass(frozen=True)
class Built:
    """What became of a notebook: state is "built", "up to date", "stale" or "refused".

    refusals: for a refused one, each with where and what to do.
    """

    name: str
    state: str
    message: str = ""
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """The folders of a course; `root` holds solutions/ and exercises/."""

    root: Path

    def solutions(self, names: tuple[str, ...] = ()) -> list[Path]:
        """The solution notebooks, or those that `names` mean, such as 02 or a path."""
        folder = self.root / "solutions"
        written = [folder / f"{p.stem}.ipynb" for p in folder.glob("text/[0-9][0-9]_*.md")]
        found = sorted({*folder.glob("[0-9][0-9]_*.ipynb"), *written})
        if not found:
            raise AuthoringError(
                f"There is no solution notebook in {self.root / 'solutions'}. "
                "Run `course build` in the course's folder, with names such as 02."
            )
        return chosen(names, found)

    def notebook(self, name: str) -> Path:
        return self.root / "exercises" / f"{name}.ipynb"

    def checks(self, name: str) -> Path:
        return self.root / "exercises" / "checks" / f"{name}.json"


def build_all(course: Course, names: tuple[str, ...] = (), *, check: bool = False) -> list[Built]:
    """Build what is out of date, in parallel; with `check` only say what is. Order of the names.

    A solution whose text was changed is brought up to it first.
    """
    paths = course.solutions(names)
    disagree = {} if check else _settle(paths)
    paths = [path for path in paths if path.stem not in disagree]
    stale = [path for path in paths if not is_current(course, path)]
    if check:
        done = {p.stem: Built(p.stem, "stale", "run `course build`") for p in stale}
    elif len(stale) > 1:
        spawn = multiprocessing.get_context("spawn")  # a fork of a threaded process may hang
        with ProcessPoolExecutor(min(len(stale), os.cpu_count() or 1), spawn) as pool:
            results = pool.map(build_or_refuse, [course] * len(stale), stale)
            done = {result.name: result for result in results}
    else:
        done = {path.stem: build_or_refuse(course, path) for path in stale}
    done = {**{path.stem: Built(path.stem, "up to date") for path in paths}, **done, **disagree}
    return [done[name] for name in sorted(done)]


def _settle(paths: list[Path]) -> dict[str, Built]:
    """Make solutions agree with their texts, where there are any; what can't be, by name."""
    refused = {}
    for pair in map(Pair, paths):
        if pair.text.exists():
            try:
                settle(pair)
            except AuthoringError as error:
                refused[pair.notebook.stem] = _refused(pair.notebook, error)
    return refused


def build_or_refuse(course: Course, path: Path) -> Built:
    """Build one notebook; a refusal is a result, so that the others are built all the same."""
    try:
        return build(course, path)
    except AuthoringError as error:
        return _refused(path, error)


def _refused(path: Path, error: AuthoringError) -> Built:
    return Built(path.stem, "refused", refusals=error.messages)


def build(course: Course, path: Path) -> Built:
    """Prove one solution notebook and write both files, each whole or not at all.

    Raises AuthoringError with all that is refused of it, and whatever a check raises that stumbles
    over a known wrong answer.
    """
    os.environ.setdefault(STRICT, "1")
    refusals = Refusals()
    solution = read(path, refusals)
    refusals.add(*_homeless(course, path.stem))
    exercise, remarks = make(solution, refusals=refusals)
    refusals.stop()
    notebook = notebook_text(learners_notebook(solution, {q.name: q for q in exercise.questions}))
    exercise = replace(exercise, digest=source_digest(solution), notebook_digest=digest(notebook))
    write_whole(course.notebook(path.stem), notebook)
    write_whole(course.checks(path.stem), dump(exercise))
    count = len(exercise.questions)
    questions = f"{count} question{'s' * (count != 1)}"
    return Built(path.stem, "built", questions, remarks)


def _homeless(course: Course, name: str) -> Iterator[str]:
    """Whether the lesson of an exercise is there and in the curriculum, if the course has any."""
    lessons, curriculum = course.root / "notebooks", course.root / CURRICULUM
    if lessons.is_dir() and not (
        (lessons / f"{name}.ipynb").exists() or (lessons / "text" / f"{name}.md").exists()
    ):
        yield (
            f"{name}: there is no lesson notebooks/{name}.ipynb. Lesson and solution have the same "
            f"name; `course new {name}` begins both."
        )
    if curriculum.exists() and name not in lessons_of(curriculum):
        yield (
            f"{name}: is not in the curriculum, so no map or overview would show it. Add its line "
            f"to {CURRICULUM}."
        )


def make(
    solution: Solution, seed: int = SEED, refusals: Refusals | None = None
) -> tuple[Exercise, tuple[str, ...]]:
    """The exercise that a solution notebook proves, with warnings for its author.

    Raises AuthoringError, or with `refusals` writes down there what it would raise.
    """
    with _heard(solution) as heard:
        proofs = prove(solution, seed, refusals)
    remarks = [f"`{p.question.name}`: {text}" for p in proofs for text in p.warnings] + heard
    doubled = _doubled([cell.id for cell in solution.cells])
    remarks += [f"cell id {name!r} is used twice" for name in doubled]
    exercise = Exercise(
        name=solution.name,
        title=solution.title,
        seed=seed,
        given=tuple(cell.source for cell in solution.given),
        questions=tuple(proof.question for proof in proofs),
    )
    return exercise, tuple(remarks)


@contextlib.contextmanager
def _heard(solution: Solution) -> Iterator[list[str]]:
    """Keep what runs warn of off the terminal; yields what the solution's own cells warn of.

    Wrong answers and probes warn on purpose. What a given cell or an answer warns of, its learners
    see as well. A warning belongs to the outermost cell on the stack, since Keras names a line of
    its own.
    """
    own = {f"<cell {c.id}>": str(c) for c in solution.cells if c.tag in ("given", "answer")}
    heard: list[str] = []

    def note(message: Warning | str, category: type[Warning], *_: object) -> None:
        stack = [f.f_code.co_filename for f, _ in traceback.walk_stack(sys._getframe())]
        cell = next((name for name in reversed(stack) if is_cell(name)), "")
        words = f"{own.get(cell)}: warns when it is run: {category.__name__}: {message}"
        if cell in own and words not in heard:
            heard.append(words)

    with warnings.catch_warnings():
        warnings.showwarning = note
        yield heard


def is_current(course: Course, path: Path) -> bool:
    """Whether both built files are those of this solution notebook and this engine."""
    try:
        exercise = load(course.checks(path.stem))
        notebook = course.notebook(path.stem).read_text(encoding="utf-8")
        solution = read(path)
    except (OSError, CheckDataError, AuthoringError):
        return False
    return exercise.digest == source_digest(solution) and exercise.notebook_digest == digest(
        notebook
    )


def source_digest(solution: Solution) -> str:
    """A digest of all that the build depends on: what its cells say, not show, and the engine."""
    built = [cell for cell in solution.cells if cell.tag != "teacher"]
    cells = [[cell.kind, cell.id, cell.tag, cell.source] for cell in built]
    return digest(json.dumps(cells) + engine_digest())


def _doubled(items: list[str]) -> list[str]:
    return sorted({item for item in items if items.count(item) > 1})
