"""The one wrong step of an answer, found by running it beside the solution, and only if proven."""

import ast

import numpy as np
import pytest

from course_utils.learning.near.steps import Step, _is_reduced_after, relation
from tests.learning.near.test_near import MEANS, SHARES, STEP, told

SCORE = (
    "def score(x, w):\n    z = x @ w\n    p = 1 / (1 + np.exp(-z))\n    return p.mean(axis=0)",
    "score(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))\n"
    "score(rng.normal(size=(4, 2)), rng.normal(size=(2, 2)))",
)


def test_what_makes_everything_right_is_named_however_far_it_is_from_it(bench):
    question = ("def means(x):\n    return np.mean(np.exp(np.cosh(x)), axis=0)", MEANS[1])
    _, near = told(bench, question, "y = np.arctan(x) / 7\nreturn y.mean(axis=0)")
    assert near.cause == "near step"
    assert near.message.startswith("Other numbers should come out in the line `y = np.arctan(x)")
    assert near.message.endswith("every test would pass, and nothing else would have to change.")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda needed: -needed, "It has the other sign."),
        (lambda needed: 1 / needed, "It is one over what is needed."),
        (lambda needed: needed.T, "It is turned: its rows should be its columns."),
        (lambda needed: 4 * needed, "It is 4 times what is needed."),
        (lambda needed: needed - 2, "It is 2 less than what is needed."),
        (
            lambda needed: needed.sum(),
            "It is a single number; with a value of shape (2, 3) in its place, every test passes.",
        ),
        (
            lambda needed: needed[0],
            "It is a value of shape (3,); with a value of shape (2, 3) in its place, every test "
            "passes.",
        ),
        (np.sinh, ""),
        (np.exp, "These numbers are the needed ones after an exponential."),
        (
            lambda needed: needed / needed.sum(axis=1, keepdims=True),
            "These numbers are the needed ones divided by the sum of each row.",
        ),
        (np.cbrt, "These numbers, cubed, would be the needed ones."),
        (
            lambda needed: needed * np.array([[2.5], [0.7]]),
            "It is off by one factor for each row, the same all along it.",
        ),
    ],
)
def test_it_is_said_how_its_numbers_are_to_those_that_are_needed(change, told):
    needed = np.array([[1.0, 2.0, 5.0], [0.5, 3.0, 7.0]])
    wrong = Step(ast.Constant(0), [[change(needed)]], [[needed]])
    assert relation(wrong).strip() == told


def test_of_one_number_nothing_is_said_that_may_be_chance():
    assert relation(Step(ast.Constant(0), [[2.0]], [[0.5]])) == ""
    assert relation(Step(ast.Constant(0), [[np.ones(2)]], [[0.5]])) == (
        " It is a value of shape (2,); with a single number in its place, every test passes."
    )


def test_no_factor_is_told_where_a_zero_stands_against_another_number():
    needed, less = np.array([True, True, True, False]), np.array([True, False, True, False])
    for gives, needs in ((less, needed), (needed, less), (np.arange(4) + 1.0, np.zeros(4))):
        assert "times" not in relation(Step(ast.Constant(0), [[gives]], [[needs]]))
    assert relation(Step(ast.Constant(0), [[6.0 * needed]], [[3.0 * needed]])) == (
        " It is 2 times what is needed."
    )


def test_the_first_of_the_steps_that_could_be_the_cause_is_named(bench):
    body = "z = np.arctan(x) @ w * 3\nq = -z\np = 1 / (1 + np.exp(q))\nreturn p.mean(axis=0)"
    _, near = told(bench, SCORE, body)
    assert near.cause == "near step"
    assert "in the line `z = np.arctan(x) @ w * 3`" in near.message


def test_where_the_cause_may_lie_before_a_step_that_is_said(bench):
    area = (
        "def area(h, w):\n    h, w = h - 2, w - 2\n    n = h * w\n    return n * 16 + 16",
        "area(7, 9)\narea(5, 12)\narea(8, 4)",
    )
    body = "h, w = round(h / 3), round(w / 7)\nn = h * w\nreturn n * 16 + 16"
    _, near = told(bench, area, body)
    assert near.cause == "near step"
    assert near.message.startswith("Other numbers should come out in the line `n = h * w`")
    assert "and at what it is made of." in near.message


def test_a_step_that_is_right_is_not_blamed_for_the_one_that_is_missing(bench):
    """What the solution makes of it, put in its place, would mend everything, too."""
    question = (
        "def net(x, w, v):\n    z = x @ w\n    a = np.maximum(z, 0)\n    return np.exp(a @ v)",
        "\n".join(["net(*(rng.normal(size=s) for s in [(5, 4), (4, 3), (3, 2)]))"] * 2),
    )
    body = (
        "z = x @ w\nkept = [z if len(x) > 9 else z]\n"
        "return np.exp(np.einsum('ij,jk->ik', kept[-1], v))"
    )
    _, near = told(bench, question, body)
    assert "should come out" not in near.message
    assert "numbers are those of a right answer" in near.message


