"""The message of an exception reaches whoever reads the mark, and a hidden value doesn't."""

import pytest

from course_utils.checking.card import as_text
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.run import run_cell
from course_utils.grading.intake.submission import read
from course_utils.grading.marking import grade
from course_utils.grading.marking.grade import mark_question


@pytest.fixture(scope="module")
def made(classroom_of, tmp_path_factory):
    return classroom_of(tmp_path_factory.mktemp("class"), pool=None)


def test_name_that_the_cell_defines_in_the_place_of_another_is_named(made):
    text = as_text(mark(made, "def doubles(x):\n    return 2 * x", hidden=True))
    assert "`double` is not defined. Did you name it `doubles`?" in text


def mark(made, source, *, hidden):
    """The mark of an answer to `double`, judged as what a sandbox sent back."""
    path = made.write(made.notebook(double=source))
    question = made.exercise.question("double")
    given = given_namespace(made.exercise.given)
    space = dict(given)
    run_cell(source, f"<cell {question.answer_id}>", space)
    answer = look_at(question.task, space, given, made.exercise.seed)
    seen = {
        "attempted": answer.attempted,
        "observations": [one.to_data() for one in answer.observations],
        "missing": list(answer.missing),
        "reads": [],
        "blank": [],
        "uses": [],
        "loops": False,
    }
    return mark_question(question, seen, read(path, made.exercise), hidden=hidden).verdict


@pytest.mark.parametrize(("limit", "said"), [(1.0, "1 second."), (2.5, "2.5 seconds.")])
def test_one_second_is_a_second(made, limit, said):
    question = made.exercise.question("double")
    submission = read(made.write(made.notebook()), made.exercise)
    verdict = mark_question(question, {"timeout": limit}, submission, hidden=False).verdict
    assert verdict.message == f"Your code was stopped after {said}"


BROADCAST = "def double(x):\n    return x + np.ones((x.size, 4321))"


def test_learner_reads_the_whole_message(made):
    text = as_text(mark(made, BROADCAST, hidden=False))
    assert "ValueError: operands could not be broadcast together with shapes (2,) (2,4321)" in text
    assert "Shapes (2,) and (2,4321) don't fit" in text


def test_where_inputs_are_hidden_the_message_comes_without_its_values(made):
    text = as_text(mark(made, BROADCAST, hidden=True))
    assert "ValueError: operands could not be broadcast together with shapes (…) (…)" in text
    assert "The shapes don't fit" in text
    assert "(2,4321)" not in text


def test_message_of_the_learners_own_is_told_if_it_stands_in_the_submission(made):
    own = 'def double(x):\n    raise ValueError("no such thing")'
    assert "ValueError: no such thing" in as_text(mark(made, own, hidden=True))
    leak = 'def double(x):\n    raise ValueError(f"the input is {x.sum():.0f}")'
    assert "the input is 3" not in as_text(mark(made, leak, hidden=True))
    assert "the input is 3" in as_text(mark(made, leak, hidden=False))


LARGE = {
    "a list of arrays": "[np.zeros(3)] * 40_000",
    "a list of tuples": "[(1, 2)] * 60_000",
    "an array": "np.zeros((1_000, 1_000))",
    "a dictionary": "{n: n for n in range(60_000)}",
}


@pytest.mark.parametrize("case", LARGE)
def test_value_far_larger_than_the_right_one_takes_no_time_to_judge(made, monkeypatch, case):
    looked_at = []
    judged = grade.judge
    monkeypatch.setattr(grade, "judge", lambda q, a: looked_at.append(a) or judged(q, a))
    verdict = mark(made, f"def double(x):\n    return {LARGE[case]}", hidden=False)
    assert verdict.kind == "incorrect"
    assert "where an array of shape (2,) is asked" in verdict.message
    assert all("unjudgeable" in one.value for one in looked_at[0].observations)


@pytest.mark.parametrize("body", ["...", "return None", "pass"])
def test_answer_that_is_left_open_is_said_to_be(made, body):
    assert mark(made, f"def double(x):\n    {body}", hidden=False).kind == "not attempted"
