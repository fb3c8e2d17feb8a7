"""A bar while something slow runs, such as a check: how far it is, and for how long already.

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
    if question.seconds <= USUAL_SECONDS or not in_notebook():
        yield lambda _: None
        return
    count, now = len(question.probes), 0

    def draw(seconds: float) -> dict[str, str]:
        since = f"test {now + 1} of {count}, {seconds:.0f} s so far, at most {question.seconds:g} s"
        return bundle(question.name, since, now, count, "tests")

    def begins(place: int) -> None:
        nonlocal now
        now = place
        bar.begin()

    bar = Bar(draw)
    try:
        yield begins
    finally:
        bar.end()


def in_notebook() -> bool:
    return hasattr(get_ipython(), "kernel")


class Bar:
    """What a thread draws anew every half second, and in the end nothing.

    draw: what a notebook shows, by kind, after so many seconds.
    """

    def __init__(self, draw: Callable[[float], dict[str, str]]) -> None:
        self._draw = draw
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._handle: Any = None
        # The context says which cell the thread's output belongs to.
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=[self._keep_drawing], daemon=True)

    def begin(self) -> None:
        if self._handle is None:
            self._handle = display(NOTHING, raw=True, display_id=True)
            self._thread.start()

    def end(self) -> None:
        if self._handle is not None:
            self._over.set()
            self._thread.join()
            self._handle.update(NOTHING, raw=True)

    def _keep_drawing(self) -> None:
        pause = FIRST_SECONDS
        while not self._over.wait(pause):
            pause = AGAIN_SECONDS
            self._handle.update(self._draw(time.monotonic() - self._begun), raw=True)


def bundle(name: str, since: str, place: int, count: int, counted: str) -> dict[str, str]:
    """A line and a bar, as a notebook shows them. counted: what `place` of `count` is."""
    page = "learning/templates/waiting.html"
    body = render(page, name=name, since=since, place=place, count=count, counted=counted)
    return {
        "text/plain": f"{name}: {since}",
        "text/html": panel(body, "still", role=""),  # what comes every second is not read out
    }
