"""The last thing to try before a wrong answer is only shown: is it one small change from right?

The change is made in the learner's own code, which is run and judged as the check does. What is
said is true whatever the cause may be: that this change makes every test pass. It names the line
and what to look at, never what to write.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import linecache
import math
import random
import sys
import time
import types
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Question
from course_utils.checking.data.verdict import INCORRECT, Verdict
from course_utils.checking.judging.judge import judge, make_case
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import is_content
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.time_limit import time_limit
from course_utils.learning.near.changes import ROUND, WORDS, changes, watch

SECONDS = 1.0
ONE_SECONDS = 0.1  # for the loops of one changed answer, in its first test
MOST_ITEMS = 1_000_000  # of anything that a loop makes
MOST_OF_LINE = 0.7
DEEPEST = 3_000  # calls inside of calls, as IPython allows
LONGEST = 60  # lines of an answer
# Causes that say only where, or how, an answer is wrong, or roughly what is: a line says more.
VAGUE = {
    "difference", "nearly", "zeros", "some_results", "from_a_place_on", "on_one_side",
    "line_by_line", "wrong_shape", "wrong_length", "size_of_example", "lost_step", "lost_term",
    "lost_factor", "lost_function", "lost_power", "other_sign", "other_side", "other_way",
    "other_extreme", "other_function", "swapped_difference", "judge at_least", "judge at_most",
    "judge between", "judge accuracy", "judge falls", "judge all_equal", "judge gradient_of",
    "judge sums_to_one",
}  # fmt: skip
# Causes that say how the numbers are wrong, exactly, and not why.
EXACT = {
    "offset", "beside_an_input", "of_inputs_alone", "another_step", "special_inputs", "at_an_edge",
    "all_the_same", "some_signs", "not_reduced", "overflow", "squared", "left_out",
    "too_many", "probe",
}  # fmt: skip
# Code that does more than compute is not run in variants.
ELSEWHERE = {"open", "exec", "eval", "input", "os", "sys", "shutil", "subprocess", "Path", "urllib"}


def near_miss(
    question: Question,
    answer: Answer,
    verdict: Verdict,
    namespace: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    seconds: float = SECONDS,
) -> Verdict:
    """The verdict, with the line to look at if one change in it makes every test pass.

    answer: what was observed of it. Only a verdict that names no cause, or names it roughly, is
    looked into, and no longer than `seconds`.
    """
    if verdict.kind != INCORRECT or not _is_vague(verdict.cause):
        return verdict
    fails = make_case(question, measured(question, answer)).trials
    place = next((i for i, trial in enumerate(fails) if not trial.passed), None)
    if place is None or answer.reads or _seconds(answer.observations) > seconds / 2:
        return verdict
    sources = [_source(namespace.get(name), name) for name in question.names]
    if None in sources:
        return verdict
    tree, lines = sources[0]
    if not _only_computes(tree) or any(other[1] != lines for other in sources):
        return verdict
    with _unnoticed(), contextlib.suppress(TimeoutError), time_limit(2 * seconds):
        spaces = _apart(namespace), _apart(given)
        found = _search(question, place, tree, *spaces, seed, seconds)
        if found is not None:
            kind, node = found
            said = f"{verdict.message} " if verdict.cause in EXACT else ""
            message = (
                f"{said}You are one change away. It is in {_where(node, lines)}: {WORDS[kind]}."
            )
            return replace(verdict, message=message, cause=f"near {kind}")
    return verdict


def _seconds(observations: tuple[Observation, ...]) -> float:
    return sum(seen.seconds or 0.0 for seen in observations)


def _is_vague(cause: str) -> bool:
    return cause in VAGUE | EXACT or cause.startswith("outside ")


def _source(answer: Any, name: str) -> tuple[ast.Module, list[str]] | None:
    """The functions and classes of the cell in which an answer stands, and the cell's lines."""
    methods = vars(answer).values() if isinstance(answer, type) else [answer]
    code = next((m.__code__ for m in methods if isinstance(m, types.FunctionType)), None)
    lines = linecache.getlines(code.co_filename) if code else []
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    defined = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    if name not in [node.name for node in defined] or len(lines) > LONGEST:
        return None
    for node in defined:
        _without_docstrings(node)
    tree.body = defined
    return tree, lines


