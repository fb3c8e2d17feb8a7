"""A submission: the cells of a notebook to run, and which of them answers which question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_utils.checking.data.question import Exercise, Question
from course_utils.grading.intake.entry import MAX_BYTES, SubmissionError
from course_utils.grading.intake.file import File
from course_utils.grading.intake.notebook import MAX_CELLS, Cell, Notebook, parse
from course_utils.grading.intake.python import (
    defined,
    defined_indirectly,
    is_stub,
    parts,
    says_nothing_new,
)

__all__ = ["MAX_BYTES", "MAX_CELLS", "CodeCell", "Submission", "SubmissionError", "read"]


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
    return read_file(File(name or path.stem, path), exercise)


def read_file(file: File, exercise: Exercise) -> Submission:
    """Read the file that counts for a learner. Raises SubmissionError if it can't be graded."""
    notebook = parse(file.read())
    _refuse_another(notebook, exercise)
    cells, anomalies = recover(notebook.cells, exercise)
    _refuse_a_stranger(notebook, cells, exercise)
    return Submission(file.name, tuple(cells), (*notebook.remarks, *anomalies))


def recover(raw_cells: tuple[Cell, ...], exercise: Exercise) -> tuple[list[CodeCell], list[str]]:
    """The code cells in order, each answer found by its id, else by the name that it defines.

    A cell with several answers becomes several. What would take an answer back when the notebook
    is run from the top, an untouched copy of its starter, is left out.
    """
    anomalies: list[str] = []
    answers: dict[int, list[Question]] = {}
    untouched: set[int] = set()
    for question in exercise.questions:
        place, remark = _place(question, raw_cells)
        if place is not None:
            answers.setdefault(place, []).append(question)
            untouched |= {i for i, cell in enumerate(raw_cells) if _is_untouched(cell, question)}
        if remark:
            anomalies.append(f"`{question.name}`: {remark}")
    cells: list[CodeCell] = []
    for place, cell in enumerate(raw_cells):
        if place in answers:
            if cell.kind != "code":
                names = ", ".join(f"`{question.name}`" for question in answers[place])
                anomalies.append(f"{names}: its cell is {cell.kind} instead of code; read as code")
            cells += _answers(cell, answers[place])
        elif cell.kind == "code" and place not in untouched:
            cells.append(CodeCell(cell.id, cell.source))
    return cells, anomalies


def _answers(cell: Cell, questions: list[Question]) -> Iterator[CodeCell]:
    """The parts of a cell that answer one question each."""
    by_name = {question.name: question for question in questions}
    pieces = [(questions[0].name, cell.source)]
    if len(questions) > 1:
        pieces = parts(cell.source, {question.name: question.names for question in questions})
    for number, (name, source) in enumerate(pieces):
        if is_stub(source, by_name[name].starter):
            source = by_name[name].starter
        yield CodeCell(f"{cell.id}-{number + 1}" if number else cell.id, source, name)


def _place(question: Question, cells: tuple[Cell, ...]) -> tuple[int | None, str]:
    """Where the answer to a question stands, None if nowhere; and what is odd about that.

    The last cell with the answer's id, code before text, one with work in it before an untouched
    or an empty one; where there is none with work in it, the last cell that defines the name.
    """
    own = [i for i, cell in enumerate(cells) if cell.id == question.answer_id]
    filled = [i for i in own if cells[i].source.strip()]
    best = max(
        filled,
        key=lambda i: (not _is_left_open(cells[i], question), cells[i].kind == "code", i),
        default=None,
    )
    remark = ""
    if len(filled) > 1:
        remark = "its cell is there more than once; the last one with an answer counts"
    if best is not None and not _is_left_open(cells[best], question):
        return best, remark
    other = _by_name(question, cells)
    if other is not None:
        if own:
            return other, "its answer stands in another cell and was found by its name"
        return other, "its cell lost its id and was found by its name"
    if best is not None:
        return best, remark
    return (own[-1], "its cell is empty") if own else (None, "its cell is missing")


def _is_untouched(cell: Cell, question: Question) -> bool:
    """Whether a cell is the starter of a question as it was given out, or as nbgrader left it."""
    named = any(name in cell.source for name in question.names)
    return named and says_nothing_new(cell.source, question.starter)


def _is_left_open(cell: Cell, question: Question) -> bool:
    return not _defines(cell, question) or _is_untouched(cell, question)


def _defines(cell: Cell, question: Question) -> bool:
    found = any(name in cell.source for name in question.names)
    return found and bool(defined(cell.source) & set(question.names))


def _by_name(question: Question, cells: tuple[Cell, ...]) -> int | None:
    """The last cell that defines a question's name; if there is none, the last one that may."""
    for wanted in ("code", "unknown", "markdown", "raw"):
        for i in reversed(range(len(cells))):
            if cells[i].kind == wanted and not _is_left_open(cells[i], question):
                return i
    for i in reversed(range(len(cells))):
        if cells[i].kind == "code" and defined_indirectly(cells[i].source, question.name):
            return i
    return None


def _refuse_another(notebook: Notebook, exercise: Exercise) -> None:
    ids = {cell.id for cell in notebook.cells}
    ours = sum(question.answer_id in ids for question in exercise.questions)
    if notebook.exercise not in ("", exercise.name) and 2 * ours < len(exercise.questions):
        raise SubmissionError(
            f"is another exercise: {notebook.exercise}, not {exercise.name}. Hand in the notebook "
            "of this exercise."
        )


def _refuse_a_stranger(notebook: Notebook, cells: list[CodeCell], exercise: Exercise) -> None:
    """A file of which nothing says that it is this exercise, such as a lesson, which may well
    define one name or another of the exercise."""
    found = {cell.question for cell in cells} - {""}
    ids = {question.answer_id for question in exercise.questions}
    says_so = notebook.exercise == exercise.name or any(cell.id in ids for cell in notebook.cells)
    if not found or (not says_so and 2 * len(found) <= len(exercise.questions)):
        raise SubmissionError(
            f"has no answer to any question of {exercise.name}; it may be another exercise, a "
            "lesson, or another file."
        )
