"""The general diagnoses: causes of a wrong answer that are found without the author's help.

Each is a function of a `Case` that returns a sentence or two, or None. They are tried in the order
of `DIAGNOSES`, and each is a hypothesis that must hold for all that is wrong, not for one number.
A sentence names no hidden value: it may be read where the inputs must stay unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_utils.checking.case import Case, Trial, as_array
from course_utils.checking.compare import agree, difference, is_number, noun
from course_utils.checking.judges import describe
from course_utils.checking.values import Unjudgeable


def another_answer_each_time(case: Case) -> str | None:
    if not any(trial.unsteady for trial in case.trials):
        return None
    return (
        "The same call gave two different answers. Something random, or something that is kept "
        "from the last call, decides; use only what comes in as an argument."
    )


def printed_not_returned(case: Case) -> str | None:
    if not (_all_received_none(case) and any(trial.printed for trial in case.fails)):
        return None
    return (
        "Your code prints its result but doesn't return it. Printing shows a value to you; only "
        "`return` hands it to the code that called."
    )


def nothing_returned(case: Case) -> str | None:
    if not _all_received_none(case):
        return None
    return (
        "Your function returns nothing (None). Perhaps the result is computed and `return` is "
        "missing, or `return` stands in a branch that isn't reached."
    )


def wrong_type(case: Case) -> str | None:
    trial = _first_by_value(case)
    if trial is None or _comparable(trial.received, trial.expected):
        return None
    received, expected = trial.received, trial.expected
    if callable_name := _function_type(received):
        return f"You returned {callable_name} itself. Call it, with parentheses, to get its value."
    if received is None:
        return "In one case your function returns nothing (None). Does every branch `return`?"
    if isinstance(received, list) and isinstance(expected, np.ndarray):
        return (
            "You have a list where an array is asked. A list prints alike but has no arithmetic: "
            "`np.array` makes an array of it."
        )
    if isinstance(received, str) and is_number(expected):
        return "You have a string where a number is asked: leave the quotes away."
    if is_number(received) and isinstance(expected, np.ndarray):
        return (
            "You have a single number where an array is asked. Something has summed or picked "
            "over every axis; one result an example, or an element, should remain."
        )
    return f"You have {_a(received)} where {_a(expected)} is asked."


def wrong_length(case: Case) -> str | None:
    trial = _first_by_value(case)
    found = difference(trial.received, trial.expected) if trial else None
    if found is None or found.kind not in ("length", "keys"):
        return None
    if found.kind == "keys":
        return "Your dict doesn't have the keys that are asked: compare their names."
    more = "more" if len(found.received) > len(found.expected) else "fewer"
    where = f" ({found.where})" if found.where else ""
    return f"Your {noun(found.received)}{where} has {more} items than it should."


def blown_up(case: Case) -> str | None:
    trial = _first_of_wrong_shape(case)
    if trial is None:
        return None
    got, asked = trial.received.shape, trial.expected.shape
    sizes = [n for n in asked if n > 1]
    if not (len(got) == 2 and got[0] == got[1] and sizes and set(sizes) == {got[0]}):
        return None
    if trial.expected.size != got[0]:
        return None
    return (
        "A column met a row: an array of shape (n, 1) and one of shape (n,) broadcast to (n, n), "
        "every element with every other. Bring both to the same shape before the arithmetic."
    )


def transposed(case: Case) -> str | None:
    if not _shape_mended_by(case, lambda a, _: a.T):
        return None
    return (
        "The numbers are right, but rows and columns are swapped: your array is the transpose of "
        "what is asked. Examples stand in rows."
    )


def axis_kept(case: Case) -> str | None:
    more = all(t.received.ndim > t.expected.ndim for t in _wrong_shapes(case))
    if not (more and _shape_mended_by(case, lambda a, b: a.reshape(b.shape))):
        return None
    return (
        "The numbers are right, but an axis of length 1 is left over. Look for `keepdims=True`, a "
        "slice where an index was meant, or a pair of brackets too many."
    )


def axis_lost(case: Case) -> str | None:
    fewer = all(t.received.ndim < t.expected.ndim for t in _wrong_shapes(case))
    if not (fewer and _shape_mended_by(case, lambda a, b: a.reshape(b.shape))):
        return None
    return (
        "The numbers are right, but an axis is lost. A reduction such as `mean` or `sum` drops its "
        "axis unless it is told `keepdims=True`, and an index drops one where a slice keeps it."
    )


def reshaped(case: Case) -> str | None:
    if not _shape_mended_by(case, lambda a, b: a.reshape(b.shape)):
        return None
    return "The numbers are right and in order, but the array has another shape than is asked."


def wrong_axis(case: Case) -> str | None:
    trial = _first_of_wrong_shape(case)
    if trial is None:
        return None
    sizes = [as_array(v).shape for v in trial.inputs.values() if as_array(v) is not None]
    got, asked = trial.received.shape, trial.expected.shape
    for shape in sizes:
        if len(shape) >= 2 and _without_axis(shape, got) and _without_axis(shape, asked):
            return (
                "You worked along the wrong axis: `axis=0` runs down the rows and leaves one "
                "result a column, `axis=1` (or -1) runs along a row and leaves one result a row."
            )
    return None


def wrong_shape(case: Case) -> str | None:
    trial = _first_of_wrong_shape(case)
    if trial is None:
        return None
    return (
        f"Your array has {_axes(trial.received)} where {_axes(trial.expected)} "
        f"{'is' if trial.expected.ndim == 1 else 'are'} asked, or other lengths. "
        "Write down the shape after each line of your code."
    )


def overflow(case: Case) -> str | None:
    pairs = case.arrays()
    bad = [(a, b, t) for a, b, t in pairs if (~np.isfinite(a) & np.isfinite(b)).any()]
    if not bad or len(bad) < len(pairs):
        return None
    a, b, trial = bad[0]
    where = ~np.isfinite(a) & np.isfinite(b)
    what = "NaN (not a number)" if np.isnan(a[where]).any() else "infinity"
    kind = _kind_of_input(a, where, trial)
    return (
        f"Your result is {what} {kind}. On the way there something overflowed, or 0 was divided "
        "by 0, or a logarithm met 0: find a form in which no step leaves the range of a float."
    )


def whole_numbers(case: Case) -> str | None:
    pairs = case.arrays()
    if not pairs or not any((b != np.round(b)).any() for _, b, _ in pairs):
        return None
    for rounding in (np.floor, np.trunc, np.round):
        if all(np.array_equal(a, rounding(b)) for a, b, _ in pairs):
            return (
                "Fractions got lost: your values are the right ones cut to whole numbers. Look for "
                "`//`, `int(...)`, or an array of integers that results are written into."
            )
    return None


def factor(case: Case) -> str | None:
    pairs = case.arrays()
    ratios = [_constant_ratio(a, b) for a, b, _ in pairs]
    if (
        not pairs
        or any(r is None for r in ratios)
        or sum(np.count_nonzero(b) for _, b, _ in pairs) < 2
    ):
        return None
    for sentence, candidates in _factors([trial for _, _, trial in pairs]):
        if all(c and abs(r / c - 1) < 1e-4 for r, c in zip(ratios, candidates, strict=True)):
            return sentence
    numbers = sum(np.count_nonzero(b) for _, b, _ in pairs)
    if numbers >= 3 and max(ratios) - min(ratios) < 1e-4 * abs(ratios[0]):
        return f"Every value is off by the same factor, {ratios[0]:.4g}. Where could it come from?"
    return None


def offset(case: Case) -> str | None:
    pairs = case.arrays()
    if sum(b.size for _, b, _ in pairs) < 3:
        return None
    gaps = np.concatenate([np.ravel(a - b) for a, b, _ in pairs])
    scale = max(float(np.abs(np.concatenate([np.ravel(b) for _, b, _ in pairs])).max()), 1.0)
    if not np.isfinite(gaps).all() or np.ptp(gaps) > 1e-6 * scale or abs(gaps[0]) < 1e-4 * scale:
        return None
    return (
        f"Every value is off by the same amount, {gaps[0]:+.4g}. What is added, or not taken away?"
    )


def hard_coded(case: Case) -> str | None:
    examples = [t for t in case.passes if t.is_example]
    others = [t for t in case.fails if t.error is None and not t.is_example]
    if not examples or not others or len(case.trials) < 2:
        return None
    fixed = examples[0].expected
    if not all(difference(t.received, fixed) is None for t in others):
        return None
    return (
        "Your answer is the example's result, whatever comes in. The example shows what is meant; "
        "other arguments must give other values."
    )


def only_one_example(case: Case) -> str | None:
    def rows(trial: Trial) -> int | None:
        arrays = [as_array(value) for value in trial.inputs.values()]
        sizes = [a.shape[0] for a in arrays if a is not None and a.ndim == 2]
        return sizes[0] if sizes else None

    passing, failing = [rows(t) for t in case.passes], [rows(t) for t in case.fails]
    if not passing or not all(n == 1 for n in passing) or not all(n and n > 1 for n in failing):
        return None
    return (
        "It is right for a single example and wrong for a batch of several. Each row must be "
        "treated by itself; look for an operation that mixes the rows."
    )


def reads_the_notebook(case: Case) -> str | None:
    if not case.reads:
        return None
    names = ", ".join(f"`{name}`" for name in case.reads)
    return (
        f"Your code reads {names} from the notebook instead of using its arguments. It then works "
        "for that one variable only, and not at all in a fresh kernel."
    )


def changed_in_place(case: Case) -> str | None:
    changed = next((t.changed for t in case.trials if t.changed), ())
    if not changed:
        return None
    names = ", ".join(f"`{name}`" for name in changed)
    return (
        f"Your code changes its argument {names} in place. Whoever called still needs it as it "
        "was; work on a copy, or with operations that make a new array."
    )


DIAGNOSES: tuple[Callable[[Case], str | None], ...] = (
    another_answer_each_time,
    printed_not_returned,
    nothing_returned,
    wrong_type,
    wrong_length,
    blown_up,
    transposed,
    axis_kept,
    axis_lost,
    wrong_axis,
    reshaped,
    wrong_shape,
    overflow,
    hard_coded,
    factor,
    offset,
    whole_numbers,
    reads_the_notebook,
    only_one_example,
    changed_in_place,
)


def _all_received_none(case: Case) -> bool:
    return bool(case.fails) and all(
        t.error is None and t.received is None and t.expected is not None for t in case.fails
    )


def _first_by_value(case: Case) -> Trial | None:
    return next((t for t in case.fails if t.error is None and t.by_value), None)


def _comparable(received: Any, expected: Any) -> bool:
    found = difference(received, expected)
    return found is None or found.kind != "type"


def _function_type(value: Any) -> str:
    known = {"function", "method", "builtin_function_or_method", "ufunc"}
    name = value.type_name.rsplit(".", 1)[-1] if isinstance(value, Unjudgeable) else ""
    return "a function" if name in known else ""


def _a(value: Any) -> str:
    return "None" if value is None else describe(value)


def _wrong_shapes(case: Case) -> list[Trial]:
    def is_wrong(t: Trial) -> bool:
        arrays = isinstance(t.received, np.ndarray) and isinstance(t.expected, np.ndarray)
        return t.error is None and t.by_value and arrays and t.received.shape != t.expected.shape

    return [t for t in case.fails if is_wrong(t)]


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


def _without_axis(shape: tuple[int, ...], reduced: tuple[int, ...]) -> bool:
    """Whether `reduced` is `shape` with one axis gone or of length 1."""
    gone = [shape[:i] + shape[i + 1 :] for i in range(len(shape))]
    kept = [(*shape[:i], 1, *shape[i + 1 :]) for i in range(len(shape))]
    return reduced in gone + kept


def _axes(array: np.ndarray) -> str:
    return f"{array.ndim} axis" if array.ndim == 1 else f"{array.ndim} axes"


def _kind_of_input(a: np.ndarray, where: np.ndarray, trial: Trial) -> str:
    for name, value in trial.inputs.items():
        x = as_array(value)
        if x is None or x.shape != a.shape or not np.isfinite(x).all():
            continue
        hit, spared = x[where], x[~where]
        if (hit > 0).all() and (spared.size == 0 or hit.min() > spared.max()):
            return f"where `{name}` is large and positive"
        if (hit < 0).all() and (spared.size == 0 or hit.max() < spared.min()):
            return f"where `{name}` is large and negative"
        if (hit == 0).all():
            return f"where `{name}` is 0"
        return f"for some values of `{name}`"
    return "for some inputs"


def _constant_ratio(a: np.ndarray, b: np.ndarray) -> float | None:
    """The r with a = r b, if there is one (not 1, not 0)."""
    used = np.isfinite(b) & (np.abs(b) > 1e-12)
    if not used.any() or not np.isfinite(a[used]).all():
        return None
    ratios = a[used] / b[used]
    r = float(np.median(ratios))
    if abs(r) < 1e-12 or abs(r - 1) < 1e-6 or not agree(a, r * b, rtol=1e-4).all():
        return None
    return r


def _factors(trials: list[Trial]) -> Iterator[tuple[str, list[float]]]:
    """Sentences with the factor that each would mean in every trial, most telling first."""
    for words, sizes in _sizes(trials):
        yield (
            f"Your values are the right ones times {words}: a sum where the mean was asked.",
            sizes,
        )
        yield (
            f"Your values are the right ones divided by {words}: a mean where the sum was asked, "
            "or a division too many.",
            [1 / n if n else 0 for n in sizes],
        )
    for sentence, value in _CONSTANTS:
        yield sentence, [value] * len(trials)


def _sizes(trials: list[Trial]) -> Iterator[tuple[str, list[float]]]:
    shapes = [
        {k: as_array(v).shape for k, v in t.inputs.items() if as_array(v) is not None}
        for t in trials
    ]
    if not shapes:
        return
    for name in shapes[0]:
        shape = [s.get(name, ()) for s in shapes]
        if all(len(s) >= 1 for s in shape):
            words = "the number of examples" if len(shape[0]) > 1 else "the number of elements"
            yield f"{words} in `{name}`", [s[0] for s in shape]
        if all(len(s) >= 2 for s in shape):
            yield f"the number of columns of `{name}`", [s[-1] for s in shape]
            yield f"the number of elements of `{name}`", [float(np.prod(s)) for s in shape]


_CONSTANTS = (
    ("Every sign is the wrong way round: your values are the right ones times -1.", -1.0),
    ("Your values are twice the right ones.", 2.0),
    ("Your values are half the right ones.", 0.5),
    ("You took the logarithm to base 2; the natural logarithm is `np.log`.", 1 / np.log(2)),
    ("You took the logarithm to base 10; the natural logarithm is `np.log`.", 1 / np.log(10)),
    ("You took the natural logarithm where base 2 was asked.", float(np.log(2))),
    ("You took the natural logarithm where base 10 was asked.", float(np.log(10))),
    ("You have degrees where radians were asked.", 180 / np.pi),
    ("You have radians where degrees were asked.", np.pi / 180),
)
