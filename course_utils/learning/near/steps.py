"""The one step of an answer that is wrong, where all around it is right.

Answer and solution run side by side, and what each of their expressions gives is written down.
Then the values of one expression of the answer are replaced by those of one of the solution. If
that makes every test pass, everything else in the answer is right, however unlike the solution it
is written, and the cause lies in that expression.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checking.data.values import decode
from course_utils.checking.judging.compare import agree, difference
from course_utils.checking.judging.diagnoses.relation import Pair, lines_of, step_from
from course_utils.checking.judging.recognize import FEWEST
from course_utils.learning.near.changes import watch
from course_utils.learning.near.search import Search, clock, mark_of
from course_utils.learning.near.traced import SEEN, STEPS, Traced, Values, is_marked, parts_of


@dataclass(frozen=True)
class Step:
    """An expression of an answer that is all that keeps it from being right.

    gives: its values, test by test. needs: those with which every test passes. before: a part of it
    that the solution has, only where that is needed to say more than that the result is wrong; the
    node itself, where its values are right and it is the next step that is missing, or wrong.
    alone: whether all names in it stand for what is right; if not, the cause may lie there.
    """

    node: ast.expr
    gives: Values
    needs: Values
    before: ast.expr | None = None
    alone: bool = True


def step(
    search: Search, solution: Solution | None, tree: ast.Module, fails: list[int], seconds: float
) -> Step | None:
    """The first wrong step of an answer, found within `seconds`; None if there is none.

    search: runs and judges. solution: as `solution_of` gives it. tree: the answer's. fails: the
    places of the tests that fail.
    """
    until = clock() + seconds
    watch(tree)
    mine = Traced(search, tree)
    ours = mine.values()
    if solution is None or ours is None:
        return None
    results = [_leaves(decode(seen.value)) for seen in search.question.expected]
    steps = [i for i, node in enumerate(mine.nodes) if isinstance(node, STEPS) and any(ours[i])]
    steps.sort(key=lambda i: (mine.nodes[i].lineno, _size(mine.nodes[i])))
    for smallest in steps:
        for needs in solution.steps:
            if clock() > until:
                return None
            if not _fits(ours[smallest], needs, fails) or not mine.passes(smallest, needs, fails):
                continue
            if solution.has(ours[smallest]) and not _same_shapes(ours[smallest], needs):
                continue  # it is right, and what comes after it does nothing to what was put in
            if solution.has_computed(ours[smallest]):  # what was put in is of a later step
                here = mine.nodes[smallest]
                return Step(here, ours[smallest], needs, here)
            index = mine.with_idle_calls(smallest, needs, fails)
            if not solution.is_within(needs, mine, index, ours[index]):
                continue
            is_result = _is_result(needs, results, fails)
            if is_result and index not in mine.ends and not _same_shapes(ours[index], needs):
                continue  # what comes after it may do nothing to the result
            spread = _spread(ours[index], needs)
            if spread and mine.passes(index, spread, fails):
                needs = spread  # its shape isn't what is wrong
            elif _is_reduced_after(ours[index], needs, mine.results(ours), fails):
                continue
            before = None
            if index in mine.ends or is_result:
                before = solution.part_of(index, mine, ours)
                if before is None:
                    continue
            alone = solution.has_names(index, mine, ours)
            return Step(mine.nodes[index], ours[index], needs, before, alone)
    return None


def solution_of(search: Search) -> Solution | None:
    """The solution of the question that is searched, run in all tests; None if it can't be."""
    traced = Traced(search, ast.parse(search.question.answer))
    values = traced.values()
    return None if values is None else Solution(traced, values)


