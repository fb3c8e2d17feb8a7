"""A bar while a slow check runs: which of its tests is under way, and for how long already."""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from html import escape

from IPython import get_ipython
from IPython.display import display

from course_utils.checking.card import STYLE
from course_utils.checking.question import Question

SLOW_SECONDS = 1.0  # the course's own answer takes as long, as its check data say
FIRST_SECONDS, AGAIN_SECONDS = 0.7, 0.5
NOTHING = {"text/plain": "", "text/html": ""}


@contextlib.contextmanager
def waiting(question: Question) -> Iterator[Callable[[int], None]]:
    """A function to call with the place of each test that begins, counted from 0.

    Where the question is a slow one and a notebook shows it, a bar appears after a moment, and is
    gone when the block ends: what is stored of it is the same, however long it took.
    """
    if _usual_seconds(question) < SLOW_SECONDS or not hasattr(get_ipython(), "kernel"):
        yield lambda _: None
        return
    place, over, begun = [0], threading.Event(), time.monotonic()
    handle = display(NOTHING, raw=True, display_id=True)

    def show() -> None:
        pause = FIRST_SECONDS
        while not over.wait(pause):
            pause = AGAIN_SECONDS
            handle.update(_bar(question, place[0], time.monotonic() - begun), raw=True)

    # The thread's context says which cell its output belongs to.
    thread = threading.Thread(target=contextvars.copy_context().run, args=[show], daemon=True)
    thread.start()
    try:
        yield lambda number: place.__setitem__(0, number)
    finally:
        over.set()
        thread.join()
        handle.update(NOTHING, raw=True)


def _usual_seconds(question: Question) -> float:
    return sum(seen.get("seconds", 0.0) for seen in question.expected)


def _bar(question: Question, place: int, seconds: float) -> dict[str, str]:
    count = len(question.probes)
    since = f"test {place + 1} of {count}, {seconds:.0f} s so far, at most {question.seconds:g} s"
    value = f'value="{place}"' if count > 1 else ""  # of a single test nobody knows how far it is
    return {
        "text/plain": f"{question.name}: {since}",
        "text/html": (
            f'<style>{STYLE}</style><div class="course-card still">'
            f"<p><code>{escape(question.name)}</code>: {since}</p>"
            f'<progress {value} max="{count}" aria-label="tests"></progress></div>'
        ),
    }
