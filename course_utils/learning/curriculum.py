"""The plan of the course: its four parts, and the lessons of each in the order to take them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# Ends the name of a lesson's second notebook, and of further ones.
PART = re.compile(r"(?<=[a-z])([2-9])$")


@dataclass(frozen=True)
class Lesson:
    """One lesson; `name` is what its exercise, its check data and its first notebook are called.

    A lesson that fills more than one sitting goes on in `name2`, and so on: in every listing these
    stand behind the first.
    """

    name: str
    title: str
    about: str

    @property
    def number(self) -> str:
        return self.name[:2]

    def notebooks(self, folder: Path) -> list[Path]:
        """Its notebooks that are in `folder`, in the order to read them."""
        names = (self.name, *(f"{self.name}{part}" for part in range(2, 10)))
        paths = (folder / f"{name}.ipynb" for name in names)
        return [path for path in paths if path.is_file()]

    def heading(self, notebook: str) -> str:
        """What one of its notebooks is called, such as "04 Losses, part 2"."""
        return f"{self.number} {self.title}{part_of(notebook)}"


def _lessons(*rows: tuple[str, str, str]) -> tuple[Lesson, ...]:
    return tuple(Lesson(*row) for row in rows)


PARTS = {
    "I. From one neuron to a network that learns": _lessons(
        ("00_start_here", "Start here", "arrays, shapes, axis: digits read in three lines"),
        ("01_one_neuron", "One neuron", "a line that learns from its mistakes"),
        (
            "02_activation_functions",
            "Activation functions",
            "the bend that makes depth worth having",
        ),
        (
            "03_forward_propagation",
            "Forward propagation",
            "layer upon layer, a whole batch at once",
        ),
        ("04_losses", "Losses", "what a mistake costs"),
        ("05_gradients", "Gradients", "which way is down, and how to check it"),
        ("06_autograd", "Autograd", "a program that takes derivatives of programs"),
        ("07_backpropagation", "Backpropagation", "the same for whole layers of neurons"),
        ("08_gradient_descent", "Gradient descent", "the loop in which a network learns to read"),
        ("09_optimizers", "Optimizers", "momentum, Adam, and what they are good for"),
    ),
    "II. Keras and TensorFlow": _lessons(
        ("10_keras", "Keras", "the same network in a few lines"),
        ("11_tensorflow", "TensorFlow", "tensors, the tape, a training loop by hand"),
        ("12_training_clinic", "Training clinic", "runs that went wrong: find the cause, mend it"),
        ("13_measuring", "Measuring", "what a score hides, and when it lies"),
        ("14_generalization", "Generalization", "why it works on what it has never seen"),
    ),
    "III. Seeing, reading, hearing": _lessons(
        ("15_convolution", "Convolution", "one small window, the same everywhere in the picture"),
        ("16_images", "Image recognition", "pictures, and an eye borrowed from a larger network"),
        ("17_text", "Text", "letters, words, and vectors that know their neighbors"),
        ("18_attention", "Attention", "words that look at each other, and a model that writes"),
        ("19_speech", "Speech", "from the sound wave to the spoken word"),
    ),
    "IV. Understanding and growing": _lessons(
        ("20_interpretability", "Interpretability", "asking a network for its reasons"),
        ("21_scaling", "Scaling", "faster, larger, on several machines"),
        ("22_capstone", "Capstone", "a problem of your own, from data to report"),
    ),
}
LESSONS = tuple(lesson for lessons in PARTS.values() for lesson in lessons)


def part_of(notebook: str) -> str:
    """ ", part 2" of "04_losses2"; "" of "04_losses"."""
    part = PART.search(notebook)
    return f", part {part[1]}" if part else ""


def lesson_of(notebook: str) -> str:
    """The name of the lesson to which a notebook belongs: "04_losses" of "04_losses2"."""
    return PART.sub("", notebook)
