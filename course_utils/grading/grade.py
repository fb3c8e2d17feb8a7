"""The batch: files go through the sandbox, what comes back is judged here, marks come out."""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, as_completed, wait
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from course_utils.checking import verdict as v
from course_utils.checking.answer import Answer
from course_utils.checking.errors import explain_error
from course_utils.checking.judge import judge
from course_utils.checking.question import Exercise, Question
from course_utils.checking.verdict import Verdict
from course_utils.grading.claims import checked
from course_utils.grading.intake import File
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.submission import CodeCell, Submission, SubmissionError, read
from course_utils.grading.worker import BUSY

SILENT = ("check", "hint", "solution", "progress", "exercise")
START_SECONDS = 60.0
OURS = ("course_utils", "matplotlib")


@dataclass(frozen=True)
class Mark:
    """The mark of one question. answer: the source that was handed in; printed: what it printed."""

    name: str
    score: float
    max_score: float
    verdict: Verdict
    answer: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Result:
    """The marks of one submission. problem: why it could not be graded at all, "" if it could."""

    submission: str
    exercise: str
    sandbox: str
    seconds: float
    marks: tuple[Mark, ...]
    anomalies: tuple[str, ...] = ()
    problem: str = ""

    @property
    def score(self) -> float:
        return sum(mark.score for mark in self.marks)

    @property
    def max_score(self) -> float:
        return sum(mark.max_score for mark in self.marks)


class Runner(Protocol):
    """Where jobs run: a worker of this machine, or of another."""

    tier: str

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None: ...


class Pool(Protocol):
    """Runners to borrow. tier: what is recorded for a file of which nothing was run."""

    tier: str

    def borrow(self) -> contextlib.AbstractContextManager[Runner]: ...


