"""What a user passes in, as numbers that can be computed with, or an error that names it."""

import operator

import numpy as np


def floating(values):
    """An array of floating point numbers: whole numbers and lists become one, float16 stays.

    In whole numbers half of a mathematical function is lost: sigmoid(1) would be 0.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return values
    values = np.asarray(values)
    return values if values.dtype.kind == "f" else single(values)


def single(values):
    """An array of float32 or better: sums of float16 overflow at 65,504."""
    values = np.asarray(values)
    if values.dtype.char in "fd":  # asked in every step of training, and right nearly always
        return values
    if values.dtype.kind not in "fiub":
        raise TypeError(f"expected numbers, got an array of {values.dtype.name}")
    return np.asarray(values, dtype=np.result_type(values.dtype, np.float32))


def array_of(owner, values, dtype):
    """values as an array of dtype; raises TypeError that names the owner for what is no number."""
    try:
        return np.asarray(values, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise TypeError(
            f"{owner}: expected numbers in equally long rows ({error}). Words need whole numbers: "
            "np.unique(words, return_inverse=True)[1]"
        ) from None


def whole(expectation, values):
    """The array values as int; raises ValueError, which begins with `expectation`, for halves."""
    with np.errstate(invalid="ignore"):  # nan becomes some number, which is not equal to it
        numbers = values.astype(int, copy=False)
    others = values[numbers != values]
    if others.size:
        raise ValueError(f"{expectation}, got some like {others[0]}")
    return numbers


def first_not_finite(values):
    """The index of the first nan or infinity in an array of numbers, or None."""
    if values.dtype.kind != "f" or np.isfinite(values.sum()):  # one pass, which settles most cases
        return None
    places = np.argwhere(~np.isfinite(values))
    return tuple(map(int, places[0])) if len(places) else None


def positive_integer(owner, argument, value):
    """`value` as an int; raises ValueError for anything but a whole number above zero."""
    whole = not isinstance(value, bool) and hasattr(value, "__index__")
    if not whole or operator.index(value) < 1:
        raise ValueError(
            f"{owner}: expected {argument} to be a whole number above 0, got {value!r}"
        )
    return operator.index(value)


def number_between(owner, argument, value, least=0.0, below=np.inf):
    """`value` as a float; raises ValueError unless it is one number with least <= value < below."""
    try:
        number = float(value) if not isinstance(value, str | bytes | bool) else np.nan
    except (TypeError, ValueError):
        number = np.nan
    if not least <= number < below:
        limits = f"{least:g} <= {argument}" + ("" if below == np.inf else f" < {below:g}")
        raise ValueError(f"{owner}: expected {argument} with {limits}, got {value!r}")
    return number
