"""Diagnoses of right numbers in wrong places: swapped, doubled, pooled, cut off, all the same."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import ORDINALS, agree, difference, is_number
from course_utils.checking.judging.judges import Problem

MOST_OUTPUTS = 5


def outputs_swapped(case: Case) -> str | None:
    """Each of several results is right, in another order, the same in every failing trial."""
    bundles = _bundles(case, beside_errors=True)
    if not bundles or all(isinstance(item, str) for _, asked, _ in bundles for item in asked):
        return None  # a list of letters pairs options with cases: any wrong pairing is a new order
    count = len(bundles[0][1])
    for order in itertools.permutations(range(count)):
        moved = [i for i, j in enumerate(order) if i != j]
        if moved and all(
            difference([got[i] for i in order], list(asked)) is None for got, asked, _ in bundles
        ):
            names = bundles[0][2]
            which = " and ".join(names[i] for i in moved) if len(moved) < 4 else "several"
            order_of = "In which order does the task ask for them?"
            if any(isinstance(trial.expected, dict) for trial in case.fails):
                order_of = "Which of them belongs to which name?"
            return (
                f"Each of your results is right, and {which} stand in each other's places. "
                f"{order_of}"
            )
    return None


def same_twice(case: Case) -> str | None:
    """Two of several results are the same numbers each time, where they should differ."""
    bundles = [b for b in _bundles(case) if all(_count(item) > 1 for item in b[1])]
    if not bundles or len(bundles) < len(case.fails):
        return None
    for i, j in itertools.combinations(range(len(bundles[0][1])), 2):
        if all(_equal(got[i], got[j]) and not _equal(a[i], a[j]) for got, a, _ in bundles):
            first, second = bundles[0][2][i], bundles[0][2][j]
            return (
                f"Of your results, {first} and {second} hold the same numbers each time. `a = b = "
                "np.zeros(3)` makes one array with two names: did you mean two arrays?"
            )
    return None


def pooled(case: Case) -> str | None:
    """Every entry, or the one number that came, is the sum or the mean of all the right ones."""
    pairs = [(a, b) for a, b, _ in case.arrays()] or _numbers_for_arrays(case)
    if not pairs or not all(b.size > 1 and np.ptp(b) > 0 for _, b in pairs):
        return None
    if all(np.isin(b, (0, 1)).all() for _, b in pairs):
        return None  # yes and no: a single yes is its own sum, and nothing was added up
    for words, pool in (("sum", np.sum), ("mean", np.mean)):
        pools = [float(pool(b)) for _, b in pairs]
        if all(_is_plain(number) for number in pools):
            continue  # shares always sum to 1, and a 1 everywhere has other reasons
        if all(n and agree(a, np.full(a.shape, n), rtol=1e-4).all()
               for n, (a, _) in zip(pools, pairs, strict=True)):  # fmt: skip
            if not any(a.ndim for a, _ in pairs):
                return (
                    f"You have a single number, the {words} of all the right ones: they are taken "
                    "together. Each entry needs a step, or a calculation, of its own."
                )
            return (
                f"Every entry of your result is the {words} of all the right ones: they are taken "
                "together. Each entry needs a step, or a calculation, of its own."
            )
    return None


def _is_plain(number: float) -> bool:
    """Whether it is a number that many calculations end at: -1, 0, 1, or one of these halves."""
    return abs(2 * number - round(2 * number)) < 1e-9 and abs(number) <= 1


def all_the_same(case: Case) -> str | None:
    """All entries are one number, or all rows one row, where they should differ."""
    pairs = [(a, b) for a, b, _ in case.arrays()]
    if not pairs or any(bundle(trial) is not None for trial in case.fails):
        return None  # one of several results is not "your result"
    if not all(np.isfinite(a).all() and len(np.unique(b)) > 2 for a, b in pairs):
        return None
    if all(np.ptp(a) == 0 for a, _ in pairs):
        same = f"All entries of your result are the same number{_drawn(case)}"
        return f"{same}; not all of them should be."
    tall = all(a.ndim > 1 and len(a) > 1 for a, _ in pairs)
    if tall and all(_one_row(a) and not _one_row(b) for a, b in pairs):
        return f"All rows of your result are the same{_drawn(case)}; not all of them should be."
    return None


def clipped(case: Case) -> str | None:
    """The right values, except that those beyond a border, or beyond two, are the border."""
    pairs = case.arrays()
    if not pairs:
        return None
    got = np.concatenate([a.ravel() for a, _, _ in pairs])
    asked = np.concatenate([b.ravel() for _, b, _ in pairs])
    wrong = ~agree(got, asked)
    within = np.concatenate([got[~wrong], *(a.ravel() for a, _ in case.passing_arrays())])
    if not np.isfinite(got).all() or len(np.unique(asked[wrong])) < 2:
        return None
    if len(np.unique(within)) < 2:
        return None
    low, high = got.min(), got.max()
    if within.min() < low or within.max() > high:
        return None
    below, above = wrong & (asked < low), wrong & (asked > high)
    if not (below | above)[wrong].all():
        return None
    for beyond, border in ((below, low), (above, high)):
        if not np.isclose(got[beyond], border, rtol=1e-12, atol=0).all():
            return None
    if below.any() and above.any():
        where = f"from {low:.5g} to {high:.5g}, and all beyond are cut off at these borders"
    elif above.any():
        where = f"as far as {high:.5g}, and every larger one is cut off there"
    else:
        where = f"as far as {low:.5g}, and every smaller one is cut off there"
    return (
        f"Your values are right {where}. Look for `np.clip`, `np.minimum` or `np.maximum`, or a "
        "small number that keeps a logarithm away from 0: is it too tight?"
    )


def counted_all(case: Case) -> str | None:
    """A count, or a share, of all elements in the place of those that meet a condition."""
    fails = [t for t in case.fails if t.error is None and t.by_value]
    if len(fails) < 2 or len(fails) < len(case.fails):
        return None
    if not all(_is_count(t.received) and _is_count(t.expected) for t in fails):
        return None
    for name in fails[0].inputs:
        lengths = [_length(t.inputs.get(name)) for t in fails]
        more = all(t.received == n > t.expected for t, n in zip(fails, lengths, strict=True) if n)
        if all(lengths) and more and len(set(lengths)) > 1:
            return (
                f"Your value is each time the number of all elements in `{name}`: no condition "
                "has made it smaller. (`len` of a mask counts True and False alike; a sum counts "
                "only what is True.)"
            )
    return None


def _numbers_for_arrays(case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
    """(received, expected) if every failing trial gives one number where an array is asked."""
    pairs = [
        (as_array(t.received), as_array(t.expected))
        for t in case.fails
        if t.error is None and t.by_value
    ]
    fits = all(a is not None and b is not None and a.ndim == 0 < b.ndim for a, b in pairs)
    return pairs if fits and len(pairs) == len(case.fails) else []


def _count(item: Any) -> int:
    return len(item) if isinstance(item, (tuple, list)) else np.size(item)  # may be ragged


def _bundles(case: Case, *, beside_errors: bool = False) -> list[tuple[list, list, list[str]]]:
    """(received, expected, names) of each failing trial, if all are several results at once.

    beside_errors: also where some raised, and gave nothing that could speak against it.
    """
    trials = [t for t in case.fails if t.error is None or not beside_errors]
    found = [bundle(trial) for trial in trials if trial.error is None and trial.by_value]
    if len(found) < len(trials) or any(item is None for item in found):
        return []
    counts = {len(asked) for _, asked, _ in found}
    return found if len(counts) == 1 and 2 <= counts.pop() <= MOST_OUTPUTS else []


def leaf_pairs(got: Any, asked: Any) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """(received, expected) of every array in two values of one structure; None if they have not."""
    trial = Trial("", "close", {}, got, asked, Problem(), None)
    if difference(got, asked) is None:
        return []
    return [(a, b) for a, b, _ in Case((trial,)).arrays()] or None


def bundle(trial: Trial) -> tuple[list, list, list[str]] | None:
    """(received, expected, names) of a trial, if both are the same number of results; else None."""
    got, asked = trial.received, trial.expected
    if trial.probe.startswith(("[", "(", "{")):
        return None  # what the check has put together are the results of several calls
    if isinstance(asked, dict) and isinstance(got, dict) and set(got) == set(asked):
        keys = list(asked)
        return [got[k] for k in keys], [asked[k] for k in keys], [f"`{k}`" for k in keys]
    if _is_bundle(asked) and isinstance(got, (list, tuple)) and len(got) == len(asked):
        return list(got), list(asked), [f"the {ORDINALS[i]}" for i in range(len(asked))]
    return None


def _is_bundle(value: Any) -> bool:
    """Whether it is several results, and not one list of numbers."""
    if not isinstance(value, (tuple, list)) or len(value) > MOST_OUTPUTS:
        return False
    return isinstance(value, tuple) or any(not is_number(item) for item in value)


def _equal(a: Any, b: Any) -> bool:
    arrays = as_array(a), as_array(b)
    if any(x is None for x in arrays):
        return False
    return arrays[0].shape == arrays[1].shape and difference(*arrays) is None


def _is_several(value: Any) -> bool:
    array = as_array(value)
    return array is not None and array.size > 1


def _one_row(x: np.ndarray) -> bool:
    return bool((x == x[:1]).all())


def _drawn(case: Case) -> str:
    """A word on drawing, where a generator is among the inputs."""
    has_rng = any("rng" in trial.inputs for trial in case.fails)
    return ", as if one draw served for all" if has_rng else ""


def _is_count(value: Any) -> bool:
    return is_number(value) and np.asarray(value).dtype.kind in "biuf" and value == np.round(value)


def _length(value: Any) -> int:
    array = as_array(value)
    if array is not None and array.ndim:
        return len(array)
    return len(value) if isinstance(value, (list, tuple)) else 0
