"""A check file holds what was found, in few bytes, and gives it back as it was."""

import json

from course_utils.checking.data.question import AS_EXPECTED, Exercise, dump, from_data

WRONG = [("Never negative.", "def f(x):\n    return abs(x)")]


def exercise(bench):
    made = bench("def f(x):\n    return x", "f(-2.5)\nf(np.arange(50.0))\nf(1.5)", WRONG)
    return Exercise("01_one", "One", 0, (), (made.question,))


def test_what_is_written_is_read_as_it_was(bench):
    one = exercise(bench)
    assert from_data(json.loads(dump(one)), "01_one") == one


def test_right_values_of_a_wrong_answer_are_written_once(bench):
    text = dump(exercise(bench))
    (question,) = json.loads(text)["questions"]
    assert question["wrong_answers"][0]["values"][0] != AS_EXPECTED
    assert question["wrong_answers"][0]["values"][1:] == [AS_EXPECTED, AS_EXPECTED]


def test_a_value_stands_in_one_line(bench):
    text = dump(exercise(bench))
    assert '"array"' in text
    lines = text.splitlines()
    assert sum('"array"' in line for line in lines) == sum('"data"' in line for line in lines)
    assert len(lines) < 60
