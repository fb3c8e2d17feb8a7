"""Values as short text, the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checking.values import Code, Unjudgeable

MOST_CHARACTERS = 300


def show(value: Any) -> str:
    """A value as the learner would write it, shortened: four digits, at most a few rows."""
    return _shorten(_text(value))


def shape(value: Any) -> str:
    """` of shape (2, 3)` for an array with axes, `` for anything else."""
    return f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, (float, np.floating)) and not isinstance(value, bool):
        return _float(float(value))
    if isinstance(value, np.generic):
        return str(value.item())
    if isinstance(value, Code):
        return value.text
    if isinstance(value, Unjudgeable):
        return f"a {value.type_name} ({value.reason})"
    if isinstance(value, list):
        return "[" + ", ".join(_text(item) for item in value[:20]) + _more(value) + "]"
    if isinstance(value, tuple):
        inner = ", ".join(_text(item) for item in value[:20]) + _more(value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        inner = ", ".join(f"{k!r}: {_text(v)}" for k, v in list(value.items())[:20])
        return "{" + inner + _more(value) + "}"
    return repr(value)


def _array(value: np.ndarray) -> str:
    with np.printoptions(precision=4, suppress=False, threshold=24, edgeitems=3, linewidth=88):
        formatter = {"float_kind": lambda x: _float(float(x))}
        text = np.array2string(value, separator=", ", formatter=formatter)
    return text


def _float(x: float) -> str:
    text = f"{x:.5g}"
    plain = text.lstrip("-").isdigit()
    return f"{text}.0" if plain else text


def _more(items: Any) -> str:
    return f", … ({len(items)} in all)" if len(items) > 20 else ""


def _shorten(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
