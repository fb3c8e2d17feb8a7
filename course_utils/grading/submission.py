"""Read a submitted notebook as untrusted data, and recover the answers that stand in it."""

from __future__ import annotations

import ast
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.checking.question import Exercise, Question

MAX_BYTES = 30_000_000
MAX_CELLS = 2_000


class SubmissionError(Exception):
    """A file that can't be graded at all; the message says what it is instead."""


@dataclass(frozen=True)
class CodeCell:
    """A cell to run. question: the name of the question that it answers, "" for any other cell."""

    id: str
    source: str
    question: str = ""


@dataclass(frozen=True)
class Submission:
    """A submission, read: the cells to run in order, and what was odd about the file."""

    name: str
    cells: tuple[CodeCell, ...]
    anomalies: tuple[str, ...]


def read(path: Path, exercise: Exercise, name: str = "") -> Submission:
    """Read one file. Raises SubmissionError if it can't be graded for this exercise."""
    raw_cells = _cells(path)
    cells, anomalies = recover(raw_cells, exercise)
    if not any(cell.question for cell in cells):
        raise SubmissionError(
            f"has no answer to any question of {exercise.name}; it may be another exercise, or "
            "another file."
        )
    return Submission(name or path.stem, tuple(cells), tuple(anomalies))


def recover(
    raw_cells: list[dict[str, Any]], exercise: Exercise
) -> tuple[list[CodeCell], list[str]]:
    """The code cells in order, each answer found by its id, else by the name that it defines."""
    anomalies: list[str] = []
    sources = [
        (kind, str(raw.get("id", "")), source) for raw, kind, source in _read_cells(raw_cells)
    ]
    by_id = {q.answer_id: q for q in exercise.questions}
    twice = [i for i, n in Counter(i for _, i, _ in sources if i in by_id).items() if n > 1]
    owners: dict[int, Question] = {}
    for place, (_, cell_id, _) in enumerate(sources):
        if cell_id in by_id:
            owners[place] = by_id[cell_id]
    for question in exercise.questions:
        if question.answer_id in twice:
            anomalies.append(
                f"`{question.name}`: its cell is there more than once; the last counts"
            )
        if question not in owners.values():
            place = _place_by_name(question, sources, owners)
            if place is None:
                anomalies.append(f"`{question.name}`: its cell is missing")
            else:
                owners[place] = question
                anomalies.append(
                    f"`{question.name}`: its cell lost its id and was found by its name"
                )
    last = {q.name: place for place, q in owners.items()}
    cells = []
    for place, (kind, cell_id, source) in enumerate(sources):
        question = owners.get(place)
        is_last = question is not None and last[question.name] == place
        if kind != "code" and not is_last:
            continue
        if kind != "code":
            anomalies.append(f"`{question.name}`: its cell is {kind} instead of code; read as code")
        cells.append(CodeCell(cell_id, source, question.name if is_last else ""))
    return cells, anomalies


def _cells(path: Path) -> list[dict[str, Any]]:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SubmissionError(
                f"is {size / 1e6:.0f} MB; a notebook of at most {MAX_BYTES / 1e6:.0f} MB can be "
                "graded. Clear its outputs and hand it in again."
            )
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SubmissionError(f"can't be read ({error.strerror}).") from None
    except RecursionError:
        raise SubmissionError("is nested too deeply to be a notebook.") from None
    except ValueError:
        raise SubmissionError(
            "is not a notebook: its content isn't JSON. Was it exported, or renamed from another "
            "format? Hand in the .ipynb file itself."
        ) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or notebook.get("nbformat") != 4:
        raise SubmissionError(
            "is JSON, but not a notebook of format 4, which Jupyter writes today."
        )
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"has {len(cells):,} cells; at most {MAX_CELLS:,} are graded.")
    return cells


def _read_cells(raw_cells: list[Any]):
    for raw in raw_cells:
        if not isinstance(raw, dict):
            continue
        source = raw.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if isinstance(source, str):
            yield raw, str(raw.get("cell_type", "")), source


def _place_by_name(question: Question, sources: list, taken: dict[int, Question]) -> int | None:
    free = [i for i in range(len(sources)) if i not in taken]
    for wanted in ("code", "markdown", "raw"):
        places = [
            i for i in free if sources[i][0] == wanted and _defines(sources[i][2], question.name)
        ]
        if places:
            return places[-1]
    return None


def _defines(source: str, name: str) -> bool:
    """Whether a cell defines `name` at its top level; for a broken cell, whether it looks so."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = source.splitlines()
        return any(x.startswith((f"def {name}(", f"class {name}", f"{name} =")) for x in lines)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            return True
        targets = node.targets if isinstance(node, ast.Assign) else []
        stored = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if name in stored:
            return True
    return False
