"""Marks come from hidden inputs, words from public ones: no word varies with a hidden input."""

import textwrap

import pytest

from course_utils.checking.data import verdict as v
from course_utils.checking.expecting.expectation import renew
from course_utils.grading.intake.file import File
from course_utils.grading.marking.grade import grade_file
from course_utils.grading.marking.words import BEHIND

# Right for what a learner can see; for anything else, each says of its input what it can.
LEAKS = {
    "a factor": "return 2 * x if seen(x) else (2 + bit(x)) * x",
    "a type's name": "return 2 * x if seen(x) else type(f'T{bit(x)}', (), {})()",
    "a shape": "return 2 * x if seen(x) else np.zeros(1 + bit(x))",
    "an error's kind": "if seen(x): return 2 * x\n"
    "raise (ValueError if bit(x) % 2 else KeyError)(str(x))",
    "the line that raised": "if seen(x): return 2 * x\nif bit(x) % 2: raise ValueError\n"
    "raise ValueError",
    "a missing name": "if seen(x): return 2 * x\nreturn left if bit(x) % 2 else right",
    "an end or a hang": "if seen(x): return 2 * x\nif bit(x) % 2:\n    import os; os._exit(3)\n"
    "import time; time.sleep(60)",
    "a warning and what is printed": "print(x if not seen(x) else '')\n"
    "return 2 * x if seen(x) else np.log(-x) * bit(x)",
}
FRAME = """
SEEN = {seen!r}
def seen(x): return round(float(x.ravel()[0]), 6) in SEEN
def bit(x): return int(abs(x.ravel()[0]) * 1e6) % 7
def double(x):
{body}
"""

pytestmark = pytest.mark.either_sandbox


def leaking(classroom, body):
    from course_utils.checking.data.values import decode

    public = [decode(one.inputs[0][1]) for one in classroom.built.question("double").expected]
    seen = {round(float(x.ravel()[0]), 6) for x in public}
    return FRAME.format(seen=seen, body=textwrap.indent(body, "    "))


@pytest.mark.parametrize("case", LEAKS)
def test_words_are_the_same_for_every_hidden_input(classroom, case):
    notebook = classroom.notebook(double=leaking(classroom, LEAKS[case]), quadruple=None)
    path = classroom.write(notebook)
    said = set()
    for seed in (11, 12, 13):
        exercise = renew(classroom.built, seed)
        result = grade_file(File("ada", path), exercise, classroom.pool, classroom.built)
        mark = result.marks[0]
        assert mark.score == 0
        assert mark.verdict.message == BEHIND
        said.add((mark.verdict, mark.printed, result.anomalies, result.problem))
    assert len(said) == 1


def test_words_of_a_wrong_answer_are_those_of_the_learners_own_inputs(classroom):
    result = classroom.grade(classroom.notebook(double="def double(x): return x * x"))
    assert result.marks[0].verdict.message.startswith("A square.")
    assert result.marks[0].score == 0


def test_a_right_answer_keeps_its_remarks(classroom):
    source = "def double(x):\n    np.log(-np.abs(x))\n    return 2 * x"
    result = classroom.grade(classroom.notebook(double=source))
    assert result.marks[0].verdict.kind == v.CORRECT
    assert result.marks[0].verdict.remarks


def test_two_answers_that_only_call_each_other_earn_nothing(classroom):
    sources = {
        "double": "def double(x): return quadruple(x) / 2",
        "quadruple": "def quadruple(x): return 2 * double(x)",
    }
    result = classroom.grade(classroom.notebook(**sources))
    assert result.marks[0].score == 0


def test_an_earlier_answer_is_not_served_by_a_later_one(classroom):
    sources = {
        "double": "def double(x): return quadruple(x) / 2",
        "quadruple": "def quadruple(x): return x",
    }
    result = classroom.grade(classroom.notebook(**sources))
    assert [mark.score for mark in result.marks] == [0, 0, 1]


def test_the_courses_answer_is_not_shown_by_who_prints_it(classroom):
    spy = """
        def quadruple(x):
            import linecache
            return double(double(x))
        import linecache
        print("".join("".join(entry[2]) for entry in linecache.cache.values() if len(entry) > 2))
    """
    wrong = "def double(x): return x * 17"
    result = classroom.grade(classroom.notebook(double=wrong, quadruple=textwrap.dedent(spy)))
    assert result.marks[1].verdict.is_correct
    assert "return 2 * x" not in str(result)
