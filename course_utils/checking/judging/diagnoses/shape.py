"""Diagnoses of an array of the wrong shape, or of numbers in the wrong places."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import agree, difference, is_number
from course_utils.checking.judging.diagnoses.places import bundle

MOST_AXES = 5
REDUCTIONS = (np.sum, np.mean, np.max, np.min, np.std, np.var, np.argmax, np.argmin, np.cumsum)


def not_reduced(case: Case) -> str | None:
    trials = _wrong_shapes(case)
    if not trials or len(trials) < len(case.fails):
        return None
    for reduction in ("mean", "sum"):
        if all(_is_reduced(t, reduction) for t in trials):
            return (
                f"The last step is missing: what you have is right, and its {reduction} is asked. "
                "Look at the shape that the task wants."
            )
    return None


def _is_reduced(trial: Trial, reduction: str) -> bool:
    if trial.received.size <= trial.expected.size or not _varies(trial.received):
        return False  # of equal numbers the mean is any of them
    reduced = [getattr(trial.received, reduction)(axis=axis) for axis in (None, 0, -1)]
    return any(difference(value, trial.expected) is None for value in reduced)


def _varies(array: np.ndarray) -> bool:
    return bool((array != array.flat[0]).any())


def part_not_reduced(case: Case) -> str | None:
    """One of several results is right as soon as it is added up, or averaged, over an axis."""
    if any(t.error is not None or not t.by_value or t.by_helper for t in case.fails):
        return None
    bundles = [bundle(trial) for trial in case.fails]
    if not bundles or any(found is None or found[2] != bundles[0][2] for found in bundles):
        return None
    for i, name in enumerate(bundles[0][2]):
        pairs = [(as_array(got[i]), as_array(asked[i])) for got, asked, _ in bundles]
        if any(a is None or b is None or a.ndim <= b.ndim for a, b in pairs):
            continue
        for words, reduction in (("sum", np.sum), ("mean", np.mean)):
            larger = any(a.size > b.size and b.any() and _varies(a) for a, b in pairs)
            if larger and all(_gives(reduction, a, b) for a, b in pairs):
                return (
                    f"{name[:1].upper()}{name[1:]} of your results is one step short: what you "
                    f"have there is right, and its {words} over an axis is asked. Look at its "
                    "shape."
                )
    return None


def _gives(reduction: Callable, got: np.ndarray, asked: np.ndarray) -> bool:
    axes = (None, *range(got.ndim))
    return any(difference(reduction(got, axis=axis), asked) is None for axis in axes)


def one_of_each_row(case: Case) -> str | None:
    """One number of each right row: those that an index has picked, where whole rows are asked."""
    trials = _wrong_shapes(case)
    if not trials or len(trials) < sum(t.by_value for t in case.fails):
        return None
    if not all(_picks_one_a_row(trial) for trial in trials):
        return None
    if sum(t.received.size for t in trials) < 3:
        return None
    return (
        "You have one number of each row, and these are right; the whole rows are asked, each with "
        "all its columns. Is it an index that has picked them, where something should be written "
        "there, or subtracted?"
    )


def _picks_one_a_row(trial: Trial) -> bool:
    got, asked = trial.received, trial.expected
    if any(x.dtype.kind not in "biuf" for x in (got, asked)):
        return False
    if asked.ndim != 2 or asked.shape[1] < 2 or got.shape not in (asked.shape[:1], (len(asked), 1)):
        return False
    return bool(agree(np.broadcast_to(got.reshape(-1, 1), asked.shape), asked).any(axis=1).all())


def blown_up(case: Case) -> str | None:
    trials = _wrong_shapes(case)
    if not trials or not all(_met_itself(trial) for trial in trials):
        return None
    if all(trial.expected.size == 1 for trial in trials):
        return None
    return (
        "A column met a row: an array of shape (n, 1) and one of shape (n,) broadcast to (n, n), "
        "every element with every other. Bring both to the same shape before the arithmetic."
    )


def _met_itself(trial: Trial) -> bool:
    """Whether an array of shape (n, n) came where n numbers are asked, along one axis."""
    n = trial.expected.size
    return n > 0 and trial.received.shape == (n, n) and n in trial.expected.shape


def transposed(case: Case) -> str | None:
    tables = [t for t in case.fails if t.error is None]
    if not tables or not all(_is_turned(trial) for trial in tables):
        return None
    return (
        "The numbers are right, but rows and columns are swapped: your array is the transpose of "
        "what is asked."
    )


def _is_turned(trial: Trial) -> bool:
    arrays = isinstance(trial.received, np.ndarray) and isinstance(trial.expected, np.ndarray)
    if not (trial.by_value and arrays and trial.received.ndim == trial.expected.ndim == 2):
        return False
    return difference(trial.received.T, trial.expected) is None


def axes_turned(case: Case) -> str | None:
    """All numbers of an array of three axes or more, with its axes in another order."""
    orders = _orders(case, lambda got, order: got.transpose(order))
    if not orders:
        return None
    listed = ", ".join(map(str, orders[0]))
    return (
        "The numbers are right, and the axes stand in another order: what is asked are your axes "
        f"{listed}, in this order. Write down what each axis counts."
    )


def reshaped_for_turned(case: Case) -> str | None:
    """`reshape` in the place of a transpose: the shape is right, and the numbers keep their row."""
    if not _orders(case, lambda got, order: _unreshaped(got, order), least=2):
        return None
    return (
        "The shape is right, and the numbers stand in other places: `reshape` fills a shape row by "
        "row and turns nothing. Where an axis is to change its place, use `.T`, `np.transpose` or "
        "`np.swapaxes`."
    )


def _unreshaped(got: np.ndarray, order: tuple[int, ...]) -> np.ndarray:
    """What was to be made of an array whose axes should have been put in order, and weren't."""
    back = [got.shape[i] for i in np.argsort(order)]
    return got.reshape(back).transpose(order)


