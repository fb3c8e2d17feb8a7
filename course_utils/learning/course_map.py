"""The map of the course: every part and lesson, and how far the learner is, as text and HTML."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from course_utils.checking.card import Card, panel, style_sheet
from course_utils.checking.data.question import CheckDataError, load
from course_utils.checking.pages import render
from course_utils.learning.course_progress import ProgressError, find_exercises, progress_file
from course_utils.learning.curriculum import LESSONS, PARTS, Lesson, part_of
from course_utils.learning.progress import FILE_NAME, Record

SOLVED, OPEN = "●", "○"
ALONE = (
    "The exercises aren't beside this notebook, so the map is drawn without your progress. "
    "Keep the course's folders together, or fetch it again."
)
STYLE = """
.course-card:has(.course-map){max-width:58em}
.course-map .part{font-weight:700!important;padding-top:.7em!important;
 color:var(--jp-content-font-color1,CanvasText)!important}
.course-map th[scope=row],.course-map td:nth-child(n+3){white-space:nowrap}
.course-map td:nth-child(2){min-width:17em}
.course-map .dots{letter-spacing:.12em;color:color-mix(in srgb,var(--tone) 65%,currentColor)}
.course-map a{color:var(--jp-content-link-color,LinkText)}
"""


@dataclass(frozen=True)
class Place:
    """One lesson on the map. `questions`: name -> solved, empty while there is no exercise."""

    lesson: Lesson
    questions: dict[str, bool]
    notebooks: tuple[tuple[str, str], ...] = ()  # which part of the lesson, and the link to it
    exercise: str = ""

    @property
    def solved(self) -> int:
        return sum(self.questions.values())

    @property
    def dots(self) -> str:
        """One sign for each question, the solved ones first."""
        return SOLVED * self.solved + OPEN * (len(self.questions) - self.solved)

    @property
    def state(self) -> str:
        return f"{self.solved} of {len(self.questions)} solved" if self.questions else "to come"


def course_map(folder: Path | str | None = None) -> Card:
    """A card: the parts and lessons of the course, which exercises are here, and what is solved.

    folder: where the course is looked for; the notebook's own folder by default. The map is drawn
    without progress where there is none, and says why where it can't be read.
    """
    folder = Path(folder or Path.cwd())
    try:
        exercises = find_exercises(folder)
    except ProgressError:
        places, problems = [Place(lesson, {}) for lesson in LESSONS], [ALONE]
    else:
        questions, problems = _questions(exercises, folder)
        places = [_place(lesson, questions, exercises, folder) for lesson in LESSONS]
    return Card(_text(places, problems), _html(places, problems))


def _questions(exercises: Path, folder: Path) -> tuple[dict[str, dict[str, bool]], list[str]]:
    """exercise -> question -> solved, and what could not be read."""
    file, found, problems = progress_file(folder), {}, []
    records = file.records()
    if file.problem:
        problems.append(f"{FILE_NAME} can't be read, so the map is drawn without your progress.")
    for path in sorted((exercises / "checks").glob("*.json")):
        try:
            exercise = load(path)
        except CheckDataError as error:
            problems.append(str(error))
            continue
        known = records.get(exercise.name, {})
        found[exercise.name] = {
            q.name: bool(known.get(q.name, Record()).solved) for q in exercise.questions
        }
    return found, problems


def _place(lesson: Lesson, questions: dict, exercises: Path, folder: Path) -> Place:
    root = exercises.parent
    read = _near(lambda place: lesson.notebooks(place / "notebooks"), root, folder)
    exercise = _near(
        lambda place: [*(place / "exercises").glob(f"{lesson.name}.ipynb")], root, folder
    )
    return Place(
        lesson,
        questions.get(lesson.name, {}),
        tuple((part_of(path.stem)[2:], _link(path, folder)) for path in read),
        _link(exercise[0], folder) if exercise else "",
    )


def _near(find: Callable[[Path], list[Path]], root: Path, folder: Path) -> list[Path]:
    """What is found nearest: the learner's own copies come before the course's originals."""
    return next((found for place in (folder, folder.parent, root) if (found := find(place))), [])


def _link(file: Path, folder: Path) -> str:
    """The way from the notebook's folder to a file, as a link."""
    return quote(Path(os.path.relpath(file, folder)).as_posix())


def _title(places: list[Place]) -> str:
    count = sum(len(place.questions) for place in places)
    return f"From one neuron to Keras: {sum(p.solved for p in places)} of {count} questions solved"


def _next(places: list[Place]) -> str:
    """The first question that is open, in the order of the course."""
    for place in places:
        for name, solved in place.questions.items():
            if not solved:
                return f"Next: {name}, in the exercise of {place.lesson.number}."
    return "All that is here is solved." if any(place.questions for place in places) else ""


def _text(places: list[Place], problems: list[str]) -> str:
    titles = max(len(place.lesson.title) for place in places)
    abouts = max(len(place.lesson.about) for place in places)
    lines = [_title(places)]
    for part, lessons in PARTS.items():
        lines.append(part)
        lines += [
            f"  {p.lesson.number} {p.lesson.title:<{titles}}  {p.lesson.about:<{abouts}}  {p.state}"
            for p in places
            if p.lesson in lessons
        ]
    return "\n".join(line for line in (*lines, _next(places), *problems) if line)


def _html(places: list[Place], problems: list[str]) -> str:
    inner = render(
        "learning/templates/course_map.html",
        title=_title(places),
        parts=[
            (part, [p for p in places if p.lesson in lessons]) for part, lessons in PARTS.items()
        ],
        notes=[note for note in (_next(places), *problems) if note],
    )
    return f"{style_sheet()}<style>{STYLE}</style>{panel(inner, 'still')}"
