"""Text from submissions, made safe to write: for a spreadsheet, a file name."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from course_utils.grading.intake.text import one_line, plain

__all__ = ["file_name", "one_line", "plain", "safe"]
FORMULA = re.compile(r"^\s*[=+\-@|＝＋－＠]|^[\t\r]")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
MARKED = re.compile(r"-[0-9a-f]{8}$")
MAX_CELL = 5_000
MAX_NAME = 120  # bytes


def safe(text: str) -> str:
    """One line that a spreadsheet takes for text: what looks like a formula gets an apostrophe."""
    text = one_line(text, MAX_CELL)
    return f"'{text}" if FORMULA.match(text) else text


def file_name(text: str) -> str:
    """A file name without ending for any text: readable, safe on every system, unique.

    Names that some system may take for one another, such as `Ada` and `ada`, differ in a checksum.
    """
    name = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    readable = re.sub(r"[^\w.-]+", "_", name).strip("._") or "submission"
    short = readable.encode()[:MAX_NAME].decode("utf-8", "ignore")
    simple = re.fullmatch(r"[a-z0-9_.-]+", short) and not MARKED.search(short)
    if short == text and simple and not RESERVED.match(short):
        return short
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short}-{mark}"
