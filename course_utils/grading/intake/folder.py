"""All that lies in a folder, however deep; no link is followed and nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from course_utils.errors import CourseError
from course_utils.grading.intake.entry import DEEP, FILE, FOLDER, Entry, OnDisk, kind_of
from course_utils.grading.intake.names import is_notebook_name

MAX_ENTRIES = 200_000
MAX_DEPTH = 60
SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx", "__pycache__"}


class IntakeError(CourseError):
    """The batch can't begin; the message says what came, what was expected and how to mend it."""


def in_folder(place: Path) -> list[Entry]:
    """Every file, link and empty folder below `place`, in order of their names; a folder that lies
    MAX_DEPTH deep isn't opened.

    Raises IntakeError if there are far too many, or the folder itself can't be read.
    """
    entries: list[Entry] = []
    for entry in _below(place, ()):
        entries.append(entry)
        if len(entries) > MAX_ENTRIES:
            raise IntakeError(
                f"{place} holds more than {MAX_ENTRIES:,} files. Give the folder that holds the "
                "submissions and nothing else."
            )
    return sorted(entries, key=lambda entry: entry.parts)


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a file is one that systems and editors leave, not learners."""
    *folders, name = parts
    stays = is_notebook_name(name) or name.endswith(".icloud")  # a file that wasn't downloaded
    if name.startswith(".") and not name.startswith("._") and stays:
        parts = tuple(folders)  # `.ipynb` too: whoever names a notebook so means it
    return any(
        (part.startswith(".") and part not in (".", "..")) or part.casefold() in SYSTEM_FILES
        for part in parts
    )


def repositories(place: Path, entries: list[Entry]) -> set[tuple[str, ...]]:
    """The folders below `place` that are checkouts."""
    folders = {entry.parts[:i] for entry in entries for i in range(1, len(entry.parts))}
    return {f for f in folders if os.path.lexists(os.path.join(place, *f, ".git"))}


def _below(place: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
    try:
        with os.scandir(place.joinpath(*parts)) as found:
            children = [(c.name, kind_of(c.stat(follow_symlinks=False).st_mode)) for c in found]
    except OSError as error:
        if not parts:
            raise IntakeError(f"{place} can't be read: {error.strerror}.") from None
        yield Entry(parts, FILE, OnDisk(place, parts))  # to read it says why it can't be
        return
    visible = [child for child in children if _is_seen(*child)]
    if not visible and parts:
        yield Entry(parts, FOLDER)
    for name, kind in visible:
        here = (*parts, name)
        if kind == FOLDER and len(here) < MAX_DEPTH:
            yield from _below(place, here)
        elif kind == FOLDER:
            yield Entry(here, DEEP)
        elif kind == FILE:
            yield Entry(here, kind, OnDisk(place, here))
        else:
            yield Entry(here, kind)


def _is_seen(name: str, kind: str) -> bool:
    return not is_hidden((name,) if kind != FOLDER else (name, ""))


def as_path(parts: tuple[str, ...]) -> str:
    return PurePosixPath(*parts).as_posix()
