"""Optimizers: how a gradient becomes a step."""

import math

import numpy as np

from .lookup import find


class Optimizer:
    """Changes parameters in place: `apply_gradients([(dW, W), (db, b)])`, pairs as in Keras.

    A subclass writes `update(W, dW, learning_rate, ...)`, which changes W in place, and names in
    `slots` the arrays that it keeps for each parameter; `update` receives them by these names.
    An update treats every entry alone, so a model may hand over all its weights as one long vector.

    learning_rate: a float, or a schedule: a function from the number of steps done to a float.
    """

    slots = ()

    def __init__(self, learning_rate):
        self.learning_rate = learning_rate
        self.iterations = 0
        self.memory = []  # one dict of slots for each parameter

    def apply_gradients(self, pairs):
        learning_rate = self.current_learning_rate()
        self.iterations += 1
        for index, (dW, W) in enumerate(pairs):
            if index == len(self.memory):
                self.memory.append({slot: np.zeros_like(W) for slot in self.slots})
            self.update(W, dW, learning_rate, **self.memory[index])

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

    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        super().__init__(learning_rate)
        if not 0 <= momentum < 1:
            raise ValueError(f"SGD: expected momentum with 0 <= momentum < 1, got {momentum}")
        self.momentum = momentum
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

    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7):
        super().__init__(learning_rate)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon

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

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

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
        self, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)
        self.weight_decay = weight_decay

    def update(self, W, dW, learning_rate, **slots):
        W *= 1 - learning_rate * self.weight_decay
        super().update(W, dW, learning_rate, **slots)


NAMES = {"sgd": SGD, "rmsprop": RMSprop, "adam": Adam, "adamw": AdamW}


def get(optimizer):
    """The optimizer for a Keras name, or an object with `apply_gradients`."""
    if hasattr(optimizer, "apply_gradients") and not isinstance(optimizer, type):
        return optimizer
    return find("optimizer", optimizer, NAMES)()
