"""What right and wrong code give for a seed: the expected values. Runs trusted code only."""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Observation
from course_utils.checking.data.question import (
    CheckDataError,
    Exercise,
    Probe,
    Question,
    Task,
    WrongAnswer,
)
from course_utils.checking.data.values import encode
from course_utils.checking.expecting.probes import ProbeError
from course_utils.checking.judging.judges import PREPARE
from course_utils.checking.observing.answer import given_namespace
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.run import run_cell


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

    def values(wrong: WrongAnswer) -> tuple[Observation, ...]:
        space = answers(run_variant(wrong.code, namespace, "variant"))
        return for_recognition(observe(question.task, space, seed))

    expected = expectation(question.task, question.probes, answers(namespace), seed)
    wrong_answers = tuple(replace(w, values=values(w)) for w in question.wrong_answers)
    return replace(question, expected=expected, wrong_answers=wrong_answers)


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
    task: Task,
    probes: tuple[Probe, ...],
    namespace: dict[str, Any],
    seed: int,
    begins: Callable[[int], None] = lambda _: None,
) -> tuple[Observation, ...]:
    """What the right answer gives for each probe, and the arguments that its judge needs.

    probes: those of the task, with their judges. begins: as `observe` calls it.

    Raises ProbeError if these arguments, or the helper code, can't be evaluated.
    """
    observations = observe(task, namespace, seed, begins)
    space = {**namespace, "np": np, "seed": seed}
    try:
        run_cell(task.helpers, "<the check's own code>", space)
    except Exception as error:
        raise ProbeError(f"its helper code raises {type(error).__name__}: {error}") from error
    pairs = zip(probes, observations, strict=True)
    return tuple(
        replace(
            seen,
            seconds=None,  # no clock's word is in the data: building twice writes the same bytes
            unsteady=None,
            arguments=_judge_arguments(probe, space, [seed, i]) if probe.arguments else {},
        )
        for i, (probe, seen) in enumerate(pairs)
    )


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


def for_recognition(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """What is needed to recognize the same observations again, without times, inputs and code."""
    return tuple(
        without_place(Observation(value=seen.value, error=seen.error, changed=seen.changed))
        for seen in observations
    )


def without_place(seen: Observation) -> Observation:
    """The observation without the line of an answer that raised: check data are for learners, too,
    and this is code of an answer."""
    if seen.error is None:
        return seen
    error = {key: value for key, value in seen.error.items() if key not in ("line", "source")}
    return replace(seen, error=error)
