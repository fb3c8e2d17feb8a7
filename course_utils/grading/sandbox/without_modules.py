"""Modules that an answer must not use are absent while it runs."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any


@contextlib.contextmanager
def absent(modules: Iterable[str], namespace: dict[str, Any]) -> Iterator[None]:
    """Within it, importing one of `modules`, or a part of it, raises ModuleNotFoundError.

    Names of `namespace` that stand for such a module, or for something out of it, are taken away.
    """
    modules = tuple(modules)
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


def _is_of(name: str, modules: tuple[str, ...]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _comes_from(value: Any, modules: tuple[str, ...]) -> bool:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return isinstance(name, str) and _is_of(name, modules)
