"""Examples in the plane, and the regions in which a model answers one class or another."""

import numpy as np
from matplotlib.colors import ListedColormap

from .colors import COLORS, MARKERS
from .style import axes_or_new


def points(x, y, *, class_names=None, feature_names=("x0", "x1"), ax=None):
    """Draw x, (n, 2), with one color and one marker for each class of y, (n,), 0, 1, ...

    Returns the Axes.
    """
    x, y, names = checked(x, y, class_names)
    ax = axes_or_new(ax, figsize=(4.8, 4.2))
    for label in np.unique(y):
        ax.scatter(
            *x[y == label].T,
            color=COLORS[f"class_{label}"],
            marker=MARKERS[f"class_{label}"],
            edgecolor="black",
            linewidth=0.6,
            s=36,
            label=names[label],
        )
    ax.set(xlabel=feature_names[0], ylabel=feature_names[1])
    ax.legend()
    return ax


def describe_points(x, y, *, class_names=None, feature_names=("x0", "x1")):
    """The figure of `points` in words."""
    x, y, names = checked(x, y, class_names)
    places = "; ".join(
        f"{np.sum(y == label)} of {names[label]} around "
        f"({x[y == label, 0].mean():.2g}, {x[y == label, 1].mean():.2g})"
        for label in np.unique(y)
    )
    return f"{len(y)} points, {feature_names[1]} against {feature_names[0]}: {places}."


def decision_regions(
    predict, x, y, *, class_names=None, feature_names=("x0", "x1"), steps=200, ax=None
):
    """Color the plane by the model's answer, draw the boundary in black and the examples on top.

    predict: (n, 2) -> labels (n,), probabilities of class 1 (n,) or (n, 1), or scores (n, classes)
    x: (n, 2), y: (n,) labels 0, 1, ...
    steps: places along each side at which the model is asked
    Returns the Axes.
    """
    x, y, _ = checked(x, y, class_names)
    ax = axes_or_new(ax, figsize=(4.8, 4.2))
    horizontal, vertical, margins = ask_everywhere(predict, x, steps)
    count = margins.shape[-1]
    tints = ListedColormap([COLORS[f"class_{label}"] for label in range(count)])
    answers = margins.argmax(axis=-1)
    look = {"cmap": tints, "vmin": -0.5, "vmax": count - 0.5, "alpha": 0.25}
    ax.pcolormesh(horizontal, vertical, answers, rasterized=True, linewidth=0, **look)
    for label in range(count):
        margin = margins[..., label]
        if margin.min() < 0 < margin.max():
            ax.contour(horizontal, vertical, margin, [0], colors="black", linewidths=1.5)
    points(x, y, class_names=class_names, feature_names=feature_names, ax=ax)
    ax.grid(False)
    ax.set(xlim=(horizontal[0], horizontal[-1]), ylim=(vertical[0], vertical[-1]))
    return ax


def describe_decision_regions(
    predict, x, y, *, class_names=None, feature_names=("x0", "x1"), steps=200
):
    """The figure of `decision_regions` in words: how the plane is shared, and who is right."""
    x, y, names = checked(x, y, class_names)
    right = margins_of(predict(x)).argmax(axis=1) == y
    answers = ask_everywhere(predict, x, steps)[2].argmax(axis=-1)
    shares = ", ".join(
        f"{np.mean(answers == label):.0%} {names[label]}" for label in np.unique(answers)
    )
    return (
        f"{describe_points(x, y, class_names=class_names, feature_names=feature_names)} "
        f"The plane is colored by the model's answer: {shares}. "
        f"{right.sum()} of the {len(y)} points lie in the region of their own class."
    )


def checked(x, y, class_names):
    x, y = np.asarray(x), np.asarray(y).astype(int).reshape(-1)
    if x.ndim != 2 or x.shape[1] != 2 or len(x) != len(y):
        raise ValueError(
            f"expected x of shape (n, 2) and y of shape (n,), got {x.shape} and {y.shape}; "
            "to draw two of many features, pass x[:, [0, 1]]"
        )
    return x, y, class_names or tuple(f"class {label}" for label in range(10))


def ask_everywhere(predict, x, steps):
    """The places along both axes, and the margins of all classes there, (steps, steps, classes)."""
    room = 0.15 * np.ptp(x, axis=0)
    low, high = x.min(axis=0) - room, x.max(axis=0) + room
    horizontal = np.linspace(low[0], high[0], steps)
    vertical = np.linspace(low[1], high[1], steps)
    grid = np.stack(np.meshgrid(horizontal, vertical), axis=-1).reshape(-1, 2)
    margins = margins_of(predict(grid.astype(x.dtype)))
    return horizontal, vertical, margins.reshape(steps, steps, -1)


def margins_of(output):
    """By how much each class leads the best of the others, (n, classes): positive where it wins.

    output: labels (n,), probabilities of class 1 (n,) or (n, 1), or scores (n, classes)
    """
    output = np.asarray(output)
    if output.ndim == 2 and output.shape[1] > 1:
        scores = output
    elif output.dtype.kind == "f":
        p = output.reshape(-1, 1)
        scores = np.hstack([1 - p, p])
    else:
        labels = output.astype(int).reshape(-1)
        scores = np.eye(max(2, labels.max() + 1))[labels]
    in_order = np.sort(scores, axis=1)
    best, second = in_order[:, -1:], in_order[:, -2:-1]
    return np.where(scores == best, scores - second, scores - best)
