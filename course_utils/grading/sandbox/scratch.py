"""The folder that one submission may write in, where no file system of its own limits it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile

from course_utils.errors import CourseError

MAX_BYTES = 32 << 20
MAX_ENTRIES = 1_000
MAX_DEPTH = 10


class ScratchFull(CourseError):
    """A submission wrote more than it may."""


class Scratch:
    """An empty folder in the worker's own scratch folder.

    One file is limited by the kernel, and so is the number of open ones; how many there are is
    looked at while the submission runs, and one that has too many is ended.
    """

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp()

    def check(self) -> None:
        """Raise ScratchFull if there is more in it than MAX_BYTES, MAX_ENTRIES or MAX_DEPTH."""
        left = [MAX_BYTES, MAX_ENTRIES]
        try:
            _count(self.path, MAX_DEPTH, left)
        except OSError as error:
            raise ScratchFull from error

    def remove(self) -> None:
        """Remove it and all that is in it, however it was named and nested."""
        with contextlib.suppress(RecursionError):
            shutil.rmtree(self.path, ignore_errors=True)
        if os.path.exists(self.path):
            subprocess.run(["rm", "-rf", self.path], check=False, capture_output=True)


def _count(folder: str, depth: int, left: list[int]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # removed while it is looked at
                left[0] -= entry.stat(follow_symlinks=False).st_blocks * 512
                left[1] -= 1
                if min(*left, depth) < 0:
                    raise ScratchFull
                if entry.is_dir(follow_symlinks=False):
                    _count(entry.path, depth - 1, left)
