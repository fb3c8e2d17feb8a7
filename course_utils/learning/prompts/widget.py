"""The living form of a prompt: an anywidget with a field, or options, whose answer is kept."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from course_utils.checking.markdown import as_html
from course_utils.learning.prompts.answers import Answers
from course_utils.learning.prompts.notation import Prompt
from course_utils.learning.prompts.still import TITLES

HERE = Path(__file__).parent


class PromptWidget(anywidget.AnyWidget):
    """`said`, `{"text", "value"}`, changes in the browser whenever an answer is kept there.

    again: where an answer is kept if this was asked before; then that one isn't shown.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    said = traitlets.Dict().tag(sync=True)
    judged = traitlets.Bool(None, allow_none=True).tag(sync=True)  # own words, by their author

    def __init__(self, prompt: Prompt, answers: Answers, lesson: str, again: str = "") -> None:
        self.prompt, self.answers, self.lesson = prompt, answers, lesson
        self.key = again or f"{prompt.kind} {prompt.name}"
        before = None if again else answers.of(lesson, self.key)
        super().__init__(
            _esm=(HERE / "prompt.js").read_text("utf-8"),
            _css=(HERE / "prompt.css").read_text("utf-8"),
            spec=spec(prompt),
            said={"text": before.text, "value": before.value} if before else {},
            judged=before.tries[-1][1] if before and before.tries else None,
        )
        self.observe(self._keep, "said")
        self.observe(self._judge, "judged")

    def _keep(self, change) -> None:
        text, value = str(change.new.get("text", "")), change.new.get("value")
        right = None
        if self.prompt.kind == "quiz":
            right = next((o.right for o in self.prompt.options if o.text == text), None)
        self.answers.keep(self.lesson, self.key, text, value, right)

    def _judge(self, change) -> None:
        if self.prompt.kind == "words" and change.new is not None:
            self.answers.judge(self.lesson, self.key, change.new)

    def __repr__(self) -> str:
        return ""


def spec(prompt: Prompt) -> dict:
    """What the browser needs: plain values, and HTML made from the author's Markdown."""
    return {
        "kind": prompt.kind,
        "name": prompt.name,
        "key": f"{prompt.kind} {prompt.name}",
        "title": TITLES[prompt.kind],
        "answer": prompt.answer,
        "question": str(as_html(prompt.text)),
        "unit": prompt.unit,
        "options": [
            {
                "text": option.text,
                "html": str(as_html(option.text, inline=True)),
                "right": option.right,
                "explanation": str(as_html(option.explanation)),
            }
            for option in prompt.options
        ],
        "model": str(as_html(prompt.model)) if prompt.model else "",
    }
