"""A test of a lesson is left out only while nothing has changed that it rests on."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import proofs
import pytest

LESSON = "02_activation_functions"
RUN = "tests/notebooks/test_lessons_and_solutions.py::test_gives_its_stored_outputs"
GRADED = f"tests/grading/test_course_sets.py::test_set_gets_the_marks_it_deserves[{LESSON}]"


@pytest.fixture
def course(tmp_path):
    """A course of one lesson, which imports `nn`, which imports `errors`."""

    def write(name, text=""):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for cache in (proofs.digest_of, proofs.imports_of, proofs.files_of):
            cache.cache_clear()

    cell = {"cell_type": "code", "source": ["from course_utils import nn\n", "nn.relu(1)"]}
    for name in proofs.OF_A_LESSON:
        write(name.format(LESSON), json.dumps({"cells": [cell]}))
    for name in (*proofs.RESTS_ON, *proofs.FOR_ALL, proofs.CHECKS.format(LESSON)):
        write(name)
    write("tests/notebooks/figures.cfg")
    write("course_utils/nn/losses.py", "from course_utils.errors import CourseError\n")
    write("course_utils/errors.py", "CourseError = ValueError\n")
    write("course_utils/data/digits.npz", "0 1 2")
    write("course_utils/cli.py", "title = 'Course'\n")
    write("course_utils/grading/mark.py", "mark = 1\n")
    write(f"notebooks/{LESSON.replace('02', '03')}.ipynb", "{}")
    return tmp_path, write


@pytest.mark.parametrize(
    ("file", "run_again"),
    [
        (f"notebooks/{LESSON}.ipynb", True),
        (f"exercises/checks/{LESSON}.json", True),
        ("course_utils/nn/losses.py", True),
        ("course_utils/nn/new.js", True),
        ("course_utils/errors.py", True),
        ("course_utils/data/digits.npz", True),
        ("requirements-test.txt", True),
        ("tests/notebooks/figures.cfg", True),
        ("tests/notebooks/test_lessons_and_solutions.py", True),
        ("tests/notebooks/test_exercises.py", False),
        ("course_utils/cli.py", False),
        ("course_utils/grading/mark.py", False),
        ("notebooks/03_activation_functions.ipynb", False),
        ("README.md", False),
    ],
)
def test_what_a_lesson_rests_on_asks_for_it_again(course, file, run_again):
    root, write = course
    test = f"{RUN}[notebooks/{LESSON}.ipynb]"
    before = proofs.digest(test, root)
    assert proofs.digest(test, root) == before
    text = json.dumps({"cells": [], "changed": 1}) if file.endswith(".ipynb") else "changed = 1\n"
    write(file, text)
    assert (proofs.digest(test, root) != before) == run_again


def test_marks_rest_on_the_grader(course):
    root, write = course
    before = proofs.digest(GRADED, root)
    write("course_utils/grading/mark.py", "mark = 2\n")
    assert proofs.digest(GRADED, root) != before


def test_a_comment_asks_for_nothing(course):
    root, write = course
    before = proofs.digest(GRADED, root)
    write("course_utils/grading/mark.py", '"""A mark."""\nmark = 1  # the highest\n')
    assert proofs.digest(GRADED, root) == before


def test_only_tests_of_lessons_are_ever_left_out():
    assert proofs.digest("tests/nn/test_losses.py::test_loss[02_activation_functions]") is None
    assert proofs.digest("tests/grading/test_course_sets.py::test_samples") is None
    assert proofs.digest(f"{RUN}[solutions/{LESSON}.ipynb]") is not None


@pytest.mark.parametrize(
    ("options", "left_out"),
    [
        ([], True),
        (["-n", "2", "--dist", "loadfile"], True),
        (["--everything"], False),
        (["tests/notebooks/test_lessons_and_solutions.py"], False),
    ],
)
def test_the_whole_suite_leaves_out_what_is_proven(tmp_path, root, options, left_out):
    """Of two tests about a lesson one is proven: it runs a notebook, the other only reads it."""
    test = f"{RUN}[notebooks/{LESSON}.ipynb]"
    known = tmp_path / "proven.json"
    known.write_text(json.dumps({test: proofs.digest(test), GRADED: "of other files"}), "utf-8")
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"]
    command += ["-o", "testpaths=tests/notebooks/test_lessons_and_solutions.py"]
    command += ["-k", f"{LESSON}.ipynb and notebooks/ and stored_outputs", *options]
    if "-n" not in options:
        command.append("--collect-only")
    result = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "COURSE_PROVEN": str(known)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    assert ("test_gives_its_stored_outputs[" not in result.stdout) == left_out
    assert "test_stored_outputs_hold_no_error" in result.stdout


def test_what_passed_is_written_down_and_what_failed_or_is_outdated_is_not(tmp_path, monkeypatch):
    passed, failed, kept, outdated = (
        f"{RUN}[notebooks/{lesson}.ipynb]"
        for lesson in (LESSON, "03_forward_propagation", "04_losses", "05_gradients")
    )
    monkeypatch.setattr(proofs, "PROVEN", tmp_path / "proven.json")
    known = {kept: proofs.digest(kept), outdated: "of other files"}
    monkeypatch.setattr(proofs, "proven", lambda: known)
    prover = proofs.Prover()
    for test, outcome in ((passed, "passed"), (failed, "failed"), (outdated, "failed")):
        prover.pytest_runtest_logreport(SimpleNamespace(nodeid=test, when="call", outcome=outcome))
    prover.pytest_sessionfinish()
    written = json.loads((tmp_path / "proven.json").read_text("utf-8"))
    assert written == {passed: proofs.digest(passed), kept: proofs.digest(kept)}
