"""Boundary lab: where one neuron, a small network, or the learner's own draws its boundary."""

from typing import ClassVar

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Place, Play, Question, Slider, Task
from ..maths.clouds import PLACES, points

AXIS = np.linspace(-3, 3, 60)  # the plane is looked at on a grid of 60 x 60 points
HAND = "one neuron, by hand"
TRAINED = ("one neuron, trained", "one hidden layer", "two hidden layers")
WITH_HIDDEN = list(TRAINED[1:])
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear", "step")

RAISED_BIAS = Question(
    "You raise the bias of a neuron and leave its weights. What does its line do, if w points to "
    "the side of class 1?",
    (
        Option("It turns", "Move the bias from end to end and watch the direction of the line."),
        Option("It moves the way that w points", "Move the bias up: which class gains ground?"),
        Option("It moves against w", "Move the bias up: which class gains ground?"),
    ),
)
FOUR_HEAPS = Question(
    "Four heaps of points stand at the corners of a square; opposite corners belong to the "
    "same class. How many of the four can one neuron get right?",
    (
        Option("Two", "Choose the data xor and try to do better by hand."),
        Option("Three", "Choose the data xor and look for the line that does it."),
        Option("All four", "Choose the data xor and look for that line."),
    ),
)
SEPARATED = Task(
    "separated",
    "Data two groups, one neuron by hand: turn and move the line until no point is wrong.",
)
BEST_LINE = Task(
    "bestLine",
    "Data xor, one neuron by hand: what share of the points can a straight line get right? "
    "Type it as a percentage or a number.",
    number=True,
    share=True,
)
FEW_UNITS = Task(
    "fewUnits",
    "Data xor, one hidden layer of at most 4 units: train it until 95 % of the points are right. "
    "Look at what each hidden unit sees.",
)


class BoundaryLab(Explorable):
    """Two classes of points in the plane, and the boundary between them.

    neuron: the learner's `neuron(x, w, b)`; x: (n, 2), w: (2,), b: number; returns z of (n,).
        The sliders call it, and the line is where its z is 0.
    layers: the learner's network, a list of `(W, b, activation)`; W: (inputs, units), b: (units,),
        activation: "tanh", "relu", "sigmoid", "linear" or "step", or a function of that name.
        Without a sigmoid or step at the end, the boundary is still where the output is 0.5.
    place: "one line" or "four heaps", which a figure that starts on xor is in by itself.
    """

    name = "boundary_lab"
    title = "Boundary lab"
    question = RAISED_BIAS
    controls = (
        Choice("data", "data", tuple(PLACES), "two groups"),
        Choice("network", "network", (HAND, *TRAINED), HAND),
        Slider("w1", "weight w₁", -5, 5, 0.1, 2, {"network": [HAND, "your neuron"]}),
        Slider("w2", "weight w₂", -5, 5, 0.1, -0.5, {"network": [HAND, "your neuron"]}),
        Slider("b", "bias b", -5, 5, 0.1, 1.5, {"network": [HAND, "your neuron"]}),
        Choice("activation", "activation", ("tanh", "relu"), "tanh", {"network": WITH_HIDDEN}),
        Slider("units", "units per hidden layer", 1, 8, 1, 2, {"network": WITH_HIDDEN}),
        Slider("learning_rate", "learning rate", 0.1, 2, 0.1, 1, {"network": list(TRAINED)}),
        Slider("steps", "training steps", 0, 600, 10, 0, {"network": list(TRAINED)}),
        Slider("noise", "noise", 0, 1, 0.05, 0.35),
        Slider("seed", "sample", 0, 20, 1, 0),
    )
    play = Play("steps", 2)
    tasks = (SEPARATED, BEST_LINE, FEW_UNITS)
    takeaway = (
        "One neuron draws one straight line: w sets its direction, b where it lies, and xor needs "
        "more than one. Hidden units each draw a line of their own, and the output combines them "
        "into a boundary that bends."
    )
    places: ClassVar = {
        "one line": Place(
            RAISED_BIAS,
            (
                SEPARATED,
                Task(
                    "throughOrigin",
                    "Bring the line exactly through the middle of the plane, where x₁ and x₂ are "
                    "0. Which slider does it?",
                ),
                Task(
                    "allWrong",
                    "Two groups, one neuron by hand: get every point wrong. Compare w and b "
                    "with those that got them all right.",
                ),
            ),
            "One neuron draws one straight line. w is at a right angle to it and points to the "
            "side of class 1; b moves the line without turning it, and at b = 0 it goes through "
            "the origin. With all three signs changed the line stays and the sides change.",
        ),
        "four heaps": Place(
            FOUR_HEAPS,
            (
                BEST_LINE,
                Task(
                    "twoLines",
                    "One hidden layer of 2 units, any activation: train it until 90 % of the "
                    "points are right. If it stops below, take another sample or more noise.",
                ),
                FEW_UNITS,
            ),
            "Opposite corners belong together, and no straight line has both on one side: one "
            "neuron gets three heaps of four at best. Two hidden units draw two lines, and the "
            "output puts them together.",
        ),
    }

    def __init__(self, neuron=None, layers=None, **settings):
        if neuron is not None and layers is not None:
            raise TypeError("BoundaryLab: expected neuron or layers, got both; pass one of them")
        self.neuron = neuron
        self.layers = None if layers is None else checked_layers(layers)
        self.asks_python = neuron is not None
        self.mine = "your neuron" if neuron else "your layers" if layers else None
        if self.mine:
            settings = {"network": self.mine} | settings
        if settings.get("data") in ("xor", "xor of bits"):
            settings = {"place": "four heaps"} | settings
        super().__init__(**settings)

    def all_controls(self):
        if not self.mine:
            return self.controls
        networks = Choice("network", "network", (self.mine, HAND, *TRAINED), self.mine)
        return tuple(networks if c.name == "network" else c for c in self.controls)

    def data(self):
        arrays = {}
        for l, (W, b, _) in enumerate(self.layers or ()):
            arrays |= {f"W{l}": W, f"b{l}": b}
        return arrays

    def extra(self):
        return {"activations": [activation for _, _, activation in self.layers or ()]}

    def values(self, asked):
        """z of the learner's neuron: (3600 + 80,), at the grid and then at the points."""
        x, _ = points(asked["data"], asked["noise"], asked["seed"])
        return self.neuron_output(np.concatenate([grid(), x]), asked)

    def neuron_output(self, x, state):
        """z of the learner's neuron: (n,) for x: (n, 2). Raises ValueError for another shape."""
        w, b = np.array([state["w1"], state["w2"]], dtype=float), float(state["b"])
        z = np.asarray(self.neuron(x, w, b), dtype=float)
        if z.shape != (len(x),):
            raise ValueError(
                f"for x of shape {x.shape} it returned shape {z.shape}; expected ({len(x)},)"
            )
        return z

    def still(self, state):
        from course_utils.plots import COLORS, MARKERS

        from ..kit.still import new_figure

        x, labels = points(state["data"], state["noise"], state["seed"])
        figure, ax = new_figure(size=(5, 4.6))
        for label in (0, 1):
            ax.scatter(
                *x[labels == label].T,
                c=COLORS[f"class_{label}"],
                marker=MARKERS[f"class_{label}"],
                edgecolors="black",
                linewidths=0.6,
                label=f"class {label}",
            )
        output, what = self.output(state)
        if output is not None:
            plane = output(grid()).reshape(60, 60)
            shade = {"alpha": 0.15, "zorder": 0.5}  # below the points
            tints = [COLORS["class_0"], COLORS["class_1"]]
            ax.contourf(AXIS, AXIS, plane, [-1e9, 0, 1e9], colors=tints, **shade)
            ax.contour(AXIS, AXIS, plane, [0], colors="black")
        ax.set(xlim=(-3, 3), ylim=(-3, 3), xlabel="x₁", ylabel="x₂", aspect="equal", title=what)
        ax.legend(loc="upper left", frameon=True)
        right = "" if output is None else share_words(output(x), labels)
        alt = (
            f"{len(x)} points of two classes in the plane, data {state['data']}, circles for "
            f"class 0 and triangles for class 1; {what}{right}."
        )
        return figure, alt

    def output(self, state):
        """(function of x that is positive for class 1, or None; what it is)."""
        w, b = np.array([state["w1"], state["w2"]]), state["b"]
        if state["network"] == "your neuron":
            return (lambda x: self.neuron_output(x, state)), "the boundary of your neuron"
        if state["network"] == "your layers":
            return (lambda x: network_output(self.layers, x) - 0.5), "the boundary of your layers"
        if state["network"] == HAND:
            return (lambda x: x @ w + b), "the line of one neuron"
        return None, f"{state['network']}, before training"


