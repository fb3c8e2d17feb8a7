"""A grid of small pictures with what they are and what the model took them for."""

import numpy as np

from .colors import COLORS
from .style import axes_or_new


def image_grid(images, labels=None, predictions=None, *, class_names=None, columns=8, ax=None):
    """Draw pictures in rows; a mistake gets a frame and says "4, not 9".

    images: (n, height, width); labels, predictions: (n,) class numbers
    Returns the Axes.
    """
    images = checked(images)
    n, height, width = images.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    pitch = height / width + (0.1 if labels is None and predictions is None else 0.4)
    ax = axes_or_new(ax, figsize=(0.95 * columns, 0.9 * rows * pitch))
    low, high = images.min(), images.max()
    for k, image in enumerate(images):
        # One unit per picture, and room above it for its words.
        left, top = k % columns * 1.12, k // columns * pitch
        ax.imshow(image, extent=(left, left + 1, top + height / width, top), vmin=low, vmax=high)
        wrong = labels is not None and predictions is not None and labels[k] != predictions[k]
        words = caption(k, labels, predictions, class_names)
        ax.text(
            left + 0.5, top - 0.06, words, ha="center", va="bottom", fontsize=9,
            fontweight="bold" if wrong else "normal",
            color=COLORS["negative"] if wrong else "black",
        )  # fmt: skip
        edge = COLORS["negative"] if wrong else COLORS["shade"]
        frame = [left, left + 1, left + 1, left, left], np.array([0, 0, 1, 1, 0]) * height / width
        ax.plot(
            frame[0], top + frame[1], color=edge, linestyle="-", linewidth=2.4 if wrong else 0.8
        )
    bottom, above = (rows - 1) * pitch + height / width, pitch - height / width
    ax.set(xlim=(-0.06, columns * 1.12 - 0.06), ylim=(bottom + 0.05, -above), aspect="equal")
    ax.axis("off")
    return ax


def describe_image_grid(images, labels=None, predictions=None, *, class_names=None):
    """The figure of `image_grid` in words: what is shown, and which are mistaken."""
    images = checked(images)
    words = f"{len(images)} pictures of {images.shape[1]} by {images.shape[2]} pixels"
    if labels is None:
        return f"{words}."
    shown = [caption(k, labels, predictions, class_names) for k in range(len(images))]
    if predictions is None:
        return f"{words}: {', '.join(shown)}."
    mistakes = [
        text for text, true, taken in zip(shown, labels, predictions, strict=True) if true != taken
    ]
    right = len(images) - len(mistakes)
    if not mistakes:
        return f"{words}; the model names all of them right: {', '.join(shown)}."
    return f"{words}; the model names {right} right. It says of the others: {'; '.join(mistakes)}."


def caption(k, labels, predictions, class_names):
    """What stands above picture k: its class, or the answer and what would have been right."""
    name = (lambda label: class_names[int(label)]) if class_names else str
    if labels is None and predictions is None:
        return ""
    if predictions is None:
        return name(labels[k])
    if labels is None or labels[k] == predictions[k]:
        return name(predictions[k])
    return f"{name(predictions[k])}, not {name(labels[k])}"


def checked(images):
    images = np.asarray(images)
    if images.ndim != 3 or not len(images):
        raise ValueError(
            f"images: expected shape (n, height, width), got {images.shape}; "
            "a flat row becomes a picture by row.reshape(-1, height, width)"
        )
    return images
