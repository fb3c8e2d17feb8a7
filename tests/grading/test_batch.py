"""`course grade` from the outside: a class in, marks out, through kills and bad input."""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_activation_functions"
COURSE = [sys.executable, "-c", "from course_utils.cli import main; main()"]
ALL_RIGHT = 12


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A folder with the six notebooks of the course's own exercise that every class hands in."""
    folder = tmp_path_factory.mktemp("submissions")
    data = json.loads((ROOT / f"exercises/checks/{NAME}.json").read_text(encoding="utf-8"))
    blank = (ROOT / f"exercises/{NAME}.ipynb").read_text(encoding="utf-8")

    def hand_in(name, **answers):
        notebook = json.loads(blank)
        for cell in notebook["cells"]:
            for question in data["questions"]:
                if cell["id"] == question["answer_id"]:
                    answer = answers.get(question["names"][0], question["answer"])
                    cell["source"] = cell["source"] if answer is None else answer
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    hand_in("all_right")
    hand_in("one_wrong", relu="def relu(z):\n    return np.abs(z)")
    hand_in("not_attempted", **{q["names"][0]: None for q in data["questions"]})
    hand_in("syntax_error", relu="def relu(z)\n    return z")
    hand_in("endless_loop", relu="import time\ndef relu(z):\n    while True: time.sleep(1)")
    (folder / "not_json.ipynb").write_text("no notebook at all")
    return folder


@pytest.fixture(scope="module")
def quick(handed_in, tmp_path_factory):
    """The same folder without the endless loop, which takes its ten seconds in every run."""
    folder = tmp_path_factory.mktemp("quick") / "submissions"
    shutil.copytree(handed_in, folder, ignore=shutil.ignore_patterns("endless_loop.ipynb"))
    return folder


