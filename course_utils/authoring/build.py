"""`course build`: every solution notebook becomes an exercise and its check data."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.authoring.editions import digest, learners_notebook, notebook_text
from course_utils.authoring.prove import prove
from course_utils.authoring.source import AuthoringError, Solution, read
from course_utils.checking.question import CheckDataError, Exercise, dump, load

SEED = 0
ENGINE = ("checking", "authoring")


@dataclass(frozen=True)
class Built:
    """What became of a notebook: state is "built", "up to date", "stale" or "refused"."""

    name: str
    state: str
    message: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Course:
    """The folders of a course; `root` holds solutions/ and exercises/."""

    root: Path

    def solutions(self, names: tuple[str, ...] = ()) -> list[Path]:
        """The solution notebooks, or those whose name begins with one of `names`."""
        found = sorted((self.root / "solutions").glob("[0-9][0-9]_*.ipynb"))
        wanted = [p for p in found if not names or any(p.stem.startswith(n) for n in names)]
        if not wanted:
            what = f"named {', '.join(names)} " if names else ""
            raise AuthoringError(
                f"There is no solution notebook {what}in {self.root / 'solutions'}. "
                "Run `course build` in the course's folder, with names such as 02."
            )
        return wanted

    def notebook(self, name: str) -> Path:
        return self.root / "exercises" / f"{name}.ipynb"

    def checks(self, name: str) -> Path:
        return self.root / "exercises" / "checks" / f"{name}.json"


def build_all(course: Course, names: tuple[str, ...] = (), *, check: bool = False) -> list[Built]:
    """Build what is out of date, in parallel; with `check` only say what is. Order of the names."""
    paths = course.solutions(names)
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
    return [done.get(path.stem, Built(path.stem, "up to date")) for path in paths]


def build_or_refuse(course: Course, path: Path) -> Built:
    """Build one notebook; a refusal is a result, so that the others are built all the same."""
    try:
        return build(course, path)
    except AuthoringError as error:
        return Built(path.stem, "refused", str(error))


def build(course: Course, path: Path) -> Built:
    """Prove one solution notebook and write both files, each whole or not at all."""
    solution = read(path)
    exercise, warnings = make(solution)
    notebook = notebook_text(learners_notebook(solution, {q.name: q for q in exercise.questions}))
    exercise = replace(exercise, digest=source_digest(solution), notebook_digest=digest(notebook))
    write(course.notebook(path.stem), notebook)
    write(course.checks(path.stem), dump(exercise))
    count = len(exercise.questions)
    questions = f"{count} question{'s' * (count != 1)}"
    return Built(path.stem, "built", questions, warnings)


def make(solution: Solution, seed: int = SEED) -> tuple[Exercise, tuple[str, ...]]:
    """The exercise that a solution notebook proves, with warnings. Raises AuthoringError."""
    proofs = prove(solution, seed)
    warnings = [f"`{p.question.name}`: {text}" for p in proofs for text in p.warnings]
    doubled = _doubled([cell.id for cell in solution.cells])
    warnings += [f"cell id {name!r} is used twice" for name in doubled]
    exercise = Exercise(
        name=solution.name,
        title=solution.title,
        seed=seed,
        given=tuple(cell.source for cell in solution.given),
        questions=tuple(proof.question for proof in proofs),
    )
    return exercise, tuple(warnings)


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
    """A digest of all that the build depends on: sources, tags and the engine, not outputs."""
    cells = [[cell.kind, cell.id, cell.tag, cell.source] for cell in solution.cells]
    return digest(json.dumps(cells) + _engine_digest())


def _engine_digest() -> str:
    package = Path(__file__).parent.parent
    files = sorted(path for room in ENGINE for path in (package / room).glob("*.py"))
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)


def _doubled(items: list[str]) -> list[str]:
    return sorted({item for item in items if items.count(item) > 1})
