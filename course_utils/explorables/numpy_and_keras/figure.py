"""NumPy and Keras side by side: two loss curves from the same weights, and their difference."""

from pathlib import Path

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Play, Question, Slider, Task
from .two_programs import DIFFERENCES, EPOCHS, OPTIMIZERS, program

RECORD = Path(__file__).with_name("record.npz")


def question_for(epochs, steps=None):
    how_long = f"{epochs} epochs" if steps is None else f"{epochs} epochs, {steps} steps"
    return Question(
        "The same network, written with course_utils.nn and with Keras: same first weights, same "
        f"rows in the same order, float32. They train for {how_long}. How far apart are their "
        "losses then?",
        (
            Option("Not at all", "Press Play, and read the lower panel to the last epoch."),
            Option("About a millionth", "Press Play, and see where the lower curve goes."),
            Option(
                "By 0.01 or more",
                "Rounding errors that add up over all these steps? Press Play and look below.",
            ),
        ),
    )


def tasks_for(rows, change="Change one line of the Keras program"):
    return (
        Task(
            "largestDifference",
            "Nothing differs: let both train to the end. How large is the largest difference of "
            "their losses? Type it like 3e-5; a factor of 2 does not matter.",
            number=True,
        ),
        Task(
            "apart",
            f"{change} and stop at an epoch where the two losses are more than 0.01 apart. Both "
            "programs are right.",
        ),
        Task(
            "steps",
            f"Read fit: how many steps does the optimizer take in one epoch over {rows} rows?",
            number=True,
        ),
    )


