"""`check` as a test of nbgrader's: it raises where an answer isn't right, and only there.

nbgrader gives the points of a test cell to whatever doesn't raise, and sets a variable while it
executes a notebook. A learner's own notebook goes on after a wrong answer; nbgrader's must not.
"""

from __future__ import annotations

import os

from course_utils.checking.data.question import Question
from course_utils.checking.data.verdict import Verdict

VARIABLE = "NBGRADER_EXECUTION"  # "autograde" or "validate"


class NotRight(AssertionError):
    """An answer that nbgrader shall give no points for."""


def executes() -> bool:
    """Whether nbgrader executes this notebook now."""
    return bool(os.environ.get(VARIABLE))


def refuse(reason: str) -> None:
    """Raise NotRight if nbgrader executes this notebook; otherwise a card has said the reason."""
    if executes():
        raise NotRight(reason)


def grade(question: Question, verdict: Verdict) -> float | None:
    """What `check` gives back: None, which for nbgrader is all points; where a part is right, the
    points of that part. Raises NotRight if nbgrader executes and there are none."""
    if verdict.is_correct or not executes():
        return None
    points = verdict.share * question.points
    if points <= 0:
        raise NotRight(f"{question.name}: {verdict.kind}. {verdict.message}".strip())
    return points