def _orders(case: Case, turn: Callable, least: int = 3) -> list[tuple[int, ...]]:
    """The orders of axes, but their own, in which every failing result would be right."""
    arrays = [(t.received, t.expected) for t in case.fails if t.error is None and t.by_value]
    if not arrays or len(arrays) < len(case.fails):
        return []
    if not all(isinstance(a, np.ndarray) and isinstance(b, np.ndarray) for a, b in arrays):
        return []
    ndim = arrays[0][1].ndim
    if not least <= ndim <= MOST_AXES or any(a.ndim != ndim or b.ndim != ndim for a, b in arrays):
        return []
    if any(len(np.unique(b)) < 3 for _, b in arrays):
        return []
    orders = itertools.permutations(range(ndim))
    next(orders)  # their own
    return [order for order in orders if all(_is_mended(turn(a, order), b) for a, b in arrays)]


def _is_mended(turned: np.ndarray, asked: np.ndarray) -> bool:
    return turned.shape == asked.shape and difference(turned, asked) is None


def one_round(case: Case) -> str | None:
    """What belongs to the last row (entry) alone, or to the first, where all are asked."""
    pairs = [
        (as_array(t.received), as_array(t.expected))
        for t in case.fails
        if t.error is None and t.by_value and not t.by_helper
    ]
    if not pairs or len(pairs) < sum(t.by_value or t.error is not None for t in case.fails):
        return None
    if any(a is None or b is None or not b.ndim or not len(b) for a, b in pairs):
        return None
    if any(a.shape != b.shape[1:] for a, b in pairs):
        return None
    several = [b for _, b in pairs if len(b) > 1 and not agree(b[0], b[-1]).all()]
    if len(several) < 2 and sum(b[0].size for b in several) < 3:
        return None
    line = "row" if all(b.ndim > 1 for _, b in pairs) else "entry"
    if all(agree(a, b[-1]).all() for a, b in pairs):
        return (
            f"What you return belongs to the last {line} alone. Does each round of a loop write "
            "over what the one before has made? Collect them, and return them all."
        )
    if all(agree(a, b[0]).all() for a, b in pairs):
        return (
            f"What you return belongs to the first {line} alone. Does `return` stand inside the "
            "loop, or does an index pick the first?"
        )
    return None


