"""A wrong answer that one change would make right is told where, by a sentence that is true."""

import ast
import contextlib
import gc
import os
import re
import sys
import textwrap

import numpy as np
import pytest

from course_utils.checking.judging.judge import judge
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.run import run_cell
from course_utils.learning.near.changes import FINITE, WORDS, asking_first, changes
from course_utils.learning.near.changes import POWER as ASKED
from course_utils.learning.near.near import MOST_MEMORY, _unnoticed, near_miss
from course_utils.learning.near.search import (
    ONE_SECONDS,
    Search,
    _finite,
    _Hope,
    _likeness,
    _power,
    _range,
    _Rounds,
    _surest,
    clock,
)

pytestmark = pytest.mark.filterwarnings("error")
ROOMY = 20.0  # seconds, for a machine that is busy
SPREAD = (
    "def spread(x):\n    return np.sqrt(np.mean((x - x.mean()) ** 2))",
    "spread(np.array([1.0, 2.0, 6.0]))\nspread(rng.normal(size=7))\nspread(rng.normal(size=4))",
)
SHARES = (
    "def shares(x):\n    return x / x.sum(axis=-1, keepdims=True)",
    "shares(rng.uniform(1, 2, size=(3, 3)))\nshares(rng.uniform(1, 2, size=(4, 2)))",
)
TOTALS = (
    "def totals(x):\n    return [float(sum(x[: k + 1])) for k in range(len(x))]",
    "totals([1.0, 2.0, 4.0])\ntotals([0.5, -2.0, 3.0, 1.5])",
)
STEP = (
    "def step(w, grad, v, rate):\n    v = 0.9 * v - rate * grad\n    return w + v, v",
    "step(rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), 0.1)\n"
    "step(rng.normal(size=2), rng.normal(size=2), rng.normal(size=2), 0.3)",
)
SUMS = (
    "def sums(a, b):\n    return a[:, None] + b",
    "sums(np.array([1, 2, 3]), np.array([10, 20]))\nsums(rng.normal(size=2), rng.normal(size=4))",
)
LAYER = (
    "def layer(x, W, b):\n    return np.dot(x, W) + b",
    "layer(rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=2))\n"
    "layer(rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))",
)
FILLED = "for i in range(len(a)):\n    for j in range(len(b)):\n        t[i][j] = a[i] + b[j]\n"
NEAR = [
    (
        "number",
        (
            "def nearest(scores, k):\n    scores = scores.copy()\n    scores[k] = -np.inf\n"
            "    return np.argsort(-scores)[:2]",
            "nearest(rng.uniform(-900, -500, size=6), 2)\n"
            "nearest(rng.uniform(-900, -500, size=5), 0)",
        ),
        "scores = 1 * scores\nscores[k] = 0\nreturn np.argsort(-scores)[:2]",
        "`scores[k] = 0`",
    ),
    (
        "stop too much",
        TOTALS,
        """
        t, out = 0.0, []
        for v in x:
            if v < 0:
                break
            t += v
            out.append(t)
        return out
        """,
        "if v < 0:",
    ),
    ("same item", SUMS, f"t = [[0] * len(b)] * len(a)\n{FILLED}return np.array(t)", "* len(a)"),
    ("same item", SUMS, f"r = [0] * len(b)\nt = [r] * len(a)\n{FILLED}return np.array(t)", "[r]"),
    (
        "set",
        (
            "def met(words):\n    return list(dict.fromkeys(words))",
            "met(['b', 'a', 'b', 'c', 'd', 'a'])\nmet(['f', 'e', 'd', 'c', 'b', 'a', 'f'])",
        ),
        "return [word for word in set(words)]",
        "set(words)",
    ),
    (
        "copy",
        SUMS,
        """
        table, row = [], [0.0] * len(b)
        for p in a:
            for j, q in enumerate(b):
                row[j] = p + q
            table.append(row)
        return np.array(table)
        """,
        "table.append(row)",
    ),
    (
        "same thing",
        (
            "def times(w, d):\n    return w * d",
            "times(*rng.normal(size=(2, 3)))\ntimes(*rng.normal(size=(2, 4)))",
        ),
        "a = b = np.zeros(w.shape)\na += d\nb += w\nreturn a * b",
        "a = b = np.zeros(w.shape)",
    ),
    ("sign", SPREAD, "return np.sqrt(np.mean((x + x.mean()) ** 2))", "(x + x.mean())"),
    ("number", SPREAD, "return np.sqrt(np.mean((x - x.mean()) ** 3))", "(x - x.mean()) ** 3"),
    ("square missing", SPREAD, "d = x - x.mean()\nreturn np.sqrt(np.mean(d))", "d = x - x.mean()"),
    ("parentheses", SPREAD, "return np.mean((x - x.mean()) ** 2) ** 1 / 2", "** 1 / 2"),
    ("closing", LAYER, "return np.dot(x, W + b)", "np.dot(x, W + b)"),
    (
        "closing",
        ("def level(p):\n    return np.log10(p + 1e-6)", "level(rng.uniform(0, 1e-5, size=4))"),
        "return np.log10(p) + 1e-6",
        "np.log10(p) + 1e-6",
    ),
    ("axis", SHARES, "return x / x.sum(axis=0, keepdims=True)", "axis"),
    ("bounds", TOTALS, "return [float(sum(x[:k])) for k in range(len(x))]", "x[:k]"),
    ("bounds", TOTALS, "return [float(sum(x[: k + 1])) for k in range(1, len(x))]", "range"),
    (
        "indented",
        TOTALS,
        """
        t, found = 0.0, []
        for number in x:
            t = t + number
            found.append(t)
            return found
        """,
        "return found",
    ),
    (
        "place",
        TOTALS,
        """
        t, found = 0.0, []
        for number in x:
            found.append(t)
            t = t + number
        return found
        """,
        "found.append(t)",
    ),
    (
        "added up",
        TOTALS,
        """
        t, found = 0.0, []
        for number in x:
            t = number
            found.append(t)
        return found
        """,
        "t = number",
    ),
    ("name", STEP, "new = 0.9 * v - rate * grad\nreturn w + new, v", "return w + new, v"),
]


