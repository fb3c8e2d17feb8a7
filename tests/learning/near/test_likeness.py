"""A known mistake that is told of other code says that the values agree, and no more."""

import ast
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.checking.data.observation import Answer
from course_utils.checking.data.question import WrongAnswer
from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.run import run_cell
from course_utils.learning.near.likeness import (
    A_PART,
    NEARLY_SAME,
    NOT_IN_ALL,
    SAME_VALUES,
    as_sure_as_known,
)
from course_utils.learning.near.near import near_miss
from tests.learning.near.test_near import told

CENTERS = (
    "def center(x):\n    return x.mean(axis=0)",
    "center(rng.normal(size=(5, 3)))\ncenter(rng.normal(size=(4, 2)))",
)
MEDIAN = ("You take the median.", "def center(x):\n    return np.median(x, axis=0)")
NO_AXIS = ("You say no axis.", "def center(x):\n    return x.mean()")
ROUND = ("You round.", "def center(x):\n    return np.round(x.mean(axis=0), 1)")
SORTED = (
    "y = sorted(x.tolist())\n"
    "y = np.array([sorted(column) for column in x.T])\n"
    "half = y.shape[1] // 2\n"
    "return (y[:, half] + y[:, (y.shape[1] - 1) // 2]) / 2"
)


@pytest.mark.parametrize(
    ("known", "body", "sure"),
    [
        (MEDIAN, "return np.median(x, axis=0)", True),
        (MEDIAN, "return np.quantile(x, 0.5, axis=0)", False),
        (MEDIAN, SORTED, False),
        (NO_AXIS, "return np.mean(x)", True),
        (NO_AXIS, "return x.sum() / x.size", True),
        (ROUND, "return np.around(x.mean(axis=0), 1)", True),
        (ROUND, "return np.rint(x.mean(axis=0) * 10) / 10", False),
    ],
)
def test_a_mistake_is_told_for_sure_of_code_that_is_like_its_own(bench, known, body, sure):
    plain, near = told(bench, CENTERS, body, known=[known])
    assert plain.message == known[0]
    assert near.message == (known[0] if sure else SAME_VALUES.format(known[0]))
    assert near.cause == "misconception 1"


def test_values_that_are_called_right_are_no_values_of_a_mistake(bench):
    praise = ("Your values are right, and made in a roundabout way.", MEDIAN[1])
    _, near = told(bench, CENTERS, "return np.quantile(x, 0.5, axis=0)", known=[praise])
    assert near.message == praise[0]


def test_a_mistake_that_gives_other_values_of_a_special_input_is_quoted(bench):
    question = (CENTERS[0], f"{CENTERS[1]}\ncenter(np.array([[0.0], [1.0], [5.0]]))")
    for body, sure in (("", True), ("if x.shape[1] == 1:\n    return x[0]\n", False)):
        answer = f"{body}return np.median(x, axis=0)"
        plain, near = told(bench, question, answer, known=[MEDIAN])
        assert plain.message == MEDIAN[0]
        assert near.message == (MEDIAN[0] if sure else NEARLY_SAME.format(MEDIAN[0]))


def test_a_mistake_that_is_a_part_of_what_is_wrong_says_so(bench):
    plain, _ = told(bench, CENTERS, "return np.quantile(x, 0.5, axis=0)", known=[MEDIAN])
    part = replace(plain, cause="with misconception 1")
    answer = ast.parse("def center(x):\n    return np.quantile(x, 0.5, axis=0)")
    question = SimpleNamespace(
        probes=(), expected=(), wrong_answers=(WrongAnswer(*MEDIAN),), answer=CENTERS[0]
    )
    said = as_sure_as_known(question, Answer(attempted=True), answer, part)
    assert said.message == A_PART.format(MEDIAN[0])
    like_it = ast.parse("def center(x):\n    return np.median(x, axis=0) + 1")  # shares a function
    said = as_sure_as_known(question, Answer(attempted=True), like_it, part)
    assert said.message == A_PART.format(MEDIAN[0])


