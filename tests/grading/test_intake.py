"""Submissions are found wherever they are: files, folders, and the archives of platforms."""

import json
import stat
import zipfile

import pytest

from course_utils.grading.intake import IntakeError, find, only_of
from course_utils.grading.submission import SubmissionError, read

NOTEBOOK = json.dumps({"cells": [], "metadata": {"exercise": "97_small"}, "nbformat": 4})


def names(files):
    return [file.name for file in files]


def put(folder, *paths, content=NOTEBOOK):
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")


def archive(path, entries):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_flat_folder_gives_names_of_files(tmp_path):
    put(tmp_path, "ada.ipynb", "bela.ipynb", "notes.txt", ".ipynb_checkpoints/ada.ipynb")
    assert names(find((tmp_path,), tmp_path / "x")) == ["ada", "bela"]


def test_folder_a_learner_gives_names_of_folders(tmp_path):
    put(tmp_path, "ada/97_small.ipynb", "bela/97_small.ipynb", "bela/.git/odd.ipynb")
    assert names(find((tmp_path,), tmp_path / "x")) == ["ada", "bela"]


def test_checkout_of_a_classroom_gives_names_of_repositories(tmp_path):
    for who in ("small-ada", "small-bela"):
        put(tmp_path, f"{who}/exercises/97_small.ipynb", f"{who}/exercises/98_other.ipynb")
    other = json.dumps({"cells": [], "metadata": {"exercise": "98_other"}, "nbformat": 4})
    for who in ("small-ada", "small-bela"):
        put(tmp_path, f"{who}/exercises/98_other.ipynb", content=other)
    files = only_of("97_small", find((tmp_path,), tmp_path / "x"))
    assert names(files) == ["small-ada/exercises/97_small", "small-bela/exercises/97_small"]


def test_checkout_of_a_whole_course_is_one_submission_without_its_lessons(tmp_path):
    lesson = json.dumps({"cells": [], "metadata": {}, "nbformat": 4})
    for who in ("small-ada", "group-2/small-bela"):
        put(tmp_path, f"{who}/exercises/97_small.ipynb")
        put(tmp_path, f"{who}/notebooks/97_small.ipynb", f"{who}/.git/HEAD", content=lesson)
    put(tmp_path, "clara/exported.ipynb", content=lesson)
    put(tmp_path, "small-dora/exercises/97_small.ipynb", content="broken")
    put(tmp_path, "small-dora/notebooks/97_small.ipynb", "small-dora/.git/HEAD", content=lesson)
    files = only_of("97_small", find((tmp_path,), tmp_path / "x"))
    assert names(files) == ["clara", "group-2/small-bela", "small-ada", "small-dora"]
    assert {f.path.parent.name for f in files if f.repository} == {"exercises"}


def test_learner_without_a_notebook_is_not_forgotten(tmp_path):
    moodle = {
        "Ada_1_assignsubmission_file_/97_small.ipynb": NOTEBOOK,
        "Ada_1_assignsubmission_file_/notes.txt": "",
        "Béla_2_assignsubmission_file_/essay.pdf": "",
        "Béla_2_assignsubmission_file_/data.csv": "",
        "readme.txt": "",
    }
    canvas = {"ada_1_11_97_small.ipynb": NOTEBOOK, "bela_2_12_essay.pdf": ""}
    for name, entries in (("moodle", moodle), ("canvas", canvas)):
        (file,) = find((archive(tmp_path / f"{name}.zip", entries),), tmp_path / name)[1:]
        assert file.learner_id == "2"
        assert "is not a notebook but essay.pdf" in file.problem
    put(tmp_path / "unpacked", *moodle)
    assert names(find((tmp_path / "unpacked",), tmp_path / "x")) == ["Ada_1", "Béla_2"]


def test_moodle_archive_gives_names_and_numbers(tmp_path):
    path = archive(
        tmp_path / "moodle.zip",
        {
            "Ada Lovelace_4711_assignsubmission_file_/97_small.ipynb": NOTEBOOK,
            "Béla Bartók_4712_assignsubmission_file_97_small.ipynb": NOTEBOOK,
            "Clara_4713_assignsubmission_onlinetext_/text.html": "<p>late</p>",
        },
    )
    files = find((path,), tmp_path / "x")
    assert [(f.learner, f.learner_id, f.platform) for f in files] == [
        ("Ada Lovelace", "4711", "moodle"),
        ("Béla Bartók", "4712", "moodle"),
    ]
    assert files[0].path.read_text() == NOTEBOOK


