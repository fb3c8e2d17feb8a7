"""What the package or NumPy already offers as an answer: a name to assign, nothing to write."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.checking.data.observation import Answer
from course_utils.checking.data.question import Question
from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.reach import forbidden_uses
from course_utils.checking.observing.time_limit import time_limit

if TYPE_CHECKING:
    from course_utils.authoring.prove import Bench

SECONDS = 2.0  # for one candidate
ROOMS = ("course_utils.nn",)
# What NumPy has for files and settings: it answers no question, and calling it would do something.
LEFT_OUT = (
    "save",
    "load",
    "write",
    "read",
    "from",
    "set",
    "show",
    "test",
    "info",
    "print",
    "memmap",
    "get",
)


def offered(bench: Bench, allowed: Iterable[str] = ()) -> list[str]:
    """Dotted names of functions and classes that, put in the answer's place, are judged right.

    Tried are the course's own library, NumPy, and what the given cells know. A name that the
    question forbids, or that is `allowed`, is left out.
    """
    if len(bench.question.names) > 1:
        return []
    name, allowed = bench.question.name, tuple(allowed)
    is_class = isinstance(bench.namespace.get(name), type)
    found: list[tuple[Any, str]] = []
    for dotted, candidate in _candidates(bench.given, is_class):
        if any(candidate is other for other, _ in found) or any(
            _is_of(dotted, one) for one in allowed
        ):
            continue
        if forbidden_uses([name], {**bench.given, name: candidate}, bench.question.forbidden):
            continue
        if _passes(bench, name, candidate):
            found.append((candidate, dotted))
    return sorted(name for _, name in found)


def _is_of(dotted: str, allowed: str) -> bool:
    return dotted == allowed or dotted.startswith(allowed + ".")


def _candidates(given: dict[str, Any], is_class: bool) -> Iterator[tuple[str, Any]]:
    for module in _modules():
        for name, value in list(vars(module).items()):
            own = getattr(value, "__module__", None) == module.__name__
            if own and not name.startswith(("_", *LEFT_OUT)) and _may_answer(value, is_class):
                yield f"{module.__name__}.{name}", value
                yield from _methods(f"{module.__name__}.{name}", value)
    for name, value in given.items():
        if not name.startswith("_") and _may_answer(value, is_class):
            module = getattr(value, "__module__", None) or ""
            yield (name if module == "__main__" else f"{module}.{name}").lstrip("."), value
    if not is_class:
        for name in dir(np):
            value = getattr(np, name, None)
            if not name.startswith(("_", *LEFT_OUT)) and _is_numpys(value):
                yield f"numpy.{name}", value


def _methods(dotted: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The public methods of an object that a module offers, such as an activation's derivative."""
    if isinstance(value, (type, types.FunctionType)):
        return
    for name in dir(value):
        method = getattr(value, name, None)
        if not name.startswith("_") and callable(method) and not isinstance(method, type):
            yield f"{dotted}.{name}", method


def _modules() -> Iterator[types.ModuleType]:
    for room in ROOMS:
        package = importlib.import_module(room)
        yield package
        for found in pkgutil.iter_modules(package.__path__, room + "."):
            try:
                module = importlib.import_module(found.name)
            except ImportError:  # a module of Keras that the course leaves out, and says so
                continue
            yield module


def _may_answer(value: Any, is_class: bool) -> bool:
    if is_class or isinstance(value, type):
        return is_class and isinstance(value, type)
    return callable(value)


def _is_numpys(value: Any) -> bool:
    return isinstance(value, np.ufunc) or type(value).__name__ == "_ArrayFunctionDispatcher"


def _passes(bench: Bench, name: str, candidate: Any) -> bool:
    """Whether the candidate is judged right; its first probe alone decides most cases."""
    question = replace(bench.question, forbidden=(), rules=(), groups=(), wrong_answers=())
    first = replace(question, probes=question.probes[:1], expected=question.expected[:1])
    space = {**bench.given, name: candidate}
    return all(_is_right(one, space, bench.seed) for one in (first, question))


def _is_right(question: Question, space: dict[str, Any], seed: int) -> bool:
    try:
        with time_limit(SECONDS):
            answer = Answer(attempted=True, observations=observe(question.task, space, seed))
    except Exception:
        return False
    return all(seen.error is None for seen in answer.observations) and (
        judge(question, answer).is_correct
    )
