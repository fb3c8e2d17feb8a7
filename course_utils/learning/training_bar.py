"""A bar while Keras trains: at which epoch it is, and for how long already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from IPython import get_ipython

from course_utils.learning.waiting import Bar, bundle, in_notebook


class TrainingBar:
    """A callback for `fit`: `model.fit(x, y, verbose=0, callbacks=[TrainingBar()])`.

    In a notebook a bar appears after a moment and is gone when the training is over, so what a
    saved notebook keeps does not depend on how long it took. Elsewhere nothing is shown. Keras'
    interface without its base class, for whoever has no Keras imports this package as well.
    """

    async_safe = True  # Keras need not wait for it after each batch

    def __init__(self) -> None:
        self._params: dict[str, Any] = {}
        self._done = 0
        self._bar: Bar | None = None

    def set_params(self, params: dict[str, Any]) -> None:
        """params: epochs, and steps in each, which may be unknown."""
        self._params = params

    def on_train_begin(self, logs: Any = None) -> None:
        if in_notebook():
            self._done, self._bar = 0, Bar(self._draw)
            get_ipython().events.register("post_run_cell", self._end)  # also if it is interrupted
            self._bar.begin()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._done = epoch * self._steps

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._done = self._done // self._steps * self._steps + min(batch + 1, self._steps - 1)

    def on_train_end(self, logs: Any = None) -> None:
        self._end()

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith(("on_", "set_")):  # all else that Keras tells its callbacks
            return lambda *_, **__: None
        raise AttributeError(name)

    @property
    def _steps(self) -> int:
        return self._params.get("steps") or 1

    def _draw(self, seconds: float) -> dict[str, str]:
        epochs = self._params["epochs"]
        since = f"epoch {self._done // self._steps + 1} of {epochs}, {seconds:.0f} s so far"
        return bundle("fit", since, self._done, epochs * self._steps, "steps")

    def _end(self, *_: Any) -> None:
        if self._bar is not None:
            bar, self._bar = self._bar, None
            get_ipython().events.unregister("post_run_cell", self._end)
            bar.end()
