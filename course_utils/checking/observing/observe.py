"""Observe: evaluate probe expressions next to an answer, and write down what happened as data.

This half of a check may run where code is untrusted. It never holds an expected value.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import io
import itertools
import linecache
import re
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Observation
from course_utils.checking.data.question import HANDED, Task
from course_utils.checking.data.values import decode, encode
from course_utils.checking.judging.compare import difference
from course_utils.checking.observing.chance import without_chance
from course_utils.checking.observing.run import is_cell, run_cell

PRINTED_LIMIT = 2_000
# Whoever allows more has a question whose every run takes long. By the author's word and not by a
# clock: an answer is seen the same way on every machine, however busy it is.
REPEAT_UP_TO_SECONDS = 40.0
# NumPy keeps a few small blocks of memory, of each size below 1,024 bytes, and hands them out again
# as they were left; these are the sizes of floats.
BLOCKS, KEPT = range(8, 1024, 8), 4
# A message out of `tf.function`: a stack first, with folders of this machine, then the message.
TRACED = re.compile(r"in user code:\n(?P<stack>.*?)\n\n    \w+: (?P<message>.*)", re.DOTALL)
STACK_LINE = re.compile(r'File "([^"]*)", line (\d+)')
# The same of a graph that was running: where it was defined, through files of this machine, last
# what was wrong.
RAN = re.compile(r"Graph execution error:\n\nDetected at node .*\n\n(?P<message>[^\n]+)", re.DOTALL)
# Files of cells that are from the exercise: no line of theirs is blamed for an exception.
_GIVEN_CELLS: ContextVar[frozenset[str]] = ContextVar("cells of the exercise", default=frozenset())
COLOR = re.compile(r"\x1b\[[\d;]*m")  # of a terminal: Keras writes a part of its messages bold


def observe(
    task: Task,
    namespace: dict[str, Any],
    seed: int = 0,
    begins: Callable[[int], None] = lambda _: None,
) -> tuple[Observation, ...]:
    """One observation for each probe.

    namespace: where the answer's names are defined; it is copied, never changed. Each probe gets
    `np`, `seed` and its own `rng`, a generator seeded from `seed` and the probe's place, so that
    the same seed means the same inputs. What was made outside for a probe stands in `handed`, new
    for each evaluation. `begins` is called with that place before the probe is evaluated. Arrays of
    the namespace, such as the exercise's data, can only be read by probes and what they call: an
    answer that wrote into them would spoil them for every check that comes after.
    """
    names = frozenset(task.names)
    space = {**_only_to_read(namespace, names), "np": np, "seed": seed}
    problem = _run_helpers(task.helpers, space)
    if problem is not None:
        return (problem,) * len(task.probes)
    seen, deepest, eager = [], sys.getrecursionlimit(), _runs_eagerly()
    for i, probe in enumerate(task.probes):
        begins(i)
        handed = task.handed[i] if task.handed else ()
        try:
            seen.append(_observe_one(names, probe, space, handed, [seed, i], task.seconds))
        finally:
            sys.setrecursionlimit(deepest)  # an answer that raises it does so for itself
            if _runs_eagerly() != eager:  # so does one that turns compiling off, or on
                sys.modules["tensorflow"].config.run_functions_eagerly(eager)
    return tuple(seen)


@contextlib.contextmanager
def blaming_none_of(cells: frozenset[str]) -> Iterator[None]:
    """While it lasts, an exception is not said to be of these cells, by their files' names."""
    token = _GIVEN_CELLS.set(cells)
    try:
        yield
    finally:
        _GIVEN_CELLS.reset(token)


