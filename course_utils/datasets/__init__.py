"""Every data set of the course: loaded from vendored files or generated, never downloaded."""

from .dataset import Dataset
from .emoji import load_emoji
from .generated import (
    make_blobs,
    make_circles,
    make_moons,
    make_regression,
    make_spirals,
    make_xor,
)
from .pictures import load_digits, load_mnist1d, load_mnist_5k
from .projects import PROJECTS, Project, load_project
from .speech import load_spoken_digits
from .synthetic_speech import SAMPLE_RATE, make_spoken_digits
from .tables import load_breast_cancer, load_penguins
from .texts import Novel, load_declaration, load_novel
from .textures import Textures, load_texture_crops, load_textures
from .trunk import Trunk, build_keras_trunk, load_trunk
from .voices import Voices, load_voices
from .word_vectors import WordVectors, load_glove

__all__ = [
    "PROJECTS",
    "SAMPLE_RATE",
    "Dataset",
    "Novel",
    "Project",
    "Textures",
    "Trunk",
    "Voices",
    "WordVectors",
    "build_keras_trunk",
    "load_breast_cancer",
    "load_declaration",
    "load_digits",
    "load_emoji",
    "load_glove",
    "load_mnist1d",
    "load_mnist_5k",
    "load_novel",
    "load_penguins",
    "load_project",
    "load_spoken_digits",
    "load_texture_crops",
    "load_textures",
    "load_trunk",
    "load_voices",
    "make_blobs",
    "make_circles",
    "make_moons",
    "make_regression",
    "make_spirals",
    "make_spoken_digits",
    "make_xor",
]
