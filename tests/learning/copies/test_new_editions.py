"""New editions come into a learner's copy: whatever both did, nothing of the learner's is lost."""

import copy
import errno
import json
import os
import tempfile

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.learning.copies import keeping, reading
from course_utils.learning.copies.keeping import Keeper
from course_utils.learning.copies.merge import NOTE, Editions, fresh, merge
from course_utils.learning.copies.reading import Found, dump, read, source

NAMES = [f"cell-{k}" for k in range(7)]
FILE = "exercises/01_one_neuron.ipynb"
COURSE_TEXTS = [f"course text {k}\nin two lines" for k in range(9)]


def cell(name, text, kind="code", count=None, tags=(), printed=""):
    made = {"cell_type": kind, "id": name, "metadata": {}, "source": reading.lines(text)}
    if tags:
        made["metadata"]["tags"] = list(tags)
    if kind == "code":
        outputs = [{"name": "stdout", "output_type": "stream", "text": [printed]}]
        made |= {"execution_count": count, "outputs": outputs if printed else []}
    return made


def notebook(cells):
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def texts(made):
    return [source(c) for c in made["cells"]]


def handed_out(edition):
    editions = Editions()
    editions.add(edition["cells"])
    return editions


# What an author and a learner may do.

course_cells = st.builds(
    cell,
    st.sampled_from(NAMES),
    st.sampled_from(COURSE_TEXTS),
    st.sampled_from(["code", "markdown"]),
    st.none() | st.integers(1, 9),
    st.sampled_from([(), ("answer",)]),
    st.sampled_from(["", "as the author saw it"]),
)
editions = st.lists(course_cells, unique_by=lambda c: c["id"], max_size=7).map(notebook)
own_words = st.text(min_size=1, max_size=30).map("mine: {}".format)


@st.composite
def learners_copies(draw, edition):
    """An edition in a learner's hands: cells changed, run, added, removed, doubled, moved."""
    cells = fresh(edition)["cells"]
    words = []
    for _ in range(draw(st.integers(0, 8))):
        act = draw(st.sampled_from(["write", "run", "add", "remove", "double", "move", "no id"]))
        if act == "add" or not cells:
            text = draw(own_words)
            words.append(text)
            kind = draw(st.sampled_from(["code", "markdown", "raw"]))
            new = cell(f"own-{len(words)}", text, kind)
            cells.insert(draw(st.integers(0, len(cells))), new)
            continue
        place = draw(st.integers(0, len(cells) - 1))
        chosen = cells[place]
        if act == "write":
            text = draw(own_words)
            if source(chosen) in words:
                words.remove(source(chosen))
            words.append(text)
            chosen["source"] = draw(st.sampled_from([reading.lines(text), text]))
        elif act == "run" and chosen["cell_type"] == "code":
            chosen["execution_count"] = draw(st.integers(1, 99))
            chosen["outputs"] = cell("", "", printed="as the learner saw it")["outputs"]
        elif act == "remove":
            if source(chosen) in words:
                words.remove(source(chosen))
            del cells[place]
        elif act == "double":
            cells.insert(place, copy.deepcopy(chosen))
            if source(chosen) in words:
                words.append(source(chosen))
        elif act == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(place))
        elif act == "no id":
            chosen.pop("id", None)
    return cells, words


@st.composite
def stories(draw):
    """Editions, one after the other, and what the learner had made of the first."""
    first = draw(editions)
    cells, words = draw(learners_copies(first))
    return first, cells, words, draw(st.lists(editions, min_size=1, max_size=3))


@given(stories())
def test_whatever_a_learner_wrote_is_there_after_any_editions(story):
    first, cells, words, later = story
    known, mine = handed_out(first), notebook(cells)
    for edition in later:
        mine = merge(read(dump(mine)), edition, known)
        known.add(edition["cells"])
        nbformat.validate(json.loads(dump(mine)))
        assert len({c["id"] for c in mine["cells"]}) == len(mine["cells"])
        found = texts(mine)
        for text in words:
            assert found.count(text) >= words.count(text)


