"""The values of every layer as histograms, one above the other: what vanishes, what explodes."""

import numpy as np

from .colors import COLORS
from .style import axes_or_new


def layer_histograms(layers, *, bins=60, limits=None, xlabel="value", ax=None):
    """Draw one histogram per layer, first layer on top, on one common scale.

    layers: {name: array of any shape}
    limits: range of the values; without it, the 0.5 % at either end of all values are left out
    Returns the Axes.
    """
    values = checked(layers)
    low, high = limits or common_range(values)
    edges = np.linspace(low, high, bins + 1)
    ax = axes_or_new(ax, figsize=(6.4, 0.9 * len(values) + 1.2))
    for place, entries in enumerate(reversed(list(values.values()))):
        counts, _ = np.histogram(entries, edges)
        heights = 0.85 * counts / max(counts.max(), 1)
        ax.stairs(
            place + heights, edges, baseline=place, fill=True, color=COLORS["class_0"], alpha=0.3
        )
        ax.stairs(place + heights, edges, baseline=place, color=COLORS["class_0"], linewidth=1.4)
        ax.text(
            0.995, place + 0.5, f"mean {entries.mean():.2g}\ndeviation {entries.std():.2g}",
            transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=9,
        )  # fmt: skip
    ax.set_yticks(range(len(values)), list(values)[::-1])
    ax.grid(False, axis="y")
    ax.set(xlabel=xlabel, xlim=(low, high), ylim=(-0.05, len(values)))
    return ax


def describe_layer_histograms(layers, *, xlabel="value"):
    """The figure of `layer_histograms` in words: center and width, layer by layer."""
    parts = "; ".join(
        f"{name}: mean {entries.mean():.2g}, deviation {entries.std():.2g}, "
        f"{np.mean(entries == 0):.0%} exactly 0"
        for name, entries in checked(layers).items()
    )
    return f"Histograms of the {xlabel} in {len(layers)} layers, from first to last. {parts}."


def checked(layers):
    values = {name: np.asarray(entries, float).reshape(-1) for name, entries in layers.items()}
    if not values or any(not entries.size for entries in values.values()):
        raise ValueError("layers: expected {name: array} with at least one value in each")
    return values


def common_range(values):
    low, high = np.percentile(np.concatenate(list(values.values())), [0.5, 99.5])
    return (low, high) if high > low else (low - 0.5, high + 0.5)
