"""What belongs to the check stays with the check: cards speak of the learner's code and words."""

import pytest

from course_utils.checking.card import as_text
from course_utils.checking.data.verdict import ERROR, INCORRECT

GATE = "gate = (np.array([1.0, 1.0]), -1.5)"
HARNESS = """
def answers(gate, shift):
    w, b = gate
    return [int(np.dot(np.array(corner) + shift, w) + b > 0) for corner in [(0, 0), (0, 1), (1, 1)]]

# says: what your gate says for (0, 0), (0, 1) and (1, 1), each number moved by 0.1
answers(gate, 0.1)
"""


@pytest.fixture(scope="module")
def gate(bench):
    return bench(GATE, HARNESS)


def test_words_of_the_author_stand_in_place_of_the_code(gate):
    text = as_text(gate.judge("gate = (np.array([1.0, 1.0]), 0.5)"))
    assert "tested: what your gate says for (0, 0)" in text
    assert "answers" not in text
    assert "corner" not in text


def test_definitions_of_the_check_are_never_shown(bench):
    question = bench(GATE, HARNESS.replace("# says:", "# it is"))
    assert "corner" not in as_text(question.judge("gate = (np.array([1.0, 1.0]), 0.5)"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("gate = (1.0, 1.0, 2.0)", "another number of parts"),
        ("gate = None", "there is None"),
        ("gate = (np.ones(3), 2.0)", "Compare what you have"),
    ],
)
def test_exception_of_the_check_itself_is_not_the_learners_code(gate, answer, words):
    verdict = gate.judge(answer)
    assert verdict.kind == INCORRECT
    assert "outside your code" in verdict.message
    assert words in verdict.next_step
    assert "Your code raised" not in as_text(verdict)
    assert "On the left of" not in as_text(verdict)


ROWS = """
def rows(x):
    found = np.asarray(split(x))
    if found.dtype.kind not in "iu":
        raise ValueError(f"expected row numbers, got {found.dtype}")
    if len(found) > 3:
        raise ValueError("the numbers of too many rows come back")
    if len(found) == 3:
        words = "how many"
        raise ValueError(words)
    return np.array(x)[found]

rows([4.0, 5.0, 6.0])
"""


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("return np.ones(2)", "Expected row numbers, got float64."),
        ("return np.arange(4)", "The numbers of too many rows come back."),
        ("return np.array([7])", "outside your code"),  # NumPy's sentence, and none of the author's
    ],
)
def test_sentence_that_a_helper_raises_is_what_is_told(bench, answer, message):
    question = bench("def split(x):\n    return np.arange(len(x))[:2]", ROWS)
    verdict = question.judge(f"def split(x):\n    {answer}")
    assert verdict.kind == INCORRECT
    assert message in verdict.message
    assert ("outside your code" in as_text(verdict)) == (message == "outside your code")


def test_exception_in_the_answers_code_is_the_answers(bench):
    question = bench("def f(x):\n    return x + 1", "def twice(x):\n    return f(x) * 2\ntwice(3)")
    verdict = question.judge("def f(x):\n    return x.shape[0]")
    assert verdict.kind == ERROR
    assert "Your code raised AttributeError in the line `return x.shape[0]`" in verdict.message


def test_parameters_that_do_not_fit_are_the_answers(bench):
    question = bench("def f(x, y):\n    return x + y", "def both(x):\n    return f(x, x)\nboth(3)")
    verdict = question.judge("def f(x):\n    return x")
    assert verdict.message == "Calling `f` as the task says raised TypeError."
    assert "It takes 1 and was called with 2" in verdict.next_step


def test_attribute_that_a_class_lacks_is_named(bench):
    source = "class Box:\n    def __init__(self, x):\n        self.{} = x"
    question = bench(source.format("data"), "def data(x):\n    return Box(x).data\ndata(3)")
    verdict = question.judge(source.format("date"))
    assert "An object of `Box` has no `data`" in verdict.next_step


def test_function_that_is_given_is_shown_and_other_code_that_makes_an_input_is_not(bench):
    probes = """
    def cube(x):
        return x ** 3
    class Box:
        def __init__(self, data):
            self.data = data
    slope(cube, Box(2.0))
    """
    question = bench("def slope(f, x):\n    return f(x.data)", probes)
    text = as_text(question.judge("def slope(f, x):\n    return 0.0"))
    assert "return x ** 3" in text
    assert "self.data" not in text


def test_message_that_is_not_told_leaves_no_colon(bench):
    question = bench("def f(x):\n    return x", "f(3)")
    answer = question.look("def f(x):\n    raise ValueError")
    from course_utils.checking.judging.judge import judge

    assert as_text(judge(question.question, answer)).count("Python says: ValueError\n") == 1


OBJECTS = """
def ask(value):
    class Lean:
        parents = ()
        grad = value
    return f(Lean())

f(Made())
ask(3.0)
"""


def test_objects_of_the_check_are_not_said_to_be_the_learners(bench):
    made = "class Made:\n    parents, grad, data = (), 1.0, 1.0\n"
    question = bench("def f(v):\n    return v.grad", OBJECTS.replace("def ask", made + "def ask"))
    verdict = question.judge("def f(v):\n    return v.grad * v.data")
    assert "The check has objects of its own" in verdict.next_step
    assert "misspelling" not in as_text(verdict)


def test_what_the_check_measures_of_a_draw_is_not_called_the_same_call(bench):
    noise = "import time\ndef f(x):\n    return x + (time.perf_counter_ns() % 7_919)"
    probes = "def spread(x):\n    return f(x) - x\n\nspread(2.0)"
    verdict = bench("def f(x):\n    return x + 1.0", probes).judge(noise)
    assert verdict.cause == "another_answer_each_time"
    assert "differs from one time to the next" in verdict.message
    assert "same call" not in verdict.message


def test_words_of_numpy_about_an_index_are_no_placeholder(bench):
    probes = "def half(x):\n    return x[split(x)['b']]\nhalf(np.arange(4.0))"
    question = bench("def split(x):\n    return {'a': [0, 1], 'b': [2, 3]}", probes)
    text = as_text(question.judge("def split(x):\n    return {'a': [0, 1], 'b': {'c': 2}}"))
    assert "ellipsis (`...`)" in text, text
    assert "placeholder" not in text
