"""One submission that runs: the lines it writes, the time and the threads it takes, its end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from typing import Any, NamedTuple

from course_utils.errors import CourseError
from course_utils.grading.sandbox import hostile, isolation
from course_utils.grading.sandbox.scratch import Scratch
from course_utils.grading.sandbox.zygote import Zygote

LOOK_SECONDS = 0.05
MOST_THREADS = 500  # of one child: a system has only so many, and the others need some
QUEUED = 4  # messages that wait to be read; whoever writes more has to wait, too


class TooManyThreads(CourseError):
    """A child started more threads than any answer needs."""


def _count_threads(pid: int) -> int:
    """How many threads a process has; 0 where that isn't known."""
    try:
        return len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0


class Moment(NamedTuple):
    """A time, and the seconds for which a child had been waiting for a processor by then."""

    time: float
    starved: float


def _starved_seconds(pid: int) -> float:
    """How long a process was ready to run and had no processor; 0 where that isn't known.

    It is the kernel's count: one that sleeps doesn't raise it.
    """
    try:
        with open(f"/proc/{pid}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


class Child:
    """One submission, running in a process of its own; its lines arrive in a queue.

    zygote: what it is forked from, None where processes can't fork.
    """

    def __init__(self, job: dict[str, Any], zygote: Zygote | None) -> None:
        self.lines: queue.Queue[tuple[bytes | None, float]] = queue.Queue(
            QUEUED
        )  # and when it came
        self.killed = False
        self._zygote = zygote
        self._process: subprocess.Popen | None = None
        self._pids: list[int] = []
        self._ended = False
        self._next_look = 0.0
        self._scratch: Scratch | None = None
        content = json.dumps(job).encode()
        if zygote is None:
            self._spawn(content)
        else:
            self._fork(content, zygote)

    def _fork(self, job: bytes, zygote: Zygote) -> None:
        self._scratch = isolation.new_scratch()
        receiving, sending = os.pipe()
        reading, writing = os.pipe()
        self._pids = [zygote.fork(receiving, writing, self._scratch)]
        os.close(receiving)
        os.close(writing)
        if self._scratch is not None:
            self._scratch.begun()
        with contextlib.suppress(BrokenPipeError), os.fdopen(sending, "wb") as its:
            its.write(job)
        self._pump(os.fdopen(reading, "rb"))

    def _spawn(self, job: bytes) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "course_utils.grading.sandbox.worker", "--one"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._process.stdin.write(job)
        self._process.stdin.close()
        self._pump(self._process.stdout)

    def _pump(self, stream: Any) -> None:
        def pump() -> None:
            with stream:
                while line := stream.readline(hostile.MAX_BYTES):
                    self.lines.put((line, time.monotonic()))
                    if self._ended:
                        return
            self.lines.put((None, time.monotonic()))

        threading.Thread(target=pump, daemon=True).start()

    def remember(self, pid: int) -> None:
        """Keep the number that isolation tells first of all; any later one is forged."""
        if isolation.tier() == isolation.BUBBLEWRAP and len(self._pids) == 1:
            self._pids.append(pid)

    def now(self) -> Moment:
        """The time, and how long the child has waited for a processor until now."""
        return Moment(time.monotonic(), sum(map(_starved_seconds, self._pids)))

    def next_line(self, since: Moment, allowed: float, deadline: float) -> bytes | None:
        """The next line that the child writes, None at its end.

        allowed: seconds that it may take from `since` on. While the machine is busy, what the child
        waited for a processor since then doesn't count; but nothing moves the deadline. Raises
        queue.Empty when the time is over, and what `check` raises.
        """
        while True:
            now = self.now()
            passed = now.time - since.time
            waited = min(max(0.0, now.starved - since.starved), passed)
            left = min(allowed - (passed - waited), deadline - now.time)
            if now.time >= self._next_look:  # also while lines come, however many
                self.check()
                self._next_look = now.time + LOOK_SECONDS
            try:
                line, came = self.lines.get(timeout=max(0.0, min(left, LOOK_SECONDS)))
            except queue.Empty:
                if left <= 0:
                    raise
                continue
            if line is not None and left <= 0 and came > now.time + left:
                raise queue.Empty  # it came when the time was over
            return line

    def check(self) -> None:
        """Raise ScratchFull if it has written more files than it may, or TooManyThreads."""
        if self._scratch is not None:
            self._scratch.check()
        if any(_count_threads(pid) > MOST_THREADS for pid in self._pids):
            raise TooManyThreads

    def end(self, patience: float = 0.0) -> int:
        """Wait for at most `patience` seconds, kill whatever still runs, return the exit status."""
        self._ended = True
        with contextlib.suppress(queue.Empty):  # so that the one who fills it sees the end
            while True:
                self.lines.get_nowait()
        try:
            return self._end(patience)
        finally:
            if self._scratch is not None:
                self._scratch.remove()

    def _end(self, patience: float) -> int:
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(patience)
            self.killed = True
            self._process.kill()
            return self._process.wait()
        status = self._zygote.status(patience)
        if status is None:
            self.killed = True
            for pid in reversed(self._pids):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, 9)
            status = self._zygote.status()
        return status
