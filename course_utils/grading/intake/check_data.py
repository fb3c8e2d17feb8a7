"""Check data that somebody or something damaged: refused before anything is graded by them."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from typing import Any

from course_utils.checking.data.question import CheckDataError, Exercise
from course_utils.checking.judging.judges import JUDGES


def refuse_unsound(exercise: Exercise) -> None:
    """Raise CheckDataError where the form is right and what it holds is not, as after a bad edit:
    a text in the place of a list, points that are no number, a name that is there twice."""
    wrong = _wrong(exercise, Exercise, exercise.name if isinstance(exercise.name, str) else "")
    if not wrong:
        judges = {probe.judge for question in exercise.questions for probe in question.probes}
        wrong = ", ".join(sorted(judges - JUDGES.keys()))
    names = [question.names[:1] for question in exercise.questions] if not wrong else []
    points = [question.points for question in exercise.questions] if not wrong else []
    fine = all(math.isfinite(p) and p >= 0 for p in points)
    if wrong or not names or () in names or len({*names}) < len(names) or not fine:
        place = f" ({wrong})" if wrong else ""
        raise CheckDataError(
            f"The check data of {exercise.name} are damaged{place}: each question needs a name of "
            "its own and points from 0 up. Put back the file that came with the exercise, or run "
            "`course build`."
        )


def _wrong(value: Any, kind: Any, where: str) -> str:
    """Where a value is not of its declared kind, "" if it is."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return ""
    if origin in (types.UnionType, typing.Union):
        return where if all(_wrong(value, one, where) for one in inner) else ""
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, kind):
            return where
        hints = typing.get_type_hints(kind)
        pairs = ((getattr(value, key), hint, key) for key, hint in hints.items())
        return next((found for v, h, key in pairs if (found := _wrong(v, h, key))), "")
    if origin is tuple:
        if not isinstance(value, tuple | list):
            return where
        kinds = [inner[0]] * len(value) if inner[-1] is ... else inner
        if len(kinds) != len(value):
            return where
        parts = zip(value, kinds, strict=True)
        return next((found for v, k in parts if (found := _wrong(v, k, where))), "")
    if origin is dict:
        if not isinstance(value, dict):
            return where
        return next((where for v in value.values() if _wrong(v, inner[1], where)), "")
    if kind is float:
        kind = int | float
    return "" if isinstance(value, kind) and not (value is True and kind is int) else where
