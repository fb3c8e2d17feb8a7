"""Several curves over one axis, told apart by color, line style and marker, with their names."""

import numpy as np

from .colors import BLACK, BLUE, GRAY, GREEN, ORANGE, VERMILION
from .curves import verb, written
from .style import axes_or_new

LOOKS = (
    (BLACK, "-", "o"),
    (BLUE, "--", "s"),
    (VERMILION, ":", "^"),
    (ORANGE, "-.", "v"),
    (GREEN, "-", "D"),
    (GRAY, "--", "P"),
)


def lines(curves, *, x=None, xlabel=None, ylabel=None, log="", ax=None):
    """Draw up to six curves; their names stand beside them, in the order of their right ends.

    curves: dict from a name to values (n,), or (draws, n) for several draws of the same thing
    x: (n,), for all of them; without it 1, 2, ..., n
    log: the logarithmic axes: "", "x", "y" or "xy"
    Returns the Axes.
    """
    checked = rows_of(curves)
    ax = axes_or_new(ax, figsize=(7.2, 3.2))
    for (name, rows), (color, style, marker) in zip(checked.items(), LOOKS, strict=False):
        at = np.arange(1, rows.shape[1] + 1) if x is None else np.asarray(x)
        marker = marker if rows.size <= 30 else None
        width = 2 if len(rows) == 1 else 1
        drawn = ax.plot(at, rows.T, style, color=color, marker=marker, markersize=5,
                        linewidth=width)  # fmt: skip
        drawn[0].set_label(name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set(**{f"{axis}scale": "log" for axis in log})
    if x is None:
        ax.xaxis.get_major_locator().set_params(integer=True)
    handles, names = ax.get_legend_handles_labels()
    order = np.argsort([-np.nan_to_num(checked[name][:, -1].mean(), nan=np.inf) for name in names])
    ax.legend([handles[k] for k in order], [names[k] for k in order],
              loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=2.6)  # fmt: skip
    return ax


def describe_lines(curves, *, x=None, xlabel=None, ylabel=None):
    """The figure of `lines` in words: from where to where each curve goes, a mean of its draws."""
    checked = rows_of(curves)
    n = next(iter(checked.values())).shape[1]
    first, last = (1, n) if x is None else (x[0], x[-1])
    words = []
    for name, rows in checked.items():
        begin, end = rows[:, 0].mean(), rows[:, -1].mean()
        draws = f", {len(rows)} draws," if len(rows) > 1 else ""
        words.append(f"{name}{draws} {verb(begin, end)}")
    over = f"{xlabel or 'x'} from {written(first)} to {written(last)}"
    return f"{ylabel or 'y'} over {over}: {'; '.join(words)}."


def rows_of(curves):
    """{name: (draws, n)}, checked."""
    if not 1 <= len(curves) <= len(LOOKS):
        raise ValueError(f"lines: expected 1 to {len(LOOKS)} curves, got {len(curves)}")
    rows = {name: np.atleast_2d(np.asarray(values, float)) for name, values in curves.items()}
    if len({one.shape[1] for one in rows.values()}) > 1 or any(r.ndim > 2 for r in rows.values()):
        shapes = ", ".join(f"{name} {one.shape}" for name, one in rows.items())
        raise ValueError(f"lines: expected curves of one length, got {shapes}")
    return rows
