"""A grader that is killed at a random moment and run again gives the marks of one that is not.

`python tests/grading/test_kills.py 50` does it as often as you like.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from course_utils.checking.data.question import load

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_activation_functions"
COURSE = [sys.executable, "-c", "from course_utils.cli import main; main()"]
WRONG = {
    "wrong": "def relu(z):\n    return np.abs(z)",
    "error": "def relu(z)\n    return z",
    "crash": "import os\nos._exit(1)",
}


def hand_in(folder, count=12):
    """A class, every second of which has everything right."""
    checks = load(ROOT / "exercises/checks" / f"{NAME}.json")
    blank = (ROOT / f"exercises/{NAME}.ipynb").read_text(encoding="utf-8")
    for i in range(count):
        label, answer = list(WRONG.items())[i // 2 % 3] if i % 2 else ("right", None)
        notebook = json.loads(blank)
        for question in checks.questions:
            (cell,) = [c for c in notebook["cells"] if c["id"] == question.answer_id]
            cell["source"] = (question.name == "relu" and answer) or question.answer
        (folder / f"{label}{i}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def start(folder, out):
    command = [*COURSE, "grade", folder, "-o", out, "--seed", "7"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    null = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=null, stderr=null)


def marks(out):
    """Submission -> all that is said of it, but for the seconds it took."""
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {r.pop("submission"): r for r in results if r.pop("seconds") is not None}


def kill_and_compare(count, seed=0):
    """Kill `count` runs, each somewhere in its time, and end each by another run.

    Returns the moments, as parts of an undisturbed run's results. Raises if marks differ.
    """
    chance, moments = random.Random(seed), []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "submissions")
        folder.mkdir()
        hand_in(folder)
        assert start(folder, Path(place, "undisturbed")).wait() == 0
        expected = marks(Path(place, "undisturbed"))
        table = Path(place, "undisturbed", "grades.csv").read_bytes()
        for i in range(count):
            out = Path(place, str(i))
            moments.append(killed(start(folder, out), out, len(expected), chance))
            whole_or_not_there(out, expected, table)
            assert start(folder, out).wait() == 0
            assert marks(out) == expected
            assert (out / "grades.csv").read_bytes() == table
            assert not list(out.rglob("*.tmp"))
            pages = {path.name for path in (out / "feedback").iterdir()}
            assert pages == {f"{name}.html" for name in expected}
    return [moment / len(expected) for moment in moments]


def whole_or_not_there(out, expected, table):
    """Each report takes its name by itself, so that a kill may leave the first without the next."""
    assert not (out / "results.json").exists() or marks(out) == expected
    grades = out / "grades.csv"
    assert not grades.exists() or grades.read_bytes() == table


def killed(process, out, count, chance):
    """Kill a run, at the earliest when it has some random number of results; returns how many."""
    after = chance.randint(-1, count)  # -1: perhaps before it has begun; all: while it reports
    while after > 0 and process.poll() is None and results(out) < after:
        time.sleep(0.005)
    try:
        process.wait(chance.uniform(0, 1.0 if after < 0 else 0.3))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return results(out)


def results(out):
    try:
        return max((out / "journal.jsonl").read_bytes().count(b"\n") - 1, 0)
    except OSError:
        return 0


def test_killed_and_run_again_gives_the_same_marks(bubblewrap):
    assert len(kill_and_compare(4, seed=3)) == 4


def test_a_kill_between_two_reports_is_no_difference(tmp_path):
    (tmp_path / "grades.csv").write_bytes(b"a table")
    whole_or_not_there(tmp_path, {}, b"a table")
    with pytest.raises(AssertionError):
        whole_or_not_there(tmp_path, {}, b"another table")


if __name__ == "__main__":
    found = kill_and_compare(int(sys.argv[1]))
    print(f"{len(found)} times the same marks; killed at", *(f"{part:.0%}" for part in found))
