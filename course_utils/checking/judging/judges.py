"""The judges: what is asked of an observed value, beyond being the solution's value.

A judge takes the received value, the value of the right answer and the arguments that its probe
names; it returns None when it is content, or a `Problem`. It never runs a learner's code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.data.values import decode
from course_utils.checking.judging.compare import Difference, difference, is_number, noun

IT = "{it}"  # in a message, what the value is about


@dataclass(frozen=True)
class Problem:
    """Why a judge isn't content: one sentence, and the difference if there is one to show.

    message: may hold `IT`, for which whoever speaks puts what the value is about. secret: the
    sentence tells something of the expected value, so a mark's feedback omits it. brief: the
    sentence to say instead where the bounds in the message would give the answer away. form: what
    came can't be read as an answer, so nothing is known of what it means.
    """

    message: str = ""
    difference: Difference | None = None
    secret: bool = False
    brief: str = ""
    form: bool = False


def close(received, expected, *, rtol=None, atol=None) -> Problem | None:
    """As close to the right value as the dtypes allow, or within `rtol` and `atol`."""
    found = difference(received, expected, rtol, atol)
    return Problem(difference=found) if found else None


def exact(received, expected) -> Problem | None:
    """Exactly the right value, of the same kind."""
    found = difference(received, expected, 0.0, 0.0)
    if not found and noun(received) != noun(expected):
        found = Difference("type", "", received, expected)
    return Problem(difference=found) if found else None


def whole(received, expected) -> Problem | None:
    """The right whole number (or array, or list of them), as whole numbers and not as floats."""
    found = difference(received, expected)
    if found is None and _has_truth_values(received):
        return Problem(
            "It is right as True and False, and whole numbers (int) are asked, 1 and 0: turn one "
            "into the other at the end.",
            form=True,
        )
    if found is None and not _is_whole(received):
        return Problem(
            f"The size is right, but you have {_show(received) if is_number(received) else 'them'} "
            "as a float, and whole numbers (int) are asked. A division with `/` makes a float, and "
            "so does a decimal point.",
            form=True,
        )
    return Problem(difference=found) if found else None


def digits(received, expected, count) -> Problem | None:
    """The right number, to `count` significant digits at least."""
    problem = _number(received)
    if problem is not None:
        return problem
    good = [n for n in range(1, count + 1) if _agree_to(received, expected, n)]
    if count in good:
        return None
    if good and good[-1] > 1:
        told = f"It is right to {good[-1]} digits, and {count} are asked"
        rounded = float(f"{expected:.{good[-1] - 1}e}")
        ends = ": keep more of them." if received == rounded else ", of which a later one differs."
        return Problem(told + ends, secret=True)
    return Problem(difference=difference(received, expected))


def any_order(received, expected) -> Problem | None:
    """The items of the right list, in whatever order, each as often as there."""
    if not isinstance(received, (list, tuple)):
        return Problem(f"A list is asked; you have {describe(received)}.", form=True)
    left = list(expected)
    for item in received:
        place = next((i for i, other in enumerate(left) if difference(item, other) is None), None)
        if place is None:
            return Problem("One of your items is not among the right ones, or is there too often.")
        left.pop(place)
    return _unless(not left, f"{len(left)} of the right items are missing in yours.")


def at_least(received, _expected, bound) -> Problem | None:
    """A number of at least `bound`."""
    return _number(received) or _unless(
        received >= bound,
        f"{IT} is {_show(received)}; at least {_show(bound)} is asked.",
        f"{IT} is too small.",
    )


def at_most(received, _expected, bound) -> Problem | None:
    """A number of at most `bound`."""
    return _number(received) or _unless(
        received <= bound,
        f"{IT} is {_show(received)}; at most {_show(bound)} is allowed.",
        f"{IT} is too large.",
    )


def between(received, _expected, low, high) -> Problem | None:
    """A number from `low` to `high`, both included."""
    return _number(received) or _unless(
        low <= received <= high,
        f"{IT} is {_show(received)}; it should lie between {_show(low)} and {_show(high)}.",
        f"{IT} is too {'small' if received < low else 'large'}.",
    )


def accuracy(received, _expected, labels, bound) -> Problem | None:
    """Predicted labels that agree with `labels` in a share of at least `bound`."""
    labels = np.asarray(labels)
    if not isinstance(received, np.ndarray) or received.shape != labels.shape:
        return Problem(
            f"One predicted label an example is asked, an array of shape {labels.shape}; "
            f"you have {describe(received)}."
        )
    share = float(np.mean(received == labels))
    return _unless(
        share >= bound, f"{share:.1%} of the predictions are right; at least {bound:.1%} is asked."
    )


def falls(received, _expected, to=0.9) -> Problem | None:
    """A sequence of numbers whose last quarter is, in the mean, at most `to` times its first."""
    values = np.asarray(received, dtype=float) if _is_series(received) else np.empty(0)
    if values.ndim != 1 or len(values) < 2:
        asked = "A sequence of numbers over time is asked"
        return Problem(f"{asked}; you have {describe(received)}.", form=True)
    if not np.isfinite(values).all():
        first = int(np.argmin(np.isfinite(values)))
        return Problem(f"It stops being a finite number at step {first}: the training diverges.")
    quarter = max(1, len(values) // 4)
    start, end = values[:quarter].mean(), values[-quarter:].mean()
    return _unless(
        end <= to * start,
        f"{IT} should fall over time; the mean of the first quarter is about {_show(start)}, that "
        f"of the last about {_show(end)}.",
    )


def one_of(received, _expected, *options) -> Problem | None:
    """One of the options (each compared as `close` does)."""
    content = any(difference(received, option) is None for option in options)
    return _unless(content, f"Your answer, {describe(received)}, is not among the right ones.")


def choice(received, expected) -> Problem | None:
    """The letter of an option, or a list of such; case, spaces and a bracket don't matter."""
    if isinstance(expected, (list, tuple)):
        return _choices(received, list(expected))
    if not isinstance(received, str):
        return Problem(
            f'Answer with the letter of an option in quotes, such as "a"; you have '
            f"{describe(received)}.",
            form=True,
        )
    if len(_letter(received)) != len(_letter(str(expected))):
        alone = 'Answer with the letter of an option alone, in quotes, such as "a".'
        return Problem(alone, form=True)
    same = _letter(received) == _letter(str(expected))
    return _unless(same, f"Option {received.strip()[:8]} is not the right one.")


