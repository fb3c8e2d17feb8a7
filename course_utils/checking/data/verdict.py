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
    "Look for a loop whose condition never becomes false, or for work that takes long, such as "
    "training, or that grows far faster than its input."
)


@dataclass(frozen=True)
class Evidence:
    """What shows it: the probe, its inputs, and both values, as text.

    says: what was done, in the author's words, where there are any. by_hand: whether the case is
    small enough to be worked by hand.
    None of it may be seen where the inputs are hidden, as in a mark's feedback.
    """

    probe: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    received: str = ""
    expected: str = ""
    detail: str = ""
    error: str = ""
    says: str = ""
    by_hand: bool = True


@dataclass(frozen=True)
class Verdict:
    """What is said about one answer.

    question: its name. kind: one of `KINDS`. message: why, in one or two sentences that show no
    hidden value. next_step: what to do. cause: a stable name for statistics and tests, such as
    "misconception 2" or "factor". remarks: said beside the verdict, they never cost a mark.
    groups: (name, share of the points, whether it holds) of each group of probes; () where the
    points are given for all or nothing. withheld, withheld_while: the names of those that
    are right in all values and yet don't count, and as long as what holds.
    """

    question: str
    kind: str
    message: str
    next_step: str = ""
    cause: str = ""
    evidence: Evidence | None = None
    remarks: tuple[str, ...] = ()
    groups: tuple[tuple[str, float, bool], ...] = ()
    withheld: tuple[str, ...] = ()
    withheld_while: str = ""

    @property
    def share(self) -> float:
        """The share of the points that is earned, from 0 to 1.

        The first group is the ground of the others: where it doesn't hold, they earn nothing, so
        that no answer is paid for an edge case alone.
        """
        if self.is_correct:
            return 1.0
        ground = bool(self.groups) and self.groups[0][2]
        return sum(share for _, share, holds in self.groups if holds) if ground else 0.0

    @property
    def is_correct(self) -> bool:
        return self.kind == CORRECT


def stopped(question: str, seconds: float) -> Verdict:
    """The verdict on an answer that took longer than the seconds that it may."""
    message = f"Your code was stopped after {seconds:g} second{'s' * (seconds != 1)}."
    return Verdict(question, TIMEOUT, message, TIMEOUT_STEP, "timeout")
