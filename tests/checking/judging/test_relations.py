"""What is said of how wrong numbers follow from the right ones: true, or nothing."""

import numpy as np
import pytest

from course_utils.checking.judging.diagnoses.relation import _as_long_as

NEW = {
    "another_step", "beside_an_input", "of_inputs_alone", "line_by_line",
    "at_an_edge", "on_one_side", "from_a_place_on", "some_results", "zeros",
}  # fmt: skip
SUM = (
    "def total(a, b):\n    return a + 2 * b",
    "total(rng.normal(size=4), rng.normal(size=4))\ntotal(rng.normal(size=6), rng.normal(size=6))",
)
SCALED = (
    "def scaled(x):\n    return (x - x.mean(axis=0)) / x.std(axis=0)",
    "scaled(rng.normal(size=(5, 3)) * [1, 2, 9])\nscaled(rng.normal(size=(4, 2)) * 3)",
)
STEP = (
    "def step(w, g, rate):\n    return w - rate * g",
    "step(rng.normal(size=4), rng.normal(size=4), 0.1)\n"
    "step(rng.normal(size=3), rng.normal(size=3), 0.5)",
)
LAYER = (
    "def layer(x, W):\n    return x @ W",
    "layer(rng.normal(size=(4, 3)), rng.normal(size=(3, 2)))\n"
    "layer(rng.normal(size=(5, 2)), rng.normal(size=(2, 3)))",
)
SHARED = (
    "def both(v, m):\n    return m * v, np.cos(v)",
    "both(rng.normal(size=4), 0.9)\nboth(rng.normal(size=5), 0.5)",
)
PAIR = (
    "def pair(x):\n    return x.mean(), x.std()",
    "pair(rng.normal(size=5))\npair(rng.normal(size=8))",
)


