"""Forbidden names, judged from the source outside: no code that the answer may patch is asked.

What a running answer reaches is reported from beside it, and that report may be forged. What its
source says can't be: here the modules and functions that it names are followed through imports,
other names and the notebook's own functions, as far as they stand in the text.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable, Iterator

from course_utils.checking.data.question import Question
from course_utils.checking.observing.reach import is_complex
from course_utils.grading.intake.python import parsed
from course_utils.grading.intake.submission import Submission

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign
NAMED_BY_TEXT = {"getattr", "attrgetter", "methodcaller", "__import__", "import_module"}


def named(question: Question, submission: Submission, given: Iterable[str]) -> tuple[str, ...]:
    """Which of the forbidden names of a question the source of its answer names.

    given: the exercise's own cells, which may give modules other names. Only what the answer's
    own definitions lead to counts: a line that compares an answer with the forbidden function, or
    the answer to another question, is nobody's business.
    """
    if not question.forbidden:
        return ()
    ran = (c for c in submission.cells if not NEVER_RUN.match(c.source))
    own = ((c.source, c.question in ("", question.name)) for c in ran)
    return _named(question.names, question.forbidden, (*((g, False) for g in given), *own))


# An author's own cells, which are never run (`sandbox.shell.NEVER_RUN`) and so define no answer.
NEVER_RUN = re.compile(r"\s*%%(?:misconception|alternative)\b")


@functools.lru_cache(maxsize=64)
def _named(
    names: tuple[str, ...], forbidden: tuple[str, ...], cells: tuple[tuple[str, bool], ...]
) -> tuple[str, ...]:
    """The same of cells, each with whether its definitions count; a second run asks once more."""
    paths: dict[str, str] = {}
    definitions: dict[str, list[Definition]] = {}
    for source, counts in cells:
        imports, defined = _read(source)
        paths |= imports
        for name, node in defined if counts else ():
            definitions.setdefault(name, []).append(node)
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for node in definitions.get(name, ()):
            parts = list(ast.walk(node))
            waiting += [n.id for n in parts if isinstance(n, ast.Name)]
            found |= set(_paths(parts, paths))
        if name in paths:
            found.add(paths[name])
    return tuple(
        name
        for name in forbidden
        if any(path == name or path.startswith(name + ".") for path in found)
    )


@functools.lru_cache(maxsize=64)
def _read(source: str) -> tuple[dict[str, str], list[tuple[str, Definition]]]:
    """What a cell imports, and what it defines; {} and [] of one that is no Python."""
    tree = parsed(source) or ast.Module([], [])
    imports: dict[str, str] = {}
    for node in ast.walk(tree):
        imports |= _imported(node)
    return imports, [(name, node) for node in tree.body for name in _defined(node)]


def _imported(node: ast.AST) -> dict[str, str]:
    """The names that an import makes: `import numpy as np` -> {"np": "numpy"}."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.partition(".")[0]: _bound(a) for a in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return {}


def _bound(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return []


def _paths(parts: Iterable[ast.AST], names: dict[str, str]) -> Iterator[str]:
    """Every dotted path in code that begins with an imported name, or is asked for by its text."""
    for part in parts:
        if isinstance(part, ast.Constant) and is_complex(part.value):
            yield "builtins.complex"  # a number such as `1j`, or a dtype such as "c16"
        elif isinstance(part, ast.Name) and part.id == "complex" and part.id not in names:
            yield "builtins.complex"
        elif isinstance(part, ast.Attribute):
            path = _path(part, names)
            if path:
                yield path
        elif isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            yield from (f"{part.module}.{alias.name}" for alias in part.names)
        elif isinstance(part, ast.Call) and _is_by_text(part.func):
            yield from _asked(part, names)


def _path(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute):
        inner = _path(node.value, names)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _is_by_text(node: ast.expr) -> bool:
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name in NAMED_BY_TEXT


def _asked(call: ast.Call, names: dict[str, str]) -> Iterator[str]:
    """`getattr(np, "tanh")` -> numpy.tanh; `__import__("math")` -> math."""
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and type(a.value) is str]
    inner = _path(call.args[0], names) if call.args else ""
    yield from (f"{inner}.{text}" if inner else text for text in texts)
