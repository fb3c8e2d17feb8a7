"""Penalties on large weights: their value joins the loss, their gradient joins dL/dW."""

import numpy as np

from .lookup import find
from .numbers import number_between, single


class L1L2:
    """l1 Σ|W| + l2 ΣW². The first pushes weights to exactly zero, the second shrinks large ones."""

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = number_between(type(self).__name__, "l1", l1)
        self.l2 = number_between(type(self).__name__, "l2", l2)

    def __call__(self, W):
        W = single(W)
        return float(self.l1 * np.abs(W).sum() + self.l2 * np.square(W).sum())

    def gradient(self, W):
        """l1 sign(W) + 2 l2 W, of W's shape."""
        return self.l1 * np.sign(W) + 2 * self.l2 * W


class L1(L1L2):
    """l1 Σ|W| (the lasso's penalty)."""

    def __init__(self, l1=0.01):
        super().__init__(l1=l1)


class L2(L1L2):
    """l2 ΣW² (ridge regression's penalty). There is no half in front, as in Keras."""

    def __init__(self, l2=0.01):
        super().__init__(l2=l2)


l1, l2, l1_l2 = L1, L2, L1L2  # Keras has both spellings

NAMES = {"l1": L1, "l2": L2, "l1_l2": L1L2}


def get(regularizer):
    """The regularizer for None (none), a Keras name, or an object with `gradient(W)`."""
    if regularizer is None or (
        hasattr(regularizer, "gradient") and not isinstance(regularizer, type)
    ):
        return regularizer
    return find("regularizer", regularizer, NAMES)()
