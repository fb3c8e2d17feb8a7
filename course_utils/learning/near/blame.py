"""Whether a change that makes every test pass blames what is right as it stands.

A function around a right number, or a factor of it, may mend by chance what goes wrong after it.
What is right is known from the solution: it has the same values, in every test.
"""

from __future__ import annotations

import ast
import copy
import functools

from course_utils.learning.near.search import Search, place_of
from course_utils.learning.near.steps import Solution, solution_of
from course_utils.learning.near.traced import Traced, Values


class Blame:
    """The values of an answer's expressions, beside those of the solution.

    search: runs and judges. tree: the answer's, as it was written. Nothing is run before it is
    asked for.
    """

    def __init__(self, search: Search, tree: ast.Module) -> None:
        self.search, self.tree = search, tree

    def is_by_chance(self, changed: ast.Module, nodes: list[ast.AST]) -> bool:
        """Whether one of the nodes that were changed has values of the solution before the change,
        and values that the solution has nowhere after it.

        changed: the answer's tree with the changes in it.
        """
        places = [node for node in nodes if isinstance(node, ast.expr)]
        if not places or self.solution is None:
            return False
        after = self._values(copy.deepcopy(changed))
        return any(self._is_right(place_of(node), after) for node in places)

    def _is_right(self, place: tuple, after: dict[tuple, Values]) -> bool:
        before = self._before.get(place)
        if before is None or place not in after or not self.solution.has_computed(before):
            return False
        return not self.solution.has(after[place])

    @functools.cached_property
    def solution(self) -> Solution | None:
        return solution_of(self.search)

    @functools.cached_property
    def _before(self) -> dict[tuple, Values]:
        return self._values(copy.deepcopy(self.tree))

    def _values(self, tree: ast.Module) -> dict[tuple, Values]:
        """By its place, what the largest expression that stands there gave; nothing of a tree that
        can't be run so."""
        traced = Traced(self.search, tree)
        values = traced.values()
        if values is None:
            return {}
        return {place_of(node): values[i] for i, node in enumerate(traced.nodes) if any(values[i])}
