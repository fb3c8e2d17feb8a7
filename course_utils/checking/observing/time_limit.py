"""Stop Python code in the main thread when its time is over, on every system."""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator

AGAIN_SECONDS, PATIENCE = 0.1, 3
ROOM = os.path.dirname(os.path.dirname(__file__))  # `checking`, whose frames are ours


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after `seconds`; does nothing outside the main thread.

    The block is interrupted as by Ctrl-C. Code that catches this again and again is interrupted
    once more at the line that follows, outside its `try`. A real Ctrl-C does what it always does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch(seconds, sys._getframe(2))
    try:
        with watch:
            yield
    except KeyboardInterrupt:
        if not watch.sent:
            raise
    finally:
        watch.end()  # once more, for an interruption that hit the first end
    if watch.sent:
        raise TimeoutError(f"stopped after {seconds:g} seconds")


class _Watch:
    """Interrupts the main thread while it is inside; counts, so that none arrives after the end."""

    def __init__(self, seconds: float, home: types.FrameType) -> None:
        self._home = home
        self.sent = self.arrived = 0
        self._running, self._over = False, threading.Event()
        self._thread = threading.Thread(target=self._interrupt, args=[seconds], daemon=True)

    def __enter__(self) -> None:
        self._tracer = sys.gettrace()
        self._previous = signal.signal(signal.SIGINT, self._on_signal)
        self._thread.start()
        self._running = True

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self._running = False
        if self.arrived > PATIENCE:
            sys.settrace(self._tracer)
        self._over.set()
        self._thread.join()
        while self.arrived < self.sent:  # on its way; it must not hit what comes after the block
            time.sleep(0.001)
        signal.signal(signal.SIGINT, self._previous)

    def _interrupt(self, seconds: float) -> None:
        while not self._over.wait(seconds):
            seconds = AGAIN_SECONDS
            if self.arrived < self.sent:
                continue  # it runs no Python code now; two signals at once would arrive as one
            self.sent += 1
            if hasattr(signal, "pthread_kill"):  # wakes a sleep, too
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                _thread.interrupt_main()

    def _on_signal(self, number: int, frame: types.FrameType | None) -> None:
        if self.arrived < self.sent:
            self.arrived += 1
            if not self._running or self._at_the_door(frame):
                return
            if self.arrived > PATIENCE:
                _raise_at_next_line(frame, self._home)
            raise KeyboardInterrupt
        elif callable(self._previous):
            self._previous(number, frame)

    def _at_the_door(self, frame: types.FrameType | None) -> bool:
        """Whether `with` is entering or leaving the block: what is raised there, nobody catches."""
        if frame is None or frame.f_code.co_filename == __file__:
            return True
        return frame.f_back is self._home and frame.f_code.co_filename == contextlib.__file__


def _raise_at_next_line(frame: types.FrameType | None, home: types.FrameType) -> None:
    """Raise at the next line of any frame inside the block, so in an `except` that caught the last.

    home: the block's own frame. Our room's frames, and those that called them, are left alone.
    Python ends the tracing by itself when the traced line raises.
    """

    def stop(_frame: types.FrameType, event: str, _argument: object) -> Callable:
        if event == "line":
            raise KeyboardInterrupt
        return stop

    sys.settrace(lambda *_: None)
    while frame not in (None, home) and not frame.f_code.co_filename.startswith(ROOM):
        frame.f_trace = stop
        frame = frame.f_back
