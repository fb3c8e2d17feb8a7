"""`course check`: judge one exercise notebook on the learner's own machine, without a sandbox."""

from __future__ import annotations

import json
import re
from pathlib import Path

from course_utils.checking.data.question import CheckDataError, Exercise, load
from course_utils.checking.data.verdict import Verdict
from course_utils.grading.intake.file import File
from course_utils.grading.intake.submission import SubmissionError
from course_utils.grading.marking.grade import grade_file
from course_utils.grading.sandbox.stations import WorkerPool
from course_utils.grading.sandbox.tiers import unconfined
from course_utils.learning.session import find_checks

NAME = re.compile(r"\d\d_\w+")


def find_exercise(path: Path) -> tuple[Exercise, Path]:
    """The exercise that a notebook belongs to, and the file of its check data.

    Raises SubmissionError or CheckDataError with a sentence that says how to mend it.
    """
    name = _exercise_name(path)
    try:
        checks = find_checks(name, path.resolve().parent)
    except CheckDataError:
        checks = find_checks(name, Path.cwd())
    return load(checks), checks


def check_notebook(path: Path, exercise: Exercise) -> list[Verdict]:
    """The verdicts on every question of a notebook, run from the top in a process of its own.

    Raises SubmissionError with a sentence that says how to mend it.
    """
    with WorkerPool(unconfined(), 1) as pool:
        result = grade_file(File(path.stem, path), exercise, pool)
    if result.problem:
        raise SubmissionError(result.problem)
    return [mark.verdict for mark in result.marks]


def _exercise_name(path: Path) -> str:
    """The exercise that a notebook says it is, else the one that its file name says."""
    if path.is_dir():
        raise SubmissionError("is a folder; give one notebook (`course grade` takes folders).")
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SubmissionError("is not there. Give the path of an exercise notebook.") from None
    except (OSError, ValueError, RecursionError):
        raise SubmissionError(
            "is not a notebook: its content isn't JSON. Was it exported, or renamed from another "
            "format? Give the .ipynb file itself."
        ) from None
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    if not isinstance(metadata, dict):
        raise SubmissionError("is JSON, but not a notebook. Give the .ipynb file itself.")
    for name in (metadata.get("exercise"), path.stem):
        if isinstance(name, str) and NAME.fullmatch(name):
            return name
    raise CheckDataError(
        "The notebook doesn't say which exercise it is; give it the name it came with, such as "
        "02_activation_functions.ipynb."
    )
