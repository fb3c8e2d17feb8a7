"""Diagnoses of how your numbers follow from the right ones, or from the inputs.

Each is a relation that holds for all wrong numbers of all cases that gave any, so what is said of
them is true whatever the cause may be. Numbers that could agree by chance say nothing: there must
be several different ones, and more of them where all are whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from course_utils.checking.judging.case import Case, as_array
from course_utils.checking.judging.compare import agree
from course_utils.checking.judging.diagnoses.places import bundle, leaf_pairs

MOST_ELEMENTS = 100_000
MOST_ITEMS = 4
ENOUGH, ENOUGH_WHOLE = 3, 8  # different numbers: with fractions; all whole
SLOPE = re.compile(r"d[a-zA-Z]$|d_|grad|upstream")  # how the course names what flows back
Step = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Pair:
    """A wrong array beside the right one, where they differ, and the numeric inputs.

    place: which of several results it is, in words; "" if there is one alone.
    """

    got: np.ndarray
    asked: np.ndarray
    wrong: np.ndarray
    inputs: dict[str, np.ndarray]
    place: str = ""


def zeros(case: Case) -> str | None:
    """0 wherever it is wrong, and wrong in some places only."""
    pairs = pairs_of(case)
    if not pairs or any(pair.got[pair.wrong].any() for pair in pairs):
        return None
    right = np.concatenate([pair.got[~pair.wrong].ravel() for pair in pairs])
    if np.count_nonzero(right) < ENOUGH or sum(pair.wrong.sum() for pair in pairs) < ENOUGH:
        return None
    arrays = [t.expected for t in case.fails if isinstance(t.expected, np.ndarray) and t.by_value]
    if arrays and all(array.dtype == bool for array in arrays):
        return (
            "Wherever it is wrong, you have False, and elsewhere it is right. Which condition, or "
            "which part that is never filled, keeps True from coming up there?"
        )
    return (
        "Wherever it is wrong, you have 0, and other numbers are right. Which condition, or which "
        "part that is never filled, silences those?"
    )


def nothing_but_zeros(case: Case) -> str | None:
    """0 everywhere in all that is wrong, where many other numbers are asked."""
    pairs = pairs_of(case)
    if not pairs or any(pair.got.any() for pair in pairs):
        return None
    if not _enough([pair.asked.ravel() for pair in pairs]):
        return None
    return (
        "Where it is wrong, every number that you have is 0. Is something multiplied by 0, or "
        "taken away from itself, or cut to a whole number, or made of zeros and never filled?"
    )


def beside_an_input(case: Case) -> str | None:
    """The right values, or the right steps, times, divided by, plus or minus what came in.

    It is looked for in all that is wrong, and then in each of several results by itself.
    """
    if not all(trial.by_value for trial in case.fails):
        return None  # what is wrong is not the values alone
    several = len(case.fails) > 1
    groups = (pairs for pairs in _groups(case) if len(pairs) > several)  # one of many says little
    return next(filter(None, map(_beside, groups)), None)


def _beside(pairs: list[Pair]) -> str | None:
    said = _linked_by([(p.got, p.asked, p.wrong) for p in pairs], pairs, _OPERATIONS)
    if said:
        return f"{_who(pairs)} are the right ones {said}"
    for start in _shared([pair.inputs for pair in pairs]):
        if SLOPE.match(start) or any(p.inputs[start].shape != p.asked.shape for p in pairs):
            continue  # nobody makes steps from there
        if all(((p.asked == 0) | ~p.wrong).all() for p in pairs):
            continue  # what is 0 in the end has made no step
        steps = [(p.got - p.inputs[start], p.asked - p.inputs[start], p.wrong) for p in pairs]
        if words := _as_long_as(steps):
            return f"{_steps_from(pairs, start)} are {words}"
        if said := _linked_by(steps, pairs, _OPERATIONS[:2]):
            return f"{_steps_from(pairs, start)} are the right ones {said}"
    return None


def _steps_from(pairs: list[Pair], start: str) -> str:
    """Whose steps are told: all of them, or those that are wrong."""
    whole = all(pair.wrong.all() for pair in pairs)
    return (
        f"Your steps from `{start}`"
        if whole
        else f"Where they are wrong, your steps from `{start}`"
    )


Values = tuple[np.ndarray, np.ndarray, np.ndarray]  # yours, the right ones, where they differ


def _linked_by(values: list[Values], pairs: list[Pair], operations: tuple) -> str:
    """How yours are made of the right ones and one feature, in words, with a question."""
    features: list[dict] = []  # of all pairs, as soon as one feature fits the first
    for words, (link, operation, question) in _fitting(values[0], pairs[0].inputs, operations):
        features = features or [dict(_features(pair.inputs)) for pair in pairs]
        if not all(words in own for own in features):
            continue
        found = [
            _linked(*one, own[words], operation) for one, own in zip(values, features, strict=True)
        ]
        if _is_telling(found) and (link not in SUMS or values[0][1].ndim or _are_many(found)):
            return f"{link} {words}: {question}"
    return ""


def _fitting(values: Values, inputs: dict, operations: tuple) -> Iterator[tuple[str, tuple]]:
    """The features and operations that make the first wrong number; few pass, and it is quick."""
    got, asked, wrong = values
    place = tuple(np.argwhere(wrong)[0])
    mine, right = float(got[place]), float(asked[place])
    near = 1e-5 * abs(mine) + 1e-8 * float(np.abs(asked).max())
    for words, feature in _features(inputs):
        try:
            other = float(np.broadcast_to(feature, asked.shape)[place])
        except ValueError:
            continue
        for operation in operations:
            with np.errstate(all="ignore"):
                made = float(operation[1](np.float64(right), other))
            if abs(made - mine) <= near:
                yield words, operation


def _as_long_as(steps: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> str:
    """How long all steps are beside the right ones, if that is one number; else nothing."""
    got = np.concatenate([mine[wrong] for mine, _, wrong in steps])
    right = np.concatenate([asked[wrong] for _, asked, wrong in steps])
    if not _enough([right]) or not (np.abs(right) > 1e-12).all():
        return ""
    if any(asked[~wrong].any() for _, asked, wrong in steps):
        return ""  # some of the steps are as they should be
    ratios = got / right
    ratio = float(ratios[0])
    if not np.allclose(ratios, ratio, rtol=1e-4, atol=1e-8):
        return ""
    if abs(ratio + 1) < 1e-4:
        return "the right ones with the other sign: they go the other way."
    if abs(ratio) < 1e-6 or abs(ratio - 1) < 1e-3:
        return ""  # it came back as it was; or the steps are as long as they should be
    return f"{ratio:.4g} times the right ones, all of them. Is a factor missing, or one too many?"


def _groups(case: Case) -> Iterator[list[Pair]]:
    """All wrong arrays together; then, where there are several results, those of each place."""
    pairs = pairs_of(case)
    yield pairs
    places = sorted({pair.place for pair in pairs if pair.place})
    if len(places) > 1:
        for place in places:
            yield [pair for pair in pairs if pair.place == place]


def of_inputs_alone(case: Case) -> str | None:
    """One step of one or two inputs, and nothing else."""
    said = next(filter(None, (_alone(pairs) for pairs in _groups(case))), None)
    if said and any(t.by_value and not t.by_helper for t in case.passes):
        return re.sub("^Your values are", "Where your values are wrong, they are", said)
    return said


def _alone(pairs: list[Pair]) -> str | None:
    if not pairs or not _enough([pair.got.ravel() for pair in pairs], part=2):
        return None
    found: list[dict] = []
    for words, made in _made(pairs[0]):
        if not _same(pairs[0].got, made):
            continue
        found = found or [dict(_made(pair)) for pair in pairs]
        if all(_same(p.got, own.get(words)) for p, own in zip(pairs, found, strict=True)):
            return (
                f"{_who(pairs)} are {words}. Which of the task's steps, or which input, is missing?"
            )
    return None


def another_step(case: Case) -> str | None:
    """The right values after one known step too many, or before one that is missing."""
    pairs = pairs_of(case)
    if too_many := step_from([(pair.asked, pair.got) for pair in pairs]):
        return (
            f"{_who(pairs, whole=True)} are the right ones {too_many}. Is there a step too many, "
            "or is one missing that would undo it?"
        )
    if missing := step_from([(pair.got, pair.asked) for pair in pairs]):
        return f"{_who(pairs, whole=True)}, {missing}, would be right. Is a step missing?"
    return None


def step_from(pairs: list[tuple[np.ndarray, np.ndarray]]) -> str:
    """The one known step, in words, that makes the second array of each pair of the first."""
    if not pairs or not all(_enough([pair[i].ravel() for pair in pairs]) for i in range(2)):
        return ""  # one number throughout comes of many a step
    return next((w for w, step in _STEPS if all(_same(b, _done(step, a)) for a, b in pairs)), "")


def line_by_line(case: Case) -> str | None:
    """Each row, or each column, is off by a factor or by an amount of its own."""
    pairs = pairs_of(case)
    found = lines_of(pairs)
    if found is None:
        return None
    what, line = found
    return (
        f"{_who(pairs)} are off by one {what} for each {line}, the same all along it. "
        f"What does a {line} get as a whole, and over which axis is that found?"
    )


def lines_of(pairs: list[Pair]) -> tuple[str, str] | None:
    """(by a factor or an amount, for each row or column) that all along a line is the same."""
    axes = [pair.asked.ndim for pair in pairs]
    if max(axes, default=0) < 2 or min(axes) < 1:
        return None
    for words, axis in (("row", -1), ("column", 0)):
        if axis == 0 and set(axes) != {2}:
            continue
        for what, gap in (("factor", np.divide), ("amount", np.subtract)):
            gaps = [_gaps(pair, axis, gap) for pair in pairs]
            if gap is np.divide and any(one is not None and (one == 0).any() for one in gaps):
                continue  # a line of zeros is no matter of a factor
            if all(one is not None for one in gaps) and any(
                _shows_lines(pair, axis, one) for pair, one in zip(pairs, gaps, strict=True)
            ):
                return what, words
    return None


def pairs_of(case: Case) -> list[Pair]:
    """Every wrong array, or [] if something is wrong that isn't an array of the right shape.

    A case that raised an error is no value, and says nothing for or against a relation; nor does
    what the check's own code made of an answer.
    """
    found = []
    for trial in case.fails:
        if not trial.by_value or trial.error is not None or trial.by_helper:
            continue
        parts = bundle(trial)
        if parts is None:
            parts = [trial.received], [trial.expected], [""]
        for got, asked, place in zip(*parts, strict=True):
            leaves = leaf_pairs(got, asked)
            if leaves is None or any(b.size > MOST_ELEMENTS for _, b in leaves):
                return []
            inputs = _numeric(trial.inputs)
            pairs = [Pair(a, b, ~agree(a, b), inputs, place) for a, b in leaves]
            found += [pair for pair in pairs if pair.wrong.any()]
    usable = all(np.isfinite(p.got).all() and np.isfinite(p.asked).all() for p in found)
    return found if usable else []


def _numeric(inputs: dict) -> dict[str, np.ndarray]:
    """The inputs that are numbers or arrays, and those in a short list of such, by name."""
    found = {}
    for name, value in inputs.items():
        several = isinstance(value, (list, tuple)) and len(value) <= MOST_ITEMS
        named = {f"{name}[{k}]": item for k, item in enumerate(value)} if several else {name: value}
        found |= {key: x for key, item in named.items() if (x := as_array(item)) is not None}
    return {n: x for n, x in found.items() if 0 < x.size <= MOST_ELEMENTS and np.isfinite(x).all()}


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
            shares = f"the number of rows of `{name}` divided by that of its columns"
            yield shares, np.array(len(x) / x.shape[-1])
    names = list(inputs)
    for a, b in itertools.permutations(names, 2):
        yield from _products(a, inputs[a], b, inputs[b])


def _products(a: str, x: np.ndarray, b: str, y: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """What is made of two inputs: a product, a share of one, some terms of a matrix product."""
    counts = any(not z.ndim and z == np.round(z) for z in (x, y))  # explained by much else
    if a < b and not counts and (joined := _join(np.multiply, x, y)) is not None:
        yield f"`{a} * {b}`", joined
    if a < b and x.ndim and x.shape == y.shape:
        yield f"the largest difference between `{a}` and `{b}`", np.abs(x - y).max()
    if (share := _join(np.multiply, 1 - x, y)) is not None:
        yield f"`(1 - {a}) * {b}`", share
    if x.ndim == 2 and y.ndim in (1, 2) and x.shape[1] == len(y):
        if len(x) * y.size > MOST_ELEMENTS * 100:
            return
        rows = y if y.ndim == 2 else y[:, None]

        def part(which: slice) -> np.ndarray:
            product = x[:, which] @ rows[which]
            return product if y.ndim == 2 else product[:, 0]

        yield f"`{a} @ {b}`", part(np.s_[:])
        yield f"the last term of the sums in `{a} @ {b}`", part(np.s_[-1:])
        yield f"the first term of the sums in `{a} @ {b}`", part(np.s_[:1])
        yield f"all terms but the last of the sums in `{a} @ {b}`", part(np.s_[:-1])
        yield f"all terms but the first of the sums in `{a} @ {b}`", part(np.s_[1:])


_OPERATIONS = (
    ("times", np.multiply, "is that a factor too many, or a division that is missing?"),
    ("divided by", np.divide, "is that a factor that is missing, or a division too many?"),
    ("plus", np.add, "is it added where it should not be, or not taken away?"),
    ("minus", np.subtract, "is it missing, or taken away where it should not be?"),
)


def _linked(
    got: np.ndarray, asked: np.ndarray, wrong: np.ndarray, feature: np.ndarray, operation: Callable
) -> np.ndarray | None:
    """(right, feature) of the wrong numbers if the operation makes yours of them, else None."""
    try:
        feature = np.broadcast_to(feature, asked.shape)
    except ValueError:
        return None
    right, other = asked[wrong], feature[wrong]
    if len(np.unique(got[wrong])) == 1 < len(got[wrong]):
        return None  # one number throughout, whatever stands beside the right ones
    with np.errstate(all="ignore"):
        made = operation(right, other)
    return np.stack([right, other]) if _same(got[wrong], made) else None


def _holds(found: list[np.ndarray | None]) -> bool:
    return all(one is not None for one in found)


def _is_telling(found: list[np.ndarray | None]) -> bool:
    """Whether it holds, and neither the right values nor what is beside them is one number."""
    if not _holds(found):
        return False
    right, other = np.concatenate(found, axis=1)
    return _enough([right]) and len(np.unique(other)) > 1


SUMS = ("plus", "minus")


def _are_many(found: list[np.ndarray]) -> bool:
    """Whether so many numbers are off that no walk in steps of one length comes there by chance."""
    return sum(one.shape[1] for one in found) > 2 * ENOUGH


def _enough(arrays: list[np.ndarray], part: int = 1) -> bool:
    """Whether the numbers are so many that none of this is chance: more of them where all are
    whole, or where all are halves, with `part` 2."""
    numbers = np.unique(np.concatenate(arrays).round(9))
    whole = (part * numbers == (part * numbers).round()).all()
    return len(numbers) >= (ENOUGH_WHOLE if whole else ENOUGH)


def _made(pair: Pair) -> Iterator[tuple[str, np.ndarray]]:
    """What one step makes of one or two inputs, where it has the shape of yours."""
    for name, x in pair.inputs.items():
        for words, step in _ALONE:
            made = _done(step, x)
            if made is not None and made.size == pair.got.size:
                yield words.format(f"`{name}`"), made.reshape(pair.got.shape)
        if x.ndim == pair.got.ndim == 1 and len(x) > len(pair.got) > 0:
            yield f"the first entries of `{name}`, as they came in", x[: len(pair.got)]
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


def _root_mean_square(x: np.ndarray, axis: int | None) -> np.ndarray:
    return np.sqrt(np.mean(x**2, axis=axis))


def _middle(x: np.ndarray, axis: int | None) -> np.ndarray:
    return (np.max(x, axis=axis) + np.min(x, axis=axis)) / 2


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
                         ("median", np.median),
                         ("root of the mean square", _root_mean_square),
                         ("middle of smallest and largest", _middle),
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
    if gap is np.divide:
        first = np.where(known[..., None], first, np.nan)  # a line of zeros has no factor
    return first[..., 0] if close.all() else None


def _shows_lines(pair: Pair, axis: int, gaps: np.ndarray) -> bool:
    """Whether lines are long enough to show that they hang together, and don't all do as one."""
    right = np.moveaxis(pair.asked, axis, -1)
    lines = pair.wrong.any(axis=axis)
    long = [len(np.unique(line)) >= ENOUGH for line in right[lines].reshape(-1, right.shape[-1])]
    known = gaps[np.isfinite(gaps)]
    return sum(long) >= 1 and not np.allclose(known, known[:1], rtol=1e-4, atol=1e-9)


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
    """Whom a sentence is about: all values, those that are wrong, or some of several results."""
    places = {pair.place for pair in pairs}
    if places == {""}:
        everywhere = whole or all(pair.wrong.all() for pair in pairs)
        return "Your values" if everywhere else "Where your values are wrong, they"
    if len(places) > 1:
        return "The wrong ones of your results"
    return f"Where {places.pop()} of your results is wrong, its values"
