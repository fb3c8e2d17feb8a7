"""Which tests a change asks for (`--changed`, `--lesson 02`), and which may run side by side.

The whole suite, which runs before a change is taken, leaves out no test but what is proven
(`proofs.py`). Of the known answers to the questions it grades a sample, unless a lesson is chosen
or `--every-answer` asks for all; and where the kind of sandbox is not what a test is about, it runs
each case in one of the two, unless the file is named or `--everything` asks for both.
"""

import functools
import re
import subprocess
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LESSON = re.compile(r"(?<!\d)(\d\d)_[a-z]")
OF_A_LESSON = re.compile(r"(notebooks|solutions|exercises)/(text/|checks/)?(?P<number>\d\d)_")
# The files of which each test that has a lesson's name in its id is about that lesson alone. Most
# take long, so that their tests run on whichever process is free, and before all others.
BY_LESSON = (
    "tests/grading/test_course_sets.py",
    "tests/browser/test_notebooks_in_jupyterlab.py",
    "tests/notebooks/test_lessons_and_solutions.py",
    "tests/notebooks/test_exercises.py",
    "tests/notebooks/test_consistency.py",
    "tests/notebooks/test_minutes.py",
    "tests/grading/test_check_data.py",
)
# Whole files that take half a minute or more: none begins when the other processes are done.
LONG = [
    f"tests/{name}"
    for name in (
        "grading/test_soak.py",
        "grading/test_faults.py",
        "explorables/test_pages.py",
        "test_benchmarks.py",
        "grading/test_budgets.py",
        "home/test_two_days.py",
        "test_cli.py",
        "grading/test_batch.py",
        "authoring/test_same_bytes.py",
        "explorables/kit/test_markup.py",
        "grading/test_kills.py",
        "grading/test_cluster.py",
        "browser/test_prompts.py",
        "home/test_home_page.py",
        "test_start.py",
    )
]
ALWAYS = ("tests/test_architecture.py", "tests/test_repository.py", "tests/test_spelling.py")
# What a page says is tested in the room that it is about.
PAGES = {
    "docs/authoring.md": "tests/authoring/test_authoring_doc.py",
    "docs/teaching.md": "tests/grading/test_teaching_doc.py",
    "docs/extending-nn.md": "tests/nn/test_extending_doc.py",
    "docs/gallery.ipynb": "tests/explorables/test_gallery_notebook.py",
}


@dataclass
class Chosen:
    """Lessons by number, and test files or folders; `everything` where a change may touch all."""

    lessons: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    everything: bool = False

    def holds(self, path: str) -> bool:
        """Whether tests of this file or folder, relative to the root, may be among the chosen."""
        named = [*self.paths, *ALWAYS, *(BY_LESSON if self.lessons else ())]
        return self.everything or any(is_in(path, other) or is_in(other, path) for other in named)

    def takes(self, file: str, test: str) -> bool:
        """Whether a test is chosen, by its file and its id."""
        if self.everything or any(is_in(file, path) for path in (*ALWAYS, *self.paths)):
            return True
        number = lesson_of(test)
        return file in BY_LESSON and (number in self.lessons or number is None)


def is_in(path, folder):
    """Whether a path is the folder's, or one below it."""
    return path == folder or path.startswith(folder + "/")


def lesson_of(test):
    """The number of the lesson that a test's id names in its brackets, if it does."""
    found = LESSON.search(test.partition("[")[2])
    return found[1] if found else None


def chosen_for(files, root=ROOT):
    """What to test where these files, relative to the root, have changed."""
    chosen = Chosen()
    for file in files:
        room, _, rest = file.partition("/")
        if found := OF_A_LESSON.match(file):
            chosen.lessons.add(found["number"])
        elif file in PAGES:
            chosen.paths.add(PAGES[file])
        elif file in ALWAYS or file.endswith(".md") or room == "benchmarks":
            pass  # what is always tested reads them
        elif room == "tests" and Path(file).name.startswith("test_"):
            chosen.paths.add(file)
        elif room == "tests" and rest.count("/"):
            chosen.paths.add(f"tests/{rest.split('/')[0]}")
        elif room == "course_utils" and (folder := _tests_of(rest, root)):
            chosen.paths.add(folder)
        else:
            chosen.everything = True
    return chosen


def _tests_of(path, root):
    """The folder of tests that is called as the innermost room of a file, or as the file."""
    parts = Path(path).parts
    if len(parts) == 1:
        return next((p for p in [f"tests/test_{Path(path).stem}.py"] if (root / p).exists()), "")
    for count in range(len(parts) - 1, 0, -1):
        folder = "/".join(["tests", *parts[:count]])
        if (root / folder).is_dir():
            return folder
    return ""


