"""Words that came with a submission, made fit to print and to write; names stay readable."""

from __future__ import annotations

import re
import unicodedata

KEPT = set("\n\t\u200c\u200d")  # the last two join letters of Persian, Hindi and of emoji
MAX_LINE = 200
SURROGATES = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """Text that any encoder takes and that moves no cursor: what can't be shown becomes visible.

    Letters of every script stay as they are. Lone surrogates, control characters and those that
    turn the direction of writing become escapes, such as `\\x1b`; a byte that was no UTF-8 in a
    file's name becomes `\\xff`. Spaces of any width become a space.
    """
    return "".join(map(_shown, text))


def one_line(text: str, limit: int = MAX_LINE) -> str:
    """The same on one line of at most `limit` characters, for a name or a remark."""
    text = " ".join(plain(text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def visible(text: str) -> str:
    """The same as a name: what breaks a line becomes visible too, so that two names stay two."""
    return plain(text).replace("\n", "\\x0a").replace("\t", "\\x09")


def encodable(text: str) -> str:
    """Text in which each lone surrogate is replaced, so that Python can compile and encode it."""
    return SURROGATES.sub("\ufffd", text)


def _shown(character: str) -> str:
    if character in KEPT or character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # how Python keeps a byte that is no UTF-8
        number -= 0xDC00
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