@given(stories())
def test_untouched_text_becomes_the_newest_and_comes_in_the_courses_order(story):
    first, cells, words, later = story
    mine = merge(Found(cells, {}), later[0], handed_out(first))
    of_course = {c["id"]: source(c) for c in later[0]["cells"]}
    for made in mine["cells"]:
        if source(made) not in words and NOTE not in made["metadata"]:
            assert source(made) == of_course[made["id"]]
    order = [c["id"] for c in mine["cells"] if c["id"] in of_course]
    assert order == list(of_course)


@given(stories())
def test_a_second_time_changes_nothing(story):
    first, cells, _, later = story
    once = merge(read(dump(notebook(cells))), later[0], handed_out(first))
    known = handed_out(first)
    known.add(later[0]["cells"])
    for editions_known in (known, handed_out(first)):  # the latter: stopped before it was noted
        again = merge(read(dump(once)), later[0], editions_known)
        assert dump(again) == dump(once)


@given(editions)
def test_an_untouched_copy_becomes_the_new_edition_to_the_byte(edition):
    first = notebook([cell("cell-0", "old"), cell("gone", "old")])
    copied = read(dump(fresh(first)))
    assert dump(merge(copied, edition, handed_out(first))) == dump(fresh(edition))


def test_a_changed_starter_is_told_above_the_answer_and_no_more_once_it_is_solved_anew():
    old = notebook([cell("q", "def f():\n    ...", tags=["answer"])])
    new = notebook([cell("q", "def f(x):\n    ...", tags=["answer"])])
    mine = [cell("q", "def f():\n    return 1", count=3, printed="1")]
    made = merge(Found(mine, {}), new, handed_out(old))
    note, answer = made["cells"]
    assert source(note).startswith("> **The course changed this question's starter.**")
    assert "def f(x):" in source(note)
    assert source(answer) == "def f():\n    return 1"
    assert answer["outputs"] == mine[0]["outputs"]
    known = handed_out(old)
    known.add(new["cells"])
    note["source"].append("\nMy own words in the note")
    newest = notebook([cell("q", "def f(x, y):\n    ...", tags=["answer"])])
    made = merge(Found(made["cells"], {}), newest, known)
    assert sum("The course changed" in text for text in texts(made)) == 2
    assert any("My own words in the note" in text for text in texts(made))


def test_an_answer_whose_starter_is_the_same_gets_no_note():
    old = notebook([cell("t", "old text", "markdown"), cell("q", "...", tags=["answer"])])
    new = notebook([cell("t", "new text", "markdown"), cell("q", "...", tags=["answer"])])
    mine = [cell("t", "old text", "markdown"), cell("q", "42")]
    assert texts(merge(Found(mine, {}), new, handed_out(old))) == ["new text", "42"]


def test_outputs_of_cells_that_were_run_stay_and_others_are_the_editions():
    first = notebook([cell("a", "1", printed="old"), cell("b", "2", printed="old")])
    new = notebook([cell("a", "1", printed="new"), cell("b", "2", printed="new")])
    mine = fresh(first)["cells"]
    mine[0] |= {"execution_count": 7, "outputs": cell("", "", printed="mine")["outputs"]}
    made = merge(Found(mine, {}), new, handed_out(first))["cells"]
    assert [c["outputs"][0]["text"] for c in made] == [["mine"], ["new"]]
    assert [c["execution_count"] for c in made] == [7, None]


def test_hidden_outputs_are_not_handed_out_and_come_when_the_cell_is_run():
    """JupyterLab shows the first line of a hidden output, which may answer a prediction."""
    edition = notebook([cell("a", "1", printed="37%"), cell("b", "2", printed="seen")])
    edition["cells"][0]["metadata"]["jupyter"] = {"outputs_hidden": True}
    mine = fresh(edition)["cells"]
    assert [bool(c["outputs"]) for c in mine] == [False, True]
    mine[0] |= {"execution_count": 1, "outputs": cell("", "", printed="37%")["outputs"]}
    made = merge(Found(mine, {}), edition, handed_out(edition))["cells"]
    assert made[0]["outputs"] == mine[0]["outputs"]


def test_what_jupyterlab_wrote_about_the_kernel_stays():
    """Else opening the notebook would change it again."""
    found = Found([], {"language_info": {"name": "python", "version": "3.12.1"}, "kernelspec": 3})
    made = merge(found, notebook([]), Editions())["metadata"]
    assert made["language_info"]["version"] == "3.12.1"
    assert made["kernelspec"]["name"] == "python3"


