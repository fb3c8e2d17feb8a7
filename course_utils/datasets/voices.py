"""Recorded voices: the same prompts of a telephone system, spoken in five languages."""

from dataclasses import dataclass

import numpy as np

from .dataset import Dataset
from .files import read
from .synthetic_speech import SAMPLE_RATE

# What the licenses ask to be shown where the recordings are used.
CREDITS = {
    ("Allison", "en"): "English: recorded by Allison Smith, theivrvoice.com, paid for by Digium, "
    "Inc. License: CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
    ("Allison", "es"): "Spanish: recorded by Allison Smith, theivrvoice.com, paid for by Digium, "
    "Inc. License: CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
    ("June", "fr"): "French: recorded by June Wallack, junewallack.com; translated by Clod Patry, "
    "Kristopher Lalletti and June Wallack; paid for by Digium, Unlimitel and BGM Informatique. "
    "License: CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
    ("Armelle", "fr"): "French: spoken by Armelle Desjardins, copyright (C) 2006 Michel Gutierrez. "
    "License: BSD, text in course_utils/data/licenses/armelle.txt",
    ("Carlo", "it"): "Italian: recorded by Carlo Flora, carloflora.com, "
    "segreterietelefoniche.it; translated by Silvia Petrin. License: CC BY 3.0, "
    "https://creativecommons.org/licenses/by/3.0/",
    ("Menardi", "it"): "Italian: made by Marco Menardi and his wife Paola Dal Zot (the voice), "
    "http://www.voip.ammdomus.it; English texts by Digium. License: CC BY-SA 3.0 Italy, "
    "https://creativecommons.org/licenses/by-sa/3.0/it/",
    ("Ivrvoice", "ru"): "Russian: provided by Maxim Topal, ivrvoice.ru. License: CC BY 3.0, "
    "https://creativecommons.org/licenses/by/3.0/",
}
LANGUAGES = ("en", "es", "fr", "it", "ru")
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
KINDS = ("digits", "days", "phrases")


@dataclass(frozen=True, eq=False, repr=False)
class Voices:
    """Recordings with what is known of each; all arrays have n rows, one a recording.

    clips: n arrays of (samples,) float32 in -1..1, 8,000 samples a second
    language: (n,), "en" "es" "fr" "it" "ru"; speaker: (n,), the voice's name
    prompt: (n,), the name of the recording, the same in every language: "digits/7"
    kind: (n,), "digits", "days" or "phrases"; meaning: (n,), in English, what a digit or a day
        says; empty for phrases, of which only the names are known
    credits: who made the recordings and under which license, to be shown beside them
    """

    clips: tuple[np.ndarray, ...]
    language: np.ndarray
    speaker: np.ndarray
    prompt: np.ndarray
    kind: np.ndarray
    meaning: np.ndarray
    credits: tuple[str, ...]
    sampling_rate: int = SAMPLE_RATE

    @property
    def seconds(self):
        """How long each recording is, (n,)."""
        return np.array([len(clip) for clip in self.clips]) / self.sampling_rate

    def pieces(self, seconds=1.0, hop=None, groups="prompt"):
        """Cut the recordings into pieces of equal length: which language is spoken?

        seconds: length of a piece; hop: from the start of one to the next, as long if not given.
            What is left over at the end of a recording is dropped, and so is a recording that
            is shorter than a piece.
        groups: "prompt" or "speaker", by which `split(by_group=True)` then keeps pieces together
        Returns a Dataset; x: (pieces, seconds * 8000), y: the language, in the order of
        class_names, which are the languages among these recordings.
        """
        if groups not in ("prompt", "speaker"):
            raise ValueError(f"pieces(groups={groups!r}): expected 'prompt' or 'speaker'")
        size = round(seconds * self.sampling_rate)
        step = size if hop is None else round(hop * self.sampling_rate)
        if size < 1 or step < 1:
            raise ValueError(f"pieces(seconds={seconds!r}, hop={hop!r}): expected more than 0")
        starts = [
            (clip, start)
            for clip, samples in enumerate(self.clips)
            for start in range(0, len(samples) - size + 1, step)
        ]
        if not starts:
            raise ValueError(
                f"pieces(seconds={seconds!r}): no recording is so long; "
                f"the longest has {self.seconds.max():.2f} s"
            )
        origin = np.array([clip for clip, _ in starts])
        names, y = np.unique(self.language[origin], return_inverse=True)
        return Dataset(
            x=np.stack([self.clips[clip][start : start + size] for clip, start in starts]),
            y=y.astype(np.int64),
            feature_names=tuple(f"sample_{k}" for k in range(size)),
            class_names=tuple(str(name) for name in names),
            source="; ".join(self.credits),
            license="each voice's own, see source",
            description=f"{len(starts)} pieces of {seconds:g} s of speech in {len(names)} "
            f"languages; guessing is right for {np.bincount(y).max() / len(y):.2f}.",
            groups=getattr(self, groups)[origin],
        )

    def __repr__(self):
        return (
            f"Voices({len(self.clips)} clips, {self.seconds.sum():.0f} s): "
            f"{', '.join(np.unique(self.language))}; {', '.join(np.unique(self.speaker))}"
        )