@dataclass
class Worker:
    """One sandboxed worker, started when it is first needed and again after it died."""

    sandbox: Sandbox
    _process: subprocess.Popen | None = None
    _scratch: tempfile.TemporaryDirectory | None = None
    _lines: queue.Queue = field(default_factory=queue.Queue)

    @property
    def tier(self) -> str:
        return self.sandbox.tier

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The observations of a job, or None if the worker died twice or stayed silent too long."""
        for _ in range(2):
            try:
                process = self._started()
                process.stdin.write(json.dumps(job).encode() + b"\n")
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


def _reply(line: bytes) -> dict[str, Any] | None:
    try:
        reply = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return reply if isinstance(reply, dict) else None


def _pump(stream, lines: queue.Queue) -> None:
    with contextlib.suppress(ValueError, OSError):
        for line in stream:
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


def grade_all(
    files: Iterable[File], exercise: Exercise, pool: Pool, executor: Executor, ahead: int = 64
) -> Iterator[Result]:
    """Grade files on an executor; results come as they are ready.

    exercise: with the expected values of the seed of this batch (`checking.expectation.renew`).
    ahead: so many files are under way at most, so that a large class needs no more memory.
    """
    waiting: set[Future[Result]] = set()
    for file in files:
        waiting.add(executor.submit(grade_file, file, exercise, pool))
        if len(waiting) >= ahead:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result()
    for future in as_completed(waiting):
        yield future.result()


def grade_file(file: File, exercise: Exercise, pool: Pool) -> Result:
    """Grade one file. Whatever the file is or does, there is a result that says so."""
    try:
        if file.problem:
            raise SubmissionError(file.problem)
        submission = read(file.path, exercise, file.name)
    except SubmissionError as error:
        marks = tuple(_no_file(question, error) for question in exercise.questions)
        return Result(file.name, exercise.name, pool.tier, 0.0, marks, problem=str(error))
    with pool.borrow() as worker, _clock() as seconds:
        marks = mark_submission(submission, exercise, worker)
    tier = worker.tier or pool.tier
    return Result(file.name, exercise.name, tier, seconds(), marks, submission.anomalies)


def _no_file(question: Question, error: SubmissionError) -> Mark:
    verdict = Verdict(question.name, v.MISSING, f"The file {error}", cause="no notebook")
    return Mark(question.name, 0.0, question.points, verdict)


def mark_submission(submission: Submission, exercise: Exercise, worker: Runner) -> tuple[Mark, ...]:
    """The marks of a submission: with its own answers first, then, where a wrong one may have
    taken a later one down, once more with the course's answer in the place of the wrong one.
    """
    job = make_job(submission, exercise)
    observed = worker.run(job, _longest(exercise)) or {}
    marks = {q.name: mark_question(q, observed.get(q.name), submission) for q in exercise.questions}
    wrong = [q for q in exercise.questions if not marks[q.name].verdict.is_correct]
    for question in wrong:
        earlier = [
            q for q in wrong if q.number != question.number and _uses(submission, question, q)
        ]
        if not earlier or question.name not in {c.question for c in submission.cells}:
            continue
        mended = make_job(
            _with_answers(submission, earlier, question), exercise, only=question.name
        )
        again = worker.run(mended, _longest(exercise)) or {}
        mark = mark_question(question, again.get(question.name), submission)
        if mark.verdict.is_correct:
            names = ", ".join(f"`{q.name}`" for q in earlier)
            note = f"It was judged with the course's answer to {names}, because yours isn't right."
            verdict = replace(mark.verdict, remarks=(*mark.verdict.remarks, note))
            marks[question.name] = replace(mark, verdict=verdict)
    return tuple(marks[q.name] for q in exercise.questions)


def _longest(exercise: Exercise) -> float:
    """When a worker itself must be broken: far more than its own limits, on a busy machine too."""
    return 2 * BUSY * sum(q.seconds + 2 for q in exercise.questions) + START_SECONDS


def _uses(submission: Submission, question: Question, other: Question) -> bool:
    """Whether the answer to `question` names something that `other` asks for."""
    source = next((c.source for c in submission.cells if c.question == question.name), "")
    try:
        named = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(named & set(other.names))


def _with_answers(
    submission: Submission, questions: list[Question], judged: Question
) -> Submission:
    """The submission with the course's answers to some questions in the place of its own.

    Once more they stand right before the answer that is judged, in case a cell between the two
    defines them anew.
    """
    answers = {q.name: q.answer for q in questions}
    cells: list[CodeCell] = []
    for cell in submission.cells:
        if cell.question == judged.name:
            cells += [CodeCell(f"course-{name}", source) for name, source in answers.items()]
        cells.append(replace(cell, source=answers.get(cell.question, cell.source)))
    return replace(submission, cells=tuple(cells))


def make_job(submission: Submission, exercise: Exercise, only: str = "") -> dict[str, Any]:
    """All that the sandbox gets: cells, probe expressions and a seed; nothing that is expected.

    only: the one question to observe, "" for all.
    """
    return {
        "id": submission.name,
        "seed": exercise.seed,
        "given": list(exercise.given),
        "silent": list(SILENT),
        "warm": [*warm_modules(exercise), *_drawn_with(submission)],
        "cells": [
            {"id": cell.id, "source": cell.source, "question": cell.question}
            for cell in submission.cells
            if not _opens_the_exercise(cell.source)
        ],
        "questions": [
            {
                "name": q.name,
                "names": list(q.names),
                "starter": q.starter,
                "helpers": q.helpers,
                "probes": [probe.observed for probe in q.probes],
                "seconds": q.seconds,
                "forbidden": list(q.forbidden),
            }
            for q in exercise.questions
            if only in ("", q.name)
        ],
    }


def mark_question(question: Question, seen: dict[str, Any] | None, submission: Submission) -> Mark:
    """Judge what the sandbox sent back for one question; anything malformed earns nothing."""
    source = next((c.source for c in submission.cells if c.question == question.name), "")
    verdict = _verdict(question, seen, submission, answered=bool(source))
    score = question.points if verdict.is_correct else 0.0
    printed = str((seen or {}).get("printed", ""))[:4000]
    return Mark(question.name, score, question.points, verdict, source, printed)


def _verdict(
    question: Question, seen: dict[str, Any] | None, submission: Submission, *, answered: bool
) -> Verdict:
    name = question.name
    if not answered:
        message = "The notebook has no cell that answers this question."
        return Verdict(name, v.MISSING, message, "Hand in the whole notebook.", "missing")
    if not isinstance(seen, dict):
        message = "The run ended before this question could be looked at."
        return Verdict(name, v.CRASHED, message, "Restart the kernel and run all cells.", "crashed")
    if "timeout" in seen:
        message = f"The code was stopped after {seen['timeout']:g} seconds."
        return Verdict(name, v.TIMEOUT, message, v.TIMEOUT_STEP, "timeout")
    if "crashed" in seen:
        memory = "memory" in str(seen["crashed"])
        kind = v.OUT_OF_MEMORY if memory else v.CRASHED
        step = "" if memory else "Does it call `exit()` or `quit()`? An answer returns instead."
        return Verdict(name, kind, f"The run broke off: {seen['crashed']}.", step, kind)
    try:
        seen = checked(seen, question, submission)
        if "error" in seen:
            return _cell_error(name, seen["error"])
        answer = Answer(
            attempted=seen["attempted"] is True,
            observations=tuple(seen["observations"]),
            missing=tuple(map(str, seen["missing"])),
            reads=tuple(map(str, seen["reads"])),
            blank=tuple(map(str, seen["blank"])),
            uses=tuple(map(str, seen["uses"])),
            loops=seen["loops"] is True,
        )
        return judge(question, answer)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        message = f"What the run sent back can't be read ({type(error).__name__})."
        return Verdict(name, v.CRASHED, message, "", "crashed")


def _cell_error(name: str, error: dict[str, Any]) -> Verdict:
    kind, text = str(error["kind"])[:80], str(error["message"])[:300]
    if kind == "MemoryError" or kind.endswith("MemoryError"):
        return Verdict(name, v.OUT_OF_MEMORY, "The cell asks for more memory than there is.")
    line = f" in the line `{str(error['source'])[:200]}`" if error.get("source") else ""
    message = f"The cell raised {kind}{line}" + (f": {text}." if text else ".")
    return Verdict(name, v.ERROR, message, explain_error(error), f"error {kind}")


def _opens_the_exercise(source: str) -> bool:
    return "exercise(" in source and "check" in source and "=" in source


def warm_modules(exercise: Exercise) -> list[str]:
    """What the exercise's own code imports: the sandbox's parent imports it once for all.

    So TensorFlow is imported for the exercises that need it, and for no other.
    """
    answers = (code for q in exercise.questions for code in (q.answer, q.helpers))
    return list(_imported((*exercise.given, *answers)))


@functools.lru_cache(maxsize=8)
def _imported(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*map(_imports, sources))))


def _drawn_with(submission: Submission) -> list[str]:
    """The parts of the course and of matplotlib that a submission imports, to draw, for example.

    It has no say in what else the parent imports, and these take longer than most answers.
    """
    named = set()
    for cell in submission.cells:
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            named |= _imports(cell.source)
    return sorted(name for name in named if name.partition(".")[0] in OURS)


def _imports(source: str) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
            if node.module == "course_utils":
                modules |= {f"course_utils.{alias.name}" for alias in node.names}
    return modules


@contextlib.contextmanager
def _clock() -> Iterator[Callable[[], float]]:
    import time

    start = time.perf_counter()
    yield lambda: round(time.perf_counter() - start, 3)
