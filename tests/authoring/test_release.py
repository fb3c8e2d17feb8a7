"""The classroom edition: nothing of the answers, all of the checks, and nothing overwritten."""

import io
import json
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from course_utils.authoring.build import Course, build_all
from course_utils.authoring.release import edition, release
from course_utils.authoring.source import AuthoringError, read
from course_utils.checking.data.question import CheckDataError, load
from course_utils.checking.expecting.expectation import renew
from course_utils.grading.marking.check_one import check_notebook

NAME = "02_activation_functions"
COURSE = Course(Path(__file__).resolve().parents[2])
EXERCISES = sorted(path.stem for path in COURSE.solutions(()))
SOLVED = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


@pytest.fixture(scope="module")
def course(copy_course, tmp_path_factory):
    made = Course(copy_course(tmp_path_factory.mktemp("release") / "course"))
    build_all(made, ("02",))
    return made


@pytest.fixture
def released(course, tmp_path):
    release(course, ("02",), tmp_path / "out", hints=False)
    return tmp_path / "out"


def everything(folder):
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*.*")}


def test_folder_holds_notebook_check_data_and_a_page_that_says_what_to_do(released):
    assert set(everything(released)) == {f"{NAME}.ipynb", f"checks/{NAME}.json", "README.txt"}
    assert "course check" in everything(released)["README.txt"]


def test_nothing_of_answers_wrong_code_explanations_or_hints_is_in_any_file(course, released):
    text = "\n".join(everything(released).values())
    for draft in read(course.solutions(("02",))[0]).questions:
        lines = draft.answer.source.split("### BEGIN SOLUTION\n")[1].split("### END")[0]
        secret = [lines, draft.explanation, *(hint.source for hint in draft.hints)]
        secret += [cell.body.rpartition('"""')[2] for cell in draft.misconceptions]
        for piece in secret:
            assert json.dumps(piece.strip())[1:-1] not in text, piece


def test_hints_are_kept_where_the_teacher_wants_them(course, tmp_path):
    release(course, ("02",), tmp_path, hints=True)
    full, part = load(course.checks(NAME)), load(tmp_path / "checks" / f"{NAME}.json")
    assert [q.hints for q in part.questions] == [q.hints for q in full.questions]
    assert not any(q.answer or q.explanation for q in part.questions)
    notebook = (tmp_path / f"{NAME}.ipynb").read_text("utf-8")
    assert "# hint(relu)" in notebook
    assert "# solution(relu)" not in notebook


def test_check_cells_offer_no_hint_and_no_solution_that_is_not_there(released):
    notebook = json.loads((released / f"{NAME}.ipynb").read_text("utf-8"))
    checks = [c for c in notebook["cells"] if "check" in c["metadata"].get("tags", [])]
    assert "".join(checks[0]["source"]) == "check(relu)"
    assert all("".join(cell["source"]).count("\n") == 0 for cell in checks)


def test_answers_are_judged_as_in_the_full_course(released):
    path = released / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if "".join(cell["source"]).startswith("def relu"):
            cell["source"] = "def relu(z):\n    return abs(z)"
        if "".join(cell["source"]).startswith("def leaky_relu"):
            cell["source"] = "def leaky_relu(z, alpha=0.01):\n    return np.maximum(z, alpha * z)"
    path.write_text(json.dumps(notebook), "utf-8")
    verdicts = check_notebook(path, load(released / "checks" / f"{NAME}.json"))
    assert [v.kind for v in verdicts[:3]] == ["incorrect", "correct", "not attempted"]
    assert verdicts[0].message.startswith("You took the absolute value.")
    assert "hint(" not in verdicts[0].next_step + verdicts[2].next_step


def test_solution_and_hint_say_that_they_are_not_released(released):
    program = (
        f"from course_utils import exercise\ncheck, hint, solution, _ = exercise('{NAME}')\n"
        "solution('relu', anyway=True)\nhint('relu')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=released, capture_output=True, text=True, check=True,
        env=os.environ,
    )  # fmt: skip
    assert "not released" in run.stdout
    assert run.stdout.count("not released") == 2


def test_classroom_data_can_not_be_used_for_grading(released):
    with pytest.raises(CheckDataError, match="classroom edition"):
        renew(load(released / "checks" / f"{NAME}.json"), 1)


