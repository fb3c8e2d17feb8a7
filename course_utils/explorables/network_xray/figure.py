"""Network X-ray: every array of a forward pass, its shape and its numbers, one step at a time."""

import itertools
import math

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Play, Question, Slider, Task
from ..maths.randomness import normal_from, uniform_from

POINTS = np.array([[1, 2], [0, 0], [1, 0], [0, 1], [-1.5, 0.5], [2, -1]])
DATA = ("small points", "digits")
OUTPUTS = {"small points": 2, "digits": 10}
MOST = 6  # examples in a batch
ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid", "step", "softmax")


class NetworkXray(Explorable):
    """x, z₁, a₁, z₂, a₂ ...: a batch on its way through dense layers.

    forward: the learner's `mlp_forward(x, layers)`; its numbers are shown, and those that are
        wrong are ringed. It is called with the first layers only, and once more with the last
        of them made linear, which gives a and z of that layer.
    layers: the learner's network, a list of `(W, b, activation)`; W: (inputs, units), b: (units,),
        activation: None, a name out of ACTIVATIONS, or a function of that name.
    x: (n, inputs), the batch for these layers; of more than 6 rows the first 6 are shown. Without
        it the corners of the unit square, or six digits if there are 64 inputs.
    """

    name = "network_xray"
    title = "Network X-ray"
    question = Question(
        "Five examples of two features enter a layer of four units: z = x @ W + b, and x has the "
        "shape (5, 2). Which shape has z?",
        (
            Option("(4, 5)", "Step on to z₁: does one of its rows stand for an example or a unit?"),
            Option("(5, 4)", "Step on to z₁: which array gives it its rows, which its columns?"),
            Option("(2, 4)", "Step on to z₁, and see which array has the shape (2, 4)."),
        ),
    )
    network_controls = (
        Choice("input", "input", DATA, "small points"),
        Slider("units_1", "units of layer 1", 1, 6, 1, 4),
        Slider("units_2", "units of layer 2", 1, 6, 1, 3),
        Choice("activation", "activation", ("relu", "tanh", "sigmoid", "linear"), "relu"),
        Slider("seed", "weights: seed", 0, 20, 1, 0),
    )
    controls = (
        Slider("stage", "step of the forward pass", 0, 6, 1, 0),
        Slider("example", "row to look at", 0, MOST - 1, 1, 0),
        Slider("unit", "column to look at", 0, 9, 1, 0),
        Slider("batch", "examples in the batch", 1, MOST, 1, 5),
        *network_controls,
    )
    play = Play("stage", 0.05)
    tasks = (
        Task("sixByThree", "Choose the units so that W₂ has the shape (6, 3)."),
        Task(
            "parameters",
            "Digits, 6 units in layer 1 and 4 in layer 2, ten outputs: how many numbers do all W "
            "and b hold together?",
            number=True,
        ),
        Task(
            "cutOff",
            "relu: find a row and a column where z₁ is below 0, and see what a₁ holds there.",
        ),
    )
    takeaway = (
        "A layer of n units turns (batch, features) into (batch, n): W has a row for each feature "
        "and a column for each unit, b a number for each unit. The batch stays the first axis all "
        "the way, and no example sees another."
    )

    def __init__(self, forward=None, layers=None, x=None, **settings):
        if x is not None and layers is None:
            raise TypeError("NetworkXray(x=...): pass the layers that it enters, too")
        self.forward = forward
        self.asks_python = forward is not None
        self.layers = None if layers is None else checked_layers(layers)
        self.x = None if layers is None else checked_input(x, self.layers)
        if layers is not None:
            self.tasks = ()  # they are about the networks that the sliders make
        super().__init__(**settings)

    def all_controls(self):
        if self.layers is None:
            return self.controls
        columns = [self.x.shape[1], *(W.shape[1] for W, _, _ in self.layers)]
        batch, stages = len(self.x), 2 * len(self.layers)
        return (
            Slider("stage", "step of the forward pass", 0, stages, 1, 0),
            Slider("example", "row to look at", 0, batch - 1, 1, 0),
            Slider("unit", "column to look at", 0, max(columns) - 1, 1, 0),
            Slider("batch", "examples in the batch", 1, batch, 1, batch),
        )

    def data(self):
        if self.layers is None:
            return {"points": POINTS, "digits": digits()[0]}
        arrays = {"x": self.x}
        for l, (W, b, _) in enumerate(self.layers):
            arrays |= {f"W{l}": W, f"b{l}": b}
        return arrays

    def extra(self):
        names = [activation_name(activation) for _, _, activation in self.layers or ()]
        labels = digits()[1].tolist() if self.layers is None else None
        return {"activations": names, "labels": labels, "asksForward": self.asks_python}

    def network(self, state):
        """(x, layers) of a state: (batch, features) and a list of `(W, b, activation)`."""
        if self.layers is not None:
            return self.x[: state["batch"]], self.layers
        x = POINTS if state["input"] == "small points" else digits()[0]
        sizes = (x.shape[1], state["units_1"], state["units_2"], OUTPUTS[state["input"]])
        return x[: state["batch"]], rounded_layers(sizes, state["activation"], state["seed"])

    def values(self, asked):
        """All numbers of x, z₁, a₁, z₂ ... in one row, as the learner's function computes them."""
        arrays = forward_pass(self.forward, *self.network(asked))
        return np.concatenate([array.reshape(-1) for array in arrays])

    def still(self, state):
        from matplotlib.colors import LinearSegmentedColormap

        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        ends = [COLORS["negative"], "white", COLORS["positive"]]
        signed = LinearSegmentedColormap.from_list("signed", ends)
        arrays = forward_pass(self.forward or mlp_forward, *self.network(state))
        widths = [min(array.shape[1], 12) for array in arrays]
        figure, axes = new_figure(1, len(arrays), size=(9, 2.6), width_ratios=widths)
        for k, (ax, array) in enumerate(zip(axes, arrays, strict=True)):
            most = max(np.abs(array).max(), 1e-9)
            ax.imshow(array, cmap=signed, vmin=-1.8 * most, vmax=1.8 * most, aspect="auto")
            ax.set_title(f"{array_name(k)}\n{array.shape}", fontsize=10)
            ax.set(xticks=[], yticks=range(len(array)) if k == 0 else [])
            ax.grid(False)
            if array.size <= 36:
                for (i, j), value in np.ndenumerate(array):
                    ax.text(j, i, f"{value:.1f}", ha="center", va="center", fontsize=8)
        axes[0].set_ylabel("example")
        shapes = ", ".join(f"{array_name(k)} {array.shape}" for k, array in enumerate(arrays))
        alt = (
            f"The arrays of a forward pass from left to right, each as a grid of numbers, one row "
            f"for each example: {shapes}. Example 0 leaves as "
            f"{', '.join(f'{value:.2g}' for value in arrays[-1][0])}."
        )
        return figure, alt


