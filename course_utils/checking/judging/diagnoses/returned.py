"""Diagnoses of what came back: nothing, the placeholder, another kind of value, another length."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.data.values import Unjudgeable
from course_utils.checking.judging.case import Case, Trial, as_array
from course_utils.checking.judging.compare import ORDINALS, difference, is_number, noun
from course_utils.checking.judging.judges import describe


def unfinished(case: Case) -> str | None:
    if not case.blank:
        return None
    names = " and ".join(f"`{name}`" for name in case.blank)
    return f"The placeholder `...` still stands in {names}; that part is yet to be written."


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
    if all(trial.probe.isidentifier() for trial in case.fails):
        return (
            "Its value is None. That is what comes from a function that returns nothing, such as "
            "`print`."
        )
    return (
        "Your function returns nothing (None). Perhaps the result is computed and `return` is "
        "missing, or `return` stands in a branch that isn't reached."
    )


def decimal_comma(case: Case) -> str | None:
    """A pair where one number, or array, is asked that has the comma's fraction: `3,26 * x`."""
    fails = [t for t in case.fails if t.error is None and t.by_value]
    if not fails or not all(_is_pair(t) for t in fails):
        return None
    if all(type(t.received[1]) is int and is_number(t.expected) for t in fails):
        if len({t.received for t in fails}) > 1:
            return None  # two numbers that were worked out
        whole, digits = fails[0].received
        if digits == 0 and all(isinstance(t.expected, (int, np.integer)) for t in fails):
            return (  # `1,000`, or `1,0`
                "A number that is written with a comma is two numbers, a tuple. Python writes "
                "thousands without a comma, and decimals with a point."
            )
        said = f"`{whole},{digits}` with a comma is two numbers, a tuple."
        if digits > 99 and all(isinstance(t.expected, (int, np.integer)) for t in fails):
            return f"{said} Python writes thousands without a comma: `{whole}{digits}`."
        return f"{said} Python writes decimals with a point: `{whole}.{digits}`."
    whole = fails[0].received[0]
    if any(t.received[0] != whole for t in fails):
        return None
    if not any(
        all(_is_scaled(t, float(f"{whole}.{digits}") / digits) for t in fails)
        for digits in range(1, 100)
    ):
        return None
    return (
        f"A number that is written with a comma, such as `{whole},5`, is two numbers, so what you "
        "return is a tuple. Python writes decimals with a point."
    )


def _is_pair(trial: Trial) -> bool:
    value = trial.received
    if not (isinstance(value, tuple) and len(value) == 2 and type(value[0]) is int):
        return False
    if type(value[1]) is int and value[1] < 0:
        return False
    return is_number(trial.expected) or isinstance(trial.expected, np.ndarray)


def _is_scaled(trial: Trial, factor: float) -> bool:
    """Whether the second of a pair is what was asked but for the factor."""
    second = as_array(trial.received[1])
    return second is not None and difference(second * factor, as_array(trial.expected)) is None


def among_others(case: Case) -> str | None:
    """What is asked is one of several things that come back, or stands in a tuple of one."""
    fails = [t for t in case.fails if t.by_value and t.error is None and not t.by_helper]
    if not fails or len(fails) < len(case.fails):
        return None
    if any(isinstance(t.expected, (tuple, list, dict)) for t in fails):
        return None
    if all(isinstance(t.received, list) and len(t.received) > 1 for t in fails):
        for i, words in ((-1, "last"), (0, "first")):
            if all(difference(t.received[i], t.expected) is None for t in fails):
                return (
                    f"What is asked is the {words} of the things in the list that you return, and "
                    "it is right. Return it alone."
                )
    if not all(isinstance(t.received, tuple) for t in fails):
        return None
    count = len(fails[0].received)
    if not 0 < count <= len(ORDINALS) or any(len(t.received) != count for t in fails):
        return None
    for i in range(count):
        if all(difference(t.received[i], t.expected) is None for t in fails):
            if count == 1:
                return (
                    "Your result is right, and it stands in a tuple of one. A comma at the end of "
                    "a line makes such a tuple: take it away."
                )
            return (
                f"What is asked is the {ORDINALS[i]} of the {count} things that you return, and it "
                "is right. Return it alone."
            )
    return None


