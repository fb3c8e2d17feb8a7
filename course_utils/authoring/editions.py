"""The editions that are made of a solution notebook: the learner's, and a classroom's."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from course_utils.authoring.source import Cell, Draft, Solution
from course_utils.checking.data.question import Exercise, Question
from course_utils.checking.expecting.expectation import without_place

LEFT_OUT = ("probes", "misconception", "alternative", "hint", "explanation", "teacher")


def learners_notebook(solution: Solution, questions: dict[str, Question]) -> dict[str, Any]:
    """The exercise notebook: answers blanked, and no cell that only a teacher needs."""
    drafts = {draft.answer.id: draft for draft in solution.questions}
    checks = {draft.check.id: draft.name for draft in solution.questions}
    cells = []
    for cell in solution.cells:
        if cell.tag in LEFT_OUT:
            continue
        if cell.tag == "answer":
            cells.append(_answer(cell, drafts[cell.id]))
        elif cell.tag == "check":
            cells.append(_check(cell, questions[checks[cell.id]]))
        else:
            cells.append(_plain(cell))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        "exercise": solution.name,
    }
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def notebook_text(notebook: dict[str, Any]) -> str:
    """A notebook as the text of its file, as Jupyter writes it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def classroom(exercise: Exercise, *, hints: bool) -> Exercise:
    """The exercise without its answers: no solution, no wrong code, nor a line of either from where
    it raised; hints only if asked."""

    def stripped(question: Question) -> Question:
        wrong = tuple(
            replace(w, code="", values=tuple(map(without_place, w.values)))
            for w in question.wrong_answers
        )
        return replace(
            question,
            answer="",
            explanation="",
            hints=question.hints if hints else (),
            expected=tuple(map(without_place, question.expected)),
            wrong_answers=wrong,
        )

    return replace(exercise, questions=tuple(stripped(q) for q in exercise.questions))


def _cell(cell: Cell, source: str, tag: str, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": [tag]} if tag else {}
    made = {"cell_type": cell.kind, "id": cell.id, "metadata": {**metadata, **(extra or {})}}
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return {**made, "source": source.splitlines(keepends=True)}


def _plain(cell: Cell) -> dict[str, Any]:
    return _cell(cell, cell.source, cell.tag)


def _answer(cell: Cell, draft: Draft) -> dict[str, Any]:
    return _cell(cell, draft.starter, "answer", _nbgrader(draft.name, solution=True))


def _check(cell: Cell, question: Question) -> dict[str, Any]:
    name = question.name
    source = f"{cell.source}\n# hint({name})\n# solution({name})"
    extra = _nbgrader(f"{name}_check", grade=True, locked=True, points=question.points)
    return _cell(cell, source, "check", extra)


def _nbgrader(grade_id: str, **fields: Any) -> dict[str, Any]:
    base = {"grade": False, "grade_id": grade_id, "locked": False, "schema_version": 3}
    return {"nbgrader": {**base, "solution": False, "task": False, **fields}}
