"""`course release`: a classroom edition, an exercise and its check data without the answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course_utils.authoring.build import Course, is_current, write
from course_utils.authoring.editions import classroom, digest, notebook_text
from course_utils.authoring.source import AuthoringError
from course_utils.checking.question import dump, load

README = """\
Exercises of the course "From one neuron to Keras"

Keep this folder together: a notebook needs its file in checks/.

1. Install the course once, as its README says.
2. Open a notebook in JupyterLab, write your answers, and run the check below each.
3. In a terminal, `course check NOTEBOOK` judges a whole notebook, and `course progress`, run in
   this folder, shows what is done.

`hint(...)` works where your teacher has released the hints. Solutions are not in this folder.
"""


@dataclass(frozen=True)
class Released:
    """What was written for one exercise."""

    name: str
    files: tuple[Path, ...]


def release(course: Course, names: tuple[str, ...], folder: Path, *, hints: bool) -> list[Released]:
    """Write the classroom edition of the exercises whose names begin with one of `names`.

    `folder` may hold other exercises; nothing that is there is overwritten, and nothing is written
    unless everything can be. Raises AuthoringError.
    """
    paths = course.solutions(names)
    for path in paths:
        if not is_current(course, path):
            raise AuthoringError(
                f"{path.stem} is not built from its solution as it stands now. Run `course build "
                f"{path.stem[:2]}` first."
            )
    files = {path.stem: _files(course, path.stem, hints=hints) for path in paths}
    _refuse_to_overwrite(folder, [name for made in files.values() for name in made])
    for made in files.values():
        for name, text in made.items():
            write(folder / name, text)
    if not (folder / "README.txt").exists():
        write(folder / "README.txt", README)
    return [Released(name, tuple(folder / file for file in made)) for name, made in files.items()]


def _files(course: Course, name: str, *, hints: bool) -> dict[Path, str]:
    notebook = json.loads(course.notebook(name).read_text(encoding="utf-8"))
    notebook = notebook_text(_without_calls(notebook, hints=hints))
    exercise = classroom(load(course.checks(name)), hints=hints)
    exercise = replace(exercise, notebook_digest=digest(notebook))
    return {Path(f"{name}.ipynb"): notebook, Path("checks", f"{name}.json"): dump(exercise)}


def _without_calls(notebook: dict[str, Any], *, hints: bool) -> dict[str, Any]:
    """Drop the comments below a check that offer what this edition doesn't have."""
    closed = ("# solution(",) if hints else ("# solution(", "# hint(")

    def kept(cell: dict[str, Any]) -> dict[str, Any]:
        if "check" not in cell["metadata"].get("tags", ()):
            return cell
        lines = [line for line in cell["source"] if not line.startswith(closed)]
        return {**cell, "source": "".join(lines).rstrip("\n").splitlines(keepends=True)}

    return {**notebook, "cells": [kept(cell) for cell in notebook["cells"]]}


def _refuse_to_overwrite(folder: Path, names: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise AuthoringError(f"{folder} is a file; give a folder, which is made if it isn't there.")
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise AuthoringError(
            f"{folder / there[0]} is there already, and somebody may have worked in it: nothing "
            "was written. Give another folder, or remove the old files."
        )
