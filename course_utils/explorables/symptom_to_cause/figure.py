"""Symptom to cause: the charts of eight sick runs; name what ails them, and mend them by knobs."""

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Play, Question, Slider, Task, Toggle
from .sick_runs import CAUSES, EPOCHS, data_of, forward, patient_of, run, treated

# Which cause each patient has; the figure does not show it.
PATIENTS = {
    "patient 1": "learning rate too large",
    "patient 2": "columns not scaled",
    "patient 3": "output does not fit the loss",
    "patient 4": "labels shuffled",
    "patient 5": "learning rate too small",
    "patient 6": "dead ReLU units",
    "patient 7": "validation rows leak",
    "patient 8": "first weights too large",
}
UNNAMED = "not named yet"


def diagnoses():
    """One choice for each patient, so that a diagnosis stays while others are looked at."""
    return [
        Choice(f"cause_{i}", "your diagnosis", (UNNAMED, *CAUSES), UNNAMED, {"patient": [patient]})
        for i, patient in enumerate(PATIENTS, start=1)
    ]


class SymptomToCause(Explorable):
    """Eight runs of a 2 - 8 - 8 - 1 network with one thing wrong in each."""

    name = "symptom_to_cause"
    title = "Symptom to cause"
    question = Question(
        "Two classes, as many rows of each. The train loss stays near 0.69 from the first epoch "
        "to the last. What is the cause?",
        (
            Option("A learning rate too small", "That can be. Compare patients 2, 4, 5 and 6."),
            Option("Dead units", "That can be. Compare patients 2, 4, 5 and 6."),
            Option(
                "The loss alone can't tell.",
                "Compare patients 2, 4, 5 and 6: what tells them apart?",
            ),
        ),
    )
    controls = (
        Choice("patient", "patient", tuple(PATIENTS), "patient 1"),
        Slider("epoch", "epoch of the histograms", 0, EPOCHS, 1, 0),
        *diagnoses(),
        Slider("rate_power", "rate × 10 to the power", -3, 3, 1, 0),
        Choice("start", "first weights", ("as it is", "LeCun, biases 0", "all zero"), "as it is"),
        Choice(
            "output",
            "output and loss",
            ("as it is", "sigmoid with cross-entropy", "softmax with cross-entropy"),
            "as it is",
        ),
        Toggle("standardize", "standardize the columns", False),
        Toggle("labels", "read the labels again, row by row", False),
        Toggle("split", "draw new validation rows", False),
    )
    play = Play("epoch", 0.25)
    tasks = (
        Task("fiveNamed", "Name the cause of at least five patients."),
        Task(
            "mendedByOne",
            "Take a patient whose train loss does not fall at all, and mend it by turning one "
            "knob.",
        ),
        Task(
            "lossAtStart",
            "A network that knows nothing yet says 0.5 to every row. With what loss does a healthy "
            "run with two classes start, to two decimals?",
            number=True,
        ),
    )
    takeaway = (
        "A loss curve is a symptom, and the same curve has many causes. I ask in order: are the "
        "columns scaled, where does the loss start, on which side of the slope lies z, does a "
        "gradient reach the first layer, do the weights move, is the score in use as good as the "
        "validation score? Then I change one thing and train again."
    )

    def extra(self):
        return {"patients": {name: patient_of(cause) for name, cause in PATIENTS.items()}}

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        patient = treated(patient_of(PATIENTS[state["patient"]]), state)
        chart = run(patient)
        figure, axes = new_figure(2, 3, size=(9, 5))
        losses, norms, empty, columns, zs, outputs = axes.flat
        empty.axis("off")
        for name, dashes, color in (("train", "-", "train"), ("validation", "--", "validation")):
            losses.plot([loss for loss, _ in chart[name]], dashes, color=COLORS[color], label=name)
        losses.set(xlabel="epoch", ylabel="loss", title="The losses", ylim=(0, None))
        losses.legend(fontsize=8)
        for layer, dashes in enumerate(("-", "--", ":")):
            sizes = np.maximum(np.array(chart["norms"])[:, layer], 1e-6)
            norms.semilogy(sizes, dashes, color=COLORS["gradient"], label=f"layer {layer + 1}")
        norms.set(xlabel="epoch", title="Length of the gradient", ylim=(1e-6, 10))
        norms.legend(fontsize=8)
        x, _ = data_of(patient)["train"]
        found, pre_activations = forward(chart["layers"][state["epoch"]], x, patient)
        neutral = COLORS["neutral"]
        columns.hist(list(x.T), 24, label=("x₁", "x₂"), color=[COLORS["class_0"], neutral])
        columns.set(xlabel="x", ylabel="rows", title="The columns")
        columns.legend(fontsize=8)
        zs.hist(pre_activations[0].ravel(), 24, color=neutral)
        zs.set(xlabel=f"z, before {patient['activation']}", title="z of layer 1")
        outputs.hist(found[-1].ravel(), 24, range=(0, 1), color=neutral)
        outputs.set(xlabel="output p", title="The outputs")
        return figure, chart_in_words(state, chart, x, pre_activations[0], found[-1])


def chart_in_words(state, chart, x, z, outputs):
    norms = ", ".join(f"{norm:.2g}" for norm in chart["norms"][state["epoch"]])
    return (
        f"The chart of {state['patient']}: {course(chart)}. At epoch {state['epoch']} the columns "
        f"x reach from {x.min():.2g} to {x.max():.2g}, z of layer 1 from {z.min():.2g} to "
        f"{z.max():.2g}, the outputs from {outputs.min():.2f} to {outputs.max():.2f}; the "
        f"gradients of the three layers have the lengths {norms}."
    )


def course(chart):
    """How the run went. Where the loss jumps, no machine ends where another does: no numbers."""
    losses = np.array(chart["train"])[:, 0]
    if (np.diff(losses) > 0.05).sum() > 3:
        return f"its train loss starts at {losses[0]:.2f} and jumps up and down"
    right = [f"{100 * chart[name][-1][1]:.0f} %" for name in ("train", "validation")]
    return (
        f"its train loss goes from {losses[0]:.2f} to {losses[-1]:.2f}; at the end {right[0]} of "
        f"the train rows are right, {right[1]} of the validation rows and "
        f"{100 * chart['use'][1]:.0f} % of new rows in use"
    )
