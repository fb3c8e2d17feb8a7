"""Diagnoses of numbers in the right places: which change would mend every one of them?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import agree
from course_utils.checking.judging.diagnoses.which_inputs import in_special_inputs

NEAR = 5e-3  # of the largest value: more is another formula
ANY = "for some inputs"
SOME_VALUES = "for some values of"


def overflow(case: Case) -> str | None:
    pairs = case.arrays()
    bad = [(a, b, t) for a, b, t in pairs if (~np.isfinite(a) & np.isfinite(b)).any()]
    if not bad or len(bad) < len(pairs):
        return None
    a, b, trial = bad[0]
    where = ~np.isfinite(a) & np.isfinite(b)
    what = "NaN (not a number)" if np.isnan(a[where]).any() else "infinity"
    if trial.probe.isidentifier():  # a value that the answer gives, of no inputs
        return f"Your value is {what}. A number is asked that can be written down."
    kind = _kind_of_input(a, where, trial, case.passes, [t for _, _, t in bad])
    special = in_special_inputs(case, sizes=False)  # how many there are makes nothing overflow
    if special and (kind == ANY or kind.startswith(SOME_VALUES)):
        kind = f"where {special}"
    return (
        f"Your result is {what} {kind}. Is it written in your code, or did something overflow, or "
        "0 get divided by 0, or a logarithm or a root meet a number that has none? Find a form in "
        "which no step leaves the range of a float."
    )


def whole_numbers(case: Case) -> str | None:
    pairs = case.arrays()
    if not pairs or not any((b != np.round(b)).any() for _, b, _ in pairs):
        return None
    if any((a != np.round(a)).any() for a, _ in case.passing_arrays()):
        return None  # there it has fractions
    if any(trial.by_helper for trial in case.fails):
        return None
    lost = [a[b != np.round(b)] for a, b, _ in pairs]
    if len(np.unique(np.concatenate(lost))) < 2:  # one number, such as 0, comes of much else, too
        return None
    for rounding in (np.floor, np.trunc, np.round):
        if all(np.array_equal(a, rounding(b)) for a, b, _ in pairs):
            return (
                "Your values are the right ones as whole numbers, without their fractions. Is "
                "there a `//`, an `int(...)`, a rounding, a comparison where a number is asked, or "
                "an array of integers that results go into?"
            )
    return None


def all_whole(case: Case) -> str | None:
    """Whole numbers, several different ones, wherever most that are asked have fractions."""
    pairs = case.arrays()
    if not pairs or any(trial.by_helper for trial in case.fails):
        return None
    got = np.concatenate([a.ravel() for a, _, _ in pairs])
    asked = np.concatenate([b.ravel() for _, b, _ in pairs])
    if not np.isfinite(got).all() or (got != np.round(got)).any() or len(np.unique(got)) < 4:
        return None
    if np.mean(asked != np.round(asked)) < 0.5:
        return None
    return (
        "All numbers that are wrong are whole, and most of the right ones have fractions. Do they "
        "get lost on the way, by `//`, `int(...)`, a rounding or an array of integers? Or are "
        "these counts, places or labels?"
    )


def fractions(case: Case) -> str | None:
    """Numbers with fractions, in every failing trial, where all that is asked are whole ones."""
    pairs = case.arrays()
    whole = all(_is_whole(trial.expected) for trial in case.fails)
    if not pairs or not whole or any(trial.by_helper for trial in case.fails):
        return None
    if not all(np.isfinite(a).all() and (a != np.round(a)).any() for a, _, _ in pairs):
        return None
    if all(b.ndim and b.size > 1 for _, b, _ in pairs):
        return (
            "Whole numbers are asked, such as counts or places, and yours have fractions. Is "
            "something divided, or are these the values themselves, and not their places "
            "(`argsort` and `argmax` give places, `sort` and `max` values)?"
        )
    return (
        "The right number is whole, and yours has a fraction. Is something divided in it, does a "
        "share come into it, or is a value there where its place, or a count, is asked?"
    )


def _is_whole(value: object) -> bool:
    """Whether it is a whole number, or an array of nothing else, and not true or false."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iu"
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def factor(case: Case) -> str | None:
    pairs = case.arrays()
    ratios = [_constant_ratio(a, b) for a, b, _ in pairs]
    numbers = sum(np.count_nonzero(b) for _, b, _ in pairs)
    if numbers < 2 or any(r is None for r in ratios) or _is_one_step(pairs):
        return None
    enough = numbers >= 3 or len({b.size for _, b, _ in pairs}) > 1
    for sentence, candidates in _factors([trial for _, _, trial in pairs]):
        if "n - 1" in sentence and not (enough or len(set(candidates)) > 1):
            continue  # two numbers of one case may be in any proportion
        if all(c and abs(r / c - 1) < 1e-4 for r, c in zip(ratios, candidates, strict=True)):
            return sentence
    told = f"{ratios[0]:.4g}"
    if numbers >= 3 and told != "1" and max(ratios) - min(ratios) < 1e-4 * abs(ratios[0]):
        every = "What is wrong" if case.passes else "Every value"
        return f"{every} is off by the same factor, {told}. Where could it come from?"
    return _by_counts(pairs, ratios)