def load_voices(languages=None, speakers=None, kinds=None):
    """36 prompts of a telephone system by each of seven voices: 0 to 10, the days, 18 phrases.

    languages: some of "en", "es", "fr", "it", "ru"; speakers: some of "Allison" (English and
        Spanish), "June" and "Armelle" (French), "Carlo" and "Menardi" (Italian), "Ivrvoice"
        (Russian); kinds: some of "digits", "days", "phrases". A single name may stand without
        a list; None: all.
    Returns Voices. The recordings were packed in mu-law, 8 bits a sample, as telephones do, and
    come back as float32; silence at both ends was cut. Armelle's had been through the code of
    mobile phones (GSM 06.10) before, which can be heard and seen.
    """
    arrays = read("voices")
    voice, prompt = arrays["voice"], arrays["prompts"][arrays["prompt"]]
    speaker, language = arrays["speakers"][voice], arrays["languages"][voice]
    kind = np.array([kind_of(name) for name in prompt])
    kept = (
        chosen("languages", languages, language)
        & chosen("speakers", speakers, speaker)
        & chosen("kinds", kinds, kind)
    )
    if not kept.any():
        raise ValueError(
            f"load_voices(languages={languages!r}, speakers={speakers!r}): nobody there speaks so"
        )
    ends = np.cumsum(arrays["lengths"])[:-1]
    samples = from_mu_law(arrays["codes"])
    clips = [clip.copy() for clip, keep in zip(np.split(samples, ends), kept, strict=True) if keep]
    pairs = dict.fromkeys(zip(speaker[kept].tolist(), language[kept].tolist(), strict=True))
    return Voices(
        clips=tuple(clips),
        language=language[kept],
        speaker=speaker[kept],
        prompt=prompt[kept],
        kind=kind[kept],
        meaning=np.array([meaning_of(name) for name in prompt[kept]]),
        credits=tuple(CREDITS[pair] for pair in pairs),
    )


def chosen(argument, wanted, values):
    """Which of values, (n,), are wanted: None, one name or several."""
    if wanted is None:
        return np.ones(len(values), bool)
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    known = np.unique(values).tolist()
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"load_voices({argument}={unknown}): expected some of {known}")
    return np.isin(values, wanted)


def kind_of(prompt):
    if prompt.startswith("digits/day-"):
        return "days"
    return "digits" if prompt.startswith("digits/") else "phrases"


def meaning_of(prompt):
    if kind_of(prompt) == "phrases":
        return ""
    word = prompt.removeprefix("digits/")
    return DAYS[int(word[-1])] if word.startswith("day-") else word


def from_mu_law(codes):
    """Samples in -1..1 from 8 bits each (mu = 255): finer near zero, 128 is silence."""
    x = (np.arange(256) - 128) / 127
    return (np.sign(x) * np.expm1(np.abs(x) * np.log(256)) / 255).astype(np.float32)[codes]
