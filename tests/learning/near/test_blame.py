"""No change is told that makes something else of what is right as it stands."""

import ast

import numpy as np

from course_utils.learning.near.blame import Blame
from course_utils.learning.near.search import Search

RIGHT = "def f(x, w):\n    z = x @ w\n    return np.tanh(z) / 2"
MINE = "def f(x, w):\n    z = x @ w\n    return np.sinh(z) / np.cosh(z)"


def blames(bench, before, after, line, part):
    """Whether `Blame` takes the change of `before` into `after` for chance: a part of a line."""
    probes = "f(rng.normal(size=(3, 2)), np.array([1.0, 2.0]))\nf(np.eye(2), np.array([0.5, 3.0]))"
    question = bench(RIGHT, probes).question
    search = Search(question, ast.parse(before), {"np": np}, {"np": np}, 0)
    changed = ast.parse(after)
    (node,) = [
        n for n in ast.walk(changed)
        if isinstance(n, ast.expr) and n.lineno == line and ast.get_source_segment(after, n) == part
    ]  # fmt: skip
    return Blame(search, ast.parse(before)).is_by_chance(changed, [node])


def test_what_is_right_and_made_into_what_the_solution_lacks_is_not_blamed(bench):
    assert blames(bench, MINE, MINE.replace("x @ w", "x * w", 1), 2, "x * w")


def test_what_is_right_and_made_into_the_solutions_next_step_may_be_blamed(bench):
    before = "def f(x, w):\n    z = x @ w\n    return np.tanh(z) / 1"
    assert not blames(bench, before, before.replace("/ 1", "/ 2"), 3, "np.tanh(z) / 2")


def test_what_is_wrong_may_be_blamed(bench):
    before = MINE.replace("x @ w", "x @ abs(w) + 1")
    after = MINE.replace("x @ w", "x @ abs(w) + 2")
    assert not blames(bench, before, after, 2, "x @ abs(w) + 2")


def test_code_that_runs_too_often_to_be_followed_blames_nothing(bench):
    before = MINE.replace("z = x @ w", "for _ in range(2001):\n        z = x @ w")
    assert not blames(bench, before, before.replace("x @ w", "x * w"), 3, "x * w")
