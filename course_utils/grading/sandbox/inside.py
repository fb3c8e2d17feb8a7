"""What happens in a child: a submission's cells run from the top, and its answers are observed."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy.random  # noqa: F401 - numpy imports it when it is first used: in each child, if not here

from course_utils.checking.data.question import Task
from course_utils.checking.data.values import encode
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.bytecode import functions_of, globals_read
from course_utils.checking.observing.observe import describe_error
from course_utils.grading.sandbox import hostile
from course_utils.grading.sandbox.shell import Shell
from course_utils.grading.sandbox.without_modules import absent

PRINTED_LIMIT = 4_000
CHANNEL_CLOSED, NO_MEMORY = 71, 72  # exit statuses of a child that can't say anything more
CHECK = re.compile(r"^[ \t]*check\(", re.MULTILINE)


def run_and_tell(job: dict[str, Any], channel: int) -> None:
    """Run a job and write a line for all that is observed to the open file `channel`; whoever can
    no longer be heard ends."""

    def emit(message: dict[str, Any]) -> None:
        data = line_of(message)
        try:
            while data:
                data = data[os.write(channel, data) :]
        except OSError:
            os._exit(CHANNEL_CLOSED)

    try:
        run_job(job, emit)
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


def run_job(job: dict[str, Any], emit: Callable[[dict], None]) -> None:
    """Run a submission from the top and emit what is observed of its questions.

    `skip` names what is not run, questions and what follows them (`after`), and `known` the
    questions that are run, since others may build on them, and not observed once more. A job that
    only listens has no probes: it emits what the cells print.

    An answer is observed when its cell has run, so that no cell below, such as a long training,
    costs its time; and again where the notebook checks it, if cells in between had a part in it,
    and when all cells below have run, if they define what it needs or is. One that
    lacks a name even then is observed once more at the end: in a notebook whose cells were run in
    another order, the name may be defined further below.
    """
    skip, known = job["skip"], job["known"]
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
