"""A build says the same twice: on an idle machine and on a busy one, after whatever went before."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

KINDS = Path(__file__).parent / "kinds" / "solutions"
BUILD = """
import sys
from pathlib import Path
from course_utils.authoring.build import Course, build_all
course = Course(Path(sys.argv[1]))
results = build_all(course)
assert {r.state for r in results} == {"built"}, results
"""
BEFORE = "import keras\nfor _ in range(7):\n    keras.Sequential([keras.layers.Dense(1)])\n"
DRAWS = '''%%misconception standardize
"""You add noise."""
def standardize(x):
    return x + np.random.normal(size=x.shape)'''
BUSY = "while True:\n    sum(range(10_000))"


@contextmanager
def busy(process):
    """A machine that does much else: half of the time, the process gets no processor.

    It is stopped for that time. Where none can be, as many processes as there are processors, and
    one more, do nothing but work.
    """
    over = threading.Event()

    def stop_and_go():
        while not over.wait(0.05):
            process.send_signal(signal.SIGSTOP)
            over.wait(0.05)
            process.send_signal(signal.SIGCONT)

    others = []
    if hasattr(signal, "SIGSTOP"):
        threading.Thread(target=stop_and_go).start()
    else:
        count = (os.cpu_count() or 1) + 1
        others = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        over.set()
        for other in others:
            other.kill()
            other.wait()


def built(name, folder, before="", load=nullcontext):
    """The two files of an exercise, built in a process of its own in which `before` was run."""
    (folder / "solutions").mkdir(parents=True)
    notebook = json.loads((KINDS / name).read_text("utf-8"))
    for place, cell in enumerate(notebook["cells"]):
        if cell["id"] == "standardize-misconception":
            notebook["cells"].insert(place, {**cell, "id": "standardize-draws", "source": DRAWS})
            break
    (folder / "solutions" / name).write_text(json.dumps(notebook), "utf-8")
    process = subprocess.Popen([sys.executable, "-c", before + BUILD, folder])
    with load(process):
        assert process.wait() == 0
    return [path.read_bytes() for path in sorted((folder / "exercises").rglob("*.*"))]


@pytest.mark.parametrize("name", ["98_keras.ipynb", "99_kinds.ipynb"])
def test_the_same_build_twice_gives_the_same_bytes(name, tmp_path):
    loaded = built(name, tmp_path / "loaded", BEFORE if "keras" in name else "", busy)
    assert len(loaded) == 2
    assert built(name, tmp_path / "again") == loaded


def test_no_check_file_holds_a_time_or_a_counted_name(root):
    for path in sorted((root / "exercises" / "checks").glob("*.json")):
        text = path.read_text("utf-8")
        assert '"unsteady"' not in text, path
        assert "0x7f" not in text, path
        assert not re.search(r"(dense|sequential)_([2-9]|[1-9]\d+) ", text), path