# Files in a folder: damage, interruption, a full disk.


class Course:
    """A course of one exercise on disk, and the learner's folder in it."""

    def __init__(self, folder):
        self.folder, self.own = folder, folder / "my_course"
        self.copy = self.own / FILE

    def publish(self, edition):
        path = self.folder / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dump(edition))

    def renew(self):
        return Keeper(self.folder, self.own).renew()

    def backups(self):
        return [p.read_bytes() for p in (self.own / "backups").rglob("*.ipynb")]


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


FIRST = notebook([cell("a", "text", "markdown"), cell("q", "...", tags=["answer"])])
SECOND = notebook([cell("a", "better", "markdown"), cell("q", "...", tags=["answer"])])


def test_a_copy_is_begun_and_left_alone_until_there_is_a_new_edition(course):
    course.publish(FIRST)
    assert course.renew().begun == [FILE]
    begun = course.copy.stat().st_mtime_ns
    assert course.renew() == keeping.Renewal()
    assert course.copy.stat().st_mtime_ns == begun
    before = course.copy.read_bytes()
    course.publish(SECOND)
    assert course.renew().renewed == [FILE]
    assert texts(json.loads(course.copy.read_bytes())) == ["better", "..."]
    assert course.backups() == [before]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(stories(), st.data())
def test_a_damaged_copy_opens_again_keeps_every_whole_cell_and_is_backed_up(
    tmp_path_factory, story, data
):
    first, cells, words, later = story
    course = Course(tmp_path_factory.mktemp("course"))
    course.publish(first)
    course.renew()
    whole = dump(notebook(cells))
    start = data.draw(st.integers(0, len(whole)))
    rest = data.draw(st.sampled_from([b"", b"\xff\x00{[", whole[start + 40 :]]))
    damaged = whole[:start] + rest
    course.copy.write_bytes(damaged)
    course.publish(later[0])
    course.renew()
    made = json.loads(course.copy.read_bytes())
    nbformat.validate(made)
    assert b"<<<<<<<" not in course.copy.read_bytes()
    if course.copy.read_bytes() != damaged:
        assert damaged in course.backups()
    if rest == b"":  # what lies before the damage is whole
        before = [source(c) for c in cells if _ends(whole, c) <= start]
        for text in before:
            assert text not in words or text in texts(made)


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"display_name": "Python 3python3"}},  # where bytes between were lost
        {"kernelspec": "python3"},
        {"language_info": {"version": "3.12"}},
        {"kernelspec": {"name": 3, "display_name": "Python 3"}, "language_info": []},
    ],
)
def test_a_kernel_without_its_name_is_no_reason_for_a_copy_that_nothing_opens(course, metadata):
    course.publish(FIRST)
    course.renew()
    damaged = dump({**notebook([cell("a", "text", "markdown")]), "metadata": metadata})
    course.copy.write_bytes(damaged)
    course.publish(SECOND)
    course.renew()
    nbformat.validate(json.loads(course.copy.read_bytes()))
    assert course.backups() == [damaged]


def _ends(whole, chosen):
    """Where the last line of a cell ends in the file; the end of the file if it isn't unique."""
    piece = json.dumps(source(chosen), ensure_ascii=False).encode("utf-8", "replace")[1:-1]
    place = whole.find(piece)
    return place + len(piece) + 30 if place >= 0 and whole.count(piece) == 1 else len(whole) + 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"cells": 3}', b"[" * 9999,
                                     b'{"cells": [3, {"source": {}}]}'])  # fmt: skip
def test_what_is_no_notebook_is_backed_up_and_replaced(course, content):
    course.publish(FIRST)
    course.renew()
    course.copy.write_bytes(content)
    assert course.renew().mended == [FILE]
    assert texts(json.loads(course.copy.read_bytes())) == ["text", "..."]
    assert course.backups() == [content]


