import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import nn
from course_utils.nn import gradcheck

SEEDS = st.integers(0, 2**32 - 1)
SIDES = st.integers(1, 6)

PAIRS = {
    "dense": (nn.Dense(4), keras.layers.Dense(4), (3,)),
    "dense tanh": (nn.Dense(4, "tanh"), keras.layers.Dense(4, "tanh"), (3,)),
    "dense softmax": (nn.Dense(4, "softmax"), keras.layers.Dense(4, "softmax"), (3,)),
    "dense without bias": (nn.Dense(2, None, False), keras.layers.Dense(2, None, False), (5,)),
    "dense on sequences": (nn.Dense(4, "gelu"), keras.layers.Dense(4, "gelu"), (5, 3)),
    "activation": (nn.Activation("silu"), keras.layers.Activation("silu"), (3, 2)),
    "flatten": (nn.Flatten(), keras.layers.Flatten(), (2, 3, 4)),
    "batch norm": (nn.BatchNormalization(), keras.layers.BatchNormalization(), (5,)),
    "batch norm of images": (
        nn.BatchNormalization(momentum=0.5, epsilon=0.1),
        keras.layers.BatchNormalization(momentum=0.5, epsilon=0.1),
        (3, 4, 2),
    ),
    "convolution": (nn.Conv2D(3, 3), keras.layers.Conv2D(3, 3), (6, 5, 2)),
    "convolution same relu": (
        nn.Conv2D(3, (2, 3), padding="same", activation="relu"),
        keras.layers.Conv2D(3, (2, 3), padding="same", activation="relu"),
        (6, 5, 2),
    ),
    "convolution with strides": (
        nn.Conv2D(2, 3, strides=(2, 3), padding="same"),
        keras.layers.Conv2D(2, 3, strides=(2, 3), padding="same"),
        (7, 8, 2),
    ),
    "convolution without border": (
        nn.Conv2D(2, 2, strides=2, use_bias=False),
        keras.layers.Conv2D(2, 2, strides=2, use_bias=False),
        (5, 6, 1),
    ),
    "max pooling": (nn.MaxPooling2D(), keras.layers.MaxPooling2D(), (5, 6, 3)),
    "max pooling that overlaps": (
        nn.MaxPooling2D(3, 2, "same"),
        keras.layers.MaxPooling2D(3, 2, "same"),
        (6, 7, 2),
    ),
    "convolution of series": (
        nn.Conv1D(3, 3, strides=2, padding="same", activation="tanh"),
        keras.layers.Conv1D(3, 3, strides=2, padding="same", activation="tanh"),
        (8, 2),
    ),
    "depthwise convolution": (
        nn.DepthwiseConv2D((2, 3), strides=(2, 2), padding="same", activation="relu"),
        keras.layers.DepthwiseConv2D((2, 3), strides=(2, 2), padding="same", activation="relu"),
        (5, 6, 3),
    ),
    "max pooling of series": (nn.MaxPooling1D(3, 2), keras.layers.MaxPooling1D(3, 2), (8, 2)),
    "average pooling": (nn.AveragePooling2D(), keras.layers.AveragePooling2D(2), (5, 6, 3)),
    "average pooling with border": (
        nn.AveragePooling2D(3, 2, "same"),
        keras.layers.AveragePooling2D(3, 2, "same"),
        (6, 7, 2),
    ),
    "global pooling of series": (
        nn.GlobalAveragePooling1D(),
        keras.layers.GlobalAveragePooling1D(),
        (4, 3),
    ),
    "global maximum of series": (
        nn.GlobalMaxPooling1D(),
        keras.layers.GlobalMaxPooling1D(),
        (4, 3),
    ),
    "global maximum": (nn.GlobalMaxPooling2D(), keras.layers.GlobalMaxPooling2D(), (4, 5, 3)),
    "layer norm": (nn.LayerNormalization(), keras.layers.LayerNormalization(), (4, 5)),
    "batch norm with its axis": (
        nn.BatchNormalization(axis=-1),
        keras.layers.BatchNormalization(axis=-1),
        (5,),
    ),
    "relu": (nn.layers.ReLU(), keras.layers.ReLU(), (4, 3)),
    "softmax": (nn.layers.Softmax(), keras.layers.Softmax(), (4, 3)),
    "leaky relu": (nn.layers.LeakyReLU(), keras.layers.LeakyReLU(), (4, 3)),
    "elu": (nn.layers.ELU(0.7), keras.layers.ELU(0.7), (4, 3)),
    "reshape": (nn.Reshape((3, -1)), keras.layers.Reshape((3, -1)), (4, 6)),
    "rescaling": (nn.Rescaling(1 / 255, -0.5), keras.layers.Rescaling(1 / 255, -0.5), (4, 6)),
    "global pooling": (
        nn.GlobalAveragePooling2D(),
        keras.layers.GlobalAveragePooling2D(),
        (4, 5, 3),
    ),
}


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize(("ours", "theirs", "shape"), PAIRS.values(), ids=PAIRS)
def test_forward_gradients_and_state_are_those_of_keras(ours, theirs, shape, batch, training, rng):
    import tensorflow as tf

    x = rng.normal(size=(batch, *shape)).astype("float32")
    if not theirs.built:
        theirs.build((None, *shape))
    ours(x)
    weights = [rng.uniform(0.5, 1, size=w.shape).astype("float32") for w in ours.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        y_theirs = theirs(tensor, training=training) if "batch" in theirs.name else theirs(tensor)
        dy = rng.normal(size=y_theirs.shape).astype("float32")
        total = tf.reduce_sum(y_theirs * dy)
    variables = [v.value for v in theirs.trainable_variables]
    dx, *gradients = tape.gradient(total, [tensor, *variables])
    y = ours(x, training=training)
    assert y.dtype == np.float32
    assert ours.output_shape == y.shape[1:]
    close = {"rtol": 1e-4, "atol": 2e-5}
    np.testing.assert_allclose(y, y_theirs, **close)
    np.testing.assert_allclose(ours.backward(dy), dx, **close)
    received = [getattr(ours, "d" + name) for name in ours.weight_names]
    for name, one, other in zip(ours.weight_names, received, gradients, strict=True):
        np.testing.assert_allclose(one, other, **close, err_msg=name)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, **close)  # moving averages


