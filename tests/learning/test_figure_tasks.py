"""The figures' tasks that are done: one file, which nothing loses and which stops no figure."""

import threading

import pytest

from course_utils.learning.figure_tasks import all_done, done_tasks, note_done


def test_tasks_are_kept_by_figure_and_place(tmp_path):
    note_done("boundary_lab", "", ["separated"], tmp_path)
    note_done("boundary_lab", "four heaps", ["bestLine"], tmp_path)
    note_done("boundary_lab", "four heaps", ["fewUnits"], tmp_path)
    assert done_tasks("boundary_lab", "four heaps", tmp_path) == {"bestLine", "fewUnits"}
    assert done_tasks("boundary_lab", folder=tmp_path) == {"separated"}
    assert done_tasks("descent_valley", folder=tmp_path) == set()


def test_kernels_that_write_at_once_lose_nothing(tmp_path):
    names = [f"task{k}" for k in range(12)]
    writers = [
        threading.Thread(target=note_done, args=("figure", "", [name], tmp_path)) for name in names
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert done_tasks("figure", folder=tmp_path) == set(names)


def test_a_folder_that_cannot_be_written_raises_nothing(tmp_path):
    (tmp_path / "a file").write_text("")
    note_done("figure", "", ["task"], tmp_path / "a file" / "folder")
    assert all_done(tmp_path / "a file" / "folder") == {}


@pytest.mark.parametrize(("name", "own"), [("solutions", "own"), ("notebooks", "")])
def test_in_the_teachers_edition_and_without_a_folder_nothing_is_written(
    name, own, tmp_path, monkeypatch
):
    monkeypatch.setenv("COURSE_FOLDER", own and str(tmp_path / own))
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / name)
    note_done("figure", "", ["task"])
    assert all_done() == {}
    assert not list(tmp_path.rglob("figures.json*"))
