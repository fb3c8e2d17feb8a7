"""Seven voices of telephone systems: the same words in five languages, 8,000 samples a second."""

import io
import wave

import numpy as np

from .packages import from_debian

# speaker, language, package, folder of the recordings
VOICES = (
    ("Allison", "en", "asterisk-core-sounds-en-wav", "en_US_f_Allison"),
    ("Allison", "es", "asterisk-core-sounds-es-wav", "es_MX_f_Allison"),
    ("June", "fr", "asterisk-core-sounds-fr-wav", "fr_CA_f_June"),
    ("Armelle", "fr", "asterisk-prompt-fr-armelle", "fr"),
    ("Carlo", "it", "asterisk-core-sounds-it-wav", "it_IT_m_Carlo"),
    ("Menardi", "it", "asterisk-prompt-it-menardi-wav", "it_IT_f_Menardi"),
    ("Ivrvoice", "ru", "asterisk-core-sounds-ru-wav", "ru_RU_f_IvrvoiceRU"),
)
PROMPTS = (
    *(f"digits/{number}" for number in range(11)),
    *(f"digits/day-{day}" for day in range(7)),
    "auth-thankyou", "conf-hasjoin", "conf-locked", "conf-muted", "conf-onlyperson",
    "conf-unlockednow", "dir-nomatch", "queue-thankyou", "transfer", "vm-goodbye",
    "vm-isonphone", "vm-nobodyavail", "vm-passchanged", "vm-reachoper", "vm-savefolder",
    "vm-sorry", "vm-tomakecall", "vm-tooshort",
)  # fmt: skip
RATE = 8000


def voices(folder):
    """From Debian's packages for the telephone system Asterisk: 36 prompts by each voice."""
    clips, voice, prompt = [], [], []
    for who, (_, _, package, sounds) in enumerate(VOICES):
        for what, name in enumerate(PROMPTS):
            clips.append(mu_law(without_silence(recording(folder, package, f"{sounds}/{name}"))))
            voice.append(who)
            prompt.append(what)
    return {
        "codes": np.concatenate(clips),
        "lengths": np.array([len(clip) for clip in clips], np.uint32),
        "voice": np.array(voice, np.uint8),
        "prompt": np.array(prompt, np.uint8),
        "speakers": np.array([speaker for speaker, *_ in VOICES]),
        "languages": np.array([language for _, language, *_ in VOICES]),
        "prompts": np.array(PROMPTS),
    }


def recording(folder, package, path):
    """Samples in -32768..32767; Armelle's are there only in mobile phones' code, GSM 06.10."""
    path = f"usr/share/asterisk/sounds/{path}"
    if not package.endswith("-wav"):
        import soundfile

        packed = io.BytesIO(from_debian(folder, package, f"{path}.gsm"))
        form = {"format": "RAW", "subtype": "GSM610", "samplerate": RATE, "channels": 1}
        return soundfile.read(packed, dtype="int16", **form)[0]
    with wave.open(io.BytesIO(from_debian(folder, package, f"{path}.wav"))) as opened:
        assert opened.getparams()[:3] == (1, 2, RATE), path
        return np.frombuffer(opened.readframes(opened.getnframes()), "<i2")


def without_silence(samples, block=400, kept=800):
    """Cut what is 40 dB below the loudest 50 ms at both ends, but for a tenth of a second."""
    whole = samples[: len(samples) // block * block].reshape(-1, block).astype(float)
    power = whole.var(axis=1)
    heard = np.flatnonzero(power > power.max() / 1e4)
    return samples[max(0, heard[0] * block - kept) : (heard[-1] + 1) * block + kept]


def mu_law(samples):
    """8 bits a sample, finer near zero (mu = 255, as on the telephone): 0..255, silence 128."""
    x = samples / 32768
    return np.rint(128 + 127 * np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)).astype(
        np.uint8
    )
