"""Run the source of one cell."""

from __future__ import annotations

import functools
import linecache
import types
from typing import Any


def run_cell(source: str, filename: str, namespace: dict[str, Any]) -> None:
    """Run a cell's source in `namespace`, with its lines known to tracebacks and `inspect`."""
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    exec(_compiled(source, filename), namespace)


@functools.lru_cache(maxsize=64)
def _compiled(source: str, filename: str) -> types.CodeType:
    return compile(source, filename, "exec")


def is_cell(filename: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    return "ipykernel_" in filename or filename.startswith(("<cell", "<ipython-input"))
