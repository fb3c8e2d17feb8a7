"""Forbidden names, judged from the source outside: no code that the answer may patch is asked.

What a running answer reaches is reported from beside it, and that report may be forged. What its
source says can't be: here the modules and functions that it names are followed through imports,
other names and the notebook's own functions, as far as they stand in the text. A name that a
function binds itself is its own, whatever else is called so.
"""

from __future__ import annotations

import ast
import builtins
import functools
import operator
import re
import warnings
from collections.abc import Iterable, Iterator

import numpy as np

from course_utils.checking.data.question import Question
from course_utils.checking.observing.reach import is_complex
from course_utils.grading.intake.python import MAX_PARSED, parsed
from course_utils.grading.intake.submission import Submission
from course_utils.grading.marking import scopes
from course_utils.grading.marking.scopes import Comprehension, Function, Scope

DEEPEST = 100  # steps from one name to what it stands for
MOST_PATHS = 200
MOST_ROUNDS = 10
LONGEST = 200  # characters of a path
NOTEBOOK = "<notebook>"  # the path of `globals()`
ASKED = "<asked>"  # that of `attrgetter("tanh")`, whose argument it is asked of
BY_TEXT = {"__getattribute__", "__getitem__", "get", "pop"}


def named(question: Question, submission: Submission, given: Iterable[str]) -> tuple[str, ...]:
    """Which of the forbidden names of a question the source of its answer names.

    given: the exercise's own cells, which may give modules other names. Only what the answer's
    own definitions lead to counts: a line that compares an answer with the forbidden function, or
    the answer to another question, is nobody's business; a function that helps both is.
    """
    if not question.forbidden:
        return ()
    ran = [c for c in submission.cells if not NEVER_RUN.match(c.source)]
    own = ((c.source, c.question if c.question != question.name else "") for c in ran)
    found = _named(question.names, question.forbidden, (*((g, None) for g in given), *own))
    unread = [
        c.source
        for c in ran
        if (c.question == question.name and parsed(c.source) is None)
        or (not c.question and len(c.source) > MAX_PARSED)
    ]
    return tuple(
        name
        for name in question.forbidden
        if name in found or any(_stands_in(source, name) for source in unread)
    )


def _stands_in(source: str, name: str) -> bool:
    """Whether code that can't be read has the last part of a name, outside of comments."""
    last = re.escape(name.rpartition(".")[2])
    return re.search(rf"^[^#\n]*\b{last}\b", source, re.MULTILINE) is not None


# An author's own cells, which are never run (`sandbox.shell.NEVER_RUN`) and so define no answer.
NEVER_RUN = re.compile(r"\s*%%(?:misconception|alternative)\b")


@functools.lru_cache(maxsize=64)
def _named(
    names: tuple[str, ...], forbidden: tuple[str, ...], cells: tuple[tuple[str, str | None], ...]
) -> tuple[str, ...]:
    """The same of cells, each with the other question that it answers, whose name doesn't count;
    None: of the exercise's own, only imports do. A second run of a submission asks once more."""
    found = _Notebook(cells).reached(names)
    return tuple(name for name in forbidden if any(_is_of(path, name) for path in found))


def _is_of(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}.") or _is_the_same(path, name)


@functools.lru_cache(maxsize=4096)
def _is_the_same(path: str, name: str) -> bool:
    """Whether NumPy, which is here as well, has one thing under both paths."""
    if not (path.startswith("numpy.") and name.startswith("numpy.") and path.count(".") < 8):
        return False
    with warnings.catch_warnings(action="ignore"):
        try:
            things = [operator.attrgetter(one.partition(".")[2])(np) for one in (path, name)]
        except Exception:  # a module that NumPy imports when it is asked for may do anything
            return False
    return things[0] is things[1]


