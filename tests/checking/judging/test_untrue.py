"""A diagnosis is true or silent: cases that once were told something that doesn't hold."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from course_utils.checking.judging.case import Case, Trial
from course_utils.checking.judging.diagnoses.relation import line_by_line
from course_utils.checking.judging.errors import explain_error, explain_outside, is_authors
from course_utils.checking.judging.judge import judge
from course_utils.checking.judging.judges import Problem
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.run import run_cell

MEAN_OF_CLASSES = (
    "def share(labels, p):\n    return np.log(p[np.arange(len(labels)), labels])",
    """
    share(np.array([1, 2]), np.array([[0.2, 0.3, 0.5], [0.1, 0.7, 0.2]]))
    share(np.array([0, 2]), np.array([[0.2, 0.3, 0.5], [0.1, 0.7, 0.2]]))
    """,
)


def test_labels_of_0_are_not_what_overflows(bench):
    wrong = "def share(labels, p):\n    return np.log(np.where(p < 0.25, 0, p)[[0, 1], labels])"
    verdict = bench(*MEAN_OF_CLASSES).judge(wrong)
    assert verdict.cause == "overflow"
    assert "labels" not in verdict.message


def test_input_that_overflows_row_by_row_is_named(bench):
    right = "def entropy(p):\n    return -(p * np.log(p + (p == 0))).sum(axis=1)"
    probes = "entropy(np.array([[0.5, 0.5], [1.0, 0.0]]))\nentropy(np.array([[0.3, 0.7]]))"
    verdict = bench(right, probes).judge("def entropy(p):\n    return -(p * np.log(p)).sum(axis=1)")
    assert "where `p` contains 0" in verdict.message


def test_changed_argument_is_told_before_the_factor_that_comes_of_it(bench):
    made = bench(
        "def half(x):\n    return x / 2", "half(rng.normal(size=4))\nhalf(rng.normal(size=5))"
    )
    verdict = made.judge("def half(x):\n    x *= 2\n    return x / 2")
    assert verdict.cause == "changed_in_place"


def test_what_is_asked_is_not_called_the_example_of_the_task(bench):
    verdict = bench("def f(x):\n    return x + 1", "f(3.5)").judge("def f(x):\n    return x * x")
    assert "example of the task" not in verdict.message


def test_underflow_that_numpy_itself_ignores_is_no_remark(bench):
    question = bench("def f(x):\n    return np.tanh(x)", "f(np.array([-800.0, 2.0]))")
    wrong = "def f(x):\n    np.exp(x)\n    return np.tanh(x)"
    assert question.judge(wrong).remarks == ()


def test_name_that_the_cell_of_the_answer_defines_is_not_the_notebooks(bench):
    question = bench("def f(x):\n    return 2 * x", "f(3.0)")
    assert question.judge("twice = 2\ndef f(x):\n    return twice * x").remarks == ()
    assert question.judge("def f(x):\n    return twice * x", before="twice = 2").remarks


def test_case_that_is_shown_has_the_shape_that_is_spoken_of(bench):
    right = "def residuals(y, y_hat):\n    return y_hat[:, 0] - y"
    probes = """
    residuals(rng.normal(size=1), rng.normal(size=(1, 1)))
    residuals(rng.normal(size=4), rng.normal(size=(4, 1)))
    """
    verdict = bench(right, probes).judge("def residuals(y, y_hat):\n    return y_hat - y")
    assert "(4, 4)" in verdict.evidence.received


def test_factor_of_two_is_not_called_n_and_n_minus_1(bench):
    made = bench("def f(x):\n    return x + 1", "f(np.array([1.5, 2.5]))")
    assert "n - 1" not in made.judge("def f(x):\n    return 2 * (x + 1)").message


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        # pooled: a mean is right, and another value wrong
        (("def f(x):\n    return x", "f(rng.normal(size=4))"), "def f(x):\n    return x[::-1]"),
        # pooled: two answers of yes and no, where one yes is the sum of both
        (
            ("def f(x):\n    return [x > 0, x > 9]", "f(3)\nf(5)"),
            "def f(x):\n    return [True, True]",
        ),
        # outputs_swapped: options paired with cases, where any wrong pairing is another order
        (('letters = ["b", "c", "d", "a"]', "letters"), 'letters = ["a", "b", "c", "d"]'),
        # counted_all: right where all count
        (
            (
                "def hits(y):\n    return int(y.sum())",
                "hits(np.ones(3, int))\nhits(np.array([0, 1, 1]))",
            ),
            "def hits(y):\n    return 3",
        ),
        # clipped: one value off
        (
            ("def f(x):\n    return x", "f(np.array([1.0, 2.0, 5.0]))"),
            "def f(x):\n    return np.array([1.0, 2.0, 3.0])",
        ),
        # clipped: a right value of another test lies beyond the border
        (
            (
                "def f(x):\n    return x",
                "f(np.array([1.0, 9.0]))\nf(np.array([1.0, 2.0, 5.0, 6.0]))",
            ),
            "def f(x):\n    return np.minimum(x, 3.0) if len(x) > 2 else x",
        ),
        # complement: truth values that are no shares
        (
            ("def f(x):\n    return [bool(v > 0) for v in x]", "f(rng.normal(size=4))\nf([1, -2])"),
            "def f(x):\n    return [bool(v <= 0) for v in x]",
        ),
        # outputs_swapped: one of them is wrong as well
        (
            ("def f(x):\n    return x + 1, x * 2", "f(3.0)\nf(5.0)"),
            "def f(x):\n    return x * 2, x + 2",
        ),
        # decimal_comma: two numbers are asked
        (("pair = (1, 3)", "pair"), "pair = 1, 2"),
        # size_of_example: wrong for the same size too
        (
            (
                "def f(x):\n    return x + 1",
                "f(np.array([1.5, 2.0]))\nf(np.array([2.0, 3.0]))\nf(rng.normal(size=5))",
            ),
            "def f(x):\n    return x * 0 + np.array([2.5, 3.0]) if len(x) == 2 else x",
        ),
        # size_of_example: it is right where there is one column, of whatever length
        (
            (
                "def total(x):\n    return x.sum(axis=1) / 2",
                "total(np.array([[1.5], [2.5], [4.0]]))\n"
                "total(rng.normal(size=(5, 2)))\ntotal(rng.normal(size=(4, 2)))",
            ),
            "def total(x):\n    return x.max(axis=1) / 2",
        ),
        # special_inputs: a plain case fails too
        (
            (
                "def f(x):\n    return x + 1",
                "f(np.zeros(0))\nf(np.zeros(3))\nf(rng.normal(size=5))",
            ),
            "def f(x):\n    return x[:1] + 1",
        ),
    ],
)
def test_new_diagnoses_are_silent_where_they_are_not_the_cause(bench, question, wrong):
    causes = {
        "pooled", "counted_all", "clipped", "outputs_swapped", "decimal_comma",
        "size_of_example", "special_inputs", "same_twice", "all_the_same", "complement",
    }  # fmt: skip
    assert bench(*question).judge(wrong).cause not in causes


def test_error_for_special_inputs_only_says_where(bench):
    made = bench(
        "def middle(x):\n    return x[len(x) // 2] if len(x) else 0.0",
        "middle(np.array([1.5, 2.0]))\nmiddle(rng.normal(size=5))\nmiddle(np.zeros(0))",
    )
    verdict = made.judge("def middle(x):\n    return x[len(x) // 2]")
    assert "In these tests it is right except where `x` is empty." in verdict.next_step


def test_letter_without_quotes_is_told_to_take_them():
    error = {"kind": "NameError", "message": "", "missing": "b", "source": "dead_unit = b"}
    assert (
        explain_error(error) == 'Without quotes, `b` names a variable. A letter is a text: `"b"`.'
    )
    assert "quotes" not in explain_error({**error, "source": "return a * b"})


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("def f(x, alpha=0,5):", "`0.5`"),
        ("y = f(x, alpha=1,25)", "`1.25`"),
        ("if p > 0,5:", "`0.5`"),
        ("y = a if p > 0,5 else b", "`0.5`"),
        ("rates = {'low': 0,5}", "`0.5`"),
        ("return np.clip(x, 0,05, 1)", "`0.05`"),
    ],
)
def test_decimal_comma_that_python_cannot_read_is_explained(source, number):
    with pytest.raises(SyntaxError) as raised:
        compile(source, "<cell>", "exec")
    error = {"kind": "SyntaxError", "message": raised.value.msg, "source": source}
    assert f"write it with a point: {number}" in explain_error(error)


def test_decimal_comma_that_is_one_argument_more_is_explained():
    message = "f() takes 2 positional arguments but 3 were given"
    error = {"kind": "TypeError", "message": message, "source": "return f(x, 0,5)"}
    assert "`0.5`" in explain_error(error)
    others = ("return f(x, 0, 5)", "return f(x, y, z)", "return f(x[0,5], y, z)", "return f(1,2)")
    for plain in others:
        assert "comma" not in explain_error({**error, "source": plain})


@pytest.mark.parametrize("source", ["def f(x, alpha=0.5)", "if x[0,5] > 1", "y = (1,2 3)"])
def test_other_mistakes_of_writing_are_no_decimal_commas(source):
    with pytest.raises(SyntaxError) as raised:
        compile(source, "<cell>", "exec")
    error = {"kind": "SyntaxError", "message": raised.value.msg, "source": source}
    assert "comma is two numbers" not in explain_error(error)


def test_sum_of_nothing_is_not_called_a_sum(bench):
    right = """
    def standardized(x):
        spread = x.std(axis=0)
        return (x - x.mean(axis=0)) / np.where(spread == 0, 1, spread)
    """
    probes = """
    standardized(rng.normal(size=(4, 3)))
    standardized(rng.normal(size=(5, 2)))
    standardized(np.array([[1.0, 2.0], [1.0, 4.0]]))
    """
    silenced = """
    def standardized(x):
        spread = x.std(axis=0)
        if (spread == 0).any():
            return np.zeros_like(x)
        return (x - x.mean(axis=0)) / spread
    """
    verdict = bench(right, probes).judge(silenced)
    assert "it is right except where a column of `x` is constant" in verdict.message
    divided = "def standardized(x):\n    return (x - x.mean(axis=0)) / x.std(axis=0)"
    verdict = bench(right, probes).judge(divided)
    assert "NaN (not a number) where a column of `x` is constant" in verdict.message


def test_changed_list_is_not_told_of_arrays(bench):
    made = bench("def f(ps):\n    return [p - 1 for p in ps]", "f([np.ones(2), np.ones(3)])")
    wrong = "def f(ps):\n    ps[0] = ps[0] - 1\n    ps[1] = ps[1] - 1\n    return ps"
    verdict = made.judge(wrong)
    assert verdict.cause == "changed_in_place"
    assert "array" not in verdict.message


def test_float_that_no_division_made_is_not_told_of_one_alone(bench):
    message = bench("n = 12", "whole(n)").judge("n = 12.0").message
    assert "decimal point" in message


@pytest.mark.parametrize(("place", "word"), [(20, "21st"), (11, "12th"), (31, "32nd")])
def test_place_that_dots_hide_is_named_with_its_ordinal(bench, place, word):
    made = bench("def f(n):\n    return list(range(n))", "f(100)")
    verdict = made.judge(f"def f(n):\n    x = list(range(n))\n    x[{place}] = -1\n    return x")
    assert verdict.evidence.detail == f"the {word} number: you have -1, expected {place}"


def test_long_texts_are_shown_where_they_differ(bench):
    made = bench("def f(n):\n    return 'ab' * n", "f(300)")
    verdict = made.judge("def f(n):\n    return 'ab' * n + 'c'")
    assert "character 600: you have 'ababababab" in verdict.evidence.detail
    assert not verdict.evidence.by_hand


def test_article_and_number_agree(bench):
    question = bench("def f(x):\n    return 2.0", "f(3)")
    verdict = question.judge("def f(x):\n    return np.array(['a'])")
    assert "a array" not in str(verdict)
    assert "an array" in str(verdict)


@pytest.mark.parametrize("wrong", ["(x, 1.0), (x, 2.0)", "[(x, 1.0)], (x, 2.0)", "(x[:1], x), {}"])
def test_results_within_results_are_judged(bench, wrong):
    made = bench("def both(x):\n    return (x, 2.0), (2 * x, 1.0)", "both(rng.normal(size=3))")
    assert made.judge(f"def both(x):\n    return {wrong}").kind == "incorrect"


DROPPED = (
    """
    def dropped(x, rate, rng):
        return x * (rng.random(x.shape) >= rate) / (1 - rate)
    """,
    """
    @outside
    def only_these(y, x):
        return bool(np.all((y == 0) | np.isclose(y, 2 * x)))
    @outside
    def kept(y):
        return float(np.mean(y != 0))
    dropped(rng.normal(size=(3, 4)), 0.0, rng)
    dropped(rng.normal(size=(2, 3)), 0.5, rng).shape
    dropped(rng.normal(size=(4, 3)), 0.5, rng).shape
    # says: whether every entry is 0 or twice what it was
    only_these(dropped(np.array([[2.0, 4.0]] * 50), 0.5, rng), np.array([2.0, 4.0]))
    # says: the share that is kept
    between(kept(dropped(rng.normal(size=(30, 30)), 0.2, rng)), 0.75, 0.85)
    """,
)


def test_a_constant_input_is_not_blamed_for_what_every_draw_shows(bench):
    code = """
    def dropped(x, rate, rng):
        keep = rng.random(x.shape) >= rate
        return x * keep / max(keep.mean(), 1e-9)
    """
    assert "constant" not in bench(*DROPPED).judge(code).message


def test_an_input_is_not_called_missing_where_a_share_of_draws_is_wrong_too(bench):
    code = """
    def dropped(x, rate, rng):
        return x * (rng.normal(size=x.shape) >= rate) / (1 - rate)
    """
    assert bench(*DROPPED).judge(code).cause != "beside_an_input"


def test_truth_values_are_not_off_by_an_amount(bench):
    made = bench(
        "def kept(x):\n    return [[bool(v > 0)] for v in x]",
        "kept(np.array([1.0, -1.0, 2.0]))\nkept(np.array([3.0, -2.0, -4.0]))\n"
        "kept(np.array([-3.0, 5.0]))",
    )
    verdict = made.judge("def kept(x):\n    return [[bool(v > 2)] for v in x]")
    assert "amount" not in verdict.message


@pytest.mark.parametrize(
    ("one", "other", "helps"),
    [
        ((4, 3), (4,), True),
        ((2, 5, 3), (2, 3), True),
        ((4, 3), (5,), False),
        ((4, 3), (2, 3), False),
        ((4, 3), (4, 1, 2), False),
    ],
)
def test_keepdims_is_named_where_an_axis_has_gone_and_nowhere_else(one, other, helps):
    with pytest.raises(ValueError, match="broadcast") as raised:
        np.ones(one) + np.ones(other)
    error = {"kind": "ValueError", "message": str(raised.value)}
    assert ("keepdims" in explain_error(error)) is helps
    assert explain_error(error).startswith("Shapes (")


def test_a_pass_at_zero_does_not_say_that_large_numbers_are_what_is_wrong(bench):
    made = bench(
        "def mel(f):\n    return 2595 * np.log10(1 + f / 700)",
        "mel(0)\nmel(np.zeros(2))\nmel(rng.uniform(200, 900, 4))\nmel(rng.uniform(200, 900, 2))",
    )
    verdict = made.judge("def mel(f):\n    return 2959 * np.log10(1 + f / 700)")
    assert "beyond 100" not in verdict.message


def test_numbers_of_workers_are_no_labels(bench):
    made = bench(
        "def faster(s, n):\n    return 1 / (s + (1 - s) / n)",
        "faster(0.2, 4)\nfaster(0.5, 2)\nfaster(np.array([0.1, 0.2]), np.array([2, 4]))",
    )
    verdict = made.judge("def faster(s, n):\n    return 1 / (s + (1 - s) / int(n))")
    assert "class" not in verdict.next_step


def test_one_too_few_is_not_half(bench):
    made = bench(
        "def steps(n, size):\n    return -(-n // size)",
        "steps(10, 4)\nsteps(9, 8)\nsteps(17, 16)\nsteps(15, 4)",
    )
    verdict = made.judge("def steps(n, size):\n    return -(-(n - 1) // size)")
    assert "half" not in verdict.message


def test_infinity_as_a_value_has_no_inputs(bench):
    verdict = bench("workers = 9", "workers").judge("workers = float('inf')")
    assert verdict.message.startswith("Your value is infinity.")
    assert "inputs" not in verdict.message


def test_lists_in_a_list_are_told_where_they_stand(bench):
    made = bench("def deal(x):\n    return x[0::2]", "deal([1, 2, 3])\ndeal([4, 5, 6, 7])")
    verdict = made.judge("def deal(x):\n    return [x[0::2], x[1::2]]")
    assert verdict.message.startswith("Inside your result stands a list of 2 items where a number")


def test_a_question_of_the_author_ends_as_one(bench):
    made = bench("def f(x):\n    return x", "sum([f(1.5)])  # says: does it grow?\nf(2.0)")
    assert "?." not in made.judge("def f(x):\n    return x + x**2").message


@pytest.mark.parametrize(
    ("message", "is_sentence"),
    [
        ("operands could not be broadcast together with shapes (3,) (800,)", False),
        ("matmul: Input operand 1 has a mismatch", False),
        ("the model is not compiled", True),
        ("a clip gets another answer when it comes alone than among others", True),
    ],
)
def test_what_numpy_raises_in_a_measure_is_no_sentence_of_the_author(message, is_sentence):
    assert is_authors({"kind": "ValueError", "message": message}) is is_sentence
    assert not is_authors({"kind": "TypeError", "message": message})


def test_the_larger_of_two_arrays_is_taken_by_numpy():
    def said(source):
        message = "The truth value of an array with more than one element is ambiguous."
        return explain_error({"kind": "ValueError", "message": message, "source": source})

    assert "`np.maximum(a, b)`" in said("return max(ratio, floor)")
    assert "`np.minimum(a, b)`" in said("return 20 * np.log10(min(a, 1))")
    for line in ("if max(a, b):", "return np.max(a, b) if a > b else 0", "return max(rows) and b"):
        assert "imum" not in said(line)


def test_a_layer_that_has_seen_nothing_cannot_go_backward():
    message = "'Dense' object has no attribute 'z'"
    error = {"kind": "AttributeError", "message": message}
    assert "call the model first" in explain_error({**error, "source": "return m.backward(dy)[0]"})
    assert "call the model first" not in explain_error({**error, "source": "return self.z"})


def test_one_whole_number_may_come_of_anything(bench):
    probes = "shrunk(np.array([2.0]), np.array([0.0]))\nshrunk(np.array([2.0]), np.array([3.0]))"
    made = bench("def shrunk(w, g):\n    return 0.95 * w - g", probes)
    assert (
        made.judge("def shrunk(w, g):\n    return w - g - 0.1 * (g > 0)").cause != "whole_numbers"
    )


def test_a_loop_that_ran_to_the_end_is_no_mask_that_was_counted(bench):
    right = """
    def stop(losses):
        return next((k for k, loss in enumerate(losses, 1) if loss > 1), len(losses))
    """
    probes = "stop([0.5, 1.5, 2.0])\nstop([2.0, 0.5, 0.3, 0.1])"
    verdict = bench(right, probes).judge("def stop(losses):\n    return len(losses)")
    assert verdict.cause == "counted_all"
    assert "no condition" in verdict.message


COUNTS = (
    "def count(k):\n    return k",
    "# says: three counts\n[count(k) for k in (1, 2, 3)]\n# says: three more\n"
    "[count(k) for k in (4, 5, 6)]",
    [("Small ones are one too large.", "def count(k):\n    return k + (k < 4)")],
)


def test_small_whole_numbers_that_agree_are_no_known_mistake(bench):
    made = bench(*COUNTS)
    verdict = made.judge("def count(k):\n    return [0, 2, 3, 4, 9, 2, 5][k]")
    assert "one too large" not in verdict.message
    assert (
        made.judge("def count(k):\n    return 2 + k - (k != 0) - (k > 3)").cause
        == "misconception 1"
    )


def test_what_is_said_of_values_stands_beside_a_value(bench):
    probes = """
    # says: the share that is kept
    between(float(np.mean(kept(np.ones(400), 0.2, rng) != 0)), 0.7, 0.9)
    kept(rng.normal(size=(9, 9)), 0.0, rng)
    """
    right = "def kept(x, rate, rng):\n    return x * (rng.random(x.shape) >= rate)"
    wrong = "def kept(x, rate, rng):\n    return x * np.round(rng.random(x.shape))"
    verdict = bench(right, probes).judge(wrong)
    assert verdict.cause == "zeros"
    assert verdict.evidence.probe.startswith("kept(")


def test_nan_everywhere_is_not_laid_to_zeros_in_one_of_the_tests(bench):
    right = "def means(x, mask=None):\n    return x.mean(axis=1)"
    probes = (
        "means(np.array([[0.0, 2.0, 4.5]]))\nmeans(rng.normal(size=(3, 4)))\n"
        "means(rng.normal(size=(2, 4)), mask=1)"
    )
    wrong = "def means(x, mask=None):\n    return x.mean(axis=1) if mask else x[:, 0] * np.nan"
    verdict = bench(right, probes).judge(wrong)
    assert verdict.cause == "overflow"
    assert "contains 0" not in verdict.message


def test_a_constant_input_is_no_matter_of_its_length(bench):
    right = "def level(x, g):\n    return g * (x - x.mean()) + g"
    probes = "\n".join(f"level(rng.normal(size={n}), rng.normal(size={n}))" for n in (4, 5, 6))
    probes += "\nlevel(np.full(3, 7.0), rng.normal(size=3))"
    verdict = bench(right, probes).judge("def level(x, g):\n    return g * (x - x.mean()) ** 3 + g")
    assert verdict.cause != "size_of_example"


def test_array_of_texts(bench):
    right = "def mask(n):\n    return np.tri(n, dtype=bool)"
    wrong = "def mask(n):\n    return np.where(np.tri(n), 'True', 'False')"
    assert "holds texts" in bench(right, "mask(3)\nmask(4)").judge(wrong).message


def test_another_letter_is_not_taken_for_the_mistake_that_has_the_right_one(bench):
    right = "def case(n):\n    return {'cause': 'g', 'run': np.sqrt(np.arange(1, n))}"
    probes = "choice(case(3)['cause'])\ncase(int(rng.integers(9, 12)))['run']"
    kept = "def case(n):\n    return {'cause': 'g', 'run': np.arange(1.0, n)}"
    made = bench(right, probes, [("Your letter is right, and the run is as it was.", kept)])
    assert made.judge(kept).cause == "misconception 1"
    assert made.judge(kept.replace("'g'", "'f'")).cause != "misconception 1"


ODD = """
def odd(n):
    s = np.array([k.bit_count() for k in range(2**n)])
    return [{test}]