def one_of_several(case: Case) -> str | None:
    """One of several things that are asked comes back, and nothing else."""
    fails = [t for t in case.fails if t.by_value and t.error is None and not t.by_helper]
    if not fails or len(fails) < len(case.fails):
        return None
    if not all(isinstance(t.expected, tuple) for t in fails):
        return None
    count = len(fails[0].expected)
    if not 1 < count <= len(ORDINALS) or any(len(t.expected) != count for t in fails):
        return None
    if any(isinstance(t.received, (tuple, list, dict)) for t in fails):
        return None
    for i in range(count):
        if all(difference(t.received, t.expected[i]) is None for t in fails):
            return (
                f"You return only the {ORDINALS[i]} of the {count} things that are asked, and it "
                f"is right. `return {', '.join('abcdefgh'[:count])}` hands over "
                f"{'both' if count == 2 else 'all of them'}."
            )
    return None


def _is_like_array(received: list, expected: np.ndarray) -> bool:
    """Whether the list becomes an array of the shape that is asked."""
    try:
        return np.array(received).shape == expected.shape
    except ValueError:  # its parts have different lengths
        return False


def wrong_type(case: Case) -> str | None:
    trial = _first_by_value(case)
    if trial is not None and _are_no_truth_values(trial):
        return "You have numbers, others than 0 and 1, where True and False are asked."
    if trial is None or _comparable(trial.received, trial.expected):
        return None
    received, expected = _where_they_part(trial.received, trial.expected)
    if callable_name := _function_type(received):
        return f"You returned {callable_name} itself. Call it, with parentheses, to get its value."
    if received is None and trial.received is not None:
        return f"A part of your result is None, and {describe(expected)} is asked there."
    if received is None:
        return "Here your function returns nothing (None). Does every branch `return`?"
    found = difference(trial.received, trial.expected)
    inside = found is not None and found.where and not trial.by_helper
    has = "Inside your result stands" if inside else "You have"
    if isinstance(received, list) and isinstance(expected, np.ndarray):
        return (
            f"{has} a list where an array is asked. A list prints alike but has no arithmetic: "
            "`np.array` makes an array of it."
            if _is_like_array(received, expected)
            else f"{has} a list where an array is asked, and its parts make none of that shape: is "
            "one of them asked, or do they have to be joined?"
        )
    if isinstance(received, str) and is_number(expected) and not trial.by_helper:
        return f"You have a string where a number is asked{_without_quotes(received)}."
    if is_number(received) and isinstance(expected, np.ndarray):
        return (
            f"{has} a single number where an array is asked. Is something summed or picked over "
            "every axis, where one result an example, or an element, should remain? Or has only a "
            "part of the result come back?"
        )
    if isinstance(expected, np.ndarray) and "dtype <U" in getattr(received, "type_name", ""):
        return "Your array holds texts, and numbers, or True and False, are asked."
    if (
        isinstance(received, Unjudgeable)
        and isinstance(expected, dict)
        and "keys" in received.reason
    ):
        return (
            "The keys of your dict are no strings and no numbers. `for a, b in ...` takes a pair "
            "apart; a single name takes the pair as it is."
        )
    if trial.by_helper:
        return None
    if "dtype <U" in getattr(received, "type_name", ""):
        return f"{has} an array of texts where {describe(expected)} is asked."
    return f"{has} {describe(received)} where {describe(expected)} is asked."


