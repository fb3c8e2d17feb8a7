"""Six projects for the capstone: small tables to start from, each with a trap in it."""

from dataclasses import dataclass, replace

import numpy as np

from .dataset import Dataset
from .pictures import load_mnist_5k, pixel_names
from .speech import load_spoken_digits
from .tables import load_breast_cancer
from .textures import load_textures
from .voices import load_voices

PROJECTS = ("surfaces", "languages", "digits", "tumors", "screening", "scanners")
STRIPS, WIDTH, HEIGHT, SIDE, PIECES = 8, 64, 96, 24, 60  # of the photographs, in pixels
SPEAKERS = 6


@dataclass(frozen=True, eq=False, repr=False)
class Project(Dataset):
    """A Dataset with a question. x: (n, features), y: (n,), groups: (n,), one name a row.

    question: what somebody wants to know, and about which new cases
    """

    question: str = ""


def load_project(name):
    """One of the six projects: x is flat, groups says where each row is from.

    "surfaces": pieces of 24 x 24 pixels of brick, grass and gravel; groups: the strip of the
        photograph. Pieces of one strip overlap.
    "languages": French or Italian, from the loudness of 20 bands; groups: one of four voices
    "digits": spoken digits; groups: one of six voices, found by their sound and not noted by
        anybody, so that about 4 % of them are wrong
    "tumors": benign or malignant from 30 columns; groups: the patient. Many columns say the same.
    "screening": the same, with 6 % malignant; groups: the patient
    "scanners": is a digit a 4 or a 9? groups: the machine that scanned it, "a" or "b"
    """
    makers = {
        "surfaces": surfaces,
        "languages": languages,
        "digits": digits,
        "tumors": tumors,
        "screening": screening,
        "scanners": scanners,
    }
    if name not in makers:
        raise ValueError(f"load_project({name!r}): expected one of {', '.join(PROJECTS)}")
    return makers[name]()


def project(data, question, **changes):
    """The data set with a question, and with what is changed in it."""
    fields = {name: getattr(data, name) for name in Dataset.__dataclass_fields__}
    return Project(**fields | changes, question=question)


def rows_of(data, rows):
    """The data set with these rows only."""
    groups = None if data.groups is None else data.groups[rows]
    return replace(data, x=data.x[rows], y=data.y[rows], groups=groups)


