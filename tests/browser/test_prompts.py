"""Predictions, quizzes, own words and orders, answered with a person's keys and mouse."""

import json

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.learning.own_folder import MARK

THEMES = ("JupyterLab Light", "JupyterLab Dark")
CELLS = [
    "from course_utils.learning import compare",
    "%%predict bent number of 359\nHow many of the 359 if $a_1 * b_2 = 0$ and *all* is bent?",
    'compare("bent", 300 + 42)',
    "%%predict sharper choice\nDouble every logit.\n\n- sharper\n- flatter, $a_1$",
    'compare("sharper", "sharper")',
    "%%quiz saturated\nWhat follows?\n\n- [ ] They learned.\n  They tell nothing.\n"
    "- [x] Their $w_1$ hardly change.\n  The slope is `0.0099`.\n- [ ] Too slow.\n  It looks so.",
    "%%words dead\nWhy does a dead ReLU stay dead?\n\n***\nIts slope is 0 for every example.",
    "%%order step\nOne step of training:\n\n1. of $z_1$ forward\n2. the loss\n3. back\n"
    "4. update\n\n***\nThe loss needs what comes forward.",
]
ASKING = (1, 3, 5, 6, 7)
NAME = "02_prompts"


# The last words of the lines, as they belong.
RIGHT = ("forward", "loss", "back", "update")


def cell(source):
    made = new_code_cell(source)
    if source.startswith("%%"):
        tag = source[2:].split()[0]
        made.metadata = {"jupyter": {"source_hidden": True}, "tags": [tag]}
    elif "compare(" in source and "import" not in source:
        made.metadata = {"jupyter": {"outputs_hidden": True}, "tags": ["result"]}
    return made


@pytest.fixture
def prompts(open_notebook, lab, served_copy):
    """A function: open a notebook with every kind of prompt, all cells run; and its records."""
    folder = lab[1] / served_copy
    (folder / MARK).parent.mkdir()
    (folder / MARK).touch()
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = new_notebook(cells=[cell(source) for source in CELLS], metadata=kernel)
    nbformat.write(notebook, folder / "notebooks" / f"{NAME}.ipynb")

    def open_(theme=THEMES[0], all_cells=True):
        opened = open_notebook(f"notebooks/{NAME}.ipynb", theme)
        if all_cells:
            run_prompts(opened)
        return opened

    open_.answers = lambda: json.loads((folder / "records" / "answers.json").read_text("utf-8"))
    return open_


def run_prompts(notebook):
    """Run what asks, and nothing that answers."""
    for i in (0, *ASKING):
        notebook.page.evaluate(
            "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i }", i
        )
        notebook.command("notebook:run-cell")
    for i in ASKING:
        notebook.locator(i).locator(".cp").wait_for(timeout=60_000)


def result(notebook, i):
    notebook.page.evaluate(
        "i => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i }", i
    )
    notebook.command("notebook:run-cell")
    card = notebook.locator(i).locator(".course-card")
    card.wait_for(timeout=60_000)
    return card.inner_text()


def kept(page, prompts, key):
    """The entry of a prompt, as soon as it is on disk."""
    for _ in range(100):
        try:
            return prompts.answers()["answers"][NAME][key]
        except (OSError, KeyError):
            page.wait_for_timeout(100)
    raise AssertionError(f"{key} was not kept")


def test_a_number_is_kept_at_enter_and_shown_beside_the_result(prompts, page):
    notebook = prompts()
    assert not notebook.locator(2).locator(".course-card").is_visible()
    field = notebook.locator(1).get_by_label("Your prediction")
    field.click()
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    assert "Type a number" in notebook.locator(1).inner_text()
    field.fill("")
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    assert "Kept" in notebook.locator(1).inner_text()
    assert result(notebook, 2) == "You said 300; it is 342."
    assert kept(page, prompts, "predict bent")["value"] == 300
    # On another day: the page anew, and its cells run again.
    notebook.command("docmanager:save")
    page.reload()
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("window.jupyterapp.restored")
    page.wait_for_timeout(3000)
    run_prompts(notebook)
    assert notebook.locator(1).get_by_label("Your prediction").input_value() == "300"


def formulas_are_set_and_the_still_form_makes_way(notebook, prompts, page):
    page.wait_for_timeout(2500)
    for i in ASKING:
        assert not notebook.locator(i).locator(".prompt-still").is_visible()
    assert notebook.locator(1).locator(".cp mjx-container").count() == 1
    assert notebook.locator(3).locator(".cp mjx-container").count() == 1
    assert page.errors == []


