"""Recognize a wrong answer that is known by its values: a misconception, or a general slip."""

from __future__ import annotations

from typing import Any

from course_utils.checking.compare import difference
from course_utils.checking.judges import choice, close, order
from course_utils.checking.question import Probe, Question, WrongAnswer
from course_utils.checking.values import Unjudgeable, decode

LOOSE = 1e-3


def recognize(
    question: Question, observations: tuple[dict[str, Any], ...]
) -> tuple[int, WrongAnswer] | None:
    """The known wrong answer that was observed, and its place among the known; None if none.

    First one that gives the same on every probe. Else one that fails the same probes and gives
    nearly the same on each: other rounding, another text of an error, right values of other code.
    """
    twin = same_values(question, question.wrong_answers, observations)
    if twin is not None:
        return twin
    for index, wrong in enumerate(question.wrong_answers):
        if wrong.values and _same_failures(question, observations, wrong):
            return index, wrong
    return None


def same_values(
    question: Question, known: tuple[WrongAnswer, ...], observations: tuple[dict[str, Any], ...]
) -> tuple[int, WrongAnswer] | None:
    """The first of the known wrong answers that gives the same on every probe, and its place."""
    for index, wrong in enumerate(known):
        if wrong.values and _all_same(question, observations, wrong):
            return index, wrong
    return None


def same_observation(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Whether two observations show the same value, or the same error, and the same changes."""
    if "error" in a or "error" in b:
        return _same_error(a, b) and a["error"].get("message") == b["error"].get("message")
    if bool(a.get("changed")) != bool(b.get("changed")):
        return False
    return difference(decode(a["value"]), decode(b["value"])) is None


def _all_same(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    return all(same_observation(a, b) or _same_answer(p, a, b, e) for p, a, b, e in rows)


def _same_answer(probe: Probe, seen: dict, known: dict, expected: dict) -> bool:
    """Whether the probe's own judge would take the one for the other: "B)" for "b", 0.06 for 1/16.

    Only where a value itself is asked, not a function that gives it.
    """
    if "inputs" in expected or "error" in seen or "error" in known:
        return False
    if bool(seen.get("changed")) != bool(known.get("changed")):
        return False
    judge = {"choice": choice, "order": order, "close": close}.get(probe.judge)
    if judge is None:
        return False
    got, wrong = decode(seen["value"]), decode(known["value"])
    if isinstance(got, Unjudgeable) or isinstance(wrong, Unjudgeable):
        return False
    return judge(got, wrong, **(_tolerance(expected) if judge is close else {})) is None


def _tolerance(expected: dict) -> dict[str, float]:
    arguments = expected.get("arguments", {})
    return {key: decode(arguments[key]) for key in ("rtol", "atol") if key in arguments}


def _same_failures(question: Question, observations: tuple, wrong: WrongAnswer) -> bool:
    """Whether both fail the same probes, and show nearly the same in each, one value at least."""
    telling = False
    rows = zip(question.probes, observations, wrong.values, question.expected, strict=True)
    for probe, seen, known, expected in rows:
        if probe.judge not in ("close", "exact"):
            if not same_observation(seen, known):
                return False
            continue
        fails = not _right(seen, expected), not _right(known, expected)
        if fails[0] != fails[1]:
            return False
        if fails[0] and not _nearly(seen, known):
            return False
        telling = telling or (fails[0] and _tells(seen))
    return telling


def _right(seen: dict, expected: dict) -> bool:
    if "error" in seen or "error" in expected:
        return _same_error(seen, expected)
    got, right = decode(seen["value"]), decode(expected["value"])
    return difference(got, right, **_tolerance(expected)) is None


def _nearly(seen: dict, known: dict) -> bool:
    if "error" in seen or "error" in known:
        return _same_error(seen, known)
    return difference(decode(seen["value"]), decode(known["value"]), LOOSE) is None


def _same_error(a: dict, b: dict) -> bool:
    return a.get("error", {}).get("kind") == b.get("error", {}).get("kind")


def _tells(seen: dict) -> bool:
    """Whether the value says something: not an error, None, or what could not be judged."""
    value = decode(seen["value"]) if "value" in seen else None
    return value is not None and not isinstance(value, Unjudgeable)