@pytest.mark.parametrize("strides", [1, (2, 3)])
def test_convolution_is_what_its_formula_says_window_by_window(strides, rng):
    x = rng.normal(size=(2, 7, 8, 3))
    layer = nn.Conv2D(4, (2, 3), strides, dtype="float64")
    y = layer(x)
    down, right = layer.strides
    for n, i, j, k in np.ndindex(y.shape):
        window = x[n, i * down : i * down + 2, j * right : j * right + 3]
        assert y[n, i, j, k] == pytest.approx((window * layer.W[..., k]).sum() + layer.b[k])


def test_embedding_is_that_of_keras(rng):
    import tensorflow as tf

    x = np.array([[0, 3, 3], [2, 0, 0]])
    ours, theirs = nn.Embedding(4, 2), keras.layers.Embedding(4, 2)
    theirs.build((None, 3))
    ours(x)
    theirs.set_weights(ours.get_weights())
    with tf.GradientTape() as tape:
        y = theirs(tf.constant(x))
        dy = rng.normal(size=y.shape).astype("float32")
        total = tf.reduce_sum(y * dy)
    gradient = tape.gradient(total, theirs.trainable_variables[0].value)
    np.testing.assert_array_equal(ours(x), y)
    assert ours.backward(dy) is None
    np.testing.assert_allclose(ours.dW, tf.convert_to_tensor(gradient), atol=1e-6)


