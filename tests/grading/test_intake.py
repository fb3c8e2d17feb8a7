"""Submissions are found wherever they are: files, folders, and the archives of platforms."""

import json
import os
import socket
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.grading.intake import choose as choosing
from course_utils.grading.intake.choose import choose
from course_utils.grading.intake.entry import MAX_BYTES, SubmissionError
from course_utils.grading.intake.file import File
from course_utils.grading.intake.find import find
from course_utils.grading.intake.folder import IntakeError
from course_utils.grading.intake.names import stem
from course_utils.grading.intake.notebook import parse
from course_utils.grading.intake.python import parsed
from course_utils.grading.intake.submission import read_file
from course_utils.grading.intake.text import one_line, plain, visible

NOTEBOOK = json.dumps({"cells": [], "metadata": {"exercise": "97_small"}, "nbformat": 4})
OTHER = json.dumps({"cells": [], "metadata": {"exercise": "98_other"}, "nbformat": 4})
LESSON = json.dumps({"cells": [], "metadata": {}, "nbformat": 4})


@pytest.fixture(scope="module")
def small(classroom_of, tmp_path_factory):
    """A classroom in which nothing is run."""
    return classroom_of(tmp_path_factory.mktemp("small"), None)


@pytest.fixture
def files(small):
    """A function: the files that count, of places."""
    return lambda *places: choose(find(places), small.exercise)


def names(files):
    return [file.name for file in files]


def put(folder, *paths, content=NOTEBOOK):
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def archive(path, entries, **options):
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_flat_folder_gives_names_of_files_and_a_row_to_each(files, tmp_path):
    put(tmp_path, "ada.ipynb", "bela.ipynb", ".ipynb_checkpoints/ada.ipynb", ".dora.ipynb")
    put(tmp_path, "ada.pdf", "Thumbs.db", "clara.pdf", "._bela.ipynb", content="%PDF")
    found = files(tmp_path)
    assert names(found) == [".dora", "ada", "bela", "clara"]
    assert "is not a notebook but clara.pdf" in found[3].problem


def test_place_that_is_named_twice_is_one(files, tmp_path):
    put(tmp_path / "in", "ada.ipynb", "bela/97_small.ipynb")
    archive(tmp_path / "more.zip", {"clara.ipynb": NOTEBOOK})
    places = [tmp_path / "in", tmp_path / "in" / "ada.ipynb", tmp_path / "in" / ".." / "in"]
    found = files(*places, *[tmp_path / "more.zip"] * 2)
    assert names(found) == ["ada", "bela", "clara"]


def test_file_that_a_cloud_has_not_brought_has_a_row(files, tmp_path):
    put(tmp_path, "ada.ipynb")
    put(tmp_path, ".bela.ipynb.icloud", content="bplist00")
    found = files(tmp_path)
    assert len(found) == 2
    assert any("bela.ipynb.icloud" in file.problem for file in found)


def test_folder_a_learner_gives_names_of_folders(files, tmp_path):
    put(tmp_path, "ada/97_small.ipynb", "bela/97_small.ipynb", "bela/.git/odd.ipynb")
    put(tmp_path, "dora/in/97_small.ipynb", "dora/a.txt")
    put(tmp_path, "clara/essay.docx", "clara/data/x.csv", content="a, b")
    (tmp_path / "emil").mkdir()
    found = {file.name: file.problem for file in files(tmp_path)}
    assert [*found] == ["ada", "bela", "clara", "dora/in", "emil"]
    assert "essay.docx" in found["clara"] or "x.csv" in found["clara"]
    assert "empty folder" in found["emil"]


@pytest.mark.skipif(os.name == "nt", reason="so long a path is Unix's")
def test_folder_in_too_many_others_is_not_called_empty(files, tmp_path):
    put(tmp_path, f"ada/{'a/' * 70}97_small.ipynb", f"bela/{'b/' * 40}97_small.ipynb")
    problems = [file.problem for file in files(tmp_path)]
    assert problems == ["is a folder in too many others to be opened. Hand in the .ipynb file.", ""]


