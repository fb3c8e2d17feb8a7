"""Measure outside: turn the plain values that an answer gave into what is judged.

An author's function does it, and it is never run beside an answer: neither its code nor the labels
or bounds that it is called with are where a submission could find or change them.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Probe, Question
from course_utils.checking.data.values import Unjudgeable, are_small, decode, encode
from course_utils.checking.judging.judges import describe

TIMES, ROOM = 10, 20_000  # how much larger than the right answer's a value may be to be measured
NO_DATA = "give numbers, arrays or lists, which can be looked at more than once"
_ONE_AT_A_TIME = threading.Lock()  # what warnings are shown is set for all threads of a process


def measured(question: Question, answer: Answer) -> Answer:
    """The answer with what its measures give in the place of the values that they are given.

    What was measured before, an error, and what is no plain value stay as they are.
    """
    if not answer.observations or not any(probe.measure for probe in question.probes):
        return answer
    triples = zip(question.probes, answer.observations, question.expected, strict=True)
    seen = (
        measure(question.outside, probe, one, right.beside, right.measured_from)
        for probe, one, right in triples
    )
    return replace(answer, observations=tuple(seen))


def measure(
    outside: str, probe: Probe, seen: Observation, beside: dict[str, Any], usual: int | None = None
) -> Observation:
    """One observation with its value measured by the function that the probe names.

    outside: the source of the functions. beside: the other arguments, encoded. usual: the size of
    the right answer's value; one that is far larger is not measured, since a measure may take time
    and memory that grow with it.
    """
    if not probe.measure or seen.error is not None or seen.measured_from is not None:
        return seen
    value = decode(seen.value)
    if isinstance(value, Unjudgeable):
        return seen
    size = size_of(seen.value)
    if usual is not None and size > TIMES * usual + ROOM:
        return raised(seen, "ValueError", "your value is far larger than it should be")
    positional = [decode(beside[key]) for key in sorted(beside, key=_place) if key.isdigit()]
    keywords = {key: decode(given) for key, given in beside.items() if not key.isdigit()}
    try:
        with _quiet():
            result = functions(outside)[probe.measure](value, *positional, **keywords)
    except Exception as error:
        if (part := _opaque(value)) is not None:
            texts = part.type_name.startswith("array of dtype <U")
            stands = "an array of texts" if texts else f"{describe(part)}: {NO_DATA}"
            message = f"in what comes back stands {stands}"
            return raised(seen, "ValueError", message)
        return raised(seen, type(error).__name__, str(error)[:500])
    return replace(seen, value=encode(result), measured_from=size)


def _opaque(value: Any) -> Unjudgeable | None:
    """What in a value is no data, such as a generator or a set; None if all of it is."""
    if isinstance(value, Unjudgeable):
        return value
    inside = list(value.values()) if isinstance(value, dict) else value
    parts = map(_opaque, inside) if isinstance(inside, (list, tuple)) else ()
    return next((part for part in parts if part is not None), None)


def raised(seen: Observation, kind: str, message: str) -> Observation:
    """The observation of a value that can't be measured, with the error that says why."""
    error = {"kind": kind, "message": message, "line": None, "source": "", "measured": True}
    return replace(seen, value=None, error=error, measured_from=size_of(seen.value))


@functools.lru_cache(maxsize=128)
def functions(outside: str) -> dict[str, Callable]:
    """The outside functions by name. They see `np`, each other, and what they import themselves."""
    space: dict[str, Any] = {"np": np, "__name__": "outside"}
    exec(compile(outside, "<measured outside>", "exec"), space)
    names = (getattr(node, "name", "") for node in ast.parse(outside).body)
    return {name: space[name] for name in names if name}


def size_of(encoded: Any) -> int:
    """About how many characters an encoded value has; of an array also how many places.

    An axis of length 0 counts as one of length 1, since the others may be of any length.
    """
    if isinstance(encoded, str):
        return len(encoded) + 2
    if isinstance(encoded, dict):
        places = 0
        if isinstance(encoded.get("shape"), list):
            places = math.prod(max(1, int(side)) for side in encoded["shape"])
        return places + sum(len(key) + size_of(item) for key, item in encoded.items())
    if isinstance(encoded, list) and are_small(encoded):
        return (8 + 2) * len(encoded)
    if isinstance(encoded, list):
        return sum(size_of(item) + 2 for item in encoded)
    return 8


def _place(key: str) -> int:
    return int(key) if key.isdigit() else -1


@contextlib.contextmanager
def _quiet():
    with _ONE_AT_A_TIME, warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        yield