"""


def test_truth_values_contain_no_known_mistake(bench):
    one = ("Yes to a single 1 only.", ODD.format(test="bool(k == 1) for k in s"))
    made = bench(ODD.format(test="bool(k % 2) for k in s"), "odd(3)\nodd(4)\nodd(5)", [one])
    assert made.judge(one[1]).cause == "misconception 1"
    assert "misconception" not in made.judge(ODD.format(test="False for _ in s")).cause


def test_an_error_of_a_later_test_does_not_overtake_an_authors_sentence(bench):
    probes = (
        "# wrong: It goes up where it should go down.\nat_most(step(np.array([1.0, 2.0])), 0)\n"
        "step(rng.normal(size=3))"
    )
    made = bench("def step(x):\n    return float(-x.sum())", probes)
    verdict = made.judge("def step(x):\n    return float(x.sum()) if len(x) < 3 else x[7]")
    assert verdict.message.startswith("It goes up")


def test_results_of_several_calls_are_not_called_the_results(bench):
    made = bench(
        "def shares(n):\n    return list(np.arange(n) / n)",
        "[shares(n) for n in (2, 5)]\n[shares(n) for n in (2, 7)]",
    )
    verdict = made.judge(
        "def shares(n):\n    return list(np.sin(np.arange(n) / n) if n > 2 else np.arange(n) / n)"
    )
    assert "Of your results" not in verdict.message


def test_an_input_has_the_name_that_the_function_asked_gives_it(bench):
    made = bench(
        "def there(f):\n    return 2 * f\n\n\ndef back(mel):\n    return mel / 2",
        "there(3.0)\nback(8.0)",
        names=("there", "back"),
    )
    verdict = made.judge("def there(f):\n    return 2 * f\ndef back(mel):\n    return mel")
    assert verdict.evidence.inputs[0][0] == "mel"


def test_what_keras_tells_of_parameters_hides_no_known_mistake(bench):
    raises = "def f(x):\n    raise ValueError('no shape. Arguments received by Box.call(): • {}')"
    made = bench(
        "def f(x):\n    return x + 1", "f(1)\nf(2)", [("Too few.", raises.format("inputs"))]
    )
    assert made.judge(raises.format("batch")).cause == "misconception 1"


def test_a_raised_recursion_limit_is_the_answers_own(bench):
    made = bench("def deep(n):\n    return n", "deep(5)")
    before = sys.getrecursionlimit()
    made.judge("import sys\ndef deep(n):\n    sys.setrecursionlimit(50_000)\n    return n")
    assert sys.getrecursionlimit() == before


def test_numbers_beyond_100_are_blamed_only_for_what_comes_of_them(bench):
    probes = (
        "relu(np.array([-1.5, 2.25]))\nrelu(rng.uniform(-3, 3, size=(4, 3)))\n"
        "relu(np.array([-1000.0, 7.5, 50.0, 1000.0]))"
    )
    made = bench("def relu(z):\n    return np.maximum(z, 0)", probes)
    six = made.judge("def relu(z):\n    return np.minimum(np.maximum(z, 0), 6.0)")
    assert "beyond 100" not in six.message
    cut = made.judge("def relu(z):\n    return np.where(z > 100, z / 2, np.maximum(z, 0))")
    assert "beyond 100" in cut.message


def test_of_several_names_the_one_is_named_that_the_test_uses(bench):
    made = bench("def run(x):\n    return {'a': x}", "run(2)['a'] + 1\nrun(3)['a']")
    space = {}
    run_cell("def run(x):\n    return 2.0\ncard = 'good'", "<cell 1>", space)
    question = replace(made.question, names=("run", "card"))
    verdict = judge(question, look_at(question.task, space, {}, 0))
    assert "`run`" in verdict.message
    assert "`card`" not in verdict.message


def test_a_line_of_zeros_is_no_matter_of_a_factor(bench):
    right = "def scale(x):\n    return x / x.sum(axis=0)"
    table = "rng.uniform(1, 2, size=(4, 3))"
    probes = f"scale({table})\nscale({table})"
    verdict = bench(right, probes).judge(
        "def scale(x):\n    y = x / x.sum(axis=0)\n    y[:, x[0] > x[-1]] = 0\n    return y"
    )
    assert "factor" not in verdict.message


def test_where_false_is_wrong_no_number_is_spoken_of(bench):
    right = "def mask(n):\n    return np.tril(np.ones((n, n), dtype=bool))"
    verdict = bench(right, "mask(4)\nmask(5)\nmask(7)").judge(
        "def mask(n):\n    return np.eye(n, dtype=bool) | np.eye(n, k=-1, dtype=bool)"
    )
    assert verdict.message.startswith("Wherever it is wrong, you have False")


def test_several_arguments_are_changed_as_several(bench):
    right = "def step(m, v):\n    return m + 1, v + 1"
    call = "step(rng.normal(size=3), rng.normal(size=3))"
    verdict = bench(right, f"{call}\n{call}").judge(
        "def step(m, v):\n    m += 1\n    v += 1\n    return m, v"
    )
    assert "its arguments `m` and `v` in place" in verdict.message
    assert "them as they were" in verdict.message


def test_a_name_at_the_beginning_keeps_its_letters(bench):
    probes = "# says: x, as it is after the call\nat_most(size(3, x=4), 4)"
    verdict = bench("def size(k, x):\n    return k", probes).judge("def size(k, x):\n    return 9")
    assert verdict.message.startswith("x, as it is after the call")


@pytest.mark.parametrize(
    ("answer", "step"), [("5, 130", "`5130`"), ("5, 13", "`5.13`"), ("5,000", "thousands without")]
)
def test_a_comma_of_thousands_is_not_taken_for_a_point(bench, answer, step):
    verdict = bench("count = 5130", "count").judge(f"count = {answer}")
    assert step in verdict.message


def test_a_comma_is_told_before_the_words_of_the_test(bench):
    verdict = bench("count = 5130", "# wrong: Count once more.\ncount").judge("count = 5, 130")
    assert "`5130`" in verdict.message
    assert "Count" not in verdict.message


def test_exchanged_results_are_told_where_some_tests_raise(bench):
    right = "def fit(x):\n    return x.mean(), x.std()"
    probes = "fit(np.array([1.0, 4.0, 2.0]))\nfit(np.ones(1) - 1)\nfit(np.array([1.0, 7.5]))"
    verdict = bench(right, probes).judge(
        "def fit(x):\n    if len(x) == 2:\n        raise ValueError('few')\n"
        "    return x.std(), x.mean()"
    )
    assert "stand in each other's places" in verdict.message


def test_fractions_that_are_there_elsewhere_are_not_said_to_get_lost(bench):
    right = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"
    probes = "sigmoid(np.array([0.5, -1.0]))\nsigmoid(np.array([6.0, -7.0, 8.0]))"
    cut = "np.where(z > 5, 1.0, np.where(z < -5, 0.0, 1 / (1 + np.exp(-z))))"
    verdict = bench(right, probes).judge(f"def sigmoid(z):\n    return {cut}")
    assert verdict.cause != "whole_numbers"


def test_a_small_number_is_not_called_large(bench):
    verdict = bench("def f(x):\n    return x + 1.5", "f(np.array([1.0, 2.0]))").judge(
        "def f(x):\n    return x * np.nan"
    )
    assert verdict.message.startswith("Your result is NaN")
    assert "large" not in verdict.message


def test_targets_of_a_regression_are_no_classes(bench):
    right = "def mse(y, y_hat):\n    return np.mean((y - y_hat) ** 2)"
    probes = (
        "mse(np.array([2, 0, 0, 700]), np.ones(4))\n"
        "mse(np.array([1, 0, 2]), np.array([1, 0.5, 0]))\n"
        "mse(np.array([0, 1, 2]), np.array([3.5, 1, 2]))"
    )
    verdict = bench(right, probes).judge(
        "def mse(y, y_hat):\n    return sum({float(e) for e in (y - y_hat) ** 2}) / len(y)"
    )
    assert "class" not in verdict.message


def test_tuples_of_many_kinds_end_no_diagnosis(bench, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    right = "def f(n):\n    return 'bool', np.tri(n) + 1"
    verdict = bench(right, "f(3)\nf(4)").judge("def f(n):\n    return 'bool', np.tri(n) * 2")
    assert verdict.kind == "incorrect"


def test_an_input_that_came_back_is_told_of_the_wrong_values_only(bench):
    question = ("def slope(dy, y):\n    return dy * (1 - y**2)",
                "slope(np.array([2.5, 3.5, 5.0]), np.array([1.0, -1.0, 1.0]))\n"
                "slope(np.array([2.5, 3.5, 5.2]), np.array([0.5, 0.1, -0.3]))")  # fmt: skip
    verdict = bench(*question).judge("def slope(dy, y):\n    return np.where(abs(y) < 1, dy, 0.0)")
    assert verdict.cause == "of_inputs_alone"
    assert verdict.message.startswith("Where your values are wrong, they are `dy` as it came in")


def test_what_is_0_in_the_end_has_made_no_step(bench):
    question = ("def masked(dy, z):\n    return np.where(z > 0, dy, 0.0)",
                "masked(rng.normal(size=9), rng.normal(size=9))\n"
                "masked(rng.normal(size=(4, 3)), rng.normal(size=(4, 3)))")  # fmt: skip
    verdict = bench(*question).judge("def masked(dy, z):\n    return np.where(z > 0, dy, -dy)")
    assert "steps" not in verdict.message


def test_a_factor_of_all_rows_is_not_one_for_each_row():
    asked = np.array([[1.0, 2, 3, 4], [2.0, 5, 1, 7]])
    for factors, is_told in (([6.0, 6.00002], False), ([6.0, 3.0], True)):
        got = asked * np.array(factors)[:, None]
        trial = Trial("f(x)", "close", {}, got, asked, Problem())
        assert (line_by_line(Case((trial,))) is not None) == is_told


def test_parts_of_a_dict_stand_under_names_and_in_no_order(bench):
    question = ("def f(x):\n    return {'a': x + 1, 'b': x * 5}", "f(rng.normal(size=4))")
    verdict = bench(*question).judge("def f(x):\n    return {'b': x + 1, 'a': x * 5}")
    assert verdict.cause == "outputs_swapped"
    assert verdict.message.endswith("Which of them belongs to which name?")


def test_what_overflows_is_not_blamed_on_the_first_of_two_inputs(bench):
    question = ("def f(dy, z):\n    return np.where(z > 0, dy, 0.0)",
                "f(np.array([2.0, 3.0, 4.0]), np.array([1.0, 0.0, -1.0]))")  # fmt: skip
    verdict = bench(*question).judge("def f(dy, z):\n    return dy * np.maximum(z, 0) / z")
    assert verdict.cause == "overflow"
    assert "`dy`" not in verdict.message
    assert "where `z` is 0" in verdict.message


def test_what_differs_each_time_is_said_before_the_words_of_a_test_that_sets_a_bound(bench):
    probes = (
        "def gap(n):\n    return abs(float(f(n)) - float(f(n)))\n\n"
        "# wrong: Your step is too long.\nat_most(gap(3), 1e-9)\n"
        "def value(n):\n    return float(f(n))\n\nvalue(5)"
    )
    made = bench("def f(n):\n    return n / 2", probes)
    verdict = made.judge("import time\ndef f(n):\n    return n + time.perf_counter_ns() % 7_919")
    assert verdict.cause == "another_answer_each_time"
    assert "step" not in verdict.message


def test_one_number_throughout_is_not_the_right_ones_less_an_input(bench):
    """Wherever 0 stands for an input that goes through, 0 is that input minus itself."""
    right = "def f(x, d):\n    return np.where(x > 0, d, 0)"
    probes = "\n".join(["f(rng.normal(size=(6, 7)), rng.normal(size=(6, 7)))"] * 3)
    verdict = bench(right, probes).judge("def f(x, d):\n    return np.where(x >= 1, d, 0)")
    assert "minus" not in verdict.message


def test_where_only_the_type_is_wrong_nothing_is_said_of_the_number(bench):
    probes = "# wrong: Compare the number with yours.\nwhole(f(3))"
    verdict = bench("def f(n):\n    return 2 * n", probes).judge("def f(n):\n    return 2.0 * n")
    assert "6 as a float" in verdict.message
    assert "Compare" not in verdict.message


def test_two_answers_are_told_beside_a_test_that_fails(bench):
    question = bench("def f(x):\n    return 2 * x", "f(3.0)\nf(4.0)")
    verdict = question.judge(
        "seen = []\ndef f(x):\n    seen.append(x)\n    return 2 * x + len(seen) - 1"
    )
    assert verdict.cause == "another_answer_each_time"
    assert verdict.evidence.inputs == (("x", "4.0"),)


def test_what_a_call_takes_apart_is_no_matter_of_the_names_in_the_line():
    error = {"kind": "ValueError", "message": "not enough values to unpack (expected 2, got 1)"}
    names = "On the left of `=`"
    for line in (
        "a, b = f(x)",
        "for a, b in pairs:",
        "x = [a for a, b in pairs]",
        "(w, b), c = g()",
    ):
        assert names in explain_error({**error, "source": line}), line
    for line in ("optimizer.apply_gradients(g)", "x = f(a, b)", "y = g(a, k=2, m=3)", "if a == b:"):
        said = explain_error({**error, "source": line})
        assert names not in said, line
        assert "another number of parts" in said, line


def test_a_number_that_is_handed_back_says_nothing_of_the_way_forward():
    error = {"kind": "AttributeError", "source": "g += model.backward(1.0)"}
    number = {**error, "message": "'float' object has no attribute 'ndim'"}
    assert "call the model first" not in explain_error(number)
    layer = {**error, "message": "'Dense' object has no attribute 'x'"}
    assert "call the model first" in explain_error(layer)


def test_a_tensor_of_a_graph_has_no_numbers_yet():
    error = {"kind": "AttributeError", "source": "return x.numpy()"}
    said = explain_error({**error, "message": "'SymbolicTensor' object has no attribute 'numpy'"})
    assert "numbers that come later" in said
    assert "misspelling" not in said


def test_a_factor_of_one_output_is_not_said_of_all(bench):
    right = "def two(x):\n    return x.sum(axis=0), x.max(axis=0)"
    probes = "two(rng.normal(size=(7, 3)))\ntwo(rng.normal(size=(5, 2)))"
    message = bench(right, probes).judge(right.replace("x.sum(axis=0)", "x.mean(axis=0)")).message
    assert "divided by the number of examples in `x`" in message
    assert "Your values are" not in message


def test_a_list_of_which_no_array_can_be_made_is_not_told_to_become_one(bench):
    made = bench("def f(x):\n    return x * 2", "f(rng.normal(size=(3, 2)))")
    message = made.judge("def f(x):\n    return [x, x[0]]").message
    assert "a list where an array is asked" in message
    assert "np.array" not in message
    assert "np.array" in made.judge("def f(x):\n    return list(x * 2)").message


def test_nothing_each_time_is_not_called_one_case(bench):
    made = bench("def f(x):\n    return x * 2", "f(3.0)\nf(4.0)\n[f(5.0), f(6.0)]")
    message = made.judge("def f(x):\n    print(x * 2)").message
    assert "In one case" not in message
    assert "None" in message


def test_two_numbers_that_are_worked_out_are_no_number_with_a_comma(bench):
    made = bench("def f(n):\n    return n * 10", "f(3)\nf(4)")
    assert "comma" not in made.judge("def f(n):\n    return n * 9, n").message
    assert "`3,26` with a comma" in made.judge("def f(n):\n    return 3,26").message


def test_a_single_wrong_sign_is_not_called_some(bench):
    verdict = bench("n = 9", "n", names=("n",)).judge("n = -9")
    assert "some of your values" not in verdict.message


@pytest.mark.parametrize("said", [0.653, 0.6531, 0.65099])
def test_more_digits_are_asked_only_of_who_has_rounded(bench, said):
    verdict = bench("n = 0.65132", "digits(n, 5)", names=("n",)).judge(f"n = {said}")
    assert "of which a later one differs" in verdict.message
    assert "keep more" not in verdict.message


def test_what_else_is_special_where_it_fails_is_told_too(bench):
    right = "def sums(a, b):\n    return a[:, None] + b"
    probes = """
    sums(np.array([1.0, 2.5]), np.array([3.0, 4.0, 7.5]))
    sums(np.array([3.0, 1.5, 9.0]), np.array([2.0, 4.5]))
    sums(np.array([2.0, -1.0, 2.0]), np.array([500.5, 7.5]))
    """
    by_value = """
    def sums(a, b):
        table = np.zeros((len(a), len(b)))
        for s in a.tolist():
            table[a.tolist().index(s)] = s + b
        return table
    """
    said = bench(right, probes).judge(by_value).message
    assert "except where numbers beyond 100 stand in `b`" in said
    assert "a number stands twice in `a`, too: any of this may be what matters" in said


def test_longer_inputs_are_told_beside_what_else_is_special(bench):
    right = "def means(x):\n    return x.mean(axis=1)"
    probes = """
    means(rng.normal(size=(3, 4)))
    means(rng.normal(size=(2, 6)))
    means(rng.normal(size=(3, 70)) * 100)
    """
    said = bench(right, probes).judge("def means(x):\n    return x[:, :64].mean(axis=1)").message
    assert "`x` has more columns than anywhere else, too" in said


def test_sides_are_silent_where_all_that_is_right_is_one_number(bench):
    right = "def window(n):\n    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)"
    wrong = "def window(n):\n    return 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, n))"
    assert bench(right, "window(4)\nwindow(5)\nwindow(6)").judge(wrong).cause != "on_one_side"


def test_no_steps_are_told_from_a_slope(bench):
    right = "def back(dy, y):\n    return dy * (1 - y**2)"
    probes = (
        "back(rng.normal(size=5), rng.normal(size=5))\nback(rng.normal(size=4), np.ones(4) / 3)"
    )
    said = bench(right, probes).judge("def back(dy, y):\n    return dy * (1 - y)").message
    assert "Your steps" not in said


def test_zeros_of_a_mask_are_called_false(bench):
    right = "def mask(n):\n    return np.tri(n, dtype=bool)"
    made = bench(right, "mask(3)\nmask(5)\nmask(4).dtype == bool")
    assert "you have False" in made.judge("def mask(n):\n    return np.eye(n, dtype=bool)").message


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("x[1:]", "but too few rows"), ("np.pad(x, 1)", "but too many rows and too many columns")],
)
def test_which_lengths_are_wrong_is_told(bench, wrong, told):
    right = "def f(x):\n    return x * 2.0"
    verdict = bench(right, "f(rng.normal(size=(3, 4)))\nf(rng.normal(size=(2, 5)))").judge(
        f"def f(x):\n    return {wrong} * 3.7 + 1"
    )
    assert told in verdict.message


@pytest.mark.parametrize(
    ("returned", "fine"),
    [
        ("np.array([x.min(axis=0), x.max(axis=0)])", True),
        ("np.array([x.min(axis=0), x.max(axis=0), x.mean(axis=0)])", False),
        ("np.array([x.min(axis=0), x.max(axis=0)]).T", False),
    ],
)
def test_rows_of_an_array_are_a_tuple_of_arrays_where_one_is_asked(bench, returned, fine):
    right = "def ends(x):\n    return x.min(axis=0), x.max(axis=0)"
    made = bench(right, "ends(rng.normal(size=(4, 3)))\nends(rng.normal(size=(5, 6)))")
    assert made.judge(f"def ends(x):\n    return {returned}").is_correct is fine


def test_rows_are_a_tuple_inside_another_too(bench):
    right = "def ends(x):\n    return (x.min(axis=0), x.max(axis=0)), len(x)"
    made = bench(right, "ends(rng.normal(size=(4, 3)))\nends(rng.normal(size=(5, 6)))")
    rows = "np.array([x.min(axis=0), x.max(axis=0)]), len(x)"
    assert made.judge(f"def ends(x):\n    return {rows}").is_correct


def test_array_of_texts_where_a_list_is_asked(bench):
    verdict = bench("order = ['b', 'c', 'a']", "order").judge("order = np.array(['b', 'c', 'a'])")
    assert verdict.message == "You have an array of texts where a list of 3 items is asked."


def test_named_tuple_is_a_tuple(bench):
    wrong = """
    from collections import namedtuple
    Ends = namedtuple("Ends", "low high")
    def ends(x):
        return Ends(high=x.max(), low=x.min())
    """
    right = "def ends(x):\n    return x.min(), x.max()"
    assert bench(right, "ends(rng.normal(size=4))").judge(wrong).is_correct


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ("1, 2", "`return a, b` hands over both."),
        ("1, 2, 3", "`return a, b, c` hands over all of them."),
    ],
)
def test_as_many_things_are_handed_over_as_are_asked(bench, right, said):
    verdict = bench(f"def f(x):\n    return {right}", "f(1)\nf(2)").judge("def f(x):\n    return 1")
    assert said in verdict.message


def test_only_what_is_wrong_is_said_to_sum_to_1(bench):
    right = "def f(x):\n    return x, x / 3"
    verdict = bench(right, "f(0.3)\nf(0.9)\nf(0.6)\nf(0.1)").judge(
        "def f(x):\n    return x, 1 - x / 3"
    )
    assert verdict.message.startswith("Where they are wrong, your values and the right ones")


def test_what_fails_for_whole_numbers_is_told_so(bench):
    right = "def f(x, w):\n    return x * w"
    probes = """
    f(rng.normal(size=(3, 2)), np.array([0.5, 2.5]))
    f(rng.normal(size=(4, 2)), np.array([1.5, 2.5]))
    f(np.array([[1, 2], [1, 5]]), np.array([0.5, 2.5]))
    """
    wrong = "def f(x, w):\n    y = np.empty_like(x)\n    np.multiply(x, w, out=y)\n    return y"
    said = bench(right, probes).judge(wrong).next_step
    assert "right except where `x` holds whole numbers" in said


def test_series_that_rises_is_told_by_its_quarters(bench):
    made = bench("losses = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]", "falls(losses)")
    said = made.judge("losses = [1.0, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 3.0]").message
    assert "the mean of the first quarter is about 1.5, that of the last about 2.75" in said


def test_a_row_of_equal_labels_is_not_said_to_lack_a_mean(bench):
    right = "def base(y, z):\n    return 1, (z == 1).mean()"
    probes = "base(np.array([0, 1, 1]), np.array([0, 1, 1, 1]))\nbase(np.array([1, 1]), np.ones(3))"
    wrong = "def base(y, z):\n    return np.full(len(z), 1), (z == 1).mean()"
    assert "mean" not in bench(right, probes).judge(wrong).message


def test_another_axis_is_told_of_the_shape_where_it_is_the_shape_alone(bench):
    right = "def f(x):\n    return x.sum(axis=0)"
    probes = "f(rng.normal(size=(3, 4)))\nf(rng.normal(size=(2, 5)))"
    said = bench(right, probes).judge("def f(x):\n    return np.exp(x[:, 0]) * 7").message
    assert "has the shape that another axis would leave" in said
    assert (
        "is what another axis"
        in bench(right, probes).judge("def f(x):\n    return x.sum(axis=1)").message
    )


def test_general_slips_are_silent_where_the_check_gives_one_text_for_many(bench):
    right = "def center(x):\n    return x - x.mean()"
    probes = """
    def said(x):
        y = center(x)
        return "centered" if abs(y.mean()) < 1e-9 else "in another way"
    said(rng.normal(size=5))
    said(rng.normal(size=6))
    """
    made = bench(right, probes, [("The largest one.", "def center(x):\n    return x - x.max()")])
    slip = replace(made.question.wrong_answers[0], kind="largest_only")
    made = replace(made, question=replace(made.question, wrong_answers=(slip,)))
    verdict = made.judge("def center(x):\n    return x - np.median(x)")
    assert "largest" not in verdict.message


def test_a_tuple_that_is_used_as_a_dictionary_is_told_so():
    error = {"kind": "AttributeError", "message": "'tuple' object has no attribute 'get'"}
    assert explain_outside(error, ("f",)) == "A tuple came where a dictionary is asked."


def test_truth_values_of_another_shape_are_looked_at_like_numbers(bench):
    right = "def some(x):\n    return (x > 0).any(axis=1)"
    probes = "some(rng.normal(size=(3, 4)))\nsome(rng.normal(size=(2, 5)))"
    verdict = bench(right, probes).judge("def some(x):\n    return x > 0")
    assert verdict.kind == "incorrect"


def test_where_arguments_are_changed_nothing_is_called_right(bench):
    right = "def f(x):\n    return x * 0.5"
    probes = "f(rng.normal(size=4))\nf(rng.normal(size=5))\nf(np.array([1, 2, 3]))"
    verdict = bench(right, probes).judge("def f(x):\n    x *= 0.5\n    return x")
    assert "it is right" not in verdict.next_step
