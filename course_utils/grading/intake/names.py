"""What a file's name says: whether it is a notebook, and what stands before its ending."""

from __future__ import annotations

import re

ENDING = re.compile(r"\.ipynb(\.[a-z]{1,8})?$|\.tar\.\w{2}$|\.[a-z0-9]{1,8}$", re.IGNORECASE)
NOTEBOOK = re.compile(r"\.ipynb(\.(txt|json|ipynb|download|html?))?$", re.IGNORECASE)


def is_notebook_name(name: str) -> bool:
    """Whether a file's name says that it is a notebook, also with another ending behind."""
    return bool(NOTEBOOK.search(name))


def stem(name: str) -> str:
    """A file's name without its endings."""
    found = ENDING.search(name)
    return name[: found.start()] or name if found else name
