"""Where the course is found and the learner's own things are kept, seen from any folder."""

import os
import stat

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.learning import own_folder
from course_utils.learning.own_folder import MARK, course_root, records_folder


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with an own folder, and no variable that says where it is."""
    monkeypatch.delenv("COURSE_FOLDER")
    (tmp_path / "exercises" / "checks").mkdir(parents=True)
    for name in ("solutions", "my_course/exercises", "elsewhere/deep"):
        (tmp_path / name).mkdir(parents=True)
    mark(tmp_path / "my_course")
    return tmp_path


def mark(folder):
    (folder / MARK).parent.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


@pytest.mark.parametrize("here", ["", "exercises", "my_course", "my_course/exercises"])
def test_course_and_own_folder_are_found_from_within(course, here):
    assert course_root(course / here) == course
    assert own_folder.own_folder(course / here) == course / "my_course"
    assert records_folder(course / here) == course / "my_course" / "records"


def test_a_variable_comes_first(course, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_FOLDER", str(tmp_path / "mine"))
    assert records_folder(course / "exercises") == tmp_path / "mine" / "records"
    monkeypatch.setenv("COURSE_FOLDER", "")
    assert records_folder(course / "exercises") is None
    (tmp_path / "other" / "exercises" / "checks").mkdir(parents=True)
    monkeypatch.setenv("COURSE_ROOT", str(tmp_path / "other"))
    assert course_root(course) == tmp_path / "other"


def test_elsewhere_the_installed_course_is_found_and_the_users_own_folder(
    tmp_path_factory, root, monkeypatch
):
    monkeypatch.delenv("COURSE_FOLDER")
    alone = tmp_path_factory.mktemp("alone")
    monkeypatch.setattr(own_folder, "per_user_folder", lambda: alone / "user")
    monkeypatch.setattr(own_folder, "MARK", MARK.with_name("no start.py was here"))
    assert course_root(alone) == root
    assert records_folder(alone) == alone / "user" / "records"


def test_the_teachers_edition_keeps_nothing(course):
    assert records_folder(course / "solutions") is None


def test_progress_of_an_earlier_edition_stays_beside_the_exercises_until_it_is_moved(
    course, monkeypatch
):
    (course / "exercises" / "progress.json").write_text("{}")
    assert records_folder(course / "exercises") == course / "my_course" / "records"
    (course / "my_course" / MARK).unlink()
    monkeypatch.setattr(own_folder, "per_user_folder", lambda: course / "user")
    assert records_folder(course / "exercises") == course / "exercises"


def test_a_folder_that_cannot_be_made_is_none(course, monkeypatch):
    (course / "a file").touch()
    monkeypatch.setenv("COURSE_FOLDER", str(course / "a file" / "own"))
    assert records_folder(course) is None


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_cannot_be_written_is_none(course):
    records = course / "my_course" / "records"
    records.mkdir()
    records.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert records_folder(course) is None


COPY = """
from course_utils import exercise
check, hint, solution, progress = exercise("01_one_neuron")
neuron = 3
check("neuron"); hint("neuron"); hint("neuron"); solution("neuron"); progress()
"""


@pytest.mark.parametrize(("kept", "sentence"), [("own", False), ("a file/own", True), ("", False)])
def test_a_copied_notebook_far_from_the_course_checks_and_keeps_or_says_so(
    kept, sentence, tmp_path, monkeypatch
):
    """In a real kernel, in a folder of its own, that may or may not be able to keep progress."""
    (tmp_path / "a file").touch()
    monkeypatch.setenv("COURSE_FOLDER", kept and str(tmp_path / kept))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(COPY)])
    alone = tmp_path / "copied elsewhere"
    alone.mkdir()
    NotebookClient(
        notebook, timeout=90, kernel_name="python3", resources={"metadata": {"path": str(alone)}}
    ).execute()
    outputs = notebook.cells[0].outputs
    shown = "\n".join(o.get("data", {}).get("text/plain", "") for o in outputs)
    assert ("Your progress lasts as long as this kernel" in shown) == sentence
    assert "Hint 1 of 3" in shown
    assert "Hint 2 of 3" in shown
    assert "A solution of `neuron`" in shown
    assert "begun" in shown
    assert (tmp_path / "own" / "records" / "progress.json").exists() == (kept == "own")
    assert list(alone.iterdir()) == []
