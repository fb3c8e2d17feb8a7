"""Marks in the forms that learning platforms import: Moodle, Canvas and Gradescope."""

from __future__ import annotations

import csv
import json
from io import StringIO

from course_utils.checking.question import Exercise
from course_utils.grading.grade import Result
from course_utils.grading.intake import File
from course_utils.grading.text import plain, safe


def moodle_csv(pairs: list[tuple[File, Result]], exercise: Exercise) -> str:
    """Moodle's offline grading worksheet: rows are matched by `Participant` and its number."""
    rows = [
        [
            f"Participant {file.learner_id}",
            safe(file.learner),
            f"{result.score:g}",
            f"{exercise.max_score:g}",
            safe(summary_line(result)),
        ]
        for file, result in pairs
        if file.platform == "moodle"
    ]
    heads = ["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"]
    return _table(heads, rows)


def canvas_csv(pairs: list[tuple[File, Result]], exercise: Exercise) -> str:
    """Canvas' grade book import: rows are matched by `ID`; the second row gives the points."""
    heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", exercise.name]
    rows = [["    Points Possible", "", "", "", "", f"{exercise.max_score:g}"]]
    rows += [
        [safe(file.learner), file.learner_id, "", "", "", f"{result.score:g}"]
        for file, result in pairs
        if file.platform == "canvas"
    ]
    return _table(heads, rows)


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


def _table(heads: list[str], rows: list[list[str]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue()
