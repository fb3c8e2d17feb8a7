"""Spectrogram with sound: its mathematics against NumPy, its facts, its sound, its tasks."""

import base64
import io
import re
import wave

import numpy as np
import pytest

from course_utils.datasets import load_voices
from course_utils.explorables import SpectrogramWithSound
from course_utils.explorables.spectrogram_with_sound import hearing

NAME = "spectrogram_with_sound"
RNG = np.random.default_rng(0)
SOUNDS = [
    0.1 * RNG.normal(size=3000),
    np.sin(0.4 * np.arange(1024)),
    *hearing.two_voices().values(),
]
EDGES = np.arange(0, 4001, 125)


def lesson_sounds():
    """The two recordings that lesson 19 shows."""
    both = load_voices(speakers=["Armelle", "June"])
    return {
        str(name): both.clips[np.flatnonzero((both.speaker == name) & (both.meaning == "3"))[0]]
        for name in ("Armelle", "June")
    }


def solutions(sounds):
    """The bands of the first task: at most 250 Hz, a fifth of one, hardly any of the other."""
    found = []
    for low in EDGES[:-1]:
        for high in (low + 125, low + 250):
            shares = [hearing.share(x, low, high) for x in sounds.values()]
            if high <= 4000 and max(shares) >= 0.2 and min(shares) < 0.01:
                found.append((int(low), int(high)))
    return found


# Mathematics --------------------------------------------------------------------------------


@pytest.mark.parametrize("sound", SOUNDS, ids=["noise", "sine", "low voice", "high voice"])
@pytest.mark.parametrize("size", [32, 256, 1024])
def test_the_spectrogram_agrees_with_numpy(module, sound, size):
    found = module(
        NAME,
        "(({ frames, bins, decibels }) => [frames, bins, [...decibels]])"
        "(m.spectrogram(Float64Array.from(a[0]), a[1]))",
        [sound.tolist(), size],
    )
    expected = hearing.spectrogram(sound, size)
    assert tuple(found[:2]) == expected.shape
    np.testing.assert_allclose(np.reshape(found[2], expected.shape), expected, atol=1e-3)


@pytest.mark.parametrize("sound", SOUNDS, ids=["noise", "sine", "low voice", "high voice"])
def test_energies_and_curve_agree_with_numpy_and_sum_to_all(module, sound):
    energy, curve = module(
        NAME,
        "((e) => [[...e], [...m.curve(e)]])(m.energies(m.spectrum(Float64Array.from(a))))",
        sound.tolist(),
    )
    np.testing.assert_allclose(energy, hearing.energies(sound), atol=1e-9)
    np.testing.assert_allclose(curve, hearing.curve(sound), atol=1e-6)
    assert sum(energy) == pytest.approx(1)


@pytest.mark.parametrize("what", ["everything", "only the band", "without the band"])
@pytest.mark.parametrize(("low", "high"), [(0, 125), (500, 1500), (3000, 4000), (0, 4000)])
def test_what_is_heard_agrees_with_numpy(module, what, low, high):
    sound = SOUNDS[0]
    found = module(
        NAME,
        "[...m.heard(Float64Array.from(a[0]), a[1], a[2], a[3])]",
        [sound.tolist(), low, high, what],
    )
    np.testing.assert_allclose(found, hearing.heard(sound, low, high, what), atol=1e-9)


def test_band_and_rest_add_up_to_the_sound():
    for sound in SOUNDS:
        parts = [hearing.heard(sound, 500, 1500, w) for w in ("only the band", "without the band")]
        np.testing.assert_allclose(sum(parts), sound, atol=1e-9)


def test_a_sine_lies_in_its_band_alone():
    sine = np.sin(2 * np.pi * 1000 * np.arange(8000) / hearing.RATE)
    assert hearing.share(sine, 875, 1125) > 0.99
    assert np.abs(hearing.heard(sine, 500, 1500, "without the band"))[500:-500].max() < 0.02


def test_the_sound_is_a_wav_file_of_the_samples(module):
    sound = SOUNDS[1]
    uri = module(NAME, "m.asWav(Float64Array.from(a))", sound.tolist())
    with wave.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 1, 1)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
    expected = 114 * sound / np.abs(sound).max()
    np.testing.assert_allclose(samples.astype(float) - 128, expected, atol=0.51)


