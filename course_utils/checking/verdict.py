"""A verdict: what is said about one answer, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

CORRECT = "correct"
INCORRECT = "incorrect"
NOT_ATTEMPTED = "not attempted"
ERROR = "error"
TIMEOUT = "timeout"
CRASHED = "crashed"
OUT_OF_MEMORY = "out of memory"
MISSING = "missing"
KINDS = (CORRECT, INCORRECT, NOT_ATTEMPTED, ERROR, TIMEOUT, CRASHED, OUT_OF_MEMORY, MISSING)
TIMEOUT_STEP = (
    "Look for a loop whose condition never becomes false, or for work that grows far faster than "
    "its input."
)


@dataclass(frozen=True)
class Evidence:
    """What shows it: the probe, its inputs, and both values, as text.

    None of it may be seen where the inputs are hidden, as in a mark's feedback.
    """

    probe: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    received: str = ""
    expected: str = ""
    detail: str = ""
    error: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is said about one answer.

    question: its name. kind: one of `KINDS`. message: why, in one or two sentences that show no
    hidden value. next_step: what to do. cause: a stable name for statistics and tests, such as
    "misconception 2" or "factor". remarks: said beside the verdict, they never cost a mark.
    """

    question: str
    kind: str
    message: str
    next_step: str = ""
    cause: str = ""
    evidence: Evidence | None = None
    remarks: tuple[str, ...] = ()

    @property
    def is_correct(self) -> bool:
        return self.kind == CORRECT
