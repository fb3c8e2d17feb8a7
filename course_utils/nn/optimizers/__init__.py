"""Optimizers: how a gradient becomes a step."""

import math

import numpy as np

from ..configuration import refuse_arguments
from ..left_out import look_up as __getattr__  # noqa: F401
from ..lookup import find
from ..numbers import number_between
from . import schedules

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSprop", "schedules"]


class Optimizer:
    """Changes parameters in place: `apply_gradients([(dW, W), (db, b)])`, pairs as in Keras.

    A subclass writes `update(W, dW, learning_rate, ...)`, which changes W in place, and names in
    `slots` the arrays that it keeps for each parameter; `update` receives them by these names.
    An update treats every entry alone, so a model may hand over all its weights as one long vector.

    learning_rate: a float, or a schedule: a function from the number of steps done to a float.
    clipvalue: gradients are cut off at ± this. clipnorm: a longer gradient is shortened to this
    length, each parameter's by itself; global_clipnorm: all together. Pascanu and others, 2013.
    """

    slots = ()

    def __init__(
        self, learning_rate, clipnorm=None, clipvalue=None, global_clipnorm=None, **unknown
    ):
        refuse_arguments(self, unknown)
        name = type(self).__name__
        if not callable(learning_rate):
            learning_rate = number_between(name, "learning_rate", learning_rate)
        self.learning_rate = learning_rate
        limits = {
            "clipnorm": clipnorm,
            "clipvalue": clipvalue,
            "global_clipnorm": global_clipnorm,
        }
        for argument, limit in limits.items():
            setattr(self, argument, limit and number_between(name, argument, limit))
        if sum(limit is not None for limit in limits.values()) > 1:
            raise ValueError(f"{name}: expected one kind of clipping, got {limits}")
        self.iterations = 0
        self.memory = []  # one dict of slots for each parameter
        self.weights = None  # what a model asked it to train, see `claim`

    def apply_gradients(self, pairs):
        learning_rate = self.current_learning_rate()
        self.iterations += 1
        for index, (dW, W) in enumerate(self.clipped(pairs)):
            if index == len(self.memory):
                self.memory.append({slot: np.zeros_like(W) for slot in self.slots})
            self.update(W, dW, learning_rate, **self.memory[index])

    def clipped(self, pairs):
        """The pairs, their gradients shortened as the constructor says."""
        if self.clipvalue:
            return [(np.clip(dW, -self.clipvalue, self.clipvalue), W) for dW, W in pairs]
        if self.clipnorm:
            return [(shortened(dW, length([dW]), self.clipnorm), W) for dW, W in pairs]
        if self.global_clipnorm:
            norm = length([dW for dW, _ in pairs])
            return [(shortened(dW, norm, self.global_clipnorm), W) for dW, W in pairs]
        return pairs

    def claim(self, weights):
        """Called by a model before it trains; weights: its list of (layer, name of the weight).

        Raises RuntimeError if the memory belongs to others: momentum must not carry over.
        """
        if self.weights not in (None, weights):
            name = type(self).__name__
            raise RuntimeError(
                f"{name}: this optimizer has trained other weights (those of another model, or of "
                "this one before its layers or their `trainable` changed) and remembers their "
                f'gradients. Compile again with a new one, {name}(...) or "{name.lower()}"'
            )
        self.weights = weights

    def current_learning_rate(self):
        """The learning rate of the next step."""
        if callable(self.learning_rate):
            return float(self.learning_rate(self.iterations))
        return self.learning_rate

    def update(self, W, dW, learning_rate):
        raise NotImplementedError(f"{type(self).__name__} needs update(W, dW, learning_rate)")


class SGD(Optimizer):
    """W ← W - learning_rate · dW, with momentum if asked for. Robbins and Monro, 1951.

    momentum: what share of the last step is repeated; Polyak, 1964.
    nesterov: look at where momentum leads before correcting; Nesterov, 1983.
    """

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False, **clipping):
        super().__init__(learning_rate, **clipping)
        self.momentum = number_between("SGD", "momentum", momentum, 0, 1)
        self.nesterov = nesterov
        self.slots = ("velocity",) if momentum else ()

    def update(self, W, dW, learning_rate, velocity=None):
        step = -learning_rate * dW
        if velocity is None:
            W += step
            return
        velocity *= self.momentum
        velocity += step
        W += self.momentum * velocity + step if self.nesterov else velocity


