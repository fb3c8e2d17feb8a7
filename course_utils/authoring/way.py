"""The first and last cell of lessons and exercises: the way to their neighbors, and to the map."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

from course_utils.authoring.pairing import Pair, settle
from course_utils.learning.curriculum import LESSONS, Lesson, lesson_of, part_of
from course_utils.write_whole import write_whole

FIRST, LAST = "way-first", "way-last"  # the ids of the two cells
MAP_CALL = "course_map()"


def way(path: Path) -> str:
    """The line that the notebook at `path` begins and ends with.

    path: a lesson in notebooks/, or an exercise or its solution. Neighbors are those lessons that
    are there; what isn't there is not linked.
    """
    root, is_lesson = path.parent.parent, path.parent.name == "notebooks"
    lesson = next(entry for entry in LESSONS if entry.name == lesson_of(path.stem))
    names = [
        (name, entry.heading(name)) for entry in LESSONS for name in _names(root, is_lesson, entry)
    ]
    place = [name for name, _ in names].index(path.stem)
    pieces = []
    if place:
        before, heading = names[place - 1]
        pieces.append(f"[← {heading}]({before}.ipynb)")
    if is_lesson and _has_exercise(root, lesson.name):
        pieces.append(f"[exercise](../exercises/{lesson.name}.ipynb)")
    elif not is_lesson:
        pieces += [
            f"[lesson{part_of(each.stem)}](../notebooks/{each.name})"
            for each in lesson.notebooks(root / "notebooks")
        ]
    first, folder = LESSONS[0].name, "" if is_lesson else "../notebooks/"
    pieces.append(f"[map]({folder}{first}.ipynb{_map_anchor(root / 'notebooks', first)})")
    if place + 1 < len(names):
        after, heading = names[place + 1]
        pieces.append(f"[{heading} →]({after}.ipynb)")
    return " · ".join(pieces)


def write_way(path: Path) -> bool:
    """Write the two cells of a lesson or a solution, and its text; whether anything was changed.

    Every other cell, and every output, stays as it is. Raises AuthoringError where notebook and
    text do not agree.
    """
    notebook = json.loads(path.read_text("utf-8"))
    cells = _with_way(notebook["cells"], way(path))
    if cells == notebook["cells"]:
        return False
    settle(Pair(path))  # what was changed in the text alone comes first
    notebook = json.loads(path.read_text("utf-8"))
    notebook["cells"] = _with_way(notebook["cells"], way(path))
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    write_whole(path, text)
    settle(Pair(path), "notebook")
    return True


def has_way(path: Path) -> bool:
    """Whether a notebook begins and ends with its line."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return cells == _with_way(cells, way(path))


def _with_way(cells: list[dict], line: str) -> list[dict]:
    others = [cell for cell in cells if cell.get("id") not in (FIRST, LAST)]
    return [_cell(FIRST, line), *others, _cell(LAST, line)]


def _cell(name: str, line: str) -> dict:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": [line]}


def _names(root: Path, is_lesson: bool, lesson: Lesson) -> list[str]:
    """The notebooks of a lesson that are there, or its exercise."""
    if is_lesson:
        return [path.stem for path in lesson.notebooks(root / "notebooks")]
    return [lesson.name] if _has_exercise(root, lesson.name) else []


def _has_exercise(root: Path, name: str) -> bool:
    return any((root / place / f"{name}.ipynb").is_file() for place in ("solutions", "exercises"))


def _map_anchor(folder: Path, name: str) -> str:
    """The heading under which the map is drawn, as JupyterLab links to it."""
    try:
        cells = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    heading = ""
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code" and MAP_CALL in text:
            return f"#{quote(heading.replace(' ', '-'))}" if heading else ""
        if cell["cell_type"] == "markdown":
            found = re.findall(r"^#{1,4} +(.+)$", text, re.MULTILINE)
            heading = found[-1].strip() if found else heading
    return ""
