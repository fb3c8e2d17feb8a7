"""Marks as files: grades.csv, results.json and one self-contained page for each learner."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from course_utils.checking.card import STYLE, prose, tone
from course_utils.checking.question import Exercise
from course_utils.checking.verdict import Verdict
from course_utils.grading.grade import Mark, Result

FORMULA = re.compile(r"^[=+\-@\t\r]")


def write_reports(results: list[Result], exercise: Exercise, folder: Path) -> None:
    """Write all three kinds of report; each file appears whole or not at all."""
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    ordered = sorted(results, key=lambda result: result.submission)
    _write(folder / "results.json", json.dumps([as_json(r) for r in ordered], indent=1) + "\n")
    _write(folder / "grades.csv", as_csv(ordered, exercise))
    for result in ordered:
        _write(folder / "feedback" / page_name(result.submission), as_html(result, exercise))


def as_json(result: Result) -> dict[str, Any]:
    """A result in the form that architecture and other tools rely on."""
    return {
        "submission": _printable(result.submission),
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
                "message": _printable(mark.verdict.message),
                "cause": mark.verdict.cause,
            }
            for mark in result.marks
        ],
    }


def as_csv(results: list[Result], exercise: Exercise) -> str:
    """One row a submission: score, then each question's score and verdict."""
    from io import StringIO

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


def safe(text: str) -> str:
    """Text that a spreadsheet takes for text: one that looks like a formula gets an apostrophe."""
    text = _printable(text)
    return f"'{text}" if FORMULA.match(text) else text


def as_html(result: Result, exercise: Exercise) -> str:
    """The learner's page: answers, verdicts, messages and hints; no hidden value, nothing runs."""
    environment = Environment(loader=PackageLoader("course_utils.grading"), autoescape=True)
    hints = {q.name: q.hints for q in exercise.questions}
    rows = [
        {
            "mark": mark,
            "verdict": without_evidence(mark.verdict),
            "message": prose(_printable(mark.verdict.message)),
            "next_step": prose(_printable(mark.verdict.next_step)),
            "tone": tone(mark.verdict),
            "hint": prose(hints[mark.name][0]) if _needs_hint(mark, hints) else "",
            "answer": _printable(mark.answer),
            "printed": _printable(mark.printed),
        }
        for mark in result.marks
    ]
    page = environment.get_template("feedback.html")
    return page.render(
        result=result,
        title=exercise.title,
        submission=_printable(result.submission),
        rows=rows,
        style=STYLE,
    )


def without_evidence(verdict: Verdict) -> Verdict:
    """The verdict as it may be shown to a learner: without the inputs that a mark was made on."""
    return replace(verdict, evidence=None)


def page_name(submission: str) -> str:
    """A file name for a submission's page: readable, safe on every system, unique."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", submission).strip("._") or "submission"
    if plain == submission and len(plain) <= 80:
        return f"{plain}.html"
    mark = hashlib.sha256(submission.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{plain[:80]}-{mark}.html"


def _needs_hint(mark: Mark, hints: dict[str, tuple[str, ...]]) -> bool:
    return not mark.verdict.is_correct and bool(hints[mark.name])


def _printable(text: str) -> str:
    """Text that any encoder takes: lone surrogates and control characters become visible."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
