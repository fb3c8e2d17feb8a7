"""The exercises in nbgrader: untouched work gets nothing, solved work everything."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_activation_functions"
DATA = json.loads((ROOT / f"exercises/checks/{NAME}.json").read_text("utf-8"))
BEST = sum(question["points"] for question in DATA["questions"])
WRONG = {"relu": "def relu(z):\n    return abs(z)", "four_layers": "four_layers = 1"}
HIGH = "c.ExecutePreprocessor.timeout = 300\nc.ExecutePreprocessor.startup_timeout = 300\n"


def nbgrader(place, *words, fine=True):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment |= {"PYTHONPATH": str(ROOT), "COURSE_FOLDER": str(place / "progress")}
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=place, env=environment,
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert not fine or run.returncode == 0, run.stderr[-3000:]
    return run.stdout + run.stderr


def answered(notebook, answers):
    cells = []
    for cell in notebook["cells"]:
        name = {q["answer_id"]: q["names"][0] for q in DATA["questions"]}.get(cell["id"])
        cells.append({**cell, "source": answers.get(name, cell["source"])})
    return {**notebook, "cells": cells}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Scores by learner, after nbgrader has generated, collected and graded a set by itself."""
    place = tmp_path_factory.mktemp("nbgrader")
    (place / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.root = "."\n{HIGH}'
    )
    source = place / "source/set"
    (source / "checks").mkdir(parents=True)
    shutil.copy(ROOT / f"exercises/{NAME}.ipynb", source)
    shutil.copy(ROOT / f"exercises/checks/{NAME}.json", source / "checks")
    nbgrader(place, "generate_assignment", "set", "--create")
    released = json.loads((place / f"release/set/{NAME}.ipynb").read_text("utf-8"))
    solved = {q["names"][0]: q["answer"] for q in DATA["questions"]}
    classes = {"untouched": {}, "solved": solved, "two_wrong": {**solved, **WRONG}}
    for learner, answers in classes.items():
        folder = place / "submitted" / learner / "set"
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(answered(released, answers)), "utf-8")
    nbgrader(place, "autograde", "set", "--create")
    database = sqlite3.connect(place / "gradebook.db")
    rows = database.execute(
        "select a.student_id, sum(g.auto_score) from grade g "
        "join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id group by a.student_id"
    )
    return place, dict(rows)


def test_untouched_work_gets_nothing_and_solved_work_everything(graded):
    _, scores = graded
    lost = sum(q["points"] for q in DATA["questions"] if q["names"][0] in WRONG)
    assert scores == {"untouched": 0, "solved": BEST, "two_wrong": BEST - lost}


def test_grading_leaves_no_trace_in_the_teachers_own_progress(graded):
    place, _ = graded
    assert not [path for path in (place / "progress").rglob("*") if path.is_file()]


def test_validate_says_success_to_right_answers_only(graded):
    place, _ = graded
    for learner in ("solved", "two_wrong"):
        folder = place / "submitted" / learner / "set"
        shutil.copytree(place / "source/set/checks", folder / "checks", dirs_exist_ok=True)
        said = nbgrader(place, "validate", str(folder / f"{NAME}.ipynb"), fine=False)
        assert ("Success!" in said) == (learner == "solved"), said[-2000:]


def test_without_its_check_data_an_answer_gets_nothing(graded, tmp_path):
    place, _ = graded
    alone = tmp_path / f"{NAME}.ipynb"
    solved = (place / f"submitted/solved/set/{NAME}.ipynb").read_text("utf-8")
    alone.write_text(solved.replace(f'exercise(\\"{NAME}', 'exercise(\\"77_of_nobody'), "utf-8")
    assert "Success!" not in nbgrader(tmp_path, "validate", str(alone), fine=False)
