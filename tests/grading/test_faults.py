"""Cases 17 to 48: a fault takes its own question down, with a reason, and nothing else."""

import json
import os
import subprocess
import sys
import textwrap
import time

import pytest

from course_utils.checking.data import verdict as v
from course_utils.grading.intake.submission import read
from course_utils.grading.marking.job import make_job
from course_utils.grading.reports.report import write_reports
from course_utils.grading.sandbox import zygote

SECONDS = 1  # of a question, and one of grace
RIGHT = "def double(x):\n    return 2 * x\n"


def code(text):
    return textwrap.dedent(text).strip("\n")


def in_call(body):
    """A `double` that does something when it is called; `body` is one or more lines."""
    return "def double(x):\n" + textwrap.indent(code(body), "    ") + "\n    return 2 * x"


# number and name of the case -> the answer to `double`, its verdict, and a word of the message
FAULTS = {
    "17 sys.exit in a call": (in_call("import sys; sys.exit()"), v.ERROR, "SystemExit"),
    "17 sys.exit in the cell": ("import sys\nsys.exit(3)", v.ERROR, "SystemExit"),
    "17 exit()": (in_call("raise SystemExit"), v.ERROR, "SystemExit"),
    "17 os._exit in a call": (in_call("import os; os._exit(0)"), v.CRASHED, "by itself"),
    "17 os._exit in the cell": ("import os\nos._exit(7)", v.CRASHED, "status 7"),
    "18 segmentation fault": (
        in_call("import ctypes; ctypes.string_at(0)"),
        v.CRASHED,
        "segmentation fault",
    ),
    "19 endless loop": (in_call("while True: pass"), v.TIMEOUT, "1 second"),
    "19 endless loop in the cell": ("while True:\n    pass", v.TIMEOUT, "1 second"),
    "20 a loop that swallows interrupts": (
        in_call(
            """
            while True:
                try:
                    while True: pass
                except BaseException:
                    pass
            """
        ),
        v.TIMEOUT,
        "1 second",
    ),
    "21 sleeping past the budget": (in_call("import time; time.sleep(60)"), v.TIMEOUT, "1 second"),
    "threads without end": (
        in_call(
            """
            import threading, time
            threading.stack_size(32768)
            for _ in range(3000):
                threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
            """
        ),
        v.CRASHED,
        "500 threads",
    ),
    "a syntax error in a long line": ("double = 1" + " x" * 2000, v.ERROR, "SyntaxError"),
    "22 memory bomb": (in_call("hold = bytearray(1 << 40)"), v.OUT_OF_MEMORY, "memory"),
    "22 memory bomb in the cell": ("hold = 'x' * (1 << 40)", v.OUT_OF_MEMORY, "memory"),
    "23 fork bomb": (in_call("import os\nwhile True: os.fork()"), v.ERROR, "BlockingIOError"),
    "24 a daemon": (
        in_call("import subprocess; subprocess.Popen(['sleep', '1234'])"),
        v.ERROR,
        "BlockingIOError",
    ),
    "26 filling the disk": (
        in_call(
            """
            import os, tempfile
            for n in range(99):
                with open(os.path.join(tempfile.gettempdir(), str(n)), "wb") as file:
                    file.write(bytes(8 << 20))
            """
        ),
        v.CRASHED,
        "more than a submission may",
    ),
    "26 filling the disk, and catching the error": (
        in_call(
            """
            for n in range(99):
                try:
                    with open(str(n), "wb") as file:
                        file.write(bytes(1 << 20))
                except OSError:
                    pass
            """
        ),
        v.CRASHED,
        "more than a submission may",
    ),
    "26 many small files": (
        in_call("for n in range(2_000): open(str(n), 'w').close()"),
        v.CRASHED,
        "more than a submission may",
    ),
    "37 input()": (in_call("input('name?')"), v.ERROR, "EOFError"),
    "39 an array of 10^10 elements": (
        "def double(x):\n    return np.ones(10**10)",
        v.OUT_OF_MEMORY,
        "memory",
    ),
    "39 an array of objects": (
        "def double(x):\n    return np.array([{}, None, 3.0])",
        v.INCORRECT,
        "object",
    ),
    "39 complex values": ("def double(x):\n    return 2j * x", v.INCORRECT, ""),
    "39 not a number": ("def double(x):\n    return x * np.nan", v.INCORRECT, "NaN"),
    "39 infinity": ("def double(x):\n    return x / 0", v.INCORRECT, "infinity"),
    "syntax error": ("def double(x)\n    return x", v.ERROR, "SyntaxError"),
    "brackets and functions within each other": (
        f"def double(x):\n    return {'(lambda: ' * 1_000}1{')' * 1_000}",
        v.ERROR,
        "within each other",
    ),
    "signs within each other": (
        f"def double(x):\n    return {'-' * 20_000}x",
        v.ERROR,
        "within each other",
    ),
    "deeply nested value": (
        "def double(x):\n    a = []\n    for _ in range(99): a = [a]\n    return a",
        v.INCORRECT,
        "",
    ),
    "a value that holds itself": (
        "def double(x):\n    a = []\n    a.append(a)\n    return a",
        v.INCORRECT,
        "",
    ),
    "endless generator": (
        "def double(x):\n    while True: yield x",
        v.INCORRECT,
        "",
    ),
}


