"""The progress in every exercise of a folder, for the terminal."""

from __future__ import annotations

from pathlib import Path

from course_utils.checking.progress import FILE_NAME, ProgressFile, Record
from course_utils.checking.question import Exercise, load


class ProgressError(Exception):
    """There is no progress to show; the message says why, and what to do."""


def find_exercises(folder: Path) -> Path:
    """The folder of the exercises, seen from the course's folder or from within it."""
    for place in (folder / "exercises", folder, folder.parent / "exercises"):
        if any((place / "checks").glob("*.json")):
            return place
    raise ProgressError(
        f"There are no exercises in {folder}. Run `course progress` in the course's folder, or in "
        "the folder of the exercises, which holds their check data in checks/."
    )


def read_progress(
    folder: Path, names: tuple[str, ...] = ()
) -> list[tuple[Exercise, dict[str, Record]]]:
    """Each exercise whose name begins with one of `names` (all by default), with its records.

    Raises ProgressError, or CheckDataError for check data that can't be used.
    """
    exercises = find_exercises(folder)
    found = sorted((exercises / "checks").glob("*.json"))
    wanted = [p for p in found if not names or any(p.stem.startswith(name) for name in names)]
    if not wanted:
        raise ProgressError(
            f"There is no exercise named {', '.join(names)} in {exercises}; there are "
            f"{', '.join(path.stem for path in found)}."
        )
    file = ProgressFile(exercises / FILE_NAME)
    records = file.records()
    if file.problem:
        raise ProgressError(
            f"{file.path} can't be read. The next check in a notebook keeps it as {FILE_NAME}.bak "
            "and begins a new one; put back a copy first if you have one."
        )
    return [(exercise, records.get(exercise.name, {})) for exercise in map(load, wanted)]
