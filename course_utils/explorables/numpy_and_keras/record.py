"""Records what the figure "NumPy and Keras" shows: runs its two programs. Needs Keras, a minute.

python -m course_utils.explorables.numpy_and_keras.record

The figure then needs no Keras. A test runs one of the programs again and compares.
"""

import numpy as np

from .figure import RECORD
from .two_programs import DIFFERENCES, OPTIMIZERS, program


def record(path=RECORD):
    """Run all programs and write the losses: (optimizers, epochs) and (..., differences, ...)."""
    numpy = [losses("numpy", "nothing", optimizer) for optimizer in OPTIMIZERS]
    keras = [[losses("keras", d, optimizer) for d in DIFFERENCES] for optimizer in OPTIMIZERS]
    np.savez(path, numpy=np.array(numpy), keras=np.array(keras))


def losses(library, differs, optimizer):
    """(epochs,) float64: the losses that one program's `fit` returns."""
    names = ingredients()
    exec("\n".join(program(library, differs, optimizer)), names)
    return np.array(names["history"].history["loss"], dtype=float)


def ingredients():
    """What the programs start with: standardized penguins, two lists of weights, an order."""
    from course_utils.datasets import load_penguins

    penguins = load_penguins()
    x = (penguins.x - penguins.x.mean(axis=0)) / penguins.x.std(axis=0)
    return {
        "x": x.astype("float32"),
        "y": penguins.y.astype("float32"),
        "weights": first_weights(seed=0),
        "other_weights": first_weights(seed=1),
        "order": np.random.default_rng(0).permutation(len(x)),
    }


def first_weights(seed):
    from course_utils.nn import Dense, Input, Sequential

    return Sequential([Input((8,)), Dense(10), Dense(8), Dense(1)], seed=seed).get_weights()


if __name__ == "__main__":
    record()
    print(RECORD.name)