def grid():
    """(3600, 2): the points of the grid, row by row from the bottom."""
    return np.stack(np.meshgrid(AXIS, AXIS), axis=-1).reshape(-1, 2)


def share_words(output, labels):
    right = ((output > 0) == (labels == 1)).sum()
    return f", with {right} of {len(labels)} points on the right side"


def network_output(layers, x):
    """(n,): the last layer's only unit for x: (n, 2)."""
    from course_utils.nn import activations

    for W, b, activation in layers:
        z = x @ W + b
        x = (z > 0).astype(float) if activation == "step" else activations.get(activation)(z)
    return x[:, 0]


def checked_layers(layers):
    """The layers as float arrays and names. Raises ValueError if they do not fit together."""
    inputs, checked = 2, []
    for index, (W, b, activation) in enumerate(layers):
        W, b = np.asarray(W, dtype=float), np.asarray(b, dtype=float).reshape(-1)
        name = activation_name(activation)
        if W.ndim != 2 or W.shape[0] != inputs or b.shape != (W.shape[1],):
            raise ValueError(
                f"BoundaryLab(layers[{index}]): expected W of shape ({inputs}, units) and b of "
                f"shape (units,), got {W.shape} and {b.shape}"
            )
        if name not in ACTIVATIONS:
            raise ValueError(
                f"BoundaryLab(layers[{index}]): expected an activation out of {ACTIVATIONS}, "
                f"got {name!r}"
            )
        checked.append((W, b, name))
        inputs = W.shape[1]
    if inputs != 1:
        raise ValueError(f"BoundaryLab(layers): the last layer needs 1 unit, got {inputs}")
    return checked


def activation_name(activation):
    if activation is None:
        return "linear"
    if isinstance(activation, str):
        return activation
    return getattr(activation, "__name__", type(activation).__name__).lower()
