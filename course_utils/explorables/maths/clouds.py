"""Points of two classes in the plane, drawn from a seed: the same ones as clouds.js."""

import math

import numpy as np

from .randomness import normal_from, uniform_from

XOR_CORNERS = ((1.4, 1.4, 0), (-1.4, -1.4, 0), (1.4, -1.4, 1), (-1.4, 1.4, 1))
BITS = ((0, 0, 0), (1, 1, 0), (0, 1, 1), (1, 0, 1))
COUNT = 80


def points(data, noise, seed, count=COUNT):
    """(x, labels): (count, 2) and (count,). `noise`: the standard deviation around a place."""
    uniform = uniform_from(seed)
    normal = normal_from(uniform)
    rows = []
    for i in range(count):
        x1, x2, label = PLACES[data](i, uniform)
        spread = noise / 4 if data == "xor of bits" else noise  # its places lie closer together
        rows.append((x1 + spread * normal(), x2 + spread * normal(), label))
    rows = np.array(rows)
    return rows[:, :2], rows[:, 2].astype(int)


def two_groups(i, uniform):
    return (1.1, 0.9, 1) if i % 2 else (-1.1, -0.9, 0)


def xor(i, uniform):
    return XOR_CORNERS[i % 4]


def bits(i, uniform):
    return BITS[i % 4]


def ring(i, uniform):
    angle = 2 * math.pi * uniform()
    radius = 2.2 if i % 2 else 0.5
    return radius * math.cos(angle), radius * math.sin(angle), i % 2


def moons(i, uniform):
    angle = math.pi * uniform()
    x1, x2 = 1.5 * math.cos(angle), 1.5 * math.sin(angle)
    return (x1 + 0.75, 0.4 - x2, 1) if i % 2 else (x1 - 0.75, x2 - 0.4, 0)


# Where point i of a data set would lie without noise: (x1, x2, label).
PLACES = {
    "two groups": two_groups,
    "xor": xor,
    "xor of bits": bits,
    "ring": ring,
    "moons": moons,
}
