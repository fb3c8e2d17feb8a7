"""Two old questions below the set-up cell of a lesson, for whoever has any that are due."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from IPython.display import display

from course_utils.checking.card import message_card
from course_utils.learning.own_folder import course_root, own_folder, records_folder
from course_utils.learning.prompts.still import still
from course_utils.learning.prompts.where import lesson_name
from course_utils.learning.review.questions import Question, Review

AT_A_DOOR = 2
SKIP = "They are not of this lesson. Leave them out if you like, and go on below."
SETUP = "from course_utils.learning import"  # stands in the first code cell of each lesson


def watch(shell) -> None:
    """Ask after each run of a set-up cell of a learner's lesson, in a notebook."""
    if not hasattr(shell, "kernel"):
        return

    def ran(result) -> None:
        if SETUP in (result.info.raw_cell or "") and result.success:
            ask(lesson_name(shell.user_ns))

    shell.events.register("post_run_cell", ran)


def ask(lesson: str) -> None:
    """Show what is due from other lessons, own words left out: they take longer than a minute.

    Nothing where there is no lesson, or no records.
    """
    here = Path.cwd()
    if not lesson or here.name != "notebooks" or records_folder(here) is None:
        return
    root = course_root(here)
    if root is None:
        return
    review = Review(root, own_folder(here))
    due = [
        question for question, _ in review.due(without=lesson) if question.prompt.kind != "words"
    ]
    asked = due[: min(AT_A_DOOR, review.left_today)]
    if not asked:
        return
    some = "two old questions" if len(asked) > 1 else "an old question"
    display(message_card(f"Before you begin: {some}, a minute each.", SKIP))
    for question in asked:
        _show(question, review)


def _show(question: Question, review: Review) -> None:
    try:
        from course_utils.learning.prompts.widget import PromptWidget
    except ImportError:
        return  # without a widget no answer could be kept
    where = f"From {question.lesson.number} {question.lesson.title}."
    text = "\n\n".join(part for part in (where, question.before, question.prompt.text) if part)
    prompt = replace(question.prompt, text=text)
    display(still(prompt), raw=True)
    widget = PromptWidget(
        prompt,
        review.answers,
        question.lesson.name,
        review.key(question),
        question.number,
        question.after,
    )
    bundle = widget._repr_mimebundle_()
    display(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)
