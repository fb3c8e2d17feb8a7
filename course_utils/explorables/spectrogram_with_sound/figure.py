"""Spectrogram with sound: two recordings, seen through a window, heard with bands left out."""

from dataclasses import replace

import numpy as np

from ..kit.form import Explorable
from ..kit.parts import Choice, Option, Question, Slider, Task
from .hearing import FLOOR, LONGEST, RATE, curve, share, spectrogram, two_voices


class SpectrogramWithSound(Explorable):
    """Two short sounds, at 8,000 samples a second, through windows of any length.

    sounds: {name: (samples,)} of two recordings, at most 1.5 s each; without it two voices are
        made. SpectrogramWithSound(sounds=sounds)
    """

    name = "spectrogram_with_sound"
    title = "Spectrogram with sound"
    question = Question(
        "From a recording of speech you take out everything below 1,000 Hz, where most of its "
        "energy lies. What is left?",
        (
            Option(
                "Hardly a sound.",
                "Set the band to 0–1,000 Hz and listen without it.",
            ),
            Option(
                "A thin voice that can be understood.",
                "Set the band to 0–1,000 Hz and listen without it.",
            ),
            Option(
                "A hum without words.",
                "Set the band to 0–1,000 Hz and listen without it.",
            ),
        ),
    )
    controls = (
        Choice("voice", "recording", ("low voice", "high voice"), "low voice"),
        Slider("log_size", "window: 2 to the power of", 5, 10, 1, 8),
        Slider("low", "band from, Hz", 0, 3875, 125, 500),
        Slider("high", "band to, Hz", 125, 4000, 125, 1500),
        Choice(
            "heard",
            "what is heard",
            ("everything", "only the band", "without the band"),
            "everything",
        ),
    )
    tasks = (
        Task(
            "nobodysVoice",
            "One of the two recordings holds something that no voice makes. Find the band, at most "
            "250 Hz wide, that holds at least a fifth of the energy of one recording and less "
            "than a hundredth of the other's.",
        ),
        Task(
            "milliseconds",
            "Turn to the longest window. Neighboring frequencies are now 7.8 Hz apart. How many "
            "milliseconds does one frame last?",
            number=True,
        ),
        Task(
            "halfMuted",
            "Leave out a band that holds at least half of this recording's energy, and listen. Can "
            "you still tell what is said or sung?",
        ),
    )
    takeaway = (
        "A long window tells frequencies apart and blurs the moments; a short one does the "
        "reverse. Where most of the energy is, there is not most of the meaning. And what tells "
        "two recordings apart most easily may be nothing that anybody hears, such as an offset "
        "at 0 Hz, which comes from the equipment and not from the voice."
    )

    def __init__(self, sounds=None, place="", **settings):
        self.sounds = {
            str(name): checked(name, sound) for name, sound in (sounds or two_voices()).items()
        }
        if len(self.sounds) != 2:
            raise ValueError(f"sounds: expected two recordings by name, got {len(self.sounds)}")
        super().__init__(place, **settings)

    def all_controls(self):
        names = tuple(self.sounds)
        return (replace(self.controls[0], options=names, start=names[0]), *self.controls[1:])

    def data(self):
        return dict(zip(("first", "second"), self.sounds.values(), strict=True))

    def extra(self):
        return {"names": list(self.sounds)}

    def still(self, state):
        from course_utils.plots import COLORS

        from ..kit.still import new_figure

        sound, size = self.sounds[state["voice"]], 2 ** state["log_size"]
        low, high = state["low"], state["high"]
        figure, (time, energy) = new_figure(1, 2, size=(8.4, 3.4), width_ratios=[5, 3])
        time.imshow(
            spectrogram(sound, size).T, origin="lower", aspect="auto", cmap="cividis",
            vmin=FLOOR, vmax=0, extent=(0, len(sound) / RATE, 0, RATE / 2),
        )  # fmt: skip
        time.grid(False)
        time.set(xlabel="time (s)", ylabel="frequency (Hz)", title=state["voice"])
        strips = (np.arange(64) + 0.5) * RATE / 128
        for (name, x), style, color in zip(
            self.sounds.items(), ("-", "--"), ("class_0", "class_1"), strict=True
        ):
            energy.plot(curve(x), strips, style, color=COLORS[color], label=name)
        energy.set(xlabel="share of the energy (dB)", xlim=(FLOOR, 0), ylim=(0, RATE / 2))
        energy.legend(loc="upper right", fontsize=8)
        for ax in (time, energy):
            for edge in (low, high):
                ax.axhline(edge, color=COLORS["neutral"], linestyle=":")
        shares = [f"{name} {share(x, low, high):.1%}" for name, x in self.sounds.items()]
        alt = (
            f"Two panels over the frequencies from 0 to {RATE // 2} Hz. Left: spectrogram of "
            f"{state['voice']}, {len(sound) / RATE:.2f} s, with windows of {size} samples. Right: "
            f"where the energy of both recordings lies. In the marked band from {low} to "
            f"{high} Hz: {', '.join(shares)}."
        )
        return figure, alt


def checked(name, sound):
    """The sound as a float array. Raises ValueError where it can't be shown."""
    sound = np.asarray(sound, float)
    if sound.ndim != 1 or not 1024 <= len(sound) <= LONGEST or not np.isfinite(sound).all():
        raise ValueError(
            f"sounds[{name!r}]: expected shape (samples,), with 1024 to {LONGEST} finite samples, "
            f"got {sound.shape}"
        )
    return sound
