"""Keras questions: graded by forks of a parent that has imported TensorFlow and run nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_utils.checking.data import verdict as v
from course_utils.checking.data.question import load
from course_utils.grading.intake.file import File
from course_utils.grading.marking.grade import grade_file
from course_utils.grading.marking.job import warm_modules
from course_utils.grading.sandbox.stations import WorkerPool

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "tests/authoring/kinds/solutions/98_keras.ipynb"
BUILD = [sys.executable, "-c", "from course_utils.cli import main; main()", "build"]

SIGMOID = """
def build_model():
    layers = [keras.layers.Dense(8, "sigmoid"), keras.layers.Dense(2, "softmax")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(loss="sparse_categorical_crossentropy")
    return model
"""
SAVED = """
import tempfile
def build_model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, "relu")])
    model.add(keras.layers.Dense(2, "softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        return keras.models.load_model(f"{folder}/model.keras")
"""
HALF = "def predict(x_train, y_train, x_new):\n    return (x_new[:, 0] > 0).astype(int)"
CRASH = "import os\nos._exit(1)"


@pytest.fixture(scope="module")
def keras_course(tmp_path_factory):
    """The exercise, and a function that makes a submission."""
    folder = tmp_path_factory.mktemp("keras")
    (folder / "solutions").mkdir()
    shutil.copy(NOTEBOOK, folder / "solutions")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(BUILD, cwd=folder, env=environment, check=True, capture_output=True)
    exercise = load(folder / "exercises/checks/98_keras.json")
    blank = (folder / "exercises/98_keras.ipynb").read_text("utf-8")

    def hand_in(**answers):
        notebook = json.loads(blank)
        for question in exercise.questions:
            (cell,) = [c for c in notebook["cells"] if c["id"] == question.answer_id]
            cell["source"] = answers.get(question.name, question.answer)
        path = folder / "handed_in.ipynb"
        path.write_text(json.dumps(notebook), "utf-8")
        return File("ada", path)

    return SimpleNamespace(exercise=exercise, hand_in=hand_in)


@pytest.fixture(scope="module")
def keras_pool(keras_course, sandbox):
    with WorkerPool(sandbox, 1) as pool:
        yield pool


SUBMISSIONS = {
    "right": ({}, (v.CORRECT, v.CORRECT)),
    "a wrong model": ({"build_model": SIGMOID}, (v.INCORRECT, v.CORRECT)),
    "a wrong prediction": ({"predict": HALF}, (v.CORRECT, v.INCORRECT)),
    "a model saved and loaded": ({"build_model": SAVED}, (v.CORRECT, v.CORRECT)),
    "a crash": ({"build_model": CRASH}, (v.CRASHED, v.CORRECT)),
}


@pytest.mark.parametrize("case", SUBMISSIONS)
def test_keras_answer_gets_its_mark_and_tensorflow_starts_no_thread_in_what_is_forked(
    keras_course, keras_pool, case
):
    answers, expected = SUBMISSIONS[case]
    result = grade_file(keras_course.hand_in(**answers), keras_course.exercise, keras_pool)
    assert tuple(mark.verdict.kind for mark in result.marks) == expected
    (worker,) = keras_pool.workers
    # Its inputs are those of the learner's edition.
    supervisor, zygote = sorted(parents(worker._words.pid), key=lambda pid: len([*ancestors(pid)]))
    assert "tensorflow" in Path(f"/proc/{zygote}/maps").read_text()
    assert "tensorflow" not in Path(f"/proc/{supervisor}/maps").read_text()
    assert len([*Path(f"/proc/{zygote}/task").iterdir()]) == 1


def parents(pid):
    """The processes under `pid`, itself included, that run a worker's command."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        ours = b"course_utils.grading.sandbox.worker" in command and command[0] != b"bwrap"
        if ours and pid in ancestors(int(path.name)):
            yield int(path.name)


def ancestors(pid):
    while pid > 1:
        yield pid
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_tensorflow_is_imported_for_the_exercises_that_need_it_and_for_no_other(keras_course):
    assert "keras" in warm_modules(keras_course.exercise)
    for path in sorted((ROOT / "exercises/checks").glob("*.json")):
        exercise = load(path)
        code = "\n".join([*exercise.given, *(q.answer + q.helpers for q in exercise.questions)])
        needed = "import keras" in code or "import tensorflow" in code
        named = {module.partition(".")[0] for module in warm_modules(exercise)}
        assert bool({"keras", "tensorflow"} & named) == needed, path.name


def test_a_numpy_exercise_never_sees_tensorflow(classroom):
    source = """
import sys
def double(x):
    return [name for name in sys.modules if name.partition(".")[0] in ("keras", "tensorflow")]
"""
    observed = classroom.observe(double=source)
    assert observed["double"]["observations"][0]["value"] == []