class _Notebook:
    """All that the cells define, in their order."""

    def __init__(self, cells: Iterable[tuple[str, str | None]]) -> None:
        self.scope = Scope()
        self.elsewhere: set[str] = set()  # what is defined where it doesn't count
        self._paths: dict[tuple[int, int], frozenset[str]] = {}
        self._kept: list[ast.AST | Scope] = []  # so that no number is given to another of them
        cells = tuple(cells)
        bound = _bindings(tuple(source for source, _ in cells))
        for (_, other), pairs in zip(cells, bound, strict=True):
            for name, made in pairs:
                if name == other or (other is None and not isinstance(made, str)):
                    self.elsewhere.add(name)
                else:
                    self.scope.add([(name, made)])

    def _mentioned(self, names: Iterable[str]) -> dict[str, list[scopes.Made]]:
        """What these names are made from, and all that is named there, and so on."""
        found: dict[str, list[scopes.Made]] = {}
        walked: set[int] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.scope.made:
                continue
            found[name] = self.scope.made[name]
            for made in found[name]:
                if isinstance(made, str) or id(made) in walked:
                    continue
                walked.add(id(made))
                for node in ast.walk(made):
                    if isinstance(node, ast.Name):
                        waiting.append(node.id)
                    elif isinstance(node, ast.Constant) and type(node.value) is str:
                        waiting += re.findall(r"\w+", node.value[:MAX_PARSED])
        return found

    def _settle(self, scope: Scope, names: dict[str, list[scopes.Made]]) -> None:
        """Find what names of a scope stand for, which may be told by another's."""
        for _ in range(MOST_ROUNDS):
            before = {name: scope.stands_for.get(name) for name in names}
            self._paths.clear()
            for name, made in names.items():
                known = (self._of_made(one, scope) for one in made)
                scope.stands_for[name] = frozenset(sorted(set().union(*known))[:MOST_PATHS])
            if before == {name: scope.stands_for.get(name) for name in names}:
                break
        self._paths.clear()

    def _of_made(self, made: scopes.Made, scope: Scope) -> frozenset[str]:
        return frozenset((made,)) if isinstance(made, str) else self.paths(made, scope)

    def reached(self, names: Iterable[str]) -> set[str]:
        """Every dotted path that the definitions of these names lead to."""
        self._settle(self.scope, self._mentioned(names))
        found: set[str] = set()
        seen: set[str] = set()
        walked: set[int] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if self.is_unknown(name):
                found |= {f"{module}.{name}" for module in self.scope.stars}
            for made in self.scope.made.get(name, ()):
                if isinstance(made, str):
                    found.add(made)
                elif id(made) not in walked:
                    walked.add(id(made))
                    waiting += self._walk(made, found)
        return found

    def is_unknown(self, name: str) -> bool:
        """Whether nothing but a star import can have bound a name."""
        return not (name in self.scope.made or name in self.elsewhere or hasattr(builtins, name))

    def _walk(self, top: ast.AST, found: set[str]) -> Iterator[str]:
        """Put all paths in a piece of code into `found`; yields the notebook's names in it."""
        waiting: list[tuple[ast.AST, Scope]] = [(top, self.scope)]
        while waiting:
            node, scope = waiting.pop()
            if isinstance(node, ast.Name):
                if scope.find(node.id) is self.scope:
                    yield node.id
                    if node.id == "complex" and not self.scope.made.get("complex"):
                        found.add("builtins.complex")
            elif isinstance(node, ast.Constant):
                if is_complex(node.value):  # a number such as `1j`, or a dtype such as "c16"
                    found.add("builtins.complex")
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            if isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
                found |= self.paths(node, scope)
            if isinstance(node, ast.Call) and scopes.last_name(node.func) in scopes.RUN_TEXT:
                waiting += [(tree, scope) for tree in scopes.texts(node)]
            waiting += self._parts(node, scope)

    def paths(self, node: ast.AST, scope: Scope, depth: int = 0) -> frozenset[str]:
        """The dotted paths that an expression may stand for: `np.tanh` -> {"numpy.tanh"}."""
        key = (id(node), id(scope))
        if key not in self._paths and depth <= DEEPEST:
            found = {path for path in self._of(node, scope, depth + 1) if len(path) < LONGEST}
            self._kept += [node, scope]
            self._paths[key] = frozenset(sorted(found)[:MOST_PATHS])
        return self._paths.get(key, frozenset())

    def _parts(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """The parts of a node, each with the scope that its names are looked up in."""
        if isinstance(node, Function):
            inside = self._settled(scopes.of_function(node, scope))
            body = node.body if isinstance(node.body, list) else [node.body]
            yield from ((one, inside) for one in body)
            outside = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            outside += getattr(node, "decorator_list", ())
            yield from ((one, scope) for one in outside)
        elif isinstance(node, ast.ClassDef):
            inside = self._settled(scopes.of_class(node, scope))
            yield from ((one, inside) for one in node.body)
            outside = [*node.bases, *(k.value for k in node.keywords), *node.decorator_list]
            yield from ((one, scope) for one in outside)
        elif isinstance(node, Comprehension):
            inside = self._settled(scopes.of_comprehension(node, scope))
            yield from ((one, inside) for one in ast.iter_child_nodes(node))
        else:
            yield from ((one, scope) for one in ast.iter_child_nodes(node))

    def _settled(self, scope: Scope) -> Scope:
        self._settle(scope, scope.made)
        return scope

    def _of(self, node: ast.AST, scope: Scope, depth: int) -> Iterator[str]:
        def of(one: ast.AST) -> frozenset[str]:
            return self.paths(one, scope, depth)

        if isinstance(node, ast.Name):
            yield from self._of_name(node.id, scope)
        elif isinstance(node, ast.Attribute):
            yield from (_joined(path, node.attr) for path in of(node.value))
        elif isinstance(node, ast.Subscript):
            inner = of(node.value)
            yield from inner
            text = _text(node.slice)
            if text and NOTEBOOK in inner:
                yield from self._of_name(text, self.scope)
            elif text:
                yield from (_joined(path, text) for path in inner)
        elif isinstance(node, ast.Call):
            yield from self._of_call(node, scope, depth)
        elif isinstance(node, Comprehension):
            inside = self._settled(scopes.of_comprehension(node, scope))
            results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            for one in results:
                yield from self.paths(one, inside, depth)
        elif isinstance(
            node,
            ast.Tuple | ast.List | ast.Set | ast.Dict | ast.IfExp | ast.BoolOp | ast.Starred
            | ast.NamedExpr | ast.Await | ast.BinOp,
        ):  # fmt: skip
            for one in ast.iter_child_nodes(node):
                yield from of(one)

    def _of_name(self, name: str, scope: Scope) -> Iterator[str]:
        at = scope.find(name)
        yield from at.stands_for.get(name, ())
        if at is self.scope and hasattr(builtins, name) and name not in at.made:
            yield f"builtins.{name}"
        elif at is self.scope and self.is_unknown(name):
            yield from (f"{module}.{name}" for module in self.scope.stars)

    def _of_call(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[str]:
        """What a call gives: what it is asked for by a text, or else one of its arguments."""
        asked = self.paths(node.func, scope, depth)
        words = [text for text in map(_text, node.args) if text]
        given = [path for one in node.args for path in self.paths(one, scope, depth)]
        last = {path.rpartition(".")[2] for path in asked}
        if last & {"getattr", "getattr_static"}:
            yield from (_joined(path, text) for path in given for text in words)
        elif last & {"__import__", "import_module"}:
            yield from words
        elif last & {"attrgetter", "methodcaller"}:
            yield from (f"{ASKED}{text}" for text in words)
        elif last & {"globals", "locals"} or (last & {"vars"} and not node.args):
            yield NOTEBOOK
        elif scopes.last_name(node.func) in BY_TEXT and isinstance(node.func, ast.Attribute):
            inner = self.paths(node.func.value, scope, depth)
            yield from inner
            yield from (_joined(path, text) for path in inner for text in words)
        else:
            yield from given
            for path in asked:
                if path.startswith(ASKED):
                    yield from (_joined(one, path.removeprefix(ASKED)) for one in given)


@functools.lru_cache(maxsize=4)
def _bindings(sources: tuple[str, ...]) -> tuple[tuple[tuple[str, scopes.Made], ...], ...]:
    """What each cell of a notebook binds, read once for all questions; () of one that is no
    Python."""
    trees = map(parsed, sources)
    return tuple(tuple(scopes.bindings(tree.body)) if tree else () for tree in trees)


def _text(node: ast.AST) -> str:
    known = isinstance(node, ast.Constant) and type(node.value) is str
    return node.value if known else ""


def _joined(path: str, part: str) -> str:
    """`numpy` and `tanh` -> `numpy.tanh`; what a module's `__dict__` holds, and `sys.modules`, is
    what it is called."""
    if part == "__dict__":
        return path
    return part if path == "sys.modules" else f"{path}.{part}"
