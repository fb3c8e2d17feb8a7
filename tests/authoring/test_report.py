"""The mutation report: it finds what the probes can't see, and survives what a mutant may do."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from course_utils.authoring import trials
from course_utils.authoring.build import Course, build_all
from course_utils.authoring.report import report
from course_utils.authoring.report_table import remarks, table
from course_utils.authoring.source import AuthoringError
from course_utils.authoring.trials import SURVIVED, TrialError, fates

COUNT = """def count_down(n):
    ### BEGIN SOLUTION
    return list(range(n, 0, -1))
    ### END SOLUTION"""


def cell(kind, tag, source):
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    metadata = {"tags": [tag]} if tag else {}
    return {"cell_type": kind, "metadata": metadata, "source": source, **outputs}


def variant(kind, body, message=""):
    text = f'"""{message}"""\n' if message else ""
    return cell("code", kind, f"%%{kind} count_down\n{text}def count_down(n):\n    {body}")


def course(folder, *probes):
    """A built course with one question, whose probes are given."""
    cells = [
        cell("markdown", "", "# Scratch"),
        cell("markdown", "", "### 90.1 `count_down` · 1 point · 3 min · ★☆☆\n\nCount down to 1."),
        cell("code", "answer", COUNT),
        cell("code", "check", "check(count_down)"),
        cell("code", "probes", "\n".join(["%%probes count_down", *probes])),
        variant("misconception", "return list(range(n))", "You count up."),
        variant("misconception", "return list(range(n + 1, 0, -1))", "You begin too high."),
        variant("misconception", "return n", "You give back n."),
        variant("alternative", "return [n - i for i in range(n)]"),
        variant("alternative", "return sorted(range(1, n + 1), reverse=True)"),
    ]
    cells = [{**c, "id": f"c{i}"} for i, c in enumerate(cells)]
    (folder / "solutions").mkdir()
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "solutions" / "90_scratch.ipynb").write_text(json.dumps(notebook), "utf-8")
    made = Course(folder)
    assert [built.message for built in build_all(made)] == ["1 question"]
    return made


@pytest.fixture
def impatient(monkeypatch):
    """A mutant that hangs is stopped soon; the right answer takes microseconds."""
    monkeypatch.setattr(trials, "LEAST_SECONDS", 0.5)


def printed(reports):
    console = Console(width=100)
    with console.capture() as capture:
        console.print(table(reports))
        for remark in remarks(reports):
            console.print(remark, soft_wrap=True)
    return capture.get()


def test_good_probes_catch_every_mutant(tmp_path):
    same = "# equivalent: list(range(n, 0, -1)) -> range(n, 0, -1), because a check draws a range"
    (found,) = report(course(tmp_path, same, "count_down(3)", "count_down(0)"))
    assert found.count == found.caught + 1 > 8
    assert (found.survivors, len(found.equivalent), found.needless) == ((), 1, ())


def test_survivor_is_shown_and_a_declared_mutant_is_listed_apart(tmp_path):
    (found,) = report(
        course(
            tmp_path,
            "# equivalent: range(n, 0, -1) -> range(n, 1, -1), because only two numbers are asked",
            "# equivalent: range(n, 0, -1) -> range(n, 0, 1), because it is as good",
            "count_down(3)[:2]",
        )
    )
    assert [str(declared) for _, declared in found.equivalent] == [
        "range(n, 0, -1) -> range(n, 1, -1)"
    ]
    assert [str(declared) for declared in found.needless] == ["range(n, 0, -1) -> range(n, 0, 1)"]
    assert found.count == found.caught + len(found.survivors) + 1
    assert "range(n, 0, -1) -> range(n, -1, -1)" in [f"{m.old} -> {m.new}" for m in found.survivors]
    text = printed([found])
    assert "range(n, 0, -1) -> range(n, 1, -1), because only two numbers are asked" in text
    assert "`range(n, 0, -1) -> range(n, 0, 1)` is declared equivalent, and no accepted" in text
    assert "-     return list(range(n, 0, -1))\n    +     return list(range(n, -1, -1))" in text
    assert "# equivalent: range(n, 0, -1) -> range(n, -1, -1), because ..." in text


