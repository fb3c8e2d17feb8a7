"""The first start takes over what was written into the course's own files, before copies existed.

The pristine text of a cell is what git has of it; without git (a zip), the check data know every
starter, and the rest of a file counts as the course's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from course_utils.learning.copies.keeping import BACKUPS, PLACES, Keeper, sound_edition
from course_utils.learning.copies.merge import Editions, merge
from course_utils.learning.copies.reading import dump, read, source
from course_utils.learning.own_folder import RECORDS
from course_utils.write_whole import write_whole

GIT_SECONDS = 20
BEFORE = Path(BACKUPS) / "before_my_course"
TAKEN = Path(".course") / "taken-over.txt"
RECORD_FILES = ("progress.json", "figures.json")


def take_over(keeper: Keeper) -> list[str]:
    """Begin the own folder with what stands in the course's files; returns whose work was found.

    Does so once. A learner's files of the course are put back as git has them, so that the next
    `git pull` succeeds; an author's stay. Every file is kept among the backups first.
    """
    if (keeper.own / TAKEN).is_file():
        return []
    found = []
    changed = _changed(keeper.root)
    learner = changed is not None and _is_a_learners(keeper.root, changed)
    with keeper.locked():
        _records(keeper)
        for place in PLACES:
            for path in sorted((keeper.root / place).glob("*.ipynb")):
                name = f"{place}/{path.name}"
                if (changed is None or name in changed) and _take(keeper, name, changed is None):
                    found.append(name)
        write_whole(keeper.own / TAKEN, b"Answers in the course's own files were taken over.\n")
        if learner:
            for name in changed:  # also where only outputs differ: `git pull` would stop at them
                content = (keeper.root / name).read_bytes()
                write_whole(keeper.own / BEFORE / name, content)
            _git(keeper.root, "checkout", "--quiet", "HEAD", "--", *sorted(changed))
    return found


def _is_a_learners(root: Path, changed: set[str]) -> bool:
    """Whether the changed files are those of somebody who learns: an author has changed others,

    or commits that are not published, or lessons and no exercise.
    """
    exercises = [name for name in changed if name.startswith("exercises/")]
    began = bool(exercises) or (root / "exercises" / RECORD_FILES[0]).is_file()
    there = all(_is_copied(name) and (root / name).is_file() for name in changed)
    ahead = _git(root, "rev-list", "--max-count=1", "@{upstream}..HEAD")
    return bool(changed) and began and there and not ahead


def _take(keeper: Keeper, name: str, without_git: bool) -> bool:
    """Copy one file with all that was written in it; whether anything was."""
    if (keeper.own / name).is_file():
        return False
    content = (keeper.root / name).read_bytes()
    edition = None if without_git else sound_edition(_git(keeper.root, "show", f"HEAD:{name}"))
    if without_git and (whole := sound_edition(content)):
        edition = _with_starters(
            whole, keeper.root / "exercises/checks" / f"{Path(name).stem}.json"
        )
    if edition is None:
        return False
    made, found = Editions(), read(content)
    made.add(edition["cells"])
    theirs = {cell["id"]: source(cell) for cell in edition["cells"]}
    if found.whole and all(theirs.get(c.get("id")) == source(c) for c in found.cells):
        return False  # outputs at most
    write_whole(keeper.own / BEFORE / name, content)
    write_whole(keeper.own / name, dump(merge(found, edition, made)))
    keeper.note(name, made, "taken over")
    return True


def _with_starters(notebook: dict, checks: Path) -> dict | None:
    """A notebook with the starters of its questions: what it was before anybody answered."""
    try:
        questions = json.loads(checks.read_text("utf-8"))["questions"]
        starters = {q["answer_id"]: q["starter"] for q in questions}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    cells = [
        {**cell, "source": [starters[cell["id"]]]} if cell["id"] in starters else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def _records(keeper: Keeper) -> None:
    """Progress that stood beside the exercises moves to the records."""
    for name in RECORD_FILES:
        old, new = keeper.root / "exercises" / name, keeper.own / RECORDS / name
        if old.is_file() and not new.exists():
            write_whole(new, old.read_bytes())


def _changed(root: Path) -> set[str] | None:
    """The tracked files that differ from what git has; None where there is no git."""
    if not (root / ".git").exists() or shutil.which("git") is None:
        return None
    listed = _git(root, "diff", "--name-only", "-z", "HEAD")
    return {os.fsdecode(name) for name in listed.split(b"\0") if name}


def _is_copied(name: str) -> bool:
    path = Path(name)
    return path.suffix == ".ipynb" and path.parent.as_posix() in PLACES


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-c", "core.quotepath=off", *arguments]
    try:
        done = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=GIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
