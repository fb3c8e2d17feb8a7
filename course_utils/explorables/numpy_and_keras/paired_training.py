"""Trains a NumPy model and a Keras model side by side, a few epochs at a time, on copies."""

import copy
import inspect

from course_utils import nn

PIECE = 5  # epochs per answer: a second or less


class PairedTraining:
    """Two compiled models on the same rows in the same order; `curves` grows by `train`.

    numpy_model, keras_model: compiled. Copies of them are trained, from their present weights.
    x: (n, ...), y: (n, ...). Keras is never imported here: its model brings what it needs.
    """

    def __init__(self, numpy_model, keras_model, x, y, batch_size=32):
        for name, model in (("numpy_model", numpy_model), ("keras_model", keras_model)):
            if getattr(model, "optimizer", None) is None:
                raise ValueError(f"{name}: expected a compiled model; call compile(...) first")
        self.models = [fresh_numpy(numpy_model), fresh_keras(keras_model)]
        self.curves = [[], []]
        self.rows = (x, y)
        self.batch_size = batch_size

    def train(self, epochs):
        """Train on until there are `epochs` losses, but no more than PIECE epochs at once."""
        missing = min(epochs - len(self.curves[0]), PIECE)
        if missing <= 0:
            return
        for model, curve in zip(self.models, self.curves, strict=True):
            history = model.fit(
                *self.rows, epochs=missing, batch_size=self.batch_size, shuffle=False, verbose=0
            )
            curve += history.history["loss"]


def fresh_numpy(model):
    """A copy with the same weights, whose optimizer has made no step."""
    model = copy.deepcopy(model)
    model.optimizer.iterations, model.optimizer.memory = 0, []
    return model


def fresh_keras(model):
    """The same for a Keras model."""
    copied = type(model).from_config(model.get_config())
    copied.set_weights(model.get_weights())
    copied.compile_from_config(model.get_compile_config())
    return copied


def twin(keras_model):
    """The same model in course_utils.nn, with the same weights, optimizer and loss.

    Only Dense layers; the optimizer one that course_utils.nn has. Raises ValueError otherwise.
    """
    model = nn.Sequential([nn.Input(keras_model.input_shape[1:])])
    for layer in keras_model.layers:
        if type(layer).__name__ != "Dense":
            raise ValueError(
                f"keras_model: expected Dense layers only, got {layer.name!r}, a "
                f"{type(layer).__name__}; write the twin yourself and pass it as numpy_model"
            )
        given = layer.get_config()
        model.add(nn.Dense(given["units"], given["activation"], use_bias=given["use_bias"]))
    model.set_weights(keras_model.get_weights())
    model.compile(twin_optimizer(keras_model.optimizer), twin_loss(keras_model.loss))
    return model


def twin_optimizer(optimizer):
    make = getattr(nn, type(optimizer).__name__, None)
    if make is None:
        raise ValueError(f"keras_model: course_utils.nn has no optimizer {optimizer.name!r}")
    given, known = optimizer.get_config(), inspect.signature(make).parameters
    return make(**{name: given[name] for name in known if name in given})


def twin_loss(loss):
    return loss if isinstance(loss, str) else loss.name
