"""A message is told without its values, or not at all; the help below it is the same."""

import numpy as np
import pytest

from course_utils.checking.judging.errors import entry_for, explain_error
from course_utils.checking.judging.told import SENTENCES, told

RAISING = [
    "np.ones((7, 3)) + np.ones(47)",
    "np.ones((2, 37)) @ np.ones((47, 2))",
    "np.dot(np.ones((2, 37)), np.ones((47, 2)))",
    "x = np.ones(37); x += np.ones((47, 37))",
    "x = np.ones(37); x[:5] = np.ones(47)",
    "np.array([[37.0], [1.0, 47.0]])",
    "np.ones(37).reshape(2, 47)",
    "bool(np.ones(37))",
    "a, b = range(37)",
    "np.ones(37)[47]",
    "np.ones(37)[0, 47]",
    "np.sum(np.ones(37), axis=47)",
    "int(np.ones(37))",
    "(lambda x: x).__call__(37, 47)",
    "1 + 'a'",
    "None + 1",
    "[37] - 1",
    "len(37)",
    "'a'.shape",
    "[37][47]",
    "int('37a')",
    "np.concatenate([np.ones((2, 37)), np.ones((2, 47)).T])",
    "np.linalg.inv(np.zeros((37, 37)))",
    "37 / 0",
    "np.zeros(3)[0.47]",
]


def _raised(code):
    try:
        exec(code, {"np": np})
    except Exception as error:
        return error
    raise AssertionError(f"{code} raises nothing")


@pytest.mark.parametrize("code", RAISING)
def test_message_of_python_or_numpy_is_told_without_its_values(code):
    error = _raised(code)
    message, kind = str(error), type(error).__name__
    said = told(message, str.isalpha)
    assert said
    assert not any(value in said for value in ("37", "47"))
    whole, cut = ({"kind": kind, "message": text} for text in (message, said))
    assert entry_for(whole) == entry_for(cut)
    helped = explain_error(cut)
    assert bool(helped) == bool(explain_error(whole))
    assert not any(mark in helped for mark in "…«»|")


@pytest.mark.parametrize("message", ["37", "the input was 37.2", "'37'", "expected (37,), got 47"])
def test_any_other_message_is_not_told(message):
    assert told(message, lambda name: False) == ""


def test_names_are_told_if_they_may_be():
    message = "'Net' object has no attribute 'fit'"
    assert told(message, {"Net", "fit"}.__contains__) == message
    assert told(message, lambda name: False) == "'…' object has no attribute '…'"
    assert told("'float' object has no attribute 'T37'", lambda name: False).count("…") == 1


def test_what_the_learner_wrote_is_told():
    source = 'raise ValueError("x must have two axes")'
    assert told("x must have two axes", lambda name: False, source) == "x must have two axes"
    assert told("x must have 37 axes", lambda name: False, source) == ""


def test_what_the_course_says_is_told_without_values():
    from course_utils.nn import Dense

    with pytest.raises(ValueError, match="expected x of shape") as caught:
        Dense(3)(np.ones(37))
    said = told(str(caught.value), lambda name: False)
    assert "expected x of shape" in said
    assert "37" not in said


def test_no_sentence_hides_another():
    """A general sentence tried before a special one would leave out more than it must."""
    samples = [s.replace("#", "37").replace("<>", "float") for s in SENTENCES]
    for sentence, sample in zip(SENTENCES, samples, strict=True):
        assert told(sample, lambda name: False).count("…") == sentence.count("#"), sentence
