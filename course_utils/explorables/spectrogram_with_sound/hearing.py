"""Spectra of short sounds and what is left of them without a band: the same as hearing.js."""

import numpy as np

RATE = 8000  # samples a second
LONGEST = 12_000  # samples, 1.5 s
POINTS = 16_384  # of the transform of a whole sound
FLOOR = -60  # dB; what is weaker is drawn as silence


def two_voices():
    """{name: (5600,)}: a low and a high voice that sing the same vowels, the low one off zero.

    Each is a row of harmonics of a gliding pitch, strong near two moving resonances.
    """
    return {
        "low voice": sung(pitch=115, offset=0.15),
        "high voice": sung(pitch=210, offset=0.0),
    }


def sung(pitch, offset):
    t = np.arange(5600) / RATE
    part = t / t[-1]
    glide = pitch * (1 + 0.15 * np.sin(np.pi * part))
    turns = 2 * np.pi * np.cumsum(glide) / RATE
    low, high = 700 - 400 * part, 1200 + 1000 * part  # from "ah" to "ee"
    sound = np.zeros(len(t))
    for k in range(1, int(3600 / (1.15 * pitch))):
        f = k * glide
        strength = 1 / (1 + ((f - low) / 90) ** 2) + 0.5 / (1 + ((f - high) / 110) ** 2)
        sound += strength * np.sin(k * turns)
    loudness = np.sin(np.pi * part) ** 0.5 * (0.35 + 0.65 * np.cos(3 * np.pi * part) ** 2)
    return 0.3 * loudness * sound / np.abs(sound).max() + offset * 0.3


def spectrogram(x, size):
    """(frames, size // 2 + 1): strengths in dB under the loudest; hop is half a window."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 2]
    strength = np.abs(np.fft.rfft(frames * window))
    least = 10 ** (FLOOR / 20) * strength.max()
    return 20 * np.log10(np.maximum(strength, least or 1) / (strength.max() or 1))


def energies(x):
    """(POINTS // 2 + 1,): the share of the energy at each frequency from 0 to RATE / 2."""
    energy = np.abs(np.fft.rfft(x, POINTS)) ** 2
    energy[1:-1] *= 2  # the mirror image of the upper half
    return energy / (energy.sum() or 1)


def inside(low, high):
    """(POINTS // 2 + 1,) of bool: which frequencies belong to a band; the last one to the top."""
    f = np.arange(POINTS // 2 + 1) * RATE / POINTS
    return (f >= low) & ((f < high) | (high >= RATE / 2))


def share(x, low, high):
    """How much of the energy of x lies in the band, 0 to 1."""
    return float(energies(x)[inside(low, high)].sum())


def heard(x, low, high, what):
    """x, (samples,), as it is heard: "everything", "only the band", "without the band"."""
    if what == "everything":
        return np.array(x)
    kept = inside(low, high) == (what == "only the band")
    return np.fft.irfft(np.fft.rfft(x, POINTS) * kept, POINTS)[: len(x)]


def curve(x, strips=64):
    """(strips,): the energy in strips of equal width from 0 to RATE / 2, in dB under all of it."""
    parts = energies(x)[:-1].reshape(strips, -1).sum(axis=1)
    return 10 * np.log10(np.maximum(parts, 10 ** (FLOOR / 10)))
