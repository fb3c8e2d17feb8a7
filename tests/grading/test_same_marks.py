"""The same submission gets the same marks: in each sandbox, by one worker or many, in any order."""

import json
import multiprocessing
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from course_utils.grading.intake.file import File
from course_utils.grading.marking.grade import grade_all
from course_utils.grading.sandbox.remote import RemotePool
from course_utils.grading.sandbox.stations import WorkerPool
from course_utils.grading.sandbox.tiers import bubblewrap, landlock, unconfined

pytestmark = pytest.mark.either_sandbox(whole_file=True)

ANSWERS = {
    "right": {},
    "square": {"double": "def double(x):\n    return x * x"},
    "once": {"quadruple": "def quadruple(x):\n    return double(x)"},
    "in place": {"double": "def double(x):\n    x *= 2\n    return x"},
    "raises": {"double": "def double(x):\n    return x + y"},
    "syntax": {"double": "def double(x)\n    return x"},
    "exits": {"double": "import os\nos._exit(2)"},
    "sleeps": {"answer": "import time\ntime.sleep(60)"},
    "prints": {"double": "def double(x):\n    print(x)\n    return 2 * x"},
    "writes": {"double": "open('mine', 'w').write('1')\ndef double(x):\n    return 2 * x"},
    "random": {"answer": "answer = np.random.default_rng(3).integers(42, 43)"},
    "hashes": {"answer": "answer = len({'a', 'b'}) * 21"},
    "blank": {"double": None, "quadruple": None, "answer": None},
}


@pytest.fixture(scope="module")
def handed_in(classroom):
    files = []
    for name, answers in ANSWERS.items():
        path = classroom.write(classroom.notebook(**answers), f"same/{name}.ipynb")
        files.append(File(name, path))
    path = classroom.write("no notebook", "same/unreadable.ipynb")
    return [*files, File("unreadable", path)]


def marks(results):
    return {result.submission: [said(mark) for mark in result.marks] for result in results}


def said(mark):
    verdict = mark.verdict
    return mark.score, verdict.kind, verdict.message, verdict.next_step, verdict.remarks


def graded(pool, executor, exercise, files):
    return marks(grade_all(files, exercise, pool, executor, ahead=5))


@pytest.fixture(scope="module")
def expected(classroom, handed_in):
    with ThreadPoolExecutor(1) as executor:
        found = graded(classroom.pool, executor, classroom.exercise, handed_in)
    assert len({json.dumps(rows) for rows in found.values()}) > 8  # they differ from each other
    return found


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_workers_and_order_do_not_matter(classroom, handed_in, expected, workers):
    files = list(handed_in)
    random.Random(workers).shuffle(files)
    sandbox = classroom.pool.sandbox
    with WorkerPool(sandbox, workers) as pool, ThreadPoolExecutor(workers) as executor:
        assert graded(pool, executor, classroom.exercise, files) == expected


TIERS = {"bubblewrap": bubblewrap, "landlock": landlock, "none": unconfined}


@pytest.mark.parametrize("tier", TIERS)
def test_the_sandbox_does_not_matter(classroom, handed_in, expected, tier, tmp_path, monkeypatch):
    if tier == classroom.pool.sandbox.tier:
        pytest.skip("that is the one to compare with")
    sandbox = TIERS[tier]()
    if isinstance(sandbox, str):
        pytest.skip(sandbox)
    monkeypatch.chdir(tmp_path)  # without a sandbox, one of them writes a file here
    with WorkerPool(sandbox, 2) as pool, ThreadPoolExecutor(2) as executor:
        assert graded(pool, executor, classroom.exercise, handed_in) == expected


def test_an_executor_of_processes_gives_the_same_marks(classroom, handed_in, expected):
    spawn = multiprocessing.get_context("spawn")  # this process has threads
    with ProcessPoolExecutor(2, spawn) as processes, ThreadPoolExecutor(4) as executor:
        assert graded(RemotePool(processes), executor, classroom.exercise, handed_in) == expected