@given(batch=SIDES, features=SIDES, units=SIDES, seed=SEEDS)
@settings(max_examples=25)
@pytest.mark.parametrize("activation", [None, "sigmoid", "gelu", "softmax"])
def test_dense_gradients_agree_with_differences(activation, batch, features, units, seed):
    x = np.random.default_rng(seed).normal(size=(batch, features))
    layer = nn.Dense(units, activation, kernel_regularizer=nn.L1L2(0.1, 0.2))
    gradcheck.check_layer(layer, x, rng=seed)


@given(batch=SIDES, between=SIDES, features=SIDES, seed=SEEDS)
@settings(max_examples=20)
def test_dense_gradients_on_sequences_agree_with_differences(batch, between, features, seed):
    x = np.random.default_rng(seed).normal(size=(batch, between, features))
    gradcheck.check_layer(nn.Dense(2, "tanh", use_bias=False), x, rng=seed)


@given(batch=st.integers(1, 3), height=SIDES, width=SIDES, channels=st.integers(1, 3), seed=SEEDS)
@settings(max_examples=15)
@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Conv2D(2, (2, 3), padding="same", kernel_regularizer="l2"),
        lambda: nn.Conv2D(2, 1, strides=2, activation="tanh"),
        lambda: nn.MaxPooling2D(2, strides=1, padding="same"),
        lambda: nn.MaxPooling2D(1, strides=2),
        lambda: nn.AveragePooling2D(2, strides=1, padding="same"),
        lambda: nn.DepthwiseConv2D(2, padding="same", activation="tanh"),
        nn.LayerNormalization,
        lambda: nn.Reshape((-1,)),
        nn.GlobalAveragePooling2D,
        nn.GlobalMaxPooling2D,
        nn.Flatten,
        lambda: nn.Dropout(0.4),
    ],
)
def test_image_gradients_agree_with_differences(make, batch, height, width, channels, seed):
    # No two are as near to each other as a difference reaches: a maximum would pass from one to
    # the other.
    spread = np.linspace(-2, 2, batch * height * width * channels)
    x = np.random.default_rng(seed).permutation(spread).reshape(batch, height, width, channels)
    gradcheck.check_layer(make(), x, rng=seed)


@given(batch=st.integers(1, 6), channels=SIDES, training=st.booleans(), seed=SEEDS)
@settings(max_examples=30)
def test_batch_norm_gradients_agree_with_differences(batch, channels, training, seed):
    x = np.random.default_rng(seed).normal(size=(batch, 2, channels))
    layer = nn.BatchNormalization(epsilon=0.1)
    gradcheck.check_layer(layer, x, training=training, rng=seed, tolerance=1e-5)


@given(batch=SIDES, length=SIDES, seed=SEEDS)
@settings(max_examples=20)
def test_embedding_gradient_agrees_with_differences(batch, length, seed):
    x = np.random.default_rng(seed).integers(0, 4, size=(batch, length))
    gradcheck.check_layer(nn.Embedding(4, 3), x, rng=seed)


@given(rate=st.floats(0, 0.9), seed=SEEDS)
def test_dropout_keeps_the_mean_and_rests_outside_training(rate, seed):
    layer = nn.Dropout(rate, seed=seed)
    x = np.ones((100, 50), "float32")
    y = layer(x, training=True)
    assert set(np.unique(y)) <= {np.float32(0), np.float32(1 / (1 - rate))}
    error_of_mean = np.sqrt(rate / (1 - rate) / x.size)
    assert abs(y.mean() - 1) <= 6 * error_of_mean + 1e-5
    assert layer(x) is not None
    np.testing.assert_array_equal(layer(x, training=False), x)


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5])
def test_dropout_refuses_rates_that_leave_nothing(rate):
    with pytest.raises(ValueError, match="expected rate with 0 <= rate < 1"):
        nn.Dropout(rate)


