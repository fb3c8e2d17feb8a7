"""A budget is wall clock, whatever the code does, and a hang is charged where it hangs."""

import queue
import textwrap
import threading
import time

import pytest

from course_utils.checking.data import verdict as v
from course_utils.grading.intake.submission import read
from course_utils.grading.marking.job import make_job, seconds_allowed
from course_utils.grading.sandbox import child as children
from course_utils.grading.sandbox import supervise as supervising
from course_utils.grading.sandbox.supervise import supervise
from course_utils.grading.sandbox.zygote import Zygote

SECONDS = 0.5  # of a question, and one of grace
OVER = 2.0
MACHINE = 8.0  # for starting and ending processes on a machine that has other work


def in_call(name, body):
    return f"def {name}(x):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")


SLEEPY = """
import time
while True:
    until = time.perf_counter() + 0.01
    while time.perf_counter() < until: pass
    time.sleep(0.09)
"""
NAME_ANOTHER = """
import json, os
for name in ("quadruple", "after quadruple", "answer", "double", "after double"):
    line = (json.dumps({"begin": name}) + "\\n").encode()
    for channel in range(3, 64):
        try: os.write(channel, line)
        except OSError: pass
while True: pass
"""
SAYING = """
import json, os, time
line = (json.dumps({"begin": "NAME"}) + "\\n").encode()
while True:
    for channel in range(3, 64):
        try: os.write(channel, line)
        except OSError: pass
    time.sleep(SECONDS)
"""


def saying(name, seconds):
    """Code that says again and again that a question begins."""
    return SAYING.replace("NAME", name).replace("SECONDS", str(seconds))


THREADS = """
import threading
for _ in range(8):
    threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()
while True: pass
"""
HANGS = {
    "saying that another has begun": saying("answer", 0.3),
    "busy a tenth of the time": SLEEPY,
    "naming other questions": NAME_ANOTHER,
    "one message a second": saying("double", 1),
    "threads that starve each other": THREADS,
}


@pytest.mark.either_sandbox
@pytest.mark.parametrize("case", HANGS)
def test_a_submission_ends_by_its_limit_and_two_seconds(classroom, case):
    sources = {name: in_call(name, HANGS[case]) for name in ("double", "quadruple")}
    result = classroom.grade(classroom.notebook(**sources))
    assert result.seconds < 2 * seconds_allowed(classroom.exercise) + OVER + MACHINE
    assert [mark.score for mark in result.marks[:2]] == [0, 0]


@pytest.mark.either_sandbox
@pytest.mark.parametrize(
    "case", ["busy a tenth of the time", "one message a second", "saying that another has begun"]
)
def test_a_hang_leaves_the_others_their_marks(classroom, case):
    result = classroom.grade(classroom.notebook(double=in_call("double", HANGS[case])))
    assert [mark.score for mark in result.marks] == [0, 3, 1]
    assert result.marks[0].verdict.kind == v.TIMEOUT


@pytest.mark.either_sandbox
def test_a_hang_is_charged_to_its_question_whatever_the_code_says(classroom):
    report = """
    import json, os
    whole = {"question": "double", "attempted": True, "missing": [], "reads": [], "blank": [],
             "uses": [], "loops": False, "observations": [{"value": 1.0}, {"value": 1.0}]}
    text = json.dumps(whole) + "\\n" + json.dumps({"begin": "after double"}) + "\\n"
    text += json.dumps({"begin": "quadruple"}) + "\\n"
    for channel in range(3, 64):
        try: os.write(channel, text.encode())
        except OSError: pass
    while True: pass
    """
    result = classroom.grade(classroom.notebook(double=in_call("double", report)))
    assert result.marks[0].verdict.kind == v.TIMEOUT
    assert result.marks[0].score == 0
    assert result.marks[1].verdict.kind != v.TIMEOUT


