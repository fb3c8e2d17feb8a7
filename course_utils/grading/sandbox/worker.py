"""Runs inside the sandbox: a warm parent, a supervisor that it forks for every job, and children
of that, in which the submission runs.

Reads jobs from standard input, writes one result a line to standard output. None of the three ever
holds an expected value, and nothing of one job is in a process from which another is forked.
Whatever a child does, the supervisor answers for it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import json
import os
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy.random  # noqa: F401 - numpy imports it when it is first used: in each child, if not here

from course_utils.checking.data.question import Task
from course_utils.checking.data.values import encode
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.bytecode import functions_of, globals_read
from course_utils.checking.observing.observe import describe_error
from course_utils.errors import CourseError
from course_utils.grading.sandbox import hostile, isolation
from course_utils.grading.sandbox.scratch import Scratch, ScratchFull, ScratchOfChild
from course_utils.grading.sandbox.shell import Shell
from course_utils.grading.sandbox.without_modules import absent

PRINTED_LIMIT = 4_000
GRACE_SECONDS = 1.0
LISTEN_SECONDS = 3.0
LOOK_SECONDS = 0.05
END_SECONDS = 0.5
CHANNEL_CLOSED, NO_MEMORY = 71, 72  # exit statuses of a child that can't say anything more
WROTE_TOO_MUCH = "it wrote more than a submission may, which is 32 MB and 1,000 files"
MOST_THREADS = 500  # of one child: a system has only so many, and the others need some
TOO_MANY_THREADS = f"it started more than {MOST_THREADS} threads"
WROTE_SOMETHING_ELSE = "it wrote something else where its values should be"
CHECK = re.compile(r"^[ \t]*check\(", re.MULTILINE)
QUEUED = 4  # messages that wait to be read; whoever writes more has to wait, too
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
    costs its time; and again where the notebook checks it, if cells in between had a part in it,
    and when all cells below have run, if they define what it needs or is. One that
    lacks a name even then is observed once more at the end: in a notebook whose cells were run in
    another order, the name may be defined further below.
    """
    questions = {item["name"]: _task(item) for item in job["questions"]}
    given = given_namespace(tuple(job["given"]))
    namespace = _notebook(given)
    shell = Shell(namespace, job["silent"])
    lacking: dict[str, dict[str, Any]] = {}
    for piece in segments(job):
        name, printed, seen = piece["question"], io.StringIO(), None
        question = questions.get(name) if name not in known else None
        cells = [cell for cell in piece["cells"] if cell["question"]] if name not in skip else []
        below = [cell for cell in piece["cells"] if not cell["question"]]
        forbidden = questions[name].forbidden if name in questions else ()
        with absent(forbidden, namespace, [cell["source"] for cell in cells]):
            emit({"begin": name})
            for cell in cells:
                before = _answers(question, namespace)
                error = _run(cell, shell, printed)
                pairs = zip(before, _answers(question, namespace), strict=True)
                if question and all(new is not old for old, new in pairs):
                    error = None  # if there is one, it came behind the answer: in Jupyter it counts
                seen = _observation(question, error, namespace, given, job["seed"])
            if seen:
                emit({**seen, "prints": bool(printed.getvalue())})
            if job["listen"]:
                emit({"question": name, "printed": printed.getvalue()[:PRINTED_LIMIT]})
            if after(name) in skip:
                continue
            emit({"begin": after(name)})
            before = _answers(question, namespace)
            until_checked, later = _at_the_check(below)
            made_of = _made_of(question, namespace) if seen and until_checked else []
            for cell in until_checked:
                _run(cell, shell, printed)
            other = _differs(made_of, _made_of(question, namespace))
            raised = seen and "error" in seen
            if seen and other and (not raised or _may_change(seen, question, before, namespace)):
                seen = _observation(question, None, namespace, given, job["seed"])
                before = _answers(question, namespace)
            for cell in later:
                _run(cell, shell, printed)
            if seen and _may_change(seen, question, before, namespace):
                seen = _observation(question, None, namespace, given, job["seed"])
            if seen:
                seen = {**seen, "prints": bool(printed.getvalue())}
                emit(seen)
            if seen and _lacks_a_name(seen):
                lacking[name] = seen
        if job["listen"]:
            emit({"question": name, "printed": printed.getvalue()[:PRINTED_LIMIT]})
    for name, seen in lacking.items():
        emit({"begin": name})
        again = _observation(questions[name], None, namespace, given, job["seed"])
        emit({**again, "prints": seen["prints"]})


def _notebook(given: dict[str, Any]) -> dict[str, Any]:
    """The notebook's names. As in Jupyter they are those of the module `__main__`, in which whoever
    copies an object by its name, or asks for a type by it, looks for it."""
    module = types.ModuleType("__main__")
    vars(module).update(given)
    sys.modules["__main__"] = module
    return vars(module)


