"""The loss over the epochs: on the rows trained on, on those held out, and the epoch chosen."""

import numpy as np

from .colors import COLORS, LINES, MARKERS
from .style import axes_or_new


def loss_curves(history, *, metric="loss", chosen=None, log=False, ax=None):
    """Draw a metric after every epoch, for training and, if it is there, validation.

    history: what `fit` returns, or its dict: {"loss": [...], "val_loss": [...]}
    metric: "loss", or another key such as "accuracy"
    chosen: the epoch, counted from 1, whose weights are kept
    log: a logarithmic scale, on which a steady rate of improvement is a straight line
    Returns the Axes.
    """
    curves = curves_of(history, metric)
    ax = axes_or_new(ax)
    for role, values in curves.items():
        epochs = np.arange(1, len(values) + 1)
        marker = MARKERS[role] if len(values) <= 30 else None
        ax.plot(
            epochs, values, color=COLORS[role], linestyle=LINES[role], marker=marker,
            markersize=5, label=role,
        )  # fmt: skip
    if chosen is not None:
        role, values = list(curves.items())[-1]
        value = values[checked_epoch(chosen, values) - 1]
        ax.axvline(chosen, color=COLORS["chosen"], linestyle=LINES["chosen"], zorder=1)
        ax.plot(
            chosen, value, color=COLORS["chosen"], marker=MARKERS["chosen"], markersize=14,
            markeredgecolor="white", linestyle="none", label=f"epoch chosen: {chosen}", zorder=3,
        )  # fmt: skip
    ax.set(xlabel="epoch", ylabel=metric, yscale="log" if log else "linear")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def describe_loss_curves(history, *, metric="loss", chosen=None):
    """The figure of `loss_curves` in words: from where to where, and where it turns."""
    curves = curves_of(history, metric)
    sentences = []
    for role, values in curves.items():
        name = metric if len(curves) == 1 else f"{role} {metric}"
        epochs = "1 epoch" if len(values) == 1 else f"{len(values)} epochs"
        sentence = f"{name} {verb(values[0], values[-1])} in {epochs}"
        best = int(np.argmin(values) if "loss" in metric else np.argmax(values))
        if best not in (0, len(values) - 1) and written(values[best]) != written(values[-1]):
            sentence += f", with its best value {written(values[best])} at epoch {best + 1}"
        sentences.append(sentence)
    if chosen is not None:
        sentences.append(f"a star marks epoch {chosen}, whose weights are kept")
    return "; ".join(sentences) + "."


def curves_of(history, metric):
    """{"train": values, "validation": values}; the second only where the history has it."""
    history = getattr(history, "history", history)
    if metric not in history:
        known = ", ".join(history) or "nothing"
        raise KeyError(f"metric={metric!r}: the history holds {known}")
    curves = {"train": history[metric], "validation": history.get(f"val_{metric}", ())}
    return {role: np.asarray(values, float) for role, values in curves.items() if len(values)}


def checked_epoch(chosen, values):
    if not 1 <= chosen <= len(values):
        raise ValueError(f"chosen={chosen!r}: expected an epoch from 1 to {len(values)}")
    return chosen


def verb(first, last):
    if not np.isfinite(last):
        return f"starts at {written(first)} and is no longer finite at the end,"
    if written(first) == written(last):
        return f"stays at {written(last)}"
    return f"{'falls' if last < first else 'rises'} from {written(first)} to {written(last)}"


def written(value):
    """Two decimals, or three significant digits where two decimals would hide the value."""
    return f"{value:.2f}" if 0.1 <= abs(value) < 1000 else f"{value:.3g}"
