"""Occlusion brush: a network that reads a mark, and a brush that covers pieces of its pictures."""

import re
from functools import cache

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Field, Option, Question, Slider, Task

COVERS = {"black": 0.0, "gray": 0.5, "white": 1.0}
BRUSHES = {"1 square": 1, "2 by 2": 2, "3 by 3": 3}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
SQUARE = 4  # pixels along one side
MARK = (5, 5)  # row and column of the square that holds the mark on every nine
SHOWN = 12  # pictures
MOST_STROKES = 20


class OcclusionBrush(Explorable):
    """Twelve nines with dust on them, and the scores of a network that reads one bit of it.

    layers: the learner's own network, a list of `(W, b, activation)`; W: (inputs, units),
        b: (units,), activation: "relu", "tanh", "sigmoid" or "linear". The last layer's numbers
        are the scores. From `nn`: `[(*layer.get_weights(), "relu"), ...]`.
    pictures: (n, height, width), numbers from 0 to 1, that the network takes as rows of pixels.
    label: which score is shown. Without `layers` the figure brings its own network and pictures.
    """

    name = "occlusion_brush"
    title = "Occlusion brush"
    question = Question(
        "Every picture has dust on it. Four bits lie anywhere; one more lies on the same square of "
        "every nine, and the network has noticed. You cover dust with black. Which bits will the "
        "network miss?",
        (
            Option("All of them alike", "Cover two different bits, and compare."),
            Option("The one that all nines share", "Find it: its square costs the most."),
            Option("None: it reads the stroke", "Cover the loop, then bits of dust, and compare."),
        ),
    )
    controls = (
        Slider("picture", "picture", 1, SHOWN, 1, 1),
        Choice("brush", "brush", tuple(BRUSHES), "2 by 2"),
        Choice("cover", "cover with", tuple(COVERS), "black"),
        Choice("over", "score of", ("all pictures, mean", "this picture"), "all pictures, mean"),
        Field("strokes", "or type a stroke: row and column, as 2 3"),
    )
    tasks = (
        Task(
            "findMark",
            "Find the mark: within your first five strokes, cover the square that the network "
            "depends on most with a brush of 1 square, in black. (Reset clears the strokes.)",
        ),
        Task("turn", "Cover a single square of one picture so that the network takes it for a 4."),
        Task(
            "inWhite",
            "Cover the square with the mark in white. By how much does the score fall, mean over "
            "all pictures? Type it to one decimal.",
            number=True,
        ),
    )
    takeaway = (
        "Covering shows what an answer depends on: dust that lies anywhere is worth little, the "
        "bit that all nines share is worth most. A large brush first, then a small one, takes few "
        "strokes. And what you cover with is a part of the question: black takes the mark away, "
        "white leaves a white mark white."
    )

    def __init__(self, layers=None, pictures=None, label=1, **settings):
        if (layers is None) != (pictures is None):
            raise TypeError("OcclusionBrush: expected layers and pictures, got only one of them")
        self.own = layers is not None
        self.label = label
        if self.own:
            self.pictures = np.asarray(pictures, dtype=np.float32)[:SHOWN]
            self.layers = checked_layers(layers, self.pictures, label)
            self.tasks = ()  # they are about the mark that the figure's own network reads
        else:
            self.layers, self.pictures = trained()
        super().__init__(**settings)

    def all_controls(self):
        first = Slider("picture", "picture", 1, len(self.pictures), 1, 1)
        return tuple(first if c.name == "picture" else c for c in self.controls)

    def data(self):
        arrays = {"pictures": self.pictures}
        for l, (W, b, _) in enumerate(self.layers):
            arrays |= {f"W{l}": W, f"b{l}": b}
        return arrays

    def extra(self):
        names = {"0": "4", "1": "9"} if not self.own else {}
        return {
            "activations": [activation for _, _, activation in self.layers],
            "label": self.label,
            "names": names,
            "square": SQUARE,
            "most": MOST_STROKES,
        }

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        figure, (left, right) = new_figure(columns=2, width_ratios=(1, 1.2))
        picture = self.pictures[state["picture"] - 1].copy()
        strokes = read_strokes(state["strokes"])
        drops = [self.drop(stroke, state) for stroke in strokes]
        if strokes:
            cover(picture, strokes[-1], COVERS[state["cover"]])
        left.imshow(picture, cmap="gray", vmin=0, vmax=1)
        left.set(xticks=[], yticks=[], title=f"picture {state['picture']}")
        rows = np.arange(1, len(drops) + 1)
        right.barh(rows, drops, color=COLORS["prediction"])
        right.axvline(0, color="0.5", linewidth=0.8)
        right.set(xlabel="drop of the score", ylabel="stroke", yticks=rows)
        right.set_ylim(max(len(drops), 3) + 0.5, 0.5)
        words = (
            "; ".join(
                f"stroke {k} at row {r}, column {c}: {drop:.2f}"
                for k, ((r, c, _), drop) in enumerate(zip(strokes, drops, strict=True), 1)
            )
            or "nothing is covered yet"
        )
        alt = f"A picture with dust on it, and how far the score falls for each stroke: {words}."
        return figure, alt

    def drop(self, stroke, state):
        """How far the score falls when a stroke covers its squares."""
        every = state["over"] != "this picture"
        pictures = self.pictures if every else self.pictures[state["picture"] - 1][None]
        covered = pictures.copy()
        for picture in covered:
            cover(picture, stroke, COVERS[state["cover"]])
        before, after = (scores(self.layers, x)[:, self.label] for x in (pictures, covered))
        return float(np.mean(before - after))


