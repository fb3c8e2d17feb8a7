"""Text from submissions, made safe to write: for an encoder, a spreadsheet, a file name."""

from __future__ import annotations

import hashlib
import re

FORMULA = re.compile(r"^\s*[=+\-@|]|^[\t\r]")
KEPT = set("\n\t")


def plain(text: str) -> str:
    """Text that any encoder takes: lone surrogates and control characters become visible."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() or c in KEPT else f"\\x{ord(c):02x}" for c in text)


def safe(text: str) -> str:
    """Text that a spreadsheet takes for text: one that looks like a formula gets an apostrophe."""
    text = plain(text)
    return f"'{text}" if FORMULA.match(text) else text


def file_name(text: str) -> str:
    """A file name without ending for any text: readable, safe on every system, unique."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._") or "submission"
    if readable == text and len(readable) <= 80:
        return readable
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{readable[:80]}-{mark}"
