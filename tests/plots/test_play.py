"""A sound in a notebook: it can be played, and says in words what is heard."""

import base64
import io
import re
import wave

import numpy as np
import pytest

from course_utils import plots
from course_utils.plots import player

TONE = np.sin(2 * np.pi * 440 * np.arange(800) / 8000)


def samples_of(page):
    """The samples and the rate of the WAV file that stands in the HTML."""
    sound = base64.b64decode(re.search(r'src="data:audio/wav;base64,([^"]+)"', page)[1])
    with wave.open(io.BytesIO(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return samples, file.getframerate()


def test_the_page_holds_the_samples_at_their_rate():
    samples, rate = samples_of(player.as_html(0.01 * TONE, 8000, "a tone"))
    assert rate == 8000
    np.testing.assert_allclose(samples / 32767, 0.9 * TONE / np.abs(TONE).max(), atol=2e-5)


def test_silence_stays_silent():
    samples, _ = samples_of(player.as_html(np.zeros(80), 8000, "nothing"))
    assert not samples.any()


def test_the_caption_is_text_and_the_label_for_screen_readers():
    page = player.as_html(TONE, 8000, 'a "tone" <b>')
    assert 'aria-label="a &quot;tone&quot; &lt;b&gt;"' in page
    assert "<figcaption>a &quot;tone&quot; &lt;b&gt;</figcaption>" in page


def test_outside_a_notebook_the_words_are_printed(capsys):
    plots.play(TONE, 8000, "a tone of 440 Hz")
    assert capsys.readouterr().out == "Sound: a tone of 440 Hz\n"


@pytest.mark.parametrize(
    ("signal", "caption", "words"),
    [
        (TONE, " ", "caption"),
        (np.zeros(8000 * 3 + 1), "long", "at most 3 s"),
        (np.zeros((2, 80)), "two channels", r"\(2, 80\)"),
        (np.zeros(0), "nothing", r"\(0,\)"),
    ],
)
def test_what_cannot_be_played_is_refused(signal, caption, words):
    with pytest.raises(ValueError, match=words):
        plots.play(signal, 8000, caption)
