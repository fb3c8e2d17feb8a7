"""An extension of IPython: `check` in a kernel that has run no set-up cell answers with a card."""

from __future__ import annotations

from IPython.display import display

from course_utils.checking.card import message_card

CALLS = ("check", "hint", "solution", "progress")
TEXT = (
    "This kernel is new, or was restarted, and knows nothing of the exercise yet. Run the first "
    "code cell of the notebook, then the ones above this one: the menu *Run* has *Run All Above*."
)


def load_ipython_extension(shell) -> None:
    """Explain the NameError of a call that the set-up cell defines."""

    def handler(shell, etype, value, tb, tb_offset=None):
        if value.name in CALLS and value.name not in shell.user_ns:
            display(message_card(f"`{value.name}` is not there yet: run the set-up cell.", TEXT))
            shell._showtraceback(etype, value, [f"NameError: {value}"])
        else:
            shell.showtraceback((etype, value, tb), tb_offset=tb_offset)

    shell.set_custom_exc((NameError,), handler)
