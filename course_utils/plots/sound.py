"""Sound seen over time: the waveform, and the strength of every frequency."""

import numpy as np

from .colors import COLORS
from .style import axes_or_new


def waveform(signal, sample_rate, *, ax=None):
    """Draw a signal, (samples,), against the time in seconds. Returns the Axes.

    sample_rate: samples per second, in Hz
    """
    signal = np.asarray(signal, float)
    ax = axes_or_new(ax, figsize=(6.4, 2.4))
    seconds = np.arange(len(signal)) / sample_rate
    ax.plot(seconds, signal, color=COLORS["function"], linewidth=0.8, linestyle="-")
    ax.set(xlabel="time (s)", ylabel="amplitude", xlim=(0, len(signal) / sample_rate))
    return ax


def describe_waveform(signal, sample_rate):
    """The figure of `waveform` in words: how long, and where it is loudest."""
    signal = np.asarray(signal, float)
    loudest = int(np.argmax(np.abs(signal)))
    return (
        f"Waveform of {len(signal) / sample_rate:.2f} s, between {signal.min():.2g} and "
        f"{signal.max():.2g}, with its largest swing at {loudest / sample_rate:.2f} s."
    )


def spectrogram(magnitudes, sample_rate, hop, *, floor=-80, ax=None):
    """Draw magnitudes over time and frequency, in decibels below the strongest.

    magnitudes: (frames, bins), not negative; bins go evenly from 0 to half the sample rate
    sample_rate: in Hz; hop: samples from one frame to the next
    floor: what is weaker than so many dB is drawn as silence
    Returns the Axes.
    """
    decibels, seconds, highest = scaled(magnitudes, sample_rate, hop, floor)
    ax = axes_or_new(ax)
    picture = ax.imshow(
        decibels.T, origin="lower", aspect="auto", cmap="cividis", vmin=floor, vmax=0,
        extent=(0, seconds, 0, highest),
    )  # fmt: skip
    ax.figure.colorbar(picture, ax=ax, label="strength (dB)")
    ax.grid(False)
    ax.set(xlabel="time (s)", ylabel="frequency (Hz)")
    return ax


def describe_spectrogram(magnitudes, sample_rate, hop):
    """The figure of `spectrogram` in words: its extent, and the strongest frequencies over time."""
    decibels, seconds, highest = scaled(magnitudes, sample_rate, hop, -80)
    frequencies = np.linspace(0, highest, decibels.shape[1])
    thirds = np.array_split(decibels, min(3, len(decibels)))
    strongest = [frequencies[part.max(axis=0).argmax()] for part in thirds]
    return (
        f"Strength of the frequencies from 0 to {highest:g} Hz over {seconds:.2f} s, in "
        f"{len(decibels)} frames. Strongest frequency at the beginning, in the middle and at the "
        f"end: {', '.join(f'{frequency:.0f} Hz' for frequency in strongest)}."
    )


def scaled(magnitudes, sample_rate, hop, floor):
    """Decibels below the maximum, not under the floor; the length in s; the highest frequency."""
    magnitudes = np.asarray(magnitudes, float)
    if magnitudes.ndim != 2 or (magnitudes < 0).any():
        raise ValueError(
            "magnitudes: expected shape (frames, bins) without negative values, got "
            f"{magnitudes.shape}; of a complex transform, pass np.abs(...)"
        )
    strongest = magnitudes.max() or 1.0
    decibels = 20 * np.log10(np.maximum(magnitudes / strongest, 10 ** (floor / 20)))
    return decibels, len(magnitudes) * hop / sample_rate, sample_rate / 2
