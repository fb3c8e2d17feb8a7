"""What holds for the synthetic voices: silence, pitch, hiss, and splits by speaker."""

import numpy as np
import pytest

from course_utils.datasets import SAMPLE_RATE, make_spoken_digits
from course_utils.datasets.synthetic_speech import SAMPLES, SOUNDS, WORDS, mouth_positions, say

PLAIN = {
    "pitch": 120.0,
    "mouth": 1.0,
    "accent": {name: np.ones(3) for name in SOUNDS},
    "tempo": 1.0,
    "brightness": 1.0,
}


@pytest.fixture(scope="module")
def spoken():
    return make_spoken_digits(200, speakers=8, seed=1)


def strengths(clip):
    """(frequencies in Hz, strengths) of a clip."""
    return np.fft.rfftfreq(len(clip), 1 / SAMPLE_RATE), np.abs(np.fft.rfft(clip))


def test_clips_are_waveforms_with_labels_and_speakers(spoken):
    assert spoken.x.shape == (200, SAMPLES)
    assert spoken.x.dtype == np.float32
    assert SAMPLES / SAMPLE_RATE == 0.64
    np.testing.assert_array_equal(np.bincount(spoken.y), 20)
    np.testing.assert_array_equal(np.bincount(spoken.groups), 25)
    again = make_spoken_digits(200, speakers=8, seed=1)
    np.testing.assert_array_equal(again.x, spoken.x)
    assert not np.array_equal(make_spoken_digits(200, speakers=8, seed=2).x, spoken.x)


def test_no_clip_repeats_another(spoken):
    assert len(np.unique(spoken.x, axis=0)) == 200


def test_split_by_group_keeps_every_speaker_on_one_side(spoken):
    x_train, y_train, x_test, y_test = spoken.split(0.25, seed=3, by_group=True)
    who = {
        clip.tobytes(): (group, y)
        for clip, group, y in zip(spoken.x, spoken.groups, spoken.y, strict=True)
    }
    heard = {who[clip.tobytes()][0] for clip in x_train}
    unheard = {who[clip.tobytes()][0] for clip in x_test}
    assert len(unheard) == 2
    assert heard | unheard == set(range(8))
    assert not heard & unheard
    for clips, labels in ((x_train, y_train), (x_test, y_test)):
        np.testing.assert_array_equal([who[clip.tobytes()][1] for clip in clips], labels)
    with pytest.raises(ValueError, match="at least one of the 8 groups"):
        spoken.split(0.01, by_group=True)


def test_labels_belong_to_their_clips_and_carry_over_to_unheard_voices(spoken):
    """The nearest class mean of a rough spectrum, in three parts of the clip, beats chance."""

    def seen(x):
        loud = np.abs(np.fft.rfft(x.reshape(len(x), 4, -1)))[..., :640]
        return np.log(loud.reshape(len(x), 4, 16, 40).mean(axis=3) + 0.1).reshape(len(x), -1)

    x_train, y_train, x_test, y_test = spoken.split(0.25, by_group=True)
    means = np.stack([seen(x_train[y_train == digit]).mean(axis=0) for digit in range(10)])
    nearest = ((seen(x_test)[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == y_test) > 0.4


def test_a_voice_has_its_pitch():
    clip = say(WORDS[3], PLAIN, np.random.default_rng(0))
    echo = np.correlate(clip, clip, "full")[len(clip) - 1 :]
    shortest = SAMPLE_RATE // 200
    period = shortest + np.argmax(echo[shortest : SAMPLE_RATE // 60])
    assert 95 < SAMPLE_RATE / period < 140  # 120 Hz, 8 % up and 15 % down, and 4 % by chance


def test_six_hisses_and_one_does_not():
    rng = np.random.default_rng(0)
    shares = {}
    for digit in (6, 1):
        frequency, strength = strengths(say(WORDS[digit], PLAIN, rng))
        shares[digit] = np.sum(strength[frequency > 2800] ** 2) / np.sum(strength**2)
    assert shares[6] > 10 * shares[1]


def test_the_voice_is_silent_before_and_after_the_word_and_within_1():
    for digit, word in enumerate(WORDS):
        clip = say(word, PLAIN, np.random.default_rng(digit))
        heard = np.flatnonzero(clip)
        assert 0.15 < (heard[-1] - heard[0]) / SAMPLE_RATE < 0.62
        assert 0.3 <= np.abs(clip).max() <= 1


def test_the_longest_word_of_the_slowest_voice_still_fits():
    slow = PLAIN | {"tempo": 1.15}

    class Slowest:
        """A generator that always draws the largest value."""

        def uniform(self, low, high, size=None):
            return np.full(size, high) if size else high

        def normal(self, mean, deviation, size=None):
            return np.full(size, mean) if size else mean

    lengths = [len(mouth_positions(word, slow, Slowest())) for word in WORDS]
    assert max(lengths) < SAMPLES


def test_formants_glide_from_sound_to_sound():
    track = mouth_positions(WORDS[5], PLAIN, np.random.default_rng(0))
    assert track.shape[1] == 6
    assert np.abs(np.diff(track[:, 0])).max() < 10  # Hz from one sample to the next
    assert track[0, 3] == track[-1, 3] == 0  # the voice fades in and out


def test_noise_is_a_standard_deviation():
    clean, noisy = (make_spoken_digits(20, noise=noise, seed=4) for noise in (0, 0.2))
    assert np.std(noisy.x - clean.x) == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize("wrong", [{"n_samples": 9}, {"speakers": 0}, {"noise": -0.1}])
def test_impossible_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="make_spoken_digits: expected speakers"):
        make_spoken_digits(**wrong)
