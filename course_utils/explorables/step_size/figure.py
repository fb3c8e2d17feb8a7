"""Step size: how the error of a difference quotient depends on h, in two precisions."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Question, Slider, Task, Toggle

FUNCTIONS = {
    "sin x": (np.sin, np.cos),
    "exp x": (np.exp, np.exp),
    "x³": (lambda x: x * x * x, lambda x: 3 * x * x),
    "sin(exp(x²))": (
        lambda x: np.sin(np.exp(x * x)),
        lambda x: np.cos(np.exp(x * x)) * np.exp(x * x) * 2 * x,
    ),
}
PRECISIONS = {"float64": np.float64, "float32": np.float32}
LOG_HS = -16 + np.arange(321) / 20


class StepSize(Explorable):
    """The relative error of forward and central differences for every h from 1e-16 to 1.

    difference: the learner's `central_difference(f, x, h)`; f takes and returns a number, x and h
        are NumPy numbers of the chosen precision. Its errors are laid over the others.
    """

    name = "step_size"
    title = "Step size"
    question = Question(
        "To check a gradient you compute (f(x + h) − f(x − h)) / 2h with 16-digit numbers. Which "
        "h gives the most digits of the slope?",
        (
            Option("The smallest, 10⁻¹⁶", "Set h there, and look at the digits that are right."),
            Option("About 10⁻⁵", "Read the error there, and on either side of it."),
            Option("About 10⁻¹", "Read the error there, then make h smaller."),
        ),
    )
    controls = (
        Slider("log_h", "log₁₀ of h", -16, 0, 0.1, -1),
        Choice("function", "function f", tuple(FUNCTIONS), "sin x"),
        Slider("x", "x", 0.2, 2, 0.1, 1),
        Choice("precision", "precision", tuple(PRECISIONS), "float64"),
        Toggle("apart", "show the two errors apart", False),
    )
    tasks = (
        Task(
            "tenDigits", "float64: choose h so that ten digits of the central difference are right."
        ),
        Task(
            "perDecade",
            "float64, sin x at 1: h goes from 10⁻² to 10⁻³. By what factor does the error of the "
            "central difference fall?",
            number=True,
        ),
        Task(
            "bestInSingle",
            "float32, sin x at 1: at which h is the central difference at its best? Type it like "
            "0.5 or 5e-1; a factor of 2 does not matter.",
            number=True,
        ),
    )
    takeaway = (
        "A difference quotient has two errors. Truncation falls with h: as h for the forward "
        "difference, as h² for the central one. Round-off grows as eps/h, because the two values "
        "share their leading digits (eps: the gap from 1 to the next number, 2.2 · 10⁻¹⁶ in "
        "float64). The best h balances them: near √eps for the forward and ∛eps for the central "
        "difference."
    )

    def __init__(self, difference=None, **settings):
        self.difference = difference
        self.asks_python = difference is not None
        super().__init__(**settings)

    def values(self, asked):
        """(321,): the relative errors of the learner's difference at every h of LOG_HS."""
        return relative_errors(self.difference, asked)

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        figure, ax = new_figure()
        curves = {"forward": (forward_difference, "--"), "central": (central_difference, "-")}
        if self.difference is not None:
            curves["yours"] = (self.difference, ":")
        colors = {"forward": "negative", "central": "function", "yours": "prediction"}
        h, words = 10.0**LOG_HS, []
        for name, (difference, dashes) in curves.items():
            errors = np.maximum(relative_errors(difference, state), 1e-17)
            ax.loglog(h, errors, dashes, color=COLORS[colors[name]], linewidth=1.2, label=name)
            at = int(np.clip(round((state["log_h"] + 16) * 20), 0, 320))
            ax.plot(h[at], errors[at], "D", color=COLORS["prediction"])
            words.append(f"{name} {errors[at]:.2g}")
        ax.set(xlabel="step size h", ylabel="relative error", ylim=(1e-16, 10), xlim=(1e-16, 1))
        ax.set_title(
            f"The slope of {state['function']} at x = {state['x']:g}, {state['precision']}"
        )
        ax.legend(loc="lower left")
        alt = (
            f"The relative error of difference quotients for {state['function']} at x = "
            f"{state['x']:g} in {state['precision']}, against h from 1e-16 to 1, both axes "
            f"logarithmic. Each curve is a V: ragged and falling on the left, where round-off "
            f"rules, smooth and rising on the right. At h = {h[at]:.2g}: {', '.join(words)}."
        )
        return figure, alt


def forward_difference(f, x, h):
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def relative_errors(difference, state):
    """(321,) float64: |difference - slope| / |slope| at every h, computed in state's precision."""
    f, slope = FUNCTIONS[state["function"]]
    number = PRECISIONS[state["precision"]]
    x = number(state["x"])
    exact = slope(np.float64(x))
    found = np.array([difference(f, x, number(h)) for h in 10.0**LOG_HS], dtype=float)
    return np.abs(found - exact) / np.abs(exact)