def test_report_is_limited_to_the_questions_that_are_named(tmp_path):
    made = course(tmp_path, "count_down(3)", "count_down(0)")
    assert [r.question for r in report(made, questions=("count_down",))] == ["count_down"]
    with pytest.raises(AuthoringError, match="no question count_up; there are count_down"):
        report(made, questions=("count_up",))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, which only Linux has")
def test_process_ends_when_the_report_is_killed(checks):
    program = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from course_utils.authoring import trials\n"
        "if __name__ == '__main__':\n"
        "    trial = trials._Trial(Path(sys.argv[1]), 'count_down').__enter__()\n"
        "    trial.pipe.send('while True: pass')\n"
        "    print(trial.process.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    script = checks.parent / "report_that_is_killed.py"
    script.write_text(program, "utf-8")
    with (checks.parent / "pid").open("w") as out:  # a pipe would wait for the process
        subprocess.run([sys.executable, script, checks], stdout=out, stderr=out)
    pid = int((checks.parent / "pid").read_text())
    deadline = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)


def is_running(pid):
    """Whether a process is there and not a zombie; Linux only, as is the test that needs it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_dots_in_a_declaration_stand_for_any_text(tmp_path):
    line = "# equivalent: range(n, 0, -1) -> ..., because any range will do here"
    (found,) = report(course(tmp_path, line, "count_down(3)[:2]"))
    assert len(found.equivalent) > 1
    assert not any(m.old == "range(n, 0, -1)" for m in found.survivors)
    assert f"-> ... ({len(found.equivalent)} mutants), because any range" in printed([found])


@pytest.mark.parametrize("line", ["# equivalent: n > 0", "# equivalent n -> n + 1, because x"])
def test_line_of_another_form_is_refused_with_the_form(tmp_path, line):
    made = course(tmp_path, line, "count_down(3)")
    with pytest.raises(AuthoringError, match="# equivalent: OLD -> NEW, because WHY"):
        report(made)


@pytest.fixture(scope="module")
def checks(tmp_path_factory):
    made = course(tmp_path_factory.mktemp("course"), "count_down(3)", "count_down(0)")
    return made.checks("90_scratch")


def test_each_fate_is_told_and_the_next_code_is_tried_all_the_same(checks, impatient):
    right = "def count_down(n):\n    return list(range(n, 0, -1))"
    wrong = "def count_down(n):\n    return [9]"
    hangs = "def count_down(n):\n    while True: pass"
    swallows = (
        "def count_down(n):\n    while True:\n        try: count_down(n)\n        except: pass"
    )
    dies = "import os\nos._exit(1)"
    leaves = "raise SystemExit"
    hungry = "def count_down(n):\n    return bytearray(10**13)"
    codes = [right, hangs, right, swallows, dies, right, leaves, hungry, wrong, "(", right]
    found = list(fates(checks, "count_down", codes))
    places = [i for i, fate in enumerate(found) if fate == SURVIVED]
    assert places == [0, 2, 5, 10]
    assert (found[1], found[4]) == ("timeout", "crashed")


def test_what_mutants_warn_of_is_not_shown(checks, capfd):
    loud = "import warnings\nwarnings.warn('Beware.')"
    assert list(fates(checks, "count_down", [loud])) == ["missing"]
    assert capfd.readouterr().err == ""


def test_code_that_defines_nothing_is_not_judged_by_the_right_answer(checks):
    assert list(fates(checks, "count_down", ["pass"])) == ["missing"]


def test_right_answer_that_fails_its_own_probes_ends_the_report(checks, tmp_path):
    text = checks.read_text("utf-8").replace("range(n, 0, -1)", "range(n, 1, -1)")
    (tmp_path / "other.json").write_text(text, "utf-8")
    with pytest.raises(TrialError, match="`count_down`: the right answer could not be tried"):
        list(fates(tmp_path / "other.json", "count_down", ["pass"]))


def test_report_on_what_was_never_built_says_to_build_it(tmp_path):
    made = course(tmp_path, "count_down(3)")
    made.checks("90_scratch").unlink()
    with pytest.raises(AuthoringError, match="Run `course build 90_scratch`"):
        report(made)
