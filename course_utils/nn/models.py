"""Sequential: a pile of layers that learns. Forward through them, backward, and one step."""

import inspect
import warnings

import numpy as np

from . import losses, metrics, optimizers, saving
from .activations import Sigmoid, Softmax
from .batches import minibatches, split_off_end, weights_of_classes
from .callbacks import EpochPrinter, History, Watchers, format_logs
from .layer import Input, Layer, shape_of_one
from .left_out import look_up as __getattr__  # noqa: F401
from .left_out import no_such_method, refuse_unknown
from .lookup import snake_case
from .numbers import array_of, first_not_finite, positive_integer, single
from .seeding import generator


class NetworkWarning(UserWarning):
    """What runs, but is hardly meant: the message names layer, loss or data."""


class Sequential:
    """Layers in a row, with Keras' names and defaults.

    layers: a list, which may begin with `Input(shape)`; more by `add`.
    seed: a whole number or a `numpy.random.Generator`, for first weights, shuffling and dropout.
    dtype: of weights and computation; "float64" where mathematics needs it, as in gradient checks.
    """

    def __init__(self, layers=None, name="sequential", seed=None, dtype="float32"):
        self.name = name
        self.dtype = np.dtype(dtype).name
        self.rng = generator(seed)
        self.layers = []
        self.input_shape = None
        self.optimizer = None
        self.metrics = []
        self.history = None  # of the last fit
        self.stop_training = False
        self.parameters = self.gradients = np.zeros(0, self.dtype)
        self.pairs = []  # of gradients and parameters, for the optimizer
        for layer in layers or []:
            self.add(layer)

    # Building.

    def add(self, layer):
        """Put a layer at the end. The first `Input` or `input_dim` lets weights be made at once."""
        if isinstance(layer, Input):
            if self.layers or self.input_shape:
                raise ValueError(f"add: Input(shape={layer.shape}) must come first in a model")
            self.input_shape = layer.shape
            return
        if isinstance(layer, type):
            raise TypeError(f"add: got the class {layer.__name__}; add (): {layer.__name__}(...)")
        if isinstance(layer, Sequential):
            raise TypeError(
                "add: a model in a model is not here; add its layers: [*other.layers, ...]"
            )
        if not isinstance(layer, Layer):
            raise TypeError(f"add: expected a layer, got {layer!r} of type {type(layer).__name__}")
        if any(layer is other for other in self.layers):
            raise ValueError(f"add: {layer} is in this model already; one layer can't stand twice")
        if "training" not in inspect.signature(layer.forward).parameters:
            kind = type(layer).__name__
            raise TypeError(f"{kind}: forward needs a second argument: forward(self, x, training)")
        layer.name = self.unused_name(layer)
        self.layers.append(layer)
        if len(self.layers) == 1 and self.input_shape is None:
            self.input_shape = layer.input_shape
        if self.input_shape is not None:
            layer.prepare(self.output_shape_before(layer), self.rng, self.dtype)

    def unused_name(self, layer):
        """`dense`, `dense_1`, `dense_2`: as in Keras, but counted in this model alone."""
        taken = {other.name for other in self.layers}
        if layer.name and layer.name in taken:
            raise ValueError(f"add: there is already a layer called {layer.name!r} in this model")
        name = base = layer.name or snake_case(type(layer).__name__)
        number = 0
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        return name

    def __getattr__(self, name):
        return no_such_method(self, name)

    def pop(self):
        """Take the last layer off, and return it."""
        if not self.layers:
            raise ValueError("pop: the model has no layers")
        return self.layers.pop()

    def output_shape_before(self, layer):
        position = self.layers.index(layer)
        return self.layers[position - 1].output_shape if position else self.input_shape

    def build(self, input_shape):
        """Make all weights, for examples of `input_shape`; layers that have weights keep them.

        input_shape: of one example; a None before it, Keras' sign for the batch, is left out.
        """
        if isinstance(input_shape, tuple | list) and input_shape[:1] in ((None,), [None]):
            input_shape = input_shape[1:]
        self.input_shape = shape_of_one("build", input_shape)
        for layer in self.layers:
            layer.prepare(self.output_shape_before(layer), self.rng, self.dtype)

    def as_input(self, x):
        """x as an array of the model's dtype, its shape checked; builds the model if need be."""
        x = array_of("x", x, self.dtype)
        if not self.layers:
            raise ValueError(f"model {self.name!r} has no layers yet: add some")
        if self.input_shape is None:
            self.build(x.shape[1:])
        self.layers[0].check_input(x)
        return x

    @property
    def output_shape(self):
        return self.layers[-1].output_shape

    # Forward and backward.

    def __call__(self, x, training=False):
        """y for a batch x."""
        return self.forward(self.as_input(x), training)

    def forward(self, x, training=False):
        """y = f_n(... f_2(f_1(x)))."""
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, dy):
        """The chain rule, from the last layer to the first: fills all gradients, returns dL/dx.

        Call `forward` before; dy: dL/dy, like the output.
        """
        for layer in self.layers:
            layer.needs_dx = True
        return backward_through(self.layers, dy)

    # Training.

    def compile(self, optimizer="rmsprop", loss=None, *, metrics=None, **unknown):
        """Choose optimizer, loss and metrics, by Keras name or as objects.

        metrics: by name only, since Keras' third place is for `loss_weights`, which are not here.
        """
        refuse(self.compile, unknown)
        if loss is None:
            raise ValueError('compile: expected a loss, such as loss="mse", got none')
        self.optimizer = optimizers.get(optimizer)
        self.loss = losses.get(loss)
        self.metric_choices = [metrics] if isinstance(metrics, str) else list(metrics or [])

    def fit(
        self,
        x,
        y=None,
        batch_size=32,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        **unknown,
    ):
        """Train on x: (n, ...) and y: (n, ...); returns a `History`.

        batch_size: rows per step; the last batch of an epoch may be shorter.
        verbose: 0 is silent, everything else prints a line per epoch.
        validation_split: the share of rows, taken from the end, that is only looked at.
        validation_data: (x, y) or (x, y, sample_weight) to look at instead; goes before the split.
        shuffle: a new order every epoch. callbacks: a `Callback` or a list of them.
        sample_weight: (n,), how much each row counts in the loss (metrics don't ask).
        class_weight: {label: weight}, the same by class; one of the two, as in Keras.
        """
        refuse(self.fit, unknown)
        if class_weight is not None and sample_weight is not None:
            raise ValueError(
                "fit: expected class_weight or sample_weight, got both; multiply them yourself, "
                "one weight a row, and give the product as sample_weight"
            )
        batch_size = positive_integer("fit", "batch_size", batch_size)
        epochs = positive_integer("fit", "epochs", epochs)
        if validation_data is not None:
            several = isinstance(validation_data, tuple | list)
            if not several or len(validation_data) not in (2, 3):
                got = f"{len(validation_data)} of them" if several else type(validation_data)
                raise ValueError(
                    f"validation_data: expected (x, y) or (x, y, sample_weight), got {got}"
                )
        data = x, y, sample_weight
        if validation_split and validation_data is None:
            data, validation_data = split_off_end(data, validation_split)
        data = self.prepare_data(*data)
        if class_weight is not None:
            x, y, _ = data
            data = x, y, weights_of_classes(class_weight, y).astype(self.dtype)
        self.prepare_training()
        if validation_data is not None:
            validation_data = self.prepare_data(*validation_data)
        steps = -(-len(data[0]) // batch_size)
        watchers = Watchers(callbacks, self, epochs=epochs, steps=steps, verbose=verbose)
        self.history = history = History()
        watchers.all += [history, EpochPrinter(epochs)] if verbose else [history]
        self.stop_training = False
        logs = {}
        watchers.tell("on_train_begin")
        for epoch in range(epochs):
            watchers.tell("on_epoch_begin", epoch)
            logs = self.train_epoch(data, batch_size, shuffle, watchers)
            if validation_data is not None:
                validation = self.test_epoch(validation_data, batch_size, watchers)
                logs |= {f"val_{name}": value for name, value in validation.items()}
            watchers.tell("on_epoch_end", epoch, logs=logs)
            if self.stop_training:
                break
        watchers.tell("on_train_end", logs=logs)
        return history

    def train_epoch(self, data, batch_size, shuffle, watchers):
        """Every row once; returns the means of loss and metrics over the epoch."""
        self.lay_out_weights()
        gradients = [layer.gradients_by_name() for layer in self.layers]
        begin, end = (watchers.hear(f"on_train_batch_{word}") for word in ("begin", "end"))
        given = [array for array in data if array is not None]
        order = self.rng.permutation(len(data[0])) if shuffle else None
        total, rows = 0.0, 0
        self.reset_metrics()
        for number, (x, y, *w) in enumerate(minibatches(given, batch_size, order)):
            if begin:
                watchers.tell("on_train_batch_begin", number)
            loss, y_pred = self.train_step(x, y, *w)
            total += loss * len(x)
            rows += len(x)
            for metric in self.metrics:
                metric.update_state(y, y_pred)
            if end:
                watchers.tell("on_train_batch_end", number, logs=self.results(total / rows))
        for layer, before in zip(self.layers, gradients, strict=True):
            layer.require_same_gradients(before)
        return self.results(total / rows)

    def train_step(self, x, y, w=None):
        """Forward, loss, backward, step: all of learning is here. Returns the loss and y_pred."""
        y_pred = self.forward(x, training=True)
        loss = self.compute_loss(y, y_pred, w)
        self.backward_from_loss(y, y_pred, w)
        self.optimizer.apply_gradients(self.pairs)
        return loss, y_pred

    def compute_loss(self, y, y_pred, w=None):
        """The loss of the forward pass that has just been made, with the layers' penalties.

        w: (batch,), the weight of each example, or None.
        """
        if self.fused:
            each = self.loss.of_logits(self.loss.aim(y), single(self.layers[-1].z))
            loss = losses.mean(each if w is None else losses.weighted(each, w))
        else:
            weight = () if w is None else (w,)  # a loss of one's own need not take weights
            loss = self.loss(y, y_pred, *weight)
        for layer in self.layers:
            loss += layer.penalty() if layer.trainable else 0.0
        return loss

    def backward_from_loss(self, y, y_pred, w=None):
        """Gradients of all weights. Layers before the first weight have nothing to learn.

        Sigmoid or softmax under its own cross-entropy: dL/dz is p - y, so we enter behind the
        activation. The long way divides by p (1 - p) and multiplies by it again, which is 0/0 for
        an output that is sure.
        """
        *before, last = self.learning
        if self.fused:
            slope = self.loss.logit_slope(self.loss.aim(y), y_pred)
            dy = last.backward_from_z(slope if w is None else losses.weighted(slope, w))
        else:
            weight = () if w is None else (w,)
            dy = last.backward(self.loss.gradient(y, y_pred, *weight))
        backward_through(before, dy)

    def ends_in_link(self):
        """Does the last activation make the probabilities that the loss is made for?"""
        link = getattr(self.loss, "link", None)
        last = getattr(self.layers[-1], "activation", None)
        return link is not None and type(last) is type(link) and not self.loss.from_logits

    def prepare_data(self, x, y, sample_weight=None):
        """All three as arrays that fit the model and each other; errors say what does not."""
        if self.optimizer is None:
            raise RuntimeError("call compile(optimizer, loss) before fit or evaluate")
        if y is None:
            raise TypeError(
                "y: expected targets, got none. fit and evaluate take two arrays, x and y: make "
                "them of what a generator or tf.data holds, or use Keras"
            )
        x = self.as_input(x)
        if len(x) != len(y):
            raise ValueError(
                f"x and y: expected as many targets as examples, got {len(y)} for {len(x)}"
            )
        if not len(x):
            raise ValueError("x and y: expected at least one example, got none")
        output_shape = (len(x), *self.output_shape)
        if hasattr(self.loss, "match"):
            y = self.match_targets(y, output_shape)
            self.loss.check(y)
        y = np.asarray(y)
        self.warn_of_gaps(x=x, y=y)
        self.fused = self.ends_in_link()
        self.metrics = metrics.get_all(self.metric_choices, y.shape, output_shape)
        self.warn_of_last_activation()
        if sample_weight is not None:
            sample_weight = array_of("sample_weight", sample_weight, self.dtype)
            if sample_weight.shape != (len(x),):
                raise ValueError(
                    f"sample_weight: expected one number for each of {len(x)} examples, "
                    f"got shape {sample_weight.shape}"
                )
            self.warn_of_gaps(sample_weight=sample_weight)
        return x, y, sample_weight

    def match_targets(self, y, output_shape):
        array_of("y", y, "float64")
        try:
            return self.loss.match(y, output_shape, self.dtype)
        except ValueError as error:
            forgotten = np.ndim(y) < len(output_shape) - 1
            hint = ". Each example has an output of several axes: is a Flatten() missing?"
            raise ValueError(f"{error}{hint if forgotten else ''}") from None

    def warn_of_gaps(self, **arrays):
        for name, values in arrays.items():
            place = first_not_finite(values)
            if place is not None:
                entry = f"{name}[{', '.join(map(str, place))}]"
                warn(f"{entry} is {values[place]}: one such entry makes all weights nan")

    def warn_of_last_activation(self):
        last = self.layers[-1]
        activation = getattr(last, "activation", None)
        if getattr(self.loss, "from_logits", False) and isinstance(activation, Sigmoid | Softmax):
            name = activation.__name__
            warn(
                f"{last} ends in {name}, and {type(self.loss).__name__}(from_logits=True) applies "
                f"its own to that again. Leave out one of them: the {name}, or from_logits=True"
            )
        if isinstance(activation, Softmax) and self.output_shape[-1] == 1:
            warn(f"{last}: softmax over one unit is always 1. For two classes take sigmoid")

    def prepare_training(self):
        """Backward has to reach the first layer that learns, and no further."""
        first = next((i for i, layer in enumerate(self.layers) if layer.trainable_weights), 0)
        self.learning = self.layers[first:]
        for layer in self.layers:
            layer.needs_dx = layer is not self.learning[0]
        if hasattr(self.optimizer, "claim"):
            self.optimizer.claim(self.weights_to_learn())

    def weights_to_learn(self):
        """(layer, "W") for every array that training changes."""
        learning = [layer for layer in self.layers if layer.trainable]
        return [(layer, name) for layer in learning for name in layer.weight_names]

    def lay_out_weights(self):
        """Move all weights end to end into one vector, all gradients into another.

        The layers keep views: the same memory, in the shapes they know. So the optimizer makes its
        ten NumPy calls once for the whole model instead of once for each array. A layer whose array
        was replaced (`layer.W = ...`) is found by its view being gone, and everything moves again.
        """
        named = self.weights_to_learn()
        size = sum(getattr(layer, name).size for layer, name in named)
        if size == self.parameters.size and all(
            getattr(layer, name).base is self.parameters
            and getattr(layer, "d" + name).base is self.gradients
            for layer, name in named
        ):
            return
        self.parameters = np.empty(size, self.dtype)
        self.gradients = np.zeros(size, self.dtype)
        start = 0
        for layer, name in named:
            weight = np.asarray(getattr(layer, name))
            place = slice(start, start + weight.size)
            setattr(layer, name, self.parameters[place].reshape(weight.shape))
            setattr(layer, "d" + name, self.gradients[place].reshape(weight.shape))
            getattr(layer, name)[...] = weight
            start += weight.size
        self.pairs = [(self.gradients, self.parameters)]
        if getattr(self.optimizer, "clipnorm", None):  # which asks how long each gradient is
            self.pairs = [(getattr(la, "d" + name), getattr(la, name)) for la, name in named]

    # Looking.

    def evaluate(
        self,
        x,
        y=None,
        batch_size=32,
        verbose="auto",
        sample_weight=None,
        callbacks=None,
        return_dict=False,
        **unknown,
    ):
        """The loss, or [loss, metric, ...], or with `return_dict` a dict of them: no training."""
        refuse(self.evaluate, unknown)
        batch_size = positive_integer("evaluate", "batch_size", batch_size)
        data = self.prepare_data(x, y, sample_weight)
        results = self.test_epoch(data, batch_size, Watchers(callbacks, self))
        if verbose:
            print(format_logs(results))
        if return_dict:
            return results
        return list(results.values()) if self.metrics else results["loss"]

    def test_epoch(self, data, batch_size, watchers):
        """Every row once, in order; returns the means of loss and metrics."""
        total, rows = 0.0, 0
        self.reset_metrics()
        given = [array for array in data if array is not None]
        watchers.tell("on_test_begin")
        for number, (x, y, *w) in enumerate(minibatches(given, batch_size)):
            watchers.tell("on_test_batch_begin", number)
            y_pred = self.forward(x)
            total += self.compute_loss(y, y_pred, *w) * len(x)
            rows += len(x)
            for metric in self.metrics:
                metric.update_state(y, y_pred)
            if watchers.hear("on_test_batch_end"):
                watchers.tell("on_test_batch_end", number, logs=self.results(total / rows))
        results = self.results(total / rows)
        watchers.tell("on_test_end", logs=results)
        return results

    def predict(self, x, batch_size=32, verbose="auto", callbacks=None, **unknown):
        """y for every row of x, computed in batches. Returns (n, ...).

        verbose: taken, so that a program written for Keras runs; nothing is ever printed.
        """
        refuse(self.predict, unknown)
        batch_size = positive_integer("predict", "batch_size", batch_size)
        x = self.as_input(x)
        watchers = Watchers(callbacks, self)
        outputs = []
        watchers.tell("on_predict_begin")
        for number, start in enumerate(range(0, len(x), batch_size)):
            watchers.tell("on_predict_batch_begin", number)
            outputs.append(self.forward(x[start : start + batch_size]))
            watchers.tell("on_predict_batch_end", number, logs={"outputs": outputs[-1]})
        watchers.tell("on_predict_end")
        return np.concatenate(outputs) if outputs else np.zeros((0, *self.output_shape), self.dtype)

    def reset_metrics(self):
        for metric in self.metrics:
            metric.reset_state()

    def results(self, loss):
        return {"loss": loss} | {metric.name: metric.result() for metric in self.metrics}

    def summary(self, print_fn=print):
        """Print a table: each layer with its output shape and its number of parameters."""
        rows = [("Layer (type)", "Output shape", "Parameters")]
        for layer in self.layers:
            shape = str((None, *layer.output_shape)) if layer.built else "?"
            rows.append(
                (f"{layer.name} ({type(layer).__name__})", shape, f"{layer.count_params():,}")
            )
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}" for a, b, c in rows]
        lines.insert(1, "-" * len(lines[0]))
        learned = sum(w.size for w in self.trainable_weights)
        lines += [
            "-" * len(lines[0]),
            f"Parameters: {self.count_params():,} (learned: {learned:,})",
        ]
        print_fn("\n".join(lines))

    def count_params(self):
        return sum(layer.count_params() for layer in self.layers)

    def get_layer(self, name):
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise ValueError(f"get_layer: no layer called {name!r}; the layers are {names}")

    # Weights and files.

    @property
    def trainable(self):
        """Does any layer learn? Set it to freeze or unfreeze all of them."""
        return any(layer.trainable for layer in self.layers)

    @trainable.setter
    def trainable(self, value):
        for layer in self.layers:
            layer.trainable = value

    @property
    def weights(self):
        """All arrays, layer by layer."""
        return [w for layer in self.layers for w in layer.weights]

    @property
    def trainable_weights(self):
        """The arrays that training changes."""
        return [w for layer in self.layers for w in layer.trainable_weights]

    @property
    def non_trainable_weights(self):
        """Those that it does not: of frozen layers, and moving averages."""
        return [w for layer in self.layers for w in layer.non_trainable_weights]

    def get_weights(self):
        """Copies of all arrays, layer by layer, in Keras' order: what Keras' set_weights takes."""
        return [w for layer in self.layers for w in layer.get_weights()]

    def set_weights(self, weights):
        """Copy a list like that of `get_weights` (or of a Keras model) into the layers."""
        weights = list(weights)
        counts = [len(layer.weights) for layer in self.layers]
        if len(weights) != sum(counts):
            raise ValueError(f"set_weights: expected {sum(counts)} arrays, got {len(weights)}")
        for layer, count in zip(self.layers, counts, strict=True):
            layer.set_weights(weights[:count])
            weights = weights[count:]

    def save(self, filepath):
        """Write weights, architecture and training state to one .npz file (see `saving.py`)."""
        saving.save(self, filepath)

    def save_weights(self, filepath, overwrite=True):
        """Write the arrays alone to one .npz file."""
        saving.save_weights(self, filepath)

    def load_weights(self, filepath):
        """Copy the arrays of such a file, or one of `save`, into this model of the same form."""
        saving.load_weights(self, filepath)

    @classmethod
    def load(cls, filepath, custom_objects=None):
        """The model that `save` wrote; custom_objects: {"MyLayer": MyLayer} for your classes."""
        return saving.load(cls, filepath, custom_objects)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


def load_model(filepath, custom_objects=None):
    """Keras' name for `Sequential.load`."""
    return Sequential.load(filepath, custom_objects)


def refuse(method, unknown):
    taken = inspect.signature(method).parameters
    refuse_unknown(method.__name__, unknown, [name for name in taken if name != "unknown"])


def warn(message):
    """From the line that called fit or evaluate, which is three calls above prepare_data's."""
    warnings.warn(message, NetworkWarning, stacklevel=5)


def backward_through(layers, dy):
    for layer in reversed(layers):
        dy = layer.backward(dy)
    return dy
