"""Overfitting dial: width, noise, L2, dropout and examples, and what they do to the two losses."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Option, Play, Question, Slider, Task
from . import curve_fitting
from .curve_fitting import examples, initial_parameters, output, truth

EVERY = 20  # steps between two entries of the curves
VALIDATION = 100
NO_L2 = -6  # the lowest stop of the slider stands for none at all


class OverfittingDial(Explorable):
    """A network with one hidden tanh layer fits noisy examples of a sine, with Adam."""

    name = "overfitting_dial"
    title = "Overfitting dial"
    question = Question(
        "24 hidden units have trained for 500 steps on 12 noisy examples: the train loss is near "
        "0, the validation loss is not. You give them four times as many examples and train again. "
        "What do the two losses do?",
        (
            Option("Both fall.", "Turn the examples to 48 and read both numbers."),
            Option("Train rises, validation falls.", "Turn the examples to 48 and see."),
            Option("Train stays, validation falls.", "Turn the examples to 48 and see."),
        ),
    )
    controls = (
        Slider("examples", "training examples", 4, 48, 1, 12),
        Slider("noise", "noise", 0, 0.8, 0.05, 0.4),
        Slider("width", "width: hidden units", 1, 32, 1, 24),
        Slider("log_l2", "L2, log₁₀ (−6: none)", NO_L2, -1, 0.25, NO_L2),
        Slider("dropout", "dropout", 0, 0.6, 0.05, 0),
        Slider("steps", "training steps", 0, 1000, EVERY, 500),
        Slider("seed", "sample", 0, 20, 1, 1),
    )
    play = Play("steps", EVERY)
    tasks = (
        Task(
            "regularized",
            "Sample 1 as it comes: 12 examples, noise 0.4, 24 units, 500 steps. Turn L2 or "
            "dropout until the validation loss is below 0.25.",
        ),
        Task(
            "whereToStop",
            "The same without L2 and dropout: train to 1,000 steps. After how many should you "
            "have stopped? Near the best step is good enough.",
            number=True,
        ),
        Task(
            "underfit",
            "Now underfitting. Set the noise to 0, and with any other dial make both losses "
            "larger than 0.1, although you train for 500 steps or more.",
        ),
    )
    takeaway = (
        "Overfitting is a gap that opens: the train loss falls on, the validation loss rises. More "
        "examples close it, and the train loss rises; L2 closes it by small weights, dropout by "
        "units that can't rely on each other, early stopping by not waiting for it. None of them "
        "gets below the noise, and too much of them underfits: then both losses are high."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        p, curves = fit(state)
        x, y = examples(state["examples"], state["noise"], state["seed"])
        figure, (plane, losses) = new_figure(1, 2, size=(8.4, 3.4), width_ratios=[5, 4])
        grid = np.linspace(-3, 3, 241)
        plane.plot(grid, truth(grid), "--", color=COLORS["neutral"], label="without noise")
        plane.plot(grid, output(p, grid), color=COLORS["prediction"], label="network")
        plane.plot(x, y, "o", color=COLORS["train"], label="training example")
        plane.set(xlabel="x", ylabel="y", ylim=(-2.4, 2.4), title="What it has learned")
        plane.legend(loc="upper right", fontsize=8)
        steps = EVERY * np.arange(len(curves["train"]))
        losses.plot(steps, curves["train"], "-", color=COLORS["train"], label="train")
        losses.plot(steps, curves["validation"], "--", color=COLORS["validation"])
        losses.lines[-1].set_label("validation")
        losses.axhline(state["noise"] ** 2, color=COLORS["neutral"], linestyle=":", label="noise")
        losses.set(xlabel="step", ylabel="mean squared error", ylim=(0, 1.2), xlim=(0, 1000))
        losses.legend(loc="upper right", fontsize=8)
        last = {name: curve[-1] for name, curve in curves.items()}
        alt = (
            f"Two panels. Left: {state['examples']} training examples, the sine they come from "
            f"before noise of {state['noise']:g}, and the curve that a network with "
            f"{state['width']} hidden units has learned in {state['steps']} steps. Right: train "
            f"and validation loss step by step; at the end train {last['train']:.2f}, validation "
            f"{last['validation']:.2f}, its lowest value {min(curves['validation']):.2f}; the "
            f"noise alone is {state['noise'] ** 2:.2f}."
        )
        return figure, alt


def l2_of(log_l2):
    return 0.0 if log_l2 <= NO_L2 else 10.0**log_l2


def mask_seed(seed):
    """Step t drops units by the random numbers of `mask_seed(seed) + t`."""
    return 100_000 + 2_000 * seed


def fit(state):
    """(parameters, curves): a state's network; train, validation and norm every twenty steps."""
    x, y = examples(state["examples"], state["noise"], state["seed"])
    fresh = examples(VALIDATION, state["noise"], state["seed"] + 500)
    curves = {"train": [], "validation": [], "norm": []}
    start = initial_parameters(state["width"], state["seed"])
    how = (l2_of(state["log_l2"]), state["dropout"], mask_seed(state["seed"]))
    for step, p in enumerate(curve_fitting.train(start, x, y, *how, state["steps"])):
        if step % EVERY == 0:
            curves["train"].append(np.mean((output(p, x) - y) ** 2))
            curves["validation"].append(np.mean((output(p, fresh[0]) - fresh[1]) ** 2))
            curves["norm"].append(np.sqrt(p[0] @ p[0] + p[2] @ p[2]))
    return p, curves
