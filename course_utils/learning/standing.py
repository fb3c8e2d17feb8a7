"""How far a learner is, lesson by lesson, from the records and from the learner's own copies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.checking.data.question import CheckDataError, Question, load
from course_utils.learning.copies.reading import read, source
from course_utils.learning.course_progress import progress_file
from course_utils.learning.curriculum import LESSONS, PARTS, Lesson
from course_utils.learning.figure_tasks import all_done
from course_utils.learning.own_folder import records_folder
from course_utils.learning.progress import Record

FIGURE = re.compile(r"\b([A-Z]\w+)\((?:[^()]|\([^()]*\))*\)")
PLACE = re.compile(r'\bplace="([^"]*)"')
READ_SHARE = 0.9  # of a lesson's code cells: one that takes long may be left out


@dataclass(frozen=True)
class Asked:
    """One question, and what is known of the learner's work on it."""

    question: Question
    record: Record

    @property
    def solved(self) -> bool:
        return bool(self.record.solved)


@dataclass(frozen=True)
class LessonStanding:
    """One lesson. run and cells count the code cells of the learner's copies of its notebooks.

    notebooks: the names of these; go_on: the name of the one to open next.
    """

    lesson: Lesson
    asked: tuple[Asked, ...] = ()
    notebooks: tuple[str, ...] = ()
    go_on: str = ""
    has_exercise: bool = False
    run: int = 0
    cells: int = 0
    tasks_done: int = 0
    tasks: int = 0
    touched: float = 0.0  # when a copy in which something was run was last written, as a time stamp
    touched_exercise: bool = False

    @property
    def has_notebook(self) -> bool:
        return bool(self.notebooks)

    @property
    def is_read(self) -> bool:
        return is_read(self)

    @property
    def solved(self) -> int:
        return sum(asked.solved for asked in self.asked)

    @property
    def points(self) -> float:
        return sum(asked.question.points for asked in self.asked if asked.solved)

    @property
    def all_points(self) -> float:
        return sum(asked.question.points for asked in self.asked)

    @property
    def minutes_left(self) -> int:
        return sum(asked.question.minutes for asked in self.asked if not asked.solved)

    @property
    def next_question(self) -> Question | None:
        return next((asked.question for asked in self.asked if not asked.solved), None)


@dataclass(frozen=True)
class Standing:
    """The whole course; problems: sentences on what could not be read."""

    lessons: tuple[LessonStanding, ...]
    problems: tuple[str, ...] = ()

    @property
    def parts(self) -> list[tuple[str, list[LessonStanding]]]:
        by_lesson = {standing.lesson: standing for standing in self.lessons}
        return [(part, [by_lesson[lesson] for lesson in ls]) for part, ls in PARTS.items()]

    @property
    def here(self) -> list[LessonStanding]:
        """The lessons that have a notebook or an exercise."""
        return [s for s in self.lessons if s.has_notebook or s.has_exercise]

    def total(self, name: str) -> float:
        """The sum of a figure over all lessons, such as "solved" or "minutes_left"."""
        return sum(getattr(standing, name) for standing in self.lessons)

    @property
    def questions(self) -> int:
        return sum(len(standing.asked) for standing in self.lessons)

    @property
    def lessons_read(self) -> int:
        return sum(standing.is_read for standing in self.lessons)

    @property
    def last(self) -> LessonStanding | None:
        """Where the learner was last; None before anything was run."""
        begun = [standing for standing in self.lessons if standing.touched]
        return max(begun, key=lambda standing: standing.touched, default=None)


def standing(root: Path, own: Path | None) -> Standing:
    """How far the learner is whose copies lie in `own`, in the course that lies in `root`."""
    folder = own or root
    file = progress_file(folder)
    records = file.records()
    problems = [file.problem] if file.problem else []
    kept = records_folder(folder)
    done, counted = (all_done(kept) if kept else {}), set()
    found = []
    for lesson in LESSONS:
        asked, problem = _asked(root, lesson, records.get(lesson.name, {}))
        problems += [problem] if problem else []
        found.append(_lesson(folder, lesson, asked, done, counted))
    return Standing(tuple(found), tuple(problems))


def _asked(root: Path, lesson: Lesson, known: dict[str, Record]) -> tuple[tuple[Asked, ...], str]:
    path = root / "exercises" / "checks" / f"{lesson.name}.json"
    if not path.is_file():
        return (), ""
    try:
        questions = _cached(path, load).questions
    except CheckDataError as error:
        return (), str(error)
    return tuple(Asked(q, known.get(q.name, Record())) for q in questions), ""


def _lesson(
    folder: Path, lesson: Lesson, asked: tuple[Asked, ...], done: dict, counted: set
) -> LessonStanding:
    exercise = folder / "exercises" / f"{lesson.name}.ipynb"
    read = {path: _cached(path, _look) for path in lesson.notebooks(folder / "notebooks")}
    looks = read | ({exercise: _cached(exercise, _look)} if exercise.is_file() else {})
    figures = {f for look in looks.values() for f in look.figures} - counted
    counted |= figures
    begun = [(p.stat().st_mtime, p is exercise) for p, look in looks.items() if look.run]
    touched, in_exercise = max(begun, default=(0.0, False))
    kinds = _figures()
    unread = [path.stem for path, look in read.items() if not is_read(look)]
    names = tuple(path.stem for path in read)
    return LessonStanding(
        lesson,
        asked,
        notebooks=names,
        go_on=next(iter((*unread, *names)), ""),
        has_exercise=exercise in looks,
        run=sum(look.run for look in read.values()),
        cells=sum(look.cells for look in read.values()),
        tasks_done=sum(len(done.get(kinds[f][0], {}).get(place, ())) for f, place in figures),
        tasks=sum(kinds[f][1] for f, _ in figures),
        touched=touched,
        touched_exercise=in_exercise,
    )


@dataclass(frozen=True)
class _Look:
    """What is seen of a notebook: its code cells, those run, (figure, place) of each figure."""

    cells: int
    run: int
    figures: frozenset[tuple[str, str]]


def is_read(counted: LessonStanding | _Look) -> bool:
    """Whether nearly all code cells were run."""
    return counted.cells > 0 and counted.run >= READ_SHARE * counted.cells


def _look(path: Path) -> _Look:
    code = [cell for cell in read(path.read_bytes()).cells if cell["cell_type"] == "code"]
    kinds, figures = _figures(), set()
    for cell in code:
        for call in FIGURE.finditer(source(cell)):
            if call[1] in kinds:
                place = PLACE.search(call[0])
                figures.add((call[1], place[1] if place else ""))
    run = sum(cell["execution_count"] is not None for cell in code)
    return _Look(len(code), run, frozenset(figures))


def _figures() -> dict[str, tuple[str, int]]:
    """Class of each interactive figure -> (its name in the records, how many tasks it has)."""
    from course_utils.explorables import EXPLORABLES

    return {kind.__name__: (kind.name, len(kind.tasks)) for kind in EXPLORABLES}


_KNOWN: dict = {}


def _cached(path: Path, make):
    """make(path), made again only when the file has changed."""
    state = path.stat()
    key, version = (path, make.__name__), (state.st_mtime_ns, state.st_size)
    if _KNOWN.get(key, (None,))[0] != version:
        _KNOWN[key] = (version, make(path))
    return _KNOWN[key][1]
