"""Marks as files: grades.csv, results.json, a page for each learner, and the platforms' forms."""

from __future__ import annotations

import contextlib
import csv
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, Template

from course_utils.checking.card import STYLE, prose, tone
from course_utils.checking.question import Exercise
from course_utils.checking.verdict import Verdict
from course_utils.grading.grade import Mark, Result
from course_utils.grading.intake import File
from course_utils.grading.platforms import (
    canvas_heads,
    canvas_row,
    gradescope_json,
    moodle_heads,
    moodle_row,
)
from course_utils.grading.text import file_name, plain, safe


def write_reports(pairs: Iterable[tuple[File, Result]], exercise: Exercise, folder: Path) -> None:
    """Write every kind of report, result by result; each file appears whole or not at all."""
    for name in ("feedback", "gradescope"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    page = Environment(loader=PackageLoader("course_utils.grading"), autoescape=True)
    template = page.get_template("feedback.html")
    with contextlib.ExitStack() as stack:
        grades = _Table(folder / "grades.csv", heads(exercise), stack)
        results = _Lines(folder / "results.json", stack)
        platforms = {
            "moodle": _Table(folder / "moodle.csv", moodle_heads(exercise), stack),
            "canvas": _Table(folder / "canvas.csv", canvas_heads(exercise), stack),
        }
        rows = {"moodle": moodle_row, "canvas": canvas_row}
        for file, result in pairs:
            grades.add(as_row(result))
            results.add(as_json(result))
            if file.platform:
                platforms[file.platform].add(rows[file.platform](file, result, exercise))
            name = file_name(result.submission)
            _write(folder / "feedback" / f"{name}.html", as_html(result, exercise, template))
            _write(folder / "gradescope" / f"{name}.json", gradescope_json(result))
        for report in (grades, results):
            report.finish()
        for platform in platforms.values():
            if platform.rows:
                platform.finish()


class _Report:
    """A file that is written piece by piece and takes its name at the end, or goes."""

    def __init__(self, path: Path, stack: contextlib.ExitStack) -> None:
        self._path, self._temporary = path, path.with_name(path.name + ".tmp")
        stack.callback(self._temporary.unlink, missing_ok=True)
        text = self._temporary.open("w", encoding="utf-8", newline="\n")
        self._file = stack.enter_context(text)

    def finish(self) -> None:
        self._file.close()
        os.replace(self._temporary, self._path)


class _Table(_Report):
    def __init__(self, path: Path, first: list[list[Any]], stack: contextlib.ExitStack) -> None:
        super().__init__(path, stack)
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerows(first)
        self.rows = 0

    def add(self, row: list[Any]) -> None:
        self._writer.writerow(row)
        self.rows += 1


class _Lines(_Report):
    """A list in JSON."""

    _before = "[\n"

    def add(self, item: dict[str, Any]) -> None:
        self._file.write(self._before + json.dumps(item, indent=1))
        self._before = ",\n"

    def finish(self) -> None:
        self._file.write("\n]\n" if self._before != "[\n" else "[]\n")
        super().finish()


def as_json(result: Result) -> dict[str, Any]:
    """A result in the form that architecture and other tools rely on."""
    return {
        "submission": plain(result.submission),
        "exercise": result.exercise,
        "score": result.score,
        "max_score": result.max_score,
        "sandbox": result.sandbox,
        "seconds": result.seconds,
        "anomalies": list(result.anomalies),
        "problem": result.problem,
        "questions": [
            {
                "name": mark.name,
                "score": mark.score,
                "max_score": mark.max_score,
                "verdict": mark.verdict.kind,
                "message": plain(mark.verdict.message),
                "cause": mark.verdict.cause,
            }
            for mark in result.marks
        ],
    }


def heads(exercise: Exercise) -> list[list[str]]:
    """The first row of grades.csv: score, then each question's score and verdict."""
    names = [question.name for question in exercise.questions]
    each = [head for name in names for head in (name, f"{name}: verdict")]
    return [["submission", "score", "max_score", *each, "remarks"]]


def as_row(result: Result) -> list[Any]:
    """One row of grades.csv."""
    cells: list[Any] = [safe(result.submission), result.score, result.max_score]
    for mark in result.marks:
        cells += [mark.score, mark.verdict.kind]
    remarks = "; ".join(filter(None, [result.problem, *result.anomalies]))
    return [*cells, safe(remarks)]


def as_html(result: Result, exercise: Exercise, template: Template) -> str:
    """The learner's page: answers, verdicts, messages and hints; no hidden value, nothing runs."""
    hints = {q.name: q.hints for q in exercise.questions}
    rows = [
        {
            "mark": mark,
            "verdict": without_evidence(mark.verdict),
            "message": prose(plain(mark.verdict.message)),
            "next_step": prose(plain(mark.verdict.next_step)),
            "tone": tone(mark.verdict),
            "hint": prose(hints[mark.name][0]) if _needs_hint(mark, hints) else "",
            "answer": plain(mark.answer),
            "printed": plain(mark.printed),
        }
        for mark in result.marks
    ]
    return template.render(
        result=result,
        title=exercise.title,
        submission=plain(result.submission),
        rows=rows,
        style=STYLE,
    )


def without_evidence(verdict: Verdict) -> Verdict:
    """The verdict as it may be shown to a learner: without the inputs that a mark was made on."""
    return replace(verdict, evidence=None)


def _needs_hint(mark: Mark, hints: dict[str, tuple[str, ...]]) -> bool:
    return not mark.verdict.is_correct and bool(hints[mark.name])


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
