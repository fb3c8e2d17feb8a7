"""The search for one change, or two, that make an answer right. Each is run and judged as by the
check.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Question, WrongAnswer
from course_utils.checking.data.values import decode
from course_utils.checking.judging.compare import agree, difference
from course_utils.checking.judging.judge import judge, make_case
from course_utils.checking.judging.judges import BY_VALUE
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import FEWEST, is_content, same_observation
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.observe import observe
from course_utils.learning.near.changes import (
    FAMILIES,
    FINITE,
    POWER,
    RISKY,
    ROUND,
    STRONG,
    WEAK,
    asking_first,
    changes,
    watch,
)

ONE_SECONDS = 0.1  # for the loops of one changed answer, in its first test
MORE_SECONDS = 0.3  # for what else would do as well as the change that was found
MOST_ITEMS = 1_000_000  # of anything that a loop makes
MOST_BITS = 100_000  # of a power
MOST_LOOKED_AT, DEEPEST_LIST = 8, 3  # items at each end of a list, and lists in lists
MOST_HOPES = 8  # first changes of which a second one is looked for
# Changes that hardly make a known mistake of a step that was right.
TAKING_AWAY = {
    "term too much", "factor too much", "power too much", "function too much", "number", "axis",
    "operation",
}  # fmt: skip
LIKE, KNOWN, MENDING = 1.0, 2.0, 3.0  # what a first change leads to, the best last
clock = time.thread_time  # so that a busy machine finds the same


@dataclass(frozen=True)
class Found:
    """Changes, in this order, and where they lead.

    changes: (kind, node) each. known: what the author says of the answer that the first change
    makes, where it is a wrong one that is known, and "" elsewhere. all_right: whether every test
    passes after them; else the known mistake is left, or more tests pass than before. one_kind:
    whether the kind of a single change says something, for what else in its line would do as well
    is of its kind.
    """

    changes: tuple[tuple[str, ast.AST], ...]
    known: str = ""
    all_right: bool = True
    one_kind: bool = True


@dataclass(frozen=True)
class _Hope:
    """A first change that leads further, and where to look for the second.

    worth: larger leads further. index: its place among all changes. place: of a test that fails.
    tells: whether it mends tests that ask for several different numbers, so that it is no chance.
    """

    worth: tuple[float, float]
    index: int
    change: tuple[str, ast.AST]
    place: int
    known: str = ""
    tells: bool = False


@dataclass
class Search:
    """The changes of one answer, `tree`, which is run in `space` and judged as `question` says.

    blames_the_right: whether changed places of a changed tree were right before (`Blame`).
    """

    question: Question
    tree: ast.Module
    space: dict[str, Any]
    given: dict[str, Any]
    seed: int
    blames_the_right: Callable[[ast.Module, list[ast.AST]], bool] = lambda *_: False
    _rounds: _Rounds = field(default_factory=lambda: _Rounds())
    _hopes: list[_Hope] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)
    _own: set[str] = field(default_factory=set)  # steps of its code, unchanged, and the solution's
    _as_asked: set[str] = field(default_factory=set)  # functions with the solution's parameters

    def __post_init__(self) -> None:
        solution = ast.parse(self.question.answer)
        self._own = steps_in(self.tree) | steps_in(solution)
        self._as_asked = {name for name, *_ in _first_lines(self.tree) & _first_lines(solution)}
        self.space |= {ROUND: self._rounds, POWER: _power, FINITE: _finite}
        self.space.setdefault("range", _range)
        watch(self.tree)

    def one(self, answer: Answer, place: int, seconds: float) -> Found | None:
        """One change that makes everything right, found within `seconds`; None if there is none.

        place: of a test that fails. A change that doesn't mend it is put to no other.
        """
        until = clock() + seconds
        before = self._worth(place, answer.observations[place])
        known = self._known(place)
        fails = self._fails(answer)
        self._met = {repr(answer.observations[place].value)}
        right: list[tuple[str, ast.AST]] = []
        for index, (kind, node) in enumerate(changes(self.tree)):
            if clock() > until:
                break
            if right and node.lineno != right[0][1].lineno:
                continue
            if self._is_as_asked(kind, node):
                continue
            seen = self._run(place)
            if seen is None:
                continue
            if self.is_content(place, seen):
                failing = self._failing(place, len(fails))
                if not failing and self._is_right() and not self._is_by_chance((kind, node)):
                    until = until if right else min(until, clock() + MORE_SECONDS)
                    right.append((kind, node))
                    if right[0][0] not in WEAK or kind in STRONG:  # `always` is neither
                        break
                    continue
                if failing and set(failing) < set(fails):
                    self._keep_mending(index, (kind, node), failing, fails)
            elif not seen.error and repr(seen.value) not in self._met:
                self._met.add(repr(seen.value))
                wrong = next((w for w in known.get(_mark(seen), ()) if self._is_like(w)), None)
                worth = self._worth(place, seen)
                theirs = wrong is not None and self._fail_of(wrong) <= set(fails)
                nearer = worth > before or (theirs and self._fail_of(wrong) < set(fails))
                if wrong is not None and (nearer or kind in TAKING_AWAY or not theirs):
                    said = wrong.message if theirs else ""  # else the change has made it
                    hope = _Hope((KNOWN, 0.0), index, (kind, node), place, said)
                    self._hopes.append(hope)
                elif worth > before:
                    self._hopes.append(_Hope((LIKE, worth), index, (kind, node), place))
        return _surest(right)

    def _is_as_asked(self, kind: str, node: ast.AST) -> bool:
        """Whether a change swaps parameters that stand as the task has them."""
        return kind == "arguments" and getattr(node, "name", "") in self._as_asked

    def _keep_mending(
        self, index: int, change: tuple[str, ast.AST], failing: list[int], fails: list[int]
    ) -> None:
        """A change that makes more tests pass, and none fail, with what is known of the rest."""
        rest = {place: self.see(place) for place in failing}
        if any(seen.error for seen in rest.values()):
            return  # where it ends earlier, it may only do less harm
        known = self._known(failing[0]).get(_mark(rest[failing[0]]), ())
        wrong = next((w for w in known if self._is_like(w)), None)
        said = "" if wrong is None else wrong.message
        tells = self._tell(set(fails) - set(failing))
        worth = MENDING, -float(len(failing))
        self._hopes.append(_Hope(worth, index, change, failing[0], said, tells))

    def _tell(self, places: Iterable[int]) -> bool:
        """Whether some tests can hardly be passed by chance: they ask for several numbers."""
        found: set[float] = set()
        for place in places:
            expected = self.question.expected[place]
            if self.question.probes[place].judge in BY_VALUE and not expected.error:
                found |= _numbers(decode(expected.value))
        return len(found) >= FEWEST

    def half(self) -> Found | None:
        """The first change alone, where it makes more tests pass, and none fail.

        One that merely leads to a known mistake may have made that mistake.
        """
        for hope in self._hopes:
            if hope.tells:
                return Found((hope.change,), hope.known, all_right=False)
        return None

    def two(self, seconds: float) -> Found | None:
        """Two changes that make everything right, the first of which was seen to lead further."""
        if _functions(self.tree) - _functions(ast.parse(self.question.answer)):
            return None  # where the solution has no such function, that is more likely the cause
        self._hopes.sort(key=lambda hope: hope.worth, reverse=True)
        hopes = self._hopes[:MOST_HOPES]
        end = clock() + seconds
        for n, hope in enumerate(hopes):
            until = clock() + max((end - clock()) * 2 / (len(hopes) - n + 1), 0)
            with contextlib.closing(changes(self.tree)) as firsts:
                first = next(c for index, c in enumerate(firsts) if index == hope.index)
                second = self._second(hope.place, until, first)
            if second is None:
                continue
            if alone := self._alone(second, hope.place):
                return Found((alone,))
            known = hope.known if _are_apart(first, second) else ""
            told = {first[0]} if known else {first[0], second[0]}
            apart = first[1].lineno != second[1].lineno
            if not told & RISKY and ((hope.tells and apart) or not told & WEAK):
                return Found((first, second), known)
        return None

    def _second(
        self, place: int, until: float, first: tuple[str, ast.AST]
    ) -> tuple[str, ast.AST] | None:
        with contextlib.closing(changes(self.tree)) as seconds:
            for change in seconds:
                if clock() > until:
                    return None
                if self._is_as_asked(*change):
                    continue
                seen = self._run(place)
                if seen is None or not self.is_content(place, seen):
                    continue
                mends = not self._failing(place, 1) and self._is_right()
                if mends and not self._is_by_chance(first, change):
                    return change
        return None

    def _alone(self, change: tuple[str, ast.AST], place: int) -> tuple[str, ast.AST] | None:
        """A change that stood behind another one, made without it, if it does by itself."""
        kind, where = change[0], place_of(change[1])
        with contextlib.closing(changes(self.tree)) as all_of_them:
            for one in all_of_them:
                if one[0] == kind and place_of(one[1]) == where:
                    seen = self._run(place)
                    passes = seen is not None and self.is_content(place, seen)
                    if passes and not self._failing(place, 1) and self._is_right():
                        return None if self._is_by_chance(one) else one
        return None

    def _known(self, place: int) -> dict[Any, list[WrongAnswer]]:
        """The author's wrong answers by what they give in one test, where they fail it."""
        found: dict[Any, list[WrongAnswer]] = {}
        right = _mark(self.question.expected[place])
        for wrong in self.question.wrong_answers:
            if wrong.kind == "misconception" and wrong.values and not wrong.values[place].error:
                mark = _mark(wrong.values[place])
                if mark != right:
                    found.setdefault(mark, []).append(wrong)
        return found

    def _fail_of(self, wrong: WrongAnswer) -> set[int]:
        """The tests that a known wrong answer fails."""
        rows = zip(self.question.probes, wrong.values, self.question.expected, strict=True)
        return {place for place, row in enumerate(rows) if not is_content(*row)}

    def _is_like(self, wrong: WrongAnswer) -> bool:
        """Whether what ran last gives what a wrong answer gives, in every test."""
        return all(same_observation(self.see(i), seen) for i, seen in enumerate(wrong.values))

    def _failing(self, place: int, most: int) -> list[int]:
        """The tests beside one that fail for what ran last, no more than `most` of them."""
        fails = []
        for other in range(len(self.question.probes)):
            if other != place and not self.is_content(other, self.see(other)):
                fails.append(other)
                if len(fails) >= most:
                    break
        return fails

    def _worth(self, place: int, seen: Observation) -> float:
        """How much of a result is as it should be: larger is nearer."""
        expected = self.question.expected[place]
        if seen.error or expected.error or self.question.probes[place].measure:
            return -1.0
        return _likeness(decode(seen.value), decode(expected.value))

    def _run(self, place: int) -> Observation | None:
        """What the changed answer gives in one test; None if its code doesn't run."""
        try:
            with asking_first(self.tree):
                code = compile(self.tree, "<a changed answer>", "exec")
            exec(code, self.space)
        except Exception:
            return None
        return self.see(place)

    def see(self, place: int) -> Observation:
        """What the answer that stands in `space` gives in one test."""
        self._rounds.until = clock() + ONE_SECONDS
        task = self.question.task
        nothing = ("None",) * place  # whatever stands before it keeps its place
        one = replace(task, probes=(*nothing, task.probes[place]), seconds=math.inf)  # run once
        answers = {name: self.space[name] for name in task.names}
        return observe(one, {**self.given, **answers}, self.seed)[place]

    def _fails(self, answer: Answer) -> list[int]:
        trials = make_case(self.question, measured(self.question, answer)).trials
        return [place for place, trial in enumerate(trials) if not trial.passed]

    def _is_by_chance(self, *changes: tuple[str, ast.AST]) -> bool:
        """Whether changes that mend everything do so by chance, as the cause is another.

        They put in one of `SAME_STEP` that the solution does without, or one of them is risky where
        no value is asked, but that it keeps within bounds. Or they change what is right as it
        stands into what the solution has nowhere; a single one that is `STRONG` may.
        """
        kinds = {kind for kind, _ in changes}
        if steps_in(self.tree) - self._own or (kinds & RISKY and not self.asks_for_a_value()):
            return True
        if len(changes) == 1 and kinds <= STRONG:
            return False
        return self.blames_the_right(self.tree, [node for _, node in changes])

    def asks_for_a_value(self) -> bool:
        """Whether a test asks for the solution's own value, and not for a measure of it."""
        return any(not p.measure and p.judge in BY_VALUE for p in self.question.probes)

    def _is_right(self) -> bool:
        """Whether the whole check is content with what ran last."""
        self._rounds.until = math.inf
        answer = look_at(self.question.task, self.space, self.given, self.seed)
        if not answer.attempted or self._fails(answer):
            return False
        return judge(self.question, answer).is_correct

    def is_content(self, place: int, seen: Observation) -> bool:
        """Whether one test passes: it judges what was observed, or what is measured of it."""
        probe, expected = self.question.probes[place], self.question.expected[place]
        if probe.measure:
            one = slice(place, place + 1)
            alone = replace(self.question, probes=(probe,), expected=self.question.expected[one])
            seen = measured(alone, Answer(attempted=True, observations=(seen,))).observations[0]
        return is_content(probe, seen, expected)


