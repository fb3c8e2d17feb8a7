"""Sets the look that every figure of the course shares."""

from pathlib import Path

import matplotlib.pyplot as plt


def use_style():
    """Use the course's style from here on: colors, sizes, a white background, 100 dpi."""
    plt.style.use(Path(__file__).parent / "course.mplstyle")


def axes_or_new(ax, **size):
    """The given Axes, or those of a new figure."""
    return plt.subplots(**size)[1] if ax is None else ax
