"""Slips: small changes of the right code that people make, found in learners' answers by value."""

import numpy as np
import pytest

from course_utils.authoring.slips import slips
from course_utils.checking.data.question import load

EXAMPLES = [
    ("np.mean(x)", "sum_for_mean", "np.sum(x)"),
    ("x.sum()", "mean_for_sum", "x.mean()"),
    ("np.log(x)", "log_base", "np.log2(x)"),
    ("np.log(x)", "log_base", "np.log10(x)"),
    ("np.sin(x)", "degrees", "np.sin(np.deg2rad(x))"),
    ("np.sin(np.deg2rad(x))", "degrees", "np.sin(np.positive(x))"),
    ("x.max(axis=0)", "wrong_axis", "x.max(axis=1)"),
    ("x.max(axis=-1)", "wrong_axis", "x.max(axis=0)"),
    ("x.max(axis=1)", "no_axis", "x.max(axis=None)"),
    ("x.max(axis=1, keepdims=True)", "lost_axis", "x.max(axis=1)"),
    ("a / b", "whole_division", "a // b"),
    ("a @ b", "elementwise_product", "a * b"),
    ("-x", "lost_minus", "+x"),
    ("a / (b + c)", "lost_parentheses", "a / b + c"),
    ("(a - b) / c", "lost_parentheses", "a - b / c"),
    ("a - b", "swapped_difference", "b - a"),
    ("a > b", "boundary", "a >= b"),
    ("np.argmax(x)", "other_extreme", "np.argmin(x)"),
    ("np.maximum(x, 0)", None, ""),
    ("range(n)", "one_too_few", "range(n - 1)"),
    ("range(1, n, 2)", "one_too_few", "range(1, n - 1, 2)"),
    ("-1", None, ""),
]


@pytest.mark.parametrize(("right", "kind", "wrong"), EXAMPLES)
def test_slip_changes_one_place(right, kind, wrong):
    found = [(slip.kind, slip.code) for slip in slips(right)]
    assert (kind, wrong) in found if kind else not found


MORE = [
    ("a + b", "other_sign", "a - b"),
    ("a - b", "other_sign", "a + b"),
    ("a += b", "other_sign", "a -= b"),
    ("a * b", "other_side", "a / b"),
    ("a += b", "overwritten", "a = b"),
    ("a + b", "lost_term", "a + 0"),
    ("a + b", "lost_term", "0 + b"),
    ("a * b", "lost_factor", "1 * b"),
    ("a / b", "lost_factor", "a / 1"),
    ("a ** 2", "lost_power", "a ** 1"),
    ("np.exp(x)", "lost_function", "np.positive(x)"),
    ("np.abs(x)", "lost_sign", "np.positive(x)"),
    ("np.sin(x)", "other_function", "np.cos(x)"),
    ("np.maximum(x, 0)", "other_extreme", "np.minimum(x, 0)"),
    ("x.argmax(axis=1)", "value_for_place", "x.max(axis=1)"),
    ("x.mean()", "largest_only", "x.max()"),
    ("a < b", "other_way", "a > b"),
    ("a == b", "other_way", "a != b"),
    (
        "def f(x):\n    for v in x:\n        s += v\n    return s",
        "return_in_loop",
        "def f(x):\n    for v in x:\n        s += v\n        return s\n    return s",
    ),
    (
        "def f(x):\n    'A sum.'\n    x -= 1\n    return x",
        "lost_step",
        'def f(x):\n    """A sum."""\n    pass\n    return x',
    ),
]


@pytest.mark.parametrize(("right", "kind", "wrong"), MORE)
def test_thorough_slip_changes_one_place(right, kind, wrong):
    assert (kind, wrong) in [(slip.kind, slip.code) for slip in slips(right, thorough=True)]
    assert (kind, wrong) not in [(slip.kind, slip.code) for slip in slips(right)]


def test_every_thorough_kind_has_an_example_and_a_message():
    code = "\n".join(right for right, *_ in MORE)
    quick = len(slips(code))
    more = slips(code, thorough=True)[quick:]
    assert {slip.kind for slip in more} == {kind for _, kind, _ in MORE}
    assert all(slip.message.endswith((".", "?")) and len(slip.message) < 200 for slip in more)


def test_every_kind_of_slip_has_an_example_and_a_message():
    code = "\n".join(right for right, *_ in EXAMPLES)
    found = slips(code)
    assert {slip.kind for slip in found} == {kind for _, kind, _ in EXAMPLES if kind}
    assert all(slip.message.endswith((".", "?")) and len(slip.message) < 200 for slip in found)


def test_slip_is_named_although_its_author_wrote_other_code(build_draft, draft, course):
    draft.heading = draft.heading.replace("double", "center")
    draft.options = "center"
    draft.answer = """
        def center(x):
            ### BEGIN SOLUTION
            return x - x.mean(axis=0)
            ### END SOLUTION
        """
    draft.probes = "center(np.array([[1.0, 2.0], [3.0, 5.0]]))\ncenter(rng.normal(size=(4, 3)))"
    draft.wrong = [
        ("Zeros.", "def center(x):\n    return 0 * x"),
        ("Divided.", "def center(x):\n    return x / x.mean(axis=0)"),
        ("Median.", "def center(x):\n    return x - np.median(x, axis=0) - 1"),
    ]
    draft.right = [
        "def center(x):\n    return x - x.sum(axis=0) / len(x)",
        "def center(x):\n    return (x.T - x.T.mean(axis=1, keepdims=True)).T",
    ]
    build_draft(draft)
    question = load(course.checks("01_doubling")).questions[0]
    kinds = {wrong.kind for wrong in question.wrong_answers}
    assert {"misconception", "sum_for_mean", "no_axis", "swapped_difference"} <= kinds
    from course_utils.checking.judging.judge import judge
    from course_utils.checking.observing.answer import look_at

    def cause(code):
        space = {"np": np, "__name__": "__main__"}
        exec(code, space)
        return judge(question, look_at(question.task, space, {"np": np}, 0)).cause

    assert cause("def center(x):\n    return x - np.average(x)") == "no_axis"
    assert cause("def center(x):\n    return np.average(x, axis=0) - x") == "swapped_difference"
    assert cause("def center(x):\n    return x - np.ones(len(x)) @ x") == "sum_for_mean"


def test_a_slip_whose_values_are_not_the_same_in_each_build_is_left_out(build_draft, draft, course):
    """Memory that nobody wrote, and a number of so many digits that it takes a quick machine."""
    draft.answer = """
        def double(x):
            ### BEGIN SOLUTION
            out = np.empty(np.shape(x))
            out[...] = 10 ** (np.log10(2) / 1_000_000 * 1_000_000) * x
            return out + 0
            ### END SOLUTION
        """
    draft.probes = "double(3.0)\ndouble(7)\ndouble(rng.normal(size=4))"
    build_draft(draft)
    wrong = load(course.checks("01_doubling")).questions[0].wrong_answers
    slips_found = [w for w in wrong if w.kind != "misconception"]
    assert slips_found, "no slip was found at all"
    assert not any("empty(" in w.code and "out[...]" not in w.code for w in slips_found)
    for known in slips_found:
        assert not any("unjudgeable" in str(value.value) for value in known.values)
