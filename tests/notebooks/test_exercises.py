"""Every exercise, as a learner receives it, runs from the top and says "not attempted"."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = [path.name for path in sorted((ROOT / "exercises").glob("*.ipynb"))]


def expect_not_attempted(path):
    """Store in each check cell the card that an untouched exercise shows; returns the questions."""
    notebook = nbformat.read(path, as_version=4)
    questions = []
    for cell in notebook.cells:
        if "setup" in cell.metadata.get("tags", []):
            style = {"text/plain": "", "text/html": "the style of the cards"}
            cell.outputs = [new_output("display_data", style)]
            cell.execution_count = 1
        if "check" in cell.metadata.get("tags", []):
            names = re.match(r"check\((.+)\)$", cell.source, re.MULTILINE)[1].split(", ")
            questions.append(names)
            data = {"text/plain": f"not attempted: {names[0]}", "text/html": "the HTML of a card"}
            # The second is the buttons, of which a file keeps nothing.
            buttons = new_output("display_data", {"text/plain": ""})
            cell.outputs = [new_output("display_data", data), buttons]
            cell.execution_count = 1
    nbformat.write(notebook, path)
    return questions


@pytest.mark.parametrize("name", EXERCISES)
def test_untouched_exercise_is_not_attempted(name, course_copy, run_notebook):
    path = course_copy / "exercises" / name
    checks = json.loads((path.parent / "checks" / f"{path.stem}.json").read_text("utf-8"))
    assert expect_not_attempted(path) == [question["names"] for question in checks["questions"]]
    run_notebook(path, sanitize="cards.cfg")


@pytest.mark.parametrize("name", EXERCISES)
def test_exercise_ships_without_outputs(name, root):
    for cell in nbformat.read(root / "exercises" / name, as_version=4).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
