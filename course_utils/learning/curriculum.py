"""The plan of the course: its four parts, and the lessons of each in the order to take them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson; `name` is what its notebook, its exercise and its check data are called."""

    name: str
    title: str
    about: str

    @property
    def number(self) -> str:
        return self.name[:2]


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
