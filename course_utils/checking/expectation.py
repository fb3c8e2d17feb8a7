"""What right and wrong code give for a seed: the expected values. Runs trusted code only."""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.answer import given_namespace
from course_utils.checking.judges import PREPARE
from course_utils.checking.observe import observe
from course_utils.checking.probes import ProbeError
from course_utils.checking.question import CheckDataError, Exercise, Probe, Question, WrongAnswer
from course_utils.checking.run import run_cell
from course_utils.checking.values import encode


def renew(exercise: Exercise, seed: int) -> Exercise:
    """The same exercise with the values that another seed gives, for right and wrong answers.

    Raises CheckDataError for a classroom edition, which has no answers to compute them from.
    """
    closed = [question.name for question in exercise.questions if not question.released]
    if closed:
        raise CheckDataError(
            f"The check data of {exercise.name} has no answer to `{closed[0]}`: it is a classroom "
            "edition. Grade with the check data of the full course."
        )
    given = given_namespace(exercise.given)
    namespace = dict(given)
    questions = []
    for question in exercise.questions:
        run_cell(question.answer, f"<cell {question.answer_id}>", namespace)
        questions.append(_renew(question, namespace, given, seed))
    return replace(exercise, seed=seed, questions=tuple(questions))


def _renew(question: Question, namespace: dict, given: dict, seed: int) -> Question:
    def answers(space: dict[str, Any]) -> dict[str, Any]:
        return {**given, **{name: space[name] for name in question.names if name in space}}

    def values(wrong: WrongAnswer) -> tuple[dict[str, Any], ...]:
        space = answers(run_variant(wrong.code, namespace, "variant"))
        seen = observe(question.names, question.probes, space, helpers=question.helpers, seed=seed)
        return for_recognition(seen)

    expected = expectation(
        question.names, question.probes, question.helpers, answers(namespace), seed
    )
    wrong_answers = tuple(replace(w, values=values(w)) for w in question.wrong_answers)
    return replace(question, expected=tuple(expected), wrong_answers=wrong_answers)


def run_variant(code: str, namespace: dict[str, Any], label: str) -> dict[str, Any]:
    """A copy of `namespace` in which `code` has been run, so that the original is untouched."""
    space = {
        name: copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict, set)) else value
        for name, value in namespace.items()
        if name != "__builtins__"
    }
    with contextlib.redirect_stdout(io.StringIO()):
        run_cell(code, f"<cell {label}>", space)
    return space


def expectation(
    names: Iterable[str],
    probes: tuple[Probe, ...],
    helpers: str,
    namespace: dict[str, Any],
    seed: int,
) -> list[dict[str, Any]]:
    """What the right answer gives for each probe, and the arguments that its judge needs.

    Raises ProbeError if these arguments, or the helper code, can't be evaluated.
    """
    observations = observe(names, probes, namespace, helpers=helpers, seed=seed)
    space = {**namespace, "np": np, "seed": seed}
    try:
        run_cell(helpers, "<the check's own code>", space)
    except Exception as error:
        raise ProbeError(f"its helper code raises {type(error).__name__}: {error}") from error
    for i, (probe, observation) in enumerate(zip(probes, observations, strict=True)):
        if "seconds" in observation:
            observation["seconds"] = _roughly(observation["seconds"])
        if probe.arguments:
            observation["arguments"] = _judge_arguments(probe, space, [seed, i])
    return observations


def _roughly(seconds: float) -> float:
    """The next larger of a few steps, so that building twice writes the same bytes."""
    return next((step for step in (0.001, 0.01, 0.1, 1.0) if seconds <= step), 10.0)


def _judge_arguments(probe: Probe, space: dict[str, Any], seed: list[int]) -> dict[str, Any]:
    space = {**space, "rng": np.random.default_rng(seed)}
    try:
        values = {key: eval(code, space) for key, code in probe.arguments.items()}
        if probe.judge in PREPARE:
            prepared = PREPARE[probe.judge](*values.values())
            values = {str(i): value for i, value in enumerate(prepared)}
    except Exception as error:
        raise ProbeError(
            f"`{probe.code}`: what follows the expression raises {type(error).__name__}: {error}. "
            "It is evaluated apart from the expression, so a name given there with `:=` is not "
            "known; assign it on a line of its own"
        ) from error
    return {key: encode(value) for key, value in values.items()}


def for_recognition(observations: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """What is needed to recognize the same observations again, without times and inputs."""

    def essence(seen: dict[str, Any]) -> dict[str, Any]:
        essential = {key: seen[key] for key in ("value", "error") if key in seen}
        return essential | ({"changed": seen["changed"]} if seen.get("changed") else {})

    return tuple(essence(seen) for seen in observations)
