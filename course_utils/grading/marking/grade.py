"""The batch: files go through the sandbox, what comes back is judged here, marks come out."""

from __future__ import annotations

import ast
import contextlib
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, as_completed, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.checking.data import verdict as v
from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import PUBLIC_SEED, Exercise, Question
from course_utils.checking.data.values import decode
from course_utils.checking.data.verdict import Verdict
from course_utils.checking.judging.errors import explain_error
from course_utils.checking.judging.judge import judge, missing
from course_utils.checking.judging.measure import TIMES, size_of
from course_utils.grading.intake.file import File
from course_utils.grading.intake.python import parsed
from course_utils.grading.intake.submission import CodeCell, Submission, SubmissionError, read_file
from course_utils.grading.marking.admissible import checked
from course_utils.grading.marking.forbidden import named
from course_utils.grading.marking.job import make_job, seconds_allowed
from course_utils.grading.marking.mark import Mark, Result
from course_utils.grading.marking.measure_apart import measured_apart
from course_utils.grading.marking.words import worded
from course_utils.grading.sandbox import hostile
from course_utils.grading.sandbox.stations import Pool, PoolError, Runner

ROOM = 400_000  # and 10 times as much as the right value: so many characters are looked at
START_SECONDS = 60.0  # a worker that has to import TensorFlow on a busy machine
LOG = logging.getLogger("course_utils.grading")


def grade_all(
    files: Iterable[File],
    exercise: Exercise,
    pool: Pool,
    executor: Executor,
    ahead: int = 64,
    public: Exercise | None = None,
) -> Iterator[Result]:
    """Grade files on an executor; results come as they are ready.

    exercise: with the expected values of the seed of this batch (`checking.expectation.renew`).
    public: the same with those of the learner's edition, from which the words come.
    ahead: so many files are under way at most, so that a large class needs no more memory.
    """
    waiting: set[Future[Result]] = set()
    for file in files:
        waiting.add(executor.submit(grade_file, file, exercise, pool, public))
        if len(waiting) >= ahead:
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                yield future.result()
    for future in as_completed(waiting):
        yield future.result()


def grade_file(
    file: File, exercise: Exercise, pool: Pool, public: Exercise | None = None
) -> Result:
    """Grade one file. Whatever the file is or does, there is a result that says so.

    An exception of the grader's own is this file's verdict and is logged, and no other file
    notices. Raises what no file is guilty of: PoolError, or OSError for a disk that is full.
    """
    try:
        return _graded(file, exercise, pool, public)
    except (PoolError, OSError):
        raise
    except Exception as error:
        LOG.exception("%s could not be judged", file.name)
        marks = tuple(_not_judged(question) for question in exercise.questions)
        return Result(
            file.name, exercise.name, pool.tier, 0.0, marks, anomalies=(_for_the_teacher(error),)
        )


def _graded(file: File, exercise: Exercise, pool: Pool, public: Exercise | None) -> Result:
    try:
        if file.problem:
            raise SubmissionError(file.problem)
        submission = read_file(file, exercise)
    except SubmissionError as error:
        marks = tuple(_no_file(question, error) for question in exercise.questions)
        return Result(file.name, exercise.name, pool.tier, 0.0, marks, problem=str(error))
    with pool.borrow() as worker, _clock() as seconds:
        marks = mark_submission(submission, exercise, worker, public)
    tier = worker.tier or pool.tier
    notes = tuple(mark.problem for mark in marks if mark.problem)
    anomalies = (*submission.anomalies, *dict.fromkeys(notes))
    return Result(file.name, exercise.name, tier, seconds(), marks, anomalies)


