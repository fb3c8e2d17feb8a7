"""Runs inside the sandbox: a warm parent that forks a child for every submission.

Reads one job a line from standard input, writes one result a line to standard output. Neither the
parent nor a child ever holds an expected value. Whatever a child does, the parent answers for it.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy.random  # noqa: F401 - numpy imports it when it is first used: in each child, if not here

from course_utils.checking.answer import given_namespace, look_at
from course_utils.checking.observe import describe_error
from course_utils.checking.question import Probe, Question
from course_utils.checking.run import run_cell
from course_utils.grading import isolation
from course_utils.grading.absent import absent
from course_utils.grading.scratch import Scratch, ScratchFull

PRINTED_LIMIT = 4_000
GRACE_SECONDS = 1.0
LISTEN_SECONDS = 3.0
LOOK_SECONDS, LONGEST_LOOK = 0.05, 1.0
BUSY, SLEEPY = 5, 20  # a child that ran a twentieth of the time or less was asleep, not starved
END_SECONDS = 0.5
MAX_LINE = 64_000_000
DRAWING = ("IPython.display", "matplotlib.backends.backend_agg")
USED_LATER = {
    "matplotlib": DRAWING[1:],
    "matplotlib.pyplot": DRAWING[1:],
    "course_utils.plots": DRAWING,
    "course_utils.explorables": DRAWING,
    "course_utils.datasets": ("zipfile",),
}


def segments(job: dict[str, Any]) -> list[dict[str, Any]]:
    """The job's cells, cut before each answer.

    A piece holds the learner's cells from one answer up to the next, so that a helper written
    below an answer counts. What stands before the first answer is a piece without a question.
    """
    pieces: list[dict[str, Any]] = [{"question": "", "cells": []}]
    for cell in job["cells"]:
        if cell["question"]:
            pieces.append({"question": cell["question"], "cells": []})
        pieces[-1]["cells"].append(cell)
    return pieces


def run_job(
    job: dict[str, Any], skip: list[str], known: list[str], emit: Callable[[dict], None]
) -> None:
    """Run a submission from the top and emit what is observed of its questions.

    skip: what is not run, questions and what follows them (`after`). known: questions that are
    run, since others may build on them, and not observed once more. A job that only listens has
    no probes: it emits what the cells print.

    An answer is observed when its cell has run, so that no cell below, such as a long training,
    costs its time; and again when those have run, if they define what it needs or is.
    """
    questions = {item["name"]: _question(item) for item in job["questions"]}
    given = given_namespace(tuple(job["given"]))
    namespace = {**given, **_stand_ins(job["silent"])}
    for piece in segments(job):
        name, printed, seen = piece["question"], io.StringIO(), None
        question = questions.get(name) if name not in known else None
        cells = [cell for cell in piece["cells"] if cell["question"]] if name not in skip else []
        below = [cell for cell in piece["cells"] if not cell["question"]]
        with absent(questions[name].forbidden if name in questions else (), namespace):
            emit({"begin": name})
            for cell in cells:
                error = _run(cell, namespace, printed)
                seen = _observation(question, error, namespace, given, job["seed"])
            if seen:
                emit({**seen, "prints": bool(printed.getvalue())})
            if job["listen"]:
                emit({"question": name, "printed": printed.getvalue()[:PRINTED_LIMIT]})
            if after(name) in skip:
                continue
            emit({"begin": after(name)})
            before = [namespace.get(n) for n in question.names] if question else []
            for cell in below:
                _run(cell, namespace, printed)
            if seen and "error" not in seen and _may_change(seen, question, before, namespace):
                seen = _observation(question, None, namespace, given, job["seed"])
            if seen:
                emit({**seen, "prints": bool(printed.getvalue())})
        if job["listen"]:
            emit({"question": name, "printed": printed.getvalue()[:PRINTED_LIMIT]})


def after(name: str) -> str:
    """What stands between the answer to a question and the next answer."""
    return f"after {name}"


def _observation(
    question: Question | None, error: dict | None, namespace: dict, given: dict, seed: int
) -> dict[str, Any] | None:
    if question is None:
        return None
    if error:
        return {"question": question.name, "error": error}
    answer = look_at(question, namespace, given, seed)
    return {
        "question": question.name,
        "attempted": answer.attempted,
        "missing": list(answer.missing),
        "reads": list(answer.reads),
        "blank": list(answer.blank),
        "uses": list(answer.uses),
        "loops": answer.loops,
        "observations": list(answer.observations),
    }


def _may_change(seen: dict, question: Question, before: list, namespace: dict) -> bool:
    """Whether cells below an answer defined anew what it is, or perhaps a name that it needs."""
    if any(namespace.get(n) is not old for n, old in zip(question.names, before, strict=True)):
        return True
    errors = (one["error"]["kind"] for one in seen["observations"] if "error" in one)
    return "NameError" in errors


def _question(item: dict[str, Any]) -> Question:
    probes = tuple(Probe(code, code) for code in item["probes"])
    return Question(
        names=tuple(item["names"]), number="", points=0, minutes=0, difficulty=0, answer_id="",
        starter=item["starter"], answer="", explanation="", hints=(), helpers=item["helpers"],
        probes=probes, expected=(), wrong_answers=(), seconds=item["seconds"],
        forbidden=tuple(item["forbidden"]),
    )  # fmt: skip


class _Silent:
    """What magics, shell lines and the notebook's own functions meet: every use does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> _Silent:
        return self


