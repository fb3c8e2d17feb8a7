"""One real question of every kind: built, then answered rightly, wrongly, and not at all."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.authoring.build import Course, build
from course_utils.checking.data.question import load
from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import given_namespace, look_at
from course_utils.checking.observing.run import run_cell


@pytest.fixture(scope="module")
def numpy_course(kinds, tmp_path_factory):
    return built(kinds, tmp_path_factory.mktemp("kinds"), "99_kinds")


def built(kinds, root, name):
    """A course of one notebook of `kinds`, built."""
    (root / "solutions").mkdir()
    shutil.copy(kinds / "solutions" / f"{name}.ipynb", root / "solutions")
    course = Course(root)
    result = build(course, root / "solutions" / f"{name}.ipynb")
    assert result.warnings == ()
    return course


@pytest.fixture(scope="module")
def verdict_on(numpy_course):
    """A function: the verdict on an answer to a question of the notebook."""
    exercise = load(numpy_course.checks("99_kinds"))
    given = given_namespace(exercise.given)

    def verdict_on(name, code):
        question = exercise.question(name)
        space = dict(given)
        run_cell(question.starter if code is None else code, f"<cell {name}>", space)
        return judge(question, look_at(question.task, space, given, exercise.seed))

    return verdict_on


NAMES = (
    "slope", "one_hot", "share", "RunningMean", "batches", "parameters", "rate", "steps",
    "standardize", "w",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_starter_is_not_attempted_and_solution_is_right(verdict_on, numpy_course, name):
    question = load(numpy_course.checks("99_kinds")).question(name)
    assert verdict_on(name, None).kind == "not attempted"
    right = verdict_on(name, question.answer)
    assert right.is_correct, right
    assert right.remarks == ()


def test_all_kinds_are_in_the_notebook(numpy_course):
    questions = load(numpy_course.checks("99_kinds")).questions
    assert tuple(q.name for q in questions) == NAMES
    assert all(len(q.hints) == 3 for q in questions)


@pytest.mark.parametrize("name", NAMES)
def test_every_misconception_gets_its_own_message(verdict_on, numpy_course, name):
    question = load(numpy_course.checks("99_kinds")).question(name)
    known = [w for w in question.wrong_answers if w.kind == "misconception"]
    assert len(known) >= 3
    for wrong in known:
        verdict = verdict_on(name, wrong.code)
        assert (verdict.kind, verdict.message) == ("incorrect", wrong.message)


FOLLOW = "class RunningMean:\n    def __init__(self):\n        self.a = []\n"
# (question, answer, kind, words of the card's message, words of what shows it)
ANSWERS = [
    ("slope", "def slope(f, x, h):\n    return f", "error", "TypeError", "np.square"),
    (
        "slope",
        "def slope(f, x, h=1e-4):\n    return 0 * x",
        "incorrect",
        "every number that",
        "np.square",
    ),
    ("slope", "slope = 6.0", "error", "TypeError", ""),
    ("one_hot", "def one_hot(c, n):\n    return [[0, 0, 1]]", "incorrect", "a list", "[2, 0]"),
    ("one_hot", "def one_hot(c, n):\n    return np.eye(n)[c] * 2", "incorrect", "twice", "[2, 0]"),
    ("share", "share = '5/8'", "incorrect", "string", ""),
    ("share", "share = 0.6", "incorrect", "differs", "0.6"),
    ("share", "share = 62.5", "incorrect", "the decimal point", "62.5"),
    ("share", "share = 0.3", "incorrect", "Your value differs", "0.3"),
    ("RunningMean", FOLLOW, "incorrect", "AttributeError", "the mean after 0, 1, 2, 3 numbers"),
    (
        "RunningMean",
        FOLLOW + "    def update(self, x):\n        self.a.append(x)\n        return self.value\n"
        "    @property\n    def value(self):\n        return sum(self.a) / max(1, len(self.a))",
        "incorrect",
        "a number where None",
        "RunningMean().update(3.0)",
    ),
    (
        "RunningMean",
        FOLLOW + "    def update(self, x):\n        self.a.append(x)\n"
        "    @property\n    def value(self):\n        ...",
        "incorrect",
        "still stands in `RunningMean.value`",
        "the mean after 0, 1, 2, 3 numbers",
    ),
    ("batches", "def batches(x, n):\n    yield x[:n]", "incorrect", "ends too early", "batch_size"),
    ("batches", "def batches(x, n):\n    return x", "incorrect", "an array of shape (5, 2)", ""),
    ("batches", "def batches(x, n):\n    yield x / None", "error", "TypeError", ""),
    ("parameters", "parameters = 30", "incorrect", "differs", "27"),
    ("parameters", "parameters = 'many'", "incorrect", "ValueError", ""),
    ("rate", "rate = 'B.'", "incorrect", "Longer steps", ""),
    ("rate", "rate = 'e'", "incorrect", "There is no option e", ""),
    ("rate", "rate = a = 1", "incorrect", "the letter of an option in quotes", ""),
    ("steps", "steps = 'b d a c'", "incorrect", "before you know", ""),
    ("steps", "steps = 'b a d c'", "incorrect", "comes before line", ""),
    ("steps", "steps = ['a', 'b', 'c', 'd']", "incorrect", "comes before line", ""),
    ("steps", "steps = 'b d c'", "incorrect", "needed once", ""),
    (
        "standardize",
        "def standardize(x):\n    return (x - np.mean(x)) / np.std(x)",
        "incorrect",
        "The planted bug is still at work",
        "[0.0, 100.0]",
    ),
    ("w", "w, b = np.array([1, 1]), ...", "incorrect", "still stands in `b`", ""),
    ("w", "w, b = np.array([1, 2]), -1.5", "incorrect", "", "corners"),
    ("w", "w, b = [1, 1], -1.5", "correct", "", ""),
    ("w", "w, b = np.array([0.5, 0.6]), -1", "correct", "2 tests", ""),
]


@pytest.mark.parametrize(("name", "code", "kind", "words", "shown"), ANSWERS)
def test_other_answers_get_a_telling_card(verdict_on, name, code, kind, words, shown):
    verdict = verdict_on(name, code)
    assert (verdict.kind, words in verdict.message) == (kind, True), verdict
    assert shown in str(verdict.evidence), verdict.evidence
    assert name != "share" or "0.625" not in str(verdict)  # the number itself is the question


def test_questions_work_in_plain_cells_under_nbclient(numpy_course, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_FOLDER", str(tmp_path / "own"))
    exercise = load(numpy_course.checks("99_kinds"))
    path = shutil.copy(numpy_course.notebook("99_kinds"), tmp_path / "99_kinds.ipynb")
    shutil.copytree(numpy_course.checks("99_kinds").parent, tmp_path / "checks")
    notebook = nbformat.read(path, as_version=4)
    answers = {q.answer_id: q.answer for q in exercise.questions}
    wrong = {"share": "share = 0.375", "RunningMean": None}
    for question in exercise.questions:
        if question.name in wrong:
            answers[question.answer_id] = wrong[question.name] or question.starter
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
        if cell.source.startswith("check(slope)"):
            cell.source += "\nhint(slope)\nsolution(slope)"
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources).execute()
    cards = {
        cell.source.split("(")[1].split(")")[0].split(",")[0]: cell.outputs
        for cell in notebook.cells
        if cell.source.startswith("check(")
    }
    heads = {name: outputs[0].data["text/plain"].splitlines()[0] for name, outputs in cards.items()}
    expected = {name: f"✓ correct: {name}" for name in NAMES}
    expected |= {"share": "✗ incorrect: share", "RunningMean": "○ not attempted: RunningMean"}
    assert heads == expected
    assert "That is the share of zeros." in cards["share"][0].data["text/plain"]
    assert all('role="status"' in outputs[0].data["text/html"] for outputs in cards.values())
    texts = [output.data["text/plain"] for output in cards["slope"]]
    _, hint, solution = filter(None, texts)  # the buttons below the card have no text
    assert hint.startswith("Hint 1 of 3 for `slope`\nA slope is a rise")
    assert "return (f(x + h) - f(x - h)) / (2 * h)" in solution
    progress = notebook.cells[-1].outputs[0].data["text/plain"]
    assert progress.startswith("99_kinds: 8 of 10 solved")
    assert (tmp_path / "own" / "records" / "progress.json").exists()


def test_keras_model_is_built_and_judged_and_tensorflow_is_silent(kinds, tmp_path):
    """In a process of its own, so that no other test has TensorFlow in its way."""
    (tmp_path / "solutions").mkdir()
    shutil.copy(kinds / "solutions" / "98_keras.ipynb", tmp_path / "solutions")
    script = kinds / "keras_script.py"
    run = subprocess.run(
        [sys.executable, "-c", script.read_text("utf-8"), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.stdout.splitlines() == [
        "built 2 questions",
        "build_model starter: not attempted",
        "build_model sigmoid: incorrect, difference",
        "build_model right: correct, correct",
        "predict starter: not attempted",
        "predict half: incorrect, judge accuracy",
        "predict right: correct, correct",
    ], run.stderr
    assert run.stderr == ""
