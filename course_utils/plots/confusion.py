"""Which class was taken for which: counts, true classes down, answers across."""

import numpy as np

from .style import axes_or_new


def confusion_matrix(counts, *, class_names=None, ax=None):
    """Draw a confusion matrix; the darker, the larger the share of its row.

    counts: (classes, classes) whole numbers; row: true class, column: predicted class
    Returns the Axes.
    """
    counts, names = checked(counts, class_names)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    size = max(3.2, 0.46 * len(counts) + 1.2)
    ax = axes_or_new(ax, figsize=(size, size))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        if counts[row, column]:
            ax.text(
                column, row, str(counts[row, column]), ha="center", va="center",
                color="white" if shares[row, column] > 0.55 else "black",
                fontweight="bold" if row == column else "normal",
            )  # fmt: skip
    ax.set_xticks(range(len(names)), names, rotation=45 if max(map(len, names)) > 3 else 0)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    return ax


def describe_confusion_matrix(counts, *, class_names=None, worst=3):
    """The figure of `confusion_matrix` in words: how many are right, and the commonest mistakes."""
    counts, names = checked(counts, class_names)
    total, right = counts.sum(), np.trace(counts)
    words = (
        f"Table of {len(names)} true classes (rows) by predicted class (columns): "
        f"{right} of {total} examples, {right / max(total, 1):.1%}, are on the diagonal"
    )
    mistakes = counts - np.diag(np.diag(counts))
    if not mistakes.any():
        return f"{words}; there are no mistakes."
    order = np.argsort(-mistakes, axis=None, kind="stable")[:worst]
    pairs = [np.unravel_index(place, counts.shape) for place in order]
    listed = ", ".join(
        f"{names[true]} taken for {names[taken]} ({mistakes[true, taken]})"
        for true, taken in pairs
        if mistakes[true, taken]
    )
    return f"{words}; the commonest mistakes: {listed}."


def checked(counts, class_names):
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.dtype.kind not in "iu":
        raise ValueError(
            "counts: expected whole numbers of shape (classes, classes), got "
            f"{counts.dtype} of shape {counts.shape}"
        )
    return counts, class_names or tuple(str(label) for label in range(len(counts)))