def after(name: str) -> str:
    """What stands between the answer to a question and the next answer."""
    return f"after {name}"


def _observation(
    question: Task | None, error: dict | None, namespace: dict, given: dict, seed: int
) -> dict[str, Any] | None:
    if question is None:
        return None
    if error:
        return {"question": question.names[0], "error": error}
    try:
        answer = look_at(question, namespace, given, seed)
    except BaseException as error:  # of an object that may do anything when it is looked at
        return {"question": question.names[0], "error": describe_error(error)}
    return {
        "question": question.names[0],
        "attempted": answer.attempted,
        "missing": list(answer.missing),
        "reads": list(answer.reads),
        "blank": list(answer.blank),
        "uses": list(answer.uses),
        "loops": answer.loops,
        # Inputs are the probe's and not the answer's: who judges has them.
        "observations": [replace(one, inputs=None).to_data() for one in answer.observations],
    }


def _answers(question: Task | None, namespace: dict) -> list[Any]:
    return [namespace.get(name) for name in question.names] if question else []


def _may_change(seen: dict, question: Task, before: list, namespace: dict) -> bool:
    """Whether cells below an answer defined anew what it is, or perhaps a name that it needs; of
    one whose cell raised, whether they defined it."""
    now = _answers(question, namespace)
    anew = any(new is not old for new, old in zip(now, before, strict=True))
    if "error" in seen:
        return anew and all(name in namespace for name in question.names)
    return anew or _lacks_a_name(seen)


def _at_the_check(cells: list[dict[str, Any]]) -> tuple[list[dict], list[dict]]:
    """The cells down to the one that checks an answer, where there is one, and those below it."""
    place = next((i for i, cell in enumerate(cells) if CHECK.search(cell["source"])), -1) + 1
    return (cells[:place], cells[place:]) if place else (cells, [])


def _made_of(question: Task | None, namespace: dict) -> list[Any]:
    """What an answer is made of by now: its code, the notebook's names that the code reads, what is
    in its class, and the content of a value. Compared with the same later, it says whether cells
    in between had a part in it."""
    if question is None:
        return []
    found: list[Any] = []
    try:
        for function in functions_of(question.names, namespace):
            read = sorted(globals_read(function.__code__))
            found += [function.__code__, *(namespace.get(name) for name in read)]
        for value in map(namespace.get, question.names):
            kind = value if isinstance(value, type) else type(value)
            if kind.__module__ == "__main__":
                found += vars(kind).values()
            found.append(value if callable(value) else json.dumps(encode(value)))
    except Exception:  # of an object that may do anything when it is looked at
        return found
    return found


def _differs(before: list[Any], now: list[Any]) -> bool:
    """Whether these are other things; texts are the same if they say the same."""
    if not before:
        return False
    pairs = zip(before, now, strict=False)
    same = (a is b or (type(a) is type(b) is str and a == b) for a, b in pairs)
    return len(before) != len(now) or not all(same)


def _lacks_a_name(seen: dict) -> bool:
    errors = (one["error"]["kind"] for one in seen.get("observations", ()) if "error" in one)
    return "NameError" in errors


def _task(item: dict[str, Any]) -> Task:
    names, probes, forbidden = (tuple(item[key]) for key in ("names", "probes", "forbidden"))
    handed = tuple(map(tuple, item["handed"]))
    return Task(names, item["starter"], probes, item["helpers"], item["seconds"], forbidden, handed)


