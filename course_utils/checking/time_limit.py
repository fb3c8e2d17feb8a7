"""Stop Python code in the main thread when its time is over, on every system."""

from __future__ import annotations

import _thread
import contextlib
import signal
import threading
import time
from collections.abc import Iterator

AGAIN_SECONDS, SOONEST = 0.5, 0.002


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after `seconds`; does nothing outside the main thread.

    The block is interrupted as by Ctrl-C, and again and again, ever sooner, so that code which
    catches interruptions is stopped all the same. A real Ctrl-C does what it always does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch(seconds)
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

    def __init__(self, seconds: float) -> None:
        self.sent = self.arrived = 0
        self._running, self._over = False, threading.Event()
        self._thread = threading.Thread(target=self._interrupt, args=[seconds], daemon=True)

    def __enter__(self) -> None:
        self._previous = signal.signal(signal.SIGINT, self._on_signal)
        self._thread.start()
        self._running = True

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        self._running = False
        self._over.set()
        self._thread.join()
        while self.arrived < self.sent:  # on its way; it must not hit what comes after the block
            time.sleep(0.001)
        signal.signal(signal.SIGINT, self._previous)

    def _interrupt(self, seconds: float) -> None:
        while not self._over.wait(seconds):
            self.sent += 1
            if hasattr(signal, "pthread_kill"):  # wakes a sleep, too
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            else:
                _thread.interrupt_main()
            seconds = max(SOONEST, AGAIN_SECONDS / 2**self.sent)

    def _on_signal(self, number: int, frame: object) -> None:
        if self.arrived < self.sent:
            self.arrived += 1
            if self._running:
                raise KeyboardInterrupt
        elif callable(self._previous):
            self._previous(number, frame)
