"""Rebuilds the vendored data files from the packages that ship them.

python course_utils/data/rebuild.py          write every file and SHA256SUMS
"""

import csv
import gzip
import hashlib
import io
from importlib.resources import files
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def digits():
    """From scikit-learn: 64 pixel values 0..16, then the label."""
    packed = files("sklearn.datasets.data").joinpath("digits.csv.gz").read_bytes()
    rows = list(csv.reader(io.StringIO(gzip.decompress(packed).decode())))
    table = np.array(rows, float).astype(np.uint8)
    return {"x": table[:, :64], "y": table[:, 64]}


BUILDERS = [digits]


def main():
    lines = []
    for build in BUILDERS:
        path = FOLDER / f"{build.__name__}.npz"
        np.savez_compressed(path, **build())
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (FOLDER / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    main()
