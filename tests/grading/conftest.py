"""A class that hands in: a small exercise, submissions of every kind, and a grader for them."""

import copy
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from course_utils.authoring.build import make
from course_utils.authoring.editions import learners_notebook
from course_utils.authoring.source import read
from course_utils.checking.expecting.expectation import renew
from course_utils.grading.intake.file import File
from course_utils.grading.intake.submission import read as read_submission
from course_utils.grading.marking.grade import grade_all, grade_file
from course_utils.grading.marking.job import make_job
from course_utils.grading.sandbox.stations import WorkerPool
from course_utils.grading.sandbox.tiers import bubblewrap, landlock

SEED = 20_261
NAME = "97_small"

CELLS = [
    ("markdown", "", "# Small"),
    ("code", "setup", 'from course_utils import exercise\n\ncheck = exercise("97_small")[0]'),
    ("code", "given", "import numpy as np"),
    ("markdown", "", "### 1.1 `double` · 2 points · 1 min · ★☆☆\nTwice `x`, as a new array."),
    (
        "code",
        "answer",
        "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
    ),
    ("code", "check", "check(double)"),
    ("markdown", "hint", "Multiply."),
    (
        "code",
        "probes",
        "%%probes double\ndouble(np.array([1.0, 2.0]))\ndouble(rng.normal(size=(3, 2)))",
    ),
    (
        "code",
        "misconception",
        '%%misconception double\n"""A square."""\ndef double(x): return x * x',
    ),
    ("code", "misconception", '%%misconception double\n"""Unchanged."""\ndef double(x): return x'),
    ("code", "misconception", '%%misconception double\n"""Half."""\ndef double(x): return x / 2'),
    ("code", "alternative", "%%alternative double\ndef double(x): return x + x"),
    ("code", "alternative", "%%alternative double\ndef double(x): return np.multiply(x, 2)"),
    ("markdown", "", "### 1.2 `quadruple` · 3 points · 1 min · ★☆☆\nFour times, with `double`."),
    (
        "code",
        "answer",
        "def quadruple(x):\n    ### BEGIN SOLUTION\n    return double(double(x))\n"
        "    ### END SOLUTION",
    ),
    ("code", "check", "check(quadruple)"),
    ("markdown", "hint", "Twice, twice."),
    ("code", "probes", "%%probes quadruple\nquadruple(rng.normal(size=4))"),
    (
        "code",
        "misconception",
        '%%misconception quadruple\n"""Once only."""\ndef quadruple(x): return double(x)',
    ),
    (
        "code",
        "misconception",
        '%%misconception quadruple\n"""Three."""\ndef quadruple(x): return x + double(x)',
    ),
    (
        "code",
        "misconception",
        '%%misconception quadruple\n"""Eight."""\ndef quadruple(x): return 8 * x',
    ),
    ("code", "alternative", "%%alternative quadruple\ndef quadruple(x): return 4 * x"),
    (
        "code",
        "alternative",
        "%%alternative quadruple\ndef quadruple(x): return double(x) + double(x)",
    ),
    ("markdown", "", "### 1.3 `answer` · 1 point · 1 min · ★☆☆\nSix times seven."),
    ("code", "answer", "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION"),
    ("code", "check", "check(answer)"),
    ("markdown", "hint", "Count."),
    ("code", "probes", "%%probes answer\nanswer"),
    ("code", "misconception", '%%misconception answer\n"""A sum."""\nanswer = 13'),
    ("code", "misconception", '%%misconception answer\n"""Text."""\nanswer = "42"'),
    ("code", "misconception", '%%misconception answer\n"""Off by one."""\nanswer = 41'),
    ("code", "alternative", "%%alternative answer\nanswer = 6 * 7"),
    ("code", "alternative", "%%alternative answer\nanswer = 42.0"),
]


def solution_notebook(content=CELLS):
    cells = []
    for i, (kind, tag, source) in enumerate(content):
        cell = {"cell_type": kind, "id": f"cell-{i}", "metadata": {"tags": [tag] if tag else []}}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append({**cell, "source": source})
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


MADE = {}  # text of a solution notebook -> what is built from it


def set_of(path, text):
    """The exercise as it is built and as it is graded, and its notebook; made once of a text."""
    if text not in MADE:
        solution = read(path)
        built, _ = make(solution)
        blank = learners_notebook(solution, {q.name: q for q in built.questions})
        MADE[text] = built, renew(built, SEED), blank
    return MADE[text]


