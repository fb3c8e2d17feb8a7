"""What a learner answered to the prompts of the lessons: one file among the records."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.write_whole import write_whole

FILE_NAME = "answers.json"
VERSION = 1
MOST_TRIES = 50  # of one prompt; older ones say nothing any more


@dataclass(frozen=True)
class Said:
    """The last answer to a prompt. `text`: as typed, or the option; `value`: of a number.

    tries: when it was answered, and whether that was right (None where nobody can say), oldest
    first.
    """

    text: str = ""
    value: float | None = None
    tries: tuple[tuple[str, bool | None], ...] = ()


@dataclass
class Answers:
    """All answers, by lesson and by prompt ("quiz saturated"). Without a folder: in memory."""

    folder: Path | None = None
    memory: dict = field(default_factory=dict)

    def of(self, lesson: str, key: str) -> Said | None:
        """The last answer to a prompt; None if there is none."""
        entry = self.read().get(lesson, {}).get(key)
        return _said(entry) if entry else None

    def all(self) -> dict[str, dict[str, Said]]:
        """lesson -> prompt -> the last answer."""
        data = self.read()
        return {
            lesson: {key: _said(entry) for key, entry in entries.items()}
            for lesson, entries in data.items()
        }

    def keep(
        self,
        lesson: str,
        key: str,
        text: str,
        value: float | None = None,
        right: bool | None = None,
    ) -> None:
        """Keep an answer, and that it was given now. Where no file can be written: in memory."""

        def change(entry: dict) -> dict:
            tries = [*entry.get("tries", []), [_now(), right]][-MOST_TRIES:]
            return {"text": text, "value": value, "tries": tries}

        self._update(lesson, key, change)

    def judge(self, lesson: str, key: str, right: bool) -> None:
        """Say of the last answer to a prompt whether it was right; nothing if there is none."""

        def change(entry: dict) -> dict:
            if entry.get("tries"):
                entry = {**entry, "tries": [*entry["tries"][:-1], [entry["tries"][-1][0], right]]}
            return entry

        self._update(lesson, key, change)

    def read(self) -> dict:
        """lesson -> prompt -> entry; what can't be read is as if it were not there."""
        if self.folder is None:
            return self.memory
        try:
            data = json.loads((self.folder / FILE_NAME).read_text(encoding="utf-8"))
            if data["version"] != VERSION:
                raise ValueError(data["version"])
            for entries in data["answers"].values():
                for entry in entries.values():
                    _said(entry)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return self.memory
        return {**self.memory, **data["answers"]}

    def _update(self, lesson: str, key: str, change) -> None:
        if self.folder is not None:
            try:
                with FileLock(f"{self.folder / FILE_NAME}.lock", timeout=2):
                    self._write(lesson, key, change)
                return
            except (OSError, Timeout):
                self.memory = self.read()
                self.folder = None  # from now on in memory, for as long as the kernel lives
        entries = self.memory.setdefault(lesson, {})
        if changed := change(entries.get(key, {})):
            entries[key] = changed

    def _write(self, lesson: str, key: str, change) -> None:
        path = self.folder / FILE_NAME
        data = self.read()
        if not data and path.exists() and path.read_bytes().strip():
            os.replace(path, path.with_name(f"{FILE_NAME}.bak"))  # it could not be read
        changed = change(data.get(lesson, {}).get(key, {}))
        if not changed:
            return
        data.setdefault(lesson, {})[key] = changed
        text = json.dumps({"version": VERSION, "answers": data}, indent=1, ensure_ascii=False)
        write_whole(path, text)


def _said(entry: dict) -> Said:
    if not entry["tries"]:
        raise ValueError("an answer without a try")
    tries = tuple((str(at), None if right is None else bool(right)) for at, right in entry["tries"])
    value = entry.get("value")
    return Said(str(entry["text"]), None if value is None else float(value), tries)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
