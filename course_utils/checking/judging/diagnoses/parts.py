"""Diagnoses of which part is wrong: an edge, one side of 0, all from some place on, one result."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import agree, difference
from course_utils.checking.judging.diagnoses.places import bundle

LEAST_ENTRIES = 3  # that are wrong, and that are right, before a side of 0 is blamed
LEAST_RIGHT = 2  # different numbers
HALF = 0.5


def at_an_edge(case: Case) -> str | None:
    """All is right but the first or the last row (entry, column), or the diagonal, each time.

    Not where each case has the same length: then it may be any other place as well.
    """
    masks = _masks(case)
    if masks is None:
        return None
    wrong, right = masks
    if any(mask.size > 1 and mask.ndim == wrong[0].ndim for mask in right):
        return None  # there the edge is right
    if not all(mask.ndim in (1, 2) and len(mask) > 1 for mask in wrong):
        return None
    if len({mask.ndim for mask in wrong}) > 1 or max(len(mask) for mask in wrong) < LEAST_ENTRIES:
        return None
    for words, question, along, edge in _edges(wrong[0].ndim):
        lines = [mask if along is None else mask.any(axis=along) for mask in wrong]
        if len({line.shape for line in lines}) < 2:
            continue
        if edge is _after_first and _is_one_number([b[:1] for _, b, _ in case.arrays()]):
            continue  # such as a 0, with which much begins
        if edge is _after_first and any(mask[1:].mean() <= HALF for mask in wrong):
            continue  # much of it is right
        if all(np.array_equal(line, edge(line.shape)) for line in lines):
            return f"All is right but {words}. {question}"
    return None


def on_one_side(case: Case) -> str | None:
    """Wrong only where an input, or the right value, is negative (positive, 0), each time."""
    trials = [t for t in case.trials if t.error is None and t.by_value]
    if not trials or len(trials) < len(case.trials) or len(case.arrays()) < len(case.fails):
        return None
    pairs = [(as_array(t.received), as_array(t.expected), t) for t in trials]
    if any(a is None or b is None or a.shape != b.shape for a, b, _ in pairs):
        return None
    names = [name for name in trials[0].inputs if all(_fits(t, name) for t in trials)]
    for name in (*names, ""):
        values = [as_array(t.inputs[name]) if name else b for _, b, t in pairs]
        for words, side in _SIDES:
            wrong = np.concatenate([np.ravel(~agree(a, b)) for a, b, _ in pairs])
            there = np.concatenate([np.ravel(side(v)) for v in values])
            right = np.concatenate([np.ravel(b) for _, b, _ in pairs])[~wrong]
            if len(np.unique(right)) < LEAST_RIGHT:
                continue  # such as a 0, which comes of much
            if _is_just(wrong, there, 1 if words == "0" and _has_fractions(values) else None):
                what = f"where `{name}` is {words}" if name else f"where {words} is asked"
                return (
                    f"In these tests it is wrong {what}, and right elsewhere. Follow one such "
                    "number through your code."
                )
    return None


def from_a_place_on(case: Case) -> str | None:
    """A sequence that begins right and is wrong from some entry on, to its end."""
    masks = _masks(case)
    if masks is None:
        return None
    wrong, _ = masks
    if not all(mask.ndim == 1 and len(mask) >= LEAST_ENTRIES and not mask[0] for mask in wrong):
        return None
    starts = [int(mask.argmax()) for mask in wrong]
    long = [len(mask) - start >= 2 for mask, start in zip(wrong, starts, strict=True)]
    if not all(mask[start:].all() for mask, start in zip(wrong, starts, strict=True)):
        return None
    if not all(long):
        return None
    pairs = zip(case.arrays(), starts, strict=True)
    if _is_one_number([b[:start] for (_, b, _), start in pairs]):
        return None  # such as a 0, with which much begins
    return (
        "It begins right, and from some place on every number is wrong. What does a later step use "
        "that an earlier one has left behind?"
    )


def some_results(case: Case) -> str | None:
    """Of several results one, or some, are right in every case, and the others are not.

    Cases that show something else, such as one result alone, say nothing of the others.
    """
    trials = [t for t in case.trials if t.error is None and t.by_value and not t.by_helper]
    bundles = [found for t in trials if (found := bundle(t)) is not None]
    if len(bundles) < 2 or len({tuple(names) for _, _, names in bundles}) != 1:
        return None
    if any(t.error is not None or t.received is None for t in case.fails):
        return None
    names = bundles[0][2]
    wrong = [
        i
        for i in range(len(names))
        if any(difference(got[i], asked[i]) is not None for got, asked, _ in bundles)
    ]
    if not 0 < len(wrong) < len(names):
        return None
    bad = " and ".join(names[i] for i in wrong)
    good = " and ".join(name for i, name in enumerate(names) if i not in wrong)
    is_one, one_good = len(wrong) == 1, len(wrong) == len(names) - 1
    return (
        f"Of your results {good} {'is' if one_good else 'are'} right each time; {bad} "
        f"{'is' if is_one else 'are'} not. Look only at the lines from which "
        f"{'it comes' if is_one else 'they come'}."
    )


def _masks(case: Case) -> tuple[list[np.ndarray], list[np.ndarray]] | None:
    """(of failing trials, of passing ones): where each single array, or list of numbers, is wrong.

    None unless all that fails is such an array.
    """
    pairs = case.arrays()
    if not pairs or len(pairs) != len(case.fails):
        return None
    if any(bundle(trial) is not None or trial.by_helper for _, _, trial in pairs):
        return None
    passing = [as_array(t.expected) for t in case.passes if t.by_value]
    right = [np.zeros(b.shape, bool) for b in passing if b is not None and b.ndim]
    return [~agree(a, b) for a, b, _ in pairs], right


Edge = tuple[str, str, int | None, Callable[[tuple[int, ...]], np.ndarray]]


def _edges(ndim: int) -> Iterator[Edge]:
    """(words, question, axis over which places are taken together, where it is wrong then)."""
    line = "row" if ndim > 1 else "entry"
    starts = "Does a loop, or a slice, begin one too late?"
    ends = "Does a loop, or a slice, end one too early?"
    again = "Is something reused that should be found anew, or does a loop end after one round?"
    along = None if ndim == 1 else 1
    yield f"the first {line}", starts, along, lambda shape: _only(shape, np.s_[:1])
    yield f"the last {line}", ends, along, lambda shape: _only(shape, np.s_[-1:])
    if ndim > 1:
        yield "the first column", starts, 0, lambda shape: _only(shape, np.s_[:1])
        yield "the last column", ends, 0, lambda shape: _only(shape, np.s_[-1:])
        itself = "What is asked where something meets itself?"
        yield "the diagonal", itself, None, lambda shape: np.eye(*shape, dtype=bool)
    yield f"what comes after the first {line}", again, along, _after_first


def _after_first(shape: tuple[int, ...]) -> np.ndarray:
    return _only(shape, np.s_[1:])


def _is_one_number(parts: list[np.ndarray]) -> bool:
    return len(np.unique(np.concatenate([np.ravel(part) for part in parts]))) < 2


def _only(shape: tuple[int, ...], part: slice) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[part] = True
    return mask


_SIDES = (
    ("0", lambda x: x == 0),
    ("a negative number", lambda x: x < 0),
    ("a positive number", lambda x: x > 0),
)


def _fits(trial: Trial, name: str) -> bool:
    x, b = as_array(trial.inputs.get(name)), as_array(trial.expected)
    return x is not None and b is not None and x.shape == b.shape


def _has_fractions(values: list[np.ndarray]) -> bool:
    return any((value != np.round(value)).any() for value in values)


def _is_just(wrong: np.ndarray, there: np.ndarray, least: int | None = None) -> bool:
    """Whether it is wrong all over there and nowhere else, in enough places of both kinds."""
    enough = wrong.sum() >= (least or LEAST_ENTRIES) and (~there).sum() >= LEAST_ENTRIES
    return bool(enough and (wrong == there).all())
