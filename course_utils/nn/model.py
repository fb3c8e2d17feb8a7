"""Sequential: a pile of layers that learns. Forward through them, backward, and one step."""

import numpy as np

from . import losses, metrics, optimizers, saving
from .batches import minibatches, split_off_end
from .callbacks import Callback, EpochPrinter, History, format_logs
from .layer import Input, Layer
from .lookup import snake_case


class Sequential:
    """Layers in a row, with Keras' names and defaults.

    layers: a list, which may begin with `Input(shape)`; more by `add`.
    seed: a whole number or a `numpy.random.Generator`, for first weights, shuffling and dropout.
    dtype: of weights and computation; "float64" where mathematics needs it, as in gradient checks.
    """

    def __init__(self, layers=None, name="sequential", seed=None, dtype="float32"):
        self.name = name
        self.dtype = np.dtype(dtype).name
        self.rng = np.random.default_rng(seed)
        self.layers = []
        self.input_shape = None
        self.optimizer = None
        self.stop_training = False
        self.parameters = self.gradients = np.zeros(0, self.dtype)
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
        if not isinstance(layer, Layer):
            raise TypeError(f"add: expected a layer, got {layer!r} of type {type(layer).__name__}")
        if any(layer is other for other in self.layers):
            raise ValueError(f"add: {layer} is in this model already; one layer can't stand twice")
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

    def output_shape_before(self, layer):
        position = self.layers.index(layer)
        return self.layers[position - 1].output_shape if position else self.input_shape

    def build(self, input_shape):
        """Make all weights, for examples of `input_shape` (without the batch)."""
        self.input_shape = tuple(input_shape)
        for layer in self.layers:
            layer.prepare(self.output_shape_before(layer), self.rng, self.dtype)

    def as_input(self, x):
        """x as an array of the model's dtype, its shape checked; builds the model if need be."""
        x = np.asarray(x, dtype=self.dtype)
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

    def compile(self, optimizer="rmsprop", loss=None, *, metrics=None):
        """Choose optimizer, loss and metrics, by Keras name or as objects.

        metrics: by name only, since Keras' third place is for `loss_weights`, which are not here.
        """
        self.optimizer = optimizers.get(optimizer)
        self.loss = losses.get(loss)
        self.metric_choices = list(metrics or [])

    def fit(
        self,
        x,
        y,
        batch_size=32,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
    ):
        """Train on x: (n, ...) and y: (n, ...); returns a `History`.

        batch_size: rows per step; the last batch of an epoch may be shorter.
        verbose: 0 is silent, everything else prints a line per epoch.
        validation_split: the share of rows, taken from the end, that is only looked at.
        validation_data: (x, y) to look at instead.
        shuffle: a new order every epoch. callbacks: a list of `Callback`.
        """
        if validation_split:
            x, y, validation_data = split_off_end(x, y, validation_split)
        x, y = self.prepare_data(x, y)
        self.prepare_training()
        history = History()
        watchers = [*(callbacks or []), history, *([EpochPrinter()] if verbose else [])]
        steps = -(-len(x) // batch_size)
        for watcher in watchers:
            watcher.model = self
            watcher.params = {"epochs": epochs, "steps": steps, "verbose": verbose}
        self.stop_training = False
        tell(watchers, "on_train_begin")
        for epoch in range(epochs):
            tell(watchers, "on_epoch_begin", epoch)
            logs = self.train_epoch(x, y, batch_size, shuffle, watchers)
            if validation_data is not None:
                validation = self.evaluate(*validation_data, batch_size, 0, return_dict=True)
                logs |= {f"val_{name}": value for name, value in validation.items()}
            tell(watchers, "on_epoch_end", epoch, logs)
            if self.stop_training:
                break
        tell(watchers, "on_train_end")
        return history

    def train_epoch(self, x, y, batch_size, shuffle, watchers=()):
        """Every row once; returns the means of loss and metrics over the epoch."""
        self.lay_out_weights()
        gradients = [layer.gradients_by_name() for layer in self.layers]
        watchers = [w for w in watchers if watches_batches(w)]
        order = self.rng.permutation(len(x)) if shuffle else None
        total, rows = 0.0, 0
        self.reset_metrics()
        for number, (x_batch, y_batch) in enumerate(minibatches(x, y, batch_size, order)):
            loss, y_pred = self.train_step(x_batch, y_batch)
            total += loss * len(x_batch)
            rows += len(x_batch)
            for metric in self.metrics:
                metric.update_state(y_batch, y_pred)
            if watchers:
                tell(watchers, "on_train_batch_end", number, self.results(total / rows))
        for layer, before in zip(self.layers, gradients, strict=True):
            layer.require_same_gradients(before)
        return self.results(total / rows)

    def train_step(self, x, y):
        """Forward, loss, backward, step: all of learning is here. Returns the loss and y_pred."""
        y_pred = self.forward(x, training=True)
        loss = self.compute_loss(y, y_pred)
        self.backward_from_loss(y, y_pred)
        self.optimizer.apply_gradients([(self.gradients, self.parameters)])
        return loss, y_pred

    def compute_loss(self, y, y_pred):
        """The loss of the forward pass that has just been made, with the layers' penalties."""
        if self.fused:
            loss = losses.mean(self.loss.of_logits(y, self.layers[-1].z))
        else:
            loss = self.loss(y, y_pred)
        for layer in self.layers:
            loss += layer.penalty()
        return loss

    def backward_from_loss(self, y, y_pred):
        """Gradients of all weights. Layers before the first weight have nothing to learn.

        Sigmoid or softmax under its own cross-entropy: dL/dz is p - y, so we enter behind the
        activation. The long way divides by p (1 - p) and multiplies by it again, which is 0/0 for
        an output that is sure.
        """
        *before, last = self.learning
        if self.fused:
            dy = last.backward_from_z(self.loss.logit_slope(y, y_pred))
        else:
            dy = last.backward(self.loss.gradient(y, y_pred))
        backward_through(before, dy)

    def ends_in_link(self):
        """Does the last activation make the probabilities that the loss is made for?"""
        link = getattr(self.loss, "link", None)
        last = getattr(self.layers[-1], "activation", None)
        return link is not None and type(last) is type(link) and not self.loss.from_logits

    def prepare_data(self, x, y):
        """x and y as arrays that fit the model and each other; errors say what does not."""
        if self.optimizer is None:
            raise RuntimeError("call compile(optimizer, loss) before fit or evaluate")
        x = self.as_input(x)
        if len(x) != len(y):
            raise ValueError(
                f"x and y: expected as many targets as examples, got {len(y)} for {len(x)}"
            )
        if not len(x):
            raise ValueError("x and y: expected at least one example, got none")
        output_shape = (len(x), *self.output_shape)
        if hasattr(self.loss, "match"):
            y = self.loss.match(y, output_shape, self.dtype)
            self.loss.check(y)
        y = np.asarray(y)
        self.fused = self.ends_in_link()
        self.metrics = [metrics.get(m, y.shape, output_shape) for m in self.metric_choices]
        return x, y

    def prepare_training(self):
        """Backward has to reach the first layer with weights, and no further."""
        first = next((i for i, layer in enumerate(self.layers) if layer.weight_names), 0)
        self.learning = self.layers[first:]
        for layer in self.layers:
            layer.needs_dx = layer is not self.learning[0]

    def lay_out_weights(self):
        """Move all weights end to end into one vector, all gradients into another.

        The layers keep views: the same memory, in the shapes they know. So the optimizer makes its
        ten NumPy calls once for the whole model instead of once for each array. A layer whose array
        was replaced (`layer.W = ...`) is found by its view being gone, and everything moves again.
        """
        named = [(layer, name) for layer in self.layers for name in layer.weight_names]
        if all(
            getattr(layer, name).base is self.parameters
            and getattr(layer, "d" + name).base is self.gradients
            for layer, name in named
        ):
            return
        size = sum(getattr(layer, name).size for layer, name in named)
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

    # Looking.

    def evaluate(self, x, y, batch_size=32, verbose="auto", return_dict=False):
        """The loss, or [loss, metric, ...], or with `return_dict` a dict of them: no training."""
        x, y = self.prepare_data(x, y)
        total = 0.0
        self.reset_metrics()
        for x_batch, y_batch in minibatches(x, y, batch_size):
            y_pred = self.forward(x_batch)
            total += self.compute_loss(y_batch, y_pred) * len(x_batch)
            for metric in self.metrics:
                metric.update_state(y_batch, y_pred)
        results = self.results(total / len(x))
        if verbose:
            print(format_logs(results))
        if return_dict:
            return results
        return list(results.values()) if self.metrics else results["loss"]

    def predict(self, x, batch_size=32, verbose="auto"):
        """y for every row of x, computed in batches. Returns (n, ...).

        verbose: taken, so that a program written for Keras runs; nothing is ever printed.
        """
        x = self.as_input(x)
        starts = range(0, len(x), batch_size)
        if not starts:
            return np.zeros((0, *self.output_shape), self.dtype)
        return np.concatenate([self.forward(x[i : i + batch_size]) for i in starts])

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
        state = sum(getattr(la, name).size for la in self.layers for name in la.state_names)
        lines += [
            "-" * len(lines[0]),
            f"Parameters: {self.count_params():,} (learned: {self.count_params() - state:,})",
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

    @classmethod
    def load(cls, filepath, custom_objects=None):
        """The model that `save` wrote; custom_objects: {"MyLayer": MyLayer} for your classes."""
        return saving.load(cls, filepath, custom_objects)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


def load_model(filepath, custom_objects=None):
    """Keras' name for `Sequential.load`."""
    return Sequential.load(filepath, custom_objects)


def backward_through(layers, dy):
    for layer in reversed(layers):
        dy = layer.backward(dy)
    return dy


def tell(watchers, event, *details):
    for watcher in watchers:
        getattr(watcher, event)(*details)


def watches_batches(watcher):
    return type(watcher).on_train_batch_end is not Callback.on_train_batch_end
