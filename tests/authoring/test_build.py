"""Building: what the learner gets, what is out of date, and that nothing is built by half."""

import json
import os
import textwrap

import pytest

from course_utils.authoring.build import build_all
from course_utils.authoring.source import AuthoringError
from course_utils.checking.data.question import load


def source(cell):
    return "".join(cell["source"])


def learners(course):
    return json.loads(course.notebook("01_doubling").read_text("utf-8"))


def test_learner_gets_the_task_and_nothing_of_the_answer(build_draft, draft, course):
    build_draft(draft)
    cells = learners(course)["cells"]
    tags = [cell["metadata"].get("tags", [""])[0] for cell in cells]
    assert tags == ["", "setup", "given", "question", "answer", "check"]
    text = json.dumps(cells)
    for hidden in ("2 * x", "x + x", "squared", "rng", "idea", "Twice is two", "SOLUTION"):
        assert hidden not in text
    assert source(cells[4]) == "def double(x):\n    ...  # your code here"
    assert source(cells[5]) == "check(double)\n# hint(double)\n# solution(double)"
    assert all(cell.get("outputs", []) == [] for cell in cells)


def test_metadata_are_those_of_nbgrader_and_of_the_exercise(build_draft, draft, course):
    build_draft(draft)
    notebook = learners(course)
    assert notebook["metadata"]["exercise"] == "01_doubling"
    answer, check = (cell["metadata"]["nbgrader"] for cell in notebook["cells"][4:6])
    assert (answer["grade_id"], answer["solution"], answer["grade"]) == ("double", True, False)
    assert (check["grade"], check["points"], check["locked"]) == (True, 2.0, True)


def test_check_data_hold_all_that_the_cells_say(build_draft, draft, course):
    build_draft(draft)
    exercise = load(course.checks("01_doubling"))
    (question,) = exercise.questions
    assert (exercise.name, exercise.title) == ("01_doubling", "01 Doubling")
    assert (question.points, question.minutes, question.difficulty) == (2.0, 3, 1)
    assert question.hints == ("idea", "place", "code")
    assert question.explanation == "Twice is two times."
    assert question.answer == "def double(x):\n    return 2 * x"
    assert [w.message for w in question.wrong_answers[:3]] == [m for m, _ in draft.wrong]


def test_built_twice_the_same_bytes(build_draft, draft, course):
    build_draft(draft)
    first = course.checks("01_doubling").read_bytes(), course.notebook("01_doubling").read_bytes()
    build_draft(draft)
    second = course.checks("01_doubling").read_bytes(), course.notebook("01_doubling").read_bytes()
    assert first == second


def states(course):
    return [built.state for built in build_all(course, check=True)]


def test_what_is_built_is_current_until_something_changes(write, draft, course):
    write(draft)
    assert states(course) == ["stale"]
    assert not course.notebook("01_doubling").exists()
    assert [built.state for built in build_all(course)] == ["built"]
    assert states(course) == ["up to date"]
    assert [built.state for built in build_all(course)] == ["up to date"]


def test_changed_solution_is_noticed(write, draft, course):
    write(draft)
    build_all(course)
    draft.hints = ("another idea", "place", "code")
    write(draft)
    assert states(course) == ["stale"]


def test_outputs_of_the_solution_do_not_matter(write, draft, course):
    write(draft)
    build_all(course)
    notebook = draft.notebook()
    notebook["cells"][4]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    write(notebook)
    assert states(course) == ["up to date"]


@pytest.mark.parametrize("change", ["edit", "delete"])
@pytest.mark.parametrize("what", ["notebook", "checks"])
def test_changed_or_missing_exercise_is_noticed(write, draft, course, what, change):
    write(draft)
    build_all(course)
    path = getattr(course, what)("01_doubling")
    if change == "delete":
        path.unlink()
    elif what == "notebook":
        path.write_text(path.read_text("utf-8").replace("The task", "A task"), "utf-8")
    else:
        path.write_text("{", "utf-8")
    assert states(course) == ["stale"]


def test_crash_while_writing_leaves_the_last_good_build(build_draft, draft, course, monkeypatch):
    build_draft(draft)
    before = course.notebook("01_doubling").read_bytes()
    draft.heading = draft.heading.replace("2 points", "3 points")

    def crash(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="disk full"):
        build_draft(draft)
    assert course.notebook("01_doubling").read_bytes() == before


def test_one_refusal_does_not_stop_the_others(write, draft, course):
    write(draft, "01_doubling")
    draft.right.pop()
    write(draft, "02_doubling")
    results = build_all(course)
    assert [(r.name, r.state) for r in results] == [
        ("01_doubling", "built"),
        ("02_doubling", "refused"),
    ]
    assert course.notebook("01_doubling").exists()
    assert not course.notebook("02_doubling").exists()


def test_names_choose_what_is_built(write, draft, course):
    write(draft, "01_doubling")
    write(draft, "02_doubling")
    assert [r.name for r in build_all(course, ("02",))] == ["02_doubling"]
    with pytest.raises(AuthoringError, match="no notebook named 07"):
        build_all(course, ("07",))


def test_doubled_cell_ids_are_a_warning(build_draft, draft):
    draft.more = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "Done?"}]
    assert build_draft(draft).warnings == ("cell id 'title' is used twice",)


NEGATIVE_ROOT = "np.sqrt(np.array([-1.0]))"  # NumPy warns at once, with the line of the cell
IN_A_LIBRARY = "import warnings\nwarnings.warn('Beware.', stacklevel=9)"  # names a line elsewhere


@pytest.mark.parametrize("source", [NEGATIVE_ROOT, IN_A_LIBRARY])
@pytest.mark.parametrize("place", ["given", "answer"])
def test_what_the_solution_warns_of_its_author_is_told_once(
    build_draft, draft, recwarn, place, source
):
    setattr(draft, place, f"{textwrap.dedent(getattr(draft, place)).strip()}\n{source}")
    (warning,) = build_draft(draft).warnings
    assert f"({place}): warns when it is run: " in warning
    assert "invalid value" in warning or "Beware." in warning
    assert not recwarn.list


def test_what_wrong_answers_and_probes_warn_of_is_not_shown(build_draft, draft, recwarn):
    message, code = draft.wrong[0]
    draft.wrong[0] = message, f"{NEGATIVE_ROOT}\n{code}"
    draft.right[0] += f"\n{NEGATIVE_ROOT}"
    draft.probes += f"\n\ndef loud(x):\n    {NEGATIVE_ROOT}\n    return x\n\ndouble(loud(2.0))"
    assert build_draft(draft).warnings == ()
    assert not recwarn.list


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"heading": "### 1.1 `double` · 3 min"}, "no points"),
        ({"heading": "### 1.1 `double` · 2 points"}, "no minutes"),
        ({"hints": ()}, "no hints"),
        ({"hints": ("idea",)}, "1 hint;"),
        ({"explanation": ""}, "no explanation"),
    ],
)
def test_what_is_missing_is_a_warning(build_draft, draft, change, words):
    for name, value in change.items():
        setattr(draft, name, value)
    (warning,) = build_draft(draft).warnings
    assert warning.startswith("`double`: ")
    assert words in warning


def test_message_that_gives_the_answer_away_is_a_warning(build_draft, draft):
    draft.answer = draft.answer.replace("2 * x", "np.add(x, x)")
    draft.wrong[0] = ("Write `np.add(x, x)` and you are done.", draft.wrong[0][1])
    (warning,) = build_draft(draft).warnings
    assert "cell 12 (misconception): the message gives the answer away" in warning
