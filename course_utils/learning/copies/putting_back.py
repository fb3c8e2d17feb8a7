"""Put a question or a whole exercise back to its start; pack the own folder, and unpack it."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import datetime
from pathlib import Path

from course_utils.learning.copies.keeping import BACKUPS, PLACES, Keeper, KeepingError
from course_utils.learning.copies.merge import fresh
from course_utils.learning.copies.reading import dump, read, source
from course_utils.learning.own_folder import MARK, RECORDS
from course_utils.write_whole import write_whole

MOST_BYTES = 2_000_000_000  # unpacked; no learner's folder comes near


def reset(keeper: Keeper, name: str, question: str = "") -> Path:
    """Put the notebook `name` of the exercises, or one question of it, back to its starter.

    name: the exercise, or how its name begins, such as "02". question: any name that its answer
    defines, or "" for the whole notebook. Returns the backup of what stood there. Progress stays:
    what was solved was solved. Raises KeepingError.
    """
    full = _named(keeper.root, name)
    file = f"exercises/{full}.ipynb"
    original = _original(keeper.root / file)
    with keeper.locked():
        path = keeper.own / file
        if not path.is_file():
            raise KeepingError(f"There is no copy of {full} yet: run start.py first.")
        try:
            new = _with_starter(keeper, full, path, original, question) if question else original
            kept = keeper.keep(file)
            write_whole(path, dump(new))
        except OSError as error:
            raise KeepingError(f"{path} can't be written to: {error.strerror or error}.") from None
    return kept


def backup(keeper: Keeper, target: Path) -> Path:
    """Write one zip with everything of the learner's; returns its path.

    target: a folder, in which the zip gets a dated name, or the zip. Raises KeepingError.
    """
    if target.is_dir():
        target = target / f"my_course_{datetime.now():%Y-%m-%d_%H-%M-%S}.zip"
    if not (keeper.own / MARK).is_file():
        raise KeepingError(f"There is nothing to back up in {keeper.own} yet.")
    draft = target.with_name(f".{target.name}.draft")
    try:
        with keeper.locked(), zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(keeper.own.rglob("*")):
                name = path.relative_to(keeper.own)
                if path.is_file() and _belongs(name):
                    archive.write(path, name.as_posix())
        os.replace(draft, target)
    except (OSError, ValueError) as error:
        draft.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise KeepingError(f"{target} can't be written: {reason}.") from None
    return target


def restore(keeper: Keeper, archive: Path) -> Path | None:
    """Let what a backup holds take the place of what is here; returns the backup of the latter.

    Nothing is taken away: files that the backup doesn't have stay. Copies in it are renewed at
    once, so that they are of this edition. Raises KeepingError, and then changes nothing.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = _checked(zipped)
            files = {name: zipped.read(name) for name in members}
    except (OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise KeepingError(f"{archive.name} can't be read: {error}.") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile):
        raise KeepingError(f"{archive.name} is no zip file, or a damaged one.") from None
    if MARK.as_posix() not in files:
        raise KeepingError(f"{archive.name} is no backup of this course.")
    before = None
    with keeper.locked():
        try:
            for name in sorted(files):
                path = keeper.own / name
                if path.is_file() and path.read_bytes() != files[name] and _belongs(Path(name)):
                    before = keeper.keep(name)
            for name, content in sorted(files.items()):
                write_whole(keeper.own / name, content)
        except OSError as error:
            raise KeepingError(f"{keeper.own} can't be written to: {error.strerror}.") from None
    keeper.renew()
    return before and keeper.own / BACKUPS / before.relative_to(keeper.own / BACKUPS).parts[0]


def _named(root: Path, name: str) -> str:
    names = sorted(path.stem for path in (root / "exercises").glob("*.ipynb"))
    wanted = f"{int(name):02}_" if name.isdigit() else Path(name).stem
    begin = [n for n in names if wanted and n.startswith(wanted)]
    found = [n for n in begin if n == wanted] or begin
    if len(found) != 1:
        raise KeepingError(f"There is no exercise named {name}; there are {', '.join(names)}.")
    return found[0]


def _original(path: Path) -> dict:
    try:
        return fresh(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        raise KeepingError(f"The course's own {path.name} is damaged; fetch it again.") from None


def _with_starter(keeper: Keeper, name: str, path: Path, original: dict, question: str) -> dict:
    """The learner's copy with the starter of one question, and its check not run."""
    wanted = _cell_ids(keeper, name, question)
    starters = {cell["id"]: cell for cell in original["cells"] if cell["id"] in wanted}
    found = read(path.read_bytes())
    here = {cell.get("id") for cell in found.cells}
    if not found.whole or not starters or not starters.keys() & here:
        raise KeepingError(
            f"The question {question} isn't in your copy of {name}. Reset the whole exercise: "
            f"course reset {name[:2]}"
        )
    cells = [starters.get(cell.get("id"), cell) for cell in found.cells]
    return {**original, "metadata": {**original["metadata"], **found.metadata}, "cells": cells}


def _cell_ids(keeper: Keeper, name: str, question: str) -> set[str]:
    from course_utils.checking.data.question import CheckDataError, load

    try:
        exercise = load(keeper.root / "exercises" / "checks" / f"{name}.json")
    except CheckDataError as error:
        raise KeepingError(str(error)) from None
    asked = exercise.question(question)
    if asked is None:
        names = ", ".join(q.name for q in exercise.questions)
        raise KeepingError(f"{name} has no question named {question}; it has {names}.")
    original = _original(keeper.root / "exercises" / f"{name}.ipynb")
    calls = tuple(f"check({name}" for name in asked.names)
    checks = {
        cell["id"]
        for cell in original["cells"]
        if "check" in cell["metadata"].get("tags", []) and source(cell).startswith(calls)
    }
    return {asked.answer_id, *checks}


def _belongs(name: Path) -> bool:
    """Whether a file goes into a backup: not drafts, locks, checkpoints, nor older backups."""
    return (
        name.parts[0] in (*PLACES, RECORDS, ".course")
        and ".ipynb_checkpoints" not in name.parts
        and not name.name.endswith((".draft", ".lock", ".tmp"))
        and name.name != "lock"
    )


def _checked(zipped: zipfile.ZipFile) -> list[str]:
    """The files of an archive that belong in the folder; a path that leads elsewhere is refused."""
    members = [info for info in zipped.infolist() if not info.is_dir()]
    if sum(info.file_size for info in members) > MOST_BYTES:
        raise ValueError("it is larger than any backup of this course")
    for info in members:
        parts = Path(info.filename).parts
        if Path(info.filename).is_absolute() or ".." in parts or "\\" in info.filename:
            raise ValueError(f"{info.filename} leads out of the folder")
    return [info.filename for info in members if _belongs(Path(info.filename))]