def told(bench, question, body, seconds=ROOMY, before="", known=()):
    """The verdict on an answer with this body, before and after the search."""
    answer, probes = question
    board = bench(answer, probes, known)
    head = answer.splitlines()[0]
    source = f"{before}{head}\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    space = {"np": np, "__name__": "__main__"}
    run_cell(source, "<cell 1>", space)
    given = {"np": np}
    seen = look_at(board.question.task, space, given, 0)
    verdict = judge(board.question, seen)
    return verdict, near_miss(board.question, seen, verdict, space, given, 0, seconds)


@pytest.mark.parametrize(
    "body",
    [
        "return n * 10**9 + 2",
        "m = 10**9\nreturn n * m + 2",
        "m = n\nm *= 10**9\nreturn m + 2",
        "return n * 10**9 + sum(range(n)) + 1",  # where `n` may become the product
    ],
)
def test_a_power_without_end_is_not_worked_out(bench, body):
    """While Python works out `7 ** 10**9`, or adds up a range, no time limit stops it."""
    question = ("def f(n):\n    return n * 10**9 + 3 * n", "f(7)\nf(9)\nf(14)")
    plain, near = told(bench, question, body, seconds=1)
    assert near.kind == plain.kind


def test_each_power_asks_and_the_code_is_left_as_it_was():
    lines = ["m = n ** 3 ** 2", "m **= 2", "row[0] **= 2", "return [m ** 2, row]"]
    tree = ast.parse("def f(n, row):\n    " + "\n    ".join(lines))
    before, asked = ast.unparse(tree), []
    with asking_first(tree):
        code = compile(tree, "<powers>", "exec")
    assert ast.unparse(tree) == before
    space = {ASKED: lambda a, b: asked.append((a, b)) or a**b}
    exec(code, space)
    assert space["f"](2, [3]) == [2**36, [9]]
    assert asked == [(3, 2), (2, 9), (2**9, 2), (2**18, 2)]


def test_a_power_and_a_range_are_refused_by_their_size_alone():
    assert (_power(3, 4), _power(2.5, 2), _power(2, -1)) == (81, 6.25, 0.5)
    assert list(_range(5, 0, -2)) == [5, 3, 1]
    assert list(_range(0)) == []
    for call in (lambda: _power(7, 10**9), lambda: _range(10**9), lambda: _range(10**9, 0, -1)):
        with pytest.raises(OverflowError):
            call()


def test_a_solver_is_not_asked_where_there_is_no_number():
    """Some of LAPACK's functions never end then, and no time limit stops them."""
    tree = ast.parse("def f(a):\n    return np.linalg.norm(np.linalg.inv(a ** 2), ord=2)")
    before = ast.unparse(tree)
    with asking_first(tree):
        code = compile(tree, "<solvers>", "exec")
    assert ast.unparse(tree) == before
    space = {"np": np, ASKED: _power, FINITE: _finite}
    exec(code, space)
    assert space["f"](np.eye(2) * 2) == 0.25
    for bad in (np.nan, np.inf):
        with pytest.raises(np.linalg.LinAlgError, match=r"^$"):  # NumPy's own have a text
            space["f"](np.array([[bad, 1.0], [2.0, 3.0]]))
    assert np.isnan(_finite(np.sum, [np.nan]))


def test_parameters_that_stand_as_the_task_has_them_are_not_swapped(bench):
    question = (
        "def shard(data, index, count):\n    return data[index::count]",
        "shard([1, 2, 3, 4, 5, 6, 7], 1, 3)\nshard([5, 6, 7, 8, 9, 10, 11, 12], 2, 4)",
    )
    for body in ("return data[count::index]", "return data[count::index + 1]"):
        _, near = told(bench, question, body)
        assert "def shard" not in near.message, near.message
    answer = "def shard(data, count, index):\n    return data[index::count]"
    board = bench(*question)
    space = {"np": np, "__name__": "__main__"}
    run_cell(answer, "<cell 1>", space)
    seen = look_at(board.question.task, space, {"np": np}, 0)
    verdict = judge(board.question, seen)
    near = near_miss(board.question, seen, verdict, space, {"np": np}, 0, ROOMY)
    assert "def shard(data, count, index):" in near.message, near.message  # not as the task has it


KIND = (
    "def kind(chart):\n    return 'high' if chart['size'] > 50 else 'low'",
    "kind({'size': 9.0})\nkind({'size': 2500.0})\nkind({'size': 8.0})",
)


def test_a_border_on_the_wrong_side_is_no_matter_of_a_count(bench):
    _, near = told(bench, KIND, "return 'high' if chart['size'] > 0.9 else 'low'")
    assert near.cause == "near number", near.message
    assert "`chart['size'] > 0.9`" in near.message


