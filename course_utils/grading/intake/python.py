"""What can be told of a cell's code by reading it: nothing of it is run, and its length is limited.

A cell may hold what only Jupyter reads, such as `%%time`; here such lines are passed over.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

MAX_PARSED = 40_000
SHORT = 4_000  # characters, as honest cells are: their trees may be kept
STUB = "NotImplementedError"
OPEN = re.compile(rf"\.\.\.|\bpass\b|\b{STUB}\b")  # some of it stands in whatever is left open
READS_MAGICS, RUNS_LOOPS = "IPython.core.inputtransformer2", "asyncio"
TIMED = re.compile(r"^(?P<before>\s*(?:\w+\s*=\s*)?)%(?:time|timeit|prun)\b(?:\s+-\S+)*[ \t]?")
WRITTEN = re.compile(r"\s*%%(?:writefile|file)\b")
TARGETS = re.compile(r"[\w\s,.\[\]]+")
PROMPT = re.compile(r"^[ \t]*(?:In \[\d*\]: |>>> |\.\.\.:? ?)", re.MULTILINE)


def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell, or None if it isn't Python, or longer than any answer is.

    Not to be changed: the same source gives the same tree.
    """
    if len(source) <= SHORT:
        return _parsed_short(source)
    return None if len(source) > MAX_PARSED else _parsed(source)


@functools.lru_cache(maxsize=4)
def _parsed(source: str) -> ast.Module | None:
    tree = _tree(source)
    return tree if tree is not None else _tree(_without_magics(source))


# Several modules ask for each cell's tree, and a class shares the cells that nobody answered.
_parsed_short = functools.lru_cache(maxsize=128)(_parsed.__wrapped__)


