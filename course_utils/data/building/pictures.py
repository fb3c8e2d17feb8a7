"""Three textures, and emoji in two styles of drawing."""

import io
import json
import re

import numpy as np

from .packages import from_npm, shipped

TEXTURES = ("brick", "grass", "gravel")
PER_CLASS = 100
PEOPLE = r"\b(wo)?m[ae]n\b|\b(person|people|(fe)?male|boy|girl|adult|child|children|family)\b"
EMOJI = "emoji-datasource-{style}"


def textures():
    """From scikit-image: three photographs of 512 x 512 pixels, gray."""
    return {
        name: pixels(shipped("skimage", f"data/{name}.png"), "L").astype(np.uint8)
        for name in TEXTURES
    }


def emoji(folder):
    """From emoji-datasource-google and -twitter: the same 800 objects in both styles.

    Pictures of 64 x 64 pixels, laid on white, four pixels averaged into one, 64 steps a color.
    """
    chosen = [(entry, label) for label, kind in enumerate(classes(folder)) for entry in kind[1]]
    arrays = {
        style: np.stack([drawing(folder, style, entry["image"]) for entry, _ in chosen])
        for style in ("google", "twitter")
    }
    names = [entry["short_name"].replace("_", " ").replace("-", " ") for entry, _ in chosen]
    return {
        **arrays,
        "y": np.array([label for _, label in chosen], np.uint8),
        "names": np.array(names),
        "classes": np.array([name for name, _ in classes(folder)]),
    }


def classes(folder):
    """(name, 100 entries) for every category with so many different objects, evenly chosen."""
    text = from_npm(folder, EMOJI.format(style="google"), "emoji.json")
    objects = {}
    for entry in sorted(json.loads(text), key=lambda entry: entry["sort_order"]):
        if entry["has_img_google"] and entry["has_img_twitter"]:
            # The first of every object: one cook, not the person, the man and the woman.
            objects.setdefault(entry["category"], {}).setdefault(what(entry), entry)
    for name in sorted(objects):
        entries = list(objects[name].values())
        if len(entries) >= PER_CLASS:
            yield name, [entries[k * len(entries) // PER_CLASS] for k in range(PER_CLASS)]


def what(entry):
    """The object that is drawn: the name without the words for a sex, an age or an hour."""
    name = re.sub(r"[-_]", " ", entry["short_name"].lower())
    if name.startswith("clock"):
        return "clock"
    return " ".join(re.sub(PEOPLE, " ", name).split()) or "person"


def drawing(folder, style, file_name):
    path = f"img/{style}/64/{file_name}"
    rgba = pixels(from_npm(folder, EMOJI.format(style=style), path), "RGBA")
    color, opacity = rgba[..., :3], rgba[..., 3:] / 255
    on_white = color * opacity + 255 * (1 - opacity)
    small = on_white.reshape(32, 2, 32, 2, 3).mean(axis=(1, 3))
    return np.rint(small / 255 * 63).astype(np.uint8)


def pixels(content, mode):
    from PIL import Image  # comes with matplotlib

    return np.array(Image.open(io.BytesIO(content)).convert(mode), float)
