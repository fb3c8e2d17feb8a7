"""What a probes cell marks `@outside` never runs beside an answer: it makes inputs and measures."""

import json
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.checking.data.observation import Observation
from course_utils.checking.data.question import (
    PUBLIC_SEED,
    CheckDataError,
    Exercise,
    dump,
    from_data,
    seed_inside,
)
from course_utils.checking.data.values import decode, encode
from course_utils.checking.expecting.expectation import renew
from course_utils.checking.expecting.probes import ProbeError, outside_of, parse
from course_utils.checking.judging.measure import ROOM, TIMES, measure, size_of

CELL = """
import math
@outside
def rows(rng):
    return rng.normal(size=(20, 2)), "abc"
@outside
def share(guesses, right=0.0, power=1):
    return float(np.mean(guesses > right)) ** power
def twice(x):
    return 2 * x
at_least(share(f(twice(rows(rng)[0])), power=2), 0.1)
f(rows(rng)[0], rows(rng)[0]) + len(rows(rng)[1])
"""


def test_measure_and_handed_inputs_are_parted_from_what_runs_beside_an_answer():
    helpers, (first, second) = parse(CELL)
    assert "outside" not in helpers
    assert "def rows" not in helpers
    assert "def twice" in helpers
    assert outside_of(CELL).startswith("def rows(rng):")
    assert "@outside" not in outside_of(CELL)
    assert first.observed == "f(twice(handed[0]))"
    assert first.shown == "f(twice(rows(rng)[0]))"
    assert (first.judge, first.arguments) == ("at_least", {"0": "0.1"})
    assert (first.measure, first.beside, first.handed) == (
        "share", {"power": "2"}, ("rows(rng)[0]",),
    )  # fmt: skip
    assert second.observed == "f(handed[0], handed[0]) + len(handed[1])"
    assert second.measure == ""


def test_a_cell_without_the_mark_is_read_as_ever():
    _, (probe,) = parse("share(f(x), 2)")
    assert (probe.observed, probe.measure, probe.handed) == ("share(f(x), 2)", "", ())


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("def g(): return rows(rng)\nf(1)", "`rows` is marked `@outside`"),
        ("share()", "share needs the expression to observe"),
        ("share(f(1), *rows(rng))", "one by one"),
    ],
)
def test_what_cannot_be_parted_is_refused(line, sentence):
    with pytest.raises(ProbeError, match=sentence):
        parse(CELL + line)


def test_a_name_of_its_own_in_a_helper_is_no_call_of_what_is_outside():
    parse(CELL + "def g(rows):\n    share = rows\n    return share\nf(g(1))")


RIGHT = "def f(x): return (x[:, 0] > 0).astype(int)"
PROBES = """
@outside
def drawn(rng):
    y = rng.integers(0, 2, 40)
    return np.column_stack([rng.normal(size=40) + 9 * y - 4.5, np.zeros(40)]), y
@outside
def share(guesses, y):
    if len(set(guesses.tolist())) == 1:
        raise ValueError("all answers are the same")
    return float(np.mean(guesses == y))
# says: the share of rows that your function gets right
at_least(share(f(drawn(rng)[0]), drawn(rng)[1]), 0.9)
"""


def test_labels_are_those_of_the_rows_that_were_handed_in(bench):
    made = bench(RIGHT, PROBES)
    assert made.judge(RIGHT).is_correct
    wrong = made.judge("def f(x): return (x[:, 0] < 0).astype(int)")
    assert "the share of rows that your function gets right is 0" in wrong.message.lower()
    same = made.judge("def f(x): return np.zeros(len(x))")
    assert same.message == "All answers are the same."


def test_value_of_another_form_is_no_right_one_and_no_failure_of_the_check(bench):
    made = bench(RIGHT, PROBES)
    for value in ("None", "3", "[1]", "'text'", "np.zeros((40, 40))", "{}", "object()", "..."):
        assert not made.judge(f"def f(x): return {value}").is_correct


def test_value_far_larger_than_the_right_one_is_not_measured(bench):
    made = bench(RIGHT, PROBES)
    verdict = made.judge("def f(x): return np.zeros(10**6)")
    assert not verdict.is_correct
    assert verdict.message == "Your value is far larger than it should be."


