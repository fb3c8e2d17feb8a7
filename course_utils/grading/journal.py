"""The journal of a batch: results are written as they come, so a killed run can go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from course_utils.checking.verdict import Evidence, Verdict
from course_utils.grading.grade import Mark, Result

FILE_NAME = "journal.jsonl"


class Journal:
    """One line a result, under a first line that says what the batch is; use it with `with`.

    Results stay in the file, and what is kept of them is where they stand.
    """

    def __init__(self, folder: Path, batch: dict[str, Any]) -> None:
        self.path = folder / FILE_NAME
        self.batch = batch
        self._places: dict[str, int] = {}
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("wb") as file:
            file.write(json.dumps(self.batch).encode() + b"\n")
            for key, line in _earlier(self.path, self.batch):
                self._places[key] = file.tell()
                file.write(line)
        os.replace(temporary, self.path)
        self._file = self.path.open("r+b")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def __getitem__(self, key: str) -> Result:
        self._file.seek(self._places[key])
        return _result(json.loads(self._file.readline())["result"])

    def add(self, key: str, result: Result) -> None:
        """Write a result; when this returns, a kill can't lose it."""
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps({"key": key, "result": asdict(result)}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[key] = place


def previous_seed(folder: Path) -> int | None:
    """The seed of the batch that a journal in this folder belongs to, if there is one."""
    try:
        with (folder / FILE_NAME).open(encoding="utf-8") as file:
            seed = json.loads(file.readline())["seed"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return seed if isinstance(seed, int) else None


def content_key(name: str, path: Path) -> str:
    """A key for a submission by its name and its bytes: a changed file is graded again."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        digest.update(b"unreadable")
    return digest.hexdigest()


def _earlier(path: Path, batch: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The keys and lines of an earlier run of the same batch; one that a kill cut short is not."""
    try:
        with path.open("rb") as file:
            if _parsed(file.readline()) != batch:
                return
            for line in file:
                item = _parsed(line)
                if item is None or not line.endswith(b"\n"):
                    return
                yield item["key"], line
    except OSError:
        return


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _result(data: dict[str, Any]) -> Result:
    marks = tuple(Mark(**{**mark, "verdict": _verdict(mark["verdict"])}) for mark in data["marks"])
    return Result(**{**data, "marks": marks, "anomalies": tuple(data["anomalies"])})


def _verdict(data: dict[str, Any]) -> Verdict:
    evidence = data["evidence"]
    if evidence is not None:
        inputs = tuple((name, text) for name, text in evidence["inputs"])
        evidence = Evidence(**{**evidence, "inputs": inputs})
    return Verdict(**{**data, "evidence": evidence, "remarks": tuple(data["remarks"])})
