import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_utils.nn import activations, gradcheck

NAMES = sorted(activations.NAMES)
ELEMENTWISE = [name for name in NAMES if name != "softmax"]
WITH_PARAMETERS = [
    (activations.LeakyReLU(0.01), lambda z: keras.activations.leaky_relu(z, negative_slope=0.01)),
    (activations.ELU(0.5), lambda z: keras.activations.elu(z, alpha=0.5)),
    (activations.GELU(approximate=True), lambda z: keras.activations.gelu(z, approximate=True)),
]
SHAPES = array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=5)


def assert_same_as_keras(f, keras_f, tape_gradient, rng):
    z = rng.normal(scale=4, size=(6, 5)).astype("float32")
    dy = rng.normal(size=(6, 5)).astype("float32")
    y, (dz,) = tape_gradient(keras_f, z, dy)
    np.testing.assert_allclose(f(z), y, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(f.backward(dy, z, f(z)), dz, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_forward_and_gradient_are_those_of_keras(name, tape_gradient, rng):
    keras_f = getattr(keras.activations, name)
    assert_same_as_keras(activations.get(name), keras_f, tape_gradient, rng)


@pytest.mark.parametrize(("f", "keras_f"), WITH_PARAMETERS)
def test_parameters_mean_what_they_mean_in_keras(f, keras_f, tape_gradient, rng):
    assert_same_as_keras(f, keras_f, tape_gradient, rng)


@pytest.mark.parametrize("f", [activations.get(n) for n in NAMES] + [f for f, _ in WITH_PARAMETERS])
@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_gradient_agrees_with_differences(f, shape, seed):
    z = np.random.default_rng(seed).normal(scale=3, size=shape)
    z += 1e-3 * np.sign(z)  # no closer to a bend at 0 than the differences reach
    gradcheck.check_activation(f, z)


@pytest.mark.parametrize("name", NAMES)
def test_float32_stays_float32(name):
    z = np.linspace(-3, 3, 12, dtype="float32").reshape(3, 4)
    f = activations.get(name)
    y = f(z)
    assert y.dtype == np.float32
    assert f.backward(np.ones_like(z), z, y).dtype == np.float32


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_not_changed(name, rng):
    f = activations.get(name)
    z, dy = rng.normal(size=(2, 3, 4))
    y = f(z)
    before = z.copy(), dy.copy(), y.copy()
    f.backward(dy, z, y)
    for array, copy in zip((z, dy, y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("error")
def test_a_thousand_is_not_too_much(name, dtype):
    z = np.array([[-1000.0, -100.0, 0.0, 100.0, 1000.0]], dtype=dtype)
    f = activations.get(name)
    y = f(z)
    assert np.isfinite(y).all()
    assert np.isfinite(f.backward(np.ones_like(z), z, y)).all()


@given(shape=SHAPES, seed=st.integers(0, 2**32 - 1), shift=st.floats(-50, 50))
def test_softmax_rows_sum_to_one_and_a_shift_changes_nothing(shape, seed, shift):
    z = np.random.default_rng(seed).normal(scale=3, size=shape)
    y = activations.softmax(z)
    np.testing.assert_allclose(y.sum(axis=-1), 1)
    np.testing.assert_allclose(activations.softmax(z + shift), y, rtol=1e-9)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_derivative_is_the_slope_of_the_curve(name):
    f = activations.get(name)
    z = np.linspace(-4, 4, 80)  # an even number of points, so none at the bend
    slope = (f(z + 1e-6) - f(z - 1e-6)) / 2e-6
    np.testing.assert_allclose(f.derivative(z), slope, atol=1e-7)


def test_derivative_takes_plain_numbers():
    assert activations.sigmoid.derivative(0) == 0.25
    np.testing.assert_array_equal(activations.relu.derivative([-1, 0, 2]), [0, 0, 1])


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "elu"])
def test_the_bend_at_zero_is_keras_choice(name, tape_gradient):
    z, dy = np.zeros((1, 3), "float32"), np.ones((1, 3), "float32")
    _, (dz,) = tape_gradient(getattr(keras.activations, name), z, dy)
    f = activations.get(name)
    np.testing.assert_array_equal(f.backward(dy, z, f(z)), dz)


def test_names_are_found_and_unknown_names_list_what_exists():
    assert activations.get(None) is activations.linear
    assert activations.get("LeakyReLU") is activations.leaky_relu
    assert activations.relu.__name__ == "relu"
    with pytest.raises(
        ValueError, match=r"activation: unknown name 'rellu'. Known names: linear, "
    ):
        activations.get("rellu")


def test_a_function_without_derivative_is_refused_with_the_way_out():
    with pytest.raises(TypeError, match="Subclass ActivationFunction"):
        activations.get(np.cos)
    with pytest.raises(TypeError, match="activation: expected a name or an object"):
        activations.get(3)
