"""The map shows every lesson, what is here and what is solved, and never fails for want of it."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from course_utils import course_map
from course_utils.learning import course_progress
from course_utils.learning.curriculum import LESSONS, lesson_of
from course_utils.learning.progress import FILE_NAME, ProgressFile

EXERCISE = "02_activation_functions"


@pytest.fixture
def course(tmp_path, root, monkeypatch):
    """A course with one lesson, and its exercise of eight questions."""
    for path in (f"notebooks/{EXERCISE}.ipynb", f"exercises/{EXERCISE}.ipynb",
                 f"exercises/checks/{EXERCISE}.json"):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, tmp_path / path)
    monkeypatch.setenv("COURSE_FOLDER", str(tmp_path / "own"))
    (tmp_path / "own" / "records").mkdir(parents=True)
    return tmp_path


def solve(course, *names):
    file = ProgressFile(course / "own" / "records" / FILE_NAME)
    for name in names:
        file.attempt(EXERCISE, name, solved=True)


def row(card, number):
    """What text and HTML say of a lesson, as two strings."""
    line = re.search(rf"^  {number} .*$", card.text, re.MULTILINE)[0]
    html = re.sub(r' style="[^"]*"', "", card.html)
    cells = re.search(rf"<tr><th scope=\"row\">(?:<a[^>]*>)?{number} .*?</tr>", html)[0]
    return line, cells


def test_every_lesson_stands_in_text_and_html_in_order(course):
    card = course_map(course)
    for text in (card.text, card.html):
        places = [text.index(f"{lesson.number} {lesson.title}") for lesson in LESSONS]
        assert places == sorted(places)
        assert all(lesson.about in text for lesson in LESSONS)


def test_without_progress_it_is_the_same_every_time_and_says_where_to_begin(course):
    first, second = course_map(course), course_map(course)
    assert (first.text, first.html) == (second.text, second.html)
    assert first.text.startswith("From one neuron to Keras: 0 of 8 questions solved")
    assert first.text.endswith("Next: relu, in the exercise of 02.")
    assert not (course / "own" / "records" / FILE_NAME).exists()


def test_solved_questions_are_counted_and_attempts_are_not(course):
    solve(course, "relu", "softmax")
    ProgressFile(course / "own" / "records" / FILE_NAME).attempt(EXERCISE, "sigmoid", solved=False)
    card = course_map(course)
    line, cells = row(card, "02")
    assert line.endswith("2 of 8 solved")
    assert "2 of 8 solved" in cells
    assert "●●○○○○○○<" in cells
    assert "Next: leaky_relu" in card.text
    assert "2 of 8 questions solved" in card.html


def test_records_of_questions_that_are_gone_do_not_count(course):
    solve(course, "a_question_of_last_year")
    assert "0 of 8 questions solved" in course_map(course).text


def test_all_solved_says_so(course):
    data = json.loads((course / f"exercises/checks/{EXERCISE}.json").read_text("utf-8"))
    solve(course, *(question["names"][0] for question in data["questions"]))
    card = course_map(course)
    assert card.text.endswith("All that is here is solved.")
    assert "●" * 8 in card.html
    assert "○" not in card.html


def test_a_second_notebook_of_a_lesson_has_a_link_of_its_own(course):
    shutil.copy(course / f"notebooks/{EXERCISE}.ipynb", course / f"notebooks/{EXERCISE}2.ipynb")
    _, cells = row(course_map(course / "exercises"), "02")
    links = re.findall('<a href="([^"]+)">([^<]+)</a>', cells)
    assert links[:2] == [
        (f"../notebooks/{EXERCISE}.ipynb", "02 Activation functions"),
        (f"../notebooks/{EXERCISE}2.ipynb", "part 2"),
    ]


def test_lessons_to_come_are_named_and_not_linked(course):
    line, cells = row(course_map(course), "15")
    assert line.endswith("to come")
    assert "<a " not in cells


@pytest.mark.parametrize("folder", ["", "notebooks", "exercises"])
def test_links_lead_from_the_notebook_to_what_exists(course, folder):
    _, cells = row(course_map(course / folder), "02")
    targets = [(course / folder / link).resolve() for link in re.findall('href="([^"]+)"', cells)]
    assert targets == [course / place / f"{EXERCISE}.ipynb" for place in ("notebooks", "exercises")]


def test_a_lesson_without_a_course_on_the_machine_still_shows_the_map(tmp_path, monkeypatch):
    monkeypatch.setattr(course_progress, "course_root", lambda _: None)
    card = course_map(tmp_path)
    assert "0 of 0 questions solved" in card.text
    assert "without your progress" in card.text
    assert "without your progress" in card.html
    assert row(card, "22")[0].endswith("to come")


def test_a_damaged_progress_file_is_named_and_left_alone(course):
    file = course / "own" / "records" / FILE_NAME
    file.write_text("{", encoding="utf-8")
    card = course_map(course)
    assert "without your progress" in card.text
    assert "without your progress" in card.html
    assert row(card, "02")[0].endswith("0 of 8 solved")
    assert file.read_text("utf-8") == "{"


def test_damaged_check_data_cost_their_lesson_and_no_other(course):
    (course / "exercises/checks/03_forward_propagation.json").write_text("{", encoding="utf-8")
    card = course_map(course)
    assert "03_forward_propagation.json" in card.text
    assert "03_forward_propagation.json" in card.html
    assert row(card, "03")[0].endswith("to come")
    assert row(card, "02")[0].endswith("0 of 8 solved")


def test_the_name_costs_nothing_until_it_is_asked_for():
    code = "import course_utils, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_plan_agrees_with_the_notebooks(root):
    names = {lesson.name for lesson in LESSONS}
    assert [lesson.number for lesson in LESSONS] == [f"{i:02}" for i in range(len(LESSONS))]
    for folder in ("notebooks", "solutions", "exercises"):
        assert {lesson_of(path.stem) for path in (root / folder).glob("[0-9]*.ipynb")} <= names
