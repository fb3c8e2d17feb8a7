"""Every data set of the course: loaded from vendored files or generated, never downloaded."""

from .dataset import Dataset
from .generated import (
    make_blobs,
    make_circles,
    make_moons,
    make_regression,
    make_spirals,
    make_xor,
)
from .pictures import load_digits, load_mnist1d, load_mnist_5k
from .speech import load_spoken_digits
from .synthetic_speech import SAMPLE_RATE, make_spoken_digits
from .tables import load_breast_cancer, load_penguins

__all__ = [
    "SAMPLE_RATE",
    "Dataset",
    "load_breast_cancer",
    "load_digits",
    "load_mnist1d",
    "load_mnist_5k",
    "load_penguins",
    "load_spoken_digits",
    "make_blobs",
    "make_circles",
    "make_moons",
    "make_regression",
    "make_spirals",
    "make_spoken_digits",
    "make_xor",
]
