"""A bar while a slow check runs: which of its tests is under way, and for how long already.

The bars of rich and of ipywidgets are widgets: a saved notebook would keep a view that says "Error
displaying widget". This one is a display that is replaced, in the end by nothing.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from IPython import get_ipython
from IPython.display import display

from course_utils.checking.card import panel
from course_utils.checking.data.question import USUAL_SECONDS, Question
from course_utils.checking.pages import render

FIRST_SECONDS, AGAIN_SECONDS = 0.7, 0.5
NOTHING = {"text/plain": "", "text/html": ""}


@contextlib.contextmanager
def waiting(question: Question) -> Iterator[Callable[[int], None]]:
    """A function to call with the place of each test that begins, counted from 0.

    Where the author allows more than the usual time and a notebook shows it, a bar appears after a
    moment, and is gone when the block ends: what is stored of it is the same, however long it took.
    """
    if question.seconds <= USUAL_SECONDS or not hasattr(get_ipython(), "kernel"):
        yield lambda _: None
        return
    bar = _Bar(question)
    try:
        yield bar.begins
    finally:
        bar.end()


class _Bar:
    """What a thread draws anew every half second, from the first test on."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._place, self._begun = 0, time.monotonic()
        self._over = threading.Event()
        self._handle: Any = None
        # The context says which cell the thread's output belongs to.
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=[self._draw], daemon=True)

    def begins(self, place: int) -> None:
        self._place = place
        if self._handle is None:
            self._handle = display(NOTHING, raw=True, display_id=True)
            self._thread.start()

    def end(self) -> None:
        if self._handle is not None:
            self._over.set()
            self._thread.join()
            self._handle.update(NOTHING, raw=True)

    def _draw(self) -> None:
        pause = FIRST_SECONDS
        while not self._over.wait(pause):
            pause = AGAIN_SECONDS
            seconds = time.monotonic() - self._begun
            self._handle.update(_bundle(self._question, self._place, seconds), raw=True)


def _bundle(question: Question, place: int, seconds: float) -> dict[str, str]:
    count = len(question.probes)
    since = f"test {place + 1} of {count}, {seconds:.0f} s so far, at most {question.seconds:g} s"
    return {
        "text/plain": f"{question.name}: {since}",
        "text/html": (
            panel(
                render(
                    "learning/templates/waiting.html",
                    name=question.name,
                    since=since,
                    place=place,
                    count=count,
                ),
                "still",
                role="",  # what comes every second is not read out
            )
        ),
    }
