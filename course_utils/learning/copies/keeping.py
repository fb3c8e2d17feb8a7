"""The folder of a learner's own: begun, renewed with each new edition, and never written in halves.

Beside the copies it keeps, in `.course/editions/`, what the course handed out; in `backups/`, every
file as it was before it was changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from course_utils.errors import CourseError
from course_utils.learning.copies.merge import Editions, fresh, merge
from course_utils.learning.copies.reading import dump, read
from course_utils.learning.own_folder import MARK, RECORDS
from course_utils.write_whole import write_whole

PLACES = ("notebooks", "exercises")
BACKUPS = "backups"
EDITIONS = Path(".course") / "editions"
MARK_TEXT = "This folder is yours: your answers, notes and progress. start.py keeps it.\n"


class KeepingError(CourseError):
    """What was asked for can't be done; the message says why, and what to do. Nothing is lost."""


@dataclass
class Renewal:
    """What a start did: the files by their names in the folder, and what could not be done."""

    begun: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Keeper:
    """Keeps the copies in `own` of the lessons and exercises in `root`.

    now: what backups are dated with; the time at which it is made by default.
    """

    def __init__(self, root: Path, own: Path, now: datetime | None = None) -> None:
        self.root, self.own = root, own
        self._stamp = (now or datetime.now()).strftime("%Y-%m-%d_%H-%M-%S")

    def renew(self) -> Renewal:
        """Begin what isn't there, and bring the newest edition into what is.

        Raises KeepingError only where the folder itself can't be made. What goes wrong with one
        file leaves it as it is, and is told among the problems.
        """
        done = Renewal()
        with self.locked():
            for draft in self.own.rglob(".*.draft"):  # of a start that was stopped half-way
                draft.unlink(missing_ok=True)
            for place in PLACES:
                for original in sorted((self.root / place).glob("*.ipynb")):
                    name = f"{place}/{original.name}"
                    try:
                        self._renew_one(name, original, done)
                    except OSError as error:
                        reason = error.strerror or error
                        done.problems.append(f"{name} stays as it is: {reason}.")
        return done

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The folder, made and marked as the learner's, for this process alone."""
        try:
            (self.own / EDITIONS).mkdir(parents=True, exist_ok=True)
            with FileLock(self.own / ".course" / "lock", timeout=20):
                if not (self.own / MARK).is_file():
                    write_whole(self.own / MARK, MARK_TEXT.encode())
                (self.own / RECORDS).mkdir(exist_ok=True)
                yield
        except Timeout:
            raise KeepingError(
                f"Another program is at work in {self.own}. Try again when it is done."
            ) from None
        except OSError as error:
            raise KeepingError(
                f"{self.own} can't be written to: {error.strerror or error}."
            ) from None

    def _renew_one(self, name: str, original: Path, done: Renewal) -> None:
        content = original.read_bytes()
        version = sha256(content).hexdigest()[:16]
        path = self.own / name
        editions, applied = self.editions(name)
        old = path.read_bytes() if path.is_file() else None
        if old is not None and applied == version and _is_json(old):
            return
        edition = sound_edition(content)
        if edition is None:
            if old is None:
                raise OSError("the course's own file is damaged; fetch the course again")
            done.problems.append(f"{name}: the course's own file is damaged; yours stays.")
            return
        if old is None:
            new, into = fresh(edition), done.begun
        else:
            found = read(old)
            new, into = (
                merge(found, edition, editions),
                done.renewed if found.whole else done.mended,
            )
        written = dump(new)
        if written != old:
            if old is not None:
                self.keep(name)
            write_whole(path, written)
            into.append(name)
        editions.add(edition["cells"])
        self.note(name, editions, version)

    def editions(self, name: str) -> tuple[Editions, str]:
        """What was handed out of a notebook, and the version of its copy; empty if unknown."""
        try:
            data = json.loads(self._note_path(name).read_text("utf-8"))
            cells = {str(k): [str(t) for t in texts] for k, texts in data["cells"].items()}
            return Editions(cells), str(data["version"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Editions(), ""

    def note(self, name: str, editions: Editions, version: str) -> None:
        """Write down what was handed out of a notebook."""
        data = {"version": version, "cells": editions.cells}
        text = json.dumps(data, indent=1, sort_keys=True)
        write_whole(self._note_path(name), text.encode())

    def keep(self, name: str) -> Path:
        """Copy a file of the folder, as it is, among the backups; returns where it is now."""
        target = self.own / BACKUPS / self._stamp / name
        for count in range(1, 1000):
            if not target.exists():
                break
            target = self.own / BACKUPS / f"{self._stamp}_{count}" / name
        write_whole(target, (self.own / name).read_bytes())
        return target

    def _note_path(self, name: str) -> Path:
        return (self.own / EDITIONS / name).with_suffix(".json")


def _is_json(content: bytes) -> bool:
    return read(content).whole


def sound_edition(content: bytes) -> dict | None:
    """The course's notebook, if it is one whose cells all have ids of their own."""
    try:
        notebook = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    found = read(content)
    names = [cell.get("id") for cell in found.cells]
    if not found.whole or None in names or len({*names}) < len(names):
        return None
    return {**notebook, "cells": found.cells}
