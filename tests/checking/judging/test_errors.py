"""The sentence of help fires on the real exceptions of the installed Python and NumPy."""

import textwrap

import pytest

from course_utils.checking.data.question import Task
from course_utils.checking.judging import errors
from course_utils.checking.judging.errors import error_name, explain_error, explain_outside
from course_utils.checking.observing.observe import observe
from course_utils.checking.observing.run import run_cell

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

# (what the answer does, kind, words of the help)
RAISING = [
    ("return (2.5).parents", "AttributeError", "came where an object is asked that has it"),
    ("return [1, 2].shape", "AttributeError", "`np.asarray` makes one"),
    ("return undefined_name", "NameError", "`undefined_name` is not known here"),
    ("total += 1\nreturn total", "UnboundLocalError", "local to all of it"),
    ("return np.ones((2, 3)) @ np.ones((2, 3))", "ValueError", "they are 3 and 2"),
    ("return np.ones((2, 3)) @ np.ones(2)", "ValueError", "they are 3 and 2"),
    ("return np.dot(np.ones((2, 3)), np.ones((2, 3)))", "ValueError", "(2,3) and (2,3)"),
    ("return np.ones((2, 3)) + np.ones(2)", "ValueError", "Shapes (2,3) and (2,)"),
    ("return np.ones((2, 3)) + np.ones(2)", "ValueError", "`keepdims=True` keeps an axis"),
    ("return np.ones((3, 3)) * np.ones((3, 2))", "ValueError", "or one of them 1."),
    ("seed = 3\nreturn seed.normal(size=2)", "AttributeError", "here comes a plain int. "),
    ("return (3).nothing", "AttributeError", "An int has no `nothing`"),
    ("a = np.ones(3)\na += np.ones((2, 3))", "ValueError", "Shapes (3,) and (2,3)"),
    ("a = np.ones(3)\na[:] = np.ones(2)", "ValueError", "(2,) into (3,)"),
    ("np.concatenate([np.ones((2, 3)), np.ones((2, 2))])", "ValueError", "must match"),
    ("max(np.ones((2, 2)))", "ValueError", "Python's `max` compares the items"),
    ("sorted(np.ones((2, 2)), key=abs)", "ValueError", "`np.sort` goes through its numbers"),
    ("int(np.inf)", "OverflowError", "An infinity is put where only whole numbers"),
    ("np.ones((2, 2))[1:1].max()", "ValueError", "An array is empty here"),
    ("np.ones(0).argmin()", "ValueError", "An array is empty here"),
    ("np.array([[1, 2], [3]])", "ValueError", "rows of different lengths"),
    ("np.ones(6).reshape(4, 2)", "ValueError", "6 elements can't fill the shape (4,2)"),
    ("eval('0,0039')", "SyntaxError", "with a point"),
    ("a, b = 1, 2, 3", "ValueError", "as many names"),
    ("a, b, c = 1, 2", "ValueError", "as many names"),
    ("return 1 if np.ones(3) > 0 else 0", "ValueError", "`np.where`"),
    ("return np.sum(np.ones(3) == 1 and np.ones(3))", "ValueError", "For masks it is `&`"),
    ("return not np.ones(3)", "ValueError", "For masks it is `~`"),
    ("return np.split(np.arange(7), 3)", "ValueError", "this length has a rest"),
    ("return np.arange(4)[np.ones(6) > 0]", "IndexError", "4 elements, and 6 truth values"),
    ("np.ones(1).reshape(3)", "ValueError", "1 element can't fill"),
    ("a = np.broadcast_to(1.0, 3)\na[0] = 2", "ValueError", "only be read"),
    ("return int('one')", "ValueError", "not a number"),
    ("return np.broadcast_to(np.ones((2, 3)), (3,))", "ValueError", "makes an array larger"),
    ("return math.sqrt(-1)", "ValueError", "has no value"),
    ("return float(slice(1))", "TypeError", "here comes a `slice`"),
    ("class A:\n    def f(x): ...\nA().f(3)", "TypeError", "first parameter is `self`"),
    ("(lambda a: a)(1, 2)", "TypeError", "takes 1 and was called with 2. Keep the parameters"),
    ("(lambda a, b: a)(1)", "TypeError", "fewer arguments"),
    ("(lambda a: a)(b=1)", "TypeError", "no parameter `b`"),
    (
        "from course_utils import nn\nm = nn.Sequential([nn.Input((2,)), nn.Dense(1)])\n"
        "m(np.ones((1, 4, 2)))",
        "ValueError",
        "takes one example at a time",
    ),
    ("10 ^ 0.5", "TypeError", "A power is written `**`"),
    ("2 ^ np.ones(2)", "TypeError", "A power is written `**`"),
    ("[[1, 2]][:, 0]", "TypeError", "A list takes one index at a time"),
    ("return math.exp(np.ones(3))", "TypeError", "`math`"),
    ("return None + 1", "TypeError", "Something is None"),
    ("return None[0]", "TypeError", "Something is None"),
    ("return ... + 1", "TypeError", "placeholder"),
    ("return [1, 2] - 1", "TypeError", "`np.asarray`"),
    ("return '1' + 1", "TypeError", "A str and an int"),
    ("return [1, 2] < 3", "TypeError", "Which item of it is meant"),
    ("return 1 + '1'", "TypeError", "`+` has no meaning between the types `int` and `str`"),
    ("return 1.0 @ math.exp", "TypeError", "between the types `float` and"),
    ("return [1, 2][0.5]", "TypeError", "whole numbers"),
    ("return np.ones(3)[0.5]", "IndexError", "whole numbers"),
    ("return 3(4)", "TypeError", "parentheses"),
    ("return math.pi(4)", "TypeError", "parentheses"),
    ("return (3)[0]", "TypeError", "one number"),
    ("return len(3)", "TypeError", "one number"),
    ('return len(type("Grid", (), {})())', "TypeError", "no list and no array"),
    ("return (x for x in [1])[0]", "TypeError", "Collect them first"),
    ("return len(map(str, [1]))", "TypeError", "A map gives its values one after the other"),
    ("return np.mean[0]", "TypeError", "parentheses call it"),
    ("return np.ones(3).mean[0]", "TypeError", "parentheses call it"),
    ("return len(f)", "TypeError", "parentheses call it"),
    ("return list(math.exp)", "TypeError", "parentheses call it"),
    ("return np.ones(0).reshape(2, 2)", "ValueError", "takes nothing"),
    ("return None(x)", "TypeError", "What stands before the parentheses is None"),
    ("a = np.arange(3)\na *= 0.5\nreturn a", "UFuncTypeError", "holds int64"),
    ("return np.add(np.array(['a']), 1)", "UFuncTypeError", "array of texts"),
    ("return np.ones(3)[3]", "IndexError", "3 elements, counted from 0"),
    ("return [1][1]", "IndexError", "counted from 0"),
    ("return np.ones(3).shape[1]", "IndexError", "has `shape[0]` and no `shape[1]`"),
    ("return np.ones(3)[0, 1]", "IndexError", "fewer axes"),
    ("return np.ones(3).sum(axis=1)", "AxisError", "has 1 axis, so there is no axis 1"),
    ("return {'a': 1}['b']", "KeyError", "no such key"),
    ("return [1, 2].mean()", "AttributeError", "A list has no `mean`"),
    ("return [1].sort().mean()", "AttributeError", "Something is None, and `.mean`"),
    ("class Net: ...\nreturn Net().weights", "AttributeError", "is `self.weights` set"),
    ("return np.arry([1])", "AttributeError", "no `arry`"),
    ("return 1 / 0", "ZeroDivisionError", "divided by 0"),
    ("return math.exp(1000)", "OverflowError", "too large"),
    ("return f(x)", "RecursionError", "without end"),
    ("import no_such_module", "ModuleNotFoundError", "isn't there"),
    ("from math import no_such", "ImportError", "isn't there"),
    ("assert x == 2", "AssertionError", "doesn't hold"),
    ("raise SystemExit", "SystemExit", "ends the program"),
    ("raise NotImplementedError", "NotImplementedError", "yet to be written"),
    ("return np.linalg.inv(np.zeros((2, 2)))", "LinAlgError", "no inverse"),
    ("return np.ones(10**14)", "MemoryError", "more memory"),
    (
        "raise ValueError('x is incompatible with the layer: expected min_ndim=4, found ndim=3.')",
        "ValueError",
        "take axes away",
    ),
    ("return input()", "StdinNotImplementedError", "ask"),
]
UNREADABLE = [
    ("def f(x)\n    return x", "SyntaxError", "bracket, colon or quote"),
    ("def f(x):\nreturn x", "IndentationError", "four spaces"),
    ("def f(x):\n\treturn x\n        return x", "TabError", "tabs"),
]


