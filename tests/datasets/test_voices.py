"""The recorded voices: what is in them, who is credited, and how they are cut."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.data.building import voices as building
from course_utils.datasets import load_voices
from course_utils.datasets.voices import from_mu_law

LICENSES = (Path(__file__).parents[2] / "DATA_LICENSES.md").read_text()


def test_seven_voices_speak_the_same_36_prompts():
    voices = load_voices()
    assert len(voices.clips) == 7 * 36
    spoken = {}
    for who, language, prompt in zip(voices.speaker, voices.language, voices.prompt, strict=True):
        spoken.setdefault((who, language), []).append(prompt)
    assert len(spoken) == 7
    assert len({tuple(prompts) for prompts in spoken.values()}) == 1
    assert [who for who, _ in spoken].count("Allison") == 2


def test_clips_are_speech_and_of_plausible_length():
    voices = load_voices()
    assert voices.sampling_rate == 8000
    assert all(clip.dtype == np.float32 and np.abs(clip).max() <= 1 for clip in voices.clips)
    assert 0.2 < voices.seconds.min() < voices.seconds.max() < 8
    loudness = np.array([clip.std() for clip in voices.clips])
    assert (loudness > 0.02).all()
    numbers = voices.seconds[voices.kind == "digits"]
    assert numbers.mean() < voices.seconds[voices.kind == "phrases"].mean() / 2


def test_digits_and_days_say_what_they_mean_and_phrases_do_not():
    voices = load_voices("en")
    digits = voices.meaning[voices.kind == "digits"]
    assert digits.tolist() == [str(number) for number in range(11)]
    assert voices.meaning[voices.kind == "days"].tolist()[:2] == ["Sunday", "Monday"]
    assert set(voices.meaning[voices.kind == "phrases"]) == {""}


def test_choices_add_up_and_unknown_ones_are_named():
    some = load_voices(["fr", "it"], kinds=("days", "phrases"))
    assert set(some.language) == {"fr", "it"}
    assert set(some.speaker) == {"June", "Armelle", "Carlo", "Menardi"}
    assert len(some.clips) == 4 * 25
    assert len(load_voices(speakers="Allison", kinds="digits").clips) == 22
    with pytest.raises(ValueError, match=r"languages=\['de'\].*'en'"):
        load_voices("de")
    with pytest.raises(ValueError, match="nobody there speaks so"):
        load_voices("it", "June")


def test_armelle_has_an_offset_and_june_has_none():
    start = {who: np.mean([c[:800].mean() for c in load_voices("fr", who).clips])
             for who in ("June", "Armelle")}  # fmt: skip
    assert abs(start["June"]) < 0.005 < 0.02 < start["Armelle"]


def test_credits_stand_in_the_license_file_and_follow_the_choice():
    assert len(load_voices().credits) == 7
    (credit,) = load_voices(speakers="Menardi").credits
    assert "Marco Menardi and his wife Paola Dal Zot" in credit
    for needed in ("http://www.voip.ammdomus.it", "Allison Smith", "June Wallack", "Carlo Flora",
                   "Maxim Topal", "Michel Gutierrez"):  # fmt: skip
        assert needed in LICENSES
        assert needed in " ".join(load_voices().credits)


def test_pieces_are_equally_long_and_keep_language_and_origin():
    voices = load_voices(["fr", "it"], kinds="phrases")
    data = voices.pieces(seconds=1.0)
    assert data.x.shape[1] == 8000 == len(data.feature_names)
    assert data.class_names == ("fr", "it")
    assert set(data.groups) <= set(voices.prompt)
    first = next(clip for clip in voices.clips if len(clip) >= 8000)
    np.testing.assert_array_equal(data.x[0], first[:8000])
    assert len(data.x) == sum(len(clip) // 8000 for clip in voices.clips)
    assert len(voices.pieces(hop=0.5).x) > 1.5 * len(data.x)
    assert f"right for {data.baseline:.2f}" in data.description


def test_pieces_split_by_speaker_or_by_prompt():
    voices = load_voices(["fr", "it"], kinds="phrases")
    by_speaker = voices.pieces(groups="speaker")
    assert set(by_speaker.groups) == {"June", "Armelle", "Carlo", "Menardi"}
    x_train, _, x_test, _ = voices.pieces().split(test_fraction=0.3, by_group=True)
    assert len(x_train) > len(x_test) > 20
    for wrong, message in (({"seconds": 60}, "no recording is so long"),
                           ({"hop": 0}, "expected more than 0"),
                           ({"groups": "sex"}, "'prompt' or 'speaker'")):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            voices.pieces(**wrong)


def test_mu_law_there_and_back_changes_little_and_keeps_silence():
    codes = np.arange(1, 256, dtype=np.uint8)
    samples = from_mu_law(codes)
    np.testing.assert_array_equal(building.mu_law(samples * 32768), codes)
    assert from_mu_law(np.array([128]))[0] == 0
    x = np.random.default_rng(0).normal(0, 3000, 10_000)
    back = from_mu_law(building.mu_law(x)) * 32768
    assert (np.abs(back - x) <= 0.023 * np.abs(x) + 3).all()


def test_silence_is_cut_at_the_ends_only():
    speech = 8000 * np.sin(np.arange(4000))
    quiet = np.zeros(4000)
    clip = np.concatenate([quiet, speech, quiet, speech, quiet])
    cut = building.without_silence(clip)
    assert len(cut) == 12_000 + 2 * 800
    np.testing.assert_array_equal(cut[800:4800], speech)
