"""What a Gradescope autograder leaves as `results.json` for one submission."""

from __future__ import annotations

import json

from course_utils.grading.marking.mark import Mark, Result
from course_utils.grading.reports.text import plain


def gradescope_json(result: Result) -> str:
    """The marks of one submission, question by question."""
    tests = [
        {
            "name": mark.name,
            "score": mark.score,
            "max_score": mark.max_score,
            "status": "passed" if mark.verdict.is_correct else "failed",
            "output": mark.verdict.kind if result.problem else _words(mark),
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
    return "; ".join([*(wrong or ["everything is right"]), *result.anomalies])


def _words(mark: Mark) -> str:
    return plain(f"{mark.verdict.kind}: {mark.verdict.message}")