def a_quiz_gives_the_own_explanation_first_and_remembers(notebook, prompts, page):
    quiz = notebook.locator(5).locator(".cp")
    quiz.get_by_role("button", name="They learned").click()
    assert "They tell nothing." in quiz.inner_text()
    assert "The slope is" not in quiz.inner_text()
    assert kept(page, prompts, "quiz saturated")["tries"][-1][1] is False
    page.keyboard.press("b")
    assert "The slope is" in quiz.inner_text()
    assert "It looks so." not in quiz.inner_text()
    quiz.get_by_role("button", name="And the others?").click()
    assert "It looks so." in quiz.inner_text()


def own_words_come_before_the_model_answer(notebook, prompts, page):
    own = notebook.locator(6).locator(".cp")
    own.get_by_role("button", name="Keep and compare").click()
    assert "Its slope is 0" not in own.inner_text()
    own.get_by_label("Your words").click()
    page.keyboard.type("It never moves, dd")
    page.keyboard.press("ControlOrMeta+Enter")
    assert "Its slope is 0" in own.inner_text()
    own.get_by_role("button", name="Yes").click()
    assert kept(page, prompts, "words dead")["text"] == "It never moves, dd"
    assert len(notebook.cells()) == len(CELLS)  # JupyterLab deleted none at "dd"


def lines(order):
    """The lines as they stand, by their last word."""
    return [text.split()[-1] for text in order.locator(".line-text").all_inner_texts()]


def lines_are_ordered_by_keys_and_what_is_wrong_first_is_said(notebook, prompts, page):
    order = notebook.locator(7).locator(".cp")
    mixed = lines(order)
    assert mixed != [*RIGHT]
    order.get_by_role("button", name="Check").click()
    first = next(i for i, (a, b) in enumerate(zip(mixed, RIGHT, strict=True), 1) if a != b)
    assert f"Not yet: line {first} is the first that is wrong." in order.inner_text()
    assert "The loss needs" not in order.inner_text()
    assert kept(page, prompts, "order step")["tries"][-1][1] is False
    for place, line in enumerate(RIGHT):
        now = lines(order).index(line)
        order.locator("li").nth(now).get_by_role("button").first.focus()
        for _ in range(now - place):
            page.keyboard.press("ArrowUp")
    assert lines(order) == [*RIGHT]
    assert "of 4." in order.inner_text()
    assert len(notebook.cells()) == len(CELLS)
    order.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    assert "Right." in order.inner_text()
    assert "The loss needs" in order.inner_text()
    for _ in range(50):
        if len(kept(page, prompts, "order step")["tries"]) == 2:
            break
        page.wait_for_timeout(100)
    assert kept(page, prompts, "order step")["tries"][-1][1] is True
    notebook.run_these([7])
    order.wait_for()
    assert lines(order) == [*RIGHT]


BY_ITSELF = (
    formulas_are_set_and_the_still_form_makes_way,
    a_quiz_gives_the_own_explanation_first_and_remembers,
    own_words_come_before_the_model_answer,
    lines_are_ordered_by_keys_and_what_is_wrong_first_is_said,
)


def test_each_prompt_by_itself(prompts, page, subtests):
    """They are in one notebook, which is opened once."""
    notebook = prompts()
    for look in BY_ITSELF:
        with subtests.test(look.__name__):
            look(notebook, prompts, page)


def test_lines_are_ordered_by_buttons_and_by_dragging(prompts, page):
    notebook = prompts()
    order = notebook.locator(7).locator(".cp")
    mixed = lines(order)
    order.get_by_role("button", name="Down").first.click()
    assert lines(order) == [mixed[1], mixed[0], *mixed[2:]]
    order.scroll_into_view_if_needed()
    start, end = (order.locator("li").nth(i).bounding_box() for i in (3, 0))
    page.mouse.move(start["x"] + 80, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 80, end["y"] + 2, steps=8)
    page.mouse.up()
    assert lines(order) == [mixed[3], mixed[1], mixed[0], mixed[2]]
    page.mouse.move(end["x"] + 80, end["y"] + 200)
    assert lines(order) == [mixed[3], mixed[1], mixed[0], mixed[2]]
    order.get_by_role("button", name="Check").click()
    order.get_by_role("button", name="Show the order").click()
    right = order.locator(".cp-model li").all_inner_texts()
    assert [text.split()[-1] for text in right] == [*RIGHT]
    assert page.errors == []


@pytest.mark.parametrize("theme", THEMES)
def test_prompts_can_be_read_by_everybody(prompts, page, theme):
    notebook = prompts(theme)
    notebook.locator(3).get_by_label("sharper", exact=True).click()
    notebook.locator(5).get_by_role("button", name="They learned").click()
    assert result(notebook, 4) == "You said: sharper. The answer: sharper."
    notebook.locator(7).get_by_role("button", name="Check").click()
    notebook.locator(7).get_by_role("button", name="Show the order").click()
    notebook.locator(7).locator(".cp-model").scroll_into_view_if_needed()
    notebook.screenshot(f"prompts-{theme.split()[1].lower()}")
    found = Axe().run(page, context=".cp")
    assert [v["id"] for v in found.response["violations"]] == []