@pytest.mark.parametrize("there", [f"{NAME}.ipynb", f"checks/{NAME}.json"])
def test_what_is_there_is_not_overwritten_and_nothing_is_written_beside_it(course, tmp_path, there):
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    path.write_text("a learner's work", "utf-8")
    with pytest.raises(AuthoringError, match=r"is there already.*nothing was written"):
        release(course, ("02",), tmp_path, hints=True)
    assert everything(tmp_path) == {there: "a learner's work"}


def test_another_exercise_in_the_folder_and_a_page_of_the_teacher_are_left_alone(course, tmp_path):
    (tmp_path / "README.txt").write_text("Due on Friday.", "utf-8")
    (tmp_path / "01_other.ipynb").write_text("{}", "utf-8")
    release(course, ("02",), tmp_path, hints=True)
    found = everything(tmp_path)
    assert found["README.txt"] == "Due on Friday."
    assert found["01_other.ipynb"] == "{}"
    assert f"{NAME}.ipynb" in found


def test_exercise_that_is_out_of_date_is_not_released(copy_course, tmp_path):
    course = Course(copy_course(tmp_path / "course"))
    path = course.solutions(("02",))[0]
    path.write_text(path.read_text("utf-8").replace("relu", "rely"), "utf-8")
    with pytest.raises(AuthoringError, match="Run `course build 02` first"):
        release(course, ("02",), tmp_path / "out", hints=True)
    assert not (tmp_path / "out").exists()


def telling_lines(source):
    """The lines of code that say something: not `return x`, nor a bracket by itself."""
    for line in map(str.strip, source.splitlines()):
        try:
            tokens = [t for t in tokenize.generate_tokens(io.StringIO(line).readline) if t.string]
        except (tokenize.TokenError, IndentationError):
            tokens = line.split()
        if line and not line.startswith(("#", "def ", "class ", '"')) and len(tokens) > 5:
            yield line


def texts(data):
    if isinstance(data, str):
        yield data
    elif isinstance(data, list | dict):
        for part in data.values() if isinstance(data, dict) else data:
            yield from texts(part)


@pytest.mark.parametrize("name", EXERCISES)
def test_no_line_of_a_solution_or_of_wrong_code_is_in_a_release(name):
    """Every line of every solution, misconception and alternative, in every text of the files, but
    for what the notebook itself gives, and what an author's message quotes of a wrong line."""
    notebook, data = (json.loads(text) for text in edition(COURSE, name, hints=False).values())
    given = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    held = {q["names"][0]: "\n".join(texts(q)) for q in data["questions"]}
    said = "\n".join(w["message"] for q in data["questions"] for w in q["wrong_answers"])
    found = []
    for draft in read(COURSE.solutions((name[:2],))[0]).questions:
        right = "\n".join(SOLVED.findall(draft.answer.source))
        right += "\n".join(cell.body.rpartition('"""')[2] for cell in draft.alternatives)
        wrong = "\n".join(cell.body.rpartition('"""')[2] for cell in draft.misconceptions)
        for line in {*telling_lines(right), *telling_lines(wrong)}:
            told = given + (said if line in wrong else "")
            found += [line for text in [held[draft.name]] if line in text and line not in told]
    assert not found


@pytest.mark.parametrize("hints", [True, False])
@pytest.mark.parametrize("name", EXERCISES)
def test_released_text_offers_nothing_that_is_not_there(name, hints):
    """No link into the course, of which a learner may have nothing else, and no `solution(...)`."""
    notebook = json.loads(edition(COURSE, name, hints=hints)[Path(f"{name}.ipynb")])
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    assert not re.search(r"\]\((?!https?:|#)", text)
    assert "solution(" not in text
    assert hints or "hint(" not in text
    whole = json.loads(COURSE.notebook(name).read_text("utf-8"))
    link = re.compile(r"\[([^\]]*)\]\([^)]*\)")
    for cells in zip(notebook["cells"], whole["cells"], strict=True):
        now, before = (link.sub(r"\1", "".join(cell["source"])) for cell in cells)
        assert now == before or re.search(r"solution\(|hint\(|the hints", before)
