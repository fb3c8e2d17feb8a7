"""Which room of course_utils may import what, read from the source."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"
# What may be imported with a room; inside a function, for what few callers want, there is leave.
# The standard library and the room itself go without saying; None: only the rules for all rooms.
ROOMS = {
    "nn": {"numpy"},
    "datasets": {"numpy"},
    "plots": {"numpy", "matplotlib", "IPython", "course_utils.nn"},
    # nbformat and nbclient: store.py, a tool for authors, which runs the gallery's notebook.
    "explorables": {"numpy", "anywidget", "traitlets", "course_utils.nn", "nbformat", "nbclient"},
    "checking": {"numpy", "IPython", "executing", "filelock"},
    "authoring": None,
    "grading": None,
}


def imports(path, inside_functions=True):
    """The dotted names that a file imports, relative ones written out."""
    package = ["course_utils", *path.relative_to(PACKAGE).parent.parts]
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree) if inside_functions else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def room_of(name):
    """`course_utils.nn.layers` -> `course_utils.nn`; `numpy.linalg` -> `numpy`."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "course_utils" else parts[0]


def sources(room):
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{room}.py"]


@pytest.mark.parametrize("room", [room for room, allowed in ROOMS.items() if allowed is not None])
def test_room_imports_only_what_it_may(room):
    own = {f"course_utils.{room}", "course_utils"}
    for path in sources(room):
        foreign = {room_of(n) for n in imports(path, False)} - sys.stdlib_module_names - own
        assert foreign <= ROOMS[room], (
            f"{path.relative_to(PACKAGE)} imports {foreign - ROOMS[room]}"
        )


def test_judging_knows_neither_authors_nor_graders():
    for path in sources("checking"):
        others = {"course_utils.authoring", "course_utils.grading"}
        assert others.isdisjoint(room_of(name) for name in imports(path)), path


def test_nothing_imports_the_command_line():
    for path in sorted(PACKAGE.rglob("*.py")):
        assert "course_utils.cli" not in {room_of(name) for name in imports(path)}, path


def test_authoring_does_not_know_the_grader():
    for path in sources("authoring"):
        assert "course_utils.grading" not in {room_of(name) for name in imports(path)}, path


def test_no_module_is_a_drawer_for_everything():
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert names.isdisjoint({"utils", "helpers", "common", "misc"})