def raised(body):
    space = {"__name__": "__main__"}
    code = f"import numpy as np\nimport math\ndef f(x):\n{textwrap.indent(body, '    ')}"
    run_cell(code, "<cell answer>", space)
    (seen,) = observe(Task(("f",), "", ("f(1)",)), space)
    return seen.error


@pytest.mark.parametrize(("body", "kind", "words"), RAISING, ids=[r[0][:30] for r in RAISING])
def test_help_for_what_really_happens(body, kind, words):
    if body == "return input()":
        error = {"kind": kind, "message": "raw_input was called"}
    else:
        error = raised(body)
    assert error["kind"] == kind
    assert words in explain_error(error), (error["message"], explain_error(error))


@pytest.mark.parametrize(("source", "kind", "words"), UNREADABLE)
def test_help_for_code_that_cannot_be_read(source, kind, words):
    with pytest.raises(SyntaxError) as caught:
        compile(source, "<cell answer>", "exec")
    assert caught.type.__name__ == kind
    assert words in explain_error({"kind": kind, "message": str(caught.value)})


def test_every_entry_is_tried_by_an_exception_above():
    tried = set()
    for body, kind, _ in RAISING:
        error = {"kind": kind, "message": ""} if "input" in body else raised(body)
        tried.add(errors.entry_for(error))
    for _, kind, _ in UNREADABLE:
        tried.add(errors.entry_for({"kind": kind, "message": "text"}))
    assert tried == set(errors.HELP)