def _only_to_read(namespace: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The namespace with views that can't be written into in the place of its arrays."""
    space = dict(namespace)
    for name, value in namespace.items():
        if type(value) is np.ndarray and name not in names:
            space[name] = value.view()
            space[name].setflags(write=False)
    return space


def _run_helpers(helpers: str, space: dict[str, Any]) -> Observation | None:
    if not helpers:
        return None
    try:
        with _quiet():
            run_cell(helpers, "<the check's own code>", space)
    except Exception as error:
        return Observation(error=describe_error(error), seconds=0.0)
    return None


def _observe_one(
    names: frozenset[str],
    probe: str,
    space: dict[str, Any],
    handed: tuple[Any, ...],
    seed: list[int],
    allowed: float,
) -> Observation:
    seen, seconds = _evaluate(names, probe, space, handed, seed)
    if seen.error is None and allowed <= REPEAT_UP_TO_SECONDS:
        again, once_more = _evaluate(names, probe, space, handed, seed, _leave_no_zeros)
        seen = replace(seen, unsteady=again.error is not None or _differ(seen, again))
        seconds = min(seconds, once_more)  # on a busy machine, one of them may have had to wait
    return replace(seen, seconds=round(seconds, 6))


def _differ(seen: Observation, again: Observation) -> bool:
    """Whether two runs gave other values; the last digits may depend on threads, not on chance."""
    if seen.value == again.value:
        return False
    return difference(decode(seen.value), decode(again.value)) is not None


def _evaluate(
    names: frozenset[str],
    probe: str,
    space: dict[str, Any],
    handed: tuple[Any, ...],
    seed: list[int],
    before_it_runs: Callable[[], None] = lambda: None,
) -> tuple[Observation, float]:
    space = {**space, "rng": np.random.default_rng(seed)}
    if handed:
        space[HANDED] = [decode(value) for value in handed]
    seen: dict[str, Any] = {}
    seconds = 0.0
    keras_afresh()
    with _quiet() as heard:
        try:
            call = _plain_call(probe, names)
            if call is None:
                before_it_runs()
                start = time.perf_counter()
                result = _drawn(eval(_compiled(probe), space))
            else:
                function = space[call.func.id]
                args, kwargs = _arguments(call, space)
                before = [encode(value) for value in (*args, *kwargs.values())]
                keys = [*[str(i) for i in range(len(args))], *kwargs]
                shown = map(_data_or_code, before, _expressions(call))
                seen["inputs"] = tuple(zip(keys, shown, strict=True))
                states = _states((*args, *kwargs.values()))
                before_it_runs()
                start = time.perf_counter()
                result = _drawn(function(*args, **kwargs))
                seconds = time.perf_counter() - start
                after = [encode(value) for value in (*args, *kwargs.values())]
                pairs = zip(before, after, strict=True)
                given = enumerate((*args, *kwargs.values()))
                later = _states((*args, *kwargs.values()))
                seen["drawn"] = tuple(i for i in states if states[i] != later[i])
                seen["same"] = tuple(i for i, value in given if _is_same(value, result))
                seen["changed"] = tuple(i for i, (b, a) in enumerate(pairs) if a != b)
            seconds = seconds or time.perf_counter() - start
            seen["value"] = encode(result)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            seen["error"] = describe_error(error)
    printed, warned = heard
    if printed.text:
        seen["printed"] = without_chance(printed.text)
    if warned:
        words = (without_chance(str(message)) for message in warned)
        seen["warned"] = tuple(dict.fromkeys(words))[:3]
    return Observation(**seen), seconds


def _leave_no_zeros() -> None:
    """Fill what memory NumPy hands out next with NaN, or -1, or True, depending on who reads it.

    An array of `np.empty`, or of `where=` without `out=`, holds what was left there: often zeros,
    with which an answer that never fills it would be right by chance.
    """
    for size in BLOCKS:
        _ = [np.full(size, 255, np.uint8) for _ in range(KEPT)]


def keras_afresh() -> None:
    """Forget a call of a Keras model that was stopped halfway, by a time limit or an exception.

    Keras would go on thinking that it is inside that call, and take `training` from there for
    every model that is called without it.
    """
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is not None:
        module.set_global_attribute("current_call_ctx", None)


def _runs_eagerly() -> bool:
    """Whether TensorFlow, where it is in use, runs functions without compiling them."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and tensorflow.config.functions_run_eagerly()


def _states(arguments: tuple) -> dict[int, str]:
    """The place of each generator among the arguments, and the state that it is in."""
    return {
        i: repr(value.bit_generator.state)
        for i, value in enumerate(arguments)
        if isinstance(value, np.random.Generator)
    }


def _is_same(argument: Any, result: Any) -> bool:
    """Whether a list, dict or array that comes back is the argument itself, or a view of it."""
    if type(argument) is np.ndarray and type(result) is np.ndarray:
        return argument.size > 0 and np.may_share_memory(argument, result)
    return argument is result and type(argument) in (list, dict, set)


@functools.lru_cache(maxsize=256)
def _plain_call(expression: str, names: frozenset) -> ast.Call | None:
    """The call, if the probe is nothing but a call of an answer, whose inputs can be shown."""
    node = ast.parse(expression, mode="eval").body
    plain = (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in names
        and not any(isinstance(arg, ast.Starred) for arg in node.args)
        and all(kw.arg for kw in node.keywords)
    )
    return node if plain else None


def _arguments(call: ast.Call, space: dict[str, Any]) -> tuple[list, dict]:
    values = [_fresh(eval(code, space)) for code in _codes(call)]
    names = [keyword.arg for keyword in call.keywords]
    return values[: len(call.args)], dict(zip(names, values[len(call.args) :], strict=True))


def _expressions(call: ast.Call) -> list[ast.expr]:
    """The expressions of a call's arguments, those by name last."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


@functools.lru_cache(maxsize=256)
def _codes(call: ast.Call) -> tuple[types.CodeType, ...]:
    bodies = map(ast.Expression, _expressions(call))
    return tuple(compile(body, "<the check's own code>", "eval") for body in bodies)


def _data_or_code(encoded: Any, expression: ast.expr) -> Any:
    """An input as a card can show it: a function, which is no data, by its expression."""
    is_data = not (isinstance(encoded, dict) and "unjudgeable" in encoded)
    return encoded if is_data else {"code": ast.unparse(expression)}


def _fresh(value: Any) -> Any:
    """A copy of plain data, so that a call that changes it spoils nothing for the next probe."""
    return copy.deepcopy(value) if isinstance(value, (np.ndarray, list, dict, set)) else value


@functools.lru_cache(maxsize=1024)
def _compiled(expression: str) -> types.CodeType:
    return compile(expression, "<the check's own code>", "eval")


def _drawn(value: Any) -> Any:
    """What a generator yields, as a list (an endless one is cut); any other value as it is."""
    if issubclass(type(value), (types.GeneratorType, range, map, zip, filter)):
        return list(itertools.islice(value, 10_000))
    return value


class _Printed(io.StringIO):
    """Keeps the first part of what is printed, however much it is."""

    text = ""

    def write(self, text: str) -> int:
        self.text += text[: max(0, PRINTED_LIMIT - len(self.text))]
        return len(text)


@contextlib.contextmanager
def _quiet():
    """Catch what is printed, and what is warned of in an answer's code; yields where both are kept.

    What the check's own use of an answer brings about is no business of the learner's.
    """
    printed, warned = _Printed(), []

    def hear(message: Warning, *_: object) -> None:
        if _stands_in_a_cell(sys._getframe(1)):
            warned.append(message)

    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        np.errstate(all="warn"),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = hear
        yield printed, warned


def _stands_in_a_cell(frame: types.FrameType | None) -> bool:
    """Whether code of a notebook's cell is under way, in what is observed here."""
    here = _stands_in_a_cell.__code__.co_filename  # `__file__` is another one where files moved
    while frame is not None and frame.f_code.co_filename != here:
        if is_cell(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


def describe_error(error: BaseException) -> dict[str, Any]:
    """An exception as data: its kind, its message, and the last line of the answer it passed."""
    try:
        message = str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        message = ""
    line, source = _answer_line(error)
    if traced := TRACED.match(message):
        line, source = _traced_line(traced["stack"])
        message = traced["message"]
    elif ran := RAN.match(message):
        line, source = _traced_line(message) if line is None else (line, source)
        message = ran["message"]
    message = without_chance(COLOR.sub("", message)).rstrip()[:500]
    missing = error.name if isinstance(error, NameError) else None
    found = {"kind": type(error).__name__, "message": message, "line": line, "source": source}
    return {**found, "missing": missing} if missing else found


def _traced_line(stack: str) -> tuple[int | None, str]:
    """The last line of the answer in a stack of `tf.function`'s own, which Python's leaves out."""
    lines = [(int(line), name) for name, line in STACK_LINE.findall(stack) if is_cell(name)]
    if not lines:
        return None, ""
    line, filename = lines[-1]
    return line, linecache.getline(filename, line).strip()[:200]


def _answer_line(error: BaseException) -> tuple[int | None, str]:
    if isinstance(error, SyntaxError):
        return error.lineno, (error.text or "").strip()[:200]
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        filename = frame.f_code.co_filename
        if is_cell(filename) and filename not in _GIVEN_CELLS.get():
            return line, linecache.getline(filename, line).strip()[:200]
    return None, ""
