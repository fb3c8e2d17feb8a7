"""A network of one input and one hidden layer that fits a curve: the same as curve_fitting.js."""

import numpy as np

from course_utils.nn import Adam

from ..maths.randomness import normal_from, uniform_from, uniforms

LEARNING_RATE = 0.01


def truth(x):
    return np.sin(1.5 * x)


def examples(count, noise, seed):
    """(x, y), each (count,); more of them leave the first where they are."""
    uniform = uniform_from(seed)
    normal = normal_from(uniform)
    x, error = np.array([(6 * uniform() - 3, normal()) for _ in range(count)]).T
    return x, truth(x) + noise * error


def initial_parameters(width, seed):
    """[w1 (width,), b1 (width,), w2 (width,), b2]; units that bend at places over -3 ... 3."""
    uniform = uniform_from(1000 + seed)
    normal = normal_from(uniform)
    units = [(3 * normal(), 6 * uniform() - 3, normal() / np.sqrt(width)) for _ in range(width)]
    return [*np.array(units).T, np.zeros(1)]


def output(p, x):
    """(n,): what the network says for x of shape (n,)."""
    w1, b1, w2, b2 = p
    return np.tanh(x[:, None] * w1 + b1) @ w2 + b2


def gradient(p, x, y, l2, dropout, seed):
    """Like p: of mean((output - y)²) + l2 Σ w², units dropped as `seed` says."""
    w1, b1, w2, b2 = p
    h, keep = np.tanh(x[:, None] * w1 + b1), 1
    if dropout > 0:
        keep = (uniforms(seed, h.size).reshape(h.shape) >= dropout) / (1 - dropout)
    dy = 2 * ((h * keep) @ w2 + b2 - y) / len(x)
    dz = dy[:, None] * w2 * keep * (1 - h * h)
    dw1, dw2 = x @ dz + 2 * l2 * w1, dy @ (h * keep) + 2 * l2 * w2
    return [dw1, dz.sum(axis=0), dw2, dy.sum(keepdims=True)]


def train(p, x, y, l2, dropout, seed, steps):
    """Yields the parameters after 0, 1, 2 ... steps of Adam."""
    p, adam = [a.copy() for a in p], Adam(LEARNING_RATE)
    yield [a.copy() for a in p]
    for t in range(1, steps + 1):
        adam.apply_gradients(zip(gradient(p, x, y, l2, dropout, seed + t), p, strict=True))
        yield [a.copy() for a in p]