def _without_quotes(text: str) -> str:
    """What would make a number of a text, if it is as good as one."""
    try:
        float(text)
    except ValueError:
        per_cent = text.strip().endswith("%")
        return ": per cent are written as a share, 37 % as 0.37, without quotes" if per_cent else ""
    return ": leave the quotes away"


def wrong_length(case: Case) -> str | None:
    trial = _first_by_value(case)
    found = difference(trial.received, trial.expected) if trial else None
    if found is None or found.kind not in ("length", "keys"):
        return None
    if trial.by_helper or trial.probe.startswith(("[", "{")):
        return None  # what the check collects is no list of the learner's
    if found.kind == "keys":
        return _other_keys(case)
    more = "more" if len(found.received) > len(found.expected) else "fewer"
    if not found.where:
        return f"Your {noun(found.received)} has {more} items than it should."
    return f"In your result, {found.where} has {more} items than it should."


def _other_keys(case: Case) -> str:
    """Which entries are missing, and which nobody asked for, if it is so in every test.

    Names that every test asks for are the task's; others may be values of hidden inputs.
    """
    fails = [t for t in case.fails if isinstance(t.expected, dict) and isinstance(t.received, dict)]
    asked = {frozenset(t.expected) for t in case.trials if isinstance(t.expected, dict)}
    plain = (
        "Your dict doesn't have the keys that are asked: which are missing, and which does nobody "
        "ask for?"
    )
    if fails and all(set(t.expected) < set(t.received) for t in fails):
        plain = "Your dict has all the keys that are asked, and more than these."
    elif fails and all(set(t.received) < set(t.expected) for t in fails):
        plain = "In your dict some of the keys that are asked are missing; it has no others."
    if len(asked) != 1 or len(fails) < 2:
        return plain
    lacks = {tuple(sorted(map(repr, set(t.expected) - set(t.received)))) for t in fails}
    more = {tuple(sorted(map(repr, set(t.received) - set(t.expected)))) for t in fails}
    if len(lacks) != 1 or len(more) != 1:
        return plain
    said = [
        f"{what} {', '.join(f'`{name}`' for name in names[:4])}"
        for what, (names,) in (("lacks", lacks), ("has", more))
        if names
    ]
    rest = ", which nobody asks for" if more != {()} else ""
    return f"Your dict {' and '.join(said)}{rest}: compare the names of its entries."


def _all_received_none(case: Case) -> bool:
    asked = [t for t in case.trials if t.error is None and t.expected is not None]
    return bool(case.fails) and bool(asked) and all(t.received is None for t in asked)


def _first_by_value(case: Case) -> Trial | None:
    return next((t for t in case.fails if t.error is None and t.by_value), None)


def _comparable(received: Any, expected: Any) -> bool:
    numeric = all(is_number(v) or isinstance(v, np.ndarray) for v in (received, expected))
    if numeric and np.size(received) == np.size(expected) == 1:
        return True  # a number in an array is a matter of axes
    found = difference(received, expected)
    return found is None or found.kind != "type"


def _are_no_truth_values(trial: Trial) -> bool:
    """Whether an array of numbers came, others than 0 and 1, where truth values are asked."""
    arrays = isinstance(trial.received, np.ndarray) and isinstance(trial.expected, np.ndarray)
    if not arrays or trial.by_helper or trial.expected.dtype.kind != "b":
        return False
    return trial.received.dtype.kind in "iuf" and not np.isin(trial.received, (0, 1)).all()


def _where_they_part(received: Any, expected: Any) -> tuple[Any, Any]:
    """The two values, or the two items in them that are of different kinds."""
    found = difference(received, expected)
    return (found.received, found.expected) if found else (received, expected)


def _function_type(value: Any) -> str:
    known = {
        "function",
        "method",
        "builtin_function_or_method",
        "ufunc",
        "_ArrayFunctionDispatcher",
    }
    name = value.type_name.rsplit(".", 1)[-1] if isinstance(value, Unjudgeable) else ""
    return "a function" if name in known else ""
