"""Where jobs run on this machine: processes in the sandbox, kept warm and borrowed by threads."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from course_utils.errors import CourseError
from course_utils.grading.sandbox.tiers import Sandbox

MOST_REPLY = 256_000_000  # bytes of all reports of one job


class PoolError(CourseError):
    """Nothing can be run any more: no fault of a submission. The message says how to mend it."""


class Runner(Protocol):
    """Where jobs run: a worker of this machine, or of another."""

    tier: str

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None: ...


class Pool(Protocol):
    """Runners to borrow. tier: what is recorded for a file of which nothing was run."""

    tier: str

    def borrow(self) -> contextlib.AbstractContextManager[Runner]: ...


class Worker:
    """One sandboxed worker: two processes, of which one never meets a hidden input.

    From it come the words that learners read, so that no trace that an earlier job left in its
    memory can get into them.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._marks, self._words = Station(sandbox), Station(sandbox)

    @property
    def tier(self) -> str:
        return self.sandbox.tier

    @property
    def pid(self) -> int | None:
        """The number of the outermost process that marks, None if it isn't running."""
        return self._marks.pid

    @property
    def scratch_folder(self) -> str:
        """Where submissions write, "" if that is nowhere on this machine's disks."""
        return self._marks.scratch_folder

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The observations of a job, or None if the worker died twice or stayed silent too long."""
        return (self._words if job["public"] else self._marks).run(job, seconds)

    def stop(self) -> None:
        """End the worker and all that runs in it."""
        self._marks.stop()
        self._words.stop()


@dataclass
class Station:
    """One process in the sandbox, started when it is first needed and again after it died."""

    sandbox: Sandbox
    _process: subprocess.Popen | None = None
    _scratch: tempfile.TemporaryDirectory | None = None
    _lines: queue.Queue = field(default_factory=queue.Queue)

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The observations of a job, or None if the worker died twice or stayed silent too long."""
        for _ in range(2):
            try:
                process = self._started()
                for part in (job.get("warm", ()), job):
                    process.stdin.write(message(part))
                process.stdin.flush()
                line = self._lines.get(timeout=seconds)
            except queue.Empty:
                self.stop()
                return None
            except OSError:
                line = b""
            reply = _reply(line)
            if reply is not None and reply.get("id") == job["id"]:
                return reply["results"]
            self.stop()  # a submission has no way to it; perhaps the machine was out of memory
        return None

    @property
    def pid(self) -> int | None:
        """The number of its outermost process, None if it isn't running."""
        return self._process.pid if self._process is not None else None

    @property
    def scratch_folder(self) -> str:
        """Where its submissions write, "" if that is nowhere on this machine's disks."""
        return self._scratch.name if self._scratch is not None else ""

    def stop(self) -> None:
        """End the worker and all that runs in it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
            self._process = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _started(self) -> subprocess.Popen:
        if self._process is None:
            self._scratch = self.sandbox.scratch()
            self._process = self.sandbox.start(self._scratch)
            self._lines = queue.Queue()
            arguments = (self._process.stdout, self._lines)
            threading.Thread(target=_pump, args=arguments, daemon=True).start()
        return self._process


def message(content: Any) -> bytes:
    """What a worker reads from its standard input: the length in eight digits, then the JSON."""
    data = json.dumps(content).encode()
    return b"%08d" % len(data) + data


def _reply(line: bytes) -> dict[str, Any] | None:
    """What a worker sent: a dictionary of reports, each of which is checked when it is marked."""
    try:
        reply = json.loads(line)
    except (ValueError, RecursionError):
        return None
    known = isinstance(reply, dict) and isinstance(reply.get("results"), dict)
    return reply if known else None


def _pump(stream, lines: queue.Queue) -> None:
    with contextlib.suppress(ValueError, OSError):
        while line := stream.readline(MOST_REPLY):
            lines.put(line)
    lines.put(b"")


class WorkerPool:
    """Workers to borrow, one for each thread that grades; use it with `with`."""

    def __init__(self, sandbox: Sandbox, count: int) -> None:
        self.sandbox = sandbox
        self.tier = sandbox.tier
        self.workers = [Worker(sandbox) for _ in range(count)]
        self._free: queue.Queue[Worker] = queue.Queue()
        for worker in self.workers:
            self._free.put(worker)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.stop()

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Worker]:
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)