@pytest.mark.parametrize(("kind", "question", "body", "place"), NEAR)
def test_line_and_kind_are_named(bench, kind, question, body, place):
    plain, near = told(bench, question, body)
    assert not plain.is_correct
    assert near.cause == f"near {kind}", near.message
    assert WORDS[kind] in near.message
    assert place in near.message


def test_nothing_is_said_where_many_changes_are_needed(bench):
    plain, near = told(bench, SPREAD, "return np.mean((x + x.max()) ** 2) / 3 + 1")
    assert near == plain


TWO = [
    (
        STEP,
        "v = 0.9 * v + rate * grad\nreturn w - v, v",
        ("v = 0.9 * v + rate * grad", "return w - v, v"),
    ),
    (
        SHARES,
        "y = 2 * x\nreturn x / y.sum(axis=0, keepdims=True)",
        ("y = 2 * x", "axis=0"),
    ),
]


@pytest.mark.parametrize(("question", "body", "places"), TWO)
def test_two_lines_are_named_where_two_changes_are_needed(bench, question, body, places):
    _, near = told(bench, question, body)
    assert "Two changes make every test pass" in near.message
    assert near.cause.startswith("near ")
    assert " and " in near.cause
    assert all(place in near.message for place in places)


@pytest.mark.parametrize("nearer", [4, 6, -5, 10, 25, 1 / 5])
def test_a_number_with_a_simple_relation_to_the_right_one_is_nearer(nearer):
    assert _likeness(7.3, 5) < _likeness(nearer, 5) < _likeness(5, 5)


MEANS = (
    "def means(x):\n    return np.mean(np.exp(x), axis=0)",
    "means(rng.normal(size=(4, 3)))\nmeans(rng.normal(size=(5, 2)))",
)
PLAIN = ("You take no exponential.", "def means(x):\n    return np.mean(x, axis=0)")


def test_a_known_mistake_is_told_beside_the_other_one(bench):
    body = "y = np.mean(x, axis=0)\nreturn y / 2"
    _, near = told(bench, MEANS, body, known=[PLAIN])
    assert near.message.startswith("Look first in the line `return y / 2`")
    assert near.message.endswith(
        'With that changed, your values would be those of a known mistake: "You take no '
        'exponential."'
    )


def test_a_known_mistake_inside_of_the_other_one_is_told_too(bench):
    question = (
        "def means(x):\n    return np.mean(np.exp(x))",
        "means(rng.normal(size=(4, 3)))\nmeans(np.ones((5, 2)))\nmeans(np.zeros((5, 2)))",
    )
    flat = ("Your curve is too flat.", "def means(x):\n    return np.mean(np.exp(x / 2))")
    _, near = told(bench, question, "return np.sum(np.exp(x / 2))", known=[flat])
    assert near.message.endswith('known mistake: "Your curve is too flat."')


def test_a_condition_on_a_whole_array_is_explained_and_not_moved(bench):
    question = ("def f(x):\n    return np.maximum(x, 0)", "f(rng.normal(size=4))\nf(np.array(2.0))")
    body = "if x > 0:\n    return x\nreturn 0 * x"
    verdict, near = told(bench, question, body)
    assert near == verdict
    assert "np.where" in near.next_step


GROWN = (
    "def grown(x, n):\n    for _ in range(n):\n        x = x * 2 + 1\n    return x",
    "grown(rng.normal(size=3), 1)\ngrown(rng.normal(size=4), 2)\ngrown(rng.normal(size=2), 3)",
)
ONCE = ("You go round once.", "def grown(x, n):\n    return x * 2 + 1")


def test_a_mistake_that_only_the_first_change_makes_is_not_told_as_theirs(bench):
    question = (
        "def score(x):\n    return 2 * x.sum() + x.max()",
        "score(np.array([2.0]))\nscore(rng.normal(size=4))\nscore(rng.normal(size=7))",
    )
    twice = ("The largest counts twice.", "def score(x):\n    return 2 * x.sum() + 2 * x.max()")
    body = "s = 1 * x.sum()\nreturn s + 2 * x.max()"  # right for one number, where `twice` is wrong
    _, near = told(bench, question, body, known=[twice])
    assert near.message.startswith("Two changes make every test pass")


def test_a_line_that_needs_not_be_there_is_not_said_to_come_too_early(bench):
    _, near = told(bench, SPREAD, "x = x - 2\nx[x > 0] = 1\nreturn np.std(x)")
    assert near.cause == "near line too much"


def test_what_is_left_is_told_where_it_is_known(bench):
    _, near = told(bench, GROWN, "return x * 2 - 1", known=[ONCE])
    assert near.message.endswith('known mistake: "You go round once."')
    assert "x * 2 - 1" in near.message


def test_a_change_that_mends_some_tests_is_told(bench):
    _, near = told(bench, GROWN, "assert n\nreturn x * 2 - 1")
    assert near.message.startswith("Look first at the line `return x * 2 - 1`")
    assert "more than one" not in near.message
    assert near.cause == "near sign and more"


def test_a_change_that_makes_a_known_mistake_and_mends_no_test_is_not_told(bench):
    question = (
        "def means(x):\n    return np.mean(np.exp(np.cosh(x)), axis=0)",
        MEANS[1],
    )
    _, near = told(bench, question, "return np.mean(np.arctan(x), axis=0)", known=[PLAIN])
    assert PLAIN[0] not in near.message


