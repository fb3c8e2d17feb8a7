"""What submissions are forked from: a process that imports, and neither runs nor reads a job.

What it had read or been told would stay in its memory, and all that it forks could look at it
there: another submission's answers, or the values that they gave. So the one who supervises hands
it open files only, in which the job stands and into which the child writes.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import select
import socket
import sys
from collections.abc import Iterable
from typing import Any

from course_utils.errors import CourseError
from course_utils.grading.sandbox import isolation
from course_utils.grading.sandbox.inside import run_and_tell
from course_utils.grading.sandbox.scratch import Folder, Scratch

LENGTH, NUMBER = 8, 4  # bytes of a request's length, and of a number in an answer
DRAWING = ("IPython.display", "matplotlib.backends.backend_agg")
USED_LATER = {
    "matplotlib": DRAWING[1:],
    "matplotlib.pyplot": DRAWING[1:],
    "course_utils.plots": DRAWING,
    "course_utils.explorables": DRAWING,
    "course_utils.datasets": ("zipfile",),
}


class ZygoteGone(CourseError):
    """The process that submissions are forked from has ended."""


class Zygote:
    """The process, seen by the one who supervises. It has one child at a time."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        if os.fork() == 0:
            self._socket.close()
            _serve(theirs)
        theirs.close()

    def warm(self, modules: Iterable[str]) -> None:
        """Import modules, so that no child has to."""
        self._send(list(modules))

    def fork(self, job: int, channel: int, scratch: Scratch | None) -> int:
        """The number of a new child, which reads its job from one file and writes to the other."""
        path, files = scratch.of_child() if scratch is not None else ("", [])
        self._send(path, [job, channel, *files])
        return self._number()

    def status(self, patience: float | None = None) -> int | None:
        """The child's exit code, below zero for a signal; None if it still runs after `patience`
        seconds."""
        ready, _, _ = select.select([self._socket], [], [], patience)
        return self._number() if ready else None

    def _send(self, request: Any, files: Iterable[int] = ()) -> None:
        data = json.dumps(request).encode()
        try:
            socket.send_fds(self._socket, [b"%0*d" % (LENGTH, len(data))], list(files))
            self._socket.sendall(data)
        except OSError as error:
            raise ZygoteGone from error

    def _number(self) -> int:
        return int.from_bytes(_read(self._socket, NUMBER), "big", signed=True)


def _serve(requests: socket.socket) -> None:
    """In the zygote: a list of modules is imported; a folder's path, with files, is a child's."""
    try:
        isolation.end_with_parent()
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):  # what the grader says there is for the one who supervises
            os.dup2(null, standard)
        _freeze()
        while True:
            head, files, _, _ = socket.recv_fds(requests, LENGTH, 3)
            length = int(head + _read(requests, LENGTH - len(head)))
            request = json.loads(_read(requests, length))
            if isinstance(request, list):
                warm_up(request)
                continue
            child = os.fork()
            if child == 0:
                _begin(request, *files)
            for file in files:
                os.close(file)
            requests.sendall(child.to_bytes(NUMBER, "big"))
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            requests.sendall(code.to_bytes(NUMBER, "big", signed=True))
    finally:
        os._exit(0)


def _begin(path: str, job: int, channel: int, *files: int) -> None:
    """In a child: read the job and run it, isolated. Never returns."""
    try:
        with os.fdopen(job, "rb") as file:
            content = json.loads(file.read())
        run = functools.partial(run_and_tell, content, channel)
        isolation.enter(channel, run, Folder.of(path, list(files)))
    finally:
        os._exit(isolation.BROKEN)


def _read(stream: socket.socket, count: int) -> bytes:
    """So many bytes; raises ZygoteGone at an early end."""
    parts = []
    while count > 0:
        part = stream.recv(count)
        if not part:
            raise ZygoteGone
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def warm_up(modules: Iterable[str]) -> None:
    """Import modules that aren't yet, and keep the garbage collector of the children off them.

    Nothing of them is run: after TensorFlow's first operation it has threads, and a fork of a
    process with those hangs. What some import only when it is first used, each child would
    import for itself.
    """
    new = [module for module in modules if module not in sys.modules]
    later = [late for module in new for late in USED_LATER.get(module, ())]
    for module in (*new, *later):
        with contextlib.suppress(Exception):  # the child says what is missing, or can't begin
            __import__(module)
    if new:
        _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()
