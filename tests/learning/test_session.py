"""What a learner calls: check, hint, solution and progress, right calls and wrong ones."""

import json
import re
import textwrap
import time
from dataclasses import replace

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.checking.data.question import CheckDataError, Exercise, dump, load
from course_utils.checking.observing.run import run_cell
from course_utils.learning import session as notebook
from course_utils.learning.progress import ProgressFile
from course_utils.learning.session import Session, exercise, find_checks

GIVEN = "import numpy as np\n"
RELU = "def relu(z):\n    return np.maximum(z, 0)"
STARTER = "def relu(z):\n    ...  # your code here"
WRONG = "def relu(z):\n    return np.abs(z)"


@pytest.fixture
def shown(monkeypatch):
    """The texts of all cards that are displayed."""
    texts = []
    monkeypatch.setattr(notebook, "display", lambda card: texts.append(card.text))
    return texts


@pytest.fixture
def made(bench):
    wrong = [("You took the absolute value.", WRONG)]
    probes = "relu(np.array([-1.0, 2.0]))\nrelu(rng.normal(size=(4, 3)))"
    relu = bench(RELU, probes, wrong, starter=STARTER, seconds=2.0).question
    relu = replace(relu, explanation="Each element meets 0.", hints=("idea", "place", "code"))
    pair = bench("low = 0.1\nhigh = 0.9", "(low, high)", names=("low", "high")).question
    return Exercise("02_topic", "02 Topic", 0, (GIVEN,), (relu, replace(pair, hints=())))


class Kernel:
    """Runs cells in one namespace, as a kernel does, with the four functions of a session."""

    def __init__(self, session):
        self.session, self.count = session, 0
        self.space = {"__name__": "__main__"}
        for name in ("check", "hint", "solution", "progress"):
            self.space[name] = getattr(session, name)
        self.run(GIVEN)

    def run(self, *cells):
        for cell in cells:
            self.count += 1
            run_cell(textwrap.dedent(cell), f"<cell {self.count}>", self.space)


@pytest.fixture
def kernel(made, tmp_path, shown):
    return Kernel(Session(made, ProgressFile(tmp_path / "progress.json")))


def test_right_answer_is_correct_and_counted(kernel, shown):
    kernel.run(RELU, "check(relu)")
    assert shown == ["✓ correct: relu\n2 tests passed."]
    assert kernel.session.progress_file.record("02_topic", "relu").solved


def test_wrong_answer_gets_its_misconception(kernel, shown):
    kernel.run(WRONG, "check(relu)")
    assert shown[0].startswith("✗ incorrect: relu\nYou took the absolute value.\n")
    record = kernel.session.progress_file.record("02_topic", "relu")
    assert (record.attempts, record.solved) == (1, "")


def test_search_that_stumbles_leaves_what_is_known(kernel, shown, monkeypatch):
    def stumbles(*_):
        raise ValueError("rows of unlike lengths")

    monkeypatch.setattr(notebook, "near_miss", stumbles)
    with pytest.raises(ValueError, match="unlike"):
        kernel.run(WRONG, "check(relu)")
    monkeypatch.delenv("COURSE_STRICT")
    kernel.run("check(relu)")
    assert shown[0].startswith("✗ incorrect: relu\nYou took the absolute value.\n")


def test_starter_is_not_attempted_and_not_counted(kernel, shown):
    kernel.run(STARTER, "check(relu)")
    assert shown[0].startswith("○ not attempted: relu")
    assert kernel.session.progress_file.record("02_topic", "relu").attempts == 0


@pytest.mark.parametrize(
    "call", ["check(relu)", "check('relu')", "check(*[relu])", "check(\n    relu,\n)", "check(r)"]
)
def test_question_is_found_however_it_is_named(kernel, shown, call):
    kernel.run(RELU, "r = relu", call)
    assert shown[0].startswith("✓ correct: relu")


def test_several_names_are_judged_together(kernel, shown):
    kernel.run("low, high = 0.1, 0.9", "check(low, high)")
    assert shown[0].startswith("✓ correct: low")
    kernel.run("high = ...", "check(high)")
    assert "The placeholder `...` still stands in `high`" in shown[1]


def test_value_is_found_by_the_name_that_is_written(kernel, shown):
    kernel.run("low = high = 0.1", "check(high)")
    assert shown[0].startswith("✗ incorrect: low")


def test_question_is_found_without_the_callers_source(kernel, shown):
    kernel.run(RELU)
    exec("check(relu)", kernel.space)
    exec("high = low = 0.25\ncheck(low)", kernel.space)
    assert [text.split(":")[1][:5] for text in shown] == [" relu", " low\n"]