class Solution:
    """What the expressions of the solution give: `steps`, each once."""

    def __init__(self, traced: Traced, values: dict[int, Values]) -> None:
        self._tree, self._nodes, self._values = traced.tree, traced.nodes, values
        self.steps = list({repr(_marks(gives)): gives for gives in values.values()}.values())
        heads = (node for node in ast.walk(traced.tree) if isinstance(node, ast.arguments))
        self._heads = {arg.arg for head in heads for arg in (*head.args, *head.kwonlyargs)}
        nodes = enumerate(traced.nodes)
        self._inputs = [values[i] for i, node in nodes if getattr(node, "id", "") in self._heads]

    def has(self, gives: Values) -> bool:
        return _is_among(gives, self.steps)

    def has_computed(self, gives: Values) -> bool:
        """Whether it makes these values, of more than one number: a mere input isn't made."""
        numbers = {float(x) for value in _flat(gives) if _is_even(value) for x in np.ravel(value)}
        return len(numbers) > 1 and self.has(gives) and not _is_among(gives, self._inputs)

    def is_within(self, needs: Values, mine: Traced, index: int, gives: Values) -> bool:
        """Whether a step can give what is needed: numbers of one input make no array of another.

        Else whatever follows may be overruled by the right result, put in where it has no place.
        """
        if any(map(_axes, _flat(gives))) or not any(map(_axes, _flat(needs))):
            return True
        read = _goes_back_to(mine.tree, mine.nodes[index])
        key = repr(_marks(needs))
        makers = [i for i, values in self._values.items() if repr(_marks(values)) == key]
        roots = (self._heads & _goes_back_to(self._tree, self._nodes[i]) for i in makers)
        return any(inputs <= read for inputs in roots)

    def has_names(self, index: int, mine: Traced, ours: dict[int, Values]) -> bool:
        """Whether all names in a step stand for values that the solution has, too."""
        inside = [n.args[0].value for n in ast.walk(mine.nodes[index]) if is_marked(n)]
        names = [i for i in inside if isinstance(mine.nodes[i], ast.Name) and any(ours[i])]
        return all(self.has(ours[i]) for i in names)

    def part_of(self, index: int, mine: Traced, ours: dict[int, Values]) -> ast.expr | None:
        """The largest part of a step that the solution has, and no input; if it has all parts."""
        parts = [part for part in parts_of(mine.nodes[index]) if any(ours[part])]
        computed = [mine.nodes[i] for i in parts if not _is_among(ours[i], self._inputs)]
        computed = [node for node in computed if _names(node)]  # no number that is written there
        if not computed or not all(self.has(ours[part]) for part in parts):
            return None
        return max(computed, key=_size)


def _axes(value: Any) -> int:
    """How many axes a value has; 1, if it is a list of arrays of other shapes."""
    return np.ndim(value) if _is_even(value) else int(isinstance(value, (list, tuple)))


def _is_among(gives: Values, known: list[Values]) -> bool:
    return any(all(map(_agree, gives, values)) for values in known)


def _fits(gives: Values, needs: Values, fails: list[int]) -> bool:
    """Whether one may stand for the other: as often, and not the same."""
    if any(len(a) != len(b) for a, b in zip(gives, needs, strict=True)):
        return False
    if _decided(needs) and not _decided(gives):
        return False  # an answer of yes or no, put in where a number is reckoned with
    return all(gives[place] and not _agree(gives[place], needs[place]) for place in fails)


def _agree(a: list[Any], b: list[Any]) -> bool:
    pairs = zip(map(_not_half, a), map(_not_half, b), strict=False)
    return len(a) == len(b) and all(difference(x, y) is None for x, y in pairs)


def _not_half(value: Any) -> Any:
    """A float16 as a float: its own tolerance would call a step right that the result is not."""
    is_half = isinstance(value, (np.ndarray, np.generic)) and value.dtype == np.float16
    return value.astype(float) if is_half else value


def _flat(values: Values) -> list[Any]:
    return [value for gives in values for value in gives]


def _spread(gives: Values, needs: Values) -> Values:
    """What is needed in the shapes of what is there, if these are others; else nothing."""
    if not all(map(_is_even, (*_flat(gives), *_flat(needs)))):
        return []
    pairs = [list(zip(*two, strict=False)) for two in zip(gives, needs, strict=True)]
    if all(np.shape(a) == np.shape(b) for test in pairs for a, b in test):
        return []
    try:
        return [[np.broadcast_to(b, np.shape(a)).copy() for a, b in test] for test in pairs]
    except ValueError:
        return []


def _same_shapes(gives: Values, needs: Values) -> bool:
    pairs = zip(_flat(gives), _flat(needs), strict=True)
    return all(not _is_even(a) or not _is_even(b) or np.shape(a) == np.shape(b) for a, b in pairs)


def _decided(values: Values) -> bool:
    """Whether there is nothing but yes and no, or 0 and 1."""
    return all(_is_even(x) and np.isin(x, (0, 1)).all() for x in _flat(values))


