"""Fixtures for comparing the library with Keras."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def no_graphs():
    """Keras computes step by step: where steps are few, to make their graph takes longer."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def tape_gradient():
    """A function: (f, *arrays) -> (y, gradients of sum(dy · y) for every array), by TensorFlow.

    The last array is dy. Arrays keep their dtype.
    """
    import tensorflow as tf

    def gradients(f, *arrays_and_dy):
        *arrays, dy = arrays_and_dy
        tensors = [tf.constant(a) for a in arrays]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            y = f(*tensors)
            total = tf.reduce_sum(y * tf.constant(dy))
        return y.numpy(), [g.numpy() for g in tape.gradient(total, tensors)]

    return gradients


@pytest.fixture
def article_data():
    """800 rows of 8 columns, and a label that needs more than a line."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(800, 8)).astype("float32")
    y = ((x @ rng.normal(size=8) + x[:, 0] * x[:, 1]) > 0).astype("float32")
    return x, y
