"""The mark of one question, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.checking.data.verdict import Verdict


@dataclass(frozen=True)
class Mark:
    """The mark of one question. answer: the source that was handed in; printed: what it printed.

    problem: where the grader itself failed, for the teacher.
    """

    name: str
    score: float
    max_score: float
    verdict: Verdict
    answer: str = ""
    printed: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Result:
    """The marks of one submission. problem: why it could not be graded at all, "" if it could."""

    submission: str
    exercise: str
    sandbox: str
    seconds: float
    marks: tuple[Mark, ...]
    anomalies: tuple[str, ...] = ()
    problem: str = ""

    @property
    def score(self) -> float:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> float:
        return sum(mark.max_score for mark in self.marks)