def axis_kept(case: Case) -> str | None:
    more = all(t.received.ndim > t.expected.ndim for t in _wrong_shapes(case))
    if not (more and _shape_mended_by(case, lambda a, b: a.reshape(b.shape))):
        return None
    return (
        "The numbers are right, but an axis of length 1 is left over. Look for `keepdims=True`, a "
        "slice where an index was meant, a `None` or a `reshape` that makes a column or a row, or "
        "a pair of brackets too many."
    )


def axis_lost(case: Case) -> str | None:
    fewer = all(t.received.ndim < t.expected.ndim for t in _wrong_shapes(case))
    if not (fewer and _shape_mended_by(case, lambda a, b: a.reshape(b.shape))):
        return None
    return (
        "The numbers are right, but an axis is lost. A reduction such as `mean` or `sum` drops its "
        "axis unless it is told `keepdims=True`, an index or `squeeze` drops one, and "
        "`ravel` leaves only one."
    )


def reshaped(case: Case) -> str | None:
    if not _shape_mended_by(case, lambda a, b: a.reshape(b.shape)):
        return None
    return "The numbers are right and in order, but the array has another shape than is asked."


def wrong_axis(case: Case) -> str | None:
    values = _reduced_along_another(case)
    if not (values or _left_another_axis(case)):
        return None
    what = "is what" if values else "has the shape that"
    return (
        f"Your result {what} another axis would leave: `axis=0` runs down the rows and leaves one "
        "result a column, `axis=1` (or -1) runs along a row and leaves one result a row."
    )


def _left_another_axis(case: Case) -> bool:
    """Whether every shape is what another axis of an input would leave."""
    trials = _wrong_shapes(case)
    return bool(trials) and all(_is_left_by_another(trial) for trial in trials)


