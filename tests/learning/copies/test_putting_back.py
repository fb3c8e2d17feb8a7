"""Reset, backup, restore, and the take-over of answers from before copies existed."""

import json
import shutil
import subprocess
import zipfile

import pytest

from course_utils.learning.copies.keeping import Keeper, KeepingError
from course_utils.learning.copies.putting_back import backup, reset, restore
from course_utils.learning.copies.reading import dump, source
from course_utils.learning.copies.taking_over import take_over

EXERCISE = "01_one_neuron"
FILE = f"exercises/{EXERCISE}.ipynb"
LESSON = f"notebooks/{EXERCISE}.ipynb"


@pytest.fixture
def course(tmp_path, root):
    """A course with one lesson and its exercise."""
    for name in (FILE, LESSON, f"exercises/checks/{EXERCISE}.json"):
        (tmp_path / "course" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / "course" / name)
    return tmp_path / "course"


@pytest.fixture
def keeper(course):
    keeper = Keeper(course, course / "my_course")
    keeper.renew()
    return keeper


def write(path, **answers):
    """Write answers into a notebook: by the beginning of a cell's id."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        for name, text in answers.items():
            if cell["id"] == f"{name.replace('_', '-')}-answer":
                cell |= {"source": [text], "execution_count": 3}
    path.write_bytes(dump(notebook))


def answers(path):
    notebook = json.loads(path.read_text("utf-8"))
    return {c["id"].removesuffix("-answer"): source(c) for c in notebook["cells"]
            if c["id"].endswith("-answer")}  # fmt: skip


def test_one_question_goes_back_to_its_starter_and_the_others_stay(keeper):
    path = keeper.own / FILE
    write(path, neuron="neuron = 1", predict="predict = 2")
    before = path.read_bytes()
    kept = reset(keeper, "01", "neuron")
    assert kept.read_bytes() == before
    assert answers(path)["neuron"].startswith("def neuron(x, w, b):")
    assert answers(path)["predict"] == "predict = 2"


def test_a_whole_exercise_goes_back(keeper):
    path = keeper.own / FILE
    fresh = path.read_bytes()
    write(path, neuron="neuron = 1")
    reset(keeper, EXERCISE)
    assert path.read_bytes() == fresh
    path.write_text("damaged")
    reset(keeper, "1")
    assert path.read_bytes() == fresh


@pytest.mark.parametrize(("asked", "words"), [(("77",), "no exercise named 77; there are 01_one"),
                                              (("01", "relu"), "no question named relu; it has"),
                                              (("",), "no exercise named")])  # fmt: skip
def test_what_is_not_there_is_said(keeper, asked, words):
    with pytest.raises(KeepingError, match=words):
        reset(keeper, *asked)


def test_a_backup_moves_to_another_computer(keeper, course, tmp_path):
    write(keeper.own / FILE, neuron="neuron = 1")
    (keeper.own / "records" / "progress.json").write_text('{"version": 1, "exercises": {}}')
    archive = backup(keeper, tmp_path)
    other = Keeper(course, tmp_path / "another" / "my_course")
    assert restore(other, archive) is None
    assert answers(other.own / FILE)["neuron"] == "neuron = 1"
    assert (other.own / "records" / "progress.json").is_file()
    assert other.renew().renewed == []


def test_what_a_restored_backup_replaces_is_kept_and_what_it_lacks_stays(keeper, tmp_path):
    archive = backup(keeper, tmp_path / "mine.zip")
    write(keeper.own / FILE, neuron="neuron = 'newer'")
    newer = (keeper.own / FILE).read_bytes()
    (keeper.own / "exercises" / "scratch.ipynb").write_text("own")
    kept = restore(keeper, archive)
    assert (kept / FILE).read_bytes() == newer
    assert answers(keeper.own / FILE)["neuron"].startswith("def neuron")
    assert (keeper.own / "exercises" / "scratch.ipynb").read_text() == "own"


def test_a_file_that_is_no_backup_is_refused_and_changes_nothing(keeper, tmp_path):
    archive = tmp_path / "evil.zip"
    archive.write_text("no zip")
    with pytest.raises(KeepingError, match="no zip file"):
        restore(keeper, archive)
    for name, words in (("../outside.txt", "leads out"), ("notes.txt", "no backup of this course")):
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr(name, "x")
        with pytest.raises(KeepingError, match=words):
            restore(keeper, archive)
    assert not (keeper.own.parent / "outside.txt").exists()


def git(course, *arguments):
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    subprocess.run(command, cwd=course, check=True, capture_output=True)


def commit(course):
    git(course, "init", "-q")
    git(course, "add", "-A")
    git(course, "commit", "-qm", "edition")


def test_answers_in_tracked_files_are_taken_over_and_the_files_are_as_git_has_them(course):
    commit(course)
    write(course / FILE, neuron="neuron = 1")
    written = (course / FILE).read_bytes()
    (course / "exercises" / "progress.json").write_text("{}")
    keeper = Keeper(course, course / "my_course")
    assert take_over(keeper) == [FILE]
    keeper.renew()
    assert answers(keeper.own / FILE)["neuron"] == "neuron = 1"
    assert answers(course / FILE)["neuron"].startswith("def neuron")
    assert (keeper.own / "records" / "progress.json").read_text() == "{}"
    assert (keeper.own / "backups" / "before_my_course" / FILE).read_bytes() == written
    assert take_over(keeper) == []


def test_an_authors_files_stay_as_they_are(course):
    (course / "solutions").mkdir()
    (course / "solutions" / "text.md").write_text("one")
    commit(course)
    (course / "solutions" / "text.md").write_text("two")
    write(course / FILE, neuron="neuron = 1")
    keeper = Keeper(course, course / "my_course")
    assert take_over(keeper) == [FILE]
    assert answers(course / FILE)["neuron"] == "neuron = 1"


def test_a_lesson_of_which_only_outputs_changed_stands_in_no_ones_way(course):
    commit(course)
    write(course / FILE, neuron="neuron = 1")
    text = (course / LESSON).read_text("utf-8")
    notebook = json.loads(text)
    next(c for c in notebook["cells"] if c["cell_type"] == "code")["execution_count"] = 99
    (course / LESSON).write_bytes(dump(notebook))
    assert take_over(Keeper(course, course / "my_course")) == [FILE]
    assert (course / LESSON).read_text("utf-8") == text


def test_a_lesson_that_an_author_changed_alone_stays(course):
    commit(course)
    notebook = json.loads((course / LESSON).read_text("utf-8"))
    notebook["cells"][0]["source"] = ["# Better"]
    (course / LESSON).write_bytes(dump(notebook))
    take_over(Keeper(course, course / "my_course"))
    assert json.loads((course / LESSON).read_text("utf-8")) == notebook


def test_work_of_somebody_with_commits_of_their_own_stays(course, tmp_path):
    commit(course)
    git(course, "clone", "-q", "--bare", ".", str(tmp_path / "published"))
    git(course, "remote", "add", "origin", str(tmp_path / "published"))
    git(course, "fetch", "-q", "origin")
    branch = subprocess.check_output(["git", "branch", "--show-current"], cwd=course, text=True)
    git(course, "branch", "-q", f"--set-upstream-to=origin/{branch.strip()}")
    git(course, "commit", "-q", "--allow-empty", "-m", "mine")
    write(course / FILE, neuron="neuron = 1")
    assert take_over(Keeper(course, course / "my_course")) == [FILE]
    assert answers(course / FILE)["neuron"] == "neuron = 1"


def test_a_file_with_a_conflict_of_git_is_taken_over(course):
    commit(course)
    text = (course / FILE).read_text("utf-8")
    line = next(row for row in text.splitlines(keepends=True) if "def neuron(" in row)
    mine = line.replace("def neuron(", "def  neuron(")
    conflict = f"<<<<<<< Updated upstream\n{line}=======\n{mine}>>>>>>> Stashed changes\n"
    (course / FILE).write_text(text.replace(line, conflict), "utf-8")
    keeper = Keeper(course, course / "my_course")
    assert take_over(keeper) == [FILE]
    assert answers(keeper.own / FILE)["neuron"].startswith("def  neuron(")
    assert "<<<<" not in (keeper.own / FILE).read_text("utf-8")


def test_without_git_the_check_data_know_what_an_answer_is(course):
    write(course / FILE, neuron="neuron = 1")
    keeper = Keeper(course, course / "my_course")
    assert take_over(keeper) == [FILE]
    newer = json.loads((course / FILE).read_text("utf-8"))
    next(c for c in newer["cells"] if c["id"] == "neuron-answer")["source"] = ["def neuron(): ..."]
    (course / FILE).write_bytes(dump(newer))
    keeper.renew()
    assert answers(keeper.own / FILE)["neuron"] == "neuron = 1"


def test_an_untouched_course_has_nothing_to_take_over(course):
    commit(course)
    assert take_over(Keeper(course, course / "my_course")) == []