def grade(*words, cwd=ROOT):
    environment = {**os.environ, "COLUMNS": "200"}
    run = subprocess.run(
        [*COURSE, "grade", *map(str, words)],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return run


def marks(folder):
    """Submission -> question -> (score, verdict), from results.json."""
    results = json.loads((folder / "results.json").read_text())
    return {
        r["submission"]: {q["name"]: (q["score"], q["verdict"]) for q in r["questions"]}
        for r in results
    }


@pytest.fixture(scope="module")
def graded(bubblewrap, handed_in, tmp_path_factory):
    out = tmp_path_factory.mktemp("marks") / "marks"
    run = grade(handed_in, "-o", out, "--seed", 7)
    assert run.returncode == 0, run.stderr
    return out, run.stdout


def test_six_submissions_get_the_marks_they_deserve(graded):
    out, _ = graded
    table = {
        row["submission"]: row
        for row in csv.DictReader((out / "grades.csv").open(encoding="utf-8-sig"))
    }
    scores = {name: float(row["score"]) for name, row in table.items()}
    assert scores == {
        "all_right": ALL_RIGHT,
        "one_wrong": ALL_RIGHT - 1,
        "not_attempted": 0,
        "syntax_error": ALL_RIGHT - 1,
        "endless_loop": ALL_RIGHT - 1,
        "not_json": 0,
    }
    verdicts = {name: row["relu: verdict"] for name, row in table.items()}
    assert verdicts == {
        "all_right": "correct",
        "one_wrong": "incorrect",
        "not_attempted": "not attempted",
        "syntax_error": "error",
        "endless_loop": "timeout",
        "not_json": "missing",
    }
    assert "isn't JSON" in table["not_json"]["remarks"]


def test_every_result_records_its_sandbox_and_has_the_stated_form(graded):
    out, _ = graded
    results = json.loads((out / "results.json").read_text())
    assert {r["sandbox"] for r in results} == {"bubblewrap"}
    expected = {"submission", "exercise", "score", "max_score", "sandbox", "seconds", "anomalies"}
    assert all(expected | {"questions"} <= set(r) for r in results)
    question = {"name", "score", "max_score", "verdict", "message"}
    assert all(question <= set(q) for r in results for q in r["questions"])
    assert {r["max_score"] for r in results} == {ALL_RIGHT}


def test_feedback_names_the_mistake_and_gives_a_hint_and_no_value(graded):
    out, _ = graded
    pages = {p.stem: p.read_text() for p in (out / "feedback").glob("*.html")}
    assert len(pages) == 6
    page = pages["one_wrong"]
    assert "You took the absolute value" in page
    assert "A hint" in page
    assert "np.abs(z)" in page
    assert "expected" not in page.split("</style>")[1]
    assert "np.maximum" not in page
    assert pages["not_json"].count("JSON. Was it exported") == 1


def test_summary_names_the_misconception_with_its_share(graded):
    _, printed = graded
    assert "17% You took the absolute value" in " ".join(printed.split())
    assert "6 submissions, 7.5 of 12 points on average; sandbox: bubblewrap" in printed


@pytest.mark.parametrize("words", [("--seed", 7, "--workers", 1), ("--seed", 8)])
def test_marks_depend_neither_on_workers_nor_on_the_seed(graded, quick, tmp_path, words):
    out, _ = graded
    run = grade(quick, "-o", tmp_path / "again", *words)
    assert run.returncode == 0, run.stderr
    again, first = marks(tmp_path / "again"), marks(out)
    assert again == {name: row for name, row in first.items() if name != "endless_loop"}


def test_killed_run_goes_on_where_it_was(graded, quick, tmp_path):
    out, _ = graded
    target, chance = tmp_path / "marks", random.Random(3)
    killed = 0
    for _ in range(4):
        process = subprocess.Popen(
            [*COURSE, "grade", str(quick), "-o", str(target), "--seed", "7"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.1, 1.2))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        assert not list(target.glob("feedback/*.tmp"))
    assert killed
    run = grade(quick, "-o", target, "--seed", 7)
    assert run.returncode == 0, run.stderr
    first = marks(out)
    assert marks(target) == {name: row for name, row in first.items() if name != "endless_loop"}


def test_seed_that_was_not_given_is_kept_for_the_next_run(bubblewrap, handed_in, tmp_path):
    one = handed_in / "all_right.ipynb"
    for _ in range(2):
        assert grade(one, "-o", tmp_path / "marks").returncode == 0
    lines = (tmp_path / "marks" / "journal.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["item"]["seed"] > 0
    assert len(lines) == 2  # the second run found the result of the first


def test_changed_submission_is_graded_again(bubblewrap, handed_in, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    target = folder / "ada.ipynb"
    target.write_bytes((handed_in / "one_wrong.ipynb").read_bytes())
    assert grade(folder, "-o", tmp_path / "marks").returncode == 0
    target.write_bytes((handed_in / "all_right.ipynb").read_bytes())
    assert grade(folder, "-o", tmp_path / "marks").returncode == 0
    assert marks(tmp_path / "marks")["ada"]["relu"] == (1, "correct")


BAD_INPUT = {
    "a folder that is not there": (["nowhere"], "nowhere is not there"),
    "an empty folder": (["empty"], "has no notebook"),
    "an unknown exercise": (["full", "--exercise", "55_nothing"], "no check data for 55_nothing"),
    "a folder without check data": (["full", "--checks", "empty"], "no check data"),
    "notebooks that name no exercise": (["nameless"], "says which exercise it is"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gets_one_sentence_and_writes_nothing(handed_in, tmp_path, case):
    words, sentence = BAD_INPUT[case]
    (tmp_path / "empty").mkdir()
    (tmp_path / "nameless").mkdir()
    (tmp_path / "nameless" / "a.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    (tmp_path / "full").symlink_to(handed_in)
    where = ["--checks", ROOT / "exercises/checks"] if "--checks" not in words else []
    run = grade(*words, *where, "-o", "marks", cwd=tmp_path)
    assert run.returncode == 1
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "marks").exists()


def test_folder_that_takes_no_marks_is_named_in_a_sentence(quick, tmp_path):
    (tmp_path / "file").write_text("in the way")
    run = grade(quick, "-o", tmp_path / "file" / "marks")
    assert run.returncode == 1
    assert "marks can't be written to: Not a directory. Name another folder" in run.stderr
    assert "Traceback" not in run.stderr


def test_exercise_may_be_named_by_its_number(quick, tmp_path):
    run = grade(quick / "all_right.ipynb", "-o", tmp_path / "marks", "--exercise", "02")
    assert run.returncode == 0, run.stderr
    assert marks(tmp_path / "marks")["all_right"]["relu"] == (1, "correct")


def test_without_a_sandbox_nothing_runs_unless_it_is_insisted_on(handed_in, tmp_path):
    one = handed_in / "all_right.ipynb"
    environment = {**os.environ, "PATH": str(tmp_path)}
    bare = [COURSE[0], "-c", "import sys; sys.modules['sandlock'] = None; " + COURSE[2]]
    command = [*bare, "grade", str(one), "-o", str(tmp_path / "marks")]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 1
    assert "bubblewrap is not installed" in run.stderr
    assert not (tmp_path / "marks").exists()
    command.append("--allow-unsafe")
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    result = json.loads((tmp_path / "marks" / "results.json").read_text())[0]
    assert (result["sandbox"], result["score"]) == ("none", ALL_RIGHT)


@pytest.mark.parametrize(("seed", "word"), [(0, "every learner has"), (-3, "above 0")])
def test_seed_that_is_no_secret_is_refused(quick, tmp_path, seed, word):
    run = grade(quick, "-o", tmp_path / "marks", "--seed", seed)
    assert run.returncode == 1
    assert word in run.stderr
    assert not (tmp_path / "marks").exists()