def allowing(exercise, seconds):
    """The exercise with so many seconds for each of its questions.

    It is built with the usual ones: a builder that has to wait for other work refuses a question.
    """
    questions = tuple(replace(question, seconds=seconds) for question in exercise.questions)
    return replace(exercise, questions=questions)


class Classroom:
    """The exercise, notebooks made from it, and the grader at work on them.

    seconds: what an answer may take when it is graded; what hangs burns them each time.
    """

    def __init__(self, folder, pool, content=CELLS, seconds=2):
        path = folder / f"{NAME}.ipynb"
        path.write_text(json.dumps(solution_notebook(content)))
        built, exercise, self.blank = set_of(path, path.read_text())
        self.built, self.exercise = allowing(built, seconds), allowing(exercise, seconds)
        self.folder = folder / "handed_in"
        self.folder.mkdir()
        self.pool = pool

    def notebook(self, **answers):
        """A notebook in which everything is right but the answers given; None leaves one blank."""
        notebook = copy.deepcopy(self.blank)
        for question in self.exercise.questions:
            source = answers.get(question.name, question.answer)
            if source is not None:
                self.cell(notebook, question.name)["source"] = source
        return notebook

    def cell(self, notebook, name):
        """The cell of a notebook that answers a question."""
        wanted = self.exercise.question(name).answer_id
        return next(cell for cell in notebook["cells"] if cell.get("id") == wanted)

    def write(self, content, name="ada.ipynb"):
        """Hand a notebook (or any text or bytes) in under a file name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text, encoding="utf-8")
        return path

    def grade(self, content, name="ada.ipynb"):
        """The result of one submission."""
        path = self.write(content, name)
        return grade_file(File(path.stem, path), self.exercise, self.pool, self.built)

    def grade_many(self, contents):
        """The results of several submissions, by name, graded at the same time."""
        files = [
            File(name, self.write(content, f"{name}.ipynb")) for name, content in contents.items()
        ]
        with ThreadPoolExecutor(2) as executor:
            results = grade_all(files, self.exercise, self.pool, executor, public=self.built)
            return {result.submission: result for result in results}

    def observe(self, **answers):
        """What comes out of the sandbox, as data, for a notebook with these answers."""
        path = self.write(self.notebook(**answers))
        job = make_job(read_submission(path, self.exercise), self.exercise)
        with self.pool.borrow() as worker:
            return worker.run(job, 60)


TIERS = {"bubblewrap": bubblewrap, "landlock": landlock}


def sandbox_of(tier):
    """The sandbox of a tier; skips, or fails where everything has to be there, if there is none."""
    found = TIERS[tier]()
    if isinstance(found, str):
        too_old = found.startswith("The kernel has")  # nothing that one could install
        refuse = (
            pytest.fail if os.environ.get("COURSE_REQUIRE_ALL") and not too_old else pytest.skip
        )
        refuse(found)
    return found


@pytest.fixture(scope="session", params=TIERS)
def sandbox(request):
    """A sandbox of each tier that this system has."""
    return sandbox_of(request.param)


@pytest.fixture(scope="session")
def sandlock():
    """The sandbox that Landlock makes."""
    return sandbox_of("landlock")


@pytest.fixture(scope="module")
def classroom(request, sandbox, tmp_path_factory):
    """A classroom whose questions may take a module's SECONDS."""
    seconds = getattr(request.module, "SECONDS", 2)
    with WorkerPool(sandbox, 2) as pool:
        yield Classroom(tmp_path_factory.mktemp("class"), pool, seconds=seconds)


@pytest.fixture(scope="session")
def classroom_of():
    """The class `Classroom`, for tests that need no sandbox or one of their own."""
    return Classroom


@pytest.fixture
def own_classroom(sandbox, tmp_path):
    """A classroom whose worker nobody else has: matplotlib leaves its settings in its folder."""
    with WorkerPool(sandbox, 1) as pool:
        yield Classroom(tmp_path, pool)


@pytest.fixture(scope="session")
def verdicts():
    """A function: question -> kind of verdict, of a result."""
    return lambda result: {mark.name: mark.verdict.kind for mark in result.marks}
