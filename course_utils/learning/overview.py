"""The progress of one exercise as a table with a bar, as text and as HTML."""

from __future__ import annotations

from course_utils.checking.card import Card, panel
from course_utils.checking.data.question import Exercise
from course_utils.checking.pages import render
from course_utils.learning.progress import Record

BAR_CELLS = 20


def overview(exercise: Exercise, records: dict[str, Record], problem: str = "") -> Card:
    """A card: each question with its state, attempts and hints, and how much is solved in all."""
    rows = [(q.name, *_state(records.get(q.name, Record()))) for q in exercise.questions]
    solved = sum(bool(records.get(q.name, Record()).solved) for q in exercise.questions)
    title = f"{exercise.name}: {solved} of {len(rows)} solved"
    return Card(_text(title, rows, solved, problem), _html(title, rows, solved, problem))


def bar(solved: int, count: int) -> str:
    """A bar of text, as `████░░░░`."""
    full = round(BAR_CELLS * solved / count) if count else 0
    return "█" * full + "░" * (BAR_CELLS - full)


def _state(record: Record) -> tuple[str, str, str]:
    if record.solved:
        state = "✓ solved"
    elif record.attempts:
        state = "… begun"
    else:
        state = "○ open"
    return state, str(record.attempts), str(record.hints)


def _text(title: str, rows: list[tuple], solved: int, problem: str) -> str:
    width = max([len("question"), *(len(row[0]) for row in rows)])
    lines = [title, bar(solved, len(rows)), f"{'question':<{width}}  state     attempts  hints"]
    lines += [f"{name:<{width}}  {state:<8}  {a:>8}  {h:>5}" for name, state, a, h in rows]
    return "\n".join([*lines, problem] if problem else lines)


def _html(title: str, rows: list[tuple], solved: int, problem: str) -> str:
    values = {"title": title, "rows": rows, "solved": solved, "problem": problem}
    return panel(render("learning/templates/overview.html", **values), "still")
