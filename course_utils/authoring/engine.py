"""A digest of the code that shapes the check data: where it changes, exercises are built anew."""

from __future__ import annotations

import ast
import functools
import hashlib
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
STARTS = ("authoring/prove.py", "authoring/editions.py")
# What only finds words, for a learner or an author: another word changes no data, and what is
# recognized comes before any diagnosis. A refusal writes no data at all.
SPEAKS = (
    "authoring/advice.py",
    "authoring/cell_form.py",
    "authoring/example.py",
    "authoring/offered.py",
    "authoring/refusals.py",
    "checking/judging/diagnoses",
    "checking/judging/errors.py",
    "checking/judging/show.py",
    "errors.py",
)


def engine_digest(package: Path = PACKAGE) -> str:
    """Of all files that proving and writing an exercise import, comments and docstrings apart.

    What an answer imports, such as `course_utils.nn`, is not in it: a solution whose values have
    changed fails its own check when the notebook is run.
    """
    total = hashlib.sha256()
    for path in shaping(package):
        total.update(essence(path.read_text(encoding="utf-8")).encode())
    return total.hexdigest()


def shaping(package: Path = PACKAGE) -> list[Path]:
    """The files that shape the check data, by what is imported from where."""
    found: set[Path] = set()
    todo = [package / start for start in STARTS]
    while todo:
        path = todo.pop()
        if path not in found and not _speaks(path.relative_to(package).as_posix()):
            found.add(path)
            todo += _imported(path, package)
    return sorted(found)


@functools.lru_cache(maxsize=200)
def essence(source: str) -> str:
    """Code without comments, docstrings and empty lines; the same under every Python."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if _has_docstring(node):
            text = node.body[0]
            lines[text.lineno - 1 : text.end_lineno] = [""] * (text.end_lineno - text.lineno + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _has_docstring(node: ast.AST) -> bool:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None


def _speaks(name: str) -> bool:
    return any(name == part or name.startswith(part + "/") for part in SPEAKS)


def _imported(path: Path, package: Path) -> Iterator[Path]:
    """The files of the package that a file imports."""
    for name in _imports(path.read_text(encoding="utf-8")):
        room, _, rest = name.partition(".")
        if room == "course_utils" and rest:
            place = package.joinpath(*rest.split("."))
            files = (place.with_suffix(".py"), place / "__init__.py")
            yield from (file for file in files if file.exists())


@functools.lru_cache(maxsize=200)
def _imports(source: str) -> tuple[str, ...]:
    """The dotted names that a source imports, inside functions too."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
