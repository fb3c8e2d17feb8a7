"""Old questions below the set-up cell of a lesson, answered with a person's keys and mouse."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils.learning.own_folder import MARK

LESSON = "00_start_here"
LATELY = (datetime.now(UTC) - timedelta(days=9)).isoformat(timespec="seconds")


@pytest.fixture
def records(open_notebook, lab, request):
    """The file of a learner's answers, with two of them, wrong, in lesson 00."""
    folder = lab[1] / re.sub(r"\W+", "_", request.node.name)
    (folder / MARK).parent.mkdir()
    (folder / MARK).touch()
    (folder / "records").mkdir()
    said = {"text": "10", "value": None, "tries": [[LATELY, False]]}
    entries = {"quiz column_and_row": said, "predict mean_of_threes": said}
    file = folder / "records" / "answers.json"
    file.write_text(json.dumps({"version": 1, "answers": {LESSON: entries}}), "utf-8")
    return file


def kept(page, file, key):
    """The tries of a question, as soon as they are on disk."""
    for _ in range(100):
        entry = json.loads(file.read_text("utf-8"))["answers"][LESSON].get(key)
        if entry:
            return [right for _, right in entry["tries"]]
        page.wait_for_timeout(100)
    raise AssertionError(f"{key} was not kept")


def test_two_old_questions_are_asked_once_and_kept_beside_the_first_answers(
    open_notebook, records, page
):
    notebook = open_notebook("notebooks/01_one_neuron.ipynb")
    setup = next(i for i, cell in enumerate(notebook.cells()) if cell["type"] == "code")
    notebook.run_these([setup])
    door = notebook.locator(setup)
    door.locator(".cp").nth(1).wait_for(timeout=60_000)
    assert "two old questions" in door.inner_text()
    quiz = door.locator(".cp").nth(0)  # it stands alone, the prediction needs its lesson
    assert "From 00 Start here." in quiz.inner_text()
    quiz.get_by_role("button", name="(5, 5)").focus()
    page.keyboard.press("Enter")
    assert "The 1 stretches to 5" in quiz.inner_text()
    assert kept(page, records, "review quiz column_and_row") == [True]
    door.locator(".cp").nth(1).get_by_role("button", name="along axis 1, shape (64,)").click()
    assert kept(page, records, "review predict mean_of_threes") == [False]
    assert kept(page, records, "predict mean_of_threes") == [False]
    notebook.screenshot("review-at-the-door", setup)
    found = Axe().run(page, context=".cp")
    assert [v["id"] for v in found.response["violations"]] == []
    notebook.run_these([setup])
    page.wait_for_timeout(1000)
    assert door.locator(".cp").count() == 0  # both were asked today
    assert page.errors == []