def test_a_wrong_result_is_no_step_unless_what_it_is_made_of_is_right(bench):
    _, near = told(bench, SCORE, "z = x @ w\nreturn np.sinh(np.exp(-z)).max() * z[0]")
    assert near.cause != "near step"
    body = "z = x @ w\np = 1 / (1 + np.exp(-z))\nreturn np.percentile(p, 30, axis=0)"
    _, near = told(bench, SCORE, body)
    assert near.cause == "near step"
    assert near.message.startswith("Up to `p` your numbers are those of a right answer.")


ERRORS = (
    "def errors(x, y):\n    return -np.mean((x - y) ** 2)",
    "\n".join(f"errors(rng.normal(size={n}), rng.normal(size={n}))" for n in (4, 5)),
)


@pytest.mark.parametrize(
    ("body", "said", "not_said"),
    [
        ("s = np.mean(np.abs(np.sinh(x - y)))\nreturn -s", "`np.abs(np.sinh(x - y))`", "abs is"),
        ("return -np.sum(np.cosh(x - y) / 3)", "", "a single number is needed"),
        ("return -np.max((x - y) ** 2)", "", "at `(x - y) ** 2`"),
    ],
)
def test_a_call_that_does_nothing_to_what_is_needed_is_not_called_right(
    bench, body, said, not_said
):
    _, near = told(bench, ERRORS, body)
    assert said in near.message
    assert not_said not in near.message


def test_a_number_that_is_written_there_is_no_step_of_the_solution(bench):
    question = (
        "def soft(z):\n    return np.log(np.exp(z).sum(axis=-1))",
        "soft(rng.uniform(1, 2, size=(3, 2)))\nsoft(rng.uniform(1, 2, size=(2, 4)))",
    )
    _, near = told(bench, question, "return np.cosh(np.sum(z, axis=-1)) * 3")
    assert "`-1`, too" not in near.message


def test_the_result_is_not_asked_of_an_array_that_is_made_less_later(bench):
    question = (
        "def wrong(x, y):\n    return int(((x - 1 > 0) != y).sum())",
        "\n".join(f"wrong(rng.integers(-3, 5, {n}), rng.integers(0, 2, {n}))" for n in (9, 12, 20)),
    )
    _, near = told(bench, question, "return int(np.abs(y * 7 - (x - 1)).max())")
    assert "at `y * 7 - (x - 1)`: with other numbers there" not in near.message


def test_an_answer_is_not_asked_where_a_number_is_compared(bench):
    question = (
        "def wrong(x, w, y):\n    return int(((np.tanh(x @ w) + w[0] > 0) != y).sum())",
        "\n".join(
            f"wrong(rng.normal(size=({n}, 3)), rng.normal(size=3), rng.integers(0, 2, {n}))"
            for n in (30, 50, 70)
        ),
    )
    _, near = told(bench, question, "return int(sum((x @ w > 0.5) != y))")
    assert "at `x @ w`:" not in near.message
    assert "at `x @ w > 0.5`" in near.message


def test_what_comes_after_a_step_in_a_loop_is_not_called_right(bench):
    question = (
        "def run(x, layers):\n    for W, f in layers:\n        x = f(x @ W)\n    return x",
        "run(rng.normal(size=(4, 3)), [(rng.normal(size=(3, 3)), np.tanh), "
        "(rng.normal(size=(3, 2)), np.sin)])\n"
        "run(rng.normal(size=(5, 2)), [(rng.normal(size=(2, 3)), np.cos), "
        "(rng.normal(size=(3, 2)), np.arctan)])",
    )
    body = "last = layers[-1][1]\nfor W, _ in layers:\n    x = last(x @ W)\nreturn x"
    _, near = told(bench, question, body)
    assert "at `x @ W`" in near.message
    assert "what comes after it is right" not in near.message


def test_a_step_that_the_solution_does_not_have_may_be_another_way_if_more_comes_after_it(bench):
    body = "z = x @ w\np = np.tanh(1 / (1 + np.exp(-z)))\nreturn p.max(axis=0) * 3 - z[0]"
    plain, near = told(bench, SCORE, body)
    assert near == plain


def test_the_numbers_of_the_rows_are_not_called_a_wrong_step(bench):
    question = (
        "def picked(labels, z):\n    n = len(labels)\n    e = np.exp(z)\n"
        "    p = e / e.sum(axis=1)[:, None]\n    return (p[range(n), labels] ** 2).sum() / n",
        "picked(np.array([0, 2, 1]), rng.normal(size=(3, 4)))\n"
        "picked(np.array([1, 1, 0, 0]), rng.normal(size=(4, 2)))",
    )
    body = (
        "n = len(labels)\np = np.cosh(z) / np.sinh(z).std(axis=0)\n"
        "q = p[np.arange(n), labels]\nreturn np.tanh(q).max() * 3"
    )
    _, near = told(bench, question, body)
    assert "np.arange" not in near.message