def _stand_ins(names: list[str]) -> dict[str, Any]:
    """IPython and the checks, silent: nothing that a submission does with them decides anything."""
    silent = _Silent()
    return dict.fromkeys(("get_ipython", "display", *names), silent)


def _run(cell: dict[str, Any], namespace: dict[str, Any], printed: io.StringIO) -> dict | None:
    """Run one cell; an exception is returned as data. A magic becomes a call that does nothing."""
    source = cell["source"]
    try:
        if any(line.lstrip().startswith(("%", "!", "?")) for line in source.splitlines()):
            source = _without_magics(source)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            run_cell(source, f"<cell {cell['id']}>", namespace)
    except BaseException as error:
        return describe_error(error)
    return None


def _without_magics(source: str) -> str:
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


class Child:
    """One submission, running in a process of its own; its lines arrive in a queue."""

    def __init__(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        self.lines: queue.Queue[str | None] = queue.Queue()
        self._process: subprocess.Popen | None = None
        self._pids: list[int] = []
        self._scratch = Scratch() if isolation.tier() == isolation.LANDLOCK else None
        if hasattr(os, "fork"):
            self._fork(job, skip, known)
        else:
            self._spawn(job, skip, known)

    def _fork(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            scratch = self._scratch and self._scratch.path
            isolation.enter(writing, lambda: _main_of_child(job, skip, known, writing), scratch)
        os.close(writing)
        self._pids = [pid]
        self._pump(os.fdopen(reading, encoding="utf-8", errors="replace"))

    def _spawn(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "course_utils.grading.worker", "--one"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._process.stdin.write(json.dumps([job, skip, known]) + "\n")
        self._process.stdin.close()
        self._pump(self._process.stdout)

    def _pump(self, stream: Any) -> None:
        def pump() -> None:
            with stream:
                while line := stream.readline(MAX_LINE):
                    self.lines.put(line)
            self.lines.put(None)

        threading.Thread(target=pump, daemon=True).start()

    def remember(self, pid: int) -> None:
        self._pids.append(pid)

    def next_line(self, seconds: float) -> str | None:
        """The next line that the child writes, None at its end.

        Raises queue.Empty if it stays silent too long, ScratchFull if it writes too many files.
        """
        until = time.monotonic() + seconds
        while self._scratch is not None:
            left = until - time.monotonic()
            with contextlib.suppress(queue.Empty):
                return self.lines.get(timeout=max(0.0, min(left, LOOK_SECONDS)))
            self._scratch.check()
            if left <= 0:
                raise queue.Empty
        return self.lines.get(timeout=seconds)

    def next_line_patiently(self, seconds: float) -> str | None:
        """As `next_line`; but on a busy machine `seconds` are those that the child really ran.

        A child that sleeps gets no more, and none gets more than BUSY times as much.
        """
        begun, ran = time.monotonic(), self._processor_seconds()
        try:
            return self.next_line(seconds)
        except queue.Empty:
            while True:
                waited = time.monotonic() - begun
                now = self._processor_seconds()
                spent = seconds if ran is None or now is None else now - ran
                if spent >= seconds or spent < waited / SLEEPY or waited > BUSY * seconds:
                    raise
                with contextlib.suppress(queue.Empty):
                    return self.next_line(min(seconds - spent + 0.05, LONGEST_LOOK))

    def _processor_seconds(self) -> float | None:
        """The time that the child ran on a processor so far, None where that isn't known."""
        try:
            with open(f"/proc/{self._pids[-1]}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except (OSError, IndexError):
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self, patience: float = 0.0) -> int:
        """Wait for at most `patience` seconds, kill whatever still runs, return the exit status."""
        try:
            return self._end(patience)
        finally:
            if self._scratch is not None:
                self._scratch.remove()

    def _end(self, patience: float) -> int:
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(patience)
            self._process.kill()
            return self._process.wait()
        until = time.monotonic() + patience
        while time.monotonic() < until:
            pid, status = os.waitpid(self._pids[0], os.WNOHANG)
            if pid:
                return status
            time.sleep(0.001)
        for pid in reversed(self._pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        _, status = os.waitpid(self._pids[0], 0)
        return status


def _main_of_child(job: dict[str, Any], skip: list[str], known: list[str], writing: int) -> None:
    def emit(message: dict[str, Any]) -> None:
        data = (json.dumps(message) + "\n").encode()
        while data:
            data = data[os.write(writing, data) :]

    run_job(job, skip, known, emit)
    emit({"end": True})


def supervise(job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Run a job to its end: question -> what was observed, or what became of it.

    A child that hangs or dies takes only the question down in which it did; another child runs
    the rest without that question.
    """
    limits = {item["name"]: item["seconds"] + GRACE_SECONDS for item in job["questions"]}
    limits = limits or dict.fromkeys(job["names"], LISTEN_SECONDS)
    longest = max(limits.values(), default=10.0)
    results: dict[str, dict[str, Any]] = {}
    skip: list[str] = []
    for _ in range(2 * len(limits) + 3):
        where, what = _one_child(job, skip, limits, longest, results)
        if what is None:
            break
        if where in limits and where not in results:
            results[where] = {"question": where, **what}
        if where in skip:
            break  # what the exercise itself gives can't be run here
        skip.append(where)
    return results


def listen(job: dict[str, Any], results: dict[str, dict[str, Any]]) -> None:
    """Add what the cells print, from a run of its own that knows neither probes nor seed.

    So nothing that a submission prints, and a learner later reads, can tell of a hidden input.
    """
    if not any(result.get("prints") is True for result in results.values()):
        return
    names = list(results)
    heard = supervise({**job, "questions": [], "seed": 0, "listen": True, "names": names})
    for name, result in results.items():
        result["printed"] = heard.get(name, {}).get("printed", "")


def _one_child(job, skip, limits, longest, results) -> tuple[str, dict[str, Any] | None]:
    """Run one child; returns where it failed and how, or ("", None) when it came to its end."""
    child = Child(job, skip, [name for name in results if name not in skip])
    where = ""
    try:
        while True:
            line = child.next_line_patiently(limits.get(where, longest))
            if line is None:
                return where, {"crashed": _death(child.end(END_SECONDS))}
            message = _parsed(line)
            if "end" in message:
                child.end(END_SECONDS)
                return "", None
            if "pid" in message:
                child.remember(int(message["pid"]))
            elif "begin" in message:
                where = str(message["begin"])
            elif message.get("question") in limits:
                results[message["question"]] = message
    except queue.Empty:
        child.end()
        return where, {"timeout": limits.get(where, longest) - GRACE_SECONDS}
    except ScratchFull:
        child.end()
        return where, {"crashed": "it wrote more files than a submission may"}
    except (ValueError, TypeError, KeyError):
        child.end()
        return where, {"crashed": "it wrote something else where its values should be"}


def _parsed(line: str) -> dict[str, Any]:
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message


def _death(status: int) -> str:
    code = os.waitstatus_to_exitcode(status) if hasattr(os, "WIFEXITED") else status
    code = 128 - code if code > 128 else code  # the outer child reports a signal as a shell does
    if code == -signal.SIGSEGV:
        return "segmentation fault"
    if code == -getattr(signal, "SIGKILL", 9):
        return "it was killed, most likely for the memory it took"
    return f"its process ended by itself, with status {code}"


def serve() -> None:
    """Answer jobs until standard input ends. The parent imports, and runs nothing."""
    isolation.protect()
    for line in _jobs():
        job = json.loads(line)
        _warm_up(job.get("warm", ()))
        results = supervise({**job, "listen": False})
        listen(job, results)
        sys.stdout.buffer.write(json.dumps({"id": job["id"], "results": results}).encode() + b"\n")
        sys.stdout.buffer.flush()


def _warm_up(modules: Iterable[str]) -> None:
    """Import modules that aren't yet, and keep the garbage collector of the children off them.

    Nothing of them is run: after TensorFlow's first operation it has threads, and a fork of a
    process with those hangs. What some import only when it is first used, each child would
    import for itself.
    """
    new = [module for module in modules if module not in sys.modules]
    later = [late for module in new for late in USED_LATER.get(module, ())]
    for module in (*new, *later):
        with contextlib.suppress(ImportError):  # the child says what is missing
            __import__(module)
    if new:
        gc.collect()
        gc.freeze()


def _jobs() -> Iterator[bytes]:
    """Lines of standard input. When it ends, the grader is gone, and so is this process at once.

    The thread that reads holds no lock of Python's own streams, which a fork would copy.
    """
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        parts: list[bytes] = []
        while block := os.read(0, 1 << 16):
            *ends, rest = block.split(b"\n")
            for end in ends:
                lines.put(b"".join([*parts, end]))
                parts = []
            parts.append(rest)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


def one() -> None:
    """Where processes can't fork: run the single job that standard input holds."""
    job, skip, known = json.loads(sys.stdin.readline())
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _main_of_child(job, skip, known, channel)


if __name__ == "__main__":
    one() if "--one" in sys.argv else serve()
