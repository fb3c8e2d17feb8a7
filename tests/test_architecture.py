"""Which room of course_utils may import what, read from the source."""

import ast
import os
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "course_utils"
# Whoever keeps something in files, or has something to say to people, may have these.
SHARED = {"course_utils.write_whole", "course_utils.errors"}
# What may be imported with a room; inside a function, for what few callers want, there is leave.
# The standard library and the room itself go without saying; None: only the rules for all rooms.
ROOMS = {
    "nn": {"numpy"},
    "datasets": {"numpy"},
    "clinic": {"numpy", "course_utils.nn", "course_utils.datasets"},
    "plots": {"numpy", "PIL", "matplotlib", "IPython", "course_utils.nn"},
    # nbformat and nbclient: store.py, a tool for authors, which runs the gallery's notebook.
    "explorables": {"numpy", "anywidget", "traitlets", "course_utils.nn", "nbformat", "nbclient"},
    "checking": {"numpy", "jinja2", "markdown_it", "markupsafe"},
    "learning": {
        "numpy",
        "IPython",
        "executing",
        "filelock",
        "anywidget",
        "traitlets",
        "platformdirs",
        "markupsafe",
        "course_utils.checking",
    },
    "home": {
        "jinja2",
        "markupsafe",
        "jupyter_server",
        "tornado",
        "course_utils.learning",
        "course_utils.checking",
    },
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
    own = {f"course_utils.{room}", "course_utils", *SHARED}
    for path in sources(room):
        foreign = {room_of(n) for n in imports(path, False)} - sys.stdlib_module_names - own
        assert foreign <= ROOMS[room], (
            f"{path.relative_to(PACKAGE)} imports {foreign - ROOMS[room]}"
        )


def test_judging_knows_neither_authors_nor_graders():
    for path in sources("checking"):
        others = {"course_utils.authoring", "course_utils.grading"}
        assert others.isdisjoint(room_of(name) for name in imports(path)), path


def test_judging_does_not_know_observing():
    """What decides never stands beside a learner's code, not even inside a function."""
    for path in sources("checking/judging"):
        observing = [n for n in imports(path) if n.startswith("course_utils.checking.observing")]
        assert not observing, f"{path.relative_to(PACKAGE)} imports {observing}"


def test_nothing_imports_the_command_line():
    for path in sorted(PACKAGE.rglob("*.py")):
        assert "course_utils.cli" not in {room_of(name) for name in imports(path)}, path


def test_authoring_does_not_know_the_grader():
    for path in sources("authoring"):
        assert "course_utils.grading" not in {room_of(name) for name in imports(path)}, path


EXPLORABLES = PACKAGE / "explorables"
FOLDERS = sorted(p.name for p in EXPLORABLES.iterdir() if (p / "__init__.py").exists())


def neighbors(path):
    """The folders of explorables/ that a Python or JavaScript file imports from."""
    if path.suffix == ".py":
        names = [name.split(".") for name in imports(path)]
        return {n[2] for n in names if n[:2] == ["course_utils", "explorables"] and len(n) > 2}
    source = path.read_text("utf-8")
    found = re.findall(r'(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]*)"', source)
    paths = [Path(os.path.normpath(path.parent / name)) for name in found]
    return {p.relative_to(EXPLORABLES).parts[0] for p in paths}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_figure_knows_the_kit_and_the_maths_and_they_know_no_figure(folder):
    """kit <- figure -> maths, in Python (inside functions, too) and in JavaScript."""
    allowed = {folder} if folder in ("kit", "maths") else {folder, "kit", "maths"}
    files = [p for p in (EXPLORABLES / folder).rglob("*") if p.suffix in (".py", ".js")]
    assert files
    for path in files:
        others = neighbors(path) - allowed
        assert not others, f"{path.relative_to(PACKAGE)} imports from {others}"


def test_no_module_is_a_drawer_for_everything():
    keras_name = PACKAGE / "nn" / "utils.py"  # where Keras' programs import to_categorical from
    names = {path.stem for path in PACKAGE.rglob("*.py") if path != keras_name}
    assert names.isdisjoint({"utils", "helpers", "common", "misc"})


def raised(tree):
    """The names of the classes that a file defines and that end in Error, with their bases."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, [getattr(base, "id", getattr(base, "attr", "")) for base in node.bases]


def test_every_error_meant_for_people_has_the_one_base():
    """`course` prints such a one without a traceback. Exception itself is no base of ours."""
    classes = {name: bases for p in PACKAGE.rglob("*.py") for name, bases in raised(
        ast.parse(p.read_text("utf-8")))}  # fmt: skip
    own = {name for name, bases in classes.items() if "Exception" in bases}
    assert own == {"CourseError"}
    family = {"CourseError"}
    for _ in range(5):
        family |= {name for name, bases in classes.items() if family & set(bases)}
    assert {"AuthoringError", "CheckDataError", "SubmissionError", "NoSandbox"} <= family


def test_the_command_line_prints_such_an_error_and_hides_no_other():
    from click.testing import CliRunner

    from course_utils.cli import main
    from course_utils.errors import CourseError

    @main.command("fails", hidden=True)
    def fails():
        raise errors.pop()

    try:
        errors = [CourseError("It is so. Do that.")]
        result = CliRunner().invoke(main, ["fails"])
        assert (result.exit_code, result.output) == (1, "Error: It is so. Do that.\n")
        errors = [ValueError("a mistake of ours")]
        assert isinstance(CliRunner().invoke(main, ["fails"]).exception, ValueError)
    finally:
        del main.commands["fails"]
