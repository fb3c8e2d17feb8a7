"""What need not be shown again: tests of lessons that passed with the very same files.

To run and grade twenty-three lessons takes most of an hour, and gives the same again while nothing
has changed that it rests on. So `start.py test --prove` runs everything, and writes a digest of
that into `proven.json` for each such test that passed. A later run of the whole suite leaves out
the tests whose digest is still the same, and says how many; with `--everything` it leaves out none.
"""

import functools
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.authoring.engine import essence

ROOT = Path(__file__).resolve().parents[1]
PROVEN = Path(os.environ.get("COURSE_PROVEN", ROOT / "tests" / "proven.json"))  # tests have another
LESSON = re.compile(r"\[(?:[a-z]+/)?(\d\d_\w+)(?:\.ipynb)?\]$")
OF_A_LESSON = ("notebooks/{}.ipynb", "solutions/{}.ipynb", "exercises/{}.ipynb")
CHECKS = "exercises/checks/{}.json"
IMPORTED = re.compile(r"\bcourse_utils\.(\w+)|\bfrom course_utils import ([\w, ]+)")
# The files whose tests are each about one lesson and take long, with the rooms of course_utils that
# they use beside those that the lesson's notebooks import.
RESTS_ON = {
    "tests/browser/test_notebooks_in_jupyterlab.py": {"explorables", "learning"},
    "tests/grading/test_course_sets.py": {"authoring", "grading"},
    "tests/notebooks/test_exercises.py": {"learning"},
    "tests/notebooks/test_lessons_and_solutions.py": {"learning"},
}
SUPPORT = ("cards.cfg", "conftest.py", "figures.cfg")
FOR_ALL = ("course_utils/__init__.py", "requirements-test.txt", "tests/conftest.py")


def digest(test, root=ROOT):
    """Of all that the outcome of a test of a lesson rests on; None for any other test."""
    file, _, rest = test.partition("::")
    lesson = LESSON.search(rest)
    if file not in RESTS_ON or not lesson:
        return None
    notebooks = [root / name.format(lesson[1]) for name in OF_A_LESSON]
    beside = [p for p in sorted((root / file).parent.iterdir()) if p.name in SUPPORT]
    own = [*notebooks, root / CHECKS.format(lesson[1]), root / file, *beside]
    parts = [rest, machine("browser" in file), digest_of((*own, *map(root.joinpath, FOR_ALL)))]
    for room in rooms_of(notebooks, RESTS_ON[file] | {"data"}, root):
        parts += [room, digest_of(tuple(files_of(room, root)))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def digest_of(paths):
    """Of files, by name and content; of Python, its code without comments and docstrings."""
    total = hashlib.sha256()
    for path in paths:
        if path.is_file():
            text = path.suffix == ".py" and essence(path.read_text("utf-8")).encode()
            total.update(path.name.encode() + (text or path.read_bytes()))
    return total.hexdigest()


def rooms_of(notebooks, others, root):
    """The rooms that some notebooks import, and `others`, and all that these import in turn."""
    found, todo = set(), set(others)
    for path in filter(Path.is_file, notebooks):  # a lesson's second notebook has no exercise
        cells = json.loads(path.read_text("utf-8"))["cells"]
        todo |= imported("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code"))
    while todo:
        room = todo.pop()
        if room not in found and (files := files_of(room, root)):
            found.add(room)
            todo |= {name for path in files if path.suffix == ".py" for name in imports_of(path)}
    return sorted(found)


def imported(source):
    """The rooms, or modules beside them, that a source imports from course_utils."""
    names = set()
    for one, several in IMPORTED.findall(source):
        names |= {name.strip() for name in (one or several).split(",")}
    return names


@functools.cache
def imports_of(path):
    return imported(path.read_text("utf-8"))


@functools.cache
def files_of(room, root):
    """The files of a room of course_utils, or the module of that name."""
    place = root / "course_utils" / room
    if place.is_dir():
        files = (path for path in place.rglob("*") if path.is_file())
        return sorted(path for path in files if "__pycache__" not in path.parts)
    return [place.with_suffix(".py")] if place.with_suffix(".py").is_file() else []


@functools.cache
def machine(with_browser):
    """The kind of machine, Python and, where a page is shown, browser."""
    said = f"{platform.system()} {platform.machine()} {sys.version_info[:2]}"
    chromium = shutil.which("chromium") if with_browser else None
    if chromium:
        version = subprocess.run([chromium, "--version"], capture_output=True, text=True).stdout
        said += f" {version.partition('.')[0]}"
    return said


@functools.cache
def proven():
    """test -> the digest with which it passed."""
    return json.loads(PROVEN.read_text("utf-8")) if PROVEN.exists() else {}


def is_proven(test):
    return test in proven() and proven()[test] == digest(test)


def pytest_addoption(parser):
    group = parser.getgroup("the course")
    words = "run also the tests of lessons that passed with these very files (tests/proven.json)"
    group.addoption("--everything", action="store_true", help=words)
    words = "run everything, and write down which tests of lessons passed with which files"
    group.addoption("--prove", action="store_true", help=words)


def pytest_configure(config):
    if config.option.prove and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Prover())


def leaves_out(config):
    """Whether the whole suite is asked for, in each of its processes, and nothing more."""
    option = config.option
    asked = (option.everything, option.prove, option.every_answer, option.lesson)
    return config.args_source == pytest.Config.ArgsSource.TESTPATHS and not any(asked)


class Prover:
    """Keeps, in the process that the user started, what passed with which files."""

    def __init__(self):
        self.passed = {}
        self.failed = set()

    def pytest_runtest_logreport(self, report):
        if report.outcome == "failed":
            self.failed.add(report.nodeid)
        elif (report.when, report.outcome) == ("call", "passed") and (now := digest(report.nodeid)):
            self.passed[report.nodeid] = now

    def pytest_sessionfinish(self):
        kept = {test: known for test, known in proven().items() if known == digest(test)}
        known = sorted({**kept, **self.passed}.items())
        text = json.dumps({test: it for test, it in known if test not in self.failed}, indent=1)
        PROVEN.write_text(text + "\n", encoding="utf-8")


def pytest_report_header(config):
    if not leaves_out(config):
        return None
    count = sum(map(is_proven, proven()))
    return f"left out: {count} tests of lessons that passed with these very files (--everything)"


def pytest_collection_modifyitems(config, items):
    if leaves_out(config):
        left_out = {item for item in items if is_proven(item.nodeid)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
