"""Progress survives crashes, damaged files, and two kernels that write at once."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from course_utils.learning.progress import VERSION, ProgressFile, Record


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.json"


def test_attempts_hints_and_the_first_success_are_counted(path):
    file = ProgressFile(path)
    file.attempt("02", "relu", solved=False)
    file.hint("02", "relu", 3)
    solved = file.attempt("02", "relu", solved=True).solved
    again = file.attempt("02", "relu", solved=False)
    assert (again.attempts, again.hints, again.solved) == (2, 1, solved)
    assert solved.endswith("+00:00")
    assert ProgressFile(path).records() == {"02": {"relu": again}}
    assert ProgressFile(path).record("02", "tanh") == Record()


def test_hints_end_with_the_last(path):
    file = ProgressFile(path)
    assert [file.hint("02", "relu", 2).hints for _ in range(3)] == [1, 2, 2]


def test_file_is_readable_json_with_a_version(path):
    ProgressFile(path).solution("02", "relu")
    data = json.loads(path.read_text("utf-8"))
    assert data["version"] == VERSION
    assert data["exercises"]["02"]["relu"]["solution_shown"] is True
    assert "\n" in path.read_text("utf-8")


DAMAGED = [
    "",
    "{",
    "[]",
    "null",
    '{"version": 99, "exercises": {}}',
    '{"exercises": {}}',
    '{"version": 1}',
    '{"version": 1, "exercises": []}',
    '{"version": 1, "exercises": {"02": {"relu": {"attempts": 1, "stars": 3}}}}',
    '{"version": 1, "exercises": {"02": {"relu": 3}}}',
    '{"version": 1, "exercises": {"02": {"relu": {"attempts": "many"}}}}',
]


@pytest.mark.parametrize("text", DAMAGED)
def test_damaged_file_is_kept_aside_and_work_goes_on(path, text):
    path.write_text(text, "utf-8")
    file = ProgressFile(path)
    assert file.records() == {}
    assert "can't be read" in file.problem
    assert file.attempt("02", "relu", solved=True).attempts == 1
    assert path.with_name("progress.json.bak").read_text("utf-8") == text
    assert ProgressFile(path).record("02", "relu").attempts == 1


def test_file_that_is_no_text_is_kept_aside(path):
    path.write_bytes(b"\xff\xfe\x00")
    assert ProgressFile(path).attempt("02", "relu", solved=False).attempts == 1
    assert path.with_name("progress.json.bak").read_bytes() == b"\xff\xfe\x00"


def test_without_a_path_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = ProgressFile(None)
    file.attempt("02", "relu", solved=False)
    assert file.record("02", "relu").attempts == 1
    assert list(tmp_path.iterdir()) == []


def test_place_that_cannot_be_written_to_is_said_and_stops_nothing(path):
    path.with_name("progress.json.lock").mkdir()  # so that the lock can't be taken
    file = ProgressFile(path)
    assert file.attempt("02", "relu", solved=True).attempts == 1
    assert "can't be written" in file.problem


def test_crash_while_writing_leaves_the_old_file_whole(path, monkeypatch):
    file = ProgressFile(path)
    file.attempt("02", "relu", solved=True)
    before = path.read_bytes()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        file.attempt("02", "relu", solved=True)
    assert path.read_bytes() == before
    assert {p.name for p in path.parent.iterdir()} <= {"progress.json", "progress.json.lock"}


def test_two_kernels_at_once_lose_nothing(path):
    code = f"""
    from pathlib import Path
    from course_utils.learning.progress import ProgressFile
    file = ProgressFile(Path({str(path)!r}))
    for i in range(40):
        file.attempt("02", "relu", solved=False)
        file.hint("02", f"q{{i}}", 3)
    """
    run = [sys.executable, "-c", textwrap.dedent(code)]
    both = [subprocess.Popen(run) for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]
    records = ProgressFile(path).records()["02"]
    assert records["relu"].attempts == 80
    assert [records[f"q{i}"].hints for i in range(40)] == [2] * 40


def test_what_could_not_be_written_counts_all_the_same_and_is_written_later(path, tmp_path):
    file = ProgressFile(path)
    file.attempt("02", "relu", solved=False)
    path.with_name("progress.json.lock").unlink()
    path.with_name("progress.json.lock").mkdir()  # nobody gets this lock, root neither
    assert [file.hint("02", "relu", 3).hints for _ in range(2)] == [1, 2]
    assert file.record("02", "relu").attempts == 1
    assert "can't be written" in file.problem
    path.with_name("progress.json.lock").rmdir()
    assert file.hint("02", "relu", 3).hints == 3
    assert ProgressFile(path).record("02", "relu") == Record(attempts=1, hints=3)
