"""Words that differ from run to run are taken out of messages; what somebody named stays."""

import sys

import pytest

from course_utils.checking.observing.chance import without_chance


def test_an_address_is_left_out():
    assert without_chance("<function f at 0x7f6fe30253a0> of 3") == "<function f> of 3"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Layer my_odd_dense_355 weight shape (3,)", "Layer my_odd_dense weight shape (3,)"),
        ("layer 'sequential_7/dense_12'", "layer 'sequential/dense'"),
        ("hidden_1 and x_2 and conv2d", "hidden_1 and x_2 and conv2d"),
    ],
)
def test_the_count_of_a_layer_without_a_name_is_left_out(text, left):
    keras = pytest.importorskip("keras")

    class MyOddDense(keras.layers.Dense):
        pass

    assert MyOddDense(1).name.startswith("my_odd_dense")
    assert without_chance(text) == left


def test_the_count_of_a_layer_of_the_course_is_left_out_without_keras(monkeypatch):
    import course_utils.nn  # noqa: F401

    monkeypatch.delitem(sys.modules, "keras", raising=False)
    assert without_chance("Dense 'dense_2' ends in softmax") == "Dense 'dense' ends in softmax"
    assert without_chance("x_2 of layer hidden_1") == "x_2 of layer hidden_1"
