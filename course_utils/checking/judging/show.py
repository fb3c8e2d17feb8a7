"""Values as short text, the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.data.values import NO_DATA, Code, Unjudgeable

MOST_CHARACTERS = 300


def show(value: Any, digits: int = 5) -> str:
    """A value as the learner would write it, shortened: a few digits, at most a few rows."""
    return _shorten(_text(value, digits))


def show_both(a: Any, b: Any) -> tuple[str, str]:
    """Two values that are not the same, with as many digits as it takes to see that."""
    for digits in (5, 8, 12, 17):
        texts = show(a, digits), show(b, digits)
        if texts[0] != texts[1]:
            return texts
    return show(a), show(b)


def shape(value: Any) -> str:
    """` of shape (2, 3)` for an array with axes, `` for anything else."""
    return f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""


def _text(value: Any, digits: int) -> str:
    if isinstance(value, np.ndarray):
        return _array(value, digits)
    if isinstance(value, (float, np.floating)) and not isinstance(value, bool):
        return _float(float(value), digits)
    if isinstance(value, np.generic):
        return str(value.item())
    if isinstance(value, Code):
        return value.text
    if isinstance(value, Unjudgeable):
        name = value.type_name
        an = "an" if name[:1].lower() in "aeio" else "a"
        return f"{an} {name}" + ("" if value.reason == NO_DATA else f" ({value.reason})")
    if isinstance(value, list):
        return "[" + ", ".join(_text(item, digits) for item in value[:20]) + _more(value) + "]"
    if isinstance(value, tuple):
        inner = ", ".join(_text(item, digits) for item in value[:20]) + _more(value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        inner = ", ".join(f"{k!r}: {_text(v, digits)}" for k, v in list(value.items())[:20])
        return "{" + inner + _more(value) + "}"
    return repr(value)


def _array(value: np.ndarray, digits: int) -> str:
    with np.printoptions(precision=4, suppress=False, threshold=24, edgeitems=3, linewidth=88):
        formatter = {"float_kind": lambda x: _float(float(x), digits)}
        text = np.array2string(value, separator=", ", formatter=formatter)
    return text


def _float(x: float, digits: int) -> str:
    text = f"{x:.{digits}g}"
    plain = text.lstrip("-").isdigit()
    return f"{text}.0" if plain else text


def _more(items: Any) -> str:
    return f", … ({len(items)} in all)" if len(items) > 20 else ""


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
