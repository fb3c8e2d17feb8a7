"""Old questions on the home page, answered and skipped by keyboard."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_utils.learning.review.questions import questions

pytestmark = pytest.mark.usefixtures("read_lessons")

LATELY = (datetime.now(UTC) - timedelta(days=9)).isoformat(timespec="seconds")
LESSON = "02_activation_functions"
ORDER, WORDS = "order safe_softmax", "words activation"
THEN = "Two layers … are one layer.\n<b>No</b> width changes that."


@pytest.fixture
def not_had(desk, root):
    """A function: this question of lesson 02 was not right nine days ago, so it comes first."""
    parts = [
        Path(shutil.copy(path, desk.folder / "notebooks"))
        for path in root.glob(f"notebooks/{LESSON}*.ipynb")
    ]

    def write(key):
        entry = {"text": THEN, "value": None, "tries": [[LATELY, False]]}
        data = {"version": 1, "answers": {LESSON: {key: entry}}}
        (desk.own / "records").mkdir(exist_ok=True)
        (desk.own / "records" / "answers.json").write_text(json.dumps(data), "utf-8")
        return questions(desk.folder, LESSON)[key]

    yield write
    for part in parts:
        part.unlink()


def tries(desk, key):
    """What was kept of a question in reviews."""
    return [right for _, right in answers(desk)[LESSON][f"review {key}"]["tries"]]


def shown_lines(page):
    return [line.input_value() for line in page.locator("ol.lines input[name=said]").all()]


def put_right_by_keys(page, prompt):
    """Bring each line to its place with the arrow keys, from the first on."""
    for place, line in enumerate(prompt.options):
        now = shown_lines(page).index(line.text)
        page.locator("ol.lines > li").nth(now).get_by_role("button").first.focus()
        for _ in range(now - place):
            page.keyboard.press("ArrowUp")


def answers(desk):
    return json.loads((desk.own / "records" / "answers.json").read_text("utf-8"))["answers"]


def asked(desk, page):
    """The question whose form is on the page."""
    lesson, key = page.locator("input[name=name]").get_attribute("value").split(".")
    return questions(desk.folder, lesson)[key]


def answer_by_keyboard(page, question, right=True):
    if question.number is not None:
        page.get_by_label("A number").focus()
        page.keyboard.type(f"{question.number:g}" if right else "-7")
        page.keyboard.press("Enter")
        return
    options = [option.right for option in question.prompt.options]
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(options.index(right)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_three_questions_a_day_each_with_its_explanation(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course")
    region = page.get_by_role("region", name="Do you remember?")
    assert "1 of 3. From 0" in region.inner_text()
    assert "last seen 10 days ago" in region.inner_text()
    lessons = set()
    for count, right in enumerate((True, False, True), 1):
        question = asked(desk, page)
        lessons.add(question.lesson.name)
        assert f"{count} of 3" in page.locator("main").inner_text()
        answer_by_keyboard(page, question, right)
        page.wait_for_url("**answered=*")
        heading = page.get_by_role("heading", level=1).inner_text()
        assert heading == ("Right" if right else "Not this time")
        kept = answers(desk)[question.lesson.name][f"review {question.key}"]
        assert [was for _, was in kept["tries"]] == [right]
        if count < 3:
            page.get_by_role("link", name="Next question").click()
    assert len(lessons) == 2
    assert "That is enough for today." in page.locator("main").inner_text()
    page.get_by_role("link", name="Home").last.click()
    assert page.get_by_role("region", name="Do you remember?").count() == 0
    page.goto(f"{desk.address}/course/review?more=1")
    assert page.get_by_role("button", name="Answer").is_visible()


def test_a_wrong_answer_is_explained_with_the_right_one(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course/review")
    while (question := asked(desk, page)).number is not None:
        page.get_by_role("link", name="Another one").click()
    wrong = next(o for o in question.prompt.options if not o.right)
    page.get_by_role("radio").nth(question.prompt.options.index(wrong)).check()
    page.get_by_role("button", name="Answer").click()
    assert page.get_by_role("region", name="Your answer").is_visible()
    assert page.get_by_role("region", name="The right answer").is_visible()


def test_a_question_can_be_skipped_and_nothing_is_kept_of_it(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course")
    first = asked(desk, page)
    page.get_by_role("link", name="Another one").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**skipped=*")
    assert asked(desk, page) != first
    assert not (desk.own / "records" / "answers.json").exists()


def test_what_is_no_number_is_refused_in_a_sentence(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course/review?more=1")
    while (question := asked(desk, page)).number is None:
        page.get_by_role("link", name="Another one").click()
    page.get_by_label("A number").fill("many")
    page.keyboard.press("Enter")
    assert "Type a number" in page.get_by_role("alert").inner_text()
    assert question.key.startswith("predict ")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (390, "light")])
def test_axe_finds_nothing_serious_before_and_after_an_answer(desk, open_page, look, width, scheme):
    page = open_page(width, scheme)
    for path in ("", "/review"):
        page.goto(f"{desk.address}/course{path}")
        assert look(page, f"review{path.strip('/')}-{width}-{scheme}") == []
    answer_by_keyboard(page, asked(desk, page), right=False)
    page.wait_for_url("**answered=*")
    assert look(page, f"review-answered-{width}-{scheme}") == []


def test_lines_are_put_into_order_by_keys(desk, open_page, not_had):
    question = not_had(ORDER)
    page = open_page()
    page.goto(f"{desk.address}/course")
    region = page.get_by_role("region", name="Do you remember?")
    assert "not right when last seen 9 days ago" in region.inner_text()
    texts = [line.text for line in question.prompt.options]
    assert shown_lines(page) == [line.text for line in question.prompt.mixed] != texts
    put_right_by_keys(page, question.prompt)
    assert shown_lines(page) == texts
    assert "of 5." in region.get_by_role("status").inner_text()
    page.get_by_role("button", name="Answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**answered=*")
    assert page.get_by_role("heading", level=1).inner_text() == "Right"
    assert "the `inf` is there already".replace("`", "") in page.locator("main").inner_text()
    assert tries(desk, ORDER) == [True]
    assert page.errors == []


def test_lines_are_put_into_order_by_mouse_and_a_wrong_place_is_marked(desk, open_page, not_had):
    question = not_had(ORDER)
    page = open_page()
    page.goto(f"{desk.address}/course/review")
    rows = page.locator("ol.lines > li")
    before = shown_lines(page)
    rows.nth(3).get_by_role("button", name="Up").click()
    assert shown_lines(page) == [*before[:2], before[3], before[2], before[4]]
    first, last = (rows.nth(i).bounding_box() for i in (0, 4))
    page.mouse.move(first["x"] + 60, first["y"] + 10)
    page.mouse.down()
    page.mouse.move(last["x"] + 60, last["y"] + last["height"] - 3, steps=8)
    page.mouse.up()
    assert shown_lines(page) == [before[1], before[3], before[2], before[4], before[0]]
    said = shown_lines(page)
    page.get_by_role("button", name="Answer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Not this time"
    wrong = sum(a != line.text for a, line in zip(said, question.prompt.options, strict=True))
    assert page.get_by_role("region", name="Your answer").get_by_text("not here").count() == wrong
    right = page.get_by_role("region", name="The right answer").locator("li").all_inner_texts()
    assert right == [line.text for line in question.prompt.options]
    assert tries(desk, ORDER) == [False]
    assert page.errors == []


def test_without_scripts_lines_move_by_the_server(desk, browser, not_had):
    question = not_had(ORDER)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.address}/course")
    before = shown_lines(page)
    page.locator("ol.lines > li").nth(1).get_by_role("button", name="Down").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**asked=*")
    assert shown_lines(page) == [before[0], before[2], before[1], *before[3:]]
    held = page.locator("ol.lines > li").nth(2).get_by_role("button", name="Down")
    assert held.get_attribute("autofocus") is not None
    assert not (set(answers(desk)[LESSON]) - {ORDER})
    page.get_by_role("button", name="Answer").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Not this time"
    assert answers(desk)[LESSON][f"review {question.key}"]["text"].split("\n")[2] == before[1]
    context.close()


@pytest.mark.parametrize("had", [True, False])
def test_own_words_are_set_beside_those_of_then_and_the_model_answer(desk, open_page, not_had, had):
    question = not_had(WORDS)
    page = open_page()
    page.goto(f"{desk.address}/course")
    assert "expressed by its output" in page.locator("#asked").inner_text()
    assert "millionth" not in page.locator("main").inner_text()
    page.get_by_label("Your words").focus()
    page.keyboard.insert_text("They are one layer,\nand <i>hardly</i> learn.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**answered=*")
    assert tries(desk, WORDS) == [None]
    then, now, model = (
        page.get_by_role("region", name=name).inner_text()
        for name in ("You wrote then", "You wrote now", "An answer to compare with")
    )
    assert THEN in then
    assert "one layer,\nand <i>hardly</i> learn." in now
    assert "less than a millionth" in model
    page.goto(f"{desk.address}/course")  # somebody who left without a judgment finds the words
    assert "1 of 3" in page.get_by_role("region", name="Do you remember?").inner_text()
    assert "one layer,\n" in page.get_by_label("Your words").input_value()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("button", name="Had it" if had else "Not yet").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Next question").wait_for()
    heading = page.get_by_role("heading", level=1).inner_text()
    assert heading == ("You had it" if had else "Not yet")
    assert tries(desk, WORDS)[-1] is had
    waits = 2 if had else 1
    due = datetime.now().date() + timedelta(waits)
    assert f"It comes back on {due.day} {due:%B}." in page.locator("main").inner_text()
    page.get_by_role("link", name="Next question").click()
    assert asked(desk, page).key != question.key
    assert "2 of 3" in page.locator("main").inner_text()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (390, "light")])
def test_axe_finds_nothing_serious_in_orders_and_own_words(
    desk, open_page, look, not_had, width, scheme
):
    page = open_page(width, scheme)
    not_had(ORDER)
    page.goto(f"{desk.address}/course")
    assert look(page, f"review-order-home-{width}-{scheme}") == []
    page.goto(f"{desk.address}/course/review")
    assert look(page, f"review-order-{width}-{scheme}") == []
    page.get_by_role("button", name="Answer").click()
    assert look(page, f"review-order-answered-{width}-{scheme}") == []
    not_had(WORDS)
    page.goto(f"{desk.address}/course/review")
    assert look(page, f"review-words-{width}-{scheme}") == []
    page.get_by_label("Your words").fill("They are one layer, " * 9)
    page.get_by_role("button", name="Compare").click()
    assert look(page, f"review-words-compared-{width}-{scheme}") == []
    page.get_by_role("button", name="Had it").click()
    assert look(page, f"review-words-had-{width}-{scheme}") == []