def test_tests_that_pass_by_chance_mend_nothing(bench):
    question = (
        "def kind(x):\n    return 1 if x.mean() > 0 else 0",
        "kind(np.array([1.0, 2.0]))\nkind(np.array([-1.0, 0.5]))\nkind(np.array([3.0, -5.0]))",
    )
    plain, near = told(bench, question, "return 0 if x[0] > 100 else 2")
    assert near == plain


def test_what_a_compiled_library_prints_meanwhile_is_not_shown(capfd):
    for _ in range(3):  # and nothing is left open
        with _unnoticed():
            os.write(1, b"DLASCL")
            os.write(2, b"DLASCL")
        os.write(2, b"heard ")
    assert capfd.readouterr() == ("", "heard heard heard ")


ERRORS = (
    "def errors(x, y, w, b):\n    y_hat = x @ w + b > 0\n    return int((y_hat != y).sum())",
    "errors(np.array([[2, 1], [0, 4], [0, 0.5]]), np.array([0, 0, 1]), np.array([3, -1.0]), 0.5)\n"
    "errors(rng.normal(size=(40, 3)), rng.integers(0, 2, size=40), rng.normal(size=3), 0.7)\n"
    "errors(rng.normal(size=(40, 2)), rng.integers(0, 2, size=40), rng.normal(size=2), -0.7)\n"
    "errors(np.array([[0.2], [0.3], [-0.1]]), np.array([1, 1, 0]), np.array([1.0]), 0.0)\n"
    "errors(np.arange(1.0, 7).reshape(3, 2), np.array([0, 0, 1]), np.zeros(2), 0.0)\n"
    "errors(np.array([[1.0, -1.0]]), np.array([0]), np.array([1.0, 0.5]), -1.0)",
)


def test_of_two_changes_none_is_told_that_is_in_a_right_line_by_chance(bench):
    body = "z = x @ w + b\nlabels = 2 * y - 1\nreturn int(np.sum(z * labels < 0))"
    _, near = told(bench, ERRORS, body)
    assert "at `z * labels < 0`" in near.message
    assert "`z = x @ w + b`" not in near.message


def test_a_step_that_the_solution_does_without_mends_by_chance(bench):
    question = (
        "def loss(y, p):\n    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "loss(np.array([1.0, 0.0]), rng.uniform(0.1, 0.9, size=2))\n"
        "loss(np.array([0.0, 0.0, 1.0]), rng.uniform(0.1, 0.9, size=3))",
    )
    body = "return np.mean(y * np.log(p) - (1 - y) * np.log(1 - p))"
    _, near = told(bench, question, body)
    assert "absolute" not in near.message


def test_an_exception_is_looked_into(bench):
    _, near = told(bench, MEANS, "return np.mean(np.exp(x), axis=2)")
    assert near.kind == "error"
    assert "One change makes every test pass" in near.next_step


def test_what_an_answer_does_not_stand_is_told_without_two_changes_that_mend_it(bench):
    question = (
        "def shares(dy, a, b):\n    return dy * b, dy * a",
        "shares(3.0, 4.0, -2.0)\nshares(1.0, 5.0, 0.0)\nshares(2.0, 1.5, 4.0)",
    )
    verdict, near = told(bench, question, "y = a * b\nreturn dy * y / a, dy * y / b")
    assert "In these tests it is right except where `b` is 0" in verdict.next_step
    assert near == verdict


def test_where_an_answer_is_wrong_is_told_without_two_changes_that_mend_it(bench):
    question = (
        "def relu(z):\n    return np.maximum(z, 0)",
        "relu(np.array([-2.0, 3.0]))\nrelu(rng.normal(size=5))\n"
        "relu(np.array([-1000.0, 7.5, 1000.0]))",
    )
    verdict, near = told(bench, question, "return np.clip(z, 0, 10)")
    assert verdict.cause == "special_inputs"
    assert near == verdict


def test_time_is_up_after_a_while(bench):
    plain, near = told(bench, SPREAD, "return np.sqrt(np.mean((x + x.mean()) ** 2))", seconds=0.0)
    assert near == plain


@pytest.mark.parametrize("line", ["import os", "open"])
def test_code_that_does_more_than_compute_is_left_alone(bench, line):
    body = f"{line}\nreturn np.sqrt(np.mean((x + x.mean()) ** 2))"
    plain, near = told(bench, SPREAD, body)
    assert near == plain


def test_what_is_said_exactly_is_kept(bench):
    times = ("def times(x, y):\n    return x * 2", "times(rng.normal(size=5), rng.normal(size=5))")
    plain, near = told(bench, times, "return x * 2 + y")
    assert near.message.startswith(plain.message)
    assert near.cause != plain.cause


def test_the_arrays_of_the_notebook_are_not_written_into(bench):
    answer = "def moved(x, by):\n    return x + by"
    source = "def moved(x, by):\n    table[:] = table + 0\n    return x - by\n"
    board = bench(answer, "moved(rng.normal(size=5), 2.0)", ())
    space = {"np": np, "__name__": "__main__", "table": np.arange(3.0)}
    given = {"np": np, "table": space["table"]}
    run_cell(source, "<cell 1>", space)
    seen = look_at(board.question.task, space, given, 0)
    near = near_miss(board.question, seen, judge(board.question, seen), space, given, 0, ROOMY)
    assert near.cause == "near sign"
    assert space["table"].tolist() == [0.0, 1.0, 2.0]


