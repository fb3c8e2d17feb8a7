"""The JavaScript of prompts as text: a page loads a module, but not its neighbors."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def lines_script() -> str:
    """What lets lines be moved, `sortable`."""
    return (HERE / "lines.js").read_text("utf-8")


def prompt_script() -> str:
    """The living form of a prompt with what it imports."""
    own = (HERE / "prompt.js").read_text("utf-8")
    return lines_script() + "\n" + re.sub(r"^import [^;]*;\n", "", own, flags=re.MULTILINE)
