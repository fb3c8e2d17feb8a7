"""Old questions below the set-up cell of a lesson, answered with a person's keys and mouse."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils.learning.own_folder import MARK

LESSON = "00_start_here"
OLD = "02_activation_functions"
LATELY = (datetime.now(UTC) - timedelta(days=9)).isoformat(timespec="seconds")


@pytest.fixture
def records(open_notebook, lab, served_copy):
    """A function: a file of a learner's answers, with some, wrong, of a lesson."""
    folder = lab[1] / served_copy
    (folder / MARK).parent.mkdir()
    (folder / MARK).touch()
    (folder / "records").mkdir()
    for copy in (folder / "notebooks").glob("*.ipynb"):
        copy.touch()  # made today, whenever the checkout was: of yesterday's they would ask, too

    def write(lesson, *keys):
        said = {"text": "10", "value": None, "tries": [[LATELY, False]]}
        data = {"version": 1, "answers": {lesson: dict.fromkeys(keys, said)}}
        file = folder / "records" / "answers.json"
        file.write_text(json.dumps(data), "utf-8")
        return file

    return write


def set_up(notebook):
    """Run the set-up cell; returns it with what it asks."""
    setup = next(i for i, cell in enumerate(notebook.cells()) if cell["type"] == "code")
    notebook.run_these([setup])
    door = notebook.locator(setup)
    door.locator(".cp").nth(1).wait_for(timeout=60_000)
    return setup, door


def kept(page, file, key, lesson=LESSON):
    """The tries of a question, as soon as they are on disk."""
    for _ in range(100):
        entry = json.loads(file.read_text("utf-8"))["answers"][lesson].get(key)
        if entry:
            return [right for _, right in entry["tries"]]
        page.wait_for_timeout(100)
    raise AssertionError(f"{key} was not kept")


def test_two_old_questions_are_asked_once_and_kept_beside_the_first_answers(
    open_notebook, records, page
):
    file = records(LESSON, "quiz column_and_row", "predict mean_of_threes")
    notebook = open_notebook("notebooks/01_one_neuron.ipynb")
    setup, door = set_up(notebook)
    assert "two old questions" in door.inner_text()
    quiz = door.locator(".cp").nth(0)  # it stands alone, the prediction needs its lesson
    assert "From 00 Start here." in quiz.inner_text()
    quiz.get_by_role("button", name="(5, 5)").focus()
    page.keyboard.press("Enter")
    assert "The 1 stretches to 5" in quiz.inner_text()
    assert kept(page, file, "review quiz column_and_row") == [True]
    door.locator(".cp").nth(1).get_by_role("button", name="along axis 1, shape (64,)").click()
    assert kept(page, file, "review predict mean_of_threes") == [False]
    assert kept(page, file, "predict mean_of_threes") == [False]
    notebook.screenshot("review-at-the-door", setup)
    found = Axe().run(page, context=".cp")
    assert [v["id"] for v in found.response["violations"]] == []
    notebook.run_these([setup])
    page.wait_for_timeout(1000)
    assert door.locator(".cp").count() == 0  # both were asked today
    assert page.errors == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_number_and_lines_to_order_are_asked_at_the_door_and_own_words_are_not(
    open_notebook, records, page, theme
):
    number, order, words = "predict layer", "order safe_softmax", "words activation"
    file = records(OLD, number, order, words)
    notebook = open_notebook("notebooks/01_one_neuron.ipynb", theme)
    setup, door = set_up(notebook)
    assert door.locator(".cp").count() == 2
    lines, field = door.locator(".cp").nth(0), door.locator(".cp").nth(1)
    assert "From 02 Activation functions." in lines.inner_text()
    lines.get_by_role("button", name="Check").click()
    assert "Not yet: line 1 is the first that is wrong." in lines.inner_text()
    assert kept(page, file, f"review {order}", OLD) == [False]

    assert "Do you remember?" in field.inner_text()
    assert "it is" not in field.inner_text()
    answer = field.get_by_label("Your answer")
    answer.click()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    status = field.get_by_role("status").inner_text()
    assert re.fullmatch(r"You said 7; it is \d+ of 359\. Within a tenth counts as right\.", status)
    assert kept(page, file, f"review {number}", OLD) == [False]
    notebook.screenshot(f"number-at-the-door-{theme.split()[1].lower()}", setup)
    found = Axe().run(page, context=".cp")
    assert [v["id"] for v in found.response["violations"]] == []
    assert page.errors == []
