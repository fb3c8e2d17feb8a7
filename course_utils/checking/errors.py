"""A sentence of help for the exceptions that learners meet most."""

from __future__ import annotations

import builtins
import re
from typing import Any

import numpy as np


def explain_error(error: dict[str, Any]) -> str:
    """Help for an exception as `describe_error` wrote it down; "" if there is none to give."""
    kind, message = error.get("kind", ""), error.get("message", "")
    for wanted, pattern, sentence in _HELP:
        found = re.search(pattern, message)
        if kind == wanted and found:
            return sentence.format(*found.groups(), missing=error.get("missing") or "a name")
    return ""


def error_name(error: dict[str, Any]) -> str:
    """The exception's name if it is one of Python's or NumPy's; a name of the answer's own making
    may hold anything, a hidden input too."""
    kind = str(error.get("kind", ""))
    known = getattr(builtins, kind, None) or getattr(np.exceptions, kind, None)
    known = known or getattr(np.linalg, kind, None)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    return kind if is_known else "an exception"


_HELP = (
    (
        "NameError",
        "",
        "`{missing}` is not known here. If a cell above defines it, run that cell; if not, look "
        "for a misspelling, or for a name that should be an argument.",
    ),
    (
        "UnboundLocalError",
        "",
        "A name that is assigned inside a function is local to all of it; it was used before its "
        "first assignment.",
    ),
    (
        "ValueError",
        r"matmul.*size (\d+) is different from (\d+)",
        "`A @ B` needs as many columns in A as B has rows, and here they are {1} and {0}. Write "
        "both shapes down; perhaps the order is wrong, or one must be transposed.",
    ),
    (
        "ValueError",
        r"shapes \(([\d, ]*)\) and \(([\d, ]*)\) not aligned",
        "The inner lengths of a product must agree, and the shapes are ({0}) and ({1}).",
    ),
    (
        "ValueError",
        r"could not be broadcast together with shapes \(([\d, ]*)\) \(([\d, ]*)\)",
        "Shapes ({0}) and ({1}) don't fit: aligned at the right, each pair of lengths must be "
        "equal or one of them 1. `keepdims=True` often helps.",
    ),
    (
        "ValueError",
        r"truth value of an array",
        "An array has no single truth value, so `if` can't decide for all elements at once: use "
        "`np.where`, or a mask such as `z > 0`.",
    ),
    (
        "ValueError",
        r"assignment destination is read-only",
        "This array may only be read. Make a new one instead of writing into it.",
    ),
    (
        "TypeError",
        r"takes (\d+) positional arguments? but (\d+) (?:was|were) given",
        "It takes {0} and was called with {1}. In a class the first parameter is `self`.",
    ),
    (
        "TypeError",
        r"missing (\d+) required positional argument",
        "The call gives fewer arguments than your function asks for; keep the parameters of the "
        "starter code.",
    ),
    (
        "TypeError",
        r"only (?:length-1|0-dimensional|size-1) arrays can be converted",
        "A function of the `math` module takes one number; NumPy's function of the same name takes "
        "a whole array.",
    ),
    (
        "TypeError",
        r"'NoneType' object",
        "Something is None: a function that doesn't `return`, or a method that works in place.",
    ),
    (
        "TypeError",
        r"'ellipsis'",
        "The placeholder `...` is still in your code.",
    ),
    (
        "IndexError",
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "Axis {1} has {2} elements, counted from 0, so there is no index {0}.",
    ),
    (
        "IndexError",
        r"too many indices",
        "The array has fewer axes than you index; print its shape. A single example may come "
        "without the axis of the batch.",
    ),
    (
        "AxisError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "The array has {1} axes, so there is no axis {0}; axis -1 is always the last.",
    ),
    (
        "AttributeError",
        r"'(\w+)' object has no attribute '(\w+)'",
        "A {0} has no `{1}`. Was an array meant (`np.asarray`), or is `self.{1}` set in `__init__` "
        "under another name?",
    ),
    (
        "ZeroDivisionError",
        "",
        "Something is divided by 0. For which input, and what should come out then?",
    ),
    (
        "RecursionError",
        "",
        "The function calls itself without end: which input should stop it?",
    ),
    (
        "SyntaxError",
        "",
        "Python can't read the cell: look at the line named, and the one before it, for a missing "
        "bracket, colon or quote.",
    ),
    (
        "IndentationError",
        "",
        "The indentation doesn't fit: the body of a function stands four spaces to the right.",
    ),
    (
        "ModuleNotFoundError",
        "",
        "This module isn't there. It may be missing on this machine, or not be allowed in this "
        "question.",
    ),
    (
        "SystemExit",
        "",
        "Your code ends the program (`exit()` or `sys.exit()`); an answer should return.",
    ),
)