def _surest(right: list[tuple[str, ast.AST]]) -> Found | None:
    """The change to tell among those of a line that make everything right; the first came first."""
    if not right:
        return None
    if right[0][0] == "always":
        return Found((("always", _line_of(right[0][1])),), one_kind=False)
    strong = next((one for one in right if one[0] in STRONG), None)
    if strong is not None or len({kind for kind, _ in right}) == 1:
        return Found((strong or right[0],))
    families = {FAMILIES.get(kind, kind) for kind, _ in right}
    same = len({(n.col_offset, n.end_lineno, n.end_col_offset) for _, n in right}) == 1
    kind, node = right[0]
    one = len(families) == 1
    told = FAMILIES.get(kind, kind) if one else kind
    return Found(((told, node if same else _line_of(node)),), one_kind=one)


def place_of(node: ast.AST) -> tuple[Any, ...]:
    """Where an expression stands in the code: line and column of its begin and of its end."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _first_lines(tree: ast.AST) -> set[tuple]:
    """The name of each function that code defines, and of its parameters."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {(node.name, *(arg.arg for arg in node.args.args)) for node in functions}


def _line_of(node: ast.AST) -> ast.AST:
    """What stands for the whole line in which a node is."""
    return ast.Pass(lineno=node.lineno, col_offset=0, end_lineno=node.lineno, end_col_offset=0)


