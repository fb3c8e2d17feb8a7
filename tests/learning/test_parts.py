"""A lesson of two notebooks is one lesson: in records, on the home page, in search, in reviews."""

import shutil

import nbformat
import pytest

from course_utils.learning import standing as standings
from course_utils.learning.curriculum import LESSONS
from course_utils.learning.prompts.where import SESSION, lesson_name
from course_utils.learning.review.questions import questions
from course_utils.learning.searching import index, search

LESSON = LESSONS[1]
PROMPT = "%%quiz of_part_two\nHow many?\n\n- [x] two\n  Yes.\n- [ ] one\n  No.\n- [ ] none\n  No."


@pytest.fixture
def course(tmp_path, root):
    """A course with one lesson of two notebooks; in the second are a heading and a quiz."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(root / "notebooks" / f"{LESSON.name}.ipynb", folder)
    cells = [nbformat.v4.new_markdown_cell("## A zebra of a heading\n\nTwo halves.")]
    cells.append(nbformat.v4.new_code_cell(PROMPT))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{LESSON.name}2.ipynb")
    return tmp_path


def test_answers_in_each_part_are_kept_under_the_lesson(monkeypatch):
    for name in (LESSON.name, f"{LESSON.name}2"):
        monkeypatch.setenv(SESSION, f"course/notebooks/{name}.ipynb")
        assert lesson_name({}) == LESSON.name


def test_a_review_asks_what_stands_in_a_later_part_and_says_where(course):
    asked = questions(course, LESSON.name)
    assert asked["quiz of_part_two"].notebook == f"{LESSON.name}2"
    first = [q for q in asked.values() if q.notebook == LESSON.name]
    assert len(first) == len(asked) - 1 > 0


def test_the_next_part_is_offered_when_one_is_read_and_both_count(course):
    def now():
        return standings.standing(course, None).lessons[1]

    one = course / "notebooks" / f"{LESSON.name}.ipynb"
    notebook = nbformat.read(one, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.execution_count = None
    nbformat.write(notebook, one)
    assert (now().go_on, now().run, now().cells) == (one.stem, 0, len(code) + 1)
    for cell in code:
        cell.execution_count = 1
    nbformat.write(notebook, one)
    assert (now().go_on, now().run, now().cells) == (f"{one.stem}2", len(code), len(code) + 1)


def test_search_finds_a_heading_of_a_later_part(course):
    found = search(index(course), "zebra heading")[0]
    assert found.path == f"notebooks/{LESSON.name}2.ipynb"
    assert found.lesson == f"{LESSON.number} {LESSON.title}, part 2"