def test_unpacked_moodle_archive_is_read_the_same(tmp_path):
    put(tmp_path / "in", "Ada Lovelace_4711_assignsubmission_file_/97_small.ipynb")
    (file,) = find((tmp_path / "in",), tmp_path / "x")
    assert (file.learner, file.learner_id, file.platform) == ("Ada Lovelace", "4711", "moodle")


def test_canvas_archive_gives_names_and_ids_late_or_not(tmp_path):
    path = archive(
        tmp_path / "canvas.zip",
        {
            "lovelaceada_101_9001_97_small.ipynb": NOTEBOOK,
            "bartokbela_LATE_102_9002_97_small-1.ipynb": NOTEBOOK,
        },
    )
    files = find((path,), tmp_path / "x")
    assert [(f.learner, f.learner_id, f.platform) for f in files] == [
        ("lovelaceada", "101", "canvas"),
        ("bartokbela", "102", "canvas"),
    ]


def test_paths_that_climb_out_of_an_archive_stay_inside(tmp_path):
    path = archive(
        tmp_path / "in.zip",
        {"../../evil.ipynb": NOTEBOOK, "/abs/evil.ipynb": NOTEBOOK, "ada.ipynb": NOTEBOOK},
    )
    before = {p for p in tmp_path.parent.rglob("*") if p.is_file()}
    files = find((path,), tmp_path / "scratch")
    assert len(files) == 3
    assert all(f.path.parent == tmp_path / "scratch" / "0" for f in files)
    after = {p for p in tmp_path.parent.rglob("*") if p.is_file()}
    assert {p.parent for p in after - before} == {tmp_path / "scratch" / "0"}


def test_link_in_an_archive_is_a_problem_of_its_own_submission(tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("evil.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("ada.ipynb", NOTEBOOK)
    files = find((path,), tmp_path / "x")
    assert {f.name: bool(f.problem) for f in files} == {"evil": True, "ada": False}
    assert not any(f.path.is_symlink() for f in files)


def test_zip_bomb_is_cut_and_refused_as_too_large(tmp_path, classroom):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb.ipynb", b" " * 200_000_000)
        file.writestr("ada.ipynb", NOTEBOOK)
    files = {f.name: f for f in find((path,), tmp_path / "x")}
    assert files["bomb"].path.stat().st_size < 31_000_000
    with pytest.raises(SubmissionError, match="MB"):
        read(files["bomb"].path, classroom.exercise)


def test_damaged_archive_entry_is_a_problem_of_its_own_submission(tmp_path):
    path = archive(tmp_path / "in.zip", {"ada.ipynb": NOTEBOOK, "bela.ipynb": NOTEBOOK * 50})
    data = bytearray(path.read_bytes())
    place = data.find(b'"nbformat"')
    data[place] ^= 0xFF
    path.write_bytes(data)
    files = {f.name: f.problem for f in find((path,), tmp_path / "x")}
    assert "can't be unpacked" in files["ada"]
    assert files["bela"] == ""


def test_same_name_twice_stays_two_submissions(tmp_path):
    put(tmp_path, "one/ada.ipynb", "two/ada.ipynb")
    files = find((tmp_path / "one", tmp_path / "two"), tmp_path / "x")
    assert names(files) == ["ada", "ada (2)"]


@pytest.mark.parametrize(("make", "word"), [(False, "not there"), (True, "no notebook")])
def test_missing_or_empty_folder_is_said_in_a_sentence(tmp_path, make, word):
    place = tmp_path / "submissions"
    if make:
        place.mkdir()
    with pytest.raises(IntakeError, match=word):
        find((place,), tmp_path / "x")


def test_half_a_zip_file_is_said_in_a_sentence(tmp_path):
    whole = archive(tmp_path / "whole.zip", {"ada.ipynb": NOTEBOOK}).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IntakeError, match=r"half\.zip can't be read as a zip file"):
        find((tmp_path / "half.zip",), tmp_path / "x")
