"""Whether an answer is built like the known mistake whose values it gives.

The same values may come of other code. Then what is said of the known mistake is true of its values
only, and the card says that much.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from course_utils.checking.data.observation import Answer, Observation
from course_utils.checking.data.question import Question, WrongAnswer
from course_utils.checking.data.verdict import Verdict
from course_utils.checking.judging.judge import judge
from course_utils.checking.judging.judges import BY_VALUE
from course_utils.checking.judging.measure import measured
from course_utils.checking.judging.recognize import is_content, same_observation

KNOWN = re.compile(r"(with )?misconception (\d+)$")
# What is said with a known mistake whose code is another. Its message is a quotation then: of this
# code it may be untrue.
SAME_VALUES = (
    'Your values are those of a known mistake: "{}" Your code may come to them in another way.'
)
NEARLY_SAME = (
    'Your values are much like those of a known mistake: "{}" Your code may come to them in '
    "another way."
)
NOT_IN_ALL = 'In some tests, though not in all, your values are those of a known mistake: "{}"'
A_PART = (
    'Wherever a known mistake gives wrong values, yours are the same: "{}" Your code may come to '
    "them in another way."
)
PRAISES_VALUES = re.compile("Your (values|numbers) are right")  # which are no mistake's then
IN_ANY_CODE = frozenset({"array", "asarray", "len", "range", "enumerate", "zip", "float", "append"})


def as_sure_as_known(
    question: Question, answer: Answer, tree: ast.Module, verdict: Verdict
) -> Verdict:
    """The verdict; where it tells a known mistake of other code, it says that the values agree.

    answer: what was observed of it. tree: its functions.
    """
    known = KNOWN.match(verdict.cause)
    wrong = question.wrong_answers[int(known[2]) - 1] if known else None
    if wrong is None or wrong.message != verdict.message or not wrong.code:
        return verdict
    seen = measured(question, answer).observations
    if known[1] and _is_another_first(question, seen, wrong):
        others = tuple(other for other in question.wrong_answers if other is not wrong)
        question = replace(question, wrong_answers=others)
        return as_sure_as_known(question, answer, tree, judge(question, answer))
    rows = list(zip(question.probes, seen, wrong.values, question.expected, strict=False))
    if not known[1] and any(is_content(p, a, e) and not is_content(p, b, e) for p, a, b, e in rows):
        return replace(verdict, message=NOT_IN_ALL.format(verdict.message))
    like = _is_like(marks(tree), _marks_of(wrong.code), _marks_of(question.answer))
    by_value = [(p, a, b, e) for p, a, b, e in rows if p.judge in BY_VALUE]
    fits = all(same_observation(a, b) or is_content(p, a, e) for p, a, b, e in by_value)
    if like and fits and not known[1]:  # where only a part agrees, code that is alike proves little
        return verdict
    same = len(seen) == len(wrong.values) and all(map(same_observation, seen, wrong.values))
    if same and PRAISES_VALUES.match(verdict.message):
        return verdict
    said = A_PART if known[1] else SAME_VALUES if same else NEARLY_SAME
    return replace(verdict, message=said.format(verdict.message))


def _is_another_first(
    question: Question, seen: tuple[Observation, ...], wrong: WrongAnswer
) -> bool:
    """Whether the first test that an answer fails has words of its own, and a known mistake, told
    of a part of the answer, passes it."""
    rows = zip(question.probes, seen, wrong.values, question.expected, strict=False)
    fails = ((p, b, e) for p, a, b, e in rows if not is_content(p, a, e))
    probe, known, expected = next(fails, (None, None, None))
    return probe is not None and bool(probe.wrong) and is_content(probe, known, expected)


def without_slip(question: Question, answer: Answer, tree: ast.Module, verdict: Verdict) -> Verdict:
    """The verdict; where it tells a general slip that the code can't have made, the one without it.

    Whoever has no loop has returned in none, however well the values fit.
    """
    made = MADE_OF.get(verdict.cause)
    if made is None or any(made(node) for node in ast.walk(tree)):
        return verdict
    others = tuple(wrong for wrong in question.wrong_answers if wrong.kind != verdict.cause)
    return judge(replace(question, wrong_answers=others), answer)


def _returns_in_a_loop(node: ast.AST) -> bool:
    inside = ast.walk(node) if isinstance(node, (ast.For, ast.While)) else ()
    return any(isinstance(part, ast.Return) for part in inside)


def _divides(node: ast.AST) -> bool:
    divides = isinstance(getattr(node, "op", None), (ast.Div, ast.FloorDiv))
    return divides or _named(node) in ("mean", "nanmean", "average")


def _picks(node: ast.AST) -> bool:
    named = re.search("max|sort|amin|min", _named(node))
    return named is not None or isinstance(node, ast.Compare)


def _named(node: ast.AST) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


# By the kind of a slip, what code must have in it to have made it.
MADE_OF = {
    "return_in_loop": _returns_in_a_loop,
    "mean_for_sum": _divides,
    "largest_only": _picks,
}


def _is_like(mine: set, wrong: set, right: set) -> bool:
    """Whether code has half at least of what the wrong code has and the right code hasn't; or, if
    there is no such thing, lacks something that the right code has and the wrong code hasn't."""
    more, less = wrong - right, right - wrong
    if more:
        return 2 * len(more & mine) >= len(more)
    return bool(less - mine) or not less


def _marks_of(source: str) -> set:
    try:
        return marks(ast.parse(source))
    except SyntaxError:
        return set()


def marks(tree: ast.AST) -> set[tuple[str, object]]:
    """What code is made of, whatever its own names: functions, operators, numbers, keywords."""
    own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    found: set[tuple[str, object]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {("name", node.func.id)} if node.func.id not in own else set()
        elif isinstance(node, ast.Attribute):
            found.add(("name", node.attr))
        elif isinstance(node, (ast.BinOp, ast.UnaryOp)):
            found.add(("operator", type(node.op).__name__))
        elif isinstance(node, ast.Compare):
            found |= {("operator", type(op).__name__) for op in node.ops}
        elif isinstance(node, ast.Constant) and not isinstance(node.value, str):
            found.add(("number", repr(node.value)))
        elif isinstance(node, ast.keyword):
            found.add(("keyword", node.arg))
    return {mark for mark in found if mark[1] not in IN_ANY_CODE}