def changed_files(root=ROOT):
    """The files that differ from where this branch left `main`, also those not committed yet."""

    def git(*arguments):
        command = ["git", "-c", "core.quotePath=false", *arguments]
        found = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
        return found.stdout.splitlines() if found.returncode == 0 else None

    if git("rev-parse", "--verify", "HEAD") is None:
        raise pytest.UsageError("--changed asks git what has changed, and there is no git here.")
    base = git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main") or ["HEAD"]
    differ = git("diff", "--name-only", "--no-renames", base[0])
    return sorted({*differ, *git("ls-files", "--others", "--exclude-standard")})


CHOSEN = pytest.StashKey[Chosen]()


def pytest_addoption(parser):
    group = parser.getgroup("the course")
    words = "run what the files ask for that differ from `main`: a lesson's tests, or a room's"
    group.addoption("--changed", action="store_true", help=words)
    words = "run the tests of one lesson, such as 02; may be given more than once"
    group.addoption("--lesson", action="append", default=[], help=words)
    words = "grade every known answer of every set, not a sample: hours"
    group.addoption("--every-answer", action="store_true", help=words)


def pytest_configure(config):
    words = "is the same in either sandbox: the whole suite runs each case, or the file, in one"
    config.addinivalue_line("markers", f"either_sandbox(whole_file=False): {words}")
    if config.option.changed or config.option.lesson:
        chosen = chosen_for(changed_files() if config.option.changed else ())
        chosen.lessons |= {f"{int(number):02}" for number in config.option.lesson}
        config.stash[CHOSEN] = chosen


def pytest_ignore_collect(collection_path, config):
    """Not even to read a file takes less long than to leave its tests out."""
    chosen = config.stash.get(CHOSEN, None)
    if chosen and not chosen.holds(_relative(collection_path)):
        return True
    return None


def pytest_report_header(config):
    chosen = config.stash.get(CHOSEN, None)
    if chosen is None:
        return None
    if chosen.everything:
        return "chosen: everything, since a file has changed that all may depend on"
    lessons = [f"lesson {number}" for number in sorted(chosen.lessons)]
    return "chosen: " + ", ".join([*lessons, *sorted(chosen.paths), "what holds for all files"])


def pytest_collection_modifyitems(config, items):
    """Leave out what is not chosen; the tests that take long come first."""
    chosen = config.stash.get(CHOSEN, None)
    if chosen:
        taken = [i for i in items if chosen.takes(_relative(i.path), i.nodeid)]
        config.hook.pytest_deselected(items=[item for item in items if item not in taken])
        items[:] = taken
    from proofs import leaves_out

    if leaves_out(config) and not config.option.changed:
        left_out = {item for item in items if item.get_closest_marker("either_sandbox")}
        left_out = {item for item in left_out if in_the_other_sandbox(item)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    first = {file: place for place, file in enumerate((*BY_LESSON, *LONG))}
    items.sort(key=lambda item: first.get(_relative(item.path), len(first)))


@functools.cache
def sandboxes():
    """The names of the sandboxes that this system has."""
    from course_utils.grading.sandbox import tiers

    makes = {"bubblewrap": tiers.bubblewrap, "landlock": tiers.landlock}
    return [name for name, make in makes.items() if not isinstance(make(), str)]


def in_the_other_sandbox(item, there=None):
    """Whether a case, of each of which there is one test a sandbox, falls to another's."""
    there = sandboxes() if there is None else there
    sandbox = item.callspec.params["sandbox"]
    if len(there) < 2:
        return False
    case = item.nodeid.replace(sandbox, "")
    if item.get_closest_marker("either_sandbox").kwargs.get("whole_file"):
        case = case.partition("::")[0]
    return sandbox != there[zlib.crc32(case.encode()) % len(there)]


@pytest.fixture
def takes_every_answer(request):
    """A function: whether all known answers of a lesson's set are graded, by the lesson's name."""
    return lambda lesson: graded_whole(request.config, lesson)


def graded_whole(config, lesson):
    """Whether a run grades all known answers of a lesson's set, or a sample of them."""
    chosen = config.stash.get(CHOSEN, Chosen())
    return config.option.every_answer or lesson[:2] in chosen.lessons


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Files stay together, since their tests share what is dear to make; tests of lessons do not.

    For `--dist loadfile` only, which `start.py test` takes.
    """
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFileOrLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return nodeid if file in BY_LESSON else file

    config.option.loadscopereorder = False  # in our order: whole files come last
    return ByFileOrLesson(config, log)


def _relative(path):
    path = Path(path)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