@pytest.mark.parametrize(
    ("sounds", "words"),
    [
        ({"a": np.zeros(2000)}, "two recordings"),
        ({"a": np.zeros(2000), "b": np.zeros(500)}, "1024"),
        ({"a": np.zeros(2000), "b": np.zeros(12_001)}, "12000"),
        ({"a": np.zeros(2000), "b": np.full(2000, np.nan)}, "finite"),
        ({"a": np.zeros(2000), "b": np.zeros((2, 2000))}, "samples"),
    ],
)
def test_sounds_that_cannot_be_shown_are_refused(sounds, words):
    with pytest.raises(ValueError, match=words):
        SpectrogramWithSound(sounds=sounds)


# What it teaches ----------------------------------------------------------------------------


@pytest.mark.parametrize("sounds", [hearing.two_voices, lesson_sounds])
def test_only_bands_that_hold_the_offset_solve_the_first_task(sounds):
    found = solutions(sounds())
    assert (0, 125) in found
    assert all(low == 0 for low, _ in found)


@pytest.mark.parametrize("sounds", [hearing.two_voices, lesson_sounds])
def test_most_of_the_energy_lies_below_1000_hz(sounds):
    assert all(hearing.share(x, 0, 1000) > 0.5 for x in sounds().values())


def test_long_windows_tell_two_tones_apart_and_short_ones_do_not():
    t = np.arange(4000) / hearing.RATE
    two = np.sin(2 * np.pi * 1000 * t) + np.sin(2 * np.pi * 1060 * t)
    peaks = {}
    for size in (64, 1024):
        mean = hearing.spectrogram(two, size).mean(axis=0)
        inner = mean[1:-1]
        peaks[size] = np.sum((inner > mean[:-2]) & (inner > mean[2:]) & (inner > -20))
    assert peaks == {64: 1, 1024: 2}


# The page -----------------------------------------------------------------------------------


def test_the_tasks_check_themselves(open_page):
    page = open_page(NAME)
    marks = page.locator(".xp-mark")
    assert marks.all_text_contents() == ["open"] * 3
    page.locator("input[name=low]").fill("0")
    page.locator("input[name=high]").fill("1000")
    page.locator("select[name=heard]").select_option("without the band")
    assert marks.all_text_contents() == ["open", "open", "done"]
    page.locator("input[name=high]").fill("125")
    assert marks.first.text_content() == "done"

    def answer(text):
        field = page.get_by_label("Your answer to task 2")
        field.fill(text)
        field.press("Enter")
        return page.locator(".xp-tasks li").nth(1).text_content()

    assert "its samples" in answer("1024")
    assert "in seconds" in answer("0.128")
    answer("128")
    assert marks.all_text_contents() == ["done"] * 3


def test_the_edges_of_the_band_do_not_cross(open_page):
    page = open_page(NAME)
    page.locator("input[name=low]").fill("3000")
    assert page.locator("input[name=high]").input_value() == "3125"
    page.locator("input[name=high]").fill("250")
    assert page.locator("input[name=low]").input_value() == "125"


def test_the_player_holds_what_is_heard_and_says_so(open_page):
    page = open_page(NAME)
    player = page.locator("audio")
    assert player.get_attribute("aria-label") == "low voice, everything"
    before = player.get_attribute("src")
    page.locator("select[name=heard]").select_option("only the band")
    assert player.get_attribute("aria-label") == "low voice, only the band"
    after = player.get_attribute("src")
    assert before != after
    assert re.match("data:audio/wav;base64,", after)


def test_the_picture_is_painted_darker_where_the_sound_is(open_page):
    page = open_page(NAME)
    colors = page.evaluate(
        """() => {
            const canvas = document.querySelector("canvas");
            const scale = canvas.width / 640;
            const pixels = canvas.getContext("2d");
            const at = (x, y) => [...pixels.getImageData(x * scale, y * scale, 1, 1).data];
            return [at(237, 297), at(237, 40)];
        }"""
    )
    loud, silent = (sum(color[:3]) for color in colors)
    assert loud < silent - 100
