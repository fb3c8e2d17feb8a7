"""`course build --report`: how many mutants of each solution the probes catch, and which not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from course_utils.authoring.build import Course
from course_utils.authoring.mutants import Mutant, mutants
from course_utils.authoring.source import AuthoringError, Draft, read
from course_utils.authoring.trials import SURVIVED, TrialError, fates
from course_utils.checking.data.question import CheckDataError, load

DECLARED = re.compile(r"#\s*equivalent:\s*(?P<old>.+?)\s*->\s*(?P<new>.+?),? because (?P<why>.+)")
UNEXPLAINED = ("difference",)


@dataclass(frozen=True)
class Declaration:
    """An author's line `# equivalent: OLD -> NEW, because WHY`; `...` stands for any text."""

    old: str
    new: str
    why: str

    def fits(self, mutant: Mutant) -> bool:
        pairs = ((self.old, mutant.old), (self.new, mutant.new))
        return all(_pattern(pattern).fullmatch(text) for pattern, text in pairs)

    def __str__(self) -> str:
        return f"{self.old} -> {self.new}"


@dataclass(frozen=True)
class QuestionReport:
    """What the probes of one question see.

    count: mutants tried. caught: refused by a probe. explained: those of them whose cause was
    named, not only shown as a difference. survivors: accepted, though nobody said they are right.
    equivalent: accepted, with the declaration of each. needless: declarations that fit none.
    """

    exercise: str
    question: str
    count: int
    caught: int
    explained: int
    survivors: tuple[Mutant, ...]
    equivalent: tuple[tuple[Mutant, Declaration], ...]
    needless: tuple[Declaration, ...]


@dataclass(frozen=True)
class Task:
    """One question whose mutants are to be tried."""

    exercise: str
    checks: Path
    question: str
    answer: str
    declared: tuple[Declaration, ...]


def report(
    course: Course,
    names: tuple[str, ...] = (),
    done: Callable[[int, int], None] | None = None,
    questions: tuple[str, ...] = (),
) -> list[QuestionReport]:
    """A report on the questions of the exercises whose names begin with one of `names`.

    The exercises must have been built. questions: only those with these names; none means all.
    done: is told how many questions of how many are finished. Raises AuthoringError.
    """
    todo = [task for path in course.solutions(names) for task in tasks(course, path)]
    there = {task.question for task in todo}
    if unknown := [question for question in questions if question not in there]:
        raise AuthoringError(
            f"no question {', '.join(unknown)}; there are {', '.join(sorted(there))}."
        )
    todo = [task for task in todo if not questions or task.question in questions]
    reports = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # a thread waits for its process
        for result in pool.map(report_one, todo):
            reports.append(result)
            if done:
                done(len(reports), len(todo))
    return reports


def tasks(course: Course, path: Path) -> list[Task]:
    """A task for each question of a solution notebook that has been built."""
    solution = read(path)
    try:
        exercise = load(course.checks(path.stem))
    except CheckDataError as error:
        raise AuthoringError(f"{path.stem}: {error} Run `course build {path.stem}`.") from None
    answers = {question.name: question.answer for question in exercise.questions}
    return [
        Task(path.stem, course.checks(path.stem), d.name, answers[d.name], declarations(d))
        for d in solution.questions
        if d.name in answers
    ]


def declarations(draft: Draft) -> tuple[Declaration, ...]:
    """The equivalent mutants that a probes cell declares. Raises AuthoringError for a bad line."""
    found = []
    for line in draft.probes.body.splitlines():
        if not re.match(r"#\s*equivalent\b", line.strip()):
            continue
        parts = DECLARED.fullmatch(line.strip())
        if parts is None:
            raise AuthoringError(
                f"`{draft.name}`, {draft.probes}: `{line.strip()}` is not of the form "
                "`# equivalent: OLD -> NEW, because WHY`; copy OLD and NEW from the report."
            )
        found.append(Declaration(parts["old"], parts["new"], parts["why"]))
    return tuple(found)


def report_one(task: Task) -> QuestionReport:
    """Try the mutants of one question. Raises AuthoringError."""
    made = mutants(task.answer)
    try:
        causes = list(fates(task.checks, task.question, [mutant.code for mutant in made]))
    except TrialError as error:
        raise AuthoringError(f"{task.exercise}, {error}") from None
    alive = [m for m, cause in zip(made, causes, strict=True) if cause == SURVIVED]
    caught = [cause for cause in causes if cause != SURVIVED]
    fitting = [(m, next((d for d in task.declared if d.fits(m)), None)) for m in alive]
    used = {declared for _, declared in fitting}
    return QuestionReport(
        exercise=task.exercise,
        question=task.question,
        count=len(made),
        caught=len(caught),
        explained=sum(cause not in UNEXPLAINED for cause in caught),
        survivors=tuple(m for m, declared in fitting if declared is None),
        equivalent=tuple((m, declared) for m, declared in fitting if declared),
        needless=tuple(declared for declared in task.declared if declared not in used),
    )


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\.\.\.", ".*"))
