import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import nn
from course_utils.nn import gradcheck
from course_utils.nn.gradcheck import GradientMismatch


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_numerical_gradient_of_a_known_function(values):
    x = np.array(values)
    before = x.copy()
    gradient = gradcheck.numerical_gradient(lambda x: np.sum(np.sin(x)), x)
    np.testing.assert_allclose(gradient, np.cos(x), atol=1e-8)
    np.testing.assert_array_equal(x, before)


def test_a_wrong_entry_is_named_with_both_numbers():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    received = 2 * x
    received[1, 0] = 60
    message = r"with respect to W, entry W\[1, 0\]: received 60, expected 6 .*\(1 of 4 entries"
    with pytest.raises(GradientMismatch, match=message):
        gradcheck.check_gradient(lambda x: np.sum(x**2), x, received, "W")


def test_a_wrong_shape_is_named():
    with pytest.raises(
        GradientMismatch, match=r"b: expected shape \(3,\), like b, received \(1, 3\)"
    ):
        gradcheck.check_gradient(np.sum, np.ones(3), np.ones((1, 3)), "b")


def test_nan_is_not_agreement():
    with pytest.raises(GradientMismatch, match="received nan, expected 1"):
        gradcheck.check_gradient(np.sum, np.ones(2), np.array([1, np.nan]))


class WrongSlope(nn.ActivationFunction):
    def __call__(self, z):
        return z**2

    def backward(self, dy, z, y):
        return dy * z


class ForgetsBias(nn.Dense):
    def backward(self, dy):
        dx = super().backward(dy)
        self.db[...] = 0
        return dx


class MeanInsteadOfSum(nn.Dense):
    def backward(self, dy):
        dx = super().backward(dy)
        self.dW /= len(dy)
        return dx


class WrongInput(nn.Dense):
    def backward(self, dy):
        return super().backward(dy) * 1.001


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        (ForgetsBias(2), r"forgets_bias\.b\[0\]"),
        (MeanInsteadOfSum(2), r"mean_instead_of_sum\.W\[\d, \d\]"),
        (WrongInput(2), r"x of WrongInput 'wrong_input'"),
        (nn.Dense(2, WrongSlope()), r"dense\.W\[\d, \d\]"),
    ],
)
def test_planted_bugs_are_found_where_they_are(layer, place, rng):
    with pytest.raises(GradientMismatch, match=place):
        gradcheck.check_layer(layer, rng.normal(size=(4, 3)))


def test_a_promise_of_another_shape_is_found():
    class Halved(nn.Layer):
        def forward(self, x, training=False):
            return x[:, ::2]

    with pytest.raises(GradientMismatch, match=r"\(4, 2\), but .* promises \(batch, 3\)"):
        gradcheck.check_layer(Halved(), np.ones((4, 3)))


def test_a_forgotten_gradient_of_x_is_found(rng):
    class Silent(nn.Dense):
        def backward(self, dy):
            super().backward(dy)

    with pytest.raises(GradientMismatch, match="backward returned nothing"):
        gradcheck.check_layer(Silent(2), rng.normal(size=(4, 3)))


def test_a_layer_without_super_init_works(rng):
    class Twice(nn.Layer):
        def __init__(self):
            pass

        def forward(self, x, training=False):
            return 2 * x

        def backward(self, dy):
            return 2 * dy

    gradcheck.check_layer(Twice(), rng.normal(size=(4, 3)))
    assert nn.Sequential([nn.Input((3,)), Twice(), nn.Dense(1)])(np.ones((2, 3))).shape == (2, 1)


def test_a_bug_inside_a_model_is_found(rng):
    model = nn.Sequential([nn.Dense(2, "tanh"), ForgetsBias(2)], dtype="float64", seed=0)
    model.compile("sgd", "mse")
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    with pytest.raises(GradientMismatch, match=r"forgets_bias\.b"):
        gradcheck.check_model(model, x, y)


def test_a_loss_without_its_mean_is_found(rng):
    class Sum(nn.MeanSquaredError):
        def slope(self, y_true, y_pred):
            return 2 * (y_pred - y_true)

    with pytest.raises(GradientMismatch, match="y_pred"):
        gradcheck.check_loss(Sum(), rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))


def test_a_check_leaves_the_weights_as_they_were(rng):
    model = nn.Sequential([nn.Dense(2, "tanh", input_dim=3), nn.Dense(1)], dtype="float64")
    model.compile("sgd", "mse")
    before = model.get_weights()
    gradcheck.check_model(model, rng.normal(size=(4, 3)), rng.normal(size=4))
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_float32_is_refused(rng):
    model = nn.Sequential([nn.Dense(2, input_dim=3)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r'needs dtype="float64", got float32'):
        gradcheck.check_model(model, rng.normal(size=(4, 3)), rng.normal(size=(4, 2)))
