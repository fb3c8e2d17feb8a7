"""Which change of the engine makes which exercises stale."""

import shutil

import pytest

from course_utils.authoring import build, engine

PROOF = "authoring/prove.py", "authoring/slips.py", "authoring/source.py", "authoring/editions.py"
ROOMS = "checking/data/", "checking/expecting/", "checking/observing/", "checking/judging/"
WORDS = tuple(
    f"checking/judging/{name}" for name in ("diagnoses/", "errors.py", "show.py", "told.py")
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the package's code."""
    copy = tmp_path_factory.mktemp("copy") / "course_utils"
    leave = shutil.ignore_patterns("__pycache__", "*.npz", "*.js", "data", "*.css")
    shutil.copytree(engine.PACKAGE, copy, ignore=leave)
    # The data of the course and the room of that name are two things.
    shutil.copytree(
        engine.PACKAGE / "checking/data", copy / "checking/data", ignore=leave, dirs_exist_ok=True
    )
    return copy


def files(package):
    return {path.relative_to(package).as_posix(): path for path in sorted(package.rglob("*.py"))}


def digest_with(path, package, change):
    before = path.read_text("utf-8")
    path.write_text(change(before), encoding="utf-8")
    try:
        return engine.engine_digest(package)
    finally:
        path.write_text(before, encoding="utf-8")


def with_comments(source):
    """Another first sentence, a comment at the end of a line and an empty line."""
    first, _, rest = source.partition('"""\n')
    assert first.startswith('"""') or not source.strip()
    return f'{first} And more."""  # a remark\n\n{rest}\n# The end.\n' if source else "# Nothing.\n"


def shapes(name):
    """By the plan: what proves and what holds the data, not what finds words for people."""
    speaks = name.startswith(WORDS)
    inside = name.startswith(ROOMS) and not name.endswith("__init__.py")
    return name in PROOF or (inside and not speaks)


def test_a_comment_or_a_docstring_makes_nothing_stale(package):
    now = engine.engine_digest(package)
    changed = [
        n for n, p in files(package).items() if digest_with(p, package, with_comments) != now
    ]
    assert changed == []


def test_a_change_of_code_makes_all_stale_where_it_shapes_the_data_and_none_elsewhere(package):
    now = engine.engine_digest(package)
    names = files(package)
    assert len(names) > 100
    changed = {
        name
        for name, path in names.items()
        if digest_with(path, package, lambda source: f"{source}\nCHANGED = 1\n") != now
    }
    assert changed == {name for name in names if shapes(name)}


def test_an_exercise_is_stale_when_the_engine_or_a_cell_of_it_changes(
    write, draft, course, package, monkeypatch
):
    path = write(draft, "01_doubling")
    build.build(course, path)
    assert build.is_current(course, path)
    monkeypatch.setattr(build, "engine_digest", lambda: "another")
    assert not build.is_current(course, path)


def test_essence_keeps_what_runs_and_strings_that_look_like_comments():
    source = 'def f():\n    """Doc."""\n    x = "# no comment"  # a comment\n\n    return x\n'
    assert engine.essence(source) == 'def f():\n    x = "# no comment"\n    return x'