def test_a_wrong_shape_is_named_with_layer_and_expectation():
    layer = nn.Dense(3, name="dense_1", input_dim=8)
    layer(np.zeros((2, 8)))
    message = r"^Dense 'dense_1': expected x of shape \(batch, 8\), got \(32, 10\)$"
    with pytest.raises(ValueError, match=message):
        layer(np.zeros((32, 10)))
    with pytest.raises(ValueError, match=r"got \(8,\). For a single example, add the batch axis"):
        layer(np.zeros(8))


def test_images_need_three_axes_and_room_for_the_window():
    with pytest.raises(ValueError, match=r"\(batch, height, width, channels\).*x\[..., None\]"):
        nn.Conv2D(2, 3)(np.zeros((5, 8, 8)))
    with pytest.raises(ValueError, match=r"a window of \(3, 3\) does not fit"):
        nn.Conv2D(2, 3)(np.zeros((5, 2, 8, 1)))
    with pytest.raises(ValueError, match='expected padding "valid" or "same"'):
        nn.MaxPooling2D(padding="full")
    with pytest.raises(ValueError, match="kernel_size: expected one whole number or two"):
        nn.Conv2D(2, (3, 3, 3))


@pytest.mark.parametrize("units", [0, -1, 2.5, True])
def test_units_are_a_whole_number_above_zero(units):
    with pytest.raises(ValueError, match="Dense: expected units to be a whole number above 0"):
        nn.Dense(units)


def test_embedding_refuses_numbers_without_a_row():
    with pytest.raises(
        ValueError, match="expected whole numbers from 0 to 3, got some from 0 to 4"
    ):
        nn.Embedding(4, 2)(np.array([[0, 4]]))


def test_set_weights_names_the_shapes_and_copies():
    layer = nn.Dense(2, input_dim=3)
    with pytest.raises(ValueError, match="has no weights before it knows its input shape"):
        layer.set_weights([np.zeros((3, 2)), np.zeros(2)])
    layer(np.zeros((1, 3)))
    with pytest.raises(ValueError, match=r"expected arrays of shapes \[\(3, 2\), \(2,\)\]"):
        layer.set_weights([np.zeros((2, 3)), np.zeros(2)])
    W = np.ones((3, 2))
    layer.set_weights([W, np.zeros(2)])
    W[:] = 5
    assert (layer.W == 1).all()


def test_backward_leaves_its_argument_alone(rng):
    for ours, _, shape in PAIRS.values():
        dy = rng.normal(size=ours(rng.normal(size=(3, *shape)), training=True).shape)
        before = dy.copy()
        ours.backward(dy.astype(dy.dtype, copy=False))
        np.testing.assert_array_equal(dy, before)


def test_keras_defaults_are_ours():
    for ours, theirs, _ in PAIRS.values():
        config = theirs.get_config()
        for argument in ("units", "use_bias", "padding", "momentum", "epsilon", "filters"):
            if argument in config:
                assert getattr(ours, argument) == config[argument]
        if "kernel_initializer" in config:
            assert (
                type(ours.kernel_initializer).__name__ == config["kernel_initializer"]["class_name"]
            )


@pytest.mark.parametrize(("kind", "shape"), [("1D", (6, 2)), ("2D", (3, 2, 2))])
def test_equal_winners_of_global_pooling_share_the_gradient_as_in_keras(kind, shape):
    import tensorflow as tf

    x = np.zeros((2, *shape), "float32")  # as after a ReLU that let nothing through
    x[0, 0] = x[0, 2] = 1
    ours = getattr(nn, f"GlobalMaxPooling{kind}")()
    theirs = getattr(keras.layers, f"GlobalMaxPooling{kind}")()
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        y = theirs(tensor)
    np.testing.assert_array_equal(ours(x), y)
    dx = ours.backward(np.ones_like(y))
    np.testing.assert_allclose(dx, tape.gradient(y, tensor))
    assert dx.dtype == np.float32