def test_help_is_at_most_two_sentences():
    for _, _, sentence in errors.HELP:
        ends = sum(sentence.count(end) for end in (". ", "? ")) + sentence.endswith((".", "?"))
        assert 1 <= ends <= 2, sentence


def test_keepdims_is_named_only_where_an_axis_is_missing():
    apart = "operands could not be broadcast together with shapes (3,3) (3,2)"
    assert "keepdims" not in explain_error({"kind": "ValueError", "message": apart})
    lost = "operands could not be broadcast together with shapes (2,3,4) (2,4)"
    assert "keepdims" in explain_error({"kind": "ValueError", "message": lost})


def test_unknown_error_gets_no_help():
    assert explain_error({"kind": "StopIteration", "message": ""}) == ""


def test_line_is_the_learners_own():
    error = raised("y = np.ones(3)\nreturn y @ np.ones((2, 3))")
    assert (error["line"], error["source"]) == (5, "return y @ np.ones((2, 3))")


def test_name_of_an_own_exception_is_not_repeated():
    error = raised("raise type('secret_0_25', (Exception,), {})('x')")
    assert error["kind"] == "secret_0_25"
    assert error_name(error) == "an exception"
    assert error_name({"kind": "AxisError"}) == "AxisError"
    assert error_name({"kind": "print"}) == "an exception"


def test_exception_that_cannot_be_printed_is_an_error_all_the_same():
    body = "class E(Exception):\n    def __str__(self):\n        raise RuntimeError\nraise E()"
    assert raised(body)["message"] == ""


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("'float' object is not iterable", "needs its comma"),
        ("object of type 'list_iterator' has no len()", "makes a list of it"),
        ("object of type 'generator' has no len()", "makes a list of it"),
        ("'Box' object is not iterable", "Compare what you have"),
        ("'list' object is not callable", "such as a function or a model"),
        ("'Box' object is not callable", "Compare what you have"),
        ("unhashable type: 'list'", "a level of brackets too many"),
    ],
)
def test_what_came_to_the_check_is_told(message, words):
    assert words in explain_outside({"kind": "TypeError", "message": message}, ("answer",))


