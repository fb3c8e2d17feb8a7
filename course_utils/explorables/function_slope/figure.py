"""Function and slope: an activation function, its slope, and the zones where no gradient passes."""

import inspect

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Question, Slider, Task

FUNCTIONS = (*("step", "sigmoid", "tanh", "relu", "leaky relu", "elu", "gelu", "silu", "softplus"),)
GRID = np.arange(-400, 401) / 50  # the pre-activations at which a function is drawn
DEAD = 0.01  # a slope smaller than this, in size, lets almost nothing through


class FunctionSlope(Explorable):
    """Activation functions with their slopes; also the learner's own.

    function: takes z of shape (801,), and `alpha` if it has one, returns (801,)
    derivative: the same for its derivative; the figure lays it over the measured slope
    """

    name = "function_slope"
    title = "Function and slope"
    question = Question(
        "A sigmoid unit puts out 0.99. A gradient of 1 arrives at its output. How much of it "
        "gets through to the pre-activation z?",
        (
            Option("About 0.99", "That is the output. Move z until it is 0.99 and read the slope."),
            Option("About a quarter", "Somewhere it is. Move z to where the output is 0.99."),
            Option("About a hundredth", "Move z to where the output is 0.99, and read the slope."),
        ),
    )
    controls = (
        Choice("activation", "activation function", FUNCTIONS, "sigmoid"),
        Slider("z", "pre-activation z", -8, 8, 0.1, 1),
        Slider("layers", "layers in a row", 1, 20, 1, 1),
        Slider("alpha", "alpha", 0, 1, 0.01, 0.1, {"activation": ["leaky relu", "elu"]}),
        Slider("center", "units: mean of z", -6, 6, 0.1, 0),
        Slider("spread", "units: spread of z", 0.5, 6, 0.1, 1),
    )
    tasks = (
        Task(
            "highButDead",
            "Sigmoid: find a place where the output is above 0.5 and the slope below 0.01.",
        ),
        Task(
            "fiveLayers",
            "Sigmoid where it is steepest: a gradient of 1 goes back through five such layers. "
            "What is left, to three digits?",
            number=True,
        ),
        Task(
            "aliveAndCurved",
            "Set the spread to 3 or more and choose a function that leaves no unit dead.",
        ),
    )
    takeaway = (
        "Going back through an activation multiplies the gradient by the slope at z. A sigmoid's "
        "slope is 0.25 at best and below 0.01 beyond 4.6, so in deep networks of sigmoids the "
        "gradient vanishes; a ReLU passes it whole for z > 0 and not at all for z < 0."
    )

    def __init__(self, function=None, derivative=None, **settings):
        if derivative is not None and function is None:
            raise TypeError("FunctionSlope(derivative=...): pass the function it belongs to, too")
        self.function, self.derivative = function, derivative
        self.asks_python = function is not None
        if function is not None:
            settings = {"activation": "yours"} | settings
        super().__init__(**settings)

    def all_controls(self):
        if self.function is None:
            return self.controls
        by_name = {control.name: control for control in self.controls}
        has_alpha = "alpha" in parameters(self.function)
        shown = ["leaky relu", "elu"] + ["yours"] * has_alpha
        by_name["activation"] = Choice(
            "activation", "activation function", (*FUNCTIONS, "yours"), "yours"
        )
        by_name["alpha"] = Slider("alpha", "alpha", 0, 1, 0.01, 0.1, {"activation": shown})
        return tuple(by_name.values())

    def values(self, asked):
        """(1, 801) values of the learner's function, (2, 801) with its derivative."""
        functions = [f for f in (self.function, self.derivative) if f is not None]
        return np.stack([evaluate(f, asked["alpha"]) for f in functions])

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        name, z = state["activation"], state["z"]
        ys = self.values(state)[0] if name == "yours" else function_values(name, state["alpha"])
        slopes = np.gradient(ys, GRID)
        y, slope = np.interp(z, GRID, ys), np.interp(z, GRID, slopes)
        dead = np.abs(slopes) < DEAD
        figure, axes = new_figure(2, 1, size=(7.2, 4.4), height_ratios=[3, 2])
        for ax, values, label in zip(axes, (ys, slopes), ("f(z)", "slope f′(z)"), strict=True):
            ax.plot(GRID, values, color=COLORS["function"] if ax is axes[0] else COLORS["gradient"])
            ax.plot(z, np.interp(z, GRID, values), "D", color=COLORS["prediction"])
            low, high = ax.get_ylim()
            ax.fill_between(GRID, low, high, where=dead, color=COLORS["shade"])
            ax.set(ylim=(low, high), xlim=(-8, 8), ylabel=label)
        axes[0].set_title(f"{name}: output {y:.3g} and slope {slope:.3g} at z = {z:g}")
        axes[1].set_xlabel("pre-activation z (gray: slope below 0.01)")
        zones = f"{100 * dead.mean():.0f} % of the axis" if dead.any() else "nowhere"
        alt = (
            f"Two curves against the pre-activation z from -8 to 8. Above, {name}, which at "
            f"z = {z:g} is {y:.3g}. Below, its slope, which there is {slope:.3g}. The slope is "
            f"below 0.01 in size on {zones}, shaded gray."
        )
        return figure, alt


def function_values(name, alpha):
    """(801,): one of FUNCTIONS on GRID."""
    from course_utils.nn import activations

    if name == "step":
        return (GRID > 0).astype(float)
    if name == "leaky relu":
        return activations.LeakyReLU(alpha)(GRID)
    if name == "elu":
        return activations.ELU(alpha)(GRID)
    return getattr(activations, name)(GRID)


def evaluate(function, alpha):
    """(801,) values of a learner's function on GRID. Raises ValueError for another shape."""
    arguments = {"alpha": alpha} if "alpha" in parameters(function) else {}
    values = np.asarray(function(GRID.copy(), **arguments), dtype=float)
    if values.shape != GRID.shape:
        raise ValueError(
            f"for z of shape {GRID.shape} it returned shape {values.shape}; "
            f"an activation works on every element and returns the same shape"
        )
    return values


def parameters(function):
    try:
        return inspect.signature(function).parameters
    except ValueError:  # a NumPy ufunc does not say
        return {}
