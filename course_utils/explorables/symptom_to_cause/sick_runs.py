"""Training runs with one thing wrong, on moons in the plane: the same ones as sick_runs.js."""

import numpy as np

from course_utils import nn

from ..maths import clouds
from ..maths.randomness import normal_from, uniform_from

HIDDEN, BATCH, EPOCHS = 8, 16, 40
TINY = 1e-7  # probabilities are clipped there, as in Keras

# What a healthy run is made of. A patient differs in one thing, and in how its data were drawn.
HEALTHY = {
    "activation": "tanh",
    "learning_rate": 0.3,
    "scale": 1,  # the first column is 4 * scale + scale * x1 where scale is not 1
    "weights": 1,  # the first weights are multiplied by this
    "biases": 0,  # all hidden units start with it
    "shuffled": False,  # labels that belong to other rows
    "leak": False,  # validation rows that are training rows
    "standardize": False,  # by mean and standard deviation of the training rows
    "output": "sigmoid",
    "count": 80,
    "noise": 0.2,
    "seed": 1,
}

CAUSES = {
    "learning rate too small": {"learning_rate": 0.0003, "activation": "relu", "seed": 3},
    "learning rate too large": {"learning_rate": 30, "seed": 0},
    "columns not scaled": {"scale": 1000, "seed": 3},
    "first weights too large": {"weights": 12, "learning_rate": 0.1, "seed": 3},
    "dead ReLU units": {"activation": "relu", "biases": -9, "seed": 3},
    "labels shuffled": {"shuffled": True, "activation": "relu", "seed": 4},
    "validation rows leak": {"leak": True, "count": 32, "noise": 0.9, "seed": 0},
    "output does not fit the loss": {"output": "softmax", "activation": "relu", "seed": 3},
}


def patient_of(cause):
    return HEALTHY | CAUSES[cause]


def treated(patient, state):
    """The patient after what the knobs of a state change."""
    changes = {"learning_rate": patient["learning_rate"] * 10 ** state["rate_power"]}
    if state["start"] != "as it is":
        changes |= {"weights": 0 if state["start"] == "all zero" else 1, "biases": 0}
    if state["labels"]:
        changes["shuffled"] = False
    if state["split"]:
        changes["leak"] = False
    if state["output"] != "as it is":
        changes["output"] = state["output"].split()[0]
    return patient | changes | {"standardize": state["standardize"]}


def data_of(patient):
    """{"train": (x, labels), "validation": ..., "use": ...}; x: (n, 2)."""
    count, noise, seed = patient["count"], patient["noise"], patient["seed"]
    x, labels = clouds.points("moons", noise, seed, count)
    held_out = clouds.points("moons", noise, seed + 100, 80)
    use = clouds.points("moons", noise, seed + 200, 200)
    if patient["leak"]:
        held_out = (np.resize(x, (80, 2)), np.resize(labels, 80))
    if patient["shuffled"]:
        labels = labels[order(count, seed)]
    parts = {"train": (x, labels), "validation": held_out, "use": use}
    parts = {name: (in_units(x, patient), labels) for name, (x, labels) in parts.items()}
    if not patient["standardize"]:
        return parts
    mean, std = parts["train"][0].mean(axis=0), parts["train"][0].std(axis=0)
    return {name: ((x - mean) / std, labels) for name, (x, labels) in parts.items()}


def in_units(x, patient):
    """x with its first column in other units, as grams instead of kilograms."""
    if patient["scale"] == 1:
        return x
    return np.stack([patient["scale"] * (4 + x[:, 0]), x[:, 1]], axis=1)


def order(count, seed):
    """A random order of `count` rows (Fisher and Yates, 1938; Durstenfeld, 1964)."""
    uniform = uniform_from(2000 + seed)
    rows = np.arange(count)
    for i in range(count - 1, 0, -1):
        j = int(uniform() * (i + 1))
        rows[[i, j]] = rows[[j, i]]
    return rows


def first_layers(patient):
    """[[W, b], ...] of 2 - 8 - 8 - 1 units."""
    normal = normal_from(uniform_from(1000 + patient["seed"]))
    layers = []
    for inputs, units in ((2, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, 1)):
        W = np.array([normal() for _ in range(inputs * units)]).reshape(inputs, units)
        W *= patient["weights"] / np.sqrt(inputs)
        layers.append([W, np.full(units, float(patient["biases"] if units > 1 else 0))])
    return layers


def model_of(patient, layers):
    """The patient's network with these weights, in course_utils.nn."""
    model = nn.Sequential(dtype="float64")
    model.add(nn.Dense(HIDDEN, patient["activation"], input_dim=2))
    model.add(nn.Dense(HIDDEN, patient["activation"]))
    model.add(nn.Dense(1, patient["output"]))
    model.set_weights([array for pair in layers for array in pair])
    model.compile(nn.SGD(patient["learning_rate"]), "binary_crossentropy")
    return model


def weights_of(model):
    """[[W, b], ...], copies."""
    return [[layer.W.copy(), layer.b.copy()] for layer in model.layers]


def forward(layers, x, patient):
    """(outputs of every layer, x first; pre-activations z of every layer)."""
    model = model_of(patient, layers)
    model.forward(x)
    return [x, *(layer.y for layer in model.layers)], [layer.z for layer in model.layers]


def judge(model, x, labels):
    """(loss, accuracy) on these rows; probabilities are clipped as in Keras."""
    p = np.clip(model.forward(x)[:, 0], TINY, 1 - TINY)
    loss = -np.mean(np.where(labels == 1, np.log(p), np.log(1 - p)))
    return loss, np.mean((p > 0.5) == labels)


def gradient_norms(model, x, labels):
    """The length of each layer's gradient of the mean binary cross-entropy."""
    *before, last = model.layers
    p = model.forward(x)
    if last.activation is nn.activations.softmax:  # over a single unit it is 1 whatever z is
        dy = last.backward_from_z(np.zeros_like(p))
    else:
        dy = last.backward_from_z((p - labels[:, None]) / len(x))
    for layer in reversed(before):
        dy = layer.backward(dy)
    return [np.sqrt((layer.dW**2).sum() + (layer.db**2).sum()) for layer in model.layers]


def run(patient):
    """The run as a chart shows it: one entry for the start and one after each epoch.

    {"layers": [[[W, b], ...], ...], "train": [(loss, accuracy), ...], "validation": ...,
    "norms": [(norm of each layer's gradient), ...], "use": (loss, accuracy) at the end}
    """
    data, model = data_of(patient), model_of(patient, first_layers(patient))
    x, labels = data["train"]
    chart = {"layers": [], "train": [], "validation": [], "norms": []}
    for epoch in range(EPOCHS + 1):
        if epoch:
            model.fit(x, labels, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
        chart["layers"].append(weights_of(model))
        for name in ("train", "validation"):
            chart[name].append(judge(model, *data[name]))
        chart["norms"].append(gradient_norms(model, x, labels))
    return chart | {"use": judge(model, *data["use"])}
