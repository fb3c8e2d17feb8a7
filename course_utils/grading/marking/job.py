"""What the sandbox gets of a submission: cells, probes and limits; nothing that is expected, and
nothing that makes hidden inputs or measures what came out."""

from __future__ import annotations

import ast
import functools
from collections.abc import Container
from typing import Any

from course_utils.checking.data.question import PUBLIC_SEED, Exercise, seed_inside
from course_utils.grading.intake.python import parsed, shells
from course_utils.grading.intake.submission import Submission

SILENT = ("check", "hint", "solution", "progress", "exercise")
ROOM_SECONDS = 20.0
# What lessons import to draw and to read data, each of which takes longer than most answers.
DRAWN_WITH = frozenset(
    {
        "course_utils.datasets", "course_utils.explorables", "course_utils.learning",
        "course_utils.nn", "course_utils.plots", "matplotlib", "matplotlib.pyplot",
    }
)  # fmt: skip


def make_job(
    submission: Submission, exercise: Exercise, only: Container[str] | None = None
) -> dict[str, Any]:
    """All that the sandbox gets: cells, probe expressions and a seed; nothing that is expected.

    only: the questions to observe, all if it is None.
    """
    return {
        "id": submission.name,
        "seed": seed_inside(exercise.seed),
        "public": exercise.seed == PUBLIC_SEED,
        "limit": seconds_allowed(exercise),
        "given": list(exercise.given),
        "silent": list(SILENT),
        "warm": [*warm_modules(exercise), *_drawn_with(submission), *shells(submission.cells)],
        "cells": [
            {"id": cell.id, "source": cell.source, "question": cell.question}
            for cell in submission.cells
        ],
        "questions": [
            {
                "name": q.name,
                "names": list(q.names),
                "starter": q.starter,
                "helpers": q.helpers,
                "probes": [probe.observed for probe in q.probes],
                "handed": [list(seen.handed) for seen in q.expected],
                "seconds": q.seconds,
                "forbidden": list(q.forbidden),
            }
            for q in exercise.questions
            if only is None or q.name in only
        ],
    }


def seconds_allowed(exercise: Exercise) -> float:
    """The wall-clock limit of one run of a submission; all runs of one together get twice that.

    It has room for the longest question to hang and for the others to do their work.
    """
    each = [question.seconds for question in exercise.questions]
    return ROOM_SECONDS + max(each, default=0.0) + sum(each) / 4


def warm_modules(exercise: Exercise) -> list[str]:
    """What the exercise's own code imports: the sandbox's parent imports it once for all.

    So TensorFlow is imported for the exercises that need it, and for no other.
    """
    answers = (code for q in exercise.questions for code in (q.answer, q.helpers))
    return list(_imported((*exercise.given, *answers)))


@functools.lru_cache(maxsize=8)
def _imported(sources: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*map(_imports, sources))))


def _drawn_with(submission: Submission) -> list[str]:
    """What of DRAWN_WITH a submission imports; it has no say in what else the parent imports."""
    named = set()
    for cell in submission.cells:
        named |= _imported_in(cell.source)
    return sorted(named & DRAWN_WITH)


@functools.lru_cache(maxsize=64)
def _imported_in(source: str) -> frozenset[str]:
    return frozenset(_imported_by(parsed(source))) if "import" in source else frozenset()


def _imports(source: str) -> set[str]:
    return _imported_by(ast.parse(source))


def _imported_by(tree: ast.Module | None) -> set[str]:
    modules = set()
    for node in ast.walk(tree or ast.Module([], [])):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
            if node.module == "course_utils":
                modules |= {f"course_utils.{alias.name}" for alias in node.names}
    return modules