def test_of_a_conflict_of_git_both_sides_stay(course):
    course.publish(FIRST)
    course.renew()
    mine, theirs = (
        dump(notebook([cell("a", "text", "markdown"), cell("q", answer)]))
        for answer in ("answer = 1", "answer = 2")
    )
    line = mine.index(b'    "answer = ')
    end = mine.index(b"\n", line) + 1
    conflict = b"<<<<<<< Updated upstream\n%b=======\n%b>>>>>>> Stashed changes\n" % (
        mine[line:end], theirs[line:end],
    )  # fmt: skip
    course.copy.write_bytes(mine[:line] + conflict + mine[end:])
    assert course.renew().mended == [FILE]
    assert {"answer = 1", "answer = 2"} <= {*texts(json.loads(course.copy.read_bytes()))}
    assert b"<<<<" not in course.copy.read_bytes()


class Stopped(BaseException):
    """The process ends here."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(stories(), st.integers(0, 12), st.sampled_from(["stopped", "disk full"]))
def test_stopped_or_out_of_disk_anywhere_the_next_start_ends_as_if_nothing_had_been(
    tmp_path_factory, story, moment, how
):
    first, cells, _, later = story
    ended = []
    for disturbed in (False, True):
        course = Course(tmp_path_factory.mktemp("course"))
        course.publish(first)
        course.renew()
        mine = dump(notebook([c for c in cells if "id" in c]))
        course.copy.write_bytes(mine)
        course.publish(later[0])
        if disturbed:
            with pytest.MonkeyPatch.context() as patch:
                disturb(patch, moment, how)
                try:
                    said = course.renew()
                    assert how == "stopped" or len(said.problems) <= 1
                except (Stopped, keeping.KeepingError):
                    pass
            assert course.copy.read_bytes() == mine or mine in course.backups()
            json.loads(course.copy.read_bytes())
        course.renew()
        made = json.loads(course.copy.read_bytes())
        ended.append(sorted(texts(made)))
        assert not list(course.own.rglob(".*.draft"))
    assert ended[0] == ended[1]


def disturb(patch, moment, how):
    """Let the writing of files fail from the given step on (full), or end the process (stopped)."""
    steps = iter(range(10**6))

    def counted(real, is_end):
        def step(*arguments, **options):
            if next(steps) >= moment:
                if how == "stopped":
                    raise Stopped
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*arguments, **options)

        return step

    patch.setattr(os, "fsync", counted(os.fsync, False))
    patch.setattr(os, "replace", counted(os.replace, True))
    patch.setattr(tempfile, "mkstemp", counted(tempfile.mkstemp, False))


def test_a_full_disk_is_told_and_touches_nothing(course, monkeypatch):
    course.publish(FIRST)
    course.renew()
    mine = dump(notebook([cell("a", "my note", "markdown"), cell("q", "42")]))
    course.copy.write_bytes(mine)
    course.publish(SECOND)
    disturb(monkeypatch, 0, "disk full")
    assert course.renew().problems == [f"{FILE} stays as it is: No space left on device."]
    assert course.copy.read_bytes() == mine


def test_a_damaged_original_leaves_the_copy(course):
    course.publish(FIRST)
    course.renew()
    mine = course.copy.read_bytes()
    (course.folder / FILE).write_text("<<<<<<< HEAD\n")
    assert "damaged" in course.renew().problems[0]
    assert course.copy.read_bytes() == mine


@pytest.mark.parametrize("content", ["", "{", '{"version": 1}', '{"cells": 3, "version": "x"}'])
def test_lost_notes_of_what_was_handed_out_lose_nothing(course, content):
    course.publish(FIRST)
    course.renew()
    course.copy.write_bytes(dump(notebook([cell("a", "text", "markdown"), cell("q", "42")])))
    (course.own / ".course" / "editions" / FILE).with_suffix(".json").write_text(content)
    course.publish(SECOND)
    course.renew()
    assert texts(json.loads(course.copy.read_bytes()))[-1] == "42"


def test_every_lesson_and_exercise_of_the_course_can_be_handed_out(root, tmp_path):
    done = Keeper(root, tmp_path / "own").renew()
    assert done.problems == []
    assert len(done.begun) == len(
        [*root.glob("notebooks/*.ipynb"), *root.glob("exercises/*.ipynb")]
    )
    assert Keeper(root, tmp_path / "own").renew() == keeping.Renewal()
