"""What a learner's function gives back, beside what the solution's does: kinds, parts and shapes.

The check may do much with a result before it sees that it can't be used, or compare only what it
made of it. Here the two results themselves are looked at.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from course_utils.checking.judging.compare import ordinal
from course_utils.checking.judging.judges import describe, read_tuple
from course_utils.learning.near.search import Search

MOST_PARTS = 10
DRAWS = re.compile(r"\brng\.")  # another draw may have another size


def other_kind(search: Search, tree: ast.Module, place: int, *, exact: bool) -> str:
    """A sentence on what a function gives first in one test, if it is of another kind; else "".

    tree: the answer's functions. It says what is so, whether or not the check minds. exact: whether
    its parts must be like the solution's; a draw may have another length.
    """
    if len(search.question.names) != 1:
        return ""
    given = [_first(search, program, place) for program in (tree, search.question.answer)]
    if not all(given):
        return ""
    (mine,), (theirs,) = given
    mine = read_tuple(mine, theirs)
    name = f"`{search.question.name}`"
    if _kind(mine) != _kind(theirs):
        return f"{name} returned {describe(mine)}; the solution returns {describe(theirs)}."
    if isinstance(theirs, tuple) and isinstance(mine, np.ndarray) and mine.ndim > 1:
        return f"{name} returned {describe(mine)}; the solution returns {describe(theirs)}."
    if isinstance(theirs, tuple) and len(mine) != len(theirs):
        return f"{name} returned {len(mine)} parts; the solution returns {len(theirs)}."
    if not exact or DRAWS.search(search.question.answer):
        return ""  # what of it is free, only the task says
    parts = [(mine, theirs)]
    if isinstance(theirs, (list, tuple)) and len(mine) == len(theirs) <= MOST_PARTS:
        parts = list(zip(mine, theirs, strict=True))
    for number, (a, b) in enumerate(parts):
        which = f"The {ordinal(number)} part of what {name} returned" if len(parts) > 1 else name
        arrays = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
        if _kind(a) != _kind(b) or (arrays and a.shape != b.shape):
            said = "is" if len(parts) > 1 else "returned"
            right = "it is" if len(parts) > 1 else "it returns"
            return f"{which} {said} {describe(a)}; in the solution {right} {describe(b)}."
    return ""


def _first(search: Search, program: ast.Module | str, place: int) -> list[Any]:
    """What a program's function gives back first in one test, as a list of one; or an empty one."""
    name, space = search.question.name, search.space
    before, found = space.get(name), []
    try:
        exec(compile(program, "<an answer>", "exec"), space)
        function = space[name]
        if isinstance(function, type):
            return []

        under_way = []  # calls, of which an inner one may be of the function itself

        def heard(*arguments: Any, **keywords: Any) -> Any:
            under_way.append(name)
            try:
                value = function(*arguments, **keywords)
            finally:
                under_way.pop()
            found.extend([] if under_way else [value])
            return value

        space[name] = heard
        search.see(place)
    except Exception:
        return []
    finally:
        space[name] = before
    return found[:1]


def _kind(value: Any) -> str:
    """Kinds that are told apart: a list, a tuple and an array may stand for one another."""
    if isinstance(value, np.ndarray) and not value.ndim:
        return "number"
    if isinstance(value, (list, tuple, np.ndarray)):
        return "row"
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        return "number"
    plain = value is None or isinstance(value, (str, dict)) or hasattr(value, "__next__")
    return type(value).__name__ if plain else "other"