@pytest.mark.parametrize(
    ("question", "wrong", "cause", "words"),
    [
        (SUM, "def total(a, b):\n    return a + b", "beside_an_input", "right ones minus `b`"),
        (SUM, "def total(a, b):\n    return (a + 2 * b) * a", "beside_an_input", "times `a`"),
        (SUM, "def total(a, b):\n    return (a + 2 * b) / b**2", "beside_an_input",
         "divided by the square of `b`"),
        (SUM, "def total(a, b):\n    return a + 2 * b + a.sum()", "beside_an_input",
         "plus the sum of `a`"),
        (SUM, "def total(a, b):\n    return np.where(a > 0, 2 * a + 2 * b, a + 2 * b)",
         "beside_an_input", "Where your values are wrong, they are the right ones plus `a`"),
        (SUM, "def total(a, b):\n    return a * b", "of_inputs_alone", "`a * b`"),
        (SUM, "def total(a, b):\n    return a", "of_inputs_alone", "`a` as it came in"),
        (SUM, "def total(a, b):\n    return np.cumsum(a + 2 * b)", "another_step",
         "as running sums"),
        (SUM, "def total(a, b):\n    return (a + 2 * b)[::-1]", "another_step",
         "in reverse order"),
        (SUM, "def total(a, b):\n    return np.tanh(a + 2 * b)", "another_step", "after a tanh"),
        (SUM, "def total(a, b):\n    return np.exp(a + 2 * b)", "another_step",
         "after an exponential"),
        (SCALED, "def scaled(x):\n    return x - x.mean(axis=0)", "another_step",
         "divided by the standard deviation of each column, would be right"),
        (SCALED, "def scaled(x):\n    return (x - x.mean(axis=0)) / np.ptp(x, axis=0)",
         "another_step", "would be right"),
        (SCALED, "def scaled(x):\n    return (x - np.median(x, axis=0)) / x.std(axis=0)",
         "another_step", "less the mean of each column, would be right"),
        (
            (
                "def f(z):\n    return 1 / (1 + np.exp(-z))",
                "f(np.array([-2.0, 0.0, 2.5]))\nf(rng.normal(size=6))",
            ),
            "def f(z):\n    return np.where(z > 0, 1 / (1 + np.exp(-z)), 0) + np.where(z < 0, "
            "1 / (1 + np.exp(-z)), 0)",
            "on_one_side", "wrong where `z` is 0",
        ),
        (STEP, "def step(w, g, rate):\n    return w - rate * g * g", "beside_an_input",
         "Your steps from `w` are the right ones times `g`"),
        (STEP, "def step(w, g, rate):\n    return w + rate * g", "beside_an_input",
         "they go the other way"),
        (STEP, "def step(w, g, rate):\n    return w - rate * np.where(g > 0, g, g * g)",
         "beside_an_input", "Where they are wrong, your steps from `w` are the right ones times"),
        (STEP, "def step(w, g, rate):\n    return w - rate * g / 4", "beside_an_input",
         "0.25 times the right ones"),
        (LAYER, "def layer(x, W):\n    return x[:, :-1] @ W[:-1]", "beside_an_input",
         "minus the last term of the sums in `x @ W`"),
        (SHARED, "def both(v, m):\n    return v, v - m", "beside_an_input",
         "Where the first of your results is wrong, its values are the right ones divided by `m`"),
        (SHARED, "def both(v, m):\n    return m * v, np.cos(v) + (1 - m) * v", "beside_an_input",
         "the right ones plus `(1 - m) * v`"),
        (PAIR, "def pair(x):\n    return x.mean(), np.abs(x).max()", "some_results",
         "the first is right each time; the second is not"),
    ],
)  # fmt: skip
def test_relation_is_named(bench, question, wrong, cause, words):
    verdict = bench(*question).judge(wrong)
    assert verdict.cause == cause, verdict.message
    assert words in verdict.message


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        # beside_an_input: in one case of two only
        (SUM, "def total(a, b):\n    return a + 2 * b + (a if len(a) == 4 else a**3)"),
        # beside_an_input: nearly, and not quite
        (SUM, "def total(a, b):\n    return a + 2 * b + 1.001 * a"),
        # beside_an_input: whole numbers that agree by chance
        (
            ("def f(n):\n    return n + 2", "f(2)\nf(2)"),
            "def f(n):\n    return 2 * n + 2",
        ),
        # steps that are longer in one case only
        (STEP, "def step(w, g, rate):\n    return w - rate * g * (2 if len(w) == 3 else 3)"),
        # beside_an_input: a bias that walks in steps of one length is off by one of them, by chance
        (
            (
                "def walk(b, rate):\n    return np.cos(b), 2 * b + rate",
                "walk(0.5, 0.1)\nwalk(1.5, 0.2)\nwalk(2.5, 0.3)\nwalk(0.3, 0.4)",
            ),
            "def walk(b, rate):\n    return np.sin(b), 2 * b",
        ),
        # another_step: for one case of two
        (SUM, "def total(a, b):\n    return np.cumsum(a + 2 * b) if len(a) == 4 else a**3"),
        # line_by_line: one entry of a row only
        (
            SCALED,
            """
            def scaled(x):
                y = (x - x.mean(axis=0)) / x.std(axis=0)
                y[0, 0] += 1
                y[1, 1] -= 2
                y[1, 0] *= 3
                return y
            """,
        ),
        # at_an_edge: each case is of one length, and the last entry may be any
        (
            ("def f(x):\n    return x + 1", "f(rng.normal(size=4))\nf(rng.normal(size=4))"),
            "def f(x):\n    y = x + 1\n    y[3] = 0.7 * x[2] * x[1]\n    return y",
        ),
        # on_one_side: a negative number is right
        (
            ("def f(z):\n    return z * 3", "f(np.array([-4.0, -3, -1, -2, 2, 3, 5, 1]))"),
            "def f(z):\n    return np.where((z < 0) & (z > -4), np.exp(z), 3 * z)",
        ),
        # some_results: the other is right by luck in one case, and wrong in the next
        (PAIR, "def pair(x):\n    return np.median(x) if len(x) > 5 else x.mean(), x.max()"),
        # from_a_place_on: right again at the end
        (
            ("def f(n):\n    return [0.5 * k for k in range(n)]", "f(6)\nf(8)"),
            "def f(n):\n    return [0.5 * k if k in (0, n - 1) else k * k / 7 for k in range(n)]",
        ),
    ],
)  # fmt: skip
def test_relation_that_does_not_hold_is_not_named(bench, question, wrong):
    verdict = bench(*question).judge(wrong)
    assert verdict.cause not in NEW, verdict.message


