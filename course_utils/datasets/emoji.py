"""The same 800 objects, drawn twice: emoji in the styles of Google and of Twitter."""

import numpy as np

from .dataset import Dataset
from .files import read

STYLES = {
    "google": (
        "Google, Noto Emoji (2024), as the package emoji-datasource-google 16.0.0 ships it",
        "Apache-2.0",
    ),
    "twitter": (
        "Twitter, Inc and other contributors, Twemoji (2024), as the package "
        "emoji-datasource-twitter 16.0.0 ships it",
        "CC BY 4.0",
    ),
}


def load_emoji(style="google"):
    """800 drawings of 32 x 32 colored pixels, 100 of each of eight kinds.

    style: "google" or "twitter"; row k shows the same object in both, so that a network that
        learned one style can be asked about the other
    x: (800, 3072) in 0..1, red, green, blue of each pixel on white; images: (800, 32, 32, 3)
    y: (800,) in 0..7, sorted: the first 100 rows are animals; groups: (800,), the object's name
    Every object is there once: one cook, not the woman, the man and the person.
    """
    if style not in STYLES:
        raise ValueError(f"load_emoji(style={style!r}): expected 'google' or 'twitter'")
    arrays = read("emoji")
    source, terms = STYLES[style]
    return Dataset(
        x=arrays[style].reshape(800, -1).astype(np.float32) / 63,
        y=arrays["y"].astype(np.int64),
        feature_names=tuple(
            f"{color}_{row}_{column}"
            for row in range(32)
            for column in range(32)
            for color in ("red", "green", "blue")
        ),
        class_names=tuple(str(name) for name in arrays["classes"]),
        source=source,
        license=terms,
        description=f"800 emoji of 32 x 32 pixels, drawn by {style.title()}, in eight kinds, "
        "100 of each, so guessing is right for 0.12.",
        image_shape=(32, 32, 3),
        groups=arrays["names"],
    )
