"""What can be told of an answer's code without running it: is it blank, what does it read?

Compiled code is looked at, not source, so that a running kernel can be asked.
"""

from __future__ import annotations

import ast
import builtins
import dis
import functools
import linecache
import types
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from course_utils.checking.observing.run import run_cell

ONE_BY_ONE = {"sum", "min", "max", "any", "all", "sorted", "map", "filter", "reduce", "list"}
NUMPY_ONE_BY_ONE = {"vectorize", "frompyfunc", "apply_along_axis", "apply_over_axes", "fromiter"}


@functools.lru_cache(maxsize=256)
def _steps(code: types.CodeType) -> tuple[dis.Instruction, ...]:
    return tuple(dis.get_instructions(code))


Space = dict[str, Any]


def is_starter(names: Iterable[str], namespace: Space, blank: Space | None) -> bool:
    """Whether what `names` stand for is still the starter code, comments and docstrings apart.

    blank: what `run_starter` gave.
    """
    return blank is not None and all(_same(namespace.get(n), blank.get(n)) for n in names)


def still_blank(names: Iterable[str], namespace: Space, blank: Space | None) -> tuple[str, ...]:
    """The names, and methods as `Layer.forward`, in which the placeholder `...` still stands.

    blank: what `run_starter` gave.
    """
    if blank is None:
        return ()
    found = []
    for name in names:
        mine, theirs = namespace.get(name), blank.get(name)
        if isinstance(mine, type) and isinstance(theirs, type):
            own, blanks = _methods(mine), _methods(theirs)
            found += [f"{name}.{k}" for k in blanks if _untouched(own.get(k), blanks[k])]
        elif mine is ... or (isinstance(theirs, types.FunctionType) and _untouched(mine, theirs)):
            found.append(name)
    return tuple(found)


def _untouched(mine: Any, theirs: types.FunctionType) -> bool:
    """Whether `mine` is the starter's function, and that function does nothing yet."""
    return _does_nothing(theirs.__code__) and _same(mine, theirs)


def _does_nothing(code: types.CodeType) -> bool:
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS"}
    steps = _steps(code)
    returns = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(step.opname in idle for step in steps) and returns == [None]


def run_starter(namespace: Space, starter: str) -> Space | None:
    """The namespace after the starter code has run in a copy of it; None if it raises.

    It may read data, so it is run once for all that is asked of it.
    """
    blank = {**namespace}
    try:
        run_cell(starter, "<starter>", blank)
    except Exception:
        return None
    return blank


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, types.FunctionType) and isinstance(b, types.FunctionType):
        return _same_code(a.__code__, b.__code__)
    if isinstance(a, type) and isinstance(b, type):
        mine, theirs = _methods(a), _methods(b)
        return mine.keys() == theirs.keys() and all(_same(mine[k], theirs[k]) for k in mine)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return type(a) is type(b) and np.array_equal(a, b)
    return a is b or (type(a) is type(b) and bool(a == b))


def _methods(kind: type) -> dict[str, types.FunctionType]:
    """The functions in a class, under a property or a static or class method too."""
    inner = {
        key: getattr(value, "__func__", getattr(value, "fget", value))
        for key, value in vars(kind).items()
    }
    return {key: value for key, value in inner.items() if isinstance(value, types.FunctionType)}


def _same_code(a: types.CodeType, b: types.CodeType) -> bool:
    return a.co_varnames[: a.co_argcount] == b.co_varnames[: b.co_argcount] and (
        _essence(a) == _essence(b)
    )


def _essence(code: types.CodeType) -> tuple:
    steps = [
        (step.opname, step.argrepr if not isinstance(step.argval, types.CodeType) else "")
        for step in _steps(code)
    ]
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return steps, [_essence(const) for const in inner]


