"""Which questions can be copied: those whose answer is one value, the same for every seed.

Such a value stands in the learner's own check data, where a learner may read it. No hidden input
can be made for it, so a teacher is told which they are, and may let them count nothing.
"""

from __future__ import annotations

import ast

from course_utils.checking.data.question import Exercise, Question


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