def _is_one_step(pairs: list) -> bool:
    """Whether one and the same whole number is asked each time, and the one beside it came."""
    asked = {value for _, b, _ in pairs for value in np.ravel(b).tolist()}
    got = {value for a, _, _ in pairs for value in np.ravel(a).tolist()}
    whole = all(float(value).is_integer() for value in asked | got)
    return len(asked) == len(got) == 1 and whole and abs(min(asked) - min(got)) <= 1


def _by_counts(pairs: list, ratios: list[float]) -> str | None:
    """One whole number, or one part of 1, for all that is wrong in a test, another in each test.

    Such a number is a count: of rows, of what was added up. It is asked of values with fractions,
    several in each test.
    """
    tests: dict[int, list[float]] = {}
    for (_, _, trial), ratio in zip(pairs, ratios, strict=True):
        tests.setdefault(id(trial), []).append(ratio)
    telling = all(len(np.unique(b)) >= 2 and (b != np.round(b)).any() for _, b, _ in pairs)
    steady = all(max(own) - min(own) < 1e-4 * abs(own[0]) for own in tests.values())
    counts = {round(max(own[0], 1 / own[0])) for own in tests.values() if own[0] > 0}
    if not telling or not steady or len(counts) < 2 or min(counts) < 2:
        return None
    for words, way in (("times", 1), ("divided by", -1)):
        if all(abs(own[0] ** way - round(own[0] ** way)) < 1e-4 for own in tests.values()):
            return (
                f"In each test, all that is wrong is the right values {words} one whole number, "
                "and in each test it is another one. So it counts something, such as rows: is a "
                f"{'division missing' if way == 1 else 'division too many'}, or a "
                f"{'sum' if way == 1 else 'mean'} there where a {'mean' if way == 1 else 'sum'} "
                "was asked?"
            )
    return None


def offset(case: Case) -> str | None:
    pairs = case.arrays()
    if sum(b.size for _, b, _ in pairs) < 3 or all(_is_truth(t.expected) for t in case.fails):
        return None
    gaps = np.concatenate([np.ravel(a - b) for a, b, _ in pairs])
    scale = max(float(np.abs(np.concatenate([np.ravel(b) for _, b, _ in pairs])).max()), 1.0)
    if not np.isfinite(gaps).all() or np.ptp(gaps) > 1e-6 * scale or abs(gaps[0]) < 1e-4 * scale:
        return None
    every = "What is wrong" if case.passes else "Every value"
    return f"{every} is off by the same amount, {gaps[0]:+.4g}. What is added, or not taken away?"


