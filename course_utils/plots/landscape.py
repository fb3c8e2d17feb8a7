"""A loss as a landscape over two weights, with the path that training took through it."""

import numpy as np

from .colors import COLORS
from .curves import written
from .style import axes_or_new


def loss_landscape(loss, path=None, *, limits=None, names=("w0", "w1"), levels=15, ax=None):
    """Draw lines of equal loss and, on top, the steps of a path.

    loss: callable; loss(w0, w1) on arrays of one shape returns the loss in that shape
    path: (steps + 1, 2), the weights from the start to the end
    limits: ((low, high), (low, high)); without it, what holds the path with some room
    Returns the Axes.
    """
    path = None if path is None else np.asarray(path, float)
    (left, right), (bottom, top) = limits or room_around(path)
    w0, w1 = np.meshgrid(np.linspace(left, right, 160), np.linspace(bottom, top, 160))
    values = np.asarray(loss(w0, w1))
    ax = axes_or_new(ax, figsize=(5.6, 4.4))
    # Evenly spaced lines would crowd at the walls and leave the floor of the valley empty.
    heights = values.min() + np.ptp(values) * np.linspace(0, 1, levels + 1) ** 2
    filled = ax.contourf(w0, w1, values, heights, cmap="Greys", alpha=0.55)
    ax.contour(w0, w1, values, heights[1:-1], colors=COLORS["neutral"], linewidths=0.6)
    ax.figure.colorbar(
        filled, ax=ax, label="loss", ticks=heights[1::3], format=lambda value, _: f"{value:.3g}"
    )
    if path is not None:
        ax.plot(
            *path.T, color=COLORS["gradient"], marker="o", markersize=4.5, linewidth=1.6,
            markeredgecolor="white", markeredgewidth=0.5, label=f"{len(path) - 1} steps",
        )  # fmt: skip
        ax.plot(*path[0], color="black", marker="s", markersize=9, linestyle="none", label="start")
        ax.plot(
            *path[-1], color=COLORS["chosen"], marker="*", markersize=15, linestyle="none",
            markeredgecolor="white", label="end",
        )  # fmt: skip
        ax.legend(frameon=True, framealpha=0.85)
    ax.grid(False)
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(left, right), ylim=(bottom, top))
    return ax


def describe_loss_landscape(loss, path=None, *, limits=None, names=("w0", "w1")):
    """The figure of `loss_landscape` in words: the ground, and the way through it."""
    path = None if path is None else np.asarray(path, float)
    (left, right), (bottom, top) = limits or room_around(path)
    w0, w1 = np.meshgrid(np.linspace(left, right, 160), np.linspace(bottom, top, 160))
    values = np.asarray(loss(w0, w1))
    low = np.unravel_index(values.argmin(), values.shape)
    words = (
        f"Lines of equal loss over {names[0]} from {left:.3g} to {right:.3g} and {names[1]} from "
        f"{bottom:.3g} to {top:.3g}; the lowest place drawn is near ({w0[low]:.2g}, {w1[low]:.2g})."
    )
    if path is None:
        return words
    along = np.array([float(loss(*place)) for place in path])
    return (
        f"{words} A path of {len(path) - 1} steps goes from ({path[0, 0]:.3g}, {path[0, 1]:.3g}), "
        f"loss {written(along[0])}, to ({path[-1, 0]:.3g}, {path[-1, 1]:.3g}), "
        f"loss {written(along[-1])}; {np.sum(np.diff(along) > 0)} of its steps go uphill."
    )


def room_around(path):
    if path is None:
        raise ValueError("limits: expected ((low, high), (low, high)) where no path is given")
    low, high = path.min(axis=0), path.max(axis=0)
    margin = 0.25 * np.maximum(high - low, 0.5 * np.max(high - low) + 1e-9)
    return tuple(zip(low - margin, high + margin, strict=True))
