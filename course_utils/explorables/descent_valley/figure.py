"""Descent valley: how learning rate, momentum and curvature decide whether the loss comes down."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Option, Play, Question, Slider, Task

FLAT = 1.0  # the curvature along x


class DescentValley(Explorable):
    """Gradient descent with momentum on `loss = (x² + curvature y²) / 2`, from a start of choice.

    Converges exactly while `learning_rate < 2 (1 + momentum) / curvature` (Polyak, 1964).
    """

    name = "descent_valley"
    title = "Descent valley"
    question = Question(
        "Across this valley the curvature is 4. With a learning rate of 0.45 the loss comes down. "
        "You raise it to 0.55. What does the loss do?",
        (
            Option("It comes down faster.", "Longer steps, sooner there? Set it to 0.55 and look."),
            Option("It stops at a higher value.", "Set it to 0.55 and see whether it stops."),
            Option("It grows without end.", "Set it to 0.55, then find where that begins."),
        ),
    )
    controls = (
        Slider("learning_rate", "learning rate", 0.01, 1.2, 0.01, 0.1),
        Slider("momentum", "momentum", 0, 0.98, 0.01, 0),
        Slider("curvature", "curvature along y", 2, 20, 1, 4),
        Slider("steps", "steps", 0, 60, 1, 20),
        Slider("start_x", "start, x", -5, 5, 0.1, -4),
        Slider("start_y", "start, y", -3, 3, 0.1, 2),
    )
    play = Play("steps", 0.2)
    tasks = (
        Task(
            "floorInOneStep",
            "Curvature 4 or more, no momentum. Choose the learning rate so that one step lands "
            "on the floor of the valley, y = 0.",
        ),
        Task(
            "largestRate",
            "Curvature 10, no momentum. What is the largest learning rate, to two decimals, at "
            "which the loss still comes down?",
            number=True,
        ),
        Task(
            "downInForty",
            "Curvature 20, a start at least 1 from x = 0, with a loss above 5. Bring the loss "
            "below 10⁻⁶ in 40 steps or fewer. Without momentum no learning rate can.",
        ),
    )
    takeaway = (
        "Along a direction of curvature λ, one step multiplies the distance to the minimum by "
        "1 − learning rate × λ. Beyond 2/λ that is more than 1 in size and the loss grows: the "
        "steepest direction sets the limit, and the flattest one has to wait."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        xs, ys, losses = descend(state)
        figure, (valley, curve) = new_figure(1, 2, width_ratios=[3, 2])
        grid_x, grid_y = np.meshgrid(np.linspace(-5, 5, 101), np.linspace(-3, 3, 101))
        levels = 40 / 2.2 ** np.arange(8, -1, -1)
        valley.contour(
            grid_x, grid_y, valley_loss(grid_x, grid_y, state["curvature"]), levels, colors="0.6"
        )
        valley.plot(xs, ys, "o-", color=COLORS["gradient"], markersize=4)
        valley.plot(xs[0], ys[0], "s", color=COLORS["function"], label="start")
        valley.set(xlim=(-5, 5), ylim=(-3, 3), xlabel="x, flat", ylabel="y, steep")
        valley.legend(loc="upper right")
        curve.semilogy(np.maximum(losses, 1e-9), color=COLORS["train"])
        curve.set(xlabel="step", ylabel="loss", title=verdict(state))
        alt = (
            f"Two panels. Left: a valley of curvature 1 along x and {state['curvature']} along y, "
            f"and the path of gradient descent from ({xs[0]:g}, {ys[0]:g}), learning rate "
            f"{state['learning_rate']:g}, momentum {state['momentum']:g}. Right: its loss "
            f"{verdict(state)}, from {losses[0]:.3g} to {losses[-1]:.3g} after "
            f"{state['steps']} steps."
        )
        return figure, alt


def valley_loss(x, y, curvature):
    """The loss at (x, y); arrays of one shape, or numbers."""
    return 0.5 * (FLAT * x**2 + curvature * y**2)


def descend(state):
    """(xs, ys, losses), each (steps + 1,): v = momentum v - learning_rate gradient; p += v."""
    curvature = np.array([FLAT, state["curvature"]])
    position, velocity = np.array([state["start_x"], state["start_y"]], dtype=float), np.zeros(2)
    path = [position]
    for _ in range(state["steps"]):
        velocity = state["momentum"] * velocity - state["learning_rate"] * curvature * position
        position = position + velocity
        path.append(position)
    xs, ys = np.array(path).T
    return xs, ys, valley_loss(xs, ys, state["curvature"])


def growth(learning_rate, momentum, curvature):
    """By how much one direction grows per step in the long run: the spectral radius of a step."""
    return np.abs(np.roots([1, -(1 + momentum - learning_rate * curvature), momentum])).max()


def verdict(state):
    """What the loss does in the long run, in two or three words."""
    worst = max(
        growth(state["learning_rate"], state["momentum"], curvature)
        for curvature in (FLAT, state["curvature"])
    )
    if worst > 1 + 1e-9:
        return "runs away"
    return "comes down" if worst < 1 - 1e-9 else "stays on the edge"
