"""Modules that an answer must not use are absent while it runs."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from course_utils.grading.intake.python import parsed


@contextlib.contextmanager
def absent(
    modules: Iterable[str], namespace: dict[str, Any], sources: Iterable[str] = ()
) -> Iterator[None]:
    """Within it, importing one of `modules`, or a part of it, raises ModuleNotFoundError.

    Names of `namespace` that stand for such a module, or for something out of it, are taken away.
    Left are those that an import in one of `sources` names, since what an answer makes of them is
    judged by its source and an import alone is no use, and those of Python's own library, which
    half of all modules import.
    """
    modules = tuple(name for name in modules if name not in sys.stdlib_module_names)
    said = {name for source in sources for name in _imported(source)} if modules else ()
    modules = tuple(name for name in modules if not any(_is_of(one, (name,)) for one in said))
    if not modules:
        yield
        return
    hidden = {name: sys.modules[name] for name in list(sys.modules) if _is_of(name, modules)}
    names = {name: value for name, value in namespace.items() if _comes_from(value, modules)}
    for name in names:
        del namespace[name]
    sys.modules.update(dict.fromkeys([*hidden, *modules], None))
    try:
        yield
    finally:
        for name in {*hidden, *modules}:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
        for name, value in names.items():
            namespace.setdefault(name, value)


def _imported(source: str) -> Iterator[str]:
    """The modules that a cell's import statements name."""
    for node in ast.walk(parsed(source) or ast.Module([], [])):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_of(name: str, modules: tuple[str, ...]) -> bool:
    return name.startswith(modules) and any(
        name == module or name.startswith(f"{module}.") for module in modules
    )


def _comes_from(value: Any, modules: tuple[str, ...]) -> bool:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return isinstance(name, str) and _is_of(name, modules)