def test_checkout_of_the_course_is_one_submission_without_its_lessons(files, tmp_path):
    for who in ("small-ada", "group-2/small-bela"):
        put(tmp_path, f"{who}/exercises/97_small.ipynb", f"{who}/README.md")
        put(tmp_path, f"{who}/notebooks/97_small.ipynb", f"{who}/.git/HEAD", content=LESSON)
        put(tmp_path, f"{who}/exercises/98_other.ipynb", content=OTHER)
    put(tmp_path, "clara/exported.ipynb", content=LESSON)
    put(tmp_path, "small-dora/exercises/97_small.ipynb")  # downloaded, so without .git
    put(tmp_path, "small-dora/notebooks/97_small.ipynb", content=LESSON)
    put(tmp_path, "small-emil/.git/HEAD", "small-emil/README.md", content="# Mine")
    found = files(tmp_path)
    assert names(found) == ["clara", "group-2/small-bela", "small-ada", "small-dora", "small-emil"]
    assert all(f.entry.parts[-2] == "exercises" for f in found[1:4])
    assert "README.md" in found[4].problem


def test_solution_that_came_with_a_checkout_is_nobodys_work(files, tmp_path):
    """Neither as it lies there, nor through a link from where the exercise should be."""
    put(tmp_path, "ada/.git/HEAD", content="")
    put(tmp_path, "ada/solutions/97_small.ipynb", "bela/solutions/97_small.ipynb")
    put(tmp_path, "bela/exercises/other.txt", content="")
    (tmp_path / "ada/exercises").mkdir()
    (tmp_path / "ada/exercises/97_small.ipynb").symlink_to("../solutions/97_small.ipynb")
    found = files(tmp_path)
    assert names(found) == ["ada", "bela"]
    assert "is a link" in found[0].problem
    assert "is not a notebook" in found[1].problem


def test_notebook_of_any_name_is_one_if_it_reads_as_one(files, tmp_path):
    odd = ("ada.ipynb~", "bela.ipynb.bak", "clara.ipynb (1)", "dora", "emil.pynb", "fay. ipynb")
    put(tmp_path, *odd, "gil.ipynb")
    for file in files(tmp_path):
        assert file.problem == ""
        assert file.remarks or file.name == "gil"


def test_folder_of_the_marks_was_handed_in_by_nobody(tmp_path):
    put(tmp_path, "ada.ipynb", "marks/results.json", "marks/feedback/ada.html")
    for output in (tmp_path / "marks", tmp_path / "." / "marks" / "deeper"):
        found = [one.name for one in find((tmp_path,), output)]
        assert ("marks" not in found) == (output.name == "marks")
    with pytest.raises(IntakeError, match="a folder of their own"):
        find((tmp_path,), tmp_path / "marks" / "..")


def test_names_that_look_the_same_stay_two(files, tmp_path):
    put(tmp_path, "a b.ipynb", "a\tb.ipynb", "a\nb.ipynb", "a  b.ipynb")
    shown = [one_line(name) for name in names(files(tmp_path))]
    assert len({*shown}) == 4


def test_folder_with_the_notebooks_of_several_learners_gives_each_a_row(files, tmp_path):
    put(tmp_path, "group/ada.ipynb", "group/bela.ipynb", "group/97 (a).txt")
    put(tmp_path, "mail/97_small.ipynb", *(f"mail/97_small ({n}).ipynb" for n in range(1, 7)))
    found = names(files(tmp_path))
    assert found[:2] == ["group/ada", "group/bela"]
    assert len(found) == 9


COPIES = {
    "97_small.ipynb": "blank",
    "97_small-Copy1.ipynb": "work",
    "97_small (2).ipynb": "work",
    "notes.ipynb": "lesson",
    "98_other.ipynb": "other",
}