def test_every_change_is_taken_back():
    loop = "for i in range(len(x)):\n        y += x[i:, None].sum(axis=0)"
    source = f"def f(x, y):\n    {loop}\n    return y"
    tree = ast.parse(source)
    seen = {ast.dump(tree) for _ in changes(tree)}
    assert len(seen) > 30
    assert ast.dump(tree) == ast.dump(ast.parse(source))


def test_every_kind_has_its_words():
    source = """
def f(x, y):
    '''A function of everything.'''
    total = y = [[0] * 3] * 2 + list(set(x)) + np.zeros(3, int) + x["a"] - x["b"]
    total = x[::2] if y > 1 else total
    for i in range(1, len(x)):
        total += x[i:] @ y.T - np.sin(x) * 2 + abs(x) ** 3
        if i < 3 // 2 and not x:
            break
    return np.mean(total, axis=0), y, True
"""
    kinds = {kind for kind, _ in changes(ast.parse(source))}
    assert kinds <= set(WORDS)
    assert len(kinds) > len(WORDS) - 5


POWER = (
    "def power(x, y):\n    return y * y - x",
    "power(2.0, 3.5)\npower(-1.0, 0.5)\npower(4.0, 2.5)",
)
PRODUCT = (
    "def product(x):\n    return float(np.prod(x))",
    "product([1.5, 2.0, 4.0])\nproduct([0.5, -2.0])\nproduct([3.0, 1.1])",
)
LEFT = (
    "def left(x, y):\n    return y - np.exp(x)",
    "left(rng.normal(size=4), rng.normal(size=4))\nleft(rng.normal(size=3), rng.normal(size=3))",
)
COUNT = (
    "def count(x, k):\n    return len(x)",
    "count([1, 2, 3], 2)\ncount([4, 1, 5, 5], 4)\ncount([7, 9], 8)",
)
RATED = (STEP[0], STEP[1].replace("0.1)", "0.2)"))


@pytest.mark.parametrize(
    ("kind", "question", "body"),
    [
        ("names", POWER, "s = x * x\nreturn s - x"),
        ("written in", RATED, "v = 0.9 * v - 0.1 * grad\nreturn w + v, v"),
        ("argument too much", SPREAD, "return np.std(x, ddof=2)"),
        ("value", PRODUCT, "t = x[0]\nfor n in x:\n    t = t * n\nreturn t"),
        ("term more or less", LEFT, "return np.exp(x)"),
        ("always", COUNT, "n = 0\nfor a in x:\n    if a == k:\n        n += 1\nreturn n"),
        ("copies", SHARES, "s = x * np.exp(x)\nt = x * np.exp(x)\nreturn s / t.sum(-1)[:, None]"),
    ],
)
def test_more_kinds_of_slips(bench, kind, question, body):
    _, near = told(bench, question, body)
    assert near.cause == f"near {kind}", near.message


def test_a_change_that_never_ends_costs_little_time(bench):
    question = (
        "def halvings(n):\n    count = 0\n    while n >= 2:\n        n = n // 2\n"
        "        count = count + 1\n    return count + 0",
        "halvings(40)\nhalvings(7)\nhalvings(1)",
    )
    body = "count = 0\nwhile n >= 2:\n    n = n // 2\n    count = count + 1\nreturn count - 7 * n"
    _, near = told(bench, question, body)
    assert near.cause == "near term too much"


def test_a_change_that_calls_itself_forever_is_stopped(bench):
    question = (
        "def steps(n):\n    return 0 if n < 1 else 1 + steps(n - 1)",
        "steps(4)\nsteps(7)\nsteps(0)",
    )
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**6)
    try:
        _, near = told(bench, question, "return 0 if n < 1 else 1 + 3 * steps(n - 1)")
        assert sys.getrecursionlimit() == 10**6
    finally:
        sys.setrecursionlimit(before)
    assert near.cause.startswith("near ")


@pytest.mark.parametrize(
    ("loop", "count"), [("while len(found) < n:", 40), ("for _ in range(n):", 40)]
)
def test_a_change_that_doubles_a_list_in_each_round_is_stopped(bench, loop, count):
    question = (
        "def row(n):\n    return [1] * n",
        f"row({count})\nrow(3)\nrow(1)",
    )
    body = f"found, more = [], [1]\n{loop}\n    found.extend(more)\nreturn found + more + more"
    _, near = told(bench, question, body, seconds=5.0)
    assert not near.is_correct


def test_what_numpy_builds_with_brackets_keeps_them():
    """`np.r_` by itself is a row without an end."""
    source = "def f(x):\n    return np.r_[0, x]"
    tree = ast.parse(source)
    seen = {ast.unparse(tree) for _ in changes(tree)}
    assert not any(re.search(r"np\.r_(?!\[)", line) for line in seen)


def test_rounds_stop_what_grows():
    rounds = _Rounds()
    with pytest.raises(MemoryError):
        grow(rounds)
    rounds.until = 0.0
    with pytest.raises(TimeoutError):
        rounds()


def grow(rounds):
    items = [1]
    for _ in rounds(range(100)):
        items = items + items


def nest(rounds, items, deeper):
    for _ in rounds(range(3)):
        items.append([items] if deeper else items)


@pytest.mark.parametrize("deeper", [False, True])
def test_rounds_stop_a_list_that_holds_itself(deeper):
    """NumPy takes all memory before it gives up to unpack such a list."""
    with pytest.raises(MemoryError):
        nest(_Rounds(), [1.0], deeper)
    found = [[1.0], [1.0]]
    for item in _Rounds()(found):
        found[0] = item  # the same list twice is no list in itself


