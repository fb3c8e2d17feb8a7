"""The journal of a batch: results are written as they come, so a killed run can go on.

A file of lines, and every line says by its checksum whether it is whole: one that a kill cut short
or a disk damaged costs one submission its place, and it is graded again. Nothing that stands in
the file is ever written over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from course_utils.checking.data.verdict import Evidence, Verdict
from course_utils.errors import CourseError
from course_utils.grading.intake.file import File
from course_utils.grading.marking.mark import Mark, Result

try:
    import fcntl
except ImportError:  # grading needs Linux; reading a journal doesn't
    fcntl = None

FILE_NAME = "journal.jsonl"
FORMAT = 2
MAX_LINE = 50_000_000


class JournalError(CourseError):
    """The journal of a folder can't be used; the message says why and what to do."""


class Journal:
    """Results by key, under a first line that says what the batch is; use it with `with`.

    Results stay in the file, and what is kept of them in memory is where they stand. damaged: how
    many lines of an earlier run could not be read.
    """

    def __init__(self, folder: Path, batch: dict[str, Any]) -> None:
        self.path = folder / FILE_NAME
        self.batch = batch
        self.damaged = 0
        self._places: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._whose: dict[str, tuple[str, str, str]] = {}
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        """Open it. Raises JournalError if it is another batch's, or in use; OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a+b")
        try:
            self._lock()
            self._read()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> Result:
        self._file.seek(self._places[key])
        return _result(_parsed(self._file.readline(MAX_LINE))["result"])

    def latest(self) -> dict[str, str]:
        """Name of a submission -> the key of its last result."""
        return dict(self._names)

    def whose(self, name: str) -> tuple[str, str, str]:
        """The learner, the learner's id and the platform of a submission."""
        return self._whose[name]

    def add(self, key: str, result: Result, file: File) -> None:
        """Write a file's result; when this returns, a kill can't lose it."""
        whose = (file.learner, file.learner_id, file.platform)
        item = {"key": key, "name": file.name, "whose": whose, "result": asdict(result)}
        self._places[key] = self._append(item)
        self._names[file.name], self._whose[file.name] = key, whose

    def _append(self, item: dict[str, Any]) -> int:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(_line(item))
        self._file.flush()
        os.fsync(self._file.fileno())
        return place

    def _lock(self) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(
                f"{self.path.parent} is in use: another run writes to it. Wait for it, or name "
                "another folder with -o."
            ) from None
        except OSError:
            pass  # a file system without locks

    def _read(self) -> None:
        self._file.seek(0)
        first = self._file.readline(MAX_LINE)
        if not first:
            self._append({"format": FORMAT, **self.batch})
            return
        _refuse(_head(first, self.path), self.batch, self.path)
        place, line = self._file.tell(), first
        while line := self._file.readline(MAX_LINE):
            item = _parsed(line)
            if item is None or not _is_sound(item):
                self.damaged += 1
            else:
                self._places[item["key"]] = place
                self._names[item["name"]] = item["key"]
                self._whose[item["name"]] = tuple(item["whose"])
            place, first = self._file.tell(), line
        if not first.endswith(b"\n"):
            self._file.write(b"\n")
            self._file.flush()


def previous_seed(folder: Path) -> int | None:
    """The seed of the batch that a journal in this folder belongs to, None if there is none.

    Raises JournalError if the journal doesn't say it any more.
    """
    path = folder / FILE_NAME
    try:
        with path.open("rb") as file:
            first = file.readline(MAX_LINE)
    except OSError:
        return None
    return _head(first, path)["seed"] if first else None


def content_key(name: str, data: bytes) -> str:
    """A key for a submission by its name and its bytes: a changed file is graded again."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass") + b"\0")
    digest.update(data)
    return digest.hexdigest()


def _head(line: bytes, path: Path) -> dict[str, Any]:
    head = _parsed(line)
    if head is None or not isinstance(head.get("seed"), int):
        if _is_of_an_older_version(line):
            why = "is of another version of the course"
        else:
            why = "is damaged in its first line, which says what it belongs to"
    elif head.get("format") != FORMAT:
        why = "is of another version of the course"
    else:
        return head
    raise JournalError(
        f"{path} {why}. Nothing was changed; name another folder with -o, or move this one away."
    )


def _is_of_an_older_version(line: bytes) -> bool:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and "seed" in head and "sum" not in head


def _refuse(head: dict[str, Any], batch: dict[str, Any], path: Path) -> None:
    """Raise JournalError if a journal belongs to another batch."""
    for key, what in batch.items():
        if head.get(key) == what:
            continue
        reasons = {
            "exercise": f"holds the marks of {head.get(key)}, not of {what}",
            "places": f"holds the marks of other submissions ({_places(head.get(key))})",
            "checks": "was begun with other check data of this exercise, or other points",
            "seed": "was begun with another seed",
        }
        raise JournalError(
            f"{path.parent} {reasons.get(key, 'belongs to another batch')}. Nothing was changed; "
            "name another folder with -o."
        )


def _places(places: Any) -> str:
    names = [str(place) for place in places] if isinstance(places, list) else []
    return ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")


def _line(item: dict[str, Any]) -> bytes:
    text = json.dumps(item)
    return f'{{"sum": "{_checksum(text)}", "item": {text}}}\n'.encode()


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _parsed(line: bytes) -> dict[str, Any] | None:
    """What a line holds, None if it isn't whole."""
    prefix, middle = b'{"sum": "', b'", "item": '
    text = line.rstrip(b"\n")
    start = len(prefix) + 16 + len(middle)
    if not (text.startswith(prefix) and text[len(prefix) + 16 : start] == middle):
        return None
    body = text[start:-1]
    if hashlib.sha256(body).hexdigest()[:16].encode() != text[len(prefix) : len(prefix) + 16]:
        return None
    with contextlib.suppress(ValueError, RecursionError):
        item = json.loads(body)
        return item if isinstance(item, dict) else None
    return None


def _is_sound(item: dict[str, Any]) -> bool:
    """Whether a whole line holds a result that this version can read."""
    try:
        _result(item["result"])
        texts = [item["key"], item["name"], *item["whose"]]
        return len(texts) == 5 and all(isinstance(text, str) for text in texts)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _result(data: dict[str, Any]) -> Result:
    marks = tuple(Mark(**{**mark, "verdict": _verdict(mark["verdict"])}) for mark in data["marks"])
    return Result(**{**data, "marks": marks, "anomalies": tuple(data["anomalies"])})


def _verdict(data: dict[str, Any]) -> Verdict:
    evidence = data["evidence"]
    if evidence is not None:
        inputs = tuple((name, text) for name, text in evidence["inputs"])
        evidence = Evidence(**{**evidence, "inputs": inputs})
    groups = tuple((name, share, holds) for name, share, holds in data["groups"])
    tuples = {"remarks": tuple(data["remarks"]), "groups": groups}
    tuples["withheld"] = tuple(data.get("withheld", ()))  # what an older version wrote has none
    return Verdict(**{**data, **tuples, "evidence": evidence})
