"""A network as circles and lines: units in columns, weights between them."""

from itertools import pairwise

import numpy as np
from matplotlib.lines import Line2D

from .colors import COLORS, LINES
from .style import axes_or_new


def network(weights, *, values=None, input_names=None, numbers=None, most=10, ax=None):
    """Draw the units of every layer, and each weight as a line, the thicker the larger.

    weights: list of W, each (features, units)
    values: list of arrays, one per column of units (the inputs first), written into the circles
    input_names: names of the inputs, written at their left
    numbers: write the weights on the lines; without it, where there are at most 12
    most: a layer with more units shows its first ones and three dots
    Returns the Axes.
    """
    weights = checked(weights)
    sizes = [len(weights[0]), *(W.shape[1] for W in weights)]
    shown = [min(size, most) for size in sizes]
    numbers = sum(W.size for W in weights) <= 12 if numbers is None else numbers
    tallest = max(shown)
    width = 2.1 * len(sizes) + (1.2 if input_names else 0)
    ax = axes_or_new(ax, figsize=(width, 0.48 * tallest + 1.1))
    places = [[(column, height) for height in heights(n)] for column, n in enumerate(shown)]
    largest = max(np.abs(W).max() for W in weights) or 1.0
    # Where a layer is cut short, its last place holds the dots and has no lines.
    drawn = [n if n == size else n - 1 for n, size in zip(shown, sizes, strict=True)]
    for column, W in enumerate(weights):
        for i, j in np.ndindex(drawn[column], drawn[column + 1]):
            ends = places[column][i], places[column + 1][j]
            draw_weight(ax, *ends, W[i, j], largest, number_place(j) if numbers else None)
    for column, place in enumerate(places):
        draw_units(ax, place, sizes[column], None if values is None else values[column])
        ax.text(column, tallest / 2 + 0.35, title(column, sizes), ha="center", va="bottom")
    for (x, y), name in zip(places[0], input_names or (), strict=False):
        ax.text(x - 0.16, y, name, ha="right", va="center", fontsize=9)
    ax.legend(handles=keys(), loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2)
    left = -0.95 if input_names else -0.4
    ax.set(xlim=(left, len(sizes) - 0.6), ylim=(-tallest / 2 - 0.3, tallest / 2 + 0.9))
    ax.axis("off")
    return ax


def describe_network(weights):
    """The figure of `network` in words: its columns, and what its weights are like."""
    weights = checked(weights)
    sizes = [len(weights[0]), *(W.shape[1] for W in weights)]
    entries = np.concatenate([W.reshape(-1) for W in weights])
    columns = ", then ".join(title(column, sizes) for column in range(len(sizes)))
    return (
        f"Network in columns: {columns}; every unit is joined to all of the column before, by "
        f"{len(entries)} lines in all. {np.sum(entries > 0)} weights are positive (solid), "
        f"{np.sum(entries < 0)} negative (dashed); they lie between {entries.min():.2g} and "
        f"{entries.max():.2g}."
    )


def title(column, sizes):
    """What stands above a column, such as "8 inputs"."""
    if 0 < column < len(sizes) - 1:
        return f"{sizes[column]} hidden"
    word = "input" if column == 0 else "output"
    return f"{sizes[column]} {word}{'' if sizes[column] == 1 else 's'}"


def heights(count):
    """Places of the units of a column, from top to bottom, around 0."""
    return (count - 1) / 2 - np.arange(count)


def number_place(unit):
    """How far along its line a weight is written, between 0 and 1.

    Lines to the next unit are written a little further on, so that numbers don't meet.
    """
    return 0.26 + 0.16 * (unit % 3)


def draw_weight(ax, start, end, weight, largest, number_at):
    """One line; its color and dashes say the sign, its width the size."""
    if weight == 0:
        return
    role = "positive" if weight > 0 else "negative"
    ax.plot(
        *zip(start, end, strict=True), color=COLORS[role], linestyle=LINES[role],
        linewidth=0.3 + 3 * abs(weight) / largest, alpha=0.8, zorder=1,
    )  # fmt: skip
    if number_at is not None:
        x, y = np.array(start) * (1 - number_at) + np.array(end) * number_at
        ax.text(
            x, y, f"{weight:.2g}", fontsize=9, ha="center", va="center", zorder=2,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def draw_units(ax, places, size, values):
    for k, (x, y) in enumerate(places):
        if size > len(places) and k == len(places) - 1:
            ax.text(x, y, "⋮", ha="center", va="center", fontsize=16)
            continue
        ax.plot(x, y, "o", markersize=24, color="white", markeredgecolor="black", zorder=3)
        if values is not None:
            text = f"{np.asarray(values).reshape(-1)[k]:.2g}"
            ax.text(x, y, text, ha="center", va="center", fontsize=8, zorder=4)


def keys():
    return [
        Line2D([], [], color=COLORS[role], linestyle=LINES[role], label=f"{role} weight")
        for role in ("positive", "negative")
    ]


def checked(weights):
    weights = [np.asarray(W, float) for W in weights]
    shapes = [W.shape for W in weights]
    fits = all(W.ndim == 2 and W.size for W in weights) and all(
        left.shape[1] == len(right) for left, right in pairwise(weights)
    )
    if not weights or not fits:
        raise ValueError(
            "weights: expected a list of arrays (features, units), each with as many features as "
            f"the one before has units, got shapes {shapes}"
        )
    return weights
