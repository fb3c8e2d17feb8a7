"""The living form of a prompt: an anywidget with a field, options or lines; answers are kept."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

from course_utils.checking.markdown import as_html
from course_utils.learning.prompts.answers import Answers
from course_utils.learning.prompts.comparing import close, shown
from course_utils.learning.prompts.notation import Option, Prompt
from course_utils.learning.prompts.scripts import prompt_script
from course_utils.learning.prompts.still import TITLES

HERE = Path(__file__).parent


class PromptWidget(anywidget.AnyWidget):
    """`said`, `{"text", "value"}`, changes in the browser whenever an answer is kept there.

    again: where an answer is kept if this was asked before; then that one isn't shown. number: what
    came out, if the prompt is an old prediction of it; after: Markdown that belongs to it.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    said = traitlets.Dict().tag(sync=True)
    judged = traitlets.Bool(None, allow_none=True).tag(sync=True)  # own words, by their author

    def __init__(
        self,
        prompt: Prompt,
        answers: Answers,
        lesson: str,
        again: str = "",
        number: float | None = None,
        after: str = "",
    ) -> None:
        self.prompt, self.answers, self.lesson, self.number = prompt, answers, lesson, number
        self.key = again or f"{prompt.kind} {prompt.name}"
        before = None if again else answers.of(lesson, self.key)
        super().__init__(
            _esm=prompt_script(),
            _css=(HERE / "prompt.css").read_text("utf-8"),
            spec=spec(prompt) | (_known(prompt, number, after) if number is not None else {}),
            said={"text": before.text, "value": before.value} if before else {},
            judged=before.tries[-1][1] if before and before.tries else None,
        )
        self.observe(self._keep, "said")
        self.observe(self._judge, "judged")

    def _keep(self, change) -> None:
        text, value = str(change.new.get("text", "")), change.new.get("value")
        right = self.prompt.is_right(text)
        if self.number is not None:
            right = close(value, self.number)
        self.answers.keep(self.lesson, self.key, text, value, right)
        self.judged = None  # so that the same judgment of new words is one more

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
        "options": [_option(option) for option in prompt.options],
        "mixed": [_option(option) for option in prompt.mixed] if prompt.kind == "order" else [],
        "model": str(as_html(prompt.model)) if prompt.model else "",
    }


def _option(option: Option) -> dict:
    return {
        "text": option.text,
        "html": str(as_html(option.text, inline=True)),
        "right": option.right,
        "explanation": str(as_html(option.explanation)),
    }


def _known(prompt: Prompt, number: float, after: str) -> dict:
    """What to say of a number that came out before."""
    unit = f" {prompt.unit}" if prompt.unit else ""
    html = str(as_html(after)) if after else ""
    return {"title": "Do you remember?", "number": f"{shown(number)}{unit}", "after": html}
