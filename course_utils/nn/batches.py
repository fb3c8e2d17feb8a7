"""Rows in portions: mini-batches for training, and a part set aside for validation."""

import numpy as np

from .numbers import number_between


def minibatches(arrays, batch_size, order=None):
    """Lists of at most `batch_size` rows of each array, in the given order of rows.

    Shuffled rows are gathered into the same arrays again and again: a batch is valid until the
    next one comes. (With mode="clip", `take` writes straight into them.)
    """
    n = len(arrays[0])
    if order is None:
        for start in range(0, n, batch_size):
            yield [a[start : start + batch_size] for a in arrays]
        return
    spaces = [np.empty((batch_size, *a.shape[1:]), a.dtype) for a in arrays]
    for start in range(0, n, batch_size):
        rows = order[start : start + batch_size]
        if len(rows) < batch_size:
            spaces = [space[: len(rows)] for space in spaces]
        for array, space in zip(arrays, spaces, strict=True):
            array.take(rows, axis=0, out=space, mode="clip")
        yield spaces


def split_off_end(arrays, fraction):
    """The arrays without their last rows, and those, as Keras splits: before any shuffling."""
    fraction = number_between("fit", "validation_split", fraction, 0, 1)
    n = len(arrays[0])
    kept = int(n * (1 - fraction))
    if not 0 < kept < n:
        raise ValueError(f"validation_split: {fraction} of {n} rows leaves one side empty")
    first = [None if a is None else a[:kept] for a in arrays]
    return first, [None if a is None else a[kept:] for a in arrays]


def weights_of_classes(class_weight, y):
    """One weight for each row of y, whole-number labels or one-hot; a class not named counts 1."""
    if not isinstance(class_weight, dict):
        raise TypeError(
            f"class_weight: expected a dict such as {{0: 1.0, 1: 5.0}}, got {class_weight!r}"
        )
    labels = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.ravel()
    weights = np.ones(len(labels))
    for label, weight in class_weight.items():
        if isinstance(label, str) or label != int(label):
            raise ValueError(f"class_weight: expected classes as whole numbers, got {label!r}")
        weights[labels == label] = number_between("class_weight", "every weight", weight)
    return weights
