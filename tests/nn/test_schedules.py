import keras
import numpy as np
import pytest

from course_utils.nn import schedules

WARMUP = {"warmup_target": 0.4, "warmup_steps": 6}
CASES = [
    ("ExponentialDecay", (0.1, 7, 0.5), {}),
    ("ExponentialDecay", (0.1, 7, 0.5), {"staircase": True}),
    ("PiecewiseConstantDecay", ([5, 12], [0.3, 0.2, 0.1]), {}),
    ("CosineDecay", (0.1, 20), {}),
    ("CosineDecay", (0.1, 20), {"alpha": 0.2}),
    ("CosineDecay", (0.0, 20, 0.1), WARMUP),
    ("CosineDecay", (0.05, 20), WARMUP),
]


@pytest.mark.parametrize(("name", "arguments", "options"), CASES)
def test_every_step_has_keras_rate(name, arguments, options):
    ours = getattr(schedules, name)(*arguments, **options)
    theirs = getattr(keras.optimizers.schedules, name)(*arguments, **options)
    steps = range(40)
    expected = [float(theirs(step)) for step in steps]
    np.testing.assert_allclose([ours(step) for step in steps], expected, rtol=1e-5, atol=1e-8)


def test_constant_is_constant():
    rate = schedules.ConstantLearningRate(0.25)
    assert {rate(step) for step in (0, 1, 1000)} == {0.25}


def test_steps_need_one_value_more_than_boundaries():
    with pytest.raises(ValueError, match="got 2 values and 2 boundaries"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2])