def test_a_value_that_no_function_gives_is_told_as_the_author_says(bench):
    board = bench("center = 3", "center", [("You say 4.", "center = 2 + 2")])
    space = {"center": 4}
    seen = look_at(board.question.task, space, {}, 0)
    plain = judge(board.question, seen)
    assert plain.message == "You say 4."
    assert near_miss(board.question, seen, plain, space, {}, 0) == plain


def test_a_mistake_that_fails_a_test_which_passes_is_not_told_of_all(bench):
    question = (
        "def center(x):\n    return x.mean(axis=0)",
        "center(np.array([[1.0], [1.0], [4.0]]))\ncenter(rng.normal(size=(5, 3)))\n"
        "center(rng.normal(size=(7, 2)))",
    )
    body = "return x.mean(axis=0) if len(x) == 3 else np.median(x, axis=0)"
    plain, near = told(bench, question, body, known=[MEDIAN])
    assert plain.message == MEDIAN[0]
    assert near.message == NOT_IN_ALL.format(MEDIAN[0])


def test_values_that_are_nearly_the_same_are_not_said_to_be_the_same(bench):
    question = (
        "def center(x):\n    return x.mean(axis=0)",
        "center(np.zeros((4, 2)))\ncenter(rng.normal(size=(5, 3)))\n"
        "center(rng.normal(size=(4, 2)))",
    )
    known = (
        "You forget the mean.",
        "def center(x):\n    return np.median(x, axis=0) + (not x.any())",
    )
    plain, near = told(
        bench, question, "return np.quantile(x, 0.5, axis=0) - (x == 0).all()", known=[known]
    )
    assert plain.message == known[0]
    assert near.message == NEARLY_SAME.format(known[0])


def test_a_slip_that_code_cannot_have_made_is_not_told(bench):
    right = "def total(x):\n    s = 0\n    for v in x:\n        s = s + v\n    return s"
    early = right.replace("    return s", "        return s")
    probes = "total(np.array([2.5, 3.0]))\ntotal(np.array([1.5, 4.0, 2.25]))"
    made = bench(right, probes)
    space = {"np": np, "__name__": "__main__"}
    run_cell(early, "<cell early>", space)
    values = look_at(made.question.task, space, {"np": np}, 0).observations
    slip = WrongAnswer("Look at your `return`.", early, "return_in_loop", values)
    question = replace(made.question, wrong_answers=(slip,))
    for code, is_told in ((early, True), ("def total(x):\n    return x[0]", False)):
        space = {"np": np, "__name__": "__main__"}
        run_cell(code, f"<cell {is_told}>", space)
        seen = look_at(question.task, space, {"np": np}, 0)
        verdict = judge(question, seen)
        assert verdict.cause == "return_in_loop"
        near = near_miss(question, seen, verdict, space, {"np": np}, 0)
        assert (near.cause == "return_in_loop") == is_told
        assert ("Look at your `return`" in near.message) == is_told


def test_a_part_is_not_told_before_the_words_of_the_first_test_that_fails(bench):
    right = "def report(x):\n    return list(x), np.sort(x) * 2 + 1"
    known = ("You forget the 1.", "def report(x):\n    return list(x), np.sort(x) * 2")
    kept = (
        "def kept(x):\n    return report(x)[0]\n# wrong: The rows are others.\nkept(np.arange(4.0))"
    )
    rest = "report(np.arange(5.0) ** 2)[1]\nreport(np.arange(6.0) / 7)[1]"
    code = "return list(x[::-1] + 1), np.array(sorted(x.tolist())) * 2"
    plain, near = told(bench, (right, f"{kept}\n{rest}"), code, known=[known])
    assert plain.cause == "with misconception 1"
    assert near.message.startswith("The rows are others.")
    _, alone = told(bench, (right, rest), code, known=[known])
    assert "You forget the 1." in alone.message