def test_call_without_an_argument_means_the_last_question(kernel, shown):
    kernel.run("check()", RELU, "check(relu)", "check()")
    assert shown[0] == "Say which question: `check(relu)`.\nIts questions are `relu`, `low`."
    assert shown[1] == shown[2]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check(3)", "A value of type `int` is not a question"),
        ("check('tanh')", "`tanh` is not a question"),
        ("check(print)", "`print` is not a question"),
        ("hint(None)", "is not a question"),
        ("solution([relu])", "A value of type `list` is not a question"),
        ("check(relu(np.ones(2)))", "A value of type `ndarray` is not a question"),
    ],
)
def test_wrong_call_lists_the_questions(kernel, shown, call, words):
    kernel.run(RELU, call)
    assert words in shown[0]
    assert shown[0].endswith("Its questions are `relu`, `low`.")


def test_name_that_was_deleted_is_missing(kernel, shown):
    kernel.run("check('relu')")
    assert shown[0].startswith("○ missing: relu\n`relu` is not defined.\nRun the cell above")


def test_bare_check_shows_how_to_call_it_and_no_answer(kernel):
    words = repr(kernel.space["check"])
    assert words == (
        "<bound method Session.check of the exercise 02_topic; call it, as in check(relu)>"
    )


def test_hints_climb_a_ladder_and_stay_on_the_last(kernel, shown):
    kernel.run(STARTER, "hint(relu)", "hint(relu)", "hint(relu)", "hint(relu)")
    heads = [text.splitlines()[0] for text in shown]
    assert heads == [f"Hint {i} of 3 for `relu`" for i in (1, 2, 3, 3)]
    bodies = [text.splitlines()[1:] for text in shown]
    assert bodies[:2] == [["idea"], ["1. idea", "", "2. place"]]  # what was seen stays
    assert bodies[2] == bodies[3]
    assert bodies[3][:5] == ["1. idea", "", "2. place", "", "3. code"]
    assert "last hint" not in shown[1]
    assert "last hint" in shown[2]
    assert kernel.session.progress_file.record("02_topic", "relu").hints == 3


def test_question_without_hints_says_so(kernel, shown):
    kernel.run("low = ...", "hint(low)")
    assert shown == ["No hints for `low`\nThey are not released."]


def test_solution_waits_for_an_attempt(kernel, shown):
    kernel.run(STARTER, "solution(relu)")
    assert "Try first" in shown[-1]
    assert RELU not in shown[-1]
    kernel.run("check(relu)", "solution(relu)")
    assert "Try first" in shown[-1]
    kernel.run(WRONG, "check(relu)", "solution(relu)")
    assert RELU in shown[-1]
    assert "Each element meets 0." in shown[-1]
    assert shown[-1].endswith("**What did yours miss?**")
    assert kernel.session.progress_file.record("02_topic", "relu").solution_shown


def test_solution_comes_anyway_when_asked(kernel, shown):
    kernel.run(STARTER, "solution(relu, anyway=True)")
    assert RELU in shown[0]


def test_solution_of_a_solved_question_asks_for_the_difference(kernel, shown):
    kernel.run(RELU, "check(relu)", "solution(relu)")
    assert shown[-1].endswith("**What does yours do differently?**")


def test_solution_that_is_not_released_is_not_there(made, shown):
    closed = replace(made, questions=tuple(replace(q, answer="") for q in made.questions))
    kernel = Kernel(Session(closed, ProgressFile(None)))
    kernel.run(WRONG, "check(relu)", "solution(relu, anyway=True)")
    assert "not released" in shown[-1]


def test_progress_shows_every_question(kernel, shown):
    kernel.run(RELU, "check(relu)", "progress()")
    assert shown[-1].startswith("02_topic: 1 of 2 solved")
    assert "relu      ✓ solved         1" in shown[-1]


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "import time\n    time.sleep(60)",
        "while True:\n        try:\n            while True: pass\n        except KeyboardInterrupt:"
        "\n            z = 0",
    ],
)
def test_endless_answer_is_stopped(kernel, shown, body):
    start = time.monotonic()
    kernel.run(f"def relu(z):\n    {body}", "check(relu)")
    assert time.monotonic() - start < 5
    assert shown[0].startswith("✗ timeout: relu\nYour code was stopped after 2 seconds.")
    kernel.run(RELU, "check(relu)")
    assert shown[1].startswith("✓ correct")


def test_overwritten_data_of_the_notebook_do_not_matter(kernel, shown):
    kernel.run(RELU, "check(relu)", "z = np = None", "check('relu')")
    assert shown[0].startswith("✓ correct")
    assert shown[1].startswith("✗ error")


def test_probes_are_not_disturbed_by_the_notebook(kernel, shown):
    kernel.run(RELU, "rng = seed = 3", "check(relu)")
    assert shown[0].startswith("✓ correct")


# Opening an exercise.


def test_check_data_is_found_beside_the_notebook_and_from_the_root(made, tmp_path):
    checks = tmp_path / "exercises" / "checks" / "02_topic.json"
    checks.parent.mkdir(parents=True)
    checks.write_text(dump(made), "utf-8")
    for folder in (tmp_path, tmp_path / "exercises", tmp_path / "solutions"):
        folder.mkdir(exist_ok=True)
        assert find_checks("02_topic", folder) == checks
    assert load(checks) == load(checks)
    assert load(checks).questions[0].names == ("relu",)


