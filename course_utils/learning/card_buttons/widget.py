"""The widget of the buttons; each asks Python, and what it says is shown below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class CardButtons(anywidget.AnyWidget):
    """`shown` is the HTML of cards below the buttons; `press` makes it of a button's name.

    What else `press` gives is sent to the page: `starter`, code to put back into the answer's cell,
    and `placed`, the HTML to show instead where that could be done.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    labels = traitlets.List().tag(sync=True)  # [name, label], in the order of the buttons
    shown = traitlets.Unicode().tag(sync=True)
    names = traitlets.List().tag(sync=True)  # what the answer's cell defines

    def __init__(self, names: Sequence[str], shown: str, press: Callable[[str], dict]) -> None:
        self._press, question = press, names[0]
        super().__init__(
            _esm=(HERE / "buttons.js").read_text("utf-8"),
            _css=(HERE / "buttons.css").read_text("utf-8"),
            shown=shown,
            names=list(names),
            labels=[
                ["hint", f"Hint for {question}"],
                ["solution", f"Solution of {question}"],
                ["again", f"Try {question} again from the start"],
            ],
        )
        self.on_msg(self._answer)

    def _answer(self, _, content, buffers) -> None:
        pressed = self._press(str(content.get("pressed", "")))
        self.shown = pressed.pop("shown")
        if pressed:
            self.send(pressed)

    def __repr__(self) -> str:
        return ""
