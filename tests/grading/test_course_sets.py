"""Every exercise set of the course, by `course grade`: right answers and known mistakes."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils.authoring.source import message_and_code, read
from course_utils.checking.question import load

ROOT = Path(__file__).resolve().parents[2]
COURSE = [sys.executable, "-c", "from course_utils.cli import main; main()"]
SETS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))

# The part of the known mistakes that is told by its message, or by that of another one of the same
# question. That one mistake is told from another was proved with the inputs of the learner's
# edition and in one process; what TensorFlow draws, and the texts of its errors, differ in another.
TOLD = 0.8


@dataclass(frozen=True)
class Case:
    """One answer to a question. message: what its author is told, "" if it is right. raises:
    whether it raises an error in one of the probes.
    """

    name: str
    source: str
    message: str = ""
    raises: bool = False


def cases_of(name, checks):
    """Every misconception and every alternative of a set; each stands below the course's answer,
    since some call it.
    """
    answers = {question.name: question.answer for question in checks.questions}
    raising = {
        (question.name, wrong.message)
        for question in checks.questions
        for wrong in question.wrong_answers
        if any("error" in value for value in wrong.values)
    }
    for draft in read(ROOT / "solutions" / f"{name}.ipynb").questions:
        for cell in draft.alternatives:
            yield Case(draft.name, f"{answers[draft.name]}\n\n\n{cell.body}")
        for cell in draft.misconceptions:
            message, code = message_and_code(cell)
            below = f"{answers[draft.name]}\n\n\n{code}"
            yield Case(draft.name, below, message, (draft.name, message) in raising)


def submissions(cases, checks):
    """The cases in few submissions: in none are two answers to questions of which one uses the
    other, so that each is judged for itself.
    """
    names = {question.name: question.names for question in checks.questions}
    sources = {question.name: question.answer for question in checks.questions}

    def apart(one, other):
        return one.name != other.name and not (uses(one, other) or uses(other, one))

    def uses(one, other):
        words = set(re.findall(r"\w+", one.source + sources[one.name]))
        return bool(words & set(names[other.name]))

    made = []
    for case in cases:
        place = next((s for s in made if all(apart(case, other) for other in s)), None)
        if place is None:
            made.append([case])
        else:
            place.append(case)
    return {f"class {i:03}": cases for i, cases in enumerate(made)} | {"solved": []}


def write(folder, name, checks, handed_in):
    folder.mkdir()
    blank = (ROOT / "exercises" / f"{name}.ipynb").read_text(encoding="utf-8")
    (folder / "not attempted.ipynb").write_text(blank, encoding="utf-8")
    for label, cases in handed_in.items():
        given = {question.name: question.answer for question in checks.questions}
        given |= {case.name: case.source for case in cases}
        by_id = {question.answer_id: given[question.name] for question in checks.questions}
        notebook = json.loads(blank)
        for cell in notebook["cells"]:
            cell["source"] = by_id.get(cell["id"], cell["source"])
        (folder / f"{label}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_set_gets_the_marks_it_deserves(bubblewrap, tmp_path, name):
    checks = load(ROOT / "exercises/checks" / f"{name}.json")
    cases = list(cases_of(name, checks))
    handed_in = submissions(cases, checks)
    write(tmp_path / "in", name, checks, handed_in)
    run = subprocess.run(
        [*COURSE, "grade", tmp_path / "in", "-o", tmp_path / "marks", "--seed", "20263"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    results = json.loads((tmp_path / "marks/results.json").read_text(encoding="utf-8"))
    assert {result["submission"] for result in results} == {*handed_in, "not attempted"}
    judged, problems, told = 0, [], []
    for result in results:
        given = {case.name: case for case in handed_in.get(result["submission"], ())}
        blank = result["submission"] == "not attempted"
        for question in result["questions"]:
            case = given.get(question["name"])
            judged += case is not None
            if not as_deserved(question, case, blank):
                problems.append((question["name"], case and case.source, question))
            if case and case.message:
                known = (c.message for c in cases if c.message and c.name == case.name)
                told.append(any(message in question["message"] for message in known))
    assert problems == []
    assert judged == len(cases)
    assert sum(told) >= TOLD * len(told)


def as_deserved(question, case, blank):
    """Whether a question has the points and the verdict that its answer deserves."""
    came = question["verdict"], question["score"]
    if case is None or not case.message:
        return came == (("not attempted", 0) if blank else ("correct", question["max_score"]))
    return came == ("incorrect", 0) or (came == ("error", 0) and case.raises)
