"""Random numbers for who gives no seed: fresh ones, or after `set_random_seed` the same again."""

import random

import numpy as np

source = []  # empty, or one generator, from which those of models are made


def set_random_seed(seed):
    """Seed Python's `random`, NumPy's global functions and every model that has no seed itself."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    source[:] = [np.random.default_rng(seed)]


def generator(seed=None):
    """A `numpy.random.Generator`: from a whole number, the one that is given, or for None a new."""
    if seed is None and source:
        return source[0].spawn(1)[0]
    return np.random.default_rng(seed)
