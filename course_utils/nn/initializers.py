"""The first values of the weights: small enough not to saturate, large enough to pass a signal."""

import math

import numpy as np

from .lookup import find
from .seeding import generator


class Initializer:
    """Makes an array of first values: `initializer(shape, rng, dtype)`.

    With a `seed` it always makes the same values; without one it draws from the `rng` it is given
    (a `numpy.random.Generator`: a model passes its own).
    """

    def __init__(self, seed=None):
        self.seed = seed

    def __call__(self, shape, rng=None, dtype="float32"):
        rng = generator(rng if self.seed is None else self.seed)
        return np.asarray(self.draw(shape, rng), dtype=dtype)

    def draw(self, shape, rng):
        raise NotImplementedError(f"{type(self).__name__} needs draw(shape, rng)")


class Zeros(Initializer):
    """All zero: right for biases, fatal for weights, whose units would all stay alike."""

    def draw(self, shape, rng):
        return np.zeros(shape)


class Ones(Initializer):
    """All one."""

    def draw(self, shape, rng):
        return np.ones(shape)


class Constant(Initializer):
    """All `value`."""

    def __init__(self, value=0.0):
        super().__init__()
        self.value = value

    def draw(self, shape, rng):
        return np.full(shape, self.value)


class RandomUniform(Initializer):
    """Uniform between `minval` and `maxval`."""

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        super().__init__(seed)
        self.minval, self.maxval = minval, maxval

    def draw(self, shape, rng):
        return rng.uniform(self.minval, self.maxval, shape)


class RandomNormal(Initializer):
    """Normal with `mean` and standard deviation `stddev`."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean, self.stddev = mean, stddev

    def draw(self, shape, rng):
        return rng.normal(self.mean, self.stddev, shape)


class GlorotUniform(Initializer):
    """Variance 2 / (fan_in + fan_out): keeps signal and gradient alike. Glorot and Bengio, 2010."""

    def draw(self, shape, rng):
        return uniform_with_variance(2 / sum(fans(shape)), shape, rng)


class GlorotNormal(Initializer):
    """Variance 2 / (fan_in + fan_out), from a truncated normal. Glorot and Bengio, 2010."""

    def draw(self, shape, rng):
        return truncated_normal_with_variance(2 / sum(fans(shape)), shape, rng)


class HeUniform(Initializer):
    """Variance 2 / fan_in: a ReLU halves the signal, the 2 gives it back. He and others, 2015."""

    def draw(self, shape, rng):
        return uniform_with_variance(2 / fans(shape)[0], shape, rng)


class HeNormal(Initializer):
    """Variance 2 / fan_in, from a truncated normal. He and others, 2015."""

    def draw(self, shape, rng):
        return truncated_normal_with_variance(2 / fans(shape)[0], shape, rng)


def fans(shape):
    """(fan_in, fan_out): how many numbers enter and leave one unit.

    A dense kernel is (fan_in, fan_out); a convolution's is (height, width, channels, filters), and
    each of its units sees height x width positions of every channel.
    """
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    positions = math.prod(shape[:-2])
    return positions * shape[-2], positions * shape[-1]


def uniform_with_variance(variance, shape, rng):
    """U(-a, a) has variance a²/3."""
    limit = math.sqrt(3 * variance)
    return rng.uniform(-limit, limit, shape)


def truncated_normal_with_variance(variance, shape, rng):
    """A normal without its tails beyond two standard deviations, as in Keras.

    Cutting the tails of N(0, 1) leaves a standard deviation of 0.87962566; dividing by it restores
    the variance.
    """
    values = rng.normal(size=shape)
    while (outside := np.abs(values) > 2).any():
        values[outside] = rng.normal(size=outside.sum())
    return values * math.sqrt(variance) / 0.87962566103423978


NAMES = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "random_uniform": RandomUniform,
    "uniform": RandomUniform,
    "random_normal": RandomNormal,
    "normal": RandomNormal,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
}


def get(initializer):
    """The initializer for a Keras name, or the `Initializer` itself."""
    if isinstance(initializer, Initializer):
        return initializer
    return find("initializer", initializer, NAMES)()
