"""Mangled notebooks: no crash, no hang, and a reason for each that can't be graded.

`python tests/grading/test_fuzz.py 100000` tries as many as you like.
"""

import copy
import json
import random
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils.checking.data.question import load
from course_utils.grading.intake.submission import SubmissionError, read
from course_utils.grading.marking.job import make_job

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "exercises/checks/02_activation_functions.json"
NOTEBOOK = ROOT / "exercises/02_activation_functions.ipynb"
ODD = (None, True, -1, 1e308, "", "\ud800", "../..", [], {}, [[[]]], {"": {"": None}}, "x" * 9999)


def mangle(notebook, chance):
    """A copy of a notebook's text with a few random hurts, to its structure or to its bytes."""
    data = json.loads(json.dumps(notebook))
    for _ in range(chance.randint(1, 6)):
        hurt(data, chance)
    text = json.dumps(data, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.3:
        text = bytearray(text)
        for _ in range(chance.randint(1, 20)):
            text[chance.randrange(len(text))] = chance.randrange(256)
    return bytes(text[: chance.randrange(len(text))]) if chance.random() < 0.1 else bytes(text)


def hurt(data, chance):
    """Replace, remove or double something at a random place."""
    place, key = data, chance.choice(list(data))
    while isinstance(place[key], (dict, list)) and place[key] and chance.random() < 0.85:
        place = place[key]
        key = (
            chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        )
    kind = chance.randrange(4)
    if kind == 0:
        place[key] = copy.deepcopy(chance.choice(ODD))
    elif kind == 1 and isinstance(place, list):
        place.insert(key, json.loads(json.dumps(place[key])))
    elif kind == 2 and isinstance(place, list):
        chance.shuffle(place)
    elif len(place) > 1:
        del place[key]


def fuzz(count, seed=0):
    """Read `count` mangled notebooks; returns how many could be graded. Raises at a crash."""
    exercise, notebook = load(CHECKS), json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names = {question.name for question in exercise.questions}
    chance, gradable, reasons = random.Random(seed), 0, []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mangled.ipynb"
        for _ in range(count):
            path.write_bytes(mangle(notebook, chance))
            try:
                submission = read(path, exercise)
            except SubmissionError as error:
                reasons.append(str(error))
                continue
            job = make_job(submission, exercise)
            answered = [cell["question"] for cell in job["cells"] if cell["question"]]
            assert len(answered) == len(set(answered))
            assert set(answered) <= names
            json.dumps(job)
            missing = names - set(answered)
            assert all(any(name in text for text in submission.anomalies) for name in missing)
            gradable += 1
    assert all(len(reason) > 20 for reason in reasons)
    return gradable


def test_mangled_notebooks_are_read_or_refused_with_a_reason():
    gradable = fuzz(2_000)
    assert 200 < gradable < 1_990  # both ways out are really taken


@pytest.mark.either_sandbox
def test_mangled_notebooks_are_graded_without_harm(classroom):
    chance = random.Random(1)
    for _ in range(40):
        result = classroom.grade(mangle(classroom.notebook(), chance), "mangled.ipynb")
        assert result.max_score == 6
        assert all(mark.verdict.message for mark in result.marks)
    assert classroom.grade(classroom.notebook()).score == 6


if __name__ == "__main__":
    print(fuzz(int(sys.argv[1]), seed=7), "could be graded")
