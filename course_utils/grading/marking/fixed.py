"""Which questions can be copied: those whose answer is one value, the same for every seed.

Such a value stands in the learner's own check data, where a learner may read it. No hidden input
can be made for it, so a teacher is told which they are, and may let them count nothing.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from course_utils.checking.data.observation import Answer
from course_utils.checking.data.question import Exercise, Question
from course_utils.checking.judging.judge import judge


def fixed_questions(exercise: Exercise) -> tuple[str, ...]:
    """The names of the questions of an exercise whose answer is a value and no code."""
    return tuple(question.name for question in exercise.questions if is_fixed(question))


def is_fixed(question: Question) -> bool:
    """Whether a right answer assigns a value: it defines no function and no class to be called."""
    source = question.answer or question.starter
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return False
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    made = {node.name for node in ast.walk(tree) if isinstance(node, defined)}
    return not made & set(question.names)


def copied_questions(public: Exercise, hidden: Exercise) -> tuple[str, ...]:
    """The names of the questions that the values in the learner's own check data answer.

    public: as the learner has it. hidden: the same with the expected values of another seed. Those
    are named whose public values would earn points there: answers that are one value, and code that
    gives the same for all inputs. What is measured outside can't be copied, since the check data
    hold only what was measured.
    """
    pairs = zip(public.questions, hidden.questions, strict=True)
    return tuple(
        old.name for old, new in pairs if is_fixed(old) or judge(new, _copied(old)).share > 0
    )


def _copied(question: Question) -> Answer:
    """What an answer hands in that has nothing but the check data."""
    pairs = zip(question.probes, question.expected, strict=True)
    seen = (replace(one, value=None, measured_from=1) if p.measure else one for p, one in pairs)
    return Answer(True, tuple(seen))
