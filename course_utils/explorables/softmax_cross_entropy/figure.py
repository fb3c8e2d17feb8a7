"""Softmax and cross-entropy: from logits to probabilities, to the loss, and back as p - y."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Question, Slider, Task, Toggle

CLASSES = ("cat", "dog", "fox", "owl")
START = (2, 0.5, -1, 0)


class SoftmaxCrossEntropy(Explorable):
    """One example, four classes: its logits, their softmax, and the loss for the label.

    Cross-entropy is -ln p of the label. Squared error, to compare, is the sum over the classes of
    (p - y)², the score of Brier (1950).
    """

    name = "softmax_cross_entropy"
    title = "Softmax and cross-entropy"
    question = Question(
        "A model is sure and wrong: it gives the right class a probability near 0. A second model "
        "gives it one half. How hard does cross-entropy push the right class's logit in the first "
        "model, compared with the second?",
        (
            Option("Hardly at all", "That is squared error. Lower the label's logit and look."),
            Option("Just as hard", "Lower the label's logit, and watch its arrow grow or not."),
            Option("Twice as hard", "Compare its arrow at p = 0.5 and at p near 0."),
        ),
    )
    controls = (
        Choice("label", "label: the right class", CLASSES, "fox"),
        *(
            Slider(f"logit_{name}", f"logit of {name}", -5, 5, 0.1, start)
            for name, start in zip(CLASSES, START, strict=True)
        ),
        Slider("c", "c, added to every logit", -3, 3, 0.1, 0),
        Toggle("compare", "compare with squared error", False),
    )
    tasks = (
        Task("quarters", "Give all four classes the probability 0.25, with every logit above 2."),
        Task(
            "halving",
            "Each time the label's probability halves, the loss grows by the same amount. By how "
            "much, to two decimals?",
            number=True,
        ),
        Task(
            "confidentlyWrong",
            "Compare with squared error. Make a mistake so confident that cross-entropy's gradient "
            "for the label's logit is below −0.95 and squared error's is smaller than 0.02 in "
            "size.",
        ),
    )
    takeaway = (
        "Softmax sees only the differences between logits. Cross-entropy is −ln p of the label and "
        "has no ceiling; its gradient is p − y, close to −1 exactly where the model is sure and "
        "wrong. Squared error is nearly flat there, so it would hardly mend the worst mistakes."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        logits, label = logits_of(state), CLASSES.index(state["label"])
        p, y = softmax(logits), np.eye(4)[label]
        figure, axes = new_figure(1, 3, size=(7.6, 3))
        titles = ("logits z", "softmax: p", "gradient p − y")
        for ax, values, title in zip(axes, (logits, p, p - y), titles, strict=True):
            color = COLORS["gradient"] if ax is axes[2] else COLORS["class_0"]
            bars = ax.bar(CLASSES, values, color=color)
            bars[label].set_hatch("///")
            bars[label].set_edgecolor("black")
            ax.bar_label(bars, [f"{v:.2g}".replace("-", "−") for v in values], padding=2)
            ax.axhline(0, color="black", linewidth=0.8)
            ax.margins(y=0.15)
            ax.set_title(title)
        loss = -np.log(p[label])
        axes[0].set_xlabel(f"label: {CLASSES[label]} (hatched)")
        axes[1].set_xlabel(f"loss = −ln {p[label]:.3g} = {loss:.3g}")
        alt = (
            f"Three bar charts for the classes {', '.join(CLASSES)}; the label is "
            f"{CLASSES[label]}. Logits: {listed(logits)}. Their softmax: {listed(p)}, so the "
            f"cross-entropy is {loss:.3g}. Its gradient p minus y: {listed(p - y)}."
        )
        return figure, alt


def logits_of(state):
    """(4,): what the sliders say, plus c."""
    return np.array([state[f"logit_{name}"] for name in CLASSES]) + state["c"]


def softmax(logits):
    """(4,) probabilities of (4,) logits."""
    from course_utils.nn import activations

    return activations.softmax(logits)


def listed(values):
    return ", ".join(f"{value:.2g}" for value in values)
