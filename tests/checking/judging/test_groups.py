"""Partial credit: groups of probes hold or fail apart from each other, and the card says which."""

import pytest

from course_utils.checking.card import as_text
from course_utils.checking.data.question import Exercise, dump, from_data
from course_utils.checking.data.verdict import INCORRECT, Verdict
from course_utils.checking.expecting.probes import ProbeError, groups_of, parse

SOFTMAX = """
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
PROBES = """
# group: basic, 50 %
softmax(np.array([[0.0, 0.0], [0.0, 1.0]]))
softmax(rng.normal(size=(4, 3)))
# group: stable 25%
softmax(np.array([[1000.0, 1001.0]]))
# group: any shape, 25 %
softmax(rng.normal(size=5))
softmax(rng.normal(size=(2, 3, 4)))
"""
GROUPS = (("basic", 0.5), ("stable", 0.25), ("any shape", 0.25))
NAIVE = "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)"
ROWS = """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""


@pytest.fixture(scope="module")
def softmax(bench):
    return bench(SOFTMAX, PROBES, groups=GROUPS)


@pytest.mark.parametrize(
    ("answer", "held", "share"),
    [
        (SOFTMAX, [True, True, True], 1.0),
        (NAIVE, [True, False, True], 0.75),
        (ROWS, [True, True, False], 0.75),
        ("def softmax(z):\n    return z", [False, False, False], 0.0),
        ("def softmax(z):\n    return np.tanh(z, 3, 4, 5)", [False, False, False], 0.0),
    ],
)
def test_share_of_the_points_is_that_of_the_groups_that_hold(softmax, answer, held, share):
    verdict = softmax.judge(answer)
    assert [holds for _, _, holds in verdict.groups] == held
    assert verdict.share == share


def test_edge_case_alone_earns_nothing(softmax):
    verdict = softmax.judge("def softmax(z):\n    return np.array([[1.0, np.e]]) / (1 + np.e)")
    assert [holds for _, _, holds in verdict.groups] == [False, True, False]
    assert verdict.share == 0.0
    assert "✗ basic (50%), ✓ stable (25%), ? any shape (25%). The rest" in as_text(verdict)
    assert 'The rest counts as soon as "basic" holds.' in as_text(verdict)


def test_forbidden_name_leaves_no_group(bench):
    question = bench(SOFTMAX, PROBES, groups=GROUPS, forbidden=("numpy.exp",))
    verdict = question.judge(SOFTMAX)
    assert (verdict.kind, verdict.share) == (INCORRECT, 0.0)
    assert "while a rule of the task is broken: all of them." in as_text(verdict)


def test_changed_argument_fails_the_groups_in_which_it_is_changed(softmax):
    answer = SOFTMAX + "    \nright = softmax\ndef softmax(z):\n    a = right(z)\n    z[...] = 0\n"
    assert softmax.judge(answer + "    return a").share == 0.0


@pytest.mark.parametrize(
    ("answer", "while_", "names", "open_"),
    [
        (
            "    e = right(z)\n    z[0, ...] = 0\n    return e",
            "an argument is changed in place",
            "all of them",
            3,
        ),
        (
            "    calls.append(z.ndim)\n    return right(z) + (calls.count(3) > 1)",
            "the same call gives another answer each time",
            '"any shape"',
            1,
        ),
        ("    return right(z) * (z.ndim == 2)", "", "", 0),
    ],
)
def test_part_whose_values_are_right_is_never_only_called_wrong(
    softmax, answer, while_, names, open_
):
    """`✗ stable` alone would say that its values are wrong."""
    begins = "right, calls = softmax, []\ndef softmax(z):\n    z = np.asarray(z)\n"
    written = SOFTMAX + begins + answer
    verdict = softmax.judge(written)
    line = next(x for x in as_text(verdict).splitlines() if x.startswith("Parts, "))
    said = f"Right in all values, but not counted while {while_}: {names}."
    assert line.count("? ") - ("(? " in line) == open_, line
    assert (said in line) if while_ else ("not counted" not in line)


def test_card_says_which_group_holds_and_a_right_answer_has_no_such_line(softmax):
    text = as_text(softmax.judge(NAIVE))
    assert "tests pass: ✓ basic (50%), ✗ stable (25%), ✓ any shape (25%)." in text
    assert "Parts" not in as_text(softmax.judge(SOFTMAX))


def test_one_group_is_the_default_and_earns_all_or_nothing(bench):
    question = bench(SOFTMAX, PROBES.replace("# group", "# the group").replace(":", ""))
    assert question.judge(NAIVE).groups == ()
    assert question.judge(NAIVE).share == 0.0
    assert Verdict("f", "correct", "").share == 1.0


def test_groups_and_words_are_read_and_written(softmax):
    _, probes = parse(PROBES)
    assert [probe.group for probe in probes] == ["basic"] * 2 + ["stable"] + ["any shape"] * 2
    assert groups_of(PROBES) == GROUPS
    exercise = Exercise("01_x", "X", 0, (), (softmax.question,))
    import json

    assert from_data(json.loads(dump(exercise)), "01_x.json") == exercise


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("# group: a, 50 %\nf(1)\n# group: b, 40 %\nf(2)", "50 + 40 don't"),
        ("# group: a, 50 %\nf(1)\n# group: a, 50 %\nf(2)", "declared twice"),
        ("# group: a, 100 %\nf(1)", "one group is no part"),
        ("f(1)\n# group: a, 50 %\nf(2)\n# group: b, 50 %\nf(3)", "`f(1)`: stands in no group"),
        ("# group: a, 50 %\nf(1)\n# group: b, 50 %", "the group `b` has no expression"),
        ("# group: a\nf(1)", "# group: basic, 60 %"),
        ("# groups: a, 50 %\nf(1)", "`# groups:` is no mark"),
        ("# say: words\nf(1)", "`# say:` is no mark"),
        ("f(1)  # Says: words", "`# Says:` is no mark"),
        ("# says: words\nx = 3\nf(1)", "`# says:` stands above an expression"),
        ("f(1)\n# says: words", "`# says:` stands above an expression"),
    ],
)
def test_mark_that_can_not_be_meant_is_refused(source, words):
    with pytest.raises(ProbeError) as caught:
        (parse(source), groups_of(source))
    assert words in str(caught.value)


def test_words_stand_above_an_expression_or_after_it_and_may_take_several_lines():
    _, probes = parse(
        "# says: the gate,\n# says: shifted\nf(1)\nf(2)  # says: twice\nf(3)  # note: x"
    )
    assert [probe.says for probe in probes] == ["the gate, shifted", "twice", ""]
