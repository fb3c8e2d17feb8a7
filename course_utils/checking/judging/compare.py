"""Two values side by side: are they the same, and if not, where is the first difference?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

# Relative and absolute tolerance of the coarser of two dtypes. The absolute one is a share of the
# largest expected value. Wide enough for another order of summation, never for another formula.
TOLERANCES = {2: (1e-2, 1e-3), 4: (1e-4, 1e-6), 8: (1e-6, 1e-9)}
# A half-precision value where the right one has more digits: it may be rounded once, at the end.
ROUNDED = (1e-3, 1e-4)


@dataclass(frozen=True)
class Difference:
    """The first place where two values differ.

    kind: "type", "length", "keys", "shape" or "value". where: in words, "" for the whole value.
    received, expected: the two parts that differ.
    """

    kind: str
    where: str
    received: Any
    expected: Any


def is_number(value: Any) -> bool:
    """Whether `value` is one number: Python's, NumPy's, or an array without axes."""
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return not isinstance(value, (np.str_, np.bytes_))
    return isinstance(value, np.ndarray) and value.ndim == 0


def difference(
    received: Any, expected: Any, rtol: float | None = None, atol: float | None = None
) -> Difference | None:
    """The first difference between two judgeable values, or None if they agree.

    Lists and tuples of the same content agree, and so do numbers and arrays of another dtype when
    their values agree within the tolerance of the coarser dtype (`TOLERANCES`, wider for large
    arrays; `ROUNDED` where only the received one is of half precision); `rtol` and `atol` replace
    it. NaN agrees with NaN, and -0.0 with 0.0.
    """
    if is_number(expected) or isinstance(expected, np.ndarray):
        return _number_difference(received, expected, rtol, atol)
    if isinstance(expected, (list, tuple)):
        if not isinstance(received, (list, tuple)):
            return Difference("type", "", received, expected)
        return _sequence_difference(received, expected, rtol, atol)
    if isinstance(expected, dict):
        if not isinstance(received, dict):
            return Difference("type", "", received, expected)
        return _dict_difference(received, expected, rtol, atol)
    if type(received) is not type(expected):
        return Difference("type", "", received, expected)
    return None if received == expected else Difference("value", "", received, expected)


def _number_difference(received, expected, rtol, atol) -> Difference | None:
    both_numbers = is_number(received) and is_number(expected)
    both_arrays = isinstance(received, np.ndarray) and isinstance(expected, np.ndarray)
    if not (both_numbers or both_arrays):
        return Difference("type", "", received, expected)
    a, b = np.asarray(received), np.asarray(expected)
    if a.dtype.kind not in "biufc":  # an integer beyond 64 bits
        return None if received == expected else Difference("value", "", received, expected)
    if a.shape != b.shape:
        return Difference("shape", "", received, expected)
    wrong = ~agree(a, b, rtol, atol)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Difference("value", place(index), a[index], b[index])


def agree(
    a: np.ndarray, b: np.ndarray, rtol: float | None = None, atol: float | None = None
) -> np.ndarray:
    """Elementwise: is `a` as close to the expected `b` as their dtypes allow? Same shapes."""
    if a.dtype.kind in "biu" and b.dtype.kind in "biu" and rtol is None and atol is None:
        return np.asarray(a == b)
    sizes = [x.dtype.itemsize // (2 if x.dtype.kind == "c" else 1) for x in (a, b) if _inexact(x)]
    coarse = min([s for s in sizes if s in TOLERANCES], default=8)
    default_rtol, default_share = TOLERANCES[coarse]
    if a.dtype == np.float16 != b.dtype:
        default_rtol, default_share = ROUNDED
    growth = max(1.0, b.size / 1000) ** 0.5  # rounding errors of long sums add up like this
    wide_a, wide_b = (x.astype(complex if x.dtype.kind == "c" else float) for x in (a, b))
    finite = np.abs(wide_b[np.isfinite(wide_b)])
    largest = float(finite.max()) if finite.size else 0.0
    rtol = default_rtol * growth if rtol is None else rtol
    atol = max(default_share * growth * largest, 1e-12) if atol is None else atol
    return np.isclose(wide_a, wide_b, rtol=rtol, atol=atol, equal_nan=True)


def _inexact(x: np.ndarray) -> bool:
    return x.dtype.kind in "fc"


def place(index: tuple[int, ...]) -> str:
    """An array index in words: `row 0, column 3`."""
    if len(index) == 0:
        return ""
    if len(index) == 1:
        return f"entry {index[0]}"
    if len(index) == 2:
        return f"row {index[0]}, column {index[1]}"
    return f"index {index}"


def _sequence_difference(received, expected, rtol, atol) -> Difference | None:
    if len(received) != len(expected):
        return Difference("length", "", received, expected)
    for i, (a, b) in enumerate(zip(received, expected, strict=True)):
        found = difference(a, b, rtol, atol)
        if found:
            return _inside(f"the {ordinal(i)} {noun(b)}", found)
    return None


def _dict_difference(received, expected, rtol, atol) -> Difference | None:
    if set(received) != set(expected):
        return Difference("keys", "", sorted(map(str, received)), sorted(map(str, expected)))
    for key, b in expected.items():
        found = difference(received[key], b, rtol, atol)
        if found:
            return _inside(f"the {noun(b)} at key {key!r}", found)
    return None


def _inside(outer: str, found: Difference) -> Difference:
    where = f"{outer}, {found.where}" if found.where else outer
    return Difference(found.kind, where, found.received, found.expected)


def ordinal(i: int) -> str:
    """The place `i`, counted from 0, in words: "first", "second", ..."""
    if i < len(ORDINALS):
        return ORDINALS[i]
    teens = (i + 1) // 10 % 10 == 1
    return f"{i + 1}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get((i + 1) % 10, 'th')}"


def noun(value: Any) -> str:
    """What to call a value in a sentence: "array", "number", "list", …"""
    if isinstance(value, np.ndarray) and value.ndim:
        return "array"
    if isinstance(value, (bool, np.bool_)):
        return "truth value"
    if is_number(value):
        return "number"
    names = {str: "string", list: "list", tuple: "tuple", dict: "dict", type(None): "None"}
    return names.get(type(value), type(value).__name__)
