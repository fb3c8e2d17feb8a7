"""One wrong answer as the diagnoses see it: probe by probe, received beside expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.checking.judging.compare import difference, is_number
from course_utils.checking.judging.judges import BY_VALUE, Problem


@dataclass(frozen=True)
class Trial:
    """One probe: its inputs by parameter name, both values, and what the judge had to say.

    changed, same: the inputs that the call changed, and those that the result is. prints: whether
    the right answer prints too. by_helper: whether the check's own code made the value of what the
    answer gave. idle: whether nothing was drawn from a generator that the right answer draws from.
    """

    probe: str
    judge: str
    inputs: dict[str, Any]
    received: Any
    expected: Any
    problem: Problem | None
    error: dict[str, Any] | None = None
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    printed: str = ""
    prints: bool = False
    unsteady: bool = False
    idle: bool = False
    is_example: bool = False
    by_helper: bool = False
    says: str = ""
    wrong: str = ""
    group: str = ""

    @property
    def passed(self) -> bool:
        return self.problem is None and self.error is None

    @property
    def by_value(self) -> bool:
        """Whether the solution's value is what is asked, so that the two can be compared."""
        return self.judge in BY_VALUE


@dataclass(frozen=True)
class Case:
    """All the trials of one answer, and what else was seen of it."""

    trials: tuple[Trial, ...]
    reads: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    loops: bool = False
    fails: tuple[Trial, ...] = field(init=False)
    passes: tuple[Trial, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fails", tuple(t for t in self.trials if not t.passed))
        object.__setattr__(self, "passes", tuple(t for t in self.trials if t.passed))

    def arrays(self) -> list[tuple[np.ndarray, np.ndarray, Trial]]:
        """(received, expected, trial) of every failing trial, as float arrays of one shape.

        Empty unless every failing trial is such a pair, so that what a diagnosis finds holds for
        all that is wrong.
        """
        pairs = []
        for trial in self.fails:
            found = _pairs(trial.received, trial.expected) if trial.error is None else None
            if not trial.by_value or found is None:
                return []
            pairs += [(a, b, trial) for a, b in found if difference(a, b) is not None]
        return pairs

    def passing_arrays(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """(received, expected) of what passes by its value, as float arrays of one shape."""
        found = [_pairs(t.received, t.expected) for t in self.passes if t.by_value]
        return [pair for pairs in found for pair in pairs or ()]


def _pairs(received: Any, expected: Any) -> list[tuple[np.ndarray, np.ndarray]] | None:
    if isinstance(expected, dict) and isinstance(received, dict) and set(expected) == set(received):
        return _all_pairs([(received[key], expected[key]) for key in expected])
    if _numbers(expected) and _numbers(received) and len(expected) == len(received):
        return [(np.array(received, float), np.array(expected, float))]
    sequences = isinstance(expected, (list, tuple)) and isinstance(received, (list, tuple))
    if sequences and len(expected) == len(received):
        return _all_pairs(list(zip(received, expected, strict=True)))
    a, b = as_array(received), as_array(expected)
    return None if a is None or b is None or a.shape != b.shape else [(a, b)]


def _all_pairs(items: list[tuple[Any, Any]]) -> list[tuple[np.ndarray, np.ndarray]] | None:
    found = [_pairs(a, b) for a, b in items]
    return None if any(pairs is None for pairs in found) else [p for pairs in found for p in pairs]


def _numbers(value: Any) -> bool:
    """Whether it is a list of real numbers: one thing, as an array is, and no bundle of results."""
    return isinstance(value, list) and bool(value) and all(_is_real(item) for item in value)


def _is_real(value: Any) -> bool:
    return is_number(value) and not isinstance(value, (complex, np.complexfloating))


def as_array(value: Any) -> np.ndarray | None:
    """A real number or array as a float array, None for anything else."""
    if isinstance(value, np.ndarray) or is_number(value):
        array = np.asarray(value)
        return array.astype(float) if array.dtype.kind in "biuf" else None
    return None