def test_folder_of_a_large_group_gives_each_a_row(files, tmp_path):
    learners = [f"learner{number:03}" for number in range(120)]
    put(tmp_path, *(f"{group}/{who}.ipynb" for group in ("one", "two") for who in learners))
    found = files(tmp_path)
    assert names(found) == [f"{group}/{who}" for group in ("one", "two") for who in learners]
    assert not any(file.problem for file in found)


def test_answers_are_found_in_a_checkout_of_many_notebooks(files, tmp_path):
    put(tmp_path, *(f"ada/archive/{n:03}.ipynb" for n in range(120)), content=LESSON)
    put(tmp_path, "ada/work/97.ipynb", "ada/.git/HEAD")
    (file,) = files(tmp_path)
    assert file.path.name == "97.ipynb"


def test_of_far_too_many_notebooks_none_is_lost_without_a_word(files, tmp_path, monkeypatch):
    monkeypatch.setattr(choosing, "MAX_CANDIDATES", 6)
    put(tmp_path, *(f"group/{n}.ipynb" for n in range(8)), "bob/97.ipynb")
    found = files(tmp_path)
    assert names(found) == ["bob", *(f"group/{n}" for n in range(8))]
    assert ["only 6 are looked at" in file.problem for file in found] == [False] * 7 + [True] * 2


def test_download_of_a_group_in_a_folder_is_not_one_learners(files, tmp_path):
    learners = {f"L{n}_{n}_assignsubmission_file_/97.ipynb": NOTEBOOK for n in range(101, 109)}
    archive(tmp_path / "group.zip", learners)
    archive(tmp_path / "ada.zip", {f"sheet_{n}_{n}_x.ipynb": NOTEBOOK for n in range(3)})
    ada, group = files(tmp_path)
    assert "files of 8 learners" in group.problem
    assert not ada.problem


def test_exercise_that_the_notebooks_leave_open_has_to_be_said(tmp_path):
    put(tmp_path, "ada/exercises/97.ipynb", "bob/exercises/97.ipynb")
    assert choosing.declared(find((tmp_path,))) == "97_small"
    put(tmp_path, "ada/exercises/98.ipynb", "bob/exercises/98.ipynb", content=OTHER)
    with pytest.raises(IntakeError, match="--exercise"):
        choosing.declared(find((tmp_path,)))


def test_of_several_notebooks_one_counts_by_a_rule_that_is_said(small, files, tmp_path):
    contents = {
        "blank": json.dumps(small.notebook(double=None, quadruple=None, answer=None)),
        "work": json.dumps(small.notebook()),
        "lesson": LESSON,
        "other": OTHER,
    }
    for name, kind in COPIES.items():
        put(tmp_path, f"ada/{name}", content=contents[kind])
    (ada,) = files(tmp_path)
    assert ada.entry.name == "97_small (2).ipynb"
    assert ada.remarks == (
        "4 notebooks were handed in; `ada/97_small (2).ipynb` counts, not "
        "`ada/97_small-Copy1.ipynb`, `ada/97_small.ipynb`, `ada/notes.ipynb`",
    )


def test_copies_in_a_flat_folder_keep_a_row_each_and_are_named(files, tmp_path):
    put(tmp_path, "ada.ipynb", "ada (2).ipynb", "ada.IPYNB", "ada-Copy1.ipynb")
    put(tmp_path, "Copy of ada.ipynb", f"{'Copy of ' * 25}bela.ipynb")
    found = {file.name: " ".join(file.remarks) for file in files(tmp_path)}
    assert len(found) == 6
    assert "copy of `ada`" in found["Copy of ada"]
    assert "copy of `ada`" in found["ada (2)"]
    assert "copy of `ada`" in found["ada-Copy1"]


