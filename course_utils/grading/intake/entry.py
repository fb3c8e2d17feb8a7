"""One thing that lies in a place, a file or whatever else, and how its bytes are read."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from course_utils.errors import CourseError

MAX_BYTES = 30_000_000
FILE, LINK, FOLDER, PIPE, SOCKET, DEVICE = "file", "link", "folder", "pipe", "socket", "device"
DEEP = "deep folder"  # one that isn't opened, since it lies in too many others
BELONGS_TO_THE_FILE = {errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENODEV}


class SubmissionError(CourseError):
    """A file that can't be graded at all; the message says what it is instead.

    passing: whether the reason may be gone at another run, as after a failed read.
    """

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class Source(Protocol):
    """Where the bytes of an entry are. read raises SubmissionError or OSError."""

    def read(self, limit: int) -> bytes: ...


@dataclass(frozen=True)
class Entry:
    """One thing in a place. parts: its path below the place, as it is named there; kind: FILE,
    LINK, FOLDER (an empty one), DEEP, PIPE, SOCKET or DEVICE; only a FILE is ever opened.
    """

    parts: tuple[str, ...]
    kind: str
    source: Source | None = None

    @property
    def name(self) -> str:
        return self.parts[-1]

    def read(self) -> bytes:
        """All bytes. Raises SubmissionError if it is no file, too large, or can't be read."""
        if self.kind != FILE or self.source is None:
            raise SubmissionError(what_it_is(self.kind))
        try:
            data = self.source.read(MAX_BYTES + 1)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            passing = error.errno not in BELONGS_TO_THE_FILE
            raise SubmissionError(f"can't be read ({reason}).", passing=passing) from None
        if len(data) > MAX_BYTES:
            raise SubmissionError(
                f"has more than {MAX_BYTES / 1e6:.0f} MB, the most that is graded. Clear the "
                "notebook's outputs and hand it in again."
            )
        return data


def what_it_is(kind: str) -> str:
    """The sentence about a thing that is no file."""
    if kind == LINK:
        return "is a link to somewhere else, not a file. Hand in the file itself."
    if kind == FOLDER:
        return "is an empty folder. Hand in the .ipynb file."
    if kind == DEEP:
        return "is a folder in too many others to be opened. Hand in the .ipynb file."
    return f"is a {kind}, not a file. Hand in the .ipynb file."


def kind_of(mode: int) -> str:
    """What a file system's mode says that a thing is."""
    tests = ((stat.S_ISLNK, LINK), (stat.S_ISREG, FILE), (stat.S_ISDIR, FOLDER))
    tests += ((stat.S_ISFIFO, PIPE), (stat.S_ISSOCK, SOCKET))
    return next((kind for holds, kind in tests if holds(mode)), DEVICE)


@dataclass(frozen=True)
class OnDisk:
    """A file below a folder. No link on the way is followed, and nothing but a file is read."""

    place: Path
    parts: tuple[str, ...] = ()

    def read(self, limit: int) -> bytes:
        with contextlib.ExitStack() as stack:
            handle = _opened(self.place, self.parts, stack)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SubmissionError(what_it_is(kind_of(os.fstat(handle).st_mode)))
            pieces, left = [], limit
            while left > 0 and (piece := os.read(handle, min(left, 1 << 20))):
                pieces.append(piece)
                left -= len(piece)
            return b"".join(pieces)


def _opened(place: Path, parts: tuple[str, ...], stack: contextlib.ExitStack) -> int:
    """Open the file of `parts` below `place`: folder by folder, never through a link."""

    def opened(path, flags: int, at: int | None = None) -> int:
        handle = os.open(path, flags, dir_fd=at)
        stack.callback(os.close, handle)
        return handle

    reading = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    if not parts:  # the teacher named the file, and may well have named a link
        return opened(place, reading)
    if os.open not in os.supports_dir_fd:
        path = place.joinpath(*parts)
        if any(p.is_symlink() for p in (path, *path.parents) if p.is_relative_to(place / parts[0])):
            raise SubmissionError(what_it_is(LINK))
        return opened(path, reading)
    at = opened(place, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts[:-1]:
        at = opened(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, at)
    return opened(parts[-1], reading | os.O_NOFOLLOW, at)
