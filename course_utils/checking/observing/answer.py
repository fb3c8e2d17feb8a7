"""Look at the answer to one question that stands in a namespace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course_utils.checking.data.observation import Answer
from course_utils.checking.data.question import Task
from course_utils.checking.observing.bytecode import (
    cells_of,
    is_starter,
    loops,
    notebook_variables,
    run_starter,
    still_blank,
)
from course_utils.checking.observing.observe import blaming_none_of, observe
from course_utils.checking.observing.reach import forbidden_uses
from course_utils.checking.observing.run import run_cell


def given_namespace(given: tuple[str, ...]) -> dict[str, Any]:
    """A new namespace in which the given cells of an exercise have been run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for i, source in enumerate(given):
        run_cell(source, f"<given {i}>", namespace)
    return namespace


def look_at(
    task: Task,
    namespace: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    begins: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Observe the answer to a question that stands in `namespace`.

    given: the namespace of the exercise's own cells, from which the probes take everything but
    the answer itself; so a notebook that has overwritten `x` is still tested with the right one.
    begins: called with the place of each probe before it is evaluated.
    """
    missing = tuple(name for name in task.names if name not in namespace)
    if missing:
        return Answer(attempted=False, missing=missing)
    answers = {name: namespace[name] for name in task.names}
    blank = run_starter({**given, **answers}, task.starter)
    if is_starter(task.names, answers, blank):
        return Answer(attempted=False)
    with blaming_none_of(cells_of(given, namespace, task.names)):
        observations = observe(task, {**given, **answers}, seed, begins)
    return Answer(
        attempted=True,
        observations=observations,
        reads=tuple(notebook_variables(task.names, namespace, given)),
        blank=still_blank(task.names, answers, blank),
        uses=forbidden_uses(task.names, namespace, task.forbidden),
        loops=loops(task.names, namespace),
    )
