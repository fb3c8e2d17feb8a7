"""What an author should know of a question that can be built all the same: the warnings."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course_utils.authoring.source import Draft, message_and_code, without_markers

HINTS = 3
SHORTEST = 5  # characters; a shorter piece of code may stand in a sentence by chance


def advice(draft: Draft) -> Iterator[str]:
    """Sentences about one question."""
    if draft.points is None:
        yield "no points in the heading (`· 2 points`); 1 is taken"
    if draft.minutes is None:
        yield "no minutes in the heading (`· 8 min`)"
    if len(draft.hints) < HINTS:
        count = len(draft.hints) or "no"
        yield (
            f"{count} hint{'s' * (count != 1)}; a ladder of three is usual: the idea, the place, "
            "nearly the code (Markdown cells with the tag `hint`)"
        )
    if not draft.explanation:
        yield "no explanation: a Markdown cell with the tag `explanation`, shown with the solution"
    pieces = answers_in(without_markers(draft.answer.source))
    for cell in draft.misconceptions:
        message, _ = message_and_code(cell)
        given_away = next((p for p in pieces if _squeezed(p) in _squeezed(message)), None)
        if given_away:
            yield (
                f"{cell}: the message gives the answer away, it says `{given_away}`; say what was "
                "done, why it is tempting, and where to look"
            )


def answers_in(source: str) -> list[str]:
    """What the solution returns, or assigns at the top level, as pieces of code."""
    tree = ast.parse(source)
    answers = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    answers += [node for node in tree.body if isinstance(node, ast.Assign)]
    values = [node.value for node in answers if node.value is not None]
    pieces = [ast.unparse(v) for v in values if not isinstance(v, (ast.Name, ast.Constant))]
    return [piece for piece in pieces if len(_squeezed(piece)) >= SHORTEST]


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace('"', "'")
