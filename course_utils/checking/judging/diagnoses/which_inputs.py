"""Diagnoses of where it is wrong: what do all failing inputs share that no passing one has?

What is said is said of the cases that were tried, so it holds whatever the cause may be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import agree

LEAST_PASSES = 2
MOST_SAID = 2  # more is no help
MOST_CLASSES = 50


def size_of_example(case: Case) -> str | None:
    """Right for one length of an input only, whatever comes in; wrong for at least two others."""
    fails, passes = _with_inputs(case.fails), _with_inputs(case.passes)
    if len(fails) < max(2, len(case.fails)) or not all(_is_no_luck(t) for t in passes):
        return None
    if any(_tells_apart(name, passes, fails) for name in fails[0].inputs):
        return None  # it may be this input, and no length
    if any(_is_marked(name, passes, fails) for name in fails[0].inputs):
        return None  # it may be that, and no length
    if all(map(_has_one_number, passes)) and not any(map(_has_one_number, fails)):
        return None  # where all numbers are equal, much comes out right
    if len(passes) < LEAST_PASSES:
        return None
    found = []
    for name in fails[0].inputs:
        for axis in range(2):
            good = {_size(t.inputs.get(name), axis) for t in passes}
            bad = [_size(t.inputs.get(name), axis) for t in fails]
            if len(good) == 1 and None not in good and None not in bad:
                n = next(iter(good))
                if n > 1 and n not in bad and len(set(bad)) > 1 and 1 not in bad:
                    found.append((name, axis, n))
    if len({n for _, _, n in found}) != 1:
        return None  # none, or several, of which nothing says which it is
    name, axis, n = found[0]
    what = _axis_words(passes[0].inputs[name], axis)
    return (
        f"Of all the cases it is right in those where `{name}` has {n} {what}, and wrong in those "
        f"with another number of them. Is a {n} written into your code, or a shape that only such "
        "an input has?"
    )


def _is_marked(name: str, passes: list[Trial], fails: list[Trial]) -> bool:
    """Whether an input has the length 1 along an axis wherever it is right, and nowhere else."""
    good, bad = ([as_array(t.inputs.get(name)) for t in trials] for trials in (passes, fails))
    if any(array is None for array in (*good, *bad)):
        return False
    axes = range(min(array.ndim for array in (*good, *bad)))
    return any(
        all(array.shape[axis] == 1 for array in good)
        and all(array.shape[axis] > 1 for array in bad)
        for axis in axes
    )


def _has_one_number(trial: Trial) -> bool:
    """Whether an input is an array of several entries that are all the same number."""
    arrays = [as_array(value) for value in trial.inputs.values()]
    return any(x is not None and x.size > 1 and np.ptp(x) == 0 for x in arrays)


def only_where_zero(case: Case) -> str | None:
    """Right only where one array is 0 throughout: what is done with it is what is wrong."""
    fails, passes = _with_inputs(case.fails), _with_inputs(case.passes)
    if len(fails) < max(2, len(case.fails)) or not all(_is_no_luck(t) for t in passes):
        return None
    names = [name for name in fails[0].inputs if _tells_apart(name, passes, fails)]
    if len(names) != 1 or _has_a_sign(fails) > _has_a_sign(passes):
        return None  # it may be the sign, and no zeros
    if all(map(_is_square, (as_array(trial.inputs[names[0]]) for trial in passes))):
        return None  # it may be that one axis was taken for the other
    return (
        f"Of all the cases it is right where `{names[0]}` is 0 throughout, and nowhere else. "
        f"Follow `{names[0]}` through your code: where does it go in, and how often?"
    )


def _tells_apart(name: str, passes: list[Trial], fails: list[Trial]) -> bool:
    """Whether an array is 0 throughout wherever it is right, and nowhere else."""

    def is_silent(trial: Trial) -> bool:
        array = as_array(trial.inputs.get(name))
        return array is not None and array.ndim > 0 and not array.any()

    def is_alone(trial: Trial) -> bool:  # a number like others
        array = as_array(trial.inputs.get(name))
        return array is not None and array.size == 1

    if not passes or all(map(is_alone, passes)):
        return False
    return all(map(is_silent, passes)) and not any(map(is_silent, fails))


def _is_square(array: np.ndarray) -> bool:
    return array.ndim > 1 and len(set(array.shape)) == 1


def _has_a_sign(trials: list[Trial]) -> bool:
    """Whether a number below 0 is asked anywhere."""
    arrays = [as_array(trial.expected) for trial in trials]
    return any(x is not None and x.dtype.kind in "if" and (x < 0).any() for x in arrays)


def _is_no_luck(trial: Trial) -> bool:
    """Whether the right result is one that wrong code hardly gives by chance: it has fractions, or
    several numbers."""
    array = as_array(trial.expected)
    if not trial.by_value or array is None:
        return False
    return bool((array != np.round(array)).any()) or _has_several(array)


def _has_several(value: Any) -> bool:
    array = as_array(value)
    return array is not None and array.size > 2 and len(np.unique(array)) > 1


def special_inputs(case: Case) -> str | None:
    """Right everywhere but where an input is special: empty, constant, of one class, …

    What else is special about these inputs, and about no other, is told, too: it may be that.
    """
    words = in_special_inputs(case)
    if not words:
        return None
    also = _also_special(case, words)
    asks = "What should come out then, and where does yours go?"
    if also:
        asks = f"There {' and '.join(also)}, too: any of this may be what matters. {asks}"
    return f"In these tests it is right except where {words}. {asks}"


def _also_special(case: Case, words: str) -> list[str]:
    """What all failing inputs share besides `words`, and no passing one has; the first few."""
    fails, passes = _with_inputs(case.fails), _with_inputs(case.passes)
    found = []
    zeros = [told.format(name=f"`{name}`") for name in fails[0].inputs for told, _ in OF_ZEROS]
    for name in fails[0].inputs if words not in zeros else ():
        mine, others = ([t.inputs.get(name) for t in trials] for trials in (fails, passes))
        for told, has in (*PROPERTIES, *MORE):
            said = told.format(name=f"`{name}`")
            if said != words and all(map(has, mine)) and not any(map(has, others)):
                found.append(said)
        for axis in range(2):
            sizes, less = ([_size(v, axis) for v in values] for values in (mine, others))
            known = len(sizes) and None not in sizes and None not in less
            if known and min(sizes) > max(less, default=0) > 1:
                what = _axis_words(fails[0].inputs[name], axis)
                found.append(f"`{name}` has more {what} than anywhere else")
    return found[:MOST_SAID]


def in_special_inputs(case: Case, *, sizes: bool = True) -> str:
    """What is special about the inputs of all failing trials and of no passing one, in words.

    sizes: whether how many elements, rows or axes there are may be it.
    """
    fails, passes = _with_inputs(case.fails), _with_inputs(case.passes)
    if not fails or len(fails) < len(case.fails) or len(passes) < LEAST_PASSES:
        return ""
    if any(t.says and isinstance(t.expected, bool) for t in fails):
        return ""  # whether something holds of what came out: the inputs are as good as any
    if any(t.changed for t in case.passes):
        return ""  # it is not right there either

    def tells(name: str, has: Callable[[Any], bool]) -> bool:
        mine = all(has(t.inputs.get(name)) for t in fails)
        if has in OF_ARRAYS and not any(_is_plain(t, name, fails) for t in passes):
            return False  # nothing says that it is right for other arrays
        if has is _has_beyond_100 and not all(_only_beyond_100(t, name) for t in fails):
            return False
        return mine and not any(has(t.inputs.get(name)) for t in passes)

    names = list(fails[0].inputs)
    rivals = any(tells(name, has) for name in names for has in RIVALS)
    rivals = rivals or any(
        _meets_an_end(name, fails) and not _meets_an_end(name, passes) for name in names
    )
    if any(_is_zero_in(name, fails) and not _is_zero_in(name, passes) for name in names):
        properties, rivals = OF_ZEROS, True  # whatever else is special, it may be the zeros
    else:
        properties = PROPERTIES
    for known in (properties, SIZES if sizes and not rivals else ()):
        for name in names:
            for words, has in known:
                if tells(name, has):
                    return words.format(name=f"`{name}`")
    return ""


def _only_beyond_100(trial: Trial, name: str) -> bool:
    """Whether what is wrong are the entries of such numbers, where each number has its own."""
    arrays = [as_array(v) for v in (trial.received, trial.expected, trial.inputs.get(name))]
    if trial.error is not None:
        return trial.error.get("kind") == "OverflowError"
    if any(x is None for x in arrays) or len({x.shape for x in arrays}) > 1:
        return True
    got, asked, x = arrays
    return bool((np.abs(x[~agree(got, asked)]) > 100).all())


def _is_plain(trial: Trial, name: str, fails: list[Trial]) -> bool:
    """Whether a pass is no luck, and its input an array as those of the failing trials are."""
    array, other = as_array(trial.inputs.get(name)), as_array(fails[0].inputs.get(name))
    return array is not None and other is not None and array.ndim >= 1 and _is_no_luck(trial)


def _is_zero_in(name: str, trials: list[Trial]) -> bool:
    return all(_is_all_zero(trial.inputs.get(name)) for trial in trials)


def _meets_an_end(name: str, trials: list[Trial]) -> bool:
    """Whether an array of fractions holds a 0 or a 1 each time, as probabilities at their ends."""
    arrays = [t.inputs.get(name) for t in trials]
    floats = all(isinstance(x, np.ndarray) and x.dtype.kind == "f" for x in arrays)
    return floats and all(np.isin(x, (0, 1)).any() for x in arrays)


def _with_inputs(trials: tuple[Trial, ...]) -> list[Trial]:
    return [trial for trial in trials if trial.inputs]


def _size(value: Any, axis: int) -> int | None:
    array = as_array(value)
    if array is not None:
        return array.shape[axis] if array.ndim > axis else None
    return len(value) if isinstance(value, (list, tuple)) and axis == 0 else None


def _axis_words(value: Any, axis: int) -> str:
    array = as_array(value)
    if array is None or array.ndim == 1:
        return "elements"
    return "columns" if axis else "rows"


def _array(check: Callable[[np.ndarray], bool]) -> Callable[[Any], bool]:
    def has(value: Any) -> bool:
        array = as_array(value)
        return array is not None and bool(check(array))

    return has


def _is_empty(value: Any) -> bool:
    if isinstance(value, (list, tuple, dict, str)):
        return len(value) == 0
    array = as_array(value)
    return array is not None and array.ndim > 0 and array.size == 0


def _has_constant_column(x: np.ndarray) -> bool:
    if x.ndim != 2 or len(x) < 2 or x.size == 0:
        return False
    constant = np.ptp(x, axis=0) == 0
    return bool(constant.any()) and (x.shape[1] == 1 or not constant.all())


def _lacks_a_class(value: Any) -> bool:
    """Labels from 0 up to some class, with one in between, or 0 or 1, that never comes."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biu" or value.ndim != 1:
        return False
    found = set(value.tolist())
    if max(found, default=0) > MOST_CLASSES:
        return False  # these are numbers of something
    return len(value) > 1 and all(v >= 0 for v in found) and len(found) < max(2, max(found) + 1)