def _is_reduced_after(gives: Values, needs: Values, results: Values, fails: list[int]) -> bool:
    """Whether an array ends up as a number, where what is needed is one from the start.

    Whatever makes a number of the array, such as a sum, leaves a number as it is: that every test
    passes then says nothing of it.
    """
    sizes = ((gives[place], needs[place], results[place]) for place in fails)
    return all(
        bool(ends) and all(map(_axes, mine)) and not any(map(_axes, (*other, *ends)))
        for mine, other, ends in sizes
    )


def _goes_back_to(tree: ast.Module, node: ast.expr) -> set[str]:
    """The names in an expression, and those in whatever these were assigned."""
    made: dict[str, set[str]] = {}
    for line in ast.walk(tree):
        if isinstance(line, (ast.Assign, ast.AugAssign, ast.For, ast.comprehension)):
            source = line.iter if isinstance(line, (ast.For, ast.comprehension)) else line.value
            for target in line.targets if isinstance(line, ast.Assign) else [line.target]:
                for name in _names(target):
                    made.setdefault(name, set()).update(_names(source))
    known, new = set(), _names(node)
    while new:
        known |= new
        new = {inner for name in new for inner in made.get(name, ())} - known
    return known


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - {SEEN}


def _is_result(needs: Values, results: list[list[Any]], fails: list[int]) -> bool:
    """Whether the values are the result itself, or a part of it."""
    return all(
        any(difference(needs[place][-1], leaf) is None for leaf in results[place])
        for place in fails
    )


def _leaves(value: Any) -> list[Any]:
    """A value and all that it is made of."""
    items = value.values() if isinstance(value, dict) else value
    inside = items if isinstance(value, (dict, list, tuple)) else ()
    return [value, *(leaf for item in inside for leaf in _leaves(item))]


def _marks(values: Values) -> list[list[Any]]:
    return [[mark_of(value) for value in gives] for gives in values]


def _size(node: ast.expr) -> int:
    return len(list(ast.walk(node)))


RELATIONS = (
    (np.negative, "It has the other sign."),
    (np.reciprocal, "It is one over what is needed."),
    (np.transpose, "It is turned: its rows should be its columns."),
    (np.square, "It is the square of what is needed."),
    (np.sqrt, "It is the square root of what is needed."),
)


@np.errstate(all="ignore")
def relation(wrong: Step) -> str:
    """How the numbers of a wrong step are to those that are needed, as a sentence; or nothing."""
    pairs = [
        (np.asarray(a, float), np.asarray(b, float))
        for gives, needs in zip(wrong.gives, wrong.needs, strict=True)
        for a, b in zip(gives, needs, strict=True)
        if _is_even(a) and _is_even(b)
    ]
    if not pairs:
        return ""
    told = sum(b.size for _, b in pairs) >= FEWEST  # one number may be many things by chance
    for change, sentence in RELATIONS if told else ():
        if all(_same(a, change(b)) for a, b in pairs):
            return f" {sentence}"
    if all(a.shape != b.shape for a, b in pairs):
        a, b = pairs[0]
        shapes = [f"a value of shape {x.shape}" if x.ndim else "a single number" for x in (a, b)]
        return f" It is {shapes[0]}; with {shapes[1]} in its place, every test passes."
    if not told or any(a.shape != b.shape for a, b in pairs):
        return ""
    factors = np.concatenate([(a / b)[(a != 0) | (b != 0)].ravel() for a, b in pairs])
    gaps = np.concatenate([(a - b).ravel() for a, b in pairs])
    one = len(factors) and np.allclose(factors, factors[0], rtol=1e-6)
    if one and factors[0] and np.isfinite(factors[0]):
        return f" It is {factors[0]:.3g} times what is needed."
    if np.allclose(gaps, gaps[0], rtol=1e-6):
        more = "more" if gaps[0] > 0 else "less"
        return f" It is {abs(gaps[0]):.3g} {more} than what is needed."
    if too_many := step_from([(b, a) for a, b in pairs]):
        return f" These numbers are the needed ones {too_many}."
    if missing := step_from(pairs):
        return f" These numbers, {missing}, would be the needed ones."
    if lines := lines_of([Pair(a, b, ~agree(a, b), {}) for a, b in pairs]):
        return f" It is off by one {lines[0]} for each {lines[1]}, the same all along it."
    return ""


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-6)


def _is_even(value: Any) -> bool:
    """Whether a value makes an array of numbers: a number, an array, or a list of numbers."""
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:  # rows of different length
        return False