def test_other_endings_of_a_notebook_are_read_and_said(files, tmp_path):
    put(tmp_path, "a.IPYNB", "b.ipynb.txt", "c.ipynb.json", "d.json", "e.txt", "f.ipynb")
    put(tmp_path, "g.txt", content="hello")
    found = files(tmp_path)
    assert [bool(file.problem) for file in found] == [False] * 6 + [True]
    assert all("read as a notebook" in " ".join(file.remarks) for file in found[:5])


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are Unix's")
def test_what_is_no_file_is_never_opened_and_has_a_row(small, files, tmp_path):
    put(tmp_path, "secret/solution.ipynb", content=json.dumps(small.notebook()))
    put(tmp_path, "in/good.ipynb")
    place = tmp_path / "in"
    (place / "link.ipynb").symlink_to(tmp_path / "secret" / "solution.ipynb")
    (place / "folder").symlink_to(tmp_path / "secret")
    (place / "loop.ipynb").symlink_to("loop.ipynb")
    os.mkfifo(place / "pipe.ipynb")
    (place / "named.ipynb").mkdir()
    (place / "checkout" / ".git").mkdir(parents=True)
    (place / "checkout" / "exercises").symlink_to(tmp_path / "secret")
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(place)  # a socket's path may not be long
        one.bind("socket.ipynb")
        os.chdir(here)
    found = {file.name: file.problem for file in files(place)}
    assert found.pop("good") == ""
    assert [*found] == ["checkout", "folder", "link", "loop", "named", "pipe", "socket"]
    kinds = ("a link", "a link", "a link", "a link", "an empty folder", "a pipe", "a socket")
    for problem, kind in zip(found.values(), kinds, strict=True):
        assert problem.startswith(f"is {kind}")


@pytest.mark.skipif(os.name == "nt", reason="links are Unix's")
def test_link_that_takes_the_place_of_a_file_later_is_not_followed(small, files, tmp_path):
    put(tmp_path, "solution.ipynb", "in/ada/97_small.ipynb")
    (file,) = files(tmp_path / "in")
    path = tmp_path / "in/ada/97_small.ipynb"
    path.unlink()
    path.symlink_to(tmp_path / "solution.ipynb")
    with pytest.raises(SubmissionError):
        file.read()
    path.unlink()
    path.parent.rmdir()
    put(tmp_path, "elsewhere/97_small.ipynb")
    path.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SubmissionError):
        file.read()


