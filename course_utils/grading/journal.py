"""The journal of a batch: results are written as they come, so a killed run can go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from course_utils.checking.verdict import Evidence, Verdict
from course_utils.grading.grade import Mark, Result

FILE_NAME = "journal.jsonl"


class Journal:
    """One line a result, under a first line that says what the batch is; use it with `with`."""

    def __init__(self, folder: Path, batch: dict[str, Any]) -> None:
        self.path = folder / FILE_NAME
        self.batch = batch
        self.done: dict[str, Result] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> Journal:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.done = _read(self.path, self.batch)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            for line in (self.batch, *map(_as_data, self.done.items())):
                file.write(json.dumps(line) + "\n")
        os.replace(temporary, self.path)
        self._file = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, key: str, result: Result) -> None:
        """Write a result; when this returns, a kill can't lose it."""
        self._file.write(json.dumps(_as_data((key, result))) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


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


def _read(path: Path, batch: dict[str, Any]) -> dict[str, Result]:
    """The results of an earlier run of the same batch; a line that a kill cut short is dropped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    parsed = list(_parsed(lines))
    if not parsed or parsed[0] != batch:
        return {}
    return {item["key"]: _result(item["result"]) for item in parsed[1:]}


def _parsed(lines: Iterable[str]) -> Iterable[dict]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _as_data(item: tuple[str, Result]) -> dict[str, Any]:
    key, result = item
    return {"key": key, "result": asdict(result)}


def _result(data: dict[str, Any]) -> Result:
    marks = tuple(Mark(**{**mark, "verdict": _verdict(mark["verdict"])}) for mark in data["marks"])
    return Result(**{**data, "marks": marks, "anomalies": tuple(data["anomalies"])})


def _verdict(data: dict[str, Any]) -> Verdict:
    evidence = data["evidence"]
    if evidence is not None:
        inputs = tuple((name, text) for name, text in evidence["inputs"])
        evidence = Evidence(**{**evidence, "inputs": inputs})
    return Verdict(**{**data, "evidence": evidence, "remarks": tuple(data["remarks"])})