# What the kernel does about it, each sandbox asks for in its own way.
OF_THE_KERNEL = ("17 os._exit", "18 ", "22 ", "23 ", "24 ", "26 ", "39 an array of 10^10")
either = pytest.mark.either_sandbox
MARKED = [pytest.param(c, marks=() if c.startswith(OF_THE_KERNEL) else either) for c in FAULTS]


@pytest.mark.parametrize("case", MARKED)
def test_fault_takes_down_its_own_question_only(classroom, verdicts, case):
    source, kind, word = FAULTS[case]
    result = classroom.grade(
        classroom.notebook(double=source, quadruple="def quadruple(x): return 4 * x")
    )
    assert verdicts(result) == {"double": kind, "quadruple": v.CORRECT, "answer": v.CORRECT}
    assert word in result.marks[0].verdict.message
    assert result.score == 4


HARMLESS = {
    "a folder that is removed under it": (
        "import os\nos.mkdir('q')\nos.chdir('q')\nos.rmdir(os.getcwd())\n" + in_call("pass")
    ),
    "25 a flood of output": in_call("print('x' * 100_000_000)"),
    "25 a flood past Python's output": in_call(
        """
        import os
        for channel in (1, 2):
            for _ in range(999): os.write(channel, b'x' * 99_999)
        """
    ),
    "35 markers and tags in the answer": (
        f"### BEGIN SOLUTION\n# %% [markdown]\n### END SOLUTION\n### BEGIN HIDDEN TESTS\n{RIGHT}"
    ),
    "36 warnings, stderr and debug prints": in_call(
        """
        import sys, warnings
        warnings.warn('mind')
        print('debug', x)
        print('error', file=sys.stderr)
        """
    ),
    "36 NumPy's warnings": in_call("np.array([1.0]) / 0"),
    "36 warnings turned into errors elsewhere": f"import warnings\n{RIGHT}",
    "38 magics and shell lines": (
        f"%matplotlib inline\n!pip install nothing\n%time 1 + 1\n?np.sum\n{RIGHT}"
    ),
    "40 another dtype": "def double(x):\n    return (2 * x).astype(np.float32)",
    "41 last-digit differences": "def double(x):\n    return x * 1.9999999999999998",
    "41 negative zero": "def double(x):\n    return 2 * x - 0.0 * x * -1",
}


@pytest.mark.either_sandbox
@pytest.mark.parametrize("case", HARMLESS)
def test_what_is_harmless_costs_no_mark(classroom, case):
    result = classroom.grade(classroom.notebook(double=HARMLESS[case]))
    assert result.score == result.max_score


