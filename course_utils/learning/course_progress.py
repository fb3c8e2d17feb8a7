"""The progress in every exercise of a folder, for the terminal."""

from __future__ import annotations

from pathlib import Path

from course_utils.checking.data.question import Exercise, load
from course_utils.errors import CourseError
from course_utils.learning.own_folder import course_root, records_folder
from course_utils.learning.progress import FILE_NAME, ProgressFile, Record


class ProgressError(CourseError):
    """There is no progress to show; the message says why, and what to do."""


def find_exercises(folder: Path) -> Path:
    """The folder of the exercises with their check data, seen from a folder of the course.

    That may also be the learner's own folder, or, where the course is installed, any other.
    """
    for place in (folder / "exercises", folder, folder.parent / "exercises"):
        if any((place / "checks").glob("*.json")):
            return place
    if root := course_root(folder):
        return root / "exercises"
    raise ProgressError(
        f"There are no exercises in {folder}. Run `course progress` in the course's folder, or in "
        "the folder of the exercises, which holds their check data in checks/."
    )


def progress_file(folder: Path) -> ProgressFile:
    """The learner's progress, as kept for notebooks in `folder`."""
    records = records_folder(folder)
    return ProgressFile(records / FILE_NAME if records else None)


def read_progress(
    folder: Path, names: tuple[str, ...] = ()
) -> list[tuple[Exercise, dict[str, Record]]]:
    """Each exercise that one of `names` means, such as 2, 02 or a path, with its records.

    All exercises if there is no name.

    Raises ProgressError, or CheckDataError for check data that can't be used.
    """
    exercises = find_exercises(folder)
    found = sorted((exercises / "checks").glob("*.json"))
    for name in names:
        if not any(_means(name, path.stem) for path in found):
            raise ProgressError(
                f"There is no exercise named {name} in {exercises}; there are "
                f"{', '.join(path.stem for path in found)}."
            )
    wanted = [p for p in found if not names or any(_means(name, p.stem) for name in names)]
    file = progress_file(folder)
    records = file.records()
    if file.problem:
        raise ProgressError(
            f"{file.path} can't be read. The next check in a notebook keeps it as {FILE_NAME}.bak "
            "and begins a new one; put back a copy first if you have one."
        )
    return [(exercise, records.get(exercise.name, {})) for exercise in map(load, wanted)]


def _means(name: str, exercise: str) -> bool:
    """Whether a name, as one types it, means an exercise: 2, 02, 02_act, or the path of a file."""
    if name.isdigit():
        return exercise.startswith(f"{int(name):02}_")
    path = Path(name)
    is_path = len(path.parts) > 1 or path.suffix
    return exercise == path.stem if is_path else exercise.startswith(name)
