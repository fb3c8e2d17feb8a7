"""A value that takes long to measure costs its own question, and nobody else anything."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.values import decode, encode
from course_utils.grading.marking.measure_apart import TOO_LONG, measured_apart
from tests.workbench import make_bench

PROBES = """
@outside
def counted(n):
    total = 0
    while total < n[0]:
        total += 1
    return total
@outside
def room(n):
    return float(np.ones(int(n[0])).sum())
@outside
def sleeps(n):
    import time
    time.sleep(n[0])
    return n[0]
"""


def question_of(measure):
    return make_bench("def f(x): return [x]", PROBES + f"{measure}(f(0.2))\n").question


def observed(value):
    return Answer(True, (Observation(value=encode([value])),))


def test_measure_apart_gives_what_a_measure_gives():
    (seen,) = measured_apart(question_of("room"), observed(3)).observations
    assert decode(seen.value) == 3.0
    assert seen.error is None
    assert seen.measured_from is not None


def test_errors_and_what_is_no_value_stay_as_they_are():
    question = question_of("room")
    error = {"kind": "ValueError", "message": "no", "line": None, "source": ""}
    (seen,) = measured_apart(question, Answer(True, (Observation(error=error),))).observations
    assert seen.error == error
    (seen,) = measured_apart(question, Answer(True, (Observation(value=encode(len)),))).observations
    assert (seen.value, seen.measured_from) == (encode(len), None)


def test_measure_that_would_go_on_is_ended_and_the_next_is_not():
    start = time.monotonic()
    (seen,) = measured_apart(question_of("counted"), observed(1e15), seconds=0.5).observations
    assert seen.error["message"] == TOO_LONG
    assert time.monotonic() - start < 30
    (seen,) = measured_apart(question_of("counted"), observed(3), seconds=0.5).observations
    assert decode(seen.value) == 3


def test_limit_is_for_each_question_and_not_for_all_of_a_process():
    question = question_of("counted")
    for _ in range(4):
        (seen,) = measured_apart(question, observed(3e6), seconds=1.0).observations
        assert seen.error is None


def test_measure_that_would_fill_the_memory_raises():
    (seen,) = measured_apart(question_of("room"), observed(1e10)).observations
    assert seen.error["kind"].endswith("MemoryError")


def test_a_measure_may_wait_for_no_other():
    """Four that take half a second each are measured side by side."""
    question = question_of("sleeps")
    measured_apart(question, observed(0.0))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: measured_apart(question, observed(0.3)), range(4)))  # start them
        start = time.monotonic()
        found = list(threads.map(lambda _: measured_apart(question, observed(1.0)), range(4)))
    assert all(decode(one.observations[0].value) == 1.0 for one in found)
    assert time.monotonic() - start < 3.0


@pytest.mark.parametrize("value", [np.arange(5.0), "text", {"a": 1}, [None], float("nan")])
def test_values_of_other_kinds_are_measured_or_refused_by_the_measure(value):
    question = question_of("room")
    (seen,) = measured_apart(
        question, Answer(True, (Observation(value=encode(value)),))
    ).observations
    assert seen.error is not None or seen.value is not None


def test_the_grader_begins_on_a_system_without_posix():
    """Windows has none of these modules; a module that needs one imports it where it is used."""
    posix = ("resource", "fcntl", "pwd", "grp", "termios")
    code = f"import sys\nsys.modules.update(dict.fromkeys({posix}))\n"
    code += "import course_utils.grading.batch, course_utils.cli"
    subprocess.run([sys.executable, "-c", code], check=True)