def _is_left_by_another(trial: Trial) -> bool:
    got, asked = (_without_ones(x.shape) for x in (trial.received, trial.expected))
    shapes = [x.shape for x in map(as_array, trial.inputs.values()) if x is not None and x.ndim > 1]
    return any(_gone(shape, got) - _gone(shape, asked) and _gone(shape, asked) for shape in shapes)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A column of three, a row of three and three numbers are one thing, and (1, 1) is (1,)."""
    return tuple(n for n in shape if n != 1) or (1,) * bool(shape)


def _reduced_along_another(case: Case) -> bool:
    """Whether a common reduction of an input gives yours along one axis, the right one along
    another, in every failing trial."""
    if not case.fails or not all(t.by_value and t.error is None for t in case.fails):
        return False
    return any(
        all(_reduces(reduction, axes, t) for t in case.fails)
        for reduction in REDUCTIONS
        for axes in ((0, -1), (-1, 0))
    )


def _reduces(reduction: Callable, axes: tuple[int, int], trial: Trial) -> bool:
    for x in map(as_array, trial.inputs.values()):
        if x is not None and x.ndim > 1 and x.size:
            got, asked = (reduction(x, axis=axis) for axis in axes)
            if all(
                difference(a, b) is None
                for a, b in ((trial.received, got), (trial.expected, asked))
            ):
                return True
    return False


def one_example(case: Case) -> str | None:
    """The shape that one example alone would give: the axis of the examples is gone."""
    trials = _wrong_shapes(case)
    if not trials or len(trials) < len(case.fails):
        return None
    if not all(t.expected.ndim > 1 and t.received.shape == t.expected.shape[1:] for t in trials):
        return None
    return (
        "Your result has the shape that one example alone would give; the axis of the examples is "
        "missing. All of them are asked at once, each with a row of its own."
    )


def unchanged_shape(case: Case) -> str | None:
    """The shape of an argument, where another is asked."""
    trials = _wrong_shapes(case)
    if not trials or len(trials) < len(case.fails):
        return None
    for name in trials[0].inputs:
        shapes = [x.shape if x is not None else () for x in map(as_array, _inputs(trials, name))]
        if all(len(s) > 0 and s == t.received.shape for s, t in zip(shapes, trials, strict=True)):
            return (
                f"Your result has the shape of `{name}`, and that is not the shape that is asked. "
                "Is a step missing that takes its numbers together, or is there one too many?"
            )
    return None


def as_long_as(case: Case) -> str | None:
    """The axis of the wrong length is as long as something that came in, in every failing trial."""
    trials = _wrong_shapes(case)
    if not trials or len(trials) < len(case.fails):
        return None
    if len({(t.received.ndim, t.expected.ndim) for t in trials}) > 1:
        return None
    if trials[0].received.ndim != trials[0].expected.ndim or not trials[0].received.ndim:
        return None
    for axis in range(trials[0].received.ndim):
        got = [t.received.shape[axis] for t in trials]
        asked = [t.expected.shape[axis] for t in trials]
        if not all(a != b for a, b in zip(got, asked, strict=True)):
            continue
        theirs = dict(_lengths(trials))
        words = next((w for w, n in theirs.items() if n == got), None)
        if words and (len(set(got)) > 1 or len(trials) == 1):
            where = {0: "rows", 1: "columns"}.get(axis, "entries along its last axis")
            where = where if trials[0].received.ndim > 1 else "entries"
            return (
                f"Your result has as many {where} as {words}. Follow the shapes through your code: "
                f"how many {where} should there be, and what decides it?"
            )
    return None


def _inputs(trials: list[Trial], name: str) -> list:
    return [trial.inputs.get(name) for trial in trials]


def _lengths(trials: list[Trial]) -> Iterator[tuple[str, list[int]]]:
    """Lengths in words, one in each trial, that come from the inputs."""
    for name in trials[0].inputs:
        values = _inputs(trials, name)
        if all(isinstance(v, int) and not isinstance(v, bool) for v in values):
            yield f"the number `{name}` says", values
        arrays = [as_array(value) for value in values]
        if any(x is None or x.ndim == 0 or x.size == 0 for x in arrays):
            continue
        if all(x.ndim == 1 for x in arrays):
            yield f"`{name}` has entries", [len(x) for x in arrays]
            yield f"there are different values in `{name}`", [len(np.unique(x)) for x in arrays]
            if all(np.asarray(v).dtype.kind in "iu" for v in values):
                yield f"the largest of `{name}` says, plus 1", [int(x.max()) + 1 for x in arrays]
        if all(x.ndim == 2 for x in arrays):
            yield f"`{name}` has rows", [x.shape[0] for x in arrays]
            yield f"`{name}` has columns", [x.shape[1] for x in arrays]


def wrong_shape(case: Case) -> str | None:
    trial = next(iter(of_another_shape(case)), None) or _first_of_wrong_shape(case)
    if trial is None or _has_the_right_shape(case.fails[0]):
        return None  # the card shows the first failing case, and there the shape is right
    if trial.by_helper and trial.says:
        return None  # what the check makes of an answer is no array of the learner's
    advice = "Write down the shape after each line of your code."
    got, asked = trial.received.ndim, trial.expected.ndim
    if got == asked:
        axes = "one axis" if got == 1 else f"{got} axes"
        how = _how_long(case) or "but not of the length that is asked"
        return f"Your array has {axes}, as is asked, {how}. {advice}"
    if asked == 0:
        return f"Your array has {_axes(got)} where a single number is asked. {advice}"
    verb = "is" if asked == 1 else "are"
    return f"Your array has {_axes(got)} where {_axes(asked)} {verb} asked. {advice}"


def _how_long(case: Case) -> str:
    """What is wrong about the lengths of a list or a table, if it is the same each time."""
    pairs = [(t.received.shape, t.expected.shape) for t in of_another_shape(case)]
    if {len(shape) for pair in pairs for shape in pair} not in ({1}, {2}):
        return ""
    signs = {tuple(int(np.sign(a - b)) for a, b in zip(*pair, strict=True)) for pair in pairs}
    if len(signs) != 1:
        return ""
    gaps = next(iter(signs))
    names = ("entries",) if len(gaps) == 1 else ("rows", "columns")
    much = {-1: "too few", 1: "too many"}
    wrong = [f"{much[sign]} {name}" for sign, name in zip(gaps, names, strict=True) if sign]
    return f"but {' and '.join(wrong)}"


def of_another_shape(case: Case) -> list[Trial]:
    """The failing trials with an array of another shape than is asked, the most telling first."""
    trials = [t for t in _wrong_shapes(case) if t.received.ndim]
    return sorted(trials, key=lambda t: t.expected.shape in ((), (1,), (1, 1)))


def another_order(case: Case) -> str | None:
    if not _same_shapes(case, lambda t: t.expected.size >= 3):
        return None
    flat = [(np.sort(t.received, axis=None), np.sort(t.expected, axis=None)) for t in case.fails]
    if not all(difference(a, b) is None for a, b in flat):
        return None
    if not any(len(np.unique(b)) > 2 for _, b in flat):
        return None  # two kinds of number, such as no and yes, are soon as many by chance
    return "The numbers are right, and in the wrong places: their order has changed on the way."


def _wrong_shapes(case: Case) -> list[Trial]:
    """The trials that fail by their shape; a number counts as an array without axes."""
    trials = [t for t in case.fails if t.error is None and t.by_value and _is_pair(t)]
    pairs = [
        replace(t, received=np.asarray(t.received), expected=np.asarray(t.expected)) for t in trials
    ]
    return [t for t in pairs if t.received.shape != t.expected.shape]


def _is_pair(trial: Trial) -> bool:
    values = (trial.received, trial.expected)
    return all(isinstance(value, np.ndarray) or is_number(value) for value in values)


def _same_shapes(case: Case, allowed: Callable[[Trial], bool]) -> bool:
    """Whether every failing trial has two arrays of one shape, and `allowed` takes it."""

    def fits(t: Trial) -> bool:
        arrays = isinstance(t.received, np.ndarray) and isinstance(t.expected, np.ndarray)
        return t.by_value and arrays and t.received.shape == t.expected.shape and allowed(t)

    return bool(case.fails) and all(fits(t) for t in case.fails)


def _has_the_right_shape(trial: Trial) -> bool:
    fits = trial.error is None and trial.by_value and _is_pair(trial)
    return fits and np.shape(trial.received) == np.shape(trial.expected)


def _first_of_wrong_shape(case: Case) -> Trial | None:
    return next(iter(_wrong_shapes(case)), None)


def _shape_mended_by(case: Case, mend: Callable) -> bool:
    trials = _wrong_shapes(case)
    if not trials or len(trials) < sum(t.error is None for t in case.fails):
        return False
    for t in trials:
        if t.received.size != t.expected.size:
            return False
        mended = mend(t.received, t.expected)
        if mended.shape != t.expected.shape or difference(mended, t.expected) is not None:
            return False
    return True


def _gone(shape: tuple[int, ...], reduced: tuple[int, ...]) -> set[int]:
    """The axes that may be gone from `shape`, or of length 1, where `reduced` is left."""
    left = {
        i: (shape[:i] + shape[i + 1 :], (*shape[:i], 1, *shape[i + 1 :])) for i in range(len(shape))
    }
    return {i for i, both in left.items() if reduced != shape and reduced in both}


def _axes(count: int) -> str:
    return {0: "no axis", 1: "one axis"}.get(count, f"{count} axes")
