"""A second opinion with nbval: the solved notebook with a learner's answers shows the same cards.

It shares nothing with `course check` but the check's own functions: the notebook runs in a Jupyter
kernel, and nbval compares what its check cells show with what the teacher's edition has stored.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from course_utils.checking.data.question import Exercise, Question
from course_utils.errors import CourseError
from course_utils.grading.intake.submission import SubmissionError, read

CELL_SECONDS = 60  # nbval's own limit is 2,000 s, and a dead kernel waits it out
KEPT = ("setup", "given", "answer", "check")
# A remark never costs a mark, so it is left out; the HTML has the same content as the text.
SANITIZE = (
    (r"\nRemark: .*", ""),
    (r"(?s)^<style>.*$", "the HTML of a card"),
)


class SecondOpinionError(CourseError):
    """nbval can't be asked; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Opinion:
    """Whether the check cell of a question shows the stored card; report: nbval's own words."""

    question: str
    same: bool
    report: str = ""


def second_opinion(path: Path, exercise: Exercise, checks: Path) -> list[Opinion]:
    """Put the answers of the notebook `path` into the solved notebook, and run nbval on it.

    checks: the check file of the course, from which the solved notebook is found. Runs the
    learner's code with no sandbox. Raises SecondOpinionError or SubmissionError.
    """
    if find_spec("nbval") is None:
        raise SecondOpinionError(
            "nbval isn't installed. Install it with `python -m pip install nbval`, or check "
            "without --nbval."
        )
    solved = checks.resolve().parents[2] / "solutions" / f"{exercise.name}.ipynb"
    if not solved.is_file():
        raise SecondOpinionError(
            f"there is no solved notebook solutions/{exercise.name}.ipynb beside the exercises; "
            "--nbval needs the full course."
        )
    notebook = with_answers(json.loads(solved.read_text(encoding="utf-8")), path, exercise)
    with tempfile.TemporaryDirectory() as folder:
        # As in the teacher's edition, where no buttons stand below a card.
        target = Path(folder, "solutions", f"{exercise.name}.ipynb")
        target.parent.mkdir()
        target.write_text(json.dumps(notebook), encoding="utf-8")
        (target.parent / "checks").mkdir()
        shutil.copy(checks, target.parent / "checks")
        return _opinions(target, notebook, exercise)


def with_answers(solved: dict[str, Any], path: Path, exercise: Exercise) -> dict[str, Any]:
    """The solved notebook's setup, given, answer and check cells, with the answers of `path`.

    Cells that the learner added stay before the answer that follows them.
    """
    answers = _answers(path, exercise, {cell.get("id") for cell in solved["cells"]})
    cells = []
    for cell in solved["cells"]:
        tag = next((t for t in cell["metadata"].get("tags", ()) if t in KEPT), "")
        if cell["cell_type"] != "code" or not tag:
            continue
        if tag == "answer":
            cell = {**cell, "source": answers.get(cell["id"], "")}
        if tag == "check":
            tags = [tag, "nbval-check-output"]
            cell = {**cell, "metadata": {**cell["metadata"], "tags": tags}}
        cells.append(cell)
    return {**solved, "cells": cells}


def _answers(path: Path, exercise: Exercise, known: set[str]) -> dict[str, str]:
    """Answer cell's id -> the learner's source, after what they wrote in cells of their own."""
    ids = {question.name: question.answer_id for question in exercise.questions}
    answers: dict[str, str] = {}
    own: list[str] = []
    for cell in read(path, exercise).cells:
        if cell.question:
            answers[ids[cell.question]] = "\n\n".join([*own, cell.source])
            own = []
        elif cell.id not in known:
            own.append(cell.source)
    if not answers:
        raise SubmissionError(f"has no answer to any question of {exercise.name}.")
    return answers


def _opinions(target: Path, notebook: dict[str, Any], exercise: Exercise) -> list[Opinion]:
    folder = target.parent
    rules = "\n\n".join(f"regex: {regex}\nreplace: {text}" for regex, text in SANITIZE)
    (folder / "sanitize.cfg").write_text(rules, encoding="utf-8")
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "nbval.plugin", "-p", "no:cacheprovider",
        "--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}",
        "--nbval-sanitize-with=sanitize.cfg", "--junitxml=result.xml", "--color=no", "--tb=short",
        f"--rootdir={folder}", target.name,
    ]  # fmt: skip
    run = subprocess.run(
        command,
        cwd=folder,
        env=os.environ
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "COURSE_FOLDER": ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    try:
        cases = ElementTree.parse(folder / "result.xml").getroot().iter("testcase")
    except (OSError, ElementTree.ParseError):
        said = (run.stdout + run.stderr)[-500:].strip()
        raise SecondOpinionError(f"nbval could not run. It said: {said}") from None
    by_cell = {case.get("name"): case for case in cases}
    return [
        _opinion(question, by_cell.get(f"Cell {_place(notebook, question)}"))
        for question in exercise.questions
    ]


def _place(notebook: dict[str, Any], question: Question) -> int:
    """The number of the code cell that checks a question: the first check after its answer."""
    cells = notebook["cells"]
    answer = next(i for i, cell in enumerate(cells) if cell["id"] == question.answer_id)
    checks = (i for i, cell in enumerate(cells) if "check" in cell["metadata"]["tags"])
    return next(i for i in checks if i > answer)


def _opinion(question: Question, case: ElementTree.Element | None) -> Opinion:
    if case is None:
        return Opinion(question.name, False, "nbval did not come to this cell.")
    problem = next((part for kind in ("failure", "error", "skipped") for part in case.iter(kind)),
                   None)  # fmt: skip
    if problem is None:
        return Opinion(question.name, True)
    return Opinion(question.name, False, (problem.text or problem.get("message") or "").strip())
