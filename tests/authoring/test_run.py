"""`course new`, then `course run`: from text to a notebook that was run, or a clear refusal."""

import shutil
import subprocess
import sys

import nbformat
import pytest

from course_utils.authoring.names import means
from course_utils.authoring.new import new
from course_utils.authoring.pairing import Pair, agree
from course_utils.authoring.run import execute, run, run_or_refuse
from course_utils.authoring.source import AuthoringError

CURRICULUM = "course_utils/learning/curriculum.py"
NAME = "98_a_new_topic"


@pytest.fixture
def course(tmp_path, root):
    """A course in which a lesson was begun."""
    for folder in ("notebooks", "solutions", "exercises"):
        (tmp_path / folder).mkdir()
    (tmp_path / CURRICULUM).parent.mkdir(parents=True)
    shutil.copy(root / CURRICULUM, tmp_path / CURRICULUM)
    new(NAME, tmp_path)
    return tmp_path


def edit(path, old, text):
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, text), encoding="utf-8")


def test_a_new_lesson_is_run_and_its_exercise_built_at_once(course):
    for folder in ("notebooks", "solutions"):
        path = course / folder / f"{NAME}.ipynb"
        ran = run_or_refuse(path, course)
        assert ran.refused == ""
        cells = nbformat.read(path, 4).cells
        counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
        assert counts == list(range(1, ran.cells + 1))
        assert agree(Pair(path))
    assert "1 question" in " ".join(ran.notes)
    assert (course / "exercises" / f"{NAME}.ipynb").exists()
    cards = [o for c in cells for o in c.get("outputs", []) if "✓ correct: square" in str(o)]
    assert len(cards) == 3  # the check, and two other right answers
    assert not list(course.rglob("progress.json")), "an author's runs are no progress"


def test_the_new_lesson_stands_in_the_curriculum_after_the_one_before(course):
    text = (course / CURRICULUM).read_text("utf-8")
    compile(text, CURRICULUM, "exec")
    assert f'("{NAME}", "A new topic",' in text
    assert subprocess.run([sys.executable, course / CURRICULUM]).returncode == 0


@pytest.mark.parametrize("formatter", ["here", "missing"])
def test_where_the_formatter_is_missing_the_author_hears_of_it(course, monkeypatch, formatter):
    if formatter == "missing":
        monkeypatch.setattr("course_utils.authoring.run.find_spec", lambda name: None)
    text = course / "notebooks" / "text" / f"{NAME}.md"
    text.write_text(text.read_text("utf-8") + "\n```{code-cell}\nx=1\n```\n", encoding="utf-8")
    ran = run(course / "notebooks" / f"{NAME}.ipynb", course)
    assert ("not formatted" in " ".join(ran.notes)) == (formatter == "missing")
    assert ("x = 1" in text.read_text("utf-8")) == (formatter == "here")


def test_a_cell_that_raises_is_named_and_nothing_is_stored(course):
    path = course / "notebooks" / f"{NAME}.ipynb"
    edit(Pair(path).text, "y.shape", "y.shap")
    ran = run_or_refuse(path, course)
    assert "the-same-in-letters" in ran.refused
    assert "AttributeError" in ran.refused
    assert not [c for c in nbformat.read(path, 4).cells if c.get("outputs")]


def test_a_refused_question_is_not_run(course):
    path = course / "solutions" / f"{NAME}.ipynb"
    edit(Pair(path).text, "return 2 * x", "return x * x")
    with pytest.raises(AuthoringError, match="passes every probe"):
        run(path, course)


def test_code_is_formatted_in_notebook_and_text(course):
    path = course / "notebooks" / f"{NAME}.ipynb"
    edit(Pair(path).text, "y = x**2  # (61,)", "y=x**2 # (61,)")
    assert run_or_refuse(path, course).refused == ""
    assert "y = x**2  # (61,)" in Pair(path).text.read_text("utf-8")


def test_the_view_of_a_widget_is_left_out(tmp_path):
    code = "import ipywidgets\nfrom IPython.display import display\ndisplay(ipywidgets.IntSlider())"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    execute(notebook, tmp_path)
    assert "widgets" not in notebook.metadata
    assert not [o for o in notebook.cells[0].outputs if "widget-view" in str(o)]


@pytest.mark.parametrize("name", ["14 images", "images", "3_x", "14_", "14_A"])
def test_what_is_no_name_of_a_lesson_is_refused(name, tmp_path):
    with pytest.raises(AuthoringError, match="no name of a lesson"):
        new(name, tmp_path)


def test_nothing_is_written_over(course):
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    with pytest.raises(AuthoringError, match="is there already"):
        new(f"{NAME[:2]}_other", course)
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before


def test_a_notebook_may_be_called_by_number_by_name_and_by_path(tmp_path):
    path = tmp_path / "solutions" / "02_topic.ipynb"
    paths = ["solutions/02_topic.ipynb", "solutions/text/02_topic.md", "exercises/02_topic.ipynb",
             "exercises/checks/02_topic.json"]  # fmt: skip
    right = ["2", "02", "02_to", "02_topic", "02_topic.ipynb", *(str(tmp_path / p) for p in paths)]
    wrong = ["0", "20", "2_", "03", "topic", str(tmp_path / "notebooks/02_topic.ipynb")]
    assert [name for name in right if not means(name, path)] == []
    assert [name for name in wrong if means(name, path)] == []