class RMSprop(Optimizer):
    """Divides each entry by the running size of its own gradients. Hinton's lecture 6, 2012.

    v ← rho v + (1 - rho) dW²,  W ← W - learning_rate · dW / √(v + epsilon).
    """

    slots = ("v", "velocity")

    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, **clipping):
        super().__init__(learning_rate, **clipping)
        self.rho = number_between("RMSprop", "rho", rho, 0, 1)
        self.momentum = number_between("RMSprop", "momentum", momentum, 0, 1)
        self.epsilon = number_between("RMSprop", "epsilon", epsilon)

    def update(self, W, dW, learning_rate, v, velocity):
        v += (1 - self.rho) * (dW * dW - v)
        velocity *= self.momentum
        velocity += learning_rate * dW / np.sqrt(v + self.epsilon)
        W -= velocity


class Adam(Optimizer):
    """Momentum, and every entry divided by its own size. Kingma and Ba, 2015.

    m ← beta_1 m + (1 - beta_1) dW        running mean of the gradient
    v ← beta_2 v + (1 - beta_2) dW²       running mean of its square
    W ← W - learning_rate · m̂ / (√v̂ + epsilon)

    m̂ = m / (1 - beta_1ᵗ) and v̂ = v / (1 - beta_2ᵗ) make up for m and v starting from zero. As in
    Keras, and in the paper's section 2, epsilon is added before that correction of v.

    Four factors above are plain numbers: 1 - beta_1, 1 - beta_2 and the two corrections. The code
    keeps them out of the arrays and puts them into the rate, which saves four passes over all
    weights: its `m` and `v` are the m and v above without their (1 - beta).
    """

    slots = ("m", "v")

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, **clipping):
        super().__init__(learning_rate, **clipping)
        name = type(self).__name__
        self.beta_1 = number_between(name, "beta_1", beta_1, 0, 1)
        self.beta_2 = number_between(name, "beta_2", beta_2, 0, 1)
        self.epsilon = number_between(name, "epsilon", epsilon)

    def update(self, W, dW, learning_rate, m, v):
        m *= self.beta_1
        m += dW
        v *= self.beta_2
        v += dW * dW
        m_factor = (1 - self.beta_1) / (1 - self.beta_1**self.iterations)
        v_factor = math.sqrt((1 - self.beta_2) / (1 - self.beta_2**self.iterations))
        epsilon = self.epsilon / math.sqrt(1 - self.beta_2)
        W -= (learning_rate * m_factor / v_factor) * m / (np.sqrt(v) + epsilon)


class AdamW(Adam):
    """Adam, after each weight has shrunk by the same share. Loshchilov and Hutter, 2019.

    An L2 penalty in the loss would be divided by √v like any gradient; this decay is not.
    """

    def __init__(
        self,
        learning_rate=0.001,
        weight_decay=0.004,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        **clipping,
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **clipping)
        self.weight_decay = number_between(type(self).__name__, "weight_decay", weight_decay)

    def update(self, W, dW, learning_rate, **slots):
        W *= 1 - learning_rate * self.weight_decay
        super().update(W, dW, learning_rate, **slots)


def length(arrays):
    """√Σ dW², over all entries of all arrays."""
    return math.sqrt(sum(float(np.square(a).sum()) for a in arrays))


def shortened(dW, norm, limit):
    """dW times limit / norm, if its norm is above the limit."""
    return dW if norm <= limit else dW * (limit / norm)


NAMES = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def get(optimizer):
    """The optimizer for a Keras name, or an object with `apply_gradients`."""
    if hasattr(optimizer, "apply_gradients") and not isinstance(optimizer, type):
        return optimizer
    return find("optimizer", optimizer, NAMES)()