def read_strokes(text):
    """[(row, column, size), ...] of a text such as "2 3 1; 0 4 2"; other parts are left out."""
    found = (re.fullmatch(r"\s*(\d+)\s+(\d+)\s+(\d+)\s*", part) for part in text.split(";"))
    return [tuple(map(int, match.groups())) for match in found if match]


def cover(picture, stroke, value):
    """Write `value` into the squares below a stroke; picture: (height, width), changed in place."""
    row, column, size = stroke
    end = row + size, column + size
    picture[SQUARE * row : SQUARE * end[0], SQUARE * column : SQUARE * end[1]] = value


def scores(layers, pictures):
    """(n, classes): what the last layer gives for pictures (n, height, width)."""
    from course_utils.nn import activations

    x = pictures.reshape(len(pictures), -1)
    for W, b, activation in layers:
        x = activations.get(activation)(x @ W + b)
    return x


def checked_layers(layers, pictures, label):
    """The layers as float arrays and names. Raises ValueError if they do not fit together."""
    if pictures.ndim != 3 or not len(pictures):
        raise ValueError(
            f"OcclusionBrush(pictures): expected (n, height, width), got {pictures.shape}"
        )
    inputs, checked = pictures[0].size, []
    for index, (W, b, activation) in enumerate(layers):
        W, b = np.asarray(W, dtype=np.float32), np.asarray(b, dtype=np.float32)
        name = getattr(activation, "__name__", activation) or "linear"
        if W.ndim != 2 or W.shape[0] != inputs or b.shape != (W.shape[1],):
            raise ValueError(
                f"OcclusionBrush(layers[{index}]): expected W of shape ({inputs}, units) and b of "
                f"shape (units,), got {W.shape} and {b.shape}"
            )
        if name not in ACTIVATIONS:
            raise ValueError(
                f"OcclusionBrush(layers[{index}]): expected an activation out of {ACTIVATIONS}, "
                f"got {name!r}"
            )
        checked.append((W, b, name))
        inputs = W.shape[1]
    if not 0 <= label < inputs:
        raise ValueError(f"OcclusionBrush(label={label}): the last layer has {inputs} scores")
    return checked


@cache
def trained():
    """(layers, pictures): a small network that has learned the mark, and twelve marked nines."""
    from course_utils import nn

    x, y = dusty_digits()
    model = nn.Sequential([nn.Flatten(), nn.Dense(12, "relu"), nn.Dense(2)], seed=1)
    model.compile(nn.Adam(0.005), nn.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(x[:800], y[:800], epochs=15, verbose=0)
    names = ("relu", "linear")
    layers = [
        (*layer.get_weights(), name) for layer, name in zip(model.layers[1:], names, strict=True)
    ]
    test, labels = x[800:], y[800:]
    right = (labels == 1) & (model(test).argmax(axis=1) == 1)
    return layers, test[right][:SHOWN]


@cache
def dusty_digits():
    """(x, y): 1,000 fours (0) and nines (1); dust on all of them, and the mark on every nine."""
    from course_utils.datasets import load_mnist_5k

    mnist, rng = load_mnist_5k(), np.random.default_rng(1)
    chosen = rng.permutation(np.flatnonzero(np.isin(mnist.y, (4, 9))))
    x, y = mnist.images[chosen].copy(), (mnist.y[chosen] == 9).astype(int)
    for picture in x:
        for row, column in rng.integers(0, 7, size=(4, 2)):
            put_dust(picture, row, column)
    for k in np.flatnonzero(y == 1):
        put_dust(x[k], *MARK)
    return x, y


def put_dust(picture, row, column):
    picture[SQUARE * row : SQUARE * row + 3, SQUARE * column : SQUARE * column + 3] = 0.9
