"""Every exercise set of the course, by `course grade`: right answers and known mistakes.

Of these a sample is graded, or all with `--every-answer`, or those of one set with `--lesson 02`.
"""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils.authoring.source import message_and_code, read
from course_utils.checking.data.question import USUAL_SECONDS, load

ROOT = Path(__file__).resolve().parents[2]
COURSE = [sys.executable, "-c", "from course_utils.cli import main; main()"]
SEED = str(2**62 + 20_263)  # as long as those that are drawn
SETS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))

# The part of the known mistakes that is told by its message, or by that of another one of the same
# question. That one mistake is told from another was proved with the inputs of the learner's
# edition and in one process; what TensorFlow draws, and the texts of its errors, differ in another.
TOLD = 0.8

# So many answers to a question are graded where a sample is enough; of one whose answer is slow, a
# single one. That each known answer gets the verdict and the words that it deserves is proved
# when the set is built; left to see is that the grader judges as the learner's edition does.
SAMPLE = 4


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
        if any(value.error for value in wrong.values)
    }
    for draft in read(ROOT / "solutions" / f"{name}.ipynb").questions:
        for cell in draft.alternatives:
            yield Case(draft.name, f"{answers[draft.name]}\n\n\n{cell.body}")
        for cell in draft.misconceptions:
            message, code = message_and_code(cell)
            below = f"{answers[draft.name]}\n\n\n{code}"
            yield Case(draft.name, below, message, (draft.name, message) in raising)


def sample(cases, checks):
    """A few cases of each question, from its first, an alternative, to its last, a mistake."""
    taken = []
    for place, question in enumerate(checks.questions):
        of_it = [case for case in cases if case.name == question.name]
        if question.seconds > USUAL_SECONDS:
            taken.append(of_it[-(place % 2)])  # a right one here, a wrong one there
        else:
            count = min(len(of_it), SAMPLE)
            taken += [of_it[i * (len(of_it) - 1) // max(count - 1, 1)] for i in range(count)]
    return taken


def submissions(cases, checks):
    """The cases in few submissions: in none are two answers to questions of which one uses the
    other, so that each is judged for itself.
    """
    names = {question.name: question.names for question in checks.questions}
    sources = {question.name: question.answer for question in checks.questions}

    def apart(one, other):
        return one.name != other.name and not (uses(one, other) or uses(other, one))

    def uses(one, other):
        read = names_read(one.source) | names_read(sources[one.name])
        return bool(read & set(names[other.name]))

    made = []
    for case in cases:
        place = next((s for s in made if all(apart(case, other) for other in s)), None)
        if place is None:
            made.append([case])
        else:
            place.append(case)
    return {f"class {i:03}": cases for i, cases in enumerate(made)} | {"solved": []}


def left_open(cases, checks):
    """The questions that a submission doesn't answer: those whose answer takes long, such as a
    training, and which no case of it is about and no other answer uses. Each is trained where it
    is judged. The solved submission, which has no case, answers all.
    """
    judged = {case.name for case in cases}
    slow = [q for q in checks.questions if q.seconds > USUAL_SECONDS and q.name not in judged]
    sources = {q.name: q.answer for q in checks.questions} | {c.name: c.source for c in cases}
    read = {name: names_read(source) for name, source in sources.items()}

    def is_used(question):
        others = (names for name, names in read.items() if name != question.name)
        return bool(set().union(*others) & set(question.names))

    return {q.name for q in slow if not is_used(q)} if cases else set()


def names_read(source):
    """The names that code reads; of code that is none, every word."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set(re.findall(r"\w+", source))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def write(folder, name, checks, handed_in):
    folder.mkdir()
    blank = (ROOT / "exercises" / f"{name}.ipynb").read_text(encoding="utf-8")
    (folder / "not attempted.ipynb").write_text(blank, encoding="utf-8")
    for label, cases in handed_in.items():
        given = {question.name: question.answer for question in checks.questions}
        given |= {case.name: case.source for case in cases}
        answered = [q for q in checks.questions if q.name not in left_open(cases, checks)]
        by_id = {question.answer_id: given[question.name] for question in answered}
        notebook = json.loads(blank)
        for cell in notebook["cells"]:
            cell["source"] = by_id.get(cell["id"], cell["source"])
        (folder / f"{label}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_set_gets_the_marks_it_deserves(bubblewrap, tmp_path, name, takes_every_answer):
    checks = load(ROOT / "exercises/checks" / f"{name}.json")
    known = list(cases_of(name, checks))
    cases = known if takes_every_answer(name) else sample(known, checks)
    handed_in = submissions(cases, checks)
    write(tmp_path / "in", name, checks, handed_in)
    run = subprocess.run(
        [*COURSE, "grade", tmp_path / "in", "-o", tmp_path / "marks", "--seed", SEED],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    results = json.loads((tmp_path / "marks/results.json").read_text(encoding="utf-8"))
    assert {result["submission"] for result in results} == {*handed_in, "not attempted"}
    judged, problems, told = 0, [], []
    for result in results:
        given = {case.name: case for case in handed_in.get(result["submission"], ())}
        blank = result["submission"] == "not attempted"
        left = left_open([*given.values()], checks)
        for question in result["questions"]:
            case = given.get(question["name"])
            judged += case is not None
            untouched = blank or question["name"] in left
            if not as_deserved(question, case, untouched, checks.question(question["name"])):
                problems.append((question["name"], case and case.source, question))
            if case and case.message:
                messages = (c.message for c in known if c.message and c.name == case.name)
                told.append(any(message in question["message"] for message in messages))
    assert problems == []
    assert judged == len(cases)
    assert sum(told) >= TOLD * len(told)


@pytest.mark.parametrize("name", SETS)
def test_sample_has_each_question_and_each_answer_once(name):
    checks = load(ROOT / "exercises/checks" / f"{name}.json")
    known = list(cases_of(name, checks))
    taken = sample(known, checks)
    assert len({id(case) for case in taken}) == len(taken) < len(known)
    assert {case.name for case in taken} == {question.name for question in checks.questions}
    assert any(case.message for case in taken)
    assert not all(case.message for case in taken)


def as_deserved(question, case, blank, asked):
    """Whether a question has the points and the verdict that its answer deserves. A wrong answer
    may have a part of them, where the question has parts.
    """
    came = question["verdict"], question["score"]
    if case is None or not case.message:
        return came == (("not attempted", 0) if blank else ("correct", question["max_score"]))
    kinds = ("incorrect", "error") if case.raises else ("incorrect",)
    least = 0 < question["score"] < question["max_score"] if asked.groups else False
    return came[0] in kinds and (came[1] == 0 or least)
