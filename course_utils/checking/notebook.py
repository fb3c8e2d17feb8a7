"""The learner's side: `check`, `hint`, `solution` and `progress` for one exercise notebook."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from executing import Source
from IPython import get_ipython
from IPython.display import display

from course_utils.checking.answer import given_namespace, look_at
from course_utils.checking.card import card, message_card
from course_utils.checking.judge import judge, missing
from course_utils.checking.overview import overview
from course_utils.checking.progress import FILE_NAME, ProgressFile
from course_utils.checking.question import CheckDataError, Exercise, Question, load
from course_utils.checking.time_limit import time_limit
from course_utils.checking.verdict import (
    ERROR,
    MISSING,
    NOT_ATTEMPTED,
    TIMEOUT,
    TIMEOUT_STEP,
    Verdict,
)
from course_utils.checking.waiting import waiting


def exercise(name: str) -> tuple[Callable, Callable, Callable, Callable]:
    """Open an exercise; returns `check, hint, solution, progress` for its notebook.

    name: the notebook's name without its ending, such as "02_activation_functions". The check
    data is looked for in `checks/` beside the notebook, and in `exercises/checks/` of the course.
    Where it isn't found, each of the four says so.
    """
    try:
        path = find_checks(name, Path.cwd())
        session = Session(load(path), ProgressFile(_progress_path(path)))
    except CheckDataError as error:
        sentence = message_card("This exercise can't be checked here.", str(error), "bad")
        display(sentence)

        def unavailable(*_: Any, **__: Any) -> None:
            display(sentence)

        return (unavailable,) * 4
    _explain_missing_names(session)
    _watch_for_unread_cells(session)
    return session.check, session.hint, session.solution, session.progress


def find_checks(name: str, folder: Path) -> Path:
    """The check file of an exercise, seen from a notebook's folder. Raises CheckDataError."""
    for parent in (folder, *folder.parents[:2]):
        for place in (parent / "checks", parent / "exercises" / "checks"):
            if (place / f"{name}.json").is_file():
                return place / f"{name}.json"
    raise CheckDataError(
        f"There is no check data `checks/{name}.json` beside this notebook. "
        "Keep the notebook in the folder it came in, or fetch the `exercises` folder again."
    )


def _progress_path(checks_file: Path) -> Path | None:
    """Beside the exercises, if the notebook is one of them; the teacher's edition keeps none."""
    exercises = checks_file.parent.parent
    return exercises / FILE_NAME if Path.cwd().resolve() == exercises.resolve() else None


