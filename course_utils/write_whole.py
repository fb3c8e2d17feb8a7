"""Writes a file whole or not at all: for everybody who keeps something in files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_HIDDEN = os.umask(0o077)  # can only be read by being set
os.umask(_HIDDEN)


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file in one step; makes its folder.

    Whoever reads it finds the old one or the new one, whole, even after the machine has lost its
    power. A text has the same bytes on every system: UTF-8, and its lines end as they do in it.
    Raises OSError, and UnicodeEncodeError for a text that UTF-8 can't hold; then the old file
    stays, and no draft.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, 0o666 & ~_HIDDEN)  # as any new file; the draft is for its owner alone
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
