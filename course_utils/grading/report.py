"""Marks as files: grades.csv, results.json, a page for each learner, and the platforms' forms."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, Template

from course_utils.checking.card import STYLE, prose, tone
from course_utils.checking.question import Exercise
from course_utils.checking.verdict import Verdict
from course_utils.grading.grade import Mark, Result
from course_utils.grading.intake import File
from course_utils.grading.platforms import canvas_csv, gradescope_json, moodle_csv
from course_utils.grading.text import file_name, plain, safe


def write_reports(
    results: list[Result], files: list[File], exercise: Exercise, folder: Path
) -> None:
    """Write every kind of report; each file appears whole or not at all."""
    for name in ("feedback", "gradescope"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    by_name = {file.name: file for file in files}
    ordered = sorted(results, key=lambda result: result.submission)
    pairs = [(by_name[result.submission], result) for result in ordered]
    _write(folder / "results.json", json.dumps([as_json(r) for r in ordered], indent=1) + "\n")
    _write(folder / "grades.csv", as_csv(ordered, exercise))
    platforms = {file.platform for file in files}
    if "moodle" in platforms:
        _write(folder / "moodle.csv", moodle_csv(pairs, exercise))
    if "canvas" in platforms:
        _write(folder / "canvas.csv", canvas_csv(pairs, exercise))
    page = Environment(loader=PackageLoader("course_utils.grading"), autoescape=True)
    template = page.get_template("feedback.html")
    for result in ordered:
        name = file_name(result.submission)
        _write(folder / "feedback" / f"{name}.html", as_html(result, exercise, template))
        _write(folder / "gradescope" / f"{name}.json", gradescope_json(result))


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


def as_csv(results: list[Result], exercise: Exercise) -> str:
    """One row a submission: score, then each question's score and verdict."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [question.name for question in exercise.questions]
    heads = [head for name in names for head in (name, f"{name}: verdict")]
    writer.writerow(["submission", "score", "max_score", *heads, "remarks"])
    for result in results:
        cells: list[Any] = [safe(result.submission), result.score, result.max_score]
        for mark in result.marks:
            cells += [mark.score, mark.verdict.kind]
        remarks = "; ".join(filter(None, [result.problem, *result.anomalies]))
        writer.writerow([*cells, safe(remarks)])
    return out.getvalue()


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
