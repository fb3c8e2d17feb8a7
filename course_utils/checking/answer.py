"""From a namespace to an `Answer`: what `observe` sees of one question, ready to be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_utils.checking.bytecode import (
    forbidden_uses,
    is_starter,
    loops,
    notebook_variables,
    still_blank,
)
from course_utils.checking.observe import observe
from course_utils.checking.question import Question
from course_utils.checking.run import run_cell


@dataclass(frozen=True)
class Answer:
    """What was observed of one answer: the input of a judge.

    missing: names that the notebook doesn't define. attempted: False if the starter still stands.
    observations: as `observe` made them. reads: data of the notebook that the code reads by name.
    blank: names and methods in which the placeholder still stands. uses: what the question forbids.
    loops: whether the code goes over elements one by one.
    """

    attempted: bool
    observations: tuple[dict[str, Any], ...] = ()
    missing: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    loops: bool = False


def given_namespace(given: tuple[str, ...]) -> dict[str, Any]:
    """A new namespace in which the given cells of an exercise have been run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for i, source in enumerate(given):
        run_cell(source, f"<given {i}>", namespace)
    return namespace


def look_at(
    question: Question,
    namespace: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    begins: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Observe the answer to `question` that stands in `namespace`.

    given: the namespace of the exercise's own cells, from which the probes take everything but
    the answer itself; so a notebook that has overwritten `x` is still tested with the right one.
    begins: called with the place of each probe before it is evaluated.
    """
    missing = tuple(name for name in question.names if name not in namespace)
    if missing:
        return Answer(attempted=False, missing=missing)
    answers = {name: namespace[name] for name in question.names}
    if is_starter(question.names, {**given, **answers}, question.starter):
        return Answer(attempted=False)
    seen = observe(
        question.names,
        question.probes,
        {**given, **answers},
        helpers=question.helpers,
        seed=seed,
        begins=begins,
    )
    return Answer(
        attempted=True,
        observations=tuple(seen),
        reads=tuple(notebook_variables(question.names, namespace, given)),
        blank=still_blank(question.names, {**given, **answers}, question.starter),
        uses=forbidden_uses(question.names, namespace, question.forbidden),
        loops=loops(question.names, namespace),
    )
