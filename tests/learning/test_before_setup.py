"""A call of `check` in a kernel that knows nothing of the exercise yet is answered in words."""

from IPython.core.interactiveshell import InteractiveShell

from course_utils.learning import before_setup


def test_a_call_before_the_setup_cell_says_which_cell_to_run(monkeypatch):
    shown = []
    monkeypatch.setattr(before_setup, "display", shown.append)
    shell = InteractiveShell()
    monkeypatch.setattr(shell, "_showtraceback", lambda *_: None)
    before_setup.load_ipython_extension(shell)
    shell.run_cell("check(relu)")
    assert "run the set-up cell" in shown[0].text
    shell.run_cell("check = print")
    shell.run_cell("check(relu)")  # relu is not there; that is another matter
    assert len(shown) == 1
