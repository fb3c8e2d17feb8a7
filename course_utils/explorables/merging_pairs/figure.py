"""Merging pairs: byte-pair encoding of a few words, one merge after the other."""

from collections import Counter
from itertools import pairwise

from ..kit.form import Explorable
from ..kit.parts import Field, Option, Question, Slider, Task

START = "tea tea tea tea team team steam steam steam"


class MergingPairs(Explorable):
    """Words cut into tokens, and the pairs of neighbors with how often they occur.

    Each merge joins the commonest pair, of equals the one met first, wherever it stands. Pairs
    don't reach over the end of a word, and one that occurs once is not joined.
    """

    name = "merging_pairs"
    title = "Merging pairs"
    question = Question(
        "Four times tea, twice team, three times steam, all as single letters. The commonest pair "
        "of neighbors becomes one token, then the next one. What will be one token first?",
        (
            Option("st, the beginning of steam", "Count it in the list: how often, and how t e?"),
            Option("tea", "Set the number of merges to 2, and look at what stands there."),
            Option("am, the end of two words", "Make two merges: what has a been joined to?"),
        ),
    )
    controls = (
        Slider("merges", "merges", 0, 20, 1, 0),
        Field("text", "your text", START),
    )
    tasks = (
        Task("wholeWord", "Merge until steam is one single token."),
        Task(
            "fallsBy",
            "The text of the start (Reset brings it back): how many tokens fewer are there after "
            "the first two merges than before them?",
            number=True,
        ),
        Task(
            "eightLetters",
            "Type a text of your own in which three merges make a token of eight letters.",
        ),
    )
    takeaway = (
        "A tokenizer starts from single characters and joins the two neighbors that stand together "
        "most often, again and again. Each merge makes the text shorter and the list of tokens "
        "longer by one. Nobody tells it what a word is: common words become one token because "
        "their letters keep standing together, and rare ones stay in pieces."
    )

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        words, merges, counts = merged(state["text"], state["merges"])
        figure, ax = new_figure()
        top = counts.most_common(6)
        names = [" ".join(pair) for pair, _ in top]
        colors = [COLORS["prediction"], *[COLORS["neutral"]] * 5][: len(top)]
        ax.barh(range(len(top)), [n for _, n in top], color=colors)
        ax.set_yticks(range(len(top)), names, parse_math=False)
        ax.invert_yaxis()
        ax.set(xlabel="how often the pair stands in the text")
        text = "  ".join("·".join(word) for word in words)
        ax.set_title(text if len(text) < 90 else text[:88] + "…", fontsize=10, parse_math=False)
        done = ", ".join(a + b for a, b in merges) or "none yet"
        shown = "; ".join(f"{' '.join(pair)}: {n}" for pair, n in top) or "none"
        alt = (
            f"The text in tokens, with a dot between the tokens of a word: {text}. "
            f"Merges so far: {done}. Bars show how often the commonest pairs of neighbors occur: "
            f"{shown}."
        )
        return figure, alt


def merged(text, steps):
    """(words, merges, counts) after at most so many merges.

    words: a list of lists of tokens. merges: the pairs joined, in order; fewer than `steps` where
    no pair occurs twice. counts: how often each pair occurs now, in the order of first meeting.
    """
    words, merges = [list(word) for word in text.split()], []
    counts = pair_counts(words)
    while len(merges) < steps and max(counts.values(), default=0) > 1:
        pair = max(counts, key=counts.get)
        merges.append(pair)
        words = [joined(word, pair) for word in words]
        counts = pair_counts(words)
    return words, merges, counts


def pair_counts(words):
    """How often each pair of neighbors occurs."""
    return Counter(pair for word in words for pair in pairwise(word))


def joined(word, pair):
    """The word's tokens with the pair joined wherever it stands, from left to right."""
    tokens, i = [], 0
    while i < len(word):
        together = tuple(word[i : i + 2]) == pair
        tokens.append("".join(pair) if together else word[i])
        i += 2 if together else 1
    return tokens
