"""Which tests a change asks for, and that a lesson's tests are spread over the processes."""

import subprocess
import sys
from types import SimpleNamespace

import choosing
import pytest

LESSON = "02_activation_functions"


@pytest.mark.parametrize(
    ("file", "lessons", "paths"),
    [
        (f"notebooks/{LESSON}.ipynb", {"02"}, set()),
        (f"notebooks/text/{LESSON}.md", {"02"}, set()),
        (f"solutions/text/{LESSON}.md", {"02"}, set()),
        (f"exercises/checks/{LESSON}.json", {"02"}, set()),
        ("course_utils/nn/losses.py", set(), {"tests/nn"}),
        ("course_utils/checking/judging/judge.py", set(), {"tests/checking/judging"}),
        ("course_utils/grading/intake/find.py", set(), {"tests/grading"}),
        ("course_utils/explorables/kit/form.js", set(), {"tests/explorables/kit"}),
        ("course_utils/cli.py", set(), {"tests/test_cli.py"}),
        ("tests/nn/test_losses.py", set(), {"tests/nn/test_losses.py"}),
        ("tests/nn/conftest.py", set(), {"tests/nn"}),
        ("docs/authoring.md", set(), {"tests/authoring/test_authoring_doc.py"}),
        ("README.md", set(), set()),
    ],
)
def test_a_file_asks_for_the_tests_of_its_lesson_or_room(file, lessons, paths):
    chosen = choosing.chosen_for([file])
    assert (chosen.lessons, chosen.paths, chosen.everything) == (lessons, paths, False)


@pytest.mark.parametrize(
    "file", ["pyproject.toml", "requirements.txt", "tests/conftest.py", "tests/workbench.py", "x"]
)
def test_a_file_that_all_depends_on_asks_for_everything(file):
    assert choosing.chosen_for([file]).everything


def test_tests_of_a_page_are_there(root):
    for name in (*choosing.PAGES.values(), *choosing.BY_LESSON, *choosing.LONG, *choosing.ALWAYS):
        assert (root / name).is_file(), name


def test_changed_files_are_those_since_main_and_those_not_committed(tmp_path):
    def git(*arguments):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    for name in ("kept", "edited", "committed"):
        (tmp_path / name).write_text("1", "utf-8")
    git("add", "-A")
    git("commit", "-m", "first")
    git("checkout", "-b", "branch")
    (tmp_path / "committed").write_text("2", "utf-8")
    git("commit", "-am", "second")
    (tmp_path / "edited").write_text("2", "utf-8")
    (tmp_path / "a néw one").write_text("2", "utf-8")
    assert choosing.changed_files(tmp_path) == ["a néw one", "committed", "edited"]


@pytest.fixture(scope="module")
def collected(root):
    """The ids of the tests that `--lesson 2` chooses."""
    command = [sys.executable, "-m", "pytest", "--lesson", "2", "--collect-only", "-q"]
    command += ["-p", "no:cacheprovider"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, encoding="utf-8")
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr
    return [line for line in found.stdout.splitlines() if "::" in line]


def test_a_lesson_is_run_compared_shown_and_graded_and_no_other_is(collected):
    assert {"02", None} == {choosing.lesson_of(test) for test in collected}
    for start in (
        f"tests/notebooks/test_lessons_and_solutions.py::test_gives_its_stored_outputs[notebooks/{LESSON}",
        f"tests/notebooks/test_lessons_and_solutions.py::test_gives_its_stored_outputs[solutions/{LESSON}",
        f"tests/notebooks/test_exercises.py::test_untouched_exercise_is_not_attempted[{LESSON}",
        f"tests/browser/test_notebooks_in_jupyterlab.py::test_lesson_is_shown_and_its_figures_run_without_an_error[notebooks/{LESSON}",
        f"tests/browser/test_notebooks_in_jupyterlab.py::test_exercise_runs_without_an_error[exercises/{LESSON}",
        f"tests/grading/test_course_sets.py::test_set_gets_the_marks_it_deserves[{LESSON}",
        "tests/test_repository.py::test_exercises_are_built_from_their_solutions",
    ):
        assert [test for test in collected if test.startswith(start)], start


def test_every_file_with_a_test_of_each_lesson_is_known(root):
    """A file that makes a test of every lesson's name is listed, or `--lesson` would miss it."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        makes = "[0-9][0-9]_" in text or "ids=lambda path: path.stem" in text
        name = path.relative_to(root).as_posix()
        assert not makes or name in choosing.BY_LESSON or name == "tests/test_choosing.py", name


def test_each_case_runs_in_one_sandbox_and_both_have_their_share():
    def item(case, sandbox, **options):
        return SimpleNamespace(
            nodeid=f"tests/grading/test_faults.py::test_fault[{sandbox}-{case}]",
            callspec=SimpleNamespace(params={"sandbox": sandbox}),
            get_closest_marker=lambda _: SimpleNamespace(kwargs=options),
        )

    both = ["bubblewrap", "landlock"]
    left_out = {
        sandbox: {i for i in range(40) if choosing.in_the_other_sandbox(item(i, sandbox), both)}
        for sandbox in both
    }
    assert left_out["bubblewrap"] ^ left_out["landlock"] == set(range(40))
    assert all(12 <= len(cases) <= 28 for cases in left_out.values())
    together = [
        {choosing.in_the_other_sandbox(item(i, sandbox, whole_file=True), both) for i in range(40)}
        for sandbox in both
    ]
    assert sorted(map(list, together)) == [[False], [True]]
    assert not choosing.in_the_other_sandbox(item(1, "bubblewrap"), ["bubblewrap"])
    assert not choosing.in_the_other_sandbox(item(1, "landlock"), ["landlock"])


def test_every_answer_is_graded_of_the_lessons_that_are_chosen_or_where_it_is_asked():
    def config(every_answer=False, lessons=()):
        option = type("Option", (), {"every_answer": every_answer})
        stash = {choosing.CHOSEN: choosing.Chosen(lessons=set(lessons))} if lessons else {}
        return type("Config", (), {"option": option, "stash": stash})

    assert not choosing.graded_whole(config(), LESSON)
    assert not choosing.graded_whole(config(lessons=["03"]), LESSON)
    assert choosing.graded_whole(config(lessons=["02"]), LESSON)
    assert choosing.graded_whole(config(every_answer=True), LESSON)


def test_tests_of_lessons_are_spread_and_other_files_stay_together():
    class Config:
        option = type("Option", (), {"loadscopereorder": True})()

        def getvalue(self, name):
            return {"dist": "loadfile", "tx": ["popen", "popen"]}[name]

    scheduler = choosing.pytest_xdist_make_scheduler(Config(), None)
    sets = "tests/grading/test_course_sets.py::test_set[{}]"
    lessons = [sets.format(name) for name in ("01_a", "02_b")]
    others = [f"tests/nn/test_losses.py::test_{i}" for i in range(5)]
    assert len({scheduler._split_scope(test) for test in lessons}) == 2
    assert len({scheduler._split_scope(test) for test in others}) == 1
    assert Config.option.loadscopereorder is False
