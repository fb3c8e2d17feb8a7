"""Activation functions: y = f(z), and beside each one the way a gradient comes back through it."""

import math

import numpy as np

from .lookup import find
from .numbers import floating


class ActivationFunction:
    """A function of the pre-activation z, an array of any shape.

    `f(z)` returns y, of z's shape. `f.backward(dy, z, y)` receives dL/dy and returns dL/dz, both of
    z's shape; it gets z and y from the forward pass and changes none of its arguments.
    To make one of your own, subclass this and write those two methods.
    """

    def __call__(self, z):
        raise NotImplementedError(f"{type(self).__name__} needs __call__(z)")

    def backward(self, dy, z, y):
        raise NotImplementedError(f"{type(self).__name__} needs backward(dy, z, y)")

    def derivative(self, z):
        """The slope dy/dz at every z: what a gradient of ones turns into on its way back.

        Only for functions that treat every entry alone, so not for softmax.
        """
        z = floating(z)
        return self.backward(np.ones_like(z), z, self(z))

    @property
    def __name__(self):
        """The Keras name, `leaky_relu` for `LeakyReLU`."""
        return next(
            (name for name, f in NAMES.items() if type(f) is type(self)), type(self).__name__
        )

    def __repr__(self):
        return f"<activation {self.__name__}>"


class Linear(ActivationFunction):
    """y = z: no activation at all."""

    def __call__(self, z):
        return z

    def backward(self, dy, z, y):
        """dy/dz = 1."""
        return dy


class Sigmoid(ActivationFunction):
    """y = 1 / (1 + e⁻ᶻ), between 0 and 1."""

    def __call__(self, z):
        z = floating(z)
        with np.errstate(over="ignore"):  # e⁻ᶻ becomes infinite, and 1/infinity is the 0 we want
            return 1 / (1 + np.exp(-z))

    def backward(self, dy, z, y):
        """dy/dz = e⁻ᶻ / (1 + e⁻ᶻ)² = y (1 - y): the output is enough, z is not needed."""
        return dy * y * (1 - y)


class Tanh(ActivationFunction):
    """y = tanh z, between -1 and 1."""

    def __call__(self, z):
        z = floating(z)
        return np.tanh(z)

    def backward(self, dy, z, y):
        """dy/dz = 1 - tanh² z = 1 - y²."""
        return dy * (1 - y * y)


class ReLU(ActivationFunction):
    """y = max(z, 0). Nair and Hinton, 2010."""

    def __call__(self, z):
        return np.maximum(z, 0)

    def backward(self, dy, z, y):
        """dy/dz = 1 where z > 0, else 0 (at z = 0 there is no slope; like Keras we take 0)."""
        return dy * (y > 0)


class LeakyReLU(ActivationFunction):
    """y = z where z > 0, else negative_slope · z. Maas, Hannun and Ng, 2013."""

    def __init__(self, negative_slope=0.2):
        self.negative_slope = negative_slope

    def __call__(self, z):
        z = floating(z)
        return np.where(z > 0, z, self.negative_slope * z)

    def backward(self, dy, z, y):
        """dy/dz = 1 where z > 0, else negative_slope."""
        return np.where(z > 0, dy, self.negative_slope * dy)


class ELU(ActivationFunction):
    """y = z where z > 0, else alpha (eᶻ - 1). Clevert, Unterthiner and Hochreiter, 2015."""

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def __call__(self, z):
        z = floating(z)
        return np.where(z > 0, z, self.alpha * np.expm1(np.minimum(z, 0)))

    def backward(self, dy, z, y):
        """dy/dz = 1 where z > 0, else alpha eᶻ = y + alpha."""
        return np.where(z > 0, dy, dy * (y + self.alpha))


class SiLU(ActivationFunction):
    """y = z σ(z), also called swish. Elfwing, Uchibe and Doya, 2017."""

    def __call__(self, z):
        z = floating(z)
        return z * sigmoid(z)

    def backward(self, dy, z, y):
        """Product rule: dy/dz = σ + z σ (1 - σ)."""
        s = sigmoid(z)
        return dy * (s + z * s * (1 - s))


class Softplus(ActivationFunction):
    """y = log(1 + eᶻ), a smooth ReLU. Dugas and others, 2001."""

    def __call__(self, z):
        z = floating(z)
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))  # the same, and e never overflows

    def backward(self, dy, z, y):
        """dy/dz = eᶻ / (1 + eᶻ) = σ(z)."""
        return dy * sigmoid(z)


class GELU(ActivationFunction):
    """y = z Φ(z), Φ the normal distribution. Hendrycks and Gimpel, 2016.

    NumPy has no error function, so the exact Φ asks Python's `math.erf` entry by entry, at about
    0.1 µs each; `approximate=True` takes the paper's formula with tanh, which NumPy does at once.
    """

    def __init__(self, approximate=False):
        self.approximate = approximate

    def __call__(self, z):
        z = floating(z)
        if self.approximate:
            return 0.5 * z * (1 + np.tanh(self.inner(z)))
        return z * normal_cdf(z)

    def backward(self, dy, z, y):
        """Product rule: dy/dz = Φ + z φ, φ = Φ' = e^(-z²/2) / √(2π).

        Approximation: t = tanh u, dy/dz = (1 + t)/2 + z/2 (1 - t²) du/dz.
        """
        if self.approximate:
            t = np.tanh(self.inner(z))
            slope_of_inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)
            return dy * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * slope_of_inner)
        density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return dy * (normal_cdf(z) + z * density)

    def inner(self, z):
        return math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)


class Softmax(ActivationFunction):
    """y_j = e^(z_j) / Σ_k e^(z_k) over the last axis: positive entries that sum to one."""

    def __call__(self, z):
        z = floating(z)
        e = np.exp(z - z.max(axis=-1, keepdims=True))  # shifting z changes nothing, and e ≤ 1
        return e / e.sum(axis=-1, keepdims=True)

    def backward(self, dy, z, y):
        """Every z_k moves every y_j: dy_j/dz_k = y_j (δ_jk - y_k).

        So dz_k = Σ_j dy_j y_j (δ_jk - y_k) = y_k (dy_k - Σ_j dy_j y_j).
        """
        return y * (dy - (dy * y).sum(axis=-1, keepdims=True))


def normal_cdf(z):
    """Φ(z) = (1 + erf(z/√2)) / 2, of z's shape and dtype."""
    erf = np.frompyfunc(math.erf, 1, 1)
    return 0.5 * (1 + np.asarray(erf(z / math.sqrt(2))).astype(z.dtype))


linear = Linear()
sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
elu = ELU()
gelu = GELU()
silu = SiLU()
softplus = Softplus()
softmax = Softmax()

NAMES = {
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "gelu": gelu,
    "silu": silu,
    "swish": silu,
    "softplus": softplus,
    "softmax": softmax,
}


def get(activation):
    """The activation for None (linear), a Keras name, or an `ActivationFunction`."""
    if activation is None:
        return linear
    if isinstance(activation, ActivationFunction):
        return activation
    if callable(activation) and not isinstance(activation, type):
        raise TypeError(
            f"activation: {activation!r} is a plain function, and without its derivative the "
            "network can't learn through it. Subclass ActivationFunction and write backward."
        )
    return find("activation", activation, NAMES)