def _is_truth(value: object) -> bool:
    """Whether it is true or false, or a list of nothing else."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_is_truth, value))
    return isinstance(value, (bool, np.bool_))


def complement(case: Case) -> str | None:
    pairs = case.arrays()
    if any(_is_truth(t.expected) for t in case.fails) or not _everywhere(pairs, lambda b: 1 - b):
        return None
    single = all(as_array(trial.expected) is not None for trial in case.fails)
    whole = single and not case.passes and all((~agree(a, b)).all() for a, b, _ in pairs)
    who = "Your values" if whole else "Where they are wrong, your values"
    return f"{who} and the right ones sum to 1: is it the share of the opposite that you have?"


def reciprocal(case: Case) -> str | None:
    pairs = case.arrays()
    if any((b == 0).any() for _, b, _ in pairs) or not _everywhere(pairs, lambda b: 1 / b):
        return None
    return "Your values are 1 divided by the right ones: is a fraction upside down?"


def squared(case: Case) -> str | None:
    pairs = case.arrays()
    if _everywhere(pairs, np.square):
        return (
            "What is wrong in your values is the square of what it should be: is something "
            "multiplied by itself, or a square root missing?"
        )
    positive = all((b >= 0).all() for _, b, _ in pairs)
    if positive and _everywhere(pairs, np.sqrt):
        return (
            "What is wrong in your values is the square root of what it should be: is there a root "
            "too many, or a square missing?"
        )
    return None


def some_signs(case: Case) -> str | None:
    pairs = case.arrays()
    if not pairs or not all(agree(np.abs(a), np.abs(b)).all() for a, b, _ in pairs):
        return None
    if sum(b.size for _, b, _ in pairs) == 1:
        return "The size is right, and the sign is the wrong way round."
    return "The sizes are right; some of your values have the wrong sign."


def rounded(case: Case) -> str | None:
    pairs = case.arrays()
    for digits in (1, 2, 3, 4):
        if _everywhere(pairs, lambda b, digits=digits: np.round(b, digits)):
            return (
                "Your values are the right ones, rounded. Leave rounding to whoever prints them, "
                "so that what comes after computes with all digits."
            )
    return None


def cut_off(case: Case) -> str | None:
    """The right numbers with their last digits cut off instead of rounded."""
    pairs = case.arrays()
    if not pairs:
        return None
    for digits in (1, 2, 3, 4):
        scale = 10.0**digits
        right = [(np.trunc(b * scale) / scale, np.round(b, digits)) for _, b, _ in pairs]
        cut = all(
            np.allclose(a, c, 0, 1e-9) for (a, _, _), (c, _) in zip(pairs, right, strict=True)
        )
        if cut and all((np.abs(c - r) > 1e-9).any() and (c != 0).all() for c, r in right):
            return (
                "The digits that you have are right, and the rest is cut off. Rounding looks at "
                "the next digit: from 5 on, the last one goes up."
            )
    return None


def few_digits(case: Case) -> str | None:
    """An answer that is a number, rounded to fewer digits than are asked."""
    got, asked = _single_number(case)
    if _digits(got) < 2 or abs(got - asked) < 1e-9:
        return None
    if not any(abs(got - round(asked, digits)) < 1e-9 for digits in (1, 2, 3, 4)):
        return None
    return "Your number is the right one, rounded to fewer digits than are asked."


def decimal_point(case: Case) -> str | None:
    """An answer that is a number, with the right digits and the point in another place."""
    got, asked = _single_number(case)
    if got * asked <= 0 or _digits(asked) < 2:
        return None  # 1 and 10 share their digit with too many numbers
    power = float(np.log10(got / asked))
    if abs(power - round(power)) > 1e-4 or not 1 <= abs(round(power)) <= 6:
        return None
    return (
        "You have the digits of the right number, and the decimal point in another place. Which "
        "unit, or which share, is asked for?"
    )


def _single_number(case: Case) -> tuple[float, float]:
    """What stands there and what is asked where the answer is itself a number; else (0, 0)."""
    fails = [t for t in case.fails if t.error is None and t.by_value]
    if len(fails) == len(case.trials) == 1 and fails[0].probe.isidentifier():
        pair = as_array(fails[0].received), as_array(fails[0].expected)
        if all(x is not None and x.ndim == 0 and np.isfinite(x) for x in pair):
            return float(pair[0]), float(pair[1])
    return 0.0, 0.0


def _digits(number: float) -> int:
    """How many digits a number has, without zeros at its ends."""
    return len(f"{abs(number):.12g}".replace(".", "").strip("0"))


def minus_one_for_zero(case: Case) -> str | None:
    """Two classes as -1 and 1 where 0 and 1 are asked."""
    pairs = case.arrays()
    if not pairs or not all(set(np.unique(b)) <= {0.0, 1.0} for _, b, _ in pairs):
        return None
    if not all(np.array_equal(a, 2 * b - 1) for a, b, _ in pairs):
        return None
    return (
        "You have -1 wherever 0 is asked. Some books call two classes -1 and 1; here they are 0 "
        "and 1."
    )


def nearly(case: Case) -> str | None:
    """Every value is close to the right one, and not close enough."""
    pairs = case.arrays()
    used = [(a, b) for a, b, _ in pairs if b.size and np.abs(b).max() > 0]
    if not used or len(used) < len(pairs) or sum(b.size for _, b in used) < 3:
        return None
    if not all(np.isfinite(a).all() and np.isfinite(b).all() for a, b in used):
        return None
    off = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in used)
    if off > NEAR or all(np.asarray(b == np.round(b)).all() for _, b in used):
        return None
    return (
        f"Your values are nearly right, off by {off:.1g} of the largest at most. Is a small number "
        "added somewhere, a constant rounded, a step too long or too short, or a float32 in "
        "between?"
    )


def _everywhere(pairs: list, change: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Whether the received values are the expected ones after a change, for three at least."""
    if sum(b.size for _, b, _ in pairs) < 3:
        return False
    with np.errstate(all="ignore"):
        return all(agree(a, change(b)).all() for a, b, _ in pairs)


