"""What right and wrong code give for a seed: the expected values. Runs trusted code only."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import (
    CheckDataError,
    Exercise,
    Probe,
    Question,
    Task,
    WrongAnswer,
    seed_inside,
)
from course_utils.checking.data.values import encode
from course_utils.checking.expecting.probes import ProbeError
from course_utils.checking.judging.judges import PREPARE
from course_utils.checking.judging.measure import functions, measure, measured
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

    expected = expectation(
        question.task, question.probes, answers(namespace), seed, outside=question.outside
    )
    for probe, before, now in zip(question.probes, question.expected, expected, strict=True):
        if now.error and not before.error:  # every answer that raises the same would be right
            error = f"{now.error['kind']}: {now.error['message']}"
            raise CheckDataError(
                f"The right answer to `{question.name}` can't be tried with this seed: "
                f"`{probe.shown}` raises {error}. Please tell the course; another seed may do."
            )
    question = replace(question, expected=expected)

    def values(wrong: WrongAnswer) -> tuple[Observation, ...]:
        space = answers(run_variant(wrong.code, namespace, "variant"))
        seen = Answer(True, observe(question.task, space, seed_inside(seed)))
        return for_recognition(measured(question, seen).observations)

    wrong_answers = tuple(replace(w, values=values(w)) for w in question.wrong_answers)
    return replace(question, wrong_answers=wrong_answers)


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
    outside: str = "",
) -> tuple[Observation, ...]:
    """What the right answer gives for each probe, measured, and what its judge and measure need.

    probes: those of the task, with their judges. begins: as `observe` calls it. outside: the source
    of what is marked `@outside`. What it makes has another seed than what runs beside answers.

    Raises ProbeError if an input or argument that is made outside, or the helper code, can't be
    evaluated.
    """
    try:
        named = set(functions(outside))
    except Exception as error:
        raise ProbeError(f"its outside code raises {type(error).__name__}: {error}") from error
    table = _Table(namespace, task.helpers, outside, named, seed)
    for probe in probes:
        _refuse_answer_inside(probe, task.names)
    handed = [table.handed(probe, i) for i, probe in enumerate(probes)]
    if any(handed):
        task = replace(task, handed=tuple(handed))
    observations = observe(task, namespace, seed_inside(seed), begins)
    found = []
    for i, (probe, seen) in enumerate(zip(probes, observations, strict=True)):
        beside = table.arguments(probe, i, probe.beside) if probe.beside else {}
        seen = measure(outside, probe, seen, beside)
        arguments = table.arguments(probe, i, probe.arguments, probe.judge)
        # No clock's word is in the data: building twice writes the same bytes.
        seen = replace(seen, seconds=None, unsteady=None, handed=handed[i])
        found.append(replace(seen, arguments=arguments, beside=beside))
    return tuple(found)


class _Table:
    """Where all is at hand that the probes of a question name, and nothing of a learner's."""

    def __init__(
        self, namespace: dict[str, Any], helpers: str, outside: str, named: set[str], seed: int
    ) -> None:
        self._named, self._seed = named, seed
        self._inside = {**namespace, "np": np, "seed": seed_inside(seed)}
        self._outside: dict[str, Any] = {**namespace, "np": np, "seed": seed}
        try:
            run_cell(helpers, "<the check's own code>", self._inside)
            if named:
                run_cell(helpers, "<the check's own code>", self._outside)
                run_cell(outside, "<outside>", self._outside)
        except Exception as error:
            raise ProbeError(f"its helper code raises {type(error).__name__}: {error}") from error

    def handed(self, probe: Probe, place: int) -> tuple[Any, ...]:
        """The inputs of a probe that are made outside, encoded."""
        made = []
        for code in probe.handed:
            value = _evaluated(probe, code, self._space(place, True))
            made.append(encode(value))
            if '"unjudgeable"' in json.dumps(made[-1]):
                raise ProbeError(
                    f"`{probe.code}`: `{code}` is made outside and holds something other than "
                    "numbers, texts, arrays, lists, tuples and dicts, so it can't be handed in"
                )
        return tuple(made)

    def arguments(
        self, probe: Probe, place: int, sources: dict[str, str], judge: str = ""
    ) -> dict[str, Any]:
        """Arguments of a measure, or of the judge that is named, encoded."""
        space = self._space(place, False)
        values = {}
        for key, code in sources.items():
            apart = not judge or self._named & _names_in(code)
            values[key] = _evaluated(probe, code, self._space(place, True) if apart else space)
        if judge in PREPARE and values:
            prepared = _prepared(probe, values)
            values = {str(i): value for i, value in enumerate(prepared)}
        return {key: encode(value) for key, value in values.items()}

    def _space(self, place: int, outside: bool) -> dict[str, Any]:
        space = self._outside if outside else self._inside
        seed = self._seed if outside else seed_inside(self._seed)
        return {**space, "rng": np.random.default_rng([seed, place])}


def _refuse_answer_inside(probe: Probe, names: tuple[str, ...]) -> None:
    """What is made outside is an input; if the answer were in it, it would be the right answer."""
    for code in probe.handed:
        if _names_in(code) & set(names):
            raise ProbeError(
                f"`{probe.code}`: `{code}` holds the answer and stands within an expression; an "
                "outside function that measures the answer stands outermost, or directly in a judge"
            )


def _names_in(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _evaluated(probe: Probe, code: str, space: dict[str, Any]) -> Any:
    with _explained(probe):
        return eval(code, space)


def _prepared(probe: Probe, values: dict[str, Any]) -> tuple:
    with _explained(probe):
        return PREPARE[probe.judge](*values.values())


@contextlib.contextmanager
def _explained(probe: Probe) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        where = "what is made outside" if probe.handed else "what follows the expression"
        raise ProbeError(
            f"`{probe.code}`: {where} raises {type(error).__name__}: {error}. "
            "It is evaluated apart from the expression, so a name given there with `:=` is not "
            "known; assign it on a line of its own"
        ) from error


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