def _is_scalar(check: Callable[[float], bool]) -> Callable[[Any], bool]:
    def has(value: Any) -> bool:
        plain = isinstance(value, (int, float)) and not isinstance(value, bool)
        return plain and bool(check(value))

    return has


def _has_whole(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "iu"


def _has_ties(x: np.ndarray) -> bool:
    return x.ndim == 1 and len(x) > 1 and len(np.unique(x)) < len(x)


_has_beyond_100 = _array(lambda x: bool((np.abs(x) > 100).any()))
OF_ARRAYS = (_lacks_a_class, _has_beyond_100)
_is_all_zero = _array(lambda x: x.ndim > 0 and x.size > 1 and not x.any())
OF_ZEROS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("{name} is empty", _is_empty),
    ("{name} is 0", _is_scalar(lambda v: v == 0)),
    ("all entries of {name} are 0", _is_all_zero),
)
PROPERTIES: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    *OF_ZEROS,
    ("{name} holds whole numbers", _has_whole),
    ("a column of {name} is constant", _array(_has_constant_column)),
    ("a class is missing in {name}", _lacks_a_class),
    ("numbers beyond 100 stand in {name}", _has_beyond_100),
    ("{name} holds float32", lambda v: isinstance(v, np.ndarray) and v.dtype == np.float32),
)
# Small inputs are often special in another way, too: then nothing says which of the two it is.
SIZES: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("{name} has only one row", _array(lambda x: x.ndim == 2 and len(x) == 1 and x.size > 1)),
    ("{name} has only one column", _array(lambda x: x.ndim == 2 and x.shape[1] == 1 < len(x))),
    ("{name} has only one element", _array(lambda x: x.ndim == 1 and len(x) == 1)),
    ("{name} has more than two axes", _array(lambda x: x.ndim > 2)),
    ("{name} has more than one axis", _array(lambda x: x.ndim > 1)),
)
MORE: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("a number stands twice in {name}", _array(_has_ties)),
    (
        "all numbers of {name} are the same",
        _array(lambda x: x.size > 1 and not (x != x.flat[0]).any()),
    ),
)
RIVALS: tuple[Callable[[Any], bool], ...] = (
    _is_scalar(lambda v: v in (0, 1)),
    _array(_has_ties),
    _array(lambda x: x.ndim > 0 and bool((x < 0).any())),
    _array(lambda x: x.ndim > 0 and bool((x == 0).any())),
    _array(lambda x: x.ndim > 0 and bool((x == 1).any())),
)
