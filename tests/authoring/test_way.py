"""Every lesson and exercise begins and ends with the way to its neighbors, and a tool writes it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from course_utils.authoring.pairing import Pair, agree
from course_utils.authoring.way import FIRST, LAST, has_way, way, write_way

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(
    path for folder in ("notebooks", "exercises") for path in (ROOT / folder).glob("*.ipynb")
)


@pytest.fixture
def course(tmp_path):
    """Two lessons, the first and one that is not the second, with their exercises."""
    for name in ("00_start_here", "02_activation_functions"):
        for folder in ("notebooks", "solutions"):
            for path in (f"{folder}/{name}.ipynb", f"{folder}/text/{name}.md"):
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def test_the_line_names_what_is_there(course):
    first, last = (
        course / f"notebooks/{n}.ipynb" for n in ("00_start_here", "02_activation_functions")
    )
    here = re.search(r"\[map\]\((00_start_here\.ipynb#[^)]+)\)", way(first))[1]
    assert way(first) == (
        f"[exercise](../exercises/00_start_here.ipynb) · [map]({here}) · "
        "[02 Activation functions →](02_activation_functions.ipynb)"
    )
    assert way(last) == (
        "[← 00 Start here](00_start_here.ipynb) · "
        f"[exercise](../exercises/02_activation_functions.ipynb) · [map]({here})"
    )
    assert way(course / "solutions/02_activation_functions.ipynb") == (
        "[← 00 Start here](00_start_here.ipynb) · "
        f"[lesson](../notebooks/02_activation_functions.ipynb) · [map](../notebooks/{here})"
    )


def test_a_lesson_of_two_notebooks_is_gone_through_in_order(course):
    lesson = course / "notebooks/00_start_here.ipynb"
    second = shutil.copy(lesson, lesson.with_stem("00_start_here2"))
    assert way(lesson).endswith(" · [00 Start here, part 2 →](00_start_here2.ipynb)")
    assert way(second).startswith(
        "[← 00 Start here](00_start_here.ipynb) · [exercise](../exercises/00_start_here.ipynb) · "
    )
    assert way(second).endswith(" · [02 Activation functions →](02_activation_functions.ipynb)")
    after = way(course / "notebooks/02_activation_functions.ipynb")
    assert after.startswith("[← 00 Start here, part 2](00_start_here2.ipynb) · ")
    assert way(course / "solutions/00_start_here.ipynb").startswith(
        "[lesson](../notebooks/00_start_here.ipynb) · "
        "[lesson, part 2](../notebooks/00_start_here2.ipynb) · [map]"
    )


@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_it_is_written_once_and_nothing_else_changes(course, folder):
    path = course / folder / "02_activation_functions.ipynb"
    ways = (FIRST, LAST)
    before = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["id"] not in ways]
    stripped = json.loads(path.read_text("utf-8")) | {"cells": before}
    path.write_text(
        json.dumps(stripped, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
    )
    assert not has_way(path)
    assert write_way(path)
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert [cells[0]["id"], cells[-1]["id"]] == [FIRST, LAST]
    assert cells[1:-1] == before
    assert has_way(path)
    assert agree(Pair(path))
    written = path.read_bytes()
    assert not write_way(path)
    assert path.read_bytes() == written


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_lesson_and_exercise_has_its_lines(path):
    assert has_way(path), "run `course way`, then `course build`"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_links_lead_to_what_is_there(path):
    for link in re.findall(r"\]\(([^)#]+)", way(path)):
        assert (path.parent / link).is_file(), link