MATHEMATICS = {
    "exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh",
    "arcsin", "arccos", "arctan", "arctanh",
}  # fmt: skip


# What one of these names does, and another one may do in its place.
SAME_STEP = (
    ("abs", ("abs", "absolute", "fabs", "norm")),
    ("sqrt", ("sqrt", "std", "norm", "hypot", "half")),
    ("exp", ("exp", "expm1", "exp2", "sigmoid", "softmax", "tanh", "logaddexp", "logsumexp")),
    ("log", ("log", "log1p", "log2", "log10", "logaddexp", "logsumexp", "geomspace")),
    ("square", ("square", "var", "std", "norm", "dot", "einsum", "twice")),
)


def steps_in(tree: ast.AST) -> set[str]:
    """Which of `SAME_STEP` code has, in whatever way it writes them."""
    names = {getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            half = isinstance(node.right, ast.Constant) and node.right.value == 0.5
            names.add("half" if half else "twice")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.MatMult)):
            names |= {"twice"} if ast.dump(node.left) == ast.dump(node.right) else set()
    return {step for step, ways in SAME_STEP if names & set(ways)}


def _functions(tree: ast.AST) -> set[str]:
    """The functions of mathematics that code calls."""
    return {getattr(node, "attr", "") for node in ast.walk(tree)} & MATHEMATICS


