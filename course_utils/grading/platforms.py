"""Marks in the forms that learning platforms import: Moodle, Canvas and Gradescope."""

from __future__ import annotations

import json

from course_utils.checking.question import Exercise
from course_utils.grading.grade import Result
from course_utils.grading.intake import File
from course_utils.grading.text import plain, safe


def moodle_heads(exercise: Exercise) -> list[list[str]]:
    """The first row of Moodle's offline grading worksheet, of which Moodle demands the columns
    Identifier, Grade and Last modified (grade)."""
    modified = "Last modified (grade)"
    return [["Identifier", "Full name", "Grade", "Maximum Grade", modified, "Feedback comments"]]


def moodle_row(file: File, result: Result, exercise: Exercise) -> list[str]:
    """A row of Moodle's worksheet; rows are matched by `Participant` and its number."""
    return [
        f"Participant {file.learner_id}",
        safe(file.learner),
        f"{result.score:g}",
        f"{exercise.max_score:g}",
        "",
        safe(summary_line(result)),
    ]


def canvas_heads(exercise: Exercise) -> list[list[str]]:
    """The first rows of Canvas' grade book import; the second gives the points."""
    heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise.name]
    return [heads, ["    Points Possible", "", "", "", "", f"{exercise.max_score:g}"]]


def canvas_row(file: File, result: Result, exercise: Exercise) -> list[str]:
    """A row of Canvas' grade book import; rows are matched by `ID`."""
    return [safe(file.learner), file.learner_id, "", "", "", f"{result.score:g}"]


def gradescope_json(result: Result) -> str:
    """What a Gradescope autograder leaves as `results.json` for one submission."""
    tests = [
        {
            "name": mark.name,
            "score": mark.score,
            "max_score": mark.max_score,
            "status": "passed" if mark.verdict.is_correct else "failed",
            "output": plain(f"{mark.verdict.kind}: {mark.verdict.message}"),
            "visibility": "visible",
        }
        for mark in result.marks
    ]
    whole = {"score": result.score, "output": plain(summary_line(result)), "tests": tests}
    return json.dumps(whole, indent=1) + "\n"


def summary_line(result: Result) -> str:
    """One line about a result, for a platform's comment field."""
    if result.problem:
        return f"The file {result.problem}"
    wrong = [f"{m.name}: {m.verdict.kind}" for m in result.marks if not m.verdict.is_correct]
    return "; ".join(wrong) or "everything is right"
