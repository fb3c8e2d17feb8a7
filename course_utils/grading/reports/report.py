"""Marks as files: grades.csv, results.json, a page for each learner, and the platforms' forms."""

from __future__ import annotations

import contextlib
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, Template

from course_utils.checking.card import STYLE, tone
from course_utils.checking.data.question import Exercise
from course_utils.checking.data.verdict import Verdict
from course_utils.checking.markdown import prose
from course_utils.grading.intake.file import File
from course_utils.grading.intake.platforms import PLATFORMS, Score
from course_utils.grading.marking.mark import Mark, Result
from course_utils.grading.reports.folder import MarksFolder
from course_utils.grading.reports.gradescope import gradescope_json, summary_line
from course_utils.grading.reports.text import file_name, plain, safe


def write_reports(
    pairs: Iterable[tuple[File, Result]],
    exercise: Exercise,
    path: Path,
    note: Callable[[str], None] = print,
) -> None:
    """Write every kind of report, result by result; each file appears whole or not at all.

    note: told what a teacher should know about the files. Raises OSError.
    """
    folder = MarksFolder(path, note)
    page = Environment(loader=PackageLoader("course_utils.grading.reports"), autoescape=True)
    template = page.get_template("feedback.html")
    with contextlib.ExitStack() as stack:
        grades = _Table(folder, "grades.csv", heads(exercise), stack)
        results = _Lines(folder, "results.json", stack)
        best = f"{exercise.max_score:g}"
        tables = {
            p.name: _Table(folder, f"{p.name}.csv", p.heads(exercise.name, best), stack)
            for p in PLATFORMS
        }
        platforms = {platform.name: platform for platform in PLATFORMS}
        for file, result in pairs:
            grades.add(as_row(result, file))
            results.add(as_json(result))
            if file.platform in tables:
                row = platforms[file.platform].row(as_score(file, result, exercise))
                tables[file.platform].add(row)
            name = file_name(result.submission)
            folder.text(f"feedback/{name}.html", as_html(result, exercise, template))
            folder.text(f"gradescope/{name}.json", gradescope_json(result))
        for report in (grades, results):
            report.finish()
        for name, table in tables.items():
            if table.rows:
                table.finish()
            else:
                folder.remove(f"{name}.csv")


class _Report:
    """A file that is written piece by piece and takes its name at the end, or goes."""

    encoding = "utf-8"

    def __init__(self, folder: MarksFolder, name: str, stack: contextlib.ExitStack) -> None:
        self._folder, self._name = folder, name
        temporary = folder.unfinished(name)
        stack.callback(temporary.unlink, missing_ok=True)
        text = temporary.open("w", encoding=self.encoding, errors="backslashreplace", newline="\n")
        self._file = stack.enter_context(text)

    def finish(self) -> None:
        self._file.close()
        self._folder.finish(self._name)


class _Table(_Report):
    """A table that spreadsheets open with every letter right."""

    encoding = "utf-8-sig"

    def __init__(
        self,
        folder: MarksFolder,
        name: str,
        first: list[list[Any]],
        stack: contextlib.ExitStack,
    ) -> None:
        super().__init__(folder, name, stack)
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
        "anomalies": [plain(text) for text in result.anomalies],
        "problem": plain(result.problem),
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
    """The first row of grades.csv: who, the score, then each question's score and verdict."""
    names = [question.name for question in exercise.questions]
    each = [head for name in names for head in (name, f"{name}: verdict")]
    return [["submission", "name", "id", "score", "max_score", *each, "remarks"]]


def as_row(result: Result, file: File) -> list[Any]:
    """One row of grades.csv. What could not be read this time has no marks yet, and not 0."""
    who = [safe(result.submission), safe(file.learner or result.submission), safe(file.learner_id)]
    cells: list[Any] = ["" if file.passing else result.score, result.max_score]
    for mark in result.marks:
        cells += ["" if file.passing else mark.score, mark.verdict.kind]
    remarks = "; ".join(filter(None, [result.problem, *result.anomalies]))
    return [*who, *cells, safe(remarks)]


def as_score(file: File, result: Result, exercise: Exercise) -> Score:
    """The marks of one learner in the words of a platform's table."""
    return Score(
        safe(file.learner),
        safe(file.learner_id),
        "" if file.passing else f"{result.score:g}",
        f"{exercise.max_score:g}",
        safe(summary_line(result)),
        exercise.name,
    )


def as_html(result: Result, exercise: Exercise, template: Template) -> str:
    """The learner's page: answers, verdicts, messages and hints; no hidden value, nothing runs."""
    hints = {q.name: q.hints for q in exercise.questions}
    said = Counter(remark for mark in result.marks for remark in mark.verdict.remarks)
    repeated = [plain(remark) for remark, n in said.items() if n > 1]
    rows = [
        {
            "mark": mark,
            "verdict": without_evidence(mark.verdict),
            "message": prose(plain(mark.verdict.message)),
            "next_step": prose(plain(mark.verdict.next_step)),
            "remarks": [plain(r) for r in mark.verdict.remarks if said[r] == 1],
            "tone": tone(mark.verdict),
            "hint": prose(hints[mark.name][0]) if _needs_hint(mark, hints) else "",
            "answer": plain(mark.answer),
            "printed": plain(mark.printed),
        }
        for mark in result.marks
    ]
    return template.render(
        result=result,
        problem=plain(result.problem),
        about=[*map(plain, result.anomalies), *repeated],
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