def _choices(received, expected: list) -> Problem | None:
    example = f"a list of {len(expected)} letters in quotes"
    if not isinstance(received, (list, tuple)):
        return Problem(f"Answer with {example}; you have {describe(received)}.", form=True)
    if len(received) != len(expected):
        return Problem(f"{len(expected)} letters are asked; you have {len(received)}.", form=True)
    if not all(isinstance(item, str) and len(_letter(item)) == 1 for item in received):
        alone = f"Answer with {example}, and with nothing but the letter in each."
        return Problem(alone, form=True)
    letters, asked = ([_letter(str(item)) for item in items] for items in (received, expected))
    if letters == asked:
        return None
    right = sum(a == b for a, b in zip(letters, asked, strict=True))
    which = "None of your letters is" if not right else f"{right} of your {len(asked)} letters are"
    if right == 1:
        which = f"One of your {len(asked)} letters is"
    return Problem(f"{which} right where {'it stands' if right < 2 else 'they stand'}.")


def order(received, expected, *others) -> Problem | None:
    """The letters of lines in a right order: `"b a c"`, `"bac"` or `["b", "a", "c"]`."""
    letters = _letters(received)
    if letters is None:
        return Problem(
            f'Answer with the letters of the lines in order, such as "b a c"; you have '
            f"{describe(received)}.",
            form=True,
        )
    right = [_letters(option) for option in (expected, *others)]
    if letters in right:
        return None
    if not set(letters) & set(right[0] or []):
        return Problem("None of the lines' letters stands in it. Each line has one, before it.")
    if sorted(letters) != sorted(right[0] or []):
        return Problem("Each line is needed once; look for a letter that is missing or doubled.")
    first = max(_agreeing(letters, option or []) for option in right)
    if early := _too_early(letters, right):
        line, earlier = early
        return Problem(
            f"Line {line} comes before line {earlier} in yours. Read the two: what must be known, "
            f"or done, before {line} can be said?"
        )
    if first == 0:
        return Problem("The first line is not right yet: what must stand before everything else?")
    return Problem(f"The order is right up to line {first}; look at line {first + 1} again.")


def sums_to_one(received, _expected, axis=-1) -> Problem | None:
    """An array whose sums along `axis` are 1."""
    if not isinstance(received, np.ndarray) or received.ndim == 0:
        return Problem(f"An array is asked; you have {describe(received)}.", form=True)
    sums = received.sum(axis=axis)
    wrong = difference(sums, np.ones_like(sums))
    if wrong is None:
        return None
    at = f" ({wrong.where})" if wrong.where else ""
    return Problem(
        f"The sums along axis {axis} should be 1; one of them{at} is {_show(wrong.received)}."
    )


def all_equal(received, _expected) -> Problem | None:
    """A list of values that are all the same: what a shift or another order must not change."""
    first, *rest = received
    found = next((d for item in rest if (d := difference(item, first))), None)
    if found is None:
        return None
    return Problem("Two results that should be the same differ.", found)


def same_shape(received, _expected, like) -> Problem | None:
    """An array of the shape of `like`."""
    got, asked = np.shape(received), np.shape(like)
    return _unless(got == asked, f"The shape should be {asked}, as that of the input; it is {got}.")


def gradient_of(received, _expected, numerical) -> Problem | None:
    """A gradient that agrees with central differences (`prepare_gradient_of` makes them)."""
    found = difference(received, np.asarray(numerical), rtol=1e-4, atol=1e-6)
    if found is None:
        return None
    return Problem(
        "The gradient disagrees with one found by small differences.", found, secret=True
    )


