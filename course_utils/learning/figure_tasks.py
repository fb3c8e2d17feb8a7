"""Which tasks of the interactive figures a learner has done: one file beside the progress."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.learning.own_folder import records_folder
from course_utils.write_whole import write_whole

FILE_NAME = "figures.json"


def done_tasks(figure: str, place: str = "", folder: Path | None = None) -> set[str]:
    """The tasks that are done of a figure in one place of the course ("" for its usual one)."""
    return set(all_done(folder).get(figure, {}).get(place, []))


def all_done(folder: Path | None = None) -> dict[str, dict[str, list[str]]]:
    """Every task that is done: figure -> place -> names, sorted; empty if none can be read."""
    folder = folder or records_folder()
    if folder is None:
        return {}
    try:
        data = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return {
            figure: {place: sorted(map(str, names)) for place, names in places.items()}
            for figure, places in data.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def note_done(figure: str, place: str, names: Iterable[str], folder: Path | None = None) -> None:
    """Add tasks to those that are done; nothing is ever taken away. Where it can't, it is quiet:

    a figure goes on working in a folder that can't be written, and keeps its marks in memory.
    """
    folder = folder or records_folder()
    if folder is None:
        return
    path = folder / FILE_NAME
    try:
        with FileLock(f"{path}.lock", timeout=2):
            data = all_done(folder)
            if not data and path.exists() and path.read_text("utf-8").strip() not in ("", "{}"):
                os.replace(path, path.with_name(f"{FILE_NAME}.bak"))  # it could not be read
            known = data.setdefault(figure, {}).get(place, [])
            data[figure][place] = sorted({*known, *names})
            write_whole(path, json.dumps(data, indent=1, sort_keys=True))
    except (OSError, ValueError, Timeout):
        return