class NumpyAndKeras(Explorable):
    """The losses of one program written twice, with course_utils.nn and with Keras.

    As it comes it shows a recorded run on the penguins (record.py made it): no Keras is needed.

    keras_model, x, y: the learner's compiled Keras model and its data, x: (n, features), y: (n,);
        copies of it and of its NumPy twin are trained as the slider moves on.
    numpy_model: the learner's own twin, a compiled `course_utils.nn.Sequential`; without it one
        is made, with the same weights.
    histories: instead, two runs that are over: (NumPy, Keras), each what `fit` returned, or a
        list of losses.
    """

    name = "numpy_and_keras"
    title = "NumPy and Keras side by side"
    question = question_for(EPOCHS, 440)
    controls = (
        Slider("epochs", "epochs", 0, EPOCHS, 1, 5),
        Choice("optimizer", "optimizer of both", OPTIMIZERS, "adam"),
        Choice("differs", "what differs in Keras", DIFFERENCES, "nothing"),
    )
    play = Play("epochs", 0.2)
    tasks = tasks_for(333)
    takeaway = (
        "Keras' fit is the loop that I wrote. The same weights, the same rows in the same order "
        "and the same rule give the same losses, but for the last digits of float32. Two curves "
        "that part before one's eyes have another cause than rounding: some line of the programs "
        "differs."
    )

    def __init__(
        self,
        keras_model=None,
        x=None,
        y=None,
        numpy_model=None,
        batch_size=32,
        histories=None,
        **settings,
    ):
        if keras_model is not None and histories is not None:
            raise TypeError("NumpyAndKeras: expected keras_model or histories, got both")
        self.histories = None if histories is None else checked_histories(histories)
        self.training = None
        self.rows, self.batch_size = 333, 32
        if keras_model is not None:
            self.training = paired(numpy_model, keras_model, x, y, batch_size)
            self.rows, self.batch_size = len(x), batch_size
            self.question = question_for(EPOCHS, EPOCHS * self.steps_per_epoch())
            self.tasks = tasks_for(self.rows, "Change a line of the Keras program, run it again,")
        elif histories is not None:
            self.question = question_for(len(self.histories[0]))
            self.tasks = self.tasks[:2]  # of how many rows they were, nobody has said
        self.asks_python = self.training is not None
        self.recorded = keras_model is None and histories is None
        super().__init__(**settings)
        if self.training:
            self.training.train(self._start["epochs"])

    def all_controls(self):
        if self.recorded:
            return self.controls
        most = EPOCHS if self.training else len(self.histories[0])
        return (Slider("epochs", "epochs", 0, most, 1, min(5, most)),)

    def values(self, asked):
        """(3, epochs so far): both losses and their difference, trained on by a few epochs."""
        self.training.train(asked["epochs"])
        return with_difference(*self.training.curves)

    def data(self):
        """curves: (runs, 3, epochs), for every run the two losses and their difference."""
        if self.recorded:
            return {"curves": np.array([recorded(o, d) for o in OPTIMIZERS for d in DIFFERENCES])}
        pair = self.training.curves if self.training else self.histories
        return {"curves": with_difference(*pair)[None]}

    def extra(self):
        runs = [(o, d) for o in OPTIMIZERS for d in DIFFERENCES] if self.recorded else []
        return {
            "runs": runs,
            "programs": [[program(side, d, o) for side in ("numpy", "keras")] for o, d in runs],
            "epochs": next(c.high for c in self.all_controls() if c.name == "epochs"),
            "stepsPerEpoch": self.steps_per_epoch(),
        }

    def steps_per_epoch(self):
        return -(-self.rows // self.batch_size)  # rounded up: the last batch may be shorter

    def curves(self, state):
        """(3, epochs): what a state shows."""
        if self.recorded:
            return recorded(state["optimizer"], state["differs"])[:, : state["epochs"]]
        return self.data()["curves"][0][:, : state["epochs"]]

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        ours, theirs, difference = self.curves(state)
        epochs = np.arange(1, len(ours) + 1)
        figure, (losses, apart) = new_figure(1, 2, size=(8.4, 3.4))
        losses.plot(epochs, ours, "-", color=COLORS["function"], label="NumPy", marker="o")
        losses.plot(epochs, theirs, ":", color=COLORS["prediction"], label="Keras", linewidth=3)
        losses.set(xlabel="epoch", ylabel="loss", title="The losses")
        losses.set_ylim(0, 1.1 * losses.get_ylim()[1])  # room for the first, highest mark
        losses.legend()
        apart.semilogy(epochs, np.maximum(difference, 1e-10), "o-", color=COLORS["chosen"])
        apart.set(xlabel="epoch", ylabel="difference", ylim=(1e-10, 1), title="How far apart")
        for ax in (losses, apart):
            ax.set_xlim(0, self.extra()["epochs"])
        return figure, self.alt(state, ours, theirs, difference)

    def alt(self, state, ours, theirs, difference):
        which = f", optimizer {state['optimizer']}" if self.recorded else ""
        words = (
            f"Two panels over {len(ours)} epochs of training{which}. Left: the loss with NumPy, a "
            "solid line, and with Keras, a dotted one"
        )
        if len(ours) == 0:
            return f"{words}; nothing is trained yet. Right: their difference, logarithmic."
        return (
            f"{words}, from {ours[0]:.3f} and {theirs[0]:.3f} to {ours[-1]:.3f} and "
            f"{theirs[-1]:.3f}. Right: the difference of the two on a logarithmic axis, at most "
            f"{difference.max():.1g}."
        )


def paired(numpy_model, keras_model, x, y, batch_size):
    from .paired_training import PairedTraining, twin

    if x is None or y is None:
        raise TypeError("NumpyAndKeras: expected x and y with keras_model, the rows to train on")
    return PairedTraining(numpy_model or twin(keras_model), keras_model, x, y, batch_size)


def recorded(optimizer, differs):
    """(3, 40) float64: the recorded losses of NumPy and Keras, and their difference."""
    with np.load(RECORD) as record:
        ours, theirs = record["numpy"], record["keras"]
    o, d = OPTIMIZERS.index(optimizer), DIFFERENCES.index(differs)
    return with_difference(ours[o], theirs[o, d])


def with_difference(ours, theirs):
    """(3, epochs) float64: both and |ours - theirs|."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    return np.stack([ours, theirs, np.abs(ours - theirs)])


def checked_histories(histories):
    """Two arrays of losses, as long as the shorter one. Raises ValueError if there is none."""
    pair = [np.asarray(losses_of(h), float) for h in histories]
    if len(pair) != 2 or any(losses.ndim != 1 or len(losses) == 0 for losses in pair):
        shapes = [losses.shape for losses in pair]
        raise ValueError(
            f"histories: expected two lists of losses, (NumPy, Keras), got shapes {shapes}"
        )
    length = min(map(len, pair))
    return [losses[:length] for losses in pair]


def losses_of(history):
    """The losses of a `History`, of its dict, or of a list that is one already."""
    history = getattr(history, "history", history)
    return history["loss"] if isinstance(history, dict) else history