def _tree(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_magics(source: str) -> str:
    """The same lines without what only Jupyter reads; an indent that all share goes as well."""
    source = PROMPT.sub("", source.lstrip("\ufeff"))
    lines = source.splitlines()
    filled = [line for line in lines if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return "\n".join(_without_magic(line[indent:]) for line in lines)


def _without_magic(line: str) -> str:
    if TIMED.match(line) and not line.lstrip().startswith("%%"):
        return TIMED.sub(r"\g<before>", line)
    if _is_magic(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return f"{line.partition('=')[0]}= None" if _is_assigned_by_one(line) else line


def _is_magic(line: str) -> bool:
    """Whether a line is a magic, a command of the system or a question for help.

    In time that grows with the line and no faster, as everything here: a line may be very long.
    """
    text = line.strip()
    asks = text.endswith("?") and not any(sign in text for sign in "#'\"")
    return asks or text.startswith(("%", "!", "?"))


def _is_assigned_by_one(line: str) -> bool:
    """Whether a line is one such as `files = !ls`."""
    before, sign, after = line.partition("=")
    after = after.lstrip()
    given = sign and after[:1] in ("%", "!") and after[1:2] != "="
    return bool(given and TARGETS.fullmatch(before))


def defined(source: str) -> frozenset[str]:
    """The names that a cell binds at its top level; of a broken cell, those that it seems to.

    What a cell writes into a file, it doesn't bind.
    """
    if WRITTEN.match(source):
        return frozenset()
    if len(source) > MAX_PARSED:
        return _seemingly_defined(source[:MAX_PARSED])
    return _defined_by(source)


@functools.lru_cache(maxsize=2000)  # as many cells as a notebook may have
def _defined_by(source: str) -> frozenset[str]:
    tree = parsed(source)
    return frozenset(_bound(tree.body)) if tree is not None else _seemingly_defined(source)


def _seemingly_defined(source: str) -> frozenset[str]:
    found = re.findall(
        r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *(?::[^=\n]*)?=(?!=)", source, re.MULTILINE
    )
    return frozenset(name for names in found for name in names if name)


def defined_indirectly(source: str, name: str) -> bool:
    """Whether a cell may bind a name by other means: `globals()["name"]`, `exec`, `global`, a star
    import, `%run`."""
    if name not in source:
        return bool(re.search(r"^[ \t]*(?:%run\b|from +\S+ +import +\*)", source, re.MULTILINE))
    return name in _indirectly(source)


@functools.lru_cache(maxsize=2000)
def _indirectly(source: str) -> frozenset[str]:
    """The names that a cell may bind without an assignment; a text about one does not."""
    tree = parsed(source) or ast.Module([], [])
    return frozenset(name for node in ast.walk(tree) for name in _may_bind(node))


def _may_bind(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Global):
        yield from node.names
    elif isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            yield node.slice.value
    elif isinstance(node, ast.Call):
        for part in node.args:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value
                yield from defined(part.value)
        if getattr(node.func, "attr", "") == "update":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def parts(source: str, names: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    """A cell that answers several questions, cut behind each answer: (question, source) in order.

    names: question -> what it asks for. Every part begins in the line in which it stands in the
    cell. A cell that can't be read as Python is given once for each question.
    """
    tree = parsed(source)
    if tree is None:
        return [(question, source) for question in names]
    ends: dict[str, int] = {}
    for statement in tree.body:
        bound = set(_bound([statement]))
        for question, wanted in names.items():
            if bound & set(wanted):
                ends[question] = statement.end_lineno or statement.lineno
    lines, found, begun = source.splitlines(keepends=True), [], 0
    order = sorted(names, key=lambda question: ends.get(question, len(lines)))
    for place, question in enumerate(order):
        end = ends.get(question, len(lines)) if place < len(order) - 1 else len(lines)
        found.append((question, "\n" * begun + "".join(lines[begun:end])))
        begun = max(begun, end)
    return found


def says_nothing_new(source: str, starter: str) -> bool:
    """Whether a cell is an answer's starter, docstrings, comments, `...` and stubs apart."""
    if source.strip() == starter.strip():
        return True
    if len(source) > MAX_PARSED or not OPEN.search(source):
        return False
    left = _without_stubs(source)
    return bool(left) and left == _without_stubs(starter)


def is_stub(source: str, starter: str) -> bool:
    """Whether nbgrader wrote its stub, which raises, in the place of a solution or of the cell."""
    empty = _without_stubs("pass")
    return STUB in source and (
        says_nothing_new(source, starter) or _without_stubs(source[:MAX_PARSED]) == empty
    )


@functools.lru_cache(maxsize=500)
def _without_stubs(source: str) -> str:
    """A checksum of code without what does nothing, "" if it can't be read."""

    class Shorter(ast.NodeTransformer):
        def visit_Pass(self, _: ast.Pass) -> None:
            return None

        def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
            return None if isinstance(node.value, ast.Constant) else node

        def visit_Raise(self, node: ast.Raise) -> ast.Raise | None:
            raised = getattr(node.exc, "func", node.exc)
            return None if getattr(raised, "id", "") == STUB else node

    tree = _tree(source)
    if tree is None:
        return ""
    try:
        text = ast.dump(Shorter().visit(tree))
    except (RecursionError, MemoryError):
        return ""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def shells(cells: Iterable[Any]) -> list[str]:
    """The modules that the cells' magics and `await` will need."""
    wanted = set()
    for cell in cells:
        if any(_is_magic(ln) or _is_assigned_by_one(ln) for ln in cell.source.splitlines()):
            wanted.add(READS_MAGICS)
        if re.search(r"\b(?:await|async|asyncio)\b", cell.source):
            wanted.add(RUNS_LOOPS)
        if re.search(r"\bIPython\b", cell.source):
            wanted.add("IPython")
    return sorted(wanted)


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind, in whatever block they stand, but not inside functions."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            waiting += node.decorator_list
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                yield node.id
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            if node.name and not isinstance(node, ast.ExceptHandler):
                yield node.name
            waiting += ast.iter_child_nodes(node)
        elif isinstance(node, ast.comprehension):
            waiting += [node.iter, *node.ifs]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