def prepare_gradient_of(function: Callable, x: np.ndarray, h: float = 1e-5) -> tuple:
    """Central differences of the scalar `function` at `x`, any shape, as the judge's argument."""
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (float(function(up)) - float(function(down))) / (2 * h)
    return (gradient,)


JUDGES: dict[str, Callable[..., Problem | None]] = {
    judge.__name__: judge
    for judge in (
        close,
        exact,
        whole,
        digits,
        any_order,
        at_least,
        at_most,
        between,
        accuracy,
        falls,
        one_of,
        choice,
        order,
        sums_to_one,
        all_equal,
        same_shape,
        gradient_of,
    )
}
BY_VALUE = ("close", "exact", "whole", "digits", "any_order")  # the solution's value is asked
PREPARE: dict[str, Callable[..., tuple]] = {"gradient_of": prepare_gradient_of}


def describe(value: Any) -> str:
    """A value's kind, not the value: `an array of shape (3, 2)`, `None`, `a list of 4 items`."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple, dict)):
        return f"a {noun(value)} of {len(value)} item{'s' * (len(value) != 1)}"
    if isinstance(value, (complex, np.complexfloating)):
        return "a complex number"
    if is_number(value):
        return f"a {noun(value)}"
    if isinstance(value, str):
        return "a string"
    name = getattr(value, "type_name", type(value).__name__)
    return f"{article(name)} {name}"


def article(name: str) -> str:
    """`a` or `an`, as the name begins."""
    return "an" if name[:1].lower() in "aeio" or name.lower().startswith("un") else "a"


def _show(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else str(value)


def _number(received: Any) -> Problem | None:
    real = is_number(received) and not isinstance(received, (complex, np.complexfloating))
    if not real:
        return Problem(f"A number is asked; {IT} is {describe(received)}.", form=True)
    if np.isfinite(received):
        return None
    return Problem(f"A finite number is asked; {IT} is {received}.")


def _is_whole(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_whole(item) for item in value)
    kind = np.asarray(value).dtype.kind if is_number(value) or _is_series(value) else "O"
    return kind in "iu" or (kind == "O" and isinstance(value, int))


def _has_truth_values(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_has_truth_values(item) for item in value)
    return isinstance(value, (bool, np.bool_, np.ndarray)) and np.asarray(value).dtype.kind == "b"


def _agree_to(a: float, b: float, count: int) -> bool:
    """Whether a is b to `count` significant digits, rounded or cut."""
    if b == 0:
        return a == 0
    unit = 10.0 ** (np.floor(np.log10(abs(b))) - count + 1)
    return bool(abs(a - b) <= 0.5 * unit * (1 + 1e-9))


def _unless(content: bool, message: str, brief: str = "") -> Problem | None:
    return None if content else Problem(message, brief=brief)


def _is_series(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, (list, tuple)) and all(is_number(item) for item in value)


def _letter(text: str) -> str:
    return text.strip().strip("().").casefold()


def _letters(value: Any) -> list[str] | None:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return [item.strip().casefold() for item in value]
    if isinstance(value, str):
        return [letter.casefold() for letter in value if letter.isalnum()]
    return None


def _too_early(letters: list[str], right: list) -> tuple[str, str] | None:
    """The first line that stands before one that comes earlier in every right order, and that."""
    for i, line in enumerate(letters):
        for later in letters[i + 1 :]:
            if all(option.index(later) < option.index(line) for option in right):
                return line, later
    return None


def _agreeing(a: list[str], b: list[str]) -> int:
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def ask(judge: str, received: Any, expected: Any, arguments: dict[str, Any]) -> Problem | None:
    """What the judge of that name says. arguments: those of its probe, encoded, by place or name.

    Raises TypeError, ValueError or IndexError for a value that it can't judge.
    """
    given = {key: decode(value) for key, value in arguments.items()}
    places = sorted(key for key in given if key.isdigit())
    named = {key: value for key, value in given.items() if not key.isdigit()}
    return JUDGES[judge](received, expected, *(given[key] for key in places), **named)


def _is_like(row: np.ndarray, item: Any) -> bool:
    return isinstance(item, np.ndarray) and item.shape == row.shape


def read_tuple(received: Any, expected: Any) -> Any:
    """A tuple that was written as a text, as `"(10, 3)"`, where a tuple is asked: it is one.

    So is an array of as many numbers, or of as many rows where arrays of their shape are asked: it
    unpacks as a tuple does. The same for every question. A number in quotes stays a text, since its
    quotes are a mistake that the next line of a program would not forgive.
    """
    if not isinstance(expected, tuple):
        return received
    if isinstance(received, tuple) and len(received) == len(expected):
        return tuple(map(read_tuple, received, expected))
    if isinstance(received, np.ndarray) and len(np.atleast_1d(received)) == len(expected):
        numbers = received.ndim == 1 and all(map(is_number, expected))
        rows = received.ndim > 1 and all(_is_like(received[0], item) for item in expected)
        return tuple(received) if numbers or rows else received
    if not isinstance(received, str) or len(received) > 200:
        return received
    try:
        value = ast.literal_eval(received.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return received
    return tuple(value) if isinstance(value, (tuple, list)) else received
