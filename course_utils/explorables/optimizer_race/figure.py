"""Optimizer race: six optimizers, and the learner's own, down the same landscape."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Play, Question, Slider, Task, Toggle
from ..maths.randomness import normal_from, uniform_from

CENTER = np.array([0.8, 0.4])  # the lowest place; not the origin, to which weight decay pulls
STEEP = 50.0  # how much more the ravine bends across than along
NOISE = 3.0  # the standard deviation of a noisy gradient
LENGTH = 100  # steps of the race
STARTS = {"ravine": (-3.0, 1.5), "saddle": (-1.0, 0.3), "noisy bowl": (-3.0, 1.5)}
OPTIMIZERS = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam", "AdamW")
RATES = 10.0 ** (np.arange(-50, 11) / 10)  # among which each one's best is looked for
RAVINE, NOISY = {"landscape": ["ravine"]}, {"landscape": ["noisy bowl"]}


class OptimizerRace(Explorable):
    """Six optimizers of course_utils.nn from one start, with one learning rate or each its best.

    adam_step: the learner's
        `adam_step(param, grad, m, v, t, learning_rate, beta1, beta2, epsilon)`, which returns
        `(param, m, v)`; arrays of shape (2,), t from 1. It runs with Adam's learning rate.

    Weight decay of AdamW: 0.1. Everything else as Keras has it; momentum 0.9.
    """

    name = "optimizer_race"
    title = "Optimizer race"
    question = Question(
        "A ravine lies askew (turned by 45 degrees), 50 times as steep across as along. Six "
        "optimizers start at one place, each with its own best learning rate. Who is lowest "
        "after 100 steps?",
        (
            Option(
                "Plain SGD",
                "The steep side limits its rate. Turn to 45, tick the best rates, and play.",
            ),
            Option(
                "SGD with Nesterov momentum",
                "Its zigzag should cancel. Turn to 45, tick the best rates, and play.",
            ),
            Option(
                "Adam",
                "It evens out the weights. Do they lie along the ravine? Turn to 45, tick the "
                "best rates, and play.",
            ),
        ),
    )
    controls = (
        Choice("landscape", "landscape", tuple(STARTS), "ravine"),
        Choice("bet", "your bet on the winner", ("nobody", *OPTIMIZERS), "nobody"),
        Slider("steps", "steps", 0, LENGTH, 1, 40),
        Slider("log_rate", "log₁₀ of the learning rate", -4, 0.5, 0.1, -1.8, {"tuned": [False]}),
        Toggle("tuned", "each with its best rate", False),
        Slider("turn", "ravine turned, degrees", 0, 45, 5, 0, RAVINE),
        Slider("seed", "sample of the noise", 0, 20, 1, 0, NOISY),
        Slider("log_scale", "log₁₀ of a factor on the loss", -2, 2, 0.5, 0),
        Slider("start_u", "start, along", -3.6, 3.6, 0.05, -3),
        Slider("start_v", "start, across", -2, 2, 0.05, 1.5),
    )
    play = Play("steps", 0.5)
    tasks = (
        Task(
            "betWon",
            "Noisy bowl, the same learning rate for all: bet on the winner, play to step 100, "
            "and win the bet.",
        ),
        Task(
            "turned",
            "Ravine, the same rate for all, step 100: turn it from 0 to 45 degrees. By what "
            "factor does the loss of Nesterov change? Compare with Adam.",
            number=True,
        ),
        Task(
            "through",
            "Saddle, a start beside its ridge, the same rate for all: let SGD still hang above "
            "0.2 at step 100 while Adam is through and below 0.01.",
        ),
    )
    takeaway = (
        "Momentum adds up steps that agree and cancels those that do not. RMSprop and Adam "
        "divide each weight's step by the size of its own gradients: they do not care how the "
        "loss is scaled, and leave a saddle fast, but they care how the ravine lies. Who wins "
        "depends on the landscape and on the learning rate, so tune before you compare."
    )

    always_written = ("start_u", "start_v")  # a landscape brings a start of its own

    def __init__(self, adam_step=None, **settings):
        self.adam_step = adam_step
        self.asks_python = adam_step is not None
        if "landscape" in settings and settings["landscape"] in STARTS:
            u, v = STARTS[settings["landscape"]]
            settings = {"start_u": u, "start_v": v} | settings
        super().__init__(**settings)

    def values(self, asked):
        """(101, 2): the places of the learner's Adam."""
        return own_path(self.adam_step, asked, asked["rate"])

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        looks = zip(("-", "--", ":", "-.", "-", "--"), ("o", "s", "^", "v", "D", "P"), strict=True)
        names = ("train", "class_0", "class_5", "class_1", "class_2", "neutral")
        figure, (plane, curve) = new_figure(1, 2, size=(8.6, 3.6), width_ratios=[4, 3])
        draw_levels(plane, state)
        finals = {}
        rates = {name: chosen_rate(name, state) for name in OPTIMIZERS}
        for name, color, (dash, marker) in zip(OPTIMIZERS, names, looks, strict=True):
            path = race(name, state, rates[name])[: state["steps"] + 1]
            losses = [loss_at(state, w) for w in path]
            look = {"color": COLORS[color], "linestyle": dash, "linewidth": 1.3}
            plane.plot(*path.T, **look)
            plane.plot(*path[-1], marker, color=COLORS[color], markeredgecolor="white")
            curve.semilogy(np.maximum(losses, 1e-9), label=name, **look)
            finals[name] = losses[-1] if len(path) == state["steps"] + 1 else np.inf
        if self.adam_step is not None:
            path = self.values(state | {"rate": rates["Adam"]})[: state["steps"] + 1]
            plane.plot(*path.T, color=COLORS["prediction"], linestyle=":", linewidth=2.6)
            curve.semilogy([loss_at(state, w) for w in path], ":", color=COLORS["prediction"],
                           linewidth=2.6, label="yours")  # fmt: skip
            finals["yours"] = loss_at(state, path[-1])
        plane.set(xlim=(-3.2, 4.8), ylim=(-2.6, 3.4), xlabel="weight 1", ylabel="weight 2")
        curve.set(xlabel="step", ylabel="loss", xlim=(0, LENGTH))
        curve.legend(loc="lower right", fontsize=8)
        ranked = sorted(finals, key=finals.get)
        tuned = f"all with learning rate {10 ** state['log_rate']:.2g}"
        tuned = "each with its best learning rate" if state["tuned"] else tuned
        alt = (
            f"Two panels. Left: the paths of six optimizers on the landscape {state['landscape']} "
            f"from one start, {tuned}. Right: their "
            f"loss at every step. After {state['steps']} steps, from the lowest loss: "
            + ", ".join(f"{name} {finals[name]:.2g}" for name in ranked)
            + "."
        )
        return figure, alt


