"""The journal: whatever became of the file, each whole line is a result and nothing is made up."""

import contextlib
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.checking.data.verdict import CORRECT, Verdict
from course_utils.grading.intake.file import File
from course_utils.grading.marking.journal import FILE_NAME, Journal, JournalError, previous_seed
from course_utils.grading.marking.mark import Mark, Result

BATCH = {"exercise": "97_small", "places": ["/in"], "checks": "abc", "seed": 7}
NAMES = ("ada", "bela", "clara")


def result(name, score=1.0):
    mark = Mark("double", score, 2.0, Verdict("double", CORRECT, "Right.", remarks=("so",)))
    return Result(name, "97_small", "bubblewrap", 0.1, (mark,), ("handed in late",))


def written(folder):
    """A journal with a result of each of NAMES, and its bytes."""
    with Journal(folder, BATCH) as journal:
        for name in NAMES:
            journal.add(f"key of {name}", result(name), File(name, folder / name, name, "1"))
    return (folder / FILE_NAME).read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return written(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("journal")


def opened(place, data):
    """What a journal of these bytes holds, by name; None if it is refused, and then unchanged."""
    path = place / FILE_NAME
    path.write_bytes(data)
    try:
        with Journal(place, BATCH) as journal:
            return {name: journal[key] for name, key in journal.latest().items()}
    except JournalError:
        return None if path.read_bytes() == data else "it was refused, and changed"
    finally:
        with contextlib.suppress(JournalError):
            previous_seed(place)


def test_what_was_written_is_read_again(place, whole):
    assert opened(place, whole) == {name: result(name) for name in NAMES}


SETTINGS = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SETTINGS
@given(st.data())
def test_damage_anywhere_costs_the_lines_it_hits_and_no_other(place, whole, data):
    """Any bytes over any part of the file."""
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start, min(len(whole), start + 400)))
    damaged = whole[:start] + data.draw(st.binary(max_size=400)) + whole[end:]
    found = opened(place, damaged)
    ends = [i for i, byte in enumerate(whole) if byte == 10]
    if start > ends[0]:  # the first line says what the rest is, and is whole
        lines = [(a + 1, b) for a, b in itertools.pairwise(ends)]
        hit = {n for n, (a, b) in zip(NAMES, lines, strict=True) if start <= b and end >= a}
        assert {name for name in NAMES if name not in hit} <= set(found)
    for name, read in (found or {}).items():
        assert read == result(name)


@SETTINGS
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_a_journal_or_a_reason(place, whole, data, after_the_first_line):
    first = whole[: whole.index(b"\n") + 1]
    found = opened(place, first + data if after_the_first_line else data)
    assert found == {} or (found is None and not after_the_first_line)


@SETTINGS
@given(st.permutations([0, 1, 2, 0, 1, 2]), st.integers(0, 5))
def test_any_order_of_lines_gives_the_same_results(place, whole, order, count):
    first, *lines = whole.splitlines(keepends=True)
    found = opened(place, first + b"".join(lines[i] for i in order[: count + 1]))
    assert found == {NAMES[i]: result(NAMES[i]) for i in order[: count + 1]}


def test_line_of_marks_that_somebody_raised_is_not_believed(place, whole):
    found = opened(place, whole.replace(b'"score": 1.0', b'"score": 2.0', 1))
    assert set(found) == {"bela", "clara"}


def test_lost_first_line_is_not_taken_for_a_new_journal(place, whole):
    rest = whole[whole.index(b"\n") :]
    assert opened(place, rest) is None
    with pytest.raises(JournalError, match="first line"):
        previous_seed(place)


def test_another_version_is_named(place):
    assert opened(place, json.dumps({"seed": 3, "exercise": "97_small"}).encode() + b"\n") is None
    with pytest.raises(JournalError, match="another version"):
        previous_seed(place)
