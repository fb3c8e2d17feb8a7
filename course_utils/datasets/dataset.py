"""A data set: its arrays, what the columns and classes are called, and where it comes from."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Examples and targets with their names, source and license.

    x: (n, features) or (n, ...), float32, examples first; texts are (n,) of str
    y: (n,), int64 class labels 0, 1, ..., or float32 values when `class_names` is empty
    image_shape: (height, width) or (height, width, 3) where a row of x is a picture, otherwise ()
    groups: (n,), who or what each example comes from (a speaker), where that is known
    """

    x: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    source: str
    license: str
    description: str
    image_shape: tuple[int, ...] = ()
    groups: np.ndarray | None = None

    @property
    def images(self):
        """x as pictures: (n, height, width), in color (n, height, width, 3)."""
        if not self.image_shape:
            raise AttributeError(
                f"images: these examples are not pictures; x has shape {self.x.shape}"
            )
        return self.x.reshape(-1, *self.image_shape)

    @property
    def baseline(self):
        """The accuracy of always answering the commonest class: what a model has to beat."""
        if not self.class_names:
            raise AttributeError("baseline: this data set has values to predict, not classes")
        return float(np.bincount(self.y).max() / len(self.y))

    def split(self, test_fraction=0.2, seed=0, by_group=False):
        """Shuffle the rows and return (x_train, y_train, x_test, y_test).

        Every class keeps its share in both parts, to within one example. The same seed gives the
        same split. With by_group=True whole groups go to one side or the other, so that the test
        part holds, for instance, only speakers who were never heard; the fraction is then one of
        groups. Raises ValueError unless both parts get at least one row.
        """
        if by_group and self.groups is None:
            raise ValueError("split(by_group=True): in this data set nobody noted the groups")
        kind, units = ("groups", np.unique(self.groups)) if by_group else ("rows", self.x)
        n_test = round(len(units) * test_fraction) if 0 < test_fraction < 1 else 0
        if not 0 < n_test < len(units):
            raise ValueError(
                f"split(test_fraction={test_fraction!r}): expected a number between 0 and 1 that "
                f"leaves at least one of the {len(units)} {kind} on each side, for instance 0.2"
            )
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(self.x))
        if by_group:
            chosen = np.isin(self.groups[order], rng.permutation(units)[:n_test])
        else:
            labels = self.y[order] if self.class_names else np.zeros(len(order), int)
            chosen = choose_evenly(labels, n_test)
        test, train = order[chosen], order[~chosen]
        return self.x[train], self.y[train], self.x[test], self.y[test]

    def __repr__(self):
        return f"Dataset(x: {self.x.shape}, y: {self.y.shape}): {self.description}"


def choose_evenly(labels, count):
    """Which `count` of the labels, (n,), to take, as a mask: of every class its fair share.

    A fair share is seldom a whole number. Each is rounded down, and the rows still missing come
    from the classes that lost most by that.
    """
    shares = np.bincount(labels) * count / len(labels)
    counts = np.floor(shares).astype(int)
    counts[np.argsort(counts - shares, kind="stable")[: count - counts.sum()]] += 1
    chosen = np.zeros(len(labels), bool)
    for label, wanted in enumerate(counts):
        chosen[np.flatnonzero(labels == label)[:wanted]] = True
    return chosen