def test_another_way_from_the_start_is_not_called_a_wrong_step(bench):
    plain, near = told(bench, SHARES, "y = np.exp(x) + 3\nreturn np.log(y).cumsum(axis=0) * 7")
    assert near == plain


LOUDNESS = (
    "def loudness(x, floor):\n    ratio = x / x.max()\n"
    "    return 20 * np.log10(np.maximum(ratio, 10 ** (floor / 20)))",
    "loudness(np.array([[1, 0.1], [0.002, 0.5]]), -40)\n"
    "loudness(np.array([[3, 0.4], [0.2, 0.01], [1, 2]]), -30)",
)


def test_numbers_of_one_input_are_not_asked_to_be_an_array_of_another(bench):
    body = "ratio = x / x.max()\nleast = np.exp(floor / 20)\n"
    _, near = told(bench, LOUDNESS, body + "return 20 * np.log(np.maximum(ratio, least))")
    assert "floor / 20" not in near.message  # the right result in its place would overrule the rest


def test_a_shape_is_only_said_where_another_one_would_not_do(bench):
    spread = (
        "def spread(a, b):\n    return np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max())"
    )
    tests = "spread(np.array([3, -4]), np.array([3, -5]))\nspread(np.array([1, 2]), np.ones(2))"
    body = "return np.abs(a - b).max() / np.abs(a).max()"
    _, near = told(bench, (spread, tests), body)
    assert near.cause == "near step"
    assert "`np.abs(a).max()`" in near.message
    assert "shape" not in near.message


COST = (
    "def cost(p, y):\n    log_p = np.log(p)\n    return -log_p[np.arange(len(y)), y].mean()",
    "cost(rng.uniform(0.1, 1, (3, 4)), np.array([3, 0, 1]))\n"
    "cost(rng.uniform(0.1, 1, (5, 2)), np.array([0, 1, 1, 0, 1]))",
)


def test_a_sum_of_what_is_a_number_already_proves_nothing_of_the_array_before_it(bench):
    body = "log_p = np.log(p)\nlast = np.sort(y) - y\nreturn -log_p[np.arange(len(y)), last].sum()"
    _, near = told(bench, COST, body)
    assert near.cause == "near step"
    assert "at `log_p[np.arange(len(y)), last].sum()`" in near.message
    assert "shape" not in near.message


def test_of_results_that_nobody_kept_it_is_not_said_that_they_are_numbers():
    array, number = [[np.ones(3)]], [[2.0]]
    assert _is_reduced_after(array, number, [[5.0]], [0])
    assert not _is_reduced_after(array, number, [[np.ones(3)]], [0])
    assert not _is_reduced_after(array, number, [[]], [0])


FIRST = (
    "def first(x):\n    m = x.mean(axis=0)\n    limit = m.min() + x[:, m.argmin()].std()\n"
    "    return int(np.argmax(m <= limit))",
    "first(np.array([[0.9, 0.65, 0.5, 0.52], [0.8, 0.65, 0.6, 0.65], [1.0, 0.65, 0.7, 0.7]]))\n"
    "first(np.array([[0.9, 0.6, 0.5], [0.9, 0.5, 0.4]]))\n"
    "first(np.array([[0.5, 0.3], [0.9, 0.2]]))",
)


def test_truth_values_are_not_what_is_needed_in_the_place_of_numbers(bench):
    body = (
        "m = x.mean(axis=0)\ne = np.std(x, axis=0, ddof=1) / np.sqrt(x.shape[1])\n"
        "for i in range(len(m)):\n    if m[i] <= m.min() + e[i]:\n        return i"
    )
    _, near = told(bench, FIRST, body)
    assert "nothing else would have to change" not in near.message


def test_how_long_something_is_is_no_step_that_the_solution_lacks(bench):
    body = (
        "z = x @ w\np = 1 / (1 + np.exp(-z))\ns = 0\nfor i in range(len(p)):\n"
        "    s = s + np.sinh(p[i]) * 3\nreturn np.cosh(s) - z[0]"
    )
    _, near = told(bench, SCORE, body)
    assert "len(" not in near.message


def test_a_change_of_one_sign_is_still_told_as_such(bench):
    _, near = told(bench, STEP, "v = 0.9 * v + rate * grad\nreturn w + v, v")
    assert near.cause == "near sign"


def test_a_list_of_arrays_of_other_shapes_is_no_trouble(bench):
    question = (
        "def rounded(parts):\n    return [2 * part for part in parts]",
        "rounded([np.array([[1.27, 2.81]]), np.array([3.33])])\n"
        "rounded([rng.normal(size=(3, 2)), rng.normal(size=2)])",
    )
    body = (
        "shapes = [len(part) for part in parts]\nreturn [np.round(3 * part, 1) for part in parts]"
    )
    plain, near = told(bench, question, body)
    assert plain.kind == near.kind