@pytest.mark.skipif(os.name == "nt", reason="devices are Unix's")
@pytest.mark.parametrize("place", ["/dev/null", "pipe", "nowhere", "a\0b"])
def test_place_that_holds_nothing_is_said_in_a_sentence(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(IntakeError, match="Give a notebook"):
        find((Path(place),))


MOODLE = {
    "Ada Lovelace_4711_assignsubmission_file_/97_small.ipynb": NOTEBOOK,
    "Béla Bartók_4712_assignsubmission_file_97_small.ipynb": NOTEBOOK,
    "Béla Bartók_4712_assignsubmission_onlinetext_/onlinetext.html": "see my file",
    "Clara_4713_assignsubmission_onlinetext_/onlinetext.html": "<p>late</p>",
    "Dora_4714_assignsubmission_file_/essay.pdf": "",
    "Dora_4714_assignsubmission_file_/data.csv": "",
    "Emil_4715_assignsubmission_file/deep/er/97_small.ipynb": NOTEBOOK,
}
CANVAS = {
    "lovelaceada_101_9001_97_small.ipynb": NOTEBOOK,
    "bartokbela_LATE_102_9002_97_small-1.ipynb": NOTEBOOK,
    "bartokbela_LATE_102_9003_notes.pdf": "",
    "clara_103_text.html": "see above",
    "eve_55_9004_Ada_4711_assignsubmission_file_97_small.ipynb": NOTEBOOK,
}
GRADESCOPE = {
    "assignment_1_export/submission_45/97_small.ipynb": NOTEBOOK,
    "assignment_1_export/submission_46/essay.pdf": "",
    "assignment_1_export/submission_metadata.yml": (
        "submission_45:\n  :submitters:\n  - :name: Ada Lovelace\n    :sid: '7'\n"
        "submission_46:\n  :submitters:\n  - :name: Béla\n    :sid: '8'\n"
    ),
}
NBGRADER = {
    "submitted/ada/ps1/97_small.ipynb": NOTEBOOK,
    "submitted/ada/ps1/timestamp.txt": "2026-01-01",
    "submitted/bela/ps1/essay.pdf": "",
}
DOWNLOADS = {
    "moodle": (MOODLE, ["4711", "4712", "4713", "4714", "4715"], ["4713", "4714"]),
    "canvas": (CANVAS, ["101", "102", "103", "55"], ["103"]),
    "gradescope": (GRADESCOPE, ["7", "8"], ["8"]),
    "nbgrader": (NBGRADER, ["ada", "bela"], ["bela"]),
}


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("platform", DOWNLOADS)
def test_download_gives_a_row_to_each_learner_packed_or_not(files, tmp_path, platform, wrapped):
    entries, ids, without = DOWNLOADS[platform]
    if wrapped and platform in ("moodle", "canvas"):
        entries = {f"download/{name}": content for name, content in entries.items()}
    packed = archive(tmp_path / "all.zip", entries)
    for name, content in entries.items():
        put(tmp_path / "open", name, content=content)
    for found in (files(packed), files(tmp_path / "open")):
        assert sorted(file.learner_id for file in found) == sorted(ids)
        assert {file.platform for file in found} == {platform}
        assert sorted(f.learner_id for f in found if f.problem) == sorted(without)


def test_names_of_a_download_are_the_platforms_own(files, tmp_path):
    learners = {}
    for platform, (entries, _, _) in DOWNLOADS.items():
        found = files(archive(tmp_path / f"{platform}.zip", entries))
        learners |= {(platform, file.learner_id): file for file in found}
    assert learners["moodle", "4711"].learner == "Ada Lovelace"
    assert learners["moodle", "4712"].learner == "Béla Bartók"
    assert learners["canvas", "102"].learner == "bartokbela"
    assert learners["canvas", "102"].remarks == ("handed in late",)
    assert learners["canvas", "55"].learner == "eve"  # whatever her file is called
    assert learners["gradescope", "7"].learner == "Ada Lovelace"


def test_learner_in_two_archives_has_one_row(files, tmp_path):
    again = {"Ada Lovelace_4711_assignsubmission_file_/97_small (2).ipynb": NOTEBOOK}
    found = files(archive(tmp_path / "1.zip", MOODLE), archive(tmp_path / "2.zip", again))
    assert len(found) == 5
    assert any("2 notebooks were handed in" in " ".join(file.remarks) for file in found)


def test_paths_that_climb_out_of_an_archive_are_only_names(files, tmp_path):
    path = archive(
        tmp_path / "in.zip",
        {"../../evil.ipynb": NOTEBOOK, "/abs/evil.ipynb": NOTEBOOK, "ada.ipynb": NOTEBOOK},
    )
    before = {*tmp_path.parent.rglob("*")}
    found = files(path)
    assert names(found) == ["abs", "ada", "evil"]
    assert all(file.read() == NOTEBOOK.encode() for file in found)
    assert {*tmp_path.parent.rglob("*")} == before


def test_link_in_an_archive_is_a_problem_of_its_own_submission(files, tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("evil.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("ada.ipynb", NOTEBOOK)
    assert {f.name: f.problem[:9] for f in files(path)} == {"evil": "is a link", "ada": ""}


PACKINGS = {
    "deflate": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
    "stored": zipfile.ZIP_STORED,
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_entry_of_any_packing_damaged_anywhere_costs_nobody_else(files, tmp_path, packing):
    content = json.dumps({**json.loads(NOTEBOOK), "x": "abc" * 400})
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", PACKINGS[packing]) as file:
        file.writestr("ada.ipynb", content)
        start, size = file.getinfo("ada.ipynb").header_offset + 39, file.start_dir
        file.writestr("bela.ipynb", content)
    whole = path.read_bytes()
    for place in range(start, size, max(1, (size - start) // 25)):
        data = bytearray(whole)
        data[place] ^= 0x55
        path.write_bytes(data)
        ada, bela = files(path)
        assert "damaged" in ada.problem or ada.read() == content.encode(), place
        assert bela.problem == ""


@pytest.mark.parametrize("packing", PACKINGS)
def test_archive_that_unpacks_to_too_much_is_read_no_further(files, tmp_path, packing):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", PACKINGS[packing]) as file:
        with file.open("bomb.ipynb", "w") as entry:
            for _ in range(60):
                entry.write(b" " * 1_000_000)
        file.writestr("ada.ipynb", NOTEBOOK)
    ada, bomb = files(path)
    assert f"more than {MAX_BYTES / 1e6:.0f} MB" in bomb.problem
    assert ada.problem == ""


def test_archive_that_a_learner_packed_is_opened_once(files, tmp_path):
    inner = archive(tmp_path / "w.zip", {"work/97_small.ipynb": NOTEBOOK}).read_bytes()
    nested = archive(tmp_path / "n.zip", {"w.zip": inner}).read_bytes()
    path = archive(
        tmp_path / "in.zip",
        {
            "Ada_1_assignsubmission_file_/w.zip": inner,
            "Bela_2_assignsubmission_file_/n.zip": nested,
            "Clara_3_assignsubmission_file_/half.zip": inner[: len(inner) // 2],
        },
    )
    ada, bela, clara = files(path)
    assert ada.problem == ""
    assert ada.read() == NOTEBOOK.encode()
    assert bela.problem.startswith("is not a notebook but n.zip")
    assert "archive that can't be read" in clara.problem


def test_names_in_an_archive_that_are_the_same_or_no_utf8_keep_a_row_each(files, tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("ada.ipynb", "adA.ipynb", "ADA.ipynb", "M\u00fcller.ipynb", "李 雷.ipynb"):
            file.writestr(name, NOTEBOOK)
    whole = path.read_bytes().replace(b"adA.ipynb", b"ada.ipynb")
    damaged = whole.replace("M\u00fc".encode(), b"M\xfc\xfc")
    for data in (whole, damaged):
        path.write_bytes(data)
        found = files(path)
        assert len({file.name for file in found}) == 5
        assert "李 雷" in names(found)
        assert {file.problem for file in found} == {""}


@pytest.mark.skipif(os.name == "nt", reason="such names are Linux's")
def test_name_that_is_no_utf8_is_shown_by_its_bytes(files, tmp_path):
    (tmp_path / os.fsdecode(b"M\xfcller.ipynb")).write_text(NOTEBOOK)
    (file,) = files(tmp_path)
    assert plain(file.name) == "M\\xfcller"
    assert file.read() == NOTEBOOK.encode()


def test_third_file_is_not_graded_with_another_of_its_name(files, tmp_path):
    put(tmp_path, "one/ada.ipynb", "two/ada.ipynb", "three/ada (2).ipynb")
    found = files(*(tmp_path / name for name in ("one", "two", "three")))
    assert len({file.name for file in found}) == 3
    assert {file.entry.source.place.name for file in found} == {"one", "two", "three"}


@pytest.mark.parametrize(("make", "word"), [(False, "not there"), (True, "no notebook")])
def test_missing_or_empty_folder_is_said_in_a_sentence(tmp_path, make, word):
    place = tmp_path / "submissions"
    if make:
        place.mkdir()
    with pytest.raises(IntakeError, match=word):
        find((place,))


def test_half_a_zip_file_is_said_in_a_sentence(tmp_path):
    whole = archive(tmp_path / "whole.zip", {"ada.ipynb": NOTEBOOK}).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IntakeError, match=r"half\.zip can't be read as a zip file"):
        find((tmp_path / "half.zip",))


def test_file_that_can_not_be_read_now_may_be_read_another_time(files, tmp_path, monkeypatch):
    put(tmp_path, "ada.ipynb", "bela.ipynb")
    whole = os.read

    def failing(handle, count):
        if os.readlink(f"/proc/self/fd/{handle}").endswith("ada.ipynb"):
            raise OSError(5, "Input/output error")
        return whole(handle, count)

    monkeypatch.setattr(os, "read", failing)
    ada, bela = files(tmp_path)
    assert ada.problem == "can't be read (Input/output error)."
    assert ada.passing
    assert not bela.problem


# what stands in a file


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"PK\x03\x04", "it is a zip"),
        (b"<!doctype html>", "it is a web page"),
        (b"\xff\xfe\xfd", "isn't JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 5_000_000, "too many parts"),
        (b'{"cells": 1, "nbformat": 4}', "not a notebook of format 4"),
        (b'{"cells": [], "nbformat": 3}', "not a notebook of format 4"),
        (b'{"cells": [' + b"{}," * 2_001 + b"{}]" + b', "nbformat": 4}', "at most 2,000"),
        (b'{"cells": [{"source": "' + b"a;" * 2_000_000 + b'"}], "nbformat": 4}', "characters"),
        (b'{"nbformat": ' + b"9" * 10_000 + b"}", "holds a number of more than 4,300 digits"),
    ],
)
def test_what_is_no_notebook_is_said(data, reason):
    with pytest.raises(SubmissionError, match=reason):
        parse(data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_notebook_of_any_unicode_encoding_is_read(encoding):
    assert parse(NOTEBOOK.encode(encoding)).exercise == "97_small"


def test_letters_that_are_no_utf8_are_replaced_and_said():
    text = json.dumps({"cells": [{"cell_type": "code", "source": "# Müller"}], "nbformat": 4},
                      ensure_ascii=False)  # fmt: skip
    notebook = parse(text.encode("latin-1"))
    assert notebook.cells[0].source == "# M\ufffdller"
    assert "not UTF-8" in notebook.remarks[0]


@pytest.mark.parametrize(
    "stub",
    [
        "# YOUR CODE HERE\nraise NotImplementedError()",
        "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        'def double(x):\n    """Twice."""\n    raise NotImplementedError',
    ],
)
def test_stub_that_nbgrader_left_is_an_answer_left_open(small, stub):
    path = small.write(small.notebook(double=stub))
    cells = read_file(File("ada", path), small.exercise).cells
    starter = small.exercise.question("double").starter
    assert [c.source for c in cells if c.question == "double"] == [starter]


def test_nothing_of_a_cell_is_believed():
    cells = [
        {"cell_type": "\x1b[31m<b>", "id": "\ud800" * 3, "source": ["a", 1, "\ud800b"]},
        {"cell_type": ["code"], "id": "x" * 1_000_000, "source": {"a": 1}},
        "no cell",
    ]
    data = json.dumps({"cells": cells, "metadata": 7, "nbformat": 4}).encode()
    first, second = parse(data).cells
    assert (first.kind, first.id, first.source) == ("unknown", "\ufffd" * 3, "a\ufffdb")
    assert (second.kind, second.id, second.source) == ("unknown", "", "")


def test_long_or_odd_source_is_not_parsed():
    assert parsed("a;" * 100_000) is None
    assert parsed("a\x00b") is None
    assert parsed("(" * 30_000) is None
    assert parsed("x = 1") is not None


def test_words_are_readable_and_harmless():
    assert plain("李\u3000雷 Łucja Müller نام\u200cها") == "李 雷 Łucja Müller نام\u200cها"
    assert plain("\x1b[2J\x07\u202e\ud800\udcff\x9b") == ("\\x1b[2J\\x07\\u202e\\ud800\\xff\\x9b")
    assert one_line("a\nb" + "c" * 1_000) == "a b" + "c" * 196 + "…"


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_any_words_can_be_written_in_any_encoding(text):
    for encoding in ("utf-8", "utf-16"):
        plain(text).encode(encoding)
    assert "\n" not in one_line(text)
    assert all(c.isprintable() or c in "\n\t\u200c\u200d" for c in plain(text))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_notebook_or_a_reason(data):
    try:
        parse(data)
    except SubmissionError as reason:
        words = str(reason)
    else:
        words = "a notebook"
    assert words.isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": JSON | st.sampled_from(["code", "markdown"]),
        "id": JSON | st.sampled_from(["cell-4", "cell-14"]),
        "source": JSON | st.sampled_from(["def double(x): return x", "answer: int = 42"]),
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cells=st.lists(CELL | JSON, max_size=6), metadata=JSON)
def test_any_json_is_a_submission_or_a_reason(small, cells, metadata):
    data = json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()
    try:
        submission = read_file(File("ada", Path("ada.ipynb"), data=data), small.exercise)
    except SubmissionError:
        return
    answers = [cell.question for cell in submission.cells if cell.question]
    assert answers
    assert len(answers) == len({*answers})


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=20
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)
ENDINGS = st.sampled_from([".ipynb", ".IPYNB", ".pdf", "", ".zip", ".ipynb.txt", " (2).ipynb"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.tuples(NAMES, NAMES, ENDINGS, st.booleans()), st.binary(max_size=40)))
def test_everybody_has_a_row_whatever_names_and_bytes(small, tmp_path_factory, handed_in):
    """In a flat folder with a folder for some: each name at the top is a row's, and an honest
    learner among them keeps hers."""
    place = tmp_path_factory.mktemp("any")
    put(place, "honest one.ipynb")
    tops = {"honest one"}
    for (top, name, ending, in_a_folder), content in handed_in.items():
        path = place / top / (name + ending) if in_a_folder else place / (top + ending)
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        except OSError:
            continue  # a name that is another one's folder
        if not top.startswith(".") and not (name + ending).startswith("."):
            tops.add(top)
    found = choose(find((place,)), small.exercise)
    assert len({file.name for file in found}) == len(found)
    hidden = {"thumbs.db", "desktop.ini", "__macosx", "__pycache__"}
    rows = " ".join(file.name for file in found)
    for top in tops - {t for t in tops if t.casefold() in hidden}:
        assert visible(stem(top)) in rows or visible(top) in rows
    (honest,) = (file for file in found if file.name == "honest one")
    assert honest.problem == ""


def test_nobody_hands_in_under_anothers_name(files, tmp_path):
    """What a learner puts into a folder of theirs is theirs, whatever it is called."""
    about = ":submitters:\n  - :name: {}\n    :sid: '{}'\n"
    ada, bob = about.format("Ada", 1), about.format("Bob", 2)
    true = f"submission_7:\n  {ada}submission_8:\n  {bob}"
    forged = f"submission_7:\n  {bob}submission_8:\n  {ada}"
    gradescope = tmp_path / "export"
    put(gradescope, "submission_7/x.ipynb", content=OTHER)
    put(gradescope, "submission_8/x.ipynb")
    put(gradescope, "submission_metadata.yml", content=true)
    put(gradescope, "submission_7/submission_metadata.yml", content=forged)
    found = {file.learner: file.read() for file in files(gradescope)}
    assert found == {"Ada": OTHER.encode(), "Bob": NOTEBOOK.encode()}

    own, others = "Ada_1_assignsubmission_file_", "Bob_2_assignsubmission_file_x.ipynb"
    put(tmp_path / "moodle", f"{own}/{others}")
    assert [(f.learner, f.learner_id) for f in files(tmp_path / "moodle")] == [("Ada", "1")]

    put(tmp_path / "plain", "ada/x.ipynb", "bob/x.ipynb", "eve/x.ipynb")
    for number in range(20):
        put(tmp_path / "plain", f"eve/submitted/bob/ps1/{number}.ipynb")
        put(tmp_path / "plain", f"eve/submission_4/{number}.ipynb")
    assert not any(file.platform for file in files(tmp_path / "plain"))
