"""Attention view: which word looks at which, on a sentence and with dials of one's own."""

import re

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Field, Option, Question, Slider, Task, Toggle

MOST = 24  # words
SENTENCE = "When Mr. Perry came they all rose and Mr."


class AttentionView(Explorable):
    """One head of attention over a sentence, whose queries are set by three dials.

    A query asks for its own word, for a word *before* which its own word stood, and for the place
    just before its own; each dial says how loudly.
    attention: the learner's `attention(q, k, v, mask=None)`, which is asked for its weights.
    """

    name = "attention_view"
    title = "Attention view"
    question = Question(
        "A word occurs twice in a sentence. There is no mask, and nothing tells the words their "
        "places. How do the weights with which the two copies look at all words differ?",
        (
            Option("They are the same.", "Switch mask and places off, and compare the two rows."),
            Option("The later copy looks further back.", "Switch mask and places off, and see."),
            Option("Each looks at its neighbors.", "Switch mask and places off, and see."),
        ),
    )
    controls = (
        Field("sentence", f"sentence, up to {MOST} words", SENTENCE, keeps=True),
        Slider("word", "which word asks", 1, MOST, 1, 9),
        Slider("same", "asks for: my own word", 0, 8, 0.5, 3),
        Slider("after", "asks for: a word that came after mine", 0, 8, 0.5, 0),
        Slider("back", "asks for: the place before me", 0, 8, 0.5, 0),
        Toggle("mask", "causal mask", True),
        Toggle("places", "words know their places", True),
    )
    tasks = (
        Task(
            "whoIsIt",
            "The sentence as it comes, mask on. Set the dials so that the last word, Mr., looks "
            "at Perry with a weight of at least 0.9.",
        ),
        Task(
            "evenShare",
            "All three dials at 0, mask on. With which weight does the fifth word look at the "
            "first one?",
            number=True,
            share=True,
        ),
        Task(
            "twins",
            "Dial 'the place before me' at 4 or more, and a sentence in which a word occurs "
            "twice: make both copies look at all words with the same weights.",
        ),
    )
    takeaway = (
        "A row of weights is a softmax over how well each key fits one query, so it sums to 1. The "
        "mask takes words out before the softmax, and the others share what is left. To find what "
        "came after a word the last time, keys must tell who stood before them, and for that words "
        "have to know their places; without places, two copies of a word are twins."
    )

    def __init__(self, attention=None, **settings):
        self.attention = attention
        self.asks_python = attention is not None
        super().__init__(**settings)

    def values(self, asked):
        """(n, n): the weights of the learner's attention; values that are an identity show them."""
        q, k, mask = heads_input(asked)
        weights = np.asarray(self.attention(q, k, np.eye(len(q)), mask), dtype=float)
        if weights.shape != mask.shape:
            raise ValueError(
                f"expected the shape {mask.shape} for {len(q)} words, got {weights.shape}"
            )
        return weights

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        words = words_of(state["sentence"])
        weights = weights_of(state) if self.attention is None else self.values(state)
        asking = min(state["word"], len(words)) - 1
        figure, (grid, bars) = new_figure(1, 2, size=(8.6, 4.2), width_ratios=[1, 1])
        grid.imshow(weights, cmap="Blues", vmin=0, vmax=1)
        grid.set_xticks(range(len(words)), words, rotation=90, fontsize=8, parse_math=False)
        grid.set_yticks(range(len(words)), words, fontsize=8, parse_math=False)
        grid.set(xlabel="is looked at", ylabel="asks")
        grid.add_patch(frame_of(asking, len(words), COLORS["prediction"]))
        bars.barh(range(len(words)), weights[asking], color=COLORS["chosen"])
        bars.set_yticks(range(len(words)), words, fontsize=8, parse_math=False)
        bars.invert_yaxis()
        bars.set(xlabel="weight", xlim=(0, 1))
        bars.set_title(f"{words[asking]} (word {asking + 1}) looks at", parse_math=False)
        best = int(weights[asking].argmax())
        alt = (
            f"Left, a grid of attention weights for the {len(words)} words of '{' '.join(words)}', "
            f"one row for each word that asks. Right, bars for word {asking + 1}, "
            f"{words[asking]}: its largest weight, {weights[asking, best]:.2f}, is on word "
            f"{best + 1}, {words[best]}."
        )
        return figure, alt


def words_of(sentence):
    """The words and signs of a sentence, at most 24; a full stop stays with an abbreviation."""
    words = re.findall(r"(?:Mrs?|Dr|St)\.|[^\s.,;:!?]+|[.,;:!?]", sentence)[:MOST]
    return words or ["(nothing)"]


def heads_input(state):
    """(q, k, mask): queries and keys of a sentence, (n, 72) each, and who may look at whom.

    A key says, each in 24 numbers with a single 1: which word I am, which word stands before me,
    at which place I stand. A query has what it asks for in the same numbers, times its dial.
    """
    words = [word.lower() for word in words_of(state["sentence"])]
    kinds = sorted(set(words))
    n, known = len(words), 1.0 if state["places"] else 0.0
    q, k = np.zeros((2, n, 3, MOST))
    for i, word in enumerate(words):
        q[i, 0, kinds.index(word)] = state["same"]
        q[i, 1, kinds.index(word)] = state["after"]
        k[i, 0, kinds.index(word)] = 1
        k[i, 2, i] = known
        if i > 0:
            q[i, 2, i - 1] = state["back"] * known
            k[i, 1, kinds.index(words[i - 1])] = known
    q = q * np.sqrt(3 * MOST)  # so that a fit scores as much as its dial says
    mask = np.tril(np.ones((n, n), dtype=bool)) if state["mask"] else np.ones((n, n), dtype=bool)
    return q.reshape(n, -1), k.reshape(n, -1), mask


def weights_of(state):
    """(n, n): the attention weights, row by row a softmax over the scores."""
    q, k, mask = heads_input(state)
    scores = np.where(mask, q @ k.T / np.sqrt(k.shape[1]), -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def frame_of(row, columns, color):
    """A frame around one row of the grid."""
    from matplotlib.patches import Rectangle

    return Rectangle((-0.5, row - 0.5), columns, 1, fill=False, edgecolor=color, linewidth=2)
