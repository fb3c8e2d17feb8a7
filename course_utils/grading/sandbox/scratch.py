"""The folder that one submission may write in, and the limit on it: one rule for all tiers."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass

from course_utils.errors import CourseError

MAX_BYTES = 32 << 20
MAX_ENTRIES = 1_000
MAX_DEPTH = 10
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


class ScratchFull(CourseError):
    """A submission wrote more than it may."""


class Scratch:
    """An empty folder in the worker's own scratch folder, where no file system limits it.

    One file is limited by the kernel, and so is the number of open ones; how many there are is
    looked at while the submission runs and whenever it reports, and one that has too many is ended.
    """

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp()
        self._folder: int | None = os.open(self.path, FOLDER)

    def of_child(self) -> tuple[str, list[int]]:
        """The path and the open files from which the child makes its `Folder`."""
        return self.path, []

    def begun(self) -> None:
        """The child that writes in it has been made."""

    def check(self) -> None:
        """Raise ScratchFull if there is more in it than MAX_BYTES, MAX_ENTRIES or MAX_DEPTH."""
        if self._folder is None:
            return
        try:
            _count(self._folder, MAX_DEPTH, [MAX_BYTES, MAX_ENTRIES])
        except OSError as error:
            raise ScratchFull from error

    def remove(self) -> None:
        """Remove it and all that is in it, however it was named and nested."""
        self._close()
        with contextlib.suppress(RecursionError):
            shutil.rmtree(self.path, ignore_errors=True)
        if os.path.exists(self.path):
            subprocess.run(["rm", "-rf", self.path], check=False, capture_output=True)

    def _close(self) -> None:
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None


class ScratchOfChild(Scratch):
    """A child's own file system in memory, which nobody else sees: the child hands its folder out
    before it runs anything, and it is gone with the child."""

    def __init__(self) -> None:
        self.path = ""
        self._folder = None
        self._ours, self._theirs = socket.socketpair()

    def of_child(self) -> tuple[str, list[int]]:
        return self.path, [self._theirs.fileno()]

    def begun(self) -> None:
        self._theirs.close()
        self._ours.setblocking(False)

    def check(self) -> None:
        if self._folder is None:
            with contextlib.suppress(BlockingIOError):
                _, handles, _, _ = socket.recv_fds(self._ours, 1, 1)
                self._folder = handles[0] if handles else None
        super().check()

    def remove(self) -> None:
        self._close()
        self._ours.close()


@dataclass
class Folder:
    """The scratch folder of a child, in the child. told: whom it hands the folder out to, if the
    folder is in a file system of its own."""

    path: str
    told: socket.socket | None = None

    @classmethod
    def of(cls, path: str, files: list[int]) -> Folder:
        """Made from what `Scratch.of_child` gave."""
        return cls(path, socket.socket(fileno=files[0]) if files else None)

    def tell(self, path: str) -> None:
        """Let the one who supervises see the folder."""
        if self.told is not None:
            socket.send_fds(self.told, [b"."], [os.open(path, FOLDER)])

    def left(self) -> None:
        """In a process between the two: it has nothing to tell."""
        if self.told is not None:
            self.told.close()


def _count(folder: int, depth: int, left: list[int]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # removed while it is looked at
                left[0] -= entry.stat(follow_symlinks=False).st_blocks * 512
                left[1] -= 1
                if min(*left, depth) < 0:
                    raise ScratchFull
                if entry.is_dir(follow_symlinks=False):
                    inner = os.open(entry.name, FOLDER, dir_fd=folder)
                    try:
                        _count(inner, depth - 1, left)
                    finally:
                        os.close(inner)