def rotation(state):
    """(2, 2): from the landscape's own coordinates (along, across) to the weights'."""
    angle = np.radians(state["turn"]) if state["landscape"] == "ravine" else 0.0
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def loss_at(state, w):
    """The loss at w: (2,), without the factor of the setting log_scale."""
    u, v = rotation(state).T @ (w - CENTER)
    if state["landscape"] == "saddle":
        return 0.5 * u**2 + 0.25 * (v**2 - 1) ** 2
    return 0.5 * (u**2 + (STEEP if state["landscape"] == "ravine" else 3.0) * v**2)


def gradients(state):
    """A function of (w, t): the gradient at w in step t = 1, 2, ..., noise and factor included."""
    turn = rotation(state)
    normal = normal_from(uniform_from(state["seed"]))
    noise = np.array([[NOISE * normal(), NOISE * normal()] for _ in range(LENGTH)])

    def gradient(w, t):
        u, v = turn.T @ (w - CENTER)
        if state["landscape"] == "saddle":
            slope = np.array([u, v**3 - v])
        else:
            slope = np.array([u, (STEEP if state["landscape"] == "ravine" else 3.0) * v])
        noisy = noise[t - 1] if state["landscape"] == "noisy bowl" else 0.0
        return 10.0 ** state["log_scale"] * (turn @ slope + noisy)

    return gradient


def start(state):
    """(2,): where the race begins."""
    return CENTER + rotation(state) @ [state["start_u"], state["start_v"]]


def optimizer(name, learning_rate):
    """The optimizer of course_utils.nn with that name, as it takes part in the race."""
    from course_utils.nn import optimizers

    return {
        "SGD": lambda: optimizers.SGD(learning_rate),
        "momentum": lambda: optimizers.SGD(learning_rate, momentum=0.9),
        "Nesterov": lambda: optimizers.SGD(learning_rate, momentum=0.9, nesterov=True),
        "RMSprop": lambda: optimizers.RMSprop(learning_rate),
        "Adam": lambda: optimizers.Adam(learning_rate),
        "AdamW": lambda: optimizers.AdamW(learning_rate, weight_decay=0.1),
    }[name]()


def race(name, state, learning_rate):
    """(steps + 1, 2): the places of an optimizer, 101 of them unless it runs off beyond 1e6."""
    runner, gradient = optimizer(name, learning_rate), gradients(state)
    w = start(state)
    path = [w.copy()]
    for t in range(1, LENGTH + 1):
        runner.apply_gradients([(gradient(w, t), w)])
        if not (np.abs(w) < 1e6).all():
            break
        path.append(w.copy())
    return np.array(path)


def chosen_rate(name, state):
    """The learning rate of an optimizer: the common one, or the one with which it ends lowest."""
    if not state["tuned"]:
        return 10.0 ** state["log_rate"]
    last = 20 if state["landscape"] == "noisy bowl" else 1

    def end(rate):
        path = race(name, state, rate)
        return np.mean([loss_at(state, w) for w in path[-last:]]) if len(path) > LENGTH else np.inf

    return min(RATES, key=end)


def own_path(adam_step, state, learning_rate):
    """(101, 2): the places of the learner's `adam_step`. Raises ValueError for other shapes."""
    gradient = gradients(state)
    w, m, v = start(state), np.zeros(2), np.zeros(2)
    path = [w]
    for t in range(1, LENGTH + 1):
        returned = adam_step(w.copy(), gradient(w, t), m, v, t, learning_rate, 0.9, 0.999, 1e-7)
        if not isinstance(returned, tuple) or len(returned) != 3:
            raise ValueError("adam_step: expected it to return (param, m, v)")
        w, m, v = (np.array(array, dtype=float) for array in returned)
        if not w.shape == m.shape == v.shape == (2,):
            raise ValueError(
                "adam_step: expected param, m and v of shape (2,), as they came in, got "
                f"{w.shape}, {m.shape} and {v.shape}"
            )
        path.append(w)
    return np.array(path)


def draw_levels(ax, state):
    """Lines of equal loss, four for a factor of 100."""
    x, y = np.meshgrid(np.linspace(-3.2, 4.8, 121), np.linspace(-2.6, 3.4, 91))
    losses = np.array([loss_at(state, w) for w in np.stack([x, y], axis=-1).reshape(-1, 2)])
    ax.contour(x, y, losses.reshape(x.shape), 10.0 ** np.arange(-2, 2.6, 0.5), colors="0.75")
