"""The progress of one exercise as a table with a bar, as text and as HTML."""

from __future__ import annotations

from html import escape

from course_utils.checking.card import Card, panel
from course_utils.checking.progress import Record
from course_utils.checking.question import Exercise

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
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th>'
        f"<td>{state}</td><td>{attempts}</td><td>{hints}</td></tr>"
        for name, state, attempts, hints in rows
    )
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("question", "state", "attempts", "hints"))
    share = f'value="{solved}" max="{len(rows) or 1}"'
    meter = f'<progress {share} aria-label="{escape(title)}"></progress>'
    note = f"<p>{escape(problem)}</p>" if problem else ""
    return panel(
        f'<p class="verdict">{escape(title)}</p>{meter}<table><tr>{heads}</tr>{body}</table>{note}',
        "still",
    )
