"""The learner's side: `check`, `hint`, `solution` and `progress` for one exercise notebook."""

from __future__ import annotations

import inspect
import os
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from executing import Source
from IPython import get_ipython
from IPython.display import display

from course_utils.checking.card import Card, card, message_card, style_sheet
from course_utils.checking.data.question import CheckDataError, Exercise, Question, load
from course_utils.checking.data.verdict import (
    ERROR,
    MISSING,
    NOT_ATTEMPTED,
    Verdict,
    stopped,
)
from course_utils.checking.judging.diagnoses import STRICT
from course_utils.checking.judging.errors import explain_error
from course_utils.checking.judging.judge import judge, missing
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.observe import describe_error, keras_afresh
from course_utils.checking.observing.time_limit import time_limit
from course_utils.learning import nbgrader
from course_utils.learning.near.near import near_miss
from course_utils.learning.overview import overview
from course_utils.learning.own_folder import NOT_KEPT, OWN_VARIABLE, course_root, records_folder
from course_utils.learning.progress import FILE_NAME, ProgressFile
from course_utils.learning.waiting import waiting

BY_HAND = (
    "This is what stood there at first, and now in the clipboard. Put it into the cell of your "
    "answer (Ctrl or Cmd + A, then V), run that cell, and begin anew."
)
PLACED = (
    "What stood there at first is back in the cell of your answer. Run that cell when you have "
    "begun anew. Ctrl or Cmd + Z, in that cell, brings back what you had."
)


def exercise(name: str) -> tuple[Callable, Callable, Callable, Callable]:
    """Open an exercise; returns `check, hint, solution, progress` for its notebook.

    name: the notebook's name without its ending, such as "02_activation_functions". The check
    data is looked for in `checks/` beside the notebook, and in `exercises/checks/` of the course.
    Where it isn't found, each of the four says so. Progress is kept in the learner's own folder;
    where that can't be, one sentence says so, and it lasts as long as the kernel.
    """
    if hasattr(get_ipython(), "kernel"):
        display(Card("", style_sheet()))
    try:
        path = find_checks(name, Path.cwd())
        session = Session(load(path), ProgressFile(_progress_path()))
    except CheckDataError as error:
        sentence = message_card("This exercise can't be checked here.", str(error), "bad")
        display(sentence)

        reason = str(error)

        def unavailable(*_: Any, **__: Any) -> None:
            display(sentence)

        def unavailable_check(*_: Any, **__: Any) -> None:
            display(sentence)
            nbgrader.refuse(reason)

        return unavailable_check, *(unavailable,) * 3
    _explain_missing_names(session)
    _watch_for_unread_cells(session)
    return session.check, session.hint, session.solution, session.progress


def find_checks(name: str, folder: Path) -> Path:
    """The check file of an exercise, seen from a notebook's folder. Raises CheckDataError."""
    for parent in (folder, *folder.parents[:2]):
        for place in (parent / "checks", parent / "exercises" / "checks"):
            if (place / f"{name}.json").is_file():
                return place / f"{name}.json"
    root = course_root(folder)
    if root and (path := root / "exercises" / "checks" / f"{name}.json").is_file():
        return path
    raise CheckDataError(
        f"There is no check data `checks/{name}.json` beside this notebook. "
        "Keep the notebook in the folder it came in, or fetch the `exercises` folder again."
    )


def _progress_path() -> Path | None:
    """Among the learner's records; a sentence is shown where there should be some and can't be."""
    folder = records_folder()
    meant = os.environ.get(OWN_VARIABLE) != "" and Path.cwd().name != "solutions"
    if folder is None and meant and hasattr(get_ipython(), "kernel"):
        display(message_card("Your progress lasts as long as this kernel.", NOT_KEPT))
    return folder / FILE_NAME if folder else None


