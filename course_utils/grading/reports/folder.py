"""The folder of marks: files appear whole or not at all, and what a teacher edited is kept."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

RECORD = ".written"
UNFINISHED = ".unfinished"


class MarksFolder:
    """Writes files into a folder. It remembers what it wrote, by checksums in a hidden file: a file
    that holds something else was edited, and is kept beside the new one under another name.

    note: told a sentence about each file that was kept so.
    """

    def __init__(self, path: Path, note: Callable[[str], None]) -> None:
        self.path = path
        self._note = note
        path.mkdir(parents=True, exist_ok=True)
        self._written = _record(path / RECORD)
        for place in (path, *(p for p in path.iterdir() if p.is_dir() and not p.is_symlink())):
            for left in place.glob(f"*{UNFINISHED}"):  # of a run that was killed
                left.unlink(missing_ok=True)

    def text(self, name: str, text: str) -> None:
        """Write a small file at once. name: below the folder, with slashes."""
        data = text.encode("utf-8", "backslashreplace")
        temporary = self.unfinished(name)
        try:
            temporary.write_bytes(data)
            self._put(name, temporary, hashlib.sha256(data).hexdigest())
        finally:
            temporary.unlink(missing_ok=True)

    def unfinished(self, name: str) -> Path:
        """Where a file may be written piece by piece, before it takes its name by `finish`."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(path.name + UNFINISHED)

    def finish(self, name: str) -> None:
        """Give a file that was written piece by piece its name."""
        temporary = self.unfinished(name)
        self._put(name, temporary, _checksum(temporary))

    def remove(self, name: str) -> None:
        """Remove a file that this folder wrote and nobody edited; keep any other one aside."""
        target = self.path / name
        if os.path.lexists(target):
            self._keep_an_edited_one(target, name, "")
            target.unlink(missing_ok=True)

    def _put(self, name: str, temporary: Path, checksum: str) -> None:
        target = self.path / name
        self._keep_an_edited_one(target, name, checksum)
        self._remember(name, checksum)  # first: a kill in between must not look like an edit
        os.replace(temporary, target)

    def _keep_an_edited_one(self, target: Path, name: str, checksum: str) -> None:
        try:
            mode = target.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISREG(mode):
            raise OSError(errno.EEXIST, "something that is no file is in the way", str(target))
        found = _checksum(target)
        if found == checksum or (name, found) in self._written:
            return
        kept = _free_name(target)
        os.replace(target, kept)
        self._note(f"{name} had been edited by hand; that one is kept as {kept.name}.")

    def _remember(self, name: str, checksum: str) -> None:
        if (name, checksum) not in self._written:
            with (self.path / RECORD).open("a", encoding="utf-8") as file:
                file.write(f"{checksum}  {name}\n")
            self._written.add((name, checksum))


def _record(path: Path) -> set[tuple[str, str]]:
    written = set()
    with contextlib.suppress(OSError):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            checksum, _, name = line.partition("  ")
            written.add((name, checksum))
    return written


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _free_name(path: Path) -> Path:
    number = 1
    while True:
        kept = path.with_name(f"{path.stem}.edited-{number}{path.suffix}")
        if not os.path.lexists(kept):
            return kept
        number += 1
