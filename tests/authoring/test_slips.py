"""Slips: small changes of the right code that people make, found in learners' answers by value."""

import numpy as np
import pytest

from course_utils.authoring.slips import slips
from course_utils.checking.question import load

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
    from course_utils.checking.answer import look_at
    from course_utils.checking.judge import judge

    def cause(code):
        space = {"np": np, "__name__": "__main__"}
        exec(code, space)
        return judge(question, look_at(question, space, {"np": np}, 0)).cause

    assert cause("def center(x):\n    return x - np.average(x)") == "no_axis"
    assert cause("def center(x):\n    return np.average(x, axis=0) - x") == "swapped_difference"
    assert cause("def center(x):\n    return x - np.ones(len(x)) @ x") == "sum_for_mean"
