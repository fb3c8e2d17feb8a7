"""Rows in portions: mini-batches for training, and a part set aside for validation."""

import numpy as np


def minibatches(x, y, batch_size, order=None):
    """Pairs of at most `batch_size` rows of x and y, in the given order of rows.

    Shuffled rows are gathered into the same two arrays again and again: a batch is valid until the
    next one comes. (With mode="clip", `take` writes straight into them.)
    """
    if order is None:
        for start in range(0, len(x), batch_size):
            yield x[start : start + batch_size], y[start : start + batch_size]
        return
    x_space = np.empty((batch_size, *x.shape[1:]), x.dtype)
    y_space = np.empty((batch_size, *y.shape[1:]), y.dtype)
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        x_batch, y_batch = x_space[: len(rows)], y_space[: len(rows)]
        x.take(rows, axis=0, out=x_batch, mode="clip")
        y.take(rows, axis=0, out=y_batch, mode="clip")
        yield x_batch, y_batch


def split_off_end(x, y, fraction):
    """x, y without their last rows, and (x, y) of those, as Keras splits: before any shuffling."""
    if not 0 < fraction < 1:
        raise ValueError(f"validation_split: expected a share between 0 and 1, got {fraction}")
    kept = int(len(x) * (1 - fraction))
    if not 0 < kept < len(x):
        raise ValueError(f"validation_split: {fraction} of {len(x)} rows leaves one side empty")
    return x[:kept], y[:kept], (x[kept:], y[kept:])
