"""Whether the first probe is the example of the task: learners compare the two."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.authoring.source import Draft
from course_utils.checking.data.question import Question
from course_utils.checking.data.values import Code, decode

# "For `x = [1, 2]` and `alpha = 0.1` the answer is `[2, 4]`, to three decimals."
EXAMPLE = re.compile(r"^For (?P<given>`.+?) the answer is (?P<answer>`[^`]+`|[-\d.]+\b)", re.M)
DECIMALS = ("no", "one", "two", "three", "four", "five", "six")
ROUNDED = re.compile(rf",? to (?P<count>{'|'.join(DECIMALS)}) decimals?")


def example_differs(draft: Draft, question: Question, answer: Any) -> Iterator[str]:
    """A warning for each input of the task's example that the first probe has otherwise, and one
    for its answer; nothing where the task has no example, or the probe is no plain call.
    """
    found = EXAMPLE.search(draft.prompt.source)
    seen = question.expected[0]
    if found is None or seen.inputs is None:
        return
    names = _parameters(answer)
    inputs = {
        names[int(key)] if key.isdigit() and int(key) < len(names) else key: decode(value)
        for key, value in seen.inputs
    }
    code = question.probes[0].code
    before = f"the task's example and the first probe, `{code}`, differ:"
    for name, said in _given(found["given"], next(iter(inputs), "")):
        if name in inputs and not _same(said, inputs[name], 0.0):
            yield f"{before} there `{name} = {said}`"
            return
    said = _literal(found["answer"].strip("`"))
    if said is not None and seen.value is not None:
        value = decode(seen.value)
        places = _places(found["answer"], draft.prompt.source[found.end() :])
        if not _same(said, value, 0.5001 * 10.0**-places):
            yield f"{before} the answer there is {found['answer']}, here {value}"


def _given(text: str, first: str) -> Iterator[tuple[str, Any]]:
    """The inputs of an example: names and values. first: the name of one that is given without."""
    for place, piece in enumerate(re.findall(r"`([^`]+)`", text)):
        name, _, value = piece.rpartition("=")
        said = _literal(value.strip())
        if said is not None and (name or place == 0):
            yield (name.strip() or first), said


def _places(answer: str, after: str) -> int:
    """How many decimals of an answer are meant: those that the sentence says, or that it shows.

    One or two may be all that the number has; three or more are taken for rounded.
    """
    if rounded := ROUNDED.match(after):
        return DECIMALS.index(rounded["count"])
    shown = max((len(digits) for digits in re.findall(r"\.(\d+)", answer)), default=0)
    return shown if shown >= 3 else 9


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None


def _parameters(function: Any) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def _same(said: Any, value: Any, tolerance: float) -> bool:
    """Whether two values show the same to a reader: arrays and lists, 1 and 1.0 are alike."""
    if isinstance(value, Code):
        return True  # code can't be read as a value
    if isinstance(said, (tuple, list)) and isinstance(value, (tuple, list)):
        pairs = zip(said, value, strict=False)
        return len(said) == len(value) and all(_same(s, v, tolerance) for s, v in pairs)
    try:
        one, other = np.asarray(said, dtype=complex), np.asarray(value, dtype=complex)
    except (TypeError, ValueError):
        return said == value
    return one.shape == other.shape and bool(
        np.allclose(one, other, rtol=1e-9, atol=tolerance or 1e-12, equal_nan=True)
    )
