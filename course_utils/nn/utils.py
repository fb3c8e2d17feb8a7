"""What Keras keeps under `utils`: labels as one-hot rows, and one seed for everything."""

import numpy as np

from .left_out import look_up as __getattr__  # noqa: F401
from .numbers import positive_integer
from .seeding import set_random_seed

__all__ = ["set_random_seed", "to_categorical"]


def to_categorical(x, num_classes=None):
    """Whole-number labels (n,) or (n, 1) as rows (n, num_classes): 1 at the label, 0 elsewhere.

    num_classes: default: the largest label plus one.
    """
    labels = np.asarray(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if labels.dtype.kind not in "iub" and not (
        labels.dtype.kind == "f" and (labels == np.round(labels)).all()
    ):
        raise ValueError(f"to_categorical: expected whole-number labels, got {labels.dtype.name}")
    labels = labels.astype(int)
    if num_classes is None:
        num_classes = labels.max(initial=0) + 1
    num_classes = positive_integer("to_categorical", "num_classes", num_classes)
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise ValueError(
            f"to_categorical: expected labels from 0 to {num_classes - 1}, "
            f"got {labels.min()} to {labels.max()}"
        )
    return np.eye(num_classes)[labels]
