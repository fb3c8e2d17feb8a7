"""What an answer reaches: does it use a module or a function that its question does without?

Compiled code and the objects of the namespace are looked at, not source, so that another name for
a thing, a default argument or `getattr` hides nothing.
"""

from __future__ import annotations

import dis
import functools
import re
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

MOST_OBJECTS = 5_000
BY_STRING = {
    "getattr", "eval", "exec", "vars", "__import__", "import_module", "attrgetter", "methodcaller",
    "__dict__", "__getattribute__", "globals",
}  # fmt: skip
UNKNOWN: Any = object()
COMPLEX = "builtins.complex"
DTYPES = frozenset(
    f"{order}{name}"
    for order in ("", "<", ">", "=")
    for name in ("complex", "complex64", "complex128", "c8", "c16", "F", "D", "G")
) | {"csingle", "cdouble", "clongdouble"}


def forbidden_uses(
    names: Iterable[str], namespace: dict[str, Any], forbidden: Iterable[str]
) -> tuple[str, ...]:
    """Which of the `forbidden` modules, functions or classes, such as `numpy.linalg`, are used.

    Follows all that the answers reach: the notebook's own functions, classes, their bases and
    methods, default arguments, closures, partial functions, what containers hold. Names that
    stand for the same object count as one.
    """
    forbidden = tuple(forbidden)
    if not forbidden:
        return ()
    things = {name: _find(name) for name in forbidden}
    used: set[str] = set()
    for value in _reached([namespace.get(name) for name in names], namespace):
        if isinstance(value, types.CodeType):
            used |= set(_by_string(value, forbidden))
            if _makes_complex(value, namespace):
                used |= {COMPLEX} & set(forbidden)
        elif isinstance(value, str):
            used |= {name for name in forbidden if _is_of(value, name)}
        else:
            used |= {name for name, thing in things.items() if _is(value, thing)}
            used |= {name for name in forbidden if _is_of(_dotted(value), name)}
    return tuple(name for name in forbidden if name in used)


def _makes_complex(code: types.CodeType, namespace: dict[str, Any]) -> bool:
    """Whether code holds a number such as `1j` or a dtype such as "c16", or names `complex`."""
    named = "complex" in code.co_names and "complex" not in namespace
    return named or any(map(is_complex, code.co_consts))


def is_complex(constant: Any) -> bool:
    """Whether a constant is a complex number, or the name of a dtype of such."""
    return isinstance(constant, complex) or (isinstance(constant, str) and constant in DTYPES)


def _find(name: str) -> Any:
    """The object of a dotted name, if its module is loaded; what isn't loaded, nobody holds."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        found: Any = sys.modules.get(".".join(parts[:length]))
        if found is not None:
            for part in parts[length:]:
                found = getattr(found, part, UNKNOWN)
            return found
    return UNKNOWN


def _is(value: Any, thing: Any) -> bool:
    if isinstance(value, types.MethodType) and isinstance(thing, types.MethodType):
        return value == thing  # made anew each time it is asked for
    return thing is not UNKNOWN and value is thing


def _is_of(dotted: str, forbidden: str) -> bool:
    return dotted == forbidden or dotted.startswith(forbidden + ".")


def _dotted(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return value.__name__
    module = getattr(value, "__module__", None)
    if module is None and isinstance(value, np.ufunc):
        module = _home(value)
    named = callable(value) and isinstance(module, str)
    return f"{module}.{getattr(value, '__name__', '')}" if named else ""


def _home(function: np.ufunc) -> str | None:
    """The module that has a ufunc; the function itself knows none, as those of scipy.special."""
    name = function.__name__
    if getattr(np, name, None) is function:
        return "numpy"
    modules = sorted(sys.modules.items())
    return next((key for key, module in modules if vars(module).get(name) is function), None)


def _reached(waiting: list[Any], namespace: dict[str, Any]) -> Iterator[Any]:
    """Every object, piece of code and dotted path (a string) that the values lead to."""
    seen: set[int] = set()
    kept = []  # so that no object of ours dies and leaves its number to another
    while waiting and len(seen) < MOST_OBJECTS:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        kept.append(value)
        yield value
        if isinstance(value, types.FunctionType) and _is_own(value, namespace):
            code_values = list(_of_code(value.__code__, namespace, {}))
            yield from (v for v in code_values if isinstance(v, (str, types.CodeType)))
            waiting += [v for v in code_values if not isinstance(v, (str, types.CodeType))]
        waiting += _parts(value, namespace)


def _parts(value: Any, namespace: dict[str, Any]) -> list[Any]:
    """The objects that a value holds, as far as they can be the learner's doing."""
    if isinstance(value, types.FunctionType):
        if not _is_own(value, namespace):
            return []
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        keywords = (value.__kwdefaults__ or {}).values()
        return [*cells, *(value.__defaults__ or ()), *keywords, *vars(value).values()]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    if isinstance(value, type):
        return [*value.__bases__, *vars(value).values()] if _is_own(value, namespace) else []
    if isinstance(value, (staticmethod, classmethod)):
        return [value.__func__]
    if isinstance(value, property):
        return [f for f in (value.fget, value.fset) if f is not None]
    if type(value) in (list, tuple, set, frozenset):
        return list(value)[:100]
    if type(value) is dict:
        return list(value.values())[:100]
    if hasattr(value, "pyfunc") and type(value).__module__ == "numpy":  # np.vectorize
        return [value.pyfunc]
    if _is_own(type(value), namespace) or type(value).__module__ == "functools":
        return [*getattr(value, "__dict__", {}).values()]
    return []


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _is_own(value: Any, namespace: dict[str, Any]) -> bool:
    """Whether a function or class was defined in the notebook."""
    return getattr(value, "__module__", None) == namespace.get("__name__")


