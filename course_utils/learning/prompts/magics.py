"""The magics of a lesson, `%%predict`, `%%quiz`, `%%words` and `%%order`, and `compare`."""

from __future__ import annotations

from typing import Any

from IPython import get_ipython
from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.display import display

from course_utils.learning.own_folder import records_folder
from course_utils.learning.prompts import comparing
from course_utils.learning.prompts.answers import Answers
from course_utils.learning.prompts.notation import NotationError, Prompt, read
from course_utils.learning.prompts.still import still
from course_utils.learning.prompts.where import lesson_name


@magics_class
class PromptMagics(Magics):
    """Shows prompts, and keeps what is answered: in the learner's records, else in memory."""

    def __init__(self, shell) -> None:
        super().__init__(shell)
        self.prompts: dict[str, Prompt] = {}  # the predictions that this kernel has shown
        self.answers = Answers(records_folder())

    @property
    def lesson(self) -> str:
        return lesson_name(self.shell.user_ns)

    @cell_magic
    def predict(self, line: str, cell: str) -> None:
        """Ask for a prediction."""
        self.show("predict", line, cell)

    @cell_magic
    def quiz(self, line: str, cell: str) -> None:
        """Ask for one of several options, each with its explanation."""
        self.show("quiz", line, cell)

    @cell_magic
    def words(self, line: str, cell: str) -> None:
        """Ask for words of one's own, and show others to compare with."""
        self.show("words", line, cell)

    @cell_magic
    def order(self, line: str, cell: str) -> None:
        """Ask for the order of three to five lines."""
        self.show("order", line, cell)

    def show(self, kind: str, line: str, cell: str) -> None:
        """Display a prompt: a still form, and, in a notebook, the living one that hides it."""
        try:
            prompt = read(kind, line, cell)
        except NotationError as error:
            raise UsageError(f"{error}.") from None
        if kind == "predict":
            self.prompts[prompt.name] = prompt
        display(still(prompt), raw=True)
        if hasattr(self.shell, "kernel"):
            show_living(self, prompt)

    def compare(self, name: str, value: Any) -> None:
        """Show a result beside what was predicted of it."""
        key = f"predict {name}"
        said = self.answers.of(self.lesson, key)
        prompt = self.prompts.get(name)
        value = comparing.meant(prompt, value)
        card = comparing.comparison(prompt, said, value)
        if said is not None and (right := comparing.is_right(said, value)) is not None:
            self.answers.judge(self.lesson, key, right)
        display(card)


def show_living(magics: PromptMagics, prompt: Prompt) -> None:
    """The widget of a prompt; without anywidget the still form remains."""
    try:
        from course_utils.learning.prompts.widget import PromptWidget
    except ImportError:
        return
    bundle = PromptWidget(prompt, magics.answers, magics.lesson)._repr_mimebundle_()
    display(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)


def compare(name: str, value: Any) -> None:
    """Show the result that was predicted: "You said 300; it is 342.".

    name: of the prediction, as in `%%predict NAME number`. value: a number, or, where the
    prediction is a choice, the option that is right, by its text or its number from 1, or, for
    words, a sentence. Without a prediction it shows the result alone. Raises ValueError for a
    choice that is no option.
    """
    magics = magics_of(get_ipython())
    if magics is None:
        print(comparing.comparison(None, None, value).text)
    else:
        magics.compare(name, value)


def magics_of(shell) -> PromptMagics | None:
    """The magics as they are registered in a shell."""
    return shell.magics_manager.registry.get("PromptMagics") if shell is not None else None


def register(shell) -> None:
    """Let a shell know the magics; what it kept of them already stays."""
    if shell is not None and magics_of(shell) is None:
        shell.register_magics(PromptMagics)