def _without_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), node)]


def _only_computes(tree: ast.AST) -> bool:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = any(isinstance(n, (ast.Import, ast.ImportFrom, ast.Global)) for n in ast.walk(tree))
    return not (names & ELSEWHERE) and not imports


def _search(
    question: Question,
    place: int,
    tree: ast.Module,
    space: dict[str, Any],
    given: dict[str, Any],
    seed: int,
    seconds: float,
) -> tuple[str, ast.AST] | None:
    """The kind and the node of the first change that makes everything right.

    place: of a test that fails. A change that doesn't mend it is put to no other.
    """
    task, expected = question.task, question.expected[place]
    nothing = ("None",) * place  # whatever stands before it keeps its place
    first = replace(task, probes=(*nothing, task.probes[place]), seconds=math.inf)  # run once
    until = time.perf_counter() + seconds
    space[ROUND] = rounds = _Rounds()
    watch(tree)
    for kind, node in changes(tree):
        if time.perf_counter() > until:
            return None
        rounds.until = time.perf_counter() + ONE_SECONDS
        try:
            exec(compile(tree, "<a changed answer>", "exec"), space)
        except Exception:
            continue
        answers = {name: space[name] for name in task.names}
        seen = observe(first, {**given, **answers}, seed)[place]
        if not is_content(question.probes[place], _measured(question, place, seen), expected):
            continue
        rounds.until = math.inf
        answer = look_at(task, space, given, seed)
        if answer.attempted and _all_hold(question, answer) and judge(question, answer).is_correct:
            return kind, node
    return None


class _Rounds:
    """What every round of a loop asks: whether there is time for it, and room for what it makes.

    A change may run forever, or double a list in each round.
    """

    until = math.inf

    def __call__(self, items: Any = None) -> Any:
        if items is not None:
            return self._each(items)
        self._ask(sys._getframe(1))
        return True

    def _each(self, items: Any) -> Iterator[Any]:
        for item in items:
            self._ask(sys._getframe(1))
            yield item

    def _ask(self, frame: types.FrameType) -> None:
        if time.perf_counter() > self.until:
            raise TimeoutError
        if any(_is_huge(value) for value in frame.f_locals.values()):
            raise MemoryError


def _is_huge(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() > MOST_ITEMS
    sized = isinstance(value, (list, tuple, str, dict, set))
    return len(value) > MOST_ITEMS if sized else getattr(value, "nbytes", 0) > 100 * MOST_ITEMS


def _measured(question: Question, place: int, seen: Observation) -> Observation:
    """What one test judges: what was observed, or what is measured of it."""
    if not question.probes[place].measure:
        return seen
    one = slice(place, place + 1)
    alone = replace(question, probes=question.probes[one], expected=question.expected[one])
    return measured(alone, Answer(attempted=True, observations=(seen,))).observations[0]


def _all_hold(question: Question, answer: Answer) -> bool:
    return not make_case(question, measured(question, answer)).fails


def _apart(space: dict[str, Any]) -> dict[str, Any]:
    """A namespace whose arrays and lists may be written into."""
    kinds = (np.ndarray, list, dict, set)
    return {
        key: copy.copy(value) if type(value) in kinds else value for key, value in space.items()
    }


def _where(node: ast.AST, lines: list[str]) -> str:
    """A part of the code in words: its line, and the part itself if it is less than that."""
    line = lines[node.lineno - 1].strip()
    part = ast.get_source_segment("".join(lines), node) or "" if isinstance(node, ast.expr) else ""
    tells = "\n" not in part and line.count(part) == 1 and len(part) < MOST_OF_LINE * len(line)
    return f"the line `{line}`, at `{part}`" if tells else f"the line `{line}`"


@contextlib.contextmanager
def _unnoticed():
    """Whatever draws from the generators that all share finds them as they were.

    And nobody hears what Python thinks of changed code, and a change that calls itself forever is
    stopped, whatever limit a learner has set.
    """
    states = np.random.get_state(), random.getstate()  # noqa: NPY002
    deepest = sys.getrecursionlimit()
    sys.setrecursionlimit(min(deepest, DEEPEST))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.setrecursionlimit(deepest)
        np.random.set_state(states[0])  # noqa: NPY002
        random.setstate(states[1])