def _kind_of_input(
    a: np.ndarray, where: np.ndarray, trial: Trial, harmless: Sequence[Trial], bad: list[Trial]
) -> str:
    """What is special about the inputs of all that is `bad` and of none that is `harmless`."""
    arrays = {name: as_array(value) for name, value in trial.inputs.items()}
    arrays = {name: x for name, x in arrays.items() if x is not None and np.isfinite(x).all()}
    floats = {n: x for n, x in arrays.items() if np.asarray(trial.inputs[n]).dtype.kind == "f"}
    alike = [_which(n, x[where], x[~where]) for n, x in floats.items() if x.shape == a.shape]
    if len(alike) > 1:
        alike = [words for words in alike if not words.startswith(SOME_VALUES)]
        return alike[0] if len(alike) == 1 else ANY
    for words, has in (("large numbers", _has_large), ("0", _has_zero)):
        for name, x in floats.items():  # labels and sizes vary with everything
            if x.shape == a.shape:
                return alike[0]
            if not has(x):
                continue
            by_row = _by_row(x, where, has)
            spared = harmless and not any(has(as_array(t.inputs.get(name))) for t in harmless)
            spared = spared and all(has(as_array(t.inputs.get(name))) for t in bad)
            if by_row if by_row is not None else spared:
                return f"where `{name}` contains {words}"
    return ANY


def _by_row(x: np.ndarray, where: np.ndarray, has: Callable) -> bool | None:
    """Whether the bad rows of a result are those in which an input is special; None: no rows."""
    if x.ndim < 2 or where.ndim < 1 or len(x) != len(where) or len(x) < 2:
        return None
    bad = [bool(row.any()) for row in where]
    return bad == [has(row) for row in x]


def _has_large(x: np.ndarray | None) -> bool:
    return x is not None and bool(np.abs(x).max(initial=0) > 80)


def _has_zero(x: np.ndarray | None) -> bool:
    return x is not None and bool((x == 0).any())


LARGE = 20  # what an exponential makes of it is far from 1


def _which(name: str, hit: np.ndarray, spared: np.ndarray) -> str:
    if (hit != 0).all() and np.abs(hit).max() < LARGE:
        return f"{SOME_VALUES} `{name}`"
    if (hit > 0).all() and (spared.size == 0 or hit.min() > spared.max()):
        return f"where `{name}` is large and positive"
    if (hit < 0).all() and (spared.size == 0 or hit.max() < spared.min()):
        return f"where `{name}` is large and negative"
    if (hit == 0).all():
        return f"where `{name}` is 0"
    return f"{SOME_VALUES} `{name}`"


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
    sizes = list(_sizes(trials))
    for words, n in sizes:
        if max(n) > 2:  # a factor of 2 alone may come from anywhere
            times = f"What is wrong is the right value times {words}: is something added up that "
            yield f"{times}should be averaged, or a division missing?", n
            yield (
                f"What is wrong is the right value divided by {words}: is there a mean where a sum "
                "was asked, or a division too many?",
                [1 / x if x else 0 for x in n],
            )
    shares = all(_are_shares(as_array(trial.expected)) for trial in trials)
    constants = _CONSTANTS if shares else [one for one in _CONSTANTS if one[0] != _SHARE]
    yield from ((sentence, [value] * len(trials)) for sentence, value in constants)
    for words, n in sizes:
        if max(n) <= 2:
            continue  # a factor of 2, or its root, alone may come from anywhere
        one_less = (
            f"{words[0].upper()}{words[1:]} is n; one of you divides by n, the other by n - 1"
        )
        ratios = [x / (x - 1) if x > 1 else 0 for x in n]
        for power in (1, 0.5, -1, -0.5):
            why = "For a spread, `ddof` says which; else look at what you divide by."
            yield f"{one_less}. {why}", [r**power if r else 0 for r in ratios]


def _are_shares(x: np.ndarray | None) -> bool:
    return x is not None and bool(((x >= 0) & (x <= 1)).all())


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


_SHARE = (
    "What is wrong is 100 times the right value, which lies from 0 to 1. Is it in per cent, where "
    "a share is asked?"
)
_CONSTANTS = (
    ("The sign is the wrong way round: what is wrong is the right value times -1.", -1.0),
    ("What is wrong is twice the right value.", 2.0),
    ("What is wrong is half the right value.", 0.5),
    *(
        (f"What is wrong is the right value {words} the logarithm of {base}: {question}", value)
        for base, log in ((2, float(np.log(2))), (10, float(np.log(10))))
        for words, question, value in (
            ("divided by", f"is a logarithm to base {base} there, and no natural one?", 1 / log),
            ("times", f"is a natural logarithm there, and none to base {base}?", log),
        )
    ),
    ("What is wrong is the right value times 180 / pi: are these degrees?", 180 / np.pi),
    ("What is wrong is the right value times pi / 180: are these radians?", np.pi / 180),
    (_SHARE, 100.0),
    ("What is wrong is a hundredth of the right value: is it per cent that is asked?", 0.01),
)
