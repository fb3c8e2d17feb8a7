"""Every judge is content with what it asks for, and says what is wrong with anything else."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.checking.judging.judges import JUDGES, ask, describe, prepare_gradient_of

X = np.array([0.2, 0.3, 0.5])
CONTENT = [
    ("close", 0.1 + 0.2, 0.3, {}),
    ("close", 1.01, 1.0, {"rtol": 0.1}),
    ("exact", [1, "a"], [1, "a"], {}),
    ("whole", 3, 3, {}),
    ("whole", np.array([1, 2]), np.array([1, 2]), {}),
    ("digits", 0.012345, 0.012345, {"count": 3}),
    ("digits", 0.0123, 0.012345, {"count": 3}),
    ("any_order", [2, 1, 2], [2, 2, 1], {}),
    ("at_least", 0.9, None, {"bound": 0.9}),
    ("at_most", np.float32(0.5), None, {"bound": 0.9}),
    ("between", 3, None, {"low": 1, "high": 3}),
    ("accuracy", np.array([0, 1, 1]), None, {"labels": [0, 1, 0], "bound": 0.6}),
    ("falls", [3.0, 2.0, 2.5, 1.0], None, {}),
    ("falls", np.linspace(1, 0, 20), None, {"to": 0.3}),
    ("choice", " B) ", "b", {}),
    ("choice", ("B", " a)"), ["b", "a"], {}),
    ("order", "b a c", "bac", {}),
    ("order", ["B", "a", "c"], "b a c", {}),
    ("sums_to_one", np.array([[0.25, 0.75], [1, 0]]), None, {}),
    ("sums_to_one", np.array([[0.25, 1], [0.75, 0]]), None, {"axis": 0}),
    ("all_equal", [X, X + 1e-12], None, {}),
    ("same_shape", np.zeros((2, 3)), None, {"like": np.ones((2, 3))}),
    ("gradient_of", 2 * X, None, {"numerical": 2 * X + 1e-9}),
]
REFUSED = [
    ("close", 0.31, 0.3, {}, ""),
    ("exact", 1.0 + 1e-12, 1.0, {}, ""),
    ("exact", True, 1, {}, ""),
    ("whole", 3.0, 3, {}, "whole numbers (int) are asked"),
    ("whole", 4, 3, {}, ""),
    ("digits", 0.01, 0.012345, {"count": 3}, ""),
    ("digits", 0.012, 0.012345, {"count": 3}, "right to 2 digits, and 3 are asked"),
    ("any_order", [2, 1, 1], [2, 2, 1], {}, "too often"),
    ("any_order", [2, 1], [2, 2, 1], {}, "1 of the right items"),
    ("any_order", 3, [2, 2, 1], {}, "A list is asked"),
    ("at_least", 0.8, None, {"bound": 0.9}, "is 0.8; at least 0.9 is asked"),
    ("at_least", np.nan, None, {"bound": 0.9}, "finite"),
    ("at_least", "0.95", None, {"bound": 0.9}, "is a string"),
    ("at_least", 1j, None, {"bound": 0.9}, "A number is asked"),
    ("at_most", 1.5, None, {"bound": 0.9}, "is 1.5; at most 0.9 is allowed"),
    ("between", 4, None, {"low": 1, "high": 3}, "is 4; it should lie between 1 and 3"),
    ("accuracy", np.array([0, 0, 1]), None, {"labels": [0, 1, 0], "bound": 0.6}, "33.3%"),
    ("accuracy", [0, 1, 1], None, {"labels": [0, 1, 0], "bound": 0.6}, "a list of 3 items"),
    ("accuracy", np.zeros((3, 1)), None, {"labels": [0, 1, 0], "bound": 0.6}, "shape (3,)"),
    ("falls", [1.0, 1.0, 1.0], None, {}, "should fall"),
    ("falls", [1.0, np.nan, 0.1], None, {}, "at step 1"),
    ("falls", [1.0], None, {}, "A sequence"),
    ("falls", None, None, {}, "you have None"),
    ("choice", "c", "b", {}, "Option c"),
    ("choice", 2, "b", {}, "in quotes"),
    ("choice", "They stay as they are", "b", {}, "the letter of an option alone"),
    ("choice", "ba", ["b", "a"], {}, "a list of 2 letters"),
    ("choice", ["b"], ["b", "a"], {}, "you have 1"),
    ("choice", ["b", 1], ["b", "a"], {}, "nothing but the letter"),
    ("choice", ["more rows", "a"], ["b", "a"], {}, "nothing but the letter"),
    ("choice", ["b", "c"], ["b", "a"], {}, "One of your 2 letters is right where it stands"),
    ("choice", ["a", "b"], ["b", "a"], {}, "None of your letters"),
    ("choice", ["a", "b", "d"], ["a", "b", "c"], {}, "2 of your 3 letters are right where they"),
    ("order", "b c a", "b a c", {}, "Line c comes before line a in yours"),
    ("order", "c b a", "b a c", {}, "Line c comes before line b in yours"),
    ("order", "b b c", "b a c", {}, "needed once"),
    ("order", 5, "b a c", {}, "letters of the lines"),
    ("sums_to_one", np.array([[0.25, 0.7], [1, 0]]), None, {}, "(entry 0) is 0.95"),
    ("sums_to_one", 1.0, None, {}, "An array is asked"),
    ("all_equal", [X, X + 0.1], None, {}, "should be the same"),
    ("same_shape", np.zeros(3), None, {"like": np.ones((3, 1))}, "should be (3, 1)"),
    ("gradient_of", X, None, {"numerical": 2 * X}, "small differences"),
]


@pytest.mark.parametrize(("name", "received", "expected", "arguments"), CONTENT)
def test_judge_is_content(name, received, expected, arguments):
    assert JUDGES[name](received, expected, **arguments) is None


@pytest.mark.parametrize(("name", "received", "expected", "arguments", "words"), REFUSED)
def test_judge_says_what_is_wrong(name, received, expected, arguments, words):
    problem = JUDGES[name](received, expected, **arguments)
    assert words in problem.message
    assert problem.message or problem.difference


def test_one_of_takes_any_of_its_options():
    assert JUDGES["one_of"](2.0, None, 1, 2) is None
    assert "not among" in JUDGES["one_of"](3, None, 1, 2).message


def test_order_takes_another_right_order():
    assert JUDGES["order"]("a b c", "b a c", "a b c") is None
    wrong = JUDGES["order"]("a b d c", "b a c d", "a b c d")
    assert "Line d comes before line c" in wrong.message
    assert "up to line 1" in JUDGES["order"]("a c b", "a b c", "c a b", "b c a").message


def test_every_judge_is_tested_here_and_documented():
    tested = {name for name, *_ in REFUSED} & {name for name, *_ in CONTENT} | {"one_of"}
    assert tested == set(JUDGES)
    assert all(inspect.getdoc(judge) for judge in JUDGES.values())


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=4))
def test_numerical_gradient_of_a_cubic_is_right(numbers):
    x = np.array(numbers)
    (gradient,) = prepare_gradient_of(lambda v: (v**3).sum(), x)
    assert JUDGES["gradient_of"](3 * x**2, None, gradient) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        ([1], "a list of 1 item"),
        (0.25, "a number"),
        ("secret", "a string"),
        (True, "a truth value"),
    ],
)
def test_description_is_of_the_kind_and_never_of_the_value(value, words):
    assert describe(value) == words


def test_an_order_without_any_of_the_letters_is_told_so():
    assert "None of the lines' letters" in ask("order", "4 6 1", "b a c", {}).message
    assert "missing or doubled" in ask("order", "b a d", "b a c", {}).message