@pytest.mark.parametrize(
    ("question", "wrong", "cause"),
    [
        # shares sum to 1, and a 1 everywhere is no sum of them
        (
            (
                "def shares(z):\n    return np.exp(z) / np.exp(z).sum()",
                "shares(rng.normal(size=4))\nshares(rng.normal(size=5))",
            ),
            "def shares(z):\n    return np.exp(z) / np.exp(z)",
            "pooled",
        ),
        # the one wrong result of two has entries that are all the same; "your result" has not
        (
            (
                "def both(x):\n    return x + 1, x * 2",
                "both(rng.normal(size=4))\nboth(rng.normal(size=5))",
            ),
            "def both(x):\n    return x + 1, np.full(x.shape, 0.25)",
            "all_the_same",
        ),
        # right by luck where there are two rows: one such case shows no size that is written down
        (
            (
                "def f(x):\n    return x.sum()",
                "f(np.array([1.5, 2.5]))\nf(rng.normal(size=5))\nf(rng.normal(size=4))",
            ),
            "def f(x):\n    return x[0] + x[-1]",
            "size_of_example",
        ),
        # a single element that is exactly 0 as well: nothing says which of the two it is
        (
            (
                "def f(x):\n    return np.abs(x) + 1",
                "f(np.array([1.5, 2.5]))\nf(rng.normal(size=5))\nf(np.array([0.0]))",
            ),
            "def f(x):\n    return np.where(x == 0, 3.0, np.abs(x) + 1)",
            "special_inputs",
        ),
        # a helper of the check collects what a generator gives: no list of the learner's
        (
            (
                "def parts(n):\n    yield from range(n)",
                "def all_of(f, n):\n    return list(f(n))\n\nall_of(parts, 4)",
            ),
            "def parts(n):\n    yield from range(n + 1)",
            "wrong_length",
        ),
        (
            (
                "def parts(n):\n    yield from range(n)",
                "def twice(f, n):\n    return [list(f(n)), list(f(n + 1))]\n\ntwice(parts, 4)",
            ),
            "def parts(n):\n    yield from range(n + 1)",
            "wrong_length",
        ),
    ],
)
def test_what_is_not_the_cause_is_not_said(bench, question, wrong, cause):
    assert bench(*question).judge(wrong).cause != cause


@pytest.mark.parametrize(
    ("wrong", "words"),
    [("0,5 * x", "such as `0,5`"), ("0, 2 * x + 1", ""), ("1, x", "")],
)
def test_decimal_comma_before_a_factor(bench, wrong, words):
    made = bench("def half(x):\n    return 0.5 * x", "half(3.0)\nhalf(rng.normal(size=3))")
    verdict = made.judge(f"def half(x):\n    return {wrong}")
    assert (verdict.cause == "decimal_comma") is bool(words)
    assert words in verdict.message


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e306, 1e-306])
def test_numbers_beyond_all_bounds_make_no_warning_of_ours(bench, scale):
    wrong = f"def total(a, b):\n    return np.array(a) * {scale} * np.arange(1, len(a) + 1)"
    assert bench(*SUM, []).judge(wrong).kind == "incorrect"


def test_halves_that_agree_by_chance_are_not_told_as_what_they_are_made_of(bench):
    made = bench(
        "def moved(w, b, rate):\n    return w - rate, b - rate",
        "moved(np.array([1.0, 2.0]), 0.5, 0.1)\nmoved(np.array([-2.0, -2.0]), -3.0, 0.3)\n"
        "moved(np.array([1.0, 1.0]), 0.0, 0.2)",
    )
    verdict = made.judge("def moved(w, b, rate):\n    return w - rate, b + 1")
    assert "the mean of `w`" not in verdict.message


@pytest.mark.parametrize(("ratio", "said"), [(1 + 1e-5, ""), (1.5, "1.5 times"), (-1, "other way")])
def test_steps_are_told_to_have_another_length_only_where_they_have_one(ratio, said):
    right = np.array([-500.3, -30.1, 31.7, 507.2, 12.4, 7.7])
    told = _as_long_as([(ratio * right, right, np.full(6, True))])
    assert (said in told) if said else not told
