"""An activation function with its slope, and the stretches where it can't learn."""

import numpy as np

from .colors import COLORS, LINES
from .style import axes_or_new

FLAT = 0.01  # a slope below this passes on less than a hundredth of the gradient


def activation(function, derivative=None, *, name=None, limits=(-8, 8), ax=None):
    """Draw f(z) and its slope f'(z); shade where the slope is below 0.01 in size.

    function: callable on an array, or a Keras name, as "relu"
    derivative: callable on an array; without it the function's own, if it has one as those of
        `course_utils.nn` have, or else central differences
    limits: the range of z
    Returns the Axes.
    """
    function, derivative, name = look_up(function, derivative, name)
    z, y, slope = sample(function, derivative, limits)
    ax = axes_or_new(ax)
    ax.axhline(0, color=COLORS["neutral"], linewidth=0.8)
    ax.axvline(0, color=COLORS["neutral"], linewidth=0.8)
    for number, (left, right) in enumerate(flat_stretches(z, slope)):
        label = f"slope below {FLAT}" if number == 0 else None
        ax.axvspan(left, right, color=COLORS["shade"], linewidth=0, zorder=0, label=label)
    ax.plot(z, y, color=COLORS["function"], linestyle=LINES["function"], label=f"{name}(z)")
    ax.plot(z, slope, color=COLORS["gradient"], linestyle=LINES["gradient"], label="its slope")
    ax.set(xlabel="pre-activation z", ylabel="value", xlim=limits)
    ax.legend()
    return ax


def describe_activation(function, derivative=None, *, name=None, limits=(-8, 8)):
    """The figure of `activation` in words, from the same arguments."""
    function, derivative, name = look_up(function, derivative, name)
    z, y, slope = sample(function, derivative, limits)
    words = (
        f"Two curves against the pre-activation z from {z[0]:g} to {z[-1]:g}. "
        f"{name} goes from {y[0]:.3g} to {y[-1]:.3g}. "
        f"Its slope is at least {slope.min():.3g} and at most {slope.max():.3g}"
    )
    stretches = flat_stretches(z, slope)
    if not stretches:
        return f"{words}; nowhere is it smaller than {FLAT} for long."
    places = " and ".join(
        # Adding 0 turns the -0 that rounding may give into 0.
        f"from {round(left, 1) + 0:g} to {round(right, 1) + 0:g}"
        for left, right in stretches
    )
    return f"{words}; shaded, where the slope is smaller than {FLAT}: z {places}."


def look_up(function, derivative, name):
    """The callable, its slope if that is known, and what to call it."""
    if isinstance(function, str):
        from course_utils.nn import activations

        function = activations.get(function)
    derivative = derivative or getattr(function, "derivative", None)
    return function, derivative, name or getattr(function, "__name__", "f")


def sample(function, derivative, limits):
    """z, f(z) and f'(z) at 800 places; an even number, so that a kink at 0 is not one of them."""
    z = np.linspace(*limits, 800)
    y = np.asarray(function(z))
    if derivative is not None:
        return z, y, np.asarray(derivative(z))
    h = 1e-5
    return z, y, (np.asarray(function(z + h)) - np.asarray(function(z - h))) / (2 * h)


def flat_stretches(z, slope, shortest=0.1):
    """[(left, right), ...] where the slope stays below FLAT in size for at least `shortest`."""
    flat = np.concatenate([[False], np.abs(slope) < FLAT, [False]])
    edges = np.flatnonzero(np.diff(flat.astype(int)))
    pairs = [(z[start], z[stop - 1]) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return [(left, right) for left, right in pairs if right - left >= shortest]