@pytest.mark.either_sandbox
def test_cell_magic_of_another_language_is_harmless_elsewhere(classroom, verdicts):
    notebook = classroom.notebook()
    extra = {"cell_type": "code", "id": "bash", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"].insert(3, {**extra, "source": "%%bash\nrm -rf / --no-preserve-root"})
    assert set(verdicts(classroom.grade(notebook)).values()) == {v.CORRECT}


@pytest.mark.either_sandbox
def test_another_shape_of_right_values_is_named(classroom):
    result = classroom.grade(
        classroom.notebook(double="def double(x):\n    return (2 * x).ravel()")
    )
    assert result.marks[0].verdict.kind == v.INCORRECT
    assert "axis" in result.marks[0].verdict.message


UNREADABLE = {
    "27 a notebook of more than 30 MB": (
        lambda nb: json.dumps({**nb, "x": "y" * 31_000_000}),
        "MB",
    ),
    "28 invalid JSON": (lambda nb: "this is no notebook", "JSON"),
    "28 half a file": (lambda nb: json.dumps(nb)[:500], "JSON"),
    "28 another nbformat": (lambda nb: json.dumps({**nb, "nbformat": 3}), "format 4"),
    "28 JSON, but not a notebook": (lambda nb: "[1, 2]", "not a notebook"),
    "28 not text": (lambda nb: b"\xff\xfe\x00\x01" * 99, "JSON"),
    "28 empty": (lambda nb: "", "empty"),
    "29 nested 100,000 deep": (lambda nb: "[" * 100_000 + "]" * 100_000, "nested"),
    "no answer cells": (lambda nb: json.dumps({**nb, "cells": []}), "no answer"),
    "cells that are none": (
        lambda nb: json.dumps({**nb, "cells": [1, None, "x", {}]}),
        "no answer",
    ),
}


@pytest.mark.either_sandbox
@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_file_gets_nothing_and_a_reason(classroom, case):
    make, word = UNREADABLE[case]
    result = classroom.grade(make(classroom.notebook()))
    assert result.score == 0
    assert result.max_score == 6
    assert word in result.problem
    assert [mark.verdict.kind for mark in result.marks] == [v.MISSING] * 3


@pytest.mark.either_sandbox
def test_missing_answer_keeps_the_maximum(classroom, verdicts):
    notebook = classroom.notebook()
    notebook["cells"].remove(classroom.cell(notebook, "double"))
    result = classroom.grade(notebook)
    assert verdicts(result)["double"] == v.MISSING
    assert result.max_score == 6
    assert "`double`: its cell is missing" in result.anomalies
    assert verdicts(result)["answer"] == v.CORRECT


@pytest.mark.either_sandbox
def test_of_a_duplicated_cell_the_last_counts_and_it_is_reported(classroom, verdicts):
    notebook = classroom.notebook(answer="answer = 41")
    cell = classroom.cell(notebook, "answer")
    notebook["cells"].append({**cell, "source": "answer = 42"})
    result = classroom.grade(notebook)
    assert verdicts(result)["answer"] == v.CORRECT
    assert any("more than once" in anomaly for anomaly in result.anomalies)


@pytest.mark.either_sandbox
def test_code_turned_into_markdown_is_graded_and_reported(classroom):
    notebook = classroom.notebook()
    classroom.cell(notebook, "double")["cell_type"] = "markdown"
    result = classroom.grade(notebook)
    assert result.score == 6
    assert any("markdown instead of code" in anomaly for anomaly in result.anomalies)


@pytest.mark.either_sandbox
def test_edited_and_deleted_check_cells_are_irrelevant(classroom):
    notebook = classroom.notebook(double="def double(x):\n    return x")
    checks = [cell for cell in notebook["cells"] if "check(" in "".join(cell["source"])]
    checks[0]["source"] = "def check(*a): print('correct')\nimport builtins\nbuiltins.check = check"
    notebook["cells"].remove(checks[1])
    result = classroom.grade(notebook)
    assert [mark.verdict.kind for mark in result.marks] == [v.INCORRECT, v.CORRECT, v.CORRECT]


@pytest.mark.either_sandbox
def test_stripped_metadata_is_recovered_by_name(classroom):
    notebook = classroom.notebook()
    for cell in notebook["cells"]:
        cell.pop("id")
        cell["metadata"] = {}
    result = classroom.grade(notebook)
    assert result.score == 6
    assert sum("found by its name" in anomaly for anomaly in result.anomalies) == 3


@pytest.mark.either_sandbox
def test_execution_counts_are_ignored_and_a_fresh_run_decides(classroom):
    notebook = classroom.notebook(answer="answer = later")
    notebook["cells"].append(
        {"cell_type": "code", "id": "z", "metadata": {}, "outputs": [], "source": "later = 42"}
    )
    for count, cell in enumerate(reversed(notebook["cells"])):
        cell["execution_count"] = count
    result = classroom.grade(notebook)
    assert result.marks[2].verdict.kind == v.ERROR
    assert "later" in result.marks[2].verdict.message


@pytest.mark.either_sandbox
def test_question_that_builds_on_a_broken_one_is_still_graded(classroom):
    for broken in ("def double(x):\n    return x", "def double(x)\n", "import os\nos._exit(1)"):
        result = classroom.grade(classroom.notebook(double=broken))
        assert not result.marks[0].verdict.is_correct
        assert result.marks[1].verdict.is_correct
        assert any("the course's answer to `double`" in r for r in result.marks[1].verdict.remarks)


@pytest.mark.either_sandbox
def test_wrong_answer_that_builds_on_a_broken_one_stays_wrong(classroom):
    result = classroom.grade(
        classroom.notebook(
            double="def double(x):\n    return x",
            quadruple="def quadruple(x):\n    return double(x)",
        )
    )
    assert result.score == 1


@pytest.mark.either_sandbox
def test_helper_of_the_learners_own_counts(classroom):
    notebook = classroom.notebook(double="def double(x):\n    return twice(x)")
    place = notebook["cells"].index(classroom.cell(notebook, "double"))
    helper = {"cell_type": "code", "id": "h", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"].insert(place + 1, {**helper, "source": "def twice(x):\n    return x + x"})
    assert classroom.grade(notebook).score == 6


def below(classroom, notebook, name, source):
    """Put a cell of the learner's own under the one that answers a question."""
    place = notebook["cells"].index(classroom.cell(notebook, name))
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": 1}
    notebook["cells"].insert(place + 1, {**cell, "source": source})
    return notebook


@pytest.mark.either_sandbox
@pytest.mark.parametrize("source", ["while True: pass", "import os\nos._exit(1)", "1 / 0"])
def test_cell_below_an_answer_costs_it_nothing(classroom, source):
    result = classroom.grade(below(classroom, classroom.notebook(), "answer", source))
    assert result.score == 6
    result = classroom.grade(below(classroom, classroom.notebook(), "double", source))
    assert result.score == 6


@pytest.mark.either_sandbox
def test_answer_that_is_written_anew_below_counts(classroom):
    notebook = classroom.notebook(double="def double(x):\n    return x")
    result = classroom.grade(below(classroom, notebook, "double", RIGHT))
    assert result.score == 6
    notebook = classroom.notebook()
    result = classroom.grade(below(classroom, notebook, "double", "def double(x): return x"))
    assert result.score == 4


@pytest.mark.either_sandbox
@pytest.mark.parametrize("broken", ["import os\nos._exit(1)", "while True: pass"])
def test_question_that_builds_on_a_right_one_outlives_the_crash_between_them(classroom, broken):
    answer = "answer = float(double(np.array([21.0]))[0])"
    result = classroom.grade(classroom.notebook(quadruple=broken, answer=answer))
    assert [mark.verdict.is_correct for mark in result.marks] == [True, False, True]
    assert not result.marks[2].verdict.remarks


def test_busy_machine_costs_no_time(classroom, verdicts, monkeypatch):
    """What takes 0.6 s of a processor in two probes takes 3 where four others want each of them.

    The whole run has a minute: its limit is one of the clock, and a crowd may reach it.
    """
    monkeypatch.setattr("course_utils.grading.marking.job.ROOM_SECONDS", 60.0)
    source = in_call(
        """
        import time
        until = time.process_time() + 0.3
        while time.process_time() < until: pass
        """
    )
    work = [sys.executable, "-c", "while True: pass"]
    waiting = round(os.getloadavg()[0])  # of others, who do as well for a crowd
    crowd = [subprocess.Popen(work) for _ in range(4 * (os.cpu_count() or 1) - waiting)]
    try:
        result = classroom.grade(classroom.notebook(double=source))
    finally:
        for process in crowd:
            process.kill()
            process.wait()
    assert verdicts(result)["double"] == v.CORRECT


@pytest.mark.either_sandbox
def test_same_submission_gets_the_same_marks(classroom):
    results = [
        classroom.grade(classroom.notebook(double="def double(x): return x")) for _ in range(3)
    ]
    assert results[0].marks == results[1].marks == results[2].marks


@pytest.mark.either_sandbox
def test_neighbors_of_hanging_and_crashing_submissions_lose_nothing(classroom):
    crash, waits = "import os\nos.kill(os.getpid(), 9)", "import time\nwhile True: time.sleep(1)"
    contents = {}
    for i in range(4):
        hang = "while True: pass" if i == 0 else waits
        contents[f"hang{i}"] = classroom.notebook(double=in_call(hang))
        contents[f"crash{i}"] = classroom.notebook(double=crash)
        contents[f"fine{i}"] = classroom.notebook()
    results = classroom.grade_many(contents)
    assert {results[f"fine{i}"].score for i in range(4)} == {6}
    assert {results[f"hang{i}"].marks[2].score for i in range(4)} == {1}


@pytest.mark.parametrize("sent", ["SIGKILL", "SIGSTOP"])
def test_signal_to_the_own_process_group_costs_its_own_question_only(classroom, sent):
    source = f"import os, signal\nos.killpg(os.getpgid(0), signal.{sent})"
    pids = {worker.pid for worker in classroom.pool.workers}
    result = classroom.grade(classroom.notebook(double=source))
    assert [mark.score for mark in result.marks] == [0, 3, 1]
    assert pids - {None} <= {worker.pid for worker in classroom.pool.workers}


@pytest.mark.either_sandbox
def test_submission_has_no_say_in_what_the_parent_of_all_imports(own_classroom):
    """What raises, takes long or sets something when it is imported would reach the others."""
    source = "if False:\n    import matplotlib.tests, course_utils.authoring.run\n" + RIGHT
    path = own_classroom.write(own_classroom.notebook(double=source))
    job = make_job(read(path, own_classroom.exercise), own_classroom.exercise)
    assert not {"matplotlib.tests", "course_utils.authoring.run"} & set(job["warm"])
    assert own_classroom.grade(own_classroom.notebook(double=source)).score == 6


def test_module_that_can_not_be_imported_ends_no_worker(tmp_path, monkeypatch):
    (tmp_path / "broken_for_all.py").write_text("raise OSError('no such folder')")
    monkeypatch.syspath_prepend(tmp_path)
    zygote.warm_up(["broken_for_all"])


def test_nothing_is_left_running(classroom):
    for _ in classroom.pool.workers:  # each supervises, and has what it forks from
        classroom.grade(classroom.notebook())
    usual = len(child_workers())
    assert 0 < usual <= 2 * 2 * 2
    classroom.grade(
        classroom.notebook(
            double=in_call(
                "import os, threading\nthreading.Thread(target=lambda: os.read(0, 1)).start()"
            )
        )
    )
    end = time.monotonic() + 30
    while len(child_workers()) > usual and time.monotonic() < end:  # what was killed takes its time
        time.sleep(0.05)
    assert len(child_workers()) <= usual


def child_workers():
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and is_child_worker(pid)]


def is_child_worker(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        with open(f"/proc/{pid}/stat") as file:
            state = file.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    ours = (
        words[:1] != [b"bwrap"] and b"course_utils.grading.sandbox.worker" in words and state != "Z"
    )
    return ours and os.getpid() in ancestors(int(pid))


def ancestors(pid):
    """The processes above one, so that workers of tests that run at the same time don't count."""
    while pid > 1:
        yield pid
        try:
            with open(f"/proc/{pid}/stat") as file:
                pid = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            return


# Deeper than a path can be long. Once, since each step takes longer than the one before.
NESTED = """
import os
for n in range(2_100 - int(os.environ.get("DEPTH", 0))):
    os.mkdir("a")
    os.chdir("a")
os.environ["DEPTH"] = "2100"
"""
MANY = """
import os
for n in range(50_000):
    open(str(n), "x").close()
"""


@pytest.mark.parametrize("body", [NESTED, MANY, "open('left', 'w').write('42')"])
def test_no_file_is_left(classroom, body):
    alone = classroom.notebook(double=in_call(body), quadruple="def quadruple(x): return 4 * x")
    result = classroom.grade(alone)
    assert [mark.verdict.kind for mark in result.marks[1:]] == [v.CORRECT, v.CORRECT]
    folders = [worker.scratch_folder for worker in classroom.pool.workers]
    assert [os.listdir(folder) for folder in folders if folder] in ([], [[]], [[], []])


@pytest.mark.either_sandbox
def test_html_and_scripts_are_shown_as_text(classroom, tmp_path):
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    source = f"print({nasty!r})\ndef double(x):\n    raise ValueError({nasty!r})  # {nasty}"
    file, result = graded(classroom, classroom.notebook(double=source))
    write_reports([(file, result)], classroom.exercise, tmp_path)
    page = (tmp_path / "feedback" / "ada.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 3


@pytest.mark.either_sandbox
@pytest.mark.parametrize(
    "name",
    ["Łucja Müller", "=cmd|' /C calc'!A0", "a\nb", "x" * 150, "\udce9t\udce9", "..", "+1", "名前"],
)
def test_odd_names_stay_readable_and_safe(classroom, tmp_path, name):
    from course_utils.grading.intake.file import File
    from course_utils.grading.marking.grade import grade_file

    file = File(name, classroom.write(classroom.notebook()), platform="moodle", learner=name)
    result = grade_file(file, classroom.exercise, classroom.pool)
    write_reports([(file, result)], classroom.exercise, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text())[0]["score"] == 6
    pages = list((tmp_path / "feedback").iterdir())
    assert len(pages) == 1
    assert pages[0].suffix == ".html"
    for table in ("grades.csv", "moodle.csv"):
        text = (tmp_path / table).read_text(encoding="utf-8")
        assert not any(
            field.startswith(("=", "+", "-", "@")) for field in text.replace('"', ",").split(",")
        )


def graded(classroom, notebook):
    from course_utils.grading.intake.file import File
    from course_utils.grading.marking.grade import grade_file

    file = File("ada", classroom.write(notebook))
    return file, grade_file(file, classroom.exercise, classroom.pool)


@pytest.mark.either_sandbox
def test_nothing_that_all_need_is_imported_by_each_submission_anew(own_classroom):
    draws = (
        "import sys\n"
        "import course_utils.plots\n"
        "before = set(sys.modules)\n"
        "np.random.default_rng(0).normal()\n"
        "from IPython.display import display\n"
        "course_utils.plots.confusion_matrix(np.eye(2, dtype=int)).figure.canvas.draw()\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    source = draws + own_classroom.exercise.question("double").answer
    result = own_classroom.grade(own_classroom.notebook(double=source))
    assert result.marks[0].score == 2
    assert result.marks[0].printed == "[]\n"


# What an answer did -> the reason that is said of it.
REASONS = {
    "KeyboardInterrupt": (in_call("raise KeyboardInterrupt"), "KeyboardInterrupt"),
    "a type that nobody may look at": (
        """
        class Closed(type):
            def __getattribute__(cls, name): raise SystemExit(3)
        class Value(metaclass=Closed): pass
        def double(x): return Value()
        """,
        "SystemExit",
    ),
    "a closed channel": (
        in_call(
            "import os\nfor c in range(3, 64):\n    try: os.close(c)\n    except OSError: pass"
        ),
        "it closed the channel that its values go through",
    ),
    "a closed channel, and it lives on": (
        in_call(
            "import os, time\nfor c in range(3, 64):\n    try: os.close(c)\n"
            "    except OSError: pass\ntime.sleep(9)"
        ),
        "it closed the channel that its values go through",
    ),
    "a dictionary that no message has room for": (
        "def double(x):\n    return {n: n for n in range(99_999)}",
        "You have a dict where an array",
    ),
    "a list that unfolds to millions": (
        "def double(x):\n    a = 1\n    for _ in range(19): a = (a, a)\n    return a",
        "You have a tuple where an array",
    ),
    "an audit hook": (
        "import sys\nsys.addaudithook(lambda event, arguments: 1 / 0)\n" + in_call("pass"),
        "what it changed in Python itself",
    ),
    "a reason of its own": (
        in_call(
            """
            import json, os
            line = json.dumps({"question": "double", "crashed": "by the grader"}) + "\\n"
            for channel in range(3, 64):
                try: os.write(channel, line.encode())
                except OSError: pass
            """
        ),
        "it wrote something else where its values should be",
    ),
}


@pytest.mark.parametrize("case", REASONS)
def test_the_reason_that_is_said_is_the_true_one(classroom, case):
    source, word = REASONS[case]
    result = classroom.grade(classroom.notebook(double=code(source)))
    assert word in result.marks[0].verdict.message
    assert result.marks[0].score == 0


@pytest.mark.either_sandbox
@pytest.mark.parametrize("status", [137, 255])
def test_exit_code_is_said_as_it_is_and_is_no_signal(own_classroom, status):
    source = f"import os\ndef double(x):\n    os._exit({status})"
    result = own_classroom.grade(own_classroom.notebook(double=source))
    assert result.marks[0].verdict.kind == v.CRASHED
    assert f"with status {status}." in result.marks[0].verdict.message
