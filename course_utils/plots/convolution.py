"""One step of a convolution: the patch under the kernel, the kernel, and what has come out."""

import numpy as np
from matplotlib.patches import Rectangle

from .colors import COLORS
from .style import axes_or_new


def convolution_step(image, kernel, step=None, *, stride=1, ax=None):
    """Draw the image, the kernel and the output so far, with the step's numbers marked.

    image: (height, width), kernel: (kernel height, kernel width); as in every deep-learning
        library the kernel is not turned over
    step: which output is computed, counted from 0 along the rows; None: the last one
    Returns the Axes.
    """
    image, kernel, outputs, step = checked(image, kernel, step, stride)
    row, column = np.unravel_index(step, outputs.shape)
    so_far = np.where(np.arange(outputs.size).reshape(outputs.shape) <= step, outputs, np.nan)
    gap = 1.2
    total = image.shape[1] + kernel.shape[1] + outputs.shape[1] + 2 * gap
    tall = max(len(image), len(kernel), len(outputs))
    ax = axes_or_new(ax, figsize=(max(5.0, 0.5 * total), 0.5 * tall + 0.9))
    left = 0.0
    for title, cells in (("image", image), ("kernel", kernel), ("output", so_far)):
        draw_cells(ax, cells, left, title)
        if title == "image":
            mark(ax, left + column * stride, row * stride, kernel.shape, COLORS["class_1"])
        elif title == "kernel":
            mark(ax, left, 0, kernel.shape, COLORS["class_1"])
        else:
            mark(ax, left + column, row, (1, 1), COLORS["prediction"])
        left += cells.shape[1] + gap
    for x, sign in ((image.shape[1], "∗"), (image.shape[1] + gap + kernel.shape[1], "=")):
        ax.text(x + gap / 2, 0.5 * len(kernel), sign, ha="center", va="center", fontsize=16)
    ax.set(xlim=(-0.2, total + 0.2), ylim=(tall + 0.2, -1.0), aspect="equal")
    ax.axis("off")
    return ax


def describe_convolution_step(image, kernel, step=None, *, stride=1):
    """The figure of `convolution_step` in words, with the sum that is computed."""
    image, kernel, outputs, step = checked(image, kernel, step, stride)
    row, column = np.unravel_index(step, outputs.shape)
    patch = image[row * stride :, column * stride :][: len(kernel), : kernel.shape[1]]
    terms = " + ".join(
        f"{p:g}*{k:g}" for p, k in zip(patch.reshape(-1), kernel.reshape(-1), strict=True)
    )
    return (
        f"An image of {by(image)}, a kernel of {by(kernel)}, an output of {by(outputs)}. "
        f"Step {step + 1} of {outputs.size}: the kernel lies on rows {row * stride} to "
        f"{row * stride + len(kernel) - 1} and columns {column * stride} to "
        f"{column * stride + kernel.shape[1] - 1}; {terms} = {outputs[row, column]:g}."
    )


def checked(image, kernel, step, stride):
    """Everything as arrays, the whole output, and the step as a number."""
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    fits = image.ndim == kernel.ndim == 2 and all(np.array(image.shape) >= kernel.shape)
    if not fits:
        raise ValueError(
            "expected an image (height, width) and a kernel that is not larger, got shapes "
            f"{image.shape} and {kernel.shape}"
        )
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride]
    outputs = np.einsum("ijkl,kl->ij", windows, kernel)
    step = outputs.size - 1 if step is None else step
    if not 0 <= step < outputs.size:
        raise ValueError(f"step={step!r}: expected 0 to {outputs.size - 1}")
    return image, kernel, outputs, step


def by(cells):
    return f"{cells.shape[0]} by {cells.shape[1]}"


def draw_cells(ax, cells, left, title):
    """A table of numbers on gray, the darker the larger; an entry that is nan stays empty."""
    ax.text(left + cells.shape[1] / 2, -0.25, title, ha="center", va="bottom")
    finite = cells[np.isfinite(cells)]
    low, span = finite.min(), np.ptp(finite) or 1.0
    for (row, column), value in np.ndenumerate(cells):
        empty = np.isnan(value)
        shade = 1.0 if empty else 1 - 0.45 * (value - low) / span
        ax.add_patch(
            Rectangle((left + column, row), 1, 1, facecolor=str(shade), edgecolor=COLORS["neutral"])
        )
        if not empty:
            ax.text(left + column + 0.5, row + 0.5, f"{value:.3g}", ha="center", va="center")


def mark(ax, left, top, shape, color):
    """A colored frame with a black rim, which is seen on every gray."""
    for width, edge in ((5.5, "black"), (3, color)):
        ax.add_patch(
            Rectangle(
                (left, top), shape[1], shape[0], facecolor="none", edgecolor=edge, linewidth=width
            )
        )
