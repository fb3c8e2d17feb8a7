"""The command `course`: what each says to good and to bad input, and its exit code.

0: done, and for a check, all is right. 1: could not run, or not all is right. 2: bad usage.
"""

import json
import re
import shutil

import pytest
from click.testing import CliRunner

from course_utils.authoring.build import Course, build_all
from course_utils.cli import main
from course_utils.learning import course_progress
from course_utils.learning.progress import ProgressFile

NAME = "02_activation_functions"


@pytest.fixture(scope="module")
def folder(copy_course, tmp_path_factory):
    """A course that is built and has one exercise, for tests that change nothing in it."""
    course = copy_course(tmp_path_factory.mktemp("cli") / "course")
    for path in [*course.glob("solutions/**/*"), *course.glob("exercises/**/*.*")]:
        if path.is_file() and path.stem != NAME:
            path.unlink()
    build_all(Course(course))
    return course


@pytest.fixture
def own(folder, tmp_path):
    """A course for one test to change."""
    return shutil.copytree(folder, tmp_path / "course")


@pytest.fixture
def course(folder, monkeypatch):
    """A function: run `course` in a folder, by default the built course's; code and output."""

    def run(*arguments, at=folder):
        monkeypatch.chdir(at)
        result = CliRunner(env={"COLUMNS": "200"}).invoke(main, [str(a) for a in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def shorten(path):
    """Leave the first two questions of a solution notebook, which are built sooner; its text."""
    notebook = json.loads(path.read_text("utf-8"))
    cells = notebook["cells"]
    heads = [i for i, c in enumerate(cells) if re.match(r"### \d", "".join(c["source"]))]
    notebook["cells"] = cells[: heads[2]]
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def answer(source, target, **answers):
    """A copy of an exercise notebook with the answers to some questions."""
    notebook = json.loads(source.read_text("utf-8"))
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        for name, code in answers.items():
            if re.match(rf"def {name}\(|{name} =", text):
                cell["source"] = code
    target.write_text(json.dumps(notebook), "utf-8")
    return target


# Every command


@pytest.mark.parametrize("command", ["build", "check", "doctor", "grade", "progress", "release"])
def test_help_begins_with_a_sentence_and_needs_no_course(course, command, tmp_path):
    code, output = course(command, "--help", at=tmp_path)
    assert code == 0
    assert re.search(r"^  [A-Z].*[.;,:]", output, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["check"], ["grade"], ["release"], ["release", "02"], ["build", "-x"]],
)
def test_bad_usage_is_exit_code_2_and_says_what_is_missing(course, arguments):
    code, output = course(*arguments)
    assert code == 2
    assert re.search("Missing|No such", output)


EMPTY = [
    (["build"], "There is no solution notebook in"),
    (["build", "--report"], "There is no solution notebook in"),
    (["release", "02", "-o", "out"], "There is no solution notebook in"),
    (["progress"], "There are no exercises in"),
    (["check", "02.ipynb"], "is not there. Give the path of an exercise notebook"),
    (["grade", "submissions", "-o", "out"], "is not there. Give a notebook, a folder, or a zip"),
]


@pytest.mark.parametrize(("arguments", "sentence"), EMPTY)
def test_in_an_empty_folder_one_sentence_says_so_and_nothing_is_written(
    course, tmp_path, arguments, sentence, monkeypatch
):
    monkeypatch.setattr(course_progress, "course_root", lambda _: None)
    code, output = course(*arguments, at=tmp_path)
    assert code == 1
    assert sentence in output
    assert len(output.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


# course check


def test_check_of_an_untouched_exercise_is_exit_code_1(course, folder):
    code, output = course("check", f"exercises/{NAME}.ipynb")
    assert code == 1
    assert "not attempted: relu" in output
    assert "0 of 8 right" in output


def test_check_of_the_solution_is_exit_code_0(course):
    code, output = course("check", f"solutions/{NAME}.ipynb")
    assert (code, output.strip().splitlines()[-1]) == (0, "8 of 8 right")


def test_check_names_a_mistake_and_goes_on(course, folder, tmp_path):
    path = answer(
        folder / "exercises" / f"{NAME}.ipynb",
        tmp_path / f"{NAME}.ipynb",
        relu="def relu(z):\n    return abs(z)",
        four_layers="four_layers = 1 / 256",
    )
    code, output = course("check", path)
    assert code == 1
    assert "You took the absolute value." in output
    assert "correct: four_layers" in output
    assert "1 of 8 right" in output


def notebook(**metadata):
    return json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


BAD_NOTEBOOKS = [
    ("", "its content isn't JSON"),
    ("hello", "its content isn't JSON"),
    ("[1, 2]", "is JSON, but not a notebook"),
    (json.dumps({"cells": 3, "metadata": {"exercise": NAME}}), "not a notebook of format 4"),
    (notebook(), "doesn't say which exercise it is"),
    (notebook(exercise="../../secrets"), "doesn't say which exercise it is"),
    (notebook(exercise=NAME), "has no answer to any question"),
    (notebook(exercise="77_other"), "There is no check data `checks/77_other.json`"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_NOTEBOOKS)
def test_check_of_what_is_no_answered_exercise_says_what_came(course, tmp_path, content, sentence):
    path = tmp_path / "mine.ipynb"
    path.write_text(content, "utf-8")
    code, output = course("check", path)
    assert code == 1
    assert output.startswith(f"Error: {path}: ")
    assert sentence in output
    assert len(output.strip().splitlines()) == 1


def test_check_of_a_folder_says_which_command_takes_folders(course, folder):
    code, output = course("check", "exercises")
    assert code == 1
    assert "`course grade` takes folders" in output


# course check --nbval


def test_second_opinion_agrees_on_right_and_wrong_answers_and_on_cells_of_ones_own(
    course, folder, tmp_path
):
    solved = json.loads((folder / "solutions" / f"{NAME}.ipynb").read_text("utf-8"))
    own = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "source": "zero = 0.0"}
    for i, cell in enumerate(solved["cells"]):
        source = "".join(cell["source"])
        if source.startswith("def relu"):
            cell["source"] = "def relu(z):\n    return np.maximum(z, zero)"
            solved["cells"].insert(i, own)
            break
    for cell in solved["cells"]:
        if "".join(cell["source"]).startswith("def leaky_relu"):
            cell["source"] = "def leaky_relu(z, alpha=0.01):\n    return z"
    path = tmp_path / f"{NAME}.ipynb"
    path.write_text(json.dumps(solved), "utf-8")
    code, output = course("check", path, "--nbval")
    assert code == 1
    assert "7 of 8 right" in output
    assert "7 of 8 show the solved notebook's card under nbval" in output
    assert "disagree" not in output


def test_second_opinion_says_where_it_differs_from_the_first(course, own):
    path = own / "solutions" / f"{NAME}.ipynb"
    text = path.read_text("utf-8")
    assert "✓ correct: relu\\n" in text
    path.write_text(text.replace("✓ correct: relu\\n", "✓ correct: rely\\n"), "utf-8")
    code, output = course("check", path, "--nbval", at=own)
    assert code == 1
    assert "8 of 8 right" in output
    assert "The two disagree on relu: here it is right; nbval says:" in output


def test_second_opinion_needs_the_solved_notebook(course, folder, tmp_path):
    course("release", "02", "-o", tmp_path / "out")
    code, output = course("check", f"{NAME}.ipynb", "--nbval", at=tmp_path / "out")
    assert code == 1
    assert "--nbval needs the full course" in output


# course progress


def test_progress_shows_bars_of_all_and_each_question_of_one(course, own, monkeypatch):
    monkeypatch.setenv("COURSE_FOLDER", str(own / "mine"))
    (own / "mine" / "records").mkdir(parents=True)
    file = ProgressFile(own / "mine" / "records" / "progress.json")
    file.attempt(NAME, "relu", solved=False)
    file.attempt(NAME, "relu", solved=True)
    file.hint(NAME, "softmax", 3)
    code, output = course("progress", at=own)
    assert code == 0
    assert re.search(rf"{NAME} +█+░+ +1 of 8 +about 46 min", output)
    code, output = course("progress", "02", at=own)
    assert code == 0
    assert re.search(r"relu +✓ solved +2 +0", output)
    assert re.search(r"softmax +○ open +0 +1", output)


@pytest.mark.parametrize("name", ["2", "02", NAME, f"exercises/{NAME}.ipynb"])
def test_a_lesson_is_named_by_number_or_path_everywhere(course, own, name, tmp_path):
    assert "relu" in course("progress", name, at=own)[1]
    assert course("build", name, "--check", at=own) == (0, f"✓ {NAME}: up to date\n")
    assert course("text", "--check", name, at=own)[0] == 0
    assert course("release", name, "-o", tmp_path / "out", at=own)[0] == 0
    marks = ["-o", tmp_path / "marks", "--allow-unsafe"]
    code, output = course("grade", own / "solutions", *marks, "--exercise", name, at=own)
    assert code == 0, output


def test_progress_is_found_from_the_folder_of_the_exercises_too(course, folder):
    assert course("progress", at=folder / "exercises") == course("progress", at=folder)


def test_progress_of_an_unknown_exercise_names_those_that_are_there(course):
    code, output = course("progress", "77")
    assert code == 1
    assert "no exercise named 77 in" in output
    assert NAME in output


def test_progress_that_can_not_be_read_is_left_as_it_is(course, own, monkeypatch):
    monkeypatch.setenv("COURSE_FOLDER", str(own / "mine"))
    path = own / "mine" / "records" / "progress.json"
    path.parent.mkdir(parents=True)
    path.write_text("broken", "utf-8")
    code, output = course("progress", at=own)
    assert code == 1
    assert "progress.json can't be read" in output
    assert path.read_text("utf-8") == "broken"


# course build


def test_build_says_up_to_date_and_check_agrees(course):
    code, output = course("build")
    assert code == 0
    assert f"✓ {NAME}: up to date\n" in output
    assert course("build", "02", "--check") == (0, f"✓ {NAME}: up to date\n")


def test_build_check_fails_on_a_changed_exercise_and_writes_nothing(course, own):
    path = own / "exercises" / f"{NAME}.ipynb"
    path.write_text("{}", "utf-8")
    code, output = course("build", "--check", at=own)
    assert code == 1
    assert f"✗ {NAME}: stale (run `course build`)\n" in output
    assert path.read_text("utf-8") == "{}"
    code, output = course("build", at=own)
    assert code == 0
    assert f"✓ {NAME}: built (8 questions)\n" in output
    assert path.read_text("utf-8") != "{}"


def test_refused_notebook_keeps_its_old_exercise_and_the_others_are_built(course, own):
    solution = own / "solutions" / f"{NAME}.ipynb"
    (own / "solutions" / "03_broken.ipynb").write_text("hello", "utf-8")
    old = (own / "exercises" / f"{NAME}.ipynb").read_bytes()
    text = shorten(solution).replace("return np.abs(z)", "return np.maximum(z, 0)")
    solution.write_text(text, "utf-8")
    code, output = course("build", at=own)
    assert code == 1
    assert f"✗ {NAME}: refused\n  {NAME}, `relu`, cell " in output
    assert "this misconception passes every probe" in output
    assert "✗ 03_broken: refused\n  03_broken.ipynb: is not a notebook" in output
    assert (own / "exercises" / f"{NAME}.ipynb").read_bytes() == old
    assert not list((own / "exercises").rglob("*.draft"))
    assert not (own / "exercises" / "03_broken.ipynb").exists()


def test_build_prints_warnings_below_the_notebook(course, own):
    solution = own / "solutions" / f"{NAME}.ipynb"
    text = shorten(solution).replace(" · 1 point · 3 min · ★☆☆", " · ★☆☆")
    solution.write_text(text, "utf-8")
    code, output = course("build", at=own)
    assert code == 0
    assert "warning: `relu`: no points in the heading" in output
    assert "warning: `relu`: no minutes in the heading" in output


def test_unknown_exercise_is_told_from_a_missing_course(course):
    code, output = course("build", "77")
    assert code == 1
    assert "There is no notebook named 77" in output


def test_report_of_the_course_has_no_survivor(course):
    code, output = course("build", "--report")
    assert code == 0, output
    assert "a changed solution passes every probe" not in output


def test_report_is_exit_code_1_while_a_mutant_survives_undeclared(course, own):
    solution = own / "solutions" / f"{NAME}.ipynb"
    text = shorten(solution)
    declared = "# equivalent: z > 0 -> z >= 0, because at z = 0 both formulas give 0\\n"
    assert declared in text
    solution.write_text(text.replace(f'    "{declared}",\n', ""), "utf-8")
    code, output = course("build", "02", "--report", at=own)
    assert code == 1
    assert "`leaky_relu`: a changed solution passes every probe" in output
    assert "+     return np.where(z >= 0, z, alpha * z)" in output


def test_a_question_without_a_report_is_bad_usage(course):
    code, output = course("build", "02", "--question", "leaky_relu")
    assert code == 2
    assert "add --report" in output


def test_report_on_a_refused_notebook_is_not_made(course, own):
    (own / "solutions" / "03_broken.ipynb").write_text("hello", "utf-8")
    code, output = course("build", "--report", at=own)
    assert code == 1
    assert "No report" in output


# course release


def test_release_names_its_files(course, tmp_path):
    code, output = course("release", "02", "-o", tmp_path / "out", "--no-hints")
    assert code == 0
    assert f"{NAME}.ipynb, checks/{NAME}.json" in output.replace("\\", "/")
    assert "without hints, without solutions" in output


def test_release_over_old_files_or_into_a_file_is_refused(course, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    code, output = course("release", "02", "-o", tmp_path / "file")
    assert code == 1
    assert "is a file; give a folder" in output
    assert course("release", "02", "-o", tmp_path / "out")[0] == 0
    code, output = course("release", "02", "-o", tmp_path / "out")
    assert code == 1
    assert "nothing was written" in output


def test_release_of_an_unknown_exercise_writes_nothing(course, tmp_path):
    code, output = course("release", "77", "-o", tmp_path / "out")
    assert code == 1
    assert "There is no notebook named 77" in output
    assert not (tmp_path / "out").exists()