def _run(cell: dict[str, Any], shell: Shell, printed: io.StringIO) -> dict | None:
    """Run one cell; an exception is returned as data."""
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            shell.run(cell["source"], f"<cell {cell['id']}>")
    except BaseException as error:
        return describe_error(error)
    return None


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
    """One submission, running in a process of its own; its lines arrive in a queue."""

    def __init__(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        self.lines: queue.Queue[bytes | None] = queue.Queue(QUEUED)
        self._process: subprocess.Popen | None = None
        self._pids: list[int] = []
        self._ended = False
        self._scratch: Scratch | None = None
        if hasattr(os, "fork"):
            self._fork(job, skip, known)
        else:
            self._spawn(job, skip, known)

    def _fork(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        if isolation.tier() != isolation.NONE:
            own = isolation.tier() == isolation.BUBBLEWRAP
            self._scratch = ScratchOfChild() if own else Scratch()
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            run = functools.partial(_main_of_child, job, skip, known, writing)
            isolation.enter(writing, run, self._scratch)
        os.close(writing)
        if self._scratch is not None:
            self._scratch.begun()
        self._pids = [pid]
        self._pump(os.fdopen(reading, "rb"))

    def _spawn(self, job: dict[str, Any], skip: list[str], known: list[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "course_utils.grading.sandbox.worker", "--one"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._process.stdin.write(json.dumps([job, skip, known]).encode() + b"\n")
        self._process.stdin.close()
        self._pump(self._process.stdout)

    def _pump(self, stream: Any) -> None:
        def pump() -> None:
            with stream:
                while line := stream.readline(hostile.MAX_BYTES):
                    self.lines.put(line)
                    if self._ended:
                        return
            self.lines.put(None)

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
            with contextlib.suppress(queue.Empty):
                return self.lines.get(timeout=max(0.0, min(left, LOOK_SECONDS)))
            self.check()
            if left <= 0:
                raise queue.Empty

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
        data = line_of(message)
        try:
            while data:
                data = data[os.write(writing, data) :]
        except OSError:
            os._exit(CHANNEL_CLOSED)

    try:
        run_job(job, skip, known, emit)
        emit({"end": True})
    except MemoryError:
        os._exit(NO_MEMORY)


def line_of(message: dict[str, Any]) -> bytes:
    """A message as one line. Values that it has no room for, the largest first, are left out and
    stand there as what can't be judged."""
    line = _line(message)
    if not hostile.has_room(line):
        for one in sorted(message.get("observations", ()), key=lambda one: -len(_line(one))):
            if "value" in one:
                value = one["value"]
                kind = next(iter(value)) if isinstance(value, dict) else type(value).__name__
                one["value"] = {"unjudgeable": [kind, "it is larger than any answer needs"]}
            line = _line(message)
            if hostile.has_room(line):
                break
    return line


def _line(message: dict[str, Any]) -> bytes:
    return (json.dumps(message) + "\n").encode()


def supervise(job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Run a job to its end: question -> what was observed, or what became of it.

    A child that hangs or dies takes only the question down in which it did; another child runs
    the rest without that question. When the time of the whole job is over, all ends.
    """
    limits = {item["name"]: item["seconds"] + GRACE_SECONDS for item in job["questions"]}
    limits = limits or dict.fromkeys(job["names"], LISTEN_SECONDS)
    deadline = time.monotonic() + job["limit"]
    results: dict[str, dict[str, Any]] = {}
    skip: list[str] = []
    for _ in range(2 * len(limits) + 3):
        known = [name for name in results if name not in skip]
        where, what = _one_child(job, skip, known, limits, deadline, results)
        if what is None:
            break
        if "timeout" in what and time.monotonic() < deadline:
            where = _culprit(job, skip, known, limits, deadline, results, where) or where
            results.pop(where, None)
        if where in limits and where not in results:
            results[where] = {"question": where, **what}
        if where in skip or time.monotonic() >= deadline:
            break  # what the exercise itself gives can't be run here, or there is no time left
        skip.append(where)
    return results


def _culprit(job, skip, known, limits, deadline, results, where) -> str:
    """The question in which a run hangs that came to a later one by what its code said; else "".

    No run comes past a question without a report, so one that has none is where it hangs.
    Each that had been reported is run once more with nothing after it, so that a hang is its own.
    """
    order = list(dict.fromkeys(cell["question"] for cell in job["cells"] if cell["question"]))
    place = next((i for i, name in enumerate(order) if where in (name, after(name))), 0)
    for name in order[:place]:
        if name in limits and name not in (*results, *skip):
            return name  # it has begun, and what comes after a report has begun without one
    for name in [name for name in results if name not in (*known, *skip)]:
        last = max(i for i, cell in enumerate(job["cells"]) if cell["question"] == name)
        alone = {**job, "cells": job["cells"][: last + 1]}
        _, what = _one_child(alone, skip, known, limits, deadline, dict(results))
        if what is not None and "timeout" in what:
            return name
    return ""


def listen(job: dict[str, Any], results: dict[str, dict[str, Any]]) -> None:
    """Add what the cells print, from a run of its own that knows neither probes nor seed."""
    if not any(result.get("prints") is True for result in results.values()):
        return
    names = list(results)
    heard = supervise({**job, "questions": [], "seed": 0, "listen": True, "names": names})
    for name, result in results.items():
        result["printed"] = heard.get(name, {}).get("printed", "")


def _one_child(job, skip, known, limits, deadline, results) -> tuple[str, dict[str, Any] | None]:
    """Run one child; returns where it failed and how, or ("", None) when it came to its end."""
    child = Child(job, skip, known)
    probes = {item["name"]: len(item["probes"]) for item in job["questions"]}
    places = {name for cell in job["cells"] for name in (cell["question"], after(cell["question"]))}
    longest = max(limits.values(), default=10.0)
    meter, where, begun = hostile.Meter(), "", {"": child.now()}
    try:
        while True:
            since, allowed = begun[where], limits.get(where, longest)
            line = child.next_line(since, allowed, _latest(since, allowed, deadline))
            if line is None:
                return where, {"crashed": _death(child.end(END_SECONDS))}
            meter.count(line)
            message = hostile.message(line)
            name = message.get("question")
            if "end" in message:
                child.end(END_SECONDS)
                return "", None
            if type(message.get("pid")) is int:
                child.remember(message["pid"])
            elif "begin" in message:
                if type(message["begin"]) is str and message["begin"] in places:
                    where = message["begin"]
                    begun.setdefault(where, child.now())
            elif type(name) is str and name in limits:
                child.check()
                results[name] = {"question": name, **_report(message, probes.get(name))}
    except queue.Empty:
        child.end()
        return where, {"timeout": limits.get(where, longest) - GRACE_SECONDS}
    except ScratchFull:
        child.end()
        return where, {"crashed": WROTE_TOO_MUCH}
    except TooManyThreads:
        child.end()
        return where, {"crashed": TOO_MANY_THREADS}
    except hostile.Flood as problem:
        child.end()
        return where, {"crashed": str(problem)}
    except hostile.Hostile:
        child.end()
        return where, {"crashed": WROTE_SOMETHING_ELSE}


def _latest(since: Moment, allowed: float, deadline: float) -> float:
    """When a question that began then has to end, however little of a processor it was given: it
    leaves half of the time that there was to the others, or what lies beyond its own limit."""
    return min(deadline, since.time + max(allowed, (deadline - since.time) / 2))


def _report(message: dict[str, Any], probes: int | None) -> dict[str, Any]:
    """What a child says of a question, or what a cell printed where there is no probe."""
    if probes is None:
        return {"printed": str(message.get("printed", ""))[:PRINTED_LIMIT]}
    if "timeout" in message or "crashed" in message:
        raise hostile.Hostile("how a run ended isn't for itself to say")
    return hostile.report(message, probes)


def _death(status: int) -> str:
    code = os.waitstatus_to_exitcode(status) if hasattr(os, "WIFEXITED") else status
    code = 128 - code if code > 128 else code  # the outer child reports a signal as a shell does
    if code == -signal.SIGSEGV:
        return "segmentation fault"
    if code == CHANNEL_CLOSED:
        return "it closed the channel that its values go through"
    if code == NO_MEMORY:
        return "it had no memory left to write its values down"
    if code == isolation.BROKEN:
        return "what it changed in Python itself left nothing to go on with"
    if code == -getattr(signal, "SIGKILL", 9):
        return "it was killed, most likely for the memory it took"
    return f"its process ended by itself, with status {code}"


def serve() -> None:
    """Answer jobs until standard input ends. The parent imports, and neither runs nor reads a job.

    What it has read or been told would stay in its memory, and all that it forks could look at it
    there: another submission's answers, or the values that they gave. So each job is read, run and
    answered by a process of its own. If that dies, so does this one, and the grader starts another.
    """
    isolation.protect()
    while head := _message():
        _warm_up(json.loads(head))
        if not hasattr(os, "fork"):
            _answer(_message())
            continue
        pid = os.fork()
        if pid == 0:
            _answer_and_end()
        _, status = os.waitpid(pid, 0)
        if status:
            os._exit(1)


def _answer_and_end() -> None:
    """In the process of one job: read it, answer it, and end with whoever waits for the answer."""
    status = 1
    try:
        isolation.end_with_parent()
        job = _message()
        threading.Thread(target=_end_with_input, daemon=True).start()
        _answer(job)
        status = 0
    finally:
        os._exit(status)


def _answer(line: bytes) -> None:
    job = json.loads(line)
    results = supervise({**job, "listen": False})
    if job["public"]:
        listen(job, results)
    sys.stdout.buffer.write(json.dumps({"id": job["id"], "results": results}).encode() + b"\n")
    sys.stdout.buffer.flush()


def _message() -> bytes:
    """The next message on standard input, b"" at its end: its length in eight digits, then as many
    bytes. Not a byte behind it is read, since that is for another process."""
    length = _read(8)
    return _read(int(length)) if length else b""


def _read(count: int) -> bytes:
    parts = []
    while count > 0 and (part := os.read(0, count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts) if count == 0 else b""


def _end_with_input() -> None:
    """End this process when nobody writes to standard input any more: the grader is gone.

    Nothing is read: what comes next is for another process. It holds no lock of Python's own
    streams, which a fork would copy.
    """
    gone = select.poll()
    gone.register(0, 0)
    gone.poll()
    os._exit(1)


def _warm_up(modules: Iterable[str]) -> None:
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
        gc.collect()
        gc.freeze()


def one() -> None:
    """Where processes can't fork: run the single job that standard input holds."""
    job, skip, known = json.loads(sys.stdin.readline())
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _main_of_child(job, skip, known, channel)


if __name__ == "__main__":
    one() if "--one" in sys.argv else serve()
