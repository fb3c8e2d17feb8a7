"""`course release`: a classroom edition, an exercise and its check data without the answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course_utils.authoring.build import Course, is_current
from course_utils.authoring.editions import classroom, digest, notebook_text
from course_utils.authoring.source import AuthoringError
from course_utils.checking.data.question import dump, load
from course_utils.write_whole import write_whole

INTO_THE_COURSE = re.compile(r"\[([^\]]*)\]\((?!https?:|#|mailto:|data:)[^)]*\)")
SENTENCE_ENDS = re.compile(r"(?<=[.!?]) (?=[A-Z`])")
CLAUSE_ENDS = re.compile(r"; (?=(?:[^`]*`[^`]*`)*[^`]*$)")  # not one within code
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
    files = {path.stem: edition(course, path.stem, hints=hints) for path in paths}
    _refuse_to_overwrite(folder, [name for made in files.values() for name in made])
    for made in files.values():
        for name, text in made.items():
            write_whole(folder / name, text)
    if not (folder / "README.txt").exists():
        write_whole(folder / "README.txt", README)
    return [Released(name, tuple(folder / file for file in made)) for name, made in files.items()]


def edition(course: Course, name: str, *, hints: bool) -> dict[Path, str]:
    """The files of an exercise's classroom edition: path below the folder -> text."""
    notebook = json.loads(course.notebook(name).read_text(encoding="utf-8"))
    notebook = notebook_text(_for_a_class(notebook, hints=hints))
    exercise = classroom(load(course.checks(name)), hints=hints)
    exercise = replace(exercise, notebook_digest=digest(notebook))
    return {Path(f"{name}.ipynb"): notebook, Path("checks", f"{name}.json"): dump(exercise)}


def _for_a_class(notebook: dict[str, Any], *, hints: bool) -> dict[str, Any]:
    """Drop what offers something that this edition doesn't have: the comments below a check, the
    words of a text about solutions and hints, links into the course."""
    absent = ("solution",) if hints else ("solution", "hint")

    def changed(cell: dict[str, Any]) -> dict[str, Any]:
        source = "".join(cell["source"])
        if "check" in cell["metadata"].get("tags", ()):
            calls = tuple(f"# {name}(" for name in absent)
            kept = [line for line in source.splitlines() if not line.startswith(calls)]
            source = "\n".join(kept)
        elif cell["cell_type"] == "markdown":
            source = INTO_THE_COURSE.sub(r"\1", source)
            source = "\n".join(_without_offers(line, absent) for line in source.splitlines())
        return {**cell, "source": source.splitlines(keepends=True)}

    return {**notebook, "cells": [changed(cell) for cell in notebook["cells"]]}


def _without_offers(line: str, absent: tuple[str, ...]) -> str:
    """A paragraph without the clauses that speak of what is `absent`."""
    if not any(name in line for name in absent):
        return line
    offers = re.compile(rf"`(?:{'|'.join(absent)})\(")
    if "hint" in absent:
        offers = re.compile(rf"{offers.pattern}|\bthe hints\b")
    sentences = []
    for sentence in SENTENCE_ENDS.split(line):
        clauses = CLAUSE_ENDS.split(sentence)
        kept = [clause for clause in clauses if not offers.search(clause)]
        if kept == clauses:
            sentences.append(sentence)
        elif kept:
            whole = "; ".join(kept).rstrip(".") + "."
            sentences.append(whole[0].upper() + whole[1:])
    return " ".join(sentences)


def _refuse_to_overwrite(folder: Path, names: list[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise AuthoringError(f"{folder} is a file; give a folder, which is made if it isn't there.")
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise AuthoringError(
            f"{folder / there[0]} is there already, and somebody may have worked in it: nothing "
            "was written. Give another folder, or remove the old files."
        )