@pytest.mark.parametrize("starved", [0.0, 990.0])
def test_what_a_child_waited_for_a_processor_since_a_question_began_does_not_count(
    monkeypatch, starved
):
    """A question began 1000 s ago and may take 100, whenever its child wrote last."""
    child = object.__new__(children.Child)
    child.lines, child._pids, child._scratch, child._next_look = queue.Queue(), [1], None, 0.0
    monkeypatch.setattr(children, "_starved_seconds", lambda pid: 2000.0)
    since = children.Moment(time.monotonic() - 1000, 2000.0 - starved)
    if not starved:
        with pytest.raises(queue.Empty):
            child.next_line(since, 100.0, time.monotonic() + 60)
        return
    threading.Timer(0.1, child.lines.put, [(b"answer", time.monotonic())]).start()
    assert child.next_line(since, 100.0, time.monotonic() + 60) == b"answer"


def test_a_hang_that_gets_no_processor_leaves_half_of_the_time_to_the_others(
    classroom_of, tmp_path, monkeypatch
):
    """On a machine with far too much to do, all the time of a run is time that doesn't count."""
    monkeypatch.setattr(children, "_starved_seconds", lambda pid: time.monotonic())
    small = classroom_of(tmp_path, None)
    path = small.write(small.notebook(double=in_call("double", "import time; time.sleep(60)")))
    job = make_job(read(path, small.exercise), small.exercise)
    results = supervise({**job, "limit": 10.0}, Zygote())
    assert "timeout" in results["double"]
    assert "observations" in results["quadruple"]
    assert "observations" in results["answer"]


def test_no_line_that_came_when_the_time_was_over_is_read():
    """Else whoever writes fast enough would have no limit but that on all it writes."""
    child = object.__new__(children.Child)
    child.lines, child._pids, child._scratch, child._next_look = queue.Queue(), [], None, 0.0
    now = time.monotonic()
    child.lines.put((b"in time", now - 901))
    child.lines.put((b"late", now - 1))
    since = children.Moment(now - 1000, 0.0)
    assert child.next_line(since, 100.0, now + 60) == b"in time"
    with pytest.raises(queue.Empty):
        child.next_line(since, 100.0, now + 60)


def test_what_a_child_has_made_is_looked_at_also_while_it_writes(monkeypatch):
    child = object.__new__(children.Child)
    child.lines, child._pids, child._scratch, child._next_look = queue.Queue(), [1], None, 0.0
    child.lines.put((b"line", time.monotonic()))
    monkeypatch.setattr(children, "_count_threads", lambda pid: children.MOST_THREADS + 1)
    with pytest.raises(children.TooManyThreads):
        child.next_line(children.Moment(time.monotonic(), 0.0), 100.0, time.monotonic() + 60)


def test_the_run_that_listens_has_what_is_left_of_the_time(monkeypatch):
    limits = []

    class Runs:
        def __init__(self, job, zygote):
            limits.append(job["limit"])

        def run(self):
            time.sleep(0.3)
            return {"double": {"prints": True}}

    monkeypatch.setattr(supervising, "Supervision", Runs)
    supervise({"public": True, "limit": 10.0}, None)
    assert limits[0] == 10.0
    assert limits[1] <= 9.7


def test_a_run_that_the_end_of_all_time_cuts_short_takes_no_report_away(monkeypatch):
    """One answer is right, a cell below it hangs, and time ends while it is asked where."""
    cells = [{"question": name} for name in ("double", "", "answer")]
    questions = [{"name": name, "seconds": 2, "probes": []} for name in ("double", "answer")]
    job = {"limit": 0.0, "questions": questions, "cells": cells}
    runs = supervising.Supervision(job, None)
    runs.results = {"double": {"question": "double"}}
    monkeypatch.setattr(runs, "_run_once", lambda *_: ("double", {"timeout": 2.0}))
    assert runs._culprit([], "after double") == ""


FLOOD = """
import json, os
line = (json.dumps({"begin": "no question"}) + "\\n").encode()
for channel in range(3, 64):
    try: os.write(channel, line * 5000)
    except OSError: pass
while True: pass
"""


@pytest.mark.either_sandbox
def test_a_flood_costs_the_question_that_it_comes_from_whatever_it_names(classroom):
    result = classroom.grade(classroom.notebook(double=FLOOD))
    assert [mark.score for mark in result.marks] == [0, 3, 1]
