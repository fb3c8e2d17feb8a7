"""Diagnoses of how your numbers follow from the right ones, or from the inputs.

Each is a relation that holds for all wrong numbers of all cases that gave any, so what is said of
them is true whatever the cause may be. Numbers that could agree by chance say nothing: there must
be several different ones, and more of them where all are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.judging.case import Case, as_array
from course_utils.checking.judging.compare import agree, is_number

MOST_ELEMENTS = 100_000
ENOUGH, ENOUGH_WHOLE = 3, 8  # different numbers: with fractions; all whole
Step = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Pair:
    """A wrong array beside the right one, where they differ, and the numeric inputs.

    among_others: it is one of several results of a call.
    """

    got: np.ndarray
    asked: np.ndarray
    wrong: np.ndarray
    inputs: dict[str, np.ndarray]
    among_others: bool = False


def zeros(case: Case) -> str | None:
    """0 wherever it is wrong, and wrong in some places only."""
    pairs = pairs_of(case)
    if not pairs or any(pair.got[pair.wrong].any() for pair in pairs):
        return None
    right = np.concatenate([pair.got[~pair.wrong].ravel() for pair in pairs])
    if np.count_nonzero(right) < ENOUGH or sum(pair.wrong.sum() for pair in pairs) < ENOUGH:
        return None
    return (
        "Wherever it is wrong, you have 0, and other numbers are right. Which condition, or which "
        "part that is never filled, silences those?"
    )


def beside_an_input(case: Case) -> str | None:
    """The right values times, divided by, plus or minus something that came in."""
    pairs = pairs_of(case)
    for words in _shared([dict(_features(pair.inputs)) for pair in pairs]):
        for link, operation, question in _OPERATIONS:
            rows = []
            for pair in pairs:
                feature = _fitted(dict(_features(pair.inputs))[words], pair.asked)
                row = None if feature is None else _linked(pair, feature, operation)
                if row is None:
                    break
                rows.append(row)
            else:
                if _is_telling(rows):
                    return f"{_who(pairs)} are the right ones {link} {words}: {question}"
    return None


def of_inputs_alone(case: Case) -> str | None:
    """One step of one or two inputs, and nothing else."""
    pairs = pairs_of(case)
    if not pairs or not _enough([pair.got.ravel() for pair in pairs]):
        return None
    found = [dict(_made(pair)) for pair in pairs]
    for words in _shared(found):
        if all(_same(pair.got, made[words]) for pair, made in zip(pairs, found, strict=True)):
            return (
                f"{_who(pairs)} are {words}, and nothing else went into them. Which of the task's "
                "steps, or which input, is missing?"
            )
    return None


def another_step(case: Case) -> str | None:
    """The right values after one known step too many, or before one that is missing."""
    pairs = pairs_of(case)
    if not pairs or not _enough([pair.asked.ravel() for pair in pairs]):
        return None
    if not _enough([pair.got.ravel() for pair in pairs]):
        return None  # one number throughout comes of many a step
    for words, step in _STEPS:
        if all(_same(pair.got, _done(step, pair.asked)) for pair in pairs):
            who = _who(pairs, whole=True)
            return f"{who} are the right ones {words}. Is there a step too many?"
    for words, step in _STEPS:
        if all(_same(pair.asked, _done(step, pair.got)) for pair in pairs):
            return f"{_who(pairs, whole=True)}, {words}, would be right. Is a step missing?"
    return None


def line_by_line(case: Case) -> str | None:
    """Each row, or each column, is off by a factor or by an amount of its own."""
    pairs = pairs_of(case)
    axes = [pair.asked.ndim for pair in pairs]
    if max(axes, default=0) < 2 or min(axes) < 1:
        return None
    for words, axis in (("row", -1), ("column", 0)):
        if axis == 0 and set(axes) != {2}:
            continue
        for what, gap in (("factor", np.divide), ("amount", np.subtract)):
            gaps = [_gaps(pair, axis, gap) for pair in pairs]
            if all(one is not None for one in gaps) and any(
                _shows_lines(pair, axis, one) for pair, one in zip(pairs, gaps, strict=True)
            ):
                return (
                    f"{_who(pairs)} are off by one {what} for each {words}, the same all along it. "
                    f"What does a {words} get as a whole, and over which axis is that found?"
                )
    return None


def pairs_of(case: Case) -> list[Pair]:
    """Every wrong array, or [] if something is wrong that isn't an array of the right shape.

    A case that raised an error is no value, and says nothing for or against a relation; nor does
    what the check's own code made of an answer.
    """
    mine = (t for t in case.trials if t.by_value and t.error is None and not t.by_helper)
    judged = Case(tuple(mine))
    found = [
        Pair(a, b, ~agree(a, b), _numeric(trial.inputs), _is_bundle(trial.expected))
        for a, b, trial in judged.arrays()
        if b.size <= MOST_ELEMENTS
    ]
    usable = all(np.isfinite(p.got).all() and np.isfinite(p.asked).all() for p in found)
    return found if usable and len(found) >= len(judged.fails) else []


def _is_bundle(value: Any) -> bool:
    """Whether it holds several results, and not one list of numbers."""
    if isinstance(value, (list, tuple)):
        return isinstance(value, tuple) or not all(is_number(item) for item in value)
    return isinstance(value, dict)


def _numeric(inputs: dict) -> dict[str, np.ndarray]:
    arrays = {name: as_array(value) for name, value in inputs.items()}
    return {
        name: x
        for name, x in arrays.items()
        if x is not None and 0 < x.size <= MOST_ELEMENTS and np.isfinite(x).all()
    }


def _features(inputs: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """What may be put beside the right values by mistake: an input, or a number made of one."""
    for name, x in inputs.items():
        yield f"`{name}`", x
        if x.ndim == 1:
            yield f"`{name}`, row by row", x[:, None]
        yield f"the square of `{name}`", x**2
        if (x >= 0).all():
            yield f"the square root of `{name}`", np.sqrt(x)
        yield f"(1 - `{name}`)", 1 - x
        if x.ndim:
            rows = "rows" if x.ndim > 1 else "elements"
            yield f"the number of {rows} of `{name}`", np.array(float(len(x)))
            yield f"the sum of `{name}`", x.sum()
            yield f"the mean of `{name}`", x.mean()
            yield f"the largest of `{name}`", x.max()
            yield f"the length of `{name}`, the root of its squares' sum", np.sqrt((x**2).sum())
        if x.ndim > 1:
            yield f"the number of columns of `{name}`", np.array(float(x.shape[-1]))


_OPERATIONS = (
    ("times", np.multiply, "is that a factor too many, or a division that is missing?"),
    ("divided by", np.divide, "is that a factor that is missing, or a division too many?"),
    ("plus", np.add, "is it added where it should not be, or not taken away?"),
    ("minus", np.subtract, "is it missing, or taken away where it should not be?"),
)


def _fitted(feature: np.ndarray, asked: np.ndarray) -> np.ndarray | None:
    try:
        return np.broadcast_to(feature, asked.shape)
    except ValueError:
        return None


def _linked(pair: Pair, feature: np.ndarray, operation: Callable) -> np.ndarray | None:
    """(right, feature) of the wrong numbers if the operation makes yours of them, else None."""
    right, other = pair.asked[pair.wrong], feature[pair.wrong]
    with np.errstate(all="ignore"):
        if not _same(pair.got[pair.wrong], operation(right, other)):
            return None
    return np.stack([right, other])


def _is_telling(rows: list[np.ndarray]) -> bool:
    """Whether neither the right values nor what is beside them is one number throughout."""
    right, other = np.concatenate(rows, axis=1)
    return _enough([right]) and len(np.unique(other)) > 1


def _enough(arrays: list[np.ndarray]) -> bool:
    numbers = np.unique(np.concatenate(arrays).round(9))
    return len(numbers) >= (ENOUGH_WHOLE if (numbers == numbers.round()).all() else ENOUGH)


def _made(pair: Pair) -> Iterator[tuple[str, np.ndarray]]:
    """What one step makes of one or two inputs, where it has the shape of yours."""
    for name, x in pair.inputs.items():
        for words, step in _ALONE:
            made = _done(step, x)
            if made is not None and made.shape == pair.got.shape:
                yield words.format(f"`{name}`"), made
    for a, x in pair.inputs.items():
        for b, y in pair.inputs.items():
            if a == b:
                continue
            for words, join in _JOINED:
                made = _join(join, x, y)
                if made is not None and made.shape == pair.got.shape:
                    yield words.format(a, b), made


def _join(join: Callable, x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    if x.size * y.size > MOST_ELEMENTS * 100:
        return None
    try:
        with np.errstate(all="ignore"):
            return np.asarray(join(x, y))
    except ValueError:
        return None


_ALONE = (
    ("{} as it came in", lambda x: x),
    ("{} with the other sign", np.negative),
    ("the squares of {}", np.square),
    ("the absolute values of {}", np.abs),
    ("the exponentials of {}", np.exp),
    ("the transpose of {}", np.transpose),
    *(
        (f"the {words}{over}", lambda x, f=f, axis=axis: f(x, axis=axis))
        for words, f in (("sum", np.sum), ("mean", np.mean), ("largest", np.max),
                         ("smallest", np.min), ("standard deviation", np.std),
                         ("place of the largest", np.argmax), ("place of the smallest", np.argmin))
        for over, axis in ((" of {}", None), (" of {}'s columns", 0), (" of {}'s rows", 1))
    ),
)  # fmt: skip
_JOINED = (
    ("`{} * {}`", np.multiply),
    ("`{} / {}`", np.divide),
    ("`{} + {}`", np.add),
    ("`{} - {}`", np.subtract),
    ("`{} @ {}`", np.matmul),
    ("`{}.T @ {}`", lambda x, y: x.T @ y),
    ("`{} @ {}.T`", lambda x, y: x @ y.T),
)


def _done(step: Step, x: np.ndarray) -> np.ndarray | None:
    try:
        with np.errstate(all="ignore"):
            return np.asarray(step(x))
    except (ValueError, IndexError, OverflowError):  # no such axis
        return None


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


_ALONG = (("all of them", None), ("each column", 0), ("each row", 1))


def _steps() -> Iterator[tuple[str, Step]]:
    yield "after an exponential", np.exp
    yield "after a logarithm", np.log
    yield "after `log(1 + ...)`", np.log1p
    yield "with all signs taken off", np.abs
    yield "with 0 in the place of what is negative", lambda x: np.maximum(x, 0)
    yield "with 0 in the place of what is positive", lambda x: np.minimum(x, 0)
    yield "as signs only", np.sign
    yield "after a sigmoid", _sigmoid
    yield "after a tanh", np.tanh
    yield "after a softmax", _softmax
    yield "cubed", lambda x: x**3
    for words, axis in _ALONG:
        keep = {"axis": axis, "keepdims": True}
        yield f"divided by the sum of {words}", lambda x, k=keep: x / x.sum(**k)
        yield f"divided by the largest of {words}", lambda x, k=keep: x / x.max(**k)
        yield (
            f"divided by the root of the sum of squares of {words}",
            lambda x, k=keep: x / np.sqrt((x**2).sum(**k)),
        )
        yield f"divided by the standard deviation of {words}", lambda x, k=keep: x / x.std(**k)
        yield f"less the mean of {words}", lambda x, k=keep: x - x.mean(**k)
        yield f"less the largest of {words}", lambda x, k=keep: x - x.max(**k)
        yield (
            f"less the mean of {words}, divided by their standard deviation",
            lambda x, k=keep: (x - x.mean(**k)) / x.std(**k),
        )
    for words, axis in (("", 0), (" within each row", 1)):
        yield f"in reverse order{words}", lambda x, axis=axis: np.flip(x, axis)
        yield f"moved on by one place{words}", lambda x, axis=axis: np.roll(x, 1, axis)
        yield f"moved back by one place{words}", lambda x, axis=axis: np.roll(x, -1, axis)
        yield f"sorted by size{words}", lambda x, axis=axis: np.sort(x, axis)
        yield f"as running sums{words}", lambda x, axis=axis: np.cumsum(x, axis)


_STEPS = tuple(_steps())


def _gaps(pair: Pair, axis: int, gap: Callable) -> np.ndarray | None:
    """By how much each line is off, where that is one number all along it; else None."""
    right = np.moveaxis(pair.asked, axis, -1)
    with np.errstate(all="ignore"):
        along = gap(np.moveaxis(pair.got, axis, -1), right)
    if gap is np.divide:
        if ((pair.asked == 0) & pair.wrong).any():
            return None
        along = np.where(right == 0, np.nan, along)
    known = np.isfinite(along).any(axis=-1)
    first = np.where(np.isfinite(along), along, np.inf).min(axis=-1, initial=np.inf)
    first = np.where(known, first, 1.0 if gap is np.divide else 0.0)[..., None]
    close = np.isclose(along, first, rtol=1e-5, atol=1e-9) | np.isnan(along)
    return first[..., 0] if close.all() else None


def _shows_lines(pair: Pair, axis: int, gaps: np.ndarray) -> bool:
    """Whether lines are long enough to show that they hang together, and don't all do as one."""
    right = np.moveaxis(pair.asked, axis, -1)
    lines = pair.wrong.any(axis=axis)
    long = [len(np.unique(line)) >= ENOUGH for line in right[lines].reshape(-1, right.shape[-1])]
    return sum(long) >= 1 and len(np.unique(gaps.round(9))) > 1


def _same(a: np.ndarray | None, b: np.ndarray | None) -> bool:
    if a is None or b is None or a.shape != b.shape or b.dtype.kind not in "biuf":
        return False
    return bool(np.isfinite(b).all() and agree(a.astype(float), b.astype(float)).all())


def _shared(found: list[dict]) -> list[str]:
    """The words that are there for every pair, in their order."""
    if not found:
        return []
    return [words for words in found[0] if all(words in other for other in found[1:])]


def _who(pairs: list[Pair], *, whole: bool = False) -> str:
    """Whom a sentence is about: all values, those that are wrong, or the wrong ones of several."""
    if any(pair.among_others for pair in pairs):
        return "The wrong ones of your results"
    everywhere = whole or all(pair.wrong.all() for pair in pairs)
    return "Your values" if everywhere else "Where your values are wrong, they"