@dataclass
class Session:
    """One exercise, opened in one kernel."""

    exercise: Exercise
    progress_file: ProgressFile
    last: str = ""
    # By the name of an answer: what kept its cell, when it ran last, from defining it, and a name
    # that this cell defines now in its place.
    unread: dict[str, BaseException] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    _given: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """What a bare `check` shows, without its call; never the answers."""
        return f"the exercise {self.exercise.name}; call it, as in check({self._names()[0]})"

    def check(self, *answers: Any) -> float | None:
        """Judge the answer to a question, and show a card: `check(relu)`, or `check("relu")`.

        Returns None. Where nbgrader executes the notebook, what isn't right at all raises, and
        what is right in part gives its points (`learning.nbgrader`).
        """
        question = self._question("check", answers, inspect.currentframe().f_back)
        if question is None or self.explain_old(question):
            nbgrader.refuse("There is no answer that could be checked.")
            return None
        namespace = inspect.currentframe().f_back.f_globals
        verdict = self.verdict(question, namespace)
        if verdict.kind not in (MISSING, NOT_ATTEMPTED) and not nbgrader.executes():
            solved = verdict.is_correct
            self.progress_file.attempt(self.exercise.name, question.name, solved=solved)
        display(card(verdict))
        self._show_buttons(question)
        return nbgrader.grade(question, verdict)

    def _show_buttons(self, question: Question) -> None:
        """Below a card, in a notebook: buttons, and the hints that were seen. Not for teachers."""
        in_notebook = hasattr(get_ipython(), "kernel") and not nbgrader.executes()
        if not in_notebook or Path.cwd().name == "solutions":
            return
        try:
            from course_utils.learning.card_buttons.widget import CardButtons
        except ImportError:
            return  # the calls are there all the same
        record = self.progress_file.record(self.exercise.name, question.name)
        seen = min(record.hints, len(question.hints))
        shown = self._hints_card(question, seen).html if seen else ""
        buttons = CardButtons(question.names, shown, lambda name: self._pressed(question, name))
        bundle = buttons._repr_mimebundle_()
        display(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)

    def _pressed(self, question: Question, button: str) -> dict[str, str]:
        """What a button changes on the page: the HTML below the buttons, code to be put back."""
        if button == "hint":
            return {"shown": self._hint_card(question).html}
        if button == "solution":
            return {"shown": self._solution_card(question).html}
        title = f"`{question.name}` from the start"
        code = f"```\n{question.starter}\n```"
        by_hand = message_card(title, f"{BY_HAND}\n\n{code}").html
        placed = message_card(title, PLACED).html
        return {"shown": by_hand, "starter": question.starter, "placed": placed}

    def verdict(self, question: Question, namespace: dict[str, Any]) -> Verdict:
        """The verdict on the answer that stands in `namespace`."""
        if not self._given:
            self._given = given_namespace(self.exercise.given)
        try:
            with waiting(question) as begins, time_limit(question.seconds):
                answer = look_at(question.task, namespace, self._given, self.exercise.seed, begins)
        except TimeoutError:
            keras_afresh()
            return stopped(question.name, question.seconds)
        if answer.missing:
            return missing(question, answer.missing, self.own_names(namespace))
        verdict = judge(question, answer)
        seed = self.exercise.seed
        try:
            return near_miss(question, answer, verdict, namespace, self._given, seed)
        except Exception:  # what is known without it stands
            if os.environ.get(STRICT):
                raise
            return verdict

    def hint(self, *answers: Any) -> None:
        """Show the next hint: first the idea, then the place, then nearly the code."""
        question = self._question("hint", answers, inspect.currentframe().f_back)
        if question is not None:
            display(self._hint_card(question))

    def _hint_card(self, question: Question) -> Card:
        """The next hint, below those that were seen before."""
        count = len(question.hints)
        if not count:
            return message_card(f"No hints for `{question.name}`", "They are not released.")
        record = self.progress_file.hint(self.exercise.name, question.name, count)
        return self._hints_card(question, record.hints)

    def _hints_card(self, question: Question, seen: int) -> Card:
        hints = question.hints
        text = hints[0]
        if seen > 1:
            rungs = enumerate(hints[:seen], start=1)
            text = "\n\n".join(f"{rung}. {hint}" for rung, hint in rungs)
        if seen == len(hints) and question.released:
            text += (
                f"\n\nThis was the last hint. After an attempt, `solution({question.name})` helps."
            )
        return message_card(f"Hint {seen} of {len(hints)} for `{question.name}`", text)

    def solution(self, *answers: Any, anyway: bool = False) -> None:
        """Show a right answer, after at least one attempt of your own (or with `anyway=True`)."""
        question = self._question("solution", answers, inspect.currentframe().f_back)
        if question is not None:
            display(self._solution_card(question, anyway))

    def _solution_card(self, question: Question, anyway: bool = False) -> Card:
        title = f"A solution of `{question.name}`"
        if not question.released:
            return message_card(title, "It is not released in this edition; ask your teacher.")
        record = self.progress_file.record(self.exercise.name, question.name)
        if not (record.attempts or anyway):
            return message_card(
                title,
                f"Try first: one attempt, however wrong, makes the solution worth reading. "
                f"Then `solution({question.name})`, or now with `anyway=True`.",
            )
        self.progress_file.solution(self.exercise.name, question.name)
        ask = "What did yours miss?" if not record.solved else "What does yours do differently?"
        text = f"```python\n{question.answer.strip()}\n```\n{question.explanation}\n\n**{ask}**"
        return message_card(title, text)

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

    def own_names(self, namespace: dict[str, Any]) -> list[str]:
        """What the learner defined in a namespace, beside the answers to the questions."""
        if not self._given:
            self._given = given_namespace(self.exercise.given)
        asked = {name for question in self.exercise.questions for name in question.names}
        return [
            name
            for name in namespace
            if name not in self._given and name not in asked and not name.startswith("_")
        ]

    def _names(self) -> list[str]:
        return [question.name for question in self.exercise.questions]

    def explain_old(self, question: Question) -> bool:
        """Say so if what was written last did not become the answer, so that an old one stands."""
        for name in question.names:
            if name in self.unread or name in self.renamed:
                error = self.unread.get(name)
                old = _renamed(name, self.renamed[name]) if error is None else _unread(name, error)
                display(card(replace(old, question=question.name)))
                return True
        return False

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
            if not session.explain_old(question):
                display(card(missing(question, (value.name,), session.own_names(shell.user_ns))))
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

    homes: dict[str, str] = {}  # the cell in which a name was defined last

    def after_a_cell(result):
        source, cell = result.info.raw_cell or "", result.info.cell_id
        for name in names:
            if _defines(name, source):
                session.unread.pop(name, None)
                session.renamed.pop(name, None)
                homes[name] = cell
                if isinstance(result.error_before_exec, SyntaxError):
                    session.unread[name] = result.error_before_exec
                elif _raised_in(name, result.error_in_exec):
                    session.unread[name] = result.error_in_exec
            elif cell and homes.get(name) == cell and result.error_before_exec is None:
                session.renamed[name] = _first_defined(source)

    shell.events.register("post_run_cell", after_a_cell)