RANKS = "Arguments `target` and `output` must have the same rank (ndim). Received: "


def test_keras_loss_that_wants_other_labels():
    message = f"{RANKS}target.shape=(24,), output.shape=(24, 4)"
    told = explain_outside({"kind": "ValueError", "message": message}, ("answer",))
    assert "sparse_categorical_crossentropy" in told
    message = f"{RANKS}target.shape=(24, 4), output.shape=(24,)"
    told = explain_outside({"kind": "ValueError", "message": message}, ("answer",))
    assert "sparse" not in told


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("You must call `compile()` before using the model.", "isn't compiled"),
        ("dtype='string' is not a valid dtype for Keras type promotion.", "loss_weights"),
        ("setting an array element with a sequence. ... inhomogeneous shape", "different lengths"),
    ],
)
def test_what_came_to_keras_is_told(message, words):
    assert words in explain_outside({"kind": "ValueError", "message": message}, ("answer",))


def test_keras_input_of_another_width():
    message = (
        "Exception encountered when calling Sequential.call().\n\nInput 0 with name 'None' of "
        "layer 'conv2d_80' is incompatible with the layer: expected axis -1 of input shape to "
        "have value 1, but received input with shape (1, 32, 32, 3)"
    )
    told = explain_outside({"kind": "ValueError", "message": message}, ("answer",))
    assert "takes 1 where 3 come in" in told


def test_a_layer_that_is_called_by_itself_is_not_called_the_model():
    message = (
        "Input 0 with name 'None' of layer 'batch_normalization' is incompatible with the layer: "
        "expected axis -1 of input shape to have value 16, but received input with shape (4, 8)"
    )
    told = explain_outside({"kind": "ValueError", "message": message}, ("answer",))
    assert "The layer `batch_normalization` takes 16 where 8 come in" in told
    assert "Your model" not in told


def test_keras_layer_that_wants_other_axes():
    message = (
        "Input 0 with name 'None' of layer 'conv2d' is incompatible with the layer: expected "
        "min_ndim=4, found ndim=3. Full shape received: (None, 32, 32)"
    )
    assert "wants 4 axes" in explain_error({"kind": "ValueError", "message": message})


def test_a_number_that_the_answer_itself_calls_too_large_is_not_explained():
    assert explain_error(raised("raise OverflowError('no fractions here')")) == ""
    assert "too large" in explain_error(raised("return math.exp(1e4)"))


def test_rows_of_numbers_in_a_message_are_left_out(bench):
    long = "raise ValueError('bad x: ' + str(np.zeros((40, 3)).tolist()))"
    made = bench("def f(x):\n    return 2 * x", "f(1.0)\nf(2.0)")
    verdict = made.judge(f"def f(x):\n    {long}")
    assert verdict.evidence.error == "ValueError: bad x: [...]"


def test_what_writes_into_a_smaller_array_need_not_be_the_learners_line():
    message = (
        "non-broadcastable output operand with shape () doesn't match the broadcast shape (1,)"
    )
    said = explain_error({"kind": "ValueError", "message": message})
    assert said.startswith("Shapes () and (1,) don't fit: a result is to be written into an array")


def test_what_another_raises_as_not_implemented_is_not_yet_to_be_written():
    error = {"kind": "NotImplementedError", "source": "rate = optimizer.get_config()", "line": 2}
    eager = "numpy() is only available when eager execution is enabled."
    assert "no numbers yet" in explain_error({**error, "message": eager})
    assert explain_error({**error, "message": ""}) == ""
    by_hand = {**error, "message": "", "source": "raise NotImplementedError"}
    assert "yet to be written" in explain_error(by_hand)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Sequential", "A Sequential stands there"),
        ("set", "A set stands there"),
        ("int", "There is one number"),
        ("numpy.float64", "There is one number"),
    ],
)
def test_only_a_number_is_called_one_where_a_list_was_meant(name, words):
    for message in (f"object of type '{name}' has no len()", f"'{name}' object is not iterable"):
        assert words in explain_error({"kind": "TypeError", "message": message, "source": "x"})