def _of_code(code: types.CodeType, namespace: dict[str, Any], outer: dict[str, Any]) -> Iterator:
    """What code reads by name, imports, or takes from modules: objects, dotted paths, the code."""
    yield code
    at: Any = UNKNOWN
    module = ""
    mine = dict(outer)  # a local name -> the object that was assigned to it, where that is known
    for step in dis.get_instructions(code):
        name, argument = step.opname, step.argval
        if name == "IMPORT_NAME":
            module, at = argument, _imported(argument)
            yield module
        elif name == "IMPORT_FROM":
            yield f"{module}.{argument}"
            at = _taken_from(module, argument)
            yield at
        elif name in ("LOAD_GLOBAL", "LOAD_NAME"):
            at = mine.get(argument, namespace.get(argument, UNKNOWN))
            yield at
        elif name.startswith(("LOAD_FAST", "LOAD_DEREF")) and isinstance(argument, str):
            at = mine.get(argument, UNKNOWN)
        elif name in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(at, types.ModuleType):
            yield f"{at.__name__}.{argument}"
            at = vars(at).get(argument, UNKNOWN)
            yield at
        elif name in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(at, type):
            at = getattr(at, argument, UNKNOWN)
            yield at
        elif name in ("LOAD_ATTR", "LOAD_METHOD") and _is_method(at, argument):
            at = getattr(at, argument)
            yield at
        elif name.startswith(("STORE_FAST", "STORE_DEREF", "STORE_NAME")):
            if isinstance(argument, str) and at is not UNKNOWN:
                mine[argument] = at
            elif isinstance(argument, tuple) and at is not UNKNOWN:
                mine[argument[0]] = at  # two steps in one: store one name, then store or load one
                at = mine.get(argument[1], UNKNOWN)
                continue
            at = UNKNOWN if name != "STORE_NAME" else at
        elif name not in ("CACHE", "PUSH_NULL", "PRECALL", "RESUME", "COPY"):
            at = UNKNOWN
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _of_code(const, namespace, mine)


def _is_method(at: Any, name: str) -> bool:
    """Whether an object that is known before the answer runs has a method of this name."""
    return isinstance(getattr(type(at), name, None), types.FunctionType)


def _imported(name: str) -> Any:
    """The module that `import name` binds: of a dotted name, the first part."""
    return sys.modules.get(name.partition(".")[0], UNKNOWN)


def _taken_from(module: str, name: str) -> Any:
    """What `from module import name` binds; also a step of `import a.b as c`."""
    for whole in (f"{module}.{name}", module if module.endswith(f".{name}") else ""):
        if whole in sys.modules:
            return sys.modules[whole]
    return getattr(sys.modules.get(module), name, UNKNOWN)


def _by_string(code: types.CodeType, forbidden: tuple[str, ...]) -> Iterator[str]:
    """The forbidden names that stand in strings of code that reaches things by strings."""
    if BY_STRING.isdisjoint(code.co_names):
        return
    text = "\n".join(_strings(code.co_consts))
    for name in forbidden:
        if re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", text):
            yield name


def _strings(constants: tuple) -> Iterator[str]:
    for const in constants:
        if isinstance(const, str):
            yield const
        elif isinstance(const, tuple):
            yield from _strings(const)