def _defines(name: str, source: str) -> bool:
    pattern = rf"^(?:async )?(?:def|class) +{name}\b|^{name}\b[^=\n]*=(?!=)"
    return re.search(pattern, source, re.MULTILINE) is not None


def _first_defined(source: str) -> str:
    found = re.search(r"^(?:def|class) +(\w+)|^(\w+) *=(?!=)", source, re.MULTILINE)
    return (found[1] or found[2]) if found else ""


def _raised_in(name: str, error: BaseException | None) -> bool:
    """Whether the line that raised is the one that should have assigned to a name."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    line = next((frame.line or "" for frame in frames if frame.name == "<module>"), "")
    return re.match(rf"{name}\b[^=\n]*=(?!=)", line) is not None


def _unread(name: str, error: BaseException) -> Verdict:
    if isinstance(error, SyntaxError):
        return Verdict(
            name,
            ERROR,
            f"Python could not read the cell with `{name}` that you ran last, so it knows nothing "
            "of what you wrote there.",
            f"Look at line {error.lineno} of that cell, and the one before it, for a missing "
            "bracket, colon or quote. Run the cell, then check again.",
            "unread",
        )
    said = explain_error(describe_error(error))
    return Verdict(
        name,
        ERROR,
        f"The cell with `{name}` that you ran last raised {type(error).__name__}, so what you "
        "wrote there was not taken.",
        f"{said} Mend the line, run the cell, then check again.".strip(),
        "unread",
    )


def _renamed(name: str, now: str) -> Verdict:
    instead = f", but `{now}`" if now else ""
    return Verdict(
        name,
        MISSING,
        f"The cell in which you wrote `{name}` doesn't define it any more{instead}. A check would "
        "judge the old answer, which the kernel still knows.",
        f"Give it back its name `{name}`, run the cell, then check again.",
        "renamed",
    )