@pytest.mark.parametrize(
    "value", [[[]] * 100_000, np.zeros((0, 2**30), "int8"), np.zeros((70_000, 1, 1), "int8")]
)
def test_what_is_large_without_many_numbers_is_large_too(value):
    assert size_of(encode(value)) > TIMES * 100 + ROOM


def test_measures_in_several_threads_leave_print_and_warnings_as_they_were():
    outside = "def slow(x):\n    import time\n    time.sleep(0.05 * x)\n    return x\n"
    (probe,) = parse("@outside\n" + outside + "close(slow(f(1)))")[1]
    printing, filters = sys.stdout, list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        seen = [Observation(value=encode(n)) for n in (3, 1, 2, 1)]
        found = list(pool.map(lambda one: measure(outside, probe, one, {}), seen))
    assert [decode(one.value) for one in found] == [3, 1, 2, 1]
    assert sys.stdout is printing
    assert warnings.filters == filters


def test_a_measure_of_the_answer_within_an_expression_is_refused(bench):
    probes = "@outside\ndef share(x): return float(np.mean(x))\nat_most(1 - share(f(2)), 1)"
    with pytest.raises(ProbeError, match="stands outermost, or directly in a judge"):
        bench("def f(x): return x", probes)


def test_measure_sees_nothing_of_the_notebook(bench):
    probes = "@outside\ndef size(x):\n    return math.sqrt(x)\nclose(size(f(4)))"
    made = bench("def f(x): return x", probes)  # the given cell imports math
    (seen,) = made.question.expected
    assert seen.error["kind"] == "NameError"


def test_input_that_is_no_plain_value_is_refused(bench):
    with pytest.raises(ProbeError, match="can't be handed in"):
        bench("def f(x): return x", "@outside\ndef g():\n    return len\nf(g())")


def test_inputs_and_labels_are_written_and_read_and_drawn_anew_with_another_seed(bench):
    made = bench(RIGHT, PROBES)
    exercise = Exercise("97_small", "Small", PUBLIC_SEED, ("import numpy as np",), (made.question,))
    assert from_data(json.loads(dump(exercise)), "it") == exercise
    other = renew(exercise, 2**62 + 1).question("f").expected[0]
    here = made.question.expected[0]
    assert not np.array_equal(decode(other.beside["0"]), decode(here.beside["0"]))
    rng = np.random.default_rng([seed_inside(2**62 + 1), 0])
    assert not np.array_equal(decode(other.beside["0"]), rng.integers(0, 2, 40))


def test_seed_beside_answers_is_public_or_says_nothing_of_the_secret_one():
    assert seed_inside(PUBLIC_SEED) == PUBLIC_SEED
    seeds = {seed_inside(seed) for seed in range(1, 6)} | {seed_inside(2**63 - 1)}
    assert len(seeds) == 6
    assert all(5 < seed < 2**31 for seed in seeds)  # what NumPy's and Keras' own seeds may be


def test_seed_with_which_the_right_answer_raises_is_refused(bench):
    """Else every answer that raises the same would be right."""
    made = bench("def f(x): return x", "def usable():\n    return 1 // (seed == 0)\nf(usable())")
    exercise = Exercise("97_small", "Small", PUBLIC_SEED, ("import numpy as np",), (made.question,))
    assert renew(exercise, PUBLIC_SEED).questions[0].expected[0].error is None
    with pytest.raises(CheckDataError, match=r"`f\(usable\(\)\)` raises ZeroDivisionError"):
        renew(exercise, 5)


def test_one_call_may_be_measured_in_two_ways(bench):
    """The two trials are told apart although their arrays can't be compared by `==`."""
    probes = """
@outside
def first(x): return float(x[0])
@outside
def last(x): return float(x[-1])
first(f(np.arange(1.0, 4.0)))
first(f(rng.random(3) + np.ones(3)))
first(f(rng.random(3) + np.ones(3)))
last(f(rng.random(3) + np.ones(3)))
"""
    made = bench("def f(x): return 2 * x", probes, [("Three times.", "def f(x): return 3 * x")])
    assert made.judge("def f(x): return 3 * x").message == "Three times."
