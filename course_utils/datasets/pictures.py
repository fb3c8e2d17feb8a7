"""Pictures of handwritten digits."""

import numpy as np

from .dataset import Dataset
from .files import read

DIGITS = tuple("0123456789")


def load_digits():
    """1,797 handwritten digits of 8 x 8 pixels; x: (1797, 64) in 0..1, y: (1797,) in 0..9."""
    arrays = read("digits")
    return Dataset(
        x=arrays["x"].astype(np.float32) / 16,
        y=arrays["y"].astype(np.int64),
        feature_names=pixel_names(8, 8),
        class_names=DIGITS,
        source="E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (1998), "
        "UCI Machine Learning Repository, doi:10.24432/C50P49",
        licence="CC BY 4.0",
        description="1,797 handwritten digits of 8 x 8 pixels; ten classes of nearly equal size, "
        "so guessing the commonest is right for 0.10.",
        image_shape=(8, 8),
    )


def pixel_names(height, width):
    return tuple(f"pixel_{row}_{column}" for row in range(height) for column in range(width))