def test_missing_check_data_are_said_by_each_function(tmp_path, monkeypatch, shown):
    monkeypatch.chdir(tmp_path)
    for function in exercise("02_topic"):
        function("anything", anyway=True)
    assert len(shown) == 5
    assert all("no check data `checks/02_topic.json`" in text for text in shown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "can't be read"),
        ("[]", "format None"),
        ('{"format": 99}', "format 99"),
        ('{"format": 1}', "incomplete"),
        ('{"format": 1, "questions": [{}], "given": []}', "incomplete"),
        ('{"format": 1, "questions": 3, "given": []}', "incomplete"),
    ],
)
def test_check_data_that_cannot_be_used_say_how_to_mend_it(tmp_path, text, words):
    path = tmp_path / "02_topic.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CheckDataError, match=words):
        load(path)


def test_exercise_survives_its_file(made, tmp_path):
    path = tmp_path / "02_topic.json"
    path.write_text(dump(made), "utf-8")
    again = load(path)
    assert dump(again) == dump(made)
    assert json.loads(dump(made))["format"] == 1
    assert again.question("high").name == "low"
    assert again.max_score == 2


@pytest.fixture
def shell():
    shell = InteractiveShell()
    yield shell
    InteractiveShell.clear_instance()


def test_name_that_no_cell_has_defined_gets_a_card(made, shell, shown, monkeypatch):
    monkeypatch.setattr(notebook, "get_ipython", lambda: shell)
    tracebacks = []
    monkeypatch.setattr(shell, "_showtraceback", lambda _, __, lines: tracebacks.append(lines))
    session = Session(made, ProgressFile(None))
    notebook._explain_missing_names(session)
    shell.user_ns["check"] = session.check
    shell.run_cell("check(relu)")
    assert shown == [
        "○ missing: relu\n`relu` is not defined.\n"
        "Run the cell above in which you write the answer, then run this one again. "
        "If that cell is gone, begin a new one with `def relu(z):`."
    ]
    assert tracebacks == [["NameError: name 'relu' is not defined"]]
    shell.run_cell("print(no_such_name)")
    assert len(shown) == 1
    assert "print(no_such_name)" in re.sub(r"\x1b\[[\d;]*m", "", "".join(tracebacks[1]))


@pytest.fixture
def watched(made, shell, shown, monkeypatch):
    """Runs a cell in a shell that is watched as that of a notebook is."""
    monkeypatch.setattr(notebook, "get_ipython", lambda: shell)
    monkeypatch.setattr(shell, "_showtraceback", lambda *_: None)
    session = Session(made, ProgressFile(None))
    notebook._explain_missing_names(session)
    notebook._watch_for_unread_cells(session)
    shell.user_ns["check"] = session.check
    return lambda source, cell: shell.run_cell(source, cell_id=cell)


def test_name_that_is_nearly_the_one_asked_is_named(watched, shown):
    watched(RELU.replace("relu", "my_relu"), "a")
    for call in ("check(relu)", 'check("relu")'):
        watched(call, "b")
        assert "`relu` is not defined. Did you name it `my_relu`?" in shown.pop()


def test_renamed_answer_is_not_judged_by_the_old_one(watched, shown):
    watched(GIVEN, "given")
    watched(WRONG, "a")
    watched(RELU.replace("relu", "rectify"), "a")
    watched("check(relu)", "b")
    assert "doesn't define it any more, but `rectify`" in shown.pop()
    watched(RELU, "another cell")
    watched("check(relu)", "b")
    assert shown.pop().startswith("✓ correct: relu")


def test_answer_whose_line_raised_is_not_judged_by_the_old_one(watched, shown):
    watched("low, high = 0.1, 0.9", "a")
    watched("low = 0.1\nhigh = b", "a")
    watched("check('low')", "b")
    text = shown.pop()
    assert "The cell with `high` that you ran last raised NameError" in text
    assert 'A letter is a text: `"b"`' in text
    watched("low = 0.1\nhigh = 0.9\nprint(nothing)", "a")
    watched("check('low')", "b")
    assert shown.pop().startswith("✓ correct")


def test_answer_whose_cell_python_could_not_read_is_not_judged(made, shell, shown, monkeypatch):
    monkeypatch.setattr(notebook, "get_ipython", lambda: shell)
    monkeypatch.setattr(shell, "_showtraceback", lambda *_: None)
    session = Session(made, ProgressFile(None))
    notebook._watch_for_unread_cells(session)
    shell.user_ns["check"] = session.check
    for cell in (GIVEN, RELU, "def relu(z):\n    return np.maximum(z, 0", "check(relu)"):
        shell.run_cell(cell)
    assert shown.pop().startswith(
        "✗ error: relu\nPython could not read the cell with `relu` that you ran last"
    )
    assert session.progress_file.record(made.name, "relu").attempts == 0
    shell.run_cell(RELU)
    shell.run_cell("check(relu)")
    assert shown.pop().startswith("✓ correct: relu")
    shell.run_cell("high = 0.9,,")
    shell.run_cell("check('low')")
    assert "Look at line 1 of that cell" in shown.pop()