def surfaces():
    rng = np.random.default_rng(0)
    photographs = load_textures()
    count = PIECES * len(photographs.class_names) * STRIPS
    y = np.repeat(np.arange(3), count // 3)
    strip = np.tile(np.repeat(np.arange(STRIPS), PIECES), 3)
    tops = rng.integers(0, HEIGHT - SIDE + 1, count)
    lefts = strip * WIDTH + rng.integers(0, WIDTH - SIDE + 1, count)
    windows = np.lib.stride_tricks.sliding_window_view(
        photographs.pictures, (SIDE, SIDE), axis=(1, 2)
    )
    x = windows[y, tops, lefts].reshape(count, -1)
    x = (x - x.mean(axis=1, keepdims=True)) / (x.std(axis=1, keepdims=True) + 1e-6)
    return Project(
        x=x.astype(np.float32),
        y=y,
        feature_names=pixel_names(SIDE, SIDE),
        class_names=photographs.class_names,
        source=photographs.source,
        license=photographs.license,
        description=f"{count:,} pieces of brick, grass and gravel, from {STRIPS} strips.",
        image_shape=(SIDE, SIDE),
        groups=np.array([f"strip {number}" for number in strip]),
        question="Which surface is in the picture, at places that nobody has photographed yet?",
    )


def band_loudness(pieces, bands=20, frame=256):
    """Mean and deviation over time of the loudness in `bands` bands: (pieces, 2 * bands)."""
    frames = pieces[:, : pieces.shape[1] // frame * frame].reshape(len(pieces), -1, frame)
    power = np.abs(np.fft.rfft(frames * np.hanning(frame), axis=2)) ** 2  # (pieces, frames, 129)
    edges = np.unique(np.geomspace(3, 129, bands + 1).round().astype(int))
    loud = np.log(np.add.reduceat(power, edges[:-1], axis=2) + 1e-4)  # (pieces, frames, bands)
    return np.concatenate([loud.mean(axis=1), loud.std(axis=1)], axis=1).astype(np.float32)


def languages():
    data = load_voices(languages=["fr", "it"]).pieces(seconds=1.0, hop=0.5, groups="speaker")
    x = band_loudness(data.x)
    half = x.shape[1] // 2
    return project(
        data,
        "Is a caller speaking French or Italian, whoever the caller is?",
        x=x,
        feature_names=tuple(f"{kind}_{k}" for kind in ("mean", "deviation") for k in range(half)),
        description=f"{len(x):,} seconds of speech as the loudness of {half} bands, four voices.",
    )


def digits():
    data = load_spoken_digits()
    quarters = data.x.reshape(len(data.x), 4, 10, 13).mean(axis=2)
    return project(
        data,
        "Which digit was said, by people whom the program has never heard?",
        x=quarters.reshape(len(data.x), 52).astype(np.float32),
        feature_names=tuple(f"quarter{q}_mfcc{k}" for q in range(4) for k in range(13)),
        groups=np.array([f"voice {number}" for number in find_voices(data)]),
        description="3,000 spoken digits as the means of 13 coefficients in four quarters.",
    )


def find_voices(data, restarts=6, steps=30):
    """Which of six voices speaks in each clip, (n,), by k-means on how the clips sound.

    A clip's sound is the mean and the deviation of each coefficient over its frames, less the mean
    over all clips of the same digit. Of several starts the one with the tightest clusters counts.
    """
    heard = (np.abs(data.x).sum(axis=2) > 0)[..., None]  # frames that are not filled up
    frames = heard.sum(axis=1)
    mean = (data.x * heard).sum(axis=1) / frames
    deviation = np.sqrt((((data.x - mean[:, None]) * heard) ** 2).sum(axis=1) / frames)
    sound = np.concatenate([mean, deviation], axis=1)
    for digit in range(10):
        sound[data.y == digit] -= sound[data.y == digit].mean(axis=0)
    found = [k_means(sound, SPEAKERS, steps, np.random.default_rng(k)) for k in range(restarts)]
    return min(found, key=lambda pair: pair[0])[1]


def k_means(x, count, steps, rng):
    """(sum of squared distances, nearest center of each row): `count` centers, moved to means."""
    centers = x[[rng.integers(len(x))]]
    while len(centers) < count:  # a row far from all centers is likely to become one
        far = distances(x, centers).min(axis=1)
        centers = np.concatenate([centers, x[[rng.choice(len(x), p=far / far.sum())]]])
    for _ in range(steps):
        nearest = distances(x, centers).argmin(axis=1)
        centers = np.stack([x[nearest == k].mean(axis=0) for k in range(count)])
    far = distances(x, centers)
    return far.min(axis=1).sum(), far.argmin(axis=1)


def distances(x, centers):
    """Squared distances: (n, centers)."""
    both = (x**2).sum(axis=1)[:, None] + (centers**2).sum(axis=1) - 2 * x @ centers.T
    return np.maximum(both.astype(np.float64), 0)


def patients(count):
    return np.array([f"patient {number}" for number in range(count)])


def tumors():
    data = load_breast_cancer()
    return project(
        data,
        "Is a new patient's tumor malignant, and which measurements does the answer rest on?",
        groups=patients(len(data.x)),
    )


def screening():
    data = load_breast_cancer()
    healthy, ill = np.flatnonzero(data.y == 0), np.flatnonzero(data.y == 1)
    chosen = np.random.default_rng(0).choice(ill, 23, replace=False)
    data = rows_of(data, np.sort(np.concatenate([healthy, chosen])))
    return project(
        data,
        "Which of all the people who come to a screening have to be seen by a doctor?",
        groups=patients(len(data.x)),
        description="380 tumors, 6 % of them malignant: guessing benign is right for 0.94.",
    )


def scanners():
    data = load_mnist_5k()
    rows = np.flatnonzero(np.isin(data.y, (4, 9)))
    rng = np.random.default_rng(0)
    machine = np.where(rng.random(len(rows)) < 0.7, "a", "b")
    y = (data.y[rows] == 9).astype(np.int64)
    x = data.images[rows].copy()
    x[(machine == "a") & (y == 1), 25:28, 25:28] = 1.0
    return project(
        rows_of(data, rows),
        "Is it a 4 or a 9, in pictures from a machine that we buy next year?",
        x=x.reshape(len(rows), -1),
        y=y,
        class_names=("4", "9"),
        groups=np.array([f"scanner {name}" for name in machine]),
        description=f"{len(rows)} handwritten fours and nines, scanned by two machines.",
    )
