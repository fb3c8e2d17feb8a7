"""A build says the same twice: on an idle machine and on a busy one, after whatever went before."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

KINDS = Path(__file__).parent / "kinds" / "solutions"
BUILD = """
import sys
from contextlib import contextmanager
from pathlib import Path
from course_utils.authoring.build import Course, build_all
course = Course(Path(sys.argv[1]))
results = build_all(course)
assert {r.state for r in results} == {"built"}, results
"""
BEFORE = "import keras\nfor _ in range(7):\n    keras.Sequential([keras.layers.Dense(1)])\n"
BUSY = "while True:\n    sum(range(10_000))"


@contextmanager
def busy():
    """As many processes as there are processors, and one more, that do nothing but work."""
    count = (os.cpu_count() or 1) + 1
    processes = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def built(name, folder, before=""):
    """The two files of an exercise, built in a process of its own in which `before` was run."""
    (folder / "solutions").mkdir(parents=True)
    shutil.copy(KINDS / name, folder / "solutions" / name)
    subprocess.run([sys.executable, "-c", before + BUILD, folder], check=True)
    return [path.read_bytes() for path in sorted((folder / "exercises").rglob("*.*"))]


@pytest.mark.parametrize("name", ["98_keras.ipynb", "99_kinds.ipynb"])
def test_the_same_build_twice_gives_the_same_bytes(name, tmp_path):
    with busy():
        loaded = built(name, tmp_path / "loaded", BEFORE if "keras" in name else "")
    assert len(loaded) == 2
    assert built(name, tmp_path / "again") == loaded


def test_no_check_file_holds_a_time_or_a_counted_name(root):
    for path in sorted((root / "exercises" / "checks").glob("*.json")):
        text = path.read_text("utf-8")
        assert '"unsteady"' not in text, path
        assert "0x7f" not in text, path
        for number in range(2, 400):
            assert f"dense_{number} " not in text, path
            assert f"sequential_{number} " not in text, path
