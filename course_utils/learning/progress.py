"""The learner's progress: one readable file beside the exercises, safe with two kernels."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.write_whole import write_whole

VERSION = 1
FILE_NAME = "progress.json"


@dataclass(frozen=True)
class Record:
    """What is known of one question: how often it was checked, hints seen, when it was solved."""

    attempts: int = 0
    hints: int = 0
    solution_shown: bool = False
    solved: str = ""


class ProgressFile:
    """Records in one JSON file. Without a path nothing is written, and records last as long as it.

    Every write happens under a lock, into a new file that then takes the old one's place: another
    kernel, or a crash at any moment, finds a whole file. A file that can't be read is kept aside.
    What can't be written (a full disk) is remembered here, and goes into the next write that can.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.problem = ""
        self._memory: dict = {"version": VERSION, "exercises": {}}  # all of it, or what is unsaved

    def record(self, exercise: str, question: str) -> Record:
        """What is known of a question; an empty record if nothing is."""
        return _record(self.read(), exercise, question)

    def records(self) -> dict[str, dict[str, Record]]:
        """Every record: exercise -> question -> record."""
        data = self.read()["exercises"]
        return {e: {q: Record(**fields) for q, fields in rows.items()} for e, rows in data.items()}

    def attempt(self, exercise: str, question: str, *, solved: bool) -> Record:
        """Count one check of an attempted answer, and note the time at which it was first right.

        After that nothing is counted: whoever goes on trying has solved it all the same.
        """

        def change(old: Record) -> Record:
            if old.solved:
                return old
            now = datetime.now(UTC).isoformat(timespec="seconds")
            first = old.solved or (now if solved else "")
            return replace(old, attempts=old.attempts + 1, solved=first)

        return self._update(exercise, question, change)

    def hint(self, exercise: str, question: str, most: int) -> Record:
        """Climb one rung of a ladder of `most` hints."""
        return self._update(exercise, question, lambda r: replace(r, hints=min(r.hints + 1, most)))

    def solution(self, exercise: str, question: str) -> Record:
        """Note that the solution was shown."""
        return self._update(exercise, question, lambda r: replace(r, solution_shown=True))

    def read(self) -> dict:
        """The file's content; empty if there is none yet, or none that can be read."""
        if self.path is None:
            return self._memory
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            if data["version"] != VERSION:
                raise ValueError(f"its version is {data['version']}")
            for rows in data["exercises"].values():
                for fields in rows.values():
                    _refuse_other_types(Record(**fields))
        except FileNotFoundError:
            return self._with_unsaved({"version": VERSION, "exercises": {}})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self.problem = (
                f"{self.path.name} can't be read ({error}); it is kept as {FILE_NAME}.bak."
            )
            return self._with_unsaved({"version": VERSION, "exercises": {}})
        return self._with_unsaved(data)

    def _with_unsaved(self, data: dict) -> dict:
        for exercise, rows in self._memory["exercises"].items():
            data["exercises"].setdefault(exercise, {}).update(rows)
        return data

    def _update(self, exercise: str, question: str, change: Callable[[Record], Record]) -> Record:
        if self.path is None:
            return _put(self._memory, exercise, question, change)
        try:
            with FileLock(f"{self.path}.lock", timeout=10):
                return self._write(exercise, question, change)
        except (OSError, Timeout) as error:
            record = change(self.record(exercise, question))
            self._memory["exercises"].setdefault(exercise, {})[question] = asdict(record)
            self.problem = f"Your progress can't be written to {self.path.name} ({error})."
            return record

    def _write(self, exercise: str, question: str, change: Callable[[Record], Record]) -> Record:
        self.problem = ""
        data = self.read()
        if self.problem:
            os.replace(self.path, self.path.with_name(f"{FILE_NAME}.bak"))
        record = _put(data, exercise, question, change)
        write_whole(self.path, json.dumps(data, indent=1))
        self._memory["exercises"].clear()
        return record


def _refuse_other_types(record: Record) -> None:
    for name, value in asdict(record).items():
        if type(value) is not type(getattr(Record(), name)):
            raise TypeError(f"{name} is {value!r}")


def _record(data: dict, exercise: str, question: str) -> Record:
    return Record(**data["exercises"].get(exercise, {}).get(question, {}))


def _put(data: dict, exercise: str, question: str, change: Callable[[Record], Record]) -> Record:
    record = change(_record(data, exercise, question))
    data["exercises"].setdefault(exercise, {})[question] = asdict(record)
    return record
