"""Random numbers from a seed, the same ones that random.js draws in the browser."""

import math

import numpy as np


def uniform_from(seed):
    """A function that returns numbers from 0 to 1: mulberry32 (Tommy Ettinger, 2017)."""
    state = seed & 0xFFFFFFFF

    def uniform():
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 4294967296

    return uniform


def normal_from(uniform):
    """A function that returns standard normal numbers (Box and Muller, 1958)."""

    def normal():
        radius = math.sqrt(-2 * math.log(1 - uniform()))
        return radius * math.cos(2 * math.pi * uniform())

    return normal


def uniforms(seed, count):
    """(count,): the first numbers that `uniform_from(seed)` gives, all at once."""
    state = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
    t = (state ^ (state >> 15)) * (state | 1)
    t ^= t + (t ^ (t >> 7)) * (t | 61)
    return (t ^ (t >> 14)) / 4294967296