def notebook_variables(
    names: Iterable[str], namespace: dict[str, Any], known: Iterable[str]
) -> list[str]:
    """Data of the notebook, not `known` from the exercise, that the answers' code reads by name.

    A function that leaves one of its parameters unused is taken to read known data by mistake.
    Names in capitals are constants by custom, and left out; so is what its own cell defines.
    """
    names, known = set(names), set(known)
    read: set[str] = set()
    for function in functions_of(names, namespace):
        mine = globals_read(function.__code__) - _defined_beside(function.__code__.co_filename)
        read |= mine if _leaves_unused(function.__code__) else mine - known
    mine = read - names - set(vars(builtins))
    return sorted(name for name in mine if name in namespace and _is_data(name, namespace[name]))


def _defined_beside(filename: str) -> set[str]:
    """What the cell of a piece of code defines itself: no stranger from elsewhere."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    nodes = [node for statement in tree.body for node in ast.walk(statement)]
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def loops(names: Iterable[str], namespace: dict[str, Any]) -> bool:
    """Whether the answers' code goes over elements one by one, or has Python or NumPy do so."""
    return any(_loops(function.__code__) for function in functions_of(names, namespace))


def _loops(code: types.CodeType) -> bool:
    steps = _steps(code)
    inner = [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return (
        any(step.opname == "FOR_ITER" or "BACKWARD" in step.opname for step in steps)
        or not ONE_BY_ONE.isdisjoint(globals_read(code))
        or not NUMPY_ONE_BY_ONE.isdisjoint(code.co_names)
        or any(map(_loops, inner))
    )


def cells_of(given: Space, namespace: Space, names: Iterable[str]) -> frozenset[str]:
    """The files of a notebook's cells that define what the exercise gave, as it was given.

    The cell of an answer, `names`, is none of them, whatever else stands there.
    """

    def files(value: Any) -> set[str]:
        functions = _methods(value).values() if isinstance(value, type) else [value]
        return {f.__code__.co_filename for f in functions if isinstance(f, types.FunctionType)}

    found = (namespace[name] for name in given if _is_given(name, namespace, given))
    answers = (namespace.get(name) for name in names)
    return frozenset().union(*map(files, found)) - frozenset().union(*map(files, answers))


def _is_given(name: str, namespace: Space, given: Space) -> bool:
    code = isinstance(given[name], types.FunctionType | type)
    return code and name in namespace and _same(namespace[name], given[name])


def functions_of(names: Iterable[str], namespace: dict[str, Any]) -> Iterator[types.FunctionType]:
    """The answers' functions and methods, and the notebook's functions that they call."""
    seen: set[types.CodeType] = set()
    waiting = [namespace.get(name) for name in names]
    while waiting:
        value = waiting.pop()
        if isinstance(value, type):
            waiting += _methods(value).values()
        if isinstance(value, types.FunctionType) and value.__code__ not in seen:
            seen.add(value.__code__)
            yield value
            read = sorted(globals_read(value.__code__))
            waiting += [f for n in read if _is_own(f := namespace.get(n), namespace)]


def _is_own(value: Any, namespace: dict[str, Any]) -> bool:
    module = getattr(value, "__module__", None)
    return isinstance(value, types.FunctionType | type) and module == namespace.get("__name__")


def _is_data(name: str, value: Any) -> bool:
    constant = name.isupper() and len(name) > 1
    return not (constant or callable(value) or isinstance(value, types.ModuleType))


def _leaves_unused(code: types.CodeType) -> bool:
    """Whether a parameter is never read, in this function or one inside it."""
    parameters = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    return not parameters - {"self", "cls"} <= _names_read(code)


def _names_read(code: types.CodeType) -> set[str]:
    read: set[str] = set()
    for step in _steps(code):
        if step.opname.startswith(("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "STORE_FAST_LOAD")):
            read |= set(step.argval) if isinstance(step.argval, tuple) else {step.argval}
    return read


def globals_read(code: types.CodeType) -> set[str]:
    """The names that code reads and doesn't bind itself, Python's own among them."""
    read = {i.argval for i in _steps(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            read |= globals_read(const)
    return read
