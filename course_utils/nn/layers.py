"""Layers: each knows its weights, its forward pass, and how gradients go back through it."""

import numpy as np

from . import activations, initializers, regularizers
from .layer import Layer, positive_integer


class Dense(Layer):
    """y = f(x W + b): every unit sees every feature.

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


class Activation(Layer):
    """y = f(x), as a layer of its own. x and y: (batch, ...)."""

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = activations.get(activation)

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


class Flatten(Layer):
    """(batch, height, width, channels) -> (batch, height·width·channels), row by row."""

    def compute_output_shape(self, input_shape):
        return (int(np.prod(input_shape)),)

    def forward(self, x, training=False):
        return x.reshape(len(x), -1)

    def backward(self, dy):
        """No number changed on its way forward, so none does on its way back: only the shape."""
        return dy.reshape(len(dy), *self.input_shape)


class Dropout(Layer):
    """While training, sets a share `rate` of the entries to zero. Srivastava and others, 2014.

    What remains is divided by 1 - rate, so that the mean stays and prediction needs no change.
    """

    def __init__(self, rate, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout: expected rate with 0 <= rate < 1, got {rate}")
        self.rate = rate

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
        self.x = x.astype(int)
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


class BatchNormalization(Layer):
    """Every channel gets mean 0 and variance 1 over the batch, then a learned scale and shift.

    x, y: (batch, ..., channels); gamma, beta: (channels,). Ioffe and Szegedy, 2015.
    Prediction uses moving averages of mean and variance, each moved by each batch to
    momentum · average + (1 - momentum) · batch.
    """

    def __init__(self, momentum=0.99, epsilon=0.001, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.epsilon = epsilon

    def build(self, input_shape):
        channels = input_shape[-1:]
        self.add_weight("gamma", channels, "ones")
        self.add_weight("beta", channels, "zeros")
        self.add_weight("moving_mean", channels, "zeros", trainable=False)
        self.add_weight("moving_variance", channels, "ones", trainable=False)

    def forward(self, x, training=False):
        """x̂ = (x - mean) / √(variance + epsilon),  y = gamma x̂ + beta."""
        self.training = training
        if training:
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


def as_rows(x):
    """(batch, ..., features) -> (rows, features): axes between count as batch."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])
