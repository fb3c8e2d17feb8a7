"""Layers: each knows its weights, its forward pass, and how gradients go back through it."""

import numpy as np

from . import activations, initializers, regularizers
from .convolution import (
    AveragePooling2D,
    Conv1D,
    Conv2D,
    DepthwiseConv2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from .layer import Input, Layer
from .left_out import look_up as __getattr__  # noqa: F401
from .normalization import BatchNormalization, LayerNormalization, as_rows
from .numbers import number_between, positive_integer, whole

__all__ = [
    "ELU",
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Input",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
]


class Dense(Layer):
    """a = f(x W + b): every unit sees every feature.

    units: number of outputs. activation: a name or an `ActivationFunction`.
    kernel_initializer, bias_initializer: for W (features, units) and b (units,).
    kernel_regularizer: a penalty on W, such as `L2(0.01)`.
    x: (batch, ..., features), y: (batch, ..., units).
    """

    def __init__(
        self,
        units,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = positive_integer("Dense", "units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)

    def build(self, input_shape):
        if not input_shape:
            raise ValueError(f"{self}: expected x of shape (batch, features), got (batch,)")
        self.add_weight("W", (input_shape[-1], self.units), self.kernel_initializer)
        self.b = 0.0
        if self.use_bias:
            self.add_weight("b", (self.units,), self.bias_initializer)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def forward(self, x, training=False):
        """z = x W + b, y = f(z).  (batch, features) @ (features, units) + (units,)"""
        self.x = x
        self.z = self.affine(x)
        self.y = self.activation(self.z)
        return self.y

    def affine(self, x):
        return x @ self.W + self.b

    def backward(self, dy):
        """dz = dy f'(z), and then back through z = x W + b."""
        return self.backward_from_z(self.activation.backward(dy, self.z, self.y))

    def backward_from_z(self, dz):
        """dz: (batch, units), or with more axes between, which count as batch.

        z_ij = Σ_k x_ik W_kj + b_j. So W_kj gets Σ_i x_ik dz_ij, which is xᵀ dz (features, units);
        b_j gets Σ_i dz_ij (units,); and x_ik gets Σ_j dz_ij W_kj, which is dz Wᵀ (batch, features).
        """
        x, dz_rows = as_rows(self.x), as_rows(dz)
        np.matmul(x.T, dz_rows, out=self.dW)
        if self.use_bias:
            dz_rows.sum(axis=0, out=self.db)
        if self.kernel_regularizer:
            self.dW += self.kernel_regularizer.gradient(self.W)
        return dz @ self.W.T if self.needs_dx else None

    def penalty(self):
        return self.kernel_regularizer(self.W) if self.kernel_regularizer else 0.0


class ActivationLayer(Layer):
    """y = f(x), f being `self.activation`. x and y: (batch, ...)."""

    def forward(self, x, training=False):
        self.z = x
        self.y = self.activation(x)
        return self.y

    def backward(self, dy):
        """dx = dy f'(x)."""
        return self.activation.backward(dy, self.z, self.y)

    def backward_from_z(self, dz):
        """Behind the activation there is nothing: dx = dz."""
        return dz


class Activation(ActivationLayer):
    """An activation, by Keras name or as an `ActivationFunction`, as a layer of its own."""

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)


class ReLU(ActivationLayer):
    """y = max(x, 0)."""

    activation = activations.relu


class Softmax(ActivationLayer):
    """Positive entries that sum to one along the last axis."""

    activation = activations.softmax


class LeakyReLU(ActivationLayer):
    """y = x where x > 0, else negative_slope · x (0.3, as in Keras, whose function has 0.2)."""

    def __init__(self, negative_slope=0.3, **kwargs):
        super().__init__(**kwargs)
        self.negative_slope = number_between("LeakyReLU", "negative_slope", negative_slope)
        self.activation = activations.LeakyReLU(self.negative_slope)


class ELU(ActivationLayer):
    """y = x where x > 0, else alpha (eˣ - 1)."""

    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = number_between("ELU", "alpha", alpha)
        self.activation = activations.ELU(self.alpha)


class Flatten(Layer):
    """(batch, height, width, channels) -> (batch, height·width·channels), row by row."""

    def compute_output_shape(self, input_shape):
        return (int(np.prod(input_shape)),)

    def forward(self, x, training=False):
        return x.reshape(len(x), -1)

    def backward(self, dy):
        """No number changed on its way forward, so none does on its way back: only the shape."""
        return dy.reshape(len(dy), *self.input_shape)


class Reshape(Layer):
    """(batch, ...) -> (batch, *target_shape), row by row; one -1 is whatever is left over."""

    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)

    def compute_output_shape(self, input_shape):
        try:
            return np.empty(input_shape, bool).reshape(self.target_shape).shape
        except ValueError:
            raise ValueError(
                f"{self}: {input_shape} does not hold as many numbers as {self.target_shape}"
            ) from None

    def build(self, input_shape):
        self.compute_output_shape(input_shape)

    def forward(self, x, training=False):
        return x.reshape(len(x), *self.output_shape)

    def backward(self, dy):
        return dy.reshape(len(dy), *self.input_shape)


class Rescaling(Layer):
    """y = scale · x + offset: pixels from 0 to 255 become 0 to 1 by `Rescaling(1 / 255)`."""

    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset

    def forward(self, x, training=False):
        return (x * self.scale + self.offset).astype(x.dtype, copy=False)

    def backward(self, dy):
        """dy/dx = scale."""
        return (dy * self.scale).astype(dy.dtype, copy=False)


class Dropout(Layer):
    """While training, sets a share `rate` of the entries to zero. Srivastava and others, 2014.

    What remains is divided by 1 - rate, so that the mean stays and prediction needs no change.
    """

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        self.rate = number_between("Dropout", "rate", rate, 0, 1)

    def forward(self, x, training=False):
        """y = x · mask, where mask is 0 or 1 / (1 - rate)."""
        self.mask = None
        if not training or self.rate == 0:
            return x
        kept = self.rng.random(x.shape, dtype=np.float32) >= self.rate
        self.mask = kept * np.asarray(1 / (1 - self.rate), dtype=x.dtype)
        return x * self.mask

    def backward(self, dy):
        """dy/dx is the mask: what was dropped passes no gradient."""
        return dy if self.mask is None else dy * self.mask


class Embedding(Layer):
    """A row of W for every whole number: y = W[x]. x: (batch, ...), y: (batch, ..., output_dim).

    input_dim: how many different numbers, 0 to input_dim - 1. output_dim: length of a row.
    Keras' names, and its trap: this `input_dim` is not the number of features.
    """

    def __init__(self, input_dim, output_dim, embeddings_initializer="uniform", **kwargs):
        super().__init__(**kwargs)
        self.input_dim = positive_integer("Embedding", "input_dim", input_dim)
        self.output_dim = positive_integer("Embedding", "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)

    def build(self, input_shape):
        self.add_weight("W", (self.input_dim, self.output_dim), self.embeddings_initializer)

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.output_dim)

    def forward(self, x, training=False):
        self.x = whole(f"{self}: expected whole numbers", x)
        if self.x.size and not 0 <= self.x.min() <= self.x.max() < self.input_dim:
            raise ValueError(
                f"{self}: expected whole numbers from 0 to {self.input_dim - 1}, "
                f"got some from {self.x.min()} to {self.x.max()}"
            )
        return self.W[self.x]

    def backward(self, dy):
        """Row k of W was copied wherever x is k: its gradient is the sum of dy over those places.

        Whole numbers have no slope: there is no dx.
        """
        self.dW[...] = 0
        np.add.at(self.dW, self.x, dy)
