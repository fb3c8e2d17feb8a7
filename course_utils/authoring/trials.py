"""Try mutants in a process that can be stopped: a changed loop may never end, or eat all memory."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from course_utils.authoring.prove import Bench
from course_utils.checking.data.question import load
from course_utils.checking.data.verdict import CORRECT, CRASHED, TIMEOUT
from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import given_namespace
from course_utils.checking.observing.run import run_cell
from course_utils.errors import CourseError

START_SECONDS = 120.0  # TensorFlow takes a few seconds to import, more on a busy machine
LEAST_SECONDS = 10.0  # on a busy machine less would call a slow mutant caught
PATIENCE = 20  # a mutant may take this many times as long as the right answer
MEMORY_BYTES = 4 * 2**30

SURVIVED = CORRECT


class TrialError(CourseError):
    """The right answer itself could not be tried; the message says what happened."""


def fates(checks: Path, name: str, codes: Iterable[str]) -> Iterator[str]:
    """What becomes of each code when it stands in the place of the answer to question `name`.

    A fate is `SURVIVED` (every probe is content), or what caught it: the cause of the verdict,
    "timeout" or "crashed". checks: the check file of the exercise. Raises TrialError.
    """
    with contextlib.ExitStack() as stack:
        trial = None
        for code in codes:
            trial = trial or stack.enter_context(_Trial(checks, name))
            fate = trial.fate(code)
            yield fate
            if fate in (TIMEOUT, CRASHED):
                stack.close()
                trial = None


class _Trial:
    """One process in which mutants of one question are tried, one after the other."""

    def __init__(self, checks: Path, name: str) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a threaded process may hang
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(checks, name, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.name = name

    def __enter__(self) -> _Trial:
        answer = self._receive(START_SECONDS)
        if not isinstance(answer, float):
            self.__exit__()
            raise TrialError(f"`{self.name}`: the right answer could not be tried ({answer}).")
        self.seconds = max(LEAST_SECONDS, PATIENCE * answer)
        return self

    def __exit__(self, *_: object) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()

    def fate(self, code: str) -> str:
        self.pipe.send(code)
        return str(self._receive(self.seconds))

    def _receive(self, seconds: float) -> object:
        if not self.pipe.poll(seconds):
            return TIMEOUT
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            return CRASHED


def _work(checks: Path, name: str, pipe: Connection) -> None:
    """The process: answer each code that comes with its fate. First the right answer's seconds."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory()
    warnings.simplefilter("ignore")  # mutants warn; the author is told which of them survive
    try:
        bench = open_bench(checks, name)
        start = time.perf_counter()
        fate = _fate(bench, bench.question.answer)
        pipe.send(time.perf_counter() - start if fate == SURVIVED else fate)
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
        return
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_fate(bench, pipe.recv()))


def open_bench(checks: Path, name: str) -> Bench:
    """The place where answers to question `name` of a built exercise are tried."""
    exercise = load(checks)
    given = given_namespace(exercise.given)
    namespace = dict(given)
    for question in exercise.questions:
        run_cell(question.answer, f"<cell {question.answer_id}>", namespace)
        if question.name == name:
            rest = {key: namespace[key] for key in namespace if key not in question.names}
            return Bench(question, rest, given, exercise.seed)
    raise KeyError(name)


def _fate(bench: Bench, code: str) -> str:
    try:
        return judge(bench.question, bench.answer(code, "mutant")).cause
    except MemoryError:
        return CRASHED
    except BaseException as error:  # SystemExit too: what a mutant does must not end the trials
        return f"error {type(error).__name__}"


def _end_with_parent() -> None:
    """A mutant that never ends must not outlive a report that was killed."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