def _for_the_teacher(error: Exception) -> str:
    """Where the grader itself failed, in words that hold nothing of the submission's."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"the grader failed here ({type(error).__name__}{where}); please tell the course"


def _not_judged(question: Question, answer: str = "", problem: str = "") -> Mark:
    message = "This could not be judged. It is no fault of yours; tell the course."
    verdict = Verdict(question.name, v.CRASHED, message, cause="not judged")
    return Mark(question.name, 0.0, question.points, verdict, answer, problem=problem)


def _no_file(question: Question, error: SubmissionError) -> Mark:
    verdict = Verdict(question.name, v.MISSING, f"The file {error}", cause="no notebook")
    return Mark(question.name, 0.0, question.points, verdict)


def mark_submission(
    submission: Submission, exercise: Exercise, worker: Runner, public: Exercise | None = None
) -> tuple[Mark, ...]:
    """The marks of a submission: with its own answers first, then, where a wrong one may have
    taken a later one down, once more with the course's answer in the place of the wrong one.

    public: the exercise with the inputs of the learner's edition. A run with those makes the words
    then, where anything is to be said but that an answer is right (`words.worded`). Without it, the
    inputs of `exercise` itself are public, or whoever reads the words may know them.
    """
    until = time.monotonic() + 2 * seconds_allowed(exercise)
    observed = _run(worker, make_job(submission, exercise), until)
    hidden = exercise.seed != PUBLIC_SEED
    marks = {
        q.name: mark_question(
            q, observed.get(q.name), submission, hidden=hidden, given=exercise.given
        )
        for q in exercise.questions
    }
    notes = _judge_again(submission, exercise, worker, marks, until)
    if hidden and public is not None:
        said = {n for n, m in marks.items() if m.verdict.remarks or not m.verdict.is_correct}
        said |= {n for n, r in observed.items() if type(r) is dict and r.get("prints") is True}
        again = _run(worker, make_job(submission, public, said), until) if said else {}
        shown = {
            q.name: mark_question(
                q, again.get(q.name), submission, hidden=False, given=public.given
            )
            for q in public.questions
            if q.name in said
        }
        marks = {name: worded(mark, shown.get(name)) for name, mark in marks.items()}
    for name, note in notes.items():
        verdict = marks[name].verdict
        noted = replace(verdict, remarks=(*verdict.remarks, note))
        marks[name] = replace(marks[name], verdict=noted)
    return tuple(marks[q.name] for q in exercise.questions)


def _judge_again(
    submission: Submission,
    exercise: Exercise,
    worker: Runner,
    marks: dict[str, Mark],
    until: float,
) -> dict[str, str]:
    """Give wrong answers that use earlier wrong ones the course's in their place: question -> a
    note, for each whose mark has changed by it. No question is served by a later one, so that two
    that only call each other don't both earn their points by the course's."""
    notes = {}
    wrong = [q for q in exercise.questions if not marks[q.name].verdict.is_correct]
    answered = {cell.question for cell in submission.cells}
    for place, question in enumerate(wrong):
        earlier = [
            q
            for q in wrong[:place]
            if q.number != question.number and _uses(submission, question, q)
        ]
        if not earlier or question.name not in answered:
            continue
        mended = _with_answers(submission, earlier, question)
        again = _run(worker, make_job(mended, exercise, only={question.name}), until)
        mark = mark_question(question, again.get(question.name), submission, given=exercise.given)
        if mark.verdict.is_correct:
            names = ", ".join(f"`{q.name}`" for q in earlier)
            notes[question.name] = (
                f"It was judged with the course's answer to {names}, because yours isn't right."
            )
            # The course's answers were in this run, so nothing that came out of it is shown.
            verdict = replace(mark.verdict, remarks=())
            marks[question.name] = replace(
                mark, verdict=verdict, printed=marks[question.name].printed
            )
    return notes


def _run(worker: Runner, job: dict[str, Any], until: float) -> dict[str, Any]:
    """The reports of a job that ends by the time `until`, {} if there is no time for it."""
    limit = min(job["limit"], until - time.monotonic())
    if limit <= 0:
        return {}
    found = worker.run({**job, "limit": limit}, limit + START_SECONDS)
    return found if type(found) is dict else {}


def _uses(submission: Submission, question: Question, other: Question) -> bool:
    """Whether the answer to `question` names something that `other` asks for."""
    source = next((c.source for c in submission.cells if c.question == question.name), "")
    tree = parsed(source) or ast.Module([], [])
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return bool(named & set(other.names))


def _with_answers(
    submission: Submission, questions: list[Question], judged: Question
) -> Submission:
    """The submission with the course's answers to some questions in the place of its own.

    Once more they stand right before the answer that is judged, in case a cell between the two
    defines them anew.
    """
    answers = {q.name: q.answer for q in questions}
    cells: list[CodeCell] = []
    for cell in submission.cells:
        if cell.question == judged.name:
            cells += [CodeCell(f"course-{name}", source) for name, source in answers.items()]
        cells.append(replace(cell, source=answers.get(cell.question, cell.source)))
    return replace(submission, cells=tuple(cells))


def mark_question(
    question: Question,
    seen: Any,
    submission: Submission,
    *,
    hidden: bool = True,
    given: tuple[str, ...] = (),
) -> Mark:
    """Judge what the sandbox sent back for one question; anything malformed earns nothing.

    given: the exercise's own cells, by which forbidden names are understood.
    """
    source = next((c.source for c in submission.cells if c.question == question.name), "")
    try:
        if seen is not None:
            seen = hostile.report(seen, len(question.probes))
        verdict = _verdict(
            question, seen, submission, answered=bool(source), hidden=hidden, given=given
        )
        printed = seen["printed"][:4000] if seen else ""
        return Mark(
            question.name,
            question.points * verdict.share,
            question.points,
            verdict,
            source,
            printed,
        )
    except hostile.Hostile as error:
        message = f"What the run sent back can't be read: {error}."
        verdict = Verdict(question.name, v.CRASHED, message, "", "crashed")
        return Mark(question.name, 0.0, question.points, verdict, source)
    except Exception as error:
        LOG.exception("%s: %s could not be judged", submission.name, question.name)
        return _not_judged(question, source, _for_the_teacher(error))


def _verdict(
    question: Question,
    seen: dict[str, Any] | None,
    submission: Submission,
    *,
    answered: bool,
    hidden: bool,
    given: tuple[str, ...],
) -> Verdict:
    name = question.name
    if not answered:
        message = "The notebook has no cell that answers this question."
        return Verdict(name, v.MISSING, message, "Hand in the whole notebook.", "missing")
    if seen is None:
        message = "The run ended before this question could be looked at."
        return Verdict(name, v.CRASHED, message, "Restart the kernel and run all cells.", "crashed")
    if "timeout" in seen:
        return v.stopped(name, seen["timeout"])
    if "crashed" in seen:
        kind = v.OUT_OF_MEMORY if "memory" in seen["crashed"] else v.CRASHED
        ended = "ended by itself" in seen["crashed"]
        step = "Does it call `exit()` or `quit()`? An answer returns instead." if ended else ""
        return Verdict(name, kind, f"The run broke off: {seen['crashed']}.", step, kind)
    seen = checked(seen, question, submission, hidden=hidden)
    if "error" in seen:
        return _cell_error(name, seen["error"])
    source_names = named(question, submission, given)
    answer = Answer(
        attempted=seen["attempted"],
        observations=tuple(map(Observation.from_data, seen["observations"])),
        missing=tuple(seen["missing"]),
        reads=tuple(seen["reads"]),
        blank=tuple(seen["blank"]),
        uses=tuple(n for n in question.forbidden if n in {*seen["uses"], *source_names}),
        loops=seen["loops"],
    )
    if answer.missing:
        return missing(question, answer.missing, _defined(question, submission))
    return judge(question, measured_apart(question, _of_usual_size(question, answer)))


def _of_usual_size(question: Question, answer: Answer) -> Answer:
    """The answer without values that are far larger than the right ones: to look for what is wrong
    with one takes time that grows with it. What is measured has a limit of its own."""
    if not answer.observations:
        return answer
    kept = []
    for probe, seen, right in zip(
        question.probes, answer.observations, question.expected, strict=True
    ):
        most = TIMES * size_of(right.value) + ROOM
        if seen.error is None and not probe.measure and size_of(seen.value) > most:
            value = decode(seen.value)
            shape = f"array of shape {value.shape}" if isinstance(value, np.ndarray) else ""
            why = [shape or type(value).__name__, "it is far larger than it should be"]
            seen = replace(seen, value={"unjudgeable": why})
        kept.append(seen)
    return replace(answer, observations=tuple(kept))


def _defined(question: Question, submission: Submission) -> list[str]:
    """The names that the cell of an answer defines, one of which may be meant as the answer."""
    sources = (c.source for c in submission.cells if c.question == question.name)
    return re.findall(r"^(?:(?:def|class) +)?(\w+) *[(=:]", "\n".join(sources), re.MULTILINE)


def _cell_error(name: str, error: dict[str, Any]) -> Verdict:
    kind, text = str(error["kind"])[:80], str(error["message"])[:300]
    if kind == "MemoryError" or kind.endswith("MemoryError"):
        return Verdict(name, v.OUT_OF_MEMORY, "The cell asks for more memory than there is.")
    line = f" in the line `{str(error['source'])[:200]}`" if error.get("source") else ""
    end = "" if text[-1:] in ".?!" else "."
    message = f"The cell raised {kind}{line}" + (f": {text}{end}" if text else ".")
    return Verdict(name, v.ERROR, message, explain_error(error), f"error {kind}")


@contextlib.contextmanager
def _clock() -> Iterator[Callable[[], float]]:
    start = time.perf_counter()
    yield lambda: round(time.perf_counter() - start, 3)
