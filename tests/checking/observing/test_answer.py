"""What is seen of an answer that stands among the cells of a notebook."""

from course_utils.checking.data.question import Task
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.run import run_cell

GIVEN = "class Weight:\n    def __init__(self, value):\n        self.value = float(value)"


def errors_of(answer, given=GIVEN):
    """The line that is blamed where a notebook ran `given` and `answer` and then asked f(1)."""
    space = {"__name__": "__main__"}
    run_cell(given, "<cell 1>", space)
    run_cell(answer, "<cell 2>", space)
    task = Task(("f",), "def f(x):\n    ...", ("f(1)",))
    return look_at(task, space, given_namespace((GIVEN,)), 0).observations[0].error["source"]


def test_what_a_given_class_raises_is_said_of_the_line_that_called_it():
    assert errors_of("def f(x):\n    return Weight(f)") == "return Weight(f)"


def test_a_class_that_somebody_changed_is_their_own():
    mine = GIVEN.replace("float(value)", "float(value) + 1")
    assert errors_of("def f(x):\n    return Weight(f)", mine) == "self.value = float(value) + 1"


def test_the_cell_of_the_answer_is_no_given_cell():
    answer = f"{GIVEN}\n\ndef f(x):\n    return Weight(f)"
    assert errors_of(answer) == "self.value = float(value)"
