"""Measures in processes of their own, so that no value can hang or fill the grader with one.

What is measured came out of a sandbox and may be made to take long. A process that uses more time
than any measure needs is ended by the system, and the value is a wrong one. Each thread of the
grader has a process to itself, so that none waits for another's.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Probe, Question
from course_utils.checking.judging.measure import measure, raised

CPU_SECONDS = 10.0  # for all measures of a question; the slowest right answer takes less than one
WALL_SECONDS = 120.0  # whatever the process does instead of working
MEMORY = 2 * 1024**3
TOO_LONG = "it takes too long to measure your value"


def measured_apart(
    question: Question, answer: Answer, seconds: float = CPU_SECONDS, memory: int = MEMORY
) -> Answer:
    """The answer as `judging.measure.measured` gives it, with a limit on time and memory.

    seconds: processor time for all measures of the question. Where it isn't enough, each value that
    was to be measured is an error.
    """
    if not answer.observations or not any(probe.measure for probe in question.probes):
        return answer
    rows = [
        {
            "measure": probe.measure,
            "seen": {"value": seen.value},
            "beside": right.beside,
            "usual": right.measured_from,
        }
        for probe, seen, right in zip(
            question.probes, answer.observations, question.expected, strict=True
        )
        if probe.measure and seen.error is None
    ]
    task = {"outside": question.outside, "rows": rows, "seconds": seconds, "memory": memory}
    with _borrowed() as process:
        found = process.ask(task)
    results = iter(found if found is not None else [None] * len(rows))
    kept = []
    for probe, seen in zip(question.probes, answer.observations, strict=True):
        if probe.measure and seen.error is None:
            result = next(results)
            if result is None:
                seen = raised(seen, "TimeoutError", TOO_LONG)
            else:
                seen = replace(
                    seen,
                    value=result.get("value"),
                    error=result.get("error"),
                    measured_from=result.get("measured_from"),
                )
        kept.append(seen)
    return replace(answer, observations=tuple(kept))


class _Process:
    """A process that measures; it ends with the grader, since its input does."""

    lives = True

    def __init__(self) -> None:
        self._run = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def ask(self, task: dict) -> list[dict] | None:
        """What each measure of the task gave; None if the process has ended over it."""
        assert self._run.stdin is not None
        assert self._run.stdout is not None
        timer = threading.Timer(WALL_SECONDS, self._run.kill)
        timer.start()
        try:
            self._run.stdin.write(json.dumps(task) + "\n")
            self._run.stdin.flush()
            line = self._run.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        self.lives = line.endswith("\n")
        return json.loads(line) if self.lives else None

    def end(self) -> None:
        self._run.kill()
        with contextlib.suppress(BrokenPipeError):
            self._run.communicate()


@functools.cache
def _idle() -> queue.LifoQueue[_Process]:
    """The processes that wait for work; there are as many as threads ever measured at once."""
    idle: queue.LifoQueue[_Process] = queue.LifoQueue()
    atexit.register(_end, idle)
    return idle


def _end(idle: queue.LifoQueue[_Process]) -> None:
    while not idle.empty():
        idle.get_nowait().end()


@contextlib.contextmanager
def _borrowed() -> Iterator[_Process]:
    try:
        process = _idle().get_nowait()
    except queue.Empty:
        process = _Process()
    try:
        yield process
    except BaseException:
        process.lives = False  # an answer that nobody has read may still come
        raise
    finally:
        if process.lives:
            _idle().put(process)
        else:
            process.end()


def main() -> None:
    """Measure what each line of the input asks for, and write what came out as one line."""
    channel, sys.stdout = sys.stdout, sys.stderr  # what a measure prints is no result
    for line in sys.stdin:
        task = json.loads(line)
        _limit(task["memory"], task["seconds"])
        found = [_measured(task["outside"], row) for row in task["rows"]]
        _limit(task["memory"], 0.0)
        channel.write(json.dumps(found) + "\n")
        channel.flush()


def _limit(memory: int, seconds: float) -> None:
    """Bound this process's memory and time; 0 seconds: no bound. On Windows, which has neither
    bound, the grader waits WALL_SECONDS.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.RLIM_INFINITY))
    if hasattr(signal, "setitimer"):
        # It counts time on the processor, and its signal ends the process in the middle of NumPy.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _measured(outside: str, row: dict) -> dict:
    probe = Probe("", "", measure=row["measure"])
    seen = Observation.from_data(row["seen"])
    return measure(outside, probe, seen, row["beside"], row["usual"]).to_data()


if __name__ == "__main__":
    main()
