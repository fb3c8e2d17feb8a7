"""The article's program here and in Keras: same weights, same order of rows, same numbers."""

import keras
import numpy as np
import pytest

from course_utils import nn

OPTIMIZERS = ["sgd", "rmsprop", "adam", "adamw"]


def article_model(library):
    """The program's lines, for our library or Keras."""
    model = library.Sequential()
    if library is nn:
        model.add(nn.Dense(units=10, activation="relu", input_dim=8))
    else:  # Keras 3 warns about input_dim
        model.add(keras.Input((8,)))
        model.add(keras.layers.Dense(units=10, activation="relu"))
    model.add(library.layers.Dense(units=8, activation="relu"))
    model.add(library.layers.Dense(units=1, activation="sigmoid"))
    return model


def assert_same_training(ours, theirs, how, x, y, **fit):
    ours.set_weights(theirs.get_weights())
    for model in (ours, theirs):
        model.compile(**how)
    fit = {"shuffle": False, "verbose": 0} | fit
    our_history = ours.fit(x, y, **fit).history
    their_history = theirs.fit(x, y, **fit).history
    assert our_history.keys() == their_history.keys()
    for name, curve in sorted(their_history.items(), reverse=True):  # loss before accuracy
        np.testing.assert_allclose(our_history[name], curve, rtol=1e-5, atol=1e-7, err_msg=name)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_ten_epochs_of_the_article_give_the_curve_and_weights_of_keras(optimizer, article_data):
    how = {"optimizer": optimizer, "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    x, y = article_data
    keras.utils.set_random_seed(1)
    ours, theirs = article_model(nn), article_model(keras)
    assert_same_training(ours, theirs, how, x, y, epochs=10, batch_size=32)
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x, verbose=0), atol=1e-5)
    assert ours.evaluate(x, y, verbose=0) == pytest.approx(theirs.evaluate(x, y, verbose=0), 1e-5)


def test_validation_split_short_batch_and_penalty_are_those_of_keras(article_data):
    x, y = article_data
    keras.utils.set_random_seed(2)
    ours = nn.Sequential([nn.Dense(6, "tanh", kernel_regularizer=nn.L2(0.01), input_dim=8)])
    ours.add(nn.Dense(1, "sigmoid"))
    penalty = keras.regularizers.L2(0.01)
    theirs = keras.Sequential([keras.Input((8,))])
    theirs.add(keras.layers.Dense(6, "tanh", kernel_regularizer=penalty))
    theirs.add(keras.layers.Dense(1, "sigmoid"))
    how = {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    assert_same_training(ours, theirs, how, x, y, epochs=4, batch_size=50, validation_split=0.3)


def test_images_train_as_in_keras(rng):
    keras.utils.set_random_seed(3)
    x = rng.normal(size=(60, 8, 8, 1)).astype("float32")
    y = (x[:, :4].mean(axis=(1, 2, 3)) > x[:, 4:].mean(axis=(1, 2, 3))).astype(int)
    ours = nn.Sequential(
        [
            nn.Input((8, 8, 1)),
            nn.Conv2D(4, 3, padding="same", use_bias=False),
            nn.BatchNormalization(momentum=0.9),
            nn.Activation("relu"),
            nn.MaxPooling2D(),
            nn.Conv2D(3, 2, activation="elu"),
            nn.Flatten(),
            nn.Dense(2, activation="softmax"),
        ]
    )
    layers = keras.layers
    theirs = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(3, 2, activation="elu"),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    how = {"optimizer": "sgd", "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    assert_same_training(ours, theirs, how, x, y, epochs=3, batch_size=16)


def test_layers_that_reshape_rescale_and_normalize_train_as_in_keras(rng):
    x = rng.integers(0, 256, (60, 36)).astype("float32")
    y = (x[:, :18].mean(axis=1) > x[:, 18:].mean(axis=1)).astype("float32")

    def model(library):
        la = library.layers
        layers = [la.Rescaling(1 / 128, offset=-1.0), la.Reshape((6, 6, 1)), la.Conv2D(4, 3)]
        layers += [la.LayerNormalization(), la.LeakyReLU(), la.DepthwiseConv2D(2), la.ELU()]
        layers += [la.AveragePooling2D(2), la.GlobalMaxPooling2D(), la.Dense(1)]
        return library.Sequential([library.Input((36,)), *layers])

    keras.utils.set_random_seed(6)
    how = {"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]}
    assert_same_training(model(nn), model(keras), how, x, y, epochs=3, batch_size=16)


def test_words_train_as_in_keras(rng):
    keras.utils.set_random_seed(4)
    x, y = rng.integers(0, 20, (64, 5)), np.eye(3)[rng.integers(0, 3, 64)].astype("float32")
    ours = nn.Sequential([nn.Embedding(20, 4), nn.Flatten(), nn.Dense(3, "softmax")])
    ours.build((5,))
    layers = keras.layers
    theirs = keras.Sequential([keras.Input((5,)), layers.Embedding(20, 4), layers.Flatten()])
    theirs.add(layers.Dense(3, "softmax"))
    # SGD, because Keras' Adam (3.15, TensorFlow) squares the parts of a row's gradient one by one
    # where a word occurs twice in a batch: it keeps the sum of squares, not the square of the sum.
    how = {"optimizer": "sgd", "loss": "categorical_crossentropy", "metrics": ["accuracy"]}
    assert_same_training(ours, theirs, how, x, y, epochs=3, batch_size=16)


def test_regression_trains_as_in_keras(rng):
    keras.utils.set_random_seed(5)
    x = rng.normal(size=(90, 3)).astype("float32")
    y = (x @ [1.0, -2.0, 0.5] + 3).astype("float32")
    ours = nn.Sequential([nn.Dense(4, "softplus", input_dim=3), nn.Dense(1)])
    layers = keras.layers
    theirs = keras.Sequential([keras.Input((3,)), layers.Dense(4, "softplus"), layers.Dense(1)])
    how = {"optimizer": nn.SGD(0.01, momentum=0.9), "loss": "huber"}
    ours.set_weights(theirs.get_weights())
    ours.compile(**how)
    theirs.compile(keras.optimizers.SGD(0.01, momentum=0.9), "huber")
    one = ours.fit(x, y, epochs=5, shuffle=False, verbose=0).history["loss"]
    other = theirs.fit(x, y, epochs=5, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(one, other, rtol=1e-5)
