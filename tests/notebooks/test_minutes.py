"""What a lesson says of the time it takes is what its words, code and questions make."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def lessons():
    """The module `benchmarks/lessons.py`, which is in no package."""
    place = ROOT / "benchmarks" / "lessons.py"
    spec = importlib.util.spec_from_file_location("lessons", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_minutes_that_a_lesson_states_are_those_reckoned(path, lessons):
    notebook = nbformat.read(path, as_version=4)
    assert abs(int(lessons.stated(notebook)) - lessons.reckoned(notebook)) <= 5


def test_more_words_and_more_questions_take_more_minutes(lessons):
    new = nbformat.v4
    texts = [new.new_markdown_cell("word " * 900) for _ in range(2)]
    quizzes = [new.new_code_cell("%%quiz x", metadata={"tags": ["quiz"]}) for _ in range(5)]
    assert lessons.reckoned(new.new_notebook(cells=texts[:1])) == 10
    assert lessons.reckoned(new.new_notebook(cells=[*texts, *quizzes])) == 30
