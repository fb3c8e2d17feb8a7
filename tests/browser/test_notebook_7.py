"""The same in Notebook 7, from the same server: a card with its buttons, a prediction, a figure."""

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.learning.own_folder import MARK

READY = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  const kernel = panel?.sessionContext?.session?.kernel;
  return panel?.context?.isReady && panel.sessionContext.isReady
    && kernel?.connectionStatus === "connected" && kernel?.status === "idle";
}"""
NAME = "02_in_notebook_7"
CELLS = {
    "setup": "from course_utils.explorables import BoundaryLab\n"
    "from course_utils.learning import compare",
    "predict": "%%predict bent number of 359\nHow many of the 359?",
    "result": 'compare("bent", 342)',
    "quiz": "%%quiz steep\nHow steep?\n\n- [ ] Flat.\n  It is not.\n- [x] Steep.\n  It is.",
    "order": "%%order step\nWhich?\n\n1. one\n2. two\n3. three\n\n***\nOne by one.",
    "figure": "BoundaryLab()",
    "exercise": "import numpy as np\n\nfrom course_utils import exercise\n\n"
    'check, hint, solution, progress = exercise("02_activation_functions")',
    "answer": "def relu(z):\n    return np.abs(z)",
    "check": "check(relu)",
}
PLACES = {name: place for place, name in enumerate(CELLS)}


@pytest.fixture
def page_of_notebook_7(lab, page, served_copy):
    """A page with a notebook of these cells, its kernel ready, windows of cells all drawn."""
    address, folder = lab
    name = served_copy
    (folder / name / MARK).parent.mkdir()
    (folder / name / MARK).touch()
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    cells = [new_code_cell(source) for source in CELLS.values()]
    path = f"{name}/notebooks/{NAME}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / path)
    page.set_default_timeout(90_000)
    page.goto(f"{address}/notebooks/{path}")
    page.locator(".jp-NotebookPanel .jp-Cell").nth(len(CELLS) - 1).wait_for()
    page.wait_for_function(READY)
    return page


def run(page, name):
    """Run a cell with Shift+Enter; returns it once it has its number."""
    cell = page.locator(".jp-NotebookPanel .jp-Cell").nth(PLACES[name])
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    cell.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]:")).wait_for()
    return cell


def test_cards_buttons_predictions_quizzes_and_figures_live_in_notebook_7_too(page_of_notebook_7):
    page = page_of_notebook_7
    run(page, "setup")
    field = run(page, "predict").get_by_label("Your prediction")
    field.fill("300")
    field.press("Enter")
    result = run(page, "result").locator(".course-card")
    assert result.inner_text() == "You said 300; it is 342."
    quiz = run(page, "quiz").locator(".cp")
    quiz.get_by_role("button", name="Steep.").click()
    assert "It is." in quiz.inner_text()
    order = run(page, "order").locator(".cp")
    order.get_by_role("button", name="Up one").click()
    page.keyboard.press("ArrowUp")  # and the notebook stays where it is
    order.get_by_role("button", name="Up two").click()
    order.get_by_role("button", name="Check").click()
    assert "One by one." in order.inner_text()
    figure = run(page, "figure").locator(".xp").last
    figure.locator("svg[role=img]").first.wait_for()
    run(page, "exercise")
    run(page, "answer")
    card = run(page, "check")
    card.get_by_text("You took the absolute value.").wait_for()
    card.get_by_role("button", name="Hint for relu").click()
    card.get_by_text("Hint 1 of 3 for relu").wait_for()
    card.get_by_role("button", name="Try relu again from the start").click()
    card.get_by_text("is back in the cell of your answer").wait_for()
    answer = page.locator(".jp-NotebookPanel .jp-Cell").nth(PLACES["answer"])
    assert "your code here" in answer.locator(".cm-content").inner_text()
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "notebook-7.png")
    ours = [error for error in page.errors if "/static/notebook/" not in error]
    assert ours == []  # Notebook 7.6 has one of its own: it lacks a schema of settings