def array_name(stage):
    """x, z₁, a₁, z₂ ... for 0, 1, 2, 3 ..."""
    return "x" if stage == 0 else "az"[stage % 2] + "₀₁₂₃₄₅₆₇₈₉"[(stage + 1) // 2]


def digits():
    """(x, y): the first six of the handwritten digits, (6, 64) and (6,)."""
    from course_utils.datasets import load_digits

    data = load_digits()
    return data.x[:MOST].astype(float), data.y[:MOST]


def rounded_layers(sizes, activation, seed):
    """A list of `(W, b, activation)`, the last one softmax; the browser draws the same numbers.

    Variance 2 / inputs (He and others, 2015), rounded so that a person can compute with them.
    """
    from course_utils.nn import activations

    normal = normal_from(uniform_from(2000 + seed))
    layers = []
    for inputs, units in itertools.pairwise(sizes):
        decimals = 100 if inputs > 10 else 10

        def draw(size, count, decimals=decimals):
            return np.array([math.floor(normal() * size * decimals + 0.5) for _ in range(count)])

        W = draw(math.sqrt(2 / inputs), inputs * units).reshape(inputs, units) / decimals
        b = draw(1 / 3, units) / decimals
        layers.append((W, b, activations.get(activation)))
    layers[-1] = (*layers[-1][:2], activations.softmax)
    return layers


def mlp_forward(x, layers):
    """(batch, units of the last layer): each layer is activation(x @ W + b)."""
    for W, b, activation in layers:
        x = activation(x @ W + b)
    return x


def forward_pass(forward, x, layers):
    """[x, z₁, a₁, z₂, a₂ ...] by calling forward(x, layers) with the first layers only.

    Raises ValueError if one of the arrays has the wrong shape.
    """
    from course_utils.nn import activations

    arrays = [x]
    for l, (W, b, _) in enumerate(layers):
        linear = [*layers[:l], (W, b, activations.linear)]
        for part in (linear, layers[: l + 1]):
            copies = [(W.copy(), b.copy(), activation) for W, b, activation in part]
            found = np.asarray(forward(x.copy(), copies), dtype=float)
            if found.shape != (len(x), W.shape[1]):
                raise ValueError(
                    f"for {array_name(len(arrays))} it returned shape {found.shape}; expected "
                    f"({len(x)}, {W.shape[1]}): x has the shape {x.shape}, the last of the "
                    f"{len(part)} layers has W of shape {W.shape}"
                )
            arrays.append(found)
    return arrays


def checked_layers(layers):
    """The layers as float arrays and functions. Raises ValueError if they do not fit together."""
    inputs, checked = None, []
    for index, (W, b, activation) in enumerate(layers):
        W, b = np.asarray(W, dtype=float), np.asarray(b, dtype=float).reshape(-1)
        fits = W.ndim == 2 and W.shape[0] == (inputs or W.shape[0]) and b.shape == (W.shape[1],)
        if not fits:
            raise ValueError(
                f"NetworkXray(layers[{index}]): expected W of shape ({inputs or 'inputs'}, units) "
                f"and b of shape (units,), got {W.shape} and {b.shape}"
            )
        if activation_name(activation) not in ACTIVATIONS:
            raise ValueError(
                f"NetworkXray(layers[{index}]): expected an activation out of {ACTIVATIONS}, "
                f"got {activation_name(activation)!r}"
            )
        checked.append((W, b, activation if callable(activation) else function_of(activation)))
        inputs = W.shape[1]
    if not 1 <= len(checked) <= 5:
        raise ValueError(f"NetworkXray(layers): expected 1 to 5 layers, got {len(checked)}")
    return checked


def checked_input(x, layers):
    """(n, inputs), at most 6 rows. Raises ValueError if it does not fit the first layer."""
    inputs = layers[0][0].shape[0]
    if x is None and inputs == 2:
        return np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    if x is None and inputs == 64:
        return digits()[0]
    shape = np.shape(x)
    if len(shape) != 2 or shape[0] < 1 or shape[1] != inputs:
        raise ValueError(
            f"NetworkXray(x): expected shape (n, {inputs}) for the first W, "
            f"{layers[0][0].shape}, got {'no x' if x is None else shape}"
        )
    return np.asarray(x, dtype=float)[:MOST]


def activation_name(activation):
    if activation is None:
        return "linear"
    if isinstance(activation, str):
        return activation
    return getattr(activation, "__name__", type(activation).__name__).lower()


def function_of(name):
    """The function of None or a name out of ACTIVATIONS."""
    from course_utils.nn import activations

    if name == "step":
        return step
    return activations.get(name)


def step(z):
    """1 where z is above 0, else 0."""
    return (z > 0).astype(float)
