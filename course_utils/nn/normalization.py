"""Layers that bring numbers to mean 0 and variance 1: over the batch, or within each example."""

import numpy as np

from .layer import Layer
from .numbers import number_between


class BatchNormalization(Layer):
    """Every channel gets mean 0 and variance 1 over the batch, then a learned scale and shift.

    x, y: (batch, ..., channels); gamma, beta: (channels,). Ioffe and Szegedy, 2015.
    Prediction uses moving averages of mean and variance, each moved by each batch to
    momentum · average + (1 - momentum) · batch. So does a frozen layer (`trainable = False`).
    """

    def __init__(self, axis=-1, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.axis = last_axis(self, axis)
        self.momentum = number_between("BatchNormalization", "momentum", momentum, 0, 1)
        self.epsilon = number_between("BatchNormalization", "epsilon", epsilon)

    def build(self, input_shape):
        channels = input_shape[-1:]
        self.add_weight("gamma", channels, "ones")
        self.add_weight("beta", channels, "zeros")
        self.add_weight("moving_mean", channels, "zeros", trainable=False)
        self.add_weight("moving_variance", channels, "ones", trainable=False)

    def forward(self, x, training=False):
        """x̂ = (x - mean) / √(variance + epsilon),  y = gamma x̂ + beta."""
        self.training = training and self.trainable
        if self.training:
            rows = as_rows(x)
            mean, variance = rows.mean(axis=0), rows.var(axis=0)
            self.moving_mean += (1 - self.momentum) * (mean - self.moving_mean)
            self.moving_variance += (1 - self.momentum) * (variance - self.moving_variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        self.std = np.sqrt(variance + self.epsilon)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dy):
        """dgamma = Σ dy x̂,  dbeta = Σ dy, over all but channels.  dx̂ = gamma dy.

        Mean and variance depend on every x of the batch. Following those two paths as well,
        dx = (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) / std: dx̂ without its part along 1 and along x̂.
        """
        rows, x_hat = as_rows(dy), as_rows(self.x_hat)
        (rows * x_hat).sum(axis=0, out=self.dgamma)
        rows.sum(axis=0, out=self.dbeta)
        if not self.training:
            return dy * self.gamma / self.std
        n = len(rows)
        return (self.gamma / self.std) * (dy - self.dbeta / n - self.x_hat * (self.dgamma / n))


class LayerNormalization(Layer):
    """Every example gets mean 0 and variance 1 over its channels, then a learned scale and shift.

    x, y: (batch, ..., channels); gamma, beta: (channels,). Ba, Kiros and Hinton, 2016.
    Nothing depends on the batch, so training and prediction are the same.
    """

    def __init__(self, axis=-1, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.axis = last_axis(self, axis)
        self.epsilon = number_between("LayerNormalization", "epsilon", epsilon)

    def build(self, input_shape):
        self.add_weight("gamma", input_shape[-1:], "ones")
        self.add_weight("beta", input_shape[-1:], "zeros")

    def forward(self, x, training=False):
        """x̂ = (x - mean) / √(variance + epsilon),  y = gamma x̂ + beta."""
        mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
        self.std = np.sqrt(variance + self.epsilon)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dy):
        """As for the batch, with the means taken along the channels of each example."""
        as_rows(dy * self.x_hat).sum(axis=0, out=self.dgamma)
        as_rows(dy).sum(axis=0, out=self.dbeta)
        dx_hat = dy * self.gamma
        along_one = dx_hat.mean(axis=-1, keepdims=True)
        along_x_hat = (dx_hat * self.x_hat).mean(axis=-1, keepdims=True)
        return (dx_hat - along_one - self.x_hat * along_x_hat) / self.std


def last_axis(layer, axis):
    if axis not in (-1, (-1,), [-1]):
        raise ValueError(
            f"{type(layer).__name__}: expected axis=-1, the channels, got {axis!r}; "
            "other axes are left to Keras"
        )
    return axis


def as_rows(x):
    """(batch, ..., features) -> (rows, features): axes between count as batch."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
