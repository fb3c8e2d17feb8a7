"""Run the source of one cell."""

from __future__ import annotations

import linecache
from typing import Any


def run_cell(source: str, filename: str, namespace: dict[str, Any]) -> None:
    """Run a cell's source in `namespace`, with its lines known to tracebacks and `inspect`."""
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)
    exec(compile(source, filename, "exec"), namespace)


def is_cell(filename: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    return "ipykernel_" in filename or filename.startswith(("<cell", "<ipython-input"))
