"""Three photographs of surfaces, and small pieces cut out of them."""

from dataclasses import dataclass

import numpy as np

from .dataset import Dataset
from .files import read
from .pictures import pixel_names

TEXTURES = ("brick", "grass", "gravel")
SOURCE = (
    "photographs from CC0Textures (brick: Bricks25, gravel: Gravel04) and by linolafett on "
    "DeviantArt (grass: Grass-01), cut and turned gray for scikit-image 0.16 (2019)"
)
LICENSE = "CC0 1.0"
BORDER = 341  # columns to the left of it: two thirds of a picture


@dataclass(frozen=True, eq=False)
class Textures:
    """Three pictures, (3, 512, 512) float32 in 0..1, with their names, source and license."""

    pictures: np.ndarray
    class_names: tuple[str, ...]
    source: str
    license: str
    description: str

    def __repr__(self):
        return f"Textures(pictures: {self.pictures.shape}): {self.description}"


def load_textures():
    """Three gray photographs: brick, grass, gravel; pictures: (3, 512, 512) in 0..1."""
    arrays = read("textures")
    return Textures(
        pictures=np.stack([arrays[name] for name in TEXTURES]).astype(np.float32) / 255,
        class_names=TEXTURES,
        source=SOURCE,
        license=LICENSE,
        description="three gray photographs of 512 x 512 pixels: brick, grass, gravel.",
    )


def load_texture_crops(part="left", count=400, size=24, seed=0, standardize=True):
    """Square pieces cut out of the three textures at places drawn at random.

    part: "left" cuts inside the left two thirds of each picture, "right" inside the right third;
        no pixel is in both, so one trains and the other tests. "whole" cuts anywhere: two of its
        pieces may overlap, and a random split then has the same pixels on both sides.
    count: pieces of each texture; size: their side in pixels, 1..171 (whole: 512)
    standardize: every piece gets mean 0 and deviation 1, so that neither brightness nor contrast
        tells the textures apart; otherwise the values are the picture's, 0..1
    x: (3 * count, size * size), y: (3 * count,), 0 brick, 1 grass, 2 gravel, in this order;
    groups: (3 * count,), the column at which a piece begins.
    """
    columns = {"left": (0, BORDER), "right": (BORDER, 512), "whole": (0, 512)}
    if part not in columns:
        raise ValueError(f"load_texture_crops(part={part!r}): expected 'left', 'right' or 'whole'")
    first, end = columns[part]
    if not 1 <= size <= end - first:
        raise ValueError(
            f"load_texture_crops(size={size!r}): expected 1 to {end - first} pixels for the part "
            f"{part!r}"
        )
    if count < 1:
        raise ValueError(f"load_texture_crops(count={count!r}): expected at least 1")
    rng = np.random.default_rng(seed)
    pictures = load_textures().pictures
    rows = rng.integers(0, 512 - size + 1, (3, count))
    starts = rng.integers(first, end - size + 1, (3, count))
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (size, size), axis=(1, 2))
    x = windows[np.arange(3)[:, None], rows, starts].reshape(3 * count, size * size)
    if standardize:
        x = (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-6)
    return Dataset(
        x=x.astype(np.float32),
        y=np.repeat(np.arange(3), count),
        feature_names=pixel_names(size, size),
        class_names=TEXTURES,
        source=SOURCE,
        license=LICENSE,
        description=f"{3 * count:,} pieces of {size} x {size} pixels of three textures "
        f"({part} part), {count} of each, so guessing is right for 0.33.",
        image_shape=(size, size),
        groups=starts.ravel(),
    )