@dataclass
class Session:
    """One exercise, opened in one kernel."""

    exercise: Exercise
    progress_file: ProgressFile
    last: str = ""
    unread: dict[str, SyntaxError] = field(default_factory=dict)  # by the name of an answer
    _given: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """What a bare `check` shows, without its call; never the answers."""
        return f"the exercise {self.exercise.name}; call it, as in check({self._names()[0]})"

    def check(self, *answers: Any) -> None:
        """Judge the answer to a question, and show a card: `check(relu)`, or `check("relu")`."""
        question = self._question("check", answers, inspect.currentframe().f_back)
        if question is not None and not self._explain_unread(question):
            namespace = inspect.currentframe().f_back.f_globals
            verdict = self.verdict(question, namespace)
            if verdict.kind not in (MISSING, NOT_ATTEMPTED):
                solved = verdict.is_correct
                self.progress_file.attempt(self.exercise.name, question.name, solved=solved)
            display(card(verdict))

    def verdict(self, question: Question, namespace: dict[str, Any]) -> Verdict:
        """The verdict on the answer that stands in `namespace`."""
        if not self._given:
            self._given = given_namespace(self.exercise.given)
        try:
            with waiting(question) as begins, time_limit(question.seconds):
                answer = look_at(question, namespace, self._given, self.exercise.seed, begins)
        except TimeoutError:
            return Verdict(
                question.name,
                TIMEOUT,
                f"Your code was stopped after {question.seconds:g} seconds.",
                TIMEOUT_STEP,
                "timeout",
            )
        return judge(question, answer)

    def hint(self, *answers: Any) -> None:
        """Show the next hint: first the idea, then the place, then nearly the code."""
        question = self._question("hint", answers, inspect.currentframe().f_back)
        if question is None:
            return
        hints = question.hints
        if not hints:
            display(message_card(f"No hints for `{question.name}`", "They are not released."))
            return
        record = self.progress_file.hint(self.exercise.name, question.name, len(hints))
        text = hints[record.hints - 1]
        if record.hints == len(hints):
            text += (
                f"\n\nThis was the last hint. After an attempt, `solution({question.name})` helps."
            )
        title = f"Hint {record.hints} of {len(hints)} for `{question.name}`"
        display(message_card(title, text))

    def solution(self, *answers: Any, anyway: bool = False) -> None:
        """Show a right answer, after at least one attempt of your own (or with `anyway=True`)."""
        question = self._question("solution", answers, inspect.currentframe().f_back)
        if question is None:
            return
        title = f"A solution of `{question.name}`"
        if not question.released:
            display(message_card(title, "It is not released in this edition; ask your teacher."))
            return
        record = self.progress_file.record(self.exercise.name, question.name)
        if not (record.attempts or anyway):
            display(
                message_card(
                    title,
                    f"Try first: one attempt, however wrong, makes the solution worth reading. "
                    f"Then `solution({question.name})`, or now with `anyway=True`.",
                )
            )
            return
        self.progress_file.solution(self.exercise.name, question.name)
        ask = "What did yours miss?" if not record.solved else "What does yours do differently?"
        text = f"```python\n{question.answer.strip()}\n```\n{question.explanation}\n\n**{ask}**"
        display(message_card(title, text))

    def progress(self) -> None:
        """Show what is solved in this exercise."""
        records = self.progress_file.records().get(self.exercise.name, {})
        display(overview(self.exercise, records, self.progress_file.problem))

    def _question(self, asked: str, answers: tuple, frame: Any) -> Question | None:
        """The question meant by a call such as `check(relu)`; shows a sentence if there is none."""
        names = self._names()
        if not answers:
            if self.last:
                return self.exercise.question(self.last)
            problem = f"Say which question: `{asked}({names[0]})`."
        else:
            candidates = _names_of(answers, frame) + self._names_bound_to(answers[0], frame)
            found = (q for name in candidates if (q := self.exercise.question(name)))
            question = next(found, None)
            if question is not None:
                self.last = question.name
                return question
            came = (
                f"`{candidates[0]}`"
                if candidates
                else f"A value of type `{type(answers[0]).__name__}`"
            )
            problem = f"{came} is not a question of this exercise."
        listed = ", ".join(f"`{name}`" for name in names)
        display(message_card(problem, f"Its questions are {listed}.", "bad"))
        return None

    def _names(self) -> list[str]:
        return [question.name for question in self.exercise.questions]

    def _explain_unread(self, question: Question) -> bool:
        """Say so if the cell of an answer could not be read, and the one before it still stands."""
        name = next((name for name in question.names if name in self.unread), None)
        if name is None:
            return False
        line = self.unread[name].lineno
        verdict = Verdict(
            question.name,
            ERROR,
            f"Python could not read the cell with `{name}` that you ran last, so it knows nothing "
            "of what you wrote there.",
            f"Look at line {line} of that cell, and the one before it, for a missing bracket, "
            "colon or quote. Run the cell, then check again.",
            "unread",
        )
        display(card(verdict))
        return True

    def _names_bound_to(self, answer: Any, frame: Any) -> list[str]:
        """For a caller whose source isn't known: the exercise's names that stand for `answer`."""
        names = [name for question in self.exercise.questions for name in question.names]
        return [n for n in names if n in frame.f_globals and frame.f_globals[n] is answer]


def _names_of(answers: tuple, frame: Any) -> list[str]:
    """The names by which a caller may have meant the answers, most likely first."""
    written = [answers[0]] if isinstance(answers[0], str) and answers[0].isidentifier() else []
    node = Source.executing(frame).node
    arguments = getattr(node, "args", [])
    written += [arg.id for arg in arguments if type(arg).__name__ == "Name"]
    return written + [str(a.__name__) for a in answers if hasattr(a, "__name__")]


def _explain_missing_names(session: Session) -> None:
    """`check(relu)` before `relu` exists is a NameError of Python's: say which cell to run."""
    shell = get_ipython()
    if shell is None:
        return

    def handler(shell, etype, value, tb, tb_offset=None):
        question = session.exercise.question(value.name or "")
        if question is not None and value.name not in shell.user_ns:
            display(card(missing(question, (value.name,))))
            shell._showtraceback(etype, value, [f"NameError: {value}"])
        else:
            shell.showtraceback((etype, value, tb), tb_offset=tb_offset)

    shell.set_custom_exc((NameError,), handler)


def _watch_for_unread_cells(session: Session) -> None:
    """A cell with a SyntaxError leaves the answer before it in place: remember that it is old."""
    shell = get_ipython()
    if shell is None:
        return
    names = [name for question in session.exercise.questions for name in question.names]

    def after_a_cell(result):
        for name in names:
            defines = rf"^(?:async )?(?:def|class) +{name}\b|^{name}\b[^=\n]*=(?!=)"
            if re.search(defines, result.info.raw_cell or "", re.MULTILINE):
                session.unread.pop(name, None)
                if isinstance(result.error_before_exec, SyntaxError):
                    session.unread[name] = result.error_before_exec

    shell.events.register("post_run_cell", after_a_cell)
