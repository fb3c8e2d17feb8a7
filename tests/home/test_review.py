"""Old questions on the home page, answered and skipped by keyboard."""

import json

import pytest

from course_utils.learning.review.questions import questions

pytestmark = pytest.mark.usefixtures("read_lessons")


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
