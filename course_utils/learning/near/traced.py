"""A program that tells what each of its expressions gives, and can be made to give something else.

Answer and solution are run in this way, test by test, and compared step by step.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.learning.near.search import Search

SEEN = "__seen__"
STEPS = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Subscript, ast.IfExp,
    ast.ListComp, ast.Attribute,
)  # fmt: skip
VALUES = (*STEPS, ast.Name)
MOST_RUNS = 2_000  # of an expression in one test
LARGEST = 100_000  # numbers in a value
CONVERSIONS = {"float", "int", "bool", "array", "asarray", "list", "tuple", "copy"}
Values = list[list[Any]]  # of one expression: for each test, what it gave each time


class Traced:
    """A program whose expressions tell what they give, and can be made to give something else."""

    def __init__(self, search: Search, tree: ast.Module) -> None:
        self.search, self.tree = search, tree
        self.nodes: list[ast.expr] = []
        self.ends: set[int] = set()  # the expressions that are returned, or yielded, as they are
        marked = _Marker(self.nodes, self.ends).visit(tree)
        self.code = compile(ast.fix_missing_locations(marked), "<a traced answer>", "exec")
        self.listener = _Listener()

    def values(self) -> dict[int, Values] | None:
        """What each expression gave, in all tests; None if a test can't be run so."""
        found: dict[int, Values] = {}
        for place in range(len(self.search.question.probes)):
            self.listener.begin()
            if self._see(place) is None or self.listener.overflowed:
                return None
            for index in range(len(self.nodes)):
                found.setdefault(index, []).append(self.listener.heard.get(index, []))
        return found

    def results(self, values: dict[int, Values]) -> Values:
        """What came of it, in all tests; nothing of a tuple, or another result made on the spot."""
        ends = [values[index] for index in self.ends]
        tests = range(max(map(len, values.values()), default=0))
        return [[value for gives in ends for value in gives[place]] for place in tests]

    def with_idle_calls(self, index: int, needs: Values, fails: list[int]) -> int:
        """The largest call around an expression that does nothing to what is needed.

        The absolute value of squares is no proof that an absolute value belongs there.
        """
        for outer, node in enumerate(self.nodes):
            inside = isinstance(node, ast.Call) and index in parts_of(node)
            if inside and _called(node) not in CONVERSIONS and self.passes(outer, needs, fails):
                return self.with_idle_calls(outer, needs, fails)
        return index

    def passes(self, index: int, needs: Values, fails: list[int]) -> bool:
        """Whether every test passes if one expression gives other values, the failed ones first."""
        others = [place for place in range(len(needs)) if place not in fails]
        return all(self._passes(index, needs, place) for place in (*fails, *others))

    def _passes(self, index: int, needs: Values, place: int) -> bool:
        self.listener.begin(index, needs[place])
        seen = self._see(place)
        return seen is not None and self.search.is_content(place, seen)

    def _see(self, place: int) -> Any:
        space = self.search.space
        before = {name: space.get(name) for name in self.search.question.names}
        space[SEEN] = self.listener
        try:
            exec(self.code, space)
            return self.search.see(place)
        except Exception:
            return None
        finally:
            space.update(before)


@dataclass
class _Listener:
    """What the expressions of a traced program call with what they give."""

    heard: dict[int, list[Any]] = field(default_factory=dict)
    index: int = -1
    instead: list[Any] = field(default_factory=list)
    overflowed: bool = False
    count: int = 0

    def begin(self, index: int = -1, instead: list[Any] = ()) -> None:
        self.heard, self.index, self.instead = {}, index, list(instead)
        self.overflowed, self.count = False, 0

    def __call__(self, index: int, value: Any) -> Any:
        if self.index >= 0:
            if index != self.index:
                return value
            self.count += 1
            return copy.deepcopy(self.instead[self.count - 1])  # IndexError: it doesn't fit
        if _is_small(value):
            known = self.heard.setdefault(index, [])
            self.overflowed = self.overflowed or len(known) >= MOST_RUNS
            known.append(copy.deepcopy(value))
        return value


class _Marker(ast.NodeTransformer):
    """Wraps the expressions of a program into calls of `SEEN`."""

    def __init__(self, nodes: list[ast.expr], ends: set[int]) -> None:
        self.nodes, self.ends = nodes, ends

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.body = [self.visit(line) for line in node.body]  # its head is no part of a call
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        if isinstance(node.func, ast.Attribute):  # the function itself is no value
            node.func.value = self.visit(node.func.value)
        return self._marked(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        marked = self._marked(super().generic_visit(node))
        if isinstance(node, (ast.Return, ast.Yield)):
            self.ends |= {*parts_of(node)} if is_marked(node.value) else set()
        return marked

    def _marked(self, node: ast.AST) -> ast.AST:
        reads = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if not isinstance(node, VALUES) or not reads or not getattr(node, "lineno", 0):
            return node
        self.nodes.append(node)
        name = ast.Name(SEEN, ast.Load())
        return ast.Call(name, [ast.Constant(len(self.nodes) - 1), node], [])


def _is_small(value: Any) -> bool:
    """Whether a value is numbers, few enough to be kept."""
    if isinstance(value, (list, tuple)):
        return len(value) <= MOST_RUNS and all(map(_is_small, value))
    numeric = isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
    return isinstance(value, (bool, int, float, np.number)) or (numeric and value.size <= LARGEST)


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def parts_of(node: ast.AST) -> Iterator[int]:
    """The numbers of the expressions right below one."""
    for child in ast.iter_child_nodes(node):
        if is_marked(child):
            yield child.args[0].value
        else:
            yield from parts_of(child)


def is_marked(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == SEEN
