"""The training clinic of lesson 12: one healthy run, eight sick ones, and the charts of all.

A run is a dictionary of settings. A patient is what differs from the healthy run's.
"""

import warnings

import numpy as np

from . import nn
from .datasets import load_digits, load_penguins

HEALTHY = {
    "data": "digits",  # or "penguins"
    "rows": 800,  # half to train with, half for validation
    "copies": 0,  # so many noisy copies of every row are added
    "order": "split, copy",  # or "copy, split"
    "labels": "with their rows",  # or "shuffled"
    "standardize": False,
    "hidden": (32, 32),
    "activation": "relu",
    "weights": "he_normal",  # or a number, the spread of the first weights
    "biases": 0.0,
    "from_logits": False,  # True: the loss expects logits
    "learning_rate": 0.1,
    "epochs": 20,
    "seed": 0,
}
PATIENTS = {
    1: {"learning_rate": 0.0005},
    2: {"learning_rate": 3.0},
    3: {"biases": -4.0},
    4: {"data": "penguins"},
    5: {"weights": 1.5},
    6: {"labels": "shuffled"},
    7: {"rows": 100, "copies": 9, "order": "copy, split"},
    8: {"from_logits": True},
}
SETS = {"digits": load_digits, "penguins": lambda: load_penguins("species")}


def settings(patient, **changes):
    """All settings of a run. patient: 1 to 8, or "healthy". changes: settings to replace."""
    own = {} if patient == "healthy" else PATIENTS[patient]
    unknown = changes.keys() - HEALTHY.keys()
    if unknown:
        raise ValueError(f"settings: expected some of {list(HEALTHY)}, got {sorted(unknown)}")
    return HEALTHY | own | changes


def prepare(patient, **changes):
    """Three pairs (x, y), as they arrive at `fit` and later: train, validation, use.

    x: (rows, features). y: (rows,). The rows of the third pair were put away before anything else.
    """
    config = settings(patient, **changes)
    rng = np.random.default_rng(config["seed"])
    x, y, *use = SETS[config["data"]]().split(seed=config["seed"])
    x, y = x[: config["rows"]], y[: config["rows"]]
    if config["order"] == "split, copy":
        (x, y), validation = halves(x, y, rng)
        x, y = copy(x, y, config["copies"], rng)
    else:
        (x, y), validation = halves(*copy(x, y, config["copies"], rng), rng)
    if config["labels"] == "shuffled":
        y = rng.permutation(y)
    parts = [(x, y), validation, tuple(use)]
    if config["standardize"]:
        mean, std = x.mean(axis=0), x.std(axis=0)  # (features,), of the training rows
        parts = [((a - mean) / np.where(std == 0, 1, std), labels) for a, labels in parts]
    return parts


def copy(x, y, times, rng):
    """Put `times` copies with a little noise under the rows. x: (n, features), y: (n,)."""
    noise = rng.normal(0, 0.1, (times * len(x), x.shape[1]))
    return np.concatenate([x, np.tile(x, (times, 1)) + noise]), np.tile(y, times + 1)


def halves(x, y, rng):
    """Shuffle the rows and cut them in the middle: two pairs (x, y)."""
    order = rng.permutation(len(x))
    first, second = np.array_split(order, 2)
    return (x[first], y[first]), (x[second], y[second])


def build(patient, **changes):
    """The compiled model: hidden layers, softmax on top, plain gradient descent."""
    config = settings(patient, **changes)
    data = SETS[config["data"]]()
    spread = config["weights"]
    first = spread if isinstance(spread, str) else nn.RandomNormal(stddev=spread)
    biases = nn.Constant(config["biases"])
    layers = [
        nn.Dense(u, config["activation"], kernel_initializer=first, bias_initializer=biases)
        for u in config["hidden"]
    ]
    layers.append(nn.Dense(len(data.class_names), "softmax", kernel_initializer=first))
    model = nn.Sequential(layers, seed=config["seed"])
    model.build((data.x.shape[1],))
    loss = nn.SparseCategoricalCrossentropy(from_logits=config["from_logits"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nn.NetworkWarning)  # the diagnosis is the reader's
        model.compile(nn.SGD(config["learning_rate"]), loss, metrics=["accuracy"])
    return model


class FirstGradient(nn.Callback):
    """The length of dL/dW of the first layer, over all rows, before the first step."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def on_train_begin(self, logs=None):
        """Take the gradients without a step."""
        self.model.backward_from_loss(self.y, self.model(self.x, training=True))
        self.length = float(np.linalg.norm(self.model.layers[0].dW))


def examine(patient, **changes):
    """Train a run from its first weights. Returns its chart, a dictionary:

    start: the loss before the first step, and guessing: ln k
    loss, accuracy, val_loss, val_accuracy: one number an epoch
    z_before, z_after: z of the first layer for all training rows, (rows, units)
    moved: how far W of the first layer moved, as a share of its length
    gradient: the length of dL/dW of the first layer before the first step
    use: the accuracy on the rows that were put away
    """
    (x, y), validation, use = prepare(patient, **changes)
    model = build(patient, **changes)
    first = model.layers[0]
    W, gradient = first.W.copy(), FirstGradient(x, y)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # sick runs overflow, and go on
        warnings.simplefilter("ignore", nn.NetworkWarning)
        chart = {"start": model.evaluate(x, y, verbose=0)[0]}
        chart["guessing"] = float(np.log(model.layers[-1].units))
        chart["z_before"] = x @ first.W + first.b
        fit = model.fit(
            x,
            y,
            epochs=settings(patient, **changes)["epochs"],
            validation_data=validation,
            callbacks=[gradient],
            verbose=0,
        )
        chart |= fit.history | {"z_after": x @ first.W + first.b}
        chart["gradient"] = gradient.length
        chart["moved"] = float(np.linalg.norm(first.W - W) / np.linalg.norm(W))
        chart["use"] = model.evaluate(*use, verbose=0)[1]
    return chart


def one_batch(patient, updates=300):
    """Loss and accuracy after so many updates on the same 32 training rows."""
    x, y = prepare(patient)[0]
    model = build(patient)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", nn.NetworkWarning)
        fit = model.fit(x[:32], y[:32], epochs=updates, batch_size=32, verbose=0)  # 1 update each
    return fit.history["loss"][-1], fit.history["accuracy"][-1]


def percent(share):
    """A share as text, to the nearest 5 %: two machines may differ by a picture or two."""
    return f"{5 * round(20 * share):.0f} %"
