"""Where a result can't be used as the task says, it is told what kind of thing came back."""

import pytest

from course_utils.checking.judging.compare import ordinal
from tests.learning.near.test_near import told

MADE = """
def used(result):
    W, b = result
    return float((W @ b.sum(axis=-1, keepdims=True).repeat(len(W.T)) + b).sum())
"""
HELPED = (
    "def parts(x):\n    return x.T @ x, x.sum(axis=0)",
    f"{MADE}\nused(parts(rng.normal(size=(4, 3))))\nused(parts(rng.normal(size=(5, 2))))",
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return {'W': x.T @ x, 'b': x.sum(axis=0)}", "`parts` returned a dict of 2 items; "),
        ("return x.T @ x, x.sum(axis=0), 1", "`parts` returned 3 parts; the solution returns 2"),
        (
            "return np.cosh(x)[:, :, None]",
            "returned an array of shape (4, 3, 1); the solution returns a tuple of 2 items",
        ),
        ("return np.cosh(x.T @ x).sum(), x.sum(axis=0)", "The first part of what `parts` returned"),
        (
            "return np.cosh(x), x.sum(axis=0)",
            "is an array of shape (4, 3); in the solution it is",
        ),
    ],
)
def test_what_came_back_is_told_where_the_check_cannot_use_it(bench, body, said):
    _, near = told(bench, HELPED, body)
    assert near.cause == "near kind", near.message
    assert said in near.message


def test_lists_and_tuples_may_stand_for_each_other(bench):
    _, near = told(bench, HELPED, "return [np.cosh(x.T @ x), np.tanh(x.sum(axis=0))]")
    assert near.cause != "near kind"


def test_places_in_words():
    assert [ordinal(i) for i in (0, 1, 20, 110)] == ["first", "second", "21st", "111th"]


def test_a_function_that_calls_itself_is_told_by_what_it_returns_in_the_end(bench):
    body = (
        "if x.ndim == 1:\n    return x.sum(), x.sum()\n"
        "return np.cosh(sum(parts(row)[0] for row in x)) + np.ones((2, 7)), x.sum(axis=0)"
    )
    _, near = told(bench, HELPED, body)
    assert "shape (2, 7)" in near.message
