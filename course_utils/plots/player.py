"""Puts a sound into the notebook that can be played, with words for those who don't hear it."""

import base64
import html
import io
import wave

import numpy as np

from .figure import running_shell, with_code

LONGEST = 3  # seconds: a notebook stores every sound that it holds


def play(signal, sample_rate, caption):
    """Display a player for a signal, (samples,), and return nothing.

    sample_rate: in Hz; caption: what is heard, and what to listen for; everybody reads this
    The loudest sample becomes 0.9 of full scale. Outside a notebook it prints the caption.
    Raises ValueError if the caption is empty or the signal longer than 3 s, about 60 KB each.
    """
    signal = np.asarray(signal, float)
    if not caption or not caption.strip():
        raise ValueError(f"play(caption={caption!r}): expected a sentence that says what is heard")
    if signal.ndim != 1 or not 0 < len(signal) <= LONGEST * sample_rate:
        raise ValueError(
            f"play: expected a signal of shape (samples,) and at most {LONGEST} s, "
            f"got {signal.shape} at {sample_rate} Hz"
        )
    if running_shell() is None:
        print(f"Sound: {caption}")
        return
    from IPython.display import display

    words = f"Sound: {caption}"
    display({"text/html": as_html(signal, sample_rate, caption), "text/plain": words}, raw=True)


def as_html(signal, sample_rate, caption):
    """One HTML <figure>: the sound as a data URI, labeled for screen readers, and its caption."""
    sound = base64.b64encode(as_wav(signal, sample_rate)).decode("ascii")
    return (
        '<figure style="margin: 0.5em 0">'
        f'<audio controls preload="none" aria-label="{html.escape(caption)}" '
        f'src="data:audio/wav;base64,{sound}"></audio>'
        f"<figcaption>{with_code(caption)}</figcaption></figure>"
    )


def as_wav(signal, sample_rate):
    """A WAV file of 16 bits a sample, one channel."""
    loudest = np.abs(signal).max() or 1.0
    samples = np.round(signal / loudest * 0.9 * 32767).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(int(sample_rate))
        file.writeframes(samples.tobytes())
    return buffer.getvalue()