def _mark(seen: Observation) -> Any:
    """The same for two values that agree, save for a rare rounding."""
    return None if seen.error else mark_of(decode(seen.value))


def mark_of(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(map(mark_of, value))
    if isinstance(value, dict):
        return tuple((key, mark_of(item)) for key, item in value.items())
    if not _is_numeric(value):
        return repr(value)
    array = np.asarray(value, float)
    return array.shape, f"{np.nansum(np.abs(array)):.5e}", f"{np.nansum(array.ravel()[:1]):.5e}"


def _numbers(value: Any) -> set[float]:
    """The different numbers in a value that are neither 0 nor 1."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return set().union(*map(_numbers, value))
    if not _is_numeric(value):
        return set()
    array = np.asarray(value, float)
    return set(np.unique(array[np.isfinite(array)]).tolist()) - {0.0, 1.0}


# Kinds of changes that leave the parts of an expression as they are.
OUTER = {"sign", "operation", "comparison", "condition", "axis", "kept axis", "order", "function"}


def _are_apart(a: tuple[str, ast.AST], b: tuple[str, ast.AST]) -> bool:
    """Whether neither of two changes touches what the other one does; the first was made first."""
    ends = [((n.lineno, n.col_offset), (n.end_lineno, n.end_col_offset)) for _, n in (a, b)]
    if ends[0][1] <= ends[1][0] or ends[1][1] <= ends[0][0]:
        return True
    if ends[0] == ends[1]:  # what a change has put in stands at one place, with all its parts
        return a[0] in OUTER and len(list(ast.walk(b[1]))) < len(list(ast.walk(a[1])))
    outer = a if ends[0][0] <= ends[1][0] and ends[1][1] <= ends[0][1] else b
    return outer[0] in OUTER


RELATIONS = (
    np.negative, np.reciprocal, np.square, np.sqrt, np.exp, np.log,
    lambda b: 1 - b, lambda b: b + 1, lambda b: b - 1, lambda b: 2 * b,
    lambda b: b / 2, lambda b: b[::-1], lambda b: b.T,
)  # fmt: skip
SAME_KIND, RELATED = 1.0, 0.9  # of a result that has another value, and of one that has a relation


@np.errstate(all="ignore")
def _likeness(got: Any, right: Any) -> float:
    """From 0, of another type, over `SAME_KIND` to 2, the same value."""
    if difference(got, right) is None:
        return 2.0
    rows = isinstance(got, (list, tuple)) and isinstance(right, (list, tuple))
    if rows and len(got) == len(right) and right:
        return sum(map(_likeness, got, right)) / len(right)
    if isinstance(right, dict) and isinstance(got, dict) and right and set(got) == set(right):
        return sum(_likeness(got[key], right[key]) for key in right) / len(right)
    if not _is_numeric(got) or not _is_numeric(right):
        return 0.5 if type(got) is type(right) else 0.0
    a, b = np.asarray(got, float), np.asarray(right, float)
    if a.shape != b.shape:
        return 0.5 if a.ndim == b.ndim else 0.25
    return SAME_KIND + max(RELATED * _is_related(a, b), float(np.mean(agree(a, b))))


def _is_related(a: np.ndarray, b: np.ndarray) -> bool:
    if not b.size or not np.isfinite(a).all() or not b.any():
        return False
    for relation in RELATIONS if b.ndim else RELATIONS[:-2]:
        c = relation(b)
        if c.shape == a.shape and agree(a, c).all():
            return True
    if b.size < 3 or len(np.unique(b)) < 3:
        return False
    off, times = a - b, a[b != 0] / b[b != 0]
    shifted = bool(agree(off, np.full_like(off, off.flat[0])).all())
    return shifted or bool(len(times) and times[0] and agree(times, times[0] + 0 * times).all())


def _is_numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, (bool, int, float, np.number))


class _Rounds:
    """What every round of a loop asks: whether there is time for it, and room for what it makes.

    A change may run forever, or double a list in each round.
    """

    until = math.inf

    def __call__(self, items: Any = None) -> Any:
        if items is not None:
            return self._each(items)
        self._ask(sys._getframe(1))
        return True

    def _each(self, items: Any) -> Iterator[Any]:
        for item in items:
            self._ask(sys._getframe(1))
            yield item
        self._ask(sys._getframe(1))  # what the last round left

    def _ask(self, frame: Any) -> None:
        if clock() > self.until:
            raise TimeoutError
        if any(_is_huge(value) or _holds_itself(value) for value in frame.f_locals.values()):
            raise MemoryError


def _power(base: Any, exponent: Any) -> Any:
    """`base ** exponent`, unless it is a whole number of more digits than there is time for."""
    whole = isinstance(base, int) and isinstance(exponent, int)
    if whole and base.bit_length() * exponent > MOST_BITS:
        raise OverflowError
    return base**exponent


def _finite(solver: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a function gives, unless it is one of `np.linalg` and an array holds NaN or infinity."""
    if getattr(solver, "__module__", "") == "numpy.linalg":
        for value in (*args, *kwargs.values()):
            array = np.asarray(value)
            if array.dtype.kind in "fc" and not np.isfinite(array).all():
                raise np.linalg.LinAlgError
    return solver(*args, **kwargs)


def _range(*bounds: Any) -> range:
    """A range that is short enough for what takes all of it without being asked, such as `sum`."""
    made = range(*bounds)
    if made and abs(made[-1] - made[0]) // abs(made.step) > MOST_ITEMS:
        raise OverflowError
    return made


def _is_huge(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() > MOST_ITEMS
    sized = isinstance(value, (list, tuple, str, dict, set))
    return len(value) > MOST_ITEMS if sized else getattr(value, "nbytes", 0) > 100 * MOST_ITEMS


def _holds_itself(value: Any, around: tuple = ()) -> bool:
    """Whether a list is one of its own items, at some depth: NumPy has no end of unpacking it."""
    if not isinstance(value, (list, tuple)):
        return False
    if any(value is outer for outer in around):
        return True
    if len(around) >= DEEPEST_LIST:
        return False
    ends = itertools.chain(value[:MOST_LOOKED_AT], value[-MOST_LOOKED_AT:])
    return any(_holds_itself(item, (*around, value)) for item in ends)