def test_no_change_makes_twice_a_shape():
    tree = ast.parse("def f(x, rng):\n    return x * rng.random(x.shape)")
    made = [ast.unparse(tree) for _ in changes(tree)]
    assert len(made) > 20
    assert not [code for code in made if re.search(r"2 \* x\.shape|x\.shape [*+]", code)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others can't be asked")
def test_an_array_that_fills_the_machine_is_refused_in_changed_code_alone():
    with _unnoticed(), pytest.raises(MemoryError):
        np.empty(5 * MOST_MEMORY // 4, np.int8)
    assert np.empty(5 * MOST_MEMORY // 4, np.int8).nbytes > MOST_MEMORY


GAPS = (
    "def loss(x, w, y):\n    return float(((x @ w - y[:, None]) ** 2).mean())",
    "loss(rng.normal(size=(4, 2)), rng.normal(size=(2, 1)), rng.normal(size=4))\n"
    "loss(rng.normal(size=(5, 3)), rng.normal(size=(3, 1)), rng.normal(size=5))",
)
SORTED = (
    "def last(x, k):\n    return x[::-1][:k]",
    "last(rng.normal(size=5), 2)\nlast(rng.normal(size=6), 3)",
)
AVERAGES = (
    "def halves(x, parts):\n    return np.array([x.mean() / p for p in parts]) + x.std()",
    "halves(np.array([1, 2, 4]), np.array([3, 2]))\n"
    "halves(np.array([5, 2, 7]), np.array([7, 5, 3]))",
)
COUNTED = (
    "def places(size, kernel):\n    return size - kernel + 1",
    "places(7, 3)\nplaces(9, 2)\nplaces(6, 6)",
)
FAR = (
    "def far(x, y):\n    return (x > 2 * y).astype(int)",
    "far(rng.normal(size=40), rng.normal(size=40))\nfar(rng.normal(size=50), rng.normal(size=50))",
)
LEAK = (
    "def relu(x):\n    return np.maximum(x, 0)",
    "relu(rng.normal(size=5))\nrelu(rng.normal(size=(3, 2)))",
)
WHERE = [
    (
        "entry",
        (
            "def gap(chart):\n    return chart['validation'] - chart['use'] ** 2",
            "gap({'train': 0.9, 'validation': 0.8, 'use': 0.5})\n"
            "gap({'train': 1.0, 'validation': 0.6, 'use': 0.3})",
        ),
        "large = chart['validation'] > 2\nreturn chart['train'] - chart['use'] ** 2 + large",
    ),
    ("column", GAPS, "e = x @ w - y\nreturn float((e ** 2).mean())"),
    ("direction", SORTED, "return x[::1][:k]"),
    (
        "whole numbers",
        AVERAGES,
        "out = np.zeros_like(parts)\nfor i, p in enumerate(parts):\n    out[i] = x.mean() / p\n"
        "return out + x.std()",
    ),
    (
        "comparison",
        COUNTED,
        "count = 0\nstart = 0\nwhile start + kernel < size:\n    count += 1\n    start += 1\n"
        "return count",
    ),
    ("number", FAR, "return (x > 1.02 * y).astype(int)"),
    ("number", LEAK, "return np.where(x > 0, x, 0.01 * x)"),
    (
        "function too much",
        SPREAD,
        "d = np.clip(x - x.mean(), -0.5, 0.5)\nreturn np.sqrt((d**2).mean())",
    ),
]


@pytest.mark.parametrize(("kind", "question", "body"), WHERE)
def test_the_plainest_of_the_changes_that_would_do_is_told(bench, kind, question, body):
    _, near = told(bench, question, body)
    assert near.cause == f"near {kind}", near.message
    assert WORDS[kind] in near.message


def test_where_changes_of_several_kinds_would_do_only_the_line_is_told(bench):
    question = (
        "def shift(x, n):\n    return x - 2 * n",
        "shift(rng.normal(size=4), 3)\nshift(rng.normal(size=3), 5)",
    )
    _, near = told(bench, question, "y = x - n\nreturn y")
    small = "One small change makes every test pass, in the line `y = x - n`, at `x - n`."
    assert f"{small} If that part is as you mean it, look at what" in near.message


def test_a_tiny_number_that_happens_to_mend_is_not_told_as_a_missing_term(bench):
    question = (
        "def surprise(p):\n    return -np.log(1 - np.clip(p, 1e-7, 1 - 1e-7))",
        "surprise(np.array([0.0, 1.0, 0.5]))\nsurprise(np.array([1.0, 0.25]))",
    )
    body = "eps = 1e-7\np = np.where(p < eps, eps, p)\nreturn -np.log(1 - p)"
    _, near = told(bench, question, body)
    assert "term" not in near.message


def test_another_default_than_the_starters_is_told(bench):
    right = "def filled(x, fill=None):\n    return x - (x.mean() if fill is None else fill)"
    probes = "filled(rng.normal(size=4))\nfilled(rng.normal(size=3), 2.0)"
    made = bench(right, probes, starter="def filled(x, fill=None):\n    ...  # your code here")
    code = "def filled(x, fill=0.0):\n    return x - (x.mean() if fill is None else fill)"
    space = {"np": np, "__name__": "__main__"}
    run_cell(code, "<cell 1>", space)
    seen = look_at(made.question.task, space, {"np": np}, 0)
    verdict = judge(made.question, seen)
    near = near_miss(made.question, seen, verdict, space, {"np": np}, 0, ROOMY)
    assert near.message.endswith(
        "In the task `fill` is `None` unless somebody says otherwise; your first line has `0.0`."
    )


def test_changes_of_one_family_are_told_in_its_words():
    (line,) = ast.parse("y = x / 7").body
    found = _surest([("factor 2", line), ("factor too much", line)])
    assert found.changes[0][0] == "factor more or less"
    assert found.one_kind
    assert not _surest([("factor 2", line), ("term too much", line)]).one_kind


def test_a_condition_that_keeps_the_raising_line_from_running_is_no_cause(bench):
    question = (
        "def moved(x):\n    return x + 0.5 if np.ndim(x) else x + 0.5",
        "moved(1.5)\nmoved(np.array([1, 2]))",
    )
    body = "if np.ndim(x) == 0:\n    return x + 0.5\nx += 0.5\nreturn x"
    plain, near = told(bench, question, body)
    assert near == plain
    assert "holds int64" in near.next_step


def test_a_condition_without_which_all_is_right_is_not_told_as_a_wrong_comparison(bench):
    question = (
        "def layers(x, n, f):\n    for k in range(n):\n        x = f(x) + k\n    return x",
        "layers(rng.normal(size=4), 3, np.sin)\nlayers(rng.normal(size=3), 2, np.cos)",
    )
    body = "for k in range(n):\n    x = (np.abs(x) if k < n - 1 else f(x)) + k\nreturn x"
    _, near = told(bench, question, body)
    assert "comparison" not in near.message
    assert "np.abs(x) if k < n - 1" in near.message


def test_two_changes_are_not_told_where_they_blame_what_is_right(bench, monkeypatch):
    question = (
        "def score(x):\n    return 2 * x.sum() + x.max()",
        "score(np.array([2.0]))\nscore(rng.normal(size=4))\nscore(rng.normal(size=7))",
    )
    twice = ("The largest counts twice.", "def score(x):\n    return 2 * x.sum() + 2 * x.max()")
    body = "s = 1 * x.sum()\nreturn s + 2 * x.max()"
    _, near = told(bench, question, body, known=[twice])
    assert near.message.startswith("Two changes make every test pass")
    monkeypatch.setattr("course_utils.learning.near.near.Blame.is_by_chance", lambda *_: True)
    _, near = told(bench, question, body, known=[twice])
    assert "Two changes" not in near.message


def test_a_parameter_that_is_never_read_is_named(bench):
    question = (
        "def slope(f, x):\n    return (f(x + 1e-3) - f(x - 1e-3)) / 2e-3",
        "slope(lambda t: t**2, 3.0)\nslope(np.sin, 0.4)",
    )
    body = "up, down = (x + 1e-3) ** 2, (x - 1e-3) ** 2\nreturn (up - down) / 2e-3"
    _, near = told(bench, question, body)
    assert near.message.endswith("Your code never reads `f`, so its result can't depend on it.")
    _, other = told(bench, question, f"g = f\n{body}")
    assert "never reads" not in other.message


def test_several_parameters_that_are_never_read_are_listed_where_a_value_is_asked(bench):
    right = "def f(x, a, b, c):\n    return x.sum() * a + b * np.sin(c)"
    probes = "f(rng.normal(size=3), 2.0, 3.0, 0.5)\nf(rng.normal(size=4), 1.0, 7.0, 0.1)"
    _, near = told(bench, (right, probes), "return np.prod(x)")
    assert "never reads `a`, `b` and `c`, so its result can't depend on them." in near.message
    free = "between(f(np.array([3.0, 4.0]), 2.0, 3.0, 0.5), 14, 16)"
    _, near = told(bench, (right, free), "return np.prod(x) ** 3")
    assert "never reads" not in near.message


def test_a_change_after_which_tests_raise_is_no_better(bench):
    question = (
        "def grown(x, n):\n    return x * 2**n + n",
        "grown(rng.normal(size=3), 1)\ngrown(rng.normal(size=4), 2)",
    )
    body = "assert n\nreturn x * 2 - 1"
    _, near = told(bench, question, body)
    assert near.message.startswith("Look first at the line `return x * 2 - 1`")
    raises = (
        "assert n\ny = x * 2 - 1\nif n == 2 and y[0] > x[0] * 2:\n    raise ValueError\nreturn y"
    )
    _, near = told(bench, question, raises)
    assert "Look first" not in near.message


@pytest.mark.parametrize("draws", [True, False])
def test_the_size_of_a_draw_is_not_set_beside_the_solutions(bench, draws):
    right = "def draw(x, rng):\n    return x[rng.random(len(x)) < 0.5]"
    if not draws:
        right = "def draw(x, rng):\n    return x[: len(x) // 2]"
    probes = (
        "def rest(x, rng):\n    return float(draw(x, rng).sum() % 1)\n\n"
        "rest(rng.random(9), rng)\nrest(rng.random(12), rng)"
    )
    _, near = told(bench, (right, probes), "keep = x > np.sort(x)[2]\nreturn x[keep] ** 3 + 0.37")
    assert ("in the solution" not in near.message) == draws


def test_a_risky_change_that_keeps_within_bounds_is_not_told(bench):
    question = (
        "def darker(x):\n    return x * 0.28",
        "between(float(darker(np.linspace(1.2, 3, 5)).max()), 0.8, 0.9)",
    )
    _, near = told(bench, question, "return x")
    assert "1 divided by it" not in near.message


@pytest.mark.parametrize(
    "body",
    [
        "if y == 0:\n    return dy\nreturn dy * (1 + y) / y",
        "return np.where(y == 0, dy, dy * (1 + y) / np.where(y, y, 1))",
    ],
)
def test_a_condition_that_takes_one_way_each_time_is_told_as_such(bench, body):
    question = (
        "def back(dy, y):\n    return dy",
        "back(2.0, 0.5)\nback(3.0, 0.0)\nback(1.5, -3.0)",
    )
    _, near = told(bench, question, body)
    assert near.message.startswith("If the same way were taken each time in the line `")
    assert "y == 0" in near.message
    assert "comparison" not in near.message


def test_of_two_changes_the_one_that_is_enough_is_told_alone(bench):
    """As where the search of single changes had no time left to come to it."""
    board = bench(*SPREAD)
    tree = ast.parse("def spread(x):\n    m = x.mean()\n    return np.sqrt(np.mean((x + m) ** 2))")
    search = Search(board.question, tree, {"np": np}, {"np": np}, 0)
    listed = [(kind, ast.unparse(tree)) for kind, _ in changes(tree)]
    mends = next(i for i, (kind, code) in enumerate(listed) if kind == "sign" and "x - m" in code)
    harmless = next(i for i, (_, code) in enumerate(listed) if "m = x.mean(axis=0)" in code)
    assert harmless != mends
    hope = _Hope((3.0, 0.0), harmless, (listed[harmless][0], tree.body[0].body[0]), 0, "", True)
    search._hopes = [hope]
    assert [kind for kind, _ in search.two(ROOMY).changes] == ["sign"]


@contextlib.contextmanager
def slow_collections():
    """Garbage is collected all the time, and it takes long, as in a notebook that holds much."""

    def burn(phase, _):
        until = clock() + 2 * ONE_SECONDS
        while phase == "start" and clock() < until:
            pass

    before = gc.get_threshold()
    gc.callbacks.append(burn)
    gc.set_threshold(20, 2, 2)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(burn)


def test_what_the_notebook_has_left_behind_takes_none_of_a_changes_time(bench):
    board, given = bench(*TOTALS), {"np": np}
    space = {"np": np, "__name__": "__main__"}
    body = "    return [float(sum(x[:k])) for k in range(len(x))]"
    run_cell(f"def totals(x):\n{body}", "<cell 1>", space)
    seen = look_at(board.question.task, space, given, 0)
    verdict = judge(board.question, seen)
    with slow_collections():
        near = near_miss(board.question, seen, verdict, space, given, 0, seconds=2.0)
    assert near.cause == "near bounds", near.message
    assert gc.isenabled()


def test_a_product_is_no_whole_division_by_chance():
    """`0.01 // x` is 0, which takes a term away that has to go for another reason."""
    tree = ast.parse("def f(x):\n    return x + 0.01 * x")
    assert not [code for code in (ast.unparse(tree) for _ in changes(tree)) if "//" in code]


def test_no_number_is_put_over_one_where_a_value_itself_decides():
    tree = ast.parse("def f(x):\n    return [k for k in x if k] if x else re.sub('a', '', x, re.I)")
    kinds = [(kind, ast.unparse(node)) for kind, node in changes(tree)]
    over = [where for kind, where in kinds if kind == "one over"]
    assert "k" not in over
    assert "re.I" not in [where for _, where in kinds]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("np.mean(x ** 2)", "np.median(x ** 2)"),
        ("np.logaddexp.reduce(x)", "np.logaddexp2.reduce(x)"),
        ("np.mean(x ** 2)", "np.max(x ** 2)"),
    ],
)
def test_a_function_that_is_like_another_is_found(bench, right, wrong):
    question = f"def f(x):\n    return {right}", "f(rng.normal(size=5))\nf(rng.normal(size=7))"
    assert told(bench, question, f"return {wrong}")[1].cause == "near function"


@pytest.mark.parametrize("wrong", ["n // k", "round(n / k)", "int(n / k)"])
def test_it_is_found_which_way_is_rounded(bench, wrong):
    question = (
        "def f(n, k):\n    return -(-n // k)",
        "f(7, 2)\nf(8, 3)\nf(9, 3)\nf(100, 32)\nf(13, 4)",
    )
    said = told(bench, question, f"return {wrong}")[1]
    assert said.cause == "near rounding"


def test_a_truth_value_is_called_none_of_the_numbers(bench):
    question = "def f(x):\n    return [v for v in x if v > 0], True", "f([1, -2])\nf([3, 4])\nf([])"
    said = told(bench, question, "keep = False\nreturn [v for v in x if v > 0], keep")[1]
    assert "the other one of `True` and `False`" in said.message


def test_one_change_is_told_before_two_mistakes_that_explain_parts(bench):
    question = (
        "def back(dy, y):\n    return dy * (1 - y**2)",
        "back(1.0, 0.5)\nback(2.0, 1.0)\nback(3.0, rng.random())\nback(rng.random(), 0.0)",
    )
    known = [
        ("A one.", "def back(dy, y):\n    return dy * (1 - y**2) if y != 1 else dy - 0.0"),
        ("Another.", "def back(dy, y):\n    return dy - (1 - y**2) if y != 1 else 0.0"),
    ]
    before, near = told(bench, question, "return dy - (1 - y**2)", known=known)
    assert before.cause.startswith("with misconception")
    assert near.cause == "near operation"
